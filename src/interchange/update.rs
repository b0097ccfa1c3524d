//! The files of an update: pages, workbooks, and the report for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::review;
use crate::render;
use crate::report::Review;
use crate::view;

/// Writes a page.
///
/// # Errors
///
/// If the output cannot be written.
pub(crate) fn write_page(page: &view::Report, out: &mut dyn Write) -> io::Result<()> {
    render::write_html(page, out)
}

/// Writes a workbook.
///
/// # Errors
///
/// If the output cannot be written.
pub(crate) fn write_workbook(workbook: view::Report, out: &mut dyn Write) -> io::Result<()> {
    render::write_xlsx(workbook, out)
}

/// Writes a review page.
///
/// # Errors
///
/// If the output cannot be written.
pub(crate) fn write_review(list: &Review, out: &mut dyn Write) -> io::Result<()> {
    review::write(list, out)
}

/// Writes a value as JSON.
///
/// # Errors
///
/// If the output cannot be written.
pub(crate) fn write_json<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    render::json::write(value, out)
}
