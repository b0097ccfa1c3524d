//! Arguments of the commands that compare releases and report what the changes mean.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::options::{
    ColumnOption, LicenseOption, PairOptions, RELEASE, ReleaseColumnOption, ReleaseOptions, ReplacementArgs,
    ViaArgs, heading,
};
use super::output::{Changes, Impacts, Mappings, OutputArgs};
use super::values::{PropertyGroup, SplitBy};
use crate::diff::Kind;
use crate::impact::Basis;

/// Compare two releases
///
/// Counts codes added, deleted and revised as the publishers count them, and lists every change. If NEW includes addenda that
/// start from OLD, the difference is verified against them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset diff icd10cm@2025 icd10cm@2026\n  \
    codeset diff fy2025.zip fy2026.zip -o changes.xlsx\n  \
    codeset diff fy2025.zip fy2026.zip --only removed,demoted --fail-on removed,demoted")]
pub(in crate::cli) struct DiffArgs {
    /// The older release: a name such as icd10cm@2025, or a file, folder or zip archive
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) old: PathBuf,
    /// The newer release
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) new: PathBuf,
    /// List only these kinds of change
    ///
    /// The counts still include all changes.
    #[arg(long, value_name = "KIND,..", value_delimiter = ',', help_heading = heading::SELECTION)]
    pub(in crate::cli) only: Vec<Kind>,
    /// List only the codes in FILE, and all codes below them
    ///
    /// Codes, wildcards (E11.*) and ranges (I20-I25), one or several a line, or a column of a table or workbook.
    #[arg(long, value_name = "FILE", help_heading = heading::SELECTION)]
    pub(in crate::cli) codes: Option<PathBuf>,
    /// Also compare these groups of attributes, which are left out by default
    ///
    /// `all` is all of them. codeset sets lists the groups of each code set.
    #[arg(
        long,
        value_name = "GROUP,..",
        value_delimiter = ',',
        hide_possible_values = true,
        help_heading = heading::SELECTION
    )]
    pub(in crate::cli) show: Vec<PropertyGroup>,
    /// Leave out these groups of attributes
    ///
    /// `all` is all of them. codeset sets lists the groups of each code set.
    #[arg(
        long,
        value_name = "GROUP,..",
        value_delimiter = ',',
        hide_possible_values = true,
        help_heading = heading::SELECTION
    )]
    pub(in crate::cli) hide: Vec<PropertyGroup>,
    /// Compare your own table with NEW
    ///
    /// Lists which of its codes are no longer billable, which new codes it lacks, and which of its descriptions are out of
    /// date.
    #[arg(long, value_name = "FILE", help_heading = heading::INPUT)]
    pub(in crate::cli) ours: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) column: ColumnOption,
    /// Exit with 1 if there is a change of these kinds, even if it is not listed
    ///
    /// The kinds are those of --only.
    #[arg(
        long,
        value_name = "KIND,..",
        value_delimiter = ',',
        hide_possible_values = true,
        help_heading = heading::OUTPUT
    )]
    pub(in crate::cli) fail_on: Vec<Kind>,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs<Changes>,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) pair: PairOptions,
}

/// Show what changed in the Official Guidelines, section by section
///
/// Reads two editions of the ICD-10-CM Official Guidelines for Coding and Reporting, as published in PDF. Shows the sections
/// that are new, deleted, changed (word by word), retitled and renumbered, the codes that they name, and whether the publisher
/// marked the change, if NEW marks its changes against OLD.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset guidelines guidelines-2025.pdf guidelines-2026.pdf\n  \
    codeset guidelines icd10cm@2025-04 icd10cm@2026 -o guidelines.html\n  \
    codeset guidelines icd10cm@2025-04 icd10cm@2026 --usage our-codes.csv -o guidelines.xlsx")]
pub(in crate::cli) struct GuidelinesArgs {
    /// The older edition: a PDF, or the name of a release to which it was added, such as icd10cm@2025
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) old: PathBuf,
    /// The newer edition
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) new: PathBuf,
    /// List only sections that name codes in FILE
    ///
    /// Codes, wildcards (E11.*) and ranges (I20-I25), one or several a line, or a column of a table or workbook.
    #[arg(long, value_name = "FILE", help_heading = heading::SELECTION)]
    pub(in crate::cli) codes: Option<PathBuf>,
    /// Show how many lines of these files use codes that a section names
    ///
    /// The files are those of codeset impact --usage.
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = heading::INPUT)]
    pub(in crate::cli) usage: Vec<PathBuf>,
    /// Read --codes and --usage by the codes of this release
    ///
    /// Without it, NEW is used, if it is the name of a release.
    #[arg(long = "in", value_name = "RELEASE", value_hint = RELEASE, help_heading = heading::INPUT)]
    pub(in crate::cli) release: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) reading: UsageArgs,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    #[command(flatten)]
    pub(in crate::cli) pair: PairOptions,
}

/// Show what a code is
///
/// Shows whether the code is billable, its descriptions, its attributes, and the codes above and below it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset lookup E11.9 B88.0 --in icd10cm@2025 icd10cm@2026\n  \
    codeset lookup B88.0 --on 2025-09-30 --set icd10cm")]
