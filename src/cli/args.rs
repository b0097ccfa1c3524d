//! What is typed: arguments and their help texts.

mod scan;
mod store;

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::diff::Kind;
use crate::report::Format;

pub(super) use scan::{MigrateArgs, ScanArgs, TableArgs};
#[cfg(feature = "fetch")]
pub(super) use store::NetworkArgs;
pub(super) use store::{AddArgs, FetchArgs, ListArgs, LockArgs, StoreArgs, StoreCommand};

/// Compare releases of medical code sets: what changed, what replaces what, and what it means for the codes you use.
///
/// OLD and NEW are files, folders or zip archives as the publishers ship them, or names of releases that codeset fetch
/// has downloaded, such as icd10cm@2026. Files are recognized by their content. Nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(
    name = "codeset",
    version,
    propagate_version = true,
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "Examples:\n  \
        codeset fetch icd10cm@2025 icd10cm@2026\n  \
        codeset diff icd10cm@2025 icd10cm@2026\n  \
        codeset impact old.zip new.zip --map conversion-table.xlsx --usage our-codes.csv\n  \
        codeset demo\n\n\
        Exit codes: 0 success; 1 something matched --fail-on, or verify disagrees; 2 error;\n\
        3 success, but part of the input could not be read."
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,

    #[command(flatten)]
    pub(super) global: Global,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Print only errors to stderr
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub(super) quiet: bool,

    /// Colors in text output
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    pub(super) color: Color,

    /// The code set of the releases, where their content leaves it open
    #[arg(long, global = true, value_name = "SET", value_parser = SetParser, help_heading = "Global options")]
    pub(super) set: Option<String>,

    /// The edition of a release, such as 2026 or 2026-04: once for each release, in their order
    #[arg(long, global = true, value_name = "EDITION", action = ArgAction::Append, help_heading = "Global options")]
    pub(super) edition: Vec<String>,

    /// The column of codes in tables of your own, by its heading or number: --set table, --ours, --codes
    #[arg(long, global = true, value_name = "HEADING", help_heading = "Global options")]
    pub(super) key: Option<String>,

    /// Compare although OLD is newer than NEW
    #[arg(long, global = true, help_heading = "Global options")]
    pub(super) backward: bool,

    /// Let outputs show descriptions that need a license: CPT, CDT
    #[arg(long, global = true, help_heading = "Global options")]
    pub(super) with_licensed_text: bool,

    /// The folder of the store, instead of the platform's [env: CODESET_STORE]
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub(super) store: Option<PathBuf>,

    /// A catalog of your own, which adds releases and code sets to those built in; CODESET_CATALOG says the same
    #[arg(long, global = true, value_name = "FILE", action = ArgAction::Append, help_heading = "Global options")]
    pub(super) catalog: Vec<PathBuf>,

    /// Use releases exactly as codeset.lock in this folder lists them, and refuse all others
    #[arg(long, global = true, help_heading = "Global options")]
    pub(super) locked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Diff(DiffArgs),
    Verify(VerifyArgs),
    Apply(ApplyArgs),
    Lookup(LookupArgs),
    History(HistoryArgs),
    Crosswalk(CrosswalkArgs),
    Map(CodeMapArgs),
    Evaluate(EvaluateArgs),
    Impact(ImpactArgs),
    Scan(ScanArgs),
    Migrate(Box<MigrateArgs>),
    Fetch(FetchArgs),
    Add(AddArgs),
    List(ListArgs),
    Lock(LockArgs),
    Store(StoreArgs),
    Teach(TeachArgs),
    Sets(SetsArgs),
    Demo(DemoArgs),
    Schema(SchemaArgs),
    Completions(CompletionsArgs),
    Man,
}

/// The destination and format of a report.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// The format of the report [default: by the extension of FILE, else text]
    #[arg(long, short, value_name = "FORMAT")]
    pub(super) format: Option<Format>,

    /// Write to FILE, as a whole or not at all; `-` is stdout
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()).help(self.meaning()))
    }
}

/// Compare two releases, with the publishers' own counts
///
/// If NEW includes addenda that start from OLD, the difference is verified against them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset diff fy2025.zip fy2026.zip\n  \
    codeset diff fy2025.zip fy2026.zip --format csv -o changes.csv\n  \
    codeset diff fy2025.zip fy2026.zip --only removed,demoted --fail-on removed,demoted --quiet")]
