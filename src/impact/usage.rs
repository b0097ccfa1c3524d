//! Tables of usage: CSV, TSV, semicolons or pipes, read in a stream with the memory of its distinct codes.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};

use super::columns::{self, ColumnChoice, Columns, Vocabulary};
use crate::model::{Place, Problem, ProblemCode, Problems, Release};

/// How a usage table is to be read.
#[derive(Debug, Clone, Default)]
pub struct UsageOptions {
    /// Columns by heading.
    pub columns: ColumnChoice,
    /// Only rows in which a column has a value: heading and value.
    pub only: Vec<(String, String)>,
}

/// How often a code is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines: rows, or the sum of the count column.
    pub lines: u64,
    /// Lines by owner, where the table names owners.
    pub owners: BTreeMap<String, u64>,
}

/// The codes an organization uses: nothing else of its tables is kept.
#[derive(Debug, Default)]
pub struct Usage {
    /// Codes as files hold them, with how often each is used. Tokens that only look like codes are here too.
    pub codes: BTreeMap<String, Tally>,
    /// What was read how, and what was left out.
    pub problems: Vec<Problem>,
}

/// Says why a usage table cannot be read. No cell of it is ever part of a message.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    /// Its columns cannot be told.
    #[error("cannot read `{file}` as a table of codes in use: {reason}")]
    Columns {
        /// The table.
        file: String,
        /// Why not.
        reason: String,
    },
    /// It cannot be read.
    #[error("cannot read `{file}`")]
    Read {
        /// The table.
        file: String,
        /// Why not.
        source: io::Error,
    },
}

/// How many rows are looked at to tell columns apart.
const SAMPLE_ROWS: usize = 1000;

/// How many different tokens are told apart: a code set has fewer than 300,000. A table with more has no code column.
const MAX_TOKENS: usize = 1_000_000;

/// How many owners are told apart: more are no departments but people.
const MAX_OWNERS: usize = 2_000;

/// Reads a table of usage and adds it to `usage`.
///
/// # Errors
///
/// If it cannot be read, or no column holds codes of either release.
pub fn read_table(
    usage: &mut Usage,
    file: &str,
    reader: impl Read,
    options: &UsageOptions,
    old: &Release,
    new: &Release,
) -> Result<(), UsageError> {
    let vocabulary = Vocabulary { old, new };
    let (delimiter, reader) =
        delimiter(reader).map_err(|source| UsageError::Read { file: file.to_owned(), source })?;
    let columns_error = |reason| UsageError::Columns { file: file.to_owned(), reason };
    let Some(delimiter) = delimiter else {
        return Err(columns_error("it is a workbook or an archive; save it as CSV".to_owned()));
    };
    let mut table =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(reader);
    let mut sample = Vec::new();
    let mut record = csv::ByteRecord::new();
    while sample.len() < SAMPLE_ROWS && read_record(&mut table, &mut record, file)? {
        sample.push(record.clone());
    }
    let texts: Vec<csv::StringRecord> =
        sample.iter().map(|row| csv::StringRecord::from_byte_record_lossy(row.clone())).collect();
    let columns = columns::find(&texts, &options.columns, &vocabulary).map_err(columns_error)?;
    let only = only(&options.only, &columns, texts.first()).map_err(columns_error)?;
    let mut counter = Counter::new(file, columns, only, &vocabulary);
    for row in sample.iter().skip(usize::from(counter.columns.headings)) {
        counter.row(row);
    }
    while read_record(&mut table, &mut record, file)? {
        counter.row(&record);
    }
    counter.finish(usage).map_err(columns_error)
}

fn read_record<R: Read>(
    table: &mut csv::Reader<R>,
    record: &mut csv::ByteRecord,
    file: &str,
) -> Result<bool, UsageError> {
    table.read_byte_record(record).map_err(|error| {
        let source = io::Error::other(error.to_string());
        UsageError::Read { file: file.to_owned(), source }
    })
}

