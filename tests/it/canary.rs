//! Nothing about patients: names and numbers of an invented patient stand in every position of user files that is no code,
//! and must be in no output, message, temporary file, journal or store.

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::common::lists::Desk;
use crate::common::pages::root;

/// Parts of what stands for a patient, in small letters: the name and the beginning of every number.
const CANARIES: [&str; 3] = ["quackenbush", "wilhelmina", "7788990"];

/// User files with the patient in every position: headings, titles, values, keys, names of sheets and variables, comments.
const TEXTS: &[(&str, &str)] = &[
    (
        "title.csv",
        "Name: Wilhelmina Quackenbush MRN 778899001\npatient,dx,note\nQuackenbush,Z59.1,seen by Quackenbush\n778899002,E87.2,Wilhelmina\n",
    ),
    ("headless.csv", "Quackenbush,Z59.1,clinic 778899001\nWilhelmina,E87.2,clinic\n778899001,R05,clinic\n"),
    ("headings.csv", "Quackenbush ICD-10,778899001 dx code,Wilhelmina\nZ59.1,E87.2,x\nR05,E87.2,y\n"),
    (
        "values.tsv",
        "dx\tname\nZ59.1\tQuackenbush\nQuackenbush\tE87.2\nE87.2 Quackenbush\tWilhelmina\n778899001\tR05\n",
    ),
    ("torn.csv", "dx,name\nZ59.1,\"Quackenbush\nE87.2,Wilhelmina\n"),
    ("pipe.txt", "Quackenbush|Z59.1|778899001\nWilhelmina|E87.2|778899002\nQuackenbush|R05|778899003\n"),
    ("lines.txt", "Wilhelmina Quackenbush 778899001\nZ59.1\nE87.2 Quackenbush\nR05\n"),
    (
        "keys.json",
        r#"{"patients":{"Quackenbush":{"icd10":["Z59.1","E87.2","R05"]},"Wilhelmina 778899001":{"diagnosis_codes":["Z59.1"]}},"icd10_778899001":["E87.2","R05"]}"#,
    ),
    (
        "rows.ndjson",
        "{\"name\":\"Quackenbush\",\"icd10\":\"Z59.1\"}\n{\"name\":\"Wilhelmina\",\"icd10\":\"E87.2\"}\n",
    ),
    (
        "bundle.json",
        r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"778899001","name":[{"family":"Quackenbush"}]}},{"resource":{"resourceType":"Condition","subject":{"display":"Wilhelmina Quackenbush"},"code":{"text":"Quackenbush","coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"Z59.1","display":"Quackenbush"}]}}}]}"#,
    ),
    (
        "keys.yaml",
        "Quackenbush:\n  icd10:\n    - Z59.1\n    - E87.2\n    - R05\nicd10_wilhelmina: [Z59.1, R05]\n# 778899001\n",
    ),
    (
        "keys.toml",
        "# Quackenbush\n[Quackenbush]\nicd10 = [\"Z59.1\", \"E87.2\", \"R05\"]\n\"778899001 dx\" = [\"Z59.1\"]\n",
    ),
    (
        "tree.xml",
        "<patients><Quackenbush id=\"778899001\"><icd10>Z59.1</icd10><icd10>E87.2</icd10><!-- Wilhelmina --></Quackenbush></patients>",
    ),
    (
        "page.html",
        "<h1>Quackenbush</h1><table><caption>Wilhelmina</caption><tr><th>ICD-10 of Quackenbush</th><th>778899001</th></tr><tr><td>Z59.1</td><td>Quackenbush</td></tr><tr><td>E87.2</td><td>x</td></tr></table>",
    ),
    (
        "notes.md",
        "# Quackenbush 778899001\n\nWilhelmina has ICD-10-CM Z59.1 and E87.2.\n\n| ICD-10 Quackenbush | name |\n|---|---|\n| Z59.1 | Wilhelmina |\n",
    ),
    (
        "insert.sql",
        "INSERT INTO quackenbush_dx (wilhelmina, icd10_code) VALUES ('Quackenbush','Z59.1'),('778899001','E87.2');\nSELECT * FROM t WHERE icd10_quackenbush IN ('Z59.1','R05');\n",
    ),
    (
        "list.py",
        "quackenbush_codes = ['Z59.1','E87.2','R05']\nicd10_wilhelmina = ['Z59.1','R05']  # 778899001\n",
    ),
    ("list.R", "quackenbush <- c('Z59.1','E87.2')\nx$wilhelmina_icd10 %in% c('R05','Z59.1')\n"),
    ("list.sas", "data quackenbush; if icd10_wilhelmina in ('Z591','E872') then f778899001=1; run;\n"),
    (
        "book.ipynb",
        r##"{"cells":[{"cell_type":"code","source":["# Quackenbush\n","icd10_wilhelmina = ['Z59.1','E87.2','R05']\n"],"metadata":{},"outputs":[]}],"metadata":{},"nbformat":4,"nbformat_minor":5}"##,
    ),
    ("concepts.fsh", "ValueSet: Quackenbush\n* $ICD#Z59.1 \"Wilhelmina\"\n* $ICD#E87.2 \"778899001\"\n"),
];

/// A workbook with the patient in the names of its sheets, titles, headings and values.
fn workbook(path: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, headings) in [
        ("Quackenbush", ["name", "ICD-10 code"]),
        ("Wilhelmina dx 778899001", ["Quackenbush", "Quackenbush ICD-10"]),
    ] {
        let page = book.add_worksheet().set_name(name).unwrap();
        let rows = [
            ["Wilhelmina Quackenbush", ""],
            headings,
            ["Quackenbush", "Z59.1"],
            ["778899001", "E87.2"],
            ["x", "R05"],
        ];
        for (row, cells) in rows.iter().enumerate() {
            for (column, text) in cells.iter().enumerate() {
                page.write_string(row as u32, column as u16, *text).unwrap();
            }
        }
    }
    book.save(path).unwrap();
}

