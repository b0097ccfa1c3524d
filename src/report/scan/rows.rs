//! The typed values of a scan's report.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::super::decided::Task;
use super::super::lookup::Relative;
use super::super::target::TargetRow;
use crate::base::{counted, grouped};
use crate::crosswalk::Disposition;
use crate::model::{Entry, Place, Severity};
use crate::scan::{Container, FileScan, Finding, FindingKind, Location, Names, PlaceUse, Region};

/// A file with fields that contain codes, or one that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ScanFile {
    /// Its path, relative to the folder the command ran in, or beginning with the last part of the path argument.
    pub(crate) path: String,
    /// The fields that contain codes.
    pub(crate) regions: Vec<RegionRow>,
    /// The number of places that a mark in the file excepts.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) excepted: u64,
    /// Notes on how it was read, if not as its name suggests, or why it could not be read completely.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
    /// True if it could not be read, or not completely.
    #[serde(skip)]
    pub(crate) is_unread: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A field that contains codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RegionRow {
    /// The location: a column, a key, a list of literals.
    pub(crate) place: String,
    /// The set of its codes; `unclear` where they may be of more than one, which is not judged.
    pub(crate) set: &'static str,
    /// The number of different codes of the releases in it; of other sets, the number of values.
    pub(crate) codes: u64,
    /// The reason why it is recognized as one.
    pub(crate) basis: String,
    /// Headers in it that are there on purpose, and are not reported.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) headers: u64,
    /// Codes in rows that end before NEW begins: they are correct as they are.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) ended: u64,
}

impl RegionRow {
    /// Describes the codes in it that are right although they look wrong.
    pub(crate) fn note(&self) -> String {
        let headers = (self.headers > 0)
            .then(|| format!("{} kept on purpose", counted(self.headers, "header is", "headers are")));
        let ended =
            (self.ended > 0).then(|| format!("{} in rows whose end date has passed", grouped(self.ended)));
        [headers, ended].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn of(region: &Region, names: Names) -> Self {
        let Region { place, set, codes, basis, headers, ended } = region.clone();
        Self { place: names.place(&place), set, codes, basis, headers, ended }
    }
}

/// A file as a report has it: made file by file, so that all cores are used.
#[derive(Debug)]
pub struct FileRows<'a> {
    /// Its size in bytes.
    pub(super) bytes: u64,
    /// Its description; `None` if it is of a kind that is not read.
    pub(super) described: Option<ScanFile>,
    /// The number of places that are excepted, other than by marks in the file.
    pub(super) excepted: u64,
    pub(super) findings: Vec<FindingRow<'a>>,
}

