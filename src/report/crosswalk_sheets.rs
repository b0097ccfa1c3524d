//! The sheets of a crosswalk: automatic replacements, codes that need review, codes without a successor.

use super::crosswalk::{CrosswalkReport, MappingRow, TargetRow, capital, trace};
use super::decided::{DecidedRow, answer_text};
use super::document::{Block, Cell, Table};
use super::workbook::{Contents, FillIn, NOTE, STATUS, WHEN, WHO, Workbook, glossary, sources};
use crate::crosswalk::{Disposition, EvidenceKind, Relationship, Status};
use crate::diff::Kind;

/// The columns that a team fills in; they are read back with --map.
const TO_DECIDE: [FillIn; 4] = [STATUS, NOTE, WHO, WHEN];

/// The column for a code that has no target yet.
const TO_FIND: FillIn = FillIn {
    title: "target",
    words: &[],
    meaning: "The code to use instead, if you know one; then accept it.",
};

/// Returns the provenance of each kind of evidence, and its meaning.
pub(super) fn meaning(kind: EvidenceKind) -> (&'static str, &'static str) {
    match kind {
        EvidenceKind::Official => {
            ("fact", "The publisher says so: a row of the conversion table, or the record of a dead code.")
        }
        EvidenceKind::Reviewed => ("yours", "You say so: a row of a table of decisions."),
        EvidenceKind::Expansion => ("suggestion", "The billable codes below a code that became a header."),
        EvidenceKind::FilledPlaceholder => {
            ("suggestion", "New codes that have a character where the code has the placeholder X.")
        }
        EvidenceKind::BillableParent => ("suggestion", "The code above it, which is newly billable."),
        EvidenceKind::SameDescription => ("suggestion", "New codes with the same long description."),
        EvidenceKind::OneCharacter => {
            ("suggestion", "The code that differs in one character and whose description says less.")
        }
        EvidenceKind::Index => {
            ("suggestion", "The index leads there now from the terms that led to the code.")
        }
        EvidenceKind::SimilarDescription => ("suggestion", "New codes whose description is like it."),
    }
}

/// A sheet of mappings.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) meaning: &'static str,
    pub(super) takes: fn(&MappingRow<'_>) -> bool,
}

/// The parts. Codes that stay valid have their own: they need no replacement.
pub(super) const PARTS: [Part; 4] = [
    Part {
        name: "Automatic",
        meaning: "May be replaced without looking at the case: one official target of equal meaning, or the one you accepted.",
        takes: |mapping| !is_narrowed(mapping) && mapping.decision == Disposition::Automatic,
    },
    Part {
        name: "Choose",
        meaning: "Needs review: several targets, or a suggestion.",
        takes: |mapping| !is_narrowed(mapping) && mapping.decision == Disposition::Choose,
    },
    Part {
        name: "Narrowed",
        meaning: "Still valid, but part of its meaning now has its own code. Above, they are counted as needing review.",
        takes: is_narrowed,
    },
    Part {
        name: "None known",
        meaning: "Neither a publisher's row nor a suggestion is there.",
        takes: |mapping| !is_narrowed(mapping) && mapping.decision == Disposition::None,
    },
];

/// The meaning of each relationship of a source to a target.
pub(super) const RELATIONSHIPS: [(Relationship, &str); 4] = [
    (Relationship::Equivalent, "The same."),
    (Relationship::SourceIsNarrowerThanTarget, "The target means more: other codes lead to it as well."),
    (Relationship::SourceIsBroaderThanTarget, "The target means less: there are other targets."),
    (Relationship::RelatedTo, "They overlap, or no more is known."),
];

fn is_narrowed(mapping: &MappingRow<'_>) -> bool {
    mapping.source.status == Status::Changed(Kind::Narrowed)
}

/// Returns the workbook of a crosswalk.
pub(super) fn workbook(report: &CrosswalkReport<'_>) -> Workbook {
    let none = if report.is_reverse() { "No predecessor" } else { "No successor" };
    let mut contents = Contents::new("codes");
    let mut sheets = Vec::new();
    for part in &PARTS {
        let mappings: Vec<_> = report.mappings.iter().filter(|mapping| (part.takes)(mapping)).collect();
        let name = if part.name == "None known" { none } else { part.name };
        let table = mapping_table(&mappings);
        contents.sheet(name, mappings.len() as u64, table.rows.len(), part.meaning);
        sheets.push((name, table));
    }
    let questions = questions(report);
    let asked = report.mappings.iter().filter(|mapping| !mapping.distinguish.is_empty()).count();
    contents.sheet(
        "Questions",
        asked as u64,
        questions.rows.len(),
        "What the record must specify to choose a code.",
    );
    let decisions = decision_table(&report.decisions);
    if !report.decisions.is_empty() {
        contents.sheet("Decisions", 0, decisions.rows.len(), "What you decided, and what it did.");
    }
    contents.sheet("Problems", 0, report.problems.len(), "Problems in the files.");
    let mut workbook =
        Workbook::new(report.title(), report.new.effective).page("Summary", summary(report, contents));
    for (name, table) in sheets {
        workbook = workbook.to_fill_in(name, table, &to_fill_in(report, name == none));
    }
    workbook.rows("Questions", questions).rows("Decisions", decisions).with_problems(&report.problems)
}

