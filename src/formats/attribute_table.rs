//! Tables with a row of titles and a row for each code: from rows to concepts, with any meaning of the columns.
//!
//! Prose may come before the titles. A value that all rows share and that describes the whole file is a fact of the file; rows
//! that differ from most keep their value as an attribute of their own.

use std::collections::BTreeMap;

use super::rows::{self, Row, text_rows, workbook_rows};
use super::text::{Line, TextFile};
use super::workbook::{Cell, is_workbook};
use super::{Concepts, Sample};
use crate::base::counted;
use crate::model::{
    CodeSet, Concept, Coverage, Details, Fact, Level, Place, Problem, ProblemCode, Problems, Property,
    ReleaseTable, SourceFile,
};

/// The way a table is found and read.
pub(super) struct Layout {
    /// The set of its codes.
    pub(super) set: &'static CodeSet,
    /// Number of first rows that are searched for the titles.
    pub(super) title_rows: u32,
    /// Returns whether the cells of a row are the titles.
    pub(super) is_titles: fn(&[String]) -> bool,
    /// Returns the meaning of each column, by the rows above the titles and the titles; `None` for a column that is not known.
    pub(super) roles: fn(&[Row], &Row) -> Vec<Option<Role>>,
    /// Returns whether a code certainly belongs to another set: skipping its row loses nothing of this one.
    pub(super) is_foreign: fn(&str) -> bool,
    /// The word for an empty cell.
    pub(super) blank: Option<&'static str>,
}

/// The meaning of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The code.
    Code,
    /// A modifier, which is part of the key.
    Modifier,
    /// The description.
    Text,
    /// An attribute, by its position in the set.
    Property(u16),
    /// An attribute of the whole file.
    Shared(u16),
}

/// Maximum columns that are read. The widest table has 32.
const COLUMNS: usize = 128;

/// The concepts of a table, with the rows above its titles.
pub(super) struct Table {
    pub(super) banner: Vec<Row>,
    pub(super) concepts: Concepts,
}

impl Layout {
    /// Returns whether a line of a text is the row of titles.
    pub(super) fn is_title_line(&self, line: &Line<'_>) -> bool {
        (self.is_titles)(&cells_of_line(line.text))
    }

    /// Returns whether the titles are among the first lines of a text.
    pub(super) fn is_in(&self, sample: &Sample<'_>) -> bool {
        !is_workbook(sample.bytes) && sample.lines().any(|line| self.is_title_line(&line))
    }

    /// Reads a table from a workbook or a text.
    pub(super) fn read(&self, file: SourceFile) -> Table {
        if is_workbook(&file.bytes) { self.of_workbook(&file) } else { self.of_text(TextFile::decode(file)) }
    }

    fn of_workbook(&self, file: &SourceFile) -> Table {
        let is_titles = |row: &Row| (self.is_titles)(&texts(row));
        let layout = rows::Layout { title_rows: self.title_rows, columns: COLUMNS, is_titles: &is_titles };
        let rows = workbook_rows(file, &layout);
        let rows = rows.map(|rows| rows.and_then(|rows| Some((layout.titles(&rows)?, rows))));
        match rows {
            Ok(Some((titles, rows))) => {
                Reading::new(self, &file.source.name, false).table(titles, rows, false)
            }
            Ok(None) => self.without_titles(&file.source.name),
            Err(error) => self.unreadable(&file.source.name, error.to_string()),
        }
    }

    fn of_text(&self, file: TextFile) -> Table {
        let titles = file.lines().find(|line| self.is_title_line(line));
        let Some(titles) = titles else { return self.without_titles(&file.name) };
        let rows = text_rows(&file.name, &file.text, rows::delimiter(titles.text));
        let at = rows.iter().position(|row| (self.is_titles)(&texts(row)));
        let Some(at) = at else { return self.without_titles(&file.name) };
        let cut = file.lines().last().is_some_and(|line| !line.ended);
        let mut table = Reading::new(self, &file.name, true).table(at, rows, cut);
        let problems = &mut table.concepts.problems;
        problems.extend(file.truncated().filter(|_| cut));
        problems.splice(..0, file.problems);
        table
    }

    fn without_titles(&self, name: &str) -> Table {
        self.unreadable(name, "the row of titles is missing".to_owned())
    }

    fn unreadable(&self, name: &str, fact: String) -> Table {
        let problem =
            Problem::new(ProblemCode::BadRecord, Place::file(name), fact).hint("fetch the file again");
        let concepts = Concepts {
            problems: vec![problem],
            coverage: Coverage { whole: false, ..Coverage::default() },
            ..Concepts::new(name.to_owned(), self.set, ReleaseTable::default())
        };
        Table { banner: Vec::new(), concepts }
    }
}

