//! A user's own table: CSV, TSV, semicolons, pipes, a workbook, or JSON, with a column of keys.
//!
//! The first row that is not empty holds the titles. JSON is a list of flat objects, also one a line.

use std::borrow::Cow;

use serde_json::{Deserializer, Map, Value};

use super::rows::{Layout, Row, delimiter, text_rows, workbook_rows};
use super::text::TextFile;
use super::workbook::is_workbook;
use super::{Concepts, Format, Options, Part, Sample};
use crate::model::sets::TABLE;
use crate::model::{
    Concept, Coverage, Details, Level, Place, Problem, ProblemCode, Problems, Property, PropertyDefinition,
    PropertyGroup, ReleaseTable, SourceFile, Span, ValueKind,
};

/// The group of all the columns of a table.
static COLUMNS: PropertyGroup = PropertyGroup::shown("columns", "the columns of your table");

/// Titles of columns of keys, without what is neither letter nor digit, the likeliest first.
const KEYS: &[&str] =
    &["code", "key", "id", "icd10", "icdcode", "hcpcs", "cpt", "ndc", "procedurecode", "dxcode"];

/// Titles of columns of descriptions.
const LONG: &[&str] =
    &["description", "longdescription", "long", "title", "name", "label", "display", "text", "desc"];

/// Titles of columns of abbreviated descriptions.
const SHORT: &[&str] = &["shortdescription", "short", "shortname", "shortdesc", "abbreviation"];

/// How many columns a table may have.
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

    fn recognises(&self, sample: &Sample<'_>) -> bool {
        is_workbook(sample.bytes) || is_json(sample.bytes) || sample.lines().next().is_some()
    }

    fn read(&self, file: SourceFile, options: &Options) -> Part {
        let name = file.source.name.clone();
        let table = if is_workbook(&file.bytes) {
            workbook_rows(&file, &LAYOUT).map(|rows| of_rows(rows.unwrap_or_default(), Vec::new()))
        } else {
            let text = TextFile::decode(file);
            let json = text.text.trim_start().starts_with(['[', '{']);
            if json { of_json(&text) } else { Ok(of_text(text)) }
        };
        Part::Concepts(
            table
                .map_or_else(|fault| unreadable(&name, fault), |table| table.concepts(name.clone(), options)),
        )
    }
}

const LAYOUT: Layout<'static> =
    Layout { title_rows: 50, columns: MOST_COLUMNS, is_titles: &|row| !row.is_empty() };

fn is_json(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'[' | b'{'))
}

fn unreadable(name: &str, fact: String) -> Concepts {
    let problem = Problem::new(ProblemCode::BadRecord, Place::file(name), fact)
        .hint("the first row of a table holds its titles; the column of codes is named with --key");
    Concepts {
        coverage: Coverage { whole: false, ..Coverage::default() },
        problems: vec![problem],
        ..Concepts::new(name.to_owned(), &TABLE, ReleaseTable::default())
    }
}

/// A table before anybody knows what its columns mean.
struct Cells {
    titles: Vec<String>,
    rows: Vec<(Place, Vec<String>)>,
    problems: Vec<Problem>,
}

fn of_text(file: TextFile) -> Cells {
    let titles = file.lines().find(|line| !line.text.trim().is_empty());
    let rows = text_rows(&file.name, &file.text, titles.map_or(b',', |line| delimiter(line.text)));
    of_rows(rows, file.problems)
}

fn of_rows(rows: Vec<Row>, problems: Vec<Problem>) -> Cells {
    let mut rows = rows.into_iter().filter(|row| !row.is_empty());
    let cells = |row: &Row| row.cells.iter().map(ToString::to_string).collect::<Vec<String>>();
    let titles = rows.next().map(|row| cells(&row)).unwrap_or_default();
    Cells { titles, rows: rows.map(|row| (row.place(), cells(&row))).collect(), problems }
}

