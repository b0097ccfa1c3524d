//! Maps between two classifications: the counterparts of each code in the other classification.
//!
//! Source: CMS and NCHS, "GEMs technical documentation" (flags, scenarios, choice lists); WHO, ICD-10 to ICD-11 mapping
//! tables.

use super::code_set::CodeSet;
use super::dots;
use super::problem::Problem;
use super::sets::{ICD9CM, ICD9PCS, ICD10CM, ICD10PCS, ICD11, diagnosis_category_length};
use crate::base::closed_list;

closed_list! {
    /// A classification that a map leads from or to. Not all of them are sets with releases.
    pub enum Classification {
        /// ICD-9-CM, diagnoses.
        Icd9cm = "icd9cm",
        /// ICD-9-CM, procedures.
        Icd9pcs = "icd9pcs",
        /// ICD-10 of the WHO.
        Icd10 = "icd10",
        /// ICD-10-CM.
        Icd10cm = "icd10cm",
        /// ICD-10-PCS.
        Icd10pcs = "icd10pcs",
        /// ICD-11 MMS.
        Icd11 = "icd11",
    }
}

impl Classification {
    /// Returns the common name.
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

    /// Returns the code set whose releases are read, if the classification is one.
    pub fn set(self) -> Option<&'static CodeSet> {
        match self {
            Self::Icd10cm => Some(&ICD10CM),
            Self::Icd10pcs => Some(&ICD10PCS),
            Self::Icd11 => Some(&ICD11),
            Self::Icd9cm | Self::Icd9pcs | Self::Icd10 => None,
        }
    }

    /// Returns the code set whose codes look like those of the classification: codes of ICD-10 look like those of
    /// ICD-10-CM.
    pub fn like(self) -> &'static CodeSet {
        match self {
            Self::Icd9cm => &ICD9CM,
            Self::Icd9pcs => &ICD9PCS,
            Self::Icd10 | Self::Icd10cm => &ICD10CM,
            Self::Icd10pcs => &ICD10PCS,
            Self::Icd11 => &ICD11,
        }
    }

    /// Returns the codes above one by its characters, nearest first, up to the category.
    pub fn above(self, code: &str) -> impl Iterator<Item = &str> {
        let category = self.category_length(code).unwrap_or(code.len());
        (category..code.len()).rev().filter_map(|end| code.get(..end))
    }

    /// Normalizes a typed code to the form used in maps: without dots, except in ICD-11. The position of the dot
    /// matters: ICD-9-CM 18.82 is not 188.2. Text that is not a code of the classification is only trimmed and
    /// converted to uppercase.
    pub fn normalize(self, text: &str) -> String {
        if let Some(code) = self.set().and_then(|set| (set.normalize)(text)) {
            return code;
        }
        let code = text.trim().to_ascii_uppercase();
        let category = self.category_length(&code);
        dots::without_dot(code, category)
    }

    /// Returns the codes that a code may have been before a spreadsheet removed its leading zeros, in the form used in
    /// maps: 01882 for 18.82 in ICD-9-CM. They have the form of a code; the map may not contain them.
    pub fn with_leading_zeros(self, text: &str) -> Vec<String> {
        let text = text.trim();
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let Some(length) = self.category_length(text).filter(|_| is_number && self.set().is_none()) else {
            return Vec::new();
        };
        match text.split_once('.') {
            Some((category, rest)) if !rest.contains('.') && category.len() < length => {
                vec![format!("{category:0>length$}{rest}")]
            }
            Some(_) => Vec::new(),
            None if text.is_empty() => Vec::new(),
            None => (1..length).map(|zeros| "0".repeat(zeros) + text).collect(),
        }
    }

    /// Returns the number of characters before the dot of a code; `None` if codes have no dot, or the dot has no fixed
    /// position.
    fn category_length(self, code: &str) -> Option<usize> {
        match self {
            Self::Icd9pcs => Some(ICD9PCS.category_length),
            Self::Icd9cm => Some(diagnosis_category_length(code)),
            Self::Icd10 | Self::Icd10cm => Some(3),
            Self::Icd10pcs | Self::Icd11 => None,
        }
    }

    /// Formats a code for display.
    pub fn display(self, code: &str) -> String {
        if let Some(set) = self.set() {
            return (set.display)(code);
        }
        dots::with_dot(code, self.category_length(code))
    }

    /// Returns the codes that a cluster combines; `None` if the code is not a cluster.
    pub fn parts(self, code: &str) -> Option<Vec<String>> {
        self.set().and_then(|set| (set.cluster)(code))
    }
}

/// The counterpart in a row of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counterpart {
    /// A code, or a cluster of codes if the target supports clusters.
    Code(String),
    /// A block, by the address of its entity; blocks have no code.
    Block(String),
    /// A chapter, by the address of its entity; its number is not a code.
    Chapter(String),
    /// No counterpart, according to the publisher.
    None,
}

impl Counterpart {
    /// Returns the code, if it is one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Code(code) => Some(code),
            Self::Block(_) | Self::Chapter(_) | Self::None => None,
        }
    }
}

