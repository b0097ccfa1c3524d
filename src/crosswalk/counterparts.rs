//! Codes of one classification in another, by a map between the two.
//!
//! Invariant: only a counterpart that its publisher calls identical, and the only one, is automatic. The WHO does not
//! state how close its counterparts are: none of them is automatic, and no relationship is claimed.

use super::{Direction, Disposition, Relationship};
use crate::model::{Classification, Closeness, CodeMap, Counterpart, MapRow};

/// A map, read in one direction.
#[derive(Debug)]
pub struct MapReader<'a> {
    map: &'a CodeMap,
    direction: Direction,
    /// The rows with a code, by target: filled where the map is read backwards.
    by_target: Vec<(&'a str, &'a MapRow)>,
}

/// The content of a map for one code.
#[derive(Debug, Clone)]
pub struct Counterparts<'a> {
    /// The code, as files of its classification hold it.
    pub code: &'a str,
    /// True for a code, false for a block or chapter.
    pub is_code: bool,
    /// The disposition: whether it may be replaced automatically.
    pub decision: Disposition,
    /// The alternatives; one of these corresponds.
    pub alternatives: Vec<Alternative<'a>>,
    /// Rows that do not lead to a code: to a block, to a chapter, or to nothing.
    pub without_code: Vec<&'a MapRow>,
}

/// One alternative: a code of each list, all of them together. Usually one list of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative<'a> {
    /// The publisher's number of the combination, if it is one.
    pub scenario: Option<u8>,
    /// The lists, by number.
    pub lists: Vec<Vec<&'a MapRow>>,
    /// In reverse: the lists of codes that must be assigned together with the requested code, one from each.
    pub with: Vec<Vec<&'a MapRow>>,
}

impl<'a> MapReader<'a> {
    /// Reads a map in a direction.
    pub fn new(map: &'a CodeMap, direction: Direction) -> Self {
        let mut by_target = Vec::new();
        if direction == Direction::Reverse {
            by_target.extend(map.rows().iter().filter_map(|row| Some((row.target.code()?, row))));
            by_target.sort_by_key(|(target, row)| (*target, row.row));
        }
        Self { map, direction, by_target }
    }

    /// Returns the map.
    pub fn map(&self) -> &'a CodeMap {
        self.map
    }

    /// Returns the direction.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Returns the classification of the requested codes.
    pub fn from(&self) -> Classification {
        match self.direction {
            Direction::Forward => self.map.source,
            Direction::Reverse => self.map.target,
        }
    }

    /// Returns the classification of the answers.
    pub fn to(&self) -> Classification {
        match self.direction {
            Direction::Forward => self.map.target,
            Direction::Reverse => self.map.source,
        }
    }

    /// Returns the code of a row in the answer.
    pub fn answer<'r>(&self, row: &'r MapRow) -> &'r str {
        match self.direction {
            Direction::Forward => row.target.code().unwrap_or_default(),
            Direction::Reverse => &row.source,
        }
    }

    /// Returns the codes that can be requested, sorted.
    pub fn codes(&self) -> Vec<&'a str> {
        let mut codes: Vec<&str> = match self.direction {
            Direction::Forward => self.map.rows().iter().map(|row| row.source.as_str()).collect(),
            Direction::Reverse => self.by_target.iter().map(|(target, _)| *target).collect(),
        };
        codes.dedup();
        codes
    }

    /// Returns the content of the map for a code; `None` if the map does not list it.
    pub fn counterparts(&self, code: &str) -> Option<Counterparts<'a>> {
        match self.direction {
            Direction::Forward => self.forward(code),
            Direction::Reverse => self.backward(code),
        }
    }

    fn forward(&self, code: &str) -> Option<Counterparts<'a>> {
        let rows = self.map.rows_of(code);
        let first = rows.first()?;
        let without_code = rows.iter().filter(|row| row.target.code().is_none()).collect();
        let alternative = |choices: Vec<Vec<&'a MapRow>>| Alternative {
            scenario: scenario(&choices),
            lists: choices,
            with: Vec::new(),
        };
        let scenarios = self.map.alternatives(code).into_iter();
        let alternatives: Vec<_> = scenarios.map(|scenario| alternative(scenario.choices)).collect();
        let decision = self.decision(&alternatives);
        Some(Counterparts {
            code: &first.source,
            is_code: first.is_code,
            decision,
            alternatives,
            without_code,
        })
    }

    fn backward(&self, code: &str) -> Option<Counterparts<'a>> {
        let start = self.by_target.partition_point(|(target, _)| *target < code);
        let rows = self.by_target[start..].iter().take_while(|(target, _)| *target == code);
        let alternatives: Vec<_> = rows.map(|(_, row)| self.back(row)).collect();
        let (code, _) = self.by_target.get(start).filter(|(target, _)| *target == code)?;
        let decision = self.decision(&alternatives);
        Some(Counterparts { code, is_code: true, decision, alternatives, without_code: Vec::new() })
    }

    /// Returns the source of a row, with the codes that the other lists of the row's scenario require.
    fn back(&self, row: &'a MapRow) -> Alternative<'a> {
        let scenarios = self.map.alternatives(&row.source);
        let is_of = |list: &Vec<&MapRow>| list.iter().any(|other| other.row == row.row);
        let scenario = scenarios.into_iter().find(|scenario| scenario.choices.iter().any(is_of));
        let choices = scenario.map(|scenario| scenario.choices).unwrap_or_default();
        let with = choices.into_iter().filter(|list| !is_of(list)).collect();
        let scenario = row.combination.map(|place| place.scenario);
        Alternative { scenario, lists: vec![vec![row]], with }
    }

    /// Returns the disposition: automatic only if the publisher calls the code identical and no other code corresponds.
    fn decision(&self, alternatives: &[Alternative<'_>]) -> Disposition {
        match alternatives {
            [] => Disposition::None,
            [only] if only.single().is_some_and(|row| row.closeness == Closeness::Identical) => {
                Disposition::Automatic
            }
            _ => Disposition::Choose,
        }
    }
}

fn scenario(choices: &[Vec<&MapRow>]) -> Option<u8> {
    Some(choices.first()?.first()?.combination?.scenario)
}

impl<'a> Alternative<'a> {
    /// Returns the row, if the alternative is a single code.
    pub fn single(&self) -> Option<&'a MapRow> {
        let [list] = &self.lists[..] else { return None };
        let [row] = list[..] else { return None };
        (row.combination.is_none() && self.with.is_empty()).then_some(row)
    }
}

