//! Lists too short to be judged alone, which are judged together with those they belong to.
//!
//! Invariant: an unnamed list is decided with the other lists under the same name, so that one list of ICD-9 does not
//! hide those of ICD-10.

use std::collections::BTreeMap;
use std::fmt;

use super::field::Field;
use crate::fields::evidence::FieldKind;
use crate::fields::systems::SetName;
use crate::model::CodeSet;
use crate::read::{ListKind, Origin, Reading};

/// The share of values of a list that must be codes for it to be one of its family.
const MOST: f64 = 0.8;

/// Returns the kind of each field of a file.
pub(super) fn judge(fields: &[Field], set: &CodeSet, around: Option<SetName>) -> Vec<FieldKind> {
    let mut verdicts: Vec<FieldKind> = fields.iter().map(|field| field.judge(set, around)).collect();
    let mut families: BTreeMap<(usize, &Family), Vec<usize>> = BTreeMap::new();
    for (at, field) in fields.iter().enumerate().filter(|(_, field)| field.values > 0) {
        if let Some(family) = family(field) {
            families.entry((field.part, family)).or_default().push(at);
        }
    }
    for ((part, family), members) in families {
        let is_open = |at: &usize| {
            let field = &fields[*at];
            let is_unclear = matches!(verdicts[*at], FieldKind::None | FieldKind::Unclear(_));
            is_unclear && field.known > 0 && field.share() >= MOST
        };
        let open: Vec<usize> = members.iter().copied().filter(is_open).collect();
        if open.is_empty() {
            continue;
        }
        let together = together(family, part, members.iter().map(|at| &fields[*at]));
        if let FieldKind::Ours(basis) = together.judge(set, around) {
            for at in open {
                let is_alone = members.len() == 1;
                verdicts[at] =
                    FieldKind::Ours(if is_alone { basis.clone() } else { format!("{family}: {basis}") });
            }
        }
    }
    verdicts
}

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

/// Returns the family of a field, if its kind may depend on the other members.
fn family(field: &Field) -> Option<&Family> {
    let is_judged_alone =
        field.declared.is_some() || field.is_named || matches!(field.reading, Reading::Token | Reading::Line);
    field.family.as_ref().filter(|_| !is_judged_alone)
}

/// Returns the members of a family as one field.
fn together<'f>(family: &Family, part: usize, members: impl Iterator<Item = &'f Field>) -> Field {
    let mut all = Field::new(&family.to_string(), "", Reading::Value, part, None);
    let mut patterns = 0;
    for field in members {
        all.values += field.values;
        all.known += field.known;
        all.twins += field.twins;
        all.seen.resize(all.seen.len().max(field.seen.len()), 0);
        all.seen.iter_mut().zip(&field.seen).for_each(|(all, own)| *all |= own);
        if field.reading != Reading::Value {
            patterns += field.counts.len();
        }
    }
    let distinct: u32 = all.seen.iter().map(|word| word.count_ones()).sum();
    all.distinct = distinct.max(u32::try_from(patterns).unwrap_or(u32::MAX));
    all
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
