//! The report of `impact` for people: its sections.

use super::ImpactReport;
use super::attributes::blocks as attribute_blocks;
use super::rows::{ItemRow, UnknownRow, lines, share};
use crate::crosswalk::Disposition;
use crate::report::crosswalk::capital;
use crate::report::decided::{asked, asked_for};
use crate::report::document::{Block, Cell, Document, Table};

impl ImpactReport<'_> {
    /// Returns the report for people.
    pub(super) fn describe(&self) -> Document {
        let title = self.title();
        let mut blocks = self.overview();
        blocks.extend(self.owner_section());
        blocks.extend(Self::item_table("Replace these codes", &self.items));
        blocks.extend(Self::item_table(
            "Narrowed: still valid, part of the meaning has a new code",
            &self.narrowed,
        ));
        blocks.extend(Self::item_table("Reworded", &self.reworded));
        if !self.renoted.is_empty() {
            let count = self.renoted.len();
            blocks.push(Block::Heading(format!("Notes changed above codes in use ({count})")));
            blocks.push(Block::Table(self.renoted_table()));
        }
        let items: Vec<_> = self.items.iter().chain(&self.narrowed).collect();
        blocks.extend(attribute_blocks(&self.summary.attributes, &items, &self.attribute_changes));
        blocks.extend(self.new_table());
        blocks.extend(Self::unknown_table(&capital("headers used as if billable"), &self.headers));
        blocks.extend(Self::unknown_table("Not found in any release", &self.unknown));
        Document { title, blocks }
    }

    fn owner_section(&self) -> Vec<Block> {
        if self.by_owner.is_empty() {
            return Vec::new();
        }
        vec![Block::Heading(format!("By owner ({})", self.by_owner.len())), Block::Table(self.owner_table())]
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
            "from",
            "code",
            "target",
            "description",
            "basis",
            "owners",
        ];
        let mut table = Table::new(&titles).numbers(&["lines", "share", "amount"]);
        for item in items {
            table.row(vec![
                lines(item.lines),
                share(item.share),
                Cell::from(item.amount),
                Cell::Kind(item.status.word()),
                Cell::from(item.decision.map(Disposition::word)),
                Cell::from(item.deadline),
                Cell::Code(item.display.clone()),
                Cell::Empty,
                item.describe(),
                Cell::Empty,
                Cell::from(item.owners_text(", ")),
            ]);
            for target in &item.targets {
                let mut row = vec![const { Cell::Empty }; titles.len()];
                row[7] = Cell::Code(target.display.clone());
                row[8] = Cell::from(target.long);
                row[9] = Cell::from(target.provenance.basis().as_ref());
                table.row(row);
            }
            for axis in asked_for(&item.ask, &item.targets) {
                let mut row = vec![const { Cell::Empty }; titles.len()];
                row[7] = Cell::Line(asked(axis));
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
                lines(new.category_lines),
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
            table.row(vec![lines(code.lines), Cell::Code(code.display.clone()), Cell::from(code.describe())]);
        }
        let table = table.without_empty_columns();
        vec![Block::Heading(format!("{heading} ({})", codes.len())), Block::Table(table)]
    }
}
