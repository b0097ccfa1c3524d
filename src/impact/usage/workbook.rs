//! Workbooks with a sheet of codes, xlsx or xls: the first sheet that has a code among its first rows.
//!
//! A spreadsheet turns codes into numbers where it can. Such a cell counts only where a single code can have become that
//! number, and that is said.

use std::io::Read;

use super::columns::{is_like_a_heading, plain};
use super::input::Input;
use super::ledger::Ledger;
use super::rows::{Cells, Rows};
use super::vocabulary::Vocabulary;
use super::{Fault, Layout, UsageOptions};
use crate::model::SourceFile;
use crate::tables::rows::{self as sheets, Row, each_workbook_row};
use crate::tables::workbook::{Cell, WORKBOOK_LIMIT, is_old_workbook};

/// How many rows may stand before the first code: titles, notes, headings, codes of other sets.
const ROWS_BEFORE: u32 = 100;

/// How many columns are read: the widest claims tables (CMS RIF, all segments) have about 400.
const MAX_COLUMNS: usize = 1024;

/// A part that every workbook of today names among its first members, and no other zip archive does.
const PARTS: &[&[u8]] = &[b"[Content_Types].xml", b"xl/", b"_rels/", b"docProps/"];

/// A workbook.
pub(super) struct Workbook;

impl Layout for Workbook {
    fn id(&self) -> &'static str {
        "workbook"
    }

    fn recognises(&self, head: &[u8], _: &UsageOptions) -> bool {
        let has = |part: &[u8]| memchr::memmem::find(head, part).is_some();
        is_old_workbook(head) || head.starts_with(b"PK\x03\x04") && PARTS.iter().any(|part| has(part))
    }

    fn read(&self, input: Input<'_>, options: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        let mut bytes = Vec::new();
        // Packed it is smaller than what it holds: what is larger would be refused anyway.
        input.bytes().take(WORKBOOK_LIMIT + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > WORKBOOK_LIMIT {
            return Err(Fault::Columns(
                "the workbook is larger than any that is read; save it as CSV".to_owned(),
            ));
        }
        let file = SourceFile::new("workbook", bytes);
        let vocabulary = ledger.vocabulary;
        let is_start = |row: &Row| has_code(row, vocabulary) || has_heading(row, options);
        let layout = sheets::Layout { title_rows: ROWS_BEFORE, columns: MAX_COLUMNS, is_titles: &is_start };
        let mut sheet = Sheet { rows: Rows::new(options), before: None, started: false };
        let mut fault = None;
        let found = each_workbook_row(&file, &layout, &mut |row| {
            if fault.is_none() {
                let taken = sheet.take(&row, is_start(&row), ledger);
                fault = taken.err();
            }
        });
        if let Some(fault) = fault {
            return Err(fault);
        }
        // What the reader of workbooks says may quote cells.
        let cannot = "the workbook cannot be read to its end; save it as CSV";
        if !found.map_err(|_| Fault::Columns(cannot.to_owned()))? {
            let set = ledger.vocabulary.set().title;
            return Err(Fault::Columns(format!(
                "no sheet has {set} codes of either release in its first {ROWS_BEFORE} rows; save the right one as CSV"
            )));
        }
        sheet.rows.finish("a sheet of a workbook", ledger)
    }
}

fn has_code(row: &Row, vocabulary: &Vocabulary<'_>) -> bool {
    row.cells.iter().any(|cell| match cell {
        Cell::Text(text) => vocabulary.knows(text),
        Cell::Number(number) => vocabulary.code_of_number(*number).is_some(),
        Cell::Empty | Cell::Date(_) => false,
    })
}

fn has_heading(row: &Row, options: &UsageOptions) -> bool {
    let Some(wanted) = options.columns.code.as_deref() else { return false };
    row.cells.iter().any(|cell| matches!(cell, Cell::Text(text) if plain(text) == plain(wanted)))
}

/// The rows of a sheet from its headings on.
struct Sheet<'a> {
    rows: Rows<'a, SheetRow>,
    /// The last row before the first code: its headings, it may be.
    before: Option<SheetRow>,
    started: bool,
}

impl Sheet<'_> {
    fn take(&mut self, row: &Row, is_start: bool, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        if row.is_empty() {
            return Ok(());
        }
        let cells = SheetRow::of(row);
        if !self.started && !is_start {
            self.before = Some(cells).filter(|row| row.cells.iter().all(|(text, _)| is_like_a_heading(text)));
            return Ok(());
        }
        self.started = true;
        if let Some(headings) = self.before.take() {
            self.rows.take(&headings, ledger)?;
        }
        self.rows.take(&cells, ledger)
    }
}

/// A row of a sheet: texts, and numbers where cells are typed as such.
#[derive(Clone)]
struct SheetRow {
    number: u32,
    cells: Vec<(String, Option<f64>)>,
}

impl SheetRow {
    fn of(row: &Row) -> Self {
        let cells = row.cells.iter().map(|cell| match cell {
            Cell::Number(number) => (number_text(*number), Some(*number)),
            cell => (cell.to_string(), None),
        });
        Self { number: row.number, cells: cells.collect() }
    }
}

/// A number as its cell shows it: formulas leave traces of binary fractions behind the fourth digit.
fn number_text(number: f64) -> String {
    let text = number.to_string();
    match text.split_once('.') {
        Some((_, fraction)) if fraction.len() > 4 => format!("{number:.4}"),
        _ => text,
    }
}

impl Cells for SheetRow {
    fn text(&self, at: usize) -> &[u8] {
        self.cells.get(at).map_or(b"", |(text, _)| text.as_bytes())
    }

    fn texts(&self) -> csv::StringRecord {
        self.cells.iter().map(|(text, _)| text.as_str()).collect()
    }

    fn number(&self, at: usize) -> Option<f64> {
        self.cells.get(at)?.1
    }

    fn line(&self) -> u64 {
        u64::from(self.number)
    }
}
