//! Parser for the content of a cell: one code, several, a range, a pattern, or no code, in every notation that people use.
//!
//! All notations are normalized here. Offsets refer to the original cell, so that messages quote and `migrate` replaces what
//! was written.

use std::borrow::Cow;

use super::code_id::CodeId;
use super::codebook::Codebook;
use super::systems::{self, SetName};

/// A part of a cell, by its bytes from `start` to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) what: What,
}

/// The kind of a part of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A code of the releases.
    Code(CodeId),
    /// Something else.
    Unknown,
    /// A code that the cell itself declares to be of another system: `SNOMED:24700007`.
    Foreign(SetName),
    /// A prefix that means all codes that begin with it: `E11%`, `E11.*`, `E11.-`, `E11.x`.
    Prefix,
    /// A regular expression: `^E1[01]`.
    Expression,
    /// A range with both of its ends.
    Range,
    /// Words that introduce an exception: `although not`, `except`. The next parts are the exception.
    Except,
}

/// Upper bound on the parts of a cell; a cell with more is not a list of codes.
const MAX_PIECES: usize = 512;

/// The longest text that is read as a range or pattern, in bytes.
const MAX_PATTERN: usize = 64;

/// The shortest word that makes a text a description.
const SHORTEST_WORD: usize = 3;

/// Cells that mark a missing value.
const NOTHING: [&[u8]; 10] = [b"-", b"--", b"~", b"NA", b"N/A", b"NULL", b"null", b"None", b"NONE", b"."];

/// Blanks outside ASCII: no-break space (also as one byte of Windows-1252), zero-width space, joiners, byte-order mark.
const WIDE_BLANKS: [&[u8]; 6] =
    [b"\xc2\xa0", b"\xe2\x80\x8b", b"\xe2\x80\x8c", b"\xe2\x80\x8d", b"\xef\xbb\xbf", b"\xa0"];

/// Words before codes that are excluded.
const EXCEPT_WORDS: [&str; 8] =
    ["although not", "but not", "except for", "except", "excluding", "excludes", "without", "not"];

/// Returns whether a cell is empty or holds a marker for an empty value.
pub(crate) fn is_nothing(text: &[u8]) -> bool {
    text.is_empty() || NOTHING.contains(&text)
}

/// Returns the range of bytes of a cell that are its content: without blanks of any kind, a leading apostrophe, and the
/// `="..."` that keeps spreadsheets from changing a value.
pub(crate) fn content(text: &[u8]) -> (usize, usize) {
    let (mut start, mut end) = trimmed(text, 0, text.len());
    if text[start..end].starts_with(b"=\"") && text[start..end].ends_with(b"\"") && end - start > 3 {
        (start, end) = (start + 2, end - 1);
        // Inside a quoted cell of CSV the quotes are doubled.
        while end - start > 2 && text[start] == b'"' && text[end - 1] == b'"' {
            (start, end) = (start + 1, end - 1);
        }
        (start, end) = trimmed(text, start, end);
    }
    if end - start > 1 && text[start] == b'\'' && text[start + 1..end].iter().all(|byte| *byte != b'\'') {
        (start, end) = trimmed(text, start + 1, end);
    }
    (start, end)
}

fn trimmed(text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    loop {
        let inner = &text[start..end];
        let blank = if inner.first().is_some_and(u8::is_ascii_whitespace) {
            1
        } else {
            WIDE_BLANKS.iter().find(|blank| inner.starts_with(blank)).map_or(0, |blank| blank.len())
        };
        if blank == 0 {
            break;
        }
        start += blank;
    }
    loop {
        let inner = &text[start..end];
        let blank = if inner.last().is_some_and(u8::is_ascii_whitespace) {
            1
        } else {
            // A lone 0xA0 is also the last byte of other UTF-8 characters.
            let is_blank =
                |blank: &&&[u8]| inner.ends_with(blank) && (blank.len() > 1 || is_single_byte(inner));
            WIDE_BLANKS.iter().find(is_blank).map_or(0, |blank| blank.len())
        };
        if blank == 0 {
            break;
        }
        end -= blank;
    }
    (start, end)
}

/// Returns whether the last byte of a text is a complete character.
fn is_single_byte(text: &[u8]) -> bool {
    text.len() < 2 || text[text.len() - 2].is_ascii()
}

