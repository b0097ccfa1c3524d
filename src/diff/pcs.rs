//! Comparison of two sets of ICD-10-PCS tables: rows and values added and deleted, and the codes that this explains.
//!
//! Invariant: rows have no names; two rows are the same one if they share the most codes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::base::closed_list;
use crate::model::{PcsAxis, PcsDefinition, PcsDefinitions, PcsRow, PcsTable, PcsTables, Release};

/// A change of a table or of one of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PcsChange {
    /// The first three characters of the codes; for a definition, the section.
    pub table: String,
    /// The meaning of these characters: section, body system, operation; for a definition, the value.
    pub title: String,
    /// The kind of change.
    pub kind: PcsChangeKind,
    /// The axis of the values, if single values were added or deleted; for a definition, its position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub axis: Option<String>,
    /// Deleted values, each as the character with its meaning.
    pub old: Vec<String>,
    /// Added values.
    pub new: Vec<String>,
    /// Codes deleted because of it.
    pub codes_gone: Vec<String>,
    /// Codes added because of it.
    pub codes_added: Vec<String>,
}

closed_list! {
    /// The kinds of change of a table.
    pub enum PcsChangeKind {
        /// A table was added.
        TableAdded = "table-added",
        /// A table was deleted.
        TableGone = "table-gone",
        /// A row was added.
        RowAdded = "row-added",
        /// A row was deleted.
        RowGone = "row-gone",
        /// Values of a row were added or deleted.
        Values = "values",
        /// A value has another label.
        Label = "label",
        /// The operation, or a value of an axis, has another definition.
        Definition = "definition",
    }
}

impl PcsChangeKind {
    /// Returns the word with blanks, for people.
    pub fn label(self) -> String {
        self.word().replace('-', " ")
    }
}

/// Compares the tables and the definitions of two releases; `None` if none of them is in both.
pub fn pcs_diff(old: &Release, new: &Release) -> Option<Vec<PcsChange>> {
    let tables = old.companions.pcs_tables.first().zip(new.companions.pcs_tables.first());
    let definitions = old.companions.pcs_definitions.first().zip(new.companions.pcs_definitions.first());
    let definitions = definitions.filter(|(old, new)| !old.is_empty() && !new.is_empty());
    let changes = tables.map(|(old, new)| of_tables(old, new)).into_iter();
    let changes = changes.chain(definitions.map(|(old, new)| of_definitions(old, new)));
    (tables.is_some() || definitions.is_some()).then(|| changes.flatten().collect())
}

/// Returns the values with another definition, or with a new one: the deleted and added lines.
fn of_definitions(old: &PcsDefinitions, new: &PcsDefinitions) -> Vec<PcsChange> {
    let lines = |definition: Option<&PcsDefinition>| -> Vec<String> {
        let Some(PcsDefinition { definition, explanation, includes }) = definition else { return Vec::new() };
        let includes = includes.iter().map(|text| format!("includes: {text}"));
        definition.iter().chain(explanation).cloned().chain(includes).collect()
    };
    let keys = |all: &PcsDefinitions| -> BTreeSet<(char, u8, String)> {
        all.all().map(|(section, axis, value, _)| (section, axis, value.to_owned())).collect()
    };
    let of = |(section, axis, value): (char, u8, String)| {
        let sides = [old, new].map(|side| lines(side.of(section, axis, &value)));
        let [went, came] = [[0, 1], [1, 0]].map(|[own, other]| -> Vec<String> {
            sides[own].iter().filter(|line| !sides[other].contains(line)).cloned().collect()
        });
        (!went.is_empty() || !came.is_empty()).then(|| PcsChange {
            table: section.to_string(),
            title: value,
            kind: PcsChangeKind::Definition,
            axis: Some(axis.to_string()),
            old: went,
            new: came,
            codes_gone: Vec::new(),
            codes_added: Vec::new(),
        })
    };
    keys(old).union(&keys(new)).cloned().filter_map(of).collect()
}

fn of_tables(old: &PcsTables, new: &PcsTables) -> Vec<PcsChange> {
    let by_prefix = |tables: &'_ [PcsTable]| -> BTreeMap<String, usize> {
        tables.iter().enumerate().map(|(at, table)| (table.prefix(), at)).collect()
    };
    let (olds, news) = (by_prefix(&old.tables), by_prefix(&new.tables));
    let mut changes = Vec::new();
    for prefix in olds.keys().chain(news.keys()).collect::<BTreeSet<_>>() {
        let before = olds.get(prefix).map(|at| &old.tables[*at]);
        let after = news.get(prefix).map(|at| &new.tables[*at]);
        changes.extend(of_table(prefix, before, after));
    }
    changes
}

