//! Code sets that a catalog describes: their files are read without a reader of their own.

use std::path::{Path, PathBuf};

use crate::common::tables::crosswalk_by;
use codeset::crosswalk::{
    Crosswalk, CrosswalkOptions, Direction, Disposition, EvidenceKind, crosswalk, crosswalk_with, reverse,
};
use codeset::diff::{Diff, Kind, diff, transition_fits};
use codeset::formats::{self, Options};
use codeset::model::{
    CodeSet, Edition, Entry, Level, ProblemCode, Release, SourceFile, TextKind, Transition, sets,
};
use codeset::sources;
use codeset::sources::read_sets;

use crate::common::desk::Desk;
use crate::common::official;

const CATALOG: &str = include_str!("../pairs/described/catalog.toml");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pairs/described")
}

fn sets(text: &str) -> Result<Vec<&'static CodeSet>, String> {
    read_sets(Path::new("our.toml"), text).map_err(|error| error.to_string())
}

fn set(id: &str) -> &'static CodeSet {
    sets(CATALOG).unwrap().into_iter().find(|set| set.id == id).unwrap()
}

fn open(set: &'static CodeSet, path: &Path, edition: Option<&str>) -> Release {
    let opened = sources::open(path, &|bytes| formats::wanted_as(bytes, Some(set))).unwrap();
    let edition = edition.map(|edition| Edition::parse(edition).unwrap());
    formats::read(opened.files, &Options { set: Some(set), edition, ..Options::default() }).unwrap()
}

fn pair(id: &str, old: &str, new: &str) -> [Release; 2] {
    let set = set(id);
    [old, new].map(|name| open(set, &folder().join(name), None))
}

fn read(set: &'static CodeSet, text: &str) -> Result<Release, formats::Error> {
    let file = SourceFile::new("f.txt", text.as_bytes().to_vec());
    formats::read(vec![file], &Options { set: Some(set), ..Options::default() })
}

/// The codes that a kind of change happened to.
fn changed<'a>(old: &'a Release, new: &'a Release, kind: Kind) -> Vec<&'a str> {
    let changes = diff(old, new).changes.into_iter().filter(|change| change.kind == kind);
    changes.map(|change| change.entry().code()).collect()
}

/// How many codes and headers a kind of change happened to.
fn count(old: &Release, new: &Release, kind: Kind) -> usize {
    changed(old, new, kind).len()
}

fn billable(release: &Release) -> usize {
    release.entries().filter(|entry| entry.is_billable()).count()
}

fn targets<'a>(crosswalk: &Crosswalk<'a>, code: &str) -> (Disposition, Vec<&'a str>) {
    let mapping = crosswalk.mappings.iter().find(|mapping| mapping.source.code() == code).unwrap();
    (mapping.decision, mapping.targets.iter().map(|target| target.entry.code()).collect())
}

#[test]
fn a_table_with_headings_is_read_by_its_headings() {
    let [old, new] = pair("taxonomy", "taxonomy-old.csv", "taxonomy-new.csv");
    assert_eq!(changed(&old, &new, Kind::Added), ["900D00000X"]);
    assert_eq!(changed(&old, &new, Kind::Removed), ["900A0001XX"]);
    assert_eq!(changed(&old, &new, Kind::Revised), ["900B00000X"]);
    assert_eq!(changed(&old, &new, Kind::Property), ["900A00000X"]);
    assert_eq!(old.find("900A00000X").unwrap().property("Grouping"), Some("Gardeners"));
    assert!(new.problems.is_empty(), "{:?}", new.problems);
}

#[test]
fn a_cell_may_have_line_breaks_and_no_records() {
    let head = "Code,Display Name,Notes,Grouping,Definition\n";
    let read_rows = |rows: &str| read(set("taxonomy"), &format!("{head}{rows}")).unwrap();
    let broken = read_rows("900A00000X,Gardener,,G,\"By day,\nor night\"\n900B00000X,Cook,,C,Cooks\n");
    assert!(broken.problems.is_empty(), "{:?}", broken.problems);
    assert_eq!(broken.find("900A00000X").unwrap().property("Definition"), Some("By day,\nor night"));
    let open =
        read_rows("900A00000X,Gardener,,G,\"By day\n900B00000X,Cook,,C,Cooks\n900C00000X,Baker,,B,Bakes\n");
    assert_eq!(open.problems[0].code, ProblemCode::BadRecord);
    assert!(open.problems[0].hint.as_ref().unwrap().contains("`file.quotes = false`"), "{:?}", open.problems);
}

