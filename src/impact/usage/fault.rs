//! The reasons why a usage file cannot be read. No message quotes a cell.

use std::io;

use super::Purpose;
use super::UsageError;
use super::limits::{MAX_TOKENS, WHOLE};
use super::slots::EditionSlot;
use super::wrong_kind::WrongKind;
use crate::base::counted;
use crate::read::ReadError;

/// The reason why a layout cannot continue.
#[derive(Debug, thiserror::Error)]
pub(in crate::impact) enum Fault {
    /// The roles of the columns cannot be decided.
    #[error(transparent)]
    Columns(#[from] NoRoles),
    /// The same, in a workbook with formulas that were never calculated: their number.
    #[error(
        "{fault}; {} without a value: open the file in a spreadsheet program and save it to store the values",
        counted(*formulas, "formula is", "formulas are")
    )]
    Formulas { fault: NoRoles, formulas: u64 },
    /// It is the result of a query, and cannot be used.
    #[error(transparent)]
    Result(#[from] BadResult),
    /// The file cannot be opened a second time.
    #[error(
        "its first rows do not show which column contains the codes, and it cannot be read twice: name the column \
         with --code-column, or pass a file"
    )]
    ReadOnce,
    /// The code column has more different values than a code set has codes.
    #[error(
        "its code column has more than {MAX_TOKENS} different values; name the right column with --code-column"
    )]
    TooManyValues,
    /// A workbook is too large.
    #[error("the workbook is too large; save it as CSV")]
    LargeWorkbook,
    /// A text that is read as a whole is too large.
    #[error("it is larger than {} MB, the limit for files of its kind: save it as CSV or JSON Lines", WHOLE >> 20)]
    LargeText,
    /// A file that is not text is damaged.
    #[error("the workbook cannot be read completely; save it as CSV")]
    Damaged,
    /// A file that is not text cannot be read for another reason.
    #[error("{}", continued(.0))]
    Unread(ReadError),
    /// An archive is damaged.
    #[error("the archive cannot be read")]
    DamagedArchive,
    /// An archive is empty.
    #[error("the archive contains no files")]
    EmptyArchive,
    /// An archive in place of a list.
    #[error("it is an archive: unpack it, and pass the file that it contains")]
    Archive,
    /// The packed content is packed as well.
    #[error("it is compressed with gzip twice")]
    PackedTwice,
    /// Its bytes do not match any known kind of file.
    #[error("it is not text or a workbook")]
    Binary,
    /// It has no known layout.
    #[error("it is in an unknown layout")]
    NoLayout,
    /// A price list in JSON without charges.
    #[error("it has no list `standard_charge_information`")]
    NoCharges,
    /// It is a kind of file that is not read as usage.
    #[error("this is {}", .0.what)]
    Kind(WrongKind),
    /// The system cannot read it.
    #[error(transparent)]
    Read(#[from] io::Error),
}

/// Continues a sentence about the file: `is a ..` becomes `it is a ..`.
fn continued(error: &ReadError) -> String {
    let text = error.to_string();
    if text.starts_with("is ") { format!("it {text}") } else { text }
}

impl Fault {
    /// Returns the error about a list of codes.
    pub(in crate::impact) fn of_list(self, file: &str) -> UsageError {
        self.of(Purpose::List, file)
    }

    /// Returns the error about a file that is read for a purpose.
    pub(super) fn of(self, purpose: Purpose, file: &str) -> UsageError {
        let file = file.to_owned();
        match self {
            Self::Kind(WrongKind { what, instead }) => {
                UsageError::Kind { file, purpose, kind: what, instead }
            }
            Self::Read(source) if is_damage(&source) => {
                let reason = format!("it is incomplete or damaged ({source})");
                UsageError::Damaged { file, purpose, reason }
            }
            Self::Read(source) => UsageError::Read { file, source },
            Self::Columns(NoRoles::Empty) => UsageError::Empty { file, purpose },
            Self::Damaged
            | Self::DamagedArchive
            | Self::Unread(_)
            | Self::LargeWorkbook
            | Self::LargeText => UsageError::Damaged { file, purpose, reason: self.to_string() },
            Self::Result(reason) => UsageError::QueryResult { file, reason: reason.to_string() },
            fault => UsageError::Columns { file, purpose, reason: fault.to_string() },
        }
    }
}

/// Returns whether bytes could be read, but not unpacked.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        if error.is_damage() { Self::Damaged } else { Self::Unread(error) }
    }
}

/// The reason why the result of a query cannot be used. Rows are counted without the headings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::impact) enum BadResult {
    /// It is in a file that keeps types of its own.
    #[error("it is not CSV, TSV or JSON Lines; save it again as one of them, without a spreadsheet program")]
    Kind,
    /// A column is missing.
    #[error("there is no column `{0}`; save all columns of the query, with their headings")]
    NoColumn(&'static str),
    /// A slot is not one.
    #[error("row {0} has no valid edition slot; save the result without a spreadsheet program")]
    Slot(u64),
    /// A slot of other releases.
    #[error(
        "its edition slot {0} is not one of these releases; write the query again with the same OLD, NEW and --via"
    )]
    OtherReleases(EditionSlot),
    /// A number of lines is not one.
    #[error("row {0} has no whole number of lines")]
    Lines(u64),
    /// An amount is not one.
    #[error(
        "row {0} has an amount that is not an exact decimal number; cast amounts to DECIMAL in the table"
    )]
    Amount(u64),
    /// Codes became numbers.
    #[error(
        "its column `code` has numbers in place of codes; save it as text, without a spreadsheet program, and name \
         only columns of codes with --code-column"
    )]
    Numbers,
}

/// The reason why a table has no roles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::impact) enum NoRoles {
    /// The table has no rows.
    #[error("the table is empty")]
    Empty,
    /// A column that the user names is missing.
    #[error("there is no column `{0}`")]
    NoColumn(String),
    /// The same, in a table without headings.
    #[error("there is no column `{0}`: the table has no headings")]
    NoHeadings(String),
    /// The same, with the columns that there are.
    #[error("there is no column `{0}`; the columns are: {1}")]
    NoneOf(String, String),
    /// The only column of codes is for another set.
    #[error(
        "the name of {column} is that of a column of {other} codes, but the releases are {title}; no other column \
         contains {title} codes"
    )]
    OtherSet { column: String, other: &'static str, title: &'static str },
    /// A column has some codes, but too few.
    #[error(
        "no column clearly contains {title} codes: {known} of {values} values in {column} look like them; if it is \
         the right column, name it with --code-column"
    )]
    Unclear { title: &'static str, known: String, values: String, column: String },
    /// No column has codes of the set.
    #[error("no column contains {0} codes of either release")]
    NoCodes(&'static str),
    /// The same, in a table without headings.
    #[error("no column contains {0} codes of either release, and there are no headings")]
    NoCodesNorHeadings(&'static str),
    /// Several columns hold codes equally well: the sheet, if there are several, the columns and the set.
    #[error("{place}{columns} contain {title} codes equally well; name the right one with --code-column")]
    Ambiguous { place: String, columns: String, title: &'static str },
}
