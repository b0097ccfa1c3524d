//! Workbooks: typed cells, and checks before a workbook is opened.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Cursor, Read};

use calamine::DataRef;
use jiff::civil::Date;
use memchr::{memchr, memmem};
use zip::ZipArchive;

use super::WorkbookError;

/// Maximum unpacked size of a workbook. The tabulation of ICD-11 has 36 MB (2025).
pub(crate) const WORKBOOK_LIMIT: u64 = 64 << 20;

/// Maximum digits of the string count that a workbook may claim. The tabulation of ICD-11 has 141,155 strings (2025).
const COUNT_DIGITS: usize = 6;

/// Maximum size of its string table, which is held in memory as a whole; and of each other list of that kind.
const TEXTS_LIMIT: u64 = 128 << 20;
const LIST_LIMIT: u64 = 32 << 20;

/// Number of bytes of a sheet that are searched for the titles: ten rows of prose fit many times.
const SHEET_HEAD: u64 = 64 << 10;

/// The first bytes of a workbook in the format that Excel wrote until 2003.
const OLD_WORKBOOK: &[u8] = b"\xd0\xcf\x11\xe0";

/// Returns whether bytes may be a workbook.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || is_old_workbook(bytes)
}

/// Returns whether bytes may be a workbook in the format that Excel wrote until 2003.
pub(crate) fn is_old_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(OLD_WORKBOOK)
}

/// The value of a cell, in any kind of file.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Cell {
    #[default]
    Empty,
    /// Text without leading and trailing blanks, never empty.
    Text(String),
    Number(f64),
    Date(Date),
}

impl Cell {
    /// Returns a text cell.
    pub(crate) fn text(text: &str) -> Self {
        match text.trim() {
            "" => Self::Empty,
            text => Self::Text(text.to_owned()),
        }
    }

    /// Converts a cell of a workbook.
    pub(crate) fn of_workbook(data: &DataRef<'_>) -> Self {
        match data {
            DataRef::Empty => Self::Empty,
            DataRef::Int(number) => Self::Number(*number as f64),
            DataRef::Float(number) => Self::Number(*number),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                Self::text(text)
            }
            DataRef::SharedString(text) => Self::text(text),
            DataRef::Bool(value) => Self::text(&value.to_string()),
            DataRef::Error(error) => Self::text(&error.to_string()),
            DataRef::DateTime(serial) => {
                let (year, month, day, ..) = serial.to_ymd_hms_milli();
                let date = Date::new(year as i16, month as i8, day as i8);
                date.map_or_else(|_| Self::Number(serial.as_f64()), Self::Date)
            }
        }
    }

    /// Formats the cell for a problem.
    pub(crate) fn shown(&self) -> String {
        /// Longer cells are prose, or the rest of a file after an unclosed quote.
        const LONGEST: usize = 60;
        let text = self.to_string();
        match text.char_indices().nth(LONGEST) {
            _ if text.is_empty() => "an empty cell".to_owned(),
            Some((end, _)) => format!("`{} ...`", text[..end].escape_debug()),
            None => format!("`{}`", text.escape_debug()),
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Date(date) => write!(f, "{date}"),
        }
    }
}

/// The strings of a workbook, used to recognize its content before it is parsed.
#[derive(Debug)]
pub(crate) struct Texts {
    bytes: Vec<u8>,
    old: bool,
}

impl Texts {
    /// Extracts the strings of a workbook: its string table and the beginnings of its sheets, into which some programs
    /// write strings.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        if is_old_workbook(bytes) {
            return Self { bytes: bytes.to_vec(), old: true };
        }
        let mut texts = Vec::new();
        if let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) {
            let names: Vec<String> = archive.file_names().flatten().map(Cow::into_owned).collect();
            let strings =
                names.iter().find(|name| is_shared_strings(name)).map(|name| (name, WORKBOOK_LIMIT));
            let sheets =
                names.iter().filter(|name| is_sheet(name)).take(SHEETS).map(|name| (name, SHEET_HEAD));
            let open = names.iter().find(|name| *name == OPEN_CONTENT).map(|name| (name, WORKBOOK_LIMIT));
            for (name, limit) in strings.into_iter().chain(sheets).chain(open) {
                // A member that cannot be unpacked has no titles.
                if let Ok(member) = archive.by_name(name) {
                    let _ = member.take(limit).read_to_end(&mut texts);
                }
            }
        }
        Self { bytes: texts, old: false }
    }

    /// Returns whether the workbook contains a text.
    pub(crate) fn has(&self, title: &str) -> bool {
        let wide = || title.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        memmem::find(&self.bytes, title.as_bytes()).is_some()
            || self.old && memmem::find(&self.bytes, &wide()).is_some()
    }
}

