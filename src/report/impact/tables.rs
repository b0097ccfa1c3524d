//! Parts of the report of `impact` that text and workbook share.

use super::ImpactReport;
use super::rows::{ImpactSummary, asked, lines};
use crate::base::{counted, grouped};
use crate::crosswalk::Disposition;
use crate::report::document::{Block, Cell, Table};
use crate::report::tabular::words_of;

impl ImpactReport<'_> {
    /// Returns the headline with its numbers: by status, by date, by chapter.
    pub(super) fn overview(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Text(self.headline())];
        blocks.extend(self.hidden().map(Block::Text));
        blocks.push(self.status_table());
        blocks.extend(self.date_table());
        blocks.extend(self.chapter_table());
        blocks
    }

    /// Describes the hidden numbers in a sentence.
    pub(super) fn hidden(&self) -> Option<String> {
        let suppressed = self.summary.suppressed?;
        Some(format!(
            "Line counts below {} are hidden, and so is anything that would reveal them. The lines of {} are not included in any sum.",
            suppressed.below,
            counted(suppressed.codes, "hidden code", "hidden codes"),
        ))
    }

    /// Returns the worklist, a row a code. Its last column is to be filled in.
    pub(super) fn worklist_table(&self) -> Table {
        let titles = [
            "lines",
            "amount",
            "decision",
            "code",
            "description",
            "first day",
            "code to use",
            "documentation must say",
            "target",
        ];
        let mut table = Table::new(&titles).numbers(&["lines", "amount"]);
        for item in self.worklist() {
            table.row(vec![
                lines(item.lines),
                Cell::from(item.amount),
                Cell::from(item.decision.map(Disposition::word)),
                Cell::Code(item.display.clone()),
                Cell::from(item.long),
                Cell::from(item.deadline),
                Cell::Code(item.replacements()),
                Cell::from(asked(item)),
                // A single code to use is filled in, because it is decided.
                match item.targets.as_slice() {
                    [only] => Cell::Code(only.display.clone()),
                    _ => Cell::Empty,
                },
            ]);
        }
        table
    }

    /// Returns a row for each owner.
    pub(super) fn owner_table(&self) -> Table {
        let titles = [
            "owner",
            "codes",
            "lines",
            "amount",
            "codes affected",
            "lines affected",
            "amount affected",
            "automatic",
            "needs review",
            "no successor",
        ];
        let mut table = Table::new(&titles).numbers(&titles[1..]);
        for owner in &self.by_owner {
            table.row(vec![
                Cell::from(owner.owner.as_str()),
                Cell::Count(owner.used.codes),
                lines(owner.used.lines),
                Cell::from(owner.used.amount),
                Cell::Count(owner.affected.codes),
                lines(owner.affected.lines),
                Cell::from(owner.affected.amount),
                Cell::Count(owner.automatic),
                Cell::Count(owner.choose),
                Cell::Count(owner.none),
            ]);
        }
        table.without_empty_columns()
    }

    /// Returns a row for each entry whose notes changed.
    pub(super) fn renoted_table(&self) -> Table {
        let mut table =
            Table::new(&["lines", "codes", "code", "title", "notes"]).numbers(&["lines", "codes"]);
        for row in &self.renoted {
            table.row(vec![
                lines(row.used.lines),
                Cell::Count(row.used.codes),
                Cell::Code(row.place.clone()),
                Cell::from(row.title),
                Cell::Words(words_of(&row.notes)),
            ]);
        }
        table
    }

    /// Summarizes the affected usage in a sentence or two.
    pub(super) fn headline(&self) -> String {
        let ImpactSummary { used, affected, .. } = &self.summary;
        let codes = format!("{} of {}", grouped(affected.codes), counted(used.codes, "code", "codes"));
        let (Some(lines_affected), Some(all), 0) = (affected.lines, used.lines, used.hidden) else {
            return format!("{codes} in use are no longer billable.");
        };
        let share = lines_affected as f64 / all.max(1) as f64 * 100.0;
        let all = counted(all, "line", "lines");
        let described = format!(
            "{} of {all} ({share:.1}%) use a code that is no longer billable: {codes}.",
            grouped(lines_affected)
        );
        match used.amount {
            Some(all) => {
                let charges = affected.amount.unwrap_or_default().in_dollars();
                format!("{described} They carry {charges} of {} in charges.", all.in_dollars())
            }
            None => described,
        }
    }

    fn date_table(&self) -> Vec<Block> {
        let Some(by_date) = &self.summary.by_date else { return Vec::new() };
        let mut table = Table::new(&["date of service", "lines"]).numbers(&["lines"]);
        for (words, count) in by_date.describe() {
            table.row(vec![Cell::from(words), Cell::Count(count)]);
        }
        vec![Block::Heading("By date".to_owned()), Block::Table(table)]
    }

    fn status_table(&self) -> Block {
        let mut table = Table::new(&["status", "codes", "lines"]).numbers(&["codes", "lines"]);
        for (status, weight) in &self.summary.by_status {
            table.row(vec![Cell::from(*status), Cell::Count(weight.codes), lines(weight.lines)]);
        }
        Block::Table(table)
    }

    fn chapter_table(&self) -> Vec<Block> {
        let lines_affected: Vec<_> =
            self.by_chapter.iter().filter(|chapter| chapter.affected.codes > 0).collect();
        if lines_affected.is_empty() {
            return Vec::new();
        }
        let titles = ["chapter", "title", "codes affected", "lines affected", "lines in use"];
        let mut table = Table::new(&titles).numbers(&titles[2..]);
        for chapter in lines_affected {
            table.row(vec![
                Cell::from(chapter.chapter),
                Cell::from(chapter.title),
                Cell::Count(chapter.affected.codes),
                lines(chapter.affected.lines),
                lines(chapter.used.lines),
            ]);
        }
        vec![Block::Heading("By chapter".to_owned()), Block::Table(table)]
    }
}