fn of_table(prefix: &str, old: Option<&PcsTable>, new: Option<&PcsTable>) -> Vec<PcsChange> {
    let title = new.or(old).map(title).unwrap_or_default();
    let (held, made) = (old.map(suffixes).unwrap_or_default(), new.map(suffixes).unwrap_or_default());
    let codes = |row: &PcsRow, without: &BTreeSet<String>| -> Vec<String> {
        let suffixes = row.suffixes().into_iter().filter(|suffix| !without.contains(suffix));
        suffixes.map(|suffix| format!("{prefix}{suffix}")).collect()
    };
    let change = |kind| PcsChange {
        table: prefix.to_owned(),
        title: title.clone(),
        kind,
        axis: None,
        old: Vec::new(),
        new: Vec::new(),
        codes_gone: Vec::new(),
        codes_added: Vec::new(),
    };
    let (Some(old), Some(new)) = (old, new) else {
        let kind = if new.is_some() { PcsChangeKind::TableAdded } else { PcsChangeKind::TableGone };
        let all =
            |suffixes: &BTreeSet<String>| suffixes.iter().map(|suffix| format!("{prefix}{suffix}")).collect();
        return vec![PcsChange { codes_gone: all(&held), codes_added: all(&made), ..change(kind) }];
    };
    let mut changes = Vec::new();
    if old.definition != new.definition {
        let text = |table: &PcsTable| table.definition.iter().cloned().collect();
        changes.push(PcsChange { old: text(old), new: text(new), ..change(PcsChangeKind::Definition) });
    }
    // A code is explained once: by the first row that it is deleted or added with.
    let (mut gone, mut came) = (made.clone(), held.clone());
    for (before, after) in paired(old, new) {
        let lost = before.map(|row| codes(row, &gone)).unwrap_or_default();
        let won = after.map(|row| codes(row, &came)).unwrap_or_default();
        gone.extend(lost.iter().map(|code| code[3..].to_owned()));
        came.extend(won.iter().map(|code| code[3..].to_owned()));
        match (before, after) {
            (Some(before), Some(after)) => {
                let mut described: Vec<PcsChange> = before
                    .axes
                    .iter()
                    .zip(&after.axes)
                    .flat_map(|(before, after)| of_axis(before, after, &change))
                    .collect();
                if let Some(values) =
                    described.iter_mut().find(|described| described.kind == PcsChangeKind::Values)
                {
                    (values.codes_gone, values.codes_added) = (lost, won);
                }
                changes.extend(described);
            }
            (Some(row), None) => {
                changes.push(PcsChange {
                    old: values(row),
                    codes_gone: lost,
                    ..change(PcsChangeKind::RowGone)
                });
            }
            (None, Some(row)) => {
                changes.push(PcsChange {
                    new: values(row),
                    codes_added: won,
                    ..change(PcsChangeKind::RowAdded)
                });
            }
            (None, None) => {}
        }
    }
    changes.dedup();
    changes
}

/// Pairs corresponding rows: those that make most of the same codes, then those that differ in one axis only; the other
/// rows were added or deleted. Rows with the same values are unchanged, but their labels may differ.
fn paired<'a>(old: &'a PcsTable, new: &'a PcsTable) -> Vec<(Option<&'a PcsRow>, Option<&'a PcsRow>)> {
    let sets: Vec<BTreeSet<String>> =
        new.rows.iter().map(|row| row.suffixes().into_iter().collect()).collect();
    let mut left: Vec<usize> = (0..new.rows.len()).collect();
    let mut pairs = Vec::new();
    let mut open: Vec<&PcsRow> = Vec::new();
    for row in &old.rows {
        let own: BTreeSet<String> = row.suffixes().into_iter().collect();
        let shared = |at: &usize| own.intersection(&sets[*at]).count();
        match left
            .iter()
            .copied()
            .max_by_key(|at| (shared(at), std::cmp::Reverse(*at)))
            .filter(|at| shared(at) > 0)
        {
            Some(best) => {
                left.retain(|at| *at != best);
                pairs.push((Some(row), Some(&new.rows[best])));
            }
            None => open.push(row),
        }
    }
    for row in open {
        let differing = |at: &usize| {
            row.axes.iter().zip(&new.rows[*at].axes).filter(|(a, b)| chars(a) != chars(b)).count()
        };
        match left.iter().copied().find(|at| differing(at) == 1) {
            Some(best) => {
                left.retain(|at| *at != best);
                pairs.push((Some(row), Some(&new.rows[best])));
            }
            None => pairs.push((Some(row), None)),
        }
    }
    pairs.extend(left.into_iter().map(|at| (None, Some(&new.rows[at]))));
    pairs
}

fn of_axis(old: &PcsAxis, new: &PcsAxis, change: &dyn Fn(PcsChangeKind) -> PcsChange) -> Vec<PcsChange> {
    let described = |axis: &PcsAxis, other: &PcsAxis| -> Vec<String> {
        let own = axis.values.iter().filter(|value| other.label(value.char).is_none());
        own.map(|value| format!("{} {}", value.char, value.label)).collect()
    };
    let (went, came) = (described(old, new), described(new, old));
    let mut changes = Vec::new();
    if !went.is_empty() || !came.is_empty() {
        let axis = Some(new.title.clone());
        changes.push(PcsChange { axis, old: went, new: came, ..change(PcsChangeKind::Values) });
    }
    for value in &new.values {
        let Some(before) = old.label(value.char).filter(|before| *before != value.label) else { continue };
        let pair = [before, &value.label].map(|label| vec![format!("{} {label}", value.char)]);
        let [old, new_label] = pair;
        let axis = Some(new.title.clone());
        changes.push(PcsChange { axis, old, new: new_label, ..change(PcsChangeKind::Label) });
    }
    changes
}

fn chars(axis: &PcsAxis) -> BTreeSet<char> {
    axis.values.iter().map(|value| value.char).collect()
}

fn suffixes(table: &PcsTable) -> BTreeSet<String> {
    table.rows.iter().flat_map(PcsRow::suffixes).collect()
}

fn title(table: &PcsTable) -> String {
    let labels = table.axes.iter().filter_map(|axis| axis.values.first());
    labels.map(|value| value.label.as_str()).collect::<Vec<_>>().join(", ")
}

/// Returns the values of a row, axis by axis.
fn values(row: &PcsRow) -> Vec<String> {
    let axis = |axis: &PcsAxis| {
        let values: Vec<_> =
            axis.values.iter().map(|value| format!("{} {}", value.char, value.label)).collect();
        format!("{}: {}", axis.title, values.join(", "))
    };
    row.axes.iter().map(axis).collect()
}
