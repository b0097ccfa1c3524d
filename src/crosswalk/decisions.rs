//! Applies the user's decisions to a crosswalk. They outrank suggestions. An official target that they contradict remains
//! next to the accepted one, with a warning, unless it was rejected.
//!
//! Invariant: a decision never removes an official row without a report. If it names none of the official targets, both
//! remain and a problem says so; if it names some of them, the others are listed. A pair that is decided in two ways
//! counts in neither.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::conflicts;
use super::{
    Crosswalk, Direction, Disposition, Evidence, EvidenceKind, Mapping, Relationship, Status, Target,
};
use crate::base::{closed_list, counted};
use crate::diff::Diff;
use crate::fields::codebook::Codebook;
use crate::fields::notation;
use crate::model::{Decision, DecisionRow, DecisionTable, Place, Problem, ProblemCode, Release, hex};

closed_list! {
    /// The effect of a decision.
    pub enum Effect {
        /// The target is the one to use.
        Settled = "settled",
        /// The choice is limited to the targets of the decisions.
        Limited = "limited",
        /// A suggestion was removed.
        Removed = "removed",
        /// It contradicts an official row: an accepted target that the publisher does not name is listed with the official
        /// ones, and a rejected official target is removed.
        ContradictsOfficial = "contradicts-official",
        /// It had no effect.
        Nothing = "nothing",
    }
}

impl Effect {
    /// Returns the word with blanks, for people.
    pub fn label(self) -> String {
        self.word().replace('-', " ")
    }
}

/// A decision and its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The table.
    pub table: String,
    /// The decision, its codes as files hold them.
    pub row: DecisionRow,
    /// Its effect.
    pub effect: Effect,
    /// The targets, in display form, that are no longer proposed because of it.
    pub left_out: Vec<String>,
}

/// A decision with the table it comes from; for a workbook, with the sheet as well.
type Row = (String, DecisionRow);

/// The decisions of a team about the codes between two releases, without those that contradict each other and those
/// that were made for other releases.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Decisions {
    tables: Vec<DecisionTable>,
    /// Codes, as they appear in files, that several people decided differently: none of these decisions counts.
    pub conflicts: BTreeSet<String>,
    /// Open questions: rows with [`Decision::Ask`].
    pub asked: Vec<DecisionRow>,
    /// The problems of the tables, and each decision that does not count.
    pub problems: Vec<Problem>,
}

impl Decisions {
    /// Checks the decisions of some tables about the codes between OLD and NEW. From here on their codes are written as files
    /// hold them.
    pub fn new(old: &Release, new: &Release, mut tables: Vec<DecisionTable>) -> Self {
        let mut problems: Vec<Problem> = tables.iter().flat_map(|table| table.problems.clone()).collect();
        let digest = releases_digest(old, new);
        let mut asked = Vec::new();
        normalize(old, new, &mut tables);
        for table in &mut tables {
            let is_for_others = |row: &DecisionRow| row.releases.as_ref().is_some_and(|made| *made != digest);
            if let Some(first) = table.rows.iter().find(|row| is_for_others(row)) {
                let count = table.rows.iter().filter(|row| is_for_others(row)).count() as u64;
                let decisions = counted(count, "decision was", "decisions were");
                let fact = format!("{decisions} made for other files than {} and {}", old.id(), new.id());
                let other = problem(ProblemCode::DecisionUnused, &first.place, fact);
                problems.push(other.hint("review these codes again on a page for the present releases"));
            }
            table.rows.retain(|row| !is_for_others(row));
            let is_open = |row: &DecisionRow| row.verdict == Decision::Ask;
            asked.extend(table.rows.iter().filter(|row| is_open(row)).cloned());
            table.rows.retain(|row| !is_open(row));
        }
        let (conflicts, found) = conflicts::take_out(new.set, &mut tables);
        problems.extend(found);
        Self { tables, conflicts, asked, problems }
    }

    /// Keeps only the rows for which `keep` returns true.
    pub fn retain(&mut self, mut keep: impl FnMut(&DecisionRow) -> bool) {
        self.tables.iter_mut().for_each(|table| table.rows.retain(&mut keep));
    }

