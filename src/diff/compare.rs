//! The comparison itself.

use std::cmp::Ordering;

use super::{Change, Diff, Kind, Revision};
use crate::model::{Deletion, Entry, Level, Place, Problem, ProblemCode, Release, Validity};

/// Compares two releases of one set.
///
/// Descriptions compare byte for byte, as the publishers compare them. A key whose level changes is demoted or
/// promoted, never revised as well. What a release does not ship, or what cannot be read of it, is not called
/// removed or added.
pub fn diff<'a>(old: &'a Release, new: &'a Release) -> Diff<'a> {
    let mut comparison =
        Comparison { old, new, changes: Vec::new(), left_out: Vec::new(), vanished: Vec::new() };
    comparison.merge();
    comparison.narrowed();
    comparison.finish()
}

/// The changes of one key: of a code added, removed or on both sides.
pub fn changes_of<'a>(old: Option<Entry<'a>>, new: Option<Entry<'a>>) -> Vec<Change<'a>> {
    let (Some(before), Some(after)) = (old, new) else {
        let kind = if new.is_some() { Kind::Added } else { Kind::Removed };
        return if old.is_none() && new.is_none() { Vec::new() } else { vec![change(kind, old, new)] };
    };
    match (before.level(), after.level()) {
        (Level::Code, Level::Header) => return vec![change(Kind::Demoted, old, new)],
        (Level::Header, Level::Code) => return vec![change(Kind::Promoted, old, new)],
        _ => {}
    }
    let mut changes = Vec::new();
    match (before.validity(), after.validity()) {
        (Validity::Open, Validity::Ended { .. }) => changes.push(change(Kind::Terminated, old, new)),
        (Validity::Ended { .. }, Validity::Open) => changes.push(change(Kind::Reactivated, old, new)),
        _ => {}
    }
    let added = |entry: Entry<'_>| entry.details().and_then(|details| details.added);
    let reused = added(before).is_some() && added(after).is_some() && added(before) != added(after);
    match Revision::between(before, after) {
        _ if reused => changes.push(change(Kind::Reused, old, new)),
        Some(revision) => {
            changes.push(Change { revision: Some(revision), ..change(Kind::Revised, old, new) });
        }
        None => {}
    }
    if before.details().is_some() || after.details().is_some() {
        compare_details(before, after, &mut changes);
    }
    changes
}

fn change<'a>(kind: Kind, old: Option<Entry<'a>>, new: Option<Entry<'a>>) -> Change<'a> {
    Change { kind, old, new, revision: None, properties: Vec::new() }
}

/// What only some sets have: places, notes, attributes.
fn compare_details<'a>(old: Entry<'a>, new: Entry<'a>, changes: &mut Vec<Change<'a>>) {
    if old.parent_code() != new.parent_code() {
        changes.push(change(Kind::Moved, Some(old), Some(new)));
    }
    if !old.notes().eq(new.notes()) {
        changes.push(change(Kind::Notes, Some(old), Some(new)));
    }
    let properties = changed_properties(old, new);
    if !properties.is_empty() {
        changes.push(Change { properties, ..change(Kind::Property, Some(old), Some(new)) });
    }
}

/// Names of the attributes that differ: a set's definitions are few, so each is looked up on both sides.
fn changed_properties(old: Entry<'_>, new: Entry<'_>) -> Vec<&'static str> {
    let value = |entry: Entry<'_>, name: &str| {
        entry.properties().find(|(definition, _)| definition.name == name).map(|(_, value)| value.to_owned())
    };
    let definitions = new.set().properties.iter().map(|definition| definition.name);
    definitions.filter(|name| value(old, name) != value(new, name)).collect()
}

struct Comparison<'a> {
    old: &'a Release,
    new: &'a Release,
    changes: Vec<Change<'a>>,
    left_out: Vec<Entry<'a>>,
    vanished: Vec<Entry<'a>>,
}