closed_list! {
    /// How close a counterpart is.
    pub enum Closeness {
        /// The same, says the publisher.
        Identical = "identical",
        /// Nearly the same, says the publisher.
        Approximate = "approximate",
        /// The publisher does not say.
        Unstated = "unstated",
    }
}

/// The position of a row among those that have to be combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Combination {
    /// The scenario that it belongs to.
    pub scenario: u8,
    /// The choice list in it: one code of each list makes the combination.
    pub choice: u8,
}

/// A row of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapRow {
    /// The source code, in the form used in files of its classification.
    pub source: String,
    /// Whether the source is a code, not a block or chapter.
    pub is_code: bool,
    /// The counterpart.
    pub target: Counterpart,
    /// The closeness of the counterpart to the source.
    pub closeness: Closeness,
    /// Its position in a combination; `None` if the target is not combined with others.
    pub combination: Option<Combination>,
    /// Row of the file, from 1.
    pub row: u32,
}

/// A map from one classification to another, sorted by source; rows of one source in the order of the file.
#[derive(Debug, Clone)]
pub struct CodeMap {
    /// The file's name.
    pub name: String,
    /// The source classification.
    pub source: Classification,
    /// The target classification.
    pub target: Classification,
    /// The release named in the file.
    pub release: Option<String>,
    /// Deviations from the layout.
    pub problems: Vec<Problem>,
    rows: Vec<MapRow>,
}

/// One alternative for a source: one target of each list, all of them together. Usually one list with one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario<'a> {
    /// The lists, by number.
    pub choices: Vec<Vec<&'a MapRow>>,
}

impl CodeMap {
    /// Makes a map of rows in any order.
    pub fn new(name: String, source: Classification, target: Classification, mut rows: Vec<MapRow>) -> Self {
        rows.sort_by(|a, b| a.source.cmp(&b.source));
        Self { name, source, target, release: None, problems: Vec::new(), rows }
    }

    /// Returns the rows, by source.
    pub fn rows(&self) -> &[MapRow] {
        &self.rows
    }

    /// Returns the rows of a source; empty if the map does not contain it.
    pub fn rows_of(&self, source: &str) -> &[MapRow] {
        let start = self.rows.partition_point(|row| row.source.as_str() < source);
        let length = self.rows[start..].partition_point(|row| row.source == source);
        &self.rows[start..start + length]
    }

    /// Returns the alternatives for a source: every target that is not combined, then every scenario of combinations.
    /// Empty if the map does not contain the source, or has no counterpart for it.
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

    fn describe(map: &CodeMap, source: &str) -> Vec<String> {
        let list = |list: &Vec<&MapRow>| {
            list.iter().filter_map(|row| row.target.code()).collect::<Vec<_>>().join(" or ")
        };
        let described =
            |scenario: &Scenario<'_>| scenario.choices.iter().map(list).collect::<Vec<_>>().join(" + ");
        map.alternatives(source).iter().map(described).collect()
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
            assert_eq!(classification.normalize(&display.to_lowercase()), code);
        }
    }

    #[test]
    fn the_position_of_the_dot_counts() {
        let icd9 = Classification::Icd9cm;
        for (typed, code) in [
            ("18.82", "18.82"),
            ("188.2", "1882"),
            ("018.82", "01882"),
            ("250.0", "2500"),
            ("25.00", "25.00"),
            ("250.", "250"),
            ("e880.9", "E8809"),
            ("E88.09", "E88.09"),
            ("v12.89", "V1289"),
            ("V1.289", "V1.289"),
            ("2.5.0", "2.5.0"),
        ] {
            assert_eq!(icd9.normalize(typed), code, "{typed}");
        }
        assert_eq!(Classification::Icd9pcs.normalize("02.31"), "0231");
        assert_eq!(Classification::Icd9pcs.normalize("023.1"), "023.1");
        assert_eq!(Classification::Icd10cm.normalize("E1.19"), "E1.19");
        assert_eq!(Classification::Icd10.normalize("A000.0"), "A000.0");
    }

    #[test]
    fn lost_zeros_are_put_back_before_the_dot() {
        let (diagnoses, procedures) = (Classification::Icd9cm, Classification::Icd9pcs);
        assert_eq!(diagnoses.with_leading_zeros("18.82"), ["01882"]);
        assert_eq!(diagnoses.with_leading_zeros("8.5"), ["0085"]);
        assert_eq!(diagnoses.with_leading_zeros("1882"), ["01882", "001882"]);
        assert_eq!(procedures.with_leading_zeros("2.31"), ["0231"]);
        for text in ["188.2", "V1.2", "1.2.3", "", "E88.09"] {
            assert!(diagnoses.with_leading_zeros(text).is_empty(), "{text}");
        }
        assert!(Classification::Icd10cm.with_leading_zeros("18.82").is_empty());
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
        assert_eq!(describe(&map, "A"), ["6", "1 + 2 or 3", "4 + 5"]);
        assert_eq!(describe(&map, "B"), ["9"]);
        assert_eq!((describe(&map, "C").len(), map.rows_of("C").len()), (0, 1));
        assert_eq!((describe(&map, "D").len(), map.rows_of("D").len()), (0, 0));
    }

    proptest! {
        #[test]
        fn every_row_with_a_code_is_in_one_alternative(
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
