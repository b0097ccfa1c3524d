//! References to cells, as sheets write them: `B7`, `A1:C10`.

/// Rows of a sheet (ECMA-376, as Excel limits it).
pub(super) const MOST_ROWS: u32 = 1_048_576;

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

/// Parses a reference into row and column; `None` beyond the limits of a sheet.
pub(super) fn cell(text: &str) -> Option<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = text.split_at_checked(letters)?;
    if !(1..=3).contains(&letters.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let column = letters
        .bytes()
        .fold(0, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = digits.parse().ok().filter(|row| (1..=MOST_ROWS).contains(row))?;
    Some((row, column - 1))
}

/// Returns the reference to a cell.
pub(super) fn reference(row: u32, column: u32) -> String {
    let (mut letters, mut left) = (Vec::new(), column + 1);
    while left > 0 {
        left -= 1;
        letters.insert(0, char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    format!("{}{row}", letters.into_iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_they_are_written() {
        for (text, expected) in
            [("A1", (1, 0)), ("Z9", (9, 25)), ("AA10", (10, 26)), ("XFD1048576", (1_048_576, 16_383))]
        {
            assert_eq!(cell(text), Some(expected));
            assert_eq!(reference(expected.0, expected.1), text);
        }
        for text in ["", "A", "1", "A0", "AAAA1", "A1048577", "$A$1", "A-1", "É1"] {
            assert_eq!(cell(text), None, "{text}");
        }
        let area = Area::read("B2:C9").unwrap();
        assert!(area.holds(9, 1) && !area.holds(10, 1) && !area.holds(5, 0));
        assert_eq!(area.down_to(12), "B2:C12");
    }
}
