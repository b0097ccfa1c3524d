//! The report of `scan`.

mod flat;
mod people;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use rows::{ChapterLesson, FileRows, FindingRow};
pub(crate) use rows::{RegionRow, ScanFile};

use super::{ReleaseInfo, Report, SCHEMA_VERSION, problems_of};
use crate::crosswalk::{Crosswalk, Disposition};
use crate::diff::Diff;
use crate::model::{CodeSet, Problem};
use crate::scan::FindingKind;
use crate::view::{self, Metric, Table, Tone};

/// The scanned files, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Scanned {
    /// Files that were read.
    pub(crate) files: u64,
    /// Their size in bytes.
    pub(crate) bytes: u64,
    /// Files of a kind that is not read: pictures, programs, other archives.
    pub(crate) passed_over: u64,
    /// Places that are excepted by marks in the files or by the file of exceptions.
    pub(crate) excepted: u64,
}

/// The findings about codes that are no longer billable, by how they may be replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Replaceable {
    /// Findings that may be resolved without review.
    pub(crate) automatic: u64,
    /// Findings that need review.
    pub(crate) choose: u64,
    /// Findings without a successor.
    pub(crate) none: u64,
}

/// The comparison of the findings with those of an earlier scan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BaselineInfo {
    /// The earlier report.
    pub file: String,
    /// Findings that the earlier scan has already, and that are left out here.
    pub known: u64,
    /// Findings of the earlier report that no longer exist.
    pub gone: u64,
}

/// The report of `scan`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScanReport<'a> {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The older release.
    pub(crate) old: ReleaseInfo,
    /// The newer release.
    pub(crate) new: ReleaseInfo,
    /// The key numbers, once everything is counted.
    pub(crate) metrics: Vec<Metric>,
    /// Findings by kind, including those beyond the listed places.
    pub(crate) summary: BTreeMap<&'static str, u64>,
    /// The findings that may be replaced.
    pub(crate) replaceable: Replaceable,
    /// The scanned files.
    pub(crate) scanned: Scanned,
    /// The comparison of the findings with those of an earlier scan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineInfo>,
    /// The files in which codes were found, and those that could not be read.
    pub(crate) files: Vec<ScanFile>,
    /// The places that may have to be changed, file by file.
    pub findings: Vec<FindingRow<'a>>,
    /// The problems with the input.
    pub(crate) problems: Vec<Problem>,
    #[serde(skip)]
    set: &'static CodeSet,
}

impl<'a> ScanReport<'a> {
    /// Creates a report without files.
    pub fn new(diff: &Diff<'a>, crosswalk: &Crosswalk<'a>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            old: ReleaseInfo::of(diff.old),
            new: ReleaseInfo::of(diff.new),
            metrics: Vec::new(),
            summary: FindingKind::ALL.iter().map(|kind| (kind.word(), 0)).collect(),
            replaceable: Replaceable::default(),
            scanned: Scanned::default(),
            baseline: None,
            files: Vec::new(),
            findings: Vec::new(),
            problems: problems_of(diff, &crosswalk.problems),
            set: diff.new.set,
        }
    }

    /// Adds a file.
    pub fn add(&mut self, mut file: FileRows<'a>) {
        let Some(described) = file.described else {
            self.scanned.passed_over += 1;
            return;
        };
        self.scanned.files += 1;
        self.scanned.bytes += file.bytes;
        self.scanned.excepted += described.excepted + file.excepted;
        self.files.extend(Some(described).filter(|described| !described.says_nothing()));
        self.findings.append(&mut file.findings);
    }

    /// Leaves out findings that an earlier report has already, by fingerprint.
    pub fn compare(&mut self, file: String, earlier: &BTreeSet<String>) {
        let now: BTreeSet<&str> = self.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let gone = earlier.iter().filter(|fingerprint| !now.contains(fingerprint.as_str())).count() as u64;
        let before = self.findings.len();
        self.findings.retain(|finding| !earlier.contains(&finding.fingerprint));
        let known = (before - self.findings.len()) as u64;
        self.baseline = Some(BaselineInfo { file, known, gone });
    }

    /// Counts, once all files are there.
    pub fn count(&mut self) {
        for finding in &self.findings {
            let count = 1 + finding.more;
            *self.summary.entry(finding.kind.word()).or_default() += count;
            if finding.kind == FindingKind::Dead {
                match finding.decision {
                    Some(Disposition::Automatic) => self.replaceable.automatic += count,
                    Some(Disposition::Choose) => self.replaceable.choose += count,
                    _ => self.replaceable.none += count,
                }
            }
        }
        self.metrics = self.key_numbers();
    }

    fn key_numbers(&self) -> Vec<Metric> {
        let count =
            |kinds: &[FindingKind]| kinds.iter().filter_map(|kind| self.summary.get(kind.word())).sum();
        let lost: u64 = count(&[FindingKind::Dead, FindingKind::Ended]);
        let missing: u64 = count(&[FindingKind::Incomplete]);
        let all: u64 = self.summary.values().sum();
        vec![
            Metric::new(self.scanned.files, "files", "", Tone::Plain),
            Metric::new(lost, "codes no longer billable", "places that use them", Tone::Bad),
            Metric::new(missing, "new codes missing", "they belong in a list", Tone::Warn),
            Metric::new(all - lost - missing, "other findings", "", Tone::Info),
        ]
    }

    /// Returns the files that could not be read, or not completely.
    pub(crate) fn unread(&self) -> impl Iterator<Item = &ScanFile> {
        self.files.iter().filter(|file| file.is_unread)
    }

    /// Returns whether there is a finding of one of these kinds.
    pub(crate) fn has(&self, kinds: &[FindingKind]) -> bool {
        self.findings.iter().any(|finding| kinds.contains(&finding.kind))
    }

    /// Lists the findings of some kinds alone, or all if none is named. The counts stay those of all findings.
    pub(crate) fn list_only(&mut self, kinds: &[FindingKind]) {
        if !kinds.is_empty() {
            self.findings.retain(|finding| kinds.contains(&finding.kind));
        }
    }

    pub(crate) fn title(&self) -> String {
        format!("Scan {} -> {}", self.old.title(), self.new.title())
    }
}

impl<'a> Report for ScanReport<'a> {
    type Row = FindingRow<'a>;

    const NAME: &'static str = "scan";

    fn view(&self) -> view::Report {
        people::view(self)
    }

    fn flat(&self) -> Table {
        flat::table(&self.findings)
    }

    fn rows(&self) -> impl Iterator<Item = &FindingRow<'a>> {
        self.findings.iter()
    }
}
