//! The page of a difference: deleted, new and reworded codes, and all other changes.

use std::collections::BTreeMap;

use super::counts;
use super::diff::{ChangeRow, DiffReport};
use super::diff_sheets::revised;
use super::document::Block;
use super::fields::{Field, Tone};
use super::ours::OursInfo;
use super::page::{Column, Listing, Metric, Page, Part, Section, Term, bars};
use super::pcs;
use super::tabular::words_of;
use crate::base::grouped;
use crate::diff::{Kind, Word, WordSide, words};
use crate::model::CodeSet;

/// The method of the comparison, in sentences for the page.
const METHOD: &[&str] = &[
    "Both releases were read as they are published and compared key by key; descriptions are compared byte for byte, as \
     the publishers do. Codes and headers are counted apart.",
    "The publisher's addenda or action codes, where NEW includes them and they start from OLD, are a check and never an input.",
];

/// A part of the changes.
struct Group {
    heading: &'static str,
    about: &'static str,
    takes: fn(Kind) -> bool,
}

const GROUPS: [Group; 4] = [
    Group {
        heading: "No longer billable",
        about: "No longer valid on claims: removed, now a category header, or terminated.",
        takes: Kind::is_deletion,
    },
    Group { heading: "New", about: "New, billable for the first time, or in use again.", takes: came },
    Group {
        heading: "Reads otherwise",
        about: "Deleted words are struck out, new words underlined.",
        takes: |kind| matches!(kind, Kind::Revised | Kind::Reused),
    },
    Group { heading: "Other changes", about: "", takes: is_other },
];

fn came(kind: Kind) -> bool {
    matches!(kind, Kind::Added | Kind::Promoted | Kind::Reactivated)
}

fn is_other(kind: Kind) -> bool {
    !GROUPS[..3].iter().any(|group| (group.takes)(kind))
}

/// Returns the page of a difference.
pub(super) fn page(report: &DiffReport<'_>) -> Page {
    let mut page = Page::about(report.title(), "What changed", &report.old, &report.new);
    page.figures = figures(report);
    let mut counts = vec![Part::Listing(Listing {
        tools: false,
        ..Listing::plain("Counts as the publishers count", &counts::upright(&report.summary))
    })];
    counts.extend(report.remarks().iter().filter_map(part));
    page = page.section(Section::new("In numbers", counts));
    page = page.section(Section::new("Tabular list", tabular(report)));
    page = page.section(Section::new("Tables of ICD-10-PCS", tables(report)));
    page = page.section(Section::new("By chapter", by_chapter(report)));
    page = page.section(Section::new("Your table", report.ours.iter().flat_map(ours).collect()));
    for group in &GROUPS {
        let rows = report.changes.iter().filter(|row| (group.takes)(row.kind));
        page = page.listing(group.heading, group.about, &columns(report.set), rows);
    }
    page.problems(&report.problems).section(Section::new("Legend", legend(report))).sources(
        &report.old,
        &report.new,
        METHOD,
    )
}

/// Converts a remark on the counts into a part of the page: sentences, and the differences from the addenda.
fn part(block: &Block) -> Option<Part> {
    match block {
        Block::Text(text) => Some(Part::text(text)),
        Block::Table(table) => Some(Part::Listing(Listing::plain("Differences from the addenda", table))),
        _ => None,
    }
}

/// Returns the changes of entries, chapters and sections of the tabular list.
fn tabular(report: &DiffReport<'_>) -> Vec<Part> {
    let Some(list) = &report.tabular else { return Vec::new() };
    let table = list.section_table();
    let sections = Part::Listing(Listing::plain("Chapters and sections", &table));
    [Part::text(list.describe())].into_iter().chain((!table.rows.is_empty()).then_some(sections)).collect()
}

/// Returns the rows and values of ICD-10-PCS that explain deleted and new codes.
fn tables(report: &DiffReport<'_>) -> Vec<Part> {
    let Some(changes) = &report.tables else { return Vec::new() };
    let rows = Part::Listing(Listing::plain("Deleted and new rows and values", &pcs::table(changes)));
    [Part::text(pcs::describe(changes))].into_iter().chain((!changes.is_empty()).then_some(rows)).collect()
}

fn ours(ours: &OursInfo<'_>) -> Vec<Part> {
    let tables = [
        ("Rows of your table to review", ours.finding_table()),
        ("New codes that your table lacks", ours.missing_table()),
    ];
    let filled = tables.into_iter().filter(|(_, table)| !table.rows.is_empty());
    filled
        .flat_map(|(caption, table)| [Part::text(caption), Part::Listing(Listing::plain(caption, &table))])
        .collect()
}

