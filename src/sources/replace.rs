//! Replacement of user files: with a backup of each, and a journal for resuming or undoing a run that was killed.
//!
//! Everything that is needed is on the disk before the first file is changed: the old and new bytes of each file, then
//! the journal that names them. A file is replaced by a rename, so it always has either its complete old or its
//! complete new content.
//!
//! Invariant: a file that someone changed in the meantime is kept, also by undo.

use std::collections::BTreeSet;
use std::fs::{self, File};
#[cfg(unix)]
use std::io::Read;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::locked::{Guard, acquire};
use super::write::why_not_replaced;
use super::{Error, exact_path, plain, read_error, shown};
use crate::model::hex;

/// The folder in which journals are kept, one folder each.
pub(crate) const JOURNALS: &str = ".codeset-migrate";

/// The name of a journal in its folder.
const JOURNAL: &str = "journal.json";

/// A file with its new bytes.
#[derive(Debug)]
pub(crate) struct NewContent {
    /// The path.
    pub(crate) path: PathBuf,
    /// The bytes it had when the new ones were made.
    pub(crate) before: Vec<u8>,
    /// Its new bytes.
    pub(crate) after: Vec<u8>,
}

/// A journal.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    record: Record,
}

/// The content of a journal.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    version: u32,
    files: Vec<Entry>,
}

/// A file in a journal. Its old and new bytes are next to the journal, as `N.old` and `N.new`.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    #[serde(with = "exact_path")]
    path: PathBuf,
    before: String,
    after: String,
}

/// The version of the journal's layout.
const VERSION: u32 = 1;

/// The current state of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileState {
    Old,
    New,
    /// Changed by someone else since.
    Other,
    Gone,
}

/// The result for the files of a journal.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Files that were replaced.
    pub(crate) replaced: Vec<PathBuf>,
    /// Files that already had the required content.
    pub(crate) untouched: Vec<PathBuf>,
    /// Files that were changed since by someone else: they were left unchanged.
    pub(crate) refused: Vec<PathBuf>,
}

/// Callback before each write, with the name of the step; tests use it to interrupt a run.
pub(crate) type Step<'s> = &'s mut dyn FnMut(&str) -> io::Result<()>;

/// The name of the file in the folder of journals that the process that replaces files holds.
const LOCK: &str = "lock";

/// Waits until no other process replaces files by a journal of the same folder. `waiting` is called if one does.
fn alone(journals: &Path, waiting: &dyn Fn()) -> Result<Guard, Error> {
    let path = journals.join(LOCK);
    acquire(&path, File::try_lock, File::lock, waiting).map_err(|source| failed(&path, source))
}

/// Prepares the replacement of files: backups, new bytes and journal in a new folder below `folder`. No file is changed
/// yet.
///
/// # Errors
///
/// If something cannot be written.
pub(crate) fn prepare(
    folder: &Path,
    files: &[NewContent],
    step: Step<'_>,
    waiting: &dyn Fn(),
) -> Result<Journal, Error> {
    let before = folder;
    let folder = new_folder(folder)?;
    let guard = alone(before, waiting)?;
    if let Some(last) = folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()?.checked_sub(1))
    {
        // The previous run may have been killed.
        if let Ok(journal) = Journal::open(&before.join(last.to_string())) {
            journal.clean();
        }
    }
    drop(guard);
    let mut entries = Vec::new();
    for (at, file) in files.iter().enumerate() {
        for (suffix, bytes) in [("old", &file.before), ("new", &file.after)] {
            let path = folder.join(format!("{at}.{suffix}"));
            step(&path.to_string_lossy())
                .and_then(|()| write_synced(&path, bytes, &file.path))
                .map_err(|source| failed(&path, source))?;
        }
        let path = fs::canonicalize(&file.path).map_err(|source| read_error(&file.path, source))?;
        entries.push(Entry { path, before: checksum(&file.before), after: checksum(&file.after) });
    }
    let journal = Journal { folder, record: Record { version: VERSION, files: entries } };
    let path = journal.path();
    let text = serde_json::to_vec_pretty(&journal.record).map_err(|error| failed(&path, error.into()))?;
    step(&path.to_string_lossy()).map_err(|source| failed(&path, source))?;
    super::write_whole(&path, |out| out.write_all(&text))?;
    Ok(journal)
}

