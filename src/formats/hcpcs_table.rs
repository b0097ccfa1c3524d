//! HCPCS Level II as a table: the workbook (xlsx, xls) that comes with the contractor records, or a CSV made of it.
//!
//! Source: CMS, alpha-numeric HCPCS workbooks of 2017 to 2026. A disclaimer of up to ten rows may precede the titles.
//! The HCPC of a modifier begins with three blanks; cells are text, a few are numbers.

use super::hcpcs_build::{Builder, Record, foreign, is_code};
use super::rows::{Layout, Row, delimiter, text_rows, workbook_rows};
use super::text::TextFile;
use super::workbook::{Cell, is_workbook};
use super::{Concepts, Format, Options, Part, Sample};
use crate::model::sets::HCPCS;
use crate::model::{Place, Problem, ProblemCode, SourceFile, Wanted};

/// Number of first rows that are searched for the titles; so far they are in the eleventh row at the latest (2020).
const TITLE_ROWS: u32 = 60;

/// Maximum columns that are read: the workbook has 48.
const COLUMNS: usize = 64;

/// The columns that every table has.
const CODE: &str = "HCPC";
const RECORD: &str = "RECID";
const LONG: &str = "LONG DESCRIPTION";
const SHORT: &str = "SHORT DESCRIPTION";

/// See the module.
pub(super) struct HcpcsTable;

impl Format for HcpcsTable {
    fn id(&self) -> &'static str {
        "hcpcs_table"
    }

    fn title(&self) -> &'static str {
        "HCPCS Level II workbook or table"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["hcpcs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        if is_workbook(sample.bytes) {
            return sample.is_workbook_with(&["SEQNUM", RECORD]);
        }
        sample.lines().any(|line| is_title_line(line.text))
    }

    fn wanted(&self, sample: &Sample<'_>) -> Wanted {
        sample.text_before_workbook()
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let name = file.source.name.clone();
        if !is_workbook(&file.bytes) {
            return Part::Concepts(of_text(TextFile::decode(file)));
        }
        Part::Concepts(match workbook_rows(&file, &LAYOUT) {
            Ok(rows) => table(name, &rows.unwrap_or_default(), None, Vec::new()),
            Err(error) => {
                let problem = Problem::new(ProblemCode::BadRecord, Place::file(&name), error.to_string());
                finished(Builder::default(), name, true, vec![problem.hint("fetch the file again")])
            }
        })
    }
}

fn of_text(mut file: TextFile) -> Concepts {
    let titles = file.lines().find(|line| is_title_line(line.text));
    let mut rows = text_rows(&file.name, &file.text, titles.map_or(b',', |line| delimiter(line.text)));
    // A row without its line end may be incomplete.
    let cut = file.lines().last().is_some_and(|line| !line.ended);
    let last = if cut { rows.pop() } else { None };
    let mut problems = std::mem::take(&mut file.problems);
    problems.extend(file.truncated().filter(|_| cut));
    table(file.name, &rows, last.as_ref(), problems)
}

const LAYOUT: Layout<'static> =
    Layout { title_rows: TITLE_ROWS, columns: COLUMNS, is_titles: &|row| Columns::of(row).is_some() };

fn is_title_line(line: &str) -> bool {
    let has =
        |title: &str| line.split([',', '\t', ';', '|']).any(|cell| is_title(cell.trim_matches('"'), title));
    has(CODE) && has(RECORD) && has(LONG)
}

/// Returns whether a cell is a title, whatever separates its words: `ADD DT`, `ADD_DT`.
fn is_title(cell: &str, title: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|char| char.is_alphanumeric())
            .map(|char| char.to_ascii_uppercase())
            .collect::<String>()
    };
    letters(cell) == letters(title)
}

/// The positions of the columns.
struct Columns {
    code: usize,
    record: usize,
    long: usize,
    short: Option<usize>,
    /// The column of each attribute of the set.
    attributes: Vec<Option<usize>>,
}

impl Columns {
    /// Finds them by their titles; `None` if the row does not have the titles.
    fn of(row: &Row) -> Option<Self> {
        let find = |title: &str| {
            row.cells.iter().position(|cell| matches!(cell, Cell::Text(text) if is_title(text, title)))
        };
        Some(Self {
            code: find(CODE)?,
            record: find(RECORD)?,
            long: find(LONG)?,
            short: find(SHORT),
            attributes: HCPCS.properties.iter().map(|definition| find(&definition.name)).collect(),
        })
    }
}

