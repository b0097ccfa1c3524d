//! What a cell says: one code, several, a range, a pattern, or none.

use super::codebook::{CodeId, Codebook};

/// A piece of a cell, from and to, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) what: What,
}

/// What a piece of a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A code of the releases.
    Code(CodeId),
    /// Something else.
    Unknown,
    /// The codes that begin with it: `E11%`, `E11.*`, `E11.-`.
    Beginning,
    /// A regular expression: `^E1[01]`.
    Expression,
    /// A range, both ends together.
    Range,
}

/// More pieces than these are no cell of codes.
const MOST_PIECES: usize = 512;

/// What stands between the codes of a cell.
fn is_separator(byte: u8) -> bool {
    matches!(
        byte,
        b'|' | b','
            | b';'
            | b'/'
            | b' '
            | b'\t'
            | b'\n'
            | b'\r'
            | b'+'
            | b'&'
            | b'('
            | b')'
            | b'['
            | b']'
            | b'"'
            | b'\''
    )
}

/// Cells that say that there is nothing.
const NOTHING: [&[u8]; 10] = [b"-", b"--", b"~", b"NA", b"N/A", b"NULL", b"null", b"None", b"NONE", b"."];

/// Whether a cell says that there is nothing in it.
pub(crate) fn is_nothing(text: &[u8]) -> bool {
    text.is_empty() || NOTHING.contains(&text)
}

/// Takes a cell apart.
pub(crate) fn pieces(codes: &Codebook<'_>, text: &[u8], pieces: &mut Vec<Piece>) {
    pieces.clear();
    let lead = text.len() - text.trim_ascii_start().len();
    let trimmed = text.trim_ascii();
    if is_nothing(trimmed) {
        return;
    }
    let (start, end) = (lead, lead + trimmed.len());
    let whole = |what| Piece { start, end, what };
    if let Some(code) = codes.find(trimmed) {
        pieces.push(whole(What::Code(code)));
        return;
    }
    // A dot at the end belongs to nothing: `G20.`
    if let Some(code) = trimmed.strip_suffix(b".").and_then(|text| codes.find(text)) {
        pieces.push(Piece { end: end - 1, ..whole(What::Code(code)) });
        return;
    }
    if let Some(what) = pattern(codes, trimmed) {
        pieces.push(whole(what));
        return;
    }
    let first = trimmed.iter().position(|byte| is_separator(*byte)).unwrap_or(trimmed.len());
    if first == trimmed.len() || !is_like_codes(codes, &trimmed[..first]) && !is_separator(trimmed[0]) {
        pieces.push(whole(What::Unknown));
        return;
    }
    split(codes, text, start, end, pieces);
}

/// The pieces of a cell with separators. Where a text follows the first code, the text is not looked at.
fn split(codes: &Codebook<'_>, text: &[u8], start: usize, end: usize, pieces: &mut Vec<Piece>) {
    let mut from = start;
    let mut unknown = 0;
    while from < end && pieces.len() < MOST_PIECES {
        let length = text[from..end].iter().position(|byte| is_separator(*byte)).unwrap_or(end - from);
        let token = &text[from..from + length];
        if !token.is_empty() && token != b"-" {
            let what =
                codes.find(token).map(What::Code).or_else(|| pattern(codes, token)).unwrap_or(What::Unknown);
            unknown += usize::from(what == What::Unknown);
            pieces.push(Piece { start: from, end: from + length, what });
        }
        from += length + 1;
    }
    if unknown * 2 > pieces.len() {
        pieces.retain(|piece| piece.what != What::Unknown);
        if pieces.is_empty() {
            pieces.push(Piece { start, end, what: What::Unknown });
        }
    }
}

fn is_like_codes(codes: &Codebook<'_>, token: &[u8]) -> bool {
    codes.find(token).is_some() || pattern(codes, token).is_some()
}

/// What a token is that is no code: a range between two, or a pattern that begins like one.
fn pattern(codes: &Codebook<'_>, token: &[u8]) -> Option<What> {
    if token.len() > 64 || token.len() < 3 {
        return None;
    }
    if token[0] == b'^' && token[1].is_ascii_alphanumeric()
        || token.starts_with(b"^(")
        || token.starts_with(b"^[")
    {
        return Some(What::Expression);
    }
    for (suffix, least) in [(&b"%"[..], 2), (b".*", 2), (b"*", 2), (b".-", 3), (b".%", 3)] {
        let Some(stem) = token.strip_suffix(suffix).filter(|stem| stem.len() >= least) else { continue };
        let stem = stem.strip_suffix(b".").unwrap_or(stem);
        let is_stem = stem[0].is_ascii_alphanumeric() && stem.iter().any(u8::is_ascii_digit);
        let plain: Vec<u8> = stem.iter().filter(|byte| **byte != b'.').map(u8::to_ascii_uppercase).collect();
        let stem = std::str::from_utf8(&plain).ok().filter(|_| is_stem)?;
        return (!codes.starting_with(stem).is_empty()).then_some(What::Beginning);
    }
    ends(token)
        .filter(|(first, last)| codes.find(first).is_some() || codes.find(last).is_some())
        .map(|_| What::Range)
}

/// The ends of a range.
pub(crate) fn ends(token: &[u8]) -> Option<(&[u8], &[u8])> {
    let (at, length) = ["-", "\u{2013}", "..", ":", "' AND '"]
        .iter()
        .find_map(|mark| Some((memchr::memmem::find(token, mark.as_bytes())?, mark.len())))?;
    let (first, last) = (token[..at].trim_ascii(), token[at + length..].trim_ascii());
    (!first.is_empty() && !last.is_empty()).then_some((first, last))
}
