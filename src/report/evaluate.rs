//! The report of `evaluate`.

use serde::Serialize;

use super::document::{Block, Cell, Document, Table};
use super::problems_of;
use super::{ReleaseInfo, Report, SCHEMA_VERSION};
use crate::base::counted;
use crate::crosswalk::{Evaluation, EvidenceKind, Quality};
use crate::diff::Diff;
use crate::model::Problem;

/// Codes that lost validity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EvaluateSummary {
    /// The number of codes that lost validity.
    pub sources: u64,
    /// Those for which the official table has a successor.
    pub with_official: u64,
    /// Those for which it has none.
    pub without_official: u64,
}

/// The quality of one kind of suggestion.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct QualityRow {
    /// The kind.
    pub kind: EvidenceKind,
    /// Codes with an official successor that it was tried on: those for which no stronger kind had a proposal, for
    /// expansion those that became headers.
    pub asked: u64,
    /// Codes of these for which it proposed something.
    pub answered: u64,
    /// Proposals for these codes: pairs of a source and a target.
    pub proposed: u64,
    /// Proposals where the official table leads from this source to this target.
    pub correct: u64,
    /// The share of proposals that are correct; `null` if there are none.
    pub precision: Option<f64>,
    /// The share of the codes it was tried on with at least one correct proposal; `null` if there are none.
    pub recall: Option<f64>,
    /// The share of the codes it was tried on for which every official successor was proposed; `null` if there are
    /// none.
    pub complete: Option<f64>,
    /// Codes without an official successor for which it proposed something.
    pub proposed_without_official: u64,
}

impl QualityRow {
    fn of(quality: &Quality) -> Self {
        Self {
            kind: quality.kind,
            asked: quality.asked,
            answered: quality.answered,
            proposed: quality.proposed,
            correct: quality.correct,
            precision: quality.precision().map(rounded),
            recall: quality.recall().map(rounded),
            complete: quality.completeness().map(rounded),
            proposed_without_official: quality.proposed_without_official,
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let share = |share: Option<f64>| share.map_or(Cell::Empty, Cell::Share);
        vec![
            Cell::from(self.kind.word()),
            Cell::from(self.asked),
            Cell::from(self.answered),
            Cell::from(self.proposed),
            Cell::from(self.correct),
            share(self.precision),
            share(self.recall),
            share(self.complete),
            Cell::from(self.proposed_without_official),
        ]
    }
}

/// Rounds to four digits, because the number of codes does not justify more.
fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

/// The report of `evaluate`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EvaluateReport {
    /// The version of this form.
    pub schema_version: u32,
    /// The older release.
    pub old: ReleaseInfo,
    /// The newer release.
    pub new: ReleaseInfo,
    /// Codes that lost validity.
    pub summary: EvaluateSummary,
    /// One for each kind of suggestion, strongest first.
    pub evidence: Vec<QualityRow>,
    /// The problems with the input.
    pub problems: Vec<Problem>,
}

impl EvaluateReport {
    /// Makes the report of an evaluation over a difference.
    pub fn new(diff: &Diff<'_>, evaluation: &Evaluation<'_>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(evaluation.old),
            new: ReleaseInfo::of(evaluation.new),
            summary: EvaluateSummary {
                sources: evaluation.sources,
                with_official: evaluation.with_official,
                without_official: evaluation.sources - evaluation.with_official,
            },
            evidence: evaluation.kinds.iter().map(QualityRow::of).collect(),
            problems: problems_of(diff, &evaluation.problems),
        }
    }
}

impl Report for EvaluateReport {
    type Row = QualityRow;

    const NAME: &'static str = "evaluate";

    fn document(&self) -> Document {
        let title = format!("{} -> {}", self.old.title(), self.new.title());
        let summary = &self.summary;
        let described = format!(
            "{} no longer billable: {} with an official successor, {} without. The official table was hidden, and these are \
             the suggestions that the releases alone give.",
            counted(summary.sources, "code is", "codes are"),
            summary.with_official,
            summary.without_official,
        );
        let meaning = "Asked: codes with an official successor for which no stronger kind had a proposal; for expansion, \
                       those that became headers; answered: those of them that got a proposal. Precision: of the pairs of source and target that were proposed, those \
                       that the official table has. Recall: of the codes asked about, those with at least one correct \
                       proposal; complete: those for which every official successor was proposed. Without: codes without \
                       an official successor that got a proposal.";
        Document {
            title,
            blocks: vec![
                Block::Text(described),
                Block::Table(table(&self.evidence, "without")),
                Block::Text(meaning.to_owned()),
            ],
        }
    }

    fn table(&self) -> Table {
        table(&self.evidence, "proposed_without_official")
    }

    fn rows(&self) -> &[QualityRow] {
        &self.evidence
    }
}

fn table(rows: &[QualityRow], without: &'static str) -> Table {
    let titles =
        ["kind", "asked", "answered", "proposed", "correct", "precision", "recall", "complete", without];
    let mut table = Table::new(&titles).numbers(&titles[1..]);
    for row in rows {
        table.row(row.cells());
    }
    table
}
