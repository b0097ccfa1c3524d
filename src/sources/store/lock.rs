//! Locks between processes: shared for adding to the store, exclusive for removing from it.
//!
//! The system releases a lock when its process ends, for any reason.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use super::{Store, StoreError, refuse_link};

/// A lock, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Guard {
    _file: File,
}

impl Store {
    /// Acquires the shared lock for adding. `waiting` is called if another process is removing.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    pub(crate) fn share(&self, waiting: &dyn Fn()) -> Result<Guard, StoreError> {
        acquire(&self.root.join("lock"), File::try_lock_shared, File::lock_shared, waiting)
    }

    /// Acquires the exclusive lock for removing.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    pub(crate) fn alone(&self, waiting: &dyn Fn()) -> Result<Guard, StoreError> {
        acquire(&self.root.join("lock"), File::try_lock, File::lock, waiting)
    }

    /// Acquires the lock for one download: two processes that need the same file fetch it once.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    #[cfg(feature = "fetch")]
    pub(crate) fn claim(&self, key: &str, waiting: &dyn Fn()) -> Result<Guard, StoreError> {
        acquire(&self.partial()?.join(format!("{key}.lock")), File::try_lock, File::lock, waiting)
    }

    /// Acquires the lock for changing a manifest based on its current content.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    pub(crate) fn recording(&self) -> Result<Guard, StoreError> {
        acquire(&self.root.join("recording.lock"), File::try_lock, File::lock, &|| ())
    }
}

fn acquire(
    path: &Path,
    attempt: impl FnOnce(&File) -> Result<(), TryLockError>,
    wait: impl FnOnce(&File) -> std::io::Result<()>,
    waiting: &dyn Fn(),
) -> Result<Guard, StoreError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(StoreError::disk("make", folder))?;
    }
    refuse_link(path)?;
    let open = File::options().create(true).truncate(false).write(true).open(path);
    let file = open.map_err(StoreError::disk("write", path))?;
    match attempt(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            waiting();
            wait(&file).map_err(StoreError::disk("lock", path))?;
        }
        Err(TryLockError::Error(error)) => return Err(StoreError::disk("lock", path)(error)),
    }
    Ok(Guard { _file: file })
}