pub(in crate::cli) struct LookupArgs {
    /// Codes, with or without dots
    #[arg(required = true, value_name = "CODE")]
    pub(in crate::cli) codes: Vec<String>,
    /// Look in these releases
    #[arg(
        long = "in",
        required_unless_present = "on",
        value_name = "RELEASE",
        value_hint = RELEASE,
        num_args = 1..,
        help_heading = heading::INPUT
    )]
    pub(in crate::cli) releases: Vec<PathBuf>,
    /// Look in the release in force on this day, such as 2026-03-31
    ///
    /// It is looked up among the releases of --in, or without --in among those in the store.
    #[arg(long, value_name = "DATE", help_heading = heading::INPUT)]
    pub(in crate::cli) on: Option<String>,
    /// Show the sections of the Official Guidelines that name the code
    ///
    /// FILE is an edition in PDF. Without it, the edition that was added to a release of --in is used.
    #[arg(long, value_name = "FILE", help_heading = heading::INPUT)]
    pub(in crate::cli) guidelines: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) column: ColumnOption,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) reading: ReleaseOptions,
}

/// Show what happened to a code, release by release
///
/// Shows in which releases the code was added, revised, turned into a header, or deleted.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  codeset history B88.0 --in icd10cm@2024 icd10cm@2025 icd10cm@2026")]
pub(in crate::cli) struct HistoryArgs {
    /// Codes, with or without dots
    #[arg(required = true, value_name = "CODE")]
    pub(in crate::cli) codes: Vec<String>,
    /// Follow the codes through these releases
    ///
    /// They are sorted by effective date, or kept in this order if a date is unknown.
    #[arg(
        long = "in",
        required = true,
        value_name = "RELEASE",
        value_hint = RELEASE,
        num_args = 1..,
        help_heading = heading::INPUT
    )]
    pub(in crate::cli) releases: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) column: ColumnOption,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) reading: ReleaseOptions,
}

/// Find replacements for codes that are no longer valid
///
/// Official replacements come from the publisher's conversion table. Everything else is marked as a suggestion. A code
/// may have no replacement.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset crosswalk icd10cm@2025 icd10cm@2026\n  \
    codeset crosswalk icd10cm@2025 icd10cm@2026 B88.0 G35\n  \
    codeset crosswalk icd10cm@2025 icd10cm@2026 --usage our-codes.csv -o to-decide.xlsx\n  \
    codeset crosswalk fy2025.zip fy2026.zip --map table.xlsx --decisions decided.xlsx -o map.sql\n  \
    codeset crosswalk icd10cm@2025 icd10cm@2026 --reverse -o before.csv")]
pub(in crate::cli) struct CrosswalkArgs {
    /// The older release: a name such as icd10cm@2025, or a file, folder or zip archive
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) old: PathBuf,
    /// The newer release
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) new: PathBuf,
    /// List only these codes, whether or not they changed
    #[arg(value_name = "CODE")]
    pub(in crate::cli) codes: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) replacements: ReplacementArgs,
    #[command(flatten)]
    pub(in crate::cli) via: ViaArgs,
    /// Find predecessors instead: the codes used before the codes of NEW
    #[arg(long, help_heading = heading::REPLACEMENTS)]
    pub(in crate::cli) reverse: bool,
    /// List only the codes in FILE, and all codes below them
    ///
    /// Codes, wildcards (E11.*) and ranges (I20-I25), one or several a line, or a column of a table or workbook.
    #[arg(
        long = "codes",
        value_name = "FILE",
        conflicts_with = "codes",
        help_heading = heading::SELECTION
    )]
    pub(in crate::cli) list: Option<PathBuf>,
    /// List only codes that these files use, with their lines, amounts and owners
    ///
    /// The files are those of codeset impact --usage.
    #[arg(
        long,
        value_name = "FILE",
        num_args = 1..,
        conflicts_with_all = ["codes", "reverse"],
        help_heading = heading::SELECTION
    )]
    pub(in crate::cli) usage: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) reading: UsageArgs,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs<Mappings>,
    /// Use this canonical URL in a FHIR ConceptMap
    ///
    /// Without it, the URL is a URN computed from the content. Only for --format fhir-r4 and fhir-r5.
    #[arg(long, value_name = "URL", help_heading = heading::OUTPUT)]
    pub(in crate::cli) url: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) column: ReleaseColumnOption,
    #[command(flatten)]
    pub(in crate::cli) pair: PairOptions,
}

