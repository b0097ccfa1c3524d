//! The report of `map`: codes of one classification in another, or the counts of a map.

mod summary;

use serde::Serialize;

pub use self::summary::{FlagCount, MapKind, MapSummary};
use self::summary::{titled, words};
use super::{ReleaseInfo, Report, SCHEMA_VERSION, sources_of};
use crate::crosswalk::{Alternative, Counterparts, Direction, Disposition, MapReader, Relationship};
use crate::model::sets::ICD10CM;
use crate::model::{
    Classification, Closeness, Counterpart, Entry, MapRow, Place, Problem, ProblemCode, Release,
};
use crate::view::{self, Cell, Column, Described, Metric, Section, Shown, Table, Tone, column};

/// Maximum number of codes named for one that a map does not know.
const NEAR: usize = 5;

/// The location of a row of a map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MapEvidence<'a> {
    /// The kind of map.
    pub kind: MapKind,
    /// The file.
    pub source: &'a str,
    /// The row of the file, from 1.
    pub row: u32,
}

impl MapEvidence<'_> {
    fn describe(&self) -> String {
        format!("{}: {} row {}", self.kind.word(), self.source, self.row)
    }
}

/// The status of a code in a release that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Billable; for a cluster, each part is.
    Billable,
    /// Present, but not billable.
    NotBillable,
    /// Not there.
    Absent,
}

impl Standing {
    fn word(self) -> &'static str {
        match self {
            Self::Billable => "billable",
            Self::NotBillable => "not billable",
            Self::Absent => "not in the release",
        }
    }

    fn of(entry: Option<Entry<'_>>) -> Self {
        match entry {
            Some(entry) if entry.is_billable() => Self::Billable,
            Some(_) => Self::NotBillable,
            None => Self::Absent,
        }
    }
}

/// A code with its description and status in a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Named {
    /// The code as it appears in files.
    pub code: String,
    /// The code as people write it.
    pub display: String,
    /// Its long description, where a release of its set was given that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub long: Option<String>,
    /// Its status in that release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

impl Named {
    fn of(classification: Classification, code: &str, releases: &[Release]) -> Self {
        let release = releases.iter().find(|release| Some(release.set) == classification.set());
        let parts = classification.parts(code).unwrap_or_else(|| vec![code.to_owned()]);
        let standing = |release: &Release| parts.iter().map(|part| Standing::of(release.find(part))).max();
        let text = |release: &Release| {
            let texts: Option<Vec<_>> =
                parts.iter().map(|part| Some(release.find(part)?.shown_long())).collect();
            Some(texts?.join(" & ")).filter(|text| !text.is_empty())
        };
        Self {
            code: code.to_owned(),
            display: classification.display(code),
            long: release.and_then(text),
            standing: release.and_then(standing),
        }
    }

    fn entry(&self) -> Cell {
        let long = self.long.as_deref().map(Described::plain);
        Cell::described(self.display.clone(), long.into_iter().collect())
    }
}

/// A code that corresponds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CounterpartRow<'a> {
    /// The code.
    #[serde(flatten)]
    pub named: Named,
    /// The closeness, by its flag.
    pub closeness: Closeness,
    /// The relationship of the source's meaning to it, where the flags justify a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relationship: Option<Relationship>,
    /// The evidence.
    pub evidence: MapEvidence<'a>,
    #[serde(skip)]
    words: String,
}

/// One alternative: a code of each list, all of them together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AlternativeRow<'a> {
    /// The publisher's number of the combination, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<u8>,
    /// The lists: one code of each, together.
    pub lists: Vec<Vec<CounterpartRow<'a>>>,
    /// Read in reverse: the codes to assign together with the code asked about, one of each list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Vec<String>>,
}

/// A row that leads to no code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WithoutCode<'a> {
    /// The kind of its target: `block`, `chapter` or `none`.
    pub target: &'static str,
    /// The address of the block or chapter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<&'a str>,
    /// The evidence.
    pub evidence: MapEvidence<'a>,
}

