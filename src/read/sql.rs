//! SQL: tuples of `VALUES` as rows, lists of `IN`, comparisons, `LIKE` and similar operators, `BETWEEN`, and the beginnings of
//! codes that `SUBSTR` and `LEFT` compare. The words before a text decide which column it is compared with.

mod context;
mod lexer;

use memchr::memrchr_iter;

use context::{Context, Place};
use lexer::{Token, token};

use super::{Cell, FieldId, FieldName, ListKind, Origin, Quoting, Reader, Reading, Row, Sink, lines};

/// Reads a script.
#[derive(Default)]
pub(crate) struct Sql {
    context: Context,
    /// The open brackets: the field of their texts, if they are a list of `IN` or an array; and whether they are square.
    open: Vec<(Option<FieldId>, bool)>,
    /// The fields of the current tuples.
    tuples: Option<Vec<FieldId>>,
    /// Number of lists of tuples read so far.
    lists: usize,
}

/// Maximum bytes after a text that are searched for its alias.
const LONGEST_ALIAS: usize = 96;

/// A quoted text and its location.
#[derive(Clone, Copy)]
struct Literal<'t> {
    text: &'t [u8],
    at: u64,
    span: (u64, u64),
}

impl Literal<'_> {
    fn cell(&self, field: FieldId) -> Cell<'_> {
        Cell { field, text: self.text, at: self.at, column: 0, quoting: Quoting::Doubled(b'\'') }
    }
}

impl Reader for Sql {
    fn read(&mut self, text: &[u8], base: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let mut at = 0;
        while at < text.len() {
            if text[at] == b'(' && self.tuples.is_some() && self.context.expects_tuple() {
                let Some(end) = self.tuple(text, base, at, is_last, sink) else { return at };
                at = end;
                continue;
            }
            if text[at] == b'[' && self.begins_array() {
                self.array(sink);
                at += 1;
                continue;
            }
            let Some((token, end)) = token(text, at, is_last) else { return at };
            match token {
                Token::Blank => {}
                Token::Text { start, end: close } => {
                    let span = (base + at as u64, base + end as u64);
                    let literal = Literal { text: &text[start..close], at: base + start as u64, span };
                    let Some(end) = self.literal(text, base, end, literal, is_last, sink) else { return at };
                    at = end;
                    continue;
                }
                Token::Word(word) => self.word(word),
                Token::Mark(mark) => self.mark(mark, sink),
            }
            at = end;
        }
        at
    }

    fn pass(&mut self, text: &[u8], is_last: bool) -> usize {
        // The last statement that begins in it may continue after it; if none begins, the current one may.
        let end = |at: usize| match &text[at + 1..] {
            [b'\n', ..] => Some(at + 2),
            [b'\r', b'\n', ..] => Some(at + 3),
            _ => None,
        };
        match memrchr_iter(b';', text).find_map(end) {
            Some(end) if !is_last => {
                *self = Self { lists: self.lists, ..Self::default() };
                end
            }
            _ => lines(text, is_last),
        }
    }
}

impl Sql {
    fn word(&mut self, word: &[u8]) {
        if self.tuples.is_some() && !self.context.is_after_tuples() {
            self.tuples = None;
        }
        let word = String::from_utf8_lossy(word).to_ascii_lowercase();
        if word == "values" {
            self.lists += 1;
            self.tuples = Some(Vec::new());
        }
        self.context.word(word);
    }

    fn mark(&mut self, mark: u8, sink: &mut dyn Sink) {
        match mark {
            b'(' => {
                let field = self.context.list().map(|place| field(&place, sink));
                self.open.push((field, false));
            }
            b')' => {
                self.open.pop();
            }
            b']' if self.open.last().is_some_and(|(_, is_square)| *is_square) => {
                self.open.pop();
            }
            // Between tuples and after them.
            b',' => {}
            _ => self.tuples = None,
        }
        self.context.mark(mark);
        if mark == b')' {
            let names = self.context.names_of_columns();
            if let (Some(columns), Some(names)) = (&self.tuples, names)
                && columns.len() == names.len()
            {
                columns.iter().zip(&names).for_each(|(column, name)| sink.name(*column, name));
                self.tuples = None;
            }
        }
    }

    /// Returns whether a square bracket here begins an array, not a name.
    fn begins_array(&self) -> bool {
        self.context.is_array()
            || self.context.is_open() && matches!(self.open.last(), Some((Some(_), false)))
    }

    /// Reads the square bracket of an array: its texts belong to the list around it, or to the value it is compared with.
    fn array(&mut self, sink: &mut dyn Sink) {
        let around = self.open.last().and_then(|(field, _)| *field);
        let own = around.or_else(|| self.context.array().map(|place| field(&place, sink)));
        self.open.push((own, true));
        self.context.mark(b'[');
    }

