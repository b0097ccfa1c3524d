//! The report of `lookup`: the record of a code, in one or more releases.

use jiff::civil::Date;
use serde::Serialize;

use super::diff::Texts;
use super::{ReleaseInfo, Report, SCHEMA_VERSION, sources_of};
use crate::guidelines::Guidelines;
use crate::model::{
    Entry, Level, ListPlace, NoteKind, Place, Problem, ProblemCode, PropertyDefinition, Release,
};
use crate::view::{self, Cell, Described, Section, Table, Tone, column};

/// A code in a release.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct LookupRow<'a> {
    /// The code asked for, as typed.
    pub(crate) asked: &'a str,
    /// The release.
    pub(crate) release: String,
    /// The code as it appears in files.
    pub(crate) code: String,
    /// The code as people write it.
    pub(crate) display: String,
    /// Code, header or modifier; `null` if it is not in the release.
    pub(crate) level: Option<Level>,
    /// True if it can be used on a claim when the release takes effect.
    pub(crate) billable: bool,
    /// The day the publisher added it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) added: Option<Date>,
    /// The last day on which it may be used, where one is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) last_day: Option<Date>,
    /// Other forms in which it is written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) forms: Vec<Form>,
    /// Its descriptions, `null` if it is not in the release.
    pub(crate) texts: Option<Texts<'a>>,
    /// The chapter, where the set has chapters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chapter: Option<String>,
    /// Its attributes, those of hidden groups as well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) properties: Vec<Attribute<'a>>,
    /// The terms of the indexes that lead to it, where they were given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) index_terms: Vec<&'a str>,
    /// The meaning of each character, where the tables of ICD-10-PCS were given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) axes: Vec<AxisRow<'a>>,
    /// The notes that apply to it, its own first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<NoteRow<'a>>,
    /// The sections of the Official Guidelines that name it, its category, or a range with it, where an edition was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) guidelines: Vec<GuidelineReference>,
    /// The entries above it, nearest first.
    pub(crate) parents: Vec<Relative<'a>>,
    /// The billable codes below a header.
    pub(crate) billable_below: Vec<Relative<'a>>,
    /// For a code that is not in the release: the codes that equal it except for fillers or leading zeros; else those
    /// that begin with it, or the nearest one above.
    pub(crate) near: Vec<Relative<'a>>,
}

/// A section of the guidelines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct GuidelineReference {
    /// The edition: `FY2026`.
    pub(crate) edition: String,
    /// The number of the section: `I.C.13.a`.
    pub(crate) number: String,
    /// Its title.
    pub(crate) title: String,
    /// The page on which it begins.
    pub(crate) page: u64,
}

/// A form in which a code is written.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Form {
    /// The name of the form.
    pub(crate) name: &'static str,
    /// The code.
    pub(crate) code: String,
}

/// An attribute of a code.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Attribute<'a> {
    /// Its official name.
    pub(crate) name: &'a str,
    /// Its group.
    pub(crate) group: &'static str,
    /// Its value.
    pub(crate) value: &'a str,
}

/// Another code, listed with the one asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Relative<'a> {
    /// The code as people write it.
    pub(crate) display: String,
    /// Its long description.
    pub(crate) long: &'a str,
}

impl<'a> Relative<'a> {
    pub(super) fn of(entry: Entry<'a>) -> Self {
        Self { display: entry.display(), long: entry.shown_long() }
    }
}

/// The report of `lookup`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct LookupReport<'a> {
    /// The version of this form.
    pub(crate) schema_version: u32,
    /// The releases that were searched.
    pub(crate) releases: Vec<ReleaseInfo>,
    /// One row for each code and release.
    pub(crate) results: Vec<LookupRow<'a>>,
    /// The problems with the input.
    pub(crate) problems: Vec<Problem>,
}

/// Maximum number of codes named for one that is not found.
const NEAR: usize = 10;

