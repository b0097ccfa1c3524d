//! The files of a quiz: well-formed, with the content models of their formats, and with the same questions in each.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::common::pages::{self, NEW, OLD, TABLE, USAGE, codeset};

/// An element: its name, its attributes, the elements in it, and its own text.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn names(&self) -> Vec<&str> {
        self.children.iter().map(|child| child.name.as_str()).collect()
    }

    fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    #[track_caller]
    fn one<'e>(&'e self, name: &str) -> &'e Element {
        let found: Vec<&Element> = self.children.iter().filter(|child| child.name == name).collect();
        assert_eq!(found.len(), 1, "<{}> has {} <{name}>", self.name, found.len());
        found[0]
    }

    #[track_caller]
    fn has(&self, required: &[&str]) {
        for name in required {
            assert!(self.attributes.contains_key(*name), "<{}> has no {name}", self.name);
        }
    }
}

/// Reads a document, strictly: one root, every element closed, every reference known, no attribute twice.
#[track_caller]
fn parsed(text: &str) -> Element {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    (config.check_end_names, config.check_comments, config.allow_unmatched_ends) = (true, true, false);
    let mut open: Vec<Element> = vec![Element::default()];
    let element = |start: &quick_xml::events::BytesStart<'_>| {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap().into_owned();
            (attribute.key.as_ref().to_owned(), value)
        });
        let name = start.name().as_ref().to_owned();
        Element { name, attributes: attributes.collect(), ..Element::default() }
    };
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push(element(&start)),
            Event::Empty(start) => open.last_mut().unwrap().children.push(element(&start)),
            Event::End(_) => {
                let done = open.pop().unwrap();
                open.last_mut().unwrap().children.push(done);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
            Event::GeneralRef(name) => {
                let char = match &*name {
                    "lt" => "<",
                    "gt" => ">",
                    "amp" => "&",
                    "quot" => "\"",
                    "apos" => "'",
                    other => panic!("unknown reference {other}"),
                };
                open.last_mut().unwrap().text.push_str(char);
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("unexpected {other:?}"),
        }
    }
    assert_eq!(open.len(), 1, "an element is not closed");
    let mut document = open.pop().unwrap();
    assert_eq!(document.children.len(), 1, "one root");
    assert!(document.text.trim().is_empty(), "text outside of the root");
    document.children.pop().unwrap()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && text.chars().all(|char| char.is_ascii_alphanumeric() || "-_.".contains(char))
}

/// A question: its text, its answers with their reasons, and the right one.
type Question = (String, Vec<(String, String)>, usize);

