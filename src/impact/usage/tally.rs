//! The usage of codes, and the suppression of small numbers before any totals are made.
//!
//! The rule of suppression, for a limit N of `--suppress-below`:
//!
//! 1. A code with fewer than N lines (and at least one) loses its numbers: lines, amount, days, owners' lines.
//! 2. A code of which one owner, or the lines without an owner, has fewer than N lines loses the lines of all its owners,
//!    so that none can be calculated from the others and the code's lines. If every owner has a single line their names go as
//!    well: the code's lines would give them away.
//! 3. A code of which one verdict by date has fewer than N lines loses all its verdicts, and their months; one of which a
//!    month has fewer than N lines loses all its months.
//! 4. Totals of amounts, which are not sums of the codes' own, are erased if any code was; those of an owner if any of its
//!    lines were.
//! 5. Lines that count once although they have several codes are erased: from the sum over the codes the number of lines
//!    with several codes would be known.
//! 6. Sentences about the files that count lines are written without their number.
//!
//! Every sum of a report is one of the remaining numbers, so it does not depend on a number that was erased: usages
//! that differ only in such numbers give the same report, byte for byte. Of the numbers erased by 2 and 3 only their
//! sum is known, the lines of the code, and it leaves each of them at least two values.
//!
//! Invariant: small numbers are erased from the usage before it is joined, so that no total and no order depends on
//! them. Every new number in [`Tally`](super::Tally) must be erased here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::judge::{ByMonth, Judged, Misdated};
use super::money::Amount;
use super::owner_lines::{OwnerCounts, OwnerNames};
use crate::model::{Problem, ProblemCode};

/// The usage of a code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Lines: rows, or the sum of the count column.
    pub lines: u64,
    /// Lines by owner, where the table names owners.
    pub owners: OwnerCounts,
    /// The amounts of the rows, claims and items that name the code, where there are any. One that names several codes
    /// counts for each of them.
    pub amount: Option<Amount>,
    /// The verdicts on the days of its lines.
    pub judged: Judged,
    /// The lines outside of its validity, by the first day of their month.
    pub by_month: ByMonth,
    /// True if its numbers were erased because they were small: they are not part of any sum.
    pub is_hidden: bool,
    /// Owners whose lines were erased.
    pub hidden_owners: BTreeSet<String>,
    /// True if the names of owners were erased with their lines.
    pub names_hidden: bool,
    /// True if the verdicts on its lines were erased.
    pub days_hidden: bool,
}

/// The codes an organization uses: no other content of its files is kept.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Usage {
    /// Codes in file form, with the usage of each. Tokens that only look like codes are here too.
    pub codes: BTreeMap<String, Tally>,
    /// The lines with a code, and those with a code that lost validity: one with several codes counts once. `None` where
    /// small numbers are hidden.
    pub lines: Option<[u64; 2]>,
    /// The same two as far as no reading of the same files for another set has counted them; `None` where the files are
    /// read for one set only.
    pub first_lines: Option<[u64; 2]>,
    /// The amounts of all rows, claims and items with a code, each counted once.
    pub amount: Option<Amount>,
    /// The amounts of those that name a code which lost validity, each counted once.
    pub affected_amount: Option<Amount>,
    /// The same two as far as no reading of the same files for another set has counted them; `None` where the files are
    /// read for one set only.
    pub first_amounts: [Option<Amount>; 2],
    /// The same two by owner.
    pub owner_amounts: BTreeMap<String, [Option<Amount>; 2]>,
    /// The numbers erased because they were small, where that was requested.
    pub suppressed: Option<Suppressed>,
    /// The owners of all files, by number.
    pub(super) owner_names: OwnerNames,
    /// True if no total of amounts can be calculated.
    pub(super) has_no_totals: bool,
    /// True if it is not known which lines have several codes.
    pub(super) has_no_lines: bool,
    /// How the files were read, and what was left out.
    pub problems: Vec<Problem>,
}

/// The numbers that were erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suppressed {
    /// Numbers of lines below this one.
    pub below: u64,
    /// Codes without a number of lines, which are in no sum.
    pub codes: u64,
}

/// Returns the sentence that replaces a fact that counts lines: its grammar and the order of its codes would also
/// reveal the number.
fn without_numbers(code: ProblemCode) -> Option<&'static str> {
    let plain = match code {
        ProblemCode::UsageRead => "it was read; its counts are hidden",
        ProblemCode::UsageLines => "lines were left out",
        ProblemCode::NumberCode => "cells of a code column are numbers",
        ProblemCode::LikelyOtherSet => {
            "lines with codes of neither release have the form of another set's codes"
        }
        _ => return None,
    };
    Some(plain)
}

impl Usage {
    /// Erases small numbers, by the rule above.
    pub fn suppress(&mut self, below: u64) {
        self.codes.values_mut().for_each(|tally| tally.suppress(below));
        self.note_suppression(below);
        for problem in &mut self.problems {
            if let Some(fact) = without_numbers(problem.code) {
                fact.clone_into(&mut problem.fact);
            }
        }
    }

    /// Takes note of what a file, which was added, cannot show: groups with fewer lines than a number, totals of amounts, and
    /// lines with several codes.
    pub(super) fn settle(&mut self, below: Option<u64>, has_totals: bool, has_lines: bool) {
        self.has_no_lines |= !has_lines;
        if self.has_no_lines {
            (self.lines, self.first_lines) = (None, None);
        }
        if let Some(below) = below.max(self.suppressed.map(|suppressed| suppressed.below)) {
            self.note_suppression(below);
        }
        self.has_no_totals |= !has_totals;
        if self.has_no_totals {
            (self.amount, self.affected_amount) = (None, None);
            self.first_amounts = [None; 2];
            self.owner_amounts.clear();
        }
    }

