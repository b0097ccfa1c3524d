//! `codeset prepare`: a small organization with two code sets, three people who decide, lists, and decisions that come back.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use serde_json::Value;

use crate::common::desk::{Desk, Ran};
use crate::common::pages::root;

const USAGE: &str = "claim,dx,service,dept,charges\n\
    1,B88.0,X1001,Dermatology,100.00\n1,I10,X1002,Dermatology,100.00\n\
    2,B88.0,X1002,Dermatology,50.00\n3,G35,X1001,Neurology,70.00\n4,G35,X1002,Internal medicine,30.00\n\
    5,S30.1XXA,X1002,Urgent care,20.00\n6,I10,X1003,Cardiology,10.00\n7,D71,X1002,Neurology,5.00\n";

const PROJECT: &str = r#"
new = "2026"
[sets.icd10cm]
old = "releases/icd10cm-order-2025.txt"
new = "releases/2026"
[sets.hcpcs]
old = "releases/hcpcs-2025.csv"
new = "releases/hcpcs-2026.csv"
[usage]
files = ["usage.csv"]
[lists]
paths = ["lists"]
[owners]
"Dermatology" = "Ada Brown"
"Urgent care" = "Ada Brown"
"Neurology" = "Ben Cole"
"#;

/// Invented HCPCS codes in the layout of CMS: code, description, first day, last day, the code that replaces it.
fn hcpcs(rows: &[[&str; 5]]) -> String {
    let mut text = "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,XREF1,COV,ADD DT,ACT EFF DT,TERM DT,ACTION CD\n"
        .to_owned();
    for [code, long, first, last, instead] in rows {
        let _ = writeln!(text, "{code},0010,3,{long},{long},{instead},C,{first},{first},{last},N");
    }
    text
}

/// A folder with a project.
fn desk() -> Desk {
    let desk = Desk::new();
    let sample = |name: &str| fs::read(root().join("demo").join(name)).unwrap();
    desk.write("work/releases/icd10cm-order-2025.txt", sample("icd10cm-order-2025.txt"));
    for name in ["icd10cm-order-2026.txt", "icd10cm-conversion-2026.csv"] {
        desk.write(&format!("work/releases/2026/{name}"), sample(name));
    }
    let kept = [["X1002", "Service two", "20200101", "", ""], ["X1003", "Service three", "20200101", "", ""]];
    let old = [&[["X1001", "Service one", "20200101", "", ""]][..], &kept].concat();
    let new = [
        &[
            ["X1001", "Service one", "20200101", "20250930", "X1004"],
            ["X1004", "Service one", "20251001", "", ""],
        ][..],
        &kept,
    ]
    .concat();
    desk.write("work/releases/hcpcs-2025.csv", hcpcs(&old));
    desk.write("work/releases/hcpcs-2026.csv", hcpcs(&new));
    desk.write("work/usage.csv", USAGE);
    desk.write("work/lists/rash.csv", "icd10,description\nB88.0,Other acariasis\nI10,Hypertension\n");
    desk.write("work/lists/ms.sql", "select * from dx where icd10 in ('G35', 'I10');\n");
    desk.write("work/codeset.toml", PROJECT);
    desk
}

fn prepare(desk: &Desk, more: &[&str]) -> Ran {
    desk.run(&[&["prepare", "--project", "work/codeset.toml"], more].concat())
}

fn report(desk: &Desk) -> Value {
    serde_json::from_slice(&fs::read(desk.path("work/prepare-2026/prepare.json")).unwrap()).unwrap()
}

fn page(desk: &Desk, name: &str) -> String {
    fs::read_to_string(desk.path("work/prepare-2026").join(name)).unwrap()
}

/// Every file of a folder with its content, by its path in the folder.
fn files(folder: &Path) -> BTreeSet<(String, Vec<u8>)> {
    let mut found = BTreeSet::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert((name, fs::read(&path).unwrap()));
            }
        }
    }
    found
}

fn names(folder: &Path) -> BTreeSet<String> {
    files(folder).into_iter().map(|(name, _)| name).collect()
}

