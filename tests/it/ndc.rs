//! The unfinished drugs of June 2018 as the FDA published them. Skipped where they are not here.

use crate::common::official::{data, open};
use codeset::crosswalk::crosswalk;
use codeset::diff::diff;
use codeset::formats::{self, Options};
use codeset::impact::{Editions, Usage, UsageOptions, impact, read_usage};
use codeset::model::{Entry, Level, Problem, ProblemCode, Release, Severity, SourceFile, Validity, sets};
use codeset::scan::{Plan, ScanOptions};
use codeset::sources;

const UNFINISHED: &str = "ndc/unfinished.zip";

fn unfinished() -> Option<Release> {
    Some(open(&data()?.join(UNFINISHED)))
}

fn problems(release: &Release, code: ProblemCode) -> Vec<&Problem> {
    release.problems.iter().filter(|problem| problem.code == code).collect()
}

#[test]
fn the_unfinished_drugs_of_2018_are_read_to_the_last_record() {
    let Some(release) = unfinished() else { return };
    assert_eq!(release.set, &sets::NDC);
    let records: Vec<u64> = release.contents.iter().map(|content| content.records).collect();
    assert_eq!(records, [35_321, 21_478]);
    assert_eq!(release.count(Level::Code), 35_321);
    assert_eq!(release.count(Level::Header), 21_057);
    assert!(release.coverage.whole && release.unreadable.is_empty());
    let errors = release.problems.iter().filter(|problem| problem.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{:?}", release.problems);
}

#[test]
fn products_in_several_records_are_reported_one_by_one_and_in_total() {
    let Some(release) = unfinished() else { return };
    let told = problems(&release, ProblemCode::RepeatedListing);
    let total = told.iter().find(|problem| problem.severity == Severity::Note).unwrap();
    assert_eq!(total.fact, "21,478 records hold 21,057 codes; 273 codes are in two records or more");
    assert!(told.iter().any(|problem| problem.fact == "223 more of the same"));
    assert!(told[0].place.line.is_some_and(|line| line > 1), "{}", told[0]);
}

#[test]
fn packages_that_are_one_in_eleven_digits_or_are_no_ndc_are_reported() {
    let Some(release) = unfinished() else { return };
    let facts =
        |code| problems(&release, code).iter().map(|problem| problem.fact.as_str()).collect::<Vec<_>>();
    assert_eq!(
        facts(ProblemCode::NdcCollision),
        [
            "40074-0001-1 and 40074-001-01 have the same 11-digit form, 40074000101",
            "48589-0006-0 and 48589-006-00 have the same 11-digit form, 48589000600",
        ]
    );
    assert_eq!(
        facts(ProblemCode::OddCode),
        [
            "`47848-026-XX` does not have the form of the NDC of a package; it was kept as is",
            "`02` does not have the form of the NDC of a package; it was kept as is",
        ]
    );
    assert!(release.find("47848-026-XX").is_some() && release.find("02").is_some());
}

#[test]
fn the_spreadsheet_next_to_the_text_is_the_same_file_and_is_passed_over() {
    let Some(release) = unfinished() else { return };
    let names: Vec<&str> = release.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["unfinished.zip!unfinished_package.txt", "unfinished.zip!unfinished_product.txt"]);
    let opened = sources::open(&data().unwrap().join(UNFINISHED), &formats::wanted).unwrap();
    assert_eq!(opened.files.len(), 2, "nothing is unpacked twice");
    let told = opened.notes.iter().map(|note| note.fact.as_str()).collect::<Vec<_>>();
    let same = "skipped, the same bytes as another member: unfinished_package.xls, unfinished_product.xls";
    assert_eq!(told, [same]);
}

