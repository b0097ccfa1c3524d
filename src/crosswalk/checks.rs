//! Checks of conversion tables: codes that never existed, predecessors that were never valid, cycles, and rows that
//! contradict each other.

use std::collections::BTreeSet;
use std::mem;

use super::link::{Link, RowSource};
use super::official::{LONGEST_PATH, Official};
use crate::model::{ConversionRow, ConversionTable, Operand, Place, Problem, ProblemCode, Problems, Release};

impl<'a> Official<'a> {
    /// Finds errors in the rows. A predecessor that was new on the day of its row is invalid: its link is dropped.
    pub(super) fn check(&mut self) {
        let mut problems = mem::take(&mut self.problems);
        self.check_predecessors(&mut problems);
        self.drop_twins();
        self.check_circles(&mut problems);
        self.check_retired(&mut problems);
        self.problems = problems;
    }

    /// Reports rows of all tables about codes that never existed: they are in neither release, and have no replacement.
    pub(super) fn check_currents(&mut self, editions: &[&Release]) {
        let named = Named::of(self.tables);
        let rows = self.tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)));
        for (table, row) in rows {
            let late = self.new.effective().is_some_and(|day| row.effective > day);
            let is_in = |release: &Release| release.find(&row.current).is_some();
            if late || [self.old, self.new].into_iter().chain(editions.iter().copied()).any(is_in) {
                continue;
            }
            if !named.has(&row.current) {
                self.problems.add(ProblemCode::UnknownCurrent, || {
                    let display = (self.old.set.display)(&row.current);
                    let (old, new) = (name(self.old, "OLD"), name(self.new, "NEW"));
                    let fact = format!("{display} is in neither {old} nor {new}, and no row replaces it");
                    Problem::new(ProblemCode::UnknownCurrent, place(table, row), fact)
                });
            }
        }
    }

    /// Reports predecessors that were not billable codes, neither in OLD nor by a row of an earlier day.
    fn check_predecessors(&self, problems: &mut Problems) {
        for (code, links) in &self.successors {
            // A code that was deleted and is not in OLD was added and deleted in between, or deleted before.
            for link in links.iter().filter(|link| !link.is_deletion() && !self.was_valid(code, link)) {
                let RowSource::Row(table, row) = link.row_source else { continue };
                // Rows of earlier steps name codes that were deleted before OLD; only NEW's own codes are checked.
                if self.new.find_billable(&row.current).is_none() {
                    continue;
                }
                let display = self.old.set.display;
                let old = name(self.old, "OLD");
                let (problem, what) = if self.predecessors.contains_key(code) {
                    let what = format!("which was not a code before {} either", row.effective);
                    (ProblemCode::UnknownPredecessor, what)
                } else if self.old.find(code).is_some() {
                    let what = format!("which was a header in {old}, not a billable code");
                    (ProblemCode::HeaderPredecessor, what)
                } else {
                    (ProblemCode::UnknownPredecessor, format!("which was not a code in {old}"))
                };
                problems.add(problem, || {
                    let (current, code) = (display(&row.current), display(code));
                    let fact = format!("{current} has the predecessor {code}, {what}");
                    Problem::new(problem, place(table, row), fact)
                        .hint("ignore this predecessor: it is an error of the publisher")
                });
            }
        }
    }

    /// Returns whether a predecessor was billable before its row: in OLD, or by a row of an earlier day.
    fn was_valid(&self, code: &str, link: &Link<'_>) -> bool {
        let RowSource::Row(_, row) = link.row_source else { return true };
        let born = |link: &Link<'_>| matches!(link.row_source, RowSource::Row(_, birth) if birth.effective < row.effective);
        self.old.find_billable(code).is_some()
            || self.predecessors.get(code).is_some_and(|links| links.iter().any(born))
    }

    /// Drops links from a predecessor that became valid on the same day, because that code is new itself.
    fn drop_twins(&mut self) {
        let mut twins = BTreeSet::new();
        for (code, links) in self.successors.iter().filter(|(code, _)| self.predecessors.contains_key(*code))
        {
            for link in links.iter().filter(|link| !link.is_deletion() && !self.was_valid(code, link)) {
                twins.insert((code.clone(), link.code.clone()));
            }
        }
        for (code, current) in twins {
            if let Some(links) = self.successors.get_mut(&code) {
                links.retain(|link| link.code != current);
            }
            if let Some(links) = self.predecessors.get_mut(&current) {
                links.retain(|link| link.code != code);
            }
        }
    }

    /// Reports rows that form a cycle: walks follow each code once, so a cycle leads to no code.
    fn check_circles(&self, problems: &mut Problems) {
        let mut done = BTreeSet::new();
        let mut circles: Vec<Vec<&str>> = Vec::new();
        for code in self.successors.keys() {
            self.circle_from(code, &mut Vec::new(), &mut done, &mut circles);
        }
        for circle in circles {
            problems.add(ProblemCode::Circle, || {
                let display = self.old.set.display;
                let way: Vec<_> = circle.iter().map(|code| display(code)).collect();
                let fact = match circle.first() == circle.last() {
                    true => format!("{}: the rows form a cycle", way.join(" -> ")),
                    false => {
                        format!(
                            "the rows from {} are not followed: the path is longer than {LONGEST_PATH} rows",
                            way[0]
                        )
                    }
                };
                let table = self.tables.first().map_or_else(Place::default, |table| Place::file(&table.name));
                Problem::new(ProblemCode::Circle, table, fact)
            });
        }
    }

    fn circle_from<'s>(
        &'s self,
        code: &'s str,
        way: &mut Vec<&'s str>,
        done: &mut BTreeSet<&'s str>,
        circles: &mut Vec<Vec<&'s str>>,
    ) {
        if let Some(start) = way.iter().position(|earlier| *earlier == code) {
            circles.push(way[start..].iter().copied().chain([code]).collect());
            return;
        }
        if !done.insert(code) {
            return;
        }
        if way.len() == LONGEST_PATH {
            circles.push(way.clone());
            return;
        }
        way.push(code);
        for link in self.successors.get(code).into_iter().flatten() {
            if self.new.find_billable(&link.code).is_none() {
                self.circle_from(&link.code, way, done, circles);
            }
        }
        way.pop();
    }

    /// Reports codes that have no replacement according to one row, but have one according to another.
    fn check_retired(&self, problems: &mut Problems) {
        for table in self.tables {
            for retired in &table.retired {
                let rows = self.successors.get(&retired.code).into_iter().flatten();
                let of_that_day = |link: &&Link<'_>| matches!(link.row_source, RowSource::Row(_, row) if row.effective == retired.effective);
                let Some(link) = rows.into_iter().find(of_that_day) else { continue };
                problems.add(ProblemCode::Contradiction, || {
                    let display = self.old.set.display;
                    let (code, other) = (display(&retired.code), display(&link.code));
                    let fact = format!(
                        "row {} says that nothing replaces {code}, but another row names {other}",
                        retired.row
                    );
                    Problem::new(ProblemCode::Contradiction, Place::file(&table.name), fact)
                        .hint("only the row that names a successor is used")
                });
            }
        }
    }
}