/// The progress of a code.
fn progress(report: &Value, code: &str) -> String {
    let items = report["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["display"] == code);
    item.unwrap_or_else(|| panic!("{code} is not in the report"))["progress"].as_str().unwrap().to_owned()
}

/// The digest that a review page writes into its decisions.
fn digest(report: &Value, set: &str) -> String {
    let sets = report["sets"].as_array().unwrap();
    let set = sets.iter().find(|row| row["code_set"] == set).unwrap();
    set["releases"].as_str().unwrap().to_owned()
}

/// A column of the first sheet with this heading.
fn column(workbook: &Path, sheet: &str, title: &str) -> Vec<Data> {
    let mut book: Xlsx<_> = open_workbook(workbook).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let rows: Vec<_> = range.rows().collect();
    let is_title = |cell: &Data| matches!(cell, Data::String(text) if text == title);
    let (top, at) =
        rows.iter().enumerate().find_map(|(top, row)| Some((top, row.iter().position(is_title)?))).unwrap();
    rows[top + 1..].iter().map(|row| row[at].clone()).collect()
}

#[test]
fn one_run_writes_a_folder_and_nothing_else() {
    let desk = desk();
    let before = files(&desk.path("work"));
    let ran = prepare(&desk, &[]).done();
    assert!(ran.out.ends_with("index.html\n"), "{}", ran.out);
    let written = names(&desk.path("work/prepare-2026"));
    for name in [
        "index.html",
        "summary.html",
        "lists.html",
        "prepare.json",
        "review-ada-brown.html",
        "worklist-ada-brown.xlsx",
        "review-ben-cole.html",
        "review-internal-medicine.html",
        "review-all.html",
        "worklist-all.xlsx",
        "course/icd10cm/handout.html",
    ] {
        assert!(written.contains(name), "{name} is not in {written:?}");
    }
    let after = files(&desk.path("work"));
    let outside: BTreeSet<_> =
        after.into_iter().filter(|(name, _)| !name.starts_with("prepare-2026/")).collect();
    assert_eq!(outside, before);
}

#[test]
fn the_same_input_gives_the_same_bytes_and_what_is_no_longer_written_goes() {
    let desk = desk();
    prepare(&desk, &[]).done();
    let first = files(&desk.path("work/prepare-2026"));
    prepare(&desk, &[]).done();
    assert_eq!(files(&desk.path("work/prepare-2026")), first);
    desk.write("work/prepare-2026/notes.txt", "ours");
    desk.write("work/codeset.toml", PROJECT.replace("Ben Cole", "Carla Weiss"));
    prepare(&desk, &[]).done();
    let written = names(&desk.path("work/prepare-2026"));
    assert!(written.contains("review-carla-weiss.html") && !written.contains("review-ben-cole.html"));
    assert!(written.contains("notes.txt"), "what somebody else put there stays");
}

#[test]
fn money_and_lines_count_once_over_both_code_sets() {
    let desk = desk();
    prepare(&desk, &[]).done();
    let report = report(&desk);
    // Claim 1 has a code of each set that ends, and both of its rows repeat its total.
    assert_eq!(report["summary"]["amount"], "285.00", "{}", report["summary"]);
    assert_eq!(report["summary"]["amount_at_risk"], "275.00", "{}", report["summary"]);
    // A row with two codes at risk is one line in the totals, and a line of each code in the lists.
    assert_eq!(report["summary"]["lines"], 8);
    assert_eq!(report["summary"]["lines_at_risk"], 6);
    let of_sets: Vec<_> = report["sets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|set| (set["lines_at_risk"].clone(), set["summary"]["affected"]["lines"].clone()))
        .collect();
    assert_eq!(of_sets, [(2.into(), 2.into()), (6.into(), 6.into())]);
}

#[test]
fn files_of_two_folders_with_one_name_are_two_files() {
    let desk = desk();
    desk.write("work/east/usage.csv", USAGE);
    desk.write("work/west/usage.csv", USAGE.replace("claim,", "visit,"));
    let two = PROJECT.replace("\"usage.csv\"", "\"east/usage.csv\", \"west/usage.csv\"");
    desk.write("work/codeset.toml", two);
    prepare(&desk, &[]).done();
    let summary = &report(&desk)["summary"];
    assert_eq!((&summary["lines"], &summary["lines_at_risk"]), (&16.into(), &12.into()), "{summary}");
}

#[test]
fn totals_of_pages_report_and_workbooks_agree() {
    let desk = desk();
    prepare(&desk, &[]).done();
    let report = report(&desk);
    let index = page(&desk, "index.html");
    for metric in report["metrics"].as_array().unwrap() {
        let shown = format!("<dt>{}</dt><dd><strong>", metric["label"].as_str().unwrap());
        let value = index.split(&shown).nth(1).unwrap().split('<').next().unwrap().replace(',', "");
        assert_eq!(value, metric["value"].to_string());
    }
    let items = report["items"].as_array().unwrap();
    let listed = column(&desk.path("work/prepare-2026/worklist-all.xlsx"), "Worklist", "claim lines");
    let lines: f64 = listed.iter().map(|cell| if let Data::Float(lines) = cell { *lines } else { 0.0 }).sum();
    let expected: u64 = items.iter().map(|item| item["lines"].as_u64().unwrap()).sum();
    assert_eq!((listed.len(), lines), (items.len(), expected as f64));
    let boxes = page(&desk, "review-all.html").matches("<details class=\"item\"").count();
    assert_eq!(boxes, items.len());
    for reviewer in report["reviewers"].as_array().unwrap() {
        let codes = reviewer["codes"].as_u64().unwrap() as usize;
        let workbook = desk.path("work/prepare-2026").join(reviewer["worklist"].as_str().unwrap());
        assert_eq!(column(&workbook, "Worklist", "code").len(), codes);
        let review = page(&desk, reviewer["review"].as_str().unwrap());
        assert_eq!(review.matches("<details class=\"item\"").count(), codes);
    }
}

/// Decisions as a review page saves them.
fn decided(desk: &Desk, file: &str, rows: &[[&str; 5]]) {
    let releases = digest(&report(desk), "icd10cm");
    let mut text = "source,target,status,note,who,when,releases,item\r\n".to_owned();
    for [source, target, status, note, who] in rows {
        let _ = write!(text, "{source},{target},{status},{note},{who},2025-09-01,{releases},\r\n");
    }
    desk.write(&format!("work/decisions/{file}"), text);
}

#[test]
fn decisions_that_come_back_are_progress_and_two_that_differ_are_a_conflict() {
    let desk = desk();
    prepare(&desk, &[]).done();
    assert_eq!(progress(&report(&desk), "G35"), "open");
    assert_eq!(progress(&report(&desk), "X1001"), "replace");
    decided(
        &desk,
        "ben.csv",
        &[["G35", "G35.D", "accept", "", "Ben Cole"], ["D71", "", "ask", "Which enzyme?", "Ben Cole"]],
    );
    decided(&desk, "ada.csv", &[["B88.0", "B88.01", "accept", "", "Ada Brown"]]);
    let before = desk.path("before.json");
    fs::copy(desk.path("work/prepare-2026/prepare.json"), &before).unwrap();
    prepare(&desk, &["--since", before.to_str().unwrap()]).done();
    let after = report(&desk);
    let states = ["G35", "B88.0", "D71"].map(|code| progress(&after, code));
    assert_eq!(states, ["decided", "decided", "asked"]);
    assert_eq!(after["since"]["settled"], serde_json::json!(["B88.0", "G35"]));
    assert_eq!(after["questions"][0]["question"], "Which enzyme?");
    // Ben's page starts with his decisions and with his question.
    let review = page(&desk, "review-ben-cole.html");
    let started = |code: &str| {
        let item = review
            .split("<details class=\"item\"")
            .find(|item| item.contains(&format!("data-display=\"{code}\"")));
        item.unwrap().split("<summary>").next().unwrap().contains("data-decisions=")
    };
    assert!(started("G35") && started("D71"));
    decided(&desk, "carla.csv", &[["B88.0", "B88.09", "accept", "", "Carla Weiss"]]);
    let ran = prepare(&desk, &[]).done();
    assert_eq!(progress(&report(&desk), "B88.0"), "conflict");
    assert!(ran.err.contains("B88.0 has different decisions"), "{}", ran.err);
    assert!(page(&desk, "index.html").contains("Settle 1 conflict"));
}

/// The value of an attribute of a review page, or of the item of a code.
fn attribute(review: &str, code: Option<&str>, name: &str) -> String {
    let part = match code {
        Some(code) => {
            let mut items = review.split("<details class=\"item\"");
            items.find(|item| item.contains(&format!("data-display=\"{code}\""))).unwrap()
        }
        None => review,
    };
    part.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn a_review_page_that_is_made_again_lists_what_there_was_to_decide() {
    let desk = desk();
    prepare(&desk, &[]).done();
    let first = page(&desk, "review-ben-cole.html");
    let item = attribute(&first, Some("G35"), "data-item");
    decided(&desk, "ben.csv", &[["G35", "G35.D", "accept", "", "Ben Cole"]]);
    prepare(&desk, &[]).done();
    let again = page(&desk, "review-ben-cole.html");
    assert_eq!(attribute(&again, None, "data-list"), attribute(&first, None, "data-list"));
    assert_eq!(attribute(&again, Some("G35"), "data-item"), item);
    assert!(again.contains("G35.A"), "the candidates that were not chosen are still there");
    assert_eq!(progress(&report(&desk), "G35"), "decided");
}

#[test]
fn a_decision_about_what_has_changed_since_counts_and_is_listed() {
    let desk = desk();
    prepare(&desk, &[]).done();
    let item = attribute(&page(&desk, "review-all.html"), Some("G35"), "data-item");
    let made = |item: &str| {
        let releases = digest(&report(&desk), "icd10cm");
        let row = format!("G35,G35.D,accept,,Ben Cole,2025-09-01,{releases},{item}\r\n");
        desk.write(
            "work/decisions/ben.csv",
            "source,target,status,note,who,when,releases,item\r\n".to_owned() + &row,
        );
    };
    made(&item);
    let ran = prepare(&desk, &[]).done();
    assert!(!ran.err.contains("decision-outdated"), "{}", ran.err);
    made("0123456789abcdef");
    let ran = prepare(&desk, &[]).done();
    assert!(ran.err.contains("warning[decision-outdated]: G35"), "{}", ran.err);
    assert!(ran.err.contains("ben.csv:2"), "{}", ran.err);
    assert_eq!(progress(&report(&desk), "G35"), "decided");
}

#[test]
fn lines_outside_of_the_validity_of_their_code_are_listed_by_month() {
    let desk = desk();
    desk.write(
        "work/usage.csv",
        "claim,date of service,dx,service,dept,charges\n\
         1,2025-09-30,B88.0,X1001,Dermatology,10\n2,2025-10-01,B88.0,X1001,Dermatology,10\n\
         3,2025-11-02,B88.0,X1002,Dermatology,10\n4,2025-09-01,B88.01,X1002,Dermatology,10\n",
    );
    prepare(&desk, &[]).done();
    let months = &report(&desk)["by_month"];
    let rows: Vec<_> = months.as_array().unwrap().iter().collect();
    let of = |row: &Value| {
        let codes = row["codes"].as_array().unwrap().iter();
        let codes: Vec<_> = codes.map(|code| code["display"].as_str().unwrap().to_owned()).collect();
        (row["month"].as_str().unwrap().to_owned(), row["too_early"].clone(), row["too_late"].clone(), codes)
    };
    let wanted = [
        ("2025-09", 1, 0, &["B88.01"][..]),
        ("2025-10", 0, 2, &["B88.0", "X1001"]),
        ("2025-11", 0, 1, &["B88.0"]),
    ];
    assert_eq!(rows.len(), wanted.len(), "{months}");
    for (row, (month, early, late, codes)) in rows.into_iter().zip(wanted) {
        let codes = codes.iter().map(ToString::to_string).collect();
        assert_eq!(of(row), (month.to_owned(), early.into(), late.into(), codes));
    }
    assert!(page(&desk, "index.html").contains("Billed too early or too late"));
    prepare(&desk, &["--suppress-below", "11"]).done();
    assert!(report(&desk)["by_month"].is_null(), "a month of few lines is hidden");
}

#[test]
fn hidden_lines_are_never_reported_as_none() {
    let desk = desk();
    let ran = prepare(&desk, &["--suppress-below", "999999"]).done();
    assert!(ran.out.contains("The numbers of their claim lines are hidden"), "{}", ran.out);
    for file in ["index.html", "summary.html"] {
        let page = page(&desk, file);
        assert!(!page.contains("0 claim lines") && !page.contains("claim lines at risk</dt>"), "{file}");
    }
    let summary = &report(&desk)["summary"];
    assert_eq!(summary["hidden_at_risk"], summary["codes_at_risk"]);
}

#[test]
fn a_worklist_opens_with_what_is_to_be_filled_in_and_names_departments_in_every_row() {
    let desk = desk();
    prepare(&desk, &[]).done();
    let workbook = desk.path("work/prepare-2026/worklist-all.xlsx");
    let book: Xlsx<_> = open_workbook(&workbook).unwrap();
    assert_eq!(book.sheet_names().first().map(String::as_str), Some("Worklist"));
    assert!(column(&workbook, "Worklist", "departments").iter().all(|cell| !matches!(cell, Data::Empty)));
}

#[test]
fn decisions_of_other_releases_and_files_with_errors_are_reported_and_the_rest_counts() {
    let desk = desk();
    prepare(&desk, &[]).done();
    decided(
        &desk,
        "ben.csv",
        &[["G35", "G35.D", "agreed", "", "Ben"], ["D71", "D71.9", "accept", "", "Ben"]],
    );
    desk.write(
        "work/decisions/last-year.csv",
        "source,target,status,releases\r\nB88.0,B88.01,accept,0123456789abcdef\r\n",
    );
    desk.write("work/decisions/letter.txt", "Dear colleague,\n");
    let ran = prepare(&desk, &[]);
    for words in ["the status `agreed`", "ben.csv:2", "made for other files", "last-year.csv", "letter.txt"] {
        assert!(ran.err.contains(words), "{words} is not in {}", ran.err);
    }
    let states = ["G35", "D71", "B88.0"].map(|code| progress(&report(&desk), code));
    assert_eq!(states, ["open", "decided", "open"]);
}

#[test]
fn lists_are_changed_as_decided_and_back() {
    let desk = desk();
    prepare(&desk, &[]).done();
    decided(
        &desk,
        "all.csv",
        &[["G35", "G35.D", "accept", "", "Ben Cole"], ["B88.0", "B88.01", "accept", "", "Ada Brown"]],
    );
    let list = || fs::read_to_string(desk.path("work/lists/rash.csv")).unwrap();
    let before = list();
    prepare(&desk, &[]).done();
    assert_eq!(list(), before, "nothing changes without --apply");
    prepare(&desk, &["--apply"]).done();
    assert!(list().contains("B88.01") && !list().contains("B88.0,"), "{}", list());
    let report = report(&desk);
    let lists = report["lists"].as_array().unwrap();
    let journal = lists.iter().find_map(|list| list["journal"].as_str()).unwrap();
    assert!(page(&desk, "index.html").contains("codeset migrate undo"));
    desk.run(&["migrate", "undo", journal]).done();
    assert_eq!(list(), before);
}

#[test]
fn a_worklist_that_was_filled_in_is_read_back() {
    let desk = desk();
    prepare(&desk, &[]).done();
    let worklist = desk.path("work/prepare-2026/worklist-ben-cole.xlsx");
    let titles: Vec<String> = {
        let mut book: Xlsx<_> = open_workbook(&worklist).unwrap();
        let range = book.worksheet_range("Worklist").unwrap();
        range.rows().next().unwrap().iter().map(ToString::to_string).collect()
    };
    for title in ["code", "target", "status", "note", "who", "when", "releases"] {
        assert!(titles.iter().any(|held| held == title), "{title} is not in {titles:?}");
    }
    fs::create_dir_all(desk.path("work/decisions")).unwrap();
    fs::copy(&worklist, desk.path("work/decisions/ben.xlsx")).unwrap();
    let ran = prepare(&desk, &[]).done();
    assert!(!ran.err.contains("ben.xlsx"), "an empty worklist is no problem: {}", ran.err);
}

#[test]
fn people_whose_names_differ_only_in_a_prefix_have_files_of_their_own() {
    let desk = desk();
    let names = PROJECT.replace("Ada Brown", "Owner-Relations").replace("Ben Cole", "Relations");
    desk.write("work/codeset.toml", names);
    prepare(&desk, &[]).done();
    let report = report(&desk);
    let pages: BTreeSet<&str> =
        report["reviewers"].as_array().unwrap().iter().map(|row| row["review"].as_str().unwrap()).collect();
    assert!(
        pages.contains("review-owner-relations.html") && pages.contains("review-relations.html"),
        "{pages:?}"
    );
    assert_eq!(pages.len(), report["reviewers"].as_array().unwrap().len());
}

#[test]
fn a_column_of_releases_that_holds_words_is_the_teams_own() {
    let desk = desk();
    let text = "source,target,status,releases,item\r\nB88.0,B88.01,accept,FY2026,17\r\n";
    desk.write("work/decisions/ours.csv", text);
    let ran = prepare(&desk, &[]).done();
    assert!(!ran.err.contains("made for other files"), "{}", ran.err);
    assert_eq!(progress(&report(&desk), "B88.0"), "decided");
}

#[test]
fn the_course_is_about_the_chapters_in_use() {
    let desk = desk();
    let handout = || page(&desk, "course/icd10cm/handout.md");
    prepare(&desk, &[]).done();
    assert!(handout().contains("Infectious") && !handout().contains("Neoplasms"), "{}", handout());
    desk.write("work/usage.csv", USAGE.replace("D71", "C50.919"));
    prepare(&desk, &[]).done();
    assert!(handout().contains("Neoplasms"), "{}", handout());
}

#[test]
fn a_department_that_is_in_no_file_is_named_with_the_nearest_one() {
    let desk = desk();
    desk.write("work/codeset.toml", PROJECT.replace("\"Neurology\"", "\"Neurologie\""));
    let ran = prepare(&desk, &[]).done();
    assert!(
        ran.err.contains("warning[owner-unused]: no line of the codes in use belongs to `Neurologie`"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("the nearest department in the files is `Neurology`"), "{}", ran.err);
    assert!(!ran.err.contains("`Dermatology`"), "{}", ran.err);
    desk.write("work/usage.csv", "dx,hcpcs\nB88.0,X1001\n");
    let ran = prepare(&desk, &[]).done();
    assert!(ran.err.contains("name the column of departments"), "{}", ran.err);
}

#[test]
fn an_empty_file_of_codes_in_use_is_an_error_that_says_what_to_do() {
    let desk = desk();
    desk.write("work/usage.csv", "");
    let ran = prepare(&desk, &[]);
    assert!(ran.err.contains("the table is empty") && ran.err.contains("export it again"), "{}", ran.err);
}

#[test]
fn what_is_missing_is_said_with_what_to_do_next() {
    let desk = desk();
    let with = |text: &str, more: &[&str], words: &[&str]| {
        desk.write("work/codeset.toml", text);
        prepare(&desk, more).refused(words);
    };
    with(&PROJECT.replace("new = \"2026\"\n[", "["), &["26"], &["`26` is not an edition"]);
    let none = PROJECT.replace("files = [\"usage.csv\"]", "");
    with(&none, &[], &["names no files of codes in use", "under [usage]"]);
    let no_lists = PROJECT.replace("paths = [\"lists\"]", "");
    with(&no_lists, &["--apply"], &["names no lists to change", "under [lists]"]);
    with("new = \"2026\"\n[usage]\nfiles = [\"usage.csv\"]\n", &[], &["no release 2026", "codeset fetch"]);
    with("[usage]\nfiles = [\"usage.csv\"]\n", &[], &["edition to prepare for", "codeset prepare 2026"]);
    with(PROJECT, &["--since", "work/usage.csv"], &["not a prepare.json"]);
    desk.write("work/usage.csv", "");
    with(PROJECT, &[], &["usage.csv"]);
    desk.run(&["prepare", "--project", "nowhere"]).refused(&["codeset init"]);
}

#[test]
fn small_numbers_are_hidden_in_every_file() {
    let desk = desk();
    prepare(&desk, &["--suppress-below", "11"]).done();
    for (name, bytes) in files(&desk.path("work/prepare-2026")) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            name.starts_with("course/") || !text.contains("$275.00"),
            "{name} shows an amount of few lines"
        );
    }
    assert!(report(&desk)["items"].as_array().unwrap().iter().all(|item| item["lines"].is_null()));
}

/// Runs the query of `usage-sql` for a column of codes on the claims, and keeps its result.
#[cfg(feature = "sqlite")]
fn counted_in_a_database(desk: &Desk, [old, new]: [&str; 2], column: &str, result: &str) {
    let args = [
        "--dialect",
        "sqlite",
        "--table",
        "claims",
        "--owner-column",
        "dept",
        "--code-column",
        column,
        "--quiet",
    ];
    let query = desk.run(&[&["usage-sql", old, new], &args[..]].concat()).done().out;
    let database = rusqlite::Connection::open_in_memory().unwrap();
    database.execute_batch("CREATE TABLE claims (claim, dx, service, dept, charges)").unwrap();
    for line in USAGE.lines().skip(1) {
        database
            .execute("INSERT INTO claims VALUES (?, ?, ?, ?, ?)", rusqlite::params_from_iter(line.split(',')))
            .unwrap();
    }
    let mut statement = database.prepare(&query).unwrap();
    let cell = |row: &rusqlite::Row<'_>, at: usize| {
        row.get::<_, rusqlite::types::Value>(at).map(|value| match value {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => panic!("{other:?}"),
        })
    };
    let rows = statement
        .query_map([], |row| Ok((0..4).map(|at| cell(row, at)).collect::<Result<Vec<_>, _>>()?.join("\t")));
    let rows: Vec<String> = rows.unwrap().map(Result::unwrap).collect();
    desk.write(result, format!("code\tedition_slot\towner\tlines\n{}\n", rows.join("\n")));
}

#[cfg(feature = "sqlite")]
#[test]
fn results_of_queries_for_both_code_sets_count_as_their_claims_do() {
    let desk = desk();
    prepare(&desk, &[]).done();
    let of_claims = report(&desk);
    let folder = "work/releases";
    counted_in_a_database(
        &desk,
        [&format!("{folder}/icd10cm-order-2025.txt"), &format!("{folder}/2026")],
        "dx",
        "work/diagnoses.tsv",
    );
    counted_in_a_database(
        &desk,
        [&format!("{folder}/hcpcs-2025.csv"), &format!("{folder}/hcpcs-2026.csv")],
        "service",
        "work/services.tsv",
    );
    prepare(&desk, &["--usage", "work/diagnoses.tsv", "work/services.tsv"]).done();
    let of_results = report(&desk);
    let counts = |report: &Value| {
        let sets =
            report["sets"].as_array().unwrap().iter().map(|set| set["summary"]["affected"]["lines"].clone());
        let items = report["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| [item["code"].clone(), item["lines"].clone()]);
        (sets.collect::<Vec<_>>(), items.collect::<Vec<_>>())
    };
    assert_eq!(counts(&of_results), counts(&of_claims));
    assert!(!counts(&of_results).1.is_empty());
    // Which lines have a code of each set is not known from the results.
    let lines = [&of_claims, &of_results].map(|report| report["summary"]["lines"].clone());
    assert_eq!(lines, [8, 16]);
}
