//! Errors about the store, the lock and the catalog.

use jiff::civil::Date;

use crate::model::{CodeSet, ReleaseName};
use crate::sources::{LOCK_FILE, LockError};

/// The reason why a release in the store or the lock cannot be used.
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
    #[error("`{name}` is in the store, but without the file that this command needs")]
    FileNotHere {
        /// The release.
        name: ReleaseName,
    },
    /// The store has another file of the release already.
    #[error("`{name}` is already in the store, from another file: `{file}`")]
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
    #[error("the files of `{name}` in {LOCK_FILE} are not in the store")]
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
    /// The last known edition had already ended on a day.
    #[error("the {} in force on {on} is unknown: {last} had ended by then", set.title)]
    NotKnownOn {
        /// The set.
        set: &'static CodeSet,
        /// The day.
        on: Date,
        /// The last edition that is known.
        last: ReleaseName,
    },
    /// No known edition was in force on a day.
    #[error("no known {} was in force on {on}", set.title)]
    NoneOn {
        /// The set.
        set: &'static CodeSet,
        /// The day.
        on: Date,
    },
    /// The release has no edition, but its set is not published every day.
    #[error("{} is not published every day: name an edition", .0.title)]
    NoEdition(&'static CodeSet),
    /// The release has no address to fetch it from.
    #[error("the address of `{name}` is unknown")]
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
                "remove it with codeset store verify --discard, then fetch it again".to_owned()
            }
            Self::Damaged { release, is_discarded: true, .. } => {
                format!("run codeset fetch {release}")
            }
            Self::Damaged { release, .. } => {
                format!("run codeset store verify --discard, then codeset fetch {release}")
            }
            Self::FileNotHere { name } => {
                format!("run codeset fetch --all {name}, or pass the path of the file")
            }
            Self::AlreadyHere { .. } => "pass --replace to replace it".to_owned(),
            Self::OtherRelease(_) => {
                "name the right release with --as, or pass --force to add it anyway".to_owned()
            }
            Self::NoLock => "run codeset lock RELEASE.. to write one".to_owned(),
            Self::Lock(_) => "run codeset lock RELEASE.. to write it again".to_owned(),
            Self::LockedNotHere { name } => format!("codeset fetch --locked {name}"),
            Self::FileNotLocked { .. } => "name a release that is locked, or omit --locked".to_owned(),
            Self::NotKnownOn { set, .. } => {
                format!("run codeset list {} --remote to look for a newer one", set.id)
            }
            Self::NoneOn { set, .. } => format!("run codeset list {} to see the known editions", set.id),
            Self::NoEdition(set) => format!("run codeset list {} to see its editions", set.id),
            Self::NoAddress { name, is_daily: true } => {
                format!("run codeset fetch {}: the publisher keeps only today's release", name.set.id)
            }
            Self::NoAddress { name, .. } => format!(
                "add your own copy with codeset add PATH --as {name}, or pass a catalog with --catalog"
            ),
            #[cfg(not(feature = "fetch"))]
            Self::NoNetwork { hint } => hint.clone(),
        }
    }
}
