//! The report of `diff`.

use serde::Serialize;

use super::document::{Block, Cell, Document, Table};
use super::{AddendaText, ReleaseInfo, Report, SCHEMA_VERSION};
use crate::diff::{
    Change, Diff, Kind, LevelSummary, Outcome, Revision, Summary, Verification, addenda_lines,
    addenda_totals, words,
};
use crate::model::{Entry, Level, Problem, TextKind, counted};

/// Which changes a report lists. The summary always counts all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these kinds; all if there are none.
    pub kinds: Vec<Kind>,
    /// Only these codes and what is below them, as files hold them; all if there are none.
    pub codes: Option<Vec<String>>,
}

impl Selection {
    /// Whether a change is selected.
    pub fn takes(&self, change: &Change<'_>) -> bool {
        let kind = self.kinds.is_empty() || self.kinds.contains(&change.kind);
        let code = change.entry().code();
        kind && self
            .codes
            .as_ref()
            .is_none_or(|codes| codes.iter().any(|stem| code.starts_with(stem.as_str())))
    }

    fn is_everything(&self) -> bool {
        self.kinds.is_empty() && self.codes.is_none()
    }
}

/// The descriptions of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Texts<'a> {
    /// The full description.
    pub long: &'a str,
    /// The abbreviated description, where the file has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short: Option<&'a str>,
    /// A description of middle length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medium: Option<&'a str>,
    /// A description in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumer: Option<&'a str>,
}

impl<'a> Texts<'a> {
    pub(super) fn of(entry: Entry<'a>) -> Self {
        Self {
            long: entry.long(),
            short: entry.short(),
            medium: entry.text(TextKind::Medium),
            consumer: entry.text(TextKind::Consumer),
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChangeRow<'a> {
    /// The kind.
    pub kind: Kind,
    /// The level at which it counts.
    pub level: Level,
    /// The code as files hold it.
    pub code: &'a str,
    /// The code as people write it.
    pub display: String,
    /// The descriptions in OLD, `null` if it was not there.
    pub old: Option<Texts<'a>>,
    /// The descriptions in NEW, `null` if it is not there.
    pub new: Option<Texts<'a>>,
    /// Which descriptions changed, and in what way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    /// The attributes that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<&'static str>,
}

impl<'a> ChangeRow<'a> {
    pub(super) fn of(change: &Change<'a>) -> Self {
        let entry = change.entry();
        Self {
            kind: change.kind,
            level: change.level(),
            code: entry.code(),
            display: entry.display(),
            old: change.old.map(Texts::of),
            new: change.new.map(Texts::of),
            revision: change.revision.clone(),
            properties: change.properties.clone(),
        }
    }

    fn long(&self) -> &'a str {
        self.new.as_ref().or(self.old.as_ref()).map_or("", |texts| texts.long)
    }

    /// What a person sees of it: the description, or old and new word by word.
    fn told(&self) -> Cell {
        let (Some(old), Some(new), Some(revision)) = (&self.old, &self.new, &self.revision) else {
            return Cell::from(self.long());
        };
        match (old.short, new.short) {
            (Some(old), Some(new)) if !revision.fields.contains(&TextKind::Long) => {
                Cell::Words(words(old, new))
            }
            _ => Cell::Words(words(old.long, new.long)),
        }
    }
}

/// The report of `diff`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DiffReport<'a> {
    /// The version of this form.
    pub schema_version: u32,
    /// The older release.
    pub old: ReleaseInfo,
    /// The newer release.
    pub new: ReleaseInfo,
    /// Counts of all changes, listed or not.
    pub summary: Summary,
    /// How the difference compares with the publisher's addenda; `null` if there are none that start from OLD.
    pub verification: Option<Verification>,
    /// What is not as it should be.
    pub problems: Vec<Problem>,
    /// The changes, in the publisher's order.
    pub changes: Vec<ChangeRow<'a>>,
    #[serde(skip)]
    note: Option<String>,
    #[serde(skip)]
    addenda: AddendaText,
}

impl<'a> DiffReport<'a> {
    /// Makes the report of a difference. Problems are those of the releases, of the comparison and of the
    /// verification.
    pub fn new(diff: &Diff<'a>, outcome: Option<Outcome>, selection: &Selection) -> Self {
        let (verification, other) = match outcome {
            Some(Outcome::Compared(verification)) => (Some(verification), None),
            Some(Outcome::OtherBase(problem) | Outcome::NotComparable(problem)) => (None, Some(problem)),
            None => (None, None),
        };
        let releases = [diff.old, diff.new].into_iter().flat_map(|release| release.problems.clone());
        let chosen: Vec<_> = diff.changes.iter().filter(|change| selection.takes(change)).collect();
        let note = (!selection.is_everything()).then(|| {
            format!("{} of {} listed.", chosen.len(), counted(diff.changes.len() as u64, "change", "changes"))
        });
        let lines = addenda_lines(&Diff {
            old: diff.old,
            new: diff.new,
            changes: chosen.iter().map(|change| (*change).clone()).collect(),
            problems: Vec::new(),
        });
        Self {
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(diff.old),
            new: ReleaseInfo::of(diff.new),
            summary: Summary::of(diff),
            verification,
            problems: releases.chain(diff.problems.clone()).chain(other).collect(),
            changes: chosen.into_iter().map(ChangeRow::of).collect(),
            note,
            addenda: AddendaText {
                columns: diff.new.set.addenda,
                totals: addenda_totals(diff.old, diff.new, &lines),
                lines,
                names: [diff.old, diff.new].map(|release| {
                    release.file.rsplit(['!', '/']).next().unwrap_or(&release.file).to_owned()
                }),
            },
        }
    }

