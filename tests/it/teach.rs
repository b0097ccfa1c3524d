//! What `codeset teach` writes: against snapshots/teach/, and what must hold of every course.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::common::official;
use crate::common::pages;
use crate::common::pages::{NEW, OLD, TABLE, USAGE, codeset, root};
use crate::common::rows::{release, row};
use crate::common::slides::{ReadSlide, slides};
use crate::common::tables::with_table;
use codeset::crosswalk::{Crosswalk, crosswalk, reverse};
use codeset::diff::diff;
use codeset::formats;
use codeset::interchange::write_course_file;
use codeset::model::sets::ICD10CM;
use codeset::model::{Concept, Details, Edition, Level, Note, NoteKind, Release, ReleaseTable, SourceFile};
use codeset::report::{TeachFile, TeachReport};
use codeset::sources;
use codeset::teach::{
    QuestionKind, QuizQuestion, SPECIALTIES, Scope, Specialties, Teaching, cards, quiz, teach,
};

fn of(year: i16, codes: &[(&str, u8, &str)]) -> Release {
    let text =
        codes.iter().enumerate().map(|(at, (code, flag, long))| row(at + 1, code, *flag, "short", long));
    release("order.txt", text.collect(), year)
}

/// A course about two releases, and what it was made of.
fn with_course<T>(
    old: &Release,
    new: &Release,
    scopes: &[Scope],
    use_it: impl FnOnce(&Teaching<'_>, &Crosswalk<'_>) -> T,
) -> T {
    let diff = diff(old, new);
    let (forward, backward) = (crosswalk(&diff), reverse(&diff));
    use_it(&teach(&diff, &forward, &backward, scopes), &forward)
}

fn bytes(teaching: &Teaching<'_>, file: TeachFile) -> Vec<u8> {
    let mut out = Vec::new();
    write_course_file(&TeachReport::new(teaching, 0), file, &mut out).unwrap();
    out
}

fn written(teaching: &Teaching<'_>, file: TeachFile) -> String {
    text(file, &bytes(teaching, file))
}

/// The text of a file of a course: of slides what is on them and in their notes, of a package the texts in it.
fn text(file: TeachFile, bytes: &[u8]) -> String {
    match file {
        TeachFile::Slides => slides(bytes).iter().map(ReadSlide::text).collect::<Vec<_>>().join("\n"),
        TeachFile::Qti => members(bytes).into_values().collect(),
        _ => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

fn demo_releases() -> [Release; 2] {
    let file = |name: &str| {
        let bytes = fs::read(root().join(name)).unwrap();
        SourceFile::new(name.rsplit('/').next().unwrap(), bytes)
    };
    let read = |name: &str, year| release(name, String::from_utf8(file(name).bytes).unwrap(), year);
    let (old, mut new) = (read(OLD, 2025), read(NEW, 2026));
    new.companions.conversion_tables = formats::read_maps(vec![file(TABLE)]).tables;
    [old, new]
}

fn specialty(name: &str) -> Vec<Scope> {
    vec![Scope::Specialty(Specialties::built_in().find(name).unwrap().clone())]
}

/// Runs `teach` on the samples, into a folder.
fn demo(folder: &Path, more: &[&str]) -> String {
    let arguments = ["teach", OLD, NEW, "--map", TABLE, "--quiet", "-o", folder.to_str().unwrap()];
    pages::written(&[&arguments[..], more].concat())
}

fn read(folder: &Path, file: TeachFile) -> String {
    text(file, &fs::read(folder.join(file.name())).unwrap())
}

/// The files of a package of QTI, by name.
fn members(package: &[u8]) -> BTreeMap<String, String> {
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let count = package.len();
    let read = |at| {
        let mut member = package.by_index(at).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut member, &mut text).unwrap();
        (member.name().unwrap().into_owned(), text)
    };
    (0..count).map(read).collect()
}

#[test]
fn the_files_are_those_written_down() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path(), &[]);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots/teach"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // Pages and slides have tests of their own; the package has the questions of quiz-moodle.xml.
    let pages = [
        TeachFile::HandoutPage,
        TeachFile::SlidesPage,
        TeachFile::Slides,
        TeachFile::AnswerKey,
        TeachFile::Qti,
    ];
    for file in TeachFile::ALL.iter().filter(|file| !pages.contains(file)) {
        settings.bind(|| insta::assert_snapshot!(file.name(), read(folder.path(), *file)));
    }
}

