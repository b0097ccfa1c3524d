//! The rows of the report of `impact`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::crosswalk::{TargetRow, last_day};
use super::diff::{ChangeRow, Texts};
use super::document::Cell;
use super::impact_attributes::{AttributeRow, AttributeSummary};
use crate::crosswalk::{Axis, Crosswalk, Decision};
use crate::diff::words;
use crate::impact::{Amount, Item, Judged, Unknown, Weight};
use crate::model::CodeSet;

/// How much is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WeightRow {
    /// Different codes.
    pub codes: u64,
    /// Lines.
    pub lines: u64,
    /// The amounts of the rows, claims and items that name one of the codes, each counted once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
}

impl From<Weight> for WeightRow {
    fn from(weight: Weight) -> Self {
        Self { codes: weight.codes, lines: weight.lines, amount: weight.amount }
    }
}

/// How lines were judged by their days: before NEW takes effect by OLD, from then on by NEW.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ByDate {
    /// The code was valid on the day.
    pub right: u64,
    /// The code was no longer valid on the day.
    pub too_late: u64,
    /// The code was not yet valid on the day.
    pub too_early: u64,
    /// The code is not valid in either release.
    pub never_valid: u64,
    /// The day is before OLD takes effect: not judged.
    pub before_old: u64,
    /// There is no day that can be read: not judged.
    pub undated: u64,
}

impl ByDate {
    /// `None` where no line has a day.
    pub(super) fn of(judged: &Judged) -> Option<Self> {
        let Judged { right, too_late, too_early, never, before_old, undated } = *judged;
        let rows = Self { right, too_late, too_early, never_valid: never, before_old, undated };
        judged.has_days().then_some(rows)
    }

    pub(super) fn told(&self) -> impl Iterator<Item = (&'static str, u64)> {
        [
            ("right when billed", self.right),
            ("too late: no longer valid", self.too_late),
            ("too early: not yet valid", self.too_early),
            ("valid in neither release", self.never_valid),
            ("before OLD; not judged", self.before_old),
            ("no date; not judged", self.undated),
        ]
        .into_iter()
        .filter(|(_, lines)| *lines > 0)
    }
}

/// Counts of an impact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ImpactSummary {
    /// Everything in use.
    pub used: WeightRow,
    /// What lost validity: removed, demoted or terminated.
    pub affected: WeightRow,
    /// By what became of the codes.
    pub by_status: BTreeMap<&'static str, WeightRow>,
    /// Lines by how their days judge them, where lines have days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_date: Option<ByDate>,
    /// What becomes of each attribute that was asked for, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, AttributeSummary>,
}

/// A code in use that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ItemRow<'a> {
    /// The code as files hold it.
    pub code: &'a str,
    /// The code as people write it.
    pub display: String,
    /// Its long description, in OLD if it was there.
    pub long: &'a str,
    /// What became of it.
    pub status: &'static str,
    /// How often it is used.
    pub lines: u64,
    /// Its share of all lines, from 0 to 1.
    pub share: f64,
    /// The amounts of the rows, claims and items that name it. One that names several codes counts for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// Its lines by how their days judge them, where lines have days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_date: Option<ByDate>,
    /// Lines by owner.
    pub owners: BTreeMap<&'a str, u64>,
    /// Whether it may be replaced without looking; `null` where it need not be replaced.
    pub decision: Option<Decision>,
    /// What may be used instead.
    pub targets: Vec<TargetRow<'a>>,
    /// The attributes of the code and of what may be used instead, by name.
    pub attributes: BTreeMap<&'a str, AttributeRow<'a>>,
    /// The descriptions before and after, where they changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeRow<'a>>,
    /// What documentation must state to choose among the targets: for pages.
    #[serde(skip)]
    pub(super) questions: Vec<Axis>,
    /// The ways to targets that took more than a step: for pages.
    #[serde(skip)]
    pub(super) ways: Vec<String>,
    /// The last day on which it may be used, if it lost validity and the day is known: for pages.
    #[serde(skip)]
    pub(super) last_day: Option<Date>,
}

/// A new code in a category in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NewCodeRow<'a> {
    /// The code as files hold it.
    pub code: &'a str,
    /// The code as people write it.
    pub display: String,
    /// Its descriptions.
    pub texts: Texts<'a>,
    /// Lines of all codes in use in its category.
    pub category_lines: u64,
}

/// A code in use that is in no release, or is a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UnknownRow<'a> {
    /// The code as files would hold it.
    pub code: &'a str,
    /// The code as people write it.
    pub display: String,
    /// How often it is used.
    pub lines: u64,
    /// The set it most likely belongs to, by its form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likely: Option<&'static str>,
}

/// The usage of one chapter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChapterRow {
    /// The chapter's number.
    pub chapter: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What is used.
    pub used: WeightRow,
    /// What of it lost validity.
    pub affected: WeightRow,
}

impl ItemRow<'_> {
    pub(super) fn told(&self) -> Cell {
        let texts = self
            .change
            .as_ref()
            .and_then(|change| Some((change.old.as_ref()?.long?, change.new.as_ref()?.long?)));
        texts.map_or_else(|| Cell::from(self.long), |(old, new)| Cell::Words(words(old, new)))
    }
}

pub(super) fn item_row<'a>(item: &Item<'a>, all: u64, crosswalk: &Crosswalk<'_>) -> ItemRow<'a> {
    let mapping = item.mapping.as_ref();
    ItemRow {
        code: item.entry.code(),
        display: item.entry.display(),
        long: item.entry.shown_long(),
        status: item.status.word(),
        lines: item.tally.lines,
        share: (item.tally.lines as f64 / all.max(1) as f64 * 1e6).round() / 1e6,
        amount: item.tally.amount,
        by_date: ByDate::of(&item.tally.judged),
        owners: item.tally.owners.iter().map(|(owner, lines)| (owner.as_str(), *lines)).collect(),
        decision: mapping.map(|mapping| mapping.decision),
        targets: mapping
            .map(|mapping| mapping.targets.iter().map(TargetRow::of).collect())
            .unwrap_or_default(),
        attributes: BTreeMap::new(),
        change: item.change.revision.as_ref().map(|_| ChangeRow::of(item.change)),
        questions: mapping.map(|mapping| mapping.distinguish.clone()).unwrap_or_default(),
        ways: mapping.map(|mapping| mapping.trace.clone()).unwrap_or_default(),
        last_day: item
            .status
            .is_hit()
            .then(|| last_day(item.entry.code(), item.mapping.as_ref(), crosswalk))
            .flatten(),
    }
}

pub(super) fn unknown_row<'a>(unknown: &Unknown<'a>, set: &CodeSet) -> UnknownRow<'a> {
    UnknownRow {
        code: unknown.code,
        display: (set.display)(unknown.code),
        lines: unknown.lines,
        likely: unknown.likely,
    }
}
