//! The kind of a file: by its first bytes, and for text by the extension of its name.

use super::{
    self as read, Delimited, Html, Json, JsonLines, Language, Markdown, Notebook, Prose, ReadError, Reader,
    Shorthand, Sink, Source, Sql, Toml, Xml, Yaml,
};
use crate::model::HEAD;
use crate::tables::rows::{agreed_delimiter, delimiter};

/// The kinds of files that are searched for codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A table as text, with the delimiter between its cells.
    Delimited(u8),
    /// JSON.
    Json,
    /// JSON Lines.
    JsonLines,
    /// A notebook of Jupyter.
    Notebook,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// XML.
    Xml,
    /// HTML.
    Html,
    /// SQL.
    Sql,
    /// A program.
    Source(Language),
    /// FHIR Shorthand.
    Shorthand,
    /// Markdown.
    Markdown,
    /// Running text.
    Prose,
    /// An Office package, or another archive.
    Package,
    /// A workbook of Excel 97 to 2003.
    OldWorkbook,
    /// A PDF.
    Pdf,
    /// A database of SQLite.
    Sqlite,
    /// A table in Apache Parquet format.
    Parquet,
    /// Bytes that are not text and of no supported kind.
    Binary,
}

/// Reads a file that is not text.
pub(crate) type Package = fn(&[u8], &mut dyn Sink) -> Result<(), ReadError>;

/// First bytes of files that are not text.
const MAGIC: [(&[u8], Kind); 5] = [
    (b"PK\x03\x04", Kind::Package),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind::OldWorkbook),
    (b"%PDF-", Kind::Pdf),
    (b"SQLite format 3\0", Kind::Sqlite),
    (b"PAR1", Kind::Parquet),
];

impl Kind {
    /// Returns the kind of a file by its name and its first bytes.
    pub fn of(name: &str, head: &[u8]) -> Self {
        if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
            return *kind;
        }
        if !is_utf16(head) && head.contains(&0) {
            return Self::Binary;
        }
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        Self::of_extension(&extension, head).unwrap_or_else(|| Self::of_content(head))
    }

    fn of_extension(extension: &str, head: &[u8]) -> Option<Self> {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        Some(match extension {
            "csv" | "tsv" | "tab" | "psv" => Self::Delimited(delimiter_of(extension, text)),
            "json" if read::is_lines(text) => Self::JsonLines,
            "json" | "geojson" => Self::Json,
            "ipynb" => Self::Notebook,
            "fsh" => Self::Shorthand,
            "jsonl" | "ndjson" => Self::JsonLines,
            "yml" | "yaml" => Self::Yaml,
            "toml" => Self::Toml,
            "xml" | "xsd" | "xsl" | "xslt" | "svg" => Self::Xml,
            "html" | "htm" | "xhtml" => Self::Html,
            "sql" | "ddl" | "psql" | "hql" => Self::Sql,
            "md" | "markdown" | "mdx" => Self::Markdown,
            "rst" | "adoc" | "tex" | "log" => Self::Prose,
            _ => Self::Source(Language::of_extension(extension)?),
        })
    }

    fn of_content(head: &[u8]) -> Self {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        match text.first() {
            Some(b'{') if read::is_lines(text) => return Self::JsonLines,
            Some(b'{' | b'[') => return Self::Json,
            Some(b'<') => {
                let start = String::from_utf8_lossy(&text[..text.len().min(256)]).to_ascii_lowercase();
                return if start.contains("<html") || start.contains("<!doctype html") {
                    Self::Html
                } else {
                    Self::Xml
                };
            }
            _ => {}
        }
        match table(text) {
            Some(delimiter) => Self::Delimited(delimiter),
            None => Self::Prose,
        }
    }

    /// Returns whether files of this kind are text.
    pub fn is_text(self) -> bool {
        self.reader().is_some()
    }

    /// Returns whether files of this kind are read.
    pub fn is_read(self) -> bool {
        self.reader().is_some() || self.package().is_some() || self == Self::Sqlite
    }

    /// Returns the reader of a kind that is not text and is read as a whole, if there is one.
    pub(crate) fn package(self) -> Option<Package> {
        Some(match self {
            Self::Package => read::package,
            Self::OldWorkbook => read::old_office,
            #[cfg(feature = "pdf")]
            Self::Pdf => read::pdf,
            #[cfg(not(feature = "pdf"))]
            Self::Pdf => {
                |_, _| Err(ReadError::Unsupported("this build cannot read PDFs: it lacks the feature `pdf`"))
            }
            #[cfg(feature = "sqlite")]
            Self::Sqlite => {
                |_, _| Err(ReadError::Unsupported("is a database, which can only be read as a separate file"))
            }
            #[cfg(not(feature = "sqlite"))]
            Self::Sqlite => |_, _| {
                Err(ReadError::Unsupported("this build cannot read databases: it lacks the feature `sqlite`"))
            },
            #[cfg(feature = "parquet")]
            Self::Parquet => read::parquet,
            #[cfg(not(feature = "parquet"))]
            Self::Parquet => |_, _| {
                Err(ReadError::Unsupported(
                    "this build cannot read Parquet files: it lacks the feature `parquet`",
                ))
            },
            _ => return None,
        })
    }

    /// Returns the reader of a kind of text; `None` if the kind is not text.
    pub(crate) fn reader(self) -> Option<Box<dyn Reader>> {
        Some(match self {
            Self::Delimited(delimiter) => Box::new(Delimited::new(delimiter)),
            Self::Json => Box::new(Json),
            Self::JsonLines => Box::new(JsonLines),
            Self::Notebook => Box::new(Notebook),
            Self::Shorthand => Box::new(Shorthand),
            Self::Markdown => Box::<Markdown>::default(),
            Self::Yaml => Box::new(Yaml),
            Self::Toml => Box::new(Toml),
            Self::Xml => Box::new(Xml),
            Self::Html => Box::new(Html),
            Self::Sql => Box::<Sql>::default(),
            Self::Source(language) => Box::new(Source::new(language)),
            Self::Prose => Box::<Prose>::default(),
            _ => return None,
        })
    }
}

