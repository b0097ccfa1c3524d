//! ICD-11 for Mortality and Morbidity Statistics (MMS), published by WHO once a year.
//!
//! Codes are kept as published, with their dot. Blocks and chapters have no code: their keys are the `BlockId`
//! (`BlockL1-1A0`), or `Block` and the number of the entity if WHO gives no such id, and `Chapter` and the number
//! (`Chapter 01`). The blank in them, or the length, distinguishes them from every code.

use crate::model::code_set::{CodeSet, CodeSystem, Hierarchy, PropertyDefinition, PropertyGroup};

/// The descriptor of ICD-11 MMS.
pub static ICD11: CodeSet = CodeSet {
    id: "icd11",
    title: "ICD-11 MMS",
    publisher: "WHO",
    uri: Some("http://id.who.int/icd/release/11/mms"),
    terms: "ICD-11, World Health Organization, CC BY-ND 3.0 IGO: keep it unchanged and attribute it",
    normalize: &normalize,
    category_length: 4,
    hierarchy: Hierarchy::ByParent,
    properties: &[
        PropertyDefinition::new(ENTITY, &PropertyGroup::hidden("identity", "what the code is for")),
        PropertyDefinition::new("ClassKind", &PropertyGroup::shown("class", "chapter, block or category")),
        PropertyDefinition::new(
            "IsResidual",
            &PropertyGroup::shown("residual", "other specified or unspecified"),
        ),
        PropertyDefinition::new("ChapterNo", &PLACE),
        PropertyDefinition::new("Primary tabulation", &PLACE),
        PropertyDefinition::new("Grouping1", &GROUPING),
        PropertyDefinition::new("Grouping2", &GROUPING),
        PropertyDefinition::new("Grouping3", &GROUPING),
        PropertyDefinition::new("Grouping4", &GROUPING),
        PropertyDefinition::new("Grouping5", &GROUPING),
        PropertyDefinition::new("Linearization URI", &PropertyGroup::hidden("link", "address at WHO")),
    ],
    identity: Some(ENTITY),
    cluster,
    systems: &[CodeSystem::Icd11],
    ..CodeSet::PLAIN
};

/// The attribute that identifies the entity: its number, and for a residual category that of its parent with `/other`
/// or `/unspecified`. It is the same in all releases, unlike the URIs: residuals have no `Foundation URI`, and a
/// `Linearization URI` may contain the release.
const ENTITY: &str = "Entity";

static PLACE: PropertyGroup = PropertyGroup::shown("place", "chapter, and whether it is tabulated");

static GROUPING: PropertyGroup =
    PropertyGroup::hidden("grouping", "the blocks above, which its parents show");

/// Normalizes a code, a cluster of codes, or the key of a block or chapter.
fn normalize(typed: &str) -> Option<String> {
    let typed = typed.trim();
    code(typed).or_else(|| canonical_cluster(typed)).or_else(|| header(typed))
}

/// Returns whether a byte is a digit or a letter except `I` and `O`, which look like digits (ICD-11 Reference Guide).
fn is_sign(byte: u8) -> bool {
    byte.is_ascii_digit() || is_letter(byte)
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'O')
}

/// Normalizes a stem code (`1A00`, `1A00.0`, `2C25.21`) or an extension code (`XS8H`, `XN8P1`, `XA8PV5`) to uppercase.
/// The second character is a letter, the third of stem codes a digit, so no ICD-10 code looks like one.
fn code(typed: &str) -> Option<String> {
    let code = typed.trim().to_ascii_uppercase();
    let (category, rest) =
        code.split_once('.').map_or((&*code, None), |(category, rest)| (category, Some(rest)));
    let extension = is_extension(&code);
    let length = if extension { 4..=6 } else { 4..=4 };
    let fits = length.contains(&category.len())
        && category.bytes().all(is_sign)
        && is_letter(category.as_bytes()[1])
        && category.as_bytes()[2].is_ascii_digit()
        && rest.is_none_or(|rest| !extension && (1..=2).contains(&rest.len()) && rest.bytes().all(is_sign));
    fits.then_some(code)
}

