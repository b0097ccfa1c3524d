//! Tables of codes, repaired: what can be changed by rule or by a decision is changed, everything else is left to decide.
//!
//! Databases that are not opened here get scripts; of one that is, the rows to be written are handed out.
//!
//! Texts are changed byte by byte: what is not a code, or a description where that is asked for, stays as it was. So are the
//! sheets of a workbook, and its other members are copied.

mod choose;
mod days;
mod edits;
mod fill;
mod plan;
mod planned;
mod rows;
mod script;
mod text;
mod workbook;

pub use choose::Decisions;
pub use planned::{Planned, planned};
pub use rows::{Cells, RowChange};
pub use script::{
    Addition, DayColumns, Dialect, Mode, NewCode, Replacement, ScriptError, Scripts, SetColumn, Spelling,
    TableNames, scripts,
};

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::crosswalk::Crosswalk;
use crate::scan::{FileScan, Finding, FindingKind, Kind, PlaceUse, Plan, utf16};
use plan::EditTarget;
use workbook::Book;

/// What is asked of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// What becomes of a row whose code died.
    pub mode: Mode,
    /// Whether revised descriptions of codes that stay are changed as well.
    pub descriptions: bool,
    /// Whether the description of a replaced code stays even if it is exactly OLD's.
    pub keeps_descriptions: bool,
    /// Whether rows that hold on a day are changed whatever that day is.
    pub past_rows: bool,
    /// Whether programs are changed, and not only proposed to be.
    pub programs: bool,
    /// Whether running text is.
    pub text: bool,
}

/// What a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A code stands where another stood.
    Replaced,
    /// A row has its last day.
    Ended,
    /// A row with a new code came.
    Added,
    /// A description is that of NEW.
    Described,
}

impl ChangeKind {
    /// The word used in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Ended => "ended",
            Self::Added => "added",
            Self::Described => "described",
        }
    }
}

/// A change of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Change {
    /// What it is.
    pub kind: ChangeKind,
    /// Line of a text, row of a sheet or table; as it was before.
    pub line: u32,
    /// Column of a text, from 1, in characters; of a sheet or table, from 0.
    pub column: u32,
    /// The field.
    pub field: String,
    /// What stood there; nothing where a row came.
    pub old: String,
    /// What stands there now.
    pub new: String,
}

/// Something that is left to decide.
#[derive(Debug, Clone)]
pub struct Open<'a> {
    /// What it is about.
    pub finding: Arc<Finding<'a>>,
    /// Why it could not be done although it is decided; nothing where a decision is lacking.
    pub why: Option<String>,
}

impl<'a> Open<'a> {
    fn of(finding: &Arc<Finding<'a>>, why: String) -> Self {
        Self { finding: Arc::clone(finding), why: Some(why).filter(|why| !why.is_empty()) }
    }

    /// Whether it is a new code that a list lacks.
    pub fn is_addition(&self) -> bool {
        self.finding.kind == FindingKind::Incomplete
    }
}

/// What becomes of a file.
#[derive(Debug)]
pub struct Migrated<'a> {
    /// Its content with the changes; `None` if there are none.
    pub content: Option<Vec<u8>>,
    /// The changes, in the order of the file.
    pub changes: Vec<Change>,
    /// What is left to decide.
    pub open: Vec<Open<'a>>,
    /// Its content with what is proposed for programs and running text as well; `None` if nothing is.
    pub proposed: Option<Vec<u8>>,
    /// The changes of that content.
    pub proposed_changes: Vec<Change>,
    /// How many places are left as they are by rule, by what they are for.
    pub left: BTreeMap<&'static str, u64>,
    /// Columns that look like numbers of rows, from 1: copies of rows repeat their values, unless the one who writes them gives
    /// them new ones, as a database does.
    pub repeated: Vec<u32>,
    /// The codes of its findings.
    pub met: BTreeSet<String>,
    /// Why it could not be read, or not to its end.
    pub failed: Option<String>,
}

/// Marks places that are right as they are: on their day, for their period, or as the old side of a pair.
pub const RIGHT: &str = "right as it is";

/// Marks places that are left because they are in a program.
pub const PROGRAM: &str = "program";

/// Everything by which files are changed.
pub struct Migration<'m, 'a> {
    /// What is looked for; made to keep rows.
    pub plan: &'m Plan<'a>,
    /// What is asked.
    pub options: Options,
    /// What the user decided.
    pub decided: &'m Decisions,
    /// What replaces what.
    pub crosswalk: &'m Crosswalk<'a>,
    /// Whether a finding of a file is excepted: nothing is done about it.
    pub is_excepted: &'m dyn Fn(&str, &Finding<'_>) -> bool,
}

/// Why a kind of file is left to its owner.
const UNCHANGED: &str = "files of this kind are not changed here: change it by hand";

/// Why a text is.
const NO_WAY_BACK: &str = "its encoding cannot be written as it was";

impl<'m, 'a: 'm> Migration<'m, 'a> {
    /// Changes a file; `None` if it is of a kind that is not read.
    pub fn of(&self, name: &str, bytes: &[u8]) -> Option<Migrated<'m>> {
        let scan = self.plan.scan_text(name, &mut &bytes[..]).ok().filter(|scan| scan.kind.is_read())?;
        let scan = self.concerned(name, scan);
        if scan.kind == Kind::Package {
            return Some(match Book::open(bytes) {
                Ok(Some(book)) => self.workbook(book, &scan),
                Ok(None) => self.untouched(&scan, UNCHANGED),
                Err(why) => self.untouched(&scan, &why),
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

    /// A scan of a file without the findings that are excepted.
    pub fn concerned(&self, name: &str, mut scan: FileScan<'m>) -> FileScan<'m> {
        scan.findings.retain(|finding| !(self.is_excepted)(name, finding));
        scan
    }

    /// What changes in a database, with the rows to be written: by the one who opened it, or what it says is given to
    /// [`Self::untouched`]. Only rows of the tables that are named have numbers by which they can be found.
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
            Err(why) => self.untouched(scan, &why),
        }
    }

    /// Writes what is to be changed, and says what that was, and what is left to decide.
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

    /// A file that stays as it is: what would have to be done is left open.
    pub fn untouched(&self, scan: &FileScan<'m>, why: &str) -> Migrated<'m> {
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

/// The codes of the findings of a file.
fn met(scan: &FileScan<'_>) -> BTreeSet<String> {
    scan.findings.iter().map(|finding| finding.code.clone()).collect()
}

/// A text in UTF-16 as another one is, with its byte-order mark.
fn in_utf16(text: &str, like: &[u8]) -> Vec<u8> {
    let is_big = like.starts_with(b"\xfe\xff");
    let bytes = |unit: u16| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// A file as text, to show what changed in it; of a workbook its rows.
pub fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    let rows = bytes.starts_with(b"PK\x03\x04").then(|| workbook::as_text(bytes)).flatten();
    let text = rows.or_else(|| utf16(bytes));
    text.map_or_else(|| String::from_utf8_lossy(bytes), Cow::Owned)
}
