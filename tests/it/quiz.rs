//! Every question of a course is checked by its text, without the code that makes questions: the right answer is right,
//! and every other one is wrong, by the releases, the rows of the conversion table and the notes themselves.

use std::collections::{BTreeMap, BTreeSet};

use codeset::crosswalk::{crosswalk, reverse};
use codeset::diff::diff;
use codeset::formats;
use codeset::model::{Edition, Entry, NoteKind, Release};
use codeset::report::{TeachFile, TeachReport};
use codeset::sources;
use codeset::teach::{QuestionKind, QuizAnswer, QuizQuestion, Scope, Specialties, cards, quiz, teach};
use jiff::civil::Date;

use crate::common::official;

/// The facts that answers are checked against.
struct Facts<'r> {
    old: &'r Release,
    new: &'r Release,
    /// The previous codes in the rows of the conversion table, by current code.
    previous: BTreeMap<String, BTreeSet<String>>,
}

fn plain(code: &str) -> String {
    code.trim_end_matches([':', ',']).replace('.', "")
}

fn first_word(text: &str) -> String {
    plain(text.split(' ').next().unwrap())
}

/// The words of a description that say something, without those for what is left.
fn words(text: &str) -> BTreeSet<String> {
    let empty = [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "by",
        "for",
        "from",
        "and",
        "or",
        "as",
        "unspecified",
        "other",
        "specified",
        "elsewhere",
        "classified",
        "not",
    ];
    let words = text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).filter(|word| !empty.contains(&word.as_str())).collect()
}

/// Whether a record in these words cannot be what a code means: each has a word that the other does not have.
fn differ(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    one.difference(&other).next().is_some() && other.difference(&one).next().is_some()
}

fn quoted(text: &str) -> Vec<&str> {
    text.split('"').skip(1).step_by(2).collect()
}

/// The day that a question is about.
fn day(text: &str) -> Date {
    let (_, rest) = text.split_once(" on ").unwrap_or_else(|| panic!("no date: {text}"));
    let words: Vec<&str> = rest.splitn(4, ' ').collect();
    let day = [words[0], words[1].trim_end_matches(','), words[2].trim_end_matches(':')].join(" ");
    Date::strptime("%b %d %Y", &day).unwrap_or_else(|_| panic!("no date: {text}"))
}

impl<'r> Facts<'r> {
    fn new(old: &'r Release, new: &'r Release) -> Self {
        let mut previous: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for table in &new.companions.conversion_tables {
            for (code, row) in table.predecessors().filter(|(_, row)| Some(row.effective) == new.effective())
            {
                previous.entry(row.current.clone()).or_default().insert(code.to_owned());
            }
        }
        Self { old, new, previous }
    }

