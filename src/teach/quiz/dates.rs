//! Questions about codes on both sides of the day on which they change: the date of the case decides, not that of the
//! claim.

use jiff::ToSpan;
use jiff::civil::Date;

use super::QuestionKind;
use super::codes::{cannot_mean, means};
use super::maker::{Draft, Maker, answer, is_valid_on};
use super::words::is_residual;
use crate::base::day;
use crate::diff::Kind;
use crate::model::{Entry, Level};
use crate::teach::cards::named;
use crate::teach::{Citation, Lesson, LostCode, NewCode, Subject, family, firsts};

/// A code that is lost, and a day before that on which it is valid.
struct Loss<'l, 'a> {
    lost: &'l LostCode<'a>,
    source: Entry<'a>,
    /// The first day without it, if that is stated.
    since: Option<Date>,
    /// The day of a case before.
    before: Date,
}

fn losses<'l, 'a>(maker: &Maker<'_, 'a>, lesson: &'l Lesson<'a>) -> Vec<Loss<'l, 'a>> {
    let loss = |lost: &'l LostCode<'a>| {
        let source = maker.old.release.find_billable(lost.mapping.source.code())?;
        // A code whose announced last day is still to come is not lost yet.
        if maker.new.release.find_billable(source.code()).is_some() {
            return None;
        }
        let since = maker.days.lost_stated(&lost.mapping);
        let before = maker.day_before(since).filter(|day| is_valid_on(source, Some(*day)))?;
        Some(Loss { lost, source, since, before })
    };
    firsts(&lesson.gone, |lost| family(lost.mapping.source)).into_iter().filter_map(loss).collect()
}

impl Loss<'_, '_> {
    /// Describes how long it is valid.
    fn validity(&self, maker: &Maker<'_, '_>) -> String {
        match self.since.and_then(|since| since.yesterday().ok()) {
            Some(last) => format!("is valid through {}", day(last)),
            None => format!("is billable in {}", maker.old.release.title()),
        }
    }

    fn draft(&self, kind: QuestionKind, maker: &Maker<'_, '_>) -> Draft {
        Draft {
            kind,
            subject: Subject::of(kind.word(), self.source, maker.new.release),
            text: String::new(),
            right: answer("", ""),
            wrong: Vec::new(),
            day: None,
            citation: self.lost.citation(maker.old.release),
        }
    }
}

/// Asks for the code of a record on a day before its code was lost: its successors are not valid yet.
pub(super) fn on_date<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let ask = |loss: Loss<'_, 'a>| {
        let text = Some(loss.source.shown_long()).filter(|text| !text.is_empty())?;
        let early = loss.lost.mapping.targets.iter().filter_map(|target| {
            let since = maker.days.first_stated(target.entry.code());
            let is_new = maker.old.release.find_billable(target.entry.code()).is_none()
                && since.is_none_or(|since| since > loss.before);
            is_new.then(|| answer(named(target.entry), maker.is_not_yet(&target.entry.display(), since)))
        });
        // A record in the words for what is left may mean a code of its own: only dates are asked about.
        let is_left = is_residual(text);
        let mut wrong: Vec<_> = early.take(if is_left { 3 } else { 2 }).collect();
        if wrong.is_empty() {
            return None;
        }
        let siblings = maker.old.near_on(loss.source, Some(loss.before));
        let siblings = siblings.filter(|other| !is_left && cannot_mean(*other, text));
        let siblings = siblings.map(|other| answer(named(other), means(other)));
        wrong.extend(siblings.take(3));
        let right = format!("{} means \"{text}\" and {}.", loss.source.display(), loss.validity(maker));
        Some(Draft {
            text: format!(
                "{}: the record says \"{text}\". Which code is assigned?",
                maker.case(Some(loss.before))
            ),
            right: answer(named(loss.source), right),
            wrong,
            day: Some(loss.before),
            ..loss.draft(QuestionKind::OnDate, maker)
        })
    };
    losses(maker, lesson).into_iter().filter_map(ask).collect()
}

/// Asks whether a code is valid on a claim that is sent after it was lost, for a case before.
pub(super) fn billed_later<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let ask = |loss: Loss<'_, 'a>| {
        let lost = loss.since.max(maker.new.release.effective())?;
        let sent = day(lost.checked_add(14.days()).ok()?);
        let (code, event) = (loss.source.display(), maker.set().dated_by);
        let validity = loss.validity(maker);
        Some(Draft {
            text: format!(
                "{} is billed on {sent} with {}. Is the code valid on the claim?",
                maker.case(Some(loss.before)),
                named(loss.source)
            ),
            right: answer(
                format!("Yes: the date of the {event} decides, and the code {validity}"),
                format!("{code} {validity}, and the date of the {event} decides."),
            ),
            wrong: vec![
                answer(
                    format!("No: it is not valid on {sent}, when the claim is sent"),
                    "The date on which a claim is sent does not decide.",
                ),
                answer(
                    format!("No: it was not valid on {} either", day(loss.before)),
                    format!("{code} is billable in {}.", maker.old.release.title()),
                ),
                answer(
                    format!("Yes: it is still valid on {sent}"),
                    format!("{code} is not billable in {}.", maker.new.release.title()),
                ),
            ],
            day: Some(loss.before),
            ..loss.draft(QuestionKind::BilledLater, maker)
        })
    };
    losses(maker, lesson).into_iter().filter_map(ask).collect()
}

