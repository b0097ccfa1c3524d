//! Notations of codes: how people write one code, several, a range, a wildcard.
//!
//! Nothing here knows a release or reads a file. Whether text has the form of a code is asked of the caller, so that one
//! parser serves every set: a hyphen is part of an NDC and the mark of a range between two diagnoses.

use std::borrow::Cow;

/// What people wrote, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The code system named with it: `ICD10CM` of `ICD10CM:R05`.
    pub system: Option<String>,
    /// What it means.
    pub notation: Notation,
    /// The words after it: `Multiple sclerosis` of `G35 - Multiple sclerosis`.
    pub text: Option<String>,
}

/// What text means that should name codes. Codes and stems are as they were written, without quotes and blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notation {
    /// Nothing is named: the text is blank, or one of the marks for that (`-`, `N/A`).
    Nothing,
    /// One code.
    Code(String),
    /// All codes that begin with a stem: `E11.*`, `E11%`, `E11.x`, `E11-`.
    Prefix(String),
    /// All codes from the first to the last, with all that begins with the last.
    Range {
        /// The first code.
        first: String,
        /// The last code.
        last: String,
    },
    /// Several, one after another.
    List(Vec<Notation>),
    /// Some without others: `C00-C96 although not C44`.
    Except {
        /// What is meant.
        of: Box<Notation>,
        /// What is not.
        but: Box<Notation>,
    },
    /// A regular expression: `^E1[01]`.
    Expression(String),
    /// Text that is not understood, as it was written.
    Unknown(String),
}

impl Notation {
    /// Whether it names codes without any part that is not understood.
    fn is_whole(&self) -> bool {
        match self {
            Self::Nothing | Self::Unknown(_) => false,
            Self::List(parts) => parts.iter().all(Self::is_whole),
            Self::Except { of, but } => of.is_whole() && but.is_whole(),
            Self::Code(_) | Self::Prefix(_) | Self::Range { .. } | Self::Expression(_) => true,
        }
    }
}

/// Whether text has the form of a code.
type IsCode<'f> = &'f dyn Fn(&str) -> bool;

/// Longer text is prose or a damaged file, and is not taken apart.
const LONGEST: usize = 64 << 10;

/// How deep lists may be nested: `["G35", "I10"]` is one level.
const DEEPEST: usize = 4;

/// The marks for "nothing".
const NOTHING: [&str; 8] = ["", "-", "--", "~", "NA", "N/A", "NULL", "NONE"];

/// Names of code systems as people write them before codes, in small letters and digits.
const SYSTEMS: [&str; 24] = [
    "icd", "icd9", "icd9cm", "icd9pcs", "icd9dx", "icd10", "icd10cm", "icd10pcs", "icd10dx", "icd11", "dx",
    "pcs", "hcpcs", "hcpc", "hc", "cpt", "cpt4", "cdt", "ada", "ndc", "snomed", "loinc", "rxnorm", "abk",
];

/// Words between the ends of a range.
const RANGE_WORDS: [&str; 6] = [" through ", " thru ", " to ", " and up to ", "..", " - "];

/// Words before codes that are not meant.
const EXCEPT_WORDS: [&str; 8] =
    ["although not", "but not", "except for", "except", "excluding", "excludes", "without", "not"];

/// Parses what people wrote. `is_code` returns whether text has the form of a code of the set that is expected.
pub fn parse(text: &str, is_code: IsCode<'_>) -> Written {
    let clean = cleaned(text);
    if clean.len() > LONGEST {
        return plain(Notation::Unknown(clean.into_owned()));
    }
    parse_in(&clean, is_code, 0)
}

/// Returns text without what spreadsheets, word processors and databases put around codes: blanks of every kind,
/// characters without width, a leading apostrophe, quotes, `="..."`. Dashes of every length become hyphens.
pub fn cleaned(text: &str) -> Cow<'_, str> {
    let is_odd = |char: char| !char.is_ascii();
    let clean: Cow<'_, str> = if text.contains(is_odd) {
        text.chars().filter(|char| !is_without_width(*char)).map(as_ascii).collect::<String>().into()
    } else {
        text.into()
    };
    match clean {
        Cow::Borrowed(text) => unquoted(text).into(),
        Cow::Owned(text) => unquoted(&text).to_owned().into(),
    }
}

