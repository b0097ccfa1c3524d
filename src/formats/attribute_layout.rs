//! Layouts of lists that give codes an attribute: the trait, its options and its errors.

use super::Sample;
use crate::model::{AttributeTable, CodeSet, SourceFile};

/// The options for reading a list.
#[derive(Debug, Clone, Copy)]
pub struct AttributeOptions<'a> {
    /// The set of the codes in use.
    pub set: &'static CodeSet,
    /// The user's name for the attribute.
    pub name: &'a str,
    /// The column or model that the user names.
    pub column: Option<&'a str>,
}

/// The content of a file of a list.
#[derive(Debug)]
pub enum AttributePart {
    /// The list.
    Table(AttributeTable),
    /// Not the list itself; the sentence describes it: additions to the list, or deletions from it.
    Companion(&'static str),
}

/// The reason why files do not give an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeError {
    /// A description of the problem.
    pub fact: String,
    /// The suggested next step.
    pub hint: String,
}

impl AttributeError {
    pub(super) fn new(fact: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { fact: fact.into(), hint: hint.into() }
    }

    /// Returns the error for a file that cannot be read.
    pub(super) fn of(name: &str, fact: String) -> Self {
        Self::new(format!("{name}: {fact}"), "pass the original file from the publisher")
    }

    /// Returns the error for a missing column, or for several columns if the user named none.
    pub(super) fn column(name: &str, fact: &str, columns: &[&str]) -> Self {
        let hint = match columns {
            [] => "write FILE#NAME, with the heading of the column as NAME".to_owned(),
            columns => format!("write FILE#NAME, with one of: {}", columns.join(", ")),
        };
        Self::new(format!("{name}: {fact}"), hint)
    }
}

/// One list.
pub trait AttributeLayout: Sync {
    /// Returns the key: also the name of the file here and of the folder of fixtures.
    fn id(&self) -> &'static str;

    /// Returns the name of the list, for people.
    fn title(&self) -> &'static str;

    /// Returns whether a file is such a list.
    fn recognizes(&self, sample: &Sample<'_>) -> bool;

    /// Reads a recognized file.
    ///
    /// # Errors
    ///
    /// If it has no such titles, or several columns and the user named none.
    fn read(&self, file: SourceFile, options: &AttributeOptions<'_>)
    -> Result<AttributePart, AttributeError>;

    /// Joins several files of the layout into one list. Copies of one list, such as text and workbook, count as one.
    ///
    /// # Errors
    ///
    /// If they are several lists.
    fn join(&self, tables: Vec<AttributeTable>) -> Result<AttributeTable, AttributeError> {
        only_one(tables)
    }
}

/// Returns the list of several files that all have the same content.
pub(super) fn only_one(tables: Vec<AttributeTable>) -> Result<AttributeTable, AttributeError> {
    let names: Vec<String> = tables.iter().map(AttributeTable::files).collect();
    let mut tables = tables.into_iter();
    let several = || {
        let fact = format!("these are several lists: {}", names.join(", "));
        AttributeError::new(fact, "pass the file of one edition")
    };
    let mut first = tables.next().ok_or_else(several)?;
    for copy in tables {
        if copy.values != first.values {
            return Err(several());
        }
        first.sources.extend(copy.sources);
    }
    Ok(first)
}
