//! What `map` says of the maps between two sets: rules on made-up files, counts on the official ones. The latter are
//! skipped where they are not here.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::lists::Desk;
use crate::common::official::{data, open};
use codeset::crosswalk::{Direction, Disposition, MapReader};
use codeset::formats::{self, Options};
use codeset::model::{Classification, CodeMap, SourceFile};
use codeset::report::{MapReport, Standing, map};
use codeset::sources;

fn maps(path: &Path) -> Vec<CodeMap> {
    formats::read_maps(sources::open(path, &formats::wanted).unwrap().files).others
}

fn of(text: &str) -> CodeMap {
    let file = SourceFile::new("map.txt", text.as_bytes().to_vec());
    formats::read_maps(vec![file]).others.remove(0)
}

fn asked<'a>(map_read: &'a CodeMap, direction: Direction, codes: &[&str]) -> MapReport<'a> {
    let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    map(&[MapReader::new(map_read, direction)], &codes, &[])
}

/// The alternatives of a code: `+` for together, `|` for one of.
fn told(report: &MapReport<'_>, code: &str) -> Vec<String> {
    let mapping = report.mappings.iter().find(|mapping| mapping.source.display == code).unwrap();
    let list = |codes: Vec<&str>| codes.join(" | ");
    let alternatives = mapping.alternatives.iter().map(|one| {
        let lists = one.lists.iter().map(|rows| list(rows.iter().map(|row| &*row.named.display).collect()));
        lists.collect::<Vec<_>>().join(" + ")
    });
    alternatives.collect()
}

const GEM: &str = "A000    0010  00000\nA001    0011  10000\nA0100   NoDx  11000\nT3601XA E8580 10112\n\
    T3601XA 9600  10111\nT3601XA 9601  10111\nT3601XA 9602  10121\nT3601XA V1289 10122\n";

#[test]
fn a_code_is_understood_with_dots_and_without() {
    let gem = of(GEM);
    let report = asked(&gem, Direction::Forward, &["t36.01xa", "A000", "a00.1"]);
    assert_eq!(report.problems, []);
    assert_eq!(told(&report, "T36.01XA"), ["960.0 | 960.1 + E858.0", "960.2 + V12.89"]);
    let decisions: Vec<_> = report.mappings.iter().map(|mapping| mapping.decision).collect();
    assert_eq!(decisions, [Disposition::Choose, Disposition::Automatic, Disposition::Choose]);
}

#[test]
fn no_map_is_an_answer_and_an_unknown_code_a_problem() {
    let gem = of(GEM);
    let report = asked(&gem, Direction::Forward, &["A01.00", "A010", "Z99"]);
    let [mapping, others @ ..] = &report.mappings[..] else { panic!("each code has a row") };
    assert_eq!(
        others.iter().map(|other| other.source.display.as_str()).collect::<Vec<_>>(),
        ["A01.0", "Z99"]
    );
    assert!(others.iter().all(|other| other.not_in_map && other.decision == Disposition::None));
    assert_eq!((mapping.no_map, mapping.decision), (true, Disposition::None));
    assert_eq!(mapping.without_code[0].evidence.row, 3);
    let problems: Vec<_> =
        report.problems.iter().map(|problem| (&*problem.fact, problem.hint.as_deref())).collect();
    assert_eq!(
        problems,
        [
            ("`A010` is not in any of the given maps", Some("codes that begin with it: A01.00")),
            ("`Z99` is not in any of the given maps", None),
        ]
    );
}

#[test]
fn backwards_the_same_rows_answer() {
    let gem = of(GEM);
    let report = asked(&gem, Direction::Reverse, &["e858.0", "001.0"]);
    assert_eq!(told(&report, "E858.0"), ["T36.01XA"]);
    assert_eq!(report.mappings[0].alternatives[0].with, [["960.0", "960.1"]]);
    assert_eq!(report.mappings[0].decision, Disposition::Choose);
    assert_eq!(report.mappings[1].decision, Disposition::Automatic);
}

#[test]
fn a_release_says_which_answers_are_billable() {
    let order = |code: &str, flag: u8| format!("00001 {code:<7} {flag} {code:<60} About {code}\n");
    let text = [order("A00", 0), order("A000", 1), order("A001", 0)].concat();
    let file = SourceFile::new("icd10cm-order-2026.txt", text.into_bytes());
    let release = formats::read(vec![file], &Options::default()).unwrap();
    let gem = of("0010  A000    00000\n0011  A001    10000\n0011  A009    10000\n");
    let codes = ["001.0".to_owned(), "001.1".to_owned()];
    let releases = [release];
    let report = map(&[MapReader::new(&gem, Direction::Forward)], &codes, &releases);
    let rows = report.mappings.iter().flat_map(|mapping| &mapping.alternatives).flat_map(|one| &one.lists[0]);
    let standings: Vec<_> = rows.map(|row| (row.named.standing, row.named.long.as_deref())).collect();
    assert_eq!(
        standings,
        [
            (Some(Standing::Billable), Some("About A000")),
            (Some(Standing::NotBillable), Some("About A001")),
            (Some(Standing::Absent), None),
        ]
    );
}

