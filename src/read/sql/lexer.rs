//! The tokens of SQL.

use memchr::{memchr, memmem};

/// Maximum bytes of a quoted text. In a longer one the closing quote is missing, or the quote is in a comment of another
/// dialect.
const LONGEST: usize = 1 << 20;

/// A piece of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Blanks and comments.
    Blank,
    /// A word, a number, a name in quotes.
    Word(&'t [u8]),
    /// A quoted text: the beginning and the end of its content.
    Text { start: usize, end: usize },
    /// Any other character.
    Mark(u8),
}

/// Returns the token at `at` and its end; `None` if it continues after the text.
pub(super) fn token(text: &[u8], at: usize, is_last: bool) -> Option<(Token<'_>, usize)> {
    let rest = &text[at..];
    let up_to = |found: Option<usize>| match found {
        Some(length) => Some(at + length),
        None if is_last => Some(text.len()),
        None => None,
    };
    let byte = rest[0];
    match byte {
        b' ' | b'\t' | b'\r' | b'\n' => {
            let length = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            Some((Token::Blank, at + length))
        }
        b'-' | b'/' if rest.len() == 1 && !is_last => None,
        b'-' if rest.starts_with(b"--") => Some((Token::Blank, up_to(memchr(b'\n', rest))?)),
        b'/' if rest.starts_with(b"/*") => {
            Some((Token::Blank, up_to(memmem::find(rest, b"*/").map(|end| end + 2))?))
        }
        b'\'' => quoted(text, at, is_last),
        b'"' | b'`' | b'[' => {
            let close = if byte == b'[' { b']' } else { byte };
            match memchr(close, &rest[1..]).filter(|length| *length < 256) {
                Some(length) => Some((Token::Word(&rest[1..=length]), at + length + 2)),
                None if is_last || rest.len() > 256 => Some((Token::Mark(byte), at + 1)),
                None => None,
            }
        }
        _ if is_word(byte) => {
            let length = rest.iter().take_while(|byte| is_word(**byte)).count();
            if length == rest.len() && !is_last {
                return None;
            }
            let word = &rest[..length];
            // N'..' and E'..' are texts as well.
            if length == 1 && rest.get(1) == Some(&b'\'') && matches!(byte, b'N' | b'n' | b'E' | b'e') {
                return quoted(text, at + 1, is_last);
            }
            Some((Token::Word(word), at + length))
        }
        _ => Some((Token::Mark(byte), at + 1)),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'@' | b'#') || byte >= 0x80
}

fn quoted(text: &[u8], at: usize, is_last: bool) -> Option<(Token<'_>, usize)> {
    let start = at + 1;
    let mut from = start;
    loop {
        let Some(length) = memchr(b'\'', &text[from..]) else {
            let is_lost = is_last || text.len() - at > LONGEST;
            return is_lost.then_some((Token::Mark(b'\''), start));
        };
        let end = from + length;
        match text.get(end + 1) {
            Some(b'\'') => from = end + 2,
            None if !is_last => return None,
            _ => return Some((Token::Text { start, end }, end + 1)),
        }
    }
}
