//! A quiz: one right answer and three wrong ones, from the same category if it has enough codes.
//!
//! Nothing is random: wrong answers are the nearest in the publisher's order, and the order of the answers follows
//! their checksums.
//!
//! Invariant: a wrong answer is never right: it is none of the targets, has another description, or is billable.

use super::cards::{lost_from, named};
use super::{Citation, Lesson, LostCode, NewCode, Scope, StatedBy, Teaching, family, firsts, weakest};
use crate::crosswalk::{Cardinality, Days};
use crate::diff::{Change, Kind, Wording};
use crate::model::{Entry, Release, TextKind};

/// Number of wrong answers of a question.
const WRONG: usize = 3;

/// Maximum distance of a wrong answer from the code, in the publisher's order: a code farther away is not plausible.
const REACH: usize = 400;

/// A question with four answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuizQuestion {
    /// Its name: the kind of question, and its code.
    pub name: String,
    /// The lesson it is of.
    pub lesson: String,
    /// The question.
    pub text: String,
    /// The answers.
    pub answers: Vec<String>,
    /// The index of the right answer, from 0.
    pub right: usize,
    /// Why.
    pub explanation: String,
    /// The citation of the answer.
    pub citation: Citation,
}

/// Returns the questions of all lessons, each once; of codes that differ in the encounter alone, only for the first. A
/// code without three plausible wrong answers gets no question, and neither does one whose right answer is only a
/// suggestion.
pub fn quiz(teaching: &Teaching<'_>) -> Vec<QuizQuestion> {
    let (old, new) = (Ordered::of(teaching.old), Ordered::of(teaching.new));
    let maker = Maker { old, new, days: &teaching.days };
    let mut all: Vec<QuizQuestion> = Vec::new();
    let mut names = std::collections::BTreeSet::new();
    for lesson in &teaching.lessons {
        let asked = maker.of_lesson(lesson);
        all.extend(asked.into_iter().filter(|question| names.insert(question.name.clone())));
    }
    all
}

/// A release in its publisher's order.
struct Ordered<'a> {
    release: &'a Release,
    entries: Vec<Entry<'a>>,
}

impl<'a> Ordered<'a> {
    fn of(release: &'a Release) -> Self {
        Self { release, entries: release.in_publisher_order() }
    }

    /// Returns billable codes near an entry, nearest first: those of its category, then those of its chapter. Codes for
    /// another encounter come last, because only their last words differ.
    fn near(&self, entry: Entry<'_>) -> impl Iterator<Item = Entry<'a>> {
        let set = self.release.set;
        let at = self.entries.partition_point(|other| other.order() < entry.order());
        let reach = |step: usize| [at.checked_sub(step), at.checked_add(step)].into_iter().flatten();
        let around: Vec<_> = (1..=REACH)
            .flat_map(reach)
            .filter_map(|at| self.entries.get(at))
            .filter(|other| other.is_billable() && other.level() == entry.level())
            .copied()
            .collect();
        let is_sibling = |other: &Entry<'_>| set.category(other.code()) == set.category(entry.code());
        let (mut siblings, others): (Vec<_>, Vec<_>) = around.into_iter().partition(is_sibling);
        let encounter = |entry: Entry<'_>| {
            entry.code().strip_prefix(family(entry).as_str()).unwrap_or_default().to_owned()
        };
        let own = encounter(entry);
        siblings.sort_by_key(|other| encounter(*other) != own);
        let chapter = set.chapter(entry.code());
        siblings
            .into_iter()
            .chain(others.into_iter().filter(move |other| set.chapter(other.code()) == chapter))
    }
}

/// A question before its wrong answers are added.
struct Draft {
    kind: &'static str,
    text: String,
    right: String,
    explanation: String,
    citation: Citation,
}

struct Maker<'t, 'a> {
    old: Ordered<'a>,
    new: Ordered<'a>,
    days: &'t Days<'a>,
}

