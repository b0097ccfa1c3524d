//! The provenance of a target: the publisher, the user, or a guess, which is never shown as a fact.
//!
//! Invariant: a target has one [`Provenance`], and a mapping has its paths as steps with their evidence. Words are written
//! from them, and nothing is looked up in words.

use std::borrow::Cow;

use super::{Elsewhere, EvidenceKind, Relationship, Target};
use crate::model::CodeSet;

/// The provenance of a target, by its strongest evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// The publisher states it.
    Official,
    /// The publisher states it, and so does the user.
    OfficialReviewed,
    /// The publisher names a code of another set.
    OfficialOtherSet(&'static CodeSet),
    /// The user states it.
    Reviewed,
    /// A suggestion, by this kind of evidence.
    Suggested(EvidenceKind),
    /// It is the code itself, which did not change.
    Unchanged,
    /// It is the code itself, which stays valid with a narrower meaning.
    StillValid,
}

/// The provenance of a target with evidence of this kind only.
impl From<EvidenceKind> for Provenance {
    fn from(kind: EvidenceKind) -> Self {
        match kind {
            EvidenceKind::Official => Self::Official,
            EvidenceKind::Reviewed => Self::Reviewed,
            kind => Self::Suggested(kind),
        }
    }
}

impl Provenance {
    /// Returns the word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Official | Self::OfficialReviewed | Self::OfficialOtherSet(_) => "official",
            Self::Reviewed => "yours",
            Self::Suggested(_) => "suggestion",
            Self::Unchanged => "unchanged",
            Self::StillValid => "still",
        }
    }

    /// Returns the strongest evidence in words, for people.
    pub fn basis(self) -> Cow<'static, str> {
        match self {
            Self::Official => "official".into(),
            Self::OfficialReviewed => "official, reviewed".into(),
            Self::OfficialOtherSet(set) => format!("official: a code of {}", set.title).into(),
            Self::Reviewed => "reviewed".into(),
            Self::Suggested(kind) => format!("suggestion: {}", kind.phrase()).into(),
            Self::Unchanged => "unchanged".into(),
            Self::StillValid => "still valid".into(),
        }
    }

    /// Returns whether the publisher states it.
    pub fn is_official(self) -> bool {
        matches!(self, Self::Official | Self::OfficialReviewed | Self::OfficialOtherSet(_))
    }

    /// Returns whether neither the publisher nor the user states it.
    pub fn is_suggestion(self) -> bool {
        matches!(self, Self::Suggested(_))
    }
}

impl Target<'_> {
    /// Returns its provenance.
    pub fn provenance(&self) -> Provenance {
        let is_reviewed = || self.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::Reviewed);
        match self.evidence.first().map(|evidence| evidence.kind) {
            Some(EvidenceKind::Official) if is_reviewed() => Provenance::OfficialReviewed,
            Some(EvidenceKind::Official) => Provenance::Official,
            Some(EvidenceKind::Reviewed) => Provenance::Reviewed,
            Some(kind) => Provenance::Suggested(kind),
            None if self.relationship == Relationship::Equivalent => Provenance::Unchanged,
            None => Provenance::StillValid,
        }
    }
}

impl Elsewhere<'_> {
    /// Returns its provenance: only the publisher names codes of other sets.
    pub fn provenance(&self) -> Provenance {
        Provenance::OfficialOtherSet(self.set)
    }
}
