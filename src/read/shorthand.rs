//! FHIR Shorthand: codes after the alias or address of their system, `* $ICD10CM#G35 "Multiple sclerosis"`. Source: HL7 FHIR
//! Shorthand specification, sections on aliases, codes and rules for value sets.

use std::collections::HashMap;

use super::{Cell, FieldName, ListKind, Origin, Quoting, Reader, Reading, Row, Sink};

/// Upper bound on aliases; further ones are ignored.
const MOST_ALIASES: usize = 10_000;

/// Words that begin a definition with its own list of codes.
const DEFINITIONS: [&str; 8] =
    ["ValueSet", "CodeSystem", "Instance", "Profile", "Extension", "RuleSet", "Mapping", "Invariant"];

/// Reads a file of definitions.
pub(crate) struct Shorthand;

impl Reader for Shorthand {
    fn read(&mut self, text: &[u8], base: u64, _: bool, sink: &mut dyn Sink) -> usize {
        let mut aliases: HashMap<String, String> = HashMap::new();
        let mut name = String::new();
        let mut start = 0;
        while start < text.len() {
            let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |length| start + length);
            let line = &text[start..end];
            let rule = line.trim_ascii();
            if let Some(alias) = rule.strip_prefix(b"Alias:") {
                let alias = String::from_utf8_lossy(alias);
                if let Some((name, address)) = alias.split_once('=').filter(|_| aliases.len() < MOST_ALIASES)
                {
                    aliases.insert(name.trim().to_owned(), address.trim().to_owned());
                }
            } else if let Some(found) = definition(rule) {
                name = found;
            } else if !rule.starts_with(b"//") {
                codes(text, (start, end), base, &aliases, &name, sink);
            }
            start = end + 1;
        }
        text.len()
    }

    fn takes_pieces(&self) -> bool {
        false
    }
}

/// Returns the name of the definition that a line begins.
fn definition(line: &[u8]) -> Option<String> {
    let (head, name) = line.split_at(memchr::memchr(b':', line)?);
    let head = std::str::from_utf8(head).ok()?;
    let name = String::from_utf8_lossy(&name[1..]);
    DEFINITIONS.contains(&head).then(|| name.trim().chars().take(64).collect())
}

/// Passes on the codes of a line: each after `#`, with its system before that.
fn codes(
    text: &[u8],
    (start, end): (usize, usize),
    base: u64,
    aliases: &HashMap<String, String>,
    name: &str,
    sink: &mut dyn Sink,
) {
    let mut from = start;
    while let Some(hash) = memchr::memchr(b'#', &text[from..end]).map(|length| from + length) {
        let is_system = |byte: &&u8| !byte.is_ascii_whitespace() && !matches!(**byte, b'"' | b'(' | b',');
        let length = text[start..hash].iter().rev().take_while(is_system).count();
        let system = String::from_utf8_lossy(&text[hash - length..hash]).into_owned();
        let is_quoted = text.get(hash + 1) == Some(&b'"');
        let first = hash + 1 + usize::from(is_quoted);
        let ends = |byte: &u8| {
            if is_quoted {
                *byte == b'"'
            } else {
                byte.is_ascii_whitespace() || matches!(byte, b',' | b')' | b';')
            }
        };
        let last = first.min(end);
        let last = last + text[last..end].iter().position(ends).unwrap_or(end - last);
        from = last.max(hash + 1);
        if last == first
            || text[start..hash].contains(&b'"')
                && text[start..hash].iter().filter(|byte| **byte == b'"').count() % 2 == 1
        {
            continue;
        }
        // A version may follow the system: `$ICD10CM|2025#G35`.
        let alias = system.split('|').next().unwrap_or_default();
        let address = aliases.get(alias).map_or(alias, String::as_str);
        let before = String::from_utf8_lossy(&text[start..hash - length]).trim_end().to_ascii_lowercase();
        let is_filter = ["is-a", "descendent-of", "descendant-of", "is-not-a", "generalizes"]
            .iter()
            .any(|word| before.ends_with(word));
        // A filter names its system earlier: `codes from system $ICD10CM where concept is-a #G35`.
        let around = before.split_whitespace().skip_while(|word| *word != "system").nth(1);
        let around = around.and_then(|alias| {
            aliases
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(alias))
                .map(|(_, address)| address.as_str())
        });
        let declared = if address.is_empty() { around.unwrap_or_default() } else { address };
        let (kind, reading) =
            if is_filter { ("filters", Reading::Beginning(0)) } else { ("codes", Reading::Value) };
        let path = if name.is_empty() { kind.to_owned() } else { format!("{kind} of `{name}`") };
        let code = sink.field(FieldName {
            path: &path,
            words: "code",
            reading,
            origin: Origin::list(ListKind::Literals, name),
        });
        let display = sink.field(FieldName {
            path: "display",
            words: "display",
            reading: Reading::Value,
            origin: Origin::Other,
        });
        let cell = |field, (start, end): (usize, usize), quoting| Cell {
            field,
            text: &text[start..end],
            at: base + start as u64,
            column: 0,
            quoting,
        };
        let mut cells = vec![cell(code, (first, last), Quoting::None)];
        let rest = last + usize::from(is_quoted);
        let open = rest + text[rest.min(end)..end].iter().take_while(|byte| **byte == b' ').count();
        if text.get(open) == Some(&b'"')
            && open < end
            && let Some(length) = memchr::memchr(b'"', &text[open + 1..end])
        {
            cells.push(cell(display, (open + 1, open + 1 + length), Quoting::Backslash(b'"')));
            from = open + length + 2;
        }
        let span = (base + start as u64, base + text[..end].trim_ascii_end().len().max(start) as u64);
        let system = Some(declared).filter(|declared| !declared.is_empty());
        sink.row(&Row { cells: &cells, span, number: 0, system });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut seen = Seen::default();
        Shorthand.read(text.as_bytes(), 0, true, &mut seen);
        seen.described
    }

    #[test]
    fn the_alias_before_a_code_is_its_system() {
        assert_eq!(
            read(
                "Alias: $ICD = urn:x\nValueSet: MS\n* $ICD#G35 \"Multiple sclerosis\"\n* http://a|1#\"B 2\"\n"
            ),
            [
                "codes of `MS` 40 G35 | display 45 Multiple sclerosis [33..64] of urn:x",
                "codes of `MS` 79 B 2 [65..83] of http://a",
            ]
        );
    }

    #[test]
    fn a_filter_is_no_code() {
        let rows = read(
            "Alias: $ICD = urn:x\n* include codes from system $ICD where concept is-a #G35\n// $ICD#X\n",
        );
        assert_eq!(rows, ["filters (Beginning(0)) 73 G35 [20..76] of urn:x"]);
    }

    #[test]
    fn a_file_that_breaks_off_does_no_harm() {
        for text in ["#", "* $A#\"", "* $A#x \"", "Alias:", "Alias: =", "* #", "ValueSet:"] {
            read(text);
        }
    }
}