    /// Returns the decisions that count, each with the name of its table.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &DecisionRow)> {
        self.tables.iter().flat_map(|table| table.rows.iter().map(|row| (table.name.as_str(), row)))
    }

    /// Returns whether there is no table.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
}

/// Writes the codes of decisions as files hold them.
fn normalize(old: &Release, new: &Release, tables: &mut [DecisionTable]) {
    let mut rows = tables.iter_mut().flat_map(|table| &mut table.rows).peekable();
    if rows.peek().is_none() {
        return;
    }
    let set = new.set;
    let book = Codebook::of_releases(set, [old, new].into_iter());
    let normalized = |text: &str| match notation::single_code(&book, text) {
        Some(code) => code.to_owned(),
        None => (set.normalize)(text).unwrap_or_else(|| text.to_owned()),
    };
    for row in rows {
        row.source = normalized(&row.source);
        row.target = row.target.as_deref().map(normalized);
    }
}

/// Returns a digest of the codes of two releases: the first 16 hexadecimal digits of the SHA-256 of the checksums of the
/// files that hold them. It is the same whether they are in an archive or unpacked, and whatever tables were passed with
/// them. Review pages write it into the decisions that they save.
pub fn releases_digest(old: &Release, new: &Release) -> String {
    let mut hash = Sha256::new();
    for release in [old, new] {
        let of_codes = release.sources.iter().find(|source| source.name == release.file);
        hash.update(of_codes.map_or(&release.file, |source| &source.sha256));
    }
    hex(&hash.finalize()[..8])
}

/// Applies decisions to the mappings.
pub(super) fn apply(diff: &Diff<'_>, decisions: &Decisions, crosswalk: &mut Crosswalk<'_>) {
    crosswalk.problems.extend(decisions.problems.iter().cloned());
    let tables = &decisions.tables;
    if tables.is_empty() {
        return;
    }
    if crosswalk.direction == Direction::Reverse {
        let fact = "decisions are about successors: they were not used for predecessors";
        crosswalk.problems.push(problem(ProblemCode::DecisionUnused, &Place::file(&tables[0].name), fact));
        return;
    }
    for (code, rows) in by_source(tables) {
        match crosswalk.mappings.iter_mut().find(|mapping| mapping.source.code() == code) {
            Some(mapping) if mapping.status != Status::Unchanged => {
                let undecided = Box::new(mapping.clone());
                let outcome = decide(mapping, &rows, crosswalk.new);
                mapping.undecided = Some(undecided);
                crosswalk.decided.extend(outcome.decided);
                crosswalk.problems.extend(outcome.problems);
            }
            _ if is_source(diff, &code) => {}
            _ => crosswalk.problems.extend(rows.iter().map(|row| no_source(diff, row))),
        }
    }
}

/// Returns the decisions by source, in the order of sources, then of the tables.
fn by_source(tables: &[DecisionTable]) -> BTreeMap<String, Vec<Row>> {
    let mut sources: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for (table, row) in tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row))) {
        // A row of a workbook is found by its sheet.
        let name = match &row.place.sheet {
            Some(sheet) => format!("{}:{sheet}", table.name),
            None => table.name.clone(),
        };
        sources.entry(row.source.clone()).or_default().push((name, row.clone()));
    }
    sources
}

/// Returns whether a code lost validity or was narrowed: it may then be a source even if it was not requested.
fn is_source(diff: &Diff<'_>, code: &str) -> bool {
    diff.changes.iter().any(|change| change.kind.needs_successor() && change.entry().code() == code)
}

fn no_source(diff: &Diff<'_>, (_, row): &Row) -> Problem {
    let display = (diff.new.set.display)(&row.source);
    let fact = match diff.old.find_billable(&row.source) {
        Some(_) => format!("{display} is as valid in NEW as in OLD: there is nothing to decide"),
        None => format!("{display} is not a billable code of OLD"),
    };
    problem(ProblemCode::DecisionUnused, &row.place, fact)
}

fn problem(code: ProblemCode, place: &Place, fact: impl Into<String>) -> Problem {
    Problem::new(code, place.clone(), fact)
}

/// The effects of the decisions about one source.
#[derive(Default)]
struct Outcome {
    decided: Vec<Decided>,
    problems: Vec<Problem>,
}

