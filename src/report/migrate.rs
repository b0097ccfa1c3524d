//! The report of `migrate`: the changes made or proposed, and the findings that need a decision.

use std::collections::BTreeMap;

use serde::Serialize;

use super::fill_in::decision_columns;
use super::{ReleaseInfo, Report, SCHEMA_VERSION, editions, problems_of, sources};
use crate::base::{counted, grouped};
use crate::crosswalk::Crosswalk;
use crate::diff::Diff;
use crate::migrate::{Change, Migrated, Open, RIGHT};
use crate::model::{Entry, Problem};
use crate::scan::{Location, Names};
use crate::view::{self, Cell, Column, Metric, Section, Table, Tone, column, to_fill_in};

/// A change of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ChangeRow {
    /// The file.
    pub(crate) path: String,
    /// The change.
    #[serde(flatten)]
    pub(crate) change: Change,
}

/// A finding that needs a decision: a row for each code that may be used, to be filled in and given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct OpenRow {
    /// The code that is no longer billable or was narrowed; for a list that lacks a code, the missing code.
    pub(crate) source: String,
    /// Its description.
    pub(crate) description: String,
    /// A code that may be used; the same as the source where it is one to add.
    pub(crate) target: String,
    /// Its description.
    pub(crate) target_description: String,
    /// The source of the evidence.
    pub(crate) evidence: String,
    /// In how many places.
    pub(crate) places: u64,
    /// The first of them.
    pub(crate) first: String,
    /// The reason why a decided change could not be made, or further notes.
    pub(crate) why: String,
}

/// Counts of a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct MigrateSummary {
    /// Files that were checked.
    pub(crate) files: u64,
    /// Checked files that change.
    pub(crate) changed: u64,
    /// Changes by kind.
    pub(crate) changes: BTreeMap<&'static str, u64>,
    /// Places left as they are by rule, by their use. They count as open too, except those that are correct as they are.
    pub(crate) left: BTreeMap<&'static str, u64>,
    /// Places that need a decision.
    pub(crate) open: u64,
}

/// The report of `migrate`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct MigrateReport {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The older release.
    pub(crate) old: ReleaseInfo,
    /// The newer release.
    pub(crate) new: ReleaseInfo,
    /// Counts.
    pub(crate) summary: MigrateSummary,
    /// The key numbers.
    pub(crate) metrics: Vec<Metric>,
    /// The journal that undoes the changes, where files were changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) journal: Option<String>,
    /// The changes, file by file.
    pub(crate) changes: Vec<ChangeRow>,
    /// The findings that need a decision.
    pub(crate) open: Vec<OpenRow>,
    /// The problems with the input.
    pub(crate) problems: Vec<Problem>,
    #[serde(skip)]
    places: BTreeMap<(String, String), usize>,
    #[serde(skip)]
    names: Names,
}

