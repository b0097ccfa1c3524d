//! What is typed to prepare the yearly update.

use std::path::PathBuf;

use clap::Args;

use super::options::{StoreOptions, heading};

/// Look around in a folder and write its codeset.toml
///
/// Finds releases (also those in the store), files of codes in use with their columns, departments, files with lists of
/// codes, and tables of attributes. codeset.toml names them, with a comment on each guess, and is to be edited. Only the
/// beginning of long files is read. Files matched by .gitignore and .codesetignore are skipped. Nothing else is written.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset init\n  codeset init update-2026 --force")]
pub(in crate::cli) struct InitArgs {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub(in crate::cli) folder: PathBuf,
    /// Replace the codeset.toml that is there
    #[arg(long, help_heading = heading::CHANGES)]
    pub(in crate::cli) force: bool,
    #[command(flatten)]
    pub(in crate::cli) store: StoreOptions,
}
