//! The page of a scan: numbers first, then the findings as rows that can be searched, sorted and filtered.

use super::super::crosswalk_page::basis_terms;
use super::super::fields::{Field, Tone};
use super::super::page::{Column, Listing, Metric, Page, Part, Section, Term};
use super::document::{describe, looked_through, regions, wrong_and_lacking};
use super::{FindingRow, ScanReport};
use crate::scan::FindingKind;

/// The method of the scan, in sentences for the page.
const METHOD: &[&str] = &[
    "The fields of a file that hold codes are found by their names and by all of their values, never by the shape of \
     one word. What was scanned names every field with the reason.",
    "The publisher's own successor of a deleted code is listed with its file and row, and is called official. A suggestion is \
     not a fact: a person has to confirm it.",
];

/// Returns the page of a scan.
pub(super) fn page(report: &ScanReport<'_>) -> Page {
    let mut page = Page::about(report.title(), "Codes in your files", &report.old, &report.new);
    page.lead = Some([vec![looked_through(report)], describe(report)].concat().join(" "));
    page.figures = figures(report);
    let [wrong, lacking] = wrong_and_lacking(report);
    let fields = regions(report);
    let fields = (!fields.rows.is_empty()).then(|| Part::Listing(Listing::plain("Fields", &fields)));
    page.listing("Findings", "What was found in your files.", &columns(report.set.display), wrong)
        .listing(
            "New codes that lists lack",
            "The list holds the code that a new one takes from, or all its siblings.",
            &lacking_columns(),
            lacking,
        )
        .section(Section::new("What was scanned", fields.into_iter().collect()))
        .problems(&report.problems)
        .section(Section::new("Legend", vec![Part::Terms { terms: legend(report) }]))
        .sources(&report.old, &report.new, METHOD)
}

fn figures(report: &ScanReport<'_>) -> Vec<Metric> {
    let count = |kinds: &[FindingKind]| kinds.iter().filter_map(|kind| report.summary.get(kind.word())).sum();
    let dead = count(&[FindingKind::Dead, FindingKind::Ended]);
    let lacking = count(&[FindingKind::Incomplete]);
    let all: u64 = report.summary.values().sum();
    vec![
        Metric::new(report.scanned.files, "files", "", Tone::Plain),
        Metric::new(dead, "dead codes", "not billable in NEW", Tone::Bad),
        Metric::new(lacking, "codes lacking", "new ones that belong to a list", Tone::Warn),
        Metric::new(all - dead - lacking, "other findings", "", Tone::Info),
    ]
}

fn code(finding: &FindingRow<'_>) -> Field {
    Field::Code { text: finding.display.clone() }
}

fn place(finding: &FindingRow<'_>) -> Field {
    Field::text(&finding.inside.describe())
}

fn columns<'a>(display: fn(&str) -> String) -> [Column<FindingRow<'a>>; 8] {
    [
        Column::filter("kind", |finding: &FindingRow<'_>| Field::Badge {
            word: finding.kind.word().to_owned(),
            tone: Tone::of_severity(finding.severity),
        }),
        Column::new("code", code),
        Column::filter("file", |finding: &FindingRow<'_>| Field::text(&finding.path)),
        Column::new("place", place),
        Column::filter("use", |finding: &FindingRow<'_>| Field::text(finding.place_use.word())),
        Column::filter("decision", |finding: &FindingRow<'_>| {
            finding.decision.map_or(Field::Empty, Field::decision)
        }),
        Column::new("use instead", move |finding: &FindingRow<'_>| {
            let nearest = finding.nearest.iter().map(|near| format!("{} may have been meant", near.display));
            match Field::targets(&finding.targets, &[], &[], &display) {
                Field::Empty => Field::text(&nearest.collect::<Vec<_>>().join("; ")),
                targets => targets,
            }
        }),
        Column::new("what is the case", |finding: &FindingRow<'_>| {
            let hint = finding.hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            Field::text(&format!("{}{hint}", finding.message))
        }),
    ]
}

fn lacking_columns<'a>() -> [Column<FindingRow<'a>>; 4] {
    [
        Column::new("code", |finding: &FindingRow<'_>| Field::entry(&finding.display, finding.lacking())),
        Column::new("because of", |finding: &FindingRow<'_>| Field::text(&finding.because_of())),
        Column::filter("file", |finding: &FindingRow<'_>| Field::text(&finding.path)),
        Column::new("field", |finding: &FindingRow<'_>| Field::text(&finding.field)),
    ]
}

fn legend(report: &ScanReport<'_>) -> Vec<Term> {
    let is_there = |kind: &&FindingKind| report.summary.get(kind.word()).is_some_and(|count| *count > 0);
    let kinds = FindingKind::ALL.iter().filter(is_there);
    let kinds = kinds.map(|kind| Term::new(kind.word(), Tone::of_severity(kind.severity()), kind.meaning()));
    kinds.chain(basis_terms()).collect()
}