impl<'a> WithoutCode<'a> {
    fn of(row: &'a MapRow, evidence: MapEvidence<'a>) -> Self {
        let (target, entity) = match &row.target {
            Counterpart::Block(entity) => ("block", Some(entity.as_str())),
            Counterpart::Chapter(entity) => ("chapter", Some(entity.as_str())),
            Counterpart::Code(_) | Counterpart::None => ("none", None),
        };
        Self { target, entity, evidence }
    }

    fn describe(&self) -> String {
        let what = match (self.target, self.entity) {
            (heading, Some(entity)) => format!("No code: leads to a {heading}, {entity}"),
            _ => "No map: the publisher states that there is no equivalent".to_owned(),
        };
        format!("{what} ({}).", self.evidence.describe())
    }
}

/// The answer of a map for one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CodeMapping<'a> {
    /// The code.
    pub source: Named,
    /// The classification of the code.
    pub from: &'static str,
    /// The classification of the answer.
    pub to: &'static str,
    /// Whether the code may be replaced without review.
    pub decision: Disposition,
    /// True if the publisher states that nothing corresponds.
    pub no_map: bool,
    /// True if no map that was given has the code.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_in_map: bool,
    /// The code above one that is in no map, if the map has it: the alternatives are about that one, and a suggestion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<Named>,
    /// The corresponding alternatives: one of them applies.
    pub alternatives: Vec<AlternativeRow<'a>>,
    /// Rows that lead to no code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without_code: Vec<WithoutCode<'a>>,
}

/// The report of `map`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MapReport<'a> {
    /// The version of this form.
    pub schema_version: u32,
    /// The maps with their counts, as in the files.
    pub maps: Vec<MapSummary>,
    /// True if the maps were read from target to source.
    pub reverse: bool,
    /// The releases that codes were looked up in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) releases: Vec<ReleaseInfo>,
    /// The key numbers; empty unless several codes were asked about.
    pub(crate) metrics: Vec<Metric>,
    /// One row for each code asked about and each map that has it, one where no map has it; if no code was asked about,
    /// one for every code.
    pub mappings: Vec<CodeMapping<'a>>,
    /// The problems with the input.
    pub problems: Vec<Problem>,
    /// True if single codes were asked about.
    #[serde(skip)]
    asked: bool,
}

/// Looks codes up in maps, or every code where none is named.
pub fn map<'a>(readers: &[MapReader<'a>], codes: &[String], releases: &[Release]) -> MapReport<'a> {
    let mut problems: Vec<Problem> =
        readers.iter().flat_map(|reader| reader.map().problems.clone()).collect();
    problems.extend(releases.iter().flat_map(|release| release.problems.clone()));
    let mut mappings = Vec::new();
    for reader in readers.iter().filter(|_| codes.is_empty()) {
        let found = reader.codes().into_iter().filter_map(|code| reader.counterparts(code));
        mappings.extend(found.map(|found| mapping(reader, &found, releases)));
    }
    for asked in codes {
        let found = |reader: &MapReader<'a>| {
            let found = reader.counterparts(&reader.from().normalize(asked))?;
            Some(mapping(reader, &found, releases))
        };
        let before = mappings.len();
        mappings.extend(readers.iter().filter_map(found));
        if mappings.len() == before {
            let by_parent = readers.iter().find_map(|reader| by_parent(reader, asked, releases));
            if by_parent.is_none() {
                problems.push(unknown(asked, readers));
            }
            let nothing = || readers.first().map(|reader| not_in_map(reader, asked, releases));
            mappings.extend(by_parent.or_else(nothing));
        }
    }
    MapReport {
        schema_version: SCHEMA_VERSION,
        maps: readers.iter().map(|reader| MapSummary::of(reader.map())).collect(),
        reverse: readers.iter().any(|reader| reader.direction() == Direction::Reverse),
        releases: releases.iter().map(ReleaseInfo::of).collect(),
        metrics: if codes.len() > 1 { metrics(codes.len(), &mappings) } else { Vec::new() },
        mappings,
        problems,
        asked: !codes.is_empty(),
    }
}

const AUTOMATIC: &str = "automatic";
const NEEDS_REVIEW: &str = "needs review";
const NO_CODE: &str = "no code";
const NOT_IN_MAP: &str = "not in the map";

