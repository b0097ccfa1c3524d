//! The slides of a course: the package is whole, the notes cite what is on a slide, and every statement is that of the
//! official files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::common::browser::Browser;
use crate::common::official;
use crate::common::pages::{self, NEW, OLD, TABLE};
use crate::common::slides::{ReadSlide, parts, slides};
use codeset::crosswalk::{crosswalk, reverse};
use codeset::diff::diff;
use codeset::formats;
use codeset::interchange::write_course_file;
use codeset::model::sets::ICD10CM;
use codeset::model::{Edition, Release};
use codeset::report::{TeachFile, TeachReport};
use codeset::sources;
use codeset::teach::{Scope, Specialties, teach};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::json;

/// Runs `teach` on the samples; returns the slides as they are in the file.
fn demo(folder: &Path, more: &[&str]) -> Vec<u8> {
    let arguments = ["teach", OLD, NEW, "--map", TABLE, "--quiet", "-o", folder.to_str().unwrap()];
    pages::written(&[&arguments[..], more].concat());
    fs::read(folder.join(TeachFile::Slides.name())).unwrap()
}

/// The attributes of the elements with a name.
fn attributes(xml: &str, element: &str, attribute: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == element => {
                let value = tag.try_get_attribute(attribute).unwrap().unwrap();
                found.push(value.value.into_owned());
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// The part that a relationship of another part leads to.
fn resolved(part: &str, target: &str) -> String {
    let folder = part.replace("_rels/", "");
    let mut path: Vec<&str> = folder.split('/').collect();
    path.pop();
    for step in target.split('/') {
        if step == ".." {
            path.pop();
        } else {
            path.push(step);
        }
    }
    path.join("/")
}

#[test]
fn every_part_of_the_package_is_well_formed_typed_and_there() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(&demo(folder.path(), &[]));
    let names: BTreeSet<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), parts.len(), "each part once");
    assert_eq!(parts[0].0, "[Content_Types].xml");
    let types = &parts[0].1;
    let overrides = attributes(types, "Override", "PartName");
    assert!(overrides.iter().all(|name| names.contains(&name[1..])), "{overrides:?}");
    for (name, text) in &parts {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let mut depth = 0;
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0, "{name}");
        assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"), "{name}");
        if name.ends_with(".rels") {
            let targets = attributes(text, "Relationship", "Target");
            assert!(!targets.is_empty());
            for target in targets {
                assert!(names.contains(resolved(name, &target).as_str()), "{name}: {target}");
            }
        } else if name != "[Content_Types].xml" {
            assert!(overrides.contains(&format!("/{name}")), "{name} has a content type");
        }
        // Every relationship that a part names is in its list.
        let of_part = match name.rsplit_once('/') {
            Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
            None => format!("_rels/{name}.rels"),
        };
        let ids = parts
            .iter()
            .find(|(held, _)| *held == of_part)
            .map(|(_, text)| attributes(text, "Relationship", "Id"));
        let used = text.split("r:id=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        for id in used {
            assert!(ids.as_ref().is_some_and(|ids| ids.contains(&id)), "{name}: {id}");
        }
    }
}

#[test]
fn the_same_input_gives_the_same_package() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert!(demo(first.path(), &[]) == demo(second.path(), &[]));
}

#[test]
fn the_slides_are_those_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let slides = slides(&demo(folder.path(), &[]));
    let text: Vec<String> = slides.iter().map(ReadSlide::text).collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(pages::root().join("snapshots/teach"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("slides.pptx", text.join("\n\n")));
}

