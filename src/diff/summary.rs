//! Counts, by the publishers' rules.

use serde::Serialize;

use super::{Change, Diff, Kind};
use crate::model::{Level, Release, TextKind};

/// The counts of one level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LevelSummary {
    /// Number in OLD.
    pub old: u64,
    /// Number in NEW.
    pub new: u64,
    /// New at this level: new keys and, as the publishers count, keys that came from the other level.
    pub added: u64,
    /// Those of the added that have already ended: they were added and ended between the two releases.
    pub added_terminated: u64,
    /// No longer at this level. For codes: removed, demoted and terminated. For headers: removed and promoted.
    pub deleted: u64,
    /// Deleted keys.
    pub removed: u64,
    /// Codes that became headers (counted among codes; they are part of the headers added).
    pub demoted: u64,
    /// Headers that became codes (counted among codes, as part of those added).
    pub promoted: u64,
    /// A last day of use was set.
    pub terminated: u64,
    /// The last day of use was cleared.
    pub reactivated: u64,
    /// Same key, other meaning.
    pub reused: u64,
    /// A description changed.
    pub revised: u64,
    /// The kinds of description that changed; one change may be in several.
    pub revised_texts: TextCounts,
    /// Another parent, section or chapter.
    pub moved: u64,
    /// Notes changed.
    pub notes: u64,
    /// Attributes changed.
    pub property: u64,
    /// Still valid, but part of the meaning moved to a new code. Known only with a conversion table.
    pub narrowed: u64,
    /// Only the yearly certification moved. Counted only if the group is selected.
    pub recertified: u64,
    /// The same thing, written in another format.
    pub reformatted: u64,
}

/// Number of changed descriptions of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TextCounts {
    /// Full descriptions.
    pub long: u64,
    /// Abbreviated descriptions.
    pub short: u64,
    /// Descriptions of middle length.
    pub medium: u64,
    /// Descriptions in plain words.
    pub consumer: u64,
}

impl TextCounts {
    fn count(&mut self, kind: TextKind) {
        match kind {
            TextKind::Long => self.long += 1,
            TextKind::Short => self.short += 1,
            TextKind::Medium => self.medium += 1,
            TextKind::Consumer => self.consumer += 1,
        }
    }
}

/// The counts of all levels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Summary {
    /// Billable codes.
    pub codes: LevelSummary,
    /// Headers.
    pub headers: LevelSummary,
    /// Modifiers, where the set has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modifiers: Option<LevelSummary>,
}

impl Summary {
    /// Counts a difference.
    pub fn of(diff: &Diff<'_>) -> Self {
        let level = |level| LevelSummary::of(diff, level);
        let modifiers = level(Level::Modifier);
        let has_modifiers = modifiers.old + modifiers.new > 0;
        Self {
            codes: level(Level::Code),
            headers: level(Level::Header),
            modifiers: has_modifiers.then_some(modifiers),
        }
    }

    /// Returns the counts of a level.
    pub fn level(&self, level: Level) -> LevelSummary {
        match level {
            Level::Code => self.codes,
            Level::Header => self.headers,
            Level::Modifier => self.modifiers.unwrap_or_default(),
        }
    }
}

impl LevelSummary {
    fn of(diff: &Diff<'_>, level: Level) -> Self {
        let count = |release: &Release| release.count(level) as u64;
        let mut summary = Self { old: count(diff.old), new: count(diff.new), ..Self::default() };
        let is_shipped = diff.old.coverage.has(level) && diff.new.coverage.has(level);
        for change in diff.changes.iter().filter(|_| is_shipped) {
            summary.count(change, level);
        }
        summary
    }

    fn count(&mut self, change: &Change<'_>, level: Level) {
        // A change of level adds to one level and deletes from the other.
        let crosses = matches!(change.kind, Kind::Demoted | Kind::Promoted);
        if crosses && level == Level::Header {
            match change.kind {
                Kind::Demoted => self.added += 1,
                _ => self.deleted += 1,
            }
        }
        if change.level() != level {
            return;
        }
        self.deleted += u64::from(change.is_deletion());
        self.added_terminated += u64::from(change.is_born_dead());
        let texts = change.revision.iter().flat_map(|revision| &revision.fields);
        texts.for_each(|kind| self.revised_texts.count(*kind));
        self.added += u64::from(matches!(change.kind, Kind::Added | Kind::Promoted));
        if let Some(field) = self.field(change.kind) {
            *field += 1;
        }
    }

    fn field(&mut self, kind: Kind) -> Option<&mut u64> {
        Some(match kind {
            Kind::Added => return None,
            Kind::Recertified => &mut self.recertified,
            Kind::Reformatted => &mut self.reformatted,
            Kind::Removed => &mut self.removed,
            Kind::Demoted => &mut self.demoted,
            Kind::Promoted => &mut self.promoted,
            Kind::Terminated => &mut self.terminated,
            Kind::Reactivated => &mut self.reactivated,
            Kind::Reused => &mut self.reused,
            Kind::Revised => &mut self.revised,
            Kind::Moved => &mut self.moved,
            Kind::Notes => &mut self.notes,
            Kind::Property => &mut self.property,
            Kind::Narrowed => &mut self.narrowed,
        })
    }
}
