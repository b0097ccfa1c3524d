//! The report of `crosswalk`.

mod people;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::decided::{DecidedRow, Task, task_metrics};
use super::lookup::Relative;
use super::problems_of;
use super::target::{TargetRow, each};
use super::used::{UsedRow, owners_text};
use super::{ReleaseInfo, Report, SCHEMA_VERSION};
use crate::base::counted;
use crate::crosswalk::{
    Axis, Cardinality, Crosswalk, Direction, Disposition, EvidenceKind, Mapping, Measured, Path, Status,
};
use crate::diff::{Diff, Kind};
use crate::impact::Usage;
use crate::model::{CodeSet, Problem};
use crate::view::{self, Cell, Metric, Table, Tone};

/// A code with its description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SourceRow<'a> {
    /// The code as it appears in files.
    pub(crate) code: &'a str,
    /// The code as people write it.
    pub(crate) display: String,
    /// Its long description.
    pub(crate) long: &'a str,
    /// The status of the code.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) status: Status,
    /// True if it is billable in NEW: a narrowed code stays valid.
    pub(crate) valid_in_new: bool,
    /// The last edition in which it was billable, where the editions in between are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_valid_in: Option<String>,
    /// True if OLD does not have it: it came with an edition in between.
    #[serde(skip)]
    pub(crate) came_after_old: bool,
    /// Set if it lost validity, with its last day as far as that is known.
    #[serde(skip)]
    pub(crate) lost: Option<Option<Date>>,
}

/// The answer for one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MappingRow<'a> {
    /// The code.
    pub(crate) source: SourceRow<'a>,
    /// Its usage, where files of codes in use were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) used: Option<UsedRow<'a>>,
    /// Whether the code may be replaced without review.
    pub(crate) decision: Disposition,
    /// The number of targets, and how they relate to each other.
    pub(crate) cardinality: Cardinality,
    /// The codes that may be used instead.
    pub(crate) targets: Vec<TargetRow<'a>>,
    /// Further billable codes below a code that became a header: the publisher's rows do not lead to them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) below: Vec<Relative<'a>>,
    /// The path to each target with more than one step; then the publisher's targets that cannot be followed.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    #[serde(rename = "trace")]
    pub(crate) paths: Vec<Path>,
    /// The details that distinguish the targets, where one of several must be chosen: what documentation must state.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) distinguish: Vec<Axis>,
    /// The reason why there is no target, if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<&'static str>,
}

impl<'a> MappingRow<'a> {
    fn of(mapping: &Mapping<'a>, crosswalk: &Crosswalk<'a>, reason: &'static str) -> Self {
        let targets = TargetRow::all_of(mapping, crosswalk);
        let lost = matches!(mapping.status, Status::Changed(kind) if kind.is_deletion());
        Self {
            source: SourceRow {
                code: mapping.source.code(),
                display: mapping.source.display(),
                long: mapping.source.shown_long(),
                status: mapping.status,
                valid_in_new: crosswalk.new.find_billable(mapping.source.code()).is_some(),
                last_valid_in: mapping.end.map(|[last, _]| last.id()),
                came_after_old: crosswalk.is_passing(mapping),
                lost: lost.then(|| crosswalk.last_day(mapping)),
            },
            used: None,
            decision: mapping.decision,
            cardinality: if targets.len() > 1 && mapping.is_narrowed() {
                Cardinality::Many
            } else {
                mapping.cardinality
            },
            below: mapping.below.iter().copied().map(Relative::of).collect(),
            paths: mapping.paths.clone(),
            distinguish: mapping.distinguish.clone(),
            reason: targets.is_empty().then_some(if mapping.paths.is_empty() {
                reason
            } else {
                NOT_FOLLOWED
            }),
            targets,
        }
    }
}

