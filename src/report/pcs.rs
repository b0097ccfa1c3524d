//! The changes in the tables of ICD-10-PCS, in the report of `diff`.

use super::document::{Block, Cell, Table};
use crate::base::{counted, grouped};
use crate::diff::PcsChange;

/// Returns the changes as rows: deleted, new, and the number of codes that they explain.
pub(super) fn table(changes: &[PcsChange]) -> Table {
    let titles = ["table", "title", "change", "axis", "deleted", "new", "codes deleted", "codes added"];
    let mut table = Table::new(&titles).numbers(&titles[6..]);
    for change in changes {
        let count =
            |codes: &[String]| if codes.is_empty() { Cell::Empty } else { Cell::Count(codes.len() as u64) };
        table.row(vec![
            Cell::Code(change.table.clone()),
            Cell::from(change.title.as_str()),
            Cell::from(change.kind.label()),
            Cell::from(change.axis.as_deref()),
            Cell::from(change.old.join("; ")),
            Cell::from(change.new.join("; ")),
            count(&change.codes_gone),
            count(&change.codes_added),
        ]);
    }
    table.without_empty_columns()
}

/// Describes the changes in a sentence.
pub(super) fn describe(changes: &[PcsChange]) -> String {
    let tables: std::collections::BTreeSet<_> = changes.iter().map(|change| &change.table).collect();
    let codes = |codes: fn(&PcsChange) -> usize| grouped(changes.iter().map(codes).sum::<usize>() as u64);
    format!(
        "Tables: {} in {}; they explain {} deleted and {} new codes.",
        counted(changes.len() as u64, "change", "changes"),
        counted(tables.len() as u64, "table", "tables"),
        codes(|change| change.codes_gone.len()),
        codes(|change| change.codes_added.len()),
    )
}

/// Returns the section about tables.
pub(super) fn blocks(changes: &[PcsChange]) -> Vec<Block> {
    let mut blocks = vec![Block::Text(describe(changes))];
    if !changes.is_empty() {
        blocks.push(Block::Heading(format!("Tables ({}): deleted and new rows and values", changes.len())));
        blocks.push(Block::Table(table(changes)));
    }
    blocks
}