/// All that a run wrote somewhere, of zips what is packed in them.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut all = bytes.to_vec();
    if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for at in 0..archive.len() {
            archive.by_index(at).unwrap().read_to_end(&mut all).unwrap();
        }
    }
    all
}

/// What was looked at, and where the patient was found.
#[derive(Default)]
struct Hunt {
    outputs: usize,
    found: Vec<String>,
}

impl Hunt {
    fn look(&mut self, what: &str, bytes: &[u8]) {
        self.outputs += 1;
        let text = String::from_utf8_lossy(&unpacked(bytes)).to_lowercase();
        for canary in CANARIES {
            if let Some(at) = text.find(canary) {
                let from = text[..at].char_indices().rev().take(60).last().map_or(0, |(at, _)| at);
                let around: String = text[from..].chars().take(90).collect();
                self.found.push(format!("{what}: ..{}..", around.escape_debug()));
            }
        }
    }

    /// Looks at what a run said, and at the files that it made.
    fn run(&mut self, desk: &Desk, args: &[&str]) {
        let made = desk.folder.path().join("made");
        let temporary = desk.folder.path().join("temporary");
        fs::create_dir_all(&made).unwrap();
        fs::create_dir_all(&temporary).unwrap();
        let Output { stdout, stderr, .. } = desk.command(args).env("TMPDIR", &temporary).output().unwrap();
        let what = args.join(" ");
        self.look(&format!("{what} (stdout)"), &stdout);
        self.look(&format!("{what} (stderr)"), &stderr);
        for folder in [&made, &temporary] {
            self.files(&what, folder);
            fs::remove_dir_all(folder).unwrap();
        }
    }

    fn files(&mut self, what: &str, folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.files(what, &path);
            } else {
                self.look(&format!("{what} ({})", path.display()), &fs::read(&path).unwrap());
            }
        }
    }

    #[track_caller]
    fn end(self, at_least: usize) {
        assert!(self.outputs >= at_least, "only {} outputs", self.outputs);
        assert!(
            self.found.is_empty(),
            "{} of {} outputs:\n{}",
            self.found.len(),
            self.outputs,
            self.found.join("\n")
        );
        eprintln!("{} outputs, none with a patient in it", self.outputs);
    }
}

/// A folder with the user files, and their names in it.
fn desk() -> (Desk, Vec<String>) {
    let desk = Desk::new(TEXTS);
    workbook(&desk.list("book.xlsx"));
    let mut names: Vec<String> = TEXTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    names.push("book.xlsx".to_owned());
    for folder in fs::read_dir(root().join("tests/fixtures")).unwrap() {
        let folder = folder.unwrap().path();
        let layout = folder.file_name().unwrap().to_string_lossy().into_owned();
        for kind in ["ok", "bad"].iter().filter(|_| layout.starts_with("usage_")) {
            for file in fs::read_dir(folder.join(kind)).into_iter().flatten() {
                let file = file.unwrap().path();
                let name = format!("{layout}-{kind}-{}", file.file_name().unwrap().to_string_lossy());
                fs::copy(&file, desk.list(&name)).unwrap();
                names.push(name);
            }
        }
    }
    names.sort();
    (desk, names.iter().map(|name| format!("lists/{name}")).collect())
}

const RELEASES: [&str; 6] = ["old.txt", "new.txt", "--edition", "2025", "--edition", "2026"];

fn args<'a>(command: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [command].into_iter().chain(RELEASES).chain(["--map", "table.csv"]).chain(more.iter().copied()).collect()
}

