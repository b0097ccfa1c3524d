//! Errors in a project file: the line and column, the fact, and how to fix it.

use std::path::{Path, PathBuf};

use super::PROJECT_FILE;
use crate::base::nearest;
use crate::model::ReleaseNameError;
use crate::sources;

/// The reason why a project cannot be read.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum ProjectError {
    /// There is no such file.
    #[error("there is no `{}`", .0.display())]
    Missing(PathBuf),
    /// A path cannot be read.
    #[error(transparent)]
    Source(#[from] sources::Error),
    /// A place in the file is wrong.
    #[error("`{file}` line {line}, column {column}: {fact}")]
    At {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// The fact.
        fact: Fact,
    },
}

/// What is wrong at a place of the file. Only keys, paths and names of releases are quoted: a value may be anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::cli) enum Fact {
    /// The text is not TOML.
    #[error("{0}")]
    Syntax(String),
    /// A value has another type.
    #[error("expected {0}")]
    Type(String),
    /// A key is not one of those that are read.
    #[error("unknown key `{key}`")]
    Key {
        /// The key.
        key: String,
        /// The keys that are read there.
        known: Vec<String>,
    },
    /// A key of `[sets]` is not a code set.
    #[error("`{0}` is not a code set that is known here")]
    Set(String, Vec<&'static str>),
    /// A text is not an edition.
    #[error("`{0}` is not an edition")]
    Edition(String),
    /// A text looks like the name of a release, but is not one.
    #[error("{0}")]
    Release(ReleaseNameError),
    /// A release is of another set than its table.
    #[error("`{name}` is not a release of {set}")]
    OtherSet {
        /// The release.
        name: String,
        /// The set of the table.
        set: &'static str,
    },
    /// A path does not exist.
    #[error("there is no file or folder `{0}`")]
    Path(String),
    /// A pattern matches no file.
    #[error("no file matches `{0}`")]
    Pattern(String),
    /// A folder is named where files are.
    #[error("`{0}` is a folder")]
    Folder(String),
    /// A condition on rows has another form.
    #[error("the condition is not of the form HEADING=VALUE")]
    Condition,
    /// A threshold is too small to hide anything.
    #[error("the smallest number of lines to show must be at least 2")]
    Threshold,
    /// A department has no owner.
    #[error("the person who decides is empty")]
    Person,
    /// No set has a chapter with this number or letter.
    #[error("no code set has a chapter `{0}`")]
    Chapter(String),
    /// A specialty is not in the table of specialties.
    #[error("there is no specialty `{name}`")]
    Specialty {
        /// The name.
        name: String,
        /// Those that are most like it.
        nearest: Vec<String>,
    },
}

impl ProjectError {
    /// Creates an error at a byte of a file.
    pub(super) fn at(path: &Path, text: &str, byte: usize, fact: Fact) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self::At {
            file: path.display().to_string(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
            fact,
        }
    }

    /// Returns the hint on how to fix it; empty if the message says it.
    pub(in crate::cli) fn hint(&self) -> String {
        match self {
            Self::Missing(_) => format!("codeset init looks around and writes a {PROJECT_FILE}"),
            Self::Source(_) => String::new(),
            Self::At { fact, .. } => fact.hint(),
        }
    }
}

impl Fact {
    fn hint(&self) -> String {
        let hint = match self {
            Self::Syntax(_) => {
                "codeset init writes a file with every key; codeset schema project prints its schema"
            }
            Self::Type(expected) if expected == "a string" => "write the value in quotes",
            Self::Type(_) => "codeset schema project prints the schema of the file",
            Self::Key { key, known } => {
                let keys = nearest(key, known.iter().map(String::as_str));
                let first = keys.first().copied().unwrap_or_default();
                return format!("did you mean `{first}`? The keys here are {}", known.join(", "));
            }
            Self::Set(id, known) => {
                let sets = nearest(id, known.iter().copied());
                let first = sets.first().copied().unwrap_or_default();
                return format!(
                    "did you mean `{first}`? codeset sets lists the code sets; --catalog names a catalog that describes others"
                );
            }
            Self::Edition(_) => "write \"2026\", \"fy2026\", \"2026-04\" or \"2026-11-20\"",
            Self::Release(_) => "write \"icd10cm@2026\", or a path relative to this file",
            Self::OtherSet { .. } => "put it in the table of its own set",
            Self::Path(_) => "paths are relative to this file",
            Self::Pattern(_) => {
                "patterns are relative to this file; `*` and `?` are expanded in the name of the file, not in names of folders"
            }
            Self::Folder(folder) => return format!("name its files: \"{folder}/*\""),
            Self::Condition => "for example \"icd_version=10\"",
            Self::Threshold => "leave it out to show all lines",
            Self::Person => "write the name, or put # in front of the line",
            Self::Chapter(_) => "write the number or letter of a chapter, such as \"4\"",
            Self::Specialty { nearest, .. } => {
                let nearest = nearest.join(", ");
                return format!(
                    "the nearest are {nearest}; codeset teach --list-specialties prints all of them"
                );
            }
        };
        hint.to_owned()
    }
}
