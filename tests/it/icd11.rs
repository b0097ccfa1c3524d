//! ICD-11 MMS: our numbers on the official files, where they are here.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::official::{data, open};
use codeset::crosswalk::{Crosswalk, EvidenceKind, Target, crosswalk, reverse};
use codeset::diff::{Change, Diff, Kind, diff};
use codeset::formats::{self, Options};
use codeset::model::{Edition, Entry, Level, ProblemCode, Release, SourceFile, TextKind, Wanted};
use codeset::sources;

const JANUARY_2024: &str = "icd11/2024-01/SimpleTabulation-ICD-11-MMS-en.zip";
const JANUARY_2025: &str = "icd11/2025-01/SimpleTabulation-ICD-11-MMS-en.xlsx";

/// How many changes of each kind are about entries of a level.
fn counts(diff: &Diff<'_>, level: Level) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for change in diff.changes.iter().filter(|change| change.entry().level() == level) {
        *counts.entry(change.kind.word()).or_default() += 1;
    }
    counts
}

/// The moves from one key to another.
fn moves<'a>(diff: &Diff<'a>) -> Vec<(&'a str, &'a str)> {
    let keys = |change: &Change<'a>| Some((change.old?.code(), change.new?.code()));
    let moved = diff.changes.iter().filter(|change| change.kind == Kind::Moved);
    moved.filter_map(keys).filter(|(old, new)| old != new).collect()
}

#[test]
fn the_releases_have_their_rows_and_codes() {
    let Some(data) = data() else { return };
    let versions = ["2024 Jan 21 - 22:30 UTC", "2025 Jan 24 - 22:30 UTC"];
    for ((path, year, rows, codes), version) in
        [(JANUARY_2024, 2024, 36_044, 34_663), (JANUARY_2025, 2025, 36_782, 35_339)].into_iter().zip(versions)
    {
        let release = open(&data.join(path));
        assert_eq!((release.len(), release.count(Level::Code)), (rows, codes));
        assert_eq!(release.edition, Some(Edition::Month(year, 1)));
        let facts: Vec<_> = release.facts.iter().map(|fact| (&*fact.name, &*fact.value)).collect();
        assert_eq!(facts, [("Version", version)]);
        // Of the workbook beside it there is no more to say than that it was compared.
        assert!(
            release
                .problems
                .iter()
                .all(|problem| problem.fact.starts_with("skipped: it has the same content"))
        );
        assert!(release.coverage.whole);
        assert!(release.entries().all(|entry| entry.property("Entity").is_some()));
        let tops = release.entries().filter(|entry| entry.parent().is_none());
        assert!(tops.clone().all(|entry| entry.code().starts_with("Chapter ")));
        assert_eq!(tops.count(), 28);
    }
}

#[test]
fn every_code_is_one_by_its_shape() {
    let Some(data) = data() else { return };
    let release = open(&data.join(JANUARY_2025));
    let normalize = release.set.normalize;
    assert!(
        release
            .entries()
            .all(|entry| normalize(&entry.code().to_lowercase()).as_deref() == Some(entry.code()))
    );
}

#[test]
fn january_2024_to_january_2025_gives_the_numbers_that_were_counted_by_hand() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(JANUARY_2024)), open(&data.join(JANUARY_2025)));
    let diff = diff(&old, &new);
    // 18 codes have another parent, 5 another code; an extension without a code got one.
    let codes = [("added", 746), ("moved", 18 + 5 + 1), ("removed", 70), ("revised", 252)];
    assert_eq!(counts(&diff, Level::Code), BTreeMap::from(codes));
    let headers = [("added", 64), ("moved", 1), ("removed", 2), ("reused", 1), ("revised", 21)];
    assert_eq!(counts(&diff, Level::Header), BTreeMap::from(headers));
    assert_eq!(
        moves(&diff),
        [
            ("1D02.1", "1C8H"),
            ("9A78.9", "9A7A"),
            ("9A78.A", "9A7B"),
            ("KA83.A", "KA83.00"),
            ("BlockL1-MA1", "BlockL1-MA0"),
            ("QB50.3", "QB50.24"),
            ("Block 2144424960", "XM3W80"),
        ]
    );
    let revised = diff.changes.iter().filter_map(|change| change.revision.as_ref());
    assert!(revised.clone().all(|revision| revision.fields == [TextKind::Long]));
    assert_eq!(diff.problems, []);
}

