//! Addenda: the publisher's own list of what a release adds, deletes and revises.

use super::code_set::AddendaColumns;
use super::concept::Level;
use super::problem::{Problem, Severity};
use crate::base::closed_list;

closed_list! {
    /// The action of an addenda line.
    pub enum Action {
        /// `Delete:`
        Delete = "Delete:",
        /// `Add:`
        Add = "Add:",
        /// `Revise from:`
        ReviseFrom = "Revise from:",
        /// `Revise to:`
        ReviseTo = "Revise to:",
    }
}

/// One line of an addenda file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddendaLine {
    /// The code, without blanks.
    pub code: String,
    /// The action on the code.
    pub action: Action,
    /// The level the action applies to: a code that becomes a header is deleted as a code and added as a header.
    pub level: Level,
    /// The long description.
    pub long: String,
    /// The short description; codes addenda have none.
    pub short: Option<String>,
    /// Line in the file, from 1; 0 for a line that codeset generated.
    pub line: u32,
}

/// The totals of one level at the end of an addenda file. `None` where the file gives no total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LevelTotals {
    /// Number of entries in OLD.
    pub old: Option<u64>,
    /// Number of entries in NEW.
    pub new: Option<u64>,
    /// Additions.
    pub additions: Option<u64>,
    /// Deletions.
    pub deletions: Option<u64>,
    /// Revisions.
    pub revisions: Option<u64>,
}

/// The totals at the end of an addenda file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Headers.
    pub headers: LevelTotals,
    /// Codes.
    pub codes: LevelTotals,
}

/// An addenda file.
#[derive(Debug, Clone)]
pub struct Addenda {
    /// The file's name.
    pub name: String,
    /// Its columns; `None` for codes addenda: billable codes and long descriptions only.
    pub columns: Option<AddendaColumns>,
    /// The lines, in the file's order.
    pub lines: Vec<AddendaLine>,
    /// The totals at its end.
    pub totals: Totals,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
}

impl Addenda {
    /// Returns whether every line was read. If not, the addenda are incomplete and cannot be applied or compared.
    pub fn is_whole(&self) -> bool {
        self.problems.iter().all(|problem| problem.severity != Severity::Error)
    }
}
