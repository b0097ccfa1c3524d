//! Rows added after the last one of a sheet, where that is certainly the end of the list.

use std::collections::BTreeMap;

use super::area::Area;
use super::cells::{Cell, CellValue, RowAt, prefix_of, written};
use super::fill::Filled;
use super::markup::{Mark, attribute, attributes, each_tag, name};
use super::sheet::{AreaAt, Sheet};
use super::strings::Strings;
use super::{applied_to, edit};
use crate::base::a1::reference;
use crate::migrate::edits::Edit;
use crate::migrate::refusal::Refusal;

/// A table of a sheet.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) member: String,
    xml: String,
    pub(super) area: Area,
    /// Its own area and that of its filter, as they are written.
    written: Vec<AreaAt>,
    has_totals: bool,
}

impl Table {
    pub(super) fn read(member: String, xml: String) -> Result<Self, Refusal> {
        let (mut own, mut written, mut has_totals) = (None, Vec::new(), false);
        each_tag(&xml, &mut |tag| {
            let text = &xml[tag.span.0..tag.span.1];
            let is_own = (tag.depth, tag.name) == (0, "table");
            if tag.mark == Mark::End || !is_own && (tag.depth, tag.name) != (1, "autoFilter") {
                return;
            }
            let Some(found) = attribute(text, "ref") else { return };
            let Some(area) = Area::read(found.value) else { return };
            let at = tag.span.0 + found.at;
            written.push(((at, at + found.value.len()), area));
            if is_own {
                own = Some(area);
                has_totals = attribute(text, "totalsRowCount").is_some_and(|rows| rows.value != "0");
            }
        })?;
        let area = own.ok_or(Refusal::TableWithoutArea)?;
        Ok(Self { member, xml, area, written, has_totals })
    }

    /// Returns its member, with another last row.
    pub(super) fn down_to(&self, row: u32) -> String {
        let edits = self.written.iter().map(|(span, area)| edit(*span, area.down_to(row)));
        applied_to(&self.xml, edits.collect())
    }
}

/// Returns the last row of a sheet if a copy of a row may be added after it; otherwise the reason why not.
pub(super) fn last(
    sheet: &Sheet,
    tables: &[Table],
    strings: &Strings,
    row: RowAt,
    column: u32,
) -> Result<u32, Refusal> {
    let last = sheet.last().filter(|last| last.number >= row.number).ok_or(Refusal::OtherValue)?;
    let refused = |why| Err(Refusal::AddByHand(why));
    if sheet.merged.iter().any(|area| area.last.0 >= row.number) {
        return refused("cells of its sheet are merged");
    }
    let around: Vec<&Table> = tables
        .iter()
        .filter(|table| table.area.last.0 >= row.number && table.area.first.0 <= last.number)
        .collect();
    if around.iter().any(|table| table.has_totals) {
        return refused("its table has a row of totals");
    }
    let fits = match around.as_slice() {
        [] => true,
        [table] => table.area.holds(row.number, column) && table.area.last.0 == last.number,
        _ => false,
    };
    if !fits {
        return refused("its sheet has other content next to its table");
    }
    let rows =
        sheet.rows.iter().filter(|held| held.holds && (row.number..=last.number).contains(&held.number));
    if rows.count() as u32 != last.number - row.number + 1 {
        return refused("there are blank rows below it");
    }
    let cells = sheet.cells(last)?;
    let code = cells.iter().find(|cell| cell.column == column).map(|cell| cell.value(strings));
    let is_code = match code {
        Some(Ok(CellValue::Number(_))) => true,
        Some(Ok(CellValue::Text(text, _))) => {
            let text = text.trim();
            text.bytes().any(|byte| byte.is_ascii_digit()) && !text.contains(char::is_whitespace)
        }
        _ => false,
    };
    if !is_code || cells.iter().any(|cell| cell.has_formula) {
        return refused("the last row of its sheet does not hold codes");
    }
    Ok(last.number)
}

/// Returns a copy of a row with other cells, under its new number.
pub(super) fn copied(
    sheet: &Sheet,
    row: RowAt,
    cells: &[Cell<'_>],
    fills: &BTreeMap<u32, Filled>,
    number: u32,
) -> Result<String, Refusal> {
    let tag = sheet.row_tag(row);
    let mut text = format!("<{} r=\"{number}\"", name(tag));
    // A copy is shown even where its row is filtered out.
    let kept =
        attributes(tag).into_iter().filter(|own| !matches!(own.name, "r" | "spans" | "hidden" | "collapsed"));
    kept.for_each(|own| text += &format!(" {}", own.whole));
    text.push('>');
    let mut columns: Vec<u32> = cells.iter().map(|cell| cell.column).chain(fills.keys().copied()).collect();
    columns.sort_unstable();
    columns.dedup();
    for column in columns {
        let held = cells.iter().find(|cell| cell.column == column);
        match (fills.get(&column), held) {
            (Some(filled), _) => {
                let at = reference(number, column);
                text += &written(prefix_of(tag), &at, filled.style.as_deref(), &filled.content());
            }
            (None, Some(cell)) if cell.has_formula => {
                return Err(Refusal::AddByHand("its row has a formula, which is not copied"));
            }
            (None, Some(cell)) => text += &cell.in_row(number),
            (None, None) => {}
        }
    }
    Ok(text + &format!("</{}>", name(tag)))
}

/// Adds the edits that put rows after the last one. Blank rows that follow it only for their formatting are removed.
pub(super) fn edits(sheet: &Sheet, last: RowAt, rows: &[String], edits: &mut Vec<Edit>) {
    let end = last.number + rows.len() as u32;
    edits.push(edit((last.span.1, last.span.1), rows.concat()));
    let blank = sheet.rows.iter().filter(|row| (last.number + 1..=end).contains(&row.number));
    edits.extend(blank.map(|row| edit(row.span, String::new())));
    if let Some((span, area)) = sheet.dimension.filter(|(_, area)| area.last.0 < end) {
        edits.push(edit(span, area.down_to(end)));
    }
    if let Some((span, area)) = sheet.filter.filter(|(_, area)| area.last.0 == last.number) {
        edits.push(edit(span, area.down_to(end)));
    }
}
