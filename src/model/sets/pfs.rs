//! The Medicare Physician Fee Schedule: CMS data for each code, and for each code with a modifier, every quarter.

use super::{cdt, cpt};
use crate::model::code_set::{CodeSet, CodeSystem, PropertyDefinition, PropertyGroup};

/// The descriptor of the relative value file. Its keys are a code, or a code and a modifier: `G0101-26`.
pub static PFS: CodeSet = CodeSet {
    id: "pfs",
    title: "Physician Fee Schedule",
    publisher: "CMS",
    terms: "US government work; the descriptions of CPT codes are copyright of the AMA, those of D codes of the ADA, and \
            are left out of outputs unless --with-licensed-text",
    normalize: &normalize,
    category_length: 5,
    properties: &PROPERTIES,
    licensed: Some(licensed),
    keys_with_modifiers: true,
    systems: &[CodeSystem::Hcpcs, CodeSystem::HcpcsLevel2, CodeSystem::Cpt, CodeSystem::Cdt],
    ..CodeSet::PLAIN
};

static STATUS: PropertyGroup =
    PropertyGroup::shown("status", "whether Medicare pays for it under the schedule");
static RVU: PropertyGroup = PropertyGroup::shown("rvu", "relative value units");
static INDICATORS: PropertyGroup = PropertyGroup::shown("indicators", "payment policy indicators");
static SURGERY: PropertyGroup =
    PropertyGroup::shown("global", "global days and the shares of the surgical package");
static BASE: PropertyGroup = PropertyGroup::shown("base", "the endoscopic base code");
static FACTOR: PropertyGroup =
    PropertyGroup::shown("factor", "a conversion factor that differs from the file's");
static OPPS: PropertyGroup = PropertyGroup::shown("opps", "amounts under the OPPS cap for imaging");

/// In the order and with the names of the file, with its stacked titles joined.
static PROPERTIES: [PropertyDefinition; 29] = [
    PropertyDefinition::new("STATUS CODE", &STATUS),
    PropertyDefinition::new("NOT USED FOR MEDICARE PAYMENT", &STATUS),
    PropertyDefinition::new("WORK RVU", &RVU),
    PropertyDefinition::new("NON-FAC PE RVU", &RVU),
    PropertyDefinition::new("NON-FAC NA INDICATOR", &INDICATORS),
    PropertyDefinition::new("FACILITY PE RVU", &RVU),
    PropertyDefinition::new("FACILITY NA INDICATOR", &INDICATORS),
    PropertyDefinition::new("MP RVU", &RVU),
    PropertyDefinition::new("NON-FACILITY TOTAL", &RVU),
    PropertyDefinition::new("FACILITY TOTAL", &RVU),
    PropertyDefinition::new("PCTC IND", &INDICATORS),
    PropertyDefinition::new("GLOB DAYS", &SURGERY),
    PropertyDefinition::new("PRE OP", &SURGERY),
    PropertyDefinition::new("INTRA OP", &SURGERY),
    PropertyDefinition::new("POST OP", &SURGERY),
    PropertyDefinition::new("MULT PROC", &INDICATORS),
    PropertyDefinition::new("BILAT SURG", &INDICATORS),
    PropertyDefinition::new("ASST SURG", &INDICATORS),
    PropertyDefinition::new("CO-SURG", &INDICATORS),
    PropertyDefinition::new("TEAM SURG", &INDICATORS),
    // Since 2026.
    PropertyDefinition::new("PRIC IND", &INDICATORS),
    PropertyDefinition::new("ENDO BASE", &BASE),
    PropertyDefinition::new("CONV FACTOR", &FACTOR),
    PropertyDefinition::new("PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES", &INDICATORS),
    PropertyDefinition::new("CALCULATION FLAG", &INDICATORS),
    PropertyDefinition::new("DIAGNOSTIC IMAGING FAMILY INDICATOR", &INDICATORS),
    PropertyDefinition::new("NON-FACILITY PE USED FOR OPPS PAYMENT AMOUNT", &OPPS),
    PropertyDefinition::new("FACILITY PE USED FOR OPPS PAYMENT AMOUNT", &OPPS),
    PropertyDefinition::new("MP USED FOR OPPS PAYMENT AMOUNT", &OPPS),
];

/// Normalizes a code of five characters, optionally with a two-character modifier: `G0101`, `G0101-26`.
fn normalize(typed: &str) -> Option<String> {
    let key = typed.trim().to_ascii_uppercase();
    let (code, modifier) = key.split_once('-').unwrap_or((&key, "26"));
    let fits = is_procedure(code)
        && modifier.len() == 2
        && modifier.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then_some(key)
}

/// Returns whether a text is a code of HCPCS, of either level: a letter or digit, three digits, a letter or digit.
pub(super) fn is_procedure(text: &str) -> bool {
    matches!(text.as_bytes(), [first, digits @ .., last]
        if digits.len() == 3
            && digits.iter().all(u8::is_ascii_digit)
            && [first, last].iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()))
}

/// Returns whether the description is licensed: CMS prints the descriptions of the AMA and the ADA with their codes.
pub(super) fn licensed(key: &str) -> bool {
    let code = key.split_once('-').map_or(key, |(code, _)| code);
    cpt::is_code(code) || cdt::is_code(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_codes_with_or_without_a_modifier() {
        for (typed, key) in
            [("g0101", "G0101"), (" G0101-tc", "G0101-TC"), ("99999-26", "99999-26"), ("0000T", "0000T")]
        {
            assert_eq!(normalize(typed).as_deref(), Some(key));
        }
        for typed in ["", "G010", "G0101-", "G0101-2", "G0101 26", "G01X1", "-26"] {
            assert_eq!(normalize(typed), None, "{typed}");
        }
    }

    #[test]
    fn descriptions_of_the_ama_and_the_ada_are_licensed() {
        for (key, is) in
            [("99999", true), ("99999-26", true), ("0000T", true), ("D0000", true), ("G0101-TC", false)]
        {
            assert_eq!(licensed(key), is, "{key}");
        }
    }
}
