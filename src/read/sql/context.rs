//! The words before a text: which column it is compared with, and how.

use std::collections::VecDeque;

use crate::read::Reading;

/// Number of words and marks that are remembered: enough for a function with its arguments.
const REMEMBERED: usize = 256;

/// Functions that return the beginning of a text.
const BEGINNINGS: [&str; 4] = ["substr", "substring", "left", "mid"];

/// Words that are never names of columns.
const KEYWORDS: [&str; 14] = [
    "where", "and", "or", "on", "when", "then", "else", "case", "select", "from", "having", "not", "set",
    "in",
];

/// A token that was read before.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Word(String),
    Mark(u8),
    Text,
}

/// The words and marks before the current position in a script.
#[derive(Default)]
pub(super) struct Context {
    seen: VecDeque<Seen>,
}

/// The field that a text belongs to.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) words: String,
    pub(super) reading: Reading,
}

/// The value that a text is compared with: the words that name it, and the number of characters from its beginning.
struct Compared {
    words: String,
    beginning: Option<u8>,
}

impl Context {
    fn push(&mut self, seen: Seen) {
        if self.seen.len() == REMEMBERED {
            self.seen.pop_front();
        }
        self.seen.push_back(seen);
    }

    pub(super) fn word(&mut self, word: String) {
        self.push(Seen::Word(word));
    }

    pub(super) fn mark(&mut self, mark: u8) {
        self.push(Seen::Mark(mark));
    }

    pub(super) fn text(&mut self) {
        self.push(Seen::Text);
    }

    /// Notes that a tuple was read: it counts as one item.
    pub(super) fn tuple(&mut self) {
        if self.seen.back() != Some(&Seen::Text) {
            self.push(Seen::Text);
        }
    }

    /// Returns whether a bracket here is a tuple of `VALUES`.
    pub(super) fn expects_tuple(&self) -> bool {
        self.is_word(0, "values") || matches!(self.back(0), Some(Seen::Mark(b',') | Seen::Text))
    }

    /// Returns whether a word here may still name the columns of the tuples before it.
    pub(super) fn is_after_tuples(&self) -> bool {
        matches!(self.back(0), Some(Seen::Mark(b'(' | b')' | b',') | Seen::Text))
            || self.is_word(0, "as")
            || self.is_word(1, "as")
    }

    fn back(&self, distance: usize) -> Option<&Seen> {
        self.seen.len().checked_sub(distance + 1).map(|at| &self.seen[at])
    }

    fn is_word(&self, distance: usize, expected: &str) -> bool {
        matches!(self.back(distance), Some(Seen::Word(word)) if word == expected)
    }

    /// Returns the place of the texts in the bracket that opens here, if it is a list of `IN`.
    pub(super) fn list(&self) -> Option<Place> {
        let word = usize::from(self.is_word(0, "unnest"));
        if !self.is_word(word, "in") && !["any", "some", "all"].iter().any(|name| self.is_word(0, name)) {
            return None;
        }
        let before = if self.is_word(word + 1, "not") { word + 2 } else { self.operators(word + 1) };
        Some(self.compared(before).map_or_else(Place::loose, |compared| Place::of(compared, Reading::Value)))
    }

    /// Returns whether a square bracket here begins an array.
    pub(super) fn is_array(&self) -> bool {
        self.is_word(0, "array")
    }

    /// Returns whether a bracket was opened last.
    pub(super) fn is_open(&self) -> bool {
        self.back(0) == Some(&Seen::Mark(b'('))
    }

    /// Returns the place of the texts of an array here, if it is compared with a value.
    pub(super) fn array(&self) -> Option<Place> {
        let before = self.operators(1);
        let compared = if before > 1 { self.compared(before) } else { None };
        compared.map(|compared| Place::of(compared, Reading::Value))
    }

    /// Returns the distance back to the word or mark before the operators that begin `distance` words and marks back.
    fn operators(&self, distance: usize) -> usize {
        let mut at = distance;
        while let Some(Seen::Mark(b'=' | b'<' | b'>' | b'!' | b'~' | b'*' | b'&' | b'@')) = self.back(at) {
            at += 1;
        }
        at
    }

    /// Returns whether the text here is the first of `BETWEEN`.
    pub(super) fn is_between(&self) -> bool {
        self.is_word(0, "between")
    }

    /// Returns the place of a range.
    pub(super) fn range(&self) -> Place {
        let before = if self.is_word(1, "not") { 2 } else { 1 };
        let compared = self.compared(before).unwrap_or(Compared { words: String::new(), beginning: None });
        let reading = Reading::Range(compared.beginning);
        Place::of(compared, reading)
    }