#[test]
fn the_page_is_whole_and_has_every_part() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path(), &["--specialty", "endocrinology"]);
    let html = read(folder.path(), TeachFile::HandoutPage);
    for part in [
        ">Codes</h2>",
        "<b class=\"label\">To do:</b>",
        ">Not in this handout",
        "<svg role=\"img\"",
        "<title ",
    ] {
        assert!(html.contains(part), "{part}");
    }
    for told in
        ["E11.A", "E11.9", "icd10cm@2026", "icd10cm-conversion-2026.csv row", "Content-Security-Policy"]
    {
        assert!(html.contains(told), "{told}");
    }
    assert!(html.ends_with("</html>"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    demo(first.path(), &[]);
    demo(second.path(), &[]);
    for file in TeachFile::ALL {
        let [first, second] =
            [&first, &second].map(|folder| fs::read(folder.path().join(file.name())).unwrap());
        assert!(first == second, "{}", file.name());
    }
}

/// The code that an answer begins with, as files hold it.
fn code_of(answer: &str) -> String {
    answer.split(' ').next().unwrap_or_default().replace('.', "")
}

/// What holds of every set: a wrong answer is no target, and is not the description that is asked for.
fn assert_no_wrong_answer_is_right(teaching: &Teaching<'_>, forward: &Crosswalk<'_>) -> usize {
    let (old, new) = (teaching.old, teaching.new);
    let questions = quiz(teaching);
    let bare = questions.iter().filter(|question| question.is_bare()).count();
    assert!(bare * 3 <= questions.len(), "{bare} of {} ask for a bare code number", questions.len());
    for question in &questions {
        let (name, code) = (&question.name, question.subject.name.as_str());
        let texts: BTreeSet<_> = question.answers.iter().map(|answer| &answer.text).collect();
        assert!(texts.len() == question.answers.len() && (3..=4).contains(&texts.len()), "{name}");
        let right = &question.right_answer().text;
        match question.kind {
            QuestionKind::Assign => {
                let text = new.find(code).unwrap().long();
                for answer in question.wrong_answers() {
                    assert_ne!(new.find_billable(&code_of(&answer.text)).unwrap().long(), text, "{name}");
                }
            }
            QuestionKind::Replaces => {
                let is_source = |mapping: &&codeset::crosswalk::Mapping<'_>| mapping.source.code() == code;
                let mapping = forward.mappings.iter().find(is_source).unwrap();
                let is_target = |code: &str| mapping.targets.iter().any(|target| target.entry.code() == code);
                assert!(is_target(&code_of(right)), "{name}");
                for answer in question.wrong_answers() {
                    let wrong = code_of(&answer.text);
                    assert!(!is_target(&wrong) && wrong != code, "{name}: {}", answer.text);
                }
            }
            QuestionKind::OnDate | QuestionKind::BilledLater => {
                assert!(old.find_billable(code).is_some() && new.find_billable(code).is_none(), "{name}");
            }
            QuestionKind::Before => {
                assert!(old.find_billable(code).is_none() && new.find_billable(code).is_some(), "{name}");
                assert!(old.find_billable(&code_of(right)).is_some(), "{name}");
            }
            QuestionKind::Reads => {
                let now = new.find(code).unwrap().long();
                assert_eq!(right, now);
                assert!(question.wrong_answers().all(|answer| answer.text != now), "{name}");
            }
            // tests/it/quiz.rs checks the others by their texts.
            _ => {}
        }
    }
    questions.len()
}

fn assert_every_card_is_in_its_release(teaching: &Teaching<'_>) -> usize {
    let deck = cards(teaching);
    for card in &deck {
        let code = card.citation.code.replace('.', "");
        let releases = [teaching.old, teaching.new].into_iter();
        let mut named = releases.filter(|release| release.id() == card.citation.release);
        assert!(named.any(|release| release.find(&code).is_some()), "{}", card.front);
        assert!(card.back.contains(&card.citation.to_string()), "{}", card.front);
        assert!(card.tags.iter().all(|tag| !tag.contains(char::is_whitespace)), "{:?}", card.tags);
    }
    assert_eq!(
        deck.iter().map(|card| card.subject.id()).collect::<BTreeSet<_>>().len(),
        deck.len(),
        "no two ids"
    );
    deck.len()
}

#[test]
fn no_wrong_answer_is_right_and_every_card_can_be_looked_up() {
    let [old, new] = demo_releases();
    with_course(&old, &new, &[], |teaching, forward| {
        assert!(assert_no_wrong_answer_is_right(teaching, forward) > 20);
        assert!(assert_every_card_is_in_its_release(teaching) > 30);
    });
}

#[test]
fn ranges_of_specialties_are_in_the_official_files() {
    let Some(data) = official::data() else { return };
    let diagnoses = official::open(&data.join("icd10cm/fy2026/icd10cm-Code Descriptions-2026.zip"));
    let procedures = official::open(&data.join("icd10pcs/fy2026/cms_2026_pr.zip"));
    for specialty in &Specialties::built_in().all {
        for range in &specialty.ranges {
            let release = if range.set == diagnoses.set { &diagnoses } else { &procedures };
            let name = format!("{} {}-{}", specialty.id, range.first, range.last);
            for end in [&range.first, &range.last] {
                assert!(release.beginning_with(end).next().is_some(), "{name}: nothing begins with {end}");
            }
            let billable = |entry: &codeset::model::Entry<'_>| {
                entry.is_billable() && range.holds(range.set, entry.code())
            };
            assert!(release.entries().any(|entry| billable(&entry)), "{name}: no billable code");
            // A range of letters and digits in one category position must not take in other chapters.
            let chapter = |end: &str| range.set.chapter(end).map(|chapter| chapter.id);
            let is_wide =
                ["emergency-medicine", "infectious-diseases", "oncology"].contains(&specialty.id.as_str());
            let is_one = chapter(&range.first) == chapter(&range.last);
            let is_named =
                ["C00", "C81", "C15", "Q00", "S00", "V00", "B0", "C0", "D0"].contains(&range.first.as_str());
            assert!(is_one || is_wide || is_named, "{name}: more than one chapter");
        }
    }
    // Letters come after digits: C4A follows C49, and M1A follows M19.
    let holds =
        |name: &str, code: &str| Specialties::built_in().find(name).unwrap().holds(diagnoses.set, code);
    assert!(holds("dermatology", "C4A0") && !holds("dermatology", "C4500"));
    assert!(holds("rheumatology", "M1A00X0") && !holds("nephrology", "N400"));
    assert!(!holds("urology", "N039") && !holds("orthopedics", "S2701XA"));
}

