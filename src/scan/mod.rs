//! Codes in the user's files: spreadsheets, databases, programs, forms, slides. Finds the locations of codes, and
//! reports codes that are no longer billable, lists that lack new ones, and descriptions that are out of date.
//!
//! A reader parses a file and does not know any codes; the collector counts the content of each field; a field is
//! judged as a whole; the findings about its codes come last.
//!
//! Invariant: what a scan keeps of a file does not grow with its size: fields, bits of the codes seen, and a few
//! locations for each code to report. Only for `migrate`, every location is kept with its row, and so the file.

mod collect;
mod context;
mod families;
mod family;
mod field;
mod finding;
mod findings;
mod incomplete;
mod known;
mod matching;
mod places;
mod prefilter;
mod row_sink;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

use jiff::civil::Date;

pub use crate::fields::{Names, PlaceUse};
pub use crate::read::{Container, Kind, Language};
pub use finding::{Finding, FindingKind, Location};
pub(crate) use finding::{Role, Site, SiteCell, SiteRow};
pub use known::CodeTable;

use crate::base::with_causes;
use crate::crosswalk::Reasons;
use crate::crosswalk::{Crosswalk, Mapping};
use crate::diff::Diff;
use crate::fields::code_id::CodeId;
use crate::model::{CodeSet, HEAD, Release};
pub use crate::read::database::TakeRow;
use crate::read::{self, Reading, Sink};
use crate::tables::day::{self, DayForm};
use collect::Collector;
use known::CodeRecord;
use prefilter::Prefilter;
use row_sink::RowSink;

/// Bytes of a text to read at once.
const PIECE: usize = 1 << 17;

/// Maximum bytes of a text of a kind that must be read whole; a larger one is read like a program, by its literals.
const WHOLE: usize = 64 << 20;

/// Maximum bytes of a file that is not text.
const PACKAGE: usize = 512 << 20;

/// The plan of a scan: the codes and changes to look for.
pub struct Plan<'a> {
    codes: CodeTable<'a>,
    prefilter: Prefilter,
    old: &'a Release,
    new: &'a Release,
    crosswalk: &'a Crosswalk<'a>,
    /// By their source.
    mappings: BTreeMap<CodeId, &'a Mapping<'a>>,
    reasons: Reasons<'a>,
    /// The day NEW begins, if it is known.
    begins: Option<Date>,
    /// The day the files are for, where one is given.
    on: Option<Date>,
    /// Headings of columns that hold codes, whatever their content.
    columns: Vec<String>,
    keeps_rows: bool,
    past_rows: bool,
}

/// The user's options for the files.
#[derive(Debug, Clone, Default)]
pub struct ScanOptions {
    /// The day the files are for; NEW's first day, if none is given.
    pub on: Option<Date>,
    /// Headings of columns that hold codes of the set, whatever their content.
    pub columns: Vec<String>,
    /// Whether every place is kept with its row, so that it can be changed.
    pub keeps_rows: bool,
    /// Whether rows with a date are reported although their code was valid on it.
    pub past_rows: bool,
}

/// A field of a file that holds codes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Region {
    /// The location, for display.
    pub place: String,
    /// The set; `unclear` where its values may be of more than one.
    pub set: &'static str,
    /// Number of distinct codes of the releases in it; for other sets, number of values.
    pub codes: u64,
    /// The reason why it counts as one of this set.
    pub basis: String,
    /// Number of headers in it, if it contains them on purpose.
    pub headers: u64,
    /// Values in rows that end before NEW begins: they need no change.
    pub ended: u64,
}

/// The result of scanning a file.
#[derive(Debug)]
#[non_exhaustive]
pub struct FileScan<'a> {
    /// The kind of file.
    pub kind: Kind,
    /// Its fields that hold codes.
    pub regions: Vec<Region>,
    /// The findings, in the order of the file.
    pub findings: Vec<Arc<Finding<'a>>>,
    /// Notes on how it had to be read, if not as its name suggests.
    pub notes: Vec<&'static str>,
    /// Number of places that a mark in the file excepts.
    pub excepted: u64,
    /// The reason why it could not be read, or not to its end.
    pub failed: Option<String>,
}

/// The topic of an occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Topic {
    /// A code of the releases.
    Code(CodeId),
    /// A code that is not billable yet.
    NotYet(CodeId),
    /// The description of a code, in the same row.
    Wording(CodeId),
    /// Not a finding: a row next to which a new code may have to be added.
    NextToNew(CodeId),
    /// A text that is not a code of the releases, as files would hold it.
    Unknown(String),
    /// A pattern or range.
    Pattern(Reading),
}

impl Topic {
    /// Returns the subject of an occurrence with this text.
    fn subject<'s>(&'s self, written: &'s str) -> Subject<'s> {
        match self {
            Self::Code(code) | Self::NotYet(code) | Self::Wording(code) | Self::NextToNew(code) => {
                Subject::Code(*code)
            }
            Self::Unknown(text) => Subject::Text(text),
            Self::Pattern(_) => Subject::Text(written),
        }
    }
}

