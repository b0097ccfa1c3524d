//! Codes that a text names: `G35`, `L89.--6`, `C50.-`, `T36-T50`, `Z00 to Z99`.

use std::fmt;

/// A code, a category or a range of them, as a text names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct NamedCode {
    /// The code, with its dot; `-` for a character that is left open, but not at the end.
    pub first: String,
    /// The last code of a range.
    pub last: Option<String>,
}

impl NamedCode {
    /// Returns true if it is a code (with or without its dot), or a category or a range that has the code.
    pub fn covers(&self, code: &str) -> bool {
        let first = plain(&self.first);
        match &self.last {
            None => {
                let mut code = plain(code);
                let mut first = first;
                first.all(|named| code.next().is_some_and(|byte| named == byte || named == b'-'))
            }
            // The last code of a range is meant with all codes below it.
            Some(last) => first.le(plain(code)) && plain(code).take(plain(last).count()).le(plain(last)),
        }
    }

    /// Returns true for a range as wide as a chapter: of several letters, or of more than 20 categories. It does not
    /// say that a text is about each of its codes.
    pub fn is_broad(&self) -> bool {
        let Some(last) = &self.last else { return false };
        let number = |code: &str| code.get(1..3).and_then(|number| number.parse::<i32>().ok());
        match (number(&self.first), number(last)) {
            (Some(first), Some(end)) => self.first[..1] != last[..1] || end - first > TOPIC,
            _ => true,
        }
    }
}

/// Maximum number of categories of a range that is about one topic.
const TOPIC: i32 = 20;

impl fmt::Display for NamedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first)?;
        self.last.as_ref().map_or(Ok(()), |last| write!(f, "-{last}"))
    }
}

/// Returns the bytes of a code without its dot.
fn plain(code: &str) -> impl Iterator<Item = u8> {
    code.bytes().filter(|byte| *byte != b'.')
}

/// Returns the codes, categories and ranges that a text names, each once, in the order of the text.
pub(super) fn named(text: &str) -> Vec<NamedCode> {
    let bytes = text.as_bytes();
    let mut named: Vec<NamedCode> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let is_inside =
            at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'.' | b'-'));
        let Some((first, end)) = (!is_inside).then(|| code(bytes, at)).flatten() else {
            at += 1;
            continue;
        };
        let range = range_end(text, end);
        let one = NamedCode { first, last: range.as_ref().map(|(last, _)| last.clone()) };
        at = range.map_or(end, |(_, end)| end);
        if !named.contains(&one) {
            named.push(one);
        }
    }
    named
}

/// The words between the ends of a range.
const RANGES: [&str; 6] = ["-", "\u{2013}", " - ", " \u{2013} ", " to ", " through "];

/// Returns the last code of a range whose first code ends at a byte, and its own end.
fn range_end(text: &str, end: usize) -> Option<(String, usize)> {
    let rest = text.get(end..)?;
    let starts = RANGES.iter().filter(|mark| rest.starts_with(*mark)).map(|mark| end + mark.len());
    let ends = |start| code(text.as_bytes(), start).or_else(|| extended(text.as_bytes(), start));
    starts.filter_map(ends).next()
}

/// Returns the ICD-10-CM code or category that begins at a byte, and its end: a letter, a digit, a digit or letter, and up to
/// four characters after a dot. Source: NCHS, "ICD-10-CM Official Guidelines", I.A.2.
fn code(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let head = bytes.get(at..at + 3)?;
    let is_head = head[0].is_ascii_uppercase()
        && head[1].is_ascii_digit()
        && (head[2].is_ascii_digit() || matches!(head[2], b'A' | b'B'));
    if !is_head {
        return None;
    }
    let mut end = at + 3;
    if bytes.get(end) == Some(&b'.') {
        let length = detail(&bytes[end + 1..]);
        if length > 0 {
            end += 1 + length;
        }
    }
    let has_detail = end > at + 3;
    let next = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
    // Characters that are left open at the end: they leave the category. A hyphen before a code is that of a range.
    let mut open = end + usize::from(!has_detail && next(end) == b'.' && next(end + 1) == b'-');
    while next(open) == b'-' {
        open += 1;
    }
    let open = if next(open).is_ascii_alphanumeric() { end } else { open };
    // A blank may be missing before the next word: `Z30.0Encounter`.
    let is_apart = !next(open).is_ascii_alphanumeric() || has_detail && next(open).is_ascii_lowercase();
    if has_detail && next(end).is_ascii_lowercase() && bytes[end - 1].is_ascii_uppercase() {
        end -= 1;
    }
    let code = |end: usize| String::from_utf8_lossy(&bytes[at..end]).into_owned();
    let is_word = has_detail && bytes[end - 1] == b'.';
    is_apart.then(|| if is_word { (code(end - 1), end - 1) } else { (code(end), open.max(end)) })
}

/// Returns the category of two letters and a digit that begins at a byte, and its end: chapters have ended with one since FY2026
/// (Q00-QA1). Alone such a word may be anything, so only the end of a range is read so.
fn extended(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let head = bytes.get(at..at + 3)?;
    let is_category = head[0].is_ascii_uppercase() && head[1] == b'A' && head[2].is_ascii_digit();
    let is_apart = !bytes.get(at + 3).is_some_and(u8::is_ascii_alphanumeric);
    (is_category && is_apart).then(|| (String::from_utf8_lossy(head).into_owned(), at + 3))
}

/// Returns the length of what follows the dot of a code: open characters, then up to four in all that are letters or digits.
fn detail(rest: &[u8]) -> usize {
    let open = rest.iter().take(3).take_while(|byte| **byte == b'-').count();
    let own = rest[open..].iter().take(4 - open);
    let own = own.take_while(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()).count();
    if own == 0 { 0 } else { open + own }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        named(text).iter().map(NamedCode::to_string).collect()
    }

    #[test]
    fn codes_categories_and_ranges_are_found() {
        assert_eq!(
            texts("I21.0-I21.2, T81.12-, T36.0X1-, Z30.0Encounter, T86.1should, Q00-QA1"),
            ["I21.0-I21.2", "T81.12", "T36.0X1", "Z30.0", "T86.1", "Q00-QA1"]
        );
        assert_eq!(
            texts(
                "Assign G35, E11.9. or C50.-; (L89.--6) T36-T50 and A00.0 through T88.9, Z00-Z99. O9A.2-, M1A"
            ),
            ["G35", "E11.9", "C50", "L89.--6", "T36-T50", "A00.0-T88.9", "Z00-Z99", "O9A.2", "M1A"]
        );
    }

    #[test]
    fn other_words_are_not_codes() {
        assert_eq!(texts("ICD-10-CM, COVID-19, H1N1, B12x, 7th, FY2026, SARS-CoV-2 and A1c"), [""; 0]);
    }

    #[test]
    fn a_category_covers_its_codes_and_a_range_covers_its_categories() {
        let covers = |text: &str, code: &str| named(text)[0].covers(code);
        assert!(covers("E11", "E11.9") && covers("E11.9", "E119") && !covers("E11.9", "E11.8"));
        assert!(covers("L89.--6", "L89.156") && !covers("L89.--6", "L89.154"));
        assert!(
            covers("T36-T50", "T50.A11A") && covers("T36-T50", "T36.0X1A") && !covers("T36-T50", "T51.0X1A")
        );
    }
}
