//! The changes in the tables of ICD-10-PCS, in the report of `diff`.

use std::collections::BTreeSet;

use crate::base::{counted, grouped};
use crate::diff::PcsChange;
use crate::view::{Cell, Section, column};

/// Returns the deleted and new rows and values, with the number of codes that they explain.
pub(super) fn section(changes: &[PcsChange]) -> Section {
    let section = Section::new("Tables of ICD-10-PCS").text(describe(changes));
    if changes.is_empty() {
        return section;
    }
    let count = |codes: &[String]| Cell::some(codes.len() as u64);
    let columns = [
        column("table", |change: &PcsChange| Cell::Code(change.table.clone())),
        column("change", |change: &PcsChange| Cell::from(change.kind.label())).filter(),
        column("axis", |change: &PcsChange| Cell::from(change.axis.as_deref())).filter(),
        column("codes deleted", move |change: &PcsChange| count(&change.codes_gone)),
        column("codes added", move |change: &PcsChange| count(&change.codes_added)),
        column("title", |change: &PcsChange| Cell::from(change.title.as_str())),
        column("deleted", |change: &PcsChange| Cell::from(change.old.join("; "))),
        column("new", |change: &PcsChange| Cell::from(change.new.join("; "))),
    ];
    section.rows(changes, columns).sheet("Tables")
}

/// Describes the changes in a sentence.
fn describe(changes: &[PcsChange]) -> String {
    let tables: BTreeSet<_> = changes.iter().map(|change| &change.table).collect();
    let codes = |codes: fn(&PcsChange) -> usize| grouped(changes.iter().map(codes).sum::<usize>() as u64);
    format!(
        "{} in {}: they explain {} deleted and {} new codes.",
        counted(changes.len() as u64, "change", "changes"),
        counted(tables.len() as u64, "table", "tables"),
        codes(|change| change.codes_gone.len()),
        codes(|change| change.codes_added.len()),
    )
}
