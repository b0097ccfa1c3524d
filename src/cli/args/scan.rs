//! What is typed to find codes in files, and to change them.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{ArgAction, Args};

use super::{MapArgs, OutputArgs};
use crate::migrate::Dialect;
use crate::scan::FindingKind;

/// Find outdated codes in your files, and lists that lack new ones
///
/// PATHs are files or folders: tables, workbooks, JSON (also FHIR), YAML, TOML, XML, HTML, SQL, databases, programs, texts,
/// slides. Files matched by .gitignore and .codesetignore are skipped. Columns, keys and lists that hold codes of the set
/// are found by their names and by all of their values, never by the shape of one word. Category headers that a list keeps
/// on purpose are not reported; nor is a line marked codeset:ignore, or the line after codeset:ignore-next-line. Nothing is
/// changed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset scan fy2025.zip fy2026.zip lists/ --map conversion-table.xlsx\n  \
    codeset scan icd10cm@2025 icd10cm@2026 . --format sarif -o codes.sarif\n  \
    codeset scan icd10cm@2025 icd10cm@2026 . --baseline codes.json --fail-on dead,ended"
)]
pub(in crate::cli) struct ScanArgs {
    /// The older release
    pub(in crate::cli) old: PathBuf,
    /// The newer release
    pub(in crate::cli) new: PathBuf,
    /// Files and folders to scan; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) map: MapArgs,
    /// An edition between OLD and NEW: codes that were added and deleted in between are known
    #[arg(long, value_name = "RELEASE", action = ArgAction::Append)]
    pub(in crate::cli) via: Vec<PathBuf>,
    /// The day the files are for, if NEW is not in force yet then: codes that are not valid yet are reported as well
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) on: Option<String>,
    /// A heading, key or name whose values are codes of the set, whatever they look like
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub(in crate::cli) column: Vec<String>,
    /// Show keys, sheets, tables and variables by their whole names, not only by the words that name code systems
    #[arg(long)]
    pub(in crate::cli) show_names: bool,
    /// List only these kinds of finding; the counts stay those of all findings
    #[arg(long, value_name = "KIND,..", value_delimiter = ',', value_parser = PossibleValuesParser::new(kind_words()))]
    pub(in crate::cli) only: Vec<String>,
    /// Deliberate exceptions: a line each of PATTERN [KIND or CODE].. with `#` before a reason
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) exceptions: Option<PathBuf>,
    /// The JSON report of an earlier scan: what is in it is left out
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Exit with 1 if there is a finding of these kinds, listed or not, that is not in the baseline
    #[arg(long, value_name = "KIND,..", value_delimiter = ',', value_parser = PossibleValuesParser::new(kind_words()))]
    pub(in crate::cli) fail_on: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
}

fn kind_words() -> Vec<&'static str> {
    FindingKind::ALL.iter().map(|kind| kind.word()).collect()
}

