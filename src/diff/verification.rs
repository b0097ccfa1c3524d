//! The result of a comparison with what the publisher says about a difference.

use serde::Serialize;

use crate::model::{Level, Problem};

/// The result of the comparison with the publisher's addenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Verification {
    /// The publisher's source of the comparison: the addenda file, or the action codes in NEW.
    pub against: String,
    /// True if every line and total agrees.
    pub agrees: bool,
    /// The disagreements.
    pub differences: Vec<Difference>,
}

/// One disagreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Difference {
    /// The code; empty for a total.
    pub code: String,
    /// The code as people write it.
    pub display: String,
    /// Code or header.
    pub level: Level,
    /// The difference between the two releases, in the words of the addenda.
    pub ours: String,
    /// The change according to the addenda.
    pub publisher: String,
}

/// The outcome of one verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The addenda compare with OLD: the result of the comparison.
    Compared(Verification),
    /// The addenda compare with another release, and do not apply to this difference.
    OtherBase(Problem),
    /// A release is incomplete: a disagreement would have no meaning.
    NotComparable(Problem),
}