fn decide<'a>(mapping: &mut Mapping<'a>, rows: &[Row], new: &'a Release) -> Outcome {
    let mut outcome = Outcome::default();
    // A narrowed code stays valid whatever the decision, so a row that states this has no effect.
    let says_it_stays =
        |row: &&Row| mapping.is_narrowed() && row.1.target.as_deref() == Some(row.1.source.as_str());
    let (stays, rows): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(says_it_stays);
    for row in stays {
        outcome.decided(row, Effect::Nothing, Vec::new());
    }
    let names_elsewhere = |row: &&Row| {
        let code = row.1.target.as_deref();
        mapping.elsewhere.iter().any(|other| Some(other.code) == code)
    };
    let (elsewhere, rows): (Vec<&Row>, Vec<&Row>) = rows.into_iter().partition(names_elsewhere);
    outcome.decide_elsewhere(mapping, &elsewhere);
    let rows: Vec<&Row> = rows.into_iter().filter(|row| outcome.is_usable(row, new)).collect();
    for row in rows.iter().filter(|(_, row)| row.verdict == Decision::Reject) {
        outcome.reject(mapping, row);
    }
    let taken: Vec<&Row> = rows.into_iter().filter(|(_, row)| row.verdict != Decision::Reject).collect();
    if !taken.is_empty() {
        outcome.take(mapping, &taken, new);
    } else if outcome.decided.iter().any(|decided| decided.row.verdict == Decision::Reject) {
        settle(mapping, None);
    }
    outcome
}

impl Outcome {
    /// Returns whether a decision can be followed: the code it accepts is billable in NEW.
    fn is_usable(&mut self, (_, row): &Row, new: &Release) -> bool {
        let Some(target) = row.target.as_deref().filter(|_| row.verdict != Decision::Reject) else {
            return true;
        };
        let usable = new.find_billable(target).is_some();
        if !usable {
            let display = new.set.display;
            let what =
                if new.find(target).is_some() { "is not billable in NEW" } else { "is not a code of NEW" };
            let fact = format!("{} for {}: {what}", display(target), display(&row.source));
            self.problems.push(problem(ProblemCode::DecisionTarget, &row.place, fact));
        }
        usable
    }

    fn decided(&mut self, (table, row): &Row, effect: Effect, left_out: Vec<String>) {
        self.decided.push(Decided { table: table.clone(), row: row.clone(), effect, left_out });
    }

    /// Adds or removes codes of other sets. They remain targets to enter by hand: no list is changed to them here.
    fn decide_elsewhere(&mut self, mapping: &mut Mapping<'_>, rows: &[&Row]) {
        let rejects = |row: &Row| row.1.verdict == Decision::Reject;
        let are_taken = rows.iter().any(|row| !rejects(row));
        let stays = |code: &str| {
            let mut about = rows.iter().filter(|row| row.1.target.as_deref() == Some(code)).peekable();
            if about.peek().is_some() { about.all(|row| !rejects(row)) } else { !are_taken }
        };
        let lost: Vec<String> = mapping
            .elsewhere
            .iter()
            .map(|other| other.code)
            .filter(|code| !stays(code))
            .map(str::to_owned)
            .collect();
        mapping.elsewhere.retain(|other| stays(other.code));
        for row in rows {
            let effect = if rejects(row) { Effect::ContradictsOfficial } else { Effect::Limited };
            self.decided(row, effect, lost.clone());
            let (source, place) = (row.0.clone(), Some(row.1.row));
            let evidence = Evidence { kind: EvidenceKind::Reviewed, source, row: place, effective: None };
            let taken =
                mapping.elsewhere.iter_mut().filter(|other| row.1.target.as_deref() == Some(other.code));
            taken.for_each(|other| other.evidence.push(evidence.clone()));
        }
        if !rows.is_empty() {
            mapping.judge();
        }
    }

    /// Removes a target, or all of them. Official targets are listed as rejected.
    fn reject(&mut self, mapping: &mut Mapping<'_>, row: &Row) {
        let means =
            |target: &Target<'_>| row.1.target.as_deref().is_none_or(|code| code == target.entry.code());
        let was_official = mapping.targets.iter().any(|target| means(target) && is_official(target));
        let left_out = displays(mapping, means);
        mapping.targets.retain(|target| !means(target));
        let effect = match (was_official, left_out.is_empty()) {
            (true, _) => Effect::ContradictsOfficial,
            (false, false) => Effect::Removed,
            (false, true) => Effect::Nothing,
        };
        self.decided(row, effect, left_out);
    }

