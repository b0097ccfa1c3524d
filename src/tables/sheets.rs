//! Every row of every sheet of a workbook, hidden ones too: cells are read one by one, so that only one row is in
//! memory.

use std::io::Cursor;
use std::panic;

use calamine::{Reader, SheetType, SheetVisible, Xls, Xlsx};

use super::WorkbookError;
use super::rows::borrowed;
use super::workbook::{Cell, check_package, is_old_workbook};

/// Maximum unpacked size of a workbook: the rows of a full sheet, with a dozen cells each.
const LIMIT: u64 = 1 << 30;

/// Maximum columns: a sheet with more is not a table of codes.
pub(crate) const MOST_COLUMNS: u32 = 4_096;

/// Maximum bytes of long texts in all cells, and the length from which a text is long: many cells may share one.
const LONG_TEXTS: usize = 64 << 20;
const LONG: usize = 1_000;

/// A row of a sheet: its non-empty cells.
pub(crate) struct SheetRow<'a> {
    /// The number of the sheet, from 0, and its name.
    pub(crate) sheet: (usize, &'a str),
    /// Whether the sheet is hidden.
    pub(crate) is_hidden: bool,
    /// Row number as in a spreadsheet, from 1.
    pub(crate) number: u32,
    /// Columns from 0, with their cells.
    pub(crate) cells: Vec<(u32, Cell)>,
}

/// Receives a row of a sheet.
type Take<'t> = &'t mut dyn FnMut(SheetRow<'_>);

/// Passes the rows of a workbook to `take`.
///
/// # Errors
///
/// If the workbook cannot be read to its end.
pub(crate) fn each_sheet_row(bytes: &[u8], take: Take<'_>) -> Result<(), WorkbookError> {
    let is_old = is_old_workbook(bytes);
    if !is_old {
        check_package(bytes, LIMIT)?;
    }
    // calamine calculates with cell references from the file, which may panic in a debug build.
    let read = panic::AssertUnwindSafe(|| if is_old { old_sheets(bytes, take) } else { sheets(bytes, take) });
    match panic::catch_unwind(read) {
        Ok(read) => read,
        Err(_) => Err(WorkbookError::Panic),
    }
}

fn sheets(bytes: &[u8], take: Take<'_>) -> Result<(), WorkbookError> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(WorkbookError::content)?;
    let worksheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let is_hidden = |visible: SheetVisible| visible != SheetVisible::Visible;
    let names: Vec<(String, bool)> =
        worksheets.map(|sheet| (sheet.name.clone(), is_hidden(sheet.visible))).collect();
    let (mut failed, mut left) = (Ok(()), LONG_TEXTS);
    for (at, (name, is_hidden)) in names.iter().enumerate() {
        let mut rows =
            Rows { sheet: (at, name), is_hidden: *is_hidden, number: 0, cells: Vec::new(), left, take };
        let mut read = || -> Result<(), calamine::XlsxError> {
            let mut cells = book.worksheet_cells_reader(name)?;
            while let Some(cell) = cells.next_cell()?
                && rows.left > 0
            {
                rows.cell(cell.get_position(), Cell::of_workbook(cell.get_value()));
            }
            Ok(())
        };
        // A damaged sheet does not prevent reading the others.
        let end = read().map_err(|error| WorkbookError::Sheet(at + 1, error.to_string()));
        rows.end();
        left = rows.left;
        failed = failed.and(end);
        if left == 0 {
            return failed.and(Err(WorkbookError::LongTexts(LONG_TEXTS)));
        }
    }
    failed
}

fn old_sheets(bytes: &[u8], take: Take<'_>) -> Result<(), WorkbookError> {
    let mut book = Xls::new(Cursor::new(bytes)).map_err(WorkbookError::content)?;
    let hidden: Vec<bool> =
        book.sheets_metadata().iter().map(|sheet| sheet.visible != SheetVisible::Visible).collect();
    let mut left = LONG_TEXTS;
    for (at, name) in book.sheet_names().iter().enumerate() {
        let is_hidden = hidden.get(at).copied().unwrap_or_default();
        let range = book.worksheet_range(name).map_err(WorkbookError::content)?;
        let (top, first) = range.start().unwrap_or_default();
        let mut rows = Rows { sheet: (at, name), is_hidden, number: 0, cells: Vec::new(), left, take };
        for (row, column, value) in range.used_cells() {
            let at = (top.saturating_add(row as u32), first.saturating_add(column as u32));
            rows.cell(at, Cell::of_workbook(&borrowed(value)));
        }
        rows.end();
        left = rows.left;
        if left == 0 {
            return Err(WorkbookError::LongTexts(LONG_TEXTS));
        }
    }
    Ok(())
}

/// Collects cells into rows.
struct Rows<'r, 't> {
    sheet: (usize, &'r str),
    is_hidden: bool,
    number: u32,
    cells: Vec<(u32, Cell)>,
    /// Bytes of long texts that may still come.
    left: usize,
    take: Take<'t>,
}

impl Rows<'_, '_> {
    fn cell(&mut self, (row, column): (u32, u32), cell: Cell) {
        let number = row.saturating_add(1);
        if number != self.number {
            self.end();
            self.number = number;
        }
        if let Cell::Text(text) = &cell
            && text.len() > LONG
        {
            self.left = self.left.saturating_sub(text.len());
        }
        if cell != Cell::Empty && column < MOST_COLUMNS {
            self.cells.push((column, cell));
        }
    }

    fn end(&mut self) {
        if !self.cells.is_empty() {
            let cells = std::mem::take(&mut self.cells);
            (self.take)(SheetRow {
                sheet: self.sheet,
                is_hidden: self.is_hidden,
                number: self.number,
                cells,
            });
        }
    }
}