/// Returns whether a code is an extension code: Chapter X contains them, and every code that begins with `X` is one.
fn is_extension(code: &str) -> bool {
    code.starts_with('X')
}

/// Returns the codes of a cluster such as `1A00&XN8P1/5A11`: a stem code first, then more stem codes (`/`) and
/// extension codes (`&`). Data do not follow the convention for the two separators, so they are not checked.
fn cluster(typed: &str) -> Option<Vec<String>> {
    let codes: Option<Vec<String>> = typed.split(['&', '/']).map(code).collect();
    codes.filter(|codes| codes.len() > 1 && !is_extension(&codes[0]))
}

/// Returns the cluster without blanks, in uppercase.
fn canonical_cluster(typed: &str) -> Option<String> {
    let mut codes = cluster(typed)?.into_iter();
    let mut canonical = codes.next()?;
    for (sign, code) in typed.matches(['&', '/']).zip(codes) {
        canonical.push_str(sign);
        canonical.push_str(&code);
    }
    Some(canonical)
}

/// Returns the key of a block or chapter in the case used in files.
fn header(typed: &str) -> Option<String> {
    let begins = |word: &str| typed.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let word = ["BlockL", "Block ", "Chapter "].into_iter().find(|word| begins(word))?;
    let rest = typed[word.len()..].trim_start().to_ascii_uppercase();
    let fits = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then(|| format!("{word}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_taken_in_small_letters_and_keep_their_dot() {
        let typed = ["1a00", " 1A00.0 ", "1a03.1z", "xn8p1", "XS8H", "xa8pv5", "na07.40"];
        let codes = ["1A00", "1A00.0", "1A03.1Z", "XN8P1", "XS8H", "XA8PV5", "NA07.40"];
        for (typed, code) in typed.into_iter().zip(codes) {
            assert_eq!(normalize(typed).as_deref(), Some(code));
            assert_eq!(cluster(typed), None, "one code is not a cluster");
        }
    }

    #[test]
    fn codes_of_other_sets_and_other_tokens_are_no_codes() {
        for typed in
            ["", "A00.0", "E11.9", "A0100", "1A0", "1A000", "1I00", "1A00.", "1A00.000", "XN8P1.0", "X8P1"]
        {
            assert_eq!(normalize(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_cluster_is_taken_apart_and_written_without_blanks() {
        let parts = |typed: &str| cluster(typed).map(|codes| codes.join(" "));
        assert_eq!(parts("1a00&xn8p1/5a11").as_deref(), Some("1A00 XN8P1 5A11"));
        assert_eq!(normalize(" 1a00 & xn8p1 / 5a11 ").as_deref(), Some("1A00&XN8P1/5A11"));
        assert_eq!(normalize("2C25.2/1A00.0&XS8H&XA8PV5").as_deref(), Some("2C25.2/1A00.0&XS8H&XA8PV5"));
    }

    #[test]
    fn what_is_not_made_of_codes_or_begins_with_an_extension_is_no_cluster() {
        for typed in ["1A00&", "&XN8P1", "1A00&&XN8P1", "XN8P1&1A00", "1A00/A00.0", "1A00+5A11", "/"] {
            assert_eq!((cluster(typed), normalize(typed)), (None, None), "{typed}");
        }
    }

    #[test]
    fn blocks_and_chapters_are_found_by_their_keys() {
        let typed = ["blockl1-1a0", "chapter 01", "Chapter x", "block 2144513044"];
        let keys = ["BlockL1-1A0", "Chapter 01", "Chapter X", "Block 2144513044"];
        for (typed, key) in typed.into_iter().zip(keys) {
            assert_eq!(normalize(typed).as_deref(), Some(key));
        }
        assert_eq!(normalize("Blocked"), None);
        assert_eq!(normalize("chapter "), None);
    }
}
