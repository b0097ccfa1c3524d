//! The report of `migrate`: the changes made or proposed, and the findings that need a decision.

use std::collections::BTreeMap;

use serde::Serialize;

use super::document::{Block, Cell, Document, Table};
use super::problems_of;
use super::workbook::{NOTE, WHEN, WHO};
use super::{FillIn, ReleaseInfo, Report, SCHEMA_VERSION, Workbook};
use crate::base::{counted, grouped};
use crate::crosswalk::Crosswalk;
use crate::diff::Diff;
use crate::migrate::{Change, Migrated, Open, RIGHT};
use crate::model::{Entry, Problem};
use crate::scan::{Location, Names};

/// A change of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChangeRow {
    /// The file.
    pub path: String,
    /// The change.
    #[serde(flatten)]
    pub change: Change,
}

/// A finding that needs a decision: a row for each code that may be used, to be filled in and given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OpenRow {
    /// The code that is no longer billable or was narrowed; for a list that lacks a code, the missing code.
    pub source: String,
    /// Its description.
    pub description: String,
    /// A code that may be used; the same as the source where it is one to add.
    pub target: String,
    /// Its description.
    pub target_description: String,
    /// The source of the evidence.
    pub evidence: String,
    /// In how many places.
    pub places: u64,
    /// The first of them.
    pub first: String,
    /// The reason why a decided change could not be made, or further notes.
    pub why: String,
}

/// Counts of a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MigrateSummary {
    /// Files that were checked.
    pub files: u64,
    /// Checked files that change.
    pub changed: u64,
    /// Changes by kind.
    pub changes: BTreeMap<&'static str, u64>,
    /// Places left as they are by rule, by their use. They count as open too, except those that are correct as they are.
    pub left: BTreeMap<&'static str, u64>,
    /// Places that need a decision.
    pub open: u64,
}

/// The report of `migrate`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MigrateReport {
    /// The version of this form.
    pub schema_version: u32,
    /// The older release.
    pub old: ReleaseInfo,
    /// The newer release.
    pub new: ReleaseInfo,
    /// Counts.
    pub summary: MigrateSummary,
    /// The journal that undoes the changes, where files were changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<String>,
    /// The changes, file by file.
    pub changes: Vec<ChangeRow>,
    /// The findings that need a decision.
    pub open: Vec<OpenRow>,
    /// The problems with the input.
    pub problems: Vec<Problem>,
    #[serde(skip)]
    places: BTreeMap<(String, String), usize>,
    #[serde(skip)]
    names: Names,
}

