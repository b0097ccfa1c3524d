//! The report for people, before it is text, Markdown or anything else.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::Date;

use crate::diff::Word;
use crate::impact::Amount;
use crate::model::{Problem, Severity};

/// A report for people.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// The title of the document.
    pub title: String,
    /// Its parts.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Begins a section.
    Heading(String),
    /// A sentence or two.
    Text(String),
    /// A table.
    Table(Table),
    /// Problems, each with its location and hint.
    Problems(Vec<Problem>),
    /// Remarks about findings, in the same form.
    Remarks(Vec<Remark>),
}

/// A remark about a location, in the form of a compiler message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The severity.
    pub severity: Severity,
    /// The code of its kind.
    pub code: &'static str,
    /// The message.
    pub fact: String,
    /// The location; empty if it has none.
    pub place: String,
    /// Its notes, a word and a line each: what to use, the source of that, what may be done.
    pub notes: Vec<(&'static str, String)>,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity.word(), self.code, self.fact)?;
        if !self.place.is_empty() {
            write!(f, "\n  --> {}", self.place)?;
        }
        self.notes.iter().try_for_each(|(word, text)| write!(f, "\n  = {word}: {text}"))
    }
}

/// A table: every row has a cell for each column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading: ours, or what the user calls an attribute.
    pub title: Cow<'static, str>,
    /// True if it contains numbers, which are aligned to the right.
    pub number: bool,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// An empty cell.
    Empty,
    /// Text.
    Text(String),
    /// A text that runs over the following columns, which are empty.
    Line(String),
    /// A code: always text, never a number.
    Code(String),
    /// A whole number.
    Count(u64),
    /// A number with its sign: added (`+487`) or removed (`-28`); empty for 0.
    Change(i64),
    /// A share, from 0 to 1.
    Share(f64),
    /// An amount of money.
    Amount(Amount),
    /// A kind of change, with its word.
    Kind(&'static str),
    /// Old and new text, word by word.
    Words(Vec<Word>),
}

impl Table {
    /// Creates a table with columns of text.
    pub fn new(titles: &[&'static str]) -> Self {
        let columns =
            titles.iter().map(|title| Column { title: Cow::Borrowed(title), number: false }).collect();
        Self { columns, rows: Vec::new() }
    }

    /// Marks columns of numbers, by heading.
    #[must_use]
    pub fn numbers(mut self, titles: &[&str]) -> Self {
        for column in &mut self.columns {
            column.number |= titles.contains(&column.title.as_ref());
        }
        self
    }

    /// Removes the columns that are empty in every row.
    #[must_use]
    pub fn without_empty_columns(self) -> Self {
        self.without_empty_columns_but(|_| false)
    }

    /// Removes the columns that are empty in every row, except those with certain titles.
    #[must_use]
    pub fn without_empty_columns_but(mut self, stays: impl Fn(&str) -> bool) -> Self {
        let is_used =
            |at: usize| stays(&self.columns[at].title) || self.rows.iter().any(|row| row[at] != Cell::Empty);
        let used: Vec<bool> = (0..self.columns.len()).map(is_used).collect();
        let mut at = used.iter();
        self.columns.retain(|_| at.next() == Some(&true));
        for row in &mut self.rows {
            let mut at = used.iter();
            row.retain(|_| at.next() == Some(&true));
        }
        self
    }

    /// Adds a column of text after the others, with a cell for each row.
    pub fn add_column(&mut self, title: String, cells: impl IntoIterator<Item = Cell>) {
        self.columns.push(Column { title: Cow::Owned(title), number: false });
        let mut cells = cells.into_iter();
        for row in &mut self.rows {
            row.push(cells.next().unwrap_or(Cell::Empty));
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a row has a cell for each column");
        self.rows.push(cells);
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, Self::from)
    }
}

impl From<Option<Amount>> for Cell {
    fn from(amount: Option<Amount>) -> Self {
        amount.map_or(Self::Empty, Self::Amount)
    }
}

impl From<Option<Date>> for Cell {
    fn from(day: Option<Date>) -> Self {
        day.map_or(Self::Empty, |day| Self::Text(day.to_string()))
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}
