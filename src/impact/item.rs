//! A code in use, with its status and its replacements.

use serde::{Serialize, Serializer};

use super::usage::Tally;
use crate::crosswalk::{self, Mapping};
use crate::diff::{Change, Kind};
use crate::model::Entry;

/// The status of a code in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Status {
    /// It changed; if it changed in several ways, this is the most serious one.
    Changed(Kind),
    /// As valid as before.
    Unchanged,
    /// A header in NEW and not a billable code in OLD: it was never valid on a claim between the two.
    Header,
    /// In neither release.
    Unknown,
}

impl Status {
    /// Returns the word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed(kind) => kind.word(),
            Self::Unchanged => "unchanged",
            Self::Header => "header",
            Self::Unknown => "unknown",
        }
    }

    /// Returns whether claims with the code are rejected under NEW although they were accepted under OLD.
    pub fn is_affected(self) -> bool {
        matches!(self, Self::Changed(kind) if kind.is_deletion())
    }
}

impl From<crosswalk::Status> for Status {
    fn from(status: crosswalk::Status) -> Self {
        match status {
            crosswalk::Status::Changed(kind) => Self::Changed(kind),
            crosswalk::Status::Unchanged => Self::Unchanged,
        }
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// A code in use that changed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Item<'a> {
    /// The code, in OLD if it exists there.
    pub entry: Entry<'a>,
    /// Its status.
    pub status: Status,
    /// Its usage.
    pub tally: &'a Tally,
    /// The possible replacements, if it lost validity or was narrowed.
    pub mapping: Option<Mapping<'a>>,
    /// Its change.
    pub change: &'a Change<'a>,
}
