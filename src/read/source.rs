//! Programs: their string literals, grouped by the lists of the program: each vector, each key of a dictionary, each array of
//! objects. The comparison decides whether a literal is a code, the beginning of codes, or an expression. Comments are skipped.

mod bare;
mod language;
mod look;
mod open;
mod piece;
mod scope;

use super::{Cell, ListKind, Reader, Sink, lines};
use crate::fields::systems;
use bare::Bare;
pub use language::Language;
use look::{FAR, Object};
use open::Operand;
use piece::{Piece, field_below};
use scope::Scope;

/// The longest literal that may be a code, or a list or pattern of codes.
const LONGEST: usize = 512;

/// Reads a program.
pub(crate) struct Source {
    language: Language,
    scope: Scope,
    /// True if a blank was read last: a bracket after a blank does not begin an index.
    is_blank_last: bool,
}

impl Source {
    pub(crate) fn new(language: Language) -> Self {
        Self { language, scope: Scope::default(), is_blank_last: false }
    }

    /// Clears everything that is open: the next text is a program of its own.
    pub(super) fn restart(&mut self) {
        self.scope.restart();
    }

    /// Returns the length of a comment at the beginning of a text: the outer `None` if the text does not begin with one, the
    /// inner one if it continues after the text.
    fn comment(&self, text: &[u8], is_last: bool) -> Option<Option<usize>> {
        let found = |end: Option<usize>| match end {
            Some(end) => Some(Some(end)),
            None if is_last => Some(Some(text.len())),
            None => Some(None),
        };
        if self.language.line_comments.iter().any(|mark| text.starts_with(mark.as_bytes())) {
            return found(memchr::memchr(b'\n', text));
        }
        if self.language.has_block_comments && text.starts_with(b"/*") {
            return found(memchr::memmem::find(text, b"*/").map(|end| end + 2));
        }
        None
    }

    /// Reads the literal at a position, and returns where to continue.
    fn literal(&mut self, piece: Piece<'_>, at: usize, sink: &mut dyn Sink) -> Option<usize> {
        let text = piece.text;
        let (content, length) = look::literal(&text[at..])?;
        let (inside, end) = ((at + content.0, at + content.1), at + length);
        let is_statement = self.language.has_bare_lists && !self.scope.statement.path.is_empty();
        if self.language.has_bare_lists
            && let Some(end) = self.range(piece, at, inside, end, sink)
        {
            return Some(end);
        }
        let is_brace = !is_statement && self.scope.is_in_braces();
        let mark = if is_statement || self.scope.may_be_key() {
            look::key_mark(&text[end..], is_brace)
        } else {
            None
        };
        if let Some(mark) = mark {
            return Some(self.key(piece, at, inside, end + mark, is_statement, sink));
        }
        if !text[inside.0..inside.1].is_empty() && inside.1 - inside.0 <= LONGEST {
            let field = self.scope.field(sink);
            let inside = if self.scope.is_expression() { look::slashes(text, inside) } else { inside };
            piece.give(&[piece.cell(field, inside, Some(text[at]))], (at, end), sink);
        }
        self.scope.literal();
        Some(end)
    }

    /// Reads the range `'G35'-'G379'`, whose first literal begins at `at`, and the label that a format gives it.
    fn range(
        &mut self,
        piece: Piece<'_>,
        at: usize,
        inside: (usize, usize),
        end: usize,
        sink: &mut dyn Sink,
    ) -> Option<usize> {
        let text = piece.text;
        let dash = end + look::blanks(&text[end..]);
        let second = text.get(dash).filter(|byte| **byte == b'-').map(|_| dash + 1)?;
        let second = second + look::blanks(&text[second..]);
        text.get(second).filter(|byte| self.language.quotes.contains(byte))?;
        let (content, length) = look::literal(&text[second..])?;
        let whole = (inside.0, second + content.1);
        let end = second + length;
        if whole.1 - whole.0 > LONGEST {
            return None;
        }
        let (around, _) = self.scope.around();
        let mut cells = vec![piece.cell(open::ranges(&around, sink), whole, None)];
        let label = self.label(piece, end, &around.path, sink);
        cells.extend(label.map(|(cell, _)| cell));
        piece.give(&cells, (at, label.map_or(end, |(_, end)| end)), sink);
        self.scope.literal();
        Some(label.map_or(end, |(_, end)| end))
    }

