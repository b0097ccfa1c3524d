//! The families of lists: those that belong together by the name above them.

use std::fmt;

use crate::read::{ListKind, Origin};

/// The lists of a file that are judged together: those below one name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    /// Columns whose headings differ only in the number at their end: what they have in common.
    Columns(String),
    /// Lists of one kind: the name above theirs.
    Lists(ListKind, String),
}

impl Family {
    /// Returns the family that a field belongs to.
    pub(super) fn of(origin: Origin<'_>) -> Option<Self> {
        match origin {
            Origin::Column(heading) => {
                let stem = heading.trim_end_matches(|char: char| char.is_ascii_digit());
                (stem.len() < heading.len() && !stem.is_empty()).then(|| Self::Columns(stem.to_owned()))
            }
            Origin::List(kind, name) => {
                let above = name.rsplit_once('.').map_or(name, |(above, _)| above);
                Some(Self::Lists(kind, above.to_owned()))
            }
            Origin::DottedWords | Origin::Other => None,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Columns(stem) => write!(f, "column `{stem}`"),
            Self::Lists(ListKind::Literals, above) => write!(f, "lists of `{above}`"),
            Self::Lists(kind, above) => write!(f, "{kind} of `{above}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_has_a_name_above_that_of_its_lists() {
        let of = |origin| Family::of(origin).map(|family| family.to_string());
        let list = |kind, name| of(Origin::List(kind, name));
        assert_eq!(list(ListKind::Literals, "maps.x10.ms").as_deref(), Some("lists of `maps.x10`"));
        assert_eq!(list(ListKind::Literals, "icd").as_deref(), Some("lists of `icd`"));
        assert_eq!(of(Origin::Column("Code 3")).as_deref(), Some("column `Code `"));
        assert_eq!(list(ListKind::Keys, "icd").as_deref(), Some("keys of `icd`"));
        assert_eq!(of(Origin::Column("dx")), None);
        assert_eq!(of(Origin::DottedWords), None);
    }
}