/// The subject of occurrences, by which they are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject<'s> {
    /// A code of the releases.
    Code(CodeId),
    /// A text that is not one: in the form of a code, or a pattern.
    Text(&'s str),
}

impl<'s> Subject<'s> {
    /// Returns it as files hold it.
    fn text<'c: 's>(self, codes: &CodeTable<'c>) -> &'s str {
        match self {
            Self::Code(code) => codes.get(code).code,
            Self::Text(text) => text,
        }
    }
}

/// A place that may need a finding.
#[derive(Debug)]
struct Occurrence {
    topic: Topic,
    written: String,
    position: Position,
    place_use: PlaceUse,
    /// The date of its row; the next field is the owner of the row.
    day: RowDay,
    owner: Option<u64>,
    row: Option<SiteRow>,
}

impl Occurrence {
    /// Returns its subject.
    fn subject(&self) -> Subject<'_> {
        self.topic.subject(&self.written)
    }
}

/// The date of a row. `05/10/2025` is two days until other rows show which comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct RowDay {
    month_first: Option<Date>,
    day_first: Option<Date>,
}

impl RowDay {
    /// Reads a cell in both orders of day and month.
    fn of(cell: &[u8]) -> Self {
        // With dots the day always comes first.
        let is_dotted = cell.contains(&b'.');
        let read = |day_first| day::read_as(cell, DayForm { day_first, serials: false }).known();
        Self { month_first: read(is_dotted), day_first: read(true) }
    }

    /// Returns the possible days: one, two, or none if it cannot be read.
    fn readings(self) -> impl Iterator<Item = Date> + Clone {
        let second = self.day_first.filter(|day| self.month_first != Some(*day));
        self.month_first.into_iter().chain(second)
    }
}

/// The position of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    /// The part of the file, by its number.
    part: u32,
    at: u64,
    length: u32,
    line: u32,
    column: u32,
}

/// Takes the tables of a database.
pub struct Tables<'s>(&'s mut dyn Sink);

impl Tables<'_> {
    /// Takes a table: its name, its columns, and its rows with their numbers, which a function provides.
    ///
    /// # Errors
    ///
    /// The errors of the function.
    pub fn table<E>(
        &mut self,
        name: &str,
        columns: &[String],
        each_row: impl FnOnce(TakeRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        read::database::table(name, columns, each_row, self.0)
    }
}

/// Decodes a text in UTF-16, identified by its byte-order mark, which is removed; `None` if it is not UTF-16.
pub(crate) fn utf16(bytes: &[u8]) -> Option<String> {
    Some(read::utf16_encoding(bytes)?.decode(bytes).0.into_owned())
}

impl<'a> Plan<'a> {
    /// Creates the plan of a scan between two releases.
    pub fn new(
        diff: &'a Diff<'a>,
        crosswalk: &'a Crosswalk<'a>,
        between: &'a [Release],
        options: &ScanOptions,
    ) -> Self {
        Self::with(CodeTable::of(diff.old, between, diff.new), diff, crosswalk, options)
    }

    /// Creates the same, where the codes of the releases are known already.
    pub fn with(
        mut codes: CodeTable<'a>,
        diff: &'a Diff<'a>,
        crosswalk: &'a Crosswalk<'a>,
        options: &ScanOptions,
    ) -> Self {
        let begins = diff.new.effective();
        codes.judge(diff, crosswalk);
        let mappings = codes.mappings(crosswalk);
        Self {
            codes,
            prefilter: Prefilter::new(diff.new.set, !options.columns.is_empty()),
            old: diff.old,
            new: diff.new,
            crosswalk,
            mappings,
            reasons: Reasons::new(diff),
            begins,
            on: options.on,
            columns: options.columns.clone(),
            keeps_rows: options.keeps_rows,
            past_rows: options.past_rows,
        }
    }

