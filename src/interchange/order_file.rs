//! Releases as order files: the columns that `formats::icd10_order` reads.

use std::io::{self, Write};

use crate::model::{Level, Release};

/// Writes a release as an order file, CRLF, with order numbers from 00001.
///
/// # Errors
///
/// If the output cannot be written.
pub fn write_order_file(release: &Release, out: &mut dyn Write) -> io::Result<()> {
    for (at, entry) in release.in_publisher_order().into_iter().enumerate() {
        let flag = u8::from(entry.level() == Level::Code);
        let short = entry.short().unwrap_or("");
        write!(out, "{:05} {:<7} {flag} {short:<60} {}\r\n", at + 1, entry.code(), entry.long())?;
    }
    Ok(())
}
