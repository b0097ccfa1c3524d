//! What is typed to find codes in files, and to change them.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{ArgAction, Args};

use super::{MapArgs, OutputArgs};
use crate::scan::FindingKind;

/// Codes in your files that died, and lists that lack new ones
///
/// PATHs are files or folders: tables, workbooks, JSON (also FHIR), YAML, TOML, XML, HTML, SQL, databases, programs, texts,
/// slides. What .gitignore and .codesetignore leave out is left out. Which columns, keys or lists hold codes of the set is
/// told by what they say of themselves, and by their values as a whole: never by the shape of one word. Headers that a list
/// keeps on purpose are not reported; nor is a line with the mark codeset:ignore, or the one behind codeset:ignore-next-line.
/// Nothing is changed.
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
    /// Files and folders to look through; `-` is stdin, a text
    #[arg(required = true, value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) map: MapArgs,
    /// An edition between OLD and NEW: codes that came and went are known
    #[arg(long, value_name = "RELEASE", action = ArgAction::Append)]
    pub(in crate::cli) via: Vec<PathBuf>,
    /// The day the files are for, if NEW is not in force yet then: new codes are told as well
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) on: Option<String>,
    /// A heading, key or name whose values are codes of the set, whatever they look like
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub(in crate::cli) column: Vec<String>,
    /// Report only these kinds of finding
    #[arg(long, value_name = "KIND,..", value_delimiter = ',', value_parser = PossibleValuesParser::new(kind_words()))]
    pub(in crate::cli) only: Vec<String>,
    /// Deliberate exceptions: a line each of PATTERN [KIND or CODE].. with `#` before a reason
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) exceptions: Option<PathBuf>,
    /// The JSON report of an earlier scan: what is in it is left out
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Exit with 1 if there is a finding of these kinds that is not in the baseline
    #[arg(long, value_name = "KIND,..", value_delimiter = ',', value_parser = PossibleValuesParser::new(kind_words()))]
    pub(in crate::cli) fail_on: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
}

fn kind_words() -> Vec<&'static str> {
    FindingKind::ALL.iter().map(|kind| kind.word()).collect()
}
