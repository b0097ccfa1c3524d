//! The changes in the publisher's own layout.

use crate::model::{AddendaColumns, AddendaLine, Totals};

/// An addenda file to be written.
#[derive(Debug, Clone)]
pub struct AddendaText {
    /// Its columns.
    pub columns: AddendaColumns,
    /// Its lines, in the order in which they are written.
    pub lines: Vec<AddendaLine>,
    /// Its totals.
    pub totals: Totals,
    /// The names of the two files in the summary.
    pub names: [String; 2],
}
