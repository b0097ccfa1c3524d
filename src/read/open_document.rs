//! OpenDocument: texts and slides as running text, spreadsheets as workbooks. ISO/IEC 26300.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::flow::Flow;
use super::members::{Members, decoded};
use super::workbook::{Described, Sheets};
use super::{Container, PackageError, ReadError, Sink, XmlError};

/// The prefix of the content of the first member, before the kind of document.
const KIND: &str = "application/vnd.oasis.opendocument.";

/// Maximum repetitions of a cell that is written once for several columns.
const REPEATED: u32 = 256;

/// Returns the kind of document that a package holds; `None` if it is not an OpenDocument package.
pub(super) fn kind(members: &mut Members<'_>) -> Option<String> {
    let kind = members.text("mimetype").ok()??;
    kind.trim().strip_prefix(KIND).map(|kind| kind.trim_end_matches("-template").to_owned())
}

/// Reads a document of a kind.
pub(super) fn read(members: &mut Members<'_>, kind: &str, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let manifest = members.text("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(ReadError::Encrypted);
    }
    let missing = || PackageError::Missing("content.xml".to_owned());
    let content = members.text("content.xml")?.ok_or_else(missing)?;
    match kind {
        "spreadsheet" => Ok(sheets(&content, sink)?),
        "presentation" => Ok(Flow::of_open_document().read(&content, sink)?),
        "text" | "text-web" | "text-master" => {
            sink.part(Container::Paragraphs);
            let mut flow = Flow::of_open_document();
            let end = flow.read(&content, sink);
            // Headers and footers are among the styles.
            let styles = members.text("styles.xml")?.unwrap_or_default();
            Ok(end.and_then(|()| flow.read(&styles, sink))?)
        }
        _ => Err(ReadError::Unsupported("is an OpenDocument file, but not a text, slides or a spreadsheet")),
    }
}

/// The open cell.
#[derive(Default)]
struct Open {
    /// Its value, if it is not text.
    value: Option<String>,
    text: String,
    repeated: u32,
}

fn sheets(xml: &str, sink: &mut dyn Sink) -> Result<(), XmlError> {
    let mut events = Reader::from_str(xml);
    let mut sheets = Sheets::default();
    let (mut row, mut cell): (Described, Option<Open>) = ((1, Vec::new()), None);
    let (mut column, mut rows, mut is_text) = (0_u32, 1_u32, false);
    let end = loop {
        let event = match events.read_event() {
            Ok(event) => event,
            Err(error) => break Err(XmlError::Broken(error.to_string())),
        };
        let is_empty = matches!(event, Event::Empty(_));
        let ended = match event {
            Event::Start(element) | Event::Empty(element) => {
                match element.local_name().as_ref() {
                    "table" => {
                        sheets.begin(&value(&element, "name").unwrap_or_default(), sink);
                        row = (1, Vec::new());
                    }
                    "table-row" => {
                        (column, rows) = (0, count(&element, "number-rows-repeated"));
                        row.1.clear();
                    }
                    "table-cell" | "covered-table-cell" => cell = Some(opened(&element)),
                    "p" => {
                        is_text = true;
                        if let Some(cell) = cell.as_mut().filter(|cell| !cell.text.is_empty()) {
                            cell.text.push('\n');
                        }
                    }
                    _ => {}
                }
                is_empty.then(|| element.local_name().as_ref().to_owned())
            }
            Event::End(element) => Some(element.local_name().as_ref().to_owned()),
            Event::Text(text) if is_text => {
                add(&mut cell, &text);
                None
            }
            Event::GeneralRef(name) if is_text => {
                add(&mut cell, &decoded(&format!("&{};", &*name)));
                None
            }
            Event::Eof => break Ok(()),
            _ => None,
        };
        match ended.as_deref() {
            Some("p") => is_text = false,
            Some("table-cell" | "covered-table-cell") => {
                let Some(open) = cell.take() else { continue };
                let text = open.value.unwrap_or(open.text);
                if !text.trim().is_empty() {
                    let columns = column..column.saturating_add(open.repeated.min(REPEATED));
                    row.1.extend(columns.map(|column| (column, text.trim().to_owned())));
                }
                column = column.saturating_add(open.repeated);
            }
            Some("table-row") => {
                if !row.1.is_empty() {
                    sheets.take((row.0, std::mem::take(&mut row.1)), sink);
                }
                row.0 = row.0.saturating_add(rows);
            }
            _ => {}
        }
    };
    sheets.end(sink);
    end
}

