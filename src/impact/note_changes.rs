//! Notes of the tabular list that changed above codes in use.

use std::collections::BTreeMap;

use super::totals::UsageTotals;
use super::usage::Usage;
use crate::diff::{Diff, NoteChange};
use crate::model::ListPlace;

/// A place of the tabular list whose notes changed, and the usage of everything that they apply to.
#[derive(Debug)]
pub struct NotedPlace<'a> {
    /// The place in NEW: a code, one above it, a section or a chapter.
    pub place: &'a ListPlace,
    /// The changes, by kind.
    pub notes: Vec<NoteChange<'a>>,
    /// Usage of it and of everything below it.
    pub used: UsageTotals,
}

/// Returns the places above codes in use whose notes changed, most lines first.
pub(super) fn note_changes<'a>(diff: &Diff<'a>, usage: &Usage) -> Vec<NotedPlace<'a>> {
    let Some(list) = &diff.tabular else { return Vec::new() };
    let noted = list.noted.iter().chain(&list.parts_noted);
    let mut found: Vec<NotedPlace<'_>> = noted
        .map(|noted| NotedPlace {
            place: noted.place,
            notes: noted.notes.clone(),
            used: UsageTotals::default(),
        })
        .collect();
    // The kind distinguishes chapter 10 from an entry of that name.
    let key = |place: &'a ListPlace| (place.kind as u8, place.name.as_str());
    let places: BTreeMap<_, _> = found.iter().enumerate().map(|(at, noted)| (key(noted.place), at)).collect();
    for (code, tally) in &usage.codes {
        let Some(place) = list.new.place_of(code) else { continue };
        for above in list.new.upward(place) {
            if let Some(at) = places.get(&key(above)) {
                found[*at].used.add_lines(tally.known_lines());
            }
        }
    }
    found.retain(|noted| noted.used.codes > 0);
    found.sort_by_key(|noted| std::cmp::Reverse(noted.used.lines));
    found
}
