//! A user's own table, as far as it is compared with releases.

use super::problem::{Place, Problem};

/// A user's own table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnTable {
    /// Its codes, in table order. A row with several codes appears once for each.
    pub rows: Vec<OwnRow>,
    /// Notes on how it was read and what was left out.
    pub problems: Vec<Problem>,
}

/// A code of a table, with its descriptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRow {
    /// The code as written in the table.
    pub written: String,
    /// Whether `written` has the form of a code. Other text may be a person's name and is not shown.
    pub is_like_code: bool,
    /// The location of the code.
    pub place: Place,
    /// The code in the form used in files of its set.
    pub code: String,
    /// The description.
    pub long: Option<String>,
    /// The abbreviated description.
    pub short: Option<String>,
}