/// Returns the code that a token spells: as it is, with a dot at its end, or a three-character code padded with `X`.
pub(crate) fn code(book: &Codebook<'_>, token: &[u8]) -> Option<CodeId> {
    if let Some(code) = book.find(token) {
        return Some(code);
    }
    let plain = token.strip_suffix(b".").unwrap_or(token);
    if plain.len() < token.len()
        && let Some(code) = book.find(plain)
    {
        return Some(code);
    }
    if !token.is_ascii() {
        return book.find(ascii(token)?.trim().as_bytes());
    }
    // Systems that require four characters write I10X; codes of the set itself never end that way.
    let padding = plain.iter().rev().take_while(|byte| **byte == b'X').count();
    let is_padded = padding > 0 && plain.len() - padding == 3 && plain.len() <= 7 && book.set().pads_with_x;
    if is_padded { book.find(&plain[..3]) } else { None }
}

/// Returns the content of a cell without quotes and blanks around it, in ASCII if possible.
pub(crate) fn cleaned(text: &str) -> Cow<'_, str> {
    let (start, end) = content(text.as_bytes());
    let inner = text.get(start..end).unwrap_or(text);
    let quoted = |text: &str, mark: char| text.len() > 1 && text.starts_with(mark) && text.ends_with(mark);
    let inner =
        if quoted(inner, '"') || quoted(inner, '\'') { inner[1..inner.len() - 1].trim() } else { inner };
    match ascii(inner.as_bytes()) {
        Some(plain) if !inner.is_ascii() => Cow::Owned(plain.trim().to_owned()),
        _ => Cow::Borrowed(inner),
    }
}

/// Returns a token with the hyphens of ASCII, without curly quotes and characters of no width; `None` if others remain.
fn ascii(token: &[u8]) -> Option<String> {
    const LONGEST_TOKEN: usize = 64;
    let text = std::str::from_utf8(token).ok().filter(|text| text.len() <= LONGEST_TOKEN)?;
    let plain = |char: char| match char {
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => None,
        '\u{2018}'..='\u{201f}' => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        char if char.is_whitespace() => Some(' '),
        char => Some(char),
    };
    let plain: String = text.chars().filter_map(plain).collect();
    plain.is_ascii().then_some(plain)
}

/// Returns the code that a text names in any notation; `None` if it names none, or several.
pub(crate) fn single_code<'a>(book: &Codebook<'a>, text: &str) -> Option<&'a str> {
    let mut found = Vec::new();
    pieces(book, text.as_bytes(), &mut found);
    match found[..] {
        [Piece { what: What::Code(code), .. }] => Some(book.code(code)),
        _ => None,
    }
}

/// Returns whether a text is a code, or a pattern or range of codes, and nothing else.
pub(crate) fn names_codes(book: &Codebook<'_>, text: &[u8]) -> bool {
    let (start, end) = content(text);
    let text = &text[start..end];
    code(book, text).is_some() || pattern(book, text).is_some()
}

/// Splits a cell into pieces, without those that it excludes.
pub(crate) fn pieces(book: &Codebook<'_>, text: &[u8], pieces: &mut Vec<Piece>) {
    pieces_with_exceptions(book, text, pieces);
    if let Some(end) = pieces.iter().position(|piece| piece.what == What::Except) {
        pieces.truncate(end);
    }
}

/// Splits a cell into pieces. The pieces after [`What::Except`] are excluded from those before it.
pub(crate) fn pieces_with_exceptions(book: &Codebook<'_>, text: &[u8], pieces: &mut Vec<Piece>) {
    pieces.clear();
    let (start, end) = content(text);
    if is_nothing(&text[start..end]) {
        return;
    }
    // Most cells are words or numbers.
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    if book.shape().has_early_digit && text[start] != b'^' && !text[start..end].iter().any(is_digit) {
        pieces.push(Piece { start, end, what: What::Unknown });
        return;
    }
    let mut cell = Cell { book, text, pieces };
    cell.read(start, end);
}

/// A cell while it is split into pieces.
struct Cell<'c, 'b> {
    book: &'c Codebook<'b>,
    text: &'c [u8],
    pieces: &'c mut Vec<Piece>,
}

impl Cell<'_, '_> {
    fn push(&mut self, start: usize, end: usize, what: What) {
        if self.pieces.len() < MAX_PIECES {
            self.pieces.push(Piece { start, end, what });
        }
    }

    fn read(&mut self, start: usize, end: usize) {
        if self.single(start, end) {
            return;
        }
        let text = &self.text[start..end];
        let is_list = text.iter().any(|byte| is_list_mark(*byte));
        if is_list {
            self.list(start, end);
        } else {
            self.push(start, end, What::Unknown);
        }
    }

