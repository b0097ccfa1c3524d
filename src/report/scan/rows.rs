//! The typed values of a scan's report.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::super::crosswalk::TargetRow;
use super::super::lookup::Relative;
use crate::crosswalk::Disposition;
use crate::model::{Place, Severity};
use crate::scan::{Container, FileScan, Finding, FindingKind, Location, Names, PlaceUse, Region};

/// A file with fields that hold codes, or one that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScanFile {
    /// Its path, from the folder the command ran in, or from the last part of what was named.
    pub path: String,
    /// The fields that hold codes.
    pub regions: Vec<RegionRow>,
    /// How many places a mark in the file excepts.
    #[serde(skip_serializing_if = "is_zero")]
    pub excepted: u64,
    /// How it had to be read otherwise than its name tells, or why it could not be read to its end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Whether it could not be read, or not to its end.
    #[serde(skip)]
    pub is_unread: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A field that holds codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegionRow {
    /// Where it is: a column, a key, a list of literals.
    pub place: String,
    /// The set of its codes; `unclear` where they may be of more than one, which is not judged.
    pub set: &'static str,
    /// How many different codes of the releases stand in it; of other sets, how many values.
    pub codes: u64,
    /// Why it is taken for one.
    pub basis: String,
    /// Headers that stand in it on purpose, and are not reported.
    #[serde(skip_serializing_if = "is_zero")]
    pub headers: u64,
    /// Codes in rows that end before NEW begins: they are right as they are.
    #[serde(skip_serializing_if = "is_zero")]
    pub ended: u64,
}

impl RegionRow {
    fn of(region: &Region, names: Names) -> Self {
        let Region { place, set, codes, basis, headers, ended } = region.clone();
        Self { place: names.place(&place), set, codes, basis, headers, ended }
    }
}

/// A file as a report has it: made file by file, and so on all cores.
#[derive(Debug)]
pub struct FileRows<'a> {
    /// Its size in bytes.
    pub(super) bytes: u64,
    /// What is told of it; `None` if it is of a kind that is not read.
    pub(super) described: Option<ScanFile>,
    /// How many places are excepted, other than by marks in the file.
    pub(super) excepted: u64,
    pub(super) findings: Vec<FindingRow<'a>>,
}

impl<'a> FileRows<'a> {
    /// The rows of a file, with its findings. Those that are excepted are left out, and counted.
    pub fn of(
        path: &str,
        bytes: u64,
        scan: &FileScan<'a>,
        is_excepted: &dyn Fn(&str, &Finding<'_>) -> bool,
        names: Names,
    ) -> Self {
        let described = scan.kind.is_read().then(|| ScanFile::of(path, scan, names));
        let mut seen = BTreeMap::new();
        let (excepted, kept): (Vec<_>, Vec<_>) =
            scan.findings.iter().partition(|finding| is_excepted(path, finding));
        Self {
            bytes,
            described,
            excepted: excepted.iter().map(|finding| 1 + finding.more).sum(),
            findings: kept
                .into_iter()
                .map(|finding| FindingRow::of(path, finding, &mut seen, names))
                .collect(),
        }
    }
}

impl ScanFile {
    /// Whether it has no codes, and nothing else is to be said about it.
    pub(super) fn says_nothing(&self) -> bool {
        self.regions.is_empty() && self.excepted == 0 && self.notes.is_empty()
    }

    fn of(path: &str, scan: &FileScan<'_>, names: Names) -> Self {
        let notes = scan.notes.iter().map(|note| (*note).to_owned()).chain(scan.failed.clone());
        Self {
            path: path.to_owned(),
            regions: scan.regions.iter().map(|region| RegionRow::of(region, names)).collect(),
            excepted: scan.excepted,
            notes: notes.collect(),
            is_unread: scan.failed.is_some(),
        }
    }
}

/// A place inside a file, in the way of its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Inside {
    /// Line of a text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column of a text, from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Cell of a sheet: `B7`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// Table of a database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Row of a table, by its own number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Slide, from 1, in the order of the show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slide: Option<u32>,
    /// Whether it stands in the notes of the slide.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub in_notes: bool,
    /// Page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Paragraph of a slide or document, line of a page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
}

impl Inside {
    pub(in crate::report) fn of(path: &str, location: &Location, names: Names) -> Self {
        let (line, none) = (Some(location.line), Self::default());
        match location.container() {
            Container::Text => Self { line, column: Some(location.column), ..none },
            Container::Sheet(name) => {
                let name = names.numbered("sheet", name, location.number_in_file);
                let place = Place::cell(path, &name, location.line.saturating_sub(1), location.column);
                Self { sheet: place.sheet, cell: place.cell, ..none }
            }
            Container::Table(name) => {
                let name = names.numbered("number", name, location.number_in_file);
                Self { table: Some(name), row: line, ..none }
            }
            Container::Slide(number) => Self { slide: Some(number), paragraph: line, ..none },
            Container::Notes(number) => Self { slide: Some(number), in_notes: true, paragraph: line, ..none },
            Container::Page(number) => Self { page: Some(number), paragraph: line, ..none },
            Container::Paragraphs => Self { paragraph: line, ..none },
        }
    }

