//! The general equivalence mappings of 2018 on the official files. Skipped where they are not here.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::official::data;
use codeset::formats;
use codeset::model::{Classification, Closeness, CodeMap, Counterpart, MapRow, ProblemCode};
use codeset::sources;

const DIAGNOSES: &str = "gems/2018-ICD-10-CM-General-Equivalence-Mappings.zip";
const PROCEDURES: &str = "gems/2018-ICD-10-PCS-General-Equivalence-Mappings.zip";

/// The map that leads from a classification.
fn map(path: &Path, source: Classification) -> CodeMap {
    let opened = sources::open(path, &formats::wanted).unwrap();
    let maps = formats::read_maps(opened.files).others;
    assert_eq!(maps.len(), 2);
    maps.into_iter().find(|map| map.source == source).unwrap()
}

/// The flags as the file writes them.
fn flags(row: &MapRow) -> String {
    let (scenario, choice) = row.combination.map_or((0, 0), |place| (place.scenario, place.choice));
    let digit = |is: bool| u8::from(is);
    let approximate = digit(row.closeness == Closeness::Approximate);
    let no_map = digit(row.target == Counterpart::None);
    format!("{approximate}{no_map}{}{scenario}{choice}", digit(row.combination.is_some()))
}

fn counts(map: &CodeMap) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    map.rows().iter().for_each(|row| *counts.entry(flags(row)).or_default() += 1);
    counts
}

#[test]
fn the_rows_have_the_flags_that_were_counted() {
    let Some(data) = data() else { return };
    let expected: [(_, _, _, &[_]); 4] = [
        (
            DIAGNOSES,
            Classification::Icd10cm,
            81_593,
            &[
                ("10000", 68_307),
                ("10111", 4_480),
                ("10112", 4_254),
                ("00000", 3_522),
                ("11000", 731),
                ("10113", 159),
            ],
        ),
        (DIAGNOSES, Classification::Icd9cm, 24_860, &[("10000", 18_578), ("00000", 3_522), ("11000", 422)]),
        // One row from ICD-10-PCS and three from ICD-9 have a scenario or choice list without being of a combination.
        (
            PROCEDURES,
            Classification::Icd10pcs,
            101_025,
            &[("10000", 80_334 + 1 - 29), ("10112", 5_723), ("11000", 2 + 29)],
        ),
        (
            PROCEDURES,
            Classification::Icd9pcs,
            73_593,
            &[("10000", 69_941 + 3), ("10111", 1_073), ("11000", 210)],
        ),
    ];
    for (file, source, rows, flags) in expected {
        let map = map(&data.join(file), source);
        assert_eq!(map.rows().len(), rows, "{}", map.name);
        // One code has a small letter; 29 times `NoI9` lacks its flag.
        let odd: Vec<_> = map.problems.iter().map(|problem| problem.code).collect();
        let expected = match source {
            Classification::Icd10cm => 1,
            Classification::Icd10pcs => 29,
            _ => 0,
        };
        assert_eq!(odd, vec![ProblemCode::OddCode; expected], "{}", map.name);
        let counts = counts(&map);
        flags.iter().for_each(|(flags, count)| assert_eq!(counts[*flags], *count, "{} {flags}", map.name));
    }
}

#[test]
fn sources_have_the_alternatives_that_were_counted() {
    let Some(data) = data() else { return };
    let map = map(&data.join(DIAGNOSES), Classification::Icd10cm);
    let (mut none, mut exact, mut one, mut choice, mut combined) = (0, 0, 0, 0, 0);
    for rows in map.rows().chunk_by(|a, b| a.source == b.source) {
        let alternatives = map.alternatives(&rows[0].source);
        match &alternatives[..] {
            [] => none += 1,
            _ if alternatives.iter().any(|scenario| scenario.choices.len() > 1) => combined += 1,
            [_] if rows[0].closeness == Closeness::Identical => exact += 1,
            [_] => one += 1,
            _ => choice += 1,
        }
    }
    assert_eq!([none, exact, one, choice, combined], [731, 3_516, 59_595, 3_621, 4_241]);
}
