//! Programs: their string literals, grouped by the name of what they are given to. Comments are passed over.

use super::{Cell, FieldName, Quoting, Reader, Reading, Row, Sink, lines};

/// What a language writes around texts and comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// What begins a comment up to the end of its line.
    pub(crate) line_comments: &'static [&'static str],
    /// Whether `/* .. */` is a comment.
    pub(crate) has_block_comments: bool,
    /// What texts stand between.
    pub(crate) quotes: &'static [u8],
}

impl Language {
    pub(crate) const C: Self = Self { line_comments: &["//"], has_block_comments: true, quotes: b"\"'`" };
    const RUST: Self = Self { quotes: b"\"", ..Self::C };
    const HASH: Self = Self { line_comments: &["#"], has_block_comments: false, quotes: b"\"'" };
    const VISUAL_BASIC: Self = Self { line_comments: &["'"], has_block_comments: false, quotes: b"\"" };
    const STATISTICS: Self = Self { line_comments: &[], has_block_comments: true, quotes: b"\"'" };

    /// The language of files whose names end so.
    pub(crate) fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "c" | "h" | "cc" | "cpp" | "hpp" | "cs" | "java" | "js" | "jsx" | "mjs" | "ts" | "tsx" | "go"
            | "kt" | "scala" | "swift" | "dart" | "groovy" | "php" | "cql" => Self::C,
            "rs" => Self::RUST,
            "py" | "r" | "rb" | "pl" | "sh" | "bash" | "jl" | "ex" | "exs" | "ps1" | "hcl" | "tf" => {
                Self::HASH
            }
            "vb" | "vbs" | "bas" | "cls" => Self::VISUAL_BASIC,
            "sas" | "do" | "ado" | "sps" | "m" | "mumps" => Self::STATISTICS,
            _ => return None,
        })
    }
}

/// The longest literal that may be a code, or a list or pattern of such.
const LONGEST: usize = 512;

/// Names that are kept while brackets are open.
const DEEPEST: usize = 256;

/// Reads a program.
pub(crate) struct Source {
    language: Language,
    /// The name before each bracket that is open.
    names: Vec<String>,
    /// The name that was seen last.
    last: String,
    /// Whether an assignment stands behind it.
    is_assigned: bool,
    /// The name that what follows is assigned to, also through the call of a function: `dx <- c(..)`.
    target: String,
}

impl Source {
    pub(crate) fn new(language: Language) -> Self {
        Self { language, names: Vec::new(), last: String::new(), is_assigned: false, target: String::new() }
    }

    /// The length of a comment at the beginning of a text; `None` if there is none, or it goes on behind it.
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

    fn mark(&mut self, mark: u8) {
        match mark {
            b'(' | b'[' | b'{' if self.names.len() < DEEPEST => {
                let name = if self.target.is_empty() { &mut self.last } else { &mut self.target };
                self.names.push(std::mem::take(name));
                self.last.clear();
                self.is_assigned = false;
            }
            b')' | b']' | b'}' => drop(self.names.pop()),
            b'=' | b':' | b'<' | b'~' if !self.last.is_empty() => {
                self.is_assigned = true;
                self.target.clone_from(&self.last);
            }
            b',' | b';' => {
                self.is_assigned = false;
                self.last.clear();
                self.target.clear();
            }
            b'\n' if !self.is_assigned => self.target.clear(),
            _ => {}
        }
    }

    fn give(&self, text: &[u8], at: u64, quoting: Quoting, sink: &mut dyn Sink) {
        if text.is_empty() || text.len() > LONGEST {
            return;
        }
        let around = self.names.iter().rev().find(|name| !name.is_empty());
        let name = if self.is_assigned { Some(&self.last) } else { around }.filter(|name| !name.is_empty());
        let words = name.map_or("", String::as_str);
        let path = name.map_or_else(|| "literals".to_owned(), |name| format!("literals of `{name}`"));
        let field = sink.field(FieldName { path: &path, words, reading: Reading::Value });
        let cell = Cell { field, text, at, column: 0, quoting };
        let span = (at - 1, at + text.len() as u64 + 1);
        sink.row(&Row { cells: &[cell], span, number: 0, system: None });
    }
}

impl Reader for Source {
    fn read(&mut self, text: &[u8], base: u64, is_last: bool, sink: &mut dyn Sink) -> usize {
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            if let Some(comment) = self.comment(&text[at..], is_last) {
                let Some(length) = comment else { return at };
                at += length;
            } else if self.language.quotes.contains(&byte) {
                let Some((content, length)) = literal(&text[at..]) else {
                    if !is_last && text.len() - at <= LONGEST {
                        return at;
                    }
                    at += 1;
                    continue;
                };
                let start = at + content.0;
                self.give(&text[start..at + content.1], base + start as u64, Quoting::Backslash(byte), sink);
                at += length;
            } else if byte.is_ascii_alphabetic() || byte == b'_' {
                let length = text[at..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count();
                if at + length == text.len() && !is_last && length < LONGEST {
                    return at;
                }
                self.last = String::from_utf8_lossy(&text[at..at + length.min(64)]).into_owned();
                self.is_assigned = false;
                at += length;
            } else {
                self.mark(byte);
                at += 1;
            }
        }
        at
    }

    fn pass(&mut self, text: &[u8], is_last: bool) -> usize {
        // Lines that begin with a name at their first character stand in no brackets.
        let begins =
            |end: &usize| text.get(end + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        match memchr::memrchr_iter(b'\n', text).find(begins) {
            Some(end) if !is_last => {
                *self = Self::new(self.language);
                end + 1
            }
            _ => lines(text, is_last),
        }
    }
}

/// The literal at the beginning of a text: where its content stands, and its length with the quotes.
fn literal(text: &[u8]) -> Option<((usize, usize), usize)> {
    let quote = text[0];
    let triple = [quote; 3];
    if text.starts_with(&triple) {
        let length = memchr::memmem::find(&text[3..], &triple)?;
        return Some(((3, 3 + length), length + 6));
    }
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'\\' => at += 2,
            b'\n' if quote != b'`' => return Some(((0, 0), 1)),
            byte if *byte == quote => return Some(((1, at), at + 1)),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    fn read(ending: &str, text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        let language = Language::of_ending(ending).unwrap();
        Source::new(language).read(text.as_bytes(), 0, true, &mut seen);
        seen.told
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

    #[test]
    fn quotes_that_are_not_closed_end_with_their_line() {
        assert_eq!(
            read("rs", "fn f<'a>(x: &'a str) {}\nlet code = \"R05\"; // 'x'"),
            ["literals of `code` 36 R05 [35..40]"]
        );
    }
}