    /// The place in words.
    pub(super) fn describe(&self) -> String {
        let mut described = Vec::new();
        if let (Some(line), Some(column)) = (self.line, self.column) {
            described.push(format!("{line}:{column}"));
        }
        if let (Some(sheet), Some(cell)) = (&self.sheet, &self.cell) {
            described.push(format!("{sheet}!{cell}"));
        }
        if let (Some(table), Some(row)) = (&self.table, self.row) {
            described.push(format!("table {table}, row {row}"));
        }
        if let Some(slide) = self.slide {
            described.push(format!("{} {slide}", if self.in_notes { "notes of slide" } else { "slide" }));
        }
        if let Some(page) = self.page {
            described.push(format!("page {page}"));
        }
        if let Some(paragraph) = self.paragraph {
            described.push(format!("{} {paragraph}", if self.page.is_some() { "line" } else { "paragraph" }));
        }
        described.join(", ")
    }
}

/// Something that may have to be changed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FindingRow<'a> {
    /// What it is.
    pub kind: FindingKind,
    /// How much it matters.
    pub severity: Severity,
    /// The code as files hold it; of a pattern, what is written.
    pub code: String,
    /// The code as people write it.
    pub display: String,
    /// The file.
    pub path: String,
    /// Where inside the file.
    #[serde(flatten)]
    pub inside: Inside,
    /// The field it stands in.
    pub field: String,
    /// What the place is for, which decides what `migrate` does there.
    #[serde(rename = "use")]
    pub place_use: PlaceUse,
    /// Whether it may be replaced without looking: for codes that died or were narrowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Disposition>,
    /// What may be used instead, with the evidence.
    pub targets: Vec<TargetRow<'a>>,
    /// Codes that may have been meant, where it is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<Relative<'a>>,
    /// The codes of the list that lead to the one it lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub predecessors: Vec<Relative<'a>>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What may be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// How often the same stands in the same field beyond the places that are told.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: u64,
    /// The same for the same finding tomorrow, wherever its line has moved to: for a baseline.
    pub fingerprint: String,
}

impl<'a> FindingRow<'a> {
    fn of(path: &str, finding: &Finding<'a>, seen: &mut BTreeMap<String, u32>, names: Names) -> Self {
        let key = format!("{path}\n{}\n{}\n{}", finding.kind.word(), finding.code, finding.location.field);
        let count = seen.entry(key.clone()).or_default();
        *count += 1;
        let fingerprint = crate::model::hex(&Sha256::digest(format!("{key}\n{count}"))[..8]);
        Self {
            kind: finding.kind,
            severity: finding.kind.severity(),
            code: finding.code.clone(),
            display: finding.display.clone(),
            path: path.to_owned(),
            inside: Inside::of(path, &finding.location, names),
            field: names.place(&finding.location.field),
            place_use: finding.place_use,
            decision: finding.decision,
            targets: finding.mapping.map(TargetRow::instead_of).unwrap_or_default(),
            nearest: finding.nearest.iter().copied().map(Relative::of).collect(),
            predecessors: finding.predecessors.iter().copied().map(Relative::of).collect(),
            message: finding.message.clone(),
            hint: finding.hint.clone(),
            more: finding.more,
            fingerprint,
        }
    }

    /// The description of the new code that a list lacks.
    pub(super) fn lacking(&self) -> &str {
        self.hint.as_deref().and_then(|hint| hint.split_once(": ")).map_or("", |(_, long)| long)
    }

    /// The codes of the list that lead to the one that it lacks.
    pub(super) fn because_of(&self) -> String {
        self.predecessors.iter().map(|entry| entry.display.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The file and the place inside, as terminals and editors find it.
    pub(super) fn place(&self) -> String {
        let mark = if self.inside.line.is_some() { ":" } else { ", " };
        format!("{}{mark}{} ({})", self.path, self.inside.describe(), self.field)
    }

    /// What to do about it, a word and a line each.
    pub(super) fn notes(&self) -> Vec<(&'static str, String)> {
        let mut notes = Vec::new();
        let word = match self.decision {
            Some(Disposition::Automatic) => "use",
            Some(_) if self.targets.len() > 1 => "choose among",
            _ => "review",
        };
        for target in self.targets.iter().take(SHOWN) {
            notes.push((word, format!("{} {} ({})", target.display, target.long, target.describe())));
        }
        if self.targets.len() > SHOWN {
            notes.push((word, format!("and {} more", self.targets.len() - SHOWN)));
        }
        if self.decision.is_some() && self.targets.is_empty() {
            notes.push(("note", "no successor is known".to_owned()));
        }
        for near in &self.nearest {
            notes.push(("perhaps", format!("{} {}", near.display, near.long)));
        }
        // A pattern says itself that it is one.
        if !matches!(self.place_use, PlaceUse::List | PlaceUse::Pattern) {
            notes.push(("place", self.place_use.meaning().to_owned()));
        }
        notes.extend(self.hint.iter().map(|hint| ("help", hint.clone())));
        if self.more > 0 {
            notes.push(("note", format!("the same {} more times in this field", self.more)));
        }
        notes
    }
}

/// So many targets of a finding are named in a terminal; the other forms have all.
const SHOWN: usize = 8;
