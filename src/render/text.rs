//! Reports as text for a terminal. Colors are removed again where they are not wanted.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::people;
use super::spread::below;
use crate::base::{safe, safe_lines};
use crate::diff::{Word, WordSide};
use crate::view::{Cell, Head, Part, Report, Section, Shown, Table, Tone};

/// The styles: none of them has an effect where colors are not wanted.
#[derive(Default)]
struct Styles {
    heading: Style,
    dim: Style,
    gone: Style,
    new: Style,
    changed: Style,
}

const COLORS: Styles = Styles {
    heading: Style::new().bold(),
    dim: Style::new().dimmed(),
    gone: AnsiColor::Red.on_default(),
    new: AnsiColor::Green.on_default(),
    changed: AnsiColor::Yellow.on_default(),
};

/// Writes a report.
pub(super) fn write(report: &Report, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let styles = if color { COLORS } else { Styles::default() };
    let heading = styles.heading;
    writeln!(out, "{heading}{}{heading:#}", safe(&report.title))?;
    if let Some(lead) = &report.lead {
        writeln!(out, "{}", safe(lead))?;
    }
    if !report.metrics.is_empty() {
        write_table(&people::metrics(&report.metrics), &styles, out)?;
    }
    for section in report.sections.iter().filter(|section| section.shown == Shown::Everywhere) {
        write_section(section, &styles, out)?;
    }
    Ok(())
}

fn write_section(section: &Section, styles: &Styles, out: &mut dyn Write) -> io::Result<()> {
    let heading = styles.heading;
    if !section.heading.is_empty() {
        writeln!(out, "\n{heading}{}{heading:#}", safe(&people::heading(section)))?;
    }
    if !section.about.is_empty() {
        writeln!(out, "{}", safe(&section.about))?;
    }
    for part in &section.parts {
        match part {
            Part::Heading(text) => writeln!(out, "{heading}{}{heading:#}", safe(text))?,
            Part::Text(text) => writeln!(out, "{}", safe(text))?,
            Part::Table(_, table) => write_table(table, styles, out)?,
            Part::Terms(terms) => write_table(&people::terms(terms), styles, out)?,
            Part::Steps(steps) => {
                for (number, step) in (1..).zip(steps) {
                    writeln!(out, "  {number}. {}", safe(&step.to_line()))?;
                }
            }
            Part::Statement(statement) => writeln!(out, "{}", safe(&people::statement(statement)))?,
            Part::Trees(trees) => write_table(&people::trees(trees), styles, out)?,
            Part::Footnotes(notes) => write_table(&people::footnotes(notes), styles, out)?,
            Part::Findings(remarks, _) => remarks.iter().try_for_each(|remark| write_message(remark, out))?,
        }
    }
    Ok(())
}

/// Writes a problem the way compilers do.
fn write_message(message: &dyn Display, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", safe_lines(&message.to_string()))
}

fn write_table(table: &Table, styles: &Styles, out: &mut dyn Write) -> io::Result<()> {
    let table = below(table);
    let texts: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(plain).collect()).collect();
    let widths: Vec<usize> = (0..table.columns.len())
        .map(|at| {
            let cells = texts.iter().map(|row| row[at].width());
            cells.max().unwrap_or(0).max(table.columns[at].title.width())
        })
        .collect();
    let titles: Vec<String> = table.columns.iter().map(|column| column.title.to_string()).collect();
    if titles.iter().any(|title| !title.is_empty()) {
        write_row(&table.columns, &widths, &titles, &titles, styles.dim, out)?;
    }
    for (row, plain) in table.rows.iter().zip(&texts) {
        let styled: Vec<String> = row.iter().map(|cell| styled(cell, styles)).collect();
        write_row(&table.columns, &widths, plain, &styled, Style::new(), out)?;
    }
    Ok(())
}

/// Writes cells padded to their columns: `plain` has the width, `styled` the colors.
fn write_row(
    columns: &[Head],
    widths: &[usize],
    plain: &[String],
    styled: &[String],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut line = String::new();
    let mut pending = 0;
    for (at, column) in columns.iter().enumerate() {
        let padding = widths[at].saturating_sub(plain[at].width());
        let (before, after) = if column.is_number { (padding, 0) } else { (0, padding) };
        if plain[at].is_empty() {
            pending += widths[at] + 2;
        } else {
            line.push_str(&" ".repeat(pending + before));
            line.push_str(&styled[at]);
            pending = after + 2;
        }
    }
    writeln!(out, "  {style}{line}{style:#}")
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Words(words) => words.iter().map(marked).collect(),
        Cell::Link(link) => safe(&link.file),
        cell => safe(&people::text(cell)),
    }
}

fn styled(cell: &Cell, styles: &Styles) -> String {
    let style = match cell {
        Cell::Badge(_, Tone::Bad) | Cell::Change(i64::MIN..=-1) => styles.gone,
        Cell::Badge(_, Tone::Good) | Cell::Change(1..) => styles.new,
        Cell::Badge(_, Tone::Warn | Tone::Info) => styles.changed,
        Cell::Code(_) => styles.heading,
        Cell::Words(words) => return words.iter().map(|word| styled_word(word, styles)).collect(),
        _ => return plain(cell),
    };
    format!("{style}{}{style:#}", plain(cell))
}

fn styled_word(word: &Word, styles: &Styles) -> String {
    let style = match word.side {
        WordSide::Both => return marked(word),
        WordSide::Old => styles.gone,
        WordSide::New => styles.new,
    };
    format!("{style}{}{style:#}", marked(word))
}

/// Writes a run of words with marks around deleted and new words, which show the same without colors.
pub(super) fn marked(word: &Word) -> String {
    let text = safe(&word.text);
    match word.side {
        WordSide::Both => text,
        WordSide::Old => format!("[-{text}-]"),
        WordSide::New => format!("{{+{text}+}}"),
    }
}
