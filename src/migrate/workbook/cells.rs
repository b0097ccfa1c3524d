//! Cells of a row: how their values are read and written.

use super::markup::{Mark, attribute, each_tag, name, prefix};
use super::strings::{Runs, Strings, runs};
use crate::base::a1;
use crate::migrate::refusal::Refusal;
use crate::read::Quoting;

/// A row of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowAt {
    /// From 1.
    pub(super) number: u32,
    /// Its bytes.
    pub(super) span: (usize, usize),
    /// True if a cell of the row has content.
    pub(super) holds: bool,
}

/// A cell as its sheet contains it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'x> {
    pub(super) column: u32,
    /// Its bytes in the sheet.
    pub(super) span: (usize, usize),
    /// The tag it begins with.
    pub(super) tag: &'x str,
    /// The content after that tag.
    pub(super) rest: &'x str,
    value: Option<&'x str>,
    inline: Option<&'x str>,
    pub(super) has_formula: bool,
}

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CellValue {
    Blank,
    /// A text, and the properties of its letters if it has any of its own.
    Text(String, String),
    Number(f64),
}

/// The content written into a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// A text, and the properties of its letters.
    Text(String, String),
    /// A number.
    Number(String),
}

/// Returns the cells of a row, by their columns.
pub(super) fn cells(xml: &str, row: RowAt) -> Result<Vec<Cell<'_>>, Refusal> {
    let text = xml.get(row.span.0..row.span.1).unwrap_or_default();
    let mut cells: Vec<Cell<'_>> = Vec::new();
    let (mut next, mut start) = (0, 0);
    each_tag(text, &mut |tag| {
        let (from, to) = tag.span;
        match (tag.depth, tag.name, tag.mark) {
            (1, "c", Mark::Begin | Mark::Empty) => {
                let own = &text[from..to];
                let column =
                    attribute(own, "r").and_then(|at| a1::cell(at.value)).map_or(next, |(_, column)| column);
                next = column + 1;
                let span = (row.span.0 + from, row.span.0 + to);
                cells.push(Cell {
                    column,
                    span,
                    tag: own,
                    rest: "",
                    value: None,
                    inline: None,
                    has_formula: false,
                });
            }
            (1, "c", Mark::End) => {
                if let Some(cell) = cells.last_mut() {
                    let after = cell.span.0 - row.span.0 + cell.tag.len();
                    cell.rest = &text[after..to];
                    cell.span.1 = row.span.0 + to;
                }
            }
            (2, "f", _) => {
                if let Some(cell) = cells.last_mut() {
                    cell.has_formula = true;
                }
            }
            (2, "v", Mark::Begin) => start = to,
            (2, "is", Mark::Begin) => start = from,
            (2, "v", Mark::End) => {
                if let Some(cell) = cells.last_mut() {
                    cell.value = text.get(start..from);
                }
            }
            (2, "is", Mark::End) => {
                if let Some(cell) = cells.last_mut() {
                    cell.inline = text.get(start..to);
                }
            }
            _ => {}
        }
    })?;
    if cells.is_sorted_by(|a, b| a.column < b.column) { Ok(cells) } else { Err(Refusal::CellOrder) }
}

impl<'x> Cell<'x> {
    /// Returns the number of its style.
    pub(super) fn style(&self) -> Option<&'x str> {
        attribute(self.tag, "s").map(|style| style.value)
    }

    /// Returns the value of the cell, or the reason why it cannot be rewritten.
    pub(super) fn value(&self, strings: &Strings) -> Result<CellValue, Refusal> {
        if self.has_formula {
            return Err(Refusal::Formula);
        }
        let text = |found: Option<Runs>| match found {
            Some(Runs { text, properties }) => Ok(CellValue::Text(text, properties)),
            None => Err(Refusal::MixedLetters),
        };
        let value = self.value.unwrap_or_default();
        match attribute(self.tag, "t").map_or("n", |kind| kind.value) {
            "s" => text(strings.get(value)?),
            "inlineStr" => text(runs(self.inline.unwrap_or_default())?),
            "str" => {
                Ok(CellValue::Text(Quoting::Entities.read(value.as_bytes()).into_owned(), String::new()))
            }
            "n" if value.trim().is_empty() => Ok(CellValue::Blank),
            "n" => value.trim().parse().map(CellValue::Number).map_err(|_| Refusal::OtherValue),
            _ => Err(Refusal::OtherValue),
        }
    }

    /// Returns the same cell in another row.
    pub(super) fn in_row(&self, row: u32) -> String {
        let at = a1::reference(row, self.column);
        let tag = match attribute(self.tag, "r") {
            Some(own) => {
                let (before, after) = (&self.tag[..own.at], &self.tag[own.at + own.value.len()..]);
                format!("{before}{at}{after}")
            }
            None => {
                let (before, after) = self.tag.split_at(1 + name(self.tag).len());
                format!("{before} r=\"{at}\"{after}")
            }
        };
        tag + self.rest
    }
}

/// Returns the XML of a cell; its text is inline and not in the shared strings.
pub(super) fn written(prefix: &str, at: &str, style: Option<&str>, content: &Content) -> String {
    let style = style.map(|style| format!(" s=\"{style}\"")).unwrap_or_default();
    let begin = format!("<{prefix}c r=\"{at}\"{style}");
    match content {
        Content::Number(number) => format!("{begin}><{prefix}v>{number}</{prefix}v></{prefix}c>"),
        Content::Text(text, _) if text.is_empty() => format!("{begin}/>"),
        Content::Text(text, properties) => {
            let keeps = if text.trim() == text { "" } else { " xml:space=\"preserve\"" };
            let is_allowed = |char: &char| *char >= ' ' || matches!(char, '\t' | '\n');
            let text = Quoting::Entities.write(&text.chars().filter(is_allowed).collect::<String>());
            let text = format!("<{prefix}t{keeps}>{text}</{prefix}t>");
            let text = match properties.as_str() {
                "" => text,
                properties => format!("<{prefix}r>{properties}{text}</{prefix}r>"),
            };
            format!("{begin} t=\"inlineStr\"><{prefix}is>{text}</{prefix}is></{prefix}c>")
        }
    }
}

/// Returns the prefix of the names in a row.
pub(super) fn prefix_of(row_tag: &str) -> &str {
    prefix(name(row_tag))
}
