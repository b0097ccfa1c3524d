//! Documents, databases and tables that programs write: the input is what is in the container, or the whole file.

use std::io::{Cursor, Write};

use lopdf::{Document, Object, Stream, dictionary};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{CROSSWALK, DIFF, PLANS, SAMPLES, split};
use codeset::impact::{Editions, Usage, UsageOptions, read_usage};
use codeset::report::{FileRows, ScanReport};
use codeset::scan::Names;

/// Scans a file, and returns its findings: code, and the number of places.
pub(super) fn scanned(name: &str, bytes: &[u8]) -> Vec<(String, u64)> {
    let scan = PLANS[0].scan_text(name, &mut &bytes[..]).expect("memory can be read");
    let found = scan.findings.iter().map(|finding| (finding.code.clone(), 1 + finding.more)).collect();
    let mut report = ScanReport::new(&DIFF, &CROSSWALK);
    report.add(FileRows::of(name, bytes.len() as u64, &scan, &|_, _| false, Names::KnownWords));
    report.count();
    found
}

/// Packs members into an archive; what is not compressed can be fuzzed further.
pub(super) fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in members {
        writer.start_file(*name, stored).expect("memory can be written");
        writer.write_all(bytes).expect("memory can be written");
    }
    writer.finish().expect("memory can be written").into_inner()
}

const TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");

/// Checks the reader of Word documents: the document, its relations, and a part with notes.
pub fn docx(bytes: &[u8]) {
    let mut parts = split(bytes);
    let document = parts.next().unwrap_or_default();
    let relations = parts.next().unwrap_or(b"<Relationships/>");
    let notes = parts.next().unwrap_or(b"<w/>");
    let members = [
        TYPES,
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", relations),
        ("word/footnotes.xml", notes),
    ];
    scanned("a.docx", &packed(&members));
}

/// Checks the reader of slides: a slide, the presentation with its relations, and the notes of a slide.
pub fn pptx(bytes: &[u8]) {
    let mut parts = split(bytes);
    let slide = parts.next().unwrap_or_default();
    let presentation = parts.next().unwrap_or(b"<p/>");
    let relations = parts.next().unwrap_or(b"<Relationships/>");
    let notes = parts.next().unwrap_or(b"<p/>");
    let members = [
        TYPES,
        ("ppt/presentation.xml", presentation),
        ("ppt/_rels/presentation.xml.rels", relations),
        ("ppt/slides/slide1.xml", slide),
        ("ppt/slides/_rels/slide1.xml.rels", relations),
        ("ppt/notesSlides/notesSlide1.xml", notes),
    ];
    scanned("a.pptx", &packed(&members));
}

/// Checks the readers of OpenDocument: texts, presentations and sheets.
pub fn open_document(bytes: &[u8]) {
    for (name, kind) in [("a.odt", "text"), ("a.odp", "presentation"), ("a.ods", "spreadsheet")] {
        let kind = format!("application/vnd.oasis.opendocument.{kind}");
        let members = [("mimetype", kind.as_bytes()), ("content.xml", bytes)];
        let file = packed(&members);
        scanned(name, &file);
        if name == "a.ods" {
            super::usage(&file);
        }
    }
}

/// Checks the readers of workbooks, as a whole file or the sheet of one.
pub fn workbook(bytes: &[u8]) {
    let bytes = if bytes.starts_with(b"<") { &super::workbook(bytes) } else { bytes };
    scanned("a.xlsx", bytes);
}

/// Checks the reader of pages in HTML, as a document and as a table of codes in use.
pub fn html(bytes: &[u8]) {
    scanned("a.html", bytes);
    super::usage(bytes);
}

/// Checks the reader of notebooks and of programs in the languages that `scan` tells apart.
pub fn programs(bytes: &[u8]) {
    for name in ["a.ipynb", "a.py", "a.r", "a.sas", "a.sql", "a.cs", "a.js", "a.sh", "a.md"] {
        scanned(name, bytes);
    }
}

/// Checks the reader of PDFs: any bytes.
pub fn pdf_file(bytes: &[u8]) {
    scanned("a.pdf", bytes);
}

/// Checks the reader of pages: what draws one, and the map of its font.
pub fn pdf_page(bytes: &[u8]) {
    let mut document = page(bytes);
    let mut file = Vec::new();
    document.save_to(&mut file).expect("memory can be written");
    scanned("a.pdf", &file);
}

/// A page of a PDF that was written again by another program has the same codes.
pub fn pdf_again(bytes: &[u8]) {
    let mut document = page(bytes);
    let mut once = Vec::new();
    document.save_to(&mut once).expect("memory can be written");
    let Ok(mut document) = Document::load_mem(&once) else { return };
    document.compress();
    document.renumber_objects();
    let mut twice = Vec::new();
    document.save_to(&mut twice).expect("memory can be written");
    assert_eq!(
        scanned("a.pdf", &once),
        scanned("a.pdf", &twice),
        "the text of a page does not depend on its packing"
    );
}

fn page(bytes: &[u8]) -> Document {
    let mut parts = split(bytes);
    let content = parts.next().unwrap_or_default().to_vec();
    let map = parts.next().unwrap_or_default().to_vec();
    let mut document = Document::with_version("1.5");
    let map = document.add_object(Stream::new(dictionary! {}, map));
    let font = |encoding: &str| {
        dictionary! {
            "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "X", "FirstChar" => 0, "LastChar" => 255,
            "Encoding" => encoding, "Widths" => vec![Object::Integer(500); 256],
        }
    };
    let plain = document.add_object(font("WinAnsiEncoding"));
    let mut mapped = font("Identity-H");
    mapped.set("ToUnicode", map);
    let mapped = document.add_object(mapped);
    let form = document.add_object(Stream::new(
        dictionary! { "Type" => "XObject", "Subtype" => "Form" },
        b"BT /F 10 Tf (G35) Tj ET /Me Do".to_vec(),
    ));
    let resources = document.add_object(dictionary! {
        "Font" => dictionary! { "F" => plain, "M" => mapped }, "XObject" => dictionary! { "Me" => form },
    });
    let content = document.add_object(Stream::new(dictionary! {}, content));
    let tree = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
    });
    let pages = dictionary! { "Type" => "Pages", "Count" => 1, "Kids" => vec![Object::Reference(page)] };
    document.objects.insert(tree, pages.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document
}

/// Checks the reader of tables in Parquet format, as a file with codes and as one of codes in use.
pub fn parquet(bytes: &[u8]) {
    scanned("a.parquet", bytes);
    let [old, new] = &*SAMPLES;
    let mut usage = Usage::default();
    let options = UsageOptions::default();
    drop(read_usage(&mut usage, "a.parquet", bytes, &options, Editions::pair(old, new)));
}
