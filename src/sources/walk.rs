//! Folder traversal that omits files excluded by .gitignore and .codesetignore.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::{Error, read_error};

/// The file that lists paths to exclude, in the form of .gitignore.
pub(crate) const IGNORE_FILE: &str = ".codesetignore";

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WalkEntry {
    /// The path.
    pub(crate) path: PathBuf,
    /// The name used in reports: relative to the current folder if the file is below it, else from the last part of the
    /// given path.
    pub(crate) name: String,
    /// True if it was found in a folder, and not named itself.
    pub(crate) is_found: bool,
    /// The path below the folder that all given paths share, whatever the current folder is.
    pub(crate) place: String,
}

/// Returns the files at and below paths, by name; `-` is standard input. Links are not followed, hidden files are
/// omitted; a file that is named explicitly is always included.
///
/// # Errors
///
/// If a path does not exist, or a folder cannot be read.
pub(crate) fn walk(paths: &[PathBuf]) -> Result<Vec<WalkEntry>, Error> {
    let here = std::env::current_dir().ok();
    let shared = shared_folder(paths);
    let place = |path: &Path| place(path, &shared);
    let mut found = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            let (name, place) = ("-".to_owned(), "-".to_owned());
            found.push(WalkEntry { name, path: path.clone(), is_found: false, place });
            continue;
        }
        if !path.is_dir() {
            // A file that cannot be opened is reported when it is read.
            std::fs::metadata(path).map_err(|source| read_error(path, source))?;
            let name = name(path, path, here.as_deref());
            found.push(WalkEntry { name, path: path.clone(), is_found: false, place: place(path) });
            continue;
        }
        for file in files(path) {
            let file = file?;
            let name = name(path, &file, here.as_deref());
            found.push(WalkEntry { place: place(&file), path: file, name, is_found: true });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup_by(|a, b| a.path == b.path);
    Ok(found)
}

/// Returns the folder that all paths are below, or the folders themselves.
fn shared_folder(paths: &[PathBuf]) -> PathBuf {
    let folders = paths.iter().filter(|path| *path != Path::new("-")).filter_map(|path| {
        let path = std::fs::canonicalize(path).ok()?;
        if path.is_dir() { Some(path) } else { path.parent().map(Path::to_owned) }
    });
    let both = |a: PathBuf, b: PathBuf| {
        let same = a.components().zip(b.components()).take_while(|(a, b)| a == b);
        same.map(|(part, _)| part).collect()
    };
    folders.reduce(both).unwrap_or_default()
}

fn place(path: &Path, shared: &Path) -> String {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    path.strip_prefix(shared).unwrap_or(&path).to_string_lossy().replace('\\', "/")
}

/// Returns the first files below a folder, by path, and whether these are all of them. It omits what [`walk`] omits.
///
/// # Errors
///
/// If a folder cannot be read.
pub(crate) fn walk_some(folder: &Path, most: usize) -> Result<(Vec<PathBuf>, bool), Error> {
    let mut found = files(folder).take(most + 1).collect::<Result<Vec<_>, _>>()?;
    let is_all = found.len() <= most;
    found.truncate(most);
    Ok((found, is_all))
}

/// Returns the files below a folder, each folder by name.
fn files(folder: &Path) -> impl Iterator<Item = Result<PathBuf, Error>> {
    let mut builder = WalkBuilder::new(folder);
    // A folder need not be a repository to have a .gitignore; the machine owner's global ignore file does not apply.
    builder.require_git(false).git_global(false).add_custom_ignore_filename(IGNORE_FILE);
    builder.sort_by_file_name(Ord::cmp);
    builder.build().filter_map(move |entry| match entry {
        Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => Some(Ok(entry.into_path())),
        Ok(_) => None,
        Err(error) => {
            let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other("cannot be walked"));
            Some(Err(read_error(folder, source)))
        }
    })
}

fn name(root: &Path, path: &Path, here: Option<&Path>) -> String {
    let shown = match here.and_then(|here| path.strip_prefix(here).ok()) {
        Some(below) if !below.as_os_str().is_empty() => below.to_owned(),
        _ if path.is_relative() => path.strip_prefix(".").unwrap_or(path).to_owned(),
        _ => {
            let below = path.strip_prefix(root).unwrap_or(Path::new(""));
            Path::new(root.file_name().unwrap_or_default()).join(below)
        }
    };
    let shown = shown.to_string_lossy().replace('\\', "/");
    shown.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_ignored_or_hidden_is_left_out_and_what_is_named_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("lists");
        fs::create_dir_all(root.join("old")).unwrap();
        for name in ["a.csv", "b.csv", ".hidden.csv", "old/c.csv", "old/d.csv"] {
            fs::write(root.join(name), "x").unwrap();
        }
        fs::write(root.join(".gitignore"), "b.csv\n").unwrap();
        fs::write(root.join(".codesetignore"), "old/c.*\n").unwrap();
        let names: Vec<String> =
            walk(&[root.clone(), root.join("b.csv")]).unwrap().into_iter().map(|found| found.name).collect();
        assert_eq!(names, ["b.csv", "lists/a.csv", "lists/old/d.csv"]);
        assert!(walk(&[root.join("none")]).is_err());
    }
}
