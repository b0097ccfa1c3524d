//! `codeset guidelines`: sections of two editions, the publisher's marks, codes that sections name; against the official
//! files, where they are here.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use codeset::guidelines::{
    GuidelineDiff, GuidelineKind, Guidelines, GuidelinesError, Headings, Marking, compare_guidelines,
};
use codeset::model::SourceFile;

use crate::common::desk::Desk;
use crate::common::official;
use crate::common::pdf::{Pdf, Text};
use crate::common::tools::missing;

use Text::{Bold, Plain};

/// An edition of fiscal year 2025, in our own words.
fn old() -> Vec<u8> {
    let mut pdf = Pdf::edition("FY 2025", "October 1, 2024 - September 30, 2025", "FY 2024");
    pdf.heading(0, "Section I. Conventions");
    pdf.heading(1, "A. Signs");
    pdf.heading(2, "1. Dashes");
    pdf.paragraph("A dash at the end of a code, as in L89.--6 or C50.-, leaves characters open.");
    pdf.heading(2, "2. Brackets");
    pdf.paragraph("Brackets enclose synonyms that a coder may find in the record of the encounter.");
    pdf.page();
    pdf.heading(1, "C. Chapters");
    pdf.heading(2, "13. Chapter 13: Bones (M00-M99)");
    pdf.heading(3, "a. Site and side");
    pdf.paragraph("Most of the codes have a site. For some conditions several bones are involved.");
    pdf.paragraph("Then the code for several sites is used.");
    pdf.heading(3, "b. Old injuries");
    pdf.paragraph("A healed injury of a bone is found here, see M80 to M84. See G35 for others.");
    pdf.heading(3, "c. Fractures of patients with weak bones");
    pdf.paragraph(
        "Seventh character A is for active treatment, and seventh character D is for what follows it.",
    );
    pdf.bytes()
}

/// The edition after it.
fn new() -> Vec<u8> {
    let mut pdf = Pdf::edition("FY 2026", "October 1, 2025 - September 30, 2026", "October 2024, FY 2025");
    pdf.heading(0, "Section I. Conventions");
    pdf.heading(1, "A. Signs");
    pdf.heading(2, "1. Dashes");
    pdf.paragraph("A dash at the end of a code, as in L89.--6 or C50.-, leaves characters open.");
    pdf.heading(2, "2. Parentheses");
    pdf.line(&[Bold("Parentheses enclose words that do not change the code, as in G35.")]);
    pdf.heading(2, "3. Brackets");
    pdf.paragraph("Brackets enclose synonyms that a coder may find in the record of the encounter.");
    pdf.page();
    pdf.heading(1, "C. Chapters");
    pdf.heading(2, "13. Chapter 13: Bones (M00-M99)");
    pdf.heading(3, "a. Site and side");
    // Five words were deleted, which no mark shows.
    pdf.paragraph("Most of the codes have a site.");
    pdf.paragraph("Then the code for several sites is used.");
    pdf.heading(3, "b. Old injuries");
    pdf.line(&[
        Plain("A healed injury of a bone is found "),
        Bold("in this chapter"),
        Plain(", see M80 to M84. See "),
        Bold("G35"),
        Plain(" for others."),
    ]);
    pdf.heading(3, "c. Pathological fractures");
    pdf.paragraph(
        "Seventh character A is for active treatment, and seventh character D is for what follows it.",
    );
    pdf.bytes()
}

fn read(bytes: Vec<u8>) -> Result<Guidelines, GuidelinesError> {
    Guidelines::read(&SourceFile::new("guidelines.pdf", bytes))
}

/// Returns the number and title, the kind, the words in and out, and the mark of each change.
fn rows(diff: &GuidelineDiff<'_>) -> Vec<(String, &'static str, usize, usize, Option<Marking>)> {
    let row = |change: &codeset::guidelines::SectionChange<'_>| {
        let section = change.section();
        (section.heading(), change.kind.word(), change.words_added, change.words_removed, change.marking)
    };
    diff.changes.iter().map(row).collect()
}

