//! Numbers, days and small tables as people read them, the same in every form.

use crate::base::{day, grouped};
use crate::view::{Cell, HIDDEN, Metric, Section, Step, Table, Term};

use super::spread;

/// Returns the text of a cell; that of marked words is the new one.
pub(super) fn text(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Code(text) => text.clone(),
        Cell::Badge(word, _) => word.to_string(),
        Cell::Count(count) => grouped(*count),
        Cell::Hidden => HIDDEN.to_owned(),
        Cell::Change(0) => "0".to_owned(),
        Cell::Change(change) => {
            format!("{}{}", if *change < 0 { "-" } else { "+" }, grouped(change.unsigned_abs()))
        }
        Cell::Amount(amount) => amount.in_dollars(),
        Cell::Share(share) => format!("{:.1}%", share * 100.0),
        Cell::Day(date) => day(*date),
        Cell::Words(words) => {
            let new = words.iter().filter(|word| word.side != crate::diff::WordSide::Old);
            new.map(|word| word.text.as_str()).collect()
        }
        Cell::Progress(done, all) => format!("{} of {}", grouped(*done), grouped(*all)),
        Cell::Link(link) => link.text.clone(),
        Cell::Entry(_) | Cell::Targets(_) | Cell::Shares(_) => text(&spread::plain(cell)),
    }
}

/// Returns the heading of a section with the number of its entries.
pub(super) fn heading(section: &Section) -> String {
    match section.count {
        Some(count) => format!("{} ({})", section.heading, grouped(count)),
        None => section.heading.clone(),
    }
}

/// Returns the key numbers as a table without titles.
pub(super) fn metrics(metrics: &[Metric]) -> Table {
    let mut table = Table::new(&["", "", ""]);
    table.columns[0].is_number = true;
    for metric in metrics {
        table.row(vec![
            Cell::Count(metric.value),
            Cell::from(metric.label),
            Cell::from(metric.note.as_str()),
        ]);
    }
    table
}

/// Returns steps as a table.
pub(super) fn steps(steps: &[Step]) -> Table {
    let mut table = Table::new(&["step", "what to do", "with", "how"]).numbers(&["step"]);
    for (number, step) in (1..).zip(steps) {
        table.row(vec![
            Cell::Count(number),
            Cell::from(step.title.as_str()),
            Cell::from(step.file.as_str()),
            Cell::from(step.about.as_str()),
        ]);
    }
    table
}

/// Returns terms as a table.
pub(super) fn terms(terms: &[Term]) -> Table {
    let mut table = Table::new(&["word", "meaning"]);
    for term in terms {
        table.row(vec![Cell::badge(term.word.clone(), term.tone), Cell::from(term.meaning.as_str())]);
    }
    table
}
