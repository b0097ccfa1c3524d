//! Editions: `2026`, `2026-04`, `2026-11-20`, and the days they take effect.

use std::fmt;

use jiff::civil::Date;

/// The months, as publishers write them in sentences and addresses.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The year system of a set's editions: fiscal or calendar years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// `2026` is the fiscal year: effective October 1, 2025.
    FiscalYear,
    /// `2026` is the calendar year: effective January 1, 2026.
    CalendarYear,
}

impl Calendar {
    /// Returns the day the edition of a year takes effect.
    pub fn first_day_of(self, year: i16) -> Option<Date> {
        match self {
            Self::FiscalYear => Date::new(year.checked_sub(1)?, 10, 1).ok(),
            Self::CalendarYear => Date::new(year, 1, 1).ok(),
        }
    }
}

/// One published edition of a set. Its effective day depends on the set's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// The yearly edition.
    Year(i16),
    /// A mid-year or quarterly edition, by the first month in which it is in force.
    Month(i16, i8),
    /// A daily edition.
    Day(Date),
}

impl Edition {
    /// Reads `2026`, `fy2026`, `2026-04` or `2026-11-20`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("fy").or_else(|| text.strip_prefix("FY")).unwrap_or(text);
        let parts: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        if !parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
        let year: i16 = parts[0].parse().ok()?;
        match lengths.as_slice() {
            [4] => Some(Self::Year(year)),
            [4, 2] => {
                let month: i8 = parts[1].parse().ok()?;
                (1..=12).contains(&month).then_some(Self::Month(year, month))
            }
            [4, 2, 2] => Date::new(year, parts[1].parse().ok()?, parts[2].parse().ok()?).ok().map(Self::Day),
            _ => None,
        }
    }

    /// Returns the day the edition takes effect.
    pub fn effective(self, calendar: Calendar) -> Option<Date> {
        match self {
            Self::Year(year) => calendar.first_day_of(year),
            Self::Month(year, month) => Date::new(year, month, 1).ok(),
            Self::Day(day) => Some(day),
        }
    }
}

impl Edition {
    /// Returns the name that the field uses: `FY2026`, `April 2026`, or the calendar year.
    pub fn title(self, calendar: Calendar) -> String {
        match (self, calendar) {
            (Self::Year(year), Calendar::FiscalYear) => format!("FY{year}"),
            (Self::Month(year, month), _) => {
                let month = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at));
                format!("{} {year}", month.unwrap_or(&""))
            }
            (edition, _) => edition.to_string(),
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(day) => write!(f, "{day}"),
        }
    }
}
