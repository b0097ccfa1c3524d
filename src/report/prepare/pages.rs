//! The first page of the update: what is at risk, what to do next, who has what to decide, and the codes.

use std::collections::{BTreeMap, BTreeSet};

use super::{PrepareReport, PreparedItem, Progress, QuestionRow, ReviewerRow, SetRow};
use crate::base::{counted, day, grouped};
use crate::model::sets;
use crate::report::decided::{basis_terms, targets};
use crate::report::impact::MonthRow;
use crate::report::used::owner_shares;
use crate::report::{editions, sources_of};
use crate::view::{Cell, Column, Layout, Report, Section, Step, Table, Term, column};

/// Number of codes of a chart.
const CHARTED: usize = 15;

/// Names of the files of the update that steps lead to.
pub(crate) const SUMMARY: &str = "summary.html";
pub(crate) const LISTS: &str = "lists.html";

/// Returns the first page.
pub(super) fn index(report: &PrepareReport<'_>) -> Report {
    Report {
        day: report.effective,
        counts_down: true,
        layout: Layout::FirstPage,
        editions: report.sets.iter().flat_map(|set| editions(&set.old, &set.new)).collect(),
        ..Report::new(format!("Code-set update {}", report.edition))
    }
    .heading(format!("Prepare for {}", report.edition))
    .lead(lead(report))
    .metrics(&report.metrics)
    .section(Section::new("What to do next").steps(steps(report)))
    .section(by_reviewer(report))
    .section(conflicts(report))
    .section(since(report))
    .section(pareto(report))
    .section(heat(report))
    .section(MonthRow::chart(&report.by_month))
    .sections(
        [Progress::Conflict, Progress::Open, Progress::Asked, Progress::Replace, Progress::Decided]
            .map(|progress| of_progress(report, progress)),
    )
    .section(questions(report))
    .section(by_list(report))
    .section(by_set(report))
    .sections(report.guidelines.iter().map(|guidelines| guidelines.section("Guidelines about your codes")))
    .problems(&report.problems)
    .legend(
        Progress::ALL
            .iter()
            .map(|progress| Term::new(progress.status(), *progress, progress.meaning()))
            .chain(basis_terms()),
    )
    .appendix(sources_of(report.sets.iter().flat_map(|set| [("OLD", &set.old), ("NEW", &set.new)]), &METHOD))
}

/// The method of the numbers, in sentences.
const METHOD: [&str; 4] = [
    "Every code of the usage files was looked up in both releases of its set. A claim line is at risk if its code was billable before and is not billable under the new release.",
    "A claim line with several codes counts once in the totals, and for each of its codes in the lists. Where that is not known, because small numbers are hidden or a query counted the lines, it counts for each of its codes in the totals too.",
    "Money counts once for each account, claim or row, also if it has several codes at risk.",
    "Only codes, counts, departments and sums of amounts are kept from the usage files. This page contains nothing about patients.",
];

/// Summarizes the update in two sentences.
pub(super) fn lead(report: &PrepareReport<'_>) -> String {
    let names: Vec<&str> = report.sets.iter().map(|set| set.title).collect();
    let names = names.join(", ");
    let from = report.effective.map_or(String::new(), |first| format!(" from {}", day(first)));
    let summary = &report.summary;
    let codes = counted(summary.codes_at_risk, "code", "codes");
    match summary.lines_at_risk_in_words() {
        Some(lines) => format!("{names}: {codes} that you use on {lines} can no longer be billed{from}."),
        None => format!(
            "{names}: {codes} that you use can no longer be billed{from}. The numbers of their claim lines are hidden."
        ),
    }
}

