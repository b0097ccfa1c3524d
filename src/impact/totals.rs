//! Totals of usage.

use super::usage::{Amount, Tally};

/// Totals of usage: distinct codes, and lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UsageTotals {
    /// Distinct codes.
    pub codes: u64,
    /// Lines.
    pub lines: u64,
    /// The amounts of the rows, claims and items that name one of the codes, each counted once; `None` where there are
    /// none, or it is not known which of them name several.
    pub amount: Option<Amount>,
    /// Codes whose lines are hidden, and not among the lines.
    pub hidden: u64,
}

impl UsageTotals {
    /// Adds a code with its usage.
    pub(super) fn add(&mut self, tally: &Tally) {
        self.add_lines(tally.known_lines());
    }

    /// Returns the lines, without those of hidden codes; `None` where all are hidden.
    pub fn known_lines(self) -> Option<u64> {
        (self.codes == 0 || self.hidden < self.codes).then_some(self.lines)
    }

    /// Adds a code with its lines, if they may be known.
    pub fn add_lines(&mut self, lines: Option<u64>) {
        self.codes += 1;
        self.lines = self.lines.saturating_add(lines.unwrap_or(0));
        self.hidden += u64::from(lines.is_none());
    }
}