impl MigrateReport {
    /// Creates a report without files.
    pub(crate) fn new(diff: &Diff<'_>, crosswalk: &Crosswalk<'_>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(diff.old),
            new: ReleaseInfo::of(diff.new),
            summary: MigrateSummary::default(),
            metrics: Vec::new(),
            journal: None,
            changes: Vec::new(),
            open: Vec::new(),
            problems: problems_of(diff, &crosswalk.problems),
            places: BTreeMap::new(),
            names: Names::default(),
        }
    }

    /// Returns the report with more or less of the names in files. Call it before files are added.
    #[must_use]
    pub(crate) fn with_names(mut self, names: Names) -> Self {
        self.names = names;
        self
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, path: &str, migrated: &Migrated<'_>) {
        self.summary.files += 1;
        self.summary.changed += u64::from(!migrated.changes.is_empty());
        for change in &migrated.changes {
            *self.summary.changes.entry(change.kind.word()).or_default() += 1;
            let change = Change { field: self.names.place(&change.field), ..change.clone() };
            self.changes.push(ChangeRow { path: path.to_owned(), change });
        }
        for (place_use, count) in &migrated.left {
            *self.summary.left.entry(place_use).or_default() += count;
        }
        for open in &migrated.open {
            self.summary.open += 1;
            self.add_open(path, open);
        }
        self.metrics = self.metrics();
    }

    /// States that the files were changed, and the journal that undoes that.
    pub(crate) fn set_journal(&mut self, journal: String) {
        self.journal = Some(journal);
        self.metrics = self.metrics();
    }

    fn add_open(&mut self, path: &str, open: &Open<'_>) {
        let finding = &open.finding;
        let Location { line, column, field, .. } = &finding.location;
        let place = format!("{path}:{line}:{column} ({})", self.names.place(field));
        let source = finding.mapping.map(|mapping| mapping.source);
        let targets: Vec<(Entry<'_>, String)> = finding
            .mapping
            .iter()
            .flat_map(|mapping| &mapping.targets)
            .map(|target| (target.entry, super::target::TargetRow::of(target).describe()))
            .collect();
        let why = open
            .why
            .clone()
            .or_else(|| finding.hint.clone().filter(|_| !open.is_addition()))
            .unwrap_or_default();
        if open.is_addition() {
            let before: Vec<String> = finding.predecessors.iter().map(|entry| entry.display()).collect();
            let described = format!("the list has {}", before.join(", "));
            self.row(
                &finding.display,
                "",
                Some((&finding.display, finding.hint.as_deref().unwrap_or(""), &described)),
                &place,
                &why,
            );
            return;
        }
        let description = source.map_or("", Entry::shown_long);
        if targets.is_empty() {
            self.row(&finding.display, description, None, &place, &why);
        }
        for (entry, described) in targets {
            self.row(
                &finding.display,
                description,
                Some((&entry.display(), entry.shown_long(), &described)),
                &place,
                &why,
            );
        }
    }

    fn row(
        &mut self,
        source: &str,
        description: &str,
        target: Option<(&str, &str, &str)>,
        place: &str,
        why: &str,
    ) {
        let (target, target_description, evidence) = target.unwrap_or_default();
        let key = (source.to_owned(), format!("{target}\n{why}"));
        if let Some(held) = self.places.get(&key) {
            self.open[*held].places += 1;
            return;
        }
        self.places.insert(key, self.open.len());
        self.open.push(OpenRow {
            source: source.to_owned(),
            description: description.to_owned(),
            target: target.to_owned(),
            target_description: target_description.to_owned(),
            evidence: evidence.to_owned(),
            places: 1,
            first: place.to_owned(),
            why: why.to_owned(),
        });
    }

    /// Returns the findings that need a decision, as a sheet to be filled in and given back with --decisions.
    pub(crate) fn sheet(&self) -> DecisionSheet<'_> {
        DecisionSheet { open: &self.open, title: self.title() }
    }

    fn title(&self) -> String {
        format!("Migration {} -> {}", self.old.title(), self.new.title())
    }

    /// Summarizes in a sentence what was changed, or would be.
    pub(crate) fn in_short(&self) -> String {
        let summary = &self.summary;
        let changes: Vec<String> =
            summary.changes.iter().map(|(kind, count)| format!("{kind} {}", grouped(*count))).collect();
        let done = if self.journal.is_some() { "changed" } else { "would change" };
        let changes = match changes.as_slice() {
            [] => "no changes".to_owned(),
            changes => format!("{} {done} ({})", grouped(summary.changed), changes.join(", ")),
        };
        let left: Vec<String> = summary
            .left
            .iter()
            .map(|(place_use, count)| format!("{place_use} {}", grouped(*count)))
            .collect();
        let left =
            if left.is_empty() { String::new() } else { format!(" Left by rule: {}.", left.join(", ")) };
        format!(
            "{} checked, {changes}.{left} {} a decision.",
            counted(summary.files, "file", "files"),
            counted(summary.open, "item needs", "items need")
        )
    }

    /// Returns the numbers of places that are changed, that stay, and that need a decision, each with the reason. Those
    /// that need a decision add up to `open`.
    fn overview(&self) -> Vec<Outcome> {
        let done = if self.journal.is_some() { "changed" } else { "would change" };
        let outcome = |what, because, places| Outcome { what, because, places };
        let changes = self.summary.changes.iter().map(|(kind, count)| outcome(done, *kind, *count));
        let (right, by_rule): (Vec<_>, Vec<_>) = self
            .summary
            .left
            .iter()
            .map(|(place_use, count)| (*place_use, *count))
            .partition(|(place_use, _)| *place_use == RIGHT);
        let to_choose = self.summary.open.saturating_sub(by_rule.iter().map(|(_, count)| count).sum());
        changes
            .chain(right.iter().map(|(place_use, count)| outcome("stays", place_use, *count)))
            .chain((to_choose > 0).then(|| outcome("needs a decision", "", to_choose)))
            .chain(by_rule.iter().map(|(place_use, count)| outcome("needs a decision", place_use, *count)))
            .collect()
    }

    fn metrics(&self) -> Vec<Metric> {
        let summary = &self.summary;
        let changes = summary.changes.values().sum();
        let changed = if self.journal.is_some() { "files changed" } else { "files to change" };
        let right = summary.left.get(RIGHT).copied().unwrap_or_default();
        let mut metrics = vec![
            Metric::new(summary.files, "files checked", "", Tone::Plain),
            Metric::new(summary.changed, changed, counted(changes, "change", "changes"), Tone::Good),
            Metric::new(summary.open, "need a decision", "", Tone::Warn),
        ];
        if right > 0 {
            metrics.push(Metric::new(right, "correct as they are", "", Tone::Plain));
        }
        metrics
    }
}

/// The number of places with an outcome.
struct Outcome {
    what: &'static str,
    because: &'static str,
    places: u64,
}

/// The purpose of the status of a row.
const TO_DECIDE: &str = "accept: write the target in place of the source or next to it; all accepted targets of a \
                         source are written. reject: do not use the target.";

