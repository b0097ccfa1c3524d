//! Attributes of codes: the lists that give them, by fixtures and by official files, and what `impact` says of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::official::{data, open};
use crate::common::rows::{release, row};
use codeset::crosswalk::crosswalk;
use codeset::diff::diff;
use codeset::formats::{
    ATTRIBUTE_LAYOUTS, AttributeError, AttributeOptions, attribute_layout, read_attribute, wanted_attribute,
};
use codeset::impact::{Attribute, Editions, Usage, UsageOptions, attribute_impact, impact, read_usage};
use codeset::interchange::render;
use codeset::model::{AttributeTable, ProblemCode, Release, SourceFile, sets};
use codeset::report::ImpactReport;
use codeset::sources;
use codeset::view::Format;

fn fixture(name: &str) -> SourceFile {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    SourceFile::new(path.file_name().unwrap().to_string_lossy(), fs::read(&path).unwrap())
}

fn read(files: Vec<SourceFile>, column: Option<&str>) -> Result<AttributeTable, AttributeError> {
    read_attribute(files, &AttributeOptions { set: &sets::ICD10CM, name: "name", column })
}

fn read_fixtures(names: &[&str]) -> AttributeTable {
    read(names.iter().map(|name| fixture(name)).collect(), None).unwrap()
}

fn read_path(path: &Path, column: Option<&str>) -> AttributeTable {
    let opened = sources::open(path, &wanted_attribute).unwrap();
    read(opened.files, column).unwrap()
}

fn count(table: &AttributeTable, code: ProblemCode) -> usize {
    table.problems.iter().filter(|problem| problem.code == code).count()
}

/// How many codes came, and which went.
fn step<'a>(old: &'a AttributeTable, new: &AttributeTable) -> (usize, Vec<&'a str>) {
    let added = new.values.keys().filter(|code| !old.values.contains_key(*code)).count();
    let gone = old.values.keys().filter(|code| !new.values.contains_key(*code));
    (added, gone.map(String::as_str).collect())
}

#[test]
fn every_fixture_is_recognized_as_the_list_it_is() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for layout in ATTRIBUTE_LAYOUTS {
        for kind in ["ok", "bad"] {
            for file in fs::read_dir(folder.join(layout.id()).join(kind)).unwrap() {
                let path = file.unwrap().path();
                let found = attribute_layout(&fs::read(&path).unwrap());
                let id = found.map_or("code_values", |found| found.id());
                assert_eq!(id, layout.id(), "{}", path.display());
            }
        }
    }
}

#[test]
fn what_was_added_deleted_and_revised_is_not_the_list() {
    let names = ["added", "deleted", "list", "revised"].map(|name| format!("poa_exempt/ok/{name}.txt"));
    let table = read_fixtures(&names.each_ref().map(String::as_str));
    assert_eq!(table.values.keys().collect::<Vec<_>>(), ["B900", "Z5900", "Z591"]);
    assert_eq!((table.of("Z5900"), table.of("Z590")), (vec!["exempt"], vec!["not exempt"]));
    assert_eq!(count(&table, ProblemCode::PassedOver), 3);
    let alone = read(vec![fixture("poa_exempt/ok/revised.txt")], None).unwrap_err();
    assert!(alone.fact.contains("revised"), "{}", alone.fact);
    let years = [fixture("poa_exempt/ok/list.txt"), fixture("poa_exempt/ok/list_of_another_year.txt")];
    assert!(read(years.to_vec(), None).unwrap_err().fact.contains("several lists"));
}

#[test]
fn of_a_list_that_is_cut_absence_says_nothing() {
    let table = read_fixtures(&["poa_exempt/bad/rows.txt"]);
    assert_eq!((table.of("B900"), table.of("A000")), (vec!["exempt"], vec![]));
    assert_eq!(count(&table, ProblemCode::Truncated), 1);
    assert_eq!(count(&table, ProblemCode::BadRecord) + count(&table, ProblemCode::OddCode), 2);
}

#[test]
fn both_tables_of_complications_make_one_and_one_alone_claims_no_more_than_it_holds() {
    let both = read_fixtures(&["ipps_cc/ok/cc.txt", "ipps_cc/ok/mcc.txt"]);
    let values = |table: &AttributeTable| ["A000", "A021", "I10"].map(|code| table.of(code).join("+"));
    assert_eq!(values(&both), ["CC", "MCC", "none"]);
    assert_eq!(values(&read_fixtures(&["ipps_cc/ok/mcc.txt"])), ["not MCC", "MCC", "not MCC"]);
    assert_eq!(count(&read_fixtures(&["ipps_cc/bad/rows.txt"]), ProblemCode::OddCode), 1);
}

