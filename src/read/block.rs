//! YAML in the form that most people use for lists of codes: dashes, keys and values, one per line. The full YAML parser takes
//! several times as long; text in any other form is left to it.
//!
//! Invariant: for the text it takes, it returns what the full parser returns; a test compares the two.

use memchr::{memchr, memchr2, memmem};

use super::Quoting;
use super::tree::{Branches, DEEPEST, Key, Value};

/// Discards everything.
struct Nothing;

impl Branches<'_> for Nothing {
    fn open(&mut self, _: Option<Key<'_>>, _: bool, _: u64) {}
    fn value(&mut self, _: Option<Key<'_>>, _: Value<'_>) {}
    fn close(&mut self, _: u64) {}
}

/// Upper bound on keys; text with a longer key is left to the parser.
const LONGEST_KEY: usize = 128;

/// Returns whether the whole text is in block style.
pub(super) fn is_block(text: &[u8]) -> bool {
    walk(text, 0, &mut Nothing).is_some()
}

/// Walks through a text; `None` if it is not in block style.
pub(super) fn walk<'t>(text: &'t [u8], base: u64, branches: &mut dyn Branches<'t>) -> Option<()> {
    let mut walker = Walker { text, base, branches, open: Vec::new(), end: 0, has_begun: false };
    let mut start = 0;
    while start < text.len() {
        let end = memchr(b'\n', &text[start..]).map_or(text.len(), |length| start + length);
        walker.line(start, end)?;
        start = end + 1;
    }
    walker.close(0)?;
    walker.has_begun.then_some(())
}

/// An open list or object, and the column of its dashes or keys.
struct Open<'t> {
    column: usize,
    /// An object, with the key that waits for its value.
    object: Option<Option<Key<'t>>>,
}

struct Walker<'t, 'b> {
    text: &'t [u8],
    base: u64,
    branches: &'b mut dyn Branches<'t>,
    open: Vec<Open<'t>>,
    /// The end of the last value.
    end: usize,
    has_begun: bool,
}

impl<'t> Walker<'t, '_> {
    fn line(&mut self, start: usize, end: usize) -> Option<()> {
        let line = &self.text[start..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if memchr2(b'\t', b'\r', line).is_some() {
            return None;
        }
        let column = line.iter().position(|byte| *byte != b' ');
        let Some(column) = column.filter(|column| line[*column] != b'#') else { return Some(()) };
        if column == 0 && (line.starts_with(b"---") || line.starts_with(b"...") || line[0] == b'%') {
            // The mark before the first document has no meaning.
            return (line == b"---" && !self.has_begun).then_some(());
        }
        self.has_begun = true;
        self.item(start, line, column)
    }

    /// Reads the item that begins in a column of a line.
    fn item(&mut self, start: usize, line: &'t [u8], mut column: usize) -> Option<()> {
        self.close(column + 1)?;
        let mut has_dash = false;
        while line[column] == b'-' && line.get(column + 1) == Some(&b' ') {
            let is_next =
                matches!(self.open.last(), Some(Open { column: last, object: None }) if *last == column);
            if !is_next {
                self.begin(start + column, column, true, has_dash)?;
            }
            has_dash = true;
            column += 1 + line[column + 1..].iter().position(|byte| *byte != b' ')?;
        }
        if line[column] == b'-' && column + 1 == line.len() || line[column] == b'#' {
            return None;
        }
        let (first, rest) = scalar(&line[column..], start + column + self.base as usize)?;
        let Some(value) = rest.strip_prefix(b":").filter(|rest| rest.is_empty() || rest[0] == b' ') else {
            // A value of a list, alone on its line.
            return (has_dash && is_end(rest)).then(|| self.value(None, first));
        };
        if first.text.is_empty() || first.text.len() > LONGEST_KEY {
            return None;
        }
        let key = Key { text: first.text, at: first.at, quoting: first.quoting };
        // A list may be in the same column as the key that it belongs to: it ends here.
        if matches!(self.open.as_slice(), [.., Open { object: Some(_), .. }, Open { column: last, object: None }] if *last == column)
        {
            self.pop()?;
        }
        match self.open.last() {
            Some(Open { column: last, object: Some(None) }) if *last == column => {}
            _ => self.begin(start + column, column, false, has_dash)?,
        }
        if is_end(value) {
            *self.open.last_mut()?.object.as_mut()? = Some(key);
            return Some(());
        }
        let value = value.trim_ascii_start();
        let at = start + line.len() - value.len() + self.base as usize;
        let (value, rest) = scalar(value, at)?;
        is_end(rest).then(|| self.value(Some(key), value))
    }

    /// Begins a list or an object as a value: of a key that waits for it, or after a dash in the same line.
    fn begin(&mut self, at: usize, column: usize, is_list: bool, has_dash: bool) -> Option<()> {
        let key = match self.open.last_mut() {
            None => (column == 0).then_some(None)?,
            // A list may be in the same column as its key.
            Some(Open { column: last, object: Some(key) }) => {
                let is_inside = *last < column || *last == column && is_list;
                is_inside.then(|| key.take()).flatten().map(Some)?
            }
            Some(Open { column: last, .. }) => (*last < column && has_dash).then_some(None)?,
        };
        if self.open.len() >= DEEPEST {
            return None;
        }
        self.branches.open(key, is_list, self.base + at as u64);
        self.open.push(Open { column, object: if is_list { None } else { Some(None) } });
        Some(())
    }

    fn value(&mut self, key: Option<Key<'t>>, value: Value<'t>) {
        self.end = (value.span.1 - self.base) as usize;
        self.branches.value(key, value);
    }

    /// Closes every list and object in this column or to the right of it.
    fn close(&mut self, column: usize) -> Option<()> {
        while self.open.last().is_some_and(|open| open.column >= column) {
            self.pop()?;
        }
        Some(())
    }

    /// Closes what was opened last, if no key in it waits for a value.
    fn pop(&mut self) -> Option<()> {
        let is_waiting = matches!(self.open.pop(), Some(Open { object: Some(Some(_)), .. }));
        self.branches.close(self.base + self.end as u64);
        (!is_waiting).then_some(())
    }
}

