//! Changed notes of codes: the deleted lines and the new lines.

use super::TeachReport;
use crate::diff::{Change, NoteChange};

/// Returns the changes in the notes of a code: the deleted lines, and the new ones.
pub(crate) fn changed(change: &Change<'_>) -> [Vec<String>; 2] {
    if change.entry().is_withheld() {
        return Default::default();
    }
    let lines = |side: for<'n> fn(&'n NoteChange<'n>) -> &'n [&'n str]| -> Vec<String> {
        let of = |notes| side(notes).iter().map(|text| format!("{}: {text}", notes.kind.title()));
        change.notes.iter().flat_map(of).collect()
    };
    [lines(|notes| &notes.old), lines(|notes| &notes.new)]
}

/// Returns the sentence for releases of which neither has notes.
pub(crate) fn unknown(report: &TeachReport<'_>) -> Option<String> {
    let (old, new) = (report.teaching.old, report.teaching.new);
    (!old.coverage.notes || !new.coverage.notes).then(|| {
        "Changes to notes (includes, excludes, code first, use additional) are unknown: these files contain no notes."
            .to_owned()
    })
}