/// Looks codes up in releases.
pub(crate) fn lookup<'a>(codes: &'a [String], releases: &'a [Release]) -> LookupReport<'a> {
    let mut results = Vec::new();
    let mut problems: Vec<Problem> = releases.iter().flat_map(|release| release.problems.clone()).collect();
    for asked in codes {
        let before = results.len();
        results.extend(releases.iter().flat_map(|release| rows(asked, release)));
        if results[before..].iter().all(|row: &LookupRow<'_>| row.level.is_none()) {
            let fact = format!("`{}` is not in any of the given releases", asked.escape_debug());
            problems.push(Problem::new(ProblemCode::UnknownCode, Place::default(), fact));
        }
    }
    let releases = releases.iter().map(ReleaseInfo::of).collect();
    LookupReport { schema_version: SCHEMA_VERSION, releases, results, problems }
}

/// Returns the rows of a release for the text asked for: a code, a modifier of the same letters, the parts of a
/// cluster.
fn rows<'a>(asked: &'a str, release: &'a Release) -> Vec<LookupRow<'a>> {
    let set = release.set;
    if let Some(parts) = (set.cluster)(asked) {
        return parts.iter().flat_map(|part| rows_of(asked, part.clone(), release)).collect();
    }
    let code = (set.normalize)(asked).unwrap_or_else(|| asked.trim().to_ascii_uppercase());
    rows_of(asked, code, release)
}

fn rows_of<'a>(asked: &'a str, code: String, release: &'a Release) -> Vec<LookupRow<'a>> {
    let found = release.find_all(&code);
    if found.is_empty() {
        return vec![not_found(asked, code, release)];
    }
    found.into_iter().map(|entry| row(asked, entry, release)).collect()
}

fn not_found<'a>(asked: &'a str, code: String, release: &'a Release) -> LookupRow<'a> {
    LookupRow {
        asked,
        release: release.id(),
        display: (release.set.display)(&code),
        level: None,
        billable: false,
        added: None,
        last_day: None,
        forms: Vec::new(),
        texts: None,
        chapter: None,
        properties: Vec::new(),
        index_terms: Vec::new(),
        axes: Vec::new(),
        notes: Vec::new(),
        guidelines: Vec::new(),
        parents: Vec::new(),
        billable_below: Vec::new(),
        near: near(release, &code),
        code,
    }
}

fn row<'a>(asked: &'a str, entry: Entry<'a>, release: &'a Release) -> LookupRow<'a> {
    let set = release.set;
    let code = entry.code();
    let forms = (set.forms)(code).into_iter().map(|(name, code)| Form { name, code });
    let chapter = set.chapter(code).filter(|_| entry.level() != Level::Modifier);
    LookupRow {
        asked,
        release: release.id(),
        code: code.to_owned(),
        display: entry.display(),
        level: Some(entry.level()),
        billable: entry.is_billable(),
        added: entry.details().and_then(|details| details.added),
        last_day: entry.last_day(),
        forms: forms.collect(),
        texts: Some(Texts::of(entry)),
        chapter: chapter.map(|chapter| format!("{} {}", chapter.id, chapter.title)),
        properties: entry.shown_properties().map(Attribute::of).collect(),
        index_terms: release.index_terms(code),
        axes: axes(release, code),
        notes: entry.notes_in_force().into_iter().map(NoteRow::of).collect(),
        guidelines: Vec::new(),
        parents: entry.ancestors().map(Relative::of).collect(),
        billable_below: if entry.is_header() { billable_below(release, code) } else { Vec::new() },
        near: Vec::new(),
    }
}

fn billable_below<'a>(release: &'a Release, code: &str) -> Vec<Relative<'a>> {
    let mut below: Vec<_> = release.descendants(code).filter(|entry| entry.is_billable()).collect();
    below.sort_by_key(|entry| entry.order());
    below.into_iter().map(Relative::of).collect()
}