fn figures(report: &DiffReport<'_>) -> Vec<Metric> {
    let codes = &report.summary.codes;
    let headers =
        |count: u64| if count > 0 { format!("and {} headers", grouped(count)) } else { String::new() };
    let of = &report.summary.headers;
    let went = format!("{} removed, {} demoted", grouped(codes.removed), grouped(codes.demoted));
    let went = if codes.terminated > 0 { format!("{} terminated", grouped(codes.terminated)) } else { went };
    vec![
        Metric::new(codes.new, "codes now", format!("{} before", grouped(codes.old)), Tone::Plain),
        Metric::new(codes.added, "added", headers(of.added), Tone::Good),
        Metric::new(codes.deleted, "no longer billable", went, Tone::Bad),
        Metric::new(codes.revised, "revised", headers(of.revised), Tone::Info),
    ]
}

fn columns<'a>(set: &'static CodeSet) -> [Column<ChangeRow<'a>>; 7] {
    [
        Column::new("code", describe),
        Column::filter("kind", |row: &ChangeRow<'_>| Field::status(row.kind.word())),
        Column::filter("level", |row: &ChangeRow<'_>| Field::text(row.level.word())),
        Column::filter("wording", |row: &ChangeRow<'_>| {
            Field::text(row.revision.as_ref().map_or("", |revision| revision.wording.word()))
        }),
        Column::new("codes below", |row: &ChangeRow<'_>| row.codes_below.map_or(Field::Empty, Field::count)),
        Column::new("attributes", |row: &ChangeRow<'_>| Field::text(&row.attributes())),
        Column::filter("chapter", move |row: &ChangeRow<'_>| {
            Field::text(&set.chapter(row.code).map_or(String::new(), |chapter| chapter.id.to_owned()))
        }),
    ]
}

/// Returns the code with its descriptions; where some changed only those, word by word.
fn describe(row: &ChangeRow<'_>) -> Field {
    let changed: Vec<_> =
        revised(row).into_iter().map(|(kind, old, new)| (kind.word(), words(old, new))).collect();
    let texts = if changed.is_empty() {
        let long = row.new.as_ref().or(row.old.as_ref()).and_then(|texts| texts.long).unwrap_or_default();
        let long = ("", vec![Word { side: WordSide::Both, text: long.to_owned() }]);
        let notes = row.notes.chunks(1).map(|notes| ("", words_of(notes)));
        [long].into_iter().chain(notes).collect()
    } else {
        changed
    };
    match Field::described(&row.display, texts) {
        Field::Entry { code, texts, .. } => Field::Entry { code, texts, was: row.old_display.clone() },
        field => field,
    }
}

/// Returns the listed changes by chapter, in the order of the set.
fn by_chapter(report: &DiffReport<'_>) -> Vec<Part> {
    let place = |code: &str| {
        let chapter = report.set.chapter(code)?;
        report.set.chapters.iter().position(|one| one == chapter)
    };
    let mut chapters: BTreeMap<usize, [u64; 4]> = BTreeMap::new();
    for row in &report.changes {
        let Some(at) = place(row.code) else { continue };
        let counts = chapters.entry(at).or_default();
        counts[0] += 1;
        if let Some(group) = GROUPS[..3].iter().position(|group| (group.takes)(row.kind)) {
            counts[group + 1] += 1;
        }
    }
    let row = |(at, counts): (usize, [u64; 4])| {
        let chapter = &report.set.chapters[at];
        (chapter.id.to_owned(), chapter.title.to_owned(), counts.to_vec())
    };
    let titles = ["changes", "no longer billable", "new", "have new wording"];
    bars("Changes of codes and headers by chapter", &titles, chapters.into_iter().map(row).collect())
}

/// Returns the terms for the kinds that are listed.
fn legend(report: &DiffReport<'_>) -> Vec<Part> {
    let is_there = |kind: &&Kind| report.changes.iter().any(|row| row.kind == **kind);
    let term = |kind: &Kind| Term::new(kind.word(), Tone::of_status(kind.word()), kind.meaning());
    let terms: Vec<_> = Kind::ALL.iter().filter(is_there).map(term).collect();
    if terms.is_empty() { vec![Part::text("No difference.")] } else { vec![Part::Terms { terms }] }
}
