//! A disk that fails, is full, or is gone with the program: at each operation on files, one after the other.
//!
//! `tests/faults/faults.c` is loaded into the program and makes one operation fail, or kills the program there. A file of
//! the user's is then as it was or as it should be; the program has said what failed; and the same command, or the journal,
//! leads to the result of an undisturbed run.
//!
//! The ordinary tests try about 500 points, always the same ones. `tests/faults/run.sh` tries all.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::lists;
use crate::common::server::{Answer, Server};

/// A command that changes files.
struct Scenario<'s> {
    name: &'s str,
    /// Makes the files that it needs in an empty folder.
    make: &'s (dyn Fn(&Path) + Sync),
    args: Vec<String>,
    /// A folder with files of the user's: each is old or new at any time.
    users: Option<&'s str>,
    /// What must succeed once everything is done.
    check: Option<&'s [&'s str]>,
}

/// What one operation does.
const FAULTS: [&str; 5] = ["eio", "enospc", "short", "before", "after"];

/// Returns whether a kind of operation is tried with a fault.
fn applies(kind: &str, fault: &str) -> bool {
    match fault {
        "eio" => true,
        "short" => kind == "write",
        "enospc" => !matches!(kind, "read" | "open" | "remove"),
        // A program that ends while it reads has changed as much as before its next operation.
        _ => !matches!(kind, "read" | "open"),
    }
}

/// The number of points for each scenario; all of them if the variable is set.
fn most() -> usize {
    if is_full() { usize::MAX } else { 32 }
}

fn is_full() -> bool {
    std::env::var_os("CODESET_ALL_FAULTS").is_some()
}

/// The library, compiled; the reason if that is not possible.
static LIBRARY: LazyLock<Result<(tempfile::TempDir, PathBuf), String>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("faults.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/faults.c");
    let compiler = Command::new("cc")
        .args(["-O1", "-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(source)
        .arg("-ldl")
        .output();
    match compiler {
        Ok(output) if output.status.success() => Ok((folder, library)),
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => Err(format!("no C compiler: {error}")),
    }
});

/// A fault at an operation, counted from 1.
#[derive(Clone, Copy)]
struct Fault<'f> {
    at: usize,
    kind: &'f str,
}

/// A folder in which a scenario is played.
struct Room(tempfile::TempDir);

/// The files of a folder, by their paths.
type Files = BTreeMap<String, Vec<u8>>;

impl Room {
    fn new(scenario: &Scenario<'_>) -> Self {
        let room = Self(tempfile::tempdir().unwrap());
        (scenario.make)(&room.folder());
        room
    }

    /// The folder, as the kernel names it.
    fn folder(&self) -> PathBuf {
        fs::canonicalize(self.0.path()).unwrap()
    }

    fn command<S: AsRef<str>>(&self, args: &[S]) -> Command {
        let mut command = codeset(&self.folder());
        command.args(args.iter().map(AsRef::as_ref));
        command
    }

    fn run<S: AsRef<str>>(&self, args: &[S]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs a scenario with a fault, or with none, and returns the operations as well: kind and path.
    fn disturbed(
        &self,
        scenario: &Scenario<'_>,
        fault: Option<Fault<'_>>,
    ) -> (Output, Vec<(String, String)>) {
        let (_, library) = LIBRARY.as_ref().unwrap();
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut command = self.command(&scenario.args);
        command.env("LD_PRELOAD", library).env("FAULT_UNDER", self.folder()).env("FAULT_LOG", log.path());
        if let Some(fault) = fault {
            command.env("FAULT_AT", fault.at.to_string()).env("FAULT_AS", fault.kind);
        }
        let output = command.output().unwrap();
        let text = fs::read_to_string(log.path()).unwrap();
        let operation = |line: &str| {
            let mut parts = line.splitn(3, ' ').skip(1).map(str::to_owned);
            (parts.next().unwrap(), parts.next().unwrap())
        };
        (output, text.lines().map(operation).collect())
    }

    /// Returns all files but journals and locks, which tell nothing about the result.
    fn files(&self) -> Files {
        let mut files = Files::new();
        collect(&self.folder(), &self.folder(), &mut files);
        files.retain(|path, _| !path.contains(".codeset-migrate/") && !path.ends_with("lock"));
        files
    }
}

fn codeset(folder: &Path) -> Command {
    // A program that is optimized tries all points in a quarter of the time.
    let program = std::env::var_os("CODESET_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_codeset").into());
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null()).env("CODESET_STORE", folder.join("store"));
    for name in ["CODESET_CATALOG", "CODESET_MIRROR", "http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    command
}

