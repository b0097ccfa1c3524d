//! One document, many renderers.
//!
//! Each command makes one report: a typed value that is the JSON, and from it a [`Document`] for people and a flat
//! [`Table`] for spreadsheets. Renderers only format; the counts, the order and the selection are decided before.
//!
//! Invariant: a renderer formats. It never counts, sorts, filters or looks up.

mod addenda;
mod crosswalk;
mod crosswalk_fhir;
mod crosswalk_sql;
mod csv;
mod decided;
mod diff;
mod document;
mod evaluate;
mod fields;
mod fill_in;
mod fit;
mod history;
mod html;
mod impact;
mod json;
mod list;
mod lookup;
mod map;
mod markdown;
mod migrate;
mod order;
mod page;
mod scan;
#[cfg(test)]
mod schema;
mod sets;
mod teach;
mod text;
mod used;
mod verify;
mod workbook;
mod xlsx;

use std::io::{self, Write};

use serde::Serialize;

pub use addenda::AddendaText;
pub use crosswalk::CrosswalkReport;
pub use diff::{DiffReport, FactChange, OursInfo, PropertyCount, Selection};
pub use document::{Block, Cell, Column, Document, Table};
pub use evaluate::EvaluateReport;
pub use fields::{Described, Field, Question, Run, TargetView, Tone};
pub use history::{HistoryReport, Step, history};
pub use impact::{AttributeChangeRow, AttributeRow, AttributeSummary, AttributeTableRow, ImpactReport};
pub use list::{ListFile, ListReport, ListRow, ListSet, Standing as ListStanding};
pub use lookup::{LookupReport, lookup};
pub use map::{
    AlternativeRow, CodeMapping, CounterpartRow, FlagCount, MapEvidence, MapKind, MapReport, MapSummary,
    Named, Standing, WithoutCode, map,
};
pub use migrate::{ChangeRow, DecisionSheet, MigrateReport, MigrateSummary, OpenRow};
pub use order::write_order_file;
pub use page::{Bar, Bars, EditionCard, Head, Listing, Metric, Page, Part, ProblemView, Section, Term};
pub use scan::{
    BaselineInfo, FileRows, FindingRow, Inside, RegionRow, Replaceable, ScanFile, ScanReport, Scanned,
};
pub use sets::SetsReport;
pub use teach::{TeachFile, TeachReport};
pub use used::UsedRow;
pub use verify::VerifyReport;
pub use workbook::{Body, FillIn, Sheet, Workbook};

use crosswalk_fhir::Fhir;
use diff::tabular;

use crate::base::day;
use crate::diff::Diff;
use crate::model::{Content, Problem, Release, Source};
use crate::{render, view};

/// The version of all JSON output. It changes when a field is removed or changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

macro_rules! formats {
    ($($variant:ident $word:literal $meaning:literal,)+) => {
        /// The formats a report may be written in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Format { $(#[doc = $meaning] $variant,)+ }

        impl Format {
            /// Every format.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the word used in commands.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Returns the purpose of the format.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }
        }
    };
}

formats! {
    Text "text" "For a terminal",
    Markdown "markdown" "For a wiki page or a ticket",
    Csv "csv" "For a spreadsheet: UTF-8 with a byte-order mark, no cell runs as a formula",
    Xlsx "xlsx" "For Excel: sheets with filters, codes as text, changed words marked",
    Html "html" "For a browser: one file with search and filters, which needs no network",
    Json "json" "One JSON document; its schema: codeset schema COMMAND",
    Jsonl "jsonl" "JSON Lines: one row per line",
    Addenda "addenda" "The publisher's own layout",
    Sql "sql" "A table of mappings, and statements that end-date codes",
    FhirR4 "fhir-r4" "FHIR R4 ConceptMap",
    FhirR5 "fhir-r5" "FHIR R5 ConceptMap",
    Sarif "sarif" "SARIF 2.1.0, for code scanning",
    Github "github" "Annotations of a GitHub workflow",
    Junit "junit" "JUnit XML, for build servers",
}

/// The report of a command. The value itself is the JSON.
pub trait Report: Serialize {
    /// A row of the JSON Lines form.
    type Row: Serialize;

    /// The name of its schema.
    const NAME: &'static str;

    /// Returns the report for people.
    fn view(&self) -> Option<view::Report> {
        None
    }

    /// Returns the report for programs that read tables: one table, a row per finding.
    fn flat(&self) -> view::Table {
        view::Table::default()
    }

    /// Returns the report for people.
    fn document(&self) -> Document {
        Document::default()
    }

    /// Returns the report for spreadsheets: one table, a row per finding.
    fn table(&self) -> Table {
        Table::default()
    }

    /// Returns the report for a spreadsheet program: the part for people, then the rows.
    fn workbook(&self) -> Workbook {
        Workbook::plain(self.document(), self.table())
    }

