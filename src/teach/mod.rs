//! Learning material from a difference: new, deleted, split and reworded codes and changed notes, by chapter or
//! specialty; with flashcards and a quiz. Every statement cites its code and release.
//!
//! Invariant: every statement has a [`Citation`]: its code, the release that has it, and the rows that state it. A
//! suggestion is called one, and the quiz asks about none.
//!
//! Cards and questions are about a [`Subject`], which has an id of its own: another source of statements, such as changed
//! sections of the guidelines, is a function that returns cards, and one in the list of sources of the quiz.

mod cards;
mod events;
mod notes;
mod questions;
mod quiz;
mod scope;
mod sections;
mod specialty;
mod subject;

pub use cards::{Card, cards};
pub use events::{Event, EventKind, Family};
pub(crate) use notes::{NoteLine, note_lines};
pub(crate) use questions::NOT_SPECIFIED;
pub use questions::{Answer, Asked};
pub use quiz::{Difficulty, QuestionKind, QuizAnswer, QuizQuestion, quiz};
pub use scope::Scope;
pub(crate) use sections::cited;
pub use specialty::{CodeRange, SPECIALTIES, Specialties, Specialty};
pub use subject::Subject;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;

use crate::base::closed_list;
use crate::crosswalk::{
    Cardinality, Crosswalk, Days, Elsewhere, Evidence, Mapping, Provenance, Status, Target,
};
use crate::diff::{Change, Diff, Kind};
use crate::guidelines::{GuidelineDiff, SectionChange};
use crate::model::{Entry, Level, Release};

/// A difference, divided into lessons.
#[derive(Debug)]
#[non_exhaustive]
pub struct Teaching<'a> {
    /// The older release.
    pub old: &'a Release,
    /// The newer release.
    pub new: &'a Release,
    /// The days on which codes took effect, ended or lost a part of their meaning.
    pub days: Days<'a>,
    /// The changes in the guidelines, where two editions were given.
    pub guidelines: Option<&'a GuidelineDiff<'a>>,
    /// The lessons: those that were asked for, else every chapter in which something changed.
    pub lessons: Vec<Lesson<'a>>,
    /// The chapters in which nothing changed, where no lessons were asked for.
    pub untouched: Vec<String>,
}

/// The changes in one chapter or specialty. Everything is in the publisher's order.
#[derive(Debug)]
#[non_exhaustive]
pub struct Lesson<'a> {
    /// The scope of the lesson.
    pub scope: Scope,
    /// Codes that may be used from NEW on: added, promoted, reactivated.
    pub fresh: Vec<NewCode<'a>>,
    /// Headers that are new.
    pub headings: Vec<Change<'a>>,
    /// Codes that may no longer be used: removed, demoted, ended.
    pub gone: Vec<LostCode<'a>>,
    /// Codes that are still valid with a narrower meaning.
    pub narrowed: Vec<LostCode<'a>>,
    /// Codes and headers whose descriptions changed, or whose meaning is another.
    pub reworded: Vec<Change<'a>>,
    /// Codes and headers whose notes changed.
    pub renoted: Vec<Change<'a>>,
    /// Codes and headers that moved to another section.
    pub moved: Vec<Change<'a>>,
    /// Changed sections of the guidelines.
    pub sections: Vec<&'a SectionChange<'a>>,
    /// Number of entries that changed in their attributes only.
    pub attributes: usize,
}

/// A code that is new.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewCode<'a> {
    /// The kind of change.
    pub kind: Kind,
    /// The code, in NEW.
    pub entry: Entry<'a>,
    /// The codes assigned before, where they are known.
    pub before: Vec<Target<'a>>,
}

/// A code that was lost, or that lost part of its meaning.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LostCode<'a> {
    /// The kind of change.
    pub kind: Kind,
    /// Its last day, where its publisher sets one; it may be in the future.
    pub last_day: Option<Date>,
    /// The codes to use instead.
    pub mapping: Mapping<'a>,
}

