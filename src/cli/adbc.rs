//! Codes in use from databases: the result of a query that an ADBC driver runs in a process of its own.
//!
//! Invariant: credentials are in profiles and in the environment only. They are never arguments, and no message of a
//! driver is shown before the process that knows the profile has masked it.

#[cfg(feature = "adbc")]
pub(super) mod process;
#[cfg(not(feature = "adbc"))]
#[path = "adbc/no_process.rs"]
mod process;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::error::{AdbcError, Error};
use crate::impact::{ReadSeek, ResultColumn, Usage, UsageReader};
use process::{QueryResult, run};

/// The beginning of an argument that names a profile.
const PREFIX: &str = "adbc:";

/// Maximum bytes of a query: the largest ones that are written have some hundred kilobytes.
const QUERY_LIMIT: u64 = 16 << 20;

/// A query and the profile of the database that runs it.
pub(super) struct AdbcQuery {
    profile: String,
    path: PathBuf,
    sql: String,
    /// The result, once the query was run.
    result: OnceCell<QueryResult>,
}

impl AdbcQuery {
    /// Splits what was named into databases to ask, and paths of files.
    ///
    /// # Errors
    ///
    /// If the query is missing or is not one, or is not needed, or if a profile is not a name.
    pub(super) fn split(named: &[PathBuf], query: Option<&Path>) -> Result<(Vec<Self>, Vec<PathBuf>), Error> {
        let profile = |path: &PathBuf| path.to_str()?.strip_prefix(PREFIX).map(str::to_owned);
        let profiles: Vec<String> = named.iter().filter_map(profile).collect();
        let paths = named.iter().filter(|path| profile(path).is_none()).cloned().collect();
        let path = match (query, profiles.is_empty()) {
            (None, true) => return Ok((Vec::new(), paths)),
            (None, false) => return Err(without_query()),
            (Some(_), true) => return Err(without_profile()),
            (Some(path), false) => path,
        };
        let mut known = BTreeSet::new();
        if let Some(error) = profiles.iter().find_map(|profile| refused(profile, !known.insert(profile))) {
            return Err(error);
        }
        let sql = read(path)?;
        let query =
            |profile| Self { profile, path: path.to_owned(), sql: sql.clone(), result: OnceCell::new() };
        Ok((profiles.into_iter().map(query).collect(), paths))
    }

    /// Returns the path of the query.
    pub(super) fn path(&self) -> &PathBuf {
        &self.path
    }

    /// Reads the result of the query as a file of codes in use.
    pub(super) fn read(&self, reader: &UsageReader<'_>, usage: &mut Usage) -> Result<(), Error> {
        let result = match self.result.get() {
            Some(result) => result,
            None => {
                let result = run(&self.profile, &self.sql)?;
                self.result.get_or_init(|| result)
            }
        };
        // A profile may be named by its path; the rest of its name could be taken for a kind of file.
        let name = Path::new(&self.profile).file_stem().unwrap_or_default().to_string_lossy();
        let open = || Ok(Box::new(File::open(result.path())?) as Box<dyn ReadSeek>);
        Ok(reader.read_file(usage, &format!("{PREFIX}{name}"), &open)?)
    }
}

/// Returns the error of a profile that is not a name, or is named twice. An address may have a password, so it is not shown.
fn refused(profile: &str, is_repeated: bool) -> Option<Error> {
    if profile.trim().is_empty() || profile.contains("://") || profile.contains('@') {
        return Some(Error::argument(
            "`adbc:` must be followed by the name of a connection profile, not by an address",
            "write the address of the database, user and password into a profile or the environment, and pass \
             adbc:PROFILE",
        ));
    }
    is_repeated.then(|| {
        Error::argument(
            format!("`{PREFIX}{profile}` is given twice to --usage, so its lines would count twice"),
            "name each profile once",
        )
    })
}

fn without_query() -> Error {
    Error::argument(
        "--usage adbc:PROFILE needs the query to run",
        "write it with codeset usage-sql OLD NEW --dialect DIALECT --table NAME -o usage.sql, and pass --usage-query usage.sql",
    )
}

fn without_profile() -> Error {
    Error::argument(
        "--usage-query needs the database to run the query in",
        "add --usage adbc:PROFILE, or run the query of codeset usage-sql with another tool and pass its result with --usage",
    )
}

/// Reads a query. Any other SQL is refused, because it might change the database.
fn read(path: &Path) -> Result<String, AdbcError> {
    let shown = || path.display().to_string();
    let mut text = String::new();
    File::open(path).and_then(|file| file.take(QUERY_LIMIT + 1).read_to_string(&mut text)).map_err(
        |source| match source.kind() {
            io::ErrorKind::InvalidData => AdbcError::NotQuery { path: shown() },
            _ => AdbcError::Unread { path: shown(), source },
        },
    )?;
    let mut code = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("--"));
    let is_query = code.next().is_some_and(|line| line.starts_with("WITH "))
        && text.contains(ResultColumn::EditionSlot.word())
        && !text.contains('\0')
        && text.len() as u64 <= QUERY_LIMIT;
    if is_query { Ok(text) } else { Err(AdbcError::NotQuery { path: shown() }) }
}
