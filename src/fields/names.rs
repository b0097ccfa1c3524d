//! Decides which parts of a name in a user's file may be shown: a key, a sheet or a heading may be the name of a person.
//!
//! Invariant: every name or cell of a user's file that is shown passes through here; only known words and values that
//! look like codes are kept. `tests/it/canary.rs` looks for an invented patient in every output.

use super::{roles, systems};
use crate::model::CodeSet;

/// The names from users' files that reports show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Names {
    /// Only words that name code systems, roles of columns and parts of files.
    #[default]
    KnownWords,
    /// Names as they are.
    Whole,
}

/// Replaces words that are not shown.
const HIDDEN: &str = "…";

/// Words of file layouts, FHIR elements and programs, in addition to those that headings are made of.
const COMMON: &[&str] = &[
    "array",
    "codelist",
    "coding",
    "cohort",
    "column",
    "columns",
    "component",
    "compose",
    "concept",
    "conceptmap",
    "concepts",
    "condition",
    "conditions",
    "config",
    "crosswalk",
    "data",
    "dict",
    "display",
    "element",
    "entry",
    "exclude",
    "expansion",
    "filter",
    "group",
    "groups",
    "include",
    "includes",
    "items",
    "key",
    "keys",
    "lines",
    "literals",
    "lookup",
    "map",
    "mapping",
    "mappings",
    "member",
    "members",
    "notes",
    "observation",
    "of",
    "op",
    "or",
    "reason",
    "resource",
    "row",
    "rows",
    "rule",
    "rules",
    "schema",
    "sequence",
    "service",
    "services",
    "sheet",
    "system",
    "table",
    "tables",
    "term",
    "terms",
    "text",
    "url",
    "use",
    "valid",
    "value",
    "values",
    "valueset",
    "vector",
    "version",
    "vocabulary",
];

impl Names {
    /// Returns a name as it may be shown: `Jane_icd10` becomes `…_icd10`.
    pub(crate) fn name(self, name: &str) -> String {
        match self {
            Self::Whole => name.to_owned(),
            Self::KnownWords => known_words(name),
        }
    }

    /// Returns a location as it may be shown: the text between its backticks is from the file.
    pub fn place(self, place: &str) -> String {
        let ends = place.find('`').zip(place.rfind('`')).filter(|(first, last)| first < last);
        match ends {
            Some((first, last)) if self == Self::KnownWords => {
                format!("{}{}{}", &place[..first], known_words(&place[first..=last]), &place[last + 1..])
            }
            _ => place.to_owned(),
        }
    }

    /// Returns a sheet as messages name it: by its name, or by its number where none of the name may be shown.
    pub(crate) fn sheet(self, name: &str, number: usize) -> String {
        match self.some_of(name) {
            Some(shown) => format!("sheet `{}`", shown.escape_debug()),
            None => format!("sheet {number}"),
        }
    }

    /// Returns the name of a sheet or table, or its number where none of the name may be shown.
    pub(crate) fn numbered(self, what: &str, name: &str, number: usize) -> String {
        self.some_of(name).unwrap_or_else(|| format!("{what} {number}"))
    }

    /// Returns a name as it may be shown, or `None` if no word of it may be.
    fn some_of(self, name: &str) -> Option<String> {
        Some(self.name(name)).filter(|shown| shown.chars().any(char::is_alphanumeric))
    }
}

/// Returns whether a cell that was not understood may be quoted: each of its words looks like a code, wildcard or range, so
/// that it cannot be a person's name or number.
pub(crate) fn is_like_codes(set: &CodeSet, cell: &str) -> bool {
    const WORDS: usize = 6;
    const LONGEST: usize = 16;
    // Sets accept any letters in codes that they do not have yet: `smith1` has the form of a code.
    let begins = |word: &str| is_short_stem(word) || word.starts_with(|first: char| first.is_ascii_digit());
    let is_code =
        |word: &str| begins(word) && ((set.normalize)(word).is_some() || (set.likely_other)(word).is_some());
    // `E11.x`, `F1*`, `I20-I25`: the part before the wildcard begins as a code does, with few characters.
    let is_stem = |word: &str| {
        let stem = word.trim_end_matches(['*', '%', '?', '_', 'x', 'X', '.', '-']);
        stem.len() < word.len() && stem.len() <= 8 && is_short_stem(stem)
    };
    let is_range = |word: &str| {
        let ends = word.split_once(['-', '\u{2013}']);
        ends.is_some_and(|(first, last)| [first, last].iter().all(|end| is_code(end) || is_short_stem(end)))
    };
    let words: Vec<&str> = cell.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
    (1..=WORDS).contains(&words.len())
        && words
            .iter()
            .all(|word| word.len() <= LONGEST && (is_code(word) || is_stem(word) || is_range(word)))
}

