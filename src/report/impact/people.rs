//! The report of `impact` for people: the codes to replace first, then all other results.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::attributes::{AttributeChangeRow, AttributeRow, AttributeSummary, describe};
use super::rows::{ByDate, ChapterRow, ItemRow, NewCodeRow, OwnerRow, RenotedRow, UnknownRow, WeightRow};
use super::worklist::work_columns;
use super::{ImpactReport, MonthRow};
use crate::base::{counted, day, grouped};
use crate::diff::Kind;
use crate::impact::{Kept, Status, UsageTotals};
use crate::report::decided::{self, Task, basis_terms, targets};
use crate::report::tabular::words_of;
use crate::report::target::TargetRow;
use crate::report::used::owner_shares;
use crate::report::{Report as _, editions, sources};
use crate::view::{Cell, Column, Described, Report, Section, Shown, Table, Term, column};

/// The method of the numbers, in sentences.
const METHOD: [&str; 3] = [
    "Every code in the usage files was looked up in both releases. A code is affected if it was billable in OLD and \
     is not billable in NEW: removed, now a category header, or terminated.",
    "Replacements are official where the publisher names them. Everything else is a suggestion that a person must \
     confirm.",
    "Only codes, counts, owners and sums of amounts are kept from the usage files. This report contains nothing \
     about patients.",
];

const REWORDED: &str = "Still valid, with new wording. Deleted words are struck out, new words underlined.";
const NOTES: &str =
    "Notes of the tabular list that changed above codes in use; they apply to every code below.";
const NEW: &str = "New codes in the categories you use, most used category first.";
const HEADERS: &str = "Not billable in either release: claims with them are rejected.";
const UNKNOWN: &str = "In neither OLD nor NEW: typing errors, codes of other sets, local codes.";

/// Returns the report for people.
pub(super) fn view(report: &ImpactReport<'_>) -> Report {
    let owner = report.owner.as_ref().map(|owner| format!(": {owner}")).unwrap_or_default();
    let hidden = hidden(report).map(|hidden| format!(" {hidden}")).unwrap_or_default();
    let set = report.set;
    Report {
        day: report.new.effective,
        editions: editions(&report.old, &report.new),
        ..Report::new(report.title())
    }
    .heading(format!("Impact on the codes in use{owner}"))
    .lead(format!("{}{hidden}", headline(report)))
    .metrics(&report.metrics)
    .section(worklist(report))
    .sections(Task::ALL.map(|task| {
        let items = report.items.iter().chain(&report.narrowed).filter(move |item| item.task() == Some(task));
        let about = format!("{} {}", task.meaning(), "Most used first.");
        Section::new(task.title()).sheet(task.title()).about(about).rows(items, columns(report))
    }))
    .section(effective_dates(report))
    .section(by_day(report))
    .section(MonthRow::chart(&report.by_month))
    .section(by_chapter(report))
    .section(by_owner(report))
    .section(by_status(report))
    .section(questions(report))
    .section(
        Section::new("Wording changed")
            .sheet("Wording")
            .about(REWORDED)
            .rows(&report.reworded, columns(report)),
    )
    .section(
        Section::new("Notes changed").sheet("Notes").about(NOTES).rows(&report.renoted, renoted_columns()),
    )
    .sections(report.guidelines.iter().map(|guidelines| guidelines.section("Guidelines about your codes")))
    .section(attribute_summary(report))
    .section(attributes(report))
    .section(
        Section::new("New for you").sheet("New for you").about(NEW).rows(&report.new_for_you, new_columns()),
    )
    .section(
        Section::new("Category headers in use")
            .sheet("Category headers")
            .about(HEADERS)
            .rows(&report.headers, unknown_columns()),
    )
    .section(
        Section::new("Not found in any release")
            .sheet("Not found")
            .about(UNKNOWN)
            .rows(&report.unknown, unknown_columns()),
    )
    .section(Section {
        shown: Shown::Workbook,
        ..Section::new("All changes")
            .sheet("All changes")
            .about("Every code in use that changed, as in the CSV form.")
            .counted(report.items.len() + report.narrowed.len() + report.reworded.len())
            .table("All changes", report.flat())
    })
    .problems(&report.problems)
    .legend(legend(report))
    .appendix(sources(
        &report.old,
        &report.new,
        &[METHOD[0], METHOD[1], (if set.first_day.is_some() { OWN_DAYS } else { EDITION_DAYS }), METHOD[2]],
    ))
}

