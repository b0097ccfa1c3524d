//! The scope of a lesson: a chapter, a specialty, codes of the user's choice or in use, or all codes.

use std::collections::BTreeSet;

use super::specialty::Specialty;
use crate::base::counted;
use crate::crosswalk::Crosswalk;
use crate::impact::Usage;
use crate::model::{Chapter, CodeList, CodeSet, Entry, Hierarchy, Level};

/// The scope of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// A chapter of the set.
    Chapter(&'static Chapter),
    /// A specialty.
    Specialty(Specialty),
    /// These codes and all codes below them.
    Codes(CodeList),
    /// Codes in use, with the codes that replace them and the headers above them.
    InUse(InUse),
    /// The codes in no chapter: modifiers, and all codes of a set without chapters.
    Rest,
}

/// The codes that an organization or one of its departments uses. No other content of its files is in a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InUse {
    /// The department, if the lesson is for one.
    owner: Option<String>,
    /// Number of different codes in use.
    count: u64,
    /// These codes, and the new codes whose predecessors are among them.
    codes: BTreeSet<String>,
}

impl InUse {
    fn holds(&self, entry: Entry<'_>) -> bool {
        let (code, by_code) = (entry.code(), entry.set().hierarchy == Hierarchy::ByCode);
        if self.codes.contains(code) {
            return true;
        }
        // Notes of a header apply to the codes in use below it.
        let is_below = |used: &String| used.starts_with(code);
        let covers_used =
            by_code && entry.is_header() && self.codes.range(code.to_owned()..).next().is_some_and(is_below);
        let is_used = |length: usize| code.get(..length).is_some_and(|above| self.codes.contains(above));
        covers_used || by_code && (1..code.len()).any(is_used)
    }
}

impl Scope {
    /// Returns the codes in use, with the new codes that replace a part of them: `backward` is the crosswalk from new
    /// codes to the codes before.
    pub fn in_use(usage: &Usage, owner: Option<&str>, backward: &Crosswalk<'_>) -> Self {
        // Usage has words that only look like codes.
        let is_known = |code: &str| {
            [backward.old, backward.new].into_iter().any(|release| !release.find_all(code).is_empty())
        };
        let used: BTreeSet<&String> = usage.codes.keys().filter(|code| is_known(code)).collect();
        let is_used = |code: &str| usage.codes.contains_key(code);
        let new = backward
            .mappings
            .iter()
            .filter(|new| new.targets.iter().any(|target| is_used(target.entry.code())));
        let new = new.map(|new| new.source.code().to_owned());
        let count = used.len() as u64;
        let codes = used.into_iter().cloned().chain(new).collect();
        Self::InUse(InUse { owner: owner.map(str::to_owned), count, codes })
    }

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
            Self::InUse(in_use) => in_use.holds(entry),
            Self::Rest => chapter_of(entry).is_none(),
        }
    }

    /// Returns its name in a word, for tags.
    pub fn word(&self) -> String {
        match self {
            Self::Chapter(chapter) => format!("chapter-{}", chapter.id),
            Self::Specialty(specialty) => specialty.id.clone(),
            Self::Codes(_) => "your-codes".to_owned(),
            Self::InUse(_) => "codes-in-use".to_owned(),
            Self::Rest => "all-codes".to_owned(),
        }
    }

    /// Returns its name for people.
    pub fn title(&self) -> String {
        match self {
            Self::Chapter(chapter) => format!("Chapter {}: {}", chapter.id, chapter.title),
            Self::Specialty(specialty) => specialty.title.clone(),
            Self::Codes(_) => "Your codes".to_owned(),
            Self::InUse(InUse { owner: Some(owner), .. }) => format!("Codes in use: {owner}"),
            Self::InUse(_) => "Codes in use".to_owned(),
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
            Self::InUse(in_use) => Some(format!(
                "{} in use, and the codes that replace them.",
                counted(in_use.count, "code", "codes")
            )),
            Self::Chapter(_) | Self::Rest => None,
        }
    }
}

/// Returns the chapter of an entry. The letters of a modifier do not identify a chapter.
fn chapter_of(entry: Entry<'_>) -> Option<&'static Chapter> {
    entry.set().chapter(entry.code()).filter(|_| entry.level() != Level::Modifier)
}
