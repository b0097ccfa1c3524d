//! The rows of the report of `impact`, as its JSON has them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::attributes::{AttributeRow, AttributeSummary};
use super::choice::{Choice, ChoiceRow, digest_of};
use crate::base::counted;
use crate::crosswalk::{Axis, AxisKind, Crosswalk, Disposition, Mapping, Reason, ReasonKind};
use crate::diff::{Kind, NoteChange, words};
use crate::impact::{
    Amount, CategoryUse, Item, Judged, NewCode, NotedPlace, OwnerUse, Status, Suppressed, Unknown,
    UsageTotals,
};
use crate::model::CodeSet;
use crate::report::decided::{Task, answer_text};
use crate::report::diff::{ChangeRow, Texts};
use crate::report::target::TargetRow;
use crate::report::used::{self, UsedRow};
use crate::view::Described;

/// The usage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct WeightRow {
    /// Different codes.
    pub(crate) codes: u64,
    /// Lines, without those of hidden codes; `null` where all are hidden.
    pub(crate) lines: Option<u64>,
    /// Codes whose lines are hidden, and not among the lines.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) hidden: u64,
    /// The amounts of the rows, claims and items that name one of the codes, each counted once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<Amount>,
}

impl WeightRow {
    /// Returns the lines of the codes in words, and whether there are more.
    pub(super) fn lines_text(&self) -> String {
        match (self.lines, self.hidden) {
            (None, _) => "lines hidden".to_owned(),
            (Some(lines), 0) => counted(lines, "line", "lines"),
            (Some(lines), _) => format!("{} and hidden ones", counted(lines, "line", "lines")),
        }
    }
}

impl From<UsageTotals> for WeightRow {
    fn from(weight: UsageTotals) -> Self {
        let UsageTotals { codes, amount, hidden, .. } = weight;
        Self { codes, lines: weight.known_lines(), hidden, amount }
    }
}

/// The lines by their days: judged by the code's own days where its set has such, else before NEW takes effect by OLD,
/// from then on by NEW.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ByDate {
    /// The code was valid on the day.
    pub(crate) right: u64,
    /// The code was no longer valid on the day.
    pub(crate) too_late: u64,
    /// The code was not yet valid on the day.
    pub(crate) too_early: u64,
    /// The code is not valid in either release.
    pub(crate) never_valid: u64,
    /// The code changed between two editions that lie years apart, and the day is in between: not judged.
    pub(crate) unclear: u64,
    /// The day is before OLD takes effect: not judged.
    pub(crate) before_old: u64,
    /// The line has no readable day: not judged.
    pub(crate) undated: u64,
}

impl ByDate {
    /// Returns the counts; `None` where no line has a date.
    pub(super) fn of(judged: &Judged) -> Option<Self> {
        let Judged { right, too_late, too_early, never, unclear, before_old, undated } = *judged;
        let rows = Self { right, too_late, too_early, never_valid: never, unclear, before_old, undated };
        judged.has_days().then_some(rows)
    }

    pub(super) fn describe(&self) -> impl Iterator<Item = (&'static str, u64)> {
        [
            ("valid on the date of service", self.right),
            ("billed after the code expired", self.too_late),
            ("billed before the code took effect", self.too_early),
            ("valid in neither release", self.never_valid),
            ("not judged: dated between the given editions", self.unclear),
            ("before OLD; not judged", self.before_old),
            ("no date; not judged", self.undated),
        ]
        .into_iter()
        .filter(|(_, lines)| *lines > 0)
    }
}

/// Counts of an impact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ImpactSummary {
    /// Everything in use.
    pub(crate) used: WeightRow,
    /// The usage of codes that lost validity: removed, demoted or terminated.
    pub(crate) affected: WeightRow,
    /// The usage by the status of the codes.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, WeightRow>"))]
    pub(crate) by_status: BTreeMap<Status, WeightRow>,
    /// Lines by how their days judge them, where lines have days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by_date: Option<ByDate>,
    /// By attribute, in numbers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) attributes: BTreeMap<String, AttributeSummary>,
    /// The small numbers that are hidden, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) suppressed: Option<SuppressedRow>,
}

