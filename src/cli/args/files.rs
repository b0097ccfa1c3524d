//! Arguments of the commands that find codes in files and change them.

use std::path::PathBuf;

use clap::{ArgAction, Args, Subcommand};

use super::options::{
    LicenseOption, PairOptions, RELEASE, ReleaseColumnOption, ReplacementArgs, ViaArgs, heading,
};
use super::output::{Findings, OutputArgs};
use super::values::Include;
use crate::interchange::QueryDialect;
use crate::migrate::{Dialect, Mode};
use crate::scan::FindingKind;

/// Find outdated codes in your files
///
/// Finds codes that are no longer billable, and lists that lack new ones. PATHs are files or folders: tables, workbooks, JSON
/// (also FHIR), YAML, TOML, XML, HTML, SQL, databases, programs, texts, slides. Files matched by .gitignore and
/// .codesetignore are skipped. Columns, keys and lists that hold codes are found by their names and by all of their values,
/// never by the shape of one word. Category headers that a list keeps on purpose are not reported; nor is a line marked
/// codeset:ignore, or the line after codeset:ignore-next-line. Nothing is changed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset scan icd10cm@2025 icd10cm@2026 lists/ -o codes.html\n  \
    codeset scan icd10cm@2025 icd10cm@2026 . --format sarif -o codes.sarif\n  \
    codeset scan icd10cm@2025 icd10cm@2026 . --baseline codes.json --fail-on dead,ended")]
pub(in crate::cli) struct ScanArgs {
    /// The older release: a name such as icd10cm@2025, or a file, folder or zip archive
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) old: PathBuf,
    /// The newer release
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) new: PathBuf,
    /// Files and folders to scan; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) reading: FileArgs,
    /// Judge the files as of this day, even if NEW is not in force by then
    ///
    /// Codes that are not valid yet on that day are reported as well.
    #[arg(long, value_name = "DATE", help_heading = heading::INPUT)]
    pub(in crate::cli) on: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) replacements: ReplacementArgs,
    #[command(flatten)]
    pub(in crate::cli) via: ViaArgs,
    /// List only these kinds of finding
    ///
    /// The counts still include all findings.
    #[arg(long, value_name = "KIND,..", value_delimiter = ',', help_heading = heading::SELECTION)]
    pub(in crate::cli) only: Vec<FindingKind>,
    /// Leave out the findings of an earlier scan
    ///
    /// FILE is its report as JSON.
    #[arg(long, value_name = "FILE", help_heading = heading::SELECTION)]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Exit with 1 if there is a finding of these kinds, even if it is not listed
    ///
    /// The kinds are those of --only. Findings in the baseline do not count.
    #[arg(
        long,
        value_name = "KIND,..",
        value_delimiter = ',',
        hide_possible_values = true,
        help_heading = heading::OUTPUT
    )]
    pub(in crate::cli) fail_on: Vec<FindingKind>,
    /// Show the full names of keys, sheets, tables and variables
    ///
    /// Without this, only the words in them that name code systems are shown.
    #[arg(long, help_heading = heading::OUTPUT)]
    pub(in crate::cli) show_names: bool,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs<Findings>,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) column: ReleaseColumnOption,
    #[command(flatten)]
    pub(in crate::cli) pair: PairOptions,
}

/// How files are read.
#[derive(Debug, Args)]
pub(in crate::cli) struct FileArgs {
    /// Read the values of this heading, key or name as codes
    ///
    /// Needed only if neither its name nor its values show that it contains codes. This option can be given more than
    /// once.
    #[arg(
        long,
        alias = "column",
        value_name = "NAME",
        action = ArgAction::Append,
        help_heading = heading::INPUT
    )]
    pub(in crate::cli) code_column: Vec<String>,
    /// Skip the deliberate exceptions listed in FILE
    ///
    /// FILE has one exception per line: PATTERN [KIND or CODE].., optionally followed by `#` and a reason.
    #[arg(long, value_name = "FILE", help_heading = heading::SELECTION)]
    pub(in crate::cli) exceptions: Option<PathBuf>,
}

