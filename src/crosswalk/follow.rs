//! The path from a code to its successors, one row per step.

use jiff::civil::Date;

use super::{Evidence, EvidenceKind, Relationship, Target};
use crate::model::{Entry, Release};

/// One row, or one suggestion, that was followed.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// The code it leads to.
    pub(super) code: String,
    /// The kind of evidence that leads there.
    pub(super) kind: EvidenceKind,
    /// The table, or the release that a suggestion was found in.
    pub(super) source: String,
    /// The row, if it is one of a table.
    pub(super) row: Option<u32>,
    /// The day from which it is effective.
    pub(super) effective: Option<Date>,
}

impl Step {
    /// Creates a step to a code that an edition in between suggests.
    pub(super) fn suggested(code: &str, kind: EvidenceKind, release: &Release) -> Self {
        Self { code: code.to_owned(), kind, source: release.id(), row: None, effective: release.effective() }
    }
}

/// A code that was reached.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The code.
    pub(super) code: String,
    /// The rows that led to it.
    pub(super) way: Vec<Step>,
    /// The codes that the last row names together with the one it was reached from.
    pub(super) with: Vec<String>,
}

impl Found {
    /// Returns whether the path adds information to the evidence of its target: it has several steps, or a suggestion
    /// of an edition in between.
    pub(super) fn is_worth_telling(&self) -> bool {
        self.way.len() > 1 || self.way.iter().any(|step| !step.kind.is_fact())
    }
}

/// Returns the targets that were reached, each once with all its evidence, in the publisher's order.
pub(super) fn targets<'a>(found: &[Found], entry_of: impl Fn(&str) -> Option<Entry<'a>>) -> Vec<Target<'a>> {
    let mut targets: Vec<Target<'a>> = Vec::new();
    for found in found {
        let Some(entry) = entry_of(&found.code) else { continue };
        // A path is as strong as its weakest step.
        let weakest = found.way.iter().map(|step| step.kind).max();
        let steps = found.way.iter().filter(|step| Some(step.kind) == weakest);
        let evidence = steps.map(evidence);
        if let Some(target) = targets.iter_mut().find(|target| target.entry.code() == found.code) {
            target.evidence.extend(evidence);
            // Reached with a companion and without: the companion is not needed.
            target.with.retain(|code| found.with.contains(code));
        } else {
            let evidence = evidence.collect();
            let relationship = Relationship::RelatedTo;
            targets.push(Target { entry, relationship, evidence, with: found.with.clone() });
        }
    }
    for target in &mut targets {
        target.evidence.sort();
        target.evidence.dedup();
    }
    targets.sort_by_key(|target| target.entry.order());
    targets
}

fn evidence(step: &Step) -> Evidence {
    Evidence { kind: step.kind, source: step.source.clone(), row: step.row, effective: step.effective }
}

/// Describes a path: `E78.0 -> E78.01 (2016-10-01, row 12) -> E78.010 (2025-10-01, row 5400)`. For a suggestion it
/// gives the kind, and the edition in which it was found: `A00.0 -> A00.1 (expansion, icd10cm@2024)`.
pub(super) fn described(source: Entry<'_>, found: &Found) -> String {
    let display = source.set().display;
    let step = |step: &Step| {
        let day = step.effective.map(|day| day.to_string());
        let basis: Vec<_> = if step.kind.is_fact() {
            day.into_iter().chain(step.row.map(|row| format!("row {row}"))).collect()
        } else {
            vec![step.kind.word().to_owned(), step.source.clone()]
        };
        format!(" -> {} ({})", display(&step.code), basis.join(", "))
    };
    std::iter::once(source.display()).chain(found.way.iter().map(step)).collect()
}