/// Counts the answers. A code that several maps have has several.
fn metrics(codes: usize, mappings: &[CodeMapping<'_>]) -> Vec<Metric> {
    let count = |word| mappings.iter().filter(|mapping| mapping.word() == word).count() as u64;
    vec![
        Metric::new(codes as u64, "codes", "", Tone::Plain),
        Metric::new(count(AUTOMATIC), AUTOMATIC, "one identical code", Disposition::Automatic),
        Metric::new(count(NEEDS_REVIEW), NEEDS_REVIEW, "", Disposition::Choose),
        Metric::new(count(NO_CODE), NO_CODE, "nothing corresponds", Disposition::None),
        Metric::new(count(NOT_IN_MAP), NOT_IN_MAP, "", Disposition::None),
    ]
}

/// Returns the row of a code that no map has: it has no alternatives.
fn not_in_map<'a>(reader: &MapReader<'a>, asked: &str, releases: &[Release]) -> CodeMapping<'a> {
    CodeMapping {
        source: Named::of(reader.from(), &reader.from().normalize(asked), releases),
        from: reader.from().word(),
        to: reader.to().word(),
        decision: Disposition::None,
        no_map: false,
        not_in_map: true,
        parent: None,
        alternatives: Vec::new(),
        without_code: Vec::new(),
    }
}

/// Returns the rows of a map from ICD-10 for the code above one of ICD-10-CM, whose codes have further characters after
/// those of ICD-10.
fn by_parent<'a>(reader: &MapReader<'a>, asked: &str, releases: &[Release]) -> Option<CodeMapping<'a>> {
    if reader.from() != Classification::Icd10 || reader.direction() == Direction::Reverse {
        return None;
    }
    let code = (ICD10CM.normalize)(asked)?;
    let above = |code: &str| reader.counterparts(code).filter(|found| found.is_code);
    let found = reader.from().above(&code).find_map(above)?;
    let answer = mapping(reader, &found, releases);
    let decision = if answer.alternatives.is_empty() { Disposition::None } else { Disposition::Choose };
    Some(CodeMapping {
        decision,
        parent: Some(answer.source),
        alternatives: answer.alternatives,
        without_code: answer.without_code,
        ..not_in_map(reader, asked, releases)
    })
}

/// Names the codes that may be meant by one that no map has: those with its leading zeros, or else those that begin
/// with it, since a map of billable codes has no headers.
fn unknown(asked: &str, readers: &[MapReader<'_>]) -> Problem {
    let fact = format!("`{}` is not in any of the given maps", asked.escape_debug());
    let problem = Problem::new(ProblemCode::UnknownCode, Place::default(), fact);
    let with_zeros = |reader: &MapReader<'_>| {
        let codes = reader.from().with_leading_zeros(asked).into_iter();
        let codes = codes.filter(|code| reader.counterparts(code).is_some());
        codes.map(|code| reader.from().display(&code)).collect::<Vec<_>>()
    };
    let lost: Vec<String> = readers.iter().flat_map(with_zeros).take(NEAR).collect();
    if !lost.is_empty() {
        return problem.hint(format!("did you mean {}? Spreadsheets drop leading zeros", lost.join(" or ")));
    }
    let below = |reader: &MapReader<'_>| {
        let code = reader.from().normalize(asked);
        let codes =
            reader.codes().into_iter().filter(move |other| !code.is_empty() && other.starts_with(&code));
        codes.take(NEAR).map(|code| reader.from().display(code)).collect::<Vec<_>>()
    };
    let near: Vec<String> = readers.iter().flat_map(below).take(NEAR).collect();
    if near.is_empty() {
        problem
    } else {
        problem.hint(format!("codes that begin with it: {}", near.join(", ")))
    }
}

