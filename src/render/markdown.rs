//! Reports as Markdown, for a page or a ticket.

use std::io::{self, Write};

use super::people;
use super::spread::below;
use crate::base::{grouped, safe};
use crate::diff::WordSide;
use crate::view::{Cell, Part, Remark, Report, Section, Shown, Statement, Table, Trees};

/// Writes a report.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}", escaped(&report.title))?;
    if let Some(lead) = &report.lead {
        writeln!(out, "\n{}", escaped(lead))?;
    }
    if !report.metrics.is_empty() {
        writeln!(out)?;
    }
    for metric in &report.metrics {
        let note =
            if metric.note.is_empty() { String::new() } else { format!(" ({})", escaped(&metric.note)) };
        writeln!(out, "- **{}** {}{note}", grouped(metric.value), escaped(metric.label))?;
    }
    let sections = report.sections.iter().filter(|section| section.shown == Shown::Everywhere);
    sections.into_iter().try_for_each(|section| write_section(section, out))
}

fn write_section(section: &Section, out: &mut dyn Write) -> io::Result<()> {
    if !section.heading.is_empty() {
        writeln!(out, "\n## {}", escaped(&people::heading(section)))?;
    }
    if !section.about.is_empty() {
        writeln!(out, "\n{}", escaped(&section.about))?;
    }
    for part in &section.parts {
        writeln!(out)?;
        match part {
            Part::Heading(text) => writeln!(out, "### {}", escaped(text))?,
            Part::Text(text) => writeln!(out, "{}", escaped(text))?,
            Part::Table(_, table) => write_table(table, out)?,
            Part::Terms(terms) => write_table(&people::terms(terms), out)?,
            Part::Steps(steps) => {
                for (number, step) in (1..).zip(steps) {
                    let title = linked(&step.file, &step.title);
                    writeln!(out, "{number}. {title}. {}", escaped(&step.about))?;
                }
            }
            Part::Statement(statement) => writeln!(out, "{}", sentence(statement))?,
            Part::Trees(trees) => write_trees(trees, out)?,
            Part::Footnotes(notes) => {
                for (number, note) in (1..).zip(notes) {
                    writeln!(out, "[^{number}]: {}", escaped(note))?;
                }
            }
            Part::Findings(remarks, _) => {
                remarks.iter().try_for_each(|remark| writeln!(out, "- {}", escaped(&line(remark))))?;
            }
        }
    }
    Ok(())
}

/// Returns a statement in a line, with its footnotes.
fn sentence(statement: &Statement) -> String {
    let strong = |text: &str| if text.is_empty() { String::new() } else { format!("**{}**", escaped(text)) };
    let label = if statement.label.is_empty() { String::new() } else { format!("*{}:*", statement.label) };
    let notes: String = statement.footnotes.iter().map(|number| format!("[^{number}]")).collect();
    let parts = [label, strong(&statement.headline), escaped(&statement.text)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ") + &notes
}

/// Writes trees as lists, one after the other.
fn write_trees(trees: &Trees, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", escaped(&trees.caption))?;
    for tree in &trees.trees {
        writeln!(out, "\n{}:\n", escaped(&tree.title))?;
        for node in &tree.nodes {
            let code = if node.code.is_empty() { String::new() } else { format!("`{}` ", node.code) };
            let mark = match node.mark.word() {
                "" => String::new(),
                word => format!(" **({word})**"),
            };
            writeln!(out, "{}- {code}{}{mark}", "  ".repeat(node.depth), escaped(&node.text))?;
        }
    }
    Ok(())
}

/// Returns a remark in a line.
fn line(remark: &Remark) -> String {
    let place = if remark.place.is_empty() { String::new() } else { format!(" ({})", remark.place) };
    let notes: Vec<_> = remark.notes.iter().map(|(word, text)| format!("{word}: {text}")).collect();
    let notes = if notes.is_empty() { String::new() } else { format!(" {}.", notes.join("; ")) };
    format!("{}[{}]: {}{place}.{notes}", remark.severity.word(), remark.code, remark.fact)
}

fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let table = below(table);
    let titles: Vec<String> = table.columns.iter().map(|column| escaped(&column.title)).collect();
    writeln!(out, "| {} |", titles.join(" | "))?;
    let rules: Vec<&str> =
        table.columns.iter().map(|column| if column.is_number { "---:" } else { "---" }).collect();
    writeln!(out, "| {} |", rules.join(" | "))?;
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Code(code) => format!("`{}`", safe(code).replace('`', "'").replace('|', "\\|")),
        Cell::Words(words) => words
            .iter()
            .map(|word| match word.side {
                WordSide::Both => escaped(&word.text),
                // Blanks at the ends would keep the marks from being read as marks.
                WordSide::Old => marked("~~", &word.text),
                WordSide::New => marked("**", &word.text),
            })
            .collect(),
        Cell::Link(link) => linked(&link.file, &link.text),
        cell => escaped(&people::text(cell)),
    }
}

/// Returns a link to a file next to the report; the plain text where there is no file.
fn linked(file: &str, text: &str) -> String {
    if file.is_empty() { escaped(text) } else { format!("[{}]({})", escaped(text), escaped(file)) }
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
fn escaped(text: &str) -> String {
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
