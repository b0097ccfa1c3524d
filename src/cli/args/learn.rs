//! Arguments of `teach`, `demo` and `sets`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::compare::UsageArgs;
use super::options::{
    CatalogOptions, LicenseOption, PairOptions, RELEASE, ReleaseColumnOption, ReplacementArgs, SetParser,
    ViaArgs, heading,
};
use super::output::OutputArgs;

/// Write a handout, flashcards, a quiz and slides about the changes
///
/// Writes handout.html, handout.md, flashcards.csv (Anki), quiz.csv, quiz.gift and quiz-moodle.xml (Moodle), quiz-qti3.zip
/// (QTI 3), answer-key.html, slides.pptx and slides.html into DIR. Handout and slides name the release, the file and the rows
/// that support each statement: in footnotes, and in the notes for the speaker. Questions are scenarios from official facts,
/// with a reason for every answer. Without --chapter, --specialty, --codes or --usage there is a lesson for each chapter in
/// which something changed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset teach icd10cm@2025 icd10cm@2026 --specialty endocrinology -o course\n  \
    codeset teach icd10cm@2025 icd10cm@2026 --chapter 4,9 -o course\n  \
    codeset teach icd10cm@2025 icd10cm@2026 --usage our-codes.csv --owner Neurology -o course\n  \
    codeset teach --list-specialties > specialties.csv"
)]
pub(in crate::cli) struct TeachArgs {
    /// The older release: a name such as icd10cm@2025, or a file, folder or zip archive
    #[arg(required_unless_present = "list_specialties", value_hint = RELEASE)]
    pub(in crate::cli) old: Option<PathBuf>,
    /// The newer release
    #[arg(required_unless_present = "list_specialties", value_hint = RELEASE)]
    pub(in crate::cli) new: Option<PathBuf>,
    /// Teach only these chapters, by number or letter
    #[arg(
        long,
        value_name = "CHAPTER",
        value_delimiter = ',',
        action = ArgAction::Append,
        help_heading = heading::SELECTION
    )]
    pub(in crate::cli) chapter: Vec<String>,
    /// Teach only these specialties, such as endocrinology
    ///
    /// --list-specialties prints all of them with their ranges of codes.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        action = ArgAction::Append,
        conflicts_with = "chapter",
        help_heading = heading::SELECTION
    )]
    pub(in crate::cli) specialty: Vec<String>,
    /// Teach only the codes in FILE, and all codes below them
    ///
    /// Codes, wildcards (E11.*) and ranges (I20-I25), one or several a line, or a column of a table or workbook.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["chapter", "specialty"],
        help_heading = heading::SELECTION
    )]
    pub(in crate::cli) codes: Option<PathBuf>,
    /// Teach only the codes that these files use, and the codes that replace them
    ///
    /// The files are those of codeset impact --usage. Only codes are kept.
    #[arg(
        long,
        value_name = "FILE",
        num_args = 1..,
        conflicts_with_all = ["chapter", "specialty", "codes"],
        help_heading = heading::SELECTION
    )]
    pub(in crate::cli) usage: Vec<PathBuf>,
    /// Teach only the codes of this department or other owner in the files of --usage
    #[arg(long, value_name = "OWNER", requires = "usage", help_heading = heading::SELECTION)]
    pub(in crate::cli) owner: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) reading: UsageArgs,
    /// Also teach what changed in the Official Guidelines
    ///
    /// Two editions in PDF, the older one first. Without it, the editions that were added to OLD and NEW are used.
    #[arg(
        long,
        value_names = ["OLD.pdf", "NEW.pdf"],
        num_args = 2,
        help_heading = heading::INPUT
    )]
    pub(in crate::cli) guidelines: Vec<PathBuf>,
    /// Read specialties from your own table
    ///
    /// FILE is CSV with the columns specialty, title, set, first, last.
    #[arg(long, value_name = "FILE", help_heading = heading::INPUT)]
    pub(in crate::cli) specialties: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) column: ReleaseColumnOption,
    #[command(flatten)]
    pub(in crate::cli) replacements: ReplacementArgs,
    #[command(flatten)]
    pub(in crate::cli) via: ViaArgs,
    /// Write into the folder DIR, which is created if it does not exist
    #[arg(
        long,
        short,
        value_name = "DIR",
        required_unless_present = "list_specialties",
        help_heading = heading::OUTPUT
    )]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Print the table of specialties as CSV, to be edited
    #[arg(long, help_heading = heading::OUTPUT)]
    pub(in crate::cli) list_specialties: bool,
    #[command(flatten)]
    pub(in crate::cli) license: LicenseOption,
    #[command(flatten)]
    pub(in crate::cli) pair: PairOptions,
}

/// Run the yearly update and every report on built-in sample data
///
/// Writes the update of a made-up organization into a folder: its files, the pages, the decisions that come back; and every
/// single report. Needs no files and no network.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  codeset demo sample-update")]
pub(in crate::cli) struct DemoArgs {
    /// The folder, which is created if it does not exist
    #[arg(value_name = "DIR", default_value = "codeset-demo")]
    pub(in crate::cli) folder: PathBuf,
}

/// List the supported code sets
///
/// Lists the layouts that codeset reads for each set, its groups of attributes, and its terms of use. Other code sets
/// are described in a catalog: where their codes and descriptions are, what codes look like, which rows are headers,
/// and which column names successors. --describe drafts such a description from a file.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  codeset sets hcpcs\n  codeset sets --describe drg-v43.txt > our.toml\n  \
    codeset diff drg-v42.txt drg-v43.txt --catalog our.toml --set msdrg"
)]
pub(in crate::cli) struct SetsArgs {
    /// List only these code sets
    #[arg(value_name = "SET", value_parser = SetParser)]
    pub(in crate::cli) sets: Vec<String>,
    /// Draft the description of a code set from FILE
    ///
    /// Prints it for use in your catalog. FILE is a table, a text with fixed columns, or ClaML.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["sets", "format"],
        help_heading = heading::INPUT
    )]
    pub(in crate::cli) describe: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    #[command(flatten)]
    pub(in crate::cli) catalogs: CatalogOptions,
}
