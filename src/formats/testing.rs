//! Workbooks for tests, made without a spreadsheet program.

use std::io::{Cursor, Write};

use zip::write::{SimpleFileOptions, ZipWriter};

/// Builds a workbook of one sheet without a table of strings; `rows` is its XML.
pub(super) fn workbook(rows: &str) -> Vec<u8> {
    workbook_with(&[], rows)
}

/// The same with more members.
pub(super) fn workbook_with(more: &[(&str, &str)], rows: &str) -> Vec<u8> {
    let spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let content = "http://schemas.openxmlformats.org/package/2006/content-types";
    let workbook = format!(
        "<workbook xmlns=\"{spreadsheet}\" xmlns:r=\"{office}\"><sheets>\
         <sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let relations = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}\">\
             <Relationship Id=\"rId1\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let styles = format!(
        "<styleSheet xmlns=\"{spreadsheet}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>\
         </cellXfs></styleSheet>"
    );
    let sheet = format!("<worksheet xmlns=\"{spreadsheet}\"><sheetData>{rows}</sheetData></worksheet>");
    let members = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{content}\"/>")),
        ("_rels/.rels", relations("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relations("worksheet", "worksheets/sheet1.xml")),
        ("xl/workbook.xml", workbook),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let members = members.iter().map(|(name, text)| (*name, text.as_str())).chain(more.iter().copied());
    packed(members)
}

/// Builds a zip of members.
pub(super) fn packed<'a>(members: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Returns a cell of text.
pub(super) fn text_cell(reference: &str, text: &str) -> String {
    format!("<c r=\"{reference}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
}

/// Builds an OpenDocument spreadsheet with these sheets of rows of texts.
pub(super) fn open_document(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let cell = |text: &&str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |row: &&[&str]| {
        format!("<table:table-row>{}</table:table-row>", row.iter().map(cell).collect::<String>())
    };
    let sheet = |(name, rows): &(&str, &[&[&str]])| {
        format!(
            "<table:table table:name=\"{name}\">{}</table:table>",
            rows.iter().map(row).collect::<String>()
        )
    };
    let of = |part: &str| format!("urn:oasis:names:tc:opendocument:xmlns:{part}:1.0");
    let content = format!(
        "<office:document-content xmlns:office=\"{}\" xmlns:table=\"{}\" xmlns:text=\"{}\"><office:body>\
         <office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>",
        of("office"),
        of("table"),
        of("text"),
        sheets.iter().map(sheet).collect::<String>()
    );
    let manifest = format!("<manifest:manifest xmlns:manifest=\"{}\"/>", of("manifest"));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text, options) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet", stored),
        ("content.xml", content.as_str(), SimpleFileOptions::default()),
        ("META-INF/manifest.xml", manifest.as_str(), SimpleFileOptions::default()),
    ] {
        writer.start_file(name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