    fn set(&self) -> &'static CodeSet {
        self.new.set
    }

    /// Returns the mapping of a code, if it has one.
    fn mapping(&self, code: CodeId) -> Option<&'a Mapping<'a>> {
        self.mappings.get(&code).copied()
    }

    /// Returns the day on which a code that is new became billable, if it is known.
    fn first_day(&self, known: &CodeRecord<'_>) -> Option<Date> {
        self.crosswalk.days.first(known.code).day()
    }

    /// Returns whether a new code was not yet billable on a day.
    fn is_too_early(&self, known: &CodeRecord<'_>, on: Date) -> bool {
        self.first_day(known).is_some_and(|first| on < first)
    }

    /// Returns whether the files are for a day on which a code was valid by the last day of its own record.
    fn is_right_by_its_record(&self, known: &CodeRecord<'_>) -> bool {
        self.crosswalk.days.last_by_record(known.code).zip(self.on).is_some_and(|(last, on)| on <= last)
    }

    /// Returns whether the files are for a day on which a new code was not yet billable.
    fn is_too_early_for_files(&self, known: &CodeRecord<'_>) -> bool {
        let first = || self.first_day(known).or(self.begins);
        self.on.is_some_and(|on| first().is_some_and(|first| on < first))
    }

    /// Returns whether a code that ended was still valid on a day; `None` if its last day is not known.
    fn was_right_on(&self, code: CodeId, day: Date) -> Option<bool> {
        let own = self.crosswalk.days.last_by_record(self.codes.get(code).code);
        let last = own.or_else(|| self.mapping(code).and_then(|mapping| self.crosswalk.last_day(mapping)))?;
        Some(day <= last)
    }

    /// Returns whether a code that ended was valid on each possible day of its row; `None` if that is not certain.
    fn was_right_in(&self, code: CodeId, day: RowDay) -> Option<bool> {
        let mut verdicts = day.readings().map(|day| self.was_right_on(code, day));
        let first = verdicts.next()??;
        verdicts.all(|verdict| verdict == Some(first)).then_some(first)
    }

    /// Looks for codes in a text. Files that are not text have separate readers.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn scan_text(&self, name: &str, input: &mut dyn Read) -> io::Result<FileScan<'_>> {
        let mut buffer = Vec::new();
        input.take(HEAD as u64).read_to_end(&mut buffer)?;
        // Excel's "CSV (Macintosh)" ends lines with CR alone: as LF they keep their places.
        let is_old_mac = read::has_old_mac_lines(&buffer);
        let lines = |bytes: &mut [u8]| {
            if is_old_mac {
                bytes.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
            }
        };
        lines(&mut buffer);
        let mut kind = Kind::of(name, &buffer);
        let mut collector = Collector::new(self);
        let Some(mut reader) = kind.reader() else {
            if let Some(read) = kind.package() {
                input.take(PACKAGE as u64).read_to_end(&mut buffer)?;
                let mut row_sink = RowSink { collector: &mut collector, text: &[] };
                if let Err(error) = read(&buffer, &mut row_sink) {
                    collector.failed = Some(error.to_string());
                }
            }
            return Ok(self.finish(kind, collector));
        };
        if read::is_utf16(&buffer) {
            input.take(WHOLE as u64).read_to_end(&mut buffer)?;
            let text = utf16(&buffer).unwrap_or_default();
            collector.begin(0);
            reader.read(
                text.as_bytes(),
                0,
                true,
                &mut RowSink { collector: &mut collector, text: text.as_bytes() },
            );
            return Ok(self.finish(kind, collector));
        }
        let mut at = 0;
        let mut least = if reader.takes_pieces() { PIECE } else { WHOLE };
        loop {
            let wanted = least.saturating_sub(buffer.len());
            let had = buffer.len();
            let got = read::read_more(input, &mut buffer, wanted)?;
            lines(&mut buffer[had..]);
            let is_last = got < wanted;
            if !is_last && !reader.takes_pieces() {
                collector.notes.push("is too large to parse; only its literals were read");
                kind = Kind::Source(Language::C);
                reader = Box::new(read::Source::new(Language::C));
            }
            // The start of a long text is read whatever it contains: headings, the columns of a statement.
            let is_head = at == 0 && !is_last && least == PIECE;
            let piece = if is_head { &buffer[..HEAD] } else { &buffer[..] };
            let start = if at == 0 && buffer.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            collector.begin(at);
            let is_worth = is_head || self.prefilter.of(&self.codes, kind, piece);
            let passed = if is_worth { 0 } else { reader.pass(piece, is_last) };
            let read = if passed > 0 {
                passed
            } else {
                let mut row_sink = RowSink { collector: &mut collector, text: piece };
                start + reader.read(&piece[start..], at + start as u64, is_last, &mut row_sink)
            };
            // A part that cannot be read further is skipped, rather than held.
            let read = if read == start && buffer.len() >= WHOLE { buffer.len() } else { read };
            collector.end(&buffer, read);
            if is_last {
                break;
            }
            buffer.drain(..read);
            at += read as u64;
            least = if read == 0 { (buffer.len() * 2).clamp(2 * PIECE, WHOLE) } else { PIECE };
        }
        Ok(self.finish(kind, collector))
    }

    /// Looks for codes in the tables of a database, which a function provides.
    pub fn scan_database<E: std::error::Error>(
        &self,
        read: impl FnOnce(&mut Tables<'_>) -> Result<(), E>,
    ) -> FileScan<'_> {
        let mut collector = Collector::new(self);
        let mut row_sink = RowSink { collector: &mut collector, text: &[] };
        if let Err(error) = read(&mut Tables(&mut row_sink)) {
            collector.failed = Some(with_causes(&error));
        }
        self.finish(Kind::Sqlite, collector)
    }

    /// Describes a file that cannot be read at all, with the reason.
    pub fn unread(&self, name: &str, reason: String) -> FileScan<'_> {
        let mut collector = Collector::new(self);
        collector.failed = Some(reason);
        self.finish(Kind::of(name, &[]), collector)
    }

    fn finish<'p>(&'p self, kind: Kind, collector: Collector<'p, 'a>) -> FileScan<'p> {
        let Collector { fields, parts, notes, excepted, around, failed, .. } = collector;
        let (regions, findings) = findings::of(self, fields, &parts, around);
        FileScan { kind, regions, findings, notes, excepted, failed }
    }
}