fn near<'a>(release: &'a Release, code: &str) -> Vec<Relative<'a>> {
    let slips = (release.set.near)(code);
    let mut meant: Vec<_> = slips.iter().flat_map(|code| release.find_all(code)).collect();
    meant.sort_by_key(|entry| entry.code());
    meant.dedup_by_key(|entry| entry.code());
    if !meant.is_empty() {
        return meant.into_iter().take(NEAR).map(Relative::of).collect();
    }
    let below: Vec<_> = release.descendants(code).take(NEAR).collect();
    if code.is_empty() || below.is_empty() {
        return release.parent(code).into_iter().map(Relative::of).collect();
    }
    below.into_iter().map(Relative::of).collect()
}

/// A character of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AxisRow<'a> {
    /// Its name: `Body Part`.
    pub(crate) axis: &'a str,
    /// The character.
    pub(crate) char: char,
    /// The label of the value.
    pub(crate) label: &'a str,
    /// The definition of the value, in the publisher's words, where its definitions were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) definition: Option<&'a str>,
}

fn axes<'a>(release: &'a Release, code: &str) -> Vec<AxisRow<'a>> {
    let axes =
        release.companions.pcs_tables.first().and_then(|tables| tables.explained(code)).unwrap_or_default();
    let section = code.chars().next().unwrap_or_default();
    let definition = |position: u8, label: &str| {
        release.companions.pcs_definitions.first()?.of(section, position, label)?.definition.as_deref()
    };
    (1..)
        .zip(axes)
        .map(|(at, (axis, char, label))| AxisRow { axis, char, label, definition: definition(at, label) })
        .collect()
}

/// A note that applies to a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct NoteRow<'a> {
    /// The kind.
    pub(crate) kind: NoteKind,
    /// The text.
    pub(crate) text: &'a str,
    /// The entry that has the note, as people write it: the code itself, one above it, a section or a chapter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) of: Option<String>,
    #[serde(skip)]
    title: &'static str,
}

impl<'a> NoteRow<'a> {
    fn of((kind, text, place): (NoteKind, &'a str, Option<&'a ListPlace>)) -> Self {
        let of = place.map(ListPlace::display);
        Self { kind, text, of, title: kind.title() }
    }
}

impl<'a> Attribute<'a> {
    fn of((definition, value): (&'a PropertyDefinition, &'a str)) -> Self {
        Self { name: &definition.name, group: definition.group.id, value }
    }
}

impl<'a> Report for LookupReport<'a> {
    type Row = LookupRow<'a>;

    const NAME: &'static str = "lookup";

    fn view(&self) -> view::Report {
        let titles: Vec<_> = self.releases.iter().map(ReleaseInfo::title).collect();
        let files = self.releases.iter().map(|release| (release.id.as_str(), release));
        // A single record needs no overview.
        let overview = (self.results.len() > 1).then(|| self.overview());
        view::Report::new(titles.join(", "))
            .sections(overview)
            .sections(self.results.iter().map(LookupRow::section))
            .problems(&self.problems)
            .appendix(sources_of(files, &[]))
    }

    fn flat(&self) -> Table {
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

    fn rows(&self) -> impl Iterator<Item = &Self::Row> {
        self.results.iter()
    }
}

impl LookupReport<'_> {
    /// Adds the sections of an edition of the guidelines to the rows of a release, or of all.
    #[must_use]
    pub(crate) fn with_guidelines(mut self, guidelines: &Guidelines, release: Option<&str>) -> Self {
        let is_its = |row: &&mut LookupRow<'_>| release.is_none_or(|release| row.release == release);
        for row in self.results.iter_mut().filter(is_its) {
            let sections = guidelines.sections_about(&row.code);
            row.guidelines.extend(sections.into_iter().map(|section| GuidelineReference {
                edition: guidelines.edition(),
                number: section.number.clone(),
                title: section.title.clone(),
                page: section.page as u64,
            }));
        }
        self
    }

