//! HTML: tables by their cells, choices of forms by their values, everything else as running text. Scripts and styles are
//! skipped.

use memchr::memmem;

use super::{Cell, FieldId, FieldName, ListKind, Origin, Prose, Quoting, Reader, Reading, Row, Sink};

/// Reads a page.
pub(crate) struct Html;

/// An open table.
#[derive(Default)]
struct Table {
    headings: Vec<String>,
    columns: Vec<FieldId>,
    cells: Vec<(usize, usize, bool)>,
    row_start: usize,
}

impl Reader for Html {
    fn read(&mut self, text: &[u8], at: u64, _: bool, sink: &mut dyn Sink) -> usize {
        page(text, at, &mut 0, sink);
        text.len()
    }

    fn takes_pieces(&self) -> bool {
        false
    }
}

/// Reads a page. `count` already includes the tables before it.
pub(super) fn page(text: &[u8], at: u64, count: &mut usize, sink: &mut dyn Sink) {
    let mut prose = Prose::default();
    let mut tables: Vec<Table> = Vec::new();
    let (mut cell, mut from) = (None, 0);
    // The name of the open list of options.
    let mut list = String::new();
    while let Some(open) = memchr::memchr(b'<', &text[from..]).map(|length| from + length) {
        if cell.is_none() {
            prose.read(&text[from..open], at + from as u64, true, sink);
        }
        let Some((name, is_end, end)) = tag(text, open) else {
            from = open + 1;
            continue;
        };
        from = end;
        match (name.as_str(), is_end, tables.last_mut()) {
            ("script" | "style", false, _) => {
                let closing = format!("</{name}");
                from =
                    memmem::find(&text[end..], closing.as_bytes()).map_or(text.len(), |length| end + length);
            }
            ("!--", ..) => {
                from = memmem::find(&text[open..], b"-->").map_or(text.len(), |length| open + length + 3);
            }
            ("table", false, _) => {
                *count += 1;
                tables.push(Table::default());
                cell = None;
            }
            ("table", true, _) => {
                tables.pop();
            }
            ("tr", false, Some(table)) => {
                table.cells.clear();
                table.row_start = open;
            }
            ("td" | "th", false, Some(_)) => cell = Some((end, name == "th")),
            ("td" | "th", true, Some(table)) => {
                if let Some((start, is_heading)) = cell.take() {
                    table.cells.push((start, open, is_heading));
                }
            }
            ("tr", true, Some(table)) => give(table, text, at, end, *count, sink),
            ("select" | "datalist", _, _) => {
                list.clear();
                let name =
                    attribute(text, (open, end), "name").or_else(|| attribute(text, (open, end), "id"));
                if let Some((start, end)) = name.filter(|_| !is_end) {
                    list.push_str(&Quoting::Entities.read(&text[start..end]));
                }
            }
            ("option", false, _) => {
                let label =
                    end + text[end..].iter().position(|byte| *byte == b'<').unwrap_or(text.len() - end);
                let value = attribute(text, (open, end), "value");
                option(text, at, (open, label), (value, Some((end, label))), &list, sink);
                from = label;
            }
            ("input", false, _) if is_choice(text, (open, end)) => {
                let name = attribute(text, (open, end), "name")
                    .map(|(start, end)| Quoting::Entities.read(&text[start..end]));
                let value = attribute(text, (open, end), "value");
                option(text, at, (open, end), (value, None), &name.unwrap_or_default(), sink);
            }
            _ => {}
        }
    }
    if cell.is_none() {
        prose.read(&text[from.min(text.len())..], at + from as u64, true, sink);
    }
}

/// Returns the range of the value of an attribute in the tag between these bytes.
fn attribute(text: &[u8], (open, end): (usize, usize), name: &str) -> Option<(usize, usize)> {
    let tag = &text[open..end];
    let mut at = tag.iter().position(u8::is_ascii_whitespace)?;
    while at < tag.len() {
        at += tag[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let length = tag[at..]
            .iter()
            .take_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'>'))
            .count();
        let is_it = tag[at..at + length].eq_ignore_ascii_case(name.as_bytes());
        at += length.max(1);
        let equals = at + tag.get(at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if tag.get(equals) != Some(&b'=') || length == 0 {
            continue;
        }
        at = equals + 1;
        at += tag[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let quote = tag.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''));
        let start = at + usize::from(quote.is_some());
        let ends =
            |byte: &u8| quote.map_or(byte.is_ascii_whitespace() || *byte == b'>', |quote| *byte == quote);
        let close = start + tag.get(start..)?.iter().position(ends)?;
        if is_it {
            return Some((open + start, open + close));
        }
        at = close + usize::from(quote.is_some());
    }
    None
}

/// Returns whether an input has a value that is chosen, not typed.
fn is_choice(text: &[u8], tag: (usize, usize)) -> bool {
    let kind = attribute(text, tag, "type").map(|(start, end)| text[start..end].to_ascii_lowercase());
    matches!(kind.as_deref(), Some(b"checkbox" | b"radio" | b"button"))
}

/// The first byte of something, and the one after its last.
type Range = (usize, usize);

