//! The names, calls and brackets before a literal of a program: which list it belongs to, and how it is compared.
//!
//! Invariant: a list of a program is what the program treats as one: each vector, each key of a dictionary, each array
//! of objects. The comparison decides how it is read: literals of `in:`, `startsWith`, `substr(x, 1, 3)` and of regular
//! expressions are patterns, and `migrate` leaves them alone.

use std::collections::{HashMap, HashSet};

use super::open::{CUTS, EXPRESSIONS, LISTS, MEMBERS, Open, Operand, RECORDS, STARTS, field};
use crate::read::{FieldId, FieldName, Origin, Reading, Sink};

/// Maximum open brackets that are kept; deeper ones are only counted.
const DEEPEST: usize = 256;

/// Maximum lists of one file that have a number of their own; further ones share the field of their name.
const MOST_LISTS: usize = 1_000;

/// Maximum distinct keys; lists under further keys share the field of the name above.
const MOST_KEYS: usize = 4_000;

/// Words that are never names.
const KEYWORDS: [&str; 19] = [
    "and", "or", "then", "do", "else", "elif", "if", "when", "return", "case", "const", "let", "var", "val",
    "my", "where", "elseif", "new", "await",
];

/// The value that the next literal is assigned to.
struct Target {
    operand: Operand,
    reading: Reading,
    /// True if it is a key of the open bracket, which names a list of its own.
    is_key: bool,
    /// True if only a colon follows it: a type may follow, and an assignment.
    is_colon: bool,
}

/// The names, calls and brackets before a position in a program.
#[derive(Default)]
pub(super) struct Scope {
    open: Vec<Open>,
    deeper: usize,
    /// The value that was read last, and the object that its last word is a member of.
    last: Operand,
    receiver: Operand,
    is_member: bool,
    target: Option<Target>,
    is_operator_last: bool,
    /// The targets that wait for the ends of indexes: `x: dict[str, list] = ..`.
    held: Vec<Option<Target>>,
    /// The subject of a statement without brackets: the format of `value $ccs 'G35' = ..`.
    pub(super) statement: Operand,
    counts: HashMap<String, u32>,
    many: usize,
    /// The names of keys.
    keys: HashSet<String>,
    /// The value that the cases of the following block are compared with.
    switched: Option<Operand>,
    /// The last byte that is not a blank.
    pub(super) previous: u8,
    /// The last keyword, up to the next word or mark.
    keyword: &'static str,
}

impl Scope {
    /// Clears everything except the counts of lists and the keys.
    pub(super) fn restart(&mut self) {
        let (counts, keys) = (std::mem::take(&mut self.counts), std::mem::take(&mut self.keys));
        *self = Self { counts, keys, many: self.many, ..Self::default() };
    }

    pub(super) fn has_operand(&self) -> bool {
        !self.last.is_empty()
    }

    pub(super) fn operand(&self) -> &Operand {
        &self.last
    }

    pub(super) fn set_operand(&mut self, operand: Operand) {
        self.last = operand;
    }

    /// Returns whether a literal here may be a key: the first item of an entry in brackets.
    pub(super) fn may_be_key(&self) -> bool {
        self.keyword != "case"
            && matches!(self.previous, b'{' | b',' | b'(' | b'[' | 0)
            && self.open.last().is_some_and(|open| open.is_data || open.byte == b'(')
    }

    /// Returns whether the open bracket is a brace: its keys have colons.
    pub(super) fn is_in_braces(&self) -> bool {
        self.open.last().is_some_and(|open| open.byte == b'{')
    }

    /// Returns whether a literal here is a regular expression.
    pub(super) fn is_expression(&self) -> bool {
        match self.target.as_ref().filter(|_| self.is_operator_last) {
            Some(target) => target.reading == Reading::Expression,
            None => self.open.last().is_some_and(|open| open.compared().1 == Reading::Expression),
        }
    }

    /// Returns whether a bracket opened here holds data, not a block of statements.
    pub(super) fn is_data_next(&self) -> bool {
        self.target.is_some()
            || matches!(self.previous, b'=' | b':' | b',' | b'(' | b'[' | b'?' | b'>' | 0)
            || self.keyword == "return"
    }