    /// Reads a text and returns the end of the expression it belongs to; `None` if that is after the end of `text`.
    fn literal(
        &mut self,
        text: &[u8],
        base: u64,
        end: usize,
        literal: Literal<'_>,
        is_last: bool,
        sink: &mut dyn Sink,
    ) -> Option<usize> {
        if self.context.is_between() {
            let Some(second) = second_of_range(text, end, is_last)? else {
                self.context.text();
                return Some(end);
            };
            let place = self.context.range();
            let whole = Literal {
                text: &text[(literal.at - base) as usize..second.0],
                span: (literal.span.0, base + second.1 as u64),
                ..literal
            };
            give(&place, &whole, sink);
            self.context.text();
            return Some(second.1);
        }
        if !is_last && text.len() < end + LONGEST_ALIAS {
            return None;
        }
        match self.open.last() {
            Some((Some(list), _)) => give_to(*list, &without_braces(literal), sink),
            _ => give(&self.context.literal(alias(text, end)), &literal, sink),
        }
        self.context.text();
        Some(end)
    }

    /// Reads the tuple at `at` and returns its end; `None` if that is after the end of `text`.
    fn tuple(
        &mut self,
        text: &[u8],
        base: u64,
        at: usize,
        is_last: bool,
        sink: &mut dyn Sink,
    ) -> Option<usize> {
        let (mut depth, mut column, mut end) = (0_usize, 0, at);
        let mut found: Vec<(usize, Literal<'_>)> = Vec::new();
        loop {
            if end >= text.len() {
                if !is_last {
                    return None;
                }
                break;
            }
            let (token, next) = token(text, end, is_last)?;
            match token {
                Token::Mark(b'(') => depth += 1,
                Token::Mark(b')') => depth = depth.saturating_sub(1),
                Token::Mark(b',') if depth == 1 => column += 1,
                Token::Text { start, end: close } => {
                    let span = (base + end as u64, base + next as u64);
                    found
                        .push((column, Literal { text: &text[start..close], at: base + start as u64, span }));
                }
                _ => {}
            }
            end = next;
            if depth == 0 {
                break;
            }
        }
        let list = self.lists;
        let names = self.context.columns_of_insert();
        let columns = self.tuples.get_or_insert_default();
        while columns.len() <= column {
            let name = names.get(columns.len()).map_or("", String::as_str);
            let path = match (name, list) {
                ("", 1) => format!("VALUES, column {}", columns.len() + 1),
                ("", _) => format!("VALUES {list}, column {}", columns.len() + 1),
                _ => format!("column `{name}`"),
            };
            let origin = if name.is_empty() { Origin::Other } else { Origin::Column(name) };
            columns.push(sink.field(FieldName { path: &path, words: name, reading: Reading::Value, origin }));
        }
        let cells: Vec<Cell<'_>> =
            found.iter().map(|(column, literal)| literal.cell(columns[*column])).collect();
        let span = (base + at as u64, base + end as u64);
        sink.row(&Row { cells: &cells, span, number: 0, system: None });
        self.context.tuple();
        Some(end)
    }
}

/// Returns a text without braces, if it is an array: `'{G35,I10}'`.
fn without_braces(literal: Literal<'_>) -> Literal<'_> {
    match literal.text {
        [b'{', inner @ .., b'}'] => Literal { text: inner, at: literal.at + 1, ..literal },
        _ => literal,
    }
}

/// Returns the field of a place.
fn field(place: &Place, sink: &mut dyn Sink) -> FieldId {
    let origin = match place.reading {
        // The codes that begin with it, like the prefixes of a program.
        Reading::Beginning(_) => Origin::list(ListKind::Literals, &place.words),
        _ => Origin::Other,
    };
    sink.field(FieldName { path: &place.path, words: &place.words, reading: place.reading, origin })
}

fn give(place: &Place, literal: &Literal<'_>, sink: &mut dyn Sink) {
    let field = field(place, sink);
    give_to(field, literal, sink);
}

fn give_to(field: FieldId, literal: &Literal<'_>, sink: &mut dyn Sink) {
    sink.row(&Row { cells: &[literal.cell(field)], span: literal.span, number: 0, system: None });
}

/// Returns the word after `AS` that follows a text, if there is one.
fn alias(text: &[u8], end: usize) -> Option<&[u8]> {
    let rest = text.get(end..text.len().min(end + LONGEST_ALIAS))?.trim_ascii_start();
    let rest = rest.get(..2).filter(|word| word.eq_ignore_ascii_case(b"as")).map(|_| &rest[2..])?;
    let name = rest.trim_ascii_start().strip_prefix(b"\"").unwrap_or(rest.trim_ascii_start());
    let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    (length > 0 && rest.starts_with(b" ")).then(|| &name[..length])
}

/// Reads the second text of `'a' AND 'b'` and returns the end of its content and of its closing quote. The inner `None` means
/// that it is missing, the outer one that it may follow after the end of `text`.
#[expect(clippy::option_option, reason = "not there, and not known yet, are different answers")]
fn second_of_range(text: &[u8], from: usize, is_last: bool) -> Option<Option<(usize, usize)>> {
    let (mut at, mut has_and) = (from, false);
    while at < text.len() {
        let (token, end) = token(text, at, is_last)?;
        match token {
            Token::Blank => {}
            Token::Word(word) if !has_and && word.eq_ignore_ascii_case(b"and") => has_and = true,
            Token::Text { end: close, .. } if has_and => return Some(Some((close, end))),
            _ => return Some(None),
        }
        at = end;
    }
    if is_last { Some(None) } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        assert_eq!(Sql::default().read(text.as_bytes(), 0, true, &mut seen), text.len());
        seen.described
    }

    #[test]
    fn tuples_are_rows_with_the_columns_of_the_statement() {
        assert_eq!(
            read("INSERT INTO dx (code, \"text\") VALUES\n('E87.2', 'Crohn''s'), -- x\n (N'R05', NULL);"),
            ["column `code` 39 E87.2 | column `text` 48 Crohn's [37..58]", "column `code` 69 R05 [66..80]",]
        );
    }

    #[test]
    fn columns_may_be_named_after_the_tuples() {
        let described =
            read("select * from (values\n('urn:x', 'R05')\n,('urn:x', 'R06')\n) AS t (system, code) ;");
        assert_eq!(described[0], "VALUES, column 1 24 urn:x | VALUES, column 2 33 R05 [22..38]");
        assert_eq!(described[2..], ["VALUES, column 1 is system", "VALUES, column 2 is code"]);
    }

    #[test]
    fn lists_and_comparisons_belong_to_their_column() {
        assert_eq!(
            read(
                "WHERE d.icd10 NOT IN ('R05', 'R06') OR icd9 = '786.2' OR UPPER(dx) <> 'B20' AND x LIKE 'E11%'"
            ),
            [
                "`icd10` 23 R05 [22..27]",
                "`icd10` 30 R06 [29..34]",
                "`icd9` 47 786.2 [46..53]",
                "`dx` 71 B20 [70..75]",
                "`x`, LIKE (Like) 88 E11% [87..93]",
            ]
        );
    }

    #[test]
    fn arrays_are_lists_as_those_of_in_are() {
        assert_eq!(
            read(
                "WHERE icd10 = any(array['R05', 'R06']) OR dx && array['B20'] OR c = ANY('{G35,I10}') OR d IN ('A')"
            ),
            [
                "`icd10` 25 R05 [24..29]",
                "`icd10` 32 R06 [31..36]",
                "`dx` 55 B20 [54..59]",
                "`c` 74 G35,I10 [72..83]",
                "`d` 95 A [94..97]",
            ]
        );
        assert_eq!(
            read("x IN UNNEST(['R05']) AND [icd10] = 'R06'"),
            ["`x` 14 R05 [13..18]", "`icd10` 36 R06 [35..40]"]
        );
    }

    #[test]
    fn beginnings_and_ranges_are_reported() {
        assert_eq!(
            read(
                "SUBSTR(icd10_code, 1, 3) IN ('I43') OR LEFT(c,2)='C0' OR SUBSTR(\n c, 1, 3\n) BETWEEN 'I60' AND -- x\n 'I69'"
            ),
            [
                "first 3 of `icd10_code` (Beginning(3)) 30 I43 [29..34]",
                "first 2 of `c` (Beginning(2)) 50 C0 [49..53]",
                "first 3 of `c`, BETWEEN (Range(Some(3))) 85 I60' AND -- x\n 'I69 [84..105]",
            ]
        );
    }

    #[test]
    fn pieces_give_the_same_as_the_whole() {
        let text = "INSERT INTO t(code) VALUES ('a;b'), ('c''d') ; /* x' */ SELECT 'R05' AS dx WHERE c BETWEEN 'a' AND 'b' \
                    AND d IN ('x','y') -- it's\n OR e LIKE 'q%'";
        let whole = read(text);
        for cut in 0..text.len() {
            let (mut seen, mut reader) = (Seen::default(), Sql::default());
            let done = reader.read(&text.as_bytes()[..cut], 0, false, &mut seen);
            reader.read(&text.as_bytes()[done..], done as u64, true, &mut seen);
            assert_eq!(seen.described, whole, "cut at {cut}");
        }
    }
}
