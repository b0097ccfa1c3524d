//! Rows of a table in any kind of file: workbook (xlsx, xls) or delimited text.

use std::collections::HashMap;
use std::io::Cursor;
use std::panic;
use std::rc::Rc;

use calamine::{Data, DataRef, Ods, Reader, SheetType, Xls, Xlsx};
use memchr::memchr;

use super::WorkbookError;
use super::workbook::{Cell, WORKBOOK_LIMIT, check_package, is_old_workbook, is_open_document};
use crate::model::{Place, SourceFile};

/// The layout that finds a table among the rows of a file.
pub(crate) struct Layout<'a> {
    /// Number of rows at the beginning that may contain the titles.
    pub(crate) title_rows: u32,
    /// Number of columns that are read.
    pub(crate) columns: usize,
    /// Returns whether a row is the title row.
    pub(crate) is_titles: &'a dyn Fn(&Row) -> bool,
}

impl Layout<'_> {
    /// Returns the position of the title row, if it is near the beginning.
    pub(crate) fn titles(&self, rows: &[Row]) -> Option<usize> {
        rows.iter().take_while(|row| row.number <= self.title_rows).position(|row| (self.is_titles)(row))
    }
}

/// The file and sheet of a row.
#[derive(Debug)]
struct Home {
    file: String,
    sheet: Option<String>,
}

/// One row of a file.
#[derive(Debug)]
pub(crate) struct Row {
    /// Row number as in a spreadsheet, from 1.
    pub(crate) number: u32,
    /// Its cells; missing ones at the end are omitted.
    pub(crate) cells: Vec<Cell>,
    line: u32,
    home: Rc<Home>,
}

impl Row {
    /// Returns a cell, counted from 0; empty if the row does not have it.
    pub(crate) fn cell(&self, column: usize) -> &Cell {
        const EMPTY: &Cell = &Cell::Empty;
        self.cells.get(column).unwrap_or(EMPTY)
    }

    /// Returns whether all cells are empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| *cell == Cell::Empty)
    }

    /// Returns whether another row is on the same sheet, or in the same text.
    pub(crate) fn is_adjacent(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.home, &other.home)
    }

    /// Returns the line in a text, or the row number in a sheet.
    pub(crate) fn line_number(&self) -> u32 {
        if self.home.sheet.is_some() { self.number } else { self.line }
    }

    /// Returns the location of the row.
    pub(crate) fn place(&self) -> Place {
        self.place_of(0)
    }

    /// Returns the location of a cell. In a text it is that of the line: only the CSV reader knows the positions of
    /// cells in a line.
    pub(crate) fn place_of(&self, column: usize) -> Place {
        match &self.home.sheet {
            Some(sheet) => Place::cell(&self.home.file, sheet, self.number - 1, column as u32),
            None => Place::line(&self.home.file, self.line, 1),
        }
    }

    /// Returns whether a cell of a text spans several lines, as after an unclosed quote.
    pub(crate) fn is_torn(&self) -> bool {
        let over_lines = |cell: &Cell| matches!(cell, Cell::Text(text) if text.contains(['\n', '\r']));
        self.home.sheet.is_none() && self.cells.iter().any(over_lines)
    }
}

/// Returns the rows of a delimited text, without empty lines.
pub(crate) fn text_rows(name: &str, text: &str, delimiter: u8) -> Vec<Row> {
    text_rows_with(name, text, delimiter, true)
}

/// Returns the rows of a delimited text; double quotes enclose values if `quotes` is true, and are ordinary characters
/// otherwise.
pub(crate) fn text_rows_with(name: &str, text: &str, delimiter: u8, quotes: bool) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quotes)
        .from_reader(text.as_bytes());
    let home = Rc::new(Home { file: name.to_owned(), sheet: None });
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut ends = LineEnds::new(text);
    let mut inside_cells = 0;
    // Text in memory with records of any length cannot cause an error.
    while let Ok(true) = reader.read_record(&mut record) {
        let start = record.position().map_or(0, csv::Position::byte);
        let line = ends.line_at(start as usize);
        let cells = record.iter().map(Cell::text).collect();
        rows.push(Row { number: line - inside_cells, cells, line, home: home.clone() });
        inside_cells += record.iter().map(|cell| ends.count(cell)).sum::<u32>();
    }
    rows
}

/// Returns the delimiter of a line: the most frequent of the usual ones.
pub(crate) fn delimiter(line: &str) -> u8 {
    let count = |delimiter: u8| line.bytes().filter(|&byte| byte == delimiter).count();
    [b',', b'\t', b';', b'|'].into_iter().rev().max_by_key(|&delimiter| count(delimiter)).unwrap_or(b',')
}

