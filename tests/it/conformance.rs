//! Our numbers against the publishers', on official files. Skipped where they are not here.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::official::{data, open};
use codeset::crosswalk::{Crosswalk, CrosswalkOptions, Disposition, Mapping, crosswalk, crosswalk_with};
use codeset::diff::{Diff, Kind, LevelSummary, Outcome, Summary, apply, diff, steps, verify, verify_own};
use codeset::formats::{self, Options};
use codeset::impact::{Editions, Usage, UsageOptions, impact, read_usage};
use codeset::interchange::{render, write_order_file};
use codeset::model::{Action, Edition, Level, ProblemCode, Release, SourceFile, Wanted};
use codeset::report::{DiffReport, Selection};
use codeset::sources;
use codeset::view::Format;

const FY2016: &str = "icd10cm/fy2016/cms_2016_dx.zip";
const FY2017: &str = "icd10cm/fy2017/cms_2017_dx.zip";
const FY2024: &str = "icd10cm/fy2024/icd10cm-CodesDescriptions-2024.zip";
const FY2025: &str = "icd10cm/fy2025/ICD10-CM Code Descriptions 2025.zip";
const FY2025_APRIL: &str = "icd10cm/fy2025-apr/Code-desciptions-April-2025.zip";
const FY2026: &str = "icd10cm/fy2026/icd10cm-Code Descriptions-2026.zip";
const TABLE: &str = "icd10cm/fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx";
const PCS2025: &str = "icd10pcs/fy2025/cms_2025_pr.zip";
const PCS2026: &str = "icd10pcs/fy2026/cms_2026_pr.zip";
const DIAGNOSES: &str = "usage/csv/mimic_iv_demo_diagnoses_icd.csv";

/// Old, new, added, deleted, removed, demoted, promoted, revised.
fn counts(level: LevelSummary) -> [u64; 8] {
    let LevelSummary { old, new, added, deleted, removed, demoted, promoted, revised, .. } = level;
    [old, new, added, deleted, removed, demoted, promoted, revised]
}

fn assert_counts(diff: &Diff<'_>, codes: [u64; 8], headers: [u64; 8]) {
    let summary = Summary::of(diff);
    assert_eq!(counts(summary.codes), codes, "codes");
    assert_eq!(counts(summary.headers), headers, "headers");
}

fn assert_verified(diff: &Diff<'_>) {
    match verify_own(diff) {
        Some(Outcome::Compared(verification)) => assert_eq!(verification.differences, []),
        other => panic!("not verified: {other:?}"),
    }
}

/// The member of an archive that passes a test of its name.
fn member(path: &Path, is_it: impl Fn(&str) -> bool) -> SourceFile {
    // The codes file too, which is spare beside the order file.
    let all = |head: &[u8]| if formats::recognize(head).is_some() { Wanted::Yes } else { Wanted::No };
    let opened = sources::open(path, &all).unwrap();
    opened.files.into_iter().find(|file| is_it(&file.source.name)).unwrap()
}

fn order_file(path: &Path) -> SourceFile {
    member(path, |name| name.contains("order") && !name.contains("addenda"))
}

fn codes_file(path: &Path) -> SourceFile {
    member(path, |name| name.contains("codes-20") && !name.contains("addenda"))
}

fn read(file: SourceFile) -> Release {
    formats::read(vec![file], &Options::default()).unwrap()
}

#[test]
fn fy2025_to_fy2026_gives_the_publishers_totals_and_agrees_with_the_addenda() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(FY2025)), open(&data.join(FY2026)));
    let diff = diff(&old, &new);
    assert_counts(&diff, [74_260, 74_719, 487, 28, 12, 16, 0, 38], [23_324, 23_467, 143, 0, 0, 0, 0, 7]);
    assert_verified(&diff);
}

#[test]
fn fy2024_to_fy2025_gives_the_publishers_totals_and_agrees_with_the_addenda() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(FY2024)), open(&data.join(FY2025)));
    let diff = diff(&old, &new);
    assert_counts(&diff, [74_044, 74_260, 252, 36, 3, 33, 0, 13], [23_252, 23_324, 72, 0, 0, 0, 0, 1]);
    assert_verified(&diff);
}

#[test]
fn the_codes_addenda_agree_as_well_but_for_nothing() {
    let Some(data) = data() else { return };
    for (old, new) in [(FY2024, FY2025), (FY2025, FY2026)] {
        let (old, new) = (open(&data.join(old)), open(&data.join(new)));
        let diff = diff(&old, &new);
        let codes = new.companions.addenda.iter().find(|addenda| addenda.columns.is_none()).unwrap();
        match verify(&diff, codes) {
            Outcome::Compared(verification) => assert_eq!(verification.differences, []),
            other => panic!("not verified: {other:?}"),
        }
    }
}

