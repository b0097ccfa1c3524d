//! Reports as text for a terminal. Colors are removed again where they are not wanted.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::document::{Block, Cell, Column, Document, Table};
use crate::base::grouped;
pub(super) use crate::base::safe;
use crate::diff::{Word, WordSide};

/// The styles: none of them has an effect where colors are not wanted.
#[derive(Default)]
struct Styles {
    heading: Style,
    dim: Style,
    gone: Style,
    new: Style,
    changed: Style,
}

const COLOURS: Styles = Styles {
    heading: Style::new().bold(),
    dim: Style::new().dimmed(),
    gone: AnsiColor::Red.on_default(),
    new: AnsiColor::Green.on_default(),
    changed: AnsiColor::Yellow.on_default(),
};

/// Writes a document.
pub(super) fn write(document: &Document, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let styles = if colour { COLOURS } else { Styles::default() };
    let heading = styles.heading;
    writeln!(out, "{heading}{}{heading:#}", safe(&document.title))?;
    for block in &document.blocks {
        match block {
            Block::Heading(text) => writeln!(out, "\n{heading}{}{heading:#}", safe(text))?,
            Block::Text(text) => writeln!(out, "{}", safe(text))?,
            Block::Table(table) => write_table(table, &styles, out)?,
            Block::Problems(problems) => {
                problems.iter().try_for_each(|problem| write_described(problem, out))?;
            }
            Block::Remarks(remarks) => remarks.iter().try_for_each(|remark| write_described(remark, out))?,
        }
    }
    Ok(())
}

/// Writes a problem the way compilers do.
fn write_described(described: &dyn Display, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", super::safe_lines(&described.to_string()))
}

fn write_table(table: &Table, styles: &Styles, out: &mut dyn Write) -> io::Result<()> {
    let texts: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(plain).collect()).collect();
    let widths: Vec<usize> = (0..table.columns.len())
        .map(|at| {
            let cells = texts.iter().zip(&table.rows);
            let fixed = cells.filter(|(_, row)| !matches!(row[at], Cell::Line(_)));
            let cells = fixed.map(|(row, _)| row[at].width());
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

/// Writes cells padded to their columns: `plain` has the width, `styled` the colours.
fn write_row(
    columns: &[Column],
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
        let (before, after) = if column.number { (padding, 0) } else { (0, padding) };
        if !plain[at].is_empty() {
            line.push_str(&" ".repeat(pending + before));
            line.push_str(&styled[at]);
            pending = after + 2;
        } else {
            pending += widths[at] + 2;
        }
    }
    writeln!(out, "  {style}{line}{style:#}")
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Line(text) | Cell::Code(text) => safe(text),
        Cell::Count(count) => grouped(*count),
        Cell::Change(0) => "0".to_owned(),
        Cell::Change(change) => {
            format!("{}{}", if *change < 0 { "-" } else { "+" }, grouped(change.unsigned_abs()))
        }
        Cell::Amount(amount) => amount.in_dollars(),
        Cell::Share(share) => format!("{:.1}%", share * 100.0),
        Cell::Kind(kind) => (*kind).to_owned(),
        Cell::Words(words) => words.iter().map(marked).collect(),
    }
}

fn styled(cell: &Cell, styles: &Styles) -> String {
    let style = match cell {
        Cell::Kind("removed" | "demoted" | "terminated") | Cell::Change(i64::MIN..=-1) => styles.gone,
        Cell::Kind("added" | "promoted" | "reactivated") | Cell::Change(1..) => styles.new,
        Cell::Kind(_) => styles.changed,
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
fn marked(word: &Word) -> String {
    let text = safe(&word.text);
    match word.side {
        WordSide::Both => text,
        WordSide::Old => format!("[-{text}-]"),
        WordSide::New => format!("{{+{text}+}}"),
    }
}