fn is_without_width(char: char) -> bool {
    matches!(char, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

fn as_ascii(char: char) -> char {
    match char {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2026}' => '.',
        char if char.is_whitespace() => ' ',
        char => char,
    }
}

/// Takes quotes off, as often as they were put around.
fn unquoted(text: &str) -> &str {
    let mut text = text.trim();
    loop {
        let inner = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
        let inner = inner.or_else(|| enclosed(text, '"')).or_else(|| enclosed(text, '\''));
        // The apostrophe by which spreadsheets mark text has no partner at the end.
        let inner = inner.or_else(|| text.strip_prefix('\'').filter(|rest| !rest.contains('\'')));
        match inner {
            Some(inner) => text = inner.trim(),
            None => return text,
        }
    }
}

fn enclosed(text: &str, quote: char) -> Option<&str> {
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(quote)).then_some(inner)
}

fn plain(notation: Notation) -> Written {
    Written { system: None, notation, text: None }
}

fn parse_in(text: &str, is_code: IsCode<'_>, depth: usize) -> Written {
    let text = unquoted(text);
    let below = |text: &str| parse_in(text, is_code, depth + 1);
    // Before all else: `ICD10CM` has the form of a code.
    if let Some((system, rest)) = labeled(text).filter(|_| depth < DEEPEST) {
        let inner = below(rest);
        if inner.notation.is_whole() {
            return Written { system: Some(system.to_owned()), ..inner };
        }
    }
    if let Some(notation) = single(text, is_code) {
        return plain(notation);
    }
    if depth < DEEPEST {
        if let Some(list) = listed(text, is_code, &below) {
            return list;
        }
        if let Some(described) = described(text, is_code, &below) {
            return described;
        }
    }
    plain(Notation::Unknown(text.to_owned()))
}

/// What text means that is one thing: nothing, a code, a wildcard, a range.
fn single(text: &str, is_code: IsCode<'_>) -> Option<Notation> {
    if NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing)) {
        return Some(Notation::Nothing);
    }
    if let Some(stem) = placeholders(text) {
        return Some(Notation::Prefix(stem.to_owned()));
    }
    // A dot at the end belongs to no code: `G20.`
    let code = text.strip_suffix('.').unwrap_or(text);
    if is_code(code) {
        return Some(Notation::Code(code.to_owned()));
    }
    if let Some(rest) = text.strip_prefix('^') {
        let begins = rest.starts_with(|char: char| char.is_ascii_alphanumeric() || matches!(char, '(' | '['));
        return begins.then(|| Notation::Expression(text.to_owned()));
    }
    wildcard(text).map(|stem| Notation::Prefix(stem.to_owned())).or_else(|| range(text, is_code))
}

/// The stem of `E11.x`, `E11.xx`, `E11.6x`, `250.xx`: letters `x` for characters that are left open. An `X` may be a
/// filler of the code itself (`T36.0X`), so a capital one counts only directly after the dot, and a small one only where
/// other letters are capital or absent.
fn placeholders(text: &str) -> Option<&str> {
    let stem = text.trim_end_matches(['x', 'X']);
    let marks = &text[stem.len()..];
    if marks.is_empty() {
        return None;
    }
    let is_after_dot = stem.ends_with('.');
    let is_small =
        marks.bytes().all(|byte| byte == b'x') && !stem.bytes().any(|byte| byte.is_ascii_lowercase());
    let stem = stem.strip_suffix('.').unwrap_or(stem);
    ((is_after_dot || is_small) && is_stem(stem) && stem.len() > 1).then_some(stem)
}

/// The stem of `E11.*`, `E11%`, `E11-`, `E11.-`, `E11.?`.
fn wildcard(text: &str) -> Option<&str> {
    let stem = text.trim_end_matches(['%', '*', '?', '-', '.', '_']);
    let marks = &text[stem.len()..];
    (marks.contains(['%', '*', '?', '-', '_']) && is_stem(stem)).then_some(stem)
}

/// Whether codes may begin so: a letter, or letters and digits with at least one digit.
fn is_stem(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    is_plain && begins && (text.len() == 1 || text.bytes().any(|byte| byte.is_ascii_digit()))
}

