//! A tabular list with the release it belongs to: with an order file, it gives the position of each code and is compared with
//! it; alone, it is a release itself.
//!
//! Invariant: a list that comes alone makes the concepts itself, by the rule for 7th characters; wherever there is an
//! order file, that rule is checked against it.

use std::collections::BTreeMap;

use super::{Concepts, tabular_references};
use crate::base::counted;
use crate::model::{
    Concept, Coverage, Level, ListPlace, NoteKind, Place, PlaceKind, Problem, ProblemCode, Problems, Release,
    ReleaseTable, Tabular, sets,
};

/// Returns the entries of a list as concepts, including the codes with a 7th character that the list defines.
pub(super) fn concepts_of(list: &Tabular) -> Concepts {
    let mut table = ReleaseTable::default();
    let mut add = |code: &str, title: &str, level| {
        let (code, long) = (table.add_text(code), table.add_text(title));
        let order = table.concepts.len() as u32;
        table.concepts.push(Concept { code, long, short: None, order, level, details: None });
    };
    for place in list.places.iter().filter(|place| place.kind == PlaceKind::Entry && !place.name.is_empty()) {
        let codes = list.codes_of(place);
        let is_code = codes.iter().any(|(code, _)| *code == place.name);
        add(&place.name, &place.title, if is_code { Level::Code } else { Level::Header });
        for (code, title) in codes.iter().filter(|_| !is_code) {
            if !is_forbidden(list, place, code) {
                add(code, title, Level::Code);
            }
        }
    }
    let mut concepts = Concepts::new(list.name.clone(), &sets::ICD10CM, table);
    concepts.records = list.entries().count() as u64;
    concepts.coverage = Coverage { whole: list.is_whole, ..Coverage::default() };
    concepts
}

/// Compares a list with its release, and reports where the two disagree and which notes name codes that do not exist.
pub(super) fn attach(release: &mut Release, list: &Tabular) {
    release.problems.extend(list.problems.clone());
    // A list that breaks off is incomplete, so it is not compared.
    if !list.is_whole {
        return;
    }
    release.problems.extend(check(release, list));
    release.problems.extend(tabular_references::check(list));
    release.coverage.notes = true;
}

/// Checks that the list defines exactly the billable codes of the release.
fn check(release: &Release, list: &Tabular) -> Vec<Problem> {
    let mut given: BTreeMap<String, &ListPlace> = BTreeMap::new();
    for place in list.entries() {
        given.extend(list.codes_of(place).into_iter().map(|(code, _)| (code, place)));
    }
    let mut found = Problems::default();
    let mut differs = |code: &str, fact: &str| {
        found.add(ProblemCode::TabularDiffers, || {
            let fact = format!("{}: {fact}", (release.set.display)(code));
            Problem::new(ProblemCode::TabularDiffers, Place::file(&list.name), fact)
        });
    };
    let mut forbidden = Vec::new();
    for (code, place) in &given {
        if release.find_billable(code).is_some() {
            continue;
        }
        if is_forbidden(list, place, code) {
            forbidden.push(code.as_str());
        } else {
            differs(code, "is in the tabular list, but not in the list of codes");
        }
    }
    for entry in release.entries().filter(|entry| entry.level() == Level::Code) {
        if !given.contains_key(entry.code()) {
            differs(entry.code(), "is in the list of codes, but not in the tabular list");
        }
    }
    for place in list.entries().filter(|place| !given.contains_key(&place.name)) {
        if release.find(&place.name).is_none_or(|entry| entry.level() != Level::Header) {
            differs(&place.name, "is a header in the tabular list, but not in the list of codes");
        }
    }
    let mut problems = found.finish(&list.name);
    if let (Some(first), Some(last)) = (forbidden.first(), forbidden.last()) {
        let fact = format!(
            "{} with a 7th character {} excluded by a note ({} to {})",
            counted(forbidden.len() as u64, "code", "codes"),
            if forbidden.len() == 1 { "is" } else { "are" },
            (release.set.display)(first),
            (release.set.display)(last),
        );
        problems.push(Problem::new(ProblemCode::TabularForbidden, Place::file(&list.name), fact));
    }
    problems
}

/// Returns whether a note above forbids a 7th character:
/// `7th characters D and S do not apply to codes in category S06 with 6th character 7 ... or 8 ...`.
fn is_forbidden(list: &Tabular, place: &ListPlace, code: &str) -> bool {
    let Some(last) = code.chars().last().filter(|_| code.len() > place.name.len()) else { return false };
    let notes = list.upward(place).flat_map(|above| &above.notes);
    let mut texts = notes
        .filter(|(kind, _)| matches!(kind, NoteKind::Note | NoteKind::SeventhCharacterNote))
        .map(|(_, text)| text.as_str());
    texts.any(|text| {
        let Some((characters, rest)) = text.split_once("do not apply to codes in category") else {
            return false;
        };
        let names = |text: &str, wanted: char| {
            text.split(|char: char| !char.is_ascii_alphanumeric())
                .any(|word| word.len() == 1 && word.starts_with(wanted))
        };
        let sixth = code.chars().nth(5).unwrap_or_default();
        let of_sixth = rest.split_once("6th character").is_none_or(|(_, rest)| names(rest, sixth));
        names(characters, last) && of_sixth
    })
}
