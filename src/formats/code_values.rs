//! Any table with a column of codes and a column of values: CSV, TSV, semicolons, pipes, a workbook.
//!
//! The first row that is not empty holds the titles. The codes are in the column whose cells are codes of the set in use; the
//! values are in the only other column, in the one with the name of the attribute, or in the one that the user names.

use super::Sample;
use super::attribute_layout::{AttributeError, AttributeLayout, AttributeOptions, AttributePart};
use super::attribute_rows::{TitledRows, letters, titled_rows};
use crate::fields::{Names, roles};
use crate::model::{AttributeTable, CodeSet, Place, Problem, ProblemCode, SourceFile};

/// Number of rows that decide which column holds the codes.
const LOOKED_AT: usize = 500;

/// See the module.
pub(super) struct CodeValues;

impl AttributeLayout for CodeValues {
    fn id(&self) -> &'static str {
        "code_values"
    }

    fn title(&self) -> &'static str {
        "a table of codes and values"
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        super::workbook::is_workbook(sample.bytes) || sample.lines().next().is_some()
    }

    fn read(
        &self,
        file: SourceFile,
        options: &AttributeOptions<'_>,
    ) -> Result<AttributePart, AttributeError> {
        let mut rows = titled_rows(&file, &|cells| cells.iter().any(|cell| !cell.is_empty()))?;
        let name = &file.source.name;
        let Some(code) = code_column(&rows, options.set) else {
            let fact = format!("no column contains {} codes", options.set.title);
            return Err(AttributeError::new(
                format!("{name}: {fact}"),
                "put the titles in the first row and the codes in one column",
            ));
        };
        let value = value_column(&rows, code, options).map_err(|error| {
            let titles = rows.titles.iter().enumerate().filter(|(at, _)| *at != code);
            let titles = titles
                .map(|(_, title)| title.as_str())
                .filter(|title| roles::is_quotable(title) || is_version(title));
            AttributeError::column(name, &error.to_string(), &titles.collect::<Vec<_>>())
        })?;
        // A missing line end does not mean that the file was cut, because a spreadsheet may have written it.
        rows.cut = None;
        let shown = |column: usize| Names::KnownWords.name(&rows.titles[column]);
        let fact = format!("column `{}` read as the values, `{}` as the codes", shown(value), shown(code));
        let problem = Problem::new(ProblemCode::ColumnAssumed, Place::file(name), fact);
        let mut table = AttributeTable::new(self.title(), file.source, options.set);
        table.problems.push(problem);
        rows.fill(&mut table, code, |row| {
            Some(row.cell(value).to_string()).filter(|value| !value.is_empty())
        });
        Ok(AttributePart::Table(table))
    }
}

/// Returns whether a title is a version number: `v43.0`.
fn is_version(title: &str) -> bool {
    let is_number = |digit: char| digit.is_ascii_digit() || digit == '.';
    title.strip_prefix('v').is_some_and(|number| number.len() <= 5 && number.chars().all(is_number))
}

/// Returns the column in which most cells are codes of a set.
fn code_column(rows: &TitledRows, set: &CodeSet) -> Option<usize> {
    let looked_at = || rows.rows.iter().take(LOOKED_AT);
    let codes = |column: usize| {
        looked_at().filter(|row| (set.normalize)(&row.cell(column).to_string()).is_some()).count()
    };
    let counts = (0..rows.titles.len()).map(|column| (codes(column), column));
    let (count, column) = counts.max_by_key(|&(count, column)| (count, std::cmp::Reverse(column)))?;
    (count * 2 > looked_at().count()).then_some(column)
}

/// The reason why no column holds the values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum ColumnError {
    #[error("there is no column `{0}`")]
    Missing(String),
    #[error("cannot tell which column contains the values")]
    Unknown,
}

fn value_column(
    rows: &TitledRows,
    code: usize,
    options: &AttributeOptions<'_>,
) -> Result<usize, ColumnError> {
    let others = || (0..rows.titles.len()).filter(|column| *column != code);
    if let Some(asked) = options.column {
        let exact = others().find(|column| rows.titles[*column] == asked.trim());
        let alike = || others().find(|column| letters(&rows.titles[*column]) == letters(asked));
        return exact.or_else(alike).ok_or_else(|| ColumnError::Missing(asked.to_owned()));
    }
    let named = others().find(|column| letters(&rows.titles[*column]) == letters(options.name));
    let only = || {
        let mut others = others();
        others.next().filter(|_| others.next().is_none())
    };
    named.or_else(only).ok_or(ColumnError::Unknown)
}
