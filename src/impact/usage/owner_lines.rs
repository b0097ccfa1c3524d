//! The lines of a code by owner, in little memory and few steps.

use std::fmt;
use std::sync::Arc;

/// Maximum number of owners that have a place of their own: those with the lowest numbers, which are seen first.
const MOST_PLACES: usize = 64;

/// Number of places to add at once.
const PLACES: usize = 8;

/// Lines by the number of their owner.
#[derive(Debug, Clone, Default)]
pub(super) struct OwnerLines {
    /// The lines of the first owners.
    placed: Box<[u32]>,
    /// Lines that have no place, by their owners, ascending: those of other owners, large numbers, and owners of rows that count
    /// nothing.
    #[expect(clippy::box_collection, reason = "few codes have it, and each code has room for it")]
    listed: Option<Box<Vec<(u32, u64)>>>,
}

impl OwnerLines {
    /// Adds lines of an owner.
    #[inline]
    pub(super) fn add(&mut self, owner: u32, lines: u64) {
        let held = self.placed.get_mut(owner as usize).filter(|_| lines > 0);
        let sum = |held: &mut u32| u32::try_from(lines).ok().and_then(|lines| held.checked_add(lines));
        match held {
            Some(held) => match sum(held) {
                Some(sum) => *held = sum,
                None => self.list(owner, lines),
            },
            None => self.add_rare(owner, lines),
        }
    }

    /// Adds lines of an owner that has no place yet, or never has.
    fn add_rare(&mut self, owner: u32, lines: u64) {
        let at = owner as usize;
        if lines == 0 || at >= MOST_PLACES {
            return self.list(owner, lines);
        }
        let mut placed = std::mem::take(&mut self.placed).into_vec();
        placed.resize((at + 1).next_multiple_of(PLACES), 0);
        self.placed = placed.into();
        self.add(owner, lines);
    }

    fn list(&mut self, owner: u32, lines: u64) {
        let listed = self.listed.get_or_insert_default();
        match listed.binary_search_by_key(&owner, |(owner, _)| *owner) {
            Ok(at) => listed[at].1 = listed[at].1.saturating_add(lines),
            Err(at) => listed.insert(at, (owner, lines)),
        }
    }

    /// Returns owners with their lines, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u64)> {
        let listed = self.listed.as_deref().map_or(&[][..], Vec::as_slice);
        let places = self.placed.len();
        let first = listed.partition_point(|(owner, _)| (*owner as usize) < places);
        let (more, others) = listed.split_at(first);
        let of_place = move |(owner, held): (u32, &u32)| {
            let more = more.binary_search_by_key(&owner, |(owner, _)| *owner).ok().map(|at| more[at].1);
            (*held > 0 || more.is_some()).then(|| (owner, u64::from(*held).saturating_add(more.unwrap_or(0))))
        };
        (0..).zip(&self.placed).filter_map(of_place).chain(others.iter().copied())
    }

    /// Returns the lines at the place of an owner, to have them in the cache.
    #[inline]
    pub(super) fn touch(&self, owner: u32) -> u32 {
        self.placed.get(owner as usize).copied().unwrap_or(0)
    }

    /// Returns the same under other numbers: `numbers[i]` for the owner `i`.
    pub(super) fn renumbered(&self, numbers: &[u32]) -> Self {
        let mut renumbered = Self::default();
        self.iter().for_each(|(owner, lines)| renumbered.add(numbers[owner as usize], lines));
        renumbered
    }

    fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// The names of owners, by number.
pub(super) type OwnerNames = Arc<[String]>;

/// The lines of a code by owner.
#[derive(Clone, Default)]
pub struct OwnerCounts {
    /// The names of at least its own owners: numbers never change their meaning, but others may follow.
    names: OwnerNames,
    lines: OwnerLines,
}

impl OwnerCounts {
    /// Returns owners with their lines, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        let mut owners: Vec<(&str, u64)> = self.unordered().collect();
        owners.sort_unstable();
        owners.into_iter()
    }

    /// Returns the owners, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(owner, _)| owner)
    }

    /// Returns the lines of an owner.
    pub fn get(&self, owner: &str) -> Option<u64> {
        self.iter().find(|(name, _)| *name == owner).map(|(_, lines)| lines)
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns owners with their lines in any order.
    pub(in crate::impact) fn unordered(&self) -> impl Iterator<Item = (&str, u64)> {
        self.lines.iter().map(|(owner, lines)| (self.names[owner as usize].as_str(), lines))
    }

    /// Adds lines by the numbers of these names, which are those of earlier additions and others after them.
    pub(super) fn add(&mut self, names: &OwnerNames, lines: OwnerLines) {
        if self.names.len() < names.len() {
            self.names = Arc::clone(names);
        }
        if self.is_empty() {
            self.lines = lines;
        } else {
            lines.iter().for_each(|(owner, lines)| self.lines.add(owner, lines));
        }
    }

    /// Removes all of them.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl fmt::Debug for OwnerCounts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_map().entries(self.iter()).finish()
    }
}

impl PartialEq for OwnerCounts {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for OwnerCounts {}

impl<S: Into<String>> FromIterator<(S, u64)> for OwnerCounts {
    /// Collects owners, each once.
    fn from_iter<I: IntoIterator<Item = (S, u64)>>(owners: I) -> Self {
        let (names, lines): (Vec<String>, Vec<u64>) =
            owners.into_iter().map(|(name, lines)| (name.into(), lines)).unzip();
        let mut counts = Self { names: names.into(), lines: OwnerLines::default() };
        (0..).zip(lines).for_each(|(owner, lines)| counts.lines.add(owner, lines));
        counts
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn sums(lines: &OwnerLines) -> BTreeMap<u32, u64> {
        let listed: Vec<_> = lines.iter().collect();
        assert!(listed.is_sorted_by(|one, other| one.0 < other.0));
        listed.into_iter().collect()
    }

    #[test]
    fn lines_are_those_of_a_map_however_many_owners_there_are() {
        for owners in [1, 7, 8, 9, 63, 64, 65, 500] {
            let (mut found, mut wanted) = (OwnerLines::default(), BTreeMap::new());
            for at in 0..2_000_u32 {
                let (owner, lines) = (at * 7_919 % owners, u64::from(at % 3));
                found.add(owner, lines);
                *wanted.entry(owner).or_default() += lines;
                assert_eq!(sums(&found), wanted, "{owners} owners after {at}");
            }
        }
    }

    #[test]
    fn a_sum_stops_at_the_largest_number() {
        let mut lines = OwnerLines::default();
        (0..20).for_each(|owner| lines.add(owner, 1));
        lines.add(3, u64::MAX);
        lines.add(4, u64::from(u32::MAX));
        lines.add(100, u64::MAX);
        lines.add(100, u64::MAX);
        let sums = sums(&lines);
        assert_eq!((sums[&3], sums[&4], sums[&100]), (u64::MAX, u64::from(u32::MAX) + 1, u64::MAX));
    }

    #[test]
    fn owners_come_in_order_and_once() {
        let mut counts: OwnerCounts = [("West", 2), ("East", 0), ("North", 7)].into_iter().collect();
        let names: OwnerNames = ["West", "East", "North", "South"].map(str::to_owned).into();
        let mut more = OwnerLines::default();
        more.add(3, 1);
        more.add(0, u64::from(u32::MAX));
        counts.add(&names, more);
        let owners: Vec<_> = counts.iter().collect();
        assert_eq!(owners, [("East", 0), ("North", 7), ("South", 1), ("West", u64::from(u32::MAX) + 2)]);
        assert_eq!((counts.get("North"), counts.get("Central")), (Some(7), None));
    }
}
