//! Lines and amounts that count once although their files are read once for each code set.

use std::collections::{HashMap, HashSet};

use super::money::Amount;

/// Maximum number of accounts that are kept apart; beyond it an amount counts once for each set.
const MOST_ACCOUNTS: usize = 8_000_000;

/// Maximum number of lines of a file that are kept apart; beyond it a line counts once for each set.
const MOST_LINES: u64 = 1 << 28;

/// What is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Once {
    Line,
    AffectedLine,
    Amount,
    AffectedAmount,
}

/// Something that one reading counted, and others may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    pub(super) what: Once,
    /// The number of the line in its file.
    pub(super) line: u64,
    /// The account that an amount is the total of.
    pub(super) account: Option<u64>,
    pub(super) lines: u64,
    pub(super) amount: Amount,
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
    accounts: HashSet<(usize, u64, Once)>,
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

    /// Returns true for the first time that something is counted of a file.
    pub(super) fn is_first(&mut self, file: usize, counted: &Counted) -> bool {
        match (counted.what, counted.account) {
            (Once::Line | Once::AffectedLine, _) | (_, None) => {
                self.is_first_line(file, counted.line, counted.what)
            }
            (what, Some(account)) => self.is_first_of_account(file, account, what),
        }
    }

    fn is_first_line(&mut self, file: usize, line: u64, what: Once) -> bool {
        if line >= MOST_LINES {
            self.is_full = true;
            return true;
        }
        self.lines[file][what as usize].insert(line)
    }

    fn is_first_of_account(&mut self, file: usize, account: u64, what: Once) -> bool {
        if self.accounts.len() >= MOST_ACCOUNTS {
            self.is_full = true;
            return true;
        }
        self.accounts.insert((file, account, what))
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
        let mut is_first = |account, line, what| {
            once.is_first(file, &Counted { what, line, account, lines: 1, amount: Amount::default() })
        };
        assert!(is_first(Some(9), 1, Once::Amount));
        assert!(!is_first(Some(9), 2, Once::Amount));
        assert!(is_first(Some(9), 2, Once::AffectedAmount));
        assert!(is_first(None, 2, Once::Amount));
        assert!(!is_first(None, 2, Once::Amount));
        assert!(is_first(Some(9), 2, Once::Line));
    }
}
