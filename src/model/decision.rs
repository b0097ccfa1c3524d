//! Tables of decisions: what a team settled about the successors of codes.

use super::problem::{Place, Problem};

/// A table of decisions.
#[derive(Debug, Clone)]
pub struct DecisionTable {
    /// The file's name.
    pub name: String,
    /// The rows, in the file's order.
    pub rows: Vec<DecisionRow>,
    /// What is not as the layout says.
    pub problems: Vec<Problem>,
}

/// One decision. Codes stand as they were typed: which set they are of is not for the table to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// The code that is to be replaced.
    pub source: String,
    /// The code it is about; `None` where all suggestions are rejected.
    pub target: Option<String>,
    /// What was decided.
    pub verdict: Decision,
    /// Why.
    pub note: Option<String>,
    /// By whom.
    pub who: Option<String>,
    /// When, as it was written.
    pub when: Option<String>,
    /// Row of the file, from 1.
    pub row: u32,
    /// Where the row stands.
    pub place: Place,
}

/// What may be decided about a source and a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The target replaces the source.
    Accept,
    /// It does not.
    Reject,
    /// It is one of those to choose among, case by case.
    Choose,
}

impl Decision {
    /// Every verdict.
    pub const ALL: &[Self] = &[Self::Accept, Self::Reject, Self::Choose];

    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Choose => "choose",
        }
    }

    /// The verdict with this word, in whatever letters.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|verdict| verdict.word().eq_ignore_ascii_case(word.trim()))
    }
}
