//! A code that may be used instead of another one, as reports have it.

use jiff::civil::Date;
use serde::Serialize;

use crate::crosswalk::{Crosswalk, Evidence, Mapping, Provenance, Relationship, Target};
use crate::model::{CodeSet, sets};

/// A code that may be used instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct TargetRow<'a> {
    /// The code as it appears in files.
    pub(crate) code: &'a str,
    /// The set of the code, where it is another one than that of the releases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code_set: Option<&'static str>,
    /// The code as people write it.
    pub(crate) display: String,
    /// Its long description; empty for a code of another set.
    pub(crate) long: &'a str,
    /// The relationship of the source's meaning to it.
    pub(crate) relationship: Relationship,
    /// The evidence for it, strongest first. Anything but `official` is a suggestion.
    pub(crate) evidence: Vec<Evidence>,
    /// The codes that the publisher names together with this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) with: Vec<String>,
    /// The first day on which it is used instead of the source, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) valid_from: Option<Date>,
    /// The provenance of the target, by its strongest evidence.
    #[serde(skip)]
    pub(crate) provenance: Provenance,
}

/// Returns the targets, a row each; a single `None` if there is no target.
pub(crate) fn each<'r, 'a>(targets: &'r [TargetRow<'a>]) -> impl Iterator<Item = Option<&'r TargetRow<'a>>> {
    targets.is_empty().then_some(None).into_iter().chain(targets.iter().map(Some))
}

impl<'a> TargetRow<'a> {
    /// Returns the codes of NEW that a code leads to: a narrowed code itself first.
    pub(crate) fn all_of(mapping: &Mapping<'a>, crosswalk: &Crosswalk<'a>) -> Vec<Self> {
        let targets = mapping.all_targets(crosswalk.new);
        let row = |target: &Target<'a>| Self {
            valid_from: crosswalk.first_day(mapping, target.entry),
            ..Self::of(target)
        };
        targets.iter().map(row).chain(Self::elsewhere(mapping)).collect()
    }

    /// Returns the codes that may be used instead of a code, without the code itself.
    pub(crate) fn instead_of(mapping: &Mapping<'a>) -> Vec<Self> {
        mapping.targets.iter().map(Self::of).chain(Self::elsewhere(mapping)).collect()
    }

    /// Returns the codes of other sets.
    fn elsewhere(mapping: &Mapping<'a>) -> impl Iterator<Item = Self> {
        mapping.elsewhere.iter().map(|elsewhere| Self {
            code: elsewhere.code,
            code_set: Some(elsewhere.set.id),
            display: elsewhere.code.to_owned(),
            long: "",
            relationship: Relationship::RelatedTo,
            evidence: elsewhere.evidence.clone(),
            with: Vec::new(),
            valid_from: elsewhere.evidence.iter().find_map(|evidence| evidence.effective),
            provenance: elsewhere.provenance(),
        })
    }

    pub(crate) fn of(target: &Target<'a>) -> Self {
        Self {
            code: target.entry.code(),
            code_set: None,
            display: target.entry.display(),
            long: target.entry.shown_long(),
            relationship: target.relationship,
            evidence: target.evidence.clone(),
            with: target.with.clone(),
            valid_from: None,
            provenance: target.provenance(),
        }
    }

    /// Returns the set of its code, if it is another one than that of the releases.
    pub(crate) fn other_set(&self) -> Option<&'static CodeSet> {
        self.code_set.and_then(sets::by_id)
    }

    /// Returns the evidence with its place, in a line.
    pub(crate) fn describe(&self) -> String {
        let parts = [self.provenance.basis(), self.place().into()];
        let parts = parts.into_iter().filter(|text| !text.is_empty());
        parts.collect::<Vec<_>>().join(": ")
    }

    /// Returns the location of the evidence, for people.
    pub(crate) fn place(&self) -> String {
        let place = |evidence: &Evidence| match evidence.row {
            Some(row) => format!("{} row {row}", evidence.source),
            None => evidence.source.clone(),
        };
        self.evidence.iter().map(place).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::TargetRow;
    use crate::crosswalk::{Evidence, EvidenceKind, Provenance, Relationship};

    /// Creates a target with some evidence: its kind, its file and its row.
    pub(in crate::report) fn target<'a>(
        code: &'a str,
        evidence: &[(EvidenceKind, &str, Option<u32>)],
    ) -> TargetRow<'a> {
        let one = |(kind, source, row): &(EvidenceKind, &str, Option<u32>)| Evidence {
            kind: *kind,
            source: (*source).to_owned(),
            row: *row,
            effective: None,
        };
        TargetRow {
            code,
            code_set: None,
            display: code.to_owned(),
            long: "",
            relationship: Relationship::RelatedTo,
            evidence: evidence.iter().map(one).collect(),
            with: Vec::new(),
            valid_from: None,
            provenance: Provenance::Official,
        }
    }
}
