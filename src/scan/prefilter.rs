//! Cheap pre-filter: skips text that cannot contain a code, so most files are never parsed.
//!
//! Invariant: a skipped text contains no code, pattern or name of the set, and nothing its reader must see: a quote or
//! statement that continues is reported by the reader (`Reader::pass`). The beginning of a long file is always read;
//! brackets and names that a program opened in a skipped piece are unknown after it.

use aho_corasick::{AhoCorasick, MatchKind};

use super::Kind;
use super::known::CodeTable;
use crate::fields::codebook::{Shape, is_digit, is_letter};
use crate::fields::spellings::LONGEST;
use crate::fields::systems;
use crate::model::CodeSet;

/// Words other than the codes themselves that make a text worth parsing.
pub(super) struct Prefilter {
    /// Names of the set: a value declared as one of its codes may not be a code.
    names: AhoCorasick,
    /// The same, and words of SQL that come before stems of codes, which are not codes themselves.
    names_and_patterns: AhoCorasick,
    /// Names of the set, followed by (with higher numbers) idioms of programs that come before stems of codes.
    names_and_idioms: AhoCorasick,
    /// Number of names.
    many_names: usize,
    /// True if every text must be read.
    is_anything: bool,
}

/// Words of SQL before stems and patterns.
const PATTERNS: [&str; 8] = ["LIKE", "like", "SUBSTR", "substr", "LEFT(", "left(", "BETWEEN", "between"];

/// Idioms of programs that come before stems of codes, without the part whose letter case varies.
const IDIOMS: [&str; 10] = [
    "tartsWith",
    "tartswith",
    "starts_with",
    "str_starts",
    "hasPrefix",
    "HasPrefix",
    "substr",
    "SUBSTR",
    "str_sub",
    ".slice(",
];

impl Prefilter {
    /// Creates the filter for a set; if the user names columns, `is_anything` lets every text through.
    pub(super) fn new(set: &CodeSet, is_anything: bool) -> Self {
        let names = systems::spellings(set);
        let patterns = names.iter().map(String::as_str).chain(PATTERNS);
        let searcher = |words: Vec<&str>| {
            let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words);
            builder.expect("a few short words")
        };
        Self {
            names: searcher(names.iter().map(String::as_str).collect()),
            names_and_patterns: searcher(patterns.collect()),
            names_and_idioms: searcher(names.iter().map(String::as_str).chain(IDIOMS).collect()),
            many_names: names.len(),
            is_anything,
        }
    }

    /// Returns whether a text may hold a code, or a pattern of codes.
    pub(super) fn of(&self, codes: &CodeTable<'_>, kind: Kind, text: &[u8]) -> bool {
        self.is_anything
            || has_code(codes, text)
            || has_expression(text)
            || match kind {
                Kind::Sql => self.names_and_patterns.is_match(text),
                Kind::Source(_) | Kind::Notebook => self.of_program(codes, text),
                _ => self.names.is_match(text),
            }
    }

    /// Returns whether a program names the set, or has the stem of a code after an idiom for stems.
    fn of_program(&self, codes: &CodeTable<'_>, text: &[u8]) -> bool {
        match self.names_and_idioms.find(text) {
            Some(first) if first.pattern().as_usize() < self.many_names => true,
            Some(first) => has_stem(codes, text) || self.names.is_match(&text[first.start()..]),
            None => cuts_words(text) && has_stem(codes, text),
        }
    }
}

/// Returns whether a colon shortens words to their first characters in a program, as in `in:`, `=:` and `[:4]`.
fn cuts_words(text: &[u8]) -> bool {
    let is_cut = |at: usize| at > 0 && matches!(text[at - 1], b'n' | b'N' | b'=' | b'[');
    memchr::memchr_iter(b':', text).any(is_cut)
}

/// Returns whether a text contains the stem of codes in quotes.
fn has_stem(codes: &CodeTable<'_>, text: &[u8]) -> bool {
    memchr::memchr2_iter(b'"', b'\'', text).any(|at| {
        let rest = &text[at + 1..];
        let is_inner = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'.';
        let word = &rest[..rest.iter().take(LONGEST).take_while(is_inner).count()];
        let is_quoted = matches!(rest.get(word.len()), Some(b'"' | b'\'' | b'\\'));
        if !is_quoted || word.len() < 2 || !word.iter().any(u8::is_ascii_digit) {
            return false;
        }
        let plain =
            word.iter().filter(|byte| **byte != b'.').map(|byte| char::from(byte.to_ascii_uppercase()));
        codes.beginning_with(&plain.collect::<String>()).next().is_some()
    })
}

/// Returns whether a regular expression may begin in a text.
fn has_expression(text: &[u8]) -> bool {
    let begins = |at: usize| {
        text.get(at + 1).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'(' | b'['))
    };
    memchr::memchr_iter(b'^', text).any(begins)
}

