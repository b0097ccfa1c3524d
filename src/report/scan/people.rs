//! The report of `scan` for people: numbers first, then the findings, messages in a text and rows elsewhere.

use super::{FindingRow, ScanFile, ScanReport};
use crate::base::{counted, grouped};
use crate::report::decided::{basis_terms, targets};
use crate::report::{editions, sources};
use crate::scan::FindingKind;
use crate::view::{Cell, Column, Part, Remark, Report, Section, Table, Term, column, to_fill_in};

/// The method of the scan, in sentences.
const METHOD: [&str; 2] = [
    "The fields of a file that contain codes are recognized by their names and by all of their values, never by the \
     form of a single word. \"What was scanned\" lists every field with the reason.",
    "The publisher's own replacement of a deleted code is listed with its file and row, and is called official. A \
     suggestion is not a fact: a person must confirm it.",
];

/// Returns the report for people.
pub(super) fn view(report: &ScanReport<'_>) -> Report {
    let is_missing = |finding: &&FindingRow<'_>| finding.kind == FindingKind::Incomplete;
    let (missing, found): (Vec<_>, Vec<_>) = report.findings.iter().partition(is_missing);
    Report {
        day: report.new.effective,
        editions: editions(&report.old, &report.new),
        ..Report::new(report.title())
    }
    .heading("Codes in your files")
    .lead([vec![scanned(report)], results(report)].concat().join(" "))
    .metrics(&report.metrics)
    .section(findings(report, &found))
    .section(
        Section::new("New codes missing from lists")
            .sheet("Missing")
            .about("The list contains the code that a new code is split from, or all of its siblings.")
            .rows(missing, missing_columns()),
    )
    .section(fields(report))
    .section(by_kind(report))
    .problems(&report.problems)
    .legend(legend(report))
    .appendix(sources(&report.old, &report.new, &METHOD))
}

/// Describes the scanned files.
fn scanned(report: &ScanReport<'_>) -> String {
    let scanned = &report.scanned;
    let mut described =
        format!("{} of {} bytes scanned.", counted(scanned.files, "file", "files"), grouped(scanned.bytes));
    if scanned.passed_over > 0 {
        described += &format!(
            " {} skipped: not a format codeset reads.",
            counted(scanned.passed_over, "more was", "more were")
        );
    }
    if scanned.excepted > 0 {
        described += &format!(" {} excepted.", counted(scanned.excepted, "place is", "places are"));
    }
    described
}

/// Describes the results, in sentences.
fn results(report: &ScanReport<'_>) -> Vec<String> {
    let replaceable = &report.replaceable;
    let mut described = Vec::new();
    if replaceable.automatic + replaceable.choose + replaceable.none > 0 {
        described.push(format!(
            "Of the codes that are no longer billable, {} can be replaced automatically, {} need review, and {} no \
             replacement.",
            grouped(replaceable.automatic),
            grouped(replaceable.choose),
            counted(replaceable.none, "has", "have")
        ));
    }
    if let Some(baseline) = &report.baseline {
        described.push(format!(
            "Compared with {}: {} known findings left out, {} fixed.",
            baseline.file,
            counted(baseline.known, "finding", "findings"),
            counted(baseline.gone, "is", "are")
        ));
    }
    described
}