#[test]
fn a_suggestion_is_called_so_and_asked_by_no_question() {
    let codes = [("G35", 1, "Sclerosis"), ("G36", 1, "A"), ("G37", 1, "B"), ("G38", 1, "C"), ("G39", 1, "D")];
    let mut later = codes.to_vec();
    later.splice(
        0..1,
        [("G35", 0, "Sclerosis"), ("G35A", 1, "Mild sclerosis"), ("G35B", 1, "Severe sclerosis")],
    );
    let (old, new) = (of(2025, &codes), of(2026, &later));
    with_course(&old, &new, &[], |teaching, _| {
        assert!(written(teaching, TeachFile::Handout).contains("suggestion: expansion"));
        assert!(written(teaching, TeachFile::Flashcards).contains("G35.A Mild sclerosis (suggestion)"));
        let asks_for_codes = [QuestionKind::Replaces, QuestionKind::Before, QuestionKind::Detail];
        assert!(quiz(teaching).iter().all(|question| !asks_for_codes.contains(&question.kind)));
    });
    let table = ["G35.A,2025,G35", "G35.B,2025,G35"];
    let new = with_table(new, &table);
    with_course(&old, &new, &[], |teaching, _| {
        assert!(!written(teaching, TeachFile::Handout).contains("suggestion: expansion"));
        assert!(quiz(teaching).iter().any(|question| question.name == "replaces G35"));
    });
}

