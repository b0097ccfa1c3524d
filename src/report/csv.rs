//! Reports as CSV for Excel: UTF-8 with a byte-order mark, CRLF, every cell in quotes, nothing that runs.

use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::document::{Cell, Table};
use crate::diff::WordSide;

/// Writes a table.
pub(super) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"\xef\xbb\xbf")?;
    // Not "quote what is no number": 02700E6 is a code, and would be taken for one.
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).quote_style(QuoteStyle::Always).from_writer(out);
    writer.write_record(table.columns.iter().map(|column| column.title.as_ref())).map_err(plain)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(field)).map_err(plain)?;
    }
    writer.flush()
}

/// The error of the output itself, so that a reader that went away is known as one.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Line(text) | Cell::Code(text) => guarded(text),
        Cell::Count(count) => count.to_string(),
        Cell::Change(change) => change.to_string(),
        Cell::Amount(amount) => amount.to_string(),
        Cell::Share(share) => format!("{share:.4}"),
        Cell::Kind(kind) => (*kind).to_owned(),
        Cell::Words(words) => {
            let new = words.iter().filter(|word| word.side != WordSide::Old);
            guarded(&new.map(|word| word.text.as_str()).collect::<String>())
        }
    }
}

/// A text that no spreadsheet takes for a formula.
fn guarded(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert!(guarded(text).starts_with('\''), "{text}");
        }
        assert_eq!(guarded("A00.0"), "A00.0");
    }

    #[test]
    fn texts_are_quoted_and_lines_end_in_crlf() {
        let mut table = Table::new(&["code", "lines"]).numbers(&["lines"]);
        table.row(vec![Cell::Code("02700E6".to_owned()), Cell::Count(12)]);
        let mut out = Vec::new();
        write(&table, &mut out).unwrap();
        assert_eq!(out, b"\xef\xbb\xbf\"code\",\"lines\"\r\n\"02700E6\",\"12\"\r\n");
    }
}
