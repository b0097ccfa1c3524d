//! The paths from the codes of one release to those of the other, and the resulting mapping of each code.

use super::candidates::Candidates;
use super::days::Days;
use super::follow::{self, Found};
use super::official::Official;
use super::via::Steps;
use super::{Cardinality, Direction, Disposition, EvidenceKind, Mapping, Relationship, Status, Target};
use crate::base::on_all_cores;
use crate::diff::{Change, Diff, Kind, Wording};
use crate::model::{Entry, Level, Place, Problem, ProblemCode, Release, TextKind};

/// All paths from OLD to NEW.
pub(super) struct Resolver<'d, 'a> {
    diff: &'d Diff<'a>,
    official: Official<'a>,
    candidates: Candidates<'d, 'a>,
    steps: Steps<'d, 'a>,
    passing: Vec<&'d Change<'a>>,
}

impl<'d, 'a> Resolver<'d, 'a> {
    /// Creates a resolver for a difference and, if there are editions in between, for the differences between each
    /// edition and the next.
    pub(super) fn new(diff: &'d Diff<'a>, between: &'d [Diff<'a>]) -> Self {
        let mut editions: Vec<&Release> = between.iter().skip(1).map(|step| step.old).collect();
        editions.sort_by_key(|edition| edition.effective());
        let mut official = Official::new(diff.old, diff.new, editions.clone());
        official.check_currents(&editions);
        let steps = Steps::new(between, diff.new);
        let passing = steps.passing();
        Self { diff, official, candidates: Candidates::new(diff), steps, passing }
    }

    /// Returns the problems in the tables. Where the editions in between are known, each row is judged by the edition
    /// before it.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let whole = self.official.into_problems();
        if self.steps.is_empty() {
            return whole;
        }
        let by_edition = |problem: &Problem| {
            !matches!(problem.code, ProblemCode::UnknownPredecessor | ProblemCode::HeaderPredecessor)
        };
        let mut problems: Vec<Problem> = whole.into_iter().filter(by_edition).collect();
        for problem in self.steps.into_problems() {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        problems
    }

    /// Returns a mapping for every code that lost validity or was narrowed; then for those added after OLD and deleted
    /// before NEW.
    pub(super) fn forward_all(&self) -> Vec<Mapping<'a>> {
        let sources = self.diff.changes.iter();
        let is_reused = |change: &&Change<'a>| {
            change.kind == Kind::Reused && self.official.is_reused(change.entry().code())
        };
        let sources = sources.filter(|change| change.kind.needs_successor() || is_reused(change));
        let sources = sources.filter(|change| change.level() != Level::Header);
        let sources = sources.chain(self.passing.iter().copied());
        let sources: Vec<_> = sources.filter_map(|change| Some((change.old?, change.kind))).collect();
        on_all_cores(&sources, |(source, kind)| self.forward(*source, Status::Changed(*kind)))
    }

    /// Returns the days on which codes were added, ended or lost part of their meaning.
    pub(super) fn days(&self) -> Days<'a> {
        Days::new(&self.official)
    }

    /// Returns the changes by which codes added after OLD and deleted before NEW lost validity.
    pub(super) fn passing(&self) -> Vec<Change<'a>> {
        self.passing.iter().map(|change| (*change).clone()).collect()
    }

    /// Returns a mapping for every code that is billable in NEW and was not in OLD.
    pub(super) fn backward_all(&self) -> Vec<Mapping<'a>> {
        let born = self.diff.changes.iter();
        let born = born.filter(|change| matches!(change.kind, Kind::Added | Kind::Promoted));
        let codes =
            born.filter_map(|change| Some((change.new.filter(|entry| entry.is_billable())?, change.kind)));
        codes.map(|(code, kind)| self.backward(code, Status::Changed(kind))).collect()
    }

    /// Returns mappings for requested codes, and the problems with those that are not billable in the requested release.
    pub(super) fn of_codes(
        &self,
        direction: Direction,
        codes: &[String],
    ) -> (Vec<Mapping<'a>>, Vec<Problem>) {
        let (mut mappings, mut problems) = (Vec::new(), Vec::new());
        for code in codes {
            let normalized = (self.diff.new.set.normalize)(code).unwrap_or_else(|| code.clone());
            match self.of_code(direction, &normalized) {
                Some(mapping) => mappings.push(mapping),
                None => problems.push(self.unknown(direction, code, &normalized)),
            }
        }
        (mappings, problems)
    }

    fn of_code(&self, direction: Direction, code: &str) -> Option<Mapping<'a>> {
        if direction == Direction::Reverse {
            let entry = self.diff.new.find_billable(code)?;
            return Some(self.backward(entry, self.status(direction, entry)));
        }
        if let Some(entry) = self.diff.old.find_billable(code) {
            return Some(self.forward(entry, self.status(direction, entry)));
        }
        let passing = self.passing.iter().find(|passing| passing.entry().code() == code)?;
        Some(self.forward(passing.old?, Status::Changed(passing.kind)))
    }

    fn unknown(&self, direction: Direction, code: &str, normalized: &str) -> Problem {
        let (release, word) = match direction {
            Direction::Forward => (self.diff.old, "OLD"),
            Direction::Reverse => (self.diff.new, "NEW"),
        };
        let problem = |fact| Problem::new(ProblemCode::UnknownCode, Place::default(), fact);
        if let Some(header) = release.find(normalized) {
            return problem(format!("{} is a header in {word}, not a billable code", header.display()));
        }
        let fact = format!("`{}` is not a code of {word}", code.escape_debug());
        let forward = direction == Direction::Forward;
        let found = if forward { self.official.successors(normalized) } else { Vec::new() };
        if found.is_empty() {
            return problem(fact);
        }
        // Only its name is known: it was added after OLD and deleted before NEW.
        let codes: Vec<_> = found.iter().map(|found| (release.set.display)(&found.code)).collect();
        problem(format!("{fact}; the conversion table replaces it with {}", codes.join(", ")))
            .hint("pass an edition that contains it with --via")
    }

    fn status(&self, direction: Direction, entry: Entry<'_>) -> Status {
        let relevant = |kind: Kind| match (direction, kind) {
            (_, Kind::Reused) => self.official.is_reused(entry.code()),
            (Direction::Forward, kind) => kind.needs_successor(),
            (Direction::Reverse, kind) => matches!(kind, Kind::Added | Kind::Promoted),
        };
        let mut changes = self.diff.changes.iter();
        let change = changes.find(|change| relevant(change.kind) && change.entry().code() == entry.code());
        change.map_or(Status::Unchanged, |change| Status::Changed(change.kind))
    }

    fn forward(&self, source: Entry<'a>, status: Status) -> Mapping<'a> {
        let new = self.diff.new;
        if status == Status::Unchanged {
            return unchanged(source, new);
        }
        // A narrowed code stays valid: each new code takes part of its meaning.
        let narrowed = status == Status::Changed(Kind::Narrowed);
        let mut found = self.official.successors(source.code());
        if !narrowed {
            self.add_through_editions(source, &mut found);
        }
        let mut targets = follow::targets(&found, |code| new.find_billable(code));
        let elsewhere = self.official.elsewhere(source.code());
        let is_open = |targets: &[Target<'_>]| targets.is_empty() && elsewhere.is_empty() && !narrowed;
        if is_open(&targets) {
            targets = self.candidates.targets(source);
        }
        if is_open(&targets) {
            found = self.steps.suggested(source.code());
            targets = follow::targets(&found, |code| new.find_billable(code));
        }
        let single = targets.len() == 1 && !narrowed;
        for target in &mut targets {
            let strongest = target.evidence.iter().map(|evidence| evidence.kind).min();
            let code = target.entry.code();
            let is_direct = !found.iter().any(|found| found.code == code && found.steps.len() > 1);
            target.relationship = match strongest {
                Some(EvidenceKind::Official) => {
                    let shared = self.official.has_other_predecessors(code);
                    let is_in_both_directions =
                        self.official.is_automatic_in_both_directions(source.code(), code);
                    match Relationship::of(single, shared) {
                        _ if single && is_in_both_directions => Relationship::Equivalent,
                        Relationship::Equivalent => equal_or_less(source, target.entry, new),
                        other => other,
                    }
                }
                Some(EvidenceKind::Expansion | EvidenceKind::FilledPlaceholder) if is_direct => {
                    Relationship::SourceIsBroaderThanTarget
                }
                Some(EvidenceKind::BillableParent | EvidenceKind::OneCharacter) if is_direct => {
                    Relationship::SourceIsNarrowerThanTarget
                }
                // For a description, or a path through several editions, it is only known that the two are related.
                _ => Relationship::RelatedTo,
            };
        }
        let mut mapping = mapping(source, status, targets, &found);
        mapping.below = further_below(source, &mapping.targets, new);
        mapping.elsewhere = elsewhere;
        mapping.judge();
        let automatic = self.official.is_automatic(source.code(), &mapping.targets, Direction::Forward);
        mapping.decide(automatic.map(|is_automatic| is_automatic && !narrowed));
        mapping.paths.extend(self.official.not_followed(source.code()));
        mapping.end = self.steps.end_of(source.code());
        mapping
    }

    /// Adds the codes that the rows lead to only through the editions in between: there each range is resolved on its own day.
    fn add_through_editions(&self, source: Entry<'a>, found: &mut Vec<Found>) {
        let through = self.steps.official(source.code());
        let is_new = |other: &Found| found.iter().all(|known| known.code != other.code);
        let more: Vec<Found> = through.into_iter().filter(is_new).collect();
        found.extend(more);
    }

    fn backward(&self, source: Entry<'a>, status: Status) -> Mapping<'a> {
        let old = self.diff.old;
        if status == Status::Unchanged {
            return unchanged(source, old);
        }
        let mut found = self.official.predecessors(source.code());
        if found.is_empty() {
            found = self.steps.predecessors(source.code());
        }
        let mut targets = follow::targets(&found, |code| old.find_billable(code));
        let single = targets.len() == 1;
        for target in &mut targets {
            let split = self.official.has_other_successors(target.entry.code());
            let is_in_both_directions =
                self.official.is_automatic_in_both_directions(target.entry.code(), source.code());
            target.relationship = match Relationship::of(single, split) {
                _ if single && is_in_both_directions => Relationship::Equivalent,
                Relationship::Equivalent => equal_or_less(target.entry, source, self.diff.new).reversed(),
                other => other,
            };
        }
        let mut mapping = mapping(source, status, targets, &found);
        mapping.decide(self.official.is_automatic(source.code(), &mapping.targets, Direction::Reverse));
        mapping.paths.extend(self.official.categories_before(source.code()));
        mapping
    }
}

/// Returns the relationship between a code and its only successor, which replaces no other code. They are equal if the
/// descriptions say the same, or the successor is the only billable code below the code.
fn equal_or_less(old: Entry<'_>, new: Entry<'_>, release: &Release) -> Relationship {
    let below = || release.descendants(old.code()).filter(|entry| entry.is_billable());
    let is_below = below().any(|entry| entry.code() == new.code());
    if says_the_same(old, new) || is_below && below().count() == 1 {
        Relationship::Equivalent
    } else if is_below {
        Relationship::SourceIsBroaderThanTarget
    } else if is_residual(new) && !is_residual(old) {
        Relationship::SourceIsNarrowerThanTarget
    } else {
        Relationship::RelatedTo
    }
}

/// Returns whether two descriptions differ only in blanks, case, punctuation or accents.
fn says_the_same(old: Entry<'_>, new: Entry<'_>) -> bool {
    let texts = [TextKind::Long, TextKind::Short].map(|kind| old.text(kind).zip(new.text(kind)));
    let both = texts.into_iter().flatten().find(|(old, new)| !old.is_empty() && !new.is_empty());
    both.is_some_and(|(old, new)| old == new || Wording::of(old, new) != Wording::Wording)
}

/// Returns whether a description covers conditions without a code of their own.
fn is_residual(entry: Entry<'_>) -> bool {
    let long = entry.long().to_lowercase();
    let mut words = long.split(|char: char| !char.is_alphanumeric());
    words.any(|word| matches!(word, "other" | "unspecified")) || long.contains("not elsewhere classified")
}

/// Returns the billable codes below a code that became a header which no target names, if the publisher names a target.
fn further_below<'a>(source: Entry<'a>, targets: &[Target<'a>], new: &'a Release) -> Vec<Entry<'a>> {
    if !targets.iter().any(|target| target.evidence.iter().any(|evidence| evidence.kind.is_fact())) {
        return Vec::new();
    }
    let is_named = |entry: &Entry<'_>| targets.iter().any(|target| target.entry.code() == entry.code());
    let below =
        new.descendants(source.code()).filter(|entry| entry.is_billable() && entry.code() != source.code());
    below.filter(|entry| !is_named(entry)).collect()
}

fn unchanged<'a>(source: Entry<'a>, other: &'a Release) -> Mapping<'a> {
    let same = other.find_billable(source.code());
    let relationship = Relationship::Equivalent;
    let target = |entry| Target { entry, relationship, evidence: Vec::new(), with: Vec::new() };
    let targets: Vec<_> = same.map(target).into_iter().collect();
    let mut mapping = mapping(source, Status::Unchanged, targets, &[]);
    if !mapping.targets.is_empty() {
        mapping.decision = Disposition::Automatic;
    }
    mapping
}

fn mapping<'a>(source: Entry<'a>, status: Status, targets: Vec<Target<'a>>, found: &[Found]) -> Mapping<'a> {
    let cardinality = Cardinality::of(&targets, &[]);
    let decision = Disposition::of(&targets, cardinality);
    let chains = found.iter().filter(|found| found.adds_to_evidence());
    let reached = chains.filter(|found| targets.iter().any(|target| target.entry.code() == found.code));
    let paths = reached.map(|found| found.path_from(source)).collect();
    Mapping {
        source,
        status,
        end: None,
        decision,
        cardinality,
        targets,
        elsewhere: Vec::new(),
        below: Vec::new(),
        paths,
        distinguish: Vec::new(),
        undecided: None,
    }
}
