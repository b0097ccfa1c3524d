//! HCPCS Level II on official files: the numbers that CMS's own action codes and documents confirm. Skipped where the
//! files are not here.

use std::path::Path;

use crate::common::official::{data, open};
use codeset::crosswalk::crosswalk;
use codeset::diff::{Change, Diff, Kind, Outcome, Summary, diff, verify_own};
use codeset::formats::{self, Options};
use codeset::impact::{Editions, Usage, UsageOptions, impact, read_usage};
use codeset::model::{Edition, Level, ProblemCode, Release, Source, SourceFile, TextKind, Wanted};
use codeset::scan::{Plan, ScanOptions};
use codeset::sources;

const FY2019: &str = "hcpcs/2019/2019-Alpha-Numeric-HCPCS-File.zip";
const FY2020: &str = "hcpcs/2020/2020-Alpha-Numeric-HCPCS-File.zip";
const JANUARY_2023: &str = "hcpcs/2023_JAN/HCPC2023_JAN_ANWEB_v3.xlsx";

/// A release of the members of a zip whose names end so.
fn release(path: &Path, ending: &str, edition: &str) -> Release {
    let is_wanted = |source: &Source| source.name.ends_with(ending);
    let opened = sources::open(path, &|_| Wanted::Yes).unwrap();
    let files: Vec<SourceFile> = opened.files.into_iter().filter(|file| is_wanted(&file.source)).collect();
    let options = Options { edition: Edition::parse(edition), ..Options::default() };
    formats::read(files, &options).unwrap()
}

/// Entries in OLD and NEW, added, born terminated, terminated, long and short descriptions revised.
fn counts(diff: &Diff<'_>) -> [u64; 7] {
    let summary = Summary::of(diff);
    let levels = [summary.codes, summary.modifiers.unwrap()];
    let sum = |of: &dyn Fn(codeset::diff::LevelSummary) -> u64| levels.iter().map(|level| of(*level)).sum();
    [
        sum(&|level| level.old),
        sum(&|level| level.new),
        sum(&|level| level.added),
        sum(&|level| level.added_terminated),
        sum(&|level| level.terminated),
        sum(&|level| level.revised_texts.long),
        sum(&|level| level.revised_texts.short),
    ]
}

fn vanished(diff: &Diff<'_>) -> usize {
    diff.problems.iter().filter(|problem| problem.code == ProblemCode::Vanished).count()
}

#[test]
fn one_year_gives_the_same_from_text_and_from_workbooks() {
    let Some(data) = data() else { return };
    for (old_ending, new_ending) in
        [("ANWEB.txt", "disclaimer.txt"), ("ANWEB.xlsx", "disclaimer.xls"), ("ANWEB.xlsx", "disclaimer.txt")]
    {
        let old = release(&data.join(FY2019), old_ending, "2019");
        let new = release(&data.join(FY2020), new_ending, "2020");
        let diff = diff(&old, &new);
        assert_eq!(counts(&diff), [6_800, 7_079, 279, 11, 89, 70, 51], "{old_ending} {new_ending}");
        assert_eq!(vanished(&diff), 0);
        assert!(
            diff.changes.iter().all(|change| change.kind != Kind::Removed && change.kind != Kind::Reused)
        );
    }
}

#[test]
fn three_years_in_one_step_are_counted_as_well() {
    let Some(data) = data() else { return };
    let old = release(&data.join(FY2020), "disclaimer.txt", "2020");
    let new = release(&data.join(JANUARY_2023), "v3.xlsx", "2023-01");
    let diff = diff(&old, &new);
    assert_eq!(counts(&diff), [7_079, 7_785, 706, 62, 268, 223, 84]);
    assert_eq!(vanished(&diff), 0);
    assert!(verify_own(&diff).is_none(), "action codes say nothing about three years");
}

#[test]
fn every_action_code_c_is_a_visible_change_and_what_the_codes_do_not_explain_is_listed() {
    let Some(data) = data() else { return };
    let old = release(&data.join(FY2019), "ANWEB.txt", "2019");
    let new = release(&data.join(FY2020), "disclaimer.txt", "2020");
    let diff = diff(&old, &new);
    let long = |change: &&Change<'_>| {
        change.revision.as_ref().is_some_and(|revision| revision.fields.contains(&TextKind::Long))
    };
    let revised: Vec<_> = diff.changes.iter().filter(long).map(|change| change.entry().code()).collect();
    let marked: Vec<_> = new.entries().filter(|entry| entry.property("ACTION CD") == Some("C")).collect();
    assert_eq!(marked.len(), 70);
    assert!(marked.iter().all(|entry| revised.contains(&entry.code())));
    let Some(Outcome::Compared(verification)) = verify_own(&diff) else { panic!("adjacent issues") };
    assert!(!verification.agrees);
    let told = |code: &str| {
        let found = verification.differences.iter().find(|difference| difference.code == code);
        found.map(|difference| (difference.ours.as_str(), difference.publisher.as_str()))
    };
    // Corrections that CMS issued in between, and codes issued by another transmittal.
    assert_eq!(told("DA"), Some(("added", "N (no maintenance)")));
    assert_eq!(told("G2001"), Some(("added", "N (no maintenance)")));
    assert!(verification.differences.iter().all(|difference| difference.ours != "nothing changed"));
}

