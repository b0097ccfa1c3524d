//! Transitions: for each code of one edition what it is in the next, and whether that may be applied automatically.

use super::code_set::CodeSet;
use super::problem::{Place, Problem};

/// A table of transitions between two editions.
#[derive(Debug, Clone)]
pub struct Transition {
    /// The set of its codes.
    pub set: &'static CodeSet,
    /// The file's name.
    pub name: String,
    /// The rows, in the file's order.
    pub rows: Vec<TransitionRow>,
    /// What is not as the descriptor says.
    pub problems: Vec<Problem>,
}

/// A row of a transition table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransitionRow {
    /// The code of the older edition; `None` if there was none.
    pub old: Option<String>,
    /// The code of the newer edition; `None` if there is none.
    pub new: Option<String>,
    /// Whether the publisher lets the old code be replaced by the new one automatically.
    pub is_forward: bool,
    /// The same from the new code to the old one.
    pub is_backward: bool,
    /// Row of the file, from 1.
    pub row: u32,
    /// Where the row is.
    pub place: Place,
}

impl TransitionRow {
    /// The two codes, if there are two different ones.
    pub fn change(&self) -> Option<(&str, &str)> {
        let (old, new) = (self.old.as_deref()?, self.new.as_deref()?);
        (old != new).then_some((old, new))
    }
}
