//! The validity of a code on the day of its line.
//!
//! A line is judged as it is read: by the days of its code's own record, where its set has such, otherwise by the
//! release in force on its day. Only the verdicts are counted: there would be as many days as codes times days, while
//! verdicts are seven numbers per code. Lines outside of the validity of their code, which are few, are counted by month
//! as well.
//!
//! Invariant: no days are kept, and not more than [`MAX_MONTHS`] months of a code. Memory grows with the number of distinct
//! codes and owners only.

use std::collections::BTreeMap;

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::{Entry, Release};

/// Counts of lines by the verdict on their day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Judged {
    /// Valid on the day.
    pub right: u64,
    /// No longer valid on the day.
    pub too_late: u64,
    /// Not yet valid on the day.
    pub too_early: u64,
    /// Never valid on a claim, in neither release: a header, or not a code.
    pub never: u64,
    /// The code changed between two editions that are years apart, and the day is in between: not judged.
    pub unclear: u64,
    /// The day is before OLD takes effect: not judged.
    pub before_old: u64,
    /// Without a readable day, or without the day on which a release takes effect: not judged.
    pub undated: u64,
}

/// Maximum number of months of a code in which lines are too early or too late: the last ones; others are not counted apart.
const MAX_MONTHS: usize = 120;

/// The lines of a month that are outside of the validity of their code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Misdated {
    /// Not yet valid on the day.
    pub too_early: u64,
    /// No longer valid on the day.
    pub too_late: u64,
}

impl Misdated {
    /// Adds the lines of another month.
    pub(crate) fn merge(&mut self, other: Self) {
        self.too_early = self.too_early.saturating_add(other.too_early);
        self.too_late = self.too_late.saturating_add(other.too_late);
    }

    /// Returns all of its lines.
    pub fn lines(self) -> u64 {
        self.too_early.saturating_add(self.too_late)
    }
}

/// The lines outside of the validity of their code, by the first day of their month.
pub type ByMonth = BTreeMap<Date, Misdated>;

/// Counts lines outside of the validity of their code by month.
pub(super) fn add_month(months: &mut ByMonth, verdict: Validity, day: Option<Date>, lines: u64) {
    let lines = match verdict {
        Validity::TooEarly => Misdated { too_early: lines, too_late: 0 },
        Validity::TooLate => Misdated { too_early: 0, too_late: lines },
        _ => return,
    };
    if let Some(day) = day {
        add_to_month(months, day.first_of_month(), lines);
    }
}

/// Counts the same in a month, whose first day is given. Which months are kept does not depend on their order.
pub(super) fn add_to_month(months: &mut ByMonth, month: Date, lines: Misdated) {
    months.entry(month).or_default().merge(lines);
    if months.len() > MAX_MONTHS {
        months.pop_first();
    }
}

/// The verdict on the day of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Validity {
    Right,
    TooLate,
    TooEarly,
    Never,
    Unclear,
    BeforeOld,
    Undated,
}

impl Validity {
    /// Returns whether the day is outside of the validity of the code.
    pub(super) fn is_misdated(self) -> bool {
        matches!(self, Self::TooEarly | Self::TooLate)
    }
}

impl Judged {
    pub(super) fn add(&mut self, verdict: Validity, lines: u64) {
        let count = match verdict {
            Validity::Right => &mut self.right,
            Validity::TooLate => &mut self.too_late,
            Validity::TooEarly => &mut self.too_early,
            Validity::Never => &mut self.never,
            Validity::Unclear => &mut self.unclear,
            Validity::BeforeOld => &mut self.before_old,
            Validity::Undated => &mut self.undated,
        };
        *count = count.saturating_add(lines);
    }

    /// Returns all lines.
    pub(super) fn lines(&self) -> u64 {
        let Self { right, too_late, too_early, never, unclear, before_old, undated } = self;
        let verdicts = [right, too_late, too_early, never, unclear, before_old, undated];
        verdicts.into_iter().fold(0, |sum, lines| sum.saturating_add(*lines))
    }

