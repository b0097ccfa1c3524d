//! The page to decide on: decided with keys, saved, loaded somewhere else, and read by the program.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::common::browser::Browser;
use crate::common::pages::{NEW, OLD, TABLE, USAGE, codeset, root, written};

const IMPACT: [&str; 7] = ["impact", OLD, NEW, "--map", TABLE, "--usage", USAGE];

/// The file that the page of the samples saves.
const SAVED: &str = "decisions-icd10cm-2026.csv";

fn page(folder: &tempfile::TempDir, arguments: &[&str]) -> PathBuf {
    let file = folder.path().join("review.html");
    written(&[arguments, &["--format", "review", "-o", file.to_str().unwrap(), "--quiet"]].concat());
    file
}

fn message(browser: &Browser) -> String {
    browser
        .run("return document.getElementById('message').firstChild.textContent")
        .as_str()
        .unwrap()
        .to_owned()
}

fn progress(browser: &Browser) -> String {
    browser.text("#progress")
}

/// Enters a name and goes to the first code, as people do without a mouse.
fn start(browser: &Browser) {
    browser.press(&["Tab", "Tab"]);
    assert_eq!(browser.run("return document.activeElement.id"), "who");
    browser.type_text("Ada Ward");
    browser.press(&["Tab", "Enter"]);
    assert_eq!(browser.run("return document.activeElement.closest('details').dataset.display"), "E11.9");
}

/// Decides the ten codes of the samples with keys alone, and saves.
fn decide(browser: &Browser) -> Vec<u8> {
    start(browser);
    assert!(!asks_before_leaving(browser));
    browser.press(&["2"]); // E11.9: E11.A
    browser.press(&["j", "1"]); // G35: G35.A
    browser.press(&["ArrowDown", "Shift+1", "Shift+2"]); // Z91.011: two to choose from
    browser.press(&["j", "1"]); // C50.919 stays
    browser.press(&["j", "x", "1", "2"]); // Z91.012: not the first, but the second
    browser.press(&["j", "n"]); // S30.1XXA: no replacement
    browser.press(&["j", "2"]); // F89
    browser.press(&["j", "1", "u", "2"]); // B88.0, after a mistake
    browser.press(&["j", "a"]); // D71: a question
    browser.type_text("=which \"type\", please?");
    browser.press(&["Enter", "j", "2"]); // C50.929
    assert_eq!(progress(browser), "9 of 10 decided, 1 asked");
    assert!(asks_before_leaving(browser));
    browser.press(&["s"]);
    assert!(!asks_before_leaving(browser));
    assert!(message(browser).starts_with("10 codes saved in decisions-"), "{}", message(browser));
    browser.saved(SAVED)
}

fn asks_before_leaving(browser: &Browser) -> bool {
    let script =
        "const event = new Event('beforeunload', { cancelable: true }); return !dispatchEvent(event)";
    browser.run(script) == json!(true)
}

/// Loads a table into the page, and returns what the page says about it.
fn load(browser: &Browser, table: &Path) -> Vec<String> {
    browser.run("document.getElementById('loaded').hidden = true");
    browser.choose_file("#file", table);
    while browser.run("return document.getElementById('loaded').hidden") != json!(false) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let lines =
        "return [...document.querySelectorAll('#loaded h2, #loaded li')].map((one) => one.textContent)";
    serde_json::from_value(browser.run(lines)).unwrap()
}

/// A table without the day of its decisions, which is that of the clock.
fn without_day(table: &str) -> String {
    let mut lines = Vec::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.split("\",\"").collect();
        let at = cells.len() - 3;
        let is_day = cells[at].len() == 10 && cells[at].starts_with("20");
        lines.push(
            [&cells[..at], &[if is_day { "DAY" } else { cells[at] }], &cells[at + 1..]]
                .concat()
                .join("\",\""),
        );
    }
    lines.join("\n")
}

