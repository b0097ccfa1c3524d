//! Files appear whole: a temporary file in the same folder, then a rename.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::Error;

/// Writes a file as a whole or not at all.
///
/// # Errors
///
/// If the folder or the file cannot be written, or `content` fails; then nothing has changed.
pub fn write_whole(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    try_write(path, content).map_err(|source| Error::Write { name: path.display().to_string(), source })
}

fn try_write(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // A report is as readable as any file its owner makes; the default would hide it from colleagues.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let file = builder.prefix(".codeset-").tempfile_in(folder)?;
    let mut writer = BufWriter::new(file);
    content(&mut writer)?;
    let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Whether two paths are one file: an output must never overwrite an input.
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    match (fs::canonicalize(a), fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