impl MappingRow<'_> {
    /// Returns whether the code is still valid, with a narrower meaning.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.source.status == Status::Changed(Kind::Narrowed)
    }

    /// Returns the task for the code.
    pub(super) fn task(&self) -> Task {
        Task::of(self.decision, self.is_narrowed(), &self.targets)
    }

    /// Lines, amount and owners for a table; empty in the rows of further targets, so that a sum is right.
    pub(crate) fn volumes(&self, is_first: bool) -> [Cell; 3] {
        let amount = self.used.as_ref().and_then(|used| used.amount);
        let used = self.used.as_ref();
        let cells = [
            used.map_or(Cell::Empty, |used| Cell::lines(used.lines)),
            Cell::from(amount),
            used.map_or(Cell::Empty, |used| Cell::from(owners_text(&used.owners, "; "))),
        ];
        cells.map(|cell| if is_first { cell } else { Cell::Empty })
    }

    /// Returns the number of lines with the code, as far as it is known and may be shown.
    pub(crate) fn lines(&self) -> Option<u64> {
        self.used.as_ref().and_then(|used| used.lines)
    }

    /// Returns the targets, a row each; a single `None` if there is no target.
    pub(crate) fn each_target(&self) -> impl Iterator<Item = Option<&TargetRow<'_>>> {
        each(&self.targets)
    }
}

/// Counts of a crosswalk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CrosswalkSummary {
    /// Codes that were mapped.
    pub(crate) sources: u64,
    /// Codes that may be replaced without review.
    pub(crate) automatic: u64,
    /// Codes that need review.
    pub(crate) choose: u64,
    /// Codes without a successor.
    pub(crate) none: u64,
    /// Codes by the strongest evidence for them.
    pub(crate) by_evidence: BTreeMap<&'static str, u64>,
    /// The measured quality of the kinds of suggestion in this report: how often they were right and complete.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) measured: BTreeMap<&'static str, Measured>,
}

/// The report of `crosswalk`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CrosswalkReport<'a> {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The older release.
    pub(crate) old: ReleaseInfo,
    /// The newer release.
    pub(crate) new: ReleaseInfo,
    /// The key numbers.
    pub(crate) metrics: Vec<Metric>,
    /// Counts.
    pub(crate) summary: CrosswalkSummary,
    /// One for each code, in the publisher's order.
    pub(crate) mappings: Vec<MappingRow<'a>>,
    /// The user's decisions and their effect.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) decisions: Vec<DecidedRow>,
    /// The problems with the input.
    pub(crate) problems: Vec<Problem>,
    #[serde(skip)]
    set: &'static CodeSet,
    #[serde(skip)]
    direction: Direction,
    #[serde(skip)]
    reason: &'static str,
    #[serde(skip)]
    url: Option<String>,
}

/// The reason for a code without a target although the publisher names something: its trace has the details.
const NOT_FOLLOWED: &str = "the publisher names no code that can be followed: see the trace";