/// The small numbers that are hidden: they are `null` and in no sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SuppressedRow {
    /// Numbers of lines below this one.
    pub(crate) below: u64,
    /// Codes whose lines are hidden.
    pub(crate) codes: u64,
}

/// A code in use that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ItemRow<'a> {
    /// The code as it appears in files.
    pub(crate) code: &'a str,
    /// The code as people write it.
    pub(crate) display: String,
    /// Its long description, in OLD if it was there.
    pub(crate) long: &'a str,
    /// The status of the code.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) status: Status,
    /// The number of lines that use it; `null` where that is hidden.
    pub(crate) lines: Option<u64>,
    /// Its share of all lines, from 0 to 1; `null` where its lines are hidden.
    pub(crate) share: Option<f64>,
    /// True if any number of it is hidden because it is small, or because it would reveal another hidden number.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) suppressed: bool,
    /// The amounts of the rows, claims and items that name it. One that names several codes counts for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<Amount>,
    /// Its lines by how their days judge them, where lines have days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by_date: Option<ByDate>,
    /// Lines by owner; `null` where they are hidden.
    pub(crate) owners: BTreeMap<&'a str, Option<u64>>,
    /// Whether the code may be replaced without review; `null` where it need not be replaced.
    pub(crate) decision: Option<Disposition>,
    /// The codes that may be used instead.
    pub(crate) targets: Vec<TargetRow<'a>>,
    /// The first day on which the old code is no longer valid, where it must be replaced or reviewed and the day is
    /// known.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) deadline: Option<Date>,
    /// The details that documentation must state, where one of several must be chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) ask: Vec<Axis>,
    /// The attributes of the code and of what may be used instead, by name.
    pub(crate) attributes: BTreeMap<&'a str, AttributeRow<'a>>,
    /// The descriptions before and after, where they changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) change: Option<ChangeRow<'a>>,
    /// The paths to targets with more than one step: for pages.
    #[serde(skip)]
    pub(in crate::report) paths: Vec<String>,
    /// What there was to decide, where decisions changed it: for review.
    #[serde(skip)]
    pub(in crate::report) undecided: Option<Box<ChoiceRow<'a>>>,
}

/// A new code in a category in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct NewCodeRow<'a> {
    /// The code as it appears in files.
    pub(crate) code: &'a str,
    /// The code as people write it.
    pub(crate) display: String,
    /// Its descriptions.
    pub(crate) texts: Texts<'a>,
    /// Lines of all codes in use in its category; `null` where they are hidden.
    pub(crate) category_lines: Option<u64>,
}

/// An entry of the tabular list above codes in use whose notes changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RenotedRow<'a> {
    /// The entry as people write it: a code, a section, `chapter 4`.
    pub(crate) place: String,
    /// Its title.
    pub(crate) title: &'a str,
    /// The usage of it and of the codes below it.
    pub(crate) used: WeightRow,
    /// The deleted and new notes, by kind.
    pub(crate) notes: Vec<NoteChange<'a>>,
}

impl<'a> RenotedRow<'a> {
    pub(super) fn of(renoted: &NotedPlace<'a>) -> Self {
        let place = renoted.place;
        Self {
            place: place.display(),
            title: &place.title,
            used: renoted.used.into(),
            notes: renoted.notes.clone(),
        }
    }
}

/// A code in use that is in no release, or is a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct UnknownRow<'a> {
    /// The code as it would appear in files.
    pub(crate) code: &'a str,
    /// The code as people write it.
    pub(crate) display: String,
    /// The number of lines that use it; `null` where that is hidden.
    pub(crate) lines: Option<u64>,
    /// True if that is hidden.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) suppressed: bool,
    /// The set it most likely belongs to, by its form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) likely: Option<&'static str>,
    /// The likely reason why it is in no release; headers have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<ReasonRow<'a>>,
}

/// Why a code is likely in no release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ReasonRow<'a> {
    /// `placeholder`, `ended` (before OLD), `incomplete`, `other-set`, `typo` or `never-valid`.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) kind: ReasonKind,
    /// The codes that may have been meant; for a code that ended, those that the publisher's table leads to.
    pub(crate) nearest: Vec<NearestRow<'a>>,
}

