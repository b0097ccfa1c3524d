//! Two processes on one folder or store: nothing is torn, and what both did is what one after the other would have done.
//!
//! The ordinary tests run each pair a few times; `CODESET_PAIRS` says how often.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::common::lists;
#[cfg(feature = "fetch")]
use crate::common::server::{Answer, Server};

/// The number of times that a pair is run.
fn rounds() -> usize {
    std::env::var("CODESET_PAIRS").ok().and_then(|number| number.parse().ok()).unwrap_or(6)
}

fn codeset(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_codeset"));
    command.current_dir(folder).args(args).env("CODESET_STORE", folder.join("store"));
    for name in ["http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs two commands at the same time, the second a little later each round.
fn both(folder: &Path, round: usize, [first, second]: [&[&str]; 2]) -> [Output; 2] {
    let first = codeset(folder, first).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(round as u64 * 3));
    let second = codeset(folder, second).spawn().unwrap();
    [first.wait_with_output().unwrap(), second.wait_with_output().unwrap()]
}

fn done(folder: &Path, args: &[&str]) -> Output {
    let output = codeset(folder, args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", said(&output));
    output
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn demo(year: u32) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("demo/icd10cm-order-{year}.txt"))
        .to_str()
        .unwrap()
        .to_owned()
}

const LISTS: usize = 12;

fn with_lists() -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in lists::release_files() {
        fs::write(folder.path().join(name), text).unwrap();
    }
    fs::create_dir(folder.path().join("lists")).unwrap();
    let old = format!("dx,n\n{}", "Z59.1,1\nI10,2\nA00.0,3\n".repeat(200));
    for at in 0..LISTS {
        fs::write(folder.path().join(format!("lists/{at}.csv")), &old).unwrap();
    }
    let new = old.replace("Z59.1,", "Z59.19,");
    (folder, old, new)
}

fn contents(folder: &Path) -> Vec<String> {
    (0..LISTS).map(|at| fs::read_to_string(folder.join(format!("lists/{at}.csv"))).unwrap()).collect()
}

