//! The shape of ICD-10 codes in fixed columns, and which of the two sets a file holds.

use crate::model::{CodeSet, sets};

/// Width of the code column in every ICD-10 text file.
pub(super) const CODE_WIDTH: usize = 7;

/// Returns the code in a blank-padded column of seven, or `None`: three to seven capital letters and digits, aligned left.
/// There are ICD-10-PCS codes without a digit (`DWYZZZZ`).
pub(super) fn code(column: &str) -> Option<&str> {
    let code = column.trim_end_matches(' ');
    let fits = code.len() >= 3 && code.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    fits.then_some(code)
}

/// Distinguishes ICD-10-PCS from ICD-10-CM by all the codes of a file.
///
/// PCS codes have exactly seven characters and its headers (tables) three, and many begin with a digit; CM codes
/// begin with a letter and have three to seven.
#[derive(Debug, Default)]
pub(super) struct SetEvidence {
    digit_first: usize,
    other_length: usize,
}

impl SetEvidence {
    /// Adds the evidence of one code.
    pub(super) fn add(&mut self, code: &str) {
        self.digit_first += usize::from(code.as_bytes()[0].is_ascii_digit());
        self.other_length += usize::from(!matches!(code.len(), 3 | CODE_WIDTH));
    }

    /// Returns the set that the codes belong to.
    pub(super) fn set(&self) -> &'static CodeSet {
        if self.digit_first > self.other_length || self.other_length == 0 && self.digit_first > 0 {
            &sets::ICD10PCS
        } else {
            &sets::ICD10CM
        }
    }
}
