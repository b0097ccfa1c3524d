//! Rows and cells of tables in any kind of file: workbook (xlsx, xls) or delimited text.
//!
//! Both the official layouts and usage tables use them; the callers interpret the columns.

pub(crate) mod day;
mod error;
pub(crate) mod rows;
pub(crate) mod sheets;
pub(crate) mod workbook;

pub(crate) use error::WorkbookError;
