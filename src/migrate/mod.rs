//! Updates of tables of codes: changes by rule or by a decision are made, everything else is left to decide.
//!
//! A database that is not opened here gets scripts; for one that is opened, the rows to write are returned.
//!
//! Texts are changed byte by byte: everything but codes, and descriptions where that is asked for, stays as it was. The
//! same holds for the sheets of a workbook; its other members are copied.
//!
//! Invariant: it writes only what an action names: the bytes of a code, a description or a day, or a new row with the
//! description of its own code. A replacement that is already in the list is never written twice.

mod choose;
mod days;
mod edits;
mod fill;
mod plan;
mod planned;
mod refusal;
mod rows;
mod script;
mod text;
mod workbook;

pub use choose::Instructions;
pub(crate) use planned::planned;
pub use rows::{Cells, RowChange};
pub use script::{
    Addition, DayColumns, Dialect, Mode, NewCode, Replacement, ScriptError, Scripts, SetColumn, Spelling,
    TableNames, scripts,
};

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::base::closed_list;
use crate::crosswalk::Crosswalk;
use crate::scan::{FileScan, Finding, FindingKind, Kind, PlaceUse, Plan, utf16};
use plan::EditTarget;
use workbook::Book;

/// The options of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How a row with a code that is no longer billable is changed.
    pub mode: Mode,
    /// True to change revised descriptions of codes that stay as well.
    pub descriptions: bool,
    /// True to keep the description of a replaced code even if it is exactly OLD's.
    pub keeps_descriptions: bool,
    /// True to change rows with a date, whatever that date is.
    pub past_rows: bool,
    /// True to change programs instead of only proposing the changes.
    pub programs: bool,
    /// True to change running text.
    pub text: bool,
}

closed_list! {
    /// The kind of a change.
    #[non_exhaustive]
    pub enum ChangeKind {
        /// A code was replaced by another.
        Replaced = "replaced",
        /// A row got its last day.
        Ended = "ended",
        /// A row with a new code was added.
        Added = "added",
        /// A description was replaced by that of NEW.
        Described = "described",
    }
}

/// A change of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Change {
    /// The kind of the change.
    pub kind: ChangeKind,
    /// Line of a text, row of a sheet or table; as numbered before the change.
    pub line: u32,
    /// Column of a text, from 1, in characters; of a sheet or table, from 0.
    pub column: u32,
    /// The field.
    pub field: String,
    /// The text before the change; empty where a row was added.
    pub old: String,
    /// The text after the change.
    pub new: String,
}

/// A finding that needs a decision.
#[derive(Debug, Clone)]
pub struct Open<'a> {
    /// The finding that needs a decision.
    pub finding: Arc<Finding<'a>>,
    /// The reason why a decided change could not be made; `None` where a decision is missing.
    pub why: Option<String>,
}

impl<'a> Open<'a> {
    fn of(finding: &Arc<Finding<'a>>, why: String) -> Self {
        Self { finding: Arc::clone(finding), why: Some(why).filter(|why| !why.is_empty()) }
    }

    /// Returns true if the finding is a new code that a list lacks.
    pub(crate) fn is_addition(&self) -> bool {
        self.finding.kind == FindingKind::Incomplete
    }
}

/// The result for one file.
#[derive(Debug)]
#[non_exhaustive]
pub struct Migrated<'a> {
    /// Its content with the changes; `None` if there are none.
    pub content: Option<Vec<u8>>,
    /// The changes, in the order of the file.
    pub changes: Vec<Change>,
    /// The findings that need a decision.
    pub open: Vec<Open<'a>>,
    /// Its content with the proposals for programs and running text as well; `None` if there are none.
    pub proposed: Option<Vec<u8>>,
    /// The changes of that content.
    pub proposed_changes: Vec<Change>,
    /// Number of places left as they are by rule, by their use.
    pub left: BTreeMap<&'static str, u64>,
    /// Columns that look like numbers of rows, from 1: copies of rows repeat their values, unless the writer assigns
    /// new ones, as a database does.
    pub repeated: Vec<u32>,
    /// The codes of its findings.
    pub met: BTreeSet<String>,
    /// The reason why it could not be read, or not completely.
    pub failed: Option<String>,
}

/// The mark of places that are correct as they are: on their date, for their period, or as the old code of a pair.
pub(crate) const RIGHT: &str = "right as it is";

/// The mark of places that are left because they are in a program.
pub(crate) const PROGRAM: &str = "program";

/// The input of a migration.
pub struct Migration<'m, 'a> {
    /// The scan plan; made to keep rows.
    pub plan: &'m Plan<'a>,
    /// The options.
    pub options: Options,
    /// The decisions of the user.
    pub decided: &'m Instructions,
    /// The crosswalk from OLD to NEW.
    pub crosswalk: &'m Crosswalk<'a>,
    /// Returns whether a finding of a file is excepted, so that it is not acted on.
    pub is_excepted: &'m dyn Fn(&str, &Finding<'_>) -> bool,
}

/// The reason why files of a kind are not changed.
const UNCHANGED: &str = "codeset does not change files of this kind: change it by hand";

/// Why a text is.
const NO_WAY_BACK: &str = "its encoding cannot be written back unchanged";