pub(super) struct DiffArgs {
    /// The older release
    pub(super) old: PathBuf,
    /// The newer release
    pub(super) new: PathBuf,
    #[command(flatten)]
    pub(super) output: OutputArgs,
    /// List only these kinds of change; the counts stay those of all changes
    #[arg(long, value_name = "KIND,..", value_delimiter = ',', value_parser = PossibleValuesParser::new(kind_words()))]
    pub(super) only: Vec<String>,
    /// List only the codes in FILE and what is below them: codes, wildcards (E11.*) and ranges (I20-I25), one or several a line,
    /// or the first column of a table
    #[arg(long, value_name = "FILE")]
    pub(super) codes: Option<PathBuf>,
    /// Compare these groups of attributes as well, which are left out otherwise; `all` is all of them. See codeset sets
    #[arg(long, value_name = "GROUP,..", value_delimiter = ',', value_parser = PossibleValuesParser::new(group_ids()))]
    pub(super) show: Vec<String>,
    /// Leave these groups of attributes out; `all` is all of them
    #[arg(long, value_name = "GROUP,..", value_delimiter = ',', value_parser = PossibleValuesParser::new(group_ids()))]
    pub(super) hide: Vec<String>,
    /// A table of yours: which of its codes are dead, which new ones it lacks, which descriptions are out of date
    #[arg(long, value_name = "FILE")]
    pub(super) ours: Option<PathBuf>,
    /// Exit with 1 if there is a change of these kinds, listed or not
    #[arg(long, value_name = "KIND,..", value_delimiter = ',', value_parser = PossibleValuesParser::new(kind_words()))]
    pub(super) fail_on: Vec<String>,
}

/// Check the difference against the publisher's addenda, line by line and total by total
///
/// Exits with 1 if they disagree, and with 2 if there are no addenda that start from OLD.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  codeset verify fy2025.zip fy2026.zip")]
pub(super) struct VerifyArgs {
    /// The older release
    pub(super) old: PathBuf,
    /// The newer release
    pub(super) new: PathBuf,
    /// Addenda other than those included in NEW
    #[arg(long, value_name = "FILE")]
    pub(super) addenda: Option<PathBuf>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Apply the publisher's addenda to a release, and write the new order file
///
/// Addenda do not give the position of a new row in tabular order. New rows are placed by rule: after the greatest smaller
/// row with the same parent, and everything below it. The number of rows placed is printed to stderr.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  codeset apply icd10cm-order-2024.txt icd10cm-order-addenda-2025.txt -o icd10cm-order-2025.txt"
)]
pub(super) struct ApplyArgs {
    /// The release the addenda start from
    pub(super) old: PathBuf,
    /// The addenda, or the archive that contains them
    pub(super) addenda: PathBuf,
    /// Write to FILE, as a whole or not at all; `-` is stdout
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

/// Show a code: its use, its descriptions, and the codes above and below it
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset lookup E11.9 B88.0 --in fy2025.zip fy2026.zip\n  \
    codeset lookup B88.0 --on 2025-09-30 --set icd10cm")]
pub(super) struct LookupArgs {
    /// Codes, with or without dots
    #[arg(required = true, value_name = "CODE")]
    pub(super) codes: Vec<String>,
    /// The releases to look into
    #[arg(long = "in", required_unless_present = "on", value_name = "RELEASE", num_args = 1..)]
    pub(super) releases: Vec<PathBuf>,
    /// Only the release in force on a day, such as 2026-03-31: of those named, or of those that codeset fetch brought here
    #[arg(long, value_name = "DATE")]
    pub(super) on: Option<String>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Show the history of a code, release by release
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  codeset history B88.0 --in fy2024.zip fy2025.zip fy2026.zip")]
pub(super) struct HistoryArgs {
    /// Codes, with or without dots
    #[arg(required = true, value_name = "CODE")]
    pub(super) codes: Vec<String>,
    /// The releases: by effective date if all dates are known, else in this order
    #[arg(long = "in", required = true, value_name = "RELEASE", num_args = 1..)]
    pub(super) releases: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Find replacements for codes that are no longer valid
///
/// Official successors come from the publisher's conversion table, found in NEW's folder or archive, or named with
/// --map. Everything else is marked as a suggestion. "No successor" is an answer, too.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset crosswalk fy2025.zip fy2026.zip --map conversion-table.xlsx\n  \
    codeset crosswalk fy2025.zip fy2026.zip B88.0 G35 --map conversion-table.xlsx\n  \
    codeset crosswalk fy2025.zip fy2026.zip --map conversion-table.xlsx --usage our-codes.csv -o to-decide.xlsx\n  \
    codeset crosswalk fy2025.zip fy2026.zip --reverse --format csv -o before.csv"
)]
pub(super) struct CrosswalkArgs {
    /// The older release
    pub(super) old: PathBuf,
    /// The newer release
    pub(super) new: PathBuf,
    /// Only these codes, whether or not they changed
    #[arg(value_name = "CODE")]
    pub(super) codes: Vec<String>,
    /// Only the codes of a list, and what is below them: lines, a table or a workbook, as for diff --codes
    #[arg(long = "codes", value_name = "FILE", conflicts_with = "codes")]
    pub(super) list: Option<PathBuf>,
    #[command(flatten)]
    pub(super) map: MapArgs,
    /// An edition between OLD and NEW: codes added and deleted in between are found, and every code is followed through it
    #[arg(long, value_name = "RELEASE", action = ArgAction::Append)]
    pub(super) via: Vec<PathBuf>,
    /// The other direction: what was assigned before the new codes
    #[arg(long)]
    pub(super) reverse: bool,
    /// Only codes in use, with their lines, amounts and owners: the same files as for impact
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["codes", "reverse"])]
    pub(super) usage: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) reading: UsageArgs,
    /// The canonical URL of the FHIR ConceptMap; without it a URN made from its content
    #[arg(long, value_name = "URL")]
    pub(super) url: Option<String>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Where conversion tables are.
