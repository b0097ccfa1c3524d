//! A scan for people: findings as compiler messages, lists that lack codes in a part of their own, the scanned files at
//! the end.

use super::super::document::{Block, Cell, Document, Remark, Table};
use super::super::{FillIn, Workbook};
use super::{FindingRow, ScanReport};
use crate::base::{counted, grouped};
use crate::scan::FindingKind;

/// Returns the document.
pub(super) fn of(report: &ScanReport<'_>) -> Document {
    let (lacking, wrong): (Vec<&FindingRow<'_>>, Vec<_>) =
        report.findings.iter().partition(|finding| finding.kind == FindingKind::Incomplete);
    let mut blocks = Vec::new();
    if !wrong.is_empty() {
        blocks.push(Block::Heading("Findings".to_owned()));
        blocks.push(Block::Remarks(wrong.iter().map(|finding| remark(finding)).collect()));
    }
    if !lacking.is_empty() {
        blocks.push(Block::Heading("New codes that lists lack".to_owned()));
        blocks.push(Block::Table(lacks(&lacking)));
    }
    blocks.push(Block::Heading("What was scanned".to_owned()));
    blocks.push(Block::Text(looked_through(report)));
    if !report.files.is_empty() {
        blocks.push(Block::Table(regions(report)));
    }
    blocks.push(Block::Heading("Summary".to_owned()));
    blocks.push(Block::Table(summary(report)));
    blocks.extend(describe(report).into_iter().map(Block::Text));
    Document { title: report.title(), blocks }
}

fn remark(finding: &FindingRow<'_>) -> Remark {
    Remark {
        severity: finding.severity,
        code: finding.kind.word(),
        fact: finding.message.clone(),
        place: finding.place(),
        notes: finding.notes(),
    }
}

fn lacks(findings: &[&FindingRow<'_>]) -> Table {
    let mut table = Table::new(&["file", "field", "code", "description", "because of"]);
    for finding in findings {
        table.row(vec![
            Cell::from(finding.path.as_str()),
            Cell::from(finding.field.as_str()),
            Cell::Code(finding.display.clone()),
            Cell::from(finding.lacking()),
            Cell::from(finding.because_of()),
        ]);
    }
    table
}

pub(super) fn looked_through(report: &ScanReport<'_>) -> String {
    let scanned = &report.scanned;
    let mut described =
        format!("{} of {} bytes.", counted(scanned.files, "file", "files"), grouped(scanned.bytes));
    if scanned.passed_over > 0 {
        described += &format!(" {} no text and of no kind that is read.", is_are(scanned.passed_over));
    }
    if scanned.excepted > 0 {
        described += &format!(" {} excepted.", counted(scanned.excepted, "place is", "places are"));
    }
    described
}

fn is_are(count: u64) -> String {
    counted(count, "more is", "more are")
}

pub(super) fn regions(report: &ScanReport<'_>) -> Table {
    let mut table = Table::new(&["file", "field", "set", "codes", "why", "note"]).numbers(&["codes"]);
    for file in &report.files {
        for region in &file.regions {
            let headers = (region.headers > 0)
                .then(|| format!("{} kept on purpose", counted(region.headers, "header is", "headers are")));
            let ended =
                (region.ended > 0).then(|| format!("{} in rows that have ended", grouped(region.ended)));
            table.row(vec![
                Cell::from(file.path.as_str()),
                Cell::from(region.place.as_str()),
                Cell::from(region.set),
                Cell::Count(region.codes),
                Cell::from(region.basis.as_str()),
                Cell::from([headers, ended].into_iter().flatten().collect::<Vec<_>>().join("; ")),
            ]);
        }
        for note in &file.notes {
            let mut row = vec![Cell::Empty; table.columns.len()];
            row[0] = Cell::from(file.path.as_str());
            row[5] = Cell::from(note.as_str());
            table.row(row);
        }
    }
    table.without_empty_columns()
}

fn summary(report: &ScanReport<'_>) -> Table {
    let mut table = Table::new(&["kind", "findings", "what it means"]).numbers(&["findings"]);
    for kind in FindingKind::ALL {
        let count = report.summary.get(kind.word()).copied().unwrap_or(0);
        table.row(vec![Cell::from(kind.word()), Cell::Count(count), Cell::from(kind.meaning())]);
    }
    table
}

pub(super) fn describe(report: &ScanReport<'_>) -> Vec<String> {
    let replaceable = &report.replaceable;
    let mut described = Vec::new();
    if replaceable.automatic + replaceable.choose + replaceable.none > 0 {
        described.push(format!(
            "Of the dead codes, {} can be replaced automatically, {} need review, and {} no successor.",
            grouped(replaceable.automatic),
            grouped(replaceable.choose),
            counted(replaceable.none, "has", "have")
        ));
    }
    if let Some(baseline) = &report.baseline {
        described.push(format!(
            "Compared with {}: {} known findings are left out, {} are fixed.",
            baseline.file,
            counted(baseline.known, "finding", "findings"),
            counted(baseline.gone, "is", "are")
        ));
    }
    described
}

/// Returns the findings in the files, by kind and then in the order of the files; and the new codes that lists lack.
pub(super) fn wrong_and_lacking<'r, 'a>(report: &'r ScanReport<'a>) -> [Vec<&'r FindingRow<'a>>; 2] {
    let is_lacking = |finding: &&FindingRow<'_>| finding.kind == FindingKind::Incomplete;
    let (lacking, mut wrong): (Vec<_>, Vec<_>) = report.findings.iter().partition(is_lacking);
    wrong.sort_by_key(|finding| finding.kind);
    [wrong, lacking]
}

/// Returns the findings as rows.
pub(super) fn findings<'r, 'a: 'r>(findings: impl IntoIterator<Item = &'r FindingRow<'a>>) -> Table {
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
            Cell::from(finding.decision.map(crate::crosswalk::Disposition::word)),
            list(finding.targets.iter().map(|target| target.display.clone()).collect()),
            list(finding.targets.iter().map(|target| target.long.to_owned()).collect()),
            list(finding.targets.iter().map(super::super::crosswalk::TargetRow::describe).collect()),
            list(finding.nearest.iter().map(|near| near.display.clone()).collect()),
            list(finding.predecessors.iter().map(|entry| entry.display.clone()).collect()),
            Cell::from(finding.message.as_str()),
            Cell::from(finding.hint.as_deref()),
            if finding.more > 0 { Cell::Count(finding.more) } else { Cell::Empty },
            Cell::from(finding.fingerprint.as_str()),
        ]);
    }
    table
}

/// Returns a summary, the findings, the new codes that lists lack, and the scanned files.
pub(super) fn workbook(report: &ScanReport<'_>) -> Workbook {
    let [wrong, lacking] = wrong_and_lacking(report);
    let mut page = vec![Block::Text(looked_through(report)), Block::Table(summary(report))];
    page.extend(describe(report).into_iter().map(Block::Text));
    let status = FillIn { title: "done", words: &["yes", "no"], meaning: "For your notes." };
    Workbook::new(report.title(), report.new.effective)
        .page("Summary", page)
        .to_fill_in("Findings", findings(wrong), &[status])
        .to_fill_in("Lacking", lacks(&lacking), &[status])
        .rows("Looked through", regions(report))
        .with_problems(&report.problems)
}
