//! The exit codes.

/// Something matched `--fail-on`, or `verify` disagrees.
pub(super) const MATCHED: u8 = 1;

/// The command could not run.
pub(super) const COULD_NOT_RUN: u8 = 2;

/// The command succeeded, but could not read a part of its input.
pub(super) const NOT_ALL_READ: u8 = 3;

/// Every exit code with its meaning, as the help and the documentation list them.
pub(super) const ALL: [(u8, &str); 4] = [
    (0, "Success"),
    (MATCHED, "Something matched --fail-on, or verify disagrees"),
    (COULD_NOT_RUN, "Error: bad arguments, unreadable input, or a release that is not in the store"),
    (NOT_ALL_READ, "Success, but part of the input could not be read; an error on stderr says which"),
];
