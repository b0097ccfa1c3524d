//! The package of a workbook: members that change are compressed again, all others are copied in their compressed form.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, ZipArchive};

use crate::migrate::refusal::Refusal;

/// Returns the text of a member that may be written. A byte-order mark is part of it.
pub(super) fn plain(bytes: Vec<u8>) -> Result<String, Refusal> {
    let text = String::from_utf8(bytes).ok().filter(|text| !text.starts_with('\u{feff}'));
    text.ok_or(Refusal::NotUtf8)
}

/// Returns the package with other members in place of some. It has no timestamps, so it is the same every time.
pub(super) fn copied(bytes: &[u8], changed: &BTreeMap<String, String>) -> Result<Vec<u8>, Refusal> {
    let cannot = |error: zip::result::ZipError| Refusal::NotWritten(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(cannot)?;
    let changed: BTreeMap<usize, &String> =
        changed.iter().filter_map(|(name, text)| Some((archive.index_for_name(name)?, text))).collect();
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() + (64 << 10))));
    writer.set_raw_comment(archive.comment().into()).map_err(cannot)?;
    for at in 0..archive.len() {
        let member = archive.by_index_raw(at).map_err(cannot)?;
        let Some(text) = changed.get(&at) else {
            writer.raw_copy_file(member).map_err(cannot)?;
            continue;
        };
        let method = match member.compression() {
            CompressionMethod::Stored => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default().compression_method(method).system(zip::System::Unix);
        let options = options.last_modified_time(member.last_modified().unwrap_or_default());
        let name = member.name().map_err(cannot)?.into_owned();
        writer.start_file(name, options).map_err(cannot)?;
        writer.write_all(text.as_bytes()).map_err(|error| Refusal::NotWritten(error.to_string()))?;
    }
    writer.finish().map(Cursor::into_inner).map_err(cannot)
}
