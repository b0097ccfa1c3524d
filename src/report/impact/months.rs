//! Lines that were billed before their code took effect or after it ended, by month.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::base::{counted, grouped};
use crate::impact::{Impact, Misdated, MonthUse};
use crate::model::CodeSet;
use crate::view::{Cell, Section, column};

/// Number of codes of a month that a chart names.
const NAMED: usize = 4;

/// The lines of a month that are outside of the validity of their code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct MonthRow {
    /// The month: `2025-10`.
    pub(crate) month: String,
    /// Lines before the code took effect.
    pub(crate) too_early: u64,
    /// Lines after the code ended.
    pub(crate) too_late: u64,
    /// The codes behind them, most lines first.
    pub(crate) codes: Vec<MonthCodeRow>,
}

/// A code with lines of a month that are outside of its validity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct MonthCodeRow {
    /// The code as people write it.
    pub(crate) display: String,
    /// Lines before it took effect.
    pub(crate) too_early: u64,
    /// Lines after it ended.
    pub(crate) too_late: u64,
}

impl MonthCodeRow {
    fn lines(&self) -> u64 {
        self.too_early.saturating_add(self.too_late)
    }
}

impl MonthRow {
    /// Returns the months of an impact, in order.
    pub(super) fn all(impact: &Impact<'_>, set: &CodeSet) -> Vec<Self> {
        let row = |(month, used): (&Date, &MonthUse<'_>)| {
            let code = |(code, lines): &(&str, Misdated)| MonthCodeRow {
                display: (set.display)(code),
                too_early: lines.too_early,
                too_late: lines.too_late,
            };
            let Misdated { too_early, too_late, .. } = used.lines;
            let month = month.strftime("%Y-%m").to_string();
            Self { month, too_early, too_late, codes: used.codes.iter().map(code).collect() }
        };
        impact.by_month.iter().map(row).collect()
    }

    /// Adds up the months of several code sets.
    pub(in crate::report) fn merged<'r>(rows: impl Iterator<Item = &'r Self>) -> Vec<Self> {
        let mut months: BTreeMap<&str, Self> = BTreeMap::new();
        for row in rows {
            match months.get_mut(row.month.as_str()) {
                Some(month) => {
                    month.too_early = month.too_early.saturating_add(row.too_early);
                    month.too_late = month.too_late.saturating_add(row.too_late);
                    month.codes.extend(row.codes.iter().cloned());
                    month.codes.sort_by(|a, b| (b.lines(), &a.display).cmp(&(a.lines(), &b.display)));
                }
                None => {
                    months.insert(&row.month, row.clone());
                }
            }
        }
        months.into_values().collect()
    }

    /// Returns a chart of months.
    pub(in crate::report) fn chart(rows: &[Self]) -> Section {
        let sum = |of: fn(&Self) -> u64| rows.iter().fold(0_u64, |sum, row| sum.saturating_add(of(row)));
        let (early, late) = (sum(|row| row.too_early), sum(|row| row.too_late));
        let early = (early > 0).then(|| {
            format!("{} dated before the code took effect.", counted(early, "line is", "lines are"))
        });
        let late = (late > 0)
            .then(|| format!("{} dated after the code had ended.", counted(late, "line is", "lines are")));
        let about: Vec<String> = early.into_iter().chain(late).collect();
        Section::new("Billed too early or too late").about(about.join(" ")).bars(
            "Lines outside of the validity of their code, by month",
            rows,
            [
                column("month", |row: &Self| Cell::from(row.month.as_str())),
                column("lines", |row: &Self| Cell::Count(row.too_early.saturating_add(row.too_late))),
                column("too early", |row: &Self| Cell::some(row.too_early)),
                column("too late", |row: &Self| Cell::some(row.too_late)),
                column("codes", |row: &Self| Cell::from(row.named())),
            ],
        )
    }

    /// Names the codes with most lines: `G35 40, O09.A0 3 and 2 more`.
    fn named(&self) -> String {
        let named = self.codes.iter().take(NAMED);
        let named: Vec<String> =
            named.map(|code| format!("{} {}", code.display, grouped(code.lines()))).collect();
        let more = match self.codes.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {} more", grouped(more as u64)),
        };
        named.join(", ") + &more
    }
}