/// Replace outdated codes in your tables and files
///
/// Codes with an automatic replacement, and those you decided on, are replaced; every other code becomes a row of a sheet to
/// fill in (--sheet) and return (--decisions). Without --in-place nothing is changed, and the difference is shown.
/// Everything that is not a code stays as is, byte for byte: formatting, quotes, line ends, encoding.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset migrate fy2025.zip fy2026.zip lists/ --map conversion-table.xlsx --sheet open.xlsx\n  \
    codeset migrate fy2025.zip fy2026.zip lists/ --map conversion-table.xlsx --decisions open.xlsx --in-place\n  \
    codeset migrate --undo .codeset-migrate/1\n  \
    codeset migrate fy2025.zip fy2026.zip --map conversion-table.xlsx --mode end-date --table billing.dx --sql postgresql \\\n      \
    --first-day-column valid_from --last-day-column valid_to -o scripts"
)]
pub(in crate::cli) struct MigrateArgs {
    /// The older release
    #[arg(required_unless_present_any = ["undo", "resume", "forget"])]
    pub(in crate::cli) old: Option<PathBuf>,
    /// The newer release
    #[arg(required_unless_present_any = ["undo", "resume", "forget"])]
    pub(in crate::cli) new: Option<PathBuf>,
    /// Files and folders to scan
    #[arg(required_unless_present_any = ["undo", "resume", "forget", "table"], value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) map: MapArgs,
    /// An edition between OLD and NEW: codes that were added and deleted in between are known
    #[arg(long, value_name = "RELEASE", action = ArgAction::Append)]
    pub(in crate::cli) via: Vec<PathBuf>,
    /// Deliberate exceptions, which stay as they are: a line each of PATTERN [KIND or CODE].. with `#` before a reason
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) exceptions: Option<PathBuf>,
    /// Your decisions: columns source, target, status; a code accepted for itself is added to the lists that lack it
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub(in crate::cli) decisions: Vec<PathBuf>,
    /// How a row with an outdated code is changed: replace its code, or end it and add a copy with the new code
    #[arg(long, value_name = "MODE", default_value = "replace", value_parser = ["replace", "end-date"])]
    pub(in crate::cli) mode: String,
    /// Also change revised descriptions of codes that stay
    #[arg(long)]
    pub(in crate::cli) descriptions: bool,
    /// Keep the description of a replaced code, even where it is exactly OLD's
    #[arg(long)]
    pub(in crate::cli) keep_descriptions: bool,
    /// Change rows of claims and encounters even where their code was right on their day
    #[arg(long)]
    pub(in crate::cli) past_rows: bool,
    /// Also change programs and running text; without this, --sheet FILE writes a patch with proposals next to FILE
    #[arg(long, value_name = "KIND,..", value_delimiter = ',', value_parser = ["programs", "text"])]
    pub(in crate::cli) include: Vec<String>,
    /// A heading, key or name whose values are codes of the set, whatever they look like
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub(in crate::cli) column: Vec<String>,
    /// Show keys, sheets, tables and variables by their whole names, not only by the words that name code systems
    #[arg(long)]
    pub(in crate::cli) show_names: bool,
    /// In differences and patches show the changed cells only, and not the rest of their lines
    #[arg(long)]
    pub(in crate::cli) redact: bool,
    /// Write what needs a decision to FILE, to be filled in: a table or workbook by its extension
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) sheet: Option<PathBuf>,
    /// Only show what would change; this is the default without --in-place
    #[arg(long, conflicts_with = "in_place")]
    pub(in crate::cli) dry_run: bool,
    /// Change the files, each as a whole, with a backup and a journal to undo it
    #[arg(long)]
    pub(in crate::cli) in_place: bool,
    /// The folder of backups and journals, instead of .codeset-migrate
    #[arg(long, value_name = "DIR", requires = "in_place")]
    pub(in crate::cli) journals: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) table: TableArgs,
    /// Restore the files of a journal
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["old", "resume"])]
    pub(in crate::cli) undo: Option<PathBuf>,
    /// Remove a journal with its copies of your files: its changes can no longer be undone
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["old", "undo", "resume"])]
    pub(in crate::cli) forget: Option<PathBuf>,
    /// Finish an interrupted run
    #[arg(long, value_name = "JOURNAL", conflicts_with = "old")]
    pub(in crate::cli) resume: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
}

/// A table of a database that is not opened here: scripts are written for it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Scripts for a database")]
pub(in crate::cli) struct TableArgs {
    /// A table of a database: five scripts for it are written into the folder of -o: look, change, check, undo, check again
    #[arg(long, value_name = "NAME", requires = "sql", conflicts_with = "paths")]
    pub(in crate::cli) table: Option<String>,
    /// The dialect of the scripts
    #[arg(long, value_name = "DIALECT", requires = "table", value_parser = PossibleValuesParser::new(dialect_words()))]
    pub(in crate::cli) sql: Option<String>,
    /// The column of codes
    #[arg(long, value_name = "COLUMN", default_value = "code")]
    pub(in crate::cli) code_column: String,
    /// Codes in the table have no dots
    #[arg(long)]
    pub(in crate::cli) undotted: bool,
    /// The column of first days
    #[arg(long, value_name = "COLUMN")]
    pub(in crate::cli) first_day_column: Option<String>,
    /// The column of last days
    #[arg(long, value_name = "COLUMN")]
    pub(in crate::cli) last_day_column: Option<String>,
    /// The column of descriptions
    #[arg(long, value_name = "COLUMN")]
    pub(in crate::cli) description_column: Option<String>,
    /// The column that holds the code set of a row, and its value for this set
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub(in crate::cli) set_column: Option<String>,
    /// Columns that distinguish rows of one code, such as an owner
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',')]
    pub(in crate::cli) key_column: Vec<String>,
    /// Other columns that a new row takes from the old one
    #[arg(long, value_name = "COLUMN,..", value_delimiter = ',')]
    pub(in crate::cli) other_column: Vec<String>,
}

fn dialect_words() -> Vec<&'static str> {
    Dialect::ALL.iter().map(|dialect| dialect.word()).collect()
}
