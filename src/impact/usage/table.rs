//! Text with delimiters: CSV, TSV, semicolons or pipes; long, with a code a row, or wide, with dx1, dx2, ...
//!
//! CMS's IDR extracts are such tables as well: `~` stands for none.

use std::io::{self, Read};

use super::input::Input;
use super::ledger::Ledger;
use super::rows::Rows;
use super::{Fault, Layout, UsageOptions};

/// Text with delimiters.
pub(super) struct Table;

impl Layout for Table {
    fn id(&self) -> &'static str {
        "table"
    }

    fn recognises(&self, head: &[u8], _: &UsageOptions) -> bool {
        !head.starts_with(b"PK\x03\x04")
    }

    fn read(&self, input: Input<'_>, options: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        let delimiter = delimiter(input.head());
        let mut table = reader(delimiter, input.bytes());
        let mut rows = Rows::new(options);
        let mut record = csv::ByteRecord::new();
        while next(&mut table, &mut record)? {
            rows.take(&record, ledger)?;
        }
        let what = match delimiter {
            b'\t' => "a table with tabs",
            b';' => "a table with semicolons",
            b'|' => "a table with pipes",
            _ => "CSV",
        };
        rows.finish(what, ledger)
    }
}

/// A reader of rows of any length.
pub(super) fn reader<R: Read>(delimiter: u8, reader: R) -> csv::Reader<R> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(reader)
}

/// Reads a row; says whether there was one.
pub(super) fn next<R: Read>(table: &mut csv::Reader<R>, record: &mut csv::ByteRecord) -> io::Result<bool> {
    // Only the system's reasons are passed on: nothing that was read.
    table.read_byte_record(record).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("its rows cannot be told apart"),
    })
}

/// The delimiter that the first line holds most of.
pub(super) fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let count = |delimiter: &u8| line.iter().filter(|byte| *byte == delimiter).count();
    // Of equally many the first in this list: a comma may stand in text, the others hardly do.
    let best = [b'\t', b'|', b';', b','].into_iter().rev().max_by_key(count).filter(|best| count(best) > 0);
    best.unwrap_or(b',')
}
