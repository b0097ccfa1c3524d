//! `codeset init`: what it finds in a folder, what it writes, and what it leaves alone.

use std::fs;
use std::path::PathBuf;

use crate::common::desk::{Desk, Ran};
use crate::common::pages::root;

const USAGE: &str = "dx,dept,n,charges\nI10,Cardiology,412,100.00\nI10,\"Ward \"\"B\"\"\",388,50.00\n\
    E11.9,Cardiology,12,9.00\nG35,Neurology,7,1.00\nB88.0,Dermatology,3,2.00\n";

/// A folder with two releases, a table, usage of departments and lists.
fn desk() -> Desk {
    let desk = Desk::new();
    for name in ["icd10cm-order-2025.txt", "icd10cm-order-2026.txt", "icd10cm-conversion-2026.csv"] {
        desk.write(&format!("work/releases/{name}"), fs::read(root().join("demo").join(name)).unwrap());
    }
    desk.write("work/usage.csv", USAGE);
    desk.write("work/lists/cohort.sql", "select * from dx where icd10 in ('I10', 'G35', 'B88.0');\n");
    desk.write("work/lists/favorites.csv", "icd10,description\nI10,Hypertension\nG35,Multiple sclerosis\n");
    desk.write("work/letter.txt", "Dear colleague,\nthere is nothing to be found here.\n");
    desk
}

fn project(desk: &Desk) -> PathBuf {
    desk.path("work/codeset.toml")
}

fn written(desk: &Desk) -> String {
    fs::read_to_string(project(desk)).unwrap()
}

fn init(desk: &Desk) -> Ran {
    desk.run(&["init", "work"]).done()
}

