//! Pages in a real browser: no error, no request, search, filters and sorting do what they say, also with 10,000 rows.
//!
//! It talks to chromedriver, JSON over HTTP to this machine. Without it these tests are skipped, and fail in CI.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::pages::{NEW, OLD, TABLE, USAGE, written};
use crate::common::tools;
use serde_json::{Value, json};

/// Longer than any page takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one window.
struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts a browser; `None` where there is no chromedriver.
    fn start(width: u32) -> Option<Self> {
        let command = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn();
        let Ok(mut driver) = command else {
            tools::missing("chromedriver");
            return None;
        };
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let (_, port) =
                line.ok()?.split_once("successfully on port ").map(|(a, b)| (a.len(), b.to_owned()))?;
            port.trim_end_matches('.').parse().ok()
        });
        // Nobody else reads what it says.
        std::thread::spawn(move || lines.for_each(drop));
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Self {
            driver,
            port: port.expect("chromedriver names its port"),
            session: String::new(),
            _profile: profile,
        };
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            format!("--window-size={width},900"),
            format!("--user-data-dir={}", browser._profile.path().display()),
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let session = browser.ask("POST", "/session", &wanted);
        browser.session = session["sessionId"].as_str().unwrap_or_else(|| panic!("{session}")).to_owned();
        Some(browser)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let body = if method == "POST" { body.to_string() } else { String::new() };
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .unwrap();
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap() > 0 && line != "\r\n" {
            if let Some((_, number)) = line.to_lowercase().split_once("content-length:") {
                length = number.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).unwrap();
        serde_json::from_slice::<Value>(&answer).unwrap()["value"].clone()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.ask("POST", &format!("/session/{}{path}", self.session), body);
        assert!(answer["error"].is_null(), "{path}: {answer}");
        answer
    }

    /// Opens a page and waits until its script has run.
    fn open(&self, file: &Path) {
        self.post("/url", &json!({"url": format!("file://{}", file.display())}));
        let is_there = "return location.protocol === 'file:' && document.readyState === 'complete'";
        let start = Instant::now();
        while self.run(is_there) != json!(true) {
            assert!(start.elapsed() < PATIENCE, "{} does not open", file.display());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The value of a script.
    fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    fn count(&self, selector: &str) -> u64 {
        self.run(&format!("return document.querySelectorAll('{selector}').length")).as_u64().unwrap()
    }

    fn text(&self, selector: &str) -> String {
        self.run(&format!("return document.querySelector('{selector}').textContent"))
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Types into the search of the first table; returns how many milliseconds it took until the page stood again.
    fn search(&self, words: &str) -> f64 {
        let script = format!(
            "const search = document.querySelector('input[type=search]'); \
             search.value = {}; \
             const start = performance.now(); \
             search.dispatchEvent(new Event('input')); \
             document.body.getBoundingClientRect(); \
             return performance.now() - start;",
            json!(words)
        );
        self.run(&script).as_f64().unwrap()
    }

    /// Nothing went wrong, and nothing but the file itself was asked for.
    fn assert_quiet(&self) {
        let log = self.post("/se/log", &json!({"type": "browser"}));
        assert_eq!(log, json!([]), "the console is empty");
        let events = self.post("/se/log", &json!({"type": "performance"}));
        let mut seen = 0;
        for event in events.as_array().unwrap() {
            let message: Value = serde_json::from_str(event["message"].as_str().unwrap()).unwrap();
            let asked = &message["message"]["params"];
            // The browser's own first page asks for things of its own.
            let is_ours = asked["documentURL"].as_str().is_some_and(|page| page.starts_with("file:"));
            if message["message"]["method"] == "Network.requestWillBeSent" && is_ours {
                let url = asked["request"]["url"].as_str().unwrap();
                assert!(
                    url.starts_with("file:") && url.ends_with("/report.html") || url == "data:,",
                    "{url}"
                );
                seen += 1;
            }
        }
        assert!(seen > 0, "the page itself was asked for");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            self.ask("DELETE", &format!("/session/{}", self.session), &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

const IMPACT: [&str; 7] = ["impact", OLD, NEW, "--map", TABLE, "--usage", USAGE];

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
            [&IMPACT[..], &["diff", OLD, NEW], &["crosswalk", OLD, NEW, "--map", TABLE], &["sets"]]
        {
            browser.open(&page(&folder, arguments));
            let shot = browser.ask("GET", &format!("/session/{}/screenshot", browser.session), &Value::Null);
            // A blank picture packs to next to nothing.
            assert!(shot.as_str().unwrap().len() > 20_000, "{arguments:?}");
            let over = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.run(over), json!(0), "{arguments:?} at {width} does not scroll sideways");
            browser.assert_quiet();
        }
    }
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
