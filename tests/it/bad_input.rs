//! What goes wrong with input outside, and what the program then says.
//!
//! Each test builds its files by hand, runs the program in their folder, and looks at the exit code and at what was
//! said: the place, and what to do about it. stdout stays empty where the command could not run.

use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use codeset::diff::Kind;
use codeset::formats;
use codeset::model::{Release, SourceFile};
use codeset::sources::MAX_DEPTH;
use serde_json::Value;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A person who is in no report.
const PATIENT: &str = "Wilhelmina Quackenbush";

/// A folder with files, in which the program is run.
struct Room(TempDir);

/// What a run left behind.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Room {
    fn new<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)]) -> Self {
        let room = Self(TempDir::new().unwrap());
        for (name, bytes) in files {
            room.put(name.as_ref(), bytes);
        }
        room
    }

    /// A sound release as `old.txt`, and a file as `new.txt`.
    fn with_new(new: impl AsRef<[u8]>) -> Self {
        let room = Self::new(&[("old.txt", old())]);
        room.put("new.txt", new);
        room
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codeset"));
        command.current_dir(self.0.path()).args(args).stdin(Stdio::null());
        command.env_remove("CLICOLOR_FORCE").env_remove("FORCE_COLOR");
        // Whoever runs the tests may have releases.
        command.env("CODESET_STORE", self.0.path().join("store"));
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        let [stdout, stderr] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(!stderr.contains("panicked"), "{stderr}");
        Ran { code: output.status.code(), stdout, stderr }
    }

    fn diff(&self) -> Ran {
        self.run(&["diff", "old.txt", "new.txt", "--format", "json"])
    }

    fn impact(&self, more: &[&str]) -> Ran {
        self.run(
            &[&["impact", "old.txt", "new.txt", "--format", "json", "--usage", "usage.csv"], more].concat(),
        )
    }
}

impl Ran {
    /// The command ran to its end and said all of this. Its exit code says whether all of the input was read.
    #[track_caller]
    fn done(self, said: &[&str]) -> Self {
        let code = if self.stderr.contains("error[") { 3 } else { 0 };
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        self.said(said)
    }

