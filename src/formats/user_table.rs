//! A user's own table: CSV, TSV, semicolons, pipes, a workbook, or JSON, with a column of keys.
//!
//! Headings may follow a banner, or be missing: `user_table_key` finds them and the keys. JSON is a list of flat objects,
//! also one on each line, or an object whose keys are the codes.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Deserializer, Map, Value};

use super::rows::{Layout, Row, agreed_delimiter, delimiter, text_rows, workbook_rows};
use super::text::{TextFile, lines};
use super::user_table_key::{self as key, Cells, KeyError, LONG, letters};
use super::workbook::is_workbook;
use super::{Concepts, Format, Options, Part, Sample};
use crate::fields::notation::cleaned;
use crate::model::sets::TABLE;
use crate::model::{
    Concept, Coverage, Details, Level, Place, Problem, ProblemCode, Problems, Property, PropertyDefinition,
    PropertyGroup, ReleaseTable, SourceFile, Span, ValueKind,
};
use crate::tables::WorkbookError;

/// The group of all the columns of a table.
static COLUMNS: PropertyGroup = PropertyGroup::shown("columns", "the columns of your table");

/// Titles of columns of abbreviated descriptions.
const SHORT: &[&str] = &["shortdescription", "short", "shortname", "shortdesc", "abbreviation"];

/// Maximum columns of a table.
const MOST_COLUMNS: usize = 512;

/// See the module.
pub(super) struct UserTable;

impl Format for UserTable {
    fn id(&self) -> &'static str {
        "user_table"
    }

    fn title(&self) -> &'static str {
        "a table with a column of keys (CSV, TSV, workbook, JSON)"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["table"]
    }

    fn on_request(&self) -> bool {
        true
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        is_workbook(sample.bytes) || is_json(sample.bytes) || sample.lines().next().is_some()
    }

    fn read(&self, file: SourceFile, options: &Options) -> Part {
        let name = file.source.name.clone();
        let table = if is_workbook(&file.bytes) {
            workbook_rows(&file, &LAYOUT)
                .map(|rows| of_rows(rows.unwrap_or_default(), Vec::new()))
                .map_err(TableError::from)
        } else {
            let text = TextFile::decode(file);
            let json = text.text.trim_start().starts_with(['[', '{']);
            if json { of_json(&text) } else { Ok(of_text(text)) }
        };
        Part::Concepts(
            table
                .and_then(|table| concepts(table, name.clone(), options))
                .unwrap_or_else(|error| unreadable(&name, &error)),
        )
    }
}

const LAYOUT: Layout<'static> =
    Layout { title_rows: 50, columns: MOST_COLUMNS, is_titles: &|row| !row.is_empty() };

fn is_json(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'[' | b'{'))
}

/// The reason why a file is not a table of codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum TableError {
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
    #[error("the file is not JSON: {0}")]
    NotJson(String),
    #[error("the JSON is not a list of objects")]
    NotObjects,
    #[error("the JSON is not a list of objects or an object of codes")]
    NotCodes,
    #[error(transparent)]
    Key(#[from] KeyError),
}

fn unreadable(name: &str, error: &TableError) -> Concepts {
    let problem = Problem::new(ProblemCode::BadRecord, Place::file(name), error.to_string()).hint(format!(
        "name the column of codes with {}: by its heading, or by its number where there are no headings",
        key::KEY_OPTION
    ));
    Concepts {
        coverage: Coverage { whole: false, ..Coverage::default() },
        problems: vec![problem],
        ..Concepts::new(name.to_owned(), &TABLE, ReleaseTable::default())
    }
}

/// Returns whether rows are whole lines of words: there is a single column, and most of its values have blanks in them.
fn is_prose(cells: &Cells) -> bool {
    let has_one_column = cells.titles.is_empty() && cells.rows.iter().all(|(_, row)| row.len() <= 1);
    let mut lines = cells.rows.iter().filter_map(|(_, row)| row.first()).map(|(_, line)| line.trim());
    let words = lines.clone().filter(|line| line.contains(' ') || line.starts_with('<')).count();
    has_one_column && lines.next().is_some() && words * 2 > cells.rows.len()
}

/// Returns the error for a text without columns: whole lines are not codes.
fn undescribed(name: &str) -> Concepts {
    let fact = "the text has no headings, no common delimiter, and no code at the beginning of each line";
    let hint = "describe the file by a [[set]] in a catalog; codeset sets --describe FILE drafts one";
    let problem = Problem::new(ProblemCode::BadRecord, Place::file(name), fact).hint(hint);
    Concepts {
        coverage: Coverage { whole: false, ..Coverage::default() },
        problems: vec![problem],
        ..Concepts::new(name.to_owned(), &TABLE, ReleaseTable::default())
    }
}

