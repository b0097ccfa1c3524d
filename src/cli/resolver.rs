//! Releases by name: from the store, in its current state or as `codeset.lock` records it.
//!
//! Invariant: the clock is read in this file only: for the day in manifests, `list` and `ndc@DAY`. No report but `list`
//! without `--on` depends on it.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::civil::Date;

use super::error::{Error, LocalError};
use crate::model::{CodeSet, Edition, ReleaseName, ReleaseNameError, sets};
use crate::sources::catalog::{self, Catalog, KnownRelease, Role};
use crate::sources::store::Store;
use crate::sources::{self, LOCK_FILE, LockFile};

/// The places where releases by name are looked up.
pub(super) struct ReleaseResolver {
    folder: Option<PathBuf>,
    catalogs: Vec<PathBuf>,
    locked: bool,
    lock: OnceLock<LockFile>,
}

/// The files of a release by name.
pub(super) struct Named {
    /// Its name.
    pub(super) name: ReleaseName,
    /// The name of each file, and the path of its bytes.
    pub(super) files: Vec<(String, PathBuf)>,
    /// Their checksums, in the same order.
    pub(super) sha256: Vec<String>,
}

impl ReleaseResolver {
    /// Resolves where releases are: options take precedence over environment variables.
    pub(super) fn new(store: Option<PathBuf>, own_catalogs: Vec<PathBuf>, locked: bool) -> Self {
        let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
        let mut catalogs: Vec<PathBuf> =
            variable("CODESET_CATALOG").map(|paths| env::split_paths(&paths).collect()).unwrap_or_default();
        catalogs.extend(own_catalogs);
        Self {
            folder: store.or_else(|| variable("CODESET_STORE").map(PathBuf::from)),
            catalogs,
            locked,
            lock: OnceLock::new(),
        }
    }

    /// Returns the store, which need not exist yet.
    pub(super) fn store(&self) -> Result<Store, Error> {
        match &self.folder {
            Some(folder) => Ok(Store::at(folder)),
            None => Ok(Store::at(&Store::usual_folder()?)),
        }
    }

    /// Registers the sets of the user's catalogs under their ids.
    pub(super) fn describe_sets(&self) -> Result<(), Error> {
        for file in &self.catalogs {
            catalog::read_sets(file, &sources::read_text(file)?)?.into_iter().for_each(sets::describe);
        }
        Ok(())
    }

    /// Returns the built-in catalog, extended by the user's catalogs.
    pub(super) fn catalog(&self) -> Result<Catalog, Error> {
        let mut catalog = Catalog::built_in();
        for file in &self.catalogs {
            catalog.overrule(file, &sources::read_text(file)?)?;
        }
        Ok(catalog)
    }

    /// Returns whether only locked releases may be used.
    pub(super) fn is_locked(&self) -> bool {
        self.locked
    }

    /// Returns the lock of this folder.
    pub(super) fn lock(&self) -> Result<&LockFile, Error> {
        if let Some(lock) = self.lock.get() {
            return Ok(lock);
        }
        let lock = read_lock()?.ok_or(LocalError::NoLock)?;
        Ok(self.lock.get_or_init(|| lock))
    }

    /// Returns the files of a release for some parts, if the text typed is its name and not a path.
    pub(super) fn find(&self, typed: &Path, takes: &dyn Fn(Role) -> bool) -> Result<Option<Named>, Error> {
        if typed == Path::new("-") || typed.exists() {
            return Ok(None);
        }
        let name = match typed.to_str().map(ReleaseName::parse) {
            Some(Ok(name)) => name,
            Some(Err(error @ (ReleaseNameError::UnknownSet(_) | ReleaseNameError::BadEdition(_)))) => {
                return Err(Error::Name(error));
            }
            _ => return Ok(None),
        };
        self.named(name, takes).map(Some)
    }

    fn named(&self, name: ReleaseName, takes: &dyn Fn(Role) -> bool) -> Result<Named, Error> {
        let store = self.store()?;
        let files: Vec<(String, String)> = if self.locked {
            let locked =
                self.lock()?.find(name).ok_or_else(|| Error::NotLocked { name: name.to_string() })?;
            let files = locked.files.iter().filter(|file| takes(file.role));
            files.map(|file| (file.name.clone(), file.sha256.clone())).collect()
        } else {
            let manifest = store.manifest(name)?.ok_or_else(|| self.not_here(name))?;
            let files = manifest.files.into_iter().filter(|file| takes(file.role));
            files.map(|file| (file.name, file.sha256)).collect()
        };
        if files.is_empty() {
            return Err(LocalError::FileNotHere { name }.into());
        }
        if self.locked && files.iter().any(|(_, sha256)| !store.has(sha256)) {
            return Err(LocalError::LockedNotHere { name }.into());
        }
        let sha256 = files.iter().map(|(_, sha256)| sha256.clone()).collect();
        let files = files.into_iter().map(|(name, sha256)| (name, store.blob(&sha256))).collect();
        Ok(Named { name, files, sha256 })
    }

    /// Returns an error with the instructions to get a release.
    pub(super) fn not_here(&self, name: ReleaseName) -> Error {
        let fetched = self.catalog().is_ok_and(|catalog| {
            catalog.find(name).is_some_and(KnownRelease::has_codes) || catalog.guess(name).is_some()
        });
        Error::NotHere { name: name.to_string(), fetched }
    }
}

/// Reads the lock of this folder, if there is one.
pub(super) fn read_lock() -> Result<Option<LockFile>, Error> {
    let path = Path::new(LOCK_FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let lock = LockFile::parse(&sources::read_text(path)?).map_err(LocalError::Lock)?;
    Ok(Some(lock))
}

/// Parses a code set as it is typed.
pub(super) fn code_set(id: &str) -> Result<&'static CodeSet, Error> {
    sets::by_id(id).ok_or_else(|| {
        let known: Vec<&str> = sets::all().iter().map(|set| set.id).collect();
        let hint = format!(
            "use one of {}; for another code set, draft a [[set]] with codeset sets --describe FILE and pass it \
             with --catalog",
            known.join(", ")
        );
        Error::argument(format!("unknown code set `{id}`"), hint)
    })
}

/// Parses a release's name as it is typed.
pub(super) fn release_name(text: &str) -> Result<ReleaseName, Error> {
    ReleaseName::parse(text).map_err(Error::Name)
}

/// Parses an edition as it is typed.
pub(super) fn edition(text: &str) -> Result<Edition, Error> {
    Edition::parse(text).ok_or_else(|| {
        let fact = format!("`{text}` is not an edition");
        Error::argument(fact, "write 2026, fy2026, 2026-04 or 2026-11-20")
    })
}

/// Parses a date as it is typed.
pub(super) fn day(text: &str) -> Result<Date, Error> {
    text.parse().map_err(|_| Error::argument(format!("invalid date `{text}`"), "write it as 2026-03-31"))
}

/// Returns today's date in universal time: the same on every machine.
pub(super) fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
