//! The tables of the NDC directory as text with tabs: columns by their titles, no quotes, Windows-1252.

use memchr::memchr_iter;

use super::ndc_listing::{Listings, Record, definition};
use super::text::{Line, TextFile};
use super::{Concepts, Sample};
use crate::base::counted;
use crate::model::sets::NDC;
use crate::model::{Level, Problem, ProblemCode, SourceFile};

/// The columns of a table that are not attributes.
pub(super) struct Table {
    /// The level of its records.
    pub(super) level: Level,
    /// The column of codes.
    pub(super) code: &'static str,
    /// The column with the product of a package.
    pub(super) parent: Option<&'static str>,
    /// The column of descriptions.
    pub(super) description: Option<&'static str>,
}

/// Titles of older files, and their current names.
const FORMER_TITLES: &[(&str, &str)] =
    &[("STRENGTHNUMBER", "ACTIVE_NUMERATOR_STRENGTH"), ("UNIT", "ACTIVE_INGRED_UNIT")];

/// Columns whose values all have the same length, which shows whether a last record without a line end is complete.
const FIXED_WIDTHS: &[(&str, usize)] = &[
    ("STARTMARKETINGDATE", 8),
    ("ENDMARKETINGDATE", 8),
    ("LISTING_RECORD_CERTIFIED_THROUGH", 8),
    ("NDC_EXCLUDE_FLAG", 1),
    ("SAMPLE_PACKAGE", 1),
];

/// Returns whether a title is in the first line.
pub(super) fn has_title(sample: &Sample<'_>, title: &str) -> bool {
    sample.lines().next().is_some_and(|line| line.text.split('\t').any(|cell| is_title(cell, title)))
}

fn is_title(cell: &str, title: &str) -> bool {
    cell.trim_ascii().eq_ignore_ascii_case(title)
}

/// The positions of the columns.
struct Columns {
    count: usize,
    code: usize,
    parent: Option<usize>,
    description: Option<usize>,
    /// Attributes and their columns, in the order of their definitions.
    attributes: Vec<(u16, usize)>,
    /// The length of the values in the last column, if they all have the same length.
    last_width: Option<usize>,
}

impl Columns {
    /// Finds the columns by their titles; `None` if the column of codes is missing. Unknown columns are returned too.
    fn of(titles: &[&str], table: &Table) -> Option<(Self, Vec<usize>)> {
        let find = |title: &str| titles.iter().position(|cell| is_title(cell, title));
        let (code, parent) = (find(table.code)?, table.parent.and_then(find));
        let description = table.description.and_then(find);
        let (mut attributes, mut unknown) = (Vec::new(), Vec::new());
        for (at, title) in titles.iter().enumerate() {
            if at == code || Some(at) == parent || Some(at) == description {
                continue;
            }
            match definition(current_title(title)) {
                Some(definition) if attributes.iter().all(|(held, _)| *held != definition) => {
                    attributes.push((definition, at));
                }
                _ => unknown.push(at),
            }
        }
        attributes.sort_unstable();
        let last_width = titles.last().and_then(|last| {
            FIXED_WIDTHS.iter().find(|(title, _)| is_title(last, title)).map(|(_, width)| *width)
        });
        let count = titles.len();
        Some((Self { count, code, parent, description, attributes, last_width }, unknown))
    }

    /// Returns the fault of a record, or `None`.
    fn fault(&self, line: &Line<'_>, cells: &[&str]) -> Option<(ProblemCode, String)> {
        let count = cells.len();
        if count != self.count {
            let code = if count < self.count { ProblemCode::ShortRecord } else { ProblemCode::BadRecord };
            return Some((
                code,
                format!(
                    "the record has {}, but there are {} titles",
                    counted(count as u64, "cell", "cells"),
                    self.count
                ),
            ));
        }
        let whole = line.ended || self.last_width == cells.last().map(|cell| cell.len());
        if !whole {
            let fact = "the record has no line end; it may be truncated";
            return Some((ProblemCode::ShortRecord, fact.to_owned()));
        }
        let no_code = cells[self.code].trim_ascii().is_empty();
        no_code.then(|| (ProblemCode::BadRecord, "the record has no code".to_owned()))
    }

