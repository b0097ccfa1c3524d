//! The forms of a report, a file each.
//!
//! Invariant: a renderer formats. It does not count, sort, select or leave out; what a form has no room for
//! ([`crate::view::Shown`]) is decided in the view.

pub(crate) mod csv;
mod fit;
mod html;
pub(crate) mod json;
mod markdown;
pub(crate) mod page;
mod people;
mod sheets;
mod spread;
mod svg;
mod text;
mod xlsx;

use std::io::{self, Write};

use crate::view::Report;

/// Writes text for a terminal, in colors if they are wanted.
pub(crate) fn write_text(report: &Report, color: bool, out: &mut dyn Write) -> io::Result<()> {
    text::write(report, color, out)
}

/// Writes Markdown.
pub(crate) fn write_markdown(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    markdown::write(report, out)
}

/// Writes a page.
pub(crate) fn write_html(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    html::write(report, out)
}

/// Writes a workbook that keeps to the limits of Excel.
pub(crate) fn write_xlsx(report: Report, out: &mut dyn Write) -> io::Result<()> {
    xlsx::write(&fit::fitted(sheets::workbook(report), fit::EXCEL), out)
}
