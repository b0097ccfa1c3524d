//! Changed notes of codes: the deleted lines and the new lines.

use crate::diff::Change;
use crate::model::NoteKind;

/// A line of the notes of a code that is new or deleted.
pub(crate) struct NoteLine {
    /// The kind of note.
    pub(crate) kind: NoteKind,
    /// True if it is new.
    pub(crate) is_new: bool,
    /// The line.
    pub(crate) text: String,
}

impl NoteLine {
    /// Returns the line under the heading of its kind.
    pub(crate) fn line(&self) -> String {
        format!("{}: {}", self.kind.title(), self.text)
    }
}

/// Returns the changes in the notes of a code: of each kind the deleted lines, then the new ones.
pub(crate) fn note_lines(change: &Change<'_>) -> Vec<NoteLine> {
    if change.entry().is_withheld() {
        return Vec::new();
    }
    let rows = change.notes.iter().flat_map(|note| {
        let row = |is_new| move |text: &&str| NoteLine { kind: note.kind, is_new, text: (*text).to_owned() };
        let deleted = note.old.iter().map(row(false));
        deleted.chain(note.new.iter().map(row(true))).collect::<Vec<_>>()
    });
    rows.collect()
}
