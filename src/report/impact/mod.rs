//! The report of `impact`.

mod attributes;
mod choice;
mod flat;
mod months;
mod people;
mod rows;
mod worklist;

use std::collections::BTreeMap;

use serde::Serialize;

pub(crate) use attributes::{AttributeChangeRow, AttributeRow, AttributeSummary, AttributeTableRow};
pub(super) use choice::Choice;
pub(crate) use months::MonthRow;
use rows::{ByDate, ChapterRow, NewCodeRow, OwnerRow, RenotedRow, UnknownRow};
pub(super) use rows::{ImpactSummary, ItemRow};
pub(super) use worklist::work_columns;

use super::decided::{DecidedRow, Task, task_metrics};
use super::{GuidelinesPart, ReleaseInfo, Report, SCHEMA_VERSION};
use crate::crosswalk::{Crosswalk, Decided, releases_digest};
use crate::diff::Diff;
use crate::impact::{AttributeImpact, Impact, Item, Unknown, UsageTotals};
use crate::model::{CodeSet, Problem, ProblemCode};
use crate::view::{self, Metric, Table, Tone};

/// The report of `impact`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ImpactReport<'a> {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The older release.
    pub(crate) old: ReleaseInfo,
    /// The newer release.
    pub(crate) new: ReleaseInfo,
    /// The owner of these lines, where they belong to only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<String>,
    /// The key numbers.
    pub(crate) metrics: Vec<Metric>,
    /// Counts.
    pub(crate) summary: ImpactSummary,
    /// By chapter, where the set has chapters.
    pub(crate) by_chapter: Vec<ChapterRow>,
    /// The lines outside of the validity of their code, by month.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) by_month: Vec<MonthRow>,
    /// The usage by owner, most affected lines first; lines without an owner are not included.
    pub(crate) by_owner: Vec<OwnerRow>,
    /// Codes that lost validity, most lines first.
    pub(crate) items: Vec<ItemRow<'a>>,
    /// Codes that stay valid, but part of their meaning now has its own code.
    pub(crate) narrowed: Vec<ItemRow<'a>>,
    /// Codes whose description changed.
    pub(crate) reworded: Vec<ItemRow<'a>>,
    /// Notes of the tabular list that changed above codes in use, most lines first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) renoted: Vec<RenotedRow<'a>>,
    /// The changes in sections of the Official Guidelines that name codes in use, where both releases by name have an edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) guidelines: Option<GuidelinesPart>,
    /// New codes in the categories in use, most used category first.
    pub(crate) new_for_you: Vec<NewCodeRow<'a>>,
    /// Headers used as if they were billable.
    pub(crate) headers: Vec<UnknownRow<'a>>,
    /// Codes in no release.
    pub(crate) unknown: Vec<UnknownRow<'a>>,
    /// Codes that stay valid and have another attribute now, most lines first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) attribute_changes: Vec<AttributeChangeRow<'a>>,
    /// The tables of attributes, as they were read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) attribute_tables: Vec<AttributeTableRow>,
    /// The problems with the input.
    pub(crate) problems: Vec<Problem>,
    /// The user's decisions and their effects: for pages.
    #[serde(skip)]
    pub(super) decided: Vec<DecidedRow>,
    /// The digest of the files of both releases: for pages.
    #[serde(skip)]
    pub(super) releases: String,
    #[serde(skip)]
    pub(super) set: &'static CodeSet,
}

