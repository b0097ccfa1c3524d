//! Arguments of the command that the program runs in a process of its own.

use std::path::PathBuf;

use clap::Args;

/// Run a query with an ADBC driver, for the process that started this one
///
/// The query is read from standard input. The driver is native code of others, so it gets a process of its own.
#[derive(Debug, Args)]
pub(in crate::cli) struct AdbcQueryArgs {
    /// The connection profile
    pub(in crate::cli) profile: String,
    /// Write the result, or the reason for a failure, into this folder
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) into: PathBuf,
}