/// Returns the cells of a row as texts.
pub(super) fn texts(row: &Row) -> Vec<String> {
    row.cells.iter().map(ToString::to_string).collect()
}

/// Returns the cells of a line, accurate enough to recognize titles: a delimiter inside quotes also separates cells.
pub(super) fn cells_of_line(line: &str) -> Vec<String> {
    let delimiter = char::from(rows::delimiter(line));
    line.split(delimiter).map(|cell| cell.trim_matches(['"', ' ']).to_owned()).collect()
}

/// Returns the words of a title, for comparison: in capitals, without marks.
pub(super) fn words(title: &str) -> Vec<String> {
    let words = title.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_uppercase).collect()
}

/// A fault in a row: the problem code, the column, from 0, and a sentence.
type Fault = (ProblemCode, usize, String);

/// The rows of one file while they are converted to concepts.
struct Reading<'a> {
    layout: &'a Layout,
    name: String,
    /// True if every row must have a cell for each title, as in a text.
    full_rows: bool,
    roles: Vec<Option<Role>>,
    code: usize,
    width: usize,
    table: ReleaseTable,
    lines: Vec<u32>,
    shared: BTreeMap<u16, Vec<(usize, String)>>,
    facts: Vec<Fact>,
    unreadable: Vec<String>,
    problems: Problems,
    lost: bool,
}

impl<'a> Reading<'a> {
    fn new(layout: &'a Layout, name: &str, full_rows: bool) -> Self {
        Self {
            layout,
            name: name.to_owned(),
            full_rows,
            roles: Vec::new(),
            code: 0,
            width: 0,
            table: ReleaseTable::default(),
            lines: Vec::new(),
            shared: BTreeMap::new(),
            facts: Vec::new(),
            unreadable: Vec::new(),
            problems: Problems::default(),
            lost: false,
        }
    }

    /// Reads the rows after the titles. The last row of a cut file is incomplete.
    fn table(mut self, titles: usize, mut rows: Vec<Row>, cut: bool) -> Table {
        let body = rows.split_off(titles + 1);
        let banner = rows;
        self.learn(&banner[..titles], &banner[titles]);
        let body: Vec<&Row> = body.iter().filter(|row| !self.is_prose(row)).collect();
        for (at, row) in body.iter().enumerate() {
            let result = match cut && at + 1 == body.len() {
                true => Err((
                    ProblemCode::ShortRecord,
                    self.code,
                    "the row has no line end; it may be truncated".to_owned(),
                )),
                false => self.row(row),
            };
            if let Err(fault) = result {
                self.leave_out(row, fault);
            }
        }
        self.share();
        Table { banner, concepts: self.finish(cut) }
    }

    fn learn(&mut self, above: &[Row], titles: &Row) {
        self.roles = (self.layout.roles)(above, titles);
        let is_held = |at: u16| {
            self.roles.iter().flatten().any(|role| [Role::Property(at), Role::Shared(at)].contains(role))
        };
        self.table.absent = self.layout.set.properties_but(is_held);
        self.width = titles.cells.len();
        self.code = self.roles.iter().position(|role| *role == Some(Role::Code)).unwrap_or(0);
        let unknown =
            titles.cells.iter().enumerate().filter(|(at, cell)| {
                **cell != Cell::Empty && self.roles.get(*at).copied().flatten().is_none()
            });
        for (at, title) in unknown {
            let fact = format!("the column {} is unknown and was skipped", title.shown());
            let problem = || Problem::new(ProblemCode::UnknownColumn, titles.place_of(at), fact);
            self.problems.add(ProblemCode::UnknownColumn, problem);
        }
    }

    /// Returns the text of a cell; empty if it holds the layout's word for an empty cell.
    fn text_of(&self, row: &Row, column: usize) -> String {
        let text = row.cell(column).to_string();
        if self.layout.blank.is_some_and(|blank| text == blank) { String::new() } else { text }
    }

    fn key(&self, row: &Row) -> Option<String> {
        let modifier = self.roles.iter().position(|role| *role == Some(Role::Modifier));
        let modifier =
            modifier.map(|column| self.text_of(row, column)).filter(|modifier| !modifier.is_empty());
        let code = row.cell(self.code).to_string();
        let key = modifier.map_or_else(|| code.clone(), |modifier| format!("{code}-{modifier}"));
        (self.layout.set.normalize)(&key).filter(|normal| *normal == key)
    }

