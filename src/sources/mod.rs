//! Input: files, folders and archives as named bytes, and releases in the store.
//!
//! Only this module and `cli` access the disk. Other modules interpret the content of a file and decide whether it is
//! wanted: the read functions take a test of its first bytes.
//!
//! * `catalog`: the known releases and their addresses; `calendar`: the edition in force on a day.
//! * `database`: tables of SQLite.
//! * `fetch`: downloads; `store`: files by checksum, releases by name; `lockfile`: pinned releases.
//!
//! Invariant: no input panics, and nothing is read past the limits of `limits` and `base::unpack`. Archives are
//! unpacked in memory.

mod archive;
mod calendar;
pub(crate) mod catalog;
#[cfg(feature = "sqlite")]
pub(crate) mod database;
mod editions;
mod exact_path;
mod exceptions;
#[cfg(feature = "fetch")]
pub(crate) mod fetch;
mod inputs;
mod limits;
mod locked;
mod lockfile;
mod replace;
pub(crate) mod store;
mod walk;
mod write;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub(crate) use calendar::{Calendar, InForce};
pub use catalog::{CatalogError, read_sets};
pub(crate) use editions::{EditionBasis, edition_by_codes, edition_of, issue_of};
pub(crate) use exceptions::Exceptions;
pub(crate) use inputs::{DataFile, data_files};
pub use limits::MAX_DEPTH;
pub(crate) use limits::{MAX_FILE, MAX_MEMBERS, MAX_TOTAL};
pub(crate) use lockfile::{LOCK_FILE, LockError, LockFile, LockedFile, LockedRelease};
pub(crate) use replace::{JOURNALS, Journal, NewContent, Outcome, names_of, prepare};
pub use store::checksum_of;
pub(crate) use walk::{WalkEntry, walk, walk_some};
pub(crate) use write::{is_below, is_same_file, make_folder, write_whole};

use crate::model::{Place, Problem, ProblemCode, Source, SourceFile, Wanted};

/// The reason a path cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system refuses to read it.
    #[error("cannot read `{name}`")]
    Read {
        /// The name of the input.
        name: String,
        /// The reason.
        source: io::Error,
    },
    /// It cannot be written.
    #[error("cannot write `{name}`")]
    Write {
        /// The name of the output.
        name: String,
        /// The reason.
        source: io::Error,
    },
    /// An archive is damaged, or the file is not an archive.
    #[error("cannot read `{name}` as a zip archive: {reason}")]
    Archive {
        /// The archive.
        name: String,
        /// The error.
        reason: String,
    },
    /// A limit was exceeded; no official file is close to it.
    #[error("`{name}` {fact}")]
    Limit {
        /// The file or archive.
        name: String,
        /// The limit, and the amount of the excess.
        fact: String,
    },
}

/// The content of a path.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Opened {
    /// The files and archive members that are wanted.
    pub files: Vec<SourceFile>,
    /// The archives they came from.
    pub archives: Vec<Source>,
    /// Files that were skipped, with the reason.
    pub notes: Vec<Problem>,
    /// Names of members that were not wanted.
    unwanted: Vec<String>,
    /// Names of members that have the same bytes as earlier ones.
    repeated: Vec<String>,
    total: u64,
}

/// Number of bytes at the beginning of a file that decide whether it is wanted.
const HEAD: usize = crate::model::HEAD;