/// Builds the concepts of the rows, without the last row of a cut file.
fn table(name: String, rows: &[Row], cut: Option<&Row>, problems: Vec<Problem>) -> Concepts {
    let mut builder = Builder::default();
    let Some(titles) = LAYOUT.titles(rows) else {
        let fact =
            format!("the titles `{CODE}`, `{RECORD}` and `{LONG}` are not in the first {TITLE_ROWS} rows");
        let problem = Problem::new(ProblemCode::BadRecord, Place::file(&name), fact);
        return finished(builder, name, true, vec![problem.hint("fetch the file again")]);
    };
    let mut problems = problems;
    if let Some(columns) = Columns::of(&rows[titles]) {
        problems.extend(missing(&columns, &rows[titles]));
        let is_held = |at: u16| columns.attributes[usize::from(at)].is_some();
        builder.set_absent(HCPCS.properties_but(is_held));
        for row in rows[titles + 1..].iter().filter(|row| !row.is_empty()) {
            take(&mut builder, &columns, row);
        }
        if let Some(row) = cut {
            let code = row.cell(columns.code).to_string();
            builder.drop_last(|last| last.starts_with(&code));
            builder.reject(Some(code.as_str()).filter(|code| is_code(code, Record::Procedure)));
        }
    }
    finished(builder, name, cut.is_some(), problems)
}

/// Finishes the concepts of a table, for which the builder keeps every text.
fn finished(builder: Builder<'_>, name: String, cut: bool, problems: Vec<Problem>) -> Concepts {
    let (mut concepts, kept) = builder.finish(name, cut, problems);
    concepts.table.text = kept.after(String::new());
    concepts
}

/// Returns the note about a table that lacks columns of the record.
fn missing(columns: &Columns, titles: &Row) -> Option<Problem> {
    let attributes = HCPCS.properties.iter().zip(&columns.attributes);
    let mut names: Vec<&str> =
        attributes.filter(|(_, column)| column.is_none()).map(|(definition, _)| &*definition.name).collect();
    if columns.short.is_none() {
        names.insert(0, SHORT);
    }
    let fact = format!("the table lacks columns of the record: {}", names.join(", "));
    let problem = || Problem::new(ProblemCode::MissingColumns, titles.place(), fact);
    (!names.is_empty()).then(|| problem().hint("these columns are not compared"))
}

fn take(builder: &mut Builder<'_>, columns: &Columns, row: &Row) {
    let code = row.cell(columns.code).to_string();
    let long = row.cell(columns.long).to_string();
    let (column, problem, fact) = match record(&code, &row.cell(columns.record).to_string()) {
        Ok(record) if !record.is_continuation() => {
            let short = columns.short.map(|column| row.cell(column).to_string());
            let values: Vec<(u16, String)> = attributes(columns, row).collect();
            let values = values.iter().map(|(at, value)| (*at, value.as_str()));
            let place_of =
                |at: u16| row.place_of(columns.attributes[usize::from(at)].unwrap_or(columns.code));
            builder.first((&code, record), (&long, short.as_deref()), values, place_of, row.place().line);
            return;
        }
        Ok(record) if builder.more((&code, record), &long) => return,
        Ok(_) => {
            let fact = format!("this continuation of {code} does not follow a record of {code}");
            (columns.code, ProblemCode::BadRecord, fact)
        }
        Err((is_code, problem, fact)) => (if is_code { columns.code } else { columns.record }, problem, fact),
    };
    match problem {
        ProblemCode::ForeignCode => builder.skip(),
        _ => builder.reject(Some(code.as_str()).filter(|code| !code.is_empty())),
    }
    builder
        .problems
        .add(problem, || Problem::new(problem, row.place_of(column), fact).hint("the row was left out"));
}

/// Returns the kind of a record; the error is whether its code is at fault, the problem code, and a sentence.
fn record(code: &str, kind: &str) -> Result<Record, (bool, ProblemCode, String)> {
    if let Some(set) = foreign(code) {
        let fact = format!("`{code}` has the form of a {set} code, which the Level II file does not contain");
        return Err((true, ProblemCode::ForeignCode, fact));
    }
    let Some(record) = Record::parse(kind) else {
        let fact = format!("{RECORD} is `{}`, it must be 3, 4, 7 or 8", kind.escape_debug());
        return Err((false, ProblemCode::BadRecord, fact));
    };
    if is_code(code, record) {
        return Ok(record);
    }
    let fact = format!("`{}` is neither a letter and four digits nor a modifier", code.escape_debug());
    Err((true, ProblemCode::BadRecord, fact))
}

/// Returns the attributes of a row that are not empty, by the positions of their definitions.
fn attributes<'a>(columns: &'a Columns, row: &'a Row) -> impl Iterator<Item = (u16, String)> + 'a {
    let columns = (0..).zip(&columns.attributes);
    columns.filter_map(move |(at, column)| {
        let value = match row.cell((*column)?) {
            // A spreadsheet converted `00` to a number, or a date to one.
            Cell::Number(number) => format!("{number:0>width$}", width = width(at)),
            Cell::Date(date) => date.strftime("%Y%m%d").to_string(),
            cell => cell.to_string(),
        };
        Some((at, value)).filter(|(_, value)| !value.is_empty())
    })
}

/// Returns the number of digits of a number in the record.
fn width(attribute: u16) -> usize {
    match &*HCPCS.properties[usize::from(attribute)].name {
        "PRICE1" | "PRICE2" | "PRICE3" | "PRICE4" => 2,
        name if name.starts_with("LABCERT") => 3,
        "PROCNOTE" => 4,
        _ => 0,
    }
}
