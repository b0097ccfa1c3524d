//! YAML, through `saphyr-parser`. From where the parser fails, for example at a template with its own braces, the text is read
//! as running text.

use memchr::memchr;
use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::block;
use super::json::string;
use super::tree::{self, Branches, Key, Value};
use super::{Prose, Quoting, Reader, Sink};

/// Reads documents.
pub(crate) struct Yaml;

impl Reader for Yaml {
    fn read(&mut self, text: &[u8], at: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let Ok(yaml) = std::str::from_utf8(text) else {
            return Prose::default().read(text, at, is_last, sink);
        };
        let is_block = block::is_block(text);
        let read = tree::read(text, sink, &mut |branches| {
            if !is_block {
                return parsed(yaml, at, branches);
            }
            block::walk(text, at, branches);
            text.len()
        });
        if read < text.len() {
            sink.note("is not valid YAML throughout; the rest was read as running text");
            return read + Prose::default().read(&text[read..], at + read as u64, is_last, sink);
        }
        read
    }

    fn takes_pieces(&self) -> bool {
        false
    }
}

/// Conversion of characters to bytes: the parser counts characters, and only moves forward.
struct Bytes<'t> {
    text: &'t str,
    is_ascii: bool,
    character: usize,
    byte: usize,
}

impl Bytes<'_> {
    fn of(&mut self, character: usize) -> usize {
        if self.is_ascii {
            return character.min(self.text.len());
        }
        if character < self.character {
            (self.character, self.byte) = (0, 0);
        }
        let passed = self.text[self.byte..].chars().take(character - self.character);
        self.byte += passed.map(char::len_utf8).sum::<usize>();
        self.character = character;
        self.byte
    }
}

/// An open list, or an open object that waits for a key or for the value of one.
enum Open<'t> {
    List,
    Object(Option<Key<'t>>),
}

/// Walks through a text with the parser, and returns the number of bytes that are YAML.
pub(super) fn parsed<'t>(text: &'t str, base: u64, branches: &mut dyn Branches<'t>) -> usize {
    let mut bytes = Bytes { text, is_ascii: text.is_ascii(), character: 0, byte: 0 };
    let mut open: Vec<Open<'t>> = Vec::new();
    // The end of the last value, which has a key in an object and none in a list.
    let mut end = 0;
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else {
            // A key whose value cannot be read is read again.
            let key =
                take_key(&mut open).map(|key| key.at - base - u64::from(key.quoting != Quoting::BareYaml));
            return key.map_or(end, |at| at as usize);
        };
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                let is_list = matches!(event, Event::SequenceStart(..));
                let key = take_key(&mut open);
                branches.open(key, is_list, base + bytes.of(span.start.index()) as u64);
                open.push(if is_list { Open::List } else { Open::Object(None) });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                // A block that ends by its indentation ends with its last value, not with the line after it.
                let close = bytes.of(span.end.index());
                let is_marked = close > 0 && matches!(text.as_bytes()[close - 1], b']' | b'}');
                branches.close(base + if is_marked { close } else { end } as u64);
                end = if is_marked { close } else { end };
            }
            Event::Scalar(_, style, ..) => {
                let value = scalar(text, base, &mut bytes, style, span);
                end = (value.span.1 - base) as usize;
                match open.last_mut() {
                    Some(Open::Object(key @ None)) => {
                        *key = Some(Key { text: value.text, at: value.at, quoting: value.quoting });
                    }
                    _ => branches.value(take_key(&mut open), value),
                }
            }
            Event::Alias(_) => drop(take_key(&mut open)),
            _ => {}
        }
    }
    text.len()
}

/// Takes the key that the next value belongs to, if it is in an object.
fn take_key<'t>(open: &mut [Open<'t>]) -> Option<Key<'t>> {
    match open.last_mut() {
        Some(Open::Object(key)) => key.take(),
        _ => None,
    }
}

fn scalar<'t>(text: &'t str, base: u64, bytes: &mut Bytes<'t>, style: ScalarStyle, span: Span) -> Value<'t> {
    let (start, end) = (bytes.of(span.start.index()), bytes.of(span.end.index()));
    let quoting = match style {
        ScalarStyle::SingleQuoted => Quoting::Doubled(b'\''),
        ScalarStyle::DoubleQuoted => Quoting::Backslash(b'"'),
        _ => Quoting::BareYaml,
    };
    // The parser's end of a quoted text comes after what follows it.
    let raw = match quoting {
        Quoting::BareYaml => text[start..end.max(start)].trim_end(),
        _ => &text[start..start + quoted(&text.as_bytes()[start..], quoting)],
    };
    let end = start + raw.len();
    let quote = usize::from(quoting != Quoting::BareYaml && raw.len() >= 2);
    Value {
        text: &raw.as_bytes()[quote..raw.len() - quote],
        at: base + (start + quote) as u64,
        quoting,
        span: (base + start as u64, base + end as u64),
    }
}

/// Returns the length of a text with its quotes.
fn quoted(text: &[u8], quoting: Quoting) -> usize {
    let inside = text.get(1..).unwrap_or_default();
    if quoting == Quoting::Backslash(b'"') {
        return string(inside).map_or(text.len(), |length| length + 2);
    }
    let mut at = 0;
    while let Some(length) = memchr(b'\'', &inside[at..]) {
        at += length + 1;
        if inside.get(at) != Some(&b'\'') {
            return at + 1;
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut seen = Seen::knowing(&["E87.2"]);
        Yaml.read(text.as_bytes(), 0, true, &mut seen);
        seen.described
    }

    #[test]
    fn a_list_of_objects_gives_a_row_for_each() {
        let described = read("- system: http://x\n  code: \"E87.2\" # why\n- {system: 'y', code: R05}\n");
        assert_eq!(
            described,
            [
                "`[].system` 10 http://x | `[].code` 28 E87.2 [2..34] of http://x",
                "`[].system` 53 y | `[].code` 63 R05 [43..67] of y",
            ]
        );
    }

    #[test]
    fn keys_and_places_after_letters_of_several_bytes_are_right() {
        let text = "Ménière: [E87.2, R05]\n";
        let described = read(text);
        assert_eq!(described, ["`Ménière[]` 12 E87.2 [12..17]", "`Ménière[]` 19 R05 [19..22]"]);
        assert_eq!(&text.as_bytes()[12..17], b"E87.2");
    }

    #[test]
    fn a_template_is_read_as_running_text() {
        let described = read("a: {{ codes }}: E87.2\n  - {%\n");
        assert!(described.iter().any(|described| described.contains("E87.2")), "{described:?}");
    }
}
