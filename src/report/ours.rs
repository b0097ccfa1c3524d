//! The part of `diff` about a table of the user's own.

use serde::Serialize;

use super::document::{Block, Cell, Table};
use super::lookup::Relative;
use crate::base::counted;
use crate::diff::{OurRow, Ours, words};
use crate::model::{OwnRow, TextKind};

/// A row of the user's table that has a problem.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OurRowInfo<'a> {
    /// The finding.
    pub finding: &'static str,
    /// The code as the table has it; for text that is not like a code, its row there.
    pub code: String,
    /// The description in OLD. That of the table is not shown: it is OLD's, or may be anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<&'a str>,
    /// The description in NEW.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<&'a str>,
}

/// A table of the user's own, compared with OLD and NEW.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OursInfo<'a> {
    /// The number of its rows.
    pub rows: u64,
    /// The rows that have a problem.
    pub findings: Vec<OurRowInfo<'a>>,
    /// The new billable codes that it lacks.
    pub missing: Vec<Relative<'a>>,
}

impl<'a> OursInfo<'a> {
    pub(super) fn of(ours: &Ours<'a>) -> Self {
        Self {
            rows: ours.rows,
            findings: ours.findings.iter().map(row).collect(),
            missing: ours.missing.iter().copied().map(Relative::of).collect(),
        }
    }

    pub(super) fn blocks(&self) -> Vec<Block> {
        let rows = counted(self.rows, "row", "rows");
        let mut blocks =
            vec![Block::Heading(format!("Your table ({rows}): {} to review", self.findings.len()))];
        if !self.findings.is_empty() {
            blocks.push(Block::Table(self.finding_table()));
        }
        if !self.missing.is_empty() {
            blocks.push(Block::Heading(format!("New codes that your table lacks ({})", self.missing.len())));
            blocks.push(Block::Table(self.missing_table()));
        }
        blocks
    }

    pub(super) fn finding_table(&self) -> Table {
        let mut table = Table::new(&["finding", "code", "description"]);
        for row in &self.findings {
            let described = match (row.old, row.new) {
                (Some(old), Some(new)) if old != new => Cell::Words(words(old, new)),
                (old, new) => Cell::from(new.or(old)),
            };
            table.row(vec![Cell::from(row.finding), Cell::Code(row.code.clone()), described]);
        }
        table
    }

    pub(super) fn missing_table(&self) -> Table {
        let mut table = Table::new(&["code", "description"]);
        for code in &self.missing {
            table.row(vec![Cell::Code(code.display.clone()), Cell::from(code.long)]);
        }
        table
    }
}

fn row<'a>(row: &OurRow<'a>) -> OurRowInfo<'a> {
    let OwnRow { written, place, .. } = row.row;
    let is_shown = row.old.or(row.new).is_some() || row.row.is_like_code;
    let at = || match (&place.sheet, &place.cell, place.line) {
        (Some(_), Some(cell), _) => format!("cell {cell}"),
        (_, _, Some(line)) => format!("line {line}"),
        _ => "not shown".to_owned(),
    };
    OurRowInfo {
        finding: row.standing.word(),
        code: if is_shown { written.clone() } else { at() },
        old: row.old.and_then(|old| old.shown(TextKind::Long)),
        new: row.new.and_then(|new| new.shown(TextKind::Long)),
    }
}
