//! The publisher's own marks of what changed: bold for the narrative, underlines for what moved, italics for headings.
//!
//! They are against the edition that the first page names, and only there they can be checked.

use super::Guidelines;
use crate::base::closed_list;

/// The edition against which the publisher marked the changes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Base {
    /// As the first page names it: `April 2025, FY 2025`.
    pub name: String,
    /// The month and year from which it applied, where they are named.
    pub first_month: Option<(i8, i16)>,
    /// Its fiscal year, where it is named.
    pub fiscal_year: Option<i16>,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Base {
    /// Reads the line of the first page that names it: `.. within the guidelines since the April 2025, FY 2025 version`.
    pub(super) fn read(line: &str) -> Option<Self> {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let (_, rest) = words.split_once(" since the ")?;
        let (name, _) = rest.split_once(" version")?;
        let words: Vec<&str> = name.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let year = |word: Option<&&str>| word?.parse::<i16>().ok().filter(|year| (2000..2100).contains(year));
        let month = words.iter().enumerate().find_map(|(at, word)| {
            let month = MONTHS.iter().position(|month| month == word)?;
            Some((i8::try_from(month).ok()? + 1, year(words.get(at + 1))?))
        });
        let fiscal_year = words.iter().position(|word| *word == "FY").and_then(|at| year(words.get(at + 1)));
        (month.is_some() || fiscal_year.is_some()).then(|| Self {
            name: name.to_owned(),
            first_month: month,
            fiscal_year,
        })
    }

    /// Returns true if an edition is this one. Where no month is named, any edition of the fiscal year is.
    pub fn is(&self, edition: &Guidelines) -> bool {
        let day = edition.first_day;
        match self.first_month {
            Some(first) => first == (day.month(), day.year()),
            None => self.fiscal_year == Some(edition.fiscal_year),
        }
    }
}

closed_list! {
    /// Whether the publisher marked a change.
    pub enum Marking {
        Marked = "marked", "All new words, the new title or the new number are marked.";
        Partly = "partly", "Some of the new words are marked.";
        Unmarked = "unmarked", "Neither the new words, the new title nor the new number are marked; deleted words cannot be.";
    }
}

/// What the publisher's marks show and what they do not.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Verification {
    /// The edition against which NEW marks its changes, as its first page names it; `None` if it names none.
    pub base: Option<String>,
    /// True if OLD is that edition, so that the marks can be checked.
    pub is_checked: bool,
    /// Number of changed sections by how they are marked: entirely, partly, not at all.
    pub marked: usize,
    /// Number of sections of whose new words some are marked.
    pub partly: usize,
    /// Number of sections that are not marked.
    pub unmarked: usize,
    /// Marked words that are the same in OLD, where they are not marked.
    pub without_change: Vec<UnchangedMark>,
}

/// A run of marked words that did not change.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UnchangedMark {
    /// The index of its section in NEW.
    pub section: usize,
    /// The words.
    pub text: String,
    /// The number of words.
    pub words: usize,
}

impl Verification {
    /// Counts changes by how they are marked, if the marks are against OLD.
    pub(super) fn of(
        old: &Guidelines,
        new: &Guidelines,
        markings: impl Iterator<Item = Marking>,
        without_change: Vec<UnchangedMark>,
    ) -> Self {
        let base = new.base.as_ref();
        let is_checked = base.is_some_and(|base| base.is(old));
        let mut verification = Self {
            base: base.map(|base| base.name.clone()),
            is_checked,
            marked: 0,
            partly: 0,
            unmarked: 0,
            without_change: Vec::new(),
        };
        if is_checked {
            verification.without_change = without_change;
            for marking in markings {
                match marking {
                    Marking::Marked => verification.marked += 1,
                    Marking::Partly => verification.partly += 1,
                    Marking::Unmarked => verification.unmarked += 1,
                }
            }
        }
        verification
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_named_with_or_without_a_month() {
        let line =
            "Items underlined have been moved within the guidelines since the April 2025, FY 2025 version";
        let base = Base::read(line).unwrap();
        assert_eq!(
            (base.name.as_str(), base.first_month, base.fiscal_year),
            ("April 2025, FY 2025", Some((4, 2025)), Some(2025))
        );
        let base =
            Base::read("Items underlined have been moved within the guidelines since the FY 2023 version")
                .unwrap();
        assert_eq!((base.first_month, base.fiscal_year), (None, Some(2023)));
        assert_eq!(Base::read("Narrative changes appear in bold text"), None);
    }
}
