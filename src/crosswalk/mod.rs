//! What to use instead: for every code that lost validity or was narrowed, its successors and the evidence.

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
mod meaning;
mod notes;
mod official;
mod resolver;
mod similar;
mod structural;
mod unknown;
mod via;

pub use conflicts::take_out_conflicts;
pub use counterparts::{Alternative, Counterparts, MapReader};
pub use days::{Days, Since};
pub use decisions::{Decided, Effect};
pub use distinguish::{Axis, AxisKind, AxisValue};
pub use evaluate::{Evaluation, Quality, evaluate};
pub use evidence::{Cardinality, Disposition, Evidence, EvidenceKind, Measured, Relationship};
pub(crate) use unknown::{EXPLAINED, Reasons};
pub use unknown::{Reason, ReasonKind};

use jiff::civil::Date;

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
    /// One mapping a code, in the publisher's order.
    pub mappings: Vec<Mapping<'a>>,
    /// How the codes that were born after OLD and died before NEW lost validity, where the editions in between are known.
    pub passing: Vec<Change<'a>>,
    /// What the user's decisions changed, in their order.
    pub decided: Vec<Decided>,
    /// On which day codes came, ended or lost a part of their meaning.
    pub days: Days<'a>,
    /// What in the tables does not hold.
    pub problems: Vec<Problem>,
}

impl<'a> Crosswalk<'a> {
    /// Whether a code came after OLD and went before NEW.
    pub fn is_passing(&self, mapping: &Mapping<'_>) -> bool {
        self.direction == Direction::Forward && self.old.find_billable(mapping.source.code()).is_none()
    }

    /// Returns the last day of a code that is lost, if it is known.
    pub fn last_day(&self, mapping: &Mapping<'a>) -> Option<Date> {
        self.days.lost(mapping).day()?.yesterday().ok()
    }

    /// Returns the first day on which a mapping leads to a target, if it is known: of two codes that are valid in both
    /// releases there is none.
    pub fn first_day(&self, mapping: &Mapping<'a>, target: Entry<'_>) -> Option<Date> {
        if self.direction == Direction::Reverse {
            let is_new = self.old.find_billable(mapping.source.code()).is_none();
            return is_new.then(|| self.days.first(mapping.source.code()).day()).flatten();
        }
        if mapping.status == Status::Unchanged {
            return None;
        }
        let since = self.since(mapping).day()?;
        if self.old.find_billable(target.code()).is_some() {
            return Some(since);
        }
        Some(self.days.first(target.code()).day()?.max(since))
    }

    /// Returns the day from which what a mapping says holds: the first one without its source, or on which that means less.
    pub fn since(&self, mapping: &Mapping<'a>) -> Since<'a> {
        if mapping.is_narrowed() {
            self.days.narrowed(mapping.source.code())
        } else {
            self.days.lost(mapping)
        }
    }
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
    /// The code, as OLD has it (in reverse, NEW); one that was born after OLD and died before NEW as the last edition
    /// that has it.
    pub source: Entry<'a>,
    /// What became of it.
    pub status: Status,
    /// The last edition in which the code was billable and the first without it, if the editions in between are known, and
    /// it was lost.
    pub end: Option<[&'a Release; 2]>,
    /// Whether it may be replaced without looking.
    pub decision: Disposition,
    /// How many targets, and in which relation to each other.
    pub cardinality: Cardinality,
    /// What may be used instead, in the publisher's order.
    pub targets: Vec<Target<'a>>,
    /// Codes of other sets that the publisher names instead. What they mean is not known here.
    pub elsewhere: Vec<Elsewhere<'a>>,
    /// Further billable codes below a code that became a header, where the publisher names a target: no row leads to them.
    pub below: Vec<Entry<'a>>,
    /// The way from the source to each target, where there was more than one step; then what the publisher names
    /// that cannot be followed. A line each.
    pub trace: Vec<String>,
    /// What tells the targets apart, where somebody has to choose among several.
    pub distinguish: Vec<Axis>,
}

impl<'a> Mapping<'a> {
    /// Takes the publisher's word on whether the source may be replaced automatically, where there is one.
    fn decide(&mut self, is_automatic: Option<bool>) {
        match is_automatic {
            Some(true) => self.decision = Disposition::Automatic,
            Some(false) => self.decision = Disposition::Choose,
            None => {}
        }
    }

    /// Whether the source stays valid with a narrower meaning: it then is a target of its own, beside the new codes.
    pub fn is_narrowed(&self) -> bool {
        self.status == Status::Changed(Kind::Narrowed)
    }

    /// Counts its targets, and finds whether the source may be replaced without looking.
    fn judge(&mut self) {
        self.cardinality = Cardinality::of(&self.targets, &self.elsewhere);
        self.decision = Disposition::of(&self.targets, self.cardinality);
        if !self.elsewhere.is_empty() {
            self.decision = Disposition::Choose;
        }
    }

    /// All codes of NEW that the source leads to: a narrowed code itself first, then the codes that took a part of it.
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
    /// How the meaning of the source relates to it.
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
    /// Where it says so.
    pub evidence: Vec<Evidence>,
}

/// What is asked of a crosswalk.
#[derive(Debug, Clone, Copy, Default)]
pub struct CrosswalkOptions<'q, 'a> {
    /// The differences between one edition and the next, from OLD to NEW: none where nothing is known in between.
    pub between: &'q [Diff<'a>],
    /// The direction.
    pub direction: Direction,
    /// The codes to answer for, whatever became of them; else all that lost validity or were narrowed, in reverse all
    /// that are new.
    pub codes: Option<&'q [String]>,
}

/// Answers a question about the codes of a difference.
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
    decisions::apply(diff, &mut crosswalk);
    distinguish::fill(&mut crosswalk);
    crosswalk
}

/// Maps every code of the difference that lost validity or was narrowed to what may be used instead in NEW.
pub fn crosswalk<'a>(diff: &Diff<'a>) -> Crosswalk<'a> {
    crosswalk_with(diff, &CrosswalkOptions::default())
}

/// Maps every code that is billable in NEW and was not in OLD to what was assigned before.
pub fn reverse<'a>(diff: &Diff<'a>) -> Crosswalk<'a> {
    crosswalk_with(diff, &CrosswalkOptions { direction: Direction::Reverse, ..CrosswalkOptions::default() })
}

/// The same for codes that somebody asks about, whatever became of them. Codes that are not billable in the release
/// asked about become problems.
pub fn of_codes<'a>(diff: &Diff<'a>, direction: Direction, codes: &[String]) -> Crosswalk<'a> {
    crosswalk_with(diff, &CrosswalkOptions { direction, codes: Some(codes), ..CrosswalkOptions::default() })
}
