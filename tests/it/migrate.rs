//! Codes changed in the files of others: what changes, what does not, and the way back.

use std::path::Path;
use std::{fs, thread, time};

use crate::common::lists::Desk;

impl Desk {
    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.list(name)).unwrap()
    }
}

fn changed(name: &str, text: &str, args: &[&str]) -> String {
    let desk = Desk::new(&[(name, text)]);
    desk.decide("E87.2,E87.20,accept\nR05,R05.1,accept\nR05,R05.2,accept\nT36.8X2A,T36.AX2A,accept\n");
    desk.migrate(&[&["--in-place", "--decisions", "decisions.csv"], args].concat());
    let after = desk.text(name);
    assert_ne!(after, text, "{name}");
    assert_eq!(desk.automatic(), 0, "{name}");
    let undone = desk.run(&["migrate", "undo", ".codeset-migrate/1"]);
    assert!(undone.status.success(), "{}", String::from_utf8_lossy(&undone.stderr));
    assert_eq!(desk.text(name), text, "what was there is back");
    after
}

#[test]
fn only_what_a_rule_or_a_decision_says_is_changed() {
    let text = "dx,text\r\n\"Z59.1\",\"a\"\r\nE87.2 , 'b'\r\nA000,x";
    let desk = Desk::new(&[("a.csv", text)]);
    assert_eq!(
        desk.migrate(&[]),
        "--- a/lists/a.csv\n+++ b/lists/a.csv\n@@ -1,4 +1,4 @@\n dx,text\r\n-\"Z59.1\",\"a\"\r\n+\"Z59.19\",\"a\"\r\n \
         E87.2 , 'b'\r\n A000,x\n\\ No newline at end of file\n"
    );
    assert_eq!(desk.text("a.csv"), text, "nothing is changed without --in-place");
    desk.migrate(&["--in-place"]);
    assert_eq!(desk.text("a.csv"), text.replace("Z59.1\"", "Z59.19\""));
    assert_eq!(changed("a.csv", text, &[]), text.replace("Z59.1\"", "Z59.19\"").replace("E87.2 ", "E87.20 "));
}

#[test]
fn what_is_excepted_stays_as_it_is() {
    let desk = Desk::new(&[("a.csv", "dx\nZ59.1\nI10\nA00.0\n"), ("b.csv", "dx\nZ59.1\nI10\nA00.0\n")]);
    fs::write(desk.folder.path().join("kept"), "lists/a.csv Z59.1 # history\n").unwrap();
    desk.migrate(&["--in-place", "--exceptions", "kept", "--sheet", "open.csv"]);
    assert!(desk.text("a.csv").contains("Z59.1\n") && desk.text("b.csv").contains("Z59.19\n"));
    let sheet = fs::read_to_string(desk.folder.path().join("open.csv")).unwrap();
    assert!(!sheet.contains("Z59.1"), "{sheet}");
}

#[test]
fn codes_are_written_as_those_they_replace() {
    assert_eq!(changed("a.csv", "dx\nz591\nA00.0\nE87.2|I10\n", &[]), "dx\nz5919\nA00.0\nE87.20|I10\n");
}

#[test]
fn of_a_code_with_several_successors_each_has_a_row_that_says_what_it_is() {
    assert_eq!(
        changed("a.csv", "dx,text,n\nR05,Cough,7\nA000,x,8\nI10,y,9\n", &["--keep-descriptions"]),
        "dx,text,n\nR051,Cough,7\nR052,Subacute cough,7\nA000,x,8\nI10,y,9\n"
    );
    assert_eq!(
        changed("a.csv", "dx,text,n\nR05,Cough,7\nA000,x,8\nI10,y,9\n", &[]),
        "dx,text,n\nR051,Acute cough,7\nR052,Subacute cough,7\nA000,x,8\nI10,y,9\n"
    );
}

#[test]
fn a_list_of_categories_is_written_like_the_other_lists_of_its_file() {
    assert_eq!(
        changed("a.csv", "dx1,dx2\nR05,A00.0\nI10,E87.2\n", &[]),
        "dx1,dx2\nR05.1,A00.0\nR05.2,A00.0\nI10,E87.20\n"
    );
    assert_eq!(
        changed("a.csv", "dx1,dx2\nR05,A000\nI10,E872\n", &[]),
        "dx1,dx2\nR051,A000\nR052,A000\nI10,E8720\n"
    );
}