impl<'a> ImpactReport<'a> {
    /// Makes the report of an impact.
    pub fn new(diff: &Diff<'a>, crosswalk: &Crosswalk<'a>, impact: &Impact<'a>) -> Self {
        let set = diff.new.set;
        let by_status = impact.by_status.iter().map(|(status, weight)| (*status, (*weight).into())).collect();
        let items = |items: &[Item<'a>]| {
            items.iter().map(|item| ItemRow::of(item, impact.used.lines, crosswalk)).collect()
        };
        let unknown = |codes: &[Unknown<'a>]| codes.iter().map(|code| UnknownRow::of(code, set)).collect();
        let releases = [diff.old, diff.new].into_iter().flat_map(|release| release.problems.clone());
        let others = diff.problems.iter().chain(&crosswalk.problems).chain(&impact.problems).cloned();
        let report = Self {
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(diff.old),
            new: ReleaseInfo::of(diff.new),
            metrics: Vec::new(),
            owner: None,
            summary: ImpactSummary {
                used: impact.used.into(),
                affected: impact.affected.into(),
                by_status,
                by_date: ByDate::of(&impact.judged),
                attributes: BTreeMap::new(),
                suppressed: impact.suppressed.map(Into::into),
            },
            by_chapter: impact.by_chapter.iter().map(ChapterRow::of).collect(),
            by_month: MonthRow::all(impact, set),
            by_owner: impact.by_owner.iter().map(OwnerRow::of).collect(),
            items: items(&impact.items),
            narrowed: items(&impact.narrowed),
            reworded: items(&impact.reworded),
            renoted: impact.note_changes.iter().map(RenotedRow::of).collect(),
            guidelines: None,
            new_for_you: impact.new_for_you.iter().map(NewCodeRow::of).collect(),
            headers: unknown(&impact.headers),
            unknown: unknown(&impact.unknown),
            attribute_changes: Vec::new(),
            attribute_tables: Vec::new(),
            problems: releases.chain(others).collect(),
            decided: crosswalk.decided.iter().map(|decided| DecidedRow::of(decided, set)).collect(),
            releases: releases_digest(diff.old, diff.new),
            set,
        };
        let rows = report.items.iter().chain(&report.narrowed);
        let outdated: Vec<Problem> = outdated(rows, &crosswalk.decided).collect();
        let problems = report.problems.iter().cloned().chain(outdated).collect();
        Self { metrics: report.metrics(), problems, ..report }
    }

    /// Returns the key numbers.
    fn metrics(&self) -> Vec<Metric> {
        let (used, affected) = (&self.summary.used, &self.summary.affected);
        let lost = match (affected.lines, used.lines) {
            (Some(lines), Some(all)) => {
                format!("{}, {:.1}%", affected.lines_text(), lines as f64 / all.max(1) as f64 * 100.0)
            }
            _ => affected.lines_text(),
        };
        let mut metrics = vec![
            Metric::new(used.codes, "codes in use", used.lines_text(), Tone::Plain),
            Metric::new(affected.codes, "no longer billable", lost, Tone::Bad),
        ];
        let items: Vec<_> = self.items.iter().chain(&self.narrowed).collect();
        metrics.extend(task_metrics(&Task::ALL, |task| {
            let mut totals = UsageTotals::default();
            let items = items.iter().filter(|item| item.task() == Some(task));
            items.for_each(|item| totals.add_lines(item.lines));
            (totals.codes, rows::WeightRow::from(totals).lines_text())
        }));
        metrics
    }

    /// Adds the attributes of the codes.
    #[must_use]
    pub fn with_attributes(mut self, attributes: &AttributeImpact<'a>) -> Self {
        for item in self.items.iter_mut().chain(&mut self.narrowed) {
            item.attributes = AttributeRow::of_code(attributes, item.code);
        }
        self.summary.attributes = AttributeSummary::of(&attributes.totals);
        self.attribute_tables = AttributeTableRow::of(&attributes.totals);
        self.attribute_changes = attributes.changes.iter().map(AttributeChangeRow::of).collect();
        self.problems.extend(attributes.problems.iter().cloned());
        self
    }

    /// Adds what changed in the guidelines.
    #[must_use]
    pub(crate) fn with_guidelines(self, guidelines: Option<GuidelinesPart>) -> Self {
        Self { guidelines, ..self }
    }

    /// Marks it as the report of one owner.
    #[must_use]
    pub(crate) fn of_owner(mut self, owner: &str) -> Self {
        self.owner = Some(owner.to_owned());
        self.problems.clear();
        self
    }

    /// Returns the title, which names the releases and the owner.
    pub(super) fn title(&self) -> String {
        let owner = self.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
        format!("Impact of {} -> {}{owner}", self.old.title(), self.new.title())
    }
}

impl<'a> Report for ImpactReport<'a> {
    type Row = ItemRow<'a>;

    const NAME: &'static str = "impact";

    fn view(&self) -> view::Report {
        people::view(self)
    }

    fn flat(&self) -> Table {
        flat::table(self)
    }

    fn rows(&self) -> impl Iterator<Item = &Self::Row> {
        self.items.iter().chain(&self.narrowed).chain(&self.reworded)
    }
}

/// Reports the decisions that were made when other candidates, or another description, were shown.
fn outdated<'r>(
    rows: impl Iterator<Item = &'r ItemRow<'r>>,
    decided: &[Decided],
) -> impl Iterator<Item = Problem> {
    let rows: BTreeMap<&str, &ItemRow<'_>> = rows.map(|row| (row.code, row)).collect();
    decided.iter().filter_map(move |Decided { row, .. }| {
        let (made, item) = (row.item.as_ref()?, rows.get(row.source.as_str())?);
        let fact = format!(
            "{}: this was decided before its description or the proposed codes changed",
            item.display
        );
        let outdated = || Problem::new(ProblemCode::DecisionOutdated, row.place.clone(), fact);
        (*made != item.digest())
            .then(|| outdated().hint("the decision counts; look at the code again on the review page"))
    })
}
