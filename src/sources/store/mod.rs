//! The store: releases that are on this machine, by name.
//!
//! Bytes are kept once, under their checksum (`blobs/`); a small manifest a release (`releases/`) says which files it
//! has. Both appear by a rename after they were written out, blobs before the manifest that names them: whatever is
//! interrupted, nothing is half there. What is being fetched grows in `partial/`. All of it stands below a folder with
//! the version of this layout, so that another version never meets it.

mod care;
mod lock;
mod manifest;
mod pack;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use sha2::{Digest, Sha256};

pub use care::{Fault, Pruned};
pub use lock::Guard;
pub use manifest::{Manifest, StoredFile};
pub use pack::Imported;

use super::catalog::is_sha256;
use super::limits::MAX_FILE;
use crate::model::{ReleaseName, hex};

/// The version of the layout.
const BUCKET: &str = "v1";

/// Says what went wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The platform does not say where data belongs.
    #[error("this system does not say where data is kept")]
    NoFolder,
    /// Something of it cannot be read or written.
    #[error("cannot {what} `{}`", path.display())]
    Disk {
        /// What was to be done.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A manifest is not as it was written.
    #[error("`{}` is damaged: {fact}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fact: String,
    },
    /// A release is of a set that a catalog describes, and that catalog is not here.
    #[error("the store has `{release}`, and no catalog describes that set")]
    Undescribed {
        /// The release.
        release: String,
    },
    /// A file that is taken in is not the one it has to be.
    #[error("`{name}` is not the file it should be: its SHA-256 is {found}, not {wanted}")]
    Checksum {
        /// The file.
        name: String,
        /// What it has to be.
        wanted: String,
        /// What it is.
        found: String,
    },
    /// A packed store is none.
    #[error("`{name}` is not an exported store: {fact}")]
    NotExported {
        /// The file.
        name: String,
        /// Why not.
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
pub struct Blob {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// How many they are.
    pub bytes: u64,
}

/// A store of releases.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// The store in a folder, which need not be there yet.
    pub fn at(folder: &Path) -> Self {
        Self { root: folder.join(BUCKET) }
    }

    /// The folder where the platform keeps data of programs.
    ///
    /// # Errors
    ///
    /// If there is none, as for a user without a home.
    pub fn usual_folder() -> Result<PathBuf, StoreError> {
        let platform = etcetera::base_strategy::choose_native_strategy().map_err(|_| StoreError::NoFolder)?;
        Ok(platform.data_dir().join("codeset").join("store"))
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the bytes with a checksum are, or would be.
    pub fn blob(&self, sha256: &str) -> PathBuf {
        self.root.join("blobs").join(sha256.get(..2).unwrap_or("00")).join(sha256)
    }

    /// Whether the bytes with a checksum are there.
    pub fn has(&self, sha256: &str) -> bool {
        self.blob(sha256).is_file()
    }

    /// Where downloads grow; the folder is made.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn partial(&self) -> Result<PathBuf, StoreError> {
        let folder = self.root.join("partial");
        fs::create_dir_all(&folder).map_err(StoreError::disk("make", &folder))?;
        Ok(folder)
    }

    fn manifest_path(&self, id: &str) -> PathBuf {
        self.root.join("releases").join(format!("{id}.json"))
    }

    /// What is here of a release.
    ///
    /// # Errors
    ///
    /// If its manifest cannot be read.
    pub fn manifest(&self, name: ReleaseName) -> Result<Option<Manifest>, StoreError> {
        let path = self.manifest_path(&name.to_string());
        if !path.is_file() {
            return Ok(None);
        }
        Manifest::read(&path).map(Some)
    }

    /// All releases that are here, by name. One of a set that no catalog describes is left out: nothing can be done with it.
    ///
    /// # Errors
    ///
    /// If a manifest cannot be read.
    pub fn manifests(&self) -> Result<Vec<Manifest>, StoreError> {
        self.read_manifests(true)
    }

    /// All releases that are here, by name.
    ///
    /// # Errors
    ///
    /// If a manifest cannot be read, or no catalog describes its set.
    pub fn all_manifests(&self) -> Result<Vec<Manifest>, StoreError> {
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

    /// Writes down what is here of a release. All its files have to be here.
    ///
    /// # Errors
    ///
    /// If it cannot be written; then what was there before still is.
    pub fn record(&self, manifest: &Manifest) -> Result<(), StoreError> {
        let path = self.manifest_path(&manifest.release);
        let bytes = serde_json::to_vec_pretty(manifest).expect("a manifest is plain data");
        self.place(&path, |out| out.write_all(&bytes))
    }

    /// Takes in a file. With `wanted` it has to have that checksum.
    ///
    /// # Errors
    ///
    /// If it cannot be read or written, or is another file.
    pub fn take(&self, path: &Path, name: &str, wanted: Option<&str>) -> Result<Blob, StoreError> {
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

    /// Makes a finished file below the store's own folder the blob of its checksum, by a rename.
    ///
    /// # Errors
    ///
    /// If it cannot be moved.
    pub fn adopt(&self, finished: &Path, sha256: &str) -> Result<(), StoreError> {
        let blob = self.blob(sha256);
        if blob.is_file() {
            let _ = fs::remove_file(finished);
            return Ok(());
        }
        let folder = blob.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(StoreError::disk("make", folder))?;
        make_read_only(finished);
        fs::rename(finished, &blob).map_err(StoreError::disk("write", &blob))?;
        sync_folder(folder);
        Ok(())
    }

    /// Writes a file as a whole, and has it on the disk when it returns.
    fn place(
        &self,
        path: &Path,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(StoreError::disk("make", folder))?;
        super::write::try_write(path, content).map_err(StoreError::disk("write", path))?;
        sync_folder(folder);
        Ok(())
    }
}

/// The SHA-256 and size of a file.
///
/// # Errors
///
/// If it cannot be read.
pub fn checksum(path: &Path) -> Result<Blob, StoreError> {
    let mut file = File::open(path).map_err(StoreError::disk("read", path))?;
    let mut hashing = Hashing { inner: io::sink(), hasher: Sha256::new() };
    let bytes = io::copy(&mut file, &mut hashing).map_err(StoreError::disk("read", path))?;
    Ok(Blob { sha256: hex(&hashing.hasher.finalize()), bytes })
}

/// The SHA-256 of bytes.
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

/// The files of a folder by name; none where there is no folder.
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

/// A rename is only on the disk when its folder is. Where folders cannot be synchronised there is nothing to do.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Nobody edits a blob: its name says what is in it. Only a hint; elsewhere a read-only file cannot be removed.
fn make_read_only(path: &Path) {
    #[cfg(unix)]
    {
        let _ = fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o444));
    }
    #[cfg(not(unix))]
    let _ = path;
}