impl<'a> Maker<'_, 'a> {
    fn of_lesson(&self, lesson: &Lesson<'a>) -> Vec<QuizQuestion> {
        let scope = &lesson.scope;
        let source = |lost: &LostCode<'_>| family(lost.mapping.source);
        let [gone, narrowed] = [&lesson.gone, &lesson.narrowed].map(|lost| firsts(lost, source));
        let fresh = firsts(&lesson.fresh, |fresh| family(fresh.entry));
        let means = fresh.into_iter().filter_map(|fresh| self.means(fresh, scope));
        let lost = gone.iter().chain(&narrowed);
        let replaces = lost.filter_map(|lost| self.replaces(lost, scope));
        let invalid = gone.iter().filter_map(|lost| self.invalid(lost, scope));
        let reworded = firsts(&lesson.reworded, |change| family(change.entry())).into_iter();
        let reads = reworded.filter_map(|change| self.reads(change, scope));
        means.chain(replaces).chain(invalid).chain(reads).collect()
    }

    /// Asks which code has this description.
    fn means(&self, fresh: &NewCode<'_>, scope: &Scope) -> Option<QuizQuestion> {
        let text = Some(fresh.entry.shown_long()).filter(|text| !text.is_empty())?;
        let wrong = self.new.near(fresh.entry);
        let wrong = wrong.filter(|other| !other.shown_long().eq_ignore_ascii_case(text)).map(Entry::display);
        let day = self.days.first(fresh.entry.code());
        let draft = Draft {
            kind: "means",
            text: format!("Which code is assigned {day} for: {text}?"),
            right: fresh.entry.display(),
            explanation: format!("{} is new {day}.", named(fresh.entry)),
            citation: Citation::of(fresh.entry, self.new.release).with_rows(&fresh.before),
        };
        draft.with(wrong, scope)
    }

    /// Asks which code replaces it, or a part of it. No wrong answer is any of its targets.
    fn replaces(&self, lost: &LostCode<'a>, scope: &Scope) -> Option<QuizQuestion> {
        let mapping = &lost.mapping;
        let target = mapping.targets.first().filter(|_| weakest(mapping) != StatedBy::Nobody)?;
        if mapping.cardinality == Cardinality::Combination || !target.with.is_empty() {
            return None;
        }
        let is_right = |code: &str| {
            let mut targets = mapping.targets.iter();
            code == mapping.source.code()
                || targets
                    .any(|target| target.entry.code() == code || target.with.iter().any(|with| with == code))
        };
        let wrong = self.new.near(target.entry).filter(|other| !is_right(other.code())).map(named);
        let (source, day) = (named(mapping.source), lost_from(lost, self.days));
        let text = match (lost.kind, mapping.cardinality) {
            (Kind::Narrowed, _) => {
                format!("{source}: part of its meaning has its own code {day}. Which code is it?")
            }
            (_, Cardinality::Many) => {
                format!("{source} was split {day}. Which of these is one of its successors?")
            }
            _ => format!("Which code replaces {source} {day}?"),
        };
        let codes: Vec<_> = mapping.targets.iter().map(|target| target.entry.display()).collect();
        let draft = Draft {
            kind: "replaces",
            text,
            right: named(target.entry),
            explanation: format!("{} -> {}.", mapping.source.display(), codes.join(", ")),
            citation: Citation::of(mapping.source, self.old.release).with_mapping(mapping),
        };
        draft.with(wrong, scope)
    }

    /// Asks which code is no longer valid. Every wrong answer is billable in both releases.
    fn invalid(&self, lost: &LostCode<'a>, scope: &Scope) -> Option<QuizQuestion> {
        let source = lost.mapping.source;
        // A code whose announced last day is still to come is not invalid yet.
        if self.new.release.find_billable(source.code()).is_some() {
            return None;
        }
        let stays = |other: &Entry<'_>| self.new.release.find_billable(other.code()).is_some();
        let wrong = self.old.near(source).filter(stays).map(named);
        let day = lost_from(lost, self.days);
        let draft = Draft {
            kind: "invalid",
            text: format!("Which of these codes can no longer be billed {day}?"),
            right: named(source),
            explanation: format!("{} was {} with {}.", source.display(), lost.kind, self.new.release.id()),
            citation: Citation::of(source, self.old.release),
        };
        draft.with(wrong, scope)
    }

    /// Asks for the new description of a code. Only where words changed: punctuation is not worth a question.
    fn reads(&self, change: &Change<'_>, scope: &Scope) -> Option<QuizQuestion> {
        let revision = change.revision.as_ref()?;
        if revision.wording != Wording::Wording || !revision.fields.contains(&TextKind::Long) {
            return None;
        }
        let (old, new) = (change.old?, change.new?);
        let [before, now] = [old, new].map(|entry| entry.shown(TextKind::Long));
        let (before, now) = (before?, now?);
        let others = self.new.near(new).map(Entry::shown_long).filter(|text| !text.is_empty());
        let wrong = [before].into_iter().chain(others).map(str::to_owned);
        let (code, day) = (new.display(), self.days.reworded(new.code(), TextKind::Long));
        let draft = Draft {
            kind: "reads",
            text: format!("How does {code} read {day}?"),
            right: now.to_owned(),
            explanation: format!("Before: {before}"),
            citation: Citation::of(new, self.new.release),
        };
        draft.with(wrong, scope)
    }
}

impl Draft {
    /// Adds the first distinct wrong answers; `None` if there are not enough.
    fn with(self, wrong: impl Iterator<Item = String>, scope: &Scope) -> Option<QuizQuestion> {
        let mut answers = vec![self.right.clone()];
        for answer in wrong {
            if answers.len() <= WRONG && !answers.iter().any(|held| held.eq_ignore_ascii_case(&answer)) {
                answers.push(answer);
            }
        }
        if answers.len() <= WRONG {
            return None;
        }
        let name = format!("{} {}", self.kind, self.citation.code);
        answers.sort_by_cached_key(|answer| (checksum(&[&name, answer]), answer.clone()));
        let right = answers.iter().position(|answer| *answer == self.right)?;
        let Self { text, explanation, citation, .. } = self;
        Some(QuizQuestion { name, lesson: scope.word(), text, answers, right, explanation, citation })
    }
}

/// Computes FNV-1a, 64 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>.
fn checksum(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_its_authors() {
        assert_eq!(checksum(&["a"]), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(checksum(&["foo", "bar"]), 0x8594_4171_f739_67e8);
    }
}
