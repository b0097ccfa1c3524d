//! Evaluation of suggestions: the official table is hidden, candidates are derived from the releases alone, and then
//! the two are compared.

use std::collections::BTreeSet;

use super::EvidenceKind;
use super::candidates::Candidates;
use super::official::Official;
use crate::diff::{Diff, Kind};
use crate::model::{Entry, Level, Problem, Release};

/// Suggestions against the official table, for every code that lost validity.
#[derive(Debug)]
pub struct Evaluation<'a> {
    /// The older release.
    pub old: &'a Release,
    /// The newer release.
    pub new: &'a Release,
    /// Codes that lost validity.
    pub sources: u64,
    /// Those with a successor in the official table.
    pub with_official: u64,
    /// One for each kind of suggestion, strongest first.
    pub kinds: Vec<Quality>,
    /// Problems in the tables.
    pub problems: Vec<Problem>,
}

/// The quality of one kind of suggestion. Each kind is evaluated as a crosswalk uses it: only for codes without a
/// proposal of a stronger kind, and expansion only for codes that became headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quality {
    /// The kind.
    pub kind: EvidenceKind,
    /// Codes with an official successor that it was evaluated on.
    pub asked: u64,
    /// Number of these with a proposal.
    pub answered: u64,
    /// Number of these with at least one correct proposal.
    pub affected: u64,
    /// Number of these for which every official successor was proposed.
    pub complete: u64,
    /// Proposals for these codes: pairs of a source and a target.
    pub proposed: u64,
    /// Proposals that are correct: the official table leads from this source to this target.
    pub correct: u64,
    /// Codes without an official successor for which it has a proposal.
    pub proposed_without_official: u64,
}

impl Quality {
    fn new(kind: EvidenceKind) -> Self {
        Self {
            kind,
            asked: 0,
            answered: 0,
            affected: 0,
            complete: 0,
            proposed: 0,
            correct: 0,
            proposed_without_official: 0,
        }
    }

    /// Returns the share of proposals that are correct; `None` without proposals.
    pub fn precision(&self) -> Option<f64> {
        share(self.correct, self.proposed)
    }

    /// Returns the share of evaluated codes with at least one correct proposal; `None` if no codes were evaluated.
    pub fn recall(&self) -> Option<f64> {
        share(self.affected, self.asked)
    }

    /// Returns the share of evaluated codes for which every official successor was proposed; `None` if no codes were evaluated.
    pub fn completeness(&self) -> Option<f64> {
        share(self.complete, self.asked)
    }

    /// Counts the proposals for one code that has these official successors.
    fn count(&mut self, proposed: &[Entry<'_>], official: &BTreeSet<&str>) {
        if official.is_empty() {
            self.proposed_without_official += u64::from(!proposed.is_empty());
            return;
        }
        let correct = proposed.iter().filter(|entry| official.contains(entry.code())).count();
        self.asked += 1;
        self.answered += u64::from(!proposed.is_empty());
        self.affected += u64::from(correct > 0);
        self.complete += u64::from(correct == official.len());
        self.proposed += proposed.len() as u64;
        self.correct += correct as u64;
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Measures suggestions for every code that lost validity against the conversion tables of NEW.
pub fn evaluate<'a>(diff: &Diff<'a>) -> Evaluation<'a> {
    let official = Official::new(diff.old, diff.new, Vec::new());
    let candidates = Candidates::new(diff);
    let has_indexes = !diff.old.companions.indexes.is_empty() && !diff.new.companions.indexes.is_empty();
    let asked =
        EvidenceKind::derived(diff.new.set).filter(|kind| *kind != EvidenceKind::Index || has_indexes);
    let mut kinds: Vec<Quality> = asked.map(Quality::new).collect();
    let (mut sources, mut with_official) = (0, 0);
    let lost = diff.changes.iter().filter(|change| change.kind.is_deletion());
    for change in lost.filter(|change| change.level() != Level::Header) {
        let Some(source) = change.old else { continue };
        let found = official.successors(source.code());
        let successors: BTreeSet<&str> = found.iter().map(|found| found.code.as_str()).collect();
        sources += 1;
        with_official += u64::from(!successors.is_empty());
        let proposal = candidates.codes(source);
        for quality in &mut kinds {
            let is_this = proposal.as_ref().filter(|(kind, _)| *kind == quality.kind);
            if quality.kind != EvidenceKind::Expansion || change.kind == Kind::Demoted {
                quality.count(is_this.map_or(&[], |(_, codes)| codes), &successors);
            }
            if is_this.is_some() {
                break;
            }
        }
    }
    let problems = official.into_problems();
    Evaluation { old: diff.old, new: diff.new, sources, with_official, kinds, problems }
}