/// Counts the formulas of a workbook without a value: a program wrote them, and no spreadsheet program has calculated
/// them since.
pub(crate) fn formulas_without_values(bytes: &[u8]) -> usize {
    const ENDS: [&[u8]; 4] = [b"</f></c>", b"</f><v></v>", b"</f><v/>", b"</f><v />"];
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return 0 };
    let names: Vec<String> = archive.file_names().flatten().map(Cow::into_owned).collect();
    let mut count = 0;
    for name in names.iter().filter(|name| is_sheet(name)).take(SHEETS) {
        let mut sheet = Vec::new();
        if let Ok(member) = archive.by_name(name) {
            // A member that cannot be unpacked counts as having no formulas.
            let _ = member.take(LIST_LIMIT).read_to_end(&mut sheet);
        }
        count += ENDS.iter().map(|end| memmem::find_iter(&sheet, end).count()).sum::<usize>();
    }
    count
}

/// Number of sheets that are searched for strings.
const SHEETS: usize = 32;

/// The member of an OpenDocument file that contains its sheets.
const OPEN_CONTENT: &str = "content.xml";

/// Returns whether bytes are an OpenDocument spreadsheet: its type comes first, uncompressed.
pub(crate) fn is_open_document(bytes: &[u8]) -> bool {
    const TYPE: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
    bytes.starts_with(b"PK\x03\x04") && memmem::find(&bytes[..bytes.len().min(256)], TYPE).is_some()
}

fn is_shared_strings(name: &str) -> bool {
    name.rsplit(['/', '\\']).next().is_some_and(|file| file.eq_ignore_ascii_case("sharedStrings.xml"))
}

/// Returns whether a member is held in memory as a whole, like the string table.
fn is_list(name: &str) -> bool {
    name.ends_with("styles.xml") || name.ends_with("workbook.xml") || name.ends_with(".rels")
}

fn is_sheet(name: &str) -> bool {
    name.starts_with("xl/worksheets/") && name.ends_with(".xml")
}

/// Refuses workbooks for which calamine would allocate memory unchecked: members that unpack without end, and a string
/// table that claims to be endless.
pub(crate) fn check_package(bytes: &[u8], limit: u64) -> Result<(), WorkbookError> {
    let unreadable = |error: &dyn fmt::Display| WorkbookError::Package(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let mut left = limit;
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).map_err(|error| unreadable(&error))?;
        let strings = member.name().is_ok_and(|name| is_shared_strings(&name));
        let held = match strings {
            true => TEXTS_LIMIT,
            false if member.name().is_ok_and(|name| is_list(&name)) => LIST_LIMIT,
            false => u64::MAX,
        };
        let mut content = Vec::new();
        let mut limited = member.by_ref().take(left.min(held));
        let size = if strings {
            limited.read_to_end(&mut content).map(|size| size as u64)
        } else {
            io::copy(&mut limited, &mut io::sink())
        };
        let size = size.map_err(|error| unreadable(&error))?;
        left -= size;
        if size == held {
            return Err(WorkbookError::List(held));
        }
        if left == 0 {
            return Err(WorkbookError::Size(limit));
        }
        if strings && !is_credible(&content) {
            return Err(WorkbookError::Texts);
        }
    }
    Ok(())
}

/// Returns whether every `uniqueCount="..."` of a string table is plausible.
fn is_credible(strings: &[u8]) -> bool {
    const COUNT: &[u8] = b"uniqueCount";
    // In UTF-16 the counts cannot be found here.
    memchr(0, strings).is_none()
        && memmem::find_iter(strings, COUNT).all(|at| {
            let after = strings[at + COUNT.len()..].iter();
            let count =
                after.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\''));
            count.take_while(|byte| byte.is_ascii_digit()).count() <= COUNT_DIGITS
        })
}