fn of_text(file: TextFile) -> Cells {
    let (text, delimiter) = delimited(&file.text);
    of_rows(text_rows(&file.name, &text, delimiter), file.problems)
}

/// Number of lines that are examined to decide whether each begins with a code.
const LINES: usize = 100;

/// Returns the text and the delimiter of its columns. In a text without one, whose lines begin with a code, a tab is inserted
/// after each code.
fn delimited(text: &str) -> (Cow<'_, str>, u8) {
    let first = text.lines().next().unwrap_or_default();
    if let Some(delimiter) = agreed_delimiter(text) {
        // The line with `sep=` stays, empty, so that the lines after it keep their numbers.
        let from = if first.starts_with("sep=") { first.len() } else { 0 };
        return (Cow::Borrowed(text.get(from..).unwrap_or_default()), delimiter);
    }
    let head: Vec<&str> =
        lines(text).map(|line| line.text).filter(|line| !line.trim().is_empty()).take(LINES).collect();
    let is_coded = |line: &&&str| line.split_once(' ').is_some_and(|(code, _)| key::is_code_like(code));
    if head.iter().filter(is_coded).count() * 20 < head.len() * 19 {
        return (Cow::Borrowed(text), delimiter(head.first().unwrap_or(&"")));
    }
    let split = |line: &str| match line.trim().split_once(' ').map(|(code, rest)| (code, rest.trim())) {
        // A quote is special only at the beginning of a cell.
        Some((code, rest)) if rest.starts_with('"') => format!("{code}\t\"{}\"\n", rest.replace('"', "\"\"")),
        Some((code, rest)) => format!("{code}\t{rest}\n"),
        None => format!("{}\n", line.trim()),
    };
    (Cow::Owned(lines(text).map(|line| split(line.text)).collect()), b'\t')
}

pub(super) fn of_rows(rows: Vec<Row>, problems: Vec<Problem>) -> Cells {
    let cells = |row: &Row| {
        let cells = row.cells.iter().map(ToString::to_string).zip(0..);
        cells.filter(|(cell, _)| !cell.is_empty()).map(|(cell, column)| (column, cell)).collect()
    };
    let rows = rows.iter().filter(|row| !row.is_empty()).map(|row| (row.place(), cells(row))).collect();
    Cells { titles: Vec::new(), rows, key: None, problems }
}

/// Reads the objects of a JSON list, or one object per line; or an object of codes with their descriptions, or with objects.
fn of_json(file: &TextFile) -> Result<Cells, TableError> {
    let mut values = Vec::new();
    for value in Deserializer::from_str(&file.text).into_iter::<Value>() {
        match value.map_err(|error| TableError::NotJson(error.to_string()))? {
            Value::Array(list) => values.extend(list),
            other => values.push(other),
        }
    }
    if let [Value::Object(_)] = &values[..]
        && let Some(Value::Object(object)) = values.pop()
    {
        return of_object(file, object);
    }
    let mut rows = JsonRows::new(file);
    for value in &values {
        let Value::Object(object) = value else {
            return Err(TableError::NotObjects);
        };
        rows.push(object.iter());
    }
    Ok(rows.finish(None))
}

/// Reads a single object: a record with a heading of keys, a wrapper around a list, or codes with their values.
fn of_object(file: &TextFile, object: Map<String, Value>) -> Result<Cells, TableError> {
    let mut rows = JsonRows::new(file);
    if object.keys().any(|title| key::is_key_title(title)) {
        rows.push(object.iter());
        return Ok(rows.finish(None));
    }
    let is_list = |value: &&Value| matches!(value, Value::Array(list) if list.iter().all(Value::is_object) && !list.is_empty());
    let mut lists = object.values().filter(is_list);
    if let (Some(Value::Array(list)), None) = (lists.next(), lists.next()) {
        list.iter().filter_map(Value::as_object).for_each(|object| rows.push(object.iter()));
        return Ok(rows.finish(None));
    }
    if object.values().any(Value::is_array) {
        return Err(TableError::NotCodes);
    }
    let has_code = object.values().any(|value| value.get(CODE).is_some());
    let title = if has_code { "key" } else { CODE };
    for (code, value) in &object {
        let code = (title.to_owned(), Value::String(code.clone()));
        match value {
            Value::Object(fields) => rows.push([(&code.0, &code.1)].into_iter().chain(fields)),
            other => {
                let text = DESCRIPTION.to_owned();
                rows.push([(&code.0, &code.1), (&text, other)].into_iter());
            }
        }
    }
    Ok(rows.finish(Some(0)))
}

/// The titles of the columns of an object of codes.
const CODE: &str = "code";
const DESCRIPTION: &str = "description";