#[test]
fn a_new_code_comes_next_to_the_one_that_it_takes_from() {
    assert_eq!(
        changed("a.yml", "icd10:\n  - T36.8X2A  # keep\n  - A00.0\n", &[]),
        "icd10:\n  - T36.8X2A  # keep\n  - T36.AX2A\n  - A00.0\n"
    );
    assert_eq!(
        changed("a.json", "{\"icd10\": [\n  \"A00.0\",\n  \"T36.8X2A\"\n]}", &[]),
        "{\"icd10\": [\n  \"A00.0\",\n  \"T36.8X2A\",\n  \"T36.AX2A\"\n]}"
    );
}

#[test]
fn every_kind_of_text_keeps_its_form() {
    for (name, before, after) in [
        (
            "a.tsv",
            "dx\ttext\nR05\tCough, dry\nI10\ty\n",
            "dx\ttext\nR051\tCough, dry\nR052\tSubacute cough\nI10\ty\n",
        ),
        ("a.json", "{\"dx\": [\"Z59.1\" , \"I10\"]}", "{\"dx\": [\"Z59.19\" , \"I10\"]}"),
        (
            "b.json",
            "[{\"dx\": \"R05\", \"n\": 1}, {\"dx\": \"I10\"}]",
            "[{\"dx\": \"R051\", \"n\": 1}, {\"dx\": \"R052\", \"n\": 1}, {\"dx\": \"I10\"}]",
        ),
        ("a.yaml", "dx: {a: Z59.1, b: 'E87.2'} # c\n", "dx: {a: Z59.19, b: 'E87.20'} # c\n"),
        ("b.yaml", "- dx: R05\n  n: 1\n- dx: I10\n", "- dx: R051\n  n: 1\n- dx: R052\n  n: 1\n- dx: I10\n"),
        ("a.toml", "dx = [ 'Z59.1', \"E87.2\" ] # c\n", "dx = [ 'Z59.19', \"E87.20\" ] # c\n"),
        (
            "a.xml",
            "<l>\n  <dx>R05</dx>\n  <dx>I10</dx>\n</l>",
            "<l>\n  <dx>R051</dx>\n  <dx>R052</dx>\n  <dx>I10</dx>\n</l>",
        ),
        ("a.sql", "x.dx IN ('R05', -- c\n 'I10')", "x.dx IN ('R051', 'R052', -- c\n 'I10')"),
        (
            "b.sql",
            "INSERT INTO t (dx, text) VALUES\n('R05', 'Cough')\n,('I10', 'y');",
            "INSERT INTO t (dx, text) VALUES\n('R051', 'Acute cough'),\n('R052', 'Subacute cough')\n,('I10', 'y');",
        ),
        ("a.py", "DX = ['Z59.1', \"E87.2\"]  # Z59.1\n", "DX = ['Z59.19', \"E87.20\"]  # Z59.1\n"),
        ("a.md", "ICD-10-CM: Z59.1 and I10.\n", "ICD-10-CM: Z59.19 and I10.\n"),
    ] {
        assert_eq!(changed(name, before, &["--include", "programs,text"]), after, "{name}");
    }
}

#[test]
fn a_row_with_days_ends_and_a_copy_with_the_new_code_begins() {
    let text = "code,from,to,who\nR05,2015-10-01,9999-12-31,\"x, y\"\nZ59.1,10/1/2015,,b\nI10,2015-10-01,,c\nE87.2,2015-10-01,2020-01-01,d\n";
    let text = text.replace("code,from,to", "code,valid_from,valid_to");
    let desk = Desk::new(&[("a.csv", &text)]);
    desk.decide("R05,R05.1,accept\nR05,R05.2,accept\n");
    desk.migrate(&["--in-place", "--mode", "end-date", "--decisions", "decisions.csv"]);
    assert_eq!(
        desk.text("a.csv"),
        "code,valid_from,valid_to,who\nR05,2015-10-01,2025-09-30,\"x, y\"\nR05.1,2025-10-01,9999-12-31,\"x, y\"\n\
         R05.2,2025-10-01,9999-12-31,\"x, y\"\nZ59.1,10/1/2015,9/30/2025,b\nZ59.19,10/1/2025,,b\nI10,2015-10-01,,c\n\
         E87.2,2015-10-01,2020-01-01,d\n"
    );
    let again = desk.migrate(&["--mode", "end-date", "--decisions", "decisions.csv"]);
    assert_eq!(again, "", "what has ended is not ended again");
}