#[derive(Debug, Args)]
pub(super) struct MapArgs {
    /// A conversion table of the publisher, or your decisions (columns source, target, status): workbook or CSV
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub(super) map: Vec<PathBuf>,
}

/// Map codes to another code set: ICD-9 and ICD-10 (GEMs), ICD-10 and ICD-11 (WHO maps)
///
/// Without a code: what the file is, and its counts; as CSV or JSON every mapping. With codes: for each of them its
/// alternatives, with their flags in words. What the file calls approximate, or says nothing of, is never automatic.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  codeset map 2018-ICD-10-CM-General-Equivalence-Mappings.zip\n  \
    codeset map 2018_I9gem.txt 250.00 V12.89 --in fy2026.zip\n  \
    codeset map 10To11MapToOneCategory.txt --codes problem-list.csv -o icd11.xlsx\n  \
    codeset map 10To11MapToOneCategory.txt 1A00 --reverse\n  \
    codeset map 2018_I10gem.txt --format csv -o gem.csv")]
pub(super) struct CodeMapArgs {
    /// The map, or a folder or archive with several: every map that has a code answers
    pub(super) file: PathBuf,
    /// Only these codes, with or without dots
    #[arg(value_name = "CODE")]
    pub(super) codes: Vec<String>,
    /// A list of codes, each of which gets its row: one a line, or a table with a column of codes
    #[arg(long = "codes", value_name = "FILE", action = ArgAction::Append)]
    pub(super) code_files: Vec<PathBuf>,
    /// From target to source, by the same rows
    #[arg(long)]
    pub(super) reverse: bool,
    /// The set that the codes are of, where FILE leads from several
    #[arg(long, value_name = "SET", value_parser = PossibleValuesParser::new(classification_ids()))]
    pub(super) from: Option<String>,
    /// Releases to describe the codes by, and to say which of them are billable there
    #[arg(long = "in", value_name = "RELEASE", num_args = 1..)]
    pub(super) releases: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Measure suggestions against the official table: precision, recall and complete lists by kind
///
/// Hides the conversion table, derives suggestions from the releases alone for every code that lost validity, and holds
/// them against the table, or against what discontinued HCPCS codes say to use instead. The same two releases may do better
/// or worse than the next two.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  codeset evaluate fy2016.zip fy2026.zip --map conversion-table.xlsx")]
pub(super) struct EvaluateArgs {
    /// The older release
    pub(super) old: PathBuf,
    /// The newer release
    pub(super) new: PathBuf,
    #[command(flatten)]
    pub(super) map: MapArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Report what the changes mean for the codes you use
///
/// Usage files are tables (CSV, TSV, workbooks), claims and remittances (X12 837 and 835, CMS RIF), FHIR resources or HL7
/// v2 messages, also compressed with gzip. How each was read, and the meaning of its columns, is printed to stderr. Only
/// codes, counts, owners and sums of amounts are kept: nothing else of a usage file reaches any output. Lines with a date
/// are judged by the code's own days or by the edition in force on that day.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset impact fy2025.zip fy2026.zip --map conversion-table.xlsx --usage our-codes.csv\n  \
    codeset impact fy2016.zip fy2026.zip --usage diagnoses.csv --where icd_version=10 --format json\n  \
    codeset impact fy2025.zip fy2026.zip --usage our-codes.csv --attribute POA poa25.zip poa26.zip \\\n      \
    --attribute HCC ra_dx_to_cc_2025.csv#V28 ra_dx_to_cc_2026.csv#V28\n  \
    codeset impact fy2025.zip fy2026.zip --usage claims.837 messages.hl7 export.ndjson.gz\n  \
    codeset impact fy2025.zip fy2026.zip --usage our-codes.csv --suppress-below 11 --split-by owner --format xlsx -o departments"
)]
pub(super) struct ImpactArgs {
    /// The older release
    pub(super) old: PathBuf,
    /// The newer release
    pub(super) new: PathBuf,
    /// Files of codes in use: CSV, TSV, XLSX, X12 837 and 835, FHIR JSON or NDJSON, HL7 v2, CMS RIF; folders of them; patterns
    /// such as lists/*.csv; `-` is standard input
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    pub(super) usage: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) map: MapArgs,
    /// An edition between OLD and NEW: lines are judged by the edition in force on their day
    #[arg(long, value_name = "RELEASE", action = ArgAction::Append)]
    pub(super) via: Vec<PathBuf>,
    /// An attribute of codes before and after, shown for each code and its replacements: POA exempt list, IPPS 6I and 6J,
    /// CMS-HCC, CCSR, a release with an attribute NAME, any table. FILE#NAME names a column or a model
    #[arg(long, value_names = ["NAME", "OLDFILE", "NEWFILE"], num_args = 3, action = ArgAction::Append)]
    pub(super) attribute: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) reading: UsageArgs,
    /// A report for each owner, with only its lines, and an index of all: into the folder named by -o
    #[arg(long, value_name = "WHAT", requires = "output", value_parser = ["owner"])]
    pub(super) split_by: Option<String>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// How files of codes in use are read.