/// Asks what became of a code on a day: of every lost code after the change, and of the first new code of each category
/// before it.
pub(super) fn status<'a>(maker: &Maker<'_, 'a>, lesson: &Lesson<'a>) -> Vec<Draft> {
    let lost = losses(maker, lesson).into_iter().filter_map(|loss| lost_status(maker, &loss));
    let category = |fresh: &NewCode<'_>| maker.set().category(fresh.entry.code()).to_owned();
    let fresh =
        firsts(&lesson.fresh, category).into_iter().filter(|fresh| fresh.entry.level() == Level::Code);
    let fresh = fresh.filter_map(|fresh| new_status(maker, fresh));
    lost.chain(fresh).collect()
}

/// What may have become of a code.
const AS_BEFORE: &str = "It is valid, as before";
const REWORDED: &str = "It is valid, with a new description";
const HEADER: &str = "It is not valid: it is a category header now, and a code below it is required";
const DELETED: &str = "It is not valid: it was deleted, and there are no codes below it";

fn lost_status(maker: &Maker<'_, '_>, loss: &Loss<'_, '_>) -> Option<Draft> {
    let new = maker.new.release;
    let on = maker.day_after(loss.since)?;
    let (source, code) = (loss.source, loss.source.display());
    let lost = format!("{code} is not billable in {}.", new.title());
    let has_below = new.descendants(source.code()).any(Entry::is_billable);
    let last = loss.since.and_then(|since| since.yesterday().ok());
    let right = match loss.lost.kind {
        Kind::Demoted if has_below => {
            answer(HEADER, format!("{code} is a header in {}, with billable codes below it.", new.title()))
        }
        Kind::Removed if !has_below && new.find(source.code()).is_none() => {
            answer(DELETED, format!("{code} was deleted: {} does not have it.", new.title()))
        }
        Kind::Terminated => {
            let last = day(last?);
            let text = format!("It is not valid: its last day was {last}");
            answer(text, format!("The last day of {code} was {last}."))
        }
        _ => return None,
    };
    let mut wrong = vec![answer(AS_BEFORE, lost.clone()), answer(REWORDED, lost)];
    match loss.lost.kind {
        Kind::Removed => {
            wrong.push(answer(HEADER, format!("{} has no codes below {code}.", new.title())));
        }
        Kind::Demoted => {
            wrong.push(answer(
                DELETED,
                format!("{} has {code} as a header with codes below it.", new.title()),
            ));
        }
        _ => {}
    }
    Some(Draft {
        text: format!("{}: what applies to {}?", maker.case(Some(on)), named(source)),
        right,
        wrong,
        day: Some(on),
        ..loss.draft(QuestionKind::Status, maker)
    })
}

fn new_status(maker: &Maker<'_, '_>, fresh: &NewCode<'_>) -> Option<Draft> {
    let (old, code) = (maker.old.release, fresh.entry.display());
    let since = maker.days.first_stated(fresh.entry.code());
    let on = maker.day_before(since)?;
    if old.find_billable(fresh.entry.code()).is_some() {
        return None;
    }
    let event = maker.set().dated_by;
    let sent = day(maker.day_after(since)?);
    let early = maker.is_not_yet(&code, since);
    let right = match since {
        Some(since) => format!("No: it takes effect on {}, after the {event}", day(since)),
        None => "No: it was not billable yet on this date".to_owned(),
    };
    let mut wrong = vec![
        answer("Yes: it is valid on this date", early.clone()),
        answer(
            format!("Yes, if the claim is sent on {sent}"),
            format!("The date of the {event} decides, not that of the claim."),
        ),
    ];
    if old.coverage.headers && old.find(fresh.entry.code()).is_none() {
        wrong.push(answer(
            "No: it is a category header on this date",
            format!("{} does not have {code}.", old.title()),
        ));
    }
    Some(Draft {
        kind: QuestionKind::Status,
        subject: Subject::of(QuestionKind::Status.word(), fresh.entry, maker.new.release),
        text: format!("{}: may {} be assigned?", maker.case(Some(on)), named(fresh.entry)),
        right: answer(right, early),
        wrong,
        day: Some(on),
        citation: Citation::of(fresh.entry, maker.new.release).with_rows(&fresh.before),
    })
}