/// Returns whether a text is UTF-16.
pub(crate) fn is_utf16(head: &[u8]) -> bool {
    utf16_encoding(head).is_some()
}

/// Returns the encoding of a text in UTF-16: by its byte-order mark, or by its zero bytes without one.
pub(crate) fn utf16_encoding(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(head) {
        return (encoding != encoding_rs::UTF_8).then_some(encoding);
    }
    const LEAST: usize = 8;
    let head = &head[..head.len().min(512) & !1];
    let zeros = |first: usize| head.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = |zeros: usize| zeros * 10 >= head.len() / 2 * 9;
    match head.len() >= LEAST {
        true if most(odd) && even == 0 => Some(encoding_rs::UTF_16LE),
        true if most(even) && odd == 0 => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// Returns whether the lines of a text end with CR alone.
pub(crate) fn has_old_mac_lines(head: &[u8]) -> bool {
    head.contains(&b'\r') && !head.contains(&b'\n') && !head.contains(&0)
}

/// Returns the delimiter of a file whose extension is that of a table.
fn delimiter_of(extension: &str, text: &[u8]) -> u8 {
    match extension {
        "tsv" | "tab" => b'\t',
        "psv" => b'|',
        _ => delimiter_in(text),
    }
}

/// Returns the delimiter of a table by its first lines: the one that they agree on, or else the most frequent one in the first
/// line.
pub(crate) fn delimiter_in(head: &[u8]) -> u8 {
    // The last line may be cut.
    let whole =
        if head.len() >= HEAD { memchr::memrchr(b'\n', head).map_or(head, |end| &head[..end]) } else { head };
    let text = String::from_utf8_lossy(whole);
    let first = || text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    agreed_delimiter(&text).unwrap_or_else(|| delimiter(first()))
}

/// Returns the delimiter with which the first lines of a text have the same number of cells, at least two each.
fn table(text: &[u8]) -> Option<u8> {
    const LINES: usize = 8;
    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    if lines.len() > 1 {
        // The last one may be cut.
        lines.pop();
    }
    let lines: Vec<&[u8]> =
        lines.into_iter().filter(|line| !line.trim_ascii().is_empty()).take(LINES).collect();
    let count = |line: &[u8], delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    [b'\t', b'|', b';', b','].into_iter().find(|&delimiter| {
        let first = lines.first().map_or(0, |line| count(line, delimiter));
        first > 0 && lines.len() > 1 && lines.iter().all(|line| count(line, delimiter) == first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_reported_by_its_bytes_and_then_by_its_name() {
        let of = |name: &str, head: &[u8]| Kind::of(name, head);
        assert_eq!(of("x.csv", b"PK\x03\x04"), Kind::Package);
        assert_eq!(of("x.csv", b"a|b\n1|2\n"), Kind::Delimited(b'|'));
        assert_eq!(of("x.json", b"{\"a\": 1}\n{\"a\": 2}\n"), Kind::JsonLines);
        assert_eq!(of("x.dat", b"a|b|c\n1|2|3\n4|5|6\nx|"), Kind::Delimited(b'|'));
        assert_eq!(of("x.txt", b"Some words, and more.\nOthers."), Kind::Prose);
        assert_eq!(of("x", b"\0\x01"), Kind::Binary);
        assert_eq!(of("x", b"<!DOCTYPE html><p>"), Kind::Html);
        assert_eq!(of("x.sql", b"select 1"), Kind::Sql);
    }
}
