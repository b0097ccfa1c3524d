//! The report of `map`: codes of one classification in another, or the counts of a map.

use serde::Serialize;

use super::document::{Block, Cell, Document, Table};
use super::map_summary::{MapKind, MapSummary, titled, words};
use super::{ReleaseInfo, Report, SCHEMA_VERSION};
use crate::crosswalk::{Alternative, Counterparts, Direction, Disposition, MapReader, Relationship};
use crate::model::sets::ICD10CM;
use crate::model::{
    Classification, Closeness, Counterpart, Entry, MapRow, Place, Problem, ProblemCode, Release,
};

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
    /// The publisher's number of it, where it is a combination.
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
            _ => "No map: the publisher says that nothing corresponds".to_owned(),
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
    pub releases: Vec<ReleaseInfo>,
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
            let found = reader.counterparts(&reader.from().normalise(asked))?;
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
        mappings,
        problems,
        asked: !codes.is_empty(),
    }
}

/// Returns the row of a code that no map has: it has no alternatives.
fn not_in_map<'a>(reader: &MapReader<'a>, asked: &str, releases: &[Release]) -> CodeMapping<'a> {
    CodeMapping {
        source: Named::of(reader.from(), &reader.from().normalise(asked), releases),
        from: reader.from().id(),
        to: reader.to().id(),
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
    let code = (ICD10CM.normalise)(asked)?;
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
    let fact = format!("`{}` is in no map that was given", asked.escape_debug());
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
        let code = reader.from().normalise(asked);
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
        from: reader.from().id(),
        to: reader.to().id(),
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

    /// Adds the rows of the alternative for people: which of them belong together, and which are a choice.
    fn rows(&self, number: usize, table: &mut Table) {
        for (at, list) in self.lists.iter().enumerate() {
            for (place, row) in list.iter().enumerate() {
                let word = match (at, place, list.len()) {
                    (0, 0, 1) => "",
                    (0, 0, _) => "one of",
                    (_, 0, 1) => "and",
                    (_, 0, _) => "and one of",
                    _ => "or",
                };
                let first = if at + place == 0 { Cell::Count(number as u64) } else { Cell::Empty };
                table.row(vec![
                    first,
                    Cell::from(word),
                    Cell::Code(row.named.display.clone()),
                    Cell::from(row.named.long.as_deref()),
                    Cell::from(self.describe_with()),
                    Cell::from(row.words.as_str()),
                    Cell::from(row.relationship.map(Relationship::word)),
                    Cell::from(row.named.standing.map(Standing::word)),
                    Cell::from(row.evidence.describe()),
                ]);
            }
        }
    }
}

impl CodeMapping<'_> {
    fn blocks(&self) -> Vec<Block> {
        let long = self.source.long.as_ref().map(|long| format!(" {long}")).unwrap_or_default();
        let described = match (self.decision, &self.alternatives[..]) {
            _ if self.not_in_map => match &self.parent {
                Some(parent) => {
                    &*format!("not in the map; what it says of {}, above it, as a suggestion", parent.display)
                }
                None => "not in the map",
            },
            (Disposition::Automatic, _) => "one code, identical: automatic",
            (Disposition::None, _) => "none",
            (Disposition::Choose, [only]) if !only.with.is_empty() => {
                "one code for several together: needs review"
            }
            (Disposition::Choose, [only]) if only.lists.len() > 1 => "several codes together: needs review",
            (Disposition::Choose, [only]) if only.lists.iter().all(|list| list.len() == 1) => {
                "one code, not marked as identical: needs review"
            }
            (Disposition::Choose, _) => "choose one alternative",
        };
        let heading = format!(
            "{}{long} ({} -> {}): {described}",
            self.source.display,
            titled(self.from),
            titled(self.to)
        );
        let mut table = Table::new(&[
            "alternative",
            "",
            "code",
            "description",
            "with",
            "flags",
            "relationship",
            "in release",
            "basis",
        ])
        .numbers(&["alternative"]);
        for (number, alternative) in (1..).zip(&self.alternatives) {
            alternative.rows(number, &mut table);
        }
        let table = Some(table.without_empty_columns()).filter(|table| !table.rows.is_empty());
        let none = self.without_code.iter().map(|row| Block::Text(row.describe()));
        [Block::Heading(heading)].into_iter().chain(table.map(Block::Table)).chain(none).collect()
    }
}