#[test]
fn ten_codes_decided_with_keys_alone_come_back_and_take_effect() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = page(&folder, &IMPACT);
    browser.open(&page);
    let saved = decide(&browser);
    browser.assert_quiet();
    drop(browser);

    let text = String::from_utf8(saved.clone()).unwrap();
    assert!(text.starts_with("\u{feff}\"source\",") && text.ends_with("\"\r\n"));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots/review"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("decisions.csv", without_day(&text)));

    // Another person, on another computer.
    let table = folder.path().join("from-ada.csv");
    fs::write(&table, &saved).unwrap();
    let Some(browser) = Browser::start(1280) else { return };
    browser.open(&page);
    assert_eq!(load(&browser, &table), ["10 codes loaded from from-ada.csv"]);
    assert_eq!(progress(&browser), "9 of 10 decided, 1 asked");
    browser.press(&["s"]);
    assert_eq!(String::from_utf8(browser.saved(SAVED)).unwrap(), text);
    browser.assert_quiet();

    // Questions are not decisions: whatever is made of their rows, the others count.
    let read = [&IMPACT[..], &["--decisions", table.to_str().unwrap(), "--format", "json"]].concat();
    let report: Value = serde_json::from_slice(&codeset(&read).stdout).unwrap();
    let item = |code: &str| {
        let items = report["items"].as_array().unwrap().iter();
        let item = items.clone().find(|item| item["display"] == code).unwrap();
        let targets = item["targets"].as_array().unwrap().iter();
        let targets: Vec<_> = targets.map(|target| target["display"].as_str().unwrap().to_owned()).collect();
        (item["decision"].as_str().unwrap().to_owned(), targets.join(" "))
    };
    assert_eq!(item("G35"), ("automatic".to_owned(), "G35.A".to_owned()));
    assert_eq!(item("Z91.011"), ("choose".to_owned(), "Z91.0110 Z91.0111".to_owned()));
    assert_eq!(item("Z91.012"), ("automatic".to_owned(), "Z91.0121".to_owned()));
    assert_eq!(item("S30.1XXA"), ("none".to_owned(), String::new()));
    assert_eq!(item("D71").0, "choose");
}

#[test]
fn a_page_made_with_decisions_starts_with_them_and_saves_them_unchanged() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("decided.csv");
    let rows = "source,target,status,note,who,when\r\n\
        G35,G35.A,accept,<b>as agreed</b>,Ben,2025-09-01\r\nB88.0,B88.01,reject,,Ben,2025-09-02\r\n";
    fs::write(&table, rows).unwrap();
    let before = page(&folder, &IMPACT);
    let of = |html: &Path| {
        let html = fs::read_to_string(html).unwrap();
        html.split("data-releases=\"").nth(1).unwrap()[..16].to_owned()
    };
    let releases = of(&before);
    let page = page(&folder, &[&IMPACT[..], &["--decisions", table.to_str().unwrap()]].concat());
    assert_eq!(of(&page), releases, "decisions do not make other releases");
    browser.open(&page);
    assert_eq!(progress(&browser), "1 of 10 decided");
    assert_eq!(browser.text("[data-display=\"G35\"] .state"), "Accepted: G35.A");
    assert_eq!(browser.text("[data-display=\"B88.0\"] .state"), "Undecided, 1 rejected");
    browser.press(&["s"]);
    let saved = String::from_utf8(browser.saved(SAVED)).unwrap();
    assert!(
        saved.contains("\"G35\",\"G35.A\",\"accept\",\"<b>as agreed</b>\",\"Ben\",\"2025-09-01\""),
        "{saved}"
    );
    assert!(saved.contains("\"B88.0\",\"B88.01\",\"reject\",\"\",\"Ben\",\"2025-09-02\""), "{saved}");
    browser.assert_quiet();
}

