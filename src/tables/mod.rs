//! Rows and cells of tables, whatever kind of file they stand in: workbook (xlsx, xls) or text with delimiters.
//!
//! Both the official layouts and the tables of usage are such; what the columns mean is for them to say.

pub(crate) mod day;
pub(crate) mod rows;
pub(crate) mod sheets;
pub(crate) mod workbook;