/// Prefix of temporary file names.
const TEMPORARY: &str = ".codeset-";

/// Explanation of the journal folder, written into it.
const README: &str = "Journals of codeset migrate, one folder a run.\n\n\
    N.old holds the whole content that file number N of journal.json had before, N.new the one it got: whatever was in\n\
    your files, rows of patients included, is here too. Only you can read this folder.\n\n\
    codeset migrate undo FOLDER     restores the old content\n\
    codeset migrate resume FOLDER   finishes a run that was interrupted\n\
    codeset migrate forget FOLDER   deletes a journal with its copies; then nothing can be undone\n";

fn new_folder(folder: &Path) -> Result<PathBuf, Error> {
    let is_new = !folder.exists();
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        super::make_folder(parent)?;
    }
    if is_new {
        match make_private(folder) {
            Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
                return Err(failed(folder, source));
            }
            _ => {}
        }
        for (name, text) in [("README.txt", README), (".gitignore", "*\n")] {
            super::write_whole(&folder.join(name), |out| out.write_all(text.as_bytes()))?;
        }
    }
    for number in 1..=u32::MAX {
        let path = folder.join(number.to_string());
        match make_private(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(failed(&path, source)),
        }
    }
    unreachable!("there are too many journals")
}

/// Makes a folder that only its owner can read.
fn make_private(path: &Path) -> io::Result<()> {
    #[cfg_attr(
        not(unix),
        expect(unused_mut, reason = "on Windows, folders of a user are private by where they are")
    )]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Returns the number of hard links of a file: links other than the replaced one keep the old content.
pub(crate) fn names_of(path: &Path) -> u64 {
    #[cfg(unix)]
    {
        fs::metadata(path).map_or(1, |metadata| std::os::unix::fs::MetadataExt::nlink(&metadata))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        1
    }
}

