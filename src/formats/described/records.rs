//! Records of described files: the cells of the columns that a descriptor names, from files of any layout.

use super::super::text::TextFile;
use super::super::user_table_key::letters;
use super::claml;
use super::record::{Fault, Record, Records};
use crate::model::{Column, FileForm, FileLayout, Place, Problem, ProblemCode, SourceFile};
use crate::tables::rows::{Layout, Row, agreed_delimiter, delimiter, text_rows_with, workbook_rows};
use crate::tables::workbook::{Cell, is_workbook};

/// Number of rows that are searched for headings.
const HEADING_ROWS: u32 = 60;

/// Maximum columns of a file.
const MOST_COLUMNS: usize = 512;

/// Reads the records of a file.
///
/// # Errors
///
/// If the file lacks a column, or does not have the layout at all.
pub(super) fn read(file: SourceFile, layout: &FileLayout, columns: &[&Column]) -> Result<Records, Fault> {
    let name = file.source.name.clone();
    if is_workbook(&file.bytes) {
        return of_workbook(&file, layout, columns);
    }
    let mut text = match layout.encoding {
        Some(encoding) => TextFile::decode_as(file, encoding),
        None => TextFile::decode(file),
    };
    let problems = std::mem::take(&mut text.problems);
    let mut records = match layout.form {
        FileForm::Claml => claml::records(&text, columns)?,
        FileForm::Fixed => of_lines(&text, layout.skip_lines, columns),
        FileForm::Delimited { delimiter: mark, headings, quotes } => {
            let table = without_first_lines(&text.text, layout.skip_lines);
            let mark = mark
                .or_else(|| agreed_delimiter(table.trim_start()))
                .unwrap_or_else(|| delimiter(table.trim_start().lines().next().unwrap_or_default()));
            let rows = text_rows_with(&name, &table, mark, quotes);
            of_rows(&name, rows, headings, columns, Some(mark))?
        }
    };
    records.problems.splice(..0, problems);
    Ok(records)
}

/// Returns the text with its first lines emptied, so that the others keep their numbers.
fn without_first_lines(text: &str, count: usize) -> String {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let rest = text.splitn(count + 1, end).nth(count).unwrap_or_default();
    std::iter::repeat_n(end, count).chain(rest.chars()).collect()
}

fn of_workbook(file: &SourceFile, layout: &FileLayout, columns: &[&Column]) -> Result<Records, Fault> {
    let name = &file.source.name;
    let FileForm::Delimited { headings, .. } = layout.form else {
        let fact = "the file is a workbook, and its layout in the catalog is not `delimited`";
        return Err(Fault::new(Place::file(name), fact, "file.layout"));
    };
    let skip = layout.skip_lines;
    let has_columns = |row: &Row| places(row, columns).is_ok();
    let is_titles =
        |row: &Row| !row.is_empty() && row.number as usize > skip && (!headings || has_columns(row));
    let rows = Layout { title_rows: HEADING_ROWS, columns: MOST_COLUMNS, is_titles: &is_titles };
    let rows = workbook_rows(file, &rows)
        .map_err(|error| Fault::new(Place::file(name), error.to_string(), "file"))?;
    let rows = rows.unwrap_or_default().into_iter().filter(|row| row.number as usize > skip);
    of_rows(name, rows.collect(), headings, columns, None)
}

/// Converts rows to records; `delimiter` is that of a text.
fn of_rows(
    name: &str,
    rows: Vec<Row>,
    headings: bool,
    columns: &[&Column],
    delimiter: Option<u8>,
) -> Result<Records, Fault> {
    let first = rows.iter().position(|row| !row.is_empty());
    let (start, places) = if headings {
        let head = rows.iter().take(HEADING_ROWS as usize);
        match head.enumerate().find_map(|(at, row)| Some((at + 1, places(row, columns).ok()?))) {
            Some(found) => found,
            None => return Err(missing(name, first.map(|at| &rows[at]), columns)),
        }
    } else {
        (0, columns.iter().map(|column| number(column)).collect())
    };
    let mut records = Records::default();
    let last = places.iter().flatten().max().copied().unwrap_or(0);
    for row in rows[start..].iter().filter(|row| !row.is_empty()) {
        if delimiter.is_some_and(|delimiter| has_records(row, char::from(delimiter), last)) {
            let fact = "a cell spans several records; a quote may not be closed";
            // The records inside the cell cannot be recovered.
            records.is_cut = true;
            let problem = Problem::new(ProblemCode::BadRecord, row.place(), fact);
            records
                .problems
                .push(problem.hint("set `file.quotes = false` if quotes have no meaning in this file"));
        }
        let cell = |at: &Option<usize>| at.map(|at| row.cell(at).to_string()).unwrap_or_default();
        let cells = places.iter().map(cell).collect();
        records.rows.push(Record { place: row.place(), row: row.line_number(), cells });
    }
    Ok(records)
}

/// Returns whether a cell contains whole records: lines with all the columns up to the last one that is read. Text with line
/// breaks does not contain any.
fn has_records(row: &Row, delimiter: char, last: usize) -> bool {
    let is_record = |line: &str| line.matches(delimiter).count() >= last;
    let has_record = |cell: &Cell| cell.to_string().lines().skip(1).any(is_record);
    last > 0 && row.is_torn() && row.cells.iter().any(has_record)
}

/// Returns the position of a column that is named by its number.
fn number(column: &Column) -> Option<usize> {
    match column {
        Column::Number(number) => number.checked_sub(1),
        _ => None,
    }
}

/// Returns the positions of the columns by the headings in a row; otherwise the first column that is missing.
fn places<'c>(row: &Row, columns: &[&'c Column]) -> Result<Vec<Option<usize>>, &'c str> {
    let titles: Vec<String> = row.cells.iter().map(ToString::to_string).collect();
    let place = |column: &&'c Column| match column {
        Column::Heading(heading) => {
            let exact = titles.iter().position(|title| title.trim() == heading);
            let alike =
                || titles.iter().position(|title| !title.is_empty() && letters(title) == letters(heading));
            exact.or_else(alike).map(Some).ok_or(heading.as_str())
        }
        other => Ok(number(other)),
    };
    columns.iter().map(place).collect()
}

/// Returns the error for a table without one of the headings.
fn missing(name: &str, first: Option<&Row>, columns: &[&Column]) -> Fault {
    /// Maximum headings that a message names.
    const SHOWN: usize = 12;
    let Some(first) = first else {
        return Fault::new(Place::file(name), "the table has no rows", "file");
    };
    let heading = places(first, columns).err().unwrap_or_default();
    let titles: Vec<String> = first.cells.iter().map(ToString::to_string).collect();
    let shown: Vec<&str> =
        titles.iter().map(String::as_str).filter(|title| !title.is_empty()).take(SHOWN).collect();
    let fact = format!("there is no column `{heading}`; the first row is {}", shown.join(", "));
    Fault::new(first.place(), fact, "columns")
}

fn of_lines(text: &TextFile, skip: usize, columns: &[&Column]) -> Records {
    let mut records = Records::default();
    for line in text.lines().skip(skip).filter(|line| !line.text.trim().is_empty()) {
        let cell = |column: &&Column| match column {
            Column::Characters { first, last: Some(last) } => line.columns(*first, *last).trim().to_owned(),
            Column::Characters { first, last: None } => line.rest_from(*first).trim().to_owned(),
            _ => String::new(),
        };
        let cells = columns.iter().map(cell).collect();
        records.rows.push(Record { place: text.place(&line, 0), row: line.number, cells });
    }
    records
}
