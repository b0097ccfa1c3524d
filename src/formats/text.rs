//! Text files: encodings, line ends, columns, and locations of problems.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memchr;

use crate::model::{Place, Problem, ProblemCode, SourceFile, Span};

/// A decoded text file.
#[derive(Debug)]
pub(crate) struct TextFile {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) problems: Vec<Problem>,
}

impl TextFile {
    /// Decodes a file: by its byte-order mark, or as UTF-8 if it is valid, or else as Windows-1252, in which every byte is a
    /// character, so that nothing is lost.
    pub(crate) fn decode(file: SourceFile) -> Self {
        let SourceFile { source, bytes, .. } = file;
        let mut problems = Vec::new();
        let text = decode(bytes, &source.name, &mut problems);
        Self { name: source.name, text, problems }
    }

    /// Decodes a file in the given encoding; a byte-order mark overrides it.
    pub(crate) fn decode_as(file: SourceFile, encoding: &'static Encoding) -> Self {
        let SourceFile { source, bytes, .. } = file;
        let (text, used, has_errors) = encoding.decode(&bytes);
        let problem = || {
            let fact = format!(
                "some bytes are not {}; they were replaced by the replacement character",
                used.name()
            );
            Problem::new(ProblemCode::Encoding, Place::file(&source.name), fact)
                .hint("correct `encoding` in the catalog, or use the publisher's original file")
        };
        let problems = has_errors.then(problem).into_iter().collect();
        Self { name: source.name.clone(), text: text.into_owned(), problems }
    }

    /// Returns the location of a byte of a line: its column counts characters.
    pub(crate) fn place(&self, line: &Line<'_>, byte: usize) -> Place {
        let before = line.text.get(..byte).unwrap_or(line.text);
        let column = before.chars().count() + 1;
        Place::line(&self.name, line.number, u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// Returns the lines, without their ends: CRLF, LF or CR.
    pub(crate) fn lines(&self) -> Lines<'_> {
        lines(&self.text)
    }

    /// Returns the problem for a record that is left out.
    pub(crate) fn left_out(
        &self,
        code: ProblemCode,
        line: &Line<'_>,
        column: usize,
        fact: String,
    ) -> Problem {
        let place = self.place(line, line.byte_of(column));
        Problem::new(code, place, fact).hint(
            "use the publisher's original file, not a copy saved by another program; the row was left out",
        )
    }

    /// Returns the position of a piece of the text in it.
    ///
    /// # Panics
    ///
    /// If the text is longer than 4 GiB; sources refuse such files.
    pub(crate) fn span(&self, piece: &str) -> Span {
        let start = piece.as_ptr() as usize - self.text.as_ptr() as usize;
        let start = u32::try_from(start).expect("sources refuse files of 4 GiB");
        Span { start, length: u32::try_from(piece.len()).expect("a piece is shorter than its text") }
    }

    /// Returns the problem for a file whose last record is cut.
    pub(crate) fn truncated(&self) -> Option<Problem> {
        let line = self.lines().last()?;
        let fact = "the file ends in the middle of a record, so later records are missing";
        let problem = Problem::new(ProblemCode::Truncated, self.place(&line, line.text.len()), fact);
        Some(problem.hint(
            "download it again; codes missing from it are not reported as removed. If the file is complete, end its \
             last line",
        ))
    }

    /// Adds a note if the lines do not end in CRLF, as in all the publishers' text files.
    pub(crate) fn note_line_ends(&self, problems: &mut Vec<Problem>) {
        let bytes = self.text.as_bytes();
        let end = match memchr(b'\n', bytes) {
            Some(at) if at > 0 && bytes[at - 1] == b'\r' => return,
            Some(_) => "LF",
            None if memchr(b'\r', bytes).is_some() => "CR",
            None => return,
        };
        let fact = format!("lines end in {end} instead of the publisher's CRLF; they were read anyway");
        problems.push(Problem::new(ProblemCode::LineEnds, Place::file(&self.name), fact));
    }
}

fn decode(bytes: Vec<u8>, name: &str, problems: &mut Vec<Problem>) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
        let fact = format!("the file starts with a byte-order mark ({})", encoding.name());
        let place = Place::line(name, 1, 1);
        problems.push(Problem::new(ProblemCode::ByteOrderMark, place, fact));
        if encoding == UTF_8 {
            return decode(bytes[length..].to_vec(), name, problems);
        }
        debug_assert!(encoding == UTF_16LE || encoding == UTF_16BE);
        return encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned();
    }
    if let Some(encoding) = utf16_without_mark(&bytes) {
        let fact = format!("the file is {} without a byte-order mark", encoding.name());
        problems.push(Problem::new(ProblemCode::ByteOrderMark, Place::line(name, 1, 1), fact));
        return encoding.decode_without_bom_handling(&bytes).0.into_owned();
    }
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let text = decode_windows_1252(&bytes);
            problems.push(not_utf8(name, &bytes, at));
            text
        }
    }
}