fn collect(root: &Path, folder: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            files.insert(
                path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(),
                fs::read(&path).unwrap(),
            );
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Returns whether a path is that of a file on its way.
fn is_temporary(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap();
    name.starts_with(".codeset-") || path.contains("/partial/") || name.ends_with("-journal")
}

/// What the points of a scenario came to.
#[derive(Default)]
struct Tally {
    points: BTreeMap<&'static str, usize>,
    done: usize,
    refused: usize,
    killed: usize,
}

impl Scenario<'_> {
    /// Tries points, and prints a line of the table.
    fn play(&self) {
        if let Err(reason) = LIBRARY.as_ref() {
            assert!(std::env::var_os("CI").is_none_or(|ci| ci == "false"), "{reason}");
            eprintln!("skipped: {reason}");
            return;
        }
        let room = Room::new(self);
        let before = room.files();
        let (expected, operations) = room.disturbed(self, None);
        assert!(matches!(expected.status.code(), Some(0 | 3)), "{}: {}", self.name, text(&expected.stderr));
        assert!(operations.len() > 5, "{}: operations are counted", self.name);
        let words = text(&expected.stderr).replace(room.folder().to_str().unwrap(), "");
        let after = room.files();
        let points: Vec<(usize, &'static str)> = (1..)
            .zip(&operations)
            // The demo reads only what it has just written, without a word: its reports are what it shows.
            .filter(|(_, (kind, _))| self.name != "demo" || !matches!(kind.as_str(), "read" | "open"))
            .flat_map(|(at, (kind, _))| {
                FAULTS.iter().filter(|fault| applies(kind, fault)).map(move |fault| (at, *fault))
            })
            .collect();
        let count = points.len().min(most());
        let mut tally = Tally::default();
        let next = AtomicUsize::new(0);
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let tallies = std::thread::scope(|scope| {
            let work = || {
                let mut tally = Tally::default();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        return tally;
                    }
                    // Spread evenly, the same ones each time.
                    let point = points[at * points.len() / count];
                    self.point(point, &operations, (&before, &after), (&expected, &words), &mut tally);
                }
            };
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
        });
        for other in tallies {
            other
                .points
                .into_iter()
                .for_each(|(fault, number)| *tally.points.entry(fault).or_default() += number);
            tally.done += other.done;
            tally.refused += other.refused;
            tally.killed += other.killed;
        }
        let number = |fault| tally.points.get(fault).copied().unwrap_or_default();
        eprintln!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            self.name,
            operations.len(),
            number("eio"),
            number("enospc"),
            number("short"),
            number("before") + number("after"),
            tally.refused,
            tally.done,
            tally.killed
        );
    }

    fn point(
        &self,
        (at, kind): (usize, &'static str),
        operations: &[(String, String)],
        (before, after): (&Files, &Files),
        (expected, expected_words): (&Output, &str),
        tally: &mut Tally,
    ) {
        let room = Room::new(self);
        let (output, _) = room.disturbed(self, Some(Fault { at, kind }));
        let said = text(&output.stderr).replace(room.folder().to_str().unwrap(), "");
        let (operation, path) = &operations[at - 1];
        let here = format!("{}: {kind} at {at}, {operation} of {path}: {said}", self.name);
        assert!(!said.contains("panicked"), "{here}");
        let now = room.files();
        self.users_are_whole(&now, before, after, &here);
        match output.status.code() {
            None => {
                tally.killed += 1;
                assert!(matches!(kind, "before" | "after"), "{here}");
            }
            Some(code) if Some(code) == expected.status.code() && said == expected_words => {
                tally.done += 1;
                assert_eq!(text(&output.stdout), text(&expected.stdout), "{here}");
                assert!(same(&now, after), "{here}\n{}", differences(&now, after));
            }
            Some(code) => {
                tally.refused += 1;
                assert!(matches!(code, 2 | 3) && said.contains('`'), "exit {code}: {here}");
                let left: Vec<&String> =
                    now.keys().filter(|path| is_temporary(path) && !before.contains_key(*path)).collect();
                // What was downloaded is kept for the next run, and what could not be removed is left.
                let is_kept = |path: &&String| path.contains("/partial/") && self.name == "fetch";
                assert!(left.iter().all(is_kept) || operation == "remove", "{here} left {left:?}");
            }
        }
        *tally.points.entry(kind).or_default() += 1;
        self.settle(&room, at, matches!(operation.as_str(), "read" | "open"), (before, after), &here);
    }

    /// Leads to the result without faults: by the journal if there is one, and by the command.
    fn settle(&self, room: &Room, at: usize, is_read: bool, (before, after): (&Files, &Files), here: &str) {
        if self.users.is_some()
            && self.args[0] == "migrate"
            && self.args[1] != "undo"
            && self.args[1] != "resume"
        {
            let journal = room.folder().join(".codeset-migrate/1/journal.json");
            if !journal.is_file() {
                self.all_are(
                    &room.files(),
                    before,
                    &format!("without a journal nothing was changed: {here}"),
                );
            } else if at.is_multiple_of(2) {
                self.must(room, &["migrate", "undo", ".codeset-migrate/1"], here);
                self.all_are(&room.files(), before, &format!("after undo: {here}"));
            } else {
                self.must(room, &["migrate", "resume", ".codeset-migrate/1"], here);
                // A list that could not be read was left out, and said to be.
                if !is_read {
                    self.all_are(&room.files(), after, &format!("after resume: {here}"));
                }
            }
        }
        let args: Vec<&str> = self.args.iter().map(String::as_str).collect();
        self.must(room, &args, here);
        let end = room.files();
        assert!(same(&end, after), "in the end: {here}\n{}", differences(&end, after));
        if let Some(check) = self.check {
            self.must(room, check, here);
        }
    }

    fn must(&self, room: &Room, args: &[&str], here: &str) {
        let output = room.run(args);
        assert!(
            matches!(output.status.code(), Some(0 | 3)),
            "then {args:?} ended with {:?}: {}\n{here}",
            output.status,
            text(&output.stderr)
        );
    }

    fn is_of_user(&self, path: &str) -> bool {
        self.users.is_some_and(|folder| path.starts_with(folder)) && !is_temporary(path)
    }

    fn users_are_whole(&self, now: &Files, before: &Files, after: &Files, here: &str) {
        for path in before.keys().filter(|path| self.is_of_user(path)) {
            let bytes = now.get(path).unwrap_or_else(|| panic!("{path} is gone: {here}"));
            // SQLite puts back what it was writing when the database is opened; only its own program says what is in it.
            let is_whole = bytes == &before[path] || bytes == &after[path] || path.ends_with(".db");
            assert!(is_whole, "{path} is torn: {here}");
        }
    }

    fn all_are(&self, now: &Files, wanted: &Files, here: &str) {
        for path in wanted.keys().filter(|path| self.is_of_user(path)) {
            assert!(now[path] == wanted[path], "{path}: {here}");
        }
    }
}