    /// Reads a part that is one value: a code, a pattern, a range, or one of them with text after it. Returns whether it is
    /// one.
    fn single(&mut self, start: usize, end: usize) -> bool {
        let text = &self.text[start..end];
        if let Some(code) = code(self.book, text) {
            self.push(start, end, What::Code(code));
            return true;
        }
        if let Some((length, set)) = declared(self.book, text) {
            let from = start + length;
            if systems::is_of(set, self.book.set()) {
                let (from, end) = trimmed(self.text, from, end);
                self.read(from, end);
            } else {
                self.push(start, end, What::Foreign(set));
            }
            return true;
        }
        if self.with_modifiers(start, end) {
            return true;
        }
        if let Some(what) = pattern(self.book, text) {
            self.push(start, end, what);
            return true;
        }
        self.with_text(start, end)
    }

    /// Reads a code with modifiers: `J1100JW`, `J1100-JW`, `A0428 QN`, `J1100:JW:59`.
    fn with_modifiers(&mut self, start: usize, end: usize) -> bool {
        let text = &self.text[start..end];
        if !self.book.set().takes_modifiers || text.len() < 7 || !text.is_char_start(5) {
            return false;
        }
        let Some(code) = self.book.find(&text[..5]) else { return false };
        // `G0365-0370` is a range.
        if text.len() == 10 && text[6..].iter().all(u8::is_ascii_digit) {
            return false;
        }
        let mut modifiers = Vec::new();
        let mut at = 5;
        while at < text.len() {
            at += usize::from(matches!(text[at], b'-' | b' ' | b':' | b',' | b'/'));
            let Some(modifier) = text.get(at..at + 2) else { return false };
            if !modifier.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
                return false;
            }
            modifiers.push(at);
            at += 2;
        }
        self.push(start, start + 5, What::Code(code));
        for at in modifiers {
            if let Some(modifier) = self.book.find(&self.text[start + at..start + at + 2]) {
                self.push(start + at, start + at + 2, What::Code(modifier));
            }
        }
        true
    }

    /// Reads a code, range or pattern with its description: `G35 - Multiple sclerosis`, `C00-C96 although not C44`. The
    /// description is not read.
    fn with_text(&mut self, start: usize, end: usize) -> bool {
        let text = &self.text[start..end];
        let Some(length) = text
            .iter()
            .position(|byte| matches!(byte, b' ' | b'\t' | b':' | b',' | b'(' | b'=' | b'|' | b';'))
        else {
            return false;
        };
        let (head, mut rest) = (&text[..length], &text[length..]);
        let mut head_length = head.len();
        // A range with blanks inside is read before the words after it.
        if let Some(more) = range_length(self.book, text) {
            (head_length, rest) = (more, &text[more..]);
        }
        let head = &text[..head_length];
        if head.is_empty() || !has_word(self.book, rest) {
            return false;
        }
        // `G35, I10, what` is a list, in which one value is not understood.
        let second =
            rest.strip_prefix(b",").or_else(|| rest.strip_prefix(b";")).or_else(|| rest.strip_prefix(b"|"));
        let second = second.and_then(|rest| rest.split(|byte| is_hard_mark(*byte)).next());
        if second.is_some_and(|second| names_codes(self.book, second)) {
            return false;
        }
        let what = code(self.book, head).map(What::Code).or_else(|| pattern(self.book, head));
        let what = what.or_else(|| is_code_shaped(self.book, head).then_some(What::Unknown));
        let Some(what) = what else { return false };
        if self.with_exceptions((start, start + head_length, end), what) {
            return true;
        }
        // Further codes after a list mark are values of their own: `G35 multiple sclerosis; I10 hypertension`.
        let next =
            text[head_length..].iter().position(|byte| is_hard_mark(*byte)).map(|at| head_length + at + 1);
        self.push(start, start + head_length, what);
        if let Some(next) = next.filter(|next| *next < text.len()) {
            let before = self.pieces.len();
            self.list(start + next, end);
            // The rest is text unless it contains codes.
            let mut at = before;
            while at < self.pieces.len() {
                let Piece { start, end, what } = self.pieces[at];
                if what == What::Unknown && !is_code_shaped(self.book, &self.text[start..end]) {
                    self.pieces.remove(at);
                } else {
                    at += 1;
                }
            }
        }
        true
    }

    /// Reads the exceptions to a code, range or pattern: `C00-C96 although not C44 (malignancies)`. Returns whether there are
    /// any. If `except` is followed by words without a code, the exception is unclear.
    fn with_exceptions(&mut self, (start, head, end): (usize, usize, usize), what: What) -> bool {
        let rest = &self.text[head..end];
        let from = rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b':' | b'-' | b','))
            .count();
        let is_word = |word: &&str| {
            let length = word.len();
            let begin = rest.get(from..from + length);
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(word.as_bytes()))
                && matches!(rest.get(from + length), Some(b' ' | b':'))
        };
        let Some(word) = EXCEPT_WORDS.iter().find(|word| is_word(word)) else { return false };
        let excepted = head + from + word.len() + 1;
        let length = self.text[excepted..end].iter().position(|byte| *byte == b'(').unwrap_or(end - excepted);
        let before = self.pieces.len();
        self.push(start, head, what);
        self.push(head + from, excepted - 1, What::Except);
        let (excepted, stop) = trimmed(self.text, excepted, excepted + length);
        self.read(excepted, stop);
        let is_named = |piece: &Piece| !matches!(piece.what, What::Unknown | What::Foreign(_));
        if self.pieces.len() > before + 2 && self.pieces[before + 2..].iter().all(is_named) {
            return true;
        }
        self.pieces.truncate(before);
        // Descriptions begin with these two as well: `Not elsewhere classified`.
        let is_open = !matches!(*word, "not" | "without");
        if is_open {
            self.push(start, end, if matches!(what, What::Code(_)) { what } else { What::Unknown });
        }
        is_open
    }

    /// Reads the values of a list. Words are dropped where most of the list is text.
    fn list(&mut self, start: usize, end: usize) {
        let is_hard = self.text[start..end].iter().any(|byte| is_hard_mark(*byte));
        let marks = if is_hard { is_hard_mark } else { is_list_mark };
        let before = self.pieces.len();
        let mut from = start;
        while from < end && self.pieces.len() < MAX_PIECES {
            let length = self.text[from..end].iter().position(|byte| marks(*byte)).unwrap_or(end - from);
            let (value_start, value_end) = unwrapped(self.text, from, from + length);
            let value = &self.text[value_start..value_end];
            if !is_nothing(value) && !self.single(value_start, value_end) {
                if is_hard && value.iter().any(|byte| is_list_mark(*byte)) {
                    self.list(value_start, value_end);
                } else {
                    self.push(value_start, value_end, What::Unknown);
                }
            }
            from += length + 1;
        }
        let (found, text) = (self.pieces.len() - before, self.text);
        let is_text = |piece: &Piece| {
            piece.what == What::Unknown && !is_code_shaped(self.book, &text[piece.start..piece.end])
        };
        if self.pieces[before..].iter().filter(|piece| is_text(piece)).count() * 2 > found {
            let mut kept: Vec<Piece> =
                self.pieces[before..].iter().copied().filter(|piece| !is_text(piece)).collect();
            self.pieces.truncate(before);
            self.pieces.append(&mut kept);
            if self.pieces.is_empty() {
                self.push(start, end, What::Unknown);
            }
        }
    }
}

