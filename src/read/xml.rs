//! XML, through `quick-xml`: elements are objects; their attributes, and elements that hold only text, are their members. An
//! element that has only an attribute `value` is also a member, as FHIR writes values. Pages of HTML inside, as exports of
//! WordPress and Moodle have them in CDATA, are read as pages.

use memchr::memmem;
use quick_xml::Reader as Events;
use quick_xml::events::{BytesStart, Event};

use super::tree::{self, Branches, DEEPEST, Key, Value};
use super::{Prose, Quoting, Reader, Sink, html};

/// Reads a document.
pub(crate) struct Xml;

impl Reader for Xml {
    fn read(&mut self, text: &[u8], at: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let read = tree::read(text, sink, &mut |branches| walk(text, at, branches));
        pages(&text[..read], at, sink);
        if read < text.len() {
            sink.note("is not well-formed XML throughout; the rest was read as running text");
            return read + Prose::default().read(&text[read..], at + read as u64, is_last, sink);
        }
        read
    }

    fn takes_pieces(&self) -> bool {
        false
    }
}

const CDATA: &[u8] = b"<![CDATA[";

/// Reads the pages of HTML in CDATA.
fn pages(text: &[u8], base: u64, sink: &mut dyn Sink) {
    let mut tables = 0;
    let mut at = 0;
    while let Some(open) = memmem::find(&text[at..], CDATA).map(|length| at + length + CDATA.len()) {
        let end = memmem::find(&text[open..], b"]]>").map_or(text.len(), |length| open + length);
        if is_page(&text[open..end]) {
            html::page(&text[open..end], base + open as u64, &mut tables, sink);
        }
        at = end;
    }
}

/// Returns whether a text is HTML, not a value.
fn is_page(text: &[u8]) -> bool {
    memchr::memchr(b'<', text).is_some()
        && [&b"</"[..], b"<br", b"/>"].iter().any(|mark| memmem::find(text, mark).is_some())
}

/// An element whose end was not read yet.
struct Pending<'t> {
    key: Key<'t>,
    start: usize,
    /// Its text, once it has any.
    text: Option<(usize, usize)>,
    /// True if it was opened: it has attributes or elements inside.
    is_open: bool,
}

/// Walks through a text, and returns the number of bytes that are well-formed and within the maximum nesting.
fn walk<'t>(text: &'t [u8], base: u64, branches: &mut dyn Branches<'t>) -> usize {
    let mut events = Events::from_reader(text);
    let mut open: Vec<Pending<'t>> = Vec::new();
    loop {
        let start = events.buffer_position() as usize;
        let Ok(event) = events.read_event() else { return unread(&open, start) };
        let end = events.buffer_position() as usize;
        match event {
            Event::Start(element) => {
                open_last(&mut open, base, branches);
                let key = name(text, base, start, &element);
                let has_attributes = element.attributes().next().is_some();
                open.push(Pending { key, start, text: None, is_open: false });
                if open.len() > DEEPEST {
                    return start;
                }
                if has_attributes {
                    open_last(&mut open, base, branches);
                    attributes(text, base, start, end, branches);
                }
            }
            Event::Empty(element) => {
                open_last(&mut open, base, branches);
                let key = name(text, base, start, &element);
                match only_value(text, base, start, end) {
                    Some(value) => branches.value(Some(key), value),
                    None => {
                        branches.open(Some(key), false, base + start as u64);
                        attributes(text, base, start, end, branches);
                        branches.close(base + end as u64);
                    }
                }
            }
            Event::Text(_) | Event::GeneralRef(_) => {
                let is_blank = text[start..end].trim_ascii().is_empty();
                if let Some(last) = open.last_mut().filter(|_| !is_blank) {
                    // Text between other elements is a text of its own.
                    let goes_on = last.text.filter(|(_, before)| *before == start);
                    last.text = Some((goes_on.map_or(start, |(first, _)| first), end));
                }
            }
            Event::CData(_) => {
                let inside = (start + CDATA.len(), end - b"]]>".len());
                if let Some(last) = open.last_mut().filter(|_| !is_page(&text[inside.0..inside.1])) {
                    last.text = Some(inside);
                }
            }
            Event::End(_) => {
                let Some(last) = open.pop() else { continue };
                close(text, base, &last, end, branches);
            }
            Event::Eof => return if open.is_empty() { text.len() } else { unread(&open, text.len() - 1) },
            _ => {}
        }
    }
}

/// Returns the start of the part of an element that was not passed on yet, if the text breaks off at a byte.
fn unread(open: &[Pending<'_>], at: usize) -> usize {
    let last = open.last().filter(|last| !last.is_open);
    last.map_or(at, |last| last.start)
}

/// Opens the surrounding element, which has more than text in it.
fn open_last<'t>(open: &mut [Pending<'t>], base: u64, branches: &mut dyn Branches<'t>) {
    if let Some(last) = open.last_mut().filter(|last| !last.is_open) {
        last.is_open = true;
        branches.open(Some(last.key), false, base + last.start as u64);
    }
}

