//! The page of a crosswalk: automatic replacements, codes that need review, codes without a successor.

use super::CrosswalkReport;
use super::crosswalk::{MappingRow, also_below, capital};
use super::crosswalk_sheets::{PARTS, RELATIONSHIPS, meaning};
use super::decided::DecidedRow;
use super::document::Block;
use super::fields::{Field, Tone};
use super::page::{Column, Metric, Page, Part, Section, Term, bars};
use crate::crosswalk::{Disposition, EvidenceKind, Path, Status};
use crate::diff::Kind;

/// The method of the crosswalk, in sentences for the page.
const METHOD: &[&str] = &[
    "For each code the publisher's own word is looked for first: a row of the conversion table, or the record of a dead \
     code. It is named with file and row, and is called official.",
    "Suggestions are made from the two releases only where no official successor is listed. A suggestion is not a fact: a person has to confirm it.",
];

/// Returns the page of a crosswalk.
pub(super) fn page(report: &CrosswalkReport<'_>) -> Page {
    let heading = if report.is_reverse() { "What it was called before" } else { "What to use instead" };
    let mut page = Page::about(report.title(), heading, &report.old, &report.new);
    if let Block::Text(described) = report.describe() {
        page.lead = Some(described);
    }
    page.figures = figures(report);
    let none = if report.is_reverse() { "No predecessor" } else { "No successor" };
    for part in &PARTS {
        let is_none = part.name == "None known";
        let heading =
            if is_none { none.to_owned() } else { capital(&part.name.replace("Choose", "Needs review")) };
        let about = if is_none { capital(report.reason()) + "." } else { part.meaning.to_owned() };
        let mappings = report.mappings.iter().filter(|mapping| (part.takes)(mapping));
        page = page.listing(&heading, &about, &columns(report), mappings);
    }
    page.listing(
        "Your decisions",
        "What you decided, and what it did.",
        &decided_columns(),
        &report.decisions,
    )
    .section(Section::new("By evidence", by_evidence(report)))
    .problems(&report.problems)
    .section(Section::new("Legend", vec![Part::Terms { terms: legend(report) }]))
    .sources(&report.old, &report.new, METHOD)
}

fn figures(report: &CrosswalkReport<'_>) -> Vec<Metric> {
    let summary = &report.summary;
    let none = if report.is_reverse() { "without predecessor" } else { "without successor" };
    vec![
        Metric::new(summary.sources, "codes to map", "", Tone::Plain),
        Metric::new(summary.automatic, "automatic", "no review needed", Tone::Good),
        Metric::new(summary.choose, "needs review", "a person has to decide", Tone::Warn),
        Metric::new(summary.none, none, "none is known", Tone::Bad),
    ]
}

fn columns<'a>(report: &CrosswalkReport<'_>) -> [Column<MappingRow<'a>>; 5] {
    let display = report.set().display;
    let instead = if report.is_reverse() { "was called" } else { "use instead" };
    [
        Column::new("code", |mapping: &MappingRow<'_>| {
            Field::entry(&mapping.source.display, mapping.source.long)
        }),
        Column::filter("change", |mapping: &MappingRow<'_>| Field::status(mapping.source.status.word())),
        Column::filter("last valid in", |mapping: &MappingRow<'_>| {
            Field::text(mapping.source.last_valid_in.as_deref().unwrap_or_default())
        }),
        Column::filter("basis", |mapping: &MappingRow<'_>| {
            Field::text(&mapping.targets.first().map(|target| target.provenance.basis()).unwrap_or_default())
        }),
        Column::new(instead, move |mapping: &MappingRow<'_>| {
            let paths: Vec<String> =
                mapping.paths.iter().map(Path::to_string).chain(also_below(&mapping.below)).collect();
            Field::targets(&mapping.targets, &mapping.distinguish, &paths, &display)
        }),
    ]
}

fn decided_columns() -> [Column<DecidedRow>; 9] {
    let code = |text: &str| Field::Code { text: text.to_owned() };
    let text = |text: &Option<String>| Field::text(text.as_deref().unwrap_or_default());
    [
        Column::new("code", move |row: &DecidedRow| code(&row.source_display)),
        Column::new("target", move |row: &DecidedRow| {
            row.target_display.as_deref().map_or(Field::Empty, code)
        }),
        Column::filter("status", |row: &DecidedRow| Field::text(row.status)),
        Column::filter("effect", |row: &DecidedRow| Field::text(row.effect.word())),
        Column::new("left out", |row: &DecidedRow| Field::text(&row.left_out.join(" "))),
        Column::new("note", move |row: &DecidedRow| text(&row.note)),
        Column::filter("who", move |row: &DecidedRow| text(&row.who)),
        Column::new("when", move |row: &DecidedRow| text(&row.when)),
        Column::new("file and row", |row: &DecidedRow| Field::text(&format!("{} row {}", row.file, row.row))),
    ]
}

fn by_evidence(report: &CrosswalkReport<'_>) -> Vec<Part> {
    let row = |(word, count): (&&str, &u64)| {
        let kind = EvidenceKind::ALL.iter().copied().find(|kind| kind.word() == *word);
        let text = kind.map_or_else(|| capital(report.reason()), |kind| meaning(kind).1.to_owned());
        ((*word).to_owned(), text, vec![*count])
    };
    let rows = report.summary.by_evidence.iter().map(row).collect();
    bars("Codes by the strongest evidence for them", &["codes"], rows)
}

/// Returns the terms of a page that proposes targets: decisions, and the provenance of a target.
pub(super) fn basis_terms() -> impl Iterator<Item = Term> {
    let decisions = [
        (
            Disposition::Automatic,
            "automatic",
            "One official successor of equal meaning, or the one that you accepted.",
        ),
        (Disposition::Choose, "needs review", "Needs review: several targets, or a suggestion."),
        (Disposition::None, "no successor", "Neither a publisher's row nor a suggestion is there."),
    ];
    let evidence = EvidenceKind::ALL.iter().map(|kind| {
        let (standing, text) = meaning(*kind);
        let tone = if kind.is_fact() { Tone::Good } else { Tone::Plain };
        Term::new(&format!("{} ({standing})", kind.word()), tone, text)
    });
    let decisions =
        decisions.map(|(decision, word, text)| Term::new(word, Tone::of_decision(decision), text));
    decisions.into_iter().chain(evidence)
}

fn legend(report: &CrosswalkReport<'_>) -> Vec<Term> {
    let is_there =
        |kind: &&Kind| report.mappings.iter().any(|mapping| mapping.source.status == Status::Changed(**kind));
    let kinds = Kind::ALL.iter().filter(is_there);
    let kinds = kinds.map(|kind| Term::new(kind.word(), Tone::of_status(kind.word()), kind.meaning()));
    let relationships = RELATIONSHIPS.iter().map(|(relationship, text)| {
        Term::new(relationship.word(), Tone::Plain, &format!("Meaning of the old code to the target: {text}"))
    });
    kinds.chain(basis_terms()).chain(relationships).collect()
}
