//! Files of other kinds, recognized by their first bytes, so that an error names the kind of file and the action to take.

use memchr::memmem;

/// A kind of file that is not read as usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::impact) struct WrongKind {
    /// A description of the file, with an article.
    pub(super) what: &'static str,
    /// The action to take instead.
    pub(super) instead: &'static str,
}

/// Exports of statistics programs and databases.
const EXPORT: &str = "export it as CSV, with headings";
/// Documents.
const SAVE_TABLE: &str = "save the table in it as CSV or as a workbook";
/// Archives.
const UNPACK: &str = "unpack it and pass the files in it, or the folder";
/// Pictures.
const PICTURE: &str = "pass the file it was made from";
/// Encrypted files.
const DECRYPT: &str = "save a copy without the password";

/// Kinds by their first bytes. Sources: the formats' own specifications; the list of file(1) for the rest.
const MAGIC: &[(&[u8], &str, &str)] = &[
    (b"%PDF-", "a PDF", SAVE_TABLE),
    #[cfg(not(feature = "parquet"))]
    (
        b"PAR1",
        "a Parquet file",
        "convert it to CSV, for example with DuckDB: COPY (FROM 'x.parquet') TO 'x.csv'",
    ),
    (b"PARE", "an encrypted Parquet file", "write it again without encryption"),
    (b"SQLite format 3\0", "a SQLite database", EXPORT),
    (b"\0\x01\0\0Standard Jet DB", "a Microsoft Access database", EXPORT),
    (b"\0\x01\0\0Standard ACE DB", "a Microsoft Access database", EXPORT),
    (b"ARROW1", "an Arrow file", EXPORT),
    (b"Obj\x01", "an Avro file", EXPORT),
    (b"$FL2@(#)", "an SPSS file", EXPORT),
    (b"$FL3@(#)", "an SPSS file", EXPORT),
    (b"<stata_dta>", "a Stata file", EXPORT),
    (b"HEADER RECORD*******LIBRARY", "a SAS transport file", EXPORT),
    (SAS7BDAT, "a SAS data set", EXPORT),
    (b"RDX2\n", "an R data file", EXPORT),
    (b"RDX3\n", "an R data file", EXPORT),
    (b"X\n\0\0\0", "an R data file", EXPORT),
    (b"\x89PNG\r\n", "an image (PNG)", PICTURE),
    (b"\xff\xd8\xff", "an image (JPEG)", PICTURE),
    (b"GIF87a", "an image (GIF)", PICTURE),
    (b"GIF89a", "an image (GIF)", PICTURE),
    (b"II*\0", "an image (TIFF)", PICTURE),
    (b"MM\0*", "an image (TIFF)", PICTURE),
    (b"{\\rtf", "a document (RTF)", SAVE_TABLE),
    (b"%!PS", "a PostScript file", SAVE_TABLE),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"\xfd7zXZ\0", "packed with xz", UNPACK),
    (b"BZh", "packed with bzip2", UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard", UNPACK),
    (b"-----BEGIN PGP MESSAGE-----", "encrypted with PGP", "decrypt it first"),
];

/// The first bytes of a SAS data set: the last twelve of its magic number.
const SAS7BDAT: &[u8] = b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0";

/// Kinds of packages by the names of their parts: zip archives list them among their first bytes.
const PARTS: &[(&[u8], &str, &str)] = &[
    (b"word/", "a Word document", SAVE_TABLE),
    (b"ppt/", "a PowerPoint presentation", SAVE_TABLE),
    (b"opendocument.text", "an OpenDocument text", SAVE_TABLE),
    (b"opendocument.presentation", "an OpenDocument presentation", SAVE_TABLE),
    (b"application/epub+zip", "an e-book", SAVE_TABLE),
];

/// Names in the folder of a compound file, and what has them. Source: MS-CFB, MS-OFFCRYPTO, MS-DOC, MS-PPT, MS-OXMSG.
const STREAMS: &[(&str, &str, &str)] = &[
    ("EncryptedPackage", "an encrypted workbook or document", DECRYPT),
    ("WordDocument", "a Word document", SAVE_TABLE),
    ("PowerPoint Document", "a PowerPoint presentation", SAVE_TABLE),
    ("__substg1.0_", "an Outlook message", "save its attachment, and pass that"),
];

/// The first bytes of a compound file: the container of Office files up to 2003 and of encrypted ones.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Headers that mail messages begin with.
const MAIL: &[&[u8]] =
    &[b"Return-Path:", b"Received:", b"Delivered-To:", b"MIME-Version:", b"From:", b"Message-ID:", b"X-"];

/// A file is binary if more than one byte in this many never occurs in text: a damaged table has a few.
const BYTES_FOR_ONE: usize = 20;

impl WrongKind {
    const fn new(what: &'static str, instead: &'static str) -> Self {
        Self { what, instead }
    }