/// String slices with a check for the beginning of a UTF-8 character.
trait CharStart {
    fn is_char_start(&self, at: usize) -> bool;
}

impl CharStart for [u8] {
    fn is_char_start(&self, at: usize) -> bool {
        self.get(at).is_none_or(|byte| byte & 0xc0 != 0x80)
    }
}

/// Returns whether a byte always separates the values of a list.
fn is_hard_mark(byte: u8) -> bool {
    matches!(byte, b'|' | b',' | b';' | b'\n' | b'\r' | b'\t')
}

/// Returns whether a byte may separate the values of a list.
fn is_list_mark(byte: u8) -> bool {
    is_hard_mark(byte)
        || matches!(byte, b'/' | b' ' | b'+' | b'&' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'"' | b'\'')
}

/// Returns the value without blanks, quotes and brackets around it: `["G35"` is G35.
fn unwrapped(text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    loop {
        (start, end) = trimmed(text, start, end);
        let inner = &text[start..end];
        if inner.first().is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'[' | b'{' | b'(')) {
            start += 1;
        } else if inner.last().is_some_and(|byte| matches!(byte, b'"' | b'\'' | b']' | b'}'))
            || inner.ends_with(b")") && !inner.contains(&b'(')
        {
            end -= 1;
        } else {
            return (start, end);
        }
    }
}