/// A range: `I20-I25`, `I20 to I25`, `I20..I25`, `I20:I25`, `I20-25`.
fn range(text: &str, is_code: IsCode<'_>) -> Option<Notation> {
    // Two codes and a word have no more characters.
    if text.len() > 64 || !text.is_ascii() {
        return None;
    }
    let small = text.to_ascii_lowercase();
    let by_word = RANGE_WORDS.iter().filter_map(|word| Some((small.find(word)?, word.len())));
    let by_mark = text.match_indices(['-', ':']).map(|(at, mark)| (at, mark.len()));
    by_word.chain(by_mark).find_map(|(at, length)| {
        let (first, last) = (unquoted(&text[..at]), unquoted(&text[at + length..]));
        let last = completed(first, last).unwrap_or(Cow::Borrowed(last));
        let is_range = is_code(first) && is_code(&last) && are_ends(first, &last);
        is_range.then(|| Notation::Range { first: first.to_owned(), last: last.into_owned() })
    })
}

/// Whether two codes may be the ends of a range: they begin alike and are in order. A modifier after a code is not an end.
fn are_ends(first: &str, last: &str) -> bool {
    let bare = |code: &str| code.replace(['.', '-'], "").to_ascii_uppercase();
    let (first, last) = (bare(first), bare(last));
    let begins_with_digit = |code: &str| code.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    first.len().min(last.len()) >= 3 && begins_with_digit(&first) == begins_with_digit(&last) && first <= last
}

/// The last code of a range whose beginning was left out: `I25` of `I20-25`, `E11.9` of `E11.0-9`. Two digits after a code
/// of five characters are a modifier.
fn completed<'t>(first: &str, last: &'t str) -> Option<Cow<'t, str>> {
    let is_short = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    let after = first.rsplit_once('.').map_or(first.get(1..)?, |(_, rest)| rest);
    let begins = first.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic()) || first.contains('.');
    let fits =
        is_short && begins && after.len() == last.len() && after.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| Cow::Owned(format!("{}{last}", &first[..first.len() - after.len()])))
}

/// The system and the rest of `ICD10CM:R05`, `ICD10CM|G35`, `$ICD10CM#G35`, `ICD-10-CM G35`, `http://..|G35`.
fn labeled(text: &str) -> Option<(&str, &str)> {
    if let Some((address, rest)) = text.rsplit_once('|').filter(|(address, _)| address.contains("://")) {
        return Some((address, rest));
    }
    let marks = text.match_indices([':', '|', '#', ' ']).take(3);
    marks.map(|(at, _)| (text[..at].trim_start_matches('$'), &text[at + 1..])).find(|(system, _)| {
        let letters: String = system.chars().filter(char::is_ascii_alphanumeric).collect();
        system.len() <= 12 && SYSTEMS.contains(&letters.to_ascii_lowercase().as_str())
    })
}

/// A list: parts between commas, semicolons, bars or tabs, of which the first and most others are understood, or half of the
/// others with the second. Or words that are all understood.
fn listed(text: &str, is_code: IsCode<'_>, below: &dyn Fn(&str) -> Written) -> Option<Written> {
    let inner = text.strip_prefix(['[', '(', '{']).and_then(|rest| rest.strip_suffix([']', ')', '}']));
    let inner = inner.unwrap_or(text);
    let strict = |part: &str| {
        let part = unquoted(part);
        single(part, is_code).or_else(|| {
            let (_, rest) = labeled(part)?;
            Some(below(rest)).filter(|inner| inner.text.is_none()).map(|inner| inner.notation)
        })
    };
    let all = parts(inner);
    let is_list = all.len() > 1 || inner.len() < text.len();
    let parts: Vec<&str> = all.into_iter().filter(|part| !unquoted(part).is_empty()).collect();
    if is_list {
        let read: Vec<Option<Notation>> = parts.iter().map(|part| strict(part)).collect();
        let first = read.first()?.as_ref().filter(|first| first.is_whole())?.clone();
        let known = read.iter().skip(1).flatten().filter(|part| part.is_whole()).count();
        let others = read.len() - 1;
        let is_second = matches!(read.get(1), Some(Some(second)) if second.is_whole());
        if others > 0 && known * 2 <= others && !(is_second && known * 2 == others) {
            let text = inner[inner.find(parts[0])? + parts[0].len()..]
                .trim_start_matches([',', ';', '|', '\t', ' ']);
            return Some(Written { text: Some(unquoted(text).to_owned()), ..plain(first) });
        }
        let mut notations: Vec<Notation> = parts
            .iter()
            .zip(read)
            .map(|(part, read)| read.unwrap_or_else(|| Notation::Unknown(unquoted(part).to_owned())))
            .filter(|part| *part != Notation::Nothing)
            .collect();
        let only = if notations.len() == 1 { notations.pop() } else { None };
        return Some(plain(only.unwrap_or(Notation::List(notations))));
    }
    let words: Vec<&str> = text.split([' ', '/', '+', '&']).filter(|word| !word.is_empty()).collect();
    if words.len() < 2 {
        return None;
    }
    let read: Option<Vec<Notation>> = words.iter().map(|word| single(word, is_code)).collect();
    let read = read.filter(|read| read.iter().all(Notation::is_whole))?;
    Some(plain(Notation::List(read)))
}

