//! Patterns and ranges: the codes they match, before and now.

use regex_automata::meta::Regex;

use super::known::CodeTable;
use crate::fields::notation;
use crate::read::Reading;

/// A matcher of a pattern.
#[derive(Debug)]
pub(super) enum Matcher {
    /// Codes with this prefix.
    Beginning(String),
    /// Codes whose beginning is between two prefixes.
    Between(String, String),
    /// Codes, in one of their spellings, that an expression matches.
    Expression { stem: String, expression: Box<Regex> },
}

/// The codes that a pattern matches which are billable in one of two releases.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Matched<'a> {
    /// Number in OLD.
    pub(super) old: usize,
    /// Number in NEW.
    pub(super) new: usize,
    /// Those in OLD that are no longer in NEW.
    pub(super) gone: Vec<&'a str>,
    /// Those in NEW that are not in OLD.
    pub(super) came: Vec<&'a str>,
}

impl Matcher {
    /// Reads a pattern as its field is to be read; `None` if it is not a known pattern.
    pub(super) fn new(text: &str, reading: Reading) -> Option<Self> {
        match reading {
            Reading::Range(_) => {
                let plain_ends = |(first, last): (&[u8], &[u8])| {
                    let end = |text: &[u8]| plain(&String::from_utf8_lossy(text));
                    (end(first), end(last))
                };
                let words = || word_ends(text).map(plain_ends);
                let quoted = || quoted_ends(text).map(plain_ends);
                let (first, last) = notation::ends(text.as_bytes()).or_else(quoted).or_else(words)?;
                Some(Self::Between(first, last))
            }
            Reading::Like => like(text),
            Reading::Expression => expression(text),
            Reading::Beginning(_) => Some(Self::Beginning(plain(text))),
            _ => notation::stem(text.as_bytes()).map(Self::Beginning),
        }
    }

    /// Returns the codes it matches.
    pub(super) fn matched<'a>(&self, codes: &CodeTable<'a>) -> Matched<'a> {
        let mut matched = Matched::default();
        let mut take = |known: &super::known::CodeRecord<'a>, is_billable: [bool; 2]| {
            matched.old += usize::from(is_billable[0]);
            matched.new += usize::from(is_billable[1]);
            match is_billable {
                [true, false] => matched.gone.push(known.code),
                [false, true] => matched.came.push(known.code),
                _ => {}
            }
        };
        let (stem, last) = match self {
            Self::Beginning(stem) => (stem.as_str(), None),
            Self::Between(first, last) => (common(first, last), Some((first, last))),
            Self::Expression { stem, .. } => (stem.as_str(), None),
        };
        for known in codes.beginning_with(stem) {
            let fits = match (self, last) {
                (_, Some((first, last))) => {
                    known.code >= first.as_str()
                        && known.code.get(..last.len()).unwrap_or(known.code) <= last.as_str()
                }
                (Self::Expression { expression, .. }, _) => {
                    expression.is_match(known.code) || expression.is_match(&known.display())
                }
                _ => true,
            };
            if fits {
                take(known, known.is_billable_in());
            }
        }
        matched
    }
}

/// Returns a prefix without dots, in upper case.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|char| !matches!(char, '.' | ' ' | '\'' | '"'))
        .collect::<String>()
        .to_ascii_uppercase()
}

/// Returns the ends of `I60' AND 'I69`, with blanks or comments between.
fn quoted_ends(text: &str) -> Option<(&[u8], &[u8])> {
    let (first, rest) = text.split_once('\'')?;
    let (_, last) = rest.rsplit_once('\'')?;
    Some((first.as_bytes(), last.as_bytes()))
}

/// Returns the ends of `G35/G37`, as Stata writes a range, or of one in words.
fn word_ends(text: &str) -> Option<(&[u8], &[u8])> {
    let (first, last) = ["/", " to ", " through ", " thru "].iter().find_map(|mark| text.split_once(mark))?;
    Some((first.trim_end_matches('*').as_bytes(), last.trim_end_matches('*').as_bytes()))
}

fn common<'t>(first: &'t str, last: &str) -> &'t str {
    let length = first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
    first.get(..length).unwrap_or_default()
}

/// Reads a pattern of `LIKE`: `%` is anything, `_` one character.
fn like(text: &str) -> Option<Matcher> {
    let stem = text.trim_end_matches('%');
    if stem.is_empty() {
        return None;
    }
    if stem.len() < text.len() && !stem.contains(['%', '_']) {
        return Some(Matcher::Beginning(plain(stem)));
    }
    let escaped = |char: char| match char {
        '%' => ".*".to_owned(),
        '_' => ".".to_owned(),
        char if char.is_ascii_alphanumeric() => char.to_string(),
        char => format!("\\{char}"),
    };
    regex(&format!("^{}$", text.chars().map(escaped).collect::<String>()), text)
}

fn expression(text: &str) -> Option<Matcher> {
    regex(text, text.strip_prefix('^').unwrap_or_default())
}

fn regex(pattern: &str, literal: &str) -> Option<Matcher> {
    let config = Regex::config().nfa_size_limit(Some(1 << 20));
    let syntax = regex_automata::util::syntax::Config::new().case_insensitive(true);
    let built = Regex::builder().configure(config).syntax(syntax).build(pattern).ok()?;
    // The stem that every match begins with, if the pattern begins with plain characters that are not optional.
    let length = literal.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let is_optional = matches!(literal.as_bytes().get(length), Some(b'?' | b'*' | b'{' | b'|'));
    let stem = literal[..length.saturating_sub(usize::from(is_optional))].to_ascii_uppercase();
    let stem = if literal.contains('|') { String::new() } else { stem };
    Some(Matcher::Expression { stem, expression: Box::new(built) })
}