fn of_csv(folder: &Path) -> BTreeMap<String, Question> {
    let text = fs::read_to_string(folder.join("quiz.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let titles: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut questions = BTreeMap::new();
    for row in reader.records().map(Result::unwrap) {
        let cell = |title: &str| row[titles.iter().position(|held| held == title).unwrap()].to_owned();
        let answers = (1..=4).map(|at| (cell(&format!("answer {at}")), cell(&format!("rationale {at}"))));
        let answers: Vec<_> = answers.filter(|(text, _)| !text.is_empty()).collect();
        let right = cell("correct").parse::<usize>().unwrap() - 1;
        assert_eq!(answers[right].0, cell("correct answer"));
        assert!(
            ["easy", "medium", "hard"].contains(&cell("difficulty").as_str())
                && !cell("objective").is_empty()
        );
        questions.insert(cell("id"), (cell("question"), answers, right));
    }
    questions
}

/// Reads the XML of Moodle by the elements that its documentation has for multiple choice.
fn of_moodle(text: &str) -> BTreeMap<String, Question> {
    let quiz = parsed(text);
    assert_eq!(quiz.name, "quiz");
    let mut questions = BTreeMap::new();
    for (at, question) in quiz.children.iter().enumerate() {
        assert_eq!(question.name, "question");
        if question.attributes["type"] == "category" {
            assert!(question.one("category").one("text").text.starts_with("$course$/top/"));
            continue;
        }
        assert!(at > 0, "a category comes first");
        assert_eq!(question.attributes["type"], "multichoice");
        let known = [
            "name",
            "questiontext",
            "generalfeedback",
            "defaultgrade",
            "penalty",
            "hidden",
            "idnumber",
            "single",
            "shuffleanswers",
            "answernumbering",
            "answer",
            "tags",
        ];
        assert!(question.names().iter().all(|name| known.contains(name)), "{:?}", question.names());
        for name in known.iter().filter(|name| **name != "answer") {
            question.one(name);
        }
        for name in ["questiontext", "generalfeedback"] {
            assert_eq!(question.one(name).attributes["format"], "plain_text");
        }
        assert!(question.one("single").text == "true" && !question.one("name").one("text").text.is_empty());
        let answers: Vec<&Element> = question.all("answer").collect();
        let fractions: Vec<&str> =
            answers.iter().map(|answer| answer.attributes["fraction"].as_str()).collect();
        assert_eq!(fractions.iter().filter(|fraction| **fraction == "100").count(), 1, "one right answer");
        let right = fractions.iter().position(|fraction| *fraction == "100").unwrap();
        let read = |answer: &Element| {
            assert!(["0", "100"].contains(&answer.attributes["fraction"].as_str()));
            (answer.one("text").text.clone(), answer.one("feedback").one("text").text.clone())
        };
        let texts = answers.into_iter().map(read).collect();
        let id = question.one("idnumber").text.clone();
        questions.insert(id, (question.one("questiontext").one("text").text.clone(), texts, right));
    }
    questions
}

fn members(package: &Path) -> BTreeMap<String, String> {
    let mut package = zip::ZipArchive::new(Cursor::new(fs::read(package).unwrap())).unwrap();
    let count = package.len();
    let read = |at| {
        let mut member = package.by_index(at).unwrap();
        let mut text = String::new();
        member.read_to_string(&mut text).unwrap();
        (member.name().unwrap().into_owned(), text)
    };
    (0..count).map(read).collect()
}

/// Reads a package of QTI 3 by the content models of its schemas: the order and the number of elements, and the required
/// attributes, of the elements that we write.
fn of_qti(package: &Path) -> Vec<Question> {
    let mut members = members(package);
    let manifest = parsed(&members.remove("imsmanifest.xml").unwrap());
    assert_eq!(manifest.name, "manifest");
    assert_eq!(manifest.attributes["xmlns"], "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1");
    assert!(is_name(&manifest.attributes["identifier"]));
    assert_eq!(manifest.names(), ["metadata", "organizations", "resources"]);
    let metadata = manifest.one("metadata");
    assert_eq!(metadata.names(), ["schema", "schemaversion"]);
    assert_eq!(
        (&*metadata.one("schema").text, &*metadata.one("schemaversion").text),
        ("QTI Package", "3.0.0")
    );
    let mut ids = BTreeSet::new();
    let mut questions = Vec::new();
    for resource in manifest.one("resources").all("resource") {
        resource.has(&["identifier", "type", "href"]);
        assert_eq!(resource.attributes["type"], "imsqti_item_xmlv3p0");
        assert_eq!(resource.names(), ["file"]);
        assert_eq!(resource.one("file").attributes["href"], resource.attributes["href"]);
        let item = parsed(&members.remove(&resource.attributes["href"]).expect("the file is in the package"));
        assert_eq!(item.attributes["identifier"], resource.attributes["identifier"]);
        let id = &item.attributes["identifier"];
        assert!(is_name(id) && ids.insert(id.clone()), "{id} is a name, and the only one");
        questions.push(of_item(&item));
    }
    assert!(members.is_empty(), "not in the manifest: {:?}", members.keys());
    questions
}

fn of_item(item: &Element) -> Question {
    assert_eq!(item.name, "qti-assessment-item");
    assert_eq!(item.attributes["xmlns"], "http://www.imsglobal.org/xsd/imsqtiasi_v3p0");
    item.has(&["identifier", "title", "time-dependent"]);
    let mut order = item.names();
    order.dedup();
    let declared = ["qti-response-declaration", "qti-outcome-declaration"];
    assert_eq!(
        order,
        [&declared[..], &["qti-item-body", "qti-response-processing", "qti-modal-feedback"]].concat()
    );
    let response = item.one("qti-response-declaration");
    response.has(&["identifier", "cardinality", "base-type"]);
    let right = &response.one("qti-correct-response").one("qti-value").text;
    let outcomes: BTreeSet<&str> = item
        .all("qti-outcome-declaration")
        .map(|outcome| {
            outcome.has(&["identifier", "cardinality", "base-type"]);
            outcome.attributes["identifier"].as_str()
        })
        .collect();
    let interaction = item.one("qti-item-body").one("qti-choice-interaction");
    assert_eq!(interaction.attributes["response-identifier"], response.attributes["identifier"]);
    assert_eq!(interaction.names()[0], "qti-prompt");
    let choices: Vec<&Element> = interaction.all("qti-simple-choice").collect();
    assert_eq!(choices.len() + 1, interaction.children.len());
    for set in ["qti-response-if", "qti-response-else"] {
        let part = item.one("qti-response-processing").one("qti-response-condition").one(set);
        assert!(outcomes.contains(part.one("qti-set-outcome-value").attributes["identifier"].as_str()));
    }
    let feedback: Vec<&Element> = item.all("qti-modal-feedback").collect();
    let answers = choices.iter().map(|choice| {
        let own = feedback.iter().find(|own| own.attributes["identifier"] == choice.attributes["identifier"]);
        let own = own.expect("every choice has its feedback");
        own.has(&["outcome-identifier", "show-hide"]);
        assert!(outcomes.contains(own.attributes["outcome-identifier"].as_str()));
        (choice.text.clone(), own.one("qti-content-body").children[0].text.clone())
    });
    let answers: Vec<_> = answers.collect();
    assert_eq!(feedback.len(), answers.len());
    let right = choices.iter().position(|choice| choice.attributes["identifier"] == *right).unwrap();
    (interaction.one("qti-prompt").text.clone(), answers, right)
}

/// Runs `teach` on the samples.
fn course(more: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let course = folder.path().join("course");
    let arguments = ["teach", OLD, NEW, "--map", TABLE, "--quiet", "-o", course.to_str().unwrap()];
    pages::written(&[&arguments[..], more].concat());
    (folder, course)
}

#[test]
fn moodle_and_qti_have_the_questions_of_the_table() {
    let (_folder, course) = course(&[]);
    let table = of_csv(&course);
    assert!(table.len() > 20, "{}", table.len());
    assert_eq!(of_moodle(&fs::read_to_string(course.join("quiz-moodle.xml")).unwrap()), table);
    let mut package = of_qti(&course.join("quiz-qti3.zip"));
    let mut questions: Vec<Question> = table.into_values().collect();
    package.sort();
    questions.sort();
    assert_eq!(package, questions);
}

/// A platform that imports a QTI package validates it. `CODESET_QTI_XSD` names a folder with the schemas of 1EdTech.
#[test]
fn items_and_manifest_are_valid_by_the_schemas_of_the_standard_where_these_are_here() {
    let Some(schemas) = std::env::var_os("CODESET_QTI_XSD").map(PathBuf::from) else {
        eprintln!("skipped: the schemas of QTI 3 are not here (set CODESET_QTI_XSD to their folder)");
        return;
    };
    let (folder, course) = course(&[]);
    for (name, text) in members(&course.join("quiz-qti3.zip")) {
        let schema = if name == "imsmanifest.xml" {
            "imsqtiv3p0_imscpv1p2_v1p0.xsd"
        } else {
            "imsqti_asiv3p0_v1p0.xsd"
        };
        let path = folder.path().join("document.xml");
        fs::write(&path, text).unwrap();
        let mut xmllint = Command::new("xmllint");
        let run =
            xmllint.args(["--noout", "--nonet", "--schema"]).arg(schemas.join(schema)).arg(&path).output();
        let run = run.expect("xmllint is needed to validate");
        assert!(run.status.success(), "{name}: {}", String::from_utf8_lossy(&run.stderr));
    }
}

#[test]
fn the_answer_key_has_every_question_with_its_answer_and_the_reasons() {
    let (_folder, course) = course(&["--chapter", "4"]);
    let key = fs::read_to_string(course.join("answer-key.html")).unwrap();
    let escaped = |text: &str| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#x27;")
    };
    for (question, answers, _) in of_csv(&course).into_values() {
        for text in [question].into_iter().chain(answers.into_iter().flat_map(|(text, why)| [text, why])) {
            assert!(key.contains(&escaped(&text)) || key.contains(&text), "{text}");
        }
    }
    assert!(key.contains("Answer key") && key.contains("One look-up of one code in one release decides."));
}

#[test]
fn a_course_for_codes_in_use_has_only_their_changes() {
    let (_folder, whole) = course(&["--usage", USAGE]);
    let (_other, own) = course(&["--usage", USAGE, "--owner", "cardiology"]);
    let handouts = [&whole, &own].map(|course| fs::read_to_string(course.join("handout.md")).unwrap());
    assert!(handouts[0].contains("what changes in Codes in use"), "{}", handouts[0]);
    assert!(handouts[1].contains("Codes in use: Cardiology"), "{}", handouts[1]);
    let usage = fs::read_to_string(pages::root().join(USAGE)).unwrap();
    let used: BTreeSet<String> =
        usage.lines().skip(1).map(|line| line.split(',').next().unwrap().replace('.', "")).collect();
    let [whole, own] = [whole, own].map(|course| of_csv(&course));
    assert!(!whole.is_empty() && own.len() < whole.len(), "{} {}", own.len(), whole.len());
    let table = fs::read_to_string(pages::root().join(TABLE)).unwrap().replace('.', "");
    for id in whole.keys() {
        let code = id.rsplit(':').next().unwrap();
        let replaces_one = table
            .lines()
            .any(|row| row.starts_with(code) && used.iter().any(|used| row.contains(used.as_str())));
        let is_below = used.iter().any(|used| code.starts_with(used.as_str()));
        assert!(used.contains(code) || replaces_one || is_below, "{id} is about no code in use");
    }
}

#[test]
fn an_owner_that_no_line_has_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let course = folder.path().to_str().unwrap();
    let arguments = ["teach", OLD, NEW, "--usage", USAGE, "--owner", "Podiatry", "--quiet", "-o", course];
    let output = codeset(&arguments);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("no line of the files belongs to the owner `Podiatry`"), "{text}");
    let output = codeset(&["teach", OLD, NEW, "--owner", "Podiatry", "-o", course]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("--usage"));
}
