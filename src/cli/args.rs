//! Arguments and their help texts.

#[cfg(feature = "adbc")]
mod adbc;
mod check;
mod compare;
mod earlier;
mod files;
mod help;
mod learn;
mod options;
mod other;
mod output;
mod prepare;
mod project;
mod releases;
mod values;

use std::ffi::OsString;

use clap::{FromArgMatches, Parser, Subcommand};

#[cfg(feature = "adbc")]
pub(super) use adbc::AdbcQueryArgs;
pub(super) use check::{ApplyArgs, CodeMapArgs, EvaluateArgs, VerifyArgs};
pub(super) use compare::{
    CrosswalkArgs, DiffArgs, GuidelinesArgs, HistoryArgs, ImpactArgs, LookupArgs, UsageArgs, UsageQueryOption,
};
pub(super) use files::{
    JournalArgs, MigrateArgs, MigrateCommand, MigrateFilesArgs, MigrateSqlArgs, QueriedTableArgs, ScanArgs,
    TableArgs, UsageSqlArgs,
};
pub(super) use help::command;
pub(super) use learn::{DemoArgs, SetsArgs, TeachArgs};
pub(super) use options::{
    CatalogOptions, Color, ColumnOption, LicenseOption, PairOptions, RELEASE, ReleaseColumnOption,
    ReleaseOptions, StoreOptions,
};
pub(super) use other::{CompletionsArgs, ManArgs, SchemaArgs};
pub(super) use output::{Formats, OutputArgs};
pub(super) use prepare::PrepareArgs;
pub(super) use project::InitArgs;
#[cfg(feature = "fetch")]
pub(super) use releases::NetworkArgs;
pub(super) use releases::{AddArgs, FetchArgs, ListArgs, LockArgs, StoreArgs, StoreCommand};
pub(super) use values::{Include, PropertyGroup};

use options::Global;

/// Compare releases of medical code sets: what changed, what replaces what, and what it means for the codes you use
///
/// OLD and NEW are files, folders or zip archives as the publishers ship them, or names of releases that codeset fetch has
/// downloaded, such as icd10cm@2026. Files are recognized by their content. Nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(
    name = "codeset",
    version,
    propagate_version = true,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "Examples:\n  \
        codeset fetch icd10cm@2025 icd10cm@2026\n  \
        codeset diff icd10cm@2025 icd10cm@2026\n  \
        codeset impact icd10cm@2025 icd10cm@2026 --usage our-codes.csv\n  \
        codeset demo\n\n\
        codeset COMMAND -h prints a summary of a command, --help everything."
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,

    #[command(flatten)]
    pub(super) global: Global,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Init(InitArgs),
    Prepare(PrepareArgs),
    Diff(DiffArgs),
    Impact(ImpactArgs),
    Crosswalk(CrosswalkArgs),
    History(HistoryArgs),
    Guidelines(GuidelinesArgs),
    Lookup(LookupArgs),
    Scan(ScanArgs),
    Migrate(Box<MigrateArgs>),
    UsageSql(UsageSqlArgs),
    Fetch(FetchArgs),
    Add(AddArgs),
    List(ListArgs),
    Lock(LockArgs),
    Store(StoreArgs),
    Verify(VerifyArgs),
    Apply(ApplyArgs),
    Evaluate(EvaluateArgs),
    Map(CodeMapArgs),
    Teach(TeachArgs),
    Demo(DemoArgs),
    Sets(SetsArgs),
    Schema(SchemaArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
    #[cfg(feature = "adbc")]
    #[command(hide = true)]
    AdbcQuery(AdbcQueryArgs),
}

/// The parsed command line.
pub(super) struct Parsed {
    /// The arguments.
    pub(super) cli: Cli,
    /// Deprecated forms that were rewritten.
    pub(super) warnings: Vec<String>,
}

/// Parses the arguments of the program.
///
/// # Errors
///
/// If they are not arguments of the program; help and the version are such errors as well, which go to stdout.
pub(super) fn parse(
    args: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<Parsed, clap::Error> {
    let mut command = command();
    let args = args.into_iter().map(Into::into).collect();
    let typed = earlier::as_now(args, &command);
    let matches = command.try_get_matches_from_mut(typed.args)?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    Ok(Parsed { cli, warnings: typed.warnings })
}
