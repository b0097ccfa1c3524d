//! The alphabetical index: terms with the codes that they lead to.

use std::collections::BTreeMap;

use super::problem::Problem;

/// An index of a release: of diseases, of external causes, the tables of drugs and of neoplasms.
#[derive(Debug, Clone, Default)]
pub struct CodeIndex {
    /// The file.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What is not as the layout says.
    pub problems: Vec<Problem>,
    /// The codes of each term, by the way that leads to it: `Aberrant, artery, coronary`.
    terms: BTreeMap<String, Vec<String>>,
    /// The terms of each code.
    of_code: BTreeMap<String, Vec<String>>,
}

impl CodeIndex {
    /// Makes an index of terms with codes, written without dots.
    pub fn new(name: String, title: String, terms: Vec<(String, String)>, problems: Vec<Problem>) -> Self {
        let mut index = Self { name, title, problems, ..Self::default() };
        for (term, code) in terms {
            let codes = index.terms.entry(term.clone()).or_default();
            if !codes.contains(&code) {
                codes.push(code.clone());
                index.of_code.entry(code).or_default().push(term);
            }
        }
        index
    }

    /// The codes that a term leads to.
    pub fn codes(&self, term: &str) -> &[String] {
        self.terms.get(term).map_or(&[], Vec::as_slice)
    }

    /// The terms that lead to a code, as the index writes it: mostly without 7th character.
    pub fn terms(&self, code: &str) -> &[String] {
        self.of_code.get(code).map_or(&[], Vec::as_slice)
    }

    /// How many terms lead to codes.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether no term leads to a code.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}
