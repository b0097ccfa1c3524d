//! The page of an impact: what hits us first, then all else that is to be known.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::ImpactReport;
use super::crosswalk_page::basis_terms;
use super::diff::Texts;
use super::fields::{Field, Tone};
use super::impact_rows::{ItemRow, NewCodeRow, UnknownRow};
use super::page::{Column, Figure, Page, Part, Section, Term, bars};
use crate::crosswalk::Decision;
use crate::diff::{Kind, words};
use crate::model::{counted, grouped};

/// How the numbers are made.
const METHOD: &[&str] = &[
    "Every code of the tables of usage was looked up in both releases. A code is hit if it was billable in OLD and is \
     not in NEW: removed, demoted to a header, or ended by a last day.",
    "Replacements are official where the publisher names them. Everything else is called a suggestion and has to be \
     confirmed by somebody. Automatic is only what has exactly one official successor of equal meaning, or one that \
     you accepted.",
    "Of the tables of usage only codes, numbers and owners are kept. Nothing about patients is in this file.",
];

/// The page of an impact.
pub(super) fn page(report: &ImpactReport<'_>) -> Page {
    let title = format!("Impact of {} -> {}", report.old.title(), report.new.title());
    let mut page = Page::about(title, "Impact on the codes in use", &report.old, &report.new);
    page.lead = Some(report.headline());
    page.figures = figures(report);
    page.listing("What hits us", HITS, &columns(report), &report.items)
        .section(Section::new("When", by_month(report)))
        .section(Section::new("By chapter", by_chapter(report)))
        .section(Section::new("By owner", by_owner(report)))
        .section(Section::new("What became of the codes in use", by_status(report)))
        .listing("Narrowed", NARROWED, &columns(report), &report.narrowed)
        .listing("Reworded", REWORDED, &columns(report), &report.reworded)
        .listing("New for you", NEW, &new_columns(), &report.new_for_you)
        .listing("Headers used as if billable", HEADERS, &unknown_columns(), &report.headers)
        .listing("In no release", UNKNOWN, &unknown_columns(), &report.unknown)
        .problems(&report.problems)
        .section(Section::new("Legend", legend(report)))
        .sources(&report.old, &report.new, METHOD)
}

const HITS: &str = "These codes were billable in OLD and are not in NEW. Most used first.";
const NARROWED: &str = "Still valid, but part of what they meant has a code of its own now.";
const REWORDED: &str = "Still valid, in other words. Struck out is what went, underlined what came.";
const NEW: &str = "New codes in the categories that you use, most used category first.";
const HEADERS: &str = "Never billable in either release: claims with them are rejected.";
const UNKNOWN: &str = "Neither in OLD nor in NEW: typing errors, other sets, local codes.";

fn figures(report: &ImpactReport<'_>) -> Vec<Figure> {
    let (used, affected) = (&report.summary.used, &report.summary.affected);
    let decision = |decision| {
        let items: Vec<_> = report.items.iter().filter(|item| item.decision == Some(decision)).collect();
        let lines = items.iter().map(|item| item.lines).sum();
        (items.len() as u64, counted(lines, "line", "lines"))
    };
    let figure = |which, label| {
        let (codes, lines) = decision(which);
        Figure::new(codes, label, lines, Tone::of_decision(which))
    };
    let share = affected.lines as f64 / used.lines.max(1) as f64 * 100.0;
    let lost = format!("{}, {share:.1} %", counted(affected.lines, "line", "lines"));
    vec![
        Figure::new(used.codes, "codes in use", counted(used.lines, "line", "lines"), Tone::Plain),
        Figure::new(affected.codes, "lost validity", lost, Tone::Bad),
        figure(Decision::Automatic, "automatic"),
        figure(Decision::Choose, "to choose"),
        figure(Decision::None, "without successor"),
    ]
}

