//! The attributes of the codes in use, in the report of `impact`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::impact::{AttributeChange, AttributeImpact, AttributeTotals, ItemAttribute, Kept};
use crate::model::{AttributeTable, Entry, Source};
use crate::report::target::TargetRow;

/// An attribute of a code that is to be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AttributeRow<'a> {
    /// The values of the code; empty where the table has none.
    pub(crate) old: Vec<&'a str>,
    /// The values of each replacement.
    pub(crate) targets: BTreeMap<&'a str, Vec<&'a str>>,
    /// Those of replacements that are no longer proposed because of a decision: for review.
    #[serde(skip)]
    pub(crate) left_out: BTreeMap<&'a str, Vec<&'a str>>,
    /// True if a replacement is known to have another value.
    pub(crate) changes: bool,
    /// `same`, `differs`, or `absent` where a value is not known; `null` where there is no replacement.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) kept: Option<Kept>,
}

/// A code that stays valid with a changed attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AttributeChangeRow<'a> {
    /// The code as it appears in files.
    pub(crate) code: &'a str,
    /// The code as people write it.
    pub(crate) display: String,
    /// Its long description, in NEW.
    pub(crate) long: &'a str,
    /// The number of lines that use it; `null` where that is hidden.
    pub(crate) lines: Option<u64>,
    /// The attribute.
    pub(crate) name: &'a str,
    /// Its values before; empty where the table has none.
    pub(crate) old: Vec<&'a str>,
    /// Its values after.
    pub(crate) new: Vec<&'a str>,
}

/// The changes of an attribute, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AttributeSummary {
    /// Codes of which a replacement has another value.
    pub(crate) items_changed: u64,
    /// Codes that stay valid and have another value.
    pub(crate) codes_changed: u64,
    /// Lines of both, without those of hidden codes; `null` where all are hidden.
    pub(crate) lines: Option<u64>,
}

/// A table of an attribute, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AttributeTableRow {
    /// The attribute.
    pub(crate) name: String,
    /// `old` or `new`.
    pub(crate) side: &'static str,
    /// The title of the table.
    pub(crate) title: String,
    /// Codes in it.
    pub(crate) codes: u64,
    /// The value of codes that are not in it; `null` where that is not known.
    pub(crate) absent: Option<&'static str>,
    /// Its files.
    pub(crate) sources: Vec<Source>,
}

impl<'a> AttributeRow<'a> {
    /// Returns the attributes of a code, by name.
    pub(super) fn of_code(impact: &AttributeImpact<'a>, code: &str) -> BTreeMap<&'a str, Self> {
        let attributes = impact.items.get(code).into_iter().flatten();
        attributes.map(|attribute| (attribute.name, Self::of(attribute))).collect()
    }

    fn of(attribute: &ItemAttribute<'a>) -> Self {
        let by_code = |values: &[(Entry<'a>, Vec<&'a str>)]| {
            values.iter().map(|(entry, values)| (entry.code(), values.clone())).collect()
        };
        Self {
            old: attribute.old.clone(),
            targets: by_code(&attribute.targets),
            left_out: by_code(&attribute.left_out),
            changes: attribute.kept == Some(Kept::Differs),
            kept: attribute.kept,
        }
    }
}

impl AttributeRow<'_> {
    /// Formats the values of the code for people.
    pub(in crate::report) fn describe_old(&self) -> String {
        describe(&self.old)
    }

    /// Formats the values of a replacement for people.
    pub(in crate::report) fn describe_of(&self, target: &TargetRow<'_>) -> String {
        let values = self.targets.get(target.code).or_else(|| self.left_out.get(target.code));
        describe(values.map_or(&[], Vec::as_slice))
    }
}

impl<'a> AttributeChangeRow<'a> {
    pub(super) fn of(change: &AttributeChange<'a>) -> Self {
        Self {
            code: change.entry.code(),
            display: change.entry.display(),
            long: change.entry.shown_long(),
            lines: change.lines,
            name: change.name,
            old: change.old.clone(),
            new: change.new.clone(),
        }
    }
}

impl AttributeSummary {
    /// Returns the numbers of each attribute, by name.
    pub(super) fn of(totals: &[AttributeTotals<'_>]) -> BTreeMap<String, Self> {
        let row = |totals: &AttributeTotals<'_>| {
            let AttributeTotals { attribute, items_changed, codes_changed, used } = *totals;
            (attribute.name.clone(), Self { items_changed, codes_changed, lines: used.known_lines() })
        };
        totals.iter().map(row).collect()
    }
}

impl AttributeTableRow {
    /// Returns the tables of each attribute, in the order in which they were named.
    pub(super) fn of(totals: &[AttributeTotals<'_>]) -> Vec<Self> {
        let row = |name: &str, side, table: &AttributeTable| Self {
            name: name.to_owned(),
            side,
            title: table.title.clone(),
            codes: table.values.len() as u64,
            absent: table.absent,
            sources: table.sources.clone(),
        };
        let rows = totals.iter().map(|totals| totals.attribute).flat_map(|attribute| {
            [row(&attribute.name, "old", &attribute.old), row(&attribute.name, "new", &attribute.new)]
        });
        rows.collect()
    }
}

/// Formats values for people; a dash where none is known.
pub(super) fn describe(values: &[&str]) -> String {
    if values.is_empty() { "-".to_owned() } else { values.join(", ") }
}
