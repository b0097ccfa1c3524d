//! Locks between processes: a file that one of them holds.
//!
//! The system releases a lock when its process ends, for any reason.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// A lock, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Guard {
    _file: File,
}

/// Locks a file, which is made if it does not exist. `waiting` is called if another process holds it.
///
/// # Errors
///
/// If the file cannot be made or locked.
pub(super) fn acquire(
    path: &Path,
    attempt: impl FnOnce(&File) -> Result<(), TryLockError>,
    wait: impl FnOnce(&File) -> io::Result<()>,
    waiting: &dyn Fn(),
) -> io::Result<Guard> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match attempt(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            waiting();
            wait(&file)?;
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    Ok(Guard { _file: file })
}