const OWN_DAYS: &str =
    "Lines with a date of service are judged by the first and last day in the record of their code.";
const EDITION_DAYS: &str = "Lines with a date of service are judged by the release in force on that date: OLD \
                            before NEW takes effect, NEW from then on.";

/// Summarizes the affected usage in a sentence or two.
fn headline(report: &ImpactReport<'_>) -> String {
    let (used, affected) = (&report.summary.used, &report.summary.affected);
    let codes = format!("{} of {}", grouped(affected.codes), counted(used.codes, "code", "codes"));
    let (Some(lines_affected), Some(all), 0) = (affected.lines, used.lines, used.hidden) else {
        return format!("{codes} in use are no longer billable.");
    };
    let share = lines_affected as f64 / all.max(1) as f64 * 100.0;
    let all = counted(all, "line", "lines");
    let described = format!(
        "{} of {all} ({share:.1}%) use a code that is no longer billable: {codes}.",
        grouped(lines_affected)
    );
    match used.amount {
        Some(all) => {
            let charges = affected.amount.unwrap_or_default().in_dollars();
            format!("{described} They carry {charges} of {} in charges.", all.in_dollars())
        }
        None => described,
    }
}

/// Describes the hidden numbers in a sentence.
fn hidden(report: &ImpactReport<'_>) -> Option<String> {
    let suppressed = report.summary.suppressed?;
    Some(format!(
        "Line counts below {} are hidden, as is everything that would reveal them. The lines of {} are not included \
         in any sum.",
        suppressed.below,
        counted(suppressed.codes, "hidden code", "hidden codes"),
    ))
}