/// Returns the columns to fill in. Decisions are about successors, so a reverse crosswalk has none.
fn to_fill_in(report: &CrosswalkReport<'_>, finds: bool) -> Vec<FillIn> {
    if report.is_reverse() {
        return Vec::new();
    }
    finds.then_some(TO_FIND).into_iter().chain(TO_DECIDE).collect()
}

fn summary(report: &CrosswalkReport<'_>, contents: Contents) -> Vec<Block> {
    let mut blocks = vec![report.describe()];
    blocks.extend(contents.blocks());
    if !report.is_reverse() {
        blocks.push(Block::Heading("To decide".to_owned()));
        blocks.push(Block::Text(
            "Fill in the yellow columns and give this workbook back with --map: status is accept, reject or choose; \
             note, who and when are yours. Rows without a status stay open. All sheets are read."
                .to_owned(),
        ));
    }
    blocks.push(Block::Heading("Evidence, strongest first".to_owned()));
    blocks.push(evidence(report));
    blocks.push(Block::Heading("Relationship of the old code's meaning to the target's".to_owned()));
    blocks.push(glossary(
        "relationship",
        &RELATIONSHIPS.map(|(relationship, meaning)| (relationship.word(), meaning)),
    ));
    blocks.extend(sources(&report.old, &report.new));
    blocks
}

fn evidence(report: &CrosswalkReport<'_>) -> Block {
    let titles = ["evidence", "codes", "standing", "what it means", "measured"];
    let mut table = Table::new(&titles).numbers(&["codes"]);
    let count = |word: &str| Cell::Count(report.summary.by_evidence.get(word).copied().unwrap_or(0));
    for kind in EvidenceKind::ALL {
        let (standing, meaning) = meaning(*kind);
        table.row(vec![
            Cell::from(kind.word()),
            count(kind.word()),
            Cell::from(standing),
            Cell::from(meaning),
            Cell::from(kind.measured(report.set()).map_or(String::new(), |measured| measured.to_string())),
        ]);
    }
    let reason = Cell::from(capital(report.reason()));
    table.row(vec![Cell::from("none"), count("none"), Cell::Empty, reason, Cell::Empty]);
    Block::Table(table)
}

/// Returns a row for each source with one of its targets.
fn mapping_table(mappings: &[&MappingRow<'_>]) -> Table {
    let titles = [
        "lines",
        "amount",
        "owners",
        "source",
        "source display",
        "source description",
        "change",
        "last valid in",
        "target",
        "target display",
        "target description",
        "relationship",
        "evidence",
        "file and row",
        "with",
        "trace",
    ];
    let mut table = Table::new(&titles).numbers(&titles[..2]);
    for mapping in mappings {
        for (at, target) in mapping.each_target().enumerate() {
            table.row(mapping.volumes(at == 0).into_iter().chain(row(mapping, target)).collect());
        }
    }
    table
}

fn row(mapping: &MappingRow<'_>, target: Option<&TargetRow<'_>>) -> Vec<Cell> {
    let of = |field: fn(&TargetRow<'_>) -> Cell| target.map_or(Cell::Empty, field);
    vec![
        Cell::Code(mapping.source.code.to_owned()),
        Cell::Code(mapping.source.display.clone()),
        Cell::from(mapping.source.long),
        Cell::Kind(mapping.source.status.word()),
        Cell::from(mapping.source.last_valid_in.as_deref()),
        of(|target| Cell::Code(target.code.to_owned())),
        of(|target| Cell::Code(target.display.clone())),
        of(|target| Cell::from(target.long)),
        of(|target| Cell::from(target.relationship.word())),
        of(|target| Cell::from(target.provenance.basis().as_ref())),
        of(|target| Cell::from(target.place())),
        of(|target| if target.with.is_empty() { Cell::Empty } else { Cell::Code(target.with.join(" ")) }),
        Cell::from(trace(mapping, target)),
    ]
}

/// Returns a row for each answer to each question.
fn questions(report: &CrosswalkReport<'_>) -> Table {
    let mut table = Table::new(&[
        "source",
        "source display",
        "source description",
        "asks for",
        "if the record says",
        "then",
    ]);
    for mapping in &report.mappings {
        for axis in &mapping.distinguish {
            for value in &axis.values {
                table.row(vec![
                    Cell::Code(mapping.source.code.to_owned()),
                    Cell::Code(mapping.source.display.clone()),
                    Cell::from(mapping.source.long),
                    Cell::from(axis.axis.word()),
                    Cell::from(answer_text(value)),
                    Cell::Code(value.targets.join(", ")),
                ]);
            }
        }
    }
    table
}

/// Decisions under the titles by which they are read back.
fn decision_table(decisions: &[DecidedRow]) -> Table {
    let titles = ["source", "target", "status", "effect", "left out", "note", "who", "when", "file", "row"];
    let mut table = Table::new(&titles).numbers(&["row"]);
    for row in decisions {
        table.row(vec![
            Cell::Code(row.source_display.clone()),
            row.target_display.clone().map_or(Cell::Empty, Cell::Code),
            Cell::from(row.status),
            Cell::from(row.effect.word()),
            Cell::from(row.left_out.join(" ")),
            Cell::from(row.note.as_deref()),
            Cell::from(row.who.as_deref()),
            Cell::from(row.when.as_deref()),
            Cell::from(row.file.as_str()),
            Cell::Count(row.row.into()),
        ]);
    }
    table
}