#[test]
fn letters_quotes_and_dates_are_as_published() {
    let Some(release) = unfinished() else { return };
    let labelers = || release.entries().filter_map(|entry| entry.property("LABELERNAME"));
    assert!(labelers().any(|labeler| labeler.starts_with("Weleda A.G. Schwäbisch Gmünd, ")), "Windows-1252");
    let quoted: Vec<&str> = labelers().filter(|labeler| labeler.contains('"')).collect();
    assert_eq!(quoted.len(), 1);
    assert!(quoted[0].starts_with("<text xmlns=\"urn:hl7-org:v3\">") && quoted[0].len() == 200, "{quoted:?}");
    assert_eq!(problems(&release, ProblemCode::Encoding), Vec::<&Problem>::new());
    let products = || release.entries().filter(|entry| entry.is_header());
    let has = |entry: &Entry<'_>, name| entry.property(name).is_some();
    let both =
        |entry: &Entry<'_>| has(entry, "ENDMARKETINGDATE") && has(entry, "LISTING_RECORD_CERTIFIED_THROUGH");
    let none = |entry: &Entry<'_>| {
        !has(entry, "ENDMARKETINGDATE") && !has(entry, "LISTING_RECORD_CERTIFIED_THROUGH")
    };
    assert_eq!(products().filter(none).count(), 0);
    // Only where records of one product differ.
    assert_eq!(products().filter(both).count(), 0);
    assert!(products().all(|entry| has(&entry, "ENDMARKETINGDATE") || entry.validity() == Validity::Open));
}

#[test]
fn a_package_is_found_in_any_of_its_formats_and_is_below_its_product() {
    let Some(release) = unfinished() else { return };
    let found = |typed: &str| {
        let code = (release.set.normalize)(typed).unwrap();
        release.find_all(&code).into_iter().map(|entry| entry.code().to_owned()).collect::<Vec<_>>()
    };
    for typed in ["0002-0485-04", "00002-0485-04", "00002048504", "000002-0485-04", "000002048504"] {
        assert_eq!(found(typed), ["0002-0485-04"], "{typed}");
    }
    assert_eq!(found("40074000101"), ["40074-0001-1", "40074-001-01"]);
    assert_eq!(found("0002048504"), ["0002-0485-04"], "one of its three readings exists");
    assert_eq!(found("NDC 0002 0485 04"), ["0002-0485-04"]);
    assert_eq!(found("1234567890"), Vec::<String>::new());
    assert_eq!(release.parent("0002-0485-04").map(Entry::code), Some("0002-0485"));
    let below: Vec<&str> = release.descendants("0002-0485").map(Entry::code).collect();
    assert_eq!(below, ["0002-0485-04", "0002-0485-18"]);
}

fn read(files: &[(&str, &str)]) -> Release {
    let files = files.iter().map(|(name, text)| SourceFile::new(*name, text.replace('|', "\t").into_bytes()));
    formats::read(files.collect(), &Options::default()).unwrap()
}

#[test]
fn finished_unfinished_and_excluded_drugs_in_one_folder_are_one_release() {
    let product = |code: &str, flag: &str| {
        format!(
            "PRODUCTNDC|PRODUCTTYPENAME|PROPRIETARYNAME|NDC_EXCLUDE_FLAG\r\n{code}|HUMAN OTC DRUG|Inventol|{flag}\r\n"
        )
    };
    let package = |product: &str, code: &str| {
        format!("PRODUCTNDC|NDCPACKAGECODE|PACKAGEDESCRIPTION\r\n{product}|{code}|1 BOTTLE\r\n")
    };
    let release = read(&[
        ("Packages_excluded.txt", &package("0999-1003", "0999-1003-01")),
        ("Products_excluded.txt", &product("0999-1003", "E")),
        ("package.txt", &package("0999-1001", "0999-1001-01")),
        ("product.txt", &product("0999-1001", "N")),
        ("unfinished_package.txt", &package("0999-1002", "0999-1002-01")),
        ("unfinished_product.txt", &product("0999-1002", "N")),
    ]);
    assert_eq!((release.count(Level::Header), release.count(Level::Code)), (3, 3));
    assert_eq!(release.contents.len(), 6);
    for entry in release.entries().filter(|entry| !entry.is_header()) {
        assert_eq!(entry.parent().map(Entry::code), entry.code().get(..9), "{entry:?}");
    }
    assert_eq!(release.find("0999-1003").unwrap().property("NDC_EXCLUDE_FLAG"), Some("E"));
}

#[test]
fn the_order_of_records_does_not_matter() {
    let titles = "PRODUCTNDC|PRODUCTTYPENAME|PROPRIETARYNAME|ENDMARKETINGDATE\r\n";
    let (one, two) = ("0999-1001|HUMAN OTC DRUG|Inventol|20270101\r\n", "0999-1001|DRUG|Inventol|\r\n");
    let (ahead, behind) =
        (read(&[("a.txt", &[titles, one, two].concat())]), read(&[("b.txt", &[titles, two, one].concat())]));
    assert!(codeset::diff::diff(&ahead, &behind).changes.is_empty());
    let entry = ahead.find("0999-1001").unwrap();
    assert_eq!(entry.property("PRODUCTTYPENAME"), Some("DRUG | HUMAN OTC DRUG"));
    assert_eq!((entry.long(), entry.validity()), ("Inventol", Validity::Open), "one record goes on");
}

