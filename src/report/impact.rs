//! The report of `impact`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::crosswalk::{TargetRow, capital, last_day};
use super::diff::{ChangeRow, Texts};
use super::document::{Block, Cell, Document, Table};
use super::impact_attributes::{
    AttributeChangeRow, AttributeRow, AttributeSummary, AttributeTableRow, add_columns,
    blocks as attribute_blocks,
};
use super::{Page, ReleaseInfo, Report, SCHEMA_VERSION, Workbook, impact_page};
use crate::crosswalk::{Axis, Crosswalk, Decision};
use crate::diff::{Diff, words};
use crate::impact::{Amount, AttributeImpact, Impact, Item, Judged, Unknown, Weight};
use crate::model::{CodeSet, Problem, counted, grouped};

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
    fn of(judged: &Judged) -> Option<Self> {
        let Judged { right, too_late, too_early, never, before_old, undated } = *judged;
        let rows = Self { right, too_late, too_early, never_valid: never, before_old, undated };
        judged.has_days().then_some(rows)
    }

    fn told(&self) -> impl Iterator<Item = (&'static str, u64)> {
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
    /// Counts.
    pub summary: ImpactSummary,
    /// By chapter, where the set has chapters.
    pub by_chapter: Vec<ChapterRow>,
    /// Codes that lost validity, most lines first.
    pub items: Vec<ItemRow<'a>>,
    /// Codes that stay valid, but part of what they meant has a code of its own now.
    pub narrowed: Vec<ItemRow<'a>>,
    /// Codes whose description changed.
    pub reworded: Vec<ItemRow<'a>>,
    /// New codes in the categories in use, most used category first.
    pub new_for_you: Vec<NewCodeRow<'a>>,
    /// Headers used as if they were billable.
    pub headers: Vec<UnknownRow<'a>>,
    /// Codes in no release.
    pub unknown: Vec<UnknownRow<'a>>,
    /// Codes that stay valid and have another attribute now, most lines first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attribute_changes: Vec<AttributeChangeRow<'a>>,
    /// What the tables of attributes were read as.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attribute_tables: Vec<AttributeTableRow>,
    /// What is not as it should be.
    pub problems: Vec<Problem>,
    #[serde(skip)]
    pub(super) set: &'static CodeSet,
}

