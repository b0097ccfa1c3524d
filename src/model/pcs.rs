//! The tables of ICD-10-PCS: the values of each axis that combine to codes.

use std::collections::BTreeMap;

use super::problem::Problem;

/// A value of an axis: one character of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AxisLabel {
    /// The character.
    pub char: char,
    /// The meaning of the character.
    pub label: String,
}

/// An axis: one character position of a code and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PcsAxis {
    /// The position in the code, from 1 to 7.
    pub position: u8,
    /// The title: `Body Part`.
    pub title: String,
    /// The values.
    pub values: Vec<AxisLabel>,
}

/// A row: every combination of its values is a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PcsRow {
    /// The axes from the 4th character on.
    pub axes: Vec<PcsAxis>,
    /// Number of codes, as stated in the file.
    pub codes: Option<u64>,
    /// The line of the file where it begins.
    pub line: u32,
}

/// A table: section, body system and operation, with its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PcsTable {
    /// The first three axes, with one value each.
    pub axes: Vec<PcsAxis>,
    /// The definition of the operation, in the publisher's words.
    pub definition: Option<String>,
    /// The rows.
    pub rows: Vec<PcsRow>,
}

/// The tables of a release.
#[derive(Debug, Clone, Default)]
pub struct PcsTables {
    /// The file.
    pub name: String,
    /// The tables, in the publisher's order.
    pub tables: Vec<PcsTable>,
    /// Whether the end of the file was read, so that a missing code is known to be invalid.
    pub is_whole: bool,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
}

/// Upper limit for the codes of a row, by its axes: official rows have a few thousand.
const MOST_CODES: usize = 1_000_000;

impl PcsTable {
    /// Returns the first three characters of its codes.
    pub fn prefix(&self) -> String {
        self.axes.iter().filter_map(|axis| axis.values.first()).map(|value| value.char).collect()
    }
}

impl PcsRow {
    /// Returns the last four characters of each of its codes; empty if an axis is missing, or there are more than the
    /// limit.
    pub fn suffixes(&self) -> Vec<String> {
        let count = self.axes.iter().try_fold(1_usize, |count, axis| count.checked_mul(axis.values.len()));
        if self.axes.len() != 4 || count.is_none_or(|count| count > MOST_CODES) {
            return Vec::new();
        }
        let mut suffixes = vec![String::new()];
        for axis in &self.axes {
            let longer = |suffix: &String| -> Vec<String> {
                axis.values.iter().map(|value| format!("{suffix}{}", value.char)).collect()
            };
            suffixes = suffixes.iter().flat_map(longer).collect();
        }
        suffixes
    }

    /// Returns whether a code with these last four characters is one of its codes.
    pub fn makes(&self, suffix: &str) -> bool {
        suffix.chars().count() == self.axes.len()
            && self.axes.iter().zip(suffix.chars()).all(|(axis, char)| axis.label(char).is_some())
    }
}

impl PcsAxis {
    /// Returns the meaning of a character.
    pub fn label(&self, char: char) -> Option<&str> {
        self.values.iter().find(|value| value.char == char).map(|value| value.label.as_str())
    }
}

impl PcsTables {
    /// Returns the table with the first three characters of a code.
    pub fn table(&self, prefix: &str) -> Option<&PcsTable> {
        self.tables.iter().find(|table| table.prefix() == prefix)
    }

    /// Returns the table and the row that contain a code.
    pub fn row_of(&self, code: &str) -> Option<(&PcsTable, &PcsRow)> {
        let (prefix, suffix) = code.split_at_checked(3)?;
        let table = self.table(prefix)?;
        Some((table, table.rows.iter().find(|row| row.makes(suffix))?))
    }

    /// Explains each character of a code: the axis, the character, the label.
    pub fn explained(&self, code: &str) -> Option<Vec<(&str, char, &str)>> {
        let (table, row) = self.row_of(code)?;
        let axes = table.axes.iter().chain(&row.axes);
        axes.zip(code.chars())
            .map(|(axis, char)| Some((axis.title.as_str(), char, axis.label(char)?)))
            .collect()
    }

    /// Returns all codes, in the order of the rows.
    pub fn codes(&self) -> impl Iterator<Item = String> {
        self.tables.iter().flat_map(|table| {
            let prefix = table.prefix();
            table.rows.iter().flat_map(move |row| {
                let prefix = prefix.clone();
                row.suffixes().into_iter().map(move |suffix| format!("{prefix}{suffix}"))
            })
        })
    }
}

/// The definition of an axis value, in the publisher's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PcsDefinition {
    /// The definition.
    pub definition: Option<String>,
    /// Further explanation.
    pub explanation: Option<String>,
    /// The included terms.
    pub includes: Vec<String>,
}

/// The definitions of a release.
#[derive(Debug, Clone, Default)]
pub struct PcsDefinitions {
    /// The file.
    pub name: String,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
    /// By section, position of the axis, and value.
    terms: BTreeMap<(char, u8, String), PcsDefinition>,
}

impl PcsDefinitions {
    /// Makes definitions of terms: section, position of the axis, value. Several entries for one term are joined.
    pub fn new(
        name: String,
        terms: Vec<((char, u8, String), PcsDefinition)>,
        problems: Vec<Problem>,
    ) -> Self {
        let mut joined: BTreeMap<_, PcsDefinition> = BTreeMap::new();
        for (key, definition) in terms {
            let held = joined.entry(key).or_default();
            held.definition = held.definition.take().or(definition.definition);
            held.explanation = held.explanation.take().or(definition.explanation);
            held.includes.extend(definition.includes);
        }
        Self { name, problems, terms: joined }
    }

    /// Returns the definition of an axis value in a section.
    pub fn of(&self, section: char, axis: u8, value: &str) -> Option<&PcsDefinition> {
        self.terms.get(&(section, axis, value.to_owned()))
    }

    /// Returns true if there are no definitions, as in a truncated file.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Returns all definitions: section, position of the axis, value, definition.
    pub fn all(&self) -> impl Iterator<Item = (char, u8, &str, &PcsDefinition)> {
        self.terms
            .iter()
            .map(|((section, axis, value), definition)| (*section, *axis, value.as_str(), definition))
    }
}
