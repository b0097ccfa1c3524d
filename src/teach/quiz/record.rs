//! Questions about what a record must specify: the details in which the official successors of a code differ.

use super::QuestionKind;
use super::codes::lost;
use super::maker::{Draft, Maker, answer};
use super::words::{adds_to, exclude_each_other, is_beyond, is_residual, is_unspecified};
use crate::crosswalk::{AxisKind, Cardinality, Mapping, Target};
use crate::model::Entry;
use crate::teach::cards::named;
use crate::teach::questions::answer_text;
use crate::teach::{Lesson, LostCode, StatedBy, Subject, weakest};

/// The subjects of details that a record may lack. A site has no closed list of words, so it is never a wrong answer.
const CLOSED: &[AxisKind] = &[
    AxisKind::Side,
    AxisKind::Stage,
    AxisKind::Severity,
    AxisKind::Encounter,
    AxisKind::Type,
    AxisKind::Course,
];

fn noun(axis: AxisKind) -> Option<&'static str> {
    Some(match axis {
        AxisKind::Side => "the side",
        AxisKind::Encounter => "the encounter",
        AxisKind::Type => "the type",
        AxisKind::Stage => "the stage or grade",
        AxisKind::Severity => "the severity",
        AxisKind::Course => "the course, such as acute or chronic",
        AxisKind::Site => "the site",
        AxisKind::Other => return None,
    })
}

/// Returns the codes of a lesson that the publisher split and that are no longer billable, with known descriptions.
fn split<'l, 'a>(maker: &Maker<'_, '_>, lesson: &'l Lesson<'a>) -> impl Iterator<Item = &'l LostCode<'a>> {
    lost(lesson).filter(|lost| {
        let mapping = &lost.mapping;
        lost.kind.is_deletion()
            && mapping.cardinality == Cardinality::Many
            && weakest(mapping) == StatedBy::Publisher
            && maker.new.release.find_billable(mapping.source.code()).is_none()
            && mapping.elsewhere.is_empty()
            && mapping
                .targets
                .iter()
                .all(|target| target.with.is_empty() && !target.entry.shown_long().is_empty())
            && !mapping.source.shown_long().is_empty()
    })
}

fn draft(kind: QuestionKind, maker: &Maker<'_, '_>, lost: &LostCode<'_>) -> Draft {
    Draft {
        kind,
        subject: Subject::of(kind.word(), lost.mapping.source, maker.new.release),
        text: String::new(),
        right: answer("", ""),
        wrong: Vec::new(),
        day: None,
        citation: lost.citation(maker.old.release),
    }
}

/// Returns the day of a case after the change: all successors are in force.
fn day_of(maker: &Maker<'_, '_>, mapping: &Mapping<'_>) -> Option<jiff::civil::Date> {
    let first = |target: &Target<'_>| maker.days.first_stated(target.entry.code());
    maker.day_after(mapping.targets.iter().filter_map(first).max())
}

/// Asks which detail the record must specify to choose between the successors of a code.
pub(super) fn specify<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let ask = |lost: &LostCode<'a>| {
        let mapping = &lost.mapping;
        let nouns: Option<Vec<_>> = mapping.distinguish.iter().map(|axis| noun(axis.axis)).collect();
        let nouns = nouns.filter(|nouns| !nouns.is_empty())?;
        let described = || mapping.targets.iter().map(|target| target.entry.shown_long());
        let absent = CLOSED.iter().filter(|axis| !described().any(|text| axis.is_named_in(text)));
        let absent = absent.filter(|axis| mapping.distinguish.iter().all(|own| own.axis != **axis));
        let wrong = absent.filter_map(|axis| {
            let noun = noun(*axis)?;
            Some(answer(capital(noun), format!("No description of a successor names {noun}.")))
        });
        let source = mapping.source;
        let codes: Vec<_> = mapping.targets.iter().map(|target| target.entry.display()).collect();
        let on = day_of(maker, mapping);
        let text = format!(
            "{}: the record says only \"{}\", which was {} until then. What must the record also specify to choose \
             between the successors?",
            maker.case(on),
            source.shown_long(),
            source.display()
        );
        let nouns = nouns.join(" and ");
        Some(Draft {
            text,
            right: answer(
                capital(&nouns),
                format!("The descriptions of {} differ in {nouns}.", codes.join(", ")),
            ),
            wrong: wrong.collect(),
            day: on,
            ..draft(QuestionKind::Specify, maker, lost)
        })
    };
    split(maker, lesson).filter_map(ask).collect()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Asks for the successor that the detail in the record leads to.