/// Replace outdated codes in your tables and files
///
/// Codes with an automatic replacement, and those you decided on, are replaced; every other code becomes a row of a sheet to
/// fill in (--sheet) and pass back (--decisions). Without --in-place nothing is changed, and the difference is shown.
/// Everything that is not a code stays as is, byte for byte: formatting, quotes, line ends, encoding.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  codeset migrate icd10cm@2025 icd10cm@2026 lists/ --sheet open.xlsx\n  \
    codeset migrate icd10cm@2025 icd10cm@2026 lists/ --decisions open.xlsx --in-place\n  \
    codeset migrate undo .codeset-migrate/1\n  \
    codeset migrate sql icd10cm@2025 icd10cm@2026 --table billing.dx --dialect postgresql -o scripts"
)]
pub(in crate::cli) struct MigrateArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<MigrateCommand>,
    #[command(flatten)]
    pub(in crate::cli) files: MigrateFilesArgs,
}

/// Arguments for changing files. Subcommands do not use them, so required ones may be missing.
#[derive(Debug, Args)]
pub(in crate::cli) struct MigrateFilesArgs {
    /// The older release: a name such as icd10cm@2025, or a file, folder or zip archive
    #[arg(required = true, value_hint = RELEASE)]
    pub(in crate::cli) old: Option<PathBuf>,
    /// The newer release
    #[arg(required = true, value_hint = RELEASE)]
    pub(in crate::cli) new: Option<PathBuf>,
    /// Files and folders to change
    #[arg(required = true, value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) reading: FileArgs,
    #[command(flatten)]
    pub(in crate::cli) replacements: ReplacementArgs,
    #[command(flatten)]
    pub(in crate::cli) via: ViaArgs,
    /// Replace codes in their rows, or end the rows
    #[arg(long, value_name = "MODE", default_value = "replace", help_heading = heading::CHANGES)]
    pub(in crate::cli) mode: Mode,
    /// Also update revised descriptions of codes that stay
    #[arg(long, help_heading = heading::CHANGES)]
    pub(in crate::cli) descriptions: bool,
    /// Keep the description of a replaced code, even if it is exactly that of OLD
    #[arg(long, help_heading = heading::CHANGES)]
    pub(in crate::cli) keep_descriptions: bool,
    /// Also change rows of claims and encounters whose code was valid on their date
    #[arg(long, help_heading = heading::CHANGES)]
    pub(in crate::cli) past_rows: bool,
    /// Also change programs and running text
    ///
    /// Without this, they are left unchanged, and --sheet FILE writes a patch with proposals next to FILE.
    #[arg(long, value_name = "KIND,..", value_delimiter = ',', help_heading = heading::CHANGES)]
    pub(in crate::cli) include: Vec<Include>,
    /// Change the files, each as a whole
    ///
    /// A journal with the old contents is kept in .codeset-migrate; codeset migrate undo restores them.
    #[arg(long, help_heading = heading::CHANGES)]
    pub(in crate::cli) in_place: bool,
    /// Only show what would change, which is the default
    #[arg(long, conflicts_with = "in_place", help_heading = heading::CHANGES)]
    pub(in crate::cli) dry_run: bool,
    /// Keep journals in DIR instead of .codeset-migrate
    #[arg(long, value_name = "DIR", requires = "in_place", help_heading = heading::CHANGES)]
    pub(in crate::cli) journals: Option<PathBuf>,
    /// Write a sheet of the codes that need a decision
    ///
    /// A CSV or workbook, by the extension of FILE. Fill in the status, and pass it back with --decisions.
    #[arg(long, value_name = "FILE", help_heading = heading::OUTPUT)]
    pub(in crate::cli) sheet: Option<PathBuf>,
    /// Show only the changed cells, not the rest of their lines
    #[arg(long, help_heading = heading::OUTPUT)]
    pub(in crate::cli) redact: bool,
    /// Show the full names of keys, sheets, tables and variables
    ///
    /// Without this, only the words in them that name code systems are shown.
    #[arg(long, help_heading = heading::OUTPUT)]
    pub(in crate::cli) show_names: bool,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) column: ReleaseColumnOption,
    #[command(flatten)]
    pub(in crate::cli) pair: PairOptions,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum MigrateCommand {
    Sql(Box<MigrateSqlArgs>),
    /// Restore the files that a run changed
    ///
    /// A file that was changed since then is left unchanged and reported.
    #[command(after_help = "Example:\n  codeset migrate undo .codeset-migrate/1")]
    Undo(JournalArgs),
    /// Finish a run that was interrupted
    #[command(after_help = "Example:\n  codeset migrate resume .codeset-migrate/1")]
    Resume(JournalArgs),
    /// Delete a journal with its copies of your files
    ///
    /// The changes of that run can no longer be undone.
    #[command(after_help = "Example:\n  codeset migrate forget .codeset-migrate/1")]
    Forget(JournalArgs),
}

