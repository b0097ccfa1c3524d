//! Notes of codes that changed: the lines that went and the lines that came.

use super::TeachReport;
use crate::diff::Change;
use crate::model::{Entry, NoteKind};

/// What changed in the notes of a code: the lines that went, and those that came.
pub(super) fn changed(change: &Change<'_>) -> [Vec<String>; 2] {
    let notes = |entry: Option<Entry<'_>>| {
        let shown = entry.filter(|entry| !entry.is_withheld());
        let lines = shown.into_iter().flat_map(Entry::notes).map(|(kind, text)| line(kind, text));
        lines.collect::<Vec<_>>()
    };
    let (old, new) = (notes(change.old), notes(change.new));
    let but = |lines: &[String], others: &[String]| {
        lines.iter().filter(|line| !others.contains(line)).cloned().collect::<Vec<_>>()
    };
    [but(&old, &new), but(&new, &old)]
}

/// What is to be said where neither release came with notes.
pub(super) fn unknown(report: &TeachReport<'_>) -> Option<String> {
    let (old, new) = (report.teaching.old, report.teaching.new);
    (!old.coverage.notes || !new.coverage.notes).then(|| {
        "Whether notes changed (includes, excludes, code first, use additional) is not known: these files hold none."
            .to_owned()
    })
}

fn line(kind: NoteKind, text: &str) -> String {
    let word = match kind {
        NoteKind::Includes => "Includes",
        NoteKind::InclusionTerm => "Inclusion term",
        NoteKind::Excludes1 => "Excludes1",
        NoteKind::Excludes2 => "Excludes2",
        NoteKind::CodeFirst => "Code first",
        NoteKind::UseAdditional => "Use additional code",
        NoteKind::CodeAlso => "Code also",
        NoteKind::SeventhCharacter => "7th character",
        NoteKind::Processing => "Note",
    };
    format!("{word}: {text}")
}
