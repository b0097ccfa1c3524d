//! Forms that only one report is written in: the publisher's own layouts, and what other programs read.
//!
//! Invariant: a form of this room takes the typed report. What every report is written in goes through its view, in
//! `render`.

mod addenda;
mod annotations;
mod course;
mod deck;
mod fhir;
mod gift;
mod moodle;
mod order_file;
mod qti;
mod review;
mod sarif;
mod slides;
mod sql;
mod update;
mod usage_sql;
mod xml;

use std::io::{self, Write};

pub use course::write_course_file;
pub use order_file::write_order_file;
pub(crate) use update::{write_json, write_page, write_review, write_workbook};
pub use usage_sql::{QueryDialect, QueryTable, write_usage_query};

use crate::render;
use crate::report::{
    CrosswalkReport, DecisionSheet, DiffReport, EvaluateReport, GuidelinesReport, HistoryReport,
    ImpactReport, ListReport, LookupReport, MapReport, MigrateReport, Report, ScanReport, SetsReport,
    VerifyReport,
};
use crate::view::Format;
use fhir::Fhir;

/// A report, with the forms that only it has.
pub trait Interchange: Report {
    /// Returns whether the report can be written in one of those forms.
    fn has_own(&self, _format: Format) -> bool {
        false
    }

    /// Writes the report in one of those forms.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn write_own(&self, _format: Format, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

impl Interchange for DiffReport<'_> {
    fn has_own(&self, format: Format) -> bool {
        format == Format::Addenda && self.addenda().is_some()
    }

    fn write_own(&self, _format: Format, out: &mut dyn Write) -> io::Result<()> {
        self.addenda().map_or(Ok(()), |text| addenda::write(text, out))
    }
}

impl Interchange for CrosswalkReport<'_> {
    fn has_own(&self, format: Format) -> bool {
        matches!(format, Format::Sql | Format::FhirR4 | Format::FhirR5)
    }

    fn write_own(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::FhirR4 => fhir::write(self, Fhir::R4, out),
            Format::FhirR5 => fhir::write(self, Fhir::R5, out),
            _ => sql::write(self, out),
        }
    }
}

impl Interchange for ImpactReport<'_> {
    fn has_own(&self, format: Format) -> bool {
        format == Format::Review
    }

    fn write_own(&self, _format: Format, out: &mut dyn Write) -> io::Result<()> {
        review::write(&self.review(), out)
    }
}

impl Interchange for ScanReport<'_> {
    fn has_own(&self, format: Format) -> bool {
        matches!(format, Format::Sarif | Format::Github | Format::Junit)
    }

    fn write_own(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Sarif => sarif::write(self, out),
            Format::Github => annotations::write_github(self, out),
            _ => annotations::write_junit(self, out),
        }
    }
}

macro_rules! without_own_forms {
    ($($report:ty)*) => { $(impl Interchange for $report {})* };
}

without_own_forms! {
    EvaluateReport GuidelinesReport HistoryReport<'_> ListReport LookupReport<'_> MapReport<'_> MigrateReport DecisionSheet<'_> SetsReport
    VerifyReport
}

/// Returns whether a report can be written in a format.
pub(crate) fn has_form<R: Interchange>(report: &R, format: Format) -> bool {
    is_general(format) || report.has_own(format)
}

/// Returns whether every report can be written in a format.
fn is_general(format: Format) -> bool {
    match format {
        Format::Text
        | Format::Markdown
        | Format::Csv
        | Format::Xlsx
        | Format::Html
        | Format::Json
        | Format::Jsonl => true,
        Format::Review
        | Format::Addenda
        | Format::Sql
        | Format::FhirR4
        | Format::FhirR5
        | Format::Sarif
        | Format::Github
        | Format::Junit => false,
    }
}

/// Writes a report, text in colors if they are wanted. Returns whether it can be written in that format.
///
/// # Errors
///
/// If the output cannot be written.
pub fn render<R: Interchange>(
    report: &R,
    format: Format,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<bool> {
    match format {
        Format::Text => render::write_text(&report.view(), color, out)?,
        Format::Markdown => render::write_markdown(&report.view(), out)?,
        Format::Csv => render::csv::write(&report.flat(), out)?,
        Format::Xlsx => render::write_xlsx(report.view(), out)?,
        Format::Html => render::write_html(&report.view(), out)?,
        Format::Json => render::json::write(report, out)?,
        Format::Jsonl => render::json::write_lines(report.rows(), out)?,
        own if report.has_own(own) => report.write_own(own, out)?,
        _ => return Ok(false),
    }
    Ok(true)
}
