//! CDT: dental procedures, published by the ADA every January 1. Its texts are licensed.

use crate::model::code_set::{CodeSet, CodeSystem, PropertyDefinition, PropertyGroup};

/// The descriptor of CDT.
pub static CDT: CodeSet = CodeSet {
    id: "cdt",
    title: "CDT",
    publisher: "ADA",
    uri: Some("http://www.ada.org/cdt"),
    terms: "Copyright American Dental Association; use requires a license; nomenclature and descriptors are left \
            out of outputs unless --with-licensed-text",
    normalize: &normalize,
    properties: &PROPERTIES,
    licensed: Some(|_| true),
    systems: &[CodeSystem::Cdt, CodeSystem::Hcpcs],
    ..CodeSet::PLAIN
};

static CATEGORY: PropertyGroup =
    PropertyGroup::shown("category", "the category of service and its subcategories");
static DESCRIPTORS: PropertyGroup = PropertyGroup {
    licensed: true,
    ..PropertyGroup::shown("descriptors", "the text that explains the nomenclature")
};

static PROPERTIES: [PropertyDefinition; 4] = [
    PropertyDefinition::new("Category", &CATEGORY),
    PropertyDefinition::new("Subcategory", &CATEGORY),
    PropertyDefinition::new("Subsubcategory", &CATEGORY),
    PropertyDefinition::new("Descriptor", &DESCRIPTORS),
];

/// Returns whether a text is a CDT code: `D` and four digits.
pub(crate) fn is_code(text: &str) -> bool {
    text.strip_prefix('D')
        .is_some_and(|number| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn normalize(typed: &str) -> Option<String> {
    Some(typed.trim().to_ascii_uppercase()).filter(|code| is_code(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_a_letter_and_four_digits() {
        assert_eq!(normalize(" d0000").as_deref(), Some("D0000"));
        for typed in ["", "D000", "D00000", "00000", "E0000", "D00A0"] {
            assert_eq!(normalize(typed), None, "{typed}");
        }
    }
}
