//! The report of `impact` for people: its sections.

use super::ImpactReport;
use super::rows::{ImpactSummary, ItemRow, UnknownRow};
use crate::crosswalk::Decision;
use crate::model::{counted, grouped};
use crate::report::crosswalk::capital;
use crate::report::document::{Block, Cell, Document, Table};

impl ImpactReport<'_> {
    /// The report for people.
    pub(super) fn told(&self) -> Document {
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
        blocks.extend(self.new_table());
        blocks.extend(Self::unknown_table(&capital("headers used as if billable"), &self.headers));
        blocks.extend(Self::unknown_table("In no release", &self.unknown));
        Document { title, blocks }
    }

    fn headline(&self) -> String {
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
        let mut table = Table::new(&["lines", "code", "likely reason"]).numbers(&["lines"]);
        for code in codes {
            table.row(vec![
                Cell::Count(code.lines),
                Cell::Code(code.display.clone()),
                Cell::from(code.told()),
            ]);
        }
        let table = table.without_empty_columns();
        vec![Block::Heading(format!("{heading} ({})", codes.len())), Block::Table(table)]
    }
}
