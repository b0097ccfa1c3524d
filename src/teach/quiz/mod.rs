//! A quiz of scenarios: a record, a date, a code, and two or three wrong answers, each with the reason in a sentence.
//!
//! Nothing is random: wrong answers are the nearest in the publisher's order, and the order of the answers follows
//! their checksums.
//!
//! Invariant: only what follows from official files is asked. A suggestion is never a right answer, and a wrong answer
//! is provably wrong: it is not a target of the publisher's table, not valid on the date, or its description and that of
//! the record exclude each other.

mod codes;
mod dates;
mod guidelines;
mod maker;
mod notes;
mod record;
mod words;

use std::collections::BTreeSet;

use super::{Citation, Lesson, Subject, Teaching};
use crate::base::closed_list;
use maker::{Draft, Maker};

closed_list! {
    /// The difficulty of a question.
    pub enum Difficulty {
        Easy = "easy", "One look-up of one code in one release decides.";
        Medium = "medium", "Similar codes of one release, a row of the conversion table or the rule on dates decides.";
        Hard = "hard", "A code and a date, a note of the tabular list, or what a record does not state decides.";
    }
}

closed_list! {
    /// The kinds of questions, with their difficulty and the learning objective.
    pub enum QuestionKind with difficulty: Difficulty {
        Assign = "assign", Medium, "Assign a new code from the words of the record.";
        Before = "before", Hard, "Choose the code that applied before a new code took effect.";
        OnDate = "on-date", Hard, "Choose the code that is valid on the date of the case.";
        BilledLater = "billed-later", Medium, "Decide by the date of the case, not by the date of the claim, whether a code is valid.";
        Status = "status", Easy, "Determine what became of a code on a date.";
        Replaces = "replaces", Medium, "Choose the official successor of a code.";
        Specify = "specify", Medium, "Name the detail that the record must specify to choose between successors.";
        Detail = "detail", Easy, "Choose between successors by the detail in the record.";
        Undocumented = "undocumented", Hard, "Act correctly when the record does not specify the detail.";
        Reads = "reads", Easy, "Recall the wording that is in force.";
        Notes = "notes", Hard, "Apply Excludes, code first and use additional notes to two codes.";
        Guideline = "guideline", Medium, "Apply the Official Guidelines that are in force.";
    }
}

/// A question with one right answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuizQuestion {
    /// What it is about; no two questions of a course have the same.
    pub subject: Subject,
    /// The kind, which sets difficulty and learning objective.
    pub kind: QuestionKind,
    /// Its name: the kind of question, and its code.
    pub name: String,
    /// The lesson it is of.
    pub lesson: String,
    /// The question.
    pub text: String,
    /// The answers.
    pub answers: Vec<QuizAnswer>,
    /// The index of the right answer, from 0.
    pub right: usize,
    /// The date that it asks about, if it asks about one.
    pub day: Option<jiff::civil::Date>,
    /// The citation of the answer.
    pub citation: Citation,
}

/// An answer of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuizAnswer {
    /// The answer.
    pub text: String,
    /// Why it is right or wrong, in a sentence.
    pub rationale: String,
}

impl QuizQuestion {
    /// Returns the right answer.
    pub fn right_answer(&self) -> &QuizAnswer {
        &self.answers[self.right]
    }

    /// Returns the wrong answers.
    pub fn wrong_answers(&self) -> impl Iterator<Item = &QuizAnswer> {
        self.answers.iter().enumerate().filter(|(at, _)| *at != self.right).map(|(_, answer)| answer)
    }

    /// Returns whether it asks for a bare code number: no answer has more than one word.
    pub fn is_bare(&self) -> bool {
        self.answers.iter().all(|answer| !answer.text.contains(' '))
    }

    /// Returns why the right answer is right, then why each other one is wrong.
    pub fn rationale(&self) -> String {
        let all = [self.right_answer()].into_iter().chain(self.wrong_answers());
        all.map(|answer| answer.rationale.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// A source of questions: what it asks about a lesson.
type Source = for<'a> fn(&Maker<'_, 'a>, &Lesson<'a>) -> Vec<Draft>;

/// The sources of questions, in the order in which a lesson asks them.
const SOURCES: &[Source] = &[
    codes::assign,
    codes::before,
    codes::replaces,
    codes::reads,
    dates::on_date,
    dates::billed_later,
    dates::status,
    record::specify,
    record::detail,
    record::undocumented,
    notes::together,
    guidelines::in_force,
];

/// Returns the questions of all lessons, each once; of codes that differ in the encounter alone, only for the first. A
/// code without enough provably wrong answers gets no question, and neither does one whose right answer is only a
/// suggestion. At most a third of the questions of a lesson ask for a bare code number: more are left out.
pub fn quiz(teaching: &Teaching<'_>) -> Vec<QuizQuestion> {
    let maker = Maker::new(teaching);
    let mut all: Vec<QuizQuestion> = Vec::new();
    let mut subjects = BTreeSet::new();
    for lesson in &teaching.lessons {
        let drafts = SOURCES.iter().flat_map(|source| source(&maker, lesson));
        let asked = drafts.filter_map(|draft| draft.finish(&lesson.scope));
        let mut own = BTreeSet::new();
        let asked = asked
            .filter(|question| !subjects.contains(&question.subject) && own.insert(question.subject.clone()));
        let asked = asked.collect();
        let kept =
            within_share(asked, |question| teaching.new.set.category(&question.subject.name).to_owned());
        subjects.extend(kept.iter().map(|question| question.subject.clone()));
        all.extend(kept);
    }
    all
}

/// Leaves out questions for bare code numbers until they are at most a third: the first of each category stay longest,
/// then the second, so that no category is lost.
fn within_share(asked: Vec<QuizQuestion>, category: impl Fn(&QuizQuestion) -> String) -> Vec<QuizQuestion> {
    let bare = asked.iter().enumerate().filter(|(_, question)| question.is_bare());
    let mut counts = std::collections::BTreeMap::new();
    let mut ranked: Vec<(usize, usize)> = bare
        .map(|(at, question)| {
            let rank = counts.entry(category(question)).or_insert(0_usize);
            *rank += 1;
            (*rank, at)
        })
        .collect();
    ranked.sort_unstable();
    let most = (asked.len() - ranked.len()) / 2;
    let left_out: BTreeSet<usize> = ranked.into_iter().skip(most).map(|(_, at)| at).collect();
    asked
        .into_iter()
        .enumerate()
        .filter(|(at, _)| !left_out.contains(at))
        .map(|(_, question)| question)
        .collect()
}