/// Bytes to examine together, which lets the compiler use wide registers.
const WIDTH: usize = 64;

/// Returns whether a text contains a code of the releases as a separate word, in upper or lower case.
fn has_code(codes: &CodeTable<'_>, text: &[u8]) -> bool {
    if text.is_empty() {
        return false;
    }
    if is_code_at(codes, text, 0) {
        return true;
    }
    let mut at = 1;
    while at + WIDTH + 2 <= text.len() {
        if block(codes, text, at) {
            return true;
        }
        at += WIDTH;
    }
    (at..text.len()).any(|at| !is_word(text[at - 1]) && is_code_at(codes, text, at))
}

/// Returns whether a code begins in the block at a place.
fn block(codes: &CodeTable<'_>, text: &[u8], at: usize) -> bool {
    let (before, first) = (&text[at - 1..at - 1 + WIDTH], &text[at..at + WIDTH]);
    let (second, third) = (&text[at + 1..at + 1 + WIDTH], &text[at + 2..at + 2 + WIDTH]);
    let Shape { begins_with, goes_on_with, has_early_digit } = codes.book.shape();
    let mut begins = [0_u8; WIDTH];
    for index in 0..WIDTH {
        let is_begin = begins_with.is(first[index])
            & goes_on_with.is(second[index])
            & (!has_early_digit | is_digit(first[index]) | is_digit(second[index]) | is_digit(third[index]))
            & !is_word(before[index]);
        begins[index] = u8::from(is_begin);
    }
    let (parts, _) = begins.as_chunks::<8>();
    parts.iter().enumerate().any(|(part, begins)| {
        let mut begins = u64::from_le_bytes(*begins);
        while begins != 0 {
            let index = part * 8 + begins.trailing_zeros() as usize / 8;
            if is_code_at(codes, text, at + index) {
                return true;
            }
            begins &= begins - 1;
        }
        false
    })
}

fn is_word(byte: u8) -> bool {
    is_digit(byte) | is_letter(byte) | (byte >= 0x80) | (byte == b'_')
}

/// Returns whether the word that begins at a place is a code, with its dots and marks if it has any.
fn is_code_at(codes: &CodeTable<'_>, text: &[u8], at: usize) -> bool {
    let length = text[at..].iter().take(LONGEST + 1).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if codes.find(&text[at..at + length]).is_some() {
        return true;
    }
    // The stem of codes: `E1%`.
    if length >= 2 && matches!(text.get(at + length), Some(b'%' | b'*')) {
        return true;
    }
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(*byte, b'.' | b'-' | b'/' | b'&');
    let whole = text[at..].iter().take(LONGEST + 1).take_while(|byte| is_inner(byte)).count();
    let whole = &text[at..at + whole];
    let end = whole.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
    end > length && codes.find(&whole[..end]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{self, Options};
    use crate::model::SourceFile;

    #[test]
    fn a_code_is_found_wherever_it_is() {
        let text = b"00001 E87     0 x                                                            x\n\
                     00002 E872    1 Acidosis                                                     Acidosis\n\
                     00003 R05     1 Cough                                                        Cough\n";
        let release =
            formats::read(vec![SourceFile::new("a.txt", text.to_vec())], &Options::default()).unwrap();
        let codes = CodeTable::of(&release, &[], &release);
        let filler = "the worker took 12 of a1b2 utf8 E8721 xR05 R05x _R05 R0 ".repeat(3);
        assert!(!has_code(&codes, filler.as_bytes()));
        for code in ["E87.2", "r05", "E872", "R05."] {
            for at in 0..=filler.len() {
                let Some((before, after)) = filler.split_at_checked(at) else { continue };
                let text = format!("{before} {code}, {after}");
                assert!(has_code(&codes, text.as_bytes()), "{text}");
            }
        }
        assert!(has_code(&codes, b"R05") && !has_code(&codes, b""));
        let prefilter = Prefilter::new(release.set, false);
        for text in ["x = \"^E8[78]\"", "code like 'E%'", "http://hl7.org/fhir/sid/icd-10-cm", "E8*", "6.90"]
        {
            assert!(prefilter.of(&codes, Kind::Sql, format!("{filler}{text}").as_bytes()), "{text}");
        }
        assert!(!prefilter.of(&codes, Kind::Sql, filler.as_bytes()));
        assert!(!prefilter.of(&codes, Kind::Prose, b"like the others"));
        let source = Kind::Source(crate::scan::Language::of_extension("r").unwrap());
        for text in ["startsWith(x, \"E8\")", "substr(x, 1, 2) %in% c('E8')"] {
            assert!(prefilter.of(&codes, source, format!("{filler}{text}").as_bytes()), "{text}");
        }
        assert!(!prefilter.of(&codes, source, b"startsWith(x, 'the') || y == 'X8'"));
    }
}