/// Returns the findings: messages for a text, rows for the other forms.
fn findings(report: &ScanReport<'_>, found: &[&FindingRow<'_>]) -> Section {
    let section = Section::new("Findings").sheet("Findings").counted(found.len());
    if found.is_empty() {
        return section;
    }
    let mut rows = found.to_vec();
    rows.sort_by_key(|finding| finding.kind);
    let remarks = found.iter().map(|finding| remark(finding)).collect();
    section.part(Part::Findings(remarks, Table::of(columns(report.set.display), rows)))
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

fn columns<'c>(display: fn(&str) -> String) -> impl IntoIterator<Item = Column<'c, FindingRow<'c>>> {
    [
        column("kind", |finding: &FindingRow<'_>| Cell::badge(finding.kind.word(), finding.severity))
            .filter(),
        column("code", |finding: &FindingRow<'_>| Cell::code(finding.display.clone())),
        column("file", |finding: &FindingRow<'_>| Cell::from(finding.path.as_str())).filter(),
        column("location", |finding: &FindingRow<'_>| Cell::from(finding.inside.describe())),
        column("field", |finding: &FindingRow<'_>| Cell::from(finding.field.as_str())),
        column("use", |finding: &FindingRow<'_>| Cell::from(finding.place_use.word())).filter(),
        column("task", |finding: &FindingRow<'_>| {
            finding.task().map_or(Cell::Empty, |task| Cell::badge(task.label(), task))
        })
        .filter(),
        column("use instead", move |finding: &FindingRow<'_>| {
            let nearest =
                finding.nearest.iter().map(|near| format!("{} {} may be meant", near.display, near.long));
            match targets(&finding.targets, &[], Vec::new(), display) {
                Cell::Empty => Cell::from(nearest.collect::<Vec<_>>().join("; ")),
                targets => targets,
            }
        }),
        column("message", |finding: &FindingRow<'_>| {
            let hint = finding.hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            Cell::from(format!("{}{hint}", finding.message))
        }),
        column("lesson", |finding: &FindingRow<'_>| {
            Cell::from(finding.lesson.map(super::ChapterLesson::heading))
        }),
        column("more in this field", |finding: &FindingRow<'_>| Cell::some(finding.more)),
        done(),
    ]
}

fn missing_columns<'c>() -> [Column<'c, FindingRow<'c>>; 5] {
    [
        column("code", |finding: &FindingRow<'_>| Cell::entry(finding.display.clone(), finding.lacking())),
        column("because of", |finding: &FindingRow<'_>| Cell::code(finding.because_of())),
        column("file", |finding: &FindingRow<'_>| Cell::from(finding.path.as_str())).filter(),
        column("field", |finding: &FindingRow<'_>| Cell::from(finding.field.as_str())),
        done(),
    ]
}

/// Returns the column in which a team marks what it has done.
fn done<'c, R: ?Sized>() -> Column<'c, R> {
    to_fill_in("done", &["yes", "no"], "For your notes.")
}

/// Returns the fields that hold codes, and what files could not be read completely.
fn fields(report: &ScanReport<'_>) -> Section {
    type Row<'r> = (&'r ScanFile, Option<&'r super::RegionRow>, Option<&'r str>);
    let mut rows: Vec<Row<'_>> = Vec::new();
    for file in &report.files {
        rows.extend(file.regions.iter().map(|region| (file, Some(region), None)));
        rows.extend(file.notes.iter().map(|note| (file, None, Some(note.as_str()))));
    }
    Section::new("What was scanned")
        .sheet("Scanned")
        .about("The fields that contain codes, with the reason.")
        .rows(
            &rows,
            [
                column("file", |(file, ..): &Row<'_>| Cell::from(file.path.as_str())).filter(),
                column("field", |(_, region, _): &Row<'_>| {
                    Cell::from(region.map(|region| region.place.as_str()))
                }),
                column("set", |(_, region, _): &Row<'_>| Cell::from(region.map(|region| region.set)))
                    .filter(),
                column("codes", |(_, region, _): &Row<'_>| Cell::from(region.map(|region| region.codes))),
                column("why", |(_, region, _): &Row<'_>| {
                    Cell::from(region.map(|region| region.basis.as_str()))
                }),
                column("note", |(_, region, note): &Row<'_>| {
                    Cell::from(region.map_or(note.unwrap_or_default().to_owned(), super::RegionRow::note))
                }),
            ],
        )
}

fn by_kind(report: &ScanReport<'_>) -> Section {
    let table = Table::of(
        [
            column("kind", |kind: &FindingKind| Cell::badge(kind.word(), kind.severity())),
            column("findings", |kind: &FindingKind| {
                Cell::Count(report.summary.get(kind.word()).copied().unwrap_or(0))
            }),
            column("meaning", |kind: &FindingKind| Cell::from(kind.meaning())),
        ],
        FindingKind::ALL,
    );
    Section::new("Findings by kind").table("Findings by kind", table)
}

fn legend(report: &ScanReport<'_>) -> impl Iterator<Item = Term> {
    let is_there = |kind: &&FindingKind| report.summary.get(kind.word()).is_some_and(|count| *count > 0);
    let kinds = FindingKind::ALL.iter().filter(is_there);
    let kinds = kinds.map(|kind| Term::new(kind.word(), kind.severity(), kind.meaning()));
    kinds.chain(basis_terms())
}