/// Returns the reason why a code has no target.
fn reason(crosswalk: &Crosswalk<'_>) -> &'static str {
    let has_tables = crosswalk.new.companions.has_successors();
    match (crosswalk.direction, !has_tables) {
        (Direction::Reverse, false) => {
            "no predecessor is known: the conversion table names none that was billable"
        }
        (Direction::Forward, false) => {
            "no successor is known: the conversion table names none, and there is no code below it"
        }
        (Direction::Reverse, true) => "no predecessor is known: there is no conversion table",
        (Direction::Forward, true) => {
            "no successor is known: there is no conversion table, and no code below it"
        }
    }
}

impl<'a> CrosswalkReport<'a> {
    /// Makes the report of a crosswalk over a difference.
    pub fn new(diff: &Diff<'a>, crosswalk: &Crosswalk<'a>) -> Self {
        let mut summary = CrosswalkSummary { sources: crosswalk.mappings.len() as u64, ..Default::default() };
        for mapping in &crosswalk.mappings {
            match mapping.decision {
                Disposition::Automatic => summary.automatic += 1,
                Disposition::Choose => summary.choose += 1,
                Disposition::None => summary.none += 1,
            }
            let elsewhere = mapping.elsewhere.iter().flat_map(|elsewhere| &elsewhere.evidence);
            let evidence = mapping.targets.iter().flat_map(|target| &target.evidence).chain(elsewhere);
            let best = evidence.map(|evidence| evidence.kind).min();
            *summary.by_evidence.entry(best.map_or("none", EvidenceKind::word)).or_default() += 1;
            if let Some((kind, measured)) = best.and_then(|kind| Some((kind, kind.measured(diff.new.set)?))) {
                summary.measured.insert(kind.word(), measured);
            }
        }
        let reason = reason(crosswalk);
        let report = Self {
            metrics: Vec::new(),
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(crosswalk.old),
            new: ReleaseInfo::of(crosswalk.new),
            summary,
            mappings: crosswalk
                .mappings
                .iter()
                .map(|mapping| MappingRow::of(mapping, crosswalk, reason))
                .collect(),
            problems: problems_of(diff, &crosswalk.problems),
            set: diff.new.set,
            decisions: crosswalk
                .decided
                .iter()
                .map(|decided| DecidedRow::of(decided, diff.new.set))
                .collect(),
            direction: crosswalk.direction,
            reason,
            url: None,
        };
        Self { metrics: report.metrics(), ..report }
    }

    /// Returns the key numbers.
    fn metrics(&self) -> Vec<Metric> {
        let mut metrics = vec![Metric::new(self.summary.sources, "codes to map", "", Tone::Plain)];
        metrics.extend(task_metrics(&Task::ALL, |task| {
            let count = self.mappings.iter().filter(|mapping| mapping.task() == task).count();
            (count as u64, String::new())
        }));
        metrics
    }

    /// Returns the heading of the codes with a task.
    fn title_of(&self, task: Task) -> &'static str {
        match task {
            Task::Replace if self.is_reverse() => "One predecessor",
            Task::Replace => "One official replacement",
            Task::None if self.is_reverse() => "No predecessor",
            task => task.title(),
        }
    }

    /// Describes the codes with a task, in a sentence.
    fn about(&self, task: Task) -> String {
        match task {
            Task::Replace if self.has_transition() => {
                "The publisher names one target and allows automatic replacement.".to_owned()
            }
            Task::None => capital(self.reason) + ".",
            task => task.meaning().to_owned(),
        }
    }

    /// Returns the report with how often each code is used, most lines first.
    #[must_use]
    pub(crate) fn with_usage(mut self, usage: &'a Usage) -> Self {
        for mapping in &mut self.mappings {
            mapping.used = usage.codes.get(mapping.source.code).map(UsedRow::of);
        }
        self.mappings.sort_by_key(|mapping| Reverse(mapping.lines()));
        self.problems.extend(usage.problems.iter().cloned());
        self
    }

    /// Returns the report with the canonical URL of its ConceptMap.
    #[must_use]
    pub fn with_url(mut self, url: Option<String>) -> Self {
        self.url = url;
        self
    }

    /// Returns the canonical URL of the ConceptMap, if one was given.
    pub(crate) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Returns whether the codes have usage.
    pub(crate) fn has_usage(&self) -> bool {
        self.mappings.iter().any(|mapping| mapping.used.is_some())
    }

    /// Names both releases and the direction between them.
    pub(super) fn title(&self) -> String {
        self.title_of_both(ReleaseInfo::title)
    }

    /// Names both releases and the direction between them, for files that programs read.
    pub(crate) fn data_title(&self) -> String {
        self.title_of_both(ReleaseInfo::data_title)
    }

    fn title_of_both(&self, title: fn(&ReleaseInfo) -> String) -> String {
        let arrow = if self.is_reverse() { "<-" } else { "->" };
        format!("{} {arrow} {}", title(&self.old), title(&self.new))
    }

    pub(crate) fn is_reverse(&self) -> bool {
        self.direction == Direction::Reverse
    }

    /// Returns the releases of sources and of targets.
    pub(crate) fn ends(&self) -> (&ReleaseInfo, &ReleaseInfo) {
        if self.is_reverse() { (&self.new, &self.old) } else { (&self.old, &self.new) }
    }

    /// Returns the set.
    pub(crate) fn set(&self) -> &'static CodeSet {
        self.set
    }

    /// Returns the URI of the set, if it has one.
    pub(crate) fn uri(&self) -> Option<&'static str> {
        self.set.uri
    }

    /// Formats a code as people write it.
    pub(crate) fn display(&self, code: &str) -> String {
        (self.set.display)(code)
    }

    /// Returns the reason why a code has no target.
    pub(crate) fn reason(&self) -> &'static str {
        self.reason
    }

    /// Returns the most important counts in a sentence.
    pub(crate) fn describe(&self) -> String {
        let summary = &self.summary;
        let what = if self.is_reverse() { "to trace back to OLD" } else { "to replace or review" };
        format!("{} {what}.{}", counted(summary.sources, "code", "codes"), self.measured())
    }

    /// Returns the measured quality of the kinds of suggestion in this report, in sentences.
    fn measured(&self) -> String {
        let kinds = self.summary.measured.iter();
        kinds.map(|(kind, measured)| format!(" Of suggestions by {kind} {measured}.")).collect()
    }

    /// Returns true if the publisher states itself which codes may be replaced automatically.
    fn has_transition(&self) -> bool {
        self.set.descriptor.is_some_and(|descriptor| descriptor.transition.is_some())
    }
}

