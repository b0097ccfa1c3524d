//! Tables as text: comma, tab, semicolon or pipe between the cells, quotes as in RFC 4180.

use memchr::{memchr, memchr_iter};

use super::{Cell, FieldId, Quoting, Reader, Row, Sink, headings, lines};
use crate::fields::roles;

/// Upper bound on columns; a file with more is not a table of codes.
const MOST_COLUMNS: usize = 4_096;

/// Maximum bytes of a quoted cell. A quote that is not closed within them is an ordinary character of its line.
const LONGEST_CELL: usize = 1 << 20;

/// Number of records that are searched for the headings.
const FIRST_RECORDS: usize = 40;

/// Maximum bytes that are searched for the headings.
const LONGEST_BEGINNING: usize = 1 << 20;

/// Maximum titles between a blank record and the headings of another table.
const TITLES: u8 = 5;

/// Number of rows that are passed on together.
const TOGETHER: usize = 32;

/// Rows that are passed on together.
#[derive(Default)]
struct Batch<'t> {
    cells: Vec<Cell<'t>>,
    /// The end of each row in `cells`, and the bytes of the row.
    rows: Vec<(usize, (u64, u64))>,
}

impl<'t> Batch<'t> {
    fn add(&mut self, cells: impl Iterator<Item = Cell<'t>>, span: (u64, u64)) {
        self.cells.extend(cells);
        self.rows.push((self.cells.len(), span));
    }

    fn give(&mut self, sink: &mut dyn Sink) {
        let mut start = 0;
        let row = |(end, span): &(usize, (u64, u64))| {
            let cells = &self.cells[start..*end];
            start = *end;
            Row { cells, span: *span, number: 0, system: None }
        };
        let rows: Vec<Row<'_>> = self.rows.iter().map(row).collect();
        sink.rows(&rows);
        self.cells.clear();
        self.rows.clear();
    }
}

/// Adds a cell to those of its record, unless that has too many already.
fn keep(cells: &mut Vec<Raw>, cell: Raw) {
    if cells.len() <= MOST_COLUMNS {
        cells.push(cell);
    }
}

/// Reads a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delimited {
    delimiter: u8,
    columns: Vec<FieldId>,
    has_begun: bool,
    /// The raw record of headings: some files repeat it on every page.
    headings: Vec<u8>,
    /// Number of next records that may be the headings of another table, counted down after a blank record.
    after_blank: u8,
}

/// A cell while its record is being read.
#[derive(Clone, Copy)]
struct Raw {
    start: usize,
    end: usize,
    quoting: Quoting,
}

impl Raw {
    /// Returns the cell of a field, in a text that begins at a byte of its file.
    #[inline]
    fn cell(self, text: &[u8], at: u64, field: FieldId) -> Cell<'_> {
        let Self { start, end, quoting } = self;
        Cell { field, text: &text[start..end], at: at + start as u64, column: 0, quoting }
    }
}

