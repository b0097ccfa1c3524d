//! Forms as tables: the choices of a REDCap data dictionary, and those of an XLSForm.

/// A column of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormColumn {
    /// The choices of a field, all in one cell. Source: REDCap data dictionary, column F.
    Choices,
    /// The text that people see next to the field.
    Label,
    /// The list that a choice belongs to. Source: XLSForm, sheet `choices`.
    ListName,
    /// The value of a choice.
    Value,
}

/// Returns the column of a form that a heading names.
pub(crate) fn column(words: &str) -> Option<FormColumn> {
    if !matches!(words.len(), 4..=64) {
        return None;
    }
    let together: String = words.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    Some(match together.as_str() {
        "choicescalculationsorsliderlabels" | "choicesorcalculations" | "selectchoicesorcalculations" => {
            FormColumn::Choices
        }
        "fieldlabel" => FormColumn::Label,
        "listname" => FormColumn::ListName,
        "name" | "value" => FormColumn::Value,
        _ => return None,
    })
}

/// Upper bound on the choices of a field; a text with more is not a list of choices.
const MOST_CHOICES: usize = 4_096;

/// Returns the choices of a cell, `1, G35 Multiple sclerosis | G36, Other`: the ranges of each value and its label.
pub(crate) fn choices(text: &[u8]) -> Vec<[(usize, usize); 2]> {
    let mut found = Vec::new();
    let mut start = 0;
    for choice in text.split(|byte| *byte == b'|').take(MOST_CHOICES) {
        let end = start + choice.len();
        if let Some(comma) = memchr::memchr(b',', choice) {
            let trimmed = |from: usize, to: usize| {
                let raw = &text[from..to];
                let lead = raw.len() - raw.trim_ascii_start().len();
                (from + lead, from + lead + raw.trim_ascii().len())
            };
            found.push([trimmed(start, start + comma), trimmed(start + comma + 1, end)]);
        }
        start = end + 1;
    }
    found
}

/// Returns the range of the first word of a label.
pub(crate) fn first_word(text: &[u8], (start, end): (usize, usize)) -> (usize, usize) {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b':' | b'-' | b',' | b'(' | b'=');
    let length = text[start..end].iter().position(is_end).unwrap_or(end - start);
    (start, start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_values_with_labels() {
        let text = b"1, G35 Multiple sclerosis | I10, Hypertension, benign|x";
        let rows: Vec<[&str; 2]> = choices(text)
            .into_iter()
            .map(|spans| spans.map(|(start, end)| std::str::from_utf8(&text[start..end]).unwrap()))
            .collect();
        assert_eq!(rows, [["1", "G35 Multiple sclerosis"], ["I10", "Hypertension, benign"]]);
        let word = first_word(text, choices(text)[0][1]);
        assert_eq!(&text[word.0..word.1], b"G35");
        assert!(choices(b"").is_empty() && choices(b"|||,|").len() == 1);
    }

    #[test]
    fn headings_of_forms_are_known() {
        assert_eq!(column("Choices, Calculations, OR Slider Labels"), Some(FormColumn::Choices));
        assert_eq!(column("select_choices_or_calculations"), Some(FormColumn::Choices));
        assert_eq!(column("list name"), Some(FormColumn::ListName));
        assert_eq!(column("code"), None);
    }
}
