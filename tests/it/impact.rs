//! What an impact tells beside its counts: reasons of unknown codes, owners, the worklist, and what it keeps back.

use std::collections::BTreeMap;

use crate::common::rows::{release, row};
use codeset::crosswalk::ReasonKind;
use codeset::crosswalk::crosswalk;
use codeset::diff::diff;
use codeset::formats::{self, Options};
use codeset::impact::{Editions, Usage, UsageOptions, impact, read_usage};
use codeset::interchange::render;
use codeset::model::{Edition, Release, SourceFile};
use codeset::report::ImpactReport;
use codeset::view::Format;
use proptest::prelude::*;

fn of(year: i16, codes: &[(&str, u8)]) -> Release {
    let rows = codes.iter().enumerate().map(|(at, (code, flag))| row(at + 1, code, *flag, code, code));
    release("order.txt", rows.collect(), year)
}

const OLD: &[(&str, u8)] = &[
    ("E11", 0),
    ("E119", 1),
    ("I10", 1),
    ("J44", 0),
    ("J449", 1),
    ("O80", 1),
    ("S301", 0),
    ("S3011XA", 1),
    ("S3011XD", 1),
    ("S3011XS", 1),
    ("Z590", 1),
    ("Z591", 1),
];

fn releases() -> [Release; 2] {
    let gone = |code: &(&str, u8)| code.0 != "Z590" && code.0 != "I10";
    let new: Vec<_> = OLD.iter().copied().filter(gone).chain([("Z592", 1)]).collect();
    [of(2025, OLD), of(2026, &new)]
}

/// NEW with a conversion table: B200 ended in 2018, and Z592 stands for what Z590 was.
fn with_table() -> [Release; 2] {
    let gone = |code: &&(&str, u8)| code.0 != "Z590";
    let rows = OLD.iter().filter(gone).chain(&[("Z592", 1)]).enumerate();
    let text: String = rows.map(|(at, (code, flag))| row(at + 1, code, *flag, code, code)).collect();
    let table = "Current code assignment,Effective Date,Previous Code(s) Assignment\r\n\
                 Z59.1,2018,B20.0\r\nZ59.2,2025,Z59.0\r\n";
    let files = vec![
        SourceFile::new("order.txt", text.into_bytes()),
        SourceFile::new("table.csv", table.as_bytes().to_vec()),
    ];
    let options = Options { edition: Some(Edition::Year(2026)), ..Options::default() };
    [of(2025, OLD), formats::read(files, &options).unwrap()]
}

fn used(csv: &str, [old, new]: &[Release; 2]) -> Usage {
    let mut usage = Usage::default();
    let editions = Editions { old, between: &[], new };
    read_usage(&mut usage, "usage.csv", csv.as_bytes(), &UsageOptions::default(), editions).unwrap();
    usage
}

/// The report in a form.
fn written(usage: &Usage, [old, new]: &[Release; 2], format: Format) -> Vec<u8> {
    let diff = diff(old, new);
    let crosswalk = crosswalk(&diff);
    let impact = impact(&diff, &crosswalk, usage);
    let mut out = Vec::new();
    assert!(render(&ImpactReport::new(&diff, &crosswalk, &impact), format, false, &mut out).unwrap());
    out
}

fn json(usage: &Usage, releases: &[Release; 2]) -> serde_json::Value {
    serde_json::from_slice(&written(usage, releases, Format::Json)).unwrap()
}

/// The reasons of unknown codes with the codes that may have been meant.
fn reasons(codes: &str, releases: &[Release; 2]) -> BTreeMap<String, (ReasonKind, String)> {
    let usage = used(&format!("code\nI10\nE11.9\nJ44.9\nZ59.1\nS30.11XA\nS30.11XD\n{codes}"), releases);
    let diff = diff(&releases[0], &releases[1]);
    let crosswalk = crosswalk(&diff);
    let impact = impact(&diff, &crosswalk, &usage);
    let of = |unknown: &codeset::impact::Unknown<'_>| {
        let reason = unknown.reason.as_ref().unwrap();
        let nearest: Vec<_> = reason.nearest.iter().map(|entry| entry.display()).collect();
        (unknown.code.to_owned(), (reason.kind, nearest.join(" ")))
    };
    impact.unknown.iter().map(of).collect()
}

