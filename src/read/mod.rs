//! Readers of files in which people keep codes: bytes in, rows of cells out. They do not know any codes.
//!
//! A reader reports the field of each cell (a column, a key, a list of literals) and its location in the file. The collector
//! decides about each field as a whole.

mod block;
pub(crate) mod database;
mod delimited;
mod error;
mod flow;
mod headings;
mod html;
mod json;
mod kind;
mod markdown;
pub(crate) mod members;
mod notebook;
mod office;
mod open_document;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "pdf")]
mod pdf;
mod prose;
mod quoting;
mod shorthand;
mod source;
mod sql;
#[cfg(test)]
mod testing;
mod toml;
mod tree;
mod workbook;
mod xml;
mod yaml;

use std::borrow::Cow;
use std::io::{self, Read, Seek};

use crate::base::closed_list;

pub(crate) use crate::fields::Reading;
pub(crate) use delimited::Delimited;
#[cfg(feature = "parquet")]
pub(crate) use error::ParquetError;
#[cfg(feature = "pdf")]
pub(crate) use error::PdfError;
pub(crate) use error::{PackageError, ReadError, XmlError};
pub(crate) use html::Html;
pub(crate) use json::{Json, JsonLines, is_lines};
pub use kind::Kind;
pub(crate) use kind::{delimiter_in, has_old_mac_lines, is_utf16, utf16_encoding};
pub(crate) use markdown::Markdown;
pub(crate) use notebook::Notebook;
pub(crate) use office::{old_office, package};
#[cfg(feature = "parquet")]
pub(crate) use parquet::{ParquetTable, parquet};
#[cfg(feature = "pdf")]
pub(crate) use pdf::{Bookmark, Layout, Line, Page, Style, layout, pdf};
pub(crate) use prose::Prose;
pub(crate) use quoting::Quoting;
pub(crate) use shorthand::Shorthand;
pub use source::Language;
pub(crate) use source::Source;
pub(crate) use sql::Sql;
pub(crate) use toml::Toml;
pub(crate) use xml::Xml;
pub(crate) use yaml::Yaml;

/// Number of bytes that are read from a file at once.
const CHUNK: usize = 1 << 17;

/// A file that is read in any order.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// Appends up to `wanted` bytes of a file to `held`; fewer only at the end of the file. Returns how many.
///
/// # Errors
///
/// If the file cannot be read. `held` then has what was read before the error.
pub(crate) fn read_more(input: &mut dyn Read, held: &mut Vec<u8>, wanted: usize) -> io::Result<usize> {
    let mut got = 0;
    while got < wanted {
        let had = held.len();
        held.resize(had + CHUNK.min(wanted - got), 0);
        let read = input.read(&mut held[had..]);
        held.truncate(had + read.as_ref().map_or(0, |read| *read));
        match read {
            Ok(0) => break,
            Ok(read) => got += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

/// A field: the cells of a file with the same meaning.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldName<'a> {
    /// Its place in the file, for people: column `dx`.
    pub(crate) path: &'a str,
    /// The words that describe its content: a heading, a key, the name of a variable.
    pub(crate) words: &'a str,
    /// The way its cells are read.
    pub(crate) reading: Reading,
    /// What it is in the file.
    pub(crate) origin: Origin<'a>,
}

/// What a field is in its file. Decisions depend on this, never on the path, which is written for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin<'a> {
    /// A column of a grid, by its heading; empty without one. Columns with the same heading are different fields.
    Column(&'a str),
    /// A list that belongs to a name, such as the literals assigned to a variable.
    List(ListKind, &'a str),
    /// Words with a dot in running text.
    DottedWords,
    /// Anything else.
    Other,
}

closed_list! {
    /// The content of a list that belongs to a name.
    pub(crate) enum ListKind {
        /// The keys of an object or dictionary.
        Keys = "keys",
        /// The values of these keys.
        Values = "values",
        /// The labels of codes.
        Labels = "labels",
        /// The choices of a form or cell.
        Choices = "choices",
        /// The options of an HTML form.
        Options = "options",
        /// Literals of a program, however they are compared.
        Literals = "literals",
    }
}

impl<'a> Origin<'a> {
    /// Returns a list that belongs to a name, if the name is not empty.
    pub(crate) fn list(kind: ListKind, name: &'a str) -> Self {
        if name.is_empty() { Self::Other } else { Self::List(kind, name) }
    }
}

/// The number of a field, as [`Sink::field`] gave it.
pub(crate) type FieldId = usize;

/// A part of a file with locations of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Container {
    /// The text itself: cells are located by line.
    #[default]
    Text,
    /// A sheet of a workbook.
    Sheet(String),
    /// A table of a database.
    Table(String),
    /// A slide, from 1, in presentation order.
    Slide(u32),
    /// The notes of a slide.
    Notes(u32),
    /// A page, from 1.
    Page(u32),
    /// The paragraphs of a document.
    Paragraphs,
}

impl Container {
    /// Names a field in it, for people: sheets may have columns of one name.
    pub(crate) fn field(&self, path: &str) -> String {
        match self {
            Self::Sheet(name) => format!("sheet `{name}`, {path}"),
            Self::Table(name) => format!("table `{name}`, {path}"),
            _ => path.to_owned(),
        }
    }
}

/// A cell: text of a field, and its location.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    /// The field.
    pub(crate) field: FieldId,
    /// The text of the cell, without quotes around it, as [`Quoting`] wrote it.
    pub(crate) text: &'a [u8],
    /// In a text: the byte at which it begins, counted from the beginning of the file.
    pub(crate) at: u64,
    /// In a sheet or table: its column, from 0; in a paragraph, the character it begins with, from 1.
    pub(crate) column: u32,
    /// The quoting of the text.
    pub(crate) quoting: Quoting,
}

/// Cells that belong together: a record, an object, a literal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    /// The cells.
    pub(crate) cells: &'a [Cell<'a>],
    /// In a text: the bytes of the row, from and to, without the separator between it and the next.
    pub(crate) span: (u64, u64),
    /// In anything else: its number, from 1.
    pub(crate) number: u32,
    /// The code system that is declared above the row, as it is written there.
    pub(crate) system: Option<&'a str>,
}

