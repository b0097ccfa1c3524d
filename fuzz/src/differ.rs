//! The same thing done in two ways: by `codeset`, and by another reader or a few simple lines.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{Reader, Xlsx};

use super::documents::scanned;
use super::{CROSSWALK, PLANS, file};
use codeset::formats::{self, Options};
use codeset::migrate::{self, Instructions, Migrated, Migration, Mode};
use codeset::model::Entry;

/// The codes of a sound order file are those at its fixed places: a number, a code, 0 or 1, two descriptions.
pub fn order_naive(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let is_sound = |line: &str| {
        line.is_ascii()
            && line.len() > 77
            && line.as_bytes()[..5].iter().all(u8::is_ascii_digit)
            && line[6..13].trim_end().bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
            && line.as_bytes()[6].is_ascii_uppercase()
            && (3..=7).contains(&line[6..13].trim_end().len())
            && [5, 13, 15, 76].iter().all(|at| line.as_bytes()[*at] == b' ')
            && matches!(line.as_bytes()[14], b'0' | b'1')
            && !line[16..76].trim().is_empty()
            && !line[77..].trim().is_empty()
            && line.bytes().all(|byte| !byte.is_ascii_control())
    };
    // A last line without its end may have been cut.
    if !text.ends_with('\n') || !text.lines().all(is_sound) {
        return;
    }
    let Ok(release) = formats::read(vec![file(bytes)], &Options::default()) else { return };
    let there: BTreeSet<&str> = text.lines().map(|line| line[6..13].trim_end()).collect();
    let found: BTreeSet<&str> = release.entries().map(Entry::code).collect();
    assert_eq!(found, there);
}

/// Words from which the fields of generated tables are taken; the first have changes.
const WORDS: [&str; 12] =
    ["Z59.0", "G35", "I10", "A00.0", "Z59.1", "", "a b", "it, is", "\"quoted\"", "two\nlines", "x'y", "G35x"];

/// Returns the rows of a table that an input describes: a byte for each cell, 0xFF ends a row.
fn rows(bytes: &[u8]) -> Vec<Vec<&'static str>> {
    let rows = bytes.split(|byte| *byte == 0xff).take(200);
    rows.map(|row| row.iter().take(12).map(|byte| WORDS[usize::from(*byte) % WORDS.len()]).collect())
        .collect()
}

/// Every cell of a column of codes is found, however the `csv` crate quotes its neighbors.
pub fn csv_cells(bytes: &[u8]) {
    let Some((style, bytes)) = bytes.split_first() else { return };
    let mut writer = csv::WriterBuilder::new();
    writer
        .quote_style(
            [csv::QuoteStyle::Always, csv::QuoteStyle::Necessary, csv::QuoteStyle::NonNumeric]
                [usize::from(*style) % 3],
        )
        .terminator([csv::Terminator::CRLF, csv::Terminator::Any(b'\n')][usize::from(*style / 3) % 2]);
    let mut writer = writer.from_writer(Vec::new());
    let header = ["code", "note", "n", "more", "a", "b", "c", "d", "e", "f", "g", "h"];
    let rows: Vec<Vec<&str>> = rows(bytes).into_iter().filter(|row| row.len() > 1).collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    if rows.len() < 3 {
        return;
    }
    writer.write_record(&header[..width]).expect("memory can be written");
    let mut wanted: BTreeMap<String, u64> = BTreeMap::new();
    // Nothing but codes in their column, so that it is one.
    let codes = ["Z590", "G35", "I10", "A000"];
    for (at, row) in rows.iter().enumerate() {
        let code = codes[row[0].len() % codes.len()];
        let mut cells = row.clone();
        cells[0] = code;
        // A word of the rest is no code: one that is would be found there.
        cells[1..]
            .iter_mut()
            .for_each(|cell| *cell = if cell.contains(['3', '5', '1', '0']) { "word" } else { *cell });
        cells.resize(width, "");
        writer.write_record(&cells).unwrap_or_else(|error| panic!("row {at}: {error}"));
        *wanted.entry(code.to_owned()).or_default() += 1;
    }
    let text = writer.into_inner().expect("memory can be written");
    // Only codes with a change are findings, and a column of one or two codes is not clear.
    wanted.retain(|code, _| code == "Z590" || code == "G35");
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    scanned("a.csv", &text).into_iter().for_each(|(code, places)| *found.entry(code).or_default() += places);
    for (code, places) in found.iter().filter(|(code, _)| wanted.contains_key(*code)) {
        assert_eq!(Some(places), wanted.get(code), "{code} in {}", String::from_utf8_lossy(&text));
    }
}

/// Changes a file by the rules alone.
fn migrated(name: &str, bytes: &[u8], take: &mut dyn FnMut(&Migrated<'_>)) {
    let options = migrate::Options {
        mode: Mode::Replace,
        descriptions: false,
        keeps_descriptions: true,
        past_rows: false,
        programs: false,
        text: false,
    };
    let decided = Instructions::default();
    let migration = Migration {
        plan: &PLANS[1],
        options,
        decided: &decided,
        crosswalk: &CROSSWALK,
        is_excepted: &|_, _| false,
    };
    if let Some(migrated) = migration.of(name, bytes) {
        take(&migrated);
    }
}

/// What a change leaves is left by a second one, and without a change there is no new content.
pub fn migrate_again(bytes: &[u8]) {
    for name in ["a.csv", "a.json", "a.yaml", "a.sql"] {
        let mut after = None;
        migrated(name, bytes, &mut |migrated| {
            assert_eq!(
                migrated.content.is_some(),
                !migrated.changes.is_empty(),
                "{name}: content is what changes made"
            );
            after.clone_from(&migrated.content);
        });
        let Some(after) = after else { continue };
        assert_ne!(after, bytes, "{name}: a change changes something");
    }
}

/// The cells of a workbook that a change does not name are the same for another reader.
pub fn migrate_workbook(bytes: &[u8]) {
    let before = super::workbook(bytes);
    let mut after = None;
    let mut changes = 0;
    migrated("a.xlsx", &before, &mut |migrated| {
        after.clone_from(&migrated.content);
        changes = migrated.changes.len();
    });
    let Some(after) = after else { return };
    let cells = |bytes: &[u8]| -> Option<Vec<String>> {
        // The reader may overflow on absurd references.
        let read = std::panic::AssertUnwindSafe(|| {
            let mut book = Xlsx::new(Cursor::new(bytes.to_vec())).ok()?;
            let range = book.worksheet_range("S").ok()?;
            (range.get_size().0 * range.get_size().1 < 100_000)
                .then(|| range.cells().map(|(row, column, cell)| format!("{row} {column} {cell}")).collect())
        });
        std::panic::catch_unwind(read).ok().flatten()
    };
    let (Some(before), Some(after)) = (cells(&before), cells(&after)) else { return };
    let before: BTreeSet<String> = before.into_iter().collect();
    let changed = after.iter().filter(|cell| !before.contains(*cell)).count();
    // Rows that are copied move those after them; then only the number of changes can be compared.
    if after.len() == before.len() {
        assert!(changed <= changes, "{changed} cells differ after {changes} changes");
    }
}