/// The journal of a run.
#[derive(Debug, Args)]
pub(in crate::cli) struct JournalArgs {
    /// The journal, a folder in .codeset-migrate
    #[arg(value_name = "JOURNAL")]
    pub(in crate::cli) journal: PathBuf,
}

/// Write SQL scripts that replace outdated codes in a table
///
/// The database is not opened. Writes five scripts into DIR: to preview, to make the change, to check it, to undo it,
/// and to check the undo. They stop at the first error without changing anything.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  codeset migrate sql icd10cm@2025 icd10cm@2026 --table billing.dx --dialect postgresql \\\n      \
    --mode end-date --first-day-column valid_from --last-day-column valid_to -o scripts"
)]
pub(in crate::cli) struct MigrateSqlArgs {
    /// The older release: a name such as icd10cm@2025, or a file, folder or zip archive
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) old: PathBuf,
    /// The newer release
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) new: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) table: TableArgs,
    #[command(flatten)]
    pub(in crate::cli) replacements: ReplacementArgs,
    #[command(flatten)]
    pub(in crate::cli) via: ViaArgs,
    /// Replace codes in their rows, or end the rows
    #[arg(long, value_name = "MODE", default_value = "replace", help_heading = heading::CHANGES)]
    pub(in crate::cli) mode: Mode,
    /// Write the scripts into the folder DIR, which is created if it does not exist
    #[arg(long, short, value_name = "DIR", help_heading = heading::OUTPUT)]
    pub(in crate::cli) output: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) column: ReleaseColumnOption,
    #[command(flatten)]
    pub(in crate::cli) pair: PairOptions,
}

/// A table of a database that is not opened here.
#[derive(Debug, Args)]
pub(in crate::cli) struct TableArgs {
    /// Write scripts for this table, such as billing.dx
    #[arg(long, value_name = "NAME", help_heading = heading::TABLE)]
    pub(in crate::cli) table: String,
    /// Write scripts in this dialect
    #[arg(long, alias = "sql", value_name = "DIALECT", help_heading = heading::TABLE)]
    pub(in crate::cli) dialect: Dialect,
    /// Replace codes in this column
    #[arg(long, value_name = "COLUMN", default_value = "code", help_heading = heading::TABLE)]
    pub(in crate::cli) code_column: String,
    /// Write codes without dots, as in the table
    #[arg(long, help_heading = heading::TABLE)]
    pub(in crate::cli) undotted: bool,
    /// Use this column of first days
    #[arg(long, value_name = "COLUMN", help_heading = heading::TABLE)]
    pub(in crate::cli) first_day_column: Option<String>,
    /// Use this column of last days
    #[arg(long, value_name = "COLUMN", help_heading = heading::TABLE)]
    pub(in crate::cli) last_day_column: Option<String>,
    /// Update descriptions in this column
    #[arg(long, value_name = "COLUMN", help_heading = heading::TABLE)]
    pub(in crate::cli) description_column: Option<String>,
    /// Change only rows with this value in the column of code sets
    #[arg(long, value_name = "COLUMN=VALUE", help_heading = heading::TABLE)]
    pub(in crate::cli) set_column: Option<String>,
    /// Distinguish rows of one code by these columns, such as an owner
    #[arg(
        long,
        value_name = "COLUMN,..",
        value_delimiter = ',',
        help_heading = heading::TABLE
    )]
    pub(in crate::cli) key_column: Vec<String>,
    /// Copy these other columns to new rows
    #[arg(
        long,
        value_name = "COLUMN,..",
        value_delimiter = ',',
        help_heading = heading::TABLE
    )]
    pub(in crate::cli) other_column: Vec<String>,
}