fn nothing_is_left(folder: &Path) {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = entries.filter(|name| name.to_string_lossy().starts_with(".codeset-")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn two_migrations_of_the_same_lists_change_each_once() {
    let args = [&["migrate"][..], &lists::Desk::RELEASES, &["lists", "--in-place"]].concat();
    for round in 0..rounds() {
        let (folder, _, new) = with_lists();
        let outputs = both(folder.path(), round % 8, [&args, &args]);
        for output in &outputs {
            // The one that comes second finds lists that are changed already, or says that they changed since.
            let is_told = output.status.code() == Some(2) && said(output).contains("changed");
            assert!(output.status.success() || is_told, "{:?} {}", output.status, said(output));
        }
        assert!(contents(folder.path()).iter().all(|text| *text == new), "round {round}");
        nothing_is_left(&folder.path().join("lists"));
    }
}

#[test]
fn a_migration_and_its_undo_leave_each_list_old_or_new() {
    let args = [&["migrate"][..], &lists::Desk::RELEASES, &["lists", "--in-place", "-q"]].concat();
    for round in 0..rounds() {
        let (folder, old, new) = with_lists();
        done(folder.path(), &args);
        let undo = ["migrate", "undo", ".codeset-migrate/1"];
        let outputs = both(folder.path(), round % 8, [&undo, &args]);
        for output in &outputs {
            assert!(matches!(output.status.code(), Some(0 | 2)), "{}", said(output));
        }
        assert!(contents(folder.path()).iter().all(|text| *text == old || *text == new), "round {round}");
        nothing_is_left(&folder.path().join("lists"));
    }
}

#[test]
fn a_store_that_two_processes_fill_export_and_prune_is_sound() {
    let (old, new) = (demo(2025), demo(2026));
    let pairs: [[&[&str]; 2]; 4] = [
        [&["add", &old, "--as", "icd10cm@2025"], &["add", &new, "--as", "icd10cm@2026"]],
        [&["add", &new, "--as", "icd10cm@2026"], &["add", &new, "--as", "icd10cm@2026"]],
        [&["add", &new, "--as", "icd10cm@2026"], &["store", "export", "out.zip", "icd10cm@2024"]],
        [&["add", &new, "--as", "icd10cm@2026"], &["store", "prune"]],
    ];
    for round in 0..rounds() {
        for pair in pairs {
            let folder = tempfile::tempdir().unwrap();
            done(folder.path(), &["add", &old, "--as", "icd10cm@2024"]);
            let outputs = both(folder.path(), round % 8, pair);
            for (output, args) in outputs.iter().zip(pair) {
                assert!(output.status.success(), "{args:?}: {}", said(output));
            }
            done(folder.path(), &["store", "verify"]);
            done(folder.path(), &["diff", "icd10cm@2024", "icd10cm@2026", "-q"]);
            if folder.path().join("out.zip").is_file() {
                fs::remove_dir_all(folder.path().join("store")).unwrap();
                done(folder.path(), &["store", "import", "out.zip"]);
                done(folder.path(), &["store", "verify"]);
            }
        }
    }
}

#[cfg(feature = "fetch")]
#[test]
fn what_is_being_fetched_is_not_pruned() {
    let bytes = fs::read(demo(2026)).unwrap();
    let (sha256, length) = (codeset::sources::checksum_of(&bytes), bytes.len());
    let server = Server::start(move |_| Answer::file(bytes.clone()));
    let url = server.url("/2031.txt");
    let catalog = format!(
        "[[release]]\nname = \"icd10cm@2031\"\n[[release.file]]\nrole = \"codes\"\nurl = \"{url}\"\nsha256 = \
         \"{sha256}\"\nbytes = {length}\n"
    );
    let fetch = ["fetch", "icd10cm@2031", "--allow-http", "--catalog", "catalog.toml"];
    for round in 0..rounds() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("catalog.toml"), &catalog).unwrap();
        done(folder.path(), &["add", &demo(2025), "--as", "icd10cm@2025"]);
        for output in both(folder.path(), round % 8, [&fetch, &["store", "prune"]]) {
            assert!(output.status.success(), "{}", said(&output));
        }
        done(folder.path(), &["store", "verify"]);
        done(folder.path(), &["diff", "icd10cm@2025", "icd10cm@2031", "-q"]);
    }
}

#[test]
fn two_reports_into_one_file_leave_one_of_them() {
    for round in 0..rounds() {
        let (folder, _, _) = with_lists();
        let editions = ["--edition", "2025", "--edition", "2026", "-q", "-o", "report.html"];
        let there = [&["diff", "old.txt", "new.txt"][..], &editions].concat();
        done(folder.path(), &there);
        let alone = fs::read(folder.path().join("report.html")).unwrap();
        for output in both(folder.path(), round % 8, [&there, &there]) {
            assert!(output.status.success(), "{}", said(&output));
        }
        assert_eq!(fs::read(folder.path().join("report.html")).unwrap(), alone);
        nothing_is_left(folder.path());
    }
}

#[test]
fn two_preparations_into_one_folder_leave_whole_files() {
    let rounds = rounds().div_ceil(3);
    for round in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        done(folder.path(), &["demo", "here", "-q"]);
        let project = folder.path().join("here");
        let run = |args: &[&str]| codeset(&project, args).output().unwrap();
        let args = ["prepare", "-q"];
        run(&args);
        let alone = files(&project.join("prepare-2026"));
        for output in both(&project, round * 20, [&args, &args]) {
            assert!(matches!(output.status.code(), Some(0 | 3)), "{}", said(&output));
        }
        assert!(files(&project.join("prepare-2026")) == alone, "round {round}");
    }
}

fn files(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.clone(), fs::read(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
