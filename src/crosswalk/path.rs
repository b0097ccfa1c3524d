//! Paths: the steps from a code to its targets, and what the publisher states about a code that leads nowhere.

use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::{Direction, Evidence, EvidenceKind};
use crate::model::{CodeSet, Release};

/// One row, or one suggestion, that was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The code it leads to, as files hold it.
    pub code: String,
    /// The same as people write it.
    pub display: String,
    /// The evidence: the table and its row, or the release that a suggestion was found in.
    pub evidence: Evidence,
}

impl Step {
    /// Creates a step to a code of a set.
    pub(super) fn new(code: &str, set: &CodeSet, evidence: Evidence) -> Self {
        Self { code: code.to_owned(), display: (set.display)(code), evidence }
    }

    /// Creates a step to a code that an edition in between suggests.
    pub(super) fn suggested(code: &str, kind: EvidenceKind, release: &Release) -> Self {
        let evidence = Evidence { kind, source: release.id(), row: None, effective: release.effective() };
        Self::new(code, release.set, evidence)
    }
}

/// Writes a step: ` -> E78.01 (2016-10-01, row 12)`. For a suggestion it gives the kind, and the edition in which it
/// was found: ` -> A00.1 (expansion, icd10cm@2024)`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Evidence { kind, source, row, effective } = &self.evidence;
        write!(f, " -> {} (", self.display)?;
        match (effective, row) {
            _ if !kind.is_fact() => write!(f, "{}, {source}", kind.word()),
            (Some(day), Some(row)) => write!(f, "{day}, row {row}"),
            (Some(day), None) => write!(f, "{day}"),
            (None, Some(row)) => write!(f, "row {row}"),
            (None, None) => Ok(()),
        }?;
        f.write_str(")")
    }
}

/// A path from a code to a target, or a statement that a path from it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The code it is about, as people write it: for a reference that cannot be followed, the code that has it.
    pub source: String,
    /// Its course.
    pub course: Course,
}

/// The course of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Course {
    /// It leads to a target, step by step.
    Steps(Vec<Step>),
    /// The record of the code names a replacement that cannot be followed.
    NotFollowed {
        /// The value in the record.
        value: String,
        /// Why it cannot be followed.
        obstacle: Obstacle,
    },
    /// A row of a conversion table says that the code has no replacement.
    NoReplacement {
        /// The row.
        row: u32,
        /// The day from which it is effective.
        effective: Date,
    },
    /// A row of a transition table has no counterpart for the code.
    NoCounterpart {
        /// The table.
        table: String,
        /// The row.
        row: u32,
        /// The direction in which a counterpart is missing.
        direction: Direction,
    },
    /// A row names whole categories as predecessors of the code: one of their codes was assigned as well.
    Categories {
        /// The predecessors, as the row names them.
        named: String,
        /// The table.
        table: String,
        /// The row.
        row: u32,
        /// The day from which it is effective.
        effective: Date,
    },
}

impl Path {
    /// Returns the steps that were followed: none where the path leads to no target.
    pub fn steps(&self) -> &[Step] {
        match &self.course {
            Course::Steps(steps) => steps,
            _ => &[],
        }
    }

    /// Returns whether one of its steps leads to a code, as files hold it.
    pub fn leads_to(&self, code: &str) -> bool {
        self.steps().iter().any(|step| step.code == code)
    }
}

/// Writes it in a line: `E78.0 -> E78.01 (2016-10-01, row 12) -> E78.010 (2025-10-01, row 5400)`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        match &self.course {
            Course::Steps(steps) => steps.iter().try_for_each(|step| step.fmt(f)),
            Course::NotFollowed { value, obstacle } => {
                write!(f, " -> {} ({obstacle}: not followed)", value.escape_debug())
            }
            Course::NoReplacement { row, effective } => write!(f, " -> none ({effective}, row {row})"),
            Course::NoCounterpart { table, row, direction } => {
                let arrow = match direction {
                    Direction::Forward => "->",
                    Direction::Reverse => "<-",
                };
                write!(f, " {arrow} none ({table}, row {row})")
            }
            Course::Categories { named, table, row, effective } => {
                write!(f, " <- {named} ({effective}, {table} row {row})")
            }
        }
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The reason why a replacement in the record of a deleted code cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It is a code of NEW that is not billable, and names no replacement itself.
    NotBillable,
    /// It is a modifier.
    Modifier,
    /// It is the name of another set, without a code.
    NameOfSet(&'static CodeSet),
    /// It is a code of another set.
    CodeOf(&'static CodeSet),
    /// It is not a code of NEW.
    Unknown,
}

/// Writes what the value is: `a modifier`.
impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBillable => f.write_str("not billable in NEW either"),
            Self::Modifier => f.write_str("a modifier"),
            Self::NameOfSet(set) => write!(f, "the name of a code set, not a {} code", set.title),
            Self::CodeOf(set) => write!(f, "a code of {}", set.title),
            Self::Unknown => f.write_str("no code of NEW"),
        }
    }
}
