//! The consumers of user files give one verdict on one file: `impact`, `scan`, `diff --ours`, `--codes` and decisions.

use std::collections::BTreeSet;

use crate::common::rows::{release, row};
use crate::common::tables::crosswalk_by;
use codeset::crosswalk::crosswalk;
use codeset::diff::{Diff, diff, ours};
use codeset::formats;
use codeset::impact::{Editions, Usage, UsageOptions, read_code_list, read_own_table, read_usage};
use codeset::model::{ProblemCode, Release, SourceFile};
use codeset::scan::{Plan, ScanOptions};

/// Codes that are all gone in NEW, so that every consumer has something to say about each.
const CODES: [&str; 7] = ["B880", "E119", "G35", "I10", "I2510", "R05", "S72001A"];

fn releases() -> [Release; 2] {
    let of = |year: i16, codes: &[&str]| {
        let text = codes.iter().enumerate().map(|(at, code)| row(at + 1, code, 1, code, code)).collect();
        release("order.txt", text, year)
    };
    [of(2025, &CODES), of(2026, &["Z000"])]
}

/// The codes that each consumer finds in a file.
fn found(diff: &Diff<'_>, file: &str) -> [(&'static str, BTreeSet<String>); 4] {
    let editions = Editions::pair(diff.old, diff.new);
    let mut usage = Usage::default();
    read_usage(&mut usage, "file.csv", file.as_bytes(), &UsageOptions::default(), editions).unwrap();
    let in_use = usage.codes.into_keys();

    let crosswalk = crosswalk(diff);
    let plan = Plan::new(diff, &crosswalk, &[], &ScanOptions::default());
    let scan = plan.scan_text("file.csv", &mut file.as_bytes()).unwrap();
    let scanned = scan.findings.iter().map(|finding| finding.code.replace('.', ""));

    let table = read_own_table("file.csv", file.as_bytes(), editions, None).unwrap();
    let own = ours(diff, &table);
    let own = own.findings.iter().map(|finding| finding.row.code.clone());

    let (list, problems) = read_code_list("file.csv", file.as_bytes(), editions, None).unwrap();
    let unread = problems.iter().filter(|problem| problem.code == ProblemCode::CodeList);
    assert_eq!(unread.filter(|problem| !problem.fact.contains("SNOMED")).count(), 0, "{problems:?}");
    let listed = list.codes().map(str::to_owned);
    [
        ("impact", in_use.collect()),
        ("scan", scanned.collect()),
        ("--ours", own.collect()),
        ("--codes", listed.collect()),
    ]
}

/// The source that a decision about a cell is about.
fn decided(old: &Release, new: &Release, cell: &str) -> BTreeSet<String> {
    let text = format!("source,target,status\n{},,reject\n", quoted(cell));
    let tables = formats::read_maps(vec![SourceFile::new("ours.csv", text.into_bytes())]).decisions;
    crosswalk_by(&diff(old, new), tables).decided.iter().map(|decided| decided.row.source.clone()).collect()
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// Cells of one code in every notation, with the code; nothing of a code of another system.
const SINGLE: &[(&str, &str)] = &[
    ("G35", "G35"),
    ("g35", "G35"),
    ("B88.0", "B880"),
    ("b880", "B880"),
    ("G35.", "G35"),
    ("'G35", "G35"),
    ("=\"G35\"", "G35"),
    ("G35\u{a0}", "G35"),
    ("\u{200b}B88.0", "B880"),
    ("\u{201c}G35\u{201d}", "G35"),
    ("I10X", "I10"),
    ("ICD10CM:R05", "R05"),
    ("ICD10CM|G35", "G35"),
    ("$ICD10CM#G35", "G35"),
    ("ICD-10-CM G35", "G35"),
    ("http://hl7.org/fhir/sid/icd-10-cm|G35", "G35"),
    ("G35 - Multiple sclerosis", "G35"),
    ("G35: Multiple sclerosis", "G35"),
    ("G35 Multiple sclerosis", "G35"),
    ("G35|Multiple sclerosis", "G35"),
    ("G35, not seen today", "G35"),
    ("S72.001A Fracture of neck of femur, initial encounter", "S72001A"),
    ("SNOMED:24700007", ""),
];

/// Cells of several codes: a decision is about one.
const SEVERAL: &[(&str, &str)] = &[
    ("I25.10, I10", "I2510 I10"),
    ("E11.9; I10", "E119 I10"),
    ("G35|I10", "G35 I10"),
    ("G35/I10", "G35 I10"),
    ("[\"G35\",\"I10\"]", "G35 I10"),
    ("G35 multiple sclerosis; I10 hypertension", "G35 I10"),
];

#[test]
fn a_notation_means_the_same_to_every_consumer() {
    let [old, new] = releases();
    let diff = diff(&old, &new);
    for (cell, codes) in SINGLE.iter().chain(SEVERAL) {
        let expected: BTreeSet<String> = codes.split_whitespace().map(str::to_owned).collect();
        let all: BTreeSet<String> =
            expected.iter().cloned().chain(["E119", "R05"].map(str::to_owned)).collect();
        // Below a title and beside other columns.
        let file = format!(
            "Clinic list\nclinic,ICD-10 code,seen\nA,E11.9,3\nA,{},2\nB,R05,1\nTotal,,6\n",
            quoted(cell)
        );
        for (consumer, codes) in found(&diff, &file) {
            assert_eq!(codes, all, "{consumer}: {cell}");
        }
    }
    for (cell, codes) in SINGLE {
        let expected: BTreeSet<String> = codes.split_whitespace().map(str::to_owned).collect();
        assert_eq!(decided(&old, &new, cell), expected, "decisions: {cell}");
    }
}

#[test]
fn a_column_or_pair_that_names_the_system_means_the_same_to_every_consumer() {
    let [old, new] = releases();
    let diff = diff(&old, &new);
    for file in [
        "vocabulary_id,code,n\nICD10CM,G35,1\nICD10CM,B88.0,1\nICD9CM,I10,1\nSNOMED,R05,1\n",
        "dx_type,dx\n10,G35\n10,B88.0\n09,I10\n",
        "code|1,code|1|type\nG35,ICD\nB88.0,ICD\nR05,LOCAL\n",
        "Report of 2025\n\nNo,Type,Code\n1,ICD-10-CM,G35\n2,ICD-10-CM,B88.0\n3,HCPCS,I10\n",
    ] {
        for (consumer, codes) in found(&diff, file) {
            let codes: Vec<String> = codes.into_iter().collect();
            assert_eq!(codes, ["B880", "G35"], "{consumer}: {file}");
        }
    }
}