fn opened(element: &BytesStart<'_>) -> Open {
    let value = match value(element, "value-type").as_deref() {
        Some("float") => value(element, "value"),
        Some("date") => value(element, "date-value").map(|day| day.chars().take(10).collect()),
        _ => None,
    };
    Open { value, text: String::new(), repeated: count(element, "number-columns-repeated") }
}

fn add(cell: &mut Option<Open>, text: &str) {
    if let Some(cell) = cell {
        cell.text.push_str(text);
    }
}

/// Returns the value of an attribute, ignoring its prefix.
fn value(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|own| own.key.local_name().as_ref() == name)?;
    Some(decoded(&found.value).into_owned())
}

fn count(element: &BytesStart<'_>, name: &str) -> u32 {
    value(element, name).and_then(|count| count.parse().ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::super::package;
    use super::super::testing::{Seen, bears_anything, zipped};
    use super::*;

    fn document(kind: &str, content: &str) -> Vec<u8> {
        zipped(&[("mimetype", &format!("{KIND}{kind}")), ("content.xml", content)])
    }

    fn describe(bytes: &[u8]) -> Vec<String> {
        let mut seen = Seen::knowing(&["E87.2", "R05"]);
        package(bytes, &mut seen).unwrap();
        seen.described
    }

    const SHEET: &str = "<o:s><t:table t:name=\"A &amp; B\"><t:table-row><t:table-cell><x:p>Code</x:p></t:table-cell>\
        <t:table-cell><x:p>N</x:p></t:table-cell><t:table-cell t:number-columns-repeated=\"1\"/>\
        <t:table-cell><x:p>Day</x:p></t:table-cell></t:table-row>\
        <t:table-row t:number-rows-repeated=\"3\"><t:table-cell/></t:table-row>\
        <t:table-row><t:table-cell><x:p>E87<x:span>.2</x:span></x:p></t:table-cell>\
        <t:table-cell o:value-type=\"float\" o:value=\"250\"><x:p>250.00</x:p></t:table-cell><t:covered-table-cell/>\
        <t:table-cell o:value-type=\"date\" o:date-value=\"2024-09-30T00:00\"/></t:table-row></t:table></o:s>";

    #[test]
    fn a_spreadsheet_is_a_workbook() {
        let row = "column `Code` 0 E87.2 | column `N` 1 250 | column `Day` 3 2024-09-30 [5]";
        assert_eq!(describe(&document("spreadsheet", SHEET)), ["-- Sheet(\"A & B\")", row]);
    }

    #[test]
    fn texts_and_slides_are_running_text() {
        let text = "<o:t><x:tracked-changes><x:p>R05.9</x:p></x:tracked-changes><x:h>On E8<x:span>7.2</x:span></x:h>\
                    <t:table><t:table-row><t:table-cell><x:p>Code</x:p></t:table-cell></t:table-row><t:table-row>\
                    <t:table-cell><x:p>R05.1</x:p></t:table-cell></t:table-row></t:table></o:t>";
        assert_eq!(
            describe(&document("text", text)),
            [
                "-- Paragraphs",
                "text (Token) 4 E87.2 | line (Line) 1 On E87.2 [1]",
                "column `Code` 0 R05.1 [3]"
            ]
        );
        let slides =
            "<o:p><d:page><x:p>R05.1</x:p><p:notes><x:p>R05.2</x:p></p:notes></d:page><d:page/></o:p>";
        assert_eq!(
            describe(&document("presentation", slides)),
            [
                "-- Slide(1)",
                "text (Token) 1 R05.1 | line (Line) 1 R05.1 [1]",
                "-- Notes(1)",
                "text (Token) 1 R05.2 | line (Line) 1 R05.2 [1]",
                "-- Slide(2)",
            ]
        );
    }

    #[test]
    fn damaged_documents_do_no_harm() {
        bears_anything(&document("spreadsheet", SHEET), package);
        for end in 0..SHEET.len() {
            let _ = sheets(&SHEET[..end], &mut Seen::default());
            let _ = Flow::of_open_document().read(&SHEET[..end], &mut Seen::default());
        }
    }
}