/// Returns what to do next, in order.
fn steps(report: &PrepareReport<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let conflicts = report.count(&[Progress::Conflict]);
    if conflicts > 0 {
        let title = format!("Settle {}", counted(conflicts, "conflict", "conflicts"));
        let about =
            "Two reviewers decided differently. Agree, and correct one of the files in the decisions folder.";
        steps.push(Step::new(title, about));
    }
    let waiting: Vec<&ReviewerRow> = report.reviewers.iter().filter(|reviewer| reviewer.open() > 0).collect();
    match waiting.as_slice() {
        [] => {}
        [only] => {
            let title = format!("Send the review page to {}", only.reviewer);
            steps.push(Step::new(title, format!("{}.", open_codes(only.open()))).with(&*only.review));
        }
        several => {
            let open = report.count(&[Progress::Open, Progress::Asked, Progress::Conflict]);
            let title = format!("Send {} review pages", several.len());
            let about = format!("{}. Each reviewer gets one page, or the workbook.", open_codes(open));
            steps.push(Step::new(title, about));
        }
    }
    if !waiting.is_empty() {
        steps.push(Step::new(
            "Put the files that come back into the decisions folder",
            format!(
                "Then run codeset prepare {} again: it reads them and shows what is left.",
                report.edition
            ),
        ));
    }
    let changes: u64 = report.lists.iter().map(|list| list.changes).sum();
    if let Some(journal) = report.lists.iter().find_map(|list| list.journal.as_ref()) {
        let title =
            format!("Check the {} that were made in your lists", counted(changes, "change", "changes"));
        steps.push(Step::new(title, format!("To undo them: codeset migrate undo {journal}")).with(LISTS));
    } else if changes > 0 {
        let title = format!("Correct your lists: {} ready", counted(changes, "change is", "changes are"));
        let about = format!("To make them: codeset prepare {} --apply. They can be undone.", report.edition);
        steps.push(Step::new(title, about).with(LISTS));
    }
    let sections: usize = report.guidelines.iter().map(|guidelines| guidelines.sections.len()).sum();
    if sections > 0 {
        let title = format!(
            "Teach {} of the guidelines",
            counted(sections as u64, "changed section", "changed sections")
        );
        steps.push(Step::new(title, "They name codes that you use; see the end of this page."));
    }
    steps.push(Step::new("Tell physicians and finance", "One page to print or to mail.").with(SUMMARY));
    steps
}

fn open_codes(count: u64) -> String {
    counted(count, "code needs a decision", "codes need a decision")
}

fn by_reviewer(report: &PrepareReport<'_>) -> Section {
    Section::new("By reviewer").about("A code that several of them use is listed for each.").rows(
        &report.reviewers,
        [
            column("reviewer", |row: &ReviewerRow| Cell::from(row.reviewer.as_str())),
            column("departments", |row: &ReviewerRow| Cell::some(departments(row))),
            column("claim lines", |row: &ReviewerRow| Cell::Count(row.lines)),
            column("decided", |row: &ReviewerRow| Cell::Progress(row.decided, row.to_decide)),
            column("asked", |row: &ReviewerRow| Cell::some(row.asked)),
            column("conflicts", |row: &ReviewerRow| Cell::some(row.conflicts)),
            column("page", |row: &ReviewerRow| Cell::link(&*row.review, "review")),
            column("workbook", |row: &ReviewerRow| Cell::link(&*row.worklist, "worklist")),
        ],
    )
}

/// Counts the departments of a person, unless the person is the department.
fn departments(row: &ReviewerRow) -> u64 {
    row.departments.iter().filter(|department| **department != row.reviewer).count() as u64
}

fn conflicts(report: &PrepareReport<'_>) -> Section {
    let code = crate::model::ProblemCode::DecisionConflict;
    let found: Vec<String> = report
        .problems
        .iter()
        .filter(|problem| problem.code == code)
        .map(|problem| problem.fact.clone())
        .collect();
    let count = found.len();
    let section = Section::new("Conflicts");
    if count == 0 {
        return section;
    }
    section
        .about("None of these decisions counts. Keep the right one in the decisions folder.")
        .counted(count)
        .rows(&found, [column("decisions", |fact: &String| Cell::from(fact.as_str()))])
}

fn since(report: &PrepareReport<'_>) -> Section {
    let Some(since) = &report.since else { return Section::default() };
    let groups = [
        ("new", &since.new),
        ("other replacements than before", &since.changed),
        ("settled", &since.settled),
        ("no longer listed", &since.gone),
    ];
    let groups: Vec<_> = groups.into_iter().filter(|(_, codes)| !codes.is_empty()).collect();
    let section = Section::new("Since the earlier report").about(format!("Compared with {}.", since.file));
    if groups.is_empty() {
        return section.text("Nothing has changed.");
    }
    section.rows(
        &groups,
        [
            column("change", |(change, _): &(&str, &Vec<String>)| Cell::from(*change)),
            column("codes", |(_, codes): &(&str, &Vec<String>)| Cell::Count(codes.len() as u64)),
            column("which", |(_, codes): &(&str, &Vec<String>)| Cell::code(codes.join(", "))),
        ],
    )
}