impl MigrateReport {
    /// Creates a report without files.
    pub fn new(diff: &Diff<'_>, crosswalk: &Crosswalk<'_>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(diff.old),
            new: ReleaseInfo::of(diff.new),
            summary: MigrateSummary::default(),
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
    pub fn with_names(mut self, names: Names) -> Self {
        self.names = names;
        self
    }

    /// Adds a file.
    pub fn add(&mut self, path: &str, migrated: &Migrated<'_>) {
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
    }

    fn add_open(&mut self, path: &str, open: &Open<'_>) {
        let finding = &open.finding;
        let Location { line, column, field, .. } = &finding.location;
        let place = format!("{path}:{line}:{column} ({})", self.names.place(field));
        let source = finding.mapping.map(|mapping| mapping.source);
        let mut targets: Vec<(Entry<'_>, String)> = finding
            .mapping
            .iter()
            .flat_map(|mapping| &mapping.targets)
            .map(|target| (target.entry, super::crosswalk::TargetRow::of(target).describe()))
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
        for (entry, described) in targets.drain(..) {
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
    pub fn sheet(&self) -> DecisionSheet<'_> {
        DecisionSheet { open: &self.open, title: self.title() }
    }

    fn title(&self) -> String {
        format!("Migration {} -> {}", self.old.title(), self.new.title())
    }

    /// Summarizes in a sentence what was changed, or would be.
    pub fn in_short(&self) -> String {
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

    /// Returns one table of the findings that are changed, left by rule, and left to decide.
    fn overview(&self) -> Table {
        let done = if self.journal.is_some() { "changed" } else { "would change" };
        let mut table = Table::new(&["what happens", "because", "places"]).numbers(&["places"]);
        let mut row = |what: &str, why: &str, count: u64| {
            table.row(vec![Cell::from(what), Cell::from(why), Cell::Count(count)]);
        };
        self.summary.changes.iter().for_each(|(kind, count)| row(done, kind, *count));
        self.summary.left.iter().for_each(|(place_use, count)| row("left by rule", place_use, *count));
        let by_rule: u64 =
            self.summary.left.iter().filter(|(left, _)| **left != RIGHT).map(|(_, count)| count).sum();
        row("needs a decision", "", self.summary.open.saturating_sub(by_rule));
        table
    }
}

/// Returns the changes as rows.
fn changes(rows: &[ChangeRow]) -> Table {
    let titles = ["file", "line", "column", "field", "change", "old", "new"];
    let mut table = Table::new(&titles).numbers(&["line", "column"]);
    for ChangeRow { path, change } in rows {
        table.row(vec![
            Cell::from(path.as_str()),
            Cell::Count(change.line.into()),
            Cell::Count(change.column.into()),
            Cell::from(change.field.as_str()),
            Cell::from(change.kind.word()),
            Cell::Code(change.old.clone()),
            Cell::Code(change.new.clone()),
        ]);
    }
    table
}

/// Returns the findings that need a decision, with columns to be filled in where a format has no others for that.
fn open(rows: &[OpenRow], to_fill_in: bool) -> Table {
    let mut titles = vec![
        "source",
        "description",
        "target",
        "target description",
        "evidence",
        "places",
        "first place",
        "about it",
    ];
    if to_fill_in {
        titles.extend(TO_DECIDE.map(|fill_in| fill_in.title));
    }
    let mut table = Table::new(&titles).numbers(&["places"]);
    for row in rows {
        let mut cells = vec![
            Cell::Code(row.source.clone()),
            Cell::from(row.description.as_str()),
            if row.target.is_empty() { Cell::Empty } else { Cell::Code(row.target.clone()) },
            Cell::from(row.target_description.as_str()),
            Cell::from(row.evidence.as_str()),
            Cell::Count(row.places),
            Cell::from(row.first.as_str()),
            Cell::from(row.why.as_str()),
        ];
        cells.resize(titles.len(), Cell::Empty);
        table.row(cells);
    }
    table
}

/// The columns that turn rows into decisions.
const TO_DECIDE: [FillIn; 4] = [
    FillIn {
        title: "status",
        words: &["accept", "reject"],
        meaning: "accept: write it in place of the source, or next to it; all accepted targets of a source are written. reject: do not.",
    },
    NOTE,
    WHO,
    WHEN,
];

impl Report for MigrateReport {
    type Row = ChangeRow;

    const NAME: &'static str = "migrate";

    fn document(&self) -> Document {
        let mut blocks = vec![Block::Text(self.in_short())];
        blocks.push(Block::Table(self.overview()));
        if let Some(journal) = &self.journal {
            blocks.push(Block::Text(format!("To undo: codeset migrate undo {journal}")));
        }
        if !self.changes.is_empty() {
            blocks.push(Block::Heading("Changes".to_owned()));
            blocks.push(Block::Table(changes(&self.changes)));
        }
        if !self.open.is_empty() {
            blocks.push(Block::Heading("Left to decide".to_owned()));
            blocks.push(Block::Table(open(&self.open, false).without_empty_columns()));
        }
        Document { title: self.title(), blocks }
    }

    fn table(&self) -> Table {
        changes(&self.changes)
    }

    fn workbook(&self) -> Workbook {
        Workbook::new(self.title(), self.new.effective)
            .page("Summary", vec![Block::Text(self.in_short())])
            .rows("Changes", changes(&self.changes))
            .to_fill_in("Left to decide", open(&self.open, false), &TO_DECIDE)
            .with_problems(&self.problems)
    }

    fn rows(&self) -> &[ChangeRow] {
        &self.changes
    }
}

/// The findings that need a decision, as a table of its own.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionSheet<'r> {
    open: &'r [OpenRow],
    #[serde(skip)]
    title: String,
}

impl Report for DecisionSheet<'_> {
    type Row = OpenRow;

    const NAME: &'static str = "decisions";

    fn document(&self) -> Document {
        Document { title: self.title.clone(), blocks: vec![Block::Table(open(self.open, true))] }
    }

    fn table(&self) -> Table {
        open(self.open, true)
    }

    fn workbook(&self) -> Workbook {
        Workbook::new(self.title.clone(), None).to_fill_in(
            "Left to decide",
            open(self.open, false),
            &TO_DECIDE,
        )
    }

    fn rows(&self) -> &[OpenRow] {
        self.open
    }
}
