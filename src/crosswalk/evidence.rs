//! Words of a mapping: evidence, relationship, cardinality, decision.

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use super::{Elsewhere, Target};
use crate::base::{closed_list, grouped};
use crate::model::{CodeSet, Hierarchy};

closed_list! {
    /// The evidence for a target, strongest first.
    pub enum EvidenceKind {
        /// A statement of the publisher: a row of the conversion table, or the record of a deleted code.
        Official = "official",
        /// A statement of the user: a row of a table of decisions.
        Reviewed = "reviewed",
        /// A suggestion: the billable codes below a code that became a header.
        Expansion = "expansion",
        /// A suggestion: new codes that have a character where the code has a placeholder.
        FilledPlaceholder = "filled-placeholder",
        /// A suggestion: a code above the code, which is newly billable.
        BillableParent = "billable-parent",
        /// A suggestion: new codes with the same long description.
        SameDescription = "same-description",
        /// A suggestion: a code that differs in one character and has a less detailed description.
        OneCharacter = "one-character",
        /// A suggestion: the codes of NEW's index for the terms that led to it.
        Index = "index",
        /// A suggestion: new codes with a similar description.
        SimilarDescription = "similar-description",
    }
}

impl EvidenceKind {
    /// Returns the kinds that are derived from the releases of a set, strongest first.
    pub(super) fn derived(set: &CodeSet) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |kind| kind.is_derived(set))
    }

    fn is_derived(self, set: &CodeSet) -> bool {
        let by_code = set.hierarchy == Hierarchy::ByCode;
        match self {
            Self::Official | Self::Reviewed => false,
            Self::Expansion => true,
            Self::FilledPlaceholder => set.placeholder.is_some(),
            Self::BillableParent => by_code && !set.has_axes,
            Self::SameDescription => set.has_own_descriptions,
            Self::OneCharacter => set.has_axes,
            // Where a set does not have categories by code, their quality was not measured.
            Self::Index | Self::SimilarDescription => by_code,
        }
    }

    /// Returns the words for people.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::FilledPlaceholder => "filled placeholder",
            Self::BillableParent => "billable parent",
            Self::SameDescription => "same description",
            Self::OneCharacter => "one character differs",
            Self::SimilarDescription => "similar description",
            Self::Official | Self::Reviewed | Self::Expansion | Self::Index => self.word(),
        }
    }

    /// Returns whether it is a fact; everything else is a suggestion, and is labeled as one.
    pub fn is_fact(self) -> bool {
        self == Self::Official
    }

    /// Returns how often suggestions of this kind were correct; `None` for kinds that are not suggestions, and for sets
    /// in which it was not measured.
    pub fn measured(self, set: &CodeSet) -> Option<Measured> {
        let of = |on, [proposed, correct, answered, complete]: [u32; 4]| {
            Some(Measured { proposed, correct, answered, complete, on })
        };
        match (self, set.id) {
            (Self::Expansion, "icd10cm") => of(MEASURED_ON, [1_559, 1_543, 375, 348]),
            (Self::FilledPlaceholder, "icd10cm") => of(MEASURED_ON, [1_084, 1_084, 397, 361]),
            (Self::BillableParent, "icd10cm") => of(MEASURED_ON, [43, 43, 43, 43]),
            (Self::SameDescription, "icd10cm") => of(MEASURED_ON, [18, 17, 18, 15]),
            (Self::Index, "icd10cm") => of(MEASURED_WITH_INDEX, [6, 6, 6, 6]),
            (Self::OneCharacter, "icd10pcs") => of(MEASURED_BY_STEPS, [2_448, 2_448, 2_448, 2_444]),
            (Self::SimilarDescription, "icd10pcs") => of(MEASURED_BY_STEPS, [37, 37, 13, 12]),
            _ => None,
        }
    }
}

/// The step on which suggestions were measured: `codeset evaluate` prints these figures, and a test holds them against it.
const MEASURED_ON: &str = "ICD-10-CM FY2016 -> FY2026";

/// The only step for which the indexes of both releases were available.
const MEASURED_WITH_INDEX: &str = "ICD-10-CM FY2016 -> FY2017";

