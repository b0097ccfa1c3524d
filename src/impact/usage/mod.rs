//! Files of usage: tables, workbooks, claims, messages and resources, identified by their content.
//!
//! Each layout is one file here and one line in [`LAYOUTS`]. Files are read in a stream: only a count for each distinct
//! code is kept (see [`Tally`]), so memory does not grow with the length of a file. Workbooks are the exception: they
//! are unpacked in memory, within a limit. Patient data are not kept, and messages do not quote a file.
//!
//! Tables are counted on all cores: texts in `pieces`, Parquet by ranges of rows in `columnar`. Each core has a `ledger`.
//!
//! Invariant: codes of claims, messages and resources count by the name of their code system; codes without one are
//! left out and counted.

mod aggregate;
mod basis;
mod cms_rif;
mod column;
#[cfg(feature = "parquet")]
mod columnar;
mod columns;
mod counting;
mod counts;
mod fault;
mod fhir;
mod fhir_shapes;
mod hl7v2;
mod input;
mod judge;
mod ledger;
mod limits;
mod money;
mod number;
mod numbering;
mod once;
mod owner_lines;
mod pieces;
mod price_json;
mod slots;
mod survey;
mod table;
mod tally;
mod text;
mod vocabulary;
mod wrong_kind;
mod x12;
mod x12_envelope;

use std::fmt;
use std::io::{self, Read};
use std::sync::Mutex;

pub use basis::Basis;
pub use columns::ColumnChoice;
pub use judge::{ByMonth, Editions, Judged, Misdated};
pub use money::Amount;
pub use once::CountedOnce;
pub use owner_lines::OwnerCounts;
pub use slots::{EditionSlot, EditionSlots, ResultColumn};
pub use tally::{Suppressed, Tally, Usage};

use crate::fields::roles;
use crate::model::ProblemCode;
use crate::read::ReadSeek;
use crate::read::members::Members;
use crate::tables::workbook::{WORKBOOK_LIMIT, is_old_workbook};
use input::{OpenSeek, Reopen};
use ledger::Ledger;
use wrong_kind::WrongKind;

pub(super) use column::Column;
pub(super) use columns::{Table, set_title};
pub(super) use counting::is_total;
pub(super) use fault::Fault;
pub(super) use input::Input;
pub(super) use numbering::Numbering;
pub(super) use survey::{Survey, declared, declared_by};
pub(super) use text::{Text, kind};
pub(super) use vocabulary::Vocabulary;

/// Options for reading usage files.
#[derive(Debug, Clone, Default)]
pub struct UsageOptions {
    /// Columns by heading.
    pub columns: ColumnChoice,
    /// Only rows in which a column has a value: heading and value.
    pub only: Vec<(String, String)>,
    /// The choice of the day that a line is judged by.
    pub basis: Basis,
}

/// The purpose for which a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Usage, which is counted.
    Usage,
    /// A list of codes, or a table of the user's own.
    List,
}

impl fmt::Display for Purpose {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Usage => "codes in use",
            Self::List => "a list of codes",
        })
    }
}

/// The reason why a usage file cannot be read. Cells are never part of a message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UsageError {
    /// Its columns cannot be identified, or its layout is not one that is read.
    #[error("cannot read `{file}` as {purpose}: {reason}")]
    Columns {
        /// The file.
        file: String,
        /// The purpose it was read for.
        purpose: Purpose,
        /// The reason.
        reason: String,
    },
    /// It has no rows.
    #[error("cannot read `{file}` as {purpose}: the table is empty")]
    Empty {
        /// The file.
        file: String,
        /// The purpose it was read for.
        purpose: Purpose,
    },
    /// It is the result of a query that `codeset usage-sql` wrote, and was changed or made for other releases.
    #[error("cannot read `{file}` as the result of a query of usage-sql: {reason}")]
    QueryResult {
        /// The file.
        file: String,
        /// The reason.
        reason: String,
    },
    /// It is a file of a kind that is not read.
    #[error("cannot read `{file}` as {purpose}: this is {kind}")]
    Kind {
        /// The file.
        file: String,
        /// The purpose it was read for.
        purpose: Purpose,
        /// A description of the file, with an article.
        kind: &'static str,
        /// The action to take instead.
        instead: &'static str,
    },
    /// It is damaged, or more than what is read of its kind.
    #[error("cannot read `{file}` as {purpose}: {reason}")]
    Damaged {
        /// The file.
        file: String,
        /// The purpose it was read for.
        purpose: Purpose,
        /// The reason.
        reason: String,
    },
    /// It cannot be read.
    #[error("cannot read `{file}`")]
    Read {
        /// The file.
        file: String,
        /// The reason.
        source: io::Error,
    },
}

