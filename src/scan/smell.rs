//! Whether any code stands in a text: most of what lies in folders has none, and need not be taken apart.

use super::known::Codes;

/// So many bytes are looked at together, which lets the compiler use wide registers.
const WIDTH: usize = 64;

/// Whether a code of the releases stands in a text as a word of its own, in whatever letters.
pub(super) fn smells(codes: &Codes<'_>, text: &[u8]) -> bool {
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

/// Whether a code begins in the block at a place. The codes of most sets have a digit among their first three characters,
/// which words of a text seldom have.
fn block(codes: &Codes<'_>, text: &[u8], at: usize) -> bool {
    let (before, first) = (&text[at - 1..at - 1 + WIDTH], &text[at..at + WIDTH]);
    let (second, third) = (&text[at + 1..at + 1 + WIDTH], &text[at + 2..at + 2 + WIDTH]);
    let any_word = !codes.has_early_digit;
    let mut begins = [0_u8; WIDTH];
    let mut any = 0;
    for index in 0..WIDTH {
        let is_begin = !is_word(before[index])
            & is_word(first[index])
            & (any_word | is_digit(first[index]) | is_digit(second[index]) | is_digit(third[index]));
        begins[index] = u8::from(is_begin);
        any |= begins[index];
    }
    any != 0 && (0..WIDTH).any(|index| begins[index] != 0 && is_code_at(codes, text, at + index))
}

fn is_digit(byte: u8) -> bool {
    byte.wrapping_sub(b'0') < 10
}

fn is_word(byte: u8) -> bool {
    is_digit(byte) | ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte >= 0x80) | (byte == b'_')
}

/// Whether the word that begins at a place is a code, with its dots and marks if it has any.
fn is_code_at(codes: &Codes<'_>, text: &[u8], at: usize) -> bool {
    let length = text[at..]
        .iter()
        .take(super::known::LONGEST + 1)
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    if codes.find(&text[at..at + length]).is_some() {
        return true;
    }
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(*byte, b'.' | b'-' | b'/' | b'&');
    let whole = text[at..].iter().take(super::known::LONGEST + 1).take_while(|byte| is_inner(byte)).count();
    let trimmed = text[at..at + whole].trim_ascii_end();
    let end = trimmed.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
    end > length && codes.find(&trimmed[..end]).is_some()
}

/// Words of SQL before beginnings and patterns, which are no codes themselves.
const PATTERNS: [&[u8]; 8] =
    [b"LIKE", b"like", b"SUBSTR", b"substr", b"LEFT(", b"left(", b"BETWEEN", b"between"];

/// Whether patterns of codes may stand in a text.
pub(super) fn may_hold_patterns(text: &[u8]) -> bool {
    PATTERNS.iter().any(|word| memchr::memmem::find(text, word).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crosswalk::crosswalk;
    use crate::diff::diff;
    use crate::formats::{self, Options};
    use crate::model::SourceFile;

    #[test]
    fn a_code_is_found_wherever_it_stands() {
        let text = b"00001 E87     0 x                                                            x\n\
                     00002 E872    1 Acidosis                                                     Acidosis\n\
                     00003 R05     1 Cough                                                        Cough\n";
        let release =
            formats::read(vec![SourceFile::new("a.txt", text.to_vec())], &Options::default()).unwrap();
        let (diff, between) = (diff(&release, &release), []);
        let codes = Codes::new(&diff, &crosswalk(&diff), &between);
        let filler = "the worker took 12 of a1b2 utf8 E8721 xR05 R05x _R05 R0 ".repeat(3);
        assert!(!smells(&codes, filler.as_bytes()));
        for code in ["E87.2", "r05", "E872", "R05."] {
            for at in 0..=filler.len() {
                let Some((before, behind)) = filler.split_at_checked(at) else { continue };
                let text = format!("{before} {code}, {behind}");
                assert!(smells(&codes, text.as_bytes()), "{text}");
            }
        }
        assert!(smells(&codes, b"R05") && !smells(&codes, b""));
    }
}
