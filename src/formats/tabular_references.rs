//! Checks that codes and ranges in notes of the tabular list exist.

use crate::model::{NoteKind, Place, Problem, ProblemCode, Problems, Tabular, sets};

/// Returns a problem for each reference in a list's notes to a code that is not in the list.
pub(super) fn check(list: &Tabular) -> Vec<Problem> {
    let mut found = Problems::default();
    for place in &list.places {
        let refers = |kind: &NoteKind| !matches!(kind, NoteKind::InclusionTerm | NoteKind::SeventhCharacter);
        for (kind, text) in place.notes.iter().filter(|(kind, _)| refers(kind)) {
            for dead in references(text).into_iter().filter(|reference| !exists(list, reference)) {
                found.add(ProblemCode::DeadReference, || {
                    let own = match place.kind {
                        crate::model::PlaceKind::Entry => (sets::ICD10CM.display)(&place.name),
                        _ => place.name.clone(),
                    };
                    let fact = format!("{own}, {}: names {dead}, which is not in the list", kind.title());
                    Problem::new(ProblemCode::DeadReference, Place::file(&list.name), fact)
                });
            }
        }
    }
    found.finish(&list.name)
}

/// Returns the codes that a note names in brackets, as it writes them: `E88.A`, `C79.8-`; both ends of a range.
fn references(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, inside)) = rest.split_once('(') {
        let end = inside.find([')', '}', ']', '(']).unwrap_or(inside.len());
        let words = inside[..end].split(|char: char| matches!(char, ',' | ';') || char.is_whitespace());
        found.extend(words.flat_map(ends).filter(|word| is_code(word)));
        rest = &inside[end..];
    }
    found
}

/// Returns both ends of a range, or a code itself, with the hyphen after it that includes the codes below.
fn ends(word: &str) -> impl Iterator<Item = &str> {
    let middle = word.find('-').filter(|at| at + 1 < word.len());
    let (first, last) = middle.map_or((word, ""), |at| (&word[..at], &word[at + 1..]));
    [first, last].into_iter().filter(|end| !end.is_empty())
}

/// Returns whether a word has the form of a code: three characters, the second a digit or the first two letters (`QA0`), and up
/// to four more after a dot.
fn is_code(word: &str) -> bool {
    let word = word.strip_suffix('-').unwrap_or(word);
    let (category, rest) = word.split_once('.').unwrap_or((word, ""));
    let has_dot = category.len() < word.len();
    let is_upper = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    let category = category.as_bytes();
    category.len() == 3
        && category[0].is_ascii_uppercase()
        && category.iter().all(is_upper)
        && category[1..].iter().any(u8::is_ascii_digit)
        && (category[1].is_ascii_digit() || category[2].is_ascii_digit())
        && rest.len() <= 4
        && (!has_dot || rest.bytes().all(|byte| is_upper(&byte) || byte == b'x'))
}

fn exists(list: &Tabular, reference: &str) -> bool {
    let code = reference.replace(['.', '-'], "").to_ascii_uppercase();
    if list.entry(&code).is_some() {
        return true;
    }
    // A code with its complete 7th-character form, or without the 7th character.
    let stem = code.trim_end_matches('X');
    let Some(place) = list.place_of(&code) else { return false };
    place.name == stem || list.codes_of(place).iter().any(|(given, _)| given.starts_with(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_between_brackets_only() {
        let found = |text| references(text).join(" ");
        assert_eq!(found("associated cachexia (E88.A)"), "E88.A");
        assert_eq!(found("complications of pregnancy (O00-O9A, O99.-)"), "O00 O9A O99.-");
        assert_eq!(found("adverse effect (T36-T50 with fifth or sixth character 5)"), "T36 T50");
        assert_eq!(found("electrolyte imbalance (E87.8}"), "E87.8");
        assert_eq!(found("vitamin B12 deficiency (D51.-) by HIV-2 (H1N1) (T4)"), "D51.-");
        assert_eq!(found("certain conditions (Q00-QA0)"), "Q00 QA0");
    }
}
