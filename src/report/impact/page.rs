//! The page of an impact: the codes to replace first, then all other results.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::ImpactReport;
use super::attributes::{self, AttributeChangeRow, AttributeSummary};
use super::rows::{ByDate, ChapterRow, ItemRow, NewCodeRow, OwnerRow, RenotedRow, UnknownRow, WeightRow};
use crate::base::counted;
use crate::crosswalk::Disposition;
use crate::diff::{Kind, Word, WordSide, words};
use crate::impact::UsageTotals;
use crate::report::crosswalk_page::basis_terms;
use crate::report::diff::Texts;
use crate::report::document::{Cell, Table};
use crate::report::fields::{Field, Tone, shown};
use crate::report::page::{Column, Listing, Metric, Page, Part, Section, Term, bars};
use crate::report::tabular::words_of;

/// The method of the numbers, in sentences for the page.
const METHOD: &[&str] = &[
    "Every code of the tables of usage was looked up in both releases. A code is affected if it was billable in OLD and is not in NEW: removed, demoted to a category header, or terminated.",
    "Replacements are official where the publisher names them. Everything else is a suggestion, and a person has to confirm it. Automatic is only what has exactly one official successor of equal meaning, or one that you accepted.",
    "Of the tables of usage only codes, numbers and owners are kept. Nothing about patients is in this file.",
];

/// Returns the page of an impact.
pub(super) fn page(report: &ImpactReport<'_>) -> Page {
    let heading = match &report.owner {
        Some(owner) => format!("Impact on the codes in use: {owner}"),
        None => "Impact on the codes in use".to_owned(),
    };
    let mut page = Page::about(report.title(), &heading, &report.old, &report.new);
    let hidden = report.hidden().map(|hidden| format!(" {hidden}")).unwrap_or_default();
    page.lead = Some(format!("{}{hidden}", report.headline()));
    page.figures = figures(report);
    page.listing("Replace these codes", HITS, &columns(report), &report.items)
        .section(Section::new("Effective dates", by_month(report)))
        .section(Section::new("By date of service", by_day(report)))
        .section(Section::new("By chapter", by_chapter(report)))
        .section(Section::new("By owner", by_owner(report)))
        .section(Section::new("Your codes by status", by_status(report)))
        .listing("Narrowed", NARROWED, &columns(report), &report.narrowed)
        .listing("Reworded", REWORDED, &columns(report), &report.reworded)
        .listing("Notes changed", RENOTED, &renoted_columns(), &report.renoted)
        .section(Section::new("Attributes", attribute_parts(report)))
        .listing("New for you", NEW, &new_columns(), &report.new_for_you)
        .listing("Category headers in use", HEADERS, &unknown_columns(), &report.headers)
        .listing("Not found in any release", UNKNOWN, &unknown_columns(), &report.unknown)
        .problems(&report.problems)
        .section(Section::new("Legend", legend(report)))
        .sources(&report.old, &report.new, METHOD)
}

const HITS: &str = "Billable in OLD and no longer billable in NEW, most used first.";
const NARROWED: &str = "Still valid, but part of their meaning now has its own code.";
const REWORDED: &str = "Still valid, with new wording. Deleted words are struck out, new words underlined.";
const NEW: &str = "New codes in the categories that you use, most used category first.";
const HEADERS: &str = "Never billable in either release: claims with them are rejected.";
const RENOTED: &str = "Notes of the tabular list above codes in use; they apply to every code below. Deleted words are struck out.";
const KEPT: &str = "Still valid, but their attributes changed.";
const UNKNOWN: &str = "Neither in OLD nor in NEW: typing errors, codes of other sets, local codes.";

fn figures(report: &ImpactReport<'_>) -> Vec<Metric> {
    let (used, affected) = (&report.summary.used, &report.summary.affected);
    let figure = |which, label| {
        let mut weight = UsageTotals::default();
        for item in report.items.iter().filter(|item| item.decision == Some(which)) {
            weight.add_lines(item.lines);
        }
        Metric::new(weight.codes, label, lines(&weight.into()), Tone::of_decision(which))
    };
    let lost = match (affected.lines, used.lines) {
        (Some(lines_affected), Some(all)) => {
            format!("{}, {:.1}%", lines(affected), lines_affected as f64 / all.max(1) as f64 * 100.0)
        }
        _ => lines(affected),
    };
    vec![
        Metric::new(used.codes, "codes in use", lines(used), Tone::Plain),
        Metric::new(affected.codes, "no longer billable", lost, Tone::Bad),
        figure(Disposition::Automatic, "automatic"),
        figure(Disposition::Choose, "needs review"),
        figure(Disposition::None, "no replacement"),
    ]
}

