//! Replacements: for every code that lost validity or was narrowed, its successors and the evidence.
//!
//! Invariant: `official` means a row of a publisher's table, or the record of the ended code itself. Everything else is
//! a suggestion and is called one. A predecessor that was never valid is reported and not followed, and so is a
//! successor in another set.

mod candidates;
mod checks;
mod conflicts;
mod counterparts;
mod cross_references;
mod days;
mod decisions;
mod distinguish;
mod evaluate;
mod evidence;
mod follow;
mod indexed;
mod link;
mod meaning;
mod notes;
mod official;
mod path;
mod provenance;
mod resolver;
mod similar;
mod structural;
mod unknown;
mod via;

pub use counterparts::{Alternative, Counterparts, MapReader};
pub use days::{Days, Since};
pub use decisions::{Decided, Decisions, Effect, releases_digest};
pub use distinguish::{Axis, AxisKind, AxisValue};
pub use evaluate::{Evaluation, Quality, evaluate};
pub use evidence::{Cardinality, Disposition, Evidence, EvidenceKind, Measured, Relationship};
pub use path::{Course, Obstacle, Path, Step};
pub use provenance::Provenance;
pub(crate) use unknown::{EXPLAINED, Reasons};
pub use unknown::{Reason, ReasonKind};

use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::diff::{Change, Diff, Kind};
use crate::model::{CodeSet, Entry, Problem, Release};
use resolver::Resolver;

/// Successors (or, in reverse, predecessors) of codes between two releases.
#[derive(Debug)]
pub struct Crosswalk<'a> {
    /// The older release.
    pub old: &'a Release,
    /// The newer release.
    pub new: &'a Release,
    /// The direction.
    pub direction: Direction,
    /// One mapping per code, in the publisher's order.
    pub mappings: Vec<Mapping<'a>>,
    /// The changes by which codes added after OLD and deleted before NEW lost validity, where the editions in between
    /// are known.
    pub passing: Vec<Change<'a>>,
    /// The effects of the user's decisions, in their order.
    pub decided: Vec<Decided>,
    /// The days on which codes were added, ended or lost part of their meaning.
    pub days: Days<'a>,
    /// Problems in the tables.
    pub problems: Vec<Problem>,
}

impl<'a> Crosswalk<'a> {
    /// Returns whether a code was added after OLD and deleted before NEW.
    pub fn is_passing(&self, mapping: &Mapping<'_>) -> bool {
        self.direction == Direction::Forward && self.old.find_billable(mapping.source.code()).is_none()
    }

    /// Returns the last day of a code that is lost, if it is known.
    pub fn last_day(&self, mapping: &Mapping<'a>) -> Option<Date> {
        self.days.lost(mapping).day()?.yesterday().ok()
    }

    /// Returns the first day on which a mapping leads to a target, if it is known; `None` for two codes that are valid
    /// in both releases.
    pub fn first_day(&self, mapping: &Mapping<'a>, target: Entry<'_>) -> Option<Date> {
        if self.direction == Direction::Reverse {
            let is_new = self.old.find_billable(mapping.source.code()).is_none();
            return is_new.then(|| self.days.first(mapping.source.code()).day()).flatten();
        }
        if mapping.status == Status::Unchanged {
            return None;
        }
        let since = self.days.of(mapping).day()?;
        if self.old.find_billable(target.code()).is_some() {
            return Some(since);
        }
        Some(self.days.first(target.code()).day()?.max(since))
    }
}

/// The direction of a crosswalk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// From codes of OLD to codes of NEW.
    #[default]
    Forward,
    /// From codes of NEW to their codes in OLD.
    Reverse,
}

/// The status of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It changed in this way.
    Changed(Kind),
    /// It is as valid as before.
    Unchanged,
}

impl Status {
    /// Returns the word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed(kind) => kind.word(),
            Self::Unchanged => "unchanged",
        }
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// The answer for one code.
#[derive(Debug, Clone)]
pub struct Mapping<'a> {
    /// The code, as OLD has it (in reverse, NEW); for one that was added after OLD and deleted before NEW, as the last
    /// edition that has it.
    pub source: Entry<'a>,
    /// Its status.
    pub status: Status,
    /// The last edition in which the code was billable and the first without it, if the editions in between are known, and
    /// it was lost.
    pub end: Option<[&'a Release; 2]>,
    /// The disposition: whether it may be replaced automatically.
    pub decision: Disposition,
    /// Number of targets, and their relation to each other.
    pub cardinality: Cardinality,
    /// The possible replacements, in the publisher's order.
    pub targets: Vec<Target<'a>>,
    /// Codes of other sets that the publisher names instead. Their meanings are unknown here.
    pub elsewhere: Vec<Elsewhere<'a>>,
    /// Further billable codes below a code that became a header, where the publisher names a target: these have no row.
    pub below: Vec<Entry<'a>>,
    /// The path from the source to each target, if there was more than one step; then the publisher's references that
    /// cannot be followed.
    pub paths: Vec<Path>,
    /// The differences between the targets, where one of several must be chosen.
    pub distinguish: Vec<Axis>,
    /// The mapping as it was before decisions changed it.
    pub undecided: Option<Box<Self>>,
}

