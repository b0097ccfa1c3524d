//! Descriptors: code sets that a catalog describes, so that their files are read without a reader of their own.

use encoding_rs::Encoding;
use regex_automata::meta::Regex;

/// How the files of a described set are read. Columns are numbers of fields, see [`Field`].
#[derive(Debug)]
pub struct Descriptor {
    /// The catalog that describes the set, for messages.
    pub catalog: String,
    /// What its keys look like.
    pub keys: KeyRule,
    /// How its files are laid out.
    pub layout: FileLayout,
    /// The columns that are read, each with what it holds.
    pub columns: Vec<(Field, Column)>,
    /// Which rows are codes and which are category headers.
    pub levels: LevelRule,
    /// Whether a code is below another one whose key its own begins with.
    pub is_nested_by_key: bool,
    /// Values of the column `status` that end a code.
    pub ended: Vec<String>,
    /// Whether the day comes before the month in dates such as `03/04/2026`.
    pub day_first: bool,
    /// Words after which a note names what to use instead; empty if the column holds nothing but codes.
    pub phrases: Vec<String>,
    /// The table of successors, if the publisher ships one.
    pub transition: Option<TransitionRule>,
}

/// What a column of a described file holds.
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
    /// What to use instead.
    Successor,
    /// An attribute, by its name.
    Attribute(String),
}

impl Field {
    /// The name of the field in a catalog.
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

/// Where a column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// Under this heading; of ClaML the name of an attribute, a rubric or a `Meta`.
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

/// How a file is laid out.
#[derive(Debug, Clone)]
pub struct FileLayout {
    /// What separates columns.
    pub form: FileForm,
    /// The encoding; `None` if it is detected.
    pub encoding: Option<&'static Encoding>,
    /// Lines before the table.
    pub skip_lines: usize,
}

/// What separates the columns of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileForm {
    /// A delimiter, or the cells of a workbook.
    Delimited {
        /// The delimiter; `None` if it is detected.
        delimiter: Option<u8>,
        /// Whether the first row holds headings.
        headings: bool,
        /// Whether double quotes enclose values.
        quotes: bool,
    },
    /// Fixed positions in each line.
    Fixed,
    /// ClaML, the XML of classifications (EN 14463).
    Claml,
}

/// Which rows are codes and which are category headers.
#[derive(Debug, Default)]
pub struct LevelRule {
    /// Values of the column `level` that mark a code; if there are none, all but those of headers.
    pub codes: Vec<String>,
    /// Values of the column `level` that mark a header; if there are none, all but those of codes.
    pub headers: Vec<String>,
    /// Whether an entry with others below it is a header.
    pub with_children: bool,
}

/// A table of its own in which the publisher says which old code became which new one.
#[derive(Debug)]
pub struct TransitionRule {
    /// How the file is laid out.
    pub layout: FileLayout,
    /// The column of old codes.
    pub old: Column,
    /// The column of new codes.
    pub new: Column,
    /// Values for "no such code".
    pub none: Vec<String>,
    /// The column that marks rows which may be applied automatically from old to new, and its values.
    pub forward: Option<(Column, Vec<String>)>,
    /// The same from new to old.
    pub backward: Option<(Column, Vec<String>)>,
    /// Whether the publisher of the set issued it.
    pub is_official: bool,
}

/// Whether letters of keys are changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Letters {
    /// Kept as they are.
    #[default]
    Kept,
    /// Changed to capitals.
    Upper,
    /// Changed to small letters.
    Lower,
}

/// What keys look like and how they are normalized.
#[derive(Debug, Default)]
pub struct KeyRule {
    /// What a whole key matches, as it was written.
    pub pattern: Option<(String, Regex)>,
    /// What the key of a header matches that is not like other keys, such as a chapter.
    pub headers: Option<(String, Regex)>,
    /// Whether letters are changed.
    pub letters: Letters,
    /// Characters that are left out, such as dots.
    pub removed: String,
    /// Numbers get leading zeros up to this length.
    pub pad: usize,
}

impl KeyRule {
    /// Returns the key that a person or a file means; `None` if it does not look like one.
    pub fn normalise(&self, typed: &str) -> Option<String> {
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

    /// Whether a key is that of a header by its form alone.
    pub fn is_header(&self, key: &str) -> bool {
        self.headers.as_ref().is_some_and(|(_, pattern)| pattern.is_match(key))
    }
}

impl Descriptor {
    /// The column of a field, if it is described.
    pub fn column(&self, field: &Field) -> Option<&Column> {
        self.columns.iter().find(|(known, _)| known == field).map(|(_, column)| column)
    }

    /// The name of the attribute that holds what to use instead, if there is one.
    pub fn successor_name(&self) -> Option<String> {
        self.column(&Field::Successor).map(|column| match column {
            Column::Heading(heading) => heading.clone(),
            _ => Field::Successor.name().to_owned(),
        })
    }

    /// Whether it says which rows are headers: without that all rows are codes.
    pub fn has_levels(&self) -> bool {
        self.column(&Field::Level).is_some() || self.levels.with_children || self.keys.headers.is_some()
    }
}
