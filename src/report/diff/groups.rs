//! The sections of changes, the same in every form, and the key numbers that count them.

use crate::base::{counted, grouped};
use crate::diff::{Diff, Kind, Summary};
use crate::model::Level;
use crate::view::{Metric, Tone};

/// A group of changes: a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Deletions,
    New,
    Wording,
    Notes,
    Attributes,
    Other,
}

impl Group {
    /// Every group, most important first.
    pub(super) const ALL: [Self; 6] =
        [Self::Deletions, Self::New, Self::Wording, Self::Notes, Self::Attributes, Self::Other];

    /// Returns the group of a kind of change.
    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Removed | Kind::Demoted | Kind::Terminated => Self::Deletions,
            Kind::Added | Kind::Promoted | Kind::Reactivated => Self::New,
            Kind::Revised | Kind::Reused => Self::Wording,
            Kind::Notes => Self::Notes,
            Kind::Property | Kind::Recertified => Self::Attributes,
            Kind::Moved | Kind::Narrowed | Kind::Reformatted => Self::Other,
        }
    }

    /// Returns the heading of the section, which is also the name of its sheet.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Deletions => "No longer billable",
            Self::New => "New",
            Self::Wording => "Wording changed",
            Self::Notes => "Notes changed",
            Self::Attributes => "Attributes changed",
            Self::Other => "Moved and other changes",
        }
    }

    /// Returns the description of the section.
    pub(super) fn about(self) -> &'static str {
        match self {
            Self::Deletions => "Claims with these codes are rejected.",
            Self::New => "New, billable for the first time, or in use again.",
            Self::Wording => "Descriptions with their deleted and new words.",
            Self::Notes => "Deleted and new notes of the tabular list; they apply to every code below.",
            Self::Attributes => "Each changed attribute with its value in OLD and NEW.",
            Self::Other => "The codes stay valid.",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Deletions => "no longer billable",
            Self::New => "new",
            Self::Wording => "wording changed",
            Self::Notes => "notes changed",
            Self::Attributes => "attributes changed",
            Self::Other => "moved or otherwise changed",
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Deletions => Tone::Bad,
            Self::New => Tone::Good,
            _ => Tone::Info,
        }
    }

    /// Returns whether its number is shown even if it is zero.
    fn is_expected(self) -> bool {
        matches!(self, Self::Deletions | Self::New | Self::Wording)
    }
}

/// Returns the key numbers: the billable codes, and the changes of codes by group, listed or not.
pub(super) fn metrics(diff: &Diff<'_>, summary: &Summary) -> Vec<Metric> {
    let before = format!("{} in OLD", grouped(summary.codes.old));
    let mut metrics = vec![Metric::new(summary.codes.new, "billable codes", before, Tone::Plain)];
    for group in Group::ALL {
        let changes: Vec<(Level, Kind)> = diff
            .changes
            .iter()
            .filter(|change| Group::of(change.kind) == group)
            .map(|change| (change.level(), change.kind))
            .collect();
        if changes.is_empty() && !group.is_expected() {
            continue;
        }
        let codes = changes.iter().filter(|(level, _)| *level == Level::Code).count() as u64;
        let others = by_level(changes.iter().map(|(level, _)| *level).filter(|level| *level != Level::Code));
        let note = if others.is_empty() { String::new() } else { format!("and {others}") };
        metrics.push(Metric::new(codes, group.label(), note, group.tone()));
    }
    metrics
}

/// Counts levels in words: `25 codes, 7 headers`.
pub(super) fn by_level(levels: impl Iterator<Item = Level> + Clone) -> String {
    let words = |level: &Level| {
        let count = levels.clone().filter(|one| one == level).count() as u64;
        let (one, more) = match level {
            Level::Code => ("code", "codes"),
            Level::Header => ("header", "headers"),
            Level::Modifier => ("modifier", "modifiers"),
        };
        (count > 0).then(|| counted(count, one, more))
    };
    Level::ALL.iter().filter_map(words).collect::<Vec<_>>().join(", ")
}

/// Counts kinds in words: `1 removed, 5 demoted`.
pub(super) fn by_kind(kinds: impl Iterator<Item = Kind> + Clone) -> String {
    let words = |kind: &Kind| {
        let count = kinds.clone().filter(|one| one == kind).count() as u64;
        (count > 0).then(|| format!("{} {}", grouped(count), kind.word()))
    };
    Kind::ALL.iter().filter_map(words).collect::<Vec<_>>().join(", ")
}