    /// Returns the report for a browser.
    fn page(&self) -> Page {
        Page::plain(self.document())
    }

    /// Returns the rows of the JSON Lines form.
    fn rows(&self) -> &[Self::Row];

    /// Returns the publisher's own layout, if the report can be expressed in it.
    fn addenda(&self) -> Option<AddendaText> {
        None
    }

    /// Returns the report as a crosswalk, if it is one: for the forms that only a crosswalk has.
    fn crosswalk(&self) -> Option<&CrosswalkReport<'_>> {
        None
    }

    /// Returns the report as a scan, if it is one: for the forms that only a scan has.
    fn scan(&self) -> Option<&ScanReport<'_>> {
        None
    }
}

/// Returns whether a report can be written in a format.
pub fn has_form<R: Report>(report: &R, format: Format) -> bool {
    match format {
        Format::Addenda => report.addenda().is_some(),
        Format::Sql | Format::FhirR4 | Format::FhirR5 => report.crosswalk().is_some(),
        Format::Sarif | Format::Github | Format::Junit => report.scan().is_some(),
        _ => true,
    }
}

/// Writes a report, text in colours if they are wanted. Returns whether it can be written in that format.
///
/// # Errors
///
/// If the output cannot be written.
pub fn render<R: Report>(report: &R, format: Format, colour: bool, out: &mut dyn Write) -> io::Result<bool> {
    let view = match format {
        Format::Text | Format::Markdown | Format::Csv | Format::Xlsx | Format::Html => report.view(),
        _ => None,
    };
    if let Some(view) = view {
        match format {
            Format::Text => render::write_text(&view, colour, out)?,
            Format::Markdown => render::write_markdown(&view, out)?,
            Format::Csv => render::csv::write(&report.flat(), out)?,
            Format::Xlsx => render::write_xlsx(&view, out)?,
            _ => render::write_html(&view, out)?,
        }
        return Ok(true);
    }
    match format {
        Format::Text => text::write(&report.document(), colour, out)?,
        Format::Markdown => markdown::write(&report.document(), out)?,
        Format::Csv => csv::write(&report.table(), out)?,
        Format::Xlsx => xlsx::write(&fit::fitted(report.workbook(), fit::EXCEL), out)?,
        Format::Html => html::write(&report.page(), out)?,
        Format::Json => json::write(report, out)?,
        Format::Jsonl => json::write_lines(report.rows(), out)?,
        Format::Addenda => match report.addenda() {
            Some(addenda) => addenda.write(out)?,
            None => return Ok(false),
        },
        Format::Sarif | Format::Github | Format::Junit => {
            let Some(scan) = report.scan() else { return Ok(false) };
            match format {
                Format::Sarif => scan::write_sarif(scan, out)?,
                Format::Github => scan::write_github(scan, out)?,
                _ => scan::write_junit(scan, out)?,
            }
        }
        Format::Sql | Format::FhirR4 | Format::FhirR5 => {
            let Some(crosswalk) = report.crosswalk() else { return Ok(false) };
            match format {
                Format::FhirR4 => crosswalk_fhir::write(crosswalk, Fhir::R4, out)?,
                Format::FhirR5 => crosswalk_fhir::write(crosswalk, Fhir::R5, out)?,
                _ => crosswalk_sql::write(crosswalk, out)?,
            }
        }
    }
    Ok(true)
}

/// Removes control characters from lines of text, so that they are safe for a terminal.
pub fn safe_lines(text: &str) -> String {
    text.split('\n').map(text::safe).collect::<Vec<_>>().join("\n")
}

/// Collects the problems in all inputs of a report: OLD, NEW, their difference, and the results made from it.
fn problems_of(diff: &Diff<'_>, others: &[Problem]) -> Vec<Problem> {
    let all = [&diff.old.problems, &diff.new.problems, &diff.problems];
    all.into_iter().flatten().chain(others).cloned().collect()
}

/// A release as reports name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReleaseInfo {
    /// `icd10cm@2026`, or just the set where the edition is not known.
    pub id: String,
    /// The issue of the edition, where its publisher issues one several times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// The day it takes effect, `null` where the edition is not known.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub effective: Option<jiff::civil::Date>,
    /// The files it was read from, and those that were given with it by --map.
    pub sources: Vec<Source>,
    /// The contents of its files, as they were read.
    pub contents: Vec<Content>,
}

impl ReleaseInfo {
    /// Describes a release.
    pub fn of(release: &Release) -> Self {
        Self {
            id: release.id(),
            issue: release.issue.clone(),
            effective: release.effective(),
            sources: release.sources.clone(),
            contents: release.contents.clone(),
        }
    }

    /// Formats the name with its day, for headings.
    fn title(&self) -> String {
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
        file: release.sources.first().map(|source| source.name.clone()),
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
        .table("What the files were read as", read)
}
