//! The report of `lookup`: what a code is, in one or more releases.

use serde::Serialize;

use super::diff::Texts;
use super::document::{Block, Cell, Document, Table};
use super::{ReleaseInfo, Report, SCHEMA_VERSION};
use crate::model::{Entry, Level, Place, Problem, ProblemCode, Release};

/// A code in a release.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LookupRow<'a> {
    /// What was asked for, as typed.
    pub asked: &'a str,
    /// The release.
    pub release: String,
    /// The code as files hold it.
    pub code: String,
    /// The code as people write it.
    pub display: String,
    /// Code, header or modifier; `null` if it is not in the release.
    pub level: Option<Level>,
    /// Its descriptions, `null` if it is not in the release.
    pub texts: Option<Texts<'a>>,
    /// The chapter, where the set has chapters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chapter: Option<String>,
    /// What is above it, nearest first.
    pub parents: Vec<Relative<'a>>,
    /// The billable codes below a header.
    pub billable_below: Vec<Relative<'a>>,
    /// For what is not in the release: the codes that begin with it, or the nearest one above.
    pub near: Vec<Relative<'a>>,
}

/// Another code, named beside the one asked for.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Relative<'a> {
    /// The code as people write it.
    pub display: String,
    /// Its long description.
    pub long: &'a str,
}

impl<'a> Relative<'a> {
    fn of(entry: Entry<'a>) -> Self {
        Self { display: entry.display(), long: entry.shown_long() }
    }
}

/// The report of `lookup`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LookupReport<'a> {
    /// The version of this form.
    pub schema_version: u32,
    /// The releases that were looked into.
    pub releases: Vec<ReleaseInfo>,
    /// One row for each code and release.
    pub results: Vec<LookupRow<'a>>,
    /// What is not as it should be.
    pub problems: Vec<Problem>,
}

/// How many codes are named for one that is not found.
const NEAR: usize = 10;

/// Looks codes up in releases.
pub fn lookup<'a>(codes: &'a [String], releases: &'a [Release]) -> LookupReport<'a> {
    let mut results = Vec::new();
    let mut problems: Vec<Problem> = releases.iter().flat_map(|release| release.problems.clone()).collect();
    for asked in codes {
        let rows = releases.iter().map(|release| row(asked, release));
        let before = results.len();
        results.extend(rows);
        if results[before..].iter().all(|row: &LookupRow<'_>| row.level.is_none()) {
            let fact = format!("`{}` is in no release that was given", asked.escape_debug());
            problems.push(Problem::new(ProblemCode::UnknownCode, Place::default(), fact));
        }
    }
    let releases = releases.iter().map(ReleaseInfo::of).collect();
    LookupReport { schema_version: SCHEMA_VERSION, releases, results, problems }
}

fn row<'a>(asked: &'a str, release: &'a Release) -> LookupRow<'a> {
    let set = release.set;
    let normalised = (set.normalise)(asked);
    let code = normalised.clone().unwrap_or_else(|| asked.trim().to_ascii_uppercase());
    let found = normalised.and_then(|code| release.find(&code));
    LookupRow {
        asked,
        release: release.id(),
        display: found.map_or_else(|| (set.display)(&code), Entry::display),
        level: found.map(Entry::level),
        texts: found.map(Texts::of),
        chapter: found
            .and_then(|_| set.chapter(&code))
            .map(|chapter| format!("{} {}", chapter.id, chapter.title)),
        parents: found.map(|_| parents(release, &code)).unwrap_or_default(),
        billable_below: match found {
            Some(entry) if entry.level() == Level::Header => billable_below(release, &code),
            _ => Vec::new(),
        },
        near: if found.is_some() { Vec::new() } else { near(release, &code) },
        code,
    }
}

fn parents<'a>(release: &'a Release, code: &str) -> Vec<Relative<'a>> {
    let up = |entry: &Entry<'a>| release.parent(entry.code());
    std::iter::successors(release.parent(code), up).map(Relative::of).collect()
}

fn billable_below<'a>(release: &'a Release, code: &str) -> Vec<Relative<'a>> {
    let mut below: Vec<_> = release.descendants(code).filter(|entry| entry.is_billable()).collect();
    below.sort_by_key(|entry| entry.order());
    below.into_iter().map(Relative::of).collect()
}

fn near<'a>(release: &'a Release, code: &str) -> Vec<Relative<'a>> {
    let below: Vec<_> = release.descendants(code).take(NEAR).collect();
    if code.is_empty() || below.is_empty() {
        return release.parent(code).into_iter().map(Relative::of).collect();
    }
    below.into_iter().map(Relative::of).collect()
}

impl<'a> Report for LookupReport<'a> {
    type Row = LookupRow<'a>;

    const NAME: &'static str = "lookup";

    fn document(&self) -> Document {
        let mut blocks = Vec::new();
        for row in &self.results {
            blocks.push(Block::Heading(format!("{} in {}", row.display, row.release)));
            blocks.push(Block::Table(told(row).without_empty_columns()));
        }
        let releases: Vec<_> = self.releases.iter().map(ReleaseInfo::title).collect();
        Document { title: releases.join(", "), blocks }
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&[
            "asked", "release", "code", "display", "level", "long", "short", "chapter", "parent",
        ]);
        for row in &self.results {
            table.row(vec![
                Cell::Code(row.asked.to_owned()),
                Cell::from(row.release.as_str()),
                Cell::Code(row.code.clone()),
                Cell::Code(row.display.clone()),
                Cell::from(row.level.map(Level::word)),
                Cell::from(row.texts.as_ref().and_then(|texts| texts.long)),
                Cell::from(row.texts.as_ref().and_then(|texts| texts.short)),
                Cell::from(row.chapter.as_deref()),
                Cell::from(row.parents.first().map(|parent| parent.display.as_str())),
            ]);
        }
        table
    }

    fn rows(&self) -> &[Self::Row] {
        &self.results
    }
}

fn told(row: &LookupRow<'_>) -> Table {
    let mut table = Table::new(&["", " ", "  "]);
    table.columns.iter_mut().for_each(|column| column.title = "");
    let mut add = |name: &str, code: Option<&str>, text: &str| {
        let code = code.map_or(Cell::Empty, |code| Cell::Code(code.to_owned()));
        table.row(vec![Cell::from(name), code, Cell::from(text)]);
    };
    match (row.level, &row.texts) {
        (Some(level), Some(texts)) => {
            let billable = if level == Level::Header { "header: not billable" } else { "billable" };
            add("use", None, billable);
            texts.long.iter().for_each(|long| add("long", None, long));
            texts.short.iter().for_each(|short| add("short", None, short));
            row.chapter.iter().for_each(|chapter| add("chapter", None, chapter));
        }
        _ => add("use", None, "not in this release"),
    }
    for parent in &row.parents {
        add("above", Some(&parent.display), parent.long);
    }
    for code in &row.billable_below {
        add("billable", Some(&code.display), code.long);
    }
    for code in &row.near {
        add("near", Some(&code.display), code.long);
    }
    table
}
