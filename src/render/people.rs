//! Numbers, days and small tables as people read them, the same in every form.

use crate::base::{day, grouped};
use crate::view::{Cell, HIDDEN, Metric, Section, Statement, Step, Table, Term, Trees};

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

/// Returns a statement in a line, its footnotes as numbers in brackets.
pub(super) fn statement(statement: &Statement) -> String {
    let label = if statement.label.is_empty() { String::new() } else { format!("{}:", statement.label) };
    let notes: String = statement.footnotes.iter().map(|number| format!("[{number}]")).collect();
    let parts = [label, statement.headline.clone(), statement.text.clone(), notes];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns trees as a table: a row for each node, deeper ones set in.
pub(super) fn trees(trees: &Trees) -> Table {
    let mut table = Table::new(&["tree", "node"]);
    for tree in &trees.trees {
        for node in &tree.nodes {
            let line = format!("{}{}", "  ".repeat(node.depth), node.to_line());
            table.row(vec![Cell::from(tree.title.as_str()), Cell::from(line)]);
        }
    }
    table.is_outline = true;
    table
}

/// Returns footnotes as a table.
pub(super) fn footnotes(notes: &[String]) -> Table {
    let mut table = Table::new(&["note", "source"]).numbers(&["note"]);
    for (number, note) in (1..).zip(notes) {
        table.row(vec![Cell::Count(number), Cell::from(note.as_str())]);
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
