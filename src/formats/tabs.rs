//! Lines of tab-separated cells with optional quotes, split without copying.

use std::borrow::Cow;

use memchr::memchr;

use super::rows::Row;
use super::workbook::Cell;

/// A cell of a line.
pub(super) struct Piece<'a> {
    /// The text as it is in the line, quotes included.
    pub(super) text: &'a str,
    /// The byte of the line at which it begins.
    pub(super) start: usize,
}

impl<'a> Piece<'a> {
    /// Returns its text; quotes inside quotes are doubled.
    pub(super) fn read(&self) -> Cow<'a, str> {
        match self.text.strip_prefix('"').map(|inner| inner.strip_suffix('"').unwrap_or(inner)) {
            None => Cow::Borrowed(self.text.trim()),
            Some(inner) if inner.contains("\"\"") => Cow::Owned(inner.trim().replace("\"\"", "\"")),
            Some(inner) => Cow::Borrowed(inner.trim()),
        }
    }
}

/// Splits a line into cells up to the first fault in its quotes, and returns them with a description of the fault.
pub(super) fn split(line: &str) -> (Vec<Piece<'_>>, Option<&'static str>) {
    let mut cells = Vec::with_capacity(18);
    let mut start = 0;
    loop {
        let rest = &line[start..];
        let length = if rest.starts_with('"') { quoted(rest) } else { memchr(b'\t', rest.as_bytes()) };
        let (length, fault) = match length {
            Some(length) if rest.as_bytes().get(length).is_none_or(|&byte| byte == b'\t') => (length, None),
            Some(_) => (rest.len(), Some("there is text after a closing quote")),
            None if rest.starts_with('"') => (rest.len(), Some("a quote is not closed")),
            None => (rest.len(), None),
        };
        cells.push(Piece { text: &rest[..length], start });
        start += length + 1;
        if fault.is_some() || start > line.len() {
            return (cells, fault);
        }
    }
}

/// Returns the length of the quoted cell at the beginning of a text, its quotes included.
fn quoted(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        at += memchr(b'"', &bytes[at..])? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// The cells of a row, from a text or a workbook.
pub(super) enum Cells<'r, 'a> {
    /// A line with tabs.
    Line(&'r [Piece<'a>]),
    /// A row of a workbook.
    Sheet(&'r Row),
}

impl Cells<'_, '_> {
    /// Returns the number of cells.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Line(pieces) => pieces.len(),
            Self::Sheet(row) => row.cells.len(),
        }
    }

    /// Returns the text of a cell, empty if the row does not have it.
    pub(super) fn get(&self, column: usize) -> Cow<'_, str> {
        match self {
            Self::Line(pieces) => pieces.get(column).map(Piece::read).unwrap_or_default(),
            Self::Sheet(row) => match row.cell(column) {
                Cell::Text(text) => Cow::Borrowed(text),
                other => Cow::Owned(other.to_string()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_split_at_tabs_outside_quotes() {
        let texts =
            |line| -> Vec<String> { split(line).0.iter().map(|piece| piece.read().into_owned()).collect() };
        assert_eq!(texts("a\t\"b\tc\"\t\"d \"\"e\"\"\"\t"), ["a", "b\tc", "d \"e\"", ""]);
        assert_eq!(texts("5\" wide\t\"\""), ["5\" wide", ""]);
        assert_eq!(split("a\t\"b\tc").1, Some("a quote is not closed"));
        assert_eq!(split("a\t\"b\"c\td").1, Some("there is text after a closing quote"));
    }
}
