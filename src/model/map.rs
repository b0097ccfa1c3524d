//! Maps between two classifications: for each code of one its counterparts in the other.
//!
//! Source: CMS and NCHS, "GEMs technical documentation" (flags, scenarios, choice lists); WHO, ICD-10 to ICD-11 mapping
//! tables.

use serde::Serialize;

use super::code_set::CodeSet;
use super::problem::Problem;
use super::sets::{ICD10CM, ICD10PCS, ICD11};

/// A classification that a map leads from or to. Not all of them are sets with releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Classification {
    /// ICD-9-CM, diagnoses.
    Icd9cm,
    /// ICD-9-CM, procedures.
    Icd9pcs,
    /// ICD-10 of the WHO.
    Icd10,
    /// ICD-10-CM.
    Icd10cm,
    /// ICD-10-PCS.
    Icd10pcs,
    /// ICD-11 MMS.
    Icd11,
}

impl Classification {
    /// Every classification.
    pub const ALL: &[Self] =
        &[Self::Icd9cm, Self::Icd9pcs, Self::Icd10, Self::Icd10cm, Self::Icd10pcs, Self::Icd11];

    /// The name used in commands.
    pub fn id(self) -> &'static str {
        match self {
            Self::Icd9cm => "icd9cm",
            Self::Icd9pcs => "icd9pcs",
            Self::Icd10 => "icd10",
            Self::Icd10cm => "icd10cm",
            Self::Icd10pcs => "icd10pcs",
            Self::Icd11 => "icd11",
        }
    }

    /// The name people use.
    pub fn title(self) -> &'static str {
        match self {
            Self::Icd9cm => "ICD-9-CM diagnoses",
            Self::Icd9pcs => "ICD-9-CM procedures",
            Self::Icd10 => "ICD-10",
            Self::Icd10cm => "ICD-10-CM",
            Self::Icd10pcs => "ICD-10-PCS",
            Self::Icd11 => "ICD-11",
        }
    }

    /// The set whose releases are read, where it is one of them.
    pub fn set(self) -> Option<&'static CodeSet> {
        match self {
            Self::Icd10cm => Some(&ICD10CM),
            Self::Icd10pcs => Some(&ICD10PCS),
            Self::Icd11 => Some(&ICD11),
            Self::Icd9cm | Self::Icd9pcs | Self::Icd10 => None,
        }
    }

    /// What was typed as maps hold it: without dots, but for ICD-11. What is no code stays as it is.
    pub fn normalise(self, text: &str) -> String {
        let known = self.set().and_then(|set| (set.normalise)(text));
        known.unwrap_or_else(|| text.trim().replace('.', "").to_ascii_uppercase())
    }

    /// A code as people write it.
    pub fn display(self, code: &str) -> String {
        if let Some(set) = self.set() {
            return (set.display)(code);
        }
        // Codes for external causes of ICD-9 are a character longer; blocks and chapters of ICD-10 have no dot.
        let before = match self {
            Self::Icd9pcs => 2,
            Self::Icd9cm if code.starts_with('E') => 4,
            _ => 3,
        };
        let is_code = !code.contains('-') && code.contains(|char: char| char.is_ascii_digit());
        match code.split_at_checked(before) {
            Some((category, rest)) if is_code && !rest.is_empty() => format!("{category}.{rest}"),
            _ => code.to_owned(),
        }
    }

    /// The codes that a code puts together, where it is a cluster.
    pub fn parts(self, code: &str) -> Option<Vec<String>> {
        self.set().and_then(|set| (set.cluster)(code))
    }
}

/// What a row of a map leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counterpart {
    /// A code, or a cluster of codes where the target has such.
    Code(String),
    /// A block, by the address of its entity: there is no code for it.
    Block(String),
    /// A chapter, by the address of its entity: its number is no code.
    Chapter(String),
    /// Nothing: the publisher says that there is none.
    None,
}

impl Counterpart {
    /// The code, if it is one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Code(code) => Some(code),
            Self::Block(_) | Self::Chapter(_) | Self::None => None,
        }
    }
}

/// How close a counterpart is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Closeness {
    /// The same, says the publisher.
    Identical,
    /// Nearly the same, says the publisher.
    Approximate,
    /// The publisher does not say.
    Unstated,
}

impl Closeness {
    /// The word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::Approximate => "approximate",
            Self::Unstated => "unstated",
        }
    }
}

/// Where a row stands among those that have to be combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Combination {
    /// The alternative that it belongs to.
    pub scenario: u8,
    /// The list in it: one code of each list makes the combination.
    pub choice: u8,
}

/// A row of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapRow {
    /// The code that it leads from, as files of its classification hold it.
    pub source: String,
    /// Whether the source is a code, not a block or chapter.
    pub is_code: bool,
    /// What it leads to.
    pub target: Counterpart,
    /// How close that is.
    pub closeness: Closeness,
    /// Its place in a combination; `None` where the target stands alone.
    pub combination: Option<Combination>,
    /// Row of the file, from 1.
    pub row: u32,
}

/// A map from one classification to another, sorted by source; rows of one source in the order of the file.
#[derive(Debug, Clone)]
pub struct CodeMap {
    /// The file's name.
    pub name: String,
    /// What it leads from.
    pub source: Classification,
    /// What it leads to.
    pub target: Classification,
    /// The release that the file says it is of.
    pub release: Option<String>,
    /// What is not as the layout says.
    pub problems: Vec<Problem>,
    rows: Vec<MapRow>,
}