impl Journal {
    /// Opens a journal: its file, or the folder that contains it.
    ///
    /// A journal says which files are replaced, and may come from somebody else: it is used only if all its files are below
    /// the current folder, or below the folder in which the journals are.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is not a journal of this version, or names files elsewhere.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let metadata = fs::metadata(path).map_err(|source| read_error(path, source))?;
        let folder = if metadata.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
        let file = folder.join(JOURNAL);
        let bytes = fs::read(&file).map_err(|source| read_error(&file, source))?;
        let record: Record =
            serde_json::from_slice(&bytes).map_err(|error| read_error(&file, error.into()))?;
        let refused = |fact: String| read_error(&file, io::Error::new(io::ErrorKind::InvalidData, fact));
        if record.version != VERSION {
            return Err(refused(format!("version {} of the journal is not known", record.version)));
        }
        let above =
            fs::canonicalize(folder).ok().and_then(|folder| Some(folder.parent()?.parent()?.to_owned()));
        let roots: Vec<PathBuf> = above.into_iter().chain(fs::canonicalize(".")).collect();
        let is_below = |path: &Path| {
            let folder = path.parent().and_then(|folder| fs::canonicalize(folder).ok());
            folder.is_some_and(|folder| roots.iter().any(|root| folder.starts_with(root)))
        };
        // A folder that is gone is reported with its files.
        let is_there = |path: &Path| path.parent().is_some_and(Path::exists);
        if let Some(entry) = record.files.iter().find(|entry| is_there(&entry.path) && !is_below(&entry.path))
        {
            return Err(refused(format!(
                "it changes `{}`, which is not below the current folder: if the journal is yours, run the command there",
                super::shown(&entry.path)
            )));
        }
        Ok(Self { folder: folder.to_owned(), record })
    }

    /// Returns the path of the journal.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(JOURNAL)
    }

    /// Removes the journal with its file copies. The run can no longer be undone.
    ///
    /// # Errors
    ///
    /// If a part of it cannot be removed.
    pub(crate) fn forget(self) -> Result<(), Error> {
        let copies = (0..self.record.files.len())
            .flat_map(|at| ["old", "new"].map(|suffix| self.folder.join(format!("{at}.{suffix}"))));
        // The journal is removed last, so that an incomplete removal can be repeated.
        for path in copies.chain([self.path()]) {
            match fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(failed(&path, source)),
                _ => {}
            }
        }
        fs::remove_dir(&self.folder).map_err(|source| failed(&self.folder, source))
    }

    /// Writes the new bytes of the files that are not replaced yet.
    ///
    /// # Errors
    ///
    /// If a file cannot be written, or has changed since; the files before it are replaced.
    pub(crate) fn redo(&self, step: Step<'_>, waiting: &dyn Fn()) -> Result<Outcome, Error> {
        self.settle(FileState::Old, "new", step, waiting)
    }

    /// Restores the old bytes of all files.
    ///
    /// # Errors
    ///
    /// If a file cannot be written, or has changed since; the files before it are restored.
    pub(crate) fn undo(&self, step: Step<'_>, waiting: &dyn Fn()) -> Result<Outcome, Error> {
        self.settle(FileState::New, "old", step, waiting)
    }

    /// Removes the temporary files of a run that was killed while it replaced a file: files with our name prefix and
    /// bytes from the journal.
    fn clean(&self) {
        let folders: BTreeSet<&Path> =
            self.record.files.iter().filter_map(|entry| entry.path.parent()).collect();
        for entry in folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten() {
            let is_named_so = entry.file_name().to_string_lossy().starts_with(TEMPORARY);
            let path = entry.path();
            if is_named_so
                && path.is_file()
                && fs::read(&path).is_ok_and(|bytes| self.has_begun(&path, &bytes))
            {
                // A file that cannot be removed does no harm.
                let _ = fs::remove_file(&path);
            }
        }
    }

    /// Returns whether a temporary file contains the beginning of the old or new content of a file in the journal.
    fn has_begun(&self, temporary: &Path, bytes: &[u8]) -> bool {
        const LONG_AGO: Duration = Duration::from_secs(60);
        let age = || fs::metadata(temporary).and_then(|metadata| metadata.modified()).ok()?.elapsed().ok();
        if bytes.is_empty() {
            // Another run may have just created it.
            return age().is_some_and(|age| age > LONG_AGO);
        }
        let copies = (0..self.record.files.len())
            .flat_map(|at| ["new", "old"].map(|suffix| self.folder.join(format!("{at}.{suffix}"))));
        copies.into_iter().any(|copy| fs::read(copy).is_ok_and(|whole| whole.starts_with(bytes)))
    }

    fn settle(
        &self,
        from: FileState,
        suffix: &str,
        step: Step<'_>,
        waiting: &dyn Fn(),
    ) -> Result<Outcome, Error> {
        let _guard = alone(self.folder.parent().unwrap_or(Path::new("")), waiting)?;
        self.clean();
        let mut settled = Outcome::default();
        for (at, entry) in self.record.files.iter().enumerate() {
            let state = entry.state()?;
            if state == from {
                let saved = self.folder.join(format!("{at}.{suffix}"));
                let bytes = fs::read(&saved).map_err(|source| read_error(&saved, source))?;
                let (now, then) = match suffix {
                    "new" => (&entry.before, &entry.after),
                    _ => (&entry.after, &entry.before),
                };
                if checksum(&bytes) != *then {
                    let source =
                        io::Error::new(io::ErrorKind::InvalidData, "its checksum is not that of the journal");
                    return Err(read_error(&saved, source));
                }
                let is_replaced = step(&entry.path.to_string_lossy())
                    .and_then(|()| replace(&entry.path, now, &bytes, step))
                    .map_err(|source| failed(&entry.path, source))?;
                let list = if is_replaced { &mut settled.replaced } else { &mut settled.refused };
                list.push(entry.path.clone());
            } else if matches!(state, FileState::Other | FileState::Gone) {
                settled.refused.push(entry.path.clone());
            } else {
                settled.untouched.push(entry.path.clone());
            }
        }
        Ok(settled)
    }
}

impl Entry {
    fn state(&self) -> Result<FileState, Error> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(FileState::Gone),
            Err(source) => return Err(read_error(&self.path, source)),
        };
        let now = checksum(&bytes);
        // The journal files of a database belong to its current bytes.
        #[cfg(feature = "sqlite")]
        if super::database::is_database(&bytes) && super::database::unwritten(&self.path).is_some() {
            return Ok(FileState::Other);
        }
        Ok(if now == self.before {
            FileState::Old
        } else if now == self.after {
            FileState::New
        } else {
            FileState::Other
        })
    }
}

