//! The answer key: the questions of a course with their answers and the reasons, for print.

use super::TeachReport;
use crate::base::counted;
use crate::report::{editions, sources};
use crate::teach::{Difficulty, Lesson, QuizQuestion};
use crate::view::{Part, Report, Section, Term, Tone};

/// The letters of the answers.
const LETTERS: [&str; 4] = ["A", "B", "C", "D"];

const METHOD: &[&str] = &[
    "Every question follows from official files: descriptions, the conversion table or the records of deleted codes, \
     the days on which releases take effect, and the notes of the tabular list. A suggestion is never a right answer.",
    "At most a third of the questions ask for a bare code number. Answers are in the order of the other files of the \
     course; platforms may shuffle them.",
];

/// Returns the answer key.
pub(super) fn view(report: &TeachReport<'_>) -> Report {
    let mut view = Report { editions: editions(&report.old, &report.new), ..Report::new("Answer key") };
    let count = counted(report.questions.len() as u64, "question", "questions");
    view = view.lead(format!("{} {count}.", report.lead()));
    let mut first = 1;
    for lesson in &report.teaching.lessons {
        let word = lesson.scope.word();
        let asked = report.questions.iter().filter(|question| question.lesson == word);
        let asked: Vec<(usize, &QuizQuestion)> = (first..).zip(asked).collect();
        first += asked.len();
        if !asked.is_empty() {
            view = view.section(section(report, lesson, &asked));
        }
    }
    view.legend(Difficulty::ALL.iter().map(|one| Term::new(one.word(), Tone::Plain, one.meaning())))
        .section(sources(&report.old, &report.new, METHOD))
}

/// Returns the questions of a lesson with their numbers: the letters to mark by, then each question with its answers.
fn section(report: &TeachReport<'_>, lesson: &Lesson<'_>, asked: &[(usize, &QuizQuestion)]) -> Section {
    let letters = asked.iter().map(|(number, question)| format!("{number} {}", LETTERS[question.right]));
    let mut section = Section::new(report.name(lesson))
        .counted(asked.len())
        .text(format!("Right answers: {}.", letters.collect::<Vec<_>>().join(", ")));
    for (number, question) in asked {
        let kind = question.kind;
        section = section
            .part(Part::Heading(format!("{number}. {}", question.text)))
            .terms(answers(question))
            .text(format!("{} ({}) Source: {}", kind.meaning(), kind.difficulty(), question.citation));
    }
    section
}

fn answers(question: &QuizQuestion) -> impl Iterator<Item = Term> {
    LETTERS.iter().zip(&question.answers).enumerate().map(|(at, (letter, answer))| {
        let (mark, tone) = if at == question.right { (" (right)", Tone::Good) } else { ("", Tone::Plain) };
        Term::new(format!("{letter}. {}{mark}", answer.text), tone, answer.rationale.as_str())
    })
}
