//! Dots in codes that have one after the category: `188.2`.

/// Returns a code without the dot after its category; another text is returned as it is. The position of the dot matters:
/// 18.82 is not 188.2.
pub(super) fn without_dot(code: String, category_length: Option<usize>) -> String {
    match code.split_once('.') {
        Some((category, rest)) if category_length == Some(category.len()) && !rest.contains('.') => {
            format!("{category}{rest}")
        }
        _ => code,
    }
}

/// Returns a code with a dot after its category. Blocks and chapters of ICD-10 have no dot.
pub(super) fn with_dot(code: &str, category_length: Option<usize>) -> String {
    let is_code = !code.contains('-') && code.contains(|char: char| char.is_ascii_digit());
    let category_length = category_length.filter(|_| is_code);
    match category_length.and_then(|length| code.split_at_checked(length)) {
        Some((category, rest)) if !rest.is_empty() && !code.contains('.') => format!("{category}.{rest}"),
        _ => code.to_owned(),
    }
}