/// Number of bytes that are examined to detect UTF-16 without a mark.
const UTF16_HEAD: usize = 1 << 10;

/// Returns the encoding of UTF-16 without a byte-order mark, as some programs write it: most characters of tables are ASCII, so
/// every other byte is zero, and other texts do not have zero bytes.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(UTF16_HEAD)];
    let (pairs, _) = head.as_chunks::<2>();
    let zeros = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let is_most = |count: usize| count >= 2 && count * 2 > pairs.len();
    match (first, second) {
        (0, second) if is_most(second) => Some(UTF_16LE),
        (first, 0) if is_most(first) => Some(UTF_16BE),
        _ => None,
    }
}

/// Decodes a text in which every byte is a character. Most lines are ASCII, and are copied unchanged.
fn decode_windows_1252(bytes: &[u8]) -> String {
    let beyond = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let mut text = String::with_capacity(bytes.len() + 2 * beyond);
    let decode = |piece: &[u8]| WINDOWS_1252.decode_without_bom_handling(piece).0.into_owned();
    for chunk in bytes.utf8_chunks() {
        for line in chunk.valid().split_inclusive('\n') {
            if line.chars().all(is_of_descriptions) {
                text.push_str(line);
            } else {
                text.push_str(&decode(line.as_bytes()));
            }
        }
        text.push_str(&decode(chunk.invalid()));
    }
    text
}

/// Returns whether a character occurs in descriptions. This distinguishes a row that was pasted in as UTF-8 from two characters
/// of Windows-1252 that happen to be valid UTF-8.
fn is_of_descriptions(char: char) -> bool {
    char.is_ascii() || matches!(char, '\u{a0}'..='\u{17f}' | '\u{2010}'..='\u{2044}' | '\u{2122}')
}

fn not_utf8(name: &str, bytes: &[u8], at: usize) -> Problem {
    let before = &bytes[..at];
    let start = before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |end| end + 1);
    let line = lines(&String::from_utf8_lossy(&before[..start])).count() + 1;
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    let place = Place::line(name, to_u32(line), to_u32(column));
    let fact = format!("byte 0x{:02X} is not UTF-8; the file was read as Windows-1252 (Latin-1)", bytes[at]);
    Problem::new(ProblemCode::Encoding, place, fact)
        .hint("use the publisher's original file: this one may have been saved by another program")
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// One line of a text file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Number, from 1.
    pub(crate) number: u32,
    /// The line without its end.
    pub(crate) text: &'a str,
    /// True if it has a line end: the last line of a cut file does not.
    pub(crate) ended: bool,
    ascii: bool,
}

impl<'a> Line<'a> {
    fn new(number: u32, text: &'a str, ended: bool) -> Self {
        Self { number, text, ended, ascii: text.is_ascii() }
    }

    /// Returns the columns from `first` to `last`, both from 1 and counted in characters as layouts do; fewer if the line is
    /// shorter.
    pub(crate) fn columns(&self, first: usize, last: usize) -> &'a str {
        let end = self.byte_of(last + 1);
        &self.text[self.byte_of(first).min(end)..end]
    }

    /// Returns the columns from `first` to the end of the line.
    pub(crate) fn rest_from(&self, first: usize) -> &'a str {
        &self.text[self.byte_of(first)..]
    }

    /// Returns the byte at which a column begins, or the line's length.
    pub(crate) fn byte_of(&self, column: usize) -> usize {
        let at = column - 1;
        if self.ascii {
            return at.min(self.text.len());
        }
        self.text.char_indices().nth(at).map_or(self.text.len(), |(byte, _)| byte)
    }

    /// Returns the columns from `first` to `last` counted in bytes, as programs without UTF-8 support pad them; `None` if that
    /// splits a character.
    pub(crate) fn bytes(&self, first: usize, last: usize) -> Option<&'a str> {
        let end = self.text.len();
        self.text.get((first - 1).min(end)..last.min(end))
    }

    /// Returns its bytes, if each of them is a character.
    pub(crate) fn ascii(&self) -> Option<&'a [u8]> {
        self.ascii.then_some(self.text.as_bytes())
    }

    /// Returns its length in characters.
    pub(crate) fn length(&self) -> usize {
        if self.ascii { self.text.len() } else { self.text.chars().count() }
    }
}