#[derive(Debug, Args)]
pub(super) struct UsageArgs {
    /// Heading of the column of codes
    #[arg(long, value_name = "HEADING")]
    pub(super) code_column: Option<String>,
    /// Heading of the column of line counts
    #[arg(long, value_name = "HEADING")]
    pub(super) count_column: Option<String>,
    /// Heading of the column that says who owns a line: a department, a clinic, a payer
    #[arg(long, value_name = "HEADING")]
    pub(super) owner_column: Option<String>,
    /// Heading of the column of amounts: charges, payments
    #[arg(long, value_name = "HEADING")]
    pub(super) amount_column: Option<String>,
    /// Heading of the column of days: of service, of discharge
    #[arg(long, value_name = "HEADING")]
    pub(super) date_column: Option<String>,
    /// Column of accounts, claims or encounters, whose amounts count once: a heading, a letter or a number
    #[arg(long, value_name = "HEADING")]
    pub(super) claim_column: Option<String>,
    /// Which day judges a line: as payers do (a stay by its discharge, else the day of service), or one of the two
    #[arg(long, value_name = "DAY", default_value = "usual", value_parser = ["usual", "service", "discharge"])]
    pub(super) basis: String,
    /// Only rows with this value in a column
    #[arg(long = "where", value_name = "HEADING=VALUE", action = ArgAction::Append)]
    pub(super) only: Vec<String>,
    /// Hide line counts below N, and anything that would reveal them, in every format: hidden lines are not included in any sum
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..))]
    pub(super) suppress_below: Option<u64>,
}

