//! Arguments of the commands that fetch and store releases.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::options::{LockOption, RELEASE, SetOption, SetParser, StoreOptions, heading};
use super::output::OutputArgs;
use crate::sources::catalog::Role;

/// Download releases and keep them for offline use
///
/// The addresses are the publishers'; codeset list shows them. A file with a known checksum is refused if it differs.
/// An unknown edition is requested at its publisher's usual address and marked as unverified. Nothing but the request
/// is sent. Prints a line for each file: release, part, SHA-256, bytes, and source.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset fetch icd10cm@2025 icd10cm@2026\n  codeset fetch ndc\n  \
    codeset fetch --locked")]
pub(in crate::cli) struct FetchArgs {
    /// Releases, such as icd10cm@2026
    ///
    /// A set without an edition, such as ndc, is today's release of a set that its publisher replaces every day.
    #[arg(value_name = "RELEASE", value_hint = RELEASE, required_unless_present = "locked")]
    pub(in crate::cli) releases: Vec<String>,
    /// Also fetch tabular lists and other large companions
    #[arg(long, help_heading = heading::SELECTION)]
    pub(in crate::cli) all: bool,
    /// Only print the addresses that would be requested
    #[arg(long, help_heading = heading::OUTPUT)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) network: NetworkArgs,
    #[command(flatten)]
    pub(in crate::cli) lock: LockOption,
    #[command(flatten)]
    pub(in crate::cli) store: StoreOptions,
}

/// How requests are made.
#[derive(Debug, Args)]
pub(in crate::cli) struct NetworkArgs {
    /// Use this server instead of the publishers' [env: CODESET_MIRROR]
    ///
    /// Its paths are those of the publishers' servers.
    #[arg(long, value_name = "URL", help_heading = heading::NETWORK)]
    pub(in crate::cli) mirror: Option<String>,
    /// Allow unencrypted HTTP
    #[arg(long, help_heading = heading::NETWORK)]
    pub(in crate::cli) allow_http: bool,
    /// Wait this long for each part of an answer, and 120 times as long for a file
    ///
    /// A connection is a part of an answer. The default is an hour for a file, with retries. What arrived is kept: the next run continues after it.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "30",
        value_parser = seconds,
        help_heading = heading::NETWORK
    )]
    pub(in crate::cli) timeout: Duration,
    /// Retry transient errors this many times: a lost connection, a busy server
    #[arg(long, value_name = "N", default_value_t = 4, help_heading = heading::NETWORK)]
    pub(in crate::cli) retries: u32,
    /// Wait this long before the first retry; the time doubles each time
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "1",
        value_parser = seconds,
        help_heading = heading::NETWORK
    )]
    pub(in crate::cli) backoff: Duration,
    /// Request up to this many files at the same time
    #[arg(
        long,
        value_name = "N",
        default_value_t = 4,
        value_parser = clap::value_parser!(u8).range(1..=16),
        help_heading = heading::NETWORK
    )]
    pub(in crate::cli) at_once: u8,
}

fn seconds(text: &str) -> Result<Duration, SecondsError> {
    let seconds: f64 = text.parse().map_err(|_| SecondsError::NotNumber)?;
    Ok(Duration::try_from_secs_f64(seconds)?)
}

/// The reason why a text is not a duration.
#[derive(Debug, Clone, thiserror::Error)]
enum SecondsError {
    #[error("not a number of seconds")]
    NotNumber,
    #[error(transparent)]
    Range(#[from] std::time::TryFromFloatSecsError),
}

/// Add a release from your own file: licensed, or downloaded by hand
///
/// A file whose checksum is known is verified by it. A file of another code set or edition than --as names is refused.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset add cpt-2026-delivery/ --as cpt@2026 --terms \"license 4711, 40 users\"\n  \
    codeset add conversion-table-FY2026.xlsx --as icd10cm@2026 --role conversion"
)]
pub(in crate::cli) struct AddArgs {
    /// A file, an archive, or a folder with everything in it
    pub(in crate::cli) path: PathBuf,
    /// Add it as this release, such as cpt@2026
    #[arg(
        long = "as",
        value_name = "RELEASE",
        value_hint = RELEASE,
        help_heading = heading::INPUT
    )]
    pub(in crate::cli) release: String,
    /// Add it as this part of the release
    ///
    /// The default is the part whose checksum matches, or else codes.
    #[arg(long, value_name = "PART", help_heading = heading::INPUT)]
    pub(in crate::cli) role: Option<Role>,
    /// Record the terms of your license
    #[arg(long, value_name = "TEXT", help_heading = heading::INPUT)]
    pub(in crate::cli) terms: Option<String>,
    /// Replace other files of the same part
    #[arg(long, help_heading = heading::CHANGES)]
    pub(in crate::cli) replace: bool,
    /// Add it even if it is of another code set or edition than --as names
    #[arg(long, help_heading = heading::CHANGES)]
    pub(in crate::cli) force: bool,
    #[command(flatten)]
    pub(in crate::cli) set: SetOption,
    #[command(flatten)]
    pub(in crate::cli) store: StoreOptions,
}

