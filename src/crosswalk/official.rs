//! The publisher's own statements: rows of conversion tables between two releases.
//!
//! Invariant: the codes decide which rows belong to a step, the edition of a table only leaves rows out. A row counts
//! if its current code was not billable in OLD and leads to one that is in NEW.
//!
//! Invariant: a row about a deleted code counts if NEW does not have that code, even if its successor already existed
//! in OLD; such a successor has a broader meaning than the code it replaces.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::cross_references::CrossReferences;
use super::follow::Found;
use super::link::{Link, RowSource};
use super::notes;
use super::path::{Course, Path, Step};
use super::{Direction, Elsewhere, Target};
use crate::diff::{transition_changes, transition_fits};
use crate::model::{
    ConversionRow, ConversionTable, Entry, Operand, Place, Problem, ProblemCode, Problems, Release, Subject,
    Transition, TransitionRow,
};

/// Maximum number of rows to follow from a code: the longest path of the official tables has three, in ten years.
pub(super) const LONGEST_PATH: usize = 64;

/// Maximum days from one yearly edition to the next.
pub(super) const DAYS_OF_A_YEAR: i32 = 366;

/// The rows between OLD and NEW, by predecessor and by current code.
#[derive(Debug)]
pub(super) struct Official<'a> {
    pub(super) tables: &'a [ConversionTable],
    transitions: &'a [Transition],
    /// Codes that still exist and now have another meaning, by a transition table.
    reused: BTreeSet<&'a str>,
    /// Rows of transition tables in which a code has no counterpart.
    alone: Vec<(&'a Transition, &'a TransitionRow)>,
    /// Rows that name a code as a predecessor: the link's code is the current one.
    pub(super) successors: BTreeMap<String, Vec<Link<'a>>>,
    /// Rows of a current code: the link's code is the predecessor.
    pub(super) predecessors: BTreeMap<String, Vec<Link<'a>>>,
    references: CrossReferences<'a>,
    pub(super) old: &'a Release,
    pub(super) new: &'a Release,
    /// Editions between OLD and NEW, in the order of their days.
    pub(super) between: Vec<&'a Release>,
    /// The day of the first row of each current code.
    born: BTreeMap<&'a str, Date>,
    /// Rows that name whole categories, by their current codes.
    of_categories: BTreeMap<&'a str, Vec<(&'a ConversionTable, &'a ConversionRow)>>,
    pub(super) problems: Problems,
}

impl<'a> Official<'a> {
    /// Takes the rows of NEW's tables that lie between the releases, with the editions in between as far as they are known.
    pub(super) fn new(old: &'a Release, new: &'a Release, between: Vec<&'a Release>) -> Self {
        let mut official = Self::with_tables(old, new, between, new);
        official.check_transitions();
        official
    }