#[test]
fn what_does_not_belong_to_the_page_is_refused_and_listed() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    browser.open(&page(&folder, &IMPACT));
    let data = |selector: &str, name: &str| {
        let script = format!("return document.querySelector('{selector}').dataset.{name}");
        browser.run(&script).as_str().unwrap().to_owned()
    };
    let releases = data("body", "releases");
    let digest = |code: &str| data(&format!("[data-display=\"{code}\"]"), "item");
    let table = folder.path().join("mixed.csv");
    let write = |rows: &[[&str; 5]]| {
        // Other columns, in another order, with semicolons.
        let mut text = "item;status;our own;source;target;releases;note\r\n".to_owned();
        for [item, status, source, target, releases] in rows {
            let _ = write!(text, "{item};{status};x;{source};{target};{releases};\r\n");
        }
        fs::write(&table, text).unwrap();
    };
    let (g35, b88, d71) = (digest("G35"), digest("B88.0"), digest("D71"));

    write(&[[&g35, "accept", "G35", "G35.A", "0123456789abcdef"]]);
    let lines = load(&browser, &table);
    assert_eq!(lines[0], "0 codes loaded from mixed.csv, 1 problem");
    assert!(
        lines[1].starts_with("1 row is for other releases than this page: nothing was loaded"),
        "{lines:?}"
    );
    assert_eq!(progress(&browser), "0 of 10 decided");

    write(&[
        [&g35, "Accept", "g35", "G35A", &releases],
        [&b88, "agreed", "B88.0", "B88.01", &releases],
        [&b88, "reject", "B88.0", "B88.09", &releases],
        ["0123456789abcdef", "accept", "D71", "D71.1", &releases],
        [&d71, "accept", "Z99.99", "D71.1", &releases],
        [&d71, "", "D71", "D71.1", &releases],
        [&d71, "ask", "D71", "", &releases],
    ]);
    let lines = load(&browser, &table);
    let wanted = [
        "1 code loaded from mixed.csv, 4 problems",
        "Row 3, B88.0: the status \"agreed\" is not one of accept, choose, reject, ask.",
        "Row 5, D71: changed since: its description or its candidates are not the same any longer. Decide again.",
        "Row 6, Z99.99: not in this list.",
        "Row 8, D71: the question is empty: it belongs in the column note.",
    ];
    assert_eq!(lines, wanted);
    assert_eq!(progress(&browser), "1 of 10 decided");
    assert_eq!(browser.text("[data-display=\"G35\"] .state"), "Accepted: G35.A");
    assert_eq!(browser.text("[data-display=\"B88.0\"] .state"), "Undecided");
    browser.press(&["Control+z"]);
    assert_eq!(progress(&browser), "0 of 10 decided");

    fs::write(&table, "code,status\r\nG35,accept\r\n").unwrap();
    assert_eq!(
        load(&browser, &table)[1],
        "The file has no column target, releases, item: it was not saved by this page."
    );
    browser.assert_quiet();
}

#[test]
fn keys_do_nothing_in_fields_and_can_be_turned_off() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    browser.open(&page(&folder, &IMPACT));
    start(&browser);
    browser.press(&["/"]);
    browser.type_text("njx1 a?");
    assert_eq!(browser.run("return document.getElementById('search').value"), "njx1 a?");
    assert_eq!(progress(&browser), "0 of 10 decided");
    browser.run("document.getElementById('search').value = ''; document.getElementById('search').blur()");
    browser.press(&["?"]);
    assert_eq!(browser.count("dialog[open]"), 1);
    browser.press(&["j", "1", "Escape"]);
    assert_eq!(browser.count("dialog[open]"), 0);
    browser.run("document.getElementById('single').click()");
    browser.press(&["1", "n"]);
    assert_eq!(progress(&browser), "0 of 10 decided");
    browser.run("document.getElementById('single').click()");
    browser.run("document.querySelector('[data-display=\"G35\"] summary').focus()");
    browser.press(&["1"]);
    assert_eq!(progress(&browser), "1 of 10 decided");
    browser.assert_quiet();
}

#[test]
fn decisions_are_there_again_after_a_reload() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = page(&folder, &IMPACT);
    browser.open(&page);
    decide(&browser);
    browser.open(&page);
    assert_eq!(progress(&browser), "9 of 10 decided, 1 asked");
    assert_eq!(browser.run("return document.getElementById('who').value"), "Ada Ward");
    browser.assert_quiet();
}

#[test]
fn without_scripts_the_list_is_complete() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    browser.devtools("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    browser.open(&page(&folder, &IMPACT));
    assert_eq!(browser.count(".ready"), 0, "the script did not run");
    let shown =
        "return [...document.querySelectorAll('.candidate')].filter((one) => one.offsetHeight > 0).length";
    assert_eq!(browser.run(shown), json!(browser.count(".candidate")));
    assert_eq!(browser.count("details.item[open]"), 10);
    let text = browser.run("return document.body.innerText").as_str().unwrap().to_owned();
    assert!(text.contains("write your decisions into the workbook"), "{text}");
    assert!(text.contains("G35.B0") && text.contains("rows "), "{text}");
    assert!(!text.contains("Save decisions"), "{text}");
    browser.assert_quiet();
}

