//! What was found in a folder.

use std::collections::BTreeSet;

use crate::model::{CodeSet, ReleaseName};

/// What was found. Paths are relative to the folder, with `/`.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) sets: Vec<FoundSet>,
    pub(super) usage: Vec<FoundUsage>,
    /// Files with codes that are not files of usage.
    pub(super) lists: Vec<String>,
    pub(super) attributes: Vec<FoundAttribute>,
    /// Values of the columns of owners.
    pub(super) departments: BTreeSet<String>,
    /// Files of publishers, and decisions.
    pub(super) recognized: BTreeSet<String>,
    /// All files.
    pub(super) files: Vec<String>,
    /// True if there are more files than were looked at.
    pub(super) is_partial: bool,
}

/// The releases of a set.
#[derive(Debug)]
pub(super) struct FoundSet {
    pub(super) set: &'static CodeSet,
    pub(super) old: Side,
    pub(super) new: Side,
    /// Conversion tables in files of their own, by name.
    pub(super) tables: Vec<String>,
}

/// One of the two releases of a set.
#[derive(Debug, Clone)]
pub(super) enum Side {
    /// It is here.
    Here(FoundRelease),
    /// It is not here; its name, if the catalog knows which one it is.
    Missing(Option<ReleaseName>),
}

/// A release.
#[derive(Debug, Clone)]
pub(super) struct FoundRelease {
    pub(super) name: ReleaseName,
    /// Its path; `None` if it is in the store.
    pub(super) path: Option<String>,
}

/// A file of codes in use.
#[derive(Debug)]
pub(super) struct FoundUsage {
    pub(super) path: String,
    /// How it was read, for each set that it holds codes of: the title of the set, and the sentence.
    pub(super) facts: Vec<(&'static str, String)>,
    /// True if only its beginning was read.
    pub(super) is_cut: bool,
}

/// A publisher's list of an attribute.
#[derive(Debug)]
pub(super) struct FoundAttribute {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) path: String,
}

impl Side {
    /// Returns the release, if it is here.
    pub(super) fn here(&self) -> Option<&FoundRelease> {
        match self {
            Self::Here(release) => Some(release),
            Self::Missing(_) => None,
        }
    }
}

impl FoundRelease {
    /// Returns the release as the project file names it.
    pub(super) fn written(&self) -> String {
        self.path.clone().unwrap_or_else(|| self.name.to_string())
    }
}

/// Returns the folder of a path; empty for the folder that was searched.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