impl<'a> Report for MapReport<'a> {
    type Row = CodeMapping<'a>;

    const NAME: &'static str = "map";

    fn document(&self) -> Document {
        let titles: Vec<_> = self.maps.iter().map(MapSummary::title).collect();
        let backwards = if self.reverse { ", read backwards" } else { "" };
        if self.asked {
            let blocks = self.mappings.iter().flat_map(CodeMapping::blocks).collect();
            return Document { title: titles.join("; ") + backwards, blocks };
        }
        let blocks = self.maps.iter().flat_map(MapSummary::blocks).collect();
        Document { title: "Maps between classifications".to_owned(), blocks }
    }

    fn table(&self) -> Table {
        let mut table = Table::new(COLUMNS);
        for mapping in &self.mappings {
            for (number, alternative) in (1..).zip(&mapping.alternatives) {
                for (list, rows) in (1..).zip(&alternative.lists) {
                    let cells = |row| cells(mapping, (number, alternative), (list, row));
                    rows.iter().map(cells).for_each(|cells| table.row(cells));
                }
            }
            if mapping.alternatives.is_empty() && mapping.without_code.is_empty() {
                table.row(cells_not_in_map(mapping));
            }
            for row in &mapping.without_code {
                table.row(cells_without_code(mapping, row));
            }
        }
        table
    }

    fn rows(&self) -> &[Self::Row] {
        &self.mappings
    }
}

const COLUMNS: &[&str] = &[
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
];

/// The index of the column with the reason why there is no code.
const AT_NO_CODE: usize = 16;

/// Returns the code above the one asked about, where the map has an answer for that one only.
fn of_parent(mapping: &CodeMapping<'_>) -> Cell {
    mapping.parent.as_ref().map_or(Cell::Empty, |parent| Cell::Code(parent.display.clone()))
}

fn cells_not_in_map(mapping: &CodeMapping<'_>) -> Vec<Cell> {
    let mut cells = of_source(mapping);
    cells.resize(AT_NO_CODE, Cell::Empty);
    cells.push(Cell::from("not in the map"));
    cells.resize(COLUMNS.len(), Cell::Empty);
    cells
}

fn of_source(mapping: &CodeMapping<'_>) -> Vec<Cell> {
    vec![
        Cell::Code(mapping.source.code.clone()),
        Cell::Code(mapping.source.display.clone()),
        Cell::from(mapping.source.long.as_deref()),
        Cell::from(mapping.from),
        Cell::from(mapping.to),
        Cell::from(mapping.decision.word()),
    ]
}

fn of_evidence(evidence: &MapEvidence<'_>) -> [Cell; 3] {
    [Cell::from(evidence.kind.word()), Cell::from(evidence.source), Cell::Count(evidence.row.into())]
}

fn cells(
    mapping: &CodeMapping<'_>,
    (number, alternative): (u64, &AlternativeRow<'_>),
    (list, row): (u64, &CounterpartRow<'_>),
) -> Vec<Cell> {
    let mut cells = of_source(mapping);
    cells.extend([
        Cell::Count(number),
        alternative.scenario.map_or(Cell::Empty, |scenario| Cell::Count(scenario.into())),
        Cell::Count(list),
        Cell::Code(row.named.code.clone()),
        Cell::Code(row.named.display.clone()),
        Cell::from(row.named.long.as_deref()),
        Cell::from(row.named.standing.map(Standing::word)),
        Cell::from(row.closeness.word()),
        Cell::from(row.relationship.map(Relationship::word)),
        Cell::from(alternative.describe_with()),
        Cell::Empty,
        of_parent(mapping),
    ]);
    cells.extend(of_evidence(&row.evidence));
    cells
}

fn cells_without_code(mapping: &CodeMapping<'_>, row: &WithoutCode<'_>) -> Vec<Cell> {
    let mut cells = of_source(mapping);
    cells.resize(AT_NO_CODE, Cell::Empty);
    cells.push(Cell::from(row.entity.unwrap_or("no map")));
    cells.push(of_parent(mapping));
    cells.extend(of_evidence(&row.evidence));
    cells
}
