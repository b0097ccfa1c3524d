//! Releases made of rows.

use codeset::formats::{self, Options};
use codeset::model::{Edition, Release, SourceFile};

/// A row of an order file.
pub(crate) fn row(number: usize, code: &str, flag: u8, short: &str, long: &str) -> String {
    format!("{number:05} {code:<7} {flag} {short:<60} {long}\r\n")
}

/// Reads a release from text.
pub(crate) fn release(name: &str, text: String, year: i16) -> Release {
    let options = Options { edition: Some(Edition::Year(year)), ..Options::default() };
    formats::read(vec![SourceFile::new(name, text.into_bytes())], &options).unwrap()
}