    /// Adds the counts of another.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (verdict, lines) in [
            (Validity::Right, other.right),
            (Validity::TooLate, other.too_late),
            (Validity::TooEarly, other.too_early),
            (Validity::Never, other.never),
            (Validity::Unclear, other.unclear),
            (Validity::BeforeOld, other.before_old),
            (Validity::Undated, other.undated),
        ] {
            self.add(verdict, lines);
        }
    }

    /// Returns whether any line had a readable day.
    pub(crate) fn has_days(&self) -> bool {
        let Self { right, too_late, too_early, never, unclear, before_old, undated: _ } = self;
        [right, too_late, too_early, never, unclear, before_old].into_iter().any(|lines| *lines > 0)
    }
}

/// The releases that lines are judged by: OLD, the editions in between in the order of their days, and NEW.
#[derive(Debug, Clone, Copy)]
pub struct Editions<'a> {
    /// The older release.
    pub old: &'a Release,
    /// The editions in between: a line is judged by the one in force on its day.
    pub between: &'a [Release],
    /// The newer release.
    pub new: &'a Release,
}

impl<'a> Editions<'a> {
    /// Returns two releases without any in between.
    pub fn pair(old: &'a Release, new: &'a Release) -> Self {
        Self { old, between: &[], new }
    }

    /// Returns all of them, from OLD to NEW.
    pub fn all(self) -> impl Iterator<Item = &'a Release> + Clone {
        [self.old].into_iter().chain(self.between).chain([self.new])
    }

    /// Returns the days on which they take effect; `None` if one is not known, or they are not in order.
    pub(crate) fn days(self) -> Option<Vec<Date>> {
        let days: Vec<Date> = self.all().map(Release::effective).collect::<Option<_>>()?;
        days.is_sorted_by(|a, b| a < b).then_some(days)
    }
}

/// The period in which a release allows a code to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Use {
    No,
    Until(Date),
    Open,
}

impl Use {
    pub(super) fn of(entry: Option<Entry<'_>>) -> Self {
        let Some(entry) = entry.filter(|entry| !entry.is_header()) else { return Self::No };
        match entry.last_day() {
            Some(last_day) => Self::Until(last_day),
            None if entry.is_billable() => Self::Open,
            None => Self::No,
        }
    }

    fn allows(self, day: Date) -> bool {
        match self {
            Self::No => false,
            Self::Until(last_day) => day <= last_day,
            Self::Open => true,
        }
    }
}

/// The days on which a code may be used by its own records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct OwnDays {
    /// The first day that a record gives: a later one may have another, if the code was used again for something else.
    first: Date,
    /// The last day in the newest record; `None` if that gives none.
    last: Option<Date>,
}

impl OwnDays {
    /// Adds the days of the next release to those of earlier ones.
    pub(super) fn with(earlier: Option<Self>, entry: Option<Entry<'_>>) -> Option<Self> {
        let Some((entry, first)) = entry.and_then(|entry| Some((entry, entry.first_day()?))) else {
            return earlier;
        };
        let first = earlier.map_or(first, |earlier| earlier.first.min(first));
        Some(Self { first, last: entry.last_day() })
    }

    /// Judges a day by the records; where they show no loss, by the verdict of the release in force on that day.
    fn judge(self, day: Date, by_release: Validity) -> Validity {
        match by_release {
            _ if day < self.first => Validity::TooEarly,
            _ if self.last.is_some_and(|last| last < day) => Validity::TooLate,
            // It ended and was reactivated, or a release left it out.
            Validity::TooLate => Validity::TooLate,
            _ => Validity::Right,
        }
    }
}

/// Maximum days for which an edition is in force before the next one: a leap year.
pub(super) const DAYS_OF_AN_EDITION: i32 = 366;

/// Judges a line by its day, with the release in force then: the last one whose day is not after it. `days` are those
/// on which the releases take effect, `uses` the period in which each of them allows the code. More than a year after
/// an edition, a missing edition was in force; then a line is judged only if the next edition gives the same result.
/// The days of the code's own records take precedence.
pub(super) fn judge(
    days: Option<&[Date]>,
    uses: &[Use],
    own: Option<OwnDays>,
    day: Option<Date>,
) -> Validity {
    let by_release = by_release(days, uses, day);
    own.zip(day).map_or(by_release, |(own, day)| own.judge(day, by_release))
}