#[test]
fn a_code_in_no_release_has_a_likely_reason() {
    let found = reasons("J44.99\nIMO0002\nV45.81\n080\nO8O\nS30.11X\nS30.11A\nE191\nQ99.9\n", &releases());
    let reason = |code: &str| (found[code].0, found[code].1.as_str());
    assert_eq!(reason("J4499"), (ReasonKind::Typo, "J44.9"));
    assert_eq!(reason("IMO0002"), (ReasonKind::Placeholder, ""));
    assert_eq!(reason("V4581"), (ReasonKind::OtherSet, ""));
    assert_eq!(reason("O8O"), (ReasonKind::Typo, "O80"));
    assert_eq!(reason("S3011X"), (ReasonKind::Incomplete, "S30.11XA S30.11XD S30.11XS"));
    assert_eq!(reason("S3011A"), (ReasonKind::Incomplete, "S30.11XA"));
    assert_eq!(reason("Q999"), (ReasonKind::NeverValid, ""));
    // E191 has the form of ICD-9: that is likelier than a slip.
    assert_eq!(reason("E191"), (ReasonKind::OtherSet, ""));
}

#[test]
fn a_code_that_ended_before_old_leads_to_where_the_table_leads() {
    let found = reasons("B20.0\n", &with_table());
    assert_eq!(found["B200"], (ReasonKind::Ended, "Z59.1".to_owned()));
}

#[test]
fn many_codes_that_fit_are_no_hint() {
    let codes: Vec<String> = (0..9).map(|digit| format!("K35{digit}")).collect();
    let all: Vec<(&str, u8)> = codes.iter().map(|code| (code.as_str(), 1)).chain([("I10", 1)]).collect();
    let releases = [of(2025, &all), of(2026, &all)];
    let usage = used("code\nI10\nK350\nK35.9\n", &releases);
    let report = json(&usage, &releases);
    assert_eq!(report["unknown"][0]["reason"]["kind"], "never-valid");
}

#[test]
fn owners_and_the_worklist_tell_who_has_to_do_what_by_when() {
    let releases = with_table();
    let csv = "code,department,count,charge\nZ59.0,A,20,10\nZ59.0,B,30,5\nI10,B,40,7\n";
    let report = json(&used(csv, &releases), &releases);
    let owners = &report["by_owner"];
    assert_eq!(owners[0]["owner"], "B");
    assert_eq!(owners[0]["affected"]["lines"], 30);
    assert_eq!(owners[0]["used"]["amount"], "12.00");
    assert_eq!(owners[0]["affected"]["amount"], "5.00");
    assert_eq!(owners[1]["used"]["lines"], 20);
    assert_eq!(report["items"][0]["deadline"], "2025-10-01");
    let text = String::from_utf8(written(&used(csv, &releases), &releases, Format::Text)).unwrap();
    assert!(text.contains("By owner (2)") && text.contains("Oct 1, 2025"), "{text}");
}

#[test]
fn small_numbers_are_hidden_and_in_no_sum() {
    let releases = with_table();
    let csv = "code,department,count\nZ59.0,A,4\nI10,A,95\nI10,B,5\nE11.9,A,50\nJ44.99,A,3\n";
    let mut usage = used(csv, &releases);
    usage.suppress(11);
    let report = json(&usage, &releases);
    let item = &report["items"][0];
    assert_eq!((&item["lines"], &item["share"], &item["suppressed"]), (&().into(), &().into(), &true.into()));
    assert_eq!(item["owners"]["A"], serde_json::Value::Null);
    assert_eq!(report["summary"]["used"]["lines"], 150);
    assert_eq!(report["summary"]["used"]["hidden"], 2);
    assert_eq!(report["summary"]["affected"]["lines"], serde_json::Value::Null);
    assert_eq!(report["unknown"][0]["lines"], serde_json::Value::Null);
    // I10 is used 100 times, 5 of them by B: what A uses of it would tell.
    assert_eq!(report["by_owner"][0]["used"]["lines"], 50);
    assert_eq!(report["by_owner"][1]["used"]["lines"], serde_json::Value::Null);
    let of_a = usage.of_owner("A");
    assert!(of_a.codes["I10"].is_hidden && !of_a.codes["E119"].is_hidden);
    for format in [Format::Text, Format::Csv, Format::Markdown] {
        let text = String::from_utf8(written(&usage, &releases, format)).unwrap();
        assert!(text.contains("hidden"), "{text}");
    }
}

#[test]
fn files_that_differ_only_in_hidden_lines_are_reported_alike() {
    let releases = with_table();
    let lines = |hidden: [usize; 3]| {
        let codes = ["Z59.0", "J44.99", "V45.81"];
        let few: String =
            codes.iter().zip(hidden).map(|(code, lines)| format!("{code}\n").repeat(lines)).collect();
        format!("code\n{}{}{few}", "E11.9\n".repeat(60), "I10\n".repeat(40))
    };
    let told = |hidden| {
        let mut usage = used(&lines(hidden), &releases);
        usage.suppress(11);
        FORMATS.map(|format| written(&usage, &releases, format))
    };
    assert!(told([1, 2, 1]) == told([10, 1, 9]));
}

