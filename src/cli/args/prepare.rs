//! What is typed to prepare an organization for an update.

use std::path::PathBuf;

use clap::Args;

use super::compare::UsageQueryOption;
use super::options::{LicenseOption, LockOption, StoreOptions, heading};

/// Prepare your organization for an update, by codeset.toml
///
/// Reads the releases, the codes in use and the lists that codeset.toml names, and writes a folder of pages: what is at risk, what
/// to do next, a review page and a worklist for each person who decides, one page for executives and physicians, the codes in
/// your lists, a course. Decisions that come back into the decisions folder are read at the next run. OLD is the edition
/// that NEW replaces, unless codeset.toml says otherwise.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset init\n  codeset prepare 2026\n  codeset prepare 2026 --apply\n  \
    codeset prepare 2026 --since last-week/prepare.json"
)]
pub(in crate::cli) struct PrepareArgs {
    /// The edition to prepare for, such as 2026 or 2026-04; without it, that of codeset.toml
    pub(in crate::cli) new: Option<String>,
    /// Read this project file instead of codeset.toml in the current folder
    #[arg(long, value_name = "FILE", help_heading = heading::INPUT)]
    pub(in crate::cli) project: Option<PathBuf>,
    /// Read the codes you use from these files instead of those of codeset.toml
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = heading::INPUT)]
    pub(in crate::cli) usage: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) query: UsageQueryOption,
    /// Hide line counts below this number, and everything that would reveal them
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(2..),
        help_heading = heading::OUTPUT
    )]
    pub(in crate::cli) suppress_below: Option<u64>,
    /// Say what is new since an earlier prepare.json
    #[arg(long, value_name = "FILE", help_heading = heading::INPUT)]
    pub(in crate::cli) since: Option<PathBuf>,
    /// Change the lists as decided, then scan them again
    ///
    /// Everything that is changed can be undone: codeset migrate undo JOURNAL.
    #[arg(long, help_heading = heading::OUTPUT)]
    pub(in crate::cli) apply: bool,
    /// Write into this folder instead of prepare-NEW
    #[arg(short, long, value_name = "DIR", help_heading = heading::OUTPUT)]
    pub(in crate::cli) output: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) lock: LockOption,
    #[command(flatten)]
    pub(in crate::cli) store: StoreOptions,
}
