//! The usage of a code, as reports show it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::grouped;
use crate::impact::{Amount, Tally};
use crate::view::{self, HIDDEN};

/// The usage of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct UsedRow<'a> {
    /// Lines; `null` where they are hidden.
    pub(crate) lines: Option<u64>,
    /// The amounts of the rows, claims and items that name it. One that names several codes counts for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<Amount>,
    /// Lines by owner; `null` where they are hidden.
    pub(crate) owners: BTreeMap<&'a str, Option<u64>>,
}

impl<'a> UsedRow<'a> {
    /// Copies the numbers of a code that may be shown.
    pub(super) fn of(tally: &'a Tally) -> Self {
        let shown = tally.owners.iter().map(|(owner, lines)| (owner, Some(lines)));
        let hidden = tally.hidden_owners.iter().map(|owner| (owner.as_str(), None));
        Self {
            lines: (!tally.is_hidden).then_some(tally.lines),
            amount: tally.amount,
            owners: shown.chain(hidden).collect(),
        }
    }
}

/// Owners with their lines, in words: `Cardiology 12, Oncology 3`.
pub(super) fn owners_text(owners: &BTreeMap<&str, Option<u64>>, between: &str) -> String {
    let described = |(owner, lines): (&&str, &Option<u64>)| match lines {
        Some(lines) => format!("{owner} {lines}"),
        None => format!("{owner} {HIDDEN}"),
    };
    owners.iter().map(described).collect::<Vec<_>>().join(between)
}

/// Returns owners with their lines, most lines first; hidden ones last.
pub(super) fn owner_shares(owners: &BTreeMap<&str, Option<u64>>) -> view::Cell {
    let share = |(owner, lines): (&str, Option<u64>)| {
        (owner.to_owned(), lines.map_or_else(|| HIDDEN.to_owned(), grouped))
    };
    let mut owners: Vec<_> = owners.iter().map(|(owner, lines)| (*owner, *lines)).collect();
    owners.sort_by_key(|(_, lines)| Reverse(*lines));
    view::Cell::shares(owners.into_iter().map(share).collect())
}
