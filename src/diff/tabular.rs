//! Comparison of two tabular lists: entries, notes, places and sections.
//!
//! Invariant: a section with another name was renamed, not replaced, if its categories went to the new one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Change, Kind};
use crate::model::{ListPlace, NoteKind, PlaceKind, Release, Tabular};

/// Notes of one kind that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NoteChange<'a> {
    /// The kind.
    pub kind: NoteKind,
    /// Deleted notes.
    pub old: Vec<&'a str>,
    /// Added notes. If no notes were added or deleted, only their order changed.
    pub new: Vec<&'a str>,
}

/// A place whose notes changed.
#[derive(Debug, Clone)]
pub struct Noted<'a> {
    /// The place in NEW.
    pub place: &'a ListPlace,
    /// The changes, by kind.
    pub notes: Vec<NoteChange<'a>>,
}

/// The changes of the tabular list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TabularDiff<'a> {
    /// The older list.
    pub old: &'a Tabular,
    /// The newer list.
    pub new: &'a Tabular,
    /// Added entries.
    pub added: Vec<&'a ListPlace>,
    /// Deleted entries.
    pub gone: Vec<&'a ListPlace>,
    /// Entries with another title: before and after.
    pub retitled: Vec<[&'a ListPlace; 2]>,
    /// Entries whose own notes changed. Notes apply to everything below the entry, and are listed once.
    pub noted: Vec<Noted<'a>>,
    /// Entries that moved to another section, with the sections before and after.
    pub moved: Vec<(&'a ListPlace, [&'a ListPlace; 2])>,
    /// Added chapters and sections.
    pub parts_added: Vec<&'a ListPlace>,
    /// Deleted chapters and sections.
    pub parts_gone: Vec<&'a ListPlace>,
    /// Sections with the same content under another name: before and after.
    pub relabeled: Vec<[&'a ListPlace; 2]>,
    /// Chapters and sections whose own notes changed.
    pub parts_noted: Vec<Noted<'a>>,
}

/// Compares the lists of two releases, if both have one.
pub fn tabular_diff<'a>(old: &'a Release, new: &'a Release) -> Option<TabularDiff<'a>> {
    let (old, new) = (old.companions.tabular()?, new.companions.tabular()?);
    let relabeled = relabeled(old, new);
    let mut diff = TabularDiff {
        old,
        new,
        added: new.entries().filter(|place| old.entry(&place.name).is_none()).collect(),
        gone: old.entries().filter(|place| new.entry(&place.name).is_none()).collect(),
        retitled: Vec::new(),
        noted: Vec::new(),
        moved: Vec::new(),
        parts_added: new.parts().filter(|part| old.part(&part.name).is_none()).collect(),
        parts_gone: old.parts().filter(|part| new.part(&part.name).is_none()).collect(),
        relabeled: Vec::new(),
        parts_noted: Vec::new(),
    };
    for (before, after) in old.entries().filter_map(|place| Some((place, new.entry(&place.name)?))) {
        if before.title != after.title {
            diff.retitled.push([before, after]);
        }
        let notes = note_changes(notes_of(before), notes_of(after));
        if !notes.is_empty() {
            diff.noted.push(Noted { place: after, notes });
        }
        // Only categories belong to sections directly; everything below moves with them.
        let [Some(from), Some(to)] = [section_of(old, before), section_of(new, after)] else { continue };
        let is_same = from.name == to.name || relabeled.get(from.name.as_str()) == Some(&to.name.as_str());
        if !is_same {
            diff.moved.push((after, [from, to]));
        }
    }
    for after in new.parts() {
        let before =
            relabeled.iter().find(|(_, name)| **name == after.name).map_or(&*after.name, |(name, _)| name);
        let Some(before) = old.part(before) else { continue };
        let notes = note_changes(notes_of(before), notes_of(after));
        if !notes.is_empty() {
            diff.parts_noted.push(Noted { place: after, notes });
        }
    }
    diff.parts_added.retain(|part| !relabeled.values().any(|name| *name == part.name));
    diff.parts_gone.retain(|part| !relabeled.contains_key(part.name.as_str()));
    let pair = |(from, to): (&&str, &&str)| Some([old.part(from)?, new.part(to)?]);
    diff.relabeled = relabeled.iter().filter_map(pair).collect();
    Some(diff)
}

