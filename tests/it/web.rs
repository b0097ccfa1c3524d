//! `codeset.html` in a real browser, opened from disk: what is dropped is prepared, byte for byte as on the command line, and
//! nothing is asked for. `web/build.py` builds the page; `.ci/run` does so before the tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::json;

use crate::common::browser::Browser;
use crate::common::tools;

/// Longer than the slowest run takes while other tests use all cores.
const PATIENCE: Duration = Duration::from_secs(120);

const FILES: [&str; 4] =
    ["icd10cm-order-2025.txt", "icd10cm-order-2026.txt", "icd10cm-conversion-2026.csv", "usage.csv"];

/// The page: `CODESET_PAGE`, or where `web/build.py` writes it.
fn page() -> Option<PathBuf> {
    let default =
        || Path::new(env!("CARGO_BIN_EXE_codeset")).ancestors().nth(2).unwrap().join("codeset.html");
    let page = std::env::var_os("CODESET_PAGE").map_or_else(default, PathBuf::from);
    if !page.is_file() {
        tools::missing("codeset.html (run web/build.py)");
        return None;
    }
    Some(page)
}

fn demo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("demo").join(name)
}

/// Opens the page in a browser.
fn opened() -> Option<Browser> {
    let page = page()?;
    let browser = Browser::start(1280)?;
    browser.open(&page);
    Some(browser)
}