/// A code of the chart of the most used ones.
struct Charted {
    code: String,
    lines: u64,
    together: f64,
}

/// Returns the most used codes at risk with the share of all lines at risk that they make up together.
fn pareto(report: &PrepareReport<'_>) -> Section {
    let of_codes = report.sets.iter().filter_map(|set| set.summary.affected.lines);
    let all = of_codes.sum::<u64>().max(1) as f64;
    let mut together = 0;
    let mut charted = Vec::new();
    let at_risk = report.items.iter().filter(|item| item.row.status.is_affected());
    for item in at_risk.take(CHARTED) {
        let Some(lines) = item.row.lines else { continue };
        together += lines;
        charted.push(Charted { code: item.row.display.clone(), lines, together: together as f64 / all });
    }
    let section = Section::new("Where the claim lines are");
    let Some(last) = charted.last() else { return section };
    let about = format!(
        "{} {} {:.0}% of the claim lines at risk.",
        counted(charted.len() as u64, "code", "codes"),
        if charted.len() == 1 { "makes up" } else { "make up" },
        last.together * 100.0
    );
    section.about(about).bars(
        "Claim lines by code, most first",
        &charted,
        [
            column("code", |row: &Charted| Cell::code(row.code.clone())),
            column("claim lines", |row: &Charted| Cell::Count(row.lines)),
            column("together", |row: &Charted| Cell::Share(row.together)),
        ],
    )
}