/// Returns a sentence with a capital first letter.
pub(crate) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

impl<'a> Report for CrosswalkReport<'a> {
    type Row = MappingRow<'a>;

    const NAME: &'static str = "crosswalk";

    fn view(&self) -> view::Report {
        people::view(self)
    }

    fn flat(&self) -> Table {
        let volumes = ["lines", "amount", "owners"].into_iter().filter(|_| self.has_usage());
        let titles = volumes.chain([
            "source",
            "source_display",
            "source_long",
            "source_status",
            "source_valid",
            "last_valid_in",
            "decision",
            "cardinality",
            "target",
            "target_display",
            "target_long",
            "relationship",
            "evidence",
            "with",
            "basis",
            "trace",
            // For a team to fill in and give back with --map.
            "status",
            "note",
            "who",
            "when",
        ]);
        let titles = titles.collect::<Vec<_>>();
        let mut table = Table::new(&titles).numbers(&["lines", "amount"]);
        for mapping in &self.mappings {
            for (at, target) in mapping.each_target().enumerate() {
                let volumes = mapping.volumes(at == 0).into_iter().filter(|_| self.has_usage());
                table.row(volumes.chain(row(mapping, target)).collect());
            }
        }
        table
    }

    fn rows(&self) -> impl Iterator<Item = &Self::Row> {
        self.mappings.iter()
    }
}

/// Formats the path to a target; without one, every path.
pub(crate) fn trace(mapping: &MappingRow<'_>, target: Option<&TargetRow<'_>>) -> String {
    let reaches = |path: &&Path| target.is_none_or(|target| path.leads_to(target.code));
    let paths = mapping.paths.iter().filter(reaches).map(Path::to_string);
    paths.chain(also_below(&mapping.below)).collect::<Vec<_>>().join("; ")
}

/// Lists the billable codes below a code that became a header, to which no row leads, in a line.
pub(crate) fn also_below(below: &[Relative<'_>]) -> Option<String> {
    let codes: Vec<String> = below.iter().map(|code| format!("{} {}", code.display, code.long)).collect();
    (!codes.is_empty()).then(|| format!("also below it, but not in the table: {}", codes.join(", ")))
}

/// Returns one row of the flat table: a source with one of its targets.
fn row(mapping: &MappingRow<'_>, target: Option<&TargetRow<'_>>) -> Vec<Cell> {
    let of = |field: fn(&TargetRow<'_>) -> Cell| target.map_or(Cell::Empty, field);
    vec![
        Cell::Code(mapping.source.code.to_owned()),
        Cell::Code(mapping.source.display.clone()),
        Cell::from(mapping.source.long),
        Cell::from(mapping.source.status.word()),
        Cell::from(if mapping.source.valid_in_new { "Y" } else { "N" }),
        Cell::from(mapping.source.last_valid_in.as_deref()),
        Cell::from(mapping.decision.word()),
        Cell::from(mapping.cardinality.word()),
        of(|target| Cell::Code(target.code.to_owned())),
        of(|target| Cell::Code(target.display.clone())),
        of(|target| Cell::from(target.long)),
        of(|target| Cell::from(target.relationship.word())),
        of(|target| Cell::from(target.evidence.first().map(|evidence| evidence.kind.word()))),
        of(|target| Cell::from(target.with.join(" "))),
        of(|target| Cell::from(target.place())),
        Cell::from(trace(mapping, target)),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
    ]
}
