//! Locks between processes: whoever adds to the store shares it, whoever removes from it has it alone.
//!
//! The system gives a lock back when its process ends, however it ends.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use super::{Store, StoreError};

/// A lock, held until it is dropped.
#[derive(Debug)]
pub struct Guard {
    _file: File,
}

impl Store {
    /// For adding: many may at once. `waiting` is called if somebody is removing.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    pub fn share(&self, waiting: &dyn Fn()) -> Result<Guard, StoreError> {
        acquire(&self.root.join("lock"), File::try_lock_shared, File::lock_shared, waiting)
    }

    /// For removing: nobody else at the same time.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    pub fn alone(&self, waiting: &dyn Fn()) -> Result<Guard, StoreError> {
        acquire(&self.root.join("lock"), File::try_lock, File::lock, waiting)
    }

    /// For one download: two processes that want the same file fetch it once.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    pub fn claim(&self, key: &str, waiting: &dyn Fn()) -> Result<Guard, StoreError> {
        acquire(&self.partial()?.join(format!("{key}.lock")), File::try_lock, File::lock, waiting)
    }

    /// For a change of a manifest that depends on what it is.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    pub fn recording(&self) -> Result<Guard, StoreError> {
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
