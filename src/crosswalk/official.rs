//! The publisher's own word: rows of conversion tables between two releases.

use std::collections::{BTreeMap, BTreeSet};

use super::follow::{Found, Step};
use crate::model::{ConversionRow, ConversionTable, Operand, Place, Problem, ProblemCode, Problems, Release};

/// A link of a row: one predecessor that it names, and the codes it names together with it.
#[derive(Debug, Clone)]
struct Link {
    row: usize,
    code: String,
    with: Vec<String>,
}

/// The rows between OLD and NEW, by predecessor and by current code.
#[derive(Debug)]
pub(super) struct Official<'a> {
    rows: Vec<(&'a ConversionTable, &'a ConversionRow)>,
    /// Rows that name a code as a predecessor: the link's code is the current one.
    successors: BTreeMap<String, Vec<Link>>,
    /// Rows of a current code: the link's code is the predecessor.
    predecessors: BTreeMap<&'a str, Vec<Link>>,
    old: &'a Release,
    new: &'a Release,
    problems: Problems,
}

impl<'a> Official<'a> {
    /// Takes the rows of NEW's tables that lie between the releases: those about a code that was not billable in OLD
    /// and that take effect no later than NEW. Where the editions are not known the codes alone decide.
    pub(super) fn new(old: &'a Release, new: &'a Release) -> Self {
        let mut official = Self {
            rows: Vec::new(),
            successors: BTreeMap::new(),
            predecessors: BTreeMap::new(),
            old,
            new,
            problems: Problems::default(),
        };
        let rows =
            new.conversion_tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)));
        official.rows = rows.filter(|(_, row)| is_between(row, old, new)).collect();
        for at in 0..official.rows.len() {
            official.link(at);
        }
        official.check();
        official
    }

    fn link(&mut self, at: usize) {
        let (_, row) = self.rows[at];
        for alternative in row.previous.alternatives() {
            let codes: Vec<Vec<String>> = alternative.iter().map(|operand| self.codes(operand)).collect();
            for (place, codes_here) in codes.iter().enumerate() {
                // A whole category named together with a code would be hundreds of codes: it is left unnamed.
                let others = codes.iter().enumerate().filter(|(other, _)| *other != place);
                let with: Vec<String> = others
                    .filter(|(_, codes)| codes.len() == 1)
                    .flat_map(|(_, codes)| codes.clone())
                    .collect();
                for code in codes_here {
                    let link = |code: &str| Link { row: at, code: code.to_owned(), with: with.clone() };
                    self.successors.entry(code.clone()).or_default().push(link(&row.current));
                    self.predecessors.entry(&row.current).or_default().push(link(code));
                }
            }
        }
    }

    /// The codes an operand means: in OLD, or, for a single code, itself, since it may have been born in between.
    fn codes(&self, operand: &Operand) -> Vec<String> {
        match operand {
            Operand::Code(code) => vec![code.clone()],
            _ if !operand.names_codes() => Vec::new(),
            _ => self.old.billable_in(operand).iter().map(|entry| entry.code().to_owned()).collect(),
        }
    }

    fn check(&mut self) {
        self.check_currents();
        self.check_predecessors();
    }

    /// Rows of this step about codes that never came to be.
    fn check_currents(&mut self) {
        let started = self.old.effective();
        for (table, row) in &self.rows {
            let later = started.is_none_or(|day| row.effective > day);
            let is_known =
                self.new.find(&row.current).is_some() || self.successors.contains_key(&row.current);
            if !later || is_known {
                continue;
            }
            self.problems.add(ProblemCode::UnknownCurrent, || {
                let display = (self.old.set.display)(&row.current);
                let fact = format!("{display} is not in NEW, and no later row replaces it");
                Problem::new(ProblemCode::UnknownCurrent, place(table, row), fact)
            });
        }
    }

    /// Predecessors that were no billable codes, neither in OLD nor by a row in between.
    fn check_predecessors(&mut self) {
        for (code, links) in &self.successors {
            if self.old.find_billable(code).is_some() || self.predecessors.contains_key(code.as_str()) {
                continue;
            }
            for link in links {
                let (table, row) = self.rows[link.row];
                // Rows of earlier steps name codes that were gone before OLD; only NEW's own codes are judged.
                if self.new.find_billable(&row.current).is_none() {
                    continue;
                }
                let display = self.old.set.display;
                let (problem, fact) = match self.old.find(code) {
                    Some(_) => (ProblemCode::HeaderPredecessor, "was a header in OLD, not a billable code"),
                    None => (ProblemCode::UnknownPredecessor, "was no code in OLD"),
                };
                self.problems.add(problem, || {
                    let fact = format!(
                        "{} names {} as predecessor, which {fact}",
                        display(&row.current),
                        display(code)
                    );
                    Problem::new(problem, place(table, row), fact)
                        .hint("an error of the publisher; this predecessor is not followed")
                });
            }
        }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.finish("")
    }

    /// What the rows lead to from a code of OLD: codes that are billable in NEW.
    pub(super) fn successors(&self, code: &str) -> Vec<Found> {
        let mut walk = Walk { official: self, seen: BTreeSet::new(), found: Vec::new(), way: Vec::new() };
        walk.follow(code, &|code| self.successors.get(code), &|code| self.new.find_billable(code).is_some());
        walk.found
    }

    /// What the rows lead back to from a code of NEW: codes that were billable in OLD.
    pub(super) fn predecessors(&self, code: &str) -> Vec<Found> {
        let mut walk = Walk { official: self, seen: BTreeSet::new(), found: Vec::new(), way: Vec::new() };
        walk.follow(code, &|code| self.predecessors.get(code), &|code| {
            self.old.find_billable(code).is_some()
        });
        walk.found
    }

    /// Whether a code of NEW stands for more than one code of OLD.
    pub(super) fn has_other_predecessors(&self, code: &str) -> bool {
        distinct(&self.predecessors(code)) > 1
    }

    /// Whether more than one code of NEW comes from a code of OLD, itself included if it is still valid.
    pub(super) fn has_other_successors(&self, code: &str) -> bool {
        distinct(&self.successors(code)) + usize::from(self.new.find_billable(code).is_some()) > 1
    }
}