/// The columns of codes in use: one that nothing stands in is left out.
fn columns<'a>(report: &ImpactReport<'_>) -> [Column<ItemRow<'a>>; 8] {
    let display = report.set.display;
    // One day for all is said above the table.
    let one_day = days(report).len() < 2;
    [
        Column::new("code", told),
        Column::filter("status", |item: &ItemRow<'_>| Field::status(item.status)),
        Column::new("last day", move |item: &ItemRow<'_>| match item.last_day {
            Some(day) if !one_day => Field::text(&day.to_string()),
            _ => Field::Empty,
        }),
        Column::new("lines", |item: &ItemRow<'_>| Field::count(item.lines)),
        Column::new("share", |item: &ItemRow<'_>| Field::share(item.share)),
        Column::filter("decision", |item: &ItemRow<'_>| item.decision.map_or(Field::Empty, Field::decision)),
        Column::new("use instead", move |item: &ItemRow<'_>| {
            Field::targets(&item.targets, &item.questions, &item.ways, &display)
        }),
        Column::filter("owners", |item: &ItemRow<'_>| {
            let share = |(owner, lines): (&&str, &u64)| ((*owner).to_owned(), grouped(*lines));
            let shares: Vec<_> = item.owners.iter().map(share).collect();
            if shares.is_empty() { Field::Empty } else { Field::Shares { shares } }
        }),
    ]
}

/// The code with its description; old and new where it reads otherwise.
fn told(item: &ItemRow<'_>) -> Field {
    let long = |texts: &Option<Texts<'_>>| texts.as_ref().and_then(|texts| texts.long.map(str::to_owned));
    let both = item.change.as_ref().and_then(|change| Some((long(&change.old)?, long(&change.new)?)));
    match both {
        Some((old, new)) => Field::described(&item.display, vec![("", words(&old, &new))]),
        None => Field::entry(&item.display, item.long),
    }
}

fn new_columns<'a>() -> [Column<NewCodeRow<'a>>; 2] {
    [
        Column::new("code", |row: &NewCodeRow<'_>| {
            Field::entry(&row.display, row.texts.long.unwrap_or_default())
        }),
        Column::new("lines in its category", |row: &NewCodeRow<'_>| Field::count(row.category_lines)),
    ]
}

fn unknown_columns<'a>() -> [Column<UnknownRow<'a>>; 2] {
    [
        Column::new("code", |row: &UnknownRow<'_>| Field::entry(&row.display, "")),
        Column::new("lines", |row: &UnknownRow<'_>| Field::count(row.lines)),
    ]
}

/// The first days without the codes that are hit, with how many codes and lines they are.
fn days(report: &ImpactReport<'_>) -> BTreeMap<Date, (u64, u64)> {
    let mut days = BTreeMap::new();
    for item in &report.items {
        if let Some(day) = item.last_day.and_then(|day| day.tomorrow().ok()) {
            let (codes, lines) = days.entry(day).or_insert((0, 0));
            *codes += 1;
            *lines += item.lines;
        }
    }
    days
}

/// By month of effect. Where all take effect on one day a sentence is enough.
fn by_month(report: &ImpactReport<'_>) -> Vec<Part> {
    let days = days(report);
    if let (1, Some(day)) = (days.len(), days.keys().next()) {
        return vec![Part::text(format!("All of it takes effect on {day}."))];
    }
    let mut months: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (day, (codes, lines)) in days {
        let month = months.entry(day.strftime("%Y-%m").to_string()).or_default();
        month.0 += codes;
        month.1 += lines;
    }
    let rows = months.into_iter().map(|(month, (codes, lines))| (month, String::new(), vec![lines, codes]));
    bars("Lines hit by month of effect", &["lines hit", "codes hit"], rows.collect())
}

fn by_chapter(report: &ImpactReport<'_>) -> Vec<Part> {
    let hit = report.by_chapter.iter().filter(|chapter| chapter.affected.codes > 0);
    let row = |chapter: &super::impact_rows::ChapterRow| {
        let numbers = vec![chapter.affected.lines, chapter.affected.codes, chapter.used.lines];
        (chapter.chapter.to_owned(), chapter.title.to_owned(), numbers)
    };
    bars("Lines hit by chapter", &["lines hit", "codes hit", "lines in use"], hit.map(row).collect())
}

fn by_owner(report: &ImpactReport<'_>) -> Vec<Part> {
    let mut owners: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (owner, lines) in report.items.iter().flat_map(|item| &item.owners) {
        let of = owners.entry(owner).or_default();
        of.0 += lines;
        of.1 += 1;
    }
    let mut rows: Vec<_> = owners
        .into_iter()
        .map(|(owner, (lines, codes))| (owner.to_owned(), String::new(), vec![lines, codes]))
        .collect();
    rows.sort_by_key(|(.., numbers)| std::cmp::Reverse(numbers[0]));
    bars("Lines hit by owner", &["lines hit", "codes hit"], rows)
}

fn by_status(report: &ImpactReport<'_>) -> Vec<Part> {
    let row = |(status, weight): (&&str, &super::impact_rows::WeightRow)| {
        ((*status).to_owned(), String::new(), vec![weight.lines, weight.codes])
    };
    let rows = report.summary.by_status.iter().map(row).collect();
    bars("Lines in use by what became of their codes", &["lines", "codes"], rows)
}

/// The words of this page.
fn legend(report: &ImpactReport<'_>) -> Vec<Part> {
    let statuses = report.summary.by_status.keys().filter_map(|word| Kind::from_word(word));
    let terms = statuses.map(|kind| Term::new(kind.word(), Tone::of_status(kind.word()), kind.meaning()));
    vec![Part::Terms { terms: terms.chain(basis_terms()).collect() }]
}
