//! The report of `impact`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::crosswalk::{TargetRow, capital};
use super::diff::Texts;
use super::document::{Block, Cell, Document, Table};
use super::impact_attributes::{
    AttributeChangeRow, AttributeRow, AttributeSummary, AttributeTableRow, add_columns,
    blocks as attribute_blocks,
};
use super::impact_rows::{
    ByDate, ChapterRow, ImpactSummary, ItemRow, NewCodeRow, UnknownRow, item_row, unknown_row,
};
use super::{Page, ReleaseInfo, Report, SCHEMA_VERSION, Workbook, impact_page};
use crate::crosswalk::{Crosswalk, Decision};
use crate::diff::Diff;
use crate::impact::{AttributeImpact, Impact, Item, Unknown};
use crate::model::{CodeSet, Problem, counted, grouped};

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
