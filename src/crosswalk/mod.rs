//! What to use instead: for every code that lost validity or was narrowed, its successors and the evidence.

mod candidates;
mod counterparts;
mod cross_references;
mod decisions;
mod distinguish;
mod evaluate;
mod evidence;
mod follow;
mod meaning;
mod notes;
mod official;
mod similar;

pub use counterparts::{Alternative, Counterparts, MapReader};
pub use decisions::{Decided, Effect};
pub use distinguish::{Axis, AxisKind, AxisValue};
pub use evaluate::{Evaluation, Quality, evaluate};
pub use evidence::{Cardinality, Decision, Evidence, EvidenceKind, Relationship};

use crate::diff::{Diff, Kind};
use crate::model::{Entry, Level, Problem, ProblemCode, Release};
use candidates::Candidates;
use follow::Found;
use official::Official;

/// Successors (or, in reverse, predecessors) of codes between two releases.
#[derive(Debug)]
pub struct Crosswalk<'a> {
    /// The older release.
    pub old: &'a Release,
    /// The newer release.
    pub new: &'a Release,
    /// The direction.
    pub direction: Direction,
    /// One mapping a code, in the publisher's order.
    pub mappings: Vec<Mapping<'a>>,
    /// What the user's decisions changed, in their order.
    pub decided: Vec<Decided>,
    /// What in the tables does not hold.
    pub problems: Vec<Problem>,
}

/// Which way a crosswalk answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// From codes of OLD to codes of NEW.
    #[default]
    Forward,
    /// From codes of NEW to what they were called in OLD.
    Reverse,
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It changed in this way.
    Changed(Kind),
    /// It is as valid as before.
    Unchanged,
}

impl Status {
    /// The word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed(kind) => kind.word(),
            Self::Unchanged => "unchanged",
        }
    }
}

/// The answer for one code.
#[derive(Debug, Clone)]
pub struct Mapping<'a> {
    /// The code.
    pub source: Entry<'a>,
    /// What became of it.
    pub status: Status,
    /// Whether it may be replaced without looking.
    pub decision: Decision,
    /// How many targets, and in which relation to each other.
    pub cardinality: Cardinality,
    /// What may be used instead, in the publisher's order.
    pub targets: Vec<Target<'a>>,
    /// The way from the source to each target, where there was more than one step; then what the publisher names
    /// that cannot be followed. A line each.
    pub trace: Vec<String>,
    /// What tells the targets apart, where somebody has to choose among several.
    pub distinguish: Vec<Axis>,
}

/// One code that may be used instead.
#[derive(Debug, Clone)]
pub struct Target<'a> {
    /// The code.
    pub entry: Entry<'a>,
    /// How the meaning of the source relates to it.
    pub relationship: Relationship,
    /// Why it is proposed, strongest first.
    pub evidence: Vec<Evidence>,
    /// The codes (without dots) that the publisher names together with the source, or, in reverse, with the target: all
    /// of them were assigned together.
    pub with: Vec<String>,
}

/// Maps every code of the difference that lost validity or was narrowed to what may be used instead in NEW.
pub fn crosswalk<'a>(diff: &Diff<'a>) -> Crosswalk<'a> {
    let official = Official::new(diff.old, diff.new);
    let candidates = Candidates::new(diff);
    let sources = diff.changes.iter();
    let sources = sources.filter(|change| change.kind.needs_successor() && change.level() != Level::Header);
    let mappings = sources
        .filter_map(|change| Some(forward(&candidates, &official, change.old?, Status::Changed(change.kind))))
        .collect();
    finished(diff, Direction::Forward, mappings, official)
}

/// Maps every code that is billable in NEW and was not in OLD to what was assigned before.
pub fn reverse<'a>(diff: &Diff<'a>) -> Crosswalk<'a> {
    let official = Official::new(diff.old, diff.new);
    let sources = diff.changes.iter().filter(|change| matches!(change.kind, Kind::Added | Kind::Promoted));
    let codes =
        sources.filter_map(|change| Some((change.new.filter(|entry| entry.is_billable())?, change.kind)));
    let mappings =
        codes.map(|(code, kind)| backward(diff.old, &official, code, Status::Changed(kind))).collect();
    finished(diff, Direction::Reverse, mappings, official)
}

/// The same for codes that somebody asks about, whatever became of them. Codes that are not billable in the release
/// asked about become problems.
pub fn of_codes<'a>(diff: &Diff<'a>, direction: Direction, codes: &[String]) -> Crosswalk<'a> {
    let official = Official::new(diff.old, diff.new);
    let (release, word) = match direction {
        Direction::Forward => (diff.old, "OLD"),
        Direction::Reverse => (diff.new, "NEW"),
    };
    let candidates = Candidates::new(diff);
    let mut mappings = Vec::new();
    let mut problems = Vec::new();
    for code in codes {
        let normalised = (diff.new.set.normalise)(code).unwrap_or_else(|| code.clone());
        let Some(entry) = release.find_billable(&normalised) else {
            problems.push(unknown(release, code, &normalised, word));
            continue;
        };
        let status = status(diff, direction, entry);
        mappings.push(match direction {
            Direction::Forward => forward(&candidates, &official, entry, status),
            Direction::Reverse => backward(diff.old, &official, entry, status),
        });
    }
    let mut crosswalk = finished(diff, direction, mappings, official);
    crosswalk.problems.extend(problems);
    crosswalk
}

