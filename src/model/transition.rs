//! Transitions: the successor of each code in the next edition, and whether it may be applied automatically.
//!
//! Invariant: only the publisher decides whether a row may be applied automatically, in each direction; no similarity
//! of descriptions overrides it. A table between two other editions has no effect on codes that are in both releases.

use std::collections::BTreeSet;

use super::code_set::CodeSet;
use super::problem::{Place, Problem};
use crate::base::{counted, grouped};

/// A table of transitions between two editions.
#[derive(Debug, Clone)]
pub struct Transition {
    /// The set of its codes.
    pub set: &'static CodeSet,
    /// The file's name.
    pub name: String,
    /// The rows, in the file's order.
    pub rows: Vec<TransitionRow>,
    /// Deviations from the descriptor.
    pub problems: Vec<Problem>,
}

/// A row of a transition table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransitionRow {
    /// The code of the older edition; `None` if it did not exist.
    pub old: Option<String>,
    /// The code of the newer edition; `None` if it does not exist.
    pub new: Option<String>,
    /// Whether the publisher allows automatic replacement of the old code by the new one; `None` if not stated.
    pub forward: Option<bool>,
    /// Whether the publisher allows automatic replacement of the new code by the old one; `None` if not stated.
    pub backward: Option<bool>,
    /// Row of the file, from 1.
    pub row: u32,
    /// The location of the row.
    pub place: Place,
}

impl TransitionRow {
    /// Returns the two codes, if both exist and differ.
    pub fn change(&self) -> Option<(&str, &str)> {
        let (old, new) = (self.old.as_deref()?, self.new.as_deref()?);
        (old != new).then_some((old, new))
    }
}

impl Transition {
    /// Describes how many rows it has, and how many of them the publisher allows to be applied automatically.
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

    /// Returns the codes that keep their meaning, alone or with others.
    pub fn kept(&self) -> BTreeSet<&str> {
        self.rows.iter().filter(|row| row.new == row.old).filter_map(|row| row.old.as_deref()).collect()
    }
}

impl TransitionRow {
    /// Returns whether it has an old and a new code.
    fn is_pair(&self) -> bool {
        self.old.is_some() && self.new.is_some()
    }

    /// Returns whether it is automatic forward, and whether backward.
    fn marks(&self) -> (bool, bool) {
        (self.forward == Some(true), self.backward == Some(true))
    }

    /// Returns whether the publisher marks rows, but this one in neither direction.
    fn is_by_choice(&self) -> bool {
        self.marks() == (false, false) && (self.forward.is_some() || self.backward.is_some())
    }

    /// Returns whether it is automatic in both directions.
    pub fn is_automatic_in_both_directions(&self) -> bool {
        self.marks() == (true, true)
    }
}
