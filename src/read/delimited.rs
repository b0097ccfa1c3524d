//! Tables as text: comma, tab, semicolon or pipe between the cells, quotes as RFC 4180 has them.

use memchr::{memchr, memchr_iter};

use super::{Cell, FieldId, Quoting, Reader, Row, Sink, headings, lines};

/// More columns than these are no table of codes.
const MOST_COLUMNS: usize = 4_096;

/// A quote that is not closed within so many bytes is none: its line is taken as it stands.
const LONGEST_CELL: usize = 1 << 20;

/// So many rows are given on together.
const TOGETHER: usize = 32;

/// Rows that are given on together.
#[derive(Default)]
struct Batch<'t> {
    cells: Vec<Cell<'t>>,
    /// Where the cells of each row end, and its bytes.
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

/// Reads a table.
pub(crate) struct Delimited {
    delimiter: u8,
    columns: Vec<FieldId>,
    has_begun: bool,
}

/// A cell while its record is being read.
#[derive(Clone, Copy)]
struct Raw {
    start: usize,
    end: usize,
    quoting: Quoting,
}

impl Delimited {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { delimiter, columns: Vec::new(), has_begun: false }
    }

    /// Takes the first record; says whether it is one of headings: no code and no number stands in it.
    fn begin(&mut self, text: &[u8], cells: &[Raw], sink: &mut dyn Sink) -> bool {
        self.has_begun = true;
        let headings: Vec<_> =
            cells.iter().map(|cell| String::from_utf8_lossy(&text[cell.start..cell.end])).collect();
        if !headings::are(headings.iter().map(AsRef::as_ref), sink) {
            return false;
        }
        for (at, heading) in headings.iter().enumerate().take(MOST_COLUMNS) {
            let column = column(at, heading.trim().trim_start_matches('\u{feff}'), sink);
            self.columns.push(column);
        }
        true
    }
}

fn column(at: usize, heading: &str, sink: &mut dyn Sink) -> FieldId {
    headings::column(heading, || (at + 1).to_string(), sink)
}

impl Reader for Delimited {
    fn read(&mut self, text: &[u8], at: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let mut start = 0;
        let mut raw = Vec::new();
        let mut batch = Batch::default();
        while start < text.len() {
            let Some((end, next)) = record(text, start, self.delimiter, &mut raw, is_last) else { break };
            if end > start && (self.has_begun || !self.begin(text, &raw, sink)) {
                while self.columns.len() < raw.len().min(MOST_COLUMNS) {
                    self.columns.push(column(self.columns.len(), "", sink));
                }
                let cells = raw.iter().zip(&self.columns).map(|(raw, field)| Cell {
                    field: *field,
                    text: &text[raw.start..raw.end],
                    at: at + raw.start as u64,
                    column: 0,
                    quoting: raw.quoting,
                });
                batch.add(cells, (at + start as u64, at + end as u64));
                if batch.rows.len() == TOGETHER {
                    batch.give(sink);
                }
            }
            start = next;
        }
        batch.give(sink);
        start
    }

    fn pass(&mut self, text: &[u8], is_last: bool) -> usize {
        let end = lines(text, is_last);
        // A record may go on behind the line, in quotes.
        let is_open = memchr_iter(b'"', &text[..end]).count() % 2 == 1;
        if is_open && !is_last { 0 } else { end }
    }
}

/// Reads the record that begins at `start`: its end, and where the next one begins. `None` if it goes on behind the text.
fn record(
    text: &[u8],
    start: usize,
    delimiter: u8,
    cells: &mut Vec<Raw>,
    is_last: bool,
) -> Option<(usize, usize)> {
    cells.clear();
    let mut from = start;
    loop {
        let quoted =
            if text.get(from) == Some(&b'"') { quoted(text, from, delimiter, is_last)? } else { None };
        let (cell, end) = match quoted {
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
        cells.push(cell);
        match text.get(end) {
            Some(&byte) if byte == delimiter => from = end + 1,
            ends => {
                let next = end + usize::from(ends.is_some());
                let mut end = end;
                if end > start && text[end - 1] == b'\r' {
                    end -= 1;
                    if let Some(last) = cells.last_mut().filter(|last| last.end > end) {
                        last.end = end.max(last.start);
                    }
                }
                return Some((end, next));
            }
        }
    }
}

/// The cell in quotes that begins at `from`, and where it ends with them; `None` inside if it is not in quotes after all,
/// and outside if it goes on behind the text.
#[expect(clippy::option_option, reason = "not closed yet, and never closed, are different answers")]
fn quoted(text: &[u8], from: usize, delimiter: u8, is_last: bool) -> Option<Option<(Raw, usize)>> {
    let mut at = from + 1;
    loop {
        let Some(length) = memchr(b'"', &text[at..]) else {
            return if is_last || text.len() - from > LONGEST_CELL { Some(None) } else { None };
        };
        let close = at + length;
        match text.get(close + 1) {
            Some(b'"') => at = close + 2,
            None if !is_last => return None,
            Some(&byte) if byte != delimiter && byte != b'\n' && byte != b'\r' => return Some(None),
            _ => {
                let end = close + 1;
                // The carriage return behind the quote belongs to the end of the line.
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
            seen.told,
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
        assert_eq!(seen.told, ["column 1 0 E872 | column 2 5 x [0..6]"]);
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_with_its_line() {
        let seen = read("a,b\n\"x,1\ny,2\n");
        assert_eq!(
            seen.told,
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
            assert_eq!(seen.told, whole.told, "cut at {cut}");
        }
    }
}
