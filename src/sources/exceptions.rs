//! Deliberate exceptions: codes that are allowed in certain files.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Error, read_text};

/// A line of a file of exceptions.
struct Line {
    number: usize,
    paths: Gitignore,
    words: Vec<String>,
    used: AtomicBool,
}

/// The exceptions in a file: each line has a pattern as in .gitignore, and the codes or kinds it applies to; without
/// any it applies to all. `#` begins a reason.
#[derive(Default)]
pub(crate) struct Exceptions {
    lines: Vec<Line>,
}

impl Exceptions {
    /// Reads a file. Words are normalized with `plain` for comparison.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or a pattern is invalid.
    pub(crate) fn read(path: &Path, plain: &dyn Fn(&str) -> String) -> Result<Self, Error> {
        let text = read_text(path)?;
        let mut lines = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.split_once('#').map_or(line, |(line, _)| line);
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next() else { continue };
            let mut builder = GitignoreBuilder::new("");
            let paths = builder.add_line(None, pattern).and_then(|builder| builder.build());
            // The line is not quoted: a file given by mistake may contain anything.
            let paths = paths.map_err(|_| Error::Limit {
                name: format!("{}:{}", path.display(), at + 1),
                fact: "does not begin with a .gitignore pattern: a bracket or brace is not closed".to_owned(),
            })?;
            lines.push(Line {
                number: at + 1,
                paths,
                words: words.map(plain).collect(),
                used: AtomicBool::new(false),
            });
        }
        Ok(Self { lines })
    }

    /// Returns whether an exception allows any of these words in a file.
    pub(crate) fn excepts(&self, path: &str, words: &[&str]) -> bool {
        let mut found = false;
        for line in &self.lines {
            let is_about =
                line.words.is_empty() || line.words.iter().any(|word| words.contains(&word.as_str()));
            if is_about
                && line.paths.matched_path_or_any_parents(path.trim_start_matches('/'), false).is_ignore()
            {
                line.used.store(true, Ordering::Relaxed);
                found = true;
            }
        }
        found
    }

    /// Returns the numbers of the lines that matched nothing.
    pub(crate) fn unused(&self) -> Vec<usize> {
        self.lines.iter().filter(|line| !line.used.load(Ordering::Relaxed)).map(|line| line.number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_about_its_paths_and_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("exceptions");
        std::fs::write(&file, "lists/*.sql Z91.5 header # kept\n\n# all\nold/\nnever.csv R05\n").unwrap();
        let exceptions = Exceptions::read(&file, &|word| word.replace('.', "")).unwrap();
        assert!(exceptions.excepts("lists/a.sql", &["Z915", "dead"]));
        assert!(exceptions.excepts("lists/a.sql", &["A00", "header"]));
        assert!(!exceptions.excepts("lists/a.sql", &["R05", "dead"]));
        assert!(exceptions.excepts("old/deep/x.csv", &["R05"]));
        assert!(!exceptions.excepts("lists/a.csv", &["Z915"]));
        assert_eq!(exceptions.unused(), [5]);
    }
}
