//! CPT's long descriptors in lines of 80 columns: LONGULF.txt (mixed case) and LONGUF.txt (capitals).
//!
//! Source: AMA, CPT data files, folder "standard". Behind the notice, columns from 1: 1-5 code, 6-8 number of the line,
//! 9 blank, 10-80 text. A descriptor goes on in lines with the same code and the next number. In 2001 (filelayout.txt):
//! 6-7 number, 8 blank, 9-80 text.

use super::cpt_text::{Delivery, Fault, Record, code_of, read_lines, sample_records};
use super::text::{Line, TextFile};
use super::{Format, Options, Part, Sample};
use crate::model::{ProblemCode, SourceFile};

/// The last column.
const WIDTH: usize = 80;

/// Numbers of first lines: 1, or where lines are counted from 0 or by tens these.
const FIRST_NUMBERS: [u32; 3] = [0, 1, 10];

/// See the module.
pub(super) struct CptLines;

impl Format for CptLines {
    fn id(&self) -> &'static str {
        "cpt_lines"
    }

    fn title(&self) -> &'static str {
        "CPT long descriptors in lines of 80 columns"
    }

    fn recognises(&self, sample: &Sample<'_>) -> bool {
        let lines = sample_records(sample, |line| piece(line).is_ok());
        // Dates, and codes of ICD-10-PCS that are all digits, look like a code and a number; their numbers do not count
        // the lines of a code.
        let (mut fit, mut last) = (0, ("", 0));
        for line in &lines {
            let Ok(Piece { code, number, narrow, .. }) = piece(line) else { continue };
            let first = if narrow { number == 1 } else { FIRST_NUMBERS.contains(&number) };
            fit += usize::from(if code == last.0 { number > last.1 } else { first });
            last = (code, number);
        }
        fit > 0 && fit * 2 >= lines.len()
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let file = TextFile::decode(file);
        let mut delivery = Delivery::default();
        let pieces = read_lines(&file, &mut delivery, piece);
        for lines in pieces.chunk_by(|(_, before), (_, after)| before.code == after.code) {
            add(lines, &file, &mut delivery);
        }
        Part::Concepts(delivery.finish(file))
    }
}

/// One line of a descriptor.
struct Piece<'a> {
    code: &'a str,
    number: u32,
    /// Whether the number has two digits.
    narrow: bool,
    text: &'a str,
}

fn piece<'a>(line: &Line<'a>) -> Result<Piece<'a>, Fault> {
    let code = code_of(line)?;
    let narrow = line.columns(8, 8) == " ";
    let (digits, blank, start) =
        if narrow { (line.columns(6, 7), 8, 9) } else { (line.columns(6, 8), 9, 10) };
    let number = digits.parse().ok().filter(|_| digits.len() == blank - 6 && !digits.starts_with('+'));
    let Some(number) = number.filter(|_| line.columns(blank, blank) == " ") else {
        let fact = "columns 6-9 are not the number of a line and a blank";
        return Err((ProblemCode::BadRecord, 6, fact.to_owned()));
    };
    let text = line.rest_from(start).trim();
    if text.is_empty() {
        return Err((ProblemCode::ShortRecord, start, "the line has no text".to_owned()));
    }
    if line.rest_from(1).trim_end().chars().count() > WIDTH {
        return Err((ProblemCode::BadRecord, WIDTH + 1, format!("the line is longer than {WIDTH} columns")));
    }
    Ok(Piece { code, number, narrow, text })
}

/// Joins the lines of a code, if all of them are there.
fn add(lines: &[(Line<'_>, Piece<'_>)], file: &TextFile, delivery: &mut Delivery) {
    let Some((first, Piece { code, number, .. })) = lines.first() else { return };
    let step = if *number == 0 { 1 } else { *number };
    let expected = (*number..).step_by(step as usize);
    let gap = lines.iter().zip(expected).find(|((_, piece), expected)| piece.number != *expected);
    if let Some(((line, piece), expected)) = gap {
        let fact = format!("line {} of {code} stands where line {expected} is due", piece.number);
        return delivery.reject(file, line, (ProblemCode::BadRecord, 6, fact));
    }
    if !FIRST_NUMBERS.contains(number) {
        let fact = format!("the descriptor of {code} begins with line {number}");
        return delivery.reject(file, first, (ProblemCode::BadRecord, 6, fact));
    }
    if delivery.has_rejected(code) {
        return;
    }
    let words = lines.iter().flat_map(|(_, piece)| piece.text.split_ascii_whitespace());
    let long = words.collect::<Vec<_>>().join(" ");
    delivery.add(first.number, &Record { code, long: &long, ..Record::default() });
}
