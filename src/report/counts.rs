//! The counts of a difference: the table at the start of `diff`, and the remarks on it.

use serde::Serialize;

use super::document::{Block, Cell, Table};
use crate::base::{counted, grouped};
use crate::diff::{Diff, Kind, LevelSummary, Summary};
use crate::model::Release;

/// The number of codes with a change in an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PropertyCount {
    /// The attribute's official name.
    pub name: String,
    /// Its group.
    pub group: &'static str,
    /// The number of codes in which it changed.
    pub changes: u64,
}

pub(super) fn property_counts(diff: &Diff<'_>) -> Vec<PropertyCount> {
    let mut counts: Vec<PropertyCount> = Vec::new();
    for property in diff.changes.iter().flat_map(|change| &change.properties) {
        match counts.iter_mut().find(|count| count.name == property.name) {
            Some(count) => count.changes += 1,
            None => counts.push(PropertyCount {
                name: property.name.to_owned(),
                group: property.group.id,
                changes: 1,
            }),
        }
    }
    let definitions = diff.new.properties.iter().chain(&diff.old.properties);
    let order: Vec<_> = definitions.map(|definition| definition.name.clone()).collect();
    counts.sort_by_key(|count| order.iter().position(|name| *name == count.name));
    counts
}

/// A fact about a whole release that differs in the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FactChange {
    /// Its name, as published.
    pub name: String,
    /// Its value in OLD, `null` if OLD does not say.
    pub old: Option<String>,
    /// Its value in NEW, `null` if NEW does not say.
    pub new: Option<String>,
}

pub(super) fn fact_changes(old: &Release, new: &Release) -> Vec<FactChange> {
    let value = |release: &Release, name: &str| {
        release.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone())
    };
    let mut names: Vec<&str> = Vec::new();
    for fact in old.facts.iter().chain(&new.facts) {
        if !names.contains(&fact.name.as_str()) {
            names.push(&fact.name);
        }
    }
    let changes = names.into_iter().map(|name| FactChange {
        name: name.to_owned(),
        old: value(old, name),
        new: value(new, name),
    });
    changes.filter(|change| change.old != change.new).collect()
}

/// Returns the counts as a table.
pub(super) fn table(summary: &Summary) -> Table {
    let kinds = [
        ("added", 1),
        ("deleted", -1),
        ("removed", -1),
        ("demoted", -1),
        ("promoted", 1),
        ("terminated", -1),
        ("reactivated", 1),
        ("reused", 0),
        ("revised", 0),
        ("moved", 0),
        ("notes", 0),
        ("property", 0),
        ("narrowed", 0),
        ("recertified", 0),
        ("reformatted", 0),
    ];
    let levels: Vec<_> = [
        ("codes", Some(summary.codes)),
        ("headers", Some(summary.headers)),
        ("modifiers", summary.modifiers),
    ]
    .into_iter()
    .filter_map(|(word, level)| Some((word, level?)))
    // Many sets have no headers.
    .filter(|(word, level)| *word == "codes" || level.old + level.new > 0)
    .collect();
    let always = ["added", "deleted", "removed", "demoted", "revised"];
    let shown: Vec<_> = kinds
        .into_iter()
        .filter(|(kind, _)| always.contains(kind) || levels.iter().any(|(_, level)| count(*level, kind) > 0))
        .collect();
    let titles: Vec<&'static str> =
        ["", "old", "new"].into_iter().chain(shown.iter().map(|(kind, _)| *kind)).collect();
    let mut table = Table::new(&titles).numbers(&titles[1..]);
    let mut lines: Vec<(&str, Vec<LevelSummary>)> =
        levels.iter().map(|(word, level)| (*word, vec![*level])).collect();
    if summary.modifiers.is_some() {
        lines.push(("entries", levels.iter().map(|(_, level)| *level).collect()));
    }
    for (word, levels) in lines {
        let sum = |of: &dyn Fn(LevelSummary) -> u64| levels.iter().map(|level| of(*level)).sum::<u64>();
        let mut row = vec![
            Cell::from(word),
            Cell::Count(sum(&|level| level.old)),
            Cell::Count(sum(&|level| level.new)),
        ];
        row.extend(shown.iter().map(|(kind, sign)| {
            let count = sum(&|level| count(level, kind));
            if *sign == 0 {
                Cell::Count(count)
            } else {
                Cell::Change(sign * i64::try_from(count).unwrap_or(i64::MAX))
            }
        }));
        table.row(row);
    }
    table
}