/// Rows of JSON objects: each keeps only its own fields, so that many titles need no more memory than the file itself.
struct JsonRows<'f> {
    file: &'f TextFile,
    titles: Vec<String>,
    columns: HashMap<String, u32>,
    rows: Vec<(Place, Vec<(u32, String)>)>,
}

impl<'f> JsonRows<'f> {
    fn new(file: &'f TextFile) -> Self {
        Self { file, titles: Vec::new(), columns: HashMap::new(), rows: Vec::new() }
    }

    fn push<'v>(&mut self, fields: impl Iterator<Item = (&'v String, &'v Value)>) {
        let mut row = Vec::new();
        for (title, value) in fields {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.trim().to_owned(),
                other => other.to_string(),
            };
            let column = match self.columns.get(title) {
                Some(column) => *column,
                None => {
                    let column = self.titles.len() as u32;
                    self.titles.push(title.clone());
                    self.columns.insert(title.clone(), column);
                    column
                }
            };
            row.push((column, text));
        }
        row.sort_by_key(|(column, _)| *column);
        self.rows.push((Place::file(&self.file.name), row));
    }

    fn finish(self, key: Option<usize>) -> Cells {
        Cells { titles: self.titles, rows: self.rows, key, problems: self.file.problems.clone() }
    }
}

/// Builds the concepts of a table whose columns are known.
fn concepts(cells: Cells, name: String, options: &Options) -> Result<Concepts, TableError> {
    if is_prose(&cells) {
        return Ok(undescribed(&name));
    }
    let cells = key::find(cells, &name, options.key.as_deref())?;
    let key = cells.key.unwrap_or(0);
    let mut by_title: HashMap<String, usize> = HashMap::new();
    for (title, at) in cells.titles.iter().zip(0..) {
        by_title.entry(letters(&key::without_year(title))).or_insert(at);
    }
    let column = |titles: &[&str]| titles.iter().find_map(|wanted| by_title.get(*wanted).copied());
    let long = column(LONG).filter(|column| *column != key);
    let short = column(SHORT).filter(|column| *column != key);
    let own = |column: &usize| *column != key && Some(*column) != long && Some(*column) != short;
    let columns: Vec<usize> = (0..cells.titles.len()).filter(own).take(MOST_COLUMNS).collect();
    let properties = columns.iter().map(|column| definition(&cells.titles[*column])).collect();
    let positions: HashMap<u32, u16> = (0..).zip(&columns).map(|(at, column)| (*column as u32, at)).collect();
    let mut table = ReleaseTable { properties, ..ReleaseTable::default() };
    let mut problems = Problems::default();
    if cells.titles.len() > MOST_COLUMNS {
        problems.add(ProblemCode::UnknownColumn, || {
            let fact = format!(
                "the table has {} columns; only {MOST_COLUMNS} of them are compared",
                cells.titles.len()
            );
            Problem::new(ProblemCode::UnknownColumn, Place::file(&name), fact)
        });
    }
    let mut lines = Vec::new();
    for (place, row) in &cells.rows {
        let cell = |column: usize| key::cell(row, column).trim();
        let code = cleaned(cell(key));
        if code.is_empty() {
            problems.add(ProblemCode::BadRecord, || {
                let fact = format!("the row has nothing in the column `{}`", key::title_of(&cells, key));
                Problem::new(ProblemCode::BadRecord, place.clone(), fact).hint("the row was left out")
            });
            continue;
        }
        let own = row.iter().filter_map(|(column, text)| Some((*positions.get(column)?, text.trim())));
        let details = details(&mut table, own);
        let code = table.add_text(&code);
        let text = |table: &mut ReleaseTable, column: Option<usize>| {
            column.map(|column| table.add_text(cell(column)))
        };
        let (long, short) = (text(&mut table, long), text(&mut table, short));
        let order = table.concepts.len() as u32;
        let (long, level) = (long.unwrap_or(Span::default()), Level::Code);
        table.concepts.push(Concept { code, long, short, order, level, details });
        lines.push(place.line.unwrap_or(0));
    }
    let problems = cells.problems.into_iter().chain(problems.finish(&name)).collect();
    Ok(Concepts { lines, problems, ..Concepts::new(name, &TABLE, table) })
}

fn definition(title: &str) -> PropertyDefinition {
    PropertyDefinition { name: Cow::Owned(title.trim().to_owned()), group: &COLUMNS, kind: ValueKind::Text }
}

fn details<'v>(
    table: &mut ReleaseTable,
    values: impl Iterator<Item = (u16, &'v str)>,
) -> Option<Box<Details>> {
    let values = values.filter(|(_, value)| !value.is_empty());
    let properties: Vec<_> =
        values.map(|(definition, value)| Property { definition, value: table.add_text(value) }).collect();
    Some(Box::new(Details { properties, ..Details::default() }))
        .filter(|details| !details.properties.is_empty())
}
