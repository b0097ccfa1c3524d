//! Comparison of two releases into changes: one merge of two sorted lists.
//!
//! Invariant: a code that a release does not ship is unknown, not deleted. A codes file has no headers, a truncated
//! file has no end, and an unreadable record still gives its code, or the whole file counts as incomplete. Nothing is
//! added or deleted because of something that could not be read.
//!
//! Invariant: between two codes files, a code that is gone while codes that begin with it exist was demoted: in every
//! official file, no billable code is the beginning of another.
//!
//! Invariant: descriptions are compared byte for byte, as the publishers do. A change of level is a demotion or a
//! promotion, never a revision as well. Codes and headers are counted separately.
//!
//! Invariant: the publisher's addenda are a check, never an input of [`diff`]. Addenda whose totals of OLD differ from
//! OLD's own start from another release; this is reported, and is not a disagreement.

mod actions;
mod addenda;
mod apply;
mod compare;
mod entry;
mod kind;
mod ours;
mod pcs;
mod properties;
mod rekeyed;
mod summary;
mod tabular;
mod transitions;
mod verification;
mod verify;
mod wording;

pub use actions::verify_actions;
pub use addenda::{lines as addenda_lines, totals as addenda_totals};
pub use apply::{Applied, apply};
pub use compare::{diff, diff_in, steps};
pub(crate) use entry::changes_of;
pub use kind::Kind;
pub use ours::{OurRow, Ours, Standing, ours};
pub use pcs::{PcsChange, PcsChangeKind, pcs_diff};
pub use properties::{Groups, PropertyChange};
pub use summary::{LevelSummary, Summary};
pub use tabular::{NoteChange, Noted, TabularDiff, tabular_diff};
pub use transitions::{transition_changes, transition_fits};
pub use verification::{Difference, Outcome, Verification};
pub(crate) use verify::other_base;
pub use verify::{verify, verify_own};
pub(crate) use wording::aligned;
pub use wording::{Revision, Word, WordSide, Wording, words};

use crate::model::{Entry, Level, ListPlace, Problem, Release};

/// The difference between two releases.
#[derive(Debug)]
#[non_exhaustive]
pub struct Diff<'a> {
    /// The older release.
    pub old: &'a Release,
    /// The newer release.
    pub new: &'a Release,
    /// The changes, in the publisher's order of NEW; deleted entries keep their place in OLD.
    pub changes: Vec<Change<'a>>,
    /// The changes of the tabular list, if both releases have one.
    pub tabular: Option<TabularDiff<'a>>,
    /// Everything that could not be compared, with the reason.
    pub problems: Vec<Problem>,
}

/// One change of one concept.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Change<'a> {
    /// The kind.
    pub kind: Kind,
    /// The entry in OLD, if it exists there.
    pub old: Option<Entry<'a>>,
    /// The entry in NEW, if it exists there.
    pub new: Option<Entry<'a>>,
    /// The descriptions that changed, and the kind of change: for [`Kind::Revised`].
    pub revision: Option<Revision>,
    /// The attributes that changed: for [`Kind::Property`] and [`Kind::Recertified`].
    pub properties: Vec<PropertyChange<'a>>,
    /// The notes that changed: for [`Kind::Notes`].
    pub notes: Vec<NoteChange<'a>>,
    /// The sections before and after: for [`Kind::Moved`], where the tabular list gives them.
    pub parts: Option<[&'a ListPlace; 2]>,
}

impl<'a> Change<'a> {
    /// Returns a change of a kind that has no details.
    fn new(kind: Kind, old: Option<Entry<'a>>, new: Option<Entry<'a>>) -> Self {
        Self { kind, old, new, revision: None, properties: Vec::new(), notes: Vec::new(), parts: None }
    }

    /// Returns the entry in NEW, or the one in OLD if NEW does not have it.
    ///
    /// # Panics
    ///
    /// Never: a change has at least one side.
    pub fn entry(&self) -> Entry<'a> {
        self.new.or(self.old).expect("a change has at least one side")
    }

    /// Returns whether it ends the use of a code on claims. An end announced for a future day does not.
    pub fn is_deletion(&self) -> bool {
        self.kind.is_deletion() && !self.new.is_some_and(Entry::is_billable)
    }

    /// Returns whether a code is new and its last day is already past.
    pub fn is_born_dead(&self) -> bool {
        self.kind == Kind::Added && self.new.is_some_and(|new| !new.is_header() && !new.is_billable())
    }

    /// Returns the level at which the change counts. A code that becomes a header, and a header that becomes a code,
    /// both count among codes: the set of billable codes has changed.
    pub fn level(&self) -> Level {
        match self.kind {
            Kind::Demoted | Kind::Promoted => Level::Code,
            _ => self.entry().level(),
        }
    }
}
