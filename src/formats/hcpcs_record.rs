//! The contractor record of HCPCS Level II: procedure codes and modifiers with coverage and pricing.
//!
//! Source: CMS, "HCPCS record layout" (HCPCS2019_recordlayout.txt). Columns, from 1: 1-5 code (4-5 for a modifier), 6-10
//! sequence number, 11 kind of record, 12-91 long description, 92-119 short description, 120-293 what [`COLUMNS`] says,
//! 294-320 blank or, since 2024, absent. Continuations may end at column 91. A disclaimer may come before the first record
//! (2018 to 2020).

use super::hcpcs_build::{Builder, Record, foreign, is_code};
use super::text::{Line, TextFile};
use super::{Concepts, Format, Options, Part, Sample};
use crate::model::{Problem, ProblemCode, SourceFile, Wanted};

/// First and last column of each attribute, in the order of the set's attributes.
const COLUMNS: [(usize, usize); 43] = [
    (120, 121), // PRICE1-4
    (122, 123),
    (124, 125),
    (126, 127),
    (128, 128), // MULT_PI
    (129, 134), // CIM1-3
    (135, 140),
    (141, 146),
    (147, 154), // MCM1-3
    (155, 162),
    (163, 170),
    (171, 180), // STATUTE
    (181, 183), // LABCERT1-8
    (184, 186),
    (187, 189),
    (190, 192),
    (193, 195),
    (196, 198),
    (199, 201),
    (202, 204),
    (205, 209), // XREF1-5
    (210, 214),
    (215, 219),
    (220, 224),
    (225, 229),
    (230, 230), // COV
    (231, 232), // ASC_GRP
    (233, 240), // ASC_DT
    (241, 243), // OPPS
    (244, 244), // OPPS_PI
    (245, 252), // OPPS_DT
    (253, 256), // PROCNOTE
    (257, 259), // BETOS
    (261, 261), // TOS1-5
    (262, 262),
    (263, 263),
    (264, 264),
    (265, 265),
    (266, 268), // ANEST_BU
    (269, 276), // ADD DT
    (277, 284), // ACT EFF DT
    (285, 292), // TERM DT
    (293, 293), // ACTION CD
];

/// The last column of the long description, and the length of the shortest continuation.
const CONTINUATION: usize = 91;

/// The length of the shortest first record: up to its action code.
const SHORTEST: usize = 293;

/// The length of the longest record.
const LONGEST: usize = 320;

/// See the module.
pub(super) struct HcpcsRecord;

impl Format for HcpcsRecord {
    fn id(&self) -> &'static str {
        "hcpcs_record"
    }

    fn title(&self) -> &'static str {
        "HCPCS Level II contractor records"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["hcpcs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        // The records may follow a disclaimer of any length.
        sample.lines().any(|line| head(&line).is_ok() && line.length() >= CONTINUATION)
    }

    fn wanted(&self, _: &Sample<'_>) -> Wanted {
        Wanted::Whole
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        Part::Concepts(parse(TextFile::decode(file)))
    }
}

/// The columns before the descriptions.
struct Head<'a> {
    code: &'a str,
    record: Record,
}

/// A fault in a record: the problem code, the column, and a sentence.
type Fault = (ProblemCode, usize, String);

fn head<'a>(line: &Line<'a>) -> Result<Head<'a>, Fault> {
    let bad = |column, fact: String| Err((ProblemCode::BadRecord, column, fact));
    let sequence = line.columns(6, 10);
    if sequence.len() != 5 || !sequence.bytes().all(|byte| byte.is_ascii_digit()) {
        return bad(6, "columns 6-10 are not a sequence number of five digits".to_owned());
    }
    let Some(record) = Record::parse(line.columns(11, 11)) else {
        let fact = format!("column 11 is `{}`, it must be 3, 4, 7 or 8", line.columns(11, 11).escape_debug());
        return bad(11, fact);
    };
    let code = line.columns(1, 5);
    if let Some(set) = foreign(code) {
        let fact = format!("`{code}` has the form of a {set} code, which the Level II file does not contain");
        return Err((ProblemCode::ForeignCode, 1, fact));
    }
    let code = code.strip_prefix("   ").unwrap_or(code);
    if is_code(code, record) {
        Ok(Head { code, record })
    } else {
        bad(1, "columns 1-5 are neither a letter and four digits nor three blanks and a modifier".to_owned())
    }
}