#[test]
fn a_phrase_names_the_successor() {
    let [old, new] = pair("taxonomy", "taxonomy-old.csv", "taxonomy-new.csv");
    let difference = diff(&old, &new);
    let crosswalk = crosswalk(&difference);
    // It was there before, so it means more than the code it takes in.
    assert_eq!(targets(&crosswalk, "900A0001XX"), (Disposition::Choose, vec!["900A00000X"]));
    assert_eq!(crosswalk.mappings[0].targets[0].evidence[0].kind, EvidenceKind::Official);
}

#[test]
fn numbers_get_their_leading_zeros() {
    let [old, new] = pair("msdrg", "msdrg-42.txt", "msdrg-43.txt");
    let codes: Vec<&str> = old.entries().map(Entry::code).collect();
    assert_eq!(codes, ["001", "002", "087", "999"]);
    assert_eq!((old.set.normalize)("1").as_deref(), Some("001"));
    assert_eq!(changed(&old, &new, Kind::Added), ["088"]);
    assert_eq!(changed(&old, &new, Kind::Removed), ["087"]);
    assert_eq!(changed(&old, &new, Kind::Revised), ["999"]);
    assert_eq!(changed(&old, &new, Kind::Property), ["001"]);
}

#[test]
fn a_workbook_is_read_like_a_text() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Groups of stays").unwrap();
    for (column, title) in ["MS-DRG Title", "MS-DRG", "MDC", "TYPE", "Weights"].iter().enumerate() {
        sheet.write_string(2, column as u16, *title).unwrap();
    }
    sheet.write_string(3, 0, "CONCUSSION").unwrap();
    sheet.write_number(3, 1, 87.0).unwrap();
    let set = set("msdrg");
    let file = SourceFile::new("drg.xlsx", book.save_to_buffer().unwrap());
    let release = formats::read(vec![file], &Options { set: Some(set), ..Options::default() }).unwrap();
    assert_eq!(release.find("087").unwrap().long(), "CONCUSSION");
    assert_eq!(release.len(), 1);
}

#[test]
fn a_license_withholds_descriptions() {
    let catalog = SMALL.replace("title = \"Small\"", "title = \"Small\"\nlicensed = true\nterms = \"ask\"");
    let set = sets(&catalog).unwrap()[0];
    let release = read(set, OLD).unwrap();
    assert_eq!(release.find("A1").unwrap().shown(TextKind::Long), None);
    assert_eq!(set.terms, "ask");
}

#[test]
fn keys_are_normalized_as_the_descriptor_says() {
    let icd9 = set("icd9cm");
    assert_eq!((icd9.normalize)("v10.0").as_deref(), Some("V100"));
    assert_eq!((icd9.normalize)("G35"), None);
    let who = set("icd10who");
    assert_eq!((who.normalize)("a00.0").as_deref(), Some("A00.0"));
    assert_eq!((who.normalize)("A00-A09").as_deref(), Some("A00-A09"));
}

#[test]
fn a_status_ends_a_code_that_keeps_its_record() {
    let [old, new] = pair("cvx", "cvx-old.txt", "cvx-new.txt");
    assert_eq!(changed(&old, &new, Kind::Terminated), ["02"]);
    assert_eq!((billable(&old), billable(&new)), (3, 3));
    let ended = new.find("02").unwrap();
    assert!(ended.is_ended_code() && ended.last_day().is_none());
    // Without quotes of its own the file keeps them.
    assert_eq!(new.find("01").unwrap().long(), "Vaccine against pox \"A\"");
    assert_eq!(new.find("01").unwrap().text(TextKind::Short), Some("Pox A"));
    let difference = diff(&old, &new);
    assert_eq!(targets(&crosswalk(&difference), "02").1, ["108"]);
}