#[test]
fn any_mixture_of_zip_and_text_gives_the_same() {
    let Some(data) = data() else { return };
    let zips = [open(&data.join(FY2025)), open(&data.join(FY2026))];
    let texts = [read(order_file(&data.join(FY2025))), read(order_file(&data.join(FY2026)))];
    let expected: Vec<_> =
        diff(&zips[0], &zips[1]).changes.iter().map(|change| format!("{change:?}")).collect();
    for (old, new) in [(&texts[0], &texts[1]), (&zips[0], &texts[1]), (&texts[0], &zips[1])] {
        let changes: Vec<_> = diff(old, new).changes.iter().map(|change| format!("{change:?}")).collect();
        assert_eq!(changes, expected);
    }
}

#[test]
fn codes_files_alone_give_the_same_counts_of_codes_and_say_that_headers_are_missing() {
    let Some(data) = data() else { return };
    let (old, new) = (read(codes_file(&data.join(FY2025))), read(codes_file(&data.join(FY2026))));
    let order = open(&data.join(FY2026));
    for (old, new) in [(&old, &new), (&old, &order)] {
        let diff = diff(old, new);
        let summary = Summary::of(&diff);
        assert_eq!(counts(summary.codes), [74_260, 74_719, 487, 28, 12, 16, 0, 38]);
        assert_eq!(summary.headers.added + summary.headers.deleted, 0);
        assert!(diff.problems.iter().any(|problem| problem.code == ProblemCode::CodesOnly));
    }
}

#[test]
fn april_2025_ships_the_october_files_again_and_its_addenda_of_zeros_agree() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(FY2025)), open(&data.join(FY2025_APRIL)));
    let diff = diff(&old, &new);
    assert!(diff.changes.is_empty());
    assert_verified(&diff);
}

#[test]
fn ten_years_fit_in_one_difference() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(FY2016)), open(&data.join(FY2026)));
    let diff = diff(&old, &new);
    assert_counts(
        &diff,
        [69_823, 74_719, 5_879, 983, 603, 380, 2, 922],
        [21_914, 23_467, 1_612, 59, 57, 0, 0, 227],
    );
    // The addenda of FY2026 start from FY2025, and say nothing about ten years.
    assert!(matches!(verify_own(&diff), Some(Outcome::OtherBase(_))));
}

#[test]
fn pcs_addenda_that_start_from_april_are_stated_to_and_are_no_disagreement() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(PCS2025)), open(&data.join(PCS2026)));
    let diff = diff(&old, &new);
    assert_counts(&diff, [78_948, 79_115, 206, 39, 39, 0, 0, 2], [908, 914, 6, 0, 0, 0, 0, 1]);
    let Some(Outcome::OtherBase(problem)) = verify_own(&diff) else { panic!("should be another base") };
    assert!(problem.fact.contains("78,986 codes"), "{}", problem.fact);
    let addenda = &new.companions.addenda[0];
    assert!(addenda.problems.is_empty(), "{:?}", addenda.problems);
    let added = addenda.lines.iter().filter(|line| line.action == Action::Add);
    assert_eq!(added.clone().filter(|line| line.level == Level::Code).count(), 156);
    assert_eq!(added.filter(|line| line.level == Level::Header).count(), 4);
}

#[test]
fn fy2025_addenda_applied_to_fy2024_give_fy2025_byte_for_byte() {
    let Some(data) = data() else { return };
    let old = read(order_file(&data.join(FY2024)));
    let new = open(&data.join(FY2025));
    let applied =
        apply(&old, new.companions.addenda.iter().find(|addenda| addenda.columns.is_some()).unwrap());
    assert_eq!(applied.problems, []);
    let mut bytes = Vec::new();
    write_order_file(&applied.release, &mut bytes).unwrap();
    assert!(bytes == order_file(&data.join(FY2025)).bytes);
}

#[test]
fn fy2026_addenda_applied_to_fy2025_give_every_code_flag_and_text() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(FY2025)), open(&data.join(FY2026)));
    let applied =
        apply(&old, new.companions.addenda.iter().find(|addenda| addenda.columns.is_some()).unwrap());
    assert_eq!(applied.problems, []);
    assert!(diff(&applied.release, &new).changes.is_empty());
    assert_eq!(applied.placed.len(), 614);
    // The publisher puts two new families elsewhere than the rule: L98.A before L98.5, Z91.B before Z91.A's place.
    let codes = |release: &Release| {
        release.in_publisher_order().iter().map(|entry| entry.code().to_owned()).collect::<Vec<_>>()
    };
    let (ours, theirs) = (codes(&applied.release), codes(&new));
    assert_eq!(ours.len(), theirs.len());
    let moved = ours.iter().zip(&theirs).filter(|(ours, theirs)| ours != theirs).count();
    assert_eq!(moved, 115);
}

