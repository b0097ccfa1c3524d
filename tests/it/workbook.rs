//! Workbooks as output, read back: what stands on which sheet, as what, and what a program makes of it.

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::rows::{release, row};
use crate::common::tables::crosswalk_by;
use calamine::{Data, Range, Reader, Xlsx};
use codeset::crosswalk::{crosswalk, reverse};
use codeset::diff::{Diff, diff};
use codeset::formats;
use codeset::interchange::{Interchange, render};
use codeset::model::{Decision, Release, SourceFile};
use codeset::report::{CrosswalkReport, DiffReport, Selection};
use codeset::view::Format;
use zip::ZipArchive;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn codeset(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_codeset")).args(arguments).current_dir(folder).output().unwrap()
}

/// A command over the samples; what it wrote.
fn written(arguments: &[&str]) -> Vec<u8> {
    let output = codeset(arguments, &root());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

const OLD: &str = "demo/icd10cm-order-2025.txt";
const NEW: &str = "demo/icd10cm-order-2026.txt";
const TABLE: &str = "demo/icd10cm-conversion-2026.csv";

fn bytes<R: Interchange>(report: &R) -> Vec<u8> {
    let mut out = Vec::new();
    assert!(render(report, Format::Xlsx, false, &mut out).unwrap());
    out
}

struct Book(Xlsx<Cursor<Vec<u8>>>);

impl Book {
    fn of(bytes: Vec<u8>) -> Self {
        Self(Xlsx::new(Cursor::new(bytes)).unwrap())
    }

    fn names(&self) -> Vec<String> {
        self.0.sheet_names()
    }

    fn sheet(&mut self, name: &str) -> Range<Data> {
        self.0.worksheet_range(name).unwrap()
    }

    fn titles(&mut self, name: &str) -> Vec<String> {
        self.sheet(name).rows().next().unwrap().iter().map(ToString::to_string).collect()
    }

    /// A column without its title.
    fn column(&mut self, name: &str, title: &str) -> Vec<Data> {
        let at = self.titles(name).iter().position(|one| one == title).unwrap();
        self.sheet(name).rows().skip(1).map(|row| row[at].clone()).collect()
    }

    fn has_text(&mut self, name: &str, text: &str) -> bool {
        self.sheet(name).used_cells().any(|(_, _, cell)| *cell == Data::String(text.to_owned()))
    }
}

/// The XML of a part of a workbook.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn strings(cells: &[Data]) -> Vec<String> {
    let string = |cell: &Data| match cell {
        Data::String(text) => text.clone(),
        other => panic!("{other:?} is no text"),
    };
    cells.iter().map(string).collect()
}

fn of(year: i16, codes: &[(&str, u8, &str)]) -> Release {
    let text = codes.iter().enumerate().map(|(at, (code, flag, long))| row(at + 1, code, *flag, long, long));
    release("order.txt", text.collect(), year)
}

fn diff_bytes(diff: &Diff<'_>) -> Vec<u8> {
    bytes(&DiffReport::new(diff, None, &Selection::default()))
}

#[test]
fn a_crosswalk_has_a_sheet_for_what_is_to_be_done() {
    let mut book = Book::of(written(&["crosswalk", OLD, NEW, "--map", TABLE, "--format", "xlsx"]));
    assert_eq!(book.names(), ["Summary", "Needs review", "Narrowed", "Questions", "Problems"]);
    let titles = [
        "code",
        "description",
        "change",
        "relationship",
        "target",
        "its description",
        "basis",
        "file and row",
        "the record must specify",
        "status",
        "note",
        "who",
        "when",
    ];
    assert_eq!(book.titles("Needs review"), titles);
    let sources = strings(&book.column("Needs review", "code"));
    assert_eq!(sources.iter().filter(|code| *code == "G35").count(), 8);
    assert_eq!(sources.len(), 22);
    let evidence = strings(&book.column("Needs review", "file and row"));
    assert_eq!(evidence[0], "icd10cm-conversion-2026.csv row 3");
    // What is empty is left out and counted.
    assert!(book.has_text("Summary", "one official replacement"));
    // Every file with its checksum, the conversion table among them.
    let sum = SourceFile::new(TABLE, fs::read(root().join(TABLE)).unwrap()).source.sha256;
    assert!(book.has_text("Summary", &sum));
}

