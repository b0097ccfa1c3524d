//! The reasons why a file cannot be read, or not to its end.

use super::tree::DEEPEST;
use crate::base::unpack::{MAX_MEMBERS, MAX_RATIO};
use crate::tables::WorkbookError;

/// The reason why a file that is not text cannot be read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    /// A workbook.
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
    /// A package of members.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A document in one XML text.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// It is encrypted.
    #[error("is encrypted: save it without a password")]
    Encrypted,
    /// It is a zip archive of something else.
    #[error("is a zip archive, but not a workbook, slides or a document")]
    OtherArchive,
    /// It is of a kind that is not read; the sentence says which.
    #[error("{0}")]
    Unsupported(&'static str),
    /// A PDF.
    #[cfg(feature = "pdf")]
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// A table in Parquet format.
    #[cfg(feature = "parquet")]
    #[error(transparent)]
    Parquet(#[from] ParquetError),
}

impl ReadError {
    /// Returns whether the file is damaged, or not of the kind that its first bytes promise.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::OtherArchive => true,
            Self::Workbook(error) => {
                use WorkbookError::{List, LongTexts, Size, Texts};
                !matches!(error, List(_) | Size(_) | Texts | LongTexts(_))
            }
            Self::Package(error) => {
                matches!(error, PackageError::Damaged(_) | PackageError::Open(..) | PackageError::Unpack(..))
            }
            #[cfg(feature = "pdf")]
            Self::Pdf(error) => {
                !matches!(error, PdfError::Pictures | PdfError::Encrypted | PdfError::Objects(_))
            }
            #[cfg(feature = "parquet")]
            // Its message says so.
            Self::Parquet(_) => false,
            Self::Xml(_) | Self::Encrypted | Self::Unsupported(_) => false,
        }
    }
}

/// The reason why a package or one of its members cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PackageError {
    /// It is damaged, or not a package.
    #[error("the package cannot be opened: {0}")]
    Damaged(String),
    /// It has too many members: their number.
    #[error("the package has {0} members, more than {MAX_MEMBERS}")]
    Members(usize),
    /// A member cannot be opened: its name and the reason.
    #[error("`{0}` cannot be opened: {1}")]
    Open(String, String),
    /// A member is damaged: its name and the reason.
    #[error("`{0}` cannot be unpacked: {1}")]
    Unpack(String, String),
    /// A member is too large: its name and the limit in MiB.
    #[error("`{0}` is larger than {1} MiB when unpacked")]
    Size(String, u64),
    /// A member unpacks to far more than its own size.
    #[error("`{0}` unpacks to more than {MAX_RATIO} times its size")]
    Ratio(String),
    /// A member that another one refers to, or that every such package has, is missing.
    #[error("`{0}` is missing in the package")]
    Missing(String),
    /// The XML of a member is damaged: its name and the reason.
    #[error("`{0}`: {1}")]
    Xml(String, XmlError),
}

/// The reason why an XML text was not read to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum XmlError {
    /// It is not XML from some place on.
    #[error("the XML breaks off: {0}")]
    Broken(String),
    /// Elements are still open at its end.
    #[error("the XML is truncated")]
    Cut,
    /// Elements are nested too deep.
    #[error("elements are nested deeper than {DEEPEST}")]
    Depth,
}

/// The reason why a PDF cannot be read, or not to its end.
#[cfg(feature = "pdf")]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PdfError {
    /// It has a password.
    #[error("is encrypted, and cannot be opened without a password")]
    Encrypted,
    /// It is damaged, or not a PDF.
    #[error("the PDF cannot be read: {0}")]
    Damaged(String),
    /// The reading library failed.
    #[error("the PDF cannot be read")]
    Panic,
    /// It has too many objects: the limit.
    #[error(
        "the PDF has more than {0} objects, the limit for a document: print it to a new PDF, or save it as text"
    )]
    Objects(usize),
    /// A page is damaged: its number and the reason.
    #[error("page {0} cannot be read completely: {1}")]
    Page(u32, String),
    /// It takes too much work: the number of the page at which reading ended.
    #[error("page {0} and those after it were not read: the file draws more than any document of text")]
    Work(u32),
    /// Its pages have no text.
    #[error("has no text: its pages are scanned images")]
    Pictures,
}

/// The reason why a table in Parquet format cannot be read, or not to its end.
#[cfg(feature = "parquet")]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParquetError {
    /// It is damaged, or not such a table: what the reading library says.
    #[error("is a damaged, incomplete or encrypted Parquet file ({0})")]
    Damaged(String),
    /// The reading library failed.
    #[error("is a damaged Parquet file")]
    Panic,
    /// It has too many rows: the limit.
    #[error("has more than {0} rows; the others were not read")]
    Rows(u64),
}
