//! Running text: words that look like codes, each with its line. Words with a dot and words without one are separate fields,
//! because the latter may also be room numbers or vitamins.

use memchr::{memchr, memmem, memrchr};

use super::{Cell, FieldId, FieldName, Origin, Quoting, Reader, Reading, Row, Sink, lines};

/// The longest word that may be a code.
const LONGEST: usize = 24;

/// Longest line. The beginning of a longer one is not searched for.
const LONGEST_LINE: usize = 4_096;

/// Words in a part of this length have the same line in a longer one.
const PART: usize = 1_024;

/// Names of code sets in a text, and the names that columns use for them.
const DECLARATIONS: [(&[u8], &str); 7] = [
    (b"ICD-10-PCS", "icd10pcs"),
    (b"ICD-10", "icd10"),
    (b"ICD10", "icd10"),
    (b"HCPCS", "hcpcs"),
    (b"CPT", "cpt"),
    (b"CDT", "cdt"),
    (b"NDC", "ndc"),
];

/// Reads running text.
#[derive(Default)]
pub(crate) struct Prose {
    fields: Option<Fields>,
    /// The field of ranges, once there was one.
    ranges: Option<FieldId>,
    /// The set that the text names, by the name that columns use.
    declared: Option<&'static str>,
    near: Near,
}

/// What is known from the previous word of a text.
#[derive(Default)]
struct Near {
    /// Its line, the part of the text it is in, and the set that the line names.
    line: (usize, usize),
    part: usize,
    system: Option<&'static str>,
    /// Its beginning and that of its line, with the number of characters before each.
    counted: [(usize, u32); 2],
}

impl Near {
    /// Looks up the line of a word; words of the same part of a long line share one.
    fn find(&mut self, text: &[u8], (start, end): (usize, usize)) {
        let part = start / PART;
        if part == self.part && self.line.0 <= start && end <= self.line.1 {
            return;
        }
        let before = &text[start.saturating_sub(LONGEST_LINE)..start];
        let line_start =
            memrchr(b'\n', before).map_or(start - before.len(), |length| start - before.len() + length + 1);
        let after = &text[end..text.len().min(end + LONGEST_LINE)];
        let line_end = end + memchr(b'\n', after).unwrap_or(after.len());
        let system = declaration(&text[line_start..line_end]).map(|(_, system)| *system);
        (self.line, self.part, self.system) = ((line_start, line_end), part, system);
    }

    /// Returns the number of characters before the beginning of a word (0) or of its line (1), each of which is not before
    /// the previous one.
    fn characters(&mut self, text: &[u8], which: usize, at: usize) -> u32 {
        let (from, before) = self.counted[which];
        self.counted[which] = (at, before + characters(&text[from..at]));
        self.counted[which].1
    }
}

#[derive(Clone, Copy)]
struct Fields {
    dotted: FieldId,
    plain: FieldId,
    line: FieldId,
}

impl Reader for Prose {
    fn read(&mut self, text: &[u8], at: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let end = lines(text, is_last);
        self.words(&text[..end], Place::Byte(at), sink);
        end
    }
}

/// The location of a text.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// At a byte of its file.
    Byte(u64),
    /// In a paragraph, from 1.
    Paragraph(u32),
    /// In a cell of a sheet: its row from 1, its column from 0.
    Cell(u32, u32),
}

/// Returns whether a text has words that may be codes and begins with another word.
pub(super) fn is_prose(text: &str) -> bool {
    word(text.as_bytes(), 0).is_some_and(|(start, _)| start > 0)
}

impl Prose {
    /// Reads a text from a file that has no lines.
    pub(super) fn paragraph(&mut self, text: &str, place: Place, sink: &mut dyn Sink) {
        self.words(text.as_bytes(), place, sink);
    }