/// Write a query that counts the codes you use inside a database
///
/// The query counts lines by code, edition and owner, and only these counts leave the database. Any tool may run it: save
/// its result as CSV, TSV, JSON Lines or Parquet, and pass it to codeset impact with --usage, with the same OLD, NEW and --via.
/// The database is not opened here.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset usage-sql icd10cm@2025 icd10cm@2026 --dialect postgresql --table billing.claims \\\n      \
    --code-column dx1..dx25 --day-column discharge_date --owner-column department -o usage.sql\n  \
    psql --csv -f usage.sql -o used.csv\n  \
    codeset impact icd10cm@2025 icd10cm@2026 --usage used.csv -o impact.html"
)]
pub(in crate::cli) struct UsageSqlArgs {
    /// The older release: a name such as icd10cm@2025, or a file, folder or zip archive
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) old: PathBuf,
    /// The newer release
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) new: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) table: QueriedTableArgs,
    #[command(flatten)]
    pub(in crate::cli) via: ViaArgs,
    /// Keep groups with fewer than N lines in the database
    ///
    /// A code with such a group is shown with the sum of its lines only, or without a number if that is below N as well.
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(2..),
        help_heading = heading::OUTPUT
    )]
    pub(in crate::cli) suppress_below: Option<u64>,
    /// Write to FILE instead of standard output
    ///
    /// The file appears as a whole or not at all, and an input is never overwritten. `-` is standard output.
    #[arg(long, short, value_name = "FILE", help_heading = heading::OUTPUT)]
    pub(in crate::cli) output: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) column: ReleaseColumnOption,
    #[command(flatten)]
    pub(in crate::cli) pair: PairOptions,
}

/// A table of a database that a query reads.
#[derive(Debug, Args)]
pub(in crate::cli) struct QueriedTableArgs {
    /// Write the query for this table or view, such as billing.claims
    ///
    /// Names of tables and columns are put in quotes, so their case counts where quoted names keep it.
    #[arg(long, value_name = "NAME", help_heading = heading::TABLE)]
    pub(in crate::cli) table: String,
    /// Write the query for this database
    #[arg(long, alias = "sql", value_name = "DIALECT", help_heading = heading::TABLE)]
    pub(in crate::cli) dialect: QueryDialect,
    /// Count the codes in these columns
    ///
    /// dx1..dx25 means all columns from dx1 to dx25. Each of them counts as a line of its own.
    #[arg(
        long,
        value_name = "COLUMN,..",
        value_delimiter = ',',
        default_value = "code",
        help_heading = heading::TABLE
    )]
    pub(in crate::cli) code_column: Vec<String>,
    /// Read the code system of a row from this column
    #[arg(long, value_name = "COLUMN", help_heading = heading::TABLE)]
    pub(in crate::cli) system_column: Option<String>,
    /// Judge lines by the first of these columns that has a day
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',', help_heading = heading::TABLE)]
    pub(in crate::cli) day_column: Vec<String>,
    /// Count by this column of owners: a department, a clinic, a payer
    #[arg(long, value_name = "COLUMN", help_heading = heading::TABLE)]
    pub(in crate::cli) owner_column: Option<String>,
    /// Add up the amounts in this column: charges, payments
    #[arg(long, value_name = "COLUMN", help_heading = heading::TABLE)]
    pub(in crate::cli) amount_column: Option<String>,
    /// Count amounts once for each claim, account or encounter in this column, and count these
    #[arg(long, value_name = "COLUMN", help_heading = heading::TABLE)]
    pub(in crate::cli) account_column: Option<String>,
}
