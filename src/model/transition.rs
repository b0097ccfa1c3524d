//! Transitions: for each code of one edition what it is in the next, and whether that may be applied automatically.

use std::collections::BTreeSet;

use super::code_set::CodeSet;
use super::problem::{Place, Problem};
use super::release::Release;

/// A table of transitions between two editions.
#[derive(Debug, Clone)]
pub struct Transition {
    /// The set of its codes.
    pub set: &'static CodeSet,
    /// The file's name.
    pub name: String,
    /// The rows, in the file's order.
    pub rows: Vec<TransitionRow>,
    /// What is not as the descriptor says.
    pub problems: Vec<Problem>,
}

/// A row of a transition table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransitionRow {
    /// The code of the older edition; `None` if there was none.
    pub old: Option<String>,
    /// The code of the newer edition; `None` if there is none.
    pub new: Option<String>,
    /// Whether the publisher lets the old code be replaced by the new one automatically.
    pub is_forward: bool,
    /// The same from the new code to the old one.
    pub is_backward: bool,
    /// Row of the file, from 1.
    pub row: u32,
    /// Where the row is.
    pub place: Place,
}

impl TransitionRow {
    /// The two codes, if there are two different ones.
    pub fn change(&self) -> Option<(&str, &str)> {
        let (old, new) = (self.old.as_deref()?, self.new.as_deref()?);
        (old != new).then_some((old, new))
    }
}

impl Transition {
    /// Whether it is the table of the step from one release to another: each old code is billable in the older one, and
    /// each new code in the newer one.
    pub fn fits(&self, old: &Release, new: &Release) -> bool {
        self.rows.iter().all(|row| row.is_of(old, new))
    }

    /// Returns the rows between two different codes that count in a step. Of a table of another step those do whose old
    /// code is gone or whose new code came: what it says of codes that are in both releases was true at another time.
    pub fn changes_between<'t>(
        &'t self,
        old: &'t Release,
        new: &'t Release,
    ) -> impl Iterator<Item = (&'t TransitionRow, &'t str, &'t str)> {
        let fits = self.fits(old, new);
        let changes =
            self.rows.iter().filter_map(|row| row.change().map(|(before, after)| (row, before, after)));
        changes.filter(move |(_, before, after)| {
            fits || new.find_billable(before).is_none() || old.find_billable(after).is_none()
        })
    }

    /// Returns the codes that stay what they were, alone or among others.
    pub fn kept(&self) -> BTreeSet<&str> {
        self.rows.iter().filter(|row| row.new == row.old).filter_map(|row| row.old.as_deref()).collect()
    }
}

impl TransitionRow {
    /// Whether its codes are billable in the releases of a step.
    fn is_of(&self, old: &Release, new: &Release) -> bool {
        let is_in = |code: &Option<String>, release: &Release| {
            code.as_deref().is_none_or(|code| release.find_billable(code).is_some())
        };
        is_in(&self.old, old) && is_in(&self.new, new)
    }
}
