//! What all questions share: codes near another one, dates of cases, and how answers become a question.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{QuestionKind, QuizAnswer, QuizQuestion};
use crate::base::day;
use crate::crosswalk::Days;
use crate::guidelines::GuidelineDiff;
use crate::model::{CodeSet, Entry, Release};
use crate::teach::{Citation, Scope, Subject, Teaching, family};

/// Maximum number of wrong answers of a question.
const WRONG: usize = 3;

/// Minimum number of wrong answers of a question.
const FEWEST: usize = 2;

/// Maximum distance of a wrong answer from the code, in the publisher's order: a code farther away is not plausible.
const REACH: usize = 400;

/// A release in its publisher's order.
pub(super) struct Ordered<'a> {
    pub(super) release: &'a Release,
    entries: Vec<Entry<'a>>,
}

impl<'a> Ordered<'a> {
    fn of(release: &'a Release) -> Self {
        Self { release, entries: release.in_publisher_order() }
    }

    /// Returns billable codes near an entry, nearest first: those of its category, then those of its chapter. Codes for
    /// another encounter come last, because only their last words differ.
    pub(super) fn near(&self, entry: Entry<'_>) -> impl Iterator<Item = Entry<'a>> {
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

    /// Returns the codes near an entry that are valid on a day, if one is given.
    pub(super) fn near_on(&self, entry: Entry<'_>, on: Option<Date>) -> impl Iterator<Item = Entry<'a>> {
        self.near(entry).filter(move |other| is_valid_on(*other, on))
    }
}

/// Returns whether the record of a code allows a day.
pub(super) fn is_valid_on(entry: Entry<'_>, on: Option<Date>) -> bool {
    let Some(on) = on else { return true };
    entry.first_day().is_none_or(|first| first <= on) && entry.last_day().is_none_or(|last| on <= last)
}

/// What questions are made from.
pub(super) struct Maker<'t, 'a> {
    pub(super) old: Ordered<'a>,
    pub(super) new: Ordered<'a>,
    pub(super) days: &'t Days<'a>,
    pub(super) guidelines: Option<&'a GuidelineDiff<'a>>,
}

impl<'t, 'a> Maker<'t, 'a> {
    pub(super) fn new(teaching: &'t Teaching<'a>) -> Self {
        Self {
            old: Ordered::of(teaching.old),
            new: Ordered::of(teaching.new),
            days: &teaching.days,
            guidelines: teaching.guidelines,
        }
    }

    pub(super) fn set(&self) -> &'static CodeSet {
        self.new.release.set
    }

    /// Returns a day on which NEW and what takes effect on `since` are both in force: two days after.
    pub(super) fn day_after(&self, since: Option<Date>) -> Option<Date> {
        let start = since.max(self.new.release.effective())?;
        start.checked_add(2.days()).ok()
    }

    /// Returns a day on which OLD is in force and what takes effect on `since` is not: three days before. If that day is
    /// not stated, an edition between the two releases may have changed it: two days after OLD took effect.
    pub(super) fn day_before(&self, since: Option<Date>) -> Option<Date> {
        let first = self.old.release.effective();
        match since {
            Some(since) => {
                let day = since.checked_sub(3.days()).ok()?;
                first.is_none_or(|first| first <= day).then_some(day)
            }
            None => first?.checked_add(2.days()).ok(),
        }
    }

    /// Explains that a code is not valid before the day on which it takes effect, if that is stated.
    pub(super) fn is_not_yet(&self, code: &str, since: Option<Date>) -> String {
        match since {
            Some(since) => format!("{code} takes effect on {}.", day(since)),
            None => format!("{code} is not billable in {}.", self.old.release.title()),
        }
    }

    /// Writes the beginning of a scenario: `A discharge or encounter on Oct 3, 2025`.
    pub(super) fn case(&self, on: Option<Date>) -> String {
        match on {
            Some(on) => format!("A {} on {}", self.set().dated_by, day(on)),
            None => format!("A {} under {}", self.set().dated_by, self.new.release.title()),
        }
    }
}

/// A question before its answers are put in order.
pub(super) struct Draft {
    pub(super) kind: QuestionKind,
    pub(super) subject: Subject,
    pub(super) text: String,
    pub(super) right: QuizAnswer,
    pub(super) wrong: Vec<QuizAnswer>,
    pub(super) day: Option<Date>,
    pub(super) citation: Citation,
}

/// Creates an answer.
pub(super) fn answer(text: impl Into<String>, rationale: impl Into<String>) -> QuizAnswer {
    QuizAnswer { text: text.into(), rationale: rationale.into() }
}

impl Draft {
    /// Takes the first distinct wrong answers; `None` if there are not enough.
    pub(super) fn finish(self, scope: &Scope) -> Option<QuizQuestion> {
        let right = self.right.text.clone();
        let mut answers = vec![self.right];
        for answer in self.wrong {
            if answers.len() <= WRONG
                && !answers.iter().any(|held| held.text.eq_ignore_ascii_case(&answer.text))
            {
                answers.push(answer);
            }
        }
        if answers.len() <= FEWEST || right.is_empty() {
            return None;
        }
        let name = format!("{} {}", self.kind, self.citation.code);
        answers.sort_by_cached_key(|answer| (checksum(&[&name, &answer.text]), answer.text.clone()));
        let right = answers.iter().position(|answer| answer.text == right)?;
        let Self { kind, subject, text, day, citation, .. } = self;
        Some(QuizQuestion { subject, kind, name, lesson: scope.word(), text, answers, right, day, citation })
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
