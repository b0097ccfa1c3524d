//! The report of `evaluate`.

use serde::Serialize;

use super::{ReleaseInfo, Report, SCHEMA_VERSION, editions, problems_of, sources};
use crate::base::counted;
use crate::crosswalk::{Evaluation, EvidenceKind, Quality};
use crate::diff::Diff;
use crate::model::Problem;
use crate::view::{self, Cell, Metric, Section, Table, Term, Tone, column};

/// Codes that lost validity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct EvaluateSummary {
    /// The number of codes that lost validity.
    pub(crate) sources: u64,
    /// Those for which the official table has a successor.
    pub(crate) with_official: u64,
    /// Those for which it has none.
    pub(crate) without_official: u64,
}

/// The quality of one kind of suggestion.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct QualityRow {
    /// The kind.
    pub(crate) kind: EvidenceKind,
    /// Codes with an official successor that it was tried on: those for which no stronger kind had a proposal, for
    /// expansion those that became headers.
    pub(crate) asked: u64,
    /// Codes of these for which it proposed something.
    pub(crate) answered: u64,
    /// Proposals for these codes: pairs of a source and a target.
    pub(crate) proposed: u64,
    /// Proposals where the official table leads from this source to this target.
    pub(crate) correct: u64,
    /// The share of proposals that are correct; `null` if there are none.
    pub(crate) precision: Option<f64>,
    /// The share of the codes it was tried on with at least one correct proposal; `null` if there are none.
    pub(crate) recall: Option<f64>,
    /// The share of the codes it was tried on for which every official successor was proposed; `null` if there are
    /// none.
    pub(crate) complete: Option<f64>,
    /// Codes without an official successor for which it proposed something.
    pub(crate) proposed_without_official: u64,
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
}

/// Rounds to four digits, because the number of codes does not justify more.
fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

/// The report of `evaluate`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct EvaluateReport {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The older release.
    pub(crate) old: ReleaseInfo,
    /// The newer release.
    pub(crate) new: ReleaseInfo,
    /// Codes that lost validity.
    pub(crate) summary: EvaluateSummary,
    /// The key numbers.
    pub(crate) metrics: Vec<Metric>,
    /// One for each kind of suggestion, strongest first.
    pub(crate) evidence: Vec<QualityRow>,
    /// The problems with the input.
    pub(crate) problems: Vec<Problem>,
}

impl EvaluateReport {
    /// Makes the report of an evaluation over a difference.
    pub(crate) fn new(diff: &Diff<'_>, evaluation: &Evaluation<'_>) -> Self {
        let summary = EvaluateSummary {
            sources: evaluation.sources,
            with_official: evaluation.with_official,
            without_official: evaluation.sources - evaluation.with_official,
        };
        let evidence: Vec<QualityRow> = evaluation.kinds.iter().map(QualityRow::of).collect();
        Self {
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(evaluation.old),
            new: ReleaseInfo::of(evaluation.new),
            metrics: metrics(&summary, &evidence),
            summary,
            evidence,
            problems: problems_of(diff, &evaluation.problems),
        }
    }
}

fn metrics(summary: &EvaluateSummary, evidence: &[QualityRow]) -> Vec<Metric> {
    let proposed = evidence.iter().map(|row| row.proposed).sum();
    let correct = evidence.iter().map(|row| row.correct).sum();
    vec![
        Metric::new(summary.sources, "no longer billable", "", Tone::Plain),
        Metric::new(summary.with_official, "with an official replacement", "", Tone::Plain),
        Metric::new(summary.without_official, "without an official replacement", "", Tone::Plain),
        Metric::new(
            correct,
            "correct suggestions",
            format!("of {}", counted(proposed, "suggestion", "suggestions")),
            Tone::Good,
        ),
    ]
}

/// The columns of the table, with their meanings.
const TERMS: [(&str, &str); 8] = [
    (
        "asked",
        "codes with an official replacement for which no stronger kind had a suggestion; for expansion, those that \
         became category headers",
    ),
    ("answered", "codes asked about that got a suggestion"),
    ("suggested", "suggestions: pairs of a code and its replacement"),
    ("correct", "suggestions that are in the official table"),
    ("precision", "correct suggestions, as a share of all suggestions"),
    ("recall", "codes asked about with at least one correct suggestion"),
    ("complete", "codes asked about for which every official replacement was suggested"),
    ("not official", "codes without an official replacement that got a suggestion"),
];

/// Says how the report is made.
const METHOD: &[&str] = &[
    "The official conversion table is ignored at first. Suggestions are derived from the releases alone and then \
     compared with the table.",
];

impl Report for EvaluateReport {
    type Row = QualityRow;

    const NAME: &'static str = "evaluate";

    fn view(&self) -> view::Report {
        let share = |name, of: fn(&QualityRow) -> Option<f64>| column(name, move |row| Cell::share(of(row)));
        let count = |name, of: fn(&QualityRow) -> u64| column(name, move |row| Cell::Count(of(row)));
        let quality = Section::new("Quality by kind of suggestion").sheet("Quality").rows(
            &self.evidence,
            [
                column("kind", |row: &QualityRow| Cell::from(row.kind.word())),
                count("asked", |row| row.asked),
                count("answered", |row| row.answered),
                count("suggested", |row| row.proposed),
                count("correct", |row| row.correct),
                share("precision", |row| row.precision),
                share("recall", |row| row.recall),
                share("complete", |row| row.complete),
                count("not official", |row| row.proposed_without_official),
            ],
        );
        let terms = TERMS.map(|(word, meaning)| Term::new(word, Tone::Plain, meaning));
        let report = view::Report {
            day: self.new.effective,
            editions: editions(&self.old, &self.new),
            ..view::Report::new(format!("{} -> {}", self.old.title(), self.new.title()))
        };
        report
            .heading("Quality of suggestions")
            .lead("Suggestions derived from the releases alone, compared with the official conversion table.")
            .metrics(&self.metrics)
            .section(quality)
            .section(Section::new("Terms").terms(terms))
            .problems(&self.problems)
            .appendix(sources(&self.old, &self.new, METHOD))
    }

    fn flat(&self) -> Table {
        let titles = [
            "kind",
            "asked",
            "answered",
            "proposed",
            "correct",
            "precision",
            "recall",
            "complete",
            "proposed_without_official",
        ];
        let mut table = Table::new(&titles);
        for row in &self.evidence {
            table.row(vec![
                Cell::from(row.kind.word()),
                Cell::Count(row.asked),
                Cell::Count(row.answered),
                Cell::Count(row.proposed),
                Cell::Count(row.correct),
                Cell::share(row.precision),
                Cell::share(row.recall),
                Cell::share(row.complete),
                Cell::Count(row.proposed_without_official),
            ]);
        }
        table
    }

    fn rows(&self) -> impl Iterator<Item = &QualityRow> {
        self.evidence.iter()
    }
}
