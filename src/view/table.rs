//! Tables: columns that are declared once, and the rows that they make.

use std::borrow::Cow;

use super::cell::Cell;

/// A table: every row has a cell for each column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The columns.
    pub(crate) columns: Vec<Head>,
    /// The rows.
    pub(crate) rows: Vec<Vec<Cell>>,
    /// True if rows continue the ones above them, so that they must stay in their order.
    pub(crate) is_outline: bool,
    /// True if its first column of numbers is also drawn as bars.
    pub(crate) has_bars: bool,
    /// True if its numbers are also shown by shades of their cells.
    pub(crate) has_shades: bool,
}

/// The head of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// Its title: a fixed text, or the user's name for an attribute.
    pub(crate) title: Cow<'static, str>,
    /// True if it contains numbers, which are aligned to the right.
    pub(crate) is_number: bool,
    /// True if its words are offered as a filter.
    pub(crate) is_filter: bool,
    /// Set if the reader of a workbook fills it in.
    pub(crate) fill_in: Option<FillIn>,
}

/// A column for the reader of a workbook to fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FillIn {
    /// The allowed values; any value if there are none.
    pub(crate) words: &'static [&'static str],
    /// The purpose of the column, in a sentence.
    pub(crate) meaning: &'static str,
}

/// A column, as a report declares it: its title, and its cell for a row.
pub(crate) struct Column<'c, R: ?Sized> {
    head: Head,
    cell: Box<dyn Fn(&R) -> Cell + 'c>,
}

/// Declares a column.
pub(crate) fn column<'c, R: ?Sized>(
    title: impl Into<Cow<'static, str>>,
    cell: impl Fn(&R) -> Cell + 'c,
) -> Column<'c, R> {
    Column { head: Head { title: title.into(), ..Head::default() }, cell: Box::new(cell) }
}

impl<R: ?Sized> Column<'_, R> {
    /// Offers the words of the column as a filter.
    #[must_use]
    pub(crate) fn filter(mut self) -> Self {
        self.head.is_filter = true;
        self
    }

    /// Lets the reader of a workbook fill the column in.
    #[must_use]
    pub(crate) fn fill_in(mut self, fill_in: FillIn) -> Self {
        self.head.fill_in = Some(fill_in);
        self
    }
}

impl<'c, R> Column<'c, R> {
    /// Returns the column for rows that have such a row as a part.
    pub(crate) fn of_part<W>(self, part: impl Fn(&W) -> &R + 'c) -> Column<'c, W>
    where
        R: 'c,
    {
        let Self { head, cell } = self;
        Column { head, cell: Box::new(move |whole| cell(part(whole))) }
    }
}

/// Declares a column that the reader of a workbook fills in.
pub(crate) fn to_fill_in<'c, R: ?Sized>(
    title: &'static str,
    words: &'static [&'static str],
    meaning: &'static str,
) -> Column<'c, R> {
    column(title, |_: &R| Cell::Empty).fill_in(FillIn { words, meaning })
}

impl Table {
    /// Makes the table of some rows. Columns that are empty in every row are left out.
    pub(crate) fn of<'r, R: ?Sized + 'r>(
        columns: impl IntoIterator<Item = Column<'r, R>>,
        rows: impl IntoIterator<Item = &'r R>,
    ) -> Self {
        let columns: Vec<_> = columns.into_iter().collect();
        let rows: Vec<Vec<Cell>> =
            rows.into_iter().map(|row| columns.iter().map(|column| (column.cell)(row)).collect()).collect();
        let mut heads: Vec<Head> = columns.into_iter().map(|column| column.head).collect();
        for (at, head) in heads.iter_mut().enumerate() {
            head.is_number |= rows.iter().any(|row| row[at].is_number());
        }
        Self { columns: heads, rows, ..Self::default() }.without_empty_columns()
    }

    /// Creates a table with columns of text.
    pub(crate) fn new(titles: &[&'static str]) -> Self {
        let head = |title: &&'static str| Head { title: Cow::Borrowed(*title), ..Head::default() };
        Self { columns: titles.iter().map(head).collect(), ..Self::default() }
    }

    /// Marks columns of numbers, by heading.
    #[must_use]
    pub(crate) fn numbers(mut self, titles: &[&str]) -> Self {
        for column in &mut self.columns {
            column.is_number |= titles.contains(&column.title.as_ref());
        }
        self
    }

    /// Removes the columns that are empty in every row and that nobody fills in.
    #[must_use]
    pub(crate) fn without_empty_columns(self) -> Self {
        let is_used = |at: usize| {
            self.columns[at].fill_in.is_some() || self.rows.iter().any(|row| row[at] != Cell::Empty)
        };
        let used: Vec<bool> = (0..self.columns.len()).map(is_used).collect();
        self.with_columns(&used)
    }

    /// Keeps the columns that are marked.
    #[must_use]
    pub(crate) fn with_columns(mut self, kept: &[bool]) -> Self {
        let mut at = kept.iter();
        self.columns.retain(|_| at.next() == Some(&true));
        for row in &mut self.rows {
            let mut at = kept.iter();
            row.retain(|_| at.next() == Some(&true));
        }
        self
    }

    /// Adds a column of text after the others, with a cell for each row.
    pub(crate) fn add_column(&mut self, title: String, cells: impl IntoIterator<Item = Cell>) {
        self.columns.push(Head { title: Cow::Owned(title), ..Head::default() });
        let mut cells = cells.into_iter();
        for row in &mut self.rows {
            row.push(cells.next().unwrap_or(Cell::Empty));
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a row has a cell for each column");
        self.rows.push(cells);
    }
}
