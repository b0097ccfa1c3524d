//! Limits on files of usage.

/// Maximum number of distinct tokens: a code set has fewer than 300,000. A table with more does not have a code column.
pub(super) const MAX_TOKENS: usize = 1_000_000;

/// Maximum bytes of a text of a kind that must be read whole.
pub(super) const WHOLE: usize = 64 << 20;