/// Returns the lines at risk by department and chapter: a set without chapters is a column of its own.
fn heat(report: &PrepareReport<'_>) -> Section {
    let mut cells: BTreeMap<&str, BTreeMap<(usize, &'static str), u64>> = BTreeMap::new();
    let mut chapters: BTreeSet<(usize, &'static str)> = BTreeSet::new();
    let mut titles: BTreeMap<&'static str, &'static str> = BTreeMap::new();
    for item in report.items.iter().filter(|item| item.row.status.is_affected()) {
        let Some(set) = sets::by_id(item.code_set) else { continue };
        let chapter = set.chapter(item.row.code);
        let at = chapter.map_or(usize::MAX, |chapter| {
            set.chapters.iter().position(|other| other.id == chapter.id).unwrap_or_default()
        });
        let id = chapter.map_or(set.title, |chapter| chapter.id);
        titles.insert(id, chapter.map_or(set.title, |chapter| chapter.title));
        for (department, lines) in &item.row.owners {
            *cells.entry(department).or_default().entry((at, id)).or_default() += lines.unwrap_or_default();
            chapters.insert((at, id));
        }
    }
    let section = Section::new("Departments and chapters");
    if cells.len() < 2 || chapters.len() < 2 {
        return section;
    }
    let columns = [column("department", |(name, _): &(&str, _)| Cell::from(*name))].into_iter();
    let numbers = chapters.iter().map(|chapter| {
        column(chapter.1, move |(_, of): &(&str, BTreeMap<(usize, &'static str), u64>)| {
            of.get(chapter).map_or(Cell::Empty, |lines| Cell::some(*lines))
        })
    });
    let rows: Vec<_> = cells.into_iter().collect();
    let table = Table::of(columns.chain(numbers), &rows);
    let named = chapters.iter().filter(|(at, _)| *at != usize::MAX);
    let named: Vec<_> = named.map(|(_, id)| format!("{id}: {}", titles[id])).collect();
    let chapters = if named.is_empty() { String::new() } else { format!(" Chapters: {}.", named.join("; ")) };
    section
        .about(format!("Claim lines at risk, by department and chapter.{chapters}"))
        .shades("Claim lines at risk by department and chapter", table)
}

fn of_progress(report: &PrepareReport<'_>, progress: Progress) -> Section {
    let items: Vec<_> = report.items.iter().filter(|item| item.progress == progress).collect();
    let mut section = Section::new(progress.title());
    section.about = format!("{} Most used first.", progress.meaning());
    section.rows(items.iter().copied(), columns(report))
}

/// Returns the columns of codes.
fn columns<'c>(report: &'c PrepareReport<'_>) -> Vec<Column<'c, PreparedItem<'c>>> {
    let several = report.sets.len() > 1;
    let title = |id: &str| sets::by_id(id).map_or("", |set| set.title);
    vec![
        column("code", |item: &PreparedItem<'_>| {
            Cell::described(item.row.display.clone(), vec![item.row.description()])
        }),
        column(
            "code set",
            move |item: &PreparedItem<'_>| {
                if several { Cell::from(title(item.code_set)) } else { Cell::Empty }
            },
        )
        .filter(),
        column("claim lines", |item: &PreparedItem<'_>| Cell::lines(item.row.lines)),
        column("amount", |item: &PreparedItem<'_>| Cell::from(item.row.amount)),
        column("use instead", |item: &PreparedItem<'_>| {
            let display =
                sets::by_id(item.code_set).map_or(crate::model::sets::TABLE.display, |set| set.display);
            targets(&item.row.targets, &item.row.ask, item.row.paths.clone(), display)
        }),
        column("departments", |item: &PreparedItem<'_>| owner_shares(&item.row.owners)).filter(),
        column("reviewers", |item: &PreparedItem<'_>| {
            let names: Vec<&str> = item.reviewers.iter().map(String::as_str).collect();
            Cell::from(names.join(", "))
        })
        .filter(),
    ]
}

fn questions(report: &PrepareReport<'_>) -> Section {
    Section::new("Open questions").about("Reviewers wait for an answer to these before they decide.").rows(
        &report.questions,
        [
            column("code", |row: &QuestionRow| Cell::code(row.code.clone())),
            column("question", |row: &QuestionRow| Cell::from(row.question.as_str())),
            column("asked by", |row: &QuestionRow| Cell::from(row.who.as_deref())).filter(),
            column("in", |row: &QuestionRow| Cell::from(format!("{} row {}", row.file, row.row))),
        ],
    )
}

fn by_list(report: &PrepareReport<'_>) -> Section {
    let title = |id: &str| sets::by_id(id).map_or("", |set| set.title);
    Section::new("Your lists")
        .about("Codes in the files and folders that codeset.toml names under [lists].")
        .rows(
            &report.lists,
            [
                column("code set", move |row: &super::ListsRow| Cell::from(title(row.code_set))),
                column("files", |row: &super::ListsRow| Cell::Count(row.files)),
                column("files to change", |row: &super::ListsRow| Cell::Count(row.files_to_change)),
                column("changes", |row: &super::ListsRow| Cell::Count(row.changes)),
                column("need a decision first", |row: &super::ListsRow| Cell::Count(row.open)),
                column("journal", |row: &super::ListsRow| Cell::from(row.journal.as_deref())),
                column("details", |_: &super::ListsRow| Cell::link(LISTS, "open")),
            ],
        )
}

fn by_set(report: &PrepareReport<'_>) -> Section {
    Section::new("What changes").about("Billable codes of each release.").rows(&report.sets, set_columns())
}

/// Returns the columns of code sets.
pub(super) fn set_columns<'c>() -> Vec<Column<'c, SetRow>> {
    vec![
        column("code set", |set: &SetRow| Cell::from(set.title)),
        column("new codes", |set: &SetRow| Cell::Count(set.added)),
        column("deleted", |set: &SetRow| Cell::Count(set.deleted)),
        column("wording changed", |set: &SetRow| Cell::Count(set.revised)),
        column("deleted codes in use", |set: &SetRow| Cell::Count(set.summary.affected.codes)),
        column("claim lines at risk", |set: &SetRow| {
            Cell::lines(set.lines_at_risk.or(set.summary.affected.lines))
        }),
        column("amount at risk", |set: &SetRow| Cell::from(set.summary.affected.amount)),
    ]
}

/// Returns the number with its unit, for a sentence.
pub(super) fn in_words(report: &PrepareReport<'_>) -> String {
    let summary = &report.summary;
    let lines = summary
        .lines_at_risk_in_words()
        .unwrap_or_else(|| format!("the claim lines of {}", counted(summary.codes_at_risk, "code", "codes")));
    match summary.amount_at_risk {
        Some(amount) => format!("{lines} and {}", amount.in_dollars()),
        None => lines,
    }
}

/// Formats the number of decisions that were made: `12 of 24`.
pub(super) fn decided(report: &PrepareReport<'_>) -> String {
    let decided = report.count(&[Progress::Decided]);
    let open = report.count(&[Progress::Open, Progress::Asked, Progress::Conflict]);
    format!("{} of {}", grouped(decided), grouped(decided + open))
}