fn mapping<'a>(reader: &MapReader<'a>, found: &Counterparts<'a>, releases: &[Release]) -> CodeMapping<'a> {
    let evidence = |row: &MapRow| MapEvidence {
        kind: MapKind::of(reader.map()),
        source: &reader.map().name,
        row: row.row,
    };
    let row = |row: &&'a MapRow| CounterpartRow {
        named: Named::of(reader.to(), reader.answer(row), releases),
        closeness: row.closeness,
        relationship: Relationship::of_row(row),
        evidence: evidence(row),
        words: words(row),
    };
    let display = |row: &&MapRow| row.target.code().map(|code| reader.from().display(code));
    let alternative = |one: &Alternative<'a>| AlternativeRow {
        scenario: one.scenario,
        lists: one.lists.iter().map(|list| list.iter().map(row).collect()).collect(),
        with: one.with.iter().map(|list| list.iter().filter_map(display).collect()).collect(),
    };
    CodeMapping {
        source: Named::of(reader.from(), found.code, releases),
        from: reader.from().word(),
        to: reader.to().word(),
        decision: found.decision,
        no_map: found.is_no_map(),
        not_in_map: false,
        parent: None,
        alternatives: found.alternatives.iter().map(alternative).collect(),
        without_code: found.without_code.iter().map(|row| WithoutCode::of(row, evidence(row))).collect(),
    }
}

impl AlternativeRow<'_> {
    fn describe_with(&self) -> String {
        self.with.iter().map(|list| list.join(" or ")).collect::<Vec<_>>().join(" + ")
    }
}

/// A code that corresponds, with its place among the alternatives.
struct Choice<'m> {
    /// The number of the alternative, from 1.
    number: u64,
    alternative: &'m AlternativeRow<'m>,
    /// The number of the list in the alternative, from 1.
    list: u64,
    /// Which codes of the alternative belong together, and which are a choice.
    word: &'static str,
    /// True if it is the first of its alternative.
    is_first: bool,
    row: &'m CounterpartRow<'m>,
}

impl<'m> Choice<'m> {
    fn of_alternative(number: u64, alternative: &'m AlternativeRow<'m>) -> impl Iterator<Item = Self> {
        alternative.lists.iter().enumerate().flat_map(move |(at, list)| {
            list.iter().enumerate().map(move |(place, row)| Self {
                number,
                alternative,
                list: at as u64 + 1,
                word: match (at, place, list.len()) {
                    (0, 0, 1) => "",
                    (0, 0, _) => "one of",
                    (_, 0, 1) => "and",
                    (_, 0, _) => "and one of",
                    _ => "or",
                },
                is_first: at + place == 0,
                row,
            })
        })
    }

    fn entry(&self) -> Cell {
        self.row.named.entry()
    }

    fn standing(&self) -> Cell {
        self.row.named.standing.map_or(Cell::Empty, |standing| {
            let tone = match standing {
                Standing::Billable => Tone::Good,
                Standing::NotBillable => Tone::Warn,
                Standing::Absent => Tone::Bad,
            };
            Cell::badge(standing.word(), tone)
        })
    }

    /// Returns the columns below the heading of its source.
    fn columns<'c>() -> [Column<'c, Self>; 8] {
        [
            column(
                "alternative",
                |choice: &Self| {
                    if choice.is_first { Cell::Count(choice.number) } else { Cell::Empty }
                },
            ),
            column("", |choice: &Self| Cell::from(choice.word)),
            column("code", Self::entry),
            column("together with", |choice: &Self| Cell::from(choice.alternative.describe_with())),
            column("flags", |choice: &Self| Cell::from(choice.row.words.as_str())),
            column("relationship", |choice: &Self| {
                Cell::from(choice.row.relationship.map(Relationship::word))
            }),
            column("in release", Self::standing),
            column("evidence", |choice: &Self| Cell::from(choice.row.evidence.describe())),
        ]
    }
}

/// A row of all answers: a code with one that corresponds to it, or the reason why there is none.
struct Answer<'m> {
    mapping: &'m CodeMapping<'m>,
    choice: Option<Choice<'m>>,
    without: Option<&'m WithoutCode<'m>>,
}

impl<'m> Answer<'m> {
    fn of_choice<T: Into<Cell>>(&self, of: impl FnOnce(&Choice<'m>) -> T) -> Cell {
        self.choice.as_ref().map_or(Cell::Empty, |choice| of(choice).into())
    }

    fn evidence(&self) -> Option<&MapEvidence<'m>> {
        let of_code = self.choice.as_ref().map(|choice| &choice.row.evidence);
        of_code.or_else(|| self.without.map(|row| &row.evidence))
    }