impl Delimited {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { delimiter, columns: Vec::new(), has_begun: false, headings: Vec::new(), after_blank: 0 }
    }

    /// Finds the headings among the first records. Returns where the data begin, or `None` if it needs more of the text to
    /// decide.
    fn begin(&mut self, text: &[u8], is_last: bool, sink: &mut dyn Sink) -> Option<usize> {
        // However much of the text there is, the same part of it decides.
        let (text, is_cut) = (&text[..text.len().min(LONGEST_BEGINNING)], text.len() >= LONGEST_BEGINNING);
        let is_last = is_last && !is_cut;
        let (mut rows, mut ends, mut start) = (Vec::new(), Vec::new(), 0);
        let mut raw = Vec::new();
        while rows.len() < FIRST_RECORDS && start < text.len() {
            raw.clear();
            let Some((_, next)) = record(text, start, self.delimiter, is_last, |cell| keep(&mut raw, cell))
            else {
                break;
            };
            rows.push(texts(text, &raw));
            ends.push(next);
            start = next;
        }
        if rows.len() < FIRST_RECORDS && !is_last && !is_cut {
            return None;
        }
        self.has_begun = true;
        let cells: Vec<headings::Cells<'_>> = rows.iter().map(|row| borrowed(row)).collect();
        let Some(found) = headings::find(&cells, sink) else {
            sink.table();
            return Some(0);
        };
        let from = found.row.checked_sub(1).map_or(0, |before| ends[before]);
        self.name(&found.names, &text[from..ends[found.row]], sink);
        Some(ends[found.end - 1])
    }

    /// Returns whether a record may not be data: blank, the headings again, or those of another table.
    fn is_odd(&self, written: &[u8]) -> bool {
        self.after_blank > 0
            || written.first().is_none_or(|byte| *byte == self.delimiter || byte.is_ascii_whitespace())
            || written.len() == self.headings.len() && written == self.headings
            || !written.iter().any(u8::is_ascii_digit) && roles::may_name_codes(written)
    }

    /// Begins a table with these headings; `written` is their raw record.
    fn name(&mut self, names: &[(u32, String)], written: &[u8], sink: &mut dyn Sink) {
        sink.table();
        self.headings = written.trim_ascii_end().to_vec();
        self.columns.clear();
        let width = names.last().map_or(0, |(column, _)| *column as usize + 1).min(MOST_COLUMNS);
        for at in 0..width {
            let name = names.iter().find(|(column, _)| *column as usize == at);
            self.columns.push(column(at, name.map_or("", |(_, name)| name), sink));
        }
    }

    /// Returns whether a record is not data: it is blank, repeats the headings, or has those of another table.
    fn is_between(&mut self, text: &[u8], span: (usize, usize), cells: &[Raw], sink: &mut dyn Sink) -> bool {
        let written = &text[span.0..span.1];
        let is_blank = written.iter().all(|byte| *byte == self.delimiter || byte.is_ascii_whitespace());
        if is_blank {
            self.after_blank = TITLES;
            return true;
        }
        self.after_blank = self.after_blank.saturating_sub(1);
        if !self.headings.is_empty() && written == self.headings {
            return true;
        }
        let row = texts(text, cells);
        if headings::begins_table(&borrowed(&row), sink) {
            let names: Vec<(u32, String)> =
                row.iter().map(|(at, name)| (*at, headings::in_one_line(name))).collect();
            self.name(&names, written, sink);
            self.after_blank = 0;
            return true;
        }
        false
    }
}

/// Returns the cells of a record that are not empty.
fn texts(text: &[u8], cells: &[Raw]) -> Vec<(u32, String)> {
    let text = |cell: &Raw| cell.quoting.read(&text[cell.start..cell.end]).trim().to_owned();
    let texts = (0..).zip(cells.iter().take(MOST_COLUMNS)).map(|(at, cell)| (at, text(cell)));
    texts.filter(|(_, text)| !text.is_empty()).collect()
}

fn borrowed(row: &[(u32, String)]) -> headings::Cells<'_> {
    row.iter().map(|(at, text)| (*at, text.as_str())).collect()
}

fn column(at: usize, heading: &str, sink: &mut dyn Sink) -> FieldId {
    headings::column(heading, || (at + 1).to_string(), sink)
}

impl Reader for Delimited {
    fn read(&mut self, text: &[u8], at: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let mut start = 0;
        if !self.has_begun {
            let Some(begin) = self.begin(text, is_last, sink) else { return 0 };
            start = begin;
        }
        let mut raw = Vec::new();
        let mut batch = Batch::default();
        while start < text.len() {
            let (before, columns) = (batch.cells.len(), self.columns.as_slice());
            let mut width = 0;
            let give = |raw: Raw| {
                if let Some(field) = columns.get(width) {
                    batch.cells.push(raw.cell(text, at, *field));
                }
                width += 1;
            };
            let Some((end, next)) = record(text, start, self.delimiter, is_last, give) else {
                batch.cells.truncate(before);
                break;
            };
            if width <= columns.len() && end > start && !self.is_odd(&text[start..end]) {
                batch.rows.push((batch.cells.len(), (at + start as u64, at + end as u64)));
                if batch.rows.len() == TOGETHER {
                    batch.give(sink);
                }
                start = next;
                continue;
            }
            // A record with more cells than the headings, or one that may not be data.
            batch.cells.truncate(before);
            batch.give(sink);
            raw.clear();
            record(text, start, self.delimiter, is_last, |cell| keep(&mut raw, cell));
            if !self.is_between(text, (start, end), &raw, sink) {
                if raw.len() > MOST_COLUMNS {
                    sink.note("has more than 4,096 columns; the others were not read");
                }
                while self.columns.len() < raw.len().min(MOST_COLUMNS) {
                    self.columns.push(column(self.columns.len(), "", sink));
                }
                let cells = raw.iter().zip(&self.columns).map(|(raw, field)| raw.cell(text, at, *field));
                batch.add(cells, (at + start as u64, at + end as u64));
            }
            start = next;
        }
        batch.give(sink);
        start
    }

    fn pass(&mut self, text: &[u8], is_last: bool) -> usize {
        if !self.has_begun {
            return 0;
        }
        let end = lines(text, is_last);
        // A quoted record may continue on the next line.
        let is_open = memchr_iter(b'"', &text[..end]).count() % 2 == 1;
        if is_open && !is_last { 0 } else { end }
    }
}

