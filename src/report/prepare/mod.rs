//! The report of `prepare`: the update of an organization, over all its code sets.

mod lists;
mod pages;
mod rows;
mod summary;
mod worklist;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::decided::DecidedRow;
use super::impact::{ItemRow, MonthRow};
use super::review::{Review, Reviewed};
use super::{GuidelinesPart, ImpactReport, SCHEMA_VERSION};
use crate::base::counted;
use crate::crosswalk::{Decided, Decisions, Effect};
use crate::diff::Diff;
use crate::impact::Amount;
use crate::model::{Decision, DecisionRow, Problem, sets};
use crate::view::{Metric, Tone};
pub(crate) use lists::{Listed, ListsRow, lists_view};
pub(crate) use pages::{LISTS, SUMMARY};
pub(crate) use rows::{PreparedItem, Progress, QuestionRow, ReviewerRow, SetRow};

/// What the report takes of one code set.
pub(crate) struct PreparedSet<'p, 'a> {
    /// The difference of its releases.
    pub(crate) diff: &'p Diff<'a>,
    /// The decisions.
    pub(crate) decisions: &'p Decisions,
    /// The codes in use.
    pub(crate) impact: ImpactReport<'a>,
    /// Claim lines, and those at risk, each once; `None` where small numbers are hidden.
    pub(crate) lines: Option<[u64; 2]>,
    /// Those of them that no earlier set has counted.
    pub(crate) first_lines: Option<[u64; 2]>,
    /// The amounts at risk that no earlier set has counted.
    pub(crate) amounts: [Option<Amount>; 2],
}

/// The report of `prepare`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PrepareReport<'a> {
    /// The version of the format.
    pub(crate) schema_version: u32,
    /// The key numbers.
    pub(crate) metrics: Vec<Metric>,
    /// The edition to prepare for, as it was asked for.
    pub(crate) edition: String,
    /// The first day on which one of the new releases is in effect.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) effective: Option<Date>,
    /// The usage and the decisions, over all sets.
    pub(crate) summary: PrepareSummary,
    /// The code sets.
    pub(crate) sets: Vec<SetRow>,
    /// The people who decide, most open codes first.
    pub(crate) reviewers: Vec<ReviewerRow>,
    /// The codes in use that lost validity or were narrowed, most lines first.
    pub(crate) items: Vec<PreparedItem<'a>>,
    /// The lines outside of the validity of their code, by month, over all sets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) by_month: Vec<MonthRow>,
    /// Open questions of reviewers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) questions: Vec<QuestionRow>,
    /// What was found in the lists, and what a migration would change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) lists: Vec<ListsRow>,
    /// The changes in sections of the Official Guidelines that name codes in use, where both releases have an edition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) guidelines: Vec<GuidelinesPart>,
    /// The differences from an earlier report, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<SinceRow>,
    /// The files that were written next to this one, by name.
    pub(crate) files: Vec<String>,
    /// The problems with the input.
    pub(crate) problems: Vec<Problem>,
    /// The decisions that were read, by code set, with their effects.
    #[serde(skip)]
    decided: BTreeMap<&'static str, Vec<DecidedRow>>,
}

/// The usage and the decisions, over all sets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PrepareSummary {
    /// Claim lines, each once. Where small numbers are hidden, or a query counted the lines, a line counts for each of its codes,
    /// and those of hidden codes are not among them.
    pub(crate) lines: u64,
    /// Those with a code that is no longer billable.
    pub(crate) lines_at_risk: u64,
    /// Codes that are no longer billable and whose lines are hidden, so that they are not among the lines.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) hidden_at_risk: u64,
    /// Amounts, each account once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<Amount>,
    /// Those of accounts with a code that is no longer billable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount_at_risk: Option<Amount>,
    /// Codes in use that are no longer billable.
    pub(crate) codes_at_risk: u64,
    /// The number of codes by the progress of the decision about them.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, u64>"))]
    pub(crate) progress: BTreeMap<Progress, u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl PrepareSummary {
    /// Returns the lines at risk in words; `None` where those of all codes are hidden.
    pub(super) fn lines_at_risk_in_words(&self) -> Option<String> {
        let lines = counted(self.lines_at_risk, "claim line", "claim lines");
        match self.hidden_at_risk {
            0 => Some(lines),
            hidden if hidden < self.codes_at_risk => Some(format!("at least {lines}")),
            _ => None,
        }
    }
}

/// The differences from an earlier report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SinceRow {
    /// The earlier file.
    pub(crate) file: String,
    /// Codes that were not listed before.
    pub(crate) new: Vec<String>,
    /// Codes that are no longer listed.
    pub(crate) gone: Vec<String>,
    /// Codes with other replacements than before.
    pub(crate) changed: Vec<String>,
    /// Codes that were open and are settled now.
    pub(crate) settled: Vec<String>,
}

/// What is kept of an earlier report to compare with.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Earlier {
    /// The files it lists.
    #[serde(default)]
    pub(crate) files: Vec<String>,
    /// Its codes.
    #[serde(default)]
    pub(crate) items: Vec<EarlierItem>,
}