    /// Takes the rows of the tables of `holder` that lie between the releases: those about a code that was not billable
    /// in OLD and that take effect no later than NEW. Where the editions are not known the codes alone decide. A
    /// predecessor that was never valid before its row is reported, and not followed.
    pub(super) fn with_tables(
        old: &'a Release,
        new: &'a Release,
        between: Vec<&'a Release>,
        holder: &'a Release,
    ) -> Self {
        let tables = &holder.companions.conversion_tables[..];
        let mut official = Self {
            transitions: &holder.companions.transitions,
            reused: BTreeSet::new(),
            alone: Vec::new(),
            between,
            born: BTreeMap::new(),
            of_categories: BTreeMap::new(),
            tables,
            successors: BTreeMap::new(),
            predecessors: BTreeMap::new(),
            references: CrossReferences::default(),
            old,
            new,
            problems: Problems::default(),
        };
        let rows = || tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)));
        for (table, row) in rows().filter(|(_, row)| row.subject == Subject::Current) {
            let born = official.born.entry(&row.current).or_insert(row.effective);
            *born = row.effective.min(*born);
            if row.previous.operands.iter().any(|operand| !operand.names_codes()) {
                official.of_categories.entry(&row.current).or_default().push((table, row));
            }
        }
        for (table, row) in rows().filter(|(_, row)| is_between(row, old, new)) {
            official.link(table, row);
        }
        official.check();
        official.link_references();
        official.link_transitions();
        official.link_notes();
        official.link_moved();
        official
    }

    /// Returns the publisher's statements about a code without a replacement.
    fn retired(&self, code: &str) -> impl Iterator<Item = Path> {
        let rows = self.tables.iter().flat_map(|table| &table.retired);
        let source = (self.new.set.display)(code);
        rows.filter(move |retired| retired.code == code).map(move |retired| {
            let course = Course::NoReplacement { row: retired.row, effective: retired.effective };
            Path { source: source.clone(), course }
        })
    }

    fn link(&mut self, table: &'a ConversionTable, row: &'a ConversionRow) {
        let alternatives = if row.previous.is_list_with_and() && self.is_combined(&row.current) {
            vec![row.previous.operands.iter().collect()]
        } else {
            row.previous.alternatives()
        };
        for alternative in alternatives {
            let codes: Vec<Vec<String>> =
                alternative.iter().map(|operand| self.codes(operand, row.effective)).collect();
            for (place, codes_here) in codes.iter().enumerate() {
                // A whole category named together with a code would be hundreds of codes: it is not named.
                let others = codes.iter().enumerate().filter(|(other, _)| *other != place);
                let with: Vec<String> = others
                    .filter(|(_, codes)| codes.len() == 1)
                    .flat_map(|(_, codes)| codes.clone())
                    .collect();
                let link = |code: &str| Link {
                    row_source: RowSource::Row(table, row),
                    code: code.to_owned(),
                    with: with.clone(),
                };
                for code in codes_here {
                    self.successors.entry(code.clone()).or_default().push(link(&row.current));
                    self.predecessors.entry(row.current.clone()).or_default().push(link(code));
                }
                // One code of these categories as well. Only what ended needs to know.
                for code in self.lost_in_categories(alternative[place], row.effective) {
                    self.successors.entry(code).or_default().push(link(&row.current));
                }
            }
        }
    }

    /// Returns whether a code covers both sides, or several sites together: the codes that a list names before it were
    /// assigned together.
    fn is_combined(&self, code: &str) -> bool {
        let text = self.new.find(code).map(|entry| entry.long().to_lowercase()).unwrap_or_default();
        text.split(|char: char| !char.is_alphanumeric()).any(|word| matches!(word, "bilateral" | "both"))
    }

    /// Returns the codes of whole categories that an operand names, if they are no longer valid in NEW.
    fn lost_in_categories(&self, operand: &Operand, day: Date) -> Vec<String> {
        if operand.names_codes() {
            return Vec::new();
        }
        let named = self.edition_before(day).billable_in(operand).into_iter().map(Entry::code);
        named.filter(|code| self.new.find_billable(code).is_none()).map(str::to_owned).collect()
    }

    /// Returns the last known edition before a day.
    fn edition_before(&self, day: Date) -> &'a Release {
        let is_before = |release: &&&Release| release.effective().is_some_and(|effective| effective < day);
        self.between.iter().rev().find(is_before).copied().unwrap_or(self.old)
    }

    /// Returns the rows of a current code that name whole categories: one of their codes was assigned as well.
    pub(super) fn categories_before(&self, code: &str) -> Vec<Path> {
        let source = (self.new.set.display)(code);
        let rows = self.of_categories.get(code).into_iter().flatten();
        rows.map(|(table, row)| {
            let (named, table) = (row.previous.to_string(), table.name.clone());
            let course = Course::Categories { named, table, row: row.row, effective: row.effective };
            Path { source: source.clone(), course }
        })
        .chain(self.without_counterpart(code, Direction::Reverse))
        .collect()
    }

    /// Returns the codes that rows are about, each with the day of its first row.
    pub(super) fn new_codes(&self) -> impl Iterator<Item = (&str, Date)> {
        self.born.iter().map(|(code, day)| (*code, *day))
    }

    /// Returns the codes from which rows lead away, with the days of the rows. A row of whole categories does not give
    /// the day on which any of their codes ended.
    pub(super) fn left_by_rows(&self) -> impl Iterator<Item = (&str, Date)> {
        self.successors.iter().flat_map(|(code, links)| {
            let rows = links.iter().filter_map(|link| match link.row_source {
                RowSource::Row(_, row) if row.previous.operands.iter().any(Operand::names_codes) => Some(row),
                _ => None,
            });
            rows.map(move |row| (code.as_str(), row.effective))
        })
    }

    /// Links the deleted codes of NEW to the replacements in their own records.
    fn link_references(&mut self) {
        self.references = CrossReferences::new(self.new);
        self.references.report(self.old, self.new, &mut self.problems);
        for (dead, link) in self.references.links() {
            let back = Link { code: dead.to_owned(), ..link.clone() };
            self.predecessors.entry(link.code.clone()).or_default().push(back);
            self.successors.entry(dead.to_owned()).or_default().push(link.clone());
        }
    }

    /// Links the codes of transition tables; a code that stays the same needs no link.
    fn link_transitions(&mut self) {
        for table in self.transitions {
            let kept = table.kept();
            let alone = table.rows.iter().filter(|row| row.old.is_none() || row.new.is_none());
            self.alone.extend(alone.map(|row| (table, row)));
            for (row, before, after) in transition_changes(table, self.old, self.new) {
                if !kept.contains(before) && self.new.find_billable(before).is_some() {
                    self.reused.insert(before);
                }
                let row_source = RowSource::Transition(table, row);
                let link = |code: &str| Link { row_source, code: code.to_owned(), with: Vec::new() };
                self.successors.entry(before.to_owned()).or_default().push(link(after));
                self.predecessors.entry(after.to_owned()).or_default().push(link(before));
            }
        }
    }

    /// Reports transition tables of other steps.
    fn check_transitions(&mut self) {
        for table in self.transitions {
            if !table.rows.is_empty() && !transition_fits(table, self.old, self.new) {
                self.problems.add(ProblemCode::OtherStep, || {
                    let fact = format!(
                        "some of its codes are not billable in {} or {}; its rows for codes that are in both were \
                         not used",
                        self.old.id(),
                        self.new.id()
                    );
                    Problem::new(ProblemCode::OtherStep, Place::file(&table.name), fact)
                        .hint("to use those rows, compare the two editions that the table is for")
                });
            }
        }
    }

    /// Returns whether the publisher lets a code be replaced automatically by the targets that its transition table
    /// names for it; `None` if the table does not name all of them, or has no marks.
    pub(super) fn is_automatic(
        &self,
        source: &str,
        targets: &[Target<'_>],
        direction: Direction,
    ) -> Option<bool> {
        let [first, rest @ ..] = targets else { return None };
        let row = |target: &Target<'_>| match direction {
            Direction::Forward => self.transition(source, target.entry.code()),
            Direction::Reverse => self.transition(target.entry.code(), source),
        };
        let row_of_first = row(first)?;
        if rest.iter().any(|target| row(target).is_none()) {
            return None;
        }
        let is_marked = match direction {
            Direction::Forward => row_of_first.forward,
            Direction::Reverse => row_of_first.backward,
        }?;
        Some(rest.is_empty() && is_marked)
    }

    /// Returns whether a transition table allows automatic replacement between two codes in both directions.
    pub(super) fn is_automatic_in_both_directions(&self, before: &str, after: &str) -> bool {
        self.transition(before, after).is_some_and(TransitionRow::is_automatic_in_both_directions)
    }

    /// Returns the row of a transition table that leads from one code to another.
    fn transition(&self, before: &str, after: &str) -> Option<&'a TransitionRow> {
        let links = self.successors.get(before).into_iter().flatten();
        let mut rows = links.filter(|link| link.code == after).filter_map(|link| match link.row_source {
            RowSource::Transition(_, row) => Some(row),
            _ => None,
        });
        rows.next()
    }

    /// Returns whether a transition table states that a code that still exists now has another meaning.
    pub(super) fn is_reused(&self, code: &str) -> bool {
        self.reused.contains(code)
    }

    /// Returns the rows of transition tables in which a code has no counterpart.
    fn without_counterpart(&self, code: &str, direction: Direction) -> impl Iterator<Item = Path> {
        let source = (self.new.set.display)(code);
        let is_about = move |row: &TransitionRow| {
            let own = match direction {
                Direction::Forward => &row.old,
                Direction::Reverse => &row.new,
            };
            own.as_deref() == Some(code)
        };
        self.alone.iter().filter(move |(_, row)| is_about(row)).map(move |(table, row)| {
            let course = Course::NoCounterpart { table: table.name.clone(), row: row.row, direction };
            Path { source: source.clone(), course }
        })
    }

    /// Links the deleted codes to the replacements in the notes of OLD.
    fn link_notes(&mut self) {
        if !self.new.set.has_notes_on_successors {
            return;
        }
        for old in self.old.entries() {
            // A record that is kept after the code ended names it itself.
            let (gone, row_source) = match self.new.find(old.code()) {
                None => (old, RowSource::Note),
                Some(ended) if ended.is_ended_code() => (ended, RowSource::Entry(ended)),
                Some(_) => continue,
            };
            for code in notes::named(gone, self.new) {
                let link = |code: &str| Link { row_source, code: code.to_owned(), with: Vec::new() };
                self.successors.entry(gone.code().to_owned()).or_default().push(link(code));
                self.predecessors.entry(code.to_owned()).or_default().push(link(gone.code()));
            }
        }
    }

    /// Returns the codes of other sets that the publisher names on the paths from a code.
    pub(super) fn elsewhere(&self, code: &str) -> Vec<Elsewhere<'a>> {
        self.references.elsewhere(code, self.new)
    }

    /// Links the deleted codes to the codes that NEW has for the same entities.
    fn link_moved(&mut self) {
        let Some(identity) = self.new.set.identity else { return };
        let by_identity: BTreeMap<&str, Entry<'a>> = self
            .new
            .entries()
            .filter(|entry| entry.is_billable())
            .filter_map(|entry| Some((entry.property(identity)?, entry)))
            .collect();
        for gone in self.old.entries().filter(|entry| self.new.find(entry.code()).is_none()) {
            let moved = gone.property(identity).and_then(|identity| by_identity.get(identity));
            let Some(moved) = moved.map(|moved| moved.code()) else { continue };
            let link = |code: &str| Link {
                row_source: RowSource::Identity,
                code: code.to_owned(),
                with: Vec::new(),
            };
            self.successors.entry(gone.code().to_owned()).or_default().push(link(moved));
            self.predecessors.entry(moved.to_owned()).or_default().push(link(gone.code()));
        }
    }

    /// Returns what the publisher states on the paths from a code that cannot be followed.
    pub(super) fn not_followed(&self, code: &str) -> Vec<Path> {
        let mut paths = self.references.not_followed(code, self.new.set);
        paths.extend(self.retired(code));
        paths.extend(self.without_counterpart(code, Direction::Forward));
        paths
    }

    /// Returns the codes that an operand of a row means: a single code itself, since it may have been added after OLD;
    /// for a range, those of the last edition before the day of the row.
    ///
    /// If that edition is older than a year, codes may have ended after it and before the row. Then a range in which codes
    /// stay valid is about these alone: a row that takes a part of each does not apply to a code that had already ended.
    fn codes(&self, operand: &Operand, day: Date) -> Vec<String> {
        if let Operand::Code(code) = operand {
            return vec![code.clone()];
        }
        if !operand.names_codes() {
            return Vec::new();
        }
        let before = self.edition_before(day);
        let is_next =
            before.effective().is_some_and(|effective| (day - effective).get_days() <= DAYS_OF_A_YEAR);
        let stays = |code: &str| self.new.find_billable(code).is_some();
        let mut codes: Vec<&str> = before.billable_in(operand).into_iter().map(Entry::code).collect();
        if !is_next && codes.iter().any(|code| stays(code)) {
            codes.retain(|code| stays(code));
        }
        // Codes added after that edition, by a row of an earlier day.
        let is_born = |code: &str| self.born.get(code).is_some_and(|born| *born < day);
        let new = self.new.billable_in(operand).into_iter().map(Entry::code);
        codes.extend(new.filter(|code| before.find_billable(code).is_none() && is_born(code)));
        codes.into_iter().map(str::to_owned).collect()
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.finish("")
    }

    /// Returns the codes that the rows lead to from a code of OLD: codes that are billable in NEW, also by later rows
    /// about such a code.
    pub(super) fn successors(&self, code: &str) -> Vec<Found> {
        let mut walk = Walk::new(self, true);
        walk.follow(code, None, &|code| self.successors.get(code), &|code| {
            self.new.find_billable(code).is_some()
        });
        walk.found
    }

    /// Returns the codes that the rows lead back to from a code of NEW: codes that were billable in OLD.
    pub(super) fn predecessors(&self, code: &str) -> Vec<Found> {
        let mut walk = Walk::new(self, false);
        walk.follow(code, None, &|code| self.predecessors.get(code), &|code| {
            self.old.find_billable(code).is_some()
        });
        walk.found
    }

    /// Returns whether a code of NEW replaces more than one code of OLD, itself included if it was valid.
    pub(super) fn has_other_predecessors(&self, code: &str) -> bool {
        distinct(&self.predecessors(code)) + usize::from(self.old.find_billable(code).is_some()) > 1
    }

    /// Returns whether more than one code of NEW comes from a code of OLD, itself included if it is still valid.
    pub(super) fn has_other_successors(&self, code: &str) -> bool {
        distinct(&self.successors(code)) + usize::from(self.new.find_billable(code).is_some()) > 1
    }
}

