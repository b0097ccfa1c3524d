//! Reports as CSV for Excel: UTF-8 with a byte-order mark, CRLF, every cell in quotes, no executable content.

use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::people;
use crate::view::{Cell, HIDDEN, Table};

/// Marks the file as UTF-8 for spreadsheets.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Writes a table.
pub(crate) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    write_records(Some(table.columns.iter().map(|column| column.title.as_ref()).collect()), table, out)
}

/// Writes a table with our lines in place of its titles, for a program that has its own form of them.
pub(crate) fn write_below(lines: &[&str], table: &Table, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    lines.iter().try_for_each(|line| write!(out, "{line}\r\n"))?;
    write_records(None, table, out)
}

fn write_records(titles: Option<Vec<&str>>, table: &Table, out: &mut dyn Write) -> io::Result<()> {
    // Not "quote all but numbers": 02700E6 is a code, and would be read as a number.
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).quote_style(QuoteStyle::Always).from_writer(out);
    if let Some(titles) = titles {
        writer.write_record(titles).map_err(plain)?;
    }
    for row in &table.rows {
        writer.write_record(row.iter().map(field)).map_err(plain)?;
    }
    writer.flush()
}

/// Returns the error of the output itself, so that a closed output is recognized.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Count(count) => count.to_string(),
        Cell::Hidden => HIDDEN.to_owned(),
        Cell::Change(change) => change.to_string(),
        Cell::Amount(amount) => amount.to_string(),
        Cell::Share(share) => format!("{share:.4}"),
        Cell::Day(day) => day.to_string(),
        Cell::Link(link) => guarded(&link.file),
        cell => guarded(&people::text(cell)),
    }
}

/// Guards a text so that no spreadsheet reads it as a formula. Excel takes the full-width signs of East Asian keyboards for the
/// others.
fn guarded(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            format!("'{text}")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"] {
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
