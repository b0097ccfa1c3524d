//! Named bytes: what was read, with its checksum.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// How many bytes at the beginning of a file are enough to recognise it.
pub const HEAD: usize = 8 * 1024;

/// A file or archive member that was read: its name and what identifies its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Source {
    /// File name, an archive member as `archive.zip!folder/member.txt`. Never a full path: reports are
    /// shared, folders of a laptop are nobody's business.
    pub name: String,
    /// SHA-256 of the bytes, 64 small hexadecimal digits.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// Whether a file is wanted, told by its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// It is in no layout that is read.
    No,
    /// It is read.
    Yes,
    /// It is read, and holds all that the spare files beside it in its archive hold.
    Whole,
    /// It is read as a release unless a whole one stands beside it in its archive, with which it is compared then.
    Spare,
}

/// A source with its bytes: what the readers in `formats` take.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Name and checksum.
    pub source: Source,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether another member of its archive says the same, or should.
    pub is_spare: bool,
}

impl SourceFile {
    /// A file with its checksum.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let sha256 = hex(&Sha256::digest(&bytes));
        let source = Source { name: name.into(), sha256, bytes: bytes.len() as u64 };
        Self { source, bytes, is_spare: false }
    }
}

/// A checksum as it is written.
pub(crate) fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