/// Returns the section or chapter that lists the entry itself, not one that lists an entry above it.
fn section_of<'a>(list: &'a Tabular, place: &ListPlace) -> Option<&'a ListPlace> {
    let parent = &list.places[place.parent? as usize];
    (parent.kind != PlaceKind::Entry).then_some(parent)
}

/// Returns sections that exist under another name: the entries of the old section are those of the new one.
fn relabeled<'a>(old: &'a Tabular, new: &'a Tabular) -> BTreeMap<&'a str, &'a str> {
    let gone: BTreeSet<&str> =
        old.parts().filter(|part| new.part(&part.name).is_none()).map(|part| part.name.as_str()).collect();
    let mut votes: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for place in old.entries() {
        let Some(from) = section_of(old, place).filter(|from| gone.contains(from.name.as_str())) else {
            continue;
        };
        let to = new.entry(&place.name).and_then(|place| section_of(new, place));
        if let Some(to) = to.filter(|to| old.part(&to.name).is_none()) {
            *votes.entry(&from.name).or_default().entry(&to.name).or_default() += 1;
        }
    }
    let most = |votes: BTreeMap<&'a str, usize>| votes.into_iter().max_by_key(|(_, votes)| *votes);
    votes.into_iter().filter_map(|(from, votes)| Some((from, most(votes)?.0))).collect()
}

fn notes_of(place: &ListPlace) -> impl Iterator<Item = (NoteKind, &str)> {
    place.notes.iter().map(|(kind, text)| (*kind, text.as_str()))
}

/// Returns the notes that differ, by kind. A note that occurs twice counts twice.
pub(super) fn note_changes<'a>(
    old: impl Iterator<Item = (NoteKind, &'a str)>,
    new: impl Iterator<Item = (NoteKind, &'a str)>,
) -> Vec<NoteChange<'a>> {
    let (old, new): (Vec<_>, Vec<_>) = (old.collect(), new.collect());
    if old == new {
        return Vec::new();
    }
    let of = |notes: &[(NoteKind, &'a str)], kind| -> Vec<&'a str> {
        notes.iter().filter(|(own, _)| *own == kind).map(|(_, text)| *text).collect()
    };
    let kinds = NoteKind::ALL.iter().copied();
    kinds
        .filter_map(|kind| {
            let (old, new) = (of(&old, kind), of(&new, kind));
            (old != new).then(|| NoteChange { kind, old: without(&old, &new), new: without(&new, &old) })
        })
        .collect()
}

/// Returns those of `all` that are not among `others`.
fn without<'a>(all: &[&'a str], others: &[&str]) -> Vec<&'a str> {
    let mut others = others.to_vec();
    let mut left = Vec::new();
    for text in all {
        match others.iter().position(|other| other == text) {
            Some(at) => drop(others.swap_remove(at)),
            None => left.push(*text),
        }
    }
    left
}

impl<'a> TabularDiff<'a> {
    /// Returns the changes of notes and places as changes of entries of the two releases.
    pub(super) fn changes(&self, old: &'a Release, new: &'a Release) -> Vec<Change<'a>> {
        let both = |place: &ListPlace, kind| {
            Some(Change::new(kind, Some(old.find(&place.name)?), Some(new.find(&place.name)?)))
        };
        let noted = self.noted.iter().filter_map(|noted| {
            Some(Change { notes: noted.notes.clone(), ..both(noted.place, Kind::Notes)? })
        });
        let moved = self
            .moved
            .iter()
            .filter_map(|(place, parts)| Some(Change { parts: Some(*parts), ..both(place, Kind::Moved)? }));
        noted.chain(moved).collect()
    }
}