/// Number of lines that are examined to find the delimiter.
const LINES: usize = 100;

/// Returns the delimiter of a text: the one that its first line names, as in `sep=;`, or the usual delimiter that most
/// lines have equally often; `None` if most lines agree on none.
pub(crate) fn agreed_delimiter(text: &str) -> Option<u8> {
    let first = text.lines().next().unwrap_or_default();
    if let Some(&[mark]) = first.strip_prefix("sep=").map(str::as_bytes)
        && mark.is_ascii()
    {
        return Some(mark);
    }
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let lines: Vec<&str> = text.split(end).filter(|line| !line.trim().is_empty()).take(LINES).collect();
    let agreed = |delimiter: u8| {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for line in &lines {
            *counts.entry(outside_quotes(line, delimiter)).or_default() += 1;
        }
        counts.into_iter().filter(|(columns, _)| *columns > 0).map(|(_, lines)| lines).max().unwrap_or(0)
    };
    // If two delimiters agree in the same number of lines, the first one wins: commas and semicolons occur in
    // descriptions.
    let best = [b'\t', b'|', b';', b','].into_iter().rev().max_by_key(|delimiter| agreed(*delimiter))?;
    (agreed(best) * 2 > lines.len()).then_some(best)
}

/// Counts a delimiter in a line, outside of double quotes.
fn outside_quotes(line: &str, mark: u8) -> usize {
    let mut is_quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        is_quoted ^= byte == b'"';
        count += usize::from(byte == mark && !is_quoted);
    }
    count
}

/// Counts lines from record to record: the CSV reader skips empty ones.
struct LineEnds<'a> {
    text: &'a [u8],
    end: u8,
    at: usize,
    line: u32,
}

impl<'a> LineEnds<'a> {
    fn new(text: &'a str) -> Self {
        let end = if memchr(b'\n', text.as_bytes()).is_some() { b'\n' } else { b'\r' };
        Self { text: text.as_bytes(), end, at: 0, line: 1 }
    }

    /// Returns the line of the record that begins at a byte, or after the line ends there.
    fn line_at(&mut self, byte: usize) -> u32 {
        let rest = self.text.get(byte..).unwrap_or_default();
        let empty = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.text.get(self.at..byte + empty).unwrap_or_default();
        self.line += passed.iter().filter(|&&byte| byte == self.end).count() as u32;
        self.at = byte + empty;
        self.line
    }

    fn count(&self, cell: &str) -> u32 {
        cell.bytes().filter(|&byte| byte == self.end).count() as u32
    }
}

/// Returns the rows of the first sheet of a workbook that has the titles, or `None` if no sheet has them.
///
/// # Errors
///
/// If the workbook cannot be read.
pub(crate) fn workbook_rows(
    file: &SourceFile,
    layout: &Layout<'_>,
) -> Result<Option<Vec<Row>>, WorkbookError> {
    let mut rows = Vec::new();
    let found = each_workbook_row(file, layout, &mut |row| rows.push(row))?;
    Ok(found.then_some(rows))
}

/// Returns the rows of all sheets of a workbook that have the titles.
///
/// # Errors
///
/// If the workbook cannot be read.
pub(crate) fn rows_of_every_sheet(file: &SourceFile, layout: &Layout<'_>) -> Result<Vec<Row>, WorkbookError> {
    let mut rows = Vec::new();
    each_row(file, layout, Sheets::All, &mut |row| rows.push(row))?;
    Ok(rows)
}

/// Passes the rows of the first sheet of a workbook that has the titles to a callback, one by one; returns whether
/// there is one.
///
/// # Errors
///
/// If the workbook cannot be read to its end.
pub(crate) fn each_workbook_row(
    file: &SourceFile,
    layout: &Layout<'_>,
    give: &mut dyn FnMut(Row),
) -> Result<bool, WorkbookError> {
    each_row(file, layout, Sheets::First, give)
}

/// Selects the sheets with the titles that are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sheets {
    First,
    All,
}

