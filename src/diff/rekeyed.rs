//! The same thing under another key: a package written in another format, an entity that moved to another code.

use std::collections::BTreeMap;

use super::compare::{change, changes_of};
use super::properties::Groups;
use super::{Change, Kind};
use crate::model::{Entry, Release};

/// What was removed and added with one second key is reformatted: the same thing, written otherwise. Keys that more than
/// one removed or added code has are left as they are.
pub(super) fn reformatted<'a>(changes: &mut Vec<Change<'a>>, groups: &Groups) {
    let Some(second) = changes.first().and_then(|change| change.entry().set().second_key) else { return };
    let of_kind = |kind: Kind| {
        let mut keyed: BTreeMap<(bool, String), Option<usize>> = BTreeMap::new();
        for (at, change) in changes.iter().enumerate().filter(|(_, change)| change.kind == kind) {
            let Some(key) = second(change.entry().code()) else { continue };
            let level = change.entry().is_header();
            keyed.entry((level, key)).and_modify(|at| *at = None).or_insert(Some(at));
        }
        keyed
    };
    let (removed, added) = (of_kind(Kind::Removed), of_kind(Kind::Added));
    let mut matched = Vec::new();
    for (key, old) in removed {
        if let (Some(old), Some(Some(new))) = (old, added.get(&key)) {
            matched.push((old, *new));
        }
    }
    let mut more = Vec::new();
    let mut replaced: Vec<usize> = Vec::new();
    for (old, new) in matched {
        let (before, after) = (changes[old].old, changes[new].new);
        more.push(change(Kind::Reformatted, before, after));
        // Its parent is written in the other format as well.
        more.extend(
            changes_of(before, after, groups).into_iter().filter(|change| change.kind != Kind::Moved),
        );
        replaced.extend([old, new]);
    }
    replaced.sort_unstable();
    let mut at = 0;
    changes.retain(|_| {
        at += 1;
        replaced.binary_search(&(at - 1)).is_err()
    });
    changes.extend(more);
}

/// Adds a move for each code that is gone while its entity is in NEW under another code. The code itself is removed all
/// the same: claims with it are rejected.
pub(super) fn moved<'a>(new: &'a Release, changes: &mut Vec<Change<'a>>) {
    let Some(name) = new.set.identity else { return };
    let gone: Vec<Entry<'a>> = changes
        .iter()
        .filter(|change| change.kind == Kind::Removed)
        .filter_map(|change| change.old)
        .collect();
    if gone.is_empty() {
        return;
    }
    let entities: BTreeMap<&str, Entry<'a>> =
        new.entries().filter_map(|entry| Some((entry.property(name)?, entry))).collect();
    for old in gone {
        if let Some(new) = old.property(name).and_then(|entity| entities.get(entity)) {
            changes.push(change(Kind::Moved, Some(old), Some(*new)));
        }
    }
}

/// Whether two entries have the same parent under another key: a section that was only labelled anew.
pub(super) fn same_parent(old: Entry<'_>, new: Entry<'_>) -> bool {
    let Some(name) = new.set().identity else { return false };
    let entity =
        |entry: Entry<'_>| entry.parent().and_then(|parent| parent.property(name).map(str::to_owned));
    matches!((entity(old), entity(new)), (Some(old), Some(new)) if old == new)
}
