//! Drop-down lists of the cells of a workbook. Source: ECMA-376, part 1, 18.3.1.32 "dataValidation".

use std::collections::HashMap;

use memchr::memmem;
use quick_xml::Reader as Events;
use quick_xml::events::{BytesStart, Event};

use crate::base::a1;
use crate::read::members::{Members, attribute, decoded, each_element};
use crate::read::{Cell, Container, FieldName, ListKind, Origin, PackageError, Quoting, Reading, Row, Sink};

/// Upper bound on lists; real workbooks have fewer.
const MOST_LISTS: usize = 10_000;

/// The headings of sheets, by their names.
type Headings = HashMap<String, Vec<(u32, String)>>;

/// Reads the lists of every sheet. Damage was reported while the cells were read.
pub(super) fn read(bytes: &[u8], headings: &Headings, sink: &mut dyn Sink) {
    if let Ok(mut members) = Members::open(bytes) {
        _ = sheets(&mut members, headings, sink);
    }
}

fn sheets(members: &mut Members<'_>, headings: &Headings, sink: &mut dyn Sink) -> Result<(), PackageError> {
    let main = "xl/workbook.xml";
    let relations = members.relations(main)?;
    let mut names = Vec::new();
    each_element(&members.text(main)?.unwrap_or_default(), &mut |element| {
        if element.local_name().as_ref() == "sheet" {
            let id = element.attributes().flatten().find(|own| own.key.local_name().as_ref() == "id");
            let id = id.map(|id| decoded(&id.value).into_owned());
            let member = relations.iter().find(|relation| Some(&relation.id) == id.as_ref());
            if let (Some(name), Some(member)) = (attribute(element, "name"), member) {
                names.push((name, member.target.clone()));
            }
        }
    });
    for (name, member) in names {
        let Some(text) = members.text(&member)? else { continue };
        // The lists follow the rows, and those of newer kinds follow them.
        let Some(start) = memmem::find(text.as_bytes(), b"dataValidations") else { continue };
        let start = text[..start].rfind('<').unwrap_or(0);
        sink.part(Container::Sheet(name.clone()));
        let headings = headings.get(&name).map_or(&[][..], Vec::as_slice);
        for list in lists(&text[start..]) {
            give(&list, headings, sink);
        }
    }
    Ok(())
}

/// A list, and the cells that it belongs to: `B2:B21`.
#[derive(Default)]
struct List {
    is_list: bool,
    cells: String,
    formula: String,
}

/// Returns the lists of a sheet, beginning at the element around them.
fn lists(xml: &str) -> Vec<List> {
    let mut events = Events::from_str(xml);
    events.config_mut().check_end_names = false;
    let (mut found, mut list, mut inside): (Vec<List>, List, String) =
        (Vec::new(), List::default(), String::new());
    let begin = |element: &BytesStart<'_>| List {
        is_list: attribute(element, "type").is_some_and(|kind| kind == "list"),
        cells: attribute(element, "sqref").unwrap_or_default(),
        formula: String::new(),
    };
    while found.len() < MOST_LISTS {
        let start = events.buffer_position() as usize;
        let Ok(event) = events.read_event() else { break };
        let end = events.buffer_position() as usize;
        match event {
            Event::Start(element) => {
                inside = element.local_name().as_ref().to_owned();
                if inside == "dataValidation" {
                    list = begin(&element);
                }
            }
            Event::Text(_) | Event::GeneralRef(_) => {
                let text = xml.get(start..end).unwrap_or_default();
                match inside.as_str() {
                    "formula1" | "f" => list.formula.push_str(text),
                    "sqref" => list.cells.push_str(text),
                    _ => {}
                }
            }
            Event::End(element) => {
                inside.clear();
                if element.local_name().as_ref() == "dataValidation" {
                    let list = std::mem::take(&mut list);
                    found.extend(Some(list).filter(|list| list.is_list));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

/// Passes on a list that is written in its definition, as one cell: the first cell that it belongs to.
fn give(list: &List, headings: &[(u32, String)], sink: &mut dyn Sink) {
    let formula = decoded(&list.formula).into_owned();
    let Some(values) = formula.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return };
    let cells = list.cells.split_whitespace().next().unwrap_or_default();
    let Some((column, row)) = place(cells) else { return };
    let heading =
        headings.iter().find(|(named, _)| *named == column).map_or("", |(_, heading)| heading.trim());
    let path = format!("choices of `{cells}`");
    let origin = Origin::list(ListKind::Choices, cells);
    let field = sink.field(FieldName { path: &path, words: heading, reading: Reading::Value, origin });
    let cell = Cell { field, text: values.as_bytes(), at: 0, column, quoting: Quoting::None };
    sink.row(&Row { cells: &[cell], span: (0, 0), number: row, system: None });
}

/// Returns the column, from 0, and the row, from 1, of the first cell of an area: `$B$2:$B$21`.
fn place(area: &str) -> Option<(u32, u32)> {
    let first = area.split(':').next()?.replace('$', "");
    a1::cell(&first).map(|(row, column)| (column, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_spreadsheets_write_them() {
        assert_eq!(place("A1"), Some((0, 1)));
        assert_eq!(place("$AA$10:AB20"), Some((26, 10)));
        for area in ["", "A", "1", "A0", "\u{e9}1", "AAAA1", "A99999999999"] {
            assert_eq!(place(area), None, "{area}");
        }
    }

    #[test]
    fn newer_lists_are_read_too() {
        let found = lists(
            "<x14:dataValidations><x14:dataValidation type=\"list\"><x14:formula1><xm:f>&quot;a,b&quot;</xm:f></x14:formula1>\
             <xm:sqref>C3</xm:sqref></x14:dataValidation></x14:dataValidations>",
        );
        assert_eq!((found[0].formula.as_str(), found[0].cells.as_str()), ("&quot;a,b&quot;", "C3"));
    }
}
