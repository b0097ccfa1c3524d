//! Files that come with a release: they are joined to it or compared with it.
//!
//! Invariant: copies of one release (text and workbook) are compared with each other; in an archive only one of them is
//! read.

use std::collections::{BTreeMap, BTreeSet};

use super::Concepts;
use crate::base::counted;
use crate::model::{
    ActionReport, Entry, Level, Note, NoteKind, NoteList, Place, Problem, ProblemCode, Problems, Release,
    TextKind,
};

/// Adds to each concept the note whose number is in its attribute.
pub(super) fn attach(concepts: &mut Concepts, list: &NoteList) {
    let definition = concepts.set.properties.iter().position(|property| property.name == list.property);
    let Some(definition) = definition else { return };
    let table = &mut concepts.table;
    let mut spans = BTreeMap::new();
    for (number, text) in &list.notes {
        spans.insert(number.as_str(), table.add_text(text));
    }
    let mut unknown = Problems::default();
    for concept in &mut table.concepts {
        let Some(details) = concept.details.as_deref_mut() else { continue };
        let own = details.properties.iter().find(|property| usize::from(property.definition) == definition);
        let Some(own) = own else { continue };
        let number = own.value.of(&table.text);
        if number.bytes().all(|byte| byte == b'0') {
            continue;
        }
        match spans.get(number) {
            Some(text) => details.notes.push(Note { kind: NoteKind::Processing, text: *text }),
            None => unknown.add(ProblemCode::UnknownNote, || {
                let code = concept.code.of(&table.text);
                let fact = format!("{code} names note {number}, which is not in this file");
                Problem::new(ProblemCode::UnknownNote, Place::file(&list.name), fact)
            }),
        }
    }
    concepts.coverage.notes = true;
    concepts.problems.extend(unknown.finish(&list.name));
    concepts.problems.extend(list.problems.clone());
}

/// Returns whether another file holds the same codes: a folder may hold a zip and its unpacked files, or a text and the
/// workbook that comes with it. If the copy differs in the data of a code, that is reported as a problem.
pub(super) fn is_copy(release: &mut Release, other: Concepts) -> bool {
    let (copy, _) = Release::new(other.set, other.table);
    let says_otherwise = !other.facts.is_empty() && !release.facts.is_empty() && other.facts != release.facts;
    let pairs = || release.entries().zip(copy.entries());
    if says_otherwise
        || release.len() != copy.len()
        || !pairs().all(|(a, b)| (a.code(), a.level()) == (b.code(), b.level()))
    {
        return false;
    }
    let mut found = Problems::default();
    // Differences in attributes that change often are counted, not listed.
    let mut hidden: BTreeMap<&str, (u64, String)> = BTreeMap::new();
    for (ours, theirs) in pairs() {
        for what in hidden_differences(ours, theirs) {
            hidden.entry(what).or_insert_with(|| (0, ours.display())).0 += 1;
        }
        for what in differences(ours, theirs) {
            found.add(ProblemCode::CopyDiffers, || {
                let fact = format!("{}: {what} differs from {}", ours.display(), release.file);
                Problem::new(ProblemCode::CopyDiffers, Place::file(&other.name), fact)
            });
        }
    }
    let mut found = found.finish(&other.name);
    for (what, (count, first)) in hidden {
        let codes = counted(count, "code", "codes");
        let fact = format!("{what} of {codes} (the first is {first}) differs from {}", release.file);
        found.push(Problem::new(ProblemCode::CopyDiffers, Place::file(&other.name), fact));
    }
    release.problems.extend(found);
    true
}

/// Returns the names of the attributes, of those left out by default, in which two entries of one code differ.
fn hidden_differences<'a>(ours: Entry<'a>, theirs: Entry<'a>) -> Vec<&'a str> {
    if ours.properties().eq(theirs.properties()) {
        return Vec::new();
    }
    let definitions = (0..).zip(ours.definitions());
    let hidden = definitions.filter(|(at, definition)| {
        definition.group.hidden
            && ours.property(&definition.name) != theirs.property(&definition.name)
            && ours.ships(*at)
            && theirs.ships(*at)
    });
    hidden.map(|(_, definition)| &*definition.name).collect()
}

/// Returns the differences between two entries of one code: descriptions, and attributes that are in both files and
/// are compared.
fn differences<'a>(ours: Entry<'a>, theirs: Entry<'a>) -> Vec<&'a str> {
    let texts = TextKind::ALL.iter().filter(|kind| {
        matches!((ours.text(**kind), theirs.text(**kind)), (Some(ours), Some(theirs)) if ours != theirs)
    });
    let mut what: Vec<&str> = texts.map(|kind| kind.word()).collect();
    if ours.properties().eq(theirs.properties()) {
        return what;
    }
    for (at, definition) in (0..).zip(ours.definitions()) {
        let differs = ours.property(&definition.name) != theirs.property(&definition.name);
        if differs && !definition.group.hidden && ours.ships(at) && theirs.ships(at) {
            what.push(&definition.name);
        }
    }
    what
}

/// Returns whether two names of an action are the same: CMS writes `&` in one year and `and` in another, and `No change`.
fn is_same(a: &str, b: &str) -> bool {
    a.replace('&', "and").eq_ignore_ascii_case(&b.replace('&', "and"))
}

/// Compares the publisher's report of its actions with the action codes in the release itself.
pub(super) fn check_actions(release: &mut Release, report: &ActionReport) {
    let Some(actions) = release.set.actions else { return };
    let mut found = Problems::default();
    let mut differs = |place: Place, fact: String| {
        found.add(ProblemCode::ActionsDiffer, || Problem::new(ProblemCode::ActionsDiffer, place, fact));
    };
    let mut reported: BTreeSet<(Level, &str)> = BTreeSet::new();
    for action in &report.actions {
        reported.insert((action.level, &action.code));
        let entry = match action.level {
            Level::Modifier => release.find_modifier(&action.code),
            _ => release.find(&action.code),
        };
        let words = action.words.escape_debug();
        let Some(entry) = entry else {
            differs(action.place.clone(), format!("{} ({words}) is not in {}", action.code, release.file));
            continue;
        };
        let code = entry.property(actions.property).unwrap_or("");
        let known = actions.codes.iter().find(|known| known.code == code);
        if known.is_none_or(|known| !is_same(known.reported, &action.words)) {
            let fact =
                format!("{} is `{words}` here, and action code `{code}` in {}", action.code, release.file);
            differs(action.place.clone(), fact);
        }
    }
    let lacks = |entry: &Entry<'_>| !reported.contains(&(entry.level(), entry.code()));
    for entry in release.entries().filter(lacks) {
        differs(Place::file(&report.name), format!("{} is not in this report", entry.display()));
    }
    let found = found.finish(&report.name);
    release.problems.extend(found);
    release.problems.extend(report.problems.clone());
}
