//! The counts of a difference, and the remarks on them.

use serde::Serialize;

use crate::base::{counted, grouped};
use crate::diff::{Diff, Kind, LevelSummary, Summary};
use crate::model::Release;
use crate::view::{Cell, Section, Table, column};

/// The number of codes with a change in an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PropertyCount {
    /// The attribute's official name.
    pub(crate) name: String,
    /// Its group.
    pub(crate) group: &'static str,
    /// The number of codes in which it changed.
    pub(crate) changes: u64,
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
pub(crate) struct FactChange {
    /// Its name, as published.
    pub(crate) name: String,
    /// Its value in OLD, `null` if OLD does not say.
    pub(crate) old: Option<String>,
    /// Its value in NEW, `null` if NEW does not say.
    pub(crate) new: Option<String>,
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

/// A line of the counts: the word of a kind of change, and the sign of its number; none of a number that is no change.
struct Line {
    word: &'static str,
    sign: Option<i64>,
    count: fn(&LevelSummary) -> u64,
    /// True if it is shown even if it is zero.
    is_expected: bool,
}

/// Every line, in the order of the publishers.
const LINES: [Line; 17] = [
    line("OLD", None, |level| level.old).expected(),
    line("NEW", None, |level| level.new).expected(),
    line("added", Some(1), |level| level.added).expected(),
    line("deleted", Some(-1), |level| level.deleted).expected(),
    line("removed", Some(-1), |level| level.removed),
    line("demoted", Some(-1), |level| level.demoted),
    line("promoted", Some(1), |level| level.promoted),
    line("terminated", Some(-1), |level| level.terminated),
    line("reactivated", Some(1), |level| level.reactivated),
    line("reused", None, |level| level.reused),
    line("revised", None, |level| level.revised).expected(),
    line("moved", None, |level| level.moved),
    line("notes", None, |level| level.notes),
    line("property", None, |level| level.property),
    line("narrowed", None, |level| level.narrowed),
    line("recertified", None, |level| level.recertified),
    line("reformatted", None, |level| level.reformatted),
];

const fn line(word: &'static str, sign: Option<i64>, count: fn(&LevelSummary) -> u64) -> Line {
    Line { word, sign, count, is_expected: false }
}

impl Line {
    const fn expected(self) -> Self {
        Self { is_expected: true, ..self }
    }

    fn total(&self, levels: &[LevelSummary]) -> u64 {
        levels.iter().map(self.count).sum()
    }

    fn cell(&self, levels: &[LevelSummary]) -> Cell {
        let total = self.total(levels);
        match self.sign {
            Some(sign) => Cell::Change(sign * i64::try_from(total).unwrap_or(i64::MAX)),
            None => Cell::Count(total),
        }
    }

    fn meaning(&self) -> &'static str {
        match self.word {
            "deleted" => "No longer valid on claims: removed, demoted and terminated together.",
            word => Kind::from_word(word).map_or("", Kind::meaning),
        }
    }
}

/// Returns the counts of all changes, listed or not, and the facts about the whole release that changed.
pub(super) fn section(summary: &Summary, facts: &[FactChange]) -> Section {
    let levels: Vec<(&'static str, LevelSummary)> = [
        ("codes", Some(summary.codes)),
        ("headers", Some(summary.headers)),
        ("modifiers", summary.modifiers),
    ]
    .into_iter()
    .filter_map(|(word, level)| Some((word, level?)))
    // Many sets have no headers.
    .filter(|(word, level)| *word == "codes" || level.old + level.new > 0)
    .collect();
    let all: Vec<LevelSummary> = levels.iter().map(|(_, level)| *level).collect();
    let lines = LINES.iter().filter(|line| line.is_expected || line.total(&all) > 0);
    let mut columns = vec![column("", |line: &Line| Cell::from(line.word))];
    columns
        .extend(levels.into_iter().map(|(word, level)| column(word, move |line: &Line| line.cell(&[level]))));
    if summary.modifiers.is_some() {
        let all = all.clone();
        columns.push(column("entries", move |line: &Line| line.cell(&all)));
    }
    columns.push(column("meaning", |line: &Line| Cell::from(line.meaning())));
    let table = Table { is_outline: true, ..Table::of(columns, lines) };
    let values = [
        column("of the whole release", |fact: &FactChange| Cell::from(fact.name.as_str())),
        column("OLD", |fact: &FactChange| Cell::from(fact.old.as_deref())),
        column("NEW", |fact: &FactChange| Cell::from(fact.new.as_deref())),
    ];
    Section::new("Counts")
        .about("All changes, whether listed or not, counted by the publishers' rules.")
        .table("Counts by level", table)
        .texts(remarks(summary))
        .table("Facts of the whole release", Table::of(values, facts))
}

/// Returns the remarks that complete the table of counts.
fn remarks(summary: &Summary) -> Vec<String> {
    let levels = [Some(summary.codes), Some(summary.headers), summary.modifiers];
    let sum = |of: fn(&LevelSummary) -> u64| levels.iter().flatten().map(of).sum::<u64>();
    let mut remarks = Vec::new();
    if summary.codes.demoted > 0 {
        let demoted = counted(summary.codes.demoted, "code", "codes");
        remarks.push(format!("The added headers include the {demoted} demoted to category headers."));
    }
    let terminated = sum(|level| level.added_terminated);
    if terminated > 0 {
        remarks.push(format!("Of the added codes, {} already terminated.", counted(terminated, "is", "are")));
    }
    let texts = [
        (sum(|level| level.revised_texts.long), "long"),
        (sum(|level| level.revised_texts.short), "short"),
        (sum(|level| level.revised_texts.medium), "medium"),
        (sum(|level| level.revised_texts.consumer), "consumer"),
    ];
    let described: Vec<_> = texts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", grouped(*count)))
        .collect();
    if !described.is_empty() {
        remarks.push(format!("Descriptions revised: {}.", described.join(", ")));
    }
    remarks
}

/// Returns the number of codes with a change in each attribute, listed or not.
pub(super) fn by_attribute(properties: &[PropertyCount]) -> Section {
    Section::new("By attribute").bars(
        "Codes by changed attribute",
        properties,
        [
            column("attribute", |row: &PropertyCount| Cell::from(row.name.as_str())),
            column("group", |row: &PropertyCount| Cell::from(row.group)),
            column("codes", |row: &PropertyCount| Cell::Count(row.changes)),
        ],
    )
}
