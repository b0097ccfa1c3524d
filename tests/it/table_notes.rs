//! Notes of a user's table that say what to use instead of a code.

use codeset::crosswalk::{Crosswalk, Disposition, EvidenceKind, crosswalk, reverse};
use codeset::diff::diff;
use codeset::formats::{self, Options};
use codeset::model::{Release, SourceFile, sets};

fn table(name: &str, text: &str) -> Release {
    let options = Options { set: sets::by_id("table"), ..Options::default() };
    formats::read(vec![SourceFile::new(name, text.as_bytes().to_vec())], &options).unwrap()
}

fn pair() -> [Release; 2] {
    [
        table("old.csv", include_str!("../pairs/taxonomy/old.csv")),
        table("new.csv", include_str!("../pairs/taxonomy/new.csv")),
    ]
}

/// The official targets of a code.
fn official<'a>(crosswalk: &Crosswalk<'a>, code: &str) -> Vec<&'a str> {
    let mapping = crosswalk.mappings.iter().find(|mapping| mapping.source.code() == code).unwrap();
    let is_official = |kind| kind == EvidenceKind::Official;
    let targets = mapping.targets.iter();
    let official = targets.filter(|target| target.evidence.iter().any(|evidence| is_official(evidence.kind)));
    official.map(|target| target.entry.code()).collect()
}

#[test]
fn a_note_names_the_successor_of_a_code_that_is_gone() {
    let [old, new] = pair();
    let diff = diff(&old, &new);
    let there = crosswalk(&diff);
    assert_eq!(official(&there, "103GC0700X"), ["103G00000X"]);
    let mapping = there.mappings.iter().find(|mapping| mapping.source.code() == "103GC0700X").unwrap();
    assert_eq!(mapping.targets[0].evidence[0].source, "old.csv");
    // The successor was there before: it means more than the code it takes in.
    assert_eq!(mapping.decision, Disposition::Choose);
}

#[test]
fn of_several_codes_somebody_has_to_choose() {
    let [old, new] = pair();
    let diff = diff(&old, &new);
    assert_eq!(official(&crosswalk(&diff), "2251G0304X"), ["225100000X", "2251X0800X"]);
}

#[test]
fn what_is_not_stated_to_be_used_is_no_successor() {
    let [old, new] = pair();
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    assert_eq!(official(&crosswalk, "246ZB0500X"), ["246QC1000X"]);
    assert_eq!(official(&crosswalk, "1744G0900X"), [""; 0]);
    assert_eq!(official(&crosswalk, "174MM1900X"), [""; 0]);
}

#[test]
fn a_code_that_came_in_place_of_one_that_went_is_automatic_both_directions() {
    let old = table("old.csv", "Code,Name,Replaced by\nA10,First,B10\nA20,Second,B20\n");
    let new = table("new.csv", "Code,Name,Replaced by\nB10,First,\n");
    let diff = diff(&old, &new);
    let there = crosswalk(&diff);
    assert_eq!((official(&there, "A10"), there.mappings[0].decision), (vec!["B10"], Disposition::Automatic));
    // B20 is no code of NEW: nothing is guessed.
    assert_eq!(official(&there, "A20"), [""; 0]);
    assert_eq!(official(&reverse(&diff), "B10"), ["A10"]);
}

#[test]
fn a_code_that_the_table_keeps_is_still_one_of_its_codes() {
    let old = table("old.csv", "Code,Name,Notes\nA10,First,\nB10,Second,\n");
    let new = table("new.csv", "Code,Name,Notes\nA10,First,\"inactive, use B10\"\nB10,Second,\n");
    assert_eq!(crosswalk(&diff(&old, &new)).mappings.len(), 0);
}