impl<'a> FileRows<'a> {
    /// Creates the rows of a file, with its findings. Excepted findings are left out, and counted.
    pub fn of(
        path: &str,
        bytes: u64,
        scan: &FileScan<'a>,
        is_excepted: &dyn Fn(&str, &Finding<'_>) -> bool,
        names: Names,
    ) -> Self {
        Self::at(path, path, bytes, scan, is_excepted, names)
    }

    /// Creates the same. The place is the path by which findings are recognized in a later report: it does not depend on the
    /// current folder.
    pub(crate) fn at(
        place: &str,
        path: &str,
        bytes: u64,
        scan: &FileScan<'a>,
        is_excepted: &dyn Fn(&str, &Finding<'_>) -> bool,
        names: Names,
    ) -> Self {
        let described =
            (scan.kind.is_read() || scan.failed.is_some()).then(|| ScanFile::of(path, scan, names));
        let mut seen = BTreeMap::new();
        let (excepted, kept): (Vec<_>, Vec<_>) =
            scan.findings.iter().partition(|finding| is_excepted(path, finding));
        Self {
            bytes,
            described,
            excepted: excepted.iter().map(|finding| 1 + finding.more).sum(),
            findings: kept
                .into_iter()
                .map(|finding| FindingRow::of(place, path, finding, &mut seen, names))
                .collect(),
        }
    }
}

impl ScanFile {
    /// Returns true if the file has no codes, no exceptions and no notes.
    pub(crate) fn says_nothing(&self) -> bool {
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

/// A location inside a file, in the form of its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Inside {
    /// Line of a text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    /// Column of a text, from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<u32>,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sheet: Option<String>,
    /// Cell of a sheet: `B7`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cell: Option<String>,
    /// Table of a database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) table: Option<String>,
    /// Row of a table, by its own number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) row: Option<u32>,
    /// Slide, from 1, in the order of the show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) slide: Option<u32>,
    /// True if it is in the notes of the slide.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) in_notes: bool,
    /// Page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<u32>,
    /// Paragraph of a slide or document, line of a page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) paragraph: Option<u32>,
}

impl Inside {
    pub(in crate::report) fn of(path: &str, location: &Location, names: Names) -> Self {
        let (line, none) = (Some(location.line), Self::default());
        match &location.container {
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
            Container::Slide(number) => Self { slide: Some(*number), paragraph: line, ..none },
            Container::Notes(number) => {
                Self { slide: Some(*number), in_notes: true, paragraph: line, ..none }
            }
            Container::Page(number) => Self { page: Some(*number), paragraph: line, ..none },
            Container::Paragraphs => Self { paragraph: line, ..none },
        }
    }

    /// Describes the place in words.
    pub(crate) fn describe(&self) -> String {
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

/// A place that may have to be changed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FindingRow<'a> {
    /// Its kind.
    pub kind: FindingKind,
    /// The severity.
    pub severity: Severity,
    /// The code as it appears in files; for a pattern, its text.
    pub code: String,
    /// The code as people write it.
    pub display: String,
    /// The file.
    pub path: String,
    /// The location inside the file.
    #[serde(flatten)]
    pub(crate) inside: Inside,
    /// The field that contains it.
    pub field: String,
    /// The use of the place, which decides what `migrate` does there.
    #[serde(rename = "use")]
    pub place_use: PlaceUse,
    /// Whether it may be replaced without review: for codes that are no longer billable or were narrowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Disposition>,
    /// The codes that may be used instead, with the evidence.
    pub(crate) targets: Vec<TargetRow<'a>>,
    /// Codes that may have been meant, where the text is not a code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) nearest: Vec<Relative<'a>>,
    /// The codes of the list that lead to the one it lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) predecessors: Vec<Relative<'a>>,
    /// The problem, in a sentence.
    pub message: String,
    /// The hint on how to fix it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// In slides and documents, the lesson of `teach` about the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lesson: Option<ChapterLesson>,
    /// The number of further occurrences in the same field beyond the listed places.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: u64,
    /// A fingerprint that stays the same when the line moves: for a baseline.
    pub fingerprint: String,
    /// For a list that lacks a code: its entry in NEW.
    #[serde(skip)]
    lacks: Option<Entry<'a>>,
}

/// A lesson of `teach`: that of a chapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChapterLesson {
    /// The number or letter of the chapter, for `--chapter`.
    pub chapter: &'static str,
    /// The title of the chapter.
    pub title: &'static str,
}

impl ChapterLesson {
    /// Returns the lesson that explains a finding in course material. Other files have no readers to teach.
    fn of(finding: &Finding<'_>) -> Option<Self> {
        use Container::{Notes, Page, Paragraphs, Slide};
        let is_course = matches!(finding.location.container, Slide(_) | Notes(_) | Page(_) | Paragraphs);
        let entry = finding.mapping.map(|mapping| mapping.source).or(finding.lacks).filter(|_| is_course)?;
        let chapter = entry.set().chapter(entry.code())?;
        Some(Self { chapter: chapter.id, title: chapter.title })
    }

    /// Formats the lesson as its heading in the course.
    pub(crate) fn heading(self) -> String {
        format!("Chapter {}: {}", self.chapter, self.title)
    }
}

impl<'a> FindingRow<'a> {
    fn of(
        place: &str,
        path: &str,
        finding: &Finding<'a>,
        seen: &mut BTreeMap<String, u32>,
        names: Names,
    ) -> Self {
        let key = format!("{place}\n{}\n{}\n{}", finding.kind.word(), finding.code, finding.location.field);
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
            lesson: ChapterLesson::of(finding),
            more: finding.more,
            fingerprint,
            lacks: finding.lacks,
        }
    }

    /// Returns the task for the code; `None` if nothing needs to be done.
    pub(super) fn task(&self) -> Option<Task> {
        self.decision
            .map(|disposition| Task::of(disposition, self.kind == FindingKind::Narrowed, &self.targets))
    }

    /// Returns the description of the new code that a list lacks.
    pub(crate) fn lacking(&self) -> &str {
        self.lacks.map_or("", Entry::shown_long)
    }

    /// Lists the codes of the list that lead to the one it lacks.
    pub(crate) fn because_of(&self) -> String {
        self.predecessors.iter().map(|entry| entry.display.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Formats the file and the place inside, as terminals and editors find it.
    pub(crate) fn place(&self) -> String {
        let mark = if self.inside.line.is_some() { ":" } else { ", " };
        format!("{}{mark}{} ({})", self.path, self.inside.describe(), self.field)
    }

    /// Returns the notes on how to fix it, a word and a line each.
    pub(crate) fn notes(&self) -> Vec<(&'static str, String)> {
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
            notes.push(("note", "no replacement is known".to_owned()));
        }
        for near in &self.nearest {
            notes.push(("perhaps", format!("{} {}", near.display, near.long)));
        }
        // A pattern is recognizable as one without a note.
        if !matches!(self.place_use, PlaceUse::List | PlaceUse::Pattern) {
            notes.push(("place", self.place_use.meaning().to_owned()));
        }
        notes.extend(self.lesson.map(|lesson| ("lesson", lesson.heading())));
        notes.extend(self.hint.iter().map(|hint| ("help", hint.clone())));
        if self.more > 0 {
            notes.push(("note", format!("the same {} more times in this field", self.more)));
        }
        notes
    }
}

/// Maximum number of targets of a finding in a terminal; the other forms have all.
const SHOWN: usize = 8;
