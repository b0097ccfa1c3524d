//! The day on which a code became valid, lost part of its meaning, or ended, also where the releases are years apart.
//!
//! A code's own days come first, where its publisher gives them (HCPCS, NDC); then the day of a row of the conversion
//! table; then the first edition that shows it, if the one before it is no more than a year older. Otherwise the day is
//! not known.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use super::Mapping;
use super::official::{DAYS_OF_A_YEAR, Official};
use crate::model::{Entry, Release, TextKind};

/// The day from which something applies.
#[derive(Debug, Clone, Copy)]
pub enum Since<'a> {
    /// From this day on.
    Day(Date),
    /// From a day after the first edition took effect, and no later than the second did.
    Between(&'a Release, &'a Release),
}

impl Since<'_> {
    /// Returns the day, if it is known.
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Day(day) => Some(day),
            Self::Between(..) => None,
        }
    }
}

/// Writes it in words: `from 2016-10-01`.
impl fmt::Display for Since<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "from {day}"),
            Self::Between(before, by) => match (before.effective(), by.effective()) {
                (Some(before), Some(by)) => write!(f, "from a day between {before} and {by}"),
                _ => write!(f, "with {}", by.id()),
            },
        }
    }
}

/// The days of codes between two releases.
#[derive(Debug, Clone)]
pub struct Days<'a> {
    /// OLD, the editions in between, NEW.
    editions: Vec<&'a Release>,
    /// The day of the first row of each new code.
    born: BTreeMap<String, Date>,
    /// The days of the first and the last row that lead away from a code.
    left: BTreeMap<String, [Date; 2]>,
}

impl<'a> Days<'a> {
    /// Reads the days of the rows that are after OLD and no later than NEW.
    pub(super) fn new(official: &Official<'a>) -> Self {
        let (old, new) = (official.old, official.new);
        let lies_between = |day: Date| {
            old.effective().is_none_or(|old| day > old) && new.effective().is_none_or(|new| day <= new)
        };
        let mut days = Self {
            editions: [old].into_iter().chain(official.between.iter().copied()).chain([new]).collect(),
            born: BTreeMap::new(),
            left: BTreeMap::new(),
        };
        for (code, day) in official.new_codes().filter(|(_, day)| lies_between(*day)) {
            days.born.entry(code.to_owned()).and_modify(|first| *first = day.min(*first)).or_insert(day);
        }
        for (code, day) in official.left_by_rows().filter(|(_, day)| lies_between(*day)) {
            days.left
                .entry(code.to_owned())
                .and_modify(|[first, last]| (*first, *last) = (day.min(*first), day.max(*last)))
                .or_insert([day, day]);
        }
        days
    }

    /// Returns the day on which a code of NEW became valid that was not billable in OLD.
    pub fn first(&self, code: &str) -> Since<'a> {
        let by_edition = || self.first_edition(|release| release.find_billable(code).is_some());
        self.first_stated(code).map_or_else(by_edition, Since::Day)
    }

    /// Returns the same day where the publisher states it: in the record of the code, or in a row about it.
    pub fn first_stated(&self, code: &str) -> Option<Date> {
        let [old, new] = self.ends();
        // A code that ended and was reactivated has its original first day in its record.
        let came_back = |own: Date| old.find(code).and_then(Entry::last_day).is_some_and(|last| own <= last);
        let own = new.find(code).and_then(Entry::first_day).filter(|own| !came_back(*own));
        own.or_else(|| self.born.get(code).copied())
    }

    /// Returns the day from which a code that stays valid has a narrower meaning.
    pub fn narrowed(&self, code: &str) -> Since<'a> {
        let [old, new] = self.ends();
        let by_row = self.left.get(code).map(|[first, _]| Since::Day(*first));
        by_row.unwrap_or_else(|| self.step(old, new))
    }

    /// Returns the day from which the description of a code is that of NEW.
    pub fn reworded(&self, code: &str, kind: TextKind) -> Since<'a> {
        let text = |release: &'a Release| release.find(code).and_then(|entry| entry.text(kind));
        let now = text(self.ends()[1]);
        self.first_edition(|release| text(release) == now)
    }

    /// Returns the last day of a code by its own record, in the newest edition that gives one.
    pub fn last_by_record(&self, code: &str) -> Option<Date> {
        self.editions.iter().rev().find_map(|release| release.find(code)?.last_day())
    }

    /// Returns the day from which a mapping applies: the first one without its source, or on which its source has a
    /// narrower meaning.
    pub fn of(&self, mapping: &Mapping<'a>) -> Since<'a> {
        if mapping.is_narrowed() { self.narrowed(mapping.source.code()) } else { self.lost(mapping) }
    }

    /// Returns the first day on which the source of a mapping is no longer billable.
    pub fn lost(&self, mapping: &Mapping<'a>) -> Since<'a> {
        let [with, without] = mapping.end.unwrap_or(self.ends());
        self.lost_stated(mapping).map_or_else(|| self.step(with, without), Since::Day)
    }

    /// Returns the same day where the publisher states it: in the record of the code, or in a row about it.
    pub fn lost_stated(&self, mapping: &Mapping<'a>) -> Option<Date> {
        let code = mapping.source.code();
        if let Some(day) = self.last_by_record(code).and_then(|last| last.tomorrow().ok()) {
            return Some(day);
        }
        let [with, without] = mapping.end.unwrap_or(self.ends());
        let fits = |day: &Date| {
            with.effective().is_none_or(|with| *day > with)
                && without.effective().is_none_or(|without| *day <= without)
        };
        self.left.get(code).map(|[_, last]| *last).filter(fits)
    }

    fn ends(&self) -> [&'a Release; 2] {
        [self.editions[0], self.editions[self.editions.len() - 1]]
    }

    /// Returns the day of the first edition from which all editions agree with NEW.
    fn first_edition(&self, says: impl Fn(&'a Release) -> bool) -> Since<'a> {
        let earlier = &self.editions[..self.editions.len() - 1];
        let at = earlier.iter().rposition(|release| !says(release)).unwrap_or(0);
        self.step(self.editions[at], self.editions[at + 1])
    }

    /// Returns the first day of an edition, if it follows the one before by at most a year; otherwise the two editions.
    fn step(&self, before: &'a Release, by: &'a Release) -> Since<'a> {
        match (before.effective(), by.effective()) {
            (Some(before), Some(day)) if (day - before).get_days() <= DAYS_OF_A_YEAR => Since::Day(day),
            (None, Some(day)) => Since::Day(day),
            _ => Since::Between(before, by),
        }
    }
}