    /// The command could not run, said all of this and what to do about it, and wrote nothing.
    #[track_caller]
    fn refused(self, said: &[&str]) -> Self {
        assert_eq!(self.code, Some(2), "{}{}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "");
        assert!(self.stderr.contains("error: "), "{}", self.stderr);
        self.said(said).said(&["\n  = help: "])
    }

    #[track_caller]
    fn said(self, said: &[&str]) -> Self {
        for words in said {
            assert!(self.stderr.contains(words), "`{words}` is not in\n{}", self.stderr);
        }
        self
    }

    /// Nothing of this was said, or written as data.
    #[track_caller]
    fn silent_about(self, words: &[&str]) -> Self {
        for word in words {
            assert!(!self.stdout.contains(word), "`{word}` is in stdout\n{}", self.stdout);
            assert!(!self.stderr.contains(word), "`{word}` is in stderr\n{}", self.stderr);
        }
        self
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The changes, each as its kind and code.
    fn changes(&self) -> Vec<String> {
        let json = self.json();
        let changes = json["changes"].as_array().unwrap().iter();
        changes.map(|change| format!("{} {}", text(&change["kind"]), text(&change["code"]))).collect()
    }

    fn count(&self, level: &str, what: &str) -> u64 {
        self.json()["summary"][level][what].as_u64().unwrap()
    }

    /// The codes of the problems in the report, sorted, each once.
    fn problems(&self) -> Vec<String> {
        let json = self.json();
        let problems = json["problems"].as_array().unwrap().iter();
        let mut codes: Vec<String> = problems.map(|problem| text(&problem["code"]).to_owned()).collect();
        codes.sort();
        codes.dedup();
        codes
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn sorted<T: Into<String>>(changes: impl IntoIterator<Item = T>) -> Vec<String> {
    let mut changes: Vec<String> = changes.into_iter().map(Into::into).collect();
    changes.sort();
    changes
}

/// A row of an order file, in the official columns.
fn row(number: u32, code: &str, flag: u8, text: &str) -> String {
    format!("{number:05} {code:<7} {flag} {text:<60.60} {text}\r\n")
}

fn order_file(rows: &[(&str, u8, &str)]) -> String {
    (1..).zip(rows).map(|(number, (code, flag, text))| row(number, code, *flag, text)).collect()
}

const LONG: &str = "Nontraumatic intracerebral hemorrhage in hemisphere, cortical, of unspecified laterality";

fn old() -> String {
    order_file(&[
        ("A00", 0, "Cholera"),
        ("A000", 1, "Cholera due to Vibrio cholerae 01, biovar cholerae"),
        ("A001", 1, "Cholera due to Vibrio cholerae 01, biovar eltor"),
        ("A009", 1, "Cholera, unspecified"),
        ("E11", 0, "Type 2 diabetes mellitus"),
        ("E119", 1, "Type 2 diabetes mellitus without complications"),
        ("G35", 1, "Multiple sclerosis"),
        ("I10", 1, "Essential (primary) hypertension"),
        ("I61", 0, "Nontraumatic intracerebral hemorrhage"),
        ("I611", 1, LONG),
        ("Z59", 0, "Problems related to housing and economic circumstances"),
        ("Z590", 1, "Homelessness"),
        ("Z591", 1, "Inadequate housing"),
    ])
}

fn new() -> String {
    order_file(&[
        ("A00", 0, "Cholera"),
        ("A000", 1, "Cholera due to Vibrio cholerae 01, biovar cholerae"),
        ("A001", 1, "Cholera due to Vibrio cholerae 01, biovar El Tor"),
        ("A009", 1, "Cholera, unspecified"),
        ("E11", 0, "Type 2 diabetes mellitus"),
        ("E119", 1, "Type 2 diabetes mellitus without complications"),
        ("E11A", 1, "Type 2 diabetes mellitus without complications in remission"),
        ("G35", 0, "Multiple sclerosis"),
        ("G35A", 1, "Relapsing-remitting multiple sclerosis"),
        ("G35D", 1, "Multiple sclerosis, unspecified"),
        ("I10", 1, "Essential (primary) hypertension"),
        ("I61", 0, "Nontraumatic intracerebral hemorrhage"),
        ("I611", 1, LONG),
        ("Z59", 0, "Problems related to housing and economic circumstances"),
        ("Z591", 1, "Inadequate housing"),
    ])
}

/// What an undamaged pair gives.
const CHANGES: [&str; 6] =
    ["revised A001", "added E11A", "demoted G35", "added G35A", "added G35D", "removed Z590"];

/// The same release with one description changed.
fn new_with(code: &str, text: &str) -> String {
    let rows: Vec<String> = new().lines().map(|line| line.to_owned() + "\r\n").collect();
    let changed = rows.iter().map(|line| match line[6..13].trim() == code {
        true => row(line[..5].parse().unwrap(), code, line[14..15].parse().unwrap(), text),
        false => line.clone(),
    });
    changed.collect()
}

/// A codes file: the billable codes of an order file and their long descriptions.
fn codes_file(order_file: &str) -> String {
    let billable = order_file.lines().filter(|line| &line[14..15] == "1");
    billable.map(|line| format!("{} {}\r\n", &line[6..13], &line[77..])).collect()
}

fn zipped<B: AsRef<[u8]>>(members: &[(&str, B)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes.as_ref()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An archive in which bytes of the headers of its first member are others: `local` and `central` are their places in
/// the local and the central header (APPNOTE.TXT 4.3.7 and 4.3.12).
fn with_header(mut archive: Vec<u8>, local: usize, central: usize, bytes: &[u8]) -> Vec<u8> {
    let directory = archive.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    for start in [local, directory + central] {
        archive[start..start + bytes.len()].copy_from_slice(bytes);
    }
    archive
}

/// The smallest workbook: one sheet with one cell.
fn workbook() -> Vec<u8> {
    let sheet = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>\
                 <row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Quarterly budget</t></is></c></row>\
                 </sheetData></worksheet>";
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    zipped(&[("[Content_Types].xml", types), ("xl/worksheets/sheet1.xml", sheet)])
}

// Cut files.

#[test]
fn an_undamaged_pair_gives_every_change() {
    let ran = Room::with_new(new()).diff().done(&[]);
    assert_eq!(ran.changes(), CHANGES);
    assert_eq!(ran.problems(), Vec::<String>::new());
    assert_eq!((ran.count("codes", "old"), ran.count("codes", "deleted")), (9, 2));
}

#[test]
fn a_file_cut_in_the_middle_of_a_record_never_calls_what_is_missing_removed() {
    let new = new();
    let cut = new.find("00011").unwrap() + 20;
    let ran = Room::with_new(&new[..cut]).diff().done(&[
        "error[truncated]: the file ends in the middle of a record",
        "--> new.txt:11:21",
        "error[short-record]",
        "--> new.txt:11:1",
        "error[not-compared]",
        "= help: download it again",
    ]);
    assert_eq!(ran.changes(), ["revised A001", "added E11A", "demoted G35", "added G35A", "added G35D"]);
    assert_eq!((ran.count("codes", "removed"), ran.count("headers", "removed")), (0, 0));
}

#[test]
fn a_codes_file_that_contradicts_its_order_file_is_a_problem() {
    let codes = codes_file(&new());
    let (gone, other) = (
        codes.lines().next().unwrap().to_owned() + "\r\n",
        codes.replace("of unspecified laterality", "elsewhere"),
    );
    assert_ne!(other, codes);
    let room = Room::new(&[
        ("old.txt", old()),
        ("new/order.txt", new()),
        ("new/codes.txt", other.replacen(&gone, "", 1)),
    ]);
    let ran = room.run(&["diff", "old.txt", "new", "--format", "json"]);
    ran.done(&[
        "warning[codes-file-differs]",
        "not in the codes file",
        "another description",
        "--> codes.txt",
    ]);
    // In an archive as well, where the order file says all.
    let other = other.replacen(&gone, "", 1);
    room.put("new.zip", zipped(&[("order.txt", new()), ("codes.txt", other)]));
    let ran = room.run(&["diff", "old.txt", "new.zip", "--format", "json"]);
    ran.done(&["warning[codes-file-differs]", "another description", "--> new.zip!codes.txt"]);
    room.put("new.zip", zipped(&[("order.txt", new()), ("codes.txt", codes.clone())]));
    let ran = room.run(&["diff", "old.txt", "new.zip", "--format", "json"]);
    ran.done(&["skipped: it has the same content as new.zip!order.txt", "--> new.zip!codes.txt"]);
    room.put("new/codes.txt", codes);
    let ran = room.run(&["diff", "old.txt", "new", "--format", "json"]).done(&[]);
    assert!(!ran.stderr.contains("codes-file-differs"), "{}", ran.stderr);
}

#[test]
fn an_old_file_that_is_cut_never_calls_what_is_missing_added() {
    let old = old();
    let room =
        Room::new(&[("old.txt", old[..old.find("00005").unwrap() + 3].to_owned()), ("new.txt", new())]);
    let ran = room.diff().done(&["error[truncated]", "--> old.txt:5:", "= help: download it again"]);
    assert_eq!(ran.changes(), ["revised A001"]);
}

#[test]
fn a_cut_in_a_long_description_is_a_cut_too() {
    let new = new();
    let cut = new.rfind("of unspecified laterality").unwrap();
    let ran = Room::with_new(&new[..cut]).diff().done(&["error[truncated]", "--> new.txt:13:"]);
    assert_eq!(ran.count("codes", "removed"), 0, "{:?}", ran.changes());
    assert!(!ran.changes().contains(&"revised I611".to_owned()), "{:?}", ran.changes());
}

#[test]
fn a_codes_file_cut_in_a_description_is_cut_too() {
    let new = codes_file(&new());
    let room = Room::new(&[
        ("old.txt", codes_file(&old())),
        ("new.txt", new[..new.find("ension").unwrap()].to_owned()),
    ]);
    let ran = room.diff().done(&["error[truncated]", "--> new.txt:8:"]);
    assert_eq!(ran.count("codes", "removed"), 0, "{:?}", ran.changes());
    assert!(!ran.changes().contains(&"revised I10".to_owned()), "{:?}", ran.changes());
}

#[test]
fn wherever_a_record_is_cut_nothing_is_called_removed() {
    for text in [old(), codes_file(&old())] {
        let whole = read(text.as_bytes());
        let ends: Vec<usize> = text.match_indices("\r\n").map(|(at, _)| at).collect();
        // The first records must be there, or it is no such file; a record that only misses its line end is whole.
        let inside = |cut: &usize| ends.iter().all(|end| !(*end..=end + 2).contains(cut));
        for cut in (ends[1] + 3..text.len()).filter(inside) {
            let cut_off = read(&text.as_bytes()[..cut]);
            let changes = codeset::diff::diff(&whole, &cut_off).changes;
            let removed = changes.iter().filter(|change| change.kind == Kind::Removed).count();
            assert_eq!(removed, 0, "cut at byte {cut}: {}", &text[cut - 20..cut]);
        }
    }
}

fn read(bytes: &[u8]) -> Release {
    formats::read(vec![SourceFile::new("f.txt", bytes.to_vec())], &formats::Options::default()).unwrap()
}

#[test]
fn addenda_that_are_cut_are_not_applied() {
    let line =
        |action: &str, code: &str, text: &str| format!("{action:<13}1 {code:<7} {text:<60.60} {text}\r\n");
    let whole = line("Delete:", "Z590", "Homelessness")
        + &line("Add:", "E11A", "Type 2 diabetes mellitus in remission");
    let room = Room::new(&[("old.txt", old()), ("addenda.txt", whole[..whole.len() - 8].to_owned())]);
    let ran = room
        .run(&["apply", "old.txt", "addenda.txt", "-o", "new.txt"])
        .refused(&["error[truncated]", "addenda.txt:2:"]);
    assert!(!room.path("new.txt").exists(), "{}", ran.stderr);
}

// Wrong files.

#[test]
fn a_pdf_is_named_and_the_zip_recommended() {
    let room = Room::with_new(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n");
    room.diff().refused(&[
        "cannot read `new.txt` as a release",
        "the file is a PDF document",
        "--> new.txt",
        "zip",
    ]);
}

#[test]
fn a_workbook_that_is_something_else_is_refused() {
    let room = Room::with_new(workbook());
    room.diff().refused(&["the file is a workbook or document", "--> new.txt", "order file"]);
}

#[test]
fn a_web_page_instead_of_the_file_is_named() {
    for page in [
        "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body>Gone</body></html>\n",
        "<HTML>\n<body>Service unavailable</body></HTML>\n",
        "\r\n\r\n<!doctype html>\r\n<html lang=\"en\">\r\n<title>Access denied</title>\r\n</html>\r\n",
    ] {
        Room::with_new(page).diff().refused(&[
            "the file is a web page",
            "--> new.txt",
            "download the file again",
        ]);
    }
}

#[test]
fn an_empty_file_is_called_empty() {
    for nothing in ["", "\r\n", " \n\n\t\n"] {
        Room::with_new(nothing).diff().refused(&["the file is empty", "--> new.txt", "fetch it again"]);
    }
}

#[test]
fn an_empty_folder_and_an_empty_archive_hold_no_codes() {
    let room = Room::new(&[("old.txt", old())]);
    fs::create_dir(room.path("new")).unwrap();
    room.run(&["diff", "old.txt", "new"]).refused(&["cannot read `new` as a release"]);
    room.put("new.zip", zipped::<&str>(&[]));
    room.run(&["diff", "old.txt", "new.zip"]).refused(&["new.zip"]);
}

#[test]
fn an_archive_of_documents_says_what_is_in_it() {
    let pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
    let room = Room::new(&[("old.txt", old())]);
    room.put("new.zip", zipped(&[("guidelines.pdf", pdf), ("addenda.pdf", pdf)]));
    room.run(&["diff", "old.txt", "new.zip"]).refused(&[
        "cannot read `new.zip` as a release",
        "guidelines.pdf",
        "addenda.pdf",
    ]);
}

#[test]
fn addenda_and_conversion_tables_are_no_releases() {
    let addenda = "Delete:      1 G35     Multiple sclerosis                                           Multiple sclerosis\r\n";
    Room::with_new(addenda).diff().refused(&["this is addenda, not a release", "--> new.txt", "order file"]);
    let table = "Current code assignment,Effective,Previous Code(s) Assignment\r\nG35.A,2025,G35\r\n";
    Room::with_new(table).diff().refused(&[
        "this is a conversion table, not a release",
        "--> new.txt",
        "order file",
    ]);
}

// Archives.

/// An order file that goes on with zeros: packed, it is a thousandth of its size.
fn endless_order_file() -> Vec<u8> {
    let mut bytes = new().repeat(10).into_bytes();
    bytes.resize(8 << 20, 0);
    bytes
}

#[test]
fn a_zip_bomb_that_looks_like_a_release_is_refused() {
    let room = Room::new(&[("old.txt", old())]);
    room.put("new.zip", zipped(&[("order.txt", endless_order_file())]));
    assert!(room.bytes("new.zip").len() < 20 << 10);
    room.run(&["diff", "old.txt", "new.zip"]).refused(&["`new.zip!order.txt`", "zip bomb"]);
}

#[test]
fn a_bomb_that_lies_about_its_packed_size_is_refused() {
    let packed = (1_u32 << 30).to_le_bytes();
    let room = Room::new(&[("old.txt", old())]);
    room.put("new.zip", with_header(zipped(&[("order.txt", endless_order_file())]), 18, 20, &packed));
    room.run(&["diff", "old.txt", "new.zip"]).refused(&["new.zip"]);
}

#[test]
fn a_bomb_of_zeros_is_passed_over_without_being_unpacked() {
    let room = Room::new(&[("old.txt", old())]);
    let zeros = vec![0; 8 << 20];
    room.put("new.zip", zipped(&[("zeros.bin", &zeros[..]), ("order.txt", new().as_bytes())]));
    let ran = room.run(&["diff", "old.txt", "new.zip", "--format", "json"]);
    assert_eq!(ran.done(&["note[passed-over]", "zeros.bin", "--> new.zip"]).changes(), CHANGES);
}

#[test]
fn a_bomb_inside_an_archive_is_refused() {
    let room = Room::new(&[("old.txt", old())]);
    let bomb = zipped(&[("order.txt", endless_order_file())]);
    room.put("new.zip", zipped(&[("2026/inner.zip", bomb)]));
    room.run(&["diff", "old.txt", "new.zip"]).refused(&["`new.zip!2026/inner.zip!order.txt`", "zip bomb"]);
}

#[test]
fn archives_nested_too_deep_are_refused() {
    let room = Room::new(&[("old.txt", old())]);
    let nest = |depth: usize| (0..depth).fold(new().into_bytes(), |inner, _| zipped(&[("inner", inner)]));
    room.put("new.zip", nest(MAX_DEPTH));
    let ran = room.run(&["diff", "old.txt", "new.zip", "--format", "json"]).done(&[]);
    assert_eq!(ran.changes(), CHANGES);
    room.put("new.zip", nest(MAX_DEPTH + 1));
    room.run(&["diff", "old.txt", "new.zip"]).refused(&["`new.zip!inner", "nested more than 4 deep"]);
}

/// A member that must not be read, with a sound file beside it.
#[track_caller]
fn assert_refused_member(archive: Vec<u8>, name: &str, reason: &str) {
    let room = Room::new(&[("old.txt", old())]);
    room.put("new.zip", archive);
    let ran = room.run(&["diff", "old.txt", "new.zip", "--format", "json"]);
    let ran = ran.done(&["warning[member-refused]", reason, &format!("--> new.zip!{name}")]);
    assert_eq!(ran.changes(), CHANGES);
    let mut left: Vec<_> =
        fs::read_dir(room.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["new.zip", "old.txt"]);
    assert!(!room.0.path().parent().unwrap().join("evil.txt").exists());
}

#[test]
fn a_member_whose_name_leads_out_of_the_archive_is_not_read() {
    for name in ["../evil.txt", "a/../../evil.txt"] {
        // The writer would tidy such a name up, so it is put in afterwards: 30 and 46 are its places.
        let plain = "x".repeat(name.len());
        let archive = zipped(&[(plain.as_str(), old()), ("order.txt", new())]);
        assert_refused_member(
            with_header(archive, 30, 46, name.as_bytes()),
            name,
            "points outside the archive",
        );
    }
}

#[test]
fn an_encrypted_member_is_not_read() {
    let archive = zipped(&[("secret.txt", old()), ("order.txt", new())]);
    assert_refused_member(with_header(archive, 6, 8, &[1]), "secret.txt", "is encrypted");
}

#[test]
fn a_member_that_is_a_link_is_not_followed() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("link.txt", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    writer.start_file("order.txt", SimpleFileOptions::default()).unwrap();
    writer.write_all(new().as_bytes()).unwrap();
    assert_refused_member(writer.finish().unwrap().into_inner(), "link.txt", "is a link");
}

#[test]
fn a_member_packed_by_an_unknown_method_is_not_read() {
    let archive = zipped(&[("bzip2.txt", old()), ("order.txt", new())]);
    assert_refused_member(
        with_header(archive, 8, 10, &[12]),
        "bzip2.txt",
        "another compression method than deflate",
    );
}

#[test]
fn an_archive_whose_only_member_is_refused_says_why() {
    let room = Room::new(&[("old.txt", old())]);
    room.put("new.zip", with_header(zipped(&[("order.txt", new())]), 6, 8, &[1]));
    room.run(&["diff", "old.txt", "new.zip"]).refused(&["cannot read `new.zip` as a release", "encrypted"]);
}

#[test]
fn a_cut_archive_is_called_incomplete() {
    let room = Room::new(&[("old.txt", old())]);
    let archive = zipped(&[("order.txt", new())]);
    for length in [archive.len() / 2, archive.len() - 5] {
        room.put("new.zip", &archive[..length]);
        let said =
            ["cannot read `new.zip` as a zip archive", "download the file again: it may be incomplete"];
        room.run(&["diff", "old.txt", "new.zip"]).refused(&said);
    }
}

#[test]
fn an_archive_with_a_wrong_checksum_is_called_damaged() {
    let room = Room::new(&[("old.txt", old())]);
    let archive = zipped(&[("order.txt", new())]);
    room.put("new.zip", with_header(archive, 14, 16, &[1, 2, 3, 4]));
    room.run(&["diff", "old.txt", "new.zip"]).refused(&["`new.zip!order.txt`", "download the file again"]);
}

// Bad records.

#[test]
fn a_codes_file_with_a_bad_line_keeps_the_other_rows_and_says_nothing_about_that_code() {
    let damaged = |text: &str| codes_file(text).replace("A009    Cholera, un", "A009   \tCholera, un");
    let room = Room::new(&[("old.txt", codes_file(&old())), ("new.txt", damaged(&new()))]);
    let ran = room.diff().done(&[
        "error[bad-record]",
        "--> new.txt:3:8",
        "= help: use the publisher's original file",
    ]);
    assert_eq!(sorted(ran.changes()), sorted(CHANGES));
    assert_eq!(ran.count("codes", "new"), 9);

    let room = Room::new(&[("old.txt", damaged(&old())), ("new.txt", codes_file(&new()))]);
    let ran = room.diff().done(&["error[bad-record]", "--> old.txt:3:8"]);
    assert_eq!(sorted(ran.changes()), sorted(CHANGES));
}

#[test]
fn a_bad_line_whose_code_cannot_be_read_leaves_open_what_is_missing() {
    let new = new().replace("00004 A009 ", "00004 A\u{7}09 ");
    let ran = Room::with_new(new).diff().done(&[
        "error[bad-record]",
        "--> new.txt:4:7",
        "error[not-compared]",
        "= help: take an undamaged file",
    ]);
    assert_eq!(ran.count("codes", "removed"), 0);
    assert!(ran.changes().contains(&"demoted G35".to_owned()));
}

#[test]
fn a_flag_that_is_neither_0_nor_1_is_stated_with_its_column() {
    let new = new().replace("A009    1", "A009    2");
    let ran = Room::with_new(new)
        .diff()
        .done(&["error[bad-record]: column 15 is `2`, it must be 0 or 1", "--> new.txt:4:15"]);
    assert_eq!(ran.changes(), CHANGES);
}

#[test]
fn a_code_that_is_twice_counts_once() {
    let again = new() + &row(16, "A009", 1, "Cholera, unspecified, once more");
    let ran = Room::with_new(again).diff().done(&["error[duplicate-code]", "--> new.txt:16"]);
    assert_eq!(ran.changes(), CHANGES);
    assert_eq!(ran.count("codes", "new"), 10);
}

// Text.

#[test]
fn latin_1_is_read_and_stated_with_its_place() {
    let new = new_with("G35A", "M_ni_re disease").replace("M_ni_re", "M\u{1}ni\u{2}re");
    let bytes: Vec<u8> = new
        .bytes()
        .map(|byte| match byte {
            1 => 0xe9,
            2 => 0xe8,
            other => other,
        })
        .collect();
    let ran = Room::with_new(bytes).diff().done(&[
        "warning[encoding]: byte 0xE9 is not UTF-8",
        "--> new.txt:9:18",
        "= help: ",
    ]);
    assert_eq!(ran.changes(), CHANGES);
    assert_eq!(text(&ran.json()["changes"][3]["new"]["long"]), "Ménière disease");
}

#[test]
fn line_ends_make_no_difference() {
    for (end, noted) in [("\n", Some("lines end in LF")), ("\r", Some("lines end in CR")), ("\r\n", None)] {
        let room =
            Room::new(&[("old.txt", old().replace("\r\n", end)), ("new.txt", new().replace("\r\n", end))]);
        let ran = room.diff().done(&noted.into_iter().collect::<Vec<_>>());
        assert_eq!(ran.changes(), CHANGES, "{end:?}");
        assert_eq!((ran.count("codes", "old"), ran.count("headers", "new")), (9, 5), "{end:?}");
        let problems: Vec<&str> = noted.iter().map(|_| "line-ends").collect();
        assert_eq!(ran.problems(), problems, "{end:?}");
    }
}

#[test]
fn a_byte_order_mark_and_utf_16_make_no_difference() {
    let little: Vec<u8> =
        "\u{feff}".chars().chain(new().chars()).flat_map(|char| (char as u16).to_le_bytes()).collect();
    let big: Vec<u8> =
        "\u{feff}".chars().chain(new().chars()).flat_map(|char| (char as u16).to_be_bytes()).collect();
    for bytes in [format!("\u{feff}{}", new()).into_bytes(), little, big] {
        let ran = Room::with_new(bytes).diff().done(&["note[byte-order-mark]", "--> new.txt:1:1"]);
        assert_eq!(ran.changes(), CHANGES);
    }
}

#[test]
fn utf_16_without_its_mark_is_read() {
    let bytes: Vec<u8> = new().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let ran = Room::with_new(bytes).diff().done(&["UTF-16LE without a byte-order mark", "--> new.txt:1:1"]);
    assert_eq!(ran.changes(), CHANGES);
}

#[test]
fn an_order_file_saved_by_a_spreadsheet_is_recognized_with_its_place() {
    let saved = |delimiter: &str, quote: &str| {
        let cells = |line: &str| {
            let number: u32 = line[..5].parse().unwrap();
            let texts = [line[6..13].trim(), &line[14..15], line[16..76].trim(), &line[77..]];
            let texts = texts.map(|cell| format!("{quote}{cell}{quote}"));
            format!("{quote}{number}{quote}{delimiter}{}\r\n", texts.join(delimiter))
        };
        new().lines().map(cells).collect::<String>()
    };
    for (delimiter, quote, place, mark) in [
        ("\t", "", "1:2", "a tab"),
        (",", "", "1:2", "a comma"),
        (";", "", "1:2", "a semicolon"),
        (",", "\"", "1:4", "a comma"),
    ] {
        let said = ["saved by a spreadsheet", mark, &format!("--> new.txt:{place}\n"), "drop leading zeros"];
        Room::with_new(saved(delimiter, quote)).diff().refused(&said);
    }
}

#[test]
fn an_order_file_saved_as_one_quoted_column_never_loses_codes_in_silence() {
    // A spreadsheet that takes each row for one cell puts quotes around those that hold a comma.
    let quoted =
        |line: &str| if line.contains(',') { format!("\"{line}\"\r\n") } else { format!("{line}\r\n") };
    let new: String = new().lines().map(quoted).collect();
    let ran = Room::with_new(new).diff().done(&[
        "error[bad-record]",
        "--> new.txt:2:1",
        "= help: use the publisher's original file",
    ]);
    assert_eq!(ran.count("codes", "removed"), 0, "{:?}", ran.changes());
}

// Addenda.

fn pcs(rows: &[(&str, &str)]) -> String {
    (1..).zip(rows).map(|(number, (code, text))| row(number, code, u8::from(code.len() == 7), text)).collect()
}

/// A line of ICD-10-PCS order addenda, which have no column for a flag.
fn pcs_line(action: &str, code: &str, text: &str) -> String {
    format!("{action:<13}{code:<7} {text:<60.60} {text}\r\n")
}

#[test]
fn addenda_without_a_flag_are_never_read_with_one() {
    let old = [
        ("001", "Bypass"),
        ("0016070", "Bypass Cerebral Ventricle to Nasopharynx"),
        ("0016071", "Bypass to Sinus"),
    ];
    let new = [
        old[0],
        old[1],
        ("00160J0", "Bypass Synthetic"),
        ("0X0", "Alteration"),
        ("0X020ZZ", "Alteration of Arm"),
    ];
    // Codes that begin with 0 or 1 stand where the other layout has its flag.
    let addenda = [
        pcs_line("Delete:", "0016071", "Bypass to Sinus"),
        pcs_line("Add:", "00160J0", "Bypass Synthetic"),
        pcs_line("Add:", "0X0", "Alteration"),
        pcs_line("Add:", "0X020ZZ", "Alteration of Arm"),
    ];
    let room =
        Room::new(&[("old.txt", pcs(&old)), ("new.txt", pcs(&new)), ("addenda.txt", addenda.concat())]);
    let ran =
        room.run(&["verify", "old.txt", "new.txt", "--addenda", "addenda.txt", "--format", "json"]).done(&[]);
    assert_eq!(ran.json()["verifications"][0]["differences"], serde_json::json!([]));
    let ran = room.run(&["apply", "old.txt", "addenda.txt"]).done(&[]);
    assert_eq!(ran.stdout, pcs(&new));

    // Of another set, they agree with nothing.
    let other =
        Room::new(&[("old.txt", self::old()), ("new.txt", self::new()), ("addenda.txt", addenda.concat())]);
    let ran = other.run(&["verify", "old.txt", "new.txt", "--addenda", "addenda.txt"]);
    assert!(matches!(ran.code, Some(1 | 2)), "{:?}\n{}", ran.code, ran.stderr);
    other.run(&["apply", "old.txt", "addenda.txt"]).refused(&["`Delete: 0016071` contradicts it"]);
}

// Releases.

#[test]
fn a_folder_with_two_releases_is_no_release() {
    let room = Room::new(&[("old.txt", old()), ("both/fy2025.txt", old()), ("both/fy2026.txt", new())]);
    let said = [
        "cannot read `both` as a release",
        "several releases: fy2025.txt, fy2026.txt",
        "one file, zip or folder",
    ];
    room.run(&["diff", "old.txt", "both"]).refused(&said);
}

#[test]
fn a_release_by_name_that_is_not_here_is_stated_so() {
    let room = Room::new(&[("old.txt", old())]);
    for name in ["icd10cm@2026", "icd10cm@fy2026", "ICD10CM@2026-04"] {
        room.run(&["diff", "old.txt", name]).refused(&[
            "the release `icd10cm@2026",
            "is not in the store",
            "codeset fetch icd10cm@2026",
        ]);
    }
}

#[test]
fn a_release_of_an_unknown_set_or_edition_is_stated_so() {
    let room = Room::new(&[("old.txt", old())]);
    room.run(&["diff", "old.txt", "icd10xx@2026"]).refused(&["unknown code set `icd10xx`"]);
    room.run(&["diff", "old.txt", "icd10cm@26"]).refused(&["`26` is not an edition"]);
    room.run(&["diff", "old.txt", "old.txt", "--edition", "26"])
        .refused(&["`26` is not an edition", "2026-04"]);
}

#[test]
fn a_path_that_does_not_exist_is_named_as_typed() {
    let room = Room::new(&[("old.txt", old()), ("new.txt", new()), ("usage.csv", "code\nI10\n".to_owned())]);
    let missing = "no/such/file.zip";
    for args in [
        ["diff", missing, "new.txt", "--quiet"].as_slice(),
        &["diff", "old.txt", missing],
        &["diff", "old.txt", "new.txt", "--codes", missing],
        &["verify", "old.txt", "new.txt", "--addenda", missing],
        &["lookup", "I10", "--in", missing],
        &["crosswalk", "old.txt", "new.txt", "--map", missing],
        &["impact", "old.txt", "new.txt", "--usage", missing],
    ] {
        room.run(args).refused(&["cannot read `no/such/file.zip`"]);
    }
}

#[test]
fn releases_of_different_sets_cannot_be_compared() {
    let room = Room::with_new(pcs(&[("001", "Bypass"), ("0016070", "Bypass Cerebral Ventricle")]));
    room.diff().refused(&["OLD is ICD-10-CM and NEW is ICD-10-PCS", "--set"]);
}

// Output.

#[test]
fn an_output_never_overwrites_an_input() {
    let files = [("old.txt", old()), ("new/order.txt", new()), ("usage.csv", "code\nI10\n".to_owned())];
    let room = Room::new(&files);
    for args in [
        ["diff", "old.txt", "new", "-o", "old.txt"].as_slice(),
        &["diff", "old.txt", "new", "-o", "new/../old.txt"],
        &["diff", "old.txt", "new", "--codes", "usage.csv", "-o", "usage.csv"],
        &["impact", "old.txt", "new", "--usage", "usage.csv", "-o", "./usage.csv"],
        &["apply", "old.txt", "new", "-o", "old.txt"],
        &["lookup", "I10", "--in", "old.txt", "-o", "old.txt"],
    ] {
        room.run(args).refused(&["is an input", "write the output to another file"]);
    }
    for (name, text) in &files {
        assert_eq!(room.bytes(name), text.as_bytes(), "{name}");
    }
}

#[test]
fn an_output_never_overwrites_a_file_of_an_input_folder() {
    let room = Room::new(&[("old.txt", old()), ("new/order.txt", new())]);
    room.run(&["diff", "old.txt", "new", "-o", "new/order.txt"]).refused(&["new/order.txt", "input"]);
    assert_eq!(room.bytes("new/order.txt"), new().as_bytes());
}

#[cfg(unix)]
#[test]
fn an_output_never_overwrites_an_input_through_a_link() {
    let room = Room::with_new(new());
    std::os::unix::fs::symlink(room.path("old.txt"), room.path("link.txt")).unwrap();
    room.run(&["diff", "old.txt", "new.txt", "-o", "link.txt"]).refused(&["is an input"]);
    room.run(&["diff", "link.txt", "new.txt", "-o", "old.txt"]).refused(&["is an input"]);
    assert_eq!(room.bytes("old.txt"), old().as_bytes());
}

#[test]
fn an_output_that_cannot_be_written_leaves_nothing_after() {
    let room = Room::with_new(new());
    room.run(&["diff", "old.txt", "new.txt", "-o", "no/folder/report.csv"])
        .refused(&["cannot write `no/folder/report.csv`"]);
    fs::create_dir(room.path("folder")).unwrap();
    room.run(&["diff", "old.txt", "new.txt", "-o", "folder"]).refused(&["`folder`"]);
    let mut left: Vec<_> =
        fs::read_dir(room.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["folder", "new.txt", "old.txt"]);
}

const ESCAPE: &str = "\u{1b}[31m";

#[test]
fn an_escape_sequence_in_a_description_does_not_reach_a_terminal() {
    let room = Room::with_new(new_with("G35A", &format!("{ESCAPE}Relapsing")));
    for command in [
        ["diff", "old.txt", "new.txt"].as_slice(),
        &["diff", "old.txt", "new.txt", "--format", "markdown"],
        &["diff", "old.txt", "new.txt", "--format", "json"],
        &["lookup", "G35A", "--in", "new.txt"],
        &["history", "G35A", "--in", "old.txt", "new.txt"],
        &["crosswalk", "old.txt", "new.txt"],
    ] {
        room.run(command).done(&[]).silent_about(&["\u{1b}"]);
    }
    let ran = room.run(&["diff", "old.txt", "new.txt", "--color", "always"]).done(&[]);
    assert!(!ran.stdout.contains(&format!("{ESCAPE}Relapsing")), "{}", ran.stdout);
    assert!(ran.stdout.contains("Relapsing"));
}

#[test]
fn an_escape_sequence_in_a_name_does_not_reach_a_terminal() {
    let room = Room::new(&[("old.txt", old())]);
    let name = format!("{ESCAPE}order.txt");
    let damaged = new().replace("A009    1", "A009    2");
    for (archive, code, said) in [
        (zipped(&[(name.as_str(), damaged)]), 3, "error[bad-record]"),
        (zipped(&[(name.as_str(), new()), ("other.txt", old())]), 2, "several releases"),
        (zipped(&[(name.as_str(), endless_order_file())]), 2, "zip bomb"),
    ] {
        room.put("new.zip", archive);
        let ran = room.run(&["diff", "old.txt", "new.zip"]).said(&[said]).silent_about(&["\u{1b}"]);
        assert_eq!(ran.code, Some(code));
    }
    room.run(&["diff", "old.txt", &format!("{ESCAPE}missing")]).said(&["missing"]).silent_about(&["\u{1b}"]);
}

#[test]
fn a_formula_in_a_description_is_defused_in_csv() {
    for formula in ["=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(A1:A9)"] {
        let room = Room::with_new(new_with("G35A", formula));
        let ran = room.run(&["diff", "old.txt", "new.txt", "--format", "csv"]).done(&[]);
        assert!(ran.stdout.contains(&format!("\"'{formula}")), "{}", ran.stdout);
        assert!(!ran.stdout.contains(&format!("\"{formula}")), "{}", ran.stdout);
    }
}

#[test]
fn a_formula_as_an_owner_is_defused_in_csv() {
    let room = Room::with_new(new());
    room.put("usage.csv", "code,department,count\r\nG35,=cmd()|x,3\r\n");
    let ran =
        room.run(&["impact", "old.txt", "new.txt", "--usage", "usage.csv", "--format", "csv"]).done(&[]);
    assert!(ran.stdout.contains("\"'=cmd()|x 3\""), "{}", ran.stdout);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let many: Vec<(String, u8, &str)> = (0..3000).map(|at| (format!("S{at:04}"), 1, "Injury")).collect();
    let rows: Vec<(&str, u8, &str)> =
        many.iter().map(|(code, flag, text)| (code.as_str(), *flag, *text)).collect();
    let room = Room::with_new(order_file(&rows));
    for args in [
        ["diff", "old.txt", "new.txt"].as_slice(),
        &["diff", "old.txt", "new.txt", "--format", "json"],
        &["diff", "old.txt", "new.txt", "--format", "csv"],
        &["lookup", "S0000", "--in", "new.txt"],
        &["schema", "diff"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
        &["--version"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = room.command(args).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
        assert!(!stderr.contains("panicked") && !stderr.contains("error: "), "{args:?}: {stderr}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let room = Room::with_new(new());
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output =
        room.command(&["diff", "old.txt", "new.txt"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("error: cannot write to stdout"));
}

// Usage.

fn room_with_usage(usage: impl AsRef<[u8]>) -> Room {
    let room = Room::with_new(new());
    room.put("usage.csv", usage);
    room
}

#[test]
fn a_column_that_is_not_there_is_named_with_those_that_are() {
    let room = room_with_usage("dx,dept,n\r\nG35,Neurology,3\r\n");
    for option in ["--code-column", "--count-column", "--owner-column"] {
        room.impact(&[option, "ICD10"]).refused(&["usage.csv", "there is no column `ICD10`", "dx, dept, n"]);
    }
    let nothing = room.impact(&["--where", "dx=nothing"]);
    assert!(nothing.stderr.contains("no row has the value of --where"), "{}", nothing.stderr);
    room.impact(&["--where", "icd_version=10"]).refused(&["usage.csv", "there is no column `icd_version`"]);
    room.impact(&["--where", "icd_version"]).refused(&["`icd_version` does not have the form HEADING=VALUE"]);
}

#[test]
fn a_table_without_codes_is_refused() {
    let said = ["usage.csv", "no column contains ICD-10-CM codes", "--code-column"];
    let ran = room_with_usage(format!("name,city\r\n{PATIENT},Duckburg\r\n")).impact(&[]).refused(&said);
    ran.silent_about(&[PATIENT, "Duckburg"]);
    room_with_usage("").impact(&[]).refused(&["usage.csv", "the table is empty"]);
}

#[test]
fn a_bad_count_counts_once_and_nothing_of_its_row_is_shown() {
    let usage = format!(
        "patient,code,count\r\nJohn Roe,G35,2\r\n{PATIENT},G35,lots\r\n{PATIENT},Z59.0,1.5\r\n{PATIENT},I10,-3\r\n"
    );
    let ran = room_with_usage(usage).impact(&[]).done(&["error[bad-count]", "--> usage.csv:3:1"]);
    assert_eq!(ran.json()["summary"]["used"]["lines"], 3 + 1 + 1);
    ran.silent_about(&[PATIENT, "John Roe", "lots"]);
}

#[test]
fn a_row_whose_cells_have_shifted_shows_nothing_of_its_patient() {
    let (last, first) = PATIENT.split_once(' ').unwrap();
    let usage =
        format!("patient,code,count,department\r\n\"Roe, John\",G35,2,ICU\r\n{last}, {first},G35,2,ICU\r\n");
    let ran = room_with_usage(usage).impact(&[]).done(&[]);
    ran.silent_about(&[last, first, "Roe"]);
}

#[test]
fn no_patient_column_reaches_any_output() {
    let usage = format!(
        "mrn,patient,dx1,dx2,department\r\n778899001,{PATIENT},G35,Z59.0,Neurology\r\n778899002,{PATIENT},I10,,Neurology\r\n"
    );
    let room = room_with_usage(usage);
    for format in ["text", "markdown", "csv", "json", "jsonl"] {
        let ran = room.run(&["impact", "old.txt", "new.txt", "--usage", "usage.csv", "--format", format]);
        ran.done(&["codes in column `dx1`, column `dx2`"]).silent_about(&[PATIENT, "778899"]);
    }
}

#[test]
fn the_first_row_of_a_table_without_headings_is_not_shown() {
    // The code is of another set, so nothing in this row is known.
    let usage = format!("{PATIENT},1931-04-05,250.00\r\n{PATIENT},1931-04-05,G35\r\n");
    let room = room_with_usage(usage);
    room.impact(&["--code-column", "dx"])
        .refused(&["there is no column `dx`"])
        .silent_about(&[PATIENT, "1931"]);
    room.impact(&[]).silent_about(&[PATIENT, "1931"]);
}

#[test]
fn counts_too_large_to_add_do_not_overflow() {
    let room = room_with_usage(
        "code,department,count\r\nG35,A,18446744073709551615\r\nG35,A,18446744073709551615\r\nI10,A,7\r\n",
    );
    room.impact(&[]).done(&[]);
    let room = room_with_usage(
        "code,count\r\nG35,18446744073709551615\r\nI10,18446744073709551615\r\nxx,18446744073709551615\r\nyy,9\r\n",
    );
    room.impact(&[]).done(&[]);
}

#[test]
fn a_workbook_that_cannot_be_read_is_refused_with_a_hint() {
    room_with_usage(workbook())
        .impact(&[])
        .refused(&["usage.csv", "the workbook cannot be read completely; save it as CSV"]);
}

#[test]
fn the_files_of_an_archive_are_read_and_one_without_any_is_refused() {
    let archive = |files: &[(&str, &str)]| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let room = room_with_usage(archive(&[("a.csv", "code\nG35\n"), ("b/readme.txt", "no codes here\n")]));
    let ran = room.impact(&[]).done(&["a file in the archive contains no readable codes"]);
    assert_eq!(ran.json()["summary"]["used"]["lines"], 1);
    room_with_usage(archive(&[])).impact(&[]).refused(&["usage.csv"]);
    room_with_usage(archive(&[("a.txt", "nothing")]))
        .impact(&[])
        .refused(&["usage.csv", "no column contains"]);
}

#[test]
fn a_usage_file_of_another_kind_is_named() {
    let package = |part: &str| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["[Content_Types].xml", part] {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    for (bytes, kind) in [
        (b"%PDF-1.7\n%x\n1 0 obj\n".to_vec(), "this is a PDF"),
        (b"PAR1\x15\x04\x15\x10".to_vec(), "it is a damaged, incomplete or encrypted Parquet file"),
        (package("word/document.xml"), "this is a Word document"),
        (package("ppt/presentation.xml"), "this is a PowerPoint presentation"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "this is an image (PNG)"),
        (b"SQLite format 3\0\x10\0".to_vec(), "this is a SQLite database"),
    ] {
        let ran = room_with_usage(bytes).impact(&[]);
        assert!(!ran.stderr.contains("column"), "{}", ran.stderr);
        ran.refused(&["usage.csv", kind]);
    }
}

#[test]
fn usage_files_are_named_by_folders_and_patterns_and_each_counts_once() {
    let room = Room::with_new(new());
    for (name, text) in
        [("lists/b.csv", "code\nG35\n"), ("lists/a.csv", "code\nI10\nG35\n"), ("lists/.c.csv", "code\nI10\n")]
    {
        room.put(name, text);
    }
    let lines = |usage: &[&str]| {
        let args = [&["impact", "old.txt", "new.txt", "--format", "json", "--usage"], usage].concat();
        let ran = room.run(&args);
        let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
        (report["summary"]["used"]["lines"].as_u64().unwrap(), ran.stderr)
    };
    for usage in [["lists"].as_slice(), &["lists/*.csv"], &["lists/?.csv"], &["lists/a.csv", "lists/b.csv"]] {
        assert_eq!(lines(usage).0, 3, "{usage:?}");
    }
    room.put("lists/c.pdf", "%PDF-1.7\n");
    let (used, said) = lines(&["lists"]);
    assert_eq!(used, 3);
    assert!(said.contains("`c.pdf`") && said.contains("this is a PDF"), "{said}");
    let refused = |usage: &[&str], words: &[&str]| {
        let args = [&["impact", "old.txt", "new.txt", "--usage"], usage].concat();
        room.run(&args).refused(words);
    };
    refused(&["lists/*.xlsx"], &["no file matches `lists/*.xlsx`"]);
    refused(&["lists/a.csv", "lists/../lists/a.csv"], &["is given twice", "count twice"]);
    refused(&["lists", "lists/b.csv"], &["`lists/b.csv` is given twice"]);
    fs::create_dir(room.path("empty")).unwrap();
    refused(&["empty"], &["the folder `empty` contains no files"]);
}

/// Returns the lines in use that a run reports.
fn used_lines(ran: &Ran) -> u64 {
    ran.json()["summary"]["used"]["lines"].as_u64().unwrap()
}

#[test]
fn a_large_usage_file_is_counted_whole_wherever_it_is_cut() {
    let rows = "G35,x\nI10,y\n".repeat(100_000);
    // A note of many lines, a blank line, and the headings again.
    let note = "G35,1\n".repeat(100_000);
    let text = format!("code,note\n{rows}I10,\"{note}\"\n\ncode,note\n{rows}");
    let wanted = 400_001;
    assert_eq!(used_lines(&room_with_usage(&text).impact(&[]).done(&[])), wanted);
    assert_eq!(used_lines(&room_with_usage(text.replace('\n', "\r\n")).impact(&[]).done(&[])), wanted);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(used_lines(&room_with_usage(&packed).impact(&[]).done(&[])), wanted);
    let cut = packed.len() / 2;
    room_with_usage(&packed[..cut])
        .impact(&[])
        .refused(&["cannot read `usage.csv`", "incomplete or damaged"]);
    // Old Macs end lines with CR alone.
    let text = format!("code,note\n{rows}").replace('\n', "\r");
    assert_eq!(used_lines(&room_with_usage(text).impact(&[]).done(&[])), 200_000);
    let lines: String = (0..50_000).map(|at| format!("{{\"row\":{at},\"code\":\"G35\"}}\n")).collect();
    let room = Room::with_new(new());
    room.put("usage.jsonl", lines);
    let ran = room.run(&["impact", "old.txt", "new.txt", "--format", "json", "--usage", "usage.jsonl"]);
    assert_eq!(used_lines(&ran.done(&[])), 50_000);
}

#[cfg(unix)]
#[test]
fn usage_that_comes_through_a_pipe_is_read_once() {
    let room = Room::with_new(new());
    let pipe = room.path("usage.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn(move || fs::write(pipe, "code\nG35\nI10\n"));
    assert_eq!(used_lines(&room.impact(&[]).done(&[])), 2);
    writer.join().unwrap().unwrap();
}

#[test]
fn the_marks_of_spark_in_a_folder_are_not_usage() {
    let room = Room::with_new(new());
    for (name, text) in
        [("_SUCCESS", ""), ("._SUCCESS.crc", "crc"), ("_committed_17", "{}"), ("part-0.csv", "code\nG35\n")]
    {
        room.put(&format!("used/{name}"), text);
    }
    let ran = room.run(&["impact", "old.txt", "new.txt", "--format", "json", "--usage", "used"]);
    assert_eq!(used_lines(&ran.done(&[])), 1);
}

#[test]
fn a_line_of_100_mb_is_left_out_and_named() {
    let text = format!("code,note\nG35,x\nG35,{}\nI10,y\n", "x".repeat(100 << 20));
    let ran = room_with_usage(text).impact(&[]).done(&["a line of more than 64 MB"]);
    assert_eq!(used_lines(&ran), 2);
}

#[test]
fn one_bad_file_of_a_folder_of_500_is_named() {
    let room = Room::with_new(new());
    for at in 0..500 {
        let text = if at == 250 { "name,city\nx,y\n" } else { "code\nG35\n" };
        room.put(&format!("claims/{at:03}.csv"), text);
    }
    let ran = room.run(&["impact", "old.txt", "new.txt", "--format", "json", "--usage", "claims"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert_eq!(used_lines(&ran), 499);
    ran.said(&["error[bad-usage]", "`250.csv`"]);
}

#[test]
fn standard_input_is_scanned_and_never_changed() {
    let room = Room::with_new(new());
    let mut command = room.command(&["scan", "old.txt", "new.txt", "-", "--format", "json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"icd10cm_code,text\nG35,x\nI10,y\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"][0]["path"], "-");
    assert_eq!(report["findings"][0]["code"], "G35");
    room.run(&["migrate", "old.txt", "new.txt", "-"]).refused(&["standard input cannot be changed"]);
}

#[test]
fn no_layout_of_usage_lets_anything_of_a_person_into_an_output() {
    for layout in codeset::impact::usage_layouts() {
        for kind in ["ok", "bad"] {
            let folder = format!("{}/tests/fixtures/usage_{layout}/{kind}", env!("CARGO_MANIFEST_DIR"));
            for file in fs::read_dir(folder).unwrap() {
                let room = room_with_usage(fs::read(file.unwrap().path()).unwrap());
                for format in ["text", "markdown", "csv", "json", "jsonl"] {
                    let ran = room.run(&[
                        "impact",
                        "old.txt",
                        "new.txt",
                        "--usage",
                        "usage.csv",
                        "--format",
                        format,
                    ]);
                    let said = (ran.stdout + &ran.stderr).to_lowercase();
                    for word in ["quackenbush", "wilhelmina", "778899"] {
                        assert!(!said.contains(word), "{layout}: {said}");
                    }
                }
            }
        }
    }
}

// Conversion tables and lists of codes.

#[test]
fn a_conversion_table_that_is_none_is_refused() {
    let room = Room::with_new(new());
    room.put("map.xlsx", workbook());
    room.run(&["crosswalk", "old.txt", "new.txt", "--map", "map.xlsx"])
        .refused(&["`map.xlsx` contains no conversion table"]);
    room.run(&["verify", "old.txt", "new.txt", "--addenda", "map.xlsx"])
        .refused(&["`map.xlsx` contains no addenda"]);
}

#[test]
fn a_conversion_table_of_another_set_is_refused() {
    let room = Room::with_new(new());
    let pcs = include_str!("../fixtures/icd10pcs_conversion/ok/table.csv");
    room.put("map.csv", pcs);
    room.run(&["crosswalk", "old.txt", "new.txt", "--map", "map.csv"]).refused(&[
        "`map.csv` is a conversion table for ICD-10-PCS, but the releases are ICD-10-CM",
        "for this code set",
    ]);
}

#[test]
fn a_list_without_codes_is_refused() {
    let room = Room::with_new(new());
    room.put("codes.txt", "# none\r\nsee the wiki\r\n");
    room.run(&["diff", "old.txt", "new.txt", "--codes", "codes.txt"])
        .refused(&["`codes.txt` contains no ICD-10-CM code"]);
}

#[test]
fn a_form_that_is_not_written_is_refused_by_the_extension_of_its_file() {
    let room = Room::with_new(new());
    for name in ["x.pdf", "x.DOCX", "x.xls", "x.ods"] {
        room.run(&["diff", "old.txt", "new.txt", "-o", name])
            .refused(&["this command does not write", ".xlsx"]);
    }
    room.run(&["diff", "new.txt", "old.txt", "--edition", "2026", "--edition", "2025"])
        .refused(&["OLD (icd10cm@2026) is newer than NEW (icd10cm@2025)", "--backward"]);
}

#[test]
fn a_file_that_cannot_be_read_is_an_exit_code_of_its_own() {
    let room = Room::with_new(new());
    room.put("broken.xlsx", b"PK\x03\x04 and nothing more");
    room.put("list.csv", b"icd10\nI10\nA00.9\n");
    for command in ["scan", "migrate"] {
        let ran = room.run(&[command, "old.txt", "new.txt", "list.csv"]);
        assert_eq!(ran.code, Some(0), "{command}: {}", ran.stderr);
        let ran =
            room.run(&[command, "old.txt", "new.txt", "list.csv", "broken.xlsx"]).said(&["broken.xlsx"]);
        assert_eq!(ran.code, Some(3), "{command}: {}", ran.stderr);
    }
}

#[test]
fn an_edition_within_a_year_is_reported_by_its_codes_where_the_name_says_the_year_alone() {
    let order = |codes: &[&str]| -> String {
        (1..).zip(codes).map(|(at, code)| row(at, code, 1, "Invented procedure")).collect()
    };
    let room = Room::new(&[
        ("october/icd10pcs_order_2022.txt", order(&["0210093", "XW013U6", "XW023U6"])),
        ("april/icd10pcs_order_2022.txt", order(&["0210093", "XW013U6", "XW013V7", "XW023U6"])),
    ]);
    let october = "october/icd10pcs_order_2022.txt";
    let april = "april/icd10pcs_order_2022.txt";
    let ran = room.run(&["diff", october, april]);
    ran.done(&[
        "assumed to be icd10pcs@2022 because of its name",
        "assumed to be icd10pcs@2022-04 because of its codes",
    ]);
}

/// Inputs that once took minutes, where they are here: each is read or refused, and says which.
#[test]
fn documents_that_are_made_to_be_slow_end_with_a_message() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/hostile");
    if !folder.is_dir() {
        return eprintln!("skipped: the hostile files are not here");
    }
    for (file, code, words) in [
        ("07-slow-documents/many_rel2.docx", 0, "1 file of"),
        ("07-slow-documents/q40pages.pdf", 3, "page 1 and those after it were not read"),
        ("05-sqlite-views/deepview.db", 0, "1 file of"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_codeset"))
            .args(["scan", "demo/icd10cm-order-2025.txt", "demo/icd10cm-order-2026.txt"])
            .arg(folder.join(file))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert_eq!(output.status.code(), Some(code), "{file}: {said}");
        assert!(said.contains(words), "{file}: {said}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_in_every_form_for_ci() {
    let room = Room::new(&[
        ("lists/bad.xlsx", &b"PK\x03\x04 not a workbook"[..]),
        ("lists/good.csv", b"code\nA000\nA001\nA009\n"),
    ]);
    room.put("old.txt", new().as_bytes());
    room.put("new.txt", new().as_bytes());
    for (format, words) in [
        ("junit", "<error type=\"unread\""),
        ("sarif", "toolExecutionNotifications"),
        ("github", "::warning file=lists/bad.xlsx"),
    ] {
        let ran =
            room.run(&["scan", "old.txt", "new.txt", "lists", "--fail-on", "dead", "--format", format, "-q"]);
        assert_eq!(ran.code, Some(3), "{format}: {}", ran.stderr);
        assert!(ran.stdout.contains(words), "{format}: {}", ran.stdout);
    }
}

#[test]
fn a_long_text_that_many_cells_share_is_paid_for_in_each() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "code").unwrap();
    let text = "G35 ".repeat(8_000);
    for row in 1..2_200 {
        sheet.write(row, 0, &text).unwrap();
    }
    let room = Room::with_new(new());
    room.put("list.xlsx", book.save_to_buffer().unwrap());
    let ran =
        room.run(&["scan", "old.txt", "new.txt", "--edition", "2025", "--edition", "2026", "list.xlsx"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("`list.xlsx`") && ran.stderr.contains("64 MB of long texts"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_file_with_more_places_than_are_held_is_left_as_it_was() {
    let head: Vec<String> = (0..300).map(|column| format!("dx{column}")).collect();
    let row = vec!["G35"; 300].join(",") + "\n";
    let text = head.join(",") + "\n" + &row.repeat(900);
    let room = Room::with_new(new());
    room.put("wide.csv", &text);
    room.put("small.csv", "dx\nG35\nI10\nA00.0\n");
    let editions = ["--edition", "2025", "--edition", "2026"];
    let args = [&["migrate", "old.txt", "new.txt"][..], &editions, &["wide.csv", "small.csv", "--in-place"]]
        .concat();
    let ran = room.run(&args);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("`wide.csv`: was not changed"), "{}", ran.stderr);
    assert_eq!(room.bytes("wide.csv"), text.as_bytes());
}

#[test]
fn strings_of_fhir_have_no_control_characters() {
    let room = Room::with_new(new_with("G35A", "Relapsing\u{1}\u{7}sclerosis"));
    let editions = ["--edition", "2025", "--edition", "2026"];
    for format in ["fhir-r4", "fhir-r5"] {
        let args = [&["crosswalk", "old.txt", "new.txt", "--format", format][..], &editions].concat();
        let ran = room.run(&args);
        let map: Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
        assert!(map.to_string().contains("sclerosis"));
        assert!(!ran.stdout.contains("\\u0001") && !ran.stdout.contains("\\u0007"), "{}", ran.stdout);
    }
}