#[test]
fn claml_is_read_with_its_classes_above() {
    let [old, new] = pair("herbs", "herbs-1.xml", "herbs-2.xml");
    assert_eq!((billable(&old), billable(&new)), (3, 4));
    assert_eq!(changed(&old, &new, Kind::Added), ["A00.0", "A00.9", "A03"]);
    assert_eq!(changed(&old, &new, Kind::Removed), ["A02"]);
    assert_eq!(changed(&old, &new, Kind::Demoted), ["A00"]);
    assert_eq!(changed(&old, &new, Kind::Revised), ["A01"]);
    let mint = new.find("A00.0").unwrap();
    let above: Vec<&str> = mint.ancestors().map(Entry::code).collect();
    assert_eq!(above, ["A00", "A00-A09", "I"]);
    assert_eq!(new.find("I").unwrap().long(), "Herbs & spices");
    assert_eq!(mint.property("kind"), Some("category"));
}

#[test]
fn claml_is_recognized_by_its_root_however_long_its_declarations_are() {
    let text = include_str!("../pairs/described/herbs-2.xml");
    let kinds = "  <ClassKind name=\"category\"/>\n".repeat(1_000);
    let text = text.replacen("  <Class ", &format!("{kinds}  <Class "), 1);
    assert_eq!(read(set("herbs"), &text).unwrap().len(), 7);
    let modified =
        text.replace("<SuperClass code=\"A00\"/>", "<SuperClass code=\"A00\"/><ModifiedBy code=\"M\"/>");
    let release = read(set("herbs"), &modified).unwrap();
    assert!(release.problems[0].fact.contains("2 classes have modifiers"), "{:?}", release.problems);
}

#[test]
fn claml_that_is_cut_is_not_whole() {
    let text = include_str!("../pairs/described/herbs-2.xml");
    let cut = read(set("herbs"), &text[..text.len() - 200]).unwrap();
    assert!(!cut.coverage.whole && cut.problems.iter().any(|problem| problem.code == ProblemCode::BadXml));
    let whole = read(set("herbs"), text).unwrap();
    assert_eq!(changed(&whole, &cut, Kind::Removed), [""; 0]);
}

#[test]
fn days_of_a_table_begin_and_end_its_codes() {
    let set = set("fees");
    let [old, new] = [("fees-old.txt", "2026-01"), ("fees-new.txt", "2026-07")]
        .map(|(name, edition)| open(set, &folder().join(name), Some(edition)));
    let day = |code: &str| new.find(code).and_then(Entry::last_day).map(|day| day.to_string());
    assert_eq!(day("F003").as_deref(), Some("2026-06-30"));
    assert_eq!(new.find("F004").unwrap().details().unwrap().added.unwrap().to_string(), "2026-03-02");
    // A day that is still to come ends nothing yet.
    assert!(new.find_billable("F002").is_some() && new.find_billable("F003").is_none());
    assert_eq!(changed(&old, &new, Kind::Terminated), ["F003"]);
}

#[test]
fn a_row_that_is_no_record_is_left_out_with_its_place() {
    let release =
        read(set("fees"), "F001 01.04.2020            Visit\nTotal: 1\nF002 99.99.2020            Call\n")
            .unwrap();
    let problems: Vec<_> =
        release.problems.iter().map(|problem| (problem.code, problem.place.line)).collect();
    assert_eq!(problems, [(ProblemCode::OddCode, Some(2)), (ProblemCode::BadDate, Some(3))]);
    assert_eq!(release.unreadable, ["Tota"]);
}