#[test]
fn a_replacement_that_is_there_already_is_not_written_twice() {
    let text = "dx\nZ59.1\nZ59.19\nI10\n";
    let desk = Desk::new(&[("a.csv", text)]);
    assert_eq!(desk.migrate(&["--sheet", "open.csv"]), "");
    let sheet = fs::read_to_string(desk.folder.path().join("open.csv")).unwrap();
    assert!(sheet.contains("\"Z59.1\",\"Inadequate housing\",\"Z59.19\""), "{sheet}");
    assert!(sheet.contains("is already in the list"), "{sheet}");
}

#[test]
fn what_is_left_to_decide_is_a_sheet_that_can_be_given_back() {
    let desk = Desk::new(&[("a.csv", "dx\nR05\nT36.8X2A\nI10\n"), ("b.csv", "dx\nR05\nA00.0\nI10\n")]);
    assert_eq!(desk.migrate(&["--sheet", "open.csv"]), "");
    let sheet = fs::read_to_string(desk.folder.path().join("open.csv")).unwrap();
    // Somebody fills it in: the status stands behind the cell of remarks.
    let accepted = |line: &str| match line.strip_suffix("\"\",\"\",\"\",\"\"") {
        Some(row) => format!("{row}\"accept\",\"\",\"\",\"\""),
        None => line.to_owned(),
    };
    let filled: Vec<String> = sheet.lines().map(accepted).collect();
    fs::write(desk.folder.path().join("filled.csv"), filled.join("\r\n")).unwrap();
    desk.migrate(&["--in-place", "--decisions", "filled.csv"]);
    assert_eq!(desk.text("a.csv"), "dx\nR05.1\nR05.2\nT36.8X2A\nT36.AX2A\nI10\n");
    assert_eq!(desk.text("b.csv"), "dx\nR05.1\nR05.2\nA00.0\nI10\n");
}

#[test]
fn a_text_in_utf16_stays_one() {
    let desk = Desk::new(&[]);
    let utf16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    fs::write(desk.list("a.csv"), utf16("dx\tText\r\nZ59.1\tMénière\r\nI10\t\r\n")).unwrap();
    desk.migrate(&["--in-place"]);
    assert_eq!(fs::read(desk.list("a.csv")).unwrap(), utf16("dx\tText\r\nZ59.19\tMénière\r\nI10\t\r\n"));
}

#[test]
fn a_file_of_windows_keeps_its_bytes() {
    let desk = Desk::new(&[]);
    fs::write(desk.list("a.csv"), b"dx,t\nZ59.1,M\xe9ni\xe8re\nI10,x\n").unwrap();
    desk.migrate(&["--in-place"]);
    assert_eq!(fs::read(desk.list("a.csv")).unwrap(), b"dx,t\nZ59.19,M\xe9ni\xe8re\nI10,x\n");
}

#[test]
fn a_file_that_was_changed_since_is_not_taken_back() {
    let desk = Desk::new(&[("a.csv", "dx\nZ59.1\nI10\n"), ("b.csv", "dx\nZ59.1\nA000\n")]);
    desk.migrate(&["--in-place"]);
    fs::write(desk.list("b.csv"), "mine").unwrap();
    let undone = desk.run(&["migrate", "undo", ".codeset-migrate/1/journal.json"]);
    assert_eq!(undone.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&undone.stderr).contains("changed since the run and left unchanged"));
    assert_eq!((desk.text("a.csv").as_str(), desk.text("b.csv").as_str()), ("dx\nZ59.1\nI10\n", "mine"));
}

/// Every file is the old or the new one.
fn assert_whole(desk: &Desk, names: &[String], old: &str, new: &str) -> usize {
    let texts = names.iter().map(|name| desk.text(name));
    texts
        .filter(|text| {
            assert!(text == old || text == new, "a file is torn");
            text == new
        })
        .count()
}