/// Returns the lines of codes, and whether there are more.
fn lines(weight: &WeightRow) -> String {
    match (weight.lines, weight.hidden) {
        (None, _) => "lines hidden".to_owned(),
        (Some(lines), 0) => counted(lines, "line", "lines"),
        (Some(lines), _) => format!("{} and hidden ones", counted(lines, "line", "lines")),
    }
}

/// Returns the columns of codes in use, without columns that are empty.
fn columns<'a>(report: &ImpactReport<'_>) -> Vec<Column<ItemRow<'a>>> {
    let display = report.set.display;
    // A day that all codes share is given above the table.
    let one_day = days(report).len() < 2;
    let of_day = |lines: fn(&ByDate) -> u64| {
        move |item: &ItemRow<'_>| match item.by_date.as_ref().map(lines) {
            None | Some(0) => Field::Empty,
            Some(lines) => Field::count(lines),
        }
    };
    let mut columns = vec![
        Column::new("code", describe),
        Column::filter("status", |item: &ItemRow<'_>| Field::status(item.status.word())),
        Column::new("first day without it", move |item: &ItemRow<'_>| match item.deadline {
            Some(day) if !one_day => Field::text(&day.to_string()),
            _ => Field::Empty,
        }),
        Column::new("lines", |item: &ItemRow<'_>| Field::lines(item.lines)),
        Column::new("share", |item: &ItemRow<'_>| item.share.map_or(Field::Empty, Field::share)),
        Column::new("amount", |item: &ItemRow<'_>| Field::of(&Cell::from(item.amount))),
        Column::new("too late", of_day(|by_date| by_date.too_late)),
        Column::new("too early", of_day(|by_date| by_date.too_early)),
        Column::filter("decision", |item: &ItemRow<'_>| item.decision.map_or(Field::Empty, Field::decision)),
        Column::new("use instead", move |item: &ItemRow<'_>| {
            Field::targets(&item.targets, &item.ask, &item.paths, &display)
        }),
    ];
    for name in report.summary.attributes.keys() {
        let name = name.clone();
        columns.push(Column::new(name.clone(), move |item: &ItemRow<'_>| attribute(item, &name)));
    }
    columns.push(Column::filter("owners", |item: &ItemRow<'_>| {
        let share = |(owner, lines): (&&str, &Option<u64>)| ((*owner).to_owned(), shown(*lines));
        Field::shares(item.owners.iter().map(share).collect())
    }));
    columns
}

/// Returns the value of an attribute, and under it each value of the replacements with their codes.
fn attribute(item: &ItemRow<'_>, name: &str) -> Field {
    let Some(row) = item.attributes.get(name) else { return Field::Empty };
    let mut shares = vec![(item.display.clone(), attributes::describe(&row.old))];
    for target in &item.targets {
        let value = row.describe_of(target);
        match shares[1..].iter_mut().find(|(_, other)| *other == value) {
            Some((codes, _)) => codes.extend([" ", &target.display]),
            None => shares.push((target.display.clone(), value)),
        }
    }
    Field::shares(shares)
}

/// Returns the code with its description; old and new where it changed.
fn describe(item: &ItemRow<'_>) -> Field {
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
        Column::new("lines in its category", |row: &NewCodeRow<'_>| Field::lines(row.category_lines)),
    ]
}

fn renoted_columns<'a>() -> [Column<RenotedRow<'a>>; 3] {
    [
        Column::new("place", |row: &RenotedRow<'_>| {
            let title = vec![Word { side: WordSide::Both, text: row.title.to_owned() }];
            let notes = row.notes.chunks(1).map(|notes| ("", words_of(notes)));
            Field::described(&row.place, [("", title)].into_iter().chain(notes).collect())
        }),
        Column::new("codes in use", |row: &RenotedRow<'_>| Field::count(row.used.codes)),
        Column::new("lines", |row: &RenotedRow<'_>| Field::lines(row.used.lines)),
    ]
}

fn unknown_columns<'a>() -> [Column<UnknownRow<'a>>; 3] {
    [
        Column::new("code", |row: &UnknownRow<'_>| Field::entry(&row.display, "")),
        Column::new("lines", |row: &UnknownRow<'_>| Field::lines(row.lines)),
        Column::new("likely reason", |row: &UnknownRow<'_>| Field::text(&row.describe())),
    ]
}

/// Returns the parts on the tables of attributes: in numbers, and of codes that stay.
fn attribute_parts(report: &ImpactReport<'_>) -> Vec<Part> {
    if report.summary.attributes.is_empty() {
        return Vec::new();
    }
    let mut counts = Table::new(&AttributeSummary::TITLES).numbers(&AttributeSummary::TITLES[1..]);
    report.summary.attributes.iter().for_each(|(name, row)| counts.row(row.cells(name)));
    let mut parts = vec![Part::Listing(Listing::plain("Attributes in numbers", &counts))];
    let changes: Vec<_> = report.attribute_changes.iter().collect();
    if !changes.is_empty() {
        parts.push(Part::text(KEPT));
        let caption = "Codes that stay valid with another attribute";
        parts.push(Part::Listing(Listing::of(caption, &kept_columns(), &changes)));
    }
    parts
}

fn kept_columns<'a>() -> [Column<AttributeChangeRow<'a>>; 5] {
    [
        Column::new("code", |row: &AttributeChangeRow<'_>| Field::entry(&row.display, row.long)),
        Column::new("lines", |row: &AttributeChangeRow<'_>| Field::lines(row.lines)),
        Column::filter("attribute", |row: &AttributeChangeRow<'_>| Field::text(row.name)),
        Column::new("before", |row: &AttributeChangeRow<'_>| Field::text(&attributes::describe(&row.old))),
        Column::new("after", |row: &AttributeChangeRow<'_>| Field::text(&attributes::describe(&row.new))),
    ]
}

/// Returns the first days on which codes in use are no longer valid, with the usage of these codes.
fn days(report: &ImpactReport<'_>) -> BTreeMap<Date, UsageTotals> {
    let mut days: BTreeMap<Date, UsageTotals> = BTreeMap::new();
    for item in &report.items {
        if let Some(day) = item.deadline {
            days.entry(day).or_default().add_lines(item.lines);
        }
    }
    days
}

/// Returns the usage by month of effect. Where all changes take effect on one day a sentence is enough.
fn by_month(report: &ImpactReport<'_>) -> Vec<Part> {
    let days = days(report);
    let dated: u64 = days.values().map(|weight| weight.codes).sum();
    if let (1, Some(day)) = (days.len(), days.keys().next())
        && dated == report.items.len() as u64
    {
        return vec![Part::text(format!("Everything takes effect on {day}."))];
    }
    let mut months: BTreeMap<String, UsageTotals> = BTreeMap::new();
    for item in &report.items {
        let month = item.deadline.map_or("not known".to_owned(), |day| day.strftime("%Y-%m").to_string());
        months.entry(month).or_default().add_lines(item.lines);
    }
    let row = |(month, weight): (String, UsageTotals)| {
        (month, String::new(), vec![weight.known_lines(), Some(weight.codes)])
    };
    bars(
        "Lines affected by month of effect",
        &["lines affected", "codes affected"],
        months.into_iter().map(row).collect(),
    )
}

/// Returns the lines by how their dates judge them.
fn by_day(report: &ImpactReport<'_>) -> Vec<Part> {
    let described = report.summary.by_date.iter().flat_map(ByDate::describe);
    let rows = described.map(|(words, lines)| (words.to_owned(), String::new(), vec![Some(lines)]));
    bars("Lines by the edition in force on their day", &["lines"], rows.collect())
}

fn by_chapter(report: &ImpactReport<'_>) -> Vec<Part> {
    let lines_affected = report.by_chapter.iter().filter(|chapter| chapter.affected.codes > 0);
    let row = |chapter: &ChapterRow| {
        let numbers = vec![chapter.affected.lines, Some(chapter.affected.codes), chapter.used.lines];
        (chapter.chapter.to_owned(), chapter.title.to_owned(), numbers)
    };
    bars(
        "Lines affected by chapter",
        &["lines affected", "codes affected", "lines in use"],
        lines_affected.map(row).collect(),
    )
}

fn by_owner(report: &ImpactReport<'_>) -> Vec<Part> {
    let row = |owner: &OwnerRow| {
        let codes = [owner.affected.codes, owner.automatic, owner.choose, owner.none].map(Some);
        let numbers = [owner.affected.lines].into_iter().chain(codes).chain([owner.used.lines]);
        (owner.owner.clone(), String::new(), numbers.collect())
    };
    let titles =
        ["lines affected", "codes affected", "automatic", "needs review", "no successor", "lines in use"];
    bars("Lines affected by owner", &titles, report.by_owner.iter().map(row).collect())
}

fn by_status(report: &ImpactReport<'_>) -> Vec<Part> {
    let row = |(status, weight): (&&str, &WeightRow)| {
        ((*status).to_owned(), String::new(), vec![weight.lines, Some(weight.codes)])
    };
    let rows = report.summary.by_status.iter().map(row).collect();
    bars("Lines in use by status of their code", &["lines", "codes"], rows)
}

/// Returns the terms of this page.
fn legend(report: &ImpactReport<'_>) -> Vec<Part> {
    let statuses = report.summary.by_status.keys().filter_map(|word| Kind::from_word(word));
    let terms = statuses.map(|kind| Term::new(kind.word(), Tone::of_status(kind.word()), kind.meaning()));
    vec![Part::Terms { terms: terms.chain(basis_terms()).collect() }]
}
