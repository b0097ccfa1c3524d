//! Text for people: escaping, numbers, days, plurals.

use jiff::civil::Date;

/// Replaces control, bidirectional and line-separating characters by visible ones: an escape sequence in a description must
/// not reach a terminal, and a line break must not end a comment.
pub(crate) fn safe(text: &str) -> String {
    let is_unsafe = |char: char| {
        char.is_control()
            || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.chars().any(is_unsafe) {
        return text.to_owned();
    }
    text.chars()
        .map(|char| if is_unsafe(char) { char.escape_unicode().to_string() } else { char.to_string() })
        .collect()
}

/// Makes lines of text safe for a terminal: tabs stay, and line ends lose their carriage return.
pub(crate) fn safe_lines(text: &str) -> String {
    let line = |line: &str| {
        let parts = line.strip_suffix('\r').unwrap_or(line).split('\t').map(safe);
        parts.collect::<Vec<_>>().join("\t")
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Formats a number with commas between thousands, as the publishers do.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Formats a day as people in the United States write it: `Oct 1, 2025`.
pub(crate) fn day(date: Date) -> String {
    date.strftime("%b %-d, %Y").to_string()
}

/// Formats a count with its noun: `1 code`, `2 codes`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// Cuts a text of more than `most` characters after a word, and adds `...`.
pub(crate) fn words_cut(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let end = text[..end].rfind(' ').unwrap_or(end);
    format!("{} ...", text[..end].trim_end())
}

/// Sorts known names by how much they are like one that does not exist, nearest first: a name that contains it, or is part
/// of it, before those that differ in few letters.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let name = name.to_lowercase();
    let distance = |other: &str| {
        let part = !name.is_empty() && (other.contains(&name) || name.contains(other));
        if part { 0 } else { edits(&name, other) }
    };
    let mut names: Vec<_> = known.into_iter().map(|other| (distance(other), other)).collect();
    names.sort_unstable();
    names.into_iter().map(|(_, other)| other).collect()
}

/// Returns the edit distance of two words: the number of letters to insert, delete or change.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (at, other) in b.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[at + 1];
            row[at + 1] = changed.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_in_descriptions_are_shown_not_sent() {
        assert_eq!(safe("a\u{1b}[31mred"), "a\\u{1b}[31mred");
        assert_eq!(safe("plain é"), "plain é");
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (74_260, "74,260"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(counted(1, "code", "codes"), "1 code");
    }

    #[test]
    fn days_are_american() {
        assert_eq!(day(jiff::civil::date(2025, 10, 1)), "Oct 1, 2025");
    }
}
