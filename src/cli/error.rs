//! Errors that end a command, with hints on how to fix them.

mod adbc;
mod input;
mod local;

use std::error::Error as _;
use std::io;

use jiff::civil::Date;

use super::project::ProjectError;
use crate::sources::JOURNALS;
use crate::sources::catalog::CatalogError;
use crate::sources::store::StoreError;
use crate::{formats, impact, migrate, model, sources};
pub(super) use adbc::AdbcError;
#[cfg(feature = "adbc")]
pub(super) use adbc::Step;
pub(super) use input::InputError;
pub(super) use local::LocalError;

/// The reason why a command could not run.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// A path cannot be read or written.
    #[error(transparent)]
    Source(#[from] sources::Error),
    /// A path is not a release.
    #[error("cannot read `{path}` as a release: {source}")]
    Release {
        /// The path as typed.
        path: String,
        /// Why not.
        source: formats::Error,
    },
    /// A release by name is not on this machine.
    #[error("the release `{name}` is not in the store")]
    NotHere {
        /// The name as typed.
        name: String,
        /// True if it can be fetched.
        fetched: bool,
    },
    /// A release by name is not in the lock.
    #[error("the release `{name}` is not in codeset.lock")]
    NotLocked {
        /// The name as typed.
        name: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A catalog of the user's.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A file could not be fetched.
    #[cfg(feature = "fetch")]
    #[error("{release}: {source}")]
    Fetch {
        /// The release.
        release: String,
        /// Why not.
        source: Box<crate::sources::fetch::FetchError>,
        /// The instructions to add it by hand.
        by_hand: String,
    },
    /// A release name is not valid.
    #[error(transparent)]
    Name(model::ReleaseNameError),
    /// Releases of two sets cannot be compared.
    #[error("OLD is {old} and NEW is {new}: only releases of one code set can be compared")]
    TwoSets {
        /// OLD's set.
        old: &'static str,
        /// NEW's set.
        new: &'static str,
    },
    /// Usage cannot be read.
    #[error(transparent)]
    Usage(#[from] impact::UsageError),
    /// A report cannot be written in the format asked for.
    #[error("{command} has no {format} form")]
    NoSuchForm {
        /// The command.
        command: &'static str,
        /// The format.
        format: &'static str,
    },
    /// An output would overwrite an input.
    #[error("`{path}` is an input, and inputs are never overwritten")]
    Overwrite {
        /// The path as typed.
        path: String,
    },
    /// stdout cannot be written.
    #[error("cannot write to stdout")]
    Stdout(#[source] io::Error),
    /// A query cannot be run through ADBC.
    #[error(transparent)]
    Adbc(#[from] AdbcError),
    /// An input is not what the command needs.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The store, the lock or the catalog does not have what is needed.
    #[error(transparent)]
    Local(#[from] LocalError),
    /// None of the codes that were asked for was found.
    #[error("none of the codes is {place}")]
    NoneFound {
        /// Where they were looked for.
        place: &'static str,
        /// The hint on how to find them.
        hint: &'static str,
    },
    /// None of the releases was in force on a day.
    #[error("none of the releases was in force on {0}")]
    NoneInForce(Date),
    /// The scripts of a migration cannot be written.
    #[error(transparent)]
    Script(#[from] migrate::ScriptError),
    /// A journal cannot be read.
    #[error(transparent)]
    Journal(sources::Error),
    /// Files have changed since a migration, and were not touched.
    #[error("changed since the run and left unchanged: {0}")]
    ChangedSince(String),
    /// The project cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// An error in the arguments.
    #[error("{fact}")]
    Argument {
        /// The message.
        fact: String,
        /// The hint on how to fix it.
        hint: String,
    },
}

impl Error {
    /// Creates an error in the arguments.
    pub(super) fn argument(fact: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Argument { fact: fact.into(), hint: hint.into() }
    }

    /// Returns the hint on how to fix it.
    pub(super) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Release { source, .. } => source.hint(),
            Self::NotHere { name, fetched: true } => return Some(format!("codeset fetch {name}")),
            Self::NotHere { name, fetched: false } => {
                return Some(format!("add your own copy: codeset add PATH --as {name}"));
            }
            Self::NotLocked { name } => {
                return Some(format!("run codeset lock {name} to add it as it is in the store"));
            }
            Self::Store(error) => return store_hint(error),
            Self::Catalog(_) => {
                "docs/guides/your-own-sets.md and docs/guides/licensed-sets.md describe the format of a catalog"
            }
            #[cfg(feature = "fetch")]
            Self::Fetch { by_hand, .. } => by_hand,
            Self::TwoSets { .. } => "if the code set of one was misread, name the right one with --set",
            Self::Overwrite { .. } => "write the output to another file",
            Self::Argument { hint, .. } => hint,
            Self::Adbc(error) => error.hint(),
            Self::Input(error) => return Some(error.hint()),
            Self::Local(error) => return Some(error.hint()).filter(|hint| !hint.is_empty()),
            Self::Project(error) => return Some(error.hint()).filter(|hint| !hint.is_empty()),
            Self::NoneFound { hint, .. } => hint,
            Self::NoneInForce(_) => "pass an earlier one",
            Self::Script(_) => "see codeset migrate --help",
            Self::Journal(_) => {
                return Some(format!(
                    "pass the journal that the run printed: {JOURNALS}/N in the folder where it was started"
                ));
            }
            Self::ChangedSince(_) => {
                "compare them with their old and new contents, N.old and N.new in the journal's folder"
            }
            Self::Source(sources::Error::Archive { .. }) => "download the file again: it may be incomplete",
            Self::Source(sources::Error::Limit { .. }) => {
                "check that it is the right file: publishers' files are far smaller"
            }
            Self::Source(sources::Error::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                "pass the path of a file, a folder or a zip archive"
            }
            Self::Source(sources::Error::Read { source, .. } | sources::Error::Write { source, .. })
                if source.kind() == io::ErrorKind::ResourceBusy =>
            {
                "close it there, for example in Excel, and run the command again"
            }
            Self::Source(sources::Error::Write { source, .. })
                if matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) =>
            {
                "free space on the disk, and run it again"
            }
            Self::Source(sources::Error::Write { .. }) => {
                "check that the folder exists and that you may write to it"
            }
            Self::Name(_) => {
                "write the name of a release as icd10cm@2026, or pass the path of a file, a folder or a zip archive"
            }
            Self::Usage(impact::UsageError::Kind { instead, .. }) => instead,
            Self::Usage(impact::UsageError::Empty { .. }) => {
                "export it again with a row for each code, or for each claim line"
            }
            Self::Usage(impact::UsageError::Damaged { .. }) => {
                "export the file again, or save its table as CSV, with headings"
            }
            Self::Usage(impact::UsageError::QueryResult { .. }) => {
                "run the query of codeset usage-sql again, and save its result as CSV, TSV, JSON Lines or Parquet"
            }
            Self::Usage(impact::UsageError::Columns { purpose: impact::Purpose::List, .. }) => {
                "name the column of codes with --code-column: its heading, letter or number"
            }
            Self::Usage(impact::UsageError::Columns { .. }) => {
                "name columns with --code-column, --count-column, --owner-column, --amount-column, --date-column \
                 and --where"
            }
            _ => return None,
        };
        (!hint.is_empty()).then(|| hint.to_owned())
    }

    /// Returns true if the output was closed by its reader.
    pub(super) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Formats the error with its causes in one text.
    pub(super) fn describe(&self) -> String {
        let mut described = self.to_string();
        let mut source = match self {
            // Its message is already part of ours.
            Self::Release { .. } => None,
            #[cfg(feature = "fetch")]
            Self::Fetch { source, .. } => source.source(),
            error => error.source(),
        };
        while let Some(error) = source {
            described.push_str(": ");
            described.push_str(&error.to_string());
            source = error.source();
        }
        described
    }
}

fn store_hint(error: &StoreError) -> Option<String> {
    let hint = match error {
        StoreError::NoFolder => "name the folder with --store DIR or CODESET_STORE",
        StoreError::Disk { .. } => {
            "check that the store's folder exists and that you may write to it, or name another with --store DIR"
        }
        StoreError::Undescribed { .. } => {
            "pass its catalog with --catalog, or set CODESET_CATALOG for all commands"
        }
        StoreError::Damaged { .. } => "remove that file and fetch the release again",
        StoreError::Checksum { .. } => "copy or download the file again: it may be incomplete",
        StoreError::NotExported { .. } => "pass a file that codeset store export wrote",
    };
    Some(hint.to_owned())
}
