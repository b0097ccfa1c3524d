//! Places in a text: lines and columns, and the marks of deliberate exceptions.

use memchr::{memchr, memchr_iter, memmem, memrchr};

use crate::model::CodeSet;

/// Converts bytes of a file to lines and columns, piece by piece.
#[derive(Default)]
pub(super) struct TextPlaces {
    /// The byte at which the piece begins; the next field is the number of lines before it.
    pub(super) at: u64,
    lines: u32,
    /// The ends of lines in the piece, once a place in it was requested.
    ends: Option<Vec<u32>>,
    /// The most recent place: the start of its line, its offset, and the number of characters before it. In a long line
    /// only the text between two places is counted.
    last: (usize, usize, usize),
}

impl TextPlaces {
    pub(super) fn begin(&mut self, at: u64) {
        self.at = at;
        self.ends = None;
        self.last = (0, 0, 0);
    }

    pub(super) fn end(&mut self, read: &[u8]) {
        self.lines = self.lines.saturating_add(memchr_iter(b'\n', read).count() as u32);
    }

    /// Returns the line and column of a byte, from 1; columns in characters.
    pub(super) fn place(&mut self, piece: &[u8], at: u64) -> (u32, u32) {
        let at = (at.saturating_sub(self.at) as usize).min(piece.len());
        let ends = self.ends.get_or_insert_with(|| memchr_iter(b'\n', piece).map(|end| end as u32).collect());
        let before = ends.partition_point(|end| (*end as usize) < at);
        let start = before.checked_sub(1).map_or(0, |last| ends[last] as usize + 1);
        let (held, from, counted) = self.last;
        let (from, counted) = if held == start && from <= at { (from, counted) } else { (start, 0) };
        let column = counted + piece[from..at].iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        self.last = (start, at, column);
        (self.lines + before as u32 + 1, column as u32 + 1)
    }
}

/// The mark that excepts a line, or with `-next-line` the one after it.
const MARK: &[u8] = b"codeset:ignore";

/// The marks of the most recent line: one line may contain many codes.
#[derive(Default)]
pub(super) struct Marks {
    /// The piece, by its address, and the line in it.
    line: Option<(*const u8, usize, usize)>,
    /// The exceptions of the mark of the line and that of the line before.
    marks: [Option<Excepted>; 2],
}

/// The codes that a mark excepts.
enum Excepted {
    /// All codes of its line.
    All,
    /// These.
    Codes(Vec<String>),
}

impl Marks {
    /// Returns whether a mark in its line, or in the one before it, excepts a code at a place of a text.
    pub(super) fn except(&mut self, text: &[u8], at: usize, code: &str, set: &CodeSet) -> bool {
        let at = at.min(text.len());
        let is_same = self.line.is_some_and(|(held, start, end)| {
            std::ptr::eq(held, text.as_ptr()) && (start..=end).contains(&at)
        });
        if !is_same {
            let start = memrchr(b'\n', &text[..at]).map_or(0, |start| start + 1);
            let end = memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length);
            let before = start
                .checked_sub(1)
                .map_or(&[][..], |end| &text[memrchr(b'\n', &text[..end]).map_or(0, |start| start + 1)..end]);
            self.line = Some((text.as_ptr(), start, end));
            self.marks = [mark(&text[start..end], MARK, set), mark(before, b"codeset:ignore-next-line", set)];
        }
        self.marks.iter().flatten().any(|mark| match mark {
            Excepted::All => true,
            Excepted::Codes(codes) => codes.iter().any(|excepted| excepted == code),
        })
    }

    /// Forgets the line: another piece may have the same address.
    pub(super) fn forget(&mut self) {
        self.line = None;
    }
}

/// Returns the codes that a mark in a line excepts, if there is a mark.
fn mark(line: &[u8], mark: &[u8], set: &CodeSet) -> Option<Excepted> {
    let found = memmem::find(line, mark)?;
    let rest = &line[found + mark.len()..];
    if mark == MARK && rest.starts_with(b"-") {
        return None;
    }
    // The codes to except may follow the mark; without them it excepts all codes of the line.
    let rest = String::from_utf8_lossy(rest);
    let words = rest.split(|char: char| !char.is_ascii_alphanumeric() && char != '.');
    let codes: Vec<String> = words.filter_map(|word| (set.normalize)(word)).collect();
    Some(if codes.is_empty() { Excepted::All } else { Excepted::Codes(codes) })
}