/// Maximum number of files of an archive to read.
const MOST_MEMBERS: usize = 1_000;

/// A layout of usage files.
trait Layout: Sync {
    /// Returns the name used for fixtures and fuzz targets: the file of the layout.
    fn id(&self) -> &'static str;

    /// Returns whether a file begins as files of this layout do.
    fn recognizes(&self, head: &[u8], options: &UsageOptions) -> bool;

    /// Reads a file to its end and hands its codes to the ledger.
    fn read(&self, input: Input<'_>, options: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault>;
}

/// The layouts, in the order in which they are tried. Any text may be a table.
static LAYOUTS: &[&dyn Layout] = &[
    &x12::X12,
    &hl7v2::Hl7v2,
    &fhir::Fhir,
    &price_json::PriceJson,
    &cms_rif::CmsRif,
    &aggregate::Aggregate,
    &table::Tables,
];

/// Returns the names of the layouts that are read.
pub fn usage_layouts() -> impl Iterator<Item = &'static str> {
    LAYOUTS.iter().map(|layout| layout.id())
}

impl UsageOptions {
    /// Returns whether the user names a column by this heading.
    fn asks_for(&self, heading: &str) -> bool {
        let ColumnChoice { code, count, owner, amount, date, claim } = &self.columns;
        let asked = [code, count, owner, amount, date, claim].into_iter().flatten();
        let asked = asked.chain(self.only.iter().map(|(heading, _)| heading));
        !heading.is_empty() && asked.into_iter().any(|wanted| roles::plain(wanted) == roles::plain(heading))
    }
}

/// Reads files of usage against the codes of some releases.
pub struct UsageReader<'a> {
    vocabulary: Vocabulary<'a>,
    options: &'a UsageOptions,
    once: Option<(&'a Mutex<CountedOnce>, usize)>,
}

impl<'a> UsageReader<'a> {
    /// Creates a reader for the codes of `editions`.
    pub fn new(editions: Editions<'a>, options: &'a UsageOptions) -> Self {
        Self { vocabulary: Vocabulary::new(editions), options, once: None }
    }

    /// Takes note of what readings of the same file for other sets have counted. `file` is its number among the files that are
    /// read: two of them may have the same name.
    #[must_use]
    pub fn once(self, counted: &'a Mutex<CountedOnce>, file: usize) -> Self {
        Self { once: Some((counted, file)), ..self }
    }

    /// Reads a file and adds it to `usage`. It is opened a second time if its first rows do not say which column holds the
    /// codes.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is in no layout, or no column of a table holds codes of a release.
    pub fn read<'r>(
        &'r self,
        usage: &mut Usage,
        file: &'r str,
        open: &'r mut (dyn FnMut() -> io::Result<Box<dyn Read + 'r>> + 'r),
    ) -> Result<(), UsageError> {
        self.read_opened(usage, file, open, None)
    }

    /// Reads a file in any order, and adds it to `usage`. Of a large table in columns only what is needed is read.
    ///
    /// # Errors
    ///
    /// As [`UsageReader::read`].
    pub fn read_file(
        &self,
        usage: &mut Usage,
        file: &str,
        open: &dyn Fn() -> io::Result<Box<dyn ReadSeek>>,
    ) -> Result<(), UsageError> {
        let mut stream = || Ok(Box::new(open()?) as Box<dyn Read>);
        self.read_opened(usage, file, &mut stream, Some(open))
    }

    fn read_opened<'r>(
        &'r self,
        usage: &mut Usage,
        file: &'r str,
        open: &'r mut (dyn FnMut() -> io::Result<Box<dyn Read + 'r>> + 'r),
        again: Option<&'r OpenSeek<'r>>,
    ) -> Result<(), UsageError> {
        let ledger = Ledger::new(file, &self.vocabulary, self.options);
        let mut ledger = match self.once {
            Some(once) => ledger.once(once),
            None => ledger,
        };
        let done = read(open, again, self.options, &mut ledger).and_then(|()| ledger.finish(usage));
        done.map_err(|fault| fault.of(Purpose::Usage, file))
    }
}