#[test]
fn a_code_that_moved_leads_to_where_it_is_now() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(JANUARY_2024)), open(&data.join(JANUARY_2025)));
    let diff = diff(&old, &new);
    let (there, back) = (crosswalk(&diff), reverse(&diff));
    let targets = |crosswalk: &Crosswalk<'_>, code: &str| {
        let mapping = crosswalk.mappings.iter().find(|mapping| mapping.source.code() == code).unwrap();
        let official = |target: &Target<'_>| target.evidence[0].kind == EvidenceKind::Official;
        let targets = mapping.targets.iter().filter(|target| official(target));
        targets.map(|target| target.entry.code().to_owned()).collect::<Vec<_>>()
    };
    let moved = [
        ("1D02.1", "1C8H"),
        ("9A78.9", "9A7A"),
        ("9A78.A", "9A7B"),
        ("KA83.A", "KA83.00"),
        ("QB50.3", "QB50.24"),
    ];
    for (old, new) in moved {
        assert_eq!(targets(&there, old), [new]);
        assert_eq!(targets(&back, new), [old]);
    }
}

#[test]
fn what_is_below_a_block_that_was_only_labeled_anew_did_not_move() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(JANUARY_2024)), open(&data.join(JANUARY_2025)));
    let parents = [&old, &new].map(|release| release.find("MA00").and_then(Entry::parent_code));
    assert_eq!(parents, [Some("BlockL1-MA0"), Some("BlockL2-MA0")]);
    assert!(diff(&old, &new).changes.iter().all(|change| change.entry().code() != "MA00"));
}

/// The text and the workbook of one archive.
fn twins(path: &Path) -> [SourceFile; 2] {
    let all = |head: &[u8]| if formats::recognize(head).is_some() { Wanted::Yes } else { Wanted::No };
    let mut files = sources::open(path, &all).unwrap().files;
    files.sort_by_key(|file| file.source.name.ends_with(".xlsx"));
    files.try_into().unwrap()
}

fn told(release: &Release) -> Vec<String> {
    let told = |entry: Entry<'_>| {
        let properties: Vec<_> = entry.properties().map(|(_, value)| value).collect();
        format!("{} {entry:?} {:?} {properties:?}", entry.order(), entry.parent_code())
    };
    release.entries().map(told).collect()
}

#[test]
fn the_workbook_of_an_archive_says_what_its_text_says_and_is_passed_over() {
    let Some(data) = data() else { return };
    let path = data.join(JANUARY_2024);
    let [text, workbook] = twins(&path);
    let read = |files: Vec<SourceFile>| formats::read(files, &Options::default()).unwrap();
    assert_eq!(told(&read(vec![text.clone()])), told(&read(vec![workbook.clone()])));
    assert_eq!(read(vec![workbook, text]).len(), 36_044);
    let opened = sources::open(&path, &formats::wanted).unwrap();
    assert_eq!(opened.files.iter().map(|file| file.is_spare).collect::<Vec<_>>(), [false, true]);
    let notes: Vec<_> = opened.notes.iter().map(|note| note.fact.as_str()).collect();
    assert_eq!(notes, ["skipped, not a format codeset reads: readme.txt"]);
    let release = open(&path);
    let compared = release.problems.iter().filter(|problem| problem.code == ProblemCode::PassedOver);
    let compared: Vec<_> = compared.map(|problem| problem.fact.as_str()).collect();
    assert_eq!(
        compared,
        [
            "skipped: it has the same content as SimpleTabulation-ICD-11-MMS-en.zip!SimpleTabulation-ICD-11-MMS-en.txt"
        ]
    );
}
