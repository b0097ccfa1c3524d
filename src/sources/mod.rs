//! Files, folders and archives into named bytes; releases into the store.
//!
//! This folder and `cli` are the only ones with doors to the disk. What is in a file, and whether it is wanted at
//! all, is for others to say: reading takes a test of the first bytes.
//!
//! * [`catalog`]: which releases there are, and where; `calendar`: which of them is in force.
//! * `database`: tables of SQLite.
//! * `fetch`: from the network; [`store`]: kept by checksum, found by name; `lockfile`: pinned.

mod archive;
mod calendar;
pub mod catalog;
#[cfg(feature = "sqlite")]
pub mod database;
mod editions;
mod exceptions;
#[cfg(feature = "fetch")]
pub mod fetch;
mod inputs;
mod limits;
mod lockfile;
mod replace;
pub mod store;
mod walk;
mod write;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub use calendar::{Calendar, InForce};
pub use editions::{EditionBasis, edition_by_codes, edition_of, issue_of};
pub use exceptions::Exceptions;
pub use inputs::{DataFile, DataFiles, data_files};
pub use limits::{MAX_DEPTH, MAX_FILE, MAX_MEMBERS, MAX_RATIO, MAX_TOTAL};
pub use lockfile::{LOCK_FILE, LockFile, LockedFile, LockedRelease};
pub use replace::{JOURNALS, Journal, NewContent, Outcome, Step, names_of, prepare};
pub use walk::{IGNORE_FILE, WalkEntry, walk};
pub use write::{is_below, is_same_file, make_folder, write_whole};

use crate::model::{Place, Problem, ProblemCode, Source, SourceFile, Wanted};

/// Says why a path cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system does not give it out.
    #[error("cannot read `{name}`")]
    Read {
        /// What was asked for.
        name: String,
        /// Why not.
        source: io::Error,
    },
    /// It cannot be written.
    #[error("cannot write `{name}`")]
    Write {
        /// What was to be written.
        name: String,
        /// Why not.
        source: io::Error,
    },
    /// An archive is damaged, or is none.
    #[error("cannot read `{name}` as a zip archive: {reason}")]
    Archive {
        /// The archive.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A limit was passed: nothing official comes near it.
    #[error("`{name}` {fact}")]
    Limit {
        /// The file or archive.
        name: String,
        /// Which limit, and by how much.
        fact: String,
    },
}

/// What a path holds.
#[derive(Debug, Default)]
pub struct Opened {
    /// The files and archive members that are wanted.
    pub files: Vec<SourceFile>,
    /// The archives they came from.
    pub archives: Vec<Source>,
    /// What was passed over, and why.
    pub notes: Vec<Problem>,
    /// Names of members that nobody wanted.
    unwanted: Vec<String>,
    /// Names of members that hold the same bytes as others before them.
    repeated: Vec<String>,
    total: u64,
}

/// How many bytes at the beginning of a file decide whether it is wanted.
const HEAD: usize = crate::model::HEAD;

/// Reads a path: a file, a folder with everything below it, a zip archive (also inside another or in a folder), or
/// `-` for standard input. Of a folder or archive only what `wanted` says of its first bytes is read; a single file is
/// read whatever it is, so that a message can say what is wrong with it. Office documents are asked about whole.
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

/// Reads files that belong together, each by the name it goes by: one as [`open`] reads a file, several as it reads a
/// folder.
///
/// # Errors
///
/// If something cannot be read, an archive is damaged, or a limit is passed.
pub fn open_together(
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

/// A file to be read in a stream, `-` for standard input: tables of usage may be larger than memory.
///
/// # Errors
///
/// If it cannot be opened.
pub fn stream(path: &Path) -> Result<Box<dyn Read>, Error> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|source| read_error(path, source))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(read_error(path, io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")));
    }
    Ok(Box::new(file))
}

/// A small text file of the user's, such as a list of codes; `-` is standard input.
///
/// # Errors
///
/// If it cannot be read or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, Error> {
    let name = path.display().to_string();
    let bytes = read_bytes(path)?;
    let invalid = |error| Error::Read { name, source: io::Error::new(io::ErrorKind::InvalidData, error) };
    let text = String::from_utf8(bytes).map_err(invalid)?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Returns the bytes of a small file of the user's; `-` is standard input.
///
/// # Errors
///
/// If it cannot be read.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    if path == Path::new("-") {
        return read_all(io::stdin().lock(), &path.display().to_string());
    }
    read_file(path)
}

/// The first bytes of a file: as many as are enough to recognise it.
///
/// # Errors
///
/// If it cannot be read.
pub fn head(path: &Path) -> Result<Vec<u8>, Error> {
    let file = File::open(path).map_err(|source| read_error(path, source))?;
    let mut head = Vec::with_capacity(HEAD);
    file.take(HEAD as u64).read_to_end(&mut head).map_err(|source| read_error(path, source))?;
    Ok(head)
}

fn read_error(path: &Path, source: io::Error) -> Error {
    Error::Read { name: path.display().to_string(), source }
}

/// All the bytes of a file.
///
/// # Errors
///
/// If it cannot be read, or is larger than the limit for one file.
pub fn read_whole(path: &Path) -> Result<Vec<u8>, Error> {
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

/// The same where a size is known. It only saves memory from being moved: a file may grow meanwhile.
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
    /// Takes a file's bytes: an archive is opened, an office document asked about whole. Says how much it is wanted; what
    /// is not wanted, or spare, is not kept.
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

    /// Takes a file that stands beside others.
    fn take_member(
        &mut self,
        name: &str,
        path: &Path,
        wanted: &dyn Fn(&[u8]) -> Wanted,
    ) -> Result<(), Error> {
        // Only archives hold spare files: what somebody put side by side in a folder is read and checked.
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
        // A file of a folder is a member of it: it may turn out to be unwanted.
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

/// The files below a folder, by name, with their names from there: `folder/file.txt`.
///
/// # Errors
///
/// If a folder cannot be read, or holds too many.
pub fn named_files_below(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let named = |path: PathBuf| {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        (name, path)
    };
    Ok(files_below(folder)?.into_iter().map(named).collect())
}

/// The files below a folder, sorted by path. Hidden ones and links to folders are left out.
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