impl<'a> Cell<'a> {
    /// Returns the value of the cell, without quotes and escapes.
    pub(crate) fn decoded(&self) -> Cow<'a, str> {
        self.quoting.read(self.text)
    }

    /// Returns its content as bytes: decoded only where quotes or escapes may be in it.
    pub(crate) fn unquoted(&self) -> Cow<'a, [u8]> {
        if memchr::memchr2(b'"', b'\\', self.text).is_some() {
            return Cow::Owned(self.decoded().trim().as_bytes().to_vec());
        }
        Cow::Borrowed(self.text.trim_ascii())
    }
}

/// Receives the rows that a reader finds.
pub(crate) trait Sink {
    /// Begins a part of the file.
    fn part(&mut self, part: Container);

    /// Returns the number of a field, which may exist already.
    fn field(&mut self, name: FieldName<'_>) -> FieldId;

    /// Sets the words of a field, if they come after it in the file.
    fn name(&mut self, field: FieldId, words: &str);

    /// Receives rows.
    fn rows(&mut self, rows: &[Row<'_>]);

    /// Receives a row.
    fn row(&mut self, row: &Row<'_>) {
        self.rows(std::slice::from_ref(row));
    }

    /// Begins another table: the columns that follow are its own.
    fn table(&mut self) {}

    /// Marks the current sheet as hidden.
    fn hidden(&mut self) {}

    /// Returns whether a row may be a list of its own: codes next to each other.
    fn takes_lists(&self) -> bool {
        true
    }

    /// Returns whether a heading is one that the user asks for.
    fn wants(&self, _heading: &str) -> bool {
        false
    }

    /// Notes, as a sentence, that the file was not read in the way its name suggests.
    fn note(&mut self, fact: &'static str);

    /// Returns whether a text is a code of the releases, to distinguish a row of headings from one of codes.
    fn knows(&self, text: &[u8]) -> bool;
}

/// Returns the length of the complete lines of a text; if it is the last text, its whole length.
fn lines(text: &[u8], is_last: bool) -> usize {
    if is_last { text.len() } else { memchr::memrchr(b'\n', text).map_or(0, |end| end + 1) }
}

/// Reads a kind of text.
pub(crate) trait Reader {
    /// Reads the complete items of a text that begins at byte `at` of its file, and returns the number of bytes read. No more
    /// text comes after the last one.
    fn read(&mut self, text: &[u8], at: u64, is_last: bool, sink: &mut dyn Sink) -> usize;

    /// Skips a text without a code, so that it can continue to read after it. Returns the number of bytes skipped; 0 if it has
    /// to read the text. The last text is skipped as a whole.
    fn pass(&mut self, text: &[u8], is_last: bool) -> usize {
        lines(text, is_last)
    }

    /// Returns whether it can read a text piece by piece; otherwise it gets all of the text at once.
    fn takes_pieces(&self) -> bool {
        true
    }
}
