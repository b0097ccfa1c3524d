//! Transitions: for each code of one edition what it is in the next, and whether that may be applied automatically.

use std::collections::BTreeSet;

use super::code_set::CodeSet;
use super::number::{counted, grouped};
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
    /// Whether the publisher lets the old code be replaced by the new one automatically, if it says so at all.
    pub forward: Option<bool>,
    /// The same from the new code to the old one.
    pub backward: Option<bool>,
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
    /// Says how many rows it has, and what of them its publisher lets be applied automatically.
    pub fn to_sentence(&self) -> String {
        let count =
            |test: fn(&TransitionRow) -> bool| self.rows.iter().filter(|row| test(row)).count() as u64;
        let parts = [
            (count(|row| row.is_pair() && row.marks() == (true, true)), "automatic in both directions"),
            (count(|row| row.is_pair() && row.marks() == (true, false)), "automatic from old to new only"),
            (count(|row| row.is_pair() && row.marks() == (false, true)), "automatic from new to old only"),
            (count(|row| row.is_pair() && row.is_by_choice()), "by choice"),
            (count(|row| row.old.is_none()), "without an old code"),
            (count(|row| row.new.is_none()), "without a new code"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, what)| format!("{} {what}", grouped(*count))).collect();
        let rows = counted(self.rows.len() as u64, "row", "rows");
        if parts.is_empty() { rows } else { format!("{rows}: {}", parts.join(", ")) }
    }

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
    /// Whether it has an old and a new code.
    fn is_pair(&self) -> bool {
        self.old.is_some() && self.new.is_some()
    }

    /// Whether it is automatic forward, and backward.
    fn marks(&self) -> (bool, bool) {
        (self.forward == Some(true), self.backward == Some(true))
    }

    /// Whether the publisher marks such rows, and this one in no direction.
    fn is_by_choice(&self) -> bool {
        self.marks() == (false, false) && (self.forward.is_some() || self.backward.is_some())
    }

    /// Whether it is automatic in both directions.
    pub fn is_automatic_in_both_directions(&self) -> bool {
        self.marks() == (true, true)
    }

    /// Whether its codes are billable in the releases of a step.
    fn is_of(&self, old: &Release, new: &Release) -> bool {
        let is_in = |code: &Option<String>, release: &Release| {
            code.as_deref().is_none_or(|code| release.find_billable(code).is_some())
        };
        is_in(&self.old, old) && is_in(&self.new, new)
    }
}