#[test]
fn sections_are_found_by_title_and_text_and_compared_word_by_word() {
    let (old, new) = (read(old()).unwrap(), read(new()).unwrap());
    assert_eq!((old.edition().as_str(), new.edition().as_str()), ("FY2025", "FY2026"));
    assert_eq!(new.base.as_ref().unwrap().name, "October 2024, FY 2025");
    assert!(old.unlocated.is_empty() && new.unlocated.is_empty());
    let text = |number: &str| new.sections.iter().find(|section| section.number == number).unwrap().text();
    assert_eq!(text("I.C.13.a"), "Most of the codes have a site.\nThen the code for several sites is used.");
    // The title block and running heads are not text.
    assert_eq!(new.sections[0].text(), "");
    let diff = compare_guidelines(&old, &new);
    let row = |heading: &str, kind, added, removed, marking| {
        (heading.to_owned(), kind, added, removed, Some(marking))
    };
    assert_eq!(
        rows(&diff),
        [
            row("I.A.2 Parentheses", "added", 12, 0, Marking::Marked),
            row("I.A.3 Brackets", "moved", 0, 0, Marking::Unmarked),
            row("I.C.13.a Site and side", "changed", 0, 7, Marking::Unmarked),
            row("I.C.13.b Old injuries", "changed", 3, 1, Marking::Marked),
            row("I.C.13.c Pathological fractures", "retitled", 0, 0, Marking::Unmarked),
        ]
    );
    assert_eq!(diff.headings, Headings { changed: 2, added: 3, removed: 2 });
    let verification = &diff.verification;
    assert!(verification.is_checked);
    assert_eq!((verification.marked, verification.partly, verification.unmarked), (2, 0, 3));
    let without: Vec<_> = verification.without_change.iter().map(|mark| mark.text.as_str()).collect();
    assert_eq!(without, ["G35"]);
}

#[test]
fn an_edition_compared_with_another_base_has_no_verdict_on_marks() {
    let (old, new) = (read(new()).unwrap(), read(old()).unwrap());
    let diff = compare_guidelines(&old, &new);
    assert!(!diff.verification.is_checked);
    assert!(diff.changes.iter().all(|change| change.marking.is_none()));
    assert_eq!(diff.changes[0].kind, GuidelineKind::Removed);
}

#[test]
fn the_report_has_every_form() {
    let desk = Desk::new();
    desk.write("old.pdf", old());
    desk.write("new.pdf", new());
    let text = desk.run(&["guidelines", "old.pdf", "new.pdf"]).done().out;
    insta::with_settings!({ snapshot_path => "../../snapshots/guidelines", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("text", text);
        let json = desk.run(&["guidelines", "old.pdf", "new.pdf", "--format", "json"]).done().out;
        insta::assert_snapshot!("json", json);
    });
    for file in ["g.html", "g.md", "g.xlsx", "g.csv", "g.jsonl"] {
        desk.run(&["guidelines", "old.pdf", "new.pdf", "-o", file]).done();
    }
    let page = std::fs::read_to_string(desk.path("g.html")).unwrap();
    assert!(page.contains("<del>") && page.contains("<ins>") && page.contains("I.C.13.a"), "{page}");
}

#[test]
fn sections_that_name_codes_in_use_are_selected_and_counted() {
    let desk = Desk::new();
    desk.write("old.pdf", old());
    desk.write("new.pdf", new());
    desk.write("codes.txt", "M81.0\n");
    desk.write("usage.csv", "code,count\nG35,5\nM81.0,7\nR05.9,3\n");
    let order = "00001 G35     1 Multiple sclerosis                                           Multiple sclerosis\r\n\
                 00002 M81     0 Osteoporosis                                                 Osteoporosis\r\n\
                 00003 M810    1 Age-related osteoporosis                                     Age-related osteoporosis\r\n";
    desk.write("icd10cm_order_2026.txt", order);
    let base = ["guidelines", "old.pdf", "new.pdf", "--in", "icd10cm_order_2026.txt", "--format", "json"];
    let sections = |more: &[&str]| {
        let args: Vec<&str> = base.iter().chain(more).copied().collect();
        let json: serde_json::Value = serde_json::from_str(&desk.run(&args).done().out).unwrap();
        let rows = json["sections"].as_array().unwrap().clone();
        rows.into_iter()
            .map(|row| (row["number"].as_str().unwrap().to_owned(), row["in_use"].clone()))
            .collect::<BTreeMap<_, _>>()
    };
    // The chapter as a whole is not about each of its codes.
    let listed = sections(&["--codes", "codes.txt"]);
    assert_eq!(listed.keys().collect::<Vec<_>>(), ["I.C.13.b"]);
    let used = sections(&["--usage", "usage.csv"]);
    assert_eq!(used["I.C.13.b"]["lines"], 12);
    assert_eq!(used["I.C.13.b"]["codes"], serde_json::json!(["G35", "M81.0"]));
    assert_eq!(used["I.A.2"]["lines"], 5);
    desk.run(&["guidelines", "old.pdf", "new.pdf", "--codes", "codes.txt"])
        .refused(&["need the codes of a release", "--in"]);
}