/// Write a handout, flashcards, a quiz and slides about the changes, by chapter or specialty
///
/// Writes handout.html, handout.md, flashcards.csv (Anki), quiz.csv, quiz.gift (Moodle) and slides.md into DIR. Every
/// statement is followed by its code, its release and the row of the table that supports it. Without --chapter,
/// --specialty or --codes there is a lesson for each chapter in which something changed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset teach fy2025.zip fy2026.zip --map conversion-table.xlsx --specialty endocrinology -o course\n  \
    codeset teach fy2025.zip fy2026.zip --map conversion-table.xlsx --chapter 4 --chapter 9 -o course\n  \
    codeset teach --list-specialties > specialties.csv"
)]
pub(super) struct TeachArgs {
    /// The older release
    #[arg(required_unless_present = "list_specialties")]
    pub(super) old: Option<PathBuf>,
    /// The newer release
    #[arg(required_unless_present = "list_specialties")]
    pub(super) new: Option<PathBuf>,
    #[command(flatten)]
    pub(super) map: MapArgs,
    /// A chapter, by its number or letter; see codeset diff
    #[arg(long, value_name = "CHAPTER", value_delimiter = ',', action = ArgAction::Append)]
    pub(super) chapter: Vec<String>,
    /// A specialty; --list-specialties names them
    #[arg(long, value_name = "NAME", value_delimiter = ',', action = ArgAction::Append, conflicts_with = "chapter")]
    pub(super) specialty: Vec<String>,
    /// The codes in FILE and what is below them: one a line, or the first column of a table
    #[arg(long, value_name = "FILE", conflicts_with_all = ["chapter", "specialty"])]
    pub(super) codes: Option<PathBuf>,
    /// Your own table of specialties: CSV with the columns specialty, title, set, first, last
    #[arg(long, value_name = "FILE")]
    pub(super) specialties: Option<PathBuf>,
    /// Print the table of specialties, in the form in which it may be edited
    #[arg(long)]
    pub(super) list_specialties: bool,
    /// The folder to write into; made if it is not there
    #[arg(long, short, value_name = "DIR", required_unless_present = "list_specialties")]
    pub(super) output: Option<PathBuf>,
}

/// List the supported code sets, what is read of each, and its terms of use
///
/// A set that is not built in is described in a catalog: where its keys and descriptions are, what keys look
/// like, which rows are headers, and what names successors. --describe prints a first draft of that from a file.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset sets hcpcs\n  codeset sets --describe drg-v43.txt > our.toml\n  \
    codeset diff drg-v42.txt drg-v43.txt --catalog our.toml --set msdrg"
)]
pub(super) struct SetsArgs {
    /// Only these sets
    #[arg(value_name = "SET", value_parser = SetParser)]
    pub(super) sets: Vec<String>,
    /// Print a first draft of such a description from FILE: a table, a text in fixed columns, or ClaML
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sets", "format"])]
    pub(super) describe: Option<PathBuf>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Run every report on built-in sample data, and write the results into a folder
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  codeset demo reports")]
pub(super) struct DemoArgs {
    /// The folder; made if it is not there
    #[arg(value_name = "DIR", default_value = "codeset-demo")]
    pub(super) folder: PathBuf,
}

/// Print the JSON Schema of a report
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  codeset schema diff")]
pub(super) struct SchemaArgs {
    /// The report
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(super::commands::schema::names()))]
    pub(super) name: String,
}

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  codeset completions bash > ~/.local/share/bash-completion/completions/codeset"
)]
pub(super) struct CompletionsArgs {
    /// The shell
    pub(super) shell: Shell,
}

fn kind_words() -> Vec<&'static str> {
    Kind::ALL.iter().map(|kind| kind.word()).collect()
}

fn group_ids() -> Vec<&'static str> {
    let groups =
        crate::model::sets::ALL.iter().flat_map(|set| set.properties).map(|property| property.group.id);
    let mut ids: Vec<_> = groups.chain(["all", "columns"]).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn classification_ids() -> Vec<&'static str> {
    crate::model::Classification::ALL.iter().map(|classification| classification.id()).collect()
}

/// The id of a set. Help names the built-in ones; which others there are is known once the catalogs are read.
#[derive(Clone)]
pub(super) struct SetParser;

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
