//! What happened to the codes of a lesson: one event for all codes to which the same happened.
//!
//! Invariant: only what the publisher or the user states makes codes replacements of another one. A suggestion is kept
//! apart, and the codes that it names are new codes like any other.

use std::collections::{BTreeMap, BTreeSet};

use super::questions::asked;
use super::{Asked, Citation, Lesson, LostCode, NewCode, StatedBy, family, weakest};
use crate::base::closed_list;
use crate::crosswalk::{Axis, AxisKind, Cardinality, Disposition, Target};
use crate::diff::Kind;
use crate::model::{Entry, Hierarchy, Release};

closed_list! {
    /// What happened to codes.
    #[non_exhaustive]
    pub enum EventKind {
        /// One code was split into several: each case needs review.
        Split = "split",
        /// One code took the place of another one, or of several.
        Replaced = "replaced",
        /// Several codes together took the place of one.
        Combined = "combined",
        /// The code is still valid, but part of its meaning has its own code.
        Narrowed = "narrowed",
        /// The code is no longer billable, and neither the publisher nor the user names a replacement.
        Ended = "no longer billable",
        /// New codes in a category.
        Added = "new",
    }
}

/// Something that happened to codes of one category.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Event<'l, 'a> {
    /// What happened.
    pub kind: EventKind,
    /// The category of the first code; empty where a set has no categories.
    pub category: &'a str,
    /// The codes that were lost or narrowed, all with the same replacements.
    pub lost: Vec<&'l LostCode<'a>>,
    /// The replacements that are facts, in the publisher's order.
    pub targets: Vec<Target<'a>>,
    /// The replacements that are suggestions.
    pub suggestions: Vec<Target<'a>>,
    /// New codes that replace no code of the lesson.
    pub fresh: Vec<&'l NewCode<'a>>,
    /// What the record must specify to choose a replacement of the first code: site, side, type and the like.
    pub asked: Vec<Asked<'a>>,
}

impl Event<'_, '_> {
    /// Returns whether one code has one part that has its own code now. Several such codes of a category are described
    /// together.
    pub fn is_pair(&self) -> bool {
        self.kind == EventKind::Narrowed && self.sources().len() == 1 && self.now().len() == 1
    }
}

/// Codes that differ in the encounter alone: in the 7th character, where a set has one. Of other codes each is its own family.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Family<'a> {
    /// The first of them, whose description is shown.
    pub first: Entry<'a>,
    /// The others.
    pub others: Vec<Entry<'a>>,
}

impl<'a> Family<'a> {
    /// Groups codes by families, in the order of the first of each.
    pub fn of(entries: impl IntoIterator<Item = Entry<'a>>) -> Vec<Self> {
        let mut places: BTreeMap<(bool, String), usize> = BTreeMap::new();
        let mut families: Vec<Self> = Vec::new();
        for entry in entries {
            // The header above codes has their common part as its own code.
            let key = (entry.is_header(), family(entry));
            match places.get(&key) {
                Some(&at) => families[at].others.push(entry),
                None => {
                    places.insert(key, families.len());
                    families.push(Self { first: entry, others: Vec::new() });
                }
            }
        }
        families
    }

    /// Returns all of its codes.
    pub fn codes(&self) -> impl Iterator<Item = Entry<'a>> {
        [self.first].into_iter().chain(self.others.iter().copied())
    }
}

impl<'a> Event<'_, 'a> {
    /// Returns the codes that were lost or narrowed, by family.
    pub fn sources(&self) -> Vec<Family<'a>> {
        Family::of(self.lost.iter().map(|lost| lost.mapping.source))
    }

    /// Returns the codes to use now, by family: replacements, or new codes.
    pub fn now(&self) -> Vec<Family<'a>> {
        let fresh = self.fresh.iter().map(|fresh| fresh.entry);
        Family::of(self.targets.iter().map(|target| target.entry).chain(fresh))
    }

    /// Returns who states the replacements.
    pub fn stated_by(&self) -> StatedBy {
        self.lost.first().map_or(StatedBy::Publisher, |lost| weakest(&lost.mapping))
    }

    /// Returns whether the one replacement may be used without review.
    pub fn is_automatic(&self) -> bool {
        self.lost.iter().all(|lost| lost.mapping.decision == Disposition::Automatic)
    }

    /// Returns the codes assigned before new codes, as far as the publisher states them, once each.
    pub fn before(&self) -> Vec<Entry<'a>> {
        let mut seen = BTreeSet::new();
        let targets = self.fresh.iter().flat_map(|fresh| &fresh.before);
        let stated = targets.filter(|target| target.provenance().is_official()).map(|target| target.entry);
        stated.filter(|entry| seen.insert(entry.code())).collect()
    }

    /// Returns the citations of the event: of its lost codes, then of its new ones.
    pub fn citations(&self, old: &Release, new: &Release) -> Vec<Citation> {
        let lost = self.lost.iter().map(|lost| {
            let facts = lost.mapping.targets.iter().filter(|target| !target.provenance().is_suggestion());
            Citation::of(lost.mapping.source, lost.release(old))
                .with_rows(facts)
                .with_elsewhere(&lost.mapping)
        });
        let targets = self.targets.iter().map(|target| Citation::of(target.entry, new).with_rows([target]));
        let fresh = self.fresh.iter().map(|fresh| {
            let stated = fresh.before.iter().filter(|target| target.provenance().is_official());
            Citation::of(fresh.entry, new).with_rows(stated)
        });
        let before = self.before().into_iter().map(|entry| Citation::of(entry, old));
        // Several new codes are named by their category.
        let category = new.find(self.category).filter(|_| self.fresh.len() > 1);
        let category = category.map(|entry| Citation::of(entry, new));
        lost.chain(before).chain(category).chain(targets).chain(fresh).collect()
    }
}

