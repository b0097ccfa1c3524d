//! A table of the user's own, as far as releases have something to say about it.

use super::problem::{Place, Problem};

/// A table of the user's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnTable {
    /// Its codes, in its order. A row with several codes is here several times.
    pub rows: Vec<OwnRow>,
    /// How it was read, and what was left out.
    pub problems: Vec<Problem>,
}

/// A code of a table, with its descriptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRow {
    /// The code as written in the table.
    pub written: String,
    /// Whether that is like a code: anything else may be the name of a person, and is not shown.
    pub is_like_code: bool,
    /// Where it stands.
    pub place: Place,
    /// The code as files of its set hold it.
    pub code: String,
    /// The description.
    pub long: Option<String>,
    /// The abbreviated description.
    pub short: Option<String>,
}
