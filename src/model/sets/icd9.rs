//! ICD-9-CM, only as the source or target of maps: the form of its codes. This descriptor reads no releases.

use crate::model::code_set::{CodeSet, Hierarchy};
use crate::model::map::Classification;

/// Diagnoses: three digits, or `V` and two, or `E` and three; up to two digits follow the dot.
pub static ICD9CM: CodeSet = CodeSet {
    id: "icd9cm",
    title: "ICD-9-CM diagnoses",
    publisher: "NCHS",
    normalise: &|typed: &str| {
        let code = Classification::Icd9cm.normalise(typed);
        let (digits, category) = match code.as_bytes().first()? {
            b'E' => (&code[1..], 3),
            b'V' => (&code[1..], 2),
            _ => (code.as_str(), 3),
        };
        is_number(digits, category).then_some(code)
    },
    display: |code| Classification::Icd9cm.display(code),
    hierarchy: Hierarchy::ByCode,
    ..CodeSet::PLAIN
};

/// Procedures: two digits; up to two follow the dot.
pub static ICD9PCS: CodeSet = CodeSet {
    id: "icd9pcs",
    title: "ICD-9-CM procedures",
    publisher: "CMS",
    normalise: &|typed: &str| {
        let code = Classification::Icd9pcs.normalise(typed);
        is_number(&code, 2).then_some(code)
    },
    display: |code| Classification::Icd9pcs.display(code),
    category_length: 2,
    hierarchy: Hierarchy::ByCode,
    ..CodeSet::PLAIN
};

/// Returns whether a text is the digits of a category and up to two more.
fn is_number(text: &str, category: usize) -> bool {
    (category..=category + 2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