/// Returns the findings that need a decision, with columns to be filled in.
fn open<'r>(rows: &'r [OpenRow]) -> Section {
    // Where no row has a target, people still need the column to enter one.
    let target = if rows.iter().all(|row| row.target.is_empty()) {
        to_fill_in("target", &[], "The code to use instead.")
    } else {
        column("target", |row: &OpenRow| Cell::code(row.target.clone()))
    };
    let columns: [Column<'r, OpenRow>; 7] = [
        column("source", |row: &OpenRow| Cell::entry(row.source.clone(), &row.description)),
        target,
        column("target description", |row: &OpenRow| Cell::from(row.target_description.as_str())),
        column("evidence", |row: &OpenRow| Cell::from(row.evidence.as_str())),
        column("places", |row: &OpenRow| Cell::Count(row.places)),
        column("first place", |row: &OpenRow| Cell::from(row.first.as_str())),
        column("about it", |row: &OpenRow| Cell::from(row.why.as_str())),
    ];
    Section::new("Needs a decision")
        .about(
            "A row for each possible replacement. To decide, fill in the sheet that --sheet writes, and pass it \
             with --decisions.",
        )
        .sheet("Decisions")
        .rows(rows, columns.into_iter().chain(decision_columns(&["accept", "reject"], TO_DECIDE)))
}

impl Report for MigrateReport {
    type Row = ChangeRow;

    const NAME: &'static str = "migrate";

    fn view(&self) -> view::Report {
        let overview = Section::new("Places by outcome").table(
            "Places by outcome",
            Table::of(
                [
                    column("outcome", |row: &Outcome| Cell::from(row.what)),
                    column("reason", |row: &Outcome| Cell::from(row.because)),
                    column("places", |row: &Outcome| Cell::Count(row.places)),
                ],
                &self.overview(),
            ),
        );
        let undo = self.journal.iter().map(|journal| format!("To undo: codeset migrate undo {journal}"));
        let changes = Section::new("Changes").sheet("Changes").rows(
            &self.changes,
            [
                column("file", |row: &ChangeRow| Cell::from(row.path.as_str())).filter(),
                column("line", |row: &ChangeRow| Cell::Count(row.change.line.into())),
                column("column", |row: &ChangeRow| Cell::Count(row.change.column.into())),
                column("field", |row: &ChangeRow| Cell::from(row.change.field.as_str())),
                column("change", |row: &ChangeRow| Cell::from(row.change.kind.word())).filter(),
                column("old", |row: &ChangeRow| Cell::code(row.change.old.clone())),
                column("new", |row: &ChangeRow| Cell::code(row.change.new.clone())),
            ],
        );
        let report = view::Report {
            day: self.new.effective,
            editions: editions(&self.old, &self.new),
            ..view::Report::new(self.title())
        };
        report
            .heading("Migration")
            .lead(self.in_short())
            .metrics(&self.metrics)
            .section(overview.texts(undo))
            .section(changes)
            .section(open(&self.open).counted(self.summary.open as usize))
            .problems(&self.problems)
            .appendix(sources(&self.old, &self.new, &[]))
    }

    fn flat(&self) -> Table {
        let mut table = Table::new(&["file", "line", "column", "field", "change", "old", "new"]);
        for ChangeRow { path, change } in &self.changes {
            table.row(vec![
                Cell::from(path.as_str()),
                Cell::Count(change.line.into()),
                Cell::Count(change.column.into()),
                Cell::from(change.field.as_str()),
                Cell::from(change.kind.word()),
                Cell::code(change.old.clone()),
                Cell::code(change.new.clone()),
            ]);
        }
        table
    }

    fn rows(&self) -> impl Iterator<Item = &ChangeRow> {
        self.changes.iter()
    }
}

/// The findings that need a decision, as a table of its own.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DecisionSheet<'r> {
    open: &'r [OpenRow],
    #[serde(skip)]
    title: String,
}

impl Report for DecisionSheet<'_> {
    type Row = OpenRow;

    const NAME: &'static str = "decisions";

    fn view(&self) -> view::Report {
        view::Report::new(self.title.clone()).section(open(self.open))
    }

    fn flat(&self) -> Table {
        let mut table = Table::new(&[
            "source",
            "description",
            "target",
            "target description",
            "evidence",
            "places",
            "first place",
            "about it",
            "status",
            "note",
            "who",
            "when",
        ]);
        for row in self.open {
            let mut cells = vec![
                Cell::code(row.source.clone()),
                Cell::from(row.description.as_str()),
                Cell::code(row.target.clone()),
                Cell::from(row.target_description.as_str()),
                Cell::from(row.evidence.as_str()),
                Cell::Count(row.places),
                Cell::from(row.first.as_str()),
                Cell::from(row.why.as_str()),
            ];
            cells.resize(table.columns.len(), Cell::Empty);
            table.row(cells);
        }
        table
    }

    fn rows(&self) -> impl Iterator<Item = &OpenRow> {
        self.open.iter()
    }
}