fn unknown(release: &Release, code: &str, normalised: &str, word: &str) -> Problem {
    let fact = match release.find(normalised) {
        Some(header) => format!("{} is a header in {word}, not a billable code", header.display()),
        None => format!("`{}` is no code of {word}", code.escape_debug()),
    };
    Problem::new(ProblemCode::UnknownCode, crate::model::Place::default(), fact)
}

fn status(diff: &Diff<'_>, direction: Direction, entry: Entry<'_>) -> Status {
    let relevant = |kind: Kind| match direction {
        Direction::Forward => kind.needs_successor(),
        Direction::Reverse => matches!(kind, Kind::Added | Kind::Promoted),
    };
    let change =
        diff.changes.iter().find(|change| relevant(change.kind) && change.entry().code() == entry.code());
    change.map_or(Status::Unchanged, |change| Status::Changed(change.kind))
}

fn finished<'a>(
    diff: &Diff<'a>,
    direction: Direction,
    mappings: Vec<Mapping<'a>>,
    official: Official<'a>,
) -> Crosswalk<'a> {
    let (decided, problems) = (Vec::new(), official.into_problems());
    let mut crosswalk = Crosswalk { old: diff.old, new: diff.new, direction, mappings, decided, problems };
    decisions::apply(diff, &mut crosswalk);
    distinguish::fill(&mut crosswalk);
    crosswalk
}

fn forward<'a>(
    candidates: &Candidates<'_, 'a>,
    official: &Official<'a>,
    source: Entry<'a>,
    status: Status,
) -> Mapping<'a> {
    let new = candidates.new_release();
    if status == Status::Unchanged {
        return unchanged(source, new);
    }
    let found = official.successors(source.code());
    let mut targets = follow::targets(&found, |code| new.find_billable(code));
    // A narrowed code stays valid: each new code takes a part of what it meant.
    let narrowed = status == Status::Changed(Kind::Narrowed);
    if targets.is_empty() && !narrowed {
        targets = candidates.targets(source);
    }
    let single = targets.len() == 1 && !narrowed;
    for target in &mut targets {
        let of_kind = |kind| target.evidence.iter().any(|evidence| evidence.kind == kind);
        target.relationship = if of_kind(EvidenceKind::Official) {
            Relationship::of(single, official.has_other_predecessors(target.entry.code()))
        } else if of_kind(EvidenceKind::Expansion) {
            Relationship::SourceIsBroaderThanTarget
        } else {
            // Of a description no more is known than that it is related.
            Relationship::RelatedTo
        };
    }
    let mut mapping = mapping(source, status, targets, &found);
    mapping.trace.extend(official.not_followed(source.code()));
    mapping
}

fn backward<'a>(old: &'a Release, official: &Official<'a>, source: Entry<'a>, status: Status) -> Mapping<'a> {
    if status == Status::Unchanged {
        return unchanged(source, old);
    }
    let found = official.predecessors(source.code());
    let mut targets = follow::targets(&found, |code| old.find_billable(code));
    let single = targets.len() == 1;
    for target in &mut targets {
        let split = official.has_other_successors(target.entry.code());
        target.relationship = Relationship::of(single, split);
    }
    mapping(source, status, targets, &found)
}

fn unchanged<'a>(source: Entry<'a>, other: &'a Release) -> Mapping<'a> {
    let same = other.find_billable(source.code());
    let targets: Vec<_> = same
        .map(|entry| Target {
            entry,
            relationship: Relationship::Equivalent,
            evidence: Vec::new(),
            with: Vec::new(),
        })
        .into_iter()
        .collect();
    let decision = if targets.is_empty() { Decision::None } else { Decision::Automatic };
    let cardinality = if targets.is_empty() { Cardinality::None } else { Cardinality::One };
    let (trace, distinguish) = (Vec::new(), Vec::new());
    Mapping { source, status: Status::Unchanged, decision, cardinality, targets, trace, distinguish }
}

fn mapping<'a>(source: Entry<'a>, status: Status, targets: Vec<Target<'a>>, found: &[Found]) -> Mapping<'a> {
    let cardinality = Cardinality::of(&targets);
    let decision = Decision::of(&targets, cardinality);
    let chains = found.iter().filter(|found| found.way.len() > 1);
    let reached = chains.filter(|found| targets.iter().any(|target| target.entry.code() == found.code));
    let trace = reached.map(|found| follow::described(source, found)).collect();
    Mapping { source, status, decision, cardinality, targets, trace, distinguish: Vec::new() }
}