/// Returns the days on which the verdict on any of some codes may change, ascending: between two of them it is the same
/// on every day. Each code has its periods under the releases and the days of its own records.
pub(super) fn turning_days(
    days: Option<&[Date]>,
    codes: impl Iterator<Item = (Box<[Use]>, Option<OwnDays>)>,
) -> Vec<Date> {
    let mut turning = BTreeSet::new();
    let days = days.unwrap_or_default();
    turning.extend(days);
    let outdated = days.windows(2).filter_map(|pair| {
        let day = pair[0].checked_add(DAYS_OF_AN_EDITION.days()).ok()?;
        (day < pair[1]).then_some(day)
    });
    turning.extend(outdated);
    for (uses, own) in codes {
        // Last days of releases count on days of theirs only, and those of records on any.
        let of_uses = uses.iter().filter_map(|used| match used {
            Use::Until(last_day) if !days.is_empty() => Some(*last_day),
            _ => None,
        });
        let lasts = of_uses.chain(own.and_then(|own| own.last));
        turning.extend(lasts.filter_map(|last| last.tomorrow().ok()));
        turning.extend(own.map(|own| own.first));
    }
    turning.into_iter().collect()
}

fn by_release(days: Option<&[Date]>, uses: &[Use], day: Option<Date>) -> Validity {
    let (Some(days), Some(day)) = (days, day) else { return Validity::Undated };
    let Some(at) = days.partition_point(|start| *start <= day).checked_sub(1) else {
        return Validity::BeforeOld;
    };
    let (earlier, later) = (&uses[..at], &uses[at + 1..]);
    let is_outdated = (day - days[at]).get_days() >= DAYS_OF_AN_EDITION;
    if is_outdated && later.first().is_some_and(|next| next.allows(day) != uses[at].allows(day)) {
        return Validity::Unclear;
    }
    let was_used = |uses: &[Use]| uses.iter().any(|used| *used != Use::No);
    match uses[at] {
        now if now.allows(day) => Validity::Right,
        Use::Until(_) => Validity::TooLate,
        _ if was_used(earlier) => Validity::TooLate,
        _ if was_used(later) => Validity::TooEarly,
        _ => Validity::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: &[Date] = &[Date::constant(2024, 10, 1), Date::constant(2025, 10, 1)];

    fn on(old: Use, new: Use, (year, month, day): (i16, i8, i8)) -> Validity {
        by_release(Some(DAYS), &[old, new], Some(Date::constant(year, month, day)))
    }

    #[test]
    fn a_deleted_code_is_right_to_the_last_day_of_old_and_too_late_from_then_on() {
        assert_eq!(on(Use::Open, Use::No, (2024, 10, 1)), Validity::Right);
        assert_eq!(on(Use::Open, Use::No, (2025, 9, 30)), Validity::Right);
        assert_eq!(on(Use::Open, Use::No, (2025, 10, 1)), Validity::TooLate);
        assert_eq!(on(Use::Open, Use::No, (2024, 9, 30)), Validity::BeforeOld);
    }

    #[test]
    fn a_new_code_is_too_early_before_new_takes_effect() {
        assert_eq!(on(Use::No, Use::Open, (2025, 9, 30)), Validity::TooEarly);
        assert_eq!(on(Use::No, Use::Open, (2025, 10, 1)), Validity::Right);
        assert_eq!(on(Use::No, Use::No, (2025, 10, 1)), Validity::Never);
    }

    #[test]
    fn a_code_with_a_last_day_is_right_up_to_it() {
        let until = Use::Until(Date::constant(2025, 3, 31));
        assert_eq!(on(until, until, (2025, 3, 31)), Validity::Right);
        assert_eq!(on(until, until, (2025, 4, 1)), Validity::TooLate);
        assert_eq!(on(Use::Open, until, (2025, 12, 1)), Validity::TooLate);
    }

    #[test]
    fn the_days_of_the_record_come_before_those_of_the_releases() {
        let days = [Date::constant(2019, 1, 1), Date::constant(2020, 1, 1)];
        let own = |first: (i16, i8, i8), last: Option<(i16, i8, i8)>| {
            let date = |(year, month, day)| Date::constant(year, month, day);
            Some(OwnDays { first: date(first), last: last.map(date) })
        };
        let on = |uses: [Use; 2], own, (year, month, day)| {
            judge(Some(&days), &uses, own, Some(Date::constant(year, month, day)))
        };
        let until = Use::Until(Date::constant(2019, 9, 30));
        let ended = own((2015, 1, 1), Some((2019, 9, 30)));
        assert_eq!(on([Use::Open, until], ended, (2019, 9, 30)), Validity::Right);
        assert_eq!(on([Use::Open, until], ended, (2019, 10, 1)), Validity::TooLate);
        let came = own((2019, 10, 1), None);
        assert_eq!(on([Use::No, Use::Open], came, (2019, 9, 30)), Validity::TooEarly);
        assert_eq!(on([Use::No, Use::Open], came, (2019, 10, 1)), Validity::Right);
        // The releases have no data on days before OLD; the record does.
        assert_eq!(on([Use::Open, Use::Open], own((2015, 1, 1), None), (2016, 1, 1)), Validity::Right);
        // Purged without a last day.
        assert_eq!(on([Use::Open, Use::No], own((2015, 1, 1), None), (2020, 1, 1)), Validity::TooLate);
        // Ended and reactivated: OLD's record has the last day.
        let back = own((2015, 1, 1), None);
        assert_eq!(
            on([Use::Until(Date::constant(2018, 12, 31)), Use::Open], back, (2019, 5, 1)),
            Validity::TooLate
        );
    }

    #[test]
    fn years_after_an_edition_only_what_the_next_one_says_as_well_is_judged() {
        let days = [Date::constant(2016, 10, 1), Date::constant(2023, 10, 1)];
        let on = |old, new, year| by_release(Some(&days), &[old, new], Some(Date::constant(year, 3, 1)));
        assert_eq!(on(Use::No, Use::Open, 2017), Validity::TooEarly);
        assert_eq!(on(Use::No, Use::Open, 2021), Validity::Unclear);
        assert_eq!(on(Use::Open, Use::No, 2021), Validity::Unclear);
        assert_eq!(on(Use::Open, Use::Open, 2021), Validity::Right);
        assert_eq!(on(Use::No, Use::Open, 2026), Validity::Right);
    }

    #[test]
    fn only_lines_outside_of_the_validity_are_counted_by_month() {
        let mut months = ByMonth::new();
        let day = |month| Some(Date::constant(2025, month, 17));
        add_month(&mut months, Validity::Right, day(9), 5);
        add_month(&mut months, Validity::TooEarly, day(9), 1);
        add_month(&mut months, Validity::TooLate, day(10), 2);
        add_month(&mut months, Validity::TooLate, day(10), 3);
        add_month(&mut months, Validity::TooLate, None, 1);
        let wanted = [
            (Date::constant(2025, 9, 1), Misdated { too_early: 1, too_late: 0 }),
            (Date::constant(2025, 10, 1), Misdated { too_early: 0, too_late: 5 }),
        ];
        assert_eq!(months, wanted.into());
    }

    #[test]
    fn a_code_has_a_limited_number_of_months() {
        let mut months = ByMonth::new();
        for year in 1900..1950 {
            let days = (1..=12).map(|month| Date::constant(year, month, 1));
            days.for_each(|day| add_month(&mut months, Validity::TooEarly, Some(day), 1));
        }
        assert_eq!(months.len(), MAX_MONTHS);
        assert_eq!(months.first_key_value().unwrap().0, &Date::constant(1940, 1, 1));
    }

    #[test]
    fn without_days_nothing_is_judged() {
        assert_eq!(by_release(Some(DAYS), &[Use::Open, Use::No], None), Validity::Undated);
        let day = Some(Date::constant(2025, 1, 1));
        assert_eq!(by_release(None, &[Use::Open, Use::No], day), Validity::Undated);
    }

    #[test]
    fn with_editions_in_between_the_one_in_force_judges() {
        let days: Vec<Date> = (2020..2023).map(|year| Date::constant(year, 10, 1)).collect();
        let on = |uses: [Use; 3], year| by_release(Some(&days), &uses, Some(Date::constant(year, 12, 1)));
        // Added in 2021, deleted in 2022.
        let passing = [Use::No, Use::Open, Use::No];
        assert_eq!(on(passing, 2019), Validity::BeforeOld);
        assert_eq!(on(passing, 2020), Validity::TooEarly);
        assert_eq!(on(passing, 2021), Validity::Right);
        assert_eq!(on(passing, 2022), Validity::TooLate);
    }
}
