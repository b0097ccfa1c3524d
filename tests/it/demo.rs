//! What `codeset demo` writes: against snapshots/demo/, and its JSON against schemas/.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn demo(folder: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_codeset")).arg("demo").arg(folder).output().unwrap().status;
    assert!(status.success());
}

fn reports(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder.join("reports"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

#[test]
fn the_reports_are_those_written_down() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots/demo"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // Workbooks and pages are held against what they are made of in tests/workbook.rs and tests/html.rs.
    let is_text = |file: &PathBuf| file.extension().is_none_or(|ending| ending != "xlsx" && ending != "html");
    for file in reports(folder.path()).into_iter().filter(is_text) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = String::from_utf8(fs::read(&file).unwrap()).unwrap();
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    demo(first.path());
    demo(second.path());
    for (a, b) in reports(first.path()).iter().zip(&reports(second.path())) {
        assert!(fs::read(a).unwrap() == fs::read(b).unwrap(), "{}", a.display());
    }
}

#[test]
fn the_demo_shows_every_kind_that_two_order_files_can_show() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    let diff: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("reports/diff.json")).unwrap()).unwrap();
    let codes = &diff["summary"]["codes"];
    // No header became billable in FY2026.
    for kind in ["added", "removed", "demoted", "revised", "narrowed"] {
        assert!(codes[kind].as_u64().unwrap() > 0, "{kind}");
    }
    assert_eq!(diff["verification"]["agrees"], true);
}

/// Every file below a folder, by its path.
fn below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(below(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

#[test]
fn the_year_of_an_organization_ends_with_its_first_page() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_codeset")).arg("demo").arg(folder.path()).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let index = folder.path().join("prepare-2026/index.html");
    assert!(told.ends_with(&format!("open {}\n", index.display())), "{told}");
    let usage = fs::read_to_string(folder.path().join("usage.csv")).unwrap();
    assert_eq!(usage.lines().count(), 5_001);
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("prepare-2026/prepare.json")).unwrap()).unwrap();
    let count = |list: &str| report[list].as_array().unwrap().len();
    assert_eq!((count("sets"), count("reviewers"), count("questions")), (2, 3, 1));
    let progress = &report["summary"]["progress"];
    assert_eq!(progress["conflict"], 1, "{progress}");
    assert!(progress["decided"].as_u64().unwrap() >= 6, "{progress}");
    assert_eq!(progress["asked"], 1, "{progress}");
    assert_eq!(progress["replace"], 1, "{progress}");
    let departments: BTreeSet<&str> = report["reviewers"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row["departments"].as_array().unwrap())
        .map(|department| department.as_str().unwrap())
        .collect();
    assert_eq!(departments.len(), 12, "{departments:?}");
    // The lists were changed, and changed back.
    assert!(told.contains("4 lists are as before"), "{told}");
    let list = fs::read_to_string(folder.path().join("lists/problem-list.csv")).unwrap();
    assert!(list.contains("B88.0,"), "{list}");
    assert!(index.is_file());
}

#[test]
fn the_year_gives_the_same_bytes_in_every_run() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    let first = below(&folder.path().join("prepare-2026"));
    demo(folder.path());
    assert!(below(&folder.path().join("prepare-2026")) == first);
}

#[test]
fn json_follows_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    let mut checked = 0;
    for file in
        reports(folder.path()).iter().filter(|file| file.extension().is_some_and(|ending| ending == "json"))
    {
        let name = file.file_stem().unwrap().to_string_lossy();
        let own = root().join(format!("schemas/{name}.schema.json"));
        // What is not of our own form has a cut of its standard's schema beside the tests.
        let file_of = |name: &str| root().join(format!("tests/schemas/{name}.schema.json"));
        let schema = if own.exists() { own } else { file_of(&name.replace("crosswalk.", "concept-map-")) };
        let schema = fs::read_to_string(schema).unwrap();
        let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        checked += 1;
    }
    assert!(checked >= 3);
}