/// Follows rows from a code to where they end, depth first. Each code is left once, so that neither a loop nor a maze of
/// rows keeps it walking.
struct Walk<'s, 'a> {
    official: &'s Official<'a>,
    seen: BTreeSet<String>,
    found: Vec<Found>,
    way: Vec<Step>,
}

impl<'s> Walk<'s, '_> {
    fn follow(
        &mut self,
        code: &str,
        links: &dyn Fn(&str) -> Option<&'s Vec<Link>>,
        is_end: &dyn Fn(&str) -> bool,
    ) {
        if !self.seen.insert(code.to_owned()) {
            return;
        }
        for link in links(code).into_iter().flatten() {
            let (table, row) = self.official.rows[link.row];
            let (table, effective) = (table.name.clone(), row.effective);
            self.way.push(Step { code: link.code.clone(), table, row: row.row, effective });
            if is_end(&link.code) {
                self.found.push(Found {
                    code: link.code.clone(),
                    way: self.way.clone(),
                    with: link.with.clone(),
                });
            } else {
                self.follow(&link.code, links, is_end);
            }
            self.way.pop();
        }
    }
}

fn place(table: &ConversionTable, row: &ConversionRow) -> Place {
    if row.place == Place::default() { Place::file(&table.name) } else { row.place.clone() }
}

fn distinct(found: &[Found]) -> usize {
    let mut codes: Vec<&str> = found.iter().map(|found| found.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.len()
}

fn is_between(row: &ConversionRow, old: &Release, new: &Release) -> bool {
    let late = new.effective().is_some_and(|effective| row.effective > effective);
    old.find_billable(&row.current).is_none() && (!late || new.find_billable(&row.current).is_some())
}
