//! CPT: procedures and services, published by the AMA every January 1, in parts every quarter. Its descriptors are licensed.

use super::level_two::{is_level_two, is_local};
use crate::model::code_set::{CodeSet, CodeSystem, PropertyDefinition, PropertyGroup};

/// The descriptor of CPT.
pub static CPT: CodeSet = CodeSet {
    id: "cpt",
    title: "CPT",
    publisher: "AMA",
    uri: Some("http://www.ama-assn.org/go/cpt"),
    terms: "Copyright American Medical Association; use requires a license; descriptors are left out of outputs \
            unless --with-licensed-text",
    normalize: &normalize,
    properties: &PROPERTIES,
    licensed: Some(|_| true),
    systems: &[CodeSystem::Hcpcs, CodeSystem::Cpt],
    neighbor,
    takes_modifiers: true,
    ..CodeSet::PLAIN
};

static CATEGORY: PropertyGroup = PropertyGroup::shown("category", "the part of CPT that contains the code");
static DESCRIPTORS: PropertyGroup =
    PropertyGroup { licensed: true, ..PropertyGroup::shown("descriptors", "descriptors for clinicians") };
static TEST: PropertyGroup = PropertyGroup {
    licensed: true,
    ..PropertyGroup::shown("test", "the laboratory test of a proprietary code, and its manufacturer")
};
static DATES: PropertyGroup =
    PropertyGroup::shown("dates", "the publication and effective dates of a proprietary code");
static IDENTITY: PropertyGroup =
    PropertyGroup::hidden("identity", "the publisher's number of the concept, independent of its code");

static PROPERTIES: [PropertyDefinition; 8] = [
    PropertyDefinition::new("Category", &CATEGORY),
    PropertyDefinition::new("Concept Id", &IDENTITY),
    PropertyDefinition::new("Clinician Descriptor", &DESCRIPTORS),
    PropertyDefinition::new("Released Date", &DATES),
    PropertyDefinition::new("Effective Date", &DATES),
    PropertyDefinition::new("Proprietary Name", &TEST),
    PropertyDefinition::new("Laboratory", &TEST),
    PropertyDefinition::new("Manufacturer", &TEST),
];

/// Recognizes a letter and four digits as HCPCS Level II, or as a state's own code.
fn neighbor(code: &str) -> Option<&'static str> {
    if is_local(code) { Some("local or state codes") } else { is_level_two(code).then_some("HCPCS Level II") }
}

/// Returns whether a text is a CPT code: four digits, and a digit or one of `A F M T U`.
pub(crate) fn is_code(text: &str) -> bool {
    let [digits @ .., last] = text.as_bytes() else { return false };
    digits.len() == 4
        && digits.iter().all(u8::is_ascii_digit)
        && (last.is_ascii_digit() || b"AFMTU".contains(last))
}

/// Returns the category of a code, by its last character.
pub(crate) fn category(code: &str) -> &'static str {
    match code.as_bytes().last() {
        Some(b'F') => "II",
        Some(b'T') => "III",
        Some(b'U') => "PLA",
        Some(b'M') => "MAAA",
        // Digits, and vaccine administration with its `A`.
        _ => "I",
    }
}

/// Normalizes a code, or a modifier of two letters or digits.
fn normalize(typed: &str) -> Option<String> {
    let code = typed.trim().to_ascii_uppercase();
    let modifier = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (modifier || is_code(&code)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_five_characters_and_modifiers_two() {
        for (typed, code) in [("0000f", "0000F"), (" 99999 ", "99999"), ("0000U", "0000U"), ("zz", "ZZ")] {
            assert_eq!(normalize(typed).as_deref(), Some(code));
        }
        for typed in ["", "9999", "999990", "A0000", "0000B", "D0000", "9999-"] {
            assert_eq!(normalize(typed), None, "{typed}");
        }
    }

    #[test]
    fn the_last_character_tells_the_category() {
        for (code, of) in [
            ("00000", "I"),
            ("0000A", "I"),
            ("0000F", "II"),
            ("0000T", "III"),
            ("0000U", "PLA"),
            ("0000M", "MAAA"),
        ] {
            assert_eq!(category(code), of);
        }
    }
}
