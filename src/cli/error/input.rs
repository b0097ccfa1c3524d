//! Errors about inputs that do not fit a command.

use crate::formats::{AttributeError, DraftError};
use crate::guidelines::GuidelinesError;

/// The reason why the content of an input does not fit the command.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum InputError {
    /// None of the files of a path is read.
    #[error("cannot read `{path}` as a release: {reasons}")]
    NotRelease {
        /// The path as typed.
        path: String,
        /// The reason for each file.
        reasons: String,
    },
    /// A path has nothing of a kind.
    #[error("`{path}` contains no {what}")]
    Without {
        /// The path as typed.
        path: String,
        /// What it should hold.
        what: &'static str,
        /// The first note about its files, with its hint.
        note: Option<String>,
    },
    /// A folder has no files.
    #[error("`{path}` is empty")]
    EmptyFolder {
        /// The path as typed.
        path: String,
    },
    /// A conversion table is of another set.
    #[error("`{path}` is a conversion table for {table}, but the releases are {set}")]
    OtherSet {
        /// The path as typed.
        path: String,
        /// The set of the table.
        table: &'static str,
        /// The set of the releases.
        set: &'static str,
    },
    /// A map between two sets is not a conversion table.
    #[error("`{path}` maps {from} to {to}")]
    CodeMap {
        /// The path as typed.
        path: String,
        /// The set it leads from.
        from: &'static str,
        /// The set it leads to.
        to: &'static str,
    },
    /// A table of an attribute cannot be read.
    #[error("cannot read the attribute `{name}` from `{path}`: {}", error.fact)]
    Attribute {
        /// The user's name for the attribute.
        name: String,
        /// The path as typed.
        path: String,
        /// Why not.
        error: AttributeError,
    },
    /// No descriptor can be drafted from a file.
    #[error("cannot describe `{path}`: {}", error.fact)]
    Draft {
        /// The path as typed.
        path: String,
        /// Why not.
        error: DraftError,
    },
    /// A file is not an edition of the guidelines.
    #[error("cannot read `{path}` as guidelines: {error}")]
    Guidelines {
        /// The path as typed.
        path: String,
        /// Why not.
        error: GuidelinesError,
    },
    /// A file is not a table of specialties.
    #[error("`{path}` is not a table of specialties")]
    Specialties {
        /// The path as typed.
        path: String,
    },
    /// A file is not the JSON report of an earlier scan.
    #[error("`{path}` is not a report of a scan: {error}")]
    Baseline {
        /// The path as typed.
        path: String,
        /// Why not.
        error: serde_json::Error,
    },
    /// A list has no codes of a set.
    #[error("`{path}` contains no {set} code{}", first.as_ref().map(|first| format!(": {first}")).unwrap_or_default())]
    NoCodes {
        /// The path as typed.
        path: String,
        /// The set.
        set: &'static str,
        /// The place and the reason of the first value that is not one.
        first: Option<String>,
    },
    /// A list has no codes of the set that a map leads from.
    #[error("`{path}` contains no {set} codes")]
    NoCodesToMap {
        /// The path as typed.
        path: String,
        /// The set.
        set: &'static str,
    },
    /// No file of a folder has usage.
    #[error("the folder contains no file of codes in use that codeset can read")]
    NoUsage {
        /// The reason for the first file.
        first: String,
    },
    /// No line of the usage has an owner.
    #[error("no line of the usage files has an owner")]
    NoOwners,
    /// OLD lacks rows that its addenda build on.
    #[error("OLD is not a complete order file, so applying the addenda would not give the new release")]
    NotWholeOrderFile,
    /// The addenda are those of the codes file.
    #[error("cannot make an order file from codes addenda, which have no headers and no short descriptions")]
    CodesAddenda,
    /// Lines of the addenda cannot be read.
    #[error("part of the addenda cannot be read; nothing was written")]
    CutAddenda,
    /// The addenda start from another release than OLD.
    #[error("{0}")]
    OtherBase(String),
    /// Lines of the addenda contradict OLD: their number in words.
    #[error("{0} of the addenda contradict OLD; nothing was written")]
    Misfits(String),
    /// NEW includes neither addenda nor action codes.
    #[error("NEW includes nothing from the publisher to compare with")]
    NothingToVerify {
        /// Whether records of the set have action codes.
        has_actions: bool,
    },
    /// The addenda start from other releases than OLD.
    #[error("no addenda start from this OLD, so nothing was verified")]
    NothingVerified,
    /// Suggestions cannot be measured.
    #[error("NEW has no conversion table to measure the suggestions against")]
    NothingToMeasure,
}

impl InputError {
    /// Returns the hint on how to fix it.
    pub(super) fn hint(&self) -> String {
        let hint = match self {
            Self::NotRelease { .. } => "pass the order file, or the zip or folder that contains it",
            Self::Without { note: Some(note), .. } => note,
            Self::Without { note: None, .. } => "pass the original file from the publisher",
            Self::EmptyFolder { .. } => "pass the original delivery",
            Self::OtherSet { .. } => "pass the publisher's table for this code set",
            Self::CodeMap { .. } => "pass a conversion table; this file is a map for codeset map",
            Self::Attribute { error, .. } => &error.hint,
            Self::Draft { error, .. } => &error.hint,
            Self::Guidelines { error: GuidelinesError::Unsupported, .. } => "use a build with all features",
            Self::Guidelines { error: GuidelinesError::OtherDocument, .. } => {
                "pass the ICD-10-CM Official Guidelines of a fiscal year, as CDC/NCHS and CMS publish them"
            }
            Self::Guidelines { .. } => {
                "download the PDF again from CDC/NCHS or CMS: copies that were printed, scanned or protected lack its outline \
                 or its text"
            }
            Self::Specialties { .. } => {
                "use the columns specialty, title, set, first, last; run codeset teach --list-specialties for a \
                 table to edit"
            }
            Self::Baseline { .. } => "create one with codeset scan .. --format json -o FILE",
            Self::NoCodes { .. } => "write one code per line, or a table with a column of codes",
            Self::NoCodesToMap { .. } => {
                "write one code per line, or name the column of codes with --code-column"
            }
            Self::NoUsage { first } => return format!("the first one: {first}"),
            Self::NoOwners => "name the column of owners with --owner-column",
            Self::NotWholeOrderFile => "pass the order file of the release that the addenda start from",
            Self::CodesAddenda => "pass the order addenda",
            Self::CutAddenda => "fetch them again",
            Self::OtherBase(_) | Self::Misfits(_) => "pass the edition that the addenda start from as OLD",
            Self::NothingToVerify { has_actions: true } => {
                "pass the issue just before NEW as OLD: the action codes in NEW describe the changes since then"
            }
            Self::NothingToVerify { has_actions: false } => {
                "name the publisher's addenda with --addenda, or pass the whole archive as NEW"
            }
            Self::NothingVerified => "pass the edition that the addenda start from as OLD",
            Self::NothingToMeasure => "name the publisher's table with --map",
        };
        hint.to_owned()
    }
}
