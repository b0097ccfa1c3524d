//! The report for a spreadsheet program: sheets, before they are xlsx.

use jiff::civil::Date;

use super::ReleaseInfo;
use super::document::{Block, Cell, Column, Document, Table};
use crate::model::Problem;

/// A workbook.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Workbook {
    /// The title of the workbook.
    pub title: String,
    /// The creation date in the file: not taken from the clock, so that the same input gives the same bytes.
    pub day: Option<Date>,
    /// Its sheets.
    pub sheets: Vec<Sheet>,
    /// The problems with the input: the last sheet.
    pub problems: Vec<Problem>,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// The content of the sheet.
    pub body: Body,
}

/// The content of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Texts and small tables, one below the other.
    Page(Vec<Block>),
    /// One table with titles in the first row, to be sorted and filtered. Columns to be filled in come after its own;
    /// one of them that is the table's last column has cells already.
    Rows(Table, Vec<FillIn>),
}

/// A column for the reader to fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FillIn {
    /// Its title.
    pub title: &'static str,
    /// The allowed values; any value if it is empty.
    pub words: &'static [&'static str],
    /// The purpose of the column, in a sentence.
    pub meaning: &'static str,
}

/// The decision about a row.
pub(super) const STATUS: FillIn = FillIn {
    title: "status",
    words: &["accept", "reject", "choose"],
    meaning: "accept: use this target. reject: not this one. choose: one of several to choose from, case by case.",
};
/// Why.
pub(super) const NOTE: FillIn = FillIn { title: "note", words: &[], meaning: "Why, in your words." };
/// The person who decided.
pub(super) const WHO: FillIn = FillIn { title: "who", words: &[], meaning: "Who decided." };
/// The date of the decision.
pub(super) const WHEN: FillIn = FillIn { title: "when", words: &[], meaning: "When, such as 2026-10-01." };

impl Workbook {
    /// Creates a workbook without sheets.
    pub fn new(title: String, day: Option<Date>) -> Self {
        Self { title, day, ..Self::default() }
    }

    /// Returns the plain form of any report: its document, and the rows.
    pub fn plain(document: Document, table: Table) -> Self {
        Self::new(document.title, None).page("Summary", document.blocks).rows("Rows", table)
    }

    /// Adds a sheet of texts and small tables.
    #[must_use]
    pub fn page(mut self, name: &str, blocks: Vec<Block>) -> Self {
        self.sheets.push(Sheet { name: name.to_owned(), body: Body::Page(blocks) });
        self
    }

    /// Adds a sheet of rows, if there are any. Empty columns are left out.
    #[must_use]
    pub fn rows(self, name: &str, table: Table) -> Self {
        self.to_fill_in(name, table, &[])
    }

    /// Adds a sheet of rows, if there are any, with columns that are to be filled in.
    #[must_use]
    pub fn to_fill_in(mut self, name: &str, table: Table, fill_in: &[FillIn]) -> Self {
        if !table.rows.is_empty() {
            let is_filled_in = |title: &str| fill_in.iter().any(|column| column.title == title);
            let body = Body::Rows(table.without_empty_columns_but(is_filled_in), fill_in.to_vec());
            self.sheets.push(Sheet { name: name.to_owned(), body });
        }
        self
    }

    /// Adds problems.
    #[must_use]
    pub fn with_problems(mut self, problems: &[Problem]) -> Self {
        self.problems.extend_from_slice(problems);
        self
    }
}

/// Problems as rows.
pub(super) fn problem_table(problems: &[Problem]) -> Table {
    let titles = ["severity", "problem", "fact", "help", "file", "line", "column", "sheet", "cell"];
    let mut table = Table::new(&titles).numbers(&["line", "column"]);
    for problem in problems {
        let place = &problem.place;
        let number = |number: Option<u32>| number.map_or(Cell::Empty, |number| Cell::Count(number.into()));
        table.row(vec![
            Cell::from(problem.severity.word()),
            Cell::from(problem.code.word()),
            Cell::from(problem.fact.as_str()),
            Cell::from(problem.hint.as_deref()),
            Cell::from(place.file.as_str()),
            number(place.line),
            number(place.column),
            Cell::from(place.sheet.as_deref()),
            Cell::from(place.cell.as_deref()),
        ]);
    }
    table.without_empty_columns()
}

/// The list of the sheets and their content, for a summary.
pub(super) struct Contents(Table);

impl Contents {
    /// Returns an empty list; `what` is the title of the counts next to the rows.
    pub(super) fn new(what: &'static str) -> Self {
        Self(Table::new(&["sheet", what, "rows", "the current content"]).numbers(&[what, "rows"]))
    }

    /// Adds a sheet, also one that is left out because it is empty.
    pub(super) fn sheet(&mut self, name: &str, count: u64, rows: usize, meaning: &str) {
        let count = if count == 0 && rows > 0 { Cell::Empty } else { Cell::Count(count) };
        self.0.row(vec![Cell::from(name), count, Cell::Count(rows as u64), Cell::from(meaning)]);
    }

    /// Returns the part of the summary.
    pub(super) fn blocks(self) -> [Block; 2] {
        [Block::Heading("Sheets".to_owned()), Block::Table(self.0)]
    }
}

/// Returns the files of two releases with their checksums, for a summary.
pub(super) fn sources(old: &ReleaseInfo, new: &ReleaseInfo) -> [Block; 2] {
    let mut table = Table::new(&["file", "of", "bytes", "sha256"]).numbers(&["bytes"]);
    for (word, release) in [("OLD", old), ("NEW", new)] {
        for source in &release.sources {
            table.row(vec![
                Cell::from(source.name.as_str()),
                Cell::from(word),
                Cell::Count(source.bytes),
                Cell::Code(source.sha256.clone()),
            ]);
        }
    }
    [Block::Heading("Files".to_owned()), Block::Table(table)]
}

/// Returns words with their meanings, for a summary: as wide as the other tables there.
pub(super) fn glossary(title: &'static str, words: &[(&str, &str)]) -> Block {
    let mut table = Table::new(&[title, "", "", "what it means"]);
    for (word, meaning) in words {
        table.row(vec![Cell::from(*word), Cell::Empty, Cell::Empty, Cell::from(*meaning)]);
    }
    Block::Table(table)
}

impl FillIn {
    /// Converts it into a column.
    pub(super) fn column(self) -> Column {
        Column { title: self.title.into(), number: false }
    }
}
