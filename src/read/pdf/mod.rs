//! PDFs: the text of their pages, through `lopdf`, line by line. Text in pictures is not read.

mod font;
mod layout;
mod shown;
mod walk;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Document, Error, LoadOptions};
use memchr::memmem;

use self::shown::Lines;
use self::walk::{Fonts, Walk};
use super::prose::{Place, Prose};
use super::{Container, PdfError, ReadError, Sink};

pub(crate) use layout::{Bookmark, Layout, Page, layout};
pub(crate) use shown::{Line, Style};

/// Maximum bytes of one stream, unpacked: the content of a page has a few hundred thousand.
const STREAM: usize = 64 << 20;

/// Maximum bytes of all page content, unpacked.
const TOTAL: usize = 1 << 30;

/// Maximum number of operators of all pages: a page of text has about two thousand.
const OPERATORS: usize = 8_000_000;

/// Maximum number of objects, which are in memory all at once, two or three kilobytes each: the Official Guidelines have
/// about five thousand.
const OBJECTS: usize = 100_000;

/// Reads a file.
pub(crate) fn pdf(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), ReadError> {
    Ok(guarded(|| codes(bytes, sink))?)
}

/// Runs what reads a file that may be damaged: a panic in the library is treated as an error.
fn guarded<T>(read: impl FnOnce() -> Result<T, PdfError>) -> Result<T, PdfError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(PdfError::Panic))
}

fn codes(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), PdfError> {
    let document = open(bytes, OBJECTS)?;
    let mut prose = Prose::default();
    let (mut has_text, mut end) = (false, Ok(()));
    let mut pages = Pages::of(&document);
    for (number, page) in document.get_pages() {
        sink.part(Container::Page(number));
        let (lines, shown) = pages.lines(number, page);
        for (at, line) in (1..).zip(&lines.lines) {
            has_text |= !line.text.trim().is_empty();
            prose.paragraph(&line.text, Place::Paragraph(at), sink);
        }
        end = end.and(shown);
        if pages.operators == 0 {
            break;
        }
    }
    if !has_text && end.is_ok() {
        return Err(PdfError::Pictures);
    }
    end
}

fn open(bytes: &[u8], limit: usize) -> Result<Document, PdfError> {
    if objects(bytes) > limit {
        return Err(PdfError::Objects(limit));
    }
    let options = LoadOptions { max_decompressed_size: Some(STREAM), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        Error::InvalidPassword | Error::Decryption(_) => PdfError::Encrypted,
        error => PdfError::Damaged(error.to_string()),
    })?;
    if document.is_encrypted() { Err(PdfError::Encrypted) } else { Ok(document) }
}

/// Returns the number of objects that a file has, before they are loaded: those written in it, or as many as one of its
/// tables of objects says, which counts those in object streams (ISO 32000-1, 7.5.5 and 7.5.8).
fn objects(bytes: &[u8]) -> usize {
    let written = memmem::find_iter(bytes, b" obj").count();
    let size = |at: usize| {
        let digits = bytes[at + b"/Size".len()..].trim_ascii_start();
        let length = digits.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(&digits[..length]).ok()?.parse().ok()
    };
    memmem::find_iter(bytes, b"/Size").filter_map(size).fold(written, usize::max)
}

/// Reads the pages of a document, with the fonts and the limit that they share.
struct Pages<'d> {
    document: &'d Document,
    fonts: Fonts<'d>,
    left: usize,
    operators: usize,
}

impl<'d> Pages<'d> {
    fn of(document: &'d Document) -> Self {
        Self { document, fonts: BTreeMap::new(), left: TOTAL, operators: OPERATORS }
    }

    /// Returns the lines of a page, and an error if these are not all of them.
    fn lines(&mut self, number: u32, page: lopdf::ObjectId) -> (Lines, Result<(), PdfError>) {
        let mut walk = Walk {
            document: self.document,
            fonts: &mut self.fonts,
            left: &mut self.left,
            operators: &mut self.operators,
            lines: Lines::default(),
            rules: Vec::new(),
        };
        let shown = walk.page(page);
        let lines = walk.lines;
        let shown = shown.map_err(|error| match self.operators {
            0 => PdfError::Work(number),
            _ => PdfError::Page(number, error.to_string()),
        });
        (lines, shown)
    }
}

