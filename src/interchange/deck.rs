//! Flashcards and the quiz as tables.

use crate::teach::{Card, QuizAnswer, QuizQuestion};
use crate::view::{Cell, Table};

/// The titles of the cards, as Anki reads them (2.1.58 and later, with a byte-order mark); spreadsheets show them as
/// rows. The columns have the names of the fields of its note type "Basic", so that nothing has to be chosen. A card whose
/// id is known is updated.
pub(super) const ANKI: &[&str] =
    &["#separator:Comma", "#html:false", "#guid column:1", "#tags column:4", "#columns:GUID,Front,Back,Tags"];

/// Returns the cards: id, front, back, tags.
pub(super) fn cards(cards: &[Card]) -> Table {
    let mut table = Table::new(&["GUID", "Front", "Back", "Tags"]);
    for card in cards {
        table.row(vec![
            Cell::from(card.subject.id()),
            Cell::from(card.front.as_str()),
            Cell::from(card.back.as_str()),
            Cell::from(card.tags.join(" ")),
        ]);
    }
    table
}

/// The columns of answers, and of the reasons why they are right or wrong.
const ANSWERS: [[&str; 2]; 4] = [
    ["answer 1", "rationale 1"],
    ["answer 2", "rationale 2"],
    ["answer 3", "rationale 3"],
    ["answer 4", "rationale 4"],
];

/// Returns the questions: up to four answers, the number of the right one, and the right one, with a rationale each.
pub(super) fn questions(questions: &[QuizQuestion]) -> Table {
    let mut titles = vec!["question"];
    titles.extend(ANSWERS.map(|[answer, _]| answer));
    titles.extend(["correct", "correct answer"]);
    titles.extend(ANSWERS.map(|[_, rationale]| rationale));
    titles.extend(["difficulty", "objective", "kind", "source", "lesson", "name", "id"]);
    let mut table = Table::new(&titles).numbers(&["correct"]);
    for question in questions {
        let column = |of: fn(&QuizAnswer) -> &str| {
            let answers = &question.answers;
            (0..ANSWERS.len())
                .map(move |at| answers.get(at).map_or(Cell::Empty, |answer| Cell::from(of(answer))))
        };
        let mut row = vec![Cell::from(question.text.as_str())];
        row.extend(column(|answer| &answer.text));
        row.extend([
            Cell::Count(question.right as u64 + 1),
            Cell::from(question.right_answer().text.as_str()),
        ]);
        row.extend(column(|answer| &answer.rationale));
        row.extend([
            Cell::from(question.kind.difficulty().word()),
            Cell::from(question.kind.meaning()),
            Cell::from(question.kind.word()),
            Cell::from(question.citation.to_string()),
            Cell::from(question.lesson.as_str()),
            Cell::from(question.name.as_str()),
            Cell::from(question.subject.id()),
        ]);
        table.row(row);
    }
    table
}