impl<'a> ImpactReport<'a> {
    /// Makes the report of an impact.
    pub fn new(diff: &Diff<'a>, crosswalk: &Crosswalk<'a>, impact: &Impact<'a>) -> Self {
        let set = diff.new.set;
        let by_status =
            impact.by_status.iter().map(|(status, weight)| (status.word(), (*weight).into())).collect();
        let items = |items: &[Item<'a>]| {
            items.iter().map(|item| item_row(item, impact.used.lines, crosswalk)).collect()
        };
        let unknown = |codes: &[Unknown<'a>]| codes.iter().map(|code| unknown_row(code, set)).collect();
        let releases = [diff.old, diff.new].into_iter().flat_map(|release| release.problems.clone());
        let others = diff.problems.iter().chain(&crosswalk.problems).chain(&impact.problems).cloned();
        Self {
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(diff.old),
            new: ReleaseInfo::of(diff.new),
            summary: ImpactSummary {
                used: impact.used.into(),
                affected: impact.affected.into(),
                by_status,
                by_date: ByDate::of(&impact.judged),
                attributes: BTreeMap::new(),
            },
            by_chapter: impact
                .by_chapter
                .iter()
                .map(|chapter| ChapterRow {
                    chapter: chapter.chapter,
                    title: chapter.title,
                    used: chapter.used.into(),
                    affected: chapter.affected.into(),
                })
                .collect(),
            items: items(&impact.items),
            narrowed: items(&impact.narrowed),
            reworded: items(&impact.reworded),
            new_for_you: impact
                .new_for_you
                .iter()
                .map(|new| NewCodeRow {
                    code: new.entry.code(),
                    display: new.entry.display(),
                    texts: Texts::of(new.entry),
                    category_lines: new.category_lines,
                })
                .collect(),
            headers: unknown(&impact.headers),
            unknown: unknown(&impact.unknown),
            attribute_changes: Vec::new(),
            attribute_tables: Vec::new(),
            problems: releases.chain(others).collect(),
            set,
        }
    }

    /// The same with the attributes of the codes.
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

    pub(super) fn headline(&self) -> String {
        let ImpactSummary { used, affected, .. } = &self.summary;
        let share = affected.lines as f64 / used.lines.max(1) as f64;
        let hit = format!(
            "{} of {} in use ({:.1} %) are hit: {} of {} can no longer be billed.",
            grouped(affected.lines),
            counted(used.lines, "line", "lines"),
            share * 100.0,
            grouped(affected.codes),
            counted(used.codes, "code", "codes"),
        );
        let Some(all) = used.amount else { return hit };
        format!("{hit} They stand on {} of {}.", affected.amount.unwrap_or_default(), all)
    }

    fn date_table(&self) -> Vec<Block> {
        let Some(by_date) = &self.summary.by_date else { return Vec::new() };
        let mut table = Table::new(&["on the day of the line", "lines"]).numbers(&["lines"]);
        for (words, lines) in by_date.told() {
            table.row(vec![Cell::from(words), Cell::Count(lines)]);
        }
        vec![Block::Heading("By date".to_owned()), Block::Table(table)]
    }

    fn status_table(&self) -> Block {
        let mut table = Table::new(&["status", "codes", "lines"]).numbers(&["codes", "lines"]);
        for (status, weight) in &self.summary.by_status {
            table.row(vec![Cell::from(*status), Cell::Count(weight.codes), Cell::Count(weight.lines)]);
        }
        Block::Table(table)
    }

    fn chapter_table(&self) -> Vec<Block> {
        let hit: Vec<_> = self.by_chapter.iter().filter(|chapter| chapter.affected.codes > 0).collect();
        if hit.is_empty() {
            return Vec::new();
        }
        let titles = ["chapter", "title", "codes hit", "lines hit", "lines in use"];
        let mut table = Table::new(&titles).numbers(&titles[2..]);
        for chapter in hit {
            table.row(vec![
                Cell::from(chapter.chapter),
                Cell::from(chapter.title),
                Cell::Count(chapter.affected.codes),
                Cell::Count(chapter.affected.lines),
                Cell::Count(chapter.used.lines),
            ]);
        }
        vec![Block::Heading("By chapter".to_owned()), Block::Table(table)]
    }

    fn item_table(heading: &str, items: &[ItemRow<'_>]) -> Vec<Block> {
        if items.is_empty() {
            return Vec::new();
        }
        let titles = [
            "lines",
            "share",
            "amount",
            "status",
            "decision",
            "code",
            "target",
            "description",
            "basis",
            "owners",
        ];
        let mut table = Table::new(&titles).numbers(&["lines", "share", "amount"]);
        for item in items {
            let owners: Vec<_> =
                item.owners.iter().map(|(owner, lines)| format!("{owner} {lines}")).collect();
            table.row(vec![
                Cell::Count(item.lines),
                Cell::Share(item.share),
                Cell::from(item.amount),
                Cell::Kind(item.status),
                Cell::from(item.decision.map(Decision::word)),
                Cell::Code(item.display.clone()),
                Cell::Empty,
                item.told(),
                Cell::Empty,
                Cell::from(owners.join(", ")),
            ]);
            for target in &item.targets {
                let mut row = vec![const { Cell::Empty }; 10];
                row[6] = Cell::Code(target.display.clone());
                row[7] = Cell::from(target.long);
                row[8] = Cell::from(target.basis());
                table.row(row);
            }
        }
        vec![
            Block::Heading(format!("{heading} ({})", items.len())),
            Block::Table(table.without_empty_columns()),
        ]
    }

    fn new_table(&self) -> Vec<Block> {
        if self.new_for_you.is_empty() {
            return Vec::new();
        }
        let mut table = Table::new(&["category lines", "code", "description"]).numbers(&["category lines"]);
        for new in &self.new_for_you {
            table.row(vec![
                Cell::Count(new.category_lines),
                Cell::Code(new.display.clone()),
                Cell::from(new.texts.long),
            ]);
        }
        let heading = format!("New for you ({}): new codes in categories you use", self.new_for_you.len());
        vec![Block::Heading(heading), Block::Table(table)]
    }

    fn unknown_table(heading: &str, codes: &[UnknownRow<'_>]) -> Vec<Block> {
        if codes.is_empty() {
            return Vec::new();
        }
        let mut table = Table::new(&["lines", "code", "likely"]).numbers(&["lines"]);
        for code in codes {
            table.row(vec![
                Cell::Count(code.lines),
                Cell::Code(code.display.clone()),
                Cell::from(code.likely),
            ]);
        }
        let table = table.without_empty_columns();
        vec![Block::Heading(format!("{heading} ({})", codes.len())), Block::Table(table)]
    }
}

impl ItemRow<'_> {
    fn told(&self) -> Cell {
        let texts = self
            .change
            .as_ref()
            .and_then(|change| Some((change.old.as_ref()?.long?, change.new.as_ref()?.long?)));
        texts.map_or_else(|| Cell::from(self.long), |(old, new)| Cell::Words(words(old, new)))
    }
}

fn item_row<'a>(item: &Item<'a>, all: u64, crosswalk: &Crosswalk<'_>) -> ItemRow<'a> {
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

fn unknown_row<'a>(unknown: &Unknown<'a>, set: &CodeSet) -> UnknownRow<'a> {
    UnknownRow {
        code: unknown.code,
        display: (set.display)(unknown.code),
        lines: unknown.lines,
        likely: unknown.likely,
    }
}

impl<'a> Report for ImpactReport<'a> {
    type Row = ItemRow<'a>;

