//! `codeset.lock`: the files of releases by their checksums, so that a report can be reproduced byte for byte.

use serde::{Deserialize, Serialize};

use super::catalog::{Role, is_sha256};
use super::store::{Manifest, StoredFile};
use crate::model::{ReleaseName, ReleaseNameError};

/// The name of the file, in the working folder.
pub(crate) const LOCK_FILE: &str = "codeset.lock";

const VERSION: u32 = 1;

const HEAD: &str =
    "# Which files each release is. Written by `codeset lock`; `--locked` refuses any other.\n\n";

/// The content of a lock file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockFile {
    version: u32,
    #[serde(default, rename = "release")]
    releases: Vec<LockedRelease>,
}

/// A locked release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockedRelease {
    /// `icd10cm@2026`.
    pub(crate) name: String,
    /// Its files.
    #[serde(rename = "file")]
    pub(crate) files: Vec<LockedFile>,
}

/// A locked file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockedFile {
    /// The role of the file.
    pub(crate) role: Role,
    /// The file name.
    pub(crate) name: String,
    /// SHA-256 of its bytes.
    pub(crate) sha256: String,
    /// Size in bytes.
    pub(crate) bytes: u64,
    /// The address it was fetched from, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
}

/// The reason why a text is not a lock file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LockError {
    /// It is not TOML, or has other fields: the error and its location.
    #[error("{0}")]
    Syntax(String),
    /// It was written by another version.
    #[error("it has version {0}, but this program reads version {VERSION}")]
    Version(u32),
    /// A release has no valid name.
    #[error(transparent)]
    Name(#[from] ReleaseNameError),
    /// A file has no checksum: its name and that of its release.
    #[error("`{0}` of {1} has no SHA-256")]
    NoChecksum(String, String),
}

impl Default for LockFile {
    fn default() -> Self {
        Self { version: VERSION, releases: Vec::new() }
    }
}

impl LockFile {
    /// Reads a lock file.
    ///
    /// # Errors
    ///
    /// If the text is not a lock file.
    pub(crate) fn parse(text: &str) -> Result<Self, LockError> {
        let lock: Self =
            toml::from_str(text).map_err(|error| LockError::Syntax(error.to_string().trim().to_owned()))?;
        if lock.version != VERSION {
            return Err(LockError::Version(lock.version));
        }
        for release in &lock.releases {
            ReleaseName::parse(&release.name)?;
            if let Some(file) = release.files.iter().find(|file| !is_sha256(&file.sha256)) {
                return Err(LockError::NoChecksum(file.name.clone(), release.name.clone()));
            }
        }
        Ok(lock)
    }

    /// Returns the text of the lock file.
    ///
    /// # Panics
    ///
    /// Never: it is plain data.
    pub(crate) fn text(&self) -> String {
        HEAD.to_owned() + &toml::to_string(self).expect("a lock is plain data")
    }

    /// Returns the releases, in the order of their names.
    pub(crate) fn releases(&self) -> &[LockedRelease] {
        &self.releases
    }

    /// Returns a release by its name.
    pub(crate) fn find(&self, name: ReleaseName) -> Option<&LockedRelease> {
        let name = name.to_string();
        self.releases.iter().find(|release| release.name == name)
    }

    /// Returns whether bytes belong to a locked release.
    pub(crate) fn has(&self, sha256: &str) -> bool {
        self.releases.iter().flat_map(|release| &release.files).any(|file| file.sha256 == sha256)
    }

    /// Locks the files of a release as they are in the store.
    pub(crate) fn put(&mut self, manifest: &Manifest) {
        self.releases.retain(|release| release.name != manifest.release);
        let file = |file: &StoredFile| LockedFile {
            role: file.role,
            name: file.name.clone(),
            sha256: file.sha256.clone(),
            bytes: file.bytes,
            from: file.from.clone(),
        };
        let files = manifest.files.iter().map(file).collect();
        self.releases.push(LockedRelease { name: manifest.release.clone(), files });
        self.releases.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_read_as_it_was_written() {
        let name = ReleaseName::parse("icd10cm@2026").unwrap();
        let mut manifest = Manifest::new(name, String::new(), String::new());
        let file = StoredFile {
            role: Role::Codes,
            name: "order \"2026\".txt".to_owned(),
            sha256: "0".repeat(64),
            bytes: 5,
            from: None,
            mirror: None,
            on: jiff::civil::date(2026, 11, 22),
            verified: true,
            etag: None,
            last_modified: None,
        };
        manifest.put(file);
        let mut lock = LockFile::default();
        lock.put(&manifest);
        lock.put(&manifest);
        assert_eq!(LockFile::parse(&lock.text()).unwrap(), lock);
        assert_eq!(lock.releases().len(), 1);
        assert!(lock.find(name).is_some() && lock.has(&"0".repeat(64)) && !lock.has("1"));
    }

    #[test]
    fn what_is_no_lock_is_refused() {
        let file = "\n[[release.file]]\nrole = \"codes\"\nname = \"a\"\nbytes = 1\nsha256 = ";
        for (text, words) in [
            ("version = 2".to_owned(), "version 2"),
            ("version = 1\nreleases = 1".to_owned(), "line 2"),
            ("version = 1\n[[release]]\nname = \"icd10cm\"\nfile = []".to_owned(), "SET@EDITION"),
            (format!("version = 1\n[[release]]\nname = \"cpt@2026\"{file}\"../a\""), "no SHA-256"),
        ] {
            let refused = LockFile::parse(&text).unwrap_err().to_string();
            assert!(refused.contains(words), "{refused}");
        }
    }
}