fn close<'t>(text: &'t [u8], base: u64, last: &Pending<'t>, end: usize, branches: &mut dyn Branches<'t>) {
    let value = last.text.and_then(|(from, to)| {
        let raw = text.get(from..to)?;
        let lead = raw.len() - raw.trim_ascii_start().len();
        let raw = raw.trim_ascii();
        let at = base + (from + lead) as u64;
        let span = (base + last.start as u64, base + end as u64);
        (!raw.is_empty()).then_some(Value { text: raw, at, quoting: Quoting::Entities, span })
    });
    match value {
        Some(value) if last.is_open => {
            let key = Key { text: b"text", at: value.at, quoting: Quoting::None };
            branches.value(Some(key), value);
            branches.close(base + end as u64);
        }
        Some(value) => branches.value(Some(last.key), value),
        None if last.is_open => branches.close(base + end as u64),
        None => {}
    }
}

fn name<'t>(text: &'t [u8], base: u64, start: usize, element: &BytesStart<'_>) -> Key<'t> {
    let length = element.name().as_ref().len();
    let from = start + 1;
    Key {
        text: text.get(from..from + length).unwrap_or_default(),
        at: base + from as u64,
        quoting: Quoting::None,
    }
}

/// Calls back with the attributes of the tag from `start` to `end`: names, and values with their locations.
fn each_attribute<'t>(
    text: &'t [u8],
    base: u64,
    start: usize,
    end: usize,
    take: &mut dyn FnMut(Key<'t>, Value<'t>),
) {
    let tag = &text[start..end];
    let mut at = tag.iter().position(u8::is_ascii_whitespace).unwrap_or(tag.len());
    while let Some(equals) = tag[at..].iter().position(|&byte| byte == b'=').map(|length| at + length) {
        let raw = tag[at..equals].trim_ascii();
        let key_at =
            equals - (tag[at..equals].len() - tag[at..equals].trim_ascii_start().len()).min(raw.len());
        let key = Key { text: raw, at: base + (start + key_at) as u64, quoting: Quoting::None };
        let Some(open) = tag[equals..].iter().position(|byte| matches!(byte, b'"' | b'\'')) else { return };
        let from = equals + open + 1;
        let Some(length) = tag[from..].iter().position(|&byte| byte == tag[from - 1]) else { return };
        let value = Value {
            text: &tag[from..from + length],
            at: base + (start + from) as u64,
            quoting: Quoting::Entities,
            span: (base + start as u64, base + end as u64),
        };
        take(key, value);
        at = from + length + 1;
    }
}

fn attributes<'t>(text: &'t [u8], base: u64, start: usize, end: usize, branches: &mut dyn Branches<'t>) {
    each_attribute(text, base, start, end, &mut |key, value| {
        if !key.text.starts_with(b"xmlns") {
            branches.value(Some(key), value);
        }
    });
}

/// Returns the value of an element whose only attribute is `value`.
fn only_value<'t>(text: &'t [u8], base: u64, start: usize, end: usize) -> Option<Value<'t>> {
    let (mut found, mut others) = (None, 0);
    each_attribute(text, base, start, end, &mut |key, value| match key.text {
        b"value" => found = Some(value),
        _ => others += 1,
    });
    found.filter(|_| others == 0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        Xml.read(text.as_bytes(), 0, true, &mut seen);
        seen.described
    }

    #[test]
    fn elements_with_text_and_attributes_are_members() {
        let described =
            read("<list set=\"cm\"><dx code='E87.2'>Acidosis</dx><dx><code>R05</code></dx></list>");
        assert_eq!(
            described,
            [
                "`dx.code` 25 E87.2 | `dx.text` 32 Acidosis [15..45]",
                "`dx.code` 55 R05 [45..70]",
                "`set` 11 cm [0..77]",
            ]
        );
    }

    #[test]
    fn values_as_fhir_writes_them_are_members_under_their_system() {
        let described = read(
            "<include><system value=\"urn:x\"/><concept><code value=\"R05\"/><display value=\"A &amp; B\"/></concept></include>",
        );
        assert_eq!(described[0], "`concept.code` 54 R05 | `concept.display` 76 A & B [32..98] of urn:x");
    }

    #[test]
    fn a_page_in_cdata_is_read_as_one() {
        let described = read(
            "<a><c><![CDATA[<table><tr><th>dx</th></tr><tr><td>R05</td></tr></table>]]></c><d><![CDATA[E87.2]]></d></a>",
        );
        assert!(
            described.iter().any(|described| described.starts_with("table 1, column `dx` 50 R05")),
            "{described:?}"
        );
        assert!(described.iter().any(|described| described.contains("`d` 90 E87.2")), "{described:?}");
        read("<a><![CDATA[<b></b>");
    }

    #[test]
    fn what_is_not_well_formed_is_read_as_running_text() {
        assert!(read("<a><b>R05</a>").iter().any(|described| described.contains("R05")));
    }
}