    /// Reads a word, which may be an operator that compares the value before it with the text after it.
    pub(super) fn word(&mut self, word: &str) {
        self.keyword = "";
        if std::mem::take(&mut self.is_member) && !self.last.is_empty() {
            self.receiver = self.last.clone();
            if matches!(word, "str" | "values" | "value" | "dt") && !self.receiver.is_empty() {
                return;
            }
            self.last = Operand { cut: self.last.cut, ..self.last.below(word) };
        } else {
            if word.len() <= 8 {
                if self.operator_word(word) {
                    return;
                }
                if let Some(keyword) = KEYWORDS.iter().find(|keyword| keyword.eq_ignore_ascii_case(word)) {
                    self.keyword = keyword;
                    self.last = Operand::default();
                    if matches!(*keyword, "and" | "or" | "then" | "else" | "if" | "when" | "do") {
                        self.target = None;
                    }
                    self.is_operator_last = false;
                    return;
                }
            }
            self.receiver = Operand::default();
            self.last = Operand::of(word);
        }
        self.is_operator_last = false;
    }

    /// Reads a word that may compare: `in`, `eq`, `matches`.
    fn operator_word(&mut self, word: &str) -> bool {
        let is = |words: &[&str]| words.iter().any(|own| own.eq_ignore_ascii_case(word));
        if self.last.is_empty() {
            return false;
        }
        if is(&["in", "notin", "eq", "ne", "of", "is"]) {
            self.compare(None);
        } else if is(&["like", "matches", "rlike"]) {
            self.compare(Some(Reading::Expression));
        } else {
            return is(&["not"]);
        }
        true
    }

    /// Reads an operator between percent signs.
    pub(super) fn infix(&mut self, word: &str) {
        let is_pattern = word.ends_with("like%") || word.contains("regex");
        self.compare(is_pattern.then_some(Reading::Expression));
    }

    fn compare(&mut self, reading: Option<Reading>) {
        self.is_operator_last = true;
        let operand = std::mem::take(&mut self.last);
        if operand.is_empty() {
            return;
        }
        let reading = reading.unwrap_or_else(|| operand.reading());
        self.target = Some(Target { operand, reading, is_key: false, is_colon: false });
    }

    /// Reads a run of marks that assign or compare.
    pub(super) fn operator(&mut self, marks: &[u8]) {
        let is_declared = self.target.as_ref().is_some_and(|target| target.is_colon);
        if marks == b"=" && is_declared && !self.last.is_empty() && !self.is_operator_last {
            self.last = Operand::default();
            self.is_operator_last = true;
            return;
        }
        let reading = match marks {
            b"=:" | b"^=:" | b"ne:" | b"<" | b">" | b"<=" | b">=" => Some(Reading::Beginning(0)),
            b"=~" | b"!~" => Some(Reading::Expression),
            // `in: (..)`: the operator is the word before.
            b":" if self.is_operator_last => {
                if let Some(target) = &mut self.target {
                    target.reading = Reading::Beginning(0);
                }
                return;
            }
            _ => None,
        };
        let is_key =
            matches!(marks, b":" | b"=" | b"=>" | b":=") && self.open.last().is_some_and(|open| open.is_data);
        let is_key = is_key && self.last.path == self.last.words;
        if is_key && !self.last.is_empty() {
            let word = std::mem::take(&mut self.last);
            self.key(&word.words);
            return;
        }
        self.compare(reading);
        if let Some(target) = self.target.as_mut().filter(|_| marks == b":") {
            target.is_colon = true;
        }
    }

    /// Reads a key of the open bracket.
    pub(super) fn key(&mut self, key: &str) {
        let around = self.open.last().map(|open| &open.operand);
        let mut operand = around.map_or_else(|| Operand::of(key), |around| around.below(key));
        if self.keys.len() < MOST_KEYS {
            self.keys.insert(operand.path.clone());
        } else if !self.keys.contains(&operand.path) {
            operand = around.cloned().unwrap_or_default();
        }
        self.target = Some(Target { operand, reading: Reading::Value, is_key: true, is_colon: false });
        self.is_operator_last = true;
    }

