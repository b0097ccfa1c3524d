//! Notebooks of Jupyter: the program is in strings of JSON, one per line. It is read as a program of the notebook's language,
//! and every location is that in the file. Source: nbformat 4, "The Notebook file format".

use std::borrow::Cow;

use super::json::walk;
use super::tree::{Branches, Key, Value};
use super::{
    Cell, Container, FieldId, FieldName, Json, Language, Prose, Quoting, Reader, Row, Sink, Source, Sql,
};

/// Reads a notebook.
pub(crate) struct Notebook;

impl Reader for Notebook {
    fn read(&mut self, text: &[u8], base: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let mut found = Cells::default();
        walk(text, base, &mut found);
        if found.cells.is_empty() {
            return Json.read(text, base, is_last, sink);
        }
        let language = language(&found.language.to_ascii_lowercase());
        let mut source = Source::new(language);
        let mut prose = Prose::default();
        for cell in &found.cells {
            let decoded = Decoded::of(&cell.source);
            let mut sink = Placed { sink: &mut *sink, decoded: &decoded, file: text, base };
            let code = decoded.text.as_slice();
            match (cell.kind, magic(code)) {
                (b"markdown", _) => _ = prose.read(code, 0, true, &mut sink),
                (b"code", b"%%sql" | b"%%bigquery") => _ = Sql::default().read(code, 0, true, &mut sink),
                (b"code", b"%%R" | b"%%r") => {
                    let language = Language::of_extension("r").unwrap_or(language);
                    _ = Source::new(language).read(code, 0, true, &mut sink);
                }
                (b"code", _) => {
                    source.restart();
                    source.read(code, 0, true, &mut sink);
                }
                _ => {}
            }
        }
        text.len()
    }

    fn takes_pieces(&self) -> bool {
        false
    }
}

/// Returns the language of a notebook by its name; Python if it is not known, because most notebooks use it.
fn language(name: &str) -> Language {
    let extension = match name {
        "r" | "ir" => "r",
        "julia" => "jl",
        "sas" => "sas",
        "stata" => "do",
        "javascript" | "typescript" | "scala" | "java" | "kotlin" | "csharp" | "c#" => "js",
        _ => "py",
    };
    Language::of_extension(extension).unwrap_or(Language::C)
}

/// Returns the command at the beginning of a cell, if there is one.
fn magic(code: &[u8]) -> &[u8] {
    let end = code.iter().position(u8::is_ascii_whitespace).unwrap_or(code.len());
    if code.starts_with(b"%%") { &code[..end] } else { b"" }
}

/// A cell of a notebook.
#[derive(Default)]
struct NotebookCell<'t> {
    kind: &'t [u8],
    /// The strings of its source.
    source: Vec<Value<'t>>,
}

/// Collects the cells of a notebook, and its language.
#[derive(Default)]
struct Cells<'t> {
    /// The keys of the open objects; empty for members of lists.
    open: Vec<&'t [u8]>,
    cells: Vec<NotebookCell<'t>>,
    language: String,
}

impl<'t> Branches<'t> for Cells<'t> {
    fn open(&mut self, key: Option<Key<'t>>, _: bool, _: u64) {
        self.open.push(key.map_or(&[][..], |key| key.text));
        if matches!(self.open.as_slice(), [_, b"cells", b""]) {
            self.cells.push(NotebookCell::default());
        }
    }

    fn value(&mut self, key: Option<Key<'t>>, value: Value<'t>) {
        let key = key.map_or(&[][..], |key| key.text);
        match (self.open.as_slice(), key, self.cells.last_mut()) {
            ([_, b"cells", b""], b"cell_type", Some(cell)) => cell.kind = value.text,
            ([_, b"cells", b""], b"source", Some(cell))
            | ([_, b"cells", b"", b"source"], b"", Some(cell)) => {
                cell.source.push(value);
            }
            ([_, b"metadata", b"language_info"], b"name", _)
            | ([_, b"metadata", b"kernelspec"], b"language", _) => {
                self.language = String::from_utf8_lossy(value.text).into_owned();
            }
            _ => {}
        }
    }

    fn close(&mut self, _: u64) {
        self.open.pop();
    }
}

/// The text of JSON strings without their escapes, and the locations of its parts in the file.
#[derive(Default)]
struct Decoded {
    text: Vec<u8>,
    /// Pairs of a position in the text and its byte in the file.
    places: Vec<(usize, u64)>,
}

