//! JSON, and JSON Lines. Invalid JSON is skipped: this reader looks for codes and does not validate.

use memchr::{memchr, memchr2};

use super::tree::{self, Branches, Key, Value};
use super::{Quoting, Reader, Sink, lines};

/// Reads a document.
pub(crate) struct Json;

/// Reads documents, one per line. What a line leaves open ends with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JsonLines;

impl Reader for Json {
    fn read(&mut self, text: &[u8], at: u64, _: bool, sink: &mut dyn Sink) -> usize {
        tree::read(text, sink, &mut |branches| walk(text, at, branches));
        text.len()
    }

    fn takes_pieces(&self) -> bool {
        false
    }
}

impl Reader for JsonLines {
    fn read(&mut self, text: &[u8], at: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let end = lines(text, is_last);
        tree::read(&text[..end], sink, &mut |branches| {
            let mut start = 0;
            for line in text[..end].split_inclusive(|byte| *byte == b'\n') {
                walk(line, at + start as u64, branches);
                start += line.len();
            }
            start
        });
        end
    }
}

/// A quote in JSON.
const QUOTED: Quoting = Quoting::Backslash(b'"');

/// Walks through a text, document after document. It accepts any input.
pub(super) fn walk<'t>(text: &'t [u8], base: u64, branches: &mut dyn Branches<'t>) -> usize {
    let mut open: Vec<bool> = Vec::new();
    let mut key: Option<Key<'t>> = None;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let start = base + at as u64;
        match byte {
            b'{' | b'[' => {
                let is_list = byte == b'[';
                branches.open(key.take(), is_list, start);
                open.push(is_list);
                at += 1;
            }
            b'}' | b']' => {
                at += 1;
                if open.pop().is_some() {
                    branches.close(base + at as u64);
                }
                key = None;
            }
            b'"' => {
                let Some(length) = string(&text[at + 1..]) else { break };
                let content = &text[at + 1..at + 1 + length];
                at += length + 2;
                let is_key = key.is_none() && open.last() == Some(&false);
                if is_key {
                    key = Some(Key { text: content, at: start + 1, quoting: QUOTED });
                } else {
                    let span = (start, base + at as u64);
                    branches.value(key.take(), Value { text: content, at: start + 1, quoting: QUOTED, span });
                }
            }
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            _ => {
                let ends = |byte: &u8| {
                    matches!(
                        byte,
                        b',' | b':' | b']' | b'}' | b'[' | b'{' | b'"' | b' ' | b'\t' | b'\r' | b'\n'
                    )
                };
                let length = text[at..].iter().position(ends);
                let end = at + length.unwrap_or(text.len() - at).max(1);
                let span = (start, base + end as u64);
                let value = Value { text: &text[at..end], at: start, quoting: Quoting::BareNumber, span };
                branches.value(key.take(), value);
                at = end;
            }
        }
    }
    open.iter().for_each(|_| branches.close(base + text.len() as u64));
    text.len()
}

/// Returns the length of a string, from after its opening quote through the one that closes it.
pub(super) fn string(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr2(b'"', b'\\', &text[at..])?;
        if text[at] == b'"' {
            return Some(at);
        }
        at += 2;
        if at > text.len() {
            return None;
        }
    }
}

/// Returns whether a text is JSON Lines: its first line is a whole object, and there is another.
pub(crate) fn is_lines(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let Some(end) = memchr(b'\n', head) else { return false };
    let is_object = |line: &[u8]| line.starts_with(b"{") && line.ends_with(b"}");
    is_object(head[..end].trim_ascii()) && head[end..].trim_ascii_start().starts_with(b"{")
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut seen = Seen::knowing(&["E87.2", "R05"]);
        Json.read(text.as_bytes(), 0, true, &mut seen);
        seen.described
    }

    #[test]
    fn an_object_is_a_row_and_a_value_of_a_list_is_one() {
        assert_eq!(
            read(r#"{"name": "x", "codes": ["E87.2", "R05"]}"#),
            ["`codes[]` 25 E87.2 [24..31]", "`codes[]` 34 R05 [33..38]", "`name` 10 x [0..40]"]
        );
    }

    #[test]
    fn a_system_that_is_declared_after_its_codes_holds_for_them() {
        let described = read(
            r#"{"include": [{"concept": [{"code": "R05"}], "system": "urn:x"}, {"concept": [{"code": "A"}]}]}"#,
        );
        assert_eq!(described[0], "`include[].concept[].code` 36 R05 [26..41] of urn:x");
        assert_eq!(described[2], "`include[].concept[].code` 87 A [77..90]");
    }

    #[test]
    fn the_two_sides_of_a_concept_map_have_their_own_systems() {
        let described = read(
            r#"{"group": [{"source": "urn:a", "target": "urn:b", "element": [{"code": "R05", "target": [{"code": "X"}]}]}]}"#,
        );
        assert!(described[0].ends_with("of urn:b") && described[0].contains(" X "), "{described:?}");
        assert!(described[1].ends_with("of urn:a") && described[1].contains(" R05 "), "{described:?}");
    }

    #[test]
    fn keys_that_are_codes_are_cells() {
        assert_eq!(
            read(r#"{"labels": {"E87.2": "Acidosis", "R05": "Cough"}}"#),
            [
                "keys of `labels` 13 E87.2 | `labels.*` 22 Acidosis [13..31]",
                "keys of `labels` 34 R05 | `labels.*` 41 Cough [34..47]",
            ]
        );
    }

    #[test]
    fn a_text_that_breaks_off_or_nests_without_end_does_no_harm() {
        for text in ["{\"a\": \"b", "[[[", "}}]", "{\"a\"", "\"\\", "{\"a\":}", "[1,,2]"] {
            read(text);
        }
        read(&"[".repeat(100_000));
        read(&"{\"a\":".repeat(100_000));
    }
}
