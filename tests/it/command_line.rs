//! Arguments: what a command accepts, what it refuses before it reads anything, and how arguments were written before.

use std::fs;
use std::process::Output;

use crate::common::lists::Desk;
use crate::common::pages::{NEW, OLD, codeset};

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_format_that_a_command_does_not_write_is_refused_before_anything_is_read() {
    let none = "no-such-file";
    for (args, command, missing) in [
        (vec!["diff", none, none], "diff", ["sql", "sarif", "fhir-r4", "junit"]),
        (vec!["crosswalk", none, none], "crosswalk", ["addenda", "sarif", "github", "junit"]),
        (vec!["scan", none, none, none], "scan", ["addenda", "sql", "fhir-r4", "fhir-r5"]),
        (vec!["impact", none, none, "--usage", none], "impact", ["addenda", "sql", "sarif", "github"]),
    ] {
        for format in missing {
            let error = refused(&codeset(&[&args[..], &["--format", format]].concat()));
            assert!(
                error.starts_with(&format!("error: codeset {command} does not write `{format}`")),
                "{error}"
            );
            assert!(
                error.contains(&format!(
                    "formats of codeset {command}: text, markdown, csv, xlsx, html, json, jsonl"
                )),
                "{error}"
            );
            assert!(!error.contains(none), "{error}");
        }
        let error = refused(&codeset(&[&args[..], &["-o", "report.docx"]].concat()));
        assert!(error.contains("does not write `.docx` files") || error.contains("--usage"), "{error}");
    }
    let error = refused(&codeset(&["diff", none, none, "-o", "changes.sarif"]));
    assert!(error.contains("does not write `.sarif` files") && error.contains(".xlsx"), "{error}");
    let error = refused(&codeset(&["diff", none, none, "--format", "word"]));
    assert!(error.contains("`word` is not a format"), "{error}");
}

#[test]
fn summaries_list_the_formats_of_the_command_alone() {
    let help = |command: &str| String::from_utf8(codeset(&[command, "-h"]).stdout).unwrap();
    assert!(help("diff").contains("addenda]") && !help("diff").contains("sarif"));
    assert!(help("scan").contains("junit]") && !help("scan").contains("fhir"));
    assert!(help("crosswalk").contains("fhir-r5]") && !help("crosswalk").contains("addenda"));
    assert!(help("impact").contains("review]") && !help("diff").contains("review"));
    assert!(help("lookup").contains("jsonl]"));
}

#[test]
fn commands_refuse_options_that_they_cannot_use() {
    for args in [
        &["schema", "diff", "--store", "s"][..],
        &["completions", "bash", "--set", "icd10cm"],
        &["man", "--edition", "2026"],
        &["demo", "--locked"],
        &["list", "--with-licensed-text"],
        &["store", "path", "--backward"],
        &["migrate", "undo", "j", "--store", "s"],
    ] {
        assert!(refused(&codeset(args)).contains("unexpected argument"), "{args:?}");
    }
}

#[test]
fn options_in_front_of_the_command_belong_to_it() {
    let store = tempfile::tempdir().unwrap();
    let store = store.path().to_str().unwrap();
    let added = codeset(&["--store", store, "-q", "add", OLD, "--as", "icd10cm@2025"]);
    assert!(added.status.success(), "{added:?}");
    let listed = codeset(&["--store", store, "list", "--names"]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "icd10cm@2025\n");
    let path = codeset(&["--store", store, "store", "path"]);
    assert!(String::from_utf8_lossy(&path.stdout).starts_with(store), "{path:?}");
    assert!(refused(&codeset(&["--store", store, "schema", "diff"])).contains("unexpected argument"));
}

#[test]
fn the_column_of_codes_has_one_name_and_its_earlier_ones() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let old = write("old.csv", "a,b,text\n1,X1,one\n2,X2,two\n");
    let new = write("new.csv", "a,b,text\n1,X1,one\n2,X3,three\n");
    let diff =
        |option: &str| codeset(&["diff", &old, &new, "--set", "table", option, "b", "-f", "csv", "-q"]);
    assert!(String::from_utf8_lossy(&diff("--code-column").stdout).contains("X3"));
    assert_eq!(diff("--code-column").stdout, diff("--key").stdout);

    let list = write("list.csv", "other,text\nG35,\nE11.9,\nB88.0,\n");
    for option in ["--code-column", "--column"] {
        let output = codeset(&["scan", OLD, NEW, &list, option, "other", "-f", "csv", "-q"]);
        assert!(String::from_utf8_lossy(&output.stdout).contains("G35"), "{output:?}");
    }
    let usage = write("usage.csv", "b,text\nX1,\nX2,\n");
    for option in ["--release-column", "--key"] {
        let args = ["impact", &old, &new, "--set", "table", option, "b", "--usage", &usage, "-q"];
        let output = codeset(&[&args[..], &["--code-column", "b", "-f", "json"]].concat());
        assert!(String::from_utf8_lossy(&output.stdout).contains("\"X2\""), "{output:?}");
    }
}