    /// Returns a kind that no layout reads.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let begins = MAGIC.iter().find(|(magic, ..)| head.starts_with(magic));
        let is_document = head.starts_with(b"PK\x03\x04") && !has(head, b"xl/");
        let packed = || PARTS.iter().find(|(part, ..)| is_document && has(head, part));
        if let Some((_, what, instead)) = begins.or_else(packed) {
            return Some(Self::new(what, instead));
        }
        if head.get(257..262) == Some(b"ustar") {
            return Some(Self::new("a tar archive", UNPACK));
        }
        // A workbook may have a document inside it.
        let is_workbook = has_utf16(head, "Workbook") || has_utf16(head, "Book");
        let mut streams = STREAMS.iter().filter(|_| head.starts_with(COMPOUND) && !is_workbook);
        streams.find(|(name, ..)| has_utf16(head, name)).map(|(_, what, instead)| Self::new(what, instead))
    }

    /// Returns a kind that is neither a table nor in another layout, of a file that would be read as a table or not at all.
    pub(super) fn instead_of_a_table(head: &[u8]) -> Option<Self> {
        if is_binary(head) {
            return Some(Self::new("a binary file of an unknown kind", EXPORT));
        }
        let text = head.trim_ascii_start();
        let start = String::from_utf8_lossy(&text[..text.len().min(256)]).to_ascii_lowercase();
        if start.starts_with("<?xml")
            || start.starts_with("<clinicaldocument")
            || start.starts_with("<bundle")
        {
            return Some(Self::new("an XML file", "pass FHIR as JSON, and tables as CSV or as a workbook"));
        }
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let is_mail =
            MAIL.iter().any(|name| first.starts_with(name)) && has(first, b": ") && !has(first, b",");
        is_mail.then_some(Self::new("a mail message", "save its attachment, and pass that"))
    }
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    memmem::find(bytes, part).is_some()
}

fn has_utf16(bytes: &[u8], name: &str) -> bool {
    has(bytes, &name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())
}

/// Returns whether bytes are binary rather than text: UTF-16 is text, whose every second byte may be zero.
fn is_binary(head: &[u8]) -> bool {
    let is_utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let zeros = |first: usize| head.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let is_odd =
        |byte: &u8| *byte < b' ' && !byte.is_ascii_whitespace() && !matches!(byte, 0x0b | 0x1a | 0x1c..=0x1f);
    let odd = head.iter().filter(|byte| is_odd(byte)).count();
    !is_utf16 && (zeros(0) == 0) == (zeros(1) == 0) && odd * BYTES_FOR_ONE > head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_kinds_are_named() {
        let ole = |name: &str| {
            let name = name.encode_utf16().flat_map(u16::to_le_bytes);
            COMPOUND.iter().copied().chain([0; 600]).chain(name).collect::<Vec<u8>>()
        };
        let of = |head: &[u8]| {
            let kind = WrongKind::of(head).or_else(|| WrongKind::instead_of_a_table(head));
            kind.map(|kind| kind.what)
        };
        for (head, what) in [
            (b"%PDF-1.7 x".to_vec(), "a PDF"),
            (b"PARE\x15\x04".to_vec(), "an encrypted Parquet file"),
            (b"PK\x03\x04....[Content_Types].xml....word/document.xml".to_vec(), "a Word document"),
            (
                b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.text".to_vec(),
                "an OpenDocument text",
            ),
            (ole("WordDocument"), "a Word document"),
            (ole("EncryptedPackage"), "an encrypted workbook or document"),
            (b"-----BEGIN PGP MESSAGE-----\n".to_vec(), "encrypted with PGP"),
            (b"\x89PNG\r\n\x1a\n".to_vec(), "an image (PNG)"),
            (b"SQLite format 3\0...".to_vec(), "a SQLite database"),
            (b"<?xml version=\"1.0\"?><Bundle/>".to_vec(), "an XML file"),
            (b"From: a@example.org\r\nTo: b@example.org\r\n\r\nHello".to_vec(), "a mail message"),
            (b"\x01\x02\x03\x00\x00\x00\x04".to_vec(), "a binary file of an unknown kind"),
        ] {
            assert_eq!(of(&head), Some(what));
        }
    }

    #[test]
    fn tables_are_not_taken_for_other_kinds() {
        let utf16 = |name: &str| name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let workbook = [COMPOUND, &utf16("Workbook"), &utf16("WordDocument")].concat();
        for head in [
            &workbook[..],
            b"code,count\nG35,3\n",
            b"From,To\nG35,I10\n",
            b"X-ray,code\n",
            b"c\0o\0d\0e\0\n\0",
            b"\xff\xfec\0o\0",
            b"code\x1fcount\n",
            b"",
        ] {
            let kind = WrongKind::of(head).or_else(|| WrongKind::instead_of_a_table(head));
            assert_eq!(kind, None, "{}", String::from_utf8_lossy(head));
        }
    }
}