/// The objects of a JSON list, or of one object a line.
fn of_json(file: &TextFile) -> Result<Cells, String> {
    let mut objects: Vec<Map<String, Value>> = Vec::new();
    for value in Deserializer::from_str(&file.text).into_iter::<Value>() {
        let value = value.map_err(|error| format!("the file is no JSON: {error}"))?;
        let list = match value {
            Value::Array(list) => list,
            other => vec![other],
        };
        for value in list {
            let Value::Object(object) = value else {
                return Err("the JSON is no list of objects".to_owned());
            };
            objects.push(object);
        }
    }
    let mut titles: Vec<String> = Vec::new();
    for title in objects.iter().flat_map(Map::keys) {
        if !titles.contains(title) {
            titles.push(title.clone());
        }
    }
    let told = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    let row = |object: &Map<String, Value>| {
        titles.iter().map(|title| object.get(title).map(told).unwrap_or_default()).collect()
    };
    let rows = objects.iter().map(|object| (Place::file(&file.name), row(object))).collect();
    Ok(Cells { titles, rows, problems: file.problems.clone() })
}

impl Cells {
    /// Which column holds the keys; else a sentence that says why none does.
    fn key(&self, options: &Options) -> Result<usize, String> {
        let Some(wanted) = &options.key else {
            return Ok(self.column(KEYS).unwrap_or(0));
        };
        let found = self.titles.iter().position(|title| title.trim() == wanted.trim());
        let found = found.or_else(|| self.column(&[&letters(wanted)]));
        found.ok_or_else(|| {
            format!("there is no column `{wanted}`; the columns are {}", self.titles.join(", "))
        })
    }

    fn column(&self, titles: &[&str]) -> Option<usize> {
        titles.iter().find_map(|wanted| self.titles.iter().position(|title| letters(title) == *wanted))
    }

    fn concepts(self, name: String, options: &Options) -> Concepts {
        let key = match self.key(options) {
            Ok(key) if !self.titles.is_empty() => key,
            Ok(_) => return unreadable(&name, "the table has no titles".to_owned()),
            Err(fact) => return unreadable(&name, fact),
        };
        let long = self.column(LONG).filter(|column| *column != key);
        let short = self.column(SHORT).filter(|column| *column != key);
        let own = |column: &usize| *column != key && Some(*column) != long && Some(*column) != short;
        let columns: Vec<usize> = (0..self.titles.len()).filter(own).take(MOST_COLUMNS).collect();
        let properties = columns.iter().map(|column| definition(&self.titles[*column])).collect();
        let mut table = ReleaseTable { properties, ..ReleaseTable::default() };
        let mut problems = Problems::default();
        let mut lines = Vec::new();
        for (place, row) in &self.rows {
            let cell = |column: usize| row.get(column).map_or("", |cell| cell.trim());
            if cell(key).is_empty() {
                problems.add(ProblemCode::BadRecord, || {
                    let fact = format!("the row has nothing in the column `{}`", self.titles[key]);
                    Problem::new(ProblemCode::BadRecord, place.clone(), fact).hint("the row was left out")
                });
                continue;
            }
            let details = details(&mut table, columns.iter().map(|column| cell(*column)));
            let code = table.add_text(cell(key));
            let text = |table: &mut ReleaseTable, column: Option<usize>| {
                column.map(|column| table.add_text(cell(column)))
            };
            let (long, short) = (text(&mut table, long), text(&mut table, short));
            let order = table.concepts.len() as u32;
            let (long, level) = (long.unwrap_or(Span::default()), Level::Code);
            table.concepts.push(Concept { code, long, short, order, level, details });
            lines.push(place.line.unwrap_or(0));
        }
        let problems = self.problems.into_iter().chain(problems.finish(&name)).collect();
        Concepts { lines, problems, ..Concepts::new(name, &TABLE, table) }
    }
}

fn letters(title: &str) -> String {
    title.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn definition(title: &str) -> PropertyDefinition {
    PropertyDefinition { name: Cow::Owned(title.trim().to_owned()), group: &COLUMNS, kind: ValueKind::Text }
}

fn details<'v>(table: &mut ReleaseTable, values: impl Iterator<Item = &'v str>) -> Option<Box<Details>> {
    let values = (0..).zip(values).filter(|(_, value)| !value.is_empty());
    let properties: Vec<_> =
        values.map(|(definition, value)| Property { definition, value: table.add_text(value) }).collect();
    Some(Box::new(Details { properties, ..Details::default() }))
        .filter(|details| !details.properties.is_empty())
}