#[test]
fn a_file_that_does_not_fit_says_what_is_missing() {
    let refused = |id: &str, text: &str| {
        let error = read(set(id), text).unwrap_err();
        format!("{error} | {}", error.hint())
    };
    let fact = refused("taxonomy", "Kode,Name\n900A00000X,Gardener\n");
    assert!(fact.contains("there is no column `Code`; the first row is Kode, Name"), "{fact}");
    assert!(fact.contains("`columns` of [[set]] `taxonomy` in our.toml"), "{fact}");
    let fact = refused("cvx", "Pox A|01\nPox B|02\n");
    assert!(
        fact.contains("column 1; in this row it is `Pox A`, which does not match `[0-9]{2,3}`"),
        "{fact}"
    );
    assert!(fact.contains("f.txt:1"), "{fact}");
    let fact = refused("herbs", "A00 Mint\n");
    assert!(fact.contains("not ClaML") && fact.contains("file.layout"), "{fact}");
}

#[test]
fn a_descriptor_that_cannot_be_read_names_its_field() {
    let head = "[[set]]\nid = \"a\"\ntitle = \"A\"\n";
    for (text, expected) in [
        ("", "`columns.key` is missing"),
        ("colums = { key = 1 }", "unknown field `colums`"),
        ("columns = { key = 1, name = 2 }", "unknown field `name`"),
        ("columns = { key = 0 }", "`columns.key` is 0"),
        ("columns = { key = 1 }\nkey = { pattern = '[A-Z' }", "`key.pattern` is not a regular expression"),
        ("columns = { key = 1 }\nkey = { headers = 'X' }", "`key.headers` needs `key.pattern`"),
        ("columns = { key = 1, level = 2 }", "`columns.level` needs `level.codes` or `level.headers`"),
        ("columns = { key = 1, status = 2 }", "`columns.status` needs `status.ended`"),
        ("columns = { key = 1 }\nstatus = { ended = [\"x\"] }", "`status.ended` needs `columns.status`"),
        ("columns = { key = 1 }\nlevel = { with_children = true }", "`level.with_children` needs"),
        ("columns = { key = 1 }\ntransition = { old = 1, new = 2 }", "`transition` needs `key.pattern`"),
        ("columns = { key = 1 }\nfile = { encoding = \"latin-17\" }", "`file.encoding` is `latin-17`"),
        ("columns = { key = 1 }\nfile = { delimiter = \"ab\" }", "`file.delimiter` must be one character"),
        ("columns = { key = \"Code\" }\nfile = { headings = false }", "`columns.key` is the heading `Code`"),
        ("columns = { key = \"5-1\" }\nfile = { layout = \"fixed\" }", "`columns.key` is `5-1`"),
        (
            "file = { layout = \"fixed\", quotes = true }\ncolumns = { key = \"1-5\" }",
            "`file.quotes` is for delimited files",
        ),
        ("file = { layout = \"claml\" }\ncolumns = { key = 1 }", "`columns.key` is a number"),
    ] {
        let refused = sets(&format!("{head}{text}")).unwrap_err();
        assert!(refused.contains(expected) && refused.contains("our.toml"), "{text}: {refused}");
    }
    assert!(
        sets("[[set]]\nid = \"icd10cm\"\ntitle = \"A\"\ncolumns = { key = 1 }")
            .unwrap_err()
            .contains("built-in")
    );
    assert!(
        sets("[[set]]\nid = \"A b\"\ntitle = \"A\"\ncolumns = { key = 1 }").unwrap_err().contains("`id`")
    );
    let twice = format!("{head}columns = {{ key = 1 }}\n{head}columns = {{ key = 1 }}");
    assert!(sets(&twice).unwrap_err().contains("twice"));
}

/// A small set with a transition table.
const SMALL: &str = r#"
    [[set]]
    id = "small"
    title = "Small"
    file = { delimiter = ";", headings = false }
    columns = { key = 1, description = 2 }
    key = { pattern = '[A-Z][0-9]' }
    [set.transition]
    old = 1
    new = 2
    none = ["UNDEF"]
    forward = { column = 3, values = ["A"] }
    backward = { column = 4, values = ["A"] }
    file = { delimiter = ";", headings = false }
"#;

