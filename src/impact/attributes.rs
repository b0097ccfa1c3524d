//! Attributes of the codes in use: the changes that a replacement makes besides the code, and those on codes that stay valid.

use std::collections::BTreeMap;

use super::item::Item;
use super::totals::UsageTotals;
use super::usage::Usage;
use super::weigh::Impact;
use crate::base::{closed_list, counted};
use crate::crosswalk::Mapping;
use crate::diff::Diff;
use crate::model::{AttributeTable, CodeSet, Entry, Place, Problem, ProblemCode, Release};

/// An attribute of codes, before and after.
#[derive(Debug)]
pub struct Attribute {
    /// The user's name for it.
    pub name: String,
    /// Its value for each code in OLD.
    pub old: AttributeTable,
    /// Its value for each code in NEW.
    pub new: AttributeTable,
}

closed_list! {
    /// Whether the replacements of a code have the same value.
    pub enum Kept {
        /// Each of them has it.
        Same = "same",
        /// At least one has another value.
        Differs = "differs",
        /// The value of the code, or of a replacement, is not known, and none is known to differ.
        Absent = "absent",
    }
}

/// An attribute of one code that is to be replaced.
#[derive(Debug, Clone)]
pub struct ItemAttribute<'a> {
    /// The user's name for it.
    pub name: &'a str,
    /// The values of the code in OLD's table.
    pub old: Vec<&'a str>,
    /// The values of each replacement in NEW's table, in the order of the replacements.
    pub targets: Vec<(Entry<'a>, Vec<&'a str>)>,
    /// The same of replacements that are no longer proposed because of a decision.
    pub left_out: Vec<(Entry<'a>, Vec<&'a str>)>,
    /// Whether the values are the same; `None` without a replacement.
    pub kept: Option<Kept>,
}

/// A code that stays valid and whose attribute changed.
#[derive(Debug, Clone)]
pub struct AttributeChange<'a> {
    /// The user's name for the attribute.
    pub name: &'a str,
    /// The code, in NEW.
    pub entry: Entry<'a>,
    /// Number of lines that use it; `None` if that is hidden.
    pub lines: Option<u64>,
    /// Its values before.
    pub old: Vec<&'a str>,
    /// Its values after.
    pub new: Vec<&'a str>,
}

/// Counts of the codes in use by what happens to an attribute.
#[derive(Debug, Clone, Copy)]
pub struct AttributeTotals<'a> {
    /// The attribute.
    pub attribute: &'a Attribute,
    /// Codes with a replacement that has another value.
    pub items_changed: u64,
    /// Codes that stay valid and have another value.
    pub codes_changed: u64,
    /// Both: a narrowed code may be among either, and counts once.
    pub used: UsageTotals,
}

/// The changes of the attributes of the codes in use.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct AttributeImpact<'a> {
    /// The attributes of each code that is to be replaced, by code.
    pub items: BTreeMap<&'a str, Vec<ItemAttribute<'a>>>,
    /// Codes that stay valid, most lines first.
    pub changes: Vec<AttributeChange<'a>>,
    /// Each attribute, in the order in which they were named.
    pub totals: Vec<AttributeTotals<'a>>,
    /// Problems found.
    pub problems: Vec<Problem>,
}

/// Joins attributes with the codes in use. A table may hold codes that are no longer valid: the tables of a payment
/// year cover the codes of two years, so such codes are not reported.
pub fn attribute_impact<'a>(
    diff: &'a Diff<'a>,
    impact: &Impact<'a>,
    usage: &'a Usage,
    attributes: &'a [Attribute],
) -> AttributeImpact<'a> {
    let mut found = AttributeImpact::default();
    for attribute in attributes {
        let items = impact.items.iter().chain(&impact.narrowed);
        let later = came_later(diff, &attribute.old);
        let items: Vec<_> = items.map(|item| (item, of_item(item, attribute, diff.new, later > 0))).collect();
        let changes = of_kept_codes(diff, usage, attribute);
        let changed = items.iter().filter(|(_, values)| values.kept == Some(Kept::Differs));
        let changed: BTreeMap<&str, Option<u64>> =
            changed.map(|(item, _)| (item.entry.code(), item.tally.known_lines())).collect();
        let kept = changes.iter().map(|change| (change.entry.code(), change.lines));
        let lines: BTreeMap<_, _> = changed.iter().map(|(code, lines)| (*code, *lines)).chain(kept).collect();
        let mut used = UsageTotals::default();
        lines.values().for_each(|lines| used.add_lines(*lines));
        found.totals.push(AttributeTotals {
            attribute,
            items_changed: changed.len() as u64,
            codes_changed: changes.len() as u64,
            used,
        });
        for (item, values) in items {
            found.items.entry(item.entry.code()).or_default().push(values);
        }
        found.changes.extend(changes);
        found.problems.extend(problems(attribute, diff.new.set));
        found.problems.extend((later > 0).then(|| too_new(attribute, later)));
    }
    found.changes.sort_by_key(|change| (std::cmp::Reverse(change.lines), change.entry.order()));
    found
}

