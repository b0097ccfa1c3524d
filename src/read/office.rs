//! Office packages. Their main member decides which kind of document they hold.

use std::collections::BTreeSet;

use memchr::memmem;

use super::flow::Flow;
use super::members::{Members, Relation, each_element};
use super::{Container, PackageError, ReadError, Sink, open_document, workbook};

/// Reads a package.
pub(crate) fn package(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), ReadError> {
    let mut members = Members::open(bytes)?;
    if let Some(kind) = open_document::kind(&mut members) {
        return open_document::read(&mut members, &kind, sink);
    }
    let main = members.relations("")?.into_iter().find(|relation| relation.kind == "officeDocument");
    // If the package does not name its main member, it has the usual name.
    let usual = ["xl/workbook.xml", "ppt/presentation.xml", "word/document.xml"];
    let usual = || usual.into_iter().find(|name| members.has(name)).map(str::to_owned);
    let main = main.map(|main| main.target).or_else(usual).unwrap_or_default();
    match main.split('/').next() {
        Some("xl") if main.ends_with(".bin") => {
            Err(ReadError::Unsupported("is a binary workbook, which is not supported: save it as .xlsx"))
        }
        Some("xl") => workbook::read(bytes, sink),
        Some("ppt") => slides(&mut members, &main, sink),
        Some("word") => document(&mut members, &main, sink),
        _ => Err(ReadError::OtherArchive),
    }
}

/// Reads the slides of a presentation with their diagrams and notes, in presentation order.
fn slides(members: &mut Members<'_>, main: &str, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let Some(show) = members.text(main)? else { return Err(missing(main).into()) };
    let relations = members.relations(main)?;
    let mut slides: Vec<String> = Vec::new();
    each_element(&show, &mut |element| {
        if element.local_name().as_ref() != "sldId" {
            return;
        }
        // The slide's own number is an `id` without a prefix.
        let id = element
            .attributes()
            .flatten()
            .find(|own| own.key.as_ref().split_once(':').is_some_and(|(_, name)| name == "id"));
        let found = id.and_then(|id| relations.iter().find(|relation| *relation.id == *id.value));
        // A slide that is listed twice, which programs never write, is read once.
        if let Some(found) = found.filter(|found| !slides.contains(&found.target)) {
            slides.push(found.target.clone());
        }
    });
    let (mut flow, mut end) = (Flow::default(), Ok(()));
    for (number, slide) in (1..).zip(&slides) {
        // A damaged slide does not hide the others.
        end = end.and(read_slide(members, (number, slide), &mut flow, sink));
    }
    end
}

fn read_slide(
    members: &mut Members<'_>,
    (number, slide): (u32, &str),
    flow: &mut Flow,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    sink.part(Container::Slide(number));
    flow.restart();
    let mut end = read_member(members, slide, flow, sink);
    let relations = members.relations(slide)?;
    let of_kind = |kind: &'static str| relations.iter().filter(move |relation| relation.kind == kind);
    for diagram in each_target(of_kind("diagramData")) {
        end = end.and(read_member(members, &diagram.target, flow, sink));
    }
    for notes in each_target(of_kind("notesSlide")) {
        sink.part(Container::Notes(number));
        flow.restart();
        end = end.and(read_member(members, &notes.target, flow, sink));
    }
    end
}

/// Parts of a document that are members of their own, in the order in which they are read.
const COMPANIONS: [&str; 6] = ["diagramData", "footnotes", "endnotes", "comments", "header", "footer"];

/// Reads the paragraphs and tables of a document, and its companion members.
fn document(members: &mut Members<'_>, main: &str, sink: &mut dyn Sink) -> Result<(), ReadError> {
    if !members.has(main) {
        return Err(missing(main).into());
    }
    sink.part(Container::Paragraphs);
    let mut flow = Flow::default();
    let mut end = read_member(members, main, &mut flow, sink);
    let mut relations = members.relations(main)?;
    relations.retain(|relation| COMPANIONS.contains(&relation.kind.as_str()));
    relations.sort_by_key(|relation| COMPANIONS.iter().position(|kind| *kind == relation.kind));
    for relation in each_target(&relations) {
        end = end.and(read_member(members, &relation.target, &mut flow, sink));
    }
    end
}

/// Returns the references to different members: programs may refer to one several times, and it is read once.
fn each_target<'r>(relations: impl IntoIterator<Item = &'r Relation>) -> impl Iterator<Item = &'r Relation> {
    let mut seen = BTreeSet::new();
    relations.into_iter().filter(move |relation| seen.insert(relation.target.as_str()))
}

fn read_member(
    members: &mut Members<'_>,
    name: &str,
    flow: &mut Flow,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    let xml = members.text(name)?.ok_or_else(|| missing(name))?;
    Ok(flow.read(&xml, sink).map_err(|error| PackageError::Xml(name.to_owned(), error))?)
}

fn missing(name: &str) -> PackageError {
    PackageError::Missing(name.to_owned())
}