    /// Returns the place of a text that is not part of a list.
    pub(super) fn literal(&self, alias: Option<&[u8]>) -> Place {
        let pattern = match self.back(0) {
            Some(Seen::Word(word)) => match word.as_str() {
                "like" | "ilike" => Some(Reading::Like),
                "rlike" | "regexp" | "regex" | "to" => Some(Reading::Expression),
                _ => None,
            },
            Some(Seen::Mark(b'~' | b'*')) => Some(Reading::Expression),
            _ => None,
        };
        let mut before = self.operators(0);
        if before == 0 && pattern.is_some() {
            before = 1;
            while self.is_word(before, "not") || self.is_word(before, "similar") {
                before += 1;
            }
        }
        let compared = if before > 0 { self.compared(before) } else { None };
        match (compared, alias) {
            (Some(compared), _) => Place::of(compared, pattern.unwrap_or(Reading::Value)),
            (None, Some(alias)) => {
                let words = String::from_utf8_lossy(alias).into_owned();
                Place::of(Compared { words, beginning: None }, Reading::Value)
            }
            (None, None) => Place::loose(),
        }
    }

    /// Returns the compared value that ends `before` words and marks back: a name, or a function of one.
    fn compared(&self, before: usize) -> Option<Compared> {
        match self.back(before)? {
            Seen::Word(word) if !KEYWORDS.contains(&word.as_str()) => {
                Some(Compared { words: word.clone(), beginning: None })
            }
            Seen::Mark(b')') => self.function(before),
            _ => None,
        }
    }

    fn function(&self, close: usize) -> Option<Compared> {
        let (mut depth, mut at) = (0_usize, close);
        let (mut words, mut numbers) = (Vec::new(), Vec::new());
        loop {
            match self.back(at)? {
                Seen::Mark(b')') => depth += 1,
                Seen::Mark(b'(') => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                Seen::Word(word) => match word.parse::<u8>() {
                    Ok(number) => numbers.push(number),
                    // A word followed by a bracket is a function itself.
                    Err(_) if at > 0 && self.back(at - 1) == Some(&Seen::Mark(b'(')) => {}
                    Err(_) => words.push(word.as_str()),
                },
                _ => {}
            }
            at += 1;
        }
        let name = match self.back(at + 1) {
            Some(Seen::Word(word)) => word.as_str(),
            _ => "",
        };
        numbers.reverse();
        let beginning = match (name, numbers.as_slice()) {
            ("left", [length]) | ("substr" | "substring" | "mid", [1, length] | [0, length]) => Some(*length),
            _ => None,
        };
        if beginning.is_none() && BEGINNINGS.contains(&name) {
            return None;
        }
        // If a table comes before the name, the name counts.
        let words = words.first().map(|word| (*word).to_owned())?;
        Some(Compared { words, beginning })
    }

    /// Returns the columns that the `INSERT` before here names.
    pub(super) fn columns_of_insert(&self) -> Vec<String> {
        let skip = (0..4).find(|distance| self.is_word(*distance, "values"));
        skip.and_then(|at| self.names(at + 1)).unwrap_or_default()
    }

    /// Returns the names in the bracket that closes here, if it contains only names.
    pub(super) fn names_of_columns(&self) -> Option<Vec<String>> {
        self.names(0)
    }

    fn names(&self, close: usize) -> Option<Vec<String>> {
        if self.back(close) != Some(&Seen::Mark(b')')) {
            return None;
        }
        let mut names = Vec::new();
        let mut at = close + 1;
        loop {
            match self.back(at)? {
                Seen::Word(word) => names.push(word.clone()),
                Seen::Mark(b',') => {}
                Seen::Mark(b'(') => break,
                _ => return None,
            }
            at += 1;
        }
        names.reverse();
        Some(names)
    }
}

impl Place {
    fn of(compared: Compared, reading: Reading) -> Self {
        let Compared { words, beginning } = compared;
        let name = if words.is_empty() { "literals".to_owned() } else { format!("`{words}`") };
        let name = beginning.map_or_else(|| name.clone(), |length| format!("first {length} of {name}"));
        let reading = match (reading, beginning) {
            (Reading::Value, Some(length)) => Reading::Beginning(length),
            (reading, _) => reading,
        };
        let path = match reading {
            Reading::Like => format!("{name}, LIKE"),
            Reading::Expression => format!("{name}, expressions"),
            Reading::Range(_) => format!("{name}, BETWEEN"),
            _ => name,
        };
        Self { path, words, reading }
    }

    fn loose() -> Self {
        Self { path: "literals".to_owned(), words: String::new(), reading: Reading::Value }
    }
}