    /// Sets the targets to those of the decisions. If none of them is official, and there are official ones, both remain.
    fn take<'a>(&mut self, mapping: &mut Mapping<'a>, rows: &[&Row], new: &'a Release) {
        let code = |row: &Row| row.1.target.clone().unwrap_or_default();
        let wanted = |target: &Target<'_>| rows.iter().any(|row| code(row) == target.entry.code());
        let agrees = mapping.targets.iter().any(|target| wanted(target) && is_official(target));
        let names_another = mapping.targets.iter().any(is_official) || !mapping.elsewhere.is_empty();
        let contradicts = !agrees && names_another;
        let stays = |target: &Target<'_>| wanted(target) || (contradicts && is_official(target));
        let left_out = displays(mapping, |target| !stays(target));
        let mut official = displays(mapping, |target| !wanted(target) && is_official(target));
        official.extend(mapping.elsewhere.iter().map(|other| other.code.to_owned()));
        mapping.targets.retain(stays);
        rows.iter().for_each(|row| review(mapping, row, new));
        if contradicts {
            self.say_of_official(rows, &official, new);
        }
        let accepted: Vec<_> = rows.iter().filter(|(_, row)| row.verdict == Decision::Accept).collect();
        // Only part of a narrowed code moved to the new one: it is never replaced automatically.
        let settled = accepted.len() == 1 && rows.len() == 1 && !contradicts && !mapping.is_narrowed();
        let effect = match () {
            () if contradicts => Effect::ContradictsOfficial,
            () if settled => Effect::Settled,
            () => Effect::Limited,
        };
        for row in rows {
            self.decided(row, effect, left_out.clone());
        }
        settle(mapping, Some(settled));
    }

    fn say_of_official(&mut self, rows: &[&Row], official: &[String], new: &Release) {
        let Some((_, row)) = rows.first() else { return };
        let (source, official) = ((new.set.display)(&row.source), official.join(", "));
        let fact =
            format!("{source} is decided otherwise than in the official table, which names {official}");
        let contradiction = problem(ProblemCode::DecisionContradiction, &row.place, fact);
        self.problems.push(contradiction.hint("both are shown, and the code needs review"));
    }
}

fn is_official(target: &Target<'_>) -> bool {
    target.evidence.iter().any(|evidence| evidence.kind.is_fact())
}

fn displays(mapping: &Mapping<'_>, is: impl Fn(&Target<'_>) -> bool) -> Vec<String> {
    mapping.targets.iter().filter(|target| is(target)).map(|target| target.entry.display()).collect()
}

/// Adds the decision to the evidence of its target, which is added if it was not a target.
fn review<'a>(mapping: &mut Mapping<'a>, (table, row): &Row, new: &'a Release) {
    let Some(entry) = row.target.as_deref().and_then(|code| new.find_billable(code)) else { return };
    let evidence =
        Evidence { kind: EvidenceKind::Reviewed, source: table.clone(), row: Some(row.row), effective: None };
    if let Some(target) = mapping.targets.iter_mut().find(|target| target.entry.code() == entry.code()) {
        target.evidence.push(evidence);
        target.evidence.sort();
        return;
    }
    // A decision does not state how the two are related.
    let relationship = Relationship::RelatedTo;
    mapping.targets.push(Target { entry, relationship, evidence: vec![evidence], with: Vec::new() });
    mapping.targets.sort_by_key(|target| target.entry.order());
}

/// Updates the disposition of a mapping: `settled` is whether one target was accepted, `None` if no target was.
fn settle(mapping: &mut Mapping<'_>, settled: Option<bool>) {
    mapping.judge();
    match settled {
        Some(true) => mapping.decision = Disposition::Automatic,
        Some(false) => mapping.decision = Disposition::Choose,
        None => {}
    }
    let targets = &mapping.targets;
    mapping.paths.retain(|path| targets.iter().any(|target| path.leads_to(target.entry.code())));
}
