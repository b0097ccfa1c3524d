//! Messages of drivers, without anything that came from a profile, the environment or a table.
//!
//! A driver may quote an address with its password, a part of it, or a cell of a claim. So a word of a message is shown if
//! the query has it, or if it is a plain word that is in no option of the profile and not in quotes.

use std::collections::BTreeSet;

use crate::base::safe;

/// What is shown in place of words that are left out.
const MASK: &str = "***";

/// Maximum characters of a message.
const LONGEST: usize = 300;

/// Words that say nothing about an option, though some have them as keys: `host=.. password=..`.
const PLAIN: &[&str] = &["database", "host", "password", "port", "server", "user"];

/// Characters of a word that is long enough to tell something.
const TELLING: usize = 3;

/// Values that no message may show, nor parts of them.
pub(super) struct Secrets {
    /// The values in lowercase, as written and with percent signs decoded.
    texts: Vec<String>,
    /// Their words.
    words: BTreeSet<String>,
}

impl Secrets {
    pub(super) fn new(values: Vec<String>) -> Self {
        let decoded: Vec<String> = values.iter().map(|value| percent_decoded(value)).collect();
        let texts: Vec<String> =
            values.into_iter().chain(decoded).map(|value| value.to_lowercase()).collect();
        let words = texts.iter().flat_map(|text| words(text)).map(str::to_owned).collect();
        Self { texts, words }
    }

    /// Returns the first line of a message with what may be shown: plain words and words of the query.
    pub(super) fn masked(&self, message: &str, query: &str) -> String {
        let query = query.to_lowercase();
        let query: BTreeSet<&str> = words(&query).collect();
        self.filtered(message, |word, is_quoted| {
            query.contains(word) || !is_quoted && word.chars().all(char::is_alphabetic) && !self.has(word)
        })
    }

    /// Returns the first line of a message without the values, for a message that quotes neither rows nor addresses.
    pub(super) fn without_values(&self, message: &str) -> String {
        self.filtered(message, |word, _| !self.has(word))
    }

    /// Returns whether a word is one of a value, a part of one, or has one in it.
    fn has(&self, word: &str) -> bool {
        let is_long = |word: &str| word.chars().count() >= TELLING;
        let is_part = || self.texts.iter().any(|text| text.contains(word));
        let has_part =
            || self.words.iter().any(|own| own.chars().count() > TELLING && word.contains(own.as_str()));
        !PLAIN.contains(&word) && (self.words.contains(word) || is_long(word) && (is_part() || has_part()))
    }

    fn filtered(&self, message: &str, shows: impl Fn(&str, bool) -> bool) -> String {
        let line = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        // Some databases quote a cell without quotes after this word.
        let line = line.split_once("value:").map_or(line, |(before, _)| before).trim();
        let mut out = String::new();
        let mut quote = None;
        let mut rest = line;
        while let Some(char) = rest.chars().next() {
            let length = rest.find(|char: char| !char.is_alphanumeric()).unwrap_or(rest.len());
            if length == 0 {
                let after = rest[char.len_utf8()..].chars().next();
                quote = quoted(quote, char, out.chars().next_back(), after);
                out.push(char);
                rest = &rest[char.len_utf8()..];
                continue;
            }
            let (word, others) = rest.split_at(length);
            out.push_str(if shows(&word.to_lowercase(), quote.is_some()) { word } else { MASK });
            rest = others;
        }
        let short: String = out.chars().take(LONGEST).collect();
        safe(&short)
    }
}

/// Returns the quote that is open after a character. An apostrophe within a word is not a quote.
fn quoted(open: Option<char>, char: char, before: Option<char>, after: Option<char>) -> Option<char> {
    let is_in_word = |side: Option<char>| side.is_some_and(|char| char.is_alphanumeric() || char == '*');
    match open {
        _ if char == '\'' && is_in_word(before) && is_in_word(after) => open,
        Some(quote) if quote == char => None,
        None if matches!(char, '"' | '\'' | '`') => Some(char),
        open => open,
    }
}

/// Returns the words of a text: letters and digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Decodes percent signs: RFC 3986, section 2.1.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let digits = others.first_chunk::<2>().filter(|_| *first == b'%');
        let byte = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &others[2..] } else { others };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "postgresql://mary:p%40ss-Wörd7/x!ray@db.example.org:5432/billing";

    fn masked(message: &str, query: &str) -> String {
        Secrets::new(vec![URI.to_owned(), "hunter2".to_owned()]).masked(message, query)
    }

    #[test]
    fn plain_words_and_words_of_the_query_are_shown() {
        let query = "WITH t AS (SELECT dx1 FROM claims2)";
        for (message, shown) in [
            (
                "\n ERROR:  relation \"claims2\" does not exist\nLINE 4: SELECT",
                "ERROR:  relation \"claims2\" does not exist",
            ),
            ("no such column: dx1", "no such column: dx1"),
            ("Can't find the table 'DX1'", "Can't find the table 'DX1'"),
            ("password authentication failed", "password authentication failed"),
        ] {
            assert_eq!(masked(message, query), shown);
        }
    }

    #[test]
    fn addresses_passwords_and_their_parts_are_left_out() {
        for (message, shown) in [
            (format!("cannot open {URI}"), "cannot open ***://***:***%***-***/***!***@***.***.***:***/***"),
            (
                "could not translate host name \"ss-W\u{f6}rd7\" to address".to_owned(),
                "could not translate host name \"***-***\" to address",
            ),
            ("user mary failed at DB.Example.ORG".to_owned(), "user *** failed at ***.***.***"),
            ("token=xhunter2x refused".to_owned(), "token=*** refused"),
            ("invalid port: 'x!ray@db'".to_owned(), "invalid port: '***!***@***'"),
        ] {
            let result = masked(&message, "");
            assert_eq!(result.to_lowercase(), shown.to_lowercase());
        }
    }

    #[test]
    fn cells_of_a_table_are_left_out() {
        for (message, shown) in [
            (
                "invalid input syntax for type date: \"Smith, 1950\"",
                "invalid input syntax for type date: \"***, ***\"",
            ),
            ("Bad double value: Smith", "Bad double"),
            (
                "Could not convert string 'MRN O'Neil' to INT32",
                "Could not convert string '*** ***'***' to ***",
            ),
            ("Duplicate entry 123456 in row", "Duplicate entry *** in row"),
        ] {
            assert_eq!(masked(message, "SELECT dx1"), shown);
        }
    }

    #[test]
    fn a_message_is_one_short_line() {
        assert_eq!(masked(&"word ".repeat(100), "").chars().count(), LONGEST);
        assert_eq!(masked("", ""), "");
    }
}
