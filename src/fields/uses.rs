//! Uses of a location in a file, which decide whether it may be changed: a list that is in force now may be, a claim of last
//! year may not.

use super::roles::{self, Role};
use super::systems;
use crate::base::closed_list;

closed_list! {
    /// The use of a location in a file. The list is closed.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum PlaceUse {
        /// A list of codes that is in force now.
        #[default]
        List = "list",
        /// A row that is valid on a day: a claim, an encounter.
        Dated = "dated",
        /// A row that is valid for a period: from a first day to a last one.
        Period = "period",
        /// A prefix, wildcard, pattern or range: it includes all codes that it matches.
        Pattern = "pattern",
        /// A filter that includes a code and all codes below it.
        Descendants = "descendants",
        /// The old side of a pair of old and new codes.
        History = "history",
        /// Columns of fixed width.
        FixedColumns = "fixed-columns",
        /// Running text.
        Text = "text",
    }
}

impl PlaceUse {
    /// Describes the use in words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::List => "a list that is currently in force",
            Self::Dated => "a row for one day",
            Self::Period => "a row with a validity period",
            Self::Pattern => "a pattern or range, which covers all codes that it matches",
            Self::Descendants => "a filter that means the code and all below it",
            Self::History => "the old side of a pair of old and new codes",
            Self::FixedColumns => "a line with columns of fixed width",
            Self::Text => "running text",
        }
    }
}

/// The side of a pair that a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The previous codes.
    Old,
    /// The current codes.
    New,
    /// The first or the last code of a range over two columns.
    Range,
}

/// Words of headings of old codes.
const OLD: [&str; 12] = [
    "old",
    "previous",
    "prior",
    "source",
    "former",
    "legacy",
    "original",
    "deleted",
    "retired",
    "deprecated",
    "replaced",
    "obsolete",
];

/// Words of headings of the codes that replaced them.
const NEW: [&str; 9] =
    ["new", "current", "target", "replacement", "successor", "updated", "revised", "mapped", "now"];

/// Words of headings of the first and the last code of a range, which may be old and new codes as well.
const RANGE: [&str; 10] = ["from", "to", "start", "end", "begin", "first", "last", "low", "high", "through"];

/// Operators of filters that include the codes below a code. Source: FHIR R4, value set "filter-operator".
const DESCENDANTS: [&str; 8] = [
    "is-a",
    "descendent-of",
    "descendant-of",
    "is-not-a",
    "generalizes",
    "child-of",
    "descendent-leaf",
    "isa",
];

/// Keys of a flag that includes the codes below a code, as one word in lowercase letters.
const INCLUDING: [&str; 5] =
    ["includedescendants", "includedescendant", "includechildren", "descendants", "withdescendants"];

/// Returns the side of a pair that a heading gives its column; `None` if it gives none, or if the column holds days or a
/// description.
pub(crate) fn side(words: &str) -> Option<Side> {
    let is_other =
        matches!(roles::of(words), Some((Role::Day(_) | Role::Count | Role::Amount | Role::Account, _)))
            || systems::is_last_day(words).is_some()
            || systems::is_description(words);
    if is_other {
        return None;
    }
    let parts = systems::parts(words);
    let has = |list: &[&str]| parts.iter().any(|part| list.contains(&part.as_str()));
    match () {
        () if has(&OLD) => Some(Side::Old),
        () if has(&NEW) => Some(Side::New),
        () if has(&RANGE) => Some(Side::Range),
        () => None,
    }
}

/// Returns whether a heading of a new side is one of codes, rather than of something else that is new.
pub(crate) fn may_be_of_codes(words: &str) -> bool {
    let parts = systems::parts(words);
    parts.len() == 1
        || systems::named(words).is_some()
        || parts.iter().any(|part| matches!(part.as_str(), "code" | "codes" | "concept" | "value"))
}

/// Returns whether a cell makes its row a filter that includes the descendants of its code. `words` are those of its field.
pub(crate) fn means_descendants(words: &str, text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let text = text.trim().trim_matches(['"', '\'']);
    if DESCENDANTS.iter().any(|operator| text.eq_ignore_ascii_case(operator)) {
        return true;
    }
    let is_yes = ["true", "1", "yes", "y"].iter().any(|yes| text.eq_ignore_ascii_case(yes));
    is_yes && INCLUDING.contains(&roles::plain(words).as_str())
}

/// Returns whether a heading names a day on which its row is valid.
pub(crate) fn is_day(words: &str) -> bool {
    matches!(roles::of(words), Some((Role::Day(_), _))) && systems::is_last_day(words).is_none()
}

/// Returns whether a heading names row identifiers, each of which occurs once.
pub(crate) fn is_id(words: &str) -> bool {
    let parts = systems::parts(words);
    let last = parts.last().map_or("", String::as_str);
    matches!(last, "id" | "uid" | "uuid" | "guid" | "pk" | "rowid" | "key") && systems::named(words).is_none()
}

/// Returns whether a heading names the owner of the row: duplicates are judged within one owner.
pub(crate) fn is_owner(words: &str) -> bool {
    matches!(roles::of(words), Some((Role::Owner, _)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_say_on_which_side_of_a_pair_a_column_is() {
        for (words, expected) in [
            ("old_icd10", Some(Side::Old)),
            ("Previous code", Some(Side::Old)),
            ("source_code", Some(Side::Old)),
            ("new_icd10", Some(Side::New)),
            ("targetCode", Some(Side::New)),
            ("from", Some(Side::Range)),
            ("icd10", None),
            ("newborn", None),
            ("valid_from", None),
            ("start_date", None),
            ("old description", None),
        ] {
            assert_eq!(side(words), expected, "{words}");
        }
    }

    #[test]
    fn filters_are_reported_by_their_operator_or_flag() {
        for (words, text, expected) in [
            ("op", "is-a", true),
            ("op", "descendent-of", true),
            ("op", "=", false),
            ("includeDescendants", "true", true),
            ("include_descendants", "1", true),
            ("includeDescendants", "false", false),
            ("active", "true", false),
        ] {
            assert_eq!(means_descendants(words, text.as_bytes()), expected, "{words} {text}");
        }
    }
}