#[test]
fn the_addenda_form_is_the_publishers_file_but_for_the_names_in_its_summary() {
    let Some(data) = data() else { return };
    for (old, new) in [(FY2024, FY2025), (FY2025, FY2026)] {
        let official = member(&data.join(new), |name| name.contains("order-addenda")).bytes;
        let (old, new) = (open(&data.join(old)), open(&data.join(new)));
        let diff = diff(&old, &new);
        let mut ours = Vec::new();
        let report = DiffReport::new(&diff, None, &Selection::default());
        assert!(render(&report, Format::Addenda, false, &mut ours).unwrap());
        // Theirs: icd10cm_order_2025.txt; ours: the file that was read, icd10cm-order-2025.txt.
        let ours = String::from_utf8(ours).unwrap().replace("icd10cm-order-20", "icd10cm_order_20");
        assert!(ours.as_bytes() == official);
    }
}

#[test]
fn a_release_against_itself_has_no_difference() {
    let Some(data) = data() else { return };
    let release = open(&data.join(FY2026));
    assert!(diff(&release, &release).changes.is_empty());
}

#[test]
fn all_28_codes_lost_in_fy2026_have_their_official_successors() {
    let Some(data) = data() else { return };
    let (old, mut new) = (open(&data.join(FY2025)), open(&data.join(FY2026)));
    add_table(&mut new, &data.join(TABLE));
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let lost = crosswalk.mappings.iter().filter(|mapping| mapping.status.word() != "narrowed");
    let targets: BTreeMap<String, Vec<String>> = lost
        .map(|mapping| {
            assert!(
                mapping.targets.iter().all(|target| target.evidence[0].kind.is_fact()),
                "{:?}",
                mapping.source
            );
            let targets = mapping.targets.iter().map(|target| target.entry.display()).collect();
            (mapping.source.display(), targets)
        })
        .collect();
    assert_eq!(targets.len(), 28);
    assert_eq!(targets["B88.0"], ["B88.01", "B88.09"]);
    assert_eq!(targets["G35"].len(), 8);
}

#[test]
fn chains_are_followed_and_what_has_no_row_is_only_a_suggestion() {
    let Some(data) = data() else { return };
    let (old, mut new) = (open(&data.join(FY2016)), open(&data.join(FY2026)));
    add_table(&mut new, &data.join(TABLE));
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let of = |code: &str| crosswalk.mappings.iter().find(|mapping| mapping.source.code() == code).unwrap();
    let targets =
        |code: &str| of(code).targets.iter().map(|target| target.entry.display()).collect::<Vec<_>>();
    assert_eq!(targets("E780"), ["E78.00", "E78.010", "E78.011", "E78.019"]);
    assert!(
        of("E780").paths[0].to_string().starts_with("E78.0 -> E78.01 (2016-10-01, row "),
        "{:?}",
        of("E780").paths
    );
    assert!(targets("O001").contains(&"O00.101".to_owned()));
    for code in ["C8339", "H36"] {
        let suggestions = &of(code).targets;
        assert!(suggestions.iter().all(|target| !target.evidence[0].kind.is_fact()), "{code}");
        assert_ne!(of(code).decision, Disposition::Automatic);
    }
}

#[test]
fn through_the_editions_in_between_codes_that_came_and_went_are_sources() {
    let Some(data) = data() else { return };
    let (old, mut new) = (open(&data.join(FY2016)), open(&data.join(FY2026)));
    add_table(&mut new, &data.join(TABLE));
    let between = [(FY2017, "2017"), (FY2024, "2024"), (FY2025, "2025")].map(|(name, edition)| {
        let mut release = open(&data.join(name));
        release.edition = Edition::parse(edition);
        release
    });
    let (whole, steps) = (diff(&old, &new), steps(&old, &between, &new));
    let question = |between| CrosswalkOptions { between, ..CrosswalkOptions::default() };
    let (alone, through) =
        (crosswalk_with(&whole, &question(&[])), crosswalk_with(&whole, &question(&steps)));
    let told = |mapping: &Mapping<'_>| {
        let targets: Vec<_> = mapping.targets.iter().map(|target| target.entry.display()).collect();
        (mapping.source.display(), mapping.end.map(|[last, _]| last.id()), targets.join(" "))
    };
    let passing: Vec<_> = through.mappings[alone.mappings.len()..].iter().map(told).collect();
    let row = |code: &str, last: &str, targets: &str| {
        (code.to_owned(), Some(format!("icd10cm@{last}")), targets.to_owned())
    };
    assert_eq!(passing.len(), 11);
    assert!(passing.contains(&row("E78.01", "2025", "E78.010 E78.011 E78.019")));
    assert!(passing.contains(&row("O00.10", "2017", "O00.101 O00.102 O00.109")));
    let targets = |crosswalk: &Crosswalk<'_>| {
        crosswalk.mappings[..alone.mappings.len()].iter().map(|mapping| told(mapping).2).collect::<Vec<_>>()
    };
    assert_eq!(targets(&alone), targets(&through), "the table alone leads to the same codes");
}

