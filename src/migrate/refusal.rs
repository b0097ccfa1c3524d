//! The reasons why a change is not made.

use crate::read::PackageError;

/// The reason why a change is not made. Its finding is left to decide.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// A decision is missing; the finding describes it.
    #[error("")]
    Undecided,

    // Findings and releases.
    /// The row of the finding was not kept.
    #[error("its row was not kept")]
    NoRow,
    /// There is no row after which a new one can be added.
    #[error("there is no row to insert it after")]
    NoRowBefore,
    /// The list already has the replacement.
    #[error("its replacement is already in the list: the row can be deleted")]
    AlreadyListed,
    /// The row has no last day that could be set.
    #[error("its row has no column of last days")]
    NoLastDayColumn,
    /// The code has no successor.
    #[error("no successor is known")]
    NoSuccessor,
    /// The last day of the code is not known.
    #[error("its last day is unknown: name the editions in between with --via")]
    LastDayUnknown,
    /// No day follows the last day of the code.
    #[error("its last day is the latest possible date")]
    NoDayAfter,
    /// The row would begin after it ends.
    #[error("its row begins after its last day")]
    BeginsAfterLastDay,
    /// The first day of NEW is not known.
    #[error("the first day of NEW is unknown")]
    FirstDayUnknown,
    /// The code to add is not billable.
    #[error("it is not billable in NEW")]
    NotBillable,
    /// The code is not in OLD.
    #[error("it is not in OLD")]
    NotInOld,
    /// The code is not in NEW.
    #[error("it is not in NEW")]
    NotInNew,
    /// The description is not that of OLD.
    #[error("its description is another one")]
    OtherDescription,

    // Texts.
    /// The code is longer than its columns.
    #[error("{0} does not fit into its columns")]
    TooLong(String),
    /// The bytes of the row have changed since they were read.
    #[error("its row cannot be copied")]
    NotCopied,
    /// Rows of this kind of file have no place after them.
    #[error("rows cannot be inserted here")]
    NoPlace,

    // Databases.
    /// It is not in a table of the database.
    #[error("it is not in a table")]
    NotInTable,
    /// The rows of the table have no numbers that identify them.
    #[error("the rows of its table have no numbers: write scripts with codeset migrate sql")]
    NoRowNumbers,
    /// It is a word of a text in a cell.
    #[error("it is in running text: change it by hand")]
    RunningText,

    // Workbooks.
    /// It is not in a sheet of the workbook.
    #[error("it is not in a sheet")]
    NotInSheet,
    /// The workbook has a signature.
    #[error("it is signed, and a change would break that: change it by hand")]
    Signed,
    /// The package cannot be read.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The package cannot be written: the reason.
    #[error("the workbook cannot be written: {0}")]
    NotWritten(String),
    /// The workbook does not name the sheet.
    #[error("its sheet is missing from the list of sheets")]
    SheetNotListed,
    /// The member of the sheet is missing.
    #[error("its sheet is missing")]
    SheetMissing,
    /// The sheet has all the rows that a sheet may have.
    #[error("its sheet is full")]
    SheetFull,
    /// The sheet is in another encoding.
    #[error("its sheet is not in UTF-8")]
    NotUtf8,
    /// The XML is damaged.
    #[error("its XML is damaged")]
    DamagedXml,
    /// Rows without numbers, or not in their order.
    #[error("its rows are not numbered in order")]
    RowNumbers,
    /// Cells that are not in the order of their columns.
    #[error("the cells of its row are not in order")]
    CellOrder,
    /// The member of a table is missing.
    #[error("a table of its sheet is missing")]
    TableMissing,
    /// A table without its area.
    #[error("a table of its sheet has no position")]
    TableWithoutArea,
    /// Rows cannot be added here for certain; the sentence says why.
    #[error("{0}: insert the rows by hand")]
    AddByHand(&'static str),
    /// The value of the cell is a result.
    #[error("its cell contains a formula: change it by hand")]
    Formula,
    /// The text of the cell is formatted in parts.
    #[error("its cell has text in several styles: change it by hand")]
    MixedLetters,
    /// The text of the cell has a format that cannot be written here.
    #[error("its text has its own formatting: change it by hand")]
    OwnProperties,
    /// The cell has another value than the one that was read.
    #[error("its cell does not contain the value that was read")]
    OtherValue,
}