/// Returns the system that a value declares, and the length of the declaration in bytes: `ICD10CM:R05`, `ICD-10-CM R05`,
/// `$ICD10CM#G35`.
fn declared(book: &Codebook<'_>, text: &[u8]) -> Option<(usize, SetName)> {
    const LONGEST_NAME: usize = 80;
    let first = *text.first()?;
    if !(first == b'$' || first.is_ascii_alphabetic()) {
        return None;
    }
    let limit = text.len().min(LONGEST_NAME);
    // An address contains colons itself: it ends at the last mark.
    let is_address = text.starts_with(b"http") || text.starts_with(b"urn:");
    let ends = |at: &usize| {
        matches!(text[*at], b'|' | b'#') || !is_address && matches!(text[*at], b':' | b' ' | b'^' | b'_')
    };
    let mut at = if is_address { (1..limit).rfind(ends) } else { (1..limit).find(ends) }?;
    let mut named = systems::exact(std::str::from_utf8(&text[..at]).ok()?.trim_start_matches('$'));
    // `ICD 10 CM: G35` has blanks inside its name.
    let mut rest = at + 1;
    while named.is_none() && !is_address && rest < limit && rest < 16 {
        at = (rest..limit).find(ends)?;
        named = systems::exact(std::str::from_utf8(&text[..at]).ok()?);
        rest = at + 1;
    }
    // `I10: hypertension` is a code, not a name of ICD-10.
    let set = named.filter(|_| book.find(&text[..at]).is_none())?;
    let marks =
        text[at..].iter().take_while(|byte| matches!(byte, b':' | b'|' | b'#' | b' ' | b'^' | b'_')).count();
    (at + marks < text.len()).then_some((at + marks, set))
}

/// Returns whether a text holds a word: the text after a code is then a description, not more codes.
fn has_word(book: &Codebook<'_>, text: &[u8]) -> bool {
    let words = text.split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'.' || *byte >= 0x80));
    words.filter(|word| word.len() >= SHORTEST_WORD).any(|word| {
        let letters = word.iter().filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
        letters * 2 >= word.len() && book.find(word).is_none() && !is_connection(word) && !is_wildcard(word)
    })
}

/// Words between the ends of a range and before codes.
fn is_connection(word: &[u8]) -> bool {
    let is = |other: &&&str| word.eq_ignore_ascii_case(other.as_bytes());
    ["and", "through", "thru", "to", "or"].iter().any(|other| is(&other))
}

fn is_wildcard(word: &[u8]) -> bool {
    word.last().is_some_and(|byte| matches!(byte, b'x' | b'X')) && word.iter().any(u8::is_ascii_digit)
}

/// Returns whether a token that is not a code has the shape of one: it holds a digit, and a dot where the set has dots.
fn is_code_shaped(book: &Codebook<'_>, token: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(token) else { return false };
    let is_plausible = token.iter().any(u8::is_ascii_digit)
        && (token.contains(&b'.')
            || token.iter().filter(|byte| byte.is_ascii_digit()).count() * 2 >= token.len());
    is_plausible && token.len() >= 3 && (book.set().normalize)(text).is_some()
}

/// Reads a token that is not a code: a range between two, or a pattern that begins like a code.
fn pattern(book: &Codebook<'_>, token: &[u8]) -> Option<What> {
    if token.len() > MAX_PATTERN || token.len() < 3 {
        return None;
    }
    if token[0] == b'^' && token[1].is_ascii_alphanumeric()
        || token.starts_with(b"^(")
        || token.starts_with(b"^[")
    {
        return Some(What::Expression);
    }
    if let Some(stem) = stem(token) {
        let is_stem =
            stem.as_bytes()[0].is_ascii_alphanumeric() && stem.bytes().any(|byte| byte.is_ascii_digit());
        return (is_stem && !book.starting_with(&stem).is_empty()).then_some(What::Prefix);
    }
    let has_digit = |end: &str| end.bytes().any(|byte| byte.is_ascii_digit());
    // In reverse order they are two codes, or a code and something else.
    let is_range = |(first, last): &(String, String)| {
        // Ends that begin with a letter may be codes that these releases do not have.
        let are_shaped = || {
            first.starts_with(|char: char| char.is_ascii_alphabetic())
                && [first, last].iter().all(|end| is_code_shaped(book, end.as_bytes()))
        };
        has_digit(first)
            && has_digit(last)
            && first <= last
            && (is_end(book, first) || is_end(book, last) || are_shaped())
    };
    ends(token).filter(is_range).map(|_| What::Range)
}

