//! The conversion table of ICD-10-PCS: new codes with their previous assignment, deleted codes with their current assignment.
//!
//! Source: CMS, icd10pcs_conversion_table_2022.xlsx, a workbook with each October and mid-year release, cumulative since
//! FY2017. A row of titles, then a row for each pair of codes:
//!
//! * A, `Current code(s) assignment`: a code, or `NoPCS` in the row of a deleted code that nothing replaces.
//! * C, `Effective year`, and H, `Effective month/day [MM.DD]`: the day, in the calendar year.
//! * D, `Previous code(s) assignment`: a code, or `NoPCS` in the row of a new code without a predecessor.
//! * F, `Change type`: `New`, `Deleted` (D is the deleted code), `Revised` (one code with another title, or two that
//!   stay).
//!
//! B and E are titles of the codes, G is a comment.

use jiff::civil::Date;

use super::rows::{Layout, Row, delimiter, text_rows, workbook_rows};
use super::text::{self, TextFile};
use super::workbook::{Cell, is_workbook};
use super::{Format, Options, Part, Sample};
use crate::model::Companion;
use crate::model::sets::ICD10PCS;
use crate::model::{
    ConversionRow, ConversionTable, Operand, Place, Previous, Problem, ProblemCode, Problems, Retired,
    SourceFile, Subject,
};

/// The titles of the columns that are read: their columns, and how they begin.
const TITLES: [(usize, &str); 5] = [
    (CURRENT, "Current code(s) assignment"),
    (YEAR, "Effective year"),
    (PREVIOUS, "Previous code(s) assignment"),
    (CHANGE, "Change type"),
    (DAY, "Effective month/day"),
];

const CURRENT: usize = 0;
const YEAR: usize = 2;
const PREVIOUS: usize = 3;
const CHANGE: usize = 5;
const DAY: usize = 7;

/// The cell of a code without a counterpart.
const NONE: &str = "NoPCS";

/// Length of a code: three characters are a table.
const CODE_LENGTH: usize = 7;

/// See the module.
pub(super) struct Icd10pcsConversion;

impl Format for Icd10pcsConversion {
    fn id(&self) -> &'static str {
        "icd10pcs_conversion"
    }

    fn title(&self) -> &'static str {
        "ICD-10-PCS conversion table"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10pcs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        if is_workbook(sample.bytes) {
            return sample.is_workbook_with(&TITLES.map(|(_, title)| title));
        }
        sample.lines().any(|line| is_title_line(line.text))
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let name = file.source.name.clone();
        if !is_workbook(&file.bytes) {
            let file = TextFile::decode(file);
            let titles = text::lines(&file.text).find(|line| is_title_line(line.text));
            let delimiter = titles.map_or(b',', |line| delimiter(line.text));
            let mut table = table(&name, &text_rows(&file.name, &file.text, delimiter));
            table.problems.splice(..0, file.problems);
            return Companion::Conversion(table).into();
        }
        Companion::Conversion(match workbook_rows(&file, &LAYOUT) {
            Ok(rows) => table(&name, &rows.unwrap_or_default()),
            Err(error) => unreadable(&name, error.to_string()),
        })
        .into()
    }
}

fn is_title_line(line: &str) -> bool {
    TITLES.iter().all(|(_, title)| line.contains(title))
}

const LAYOUT: Layout<'static> = Layout { title_rows: 10, columns: DAY + 1, is_titles: &is_titles };

fn is_titles(row: &Row) -> bool {
    TITLES.iter().all(|(at, title)| row.cell(*at).to_string().starts_with(title))
}

/// The content of a row.
enum Statement {
    Row(ConversionRow),
    Retired(Retired),
}

/// A fault in a row: the problem code, the column, from 0, and a sentence.
type Fault = (ProblemCode, usize, String);

fn statement(row: &Row) -> Result<Statement, Fault> {
    if row.is_torn() {
        let fact = "a cell spans several lines; a quote may not be closed".to_owned();
        return Err((ProblemCode::BadRecord, CURRENT, fact));
    }
    let subject = match row.cell(CHANGE).to_string().as_str() {
        "New" | "Revised" => Subject::Current,
        "Deleted" => Subject::Previous,
        _ => return Err(fault(row, CHANGE, ProblemCode::UnknownCell, "is not a known change type")),
    };
    let effective = effective_day(row)?;
    let (number, place) = (row.number, row.place());
    match (code(row, CURRENT)?, code(row, PREVIOUS)?) {
        (Some(current), previous) => {
            let previous = previous.map(|code| Previous {
                operands: vec![Operand::Code(code)],
                joints: Vec::new(),
                // Codes of this set never have dots.
                odd_dots: vec![0],
            });
            let previous = previous.unwrap_or_default();
            Ok(Statement::Row(ConversionRow { current, effective, subject, previous, row: number, place }))
        }
        (None, Some(code)) if subject == Subject::Previous => {
            Ok(Statement::Retired(Retired { code, effective, row: number }))
        }
        _ => Err(fault(row, CURRENT, ProblemCode::OddCode, "does not fit this change type")),
    }
}

fn fault(row: &Row, column: usize, code: ProblemCode, what: &str) -> Fault {
    (code, column, format!("{} {what}", row.cell(column).shown()))
}

/// Returns the code in a cell, or `None` if the cell states that it has none.
fn code(row: &Row, column: usize) -> Result<Option<String>, Fault> {
    let cell = row.cell(column).to_string();
    if cell == NONE {
        return Ok(None);
    }
    let code = (ICD10PCS.normalize)(&cell).filter(|code| code.len() == CODE_LENGTH && *code == cell);
    code.map(Some).ok_or_else(|| fault(row, column, ProblemCode::OddCode, "is not a code"))
}

fn effective_day(row: &Row) -> Result<Date, Fault> {
    let year = match row.cell(YEAR) {
        Cell::Number(year) if year.fract() == 0.0 => Some(*year as i16),
        cell => cell.to_string().parse().ok(),
    };
    let year = year.filter(|year| (2000..=2099).contains(year));
    let year = year.ok_or_else(|| fault(row, YEAR, ProblemCode::BadDate, "is not a year"))?;
    let day = row.cell(DAY).to_string();
    let date = day.split_once('.').and_then(|(month, day)| {
        let is_two_digits = month.len() == 2 && day.len() == 2;
        Date::new(year, month.parse().ok()?, day.parse().ok()?).ok().filter(|_| is_two_digits)
    });
    date.ok_or_else(|| fault(row, DAY, ProblemCode::BadDate, "is not a month and day, such as `10.01`"))
}

fn table(name: &str, rows: &[Row]) -> ConversionTable {
    let Some(titles) = LAYOUT.titles(rows) else {
        let [(_, first), .., (_, last)] = TITLES;
        return unreadable(name, format!("no row contains the titles `{first}` to `{last}`"));
    };
    let mut table = ConversionTable::new(&ICD10PCS, name);
    let mut problems = Problems::default();
    for row in rows[titles + 1..].iter().filter(|row| !row.is_empty()) {
        match statement(row) {
            Ok(Statement::Row(row)) => table.rows.push(row),
            Ok(Statement::Retired(retired)) => table.retired.push(retired),
            Err((code, column, fact)) => problems
                .add(code, || Problem::new(code, row.place_of(column), fact).hint("the row was left out")),
        }
    }
    table.problems = problems.finish(name);
    table
}

fn unreadable(name: &str, fact: String) -> ConversionTable {
    let problem = Problem::new(ProblemCode::BadRecord, Place::file(name), fact).hint("fetch the file again");
    ConversionTable { problems: vec![problem], ..ConversionTable::new(&ICD10PCS, name) }
}
