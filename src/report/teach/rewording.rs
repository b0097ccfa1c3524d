//! Changed descriptions: old and new side by side, word by word.

use crate::diff::{Change, Kind, Word, WordSide, words};
use crate::model::{Release, TextKind};
use crate::teach::Citation;

/// A description before and now.
pub(super) struct Rewording {
    /// The code, as people write it.
    pub(super) code: String,
    /// The word of its level, such as `code` or `header`.
    pub(super) level: &'static str,
    /// The description that changed, or that the meaning of the code is another.
    pub(super) which: &'static str,
    /// The words before: deleted ones are marked.
    pub(super) before: Vec<Word>,
    /// The words now: new ones are marked.
    pub(super) now: Vec<Word>,
    /// The citation.
    pub(super) citation: Citation,
}

/// Returns the changed descriptions of a list of changes, as far as they may be shown.
pub(crate) fn rewordings(changes: &[Change<'_>], new: &Release) -> Vec<Rewording> {
    changes.iter().flat_map(|change| of(change, new)).collect()
}

fn of(change: &Change<'_>, release: &Release) -> Vec<Rewording> {
    let (Some(old), Some(new)) = (change.old, change.new) else { return Vec::new() };
    let reused = change.kind == Kind::Reused;
    let fields = change.revision.as_ref().map_or(&[TextKind::Long][..], |revision| &revision.fields);
    // An abbreviation that changes with the description is not worth learning.
    let fields = if fields.contains(&TextKind::Long) { &[TextKind::Long] } else { fields };
    let rewording = |kind: &TextKind| {
        let words = words(old.shown(*kind)?, new.shown(*kind)?);
        let side = |left_out| words.iter().filter(move |word| word.side != left_out).cloned().collect();
        Some(Rewording {
            code: new.display(),
            level: new.level().word(),
            which: if reused { "has another meaning" } else { kind.word() },
            before: side(WordSide::New),
            now: side(WordSide::Old),
            citation: Citation::of(new, release),
        })
    };
    fields.iter().filter_map(rewording).collect()
}
