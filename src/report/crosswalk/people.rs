//! The report of `crosswalk` for people: codes with one official replacement, codes that need review, codes without a
//! replacement.

use super::{CrosswalkReport, MappingRow};
use crate::crosswalk::{EvidenceKind, Path, Relationship, Status};
use crate::report::decided::{self, DecidedRow, Task, targets};
use crate::report::evidence;
use crate::report::used::{UsedRow, owner_shares};
use crate::report::{editions, sources};
use crate::view::{Cell, Column, Report, Section, Shown, Term, Tone, column};

/// The method of the crosswalk, in sentences.
const METHOD: [&str; 2] = [
    "For each code, the publisher's own replacement comes first: a row of the conversion table, or the record of a \
     terminated code. It is cited with file and row, and is called official.",
    "Suggestions are made from the two releases only where the publisher names no replacement. A suggestion is not \
     a fact: a person must confirm it.",
];

/// Returns the report for people.
pub(super) fn view(report: &CrosswalkReport<'_>) -> Report {
    let heading = if report.is_reverse() { "What it was called before" } else { "What to use instead" };
    let section = |task: Task| {
        let mappings = report.mappings.iter().filter(move |mapping| mapping.task() == task);
        let title = report.title_of(task);
        Section::new(title).sheet(title).about(report.about(task)).rows(mappings, columns(report, task))
    };
    Report {
        day: report.new.effective,
        editions: editions(&report.old, &report.new),
        ..Report::new(report.title())
    }
    .heading(heading)
    .lead(report.describe())
    .metrics(&report.metrics)
    .sections(Task::ALL.map(section))
    .section(questions(report))
    .section(decisions(report))
    .section(by_evidence(report))
    .section(to_decide(report))
    .problems(&report.problems)
    .legend(legend(report))
    .appendix(sources(&report.old, &report.new, &METHOD))
}

/// Returns the columns of mappings; in a workbook with those that a team fills in. Decisions are about replacements, so
/// a reverse crosswalk has none.
fn columns<'c>(report: &'c CrosswalkReport<'_>, task: Task) -> Vec<Column<'c, MappingRow<'c>>> {
    let display = report.set().display;
    let instead = match task {
        _ if report.is_reverse() => "was called",
        // The column called `target` is to be filled in there.
        Task::None => "use instead",
        _ => "target",
    };
    let mut columns = vec![
        column("code", |mapping: &MappingRow<'_>| {
            Cell::entry(mapping.source.display.clone(), mapping.source.long)
        }),
        column("change", |mapping: &MappingRow<'_>| decided::status_badge(mapping.source.status)).filter(),
        column("last valid in", |mapping: &MappingRow<'_>| {
            Cell::from(mapping.source.last_valid_in.as_deref())
        })
        .filter(),
        column("lines", |mapping: &MappingRow<'_>| {
            mapping.used.as_ref().map_or(Cell::Empty, |used| Cell::lines(used.lines))
        }),
        column("amount", |mapping: &MappingRow<'_>| {
            Cell::from(mapping.used.as_ref().and_then(|used| used.amount))
        }),
        column("owners", |mapping: &MappingRow<'_>| {
            mapping.used.as_ref().map_or(Cell::Empty, |used: &UsedRow<'_>| owner_shares(&used.owners))
        })
        .filter(),
        column("relationship", |mapping: &MappingRow<'_>| {
            let first = mapping.targets.first();
            Cell::from(first.map(|target| target.relationship.word()))
        })
        .filter(),
        column(instead, move |mapping: &MappingRow<'_>| {
            let paths = mapping.paths.iter().map(Path::to_string).chain(super::also_below(&mapping.below));
            targets(&mapping.targets, &mapping.distinguish, paths.collect(), display)
        }),
    ];
    if !report.is_reverse() {
        if task == Task::None {
            columns.push(column("target", |_| Cell::Empty).fill_in(decided::TARGET));
        }
        columns.extend(decided::columns_to_decide());
    }
    columns
}