#[test]
fn editions_in_the_store_are_used_by_name() {
    let desk = Desk::new();
    desk.write("old.pdf", old());
    desk.write("new.pdf", new());
    let row = |number: u32, code: &str, flag: u8, text: &str| {
        format!("{number:05} {code:<7} {flag} {text:<60} {text}\r\n")
    };
    desk.write("o/icd10cm_order_2025.txt", row(1, "G35", 1, "Multiple sclerosis"));
    desk.write(
        "n/icd10cm_order_2026.txt",
        [row(1, "G35", 0, "Multiple sclerosis"), row(2, "G35A", 1, "Relapsing multiple sclerosis")].concat(),
    );
    for (file, guidelines, release) in [
        ("o/icd10cm_order_2025.txt", "old.pdf", "icd10cm@2025"),
        ("n/icd10cm_order_2026.txt", "new.pdf", "icd10cm@2026"),
    ] {
        desk.run(&["add", file, "--as", release]).done();
        let added = desk.run(&["add", guidelines, "--as", release]).done().out;
        assert!(added.contains("\tguidelines\t"), "{added}");
    }
    desk.run(&["add", "new.pdf", "--as", "icd10cm@2025", "--replace"])
        .refused(&["has the guidelines FY2026, not those of icd10cm@2025"]);
    let by_name = ["icd10cm@2025", "icd10cm@2026"];
    let json = |args: &[&str]| -> serde_json::Value {
        let args: Vec<&str> = args.iter().chain(&["--format", "json"]).copied().collect();
        serde_json::from_str(&desk.run(&args).done().out).unwrap()
    };
    assert_eq!(json(&[&["guidelines"][..], &by_name].concat())["summary"]["changed"], 2);
    assert_eq!(json(&[&["diff"][..], &by_name].concat())["guidelines"]["summary"]["added"], 1);
    desk.write("usage.csv", "code,count\nG35,5\n");
    let impact = json(&[&["impact"][..], &by_name, &["--usage", "usage.csv"]].concat());
    let sections = impact["guidelines"]["sections"].as_array().unwrap();
    assert_eq!(sections.len(), 2);
    assert_eq!(sections[0]["in_use"]["lines"], 5);
    let lookup = json(&["lookup", "G35", "--in", "icd10cm@2026"]);
    let named: Vec<_> =
        lookup["results"][0]["guidelines"].as_array().unwrap().iter().map(|row| &row["number"]).collect();
    assert_eq!(named, ["I.A.2", "I.C.13.b"]);
    let lookup = json(&["lookup", "G35", "--in", "n/icd10cm_order_2026.txt", "--guidelines", "old.pdf"]);
    assert_eq!(lookup["results"][0]["guidelines"][0]["number"], "I.C.13.b");
    desk.write(
        "codeset.toml",
        "[usage]\nfiles = [\"usage.csv\"]\n[sets.icd10cm]\nold = \"icd10cm@2025\"\nnew = \"icd10cm@2026\"\n",
    );
    desk.run(&["prepare", "2026"]).done();
    let index = std::fs::read_to_string(desk.path("prepare-2026/index.html")).unwrap();
    assert!(
        index.contains("Guidelines about your codes") && index.contains("Teach 2 changed sections"),
        "{index}"
    );
}

#[test]
fn other_files_are_refused_with_a_reason_and_a_hint() {
    let desk = Desk::new();
    desk.write("new.pdf", new());
    let mut other = Pdf::default();
    other.page();
    other.heading(0, "Minutes of a meeting");
    // Those of procedures have another layout, and codes of another form.
    let mut procedures = Pdf::default();
    procedures.page();
    procedures.heading(0, "ICD-10-PCS Official Guidelines for Coding and Reporting");
    let mut scanned = Pdf::default();
    scanned.page();
    let mut dayless = Pdf::default();
    dayless.page();
    dayless.heading(0, "ICD-10-CM Official Guidelines for Coding and Reporting");
    let outline_less =
        Pdf::edition("FY 2025", "October 1, 2024 - September 30, 2025", "FY 2024").without_outline();
    let mut long = Pdf::edition("FY 2025", "October 1, 2024 - September 30, 2025", "FY 2024");
    (0..10_000).for_each(|_| long.page());
    let cut = {
        let whole = new();
        whole[..whole.len() / 2].to_vec()
    };
    for (name, bytes, words) in [
        ("other", other.bytes(), "its first page does not name them"),
        ("procedures", procedures.bytes(), "its first page does not name them"),
        ("scanned", scanned.bytes_without_heads(), "its pages are scanned images"),
        ("dayless", dayless.bytes(), "does not name the days of its edition"),
        ("outline", outline_less.bytes(), "has no outline (bookmarks)"),
        ("long", long.bytes(), "has 10001 pages; an edition of the guidelines has at most 1000"),
        ("cut", cut, "the PDF cannot be read"),
        ("text", b"Official Guidelines for Coding and Reporting".to_vec(), "the PDF cannot be read"),
    ] {
        desk.write("bad.pdf", bytes);
        let ran = desk.run(&["guidelines", "bad.pdf", "new.pdf"]);
        assert!(ran.err.contains("cannot read `bad.pdf` as guidelines"), "{name}: {}", ran.err);
        ran.refused(&[words, "help:"]);
    }
    desk.write("old.pdf", old());
    desk.run(&["guidelines", "new.pdf", "old.pdf"])
        .refused(&["OLD (FY2026) is newer than NEW (FY2025)", "--backward"]);
    desk.run(&["guidelines", "none.pdf", "new.pdf"]).refused(&["none.pdf"]);
}