    /// Returns the reason why there is no code.
    fn no_code(&self) -> Option<&'m str> {
        match (&self.choice, self.without) {
            (Some(_), _) => None,
            (None, Some(row)) => Some(row.entity.unwrap_or("no map")),
            (None, None) => Some("not in the map"),
        }
    }
}

impl CodeMapping<'_> {
    /// Returns the answer in a word.
    fn word(&self) -> &'static str {
        match self.decision {
            _ if self.not_in_map && self.parent.is_none() => NOT_IN_MAP,
            Disposition::Automatic => AUTOMATIC,
            Disposition::Choose => NEEDS_REVIEW,
            Disposition::None => NO_CODE,
        }
    }

    /// Returns the answer in a sentence; empty if its rows are sentences.
    fn describe(&self) -> String {
        if self.not_in_map {
            return match &self.parent {
                Some(parent) => format!(
                    "Not in the map. Suggestion: the codes for {}, the code above it.",
                    parent.display
                ),
                None => "Not in the map.".to_owned(),
            };
        }
        let described = match (self.decision, &self.alternatives[..]) {
            (Disposition::Automatic, _) => "One identical code: automatic.",
            // The rows that lead to no code give the reason.
            (Disposition::None, _) => "",
            (Disposition::Choose, [only]) if !only.with.is_empty() => {
                "Needs review: one code for a combination of codes."
            }
            (Disposition::Choose, [only]) if only.lists.len() > 1 => "Needs review: several codes together.",
            (Disposition::Choose, [only]) if only.lists.iter().all(|list| list.len() == 1) => {
                "Needs review: one code, not marked as identical."
            }
            (Disposition::Choose, _) => "Needs review: choose one alternative.",
        };
        described.to_owned()
    }

    fn choices(&self) -> impl Iterator<Item = Choice<'_>> {
        (1..).zip(&self.alternatives).flat_map(|(number, one)| Choice::of_alternative(number, one))
    }

    /// Returns a row for each code that corresponds and each reason why there is none, at least one.
    fn answers(&self) -> Vec<Answer<'_>> {
        let answer = |choice, without| Answer { mapping: self, choice, without };
        let codes = self.choices().map(|choice| answer(Some(choice), None));
        let mut answers: Vec<_> =
            codes.chain(self.without_code.iter().map(|row| answer(None, Some(row)))).collect();
        if answers.is_empty() {
            answers.push(answer(None, None));
        }
        answers
    }

    fn section(&self) -> Section {
        let long = self.source.long.as_ref().map(|long| format!(" {long}")).unwrap_or_default();
        let (from, to) = (titled(self.from), titled(self.to));
        let heading = format!("{}{long} ({from} -> {to})", self.source.display);
        let choices: Vec<_> = self.choices().collect();
        let codes = Table { is_outline: true, ..Table::of(Choice::columns(), &choices) };
        Section::new(heading.clone())
            .texts(Some(self.describe()).filter(|text| !text.is_empty()))
            .table(heading, codes)
            .texts(self.without_code.iter().map(WithoutCode::describe))
    }
}

