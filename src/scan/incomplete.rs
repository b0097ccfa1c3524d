//! Lists that lack a new code: they contain a code that leads to it, or all its siblings.

use std::collections::BTreeMap;

use super::context::FieldContext;
use super::field::Field;
use super::finding::{Finding, FindingKind};
use super::known::{CodeRecord, CodeStatus};
use super::{PlaceUse, Plan};
use crate::crosswalk::EvidenceKind;
use crate::fields::code_id::CodeId;
use crate::model::Entry;
use crate::read::Reading;

/// Minimum number of siblings in a list that cannot be a coincidence.
const SIBLINGS: usize = 2;

/// Returns a finding for each code that a list lacks, in the order of codes.
pub(super) fn of<'p>(
    plan: &'p Plan<'_>,
    field: &Field,
    about: &FieldContext<'_, 'p, '_>,
) -> Vec<Finding<'p>> {
    if field.reading != Reading::Value || !field.is_list() {
        return Vec::new();
    }
    let mut found: BTreeMap<&str, (Vec<Entry<'p>>, bool)> = BTreeMap::new();
    for mapping in plan.mappings.values() {
        let code = mapping.source.code();
        let source = plan.codes.find(code.as_bytes()).filter(|_| !field.excepted.contains(code));
        let Some(source) = source.filter(|code| field.has(*code)) else { continue };
        for target in &mapping.targets {
            let is_lead = target.evidence.iter().any(|evidence| {
                matches!(
                    evidence.kind,
                    EvidenceKind::Official | EvidenceKind::Reviewed | EvidenceKind::Expansion
                )
            });
            if is_lead && lacks(plan, field, target.entry.code()) {
                let entry = plan.codes.get(source).old.unwrap_or(mapping.source);
                found.entry(target.entry.code()).or_default().0.push(entry);
            }
        }
    }
    for children in &plan.codes.families {
        let (new, others): (Vec<CodeId>, Vec<CodeId>) =
            children.iter().partition(|child| plan.codes.get(**child).status == CodeStatus::New);
        if others.len() < SIBLINGS || others.iter().any(|other| !field.has(*other)) {
            continue;
        }
        for code in new.into_iter().filter(|code| !field.has(*code)) {
            let known = plan.codes.get(code);
            let siblings = others.iter().filter_map(|other| plan.codes.get(*other).entry());
            found.entry(known.code).or_insert_with(|| (siblings.collect(), true));
        }
    }
    found
        .into_iter()
        .filter_map(|(code, (before, siblings))| finding(plan, field, about, code, before, siblings))
        .collect()
}

fn lacks(plan: &Plan<'_>, field: &Field, code: &str) -> bool {
    let Some(at) = plan.codes.find(code.as_bytes()) else { return false };
    plan.codes.get(at).status == CodeStatus::New && !field.has(at)
}

fn finding<'p>(
    plan: &'p Plan<'_>,
    field: &Field,
    about: &FieldContext<'_, 'p, '_>,
    code: &str,
    predecessors: Vec<Entry<'p>>,
    is_sibling: bool,
) -> Option<Finding<'p>> {
    let known: &CodeRecord<'p> = plan.codes.get(plan.codes.find(code.as_bytes())?);
    let display = known.display();
    let of = predecessors.iter().find_map(|entry| about.first.get(entry.code()).copied());
    let position = of.map(|occurrence| occurrence.position).or(field.first)?;
    let named = predecessors.iter().map(|entry| entry.display()).collect::<Vec<_>>().join(", ");
    let new = plan.new.id();
    let message = match (is_sibling, predecessors.len()) {
        (true, _) => {
            format!("the list has all siblings of {display}, but not {display} itself, which is new in {new}")
        }
        (false, _) => format!("the list has {named}, but not {display}, which takes from it in {new}"),
    };
    let hint = known
        .new
        .map(|entry| format!("{display}: {}", entry.shown_long()))
        .filter(|_| !known.new.is_some_and(Entry::is_withheld));
    Some(Finding {
        kind: FindingKind::Incomplete,
        code: code.to_owned(),
        display,
        written: String::new(),
        location: about.location(position),
        place_use: of.map_or(PlaceUse::List, |occurrence| about.use_of(occurrence)),
        mapping: None,
        nearest: Vec::new(),
        predecessors,
        message,
        hint,
        decision: None,
        more: 0,
        site: of.and_then(|occurrence| about.site(occurrence)),
    })
}