#[test]
fn the_page_has_the_same_slides() {
    let folder = tempfile::tempdir().unwrap();
    let slides = slides(&demo(folder.path(), &["--specialty", "endocrinology"]));
    let html = fs::read_to_string(folder.path().join(TeachFile::SlidesPage.name())).unwrap();
    assert_eq!(html.matches("<article ").count(), slides.len());
    assert_eq!(html.matches("<h1 ").count(), 1);
    assert_eq!(html.matches("<h2 ").count(), slides.len() - 1);
    let rows: usize = slides.iter().map(|slide| slide.rows.len()).sum();
    assert_eq!(html.matches("<tr>").count(), rows);
    for slide in slides {
        assert!(html.contains(slide.title()), "{}", slide.title());
        assert!(slide.sources().iter().all(|source| html.contains(source.as_str())), "{:?}", slide.sources());
    }
}

/// Whether a word is a code of ICD-10-CM, or a category.
fn is_code(word: &str) -> bool {
    let word = word.as_bytes();
    let fits = |at: usize, fits: fn(&u8) -> bool| word.get(at).is_some_and(fits);
    fits(0, u8::is_ascii_uppercase)
        && fits(1, u8::is_ascii_digit)
        && fits(2, |char| char.is_ascii_digit() || char.is_ascii_uppercase())
        && (word.len() == 3 || (word[3] == b'.' && (5..=8).contains(&word.len())))
        && word[3..].iter().all(|char| char.is_ascii_alphanumeric() || *char == b'.')
}

fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_ascii_alphanumeric() && char != '.')
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| is_code(word))
}

/// Every code that a slide names is cited in its notes, with the release and the file that has it.
fn assert_cited(slides: &[ReadSlide], releases: &[&str]) -> usize {
    let mut count = 0;
    for slide in slides {
        let sources = slide.sources();
        assert!(!sources.is_empty(), "{}", slide.title());
        let cells = slide.rows.iter().flatten().map(String::as_str);
        // The sentence of what to do names codes of the table or the title.
        let texts = slide.texts.iter().map(String::as_str);
        for code in texts.chain(cells).flat_map(codes) {
            let is_cited = sources.iter().any(|source| {
                let cited = source.split_once("): ").map_or("", |(_, codes)| codes);
                releases.iter().any(|id| source.starts_with(id)) && cited.split(", ").any(|held| held == code)
            });
            assert!(is_cited, "{}: {code} in {sources:?}", slide.title());
            count += 1;
        }
    }
    count
}

#[test]
fn every_code_on_a_slide_is_cited_in_its_notes() {
    let folder = tempfile::tempdir().unwrap();
    let slides = slides(&demo(folder.path(), &[]));
    assert!(assert_cited(&slides, &["icd10cm@2025 (", "icd10cm@2026 ("]) > 50);
    // What the table says is cited by its rows.
    let split = slides.iter().find(|slide| slide.title().contains("is split into")).unwrap();
    assert!(split.sources().iter().any(|source| source.starts_with("icd10cm-conversion-2026.csv row")));
}

#[test]
fn a_suggestion_is_on_no_slide() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["teach", OLD, NEW, "--quiet", "-o", folder.path().to_str().unwrap()];
    pages::written(&arguments);
    let slides = slides(&fs::read(folder.path().join(TeachFile::Slides.name())).unwrap());
    let lost: Vec<_> = slides.iter().filter(|slide| slide.title().ends_with("no longer billable")).collect();
    assert!(!lost.is_empty() && slides.iter().all(|slide| !slide.title().contains("is split")));
    for slide in lost {
        assert!(slide.texts.iter().any(|text| text.contains("name no replacement")), "{:?}", slide.texts);
        assert!(
            slide.notes.iter().any(|note| note.starts_with("Suggestion. Not official")),
            "{:?}",
            slide.notes
        );
    }
}

