//! Data files that a user names: files, folders and patterns, which Windows shells do not expand.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Error, read_error};

/// A file of data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataFile {
    /// The path; `-` is standard input.
    pub(crate) path: PathBuf,
    /// Whether it was found in a folder, rather than named by the user.
    pub(crate) is_found: bool,
}

/// The files found for the paths a user named.
#[derive(Debug, Default)]
pub(crate) struct DataFiles {
    /// The files, in the order of the paths, those of a folder or a pattern by name.
    pub(crate) files: Vec<DataFile>,
    /// Folders inside a folder: they were not searched.
    pub(crate) folders: Vec<PathBuf>,
    /// Files that were named more than once: their content would be counted more than once.
    pub(crate) repeated: Vec<PathBuf>,
    /// Patterns that match no file.
    pub(crate) unmatched: Vec<PathBuf>,
    /// Folders without files.
    pub(crate) empty: Vec<PathBuf>,
}

/// Finds the files that paths name: a file itself, the files in a folder (not those in subfolders, nor hidden ones),
/// and those that a pattern with `*` or `?` in the file name matches, unless a file has exactly that name.
///
/// # Errors
///
/// If a folder cannot be read.
pub(crate) fn data_files(paths: &[PathBuf]) -> Result<DataFiles, Error> {
    let mut found = DataFiles::default();
    for path in paths {
        if path == Path::new("-") {
            found.files.push(DataFile { path: path.clone(), is_found: false });
        } else if path.is_dir() {
            found.folder(path)?;
        } else if !path.exists() && is_pattern(path) {
            found.pattern(path)?;
        } else {
            found.files.push(DataFile { path: path.clone(), is_found: false });
        }
    }
    let mut known = BTreeSet::new();
    for file in &found.files {
        // A path that cannot be resolved is reported when it is read.
        let place = fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
        if !known.insert(place) {
            found.repeated.push(file.path.clone());
        }
    }
    Ok(found)
}

impl DataFiles {
    fn folder(&mut self, folder: &Path) -> Result<(), Error> {
        let before = self.files.len();
        for path in entries(folder)? {
            if is_hidden(&path) {
                continue;
            }
            if path.is_dir() {
                self.folders.push(path);
            } else {
                self.files.push(DataFile { path, is_found: true });
            }
        }
        if self.files.len() == before {
            self.empty.push(folder.to_owned());
        }
        Ok(())
    }

    fn pattern(&mut self, pattern: &Path) -> Result<(), Error> {
        let folder = pattern.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = pattern.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let wanted: Vec<char> = name.chars().collect();
        let before = self.files.len();
        let entries = match folder {
            Some(folder) if !folder.is_dir() => Vec::new(),
            folder => entries(folder.unwrap_or(Path::new(".")))?,
        };
        for path in entries {
            let name: Vec<char> = path.file_name().unwrap_or_default().to_string_lossy().chars().collect();
            if (is_hidden(&path) && !wanted.starts_with(&['.'])) || path.is_dir() || !matches(&wanted, &name)
            {
                continue;
            }
            let path = folder
                .map_or_else(|| path.file_name().map(PathBuf::from).unwrap_or_default(), |_| path.clone());
            self.files.push(DataFile { path, is_found: false });
        }
        if self.files.len() == before {
            self.unmatched.push(pattern.to_owned());
        }
        Ok(())
    }
}

/// Returns the entries of a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let read = |source| read_error(folder, source);
    let paths =
        fs::read_dir(folder).map_err(read)?.map(|entry| entry.map(|entry| entry.path()).map_err(read));
    let mut paths: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths)
}

/// Returns true for files that systems and programs keep for themselves: `.name`, and those that Office, Windows and Spark
/// write.
fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    [".", "~$", "_committed_", "_started_"].iter().any(|beginning| name.starts_with(beginning))
        || ["thumbs.db", "desktop.ini", "_success"].contains(&name.to_ascii_lowercase().as_str())
}

fn is_pattern(path: &Path) -> bool {
    path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.contains(['*', '?']))
}

/// Returns whether a name matches a pattern: `*` is any number of characters, `?` one. In linear space, without
/// recursion.
fn matches(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut of_name) = (0, 0);
    let mut star = None;
    while of_name < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, of_name));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == name[of_name] => {
                at += 1;
                of_name += 1;
            }
            _ => {
                // The last star matches one more character.
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                (at, of_name) = (place + 1, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|wanted| *wanted == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_match() {
        for (pattern, name, expected) in [
            ("*.csv", "a.csv", true),
            ("*.csv", "a.csv.gz", false),
            ("q?.csv", "q1.csv", true),
            ("q?.csv", "q12.csv", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b", "ab.csv", false),
            ("*", "", true),
            ("?", "", false),
        ] {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(matches(&chars(pattern), &chars(name)), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn folders_and_patterns_name_their_files_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("more")).unwrap();
        for name in ["b.csv", "a.csv", ".hidden.csv", "~$a.xlsx", "c.txt", "more/d.csv"] {
            fs::write(root.join(name), "x").unwrap();
        }
        let names = |paths: &[PathBuf]| {
            let found = data_files(paths).unwrap();
            let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
            (found.files.iter().map(|file| name(&file.path)).collect::<Vec<_>>(), found)
        };
        let (files, found) = names(&[root.to_owned()]);
        assert_eq!(files, ["a.csv", "b.csv", "c.txt"]);
        assert_eq!(found.folders, [root.join("more")]);
        let (files, found) = names(&[root.join("*.csv"), root.join("a.csv"), root.join("x*")]);
        assert_eq!(files, ["a.csv", "b.csv", "a.csv"]);
        assert_eq!(found.repeated, [root.join("a.csv")]);
        assert_eq!(found.unmatched, [root.join("x*")]);
        fs::write(root.join("[b]?.csv"), "x").unwrap();
        assert_eq!(names(&[root.join("[b]?.csv")]).0, ["[b]?.csv"]);
    }
}
