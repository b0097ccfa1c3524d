//! One report a command: the typed value, which is the JSON, its view for people, and its flat table.
//!
//! Invariant: all numbers and the order are decided in the typed value. The view only says which of them are shown
//! where, once for all forms.

mod crosswalk;
mod decided;
mod diff;
mod digest;
mod evaluate;
mod evidence;
mod fill_in;
mod guidelines;
mod history;
mod impact;
mod list;
mod lookup;
mod map;
mod migrate;
mod prepare;
mod review;
mod scan;
#[cfg(test)]
mod schema;
mod sets;
mod target;
mod teach;
mod used;
mod verify;

use jiff::civil::Date;
use serde::Serialize;

pub use crosswalk::CrosswalkReport;
pub(crate) use crosswalk::{MappingRow, capital};
pub(crate) use decided::DecidedRow;
pub(crate) use diff::AddendaText;
pub use diff::{DiffReport, Selection};
pub(crate) use evaluate::EvaluateReport;
pub(crate) use guidelines::UsedCodes;
pub(crate) use guidelines::{GuidelineRow, GuidelinesPart, GuidelinesReport};
pub(crate) use history::{HistoryReport, history};
pub use impact::ImpactReport;
pub(crate) use list::{ListFile, ListReport, ListRow, ListSet, Standing as ListStanding};
pub(crate) use lookup::{LookupReport, lookup};
pub use map::{
    AlternativeRow, CodeMapping, CounterpartRow, FlagCount, MapEvidence, MapKind, MapReport, MapSummary,
    Named, Standing, WithoutCode, map,
};
pub(crate) use migrate::{DecisionSheet, MigrateReport};
pub(crate) use prepare::{Earlier, LISTS, Listed, PrepareReport, PreparedSet, SUMMARY, lists_view};
pub(crate) use review::{Candidate, Review, ReviewItem};
pub use scan::{BaselineInfo, ChapterLesson, FileRows, FindingRow, ScanReport};
#[cfg(test)]
pub(crate) use schema::assert_up_to_date;
pub(crate) use sets::SetsReport;
pub(crate) use target::TargetRow;
pub(crate) use teach::{Deck, Slide};
pub use teach::{TeachFile, TeachReport};
pub(crate) use verify::VerifyReport;

use diff::tabular;

use crate::base::day;
use crate::diff::Diff;
use crate::model::{Content, Problem, Release, Source};
use crate::view;

/// The version of all JSON output. It changes when a field is removed or changes its meaning.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// The report of a command. The value itself is the JSON.
pub trait Report: Serialize {
    /// A row of the JSON Lines form.
    type Row: Serialize;

    /// The name of its schema.
    const NAME: &'static str;

    /// Returns the report for people.
    fn view(&self) -> view::Report;

    /// Returns the report for programs that read tables: one table, a row for each item.
    fn flat(&self) -> view::Table;

    /// Returns the items of the JSON Lines form, those of the flat table.
    fn rows(&self) -> impl Iterator<Item = &Self::Row>;
}

/// Collects the problems in all inputs of a report: OLD, NEW, their difference, and the results made from it.
fn problems_of(diff: &Diff<'_>, others: &[Problem]) -> Vec<Problem> {
    let all = [&diff.old.problems, &diff.new.problems, &diff.problems];
    all.into_iter().flatten().chain(others).cloned().collect()
}

/// A release as reports name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ReleaseInfo {
    /// `icd10cm@2026`, or just the set where the edition is not known.
    pub(crate) id: String,
    /// The issue of the edition, where its publisher issues one several times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issue: Option<String>,
    /// The day it takes effect, `null` where the edition is not known.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) effective: Option<Date>,
    /// The files it was read from, and those that were given with it by --map.
    pub(crate) sources: Vec<Source>,
    /// The contents of its files, as they were read.
    pub(crate) contents: Vec<Content>,
    /// The file with its codes: for pages.
    #[serde(skip)]
    pub(crate) file: String,
}

impl ReleaseInfo {
    /// Describes a release.
    pub(crate) fn of(release: &Release) -> Self {
        Self {
            id: release.id(),
            issue: release.issue.clone(),
            effective: release.effective(),
            sources: release.sources.clone(),
            contents: release.contents.clone(),
            file: release.file.clone(),
        }
    }

    /// Formats the name with its day, for headings.
    pub(crate) fn title(&self) -> String {
        self.title_with(day)
    }

    /// Formats the name with its day as 2025-10-01, for files that programs read.
    fn data_title(&self) -> String {
        self.title_with(|day| day.to_string())
    }

    fn title_with(&self, day: impl Fn(Date) -> String) -> String {
        let issue = self.issue.as_ref().map(|issue| format!(" {issue}")).unwrap_or_default();
        match self.effective {
            Some(effective) => format!("{}{issue} ({})", self.id, day(effective)),
            None => match self.sources.first() {
                Some(source) => format!("{}{issue} ({})", self.id, source.name),
                None => self.id.clone(),
            },
        }
    }
}

/// Returns the releases of a report as cards.
fn editions(old: &ReleaseInfo, new: &ReleaseInfo) -> Vec<view::Edition> {
    vec![edition("OLD", old), edition("NEW", new)]
}

/// Returns a release as a card.
fn edition(word: &'static str, release: &ReleaseInfo) -> view::Edition {
    view::Edition {
        word,
        id: release
            .issue
            .as_ref()
            .map_or_else(|| release.id.clone(), |issue| format!("{} {issue}", release.id)),
        effective: release.effective,
        file: Some(release.file.clone()).filter(|file| !file.is_empty()),
    }
}

/// Returns the files of two releases with their checksums, what they were read as, and how the report is made.
fn sources(old: &ReleaseInfo, new: &ReleaseInfo, method: &[&'static str]) -> view::Section {
    sources_of([("OLD", old), ("NEW", new)], method)
}

/// Returns the files of releases, each under the word for its release, and how the report is made.
fn sources_of<'r>(
    releases: impl IntoIterator<Item = (&'r str, &'r ReleaseInfo)>,
    method: &[&'static str],
) -> view::Section {
    let mut files = view::Table::new(&["file", "of", "bytes", "sha256"]).numbers(&["bytes"]);
    let mut read = view::Table::new(&["file", "of", "read as", "records"]).numbers(&["records"]);
    for (word, release) in releases {
        for source in &release.sources {
            files.row(vec![
                view::Cell::from(source.name.as_str()),
                view::Cell::from(word),
                view::Cell::Count(source.bytes),
                view::Cell::Code(source.sha256.clone()),
            ]);
        }
        for content in &release.contents {
            read.row(vec![
                view::Cell::from(content.file.as_str()),
                view::Cell::from(word),
                view::Cell::from(content.layout),
                view::Cell::Count(content.records),
            ]);
        }
    }
    files.is_outline = true;
    read.is_outline = true;
    view::Section::new("Sources and method")
        .texts(method.iter().copied())
        .table("Files with their checksums", files)
        .table("How the files were read", read)
}
