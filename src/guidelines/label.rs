//! Labels of sections: `Section I.`, `C.`, `13.`, `a.`, `5)`, `(b)`, `(iii)`.

/// Splits the title of a bookmark into its label, without punctuation, and the rest; the label is empty if it has none.
pub(super) fn split(title: &str) -> (String, &str) {
    let none = || (String::new(), title);
    if let Some(rest) = title.strip_prefix("Section ") {
        let Some((label, rest)) = rest.split_once('.') else { return none() };
        return if is_roman(label) { (label.to_owned(), rest.trim_start()) } else { none() };
    }
    if let Some(rest) = title.strip_prefix("Appendix ") {
        let (label, rest) = rest.split_once([' ', '.', ':']).unwrap_or((rest, ""));
        return if is_roman(label) { (format!("Appendix {label}"), rest.trim_start()) } else { none() };
    }
    let inner = title.strip_prefix('(');
    let Some((label, rest)) =
        inner.unwrap_or(title).split_once(if inner.is_some() { &[')'][..] } else { &['.', ')'] })
    else {
        return none();
    };
    let is_label = (1..=4).contains(&label.len())
        && (label.bytes().all(|byte| byte.is_ascii_digit())
            || label.len() == 1 && label.bytes().all(|byte| byte.is_ascii_alphabetic())
            || label.len() == 2
                && label.as_bytes()[0] == label.as_bytes()[1]
                && label.bytes().all(|byte| byte.is_ascii_lowercase())
            || is_roman(&label.to_ascii_uppercase()));
    // `A.00` is not a label.
    let is_apart = rest.is_empty() || rest.starts_with(' ') || inner.is_some();
    if is_label && is_apart { (label.to_owned(), rest.trim_start()) } else { none() }
}

fn is_roman(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn labels_are_cut_off_titles() {
        for (title, label, rest) in [
            ("Section I. Conventions", "I", "Conventions"),
            ("A. Conventions for the ICD-10-CM", "A", "Conventions for the ICD-10-CM"),
            ("5. 7th Characters", "5", "7th Characters"),
            ("1) Code only confirmed cases", "1", "Code only confirmed cases"),
            ("(m) Post COVID-19 Condition", "m", "Post COVID-19 Condition"),
            ("(iii) Sepsis with organ dysfunction", "iii", "Sepsis with organ dysfunction"),
            ("Appendix I", "Appendix I", ""),
            ("Present on Admission Reporting Guidelines", "", "Present on Admission Reporting Guidelines"),
            ("ICD-10-CM Official Guidelines", "", "ICD-10-CM Official Guidelines"),
        ] {
            assert_eq!(split(title), (label.to_owned(), rest));
        }
    }
}