    /// Reads the label that a format gives to the values before a position: `= 'Demyelinating'`. Returns it with its end.
    fn label<'t>(
        &self,
        piece: Piece<'t>,
        at: usize,
        name: &str,
        sink: &mut dyn Sink,
    ) -> Option<(Cell<'t>, usize)> {
        let value = at + look::key_mark(&piece.text[at..], false)?;
        let value = value + look::blanks(&piece.text[value..]);
        let quote = *piece.text.get(value).filter(|byte| self.language.quotes.contains(byte))?;
        let (content, length) = look::literal(&piece.text[value..])?;
        let field = field_below(ListKind::Labels, name, "", "label", sink);
        let inside = (value + content.0, value + content.1);
        Some((piece.cell(field, inside, Some(quote)), value + length))
    }

    /// Reads a literal that is the key of the value that begins at `value`.
    fn key(
        &mut self,
        piece: Piece<'_>,
        at: usize,
        inside: (usize, usize),
        value: usize,
        is_statement: bool,
        sink: &mut dyn Sink,
    ) -> usize {
        let text = piece.text;
        let quote = Some(text[at]);
        if is_statement {
            let field = self.scope.field(sink);
            let name = self.scope.statement.path.clone();
            let label = self.label(piece, inside.1 + 1, &name, sink);
            let key = piece.cell(field, inside, quote);
            let cells: Vec<Cell<'_>> = [key].into_iter().chain(label.map(|(cell, _)| cell)).collect();
            let end = label.map_or(value, |(_, end)| end);
            piece.give(&cells, (at, end), sink);
            self.scope.literal();
            return end;
        }
        let key = &text[inside.0..inside.1];
        if !sink.knows(key) {
            self.scope.key(&String::from_utf8_lossy(&key[..key.len().min(64)]));
            return value;
        }
        let (around, suffix) = self.scope.around();
        let keys = field_below(ListKind::Keys, &around.path, &suffix, &around.words, sink);
        let cell = piece.cell(keys, inside, quote);
        let start = value + look::blanks(&text[value..]);
        let found = text.get(start).filter(|byte| self.language.quotes.contains(byte));
        let Some((content, length)) = found.and_then(|_| look::literal(&text[start..])) else {
            piece.give(&[cell], (at, inside.1 + 1), sink);
            self.scope.key("*");
            return value;
        };
        let values = field_below(ListKind::Values, &around.path, &suffix, &around.words, sink);
        let other = piece.cell(values, (start + content.0, start + content.1), Some(text[start]));
        piece.give(&[cell, other], (at, start + length), sink);
        self.scope.literal();
        start + length
    }

    /// Reads an object whose members are plain values, and returns its end; the inner `None` if `at` is not the beginning of
    /// such an object, the outer one if that is not known yet.
    #[expect(clippy::option_option, reason = "not there, and not known yet, are different answers")]
    fn object(&mut self, piece: Piece<'_>, at: usize, sink: &mut dyn Sink) -> Option<Option<usize>> {
        let is_call = piece.text[at] == b'(';
        let (members, length) = match look::object(&piece.text[at..], self.language.quotes) {
            Object::Flat(members, length) => (members, length),
            Object::Other => return Some(None),
            Object::Unknown => return None,
        };
        let is_system = |key: &[u8]| systems::Label::of(&String::from_utf8_lossy(key)).is_some();
        let is_code = members.iter().any(|member| sink.knows(member.key));
        let has_literal = members.iter().any(|member| member.quote.is_some());
        if is_code || !has_literal || is_call && !members.iter().any(|member| is_system(member.key)) {
            return Some(None);
        }
        let (around, suffix) = self.scope.around();
        let function = if is_call { self.scope.operand().words.clone() } else { String::new() };
        let mut cells = Vec::new();
        for member in &members {
            let is_kept = member.quote.is_some() || is_system(member.key);
            if !is_kept || member.value.is_empty() || member.value.len() > LONGEST {
                continue;
            }
            let key = String::from_utf8_lossy(member.key);
            let names = [around.path.as_str(), function.as_str(), &key];
            let name = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(".");
            let field = field_below(ListKind::Literals, &name, &suffix, &key, sink);
            let start = at + member.at;
            cells.push(piece.cell(field, (start, start + member.value.len()), member.quote));
        }
        piece.give(&cells, (at, at + length), sink);
        self.scope.literal();
        self.scope.previous = b'}';
        Some(Some(at + length))
    }

    /// Reads a word, and returns where to continue.
    fn word(&mut self, piece: Piece<'_>, at: usize, length: usize, sink: &mut dyn Sink) -> usize {
        let word = String::from_utf8_lossy(&piece.text[at..at + length.min(64)]).into_owned();
        let end = at + length;
        if self.language.has_bare_lists
            && let Some(found) = bare::list(piece.text, at, &word, self.scope.previous)
        {
            self.scope.word(&word);
            match found {
                Bare::Format(name) => self.scope.statement = Operand::of(&name),
                Bare::Macro(name) => {
                    self.scope.statement = Operand::of(&name);
                }
                Bare::Quoted(name, start) => {
                    self.scope.set_operand(Operand::of(&name));
                    self.scope.operator(b"=");
                    return start;
                }
                Bare::Words { name, words, end } => {
                    self.bare(piece, &name, &words, sink);
                    return end;
                }
            }
            return end;
        }
        self.scope.word(&word);
        end
    }

    /// Reads the words of a list without quotes, if one of them is a code.
    fn bare(&mut self, piece: Piece<'_>, name: &str, words: &[(usize, usize)], sink: &mut dyn Sink) {
        let ends = |&(start, end): &(usize, usize)| {
            let mut ends = piece.text[start..end].split(|byte| matches!(byte, b'/' | b'-' | b'*'));
            (ends.next().unwrap_or_default(), ends.next().unwrap_or_default())
        };
        let is_known = |word: &(usize, usize)| sink.knows(ends(word).0) || sink.knows(ends(word).1);
        if !words.iter().any(is_known) {
            return;
        }
        let operand = Operand::of(name);
        for &(start, end) in words {
            let is_range = !ends(&(start, end)).1.is_empty();
            let field = if is_range {
                open::ranges(&operand, sink)
            } else {
                field_below(ListKind::Literals, name, "", name, sink)
            };
            piece.give(&[piece.cell(field, (start, end), None)], (start, end), sink);
        }
    }

    /// Reads an opening bracket, and returns where to continue; `None` if that is not known yet.
    fn open(&mut self, piece: Piece<'_>, at: usize, was_blank: bool, sink: &mut dyn Sink) -> Option<usize> {
        let (text, quotes) = (piece.text, self.language.quotes);
        let byte = text[at];
        let rest = &text[at..];
        let before = self.scope.previous;
        let is_next_to =
            !was_blank && (before.is_ascii_alphanumeric() || matches!(before, b'_' | b']' | b')' | b'}'));
        let is_index = is_next_to && self.scope.has_operand();
        if byte == b'[' && is_index {
            if let Some((key, length)) = look::index(rest, quotes) {
                let key_text = &rest[key.0..key.1];
                if sink.knows(key_text) {
                    let operand = self.scope.operand();
                    let field = field_below(ListKind::Keys, &operand.path, "", &operand.words, sink);
                    let cell = piece.cell(field, (at + key.0, at + key.1), Some(text[at + key.0 - 1]));
                    piece.give(&[cell], (at + key.0 - 1, at + key.1 + 1), sink);
                } else {
                    let key = String::from_utf8_lossy(&key_text[..key_text.len().min(64)]).into_owned();
                    self.scope.set_operand(self.scope.operand().below(&key));
                }
                self.scope.previous = b']';
                return Some(at + length);
            }
            if let Some((length, end)) = look::slice(rest) {
                let operand = self.scope.operand().clone().cut(length);
                self.scope.set_operand(operand);
                self.scope.previous = b']';
                return Some(at + end);
            }
        }
        let is_index = is_index && (byte == b'[' || byte == b'{' && self.language.has_bare_lists);
        let is_object = byte == b'{' && !is_index && self.scope.is_data_next()
            || byte == b'(' && self.scope.has_operand();
        if is_object && let Some(end) = self.object(piece, at, sink)? {
            return Some(end);
        }
        let compared = if byte == b'(' && self.scope.is_expression_next() {
            look::argument(rest, quotes)
        } else if byte == b'[' && !is_index || byte == b'(' {
            look::looked_for(rest, quotes)
        } else {
            None
        };
        self.scope.open(byte, is_index, compared);
        self.scope.previous = byte;
        Some(at + 1)
    }

    /// Reads a mark, and returns where to continue.
    fn mark(&mut self, piece: Piece<'_>, at: usize, sink: &mut dyn Sink) -> usize {
        let (text, byte) = (piece.text, piece.text[at]);
        let next = text.get(at + 1).copied().unwrap_or_default();
        let end = match byte {
            b')' | b']' | b'}' => {
                self.scope.close();
                at + 1
            }
            b',' | b';' | b'\n' => {
                self.scope.separate(byte);
                at + 1
            }
            b'~' if self.scope.is_table() => {
                let length = look::word(&text[at + 1..]);
                self.scope.column(&String::from_utf8_lossy(&text[at + 1..at + 1 + length.min(64)]));
                at + 1 + length
            }
            b'-' if next == b'>' => {
                self.scope.member();
                at + 2
            }
            b':' if next == b':' => {
                self.scope.member();
                at + 2
            }
            b'|' if next == b'>' => at + 2,
            b'%' => match look::infix(&text[at..]) {
                Some(length) => {
                    let word = String::from_utf8_lossy(&text[at..at + length]).to_ascii_lowercase();
                    self.scope.infix(&word);
                    at + length
                }
                None => at + 1,
            },
            b'.' | b'$' | b'@' => {
                self.scope.member();
                at + 1
            }
            b'/' if next == b'^' && !self.language.has_bare_lists => self.expression(piece, at, sink),
            b'=' | b'<' | b'>' | b'!' | b':' | b'~' | b'^' => {
                let length = text[at..]
                    .iter()
                    .take(4)
                    .take_while(|byte| matches!(byte, b'=' | b'<' | b'>' | b'!' | b':' | b'~' | b'^'))
                    .count();
                let (mut marks, mut end) = (&text[at..at + length], at + length);
                if marks.ends_with(b"<") && text.get(end) == Some(&b'-') {
                    (marks, end) = (b"<-", end + 1);
                }
                let value = end + look::blanks(&text[end..]);
                let is_quoted = text.get(value).is_some_and(|byte| self.language.quotes.contains(byte));
                // `<` is a comparison only before a literal: otherwise it may be the bracket of a type.
                let is_order = matches!(marks, b"<" | b">" | b"<=" | b">=" | b"<<" | b">>");
                if !is_order || is_quoted && marks.len() < 3 && !matches!(marks, b"<<" | b">>") {
                    self.scope.operator(marks);
                }
                end
            }
            _ => at + 1,
        };
        if !byte.is_ascii_whitespace() {
            self.scope.previous = text[end - 1];
        }
        end
    }

    /// Reads an expression between slashes, `/^G35/`, and returns where to continue.
    fn expression(&mut self, piece: Piece<'_>, at: usize, sink: &mut dyn Sink) -> usize {
        let text = piece.text;
        let is_division = self.scope.previous.is_ascii_alphanumeric() || self.scope.previous == b')';
        let rest = &text[at + 1..text.len().min(at + LONGEST)];
        let close =
            rest.iter().position(|byte| matches!(byte, b'/' | b'\n')).filter(|end| rest[*end] == b'/');
        let (Some(length), false) = (close, is_division) else { return at + 1 };
        let end = at + 1 + length;
        let flags = look::word(&text[end + 1..]);
        let call = text[end + 1 + flags..].strip_prefix(b".test").filter(|call| call.starts_with(b"("));
        let operand = call.and_then(|call| look::argument(call, self.language.quotes));
        let operand = operand.unwrap_or_else(|| self.scope.around().0);
        let field = open::expressions(&operand, sink);
        piece.give(&[piece.cell(field, (at + 1, end), None)], (at, end + 1), sink);
        self.scope.literal();
        end + 1 + flags
    }
}