impl LostCode<'_> {
    /// Returns true if several codes replace one: which one is right depends on the case.
    pub fn is_split(&self) -> bool {
        self.mapping.cardinality == Cardinality::Many
    }

    /// Returns its citation, with all evidence for the codes to use instead. A code that was added after OLD is cited from
    /// the last edition that has it.
    pub(crate) fn citation(&self, old: &Release) -> Citation {
        Citation::of(self.mapping.source, self.release(old)).with_mapping(&self.mapping)
    }

    /// Returns OLD, or for a code that was added after it, the last edition that has the code.
    fn release<'r>(&'r self, old: &'r Release) -> &'r Release {
        let has_it = !old.find_all(self.mapping.source.code()).is_empty();
        let last = self.mapping.end.map(|[last, _]| last).filter(|_| !has_it);
        last.unwrap_or(old)
    }
}

/// The source of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The code, as people write it.
    pub code: String,
    /// The release that has it.
    pub release: String,
    /// The file of the release that its codes were read from; empty where it has no name.
    pub file: String,
    /// The tables and records with the statement: each file once per row, or without a row where it has none for it.
    pub rows: Vec<(String, Option<u32>)>,
}

impl Citation {
    /// Creates the citation of an entry in its release.
    pub fn of(entry: Entry<'_>, release: &Release) -> Self {
        Self { code: entry.display(), release: release.id(), file: release.file.clone(), rows: Vec::new() }
    }

    /// Adds the rows that are the evidence for targets.
    #[must_use]
    pub(crate) fn with_rows<'t, 'a: 't>(mut self, targets: impl IntoIterator<Item = &'t Target<'a>>) -> Self {
        self.add(targets.into_iter().flat_map(|target| &target.evidence));
        self
    }

    /// Adds the evidence for codes of other sets.
    #[must_use]
    fn with_elsewhere(mut self, mapping: &Mapping<'_>) -> Self {
        self.add(mapping.elsewhere.iter().flat_map(|elsewhere| &elsewhere.evidence));
        self
    }

    /// Adds all evidence for the codes to use instead of a code.
    #[must_use]
    pub(crate) fn with_mapping(self, mapping: &Mapping<'_>) -> Self {
        self.with_rows(&mapping.targets).with_elsewhere(mapping)
    }

    fn add<'t>(&mut self, evidence: impl Iterator<Item = &'t Evidence>) {
        for evidence in evidence {
            let place = (evidence.source.clone(), evidence.row);
            // A suggestion is derived from the releases themselves, which are cited already.
            let is_place = evidence.row.is_some() || evidence.kind.is_fact();
            if is_place && !self.rows.contains(&place) {
                self.rows.push(place);
            }
        }
    }
}

impl Citation {
    /// Formats the citation without the code, for text that names the code already.
    pub fn place(&self) -> String {
        let mut place = self.release.clone();
        for file in self.rows.chunk_by(|(a, _), (b, _)| a == b) {
            let rows: Vec<u32> = file.iter().filter_map(|(_, row)| *row).collect();
            place.push_str(&format!("; {}{}", file[0].0, describe_rows(&rows)));
        }
        place
    }
}

/// Lists the sources of statements, each once: every release and file with the codes, then every table with its rows.
pub fn sources(citations: &[Citation]) -> Vec<String> {
    let mut releases: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    let mut tables: Vec<(&str, Vec<u32>)> = Vec::new();
    for citation in citations {
        let (release, file) = (citation.release.as_str(), citation.file.as_str());
        let code = citation.code.as_str();
        match releases.iter_mut().find(|(id, name, _)| (*id, *name) == (release, file)) {
            Some((_, _, codes)) if codes.contains(&code) => {}
            Some((_, _, codes)) => codes.push(code),
            None => releases.push((release, file, vec![code])),
        }
        for (table, row) in &citation.rows {
            let at = tables.iter().position(|(name, _)| name == table).unwrap_or_else(|| {
                tables.push((table, Vec::new()));
                tables.len() - 1
            });
            tables[at].1.extend(row);
        }
    }
    let of_release = |(release, file, codes): (&str, &str, Vec<&str>)| {
        let file = if file.is_empty() { String::new() } else { format!(" ({file})") };
        format!("{release}{file}: {}", codes.join(", "))
    };
    let of_table = |(table, mut rows): (&str, Vec<u32>)| {
        rows.sort_unstable();
        rows.dedup();
        format!("{table}{}", describe_rows(&rows))
    };
    releases.into_iter().map(of_release).chain(tables.into_iter().map(of_table)).collect()
}