/// The fuzz target starts from these two; `UPDATE_CORPUS` writes them.
#[test]
fn the_corpus_has_both_editions() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/guidelines");
    for (name, bytes) in [("old.pdf", old()), ("new.pdf", new())] {
        if std::env::var_os("UPDATE_CORPUS").is_some() {
            std::fs::write(folder.join(name), &bytes).unwrap();
        }
        assert!(
            std::fs::read(folder.join(name)).unwrap() == bytes,
            "run UPDATE_CORPUS=1 cargo test the_corpus_has"
        );
    }
}

/// The official editions, oldest first.
const EDITIONS: [&str; 5] = ["FY2022", "FY2024", "FY2025", "FY2025-April", "FY2026"];

fn official(edition: &str) -> Option<(PathBuf, Guidelines)> {
    let path = official::data()?.join(format!("guidelines/icd10cm-guidelines-{edition}.pdf"));
    if !path.is_file() {
        eprintln!("skipped: {} is not here", path.display());
        return None;
    }
    let guidelines = read(std::fs::read(&path).unwrap()).unwrap();
    Some((path, guidelines))
}

#[test]
fn official_editions_change_as_it_was_measured() {
    let Some((_, april)) = official("FY2025-April") else { return };
    let [fy2022, fy2024, fy2025, fy2026] =
        ["FY2022", "FY2024", "FY2025", "FY2026"].map(|edition| official(edition).unwrap().1);
    let counts = |old, new| {
        let diff = compare_guidelines(old, new);
        let of = |kind| diff.changes.iter().filter(|change| change.kind == kind).count();
        let kinds = [GuidelineKind::Changed, GuidelineKind::Added, GuidelineKind::Removed].map(of);
        let words = [
            diff.changes.iter().map(|change| change.words_added).sum::<usize>(),
            diff.changes.iter().map(|change| change.words_removed).sum::<usize>(),
        ];
        (kinds, diff.headings, words, diff.verification.is_checked)
    };
    let headings = |changed, added, removed| Headings { changed, added, removed };
    assert_eq!(counts(&april, &fy2026), ([24, 3, 0], headings(14, 16, 13), [614, 392], true));
    assert_eq!(counts(&fy2025, &april), ([4, 2, 0], headings(4, 7, 5), [213, 34], true));
    assert_eq!(counts(&fy2024, &fy2025), ([9, 0, 0], headings(9, 0, 0), [92, 14], false));
    let (_, steps, ..) = counts(&fy2022, &fy2024);
    assert_eq!(steps, headings(49, 15, 6));
    for edition in [&fy2022, &fy2024, &fy2025, &april, &fy2026] {
        assert!(edition.unlocated.is_empty(), "{:?}", edition.unlocated);
    }
    // 54 words of I.C.13.a were deleted, and no mark shows it.
    let diff = compare_guidelines(&april, &fy2026);
    let site = diff.changes.iter().find(|change| change.section().number == "I.C.13.a").unwrap();
    assert_eq!(
        (site.section().title.as_str(), site.words_added, site.words_removed),
        ("Site and laterality", 0, 54)
    );
    assert_eq!(site.marking, Some(Marking::Unmarked));
    let mut codes: Vec<String> =
        fy2026.codes().into_iter().flat_map(|code| [Some(code.first), code.last]).flatten().collect();
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 552);
}

