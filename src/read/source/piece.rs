//! Cells and rows of a program.

use crate::read::{Cell, FieldId, FieldName, ListKind, Origin, Quoting, Reading, Row, Sink};

/// A piece of a program, and the byte of the file at which it begins.
#[derive(Clone, Copy)]
pub(super) struct Piece<'t> {
    pub(super) text: &'t [u8],
    pub(super) base: u64,
}

impl<'t> Piece<'t> {
    /// Returns the cell between these bytes, quoted if `quote` is given.
    pub(super) fn cell(self, field: FieldId, (start, end): (usize, usize), quote: Option<u8>) -> Cell<'t> {
        Cell {
            field,
            text: &self.text[start..end],
            at: self.base + start as u64,
            column: 0,
            quoting: quote.map_or(Quoting::None, Quoting::Backslash),
        }
    }

    /// Passes on cells that belong together, with the range of bytes of their row.
    pub(super) fn give(self, cells: &[Cell<'_>], (start, end): (usize, usize), sink: &mut dyn Sink) {
        let span = (self.base + start as u64, self.base + end as u64);
        sink.row(&Row { cells, span, number: 0, system: None });
    }
}

/// Returns a separate field below a name; `suffix` is the number of the list, if there are several.
pub(super) fn field_below(
    kind: ListKind,
    name: &str,
    suffix: &str,
    words: &str,
    sink: &mut dyn Sink,
) -> FieldId {
    let path = if name.is_empty() { kind.to_string() } else { format!("{kind} of `{name}`{suffix}") };
    let origin = Origin::list(kind, name);
    sink.field(FieldName { path: &path, words, reading: Reading::Value, origin })
}
