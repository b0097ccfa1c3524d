//! Packages of the Office kind, told from each other by what their first member is.

use memchr::memmem;

use super::members::Members;
use super::{Sink, workbook};

/// Reads a package.
pub(crate) fn package(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), String> {
    let mut members = Members::open(bytes)?;
    let main = members.relations("")?.into_iter().find(|relation| relation.kind == "officeDocument");
    // What does not say where it begins begins where it usually does.
    let usual = ["xl/workbook.xml", "ppt/presentation.xml", "word/document.xml"];
    let usual = || usual.into_iter().find(|name| members.has(name)).map(str::to_owned);
    let main = main.map(|main| main.target).or_else(usual).unwrap_or_default();
    match main.split('/').next() {
        Some("xl") if main.ends_with(".bin") => {
            Err("is a binary workbook, which is not read: save it as .xlsx".to_owned())
        }
        Some("xl") => workbook::read(bytes, sink),
        _ => Err("is a zip archive, and no workbook".to_owned()),
    }
}

/// Reads a file of Office 97 to 2003: workbooks only.
pub(crate) fn old_office(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), String> {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(bytes, &wide).is_some()
    };
    let unread = [
        ("EncryptedPackage", "is encrypted: save it without a password"),
        ("WordDocument", "is a document of Word 97 to 2003, which is not read: save it as .docx"),
        (
            "PowerPoint Document",
            "is a presentation of PowerPoint 97 to 2003, which is not read: save it as .pptx",
        ),
    ];
    match unread.into_iter().find(|(name, _)| holds(name)) {
        // A document that stands inside a workbook does not make it one.
        Some((_, fact)) if !holds("Workbook") && !holds("Book") => Err(fact.to_owned()),
        _ => workbook::read(bytes, sink),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Seen, zipped};
    use super::*;

    #[test]
    fn what_is_not_read_is_told() {
        let told = |bytes: &[u8]| package(bytes, &mut Seen::default()).unwrap_err();
        assert_eq!(told(&zipped(&[("a.txt", "")])), "is a zip archive, and no workbook");
        assert!(told(b"PK\x03\x04 x").starts_with("the package cannot be opened"));
        let old: Vec<u8> = "WordDocument".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(old_office(&old, &mut Seen::default()).unwrap_err().contains("save it as .docx"));
        assert!(old_office(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x", &mut Seen::default()).is_err());
    }
}