/// Iterates over lines that end in CRLF, LF or CR; see [`TextFile::lines`].
#[derive(Debug, Clone)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: u32,
    end: u8,
}

/// Returns the lines of a text. A file without any LF ends its lines with CR.
pub(crate) fn lines(text: &str) -> Lines<'_> {
    let end = if memchr(b'\n', text.as_bytes()).is_some() { b'\n' } else { b'\r' };
    Lines { text, at: 0, number: 0, end }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let (text, ended) = match memchr(self.end, rest.as_bytes()) {
            Some(length) => {
                self.at += length + 1;
                (&rest[..length], true)
            }
            None => {
                self.at = self.text.len();
                (rest, false)
            }
        };
        self.number += 1;
        let text = text.strip_suffix('\r').unwrap_or(text);
        Some(Line::new(self.number, text, ended))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        lines(text).map(|line| line.text).collect()
    }

    #[test]
    fn lines_end_in_crlf_lf_or_cr() {
        assert_eq!(texts("a\r\nb\r\n"), ["a", "b"]);
        assert_eq!(texts("a\nb\n"), ["a", "b"]);
        assert_eq!(texts("a\rb\r"), ["a", "b"]);
        assert_eq!(texts("a\nb\r\nc"), ["a", "b", "c"]);
        assert_eq!(texts("a\n\nb"), ["a", "", "b"]);
        assert!(texts("").is_empty());
    }

    #[test]
    fn columns_count_characters() {
        let line = Line::new(1, "Sézary x", true);
        assert_eq!(line.columns(1, 6), "Sézary");
        assert_eq!(line.rest_from(8), "x");
        assert_eq!(line.columns(8, 99), "x");
        assert_eq!(line.columns(20, 30), "");
    }

    #[test]
    fn latin_1_is_read_and_stated_with_its_place() {
        let file = SourceFile::new("f.txt", b"one\r\nS\xe9zary\r\n".to_vec());
        let text = TextFile::decode(file);
        assert_eq!(text.text, "one\r\nSézary\r\n");
        assert_eq!(text.problems[0].place, Place::line("f.txt", 2, 2));
    }

    #[test]
    fn a_row_of_utf_8_in_a_file_of_latin_1_is_read_as_what_it_is() {
        let bytes = b"S\xe9zary\r\nexcori\xc3\xa9e\r\nCAF\xc9\xae\r\n".to_vec();
        assert_eq!(TextFile::decode(SourceFile::new("f.txt", bytes)).text, "Sézary\r\nexcoriée\r\nCAFÉ®\r\n");
    }

    #[test]
    fn long_texts_of_windows_1252_are_decoded_in_pieces_as_they_would_be_at_once() {
        // Any two neighbors of them are invalid UTF-8.
        let bytes: Vec<u8> = (0..=u8::MAX).rev().cycle().take(100_000).collect();
        let at_once = WINDOWS_1252.decode_without_bom_handling(&bytes).0;
        assert_eq!(decode_windows_1252(&bytes), at_once);
    }

    #[test]
    fn utf_16_is_reported_without_its_mark() {
        for bytes in [&b"A\0,\0B\0\n\0"[..], b"\0A\0,\0B\0\n"] {
            let text = TextFile::decode(SourceFile::new("f.txt", bytes.to_vec()));
            assert_eq!(text.text, "A,B\n");
            assert_eq!(text.problems[0].code, ProblemCode::ByteOrderMark);
        }
        for bytes in [&b"A,B\n"[..], b"A\0", b"\0\0\0\0", b"A\0B"] {
            assert_eq!(utf16_without_mark(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_text() {
        for bytes in [&b"\xef\xbb\xbfA"[..], b"\xff\xfeA\0", b"\xfe\xff\0A"] {
            let text = TextFile::decode(SourceFile::new("f.txt", bytes.to_vec()));
            assert_eq!(text.text, "A");
            assert_eq!(text.problems[0].code, ProblemCode::ByteOrderMark);
        }
    }
}