/// The delimiter that the first line holds most of (`None` if this is no text at all), and a reader that starts from the
/// beginning. A byte-order mark is dropped.
fn delimiter(mut reader: impl Read) -> io::Result<(Option<u8>, impl Read)> {
    let mut head = Vec::new();
    reader.by_ref().take(crate::model::HEAD as u64).read_to_end(&mut head)?;
    if head.starts_with(b"\xef\xbb\xbf") {
        head.drain(..3);
    }
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let count = |delimiter: &u8| line.iter().filter(|byte| *byte == delimiter).count();
    // Of equally many the first in this list: a comma may stand in text, the others hardly do.
    let best = [b'\t', b'|', b';', b','].into_iter().rev().max_by_key(count).filter(|best| count(best) > 0);
    let delimiter = (!head.starts_with(b"PK\x03\x04")).then_some(best.unwrap_or(b','));
    Ok((delimiter, io::Cursor::new(head).chain(reader)))
}

/// Positions and values of the columns that rows are chosen by.
fn only(
    wanted: &[(String, String)],
    columns: &Columns,
    first: Option<&csv::StringRecord>,
) -> Result<Vec<(usize, Vec<u8>)>, String> {
    let find = |name: &str| first?.iter().position(|heading| heading.trim().eq_ignore_ascii_case(name));
    let position = |(name, value): &(String, String)| {
        let at = find(name).filter(|_| columns.headings);
        at.map(|at| (at, value.clone().into_bytes())).ok_or_else(|| format!("there is no column `{name}`"))
    };
    wanted.iter().map(position).collect()
}

/// Counts rows by code.
struct Counter<'a> {
    file: &'a str,
    columns: Columns,
    only: Vec<(usize, Vec<u8>)>,
    vocabulary: &'a Vocabulary<'a>,
    /// Each distinct cell is looked at once; the number is its place in `tallies`.
    seen: HashMap<Vec<u8>, Option<usize>>,
    by_code: HashMap<String, usize>,
    tallies: Vec<(String, u64, HashMap<usize, u64>)>,
    owners: HashMap<Vec<u8>, usize>,
    problems: Problems,
    rows: u64,
    other_rows: u64,
    foreign_lines: u64,
    shapeless_lines: u64,
    too_many: bool,
}

impl<'a> Counter<'a> {
    fn new(
        file: &'a str,
        columns: Columns,
        only: Vec<(usize, Vec<u8>)>,
        vocabulary: &'a Vocabulary<'a>,
    ) -> Self {
        Self {
            file,
            columns,
            only,
            vocabulary,
            seen: HashMap::new(),
            by_code: HashMap::new(),
            tallies: Vec::new(),
            owners: HashMap::new(),
            problems: Problems::default(),
            rows: 0,
            other_rows: 0,
            foreign_lines: 0,
            shapeless_lines: 0,
            too_many: false,
        }
    }

    fn row(&mut self, row: &csv::ByteRecord) {
        self.rows += 1;
        if self
            .only
            .iter()
            .any(|(at, value)| row.get(*at).is_none_or(|cell| cell.trim_ascii() != value.as_slice()))
        {
            self.other_rows += 1;
            return;
        }
        let lines = self.lines(row);
        let label = self.columns.label.and_then(|at| row.get(at)).unwrap_or_default();
        if self.vocabulary.set().is_foreign(label) {
            self.foreign_lines = self.foreign_lines.saturating_add(lines);
            return;
        }
        let owner = self.columns.owner.and_then(|at| self.owner(row.get(at)?));
        for at in 0..self.columns.codes.len() {
            let cell = row.get(self.columns.codes[at]).unwrap_or_default().trim_ascii();
            if !cell.is_empty() {
                self.cell(cell, lines, owner);
            }
        }
    }

    /// How many lines a row stands for.
    fn lines(&mut self, row: &csv::ByteRecord) -> u64 {
        let Some(at) = self.columns.count else { return 1 };
        let cell = row.get(at).unwrap_or_default().trim_ascii();
        let number = std::str::from_utf8(cell).ok().and_then(number);
        number.unwrap_or_else(|| {
            let place =
                row.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
            self.problems.add(ProblemCode::BadCount, || {
                let fact = "the count of this row is no whole number; the row was counted once";
                Problem::new(ProblemCode::BadCount, Place::line(self.file, place, 1), fact)
            });
            1
        })
    }