    fn words(&mut self, text: &[u8], place: Place, sink: &mut dyn Sink) {
        // A set may be named in any piece, even after the codes.
        if self.declared.is_none()
            && let Some((_, words)) = declaration(text)
        {
            let fields = self.fields(sink);
            sink.name(fields.dotted, words);
            sink.name(fields.plain, words);
            if let Some(ranges) = self.ranges {
                sink.name(ranges, words);
            }
            self.declared = Some(*words);
        }
        self.near = Near::default();
        let mut from = 0;
        while let Some((start, end)) = word(text, from) {
            from = end;
            if let Some(last) = range_end(text, (start, end), sink) {
                from = last;
                let field = self.ranges(sink);
                self.give_to(field, text, (start, last), place, sink);
                continue;
            }
            self.give(text, (start, end), place, sink);
        }
    }

    fn fields(&mut self, sink: &mut dyn Sink) -> Fields {
        *self.fields.get_or_insert_with(|| {
            let mut field =
                |path, reading, origin| sink.field(FieldName { path, words: "", reading, origin });
            Fields {
                dotted: field("text", Reading::Token, Origin::DottedWords),
                plain: field("text, codes without dots", Reading::Token, Origin::Other),
                line: field("line", Reading::Line, Origin::Other),
            }
        })
    }

    /// Returns the field of ranges in words: `C88.0 to C88.9`.
    fn ranges(&mut self, sink: &mut dyn Sink) -> FieldId {
        if let Some(ranges) = self.ranges {
            return ranges;
        }
        let name = FieldName {
            path: "text, ranges",
            words: "",
            reading: Reading::Range(None),
            origin: Origin::Other,
        };
        let ranges = sink.field(name);
        if let Some(words) = self.declared {
            sink.name(ranges, words);
        }
        self.ranges = Some(ranges);
        ranges
    }

    fn give(&mut self, text: &[u8], (start, end): (usize, usize), place: Place, sink: &mut dyn Sink) {
        let fields = self.fields(sink);
        let is_dotted = memchr(b'.', &text[start..end]).is_some();
        let field = if is_dotted { fields.dotted } else { fields.plain };
        self.give_to(field, text, (start, end), place, sink);
    }

    fn give_to(
        &mut self,
        field: FieldId,
        text: &[u8],
        (start, end): (usize, usize),
        place: Place,
        sink: &mut dyn Sink,
    ) {
        let fields = self.fields(sink);
        self.near.find(text, (start, end));
        let (line_start, line_end) = self.near.line;
        let mut cell = |which, field, from: usize, to: usize| {
            let (at, column) = match place {
                Place::Byte(at) => (at + from as u64, 0),
                Place::Paragraph(_) => (0, self.near.characters(text, which, from) + 1),
                Place::Cell(_, column) => (0, column),
            };
            Cell { field, text: &text[from..to], at, column, quoting: Quoting::None }
        };
        let cells = [cell(0, field, start, end), cell(1, fields.line, line_start, line_end)];
        let (span, number) = match place {
            Place::Byte(at) => ((at + line_start as u64, at + line_end as u64), 0),
            Place::Paragraph(number) | Place::Cell(number, _) => ((0, 0), number),
        };
        // If the same line names another set, this word belongs to it.
        sink.row(&Row { cells: &cells, span, number, system: self.near.system });
    }
}

/// The words between the ends of a range.
const RANGES: [&[u8]; 6] =
    [b" to ", b" through ", b" thru ", b" - ", "\u{2013}".as_bytes(), " \u{2013} ".as_bytes()];

/// Returns the end of the range that begins with a word, if there is one: one of its ends must be a code.
fn range_end(text: &[u8], (start, end): (usize, usize), sink: &dyn Sink) -> Option<usize> {
    let rest = &text[end..];
    let mark = RANGES.iter().find(|mark| rest.starts_with(mark))?;
    let second = end + mark.len();
    let (from, last) = word(&text[..text.len().min(second + 2 * LONGEST)], second)?;
    let is_range = from == second && (sink.knows(&text[start..end]) || sink.knows(&text[from..last]));
    is_range.then_some(last)
}

/// Returns the set that a text names, if it names one.
fn declaration(text: &[u8]) -> Option<&'static (&'static [u8], &'static str)> {
    DECLARATIONS.iter().find(|(name, _)| memmem::find(text, name).is_some())
}

fn characters(text: &[u8]) -> u32 {
    text.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32
}