#[test]
fn texts_from_files_do_not_run() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    let attack = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">";
    let usage = folder.path().join("usage.csv");
    let owner = attack.replace('"', "\"\"");
    fs::write(&usage, format!("code,department,count\nG35,\"{owner}\",5\nG35,\"' onfocus='1\",5\n")).unwrap();
    browser.open(&page(&folder, &["impact", OLD, NEW, "--map", TABLE, "--usage", usage.to_str().unwrap()]));
    assert!(!browser.run("return document.title").as_str().unwrap().contains("run"));
    assert_eq!(browser.count("img") + browser.count("[onfocus]"), 0);
    assert_eq!(browser.count("script"), 1);
    assert_eq!(browser.count("#owner option"), 3);
    browser.assert_quiet();
}

/// A year in which 2,000 codes in use became headers.
fn large(folder: &tempfile::TempDir) -> [PathBuf; 3] {
    let (mut old, mut new, mut usage) = (String::new(), String::new(), "code,count,owner\n".to_owned());
    for at in 0..2_000 {
        let code = format!("{}{:03}", char::from(b'A' + u8::try_from(at / 1000).unwrap()), at % 1000);
        let long = format!("Disorder number {at} of the sample, unspecified");
        let _ = write!(old, "{at:05} {code:<7} 1 {long:<60} {long}\r\n");
        let _ = write!(new, "{at:05} {code:<7} 0 {long:<60} {long}\r\n");
        for (last, side) in [("1", "right"), ("2", "left"), ("3", "bilateral"), ("9", "unspecified")] {
            let long = format!("Disorder number {at} of the sample, {side} side");
            let _ = write!(new, "{at:05} {code}{last:<3} 1 {long:<60} {long}\r\n");
        }
        let _ = writeln!(usage, "{code},{},Department {}", 1 + at * 7919 % 1009, at % 12);
    }
    [("icd10cm-order-2025.txt", old), ("icd10cm-order-2026.txt", new), ("usage.csv", usage)].map(
        |(name, text)| {
            let file = folder.path().join(name);
            fs::write(&file, text).unwrap();
            file
        },
    )
}

#[test]
fn two_thousand_codes_answer_a_key_without_waiting() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    let [old, new, usage] = large(&folder).map(|file| file.to_str().unwrap().to_owned());
    browser.open(&page(&folder, &["impact", &old, &new, "--usage", &usage]));
    assert_eq!(progress(&browser), "0 of 2,000 decided");
    let timed = |act: &str| {
        let script = format!(
            "const press = (key) => (document.activeElement ?? document.body).dispatchEvent(\
             new KeyboardEvent('keydown', {{ key, code: /\\d/.test(key) ? 'Digit' + key : '', bubbles: true, cancelable: true }}));\
             const search = (text) => {{ const field = document.getElementById('search'); field.value = text; \
             field.dispatchEvent(new Event('input', {{ bubbles: true }})); }};\
             const start = performance.now(); {act}; document.body.getBoundingClientRect(); \
             return performance.now() - start;"
        );
        browser.run(&script).as_f64().unwrap()
    };
    let searches = ["d", "di", "disorder 77", "a777", "department 3", ""]
        .map(|text| timed(&format!("search('{text}')")));
    let keys = ["j", "j", "1", "j", "2", "o", "o", "n", "u", "x", "1", "k"]
        .map(|key| timed(&format!("press('{key}')")));
    eprintln!("milliseconds to search: {searches:.0?}; for a key: {keys:.0?}");
    browser.run("document.getElementById('search').focus()");
    browser.type_text("a777");
    assert_eq!(browser.text("#count"), "1 of 2,000 codes");
    browser.press(&["Enter"]);
    assert_eq!(browser.run("return document.activeElement.closest('details').dataset.display"), "A77.7");
    browser.assert_quiet();
}

#[test]
fn the_same_input_gives_the_same_page_and_an_owner_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["a", "b"].map(|name| folder.path().join(name));
    for out in [&first, &second] {
        let arguments = ["--split-by", "owner", "--format", "review", "--quiet", "-o", out.to_str().unwrap()];
        written(&[&IMPACT[..], &arguments].concat());
    }
    let mut names: Vec<_> = fs::read_dir(&first).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert!(names.len() > 5, "{names:?}");
    for name in &names {
        assert!(fs::read(first.join(name)).unwrap() == fs::read(second.join(name)).unwrap(), "{name:?}");
    }
    let neurology = fs::read_to_string(first.join("owner-neurology.html")).unwrap();
    assert!(neurology.contains("<h1>Neurology: 1 code needs your decision</h1>"));
    assert!(neurology.contains("data-file=\"decisions-icd10cm-2026-neurology.csv\""));
}
