//! ICD-9-CM, only as the source or target of maps: the form of its codes. This descriptor reads no releases.

use crate::model::code_set::{CodeSet, Hierarchy};
use crate::model::dots::{with_dot, without_dot};

/// Length of the category of a procedure.
const PROCEDURE_CATEGORY: usize = 2;

/// Diagnoses: three digits, or `V` and two, or `E` and three; up to two digits follow the dot.
pub static ICD9CM: CodeSet = CodeSet {
    id: "icd9cm",
    title: "ICD-9-CM diagnoses",
    publisher: "NCHS",
    normalize: &|typed: &str| {
        let code = typed.trim().to_ascii_uppercase();
        let category = diagnosis_category_length(&code);
        let code = without_dot(code, Some(category));
        let (digits, category) = match code.as_bytes().first()? {
            b'E' => (&code[1..], 3),
            b'V' => (&code[1..], 2),
            _ => (code.as_str(), 3),
        };
        is_number(digits, category).then_some(code)
    },
    display: |code| with_dot(code, Some(diagnosis_category_length(code))),
    hierarchy: Hierarchy::ByCode,
    ..CodeSet::PLAIN
};

/// Procedures: two digits; up to two follow the dot.
pub static ICD9PCS: CodeSet = CodeSet {
    id: "icd9pcs",
    title: "ICD-9-CM procedures",
    publisher: "CMS",
    normalize: &|typed: &str| {
        let code = without_dot(typed.trim().to_ascii_uppercase(), Some(PROCEDURE_CATEGORY));
        is_number(&code, PROCEDURE_CATEGORY).then_some(code)
    },
    display: |code| with_dot(code, Some(PROCEDURE_CATEGORY)),
    category_length: PROCEDURE_CATEGORY,
    hierarchy: Hierarchy::ByCode,
    ..CodeSet::PLAIN
};

/// Returns the length of the category of a diagnosis: codes for external causes are one character longer.
pub(in crate::model) fn diagnosis_category_length(code: &str) -> usize {
    if code.starts_with(['E', 'e']) { 4 } else { 3 }
}

/// Returns whether a text is the digits of a category and up to two more.
fn is_number(text: &str, category: usize) -> bool {
    (category..=category + 2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