    /// Reads a number.
    pub(super) fn number(&mut self, number: &str) {
        let call = self.open.last_mut().filter(|open| open.numbers.len() < 8);
        if let (Some(call), Ok(number)) = (call, number.parse()) {
            call.numbers.push(number);
        }
        self.is_operator_last = false;
    }

    /// Notes that the name of a member follows.
    pub(super) fn member(&mut self) {
        self.is_member = !self.last.is_empty();
    }

    /// Reads a separator: `,`, `;` or the end of a line.
    pub(super) fn separate(&mut self, mark: u8) {
        if mark == b'\n' {
            if !self.is_operator_last {
                self.target = None;
            }
            return;
        }
        let last = std::mem::take(&mut self.last);
        self.argument(last);
        (self.is_operator_last, self.target) = (false, None);
        if mark == b';' {
            self.statement = Operand::default();
        }
        self.keyword = "";
    }

    /// Notes an argument of the call that is open.
    fn argument(&mut self, last: Operand) {
        if let Some(open) = self.open.last_mut().filter(|open| open.argument.is_empty()) {
            open.argument = last;
        }
    }

    /// Returns the function that is called if a bracket opens here, in lowercase letters.
    pub(super) fn function(&self) -> String {
        self.last.words.to_ascii_lowercase()
    }

    /// Returns whether the last function compares its arguments with an expression: the compared value may follow it.
    pub(super) fn is_expression_next(&self) -> bool {
        EXPRESSIONS.contains(&self.function().as_str())
    }

    /// Opens a bracket. An index follows the indexed value. The compared value may be known only from the following text.
    pub(super) fn open(&mut self, byte: u8, is_index: bool, compared: Option<Operand>) {
        if self.open.len() >= DEEPEST {
            self.deeper += 1;
            return;
        }
        let is_data = self.is_data_next();
        let owner = self.open.len();
        let around = self.open.last().map(|open| (open.compared(), open.owner));
        let mut open = Open::new(byte, owner);
        if is_index {
            open.indexed = Some(std::mem::take(&mut self.last));
            self.held.push(self.target.take());
            self.open.push(open);
            self.is_operator_last = false;
            return;
        }
        let is_call = byte == b'(' && !self.last.is_empty() && !self.is_operator_last;
        let last = std::mem::take(&mut self.last);
        if is_call {
            open.function = last.words.to_ascii_lowercase();
            open.receiver = std::mem::take(&mut self.receiver);
        }
        let function = open.function.as_str();
        let is = |list: &[&str]| is_call && list.contains(&function);
        open.is_data = byte != b'(' && (is_data || byte == b'[') || is(&RECORDS);
        if is(&STARTS) || is(&EXPRESSIONS) || is(&MEMBERS) {
            // The compared value is a later argument, or the object of a method. A compiled expression has the name it is
            // assigned to.
            let is_made = matches!(function, "compile" | "regex" | "prxparse");
            let assigned = self.target.take();
            let made = assigned.filter(|_| is_made).map(|target| target.operand);
            let receiver = Some(open.receiver.clone()).filter(|receiver| !receiver.is_empty());
            open.operand = made.or(compared).or(receiver).unwrap_or_default();
            open.reading = open.compared_by(&open.operand);
        } else if is(&CUTS) {
            // Its arguments are numbers and the value that is cut.
        } else if let Some(compared) = compared {
            self.target = None;
            (open.reading, open.operand) = (compared.reading(), compared);
        } else if let Some(target) = self.target.take() {
            (open.operand, open.reading) = (target.operand, target.reading);
        } else if let Some(switched) = self.switched.take().filter(|_| byte == b'{') {
            open.operand = switched;
        } else if let Some(((operand, reading), owner)) =
            around.filter(|_| !is_call && (open.is_data || byte == b'(') || is(&LISTS))
        {
            (open.operand, open.reading, open.owner) = (operand, reading, owner);
        } else if is_call {
            open.operand = Operand { cut: None, ..last };
        }
        self.open.push(open);
        self.is_operator_last = false;
        self.keyword = "";
    }

