//! Course material with codes that died: slides, documents, pages, each code told where it stands and what replaces it.

use std::fs;
use std::io::{Cursor, Write};

use crate::common::lists::Desk;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn zipped(members: &[(&str, String)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn relations(list: &[(&str, &str, &str)]) -> String {
    let relation = |(id, kind, target): &(&str, &str, &str)| {
        format!(
            r#"<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        )
    };
    let list: String = list.iter().map(relation).collect();
    format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{list}</Relationships>"#
    )
}

/// Text as PowerPoint and Word write it, in runs that break where nobody sees it.
fn paragraphs(prefix: &str, texts: &[&str]) -> String {
    let paragraph = |text: &&str| {
        let (head, tail) = text.split_at(text.len() / 2);
        format!(
            "<{prefix}:p><{prefix}:r><{prefix}:t>{head}</{prefix}:t></{prefix}:r><{prefix}:r><{prefix}:t>{tail}</{prefix}:t></{prefix}:r></{prefix}:p>"
        )
    };
    texts.iter().map(paragraph).collect()
}

/// Four slides, shown in another order than that of their files; the last one has notes.
fn slides() -> Vec<u8> {
    let slide = |texts: &[&str]| {
        format!(
            r#"<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree><p:sp><p:txBody>{}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>"#,
            paragraphs("a", texts)
        )
    };
    let ids: String = ["rId3", "rId1", "rId4", "rId2"]
        .iter()
        .enumerate()
        .map(|(at, id)| format!(r#"<p:sldId id="{}" r:id="{id}"/>"#, 256 + at))
        .collect();
    let names = ["slide1", "slide2", "slide3", "slide4"];
    let targets: Vec<String> = names.iter().map(|name| format!("slides/{name}.xml")).collect();
    let list: Vec<(&str, &str, &str)> = ["rId1", "rId2", "rId3", "rId4"]
        .into_iter()
        .zip(&targets)
        .map(|(id, target)| (id, "slide", target.as_str()))
        .collect();
    zipped(&[
        ("_rels/.rels", relations(&[("rId1", "officeDocument", "ppt/presentation.xml")])),
        (
            "ppt/presentation.xml",
            format!(
                "<p:presentation xmlns:p=\"p\" xmlns:r=\"r\"><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
            ),
        ),
        ("ppt/_rels/presentation.xml.rels", relations(&list)),
        (
            "ppt/slides/slide1.xml",
            slide(&["Second: A00.0 and I10 stay, ICD-10-CM", "Acidosis is coded E87.2 today"]),
        ),
        ("ppt/slides/slide2.xml", slide(&["Fourth: nothing but A00.1"])),
        (
            "ppt/slides/_rels/slide2.xml.rels",
            relations(&[("rId1", "notesSlide", "../notesSlides/notesSlide1.xml")]),
        ),
        ("ppt/notesSlides/notesSlide1.xml", slide(&["Say that R05 is a header now"])),
        ("ppt/slides/slide3.xml", slide(&["First: a title", "in room A0100"])),
        ("ppt/slides/slide4.xml", slide(&["Third: housing, Z59.1"])),
    ])
}

fn document() -> Vec<u8> {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraphs("w", &[text]));
    let row = |code: &str, text: &str| format!("<w:tr>{}{}</w:tr>", cell(code), cell(text));
    let body = format!(
        "<w:document xmlns:w=\"w\"><w:body>{}<w:tbl>{}{}</w:tbl>{}</w:body></w:document>",
        paragraphs("w", &["ICD-10-CM for beginners", "Acidosis is E87.2; cholera is A00.0."]),
        row("Code", "Text"),
        row("Z59.1", "Inadequate housing"),
        paragraphs("w", &["Cough was R05."]),
    );
    zipped(&[
        ("_rels/.rels", relations(&[("rId1", "officeDocument", "word/document.xml")])),
        ("word/document.xml", body),
    ])
}

fn open_document() -> Vec<u8> {
    let page = |text: &str| {
        format!(
            "<draw:page><draw:frame><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame></draw:page>"
        )
    };
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:draw=\"d\" xmlns:text=\"t\"><office:body><office:presentation>{}{}</office:presentation></office:body></office:document-content>",
        page("ICD-10-CM: I10, A00.0, A00.1"),
        page("Housing is Z59.1"),
    );
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.presentation".to_owned()),
        ("content.xml", content),
    ])
}