/// One alternative for a source: a target of each list, all of them together. Mostly one list of one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario<'a> {
    /// The lists, by number.
    pub choices: Vec<Vec<&'a MapRow>>,
}

impl CodeMap {
    /// A map of rows in any order.
    pub fn new(name: String, source: Classification, target: Classification, mut rows: Vec<MapRow>) -> Self {
        rows.sort_by(|a, b| a.source.cmp(&b.source));
        Self { name, source, target, release: None, problems: Vec::new(), rows }
    }

    /// The rows, by source.
    pub fn rows(&self) -> &[MapRow] {
        &self.rows
    }

    /// The rows of a source: none if the map does not know it.
    pub fn rows_of(&self, source: &str) -> &[MapRow] {
        let start = self.rows.partition_point(|row| row.source.as_str() < source);
        let length = self.rows[start..].partition_point(|row| row.source == source);
        &self.rows[start..start + length]
    }

    /// The alternatives for a source: every target that stands alone, then every scenario of combinations. None of them
    /// where the map does not know the source, or says that nothing corresponds.
    pub fn alternatives(&self, source: &str) -> Vec<Scenario<'_>> {
        let rows = || self.rows_of(source).iter().filter(|row| row.target.code().is_some());
        let alone = rows().filter(|row| row.combination.is_none());
        let mut scenarios: Vec<_> = alone.map(|row| Scenario { choices: vec![vec![row]] }).collect();
        let mut combined: Vec<_> = rows().filter_map(|row| Some((row.combination?, row))).collect();
        combined.sort_by_key(|(place, _)| *place);
        for scenario in combined.chunk_by(|(a, _), (b, _)| a.scenario == b.scenario) {
            let lists = scenario.chunk_by(|(a, _), (b, _)| a.choice == b.choice);
            let choices = lists.map(|list| list.iter().map(|(_, row)| *row).collect()).collect();
            scenarios.push(Scenario { choices });
        }
        scenarios
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(source: &str, target: &str, combination: Option<(u8, u8)>) -> MapRow {
        let target = if target.is_empty() { Counterpart::None } else { Counterpart::Code(target.to_owned()) };
        let combination = combination.map(|(scenario, choice)| Combination { scenario, choice });
        let closeness = Closeness::Approximate;
        MapRow { source: source.to_owned(), is_code: true, target, closeness, combination, row: 1 }
    }

    fn map(rows: Vec<MapRow>) -> CodeMap {
        CodeMap::new("map".to_owned(), Classification::Icd10cm, Classification::Icd9cm, rows)
    }

    fn told(map: &CodeMap, source: &str) -> Vec<String> {
        let list = |list: &Vec<&MapRow>| {
            list.iter().filter_map(|row| row.target.code()).collect::<Vec<_>>().join(" or ")
        };
        let told =
            |scenario: &Scenario<'_>| scenario.choices.iter().map(list).collect::<Vec<_>>().join(" + ");
        map.alternatives(source).iter().map(told).collect()
    }

    #[test]
    fn codes_are_written_as_their_classification_writes_them() {
        let written = [
            (Classification::Icd9cm, "25000", "250.00"),
            (Classification::Icd9cm, "E8580", "E858.0"),
            (Classification::Icd9cm, "V1289", "V12.89"),
            (Classification::Icd9pcs, "0231", "02.31"),
            (Classification::Icd10, "A0000", "A00.00"),
            (Classification::Icd10, "A00-A09", "A00-A09"),
            (Classification::Icd10, "XVIII", "XVIII"),
            (Classification::Icd10cm, "E119", "E11.9"),
            (Classification::Icd11, "1A00.0", "1A00.0"),
        ];
        for (classification, code, display) in written {
            assert_eq!(classification.display(code), display);
            assert_eq!(classification.normalise(&display.to_lowercase()), code);
        }
    }

    #[test]
    fn a_combination_takes_one_target_of_each_list() {
        let map = map(vec![
            row("B", "9", None),
            row("A", "1", Some((1, 1))),
            row("A", "2", Some((1, 2))),
            row("A", "3", Some((1, 2))),
            row("A", "4", Some((2, 1))),
            row("A", "5", Some((2, 2))),
            row("A", "6", None),
            row("C", "", None),
        ]);
        assert_eq!(told(&map, "A"), ["6", "1 + 2 or 3", "4 + 5"]);
        assert_eq!(told(&map, "B"), ["9"]);
        assert_eq!((told(&map, "C").len(), map.rows_of("C").len()), (0, 1));
        assert_eq!((told(&map, "D").len(), map.rows_of("D").len()), (0, 0));
    }

    proptest! {
        #[test]
        fn every_row_with_a_code_stands_in_one_alternative(
            rows in prop::collection::vec(("[AB]", "[0-9]?", prop::option::of((0_u8..3, 0_u8..3))), 0..12),
        ) {
            let rows: Vec<_> = rows.iter().map(|(source, target, place)| row(source, target, *place)).collect();
            let with_code = rows.iter().filter(|row| row.target.code().is_some()).count();
            let map = map(rows);
            let alternatives = ["A", "B"].map(|source| map.alternatives(source));
            let lists = alternatives.iter().flatten().flat_map(|scenario| &scenario.choices);
            prop_assert_eq!(lists.map(Vec::len).sum::<usize>(), with_code);
        }
    }
}
