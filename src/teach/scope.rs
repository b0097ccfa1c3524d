//! The scope of a lesson: a chapter, a specialty, codes of the user's choice, or all codes.

use super::specialty::Specialty;
use crate::model::{Chapter, CodeList, CodeSet, Entry, Level};

/// The scope of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// A chapter of the set.
    Chapter(&'static Chapter),
    /// A specialty.
    Specialty(Specialty),
    /// These codes and all codes below them.
    Codes(CodeList),
    /// The codes in no chapter: modifiers, and all codes of a set without chapters.
    Rest,
}

impl Scope {
    /// Returns every chapter of a set, in its order, and the rest.
    pub fn everything(set: &'static CodeSet) -> Vec<Self> {
        set.chapters.iter().map(Self::Chapter).chain([Self::Rest]).collect()
    }

    /// Returns the chapter with this number or letter.
    pub fn chapter(set: &'static CodeSet, id: &str) -> Option<Self> {
        set.chapters.iter().find(|chapter| chapter.id.eq_ignore_ascii_case(id)).map(Self::Chapter)
    }

    /// Returns whether an entry belongs to the scope.
    pub fn holds(&self, entry: Entry<'_>) -> bool {
        match self {
            Self::Chapter(chapter) => chapter_of(entry) == Some(chapter),
            Self::Specialty(specialty) => specialty.holds(entry.set(), entry.code()),
            Self::Codes(codes) => codes.holds(entry),
            Self::Rest => chapter_of(entry).is_none(),
        }
    }

    /// Returns its name in a word, for tags.
    pub fn word(&self) -> String {
        match self {
            Self::Chapter(chapter) => format!("chapter-{}", chapter.id),
            Self::Specialty(specialty) => specialty.id.clone(),
            Self::Codes(_) => "your-codes".to_owned(),
            Self::Rest => "all-codes".to_owned(),
        }
    }

    /// Returns its name for people.
    pub fn title(&self) -> String {
        match self {
            Self::Chapter(chapter) => format!("Chapter {}: {}", chapter.id, chapter.title),
            Self::Specialty(specialty) => specialty.title.clone(),
            Self::Codes(_) => "Your codes".to_owned(),
            Self::Rest => "Codes outside of chapters".to_owned(),
        }
    }

    /// Describes the codes of a set that belong to the scope, where the title does not.
    pub fn about(&self, set: &CodeSet) -> Option<String> {
        match self {
            Self::Specialty(specialty) => {
                let own = specialty.ranges.iter().filter(|range| range.set == set);
                let described: Vec<_> = own.map(super::specialty::CodeRange::describe).collect();
                Some(format!("Codes of {} in {}.", set.title, described.join(", ")))
            }
            Self::Codes(codes) => {
                /// Maximum number of codes in a title; readers skip longer lists.
                const MOST: usize = 12;
                let described: Vec<_> = codes.codes().take(MOST).map(|code| (set.display)(code)).collect();
                let more = if codes.codes().len() > MOST { " and others" } else { "" };
                Some(format!("{}{more}, and what is below them.", described.join(", ")))
            }
            Self::Chapter(_) | Self::Rest => None,
        }
    }
}

/// Returns the chapter of an entry. The letters of a modifier do not identify a chapter.
fn chapter_of(entry: Entry<'_>) -> Option<&'static Chapter> {
    entry.set().chapter(entry.code()).filter(|_| entry.level() != Level::Modifier)
}