fn checksum(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn failed(path: &Path, source: io::Error) -> Error {
    Error::Write { name: shown(path), source: plain(source) }
}

/// Writes a copy of a file, with no more read access than the file itself.
fn write_synced(path: &Path, bytes: &[u8], like: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    if let Ok(metadata) = fs::metadata(like) {
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()
}

/// Gives a file the owner of another one, if permitted, as for an administrator.
#[cfg(unix)]
fn keep_owner(file: &File, like: &fs::Metadata) {
    use std::os::unix::fs::MetadataExt;
    if file.metadata().is_ok_and(|own| (own.uid(), own.gid()) != (like.uid(), like.gid())) {
        // For other users the file keeps its current owner.
        let _ = std::os::unix::fs::fchown(file, Some(like.uid()), Some(like.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}

/// Replaces a file as a whole; its permissions are kept. Returns false if somebody else changed it meanwhile: then it has
/// what they wrote.
///
/// `before` is the checksum of the content to be replaced. It is compared just before the file is replaced, and once more in
/// the replaced file, which somebody may have been writing to. A file that somebody else puts in its place between the
/// comparison and the rename is lost; the system has no call for that.
fn replace(path: &Path, before: &str, bytes: &[u8], step: Step<'_>) -> io::Result<bool> {
    // On Windows a file that is open cannot be replaced, and one that others write to cannot be opened.
    #[cfg(unix)]
    let mut held = File::open(path)?;
    let file = written(path, bytes)?;
    if checksum(&fs::read(path)?) != before {
        return Ok(false);
    }
    step("rename")?;
    file.persist(path).map_err(|error| why_not_replaced(path, error.error))?;
    #[cfg(unix)]
    {
        let mut replaced = Vec::new();
        held.read_to_end(&mut replaced)?;
        if checksum(&replaced) != before {
            written(path, &replaced)?.persist(path)?;
            return Ok(false);
        }
    }
    // The rename is on the disk once its folder is synced; a system that cannot sync folders gives no stronger
    // guarantee.
    let _ = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
    Ok(true)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

/// Writes a temporary file next to a file, with its permissions and owner.
fn written(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder_of(path))?;
    file.write_all(bytes)?;
    let before = fs::metadata(path)?;
    keep_owner(file.as_file(), &before);
    file.as_file().set_permissions(before.permissions())?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows has such names as well, with half of a pair of units.
    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_text_is_replaced_and_restored() {
        let folder = tempfile::tempdir().unwrap();
        let name: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(b"list \xff.csv".to_vec());
        let path = folder.path().join(name);
        fs::write(&path, "old").unwrap();
        let file = NewContent { path: path.clone(), before: "old".into(), after: "new".into() };
        let journal = prepare(&folder.path().join("journals"), &[file], &mut |_| Ok(()), &|| ()).unwrap();
        journal.redo(&mut |_| Ok(()), &|| ()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        Journal::open(&journal.path()).unwrap().undo(&mut |_| Ok(()), &|| ()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    fn files(folder: &Path) -> Vec<NewContent> {
        ["a", "b", "c"]
            .map(|name| {
                let path = folder.join(name);
                fs::write(&path, format!("old {name}")).unwrap();
                NewContent { path, before: format!("old {name}").into(), after: format!("new {name}").into() }
            })
            .into()
    }

    fn contents(folder: &Path) -> Vec<String> {
        ["a", "b", "c"].map(|name| fs::read_to_string(folder.join(name)).unwrap()).into()
    }

    const OLD: [&str; 3] = ["old a", "old b", "old c"];
    const NEW: [&str; 3] = ["new a", "new b", "new c"];

    #[test]
    fn temporary_files_of_a_run_that_was_ended_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let journal = prepare(&folder.path().join("j"), &files, &mut |_| Ok(()), &|| ()).unwrap();
        let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        put(".codeset-aaaaaa", "new a");
        put(".codeset-bbbbbb", "new");
        put(".codeset-cccccc", "of somebody else");
        put("new a", "new a");
        journal.redo(&mut |_| Ok(()), &|| ()).unwrap();
        let is_there = |name: &str| folder.path().join(name).exists();
        assert_eq!(
            [".codeset-aaaaaa", ".codeset-bbbbbb", ".codeset-cccccc", "new a"].map(is_there),
            [false, false, true, true]
        );
        put(".codeset-aaaaaa", "new b");
        prepare(&folder.path().join("j"), &files, &mut |_| Ok(()), &|| ()).unwrap();
        assert!(!is_there(".codeset-aaaaaa"), "the next run removes it");
    }

    #[cfg(unix)]
    #[test]
    fn what_somebody_writes_meanwhile_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let journal = prepare(&folder.path().join("j"), &files, &mut |_| Ok(()), &|| ()).unwrap();
        let path = folder.path().join("b");
        // Into the same file, after it was compared for the last time.
        let mut renames = 0;
        let mut step = |step: &str| {
            renames += u32::from(step == "rename");
            if step == "rename" && renames == 2 { fs::write(&path, "mine") } else { Ok(()) }
        };
        let settled = journal.redo(&mut step, &|| ()).unwrap();
        assert_eq!((settled.replaced.len(), settled.refused.len()), (2, 1));
        assert_eq!(contents(folder.path()), ["new a", "mine", "new c"]);
        assert_eq!(names(folder.path()), ["a", "b", "c", "j"], "no temporary file is left");
    }

    fn names(folder: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn files_are_replaced_and_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let journal = prepare(&folder.path().join("j"), &files, &mut |_| Ok(()), &|| ()).unwrap();
        assert_eq!(contents(folder.path()), OLD);
        assert_eq!(journal.redo(&mut |_| Ok(()), &|| ()).unwrap().replaced.len(), 3);
        assert_eq!(contents(folder.path()), NEW);
        let settled = Journal::open(&journal.path()).unwrap().undo(&mut |_| Ok(()), &|| ()).unwrap();
        assert_eq!((settled.replaced.len(), contents(folder.path())), (3, OLD.map(str::to_owned).into()));
        assert_eq!(journal.undo(&mut |_| Ok(()), &|| ()).unwrap().untouched.len(), 3);
    }

    #[test]
    fn wherever_a_run_ends_each_file_is_whole_and_both_directions_are_open() {
        for end in 0.. {
            let folder = tempfile::tempdir().unwrap();
            let files = files(folder.path());
            let mut steps = 0;
            let mut step = |_: &str| {
                steps += 1;
                if steps > end { Err(io::Error::other("killed")) } else { Ok(()) }
            };
            let journals = folder.path().join("j");
            let done = prepare(&journals, &files, &mut step, &|| ())
                .and_then(|journal| journal.redo(&mut step, &|| ()));
            for (at, content) in contents(folder.path()).iter().enumerate() {
                assert!(content == OLD[at] || content == NEW[at], "{content}");
            }
            if done.is_ok() {
                assert_eq!(contents(folder.path()), NEW);
                assert!(end > 10);
                return;
            }
            let journal = Journal::open(&journals.join("1"));
            let Ok(journal) = journal else {
                assert_eq!(contents(folder.path()), OLD, "without a journal nothing was touched");
                continue;
            };
            if end % 2 == 0 {
                journal.redo(&mut |_| Ok(()), &|| ()).unwrap();
                assert_eq!(contents(folder.path()), NEW);
            }
            journal.undo(&mut |_| Ok(()), &|| ()).unwrap();
            assert_eq!(contents(folder.path()), OLD);
        }
    }

    #[test]
    fn a_file_that_somebody_changed_since_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let journal = prepare(&folder.path().join("j"), &files, &mut |_| Ok(()), &|| ()).unwrap();
        journal.redo(&mut |_| Ok(()), &|| ()).unwrap();
        fs::write(folder.path().join("b"), "mine").unwrap();
        let settled = journal.undo(&mut |_| Ok(()), &|| ()).unwrap();
        assert_eq!((settled.replaced.len(), settled.refused.len()), (2, 1));
        assert_eq!(contents(folder.path()), ["old a", "mine", "old c"]);
    }

    #[cfg(unix)]
    #[test]
    fn who_may_read_a_file_stays() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let path = folder.path().join("a");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        prepare(&folder.path().join("j"), &files, &mut |_| Ok(()), &|| ())
            .unwrap()
            .redo(&mut |_| Ok(()), &|| ())
            .unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