/// Reads a path: a file, a folder with everything below it, a zip archive (also inside another or in a folder), or `-`
/// for standard input. In a folder or archive, `wanted` selects files by their first bytes; a single file is always
/// read, so that a message can explain what is wrong with it. Office documents are passed to `wanted` whole.
///
/// # Errors
///
/// If something cannot be read, an archive is damaged, or a limit is passed.
pub fn open(path: &Path, wanted: &dyn Fn(&[u8]) -> Wanted) -> Result<Opened, Error> {
    if path == Path::new("-") {
        return open_bytes("standard input", read_all(io::stdin().lock(), "standard input")?, wanted);
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    if !fs::metadata(path).map_err(|source| read_error(path, source))?.is_dir() {
        return open_bytes(&name, read_file(path)?, wanted);
    }
    let mut opened = Opened::default();
    opened.take_folder(path, wanted)?;
    opened.note_unwanted(&name);
    Ok(opened)
}

/// Reads files that belong together, each under its given name: one file as [`open`] reads a file, several as it reads
/// a folder.
///
/// # Errors
///
/// If something cannot be read, an archive is damaged, or a limit is passed.
pub(crate) fn open_together(
    name: &str,
    files: &[(String, PathBuf)],
    wanted: &dyn Fn(&[u8]) -> Wanted,
) -> Result<Opened, Error> {
    if let [(file, path)] = files {
        return open_bytes(file, read_file(path)?, wanted);
    }
    let mut opened = Opened::default();
    for (file, path) in files {
        opened.take_member(file, path, wanted)?;
    }
    opened.note_unwanted(name);
    Ok(opened)
}

/// Reads bytes in memory as [`open`] reads a file.
///
/// # Errors
///
/// If an archive is damaged, or a limit is passed.
pub fn open_bytes(name: &str, bytes: Vec<u8>, wanted: &dyn Fn(&[u8]) -> Wanted) -> Result<Opened, Error> {
    let mut opened = Opened::default();
    opened.take_bytes(name, bytes, wanted, 0)?;
    opened.note_unwanted(name);
    Ok(opened)
}

/// Opens a file as a stream, `-` for standard input: usage tables may be larger than memory.
///
/// # Errors
///
/// If it cannot be opened.
pub fn stream(path: &Path) -> Result<Box<dyn Read>, Error> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    Ok(Box::new(file(path)?))
}

/// Opens a file, which is not a folder.
///
/// # Errors
///
/// If it cannot be opened.
pub(crate) fn file(path: &Path) -> Result<File, Error> {
    let file = File::open(path).map_err(|source| read_error(path, source))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(read_error(path, io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")));
    }
    Ok(file)
}

/// Reads a small text file of the user, such as a list of codes; `-` is standard input.
///
/// # Errors
///
/// If it cannot be read or is not UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    let name = path.display().to_string();
    let bytes = read_bytes(path)?;
    let invalid = |error| Error::Read { name, source: io::Error::new(io::ErrorKind::InvalidData, error) };
    let text = String::from_utf8(bytes).map_err(invalid)?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Reads the bytes of a small file of the user; `-` is standard input.
///
/// # Errors
///
/// If it cannot be read.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    if path == Path::new("-") {
        return read_all(io::stdin().lock(), &path.display().to_string());
    }
    read_file(path)
}

/// Reads the first bytes of a file: enough to recognize it.
///
/// # Errors
///
/// If it cannot be read.
pub(crate) fn head(path: &Path) -> Result<Vec<u8>, Error> {
    let file = File::open(path).map_err(|source| read_error(path, source))?;
    let mut head = Vec::with_capacity(HEAD);
    file.take(HEAD as u64).read_to_end(&mut head).map_err(|source| read_error(path, source))?;
    Ok(head)
}

fn read_error(path: &Path, source: io::Error) -> Error {
    Error::Read { name: shown(path), source: plain(source) }
}

/// Returns a path as people write it: without the `\\?\` that Windows puts before a resolved one.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    match text.strip_prefix(r"\\?\").map(|rest| (rest, rest.strip_prefix(r"UNC\"))) {
        Some((_, Some(share))) => format!(r"\\{share}"),
        Some((rest, None)) => rest.to_owned(),
        None => text,
    }
}

/// Returns an error of the system, with a sentence of ours if another program has the file open: the one of Windows is
/// about processes.
fn plain(error: io::Error) -> io::Error {
    if is_open_elsewhere(&error) {
        return io::Error::new(io::ErrorKind::ResourceBusy, "it is open in another program");
    }
    error
}

/// Returns whether a file cannot be opened because another program has it open. Only Windows keeps programs from sharing
/// files: `ERROR_SHARING_VIOLATION` and `ERROR_LOCK_VIOLATION`.
fn is_open_elsewhere(error: &io::Error) -> bool {
    cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33))
}

/// Reads all the bytes of a file.
///
/// # Errors
///
/// If it cannot be read, or is larger than the limit for one file.
pub(crate) fn read_whole(path: &Path) -> Result<Vec<u8>, Error> {
    read_file(path)
}

fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let file = File::open(path).map_err(|source| read_error(path, source))?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    read_all_of(file, size, &path.display().to_string())
}

/// Reads to the end, up to the limit for one file.
fn read_all(reader: impl Read, name: &str) -> Result<Vec<u8>, Error> {
    read_all_of(reader, 0, name)
}

/// Reads to the end, with a known size. The size only saves reallocation: the file may grow during the read.
fn read_all_of(reader: impl Read, size: u64, name: &str) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(MAX_FILE)).unwrap_or(0) + 1);
    let read = reader.take(MAX_FILE + 1).read_to_end(&mut bytes);
    read.map_err(|source| Error::Read { name: name.to_owned(), source })?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(limits::too_large(name));
    }
    Ok(bytes)
}

