//! Running text with tables, as in slides and documents of Office: paragraphs of runs, and rows of cells of paragraphs. A code
//! may be split over runs. Both kinds of files use the same element names, apart from the prefix; OpenDocument has other names
//! for the same elements.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::members::decoded;
use super::prose::{Place, Prose, is_prose};
use super::tree::DEEPEST;
use super::{Cell, Container, FieldId, Quoting, Row, Sink, XmlError, headings};

/// Upper bound on cells; a row with more is not a row of codes.
const MOST_CELLS: usize = 4_096;

/// Reads the members of one file, whose fields are the same throughout.
#[derive(Default)]
pub(super) struct Flow {
    prose: Prose,
    /// Number of paragraphs read so far.
    number: u32,
    /// Number of slides read so far; only for OpenDocument, which has them all in one member.
    slides: u32,
    /// The vocabulary of element names.
    names: Names,
}

/// The format whose element names are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Names {
    #[default]
    Office,
    OpenDocument,
}

impl Flow {
    /// Reads members of OpenDocument.
    pub(super) fn of_open_document() -> Self {
        Self { names: Names::OpenDocument, ..Self::default() }
    }

    /// Counts paragraphs from 1 again.
    pub(super) fn restart(&mut self) {
        self.number = 0;
    }

    /// Reads a member.
    ///
    /// # Errors
    ///
    /// If it was not read to its end.
    pub(super) fn read(&mut self, xml: &str, sink: &mut dyn Sink) -> Result<(), XmlError> {
        let mut walk = Walk {
            flow: self,
            sink,
            open: Vec::new(),
            left_out: 0,
            paragraphs: Vec::new(),
            tables: Vec::new(),
        };
        let end = walk.read(xml);
        // Elements that are still open where the text breaks off are closed, because their content was read.
        while let Some(tag) = walk.open.pop() {
            walk.end(tag);
        }
        end
    }
}

/// The kind of an element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Paragraph,
    Run,
    Text,
    Table,
    Row,
    Cell,
    /// The number of columns that the cell spans.
    Span,
    /// An element that represents a character.
    Character(char),
    /// Content that was deleted or moved away, and the second form of content that is there in two forms.
    LeftOut,
    Slide,
    Notes,
    Other,
}

impl Tag {
    fn of_open_document(name: &str) -> Self {
        match name {
            "p" | "h" => Self::Paragraph,
            "span" | "a" => Self::Text,
            "table" => Self::Table,
            "table-row" => Self::Row,
            "table-cell" | "covered-table-cell" => Self::Cell,
            "line-break" => Self::Character('\n'),
            "s" => Self::Character(' '),
            "tab" => Self::Character('\t'),
            "tracked-changes" => Self::LeftOut,
            "page" => Self::Slide,
            "notes" => Self::Notes,
            _ => Self::Other,
        }
    }

    fn of_office(name: &str) -> Self {
        match name {
            "p" => Self::Paragraph,
            "r" => Self::Run,
            "t" => Self::Text,
            "tbl" => Self::Table,
            "tr" => Self::Row,
            "tc" => Self::Cell,
            "gridSpan" => Self::Span,
            "br" | "cr" => Self::Character('\n'),
            "tab" => Self::Character('\t'),
            "noBreakHyphen" => Self::Character('-'),
            "del" | "moveFrom" | "Fallback" => Self::LeftOut,
            _ => Self::Other,
        }
    }
}

/// A paragraph: its number and its text.
type Paragraph = (u32, String);

/// An open table.
#[derive(Default)]
struct Table {
    columns: Columns,
    /// The cells of the open row, each with its column.
    cells: Vec<(u32, Vec<Paragraph>)>,
    /// The column of the next cell.
    next: u32,
    is_in_cell: bool,
}

/// The columns of a table.
#[derive(Default)]
enum Columns {
    /// No row was read yet.
    #[default]
    Unknown,
    /// The first row has no headings, so the table is running text.
    None,
    /// Columns with these headings.
    Under(BTreeMap<u32, String>, BTreeMap<u32, FieldId>),
}

struct Walk<'w> {
    flow: &'w mut Flow,
    sink: &'w mut dyn Sink,
    open: Vec<Tag>,
    /// Number of open elements that are left out.
    left_out: usize,
    paragraphs: Vec<Paragraph>,
    tables: Vec<Table>,
}