#[test]
fn the_equivalence_mappings_have_the_sources_that_were_counted() {
    let Some(data) = data() else { return };
    let maps = maps(&data.join("gems/2018-ICD-10-CM-General-Equivalence-Mappings.zip"));
    let readers: Vec<_> = maps.iter().map(|map| MapReader::new(map, Direction::Forward)).collect();
    let report = map(&readers, &[], &[]);
    let summary = report.maps.iter().find(|map| map.from == "icd10cm").unwrap();
    assert_eq!((summary.rows, summary.sources), (81_593, 71_704));
    let expected = [
        ("approximate", 59_595),
        ("combination", 4_241),
        ("exact", 3_516),
        ("several", 3_621),
        ("no-map", 731),
    ];
    assert_eq!(summary.by_source, BTreeMap::from(expected));
    let flags: Vec<_> = summary.flags.iter().take(6).map(|count| (&*count.flags, count.rows)).collect();
    let expected = [
        ("10000", 68_307),
        ("10111", 4_480),
        ("10112", 4_254),
        ("00000", 3_522),
        ("11000", 731),
        ("10113", 159),
    ];
    assert_eq!(flags, expected);
    // Each source is answered once, and only what is exact is automatic.
    let ours = report.mappings.iter().filter(|mapping| mapping.from == "icd10cm");
    let automatic = ours.clone().filter(|mapping| mapping.decision == Disposition::Automatic);
    assert_eq!((ours.clone().count(), automatic.count()), (71_704, 3_516));
}

#[test]
fn the_answers_that_died_since_2018_are_marked() {
    let Some(data) = data() else { return };
    let maps = maps(&data.join("gems/2018-ICD-10-CM-General-Equivalence-Mappings.zip"));
    let from_icd9 = maps.iter().find(|map| map.source == Classification::Icd9cm).unwrap();
    let release = open(&data.join("icd10cm/fy2026/icd10cm-Code Descriptions-2026.zip"));
    let releases = [release];
    let report = map(&[MapReader::new(from_icd9, Direction::Forward)], &[], &releases);
    let lists = report.mappings.iter().flat_map(|mapping| &mapping.alternatives).flat_map(|one| &one.lists);
    let standings: Vec<_> = lists.flatten().map(|row| row.named.standing.unwrap()).collect();
    let dead = standings.iter().filter(|standing| **standing != Standing::Billable).count();
    assert_eq!((standings.len(), dead), (24_438, 271));
}

#[test]
fn the_maps_of_the_who_leave_what_has_no_code_without_one() {
    let Some(data) = data() else { return };
    let counted = |name: &str| {
        let maps = maps(&data.join("icd11/2024-01").join(name));
        let report = map(&[MapReader::new(&maps[0], Direction::Forward)], &[], &[]);
        let without = report.mappings.iter().filter(|mapping| mapping.alternatives.is_empty());
        let is_none = |decision| decision == Disposition::None;
        assert!(without.clone().all(|mapping| is_none(mapping.decision)));
        assert!(report.mappings.iter().all(|mapping| mapping.decision != Disposition::Automatic));
        report.maps[0].clone()
    };
    let one = counted("10To11MapToOneCategory.txt");
    assert_eq!((one.rows, one.sources, one.headings), (12_597, 11_243 + 1_058, 274 + 22));
    let expected = [("one", 11_161), ("cluster", 826), ("block", 254 - 4), ("no-map", 4), ("chapter", 60)];
    assert_eq!(one.by_source, BTreeMap::from(expected));
    let several = counted("10To11MapToMultipleCategories.txt");
    assert_eq!(several.sources, 12_301);
    // 1,227 sources have several targets; of one of them all are blocks.
    assert_eq!(several.by_source["several"], 1_227 - 1);
}

#[test]
fn both_directions_of_the_official_files_hold_the_same_pairs() {
    let Some(data) = data() else { return };
    for map_read in maps(&data.join("gems/2018-ICD-10-PCS-General-Equivalence-Mappings.zip")) {
        let pairs = |direction| {
            let report = asked(&map_read, direction, &[]);
            let lists = report.mappings.iter().flat_map(|mapping| &mapping.alternatives);
            lists.flat_map(|one| &one.lists).map(Vec::len).sum::<usize>()
        };
        let rows = map_read.rows().iter().filter(|row| row.target.code().is_some()).count();
        assert_eq!([pairs(Direction::Forward), pairs(Direction::Reverse)], [rows; 2]);
    }
}

#[test]
fn a_list_of_codes_is_never_overwritten_and_what_is_not_understood_in_it_is_reported() {
    let list = "dx\nA00.0\nA00.1\nA01.00\n~~~\n";
    let desk = Desk::new(&[("list.csv", list), ("gem.txt", GEM)]);
    let run = |more: &[&str]| {
        desk.run(&[&["map", "lists/gem.txt", "--codes", "lists/list.csv"][..], more].concat())
    };
    let refused = run(&["-o", "lists/list.csv", "--quiet"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(desk.list("list.csv")).unwrap(), list);
    let report: serde_json::Value =
        serde_json::from_slice(&run(&["--format", "json", "--quiet"]).stdout).unwrap();
    assert_eq!(report["mappings"].as_array().unwrap().len(), 3);
    let problems = report["problems"].as_array().unwrap();
    assert!(problems.iter().any(|problem| problem["code"] == "code-list"), "{problems:?}");
}