#[test]
fn a_difference_has_a_sheet_for_each_thing_to_do() {
    let pair = ["tests/pairs/HCPC2019_sample.txt", "tests/pairs/HCPC2020_sample.txt"];
    let mut book = Book::of(written(&["diff", pair[0], pair[1], "--format", "xlsx"]));
    let names = [
        "Summary",
        "Differences",
        "No longer billable",
        "New",
        "Wording changed",
        "Attributes changed",
        "Attribute values",
        "All changes",
        "Problems",
    ];
    assert_eq!(book.names(), names);
    assert_eq!(strings(&book.column("No longer billable", "code")), ["C9407"]);
    assert_eq!(strings(&book.column("New", "change")), ["added", "added", "reactivated"]);
    let csv = written(&["diff", pair[0], pair[1], "--format", "csv"]);
    let lines = String::from_utf8(csv).unwrap().lines().count();
    assert_eq!(book.sheet("All changes").height(), lines);
}

#[test]
fn codes_are_texts_and_descriptions_do_not_run() {
    let old = of(2025, &[("027", 0, "h"), ("02700E6", 1, "+1"), ("3E03305", 1, "c")]);
    let new = of(2026, &[("027", 0, "h"), ("0210093", 1, "=HYPERLINK(\"http://x\")"), ("3E03305", 1, "@c")]);
    let diff = diff(&old, &new);
    let bytes = diff_bytes(&diff);
    for number in 1..=5 {
        assert!(!part(&bytes, &format!("xl/worksheets/sheet{number}.xml")).contains("<f>"));
    }
    let mut book = Book::of(bytes);
    assert_eq!(strings(&book.column("No longer billable", "code")), ["02700E6"]);
    assert_eq!(strings(&book.column("New", "code")), ["0210093"]);
    assert_eq!(strings(&book.column("New", "description")), ["=HYPERLINK(\"http://x\")"]);
    assert_eq!(strings(&book.column("No longer billable", "description")), ["+1"]);
    assert_eq!(book.column("All changes", "new_long")[2], Data::String("@c".to_owned()));
}

#[test]
fn a_sheet_can_be_filtered_scrolled_and_printed() {
    let bytes = written(&["crosswalk", OLD, NEW, "--map", TABLE, "--format", "xlsx"]);
    let choose = part(&bytes, "xl/worksheets/sheet2.xml");
    for wanted in [
        "<autoFilter ref=\"A1:M23\"/>",
        "state=\"frozen\"",
        "numberStoredAsText=\"1\"",
        "orientation=\"landscape\"",
        "fitToHeight=\"0\"",
        "icd10cm@2025 (Oct 1, 2024) -&gt; icd10cm@2026 (Oct 1, 2025)",
        "\"accept,reject,choose,ask\"",
    ] {
        assert!(choose.contains(wanted), "{wanted} is not in the sheet");
    }
    assert!(part(&bytes, "xl/workbook.xml").contains("'Needs review'!$1:$1"), "the titles are on every page");
}

#[test]
fn changed_words_are_marked_inside_the_cell() {
    let old = of(2025, &[("A10", 0, "h"), ("A101", 1, "Allergy to milk products")]);
    let new = of(2026, &[("A10", 0, "h"), ("A101", 1, "Allergy to dairy products")]);
    let bytes = diff_bytes(&diff(&old, &new));
    let texts = part(&bytes, "xl/sharedStrings.xml");
    let run = |word: &str| {
        let end = texts.find(&format!(">{word}</t>")).unwrap();
        texts[..end].rfind("<r>").map(|start| texts[start..end].to_owned()).unwrap()
    };
    assert!(run("milk").contains("<strike/>"));
    assert!(run("dairy").contains("<b/>"));
    let mut book = Book::of(bytes);
    assert_eq!(strings(&book.column("All changes", "new_long"))[0], "Allergy to dairy products");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let arguments = |command: &'static str| [command, OLD, NEW, "--format", "xlsx"];
    for command in ["diff", "crosswalk"] {
        assert!(written(&arguments(command)) == written(&arguments(command)), "{command}");
    }
    let bytes = written(&arguments("diff"));
    assert!(part(&bytes, "docProps/core.xml").contains("2025-10-01T00:00:00Z"), "NEW's first day");
}

#[test]
fn every_report_has_a_workbook() {
    let (usage, folder) = ("demo/usage.csv", tempfile::tempdir().unwrap());
    let file = folder.path().join("REPORT.XLSX");
    let name = file.to_str().unwrap();
    for arguments in [
        &["impact", OLD, NEW, "--usage", usage][..],
        &["lookup", "E11.9", "--in", NEW],
        &["history", "B88.0", "--in", OLD, NEW],
        &["evaluate", OLD, NEW, "--map", TABLE],
        &["verify", OLD, NEW, "--addenda", "demo/icd10cm-order-addenda-2026.txt"],
        &["sets"],
    ] {
        // The ending tells the form.
        assert!(written(&[arguments, &["-o", name]].concat()).is_empty());
        let mut book = Book::of(fs::read(&file).unwrap());
        // A worklist, which is to be filled in, comes before the summary.
        let first = if arguments[0] == "impact" { "Worklist" } else { "Summary" };
        assert_eq!(book.names()[0], first, "{arguments:?}");
        assert!(book.sheet("Summary").height() > 1);
    }
}

