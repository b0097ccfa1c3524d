//! The report of `diff`.

mod addenda;
mod counts;
mod groups;
mod ours;
mod pcs;
pub(super) mod tabular;
mod view;

use serde::Serialize;

pub(crate) use counts::{FactChange, PropertyCount};
pub(crate) use ours::OursInfo;

use super::{GuidelinesPart, ReleaseInfo, Report, SCHEMA_VERSION};
use crate::base::{counted, grouped};
use crate::diff::{
    Change, Diff, Kind, NoteChange, Ours, Outcome, PcsChange, PropertyChange, Revision, Summary,
    Verification, addenda_lines, addenda_totals, pcs_diff,
};
use crate::model::{AddendaColumns, CodeList, CodeSet, Entry, Level, Problem, Release, TextKind};
use crate::view::{Cell, Metric, Table};
pub(crate) use addenda::AddendaText;
use counts::{fact_changes, property_counts};
use tabular::{TabularSummary, words_of};

/// The changes that a report lists. The summary always counts all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these kinds; all if there are none.
    pub kinds: Vec<Kind>,
    /// Only these codes and all codes below them; all if there are none.
    pub codes: Option<CodeList>,
}

impl Selection {
    /// Returns whether a change is selected.
    pub(crate) fn takes(&self, change: &Change<'_>) -> bool {
        let kind = self.kinds.is_empty() || self.kinds.contains(&change.kind);
        kind && self.codes.as_ref().is_none_or(|codes| {
            [change.old, change.new].into_iter().flatten().any(|entry| codes.holds(entry))
        })
    }

    fn is_everything(&self) -> bool {
        self.kinds.is_empty() && self.codes.is_none()
    }
}

/// The descriptions of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Texts<'a> {
    /// The full description; absent where it is licensed and left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) long: Option<&'a str>,
    /// The abbreviated description, where the file has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) short: Option<&'a str>,
    /// A description of middle length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) medium: Option<&'a str>,
    /// A description in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) consumer: Option<&'a str>,
}

impl<'a> Texts<'a> {
    pub(super) fn of(entry: Entry<'a>) -> Self {
        Self {
            long: entry.shown(TextKind::Long),
            short: entry.shown(TextKind::Short),
            medium: entry.shown(TextKind::Medium),
            consumer: entry.shown(TextKind::Consumer),
        }
    }

    /// Returns a description by its kind.
    pub(super) fn text(&self, kind: TextKind) -> Option<&'a str> {
        match kind {
            TextKind::Long => self.long,
            TextKind::Short => self.short,
            TextKind::Medium => self.medium,
            TextKind::Consumer => self.consumer,
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChangeRow<'a> {
    /// The kind.
    pub(crate) kind: Kind,
    /// The level at which it is counted.
    pub(crate) level: Level,
    /// The code as it appears in files.
    pub(crate) code: &'a str,
    /// The code as people write it.
    pub(crate) display: String,
    /// The code in OLD as people write it, where it was another: moved or reformatted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) old_display: Option<String>,
    /// The descriptions in OLD, `null` if it was not there.
    pub(crate) old: Option<Texts<'a>>,
    /// The descriptions in NEW, `null` if it is not there.
    pub(crate) new: Option<Texts<'a>>,
    /// The descriptions that changed, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<Revision>,
    /// The attributes that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) properties: Vec<PropertyChange<'a>>,
    /// The deleted and new notes, by kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<NoteChange<'a>>,
    /// The number of billable codes that the notes apply to: the code and all codes below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) codes_below: Option<u64>,
    /// The sections before and after, of an entry that moved to another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sections: Option<[&'a str; 2]>,
}

impl<'a> ChangeRow<'a> {
    pub(super) fn of(change: &Change<'a>) -> Self {
        let entry = change.entry();
        Self {
            kind: change.kind,
            level: change.level(),
            code: entry.code(),
            display: entry.display(),
            old_display: change.old.filter(|old| old.code() != entry.code()).map(Entry::display),
            old: change.old.map(Texts::of),
            new: change.new.map(Texts::of),
            revision: change.revision.clone(),
            properties: change.properties.iter().map(|property| shown(entry, property)).collect(),
            notes: change.notes.clone(),
            codes_below: (!change.notes.is_empty()).then(|| entry.billable_from_here()),
            sections: change.parts.map(|parts| parts.map(|part| part.name.as_str())),
        }
    }

