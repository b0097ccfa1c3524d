//! Arguments of the commands for schemas, manual pages and completions.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::options::heading;
use crate::cli::schemas::Schema;

/// Print the JSON Schema of a report
///
/// The schema `project` is that of codeset.toml; editors that know it complete and check the file.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset schema diff > diff.schema.json\n  codeset schema project")]
pub(in crate::cli) struct SchemaArgs {
    /// The report, or `project` for codeset.toml
    #[arg(value_name = "NAME")]
    pub(in crate::cli) schema: Schema,
}

/// Print completions for a shell
///
/// In bash, zsh and fish the names of releases in the store are completed as well.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset completions bash > ~/.local/share/bash-completion/completions/codeset\n  \
    codeset completions zsh > ~/.zfunc/_codeset\n  \
    codeset completions fish > ~/.config/fish/completions/codeset.fish"
)]
pub(in crate::cli) struct CompletionsArgs {
    /// The shell
    pub(in crate::cli) shell: Shell,
}

/// Print the manual page, or write the pages of all commands
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset man | man -l -\n  codeset man --dir ~/.local/share/man/man1")]
pub(in crate::cli) struct ManArgs {
    /// Write a page for each command into the folder DIR: codeset.1, codeset-diff.1 and so on
    ///
    /// The folder is created if it does not exist.
    #[arg(long, value_name = "DIR", help_heading = heading::OUTPUT)]
    pub(in crate::cli) dir: Option<PathBuf>,
}
