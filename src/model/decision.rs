//! Tables of decisions: a team's choices of replacement codes.

use super::problem::{Place, Problem};
use crate::base::closed_list;

/// A table of decisions.
#[derive(Debug, Clone)]
pub struct DecisionTable {
    /// The file's name.
    pub name: String,
    /// The rows, in the file's order.
    pub rows: Vec<DecisionRow>,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
}

/// One decision. Codes are as typed; the table does not state their code set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// The code that is to be replaced.
    pub source: String,
    /// The target code; `None` if all suggestions are rejected.
    pub target: Option<String>,
    /// The decision.
    pub verdict: Decision,
    /// The reason.
    pub note: Option<String>,
    /// The person who decided.
    pub who: Option<String>,
    /// The date of the decision, as written.
    pub when: Option<String>,
    /// The digest of the releases that it was made for, where the table has it.
    pub releases: Option<String>,
    /// The digest of what the person saw when deciding, where the table has it.
    pub item: Option<String>,
    /// Row of the file, from 1.
    pub row: u32,
    /// The location of the row.
    pub place: Place,
}

closed_list! {
    /// A decision about a source and a target.
    pub enum Decision {
        /// The target replaces the source.
        Accept = "accept",
        /// It does not.
        Reject = "reject",
        /// It is one of several targets to choose from, case by case.
        Choose = "choose",
        /// It is open: the reviewer asks somebody first.
        Ask = "ask",
    }
}
