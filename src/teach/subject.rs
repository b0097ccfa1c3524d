//! The subject of a card or a question, and the id that follows from it.

use crate::model::{Entry, Release};

/// The subject of a card or a question: a kind of statement about a code, or about another thing with a name of its own,
/// such as a section of the guidelines, in one edition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The release in which the statement holds, such as `icd10cm@2026`.
    pub release: String,
    /// The word of the kind of statement.
    pub kind: &'static str,
    /// The code as files hold it, or another name.
    pub name: String,
}

impl Subject {
    /// Returns the subject of a statement about a code that a release makes.
    pub fn of(kind: &'static str, entry: Entry<'_>, release: &Release) -> Self {
        Self { release: release.id(), kind, name: entry.code().to_owned() }
    }

    /// Returns the id: the same for the same subject, whatever is stated about it.
    pub fn id(&self) -> String {
        format!("codeset:{}:{}:{}", self.release, self.kind, self.name)
    }
}
