//! The view of a difference: its counts, then the changes by what they mean for billing.

use std::collections::BTreeMap;

use super::groups::{Group, by_kind, by_level};
use super::{ChangeRow, DiffReport, counts, pcs, tabular};
use crate::diff::{Kind, PropertyChange, Word, WordSide, words};
use crate::model::{Chapter, Level, TextKind};
use crate::report::{Report as _, editions, sources, verify};
use crate::view::{Cell, Described, Entry, Report, Section, Shown, column};

/// The method of the comparison.
const METHOD: &[&str] = &[
    "Both releases are read as published and compared code by code. Descriptions are compared byte for byte, as the \
     publishers do. Codes and headers are counted separately.",
    "The publisher's addenda or action codes are used only to verify the result, if NEW includes them and they \
     start from OLD.",
];

/// Returns the view of a difference.
pub(super) fn view(report: &DiffReport<'_>) -> Report {
    let mut view = Report::new(report.title()).heading("What changed").metrics(&report.metrics);
    view.day = report.new.effective;
    view.editions = editions(&report.old, &report.new);
    view.lead = lead(report);
    let disagreements = report.verification.iter().filter(|verification| !verification.agrees);
    view.section(counts::section(&report.summary, &report.facts))
        .sections(disagreements.map(|verification| verify::section(std::slice::from_ref(verification))))
        .section(by_chapter(report))
        .section(counts::by_attribute(&report.properties))
        .sections(report.ours.iter().flat_map(super::OursInfo::sections))
        .sections(Group::ALL.into_iter().map(|group| section(report, group)))
        .sections(report.tabular.iter().map(tabular::TabularSummary::section))
        .sections(report.tables.iter().map(|changes| pcs::section(changes)))
        .sections(report.guidelines.iter().map(|guidelines| guidelines.section("Guidelines")))
        .section(attribute_values(report))
        .section(all_changes(report))
        .problems(&report.problems)
        .appendix(sources(&report.old, &report.new, METHOD))
}

