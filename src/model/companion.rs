//! What publishers ship beside a release, other than addenda and conversion tables.

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
    /// What is not as the layout says.
    pub problems: Vec<Problem>,
}

/// The publisher's report of what it did to each record.
#[derive(Debug, Clone)]
pub struct ActionReport {
    /// The file.
    pub name: String,
    /// One for each record.
    pub actions: Vec<ReportedAction>,
    /// What is not as the layout says.
    pub problems: Vec<Problem>,
}

/// What the publisher says it did to a record.
#[derive(Debug, Clone)]
pub struct ReportedAction {
    /// The code.
    pub code: String,
    /// Code or modifier.
    pub level: Level,
    /// What was done, in words.
    pub words: String,
    /// Where it is said.
    pub place: Place,
}
