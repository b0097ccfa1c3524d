//! The reasons why a workbook cannot be read.

/// The reason why a workbook cannot be read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WorkbookError {
    /// Its package is damaged.
    #[error("the workbook cannot be opened: {0}")]
    Package(String),
    /// A member that is held in memory as a whole is too large: the number of bytes.
    #[error("the workbook contains {0} bytes or more of texts or styles")]
    List(u64),
    /// All members together are too large: the number of bytes.
    #[error("the workbook is {0} bytes or more when unpacked")]
    Size(u64),
    /// Its string table claims too many strings.
    #[error("the workbook declares a million texts or more")]
    Texts,
    /// Its content is damaged.
    #[error("the workbook cannot be read: {0}")]
    Content(String),
    /// A sheet is damaged: its number, from 1, and the reason.
    #[error("the workbook cannot be read: sheet {0}: {1}")]
    Sheet(usize, String),
    /// Its cells have too much long text: the limit in bytes. A workbook has each text once, and a cell only names it.
    #[error("the rest of the workbook was not read: its cells have more than {} MB of long texts", .0 >> 20)]
    LongTexts(usize),
    /// The reading library failed.
    #[error("the workbook cannot be read")]
    Panic,
}

impl WorkbookError {
    /// Returns the error for a reason of the reading library.
    pub(super) fn content(reason: impl std::fmt::Display) -> Self {
        Self::Content(reason.to_string())
    }
}