#[test]
fn keys_move_from_slide_to_slide_and_a_slide_is_a_printed_page() {
    let Some(browser) = Browser::start(1280) else { return };
    let folder = tempfile::tempdir().unwrap();
    let count = slides(&demo(folder.path(), &["--specialty", "endocrinology"])).len();
    browser.open(&folder.path().join(TeachFile::SlidesPage.name()));
    let at = || browser.run("return location.hash").as_str().unwrap_or_default().to_owned();
    for (keys, wanted) in [
        (&["p"][..], "#1".to_owned()),
        (&["ArrowDown"], "#2".to_owned()),
        (&[" "], "#3".to_owned()),
        (&["Shift+ "], "#2".to_owned()),
        (&["\u{e010}"], format!("#{count}")),
        (&["\u{e011}"], "#1".to_owned()),
        (&["4", "Enter"], "#4".to_owned()),
        (&["9", "9", "9", "Enter"], format!("#{count}")),
        (&["\u{e012}"], format!("#{}", count - 1)),
    ] {
        browser.press(keys);
        assert_eq!(at(), wanted, "{keys:?}");
        assert_eq!(browser.count("article.shown"), 1);
    }
    browser.press(&["n"]);
    assert_eq!(browser.count("article.shown details[open]"), 1, "the notes");
    browser.press(&["Escape"]);
    assert_eq!(browser.count(".presenting"), 0);
    assert_eq!(browser.printed_pages(33.867, 19.05), count, "a page for each slide");
    // Nothing leaves its slide.
    let over = browser.run(
        "return [...document.querySelectorAll('.slide')].filter((slide) => slide.scrollHeight > slide.clientHeight + 1).length",
    );
    assert_eq!(over, json!(0));
    browser.assert_quiet();
}

/// The official releases of two years, with the conversion table.
fn releases() -> Option<[Release; 2]> {
    let data = official::data()?;
    let (old, new) = (data.join("icd10cm/fy2025"), data.join("icd10cm/fy2026"));
    let mut old = official::open(&old.join("ICD10-CM Code Descriptions 2025.zip"));
    old.edition = Some(Edition::Year(2025));
    let mut newer = official::open(&new.join("icd10cm-Code Descriptions-2026.zip"));
    let table = sources::open(&new.join("ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx"), &formats::wanted).unwrap();
    newer.edition = Some(Edition::Year(2026));
    newer.companions.conversion_tables = formats::read_maps(table.files).tables;
    Some([old, newer])
}

fn course(old: &Release, new: &Release, scope: Scope, file: TeachFile) -> Vec<u8> {
    let diff = diff(old, new);
    let (forward, backward) = (crosswalk(&diff), reverse(&diff));
    let teaching = teach(&diff, &forward, &backward, &[scope]);
    let mut out = Vec::new();
    write_course_file(&TeachReport::new(&teaching, 0), file, &mut out).unwrap();
    out
}

fn scopes() -> [Scope; 3] {
    let specialty = |name| Scope::Specialty(Specialties::built_in().find(name).unwrap().clone());
    [specialty("endocrinology"), specialty("orthopedics"), Scope::chapter(&ICD10CM, "6").unwrap()]
}

/// The official files, asked for one code at a time.
struct Truth<'r> {
    old: &'r Release,
    new: &'r Release,
    /// Pairs of a code and the new code for it or for a part of it, as the rows of the conversion table have them.
    rows: BTreeSet<(String, String)>,
}

impl<'r> Truth<'r> {
    fn new(old: &'r Release, new: &'r Release) -> Self {
        let tables = &new.companions.conversion_tables;
        let pairs = tables.iter().flat_map(codeset::model::ConversionTable::predecessors);
        let rows = pairs.map(|(before, row)| (before.to_owned(), row.current.clone())).collect();
        Self { old, new, rows }
    }

    fn key(code: &str) -> String {
        code.replace('.', "")
    }

    fn assert_described(&self, code: &str, text: &str) {
        let key = Self::key(code);
        let has = |release: &Release| release.find(&key).is_some_and(|entry| entry.long() == text);
        assert!(has(self.new) || has(self.old), "{code} {text}");
    }

    /// A code that is new: billable now, and not before.
    fn assert_new(&self, code: &str) {
        let key = Self::key(code);
        assert!(
            self.new.find_billable(&key).is_some() && self.old.find_billable(&key).is_none(),
            "{code} is new"
        );
    }