#[test]
fn decisions_are_taken_by_both_options() {
    let folder = tempfile::tempdir().unwrap();
    let decisions = folder.path().join("decisions.csv");
    fs::write(&decisions, "source,target,status\nG35,G35.D,accept\n").unwrap();
    let crosswalk = |options: &[&str]| {
        codeset(&[&["crosswalk", OLD, NEW, "G35", "-f", "csv", "-q"], options].concat()).stdout
    };
    let decisions = decisions.to_str().unwrap();
    let decided = crosswalk(&["--decisions", decisions]);
    assert!(!decided.is_empty() && decided != crosswalk(&[]));
    assert_eq!(decided, crosswalk(&["--map", decisions]));
}

#[test]
fn flags_of_migrate_still_work_with_a_warning() {
    let desk = Desk::new(&[("a.csv", "icd10\nZ59.1\nI10\n")]);
    let before = fs::read(desk.list("a.csv")).unwrap();
    let changed = desk.run(&[&["migrate"][..], &Desk::RELEASES, &["lists", "--in-place", "-q"]].concat());
    assert!(changed.status.success() && fs::read(desk.list("a.csv")).unwrap() != before, "{changed:?}");
    let undone = desk.run(&["migrate", "--undo", ".codeset-migrate/1"]);
    let messages = String::from_utf8_lossy(&undone.stderr).into_owned();
    assert!(messages.contains("warning: --undo is now `codeset migrate undo`"), "{messages}");
    assert_eq!(fs::read(desk.list("a.csv")).unwrap(), before);
    let args = ["--table", "dx", "--sql", "ansi", "--code-column", "code", "-o", "scripts"];
    let written = desk.run(&[&["migrate"][..], &Desk::RELEASES, &args].concat());
    assert!(written.status.success(), "{written:?}");
    assert!(desk.folder.path().join("scripts/2-migrate.sql").is_file());
    assert!(String::from_utf8_lossy(&written.stderr).contains("warning: --table and --sql are now"));
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    assert!(codeset(&["man", "--dir", pages.to_str().unwrap()]).status.success());
    let main = fs::read_to_string(pages.join("codeset.1")).unwrap();
    let named: Vec<&str> = main.lines().filter_map(|line| line.strip_suffix("(1)")).collect();
    assert!(named.len() > 20, "{named:?}");
    for name in named {
        let page = pages.join(format!("{}.1", name.replace('\\', "")));
        assert!(page.is_file(), "{} is missing", page.display());
    }
    let undo = fs::read_to_string(pages.join("codeset-migrate-undo.1")).unwrap();
    assert!(undo.contains("Restore the files"), "{undo}");
    assert_eq!(codeset(&["man"]).stdout, main.into_bytes());
}

#[cfg(unix)]
#[test]
fn bash_completes_names_of_releases() {
    use std::path::PathBuf;
    use std::process::Command;
    if Command::new("bash").arg("--version").output().is_err() {
        return crate::common::tools::missing("bash");
    }
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    for (file, name) in [(OLD, "icd10cm@2025"), (NEW, "icd10cm@2026")] {
        let added = codeset(&["add", file, "--as", name, "--store", store.to_str().unwrap(), "-q"]);
        assert!(added.status.success(), "{added:?}");
    }
    let script = folder.path().join("completions.bash");
    fs::write(&script, codeset(&["completions", "bash"]).stdout).unwrap();
    let complete = |line: &str, words: &str| {
        let text = format!(
            "source {}; COMP_LINE='{line}'; COMP_POINT={}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _codeset_releases codeset \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; echo \"${{COMPREPLY[*]}}\"",
            script.display(),
            line.len()
        );
        let program = PathBuf::from(env!("CARGO_BIN_EXE_codeset"));
        let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
        let output =
            Command::new("bash").args(["-c", &text]).env("PATH", path).env("CODESET_STORE", &store).output();
        String::from_utf8(output.unwrap().stdout).unwrap().trim_end().to_owned()
    };
    assert_eq!(complete("codeset diff icd", "codeset diff icd"), "icd10cm@2025 icd10cm@2026");
    assert_eq!(complete("codeset diff icd10cm@20", "codeset diff icd10cm @ 20"), "2025 2026");
    assert_eq!(complete("codeset diff --on", "codeset diff --on"), "--only");
    assert_eq!(complete("codeset evalu", "codeset evalu"), "evaluate");
}
