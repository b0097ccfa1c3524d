//! Addenda: the publisher's own list of what a release adds, deletes and revises.

use super::code_set::AddendaColumns;
use super::concept::Level;
use super::problem::{Problem, Severity};

/// What an addenda line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// `Delete:`
    Delete,
    /// `Add:`
    Add,
    /// `Revise from:`
    ReviseFrom,
    /// `Revise to:`
    ReviseTo,
}

impl Action {
    /// Every action, in the publisher's order for one code.
    pub const ALL: &[Self] = &[Self::Delete, Self::Add, Self::ReviseFrom, Self::ReviseTo];

    /// The words in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Delete => "Delete:",
            Self::Add => "Add:",
            Self::ReviseFrom => "Revise from:",
            Self::ReviseTo => "Revise to:",
        }
    }
}

/// One line of an addenda file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddendaLine {
    /// The code, without blanks.
    pub code: String,
    /// What happens to it.
    pub action: Action,
    /// As what: a code that becomes a header is deleted as a code and added as a header.
    pub level: Level,
    /// The long description.
    pub long: String,
    /// The short description; codes addenda have none.
    pub short: Option<String>,
    /// Line in the file, from 1; 0 for a line of ours.
    pub line: u32,
}

/// The totals of one level at the end of an addenda file. `None` where the file does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LevelTotals {
    /// How many OLD holds.
    pub old: Option<u64>,
    /// How many NEW holds.
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
    /// What is not as the layout says.
    pub problems: Vec<Problem>,
}

impl Addenda {
    /// Whether every line could be read. If not, they say too little to be applied or compared with.
    pub fn is_whole(&self) -> bool {
        self.problems.iter().all(|problem| problem.severity != Severity::Error)
    }
}
