//! Files that were read, with their checksums.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// Number of bytes at the beginning of a file that are enough to recognize it.
pub const HEAD: usize = 8 * 1024;

/// A file or archive member that was read: its name and what identifies its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Source {
    /// File name, an archive member as `archive.zip!folder/member.txt`. Never a full path, because reports are shared
    /// and folder names may be private.
    pub name: String,
    /// SHA-256 of the bytes, 64 small hexadecimal digits.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// Whether a file is wanted, judged by its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Not read: codeset does not read its layout.
    No,
    /// It is read.
    Yes,
    /// It is read, and contains everything in the spare files next to it in its archive.
    Whole,
    /// It is read as a release unless a whole one is next to it in its archive; then the two are compared.
    Spare,
}

/// A source with its bytes: the input of the readers in `formats`.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Name and checksum.
    pub source: Source,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether another member of its archive has, or should have, the same content.
    pub is_spare: bool,
}

impl SourceFile {
    /// Returns a file with its checksum.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let sha256 = hex(&Sha256::digest(&bytes));
        let source = Source { name: name.into(), sha256, bytes: bytes.len() as u64 };
        Self { source, bytes, is_spare: false }
    }
}

/// Formats a checksum in hexadecimal.
pub(crate) fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
