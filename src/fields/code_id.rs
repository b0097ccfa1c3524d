//! A code of the releases as a number, with flags that are checked for every code found.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// A code of the releases: its index, with flags that are checked for every code found. Most codes are billable and
/// unchanged and need no further lookup. The flags are not part of its identity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CodeId(u32);

impl CodeId {
    /// Set for a code that is a header in all releases.
    pub(crate) const HEADER: u32 = 1;
    /// Set for a code that may require a change of the list that holds it.
    pub(crate) const NOTABLE: u32 = 1 << 1;
    /// Set for a code with a new code below the same header.
    pub(crate) const NEXT_TO_NEW: u32 = 1 << 2;
    const FLAGS: u32 = 3;

    /// Returns the code at an index, without flags.
    #[inline]
    pub(crate) fn of(at: u32) -> Self {
        Self(at << Self::FLAGS)
    }

    /// Returns the code that was packed into these bits.
    #[inline]
    pub(crate) fn of_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Index and flags, in as few bits as possible.
    #[inline]
    pub(crate) fn bits(self) -> u32 {
        self.0
    }

    /// Returns the index.
    #[inline]
    pub(crate) fn at(self) -> usize {
        (self.0 >> Self::FLAGS) as usize
    }

    /// Returns the same code with flags added.
    pub(crate) fn with(self, flags: u32) -> Self {
        Self(self.0 | flags)
    }

    /// Returns whether the code is a header in all releases.
    #[inline]
    pub(crate) fn is_header(self) -> bool {
        self.0 & Self::HEADER != 0
    }

    /// Returns whether a list that holds the code may have to be changed.
    #[inline]
    pub(crate) fn is_notable(self) -> bool {
        self.0 & Self::NOTABLE != 0
    }

    /// Returns whether a new code has the same header.
    #[inline]
    pub(crate) fn is_next_to_new(self) -> bool {
        self.0 & Self::NEXT_TO_NEW != 0
    }
}

impl PartialEq for CodeId {
    fn eq(&self, other: &Self) -> bool {
        self.at() == other.at()
    }
}

impl Eq for CodeId {}

impl PartialOrd for CodeId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CodeId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at().cmp(&other.at())
    }
}

impl Hash for CodeId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.at().hash(state);
    }
}
