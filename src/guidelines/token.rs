//! The text of a section: words and punctuation marks, each with its style.

/// A word or a punctuation mark.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Token {
    /// The text, as the page shows it.
    pub text: String,
    /// The text by which it is compared: quotation marks and dashes of all kinds are the same.
    pub(crate) key: String,
    /// What comes before it.
    pub(crate) before: Gap,
    /// How the page shows it.
    pub style: TokenStyle,
}

/// What comes before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "pdf"), expect(dead_code, reason = "only the reader of PDFs makes tokens"))]
pub(crate) enum Gap {
    /// Nothing: it continues the token before.
    Nothing,
    /// A blank, or the end of a line.
    Blank,
    /// The end of a paragraph.
    Paragraph,
}

/// The styles with which the publisher marks changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenStyle {
    /// Bold: a change of the narrative.
    pub is_bold: bool,
    /// Italic: a change of a heading.
    pub is_italic: bool,
    /// Underlined: it was moved.
    pub is_underlined: bool,
}

impl TokenStyle {
    /// Returns true if it may mark a change.
    pub fn is_mark(self) -> bool {
        self.is_bold || self.is_italic || self.is_underlined
    }
}

impl Token {
    /// Returns true for a word: a text with a letter or a digit.
    pub fn is_word(&self) -> bool {
        self.text.chars().any(char::is_alphanumeric)
    }
}

/// Cuts a word, as blanks separate it, into tokens: runs of letters and digits, and single punctuation marks.
#[cfg(feature = "pdf")]
pub(super) fn cut(word: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    for (at, char) in word.char_indices() {
        if !char.is_alphanumeric() {
            tokens.extend([&word[start..at], &word[at..at + char.len_utf8()]]);
            start = at + char.len_utf8();
        }
    }
    tokens.push(&word[start..]);
    tokens.retain(|token| !token.is_empty());
    tokens
}

/// Returns the text by which a token is compared.
pub(super) fn key(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc()
        .map(|char| match char {
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{201c}' | '\u{201d}' => '"',
            '\u{2010}'..='\u{2015}' => '-',
            char => char,
        })
        .collect()
}

/// Returns the letters and digits of a text, in lower case.
pub(crate) fn squeezed(text: &str) -> String {
    key(text).chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the text of tokens, its paragraphs separated by line breaks.
pub(super) fn text(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        match token.before {
            Gap::Nothing => {}
            _ if text.is_empty() => {}
            Gap::Blank => text.push(' '),
            Gap::Paragraph => text.push('\n'),
        }
        text.push_str(&token.text);
    }
    text
}
