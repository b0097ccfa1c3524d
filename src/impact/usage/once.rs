//! Amounts that count once although their files are read once for each code set.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Maximum number of accounts and rows that are kept apart; beyond it an amount counts once for each set.
const MOST: usize = 8_000_000;

/// The accounts, claims and rows whose amounts were counted, over the readings of several code sets.
#[derive(Debug, Default)]
pub struct CountedOnce {
    /// A hash of each, and whether it was counted as affected.
    seen: HashSet<(u64, bool)>,
    /// True if there were too many of them.
    pub(super) is_full: bool,
}

impl CountedOnce {
    /// Returns true for the first amount of an account, or of a row without an account, in a file.
    pub(super) fn is_first(&mut self, file: &str, account: Option<u64>, row: u64, is_affected: bool) -> bool {
        if self.seen.len() >= MOST {
            self.is_full = true;
            return true;
        }
        let mut hasher = DefaultHasher::new();
        // The same account may be in several files: its amount is in each of them, as for one set.
        (file, account, account.is_none().then_some(row)).hash(&mut hasher);
        self.seen.insert((hasher.finish(), is_affected))
    }
}
