//! TOML, through the crate of that name. Invalid TOML is read as running text.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::tree::{self, Branches, Key, Value};
use super::{Prose, Quoting, Reader, Sink};

/// Reads a document.
pub(crate) struct Toml;

impl Reader for Toml {
    fn read(&mut self, text: &[u8], at: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let Some(table) = std::str::from_utf8(text).ok().and_then(|text| DeTable::parse(text).ok()) else {
            sink.note("is not valid TOML; it was read as running text");
            return Prose::default().read(text, at, is_last, sink);
        };
        let walker = Walker { text, base: at };
        tree::read(text, sink, &mut |branches| {
            branches.open(None, false, at);
            walker.members(table.get_ref(), branches);
            branches.close(at + text.len() as u64);
            text.len()
        });
        text.len()
    }

    fn takes_pieces(&self) -> bool {
        false
    }
}

struct Walker<'t> {
    text: &'t [u8],
    base: u64,
}

impl<'t> Walker<'t> {
    fn members(&self, table: &DeTable<'t>, branches: &mut dyn Branches<'t>) {
        // The table sorts by key; the members are restored to the order of the file.
        let mut members: Vec<_> = table.iter().collect();
        members.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in members {
            let raw = self.raw(key.span());
            let key = Key { text: raw.text, at: raw.at, quoting: raw.quoting };
            self.value(Some(key), value, branches);
        }
    }

    fn value(&self, key: Option<Key<'t>>, value: &Spanned<DeValue<'t>>, branches: &mut dyn Branches<'t>) {
        let span = value.span();
        let (start, end) = (self.base + span.start as u64, self.base + span.end as u64);
        match value.get_ref() {
            DeValue::Array(items) => {
                branches.open(key, true, start);
                items.iter().for_each(|item| self.value(None, item, branches));
                branches.close(end);
            }
            DeValue::Table(table) => {
                branches.open(key, false, start);
                self.members(table, branches);
                branches.close(end);
            }
            _ => branches.value(key, self.raw(span)),
        }
    }

    fn raw(&self, span: std::ops::Range<usize>) -> Value<'t> {
        let whole = (self.base + span.start as u64, self.base + span.end as u64);
        let raw = self.text.get(span).unwrap_or_default();
        let quoted = |quotes: &[u8], quoting| {
            let inside = raw.strip_prefix(quotes)?.strip_suffix(quotes)?;
            Some(Value { text: inside, at: whole.0 + quotes.len() as u64, quoting, span: whole })
        };
        quoted(b"\"\"\"", Quoting::Backslash(b'"'))
            .or_else(|| quoted(b"'''", Quoting::None))
            .or_else(|| quoted(b"\"", Quoting::Backslash(b'"')))
            .or_else(|| quoted(b"'", Quoting::None))
            .unwrap_or(Value { text: raw, at: whole.0, quoting: Quoting::BareNumber, span: whole })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    #[test]
    fn values_are_below_their_tables() {
        let mut seen = Seen::default();
        let text = "title = 'x'\n[dx]\ncodes = [\"E87.2\", \"R05\"]\n[[rule]]\ncode = \"Z91.5\"\n";
        Toml.read(text.as_bytes(), 0, true, &mut seen);
        assert_eq!(
            seen.described,
            [
                "`dx.codes[]` 27 E87.2 [26..33]",
                "`dx.codes[]` 36 R05 [35..40]",
                "`rule[].code` 59 Z91.5 [42..50]",
                "`title` 9 x [0..66]",
            ]
        );
    }
}