/// Report what the changes mean for the codes you use
///
/// Usage files are tables (CSV, TSV, workbooks), claims and remittances (X12 837 and 835, CMS RIF), FHIR resources and HL7 v2
/// messages, also compressed with gzip. How each file was read is printed to stderr. Only codes, counts, owners and sums of
/// amounts are kept: nothing else of a usage file reaches any output. Lines with a date are judged by the edition in force
/// on that day.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset impact icd10cm@2025 icd10cm@2026 --usage our-codes.csv -o impact.html\n  \
    codeset impact icd10cm@2025 icd10cm@2026 --usage claims.837 messages.hl7 export.ndjson.gz\n  \
    codeset impact icd10cm@2016 icd10cm@2026 --usage diagnoses.csv --where icd_version=10\n  \
    codeset impact icd10cm@2025 icd10cm@2026 --usage our-codes.csv \\\n      \
    --attribute POA poa25.zip poa26.zip --attribute HCC hcc25.csv#V28 hcc26.csv#V28\n  \
    codeset impact icd10cm@2025 icd10cm@2026 --usage our-codes.csv --suppress-below 11 \\\n      \
    --split-by owner --format xlsx -o departments"
)]
pub(in crate::cli) struct ImpactArgs {
    /// The older release: a name such as icd10cm@2025, or a file, folder or zip archive
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) old: PathBuf,
    /// The newer release
    #[arg(value_hint = RELEASE)]
    pub(in crate::cli) new: PathBuf,
    /// Read the codes you use from these files
    ///
    /// They are CSV, TSV, XLSX, Parquet, JSON Lines, X12 837 and 835, FHIR JSON and NDJSON, HL7 v2, CMS RIF, packed with gzip or not;
    /// folders of them; patterns such as lists/*.csv; `-` is standard input; adbc:PROFILE is the result of --usage-query.
    #[arg(long, required = true, value_name = "FILE", num_args = 1.., help_heading = heading::INPUT)]
    pub(in crate::cli) usage: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) replacements: ReplacementArgs,
    #[command(flatten)]
    pub(in crate::cli) via: ViaArgs,
    #[command(flatten)]
    pub(in crate::cli) reading: UsageArgs,
    /// Compare an attribute of codes in two files
    ///
    /// The attribute of each code and its replacements is shown before and after. The files are POA exempt lists, IPPS
    /// tables 6I and 6J, CMS-HCC, CCSR, releases that have an attribute NAME, or any tables. FILE#NAME selects a
    /// column or a model. This option can be given more than once.
    #[arg(
        long,
        value_names = ["NAME", "OLDFILE", "NEWFILE"],
        num_args = 3,
        action = ArgAction::Append,
        help_heading = heading::INPUT
    )]
    pub(in crate::cli) attribute: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs<Impacts>,
    /// Write a report for each owner, and an index, into the folder given by -o
    #[arg(long, value_name = "WHAT", requires = "output", help_heading = heading::OUTPUT)]
    pub(in crate::cli) split_by: Option<SplitBy>,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) column: ReleaseColumnOption,
    #[command(flatten)]
    pub(in crate::cli) pair: PairOptions,
}

/// How files of codes in use are read.
#[derive(Debug, Args)]
pub(in crate::cli) struct UsageArgs {
    #[command(flatten)]
    pub(in crate::cli) query: UsageQueryOption,
    /// Read codes from this column of your files: a heading, a letter or a number
    #[arg(long, value_name = "COLUMN", help_heading = heading::INPUT)]
    pub(in crate::cli) code_column: Option<String>,
    /// Read line counts from this column
    #[arg(long, value_name = "COLUMN", help_heading = heading::INPUT)]
    pub(in crate::cli) count_column: Option<String>,
    /// Read owners from this column: a department, a clinic, a payer
    #[arg(long, value_name = "COLUMN", help_heading = heading::INPUT)]
    pub(in crate::cli) owner_column: Option<String>,
    /// Read amounts from this column: charges, payments
    #[arg(long, value_name = "COLUMN", help_heading = heading::INPUT)]
    pub(in crate::cli) amount_column: Option<String>,
    /// Read days from this column: of service, of discharge
    #[arg(long, value_name = "COLUMN", help_heading = heading::INPUT)]
    pub(in crate::cli) date_column: Option<String>,
    /// Count amounts once for each claim, account or encounter in this column
    #[arg(long, value_name = "COLUMN", help_heading = heading::INPUT)]
    pub(in crate::cli) claim_column: Option<String>,
    /// Judge each line by this date
    #[arg(long, value_name = "DAY", default_value = "usual", help_heading = heading::INPUT)]
    pub(in crate::cli) basis: Basis,
    /// Count only rows with this value in a column
    #[arg(
        long = "where",
        value_name = "HEADING=VALUE",
        action = ArgAction::Append,
        help_heading = heading::SELECTION
    )]
    pub(in crate::cli) only: Vec<String>,
    /// Hide line counts below N, and everything that would reveal them
    ///
    /// Applies to every format. Hidden lines are not included in any sum.
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(2..),
        help_heading = heading::OUTPUT
    )]
    pub(in crate::cli) suppress_below: Option<u64>,
}

/// The query that databases run.
#[derive(Debug, Args)]
pub(in crate::cli) struct UsageQueryOption {
    /// Run this query of codeset usage-sql in the database of --usage adbc:PROFILE
    ///
    /// PROFILE is a connection profile of ADBC, which names the driver and the database. Only the result of the query, which
    /// is counts, leaves the database.
    #[arg(long, value_name = "FILE", requires = "usage", help_heading = heading::INPUT)]
    pub(in crate::cli) usage_query: Option<PathBuf>,
}