/// Follows rows from a code to its final codes, depth first. Each code is followed once from each day, so that neither
/// cycles nor many crossing rows keep it from finishing.
struct Walk<'s> {
    old: &'s Release,
    new: &'s Release,
    /// True if a final code is followed further by rows later than the one that led there.
    goes_on: bool,
    seen: BTreeSet<(String, Option<Date>)>,
    found: Vec<Found>,
    steps: Vec<Step>,
}

impl<'s> Walk<'s> {
    fn new(official: &'s Official<'_>, goes_on: bool) -> Self {
        let (old, new) = (official.old, official.new);
        Self { old, new, goes_on, seen: BTreeSet::new(), found: Vec::new(), steps: Vec::new() }
    }

    /// Follows the rows of a code: for a final code, those after a day.
    fn follow(
        &mut self,
        code: &str,
        after: Option<Date>,
        links: &dyn Fn(&str) -> Option<&'s Vec<Link<'s>>>,
        is_end: &dyn Fn(&str) -> bool,
    ) {
        if self.steps.len() == LONGEST_PATH || !self.seen.insert((code.to_owned(), after)) {
            return;
        }
        for link in links(code).into_iter().flatten() {
            let step = link.row_source.step(&link.code, self.old, self.new);
            let day = step.evidence.effective;
            if after.is_some_and(|after| day.is_none_or(|day| day <= after)) {
                continue;
            }
            self.steps.push(step);
            if is_end(&link.code) {
                self.found.push(Found {
                    code: link.code.clone(),
                    steps: self.steps.clone(),
                    with: link.with.clone(),
                });
                if self.goes_on && day.is_some() {
                    self.follow(&link.code, day, links, is_end);
                }
            } else {
                self.follow(&link.code, None, links, is_end);
            }
            self.steps.pop();
        }
    }
}

fn distinct(found: &[Found]) -> usize {
    let mut codes: Vec<&str> = found.iter().map(|found| found.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.len()
}

fn is_between(row: &ConversionRow, old: &Release, new: &Release) -> bool {
    if row.subject == Subject::Previous {
        return is_deletion_between(row, old, new);
    }
    let late = new.effective().is_some_and(|effective| row.effective > effective);
    old.find_billable(&row.current).is_none() && (!late || new.find_billable(&row.current).is_some())
}

/// Returns whether a row about a deleted code belongs to the step: the code is not in NEW, but was in OLD or in an
/// edition in between.
fn is_deletion_between(row: &ConversionRow, old: &Release, new: &Release) -> bool {
    let later = old.effective().is_none_or(|effective| row.effective > effective);
    row.previous.operands.iter().any(|operand| {
        let Operand::Code(code) = operand else { return false };
        new.find_billable(code).is_none() && (later || old.find_billable(code).is_some())
    })
}