/// Formats the rows of one file: ` row 3`, ` rows 3-5, 9`; empty where there are none.
fn describe_rows(rows: &[u32]) -> String {
    let runs = rows.chunk_by(|a, b| a.checked_add(1) == Some(*b));
    let runs = runs.map(|run| match run {
        [first, .., last] => format!("{first}-{last}"),
        run => run.iter().map(u32::to_string).collect(),
    });
    let word = match rows {
        [] => return String::new(),
        [_] => "row",
        _ => "rows",
    };
    format!(" {word} {}", runs.collect::<Vec<_>>().join(", "))
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.code, self.place())
    }
}

closed_list! {
    /// The source of a statement in a course, strongest first. Only statements of the publisher or the user are facts.
    pub enum StatedBy {
        /// The publisher.
        Publisher = "official",
        /// The user, by a decision.
        User = "your decision",
        /// Neither: it is a suggestion.
        Nobody = "suggestion",
    }
}

impl From<Provenance> for StatedBy {
    fn from(provenance: Provenance) -> Self {
        match provenance {
            _ if provenance.is_official() => Self::Publisher,
            Provenance::Reviewed => Self::User,
            _ => Self::Nobody,
        }
    }
}

/// Returns the word for who states a target.
pub fn stated_by(target: &Target<'_>) -> &'static str {
    StatedBy::from(target.provenance()).word()
}

/// Returns the provenance of all targets together: that of the weakest.
fn weakest(mapping: &Mapping<'_>) -> StatedBy {
    let elsewhere = mapping.elsewhere.iter().map(Elsewhere::provenance);
    let all = mapping.targets.iter().map(Target::provenance).chain(elsewhere);
    all.map(StatedBy::from).max().unwrap_or(StatedBy::Nobody)
}

impl Lesson<'_> {
    fn of(scope: Scope) -> Self {
        Self {
            scope,
            fresh: Vec::new(),
            headings: Vec::new(),
            gone: Vec::new(),
            narrowed: Vec::new(),
            reworded: Vec::new(),
            renoted: Vec::new(),
            moved: Vec::new(),
            sections: Vec::new(),
            attributes: 0,
        }
    }

    /// Returns the lost codes that were split, narrowed ones among them.
    pub fn split(&self) -> impl Iterator<Item = &LostCode<'_>> {
        self.gone.iter().chain(&self.narrowed).filter(|lost| lost.is_split())
    }

    /// Returns true if the lesson has no changes to learn.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of changes to learn.
    pub fn len(&self) -> usize {
        let lost = self.gone.len() + self.narrowed.len();
        let described = self.reworded.len() + self.renoted.len() + self.moved.len();
        self.fresh.len() + self.headings.len() + lost + described
    }
}