impl<'a> Mapping<'a> {
    /// Applies the publisher's statement on whether the source may be replaced automatically, if there is one.
    fn decide(&mut self, is_automatic: Option<bool>) {
        match is_automatic {
            Some(true) => self.decision = Disposition::Automatic,
            Some(false) => self.decision = Disposition::Choose,
            None => {}
        }
    }

    /// Returns whether the source stays valid with a narrower meaning: it is then a target too, in addition to the new codes.
    pub fn is_narrowed(&self) -> bool {
        self.status == Status::Changed(Kind::Narrowed)
    }

    /// Counts its targets, and determines whether the source may be replaced automatically.
    fn judge(&mut self) {
        self.cardinality = Cardinality::of(&self.targets, &self.elsewhere);
        self.decision = Disposition::of(&self.targets, self.cardinality);
        if !self.elsewhere.is_empty() {
            self.decision = Disposition::Choose;
        }
    }

    /// Returns all codes of NEW that the source leads to: a narrowed code itself first, then the codes that took part
    /// of its meaning.
    pub fn all_targets(&self, new: &'a Release) -> Vec<Target<'a>> {
        let still = self.is_narrowed().then(|| new.find_billable(self.source.code())).flatten();
        let still = still.map(|entry| Target {
            entry,
            relationship: Relationship::SourceIsBroaderThanTarget,
            evidence: Vec::new(),
            with: Vec::new(),
        });
        still.into_iter().chain(self.targets.iter().cloned()).collect()
    }
}

/// One code that may be used instead.
#[derive(Debug, Clone)]
pub struct Target<'a> {
    /// The code.
    pub entry: Entry<'a>,
    /// The relationship of the meaning of the source to it.
    pub relationship: Relationship,
    /// Why it is proposed, strongest first.
    pub evidence: Vec<Evidence>,
    /// The codes (without dots) that the publisher names together with the source, or, in reverse, with the target: all
    /// of them were assigned together.
    pub with: Vec<String>,
}

/// A code of another set that the publisher names as a successor: a code of CPT in the record of a code of HCPCS.
#[derive(Debug, Clone)]
pub struct Elsewhere<'a> {
    /// The other set.
    pub set: &'static CodeSet,
    /// The code, as the publisher writes it.
    pub code: &'a str,
    /// The sources that state it.
    pub evidence: Vec<Evidence>,
}

/// Writes it in words: `98970, a code of CPT`.
impl fmt::Display for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, a code of {}", self.code, self.set.title)
    }
}

/// The options of a crosswalk.
#[derive(Debug, Clone, Copy, Default)]
pub struct CrosswalkOptions<'q, 'a> {
    /// The differences between one edition and the next, from OLD to NEW: empty if the editions in between are not known.
    pub between: &'q [Diff<'a>],
    /// The direction.
    pub direction: Direction,
    /// The requested codes, whatever their status; if empty, all codes that lost validity or were narrowed, or, in
    /// reverse, all new codes.
    pub codes: Option<&'q [String]>,
    /// The user's decisions.
    pub decisions: Option<&'q Decisions>,
}

/// Returns the crosswalk of a difference with these options.
pub fn crosswalk_with<'a>(diff: &Diff<'a>, question: &CrosswalkOptions<'_, 'a>) -> Crosswalk<'a> {
    let resolver = Resolver::new(diff, question.between);
    let (mappings, problems) = match (question.codes, question.direction) {
        (Some(codes), direction) => resolver.of_codes(direction, codes),
        (None, Direction::Forward) => (resolver.forward_all(), Vec::new()),
        (None, Direction::Reverse) => (resolver.backward_all(), Vec::new()),
    };
    let (old, new, direction) = (diff.old, diff.new, question.direction);
    let (passing, decided, days) = (resolver.passing(), Vec::new(), resolver.days());
    let problems = resolver.into_problems().into_iter().chain(problems).collect();
    let mut crosswalk = Crosswalk { old, new, direction, mappings, passing, decided, days, problems };
    if let Some(decisions) = question.decisions {
        decisions::apply(diff, decisions, &mut crosswalk);
    }
    distinguish::fill(&mut crosswalk);
    crosswalk
}

/// Maps every code of the difference that lost validity or was narrowed to its replacements in NEW.
pub fn crosswalk<'a>(diff: &Diff<'a>) -> Crosswalk<'a> {
    crosswalk_with(diff, &CrosswalkOptions::default())
}

/// Maps every code that is billable in NEW and was not in OLD to the codes that were assigned before.
pub fn reverse<'a>(diff: &Diff<'a>) -> Crosswalk<'a> {
    crosswalk_with(diff, &CrosswalkOptions { direction: Direction::Reverse, ..CrosswalkOptions::default() })
}

/// Returns the same for requested codes, whatever their status. Codes that are not billable in the requested release
/// become problems.
pub fn of_codes<'a>(diff: &Diff<'a>, direction: Direction, codes: &[String]) -> Crosswalk<'a> {
    crosswalk_with(diff, &CrosswalkOptions { direction, codes: Some(codes), ..CrosswalkOptions::default() })
}
