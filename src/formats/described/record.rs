//! Records: what the columns of a descriptor hold in each row of a file.

use crate::model::{Place, Problem};

/// One record.
pub(super) struct Record {
    /// The location of the record.
    pub(super) place: Place,
    /// The row of a sheet or the line of a text, from 1.
    pub(super) row: u32,
    /// The cells of the columns, in the requested order, without blanks around them.
    pub(super) cells: Vec<String>,
}

/// The records of a file.
#[derive(Default)]
pub(super) struct Records {
    pub(super) rows: Vec<Record>,
    pub(super) problems: Vec<Problem>,
    /// True if the end of the file was not reached.
    pub(super) is_cut: bool,
}

/// The reason why a file has no records: a column is missing, or the file cannot be read.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) place: Box<Place>,
    pub(super) fact: String,
    /// The field of the descriptor that does not fit.
    pub(super) field: &'static str,
}

impl Fault {
    pub(super) fn new(place: Place, fact: impl Into<String>, field: &'static str) -> Self {
        Self { place: Box::new(place), fact: fact.into(), field }
    }
}