/// Passes on a choice: its value, or else its label.
fn option(
    text: &[u8],
    at: u64,
    (open, end): (usize, usize),
    (value, label): (Option<Range>, Option<Range>),
    name: &str,
    sink: &mut dyn Sink,
) {
    let path = if name.is_empty() { "options".to_owned() } else { format!("options of `{name}`") };
    let options = Origin::list(ListKind::Options, name);
    let mut cell = |path: &str, words: &str, origin, (start, end): (usize, usize)| {
        let raw = &text[start..end];
        let lead = raw.len() - raw.trim_ascii_start().len();
        let field = sink.field(FieldName { path, words, reading: Reading::Value, origin });
        let (start, raw) = (start + lead, raw.trim_ascii());
        let cell = Cell { field, text: raw, at: at + start as u64, column: 0, quoting: Quoting::Entities };
        (!raw.is_empty()).then_some(cell)
    };
    let first = value.filter(|(start, end)| end > start);
    let cells: Vec<Cell<'_>> = match (first, label) {
        (Some(value), label) => {
            let value = cell(&path, name, options, value);
            let label = label.and_then(|label| cell("labels of options", "label", Origin::Other, label));
            value.into_iter().chain(label).collect()
        }
        (None, Some(label)) => cell(&path, name, options, label).into_iter().collect(),
        (None, None) => return,
    };
    if !cells.is_empty() {
        sink.row(&Row { cells: &cells, span: (at + open as u64, at + end as u64), number: 0, system: None });
    }
}

/// Returns the name of the tag at `open`, whether it is an end tag, and where it ends.
fn tag(text: &[u8], open: usize) -> Option<(String, bool, usize)> {
    if text[open..].starts_with(b"<!--") {
        return Some(("!--".to_owned(), false, open + 4));
    }
    let is_end = text.get(open + 1) == Some(&b'/');
    let start = open + 1 + usize::from(is_end);
    let length = text[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let end = memchr::memchr(b'>', &text[start..])?;
    let name = String::from_utf8_lossy(&text[start..start + length]).to_ascii_lowercase();
    (length > 0).then_some((name, is_end, start + end + 1))
}

/// Passes on a row of a table: the first one has the headings, if all its cells are headings.
fn give(table: &mut Table, text: &[u8], at: u64, end: usize, number: usize, sink: &mut dyn Sink) {
    let inner = |start: usize, end: usize| -> (usize, usize) {
        // The content of a cell is between the tags at its beginning and those at its end.
        let (mut start, mut end) = (start, end);
        loop {
            let raw = &text[start..end];
            let lead = raw.len() - raw.trim_ascii_start().len();
            let trail = raw.len() - raw.trim_ascii_end().len();
            if lead == raw.len() {
                return (start, start);
            }
            (start, end) = (start + lead, end - trail);
            let raw = &text[start..end];
            if raw.starts_with(b"<") {
                let Some(length) = memchr::memchr(b'>', raw) else { return (start, end) };
                start += length + 1;
            } else if raw.ends_with(b">") {
                let Some(length) = memchr::memrchr(b'<', raw) else { return (start, end) };
                end = start + length;
            } else {
                return (start, end);
            }
        }
    };
    let spans: Vec<(usize, usize)> = table.cells.iter().map(|(start, end, _)| inner(*start, *end)).collect();
    if table.columns.is_empty() && !spans.is_empty() && table.cells.iter().all(|(.., is_heading)| *is_heading)
    {
        let statement =
            |(start, end): &(usize, usize)| Quoting::Entities.read(&text[*start..*end]).into_owned();
        table.headings = spans.iter().map(statement).collect();
        return;
    }
    while table.columns.len() < spans.len() {
        let column = table.columns.len();
        let heading = table.headings.get(column).map_or("", String::as_str);
        let name = if heading.is_empty() { (column + 1).to_string() } else { format!("`{heading}`") };
        let path = format!("table {number}, column {name}");
        let name = FieldName { path: &path, words: heading, reading: Reading::Value, origin: Origin::Other };
        table.columns.push(sink.field(name));
    }
    let cells: Vec<Cell<'_>> = spans
        .iter()
        .zip(&table.columns)
        .map(|((start, end), field)| Cell {
            field: *field,
            text: &text[*start..*end],
            at: at + *start as u64,
            column: 0,
            quoting: Quoting::Entities,
        })
        .collect();
    let span = (at + table.row_start as u64, at + end as u64);
    sink.row(&Row { cells: &cells, span, number: 0, system: None });
    table.cells.clear();
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    #[test]
    fn tables_have_columns_and_the_rest_is_running_text() {
        let mut seen = Seen::default();
        let page = "<p>See R05.</p><script>E87.2</script><table><tr><th>Code</th><th>Text</th></tr>\
                    <tr><td><b>E87.2</b></td><td>A &amp; B</td></tr></table>";
        Html.read(page.as_bytes(), 0, true, &mut seen);
        assert_eq!(seen.described.len(), 2, "{:?}", seen.described);
        assert!(seen.described[0].contains("R05"));
        assert_eq!(
            seen.described[1],
            "table 1, column `Code` 90 E87.2 | table 1, column `Text` 108 A & B [79..127]"
        );
    }

    #[test]
    fn choices_of_forms_are_values_under_the_name_of_their_list() {
        let mut seen = Seen::default();
        let page = "<select name=dx><option value='G35'>MS</option><option>I10 </option></select>\
                    <input type=checkbox name=\"dx[]\" value=\"R05\"> Cough<input type=text value=B20>";
        Html.read(page.as_bytes(), 0, true, &mut seen);
        assert_eq!(
            seen.described,
            [
                "options of `dx` 31 G35 | labels of options 36 MS [16..38]",
                "options of `dx` 55 I10 [47..59]",
                "options of `dx[]` 117 R05 [77..122]",
            ]
        );
    }

    #[test]
    fn a_page_that_breaks_off_does_no_harm() {
        for page in [
            "<option value=",
            "<option value='x",
            "<input type=radio value>",
            "<input = type=radio value=\"\">",
            "<select name=>",
            "<option",
            "<option>",
            "<",
            "<table",
            "<table><tr><td>R05",
            "<!-- ",
            "<script>",
            "</",
            "<td>x</td></tr>",
        ] {
            Html.read(page.as_bytes(), 0, true, &mut Seen::default());
        }
    }
}
