//! Pages in a real browser: no error, no request, search, filters and sorting do what they say, also with 10,000 rows.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::common::browser::Browser;
use crate::common::pages::{NEW, OLD, TABLE, USAGE, written};
use serde_json::json;

const IMPACT: [&str; 7] = ["impact", OLD, NEW, "--map", TABLE, "--usage", USAGE];

const REVIEW: [&str; 9] = ["impact", OLD, NEW, "--map", TABLE, "--usage", USAGE, "--format", "review"];

/// A report as a file.
fn page(folder: &tempfile::TempDir, arguments: &[&str]) -> std::path::PathBuf {
    let file = folder.path().join("report.html");
    written(&[arguments, &["-o", file.to_str().unwrap(), "--quiet"]].concat());
    file
}

#[test]
fn a_page_can_be_searched_filtered_and_sorted_and_asks_for_nothing() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    browser.open(&page(&folder, &IMPACT));
    let rows = "#t1-2 tbody tr";
    assert_eq!(browser.count(rows), 6);
    assert_eq!(browser.text(".count"), "6 of 6 rows");
    // Codes are found with and without their dot, words in any order, letters large and small.
    for (words, found) in
        [("z91011", 1), ("Z91.0", 2), ("SCLEROSIS multiple", 1), ("nothing like it", 0), ("", 6)]
    {
        browser.search(words);
        assert_eq!(browser.count(rows), found, "{words}");
        assert_eq!(browser.text(".count"), format!("{found} of 6 rows"));
    }
    let choose = |at: usize, word: &str| {
        browser.run(&format!(
            "const select = document.querySelectorAll('.tools select')[{at}]; select.value = '{word}'; \
             select.dispatchEvent(new Event('change'))"
        ));
    };
    choose(0, "removed");
    assert_eq!(browser.count(rows), 1);
    choose(0, "");
    choose(1, "Pediatrics");
    assert_eq!(browser.count(rows), 2);
    browser.run("document.querySelector('.clear').click()");
    assert_eq!(browser.count(rows), 6);
    // By lines: most first, then fewest first; then by code.
    let click = |at: usize| {
        browser.run(&format!("document.querySelectorAll('#t1-2 thead button')[{at}].click()"));
        let code = browser.text("#t1-2 tbody tr code");
        let way =
            format!("return document.querySelectorAll('#t1-2 thead th')[{at}].getAttribute('aria-sort')");
        (code, browser.run(&way).as_str().unwrap().to_owned())
    };
    assert_eq!(click(2), ("G35".to_owned(), "descending".to_owned()));
    assert_eq!(click(2).1, "ascending");
    assert_eq!(click(0), ("B88.0".to_owned(), "ascending".to_owned()));
    assert_eq!(click(0), ("Z91.012".to_owned(), "descending".to_owned()));
    browser.assert_quiet();
}

#[test]
fn every_rich_page_is_quiet_and_none_is_blank() {
    let folder = tempfile::tempdir().unwrap();
    for width in [1280, 400] {
        let Some(browser) = Browser::start(width) else { return };
        for arguments in
            [&IMPACT[..], &REVIEW, &["diff", OLD, NEW], &["crosswalk", OLD, NEW, "--map", TABLE], &["sets"]]
        {
            browser.open(&page(&folder, arguments));
            // A blank picture packs to next to nothing.
            assert!(browser.screenshot().len() > 20_000, "{arguments:?}");
            let over = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.run(over), json!(0), "{arguments:?} at {width} does not scroll sideways");
            browser.assert_quiet();
        }
    }
}

#[test]
fn what_is_closed_on_the_screen_is_open_in_print() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    browser.open(&page(&folder, &IMPACT));
    let closed = ".targets details:not([open])";
    let count = browser.count(closed);
    assert!(count > 0);
    browser.run("dispatchEvent(new Event('beforeprint'))");
    assert_eq!(browser.count(closed), 0);
    browser.run("dispatchEvent(new Event('afterprint'))");
    assert_eq!(browser.count(closed), count);
}

#[test]
fn the_summary_of_an_update_is_one_printed_page() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_codeset")).arg("demo").arg(folder.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    browser.open(&folder.path().join("prepare-2026/summary.html"));
    for (paper, width, height) in [("Letter", 21.59, 27.94), ("A4", 21.0, 29.7)] {
        assert_eq!(browser.printed_pages(width, height), 1, "{paper}");
    }
    browser.assert_quiet();
}

#[test]
fn hostile_texts_do_not_run() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    let order = |name: &str, code: &str| {
        let long = "<script>document.title='hit'</script><img src=x onerror=\"document.title='hit'\">";
        let file = folder.path().join(name);
        fs::write(&file, format!("00001 {code:<7} 1 {long:.60} {long}\r\n")).unwrap();
        file
    };
    let (old, new) = (order("icd10cm-order-2025.txt", "A000"), order("icd10cm-order-2026.txt", "A001"));
    browser.open(&page(&folder, &["diff", old.to_str().unwrap(), new.to_str().unwrap()]));
    assert!(!browser.run("return document.title").as_str().unwrap().contains("hit"));
    assert_eq!(browser.count("img"), 0);
    assert_eq!(browser.count("script"), 1);
    browser.assert_quiet();
}

/// A year in which 10,000 codes in use became headers.
fn large(folder: &tempfile::TempDir) -> [std::path::PathBuf; 3] {
    let (mut old, mut new, mut usage) = (String::new(), String::new(), "code,count,owner\n".to_owned());
    for at in 0..10_000 {
        let code = format!("{}{:03}", char::from(b'A' + u8::try_from(at / 1000).unwrap()), at % 1000);
        let long = format!("Disorder number {at} of the sample, unspecified");
        let _ = write!(old, "{at:05} {code:<7} 1 {long:<60} {long}\r\n");
        let _ = write!(new, "{at:05} {code:<7} 0 {long:<60} {long}\r\n");
        for (end, side) in [("1", "right"), ("2", "left")] {
            let long = format!("Disorder number {at} of the sample, {side} side");
            let _ = write!(new, "{at:05} {code}{end:<3} 1 {long:<60} {long}\r\n");
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
fn ten_thousand_rows_are_searched_without_waiting() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    let [old, new, usage] = large(&folder).map(|file| file.to_str().unwrap().to_owned());
    browser.open(&page(&folder, &["impact", &old, &new, "--usage", &usage]));
    assert_eq!(browser.text(".count"), "10,000 of 10,000 rows, the first 50 are shown");
    let times: Vec<f64> = ["d", "di", "dis", "disorder 77", "disorder 777", "department", ""]
        .map(|words| browser.search(words))
        .into();
    eprintln!("milliseconds a keystroke: {times:.0?}");
    browser.search("B777");
    assert_eq!(browser.text(".count"), "1 of 10,000 rows");
    browser.search("");
    let sort = "const start = performance.now(); document.querySelector('thead button').click(); \
                document.body.getBoundingClientRect(); return performance.now() - start";
    eprintln!("milliseconds to sort: {:.0}", browser.run(sort).as_f64().unwrap());
    // The first letter also gathers the texts, which the focus of the field does for people. Slow machines are slow.
    let slowest = times[1..].iter().copied().fold(0.0, f64::max);
    assert!(slowest < 1_000.0, "{times:?}");
    // On paper stands all of it.
    browser.run("dispatchEvent(new Event('beforeprint'))");
    assert_eq!(browser.count("#t1-2 tbody tr"), 10_000);
    browser.run("dispatchEvent(new Event('afterprint'))");
    assert_eq!(browser.count("#t1-2 tbody tr"), 50);
    browser.assert_quiet();
}