/// Returns whether a word begins as codes do: a letter with a digit among the next two characters, at most eight characters.
/// `smith1` does not.
fn is_short_stem(word: &str) -> bool {
    word.len() <= 8
        && word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word.bytes().skip(1).take(2).any(|byte| byte.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
}

/// Replaces the unknown words of a name. Marks between words stay.
fn known_words(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    let hide = |shown: &mut String| {
        if !shown.ends_with(HIDDEN) {
            shown.push_str(HIDDEN);
        }
    };
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            first if first.is_ascii_alphanumeric() => word_length(rest),
            first => first.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        rest = after;
        match first {
            first if first.is_ascii_alphanumeric() && is_known(word) => shown.push_str(word),
            first if first.is_ascii_punctuation() || first == ' ' => shown.push(first),
            _ => hide(&mut shown),
        }
    }
    shown
}

/// Returns the length in bytes of the word that a text begins with: `dxCode` begins with `dx`.
fn word_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let ends = |at: &usize| {
        !bytes[*at].is_ascii_alphanumeric()
            || bytes[at - 1].is_ascii_lowercase() && bytes[*at].is_ascii_uppercase()
    };
    (1..bytes.len()).find(ends).unwrap_or(bytes.len())
}

fn is_known(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    roles::is_quotable_word(&word) || COMMON.contains(&word.as_str()) || systems::exact(&word).is_some()
}

#[cfg(test)]
mod tests {
    use super::{Names, is_like_codes};
    use crate::model::sets::ICD10CM;

    #[test]
    fn only_cells_like_codes_are_quoted() {
        for cell in ["Z99.9", "E11.x", "F1*", "I20-I25", "QA0-QA1", "G35, I10", "E11.9; F1%"] {
            assert!(is_like_codes(&ICD10CM, cell), "{cell}");
        }
        for cell in
            ["", "Jane", "Jane Smith", "smith1*", "smith1-jones2", "778899001", "G35 Jane", "1931-04-05"]
        {
            assert!(!is_like_codes(&ICD10CM, cell), "{cell}");
        }
    }

    #[test]
    fn only_known_words_of_a_name_are_shown() {
        let cases = [
            ("ICD-10 code", "ICD-10 code"),
            ("dxCode_1", "dxCode_1"),
            ("Jane Smith", "… …"),
            ("icd10_jane", "icd10_…"),
            ("JaneSmithCodes", "…Codes"),
            ("MRN 483920", "MRN …"),
            ("Müller ICD", "… ICD"),
            ("a\u{202e}b", "…"),
        ];
        for (name, shown) in cases {
            assert_eq!(Names::KnownWords.name(name), shown, "{name}");
            assert_eq!(Names::Whole.name(name), name);
        }
    }

    #[test]
    fn a_place_keeps_our_words_whatever_is_in_its_backticks() {
        let place = |place: &str| Names::KnownWords.place(place);
        assert_eq!(place("literals of `jane_codes`, list 2"), "literals of `…_codes`, list 2");
        assert_eq!(place("`patients.Jane.icd10[]`"), "`patients.….icd10[]`");
        assert_eq!(place("column `a`Jane`b`"), "column `…`…`…`");
        assert_eq!(place("text, ranges"), "text, ranges");
        assert_eq!(Names::KnownWords.numbered("sheet", "Jane", 2), "sheet 2");
        assert_eq!(Names::KnownWords.numbered("sheet", "Jane ICD-10", 2), "… ICD-10");
    }
}