/// A limit, and the lines of codes by owner.
type Cells = Vec<(&'static str, &'static str, u64)>;

/// Codes that are removed, kept, reworded by nothing, narrowed by nothing, headers and unknown.
const CODES: [&str; 7] = ["Z590", "I10", "E119", "J449", "E11", "J4499", "V4581"];

fn cells() -> impl Strategy<Value = Cells> {
    let cell = (prop::sample::select(&CODES[..]), prop::sample::select(&["A", "B", ""][..]), 1..30_u64);
    prop::collection::vec(cell, 1..20)
}

fn usage_of(cells: &Cells, releases: &[Release; 2]) -> Usage {
    // Lines of known codes, so that the column is one of codes whatever else stands in it.
    let known: String =
        OLD.iter().filter(|(_, flag)| *flag == 1).map(|(code, _)| format!("{code},,50\n")).collect();
    let rows: String = cells.iter().map(|(code, owner, lines)| format!("{code},{owner},{lines}\n")).collect();
    used(&format!("code,department,count\n{known}{rows}"), releases)
}

const FORMATS: [Format; 7] =
    [Format::Text, Format::Markdown, Format::Csv, Format::Json, Format::Jsonl, Format::Xlsx, Format::Html];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    /// What is printed is the same for two usages that differ only in hidden numbers: nothing of them can be derived.
    #[test]
    fn no_output_depends_on_the_number_of_a_hidden_code(cells in cells(), below in 3..25_u64, other in 1..25_u64) {
        let releases = with_table();
        let mut first = usage_of(&cells, &releases);
        let mut second = usage_of(&cells, &releases);
        for tally in second.codes.values_mut().filter(|tally| 0 < tally.lines && tally.lines < below) {
            tally.lines = 1 + other % (below - 1);
            let (lines, mut left) = (tally.lines, tally.lines);
            let changed = |owner: &str| {
                let of_owner = left.min(lines / 2 + 1);
                left -= of_owner;
                (owner.to_owned(), of_owner)
            };
            tally.owners = tally.owners.names().map(changed).collect();
        }
        first.suppress(below);
        second.suppress(below);
        for format in FORMATS {
            prop_assert!(written(&first, &releases, format) == written(&second, &releases, format));
        }
    }

    /// The lines of a code that is shown may be moved from one of its hidden owners to another, and nothing shows.
    #[test]
    fn no_output_depends_on_the_number_of_a_hidden_owner(cells in cells(), below in 3..25_u64) {
        let releases = with_table();
        let mut first = usage_of(&cells, &releases);
        let mut second = usage_of(&cells, &releases);
        let mut hidden = first.codes.clone();
        first.suppress(below);
        hidden.retain(|code, _| !first.codes[code].is_hidden && !first.codes[code].hidden_owners.is_empty());
        for (code, tally) in hidden {
            // Another assignment of the same sum that keeps one number small: it is a possible one too.
            let of_code = second.codes.get_mut(&code).unwrap();
            let rest = tally.lines - tally.owners.iter().map(|(_, lines)| lines).sum::<u64>();
            let mut owners: Vec<(String, u64)> =
                of_code.owners.names().map(|owner| (owner.to_owned(), 1)).collect();
            let free = tally.lines - owners.len() as u64 - rest;
            if let Some((_, last)) = owners.last_mut() {
                *last += free;
            }
            of_code.owners = owners.into_iter().collect();
        }
        second.suppress(below);
        // A code with one owner has nothing to move; then its rest is what is small, and it stays.
        for format in FORMATS {
            prop_assert!(written(&first, &releases, format) == written(&second, &releases, format));
        }
    }

    /// Of every code that is shown with hidden owners the sum leaves each of them more than one value.
    #[test]
    fn hidden_owners_of_a_shown_code_are_never_one_alone(cells in cells(), below in 2..25_u64) {
        let releases = with_table();
        let all = usage_of(&cells, &releases);
        let mut shown = usage_of(&cells, &releases);
        shown.suppress(below);
        for (code, tally) in shown.codes.iter().filter(|(_, tally)| !tally.is_hidden) {
            let before = &all.codes[code];
            let rest = before.lines - before.owners.iter().map(|(_, lines)| lines).sum::<u64>();
            if tally.hidden_owners.is_empty() {
                prop_assert!(tally.names_hidden || tally.owners.iter().all(|(_, lines)| lines >= below));
                prop_assert!(tally.names_hidden || tally.owners.is_empty() || rest == 0 || rest >= below);
            } else {
                let parts = tally.hidden_owners.len() as u64 + u64::from(rest > 0);
                prop_assert!(tally.owners.is_empty() && parts >= 2 && before.lines > parts);
            }
        }
    }
}
