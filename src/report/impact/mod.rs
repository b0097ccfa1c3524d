//! The report of `impact`.

mod attributes;
mod document;
mod flat;
mod page;
mod rows;
mod sheets;
mod tables;

use std::collections::BTreeMap;

use serde::Serialize;

pub use attributes::{AttributeChangeRow, AttributeRow, AttributeSummary, AttributeTableRow};
use rows::{ByDate, ChapterRow, ImpactSummary, ItemRow, NewCodeRow, OwnerRow, RenotedRow, UnknownRow};

use super::document::{Document, Table};
use super::{Page, ReleaseInfo, Report, SCHEMA_VERSION, Workbook};
use crate::crosswalk::Crosswalk;
use crate::diff::Diff;
use crate::impact::{AttributeImpact, Impact, Item, Unknown};
use crate::model::{CodeSet, Problem};

/// The report of `impact`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ImpactReport<'a> {
    /// The version of this form.
    pub schema_version: u32,
    /// The older release.
    pub old: ReleaseInfo,
    /// The newer release.
    pub new: ReleaseInfo,
    /// The owner of these lines, where they belong to only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Counts.
    pub summary: ImpactSummary,
    /// By chapter, where the set has chapters.
    pub by_chapter: Vec<ChapterRow>,
    /// The usage by owner, most affected lines first; lines without an owner are not included.
    pub by_owner: Vec<OwnerRow>,
    /// Codes that lost validity, most lines first.
    pub items: Vec<ItemRow<'a>>,
    /// Codes that stay valid, but part of their meaning now has its own code.
    pub narrowed: Vec<ItemRow<'a>>,
    /// Codes whose description changed.
    pub reworded: Vec<ItemRow<'a>>,
    /// Notes of the tabular list that changed above codes in use, most lines first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub renoted: Vec<RenotedRow<'a>>,
    /// New codes in the categories in use, most used category first.
    pub new_for_you: Vec<NewCodeRow<'a>>,
    /// Headers used as if they were billable.
    pub headers: Vec<UnknownRow<'a>>,
    /// Codes in no release.
    pub unknown: Vec<UnknownRow<'a>>,
    /// Codes that stay valid and have another attribute now, most lines first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attribute_changes: Vec<AttributeChangeRow<'a>>,
    /// The tables of attributes, as they were read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attribute_tables: Vec<AttributeTableRow>,
    /// The problems with the input.
    pub problems: Vec<Problem>,
    #[serde(skip)]
    set: &'static CodeSet,
}

impl<'a> ImpactReport<'a> {
    /// Returns whether the codes of its set have first and last days of their own.
    fn has_own_days(&self) -> bool {
        self.set.first_day.is_some()
    }

    /// Makes the report of an impact.
    pub fn new(diff: &Diff<'a>, crosswalk: &Crosswalk<'a>, impact: &Impact<'a>) -> Self {
        let set = diff.new.set;
        let by_status =
            impact.by_status.iter().map(|(status, weight)| (status.word(), (*weight).into())).collect();
        let items = |items: &[Item<'a>]| {
            items.iter().map(|item| ItemRow::of(item, impact.used.lines, crosswalk)).collect()
        };
        let unknown = |codes: &[Unknown<'a>]| codes.iter().map(|code| UnknownRow::of(code, set)).collect();
        let releases = [diff.old, diff.new].into_iter().flat_map(|release| release.problems.clone());
        let others = diff.problems.iter().chain(&crosswalk.problems).chain(&impact.problems).cloned();
        Self {
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(diff.old),
            new: ReleaseInfo::of(diff.new),
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
            by_owner: impact.by_owner.iter().map(OwnerRow::of).collect(),
            items: items(&impact.items),
            narrowed: items(&impact.narrowed),
            reworded: items(&impact.reworded),
            renoted: impact.renoted.iter().map(RenotedRow::of).collect(),
            new_for_you: impact.new_for_you.iter().map(NewCodeRow::of).collect(),
            headers: unknown(&impact.headers),
            unknown: unknown(&impact.unknown),
            attribute_changes: Vec::new(),
            attribute_tables: Vec::new(),
            problems: releases.chain(others).collect(),
            set,
        }
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

    /// Marks it as the report of one owner.
    #[must_use]
    pub fn of_owner(mut self, owner: &str) -> Self {
        self.owner = Some(owner.to_owned());
        self.problems.clear();
        self
    }

    /// Returns the codes that need work, most lines first.
    fn worklist(&self) -> Vec<&ItemRow<'a>> {
        let mut items: Vec<_> = self.items.iter().chain(&self.narrowed).collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.lines));
        items
    }

    fn title(&self) -> String {
        let owner = self.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
        format!("Impact of {} -> {}{owner}", self.old.title(), self.new.title())
    }
}

impl<'a> Report for ImpactReport<'a> {
    type Row = ItemRow<'a>;

    const NAME: &'static str = "impact";

    fn document(&self) -> Document {
        self.describe()
    }

    fn table(&self) -> Table {
        flat::table(self)
    }

    fn workbook(&self) -> Workbook {
        sheets::workbook(self)
    }

    fn page(&self) -> Page {
        page::page(self)
    }

    fn rows(&self) -> &[Self::Row] {
        &self.items
    }
}