/// A code that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct NearestRow<'a> {
    /// The code as it appears in files.
    pub(crate) code: &'a str,
    /// The code as people write it.
    pub(crate) display: String,
    /// Its long description.
    pub(crate) long: &'a str,
}

impl<'a> ReasonRow<'a> {
    fn of(reason: &Reason<'a>) -> Self {
        let nearest = reason.nearest.iter().map(|entry| NearestRow {
            code: entry.code(),
            display: entry.display(),
            long: entry.shown_long(),
        });
        Self { kind: reason.kind, nearest: nearest.collect() }
    }
}

impl UnknownRow<'_> {
    /// Describes the likely reason.
    pub(super) fn describe(&self) -> String {
        let Some(reason) = &self.reason else { return String::new() };
        let codes: Vec<_> = reason.nearest.iter().map(|code| code.display.as_str()).collect();
        let codes = codes.join(", ");
        match (reason.kind, codes.is_empty()) {
            (ReasonKind::Placeholder, _) => "a placeholder of a program".to_owned(),
            (ReasonKind::Ended, true) => "ended before OLD".to_owned(),
            (ReasonKind::Ended, false) => format!("ended before OLD; the conversion table leads to {codes}"),
            (ReasonKind::OnlyInTable, _) => {
                "listed as a new code in the conversion table, but in neither release".to_owned()
            }
            (ReasonKind::Incomplete, true) => "characters are missing".to_owned(),
            (ReasonKind::Incomplete, false) => format!("characters are missing; did you mean {codes}?"),
            (ReasonKind::OtherSet, _) => format!("likely a code of {}", self.likely.unwrap_or("another set")),
            (ReasonKind::Typo, _) => format!("did you mean {codes}?"),
            (ReasonKind::NeverValid, _) => "never valid, according to these files".to_owned(),
        }
    }
}

/// The usage of one chapter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ChapterRow {
    /// The chapter's number.
    pub(crate) chapter: &'static str,
    /// Its title.
    pub(crate) title: &'static str,
    /// Its usage.
    pub(crate) used: WeightRow,
    /// The part of its usage that lost validity.
    pub(crate) affected: WeightRow,
}

impl ItemRow<'_> {
    /// Returns the task for the code; `None` if nothing needs to be done.
    pub(in crate::report) fn task(&self) -> Option<Task> {
        let is_narrowed = self.status == Status::Changed(Kind::Narrowed);
        self.decision.map(|disposition| Task::of(disposition, is_narrowed, &self.targets))
    }
}

impl<'a> ItemRow<'a> {
    /// Returns what there is to decide about the code, as it was before decisions.
    pub(in crate::report) fn choice(&self) -> Choice<'_, 'a> {
        match &self.undecided {
            Some(choice) => Choice { targets: &choice.targets, ask: &choice.ask, paths: &choice.paths },
            None => Choice { targets: &self.targets, ask: &self.ask, paths: &self.paths },
        }
    }

    /// Returns the digest of what a person sees when deciding: the code, its description, and the candidates with their
    /// kinds of evidence.
    pub(in crate::report) fn digest(&self) -> String {
        digest_of(self.code, &self.description(), self.choice().targets)
    }

    /// Creates the row of an item; `all` is the number of lines of all codes.
    pub(super) fn of(item: &Item<'a>, all: u64, crosswalk: &Crosswalk<'a>) -> Self {
        let (tally, mapping) = (item.tally, item.mapping.as_ref());
        let share = |lines: u64| (lines as f64 / all.max(1) as f64 * 1e6).round() / 1e6;
        let used = UsedRow::of(tally);
        let choice = |mapping: &Mapping<'a>| ChoiceRow::of(mapping, crosswalk);
        let ChoiceRow { targets, ask, paths } = mapping.map(choice).unwrap_or_default();
        Self {
            code: item.entry.code(),
            display: item.entry.display(),
            long: item.entry.shown_long(),
            status: item.status,
            lines: used.lines,
            share: used.lines.map(share),
            suppressed: tally.has_hidden(),
            amount: used.amount,
            by_date: ByDate::of(&tally.judged),
            owners: used.owners,
            decision: mapping.map(|mapping| mapping.decision),
            targets,
            deadline: mapping.and_then(|mapping| crosswalk.days.of(mapping).day()),
            ask,
            attributes: BTreeMap::new(),
            change: item.change.revision.as_ref().map(|_| ChangeRow::of(item.change)),
            paths,
            undecided: mapping.and_then(|mapping| mapping.undecided.as_deref()).map(choice).map(Box::new),
        }
    }

