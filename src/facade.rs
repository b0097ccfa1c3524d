//! The main entry points of the library: [`Release::open`], [`Release::diff`], [`Diff::crosswalk`],
//! [`Crosswalk::impact`].
//!
//! Invariant: it only forwards. Every method calls the function that does the work, and whoever needs its options
//! calls that function: [`diff_in`](crate::diff::diff_in), [`crosswalk_with`](crate::crosswalk::crosswalk_with),
//! [`UsageReader`](crate::impact::UsageReader).
//!
//! This is the only file that adds methods to types of other rooms. A method is where library users look first, and
//! `model` cannot import `diff`.

use std::path::Path;

use crate::crosswalk::{Crosswalk, crosswalk};
use crate::diff::{Diff, diff};
use crate::formats::{self, Options};
use crate::impact::{Editions, Impact, Usage, UsageError, UsageOptions, impact, read_usage};
use crate::model::{Edition, Place, Problem, ProblemCode, Release, ReleaseName, Source, SourceFile};
use crate::sources::{self, EditionBasis, Opened};

/// The reason why a path cannot be opened as a release.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// It cannot be read from disk or unpacked.
    #[error(transparent)]
    Source(#[from] sources::Error),
    /// Its content is not one release.
    #[error(transparent)]
    Release(#[from] formats::Error),
}

impl Release {
    /// Opens a release: a file, a zip archive or a folder, as its publisher ships it, with the conversion tables and
    /// addenda in it.
    ///
    /// The file determines the code set, and usually the edition; [`Release::open_with`] overrides both.
    ///
    /// # Errors
    ///
    /// If the path cannot be read, or does not contain the codes of exactly one release.
    ///
    /// ```no_run
    /// use codeset::model::Release;
    ///
    /// let old = Release::open("2025-code-descriptions-tabular-order.zip")?;
    /// let new = Release::open("2026-code-descriptions-tabular-order.zip")?;
    /// for change in &old.diff(&new).changes {
    ///     println!("{} {}", change.kind.word(), change.entry().display());
    /// }
    /// # Ok::<(), codeset::OpenError>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_with(path, &Options::default())
    }

    /// Opens a release with a code set or edition that the caller knows.
    ///
    /// # Errors
    ///
    /// As [`Release::open`].
    pub fn open_with(path: impl AsRef<Path>, options: &Options) -> Result<Self, OpenError> {
        let opened = sources::open(path.as_ref(), &|bytes| formats::wanted_as(bytes, options.set))?;
        Ok(release_of(opened, options)?)
    }

    /// Reads a release from files in memory, by name and content: the codes and the tables that came with them.
    ///
    /// # Errors
    ///
    /// If the files do not contain the codes of exactly one release.
    pub fn read<'n>(files: impl IntoIterator<Item = (&'n str, Vec<u8>)>) -> Result<Self, formats::Error> {
        let files = files.into_iter().map(|(name, bytes)| SourceFile::new(name, bytes)).collect();
        release_of(Opened::from_files(files), &Options::default())
    }

    /// Compares this release with a newer one of the same code set.
    pub fn diff<'a>(&'a self, new: &'a Self) -> Diff<'a> {
        diff(self, new)
    }
}

impl<'a> Diff<'a> {
    /// Maps every code that is no longer billable, or has a narrower meaning, to its replacements.
    pub fn crosswalk(&self) -> Crosswalk<'a> {
        crosswalk(self)
    }
}

impl<'a> Crosswalk<'a> {
    /// Joins a usage table with this crosswalk and the difference it was made from.
    pub fn impact(&'a self, diff: &'a Diff<'a>, usage: &'a Usage) -> Impact<'a> {
        impact(diff, self, usage)
    }
}

impl Usage {
    /// Reads a file of codes in use, against the codes of the two releases of a difference: a table, a workbook, claims,
    /// messages or resources. Only codes, counts, sums of amounts and names of owners are kept.
    ///
    /// # Errors
    ///
    /// If no column of it contains codes of these releases, or it is a kind of file that is not read.
    pub fn read(name: &str, bytes: &[u8], diff: &Diff<'_>) -> Result<Self, UsageError> {
        let mut usage = Self::default();
        let editions = Editions::pair(diff.old, diff.new);
        read_usage(&mut usage, name, bytes, &UsageOptions::default(), editions)?;
        Ok(usage)
    }
}

/// Makes a release of opened files: its codes, and its edition by checksum, name or tabular list.
pub(crate) fn release_of(opened: Opened, options: &Options) -> Result<Release, formats::Error> {
    let mut release = formats::read(opened.files, options)?;
    release.problems.extend(opened.notes);
    if release.edition.is_none() {
        assume_edition(&mut release, &opened.archives);
    }
    // A tabular list gives its year, not its month.
    let year = release.companions.tabular().and_then(|list| list.year);
    release.edition = release.edition.or(year.map(Edition::Year));
    release.issue = sources::issue_of(&release.sources);
    // The archive is first: it is the downloaded file, and the publisher's checksum is of it.
    release.sources.splice(0..0, opened.archives);
    Ok(release)
}

fn assume_edition(release: &mut Release, archives: &[Source]) {
    let Some((edition, basis)) = sources::edition_of(archives, &release.sources) else { return };
    release.edition = Some(edition);
    let fact = match basis {
        EditionBasis::Checksum => return,
        EditionBasis::SharedChecksum(other) => {
            let other = ReleaseName { set: release.set, edition: other };
            format!("{} and {other} have identical files; assuming the first", release.id())
        }
        EditionBasis::Name => match sources::edition_by_codes(release) {
            Some(edition) => {
                release.edition = Some(edition);
                format!("assumed to be {} because of its codes; its name gives only the year", release.id())
            }
            None => format!("assumed to be {} because of its name", release.id()),
        },
    };
    let problem = Problem::new(ProblemCode::EditionAssumed, Place::file(&release.file), fact);
    release.problems.push(problem.hint("pass --edition if it is another edition"));
}