impl MapReport<'_> {
    fn answers(&self) -> Vec<Answer<'_>> {
        self.mappings.iter().flat_map(CodeMapping::answers).collect()
    }

    /// Returns all answers in one table, for filters and pivot tables.
    fn all_answers(&self) -> Section {
        let answers = self.answers();
        let columns = [
            column("source", |answer: &Answer<'_>| answer.mapping.source.entry()),
            column("from", |answer: &Answer<'_>| Cell::from(titled(answer.mapping.from))).filter(),
            column("to", |answer: &Answer<'_>| Cell::from(titled(answer.mapping.to))).filter(),
            column("answer", |answer: &Answer<'_>| {
                Cell::badge(answer.mapping.word(), answer.mapping.decision)
            })
            .filter(),
            column("alternative", |answer: &Answer<'_>| answer.of_choice(|choice| choice.number)),
            column("list", |answer: &Answer<'_>| answer.of_choice(|choice| choice.list)),
            column("code", |answer: &Answer<'_>| answer.of_choice(Choice::entry)),
            column("together with", |answer: &Answer<'_>| {
                answer.of_choice(|choice| choice.alternative.describe_with())
            }),
            column("flags", |answer: &Answer<'_>| answer.of_choice(|choice| choice.row.words.as_str())),
            column("relationship", |answer: &Answer<'_>| {
                answer.of_choice(|choice| choice.row.relationship.map(Relationship::word))
            }),
            column("in release", |answer: &Answer<'_>| answer.of_choice(Choice::standing)),
            column("no code", |answer: &Answer<'_>| Cell::from(answer.no_code())),
            column("of the code above", |answer: &Answer<'_>| {
                Cell::from(answer.mapping.parent.as_ref().map(|parent| parent.display.as_str()))
            }),
            column("evidence", |answer: &Answer<'_>| {
                Cell::from(answer.evidence().map(MapEvidence::describe))
            }),
        ];
        Section::new("Answers")
            .about("A row for each equivalent code.")
            .sheet("Answers")
            .shown(Shown::Workbook)
            .rows(&answers, columns)
            .counted(self.mappings.len())
    }
}

impl<'a> Report for MapReport<'a> {
    type Row = CodeMapping<'a>;

    const NAME: &'static str = "map";

    fn view(&self) -> view::Report {
        let titles: Vec<_> = self.maps.iter().map(MapSummary::title).collect();
        let reverse = if self.reverse { ", in reverse" } else { "" };
        let report = if self.asked {
            view::Report::new(titles.join("; ") + reverse)
                .metrics(&self.metrics)
                .sections(self.mappings.iter().map(CodeMapping::section))
        } else {
            view::Report::new(format!("Maps between classifications{reverse}"))
                .sections(self.maps.iter().map(MapSummary::section))
        };
        let files = self.releases.iter().map(|release| (release.id.as_str(), release));
        report.section(self.all_answers()).problems(&self.problems).appendix(sources_of(files, &[]))
    }

    fn flat(&self) -> Table {
        let mut table = Table::new(&[
            "source",
            "source_display",
            "source_long",
            "from",
            "to",
            "decision",
            "alternative",
            "scenario",
            "list",
            "target",
            "target_display",
            "target_long",
            "target_standing",
            "closeness",
            "relationship",
            "with",
            "no_code",
            "parent",
            "evidence",
            "file",
            "row",
        ]);
        for answer in &self.answers() {
            let (mapping, evidence) = (answer.mapping, answer.evidence());
            let parent = mapping.parent.as_ref().map(|parent| parent.display.as_str());
            table.row(vec![
                Cell::code(mapping.source.code.clone()),
                Cell::code(mapping.source.display.clone()),
                Cell::from(mapping.source.long.as_deref()),
                Cell::from(mapping.from),
                Cell::from(mapping.to),
                Cell::from(mapping.decision.word()),
                answer.of_choice(|choice| choice.number),
                answer.of_choice(|choice| choice.alternative.scenario.map(u64::from)),
                answer.of_choice(|choice| choice.list),
                answer.of_choice(|choice| Cell::code(choice.row.named.code.clone())),
                answer.of_choice(|choice| Cell::code(choice.row.named.display.clone())),
                answer.of_choice(|choice| choice.row.named.long.as_deref()),
                answer.of_choice(|choice| choice.row.named.standing.map(Standing::word)),
                answer.of_choice(|choice| choice.row.closeness.word()),
                answer.of_choice(|choice| choice.row.relationship.map(Relationship::word)),
                answer.of_choice(|choice| choice.alternative.describe_with()),
                Cell::from(answer.no_code()),
                Cell::from(parent),
                Cell::from(evidence.map(|evidence| evidence.kind.word())),
                Cell::from(evidence.map(|evidence| evidence.source)),
                Cell::from(evidence.map(|evidence| u64::from(evidence.row))),
            ]);
        }
        table
    }

    fn rows(&self) -> impl Iterator<Item = &Self::Row> {
        self.mappings.iter()
    }
}
