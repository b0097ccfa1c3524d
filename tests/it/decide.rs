//! Disposition sheets: written by reports, edited in spreadsheet programs, and taken back with `--map`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use calamine::{Data, Reader as _, open_workbook_auto};
use serde_json::Value;

use crate::common::lists::Desk;

const USAGE: &str = "dx,department,lines\nZ59.1,Social work,40\nE87.2,Nephrology,90\nE87.2,Emergency,10\nI10,Cardiology,500\n\
    T36.8X2A,Emergency,7\n";

fn desk() -> Desk {
    let desk = Desk::new(&[]);
    fs::write(desk.folder.path().join("usage.csv"), USAGE).unwrap();
    desk
}

fn run(desk: &Desk, command: &str, more: &[&str]) -> String {
    let args: Vec<&str> = [command].into_iter().chain(Desk::RELEASES).chain(more.iter().copied()).collect();
    let output = desk.run(&args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(desk: &Desk, command: &str, more: &[&str]) -> Value {
    let more: Vec<&str> = more.iter().copied().chain(["--format", "json"]).collect();
    serde_json::from_str(&run(desk, command, &more)).unwrap()
}

fn mapping<'v>(report: &'v Value, code: &str) -> &'v Value {
    report["mappings"].as_array().unwrap().iter().find(|mapping| mapping["source"]["code"] == code).unwrap()
}

fn codes(targets: &Value) -> Vec<&str> {
    targets.as_array().unwrap().iter().map(|target| target["display"].as_str().unwrap()).collect()
}

/// Rewrites a workbook as a spreadsheet program does, with words typed into the rows of a code.
fn typed(path: &Path, sheet: &str, words: &[(&str, &str, &str)]) {
    let mut book = open_workbook_auto(path).unwrap();
    let mut saved = rust_xlsxwriter::Workbook::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        let page = saved.add_worksheet().set_name(&name).unwrap();
        for (row, column, cell) in range.used_cells() {
            page.write_string(row as u32, column as u16, cell.to_string()).unwrap();
        }
        let titles: Vec<String> = range.rows().next().into_iter().flatten().map(Data::to_string).collect();
        for (code, title, word) in words.iter().filter(|_| name == sheet) {
            let column = titles.iter().position(|one| one == title).unwrap();
            let row = range.rows().position(|row| row.iter().any(|cell| *cell == *code)).unwrap();
            page.write_string(row as u32, column as u16, *word).unwrap();
        }
    }
    saved.save(path).unwrap();
}