/// A code of an earlier report.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct EarlierItem {
    code_set: String,
    display: String,
    progress: String,
    #[serde(default)]
    targets: Vec<EarlierTarget>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
struct EarlierTarget {
    code: String,
}

impl<'a> PrepareReport<'a> {
    /// Makes the report. `person_of` returns the person who decides for a department, if there is one.
    pub(crate) fn new(
        edition: &str,
        sets: Vec<PreparedSet<'_, 'a>>,
        person_of: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let mut summary = PrepareSummary::default();
        let mut decided = BTreeMap::new();
        let mut months = Vec::new();
        let (mut rows, mut items, mut questions, mut problems) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for set in sets {
            let affected = &set.impact.summary.affected;
            let by_code = [&set.impact.summary.used, affected].map(|row| row.lines.unwrap_or_default());
            let [lines, at_risk] = set.first_lines.unwrap_or(by_code);
            summary.lines += lines;
            summary.lines_at_risk += at_risk;
            summary.hidden_at_risk += affected.hidden;
            summary.codes_at_risk += affected.codes;
            for (amount, sum) in
                set.amounts.into_iter().zip([&mut summary.amount, &mut summary.amount_at_risk])
            {
                if let Some(amount) = amount {
                    amount.add_to(sum);
                }
            }
            months.extend(set.impact.by_month.iter().cloned());
            rows.push(SetRow::of(set.diff, &set.impact, set.lines));
            questions.extend(set.decisions.asked.iter().map(|row| QuestionRow::of(row, set.diff.new.set)));
            let mut all = not_applied(&set);
            all.extend(set.impact.decided);
            let settled: BTreeSet<&str> = codes_of(&all, DecidedRow::is_settled);
            let asked: BTreeSet<&str> = codes_of(&all, |row| row.status == Decision::Ask);
            for problem in &set.impact.problems {
                if !problems.contains(problem) {
                    problems.push(problem.clone());
                }
            }
            let progress = |row: &ItemRow<'a>| {
                if set.decisions.conflicts.contains(row.code) {
                    Progress::Conflict
                } else if settled.contains(row.code) {
                    Progress::Decided
                } else if asked.contains(row.code) {
                    Progress::Asked
                } else {
                    Progress::of(row)
                }
            };
            let listed: Vec<Progress> =
                set.impact.items.iter().chain(&set.impact.narrowed).map(progress).collect();
            let set_id = set.diff.new.set.id;
            decided.insert(set_id, all);
            for (row, progress) in set.impact.items.into_iter().chain(set.impact.narrowed).zip(listed) {
                if row.task().is_some() {
                    items.push(PreparedItem::new(set_id, progress, row, person_of));
                }
            }
        }
        items.sort_by_key(|item| std::cmp::Reverse(item.row.lines));
        for item in &items {
            *summary.progress.entry(item.progress).or_default() += 1;
        }
        let effective = rows.iter().filter_map(|row: &SetRow| row.new.effective).min();
        let reviewers = ReviewerRow::all(&items);
        let report = Self {
            schema_version: SCHEMA_VERSION,
            metrics: Vec::new(),
            edition: edition.to_owned(),
            effective,
            summary,
            sets: rows,
            reviewers,
            items,
            by_month: MonthRow::merged(months.iter()),
            questions,
            lists: Vec::new(),
            guidelines: Vec::new(),
            since: None,
            files: Vec::new(),
            problems,
            decided,
        };
        Self { metrics: report.metrics(), ..report }
    }

    /// Adds what changed in the guidelines, where it is known.
    #[must_use]
    pub(crate) fn with_guidelines(mut self, guidelines: impl IntoIterator<Item = GuidelinesPart>) -> Self {
        self.guidelines.extend(guidelines);
        self
    }

    /// Adds what was found in the lists.
    #[must_use]
    pub(crate) fn with_lists(mut self, lists: Vec<ListsRow>) -> Self {
        self.lists = lists;
        self
    }

    /// Compares with an earlier report.
    #[must_use]
    pub(crate) fn since(mut self, file: String, earlier: &Earlier) -> Self {
        let before: BTreeMap<(&str, &str), &EarlierItem> = earlier
            .items
            .iter()
            .map(|item| ((item.code_set.as_str(), item.display.as_str()), item))
            .collect();
        let mut since = SinceRow { file, ..SinceRow::default() };
        let mut listed = BTreeSet::new();
        for item in &self.items {
            let key = (item.code_set, item.row.display.as_str());
            listed.insert(key);
            let Some(earlier) = before.get(&key) else {
                since.new.push(item.row.display.clone());
                continue;
            };
            let now: BTreeSet<&str> = item.row.targets.iter().map(|target| target.code).collect();
            let then: BTreeSet<&str> = earlier.targets.iter().map(|target| target.code.as_str()).collect();
            if now != then {
                since.changed.push(item.row.display.clone());
            }
            let was_open =
                Progress::from_word(&earlier.progress).is_none_or(|progress| !progress.is_settled());
            if was_open && item.progress.is_settled() {
                since.settled.push(item.row.display.clone());
            }
        }
        let gone = before.keys().filter(|key| !listed.contains(*key));
        since.gone = gone.map(|(_, display)| (*display).to_owned()).collect();
        self.since = Some(since);
        self
    }

    /// Returns the number of codes with one of these states.
    pub(super) fn count(&self, states: &[Progress]) -> u64 {
        states.iter().filter_map(|state| self.summary.progress.get(state)).sum()
    }

    /// Returns the key numbers.
    fn metrics(&self) -> Vec<Metric> {
        let summary = &self.summary;
        let mut metrics = Vec::new();
        if summary.lines_at_risk_in_words().is_some() {
            let note = if summary.hidden_at_risk == 0 {
                let share = summary.lines_at_risk as f64 / summary.lines.max(1) as f64 * 100.0;
                format!("{share:.1}% of {}", counted(summary.lines, "claim line", "claim lines"))
            } else {
                format!("without those of {}", counted(summary.hidden_at_risk, "hidden code", "hidden codes"))
            };
            metrics.push(Metric::new(summary.lines_at_risk, "claim lines at risk", note, Tone::Bad));
        }
        if let (Some(at_risk), Some(all)) = (summary.amount_at_risk, summary.amount) {
            let note = format!("{} of {}", at_risk.in_dollars(), all.in_dollars());
            metrics.push(Metric::new(at_risk.whole(), "dollars at risk", note, Tone::Bad));
        }
        for progress in
            [Progress::Replace, Progress::Open, Progress::Asked, Progress::Decided, Progress::Conflict]
        {
            let count = self.count(&[progress]);
            if count > 0 || matches!(progress, Progress::Open | Progress::Decided) {
                metrics.push(Metric::new(count, progress.label(), progress.note(), progress));
            }
        }
        metrics
    }
}