/// Returns whether an end of a range is a code or the beginning of codes.
fn is_end(book: &Codebook<'_>, end: &str) -> bool {
    book.find(end.as_bytes()).is_some()
        || end.len() >= 3
            && end.bytes().any(|byte| byte.is_ascii_digit())
            && !book.starting_with(end).is_empty()
}

/// Returns the beginning of the codes that a wildcard matches, without dots and in capital letters: `E11` of `E11.*`, `E11%`,
/// `E11.x`, `E11.xx`, `E11.-` and `E11-`.
pub(crate) fn stem(token: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(token).ok()?;
    let is_small = |text: &str| text.bytes().all(|byte| byte == b'x');
    let stem = if let Some((stem, wild)) = text.split_once('.').filter(|(_, wild)| !wild.is_empty()) {
        // After the dot: `x`, `xx`, `-`, `*`, `%`, or some of the code before them.
        let open = wild.trim_end_matches(['*', '%', '-', '?', '_', '\u{2013}']);
        let bare = open.trim_end_matches('x');
        match () {
            () if open.len() < wild.len() => format!("{stem}{open}"),
            () if bare.len() < open.len() && is_small(&open[bare.len()..]) => format!("{stem}{bare}"),
            () if wild.len() > 1 && open.bytes().all(|byte| byte == b'X') && stem.len() == 3 => {
                stem.to_owned()
            }
            () => return None,
        }
    } else {
        let open = text.trim_end_matches(['*', '%', '?']);
        let open = if open.len() == text.len() {
            text.strip_suffix(['-', '\u{2013}']).unwrap_or(text)
        } else {
            open.trim_end_matches('-')
        };
        let bare = open.trim_end_matches('x');
        match () {
            () if open.len() < text.len() => open.trim_end_matches('.').to_owned(),
            () if bare.len() < open.len() && bare.len() >= 3 => bare.to_owned(),
            () => return None,
        }
    };
    let plain: String = stem.chars().filter(|char| *char != '.').collect::<String>().to_ascii_uppercase();
    // An NDC has hyphens inside.
    let fits = plain.len() >= 2 && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then_some(plain)
}

/// Marks between the ends of a range, the longest first.
const RANGE_MARKS: [&str; 11] =
    [" through ", " thru ", " to ", "' AND '", "\u{2013}", "\u{2014}", "...", "..", " - ", "-", ":"];

/// Returns the ends of a range, without dots and in capital letters. An end that omits the common beginning is completed:
/// `I20-25` ends with I25.
pub(crate) fn ends(token: &[u8]) -> Option<(String, String)> {
    if !may_begin_range_mark(token) {
        return None;
    }
    let text = std::str::from_utf8(token).ok()?;
    let small = text.to_ascii_lowercase();
    let find = |mark: &&str| {
        let at = if mark.starts_with('\'') { text.find(*mark) } else { small.find(*mark) };
        Some((at?, mark.len()))
    };
    let (at, length) = RANGE_MARKS.iter().find_map(find)?;
    let first = plain_end(text.get(..at)?)?;
    let last = plain_end(text.get(at + length..)?)?;
    let is_short = last.len() < first.len() && last.bytes().all(|byte| byte.is_ascii_digit());
    let is_completed = is_short && first.as_bytes()[0].is_ascii_alphabetic();
    let last = if is_completed { format!("{}{last}", &first[..first.len() - last.len()]) } else { last };
    Some((first, last))
}

/// Returns whether a text may contain a range mark.
fn may_begin_range_mark(text: &[u8]) -> bool {
    text.windows(2).any(|pair| match pair[0] {
        b'-' | b':' | b'\'' | 0xe2 => true,
        b'.' => pair[1] == b'.',
        b' ' => matches!(pair[1], b't' | b'T' | b'-'),
        _ => false,
    })
}

fn plain_end(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['\'', '"', '.']);
    let stem = text.trim_end_matches(['*', '%', '-', 'x', '.']);
    let fits = !stem.is_empty()
        && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        && stem.bytes().filter(|byte| *byte == b'-').count() != 1;
    fits.then(|| stem.replace('.', "").to_ascii_uppercase())
}