fn each_row(
    file: &SourceFile,
    layout: &Layout<'_>,
    sheets: Sheets,
    give: &mut dyn FnMut(Row),
) -> Result<bool, WorkbookError> {
    let bytes = file.bytes.as_slice();
    let name = &file.source.name;
    let old = is_old_workbook(bytes);
    if !old {
        check_package(bytes, WORKBOOK_LIMIT)?;
    }
    // calamine calculates with cell references from the file, which may panic in a debug build.
    let read = panic::AssertUnwindSafe(|| match () {
        () if old => {
            let book = Xls::new(Cursor::new(bytes)).map_err(WorkbookError::content)?;
            range_rows(book, name, layout, sheets, give)
        }
        () if is_open_document(bytes) => {
            let book = Ods::new(Cursor::new(bytes)).map_err(WorkbookError::content)?;
            range_rows(book, name, layout, sheets, give)
        }
        () => package_rows(name, bytes, layout, sheets, give),
    });
    match panic::catch_unwind(read) {
        Ok(read) => read,
        Err(_) => Err(WorkbookError::Panic),
    }
}

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

fn package_rows(
    file: &str,
    bytes: &[u8],
    layout: &Layout<'_>,
    sheets: Sheets,
    give: &mut dyn FnMut(Row),
) -> Result<bool, WorkbookError> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(WorkbookError::content)?;
    let worksheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = worksheets.map(|sheet| sheet.name.clone()).collect();
    let mut found = false;
    for sheet in &names {
        let rows = Rows::new(file, sheet, layout, give);
        found |= sheet_rows(&mut book, sheet, rows)?;
        if found && sheets == Sheets::First {
            break;
        }
    }
    Ok(found)
}

/// Passes on the rows of a sheet if it has the titles. Cells are read one by one: the corners of a sheet may be far
/// apart.
fn sheet_rows(book: &mut Book<'_>, sheet: &str, mut rows: Rows<'_>) -> Result<bool, WorkbookError> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(WorkbookError::content)?;
    while let Some(cell) = cells.next_cell().map_err(WorkbookError::content)? {
        let value = || Cell::of_workbook(cell.get_value());
        if !rows.take(cell.get_position(), value) {
            break;
        }
    }
    Ok(rows.finish())
}

/// Passes on the rows of a workbook whose sheets are read as a whole: xls and ods.
fn range_rows<'b, B: Reader<Cursor<&'b [u8]>>>(
    mut book: B,
    file: &str,
    layout: &Layout<'_>,
    sheets: Sheets,
    give: &mut dyn FnMut(Row),
) -> Result<bool, WorkbookError>
where
    B::Error: std::fmt::Display,
{
    let mut found = false;
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).map_err(WorkbookError::content)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut rows = Rows::new(file, &sheet, layout, give);
        for (row, column, value) in range.used_cells() {
            let value = || Cell::of_workbook(&borrowed(value));
            if !rows.take((top + row as u32, left + column as u32), value) {
                break;
            }
        }
        found |= rows.finish();
        if found && sheets == Sheets::First {
            break;
        }
    }
    Ok(found)
}

pub(super) fn borrowed(data: &Data) -> DataRef<'_> {
    match data {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(date) => DataRef::DateTime(*date),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
        #[expect(unreachable_patterns, reason = "calamine may add kinds of cells")]
        _ => DataRef::Empty,
    }
}

/// Collects cells into rows: rows are held until the titles are found, then passed on as soon as they are complete.
struct Rows<'a> {
    rows: Vec<Row>,
    home: Rc<Home>,
    layout: &'a Layout<'a>,
    give: &'a mut dyn FnMut(Row),
    found: bool,
}

impl<'a> Rows<'a> {
    fn new(file: &str, sheet: &str, layout: &'a Layout<'a>, give: &'a mut dyn FnMut(Row)) -> Self {
        let home = Rc::new(Home { file: file.to_owned(), sheet: Some(sheet.to_owned()) });
        Self { rows: Vec::new(), home, layout, give, found: false }
    }

    /// Passes on the rows that are held, if the titles were found; returns whether they were.
    fn finish(&mut self) -> bool {
        self.found = self.found || self.layout.titles(&self.rows).is_some();
        if self.found {
            self.rows.drain(..).for_each(&mut self.give);
        }
        self.found
    }

    /// Adds a cell; returns whether more are needed.
    fn take(&mut self, (row, column): (u32, u32), value: impl FnOnce() -> Cell) -> bool {
        let number = row.saturating_add(1);
        if self.rows.last().is_none_or(|last| last.number != number) {
            if number > self.layout.title_rows && !self.finish() {
                return false;
            }
            self.rows.push(Row { number, cells: Vec::new(), line: 0, home: self.home.clone() });
        }
        let column = column as usize;
        if let Some(row) = self.rows.last_mut().filter(|_| column < self.layout.columns) {
            if row.cells.len() <= column {
                row.cells.resize_with(column + 1, Cell::default);
            }
            row.cells[column] = value();
        }
        true
    }
}
