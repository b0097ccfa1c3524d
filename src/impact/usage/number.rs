//! Whole numbers as people and spreadsheets write them.

/// Reads a whole number, with commas between thousands or `.0` as spreadsheets write it.
pub(super) fn whole_number(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let text = text.strip_suffix(".00").or_else(|| text.strip_suffix(".0")).unwrap_or(text);
    text.parse().ok().or_else(|| {
        let (first, rest) = text.split_once(',')?;
        let groups = rest.split(',').all(|group| group.len() == 3);
        (groups && (1..=3).contains(&first.len())).then(|| text.replace(',', "").parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_whole_numbers_as_people_write_them() {
        for (text, expected) in [
            ("12", Some(12)),
            ("1,234", Some(1234)),
            ("12.0", Some(12)),
            ("1,23", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(whole_number(text.as_bytes()), expected, "{text}");
        }
    }
}