const OLD: &str = "A1;one\nA2;two\nA3;three\nA4;four\nA5;five\n";
const NEW: &str = "A1;one\nA4;four, other\nA6;two\nA7;three a\nA8;three b\nA9;brand new\nA5;another thing\n";
const STEP: &str = "A1;A1;A;A\nA2;A6;A;A\nA3;A7;;A\nA3;A8;;A\nA4;A4;;A\nA4;A8;;\nA5;A4;A;\nUNDEF;A9;;A\n";

fn step(catalog: &str) -> [Release; 2] {
    let set = sets(catalog).unwrap()[0];
    let [old, mut new] = [OLD, NEW].map(|text| read(set, text).unwrap());
    let table = SourceFile::new("step.txt", STEP.as_bytes().to_vec());
    let maps = formats::read_maps_as(vec![table], Some(set));
    assert!(maps.decisions.is_empty());
    new.companions.transitions = maps.transitions;
    [old, new]
}

#[test]
fn a_transition_is_automatic_in_the_direction_that_its_table_marks() {
    let [old, new] = step(SMALL);
    let table = &new.companions.transitions[0];
    assert_eq!(
        table.to_sentence(),
        "8 rows: 2 automatic in both directions, 1 automatic from old to new only, 3 automatic from new to old only, \
         1 by choice, 1 without an old code"
    );
    let difference = diff(&old, &new);
    let there = crosswalk(&difference);
    assert_eq!(targets(&there, "A2"), (Disposition::Automatic, vec!["A6"]));
    assert_eq!(targets(&there, "A3"), (Disposition::Choose, vec!["A7", "A8"]));
    let back = reverse(&difference);
    assert_eq!(targets(&back, "A7"), (Disposition::Automatic, vec!["A3"]));
    assert_eq!(targets(&back, "A9"), (Disposition::None, vec![]));
    let mapping = back.mappings.iter().find(|mapping| mapping.source.code() == "A9").unwrap();
    assert_eq!(
        mapping.paths.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["A9 <- none (step.txt, row 8)"]
    );
    assert!(there.problems.is_empty(), "{:?}", there.problems);
}

#[test]
fn a_code_that_is_still_there_may_have_lost_a_part_or_mean_something_else() {
    let [old, new] = step(SMALL);
    assert_eq!(changed(&old, &new, Kind::Narrowed), ["A4"]);
    assert_eq!(changed(&old, &new, Kind::Reused), ["A5"]);
    let difference = diff(&old, &new);
    let there = crosswalk(&difference);
    assert_eq!(targets(&there, "A4"), (Disposition::Choose, vec!["A8"]));
    assert_eq!(targets(&there, "A5"), (Disposition::Automatic, vec!["A4"]));
}

#[test]
fn a_table_of_another_step_says_nothing_of_codes_that_are_in_both() {
    let [old, mut new] = step(SMALL);
    new.companions.transitions[0].rows[0].old = Some("A0".to_owned());
    assert_eq!(changed(&old, &new, Kind::Reused), [""; 0]);
    let difference = diff(&old, &new);
    let there = crosswalk(&difference);
    assert_eq!(targets(&there, "A2"), (Disposition::Automatic, vec!["A6"]));
    assert_eq!(there.problems[0].code, ProblemCode::OtherStep);
}

#[test]
fn a_table_without_marks_leaves_it_to_the_descriptions() {
    let marks = ["forward = { column = 3, values = [\"A\"] }", "backward = { column = 4, values = [\"A\"] }"];
    let catalog = marks.iter().fold(SMALL.to_owned(), |text, mark| text.replace(mark, ""));
    let [old, new] = step(&catalog);
    assert_eq!(new.companions.transitions[0].to_sentence(), "8 rows: 1 without an old code");
    let difference = diff(&old, &new);
    // One code and one target that say the same.
    assert_eq!(targets(&crosswalk(&difference), "A2"), (Disposition::Automatic, vec!["A6"]));
    assert_eq!(targets(&crosswalk(&difference), "A5"), (Disposition::Choose, vec!["A4"]));
}

