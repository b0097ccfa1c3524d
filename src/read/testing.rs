//! A sink for the tests of readers: it describes what it receives, in words.

use std::io::{Cursor, Write};

use zip::write::{SimpleFileOptions, ZipWriter};

use super::{Container, FieldId, FieldName, ReadError, Row, Sink};

/// Builds a package of these members.
pub(crate) fn zipped(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Truncates and corrupts a file at many positions; the reader must not panic.
pub(crate) fn bears_anything(bytes: &[u8], read: fn(&[u8], &mut dyn Sink) -> Result<(), ReadError>) {
    let step = (bytes.len() / 150).max(1);
    for at in (0..bytes.len()).step_by(step) {
        let _ = read(&bytes[..at], &mut Seen::default());
        for bits in [0xff, 0x01, 0x20] {
            let mut garbled = bytes.to_vec();
            garbled[at] ^= bits;
            let _ = read(&garbled, &mut Seen::default());
        }
    }
}

#[derive(Default)]
pub(crate) struct Seen {
    /// One line per row.
    pub(crate) described: Vec<String>,
    fields: Vec<String>,
    codes: Vec<&'static str>,
}

impl Seen {
    pub(crate) fn knowing(codes: &[&'static str]) -> Self {
        Self { codes: codes.to_vec(), ..Self::default() }
    }
}

impl Sink for Seen {
    fn part(&mut self, part: Container) {
        self.described.push(format!("-- {part:?}"));
    }

    fn field(&mut self, name: FieldName<'_>) -> FieldId {
        let described = match name.reading {
            super::Reading::Value => name.path.to_owned(),
            reading => format!("{} ({reading:?})", name.path),
        };
        let found = self.fields.iter().position(|field| *field == described);
        found.unwrap_or_else(|| {
            self.fields.push(described);
            self.fields.len() - 1
        })
    }

    fn name(&mut self, field: FieldId, words: &str) {
        self.described.push(format!("{} is {words}", self.fields[field]));
    }

    fn note(&mut self, fact: &'static str) {
        self.described.push(fact.to_owned());
    }

    fn rows(&mut self, rows: &[Row<'_>]) {
        for row in rows {
            self.tell(row);
        }
    }

    fn knows(&self, text: &[u8]) -> bool {
        self.codes.iter().any(|code| code.as_bytes() == text)
    }
}

impl Seen {
    fn tell(&mut self, row: &Row<'_>) {
        let cells = row.cells.iter().map(|cell| {
            let at = if row.number == 0 { cell.at } else { u64::from(cell.column) };
            format!("{} {at} {}", self.fields[cell.field], cell.decoded())
        });
        let cells: Vec<String> = cells.collect();
        let place = if row.number == 0 {
            format!("[{}..{}]", row.span.0, row.span.1)
        } else {
            format!("[{}]", row.number)
        };
        let system = row.system.map(|system| format!(" of {system}")).unwrap_or_default();
        self.described.push(format!("{} {place}{system}", cells.join(" | ")));
    }
}
