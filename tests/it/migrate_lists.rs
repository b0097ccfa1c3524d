//! Lists of real projects, migrated on copies: what differs afterwards, and the way back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{thread, time};

use crate::common::official;
use codeset::model::Release;
use similar::{DiffOp, TextDiff};

/// A folder with copies of the lists.
struct Copies {
    folder: tempfile::TempDir,
    data: PathBuf,
    before: BTreeMap<PathBuf, Vec<u8>>,
}

const OLD: &str = "icd10cm/fy2016/cms_2016_dx.zip";
const NEW: &str = "icd10cm/fy2026/icd10cm-Code Descriptions-2026.zip";
const TABLE: &str = "icd10cm/fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx";

impl Copies {
    fn new(data: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lists = folder.path().join("lists");
        fs::create_dir(&lists).unwrap();
        let mut before = BTreeMap::new();
        for entry in fs::read_dir(data.join("lists")).unwrap() {
            let entry = entry.unwrap();
            let bytes = fs::read(entry.path()).unwrap();
            let path = lists.join(entry.file_name());
            fs::write(&path, &bytes).unwrap();
            before.insert(path, bytes);
        }
        Self { folder, data, before }
    }

    fn command(&self, command: &str, args: &[&str]) -> Command {
        let mut run = Command::new(env!("CARGO_BIN_EXE_codeset"));
        run.current_dir(self.folder.path()).env("CODESET_STORE", self.folder.path().join("store"));
        run.arg(command).args([OLD, NEW].map(|path| self.data.join(path)));
        run.arg("lists").arg("--map").arg(self.data.join(TABLE)).arg("--quiet").args(args);
        run
    }