impl<'m, 'a: 'm> Migration<'m, 'a> {
    /// Changes a file; `None` if it is of a kind that is not read.
    pub fn of(&self, name: &str, bytes: &[u8]) -> Option<Migrated<'m>> {
        let scan = self.plan.scan_text(name, &mut &bytes[..]).ok().filter(|scan| scan.kind.is_read())?;
        let scan = self.concerned(name, scan);
        if scan.kind == Kind::Package {
            return Some(match Book::open(bytes) {
                Ok(Some(book)) => self.workbook(book, &scan),
                Ok(None) => self.untouched(&scan, UNCHANGED),
                Err(why) => self.untouched(&scan, &why.to_string()),
            });
        }
        if !scan.kind.is_text() {
            return Some(self.untouched(&scan, UNCHANGED));
        }
        let Some(decoded) = utf16(bytes) else { return Some(self.text(bytes, &scan)) };
        if in_utf16(&decoded, bytes) != bytes {
            return Some(self.untouched(&scan, NO_WAY_BACK));
        }
        let migrated = self.text(decoded.as_bytes(), &scan);
        let again = |content: Vec<u8>| in_utf16(&String::from_utf8_lossy(&content), bytes);
        let (content, proposed) = (migrated.content.map(again), migrated.proposed.map(again));
        Some(Migrated { content, proposed, ..migrated })
    }

    /// Returns a scan of a file without the excepted findings.
    pub(crate) fn concerned(&self, name: &str, mut scan: FileScan<'m>) -> FileScan<'m> {
        scan.findings.retain(|finding| !(self.is_excepted)(name, finding));
        scan
    }

    /// Plans the changes in a database and returns them with the rows to write. The caller that opened the database
    /// writes them, or passes the reason why not to `untouched`. Only rows of the named tables have numbers by
    /// which they can be found.
    pub fn database(&self, scan: &FileScan<'m>, tables: &[&str]) -> (Migrated<'m>, Vec<RowChange>) {
        let mut rows = rows::Rows::new(tables);
        let migrated = self.planned(&mut rows, scan, &self.options);
        (migrated, rows.written())
    }

    fn text(&self, content: &[u8], scan: &FileScan<'m>) -> Migrated<'m> {
        let mut text = text::Text::new(content, scan.kind);
        let mut migrated = self.planned(&mut text, scan, &self.options);
        migrated.content = text.written();
        if migrated.left.contains_key(PROGRAM) || migrated.left.contains_key(PlaceUse::Text.word()) {
            let mut text = text::Text::new(content, scan.kind);
            let options = Options { programs: true, text: true, ..self.options };
            migrated.proposed_changes = self.planned(&mut text, scan, &options).changes;
            migrated.proposed = text.written().filter(|proposed| migrated.content.as_ref() != Some(proposed));
        }
        migrated
    }

    fn workbook(&self, mut book: Book<'_>, scan: &FileScan<'m>) -> Migrated<'m> {
        let migrated = self.planned(&mut book, scan, &self.options);
        match book.written() {
            Ok(content) => Migrated { content, ..migrated },
            Err(why) => self.untouched(scan, &why.to_string()),
        }
    }

    /// Writes the planned changes to the target and returns them with the findings that need a decision.
    fn planned(&self, target: &mut dyn EditTarget, scan: &FileScan<'m>, options: &Options) -> Migrated<'m> {
        let mut plan = plan::Plan::new(target, options, self.decided, self.crosswalk);
        let open = plan.of(scan);
        let repeated = plan.repeated.into_iter().collect();
        let (changes, mut left) = (plan.changes, plan.left);
        let right: u64 = scan.regions.iter().map(|region| region.ended).sum();
        if right > 0 {
            left.insert(RIGHT, right);
        }
        let (met, failed) = (met(scan), scan.failed.clone());
        Migrated {
            content: None,
            changes,
            open,
            proposed: None,
            proposed_changes: Vec::new(),
            left,
            repeated,
            met,
            failed,
        }
    }

    /// Returns the result for a file that is not changed: all its changes are left open.
    pub(crate) fn untouched(&self, scan: &FileScan<'m>, why: &str) -> Migrated<'m> {
        let concerned = scan.findings.iter().filter(|finding| {
            !matches!(choose::action(finding, self.decided, self.crosswalk), choose::Action::Leave)
        });
        let open = concerned.map(|finding| Open::of(finding, why.to_owned())).collect();
        Migrated {
            content: None,
            changes: Vec::new(),
            open,
            proposed: None,
            proposed_changes: Vec::new(),
            left: BTreeMap::new(),
            repeated: Vec::new(),
            met: met(scan),
            failed: scan.failed.clone(),
        }
    }
}

/// Returns the codes of the findings of a file.
fn met(scan: &FileScan<'_>) -> BTreeSet<String> {
    scan.findings.iter().map(|finding| finding.code.clone()).collect()
}

/// Encodes a text in UTF-16 in the byte order of another one, with its byte-order mark.
fn in_utf16(text: &str, like: &[u8]) -> Vec<u8> {
    let is_big = like.starts_with(b"\xfe\xff");
    let bytes = |unit: u16| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// Converts a file to text, to show what changed in it; for a workbook, its rows.
pub(crate) fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    let rows = bytes.starts_with(b"PK\x03\x04").then(|| workbook::as_text(bytes)).flatten();
    let text = rows.or_else(|| utf16(bytes));
    text.map_or_else(|| String::from_utf8_lossy(bytes), Cow::Owned)
}