/// Returns whether two folders hold the same, but for files on their way.
fn same(now: &Files, wanted: &Files) -> bool {
    differences(now, wanted).is_empty()
}

fn differences(now: &Files, wanted: &Files) -> String {
    let mut lines = Vec::new();
    for path in now.keys().chain(wanted.keys()).filter(|path| !is_temporary(path)) {
        match (now.get(path), wanted.get(path)) {
            (Some(now), Some(wanted)) if now == wanted => {}
            (Some(_), Some(_)) => lines.push(format!("{path} differs")),
            (Some(_), None) => lines.push(format!("{path} is new")),
            _ => lines.push(format!("{path} is missing")),
        }
    }
    lines.dedup();
    lines.join("\n")
}

fn strings(args: &[&str]) -> Vec<String> {
    args.iter().map(|arg| (*arg).to_owned()).collect()
}

/// Runs a command that prepares a folder.
fn prepared(folder: &Path, args: &[&str]) {
    let output = codeset(folder).args(args).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{args:?}: {}", text(&output.stderr));
}

fn releases(folder: &Path) {
    for (name, text) in lists::release_files() {
        fs::write(folder.join(name), text).unwrap();
    }
}

fn demo(year: u32) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("demo/icd10cm-order-{year}.txt"))
        .to_str()
        .unwrap()
        .to_owned()
}