#[test]
fn a_table_that_is_not_the_publishers_is_a_table_of_decisions() {
    let set = sets(&SMALL.replace("old = 1", "official = false\n    old = 1")).unwrap()[0];
    let [old, new] = [OLD, NEW].map(|text| read(set, text).unwrap());
    let maps = formats::read_maps_as(vec![SourceFile::new("step.txt", STEP.as_bytes().to_vec())], Some(set));
    assert!(maps.transitions.is_empty());
    let difference = diff(&old, &new);
    let there = crosswalk_by(&difference, maps.decisions);
    let mapping = there.mappings.iter().find(|mapping| mapping.source.code() == "A2").unwrap();
    assert_eq!(mapping.targets[0].evidence[0].kind, EvidenceKind::Reviewed);
    assert_eq!(targets(&there, "A2"), (Disposition::Automatic, vec!["A6"]));
}

#[test]
fn every_fixture_is_read_by_the_descriptor_that_is_drafted_from_it() {
    let mut seen = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let draft = formats::draft(SourceFile::new(name, bytes)).unwrap();
        let set = sets(&draft).unwrap_or_else(|error| panic!("{name}: {error}\n{draft}"))[0];
        let release = open(set, &path, None);
        assert!(release.len() > 2 && release.problems.is_empty(), "{name}: {:?}\n{draft}", release.problems);
        assert!(release.entries().all(|entry| !entry.long().is_empty()), "{name}\n{draft}");
        seen += 1;
    }
    assert_eq!(seen, 10);
}

#[test]
fn text_without_columns_is_not_a_table_of_codes() {
    let table = sets::by_id("table").unwrap();
    for text in
        ["Dear colleague,\nthis is a letter\nof three lines\n", "<ClaML>\n<Class code=\"A\">\n<b>a b</b>\n"]
    {
        let error = read(table, text).unwrap_err();
        assert!(error.to_string().contains("no common delimiter"), "{error}");
        assert!(error.hint().contains("codeset sets --describe FILE"), "{}", error.hint());
    }
    assert_eq!(read(table, "A1\nA2\n").unwrap().len(), 2);
}

#[test]
fn the_program_knows_a_set_by_the_catalog_that_describes_it() {
    let desk = Desk::new();
    desk.write("our.toml", format!("{SMALL}\n[[release]]\nname = \"small@2025\"\n"));
    desk.write("2025.txt", OLD);
    desk.write("2026.txt", NEW);
    let with = ["--catalog", "our.toml"];
    let run = |arguments: &[&str]| desk.run(&[arguments, &with[..]].concat());
    desk.run(&["diff", "2025.txt", "2026.txt", "--set", "small"])
        .refused(&["unknown code set `small`", "codeset sets --describe FILE"]);
    assert!(run(&["diff", "2025.txt", "2026.txt", "--set", "small"]).done().out.contains("small@2025"));
    run(&["add", "2025.txt", "--as", "small@2025"]).done();
    run(&["add", "2026.txt", "--as", "small@2026"]).done();
    assert!(run(&["list", "small"]).done().out.contains("small@2026"));
    let by_name = run(&["diff", "small@2025", "small@2026"]).done().out;
    assert!(by_name.starts_with("small@2025 (Jan 1, 2025) -> small@2026 (Jan 1, 2026)"), "{by_name}");
    assert!(run(&["sets", "small"]).done().out.contains("codes, as described in a catalog"));
    // Without the catalog the store is still of use, and nothing of it is removed.
    desk.run(&["list"]).done();
    desk.run(&["store", "prune"]).refused(&["no catalog describes its code set", "CODESET_CATALOG"]);
    let usage = desk.write("usage.csv", "small,count\nA2,5\nA1,1\nA3,2\nA4,1\n");
    let usage = usage.to_str().unwrap();
    let impact =
        run(&["impact", "small@2025", "small@2026", "--usage", usage, "--code-column", "small"]).done().out;
    assert!(impact.contains("A2"), "{impact}");
}