    /// Returns the code of a record with a fault, if the code is complete.
    fn code_of<'a>(&self, line: &Line<'_>, cells: &[&'a str]) -> Option<&'a str> {
        let whole = line.ended || self.code + 1 < cells.len();
        cells.get(self.code).map(|code| code.trim_ascii()).filter(|code| whole && !code.is_empty())
    }
}

fn current_title(title: &str) -> &str {
    let former = FORMER_TITLES.iter().find(|(former, _)| is_title(title, former));
    former.map_or(title.trim_ascii(), |(_, current)| *current)
}

/// Splits a line into cells. Quotes have no special meaning: a quote in a cell is an ordinary character.
fn split<'a>(line: &Line<'a>, cells: &mut Vec<&'a str>) {
    cells.clear();
    let mut start = 0;
    for tab in memchr_iter(b'\t', line.text.as_bytes()) {
        cells.push(&line.text[start..tab]);
        start = tab + 1;
    }
    cells.push(&line.text[start..]);
}

/// Reads a table.
pub(super) fn read(file: SourceFile, table: &Table) -> Concepts {
    let mut file = TextFile::decode(file);
    // This publisher's files are in Windows-1252.
    file.problems.retain(|problem| problem.code != ProblemCode::Encoding);
    let mut listings = Listings::new(&file.text);
    let cut = read_lines(&file, table, &mut listings);
    listings.lost |= cut;
    let mut problems = Vec::new();
    if cut {
        problems.extend(file.truncated());
    }
    file.note_line_ends(&mut problems);
    let mut concepts = listings.finish(file);
    concepts.problems.extend(problems);
    concepts
}

/// Reads the lines of a table, and returns whether the last one is cut.
fn read_lines(file: &TextFile, table: &Table, listings: &mut Listings) -> bool {
    let mut lines = file.lines().filter(|line| !line.text.is_empty());
    let Some(titles) = lines.next() else { return false };
    let mut cells = Vec::new();
    split(&titles, &mut cells);
    let Some(columns) = columns(file, &titles, &cells, table, listings) else { return false };
    let is_held = |at: u16| columns.attributes.iter().any(|(held, _)| *held == at);
    listings.absent = Some(NDC.properties_but(is_held));
    let mut values = Vec::new();
    for line in lines {
        split(&line, &mut cells);
        if let Some((code, fact)) = columns.fault(&line, &cells) {
            listings.problems.add(code, || file.left_out(code, &line, 1, fact));
            listings.reject(columns.code_of(&line, &cells));
            if !line.ended {
                return true;
            }
            continue;
        }
        let cell = |at: usize| cells[at].trim_ascii();
        values.clear();
        let attributes = columns.attributes.iter().map(|&(definition, at)| (definition, cell(at)));
        values.extend(attributes.filter(|(_, value)| !value.is_empty()));
        listings.add(&Record {
            level: table.level,
            code: cell(columns.code),
            parent: columns.parent.map(cell).filter(|parent| !parent.is_empty()),
            description: columns.description.map(cell),
            values: &values,
            line: line.number,
            place: &|piece| file.place(&line, piece.as_ptr() as usize - line.text.as_ptr() as usize),
        });
    }
    false
}

/// Finds the columns, and reports problems of the titles.
fn columns(
    file: &TextFile,
    line: &Line<'_>,
    titles: &[&str],
    table: &Table,
    listings: &mut Listings,
) -> Option<Columns> {
    let Some((columns, unknown)) = Columns::of(titles, table) else {
        let fact = format!("no column has the title {}", table.code);
        listings
            .problems
            .add(ProblemCode::BadRecord, || Problem::new(ProblemCode::BadRecord, file.place(line, 0), fact));
        listings.lost = true;
        return None;
    };
    for at in unknown {
        let title = titles[at];
        listings.problems.add(ProblemCode::UnknownColumn, || {
            let twice = definition(current_title(title)).is_some();
            let what = if twice { "appears twice; the later column" } else { "is not known; the column" };
            let fact = format!("the title `{}` {what} was left out", title.escape_debug());
            let byte = title.as_ptr() as usize - line.text.as_ptr() as usize;
            Problem::new(ProblemCode::UnknownColumn, file.place(line, byte), fact)
        });
    }
    Some(columns)
}
