//! What is typed to fetch releases and to keep them.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use super::OutputArgs;

/// Download releases and keep them for offline use
///
/// The catalog has the publishers' addresses; codeset list shows them. A file with a known checksum is refused if its bytes
/// differ. An edition that the catalog does not list is searched for at the publisher's usual address, and marked as
/// unverified. Nothing but the request is sent. Prints a line for each file: release, part, SHA-256, bytes, and source.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset fetch icd10cm@2025 icd10cm@2026\n  codeset fetch ndc\n  \
    codeset fetch --locked")]
pub(in crate::cli) struct FetchArgs {
    /// Releases, such as icd10cm@2026; a set alone (ndc) for what its publisher makes anew every day
    #[arg(value_name = "RELEASE", required_unless_present = "locked")]
    pub(in crate::cli) releases: Vec<String>,
    /// Tabular lists and other large companions as well
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Only print the addresses that would be requested
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) network: NetworkArgs,
}

/// How requests are made.
#[derive(Debug, Args)]
pub(in crate::cli) struct NetworkArgs {
    /// A server to use instead of the publishers', with the same paths [env: CODESET_MIRROR]
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) mirror: Option<String>,
    /// Allow unencrypted HTTP
    #[arg(long)]
    pub(in crate::cli) allow_http: bool,
    /// Seconds to wait for a connection, and for each part of an answer
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(in crate::cli) timeout: std::time::Duration,
    /// Retries for transient errors: a cut connection, a busy server
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub(in crate::cli) retries: u32,
    /// Seconds before the first retry; they double each time
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub(in crate::cli) backoff: std::time::Duration,
    /// How many files to fetch at the same time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(in crate::cli) at_once: u8,
}

/// The reason why a text is not a duration.
#[derive(Debug, Clone, thiserror::Error)]
enum SecondsError {
    #[error("it is not a number of seconds")]
    NotNumber,
    #[error(transparent)]
    Range(#[from] std::time::TryFromFloatSecsError),
}

fn seconds(text: &str) -> Result<std::time::Duration, SecondsError> {
    let seconds: f64 = text.parse().map_err(|_| SecondsError::NotNumber)?;
    Ok(std::time::Duration::try_from_secs_f64(seconds)?)
}

/// Add a release to the store: a licensed one, or one that was downloaded by hand
///
/// A file that the catalog knows by its checksum is verified by it.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset add cpt-2026-delivery/ --as cpt@2026 --terms \"licence 4711, 40 users\"\n  \
    codeset add conversion-table-FY2026.xlsx --as icd10cm@2026 --role conversion"
)]
pub(in crate::cli) struct AddArgs {
    /// A file, an archive, or a folder with all that is in it
    pub(in crate::cli) path: PathBuf,
    /// The release that it is, or belongs to
    #[arg(long = "as", value_name = "RELEASE")]
    pub(in crate::cli) release: String,
    /// The part of the release [default: by checksum if the catalog lists it, else codes]
    #[arg(long, value_name = "PART", value_parser = PossibleValuesParser::new(role_words()))]
    pub(in crate::cli) role: Option<String>,
    /// The terms under which you have it
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) terms: Option<String>,
    /// Put it in the place of other files of the same part
    #[arg(long)]
    pub(in crate::cli) replace: bool,
    /// Add it even if it is another set or edition than --as names
    #[arg(long)]
    pub(in crate::cli) force: bool,
}

/// List releases: known, stored, and in force
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset list\n  codeset list icd10cm --on 2026-10-01\n  codeset list hcpcs --remote"
)]
pub(in crate::cli) struct ListArgs {
    /// Only these sets
    #[arg(value_name = "SET", value_parser = super::SetParser)]
    pub(in crate::cli) sets: Vec<String>,
    /// In force on this day instead of today
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) on: Option<String>,
    /// Check with the publishers whether the files exist, and whether there is a next edition
    #[arg(long)]
    pub(in crate::cli) remote: bool,
    #[command(flatten)]
    pub(in crate::cli) network: NetworkArgs,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
}

/// Write codeset.lock: releases with the checksums of their files, for --locked
///
/// Without releases those that are locked already are locked as they are in the store now.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  codeset lock icd10cm@2025 icd10cm@2026\n  codeset diff icd10cm@2025 icd10cm@2026 --locked"
)]
pub(in crate::cli) struct LockArgs {
    /// Releases that are in the store
    #[arg(value_name = "RELEASE")]
    pub(in crate::cli) releases: Vec<String>,
}

/// Manage the store: where releases are kept, verify, export and import them
#[derive(Debug, Args)]
pub(in crate::cli) struct StoreArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: StoreCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum StoreCommand {
    /// Where the store is, or a release's files in it
    Path {
        /// A release that is in the store
        #[arg(value_name = "RELEASE")]
        release: Option<String>,
    },
    /// Reads every file again and compares its checksum; exits with 2 if one is not what it was
    Verify {
        /// Remove what is damaged, so that it can be fetched again
        #[arg(long)]
        discard: bool,
    },
    /// Removes what no release needs: earlier issues, downloads that were given up
    Prune {
        /// Forget these releases as well
        #[arg(value_name = "RELEASE")]
        releases: Vec<String>,
    },
    /// Writes releases into one file, for a machine without network
    Export {
        /// The file
        file: PathBuf,
        /// Only these releases
        #[arg(value_name = "RELEASE")]
        releases: Vec<String>,
    },
    /// Takes in what export wrote
    Import {
        /// The file
        file: PathBuf,
        /// Take its releases where others of the same name are here
        #[arg(long)]
        replace: bool,
    },
}

fn role_words() -> Vec<&'static str> {
    crate::sources::catalog::Role::ALL.iter().map(|role| role.word()).collect()
}
