//! The lines of a code by owner, in little memory and few steps: most codes have few owners, and common codes have most of
//! them.

/// Maximum number of owners to look for in a list.
const FEW: usize = 8;

/// Number of owners that have a place of their own: those with the lowest numbers, which are seen first.
const PLACES: usize = 64;

/// Lines by the number of their owner.
#[derive(Debug, Default)]
pub(super) struct OwnerLines {
    /// Owners with their lines, ascending.
    listed: Vec<(u32, u64)>,
    /// The lines of the first owners, once there are more than a few.
    placed: Option<Box<[u64; PLACES]>>,
}

impl OwnerLines {
    /// Adds lines of an owner.
    pub(super) fn add(&mut self, owner: u32, lines: u64) {
        // A place cannot show that an owner has rows that count nothing.
        let place = self.placed.as_mut().and_then(|placed| placed.get_mut(owner as usize));
        if let Some(held) = place.filter(|_| lines > 0) {
            *held = held.saturating_add(lines);
            return;
        }
        match self.listed.binary_search_by_key(&owner, |(owner, _)| *owner) {
            Ok(at) => self.listed[at].1 = self.listed[at].1.saturating_add(lines),
            Err(at) => self.listed.insert(at, (owner, lines)),
        }
        if self.placed.is_none() && self.listed.len() > FEW {
            self.place();
        }
    }

    /// Gives the first owners places.
    fn place(&mut self) {
        let placed = self.placed.insert(Box::new([0; PLACES]));
        self.listed.retain(|(owner, lines)| match placed.get_mut(*owner as usize) {
            Some(held) if *lines > 0 => {
                *held = *lines;
                false
            }
            _ => true,
        });
    }

    /// Returns owners with their lines; an owner may come twice, with lines to be added up.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u64)> {
        let placed = self.placed.iter().flat_map(|placed| placed.iter().copied());
        let placed = (0..).zip(placed).filter(|(_, lines)| *lines > 0);
        placed.chain(self.listed.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn sums(lines: &OwnerLines) -> BTreeMap<u32, u64> {
        let mut sums = BTreeMap::new();
        lines.iter().for_each(|(owner, lines)| *sums.entry(owner).or_default() += lines);
        sums
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
        lines.add(100, u64::MAX);
        lines.add(100, u64::MAX);
        assert_eq!((sums(&lines)[&3], sums(&lines)[&100]), (u64::MAX, u64::MAX));
    }
}