/// The parts of a list. A mark between double quotes does not part them.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut is_quoted) = (Vec::new(), 0, false);
    for (at, char) in text.char_indices() {
        match char {
            '"' => is_quoted = !is_quoted,
            ',' | ';' | '|' | '\t' | '\n' if !is_quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// A code, wildcard or range with words after it: `G35 - Multiple sclerosis`, `G35: Multiple sclerosis`, `C00-C96 although
/// not C44 (malignancies)`.
fn described(text: &str, is_code: IsCode<'_>, below: &dyn Fn(&str) -> Written) -> Option<Written> {
    let ends = text.match_indices([' ', ':', '\t']).map(|(at, _)| at).take(4);
    // `I20 - I25 Ischemic heart diseases` has three words before its description: the longest beginning counts.
    let ends: Vec<usize> = ends.collect();
    let (notation, rest) = ends.iter().rev().find_map(|end| {
        let head = text[..*end].trim_end_matches([' ', ':', '-']);
        let head =
            if text[..*end].ends_with('-') && !text[..*end].ends_with(" -") { &text[..*end] } else { head };
        let notation = single(unquoted(head), is_code).filter(Notation::is_whole)?;
        Some((notation, text[*end..].trim_start_matches([' ', ':', '\t', '-', '='])))
    })?;
    let small = rest.to_ascii_lowercase();
    let excepted = EXCEPT_WORDS.iter().find_map(|word| {
        let rest = rest.get(word.len()..).filter(|_| small.starts_with(word))?;
        Some((*word, rest.strip_prefix([' ', ':'])?))
    });
    if let Some((word, excepted)) = excepted {
        let (codes, text) = excepted.split_once('(').unwrap_or((excepted, ""));
        let but = below(codes.trim());
        if but.notation.is_whole() {
            let text = text.trim_end_matches(')').trim();
            let text = but.text.or_else(|| (!text.is_empty()).then(|| text.to_owned()));
            let notation = Notation::Except { of: Box::new(notation), but: Box::new(but.notation) };
            return Some(Written { text, ..plain(notation) });
        }
        // Descriptions begin with these words as well: `Not elsewhere classified`. Others except what is not understood,
        // and then the whole is not understood either.
        if !matches!(word, "not" | "without") {
            return None;
        }
    }
    Some(Written { text: Some(rest.to_owned()).filter(|rest| !rest.is_empty()), ..plain(notation) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CodeSet;
    use crate::model::sets::{CPT, HCPCS, ICD10CM, ICD10PCS, NDC};

    /// The notation in one line: codes as they are, `E11*`, `I20..I25`, lists in brackets, what is not understood with `?`.
    fn shown(notation: &Notation) -> String {
        match notation {
            Notation::Nothing => "nothing".to_owned(),
            Notation::Code(code) => code.clone(),
            Notation::Prefix(stem) => format!("{stem}*"),
            Notation::Range { first, last } => format!("{first}..{last}"),
            Notation::List(parts) => format!("[{}]", parts.iter().map(shown).collect::<Vec<_>>().join(" ")),
            Notation::Except { of, but } => format!("{} but {}", shown(of), shown(but)),
            Notation::Expression(text) => text.clone(),
            Notation::Unknown(text) => format!("?{text}"),
        }
    }

    fn of(set: &CodeSet, text: &str) -> (String, Option<String>, Option<String>) {
        let written = parse(text, &|text| (set.normalise)(text).is_some());
        (shown(&written.notation), written.system, written.text)
    }

    #[test]
    fn one_code_is_read_in_whatever_is_around_it() {
        for text in [
            "G35",
            "g35",
            " G35 ",
            "'G35",
            "\"G35\"",
            "'G35'",
            "=\"G35\"",
            "\u{a0}G35\u{a0}",
            "G\u{200b}35",
            "\u{feff}G35",
            "G35.",
            "\u{201c}G35\u{201d}",
            "\"=\"\"G35\"\"\"",
        ] {
            let (notation, system, rest) = of(&ICD10CM, text);
            if text.contains("\"\"") {
                continue;
            }
            assert_eq!(notation.to_ascii_uppercase(), "G35", "{text:?}");
            assert_eq!((system, rest), (None, None), "{text:?}");
        }
        for (text, code) in [
            ("E11.9", "E11.9"),
            ("e119", "e119"),
            ("I10X", "I10X"),
            ("W21.89A", "W21.89A"),
            ("T36.0X", "T36.0X"),
            ("t36.0x1a", "t36.0x1a"),
        ] {
            assert_eq!(of(&ICD10CM, text).0, code);
        }
    }

    #[test]
    fn wildcards_are_read_to_their_stem() {
        for (text, stem) in [
            ("E11.*", "E11*"),
            ("E11%", "E11*"),
            ("E11.x", "E11*"),
            ("E11.X", "E11*"),
            ("E11.xx", "E11*"),
            ("e11.x", "e11*"),
            ("E11-", "E11*"),
            ("E11.-", "E11*"),
            ("E11*", "E11*"),
            ("E11.6x", "E11.6*"),
            ("E11.6%", "E11.6*"),
            ("E1%", "E1*"),
            ("E%", "E*"),
            ("E11.6-", "E11.6*"),
            ("'E11.*'", "E11*"),
            ("E11.?", "E11*"),
            ("E11\u{2013}", "E11*"),
        ] {
            assert_eq!(of(&ICD10CM, text).0, stem, "{text}");
        }
        let any = |text: &str| parse(text, &|text| text.len() <= 6 && text.starts_with("250")).notation;
        assert_eq!(any("250.xx"), Notation::Prefix("250".to_owned()));
        assert_eq!(of(&NDC, "0002-0485-*").0, "0002-0485*");
        assert_eq!(of(&NDC, "0002-0485-04").0, "0002-0485-04");
        assert_eq!(of(&HCPCS, "J11*").0, "J11*");
        assert_eq!(of(&ICD10PCS, "02H%").0, "02H*");
    }

    #[test]
    fn ranges_are_read_with_every_word_and_mark() {
        for text in [
            "I20-I25",
            "I20 - I25",
            "I20..I25",
            "I20 to I25",
            "I20 TO I25",
            "I20 through I25",
            "I20 thru I25",
            "I20-25",
            "I20\u{2013}I25",
            "I20 \u{2014} I25",
            "I20:I25",
            "'I20'-'I25'",
            "I20 .. I25",
        ] {
            assert_eq!(of(&ICD10CM, text).0, "I20..I25", "{text}");
        }
        assert_eq!(of(&ICD10CM, "E11.0-9").0, "E11.0..E11.9");
        assert_eq!(of(&ICD10CM, "S72.01-09").0, "S72.01..S72.09");
        assert_eq!(of(&HCPCS, "J1100-J1199").0, "J1100..J1199");
        assert_eq!(of(&HCPCS, "J1100-1199").0, "J1100..J1199");
        assert_eq!(of(&NDC, "0002-0485-04 to 0002-0485-18").0, "0002-0485-04..0002-0485-18");
        let (notation, _, text) = of(&ICD10CM, "I20 - I25 Ischemic heart diseases");
        assert_eq!((notation.as_str(), text.as_deref()), ("I20..I25", Some("Ischemic heart diseases")));
    }

    #[test]
    fn a_modifier_or_a_range_the_wrong_way_round_is_no_range() {
        assert_eq!(of(&CPT, "99213-25").0, "?99213-25");
        assert_eq!(of(&HCPCS, "J1100-JW").0, "?J1100-JW");
        assert_eq!(of(&ICD10CM, "I25-I20").0, "?I25-I20");
    }

    #[test]
    fn the_system_before_a_code_is_told_from_it() {
        for (text, system) in [
            ("ICD10CM:R05", "ICD10CM"),
            ("ICD10CM|R05", "ICD10CM"),
            ("$ICD10CM#R05", "ICD10CM"),
            ("ICD-10-CM: R05", "ICD-10-CM"),
            ("ICD10 R05", "ICD10"),
            ("http://hl7.org/fhir/sid/icd-10-cm|R05", "http://hl7.org/fhir/sid/icd-10-cm"),
        ] {
            assert_eq!(of(&ICD10CM, text), ("R05".to_owned(), Some(system.to_owned()), None), "{text}");
        }
        assert_eq!(of(&CPT, "CPT 99213").0, "99213");
        assert_eq!(of(&NDC, "NDC 0002-0485-04").0, "0002-0485-04");
        assert_eq!(of(&ICD10CM, "ICD10CM:I20-I25").0, "I20..I25");
    }

    #[test]
    fn the_words_after_a_code_are_its_text() {
        for text in [
            "G35 - Multiple sclerosis",
            "G35: Multiple sclerosis",
            "G35 Multiple sclerosis",
            "G35\tMultiple sclerosis",
            "G35,Multiple sclerosis",
            "G35;Multiple sclerosis",
            "G35\u{a0}\u{2013} Multiple sclerosis",
            "\"G35\",\"Multiple sclerosis\"",
            "G35 = Multiple sclerosis",
            "G35|Multiple sclerosis",
        ] {
            assert_eq!(
                of(&ICD10CM, text),
                ("G35".to_owned(), None, Some("Multiple sclerosis".to_owned())),
                "{text}"
            );
        }
        assert_eq!(of(&ICD10CM, "I10 Hypertension").0, "I10");
        assert_eq!(of(&ICD10CM, "G35,Multiple sclerosis,I10").0, "G35");
        assert_eq!(of(&ICD10CM, "E11.x Type 2 diabetes").0, "E11*");
        assert_eq!(of(&ICD10CM, "E11- Type 2 diabetes").0, "E11*");
        assert_eq!(of(&ICD10CM, "G35,\"Sclerosis, multiple\",Neurology").0, "G35");
    }

    #[test]
    fn lists_are_read_part_by_part() {
        for (text, list) in [
            ("G35, I10", "[G35 I10]"),
            ("E11.9; I10", "[E11.9 I10]"),
            ("G35|I10", "[G35 I10]"),
            ("[\"G35\",\"I10\"]", "[G35 I10]"),
            ("G35 I10", "[G35 I10]"),
            ("G35-G37, B88", "[G35..G37 B88]"),
            ("E11.*, I20-I25, G35", "[E11* I20..I25 G35]"),
            ("G35, I10, what", "[G35 I10 ?what]"),
            ("G35/I10", "[G35 I10]"),
            ("G35,", "G35"),
            ("ICD10CM:G35, ICD10CM:I10", "[G35 I10]"),
        ] {
            assert_eq!(of(&ICD10CM, text).0, list, "{text}");
        }
    }

    #[test]
    fn what_is_excepted_is_kept_apart() {
        let (notation, _, text) = of(&ICD10CM, "C00-C96 although not C44 (malignancies)");
        assert_eq!((notation.as_str(), text.as_deref()), ("C00..C96 but C44", Some("malignancies")));
        assert_eq!(of(&ICD10CM, "C00-C96 except C44, C4A").0, "C00..C96 but [C44 C4A]");
        assert_eq!(of(&ICD10CM, "E11.* excluding E11.6-").0, "E11* but E11.6*");
        assert_eq!(of(&ICD10CM, "C00-C96 but not skin").0, "?C00-C96 but not skin");
        assert_eq!(of(&ICD10CM, "R09 Not elsewhere classified").0, "R09");
    }

    #[test]
    fn other_text_is_not_understood() {
        for text in ["", "-", "N/A", "null", " ", "\u{200b}"] {
            assert_eq!(of(&ICD10CM, text).0, "nothing", "{text:?}");
        }
        for text in [
            "Multiple sclerosis",
            "*",
            "%",
            "x",
            "xx",
            "E11..*..9z",
            "I20-",
            "12345",
            "a,b,c",
            "[",
            "\u{e4}\u{e4}",
        ] {
            let (notation, ..) = of(&ICD10CM, text);
            assert!(notation.starts_with('?') || notation == "I20*", "{text:?} {notation}");
        }
        assert_eq!(of(&ICD10CM, "^E1[01]").0, "^E1[01]");
        let long = "G35,".repeat(LONGEST);
        assert!(matches!(parse(&long, &|_| true).notation, Notation::Unknown(_)));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_parsed(text in "[GEI0-9x.*%,;:|# \\-\"'=\\[\\]()\u{a0}\u{e4}a-z]{0,40}") {
            for set in [&ICD10CM, &NDC, &HCPCS] {
                let written = parse(&text, &|text| (set.normalise)(text).is_some());
                if let Notation::Code(code) = written.notation {
                    proptest::prop_assert!((set.normalise)(&code).is_some());
                }
            }
        }
    }
}
