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

impl Base {
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
