//! Workbooks: cells are rewritten by their bytes in the sheet, rows are added after the last one. Everything else stays
//! as it is.
//!
//! A cell gets an inline text and keeps its style; the shared strings are not changed. Whether something can be written
//! is known at once, so an edit that is not possible is left open with a reason, and the others are made.

mod after;
mod area;
mod cells;
mod fill;
mod markup;
mod package;
mod sheet;
mod strings;

use std::collections::BTreeMap;

use super::edits::{Edit, applied};
use super::fill::CellEdits;
use super::plan::EditTarget;
use super::refusal::Refusal;
use crate::base::a1::{MOST_ROWS, reference};
use crate::read::members::{Members, attribute, each_element};
use crate::scan::{Container, Location, Site};
use crate::tables::sheets::each_sheet_row;
use after::Table;
use cells::{Cell, RowAt, prefix_of, written};
use fill::{Filled, Filling};
use sheet::Sheet;
use strings::Strings;

/// A workbook and its planned changes.
pub(super) struct Book<'b> {
    bytes: &'b [u8],
    members: Members<'b>,
    /// Names of sheets, and their members.
    sheets: Vec<(String, String)>,
    strings: Strings,
    is_1904: bool,
    pages: BTreeMap<String, Page>,
}

/// A sheet and its planned changes.
struct Page {
    member: String,
    sheet: Sheet,
    tables: Vec<Table>,
    /// By row and column.
    cells: BTreeMap<(u32, u32), Filled>,
    /// Rows to add.
    rows: Vec<String>,
}

impl<'b> Book<'b> {
    /// Opens a workbook; `None` if the package is something else.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Option<Self>, Refusal> {
        let mut members = Members::open(bytes)?;
        let main = members.relations("")?.into_iter().find(|relation| relation.kind == "officeDocument");
        let main = main.map_or_else(|| "xl/workbook.xml".to_owned(), |main| main.target);
        if !main.starts_with("xl/") || !main.ends_with(".xml") {
            return Ok(None);
        }
        let Some(list) = members.text(&main)? else { return Ok(None) };
        if members.has_below("_xmlsignatures/") {
            return Err(Refusal::Signed);
        }
        let relations = members.relations(&main)?;
        let (mut sheets, mut is_1904) = (Vec::<(String, String)>::new(), false);
        each_element(&list, &mut |element| match element.local_name().as_ref() {
            "workbookPr" => {
                is_1904 = attribute(element, "date1904").is_some_and(|is| is == "1" || is == "true");
            }
            "sheet" => {
                let id = element.attributes().flatten().find(|own| own.key.as_ref().ends_with(":id"));
                let found = id.and_then(|id| relations.iter().find(|relation| *relation.id == *id.value));
                // A duplicate member, which no program writes, is changed once.
                let found = found.filter(|found| sheets.iter().all(|(_, member)| *member != found.target));
                if let (Some(name), Some(found)) = (attribute(element, "name"), found) {
                    sheets.push((name, found.target.clone()));
                }
            }
            _ => {}
        });
        let strings = relations.iter().find(|relation| relation.kind == "sharedStrings");
        let strings = strings.map(|strings| members.text(&strings.target)).transpose()?.flatten();
        let strings = strings.map(Strings::read).transpose()?.unwrap_or_default();
        Ok(Some(Self { bytes, members, sheets, strings, is_1904, pages: BTreeMap::new() }))
    }

    /// Reads a sheet, if it was not read before.
    fn page(&mut self, name: &str) -> Result<(), Refusal> {
        if self.pages.contains_key(name) {
            return Ok(());
        }
        let member = self.sheets.iter().find(|(own, _)| own == name).map(|(_, member)| member.clone());
        let member = member.ok_or(Refusal::SheetNotListed)?;
        let xml = package::plain(self.members.bytes(&member)?.ok_or(Refusal::SheetMissing)?)?;
        let sheet = Sheet::read(xml)?;
        let mut tables = Vec::new();
        for relation in self.members.relations(&member)? {
            if relation.kind == "table" {
                let xml = self.members.bytes(&relation.target)?.ok_or(Refusal::TableMissing)?;
                tables.push(Table::read(relation.target, package::plain(xml)?)?);
            }
        }
        let page = Page { member, sheet, tables, cells: BTreeMap::new(), rows: Vec::new() };
        self.pages.insert(name.to_owned(), page);
        Ok(())
    }

    /// Returns the workbook with its changes; `None` if there are none.
    pub(super) fn written(self) -> Result<Option<Vec<u8>>, Refusal> {
        let mut changed = BTreeMap::new();
        for page in self.pages.into_values().filter(|page| !page.cells.is_empty() || !page.rows.is_empty()) {
            page.written(&mut changed);
        }
        if changed.is_empty() {
            return Ok(None);
        }
        package::copied(self.bytes, &changed).map(Some)
    }
}

