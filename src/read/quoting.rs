//! The way a value is written in a kind of file: reading and writing it.

use std::borrow::Cow;

/// The rules that escape some characters of a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// None: the bytes are the value.
    #[default]
    None,
    /// This quote is doubled inside: CSV, SQL, YAML in single quotes.
    Doubled(u8),
    /// A backslash escapes the next character, up to this quote: JSON, YAML in double quotes, programs.
    Backslash(u8),
    /// Entities: XML and HTML.
    Entities,
    /// None, in a table as text with this delimiter: a value that would end the cell is put in quotes.
    BareCell(u8),
    /// None, in YAML: a value that would mean something else is put in quotes.
    BareYaml,
    /// None, in JSON or TOML: anything but a number is put in quotes.
    BareNumber,
}

impl Quoting {
    /// Returns the value of a written text.
    pub(crate) fn read(self, text: &[u8]) -> Cow<'_, str> {
        let text = String::from_utf8_lossy(text);
        match self {
            Self::Doubled(quote) => {
                let quote = char::from(quote);
                if text.contains(quote) {
                    text.replace(&format!("{quote}{quote}"), &quote.to_string()).into()
                } else {
                    text
                }
            }
            Self::Backslash(_) if text.contains('\\') => unescaped(&text).into(),
            Self::Entities if text.contains('&') => entities(&text).into(),
            _ => text,
        }
    }

    /// Returns the text that represents a value.
    pub(crate) fn write(self, text: &str) -> String {
        match self {
            Self::None => text.to_owned(),
            Self::Doubled(quote) => {
                let quote = char::from(quote);
                text.replace(quote, &format!("{quote}{quote}"))
            }
            Self::Backslash(quote) => {
                let quote = char::from(quote);
                text.replace('\\', "\\\\").replace(quote, &format!("\\{quote}"))
            }
            Self::BareCell(delimiter) => {
                let ends = [char::from(delimiter), '"', '\n', '\r'];
                if text.contains(ends) {
                    format!("\"{}\"", text.replace('"', "\"\""))
                } else {
                    text.to_owned()
                }
            }
            Self::BareYaml if is_plain_yaml(text) => text.to_owned(),
            Self::BareYaml => format!("'{}'", text.replace('\'', "''")),
            Self::BareNumber if text.bytes().all(|byte| byte.is_ascii_digit()) => text.to_owned(),
            Self::BareNumber => format!("\"{}\"", Self::Backslash(b'"').write(text)),
            Self::Entities => text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;"),
        }
    }
}

/// Returns whether YAML reads an unquoted text as that text. Codes such as `02700E6` are numbers in YAML.
fn is_plain_yaml(text: &str) -> bool {
    let is_mark = |char: char| ":#{}[],&*!|>'\"%@`?-=~".contains(char);
    let is_word =
        matches!(text.to_ascii_lowercase().as_str(), "null" | "true" | "false" | "yes" | "no" | "on" | "off");
    !text.is_empty()
        && text.trim() == text
        && !text.contains(is_mark)
        && !is_word
        && text.parse::<f64>().is_err()
}

/// Returns a text with its escapes resolved: those of JSON, which other formats share. Unknown escapes stay.
fn unescaped(text: &str) -> String {
    let mut statement = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            statement.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => statement.push('\n'),
            Some('t') => statement.push('\t'),
            Some('r') => statement.push('\r'),
            Some('u') => {
                let digits: String = chars.clone().take(4).collect();
                match u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    Some(char) if digits.len() == 4 => {
                        statement.push(char);
                        chars.nth(3);
                    }
                    _ => statement.push_str("\\u"),
                }
            }
            Some(char) => statement.push(char),
            None => statement.push('\\'),
        }
    }
    statement
}

/// Returns a text with its entities resolved: the predefined ones of XML, and numeric ones.
fn entities(text: &str) -> String {
    let mut statement = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        statement.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let known = end.and_then(|end| Some((end, entity(&rest[1..end])?)));
        match known {
            Some((end, char)) => {
                statement.push(char);
                rest = &rest[end + 1..];
            }
            None => {
                statement.push('&');
                rest = &rest[1..];
            }
        }
    }
    statement + rest
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let hexadecimal = number.strip_prefix(['x', 'X']);
            let number = hexadecimal.map_or_else(|| number.parse(), |digits| u32::from_str_radix(digits, 16));
            char::from_u32(number.ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let quotings = [
            Quoting::None,
            Quoting::Doubled(b'"'),
            Quoting::Doubled(b'\''),
            Quoting::Backslash(b'"'),
            Quoting::Entities,
        ];
        for quoting in quotings {
            for text in ["Crohn's \"disease\"", "a & b < c", "back\\slash", "plain"] {
                assert_eq!(quoting.read(quoting.write(text).as_bytes()), text, "{quoting:?}");
            }
        }
    }

    #[test]
    fn what_is_without_quotes_gets_them_where_it_needs_them() {
        for (quoting, text, expected) in [
            (Quoting::BareCell(b','), "plain text", "plain text"),
            (Quoting::BareCell(b','), "a, \"b\"", "\"a, \"\"b\"\"\""),
            (Quoting::BareCell(b'\t'), "a, b", "a, b"),
            (Quoting::BareYaml, "E87.20", "E87.20"),
            (Quoting::BareYaml, "02700E6", "'02700E6'"),
            (Quoting::BareYaml, "Crohn's: colon", "'Crohn''s: colon'"),
            (Quoting::BareNumber, "99213", "99213"),
            (Quoting::BareNumber, "0001U", "\"0001U\""),
        ] {
            assert_eq!(quoting.write(text), expected);
        }
    }

    #[test]
    fn escapes_and_entities_that_are_not_known_stay() {
        assert_eq!(Quoting::Backslash(b'"').read(br"caf\u00e9 \u12 \q"), "café \\u12 q");
        assert_eq!(
            Quoting::Entities.read(b"Sj&#246;gren &#xf6; &eacute; & co; &"),
            "Sjögren ö &eacute; & co; &"
        );
    }
}