#[test]
fn errors_of_the_table_are_named_in_one_step_as_well() {
    let Some(data) = data() else { return };
    let (old, mut new) = (open(&data.join(FY2025)), open(&data.join(FY2026)));
    add_table(&mut new, &data.join(TABLE));
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let table = new.companions.conversion_tables[0].problems.iter();
    let facts: Vec<_> = crosswalk.problems.iter().chain(table).map(|problem| problem.fact.as_str()).collect();
    for code in ["E11.3X11", "W453XXA", "Z40.89", "H05.83", "H40.84", "Z77.3"] {
        assert!(facts.iter().any(|fact| fact.contains(code)), "{code} is not named");
    }
}

#[test]
fn the_conversion_table_names_its_own_errors() {
    let Some(data) = data() else { return };
    let (old, mut new) = (open(&data.join(FY2016)), open(&data.join(FY2026)));
    add_table(&mut new, &data.join(TABLE));
    assert_eq!(new.companions.conversion_tables[0].rows.len(), 5_892);
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let facts: Vec<_> = crosswalk.problems.iter().map(|problem| problem.fact.as_str()).collect();
    for code in ["E11.3X11", "H05.83,", "H40.84,", "Z77.3,", "Q25.12", "R31.19", "C44.19"] {
        assert!(facts.iter().any(|fact| fact.contains(code)), "{code} is not named");
    }
}

fn add_table(new: &mut Release, path: &Path) {
    let opened = sources::open(path, &formats::wanted).unwrap();
    new.companions.conversion_tables = formats::read_maps(opened.files).tables;
}

#[test]
fn diagnoses_of_100_patients_are_found_by_ten_years_and_not_by_the_last_one() {
    let Some(data) = data() else { return };
    let mut new = open(&data.join(FY2026));
    add_table(&mut new, &data.join(TABLE));
    let weigh = |old: &Release| {
        let mut usage = Usage::default();
        let reader = sources::stream(&data.join(DIAGNOSES)).unwrap();
        read_usage(&mut usage, "diagnoses.csv", reader, &UsageOptions::default(), Editions::pair(old, &new))
            .unwrap();
        let diff = diff(old, &new);
        let crosswalk = crosswalk(&diff);
        let impact = impact(&diff, &crosswalk, &usage);
        let top: Vec<_> =
            impact.items.iter().take(3).map(|item| (item.entry.display(), item.tally.lines)).collect();
        let official = impact.items.iter().all(|item| {
            item.mapping.as_ref().is_some_and(|mapping| mapping.targets[0].evidence[0].kind.is_fact())
        });
        (impact.used.lines, impact.affected.lines, impact.affected.codes, top, official)
    };
    let (used, lines, codes, top, _) = weigh(&open(&data.join(FY2016)));
    assert_eq!((used, lines, codes), (2_313, 100, 33));
    let expected =
        [("E87.2", 13), ("N18.3", 13), ("I27.2", 11)].map(|(code, lines)| (code.to_owned(), lines));
    assert_eq!(top, expected);
    let (used, lines, codes, ..) = weigh(&open(&data.join(FY2025)));
    assert_eq!((used, lines, codes), (2_313, 0, 0));
}

#[test]
fn kinds_of_the_official_changes_are_the_expected_ones() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(FY2025)), open(&data.join(FY2026)));
    let diff = diff(&old, &new);
    let kind = |code: &str| {
        diff.changes.iter().find(|change| change.entry().code() == code).map(|change| change.kind)
    };
    assert_eq!(kind("S301XXA"), Some(Kind::Removed));
    assert_eq!(kind("G35"), Some(Kind::Demoted));
    assert_eq!(kind("QA00101"), Some(Kind::Added));
    assert_eq!(kind("W44G"), Some(Kind::Revised));
    assert_eq!(kind("E119"), None);
}
