//! Care of the store: whether its bytes are still what they were, and what nobody needs any more.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::{Store, StoreError, checksum, files_in};
use crate::model::ReleaseName;

/// A file that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The release it is of.
    pub release: String,
    /// Its name.
    pub name: String,
    /// What is wrong.
    pub fact: &'static str,
}

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Store {
    /// Reads every file of every release again. Returns how many are right, and which are not.
    ///
    /// # Errors
    ///
    /// If a manifest cannot be read.
    pub fn verify(&self) -> Result<(u64, Vec<Fault>), StoreError> {
        let (mut right, mut faults) = (0, Vec::new());
        for manifest in self.all_manifests()? {
            for file in &manifest.files {
                let fact = match checksum(&self.blob(&file.sha256)) {
                    Ok(blob) if blob.sha256 == file.sha256 => {
                        right += 1;
                        continue;
                    }
                    Ok(_) => "its bytes are not what they were",
                    Err(_) => "it is gone, or cannot be read",
                };
                faults.push(Fault { release: manifest.release.clone(), name: file.name.clone(), fact });
            }
        }
        Ok((right, faults))
    }

    /// Removes files with faults, so that they can come again.
    ///
    /// # Errors
    ///
    /// If one cannot be removed.
    pub fn discard_damaged(&self) -> Result<Pruned, StoreError> {
        let mut pruned = Pruned::default();
        for path in self.blobs()? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if checksum(&path)?.sha256 != name {
                pruned.remove(&path)?;
            }
        }
        Ok(pruned)
    }

    /// Forgets releases.
    ///
    /// # Errors
    ///
    /// If one cannot be removed.
    pub fn forget(&self, names: &[ReleaseName]) -> Result<(), StoreError> {
        for name in names {
            let path = self.manifest_path(&name.to_string());
            if path.is_file() {
                fs::remove_file(&path).map_err(StoreError::disk("remove", &path))?;
            }
        }
        Ok(())
    }

    /// Removes what no release names: bytes, and downloads that did not end. The store must be held alone.
    ///
    /// # Errors
    ///
    /// If something cannot be read or removed.
    pub fn prune(&self) -> Result<Pruned, StoreError> {
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
        // Manifests that were being written when their process ended.
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