#[test]
fn a_code_with_a_last_day_is_lost_after_it_and_its_record_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let course = folder.path().to_str().unwrap();
    let pair = ["tests/pairs/HCPC2019_sample.txt", "tests/pairs/HCPC2020_sample.txt"];
    pages::written(&["teach", pair[0], pair[1], "--quiet", "-o", course]);
    let handout = read(folder.path(), TeachFile::Handout);
    assert!(
        handout.contains("# HCPCS Level II 2020: what changes")
            && handout.contains("The last day of use is Dec 31, 2019."),
        "{handout}"
    );
    assert!(handout.contains("; HCPC2020\\_sample.txt\n"), "the record that names the successor");
    assert!(read(folder.path(), TeachFile::Flashcards).contains("not billable after 2019-12-31"));
}

/// A release of one code with notes.
fn noted(year: i16, notes: &[(NoteKind, &str)]) -> Release {
    let mut table = ReleaseTable::default();
    let (code, long) = (table.add_text("E119"), table.add_text("Diabetes"));
    let notes = notes.iter().map(|(kind, text)| Note { kind: *kind, text: table.add_text(text) }).collect();
    let details = Some(Box::new(Details { notes, ..Details::default() }));
    table.concepts.push(Concept { code, long, short: None, order: 1, level: Level::Code, details });
    let (mut release, _) = Release::new(&ICD10CM, table);
    (release.edition, release.coverage.notes) = (Some(Edition::Year(year)), true);
    release
}

#[test]
fn changed_notes_are_reported_by_the_lines_that_went_and_came() {
    let stays = (NoteKind::CodeFirst, "underlying condition");
    let old = noted(2025, &[stays, (NoteKind::Excludes1, "gestational diabetes")]);
    let new = noted(2026, &[stays, (NoteKind::Excludes2, "gestational diabetes")]);
    with_course(&old, &new, &[], |teaching, _| {
        let handout = written(teaching, TeachFile::Handout);
        let deleted = "| `E11.9` | deleted | Excludes1: gestational diabetes | The note no longer applies. | Diabetes |";
        let new = "| `E11.9` | new | Excludes2: gestational diabetes | Not included here: report both if the record \
                   documents both. | Diabetes |";
        assert!(handout.contains("## Notes changed"), "{handout}");
        assert!(handout.contains(deleted) && handout.contains(new), "{handout}");
        assert!(!handout.contains("Changes to notes") && !handout.contains("underlying"));
        assert!(written(teaching, TeachFile::HandoutPage).contains("Excludes2: gestational diabetes"));
    });
}

#[test]
fn descriptions_stay_text_in_every_file() {
    let codes =
        [("A00", 0, "Fevers"), ("A001", 1, "One fever"), ("A002", 1, "Two fevers"), ("A003", 1, "Old words")];
    let mut later = codes.to_vec();
    later[3].2 = "=HYPERLINK(\"x\") <script>alert(1)</script>";
    later.push(("A004", 1, "~wrong =right {} # \\ <b>bold</b>"));
    let (old, new) = (of(2025, &codes), of(2026, &later));
    with_course(&old, &new, &[], |teaching, _| {
        let html = written(teaching, TeachFile::HandoutPage);
        assert!(!html.contains("<script>alert") && !html.contains("<b>bold"), "the page escapes");
        for file in [TeachFile::Handout, TeachFile::SlidesPage] {
            let text = written(teaching, file);
            assert!(text.contains("&lt;script&gt;") && !text.contains("<script>alert"), "{}", file.name());
        }
        let quiz = written(teaching, TeachFile::Quiz);
        assert!(quiz.contains("\"'=HYPERLINK(\"\"x\"\")"), "a formula is guarded:\n{quiz}");
        assert!(!quiz.contains(",\"=HYPERLINK"));
        let gift = written(teaching, TeachFile::Gift);
        assert!(gift.contains("\\~wrong \\=right \\{\\} \\# \\\\"), "{gift}");
    });
}

