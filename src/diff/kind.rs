//! The closed list of kinds of change.

use crate::base::closed_list;

closed_list! {
    /// The kinds of change. The list is closed: documentation, schemas and every renderer's legend are made from it.
    #[cfg_attr(test, schemars(transform = crate::base::only_words))]
    #[non_exhaustive]
    pub enum Kind {
        Added = "added", "New in this release.";
        Removed = "removed", "Deleted from the release.";
        Demoted = "demoted", "No longer billable: the code is now a category header, and claims with it are rejected.";
        Promoted = "promoted", "Now billable: the code was a category header before.";
        Terminated = "terminated", "A last day of use was set.";
        Reactivated = "reactivated", "The last day of use was cleared.";
        Reused = "reused", "The same code now has another meaning.";
        Revised = "revised", "A description changed.";
        Moved = "moved", "It has another parent, section or chapter.";
        Notes = "notes", "Its notes changed: includes, excludes, code first and the like.";
        Property = "property", "One of its attributes changed.";
        Narrowed = "narrowed", "Still valid, but part of its meaning now has its own code, by the publisher's conversion table.";
        Recertified = "recertified", "The annual certification date of a drug listing changed.";
        Reformatted = "reformatted", "The same drug package, written with different segment lengths.";
    }
}

impl Kind {
    /// Returns whether a code with this change needs a replacement: it is lost, or part of its meaning is.
    pub fn needs_successor(self) -> bool {
        self.is_deletion() || self == Self::Narrowed
    }

    /// Returns whether it ends the use of a code on claims.
    pub fn is_deletion(self) -> bool {
        matches!(self, Self::Removed | Self::Demoted | Self::Terminated)
    }
}
