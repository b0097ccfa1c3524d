//! The reasons why a usage file cannot be read. No message quotes a cell.

use std::io;

use super::Purpose;
use super::UsageError;
use super::limits::{MAX_TOKENS, WHOLE};
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
        "{fault}; {} without a value: open it in a spreadsheet program and save it, so that the values are in it",
        counted(*formulas, "formula is", "formulas are")
    )]
    Formulas { fault: NoRoles, formulas: u64 },
    /// The file cannot be opened a second time.
    #[error(
        "its code column is not clear from its first rows, and it cannot be read twice: name the column with \
         --code-column, or pass a file"
    )]
    ReadOnce,
    /// The code column has more different values than a code set has codes.
    #[error(
        "its code column has more than {MAX_TOKENS} different values; name the right one with --code-column"
    )]
    TooManyValues,
    /// A workbook is too large.
    #[error("the workbook is larger than any that is read; save it as CSV")]
    LargeWorkbook,
    /// A text that is read as a whole is too large.
    #[error("it is larger than {} MB, and files of its kind are read as a whole: save it as CSV or JSON Lines", WHOLE >> 20)]
    LargeText,
    /// A file that is not text is damaged.
    #[error("the workbook cannot be read to its end; save it as CSV")]
    Damaged,
    /// A file that is not text cannot be read for another reason.
    #[error("{}", continued(.0))]
    Unread(ReadError),
    /// An archive is damaged.
    #[error("the archive cannot be read")]
    DamagedArchive,
    /// An archive is empty.
    #[error("the archive holds no files")]
    EmptyArchive,
    /// An archive in place of a list.
    #[error("it is an archive: unpack it, and pass the file in it")]
    Archive,
    /// The packed content is packed as well.
    #[error("it is packed with gzip twice")]
    PackedTwice,
    /// Its bytes are of no kind that is known.
    #[error("it is neither text nor a workbook")]
    Binary,
    /// It has no known layout.
    #[error("it is in no layout that is read")]
    NoLayout,
    /// A price list in JSON without charges.
    #[error("it has no list `standard_charge_information`")]
    NoCharges,
    /// It is of a kind that is not read as usage.
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
            Self::Read(source) => UsageError::Read { file, source },
            fault => UsageError::Columns { file, purpose, reason: fault.to_string() },
        }
    }
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        if error.is_damage() { Self::Damaged } else { Self::Unread(error) }
    }
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
        "{column} is for {other} by its name, and the releases are {title}; no other column holds such codes"
    )]
    OtherSet { column: String, other: &'static str, title: &'static str },
    /// A column has some codes, but too few.
    #[error(
        "no column is clearly one of {title} codes: {known} of {values} values of {column} look like some; if they \
         are, name it with --code-column"
    )]
    Unclear { title: &'static str, known: String, values: String, column: String },
    /// No column has codes of the set.
    #[error("no column holds {0} codes of either release")]
    NoCodes(&'static str),
    /// The same, in a table without headings.
    #[error("no column holds {0} codes of either release, and there are no headings")]
    NoCodesNorHeadings(&'static str),
    /// Several columns hold codes equally well: the sheet, if there are several, the columns and the set.
    #[error("{place}{columns} hold {title} codes alike; name the right one with --code-column")]
    Ambiguous { place: String, columns: String, title: &'static str },
}
