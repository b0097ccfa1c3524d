//! Locks of the store: shared for adding to it, exclusive for removing from it.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use super::{Store, StoreError, refuse_link};
use crate::sources::locked::{self, Guard};

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
    locked::acquire(path, attempt, wait, waiting).map_err(StoreError::disk("lock", path))
}
