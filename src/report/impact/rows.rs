//! The rows of the report of `impact`: what stands in its JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::crosswalk::Decision;
use crate::diff::words;
use crate::impact::{Amount, CategoryUse, Item, Judged, NewCode, Reason, Unknown, Weight};
use crate::model::CodeSet;
use crate::report::crosswalk::TargetRow;
use crate::report::diff::{ChangeRow, Texts};
use crate::report::document::Cell;

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
    /// Attributes that change with the code, by name: none in this version.
    pub attributes: BTreeMap<String, String>,
    /// The descriptions before and after, where they changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeRow<'a>>,
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
    /// The likely reason why it is in no release; none of headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonRow<'a>>,
}

/// Why a code is likely in no release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReasonRow<'a> {
    /// `placeholder`, `ended` (before OLD), `incomplete`, `other-set`, `typo` or `never-valid`.
    pub kind: &'static str,
    /// The codes that may have been meant; of a code that ended, where the publisher's table leads to.
    pub nearest: Vec<NearestRow<'a>>,
}

/// A code that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NearestRow<'a> {
    /// The code as files hold it.
    pub code: &'a str,
    /// The code as people write it.
    pub display: String,
    /// Its long description.
    pub long: &'a str,
}

impl<'a> ReasonRow<'a> {
    fn of(reason: &Reason<'a>) -> Self {
        let nearest = reason.nearest.iter().map(|entry| NearestRow {
            code: entry.code(),
            display: entry.display(),
            long: entry.shown_long(),
        });
        Self { kind: reason.kind.word(), nearest: nearest.collect() }
    }
}

impl UnknownRow<'_> {
    /// The likely reason in words.
    pub(super) fn told(&self) -> String {
        let Some(reason) = &self.reason else { return String::new() };
        let codes: Vec<_> = reason.nearest.iter().map(|code| code.display.as_str()).collect();
        let codes = codes.join(", ");
        match (reason.kind, codes.is_empty()) {
            ("placeholder", _) => "a placeholder of a program".to_owned(),
            ("ended", true) => "ended before OLD".to_owned(),
            ("ended", false) => format!("ended before OLD; the table leads to {codes}"),
            ("incomplete", true) => "characters are missing".to_owned(),
            ("incomplete", false) => format!("characters are missing; did you mean {codes}?"),
            ("other-set", _) => format!("likely a code of {}", self.likely.unwrap_or("another set")),
            ("typo", _) => format!("did you mean {codes}?"),
            _ => "never valid, as far as these files say".to_owned(),
        }
    }
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

impl<'a> ItemRow<'a> {
    pub(super) fn of(item: &Item<'a>, all: u64) -> Self {
        let mapping = item.mapping.as_ref();
        Self {
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
        }
    }
}

impl<'a> UnknownRow<'a> {
    pub(super) fn of(unknown: &Unknown<'a>, set: &CodeSet) -> Self {
        Self {
            code: unknown.code,
            display: (set.display)(unknown.code),
            lines: unknown.lines,
            likely: unknown.likely,
            reason: unknown.reason.as_ref().map(ReasonRow::of),
        }
    }
}

impl ChapterRow {
    pub(super) fn of(chapter: &CategoryUse) -> Self {
        Self {
            chapter: chapter.chapter,
            title: chapter.title,
            used: chapter.used.into(),
            affected: chapter.affected.into(),
        }
    }
}

impl<'a> NewCodeRow<'a> {
    pub(super) fn of(new: &NewCode<'a>) -> Self {
        Self {
            code: new.entry.code(),
            display: new.entry.display(),
            texts: Texts::of(new.entry),
            category_lines: new.category_lines,
        }
    }
}
