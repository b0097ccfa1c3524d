//! The details that documentation must state now: the questions that decide between successors.

use super::{Citation, Lesson, LostCode, StatedBy, family, firsts, weakest};
use crate::crosswalk::{AxisKind, AxisValue, Cardinality, Mapping, Target};
use crate::diff::Kind;
use crate::model::{Entry, Release};

/// A question about the documentation of a case.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The code that was enough before.
    pub source: Entry<'a>,
    /// The question.
    pub question: &'static str,
    /// The answers, each with the codes that it leads to.
    pub answers: Vec<Answer>,
    /// The source of the codes; `None` if one of them is only a suggestion.
    pub stated_by: StatedBy,
    /// The citation of the code.
    pub citation: Citation,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The documented detail.
    pub words: String,
    /// The codes it leads to, as people write them.
    pub codes: Vec<String>,
}

impl<'a> Lesson<'a> {
    /// Returns the questions of all codes that were split or narrowed; of those that differ in the encounter alone, of
    /// the first.
    pub fn asked(&self, old: &Release) -> Vec<Asked<'a>> {
        let lost = [&self.gone, &self.narrowed];
        let lost = lost.map(|lost| firsts(lost, |lost| family(lost.mapping.source)));
        lost.into_iter().flatten().flat_map(|lost| asked(lost, old)).collect()
    }
}

/// Returns the questions that decide what to use instead of a code.
pub(super) fn asked<'a>(lost: &LostCode<'a>, old: &Release) -> Vec<Asked<'a>> {
    let mapping = &lost.mapping;
    let question = |question, answers| Asked {
        source: mapping.source,
        question,
        answers,
        stated_by: weakest(mapping),
        citation: lost.citation(old),
    };
    let answer = |words: &str, codes: &[String]| Answer { words: words.to_owned(), codes: codes.to_vec() };
    if lost.kind == Kind::Narrowed && mapping.cardinality == Cardinality::One {
        let part = mapping.targets.iter();
        let part = part.map(|target| answer(target.entry.shown_long(), &[target.entry.display()]));
        let rest = answer(ANYTHING_ELSE, &[mapping.source.display()]);
        return vec![question("Which of these is it?", part.chain([rest]).collect())];
    }
    let axes = mapping.distinguish.iter().map(|axis| {
        let answers = axis.values.iter().map(|value| answer(&answer_text(value, mapping), &value.targets));
        question(sentence(axis.axis), answers.collect())
    });
    axes.collect()
}

/// Returns the words of an answer as the description of a candidate writes them: in questions they are in lower case.
pub(super) fn answer_text(value: &AxisValue, mapping: &Mapping<'_>) -> String {
    if value.words.is_empty() {
        return NOT_SPECIFIED.to_owned();
    }
    let is_meant = |target: &&Target<'_>| value.targets.contains(&target.entry.display());
    let Some(target) = mapping.targets.iter().find(is_meant) else { return value.words.clone() };
    let long = target.entry.shown_long();
    let plain = |text: &str| text.replace([',', ';', ':'], "").to_ascii_lowercase();
    if value.targets.len() == 1 && plain(long) == plain(&value.words) {
        return long.to_owned();
    }
    let at = long.to_ascii_lowercase().find(&value.words.to_ascii_lowercase());
    let own = at.and_then(|at| long.get(at..at + value.words.len()));
    own.unwrap_or(&value.words).to_owned()
}

/// The answer for what is left to a narrowed code.
const ANYTHING_ELSE: &str = "anything else that it meant before";

/// The answer for codes that are unspecified on an axis.
pub(crate) const NOT_SPECIFIED: &str = "not specified";

fn sentence(axis: AxisKind) -> &'static str {
    match axis {
        AxisKind::Side => "Which side?",
        AxisKind::Encounter => "Which encounter?",
        AxisKind::Type => "Which type?",
        AxisKind::Stage => "Which stage or grade?",
        AxisKind::Severity => "How severe?",
        AxisKind::Course => "Which course: acute, chronic, active, in remission?",
        AxisKind::Site => "Which site?",
        AxisKind::Other => "Which of these is it?",
    }
}