/// Reads a file in its layout.
fn read<'r>(
    open: &'r mut Reopen<'r, 'r>,
    again: Option<&'r OpenSeek<'r>>,
    options: &UsageOptions,
    ledger: &mut Ledger<'_>,
) -> Result<(), Fault> {
    let mut input = Input::open(open)?.also(again);
    if is_archive(input.head()) {
        input.hold_all(WORKBOOK_LIMIT)?;
        return read_members(input.held(), options, ledger);
    }
    if input::is_packed(input.head()) {
        return Err(Fault::PackedTwice);
    }
    refused(input.head())?;
    let layout = LAYOUTS.iter().find(|layout| layout.recognizes(input.head(), options));
    let layout = layout.ok_or(Fault::NoLayout)?;
    let is_table = layout.id() == table::Tables.id() && !is_package(input.head());
    if is_table && let Some(kind) = WrongKind::instead_of_a_table(input.head()) {
        return Err(Fault::Kind(kind));
    }
    layout.read(input, options, ledger)
}

/// Refuses files that are clearly neither text nor workbooks.
pub(super) fn refused(head: &[u8]) -> Result<(), Fault> {
    WrongKind::of(head).map_or(Ok(()), |kind| Err(Fault::Kind(kind)))
}

/// Returns whether a file is a zip archive of other files: workbooks and documents are archives as well.
pub(super) fn is_archive(head: &[u8]) -> bool {
    let has = |part: &[u8]| memchr::memmem::find(head, part).is_some();
    const PARTS: [&[u8]; 6] =
        [b"[Content_Types].xml", b"xl/", b"_rels/", b"docProps/", b"word/", b"mimetypeapplication/"];
    head.starts_with(b"PK\x03\x04") && !PARTS.iter().any(|part| has(part))
}

/// Returns whether a file has tables and is not text: a workbook, in the current format or the one from before 2007, or Parquet.
fn is_package(head: &[u8]) -> bool {
    let is_parquet = cfg!(feature = "parquet") && head.starts_with(b"PAR1");
    head.starts_with(b"PK\x03\x04") || is_old_workbook(head) || is_parquet
}

/// Reads the files of an archive. Those that hold no usage are named; that all of them do not is an error.
fn read_members(bytes: &[u8], options: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
    let cannot = |_| Fault::DamagedArchive;
    let mut members = Members::open(bytes).map_err(cannot)?;
    let is_file = |name: &String| {
        let last = name.rsplit('/').next().unwrap_or_default();
        !name.ends_with('/') && !last.starts_with('.') && !name.starts_with("__MACOSX")
    };
    let names: Vec<String> = members.names().filter(is_file).take(MOST_MEMBERS).collect();
    let mut first = None;
    let mut is_any = false;
    for name in &names {
        let Some(content) = members.bytes(name).map_err(cannot)? else { continue };
        if is_archive(&content) {
            ledger.note(ProblemCode::UsageLines, "an archive inside the archive was skipped");
            continue;
        }
        ledger.enter(name);
        let mut reopen = || Ok(Box::new(&content[..]) as Box<dyn Read>);
        match read(&mut reopen, None, options, ledger) {
            Ok(()) => is_any = true,
            Err(fault) => {
                ledger.note(
                    ProblemCode::UsageLines,
                    "a file in the archive contains no readable codes and was skipped",
                );
                first = first.or(Some(fault));
            }
        }
    }
    match first {
        _ if is_any => Ok(()),
        Some(fault) => Err(fault),
        None => Err(Fault::EmptyArchive),
    }
}

/// Reads one file of usage, once, and adds it to `usage`: [`UsageReader`] reads several, and those whose first rows do not
/// say which column holds the codes.
///
/// # Errors
///
/// As [`UsageReader::read`].
pub fn read_usage(
    usage: &mut Usage,
    file: &str,
    reader: impl Read,
    options: &UsageOptions,
    editions: Editions<'_>,
) -> Result<(), UsageError> {
    let mut reader = Some(reader);
    let mut open = || {
        let reader = reader.take().ok_or(io::ErrorKind::Unsupported)?;
        Ok(Box::new(reader) as Box<dyn Read>)
    };
    UsageReader::new(editions, options).read(usage, file, &mut open)
}
