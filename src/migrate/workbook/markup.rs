//! The tags of a member's XML and their positions in it: cells are rewritten by their bytes.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::migrate::refusal::Refusal;

/// The kind of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Begin,
    End,
    /// An empty element.
    Empty,
}

/// A mark.
pub(super) struct Tag<'t> {
    pub(super) mark: Mark,
    /// The name of its element, without a prefix.
    pub(super) name: &'t str,
    /// The number of elements that enclose it.
    pub(super) depth: usize,
    /// Its bytes.
    pub(super) span: (usize, usize),
}

/// Iterates over the tags of an XML document.
pub(super) fn each_tag(xml: &str, take: &mut dyn FnMut(&Tag<'_>)) -> Result<(), Refusal> {
    let mut events = Reader::from_str(xml);
    let (mut depth, mut start) = (0_usize, 0);
    loop {
        let event = events.read_event().map_err(|_| Refusal::DamagedXml)?;
        let end = events.buffer_position() as usize;
        let local = |element: &BytesStart<'_>| element.local_name().as_ref().to_owned();
        let (mark, name) = match &event {
            Event::Start(element) => (Mark::Begin, local(element)),
            Event::Empty(element) => (Mark::Empty, local(element)),
            Event::End(element) => (Mark::End, element.local_name().as_ref().to_owned()),
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err(Refusal::DamagedXml),
            _ => {
                start = end;
                continue;
            }
        };
        if !xml.get(start..end).is_some_and(|tag| tag.starts_with('<') && tag.ends_with('>')) {
            return Err(Refusal::DamagedXml);
        }
        if mark == Mark::End {
            depth = depth.checked_sub(1).ok_or(Refusal::DamagedXml)?;
        }
        take(&Tag { mark, name: &name, depth, span: (start, end) });
        depth += usize::from(mark == Mark::Begin);
        start = end;
    }
}

/// An attribute as it is written, and the place of its value in its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written<'t> {
    pub(super) name: &'t str,
    pub(super) value: &'t str,
    pub(super) at: usize,
    /// The whole attribute with its name and quotes.
    pub(super) whole: &'t str,
}

/// Returns the name of the element of a tag, with its prefix.
pub(super) fn name(tag: &str) -> &str {
    let tag = tag.trim_start_matches(['<', '/']);
    tag.split(|char: char| char.is_ascii_whitespace() || matches!(char, '/' | '>')).next().unwrap_or_default()
}

/// Returns the prefix of a name with its colon; empty if it has none.
pub(super) fn prefix(name: &str) -> &str {
    name.find(':').map_or("", |at| &name[..=at])
}

/// Returns the attributes of a tag, up to where they break off.
pub(super) fn attributes(tag: &str) -> Vec<Written<'_>> {
    let mut found = Vec::new();
    let mut at = 1 + name(tag).len();
    while let Some((written, end)) = attribute_after(tag, at) {
        found.push(written);
        at = end;
    }
    found
}

fn attribute_after(tag: &str, from: usize) -> Option<(Written<'_>, usize)> {
    let rest = tag.get(from..)?;
    let start = from + (rest.len() - rest.trim_ascii_start().len());
    let equals = start + tag.get(start..)?.find('=')?;
    let after = tag.get(equals + 1..)?;
    let open = equals + 1 + (after.len() - after.trim_ascii_start().len());
    let quote = tag.get(open..)?.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let at = open + 1;
    let close = at + tag.get(at..)?.find(quote)?;
    let (name, value) = (tag.get(start..equals)?.trim_ascii(), tag.get(at..close)?);
    Some((Written { name, value, at, whole: tag.get(start..=close)? }, close + 1))
}

/// Returns the attribute of a tag with this name.
pub(super) fn attribute<'t>(tag: &'t str, name: &str) -> Option<Written<'t>> {
    attributes(tag).into_iter().find(|written| written.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_have_their_bytes() {
        let xml = "<?xml version=\"1.0\"?><x:a>t &amp; u<b/><!-- <c> --></x:a>";
        let mut found = Vec::new();
        each_tag(xml, &mut |tag| found.push((tag.depth, xml[tag.span.0..tag.span.1].to_owned()))).unwrap();
        let found: Vec<(usize, &str)> = found.iter().map(|(depth, tag)| (*depth, tag.as_str())).collect();
        assert_eq!(found, [(0, "<x:a>"), (1, "<b/>"), (0, "</x:a>")]);
        for damaged in ["<a>", "</a>", "<a></b>", "<a", "<a>&"] {
            assert!(each_tag(damaged, &mut |_| ()).is_err(), "{damaged}");
        }
    }

    #[test]
    fn attributes_are_reported_as_they_are_written() {
        let tag = "<x:c  r = \"A1\"\ts='5' xml:space=\"preserve\"/>";
        let found: Vec<_> = attributes(tag).into_iter().map(|own| (own.name, own.value, own.whole)).collect();
        assert_eq!(
            found,
            [
                ("r", "A1", "r = \"A1\""),
                ("s", "5", "s='5'"),
                ("xml:space", "preserve", "xml:space=\"preserve\"")
            ]
        );
        assert_eq!((name(tag), prefix(name(tag))), ("x:c", "x:"));
        assert_eq!(attributes("<c r=A1>"), []);
        assert_eq!(attributes("<c"), []);
    }
}
