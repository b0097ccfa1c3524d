//! What is in the lists of an organization: the findings, and what a migration would change or has changed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::CodeSet;
use crate::report::{MigrateReport, Report as _, ScanReport};
use crate::view::{Report, Section};

/// The lists, by one code set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ListsRow {
    /// The code set.
    pub(crate) code_set: &'static str,
    /// Files that were read.
    pub(crate) files: u64,
    /// Findings, by kind.
    pub(crate) findings: BTreeMap<&'static str, u64>,
    /// Files that a migration changes.
    pub(crate) files_to_change: u64,
    /// Changes that a migration makes, or has made.
    pub(crate) changes: u64,
    /// Places that need a decision first.
    pub(crate) open: u64,
    /// The journal that undoes the changes, where they were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) journal: Option<String>,
}

impl ListsRow {
    /// Counts the findings and the changes of a set.
    fn of(code_set: &'static str, scan: &ScanReport<'_>, migrate: &MigrateReport) -> Self {
        Self {
            code_set,
            files: migrate.summary.files,
            findings: scan.summary.clone(),
            files_to_change: migrate.summary.changed,
            changes: migrate.summary.changes.values().sum(),
            open: migrate.summary.open,
            journal: migrate.journal.clone(),
        }
    }
}

/// The lists, by one code set, for people.
pub(crate) struct Listed {
    /// The numbers.
    pub(crate) row: ListsRow,
    title: &'static str,
    found: Report,
    changes: Report,
}

impl Listed {
    /// Describes the findings and the changes of a set.
    pub(crate) fn of(set: &'static CodeSet, scan: &ScanReport<'_>, migrate: &MigrateReport) -> Self {
        Self {
            row: ListsRow::of(set.id, scan, migrate),
            title: set.title,
            found: scan.view(),
            changes: migrate.view(),
        }
    }
}

/// Returns the page of the lists: what a migration would change, then every finding, for each code set.
pub(crate) fn lists_view(sets: Vec<Listed>) -> Report {
    let mut page = Report::new("Codes in your lists");
    let is_one = sets.len() == 1;
    let named = |title: &str, section: Section| Section {
        heading: if is_one { section.heading } else { format!("{title}: {}", section.heading) },
        sheet: None,
        ..section
    };
    for Listed { title, found, changes, .. } in sets {
        if is_one {
            page.lead = found.lead.clone();
            page.metrics.clone_from(&found.metrics);
        }
        page.editions.extend(found.editions);
        page.day = page.day.max(found.day);
        let sections = changes.sections.into_iter().chain(found.sections);
        page = page.sections(sections.map(|section| named(title, section)));
        page.problems.extend(found.problems);
    }
    page.heading = "Codes in your lists".to_owned();
    page
}
