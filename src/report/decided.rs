//! The details of a choice: the questions that decide it, and the user's decisions.

use serde::Serialize;

use super::crosswalk::TargetRow;
use super::document::{Block, Cell, Table};
use crate::crosswalk::{Axis, AxisValue, Decided, Effect};
use crate::model::CodeSet;

/// Formats a question in a line: `ask: side: left (S30.11XA) / right (S30.12XA)`.
pub(super) fn asked(axis: &Axis) -> String {
    let value = |value: &AxisValue| format!("{} ({})", answer_text(value), value.targets.join(", "));
    let values: Vec<_> = axis.values.iter().map(value).collect();
    format!("the record must specify: {}: {}", axis.axis.word(), values.join(" / "))
}

/// Returns the documented detail of an answer.
pub(super) fn answer_text(value: &AxisValue) -> &str {
    if value.words.is_empty() { "not specified" } else { &value.words }
}

/// Returns the questions that add something to the descriptions above them.
pub(super) fn asked_for<'q>(
    questions: &'q [Axis],
    targets: &'q [TargetRow<'_>],
) -> impl Iterator<Item = &'q Axis> {
    questions.iter().filter(|axis| !repeats(axis, targets))
}

/// Returns true if a question only repeats the descriptions above it: the targets have no word in common.
fn repeats(axis: &Axis, targets: &[TargetRow<'_>]) -> bool {
    let plain = |text: &str| text.replace([',', ';', ':'], "").to_lowercase();
    let long =
        |display: &str| targets.iter().find(|target| target.display == display).map(|target| target.long);
    axis.values.iter().all(|value| match value.targets.as_slice() {
        [only] => long(only).is_some_and(|long| plain(long) == plain(&value.words)),
        _ => false,
    })
}

/// A decision of the user and its effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DecidedRow {
    /// The code that is replaced, as it appears in files.
    pub source: String,
    /// The same as people write it.
    pub source_display: String,
    /// The code of the decision, `null` where all suggestions were rejected.
    pub target: Option<String>,
    /// The same as people write it.
    pub target_display: Option<String>,
    /// The decision: accept, reject or choose.
    pub status: &'static str,
    /// The effect of the decision.
    pub effect: Effect,
    /// Targets that are no longer proposed because of it.
    pub left_out: Vec<String>,
    /// Why.
    pub note: Option<String>,
    /// The person who decided.
    pub who: Option<String>,
    /// The date of the decision, as it was written.
    pub when: Option<String>,
    /// The file.
    pub file: String,
    /// The row of the file, from 1.
    pub row: u32,
}

impl DecidedRow {
    pub(super) fn of(decided: &Decided, set: &CodeSet) -> Self {
        let row = decided.row.clone();
        Self {
            source_display: (set.display)(&row.source),
            source: row.source,
            target_display: row.target.as_deref().map(set.display),
            target: row.target,
            status: row.verdict.word(),
            effect: decided.effect,
            left_out: decided.left_out.clone(),
            note: row.note,
            who: row.who,
            when: row.when,
            file: decided.table.clone(),
            row: row.row,
        }
    }
}

/// Returns the user's decisions, for people.
pub(super) fn blocks(decisions: &[DecidedRow]) -> Vec<Block> {
    if decisions.is_empty() {
        return Vec::new();
    }
    let mut table = Table::new(&["code", "target", "status", "effect", "left out", "who", "when", "note"]);
    for row in decisions {
        table.row(vec![
            Cell::Code(row.source_display.clone()),
            row.target_display.clone().map_or(Cell::Empty, Cell::Code),
            Cell::from(row.status),
            Cell::from(row.effect.word()),
            Cell::from(row.left_out.join(" ")),
            Cell::from(row.who.as_deref()),
            Cell::from(row.when.as_deref()),
            Cell::from(row.note.as_deref()),
        ]);
    }
    let heading = format!("Your decisions ({})", decisions.len());
    vec![Block::Heading(heading), Block::Table(table.without_empty_columns())]
}
