//! What changed notes of codes mean on the job.

use super::TeachReport;
use crate::model::NoteKind;
use crate::teach::NoteLine;

impl NoteLine {
    /// Returns the word for what happened to it.
    pub(super) fn word(&self) -> &'static str {
        if self.is_new { "new" } else { "deleted" }
    }

    /// Returns what the note means for coding. Source: ICD-10-CM Official Guidelines, sections I.A.10 to I.A.17.
    pub(super) fn to_do(&self) -> &'static str {
        match (self.kind, self.is_new) {
            (NoteKind::Includes | NoteKind::InclusionTerm, true) => {
                "Conditions with this wording are coded here."
            }
            (NoteKind::Includes | NoteKind::InclusionTerm, false) => {
                "This wording no longer leads here by this note."
            }
            (NoteKind::Excludes1, true) => {
                "Do not report the two together, unless the conditions are not related."
            }
            (NoteKind::Excludes2, true) => "Not included here: report both if the record documents both.",
            (NoteKind::CodeFirst, true) => "Sequence the named condition first.",
            (NoteKind::UseAdditional, true) => "Report the named code as well, if it applies.",
            (NoteKind::CodeAlso, true) => "Two codes may be required; the case decides their sequence.",
            (NoteKind::Excludes1 | NoteKind::Excludes2, false) => "The note no longer applies.",
            (NoteKind::CodeFirst | NoteKind::UseAdditional | NoteKind::CodeAlso, false) => {
                "The instruction no longer applies."
            }
            (_, true) => "Read the note before the code is reported.",
            (_, false) => "The note no longer applies.",
        }
    }
}

/// Returns the sentence for releases of which neither has notes.
pub(super) fn unknown(report: &TeachReport<'_>) -> Option<String> {
    let (old, new) = (report.teaching.old, report.teaching.new);
    (!old.coverage.notes || !new.coverage.notes).then(|| {
        "Changes to notes (includes, excludes, code first, use additional) are unknown: these files contain no notes."
            .to_owned()
    })
}
