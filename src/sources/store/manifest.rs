//! Manifests: the files of a release, their origins and checksums.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{StoreError, is_sha256};
use crate::model::{ReleaseName, ReleaseNameError};
use crate::sources::catalog::Role;

/// The version of the manifest format.
const VERSION: u32 = 1;

/// Maximum bytes of a manifest: real ones have one or two thousand.
const MAX_MANIFEST: u64 = 4 << 20;

/// The stored files of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    version: u32,
    /// `icd10cm@2026`.
    pub(crate) release: String,
    /// The day it takes effect.
    pub(crate) effective: Option<Date>,
    /// The publisher.
    pub(crate) publisher: String,
    /// The terms of use.
    pub(crate) terms: String,
    /// Its files, codes first.
    pub(crate) files: Vec<StoredFile>,
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    /// The role of the file.
    pub(crate) role: Role,
    /// The file name; with `/` for a file in a folder.
    pub(crate) name: String,
    /// SHA-256 of its bytes.
    pub(crate) sha256: String,
    /// Size in bytes.
    pub(crate) bytes: u64,
    /// The address it was fetched from; `None` for a file added by hand.
    pub(crate) from: Option<String>,
    /// The mirror it was fetched from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mirror: Option<String>,
    /// The day it was added.
    pub(crate) on: Date,
    /// Whether its checksum is in the catalog or a lock file.
    pub(crate) verified: bool,
    /// The version identifier from its server, for the next request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
    /// The version date from its server, for the next request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_modified: Option<String>,
}

/// The reason why a file is not the manifest of a release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ManifestError {
    /// It is not JSON, or has other fields.
    #[error("{0}")]
    Syntax(String),
    /// It was written by another version.
    #[error("it has version {0}, but this program reads version {VERSION}")]
    Version(u32),
    /// It has no valid name.
    #[error(transparent)]
    Name(#[from] ReleaseNameError),
    /// It is that of another release.
    #[error("it is of `{0}`")]
    OtherRelease(String),
    /// A file has no checksum.
    #[error("`{0}` has no checksum")]
    NoChecksum(String),
}

impl Manifest {
    /// Returns a manifest of a release without files.
    pub(crate) fn new(name: ReleaseName, publisher: String, terms: String) -> Self {
        let effective = name.effective();
        Self { version: VERSION, release: name.to_string(), effective, publisher, terms, files: Vec::new() }
    }

    /// Returns the name of the release.
    ///
    /// # Panics
    ///
    /// Never: manifests are checked when they are read.
    pub(crate) fn name(&self) -> ReleaseName {
        ReleaseName::parse(&self.release).expect("a manifest is of a release")
    }

    /// Adds a file; it replaces one with the same role and name.
    pub(crate) fn put(&mut self, file: StoredFile) {
        self.files.retain(|other| (other.role, &other.name) != (file.role, &file.name));
        self.files.push(file);
        self.files.sort_by(|a, b| (a.role, &a.name).cmp(&(b.role, &b.name)));
    }

    /// Returns whether it has a file with this role.
    pub(crate) fn has(&self, role: Role) -> bool {
        self.files.iter().any(|file| file.role == role)
    }

    pub(super) fn read(path: &Path) -> Result<Self, StoreError> {
        let file = File::open(path).map_err(StoreError::disk("read", path))?;
        let mut bytes = Vec::new();
        file.take(MAX_MANIFEST).read_to_end(&mut bytes).map_err(StoreError::disk("read", path))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if let Err(ReleaseNameError::UnknownSet(_)) = ReleaseName::parse(&stem) {
            return Err(StoreError::Undescribed { release: stem.into_owned() });
        }
        Self::parse(&bytes, &stem)
            .map_err(|error| StoreError::Damaged { path: path.to_owned(), fact: error.to_string() })
    }

    /// Reads a manifest of a release, and checks the properties that other modules rely on.
    pub(super) fn parse(bytes: &[u8], id: &str) -> Result<Self, ManifestError> {
        let manifest: Self =
            serde_json::from_slice(bytes).map_err(|error| ManifestError::Syntax(error.to_string()))?;
        if manifest.version != VERSION {
            return Err(ManifestError::Version(manifest.version));
        }
        let name = ReleaseName::parse(&manifest.release)?;
        if manifest.release != id || name.to_string() != id {
            return Err(ManifestError::OtherRelease(manifest.release));
        }
        if let Some(file) = manifest.files.iter().find(|file| !is_sha256(&file.sha256)) {
            return Err(ManifestError::NoChecksum(file.name.clone()));
        }
        Ok(manifest)
    }
}