    fn summary_table(&self) -> Table {
        let kinds = [
            ("added", 1),
            ("deleted", -1),
            ("removed", -1),
            ("demoted", -1),
            ("promoted", 1),
            ("terminated", -1),
            ("reactivated", 1),
            ("reused", 0),
            ("revised", 0),
            ("moved", 0),
            ("notes", 0),
            ("property", 0),
            ("narrowed", 0),
        ];
        let levels: Vec<_> = [
            ("codes", Some(self.summary.codes)),
            ("headers", Some(self.summary.headers)),
            ("modifiers", self.summary.modifiers),
        ]
        .into_iter()
        .filter_map(|(word, level)| Some((word, level?)))
        .collect();
        let always = ["added", "deleted", "removed", "demoted", "revised"];
        let shown: Vec<_> = kinds
            .into_iter()
            .filter(|(kind, _)| {
                always.contains(kind) || levels.iter().any(|(_, level)| count(*level, kind) > 0)
            })
            .collect();
        let titles: Vec<&'static str> =
            ["", "old", "new"].into_iter().chain(shown.iter().map(|(kind, _)| *kind)).collect();
        let mut table = Table::new(&titles).numbers(&titles[1..]);
        for (word, level) in levels {
            let mut row = vec![Cell::from(word), Cell::Count(level.old), Cell::Count(level.new)];
            row.extend(shown.iter().map(|(kind, sign)| {
                let count = count(level, kind);
                if *sign == 0 {
                    Cell::Count(count)
                } else {
                    Cell::Change(sign * i64::try_from(count).unwrap_or(i64::MAX))
                }
            }));
            table.row(row);
        }
        table
    }

    fn verdict(&self) -> Vec<Block> {
        let Some(verification) = &self.verification else { return Vec::new() };
        if verification.agrees {
            return vec![Block::Text(format!(
                "Verified: every line and total agrees with {}.",
                verification.against
            ))];
        }
        vec![
            Block::Text(format!("Disagrees with {}:", verification.against)),
            Block::Table(super::verify::differences(&verification.differences)),
        ]
    }

    fn section(&self, level: Level, kind: Kind) -> Option<[Block; 2]> {
        let rows: Vec<_> = self.changes.iter().filter(|row| row.level == level && row.kind == kind).collect();
        if rows.is_empty() {
            return None;
        }
        let word = match level {
            Level::Code => "Codes",
            Level::Header => "Headers",
            Level::Modifier => "Modifiers",
        };
        let heading = Block::Heading(format!("{word} {} ({}): {}", kind.word(), rows.len(), kind.meaning()));
        let mut table = Table::new(&["code", "description"]);
        for row in rows {
            table.row(vec![Cell::Code(row.display.clone()), row.told()]);
        }
        Some([heading, Block::Table(table)])
    }
}

fn count(level: LevelSummary, kind: &str) -> u64 {
    match kind {
        "added" => level.added,
        "deleted" => level.deleted,
        "removed" => level.removed,
        "demoted" => level.demoted,
        "promoted" => level.promoted,
        "terminated" => level.terminated,
        "reactivated" => level.reactivated,
        "reused" => level.reused,
        "revised" => level.revised,
        "moved" => level.moved,
        "notes" => level.notes,
        "property" => level.property,
        _ => level.narrowed,
    }
}

impl<'a> Report for DiffReport<'a> {
    type Row = ChangeRow<'a>;

    const NAME: &'static str = "diff";

    fn document(&self) -> Document {
        let title = format!("{} -> {}", self.old.title(), self.new.title());
        let mut blocks = vec![Block::Table(self.summary_table())];
        blocks.extend(self.verdict());
        blocks.extend(self.note.clone().map(Block::Text));
        if self.changes.is_empty() && self.note.is_none() {
            blocks.push(Block::Text("No difference.".to_owned()));
        }
        let kinds = Level::ALL.iter().flat_map(|level| Kind::ALL.iter().map(move |kind| (*level, *kind)));
        blocks.extend(kinds.filter_map(|(level, kind)| self.section(level, kind)).flatten());
        Document { title, blocks }
    }

    fn table(&self) -> Table {
        let titles = [
            "kind",
            "level",
            "code",
            "display",
            "old_long",
            "new_long",
            "old_short",
            "new_short",
            "fields",
            "wording",
        ];
        let mut table = Table::new(&titles);
        for row in &self.changes {
            let fields =
                row.revision.iter().flat_map(|revision| revision.fields.iter().map(|field| field.word()));
            let fields: Vec<&str> = fields.chain(row.properties.iter().copied()).collect();
            let (old, new) = (row.old.as_ref(), row.new.as_ref());
            table.row(vec![
                Cell::Kind(row.kind.word()),
                Cell::from(row.level.word()),
                Cell::Code(row.code.to_owned()),
                Cell::Code(row.display.clone()),
                Cell::from(old.map(|texts| texts.long)),
                Cell::from(new.map(|texts| texts.long)),
                Cell::from(old.and_then(|texts| texts.short)),
                Cell::from(new.and_then(|texts| texts.short)),
                Cell::from(fields.join(" ")),
                Cell::from(row.revision.as_ref().map(|revision| revision.wording.word())),
            ]);
        }
        table
    }

    fn rows(&self) -> &[Self::Row] {
        &self.changes
    }

    fn addenda(&self) -> Option<AddendaText> {
        Some(self.addenda.clone())
    }
}