#[test]
fn one_model_is_picked_of_several() {
    let file = || vec![fixture("cms_hcc/ok/models.csv")];
    assert_eq!(read(file(), None).unwrap().of("G35A"), ["ESRD V24: 77", "V28: 198"]);
    let v28 = read(file(), Some("V28")).unwrap();
    assert_eq!((v28.of("G35A"), v28.of("A000")), (vec!["V28: 198"], vec!["none"]));
    assert!(read(file(), Some("V24")).unwrap_err().hint.contains("ESRD V24, V28"));
    assert_eq!(read_fixtures(&["cms_hcc/bad/rows.csv"]).problems.len(), 2);
}

#[test]
fn a_code_has_all_its_categories_and_one_that_is_missing_has_no_value() {
    let table = read_fixtures(&["ccsr_dx/ok/mapping.csv"]);
    assert_eq!((table.of("A000"), table.of("I10")), (vec!["DIG001", "INF003"], vec![]));
    assert_eq!(count(&read_fixtures(&["ccsr_dx/bad/rows.csv"]), ProblemCode::OddCode), 1);
}

#[test]
fn of_any_table_the_only_other_column_is_taken_or_the_one_that_is_named() {
    assert_eq!(read_fixtures(&["code_values/ok/two_columns.csv"]).of("A000"), ["blue"]);
    let versions = || vec![fixture("code_values/ok/versions.csv")];
    assert_eq!(read(versions(), Some("v43.0")).unwrap().of("A000"), ["MCC"]);
    assert!(read(versions(), None).unwrap_err().hint.contains("v42.0, v43.0"));
    let none = read(vec![fixture("code_values/bad/no_codes.csv")], None).unwrap_err();
    assert!(none.fact.contains("no column contains"), "{}", none.fact);
}

#[test]
fn a_table_of_groups_is_refused() {
    let text = "\"TABLE 5.\"\t\t\r\nMS-DRG\tTitle\tWeight\r\n001\tA made-up group\t1.5\r\n";
    let error = read(vec![SourceFile::new("weights.txt", text.into())], None).unwrap_err();
    assert!(error.fact.contains("groups, not codes"), "{}", error.fact);
}

#[test]
fn an_attribute_of_a_release_is_taken_by_its_name() {
    let options = |name| AttributeOptions { set: &sets::HCPCS, name, column: None };
    let file = || vec![fixture("opps_addendum_b/ok/official.csv")];
    let table = read_attribute(file(), &options("SI")).unwrap();
    assert!(table.title.ends_with("SI") && !table.values.is_empty() && table.is_about(&sets::HCPCS));
    assert!(read_attribute(file(), &options("color")).unwrap_err().hint.contains("SI, APC"));
    let schedule = vec![fixture("pfs_rvu/ok/stacked.csv")];
    let table = read_attribute(schedule, &options("STATUS CODE")).unwrap();
    assert!(table.title.contains("Physician Fee Schedule") && table.is_about(&sets::HCPCS));
    assert_eq!(table.of("G9001"), ["A"]);
}

