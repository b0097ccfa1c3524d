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
    /// What it is about.
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
    /// Problems, each with its place and hint.
    Problems(Vec<Problem>),
    /// The same about something else than what was read: findings.
    Remarks(Vec<Remark>),
}

/// Something that is to be said of a place, as compilers say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// How much it matters.
    pub severity: Severity,
    /// What kind it is.
    pub code: &'static str,
    /// What is the case.
    pub fact: String,
    /// Where; nothing if it is nowhere in particular.
    pub place: String,
    /// What belongs to it, a word and a line each: what to use, where that is from, what may be done.
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
    /// Whether it holds numbers, which stand to the right.
    pub number: bool,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A text that runs on over the columns behind it, which are empty.
    Line(String),
    /// A code: always text, never a number.
    Code(String),
    /// A whole number.
    Count(u64),
    /// A number with its sign: what came (`+487`) or went (`-28`); nothing for 0.
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
    /// A table with columns of text.
    pub fn new(titles: &[&'static str]) -> Self {
        let columns =
            titles.iter().map(|title| Column { title: Cow::Borrowed(title), number: false }).collect();
        Self { columns, rows: Vec::new() }
    }

    /// The same with columns of numbers, by heading.
    #[must_use]
    pub fn numbers(mut self, titles: &[&str]) -> Self {
        for column in &mut self.columns {
            column.number |= titles.contains(&column.title.as_ref());
        }
        self
    }

    /// The same without the columns in which no row has anything.
    #[must_use]
    pub fn without_empty_columns(self) -> Self {
        self.without_empty_columns_but(|_| false)
    }

    /// The same, except for columns with certain titles.
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

    /// Adds a column of text behind the others, with a cell for each row.
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