/// Returns whether only a comment, or nothing, follows.
fn is_end(rest: &[u8]) -> bool {
    let trimmed = rest.trim_ascii_start();
    trimmed.is_empty() || trimmed[0] == b'#' && trimmed.len() < rest.len()
}

/// Reads the key or value at the beginning of a text, which begins at byte `at`, and returns it with the rest of the text;
/// `None` if it is of another kind.
fn scalar(text: &[u8], at: usize) -> Option<(Value<'_>, &[u8])> {
    let (quoting, inside, length) = match *text.first()? {
        quote @ (b'"' | b'\'') => {
            let length = memchr(quote, &text[1..])?;
            let inside = &text[1..=length];
            let is_plain = memchr(b'\\', inside).is_none() && text.get(length + 2) != Some(&quote);
            let quoting = if quote == b'"' { Quoting::Backslash(quote) } else { Quoting::Doubled(quote) };
            (quoting, is_plain.then_some(inside)?, length + 2)
        }
        first
            if first.is_ascii_alphanumeric()
                || matches!(first, b'_' | b'.' | b'/' | b'(' | b'+' | b'$' | 0x80..) =>
        {
            let end = memmem::find(text, b" #").unwrap_or(text.len());
            let colon = text[..end].windows(2).position(|pair| pair == b": ");
            let end = colon.unwrap_or(end);
            let inside = text[..end].trim_ascii_end();
            let inside = if colon.is_none() { inside.strip_suffix(b":").unwrap_or(inside) } else { inside };
            // A blank before a colon is rare, and so are two colons in a row.
            let is_plain = inside.last().is_some_and(|byte| !matches!(byte, b':' | b' '));
            (Quoting::BareYaml, is_plain.then_some(inside)?, inside.len())
        }
        _ => return None,
    };
    let quote = usize::from(quoting != Quoting::BareYaml);
    let value =
        Value { text: inside, at: (at + quote) as u64, quoting, span: (at as u64, (at + length) as u64) };
    Some((value, &text[length..]))
}

#[cfg(test)]
mod tests {
    use super::super::yaml::parsed;
    use super::*;

    /// Everything that the walk reports about a text.
    #[derive(Default, Debug, PartialEq)]
    struct Described(Vec<String>);

    impl Branches<'_> for Described {
        fn open(&mut self, key: Option<Key<'_>>, is_list: bool, at: u64) {
            // The byte where a list begins is not used.
            let at = if is_list { 0 } else { at };
            self.0.push(format!("open {key:?} {is_list} {at}"));
        }
        fn value(&mut self, key: Option<Key<'_>>, value: Value<'_>) {
            self.0.push(format!("value {key:?} {value:?}"));
        }
        fn close(&mut self, end: u64) {
            self.0.push(format!("close {end}"));
        }
    }

    /// Returns whether this module reads a text; if it does, asserts that the parser reads it the same way.
    fn is_same(text: &str) -> bool {
        let mut described = Described::default();
        if walk(text.as_bytes(), 7, &mut described).is_none() {
            return false;
        }
        let mut expected = Described::default();
        assert_eq!(parsed(text, 7, &mut expected), text.len(), "{text}");
        assert_eq!(described, expected, "{text}");
        true
    }

    #[test]
    fn what_is_read_here_is_read_as_the_parser_does() {
        for text in [
            "icd10:\n  - code: E87.2\n    note: of the\n  - code: \"R05\" # why\n    note: 'x'\n",
            "---\r\n# head\r\na:\r\n- b\r\n- c d: e\r\n\r\nf: g\r\n",
            "- - a\n  - b\n- c: 1\n  d:\n    e: f\n  g: h\n",
            "a:\n  b:\n    - c\n  d: e/f #x\nz: (1) [2], {3}\n",
            "M\u{e9}ni\u{e8}re: \u{e9}\nb: 2026-10-01 10:00\n",
        ] {
            assert!(is_same(text), "{text}");
        }
        for text in [
            "",
            "a",
            "a: |\n  b\n",
            "a: b\n  c\n",
            "- a\n b\n",
            "a: [b]\n",
            "a:\nb: c\n",
            "a: &x b\n",
            "\ta: b\n",
            "a: \"b\n c\"\n",
            "a: b: c\n",
            "- a\n---\n- b\n",
        ] {
            assert!(!is_block(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn whatever_lines_are_together_it_is_as_the_parser_reads_them() {
        const PARTS: [&str; 20] = [
            "a: b",
            "- c",
            "- d: e",
            "f:",
            "- g:",
            "- - h",
            "\"i j\": 'k'",
            "l # m",
            "n: # o",
            "p: q # r",
            "- \"s\"",
            "t:u",
            "#v",
            "",
            "---",
            "w: x: y",
            "-",
            "z: - 1",
            "'1':",
            "- 2: 3\r",
        ];
        let mut state = 1_u64;
        let mut draw = |end: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % end
        };
        let (mut same, rounds) = (0, 60_000);
        for _ in 0..rounds {
            let line = |draw: &mut dyn FnMut(usize) -> usize| {
                format!("{}{}", "  ".repeat(draw(4)), PARTS[draw(PARTS.len())])
            };
            let lines: Vec<String> = (0..=draw(6)).map(|_| line(&mut draw)).collect();
            same += usize::from(is_same(&(lines.join("\n") + "\n")));
        }
        assert!(same > rounds / 100, "{same}");
    }
}