impl Relationship {
    /// Returns the relationship that the flags of a row support; `None` if the publisher does not state how close the two are.
    pub fn of_row(row: &MapRow) -> Option<Self> {
        match (row.closeness, row.combination) {
            (Closeness::Unstated, _) => None,
            (Closeness::Identical, None) => Some(Self::Equivalent),
            // One of several codes that replace a code together, or one that is only nearly the same.
            (Closeness::Identical | Closeness::Approximate, _) => Some(Self::RelatedTo),
        }
    }
}

impl Counterparts<'_> {
    /// Returns whether the publisher states that nothing corresponds.
    pub fn is_no_map(&self) -> bool {
        self.alternatives.is_empty() && self.without_code.iter().any(|row| row.target == Counterpart::None)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Combination;

    /// Source, target, place in a combination, whether it is identical.
    type Row<'a> = (&'a str, &'a str, Option<(u8, u8)>, bool);

    fn map(rows: &[Row<'_>]) -> CodeMap {
        let rows = rows.iter().zip(1..).map(|((source, target, place, exact), row)| MapRow {
            source: (*source).to_owned(),
            is_code: true,
            target: match *target {
                "" => Counterpart::None,
                code => Counterpart::Code(code.to_owned()),
            },
            closeness: if *exact { Closeness::Identical } else { Closeness::Approximate },
            combination: place.map(|(scenario, choice)| Combination { scenario, choice }),
            row,
        });
        CodeMap::new("map".to_owned(), Classification::Icd10cm, Classification::Icd9cm, rows.collect())
    }

    fn codes(reader: &MapReader<'_>, lists: &[Vec<&MapRow>]) -> Vec<Vec<String>> {
        lists.iter().map(|list| list.iter().map(|row| reader.answer(row).to_owned()).collect()).collect()
    }

    #[test]
    fn only_one_identical_code_is_replaced_without_looking() {
        let map = map(&[
            ("A", "1", None, true),
            ("B", "2", None, false),
            ("C", "3", None, true),
            ("C", "4", None, false),
            ("D", "", None, false),
            ("E", "5", Some((1, 1)), true),
        ]);
        let reader = MapReader::new(&map, Direction::Forward);
        let decision = |code: &str| reader.counterparts(code).map(|found| found.decision);
        assert_eq!(decision("A"), Some(Disposition::Automatic));
        for code in ["B", "C", "E"] {
            assert_eq!(decision(code), Some(Disposition::Choose), "{code}");
        }
        assert_eq!((decision("D"), decision("F")), (Some(Disposition::None), None));
        assert!(reader.counterparts("D").unwrap().is_no_map());
    }

    #[test]
    fn backwards_a_part_of_a_combination_names_what_belongs_to_it() {
        let map = map(&[
            ("A", "1", Some((1, 1)), false),
            ("A", "2", Some((1, 2)), false),
            ("A", "3", Some((1, 2)), false),
            ("A", "1", Some((2, 1)), false),
            ("B", "1", None, true),
        ]);
        let reader = MapReader::new(&map, Direction::Reverse);
        let found = reader.counterparts("1").unwrap();
        let described = |alternative: &Alternative<'_>| {
            let with = alternative.with.iter().flatten().filter_map(|row| row.target.code());
            (alternative.scenario, codes(&reader, &alternative.lists)[0][0].clone(), with.collect::<String>())
        };
        let expected = [(Some(1), "A", "23"), (Some(2), "A", ""), (None, "B", "")];
        let expected = expected.map(|(scenario, code, with)| (scenario, code.to_owned(), with.to_owned()));
        assert_eq!(found.alternatives.iter().map(described).collect::<Vec<_>>(), expected);
        assert_eq!(found.decision, Disposition::Choose);
        assert!(reader.counterparts("9").is_none());
    }

    proptest! {
        #[test]
        fn both_directions_have_the_same_pairs(
            rows in prop::collection::vec(("[AB]", "[12]?", prop::option::of((0_u8..3, 0_u8..3))), 0..12),
        ) {
            let rows: Vec<_> =
                rows.iter().map(|(source, target, place)| (&**source, &**target, *place, false)).collect();
            let map = map(&rows);
            let pairs = |direction| {
                let reader = MapReader::new(&map, direction);
                let found = reader.codes().into_iter().filter_map(|code| reader.counterparts(code));
                let alternatives: Vec<_> = found.flat_map(|found| found.alternatives).collect();
                let mut rows: Vec<u32> =
                    alternatives.iter().flat_map(|one| one.lists.iter().flatten()).map(|row| row.row).collect();
                rows.sort_unstable();
                rows
            };
            prop_assert_eq!(pairs(Direction::Forward), pairs(Direction::Reverse));
        }
    }
}
