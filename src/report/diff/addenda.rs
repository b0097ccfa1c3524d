//! The changes in the publisher's own layout.

use crate::model::{AddendaColumns, AddendaLine, Totals};

/// An addenda file to be written.
#[derive(Debug, Clone)]
pub(crate) struct AddendaText {
    /// Its columns.
    pub(crate) columns: AddendaColumns,
    /// Its lines, in the order in which they are written.
    pub(crate) lines: Vec<AddendaLine>,
    /// Its totals.
    pub(crate) totals: Totals,
    /// The names of the two files in the summary.
    pub(crate) names: [String; 2],
}
