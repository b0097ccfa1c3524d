//! The codes in use by the owners of their lines.

use std::collections::BTreeMap;

use super::item::Item;
use super::totals::UsageTotals;
use super::usage::{Tally, Usage};
use crate::crosswalk::Disposition;

/// The usage of one owner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnerUse {
    /// The owner.
    pub owner: String,
    /// Totals of usage.
    pub used: UsageTotals,
    /// Totals of the codes that lost validity.
    pub affected: UsageTotals,
    /// Codes that may be replaced automatically.
    pub automatic: u64,
    /// Codes that need review, including narrowed ones.
    pub choose: u64,
    /// Codes without a known successor.
    pub none: u64,
}

/// Counts owners, code by code.
#[derive(Default)]
pub(super) struct Owners<'a>(BTreeMap<&'a str, OwnerUse>);

impl<'a> Owners<'a> {
    /// Adds a code.
    pub(super) fn count(&mut self, tally: &'a Tally, is_affected: bool) {
        let hidden = tally.hidden_owners.iter().map(|owner| (owner.as_str(), None));
        let shown = tally.owners.unordered().map(|(owner, lines)| (owner, Some(lines)));
        for (owner, lines) in shown.chain(hidden) {
            let of_owner = self.0.entry(owner).or_default();
            of_owner.used.add_lines(lines);
            if is_affected {
                of_owner.affected.add_lines(lines);
            }
        }
    }

    /// Returns the owners, most affected lines first.
    pub(super) fn finish<'i>(
        mut self,
        usage: &Usage,
        items: impl Iterator<Item = &'i Item<'i>>,
    ) -> Vec<OwnerUse> {
        for item in items {
            let decision = item.mapping.as_ref().map(|mapping| mapping.decision);
            let hidden = item.tally.hidden_owners.iter().map(String::as_str);
            for owner in item.tally.owners.names().chain(hidden) {
                let Some(of_owner) = self.0.get_mut(owner) else { continue };
                match decision {
                    Some(Disposition::Automatic) => of_owner.automatic += 1,
                    Some(Disposition::Choose) => of_owner.choose += 1,
                    Some(Disposition::None) => of_owner.none += 1,
                    None => {}
                }
            }
        }
        let mut owners: Vec<_> =
            self.0.into_iter().map(|(owner, of_owner)| (owner.to_owned(), of_owner)).collect();
        for (owner, of_owner) in &mut owners {
            of_owner.owner.clone_from(owner);
            if let Some([used, affected]) = usage.owner_amounts.get(owner) {
                of_owner.used.amount = *used;
                of_owner.affected.amount = *affected;
            }
        }
        let mut owners: Vec<_> = owners.into_iter().map(|(_, of_owner)| of_owner).collect();
        owners.sort_by(|a, b| {
            (b.affected.lines, b.used.lines)
                .cmp(&(a.affected.lines, a.used.lines))
                .then(a.owner.cmp(&b.owner))
        });
        owners
    }
}
