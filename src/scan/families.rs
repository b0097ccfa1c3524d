//! Lists too short to be judged alone, which are judged together with those they belong to.
//!
//! Invariant: an unnamed list is decided with the other lists under the same name, so that one list of ICD-9 does not
//! hide those of ICD-10.

use std::collections::BTreeMap;

use super::family::Family;
use super::field::Field;
use crate::fields::evidence::FieldKind;
use crate::fields::systems::SetName;
use crate::model::CodeSet;
use crate::read::Reading;

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