    const NAME: &'static str = "impact";

    fn document(&self) -> Document {
        let title = format!("Impact of {} -> {}", self.old.title(), self.new.title());
        let mut blocks = vec![Block::Text(self.headline()), self.status_table()];
        blocks.extend(self.date_table());
        blocks.extend(self.chapter_table());
        blocks.extend(Self::item_table("Must fix", &self.items));
        blocks.extend(Self::item_table(
            "Narrowed: still valid, part of the meaning has a new code",
            &self.narrowed,
        ));
        blocks.extend(Self::item_table("Reworded", &self.reworded));
        let items: Vec<_> = self.items.iter().chain(&self.narrowed).collect();
        blocks.extend(attribute_blocks(&self.summary.attributes, &items, &self.attribute_changes));
        blocks.extend(self.new_table());
        blocks.extend(Self::unknown_table(&capital("headers used as if billable"), &self.headers));
        blocks.extend(Self::unknown_table("In no release", &self.unknown));
        Document { title, blocks }
    }

    fn table(&self) -> Table {
        let titles = [
            "code",
            "display",
            "description",
            "status",
            "lines",
            "share",
            "amount",
            "right",
            "too_late",
            "too_early",
            "owners",
            "decision",
            "targets",
            "target_displays",
            "basis",
        ];
        let mut table =
            Table::new(&titles).numbers(&["lines", "share", "amount", "right", "too_late", "too_early"]);
        let items: Vec<_> = self.items.iter().chain(&self.narrowed).chain(&self.reworded).collect();
        for item in &items {
            let owners: Vec<_> =
                item.owners.iter().map(|(owner, lines)| format!("{owner} {lines}")).collect();
            let targets: Vec<_> = item.targets.iter().map(|target| target.code).collect();
            let displays: Vec<_> = item.targets.iter().map(|target| target.display.as_str()).collect();
            let dated = |lines: fn(&ByDate) -> u64| {
                item.by_date.as_ref().map_or(Cell::Empty, |by_date| Cell::Count(lines(by_date)))
            };
            table.row(vec![
                Cell::Code(item.code.to_owned()),
                Cell::Code(item.display.clone()),
                Cell::from(item.long),
                Cell::from(item.status),
                Cell::Count(item.lines),
                Cell::Share(item.share),
                Cell::from(item.amount),
                dated(|by_date| by_date.right),
                dated(|by_date| by_date.too_late),
                dated(|by_date| by_date.too_early),
                Cell::from(owners.join("; ")),
                Cell::from(item.decision.map(Decision::word)),
                Cell::Code(targets.join(" ")),
                Cell::Code(displays.join(" ")),
                Cell::from(item.targets.first().map(TargetRow::basis)),
            ]);
        }
        add_columns(&mut table, &self.summary.attributes, &items);
        table
    }

    fn workbook(&self) -> Workbook {
        Workbook::plain(self.document(), self.table()).with_problems(&self.problems)
    }

    fn page(&self) -> Page {
        impact_page::page(self)
    }

    fn rows(&self) -> &[Self::Row] {
        &self.items
    }
}