pub(super) fn detail<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let ask = |lost: &LostCode<'a>| {
        let mapping = &lost.mapping;
        let [axis] = mapping.distinguish.as_slice() else { return None };
        let is_plain = |words: &str| !words.is_empty() && !is_residual(words);
        let value = axis.values.iter().find(|value| value.targets.len() == 1 && is_plain(&value.words))?;
        let is_meant = |target: &&Target<'_>| value.targets.contains(&target.entry.display());
        let target = mapping.targets.iter().find(is_meant)?.entry;
        let words = answer_text(value, mapping);
        // The record names the general condition, and the detail in the words of the description.
        if !adds_to(target.shown_long(), mapping.source.shown_long()) || !target.shown_long().contains(&words)
        {
            return None;
        }
        let others =
            mapping.targets.iter().map(|target| target.entry).filter(|other| other.code() != target.code());
        let others = others.filter(|other| {
            !is_residual(other.shown_long()) && exclude_each_other(other.shown_long(), target.shown_long())
        });
        let mut wrong: Vec<_> = others
            .map(|other| {
                answer(named(other), format!("{} means \"{}\".", other.display(), other.shown_long()))
            })
            .collect();
        wrong.push(old_code(maker, mapping.source));
        let on = day_of(maker, mapping);
        Some(Draft {
            text: format!(
                "{}: the record says \"{}\" and specifies \"{words}\". Which code is assigned?",
                maker.case(on),
                mapping.source.shown_long()
            ),
            right: answer(
                named(target),
                format!(
                    "Of the official successors of {} only {} has \"{words}\".",
                    mapping.source.display(),
                    target.display()
                ),
            ),
            wrong,
            day: on,
            ..draft(QuestionKind::Detail, maker, lost)
        })
    };
    split(maker, lesson).filter_map(ask).collect()
}

/// The code itself as a wrong answer: it is no longer billable.
fn old_code(maker: &Maker<'_, '_>, source: Entry<'_>) -> super::QuizAnswer {
    answer(named(source), format!("{} is not billable in {}.", source.display(), maker.new.release.title()))
}

/// Asks what to do if the record does not specify the detail: where a successor is for that case, it is assigned;
/// otherwise the record must be completed.
pub(super) fn undocumented<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let ask = |lost: &LostCode<'a>| {
        let mapping = &lost.mapping;
        let [axis] = mapping.distinguish.as_slice() else { return None };
        let new = maker.new.release;
        let is_target =
            |other: Entry<'_>| mapping.targets.iter().any(|target| target.entry.code() == other.code());
        // A code below the old one that the table does not name may be for this case.
        let mut below = new.descendants(mapping.source.code()).filter(|entry| entry.is_billable());
        if mapping.source.set().hierarchy != crate::model::Hierarchy::ByCode || !below.all(is_target) {
            return None;
        }
        let targets = || mapping.targets.iter().map(|target| target.entry);
        let open: Vec<_> = targets().filter(|entry| is_unspecified(entry.shown_long())).collect();
        let is_specific = |entry: &Entry<'_>| {
            let mut values = axis.values.iter().filter(|value| value.targets == [entry.display()]);
            values.any(|value| !value.words.is_empty())
                && !is_residual(entry.shown_long())
                && is_beyond(entry.shown_long(), mapping.source.shown_long())
        };
        let specific: Vec<_> = targets().filter(is_specific).collect();
        let all_specific = specific.len() == mapping.targets.len();
        let right = match open.as_slice() {
            [open] if specific.len() + 1 == mapping.targets.len() => answer(
                format!("Assign {}", named(*open)),
                format!("{} is the successor for a record without the detail.", open.display()),
            ),
            [] if all_specific => answer(
                "Query the provider",
                "Every official successor states the detail, so none can be assigned without it.",
            ),
            _ => return None,
        };
        let mut wrong: Vec<_> = specific
            .iter()
            .take(2)
            .map(|entry| {
                answer(
                    format!("Assign {}", named(*entry)),
                    format!("The record does not state what {} means.", entry.display()),
                )
            })
            .collect();
        let old = old_code(maker, mapping.source);
        wrong.push(answer(format!("Keep {}", old.text), old.rationale));
        let on = day_of(maker, mapping);
        let missing = noun(axis.axis)
            .map_or("nothing more specific".to_owned(), |noun| format!("does not specify {noun}"));
        Some(Draft {
            text: format!(
                "{}: the record says \"{}\" and {missing}. What is to be done?",
                maker.case(on),
                mapping.source.shown_long()
            ),
            right,
            wrong,
            day: on,
            ..draft(QuestionKind::Undocumented, maker, lost)
        })
    };
    split(maker, lesson).filter_map(ask).collect()
}