impl<'a> Comparison<'a> {
    fn merge(&mut self) {
        let (mut olds, mut news) = (self.old.entries().peekable(), self.new.entries().peekable());
        loop {
            let order = match (olds.peek(), news.peek()) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.compare_keys(*new),
            };
            match order {
                Ordering::Less => olds.next().into_iter().for_each(|old| self.absent(old)),
                Ordering::Greater => news.next().into_iter().for_each(|new| self.fresh(new)),
                Ordering::Equal => self.changes.extend(changes_of(olds.next(), news.next())),
            }
        }
    }

    /// A key of OLD that is not in NEW.
    fn absent(&mut self, old: Entry<'a>) {
        if !is_shipped(self.new, old) {
            self.left_out.push(old);
        } else if self.new.coverage.headers || old.level() != Level::Code {
            self.gone(old);
        } else if self.new.descendants(old.code()).next().is_some() {
            // NEW has no headers, but no billable code is the beginning of another: this one became a header.
            self.changes.push(change(Kind::Demoted, Some(old), None));
        } else {
            self.gone(old);
        }
    }

    fn gone(&mut self, old: Entry<'a>) {
        match self.old.set.deletion {
            Deletion::ByAbsence => self.changes.push(change(Kind::Removed, Some(old), None)),
            Deletion::ByTermination if old.is_billable() => self.vanished.push(old),
            Deletion::ByTermination => {}
        }
    }

    /// A key of NEW that is not in OLD.
    fn fresh(&mut self, new: Entry<'a>) {
        if !is_shipped(self.old, new) {
            self.left_out.push(new);
        } else if self.old.coverage.headers
            || new.level() != Level::Code
            || self.old.descendants(new.code()).next().is_none()
        {
            self.changes.push(change(Kind::Added, None, Some(new)));
        } else {
            self.changes.push(change(Kind::Promoted, None, Some(new)));
        }
    }

    /// Codes that stay billable although the conversion table that came with NEW derives a new code from them.
    fn narrowed(&mut self) {
        let rows = self.new.conversion_tables.iter().flat_map(|table| &table.rows);
        let fresh =
            |code: &str| self.new.find_billable(code).is_some() && self.old.find_billable(code).is_none();
        let operands = rows.filter(|row| fresh(&row.current)).flat_map(|row| &row.previous.operands);
        let named = operands.filter(|operand| operand.names_codes());
        let mut codes: Vec<_> = named.flat_map(|operand| self.old.billable_in(operand)).collect();
        codes.sort_by_key(|entry| entry.order());
        codes.dedup_by_key(|entry| entry.order());
        for old in codes {
            let Some(new) = self.new.find_billable(old.code()) else { continue };
            self.changes.push(change(Kind::Narrowed, Some(old), Some(new)));
        }
    }

    fn finish(mut self) -> Diff<'a> {
        let problems = self.problems();
        let places = Places::of(self.old, self.new, &self.changes);
        self.changes.sort_by_cached_key(|change| (places.of_change(change), change.kind));
        Diff { old: self.old, new: self.new, changes: self.changes, problems }
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (release, word) in [(self.old, "OLD"), (self.new, "NEW")] {
            if !release.coverage.headers {
                let fact = format!("{word} holds billable codes only: headers are not compared");
                problems.push(Problem::new(ProblemCode::CodesOnly, Place::file(&release.file), fact));
            }
        }
        let unread: Vec<_> = self
            .left_out
            .iter()
            .filter(|entry| !is_only_a_level_not_shipped(self.old, self.new, **entry))
            .collect();
        if !unread.is_empty() {
            let broken =
                if self.new.coverage.whole && self.new.unreadable.is_empty() { self.old } else { self.new };
            let examples: Vec<_> = unread.iter().take(5).map(|entry| entry.display()).collect();
            let fact = format!(
                "{} codes and headers are in one release only, but the other cannot be read in full: they are called \
                 neither added nor removed ({}{})",
                unread.len(),
                examples.join(", "),
                if unread.len() > 5 { ", ..." } else { "" }
            );
            let problem = Problem::new(ProblemCode::NotCompared, Place::file(&broken.file), fact);
            problems.push(problem.hint("take an undamaged file"));
        }
        for old in &self.vanished {
            let fact = format!("{} is gone without a last day of use", old.display());
            problems.push(Problem::new(ProblemCode::Vanished, Place::file(&self.new.file), fact));
        }
        problems
    }
}

/// Whether `entry`, if it existed in `release`, would be in its files.
fn is_shipped(release: &Release, entry: Entry<'_>) -> bool {
    let level = release.coverage.headers || entry.level() != Level::Header;
    level && release.coverage.whole && !release.unreadable.iter().any(|code| code == entry.code())
}

fn is_only_a_level_not_shipped(old: &Release, new: &Release, entry: Entry<'_>) -> bool {
    entry.level() == Level::Header && (!old.coverage.headers || !new.coverage.headers)
}

/// Places of changes in the publisher's order: an entry of NEW stands where NEW has it; one that is gone stands
/// behind the entry before it in OLD that is still there.
struct Places<'a> {
    gone: Vec<(u32, u32)>,
    old: &'a Release,
}

impl<'a> Places<'a> {
    fn of(old: &'a Release, new: &'a Release, changes: &[Change<'_>]) -> Self {
        let gone =
            if changes.iter().any(|change| change.new.is_none()) { anchors(old, new) } else { Vec::new() };
        Self { gone, old }
    }

    fn of_change(&self, change: &Change<'_>) -> (u32, u32) {
        match (change.new, change.old) {
            (Some(new), _) => (new.order() + 1, 0),
            (None, Some(old)) => {
                self.gone.get(old.order() as usize).copied().unwrap_or((0, self.old.len() as u32))
            }
            (None, None) => (0, 0),
        }
    }
}

/// For each position in OLD: the place in NEW of the last entry up to it that is still there, and the position.
fn anchors(old: &Release, new: &Release) -> Vec<(u32, u32)> {
    let mut places: Vec<(u32, u32)> = vec![(0, 0); old.len()];
    let mut news = new.entries().peekable();
    for entry in old.entries() {
        while news.next_if(|new| new.compare_keys(entry).is_lt()).is_some() {}
        let here = news.peek().filter(|new| new.compare_keys(entry).is_eq());
        if let (Some(place), Some(new)) = (places.get_mut(entry.order() as usize), here) {
            place.0 = new.order() + 1;
        }
    }
    let mut anchor = 0;
    for (at, place) in places.iter_mut().enumerate() {
        if place.0 > 0 {
            anchor = place.0;
        }
        *place = (anchor, at as u32 + 1);
    }
    places
}