impl<'a> Lesson<'a> {
    /// Returns what happened, by category in the publisher's order; in a category, what was lost comes first.
    pub fn events<'l>(&'l self, old: &'a Release, new: &'a Release) -> Vec<Event<'l, 'a>> {
        let mut events = self.of_lost_codes(old);
        let stated: BTreeSet<&str> =
            events.iter().flat_map(|event| &event.targets).map(|target| target.entry.code()).collect();
        let mut added: BTreeMap<&str, Event<'l, 'a>> = BTreeMap::new();
        for fresh in self.fresh.iter().filter(|fresh| !stated.contains(fresh.entry.code())) {
            let category = category(fresh.entry);
            let event = added.entry(category).or_insert_with(|| Event::new(EventKind::Added, category));
            event.fresh.push(fresh);
        }
        events.extend(added.into_values());
        events.sort_by_key(|event| {
            (place(event.category, new), event.category, event.kind == EventKind::Added)
        });
        events
    }

    fn of_lost_codes<'l>(&'l self, old: &'a Release) -> Vec<Event<'l, 'a>> {
        let mut places: BTreeMap<(EventKind, Vec<String>), usize> = BTreeMap::new();
        let mut events: Vec<Event<'l, 'a>> = Vec::new();
        for lost in self.gone.iter().chain(&self.narrowed) {
            let kind = kind_of(lost);
            let (facts, suggestions): (Vec<_>, Vec<_>) =
                lost.mapping.targets.iter().cloned().partition(|target| !target.provenance().is_suggestion());
            let key = (kind, shared(lost, &facts, &suggestions));
            let at = *places.entry(key).or_insert_with(|| {
                events.push(Event::new(kind, category(lost.mapping.source)));
                events.len() - 1
            });
            let event = &mut events[at];
            if event.lost.is_empty() {
                event.asked = named_questions(lost, old);
            }
            event.lost.push(lost);
            add_new(&mut event.targets, facts);
            add_new(&mut event.suggestions, suggestions);
        }
        events
    }
}

impl<'a> Event<'_, 'a> {
    fn new(kind: EventKind, category: &'a str) -> Self {
        Self {
            kind,
            category,
            lost: Vec::new(),
            targets: Vec::new(),
            suggestions: Vec::new(),
            fresh: Vec::new(),
            asked: Vec::new(),
        }
    }
}

/// Returns the questions that have a name, such as the side: any other only repeats the descriptions.
fn named_questions<'a>(lost: &LostCode<'a>, old: &Release) -> Vec<Asked<'a>> {
    let axes = &lost.mapping.distinguish;
    let questions = asked(lost, old);
    // A question about a single new code is not about an axis.
    if questions.len() != axes.len() || !lost.is_split() {
        return Vec::new();
    }
    let is_named = |axis: &Axis| {
        let answers = axis.values.iter().filter(|value| !value.words.is_empty());
        axis.axis != AxisKind::Other && answers.count() > 1
    };
    let named = questions.into_iter().zip(axes).filter(|(_, axis)| is_named(axis));
    named.map(|(asked, _)| asked).collect()
}

/// Returns what happened to a lost code, by facts alone.
fn kind_of(lost: &LostCode<'_>) -> EventKind {
    if weakest(&lost.mapping) == StatedBy::Nobody {
        return if lost.kind == Kind::Narrowed { EventKind::Narrowed } else { EventKind::Ended };
    }
    match lost.mapping.cardinality {
        _ if lost.kind == Kind::Narrowed => EventKind::Narrowed,
        Cardinality::None => EventKind::Ended,
        Cardinality::One => EventKind::Replaced,
        Cardinality::Many => EventKind::Split,
        Cardinality::Combination => EventKind::Combined,
    }
}

/// Returns what lost codes of one event have in common: their replacements, or where they have none, their category.
fn shared(lost: &LostCode<'_>, facts: &[Target<'_>], suggestions: &[Target<'_>]) -> Vec<String> {
    let mapping = &lost.mapping;
    let targets = facts.iter().chain(suggestions).map(|target| family(target.entry));
    let elsewhere = mapping.elsewhere.iter().map(ToString::to_string);
    let mut shared: Vec<String> = targets.chain(elsewhere).collect();
    if shared.is_empty() {
        shared.push(category(mapping.source).to_owned());
        shared.push(lost.kind.word().to_owned());
    }
    // Codes that end on different days, or that lead to review and to automatic replacement, are different events.
    shared.push(format!("{:?} {:?} {:?}", lost.last_day, mapping.decision, mapping.cardinality));
    shared
}

/// Adds the targets that an event does not have yet, with the evidence of those that it has.
fn add_new<'a>(targets: &mut Vec<Target<'a>>, more: Vec<Target<'a>>) {
    for target in more {
        match targets.iter_mut().find(|held| held.entry.code() == target.entry.code()) {
            Some(held) => {
                let new: Vec<_> =
                    target.evidence.into_iter().filter(|one| !held.evidence.contains(one)).collect();
                held.evidence.extend(new);
            }
            None => targets.push(target),
        }
    }
}

/// Returns the category of a code; empty in a set without categories.
fn category(entry: Entry<'_>) -> &str {
    match entry.set().hierarchy {
        Hierarchy::Flat => "",
        _ => entry.set().category(entry.code()),
    }
}

/// Returns the place of a category in the publisher's order; of one that NEW does not have, that of the next code.
fn place(category: &str, new: &Release) -> u32 {
    if let Some(entry) = new.find(category) {
        return entry.order();
    }
    let at = new.entries().position(|entry| entry.code() >= category).unwrap_or(new.len());
    new.entries_in(at..new.len()).next().map_or(u32::MAX, Entry::order)
}
