//! The publisher's replacements in the records of deleted codes.

use std::collections::{BTreeMap, BTreeSet};

use super::link::{Link, RowSource};
use super::path::{Course, Obstacle, Path};
use super::{Elsewhere, Evidence, EvidenceKind};
use crate::model::{CodeSet, Entry, Level, Place, Problem, ProblemCode, Problems, Release, Successors};

/// A value that cannot be followed.
#[derive(Debug)]
struct Rejected<'a> {
    value: &'a str,
    obstacle: Obstacle,
}

impl Rejected<'_> {
    /// Returns the set of which it is a code, if it is one of another set.
    fn other_set(&self) -> Option<&'static CodeSet> {
        match self.obstacle {
            Obstacle::CodeOf(set) => Some(set),
            _ => None,
        }
    }

    fn problem(&self) -> ProblemCode {
        match self.obstacle {
            Obstacle::NotBillable | Obstacle::Unknown => ProblemCode::UnknownSuccessor,
            Obstacle::Modifier | Obstacle::NameOfSet(_) | Obstacle::CodeOf(_) => {
                ProblemCode::ForeignSuccessor
            }
        }
    }
}

/// The cross-references of deleted codes of NEW, by deleted code.
#[derive(Debug, Default)]
pub(super) struct CrossReferences<'a> {
    links: BTreeMap<&'a str, Vec<Link<'a>>>,
    rejected: BTreeMap<&'a str, Vec<Rejected<'a>>>,
}

impl<'a> CrossReferences<'a> {
    /// Reads the replacements in the records of the deleted codes of NEW.
    pub(super) fn new(new: &'a Release) -> Self {
        let mut references = Self::default();
        let Some(successors) = new.set.successors else { return references };
        for entry in new.entries().filter(|entry| is_dead(*entry)) {
            for value in named(entry, successors) {
                match successor(new, entry, value, successors) {
                    Ok(code) => {
                        let link = Link { row_source: RowSource::Entry(entry), code, with: Vec::new() };
                        references.links.entry(entry.code()).or_default().push(link);
                    }
                    Err(rejected) => references.rejected.entry(entry.code()).or_default().push(rejected),
                }
            }
        }
        references
    }

    /// Returns deleted codes with their links that can be followed.
    pub(super) fn links(&self) -> impl Iterator<Item = (&'a str, &Link<'a>)> {
        self.links.iter().flat_map(|(code, links)| links.iter().map(move |link| (*code, link)))
    }

    /// Returns the codes of other sets that the paths from a code lead to.
    pub(super) fn elsewhere(&self, code: &str, new: &'a Release) -> Vec<Elsewhere<'a>> {
        let mut way = BTreeSet::new();
        self.walk(code, &mut way);
        let mut codes: Vec<Elsewhere<'a>> = Vec::new();
        for (dead, rejected) in self.rejected_on(&way) {
            let Some(set) = rejected.other_set() else { continue };
            let last = new.find(dead).and_then(Entry::last_day);
            let evidence = Evidence {
                kind: EvidenceKind::Official,
                source: new.file.clone(),
                row: None,
                effective: last.and_then(|day| day.tomorrow().ok()),
            };
            match codes.iter_mut().find(|known| known.set.id == set.id && known.code == rejected.value) {
                Some(known) => known.evidence.push(evidence),
                None => codes.push(Elsewhere { set, code: rejected.value, evidence: vec![evidence] }),
            }
        }
        codes
    }

    /// Returns the references on the paths from a code that cannot be followed.
    pub(super) fn not_followed(&self, code: &str, set: &CodeSet) -> Vec<Path> {
        let mut way = BTreeSet::new();
        self.walk(code, &mut way);
        let path = |code: &str, Rejected { value, obstacle }: &Rejected<'_>| Path {
            source: (set.display)(code),
            course: Course::NotFollowed { value: (*value).to_owned(), obstacle: *obstacle },
        };
        let lost = self.rejected_on(&way).filter(|(_, rejected)| rejected.other_set().is_none());
        lost.map(|(code, rejected)| path(code, rejected)).collect()
    }

    /// Reports the references that cannot be followed on the paths from codes of OLD; other codes were deleted in an
    /// earlier step.
    pub(super) fn report(&self, old: &Release, new: &Release, problems: &mut Problems) {
        let mut paths = BTreeSet::new();
        let dead = self.links.keys().chain(self.rejected.keys());
        dead.filter(|code| old.find_billable(code).is_some()).for_each(|code| self.walk(code, &mut paths));
        for (code, rejected) in
            self.rejected_on(&paths).filter(|(_, rejected)| rejected.other_set().is_none())
        {
            problems.add(rejected.problem(), || {
                let (code, value) = ((new.set.display)(code), rejected.value.escape_debug());
                let fact = format!("{code} names {value} as its replacement, which is {}", rejected.obstacle);
                Problem::new(rejected.problem(), Place::file(&new.file), fact)
            });
        }
    }

    fn walk(&self, code: &str, way: &mut BTreeSet<String>) {
        if way.insert(code.to_owned()) {
            self.links.get(code).into_iter().flatten().for_each(|link| self.walk(&link.code, way));
        }
    }

    fn rejected_on(&self, way: &BTreeSet<String>) -> impl Iterator<Item = (&'a str, &Rejected<'a>)> {
        let on_way = self.rejected.iter().filter(|(code, _)| way.contains(**code));
        on_way.flat_map(|(code, rejected)| rejected.iter().map(move |rejected| (*code, rejected)))
    }
}

/// Returns whether it is a code whose last day has passed.
fn is_dead(entry: Entry<'_>) -> bool {
    entry.level() == Level::Code && entry.last_day().is_some() && !entry.is_billable()
}

/// Returns the values that name a replacement, each once, in the order of the record.
fn named<'a>(entry: Entry<'a>, successors: &Successors) -> Vec<&'a str> {
    let mut values = Vec::new();
    for value in successors.properties.iter().filter_map(|name| entry.property(name)) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// Returns the code that a value of a deleted code refers to, if the path may continue there: it is billable, or
/// deleted and names a replacement itself.
fn successor<'a>(
    new: &Release,
    dead: Entry<'_>,
    value: &'a str,
    successors: &Successors,
) -> Result<String, Rejected<'a>> {
    let code = (new.set.normalize)(value);
    let Some(next) = code.as_deref().and_then(|code| new.find(code)) else {
        return Err(Rejected { value, obstacle: stranger(new, value, successors) });
    };
    let goes_on = is_dead(next) && next.code() != dead.code() && !named(next, successors).is_empty();
    if next.is_billable() || goes_on {
        return Ok(next.code().to_owned());
    }
    Err(Rejected { value, obstacle: Obstacle::NotBillable })
}

/// Returns why a value that is not a code of NEW cannot be followed.
fn stranger(new: &Release, value: &str, successors: &Successors) -> Obstacle {
    let code = (new.set.normalize)(value);
    if code.as_deref().and_then(|code| new.find_modifier(code)).is_some() {
        return Obstacle::Modifier;
    }
    let find = |test: &dyn Fn(&CodeSet) -> bool| successors.foreign.iter().copied().find(|set| test(set));
    if let Some(set) = find(&|set| set.title.eq_ignore_ascii_case(value)) {
        return Obstacle::NameOfSet(set);
    }
    let other = find(&|set| code.is_none() && (set.normalize)(value).is_some());
    other.map_or(Obstacle::Unknown, Obstacle::CodeOf)
}