/// Returns the result in sentences: whether there is a difference, and whether the publisher agrees.
fn lead(report: &DiffReport<'_>) -> Option<String> {
    let none = (report.changes.is_empty() && report.note.is_none()).then(|| "No difference.".to_owned());
    let verdict = report.verification.as_ref().map(verify::verdict);
    let sentences: Vec<String> = none.into_iter().chain(verdict).chain(report.note.clone()).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// Returns the section of a group of changes.
fn section<'a>(report: &DiffReport<'a>, group: Group) -> Section {
    let rows: Vec<&ChangeRow<'a>> = rows_of(report, group).collect();
    // A column with the same word in every row says less than a sentence.
    let has_kinds = rows.iter().any(|row| row.kind != rows[0].kind);
    let has_levels = rows.iter().any(|row| row.level != Level::Code);
    let is_counted = has_kinds || matches!(group, Group::Deletions | Group::Other);
    let totals = [
        by_level(rows.iter().map(|row| row.level).filter(|_| has_levels)),
        by_kind(rows.iter().map(|row| row.kind).filter(|_| is_counted)),
    ];
    let totals = totals.into_iter().filter(|total| !total.is_empty()).map(|total| total + ". ");
    let about = totals.collect::<String>() + group.about();
    let set = report.set;
    let kind = move |row: &&ChangeRow<'a>| if has_kinds { Cell::kind(row.kind) } else { Cell::Empty };
    let level =
        move |row: &&ChangeRow<'a>| if has_levels { Cell::from(row.level.word()) } else { Cell::Empty };
    let columns = [
        column("code", |row: &&ChangeRow<'a>| entry(row)),
        column("change", kind).filter(),
        column("level", level).filter(),
        column("wording", |row: &&ChangeRow<'a>| {
            Cell::from(row.revision.as_ref().map(|revision| revision.wording.word()))
        })
        .filter(),
        column("codes below", |row: &&ChangeRow<'a>| Cell::from(row.codes_below)),
        column("chapter", move |row: &&ChangeRow<'a>| Cell::from(set.chapter(row.code).map(|it| it.id)))
            .filter(),
    ];
    Section::new(group.heading()).about(about).sheet(group.heading()).rows(&rows, columns)
}

fn rows_of<'r, 'a>(report: &'r DiffReport<'a>, group: Group) -> impl Iterator<Item = &'r ChangeRow<'a>> {
    report.changes.iter().filter(move |row| Group::of(row.kind) == group)
}

/// Returns the code with everything that changed; with its description if that did not.
fn entry(row: &ChangeRow<'_>) -> Cell {
    let mut texts = descriptions(row);
    texts.extend(
        row.notes.iter().map(|notes| Described::of("", tabular::words_of(std::slice::from_ref(notes)))),
    );
    texts.extend(row.properties.iter().map(|property| Described::of("", attribute(property))));
    texts.extend(row.sections.map(|[old, new]| Described::of("section", replaced(Some(old), Some(new)))));
    Cell::Entry(Box::new(Entry { code: row.display.clone(), was: row.old_display.clone(), texts }))
}

fn descriptions(row: &ChangeRow<'_>) -> Vec<Described> {
    let (old, new) = (row.old.as_ref(), row.new.as_ref());
    let both = |kind| Some((kind, old?.text(kind)?, new?.text(kind)?));
    let fields = row.revision.iter().flat_map(|revision| &revision.fields);
    let changed: Vec<(TextKind, &str, &str)> = fields.copied().filter_map(both).collect();
    if !changed.is_empty() {
        // The long description needs no name where it is the only one.
        let is_named = changed.iter().any(|(kind, ..)| *kind != TextKind::Long);
        let label = |kind: TextKind| if is_named { kind.word() } else { "" };
        return changed
            .into_iter()
            .map(|(kind, old, new)| Described::of(label(kind), words(old, new)))
            .collect();
    }
    match (row.kind, old.and_then(|texts| texts.long), new.and_then(|texts| texts.long)) {
        // Two meanings share words by chance: they are not compared word by word.
        (Kind::Reused, Some(old), Some(new)) => vec![Described::of("", replaced(Some(old), Some(new)))],
        (_, old, new) => new.or(old).map(Described::plain).into_iter().collect(),
    }
}

/// Returns an attribute with its values: `COV: [-C-] -> {+D+}`.
fn attribute(property: &PropertyChange<'_>) -> Vec<Word> {
    let name = Word { side: WordSide::Both, text: format!("{}: ", property.name) };
    [name].into_iter().chain(replaced(property.old, property.new)).collect()
}

/// Returns a value that was replaced by another one.
fn replaced(old: Option<&str>, new: Option<&str>) -> Vec<Word> {
    let word = |side, text: &str| Word { side, text: text.to_owned() };
    let new = new.map(|new| word(WordSide::New, new));
    let between = (old.is_some() && new.is_some()).then(|| word(WordSide::Both, " -> "));
    old.map(|old| word(WordSide::Old, old)).into_iter().chain(between).chain(new).collect()
}

/// The changes in a chapter.
struct ChapterRow {
    chapter: &'static Chapter,
    changes: u64,
    groups: [u64; Group::ALL.len()],
}

/// Returns the listed changes by chapter, in the order of the set.
fn by_chapter(report: &DiffReport<'_>) -> Section {
    let mut chapters: BTreeMap<&str, ChapterRow> = BTreeMap::new();
    for row in &report.changes {
        let Some(chapter) = report.set.chapter(row.code) else { continue };
        let empty = ChapterRow { chapter, changes: 0, groups: [0; Group::ALL.len()] };
        let counts = chapters.entry(chapter.start).or_insert(empty);
        counts.changes += 1;
        counts.groups[Group::of(row.kind) as usize] += 1;
    }
    let group = |group: Group| {
        column(group.heading(), move |row: &ChapterRow| Cell::some(row.groups[group as usize]))
    };
    let columns = [
        column("chapter", |row: &ChapterRow| Cell::code(row.chapter.id)),
        column("title", |row: &ChapterRow| Cell::from(row.chapter.title)),
        column("changes", |row: &ChapterRow| Cell::Count(row.changes)),
    ];
    Section::new("By chapter").bars(
        "Listed changes of codes and headers by chapter",
        chapters.values(),
        columns.into_iter().chain(Group::ALL.map(group)),
    )
}

/// Returns a row for each changed attribute.
fn attribute_values(report: &DiffReport<'_>) -> Section {
    let codes = report.changes.iter().filter(|row| !row.properties.is_empty()).count();
    let rows: Vec<_> = report
        .changes
        .iter()
        .flat_map(|row| row.properties.iter().map(move |property| (row, property)))
        .collect();
    type Row<'r, 'a> = (&'r ChangeRow<'a>, &'r PropertyChange<'a>);
    Section::new("Attribute values")
        .about("A row for each changed attribute, with its values in OLD and NEW.")
        .sheet("Attribute values")
        .shown(Shown::Workbook)
        .rows(
            &rows,
            [
                column("code", |(row, _): &Row<'_, '_>| Cell::Code(row.display.clone())),
                column("level", |(row, _): &Row<'_, '_>| Cell::from(row.level.word())),
                column("group", |(_, property): &Row<'_, '_>| Cell::from(property.group.id)),
                column("attribute", |(_, property): &Row<'_, '_>| Cell::from(property.name)),
                column("OLD", |(_, property): &Row<'_, '_>| Cell::from(property.old)),
                column("NEW", |(_, property): &Row<'_, '_>| Cell::from(property.new)),
            ],
        )
        .counted(codes)
}

/// Returns a row for each change: the same as the flat form, with both descriptions in full.
fn all_changes(report: &DiffReport<'_>) -> Section {
    Section::new("All changes")
        .about("Every listed change in the publisher's order, with the full descriptions in OLD and NEW.")
        .sheet("All changes")
        .shown(Shown::Workbook)
        .table("All changes", report.flat())
        .counted(report.changes.len())
}