    /// The release in force on a day.
    fn on(&self, day: Date) -> &'r Release {
        assert!(self.old.effective().unwrap() <= day, "{day}");
        if day < self.new.effective().unwrap() { self.old } else { self.new }
    }

    fn is_previous(&self, code: &str, current: &str) -> bool {
        self.previous.get(current).is_some_and(|codes| codes.contains(code))
    }

    fn successors(&self, code: &str) -> BTreeSet<&str> {
        let rows = self.previous.iter().filter(|(_, codes)| codes.contains(code));
        rows.map(|(current, _)| current.as_str()).collect()
    }

    /// Checks one question; returns whether it asks for a bare code number.
    fn check(&self, question: &QuizQuestion) -> bool {
        let name = format!("{}: {}", question.name, question.text);
        let texts: BTreeSet<&str> = question.answers.iter().map(|answer| answer.text.as_str()).collect();
        assert_eq!(texts.len(), question.answers.len(), "{name}");
        assert!((3..=4).contains(&texts.len()), "{name}");
        for answer in &question.answers {
            assert!(answer.rationale.ends_with('.'), "{name}: a reason is a sentence: {}", answer.rationale);
        }
        let release = self.on(day(&question.text));
        assert_eq!(question.day, Some(day(&question.text)), "{name}");
        let right = question.right_answer();
        for answer in question.wrong_answers() {
            assert!(!self.is_right(question, release, answer), "{name}: also right: {}", answer.text);
        }
        assert!(self.is_right(question, release, right), "{name}: not right: {}", right.text);
        question.answers.iter().all(|answer| !answer.text.contains(' '))
    }

    fn is_right(&self, question: &QuizQuestion, release: &Release, answer: &QuizAnswer) -> bool {
        let (text, subject) = (answer.text.as_str(), question.subject.name.as_str());
        let billable = |code: &str| release.find_billable(code).or_else(|| release.find_modifier(code));
        match question.kind {
            QuestionKind::Assign | QuestionKind::OnDate => {
                let record = quoted(&question.text)[0];
                let Some(entry) = billable(&first_word(text)) else { return false };
                entry.long() == record || !differ(entry.long(), record)
            }
            QuestionKind::Before => {
                let code = first_word(text);
                assert_eq!(self.new.find_billable(subject).unwrap().long(), quoted(&question.text)[0]);
                let is_right = billable(&code).is_some() && self.is_previous(&code, subject);
                // A code that is not in the table must not fit the words of the record either.
                let fits =
                    billable(&code).is_some_and(|entry| !differ(entry.long(), quoted(&question.text)[0]));
                is_right || fits && code != subject
            }
            QuestionKind::Replaces => {
                let code = first_word(text);
                assert!(self.old.find_billable(subject).is_some());
                let is_below = code != subject && code.starts_with(subject);
                billable(&code).is_some() && (self.is_previous(subject, &code) || is_below)
            }
            // Asked only with two editions of the guidelines: guidelines.rs.
            QuestionKind::Guideline => unreachable!("these courses have no guidelines"),
            QuestionKind::Reads => release.find(subject).unwrap().long() == text,
            QuestionKind::BilledLater => self.is_true_of_a_later_claim(question, text),
            QuestionKind::Status => self.is_true(subject, release, text),
            QuestionKind::Specify => self.decides(subject, text),
            QuestionKind::Detail => {
                let code = first_word(text);
                let detail = quoted(&question.text)[1];
                assert!(self.old.find_billable(subject).unwrap().long() == quoted(&question.text)[0]);
                let has_detail = |code: &str| {
                    release.find_billable(code).is_some_and(|entry| entry.long().contains(detail))
                };
                let others = self.successors(subject);
                has_detail(&code)
                    && others.contains(code.as_str())
                    && others.iter().filter(|code| has_detail(code)).count() == 1
            }
            QuestionKind::Undocumented => self.is_done(subject, text),
            QuestionKind::Notes => self.is_the_rule(subject, text),
        }
    }

    fn is_true_of_a_later_claim(&self, question: &QuizQuestion, text: &str) -> bool {
        let code = question.subject.name.as_str();
        let (_, sent) = question.text.split_once("is billed").unwrap();
        assert!(self.new.effective().unwrap() <= day(sent), "the claim is sent after the change");
        let was_valid = self.on(day(&question.text)).find_billable(code).is_some();
        let is_valid = self.new.find_billable(code).is_some();
        match text {
            text if text.starts_with("Yes: the date of the") => {
                let own = self.new.find(code).and_then(Entry::last_day);
                let last = own.unwrap_or_else(|| self.new.effective().unwrap().yesterday().unwrap());
                let through = last.strftime("through %b %-d, %Y").to_string();
                was_valid
                    && (text.ends_with(&through)
                        || text.ends_with(&format!("billable in {}", self.old.title())))
            }
            text if text.starts_with("Yes: it is still valid on") => is_valid,
            text if text.starts_with("No: it was not valid on") => !was_valid,
            // The date of the claim does not decide.
            text => !text.starts_with("No: it is not valid on"),
        }
    }

    fn is_true(&self, code: &str, release: &Release, text: &str) -> bool {
        let (entry, before) = (release.find_billable(code), self.old.find_billable(code));
        let is_header = release.find(code).is_some_and(Entry::is_header);
        let below = release.descendants(code).filter(|entry| entry.is_billable()).count();
        match text {
            "It is valid, as before" => entry.is_some() && entry.map(Entry::long) == before.map(Entry::long),
            "It is valid, with a new description" => {
                entry.is_some() && entry.map(Entry::long) != before.map(Entry::long)
            }
            "It is not valid: it is a category header now, and a code below it is required" => {
                is_header && below > 0
            }
            "It is not valid: it was deleted, and there are no codes below it" => {
                release.find(code).is_none() && below == 0
            }
            "Yes: it is valid on this date" => entry.is_some(),
            text if text.starts_with("Yes, if the claim is sent on ") => false,
            text if text.starts_with("It is not valid: its last day was ") => {
                let last = release.find(code).and_then(Entry::last_day).unwrap();
                entry.is_none() && text.ends_with(&last.strftime(" %b %-d, %Y").to_string())
            }
            "No: it is a category header on this date" => is_header,
            "No: it was not billable yet on this date" => {
                entry.is_none() && self.new.find_billable(code).is_some()
            }
            text => {
                let own = self.new.find(code).and_then(Entry::first_day);
                let first = own.or(self.new.effective()).unwrap();
                let first = first.strftime("No: it takes effect on %b %-d, %Y").to_string();
                text.starts_with(&first) && entry.is_none() && self.new.find_billable(code).is_some()
            }
        }
    }

    /// Whether a detail decides between the successors of a code, by the words that have it.
    fn decides(&self, code: &str, text: &str) -> bool {
        let of: &[(&str, &[&str])] = &[
            ("side", &["left", "right", "bilateral", "unilateral"]),
            ("stage", &["stage", "grade", "class", "unstageable"]),
            ("severity", &["mild", "moderate", "severe", "profound"]),
            ("encounter", &["encounter", "sequela"]),
            ("type", &["type", "primary", "secondary", "progressive", "relapsing"]),
            ("course", &["acute", "chronic", "active", "remission", "recurrent", "non"]),
            // What is the same of a site is the same word: any other word decides.
            ("site", &[]),
        ];
        let own = |words: &BTreeSet<String>, listed: &[&str]| -> BTreeSet<String> {
            words
                .iter()
                .filter(|word| listed.is_empty() || listed.contains(&word.as_str()))
                .cloned()
                .collect()
        };
        let described: Vec<BTreeSet<String>> = self
            .successors(code)
            .into_iter()
            .map(|code| {
                let long = self.new.find_billable(code).unwrap().long().to_lowercase();
                long.split(|char: char| !char.is_alphanumeric()).map(str::to_owned).collect()
            })
            .collect();
        let details = text.to_lowercase();
        let named = of.iter().filter(|(detail, _)| details.contains(&format!("the {detail}")));
        let mut named = named.map(|(_, listed)| {
            described.iter().map(|words| own(words, listed)).collect::<BTreeSet<_>>().len() > 1
        });
        named.all(|decides| decides)
    }

    /// Whether it is right to do this where the detail is not documented.
    fn is_done(&self, code: &str, text: &str) -> bool {
        let record = self.old.find_billable(code).unwrap().long();
        let successors = self.successors(code);
        let is_open = |code: &str| self.new.find_billable(code).unwrap().long().contains("unspecified");
        let adds =
            |code: &str| !words(self.new.find_billable(code).unwrap().long()).is_subset(&words(record));
        match text.split_once(' ').unwrap() {
            ("Query", _) => successors.iter().all(|code| !is_open(code) && adds(code)),
            ("Keep", kept) => self.new.find_billable(&first_word(kept)).is_some(),
            ("Assign", assigned) => {
                let code = first_word(assigned);
                successors.contains(code.as_str()) && (is_open(&code) || !adds(&code))
            }
            _ => panic!("{text}"),
        }
    }

    /// Whether a rule about two codes is that of the notes in force: those at one code or above it that name the other.
    fn is_the_rule(&self, subject: &str, text: &str) -> bool {
        let (one, other) = subject.split_once(':').unwrap();
        let list = self.new.companions.tabular().unwrap();
        let of = |code: &str, other: &str| -> BTreeSet<NoteKind> {
            let place = list.place_of(code).unwrap();
            let notes = list.upward(place).flat_map(|place| &place.notes);
            let shown = self.new.find(other).unwrap().display();
            let names = |note: &str| {
                note.match_indices(shown.as_str()).any(|(at, _)| {
                    // `R40.24.-` names R40.24, and `R40.241` does not.
                    let rest = note[at + shown.len()..].trim_start_matches('.');
                    !rest.starts_with(char::is_alphanumeric)
                })
            };
            notes.filter(|(_, note)| names(note)).map(|(kind, _)| *kind).collect()
        };
        let (here, there) = (of(one, other), of(other, one));
        let has = |kind| here.contains(&kind) || there.contains(&kind);
        match text.split([':', ' ']).next().unwrap() {
            "Not" => has(NoteKind::Excludes1),
            _ if text.contains("Excludes2") => has(NoteKind::Excludes2),
            _ if text.contains("second one first") => {
                here.contains(&NoteKind::CodeFirst) || there.contains(&NoteKind::UseAdditional)
            }
            _ if text.contains("first one first") => {
                here.contains(&NoteKind::UseAdditional) || there.contains(&NoteKind::CodeFirst)
            }
            _ => has(NoteKind::CodeAlso),
        }
    }
}

