//! The codes in use, joined with the difference and the crosswalk.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::item::{Item, Status};
use super::note_changes::{NotedPlace, note_changes};
use super::owners::{OwnerUse, Owners};
use super::totals::UsageTotals;
use super::usage::{Judged, Misdated, Suppressed, Tally, Usage};
use crate::crosswalk::{Crosswalk, EXPLAINED, Reason, Reasons};
use crate::diff::{Change, Diff, Kind};
use crate::model::{Entry, Level, Problem, Release};

/// A new code in a category that is in use.
#[derive(Debug)]
pub struct NewCode<'a> {
    /// The code.
    pub entry: Entry<'a>,
    /// Lines of all codes in use in its category; `None` where those of all of them are hidden.
    pub category_lines: Option<u64>,
}

/// A token that looks like a code and is in neither release.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unknown<'a> {
    /// The token, as codes are held in files.
    pub code: &'a str,
    /// Number of lines that use it; `None` if that is hidden.
    pub lines: Option<u64>,
    /// The set it most likely belongs to, by its form, if it is not a code of this one.
    pub likely: Option<&'static str>,
    /// The likely reason why it is in neither release; `None` for headers, and for tokens beyond the most used.
    pub reason: Option<Reason<'a>>,
}

/// The usage of one chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CategoryUse {
    /// The chapter's number.
    pub chapter: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Totals of usage.
    pub used: UsageTotals,
    /// Totals of the codes that lost validity.
    pub affected: UsageTotals,
}

/// The lines of a month that are outside of the validity of their code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MonthUse<'a> {
    /// All of them.
    pub lines: Misdated,
    /// The codes behind them, most lines first.
    pub codes: Vec<(&'a str, Misdated)>,
}

/// The impact of a difference on the codes in use.
#[derive(Debug)]
#[non_exhaustive]
pub struct Impact<'a> {
    /// Everything in use.
    pub used: UsageTotals,
    /// Totals of the codes that lost validity.
    pub affected: UsageTotals,
    /// The verdicts on the days of lines: by the code's own days where its set has such, otherwise by OLD before NEW
    /// takes effect, and by NEW from then on.
    pub judged: Judged,
    /// The lines outside of the validity of their code, by the first day of their month. Lines whose months are hidden are
    /// not among them.
    pub by_month: BTreeMap<Date, MonthUse<'a>>,
    /// By status.
    pub by_status: BTreeMap<Status, UsageTotals>,
    /// By chapter, in the order of the set.
    pub by_chapter: Vec<CategoryUse>,
    /// By owner, most affected lines first.
    pub by_owner: Vec<OwnerUse>,
    /// The numbers erased because they were small, where that was requested.
    pub suppressed: Option<Suppressed>,
    /// Codes that lost validity, most lines first.
    pub items: Vec<Item<'a>>,
    /// Codes that stay valid and need review: part of their meaning now has its own code.
    pub narrowed: Vec<Item<'a>>,
    /// Codes whose description changed.
    pub reworded: Vec<Item<'a>>,
    /// Places of the tabular list above codes in use whose notes changed, most lines first.
    pub note_changes: Vec<NotedPlace<'a>>,
    /// New codes in the categories in use, most used category first.
    pub new_for_you: Vec<NewCode<'a>>,
    /// Headers used as if they were billable.
    pub headers: Vec<Unknown<'a>>,
    /// Tokens in neither release.
    pub unknown: Vec<Unknown<'a>>,
    /// Problems found.
    pub problems: Vec<Problem>,
}

/// Joins usage with a difference and a crosswalk of the same releases.
pub fn impact<'a>(diff: &'a Diff<'a>, crosswalk: &'a Crosswalk<'a>, usage: &'a Usage) -> Impact<'a> {
    let mut changes = gravest_changes(diff);
    changes.extend(crosswalk.passing.iter().map(|change| (change.entry().code(), change)));
    let mut impact = Impact {
        used: UsageTotals { amount: usage.amount, ..UsageTotals::default() },
        affected: UsageTotals { amount: usage.affected_amount, ..UsageTotals::default() },
        judged: Judged::default(),
        by_month: BTreeMap::new(),
        by_status: BTreeMap::new(),
        by_chapter: Vec::new(),
        by_owner: Vec::new(),
        suppressed: usage.suppressed,
        items: Vec::new(),
        narrowed: Vec::new(),
        reworded: Vec::new(),
        note_changes: note_changes(diff, usage),
        new_for_you: Vec::new(),
        headers: Vec::new(),
        unknown: Vec::new(),
        problems: usage.problems.clone(),
    };
    let mut chapters: BTreeMap<usize, CategoryUse> = BTreeMap::new();
    let mut categories: BTreeMap<&str, Option<u64>> = BTreeMap::new();
    let mut owners = Owners::default();
    for (code, tally) in &usage.codes {
        let change = changes.get(code.as_str()).copied();
        let status = status(diff, code, change);
        impact.used.add(tally);
        impact.judged.merge(&tally.judged);
        for (month, lines) in &tally.by_month {
            let of_month = impact.by_month.entry(*month).or_default();
            of_month.lines.merge(*lines);
            of_month.codes.push((code, *lines));
        }
        impact.by_status.entry(status).or_default().add(tally);
        if status.is_affected() {
            impact.affected.add(tally);
        }
        owners.count(tally, status.is_affected());
        count_chapter(&mut chapters, diff, code, status, tally);
        if status != Status::Unknown {
            let of_category = categories.entry(diff.new.set.category(code)).or_default();
            if !tally.is_hidden {
                *of_category = Some(of_category.unwrap_or(0).saturating_add(tally.lines));
            }
        }
        let likely = (diff.new.set.likely_other)(code).filter(|_| status == Status::Unknown);
        let plain = Unknown { code, lines: tally.known_lines(), likely, reason: None };
        match (status, change) {
            (Status::Header, _) => impact.headers.push(plain),
            (Status::Unknown, _) => impact.unknown.push(plain),
            (_, Some(change)) => impact.item(change, status, tally, crosswalk),
            _ => {}
        }
    }
    impact.by_owner = owners.finish(usage, impact.items.iter().chain(&impact.narrowed));
    impact.by_chapter = chapters.into_values().collect();
    impact.new_for_you = new_for_you(diff, &categories);
    impact.sort();
    impact.explain(diff);
    impact
}

