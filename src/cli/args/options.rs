//! Options that several commands share. A command has only the groups that it can use.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{ArgAction, Args, ValueEnum, ValueHint};

/// Headings of options in help texts, grouped by task.
pub(super) mod heading {
    pub(in crate::cli::args) const GLOBAL: &str = "Global options";
    pub(in crate::cli::args) const RELEASES: &str = "Releases";
    pub(in crate::cli::args) const REPLACEMENTS: &str = "Replacements";
    pub(in crate::cli::args) const INPUT: &str = "Input";
    pub(in crate::cli::args) const SELECTION: &str = "Selection";
    pub(in crate::cli::args) const CHANGES: &str = "Changes";
    pub(in crate::cli::args) const TABLE: &str = "Table";
    pub(in crate::cli::args) const OUTPUT: &str = "Output";
    pub(in crate::cli::args) const NETWORK: &str = "Network";
}

/// Marks an argument that takes the name of a release. clap has no hint for names that only the program knows; the hint
/// for host names means nothing else here, and completion scripts are completed by it.
pub(in crate::cli) const RELEASE: ValueHint = ValueHint::Hostname;

/// Options of every command.
#[derive(Debug, Args)]
pub(in crate::cli) struct Global {
    /// Print only errors to stderr
    ///
    /// Notes, warnings and progress are left out, but not what could not be read. Reports and exit codes stay the same.
    #[arg(long, short, global = true, hide_short_help = true, help_heading = heading::GLOBAL)]
    pub(in crate::cli) quiet: bool,

    /// Use colors in text and messages
    ///
    /// The default is to use them on a terminal, unless NO_COLOR is set.
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = heading::GLOBAL
    )]
    pub(in crate::cli) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Color {
    Auto,
    Always,
    Never,
}

/// The catalogs of releases and code sets.
#[derive(Debug, Args)]
pub(in crate::cli) struct CatalogOptions {
    /// Add the releases and code sets of your own catalog [env: CODESET_CATALOG]
    ///
    /// A catalog is a TOML file with addresses and checksums of releases, and descriptions of code sets that are not built
    /// in. This option can be given more than once.
    #[arg(
        long,
        value_name = "FILE",
        action = ArgAction::Append,
        hide_short_help = true,
        help_heading = heading::RELEASES
    )]
    pub(in crate::cli) catalog: Vec<PathBuf>,
}

/// Where releases are kept.
#[derive(Debug, Args)]
pub(in crate::cli) struct StoreOptions {
    /// Use the store in DIR [env: CODESET_STORE]
    ///
    /// The store is the folder in which fetched and added releases are kept. The default is inside the platform's data
    /// folder; run codeset store path to print it.
    #[arg(long, value_name = "DIR", hide_short_help = true, help_heading = heading::RELEASES)]
    pub(in crate::cli) store: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) catalogs: CatalogOptions,
}

/// Whether releases are those of the lock.
#[derive(Debug, Args)]
pub(in crate::cli) struct LockOption {
    /// Use only releases that codeset.lock lists, with exactly those files
    ///
    /// The lock is the file codeset.lock in the current folder; codeset lock writes it.
    #[arg(long, hide_short_help = true, help_heading = heading::RELEASES)]
    pub(in crate::cli) locked: bool,
}

/// The code set of the releases.
#[derive(Debug, Args)]
pub(in crate::cli) struct SetOption {
    /// Read releases as this code set
    ///
    /// Needed only if their content does not show it, and for your own tables (--set table). Run codeset sets to list
    /// the code sets.
    #[arg(
        long,
        value_name = "SET",
        value_parser = SetParser,
        hide_short_help = true,
        help_heading = heading::RELEASES
    )]
    pub(in crate::cli) set: Option<String>,
}

/// How releases are found and read.
#[derive(Debug, Args)]
pub(in crate::cli) struct ReleaseOptions {
    #[command(flatten)]
    pub(in crate::cli) set: SetOption,
    /// Read a release as this edition, such as 2026 or 2026-04
    ///
    /// Needed only if neither its name nor its content shows it. Give it once for each release, in their order.
    #[arg(
        long,
        value_name = "EDITION",
        action = ArgAction::Append,
        hide_short_help = true,
        help_heading = heading::RELEASES
    )]
    pub(in crate::cli) edition: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) lock: LockOption,
    #[command(flatten)]
    pub(in crate::cli) store: StoreOptions,
}

