//! Links between two codes, and where the publisher states them.

use super::path::Step;
use super::{Evidence, EvidenceKind};
use crate::model::{ConversionRow, ConversionTable, Entry, Release, Subject, Transition, TransitionRow};

/// The place where the publisher states a link.
#[derive(Debug, Clone, Copy)]
pub(super) enum RowSource<'a> {
    /// In a row of a conversion table.
    Row(&'a ConversionTable, &'a ConversionRow),
    /// In the record of a deleted code of NEW.
    Entry(Entry<'a>),
    /// In a row of a transition table.
    Transition(&'a Transition, &'a TransitionRow),
    /// In a note of OLD's on a deleted code.
    Note,
    /// In NEW, where the entity of a deleted code has another code.
    Identity,
}

impl RowSource<'_> {
    /// Returns the step to a code.
    pub(super) fn step(self, code: &str, old: &Release, new: &Release) -> Step {
        let (source, row, effective) = match self {
            Self::Row(table, row) => (table.name.clone(), Some(row.row), Some(row.effective)),
            Self::Transition(table, row) => (table.name.clone(), Some(row.row), new.effective()),
            // A replacement is effective from the day after the last day of the code.
            Self::Entry(entry) => {
                (new.file.clone(), None, entry.last_day().and_then(|day| day.tomorrow().ok()))
            }
            Self::Note => (old.file.clone(), None, new.effective()),
            Self::Identity => (new.file.clone(), None, new.effective()),
        };
        Step::new(code, new.set, Evidence { kind: EvidenceKind::Official, source, row, effective })
    }
}

/// A link between two codes; the other code is the key under which it is kept.
#[derive(Debug, Clone)]
pub(super) struct Link<'a> {
    /// Its source.
    pub(super) row_source: RowSource<'a>,
    /// The code it leads to.
    pub(super) code: String,
    /// The codes that are named together with the predecessor.
    pub(super) with: Vec<String>,
}

impl Link<'_> {
    /// Returns whether it comes from a row about a deleted code.
    pub(super) fn is_deletion(&self) -> bool {
        matches!(self.row_source, RowSource::Row(_, row) if row.subject == Subject::Previous)
    }
}