#[test]
fn a_draft_is_printed_and_written() {
    let desk = Desk::new();
    desk.write("codes.txt", "A1;one thing\nA2;two things\nA3;three things\n");
    let printed = desk.run(&["sets", "--describe", "codes.txt"]).done().out;
    for line in [
        "id = \"codes\"",
        "delimiter = \";\"",
        "headings = false",
        "key = 1",
        "description = 2",
        "pattern = '[A-Z][0-9]'",
    ] {
        assert!(printed.contains(line), "{line}: {printed}");
    }
    desk.run(&["sets", "--describe", "codes.txt", "-o", "our.toml"]).done();
    let diff =
        desk.run(&["diff", "codes.txt", "codes.txt", "--catalog", "our.toml", "--set", "codes"]).done();
    assert!(diff.out.contains("No difference"), "{}", diff.out);
    desk.run(&["sets", "--describe", "codes.txt", "-o", "codes.txt"])
        .refused(&["inputs are never overwritten"]);
    desk.write("letter.txt", "Dear colleague,\nthis is a letter\n");
    desk.run(&["sets", "--describe", "letter.txt"]).refused(&["contains words instead of codes"]);
}

#[test]
fn the_descriptor_in_the_documentation_is_one() {
    let page = include_str!("../../docs/guides/your-own-sets.md");
    let text = page.split("```toml\n").find(|block| block.starts_with("[[set]]")).unwrap();
    let set = sets(text.split("```").next().unwrap()).unwrap()[0];
    let release = open(set, &folder().join("msdrg-43.txt"), None);
    assert_eq!(release.find("088").unwrap().property("weight"), Some("1.4"));
}

#[test]
fn decisions_about_a_described_set_are_read_as_decisions() {
    let set = sets(&SMALL.replace("delimiter = \";\", ", "")).unwrap()[0];
    let table = SourceFile::new("ours.csv", b"source,target,status\nA2,A6,accept\n".to_vec());
    assert_eq!(formats::read_maps_as(vec![table], Some(set)).decisions[0].rows.len(), 1);
}

#[test]
fn official_tables_are_compared_by_a_descriptor() {
    let Some(tables) = official::data().map(|data| data.join("tables")) else { return };
    let compared = |id: &str, old: &str, new: &str| {
        let set = set(id);
        let [old, new] = [old, new].map(|name| open(set, &tables.join(name), None));
        let kinds = [Kind::Added, Kind::Removed, Kind::Revised].map(|kind| count(&old, &new, kind));
        (old.len(), new.len(), kinds)
    };
    let old = "icd9cm/CMS28_DESC_LONG_DX.txt";
    assert_eq!(compared("icd9cm", old, "icd9cm/CMS32_DESC_LONG_DX.txt"), (14_432, 14_567, [168, 33, 104]));
    let (old, new) = ("who_icd10/icd10_who_2016.txt", "who_icd10/icd10_who_2019.txt");
    assert_eq!(compared("icd10who-all", old, new), (12_483, 12_590, [130, 23, 21]));

    let set = set("icd10who");
    let [old, new] = [old, new].map(|name| open(set, &tables.join(name), None));
    assert_eq!((billable(&old), billable(&new)), (10_607, 10_667));
    assert_eq!(count(&old, &new, Kind::Demoted), 6);
    // Chapter I is not above codes that begin with I.
    assert!(new.find("I10").unwrap().parent().is_none());
}

/// The crosswalk of every billable code.
fn of_every_code<'a>(difference: &Diff<'a>) -> Crosswalk<'a> {
    let billable = difference.old.entries().filter(|entry| entry.is_billable());
    let codes: Vec<String> = billable.map(|entry| entry.code().to_owned()).collect();
    crosswalk_with(
        difference,
        &CrosswalkOptions {
            between: &[],
            direction: Direction::Forward,
            codes: Some(&codes),
            decisions: None,
        },
    )
}

/// The pairs of codes in a crosswalk, sorted.
fn pairs<'a>(crosswalk: &Crosswalk<'a>) -> Vec<(&'a str, &'a str)> {
    let mut pairs = Vec::new();
    for mapping in &crosswalk.mappings {
        let targets = mapping.all_targets(crosswalk.new).into_iter();
        pairs.extend(targets.map(|target| (mapping.source.code(), target.entry.code())));
    }
    pairs.sort_unstable();
    pairs
}