#[cfg(feature = "pdf")]
fn pages() -> Vec<u8> {
    use lopdf::{Document, Object, Stream, dictionary};
    let mut document = Document::with_version("1.5");
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let tree = document.new_object_id();
    let texts = ["ICD-10-CM: I10, A00.0, A00.1", "Acidosis is E87.2", "Housing is Z59.1"];
    let page = |text: &&str| {
        let content = format!("BT /F1 24 Tf 72 700 Td ({text}) Tj ET");
        let content = document.add_object(Stream::new(dictionary! {}, content.into_bytes()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), 612.into(), 792.into()],
        });
        Object::Reference(page)
    };
    let kids: Vec<Object> = texts.iter().map(page).collect();
    let all = dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids };
    document.objects.insert(tree, all.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// What `scan` says of a file: place, message and hint of each dead code.
fn told(name: &str, bytes: &[u8]) -> Vec<String> {
    let desk = Desk::new(&[]);
    fs::write(desk.list(name), bytes).unwrap();
    let output = desk.run(
        &[&["scan"][..], &Desk::RELEASES, &["lists", "--quiet", "--only", "dead", "--format", "json"]]
            .concat(),
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = |finding: &serde_json::Value| {
        let place = ["slide", "in_notes", "page", "paragraph", "column"]
            .iter()
            .filter_map(|key| Some(format!("{key} {}", finding.get(*key)?)));
        let targets =
            finding["targets"].as_array().unwrap().iter().map(|target| target["display"].as_str().unwrap());
        let targets: Vec<&str> = targets.collect();
        format!(
            "{}: {} -> {}",
            place.collect::<Vec<_>>().join(", "),
            finding["display"].as_str().unwrap(),
            targets.join(" or ")
        )
    };
    report["findings"].as_array().unwrap().iter().map(finding).collect()
}

#[test]
fn a_dead_code_is_reported_with_its_slide_and_its_replacement() {
    assert_eq!(
        told("course.pptx", &slides()),
        [
            "slide 2, paragraph 2: E87.2 -> E87.20 or E87.21",
            "slide 3, paragraph 1: Z59.1 -> Z59.19",
            "slide 4, in_notes true, paragraph 1: R05 -> R05.1 or R05.2",
        ]
    );
    assert_eq!(told("course.odp", &open_document()), ["slide 2, paragraph 1: Z59.1 -> Z59.19"]);
}

#[test]
fn a_dead_code_of_a_document_is_reported_with_its_paragraph() {
    assert_eq!(
        told("course.docx", &document()),
        [
            "paragraph 2: E87.2 -> E87.20 or E87.21",
            "paragraph 5: Z59.1 -> Z59.19",
            "paragraph 7: R05 -> R05.1 or R05.2",
        ]
    );
}

#[test]
fn a_finding_in_a_course_names_the_lesson_that_explains_it() {
    let desk = Desk::new(&[("list.csv", "dx\nE87.2\nZ59.1\nR05\n")]);
    fs::write(desk.list("course.pptx"), slides()).unwrap();
    let scan = |more: &[&str]| {
        let releases = [&["scan"][..], &Desk::RELEASES, &["lists", "--quiet"], more].concat();
        String::from_utf8(desk.run(&releases).stdout).unwrap()
    };
    let report: serde_json::Value = serde_json::from_str(&scan(&["--format", "json"])).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let lessons: Vec<_> = findings
        .filter_map(|finding| Some((finding["path"].as_str()?, finding["lesson"]["chapter"].as_str()?)))
        .collect();
    let path = "lists/course.pptx";
    assert_eq!(lessons, [(path, "4"), (path, "21"), (path, "18")], "a list has no lessons");
    assert!(scan(&["--format", "text"]).contains("lesson: Chapter 4: Endocrine"));
    assert!(scan(&["--format", "html", "-o", "-"]).contains("Chapter 18: Symptoms"));
}

#[cfg(feature = "pdf")]
#[test]
fn a_dead_code_of_a_pdf_is_reported_with_its_page() {
    assert_eq!(
        told("course.pdf", &pages()),
        ["page 2, paragraph 1: E87.2 -> E87.20 or E87.21", "page 3, paragraph 1: Z59.1 -> Z59.19"]
    );
}
