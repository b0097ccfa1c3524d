//! Paths through the editions in between: from the step in which a code lost validity, edition by edition, to NEW.
//!
//! Invariant: NEW's tables are read for each step anew, because they are cumulative. A path has at most one suggestion
//! and is as strong as its weakest step: two guesses in a row were never measured.

use std::collections::BTreeSet;

use super::Direction;
use super::candidates::Candidates;
use super::follow::Found;
use super::official::Official;
use super::path::Step;
use crate::diff::{Change, Diff};
use crate::model::{Level, Problem, Release};

/// The steps from OLD to NEW.
#[derive(Debug)]
pub(super) struct Steps<'d, 'a> {
    steps: Vec<Between<'d, 'a>>,
}

/// One step: an edition and the one after it.
#[derive(Debug)]
struct Between<'d, 'a> {
    diff: &'d Diff<'a>,
    official: Official<'a>,
    candidates: Candidates<'d, 'a>,
}

impl<'d, 'a> Steps<'d, 'a> {
    /// Takes the differences between one edition and the next, from OLD to NEW: empty if there are no editions in
    /// between. The rows are those of NEW's tables, which are cumulative; if NEW does not have any, those that came
    /// with an edition.
    pub(super) fn new(between: &'d [Diff<'a>], new: &'a Release) -> Self {
        let step = |diff: &'d Diff<'a>| {
            let has_tables = new.companions.has_successors();
            let holder = if has_tables { new } else { diff.new };
            let official = Official::with_tables(diff.old, diff.new, Vec::new(), holder);
            Between { diff, official, candidates: Candidates::new(diff) }
        };
        Self { steps: between.iter().map(step).collect() }
    }

    /// Returns true if no edition in between is known.
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Returns the changes by which codes added after OLD and deleted before NEW lost validity, in the order of codes.
    pub(super) fn passing(&self) -> Vec<&'d Change<'a>> {
        let (Some(first), Some(last)) = (self.steps.first(), self.steps.last()) else { return Vec::new() };
        let (old, new) = (first.diff.old, last.diff.new);
        let mut passing: Vec<&Change<'_>> = Vec::new();
        let mut seen = BTreeSet::new();
        for step in self.steps.iter().skip(1).rev() {
            let lost = step.diff.changes.iter().filter(|change| change.is_deletion());
            for change in lost.filter(|change| change.level() == Level::Code) {
                let code = change.entry().code();
                let is_at_an_end = [old, new].iter().any(|end| end.find_billable(code).is_some());
                if !is_at_an_end && seen.insert(code) {
                    passing.push(change);
                }
            }
        }
        passing.sort_by(|a, b| a.entry().compare_keys(b.entry()));
        passing
    }

    /// Returns the last edition in which a code was billable, and the first without it.
    pub(super) fn end_of(&self, code: &str) -> Option<[&'a Release; 2]> {
        let lost = |step: &&Between<'d, 'a>| {
            step.diff.old.find_billable(code).is_some() && step.diff.new.find_billable(code).is_none()
        };
        self.steps.iter().rev().find(lost).map(|step| [step.diff.old, step.diff.new])
    }

    /// Returns the codes that a code leads to in NEW, by official rows alone.
    pub(super) fn official(&self, code: &str) -> Vec<Found> {
        self.follow(code, false)
    }

    /// Returns the codes that a code leads to in NEW, with at most one suggestion on the path: two guesses in a row are
    /// not reliable.
    pub(super) fn suggested(&self, code: &str) -> Vec<Found> {
        self.follow(code, true)
    }

    fn follow(&self, code: &str, may_guess: bool) -> Vec<Found> {
        let Some(start) = self.steps.iter().position(|step| step.diff.old.find_billable(code).is_some())
        else {
            return Vec::new();
        };
        let mut walk = Walk::new(self.steps.iter(), Direction::Forward);
        walk.from(code, &[], start, may_guess);
        walk.found
    }

    /// Returns the codes of OLD that a code of NEW comes from, by official rows alone.
    pub(super) fn predecessors(&self, code: &str) -> Vec<Found> {
        let mut walk = Walk::new(self.steps.iter().rev(), Direction::Reverse);
        walk.from(code, &[], 0, false);
        walk.found
    }

    /// Returns the problems in the rows of the steps.
    pub(super) fn into_problems(self) -> impl Iterator<Item = Problem> {
        self.steps.into_iter().flat_map(|step| step.official.into_problems())
    }
}

impl Between<'_, '_> {
    /// Returns whether a code that is billable on the near side of the step is not billable on the far side.
    fn loses(&self, code: &str, direction: Direction) -> bool {
        let far = match direction {
            Direction::Forward => self.diff.new,
            Direction::Reverse => self.diff.old,
        };
        far.find_billable(code).is_none()
    }

    /// Returns the codes that the rows of the step lead to.
    fn official(&self, code: &str, direction: Direction) -> Vec<Found> {
        match direction {
            Direction::Forward => self.official.successors(code),
            Direction::Reverse => self.official.predecessors(code),
        }
    }
}

/// Follows a code from edition to edition, depth first; each code is followed once from each edition.
struct Walk<'s, 'd, 'a> {
    /// In the order of the walk.
    steps: Vec<&'s Between<'d, 'a>>,
    direction: Direction,
    seen: BTreeSet<(String, usize)>,
    path: Vec<Step>,
    found: Vec<Found>,
}

impl<'s, 'd, 'a> Walk<'s, 'd, 'a> {
    fn new(steps: impl Iterator<Item = &'s Between<'d, 'a>>, direction: Direction) -> Self {
        let (seen, path, found) = (BTreeSet::new(), Vec::new(), Vec::new());
        Self { steps: steps.collect(), direction, seen, path, found }
    }

    /// Starts from a code that is billable in the edition before step `at`; `with` are the codes that were named
    /// together with the code it was reached from.
    fn from(&mut self, code: &str, with: &[String], at: usize, may_guess: bool) {
        if !self.seen.insert((code.to_owned(), at)) {
            return;
        }
        let lost_at = (at..self.steps.len()).find(|&at| self.steps[at].loses(code, self.direction));
        if self.direction == Direction::Forward {
            // While it is valid, rows may move parts of its meaning.
            for at in at..lost_at.unwrap_or(self.steps.len()) {
                self.official(code, at, may_guess);
            }
        }
        let Some(at) = lost_at else {
            if !self.path.is_empty() {
                let steps = self.path.clone();
                self.found.push(Found { code: code.to_owned(), steps, with: with.to_vec() });
            }
            return;
        };
        let step = self.steps[at];
        let has_official = self.official(code, at, may_guess);
        let entry = step.diff.old.find_billable(code).filter(|_| may_guess && !has_official);
        let Some((kind, codes)) = entry.and_then(|entry| step.candidates.codes(entry)) else { return };
        for next in codes {
            self.path.push(Step::suggested(next.code(), kind, step.diff.new));
            self.from(next.code(), &[], at + 1, false);
            self.path.pop();
        }
    }

    /// Follows the codes that the rows of a step lead to from a code; returns whether there are any.
    fn official(&mut self, code: &str, at: usize, may_guess: bool) -> bool {
        let official = self.steps[at].official(code, self.direction);
        for found in &official {
            let length = self.path.len();
            self.path.extend(found.steps.iter().cloned());
            self.from(&found.code, &found.with, at + 1, may_guess);
            self.path.truncate(length);
        }
        !official.is_empty()
    }
}