    fn assert_lost(&self, code: &str) {
        let key = Self::key(code);
        assert!(
            self.old.find_billable(&key).is_some() && self.new.find_billable(&key).is_none(),
            "{code} is lost"
        );
    }

    fn assert_stays(&self, code: &str) {
        let key = Self::key(code);
        assert!(
            self.old.find_billable(&key).is_some() && self.new.find_billable(&key).is_some(),
            "{code} stays"
        );
    }

    fn assert_replaces(&self, new: &str, old: &str) {
        let pair = (Self::key(old), Self::key(new));
        assert!(self.rows.contains(&pair), "the table leads from {old} to {new}");
    }

    /// Checks a statement and the rows below it: title, column titles, rows. Returns the number of checks.
    fn check(&self, statement: &str, titles: &[String], rows: &[Vec<String>]) -> usize {
        let column = |name: &str| titles.iter().position(|title| title.eq_ignore_ascii_case(name));
        let cell = |row: &'_ [String], at: Option<usize>| at.map(|at| row[at].clone()).unwrap_or_default();
        let first = codes(statement).next().unwrap_or_default().to_owned();
        let mut count = 0;
        let is_split = statement.contains("split into");
        let stays = statement.contains("billable, but part");
        if is_split || statement.contains("is replaced by") || statement.contains("no longer billable") {
            self.assert_lost(&first);
            count += 1;
        }
        // Several codes that stay have a row each.
        if let (Some(new), Some(part)) = (column("new code"), column("for this part")) {
            for row in rows {
                self.assert_stays(&row[0]);
                self.assert_described(&row[0], &row[1]);
                self.assert_new(&row[new]);
                self.assert_described(&row[new], &row[part]);
                self.assert_replaces(&row[new], &row[0]);
                count += 5;
            }
            return count;
        }
        if stays {
            self.assert_stays(&first);
            count += 1;
        }
        let (Some(code), Some(text)) = (column("code"), column("description")) else { return count };
        let is_before = |row: &[String]| row.iter().any(|cell| cell == "before");
        let before: Vec<String> =
            rows.iter().filter(|row| is_before(row)).map(|row| cell(row, Some(code))).collect();
        for row in rows {
            let shown = cell(row, Some(code));
            self.assert_described(&shown, &row[text]);
            count += 1;
            for other in codes(&cell(row, column("the same for"))) {
                let key = Self::key(other);
                assert!(self.new.find(&key).or_else(|| self.old.find(&key)).is_some(), "{other}");
                assert_eq!(other.len(), shown.len(), "{shown} and {other} differ in their last character");
                count += 1;
            }
            if is_before(row) {
                continue;
            }
            if is_split || stays || statement.contains("is new") || statement.contains("new code") {
                self.assert_new(&shown);
                count += 1;
            }
            if is_split || stays {
                self.assert_replaces(&shown, &first);
                count += 1;
            }
            if !before.is_empty() {
                // One of the codes before leads here.
                let leads = |old: &String| self.rows.contains(&(Self::key(old), Self::key(&shown)));
                assert!(before.iter().any(leads), "{before:?} -> {shown}");
                count += 1;
            }
        }
        count
    }

    /// Checks changed words: the description of each code before, and now.
    fn check_wording(&self, rows: &[Vec<String>]) -> usize {
        for row in rows {
            let key = Self::key(&row[0]);
            let [before, now] = [self.old, self.new].map(|release| release.find(&key).unwrap().long());
            assert_eq!((row[1].as_str(), row[2].as_str()), (before, now), "{}", row[0]);
        }
        rows.len()
    }
}