#[cfg(test)]
mod tests {
    use lopdf::{Object, Stream, StringFormat, dictionary};

    use super::super::testing::{Seen, bears_anything};
    use super::*;

    /// Returns a file with a page for each of these contents.
    fn file(contents: &[&str]) -> Document {
        let mut document = Document::with_version("1.5");
        let widths = vec![Object::Integer(500); 256];
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "X", "Encoding" => "WinAnsiEncoding",
            "FirstChar" => 0, "LastChar" => 255, "Widths" => widths,
        });
        let form = document.add_object(Stream::new(
            dictionary! { "Type" => "XObject", "Subtype" => "Form" },
            b"BT /F 10 Tf (R05.9) Tj ET /Me Do".to_vec(),
        ));
        let resources = document.add_object(dictionary! {
            "Font" => dictionary! { "F" => font }, "XObject" => dictionary! { "Me" => form },
        });
        let tree = document.new_object_id();
        let mut kids = Vec::new();
        for content in contents {
            let content = document.add_object(Stream::new(dictionary! {}, content.as_bytes().to_vec()));
            let page = dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
            };
            kids.push(Object::Reference(document.add_object(page)));
        }
        let pages = dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids };
        document.objects.insert(tree, pages.into());
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
        document.trailer.set("Root", catalog);
        let id = Object::String(vec![7; 16], StringFormat::Literal);
        document.trailer.set("ID", vec![id.clone(), id]);
        document
    }

    #[test]
    fn objects_are_counted_before_they_are_loaded() {
        assert_eq!(objects(b"1 0 obj 2 0 obj endobj"), 2);
        assert_eq!(objects(b"1 0 obj<</Type/XRef/Size 99>> /Size 7 /Size/x /Size"), 99);
        let many = saved(file(&["BT /F 10 Tf (R05.9) Tj ET"]));
        assert!(open(&many, 100).is_ok());
        assert_eq!(open(&many, 2).unwrap_err(), PdfError::Objects(2));
    }

    fn saved(mut document: Document) -> Vec<u8> {
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    fn read(contents: &[&str]) -> (Vec<String>, Result<(), ReadError>) {
        let mut seen = Seen::default();
        let end = pdf(&saved(file(contents)), &mut seen);
        (seen.described, end)
    }

    #[test]
    fn lines_of_pages_are_put_together_from_their_pieces() {
        let (described, end) = read(&[
            "BT /F 10 Tf 1 0 0 1 50 700 Tm [(See E8) 12 (7.)] TJ (2) Tj 0 -12 Td (and) Tj 60 0 Td (R05.1) Tj ET",
            "q 1 0 0 1 50 700 cm BT /F 10 Tf (B20.1) Tj ET Q",
        ]);
        assert_eq!(
            described,
            [
                "-- Page(1)",
                "text (Token) 5 E87.2 | line (Line) 1 See E87.2 [1]",
                "text (Token) 5 R05.1 | line (Line) 1 and R05.1 [2]",
                "-- Page(2)",
                "text (Token) 1 B20.1 | line (Line) 1 B20.1 [1]",
            ]
        );
        assert_eq!(end, Ok(()));
    }

    #[test]
    fn a_form_that_draws_itself_ends() {
        let (described, end) = read(&["/Me Do"]);
        assert!(described[1].contains("R05.9"), "{described:?}");
        assert!(end.unwrap_err().to_string().starts_with("page 1 cannot be read completely"));
    }

    #[test]
    fn a_file_without_text_or_with_a_password_is_reported() {
        assert_eq!(read(&["q Q"]).1, Err(PdfError::Pictures.into()));
        let mut document = file(&["BT ET"]);
        let version = lopdf::EncryptionVersion::V2 {
            document: &document,
            owner_password: "a",
            user_password: "b",
            key_length: 128,
            permissions: lopdf::Permissions::all(),
        };
        let state = lopdf::EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        let bytes = saved(document);
        assert_eq!(pdf(&bytes, &mut Seen::default()), Err(PdfError::Encrypted.into()));
        assert_eq!(layout(&bytes, |_, _| true).unwrap_err(), PdfError::Encrypted);
    }

    #[test]
    fn damaged_files_do_no_harm() {
        bears_anything(&saved(file(&["BT /F 10 Tf (R05.1) Tj ET", "/Me Do"])), pdf);
    }
}
