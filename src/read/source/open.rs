//! Brackets of a program, and the values that literals are compared with.

use crate::read::{FieldId, FieldName, ListKind, Origin, Reading, Sink};

/// Maximum length of a name; a longer one is cut.
const LONGEST_PATH: usize = 160;

/// Functions that make a list of their arguments: the list has the name of the value it is assigned to.
pub(super) const LISTS: [&str; 22] = [
    "c",
    "list",
    "set",
    "frozenset",
    "tuple",
    "dict",
    "array",
    "of",
    "aslist",
    "vector",
    "listof",
    "setof",
    "arrayof",
    "arraylist",
    "hashset",
    "freeze",
    "unlist",
    "ordereddict",
    "map",
    "mapof",
    "structure",
    "immutableset",
];

/// Functions whose argument names are names of fields, as the keys of a dictionary are.
pub(super) const RECORDS: [&str; 7] = ["list", "c", "dict", "ordereddict", "structure", "tibble", "freeze"];

/// Functions that compare a value with the literals among their arguments.
pub(super) const MEMBERS: [&str; 13] = [
    "isin",
    "inlist",
    "includes",
    "has",
    "contains",
    "isinstance",
    "is_in",
    "equals",
    "eq",
    "indexof",
    "is.element",
    "equalsignorecase",
    "inrange",
];

/// Functions that compare the beginning of a value with a literal.
pub(super) const STARTS: [&str; 6] =
    ["startswith", "str_starts", "stri_startswith", "starts_with", "hasprefix", "startswithany"];

/// Functions that compare a value with a regular expression.
pub(super) const EXPRESSIONS: [&str; 22] = [
    "grepl",
    "grep",
    "regexpr",
    "gregexpr",
    "str_detect",
    "str_which",
    "str_subset",
    "str_count",
    "str_match",
    "regexm",
    "regexmatch",
    "ustrregexm",
    "prxmatch",
    "prxparse",
    "match",
    "fullmatch",
    "search",
    "compile",
    "findall",
    "rlike",
    "regexp_like",
    "regex",
];

/// Functions that take the beginning of a value.
pub(super) const CUTS: [&str; 11] = [
    "substr",
    "substring",
    "str_sub",
    "left",
    "slice",
    "substrn",
    "mid",
    "stri_sub",
    "usubstr",
    "take",
    "ksubstr",
];

/// A value that literals are assigned to or compared with.
#[derive(Debug, Clone, Default)]
pub(super) struct Operand {
    /// Its full name: `maps.x10.ms`.
    pub(super) path: String,
    /// The last word of its name.
    pub(super) words: String,
    /// Number of characters from its beginning that are compared, if not all; 0 if the number is not known.
    pub(super) cut: Option<u8>,
}

impl Operand {
    pub(super) fn of(word: &str) -> Self {
        Self { path: word.to_owned(), words: word.to_owned(), cut: None }
    }

    pub(super) fn below(&self, word: &str) -> Self {
        if self.path.is_empty() {
            return Self::of(word);
        }
        if self.path.len() + word.len() > LONGEST_PATH {
            return Self { words: word.to_owned(), ..self.clone() };
        }
        Self { path: format!("{}.{word}", self.path), words: word.to_owned(), cut: None }
    }

    pub(super) fn cut(self, length: u8) -> Self {
        Self { cut: Some(length), ..self }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.path.is_empty()
    }

    pub(super) fn reading(&self) -> Reading {
        self.cut.map_or(Reading::Value, Reading::Beginning)
    }
}

/// An open bracket.
pub(super) struct Open {
    pub(super) byte: u8,
    /// The value that the literals in it belong to.
    pub(super) operand: Operand,
    pub(super) reading: Reading,
    /// True if names in it are keys.
    pub(super) is_data: bool,
    /// The bracket whose list this is a part of, by its index among the open brackets.
    pub(super) owner: usize,
    /// For a list: its number among the lists with the same name, once a literal was seen in it.
    pub(super) number: Option<u32>,
    pub(super) field: Option<FieldId>,
    /// For a call: its function in lowercase letters, the object of the method, and its arguments.
    pub(super) function: String,
    pub(super) receiver: Operand,
    pub(super) argument: Operand,
    pub(super) numbers: Vec<u8>,
    /// For a table written row by row: its columns, and the number of cells read so far.
    pub(super) columns: Vec<String>,
    pub(super) cells: usize,
    /// For an index: the value that is indexed.
    pub(super) indexed: Option<Operand>,
}

impl Open {
    /// Returns a bracket that was just opened.
    pub(super) fn new(byte: u8, owner: usize) -> Self {
        Self {
            byte,
            operand: Operand::default(),
            reading: Reading::Value,
            is_data: false,
            owner,
            number: None,
            field: None,
            function: String::new(),
            receiver: Operand::default(),
            argument: Operand::default(),
            numbers: Vec::new(),
            columns: Vec::new(),
            cells: 0,
            indexed: None,
        }
    }

    /// Returns how a function compares a value with its literals.
    pub(super) fn compared_by(&self, value: &Operand) -> Reading {
        let function = self.function.as_str();
        if STARTS.contains(&function) {
            Reading::Beginning(0)
        } else if EXPRESSIONS.contains(&function) {
            Reading::Expression
        } else {
            value.reading()
        }
    }

    /// Returns the value that the literals in it belong to, and how they are read.
    pub(super) fn compared(&self) -> (Operand, Reading) {
        let function = self.function.as_str();
        let is_comparison = [&MEMBERS[..], &STARTS, &EXPRESSIONS].iter().any(|list| list.contains(&function));
        if !self.operand.is_empty() || !is_comparison {
            return (self.operand.clone(), self.reading);
        }
        let value = if self.argument.is_empty() { Operand::of(function) } else { self.argument.clone() };
        let reading = self.compared_by(&value);
        (value, reading)
    }
}

/// Returns the field of the literals of a name.
pub(super) fn field(name: &str, words: &str, reading: Reading, suffix: &str, sink: &mut dyn Sink) -> FieldId {
    let kind = match reading {
        Reading::Beginning(_) => "prefixes",
        Reading::Expression => "expressions",
        Reading::Range(_) => "ranges",
        _ => "literals",
    };
    let path = if name.is_empty() { kind.to_owned() } else { format!("{kind} of `{name}`{suffix}") };
    sink.field(FieldName { path: &path, words, reading, origin: Origin::list(ListKind::Literals, name) })
}

/// Returns the field of the expressions that a value is compared with.
pub(super) fn expressions(operand: &Operand, sink: &mut dyn Sink) -> FieldId {
    field(&operand.path, &operand.words, Reading::Expression, "", sink)
}

/// Returns the field of the ranges of a name.
pub(super) fn ranges(operand: &Operand, sink: &mut dyn Sink) -> FieldId {
    field(&operand.path, &operand.words, Reading::Range(None), "", sink)
}
