//! Limits on input. Each is far above what any publisher ships, and far below what would overload a laptop.

use super::Error;
pub(crate) use crate::base::unpack::{MAX_MEMBERS, MAX_RATIO};

/// Maximum bytes of one file or member, unpacked: the largest official one (NDC) has about 60 MB. Texts use 32-bit
/// offsets, so this must stay below 4 GiB.
pub(crate) const MAX_FILE: u64 = 1 << 30;

/// Maximum bytes of all files of one release, unpacked.
pub(crate) const MAX_TOTAL: u64 = 2 << 30;

/// Maximum depth of nested archives: the publishers nest once.
pub const MAX_DEPTH: usize = 4;

pub(super) fn too_large(name: &str) -> Error {
    Error::Limit {
        name: name.to_owned(),
        fact: format!("is larger than {} MiB, the limit for one file", MAX_FILE >> 20),
    }
}

pub(super) fn too_much(name: &str) -> Error {
    let fact = format!("exceeds {} MiB in total, the limit for one release", MAX_TOTAL >> 20);
    Error::Limit { name: name.to_owned(), fact }
}
