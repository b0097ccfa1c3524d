//! Questions about one code: its description, its predecessor, its successors, its wording.

use super::QuestionKind;
use super::maker::{Draft, Maker, answer, is_valid_on};
use super::words::{exclude_each_other, is_residual};
use crate::crosswalk::{Cardinality, Target};
use crate::diff::{Kind, Wording};
use crate::model::{Entry, Level, NoteKind, TextKind};
use crate::teach::cards::named;
use crate::teach::{Citation, Lesson, LostCode, NewCode, StatedBy, Subject, family, firsts, weakest};

/// Asks which new code has the description in the record.
pub(super) fn assign<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let ask = |fresh: &NewCode<'a>| {
        let text = Some(fresh.entry.shown_long()).filter(|text| !text.is_empty() && !is_residual(text))?;
        let what = if fresh.entry.level() == Level::Modifier { "modifier" } else { "code" };
        let on = maker.day_after(maker.days.first_stated(fresh.entry.code()));
        let wrong = maker.new.near_on(fresh.entry, on).filter(|other| cannot_mean(*other, text));
        let wrong = wrong.map(|other| answer(other.display(), means(other)));
        Some(Draft {
            kind: QuestionKind::Assign,
            subject: Subject::of(QuestionKind::Assign.word(), fresh.entry, maker.new.release),
            text: format!("{}: the record says \"{text}\". Which {what} is assigned?", maker.case(on)),
            right: answer(fresh.entry.display(), means(fresh.entry)),
            wrong: wrong.take(ENOUGH).collect(),
            day: on,
            citation: Citation::of(fresh.entry, maker.new.release).with_rows(&fresh.before),
        })
    };
    firsts(&lesson.fresh, |fresh| family(fresh.entry)).into_iter().filter_map(ask).collect()
}

/// Number of wrong answers that are looked for: some may repeat each other.
const ENOUGH: usize = 6;

/// Explains a code by its description.
pub(super) fn means(other: Entry<'_>) -> String {
    format!("{} means \"{}\".", other.display(), other.shown_long())
}

/// Returns whether a record in these words cannot mean a code: its description and the words exclude each other, it is not
/// a code for what is left, and it has no inclusion term in these words.
pub(super) fn cannot_mean(other: Entry<'_>, text: &str) -> bool {
    let long = other.shown_long();
    let is_included = |(kind, term): (NoteKind, &str)| {
        matches!(kind, NoteKind::InclusionTerm | NoteKind::Includes) && !exclude_each_other(term, text)
    };
    !long.is_empty()
        && !is_residual(long)
        && exclude_each_other(long, text)
        && !other.notes().any(is_included)
}

/// Returns the only official predecessor of a new code.
fn predecessor<'f, 'a>(fresh: &'f NewCode<'a>) -> Option<&'f Target<'a>> {
    let [target] = fresh.before.as_slice() else { return None };
    (target.provenance().is_official() && target.with.is_empty()).then_some(target)
}

/// Asks which code applied to what has its own code now, on a day before it took effect.
pub(super) fn before<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let ask = |fresh: &NewCode<'a>| {
        let text = Some(fresh.entry.shown_long()).filter(|text| !text.is_empty() && !is_residual(text))?;
        let target = predecessor(fresh)?;
        let start = maker.days.first_stated(fresh.entry.code());
        let on = maker.day_before(start)?;
        let source = maker.old.release.find_billable(target.entry.code())?;
        if !is_valid_on(source, Some(on)) || maker.old.release.find_billable(fresh.entry.code()).is_some() {
            return None;
        }
        let early = maker.is_not_yet(&fresh.entry.display(), start);
        let early = answer(named(fresh.entry), early);
        let siblings = maker.old.near_on(source, Some(on)).filter(|other| cannot_mean(*other, text));
        let siblings = siblings.map(|other| {
            let why = format!(
                "{} is not the previous assignment of {} in the conversion table.",
                other.display(),
                fresh.entry.display()
            );
            answer(named(other), why)
        });
        Some(Draft {
            kind: QuestionKind::Before,
            subject: Subject::of(QuestionKind::Before.word(), fresh.entry, maker.new.release),
            text: format!("{}: the record says \"{text}\". Which code is assigned?", maker.case(Some(on))),
            right: answer(
                named(source),
                format!(
                    "{} is the previous assignment of {} in the conversion table.",
                    source.display(),
                    fresh.entry.display()
                ),
            ),
            wrong: [early].into_iter().chain(siblings.take(ENOUGH)).collect(),
            day: Some(on),
            citation: Citation::of(fresh.entry, maker.new.release).with_rows(&fresh.before),
        })
    };
    firsts(&lesson.fresh, |fresh| family(fresh.entry)).into_iter().filter_map(ask).collect()
}

