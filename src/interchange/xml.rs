//! XML out: texts, so that nothing in them is markup.

use crate::base::safe;

/// The first line of a document.
pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// Escapes a text for elements and attributes. Characters that XML does not have are written visibly.
pub(super) fn text(text: &str) -> String {
    let text: String = safe(text)
        .chars()
        .map(|char| if matches!(char, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { char })
        .collect();
    quick_xml::escape::escape(text.as_str()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_characters_that_xml_does_not_have_are_escaped() {
        assert_eq!(text("<b a=\"1\"> & 'c'"), "&lt;b a=&quot;1&quot;&gt; &amp; &apos;c&apos;");
        assert_eq!(text("a\u{1b}b\u{ffff}"), "a\\u{1b}b\u{fffd}");
    }
}
