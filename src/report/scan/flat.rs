//! The report of `scan` for programs that read tables: a row for each finding.

use super::FindingRow;
use crate::crosswalk::Disposition;
use crate::report::target::TargetRow;
use crate::view::{Cell, Table};

/// Returns the findings as rows.
pub(super) fn table<'r, 'a: 'r>(findings: impl IntoIterator<Item = &'r FindingRow<'a>>) -> Table {
    let titles = [
        "kind",
        "severity",
        "file",
        "place",
        "field",
        "use",
        "code",
        "decision",
        "targets",
        "target_descriptions",
        "evidence",
        "nearest",
        "predecessors",
        "message",
        "help",
        "more",
        "fingerprint",
    ];
    let mut table = Table::new(&titles).numbers(&["more"]);
    for finding in findings {
        let list = |texts: Vec<String>| Cell::from(texts.join("; "));
        table.row(vec![
            Cell::from(finding.kind.word()),
            Cell::from(finding.severity.word()),
            Cell::from(finding.path.as_str()),
            Cell::from(finding.inside.describe()),
            Cell::from(finding.field.as_str()),
            Cell::from(finding.place_use.word()),
            Cell::Code(finding.display.clone()),
            Cell::from(finding.decision.map(Disposition::word)),
            list(finding.targets.iter().map(|target| target.display.clone()).collect()),
            list(finding.targets.iter().map(|target| target.long.to_owned()).collect()),
            list(finding.targets.iter().map(TargetRow::describe).collect()),
            list(finding.nearest.iter().map(|near| near.display.clone()).collect()),
            list(finding.predecessors.iter().map(|entry| entry.display.clone()).collect()),
            Cell::from(finding.message.as_str()),
            Cell::from(finding.hint.as_deref()),
            Cell::some(finding.more),
            Cell::from(finding.fingerprint.as_str()),
        ]);
    }
    table
}