#[test]
fn stdout_that_is_no_terminal_takes_a_workbook() {
    let piped = written(&["diff", OLD, NEW, "--format", "xlsx"]);
    assert!(piped == written(&["diff", OLD, NEW, "--format", "xlsx", "-o", "-"]));
    assert!(piped.starts_with(b"PK"));
}

#[test]
fn licensed_descriptions_are_not_in_a_workbook() {
    let path = "tests/fixtures/cpt_long/ok/bare.txt";
    let text = |more: &[&str]| {
        let code = ["lookup", "09001", "--in", path, "--set", "cpt", "--format", "xlsx"];
        let output = codeset(&[&code[..], more].concat(), &root());
        part(&output.stdout, "xl/sharedStrings.xml")
    };
    let (withheld, shown) = (text(&[]), text(&["--with-licensed-text"]));
    assert!(shown.contains("INVENTED SERVICE OF THE FIRST KIND"), "{shown}");
    assert!(withheld.contains("09001") && !withheld.contains("INVENTED"), "{withheld}");
}

/// A workbook with the words of a team in cells of it, as a spreadsheet program saves it.
fn filled_in(bytes: Vec<u8>, words: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let mut book = Book::of(bytes);
    let mut saved = rust_xlsxwriter::Workbook::new();
    for name in book.names() {
        let page = saved.add_worksheet().set_name(&name).unwrap();
        for (row, column, cell) in book.sheet(&name).used_cells() {
            page.write_string(row as u32, column as u16, cell.to_string()).unwrap();
        }
        for (_, target, title, word) in words.iter().filter(|(sheet, ..)| *sheet == name) {
            let targets = if name == "No replacement" { "code" } else { "target" };
            let row = book.column(&name, targets).iter().position(|cell| *cell == **target);
            let column = book.titles(&name).iter().position(|one| one == title).unwrap();
            page.write_string(row.unwrap() as u32 + 1, column as u16, *word).unwrap();
        }
    }
    saved.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_that_was_filled_in_is_read_back_from_all_its_sheets() {
    let old = of(2025, &[("A10", 1, "alpha"), ("C10", 0, "h"), ("C101", 1, "gamma")]);
    let new = of(2026, &[("A10", 0, "alpha"), ("A101", 1, "one"), ("A102", 1, "two"), ("Z10", 1, "other")]);
    let first = diff(&old, &new);
    let workbook = bytes(&CrosswalkReport::new(&first, &crosswalk(&first)));
    let words = [
        ("Needs review", "A10.2", "status", "accept"),
        ("Needs review", "A10.2", "who", "Ada"),
        ("No replacement", "C10.1", "target", "Z10"),
        ("No replacement", "C10.1", "status", "Choose"),
    ];
    let saved = vec![SourceFile::new("ours.xlsx", filled_in(workbook, &words))];
    let read = formats::read_maps(saved).decisions;
    let verdicts: Vec<_> =
        read[0].rows.iter().map(|row| (row.source.as_str(), row.target.as_deref(), row.verdict)).collect();
    let wanted = [("A10", Some("A10.2"), Decision::Accept), ("C10.1", Some("Z10"), Decision::Choose)];
    assert_eq!(verdicts, wanted);
    let report = CrosswalkReport::new(&first, &crosswalk_by(&first, read));
    let workbook = bytes(&report);
    let mut book = Book::of(workbook.clone());
    assert_eq!(book.names()[1], "Decided");
    let places = strings(&book.column("Decided", "file and row"));
    assert!(places[0].contains("ours.xlsx:Needs review row "), "{places:?}");
    assert_eq!(book.column("Decisions", "who")[0], Data::String("Ada".to_owned()));
    // What was decided stays decided when only the new workbook is given back.
    let again = formats::read_maps(vec![SourceFile::new("next.xlsx", workbook)]).decisions;
    assert_eq!(again[0].rows.len(), 2);
}

#[test]
fn there_is_nothing_to_fill_in_about_predecessors() {
    let (old, new) = (of(2025, &[("A10", 1, "alpha")]), of(2026, &[("A10", 0, "alpha"), ("A101", 1, "one")]));
    let diff = diff(&old, &new);
    let mut book = Book::of(bytes(&CrosswalkReport::new(&diff, &reverse(&diff))));
    assert_eq!(book.names()[1], "No predecessor");
    assert!(!book.titles("No predecessor").contains(&"status".to_owned()));
}
