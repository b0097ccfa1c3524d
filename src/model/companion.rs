//! Files that publishers provide with a release, other than addenda and conversion tables.

use super::concept::Level;
use super::problem::{Place, Problem};

/// Notes that an attribute of a release refers to by number.
#[derive(Debug, Clone)]
pub struct NoteList {
    /// The file.
    pub name: String,
    /// The attribute whose values are the numbers.
    pub property: &'static str,
    /// The notes: number and text.
    pub notes: Vec<(String, String)>,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
}

/// The publisher's report of its action on each record.
#[derive(Debug, Clone)]
pub struct ActionReport {
    /// The file.
    pub name: String,
    /// One action for each record.
    pub actions: Vec<ReportedAction>,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
}

/// The action that the publisher reports for a record.
#[derive(Debug, Clone)]
pub struct ReportedAction {
    /// The code.
    pub code: String,
    /// The level: code or modifier.
    pub level: Level,
    /// The action, in words.
    pub words: String,
    /// The location of the report line.
    pub place: Place,
}