#[test]
fn tables_are_as_spreadsheets_and_anki_take_them() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path(), &[]);
    let cards = read(folder.path(), TeachFile::Flashcards);
    assert!(cards.starts_with(
        "\u{feff}#separator:Comma\r\n#html:false\r\n#guid column:1\r\n#tags column:4\r\n#columns:GUID,Front,Back,Tags\r\n\""
    ));
    for text in [cards, read(folder.path(), TeachFile::Quiz)] {
        assert!(text.starts_with('\u{feff}') && text.ends_with("\r\n"));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    }
}

#[test]
fn of_codes_that_differ_in_the_encounter_one_is_asked() {
    let case = |code: &'static str, site: &str, end: &str| (code, 1, format!("Bruise of {site}, {end}"));
    let ends = ["initial encounter", "subsequent encounter", "sequela"];
    let of_site = |codes: [&'static str; 3], site: &str| {
        codes.into_iter().zip(ends).map(|(code, end)| case(code, site, end)).collect::<Vec<_>>()
    };
    let old = [
        of_site(["S301XXA", "S301XXD", "S301XXS"], "hip"),
        of_site(["S302XXA", "S302XXD", "S302XXS"], "toe"),
    ];
    let new = [old.concat(), of_site(["S303XXA", "S303XXD", "S303XXS"], "ear")].concat();
    let made = |year, codes: &[(&str, u8, String)]| {
        let codes: Vec<_> = codes.iter().map(|(code, flag, text)| (*code, *flag, text.as_str())).collect();
        of(year, &codes)
    };
    let (old, new) = (made(2025, &old.concat()), made(2026, &new));
    with_course(&old, &new, &[], |teaching, _| {
        assert_eq!(teaching.lessons[0].fresh.len(), 3, "the handout has all of them");
        assert_eq!(cards(teaching).len(), 1);
        let quiz = quiz(teaching);
        assert!(quiz.iter().all(|question| question.subject.name == "S303XXA"));
        let status = |question: &&QuizQuestion| question.kind == QuestionKind::Status;
        assert_eq!(quiz.iter().filter(status).count(), 1);
    });
}

#[test]
fn where_nothing_changed_that_is_stated() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path(), &["--specialty", "dentistry"]);
    for file in [TeachFile::HandoutPage, TeachFile::Handout, TeachFile::Slides, TeachFile::SlidesPage] {
        assert!(
            read(folder.path(), file).contains("No code is new, deleted, split or reworded"),
            "{}",
            file.name()
        );
    }
    demo(folder.path(), &[]);
    assert!(
        read(folder.path(), TeachFile::Handout).contains("Nothing changed in: Chapter 7: Eye and adnexa")
    );
}

#[test]
fn notes_are_not_known_from_files_without_notes() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path(), &["--chapter", "4"]);
    let handout = read(folder.path(), TeachFile::Handout);
    assert!(handout.contains("Changes to notes"), "{handout}");
    assert!(!handout.contains("re-noted"));
}

#[test]
fn lessons_are_chosen_by_chapter_by_codes_and_by_a_table_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.csv");
    fs::write(&own, "specialty,title,set,first,last\nallergy,Allergies,icd10cm,Z91.0,\nbad,,nowhere,A00,\n")
        .unwrap();
    let codes = folder.path().join("codes.txt");
    fs::write(&codes, "# ours\nZ91.01\n").unwrap();
    let (own, codes) = (own.to_str().unwrap(), codes.to_str().unwrap());
    for arguments in
        [&["--chapter", "21"][..], &["--codes", codes], &["--specialties", own, "--specialty", "allergy"]]
    {
        let course = folder.path().join("course");
        demo(&course, arguments);
        let handout = read(&course, TeachFile::Handout);
        assert!(handout.contains("`Z91.0110`") && !handout.contains("`E11.A`"), "{arguments:?}");
    }
}

