//! Attributes of codes that other lists give: whether a code is exempt from reporting, its severity, its category.

use std::collections::{BTreeMap, BTreeSet};

use super::{CodeSet, Problem, Source};

/// The attributes that a list gives to codes.
#[derive(Debug, Clone)]
pub struct AttributeTable {
    /// The title of the list, for display.
    pub title: String,
    /// The files it was read from.
    pub sources: Vec<Source>,
    /// The code set of its codes.
    pub set: &'static CodeSet,
    /// The values of each code; codes are in the form used in files. A code may have several: categories, or one for
    /// each model.
    pub values: BTreeMap<String, BTreeSet<String>>,
    /// The value of a code that is missing from a complete list; `None` if a missing code has no known value.
    pub absent: Option<&'static str>,
    /// Problems found while reading.
    pub problems: Vec<Problem>,
}

impl AttributeTable {
    /// Returns an empty list of one file.
    pub fn new(title: impl Into<String>, source: Source, set: &'static CodeSet) -> Self {
        let (values, problems) = (BTreeMap::new(), Vec::new());
        Self { title: title.into(), sources: vec![source], set, values, absent: None, problems }
    }

    /// Returns the values of a code, sorted; empty if the list has no value for it.
    pub fn of(&self, code: &str) -> Vec<&str> {
        match self.values.get(code) {
            Some(values) => values.iter().map(String::as_str).collect(),
            None => self.absent.into_iter().collect(),
        }
    }

    /// Returns the names of the files; for an archive, those of its members.
    pub fn files(&self) -> String {
        let names = || self.sources.iter().map(|source| source.name.as_str());
        let is_archive = |name: &str| {
            names().any(|other| other.strip_prefix(name).is_some_and(|member| member.starts_with('!')))
        };
        names().filter(|name| !is_archive(name)).collect::<Vec<_>>().join(", ")
    }

    /// Returns whether its codes may belong to `set`: its own set, or one that claims mark the same way, such as CPT
    /// and HCPCS.
    pub fn is_about(&self, set: &CodeSet) -> bool {
        self.set == set || self.set.systems.iter().any(|system| set.systems.contains(system))
    }
}
