//! Lists that lack a new code: they contain a code that leads to it, or all its siblings.

use std::collections::BTreeMap;

use super::Plan;
use super::field::Field;
use super::known::CodeStatus;
use crate::crosswalk::EvidenceKind;
use crate::fields::code_id::CodeId;
use crate::model::Entry;
use crate::read::Reading;

/// Minimum number of siblings in a list that cannot be a coincidence.
const SIBLINGS: usize = 2;

/// Returns the codes that a list lacks, in the order of codes.
pub(super) fn of<'p>(plan: &'p Plan<'_>, field: &Field) -> BTreeMap<CodeId, Lack<'p>> {
    let mut found: BTreeMap<CodeId, Lack<'p>> = BTreeMap::new();
    if field.reading != Reading::Value || !field.is_list() {
        return found;
    }
    for (source, mapping) in &plan.mappings {
        if !field.has(*source) || field.excepted.contains(source) {
            continue;
        }
        for target in &mapping.targets {
            let leads = target.evidence.iter().any(|evidence| is_lead(evidence.kind));
            let code = plan.codes.id_of(target.entry.code()).filter(|code| lacks(plan, field, *code));
            let Some(code) = code.filter(|_| leads) else { continue };
            let entry = plan.codes.get(*source).old.unwrap_or(mapping.source);
            let lack = found
                .entry(code)
                .or_insert_with(|| Lack { reason: Reason::Predecessors, predecessors: Vec::new() });
            lack.predecessors.push((*source, entry));
        }
    }
    for children in &plan.codes.families {
        let (new, others): (Vec<CodeId>, Vec<CodeId>) =
            children.iter().partition(|child| plan.codes.get(**child).status == CodeStatus::New);
        if others.len() < SIBLINGS || others.iter().any(|other| !field.has(*other)) {
            continue;
        }
        for code in new.into_iter().filter(|code| !field.has(*code)) {
            let siblings = others.iter().filter_map(|other| Some((*other, plan.codes.get(*other).entry()?)));
            found
                .entry(code)
                .or_insert_with(|| Lack { reason: Reason::Siblings, predecessors: siblings.collect() });
        }
    }
    found
}

/// Why a list should have a code that it lacks.
pub(super) struct Lack<'p> {
    pub(super) reason: Reason,
    /// The codes of the list that lead to it.
    pub(super) predecessors: Vec<(CodeId, Entry<'p>)>,
}

/// The reason why a list should have a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The list has codes that the code takes from.
    Predecessors,
    /// The list has all its siblings.
    Siblings,
}

/// Returns whether a list with a code lacks the target that this evidence names.
fn is_lead(kind: EvidenceKind) -> bool {
    matches!(kind, EvidenceKind::Official | EvidenceKind::Reviewed | EvidenceKind::Expansion)
}

fn lacks(plan: &Plan<'_>, field: &Field, code: CodeId) -> bool {
    plan.codes.get(code).status == CodeStatus::New && !field.has(code)
}
