//! Attributes of codes that other lists give: whether a code is exempt from reporting, its severity, its category.

use std::collections::{BTreeMap, BTreeSet};

use super::{CodeSet, Problem, Source};

/// What a list says of codes.
#[derive(Debug, Clone)]
pub struct AttributeTable {
    /// What the list is, for people.
    pub title: String,
    /// The files it was read from.
    pub sources: Vec<Source>,
    /// The set that its codes are of.
    pub set: &'static CodeSet,
    /// The values of each code, as files hold codes. A code may have several: categories, or one for each model.
    pub values: BTreeMap<String, BTreeSet<String>>,
    /// The value of a code that a complete list leaves out; `None` where its absence says nothing.
    pub absent: Option<&'static str>,
    /// What is not as it should be.
    pub problems: Vec<Problem>,
}

impl AttributeTable {
    /// An empty list of one file.
    pub fn new(title: impl Into<String>, source: Source, set: &'static CodeSet) -> Self {
        let (values, problems) = (BTreeMap::new(), Vec::new());
        Self { title: title.into(), sources: vec![source], set, values, absent: None, problems }
    }

    /// The values of a code, sorted; none where the list does not tell.
    pub fn of(&self, code: &str) -> Vec<&str> {
        match self.values.get(code) {
            Some(values) => values.iter().map(String::as_str).collect(),
            None => self.absent.into_iter().collect(),
        }
    }

    /// The names of the files; an archive is named by its members.
    pub fn files(&self) -> String {
        let names = || self.sources.iter().map(|source| source.name.as_str());
        let is_archive = |name: &str| {
            names().any(|other| other.strip_prefix(name).is_some_and(|member| member.starts_with('!')))
        };
        names().filter(|name| !is_archive(name)).collect::<Vec<_>>().join(", ")
    }

    /// Whether its codes may be those of a set: its own, or one that claims mark alike, as they do CPT and HCPCS.
    pub fn is_about(&self, set: &CodeSet) -> bool {
        self.set == set || self.set.systems.iter().any(|system| set.systems.contains(system))
    }
}