/// The possible roles of each byte in a word that is a code.
const KINDS: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'A'..=b'Z' => CAPITAL,
            b'0'..=b'9' => DIGIT,
            b'.' | b'-' => INNER,
            b'a'..=b'z' | b'_' | 0x80..=0xff => SMALL,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
};
const OTHER: u8 = 0;
const CAPITAL: u8 = 1;
const DIGIT: u8 = 2;
const INNER: u8 = 4;
const SMALL: u8 = 8;

/// Returns the next word from `from` on that consists of capital letters and digits: at least one of each, or digits only.
fn word(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        // To the beginning of a word.
        while KINDS[usize::from(*text.get(at)?)] & (CAPITAL | DIGIT | SMALL) == 0 {
            at += 1;
        }
        let start = at;
        let mut seen = OTHER;
        while let Some(&byte) = text.get(at) {
            let kind = KINDS[usize::from(byte)];
            if kind == OTHER {
                break;
            }
            seen |= kind;
            at += 1;
        }
        if seen & SMALL == 0 && seen & DIGIT != 0 {
            let word = &text[start..at];
            let end = at - word.iter().rev().take_while(|byte| matches!(byte, b'.' | b'-')).count();
            if (3..=LONGEST).contains(&(end - start)) {
                return Some((start, end));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        Prose::default().read(text.as_bytes(), 0, true, &mut seen);
        seen.described
    }

    #[test]
    fn words_that_may_be_codes_come_with_their_line() {
        assert_eq!(
            read("Use E87.20.\nNot utf8, v1.2 or R05x; (B20)\n"),
            [
                "text (Token) 4 E87.20 | line (Line) 0 Use E87.20. [0..11]",
                "text, codes without dots (Token) 37 B20 | line (Line) 12 Not utf8, v1.2 or R05x; (B20) [12..41]",
            ]
        );
    }

    #[test]
    fn a_range_in_words_is_one_thing() {
        let mut seen = Seen::knowing(&["C88.0", "P83.8"]);
        let text = "C88.0 to C88.9, not P83.8; from 100 to 200";
        Prose::default().read(text.as_bytes(), 0, true, &mut seen);
        assert!(
            seen.described[0].starts_with("text, ranges (Range(None)) 0 C88.0 to C88.9 |"),
            "{:?}",
            seen.described
        );
        assert!(seen.described[1].starts_with("text (Token) 20 P83.8 |"), "{:?}", seen.described);
        assert_eq!(seen.described.len(), 4);
    }

    #[test]
    fn a_set_that_is_named_is_reported() {
        assert_eq!(
            read("HCPCS A0100")[2],
            "text, codes without dots (Token) 6 A0100 | line (Line) 0 HCPCS A0100 [0..11] of hcpcs"
        );
    }

    #[test]
    fn words_of_a_long_line_are_all_read_and_counted_on() {
        let line = "é B20, x ".repeat(2_000);
        let mut seen = Seen::default();
        Prose::default().paragraph(&line, Place::Paragraph(1), &mut seen);
        assert_eq!(seen.described.len(), 2_000);
        for (at, described) in seen.described.iter().enumerate() {
            let column = at * 9 + 3;
            assert!(described.contains(&format!("(Token) {column} B20")), "{described:.100}");
        }
        let text = "B20 ".repeat(3_000) + "HCPCS A0100\n";
        let read = read(&text);
        let named = read.iter().filter(|described| described.ends_with(" of hcpcs")).count();
        assert!((700..1_100).contains(&named), "a name is for words near it: {named}");
    }

    #[test]
    fn words_of_a_paragraph_have_its_number() {
        let (mut seen, mut prose) = (Seen::default(), Prose::default());
        prose.paragraph("é E87.2", Place::Paragraph(3), &mut seen);
        prose.paragraph("Of HCPCS: none", Place::Paragraph(4), &mut seen);
        prose.paragraph("B20", Place::Cell(5, 2), &mut seen);
        assert_eq!(
            seen.described,
            [
                "text (Token) 3 E87.2 | line (Line) 1 é E87.2 [3]",
                "text (Token) is hcpcs",
                "text, codes without dots (Token) is hcpcs",
                "text, codes without dots (Token) 2 B20 | line (Line) 2 B20 [5]",
            ]
        );
    }
}
