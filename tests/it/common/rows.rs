//! Releases made of rows.

use codeset::formats::{self, Options};
use codeset::model::{Edition, Release, SourceFile};

pub(crate) use super::row::row;

/// Reads a release from text.
pub(crate) fn release(name: &str, text: String, year: i16) -> Release {
    let options = Options { edition: Some(Edition::Year(year)), ..Options::default() };
    formats::read(vec![SourceFile::new(name, text.into_bytes())], &options).unwrap()
}
