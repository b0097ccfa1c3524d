//! `--attribute NAME OLDFILE NEWFILE`: paths into tables of attributes.

use std::path::{Path, PathBuf};

use super::error::{Error, InputError};
use super::load::Loader;
use crate::formats::{self, AttributeOptions};
use crate::impact::Attribute;
use crate::model::{AttributeTable, CodeSet};
use crate::sources::catalog::Role;

/// An attribute argument.
pub(super) struct AttributeArg {
    name: String,
    old: TableArg,
    new: TableArg,
}

/// A file, and which of its columns or models is meant.
struct TableArg {
    path: PathBuf,
    column: Option<String>,
}

impl AttributeArg {
    /// Parses the arguments, three words for each attribute.
    pub(super) fn all(typed: &[PathBuf]) -> Result<Vec<Self>, Error> {
        let mut all: Vec<Self> = Vec::new();
        for words in typed.chunks(3) {
            let [name, old, new] = words else {
                unreachable!("clap passes three values at a time");
            };
            let name = name.to_string_lossy().into_owned();
            if all.iter().any(|other| other.name == name) {
                let fact = format!("the attribute `{name}` is given twice");
                return Err(Error::argument(fact, "give each attribute a different name"));
            }
            all.push(Self { name, old: TableArg::new(old), new: TableArg::new(new) });
        }
        Ok(all)
    }

    /// Creates an argument from a name and two tables.
    pub(super) fn of(name: &str, old: &Path, new: &Path) -> Self {
        Self { name: name.to_owned(), old: TableArg::new(old), new: TableArg::new(new) }
    }

    /// Returns the files.
    pub(super) fn paths(&self) -> [&PathBuf; 2] {
        [&self.old.path, &self.new.path]
    }

    /// Reads both tables.
    pub(super) fn read(&self, set: &'static CodeSet, loader: &Loader) -> Result<Attribute, Error> {
        let table = |table: &TableArg| table.read(&self.name, set, loader);
        Ok(Attribute { name: self.name.clone(), old: table(&self.old)?, new: table(&self.new)? })
    }
}

impl TableArg {
    /// Parses `FILE#COLUMN`, unless there is a file of the whole name.
    fn new(typed: &Path) -> Self {
        let plain = || Self { path: typed.to_owned(), column: None };
        let Some((path, column)) = typed.to_str().and_then(|typed| typed.rsplit_once('#')) else {
            return plain();
        };
        if typed.exists() || path.is_empty() || column.is_empty() {
            return plain();
        }
        Self { path: PathBuf::from(path), column: Some(column.to_owned()) }
    }

    fn read(&self, name: &str, set: &'static CodeSet, loader: &Loader) -> Result<AttributeTable, Error> {
        // For a release by name: the list that its publisher ships with it, if the attribute has its name.
        let list = [Role::Poa].into_iter().find(|role| role.word().eq_ignore_ascii_case(name));
        let takes = |role| list.map_or(role == Role::Codes, |list| role == list);
        let opened = loader.open(&self.path, &takes, &formats::wanted_attribute)?;
        let options = AttributeOptions { set, name, column: self.column.as_deref() };
        let table = formats::read_attribute(opened.files, &options);
        let mut table = table.map_err(|error| InputError::Attribute {
            name: name.to_owned(),
            path: self.path.display().to_string(),
            error,
        })?;
        table.sources.splice(0..0, opened.archives);
        table.problems.extend(opened.notes);
        Ok(table)
    }
}