#[test]
fn a_crosswalk_of_the_codes_in_use_has_their_volumes_most_lines_first() {
    let desk = desk();
    let report = json(&desk, "crosswalk", &["--usage", "usage.csv"]);
    let used: Vec<(&str, u64)> = report["mappings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["source"]["display"].as_str().unwrap(), row["used"]["lines"].as_u64().unwrap()))
        .collect();
    assert_eq!(used, [("E87.2", 100), ("Z59.1", 40), ("T36.8X2A", 7)]);
    assert_eq!(report["summary"]["sources"], 3);
    assert_eq!(mapping(&report, "E872")["used"]["owners"]["Nephrology"], 90);
    let csv = run(&desk, "crosswalk", &["--usage", "usage.csv", "--format", "csv"]);
    let rows: Vec<&str> = csv.lines().filter(|line| line.contains("\"E872\"")).collect();
    assert!(rows[0].starts_with("\"100\"") && rows[1].starts_with("\"\""), "{rows:?}");
    let hidden =
        run(&desk, "crosswalk", &["--usage", "usage.csv", "--suppress-below", "11", "--format", "csv"]);
    assert!(!hidden.contains("\"7\"") && !hidden.contains("\"10\""), "{hidden}");
    let without = json(&desk, "crosswalk", &[]);
    assert!(mapping(&without, "E872").get("used").is_none());
}

#[test]
fn a_url_is_for_fhir_alone() {
    let desk = desk();
    let args: Vec<&str> =
        ["crosswalk"].into_iter().chain(Desk::RELEASES).chain(["--url", "https://example.org/m"]).collect();
    let output = desk.run(&args);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--format fhir-r4"));
}

#[test]
fn the_worklist_of_an_impact_is_a_decision_sheet_of_each_owner_too() {
    let desk = desk();
    run(&desk, "impact", &["--usage", "usage.csv", "-o", "impact.xlsx"]);
    run(
        &desk,
        "impact",
        &["--usage", "usage.csv", "--split-by", "owner", "--format", "xlsx", "-o", "owners"],
    );
    let folder = desk.folder.path();
    let titles = |file: &str| {
        let mut book = open_workbook_auto(folder.join(file)).unwrap();
        let range = book.worksheet_range("Worklist").unwrap();
        range.rows().next().unwrap().iter().map(Data::to_string).collect::<Vec<_>>()
    };
    for file in ["impact.xlsx", "owners/owner-emergency.xlsx", "owners/owner-nephrology.xlsx"] {
        assert!(
            titles(file).ends_with(&["target", "status", "note", "who", "when"].map(str::to_owned)),
            "{file}"
        );
    }
    // The only code to use is entered already; of several somebody enters one.
    typed(&folder.join("impact.xlsx"), "Worklist", &[("Z59.1", "status", "accept"), ("Z59.1", "who", "Ada")]);
    typed(
        &folder.join("owners/owner-emergency.xlsx"),
        "Worklist",
        &[
            ("E87.2", "target", "E87.21"),
            ("E87.2", "status", "Accept"),
            ("E87.2", "who", "Ben"),
            ("T36.8X2A", "target", "T36.AX2A"),
            ("T36.8X2A", "status", "accept"),
        ],
    );
    let maps = ["--map", "impact.xlsx", "--map", "owners/owner-emergency.xlsx"];
    let report = json(&desk, "crosswalk", &maps);
    let decided = report["decisions"].as_array().unwrap();
    let told: Vec<_> = decided
        .iter()
        .map(|row| ["source_display", "target_display", "effect"].map(|name| row[name].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [["E87.2", "E87.21", "settled"], ["T36.8X2A", "T36.AX2A", "limited"], ["Z59.1", "Z59.19", "settled"]]
    );
    assert_eq!(mapping(&report, "E872")["decision"], "automatic");
    // A narrowed code stays as well, and is never automatic.
    assert_eq!(mapping(&report, "T368X2A")["decision"], "choose");
    assert_eq!(codes(&mapping(&report, "T368X2A")["targets"]), ["T36.8X2A", "T36.AX2A"]);
}

#[test]
fn the_decisions_of_a_migration_come_back_from_its_workbooks() {
    for option in ["--sheet", "-o"] {
        let desk = Desk::new(&[("a.csv", "dx\nR05\nI10\n")]);
        desk.migrate(&[option, "open.xlsx"]);
        typed(
            &desk.folder.path().join("open.xlsx"),
            "Decisions",
            &[("R05", "status", "accept"), ("R05", "who", "Ada")],
        );
        desk.migrate(&["--in-place", "--decisions", "open.xlsx"]);
        assert_eq!(fs::read_to_string(desk.list("a.csv")).unwrap(), "dx\nR051\nI10\n", "{option}");
    }
}

/// Edits the sheets of `x.xlsx` with openpyxl, which writes texts inline and the day as a date.
const EDIT: &str = r#"
import datetime, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
for sheet in book:
    titles = {str(cell.value): cell.column for cell in sheet[1] if cell.value}
    if not {'source', 'target', 'status', 'when'} <= set(titles): continue
    for row in range(2, sheet.max_row + 1):
        at = lambda title: sheet.cell(row, titles[title])
        verdict = {('E872', 'E8721'): 'accept', ('Z591', 'Z5919'): 'reject', ('R05', 'R051'): 'choose', ('R05', 'R052'): 'Choose '}
        word = verdict.get((str(at('source').value), str(at('target').value)))
        if word:
            at('status').value, at('who').value = word, 'Ada'
            at('when').value = datetime.date(2026, 9, 1)
book.save(sys.argv[2])
"#;

/// Whether a program runs; else says what is not tested.
fn is_there(program: &str, args: &[&str]) -> bool {
    let ran = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_there = ran.is_ok_and(|status| status.success());
    if !is_there {
        eprintln!("skipped: {program} {} does not run here", args.join(" "));
    }
    is_there
}

#[test]
fn sheets_come_back_from_openpyxl_and_libreoffice_with_the_same_decisions() {
    if !is_there("python3", &["-c", "import openpyxl"]) {
        return;
    }
    let desk = desk();
    let folder = desk.folder.path();
    run(&desk, "crosswalk", &["-o", "x.xlsx"]);
    let edited =
        Command::new("python3").args(["-c", EDIT, "x.xlsx", "edited.xlsx"]).current_dir(folder).status();
    assert!(edited.unwrap().success());
    let mut files = vec!["edited.xlsx"];
    if is_there("soffice", &["--version"]) {
        // LibreOffice opens what openpyxl wrote and saves it in each of its forms.
        for (form, out) in [("xlsx", "saved/xlsx"), ("ods", "saved/ods")] {
            let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
            let args = [profile.as_str(), "--headless", "--convert-to", form, "--outdir", out, "edited.xlsx"];
            let saved = Command::new("soffice").args(args).current_dir(folder).stdout(Stdio::null()).status();
            assert!(saved.unwrap().success());
        }
        files.extend(["saved/xlsx/edited.xlsx", "saved/ods/edited.ods"]);
    }
    for file in files {
        let report = json(&desk, "crosswalk", &["--map", file]);
        let fields = ["source", "target", "status", "who", "when"];
        let decisions = report["decisions"].as_array().unwrap().iter();
        let told: Vec<_> =
            decisions.map(|row| fields.map(|field| row[field].as_str().unwrap_or_default())).collect();
        assert_eq!(
            told,
            [
                ["E872", "E8721", "accept", "Ada", "2026-09-01"],
                ["R05", "R051", "choose", "Ada", "2026-09-01"],
                ["R05", "R052", "choose", "Ada", "2026-09-01"],
                ["Z591", "Z5919", "reject", "Ada", "2026-09-01"]
            ],
            "{file}"
        );
    }
}
