//! The action for a finding: taken by rule, taken by a decision of the user, or left open until there is a decision.

use std::collections::{BTreeMap, BTreeSet};

use crate::crosswalk::{Crosswalk, Decisions, Disposition};
use crate::model::{CodeSet, Decision, Entry, Place, Problem, ProblemCode};
use crate::scan::{Finding, FindingKind};

/// The decisions of the user, as changes to make.
#[derive(Debug, Default)]
pub struct Instructions {
    /// Codes, as they appear in files, with their replacements.
    accepted: BTreeMap<String, Vec<String>>,
    /// Codes that nothing replaces.
    left: BTreeSet<String>,
    /// New codes to add to the lists that lack them.
    added: BTreeSet<String>,
    /// The place where each code was accepted first.
    places: BTreeMap<String, Place>,
}

impl Instructions {
    /// Reads decisions. A code that is accepted for itself is a code to add; such rows are removed, because they name no
    /// successor.
    pub fn take(decisions: &mut Decisions) -> Self {
        let mut decided = Self::default();
        decisions.retain(|row| {
            let (source, target) = (row.source.clone(), row.target.clone());
            let is_addition = target.as_ref() == Some(&source);
            if row.verdict == Decision::Accept {
                decided.places.entry(source.clone()).or_insert_with(|| row.place.clone());
            }
            match (row.verdict, target) {
                (Decision::Accept, _) if is_addition => drop(decided.added.insert(source)),
                (Decision::Accept, Some(target)) => {
                    decided.accepted.entry(source).or_default().push(target);
                }
                (Decision::Reject, None) => drop(decided.left.insert(source)),
                _ => {}
            }
            !is_addition
        });
        decided
    }

    /// Reports accepted codes that were not used, because no file has a finding about them.
    pub fn unused(&self, met: &BTreeSet<String>, set: &CodeSet) -> Vec<Problem> {
        let accepted = self
            .accepted
            .keys()
            .map(|code| (code, "no file that was read has it where it is to be replaced"));
        let added = self.added.iter().map(|code| (code, "no list that was read lacks it"));
        let unmet = accepted.chain(added).filter(|(code, _)| !met.contains(*code));
        let problem = |(code, why): (&String, &str)| {
            let place = self.places.get(code).cloned().unwrap_or_default();
            let fact = format!("{} is accepted and was not used: {why}", (set.display)(code));
            Problem::new(ProblemCode::DecisionUnused, place, fact)
        };
        unmet.map(problem).collect()
    }

    /// Returns the codes that were accepted for a code.
    pub(super) fn accepted(&self, code: &str) -> &[String] {
        self.accepted.get(code).map_or(&[], Vec::as_slice)
    }

    /// Returns whether the user decided that nothing replaces a code.
    pub(super) fn is_left(&self, code: &str) -> bool {
        self.left.contains(code)
    }
}

/// The action for a finding.
#[derive(Debug, Clone)]
pub(super) enum Action<'a> {
    /// The code is replaced by one code or by several.
    Replace(Vec<Entry<'a>>),
    /// A new code is added, and the code stays.
    Add(Vec<String>),
    /// The description is replaced.
    Describe,
    /// The finding is left as it is: the user decided so, or no change is needed.
    Leave,
    /// The finding needs a decision.
    Ask,
}

/// Returns the action for a finding.
pub(super) fn action<'a>(
    finding: &Finding<'a>,
    decided: &Instructions,
    crosswalk: &Crosswalk<'a>,
) -> Action<'a> {
    match finding.kind {
        FindingKind::Dead => of_dead(finding, decided, crosswalk),
        // The code ended before OLD; a decision names its replacement.
        FindingKind::Ended => match accepted(finding, decided, crosswalk) {
            targets if targets.is_empty() => Action::Leave,
            targets => Action::Replace(targets),
        },
        FindingKind::Narrowed => of_narrowed(finding, decided, crosswalk),
        FindingKind::Incomplete if decided.added.contains(&finding.code) => {
            Action::Add(vec![finding.code.clone()])
        }
        FindingKind::Incomplete => Action::Ask,
        FindingKind::Reworded => Action::Describe,
        _ => Action::Leave,
    }
}

fn of_dead<'a>(finding: &Finding<'a>, decided: &Instructions, crosswalk: &Crosswalk<'a>) -> Action<'a> {
    let targets = accepted(finding, decided, crosswalk);
    if !targets.is_empty() {
        return Action::Replace(targets);
    }
    match (finding.decision, finding.mapping) {
        (Some(Disposition::Automatic), Some(mapping)) => {
            Action::Replace(mapping.targets.iter().map(|target| target.entry).collect())
        }
        _ if decided.is_left(&finding.code) => Action::Leave,
        _ => Action::Ask,
    }
}

/// Returns the codes that were accepted for the code of a finding, as far as they are billable in NEW.
fn accepted<'a>(finding: &Finding<'a>, decided: &Instructions, crosswalk: &Crosswalk<'a>) -> Vec<Entry<'a>> {
    decided.accepted(&finding.code).iter().filter_map(|code| crosswalk.new.find_billable(code)).collect()
}

/// Returns the action for a narrowed code: it stays, and the codes accepted for it are added.
fn of_narrowed<'a>(finding: &Finding<'a>, decided: &Instructions, crosswalk: &Crosswalk<'_>) -> Action<'a> {
    let accepted = decided.accepted(&finding.code).iter();
    let codes: Vec<String> =
        accepted.filter(|code| crosswalk.new.find_billable(code).is_some()).cloned().collect();
    if codes.is_empty() { Action::Leave } else { Action::Add(codes) }
}
