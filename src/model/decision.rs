//! Tables of decisions: a team's choices of replacement codes.

use super::problem::{Place, Problem};

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
    /// Row of the file, from 1.
    pub row: u32,
    /// The location of the row.
    pub place: Place,
}

/// A decision about a source and a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The target replaces the source.
    Accept,
    /// It does not.
    Reject,
    /// It is one of several targets to choose from, case by case.
    Choose,
}

impl Decision {
    /// Every decision.
    pub const ALL: &[Self] = &[Self::Accept, Self::Reject, Self::Choose];

    /// Returns the word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Choose => "choose",
        }
    }

    /// Returns the decision with this word, in upper or lower case.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|verdict| verdict.word().eq_ignore_ascii_case(word.trim()))
    }
}