/// Returns the lost and the narrowed codes of a lesson; of those that differ in the encounter alone, the first.
pub(super) fn lost<'l, 'a>(lesson: &'l Lesson<'a>) -> impl Iterator<Item = &'l LostCode<'a>> {
    let source = |lost: &LostCode<'_>| family(lost.mapping.source);
    [&lesson.gone, &lesson.narrowed].into_iter().flat_map(move |lost| firsts(lost, source))
}

/// Asks which code replaces another, or a part of it. No wrong answer is any of its targets, or below it.
pub(super) fn replaces<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let ask = |lost: &LostCode<'a>| {
        let mapping = &lost.mapping;
        let target = mapping.targets.first().filter(|_| weakest(mapping) == StatedBy::Publisher)?;
        if mapping.cardinality == Cardinality::Combination || !target.with.is_empty() {
            return None;
        }
        let since =
            mapping.targets.iter().filter_map(|target| maker.days.first_stated(target.entry.code())).max();
        let on = maker.day_after(since.max(maker.days.lost_stated(mapping)));
        let is_right = |other: &Entry<'_>| {
            let code = other.code();
            let mut targets = mapping.targets.iter();
            code.starts_with(mapping.source.code())
                || targets
                    .any(|target| target.entry.code() == code || target.with.iter().any(|with| with == code))
        };
        let source = mapping.source.display();
        let codes: Vec<_> = mapping.targets.iter().map(|target| target.entry.display()).collect();
        let codes = codes.join(", ");
        let wrong = maker.new.near_on(target.entry, on).filter(|other| !is_right(other)).map(|other| {
            answer(
                named(other),
                format!("{} is not among the official successors of {source}.", other.display()),
            )
        });
        let case = maker.case(on);
        let text = match (lost.kind, mapping.cardinality) {
            (Kind::Narrowed, _) => format!(
                "{case}: part of the meaning of {} has its own code now. Which code is it?",
                named(mapping.source)
            ),
            (_, Cardinality::Many) => format!(
                "{case}: the order set still lists {}, which was split. Which of these is one of its successors?",
                named(mapping.source)
            ),
            _ => format!(
                "{case}: the order set still lists {}. Which code replaces it?",
                named(mapping.source)
            ),
        };
        Some(Draft {
            kind: QuestionKind::Replaces,
            subject: Subject::of(QuestionKind::Replaces.word(), mapping.source, maker.new.release),
            text,
            right: answer(named(target.entry), format!("The official successors of {source}: {codes}.")),
            wrong: wrong.take(ENOUGH).collect(),
            day: on,
            citation: lost.citation(maker.old.release),
        })
    };
    lost(lesson).filter_map(ask).collect()
}

/// Asks for the description of a code that is in force. Only where words changed: punctuation is not worth a question.
pub(super) fn reads<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let ask = |change: &crate::diff::Change<'_>| {
        let revision = change.revision.as_ref()?;
        if revision.wording != Wording::Wording || !revision.fields.contains(&TextKind::Long) {
            return None;
        }
        let (old, new) = (change.old?, change.new?);
        let [before, now] = [old, new].map(|entry| entry.shown(TextKind::Long));
        let (before, now) = (before?, now?);
        let on = maker.day_after(None);
        let code = new.display();
        let former = answer(
            before,
            format!("\"{before}\" is the description of {code} in {}.", maker.old.release.title()),
        );
        let others = maker.new.near(new).filter(|other| !other.shown_long().is_empty());
        let others = others.map(|other| {
            let text = other.shown_long();
            answer(text, format!("\"{text}\" is the description of {}.", other.display()))
        });
        let text = format!("{}: which description of {code} is in force?", maker.case(on));
        Some(Draft {
            kind: QuestionKind::Reads,
            subject: Subject::of(QuestionKind::Reads.word(), new, maker.new.release),
            text,
            right: answer(
                now,
                format!("\"{now}\" is the description of {code} in {}.", maker.new.release.title()),
            ),
            wrong: [former].into_iter().chain(others.take(ENOUGH)).collect(),
            day: on,
            citation: Citation::of(new, maker.new.release),
        })
    };
    firsts(&lesson.reworded, |change| family(change.entry())).into_iter().filter_map(ask).collect()
}
