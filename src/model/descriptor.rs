//! Descriptors: code sets that a catalog describes, so that their files are read without a reader of their own.
//!
//! Invariant: a described set is registered when its catalog is read, because names such as `small@2025` are parsed in
//! many places that have no catalog. It lives as long as the program, like a built-in set.

use encoding_rs::Encoding;
use regex_automata::meta::Regex;

/// The description of the files of a set, used to read them. Each column is assigned to a [`Field`].
#[derive(Debug)]
pub struct Descriptor {
    /// The catalog that describes the set, for messages.
    pub catalog: String,
    /// The form of its keys.
    pub keys: KeyRule,
    /// The layout of its files.
    pub layout: FileLayout,
    /// The columns that are read, with the field of each.
    pub columns: Vec<(Field, Column)>,
    /// The rule that separates codes from category headers.
    pub levels: LevelRule,
    /// Whether a code belongs below another code that is a prefix of it.
    pub is_nested_by_key: bool,
    /// Values of the column `status` that end a code.
    pub ended: Vec<String>,
    /// Whether the day comes before the month in dates such as `03/04/2026`.
    pub day_first: bool,
    /// Phrases in a note that precede the replacement; empty if the column contains only codes.
    pub phrases: Vec<String>,
    /// The table of successors, if the publisher ships one.
    pub transition: Option<TransitionRule>,
}

/// The field that a column of a described file contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The key.
    Key,
    /// The long description.
    Description,
    /// The short description.
    Short,
    /// Whether the row is a code or a header.
    Level,
    /// The key of the entry above.
    Parent,
    /// Whether the code is still in use.
    Status,
    /// The day from which the code is valid.
    Start,
    /// The last day on which the code is valid.
    End,
    /// The replacement.
    Successor,
    /// An attribute, by its name.
    Attribute(String),
}

impl Field {
    /// Returns the name of the field in a catalog.
    pub fn name(&self) -> &str {
        match self {
            Self::Key => "key",
            Self::Description => "description",
            Self::Short => "short",
            Self::Level => "level",
            Self::Parent => "parent",
            Self::Status => "status",
            Self::Start => "start",
            Self::End => "end",
            Self::Successor => "successor",
            Self::Attribute(name) => name,
        }
    }
}

/// The position of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// The column with this heading; in ClaML the name of an attribute, a rubric or a `Meta`.
    Heading(String),
    /// The column with this number, from 1.
    Number(usize),
    /// The characters from `first` to `last`, from 1, or to the end of the line.
    Characters {
        /// The first character.
        first: usize,
        /// The last one.
        last: Option<usize>,
    },
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Heading(heading) => write!(f, "column `{heading}`"),
            Self::Number(number) => write!(f, "column {number}"),
            Self::Characters { first, last: Some(last) } => write!(f, "characters {first}-{last}"),
            Self::Characters { first, last: None } => write!(f, "characters {first}-"),
        }
    }
}

/// The layout of a file.
#[derive(Debug, Clone)]
pub struct FileLayout {
    /// The way columns are separated.
    pub form: FileForm,
    /// The encoding; `None` if it is detected.
    pub encoding: Option<&'static Encoding>,
    /// Lines before the table.
    pub skip_lines: usize,
}

/// The way columns are separated in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileForm {
    /// A delimiter, or the cells of a workbook.
    Delimited {
        /// The delimiter; `None` if it is detected.
        delimiter: Option<u8>,
        /// Whether the first row contains headings.
        headings: bool,
        /// Whether double quotes enclose values.
        quotes: bool,
    },
    /// Fixed positions in each line.
    Fixed,
    /// ClaML, the XML of classifications (EN 14463).
    Claml,
}

/// The rule that separates codes from category headers.
#[derive(Debug, Default)]
pub struct LevelRule {
    /// Values of the column `level` that mark a code; if empty, all values except those of headers.
    pub codes: Vec<String>,
    /// Values of the column `level` that mark a header; if empty, all values except those of codes.
    pub headers: Vec<String>,
    /// Whether an entry with others below it is a header.
    pub with_children: bool,
}

/// A separate table in which the publisher maps old codes to new ones.
#[derive(Debug)]
pub struct TransitionRule {
    /// The layout of the file.
    pub layout: FileLayout,
    /// The column of old codes.
    pub old: Column,
    /// The column of new codes.
    pub new: Column,
    /// Values for "no such code".
    pub none: Vec<String>,
    /// The column that marks rows which may be applied automatically from old to new, and its values.
    pub forward: Option<(Column, Vec<String>)>,
    /// The same column from new to old.
    pub backward: Option<(Column, Vec<String>)>,
    /// Whether the publisher of the set issued it.
    pub is_official: bool,
}

/// Conversion of letters in keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Letters {
    /// Unchanged.
    #[default]
    Kept,
    /// Converted to uppercase.
    Upper,
    /// Converted to lowercase.
    Lower,
}

/// The form of keys and their normalization.
#[derive(Debug, Default)]
pub struct KeyRule {
    /// The pattern of a whole key, as written.
    pub pattern: Option<(String, Regex)>,
    /// The pattern of header keys that differ from other keys, such as a chapter.
    pub headers: Option<(String, Regex)>,
    /// The conversion of letters.
    pub letters: Letters,
    /// Characters that are removed, such as dots.
    pub removed: String,
    /// The length to which numbers are padded with leading zeros.
    pub pad: usize,
}

impl KeyRule {
    /// Returns the normalized key of a typed text; `None` if it does not have the form of a key.
    pub fn normalize(&self, typed: &str) -> Option<String> {
        let mut key: String = typed.trim().chars().filter(|char| !self.removed.contains(*char)).collect();
        match self.letters {
            Letters::Kept => {}
            Letters::Upper => key = key.to_uppercase(),
            Letters::Lower => key = key.to_lowercase(),
        }
        if key.is_empty() {
            return None;
        }
        if key.len() < self.pad && key.bytes().all(|byte| byte.is_ascii_digit()) {
            key = format!("{key:0>width$}", width = self.pad);
        }
        let fits = match &self.pattern {
            Some((_, pattern)) => pattern.is_match(&key) || self.is_header(&key),
            None => true,
        };
        fits.then_some(key)
    }

    /// Returns whether a key is that of a header by its form alone.
    pub fn is_header(&self, key: &str) -> bool {
        self.headers.as_ref().is_some_and(|(_, pattern)| pattern.is_match(key))
    }
}

impl Descriptor {
    /// Returns the column of a field, if it is described.
    pub fn column(&self, field: &Field) -> Option<&Column> {
        self.columns.iter().find(|(known, _)| known == field).map(|(_, column)| column)
    }

    /// Returns the name of the attribute that holds the replacement, if there is one.
    pub fn successor_name(&self) -> Option<String> {
        self.column(&Field::Successor).map(|column| match column {
            Column::Heading(heading) => heading.clone(),
            _ => Field::Successor.name().to_owned(),
        })
    }

    /// Returns whether the descriptor identifies headers; otherwise all rows are codes.
    pub fn has_levels(&self) -> bool {
        self.column(&Field::Level).is_some() || self.levels.with_children || self.keys.headers.is_some()
    }
}