#[test]
fn the_longest_description_is_whole_in_every_file() {
    let Some(data) = data() else { return };
    let long = |release: &Release| release.find("G0503").unwrap().long().to_owned();
    let whole = long(&release(&data.join(FY2019), "ANWEB.txt", "2019"));
    assert!(whole.len() > 1_200, "{}", whole.len());
    for (file, ending, edition) in [
        (FY2019, "ANWEB.xlsx", "2019"),
        (FY2020, "disclaimer.txt", "2020"),
        (FY2020, "disclaimer.xls", "2020"),
        (JANUARY_2023, "v3.xlsx", "2023-01"),
    ] {
        let release = release(&data.join(file), ending, edition);
        assert_eq!(long(&release), whole, "{file} {ending}");
        assert!(!release.find("G0503").unwrap().is_billable(), "it ended with 2017");
    }
}

#[test]
fn text_and_workbook_of_2019_differ_in_two_attributes_and_the_dates_of_old_actions() {
    let Some(data) = data() else { return };
    let old = release(&data.join(FY2019), "ANWEB.txt", "2019");
    let new = release(&data.join(FY2019), "ANWEB.xlsx", "2019");
    let diff = diff(&old, &new);
    let told = diff.changes.iter().map(|change| {
        let property = &change.properties[0];
        (change.entry().code(), property.name, property.old, property.new)
    });
    let told: Vec<_> = told.collect();
    assert_eq!(told, [("E0210", "TOS4", None, Some("R")), ("E0776", "TOS4", None, Some("R"))]);
}

#[test]
fn text_and_workbook_side_by_side_are_one_release_and_their_differences_are_stated() {
    let Some(data) = data() else { return };
    let release = release(&data.join(FY2019), "", "2019");
    let differs = release.problems.iter().filter(|problem| problem.code == ProblemCode::CopyDiffers);
    let differs: Vec<_> = differs.map(|problem| problem.fact.as_str()).collect();
    assert_eq!(
        differs.iter().map(|fact| fact.split(" differs from").next().unwrap()).collect::<Vec<_>>(),
        ["E0210: TOS4", "E0776: TOS4", "ACT EFF DT of 115 codes (the first is A0130)"]
    );
    // In the zip that both came in as well.
    let zip = open(&data.join(FY2019));
    let in_zip = zip.problems.iter().filter(|problem| problem.code == ProblemCode::CopyDiffers);
    assert_eq!(in_zip.count(), differs.len());
}

#[test]
fn the_companions_of_a_zip_are_joined_and_held_against_it() {
    let Some(data) = data() else { return };
    let release = open(&data.join(FY2020));
    assert_eq!(release.count(Level::Modifier), 369);
    let noted = release.entries().filter(|entry| entry.notes().next().is_some()).count();
    assert!(noted > 100, "{noted}");
    let differs = release.problems.iter().filter(|problem| problem.code == ProblemCode::ActionsDiffer);
    assert_eq!(differs.count(), 0);
}

#[test]
fn a_code_whose_last_day_is_before_old_has_ended_and_is_no_header() {
    let read = |name: &str, bytes: &[u8], edition: &str| {
        let options = Options { edition: Edition::parse(edition), ..Options::default() };
        formats::read(vec![SourceFile::new(name, bytes.to_vec())], &options).unwrap()
    };
    let old = read("old.txt", include_bytes!("../pairs/HCPC2019_sample.txt"), "2019");
    let new = read("new.txt", include_bytes!("../pairs/HCPC2020_sample.txt"), "2020");
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let plan = Plan::new(&diff, &crosswalk, &[], &ScanOptions::default());
    let list = "hcpcs,n\nC9016,1\nK0021,2\nQ0114,3\n";
    let scan = plan.scan_text("list.csv", &mut list.as_bytes()).unwrap();
    let found: Vec<_> = scan.findings.iter().map(|found| (found.location.line, found.kind.word())).collect();
    assert_eq!(found, [(2, "ended"), (3, "ended")]);
    let mut usage = Usage::default();
    let options = UsageOptions::default();
    read_usage(&mut usage, "list.csv", list.as_bytes(), &options, Editions::pair(&old, &new)).unwrap();
    let impact = impact(&diff, &crosswalk, &usage);
    assert!(impact.headers.is_empty());
    let reasons: Vec<_> =
        impact.unknown.iter().map(|code| code.reason.as_ref().unwrap().kind.word()).collect();
    assert_eq!(reasons, ["ended", "ended"]);
}