/// Reads the record that begins at `start` and passes on its cells. Returns its end and the start of the next record; `None` if
/// it continues after the text.
#[inline]
fn record(
    text: &[u8],
    start: usize,
    delimiter: u8,
    is_last: bool,
    mut give: impl FnMut(Raw),
) -> Option<(usize, usize)> {
    let mut from = start;
    loop {
        let quoted =
            if text.get(from) == Some(&b'"') { quoted(text, from, delimiter, is_last)? } else { None };
        let (mut cell, end) = match quoted {
            Some(found) => found,
            None => {
                let rest = &text[from..];
                let length = rest.iter().position(|&byte| byte == delimiter || byte == b'\n');
                if length.is_none() && !is_last {
                    return None;
                }
                let end = from + length.unwrap_or(rest.len());
                (Raw { start: from, end, quoting: Quoting::BareCell(delimiter) }, end)
            }
        };
        match text.get(end) {
            Some(&byte) if byte == delimiter => {
                give(cell);
                from = end + 1;
            }
            ends => {
                let next = end + usize::from(ends.is_some());
                let mut end = end;
                if end > start && text[end - 1] == b'\r' {
                    end -= 1;
                    if cell.end > end {
                        cell.end = end.max(cell.start);
                    }
                }
                give(cell);
                return Some((end, next));
            }
        }
    }
}

/// Reads the quoted cell that begins at `from`. Returns it with the end of its quotes; the inner `None` if it is not quoted
/// after all, the outer one if it continues after the text.
#[expect(clippy::option_option, reason = "not closed yet, and never closed, are different answers")]
fn quoted(text: &[u8], from: usize, delimiter: u8, is_last: bool) -> Option<Option<(Raw, usize)>> {
    let mut at = from + 1;
    // However much of the text there is, the same part of it decides.
    let longest = (from + LONGEST_CELL).min(text.len());
    loop {
        let Some(length) = text.get(at..longest).and_then(|rest| memchr(b'"', rest)) else {
            return if is_last || text.len() - from >= LONGEST_CELL { Some(None) } else { None };
        };
        let close = at + length;
        match text.get(close + 1) {
            Some(b'"') => at = close + 2,
            None if !is_last => return None,
            Some(&byte) if byte != delimiter && byte != b'\n' && byte != b'\r' => return Some(None),
            _ => {
                let end = close + 1;
                // The carriage return after the quote belongs to the end of the line.
                let end =
                    end + usize::from(text.get(end) == Some(&b'\r') && text.get(end + 1) == Some(&b'\n'));
                let cell = Raw { start: from + 1, end: close, quoting: Quoting::Doubled(b'"') };
                return Some(Some((cell, end)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    fn read(text: &str) -> Seen {
        let mut seen = Seen::default();
        assert_eq!(Delimited::new(b',').read(text.as_bytes(), 0, true, &mut seen), text.len());
        seen
    }

    #[test]
    fn cells_have_their_column_and_their_place() {
        let seen = read("icd,text\r\n\"E87.2\",\"a, \"\"b\"\"\"\r\n\r\nR05,\n");
        assert_eq!(
            seen.described,
            [
                "column `icd` 11 E87.2 | column `text` 19 a, \"b\" [10..28]",
                "column `icd` 32 R05 | column `text` 36  [32..36]"
            ]
        );
    }

    #[test]
    fn a_first_record_with_a_code_is_no_heading() {
        let seen = Seen::knowing(&["E872"]);
        let mut seen = seen;
        Delimited::new(b'|').read(b"E872|x", 0, true, &mut seen);
        assert_eq!(seen.described, ["column 1 0 E872 | column 2 5 x [0..6]"]);
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_with_its_line() {
        let seen = read("a,b\n\"x,1\ny,2\n");
        assert_eq!(
            seen.described,
            ["column `a` 4 \"x | column `b` 7 1 [4..8]", "column `a` 9 y | column `b` 11 2 [9..12]"]
        );
    }

    #[test]
    fn pieces_give_the_same_as_the_whole() {
        let text = b"a,b\n\"x\ny\",1\r\nz,2\n\"u\"\"v\",3";
        let mut whole = Seen::default();
        Delimited::new(b',').read(text, 0, true, &mut whole);
        for cut in 0..text.len() {
            let (mut seen, mut reader) = (Seen::default(), Delimited::new(b','));
            let done = reader.read(&text[..cut], 0, false, &mut seen);
            reader.read(&text[done..], done as u64, true, &mut seen);
            assert_eq!(seen.described, whole.described, "cut at {cut}");
        }
    }
}
