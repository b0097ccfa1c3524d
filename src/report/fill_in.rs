//! The columns that a person fills in to decide about rows. `formats::decisions` reads them back by their titles.

use crate::view::{Column, to_fill_in};

/// Returns the columns for a decision: the status with its allowed values and their meanings, and why, who and when.
pub(super) fn decision_columns<'c, R: ?Sized + 'c>(
    words: &'static [&'static str],
    meaning: &'static str,
) -> [Column<'c, R>; 4] {
    [
        to_fill_in("status", words, meaning),
        to_fill_in("note", &[], "Why, in your words."),
        to_fill_in("who", &[], "Who decided."),
        to_fill_in("when", &[], "When, such as 2026-10-01."),
    ]
}
