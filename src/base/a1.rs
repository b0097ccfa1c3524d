//! References to cells of a sheet as spreadsheets write them: `B7`.

/// Maximum number of rows of a sheet.
pub(crate) const MOST_ROWS: u32 = 1_048_576;

/// Maximum number of letters of a column: the last one is `XFD`.
const MOST_LETTERS: usize = 3;

/// Returns the letters of a column, which is counted from 0.
pub(crate) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters.iter().rev().collect()
}

/// Returns the column, from 0, that letters name, in upper or lower case.
pub(crate) fn column(letters: &str) -> Option<u32> {
    let is_column = (1..=MOST_LETTERS).contains(&letters.len())
        && letters.bytes().all(|letter| letter.is_ascii_alphabetic());
    let digit = |letter: u8| u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    is_column.then(|| letters.bytes().fold(0, |column, letter| column * 26 + digit(letter)) - 1)
}

/// Returns the row, from 1, and the column, from 0, of a reference to a cell.
pub(crate) fn cell(text: &str) -> Option<(u32, u32)> {
    let digits = text.find(|char: char| char.is_ascii_digit())?;
    let (letters, digits) = text.split_at(digits);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let row = digits.parse().ok().filter(|row| (1..=MOST_ROWS).contains(row))?;
    Some((row, column(letters)?))
}

/// Returns the reference to a cell, by its row, from 1, and its column, from 0.
pub(crate) fn reference(row: u32, column: u32) -> String {
    format!("{}{row}", letters(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_they_are_written() {
        for (text, expected) in [
            ("A1", (1, 0)),
            ("Z9", (9, 25)),
            ("AA10", (10, 26)),
            ("ZZ1", (1, 701)),
            ("AAA1", (1, 702)),
            ("XFD1048576", (1_048_576, 16_383)),
        ] {
            assert_eq!(cell(text), Some(expected));
            assert_eq!(reference(expected.0, expected.1), text);
        }
        for text in ["", "A", "1", "A0", "AAAA1", "A1048577", "A99999999999", "$A$1", "A-1", "A1B", "\u{c9}1"]
        {
            assert_eq!(cell(text), None, "{text}");
        }
        assert_eq!(
            (column("c"), column("XFD"), column("C1"), column("")),
            (Some(2), Some(16_383), None, None)
        );
    }
}
