//! Flashcards and the quiz as tables.

use crate::teach::{Card, QuizQuestion};
use crate::view::{Cell, Table};

/// The titles of the cards, as Anki reads them (2.1.58 and later, with a byte-order mark); spreadsheets show them as
/// rows. The columns have the names of the fields of its note type "Basic", so that nothing has to be chosen.
pub(super) const ANKI: &[&str] =
    &["#separator:Comma", "#html:false", "#tags column:3", "#columns:Front,Back,Tags"];

/// Returns the cards: front, back, tags.
pub(super) fn cards(cards: &[Card]) -> Table {
    let mut table = Table::new(&["Front", "Back", "Tags"]);
    for card in cards {
        table.row(vec![
            Cell::from(card.front.as_str()),
            Cell::from(card.back.as_str()),
            Cell::from(card.tags.join(" ")),
        ]);
    }
    table
}

/// Returns the questions: four answers, the number of the right one, and the right one.
pub(super) fn questions(questions: &[QuizQuestion]) -> Table {
    let titles = [
        "question",
        "answer 1",
        "answer 2",
        "answer 3",
        "answer 4",
        "correct",
        "correct answer",
        "explanation",
        "source",
        "lesson",
        "name",
    ];
    let mut table = Table::new(&titles).numbers(&["correct"]);
    for question in questions {
        let mut row = vec![Cell::from(question.text.as_str())];
        row.extend(question.answers.iter().map(|answer| Cell::from(answer.as_str())));
        row.extend([
            Cell::Count(question.right as u64 + 1),
            Cell::from(question.answers[question.right].as_str()),
            Cell::from(question.explanation.as_str()),
            Cell::from(question.citation.to_string()),
            Cell::from(question.lesson.as_str()),
            Cell::from(question.name.as_str()),
        ]);
        table.row(row);
    }
    table
}