impl EditTarget for Book<'_> {
    fn write(
        &mut self,
        location: &Location,
        site: &Site,
        fills: CellEdits<'_>,
        copies: &[CellEdits<'_>],
    ) -> Result<(), Refusal> {
        let Container::Sheet(name) = &location.container else {
            return Err(Refusal::NotInSheet);
        };
        // A word in a text is reported with its line as well, in the same column.
        if site.row.has_twins {
            return Err(Refusal::RunningText);
        }
        self.page(name)?;
        let page = self.pages.get_mut(name).ok_or(Refusal::SheetMissing)?;
        let row = page.sheet.row_at(site.row.number).ok_or(Refusal::OtherValue)?;
        let held = page.sheet.cells(row)?;
        let filling =
            Filling { sheet: &page.sheet, strings: &self.strings, is_1904: self.is_1904, site, cells: &held };
        let fills = filling.all(fills.iter())?;
        let mut rows = Vec::new();
        if !copies.is_empty() {
            let column = site.row.cells.get(site.row.cell).map_or(0, |cell| cell.column);
            let last = after::last(&page.sheet, &page.tables, &self.strings, row, column)?;
            for (number, copy) in (last + 1 + page.rows.len() as u32..).zip(copies) {
                if number > MOST_ROWS {
                    return Err(Refusal::SheetFull);
                }
                rows.push(after::copied(&page.sheet, row, &held, &filling.all(copy.iter())?, number)?);
            }
        }
        page.rows.extend(rows);
        for (column, filled) in fills {
            Filled::put(&mut page.cells, (row.number, column), filled);
        }
        Ok(())
    }
}

impl Page {
    /// Writes the members of the sheet and its tables, where they change.
    fn written(self, changed: &mut BTreeMap<String, String>) {
        let mut edits = Vec::new();
        let mut numbers: Vec<u32> = self.cells.keys().map(|(row, _)| *row).collect();
        numbers.dedup();
        for row in numbers.into_iter().filter_map(|number| self.sheet.row_at(number)) {
            self.edits_of(row, &mut edits);
        }
        if let Some(last) = self.sheet.last().filter(|_| !self.rows.is_empty()) {
            after::edits(&self.sheet, last, &self.rows, &mut edits);
            let end = last.number + self.rows.len() as u32;
            for table in self.tables.iter().filter(|table| table.area.last.0 == last.number) {
                changed.insert(table.member.clone(), table.down_to(end));
            }
        }
        changed.insert(self.member, applied_to(&self.sheet.xml, edits));
    }

    fn edits_of(&self, row: RowAt, edits: &mut Vec<Edit>) {
        // A row that was read before is read again.
        let held = self.sheet.cells(row).unwrap_or_default();
        let tag = self.sheet.row_tag(row);
        for ((_, column), filled) in self.cells.range((row.number, 0)..=(row.number, u32::MAX)) {
            let text = written(
                prefix_of(tag),
                &reference(row.number, *column),
                filled.style.as_deref(),
                &filled.content(),
            );
            edits.push(edit(place(&held, *column, row, &self.sheet.xml), text));
        }
        let adds = self.cells.range((row.number, 0)..=(row.number, u32::MAX));
        let mut adds = adds.filter(|((_, column), _)| held.iter().all(|cell| cell.column != *column));
        // The tag of a row may give its width, but need not.
        if let Some(spans) = markup::attribute(tag, "spans").filter(|_| adds.next().is_some()) {
            let at = row.span.0 + spans.at + spans.value.len() + 1 - spans.whole.len();
            edits.push(edit((at, at + spans.whole.len()), String::new()));
        }
    }
}

/// Returns the bytes of a cell; for one that does not exist, the position where it belongs.
fn place(held: &[Cell<'_>], column: u32, row: RowAt, xml: &str) -> (usize, usize) {
    match held.iter().find(|cell| cell.column >= column) {
        Some(cell) if cell.column == column => cell.span,
        Some(after) => (after.span.0, after.span.0),
        None => {
            let end = held.last().map(|last| last.span.1);
            let end = end.or_else(|| xml[..row.span.1].rfind("</")).unwrap_or(row.span.1);
            (end, end)
        }
    }
}

fn edit((start, end): (usize, usize), text: String) -> Edit {
    Edit { at: start as u64, length: (end - start) as u64, text: text.into_bytes() }
}

/// Returns a member with its edits applied, at the bounds of its tags.
fn applied_to(xml: &str, edits: Vec<Edit>) -> String {
    String::from_utf8_lossy(&applied(xml.as_bytes(), edits)).into_owned()
}

/// Returns the rows of a workbook, a line each, prefixed with sheet and number; `None` if it cannot be read.
pub(super) fn as_text(bytes: &[u8]) -> Option<String> {
    let mut text = String::new();
    let read = each_sheet_row(bytes, &mut |row| {
        text += &format!("{} {}", row.sheet.1, row.number);
        row.cells.iter().for_each(|(_, cell)| text += &format!("\t{cell}"));
        text.push('\n');
    });
    read.ok().map(|()| text)
}
