//! New codes whose description is similar to that of a deleted code.
//!
//! Three rules prevent invented successors. Only codes that NEW made billable are candidates: codes that existed
//! together with the source in OLD already had another meaning. Sides, encounters, numbers and negations must agree.
//! And among all codes that OLD had in the candidate's category, none may be more similar to it than the source:
//! otherwise it comes from that one.

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::meaning::{Likeness, Meaning, Rarity};
use crate::model::{Entry, Release};

/// Minimum likeness of a description, chosen by `codeset evaluate` on FY2016 to FY2026 without the rules of
/// `structural`, which answer for nearly all of these codes today: at 70% 880 of 880 proposals are correct and 387
/// codes have one, at 65% 883 of 892 and 390, at 75% 829 of 829 and 387.
const LIKE_ENOUGH: Likeness = Likeness::percent(70);

/// The new codes, by category; descriptions are read on demand.
#[derive(Debug)]
pub(super) struct Similar<'a> {
    old: &'a Release,
    rarity: Rarity,
    categories: Vec<Category<'a>>,
}

#[derive(Debug)]
struct Category<'a> {
    id: &'a str,
    codes: Vec<Entry<'a>>,
    meanings: OnceLock<Vec<Meaning>>,
    /// The meanings in OLD at this place.
    before: OnceLock<Vec<Meaning>>,
}

impl<'a> Similar<'a> {
    /// Indexes the codes that are new in NEW, in the order of codes.
    pub(super) fn new(old: &'a Release, new: &'a Release, fresh: &[Entry<'a>]) -> Self {
        let categories = fresh.chunk_by(|a, b| category(*a) == category(*b)).map(Category::of).collect();
        Self { old, rarity: Rarity::of(new), categories }
    }

    /// Returns the possible successors of a code: in its category, or otherwise in its chapter.
    pub(super) fn to(&self, source: Entry<'_>) -> Vec<Entry<'a>> {
        let set = source.set();
        let meaning = Meaning::of(source, &self.rarity);
        let id = category(source);
        let (own, others): (Vec<_>, Vec<_>) = self.categories.iter().partition(|other| other.id == id);
        let chapter = set.chapter(source.code()).map(|chapter| chapter.id);
        let is_near = |other: &&Category<'_>| {
            chapter.is_some() && set.chapter(other.id).map(|chapter| chapter.id) == chapter
        };
        let within = |categories: Vec<&Category<'a>>| -> Vec<Entry<'a>> {
            categories.into_iter().flat_map(|category| self.alike(category, &meaning)).collect()
        };
        let found = within(own);
        if found.is_empty() { within(others.into_iter().filter(is_near).collect()) } else { found }
    }

    fn alike(&self, category: &Category<'a>, source: &Meaning) -> Vec<Entry<'a>> {
        let meanings = category.meanings(&self.rarity);
        let pairs = category.codes.iter().zip(meanings);
        pairs.filter(|(_, target)| self.is_alike(category, source, target)).map(|(code, _)| *code).collect()
    }

    fn is_alike(&self, category: &Category<'a>, source: &Meaning, target: &Meaning) -> bool {
        if !source.agrees(target) {
            return false;
        }
        let likeness = source.likeness(target);
        let nearer = |other: &Meaning| {
            other.agrees(target) && other.likeness(target).compare(likeness) == Ordering::Greater
        };
        likeness.compare(LIKE_ENOUGH) != Ordering::Less
            && !category.before(self.old, &self.rarity).iter().any(nearer)
    }
}

impl<'a> Category<'a> {
    fn of(codes: &[Entry<'a>]) -> Self {
        let id = codes.first().map_or("", |code| category(*code));
        Self { id, codes: codes.to_vec(), meanings: OnceLock::new(), before: OnceLock::new() }
    }

    fn meanings(&self, rarity: &Rarity) -> &[Meaning] {
        self.meanings.get_or_init(|| self.codes.iter().map(|code| Meaning::of(*code, rarity)).collect())
    }

    fn before(&self, old: &Release, rarity: &Rarity) -> &[Meaning] {
        self.before.get_or_init(|| {
            let below = old.descendants(self.id).filter(|entry| entry.is_billable());
            old.find_billable(self.id)
                .into_iter()
                .chain(below)
                .map(|code| Meaning::of(code, rarity))
                .collect()
        })
    }
}

fn category<'a>(entry: Entry<'a>) -> &'a str {
    entry.set().category(entry.code())
}
