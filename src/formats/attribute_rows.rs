//! Tables of attributes: a row of titles, then rows with a code and its values. From rows to values.

use super::attribute_layout::AttributeError;
use super::rows::{Layout, Row, delimiter, text_rows, workbook_rows};
use super::text::TextFile;
use super::workbook::{Cell, is_workbook};
use crate::model::{AttributeTable, Problem, ProblemCode, Problems, SourceFile};

/// Number of rows that are searched for the titles: prose may come before them.
const TITLE_ROWS: u32 = 50;

/// Maximum columns: a matrix of versions may be wide.
const MOST_COLUMNS: usize = 256;

/// The rows of a table after its titles.
pub(super) struct TitledRows {
    /// The titles.
    pub(super) titles: Vec<String>,
    /// The rows below them.
    pub(super) rows: Vec<Row>,
    /// Problems found in the file.
    pub(super) problems: Vec<Problem>,
    /// Set if the file ends in the middle of a line.
    pub(super) cut: Option<Problem>,
}

/// Finds the titles of a table and the rows below them.
///
/// # Errors
///
/// If the file cannot be read, or has no such titles.
pub(super) fn titled_rows(
    file: &SourceFile,
    is_titles: &dyn Fn(&[String]) -> bool,
) -> Result<TitledRows, AttributeError> {
    let is_row_of_titles = |row: &Row| is_titles(&texts(row));
    let layout = Layout { title_rows: TITLE_ROWS, columns: MOST_COLUMNS, is_titles: &is_row_of_titles };
    let name = &file.source.name;
    let (rows, problems, cut) = if is_workbook(&file.bytes) {
        let rows =
            workbook_rows(file, &layout).map_err(|error| AttributeError::of(name, error.to_string()))?;
        (rows.unwrap_or_default(), Vec::new(), None)
    } else {
        let text = TextFile::decode(file.clone());
        let cut = text.lines().last().filter(|line| !line.ended).and_then(|_| text.truncated());
        (rows_of(&text, is_titles), text.problems, cut)
    };
    let Some(at) = layout.titles(&rows) else {
        return Err(AttributeError::of(name, "the row of titles is missing".to_owned()));
    };
    let titles = texts(&rows[at]);
    let rows = rows.into_iter().skip(at + 1).filter(|row| !row.is_empty()).collect();
    Ok(TitledRows { titles, rows, problems, cut })
}

/// Splits a text into rows. The line of the titles decides the delimiter, or the first line if a quote hides that line.
fn rows_of(text: &TextFile, is_titles: &dyn Fn(&[String]) -> bool) -> Vec<Row> {
    let mut lines = text.lines().filter(|line| !line.text.trim().is_empty()).take(TITLE_ROWS as usize);
    let titles = lines.find(|line| is_titles(&cells_of_line(line.text)));
    let first = || text.lines().find(|line| !line.text.trim().is_empty());
    let identified_by = titles.or_else(first).map_or(b',', |line| delimiter(line.text));
    text_rows(&text.name, &text.text, identified_by)
}

/// Returns the cells of a line, accurate enough to recognize titles.
pub(super) fn cells_of_line(line: &str) -> Vec<String> {
    super::attribute_table::cells_of_line(line)
}

fn texts(row: &Row) -> Vec<String> {
    super::attribute_table::texts(row)
}

/// Returns the letters and digits of a title, in lowercase.
pub(super) fn letters(title: &str) -> String {
    title.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl TitledRows {
    /// Returns the column under a title, ignoring case and marks.
    pub(super) fn column(&self, title: &str) -> Option<usize> {
        self.titles.iter().position(|other| letters(other) == letters(title))
    }

    /// Adds the values of the rows to a table: `value` returns the value that a row has for its code, if any.
    pub(super) fn fill(
        self,
        table: &mut AttributeTable,
        code: usize,
        value: impl Fn(&Row) -> Option<String>,
    ) {
        let mut found = Problems::default();
        for row in &self.rows {
            match code_of(row, code, table) {
                Ok(Some(code)) => {
                    if let Some(value) = value(row) {
                        table.values.entry(code).or_default().insert(value);
                    }
                }
                Ok(None) => {}
                Err((kind, fact)) => found
                    .add(kind, || Problem::new(kind, row.place_of(code), fact).hint("the row was left out")),
            }
        }
        table.problems.extend(self.problems);
        let name = table.files();
        table.problems.extend(found.finish(&name));
    }
}

/// Returns the code of a row, or `None` if the row is a note below the table.
fn code_of(
    row: &Row,
    column: usize,
    table: &AttributeTable,
) -> Result<Option<String>, (ProblemCode, String)> {
    if row.is_torn() {
        let fact = "a cell spans several lines; a quote may not be closed".to_owned();
        return Err((ProblemCode::BadRecord, fact));
    }
    if *row.cell(column) == Cell::Empty {
        let cells = row.cells.iter().filter(|cell| **cell != Cell::Empty).count();
        let fact = "the row has no code".to_owned();
        return if cells < 2 { Ok(None) } else { Err((ProblemCode::BadRecord, fact)) };
    }
    let typed = row.cell(column).to_string();
    let code = (table.set.normalize)(&typed);
    let odd =
        || (ProblemCode::OddCode, format!("`{}` is not a code of {}", typed.escape_debug(), table.set.title));
    code.map(Some).ok_or_else(odd)
}