/// Reads a file of Office 97 to 2003: workbooks only.
pub(crate) fn old_office(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), ReadError> {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(bytes, &wide).is_some()
    };
    let unread = [
        ("EncryptedPackage", ReadError::Encrypted),
        (
            "WordDocument",
            ReadError::Unsupported("is a Word 97-2003 document, which is not supported: save it as .docx"),
        ),
        (
            "PowerPoint Document",
            ReadError::Unsupported(
                "is a PowerPoint 97-2003 presentation, which is not supported: save it as .pptx",
            ),
        ),
    ];
    match unread.into_iter().find(|(name, _)| holds(name)) {
        // A document that is embedded in a workbook does not make the file a document.
        Some((_, error)) if !holds("Workbook") && !holds("Book") => Err(error),
        _ => workbook::read(bytes, sink),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Seen, bears_anything, zipped};
    use super::*;

    #[test]
    fn what_is_not_read_is_reported() {
        let described = |bytes: &[u8]| package(bytes, &mut Seen::default()).unwrap_err().to_string();
        assert_eq!(
            described(&zipped(&[("a.txt", "")])),
            "is a zip archive, but not a workbook, slides or a document"
        );
        assert!(described(b"PK\x03\x04 x").starts_with("the package cannot be opened"));
        let old: Vec<u8> = "WordDocument".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(old_office(&old, &mut Seen::default()).unwrap_err().to_string().contains("save it as .docx"));
        assert!(old_office(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x", &mut Seen::default()).is_err());
    }

    fn relations(list: &[(&str, &str, &str)]) -> String {
        let relation = |(id, kind, target): &(&str, &str, &str)| {
            format!(r#"<Relationship Id="{id}" Type="http://x/{kind}" Target="{target}"/>"#)
        };
        format!("<Relationships>{}</Relationships>", list.iter().map(relation).collect::<String>())
    }

    fn paragraph(text: &str) -> String {
        format!("<x><a:p><a:r><a:t>{text}</a:t></a:r></a:p></x>")
    }

    fn show() -> Vec<u8> {
        let list = r#"<p:presentation><p:sldIdLst><p:sldId id="256" r:id="rId3"/><p:sldId id="7" r:id="rId2"/>
            </p:sldIdLst></p:presentation>"#;
        zipped(&[
            ("_rels/.rels", &relations(&[("rId1", "officeDocument", "/ppt/presentation.xml")])),
            ("ppt/presentation.xml", list),
            (
                "ppt/_rels/presentation.xml.rels",
                &relations(&[("rId2", "slide", "slides/slide1.xml"), ("rId3", "slide", "slides/slide2.xml")]),
            ),
            ("ppt/slides/slide1.xml", &paragraph("R05.1")),
            ("ppt/slides/slide2.xml", &paragraph("R05.2")),
            (
                "ppt/slides/_rels/slide2.xml.rels",
                &relations(&[
                    ("a", "notesSlide", "../notesSlides/n.xml"),
                    ("b", "diagramData", "../diagrams/data1.xml"),
                ]),
            ),
            ("ppt/notesSlides/n.xml", &paragraph("R05.4")),
            ("ppt/diagrams/data1.xml", &paragraph("R05.3")),
        ])
    }

    fn words(bytes: &[u8]) -> Vec<String> {
        let mut seen = Seen::default();
        package(bytes, &mut seen).unwrap();
        seen.described
            .iter()
            .map(|described| described.split(" | ").next().unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn slides_come_in_the_order_of_the_show_with_diagrams_and_notes() {
        assert_eq!(
            words(&show()),
            [
                "-- Slide(1)",
                "text (Token) 1 R05.2",
                "text (Token) 1 R05.3",
                "-- Notes(1)",
                "text (Token) 1 R05.4",
                "-- Slide(2)",
                "text (Token) 1 R05.1",
            ]
        );
    }

    fn letter() -> Vec<u8> {
        zipped(&[
            ("word/document.xml", &paragraph("R05.1")),
            (
                "word/_rels/document.xml.rels",
                &relations(&[("a", "header", "h.xml"), ("b", "footnotes", "f.xml"), ("c", "image", "i.png")]),
            ),
            ("word/h.xml", &paragraph("R05.3")),
            ("word/f.xml", &paragraph("R05.2")),
        ])
    }

    #[test]
    fn members_that_are_named_in_turn_are_read_once() {
        let headers = [
            ("a", "header", "h.xml"),
            ("b", "header", "g.xml"),
            ("c", "header", "h.xml"),
            ("d", "header", "g.xml"),
        ];
        let letter = zipped(&[
            ("word/document.xml", &paragraph("R05.1")),
            ("word/_rels/document.xml.rels", &relations(&headers)),
            ("word/h.xml", &paragraph("R05.2")),
            ("word/g.xml", &paragraph("R05.3")),
        ]);
        let parts = ["-- Paragraphs", "text (Token) 1 R05.1", "text (Token) 1 R05.2", "text (Token) 1 R05.3"];
        assert_eq!(words(&letter), parts);
    }

    #[test]
    fn a_document_has_footnotes_and_headers_after_its_text() {
        let parts = ["-- Paragraphs", "text (Token) 1 R05.1", "text (Token) 1 R05.2", "text (Token) 1 R05.3"];
        assert_eq!(words(&letter()), parts);
    }

    #[test]
    fn damaged_packages_do_no_harm() {
        bears_anything(&show(), package);
        bears_anything(&letter(), package);
    }

    #[test]
    fn a_member_that_is_missing_is_reported_and_the_others_are_read() {
        let bytes = zipped(&[
            ("word/document.xml", &paragraph("R05.1")),
            ("word/_rels/document.xml.rels", &relations(&[("a", "header", "h.xml")])),
        ]);
        let mut seen = Seen::default();
        assert_eq!(package(&bytes, &mut seen), Err(missing("word/h.xml").into()));
        assert_eq!(seen.described.len(), 2);
    }
}