    fn run(&self, command: &str, args: &[&str]) -> Output {
        let output = self.command(command, args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Findings that may be replaced without looking.
    fn automatic(&self) -> u64 {
        let output = self.run("scan", &["--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        report["replaceable"]["automatic"].as_u64().unwrap()
    }

    /// Accepts all that is proposed, and hands out the arguments of a migration by it.
    fn accept_all(&self) -> [&'static str; 6] {
        self.run("migrate", &["--sheet", "sheet.csv"]);
        let sheet = fs::read_to_string(self.folder.path().join("sheet.csv")).unwrap();
        let mut reader = csv::Reader::from_reader(sheet.trim_start_matches('\u{feff}').as_bytes());
        let mut writer = csv::Writer::from_writer(Vec::new());
        let headings = reader.headers().unwrap().clone();
        let column = |wanted: &str| headings.iter().position(|heading| heading == wanted).unwrap();
        let (status, target) = (column("status"), column("target"));
        writer.write_record(&headings).unwrap();
        for row in reader.records() {
            let row = row.unwrap();
            let word = if row[target].is_empty() { "" } else { "accept" };
            let cells = row.iter().enumerate();
            writer.write_record(cells.map(|(at, cell)| if at == status { word } else { cell })).unwrap();
        }
        fs::write(self.folder.path().join("decided.csv"), writer.into_inner().unwrap()).unwrap();
        ["--in-place", "--decisions", "decided.csv", "--include", "programs,text", "--keep-descriptions"]
    }

    fn settle(&self, way: &str, journal: &str) {
        let mut run = Command::new(env!("CARGO_BIN_EXE_codeset"));
        let output = run.current_dir(self.folder.path()).args(["migrate", way, journal]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn now(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        self.before.keys().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }
}

/// A line without the codes in it, and how many there were.
fn without_codes(line: &str, releases: &[Release; 2]) -> (String, usize) {
    let is_inner = |char: char| char.is_ascii_alphanumeric() || char == '.';
    let (mut rest, mut count) = (String::new(), 0);
    for part in line.split_inclusive(|char| !is_inner(char)) {
        let word = part.trim_end_matches(|char| !is_inner(char));
        let code = (releases[0].set.normalize)(word).unwrap_or_default();
        if releases.iter().any(|release| release.find(&code).is_some()) {
            count += 1;
            rest += &part[word.len()..];
        } else {
            rest += part;
        }
    }
    (rest, count)
}

/// What changed in a text: lines in which only codes did, and lines that came, each with a code of NEW.
fn assert_only_codes(old: &str, new: &str, releases: &[Release; 2], name: &Path) -> [usize; 2] {
    let (olds, news): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::from_slices(&olds, &news);
    let (mut replaced, mut came) = (0, 0);
    for op in diff.ops() {
        let (olds, news) = match op {
            DiffOp::Equal { .. } => continue,
            op => (&olds[op.old_range()], &news[op.new_range()]),
        };
        assert!(olds.len() <= news.len(), "{}: a line is gone", name.display());
        // Of the lines that came each has a code that FY2016 had not.
        let mut left: Vec<_> = news.iter().map(|line| (*line, without_codes(line, releases))).collect();
        for line in olds {
            let was = without_codes(line, releases);
            let same = left.iter().position(|(_, now)| *now == was);
            left.remove(
                same.unwrap_or_else(|| panic!("{}: more than codes changed in {line:?}", name.display())),
            );
            replaced += 1;
        }
        for (line, (_, codes)) in left {
            assert!(codes > 0 && line.ends_with('\n'), "{}: {line:?} came", name.display());
            came += 1;
        }
    }
    [replaced, came]
}

#[test]
fn lists_are_migrated_by_rule_and_by_decision_and_brought_back() {
    let Some(data) = official::data() else { return };
    let copies = Copies::new(data);
    let releases = [OLD, NEW].map(|path| official::open(&copies.data.join(path)));
    // Five have one successor, which stands in the list already.
    assert_eq!(copies.automatic(), 0);
    copies.run("migrate", &["--in-place"]);
    assert!(copies.now() == copies.before, "no rule changes anything");
    copies.run("migrate", &copies.accept_all());
    assert_eq!(copies.automatic(), 0);

    let mut counts = BTreeMap::new();
    for (path, after) in copies.now() {
        let [old, new] =
            [&copies.before[&path], &after].map(|bytes| String::from_utf8(bytes.clone()).unwrap());
        let changed = assert_only_codes(&old, &new, &releases, &path);
        if changed != [0, 0] {
            counts.insert(path.file_name().unwrap().to_string_lossy().into_owned(), changed);
        }
    }
    // Lines in which a code changed, and lines that came.
    let expected = [
        ("define_dx_self_harm.sql", [0, 19]),
        ("tuva_acute_diagnosis_icd_10_cm.csv", [38, 286]),
        ("valueset_dx_icd10_chip.tsv", [0, 19]),
    ];
    assert_eq!(counts.iter().map(|(name, count)| (name.as_str(), *count)).collect::<Vec<_>>(), expected);

    copies.settle("undo", ".codeset-migrate/1");
    assert!(copies.now() == copies.before, "the bytes are those that were there");
}

#[test]
fn a_run_that_is_killed_leaves_each_list_whole() {
    let Some(data) = official::data() else { return };
    let copies = Copies::new(data);
    let args = copies.accept_all();
    copies.run("migrate", &args);
    let after = copies.now();
    copies.settle("undo", ".codeset-migrate/1");
    fs::remove_dir_all(copies.folder.path().join(".codeset-migrate")).unwrap();

    let started = time::Instant::now();
    copies.run("migrate", &args[1..]);
    let whole = started.elapsed();
    for round in 0..6_u32 {
        let mut run = copies.command("migrate", &args);
        let mut child = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // From shortly before the end of a dry run to shortly behind it.
        thread::sleep(whole * (92 + 3 * round) / 100);
        let _ = child.kill();
        child.wait().unwrap();
        for (path, now) in copies.now() {
            assert!(now == copies.before[&path] || now == after[&path], "{} is torn", path.display());
        }
        let journals = copies.folder.path().join(".codeset-migrate");
        if journals.join("1/journal.json").is_file() {
            copies.settle("undo", ".codeset-migrate/1");
        }
        let _ = fs::remove_dir_all(&journals);
        assert!(copies.now() == copies.before);
    }
}