    /// Closes a bracket: its result is the value that was read last.
    pub(super) fn close(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let last = std::mem::take(&mut self.last);
        self.argument(last);
        self.is_operator_last = false;
        let Some(open) = self.open.pop() else { return };
        if let Some(indexed) = open.indexed {
            self.last = indexed;
            self.target = self.held.pop().flatten();
            return;
        }
        if open.function.is_empty() {
            if open.byte == b'(' {
                self.last = open.argument;
            }
            return;
        }
        let function = open.function.as_str();
        if LISTS.contains(&function) {
            return;
        }
        let value = if open.argument.is_empty() { open.receiver } else { open.argument };
        let value = if value.is_empty() { open.operand } else { value };
        self.switched = matches!(function, "switch" | "match").then(|| value.clone());
        self.last = match (CUTS.contains(&function), open.numbers.as_slice()) {
            (true, [0 | 1, length]) => value.cut(*length),
            (true, [length]) if matches!(function, "left" | "take" | "str_sub") => value.cut(*length),
            (true, _) => value.cut(0),
            _ => value,
        };
    }

    /// Adds a column of a table that is written row by row: `tribble(~code, ..)`.
    pub(super) fn column(&mut self, name: &str) {
        if let Some(open) = self.open.last_mut().filter(|open| open.columns.len() < 256) {
            open.columns.push(name.to_owned());
        }
    }

    /// Returns whether the open bracket is a table written row by row.
    pub(super) fn is_table(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.function.as_str(), "tribble" | "frame_matrix"))
    }

    /// Returns the field of a literal here.
    pub(super) fn field(&mut self, sink: &mut dyn Sink) -> FieldId {
        if let Some(open) = self.open.last_mut().filter(|open| !open.columns.is_empty()) {
            let name = &open.columns[open.cells % open.columns.len()];
            open.cells += 1;
            let path = format!("column `{name}` of `{}`", open.operand.path);
            return sink.field(FieldName {
                path: &path,
                words: name,
                reading: Reading::Value,
                origin: Origin::Other,
            });
        }
        let target = self.target.as_ref().filter(|_| self.is_operator_last);
        if let Some(target) = target {
            let name = if target.is_key { &target.operand.path } else { &target.operand.words };
            return field(name, &target.operand.words, target.reading, "", sink);
        }
        let Some(last) = self.open.last() else {
            let Operand { path, words, .. } = &self.statement;
            return field(path, words, Reading::Value, "", sink);
        };
        if let Some(found) = last.field {
            return found;
        }
        let Some(from) = (0..self.open.len()).rev().find(|at| !self.open[*at].compared().0.is_empty()) else {
            let Operand { path, words, .. } = &self.statement;
            return field(path, words, Reading::Value, "", sink);
        };
        let (operand, reading) = self.open[from].compared();
        let suffix = self.list(from);
        let found = field(&operand.path, &operand.words, reading, &suffix, sink);
        // The value that a function compares may be known only from a later argument.
        if let Some(last) = self.open.last_mut().filter(|last| !last.operand.is_empty()) {
            last.field = Some(found);
        }
        found
    }

    /// Returns the number of the list that a bracket belongs to, as text for its name.
    fn list(&mut self, from: usize) -> String {
        let owner = self.open[from].owner.min(from);
        let path = self.open[owner].compared().0.path;
        let number = match self.open[owner].number {
            Some(number) => number,
            None if path.is_empty() || self.many >= MOST_LISTS => 1,
            None => {
                self.many += 1;
                let count = self.counts.entry(path).or_default();
                *count += 1;
                *count
            }
        };
        self.open[owner].number = Some(number);
        if number > 1 { format!(", list {number}") } else { String::new() }
    }

    /// Returns the name of the field of keys or values of the open bracket, with the number of its list.
    pub(super) fn around(&mut self) -> (Operand, String) {
        if self.target.is_some() {
            let operand = self.target.as_ref().map(|target| target.operand.clone()).unwrap_or_default();
            return (operand, String::new());
        }
        let Some(from) = self.open.iter().rposition(|open| !open.operand.is_empty()) else {
            return (self.statement.clone(), String::new());
        };
        let suffix = self.list(from);
        (self.open[from].operand.clone(), suffix)
    }

    /// Notes that a literal was read.
    pub(super) fn literal(&mut self) {
        self.is_operator_last = false;
        self.is_member = false;
        self.keyword = "";
        self.last = Operand::default();
    }
}