/// Returns the columns of codes in use.
fn columns<'c>(report: &'c ImpactReport<'_>) -> Vec<Column<'c, ItemRow<'c>>> {
    let display = report.set.display;
    // A day that all codes share is a sentence.
    let has_days = effective_days(report).len() > 1;
    let of_day = |lines: fn(&ByDate) -> u64| {
        move |item: &ItemRow<'_>| {
            item.by_date.as_ref().map_or(Cell::Empty, |by_date| Cell::some(lines(by_date)))
        }
    };
    let mut columns = vec![
        column("code", |item: &ItemRow<'_>| Cell::described(item.display.clone(), vec![item.description()])),
        column("change", |item: &ItemRow<'_>| decided::status_badge(item.status)).filter(),
        column(
            "first day without it",
            move |item: &ItemRow<'_>| {
                if has_days { Cell::from(item.deadline) } else { Cell::Empty }
            },
        )
        .filter(),
        column("lines", |item: &ItemRow<'_>| Cell::lines(item.lines)),
        column("amount", |item: &ItemRow<'_>| Cell::from(item.amount)),
        column("owners", |item: &ItemRow<'_>| owner_shares(&item.owners)).filter(),
        column("use instead", move |item: &ItemRow<'_>| {
            targets(&item.targets, &item.ask, item.paths.clone(), display)
        }),
        column("share", |item: &ItemRow<'_>| Cell::share(item.share)),
        column("too late", of_day(|by_date| by_date.too_late)),
        column("too early", of_day(|by_date| by_date.too_early)),
    ];
    for name in report.summary.attributes.keys() {
        columns.push(column(name.clone(), move |item: &ItemRow<'_>| attribute(item, name)));
    }
    columns
}

/// Returns the value of an attribute, then each value of the replacements with their codes.
fn attribute(item: &ItemRow<'_>, name: &str) -> Cell {
    let Some(row) = item.attributes.get(name) else { return Cell::Empty };
    let mut shares = vec![(item.display.clone(), describe(&row.old))];
    for target in &item.targets {
        let value = row.describe_of(target);
        match shares[1..].iter_mut().find(|(_, other)| *other == value) {
            Some((codes, _)) => codes.extend([" ", &target.display]),
            None => shares.push((target.display.clone(), value)),
        }
    }
    Cell::shares(shares)
}

/// Returns the codes that need work, a row each, with columns for a team to fill in; they are read back as decisions.
fn worklist(report: &ImpactReport<'_>) -> Section {
    let mut items: Vec<_> = report.items.iter().chain(&report.narrowed).collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.lines));
    Section::new("Worklist")
        .first_sheet("Worklist")
        .shown(Shown::Workbook)
        .about(
            "The actions needed, most lines first. Fill in the yellow columns and pass the workbook with \
                --decisions.",
        )
        .rows(
            items,
            [column("lines", |item: &ItemRow<'_>| Cell::lines(item.lines))]
                .into_iter()
                .chain(work_columns("owners")),
        )
}

/// Returns the questions of the codes to choose for.
fn questions(report: &ImpactReport<'_>) -> Section {
    let items = report.items.iter().chain(&report.narrowed);
    decided::questions(items.map(|item| (Cell::entry(item.display.clone(), item.long), item.ask.as_slice())))
}

/// Returns the days on which codes lose validity; `None` among them where one is not known.
fn effective_days(report: &ImpactReport<'_>) -> BTreeSet<Option<Date>> {
    report.items.iter().map(|item| item.deadline).collect()
}

/// Returns the usage by month of effect. Where all changes take effect on one day a sentence is enough.
fn effective_dates(report: &ImpactReport<'_>) -> Section {
    let section = Section::new("Effective dates");
    let days = effective_days(report);
    if let (1, Some(Some(only))) = (days.len(), days.first()) {
        return section.text(format!("Everything takes effect on {}.", day(*only)));
    }
    let mut months: BTreeMap<String, UsageTotals> = BTreeMap::new();
    for item in &report.items {
        let month = item.deadline.map_or("not known".to_owned(), |day| day.strftime("%Y-%m").to_string());
        months.entry(month).or_default().add_lines(item.lines);
    }
    let months: Vec<_> = months.into_iter().collect();
    section.bars(
        "Lines affected by month of effect",
        &months,
        [
            column("month", |(month, _): &(String, UsageTotals)| Cell::from(month.as_str())),
            column("lines affected", |(_, totals): &(String, UsageTotals)| Cell::lines(totals.known_lines())),
            column("codes affected", |(_, totals): &(String, UsageTotals)| Cell::Count(totals.codes)),
        ],
    )
}

/// Returns the lines by how their dates judge them.
fn by_day(report: &ImpactReport<'_>) -> Section {
    let rows: Vec<_> = report.summary.by_date.iter().flat_map(ByDate::describe).collect();
    Section::new("By date of service").bars(
        "Lines by the edition in force on their date",
        &rows,
        [
            column("date of service", |(words, _): &(&str, u64)| Cell::from(*words)),
            column("lines", |(_, lines): &(&str, u64)| Cell::Count(*lines)),
        ],
    )
}

fn by_chapter(report: &ImpactReport<'_>) -> Section {
    Section::new("By chapter").bars(
        "Lines affected by chapter",
        report.by_chapter.iter().filter(|chapter| chapter.affected.codes > 0),
        [
            column("chapter", |chapter: &ChapterRow| Cell::from(chapter.chapter)),
            column("title", |chapter: &ChapterRow| Cell::from(chapter.title)),
            column("lines affected", |chapter: &ChapterRow| Cell::lines(chapter.affected.lines)),
            column("codes affected", |chapter: &ChapterRow| Cell::Count(chapter.affected.codes)),
            column("lines in use", |chapter: &ChapterRow| Cell::lines(chapter.used.lines)),
        ],
    )
}

fn by_owner(report: &ImpactReport<'_>) -> Section {
    let section = Section::new("By owner").sheet("Owners");
    section
        .about("Usage by owner. Lines without an owner are not included.")
        .counted(report.by_owner.len())
        .bars(
            "Lines affected by owner",
            &report.by_owner,
            [
                column("owner", |owner: &OwnerRow| Cell::from(owner.owner.as_str())),
                column("lines affected", |owner: &OwnerRow| Cell::lines(owner.affected.lines)),
                column("codes affected", |owner: &OwnerRow| Cell::Count(owner.affected.codes)),
                column("amount affected", |owner: &OwnerRow| Cell::from(owner.affected.amount)),
                column("one replacement", |owner: &OwnerRow| Cell::Count(owner.automatic)),
                column("needs review or narrowed", |owner: &OwnerRow| Cell::Count(owner.choose)),
                column("no replacement", |owner: &OwnerRow| Cell::Count(owner.none)),
                column("lines in use", |owner: &OwnerRow| Cell::lines(owner.used.lines)),
                column("codes in use", |owner: &OwnerRow| Cell::Count(owner.used.codes)),
                column("amount in use", |owner: &OwnerRow| Cell::from(owner.used.amount)),
            ],
        )
}

fn by_status(report: &ImpactReport<'_>) -> Section {
    type Row<'r> = (&'r Status, &'r WeightRow);
    let rows: Vec<Row<'_>> = report.summary.by_status.iter().collect();
    Section::new("Your codes by status").bars(
        "Lines in use by status of their code",
        &rows,
        [
            column("status", |(word, _): &Row<'_>| decided::status_badge(**word)),
            column("lines", |(_, weight): &Row<'_>| Cell::lines(weight.lines)),
            column("codes", |(_, weight): &Row<'_>| Cell::Count(weight.codes)),
        ],
    )
}

fn renoted_columns<'c>() -> [Column<'c, RenotedRow<'c>>; 3] {
    [
        column("place", |row: &RenotedRow<'_>| {
            let notes = row.notes.chunks(1).map(|notes| Described::of("", words_of(notes)));
            let texts = [Described::plain(row.title)].into_iter().chain(notes).collect();
            Cell::described(row.place.clone(), texts)
        }),
        column("lines", |row: &RenotedRow<'_>| Cell::lines(row.used.lines)),
        column("codes in use", |row: &RenotedRow<'_>| Cell::Count(row.used.codes)),
    ]
}

fn new_columns<'c>() -> [Column<'c, NewCodeRow<'c>>; 2] {
    [
        column("code", |row: &NewCodeRow<'_>| {
            Cell::entry(row.display.clone(), row.texts.long.unwrap_or_default())
        }),
        column("lines in its category", |row: &NewCodeRow<'_>| Cell::lines(row.category_lines)),
    ]
}

fn unknown_columns<'c>() -> [Column<'c, UnknownRow<'c>>; 4] {
    [
        column("code", |row: &UnknownRow<'_>| Cell::code(row.display.clone())),
        column("lines", |row: &UnknownRow<'_>| Cell::lines(row.lines)),
        column("likely reason", |row: &UnknownRow<'_>| Cell::from(row.describe())),
        column("nearest", |row: &UnknownRow<'_>| {
            let nearest = row.reason.iter().flat_map(|reason| &reason.nearest);
            let nearest: Vec<_> = nearest.map(|code| format!("{} {}", code.display, code.long)).collect();
            Cell::from(nearest.join("; "))
        }),
    ]
}

fn attribute_summary(report: &ImpactReport<'_>) -> Section {
    type Row<'r> = (&'r String, &'r AttributeSummary);
    let rows: Vec<Row<'_>> = report.summary.attributes.iter().collect();
    let table = Table::of(
        [
            column("attribute", |(name, _): &Row<'_>| Cell::from(name.as_str())),
            column("replaced, differ", |(_, row): &Row<'_>| Cell::Count(row.items_changed)),
            column("kept, differ", |(_, row): &Row<'_>| Cell::Count(row.codes_changed)),
            column("lines", |(_, row): &Row<'_>| Cell::lines(row.lines)),
        ],
        &rows,
    );
    let tables = report.attribute_tables.iter().map(|table| {
        format!(
            "{} ({}): {}, {}.",
            table.name,
            table.side,
            table.title,
            counted(table.codes, "code", "codes")
        )
    });
    Section::new("Attributes in numbers").table("Attributes that change", table).texts(tables)
}

/// A code with an attribute: one to be replaced, with one of its replacements, or one that stays.
enum AttributeOf<'r, 'a> {
    Replaced(&'r ItemRow<'a>, &'r str, &'r AttributeRow<'a>, Option<&'r TargetRow<'a>>),
    Kept(&'r AttributeChangeRow<'a>),
}

/// Returns a row for each attribute of each code with one of its replacements, then the codes that stay.
fn attributes(report: &ImpactReport<'_>) -> Section {
    let mut rows = Vec::new();
    for item in report.items.iter().chain(&report.narrowed) {
        for (name, row) in &item.attributes {
            match item.targets.as_slice() {
                [] => rows.push(AttributeOf::Replaced(item, name, row, None)),
                all => rows.extend(all.iter().map(|one| AttributeOf::Replaced(item, name, row, Some(one)))),
            }
        }
    }
    rows.extend(report.attribute_changes.iter().map(AttributeOf::Kept));
    let section = Section::new("Attributes").sheet("Attributes");
    section.about("Attributes before and after, for codes to replace and for codes that stay valid.").rows(
        &rows,
        [
            column("code", |row: &AttributeOf<'_, '_>| match row {
                AttributeOf::Replaced(item, ..) => Cell::entry(item.display.clone(), item.long),
                AttributeOf::Kept(change) => Cell::entry(change.display.clone(), change.long),
            }),
            column("lines", |row: &AttributeOf<'_, '_>| match row {
                AttributeOf::Replaced(item, _, _, target) => {
                    let is_first = match (target, item.targets.first()) {
                        (Some(target), Some(first)) => std::ptr::eq(*target, first),
                        _ => true,
                    };
                    if is_first { Cell::lines(item.lines) } else { Cell::Empty }
                }
                AttributeOf::Kept(change) => Cell::lines(change.lines),
            }),
            column("attribute", |row: &AttributeOf<'_, '_>| match row {
                AttributeOf::Replaced(_, name, ..) => Cell::from(*name),
                AttributeOf::Kept(change) => Cell::from(change.name),
            })
            .filter(),
            column("before", |row: &AttributeOf<'_, '_>| match row {
                AttributeOf::Replaced(_, _, attribute, _) => Cell::from(describe(&attribute.old)),
                AttributeOf::Kept(change) => Cell::from(describe(&change.old)),
            }),
            column("use instead", |row: &AttributeOf<'_, '_>| match row {
                AttributeOf::Replaced(.., target) => {
                    Cell::code(target.map(|target| target.display.clone()).unwrap_or_default())
                }
                AttributeOf::Kept(change) => Cell::code(change.display.clone()),
            }),
            column("after", |row: &AttributeOf<'_, '_>| match row {
                AttributeOf::Replaced(_, _, attribute, target) => {
                    Cell::from(target.map_or_else(|| describe(&[]), |target| attribute.describe_of(target)))
                }
                AttributeOf::Kept(change) => Cell::from(describe(&change.new)),
            }),
            column("value", |row: &AttributeOf<'_, '_>| match row {
                AttributeOf::Replaced(_, _, attribute, _) => {
                    Cell::from(attribute.kept.map_or("no replacement", Kept::word))
                }
                AttributeOf::Kept(_) => Cell::from(Kept::Differs.word()),
            })
            .filter(),
        ],
    )
}

/// Returns the terms of this report.
fn legend(report: &ImpactReport<'_>) -> impl Iterator<Item = Term> {
    let kind = |status: &Status| match status {
        Status::Changed(kind) => Some(*kind),
        _ => None,
    };
    let statuses = report.summary.by_status.keys().filter_map(kind);
    let statuses = statuses.map(|kind: Kind| Term::new(kind.word(), kind, kind.meaning()));
    statuses.chain(basis_terms())
}
