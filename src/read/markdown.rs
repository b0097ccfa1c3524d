//! Markdown: tables by their cells, everything else as running text. Source: GitHub Flavored Markdown, section "Tables".

use super::prose::is_prose;
use super::{Cell, FieldId, FieldName, Origin, Prose, Quoting, Reader, Reading, Row, Sink, lines};

/// Upper bound on columns; a line with more is not a row of a table.
const MOST_COLUMNS: usize = 1_024;

/// Reads a text with tables.
#[derive(Default)]
pub(crate) struct Markdown {
    prose: Prose,
    /// The columns of the current table.
    columns: Option<Vec<FieldId>>,
    tables: usize,
}

impl Reader for Markdown {
    fn read(&mut self, text: &[u8], base: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let whole = lines(text, is_last);
        let (mut start, mut from) = (0, 0);
        while start < whole {
            let end = end_of_line(text, start);
            let next = (end + 1).min(whole);
            let line = &text[start..end];
            let has_cells = memchr::memchr(b'|', line).is_some();
            if has_cells && self.columns.is_some() {
                self.row(text, (start, end), base, sink);
                from = next;
            } else if has_cells {
                if next == whole && !is_last {
                    // The next line decides whether it is a row of headings.
                    break;
                }
                let rule = &text[next.min(text.len())..end_of_line(text, next)];
                if is_rule(rule) {
                    self.prose.read(&text[from..start], base + from as u64, true, sink);
                    self.begin(text, (start, end), sink);
                    start = (end_of_line(text, next) + 1).min(whole);
                    from = start;
                    continue;
                }
            } else if self.columns.take().is_some() {
                from = start;
            }
            start = next;
        }
        self.prose.read(&text[from.min(start)..start], base + from.min(start) as u64, true, sink);
        start
    }
}

impl Markdown {
    /// Begins a table with its row of headings.
    fn begin(&mut self, text: &[u8], span: (usize, usize), sink: &mut dyn Sink) {
        self.tables += 1;
        let number = self.tables;
        let column = |(at, (start, end)): (usize, (usize, usize))| {
            let heading = String::from_utf8_lossy(&text[start..end]);
            let name = if heading.is_empty() { (at + 1).to_string() } else { format!("`{heading}`") };
            let path = format!("table {number}, column {name}");
            sink.field(FieldName {
                path: &path,
                words: &heading,
                reading: Reading::Value,
                origin: Origin::Other,
            })
        };
        self.columns = Some(cells(text, span).into_iter().enumerate().map(column).collect());
    }

    fn row(&mut self, text: &[u8], (start, end): (usize, usize), base: u64, sink: &mut dyn Sink) {
        let spans = cells(text, (start, end));
        let columns = self.columns.as_deref().unwrap_or_default();
        let cell = |(&(start, end), field): (&(usize, usize), &FieldId)| Cell {
            field: *field,
            text: &text[start..end],
            at: base + start as u64,
            column: 0,
            quoting: Quoting::None,
        };
        let found: Vec<Cell<'_>> = spans.iter().zip(columns).map(cell).collect();
        if !found.is_empty() {
            let span = (base + start as u64, base + end as u64);
            sink.row(&Row { cells: &found, span, number: 0, system: None });
        }
        // Words before a code make the cell a text about it.
        for (start, end) in spans {
            if is_prose(&String::from_utf8_lossy(&text[start..end])) {
                self.prose.read(&text[start..end], base + start as u64, true, sink);
            }
        }
    }
}

fn end_of_line(text: &[u8], start: usize) -> usize {
    let start = start.min(text.len());
    memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |length| start + length)
}

/// Returns whether a line is the one between headings and rows.
fn is_rule(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    memchr::memchr(b'-', line).is_some()
        && memchr::memchr(b'|', line).is_some()
        && line.iter().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t'))
}

/// Returns the cells of a row, without blanks and marks of emphasis around them.
fn cells(text: &[u8], (start, end): (usize, usize)) -> Vec<(usize, usize)> {
    let line = &text[start..end];
    let lead = line.len() - line.trim_ascii_start().len();
    let mut at = start + lead + usize::from(line[lead..].starts_with(b"|"));
    let end = start + line.trim_ascii_end().len();
    let mut spans = Vec::new();
    while at < end && spans.len() < MOST_COLUMNS {
        let mut close = at;
        while close < end && text[close] != b'|' {
            close += 1 + usize::from(text[close] == b'\\');
        }
        let close = close.min(end);
        let is_mark = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'*' | b'`' | b'_');
        let first = at + text[at..close].iter().take_while(|byte| is_mark(byte)).count();
        let last = close - text[first..close].iter().rev().take_while(|byte| is_mark(byte)).count();
        spans.push((first, last));
        at = close + 1;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    const TEXT: &str =
        "Of E87.2\n\n| Code | Text |\n|:--|---|\n| **G35** | MS \\| x |\n| I10 | see B20.1 |\n\nR05.1 | x\n";

    fn read(text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        Markdown::default().read(text.as_bytes(), 0, true, &mut seen);
        seen.described
    }

    #[test]
    fn tables_have_columns_and_the_rest_is_running_text() {
        let all = read(TEXT);
        let rows: Vec<&String> = all.iter().filter(|row| row.starts_with("table 1, column `Code`")).collect();
        assert!(rows[0].contains(" G35 | table 1, column `Text`"), "{all:?}");
        assert!(rows[1].contains(" I10 | "), "{all:?}");
        for text in ["E87.2", "B20.1", "R05.1"] {
            let is_row = |row: &String| row.starts_with("text (Token)") && row.contains(text);
            assert!(all.iter().any(is_row), "{all:?}");
        }
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn pieces_give_the_same_as_the_whole() {
        for cut in 0..TEXT.len() {
            let (mut seen, mut reader) = (Seen::default(), Markdown::default());
            let done = reader.read(&TEXT.as_bytes()[..cut], 0, false, &mut seen);
            reader.read(&TEXT.as_bytes()[done..], done as u64, true, &mut seen);
            assert_eq!(seen.described, read(TEXT), "cut at {cut}");
        }
    }

    #[test]
    fn a_text_that_breaks_off_does_no_harm() {
        for text in ["|", "|\n|-", "a|b\n-|-\n\\|\\", "|\\", "|a|\n|-|\n|**|\n"] {
            read(text);
        }
    }
}
