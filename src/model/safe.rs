//! Escaping of untrusted text for output.

/// Replaces control and bidirectional characters by visible ones: an escape sequence in a description must not reach a
/// terminal, and a line break must not end a comment.
pub(crate) fn safe(text: &str) -> String {
    let is_unsafe =
        |char: char| char.is_control() || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.chars().any(is_unsafe) {
        return text.to_owned();
    }
    text.chars()
        .map(|char| if is_unsafe(char) { char.escape_unicode().to_string() } else { char.to_string() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_in_descriptions_are_shown_not_sent() {
        assert_eq!(safe("a\u{1b}[31mred"), "a\\u{1b}[31mred");
        assert_eq!(safe("plain é"), "plain é");
    }
}