impl Reader for Source {
    fn read(&mut self, text: &[u8], base: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let piece = Piece { text, base };
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            // The following text decides how some of it is read.
            if !is_last && text.len() - at < FAR && !byte.is_ascii_whitespace() {
                return at;
            }
            let was_blank = std::mem::replace(&mut self.is_blank_last, byte.is_ascii_whitespace());
            if byte == b' ' || byte == b'\t' || byte == b'\r' {
                at += 1;
            } else if let Some(comment) = self.comment(&text[at..], is_last) {
                let Some(length) = comment else { return at };
                at += length;
            } else if self.language.quotes.contains(&byte) {
                match self.literal(piece, at, sink) {
                    Some(end) => {
                        at = end;
                        self.scope.previous = byte;
                    }
                    None if !is_last && text.len() - at <= FAR => return at,
                    None => at += 1,
                }
            } else if byte.is_ascii_alphabetic() || byte == b'_' {
                let length = look::word(&text[at..]);
                if let Some((start, end)) = bare::quoted_words(text, at, length) {
                    let (around, _) = self.scope.around();
                    self.bare(piece, &around.path, &bare::words(text, start, end), sink);
                    at = end + 1;
                } else {
                    let end = self.word(piece, at, length, sink);
                    self.scope.previous = text[end - 1];
                    at = end;
                }
            } else if byte.is_ascii_digit() {
                let length = look::word(&text[at..]);
                self.scope.number(&String::from_utf8_lossy(&text[at..at + length.min(16)]));
                self.scope.previous = byte;
                at += length;
            } else if matches!(byte, b'(' | b'[' | b'{') {
                let Some(end) = self.open(piece, at, was_blank, sink) else {
                    self.is_blank_last = was_blank;
                    return at;
                };
                at = end;
            } else {
                at = self.mark(piece, at, sink);
            }
        }
        at
    }

    fn pass(&mut self, text: &[u8], is_last: bool) -> usize {
        // Lines that begin with a name at their first character are outside of all brackets.
        let begins =
            |end: &usize| text.get(end + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        match memchr::memrchr_iter(b'\n', text).find(begins) {
            Some(end) if !is_last => {
                self.scope.restart();
                end + 1
            }
            _ => lines(text, is_last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    fn read(extension: &str, text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        let language = Language::of_extension(extension).unwrap();
        Source::new(language).read(text.as_bytes(), 0, true, &mut seen);
        seen.described
    }

    #[test]
    fn literals_belong_to_the_name_before_them() {
        assert_eq!(
            read("py", "ICD = [\"E87.2\", 'R05'] # \"X\"\nif code == 'Z91.5': f(dx='B20')\n"),
            [
                "literals of `ICD` 8 E87.2 [7..14]",
                "literals of `ICD` 17 R05 [16..21]",
                "literals of `code` 41 Z91.5 [40..47]",
                "literals of `dx` 55 B20 [54..59]",
            ]
        );
    }

    /// Returns the rows, without their bytes.
    fn fields(extension: &str, text: &str) -> Vec<String> {
        read(extension, text).iter().map(|rows| rows.rsplit_once(" [").unwrap().0.to_owned()).collect()
    }

    #[test]
    fn each_vector_is_a_list_under_its_keys() {
        let rows = fields(
            "r",
            "m[[\"x\"]][[\"ms\"]] <- c(\"A\")\ny$al <- c('B')\nz <- list(ms = c('C'), 'dm' = c('D'))\ny$al <- c('E')",
        );
        assert_eq!(
            rows,
            [
                "literals of `m.x.ms` 23 A",
                "literals of `y.al` 38 B",
                "literals of `z.ms` 60 C",
                "literals of `z.dm` 75 D",
                "literals of `y.al`, list 2 91 E",
            ]
        );
    }

    #[test]
    fn keys_of_dictionaries_name_lists() {
        assert_eq!(
            fields("py", "X: dict[str, list] = {'icd9': ['A'], 'icd10': {'ms': ('B', 'C')}}"),
            ["literals of `X.icd9` 32 A", "literals of `X.icd10.ms` 55 B", "literals of `X.icd10.ms` 60 C"]
        );
    }

    #[test]
    fn objects_are_rows_with_their_system() {
        let rows = read(
            "js",
            "const c = { DM: [\n { code: 'N18.3', system: 'ICD10CM', n: 1 },\n {code: \"I10\", system: S}] };",
        );
        assert_eq!(
            rows,
            [
                "literals of `c.DM.code` 28 N18.3 | literals of `c.DM.system` 45 ICD10CM [19..61]",
                "literals of `c.DM.code` 72 I10 | literals of `c.DM.system` 86 S [64..88]",
            ]
        );
    }

    #[test]
    fn beginnings_are_no_codes() {
        for (extension, text, expected) in [
            ("r", "substr(d$icd10, 1, 4) %in% c('A')", "prefixes of `d.icd10` (Beginning(4))"),
            ("r", "f <- startsWith(d$icd10, 'A')", "prefixes of `d.icd10` (Beginning(0))"),
            ("r", "x <- substr(toupper(dx), 1, 3) == 'A'", "prefixes of `dx` (Beginning(3))"),
            ("py", "d['ms'] = d['icd10'].str[:4].isin(['A'])", "prefixes of `d.icd10` (Beginning(4))"),
            ("py", "d.dx.str.startswith(('A', 'A'))", "prefixes of `d.dx` (Beginning(0))"),
            ("js", "const a = ['A'].includes(dx.slice(0, 3))", "prefixes of `dx` (Beginning(3))"),
            ("js", "if (row.dx.startsWith('A')) {}", "prefixes of `row.dx` (Beginning(0))"),
            ("sas", "if dx{i} in: ('A' 'A') then x=1;", "prefixes of `dx` (Beginning(0))"),
            ("sas", "if dx =: 'A' then x=1;", "prefixes of `dx` (Beginning(0))"),
            ("do", "gen a = inlist(substr(dx,1,3), \"A\", \"A\")", "prefixes of `dx` (Beginning(3))"),
        ] {
            let rows = fields(extension, text);
            assert!(!rows.is_empty(), "{text}");
            for rows in rows {
                assert!(rows.starts_with(expected) && rows.ends_with(" A"), "{text}: {rows}");
            }
        }
    }

    #[test]
    fn expressions_belong_to_what_they_are_compared_with() {
        for (extension, text) in [
            ("r", "y <- grepl(\"^A\", d$icd10)"),
            ("r", "d[icd10 %like% '^A']"),
            ("r", "str_detect(d$icd10, '^A')"),
            ("py", "re.match(r'^A', row.icd10)"),
            ("sas", "if prxmatch('/^A/i', icd10) then x=1;"),
            ("js", "/^A/i.test(row.icd10)"),
            ("drl", "Dx(icd10 matches \"^A\")"),
        ] {
            let rows = fields(extension, text);
            assert_eq!(rows.len(), 1, "{text}: {rows:?}");
            assert!(rows[0].starts_with("expressions of ") && rows[0].ends_with(" ^A"), "{text}: {rows:?}");
            assert!(rows[0].contains("icd10` "), "{text}: {rows:?}");
        }
    }

    #[test]
    fn formats_have_ranges_and_labels() {
        assert_eq!(
            read("sas", "value $ccs 'G35' - 'G379' = 'x'\n 'I10' = 'y';"),
            [
                "ranges of `ccs` (Range(None)) 12 G35' - 'G379 | labels of `ccs` 29 x [11..31]",
                "literals of `ccs` 34 I10 | labels of `ccs` 42 y [33..44]",
            ]
        );
    }

    #[test]
    fn lists_without_quotes_are_read() {
        let mut seen = Seen::knowing(&["G35", "I10"]);
        let text = "local ms G35 I10\nlocal n 1 2\nicd10cm gen x = dx, range(G35/G37)\nforeach c in I10 {\n";
        Source::new(Language::STATISTICS).read(text.as_bytes(), 0, true, &mut seen);
        assert_eq!(
            seen.described,
            [
                "literals of `ms` 9 G35 [9..12]",
                "literals of `ms` 13 I10 [13..16]",
                "ranges of `icd10cm` (Range(None)) 55 G35/G37 [55..62]",
                "literals of `c` 77 I10 [77..80]",
            ]
        );
    }

    #[test]
    fn a_program_that_breaks_off_does_no_harm() {
        let text = "m[[\"x\"]] <- list(a = c(\"A\"), {code: 'B', system: S}) `x` %in% /^A/ ['A'].includes(x) 'G35'-'G37' = 'x' \
                    value $f local a \"b\" %let a = b; range(A/B) qw(A B) %w[A] tribble(~a, 'b') x[:4] x{i} in: ('a') é";
        for extension in ["r", "py", "js", "sas", "do", "vb"] {
            for end in 0..=text.len() {
                read(extension, text.get(..end).unwrap_or_default());
                read(extension, text.get(end..).unwrap_or_default());
            }
        }
        read("js", &"[{(".repeat(10_000));
        read("js", &")]}".repeat(10_000));
    }

    #[test]
    fn pieces_give_the_same_as_the_whole() {
        let text = "a <- c('A') # 'x'\nb[[\"k\"]] <- list(x = c('B'), {code: 'C', system: 'S'})\nsubstr(d, 1, 3) %in% c('D')\n".repeat(60);
        let whole = read("r", &text);
        for cut in (0..text.len()).step_by(7) {
            let (mut seen, mut reader) = (Seen::default(), Source::new(Language::of_extension("r").unwrap()));
            let done = reader.read(&text.as_bytes()[..cut], 0, false, &mut seen);
            reader.read(&text.as_bytes()[done..], done as u64, true, &mut seen);
            assert_eq!(seen.described, whole, "cut at {cut}");
        }
    }

    #[test]
    fn quotes_that_are_not_closed_end_with_their_line() {
        assert_eq!(
            read("rs", "fn f<'a>(x: &'a str) {}\nlet code = \"R05\"; // 'x'"),
            ["literals of `code` 36 R05 [35..40]"]
        );
    }
}
