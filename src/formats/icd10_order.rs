//! Order files of ICD-10-CM and ICD-10-PCS: every code and header with both descriptions.
//!
//! Source: CMS, "ICD-10-CM/PCS Order File" (icd10OrderFiles.pdf), the same for both sets. Columns, from 1:
//! 1-5 order number, 6 blank, 7-13 code, 14 blank, 15 flag (0 header, 1 valid for submission), 16 blank,
//! 17-76 short description, 77 blank, 78-end long description.

use super::shape::{self, SetEvidence};
use super::text::{Line, TextFile};
use super::{Concepts, Format, Options, Part, Sample};
use crate::model::{
    Concept, Coverage, Level, Place, Problem, ProblemCode, Problems, ReleaseTable, SourceFile, Wanted,
};

/// The length of the shortest record: one character of long description.
const SHORTEST: usize = 78;

/// See the module.
pub(super) struct Icd10Order;

impl Format for Icd10Order {
    fn id(&self) -> &'static str {
        "icd10_order"
    }

    fn title(&self) -> &'static str {
        "ICD-10-CM or ICD-10-PCS order file"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10cm", "icd10pcs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        sample.mostly(|line| head(line).is_ok())
    }

    fn wanted(&self, _: &Sample<'_>) -> Wanted {
        Wanted::Whole
    }

    fn read(&self, file: SourceFile, options: &Options) -> Part {
        Part::Concepts(parse(TextFile::decode(file), options))
    }
}

/// The columns before the descriptions.
#[derive(Debug, PartialEq)]
struct Head<'a> {
    number: u32,
    code: &'a str,
    level: Level,
}

/// A fault in a record: the column, and a sentence.
type Fault = (usize, String);

fn head<'a>(line: &Line<'a>) -> Result<Head<'a>, Fault> {
    fast_head(line).map_or_else(|| checked_head(line), Ok)
}

/// The same for a valid ASCII line; `None` for any other.
fn fast_head<'a>(line: &Line<'a>) -> Option<Head<'a>> {
    let bytes = line.ascii()?.get(..16)?;
    let [a, b, c, d, e, b' ', .., b' ', flag @ (b'0' | b'1'), b' '] = bytes else { return None };
    let mut number = 0;
    for digit in [a, b, c, d, e] {
        number = number * 10 + u32::from(digit.is_ascii_digit().then(|| digit - b'0')?);
    }
    let level = if *flag == b'0' { Level::Header } else { Level::Code };
    Some(Head { number, code: shape::code(&line.text[6..13])?, level })
}

fn checked_head<'a>(line: &Line<'a>) -> Result<Head<'a>, Fault> {
    let number = line.columns(1, 5);
    let digits = number.len() == 5 && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| digits);
    let number =
        number.ok_or_else(|| (1, "columns 1-5 are not an order number of five digits".to_owned()))?;
    let code = shape::code(line.columns(7, 13))
        .ok_or_else(|| (7, "columns 7-13 are not a code of three to seven letters and digits".to_owned()))?;
    let level = match line.columns(15, 15) {
        "0" => Level::Header,
        "1" => Level::Code,
        other => return Err((15, format!("column 15 is `{}`, it must be 0 or 1", other.escape_debug()))),
    };
    let blank = [6, 14, 16].into_iter().find(|&column| line.columns(column, column) != " ");
    match blank {
        Some(column) => Err((column, format!("column {column} is not blank"))),
        None => Ok(Head { number, code, level }),
    }
}

fn record<'a>(line: &Line<'a>) -> Result<(Head<'a>, &'a str, &'a str), (ProblemCode, Fault)> {
    let length = line.length();
    let head = match head(line) {
        Err(_) if length < SHORTEST => return Err(short_record(length)),
        Err(fault) => return Err((ProblemCode::BadRecord, fault)),
        Ok(head) => head,
    };
    if length < SHORTEST {
        return Err(short_record(length));
    }
    let [short, gap, long] = descriptions(line);
    let short = short.trim_end_matches(' ');
    // A record without its line end is accepted only if it is certainly complete: short and long descriptions are the same
    // whenever the long one fits in the 60 columns of the short one. If it exactly fills them, more may have followed.
    if !line.ended && (short != long || length >= SHORTEST + 59) {
        return Err((
            ProblemCode::ShortRecord,
            (78, "the record has no line end; it may be truncated".to_owned()),
        ));
    }
    if gap != " " {
        return Err((ProblemCode::BadRecord, (77, "column 77 is not blank".to_owned())));
    }
    Ok((head, short, long))
}

/// Returns the short description, the text in column 77, and the long description. Columns count characters, or bytes if column
/// 77 is blank only then: in FY2013 one row with an accent was padded that way.
fn descriptions<'a>(line: &Line<'a>) -> [&'a str; 3] {
    let by_characters = [line.columns(17, 76), line.columns(77, 77), line.rest_from(78)];
    if line.ascii().is_some() || by_characters[1] == " " {
        return by_characters;
    }
    let by_bytes = || Some([line.bytes(17, 76)?, line.bytes(77, 77)?, line.bytes(78, usize::MAX)?]);
    by_bytes().filter(|[_, gap, _]| *gap == " ").unwrap_or(by_characters)
}