/// `Z590` goes without a successor, `G35` becomes a header with two codes below it, `A000` stays.
fn report(format: Format) -> String {
    let text = |codes: &[(&str, u8)]| {
        let rows = codes.iter().enumerate().map(|(at, (code, flag))| row(at + 1, code, *flag, code, code));
        rows.collect::<String>()
    };
    let old = [("A00", 0), ("A000", 1), ("G35", 1), ("I10", 1), ("Z59", 0), ("Z590", 1), ("Z591", 1)];
    let new =
        [("A00", 0), ("A000", 1), ("G35", 0), ("G35A", 1), ("G35B", 1), ("I10", 1), ("Z59", 0), ("Z591", 1)];
    let (old, new) = (release("old.txt", text(&old), 2025), release("new.txt", text(&new), 2026));
    let table = |text: &str| read(vec![SourceFile::new("team.csv", text.into())], None).unwrap();
    let attributes = [Attribute {
        name: "Team".to_owned(),
        old: table("code,team\nA000,red\nG35,red\nI10,blue\nZ590,red\n"),
        new: table("code,team\nA000,green\nG35,red\nG35A,red\nG35B,blue\nI10,blue\nZ590,red\n"),
    }];
    let usage = used("code,count\nA000,5\nG35,3\nI10,9\nZ590,2\n", &old, &new);
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let impact = impact(&diff, &crosswalk, &usage);
    let found = attribute_impact(&diff, &impact, &usage, &attributes);
    let report = ImpactReport::new(&diff, &crosswalk, &impact).with_attributes(&found);
    let mut out = Vec::new();
    render(&report, format, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_old_value_is_next_to_that_of_each_replacement() {
    let json: serde_json::Value = serde_json::from_str(&report(Format::Json)).unwrap();
    let item = |code: &str| {
        let items = json["items"].as_array().unwrap();
        items.iter().find(|item| item["code"] == code).unwrap()["attributes"]["Team"].clone()
    };
    let multiple = item("G35");
    assert_eq!(
        (&multiple["old"][0], &multiple["changes"], &multiple["kept"]),
        (&"red".into(), &true.into(), &"differs".into())
    );
    assert_eq!(multiple["targets"], serde_json::json!({"G35A": ["red"], "G35B": ["blue"]}));
    assert_eq!(item("Z590")["kept"], serde_json::Value::Null);
    assert_eq!(
        json["summary"]["attributes"]["Team"],
        serde_json::json!({"items_changed": 1, "codes_changed": 1, "lines": 8})
    );
    let changes = json["attribute_changes"].as_array().unwrap();
    assert_eq!(
        (changes.len(), &changes[0]["code"], &changes[0]["new"][0]),
        (1, &"A000".into(), &"green".into())
    );
}

#[test]
fn a_dead_code_that_is_in_new_is_no_problem() {
    let json: serde_json::Value = serde_json::from_str(&report(Format::Json)).unwrap();
    let problems = json["problems"].as_array().unwrap();
    assert!(
        problems.iter().all(|problem| !problem["fact"].as_str().unwrap().contains("Z59")),
        "{problems:?}"
    );
}

fn used(lines: &str, old: &Release, new: &Release) -> Usage {
    let mut usage = Usage::default();
    let (options, editions) = (UsageOptions::default(), Editions::pair(old, new));
    read_usage(&mut usage, "usage.csv", lines.as_bytes(), &options, editions).unwrap();
    usage
}

#[test]
fn a_table_that_is_newer_than_old_says_nothing_of_codes_that_were_dead_by_then() {
    let codes = |codes: &[&str]| {
        let rows = codes.iter().enumerate();
        rows.map(|(at, code)| row(at + 1, code, u8::from(code.len() > 3), code, code)).collect::<String>()
    };
    let old = release("old.txt", codes(&["B90", "B900", "Z59", "Z590"]), 2025);
    let new = release("new.txt", codes(&["B90", "B900", "Z59", "Z5900", "Z591"]), 2026);
    let list = || read_fixtures(&["poa_exempt/ok/list.txt"]);
    let attributes = [Attribute { name: "POA".to_owned(), old: list(), new: list() }];
    let usage = used("code,count\nZ590,2\n", &old, &new);
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let impact = impact(&diff, &crosswalk, &usage);
    let found = attribute_impact(&diff, &impact, &usage, &attributes);
    assert_eq!(found.items["Z590"][0].old, Vec::<&str>::new());
    assert!(
        found.problems.iter().any(|problem| problem.fact.contains("added after OLD")),
        "{:?}",
        found.problems
    );
}

#[test]
fn a_spreadsheet_has_two_columns_for_each_attribute() {
    let csv = report(Format::Csv);
    let heads = csv.lines().next().unwrap();
    assert!(heads.contains("Team_old") && heads.contains("Team_new"), "{csv}");
    assert!(csv.contains("G35.A: red; G35.B: blue"), "{csv}");
    let text = report(Format::Text);
    assert!(text.contains("Attributes in numbers") && text.contains("Attributes ("), "{text}");
}

#[test]
fn official_poa_lists_have_the_codes_that_their_readme_names() {
    let Some(data) = data() else { return };
    let old = read_path(&data.join("icd10cm/fy2025/POAexemptCodesFY25.zip"), None);
    let new = read_path(&data.join("icd10cm/fy2026/POAexemptCodesFY26.zip"), None);
    assert_eq!((old.values.len(), new.values.len()), (38_154, 38_349));
    let (added, gone) = step(&old, &new);
    assert_eq!((added, gone.len()), (209, 14));
    for table in [&old, &new] {
        assert!(
            table.absent.is_some()
                && table.problems.iter().all(|problem| problem.code == ProblemCode::PassedOver)
        );
    }
}

#[test]
fn official_tables_of_complications_have_their_codes() {
    let Some(data) = data() else { return };
    let file = |name: &str| {
        let path = data.join("attributes").join(name);
        SourceFile::new(name, fs::read(path).unwrap())
    };
    let table = read(vec![file("mcc_list.txt"), file("cc_list.txt")], None).unwrap();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    table.values.values().flatten().for_each(|value| *counts.entry(value).or_default() += 1);
    assert_eq!(counts, BTreeMap::from([("CC", 15_078), ("MCC", 3_354)]));
    assert!(table.problems.is_empty(), "{:?}", table.problems);
    let matrix = read(vec![file("cc_level_by_version_msdrg1.2.0.csv")], Some("v43.0")).unwrap();
    let differ =
        table.values.iter().filter(|(code, values)| matrix.values.get(*code) != Some(values)).count();
    assert_eq!(differ, 0, "the matrix of versions says the same of version 43");
    assert!(read(vec![file("drg_weights.txt")], None).unwrap_err().fact.contains("MS-DRG"));
}

#[test]
fn official_condition_categories_change_as_they_were_counted() {
    let Some(data) = data() else { return };
    let table = |year| read_path(&data.join(format!("attributes/ra_dx_to_cc_{year}.csv")), Some("V28"));
    let (old, new) = (table(2025), table(2026));
    assert_eq!((old.values.len(), new.values.len()), (7_810, 8_037));
    assert_eq!(step(&old, &new), (231, vec!["G20", "G378", "I248", "J156"]));
    assert!(new.problems.is_empty(), "{:?}", new.problems);
}

#[test]
fn the_official_file_of_clinical_categories_is_read_whole() {
    let Some(data) = data() else { return };
    let table = read_path(&data.join("attributes/DXCCSR-Reference-File-v2023-1.xlsx"), None);
    assert_eq!((table.values.len(), table.of("A000")), (74_549, vec!["DIG001", "INF003"]));
    assert!(table.problems.is_empty(), "{:?}", table.problems);
}

#[test]
fn real_usage_meets_real_lists() {
    let Some(data) = data() else { return };
    let cm = data.join("icd10cm");
    let old = open(&cm.join("fy2025/ICD10-CM Code Descriptions 2025.zip"));
    let new = open(&cm.join("fy2026/icd10cm-Code Descriptions-2026.zip"));
    let path = data.join("usage/csv/mimic_iv_demo_diagnoses_icd.csv");
    let only = vec![("icd_version".to_owned(), "10".to_owned())];
    let mut usage = Usage::default();
    let options = UsageOptions { only, ..UsageOptions::default() };
    read_usage(
        &mut usage,
        "usage.csv",
        sources::stream(&path).unwrap(),
        &options,
        Editions::pair(&old, &new),
    )
    .unwrap();
    let attribute = |name: &str, old: &str, new: &str, column| Attribute {
        name: name.to_owned(),
        old: read_path(&data.join(old), column),
        new: read_path(&data.join(new), column),
    };
    let hcc = ["attributes/ra_dx_to_cc_2025.csv", "attributes/ra_dx_to_cc_2026.csv"];
    let poa = ["icd10cm/fy2025/POAexemptCodesFY25.zip", "icd10cm/fy2026/POAexemptCodesFY26.zip"];
    let attributes = [attribute("POA", poa[0], poa[1], None), attribute("HCC", hcc[0], hcc[1], Some("V28"))];
    let diff = diff(&old, &new);
    let crosswalk = crosswalk(&diff);
    let impact = impact(&diff, &crosswalk, &usage);
    let found = attribute_impact(&diff, &impact, &usage, &attributes);
    assert_eq!(found.items.len(), impact.items.len() + impact.narrowed.len());
    // None of the codes in the sample that stay valid has another status or category.
    assert!(found.changes.is_empty(), "{:?}", found.changes);
}
