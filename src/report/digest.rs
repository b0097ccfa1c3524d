//! Short digests, by which a file that comes back is recognized as the answer to what was sent out.

use sha2::{Digest, Sha256};

use crate::model::hex;

/// Hexadecimal digits of a digest: 64 bits, more than enough to tell the lists of a team apart.
const DIGITS: usize = 16;

/// Returns the first digits of the SHA-256 of lines.
pub(super) fn of_lines<L: AsRef<str>>(lines: impl IntoIterator<Item = L>) -> String {
    let mut sha256 = Sha256::new();
    for line in lines {
        sha256.update(line.as_ref());
        sha256.update("\n");
    }
    let mut digits = hex(&sha256.finalize());
    digits.truncate(DIGITS);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_sixteen_digits() {
        // printf 'a\nb\n' | sha256sum
        assert_eq!(of_lines(["a", "b"]), "911169ddaaf146af");
    }
}