fn short_record(length: usize) -> (ProblemCode, Fault) {
    let fact = format!("the record has {length} characters, but the layout needs {SHORTEST}");
    (ProblemCode::ShortRecord, (1, fact))
}

fn parse(file: TextFile, options: &Options) -> Concepts {
    let mut rows = Rows::default();
    for line in file.lines().filter(|line| !line.text.is_empty()) {
        rows.read(&file, &line);
    }
    rows.finish(file, options)
}

#[derive(Default)]
struct Rows {
    concepts: Vec<Concept>,
    lines: Vec<u32>,
    evidence: SetEvidence,
    unreadable: Vec<String>,
    problems: Problems,
    cut: bool,
    lost: bool,
}

impl Rows {
    fn read(&mut self, file: &TextFile, line: &Line<'_>) {
        match record(line) {
            Ok((head, short, long)) => {
                self.evidence.add(head.code);
                let order = head.number;
                let [code, short, long] = [head.code, short, long].map(|piece| file.span(piece));
                let level = head.level;
                self.concepts.push(Concept { code, long, short: Some(short), order, level, details: None });
                self.lines.push(line.number);
            }
            Err((code, (column, fact))) => {
                // If a record has no line end, the text after it is missing: the file is cut.
                self.cut = !line.ended;
                self.reject(shape::code(line.columns(7, 13)));
                self.problems.add(code, || file.left_out(code, line, column, fact));
            }
        }
    }

    /// Rejects a record that cannot be read. Its code is noted as unreadable; if it has none, the file is marked as incomplete.
    fn reject(&mut self, code: Option<&str>) {
        match code {
            Some(code) => self.unreadable.push(code.to_owned()),
            None => self.lost = true,
        }
    }

    fn finish(self, file: TextFile, options: &Options) -> Concepts {
        let Self { mut concepts, lines, evidence, unreadable, problems, cut, lost } = self;
        let mut listed = problems.finish(&file.name);
        if cut {
            listed.extend(file.truncated());
        }
        let lines = by_order_number(&mut concepts, lines, &file, &mut listed);
        file.note_line_ends(&mut listed);
        let TextFile { name, text, problems } = file;
        let set = options.set.unwrap_or_else(|| evidence.set());
        Concepts {
            coverage: Coverage { whole: !cut && !lost, ..Coverage::default() },
            unreadable,
            lines,
            problems: problems.into_iter().chain(listed).collect(),
            ..Concepts::new(name, set, ReleaseTable { text, concepts, ..ReleaseTable::default() })
        }
    }
}

/// Replaces order numbers by positions: rows may come in any order and with gaps, and a number may be missing.
/// Returns the line of each position.
fn by_order_number(
    concepts: &mut [Concept],
    lines: Vec<u32>,
    file: &TextFile,
    problems: &mut Vec<Problem>,
) -> Vec<u32> {
    let mut positions: Vec<usize> = (0..concepts.len()).collect();
    positions.sort_by_key(|&at| concepts[at].order);
    let mut gaps = Problems::default();
    for pair in positions.windows(2) {
        let (before, after) = (concepts[pair[0]].order, concepts[pair[1]].order);
        if after != before + 1 {
            let place = Place::line(&file.name, lines[pair[1]], 1);
            let fact = if after == before {
                format!("order number {after:05} appears twice")
            } else {
                format!(
                    "order number {after:05} follows {before:05}: {} rows are missing",
                    after - before - 1
                )
            };
            gaps.add(ProblemCode::OrderGap, || Problem::new(ProblemCode::OrderGap, place, fact));
        }
    }
    problems.extend(gaps.finish(&file.name));
    for (position, &at) in positions.iter().enumerate() {
        concepts[at].order = position as u32;
    }
    positions.into_iter().map(|at| lines[at]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::text;

    proptest! {
        #[test]
        fn the_fast_way_says_what_the_checked_way_says(line in "[0-9 ]{4,5}[0-9 ][ A-Z0-9é]{7}[ x][0-2][ x].{0,80}") {
            for line in text::lines(&line) {
                match fast_head(&line) {
                    Some(head) => prop_assert_eq!(Ok(head), checked_head(&line)),
                    None => prop_assert!(!line.text.is_ascii() || checked_head(&line).is_err()),
                }
            }
        }
    }

    #[test]
    fn a_row_with_an_accent_is_read_whether_it_was_padded_by_characters_or_by_bytes() {
        let (short, long) = ("Acne excoriée", "Acne excoriée des jeunes filles");
        let by_characters = format!("00001 L705    1 {short:<60} {long}\r\n");
        let by_bytes = format!("00001 L705    1 {short:<59} {long}\r\n");
        for text in [by_characters, by_bytes] {
            let line = text::lines(&text).next().unwrap();
            let (head, read_short, read_long) = record(&line).unwrap();
            assert_eq!((head.code, read_short, read_long), ("L705", short, long));
        }
    }
}