/// Returns the most serious change of each code: the list of kinds goes from serious to slight.
fn gravest_changes<'a>(diff: &'a Diff<'a>) -> BTreeMap<&'a str, &'a Change<'a>> {
    let mut changes: BTreeMap<&str, &Change<'_>> = BTreeMap::new();
    let gravity = |kind: Kind| match kind {
        Kind::Narrowed => 0,
        other => 1 + Kind::ALL.iter().position(|kind| *kind == other).unwrap_or(0),
    };
    let is_reported = |change: &&Change<'_>| {
        change.level() != Level::Header || diff.new.set.lists_headers && change.is_deletion()
    };
    for change in diff.changes.iter().filter(is_reported) {
        let kept = changes.entry(change.entry().code()).or_insert(change);
        if gravity(change.kind) < gravity(kept.kind) {
            *kept = change;
        }
    }
    changes
}

fn status(diff: &Diff<'_>, code: &str, change: Option<&Change<'_>>) -> Status {
    let new = find(diff.new, code);
    // An attribute of a code that ended before OLD may change: that does not make it billable again.
    let has_ended =
        || !new.is_some_and(Entry::is_billable) && find(diff.old, code).is_some_and(Entry::is_ended_code);
    if let Some(change) = change.filter(|change| change.is_deletion() || !has_ended()) {
        return Status::Changed(change.kind);
    }
    match new.or_else(|| find(diff.old, code)) {
        Some(entry) if entry.is_usable() => Status::Unchanged,
        Some(entry) if entry.level() == Level::Header => Status::Header,
        _ => Status::Unknown,
    }
}

fn find<'a>(release: &'a Release, code: &str) -> Option<Entry<'a>> {
    release.find(code).or_else(|| release.find_modifier(code))
}

fn count_chapter(
    chapters: &mut BTreeMap<usize, CategoryUse>,
    diff: &Diff<'_>,
    code: &str,
    status: Status,
    tally: &Tally,
) {
    let set = diff.new.set;
    let Some(chapter) = set.chapter(code).filter(|_| status != Status::Unknown) else { return };
    let place = set.chapters.iter().position(|other| other == chapter).unwrap_or(0);
    let (used, affected) = (UsageTotals::default(), UsageTotals::default());
    let entry = chapters.entry(place).or_insert(CategoryUse {
        chapter: chapter.id,
        title: chapter.title,
        used,
        affected,
    });
    entry.used.add(tally);
    if status.is_affected() {
        entry.affected.add(tally);
    }
}

fn new_for_you<'a>(diff: &Diff<'a>, categories: &BTreeMap<&str, Option<u64>>) -> Vec<NewCode<'a>> {
    let added = diff.changes.iter().filter(|change| matches!(change.kind, Kind::Added | Kind::Promoted));
    let codes = added.filter_map(|change| change.new).filter(|entry| entry.is_billable());
    codes
        .filter_map(|entry| {
            let category_lines = *categories.get(diff.new.set.category(entry.code()))?;
            Some(NewCode { entry, category_lines })
        })
        .collect()
}

impl<'a> Impact<'a> {
    fn item(&mut self, change: &'a Change<'a>, status: Status, tally: &'a Tally, crosswalk: &Crosswalk<'a>) {
        let list = match change.kind {
            kind if kind.is_deletion() => &mut self.items,
            Kind::Narrowed => &mut self.narrowed,
            Kind::Revised | Kind::Reused => &mut self.reworded,
            _ => return,
        };
        let entry = change.old.unwrap_or_else(|| change.entry());
        let mapping =
            crosswalk.mappings.iter().find(|mapping| mapping.source.code() == entry.code()).cloned();
        list.push(Item { entry, status, tally, mapping, change });
    }

    /// Finds the reasons why the most used codes are in neither release.
    fn explain(&mut self, diff: &Diff<'a>) {
        if self.unknown.is_empty() {
            return;
        }
        let reasons = Reasons::new(diff);
        for unknown in self.unknown.iter_mut().take(EXPLAINED) {
            unknown.reason = Some(reasons.of(unknown.code));
        }
    }

    fn sort(&mut self) {
        for list in [&mut self.items, &mut self.narrowed, &mut self.reworded] {
            list.sort_by_key(|item| (std::cmp::Reverse(item.tally.lines), item.entry.order()));
        }
        for list in [&mut self.unknown, &mut self.headers] {
            list.sort_by_key(|unknown| (std::cmp::Reverse(unknown.lines), unknown.code));
        }
        for month in self.by_month.values_mut() {
            month.codes.sort_by_key(|(code, lines)| (std::cmp::Reverse(lines.lines()), *code));
        }
        self.new_for_you.sort_by_key(|new| (std::cmp::Reverse(new.category_lines), new.entry.order()));
    }
}
