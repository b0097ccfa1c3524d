//! Arguments of the commands that check releases, conversion tables and maps.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::options::{ColumnOption, LicenseOption, MapArgs, PairOptions, RELEASE, ReleaseOptions, heading};
use super::output::OutputArgs;
use crate::model::Classification;

/// Check a difference against the publisher's addenda
///
/// Compares line by line and total by total. Exits with 1 if they disagree, and with 2 if there are no addenda that start
/// from OLD.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset verify icd10cm@2025 icd10cm@2026\n  \
    codeset verify icd10cm-order-2025.txt icd10cm-order-2026.txt \\\n      --addenda icd10cm-order-addenda-2026.txt")]
pub(in crate::cli) struct VerifyArgs {
    /// The older release: a name such as icd10cm@2025, or a file, folder or zip archive
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) old: PathBuf,
    /// The newer release
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) new: PathBuf,
    /// Compare with the addenda in FILE instead of those in NEW
    #[arg(long, value_name = "FILE", help_heading = heading::INPUT)]
    pub(in crate::cli) addenda: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) pair: PairOptions,
}

/// Apply the publisher's addenda to a release
///
/// Writes the new order file. Addenda do not give the position of a new row in tabular order. New rows are placed by rule:
/// after the greatest smaller row with the same parent, and everything below it. The number of rows placed is printed to
/// stderr.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  codeset apply icd10cm-order-2025.txt icd10cm-order-addenda-2026.txt -o icd10cm-order-2026.txt"
)]
pub(in crate::cli) struct ApplyArgs {
    /// The release that the addenda start from
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) old: PathBuf,
    /// The addenda, or the archive that contains them
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) addenda: PathBuf,
    /// Write to FILE instead of standard output
    ///
    /// The file appears as a whole or not at all, and an input is never overwritten. `-` is standard output.
    #[arg(long, short, value_name = "FILE", help_heading = heading::OUTPUT)]
    pub(in crate::cli) output: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) reading: ReleaseOptions,
}

/// Measure the suggestions of crosswalk against the official table
///
/// Ignores the conversion table, derives suggestions from the releases alone for every code that lost validity, and
/// compares them with the table, or with the replacements that discontinued HCPCS codes name. Prints precision, recall
/// and the share of complete lists by kind of evidence. Results for one pair of releases do not predict those for the
/// next.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset evaluate icd10cm@2025 icd10cm@2026\n  \
    codeset evaluate fy2016.zip fy2026.zip --map conversion-table.xlsx")]
pub(in crate::cli) struct EvaluateArgs {
    /// The older release: a name such as icd10cm@2025, or a file, folder or zip archive
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) old: PathBuf,
    /// The newer release
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) new: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) map: MapArgs,
    #[command(flatten)]
    pub(in crate::cli) column: ColumnOption,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    #[command(flatten)]
    pub(in crate::cli) pair: PairOptions,
}

/// Map codes to another code set: GEMs, ICD-10 to ICD-11
///
/// Reads the GEMs between ICD-9 and ICD-10, and the WHO's maps between ICD-10 and ICD-11. Without a code, describes
/// the file and prints its counts; as CSV or JSON, prints every mapping. With codes, prints the alternatives for each,
/// with their flags in words. Only mappings that the file marks as exact are automatic.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset map 2018-ICD-10-CM-General-Equivalence-Mappings.zip\n  \
    codeset map 2018_I9gem.txt 250.00 V12.89 --in icd10cm@2026\n  \
    codeset map 10To11MapToOneCategory.txt --codes problem-list.csv -o icd11.xlsx\n  \
    codeset map 10To11MapToOneCategory.txt 1A00 --reverse\n  \
    codeset map 2018_I10gem.txt -o gem.csv")]
pub(in crate::cli) struct CodeMapArgs {
    /// The map, or a folder or archive with several
    ///
    /// Every map that contains a code is used.
    pub(in crate::cli) file: PathBuf,
    /// Map only these codes, with or without dots
    #[arg(value_name = "CODE")]
    pub(in crate::cli) codes: Vec<String>,
    /// Map the codes in FILE, with a row for each
    ///
    /// FILE has one code a line, or is a table with a column of codes. This option can be given more than once.
    #[arg(
        long = "codes",
        value_name = "FILE",
        action = ArgAction::Append,
        help_heading = heading::INPUT
    )]
    pub(in crate::cli) code_files: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) column: ColumnOption,
    /// Describe the codes by these releases, and mark those that are not billable there
    #[arg(
        long = "in",
        value_name = "RELEASE",
        value_hint = RELEASE,
        num_args = 1..,
        help_heading = heading::INPUT
    )]
    pub(in crate::cli) releases: Vec<PathBuf>,
    /// Map from this code set, if FILE has maps from several
    #[arg(long, value_name = "SET", help_heading = heading::SELECTION)]
    pub(in crate::cli) from: Option<Classification>,
    /// Map from target to source, using the same rows
    #[arg(long, help_heading = heading::SELECTION)]
    pub(in crate::cli) reverse: bool,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) reading: ReleaseOptions,
}