#[test]
fn the_table_of_specialties_is_printed_as_it_is_read() {
    assert_eq!(pages::written(&["teach", "--list-specialties"]), SPECIALTIES);
    assert_eq!(Specialties::read("specialties.csv", SPECIALTIES), Some(Specialties::built_in()));
}

#[test]
fn what_is_not_there_is_named_with_the_nearest() {
    let said = |more: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().to_str().unwrap().to_owned();
        let arguments = [&["teach", OLD, NEW, "--map", TABLE, "--quiet", "-o", &folder], more].concat();
        let output = codeset(&arguments);
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let specialty = said(&["--specialty", "orthopedic"]);
    assert!(
        specialty.contains("no specialty `orthopedic`") && specialty.contains("orthopedics"),
        "{specialty}"
    );
    assert!(said(&["--chapter", "23"]).contains("its chapters are 1, 2, 3"));
    assert!(said(&["--specialties", USAGE, "--specialty", "x"]).contains("is not a table of specialties"));
    assert!(said(&["--chapter", "4", "--specialty", "urology"]).contains("cannot be used with"));
}

#[test]
fn licensed_texts_are_left_out_unless_the_user_says_that_they_may_be_in() {
    let all = fs::read_to_string(root().join("tests/fixtures/cpt_long/ok/bare.txt")).unwrap();
    let lines: Vec<&str> = all.lines().collect();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("old.txt"), lines[..lines.len() - 1].join("\r\n") + "\r\n").unwrap();
    fs::write(path("new.txt"), lines.join("\r\n") + "\r\n").unwrap();
    let course = path("course");
    let (old, new) = (path("old.txt"), path("new.txt"));
    let arguments = ["teach", &old, &new, "--set", "cpt", "--quiet", "-o", &course];
    pages::written(&arguments);
    let texts = || TeachFile::ALL.iter().map(|file| read(Path::new(&course), *file)).collect::<String>();
    assert!(!texts().contains("INVENTED"));
    pages::written(&[&arguments[..], &["--with-licensed-text"]].concat());
    assert!(texts().contains("INVENTED"));
}

#[test]
fn official_releases_make_courses_for_endocrinology_and_orthopedics() {
    let Some(data) = official::data() else { return };
    let (old, new) = (data.join("icd10cm/fy2025"), data.join("icd10cm/fy2026"));
    let old = official::open(&old.join("ICD10-CM Code Descriptions 2025.zip"));
    let mut new_release = official::open(&new.join("icd10cm-Code Descriptions-2026.zip"));
    let table = sources::open(&new.join("ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx"), &formats::wanted).unwrap();
    new_release.companions.conversion_tables = formats::read_maps(table.files).tables;
    for (name, expected) in [
        ("endocrinology", &["`E11.A`", "`E72.53`", "`E72.530`", "`E78.01`", "`E88.10`"][..]),
        ("orthopedics", &["`M05.A`", "`S30.1XXA`", "`S30.12XA`", "`S62.92XG`"]),
    ] {
        with_course(&old, &new_release, &specialty(name), |teaching, forward| {
            let handout = written(teaching, TeachFile::Handout);
            for code in expected {
                assert!(handout.contains(code), "{name}: {code}");
            }
            let split: Vec<_> = teaching.lessons[0].split().map(|lost| lost.mapping.source.code()).collect();
            assert!(split.contains(&if name == "endocrinology" { "E7253" } else { "S301XXA" }), "{split:?}");
            assert!(assert_no_wrong_answer_is_right(teaching, forward) > 20);
            assert!(assert_every_card_is_in_its_release(teaching) > 20);
            let places = |at| quiz(teaching).iter().filter(|question| question.right == at).count();
            assert!((0..4).all(|at| places(at) > 0), "the right answer stands in every place");
        });
    }
}