/// A release as a file of the folder, so that reading it is counted.
fn order_file(folder: &Path) {
    fs::copy(demo(2026), folder.join("2026.txt")).unwrap();
}

fn stored(folder: &Path) {
    for year in [2025, 2026] {
        prepared(folder, &["add", &demo(year), "--as", &format!("icd10cm@{year}")]);
    }
}

const LISTS: usize = 3;

fn user_lists(folder: &Path) {
    releases(folder);
    fs::create_dir(folder.join("lists")).unwrap();
    let number = if is_full() { 48 } else { LISTS };
    for at in 0..number {
        let text = format!("dx,n\n{}", format!("Z59.1,{at}\nI10,2\nA00.0,3\n").repeat(20));
        fs::write(folder.join(format!("lists/{at:02}.csv")), text).unwrap();
    }
}

fn migrate(more: &[&str]) -> Vec<String> {
    strings(&[&["migrate"][..], &lists::Desk::RELEASES, &["lists", "--quiet", "--in-place"], more].concat())
}

#[test]
fn lists_are_changed_wholly_or_not_at_all() {
    Scenario {
        name: "migrate, lists",
        make: &user_lists,
        args: migrate(&[]),
        users: Some("lists/"),
        check: None,
    }
    .play();
}

#[test]
fn a_change_is_undone_and_resumed_wholly_or_not_at_all() {
    let changed = |folder: &Path| {
        user_lists(folder);
        let args = migrate(&[]);
        prepared(folder, &args.iter().map(String::as_str).collect::<Vec<_>>());
    };
    let args = strings(&["migrate", "undo", ".codeset-migrate/1"]);
    Scenario { name: "migrate undo", make: &changed, args, users: Some("lists/"), check: None }.play();
    // What was undone is resumed: all files are old, and the journal is there.
    let undone = |folder: &Path| {
        changed(folder);
        prepared(folder, &["migrate", "undo", ".codeset-migrate/1"]);
    };
    let args = strings(&["migrate", "resume", ".codeset-migrate/1"]);
    Scenario { name: "migrate resume", make: &undone, args, users: Some("lists/"), check: None }.play();
}

#[cfg(feature = "sqlite")]
#[test]
fn a_database_is_changed_wholly_or_not_at_all() {
    let with_database = |folder: &Path| {
        releases(folder);
        fs::create_dir(folder.join("lists")).unwrap();
        assert!(database(&folder.join("lists/a.db")), "sqlite3 makes a database");
    };
    if Command::new("sqlite3").arg("--version").output().is_err() {
        eprintln!("skipped: sqlite3 is not installed");
        return;
    }
    Scenario {
        name: "migrate, SQLite",
        make: &with_database,
        args: migrate(&[]),
        users: Some("lists/"),
        check: None,
    }
    .play();
}

/// Makes a database with the program of SQLite.
#[cfg(feature = "sqlite")]
fn database(path: &Path) -> bool {
    let rows = "INSERT INTO t VALUES ('Z59.1', 1), ('I10', 2), ('A00.0', 3);".repeat(20);
    let sql = format!("CREATE TABLE t (dx TEXT, n INTEGER); {rows}");
    Command::new("sqlite3").arg(path).arg(sql).status().is_ok_and(|status| status.success())
}

#[test]
fn the_store_takes_a_release_wholly_or_not_at_all() {
    let args = strings(&["add", "2026.txt", "--as", "icd10cm@2026"]);
    Scenario { name: "add", make: &order_file, args, users: None, check: Some(&["store", "verify"]) }.play();
}

#[test]
fn the_store_is_carried_wholly_or_not_at_all() {
    let args = strings(&["store", "export", "out.zip", "icd10cm@2025", "icd10cm@2026"]);
    Scenario { name: "store export", make: &stored, args, users: None, check: Some(&["store", "verify"]) }
        .play();
    let packed = |folder: &Path| {
        stored(folder);
        prepared(folder, &["store", "export", "out.zip", "icd10cm@2025", "icd10cm@2026"]);
        fs::remove_dir_all(folder.join("store")).unwrap();
    };
    let args = strings(&["store", "import", "out.zip"]);
    Scenario { name: "store import", make: &packed, args, users: None, check: Some(&["store", "verify"]) }
        .play();
    let args = strings(&["store", "prune"]);
    let unneeded = |folder: &Path| {
        stored(folder);
        fs::remove_file(folder.join("store/v1/releases/icd10cm@2025.json")).unwrap();
        fs::write(folder.join("store/v1/partial/a.part"), "cut").unwrap();
    };
    Scenario { name: "store prune", make: &unneeded, args, users: None, check: Some(&["store", "verify"]) }
        .play();
    let args = strings(&["lock", "icd10cm@2025", "icd10cm@2026"]);
    Scenario { name: "lock", make: &stored, args, users: None, check: None }.play();
}