/// Waits until the page has nothing left to do.
fn wait(browser: &Browser) {
    let start = Instant::now();
    let is_done = "return busy.then(() => true)";
    while browser.run(is_done) != json!(true) || browser.run("return waiting.size") != json!(0) {
        assert!(start.elapsed() < PATIENCE, "the page still works");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn give(browser: &Browser, files: &[PathBuf]) {
    for file in files {
        browser.choose_file("#choose", file);
        wait(browser);
    }
}

/// All files that the page offers, by path.
fn made(browser: &Browser) -> BTreeMap<String, Vec<u8>> {
    let script = "const text = (blob) => new Promise((resolve) => { \
           const reader = new FileReader(); \
           reader.onload = () => resolve(reader.result.split(',')[1] ?? ''); \
           reader.readAsDataURL(blob); }); \
         return Promise.all([...made].map(async ([path, blob]) => [path, await text(blob)]))";
    let decoder = base64::engine::general_purpose::STANDARD;
    let files: Vec<(String, String)> = serde_json::from_value(browser.run(script)).unwrap();
    files.into_iter().map(|(path, text)| (path, decoder.decode(text).unwrap())).collect()
}

/// All files below a folder, by path with slashes.
fn written(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(one) = folders.pop() {
        for entry in std::fs::read_dir(one).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Runs the command line in a folder, with an empty store.
fn run(folder: &Path, arguments: &[&str]) {
    let store = folder.join(".store");
    let output = Command::new(env!("CARGO_BIN_EXE_codeset"))
        .args(arguments)
        .current_dir(folder)
        .env("CODESET_STORE", store)
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    assert!(matches!(code, 0 | 3), "{arguments:?}: {code}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_is_dropped_is_prepared_as_on_the_command_line() {
    let Some(browser) = opened() else { return };
    assert!(browser.text("#state").contains("Add the older and the newer release"));
    let files = FILES.map(demo);
    give(&browser, &files[..1]);
    assert!(browser.text("#state").contains("Add the other release"), "{}", browser.text("#state"));
    give(&browser, &files[1..3]);
    assert!(browser.text("#state").contains("Add a file of the codes you use"), "{}", browser.text("#state"));
    assert_eq!(made(&browser).keys().collect::<Vec<_>>(), ["changes.html"]);
    give(&browser, &files[3..]);
    let roles =
        "return [...document.querySelectorAll('#files tbody tr')].map((row) => row.cells[2].textContent)";
    assert_eq!(
        browser.run(roles),
        json!(["Older release", "Newer release", "Conversion table", "Codes you use"])
    );
    // The same commands, each in JSON.
    let [old, new, table, usage] = FILES;
    let compared = [
        vec!["diff", old, new, "-o", "changes.json"],
        vec!["crosswalk", old, new, "--map", table, "-o", "replacements.json"],
        vec!["impact", old, new, "--map", table, "--usage", usage, "-o", "impact.json"],
        vec!["impact", old, new, "--map", table, "--usage", usage, "-o", "impact.xlsx"],
        vec!["lookup", "G35", "--in", old, "--in", new, "-o", "lookup.json"],
    ];
    for arguments in &compared {
        browser.run(&format!("command({})", json!(arguments)));
        wait(&browser);
    }
    let folder = tempfile::tempdir().unwrap();
    for name in FILES {
        std::fs::copy(demo(name), folder.path().join(name)).unwrap();
    }
    run(folder.path(), &["init"]);
    run(folder.path(), &["prepare"]);
    for arguments in &compared {
        run(folder.path(), arguments);
    }
    let mut expected = written(folder.path());
    expected.retain(|name, _| {
        !FILES.contains(&name.as_str()) && name != "codeset.toml" && !name.starts_with(".store")
    });
    let made = made(&browser);
    assert_eq!(made.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    let differing: Vec<_> =
        made.iter().filter(|(name, bytes)| expected[*name] != **bytes).map(|(name, _)| name).collect();
    assert_eq!(differing, Vec::<&String>::new(), "differ from those of the command line");
    assert!(
        made.contains_key("prepare-2026/index.html") && made.contains_key("prepare-2026/review-all.html")
    );
    browser.assert_quiet();
}

#[test]
fn a_page_that_was_made_opens_and_its_links_lead_on() {
    let Some(browser) = opened() else { return };
    give(&browser, &FILES.map(demo));
    let heading =
        "return document.querySelector('#viewer iframe').contentDocument?.querySelector('h1')?.textContent";
    let shown = |words: &str| {
        let start = Instant::now();
        while !browser.run(heading).as_str().is_some_and(|text| text.contains(words)) {
            assert!(start.elapsed() < PATIENCE, "{words}: {}", browser.run(heading));
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    browser.run("document.querySelector('[aria-label=\"Open prepare-2026/index.html\"]').click()");
    shown("2026");
    browser.run(
        "document.querySelector('#viewer iframe').contentDocument.querySelector('a[href^=\"review-\"]').click()",
    );
    shown("decision");
    // Its script runs.
    let state = "return document.querySelector('#viewer iframe').contentDocument.querySelector('.item').dataset.state";
    assert_eq!(browser.run(state), json!("undecided"));
    browser.run("find('back').click()");
    shown("2026");
    browser.run("find('close').click()");
    // The licenses of what is in the page come with it.
    browser.run("find('licenses').click()");
    let notices =
        "return document.querySelector('#viewer iframe').contentDocument?.querySelector('pre')?.textContent";
    let start = Instant::now();
    while !browser.run(notices).as_str().is_some_and(|text| text.contains("Apache License")) {
        assert!(start.elapsed() < PATIENCE, "the licenses are not shown");
        std::thread::sleep(Duration::from_millis(20));
    }
    browser.run("find('close').click()");
    // Everything as one archive, which other programs read.
    browser.run("find('all').click()");
    let saved = browser.saved("codeset.zip");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(saved)).unwrap();
    assert!(archive.by_name("codeset.toml").is_ok());
    for at in 0..archive.len() {
        // Reading to the end checks the checksum.
        std::io::copy(&mut archive.by_index(at).unwrap(), &mut std::io::sink()).unwrap();
    }
    browser.assert_quiet();
}

#[test]
fn a_wrong_file_has_the_message_of_the_command_line() {
    let Some(browser) = opened() else { return };
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("letter.txt");
    std::fs::write(&wrong, "Dear colleague,\nplease find the codes attached.\n").unwrap();
    give(&browser, std::slice::from_ref(&wrong));
    let output = Command::new(env!("CARGO_BIN_EXE_codeset"))
        .args(["diff", "letter.txt", "letter.txt"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    let error = message.lines().find_map(|line| line.strip_prefix("error: ")).unwrap();
    let shown = browser.text("#files td.none");
    assert!(shown.contains(error), "{shown}\n{message}");
    browser.run("document.querySelector('[aria-label=\"Remove letter.txt\"]').click()");
    wait(&browser);
    assert_eq!(browser.count("#files tbody tr"), 0);
    browser.assert_quiet();
}

#[test]
fn settings_and_decisions_are_used_at_the_next_run() {
    let Some(browser) = opened() else { return };
    give(&browser, &FILES.map(demo));
    browser.run(
        "find('toml').value = find('toml').value.replace('# suppress-below = 11', 'suppress-below = 999999')",
    );
    browser.run("find('again').click()");
    wait(&browser);
    let summary = browser.text("#state");
    assert!(summary.contains("are hidden"), "{summary}");
    browser.run("find('toml').value = 'new = 2026 2027'");
    browser.run("find('again').click()");
    wait(&browser);
    assert!(browser.text("#state.bad").contains("codeset.toml"), "{}", browser.text("#state"));
    browser.run("find('anew').click()");
    wait(&browser);
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("decisions.csv");
    std::fs::write(&table, "source,target,status\nG35,G35D,choose\n").unwrap();
    let before = browser.text("#state");
    browser.choose_file("#decisions", &table);
    wait(&browser);
    let after = browser.text("#state");
    assert!(after != before && after.contains("1 of "), "{before}\n{after}");
    browser.assert_quiet();
}