    /// Owners with their lines, in words.
    pub(super) fn owners_text(&self, between: &str) -> String {
        used::owners_text(&self.owners, between)
    }

    /// Returns the description, old and new where it changed.
    pub(in crate::report) fn description(&self) -> Described {
        let change = self.change.as_ref();
        let both = change.and_then(|change| Some((change.old.as_ref()?.long?, change.new.as_ref()?.long?)));
        match both {
            Some((old, new)) => Described::of("", words(old, new)),
            None => Described::plain(self.long),
        }
    }

    /// Lists the codes that may be used, as people write them.
    pub(in crate::report) fn replacements(&self) -> String {
        self.targets.iter().map(|target| target.display.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Returns the details that documentation must state: the answers of each question, without the codes they lead to.
/// Where there is no question, the details in the description of a new code.
pub(in crate::report) fn asked(item: &ItemRow<'_>) -> String {
    let axis = |axis: &Axis| {
        let values = axis.values.iter().map(answer_text).collect::<Vec<_>>().join(" / ");
        match axis.axis {
            AxisKind::Other => format!("{values}?"),
            kind => format!("{}: {values}?", kind.word()),
        }
    };
    if item.ask.is_empty() && item.status == Status::Changed(Kind::Narrowed) {
        let parts = item.targets.iter().filter(|target| target.code != item.code);
        return parts.map(|target| format!("{}?", target.long)).collect::<Vec<_>>().join("; ");
    }
    item.ask.iter().map(axis).collect::<Vec<_>>().join("; ")
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in references")]
fn is_false(is: &bool) -> bool {
    !is
}

/// The usage of one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct OwnerRow {
    /// The owner.
    pub(crate) owner: String,
    /// Its usage.
    pub(crate) used: WeightRow,
    /// The part of its usage that lost validity.
    pub(crate) affected: WeightRow,
    /// Codes that may be replaced without review.
    pub(crate) automatic: u64,
    /// Codes that take a decision, narrowed ones among them.
    pub(crate) choose: u64,
    /// Codes without a known successor.
    pub(crate) none: u64,
}

impl OwnerRow {
    pub(super) fn of(owner: &OwnerUse) -> Self {
        Self {
            owner: owner.owner.clone(),
            used: owner.used.into(),
            affected: owner.affected.into(),
            automatic: owner.automatic,
            choose: owner.choose,
            none: owner.none,
        }
    }
}

impl From<Suppressed> for SuppressedRow {
    fn from(Suppressed { below, codes }: Suppressed) -> Self {
        Self { below, codes }
    }
}

impl<'a> UnknownRow<'a> {
    pub(super) fn of(unknown: &Unknown<'a>, set: &CodeSet) -> Self {
        Self {
            code: unknown.code,
            display: (set.display)(unknown.code),
            lines: unknown.lines,
            suppressed: unknown.lines.is_none(),
            likely: unknown.likely,
            reason: unknown.reason.as_ref().map(ReasonRow::of),
        }
    }
}

impl ChapterRow {
    pub(super) fn of(chapter: &CategoryUse) -> Self {
        Self {
            chapter: chapter.chapter,
            title: chapter.title,
            used: chapter.used.into(),
            affected: chapter.affected.into(),
        }
    }
}

impl<'a> NewCodeRow<'a> {
    pub(super) fn of(new: &NewCode<'a>) -> Self {
        Self {
            code: new.entry.code(),
            display: new.entry.display(),
            texts: Texts::of(new.entry),
            category_lines: new.category_lines,
        }
    }
}