#[test]
fn every_statement_on_slides_is_that_of_the_official_files() {
    let Some([old, new]) = releases() else { return };
    let truth = Truth::new(&old, &new);
    for (scope, least) in scopes().into_iter().zip([60, 300, 30]) {
        let slides = slides(&course(&old, &new, scope, TeachFile::Slides));
        let mut count = 0;
        for slide in &slides {
            let Some((titles, rows)) = slide.rows.split_first() else { continue };
            count += match slide.title() {
                title if title.starts_with("Same code, new wording") => truth.check_wording(rows),
                title => truth.check(title, titles, rows),
            };
            // The description of the one code of a title is the beginning of the sentence below it.
            let code = codes(slide.title()).next().filter(|code| slide.title().starts_with(code));
            if let Some(entry) = code.and_then(|code| {
                let key = Truth::key(code);
                new.find(&key).or_else(|| old.find(&key))
            }) {
                assert!(slide.texts[1].starts_with(entry.long()), "{}: {}", slide.title(), slide.texts[1]);
                count += 1;
            }
        }
        count += assert_cited(&slides, &["icd10cm@2025 (", "icd10cm@2026 ("]);
        assert!(count > least, "{count} statements on {} slides", slides.len());
        eprintln!("{count} statements on {} slides", slides.len());
    }
}

/// A line of a table of Markdown as cells, without its marks.
fn cells(line: &str) -> Vec<String> {
    let inner = line.trim_start_matches("| ").trim_end_matches(" |");
    let plain = |cell: &str| cell.trim().trim_matches('`').replace("\\[", "[").replace("\\]", "]");
    inner.split(" | ").map(plain).collect()
}

#[test]
fn every_statement_of_the_handout_is_that_of_the_official_files() {
    let Some([old, new]) = releases() else { return };
    let truth = Truth::new(&old, &new);
    for (scope, least) in scopes().into_iter().zip([60, 300, 30]) {
        let handout = String::from_utf8(course(&old, &new, scope, TeachFile::Handout)).unwrap();
        let (body, footnotes) = handout.split_once("\n## Sources\n").unwrap();
        let (codes_part, _) = body.split_once("\n## Not in this handout").unwrap();
        let mut count = 0;
        let mut lines = codes_part.lines().peekable();
        let mut statement = String::new();
        let mut is_wording = false;
        while let Some(line) = lines.next() {
            if let Some(heading) = line.strip_prefix("## ") {
                is_wording = heading.starts_with("Wording changed");
                statement.clear();
            }
            if let Some(text) = line.strip_prefix("**").and_then(|line| line.split_once("**")) {
                text.0.clone_into(&mut statement);
                let number = line.rsplit_once("[^").and_then(|(_, rest)| rest.strip_suffix(']'));
                let note = format!("[^{}]: ", number.expect("a statement has a footnote"));
                let note =
                    footnotes.lines().find(|line| line.starts_with(&note)).expect("the footnote is there");
                let is_question = statement.starts_with("The record");
                for code in codes(&statement).filter(|_| !is_question) {
                    assert!(note.contains(code), "{statement}: {note}");
                }
                count += 1;
            }
            if line.starts_with("| ") && lines.peek().is_some_and(|next| next.starts_with("| ---")) {
                let titles = cells(line);
                lines.next();
                let mut rows = Vec::new();
                while let Some(row) = lines.next_if(|next| next.starts_with('|')) {
                    rows.push(cells(row));
                }
                if is_wording {
                    count += rows.len();
                } else {
                    count += truth.check(&statement, &titles, &rows);
                }
            }
            // The nodes of the trees.
            if let Some((code, text)) =
                line.trim_start().strip_prefix("- `").and_then(|rest| rest.split_once("` "))
            {
                let text = text.split(" **(").next().unwrap();
                let text = text.split(" (also ").next().unwrap();
                let text = text.split(" \\[").next().unwrap();
                let key = Truth::key(code);
                let has = |release: &Release| {
                    release.find(&key).is_some_and(|entry| entry.long().starts_with(text))
                };
                assert!(has(&old) || has(&new), "{code} {text}");
                count += 1;
            }
        }
        assert!(count > least, "{count} statements");
        eprintln!("{count} statements of a handout");
    }
}