#[test]
fn a_package_in_another_format_is_reformatted_and_not_revised() {
    let package = |code: &str| {
        read(&[(
            "package.txt",
            &format!("NDCPACKAGECODE|PACKAGEDESCRIPTION\r\n{code}|1 BOTTLE ({code})\r\n"),
        )])
    };
    let (old, new) = (package("58878-0001-9"), package("58878-001-09"));
    let kinds: Vec<&str> =
        codeset::diff::diff(&old, &new).changes.iter().map(|change| change.kind.word()).collect();
    assert_eq!(kinds, ["reformatted"]);
}

/// Two directories: product 0999-1002 and package 0999-1001-90 are only in the older one.
fn directories() -> [Release; 2] {
    let product = "PRODUCTNDC|PRODUCTTYPENAME|PROPRIETARYNAME\r\n0999-1001|HUMAN OTC DRUG|Inventol\r\n";
    let package = "PRODUCTNDC|NDCPACKAGECODE|PACKAGEDESCRIPTION\r\n0999-1001|0999-1001-30|1 BOTTLE\r\n\
        99999-103|99999-103-01|1 JAR\r\n";
    let old = [
        (
            "product.txt",
            format!("{product}0999-1002|HUMAN OTC DRUG|Fictate\r\n99999-103|HUMAN OTC DRUG|Jar\r\n"),
        ),
        (
            "package.txt",
            format!("{package}0999-1001|0999-1001-90|3 BOTTLES\r\n0999-1002|0999-1002-01|1 BOX\r\n"),
        ),
    ];
    let new = [
        ("product.txt", format!("{product}99999-103|HUMAN OTC DRUG|Jar\r\n")),
        ("package.txt", package.to_owned()),
    ];
    [old, new].map(|files| read(&files.each_ref().map(|(name, text)| (*name, text.as_str()))))
}

/// Line, kind and code of what a scan finds in a table.
fn scanned(text: &str) -> Vec<(u32, &'static str, String)> {
    let [old, new] = directories();
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let plan = Plan::new(&diff, &crosswalk, &[], &ScanOptions::default());
    let scan = plan.scan_text("list.csv", &mut text.as_bytes()).unwrap();
    scan.findings
        .iter()
        .map(|finding| (finding.location.line, finding.kind.word(), finding.display.clone()))
        .collect()
}

#[test]
fn a_scan_finds_packages_in_each_of_their_spellings() {
    for [gone, there] in [
        ["0999-1001-90", "99999-103-01"],
        ["00999-1001-90", "99999-0103-01"],
        ["00999100190", "99999010301"],
        ["0999100190", "9999910301"],
    ] {
        let found = scanned(&format!("ndc,n\n{gone},1\n{there},2\n"));
        assert_eq!(found, [(2, "dead", "0999-1001-90".to_owned())], "{gone}");
    }
}

#[test]
fn a_scan_reports_a_product_that_left_the_directory() {
    for [gone, there] in
        [["0999-1002", "0999-1001"], ["00999-1002", "00999-1001"], ["009991002", "009991001"]]
    {
        let found = scanned(&format!("product_ndc,tier\n{gone},1\n{there},2\n"));
        assert_eq!(found, [(2, "dead", "0999-1002".to_owned())], "{gone}");
    }
}

#[test]
fn impact_weighs_a_list_of_products() {
    let [old, new] = directories();
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    for [gone, there] in [["0999-1002", "0999-1001"], ["009991002", "009991001"]] {
        let text = format!("ndc,lines\n{gone},3\n{there},5\n");
        let mut usage = Usage::default();
        let options = UsageOptions::default();
        read_usage(&mut usage, "list.csv", text.as_bytes(), &options, Editions::pair(&old, &new)).unwrap();
        let impact = impact(&diff, &crosswalk, &usage);
        assert_eq!((impact.used.lines, impact.affected.lines, impact.headers.len()), (8, 3, 0), "{gone}");
        assert_eq!(impact.items[0].entry.code(), "0999-1002");
    }
}
