//! A real browser, driven by chromedriver: JSON over HTTP to this machine. Without it tests are skipped, and fail in CI.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value, json};

use super::tools;

/// Longer than any page takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one window.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    profile: tempfile::TempDir,
}

/// Number of times that a driver is started.
const ATTEMPTS: usize = 5;

/// Starts a driver; returns it with its port.
fn started() -> Option<(Child, u16)> {
    let command = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn();
    let mut driver = command.ok()?;
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let port = lines.find_map(|line| {
        let line = line.ok()?;
        let (_, port) = line.split_once("successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    let Some(port) = port else {
        driver.kill().ok();
        driver.wait().ok();
        return None;
    };
    // Nobody else reads what it says.
    std::thread::spawn(move || lines.for_each(drop));
    Some((driver, port))
}

impl Browser {
    /// Starts a browser; `None` where there is no chromedriver.
    pub(crate) fn start(width: u32) -> Option<Self> {
        // Of two drivers that start at the same time, one may find that the port it was given is in use.
        let Some((driver, port)) = (0..ATTEMPTS).find_map(|_| started()) else {
            tools::missing("chromedriver");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Self { driver, port, session: String::new(), profile };
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
            format!("--user-data-dir={}", browser.profile.path().display()),
        ];
        let prefs = json!({"download.default_directory": browser.downloads()});
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": arguments, "prefs": prefs},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let session = browser.ask("POST", "/session", &wanted);
        browser.session = session["sessionId"].as_str().unwrap_or_else(|| panic!("{session}")).to_owned();
        Some(browser)
    }

    /// The folder of saved files.
    pub(crate) fn downloads(&self) -> std::path::PathBuf {
        self.profile.path().join("saved")
    }

    /// The bytes of a saved file, which is removed.
    pub(crate) fn saved(&self, name: &str) -> Vec<u8> {
        let file = self.downloads().join(name);
        let start = Instant::now();
        while !file.exists() {
            assert!(start.elapsed() < PATIENCE, "{name} is not saved");
            std::thread::sleep(Duration::from_millis(20));
        }
        let bytes = std::fs::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        bytes
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
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

    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.ask("POST", &format!("/session/{}{path}", self.session), body);
        assert!(answer["error"].is_null(), "{path}: {answer}");
        answer
    }

    /// Opens a page and waits until its script has run.
    pub(crate) fn open(&self, file: &Path) {
        self.post("/url", &json!({"url": format!("file://{}", file.display())}));
        let is_there = "return location.protocol === 'file:' && document.readyState === 'complete'";
        let start = Instant::now();
        while self.run(is_there) != json!(true) {
            assert!(start.elapsed() < PATIENCE, "{} does not open", file.display());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The value of a script.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    pub(crate) fn count(&self, selector: &str) -> u64 {
        self.run(&format!("return document.querySelectorAll('{selector}').length")).as_u64().unwrap()
    }

    pub(crate) fn text(&self, selector: &str) -> String {
        self.run(&format!("return document.querySelector('{selector}').textContent"))
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The number of pages that the page takes on paper of this size, in centimeters.
    pub(crate) fn printed_pages(&self, width: f64, height: f64) -> usize {
        let paper = json!({"page": {"width": width, "height": height}, "background": true});
        let pdf = base64::engine::general_purpose::STANDARD
            .decode(self.post("/print", &paper).as_str().unwrap())
            .unwrap();
        let text = String::from_utf8_lossy(&pdf);
        text.split("/Type /Page").skip(1).filter(|rest| !rest.starts_with('s')).count()
    }

    /// A picture of the window, in base64.
    pub(crate) fn screenshot(&self) -> String {
        let shot = self.ask("GET", &format!("/session/{}/screenshot", self.session), &Value::Null);
        shot.as_str().unwrap().to_owned()
    }

    /// Sends a command to the developer tools.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// Presses keys, one after the other: letters, `Enter`, `Tab`, `Escape`, `ArrowDown`, and `Shift+1`, `Control+z`.
    pub(crate) fn press(&self, keys: &[&str]) {
        let value = |key: &str| match key {
            "Enter" => "\u{e007}".to_owned(),
            "Tab" => "\u{e004}".to_owned(),
            "Shift" => "\u{e008}".to_owned(),
            "Control" => "\u{e009}".to_owned(),
            "Escape" => "\u{e00c}".to_owned(),
            "ArrowDown" => "\u{e015}".to_owned(),
            letter => letter.to_owned(),
        };
        let act = |kind: &str, key: &str| json!({"type": kind, "value": value(key)});
        let pressed = |key: &&str| match key.split_once('+').filter(|(held, _)| !held.is_empty()) {
            Some((held, key)) => {
                vec![act("keyDown", held), act("keyDown", key), act("keyUp", key), act("keyUp", held)]
            }
            None => vec![act("keyDown", key), act("keyUp", key)],
        };
        let actions: Vec<Value> = keys.iter().flat_map(pressed).collect();
        self.post("/actions", &json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]}));
    }

    /// Types a text.
    pub(crate) fn type_text(&self, text: &str) {
        let letters: Vec<String> = text.chars().map(String::from).collect();
        self.press(&letters.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// Gives a file to a field.
    pub(crate) fn choose_file(&self, selector: &str, file: &Path) {
        let element = self.post("/element", &json!({"using": "css selector", "value": selector}));
        let id = element.as_object().unwrap().values().next().unwrap().as_str().unwrap();
        self.post(&format!("/element/{id}/value"), &json!({"text": file.to_str().unwrap()}));
    }

    /// Types into the search of the first table; returns how many milliseconds it took until the page stood again.
    pub(crate) fn search(&self, words: &str) -> f64 {
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
    pub(crate) fn assert_quiet(&self) {
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
                let is_page = url.starts_with("file:") && url.ends_with(".html");
                // A saved file is a blob of the page.
                assert!(is_page || url == "data:," || url.starts_with("blob:"), "{url}");
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
