//! Changed sections of the guidelines, by lesson.

use super::{Citation, Scope, Subject, Teaching};
use crate::guidelines::{GuidelineDiff, GuidelineKind, Guidelines, NamedCode, Section, SectionChange};
use crate::model::{Entry, Release};

impl<'a> Teaching<'a> {
    /// Adds the changes in the guidelines to the lessons: of sections that name their codes or are about their chapter. Those
    /// that are about all codes are in the first lesson.
    #[must_use]
    pub fn with_guidelines(mut self, diff: &'a GuidelineDiff<'a>) -> Self {
        self.guidelines = Some(diff);
        let written = diff.changes.iter().filter(|change| {
            // Punctuation and another number are not worth a lesson.
            change.kind != GuidelineKind::Moved && !change.is_punctuation_only()
        });
        for change in written {
            let codes = covered(&change.codes, self.new);
            let is_general = !change.section().number.starts_with(CHAPTERS) && codes.is_empty();
            for (at, lesson) in self.lessons.iter_mut().enumerate() {
                let is_here = is_of_chapter(&lesson.scope, change.section())
                    || codes.iter().any(|entry| lesson.scope.holds(*entry))
                    || is_general && at == 0;
                if is_here {
                    lesson.sections.push(change);
                }
            }
        }
        self
    }
}

/// The number of the part with the guidelines of chapters.
const CHAPTERS: &str = "I.C.";

/// Returns true if a section is about the chapter of a lesson.
fn is_of_chapter(scope: &Scope, section: &Section) -> bool {
    let Scope::Chapter(chapter) = scope else { return false };
    section.number.strip_prefix(CHAPTERS).and_then(|rest| rest.split('.').next()) == Some(chapter.id)
}

/// Returns the entries of a release that codes, categories and ranges name, but for ranges as wide as a chapter.
fn covered<'r>(named: &[NamedCode], release: &'r Release) -> Vec<Entry<'r>> {
    let mut covered = Vec::new();
    for one in named.iter().filter(|one| !one.is_broad()) {
        let plain: String = one.first.chars().filter(|char| *char != '.').collect();
        if one.last.is_none() && !plain.contains('-') {
            covered.extend(release.find(&plain));
            covered.extend(release.descendants(&plain));
        } else {
            covered.extend(release.entries().filter(|entry| one.covers(entry.code())));
        }
    }
    covered
}

/// Returns the citations of a changed section: in NEW, and in OLD where it was there.
pub(crate) fn cited(change: &SectionChange<'_>, diff: &GuidelineDiff<'_>) -> Vec<Citation> {
    let of = |section: Option<&Section>, edition: &Guidelines| {
        section.map(|section| Citation {
            code: format!("{} (page {})", label(section), section.page),
            release: format!("Guidelines {}", edition.edition()),
            file: edition.source.name.clone(),
            rows: Vec::new(),
        })
    };
    of(change.old, diff.old).into_iter().chain(of(change.new, diff.new)).collect()
}

/// Returns the number of a section, or its title if it has none.
pub(super) fn label(section: &Section) -> &str {
    if section.number.is_empty() { &section.title } else { &section.number }
}

/// Returns the subject of a statement about a section.
pub(super) fn subject(kind: &'static str, change: &SectionChange<'_>, diff: &GuidelineDiff<'_>) -> Subject {
    let release = format!("guidelines@{}", diff.new.first_day);
    Subject { release, kind, name: label(change.section()).to_owned() }
}
