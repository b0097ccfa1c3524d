//! Release names: `icd10cm@2026`, `icd10cm@2026-04`, `ndc@2026-11-20`.

use std::fmt;

use jiff::civil::Date;

use super::code_set::CodeSet;
use super::edition::Edition;
use super::sets;

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
    #[error("`{0}` does not have the form SET@EDITION")]
    NoEdition(String),
    /// The part before the `@` is not a code set.
    #[error("unknown code set `{0}`")]
    UnknownSet(String),
    /// The part after the `@` is not an edition.
    #[error("`{0}` is not an edition: write 2026, fy2026, 2026-04 or 2026-11-20")]
    BadEdition(String),
}

impl ReleaseName {
    /// Returns the day the edition takes effect.
    pub fn effective(self) -> Option<Date> {
        self.edition.effective(self.set.calendar)
    }

    /// Reads `icd10cm@2026`.
    ///
    /// # Errors
    ///
    /// If the text has no `@`, names no supported set, or has no edition after the `@`.
    pub fn parse(text: &str) -> Result<Self, ReleaseNameError> {
        let (set, edition) =
            text.split_once('@').ok_or_else(|| ReleaseNameError::NoEdition(text.to_owned()))?;
        let set = sets::by_id(set).ok_or_else(|| ReleaseNameError::UnknownSet(set.to_owned()))?;
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
        ReleaseName::parse(name).unwrap().effective().unwrap().to_string()
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