    /// Erases the totals of amounts that would reveal hidden numbers, and counts hidden codes.
    fn note_suppression(&mut self, below: u64) {
        let mut hurt: BTreeSet<String> = BTreeSet::new();
        for tally in self.codes.values() {
            hurt.extend(tally.hidden_owners.iter().cloned());
            if tally.is_hidden || tally.names_hidden {
                hurt.extend(tally.owners.names().map(str::to_owned));
            }
        }
        let codes = self.codes.values().filter(|tally| tally.is_hidden).count() as u64;
        if codes > 0 {
            (self.amount, self.affected_amount) = (None, None);
            self.first_amounts = [None; 2];
        }
        (self.lines, self.first_lines) = (None, None);
        let is_nameless = self.codes.values().any(|tally| tally.names_hidden);
        self.owner_amounts.retain(|owner, _| !is_nameless && !hurt.contains(owner));
        self.suppressed = Some(Suppressed { below, codes });
    }

    /// Returns the usage of one owner: codes with their lines, without amounts and days, which are not kept by owner.
    #[must_use]
    pub fn of_owner(&self, owner: &str) -> Self {
        let tally = |lines: u64, is_hidden| Tally { lines, is_hidden, ..Tally::default() };
        let mut codes = BTreeMap::new();
        for (code, of_code) in &self.codes {
            if let Some(lines) = of_code.owners.get(owner) {
                codes.insert(code.clone(), tally(lines, false));
            } else if of_code.hidden_owners.contains(owner) {
                codes.insert(code.clone(), tally(0, true));
            }
        }
        let [amount, affected_amount] = self.owner_amounts.get(owner).copied().unwrap_or_default();
        let hidden = codes.values().filter(|tally| tally.is_hidden).count() as u64;
        let suppressed = self.suppressed.map(|all| Suppressed { codes: hidden, ..all });
        Self { codes, amount, affected_amount, suppressed, ..Self::default() }
    }

    /// Returns the owners, in order.
    pub fn owners(&self) -> BTreeSet<&str> {
        let tallies = self.codes.values();
        tallies
            .flat_map(|tally| {
                let hidden = tally.hidden_owners.iter().map(String::as_str);
                tally.owners.unordered().map(|(owner, _)| owner).chain(hidden)
            })
            .collect()
    }

    /// Returns numbers for the owners of a file, by the numbers that the file gave them.
    pub(super) fn number_owners(&mut self, names: &[String]) -> Vec<u32> {
        let mut all: Vec<String> = self.owner_names.to_vec();
        let mut numbers: HashMap<String, u32> = all.iter().cloned().zip(0..).collect();
        let number = |name: &String| {
            *numbers.entry(name.clone()).or_insert_with(|| {
                all.push(name.clone());
                all.len() as u32 - 1
            })
        };
        let found = names.iter().map(number).collect();
        if all.len() > self.owner_names.len() {
            self.owner_names = all.into();
        }
        found
    }
}

impl Tally {
    /// Its lines; `None` where they were erased.
    pub fn known_lines(&self) -> Option<u64> {
        (!self.is_hidden).then_some(self.lines)
    }

    /// Returns whether any number of it was erased.
    pub fn has_hidden(&self) -> bool {
        self.is_hidden || self.names_hidden || self.days_hidden || !self.hidden_owners.is_empty()
    }

    /// Hides what a database did not show: the number of some lines, days and owners. Lines that another file shows are
    /// not hidden.
    pub(super) fn hide(
        &mut self,
        lines: bool,
        days: bool,
        names: bool,
        hidden_owners: impl Iterator<Item = String>,
    ) {
        self.is_hidden = (self.is_hidden || lines) && self.lines == 0;
        self.names_hidden |= names;
        self.days_hidden |= days;
        self.hidden_owners.extend(hidden_owners);
        if self.names_hidden {
            self.owners.clear();
            self.hidden_owners.clear();
        }
        if self.days_hidden {
            self.judged = Judged::default();
            self.by_month.clear();
        }
    }

    fn suppress(&mut self, below: u64) {
        let is_small = |lines: u64| 0 < lines && lines < below;
        if is_small(self.lines) {
            let owners = self.owners.names().map(str::to_owned).collect();
            *self = Self { is_hidden: true, hidden_owners: owners, ..Self::default() };
            return;
        }
        let of_owners = || self.owners.unordered().map(|(_, lines)| lines);
        let owned = of_owners().fold(0_u64, u64::saturating_add);
        let rest = self.lines.saturating_sub(owned);
        if of_owners().any(is_small) || (is_small(rest) && !self.owners.is_empty()) {
            let cells = of_owners().filter(|lines| *lines > 0).count() as u64 + u64::from(rest > 0);
            self.names_hidden = self.lines <= cells;
            if !self.names_hidden {
                self.hidden_owners = self.owners.names().map(str::to_owned).collect();
            }
            self.owners.clear();
        }
        let Judged { right, too_late, too_early, never, unclear, before_old, undated } = self.judged;
        if [right, too_late, too_early, never, unclear, before_old, undated].into_iter().any(is_small) {
            self.judged = Judged::default();
            self.days_hidden = true;
        }
        let is_small_month = |month: &Misdated| is_small(month.too_early) || is_small(month.too_late);
        if self.days_hidden || self.by_month.values().any(is_small_month) {
            self.by_month.clear();
        }
    }
}