#[test]
fn a_run_that_is_killed_leaves_whole_files_and_both_directions_open() {
    let names: Vec<String> = (0..200).map(|number| format!("{number}.csv")).collect();
    let old = format!("dx\n{}", "Z59.1\nI10\nA00.0\n".repeat(400));
    let new = old.replace("Z59.1\n", "Z59.19\n");
    let (mut cut, mut wait) = (0, 60);
    for round in 0..12 {
        let desk = Desk::new(&[]);
        for name in &names {
            fs::write(desk.list(name), &old).unwrap();
        }
        let args = [&["migrate"][..], &Desk::RELEASES, &["lists", "--quiet", "--in-place"]].concat();
        let mut child = desk.command(&args).stdout(std::process::Stdio::null()).spawn().unwrap();
        thread::sleep(time::Duration::from_millis(wait));
        let _ = child.kill();
        let ended = child.wait().unwrap().success();
        let replaced = assert_whole(&desk, &names, &old, &new);
        cut += usize::from(replaced > 0 && replaced < names.len());
        // Later where nothing had been written, earlier where all had.
        wait = if ended || replaced == names.len() { wait * 2 / 3 } else { wait * 5 / 4 };
        let journal = desk.folder.path().join(".codeset-migrate/1/journal.json");
        if !journal.is_file() {
            assert_eq!(replaced, 0, "without a journal nothing was touched");
            continue;
        }
        let way = if round % 2 == 0 { "undo" } else { "resume" };
        let settled = desk.run(&["migrate", way, ".codeset-migrate/1"]);
        assert!(settled.status.success(), "{}", String::from_utf8_lossy(&settled.stderr));
        let replaced = assert_whole(&desk, &names, &old, &new);
        assert_eq!(replaced, if way == "undo" { 0 } else { names.len() });
    }
    eprintln!("{cut} of 12 runs were killed between two files");
}