/// Yearly steps, added up: the releases before FY2022 as reconstructed from its conversion table.
const MEASURED_BY_STEPS: &str = "ICD-10-PCS FY2016 -> FY2022, year by year";

/// The share of correct suggestions of a kind, measured against the official table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Measured {
    /// Pairs of source and target that were suggested.
    pub proposed: u32,
    /// Those that the official table has as well.
    pub correct: u32,
    /// Codes with an official successor that got such a suggestion.
    pub answered: u32,
    /// Those of them for which every official successor was suggested.
    pub complete: u32,
    /// The set and the step.
    pub on: &'static str,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole) * 100.0;
        write!(
            f,
            "{:.1}% of {} pairs were right and {:.1}% of {} lists were complete ({})",
            share(self.correct, self.proposed),
            grouped(u64::from(self.proposed)),
            share(self.complete, self.answered),
            grouped(u64::from(self.answered)),
            self.on
        )
    }
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence {
    /// The kind of evidence.
    pub kind: EvidenceKind,
    /// The file or release it comes from.
    pub source: String,
    /// The row of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The day from which it is effective.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub effective: Option<Date>,
}

closed_list! {
    /// The relationship of the meaning of a source to that of a target, in the terms of FHIR R5's ConceptMap.
    pub enum Relationship {
        /// Equal meaning.
        Equivalent = "equivalent",
        /// The target has a broader meaning.
        SourceIsNarrowerThanTarget = "source-is-narrower-than-target",
        /// The target has a narrower meaning.
        SourceIsBroaderThanTarget = "source-is-broader-than-target",
        /// The meanings overlap.
        RelatedTo = "related-to",
    }
}

impl Relationship {
    /// Returns the relationship as seen from the target.
    pub(super) fn reversed(self) -> Self {
        match self {
            Self::SourceIsNarrowerThanTarget => Self::SourceIsBroaderThanTarget,
            Self::SourceIsBroaderThanTarget => Self::SourceIsNarrowerThanTarget,
            same => same,
        }
    }

    /// Returns the relationship of a code to a target: whether the target is the only one, and whether the target also
    /// replaces (or was split into) other codes.
    pub(super) fn of(only: bool, shared: bool) -> Self {
        match (only, shared) {
            (true, false) => Self::Equivalent,
            (true, true) => Self::SourceIsNarrowerThanTarget,
            (false, false) => Self::SourceIsBroaderThanTarget,
            (false, true) => Self::RelatedTo,
        }
    }
}

closed_list! {
    /// The number of targets of a mapping, and their relation to each other.
    pub enum Cardinality {
        /// One.
        One = "one",
        /// Several: one of them is correct for a case.
        Many = "many",
        /// Several: all of them together.
        Combination = "combination",
        /// None.
        None = "none",
    }
}

impl Cardinality {
    pub(super) fn of(targets: &[Target<'_>], elsewhere: &[Elsewhere<'_>]) -> Self {
        let together = |target: &Target<'_>| {
            targets.iter().all(|other| {
                other.entry.code() == target.entry.code()
                    || target.with.iter().any(|code| code == other.entry.code())
            })
        };
        match targets.len() + elsewhere.len() {
            0 => Self::None,
            1 => Self::One,
            _ if elsewhere.is_empty() && targets.iter().all(together) => Self::Combination,
            _ => Self::Many,
        }
    }
}

closed_list! {
    /// Whether a code may be replaced without review.
    pub enum Disposition {
        /// Exactly one official target of equal meaning, or the one that the user accepted.
        Automatic = "automatic",
        /// Needs review: a choice among targets, or the confirmation of a suggestion.
        Choose = "choose",
        /// No successor exists.
        None = "none",
    }
}

impl Disposition {
    pub(super) fn of(targets: &[Target<'_>], cardinality: Cardinality) -> Self {
        let [target] = targets else {
            return if cardinality == Cardinality::None { Self::None } else { Self::Choose };
        };
        let fact = target.evidence.iter().any(|evidence| evidence.kind.is_fact());
        let equal = target.relationship == Relationship::Equivalent && target.with.is_empty();
        if fact && equal { Self::Automatic } else { Self::Choose }
    }
}
