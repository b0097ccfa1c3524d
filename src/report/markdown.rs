//! Reports as Markdown, for a page or a ticket.

use std::io::{self, Write};

use super::document::{Block, Cell, Document, Table};
use super::page::joined;
use super::text::safe;
use crate::base::grouped;
use crate::diff::WordSide;

/// Writes a document.
pub(super) fn write(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}", escaped(&document.title))?;
    for block in &document.blocks {
        writeln!(out)?;
        match block {
            Block::Heading(text) => writeln!(out, "## {}", escaped(text))?,
            Block::Text(text) => writeln!(out, "{}", escaped(text))?,
            Block::Table(table) => write_table(table, out)?,
            Block::Remarks(remarks) => {
                for remark in remarks {
                    let place =
                        if remark.place.is_empty() { String::new() } else { format!(" ({})", remark.place) };
                    let notes = joined(&remark.notes);
                    let notes = if notes.is_empty() { notes } else { format!(" {notes}.") };
                    let line = format!(
                        "{}[{}]: {}{place}.{notes}",
                        remark.severity.word(),
                        remark.code,
                        remark.fact
                    );
                    writeln!(out, "- {}", escaped(&line))?;
                }
            }
            Block::Problems(problems) => {
                for problem in problems {
                    let place = if problem.place.file.is_empty() {
                        String::new()
                    } else {
                        format!(" ({})", problem.place)
                    };
                    let hint =
                        problem.hint.as_deref().map(|hint| format!(" Help: {hint}.")).unwrap_or_default();
                    let line = format!(
                        "{}[{}]: {}{place}.{hint}",
                        problem.severity.word(),
                        problem.code,
                        problem.fact
                    );
                    writeln!(out, "- {}", escaped(&line))?;
                }
            }
        }
    }
    Ok(())
}

fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let titles: Vec<String> = table.columns.iter().map(|column| escaped(&column.title)).collect();
    writeln!(out, "| {} |", titles.join(" | "))?;
    let rules: Vec<&str> =
        table.columns.iter().map(|column| if column.number { "---:" } else { "---" }).collect();
    writeln!(out, "| {} |", rules.join(" | "))?;
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Line(text) => escaped(text),
        Cell::Code(code) => format!("`{}`", safe(code).replace('`', "'").replace('|', "\\|")),
        Cell::Count(count) => grouped(*count),
        Cell::Change(0) => "0".to_owned(),
        Cell::Change(change) => {
            format!("{}{}", if *change < 0 { "-" } else { "+" }, grouped(change.unsigned_abs()))
        }
        Cell::Amount(amount) => amount.in_dollars(),
        Cell::Share(share) => format!("{:.1}%", share * 100.0),
        Cell::Kind(kind) => (*kind).to_owned(),
        Cell::Words(words) => words
            .iter()
            .map(|word| match word.side {
                WordSide::Both => escaped(&word.text),
                // Blanks at the ends would keep the marks from being read as marks.
                WordSide::Old => marked("~~", &word.text),
                WordSide::New => marked("**", &word.text),
            })
            .collect(),
    }
}

fn marked(mark: &str, text: &str) -> String {
    let inner = text.trim();
    if inner.is_empty() {
        return format!("{mark}␣{mark}");
    }
    let start = &text[..text.len() - text.trim_start().len()];
    let end = &text[text.trim_end().len()..];
    format!("{}{mark}{}{mark}{}", escaped(start), escaped(inner), escaped(end))
}

/// Escapes a text so that no part of it is read as Markdown or HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in safe(text).chars() {
        match char {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => {
                escaped.push('\\');
                escaped.push(char);
            }
            _ => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_cannot_break_out_of_their_cell() {
        assert_eq!(escaped("a | <b> [x](y)"), "a \\| &lt;b&gt; \\[x\\](y)");
    }

    #[test]
    fn marks_are_at_the_words_not_at_the_blanks() {
        assert_eq!(marked("**", " type "), " **type** ");
        assert_eq!(marked("~~", "  "), "~~␣~~");
    }
}