/// The pairs of codes in a table, sorted.
fn rows_of(table: &Transition) -> Vec<(&str, &str)> {
    let rows = table.rows.iter().filter_map(|row| Some((row.old.as_deref()?, row.new.as_deref()?)));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_unstable();
    rows
}

#[test]
fn the_transition_of_the_year_before_is_followed_by_the_same_descriptor() {
    let Some(folder) = official::data().map(|data| data.join("tables/icd10gm")) else { return };
    let set = set("icd10gm");
    let old = open(set, &folder.join("x1gma2013.zip"), Some("2013"));
    let mut new = open(set, &folder.join("x1gma2014-20131015.zip"), Some("2014"));
    let table = folder.join("x1gua2014.zip");
    let opened = sources::open(&table, &|bytes| formats::wanted_as(bytes, Some(set))).unwrap();
    new.companions.transitions = formats::read_maps_as(opened.files, Some(set)).transitions;
    let difference = diff(&old, &new);
    let whole = of_every_code(&difference);
    assert_eq!(new.companions.transitions[0].rows.len(), 13_381);
    assert_eq!(pairs(&whole), rows_of(&new.companions.transitions[0]));
    assert!(whole.problems.is_empty(), "{:?}", whole.problems);
}

#[test]
fn the_official_transition_of_icd_10_gm_is_followed() {
    let Some(folder) = official::data().map(|data| data.join("tables/icd10gm")) else { return };
    let set = set("icd10gm");
    let open = |name: &str, edition: &str| open(set, &folder.join(name), Some(edition));
    let (old, mut new) = (open("x1gma2014-20131015.zip", "2014"), open("x1gmt2015.zip", "2015"));
    let opened =
        sources::open(&folder.join("x1gut2015.zip"), &|bytes| formats::wanted_as(bytes, Some(set))).unwrap();
    let maps = formats::read_maps_as(opened.files, Some(set));
    assert!(
        old.companions.transitions.is_empty() && new.companions.transitions.is_empty(),
        "ranges of groups are not transitions"
    );
    new.companions.transitions = maps.transitions;
    assert_eq!((billable(&old), billable(&new)), (13_381, 13_440));
    let codes = |kind| {
        let changes = diff(&old, &new).changes;
        changes.iter().filter(|change| change.kind == kind && change.level() == Level::Code).count()
    };
    assert_eq!((codes(Kind::Added), codes(Kind::Promoted)), (73, 0));
    assert_eq!((codes(Kind::Removed), codes(Kind::Demoted)), (1, 13));

    let table = &new.companions.transitions[0];
    assert_eq!((new.companions.transitions.len(), table.rows.len()), (1, 13_440));
    let rows = |forward, backward| {
        table.rows.iter().filter(|row| (row.forward, row.backward) == (Some(forward), Some(backward))).count()
    };
    assert_eq!(
        (rows(true, true), rows(false, true), rows(true, false), rows(false, false)),
        (13_366, 74, 0, 0)
    );
    assert!(transition_fits(table, &old, &new));

    let difference = diff(&old, &new);
    let whole = of_every_code(&difference);
    assert_eq!(pairs(&whole).len(), 13_436);
    assert_eq!(pairs(&whole), rows_of(table));
    let automatic =
        whole.mappings.iter().filter(|mapping| mapping.decision == Disposition::Automatic).count();
    assert_eq!((whole.mappings.len(), automatic), (13_381, 13_366));
    assert_eq!(targets(&whole, "I70.21"), (Disposition::Automatic, vec!["I70.22"]));
    assert_eq!(targets(&whole, "D68.0"), (Disposition::Choose, vec!["D68.00", "D68.01", "D68.09"]));

    let back = reverse(&difference);
    let decided = |decision| back.mappings.iter().filter(|mapping| mapping.decision == decision).count();
    assert_eq!(
        (decided(Disposition::Automatic), decided(Disposition::Choose), decided(Disposition::None)),
        (69, 0, 4)
    );
    assert!(whole.problems.is_empty(), "{:?}", whole.problems);
}
