//! Addenda files of ICD-10-CM and ICD-10-PCS: additions, deletions and revisions of a release, and its totals.
//!
//! Source: the `*_order_addenda_*` and `*_codes_addenda_*` files of CDC/NCHS and CMS. Columns, from 1, always with
//! the action in 1-13:
//!
//! * ICD-10-CM order addenda: 14 flag, 15 blank, 16-22 code, 23 blank, 24-83 short, 84 blank, 85-end long.
//! * ICD-10-PCS order addenda, without a flag: 14-20 code, 21 blank, 22-81 short, 82 blank, 83-end long; a code of
//!   three characters is a header.
//! * Codes addenda of both: 14-20 code, 21 blank, 22-end long; billable codes only.
//!
//! All lines together decide which of the three it is: reading PCS lines with CM columns gives plausible nonsense.

use super::text::{Line, TextFile};
use super::{Format, Options, Part, Sample, shape};
use crate::model::{
    Action, Addenda, AddendaColumns, AddendaLine, Companion, Level, LevelTotals, Place, Problem, ProblemCode,
    Problems, SourceFile, Totals,
};

/// Length of a table's code, which identifies a header in ICD-10-PCS addenda.
const PCS_HEADER_LENGTH: usize = 3;

/// See the module.
pub(super) struct Icd10Addenda;

impl Format for Icd10Addenda {
    fn id(&self) -> &'static str {
        "icd10_addenda"
    }

    fn title(&self) -> &'static str {
        "ICD-10-CM or ICD-10-PCS addenda"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10cm", "icd10pcs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        sample.mostly(|line| action(line).is_some() || total(line.text).is_some() || is_heading(line.text))
            && sample.lines().any(|line| action(&line).is_some() || total(line.text).is_some())
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        Companion::Addenda(parse(&TextFile::decode(file))).into()
    }
}

/// Returns the action of a line: its word padded to 13 columns.
fn action(line: &Line<'_>) -> Option<Action> {
    let word = line.columns(1, 13);
    let padded = word.len() == 13;
    Action::ALL.iter().copied().find(|action| padded && word.trim_end_matches(' ') == action.word())
}

fn is_heading(text: &str) -> bool {
    matches!(text.trim(), "Headers" | "Codes" | "of which")
}

/// Parses a number and its label: `23324 headers in icd10cm_order_2025.txt`, `143 additions`.
fn total(text: &str) -> Option<(u64, &str)> {
    let (number, of) = text.trim().split_once(' ')?;
    let known = ["headers in ", "codes in ", "additions", "deletions", "revisions"];
    known.iter().any(|word| of.starts_with(word)).then_some(())?;
    Some((number.parse().ok()?, of))
}

/// The layout of the columns after the action.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    CmOrder,
    PcsOrder,
    Codes,
}

/// Splits a line by its layout; `None` if it does not follow it.
fn fields<'a>(line: &Line<'a>, layout: Layout) -> Option<(Level, &'a str, Option<&'a str>, &'a str)> {
    let blank = |column| line.columns(column, column) == " ";
    let short = |first, last| Some(line.columns(first, last).trim_end_matches(' '));
    let (level, code, short, long, blanks) = match layout {
        Layout::CmOrder => {
            let level = match line.columns(14, 14) {
                "0" => Level::Header,
                "1" => Level::Code,
                _ => return None,
            };
            (level, line.columns(16, 22), short(24, 83), line.rest_from(85), [15, 23, 84].as_slice())
        }
        Layout::PcsOrder => {
            let code = line.columns(14, 20);
            let header = code.trim_end_matches(' ').len() == PCS_HEADER_LENGTH;
            let level = if header { Level::Header } else { Level::Code };
            (level, code, short(22, 81), line.rest_from(83), [21, 82].as_slice())
        }
        Layout::Codes => (Level::Code, line.columns(14, 20), None, line.rest_from(22), [21].as_slice()),
    };
    let sound = blanks.iter().all(|&column| blank(column))
        && !long.is_empty()
        && !long.starts_with(' ')
        && short.is_none_or(|short| {
            !short.is_empty() && (long.len() > 60 || short == long || !short.starts_with(' '))
        });
    Some((level, shape::code(code).filter(|_| sound)?, short, long))
}

/// Returns the layout that fits most lines. Some lines of a codes addenda with long texts fit the columns of PCS order addenda,
/// but never all of them.
fn layout(file: &TextFile) -> Layout {
    let lines = || file.lines().filter(|line| action(line).is_some());
    let fits = |layout| lines().filter(|line| fields(line, layout).is_some()).count();
    let (with_flag, without_flag, codes) =
        (fits(Layout::CmOrder), fits(Layout::PcsOrder), fits(Layout::Codes));
    if with_flag == 0 && codes == 0 {
        // Without any lines, the summary decides: that of order addenda counts headers, that of codes addenda does not.
        let headers = file.lines().any(|line| line.text.trim() == "Headers");
        return if headers { Layout::CmOrder } else { Layout::Codes };
    }
    if with_flag > codes {
        Layout::CmOrder
    } else if without_flag * 2 > codes && is_padded(file) {
        Layout::PcsOrder
    } else {
        Layout::Codes
    }
}

/// Returns whether descriptions are padded to a column, as only order addenda pad them: in most lines there are two blanks or
/// more before column 83, or the short description fills its column.
fn is_padded(file: &TextFile) -> bool {
    let lines: Vec<_> = file.lines().filter(|line| action(line).is_some()).collect();
    let padded = |line: &&Line<'_>| {
        let short = line.columns(22, 81);
        short.ends_with(' ') || short.len() == 60 && line.columns(82, 82) == " "
    };
    lines.iter().filter(padded).count() * 2 > lines.len()
}

