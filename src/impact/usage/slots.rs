//! What the result of a query is made of: its columns, and edition slots, in which the verdict on no code changes.
//!
//! A query cannot judge lines, so it counts them by slot. A slot is written as an interval of ISO 8601 with its first
//! and last day, which is all that it takes to judge its lines, and to see that it was made for the same releases.

use std::fmt;

use jiff::civil::Date;

use super::judge::Editions;
use super::vocabulary::Vocabulary;
use crate::base::closed_list;
use crate::fields::roles;

/// An end of an interval that is open.
const OPEN: &str = "..";

/// The slot of lines without a readable day.
const UNDATED: &str = "undated";

/// The beginning of the slot of small groups, before the number below which they are small.
const BELOW: &str = "below-";

closed_list! {
    /// A column of the result of a query. The first ones identify a group, the others are about its lines.
    pub enum ResultColumn {
        /// The code system of the code, as the table names it.
        CodeSystem = "code_system",
        /// The code.
        Code = "code",
        /// The edition slot: see [`EditionSlot`].
        EditionSlot = "edition_slot",
        /// The owner of the lines; blank if the table names none.
        Owner = "owner",
        /// The number of lines; blank for a code with fewer than the query may show.
        Lines = "lines",
        /// The number of distinct accounts.
        Accounts = "accounts",
        /// The sum of the amounts, where each line has one code: the sums add up to totals.
        Amount = "amount",
        /// The sum of the amounts of the rows or accounts with the code, which may have other codes as well.
        CodeAmount = "code_amount",
    }
}

impl ResultColumn {
    /// The columns that every result has.
    pub(super) const NEEDED: [Self; 3] = [Self::Code, Self::EditionSlot, Self::Lines];

    /// Returns the column with this heading, in uppercase or lowercase letters.
    pub(super) fn of_heading(heading: &str) -> Option<Self> {
        let plain = roles::plain(heading);
        Self::ALL.iter().copied().find(|column| roles::plain(column.word()) == plain)
    }
}

/// The slot of a group of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditionSlot {
    /// Lines from the first day through the last; an end without a day is open.
    Days {
        /// The first day.
        first: Option<Date>,
        /// The last day.
        last: Option<Date>,
    },
    /// Lines without a day.
    Undated,
    /// Lines of a code of which a group was smaller than this: their slots are not shown.
    Below(u64),
}

impl EditionSlot {
    /// Returns the slot that a cell names, or `None`. A day is the slot of that day alone.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == UNDATED {
            return Some(Self::Undated);
        }
        if let Some(number) = text.strip_prefix(BELOW) {
            return number.parse().ok().map(Self::Below);
        }
        let (first, last) = text.split_once('/').unwrap_or((text, text));
        let end = |text: &str| if text == OPEN { Some(None) } else { text.parse().ok().map(Some) };
        Some(Self::Days { first: end(first)?, last: end(last)? })
    }

    /// Returns a day on which the lines are judged as on any other day of the slot.
    pub(super) fn day(self) -> Option<Date> {
        match self {
            Self::Days { first, .. } => Some(first.unwrap_or(Date::MIN)),
            Self::Undated | Self::Below(_) => None,
        }
    }
}

impl fmt::Display for EditionSlot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |day: &Option<Date>| day.map_or_else(|| OPEN.to_owned(), |day| day.to_string());
        match self {
            Self::Days { first, last } => write!(out, "{}/{}", end(first), end(last)),
            Self::Undated => out.write_str(UNDATED),
            Self::Below(number) => write!(out, "{BELOW}{number}"),
        }
    }
}

/// The edition slots of some releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionSlots {
    /// The days on which a slot begins, ascending; the first slot has no beginning.
    starts: Vec<Date>,
}

impl EditionSlots {
    /// Returns the slots of releases: from one day to the next on which the verdict on any of their codes may change.
    pub fn new(editions: Editions<'_>) -> Self {
        Self::of(&Vocabulary::new(editions))
    }

    /// Returns the slots of the releases of a vocabulary.
    pub(super) fn of(vocabulary: &Vocabulary<'_>) -> Self {
        Self { starts: vocabulary.turning_days() }
    }

    /// Returns the slots in order.
    pub fn all(&self) -> impl Iterator<Item = EditionSlot> {
        let firsts = [None].into_iter().chain(self.starts.iter().copied().map(Some));
        let lasts = self.starts.iter().map(|start| start.yesterday().ok()).chain([None]);
        firsts.zip(lasts).map(|(first, last)| EditionSlot::Days { first, last })
    }

    /// Returns whether the verdict on no code changes within a slot. It may if the slot was made for other releases.
    pub(super) fn holds(&self, slot: EditionSlot) -> bool {
        let EditionSlot::Days { first, last } = slot else { return true };
        let until = |day: Date| self.starts.partition_point(|start| *start <= day);
        first.map_or(0, until) >= last.map_or(self.starts.len(), until)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn slots_are_read_as_they_are_written() {
        let slots = EditionSlots { starts: vec![date(2024, 10, 1), date(2025, 10, 1)] };
        let written: Vec<String> = slots.all().map(|slot| slot.to_string()).collect();
        assert_eq!(written, ["../2024-09-30", "2024-10-01/2025-09-30", "2025-10-01/.."]);
        for slot in slots.all().chain([EditionSlot::Undated, EditionSlot::Below(11)]) {
            assert_eq!(EditionSlot::parse(&slot.to_string()), Some(slot));
            assert!(slots.holds(slot));
        }
        let day = date(2025, 3, 1);
        let single = EditionSlot::Days { first: Some(day), last: Some(day) };
        assert_eq!(EditionSlot::parse("2025-03-01"), Some(single));
        for text in ["", "10/1/2024", "2024-10-01/", "below-", "2025", "before"] {
            assert_eq!(EditionSlot::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_slot_of_other_releases_is_recognized() {
        let slots = EditionSlots { starts: vec![date(2024, 10, 1), date(2025, 10, 1)] };
        for text in ["2024-04-01/2025-03-31", "2025-04-01/..", "../2024-10-01", "../.."] {
            assert!(!slots.holds(EditionSlot::parse(text).unwrap()), "{text}");
        }
        assert!(slots.holds(EditionSlot::parse("2025-10-01/2026-09-30").unwrap()));
    }
}