/// Every word of every section is one that poppler extracts, in its order, and the other way round.
#[test]
fn official_words_are_those_of_pdftotext() {
    if official::data().is_none() {
        return;
    }
    if Command::new("pdftotext").arg("-v").output().is_err() {
        return missing("pdftotext");
    }
    let words = |text: &str| -> Vec<String> {
        let text = text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
        text.map(str::to_owned).collect()
    };
    for edition in EDITIONS {
        let Some((path, guidelines)) = official(edition) else { return };
        let output = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text.split('\u{c}').enumerate().filter(|(page, _)| !(1..6).contains(page));
        let lines =
            lines.flat_map(|(page, text)| text.lines().filter(move |line| page == 0 || !is_running(line)));
        let theirs: String = lines.flat_map(words).collect();
        // Without blanks, a word that was cut at the end of a line is the same.
        let (mut at, mut agree) = (0, 0);
        for section in &guidelines.sections {
            let ours: String = words(&section.text()).concat();
            if let Some(found) = theirs[at..].find(&ours) {
                agree += 1;
                at += found + ours.len();
            }
        }
        eprintln!("{edition}: {agree} of {} sections agree", guidelines.sections.len());
        assert_eq!(agree, guidelines.sections.len(), "{edition}");
    }
}

/// Returns true for running heads.
fn is_running(line: &str) -> bool {
    let line = line.trim();
    line == "ICD-10-CM Official Guidelines for Coding and Reporting"
        || line.starts_with("FY 20") && line.len() == 7
        || line.starts_with("Page ") && line.contains(" of ")
}

/// The letters and digits of a text, in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[test]
fn a_course_teaches_the_sections_of_its_codes() {
    let Some(data) = official::data() else { return };
    let desk = Desk::new();
    let path = |name: &str| data.join(name).to_str().unwrap().to_owned();
    let releases = ["icd10cm/fy2025-apr", "icd10cm/fy2026"].map(path);
    if !PathBuf::from(&releases[0]).is_dir() || !PathBuf::from(&releases[1]).is_dir() {
        return eprintln!("skipped: the releases are not here");
    }
    let editions = ["FY2025-April", "FY2026"]
        .map(|edition| path(&format!("guidelines/icd10cm-guidelines-{edition}.pdf")));
    let [old, new] = ["FY2025-April", "FY2026"].map(|edition| official(edition).unwrap().1);
    for (chapter, sections) in
        [("9", &["I.C.9.a.1", "I.C.9.a.3"][..]), ("13", &["I.C.13.a", "I.C.13.a.2"][..])]
    {
        let folder = format!("course-{chapter}");
        desk.run(&[
            "teach",
            &releases[0],
            &releases[1],
            "--chapter",
            chapter,
            "--guidelines",
            &editions[0],
            &editions[1],
            "-o",
            &folder,
        ])
        .done();
        let read = |name: &str| std::fs::read_to_string(desk.path(&folder).join(name)).unwrap();
        let (handout, slides, cards) = (read("handout.md"), read("slides.html"), read("flashcards.csv"));
        for section in sections {
            for (name, text) in [("handout", &handout), ("slides", &slides), ("cards", &cards)] {
                assert!(text.contains(section), "{section} is not in {name} of chapter {chapter}");
            }
        }
        // The right sentence is in the section, and was not; no wrong one is in it.
        let mut asked = 0;
        let quiz = read("quiz.csv");
        let mut table = csv::Reader::from_reader(quiz.trim_start_matches('\u{feff}').as_bytes());
        let headings = table.headers().unwrap().clone();
        for row in table.records() {
            let row = row.unwrap();
            let cell =
                |name: &str| row.get(headings.iter().position(|heading| heading == name).unwrap()).unwrap();
            let Some(rest) = cell("question").strip_prefix("Which sentence is in section ") else { continue };
            let number = rest.split(' ').next().unwrap();
            let text = |edition: &Guidelines, title: &str| {
                let is_it = |section: &&codeset::guidelines::Section| section.title == title;
                edition
                    .sections
                    .iter()
                    .find(is_it)
                    .map(|section| letters(&section.text()))
                    .unwrap_or_default()
            };
            let section = new.sections.iter().find(|section| section.number == number).unwrap();
            let (before, now) = (text(&old, &section.title), letters(&section.text()));
            let right = letters(cell("correct answer"));
            assert!(now.contains(&right) && !before.contains(&right), "{number}");
            let answers = (1..=4).map(|at| cell(&format!("answer {at}"))).filter(|answer| !answer.is_empty());
            let wrong: Vec<_> = answers.filter(|answer| letters(answer) != right).collect();
            assert!(
                wrong.len() >= 2 && wrong.iter().all(|answer| !now.contains(&letters(answer))),
                "{number}"
            );
            asked += 1;
        }
        assert!(asked > 0, "chapter {chapter} has no question about guidelines");
    }
}
