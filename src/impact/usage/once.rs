//! Lines and amounts that count once although their files are read once for each code set.

use std::collections::{HashMap, HashSet};

/// Maximum number of accounts that are kept apart; beyond it an amount counts once for each set.
const MOST_ACCOUNTS: usize = 8_000_000;

/// Maximum number of lines of a file that are kept apart; beyond it a line counts once for each set.
const MOST_LINES: u64 = 1 << 28;

/// What is counted once.
#[derive(Debug, Clone, Copy)]
pub(super) enum Once {
    Line,
    AffectedLine,
    Amount,
    AffectedAmount,
}

/// The lines, accounts, claims and rows that were counted, over the readings of several code sets.
#[derive(Debug, Default)]
pub struct CountedOnce {
    /// The files and the members of archives. The same account may be in several of them: its amount is in each, as for one
    /// set.
    files: HashMap<(usize, String), usize>,
    /// The lines of each file: a set of numbers for each member of [`Once`].
    lines: Vec<[Numbers; 4]>,
    /// The accounts of the files.
    accounts: HashSet<(usize, u64, bool)>,
    /// True if there were too many of them.
    pub(super) is_full: bool,
}

impl CountedOnce {
    /// Returns the number of a member of the file with a number; of the file itself if the name is empty. Files of two folders
    /// may have the same name.
    pub(super) fn file(&mut self, file: usize, member: &str) -> usize {
        let lines = &mut self.lines;
        *self.files.entry((file, member.to_owned())).or_insert_with(|| {
            lines.push(Default::default());
            lines.len() - 1
        })
    }

    /// Returns true for the first time that something of a line is counted.
    pub(super) fn is_first_line(&mut self, file: usize, line: u64, what: Once) -> bool {
        if line >= MOST_LINES {
            self.is_full = true;
            return true;
        }
        self.lines[file][what as usize].insert(line)
    }

    /// Returns true for the first amount of an account, or of a line without an account, in a file.
    pub(super) fn is_first_amount(
        &mut self,
        file: usize,
        account: Option<u64>,
        line: u64,
        is_affected: bool,
    ) -> bool {
        let Some(account) = account else {
            let what = if is_affected { Once::AffectedAmount } else { Once::Amount };
            return self.is_first_line(file, line, what);
        };
        if self.accounts.len() >= MOST_ACCOUNTS {
            self.is_full = true;
            return true;
        }
        self.accounts.insert((file, account, is_affected))
    }
}

/// A set of numbers, a bit each.
#[derive(Debug, Default)]
struct Numbers(Vec<u64>);

impl Numbers {
    /// Adds a number; returns false if it is already there.
    fn insert(&mut self, number: u64) -> bool {
        let (at, bit) = ((number / 64) as usize, 1 << (number % 64));
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        let is_new = self.0[at] & bit == 0;
        self.0[at] |= bit;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_once_for_each_purpose_and_file() {
        let mut once = CountedOnce::default();
        let (one, other) = (once.file(0, "a.csv"), once.file(1, "a.csv"));
        assert_eq!(once.file(0, "a.csv"), one);
        assert_ne!(once.file(0, ""), one);
        assert!(once.is_first_line(one, 70, Once::Line));
        assert!(!once.is_first_line(one, 70, Once::Line));
        assert!(once.is_first_line(one, 6, Once::Line));
        assert!(once.is_first_line(one, 70, Once::AffectedLine));
        assert!(once.is_first_line(other, 70, Once::Line));
    }

    #[test]
    fn an_amount_counts_once_for_each_account_or_line_without_one() {
        let mut once = CountedOnce::default();
        let file = once.file(0, "");
        assert!(once.is_first_amount(file, Some(9), 1, false));
        assert!(!once.is_first_amount(file, Some(9), 2, false));
        assert!(once.is_first_amount(file, Some(9), 2, true));
        assert!(once.is_first_amount(file, None, 2, false));
        assert!(!once.is_first_amount(file, None, 2, false));
    }
}