/// Makes the course of a scope, checks every question and card, and returns the number of questions by kind.
fn checked(old: &Release, new: &Release, scopes: &[Scope]) -> BTreeMap<QuestionKind, usize> {
    let diff = diff(old, new);
    let (forward, backward) = (crosswalk(&diff), reverse(&diff));
    let teaching = teach(&diff, &forward, &backward, scopes);
    let questions = quiz(&teaching);
    let facts = Facts::new(old, new);
    // Records of HCPCS name predecessors, which Facts does not read.
    let by_record = old.set.successors.is_some();
    let needs_table = [QuestionKind::Before, QuestionKind::Replaces, QuestionKind::OnDate];
    let questions: Vec<_> = questions
        .into_iter()
        .filter(|question| !by_record || !needs_table.contains(&question.kind))
        .collect();
    let mut kinds = BTreeMap::new();
    for question in &questions {
        assert_eq!(facts.check(question), question.is_bare(), "{}", question.name);
        *kinds.entry(question.kind).or_insert(0) += 1;
        for answer in &question.answers {
            let code = first_word(&answer.text);
            if let Some(entry) = [new, old].into_iter().find_map(|release| release.find(&code)) {
                let long = answer.text.split_once(' ').map(|(_, long)| long);
                let texts = [new, old].map(|release| release.find(&code).map(Entry::long));
                assert!(long.is_none() || texts.contains(&long), "{}: {entry:?}", answer.text);
            }
        }
    }
    let ids: BTreeSet<String> = questions.iter().map(|question| question.subject.id()).collect();
    assert_eq!(ids.len(), questions.len(), "no two questions have the same id");
    let deck = cards(&teaching);
    let ids: BTreeSet<String> = deck.iter().map(|card| card.subject.id()).collect();
    assert_eq!(ids.len(), deck.len(), "no two cards have the same id");
    let report = TeachReport::new(&teaching, 0);
    let mut key = Vec::new();
    codeset::interchange::write_course_file(&report, TeachFile::AnswerKey, &mut key).unwrap();
    assert!(!key.is_empty());
    kinds
}

