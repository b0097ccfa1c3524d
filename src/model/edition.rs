//! Editions and release names: `icd10cm@2026`, `icd10cm@2026-04`, `ndc@2026-11-20`.

use std::fmt;

use jiff::civil::Date;

use super::code_set::CodeSet;

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
    pub fn effective(self, set: &CodeSet) -> Option<Date> {
        match self {
            Self::Year(year) => set.first_day_of(year),
            Self::Month(year, month) => Date::new(year, month, 1).ok(),
            Self::Day(day) => Some(day),
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

/// A release by name: a set and an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReleaseName {
    /// The code set.
    pub set: &'static CodeSet,
    /// The edition.
    pub edition: Edition,
}

/// The reason a text is not a release name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseNameError {
    /// The text has no `@`.
    #[error("`{0}` is not of the form SET@EDITION")]
    NoEdition(String),
    /// The part before the `@` is not a code set.
    #[error("`{0}` is not a code set that is known here")]
    UnknownSet(String),
    /// The part after the `@` is not an edition.
    #[error("`{0}` is not an edition: write 2026, fy2026, 2026-04 or 2026-11-20")]
    BadEdition(String),
}

impl ReleaseName {
    /// Reads `icd10cm@2026`.
    ///
    /// # Errors
    ///
    /// If the text has no `@`, names no supported set, or has no edition after the `@`.
    pub fn parse(text: &str) -> Result<Self, ReleaseNameError> {
        let (set, edition) =
            text.split_once('@').ok_or_else(|| ReleaseNameError::NoEdition(text.to_owned()))?;
        let set = CodeSet::by_id(set).ok_or_else(|| ReleaseNameError::UnknownSet(set.to_owned()))?;
        let edition =
            Edition::parse(edition).ok_or_else(|| ReleaseNameError::BadEdition(edition.to_owned()))?;
        Ok(Self { set, edition })
    }
}

impl fmt::Display for ReleaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.set.id, self.edition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effective(name: &str) -> String {
        let name = ReleaseName::parse(name).unwrap();
        name.edition.effective(name.set).unwrap().to_string()
    }

    #[test]
    fn a_fiscal_year_begins_in_the_october_before() {
        assert_eq!(effective("icd10cm@2026"), "2025-10-01");
        assert_eq!(effective("icd10cm@fy2026"), "2025-10-01");
    }

    #[test]
    fn a_month_is_taken_as_it_is() {
        assert_eq!(effective("icd10cm@2026-04"), "2026-04-01");
        assert_eq!(effective("icd10cm@2021-01"), "2021-01-01");
    }

    #[test]
    fn other_texts_are_no_release_names() {
        for text in ["icd10cm", "icd10xx@2026", "icd10cm@26", "icd10cm@2026-13", "icd10cm@2026-4", "icd10cm@"]
        {
            assert!(ReleaseName::parse(text).is_err(), "{text}");
        }
    }
}