impl Decoded {
    fn of(strings: &[Value<'_>]) -> Self {
        let mut decoded = Self::default();
        strings.iter().for_each(|string| decoded.add(string));
        decoded
    }

    fn add(&mut self, string: &Value<'_>) {
        let raw = string.text;
        let mut at = 0;
        while at < raw.len() {
            let length = memchr::memchr(b'\\', &raw[at..]).unwrap_or(raw.len() - at);
            self.places.push((self.text.len(), string.at + at as u64));
            self.text.extend_from_slice(&raw[at..at + length]);
            at += length;
            if at == raw.len() {
                break;
            }
            let length = if raw.get(at + 1) == Some(&b'u') { 6 } else { 2 };
            let end = (at + length).min(raw.len());
            self.places.push((self.text.len(), string.at + at as u64));
            let statement = Quoting::Backslash(b'"').read(&raw[at..end]);
            self.text.extend_from_slice(statement.as_bytes());
            at = end;
        }
        // The text after the string has the bytes after it.
        self.places.push((self.text.len(), string.at + raw.len() as u64));
    }

    /// Returns the byte of the file that a byte of the text comes from.
    fn place(&self, at: usize) -> u64 {
        let next = self.places.partition_point(|(from, _)| *from <= at);
        // If several parts begin there, the last one counts: those before it are empty.
        let (from, place) = next.checked_sub(1).map_or((0, 0), |last| self.places[last]);
        place + at.saturating_sub(from) as u64
    }
}

/// Passes on the rows of a decoded text, with their locations in the file.
struct Placed<'s, 'd> {
    sink: &'s mut dyn Sink,
    decoded: &'d Decoded,
    file: &'d [u8],
    base: u64,
}

impl Placed<'_, '_> {
    /// Returns the bytes of the file between two positions of the decoded text.
    fn raw(&self, from: u64, to: u64) -> Option<&[u8]> {
        self.file.get((from - self.base.min(from)) as usize..(to - self.base.min(to)) as usize)
    }
}

impl Sink for Placed<'_, '_> {
    fn part(&mut self, part: Container) {
        self.sink.part(part);
    }

    fn field(&mut self, name: FieldName<'_>) -> FieldId {
        self.sink.field(name)
    }

    fn name(&mut self, field: FieldId, words: &str) {
        self.sink.name(field, words);
    }

    fn rows(&mut self, rows: &[Row<'_>]) {
        for row in rows {
            let place = |at: u64| self.decoded.place(at as usize);
            let mut texts: Vec<Cow<'_, [u8]>> = Vec::new();
            for cell in row.cells {
                let (from, to) = (place(cell.at), place(cell.at + cell.text.len() as u64));
                let raw = self.raw(from, from + cell.text.len() as u64).filter(|raw| *raw == cell.text);
                let raw = raw.or_else(|| self.raw(from, to)).unwrap_or(cell.text);
                texts.push(Cow::Owned(raw.to_vec()));
            }
            let cells: Vec<Cell<'_>> = row
                .cells
                .iter()
                .zip(&texts)
                .map(|(cell, text)| Cell {
                    text,
                    at: place(cell.at),
                    quoting: Quoting::Backslash(b'"'),
                    ..*cell
                })
                .collect();
            let span = (place(row.span.0), place(row.span.1));
            self.sink.row(&Row { cells: &cells, span, ..*row });
        }
    }

    fn note(&mut self, fact: &'static str) {
        self.sink.note(fact);
    }

    fn knows(&self, text: &[u8]) -> bool {
        self.sink.knows(text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        Notebook.read(text.as_bytes(), 0, true, &mut seen);
        seen.described
    }

    #[test]
    fn cells_are_programs_with_their_places_in_the_file() {
        let text = r#"{"cells": [{"cell_type": "code", "source": ["ms = [\"G35\",\n", " 'I10'] # \"X\"\n"],
            "outputs": ["B20"]}, {"cell_type": "markdown", "source": "Of\nE87.2"}], "metadata": {}}"#;
        let at = |code: &str| text.find(code).unwrap();
        let rows = read(text);
        assert_eq!(rows.len(), 3, "{rows:?}");
        for (rows, code) in rows.iter().zip(["G35", "I10", "E87.2"]) {
            assert!(rows.contains(&format!(" {} {code}", at(code))), "{rows}");
        }
    }

    #[test]
    fn a_notebook_without_cells_is_json() {
        assert_eq!(read(r#"{"dx": ["R05"]}"#), ["`dx[]` 9 R05 [8..13]"]);
    }

    #[test]
    fn a_notebook_that_breaks_off_does_no_harm() {
        let text = r#"{"cells": [{"cell_type": "code", "source": ["a = \"\u00e9\\\"", "\uG35", "\\u12"]}]"#;
        for end in 0..text.len() {
            read(text.get(..end).unwrap_or_default());
        }
    }
}
