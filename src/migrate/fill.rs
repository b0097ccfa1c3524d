//! The values written into cells: codes, dates and descriptions, in the form of the values they replace.

use jiff::civil::Date;

use super::edits::Edit;
use super::refusal::Refusal;
use crate::model::{Entry, TextKind};
use crate::scan::{Finding, FindingKind, Role, Site, SiteCell};

/// Maximum number of cells of a row with a description. A row with more is a list in a line.
pub(super) const MOST_CELLS: usize = 512;

/// A value to write into a cell of a row.
#[derive(Debug)]
pub(super) struct CellEdit<'s> {
    /// The cell as it was read.
    pub(super) cell: &'s SiteCell,
    /// The edit: in a text its offset is a byte of the file, in a sheet a byte of the cell's text.
    pub(super) edit: Edit,
    /// The day that it is, if it is one.
    pub(super) day: Option<Date>,
}

/// A row with other cells.
pub(super) type CellEdits<'s> = Vec<CellEdit<'s>>;

/// Returns the cell of a row that describes its code: the one with such a name, or of cells without a name the only one
/// with words.
pub(super) fn description(site: &Site) -> Option<&SiteCell> {
    if site.row.cells.len() > MOST_CELLS {
        return None;
    }
    let others =
        site.row.cells.iter().enumerate().filter(|(at, _)| *at != site.row.cell).map(|(_, cell)| cell);
    let is_text = |cell: &&SiteCell| {
        let words = cell.text.split(' ').filter(|word| word.bytes().any(|byte| byte.is_ascii_alphabetic()));
        cell.role == Role::Unnamed && words.count() > 1 && !cell.text.contains("://")
    };
    others.clone().find(|cell| cell.role == Role::Description).or_else(|| {
        let mut texts = others.filter(is_text);
        texts.next().filter(|_| texts.next().is_none())
    })
}

/// Writes a code into its cell. A code that is the whole of a cell without quotes may need them.
pub(super) fn coded<'s>(site: &'s Site, finding: &Finding<'_>, code: &str) -> CellEdit<'s> {
    let cell = &site.row.cells[site.row.cell];
    let (at, length) = finding.location.bytes;
    if finding.kind == FindingKind::Incomplete || cell.length == length {
        return whole(cell, code);
    }
    CellEdit { cell, edit: Edit { at, length: length.into(), text: code.as_bytes().to_vec() }, day: None }
}

/// Writes a code into a line of fixed-width columns, which keep their positions.
///
/// # Errors
///
/// If too few blanks follow the code.
pub(super) fn in_columns<'s>(
    site: &'s Site,
    finding: &Finding<'_>,
    code: &str,
) -> Result<CellEdit<'s>, Refusal> {
    let cell = &site.row.cells[site.row.cell];
    let (at, length) = finding.location.bytes;
    let mut text = code.as_bytes().to_vec();
    let old = length as usize;
    if text.len() <= old {
        text.resize(old, b' ');
        return Ok(CellEdit { cell, edit: Edit { at, length: length.into(), text }, day: None });
    }
    let line = site.row.cells.iter().enumerate().find(|(number, _)| *number != site.row.cell);
    let after = line.and_then(|(_, line)| {
        let from = usize::try_from(at.checked_sub(line.at)?).ok()? + old;
        line.text.as_bytes().get(from..)
    });
    let blanks = after.unwrap_or_default().iter().take_while(|byte| **byte == b' ').count();
    let more = text.len() - old;
    if blanks <= more {
        return Err(Refusal::TooLong(code.to_owned()));
    }
    Ok(CellEdit { cell, edit: Edit { at, length: (old + more) as u64, text }, day: None })
}

/// Returns a cell with another text.
pub(super) fn whole<'s>(cell: &'s SiteCell, text: &str) -> CellEdit<'s> {
    let text = cell.quoting.write(text).into_bytes();
    CellEdit { cell, edit: Edit { at: cell.at, length: cell.length.into(), text }, day: None }
}

/// Returns a cell with a day.
pub(super) fn dated<'s>(cell: &'s SiteCell, text: &str, day: Date) -> CellEdit<'s> {
    CellEdit { day: Some(day), ..whole(cell, text) }
}

/// Returns the description of one entry where a text is the same description of another.
pub(super) fn reworded<'t>(old: Entry<'_>, new: Entry<'t>, text: &str) -> Option<&'t str> {
    let kinds = TextKind::ALL.iter();
    kinds
        .filter_map(|kind| Some((old.text(*kind)?, new.text(*kind)?)))
        .find(|(old, _)| *old == text)
        .map(|(_, new)| new)
}

/// Writes a code in the style of the one it replaces: with or without dots or hyphens, in upper or lower case.
pub(super) fn styled(entry: Entry<'_>, written: &str, site: &Site) -> String {
    if let Some(code) = entry.set().written_like(entry.code(), written) {
        return code;
    }
    let plain = entry.code();
    let is_dotted = written.contains('.') || site.is_dotted && written.len() <= entry.set().category_length;
    let code = if is_dotted { entry.display() } else { plain.to_owned() };
    let is_small = written.bytes().any(|byte| byte.is_ascii_lowercase())
        && !written.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_small { code.to_ascii_lowercase() } else { code }
}
