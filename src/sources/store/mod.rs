//! The store: releases on this machine, by name.
//!
//! Bytes are stored once, by their checksum (`blobs/`); a small manifest for each release (`releases/`) lists its
//! files. Both are written completely and then renamed, blobs before the manifest that names them: an interruption
//! leaves nothing half-written. Incomplete downloads are in `partial/`. Everything is below a folder named after the
//! layout version, so that another version never uses it.
//!
//! Invariant: adding shares the store's lock, removing holds it alone, reading needs none; the bytes are hashed as they
//! are read and compared with the manifest.
//!
//! Invariant: releases of sets that no catalog describes at the moment are kept: lists leave them out, and `prune`
//! refuses.

mod care;
mod lock;
mod manifest;
mod pack;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use sha2::{Digest, Sha256};

pub(crate) use care::Pruned;
pub(crate) use manifest::{Manifest, StoredFile};

use super::catalog::is_sha256;
use super::limits::MAX_FILE;
use crate::model::{ReleaseName, hex};

/// The version of the layout.
const BUCKET: &str = "v1";

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The platform does not define a folder for data.
    #[error("this system does not define a folder for data")]
    NoFolder,
    /// A file of the store cannot be read or written.
    #[error("cannot {what} `{}`", path.display())]
    Disk {
        /// The attempted operation.
        what: &'static str,
        /// The path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A manifest is damaged.
    #[error("`{}` is damaged: {fact}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The fault.
        fact: String,
    },
    /// A release belongs to a set that a catalog describes, and that catalog is not loaded.
    #[error("the store contains `{release}`, but no catalog describes its code set")]
    Undescribed {
        /// The release.
        release: String,
    },
    /// An added file is not the expected one.
    #[error("`{name}` has the wrong checksum: its SHA-256 is {found}, not {wanted}")]
    Checksum {
        /// The file.
        name: String,
        /// The expected checksum.
        wanted: String,
        /// The actual checksum.
        found: String,
    },
    /// The file is not an exported store.
    #[error("`{name}` is not an exported store: {fact}")]
    NotExported {
        /// The file.
        name: String,
        /// The reason.
        fact: String,
    },
}

impl StoreError {
    fn disk(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Disk { what, path, source }
    }
}

/// A file whose bytes are in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blob {
    /// SHA-256 of its bytes.
    pub(crate) sha256: String,
    /// Size in bytes.
    pub(crate) bytes: u64,
}

/// A store of releases.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    root: PathBuf,
}

impl Store {
    /// Returns the store in a folder, which need not exist yet.
    pub(crate) fn at(folder: &Path) -> Self {
        Self { root: folder.join(BUCKET) }
    }

    /// Returns the platform's folder for program data.
    ///
    /// # Errors
    ///
    /// If the platform has no such folder, as for a user without a home.
    pub(crate) fn usual_folder() -> Result<PathBuf, StoreError> {
        let platform = etcetera::base_strategy::choose_native_strategy().map_err(|_| StoreError::NoFolder)?;
        Ok(platform.data_dir().join("codeset").join("store"))
    }

    /// Returns the folder of the store.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the path of the bytes with a checksum, whether or not they exist.
    pub(crate) fn blob(&self, sha256: &str) -> PathBuf {
        self.root.join("blobs").join(sha256.get(..2).unwrap_or("00")).join(sha256)
    }

    /// Returns whether the bytes with a checksum are stored.
    pub(crate) fn has(&self, sha256: &str) -> bool {
        self.blob(sha256).is_file()
    }

