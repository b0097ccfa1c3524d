//! The form of codes of HCPCS Level II, which share columns with those of other sets.

/// Returns whether a text has the form of a code of HCPCS Level II: a letter and four digits.
pub(super) fn is_level_two(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 5 && bytes[0].is_ascii_uppercase() && bytes[1..].iter().all(u8::is_ascii_digit)
}

/// Returns whether a text has the form of a local or state code: no national code begins with W, X, Y or Z. Source:
/// CMS, HCPCS Level II coding procedures (codes of Medicaid agencies, such as `Z7610` of Medi-Cal).
pub(super) fn is_local(code: &str) -> bool {
    is_level_two(code) && matches!(code.as_bytes()[0], b'W'..=b'Z')
}