/// The codes and ranges that rows name as predecessors.
struct Named<'a> {
    codes: BTreeSet<&'a str>,
    others: Vec<&'a Operand>,
}

impl<'a> Named<'a> {
    fn of(tables: &'a [ConversionTable]) -> Self {
        let operands = tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row.previous.operands);
        let mut named = Self { codes: BTreeSet::new(), others: Vec::new() };
        for operand in operands {
            match operand {
                Operand::Code(code) => drop(named.codes.insert(code)),
                other => named.others.push(other),
            }
        }
        named
    }

    /// Returns whether a row names a code, by itself or in a range; codes in neither release are ordered
    /// alphabetically.
    fn has(&self, code: &str) -> bool {
        let within = |first: &str, last: &str| code >= first && (code <= last || code.starts_with(last));
        self.codes.contains(code)
            || self.others.iter().any(|operand| match operand {
                Operand::Code(named) => named == code,
                Operand::Below(header) | Operand::ACodeFrom(header) => code.starts_with(header.as_str()),
                Operand::Range { first, last }
                | Operand::InCategories { first, last }
                | Operand::FromCategories { first, last } => within(first, last),
            })
    }
}

/// Returns the edition of a release, or its role where the edition is not known.
fn name(release: &Release, role: &str) -> String {
    if release.edition.is_some() { release.id() } else { role.to_owned() }
}

fn place(table: &ConversionTable, row: &ConversionRow) -> Place {
    if row.place == Place::default() { Place::file(&table.name) } else { row.place.clone() }
}
