//! CPT's long descriptors in lines of 80 columns: LONGULF.txt (mixed case) and LONGUF.txt (capitals).
//!
//! Source: AMA, CPT data files, folder "standard". After the notice, columns from 1: 1-5 code, 6-8 number of the line,
//! 9 blank, 10-80 text. A descriptor goes on in lines with the same code and the next number. In 2001
//! (filelayout.txt): 6-7 number, 8 blank, 9-80 text.

use super::cpt_text::{Delivery, Fault, Record, code_of, read_lines, sample_records};
use super::text::{Line, TextFile};
use super::{Format, Options, Part, Sample};
use crate::model::{ProblemCode, SourceFile};

/// The last column.
const WIDTH: usize = 80;

/// Numbers of first lines: 1, or 0 or 10 in other numbering schemes. With two digits only 1 has been seen.
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

    fn sets(&self) -> &'static [&'static str] {
        &["cpt"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        // Dates, and codes of ICD-10-PCS that are all digits, look like a code and a number; their numbers do not count
        // the lines of a code.
        let lines = sample_records(sample, |line| piece(line).is_ok());
        let pieces: Vec<Piece<'_>> = lines.iter().filter_map(|line| piece(line).ok()).collect();
        let codes = pieces.chunk_by(|before, after| before.code == after.code);
        let fit: usize = codes.filter(|pieces| fault(pieces).is_none()).map(<[_]>::len).sum();
        fit > 0 && fit * 2 >= lines.len()
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let file = TextFile::decode(file);
        let mut delivery = Delivery::default();
        let (lines, pieces) = read_lines(&file, &mut delivery, piece);
        // A line that is cut may have been another one of the last code.
        let cut = file.lines().last().filter(|line| !line.ended);
        if let (Some(cut), Some(last)) = (cut, pieces.last())
            && last.code.starts_with(cut.columns(1, 5))
        {
            delivery.doubt(last.code);
        }
        let mut at = 0;
        for pieces in pieces.chunk_by(|before, after| before.code == after.code) {
            add(&lines[at..], pieces, &file, &mut delivery);
            at += pieces.len();
        }
        Part::Concepts(delivery.finish(file))
    }
}

/// One line of a descriptor.
#[derive(Clone, Copy)]
struct Piece<'a> {
    code: &'a str,
    number: u32,
    /// True if the number has two digits.
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
        let fact = "columns 6-9 are not a line number and a blank";
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

/// Returns the first line of a code with an unexpected number, and a sentence about it.
fn fault(pieces: &[Piece<'_>]) -> Option<(usize, String)> {
    let Piece { code, number: first, narrow, .. } = *pieces.first()?;
    let begins = if narrow { first == 1 } else { FIRST_NUMBERS.contains(&first) };
    if !begins {
        return Some((0, format!("the descriptor of {code} begins with line {first}")));
    }
    let due = (first..).step_by(first.max(1) as usize);
    let (at, (piece, due)) =
        pieces.iter().zip(due).enumerate().find(|(_, (piece, due))| piece.number != *due)?;
    Some((at, format!("line {} of {code} is where line {due} is expected", piece.number)))
}

/// Joins the lines of a code, if they are complete.
fn add(lines: &[Line<'_>], pieces: &[Piece<'_>], file: &TextFile, delivery: &mut Delivery) {
    if let Some((at, fact)) = fault(pieces) {
        return delivery.reject(file, &lines[at], (ProblemCode::BadRecord, 6, fact));
    }
    let code = pieces[0].code;
    if delivery.has_rejected(code) {
        return;
    }
    let words = pieces.iter().flat_map(|piece| piece.text.split_ascii_whitespace());
    let long = words.collect::<Vec<_>>().join(" ");
    delivery.add(lines[0].number, &Record { code, long: &long, ..Record::default() });
}