/// Returns the codes of some decisions.
fn codes_of(rows: &[DecidedRow], is: impl Fn(&DecidedRow) -> bool) -> BTreeSet<&str> {
    rows.iter().filter(|row| is(row)).map(|row| row.source.as_str()).collect()
}

/// Returns the decisions that change no replacement: codes that were accepted for themselves, and open questions.
fn not_applied(set: &PreparedSet<'_, '_>) -> Vec<DecidedRow> {
    let decided = |table: &str, row: &DecisionRow| {
        let (table, row) = (table.to_owned(), row.clone());
        DecidedRow::of(
            &Decided { table, row, effect: Effect::Nothing, left_out: Vec::new() },
            set.diff.new.set,
        )
    };
    let stays = set.decisions.rows().filter(|(_, row)| row.verdict == Decision::Accept);
    let stays = stays.filter(|(_, row)| row.target.as_ref() == Some(&row.source));
    let asked = set.decisions.asked.iter().map(|row| (row.place.file.as_str(), row));
    stays.chain(asked).map(|(table, row)| decided(table, row)).collect()
}

impl PrepareReport<'_> {
    /// Returns the first page.
    pub(crate) fn index(&self) -> crate::view::Report {
        pages::index(self)
    }

    /// Returns the summary on one page.
    pub(crate) fn one_page(&self) -> crate::view::Report {
        summary::summary(self)
    }

    /// Returns the list that a person decides on; that of everybody without one.
    pub(crate) fn review(&self, person: Option<&str>) -> Review {
        let is_theirs =
            |item: &&PreparedItem<'_>| person.is_none_or(|person| item.reviewers.contains(person));
        let mut items = Vec::new();
        for item in self.items.iter().filter(is_theirs) {
            let set = self.sets.iter().find(|set| set.code_set == item.code_set);
            let (Some(set), Some(task)) = (set, item.row.task()) else { continue };
            let Some(code_set) = sets::by_id(item.code_set) else { continue };
            let decided = self.decided.get(item.code_set).map_or(&[][..], Vec::as_slice);
            let context = Reviewed { set: code_set, releases: &set.releases, decided };
            let mut reviewed = context.item(&item.row, task);
            if let Some(person) = person {
                reviewed.lines = item.lines_of(person);
                let departments = item.departments.get(person);
                let is_theirs =
                    |name: &String| departments.is_none_or(|own| own.is_empty() || own.contains(name));
                reviewed.owners.retain(|(name, _)| is_theirs(name));
            }
            if self.sets.len() > 1 {
                reviewed.set = set.title;
            }
            items.push(reviewed);
        }
        let releases = self.sets.iter().flat_map(|set| [("OLD", set.old.clone()), ("NEW", set.new.clone())]);
        let title = format!("Review for the update {}", self.edition);
        Review::new(title, person.map(str::to_owned), releases.collect(), self.edition.clone(), items)
    }

    /// Summarizes the update for a terminal.
    pub(crate) fn headline(&self) -> String {
        let decided = pages::decided(self);
        format!("{} {decided} decisions are made.", pages::lead(self))
    }

    /// Returns the worklist of a person; of everybody without one.
    pub(crate) fn worklist(&self, person: Option<&str>) -> crate::view::Report {
        worklist::worklist(self, person)
    }
}
