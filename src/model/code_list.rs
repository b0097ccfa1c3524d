//! Lists of codes of interest.

use std::collections::BTreeSet;

use super::code_set::Hierarchy;
use super::entry::Entry;

/// Codes, each with everything below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeList {
    /// In the form used in files, sorted; if the set's hierarchy follows its codes, also prefixes of codes.
    codes: BTreeSet<String>,
}

impl CodeList {
    /// Returns the codes, sorted, including prefixes of codes.
    pub fn codes(&self) -> impl ExactSizeIterator<Item = &str> {
        self.codes.iter().map(String::as_str)
    }

    /// Returns whether the list has no codes.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Returns whether an entry, or one above it, is in the list.
    pub fn holds(&self, entry: Entry<'_>) -> bool {
        let is_in = |code: &str| self.codes.contains(code);
        if entry.set().hierarchy == Hierarchy::ByCode {
            let code = entry.code();
            return (1..=code.len()).any(|length| code.get(..length).is_some_and(is_in));
        }
        is_in(entry.code()) || entry.ancestors().any(|above| is_in(above.code()))
    }
}

impl Extend<String> for CodeList {
    fn extend<I: IntoIterator<Item = String>>(&mut self, codes: I) {
        self.codes.extend(codes);
    }
}
