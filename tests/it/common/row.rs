//! Rows of order files.

/// A row of an order file.
pub(crate) fn row(number: usize, code: &str, flag: u8, short: &str, long: &str) -> String {
    format!("{number:05} {code:<7} {flag} {short:<60} {long}\r\n")
}