    /// Returns the folder of incomplete downloads, and creates it.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub(crate) fn partial(&self) -> Result<PathBuf, StoreError> {
        let folder = self.root.join("partial");
        make_own(&folder)?;
        Ok(folder)
    }

    fn manifest_path(&self, id: &str) -> PathBuf {
        self.root.join("releases").join(format!("{id}.json"))
    }

    /// Returns the manifest of a release, if it is stored.
    ///
    /// # Errors
    ///
    /// If its manifest cannot be read.
    pub(crate) fn manifest(&self, name: ReleaseName) -> Result<Option<Manifest>, StoreError> {
        let path = self.manifest_path(&name.to_string());
        if !path.is_file() {
            return Ok(None);
        }
        Manifest::read(&path).map(Some)
    }

    /// Returns the manifests of all stored releases, by name. A release of a set that no catalog describes is omitted,
    /// since it cannot be used.
    ///
    /// # Errors
    ///
    /// If a manifest cannot be read.
    pub(crate) fn manifests(&self) -> Result<Vec<Manifest>, StoreError> {
        self.read_manifests(true)
    }

    /// Returns the manifests of all stored releases, by name.
    ///
    /// # Errors
    ///
    /// If a manifest cannot be read, or no catalog describes its set.
    pub(crate) fn all_manifests(&self) -> Result<Vec<Manifest>, StoreError> {
        self.read_manifests(false)
    }

    fn read_manifests(&self, described_only: bool) -> Result<Vec<Manifest>, StoreError> {
        let folder = self.root.join("releases");
        let mut manifests = Vec::new();
        for path in files_in(&folder)? {
            if path.extension().is_some_and(|suffix| suffix == "json") {
                match Manifest::read(&path) {
                    Err(StoreError::Undescribed { .. }) if described_only => {}
                    manifest => manifests.push(manifest?),
                }
            }
        }
        manifests
            .sort_by_key(|manifest| (manifest.name().set.id, manifest.effective, manifest.name().edition));
        Ok(manifests)
    }

    /// Writes the manifest of a release. All its files have to be stored.
    ///
    /// # Errors
    ///
    /// If it cannot be written; the previous manifest is kept.
    pub(crate) fn record(&self, manifest: &Manifest) -> Result<(), StoreError> {
        let path = self.manifest_path(&manifest.release);
        let bytes = serde_json::to_vec_pretty(manifest).expect("a manifest is plain data");
        self.place(&path, |out| out.write_all(&bytes))
    }

    /// Adds a file. If `wanted` is given, the file must have that checksum.
    ///
    /// # Errors
    ///
    /// If it cannot be read or written, or has another checksum.
    pub(crate) fn take(&self, path: &Path, name: &str, wanted: Option<&str>) -> Result<Blob, StoreError> {
        let file = File::open(path).map_err(StoreError::disk("read", path))?;
        self.take_from(file, name, wanted)
    }

    fn take_from(&self, from: impl Read, name: &str, wanted: Option<&str>) -> Result<Blob, StoreError> {
        let folder = self.partial()?;
        let disk = || StoreError::disk("write to", &folder);
        let mut copy = tempfile::Builder::new().prefix("take-").tempfile_in(&folder).map_err(disk())?;
        let mut from = from.take(MAX_FILE + 1);
        let mut hashing = Hashing { inner: copy.as_file_mut(), hasher: Sha256::new() };
        let bytes = io::copy(&mut from, &mut hashing).map_err(disk())?;
        let sha256 = hex(&hashing.hasher.finalize());
        if bytes > MAX_FILE {
            let fact = io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than a file may be");
            return Err(StoreError::Disk { what: "take", path: PathBuf::from(name), source: fact });
        }
        if let Some(wanted) = wanted.filter(|wanted| **wanted != sha256) {
            return Err(StoreError::Checksum {
                name: name.to_owned(),
                wanted: wanted.to_owned(),
                found: sha256,
            });
        }
        copy.as_file().sync_all().map_err(disk())?;
        let path = copy.into_temp_path();
        self.adopt(&path, &sha256)?;
        Ok(Blob { sha256, bytes })
    }

    /// Moves a finished file below the store's own folder to the blob with its checksum, by a rename.
    ///
    /// # Errors
    ///
    /// If it cannot be moved.
    pub(crate) fn adopt(&self, finished: &Path, sha256: &str) -> Result<(), StoreError> {
        let blob = self.blob(sha256);
        if blob.is_file() {
            let _ = fs::remove_file(finished);
            return Ok(());
        }
        let folder = blob.parent().unwrap_or(&self.root);
        make_own(folder)?;
        refuse_link(finished)?;
        make_read_only(finished);
        fs::rename(finished, &blob).map_err(StoreError::disk("write", &blob))?;
        sync_folder(folder);
        Ok(())
    }

    /// Writes a file as a whole, and syncs it to the disk before returning.
    fn place(
        &self,
        path: &Path,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        let folder = path.parent().unwrap_or(&self.root);
        make_own(folder)?;
        refuse_link(path)?;
        super::write::try_write(path, content).map_err(StoreError::disk("write", path))?;
        sync_folder(folder);
        Ok(())
    }
}

/// Makes a folder of the store, unless it is there.
fn make_own(folder: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(folder).map_err(StoreError::disk("make", folder))?;
    refuse_link(folder)
}

/// Refuses a link where the store has a file or folder of its own: whoever else may write to the store could lead what is
/// written to a file of the user's.
///
/// # Errors
///
/// If it is a link.
pub(in crate::sources) fn refuse_link(path: &Path) -> Result<(), StoreError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => {
            let fact =
                io::Error::new(io::ErrorKind::InvalidInput, "it is a link, and a store has none of its own");
            Err(StoreError::Disk { what: "write", path: path.to_owned(), source: fact })
        }
        _ => Ok(()),
    }
}

/// Returns the SHA-256 and size of a file.
///
/// # Errors
///
/// If it cannot be read.
pub(crate) fn checksum(path: &Path) -> Result<Blob, StoreError> {
    let mut file = File::open(path).map_err(StoreError::disk("read", path))?;
    let mut hashing = Hashing { inner: io::sink(), hasher: Sha256::new() };
    let bytes = io::copy(&mut file, &mut hashing).map_err(StoreError::disk("read", path))?;
    Ok(Blob { sha256: hex(&hashing.hasher.finalize()), bytes })
}

/// Returns the SHA-256 of bytes.
pub fn checksum_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

struct Hashing<W> {
    inner: W,
    hasher: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Returns the files of a folder by name; empty if there is no folder.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::disk("read", folder)(error)),
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<io::Result<Vec<_>>>().map_err(StoreError::disk("read", folder))?;
    paths.sort();
    Ok(paths)
}

/// Syncs a folder: a rename reaches the disk only with it. Does nothing on systems that cannot sync folders.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Makes a blob read-only, since its name depends on its content. Only a precaution, and not everywhere: some systems
/// cannot remove a read-only file.
fn make_read_only(path: &Path) {
    #[cfg(unix)]
    {
        let _ = fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o444));
    }
    #[cfg(not(unix))]
    let _ = path;
}
