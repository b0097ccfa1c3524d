//! The closed list of kinds of finding, and a finding.

use std::sync::Arc;

use jiff::civil::Date;

use crate::base::closed_list;
use crate::crosswalk::{Disposition, Mapping};
use crate::fields::PlaceUse;
use crate::model::{Entry, Severity};
use crate::read::{Container, Quoting};

closed_list! {
    /// The possible problems of a code in a file. The list is closed.
    #[non_exhaustive]
    pub enum FindingKind with severity: Severity {
        Dead = "dead", Error, "Was billable in OLD or an edition after it, and is no longer billable in NEW: removed, demoted or terminated.";
        Ended = "ended", Error, "Was billable, but ended before OLD: the conversion table lists it, or its record has a last day.";
        NeverValid = "never-valid", Warning, "Is not a code of either release, although the values around it are.";
        Header = "header", Warning, "Is a category header in both releases, among billable codes.";
        NotYetValid = "not-yet-valid", Warning, "Is not billable yet on the date that the list is for.";
        Range = "range", Warning, "The first or last code of the range is no longer in NEW.";
        Incomplete = "incomplete", Warning, "The list contains the predecessor of a new code, or all its siblings, but not the new code.";
        Narrowed = "narrowed", Note, "Is still valid, but part of its meaning now has its own code.";
        Reworded = "reworded", Note, "The list has the description from OLD; NEW has another.";
        Pattern = "pattern", Note, "The pattern or range matches different codes than before.";
    }
}

/// A location in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The part of the file.
    pub container: Container,
    /// Its number among all parts.
    pub(super) part_number: u32,
    /// The number of the sheet or table among those of the file, from 1.
    pub(crate) number_in_file: usize,
    /// Line of a text, row of a sheet or table, paragraph of a slide or document; from 1.
    pub line: u32,
    /// Column of a text, from 1, in characters; of a sheet or table, from 0.
    pub column: u32,
    /// The field: column, key, list.
    pub field: Arc<str>,
    /// The byte of a text at which it begins, and its length.
    pub(crate) bytes: (u64, u32),
}

/// A place that may have to be changed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Finding<'a> {
    /// The kind of finding.
    pub kind: FindingKind,
    /// The code as files hold it, or the pattern as it is written.
    pub code: String,
    /// The code as people write it.
    pub display: String,
    /// The text in the file.
    pub written: String,
    /// The location; for a list that lacks a code, that of its predecessor.
    pub location: Location,
    /// The use of the place.
    pub place_use: PlaceUse,
    /// The replacement, if the crosswalk has one.
    pub mapping: Option<&'a Mapping<'a>>,
    /// Codes that may have been meant, or the replacements of a code that ended.
    pub nearest: Vec<Entry<'a>>,
    /// For a list that lacks a code: the codes in it that lead there.
    pub predecessors: Vec<Entry<'a>>,
    /// For a list that lacks a code: its entry in NEW, unless its description is withheld.
    pub lacks: Option<Entry<'a>>,
    /// The problem, in a sentence.
    pub message: String,
    /// The possible action, if there is one.
    pub hint: Option<String>,
    /// The disposition: whether the code may be replaced automatically. It may not if its replacement is already in the list.
    pub decision: Option<Disposition>,
    /// Number of further occurrences in the same field that are not listed.
    pub more: u64,
    /// The row that contains it, if rows are kept.
    pub(crate) site: Option<Site>,
}

/// The role of a cell of a kept row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The first day of the row.
    FirstDay,
    /// The last day of the row.
    LastDay,
    /// The description of the code.
    Description,
    /// A number of the row: a copy of the row must not repeat it.
    Id,
    /// A column without a name.
    Unnamed,
    /// Anything else.
    Other,
}

/// A cell of a kept row.
#[derive(Debug, Clone)]
pub(crate) struct SiteCell {
    pub(crate) at: u64,
    pub(crate) length: u32,
    pub(crate) column: u32,
    pub(crate) quoting: Quoting,
    pub(crate) role: Role,
    /// Its text.
    pub(crate) text: String,
}

/// A row that may have to be changed, or copied.
#[derive(Debug, Clone)]
pub(crate) struct SiteRow {
    pub(crate) span: (u64, u64),
    pub(crate) number: u32,
    /// The cells, shared by all places of a row.
    pub(crate) cells: Arc<[SiteCell]>,
    /// True if two of them are of one column: words of a text, with their line.
    pub(crate) has_twins: bool,
    /// The index of the one that the finding is about.
    pub(crate) cell: usize,
}

/// A row, and the list that contains it.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) row: SiteRow,
    /// True if the list contains each code once.
    pub(crate) is_list: bool,
    /// True if the longer codes of the list have dots; if it has none, those of the other lists of the file.
    pub(crate) is_dotted: bool,
    /// The possible replacements that the field already contains: in rows of the same owner, if it has owners.
    pub(crate) present: Vec<String>,
    /// The owner of the row, if it has one: duplicates are judged within it.
    pub(crate) owner: Option<u64>,
    /// The date of the row, if it is known.
    pub(crate) day: Option<Date>,
}
