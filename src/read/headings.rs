//! Headings of columns, for all kinds of files with tables.

use super::{FieldId, FieldName, Origin, Reading, Sink};
use crate::fields::headings::{self as tables, Headings};
pub(super) use crate::fields::headings::{Cells, in_one_line};

/// The longest heading; anything longer is a text.
const LONGEST: usize = 64;

/// Returns whether the cells of a row are headings: none of them is a code or a number.
pub(super) fn are<'h>(cells: impl Iterator<Item = &'h str>, sink: &dyn Sink) -> bool {
    let is_heading = |heading: &str| {
        let is_number = heading
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'/' | b':' | b' '));
        heading.len() <= LONGEST && !is_number && !sink.knows(heading.as_bytes())
    };
    let mut filled = cells.map(str::trim).filter(|heading| !heading.is_empty()).peekable();
    filled.peek().is_some() && filled.all(is_heading)
}

/// Finds the headings among the first rows of a table.
pub(super) fn find(rows: &[Cells<'_>], sink: &dyn Sink) -> Option<Headings> {
    tables::find(rows, &|cell| sink.knows(cell.as_bytes()), &|heading| sink.wants(heading))
}

/// Returns whether a row begins another table.
pub(super) fn begins_table(cells: &Cells<'_>, sink: &dyn Sink) -> bool {
    tables::begins_table(cells, &|cell| sink.knows(cell.as_bytes()))
}

/// Returns the field of a column: by its heading or, without one, by its name in this kind of table.
pub(super) fn column(heading: &str, called: impl FnOnce() -> String, sink: &mut dyn Sink) -> FieldId {
    let path =
        if heading.is_empty() { format!("column {}", called()) } else { format!("column `{heading}`") };
    sink.field(FieldName {
        path: &path,
        words: heading,
        reading: Reading::Value,
        origin: Origin::Column(heading),
    })
}
