//! What the store, the lock and the catalog do not have, or have otherwise.

use jiff::civil::Date;

use crate::model::{CodeSet, ReleaseName};
use crate::sources::{LOCK_FILE, LockError};

/// The reason why releases by name cannot be used as they are on this machine.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum LocalError {
    /// The store has no releases.
    #[error("the store is empty")]
    EmptyStore {
        /// The way to get some.
        hint: &'static str,
    },
    /// A file in the store is not the one that was added.
    #[error("`{file}` in the store has changed since it was added")]
    Changed {
        /// Its name.
        file: String,
    },
    /// Files in the store are damaged.
    #[error("{files} damaged in the store")]
    Damaged {
        /// Their number, in words.
        files: String,
        /// The release of the first one.
        release: String,
        /// Whether they were removed.
        is_discarded: bool,
    },
    /// The store has the release, but not the file.
    #[error("`{name}` is in the store, but not the file that is needed")]
    FileNotHere {
        /// The release.
        name: ReleaseName,
    },
    /// The store has another file of the release already.
    #[error("`{name}` is here already, from another file: `{file}`")]
    AlreadyHere {
        /// The release.
        name: ReleaseName,
        /// The other file.
        file: String,
    },
    /// The files to add are those of another release; the sentence says of which.
    #[error("{0}")]
    OtherRelease(String),
    /// The folder has no lock.
    #[error("there is no {LOCK_FILE} in this folder")]
    NoLock,
    /// The lock is damaged.
    #[error("cannot read `{LOCK_FILE}`")]
    Lock(#[source] LockError),
    /// The store has other files than the lock.
    #[error("the files of `{name}` that {LOCK_FILE} has are not on this machine")]
    LockedNotHere {
        /// The release.
        name: ReleaseName,
    },
    /// A file is not one of those in the lock.
    #[error("`{file}` of `{path}` is not in {LOCK_FILE}")]
    FileNotLocked {
        /// The file.
        file: String,
        /// The path as typed.
        path: String,
    },
    /// The last edition that is known had ended on a day.
    #[error("which {} was in force on {on} is not known: {last} had ended by then", set.title)]
    NotKnownOn {
        /// The set.
        set: &'static CodeSet,
        /// The day.
        on: Date,
        /// The last edition that is known.
        last: ReleaseName,
    },
    /// No edition is known that had begun on a day.
    #[error("no {} is known that was in force on {on}", set.title)]
    NoneOn {
        /// The set.
        set: &'static CodeSet,
        /// The day.
        on: Date,
    },
    /// A set is not published anew every day, and the release has no edition.
    #[error("{} is not made anew every day: an edition is needed", .0.title)]
    NoEdition(&'static CodeSet),
    /// The release has no address to fetch it from.
    #[error("no address is known for `{name}`")]
    NoAddress {
        /// The release.
        name: ReleaseName,
        /// Whether its publisher has today's release only.
        is_daily: bool,
    },
    /// The program was built without the network.
    #[cfg(not(feature = "fetch"))]
    #[error("this build of codeset has no network support")]
    NoNetwork {
        /// The way to do without.
        hint: String,
    },
}

impl LocalError {
    /// Returns the hint on how to fix it.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::EmptyStore { hint } => (*hint).to_owned(),
            Self::Changed { .. } => {
                "codeset store verify --discard removes it, codeset fetch brings it again".to_owned()
            }
            Self::Damaged { release, is_discarded: true, .. } => {
                format!("codeset fetch {release} brings it again")
            }
            Self::Damaged { release, .. } => {
                format!("codeset store verify --discard, then codeset fetch {release}")
            }
            Self::FileNotHere { name } => {
                format!("codeset fetch --all {name}, or pass the path of the file")
            }
            Self::AlreadyHere { .. } => "--replace puts this one in its place".to_owned(),
            Self::OtherRelease(_) => "say with --as what it is; --force takes it in all the same".to_owned(),
            Self::NoLock => "codeset lock RELEASE.. writes one".to_owned(),
            Self::Lock(_) => "codeset lock RELEASE.. writes it anew".to_owned(),
            Self::LockedNotHere { name } => format!("codeset fetch --locked {name}"),
            Self::FileNotLocked { .. } => "name a release that is locked, or leave --locked out".to_owned(),
            Self::NotKnownOn { set, .. } => {
                format!("codeset list {} --remote looks for a newer one", set.id)
            }
            Self::NoneOn { set, .. } => format!("codeset list {} shows what is known", set.id),
            Self::NoEdition(set) => format!("codeset list {} shows its editions", set.id),
            Self::NoAddress { name, is_daily: true } => {
                format!("its publisher has today's only: codeset fetch {}", name.set.id)
            }
            Self::NoAddress { name, .. } => format!(
                "take in your own delivery with codeset add PATH --as {name}, or name a catalog with --catalog"
            ),
            #[cfg(not(feature = "fetch"))]
            Self::NoNetwork { hint } => hint.clone(),
        }
    }
}
