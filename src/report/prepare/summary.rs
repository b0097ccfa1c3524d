//! The summary of the update on one printed page, for executives and physicians.

use super::pages::{decided, in_words, lead, set_columns};
use super::{PrepareReport, PreparedItem, Progress};
use crate::base::counted;
use crate::report::decided::{asked_for, question};
use crate::report::editions;
use crate::view::{Cell, Layout, Metric, Report, Section, Tone, column};

/// Number of codes of the table, and of questions.
const TOP: usize = 10;
const QUESTIONS: usize = 6;

/// Returns the summary.
pub(super) fn summary(report: &PrepareReport<'_>) -> Report {
    let short: Vec<Metric> = report.metrics.iter().filter(|metric| metric.value > 0).cloned().collect();
    Report {
        day: report.effective,
        layout: Layout::OnePage,
        editions: report.sets.iter().flat_map(|set| editions(&set.old, &set.new)).collect(),
        ..Report::new(format!("Code-set update {}: summary", report.edition))
    }
    .heading(format!("Code-set update {}: what it means for us", report.edition))
    .lead(lead(report))
    .metrics(&short)
    .section(Section::new("What changes").rows(&report.sets, set_columns()))
    .section(what_is_done(report))
    .section(documentation(report))
    .section(top(report))
}

/// Says what is being done.
fn what_is_done(report: &PrepareReport<'_>) -> Section {
    let replace = report.count(&[Progress::Replace]);
    let mut sentences = Vec::new();
    sentences.push(format!("At risk if nothing is done: {}.", in_words(report)));
    if replace > 0 {
        let codes = counted(replace, "code has", "codes have");
        sentences.push(format!("{codes} one official replacement and will be replaced without review."));
    }
    sentences.push(format!("Reviewers have decided {} other codes.", decided(report)));
    let changes: u64 = report.lists.iter().map(|list| list.changes).sum();
    let applied = report.lists.iter().any(|list| list.journal.is_some());
    if changes > 0 {
        let made = if applied { "were made" } else { "are ready" };
        sentences.push(format!("{} in our lists {made}.", counted(changes, "change", "changes")));
    }
    Section::new("What is being done").text(sentences.join(" "))
}

/// A detail that records must specify.
struct Detail {
    code: String,
    about: String,
    answers: String,
    lines: Option<u64>,
}

/// Lists the details that records must specify from the effective date on, for the most used codes.
fn documentation(report: &PrepareReport<'_>) -> Section {
    let open = report.items.iter().filter(|item| !item.row.ask.is_empty());
    let mut details = Vec::new();
    for item in open {
        for question in asked_for(&item.row.ask, &item.row.targets).map(question) {
            let answers: Vec<&str> = question.answers.iter().map(|(answer, _)| answer.as_str()).collect();
            details.push(Detail {
                code: format!("{} {}", item.row.display, item.row.long),
                answers: answers.join(" / "),
                about: question.about,
                lines: item.row.lines,
            });
        }
    }
    details.truncate(QUESTIONS);
    Section::new("What documentation must now say")
        .about("For these diagnoses and services the record must specify more than before.")
        .rows(
            &details,
            [
                column("for", |detail: &Detail| Cell::from(detail.code.as_str())),
                column("specify", |detail: &Detail| Cell::from(detail.about.as_str())),
                column("one of", |detail: &Detail| Cell::from(detail.answers.as_str())),
                column("claim lines", |detail: &Detail| Cell::lines(detail.lines)),
            ],
        )
}

/// Lists the most used codes.
fn top(report: &PrepareReport<'_>) -> Section {
    let at_risk = report.items.iter().filter(|item| item.row.status.is_affected()).take(TOP);
    let items: Vec<&PreparedItem<'_>> = at_risk.collect();
    Section::new("The most used codes that end").rows(
        items.iter().copied(),
        [
            column("code", |item: &PreparedItem<'_>| Cell::entry(item.row.display.clone(), item.row.long)),
            column("claim lines", |item: &PreparedItem<'_>| Cell::lines(item.row.lines)),
            column("amount", |item: &PreparedItem<'_>| Cell::from(item.row.amount)),
            column("use instead", |item: &PreparedItem<'_>| match item.row.replacements() {
                codes if !codes.is_empty() => Cell::code(codes),
                _ if item.progress.is_settled() => Cell::from("no replacement"),
                _ => Cell::from("none is known"),
            }),
            column("status", |item: &PreparedItem<'_>| {
                Cell::badge(item.progress.status(), Tone::from(item.progress))
            }),
        ],
    )
}
