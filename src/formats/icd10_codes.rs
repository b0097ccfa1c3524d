//! Codes files of ICD-10-CM and ICD-10-PCS: billable codes with their long descriptions, no headers.
//!
//! Source: CMS, "ICD-10-CM Codes File" (icd10cmCodesFile.pdf). Columns, from 1: 1-7 code, 8 blank, 9-end long
//! description.

use super::shape::{SetEvidence, code as code_in};
use super::text::{Line, TextFile};
use super::{Concepts, Format, Options, Part, Sample};
use crate::model::{Concept, Coverage, Level, ProblemCode, Problems, ReleaseTable, SourceFile, Wanted};

/// The length of the shortest record: one character of long description.
const SHORTEST: usize = 9;

/// See the module.
pub(super) struct Icd10Codes;

impl Format for Icd10Codes {
    fn id(&self) -> &'static str {
        "icd10_codes"
    }

    fn title(&self) -> &'static str {
        "ICD-10-CM or ICD-10-PCS codes file"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10cm", "icd10pcs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        // Any text may begin with a word in capitals; codes have digits, except for a few of ICD-10-PCS.
        let has_digit = |code: &str| code.bytes().any(|byte| byte.is_ascii_digit());
        sample.mostly(|line| shape(line).is_ok_and(|(code, _)| has_digit(code)))
    }

    fn wanted(&self, _: &Sample<'_>) -> Wanted {
        Wanted::Spare
    }

    fn read(&self, file: SourceFile, options: &Options) -> Part {
        Part::Concepts(parse(TextFile::decode(file), options))
    }
}

/// A fault in a record: the problem code, the column, and a sentence.
type Fault = (ProblemCode, usize, String);

/// Returns a code and its long description.
fn shape<'a>(line: &Line<'a>) -> Result<(&'a str, &'a str), Fault> {
    let length = line.length();
    if length < SHORTEST {
        let fact = format!("the record has {length} characters, but the layout needs {SHORTEST}");
        return Err((ProblemCode::ShortRecord, 1, fact));
    }
    let Some(code) = code_in(line.columns(1, 7)) else {
        let fact = "columns 1-7 are not a code of three to seven letters and digits";
        return Err((ProblemCode::BadRecord, 1, fact.to_owned()));
    };
    if line.columns(8, 8) != " " || line.columns(9, 9) == " " {
        let fact = "the long description does not start in column 9, after a blank";
        return Err((ProblemCode::BadRecord, 8, fact.to_owned()));
    }
    Ok((code, line.rest_from(9)))
}

/// The same for a complete record: one without a line end may be cut.
fn record<'a>(line: &Line<'a>) -> Result<(&'a str, &'a str), Fault> {
    let found = shape(line)?;
    if line.ended {
        return Ok(found);
    }
    Err((ProblemCode::ShortRecord, 9, "the record has no line end; it may be truncated".to_owned()))
}

fn parse(file: TextFile, options: &Options) -> Concepts {
    let mut concepts: Vec<Concept> = Vec::new();
    let mut lines = Vec::new();
    let mut evidence = SetEvidence::default();
    let mut unreadable = Vec::new();
    let mut problems = Problems::default();
    let (mut cut, mut lost) = (false, false);
    for line in file.lines().filter(|line| !line.text.is_empty()) {
        match record(&line) {
            Ok((code, long)) => {
                evidence.add(code);
                let [code, long] = [code, long].map(|piece| file.span(piece));
                let order = concepts.len() as u32;
                concepts.push(Concept { code, long, short: None, order, level: Level::Code, details: None });
                lines.push(line.number);
            }
            Err((problem, column, fact)) => {
                cut = !line.ended;
                match code_in(line.columns(1, 7)) {
                    Some(code) => unreadable.push(code.to_owned()),
                    None => lost = true,
                }
                problems.add(problem, || file.left_out(problem, &line, column, fact));
            }
        }
    }
    let mut listed = problems.finish(&file.name);
    if cut {
        listed.extend(file.truncated());
    }
    file.note_line_ends(&mut listed);
    let TextFile { name, text, problems } = file;
    let set = options.set.unwrap_or_else(|| evidence.set());
    Concepts {
        coverage: Coverage { headers: false, whole: !cut && !lost, ..Coverage::default() },
        unreadable,
        lines,
        problems: problems.into_iter().chain(listed).collect(),
        ..Concepts::new(name, set, ReleaseTable { text, concepts, ..ReleaseTable::default() })
    }
}
