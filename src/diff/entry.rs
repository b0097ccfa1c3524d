//! Comparison of one key: of an entry of OLD with the entry of NEW that has the same key.

use super::properties::{Groups, changed};
use super::tabular::note_changes;
use super::{Change, Kind, Revision, Wording};
use crate::model::{Entry, Level, TextKind, Validity};

/// Returns the changes of one key: of a code added, removed or on both sides.
pub(crate) fn changes_of<'a>(
    old: Option<Entry<'a>>,
    new: Option<Entry<'a>>,
    groups: &Groups,
) -> Vec<Change<'a>> {
    let (Some(before), Some(after)) = (old, new) else {
        let kind = if new.is_some() { Kind::Added } else { Kind::Removed };
        return if old.is_none() && new.is_none() { Vec::new() } else { vec![Change::new(kind, old, new)] };
    };
    match (before.level(), after.level()) {
        (Level::Code, Level::Header) => return vec![Change::new(Kind::Demoted, old, new)],
        (Level::Header, Level::Code) => return vec![Change::new(Kind::Promoted, old, new)],
        _ => {}
    }
    let mut changes = Vec::new();
    let revision = Revision::between(before, after);
    if before.details().is_none() && after.details().is_none() {
        changes.extend(revision.map(|revision| revised(before, after, revision)));
        return changes;
    }
    match (before.validity(), after.validity()) {
        _ if !before.ships_last_day() || !after.ships_last_day() => {}
        (Validity::Open, Validity::Ended { .. } | Validity::Inactive) => {
            changes.push(Change::new(Kind::Terminated, old, new));
        }
        (Validity::Ended { .. } | Validity::Inactive, Validity::Open) => {
            changes.push(Change::new(Kind::Reactivated, old, new));
        }
        _ => {}
    }
    if is_reused(before, after, revision.as_ref()) {
        changes.push(Change::new(Kind::Reused, old, new));
    } else {
        changes.extend(revision.map(|revision| revised(before, after, revision)));
    }
    compare_details(before, after, groups, &mut changes);
    changes
}

fn revised<'a>(old: Entry<'a>, new: Entry<'a>, revision: Revision) -> Change<'a> {
    Change { revision: Some(revision), ..Change::new(Kind::Revised, Some(old), Some(new)) }
}

/// Returns whether a key now has another meaning: the attribute that names the thing itself changed, or the publisher
/// added the code again with other words.
fn is_reused(old: Entry<'_>, new: Entry<'_>, revision: Option<&Revision>) -> bool {
    if let (Some(before), Some(after)) = (identity(old), identity(new)) {
        return before != after;
    }
    let added = |entry: Entry<'_>| entry.details().and_then(|details| details.added);
    let anew = matches!((added(old), added(new)), (Some(old), Some(new)) if old != new);
    let reworded = |revision: &Revision| {
        revision.wording == Wording::Wording && revision.fields.contains(&TextKind::Long)
    };
    anew && revision.is_some_and(reworded)
}

/// Compares the details that only some sets have: places, notes, attributes.
fn compare_details<'a>(old: Entry<'a>, new: Entry<'a>, groups: &Groups, changes: &mut Vec<Change<'a>>) {
    if old.parent_code() != new.parent_code() && !same_parent(old, new) {
        changes.push(Change::new(Kind::Moved, Some(old), Some(new)));
    }
    if old.has_notes() && new.has_notes() {
        let notes = note_changes(old.notes(), new.notes());
        if !notes.is_empty() {
            changes.push(Change { notes, ..Change::new(Kind::Notes, Some(old), Some(new)) });
        }
    }
    // A last day that was set or cleared has a change kind of its own.
    let described = matches!((old.validity(), new.validity()), (Validity::Open, _) | (_, Validity::Open));
    let (certified, properties): (Vec<_>, Vec<_>) = changed(old, new, groups)
        .into_iter()
        .filter(|property| !(described && property.group.last_day))
        .partition(|property| property.group.certification);
    for (kind, properties) in [(Kind::Property, properties), (Kind::Recertified, certified)] {
        if !properties.is_empty() {
            changes.push(Change { properties, ..Change::new(kind, Some(old), Some(new)) });
        }
    }
}

/// Returns whether two entries have the same parent under another key: a section whose label changed.
fn same_parent(old: Entry<'_>, new: Entry<'_>) -> bool {
    let (Some(old), Some(new)) = (old.parent(), new.parent()) else { return false };
    matches!((identity(old), identity(new)), (Some(old), Some(new)) if old == new)
}

/// Returns the entity that an entry represents, where its set names entities.
fn identity(entry: Entry<'_>) -> Option<&str> {
    entry.property(entry.set().identity?)
}