/// List releases: known, stored, and in force
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset list\n  codeset list icd10cm --on 2026-10-01\n  codeset list hcpcs --remote\n  codeset list --names"
)]
pub(in crate::cli) struct ListArgs {
    /// List only these code sets
    #[arg(value_name = "SET", value_parser = SetParser)]
    pub(in crate::cli) sets: Vec<String>,
    /// Show what is in force on this day instead of today
    #[arg(long, value_name = "DATE", help_heading = heading::SELECTION)]
    pub(in crate::cli) on: Option<String>,
    /// Print only the names of releases in the store, one a line
    #[arg(
        long,
        conflicts_with_all = ["on", "remote", "format", "output"],
        help_heading = heading::OUTPUT
    )]
    pub(in crate::cli) names: bool,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    /// Ask the publishers' servers whether the files exist, and for the next edition
    #[arg(long, help_heading = heading::NETWORK)]
    pub(in crate::cli) remote: bool,
    #[command(flatten)]
    pub(in crate::cli) network: NetworkArgs,
    #[command(flatten)]
    pub(in crate::cli) store: StoreOptions,
}

/// Write codeset.lock, which fixes the files of releases
///
/// The lock lists releases with the checksums of their files; commands with --locked use exactly those. Without a
/// RELEASE, the releases that are already locked are locked again as they are in the store.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset lock icd10cm@2025 icd10cm@2026\n  \
    codeset diff icd10cm@2025 icd10cm@2026 --locked")]
pub(in crate::cli) struct LockArgs {
    /// Releases that are in the store
    #[arg(value_name = "RELEASE", value_hint = RELEASE)]
    pub(in crate::cli) releases: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) store: StoreOptions,
}

/// Manage the store, in which releases are kept
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset store path icd10cm@2026\n  codeset store verify\n  \
    codeset store export releases.zip icd10cm@2025 icd10cm@2026")]
pub(in crate::cli) struct StoreArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: StoreCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum StoreCommand {
    /// Print the folder of the store, or the files of a release
    #[command(after_help = "Example:\n  codeset store path icd10cm@2026")]
    Path {
        /// A release that is in the store
        #[arg(value_name = "RELEASE", value_hint = RELEASE)]
        release: Option<String>,
        #[command(flatten)]
        store: StoreOptions,
    },
    /// Check every file in the store against its checksum
    ///
    /// Exits with 2 if a file is damaged.
    #[command(after_help = "Example:\n  codeset store verify --discard")]
    Verify {
        /// Remove damaged files, so that they can be fetched again
        #[arg(long)]
        discard: bool,
        #[command(flatten)]
        store: StoreOptions,
    },
    /// Remove files that no release needs: earlier issues, incomplete downloads
    #[command(after_help = "Examples:\n  codeset store prune\n  codeset store prune icd10cm@2023")]
    Prune {
        /// Also remove these releases
        #[arg(value_name = "RELEASE", value_hint = RELEASE)]
        releases: Vec<String>,
        #[command(flatten)]
        store: StoreOptions,
    },
    /// Write releases into one file, for a machine without network access
    #[command(after_help = "Example:\n  codeset store export releases.zip icd10cm@2025 icd10cm@2026")]
    Export {
        /// The file
        file: PathBuf,
        /// Only these releases
        #[arg(value_name = "RELEASE", value_hint = RELEASE)]
        releases: Vec<String>,
        #[command(flatten)]
        store: StoreOptions,
    },
    /// Add the releases of a file that export wrote
    #[command(after_help = "Example:\n  codeset store import releases.zip")]
    Import {
        /// The file
        file: PathBuf,
        /// Replace releases of the same name that have other files
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        store: StoreOptions,
    },
}

impl StoreCommand {
    /// Returns where the store is.
    pub(in crate::cli) fn store(&self) -> &StoreOptions {
        match self {
            Self::Path { store, .. }
            | Self::Verify { store, .. }
            | Self::Prune { store, .. }
            | Self::Export { store, .. }
            | Self::Import { store, .. } => store,
        }
    }
}