impl Opened {
    /// Wraps files that are in memory already.
    pub(crate) fn from_files(files: Vec<SourceFile>) -> Self {
        Self { files, ..Self::default() }
    }

    /// Adds a file: an archive is opened, an office document is passed to `wanted` whole. Returns how it is wanted; a
    /// file that is unwanted or spare is not kept.
    fn take_bytes(
        &mut self,
        name: &str,
        bytes: Vec<u8>,
        wanted: &dyn Fn(&[u8]) -> Wanted,
        depth: usize,
    ) -> Result<Wanted, Error> {
        self.total += bytes.len() as u64;
        if self.total > MAX_TOTAL {
            return Err(limits::too_much(name));
        }
        if archive::is_archive(&bytes) {
            return archive::read(self, name, bytes, wanted, depth).map(|()| Wanted::Yes);
        }
        let found = if depth == 0 { Wanted::Yes } else { wanted(&bytes) };
        match found {
            Wanted::No => self.unwanted.push(name.to_owned()),
            Wanted::Spare => {}
            Wanted::Yes | Wanted::Whole => self.files.push(SourceFile::new(name, bytes)),
        }
        Ok(found)
    }

    fn take_folder(&mut self, folder: &Path, wanted: &dyn Fn(&[u8]) -> Wanted) -> Result<(), Error> {
        for (name, path) in named_files_below(folder)? {
            self.take_member(&name, &path, wanted)?;
        }
        Ok(())
    }

    /// Adds a file of a folder.
    fn take_member(
        &mut self,
        name: &str,
        path: &Path,
        wanted: &dyn Fn(&[u8]) -> Wanted,
    ) -> Result<(), Error> {
        // Only archives have spare files: files that a user put together in a folder are all read and checked.
        let wanted_here = |bytes: &[u8]| match wanted(bytes) {
            Wanted::Spare => Wanted::Yes,
            found => found,
        };
        let head = head(path)?;
        if !archive::is_opaque(&head) && wanted(&head) == Wanted::No {
            self.unwanted.push(name.to_owned());
            return Ok(());
        }
        let bytes = read_file(path)?;
        let wanted = if archive::is_archive(&bytes) { wanted } else { &wanted_here };
        // A file of a folder counts as a member of it: it may be unwanted.
        self.take_bytes(name, bytes, wanted, 1).map(drop)
    }

    fn note_unwanted(&mut self, name: &str) {
        if !self.repeated.is_empty() {
            let fact = format!("skipped, the same bytes as another member: {}", self.repeated.join(", "));
            self.notes.push(Problem::new(ProblemCode::PassedOver, Place::file(name), fact));
        }
        if self.unwanted.is_empty() {
            return;
        }
        let fact = format!("skipped, not a format codeset reads: {}", self.unwanted.join(", "));
        self.notes.push(Problem::new(ProblemCode::PassedOver, Place::file(name), fact));
    }
}

/// Returns the files below a folder, by name, with their relative names: `folder/file.txt`.
///
/// # Errors
///
/// If a folder cannot be read, or has too many files.
pub(crate) fn named_files_below(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let named = |path: PathBuf| {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        (name, path)
    };
    Ok(files_below(folder)?.into_iter().map(named).collect())
}

/// Returns the files below a folder, sorted by path. Hidden files and links to folders are omitted.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|source| read_error(&folder, source))? {
            let entry = entry.map_err(|source| read_error(&folder, source))?;
            let kind = entry.file_type().map_err(|source| read_error(&entry.path(), source))?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                folders.push(entry.path());
            } else if entry.path().is_file() {
                files.push(entry.path());
            }
            if files.len() + folders.len() > MAX_MEMBERS {
                let fact = format!("holds more than {MAX_MEMBERS} files; pass a smaller folder");
                return Err(Error::Limit { name: folder.display().to_string(), fact });
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolved_path_of_windows_is_shown_as_people_write_it() {
        for (path, text) in [
            (r"\\?\C:\Users\Ana Torres\list.csv", r"C:\Users\Ana Torres\list.csv"),
            (r"\\?\UNC\files01\him\list.csv", r"\\files01\him\list.csv"),
            (r"\\files01\him\list.csv", r"\\files01\him\list.csv"),
            ("lists/list.csv", "lists/list.csv"),
        ] {
            assert_eq!(shown(Path::new(path)), text);
        }
    }
}