impl Walk<'_> {
    fn read(&mut self, xml: &str) -> Result<(), XmlError> {
        let mut events = Reader::from_str(xml);
        loop {
            match events.read_event().map_err(|error| XmlError::Broken(error.to_string()))? {
                Event::Start(element) => {
                    let tag = self.start(&element);
                    self.open.push(tag);
                }
                Event::Empty(element) => {
                    let tag = self.start(&element);
                    self.end(tag);
                }
                Event::End(_) => {
                    if let Some(tag) = self.open.pop() {
                        self.end(tag);
                    }
                }
                Event::Text(text) => self.add(&text),
                Event::CData(text) => self.add(&text),
                Event::GeneralRef(name) => self.add(&decoded(&format!("&{};", &*name))),
                Event::Eof if self.open.is_empty() => return Ok(()),
                Event::Eof => return Err(XmlError::Cut),
                _ => {}
            }
            if self.open.len() > DEEPEST {
                return Err(XmlError::Depth);
            }
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Tag {
        let name = element.local_name();
        let tag = match self.flow.names {
            Names::Office => Tag::of_office(name.as_ref()),
            Names::OpenDocument => Tag::of_open_document(name.as_ref()),
        };
        self.left_out += usize::from(tag == Tag::LeftOut);
        if self.left_out > 0 {
            return tag;
        }
        match tag {
            Tag::Paragraph => {
                self.flow.number = self.flow.number.saturating_add(1);
                self.paragraphs.push((self.flow.number, String::new()));
            }
            // In other elements, `tab` is the position of a tab stop.
            Tag::Character(char) if self.is_in(Tag::Run) || self.is_in_text() || char == '\n' => {
                self.push(char);
            }
            Tag::Slide | Tag::Notes => {
                self.flow.slides += u32::from(tag == Tag::Slide);
                self.flow.restart();
                let number = self.flow.slides;
                self.sink.part(if tag == Tag::Slide {
                    Container::Slide(number)
                } else {
                    Container::Notes(number)
                });
            }
            Tag::Table => self.tables.push(Table::default()),
            _ => {
                if let Some(table) = self.tables.last_mut() {
                    table.start(tag, element);
                }
            }
        }
        tag
    }

    fn end(&mut self, tag: Tag) {
        if tag == Tag::LeftOut {
            self.left_out = self.left_out.saturating_sub(1);
        }
        if self.left_out > 0 {
            return;
        }
        match (tag, self.tables.last_mut()) {
            (Tag::Paragraph, table) => {
                let Some(paragraph) = self.paragraphs.pop() else { return };
                match table.filter(|table| table.is_in_cell).and_then(|table| table.cells.last_mut()) {
                    Some((_, cell)) => cell.push(paragraph),
                    None => self.flow.give(&paragraph, self.sink),
                }
            }
            (Tag::Cell, Some(table)) => table.is_in_cell = false,
            (Tag::Row, Some(table)) => table.end_row(self.flow, self.sink),
            (Tag::Table, Some(_)) => drop(self.tables.pop()),
            _ => {}
        }
    }

    fn is_in(&self, tag: Tag) -> bool {
        self.open.last() == Some(&tag)
    }

    /// Returns whether the next text is content, not part of the layout of the file.
    fn is_in_text(&self) -> bool {
        self.is_in(Tag::Text) || self.flow.names == Names::OpenDocument && self.is_in(Tag::Paragraph)
    }

    fn add(&mut self, text: &str) {
        if self.is_in_text()
            && self.left_out == 0
            && let Some((_, statement)) = self.paragraphs.last_mut()
        {
            statement.push_str(text);
        }
    }

    fn push(&mut self, char: char) {
        if let Some((_, statement)) = self.paragraphs.last_mut() {
            statement.push(char);
        }
    }
}

impl Flow {
    fn give(&mut self, (number, text): &Paragraph, sink: &mut dyn Sink) {
        self.prose.paragraph(text, Place::Paragraph(*number), sink);
    }
}

impl Table {
    fn start(&mut self, tag: Tag, element: &BytesStart<'_>) {
        match tag {
            Tag::Row => {
                self.cells.clear();
                self.next = 0;
            }
            Tag::Cell => {
                self.cells.push((self.next, Vec::new()));
                self.next = self.next.saturating_add(1);
                self.is_in_cell = true;
            }
            Tag::Span => {
                let span = element.attributes().flatten().find(|own| own.key.local_name().as_ref() == "val");
                let span = span.and_then(|span| span.value.parse::<u32>().ok()).unwrap_or(1);
                self.next = self.next.saturating_add(span.saturating_sub(1));
            }
            _ => {}
        }
    }

    fn end_row(&mut self, flow: &mut Flow, sink: &mut dyn Sink) {
        self.is_in_cell = false;
        let cells = std::mem::take(&mut self.cells);
        let joined = |paragraphs: &[Paragraph]| {
            paragraphs.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n").trim().to_owned()
        };
        let texts: Vec<(u32, String)> =
            cells.iter().map(|(column, paragraphs)| (*column, joined(paragraphs))).collect();
        let paragraphs = cells.iter().flat_map(|(_, paragraphs)| paragraphs);
        if let Columns::Under(names, fields) = &mut self.columns {
            let Some(number) = paragraphs.map(|(number, _)| *number).next() else { return };
            give_row(&texts, number, names, fields, sink);
            // Words before a code make the cell a text about it.
            let about = cells.iter().zip(&texts).filter(|(_, (_, text))| is_prose(text));
            about.flat_map(|((_, cell), _)| cell).for_each(|paragraph| flow.give(paragraph, sink));
            return;
        }
        let filled = texts.iter().filter(|(_, text)| !text.is_empty()).count();
        // A single filled cell in a wider table is its title.
        let is_first = matches!(self.columns, Columns::Unknown) && filled > usize::from(self.next > 1);
        if is_first && headings::are(texts.iter().map(|(_, text)| text.as_str()), sink) {
            self.columns = Columns::Under(texts.into_iter().collect(), BTreeMap::new());
            return;
        }
        paragraphs.for_each(|paragraph| flow.give(paragraph, sink));
        if is_first {
            self.columns = Columns::None;
        }
    }
}

fn give_row(
    texts: &[(u32, String)],
    number: u32,
    names: &BTreeMap<u32, String>,
    fields: &mut BTreeMap<u32, FieldId>,
    sink: &mut dyn Sink,
) {
    let filled = texts.iter().filter(|(_, text)| !text.is_empty()).take(MOST_CELLS);
    let cells: Vec<Cell<'_>> = filled
        .map(|(column, text)| Cell {
            field: *fields.entry(*column).or_insert_with(|| {
                let heading = names.get(column).map_or("", String::as_str);
                headings::column(heading, || (u64::from(*column) + 1).to_string(), sink)
            }),
            text: text.as_bytes(),
            at: 0,
            column: *column,
            quoting: Quoting::None,
        })
        .collect();
    if !cells.is_empty() {
        sink.row(&Row { cells: &cells, span: (0, 0), number, system: None });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    fn read(xml: &str) -> (Vec<String>, Result<(), XmlError>) {
        let mut seen = Seen::knowing(&["E87.2", "R05"]);
        let end = Flow::default().read(xml, &mut seen);
        (seen.described, end)
    }

    fn paragraph(text: &str) -> String {
        format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
    }

    fn table(rows: &[&[&str]]) -> String {
        let cells = |row: &&[&str]| {
            let cells: String = row.iter().map(|text| format!("<w:tc>{}</w:tc>", paragraph(text))).collect();
            format!("<w:tr>{cells}</w:tr>")
        };
        format!("<w:tbl>{}</w:tbl>", rows.iter().map(cells).collect::<String>())
    }

    #[test]
    fn a_code_that_is_split_over_runs_is_one() {
        let (described, end) = read(
            "<b><p/><p><r><t>See E8</t></r><r><rPr/><t>7.</t></r><r><t>2 &amp;</t><br/><t>R05.1</t></r></p></b>",
        );
        assert_eq!(
            described,
            [
                "text (Token) 5 E87.2 | line (Line) 1 See E87.2 & [2]",
                "text (Token) 13 R05.1 | line (Line) 13 R05.1 [2]"
            ]
        );
        assert_eq!(end, Ok(()));
    }

    #[test]
    fn what_was_deleted_or_is_there_twice_is_left_out() {
        let (described, _) = read(
            "<w:p><w:del><w:r><w:t>R05.1</w:t></w:r></w:del><w:ins><w:r><w:t>R05.2</w:t></w:r></w:ins>\
             <mc:AlternateContent><mc:Choice><w:p><w:r><w:t>R05.3</w:t></w:r></w:p></mc:Choice>\
             <mc:Fallback><w:p><w:r><w:t>R05.3</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:p>",
        );
        assert_eq!(
            described,
            [
                "text (Token) 1 R05.3 | line (Line) 1 R05.3 [2]",
                "text (Token) 1 R05.2 | line (Line) 1 R05.2 [1]"
            ]
        );
    }

    #[test]
    fn a_table_with_headings_has_columns_and_one_without_is_running_text() {
        let headed =
            table(&[&["Codes, see B20.1", ""], &["Code", "Text"], &["E87.2", "A"], &["", "not R05.1"]]);
        let (described, _) = read(&headed);
        assert_eq!(
            described,
            [
                "text (Token) 12 B20.1 | line (Line) 1 Codes, see B20.1 [1]",
                "column `Code` 0 E87.2 | column `Text` 1 A [5]",
                "column `Text` 1 not R05.1 [7]",
                "text (Token) 5 R05.1 | line (Line) 1 not R05.1 [8]",
            ]
        );
        let (described, _) = read(&table(&[&["E87.2", "A"], &["R05.1", "B"]]));
        assert_eq!(described.len(), 2);
        assert!(described[1].starts_with("text (Token) 1 R05.1"), "{described:?}");
    }

    #[test]
    fn a_cell_over_several_columns_moves_those_after_it() {
        let row = "<w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p/></w:tc><w:tc>";
        let row = format!("{row}{}</w:tc></w:tr>", paragraph("R05"));
        let (described, _) = read(&table(&[&["a", "b", "c"]]).replace("</w:tbl>", &format!("{row}</w:tbl>")));
        assert_eq!(described, ["column `c` 2 R05 [4]"]);
    }

    #[test]
    fn what_breaks_off_is_read_until_there() {
        let (described, end) = read("<w:p><w:r><w:t>R05.1");
        assert_eq!((described.len(), end), (1, Err(XmlError::Cut)));
        assert!(read(&"<a>".repeat(100_000)).1.is_err());
        let bomb = "<!DOCTYPE x [<!ENTITY a \"R05.1\"><!ENTITY b \"&a;&a;\">]><p><t>&b;</t></p>";
        assert_eq!(read(bomb), (Vec::new(), Ok(())));
    }
}