#[cfg(feature = "fetch")]
#[test]
fn a_file_is_fetched_wholly_or_not_at_all() {
    let bytes: Vec<u8> = fs::read(demo(2026)).unwrap();
    let (sha256, length) = (codeset::sources::checksum_of(&bytes), bytes.len());
    let server = Server::start(move |_| Answer::file(bytes.clone()));
    let url = server.url("/2031.txt");
    let catalog = |folder: &Path| {
        let text = format!(
            "[[release]]\nname = \"icd10cm@2031\"\n[[release.file]]\nrole = \"codes\"\nurl = \"{url}\"\nsha256 = \
             \"{sha256}\"\nbytes = {length}\n"
        );
        fs::write(folder.join("catalog.toml"), text).unwrap();
    };
    let args = ["fetch", "icd10cm@2031", "--allow-http", "--retries", "0", "--catalog", "catalog.toml"];
    let check = Some(&["store", "verify"][..]);
    Scenario { name: "fetch", make: &catalog, args: strings(&args), users: None, check }.play();
}

#[test]
fn a_report_is_written_wholly_or_not_at_all() {
    for (name, file) in [("diff, page", "report.html"), ("diff, workbook", "report.xlsx")] {
        let args = strings(&[
            "diff",
            "old.txt",
            "new.txt",
            "--edition",
            "2025",
            "--edition",
            "2026",
            "-q",
            "-o",
            file,
        ]);
        // An earlier report is a file of the user's.
        let earlier = |folder: &Path| {
            releases(folder);
            fs::write(folder.join(file), "an earlier report").unwrap();
        };
        Scenario { name, make: &earlier, args, users: Some("report"), check: None }.play();
    }
}

#[test]
fn a_source_that_cannot_be_read_to_its_end_is_no_shorter_source() {
    let lists = |folder: &Path| {
        user_lists(folder);
        fs::write(folder.join("usage.csv"), format!("dx,lines\n{}", "Z59.1,5\nI10,7\n".repeat(20_000)))
            .unwrap();
    };
    let editions = ["old.txt", "new.txt", "--map", "table.csv", "--edition", "2025", "--edition", "2026"];
    for (name, command) in [("impact", &["impact", "--usage", "usage.csv"][..]), ("scan", &["scan"])] {
        let mut args = vec![command[0]];
        args.extend(editions);
        args.extend(&command[1..]);
        if name == "scan" {
            args.push("lists");
        }
        args.extend(["--format", "json"]);
        Scenario { name, make: &lists, args: strings(&args), users: None, check: None }.play();
    }
}

#[test]
fn the_yearly_job_is_done_wholly_or_repeated() {
    let folder = tempfile::tempdir().unwrap();
    prepared(folder.path(), &["demo", "demo", "-q"]);
    let mut files = Files::new();
    collect(&folder.path().join("demo"), &folder.path().join("demo"), &mut files);
    let project = |room: &Path| {
        for (path, bytes) in
            files.iter().filter(|(path, _)| !path.starts_with("prepare") && !path.starts_with("reports"))
        {
            fs::create_dir_all(room.join(path).parent().unwrap()).unwrap();
            fs::write(room.join(path), bytes).unwrap();
        }
    };
    let users = Some("lists/");
    Scenario { name: "prepare", make: &project, args: strings(&["prepare", "-q"]), users, check: None }
        .play();
    let unset = |room: &Path| {
        project(room);
        fs::remove_file(room.join("codeset.toml")).unwrap();
    };
    Scenario { name: "init", make: &unset, args: strings(&["init", "-q", "--force"]), users, check: None }
        .play();
    let empty = |_: &Path| ();
    Scenario { name: "demo", make: &empty, args: strings(&["demo", "here", "-q"]), users: None, check: None }
        .play();
}