    fn owner(&mut self, cell: &[u8]) -> Option<usize> {
        let cell = cell.trim_ascii();
        if let Some(&owner) = self.owners.get(cell) {
            return Some(owner);
        }
        let next = self.owners.len();
        if cell.is_empty() || next >= MAX_OWNERS {
            return None;
        }
        self.owners.insert(cell.to_owned(), next);
        Some(next)
    }

    fn cell(&mut self, cell: &[u8], lines: u64, owner: Option<usize>) {
        let place = match self.seen.get(cell) {
            Some(place) => *place,
            None => self.first_sight(cell),
        };
        let Some(at) = place else {
            self.shapeless_lines = self.shapeless_lines.saturating_add(lines);
            return;
        };
        let (_, all, owners) = &mut self.tallies[at];
        *all = all.saturating_add(lines);
        if let Some(owner) = owner {
            let of_owner = owners.entry(owner).or_default();
            *of_owner = of_owner.saturating_add(lines);
        }
    }

    /// The tally of a cell that was not seen before; `None` if it has not the shape of a code.
    fn first_sight(&mut self, cell: &[u8]) -> Option<usize> {
        if self.seen.len() >= MAX_TOKENS {
            self.too_many = true;
            return None;
        }
        let code = std::str::from_utf8(cell).ok().and_then(|cell| (self.vocabulary.set().normalise)(cell));
        let place = code.map(|code| {
            *self.by_code.entry(code).or_insert_with_key(|code| {
                self.tallies.push((code.clone(), 0, HashMap::new()));
                self.tallies.len() - 1
            })
        });
        self.seen.insert(cell.to_owned(), place);
        place
    }

    fn finish(mut self, usage: &mut Usage) -> Result<(), String> {
        if self.too_many {
            return Err(format!(
                "its code column has more than {MAX_TOKENS} different values; name the right one with --code-column"
            ));
        }
        let owners: HashMap<usize, String> =
            self.owners.iter().map(|(name, at)| (*at, String::from_utf8_lossy(name).into_owned())).collect();
        for (code, lines, by_owner) in std::mem::take(&mut self.tallies) {
            let tally = usage.codes.entry(code).or_default();
            tally.lines = tally.lines.saturating_add(lines);
            for (owner, lines) in by_owner {
                let of_owner = tally.owners.entry(owners[&owner].clone()).or_default();
                *of_owner = of_owner.saturating_add(lines);
            }
        }
        usage.problems.extend(self.notes());
        usage.problems.extend(self.problems.finish(self.file));
        Ok(())
    }

    fn notes(&self) -> Vec<Problem> {
        let note = |code, fact: String| Problem::new(code, Place::file(self.file), fact);
        let mut notes: Vec<Problem> =
            self.columns.found.iter().map(|found| note(ProblemCode::ColumnAssumed, found.clone())).collect();
        let title = self.vocabulary.set().title;
        for (lines, why) in [
            (self.other_rows, "rows do not have the value asked for with --where".to_owned()),
            (self.foreign_lines, format!("lines are labelled as another code set than {title}")),
            (
                self.shapeless_lines,
                format!("lines have no code, or one that has not the shape of {title} codes"),
            ),
        ] {
            if lines > 0 {
                notes.push(note(ProblemCode::UsageLines, format!("{lines} {why}; they were left out")));
            }
        }
        notes
    }
}

/// A whole number, with commas between thousands or `.0` as spreadsheets write it.
fn number(text: &str) -> Option<u64> {
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.parse().ok().or_else(|| {
        let (first, rest) = text.split_once(',')?;
        let groups = rest.split(',').all(|group| group.len() == 3);
        (groups && (1..=3).contains(&first.len())).then(|| text.replace(',', "").parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_whole_numbers_as_people_write_them() {
        for (text, expected) in [
            ("12", Some(12)),
            ("1,234", Some(1234)),
            ("12.0", Some(12)),
            ("1,23", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }
}
