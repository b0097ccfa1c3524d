//! Slides read back from a package of PresentationML.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

/// A slide, as a program for presentations sees it.
#[derive(Debug, Default)]
pub(crate) struct ReadSlide {
    /// The paragraphs that are not in a table, in their order; the first is the title.
    pub(crate) texts: Vec<String>,
    /// The rows of the table, titles included.
    pub(crate) rows: Vec<Vec<String>>,
    /// The paragraphs of the notes.
    pub(crate) notes: Vec<String>,
}

impl ReadSlide {
    pub(crate) fn title(&self) -> &str {
        &self.texts[0]
    }

    /// What the notes cite: the paragraphs after the word for it.
    pub(crate) fn sources(&self) -> &[String] {
        let at = self.notes.iter().position(|note| note == "Sources").unwrap();
        &self.notes[at + 1..]
    }

    /// All of it, a paragraph or row a line.
    pub(crate) fn text(&self) -> String {
        let rows = self.rows.iter().map(|row| row.join(" | "));
        let notes = self.notes.iter().map(|note| format!("  {note}"));
        self.texts.iter().cloned().chain(rows).chain(notes).collect::<Vec<_>>().join("\n")
    }
}

/// The members of a package: their names and their texts, in its order.
pub(crate) fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = |at: usize| {
        let mut member = archive.by_index(at).unwrap();
        let mut text = String::new();
        member.read_to_string(&mut text).unwrap();
        (member.name().unwrap().into_owned(), text)
    };
    let count = ZipArchive::new(Cursor::new(bytes)).unwrap().len();
    (0..count).map(&mut part).collect()
}

pub(crate) fn slides(bytes: &[u8]) -> Vec<ReadSlide> {
    let parts = parts(bytes);
    let find = |name: String| parts.iter().find(|(held, _)| *held == name).map(|(_, text)| text);
    (1..)
        .map_while(|number| {
            let slide = find(format!("ppt/slides/slide{number}.xml"))?;
            let notes = find(format!("ppt/notesSlides/notesSlide{number}.xml"))?;
            let mut read = read(slide);
            read.notes = self::read(notes).texts;
            Some(read)
        })
        .collect()
}

fn read(xml: &str) -> ReadSlide {
    let mut slide = ReadSlide::default();
    let mut reader = Reader::from_str(xml);
    let (mut in_table, mut in_text, mut text) = (false, false, String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => match tag.name().as_ref() {
                "a:tbl" => in_table = true,
                "a:tr" => slide.rows.push(Vec::new()),
                "a:p" => text.clear(),
                "a:t" => in_text = true,
                _ => {}
            },
            Event::End(tag) => match tag.name().as_ref() {
                "a:tbl" => in_table = false,
                "a:tc" => slide.rows.last_mut().unwrap().push(text.clone()),
                "a:p" if !in_table && !text.is_empty() => slide.texts.push(text.clone()),
                "a:t" => in_text = false,
                _ => {}
            },
            Event::Text(part) if in_text => text.push_str(&part.xml10_content()),
            Event::GeneralRef(name) if in_text => {
                let name = &*name;
                let code = name.strip_prefix("#x").map(|hex| u32::from_str_radix(hex, 16).unwrap());
                let char = code.and_then(char::from_u32);
                match char {
                    Some(char) => text.push(char),
                    None => text.push_str(quick_xml::escape::resolve_xml_entity(name).unwrap()),
                }
            }
            Event::Eof => return slide,
            _ => {}
        }
    }
}