#[test]
fn a_wrong_journal_is_an_error_with_its_name() {
    let desk = Desk::new(&[]);
    let output = desk.run(&["migrate", "undo", "none"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`none`"), "{output:?}");
    assert!(!Path::new("none").exists());
}

#[test]
fn a_journal_of_others_changes_nothing_outside_of_the_folder() {
    let desk = Desk::new(&[("a.csv", "dx\nZ59.1\nI10\n")]);
    desk.migrate(&["--in-place"]);
    let folder = desk.folder.path();
    // From elsewhere the journal's own folder counts, so that what the command printed can be run anywhere.
    let elsewhere = tempfile::tempdir().unwrap();
    let journal = folder.join(".codeset-migrate/1");
    let undo = |journal: &Path| {
        let mut command = desk.command(&["migrate", "undo", journal.to_str().unwrap()]);
        command.current_dir(elsewhere.path()).output().unwrap()
    };
    assert!(undo(&journal).status.success());
    assert_eq!(desk.text("a.csv"), "dx\nZ59.1\nI10\n");
    // The same journal in another place, as out of a repository.
    let copy = elsewhere.path().join("repository/.codeset-migrate/1");
    fs::create_dir_all(&copy).unwrap();
    for file in ["journal.json", "0.old", "0.new"] {
        fs::copy(journal.join(file), copy.join(file)).unwrap();
    }
    let refused = desk.run(&["migrate", "resume", journal.to_str().unwrap()]);
    assert!(refused.status.success(), "it is below the current folder");
    let refused = undo(&copy);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not below the current folder"), "{refused:?}");
    assert_eq!(desk.text("a.csv"), "dx\nZ59.19\nI10\n");
    let text = fs::read_to_string(journal.join("journal.json")).unwrap();
    fs::write(journal.join("journal.json"), text.replace("\"version\": 1", "\"version\": 99")).unwrap();
    let refused = undo(&journal);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("version 99"), "{refused:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_text_is_changed_and_restored() {
    use std::os::unix::ffi::OsStrExt;
    let desk = Desk::new(&[("ok.csv", "dx\nZ59.1\nI10\n")]);
    let odd = desk.list("x").with_file_name(std::ffi::OsStr::from_bytes(b"a\xffb.csv"));
    fs::write(&odd, "dx\nZ59.1\nI10\n").unwrap();
    desk.migrate(&["--in-place"]);
    assert_eq!(fs::read_to_string(&odd).unwrap(), "dx\nZ59.19\nI10\n");
    assert_eq!(desk.text("ok.csv"), "dx\nZ59.19\nI10\n");
    assert!(desk.run(&["migrate", "undo", ".codeset-migrate/1"]).status.success());
    assert_eq!(fs::read_to_string(&odd).unwrap(), "dx\nZ59.1\nI10\n");
}

#[cfg(unix)]
#[test]
fn a_name_with_line_ends_forges_no_line() {
    let name = "a.csv\nerror[dead]: forged\n  --> safe.csv";
    let desk = Desk::new(&[(name, "dx\nZ59.1\nR05\nI10\n")]);
    let scan = [&["scan"][..], &Desk::RELEASES, &["lists"]].concat();
    for form in ["text", "markdown", "github", "junit"] {
        let scanned = desk.run(&[&scan[..], &["-f", form]].concat());
        let text = String::from_utf8(scanned.stdout).unwrap();
        assert!(text.contains("safe.csv"), "{form}: {text}");
        assert!(!text.lines().any(|line| line.starts_with("error[dead]: forged")), "{form}: {text}");
    }
    let patch = desk.migrate(&[]);
    let header = "--- \"a/lists/a.csv\\012error[dead]: forged\\012  --> safe.csv\"\n";
    assert!(patch.starts_with(header), "{patch}");
    assert!(!patch.lines().any(|line| line.starts_with("error[dead]: forged")), "{patch}");
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_owner_and_its_other_names_are_mentioned() {
    use std::os::unix::fs::{MetadataExt, chown};
    let desk = Desk::new(&[("a.csv", "icd10\nZ59.1\nI10\n"), ("b.csv", "icd10\nZ59.1\nI10\n")]);
    fs::hard_link(desk.list("a.csv"), desk.folder.path().join("other-name.csv")).unwrap();
    let is_root = chown(desk.list("b.csv"), Some(1234), Some(1235)).is_ok();
    let args = [&["migrate"][..], &Desk::RELEASES, &["lists", "--in-place"]].concat();
    let ran = desk.run(&args);
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{told}");
    assert!(told.contains("a.csv` has other hard links, which keep the old content"), "{told}");
    assert!(!told.contains("b.csv` has other hard links"), "{told}");
    assert!(fs::read_to_string(desk.folder.path().join("other-name.csv")).unwrap().contains("Z59.1\n"));
    if is_root {
        let metadata = fs::metadata(desk.list("b.csv")).unwrap();
        assert_eq!((metadata.uid(), metadata.gid()), (1234, 1235));
    } else {
        eprintln!("skipped: only root can give a file to somebody else");
    }
}

#[cfg(unix)]
#[test]
fn copies_of_files_are_as_private_as_the_files_and_can_be_forgotten() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let text = "icd10\nZ59.1\nI10\n";
    let desk = Desk::new(&[("a.csv", text), ("b.csv", text)]);
    for (name, bits) in [("a.csv", 0o600), ("b.csv", 0o640)] {
        fs::set_permissions(desk.list(name), fs::Permissions::from_mode(bits)).unwrap();
    }
    desk.migrate(&["--in-place"]);
    let journals = desk.folder.path().join(".codeset-migrate");
    assert_eq!([mode(&journals), mode(&journals.join("1"))], [0o700, 0o700]);
    for (number, name, bits) in [(0, "a.csv", 0o600), (1, "b.csv", 0o640)] {
        assert_eq!(mode(&desk.list(name)), bits, "{name}");
        for ending in ["old", "new"] {
            assert_eq!(mode(&journals.join(format!("1/{number}.{ending}"))), bits, "{name} {ending}");
        }
    }
    assert!(fs::read_to_string(journals.join("README.txt")).unwrap().contains("migrate forget"));
    assert_eq!(fs::read_to_string(journals.join(".gitignore")).unwrap(), "*\n");
    let forgotten = desk.run(&["migrate", "forget", ".codeset-migrate/1"]);
    assert!(forgotten.status.success(), "{}", String::from_utf8_lossy(&forgotten.stderr));
    assert!(!journals.join("1").exists());
    assert!(desk.text("a.csv").contains("Z59.19"));
}

#[cfg(unix)]
#[test]
fn a_report_over_a_file_is_no_more_public_than_that_file() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new(&[("a.csv", "icd10\nZ59.1\nI10\n")]);
    let sheet = desk.folder.path().join("open.csv");
    fs::write(&sheet, "").unwrap();
    fs::set_permissions(&sheet, fs::Permissions::from_mode(0o600)).unwrap();
    desk.migrate(&["--sheet", "open.csv"]);
    assert_eq!(fs::metadata(&sheet).unwrap().permissions().mode() & 0o777, 0o600);
}
