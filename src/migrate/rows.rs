//! Rows of a database: the values to write, for the caller that opens it.

use std::collections::BTreeMap;

use super::edits::{Edit, applied};
use super::fill::CellEdits;
use super::plan::EditTarget;
use super::refusal::Refusal;
use crate::scan::{Container, Location, Site};

/// Columns from 0, with the text that is written there.
pub type Cells = BTreeMap<u32, String>;

/// A row of a table that changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowChange {
    /// The table.
    pub table: String,
    /// The number of the row in it.
    pub number: u32,
    /// The old values of the cells that change.
    pub before: Cells,
    /// The new values of these cells.
    pub after: Cells,
    /// Copies of the original row to add, with other cells.
    pub copies: Vec<Cells>,
}

/// The tables of a database and their planned changes.
pub(super) struct Rows<'t> {
    /// Tables whose rows have numbers.
    tables: &'t [&'t str],
    rows: BTreeMap<(String, u32), Row>,
}

#[derive(Default)]
struct Row {
    before: Cells,
    edits: BTreeMap<u32, Vec<Edit>>,
    copies: Vec<Cells>,
}

impl<'t> Rows<'t> {
    pub(super) fn new(tables: &'t [&'t str]) -> Self {
        Self { tables, rows: BTreeMap::new() }
    }

    /// Returns the changes, table by table, in the order of the rows.
    pub(super) fn written(self) -> Vec<RowChange> {
        let change = |((table, number), row): ((String, u32), Row)| {
            let filled = |(column, edits)| (column, filled(&row.before[&column], edits));
            let after = row.edits.into_iter().map(filled).collect();
            RowChange { table, number, before: row.before, after, copies: row.copies }
        };
        self.rows.into_iter().map(change).collect()
    }
}

fn filled(text: &str, edits: Vec<Edit>) -> String {
    String::from_utf8_lossy(&applied(text.as_bytes(), edits)).into_owned()
}

impl EditTarget for Rows<'_> {
    fn write(
        &mut self,
        location: &Location,
        site: &Site,
        fills: CellEdits<'_>,
        copies: &[CellEdits<'_>],
    ) -> Result<(), Refusal> {
        let Container::Table(table) = &location.container else {
            return Err(Refusal::NotInTable);
        };
        if !self.tables.contains(&table.as_str()) {
            return Err(Refusal::NoRowNumbers);
        }
        // A word in a text is reported with its line as well, in the same column.
        if site.row.has_twins {
            return Err(Refusal::RunningText);
        }
        let row = self.rows.entry((table.to_owned(), site.row.number)).or_default();
        for fill in fills {
            row.before.insert(fill.cell.column, fill.cell.text.clone());
            row.edits.entry(fill.cell.column).or_default().push(fill.edit);
        }
        let copied = |fills: &CellEdits<'_>| {
            let mut cells: BTreeMap<u32, (&str, Vec<Edit>)> = BTreeMap::new();
            for fill in fills {
                let cell = cells.entry(fill.cell.column).or_insert((&fill.cell.text, Vec::new()));
                cell.1.push(fill.edit.clone());
            }
            cells.into_iter().map(|(column, (text, edits))| (column, filled(text, edits))).collect()
        };
        row.copies.extend(copies.iter().map(copied));
        Ok(())
    }
}