    fn overview(&self) -> Section {
        Section::new("Codes").sheet("Codes").rows(
            &self.results,
            [
                column("code", |row: &LookupRow<'_>| {
                    let long = row.texts.as_ref().and_then(|texts| texts.long);
                    Cell::described(row.display.clone(), long.map(Described::plain).into_iter().collect())
                }),
                column("release", |row: &LookupRow<'_>| Cell::from(row.release.as_str())).filter(),
                column("status", LookupRow::status).filter(),
                column("last day", |row: &LookupRow<'_>| Cell::from(row.last_day)),
                column("chapter", |row: &LookupRow<'_>| Cell::from(row.chapter.as_deref())).filter(),
            ],
        )
    }
}

/// A fact about a code.
struct Fact<'r> {
    name: &'r str,
    /// Another code, a form of the code, or a character of it.
    code: Cell,
    value: Cell,
}

impl<'r> Fact<'r> {
    fn new(name: &'r str, value: impl Into<Cell>) -> Self {
        Self { name, code: Cell::Empty, value: value.into() }
    }

    fn about(name: &'r str, code: impl Into<String>, value: impl Into<Cell>) -> Self {
        Self { code: Cell::code(code), ..Self::new(name, value) }
    }
}

impl LookupRow<'_> {
    fn status(&self) -> Cell {
        let (word, tone) = match (self.level, self.billable) {
            (None, _) => ("not in this release", Tone::Bad),
            (Some(Level::Header), _) => ("category header, not billable", Tone::Warn),
            (Some(Level::Modifier), true) => ("modifier", Tone::Good),
            (Some(Level::Modifier), false) => ("modifier, no longer in use", Tone::Bad),
            (Some(Level::Code), true) => ("billable", Tone::Good),
            (Some(Level::Code), false) => ("no longer billable", Tone::Bad),
        };
        Cell::badge(word, tone)
    }

    /// Returns the record of the code.
    fn section(&self) -> Section {
        let columns = [
            column("", |fact: &Fact<'_>| Cell::from(fact.name)),
            column("", |fact: &Fact<'_>| fact.code.clone()),
            column("", |fact: &Fact<'_>| fact.value.clone()),
        ];
        let heading = format!("{} in {}", self.display, self.release);
        let record = Table { is_outline: true, ..Table::of(columns, &self.facts()) };
        Section::new(heading.clone()).table(heading, record)
    }

    fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = vec![Fact::new("billing status", self.status())];
        facts.extend(self.last_day.map(|day| Fact::new("last day", Cell::Day(day))));
        facts.extend(self.forms.iter().map(|form| Fact::about(form.name, form.code.clone(), "")));
        if let Some(texts) = &self.texts {
            let texts = [
                ("long description", texts.long),
                ("short description", texts.short),
                ("medium description", texts.medium),
                ("consumer description", texts.consumer),
            ];
            facts.extend(texts.into_iter().filter_map(|(name, text)| Some(Fact::new(name, text?))));
        }
        facts.extend(self.added.map(|day| Fact::new("added", Cell::Day(day))));
        facts.extend(self.properties.iter().map(|property| Fact::new(property.name, property.value)));
        facts.extend(self.chapter.iter().map(|chapter| Fact::new("chapter", chapter.as_str())));
        facts.extend(self.axes.iter().map(|axis| {
            let definition = axis.definition.map(|text| format!(": {text}")).unwrap_or_default();
            Fact::about(axis.axis, axis.char, format!("{}{definition}", axis.label))
        }));
        facts.extend(self.index_terms.iter().map(|term| Fact::new("index", *term)));
        facts.extend(
            self.notes
                .iter()
                .map(|note| Fact::about(note.title, note.of.clone().unwrap_or_default(), note.text)),
        );
        facts.extend(self.guidelines.iter().map(|section| {
            let place = format!("{} (guidelines {}, page {})", section.title, section.edition, section.page);
            Fact::about("guidelines", section.number.clone(), place)
        }));
        let relatives = [
            ("above", &self.parents),
            ("billable below", &self.billable_below),
            ("nearest code", &self.near),
        ];
        for (name, relatives) in relatives {
            facts.extend(relatives.iter().map(|code| Fact::about(name, code.display.clone(), code.long)));
        }
        facts
    }
}
