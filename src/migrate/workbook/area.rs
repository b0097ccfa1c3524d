//! Areas of cells, as sheets write them: `B7`, `A1:C10`.

use crate::base::a1::{cell, reference};

/// A rectangle of cells: rows from 1, columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) first: (u32, u32),
    pub(super) last: (u32, u32),
}

impl Area {
    /// Reads `A1:C10`, or `A1`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        Some(Self { first: cell(first)?, last: cell(last)? })
    }

    /// Returns whether a cell lies in the area.
    pub(super) fn holds(self, row: u32, column: u32) -> bool {
        (self.first.0..=self.last.0).contains(&row) && (self.first.1..=self.last.1).contains(&column)
    }

    /// Writes the area with another last row.
    pub(super) fn down_to(self, row: u32) -> String {
        format!("{}:{}", reference(self.first.0, self.first.1), reference(row, self.last.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_read_as_it_is_written() {
        let area = Area::read("B2:C9").unwrap();
        assert!(area.holds(9, 1) && !area.holds(10, 1) && !area.holds(5, 0));
        assert_eq!(area.down_to(12), "B2:C12");
    }
}