    /// Describes the attributes that changed.
    pub(super) fn attributes(&self) -> String {
        let shown = |value: Option<&'a str>| value.unwrap_or("-");
        let described = self
            .properties
            .iter()
            .map(|property| format!("{} {} -> {}", property.name, shown(property.old), shown(property.new)));
        described.collect::<Vec<_>>().join("; ")
    }
}

/// The report of `diff`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DiffReport<'a> {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The older release.
    pub(crate) old: ReleaseInfo,
    /// The newer release.
    pub(crate) new: ReleaseInfo,
    /// The key numbers: of all changes, listed or not.
    pub(crate) metrics: Vec<Metric>,
    /// Counts of all changes, listed or not.
    pub(crate) summary: Summary,
    /// Facts about the whole release that changed, such as a conversion factor.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) facts: Vec<FactChange>,
    /// The number of codes with a change in each attribute, listed or not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) properties: Vec<PropertyCount>,
    /// The comparison of the difference with the publisher's addenda or action codes; `null` if there are none that
    /// start from OLD.
    pub(crate) verification: Option<Verification>,
    /// The problems with the input.
    pub(crate) problems: Vec<Problem>,
    /// A table of the user's own, compared with the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ours: Option<OursInfo<'a>>,
    /// The changes in the tabular list, where both releases have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tabular: Option<TabularSummary<'a>>,
    /// The changes in the tables of ICD-10-PCS, where both releases have them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tables: Option<Vec<PcsChange>>,
    /// The changes in the Official Guidelines, where both releases by name have an edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) guidelines: Option<GuidelinesPart>,
    /// The changes, in the publisher's order.
    pub(crate) changes: Vec<ChangeRow<'a>>,
    #[serde(skip)]
    note: Option<String>,
    #[serde(skip)]
    addenda: Option<AddendaText>,
    #[serde(skip)]
    set: &'static CodeSet,
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
            let all = counted(diff.changes.len() as u64, "change", "changes");
            format!("{} of {all} listed.", grouped(chosen.len() as u64))
        });
        let summary = Summary::of(diff);
        Self {
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(diff.old),
            new: ReleaseInfo::of(diff.new),
            metrics: groups::metrics(diff, &summary),
            summary,
            facts: fact_changes(diff.old, diff.new),
            properties: property_counts(diff),
            verification,
            problems: releases.chain(diff.problems.clone()).chain(other).collect(),
            addenda: diff.new.set.addenda.map(|columns| addenda_text(diff, columns, &chosen)),
            changes: chosen.into_iter().map(ChangeRow::of).collect(),
            ours: None,
            tabular: diff.tabular.as_ref().map(TabularSummary::of),
            tables: pcs_diff(diff.old, diff.new),
            guidelines: None,
            set: diff.new.set,
            note,
        }
    }

    /// Returns the changes in the publisher's own layout, if the set has one.
    pub(crate) fn addenda(&self) -> Option<&AddendaText> {
        self.addenda.as_ref()
    }

    /// Adds a table of the user's own.
    #[must_use]
    pub(crate) fn with_ours(mut self, ours: &Ours<'a>) -> Self {
        let ours = OursInfo::of(ours);
        self.metrics.extend(ours.metrics());
        self.ours = Some(ours);
        self
    }

    /// Adds what changed in the guidelines.
    #[must_use]
    pub(crate) fn with_guidelines(self, guidelines: Option<GuidelinesPart>) -> Self {
        Self { guidelines, ..self }
    }

    /// Names both releases.
    fn title(&self) -> String {
        format!("{} -> {}", self.old.title(), self.new.title())
    }
}

/// Returns a change of an attribute without licensed texts, unless they may be shown.
fn shown<'a>(entry: Entry<'a>, property: &PropertyChange<'a>) -> PropertyChange<'a> {
    let withheld = property.group.licensed && entry.is_withheld();
    let value = |value: Option<&'a str>| value.filter(|_| !withheld);
    PropertyChange { old: value(property.old), new: value(property.new), ..property.clone() }
}

/// Returns the chosen changes in the publisher's own layout.
fn addenda_text(diff: &Diff<'_>, columns: AddendaColumns, chosen: &[&Change<'_>]) -> AddendaText {
    let changes = chosen.iter().map(|change| (*change).clone()).collect();
    let lines =
        addenda_lines(&Diff { old: diff.old, new: diff.new, changes, tabular: None, problems: Vec::new() });
    let name = |release: &Release| release.file.rsplit(['!', '/']).next().unwrap_or(&release.file).to_owned();
    AddendaText {
        columns,
        totals: addenda_totals(diff.old, diff.new, &lines),
        lines,
        names: [diff.old, diff.new].map(name),
    }
}

impl<'a> Report for DiffReport<'a> {
    type Row = ChangeRow<'a>;

    const NAME: &'static str = "diff";

    fn view(&self) -> crate::view::Report {
        view::view(self)
    }

    fn flat(&self) -> Table {
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
            "old_display",
            "attributes",
            "notes",
            "codes_below",
        ];
        let mut table = Table::new(&titles).numbers(&["codes_below"]);
        for row in &self.changes {
            let fields =
                row.revision.iter().flat_map(|revision| revision.fields.iter().map(|field| field.word()));
            let fields: Vec<&str> =
                fields.chain(row.properties.iter().map(|property| property.name)).collect();
            let (old, new) = (row.old.as_ref(), row.new.as_ref());
            table.row(vec![
                Cell::kind(row.kind),
                Cell::from(row.level.word()),
                Cell::Code(row.code.to_owned()),
                Cell::Code(row.display.clone()),
                Cell::from(old.and_then(|texts| texts.long)),
                Cell::from(new.and_then(|texts| texts.long)),
                Cell::from(old.and_then(|texts| texts.short)),
                Cell::from(new.and_then(|texts| texts.short)),
                Cell::from(fields.join(" ")),
                Cell::from(row.revision.as_ref().map(|revision| revision.wording.word())),
                row.old_display.clone().map_or(Cell::Empty, Cell::Code),
                Cell::from(row.attributes()),
                Cell::words(words_of(&row.notes)),
                Cell::from(row.codes_below),
            ]);
        }
        table
    }

    fn rows(&self) -> impl Iterator<Item = &Self::Row> {
        self.changes.iter()
    }
}