fn record<'a>(line: &Line<'a>) -> Result<Head<'a>, Fault> {
    let head = head(line)?;
    let length = line.length();
    let needed = if head.record.is_continuation() { CONTINUATION } else { SHORTEST };
    // A continuation without its trailing blanks is complete; without its line end it may not be.
    if length < needed && (!head.record.is_continuation() || !line.ended) {
        let fact = format!("the record has {length} characters, but the layout needs {needed}");
        return Err((ProblemCode::ShortRecord, 1, fact));
    }
    if length > LONGEST && line.text.trim_ascii_end().chars().count() > LONGEST {
        let fact = format!("the record has {length} characters, but the layout has at most {LONGEST}");
        return Err((ProblemCode::BadRecord, LONGEST + 1, fact));
    }
    Ok(head)
}

fn parse(file: TextFile) -> Concepts {
    let mut builder = Builder::of(&file.text);
    let mut cut = false;
    for line in file.lines().filter(|line| !line.ended || !line.text.trim_ascii_start().is_empty()) {
        // Lines before the first record are a disclaimer, unless they begin as records do.
        if builder.is_empty() && head(&line).is_err() && !begins_as_a_record(&line) {
            continue;
        }
        cut |= !take(&mut builder, &file, &line) && !line.ended;
    }
    let mut problems = Vec::new();
    if cut {
        problems.extend(file.truncated());
    }
    file.note_line_ends(&mut problems);
    // Characters outside ASCII are not reported here: the disclaimers have some.
    let found = file.problems.iter().filter(|problem| problem.code != ProblemCode::Encoding);
    let found = found.cloned().chain(problems).collect();
    let (mut concepts, kept) = builder.finish(file.name.clone(), cut, found);
    concepts.table.text = kept.after(file.text);
    concepts
}

fn begins_as_a_record(line: &Line<'_>) -> bool {
    line.columns(6, 10).len() == 5 && line.columns(6, 10).bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads a line, and returns whether it could be read.
fn take(builder: &mut Builder<'_>, file: &TextFile, line: &Line<'_>) -> bool {
    let (problem, column, fact) = match record(line) {
        Ok(Head { code, record }) if !record.is_continuation() => {
            let values =
                (0..).zip(COLUMNS).map(|(at, (first, last))| (at, line.columns(first, last).trim_ascii()));
            let place_of = |at: u16| file.place(line, line.byte_of(COLUMNS[usize::from(at)].0));
            let texts = (line.columns(12, 91), Some(line.columns(92, 119)));
            builder.first((code, record), texts, values, place_of, Some(line.number));
            return true;
        }
        Ok(Head { code, record }) if builder.more((code, record), line.columns(12, 91)) => return true,
        Ok(Head { code, .. }) => {
            let fact = format!("this continuation of {code} does not follow a record of {code}");
            (ProblemCode::BadRecord, 1, fact)
        }
        Err(fault) => fault,
    };
    if problem == ProblemCode::ForeignCode {
        builder.skip();
        builder
            .problems
            .add(problem, || Problem::new(problem, file.place(line, 0), fact).hint("the row was left out"));
        return true;
    }
    let start = line.columns(1, 5);
    if !line.ended {
        builder.drop_last(|last| format!("{last:>5}").starts_with(start));
    }
    let code = start.trim();
    let known = is_code(code, Record::Procedure) || is_code(code, Record::Modifier);
    builder.reject(Some(code).filter(|_| known));
    builder.problems.add(problem, || file.left_out(problem, line, column, fact));
    false
}