/// How OLD and NEW are found and read.
#[derive(Debug, Args)]
pub(in crate::cli) struct PairOptions {
    #[command(flatten)]
    pub(in crate::cli) releases: ReleaseOptions,
    /// Compare even if OLD is newer than NEW
    ///
    /// Without this, it is an error, because the two were probably swapped.
    #[arg(long, hide_short_help = true, help_heading = heading::RELEASES)]
    pub(in crate::cli) backward: bool,
}

/// Whether licensed texts are shown.
#[derive(Debug, Args)]
pub(in crate::cli) struct LicenseOption {
    /// Include descriptions that need a license (CPT, CDT)
    ///
    /// Without this, they are left out. Your license determines who may see the result.
    #[arg(long, hide_short_help = true, help_heading = heading::OUTPUT)]
    pub(in crate::cli) with_licensed_text: bool,
}

/// The column of codes, where all tables of the user's own have the same.
#[derive(Debug, Args)]
pub(in crate::cli) struct ColumnOption {
    /// Read codes from this column of your own tables
    ///
    /// A heading, a letter such as C, or a number. Needed only if the column is not recognized by its heading or its
    /// values.
    #[arg(long, alias = "key", value_name = "COLUMN", help_heading = heading::INPUT)]
    pub(in crate::cli) code_column: Option<String>,
}

/// The column of codes of releases, where another option names that of the user's files.
#[derive(Debug, Args)]
pub(in crate::cli) struct ReleaseColumnOption {
    /// Read codes from this column of OLD and NEW, if they are your own tables (--set table)
    ///
    /// A heading, a letter such as C, or a number. Needed only if the column is not recognized by its heading or its
    /// values.
    #[arg(
        long,
        alias = "key",
        value_name = "COLUMN",
        hide_short_help = true,
        help_heading = heading::RELEASES
    )]
    pub(in crate::cli) release_column: Option<String>,
}

/// Where conversion tables are.
#[derive(Debug, Args)]
pub(in crate::cli) struct MapArgs {
    /// Read the publisher's conversion table from FILE
    ///
    /// FILE is a workbook, a CSV, or an archive that contains one. Needed only if NEW does not include the table;
    /// releases in the store do. This option can be given more than once.
    #[arg(
        long,
        value_name = "FILE",
        action = ArgAction::Append,
        help_heading = heading::REPLACEMENTS
    )]
    pub(in crate::cli) map: Vec<PathBuf>,
}

/// Where conversion tables and decisions are.
#[derive(Debug, Args)]
pub(in crate::cli) struct ReplacementArgs {
    #[command(flatten)]
    pub(in crate::cli) table: MapArgs,
    /// Read your decisions from FILE, with the columns source, target, status
    ///
    /// FILE is a workbook or CSV. The worklists of crosswalk, impact and migrate have these columns: fill in the
    /// status (accept, reject, choose or ask) and pass the file back. Decisions that contradict each other are listed
    /// and ignored. This option can be given more than once.
    #[arg(
        long,
        value_name = "FILE",
        action = ArgAction::Append,
        help_heading = heading::REPLACEMENTS
    )]
    pub(in crate::cli) decisions: Vec<PathBuf>,
}

impl ReplacementArgs {
    /// Returns all of the files: what each one is shows when it is read.
    pub(in crate::cli) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.table.map.iter().chain(&self.decisions)
    }
}

/// Which editions lie between OLD and NEW.
#[derive(Debug, Args)]
pub(in crate::cli) struct ViaArgs {
    /// Follow codes through this edition between OLD and NEW
    ///
    /// This also covers codes that were added and deleted in between. This option can be given more than once, in any
    /// order.
    #[arg(
        long,
        value_name = "RELEASE",
        value_hint = RELEASE,
        action = ArgAction::Append,
        help_heading = heading::REPLACEMENTS
    )]
    pub(in crate::cli) via: Vec<PathBuf>,
}

/// The id of a set. Help names the built-in ones; which others there are is known once the catalogs are read.
#[derive(Clone)]
pub(in crate::cli) struct SetParser;

impl TypedValueParser for SetParser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(crate::model::sets::ALL.iter().map(|set| PossibleValue::new(set.id))))
    }
}