/// Groups a difference by scopes; by every chapter where none is asked for. `forward` and `backward` are the crosswalks
/// of the difference in both directions.
pub fn teach<'a>(
    diff: &Diff<'a>,
    forward: &Crosswalk<'a>,
    backward: &Crosswalk<'a>,
    scopes: &[Scope],
) -> Teaching<'a> {
    let before: BTreeMap<&str, &Mapping<'a>> =
        backward.mappings.iter().map(|mapping| (mapping.source.code(), mapping)).collect();
    let everything = Scope::everything(diff.new.set);
    let scopes_or_all = if scopes.is_empty() { &everything } else { scopes };
    let lessons = scopes_or_all.iter().map(|scope| lesson(diff, forward, &before, scope));
    // A lesson without changes is kept only if it was asked for.
    let (untouched, lessons): (Vec<_>, Vec<_>) =
        lessons.partition(|lesson| scopes.is_empty() && lesson.is_empty() && lesson.attributes == 0);
    let chapters = untouched.iter().filter(|lesson| matches!(lesson.scope, Scope::Chapter(_)));
    let untouched = chapters.map(|lesson| lesson.scope.title()).collect();
    Teaching {
        old: diff.old,
        new: diff.new,
        days: forward.days.clone(),
        guidelines: None,
        lessons,
        untouched,
    }
}

fn lesson<'a>(
    diff: &Diff<'a>,
    forward: &Crosswalk<'a>,
    before: &BTreeMap<&str, &Mapping<'a>>,
    scope: &Scope,
) -> Lesson<'a> {
    let mut lesson = Lesson::of(scope.clone());
    for change in &diff.changes {
        if [change.old, change.new].into_iter().flatten().any(|entry| scope.holds(entry)) {
            sort_in(&mut lesson, change, before);
        }
    }
    for mapping in forward.mappings.iter().filter(|mapping| scope.holds(mapping.source)) {
        let Status::Changed(kind) = mapping.status else { continue };
        let last_day = diff.new.find_all(mapping.source.code()).into_iter().find_map(Entry::last_day);
        let lost = LostCode { kind, last_day, mapping: mapping.clone() };
        if kind.is_deletion() { lesson.gone.push(lost) } else { lesson.narrowed.push(lost) }
    }
    lesson
}

fn sort_in<'a>(lesson: &mut Lesson<'a>, change: &Change<'a>, before: &BTreeMap<&str, &Mapping<'a>>) {
    match change.kind {
        Kind::Added | Kind::Promoted | Kind::Reactivated if change.level() == Level::Header => {
            lesson.headings.push(change.clone());
        }
        Kind::Added | Kind::Promoted | Kind::Reactivated => {
            // A code that had ended when it was added is not worth learning.
            if let Some(entry) = change.new.filter(|entry| entry.is_billable()) {
                let before = before.get(entry.code()).map(|mapping| mapping.targets.clone());
                lesson.fresh.push(NewCode { kind: change.kind, entry, before: before.unwrap_or_default() });
            }
        }
        Kind::Revised | Kind::Reused => lesson.reworded.push(change.clone()),
        Kind::Notes => lesson.renoted.push(change.clone()),
        Kind::Moved => lesson.moved.push(change.clone()),
        Kind::Property | Kind::Recertified | Kind::Reformatted => lesson.attributes += 1,
        // Codes that lost validity come from the crosswalk.
        Kind::Removed | Kind::Demoted | Kind::Terminated | Kind::Narrowed => {}
    }
}

/// Returns the common part of codes that differ in the encounter alone (`S30.11XA`, `S30.11XD`, `S30.11XS`): it is
/// enough to learn one of them. For any other code it is the code itself.
fn family(entry: Entry<'_>) -> String {
    let code = entry.code();
    let last = entry.shown_long().rsplit(", ").next().unwrap_or_default();
    let is_encounter =
        ["initial encounter", "subsequent encounter", "sequela"].iter().any(|word| last.starts_with(word));
    code.char_indices().next_back().filter(|_| is_encounter).map_or(code, |(end, _)| &code[..end]).to_owned()
}

/// Returns the first of each family.
fn firsts<T>(all: &[T], family: impl Fn(&T) -> String) -> Vec<&T> {
    let mut seen = BTreeSet::new();
    all.iter().filter(|one| seen.insert(family(one))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_in_a_run_are_reported_as_one() {
        assert_eq!(describe_rows(&[]), "");
        assert_eq!(describe_rows(&[3]), " row 3");
        assert_eq!(describe_rows(&[3, 4, 5, 9, 11, 12]), " rows 3-5, 9, 11-12");
    }
}
