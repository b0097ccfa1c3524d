//! Whether a code was right on the day of its line.
//!
//! A line is judged as it is read, by the release in force on its day, and only the verdicts are counted: days would be
//! as many as codes times days, verdicts are six numbers a code.

use jiff::civil::Date;

use crate::model::{Entry, Release};

/// How lines were judged by their day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Judged {
    /// Valid on the day.
    pub right: u64,
    /// No longer valid on the day.
    pub too_late: u64,
    /// Not yet valid on the day.
    pub too_early: u64,
    /// Never valid on a claim, in neither release: a header, or no code.
    pub never: u64,
    /// The day is before OLD takes effect: not judged.
    pub before_old: u64,
    /// Without a day that can be read, or without the day on which a release takes effect: not judged.
    pub undated: u64,
}

/// What a day says about a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Right,
    TooLate,
    TooEarly,
    Never,
    BeforeOld,
    Undated,
}

impl Judged {
    pub(super) fn add(&mut self, verdict: Verdict, lines: u64) {
        let count = match verdict {
            Verdict::Right => &mut self.right,
            Verdict::TooLate => &mut self.too_late,
            Verdict::TooEarly => &mut self.too_early,
            Verdict::Never => &mut self.never,
            Verdict::BeforeOld => &mut self.before_old,
            Verdict::Undated => &mut self.undated,
        };
        *count = count.saturating_add(lines);
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &Self) {
        for (verdict, lines) in [
            (Verdict::Right, other.right),
            (Verdict::TooLate, other.too_late),
            (Verdict::TooEarly, other.too_early),
            (Verdict::Never, other.never),
            (Verdict::BeforeOld, other.before_old),
            (Verdict::Undated, other.undated),
        ] {
            self.add(verdict, lines);
        }
    }

    /// Whether any line had a day that can be read.
    pub fn has_days(&self) -> bool {
        let Self { right, too_late, too_early, never, before_old, undated: _ } = self;
        [right, too_late, too_early, never, before_old].into_iter().any(|lines| *lines > 0)
    }
}

/// The days on which the two releases take effect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    pub(super) old: Date,
    pub(super) new: Date,
}

impl Calendar {
    /// `None` if one of the days is not known, or they are not in order.
    pub(super) fn of(old: &Release, new: &Release) -> Option<Self> {
        let calendar = Self { old: old.effective()?, new: new.effective()? };
        (calendar.old < calendar.new).then_some(calendar)
    }
}

/// How long a release lets a code be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Judges a line by the day: before NEW takes effect by OLD, from then on by NEW.
pub(super) fn judge(calendar: Option<Calendar>, old: Use, new: Use, day: Option<Date>) -> Verdict {
    let (Some(calendar), Some(day)) = (calendar, day) else { return Verdict::Undated };
    if day < calendar.old {
        return Verdict::BeforeOld;
    }
    let by_old = day < calendar.new;
    match if by_old { (old, new) } else { (new, old) } {
        (now, _) if now.allows(day) => Verdict::Right,
        (Use::Until(_), _) => Verdict::TooLate,
        (_, Use::No) => Verdict::Never,
        _ if by_old => Verdict::TooEarly,
        _ => Verdict::TooLate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALENDAR: Option<Calendar> =
        Some(Calendar { old: Date::constant(2024, 10, 1), new: Date::constant(2025, 10, 1) });

    fn on(old: Use, new: Use, (year, month, day): (i16, i8, i8)) -> Verdict {
        judge(CALENDAR, old, new, Some(Date::constant(year, month, day)))
    }

    #[test]
    fn a_deleted_code_is_right_to_the_last_day_of_old_and_too_late_from_then_on() {
        assert_eq!(on(Use::Open, Use::No, (2024, 10, 1)), Verdict::Right);
        assert_eq!(on(Use::Open, Use::No, (2025, 9, 30)), Verdict::Right);
        assert_eq!(on(Use::Open, Use::No, (2025, 10, 1)), Verdict::TooLate);
        assert_eq!(on(Use::Open, Use::No, (2024, 9, 30)), Verdict::BeforeOld);
    }

    #[test]
    fn a_new_code_is_too_early_before_new_takes_effect() {
        assert_eq!(on(Use::No, Use::Open, (2025, 9, 30)), Verdict::TooEarly);
        assert_eq!(on(Use::No, Use::Open, (2025, 10, 1)), Verdict::Right);
        assert_eq!(on(Use::No, Use::No, (2025, 10, 1)), Verdict::Never);
    }

    #[test]
    fn a_code_with_a_last_day_is_right_up_to_it() {
        let until = Use::Until(Date::constant(2025, 3, 31));
        assert_eq!(on(until, until, (2025, 3, 31)), Verdict::Right);
        assert_eq!(on(until, until, (2025, 4, 1)), Verdict::TooLate);
        assert_eq!(on(Use::Open, until, (2025, 12, 1)), Verdict::TooLate);
    }

    #[test]
    fn without_days_nothing_is_judged() {
        assert_eq!(judge(CALENDAR, Use::Open, Use::No, None), Verdict::Undated);
        let day = Some(Date::constant(2025, 1, 1));
        assert_eq!(judge(None, Use::Open, Use::No, day), Verdict::Undated);
    }
}
