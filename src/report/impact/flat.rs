//! The report of `impact` for spreadsheets: a row for each code in use that changed.

use std::collections::BTreeMap;

use super::ImpactReport;
use super::attributes::{AttributeRow, AttributeSummary};
use super::rows::{ByDate, ItemRow, asked};
use crate::crosswalk::Disposition;
use crate::view::{Cell, Table};

pub(super) fn table(report: &ImpactReport<'_>) -> Table {
    let titles = [
        "code",
        "display",
        "description",
        "status",
        "lines",
        "share",
        "amount",
        "right",
        "too_late",
        "too_early",
        "owners",
        "decision",
        "targets",
        "target_displays",
        "basis",
        "deadline",
        "ask",
    ];
    let mut table =
        Table::new(&titles).numbers(&["lines", "share", "amount", "right", "too_late", "too_early"]);
    let items: Vec<_> = report.items.iter().chain(&report.narrowed).chain(&report.reworded).collect();
    for item in &items {
        let targets: Vec<_> = item.targets.iter().map(|target| target.code).collect();
        let displays: Vec<_> = item.targets.iter().map(|target| target.display.as_str()).collect();
        let dated = |lines: fn(&ByDate) -> u64| {
            item.by_date.as_ref().map_or(Cell::Empty, |by_date| Cell::Count(lines(by_date)))
        };
        table.row(vec![
            Cell::Code(item.code.to_owned()),
            Cell::Code(item.display.clone()),
            Cell::from(item.long),
            Cell::from(item.status.word()),
            Cell::lines(item.lines),
            Cell::share(item.share),
            Cell::from(item.amount),
            dated(|by_date| by_date.right),
            dated(|by_date| by_date.too_late),
            dated(|by_date| by_date.too_early),
            Cell::from(item.owners_text("; ")),
            Cell::from(item.decision.map(Disposition::word)),
            Cell::Code(targets.join(" ")),
            Cell::Code(displays.join(" ")),
            Cell::from(item.targets.first().map(|target| target.provenance.basis()).as_deref()),
            Cell::from(item.deadline),
            Cell::from(asked(item)),
        ]);
    }
    add_columns(&mut table, &report.summary.attributes, &items);
    table
}

/// Adds two columns for each attribute: the old values, and the values of the replacements, each with its code.
fn add_columns(table: &mut Table, summary: &BTreeMap<String, AttributeSummary>, items: &[&ItemRow<'_>]) {
    for name in summary.keys() {
        let of = |item: &&ItemRow<'_>, cell: fn(&ItemRow<'_>, &AttributeRow<'_>) -> String| {
            item.attributes
                .get(name.as_str())
                .map_or(Cell::Empty, |attribute| Cell::from(cell(item, attribute)))
        };
        table.add_column(
            format!("{name}_old"),
            items.iter().map(|item| of(item, |_, attribute| attribute.old.join(", "))),
        );
        table.add_column(format!("{name}_new"), items.iter().map(|item| of(item, of_targets)));
    }
}

/// Formats values by target: `C50.A0: exempt; C50.A1: not exempt`.
fn of_targets(item: &ItemRow<'_>, attribute: &AttributeRow<'_>) -> String {
    let targets =
        item.targets.iter().map(|target| format!("{}: {}", target.display, attribute.describe_of(target)));
    targets.collect::<Vec<_>>().join("; ")
}
