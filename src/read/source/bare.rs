//! Lists without quotes: of SAS (`%let ms = G35 I10;`), of Stata (`local ms G35 I10`, `range(G35/G37)`), of Perl and Ruby
//! (`qw(G35 I10)`).

use super::look::{FAR, blanks, word};

/// Upper bound on words; text with more is not a list of codes.
const MOST_WORDS: usize = 512;

/// The construct that a word of a statistics program begins.
pub(super) enum Bare {
    /// A format: its values follow.
    Format(String),
    /// A macro variable whose value has quotes.
    Macro(String),
    /// A name to which a quoted text is assigned; the text begins at this byte.
    Quoted(String, usize),
    /// A list: its name, its words, and its end.
    Words { name: String, words: Vec<(usize, usize)>, end: usize },
}

/// Returns the list that a word begins, if it begins one.
pub(super) fn list(text: &[u8], at: usize, head: &str, before: u8) -> Option<Bare> {
    if !(3..=8).contains(&head.len()) {
        return None;
    }
    let start = at + head.len();
    match head.to_ascii_lowercase().as_str() {
        "value" | "invalue" => {
            let dollar = start + blanks(&text[start..]);
            let start = text.get(dollar).filter(|byte| **byte == b'$').map(|_| dollar + 1)?;
            Some(Bare::Format(name(text, start)?.0))
        }
        "let" if before == b'%' => {
            let (name, end) = name(text, start)?;
            let equals = end + blanks(&text[end..]);
            let start = text.get(equals).filter(|byte| **byte == b'=').map(|_| equals + 1)?;
            let end = start + text[start..].iter().take(FAR).position(|byte| *byte == b';')?;
            let is_quoted = text[start..end].iter().any(|byte| matches!(byte, b'"' | b'\'' | b'%' | b'('));
            Some(if is_quoted {
                Bare::Macro(name)
            } else {
                Bare::Words { name, words: words(text, start, end), end }
            })
        }
        "local" | "global" => {
            let (name, start) = name(text, start)?;
            let end = end_of_line(text, start);
            let first = start + blanks(&text[start..end]);
            match text.get(first) {
                Some(b'"' | b'`') => Some(Bare::Quoted(name, first)),
                Some(b'=' | b':' | b'+' | b'-') | None => None,
                Some(_) => Some(Bare::Words { name, words: words(text, start, end), end }),
            }
        }
        "foreach" => {
            let (name, start) = name(text, start)?;
            let start = start + blanks(&text[start..]);
            let start = text[start..].strip_prefix(b"in ").map(|_| start + 3)?;
            let end = start + text[start..].iter().take(FAR).position(|byte| matches!(byte, b'{' | b'\n'))?;
            (text[end] == b'{').then(|| Bare::Words { name, words: words(text, start, end), end })
        }
        "range" if text.get(start) == Some(&b'(') => {
            let end = start + text[start..].iter().take(FAR).position(|byte| *byte == b')')?;
            let is_quoted = text[start..end].iter().any(|byte| matches!(byte, b'"' | b'\''));
            let line =
                memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1).max(at.saturating_sub(256));
            let mut named = text[line..at].split(|byte| !byte.is_ascii_alphanumeric());
            let named = named.find(|word| word.len() >= 3 && word[..3].eq_ignore_ascii_case(b"icd"));
            let name =
                named.map_or_else(|| head.to_owned(), |word| String::from_utf8_lossy(word).into_owned());
            (!is_quoted).then(|| Bare::Words { name, words: words(text, start + 1, end), end: end + 1 })
        }
        _ => None,
    }
}

/// Returns the name at a position, after blanks, and its end.
fn name(text: &[u8], at: usize) -> Option<(String, usize)> {
    let start = at + text.get(at..)?.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let length = word(&text[start..]);
    let name = String::from_utf8_lossy(&text[start..start + length.min(64)]).into_owned();
    (length > 0).then_some((name, start + length))
}

/// Returns the end of the line at a position; a line with `///` at its end continues in the next one.
fn end_of_line(text: &[u8], at: usize) -> usize {
    let mut from = at;
    loop {
        let end = memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |length| from + length);
        let goes_on = text[at..end].trim_ascii_end().ends_with(b"///") && end < text.len() && end - at < FAR;
        if !goes_on {
            return end;
        }
        from = end + 1;
    }
}

/// Returns the ranges of the words of a list.
pub(super) fn words(text: &[u8], start: usize, end: usize) -> Vec<(usize, usize)> {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'/' | b'*');
    let mut words = Vec::new();
    let mut at = start;
    while at < end && words.len() < MOST_WORDS {
        let length = text[at..end].iter().take_while(|byte| is_inner(**byte)).count();
        if length > 0 && text[at].is_ascii_alphanumeric() {
            words.push((at, at + length));
        }
        at += length.max(1);
    }
    words
}

/// Returns the range between the marks of `qw(..)` or `%w[..]`, whose word begins at `at`.
pub(super) fn quoted_words(text: &[u8], at: usize, length: usize) -> Option<(usize, usize)> {
    let is_list = match &text[at..at + length] {
        b"qw" => true,
        b"w" => at > 0 && text[at - 1] == b'%',
        _ => false,
    };
    let open = at + length;
    let close = match text.get(open).filter(|_| is_list)? {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'/' => b'/',
        _ => return None,
    };
    let inner = memchr::memchr(close, text[open + 1..].get(..FAR).unwrap_or(&text[open + 1..]))?;
    Some((open + 1, open + 1 + inner))
}