/// Returns the questions of the codes to choose for.
fn questions(report: &CrosswalkReport<'_>) -> Section {
    decided::questions(report.mappings.iter().map(|mapping| {
        let source = &mapping.source;
        (Cell::entry(source.display.clone(), source.long), mapping.distinguish.as_slice())
    }))
}

/// Returns the user's decisions, under the titles by which they are read back.
fn decisions(report: &CrosswalkReport<'_>) -> Section {
    let text = |text: &Option<String>| Cell::from(text.as_deref());
    Section::new("Your decisions").sheet("Decisions").about("Your decisions and their effect.").rows(
        &report.decisions,
        [
            column("code", |row: &DecidedRow| Cell::code(row.source_display.clone())),
            column("target", |row: &DecidedRow| Cell::code(row.target_display.clone().unwrap_or_default())),
            column("status", |row: &DecidedRow| Cell::from(row.status.word())).filter(),
            column("effect", |row: &DecidedRow| Cell::from(row.effect.label())).filter(),
            column("left out", |row: &DecidedRow| Cell::code(row.left_out.join(" "))),
            column("note", move |row: &DecidedRow| text(&row.note)),
            column("who", move |row: &DecidedRow| text(&row.who)).filter(),
            column("when", move |row: &DecidedRow| text(&row.when)),
            column("file and row", |row: &DecidedRow| Cell::from(format!("{} row {}", row.file, row.row))),
        ],
    )
}

fn by_evidence(report: &CrosswalkReport<'_>) -> Section {
    type Row<'r> = (&'r &'static str, &'r u64);
    let rows: Vec<Row<'_>> = report.summary.by_evidence.iter().collect();
    let kind = |word: &str| EvidenceKind::ALL.iter().copied().find(|kind| kind.word() == word);
    let set = report.set();
    Section::new("By evidence").bars(
        "Codes by their strongest evidence",
        &rows,
        [
            column("evidence", |(word, _): &Row<'_>| Cell::from(**word)),
            column("codes", |(_, count): &Row<'_>| Cell::Count(**count)),
            column("meaning", move |(word, _): &Row<'_>| {
                Cell::from(kind(word).map_or_else(
                    || super::capital(report.reason()),
                    |kind| evidence::meaning(kind).to_owned(),
                ))
            }),
            column("measured", move |(word, _): &Row<'_>| {
                let measured = kind(word).and_then(|kind| kind.measured(set));
                Cell::from(measured.map(|measured| measured.to_string()))
            }),
        ],
    )
}

/// Explains how decisions are made in the workbook.
fn to_decide(report: &CrosswalkReport<'_>) -> Section {
    let section = Section::new("How to decide").shown(Shown::Workbook);
    if report.is_reverse() {
        return section;
    }
    section.text(
        "Fill in the yellow columns and pass this workbook with --decisions. Status is accept, reject or choose; \
         note, who and when are optional. Rows without a status stay undecided. All sheets are read.",
    )
}

/// Returns the terms of this report.
fn legend(report: &CrosswalkReport<'_>) -> impl Iterator<Item = Term> {
    let is_there = |kind: &&crate::diff::Kind| {
        report.mappings.iter().any(|mapping| mapping.source.status == Status::Changed(**kind))
    };
    let kinds = crate::diff::Kind::ALL.iter().filter(is_there);
    let kinds = kinds.map(|kind| Term::new(kind.word(), *kind, kind.meaning()));
    let relationships = RELATIONSHIPS.iter().map(|(relationship, text)| {
        Term::new(
            relationship.word(),
            Tone::Plain,
            format!("How the meaning of the old code relates to the target: {text}"),
        )
    });
    kinds.chain(decided::basis_terms()).chain(relationships)
}

/// The meaning of each relationship of a source to a target.
const RELATIONSHIPS: [(Relationship, &str); 4] = [
    (Relationship::Equivalent, "the same."),
    (Relationship::SourceIsNarrowerThanTarget, "the target is broader: it replaces other codes as well."),
    (
        Relationship::SourceIsBroaderThanTarget,
        "the target is narrower: the old code has other targets as well.",
    ),
    (Relationship::RelatedTo, "the meanings overlap, or their relationship is unknown."),
];
