//! The shared strings of a workbook, and the runs of a text.

use super::markup::{Mark, each_tag};
use crate::migrate::refusal::Refusal;
use crate::read::Quoting;

/// A text with one set of font properties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Runs {
    pub(super) text: String,
    /// The properties of its letters, as they are written, if it has any of its own.
    pub(super) properties: String,
}

/// The table of texts.
#[derive(Debug, Default)]
pub(super) struct Strings {
    xml: String,
    spans: Vec<(usize, usize)>,
}

impl Strings {
    pub(super) fn read(xml: String) -> Result<Self, Refusal> {
        let mut spans: Vec<(usize, usize)> = Vec::new();
        each_tag(&xml, &mut |tag| {
            if (tag.depth, tag.name) == (1, "si") {
                match (tag.mark, spans.last_mut()) {
                    (Mark::End, Some(span)) => span.1 = tag.span.1,
                    _ => spans.push(tag.span),
                }
            }
        })?;
        Ok(Self { xml, spans })
    }

    /// Returns a text by its number; `None` if its letters are of several kinds.
    pub(super) fn get(&self, number: &str) -> Result<Option<Runs>, Refusal> {
        let number: Option<usize> = number.trim().parse().ok();
        let span = number.and_then(|number| self.spans.get(number)).ok_or(Refusal::OtherValue)?;
        runs(self.xml.get(span.0..span.1).unwrap_or_default())
    }
}

/// Returns the text of an element; `None` if its letters are of several kinds. Its pronunciation is left out.
pub(super) fn runs(xml: &str) -> Result<Option<Runs>, Refusal> {
    let (mut found, mut count) = (Runs::default(), 0);
    let (mut start, mut is_spoken) = (0, false);
    each_tag(xml, &mut |tag| match (tag.name, tag.mark) {
        ("rPh", mark) => is_spoken = mark == Mark::Begin,
        _ if is_spoken => {}
        ("r", Mark::Begin) => count += 1,
        ("t", Mark::Begin) => start = tag.span.1,
        ("t", Mark::End) => {
            found.text += &Quoting::Entities.read(&xml.as_bytes()[start..tag.span.0]);
        }
        ("rPr", Mark::Begin) => start = tag.span.0,
        ("rPr", Mark::End) => found.properties = xml[start..tag.span.1].to_owned(),
        _ => {}
    })?;
    Ok((count <= 1).then_some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_one_run_keeps_the_properties_of_its_letters() {
        let xml = "<sst><si><t>a &amp; b</t></si><si/><si><r><rPr><b/></rPr><t>R05</t></r><rPh><t>x</t></rPh></si>\
            <si><r><t>R</t></r><r><t>05</t></r></si></sst>";
        let strings = Strings::read(xml.to_owned()).unwrap();
        let plain = |text: &str, properties: &str| {
            Ok(Some(Runs { text: text.to_owned(), properties: properties.to_owned() }))
        };
        assert_eq!(strings.get("0"), plain("a & b", ""));
        assert_eq!(strings.get("1"), plain("", ""));
        assert_eq!(strings.get("2"), plain("R05", "<rPr><b/></rPr>"));
        assert_eq!(strings.get("3"), Ok(None));
        assert!(strings.get("4").is_err() && strings.get("x").is_err());
    }
}