/// Returns the length in bytes of the range at the beginning of a text, if there is one.
fn range_length(book: &Codebook<'_>, text: &[u8]) -> Option<usize> {
    let text = &text[..text.len().min(MAX_PATTERN)];
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'.';
    let first = text.iter().take_while(|byte| is_inner(byte)).count();
    if first == 0 || !may_begin_range_mark(text.get(first..first + 2)?) {
        return None;
    }
    let rest = text[first..].to_ascii_lowercase();
    let mark = RANGE_MARKS.iter().find(|mark| rest.starts_with(mark.as_bytes()))?.len();
    let last = text[first + mark..].iter().take_while(|byte| is_inner(byte)).count();
    let length = first + mark + last;
    let range = &text[..length];
    let (from, to) = ends(range)?;
    let is_end = |end: &str| is_end(book, end) || is_code_shaped(book, end.as_bytes());
    (last > 0 && is_end(&from) && is_end(&to)).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CodeSet;
    use crate::model::sets::{HCPCS, ICD10CM, ICD11, NDC};

    /// Returns the content of a cell in words: `G35 I10`, `E11:prefix`, `C00-C96:range`, `?R55.9`, `snomed!`.
    fn read(set: &'static CodeSet, codes: &[&'static str], cell: &str) -> String {
        let mut codes = codes.to_vec();
        codes.sort_unstable();
        let book = Codebook::of(codes, set, |_| false);
        let mut found = Vec::new();
        pieces_with_exceptions(&book, cell.as_bytes(), &mut found);
        let word = |piece: &Piece| {
            let text = &cell[piece.start..piece.end];
            match piece.what {
                What::Code(code) => book.code(code).to_owned(),
                What::Unknown => format!("?{text}"),
                What::Foreign(set) => format!("{set}!"),
                What::Prefix => format!("{}:prefix", stem(text.as_bytes()).unwrap()),
                What::Expression => format!("{text}:expression"),
                What::Except => "but".to_owned(),
                What::Range => {
                    let (first, last) = ends(text.as_bytes()).unwrap();
                    format!("{first}-{last}:range")
                }
            }
        };
        found.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_notation_of_a_diagnosis_is_read() {
        let codes = [
            "G35", "I10", "B880", "E1165", "I2510", "M150", "M545", "E11", "E119", "I20", "I25", "C00",
            "C96", "G37", "B88", "R05", "S72001A", "Z91011", "D71", "K219", "V00", "W19", "E538", "C44",
            "I259",
        ];
        for (cell, expected) in [
            ("G35", "G35"),
            ("g35", "G35"),
            ("E11.65", "E1165"),
            ("G35.", "G35"),
            ("'G35", "G35"),
            ("=\"G35\"", "G35"),
            ("=\"\"B88.0\"\"", "B880"),
            ("G35\u{a0}", "G35"),
            ("\u{200b}B88.0\u{a0}\u{a0}", "B880"),
            ("I10X", "I10"),
            ("G35X", "G35"),
            ("ICD10CM:R05", "R05"),
            ("ICD10CM|G35", "G35"),
            ("$ICD10CM#G35", "G35"),
            ("ICD10: G35", "G35"),
            ("ICD-10-CM B88.0", "B880"),
            ("http://hl7.org/fhir/sid/icd-10-cm|G35", "G35"),
            ("SNOMED:24700007", "snomed!"),
            ("G35 - Multiple sclerosis", "G35"),
            ("G35: Multiple sclerosis", "G35"),
            ("R05: Cough", "R05"),
            ("G35 Multiple sclerosis", "G35"),
            ("G35 (Multiple sclerosis)", "G35"),
            ("S72.001A Fracture of neck of femur, initial encounter", "S72001A"),
            ("R55.9 Syncope and collapse", "?R55.9"),
            ("E11.9 T2DM", "E119"),
            ("E53.8 B12 deficiency", "E538"),
            ("E11.*", "E11:prefix"),
            ("E11%", "E11:prefix"),
            ("E11.x", "E11:prefix"),
            ("I25.xx", "I25:prefix"),
            ("E11-", "E11:prefix"),
            ("E11.-", "E11:prefix"),
            ("I25.1x", "I251:prefix"),
            ("I20-I25", "I20-I25:range"),
            ("I20 - I25", "I20-I25:range"),
            ("I20..I25", "I20-I25:range"),
            ("I20 to I25", "I20-I25:range"),
            ("I20 through I25", "I20-I25:range"),
            ("I20-25", "I20-I25:range"),
            ("I20\u{2013}I25", "I20-I25:range"),
            ("C00-C96 although not C44 (malignancies)", "C00-C96:range but C44"),
            ("C00-C96 except C44, E11.9", "C00-C96:range but C44 E119"),
            ("E11.* excluding E11.6-", "E11:prefix but E116:prefix"),
            ("C00-C96 except skin", "?C00-C96 except skin"),
            ("R05 Not elsewhere classified", "R05"),
            ("I25-I20", "?I25-I20"),
            ("E11.0-9", "E110-E119:range"),
            ("\"G35\"", "G35"),
            ("\u{201c}G35\u{201d}", "G35"),
            ("G\u{200b}35", "G35"),
            ("E11\u{2013}", "E11:prefix"),
            ("E11.?", "E11:prefix"),
            ("G35,Multiple sclerosis", "G35"),
            ("G35;Multiple sclerosis", "G35"),
            ("G35|Multiple sclerosis", "G35"),
            ("G35,\"Sclerosis, multiple\",Neurology", "G35"),
            ("Z99.9, Z99.8, G35", "?Z99.9 ?Z99.8 G35"),
            ("G35, I10, what", "G35 I10 ?what"),
            ("ICD10CM:G35, ICD10CM:I10", "G35 I10"),
            ("ICD10CM:I20-I25", "I20-I25:range"),
            ("'I20'-'I25'", "I20-I25:range"),
            ("I20:I25", "I20-I25:range"),
            ("V00-W19 trauma", "V00-W19:range"),
            ("G35-G37, B88", "G35-G37:range B88"),
            ("I25.10, I10", "I2510 I10"),
            ("E11.65; I10", "E1165 I10"),
            ("G35|I10", "G35 I10"),
            ("[\"G35\",\"I10\"]", "G35 I10"),
            ("['G35', 'I10']", "G35 I10"),
            ("G35 I10 B88.0", "G35 I10 B880"),
            ("G35 multiple sclerosis; I10 hypertension", "G35 I10"),
            ("^E1[01]", "^E1[01]:expression"),
            ("blue", "?blue"),
            ("-", ""),
            ("", ""),
        ] {
            assert_eq!(read(&ICD10CM, &codes, cell), expected, "{cell}");
        }
    }

    #[test]
    fn codes_with_modifiers_are_taken_apart() {
        let codes = ["C9035", "G0365", "A0428", "J1100", "G8978", "JW", "GN", "QN"];
        for (cell, expected) in [
            ("J1100JW", "J1100 JW"),
            ("J1100-JW", "J1100 JW"),
            ("G8978GN", "G8978 GN"),
            ("G0365-26", "G0365"),
            ("A0428 QN", "A0428 QN"),
            ("J1100:JW:59", "J1100 JW"),
            ("HC:J1100:JW", "J1100 JW"),
            ("C9035 Injection, aripiprazole", "C9035"),
        ] {
            assert_eq!(read(&HCPCS, &codes, cell), expected, "{cell}");
        }
    }

    #[test]
    fn codes_with_hyphens_of_their_own_are_read() {
        let codes = ["0002-0485-04", "0002-0485-18", "0003-0001-01"];
        for (cell, expected) in [
            ("0002-0485-04", "0002-0485-04"),
            ("0002\u{2011}0485\u{2011}04", "0002-0485-04"),
            ("NDC 00002048504", "0002-0485-04"),
            ("0002-0485-*", "0002-0485:prefix"),
            ("0002-0485-04 to 0002-0485-18", "0002-0485-04-0002-0485-18:range"),
        ] {
            assert_eq!(read(&NDC, &codes, cell), expected, "{cell}");
        }
    }

    #[test]
    fn clusters_are_taken_apart() {
        let codes = ["5A11", "9B71.0Z", "1D02.1", "XN0PR"];
        for (cell, expected) in
            [("5A11/9B71.0Z", "5A11 9B71.0Z"), ("1D02.1&XN0PR", "1D02.1 XN0PR"), ("5A11", "5A11")]
        {
            assert_eq!(read(&ICD11, &codes, cell), expected, "{cell}");
        }
    }

    #[test]
    fn any_bytes_are_taken_apart() {
        let book = Codebook::of(vec!["G35", "I10"], &ICD10CM, |_| false);
        let mut found = Vec::new();
        for text in [
            &b"\xa0\xa0"[..],
            b"=\"\"",
            b"='",
            b"G35\xff\xfe I10",
            b"\"\"\"\"",
            b"((((((",
            b"-.-.-",
            b"$",
            b"a:",
        ] {
            pieces(&book, text, &mut found);
            assert!(found.iter().all(|piece| piece.start <= piece.end && piece.end <= text.len()));
        }
    }
}
