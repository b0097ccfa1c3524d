//! The maps of the WHO from ICD-10 to ICD-11 on the official files. Skipped where they are not here.

use crate::common::official::{data, open};
use codeset::formats;
use codeset::model::{CodeMap, Counterpart, MapRow};
use codeset::sources;

fn map(name: &str) -> Option<CodeMap> {
    let opened = sources::open(&data()?.join("icd11/2024-01").join(name), &formats::wanted).unwrap();
    let mut maps = formats::read_maps(opened.files).others;
    maps.pop()
}

fn count(map: &CodeMap, test: impl Fn(&&MapRow) -> bool) -> usize {
    map.rows().iter().filter(test).count()
}

fn is_cluster(row: &MapRow) -> bool {
    row.target.code().is_some_and(|code| code.contains(['&', '/']))
}

#[test]
fn the_map_to_one_category_has_what_was_counted() {
    let Some(map) = map("10To11MapToOneCategory.txt") else { return };
    assert_eq!(map.problems, []);
    assert_eq!((map.rows().len(), map.release.as_deref()), (12_597, Some("2024-Jan-21")));
    assert_eq!(count(&map, |row| row.is_code), 11_243 + 1_058);
    // 254 cells are empty, 60 hold the number of a chapter, which is no code.
    assert_eq!(count(&map, |row| row.is_code && row.target.code().is_none()), 254 + 60);
    assert_eq!(count(&map, |row| row.target == Counterpart::None), 5);
    assert_eq!(count(&map, |row| is_cluster(row)), 826);
    // One category each.
    assert!(map.rows().iter().all(|row| map.rows_of(&row.source).len() == 1));
}

#[test]
fn the_map_to_several_categories_has_what_was_counted() {
    let Some(map) = map("10To11MapToMultipleCategories.txt") else { return };
    assert_eq!(map.problems, []);
    let codes: Vec<_> =
        map.rows().chunk_by(|a, b| a.source == b.source).filter(|rows| rows[0].is_code).collect();
    assert_eq!(codes.len(), 12_301);
    assert_eq!(codes.iter().filter(|rows| rows.len() > 1).count(), 1_227);
    assert_eq!(codes.iter().map(|rows| rows.len()).max(), Some(34));
}

#[test]
fn every_code_of_the_map_is_one_of_its_release() {
    let (Some(data), Some(map)) = (data(), map("10To11MapToOneCategory.txt")) else { return };
    let release = open(&data.join("icd11/2024-01/SimpleTabulation-ICD-11-MMS-en.zip"));
    let parts = |code: &str| (release.set.cluster)(code).unwrap_or_else(|| vec![code.to_owned()]);
    let codes = map.rows().iter().filter_map(|row| row.target.code()).flat_map(parts);
    let unknown: Vec<_> = codes.filter(|code| release.find(code).is_none()).collect();
    assert_eq!(unknown, Vec::<String>::new());
}
