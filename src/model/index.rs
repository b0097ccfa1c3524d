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
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
    /// The codes of each term, by the path to the term: `Aberrant, artery, coronary`.
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

    /// Returns the codes that a term leads to.
    pub fn codes(&self, term: &str) -> &[String] {
        self.terms.get(term).map_or(&[], Vec::as_slice)
    }

    /// Returns the terms that lead to a code in the form used by the index: usually without the 7th character.
    pub fn terms(&self, code: &str) -> &[String] {
        self.of_code.get(code).map_or(&[], Vec::as_slice)
    }

    /// Returns the number of terms that lead to codes.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Returns whether no term leads to a code.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}
