//! The codes that were reached from a code, and the targets they become.

use super::path::{Course, Path, Step};
use super::{Relationship, Target};
use crate::model::Entry;

/// A code that was reached.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The code.
    pub(super) code: String,
    /// The rows that led to it.
    pub(super) steps: Vec<Step>,
    /// The codes that the last row names together with the one it was reached from.
    pub(super) with: Vec<String>,
}

impl Found {
    /// Returns whether the path adds information to the evidence of its target: it has several steps, or a suggestion
    /// of an edition in between.
    pub(super) fn adds_to_evidence(&self) -> bool {
        self.steps.len() > 1 || self.steps.iter().any(|step| !step.evidence.kind.is_fact())
    }

    /// Returns its path from a source.
    pub(super) fn path_from(&self, source: Entry<'_>) -> Path {
        Path { source: source.display(), course: Course::Steps(self.steps.clone()) }
    }
}

/// Returns the targets that were reached, each once with all its evidence, in the publisher's order.
pub(super) fn targets<'a>(found: &[Found], entry_of: impl Fn(&str) -> Option<Entry<'a>>) -> Vec<Target<'a>> {
    let mut targets: Vec<Target<'a>> = Vec::new();
    for found in found {
        let Some(entry) = entry_of(&found.code) else { continue };
        // A path is as strong as its weakest step.
        let evidence = found.steps.iter().map(|step| &step.evidence);
        let weakest = evidence.clone().map(|evidence| evidence.kind).max();
        let evidence = evidence.filter(|evidence| Some(evidence.kind) == weakest).cloned();
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