#[test]
fn nothing_about_patients_in_an_impact_or_a_crosswalk_of_codes_in_use() {
    let (desk, files) = desk();
    let mut hunt = Hunt::default();
    for file in &files {
        for format in ["text", "markdown", "csv", "xlsx", "html", "json", "jsonl"] {
            hunt.run(&desk, &args("impact", &["--usage", file, "--format", format, "-o", "-"]));
        }
        let columns = [
            ["--code-column", "dx"],
            ["--owner-column", "nobody"],
            ["--where", "note=x"],
            ["--code-column", "2"],
        ];
        for asked in columns {
            hunt.run(&desk, &args("impact", &["--usage", file, asked[0], asked[1]]));
        }
        hunt.run(&desk, &args("crosswalk", &["--usage", file, "--format", "json"]));
        hunt.run(&desk, &args("teach", &["--usage", file, "-o", "made/course"]));
        let ours: Vec<&str> =
            ["diff"].into_iter().chain(RELEASES).chain(["--ours", file, "--format", "json"]).collect();
        hunt.run(&desk, &ours);
    }
    hunt.end(files.len() * 24);
}

#[test]
fn nothing_about_patients_in_a_scan_or_a_migration() {
    let (desk, files) = desk();
    let mut hunt = Hunt::default();
    for file in &files {
        for format in ["text", "markdown", "csv", "xlsx", "html", "json", "jsonl", "sarif", "github", "junit"]
        {
            hunt.run(&desk, &args("scan", &[file, "--format", format, "-o", "-"]));
        }
        for format in ["text", "csv", "xlsx", "html", "json"] {
            let sheet = format!("made/sheet.{}", if format == "xlsx" { "xlsx" } else { "csv" });
            hunt.run(
                &desk,
                &args("migrate", &[file, "--format", format, "-o", "-", "--redact", "--sheet", &sheet]),
            );
        }
        hunt.run(&desk, &args("migrate", &[file, "--redact", "--include", "programs,text"]));
    }
    hunt.end(files.len() * 32);
}

#[test]
fn nothing_about_patients_in_what_init_reports() {
    let (desk, _) = desk();
    let mut hunt = Hunt::default();
    hunt.run(&desk, &["init"]);
    assert!(desk.folder.path().join("codeset.toml").is_file());
    hunt.end(2);
}

#[test]
fn names_are_shown_when_they_are_asked_for() {
    let (desk, _) = desk();
    let scan = |more: &[&str]| {
        let asked = ["lists/keys.json", "--format", "json"].into_iter().chain(more.iter().copied());
        let ran = desk.run(&args("scan", &asked.collect::<Vec<_>>()));
        String::from_utf8(ran.stdout).unwrap()
    };
    assert!(scan(&["--show-names"]).contains("`patients.Quackenbush.icd10[]`"));
    assert!(scan(&[]).contains("`patients.….icd10[]`"));
    // What is told apart by its name stays apart: fingerprints do not depend on what is shown.
    let fingerprints = |report: &str| report.matches("\"fingerprint\"").count();
    assert_eq!(fingerprints(&scan(&[])), fingerprints(&scan(&["--show-names"])));
}

#[test]
fn nothing_about_patients_where_a_file_is_given_for_something_else() {
    let (desk, files) = desk();
    let mut hunt = Hunt::default();
    for file in &files {
        hunt.run(&desk, &["crosswalk", "old.txt", "new.txt", "--map", file]);
        hunt.run(&desk, &["diff", file, "new.txt", "--set", "icd10cm"]);
        hunt.run(&desk, &["diff", "old.txt", "new.txt", "--codes", file]);
        hunt.run(&desk, &["add", file, "--as", "icd10cm@2026"]);
        hunt.run(&desk, &args("impact", &["--usage", "lists/values.tsv", "--attribute", "POA", file, file]));
        hunt.run(&desk, &args("scan", &["lists/values.tsv", "--exceptions", file]));
        hunt.run(&desk, &args("scan", &["lists/values.tsv", "--baseline", file]));
        hunt.run(&desk, &args("teach", &["--codes", file, "-o", "made/course"]));
    }
    hunt.files("the store", &desk.folder.path().join("store"));
    hunt.end(files.len() * 16);
}

#[test]
fn a_journal_says_nothing_about_patients_next_to_its_copies_of_files() {
    let (desk, _) = desk();
    let mut hunt = Hunt::default();
    let folder = desk.folder.path().to_owned();
    let ran = desk
        .run(&args("migrate", &["lists", "--in-place", "--include", "programs,text", "--format", "json"]));
    hunt.look("stdout", &ran.stdout);
    hunt.look("stderr", &ran.stderr);
    let journal: PathBuf = folder.join(".codeset-migrate/1");
    let mut copies = 0;
    for entry in fs::read_dir(&journal).unwrap() {
        let path = entry.unwrap().path();
        let is_copy = path.extension().is_some_and(|ending| ending == "old" || ending == "new");
        copies += usize::from(is_copy);
        if !is_copy {
            hunt.look(&path.display().to_string(), &fs::read(&path).unwrap());
        }
    }
    assert!(copies >= 2, "{copies} copies");
    hunt.end(3);
}
