//! Atomic writes: a temporary file in the same folder, then a rename.
//!
//! Invariant: an output is complete or absent, and no input is ever overwritten.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::{Error, is_open_elsewhere, plain};

/// Makes a folder, and those above it, if it does not exist.
///
/// # Errors
///
/// If it cannot be made.
pub(crate) fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|source| Error::Write { name: path.display().to_string(), source })
}

/// Writes a file as a whole or not at all.
///
/// # Errors
///
/// If the folder or the file cannot be written, or `content` fails; then nothing has changed.
pub(crate) fn write_whole(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    try_write(path, content)
        .map_err(|source| Error::Write { name: path.display().to_string(), source: plain(source) })
}

/// Writes a file as a whole or not at all, and returns the system's own error.
pub(super) fn try_write(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // A pipe or a device (`/dev/null`) is written to; a rename would replace it by a file.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        let mut writer = BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
        content(&mut writer)?;
        return writer.flush();
    }
    // A link is followed: its owner means the file it points to.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // A report keeps the permissions of the file it replaces, or gets those of any new file of its owner; the default
    // would hide it from colleagues.
    let before = fs::metadata(path).ok().map(|metadata| metadata.permissions());
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(if before.is_some() {
        0o600
    } else {
        0o644
    }));
    let file = builder.prefix(".codeset-").tempfile_in(folder)?;
    let mut writer = BufWriter::new(file);
    content(&mut writer)?;
    let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
    if let Some(before) = before {
        file.as_file().set_permissions(before)?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| why_not_replaced(path, error.error))?;
    Ok(())
}

/// Returns the reason why a file cannot be replaced. Windows only says that access is denied when another program has it
/// open; opening it tells more.
pub(super) fn why_not_replaced(path: &Path, error: io::Error) -> io::Error {
    if cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied {
        let opened = fs::OpenOptions::new().write(true).open(path);
        return opened.err().filter(is_open_elsewhere).unwrap_or(error);
    }
    error
}

/// Returns whether an existing file is in a folder or below it.
pub(crate) fn is_below(file: &Path, folder: &Path) -> bool {
    match (fs::canonicalize(file), fs::canonicalize(folder)) {
        (Ok(file), Ok(folder)) => file.is_file() && folder.is_dir() && file.starts_with(folder),
        _ => false,
    }
}

/// Returns whether two paths are the same file: an output must never overwrite an input.
pub(crate) fn is_same_file(a: &Path, b: &Path) -> bool {
    match (fs::canonicalize(a), fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.txt");
        write_whole(&path, |out| out.write_all(b"first")).unwrap();
        let broken = write_whole(&path, |out| {
            out.write_all(b"half of the sec")?;
            Err(io::Error::other("the disk is full"))
        });
        assert!(broken.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(folder.path()), ["report.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_stays_a_device() {
        use std::os::unix::fs::FileTypeExt;
        let null = Path::new("/dev/null");
        write_whole(null, |out| out.write_all(b"gone")).unwrap();
        assert!(fs::metadata(null).unwrap().file_type().is_char_device());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_whole(&link, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    }
}
