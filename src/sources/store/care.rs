//! Maintenance of the store: verification of its bytes, and removal of unused files.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::{Store, StoreError, checksum, files_in};
use crate::model::ReleaseName;

/// A file that is missing or damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The release that contains it.
    pub(crate) release: String,
    /// Its name.
    pub(crate) name: String,
    /// The fault.
    pub(crate) fact: &'static str,
}

/// The files and bytes that were removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pruned {
    /// Number of files.
    pub(crate) files: u64,
    /// Number of bytes.
    pub(crate) bytes: u64,
}

impl Store {
    /// Reads every file of every release again. Returns the number of intact files, and the faulty ones.
    ///
    /// # Errors
    ///
    /// If a manifest cannot be read.
    pub(crate) fn verify(&self) -> Result<(u64, Vec<Fault>), StoreError> {
        let (mut right, mut faults) = (0, Vec::new());
        for manifest in self.all_manifests()? {
            for file in &manifest.files {
                let fact = match checksum(&self.blob(&file.sha256)) {
                    Ok(blob) if blob.sha256 == file.sha256 => {
                        right += 1;
                        continue;
                    }
                    Ok(_) => "its content has changed",
                    Err(_) => "it is missing or cannot be read",
                };
                faults.push(Fault { release: manifest.release.clone(), name: file.name.clone(), fact });
            }
        }
        Ok((right, faults))
    }

    /// Removes files with faults, so that they can be fetched again.
    ///
    /// # Errors
    ///
    /// If one cannot be removed.
    pub(crate) fn discard_damaged(&self) -> Result<Pruned, StoreError> {
        let mut pruned = Pruned::default();
        for path in self.blobs()? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if checksum(&path)?.sha256 != name {
                pruned.remove(&path)?;
            }
        }
        Ok(pruned)
    }

    /// Removes releases from the store.
    ///
    /// # Errors
    ///
    /// If one cannot be removed.
    pub(crate) fn forget(&self, names: &[ReleaseName]) -> Result<(), StoreError> {
        for name in names {
            let path = self.manifest_path(&name.to_string());
            if path.is_file() {
                fs::remove_file(&path).map_err(StoreError::disk("remove", &path))?;
            }
        }
        Ok(())
    }

    /// Removes files that no release names, and incomplete downloads. The caller must hold the exclusive lock.
    ///
    /// # Errors
    ///
    /// If something cannot be read or removed.
    pub(crate) fn prune(&self) -> Result<Pruned, StoreError> {
        let manifests = self.all_manifests()?;
        let files = manifests.iter().flat_map(|manifest| &manifest.files);
        let needed: BTreeSet<&str> = files.map(|file| file.sha256.as_str()).collect();
        let mut pruned = Pruned::default();
        for path in self.blobs()? {
            if !needed.contains(path.file_name().unwrap_or_default().to_string_lossy().as_ref()) {
                pruned.remove(&path)?;
            }
        }
        for path in files_in(&self.root.join("partial"))? {
            pruned.remove(&path)?;
        }
        // Manifests that were being written when their process was killed.
        for path in files_in(&self.root.join("releases"))? {
            if path.extension().is_none_or(|suffix| suffix != "json") {
                pruned.remove(&path)?;
            }
        }
        Ok(pruned)
    }

    fn blobs(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut blobs = Vec::new();
        for folder in files_in(&self.root.join("blobs"))? {
            blobs.extend(files_in(&folder)?);
        }
        Ok(blobs)
    }
}

impl Pruned {
    fn remove(&mut self, path: &PathBuf) -> Result<(), StoreError> {
        let bytes = fs::metadata(path).map_or(0, |metadata| metadata.len());
        fs::remove_file(path).map_err(StoreError::disk("remove", path))?;
        self.files += 1;
        self.bytes += bytes;
        Ok(())
    }
}