/// Counts the codes of OLD's table that were added after OLD: the table is then of a later edition.
fn came_later(diff: &Diff<'_>, old: &AttributeTable) -> u64 {
    let came = |code: &&String| diff.old.find(code).is_none() && diff.new.find_billable(code).is_some();
    old.values.keys().filter(came).count() as u64
}

fn too_new(attribute: &Attribute, later: u64) -> Problem {
    let codes = counted(later, "code", "codes");
    let fact = format!(
        "{}: the table for OLD is of a later edition: it contains {codes} added after OLD",
        attribute.name
    );
    let place = Place::file(attribute.old.files());
    Problem::new(ProblemCode::AttributeTables, place, fact)
        .hint("use the table of OLD's year: this one may lack values of deleted codes")
}

/// Joins an attribute with one code in use. A table of a later edition leaves codes out because they were already
/// deleted: that does not count as a missing value.
fn of_item<'a>(
    item: &Item<'a>,
    attribute: &'a Attribute,
    new: &'a Release,
    is_later: bool,
) -> ItemAttribute<'a> {
    let code = item.entry.code();
    let is_unknown = is_later && item.status.is_affected() && !attribute.old.values.contains_key(code);
    let old = if is_unknown { Vec::new() } else { attribute.old.of(code) };
    let of_targets = |mapping: &Mapping<'a>| -> Vec<_> {
        let targets = mapping.all_targets(new).into_iter();
        targets.map(|target| (target.entry, attribute.new.of(target.entry.code()))).collect()
    };
    let targets = item.mapping.as_ref().map(of_targets).unwrap_or_default();
    let undecided = item.mapping.as_ref().and_then(|mapping| mapping.undecided.as_deref());
    let mut left_out = undecided.map(of_targets).unwrap_or_default();
    left_out.retain(|(entry, _)| targets.iter().all(|(other, _)| other.code() != entry.code()));
    let kept = kept(&old, &targets);
    ItemAttribute { name: &attribute.name, old, targets, left_out, kept }
}

fn kept(old: &[&str], targets: &[(Entry<'_>, Vec<&str>)]) -> Option<Kept> {
    if targets.is_empty() {
        return None;
    }
    let differs = |values: &Vec<&str>| !old.is_empty() && !values.is_empty() && *values != old;
    Some(if targets.iter().any(|(_, values)| differs(values)) {
        Kept::Differs
    } else if old.is_empty() || targets.iter().any(|(_, values)| values.is_empty()) {
        Kept::Absent
    } else {
        Kept::Same
    })
}

/// Returns the codes in use that are billable in both releases, and whose values changed.
fn of_kept_codes<'a>(
    diff: &'a Diff<'a>,
    usage: &'a Usage,
    attribute: &'a Attribute,
) -> Vec<AttributeChange<'a>> {
    let stays = |code: &String| {
        diff.old.find_billable(code)?;
        diff.new.find_billable(code)
    };
    let changes = usage.codes.iter().filter_map(|(code, tally)| {
        let (old, new) = (attribute.old.of(code), attribute.new.of(code));
        let entry = stays(code).filter(|_| old != new)?;
        Some(AttributeChange { name: &attribute.name, entry, lines: tally.known_lines(), old, new })
    });
    changes.collect()
}

/// Reports how each table was read, and whether the two can be compared.
fn problems(attribute: &Attribute, set: &CodeSet) -> Vec<Problem> {
    let Attribute { name, old, new } = attribute;
    let mut problems = Vec::new();
    for table in [old, new] {
        let codes = counted(table.values.len() as u64, "code", "codes");
        let fact = format!("{name}: read as {}, {codes}", table.title);
        problems.push(Problem::new(ProblemCode::AttributeRead, Place::file(table.files()), fact));
        problems.extend(table.problems.iter().cloned());
    }
    let mut warn = |fact: String, hint: &str| {
        problems.push(Problem::new(ProblemCode::AttributeTables, Place::default(), fact).hint(hint));
    };
    if old.title != new.title {
        let fact = format!(
            "{name}: the tables are of different kinds: {} for OLD, {} for NEW",
            old.title, new.title
        );
        warn(fact, "pass two editions of the same list");
    } else if old.values == new.values {
        warn(format!("{name}: the two tables are identical"), "check that both are the right editions");
    }
    if let Some(table) = [old, new].into_iter().find(|table| !table.is_about(set)) {
        let fact = format!(
            "{name}: {} is a list of {} codes, but the codes in use are {}",
            table.title, table.set.title, set.title
        );
        warn(fact, "pass a list for the codes in use: this one matches none of them");
    }
    problems
}