fn parse(file: &TextFile) -> Addenda {
    let layout = layout(file);
    let mut lines = Vec::new();
    let mut problems = Problems::default();
    let mut totals = TotalsReader::default();
    for line in file.lines().filter(|line| !line.text.trim().is_empty()) {
        let Some(action) = action(&line) else {
            if !totals.read(line.text) {
                let fact = "neither an action (`Add:`, `Delete:`, `Revise from:`, `Revise to:`) nor a total"
                    .to_owned();
                problems
                    .add(ProblemCode::BadRecord, || file.left_out(ProblemCode::BadRecord, &line, 1, fact));
            }
            continue;
        };
        if !line.ended {
            problems.add(ProblemCode::Truncated, || {
                let place = file.place(&line, line.text.len());
                let fact = "the addenda end in the middle of a line, so later lines are missing";
                Problem::new(ProblemCode::Truncated, place, fact).hint("fetch them again")
            });
            continue;
        }
        match fields(&line, layout) {
            Some((level, code, short, long)) => lines.push(AddendaLine {
                code: code.to_owned(),
                action,
                level,
                long: long.to_owned(),
                short: short.map(str::to_owned),
                line: line.number,
            }),
            None => {
                let fact =
                    "the columns after the action do not follow the layout of the other lines".to_owned();
                problems
                    .add(ProblemCode::BadRecord, || file.left_out(ProblemCode::BadRecord, &line, 14, fact));
            }
        }
    }
    let columns = match layout {
        Layout::CmOrder => Some(AddendaColumns::WithFlag),
        Layout::PcsOrder => Some(AddendaColumns::WithoutFlag { header_length: PCS_HEADER_LENGTH }),
        Layout::Codes => None,
    };
    let mut listed: Vec<Problem> = file.problems.clone();
    listed.extend(problems.finish(&file.name));
    let addenda =
        Addenda { name: file.name.clone(), columns, lines, totals: totals.totals, problems: listed };
    checked(addenda)
}

/// Adds problems of the addenda itself: unpaired revisions, and totals that do not match its lines.
fn checked(mut addenda: Addenda) -> Addenda {
    let mut problems = unpaired(&addenda);
    for (level, word, totals) in
        [(Level::Header, "headers", addenda.totals.headers), (Level::Code, "codes", addenda.totals.codes)]
    {
        let count = |action| {
            addenda.lines.iter().filter(|line| line.level == level && line.action == action).count() as u64
        };
        let stated = [
            ("additions", totals.additions, count(Action::Add)),
            ("deletions", totals.deletions, count(Action::Delete)),
            ("revisions", totals.revisions, count(Action::ReviseTo)),
        ];
        for (what, stated, counted) in stated {
            let Some(stated) = stated.filter(|&stated| stated != counted) else { continue };
            let fact =
                format!("the summary states {stated} {what} of {word}, but the lines contain {counted}");
            problems.push(Problem::new(ProblemCode::SummaryMismatch, Place::file(&addenda.name), fact));
        }
    }
    addenda.problems.append(&mut problems);
    addenda
}

fn unpaired(addenda: &Addenda) -> Vec<Problem> {
    let mut problems = Problems::default();
    let mut open: Option<&AddendaLine> = None;
    let mut report = |line: &AddendaLine| {
        problems.add(ProblemCode::UnpairedRevision, || {
            let fact = format!("`{}` of {} has no matching line next to it", line.action.word(), line.code);
            Problem::new(ProblemCode::UnpairedRevision, Place::line(&addenda.name, line.line, 1), fact)
        });
    };
    for line in &addenda.lines {
        let closes = line.action == Action::ReviseTo
            && open.is_some_and(|from| (&from.code, from.level) == (&line.code, line.level));
        if let Some(from) = open.take().filter(|_| !closes) {
            report(from);
        }
        match line.action {
            Action::ReviseFrom => open = Some(line),
            Action::ReviseTo if !closes => report(line),
            _ => {}
        }
    }
    if let Some(from) = open {
        report(from);
    }
    problems.finish(&addenda.name)
}

/// Reads the summary: two blocks, `Headers` and `Codes`, each with totals; the first `... in FILE` is OLD's.
#[derive(Default)]
struct TotalsReader {
    totals: Totals,
    headers: bool,
    parts: bool,
}

impl TotalsReader {
    /// Reads a line of the summary, and returns whether it was one.
    fn read(&mut self, text: &str) -> bool {
        match text.trim() {
            "Headers" => (self.headers, self.parts) = (true, false),
            "Codes" => (self.headers, self.parts) = (false, false),
            "of which" => self.parts = true,
            _ => return self.number(text),
        }
        true
    }

    fn number(&mut self, text: &str) -> bool {
        let Some((number, of)) = total(text) else { return false };
        let block: &mut LevelTotals =
            if self.headers { &mut self.totals.headers } else { &mut self.totals.codes };
        let field = match of.split(' ').next() {
            _ if self.parts => return true,
            Some("headers" | "codes") if block.old.is_none() => &mut block.old,
            Some("headers" | "codes") => &mut block.new,
            Some("additions") => &mut block.additions,
            Some("deletions") => &mut block.deletions,
            _ => &mut block.revisions,
        };
        *field = Some(number);
        true
    }
}