fn specialty(name: &str) -> Vec<Scope> {
    vec![Scope::Specialty(Specialties::built_in().find(name).unwrap().clone())]
}

#[test]
fn every_question_of_three_courses_of_fy2026_follows_from_the_official_files() {
    let Some(data) = official::data() else { return };
    let open = |path: &str, edition| {
        let mut release = official::open(&data.join(path));
        release.edition = Some(edition);
        release
    };
    let old = open("icd10cm/fy2025/ICD10-CM Code Descriptions 2025.zip", Edition::Year(2025));
    let mut new = open("icd10cm/fy2026/icd10cm-Code Descriptions-2026.zip", Edition::Year(2026));
    let table = data.join("icd10cm/fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx");
    new.companions.conversion_tables =
        formats::read_maps(sources::open(&table, &formats::wanted).unwrap().files).tables;
    let neurology = checked(&old, &new, &specialty("neurology"));
    let orthopedics = checked(&old, &new, &specialty("orthopedics"));
    let chapter = checked(&old, &new, &[Scope::chapter(old.set, "18").unwrap()]);
    for kinds in [&neurology, &orthopedics, &chapter] {
        assert!(kinds.len() >= 5, "{kinds:?}");
    }
    let whole = checked(&old, &new, &[]);
    eprintln!(
        "neurology {neurology:?}\northopedics {orthopedics:?}\nchapter 18 {chapter:?}\nwhole {whole:?}"
    );
    assert!(whole.values().sum::<usize>() > 400, "{whole:?}");
    // Neither notes nor guidelines are in these files.
    let absent = [QuestionKind::Notes, QuestionKind::Guideline];
    for kind in QuestionKind::ALL.iter().filter(|kind| !absent.contains(kind)) {
        assert!(whole.contains_key(kind), "{kind}");
    }
}

#[test]
fn questions_about_notes_follow_from_two_official_tabular_lists() {
    let Some(data) = official::data() else { return };
    let open = |path: &str, edition| {
        let mut release = official::open(&data.join(path));
        release.edition = Some(edition);
        release
    };
    let old = open("icd10cm/fy2025-apr/icd10cm-tabular-April-2025.xml", Edition::Month(2025, 4));
    let new = open("icd10cm/fy2026-apr/icd10c-tabular-April-1-2026.xml", Edition::Month(2026, 4));
    let kinds = checked(&old, &new, &[]);
    eprintln!("{kinds:?}");
    assert!(kinds[&QuestionKind::Notes] > 20, "{kinds:?}");
}

#[test]
fn questions_about_procedures_and_supplies_follow_from_the_official_files() {
    let Some(data) = official::data() else { return };
    let open = |path: &str, edition| {
        let mut release = official::open(&data.join(path));
        release.edition = Some(edition);
        release
    };
    let procedures = [("icd10pcs/fy2025/cms_2025_pr.zip", 2025), ("icd10pcs/fy2026/cms_2026_pr.zip", 2026)];
    let supplies = [
        ("hcpcs/2019/2019-Alpha-Numeric-HCPCS-File.zip", 2019),
        ("hcpcs/2020/2020-Alpha-Numeric-HCPCS-File.zip", 2020),
    ];
    for pair in [procedures, supplies] {
        let [old, new] = pair.map(|(path, year)| open(path, Edition::Year(year)));
        let kinds = checked(&old, &new, &[]);
        eprintln!("{} {kinds:?}", old.set.title);
        assert!(kinds.values().sum::<usize>() > 100, "{kinds:?}");
    }
}
