//! A build without ADBC.

use std::path::Path;

use crate::cli::error::AdbcError;

/// A result that no query of this build has.
pub(super) enum QueryResult {}

impl QueryResult {
    pub(super) fn path(&self) -> &Path {
        match *self {}
    }
}

pub(super) fn run(_: &str, _: &str) -> Result<QueryResult, AdbcError> {
    Err(AdbcError::NotBuilt)
}
