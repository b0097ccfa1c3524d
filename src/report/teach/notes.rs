//! Notes of codes that changed: the lines that went and the lines that came.

use super::TeachReport;
use crate::diff::{Change, NoteChange};

/// What changed in the notes of a code: the lines that went, and those that came.
pub(super) fn changed(change: &Change<'_>) -> [Vec<String>; 2] {
    if change.entry().is_withheld() {
        return Default::default();
    }
    let lines = |side: for<'n> fn(&'n NoteChange<'n>) -> &'n [&'n str]| -> Vec<String> {
        let of = |notes| side(notes).iter().map(|text| format!("{}: {text}", notes.kind.title()));
        change.notes.iter().flat_map(of).collect()
    };
    [lines(|notes| &notes.old), lines(|notes| &notes.new)]
}

/// What is to be said where neither release came with notes.
pub(super) fn unknown(report: &TeachReport<'_>) -> Option<String> {
    let (old, new) = (report.teaching.old, report.teaching.new);
    (!old.coverage.notes || !new.coverage.notes).then(|| {
        "Whether notes changed (includes, excludes, code first, use additional) is not known: these files hold none."
            .to_owned()
    })
}