    fn row(&mut self, row: &Row) -> Result<(), Fault> {
        let key = self.checked_key(row)?;
        let mut details = Details::default();
        let mut long = String::new();
        for column in 0..self.roles.len() {
            let text = self.text_of(row, column);
            match self.roles[column].filter(|_| !text.is_empty()) {
                Some(Role::Text) => long = text,
                Some(Role::Property(definition)) => {
                    let value = self.table.add_text(&text);
                    details.properties.push(Property { definition, value });
                }
                Some(Role::Shared(definition)) => {
                    self.shared.entry(definition).or_default().push((self.lines.len(), text));
                }
                Some(Role::Code | Role::Modifier) | None => {}
            }
        }
        let [code, long] = [&key, &long].map(|text| self.table.add_text(text));
        let (order, details) = (self.lines.len() as u32, Some(Box::new(details)));
        self.table.concepts.push(Concept { code, long, short: None, order, level: Level::Code, details });
        self.lines.push(row.line_number());
        Ok(())
    }

    /// Returns whether a row is blank or a sentence below the table: at most one cell, with words that do not begin with a
    /// code.
    fn is_prose(&self, row: &Row) -> bool {
        let is_code = |word: &str| (self.layout.set.normalize)(word).is_some();
        let mut cells = row.cells.iter().filter(|cell| **cell != Cell::Empty);
        match (cells.next(), cells.next()) {
            (None, _) => true,
            (Some(Cell::Text(text)), None) => {
                text.split_once(' ').is_some_and(|(first, _)| !is_code(first)) && !row.is_torn()
            }
            _ => false,
        }
    }

    fn checked_key(&self, row: &Row) -> Result<String, Fault> {
        if row.is_torn() {
            let fact = "a cell spans several lines; a quote may not be closed";
            return Err((ProblemCode::BadRecord, self.code, fact.to_owned()));
        }
        let cells = row.cells.len();
        if self.full_rows && cells < self.width {
            let fact = format!(
                "the row has {}, but there are {} titles",
                counted(cells as u64, "cell", "cells"),
                self.width
            );
            return Err((ProblemCode::ShortRecord, self.code, fact));
        }
        if let Some(more) = (self.width..cells).find(|column| *row.cell(*column) != Cell::Empty) {
            let fact = "a cell is in a column without a title; a text that contains a comma may be missing its \
                        quotes";
            return Err((ProblemCode::BadRecord, more, fact.to_owned()));
        }
        self.key(row).ok_or_else(|| {
            let fact = format!("{} is not a code of {}", self.shown_code(row), self.layout.set.title);
            (ProblemCode::BadRecord, self.code, fact)
        })
    }

    /// Returns the code of a row for a problem. A longer cell may be a text, which may be licensed.
    fn shown_code(&self, row: &Row) -> String {
        const LONGEST: usize = 12;
        let cell = row.cell(self.code);
        if cell.to_string().len() > LONGEST { "a longer text".to_owned() } else { cell.shown() }
    }

    fn leave_out(&mut self, row: &Row, (code, column, fact): Fault) {
        match self.key(row) {
            // After a quote that is not closed, other rows may have been swallowed.
            Some(key) if !row.is_torn() => self.unreadable.push(key),
            None if (self.layout.is_foreign)(&row.cell(self.code).to_string()) && !row.is_torn() => {}
            _ => self.lost = true,
        }
        let hint = "use the publisher's original file, because spreadsheets drop leading zeros; the row was left out";
        self.problems.add(code, || Problem::new(code, row.place_of(column), fact).hint(hint));
    }

    /// Converts values that most rows share into facts; the other rows keep their value as an attribute.
    fn share(&mut self) {
        for (definition, values) in std::mem::take(&mut self.shared) {
            let Some(usual) = most_frequent(&values) else { continue };
            let name = self.layout.set.properties[usize::from(definition)].name.clone().into_owned();
            for (at, value) in values.iter().filter(|(_, value)| *value != usual) {
                let value = self.table.add_text(value);
                let details = self.table.concepts[*at].details.get_or_insert_default();
                details.properties.push(Property { definition, value });
            }
            self.facts.push(Fact { name, value: usual });
        }
        let details = self.table.concepts.iter_mut().filter_map(|concept| concept.details.as_deref_mut());
        details.for_each(|details| details.properties.sort_by_key(|property| property.definition));
    }

    fn finish(self, cut: bool) -> Concepts {
        Concepts {
            facts: self.facts,
            coverage: Coverage { whole: !cut && !self.lost, ..Coverage::default() },
            unreadable: self.unreadable,
            lines: self.lines,
            problems: self.problems.finish(&self.name),
            ..Concepts::new(self.name, self.layout.set, self.table)
        }
    }
}

/// Returns the most frequent value; the first one if there are several.
fn most_frequent(values: &[(usize, String)]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, value) in values {
        *counts.entry(value).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    values.iter().map(|(_, value)| value).find(|value| counts[value.as_str()] == most).cloned()
}