/// Returns the same with a line for each kind and its meaning: for a page that is higher than wide.
pub(super) fn upright(summary: &Summary) -> Table {
    let flat = table(summary);
    let known = ["codes", "headers", "modifiers", "entries"];
    let is = |cell: &Cell, word: &str| matches!(cell, Cell::Text(text) if text == word);
    let heads: Vec<&'static str> = flat
        .rows
        .iter()
        .map(|row| known.into_iter().find(|word| is(&row[0], word)).unwrap_or_default())
        .collect();
    let titles: Vec<&'static str> = [""].into_iter().chain(heads).chain(["what it means"]).collect();
    let mut upright = Table::new(&titles).numbers(&known);
    for (at, column) in flat.columns.iter().enumerate().skip(1) {
        let mut row = vec![Cell::from(column.title.as_ref())];
        row.extend(flat.rows.iter().map(|counts| counts[at].clone()));
        row.push(Cell::from(meaning(&column.title)));
        upright.row(row);
    }
    upright
}

fn meaning(word: &str) -> &'static str {
    match word {
        "old" => "How many there are in OLD.",
        "new" => "How many there are in NEW.",
        "deleted" => "No longer to be used on claims: removed, demoted and terminated together.",
        word => Kind::from_word(word).map_or("", Kind::meaning),
    }
}

/// Returns the remarks that complete the table of counts.
pub(super) fn remarks(summary: &Summary, properties: &[PropertyCount], facts: &[FactChange]) -> Vec<Block> {
    let levels = [Some(summary.codes), Some(summary.headers), summary.modifiers];
    let sum = |of: &dyn Fn(LevelSummary) -> u64| levels.iter().flatten().map(|level| of(*level)).sum::<u64>();
    let mut remarks = Vec::new();
    let born_dead = sum(&|level| level.added_terminated);
    if born_dead > 0 {
        remarks.push(format!("Of those added, {} already terminated.", counted(born_dead, "is", "are")));
    }
    let texts = [
        (sum(&|level| level.revised_texts.long), "long"),
        (sum(&|level| level.revised_texts.short), "short"),
        (sum(&|level| level.revised_texts.medium), "medium"),
        (sum(&|level| level.revised_texts.consumer), "consumer"),
    ];
    let described: Vec<_> = texts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", grouped(*count)))
        .collect();
    if !described.is_empty() {
        remarks.push(format!("Descriptions revised: {}.", described.join(", ")));
    }
    let attributes: Vec<_> =
        properties.iter().map(|count| format!("{} {}", count.name, grouped(count.changes))).collect();
    if !attributes.is_empty() {
        remarks.push(format!("Attributes changed: {}.", attributes.join(", ")));
    }
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    remarks.extend(
        facts.iter().map(|fact| format!("{}: {} -> {}", fact.name, value(&fact.old), value(&fact.new))),
    );
    remarks.into_iter().map(Block::Text).collect()
}

fn count(level: LevelSummary, kind: &str) -> u64 {
    match kind {
        "added" => level.added,
        "deleted" => level.deleted,
        "removed" => level.removed,
        "demoted" => level.demoted,
        "promoted" => level.promoted,
        "terminated" => level.terminated,
        "reactivated" => level.reactivated,
        "reused" => level.reused,
        "revised" => level.revised,
        "moved" => level.moved,
        "notes" => level.notes,
        "property" => level.property,
        "recertified" => level.recertified,
        "reformatted" => level.reformatted,
        _ => level.narrowed,
    }
}