#[test]
fn init_names_releases_usage_departments_and_lists() {
    let desk = desk();
    let ran = init(&desk);
    let text = written(&desk);
    for line in [
        "new = \"2026\"",
        "[sets.icd10cm]",
        "old = \"releases/icd10cm-order-2025.txt\"",
        "new = \"releases/icd10cm-order-2026.txt\"",
        "tables = [\"releases/icd10cm-conversion-2026.csv\"]",
        "files = [\"usage.csv\"]",
        "paths = [\"lists\"]",
        "# \"Cardiology\" = \"\"",
        "# 'Ward \"B\"' = \"\"",
        "# owner-column = \"department\"",
    ] {
        assert!(text.lines().any(|held| held == line), "{line} is not in\n{text}");
    }
    for part in [
        "\n# usage.csv (ICD-10-CM): read as CSV: 5 rows",
        "codes in column `dx`",
        "counts in column `n`",
        "owners in column `dept`",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(text.contains("# lists: codes in lists/cohort.sql and 1 more"), "{text}");
    assert!(ran.out.contains("icd10cm@2025 and icd10cm@2026") && ran.out.contains("4 departments"));
    assert!(ran.out.ends_with("then run: codeset prepare\n"), "{}", ran.out);
    assert!(ran.err.is_empty(), "{}", ran.err);
    assert!(!ran.out.contains("Cardiology"), "{}", ran.out);
}

#[test]
fn a_second_run_writes_the_same_and_only_if_it_may() {
    let desk = desk();
    init(&desk);
    let first = written(&desk);
    desk.write("work/codeset.toml", "new = \"2027\"\n");
    desk.run(&["init", "work"]).refused(&["exists already", "--force"]);
    assert_eq!(written(&desk), "new = \"2027\"\n");
    let ran = desk.run(&["init", "work", "--force"]).done();
    assert!(ran.err.contains("note: replaced `work/codeset.toml`"), "{}", ran.err);
    assert_eq!(written(&desk), first);
    let mut names: Vec<_> = fs::read_dir(desk.path("work"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["codeset.toml", "letter.txt", "lists", "releases", "usage.csv"]);
}

#[test]
fn what_prepare_wrote_and_decisions_that_came_back_are_not_lists() {
    let desk = desk();
    init(&desk);
    let first = written(&desk);
    desk.run(&["prepare", "--project", "work/codeset.toml", "-o", "work/prepare-2026"]).done();
    desk.write("work/decisions/neurology.csv", "source,target,status\nG35,G35D,choose\n");
    desk.run(&["init", "work", "--force"]).done();
    assert_eq!(written(&desk), first);
}

#[test]
fn an_empty_folder_gets_a_template_that_says_what_is_missing() {
    let desk = Desk::new();
    fs::create_dir(desk.path("work")).unwrap();
    let ran = init(&desk);
    let text = written(&desk);
    assert!(text.contains("codeset fetch icd10cm@2025 icd10cm@2026"), "{text}");
    let keys: Vec<_> = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert_eq!(keys, ["[usage]", "[lists]", "[owners]", "[decisions]", "[course]"]);
    assert_eq!(ran.out.matches("none found").count(), 5, "{}", ran.out);
}

#[test]
fn the_template_is_true_to_its_keys_when_its_comments_are_removed() {
    let desk = Desk::new();
    fs::create_dir(desk.path("work")).unwrap();
    init(&desk);
    let schema: serde_json::Value =
        serde_json::from_str(&desk.run(&["schema", "project"]).done().out).unwrap();
    let is_key = |line: &&str| {
        let rest = line.strip_prefix("# ").unwrap_or(line);
        rest.starts_with('[') || rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '))
    };
    let text: Vec<String> = written(&desk)
        .lines()
        .filter(is_key)
        .map(|line| line.strip_prefix("# ").unwrap_or(line).to_owned())
        .collect();
    // The table of a file with columns of its own comes after the other keys of usage.
    let value: toml::Value = toml::from_str(&text.join("\n")).unwrap();
    let value = serde_json::to_value(value).unwrap();
    assert!(jsonschema::is_valid(&schema, &value), "{value}");
    assert!(value["usage"]["file"][0]["code-column"].is_string() && value["attributes"]["POA"].is_object());
}

#[test]
fn a_release_in_the_store_is_named_and_the_one_that_is_missing_as_well() {
    let desk = desk();
    fs::remove_dir_all(desk.path("work/releases")).unwrap();
    let file = root().join("demo/icd10cm-order-2025.txt");
    desk.run(&["add", file.to_str().unwrap(), "--as", "icd10cm@2025"]).done();
    init(&desk);
    let text = written(&desk);
    assert!(text.contains("\nold = \"icd10cm@2025\"\n"), "{text}");
    assert!(
        text.contains("codeset fetch icd10cm@2025-04") || text.contains("codeset fetch icd10cm@2026"),
        "{text}"
    );
    assert!(text.contains("files = [\"usage.csv\"]"), "{text}");
}

#[test]
fn files_of_a_kind_are_a_pattern_and_mixed_folders_name_their_lists() {
    let desk = desk();
    for month in ["01", "02", "03"] {
        desk.write(&format!("work/data/usage-{month}.tsv"), USAGE.replace(',', "\t"));
    }
    desk.write("work/data/cohort.sql", "select * from dx where icd10 in ('I10', 'G35');\n");
    init(&desk);
    let text = written(&desk);
    assert!(text.contains("files = [\"data/*.tsv\", \"usage.csv\"]"), "{text}");
    assert!(text.contains("paths = [\"data/cohort.sql\", \"lists\"]"), "{text}");
}

#[test]
fn lists_of_attributes_are_paired() {
    let desk = desk();
    for (name, fixture) in [("poa-2025.txt", "list.txt"), ("poa-2026.txt", "list_of_another_year.txt")] {
        let bytes = fs::read(root().join("tests/fixtures/poa_exempt/ok").join(fixture)).unwrap();
        desk.write(&format!("work/attributes/{name}"), bytes);
    }
    init(&desk);
    let expected = "[attributes.POA]\nold = \"attributes/poa-2025.txt\"\nnew = \"attributes/poa-2026.txt\"\n";
    assert!(written(&desk).contains(expected), "{}", written(&desk));
}

#[test]
fn what_cannot_be_read_is_named_and_left_out() {
    let desk = desk();
    desk.write("work/broken.zip", b"PK\x03\x04 and nothing else");
    let ran = desk.run(&["init", "work"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(ran.err.contains("`broken.zip` was left out"), "{}", ran.err);
    assert!(written(&desk).contains("files = [\"usage.csv\"]"));
    desk.run(&["init", "none"]).refused(&["`none` is not a folder"]);
}

#[test]
fn of_a_long_file_the_beginning_is_read() {
    let desk = desk();
    let mut text = USAGE.to_owned();
    while text.len() < 5 << 20 {
        text += "I10,Cardiology,412,100.00\n";
    }
    desk.write("work/long.csv", text + "I10,Podiatry,1,1.00\n");
    init(&desk);
    let text = written(&desk);
    assert!(text.contains("\n# long.csv (ICD-10-CM, its beginning): read as CSV: "), "{text}");
    assert!(text.contains("\"Cardiology\"") && !text.contains("Podiatry"), "{text}");
}
