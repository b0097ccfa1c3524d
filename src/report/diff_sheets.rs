//! The sheets of a difference: new codes, deleted codes, reworded codes, changed attributes.

use super::Report;
use super::counts;
use super::diff::{ChangeRow, DiffReport, Texts};
use super::document::{Block, Cell, Table};
use super::pcs;
use super::workbook::{Contents, Workbook, sources};
use crate::diff::{Kind, Word, WordSide, words};
use crate::model::TextKind;

/// Returns the workbook of a difference.
pub(super) fn workbook(report: &DiffReport<'_>) -> Workbook {
    let came = entries(report, |kind| matches!(kind, Kind::Added | Kind::Promoted | Kind::Reactivated));
    let went = entries(report, Kind::is_deletion);
    let ours = report.ours.iter().flat_map(|ours| {
        [
            ("Your table", ours.finding_table(), "Rows of your table that something is the matter with."),
            ("Your table lacks", ours.missing_table(), "New billable codes that your table does not have."),
        ]
    });
    // The publishers count a code that became a header among the added headers; a reader looks for it once.
    let added = if report.summary.codes.demoted > 0 {
        "New, billable for the first time, or in use again. Codes that became category headers are counted among the added headers above, and are listed on Deleted."
    } else {
        "New, billable for the first time, or in use again."
    };
    let sheets = [
        ("Added", came, added),
        ("Deleted", went, "No longer valid on claims: removed, now a category header, or terminated."),
        ("Revised", revisions(report), "Old and new wording: deleted words are struck out, new words bold."),
        (
            "Notes",
            notes(report),
            "Deleted and new notes of the tabular list; they apply to every code below.",
        ),
        (
            "Tables",
            report.tables.as_deref().map(pcs::table).unwrap_or_default(),
            "Deleted and new rows and values of the tables, and the codes that they explain.",
        ),
        ("Attributes", attributes(report), "Attributes with their values in OLD and NEW."),
    ];
    let sheets: Vec<_> = sheets
        .into_iter()
        .chain(ours)
        .chain([("All changes", report.table(), "Every change, in the publisher's order.")])
        .collect();
    let mut contents = Contents::new("entries");
    for (name, table, meaning) in &sheets {
        contents.sheet(name, codes(table), table.rows.len(), meaning);
    }
    contents.sheet("Problems", 0, report.problems.len(), "Problems in the files.");
    let mut workbook =
        Workbook::new(report.title(), report.new.effective).page("Summary", summary(report, contents));
    for (name, table, _) in sheets {
        workbook = workbook.rows(name, table);
    }
    workbook.with_problems(&report.problems)
}

fn summary(report: &DiffReport<'_>, contents: Contents) -> Vec<Block> {
    let mut blocks = vec![Block::Table(counts::upright(&report.summary))];
    blocks.extend(report.remarks());
    blocks.extend(contents.blocks());
    blocks.extend(sources(&report.old, &report.new));
    blocks
}

/// Counts the entries in a table: one entry may have several rows, which follow each other.
fn codes(table: &Table) -> u64 {
    let Some(at) = table.columns.iter().position(|column| column.title == "code") else { return 0 };
    let mut codes: Vec<&Cell> = table.rows.iter().map(|row| &row[at]).collect();
    codes.dedup();
    codes.len() as u64
}

/// Returns the table of new or deleted entries, with their descriptions.
fn entries(report: &DiffReport<'_>, takes: impl Fn(Kind) -> bool) -> Table {
    let mut table = Table::new(&["kind", "level", "code", "display", "description", "short", "attributes"]);
    for row in report.changes.iter().filter(|row| takes(row.kind)) {
        let texts = row.new.as_ref().or(row.old.as_ref());
        table.row(vec![
            Cell::Kind(row.kind.word()),
            Cell::from(row.level.word()),
            Cell::Code(row.code.to_owned()),
            Cell::Code(row.display.clone()),
            Cell::from(texts.and_then(|texts| texts.long)),
            Cell::from(texts.and_then(|texts| texts.short)),
            Cell::from(row.attributes()),
        ]);
    }
    table
}

/// Returns a row for each changed description.
fn revisions(report: &DiffReport<'_>) -> Table {
    let titles = ["kind", "level", "code", "display", "text", "old", "new", "wording"];
    let mut table = Table::new(&titles);
    for row in &report.changes {
        for (kind, old, new) in revised(row) {
            let words = words(old, new);
            table.row(vec![
                Cell::Kind(row.kind.word()),
                Cell::from(row.level.word()),
                Cell::Code(row.code.to_owned()),
                Cell::Code(row.display.clone()),
                Cell::from(kind.word()),
                side(&words, WordSide::Old),
                side(&words, WordSide::New),
                Cell::from(row.revision.as_ref().map(|revision| revision.wording.word())),
            ]);
        }
    }
    table
}

/// Returns the descriptions of a change that differ; for a key whose meaning is another, the long one.
pub(super) fn revised<'a>(row: &ChangeRow<'a>) -> Vec<(TextKind, &'a str, &'a str)> {
    let (Some(old), Some(new)) = (&row.old, &row.new) else { return Vec::new() };
    let of = |texts: &Texts<'a>, kind| texts.text(kind).filter(|text| !text.is_empty());
    let both = |kind| Some((kind, of(old, kind)?, of(new, kind)?));
    match &row.revision {
        Some(revision) => revision.fields.iter().copied().filter_map(both).collect(),
        None if row.kind == Kind::Reused => both(TextKind::Long).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Returns the words of one description, marked where the other does not have them.
fn side(words: &[Word], side: WordSide) -> Cell {
    let mut runs: Vec<Word> = Vec::new();
    for word in words.iter().filter(|word| word.side == WordSide::Both || word.side == side) {
        match runs.last_mut().filter(|last| last.side == word.side) {
            Some(last) => last.text.push_str(&word.text),
            None => runs.push(word.clone()),
        }
    }
    Cell::Words(runs)
}

/// Returns a row for each kind of notes that changed.
fn notes(report: &DiffReport<'_>) -> Table {
    let titles = ["level", "code", "display", "description", "codes below", "kind of note", "old", "new"];
    let mut table = Table::new(&titles).numbers(&["codes below"]);
    for row in &report.changes {
        let long = row.new.as_ref().or(row.old.as_ref()).and_then(|texts| texts.long);
        for notes in &row.notes {
            table.row(vec![
                Cell::from(row.level.word()),
                Cell::Code(row.code.to_owned()),
                Cell::Code(row.display.clone()),
                Cell::from(long),
                row.codes_below.map_or(Cell::Empty, Cell::Count),
                Cell::from(notes.kind.title()),
                Cell::from(notes.old.join("\n")),
                Cell::from(notes.new.join("\n")),
            ]);
        }
    }
    table
}

/// Returns a row for each attribute that changed.
fn attributes(report: &DiffReport<'_>) -> Table {
    let titles = ["kind", "level", "code", "display", "description", "group", "attribute", "old", "new"];
    let mut table = Table::new(&titles);
    for row in &report.changes {
        let long = row.new.as_ref().or(row.old.as_ref()).and_then(|texts| texts.long);
        for property in &row.properties {
            table.row(vec![
                Cell::Kind(row.kind.word()),
                Cell::from(row.level.word()),
                Cell::Code(row.code.to_owned()),
                Cell::Code(row.display.clone()),
                Cell::from(long),
                Cell::from(property.group.id),
                Cell::from(property.name),
                Cell::from(property.old),
                Cell::from(property.new),
            ]);
        }
    }
    table
}
