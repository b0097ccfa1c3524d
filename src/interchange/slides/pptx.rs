//! Slides in PresentationML: ECMA-376, part 1, section 13. A package of one master, three layouts, and a part for each
//! slide and its notes.
//!
//! Invariant: no part has a timestamp, so that the same slides are the same bytes.

use std::io::{self, Cursor, Write};

use minijinja::context;
use minijinja::value::{Serde, Value};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime, System};

use crate::render::page::xml;
use crate::report::{Deck, Slide};

/// The parts of every package: their names and their content.
const PARTS: [(&str, &str); 20] = [
    ("[Content_Types].xml", include_str!("pptx/content_types.xml")),
    ("_rels/.rels", include_str!("pptx/rels.xml")),
    ("docProps/app.xml", include_str!("pptx/app.xml")),
    ("docProps/core.xml", include_str!("pptx/core.xml")),
    ("ppt/presentation.xml", include_str!("pptx/presentation.xml")),
    ("ppt/_rels/presentation.xml.rels", include_str!("pptx/presentation_rels.xml")),
    ("ppt/presProps.xml", include_str!("pptx/pres_props.xml")),
    ("ppt/tableStyles.xml", include_str!("pptx/table_styles.xml")),
    ("ppt/theme/theme1.xml", include_str!("pptx/theme.xml")),
    ("ppt/theme/theme2.xml", include_str!("pptx/theme.xml")),
    ("ppt/slideMasters/slideMaster1.xml", include_str!("pptx/slide_master.xml")),
    ("ppt/slideMasters/_rels/slideMaster1.xml.rels", include_str!("pptx/slide_master_rels.xml")),
    ("ppt/slideLayouts/slideLayout1.xml", include_str!("pptx/layout_title.xml")),
    ("ppt/slideLayouts/_rels/slideLayout1.xml.rels", LAYOUT_RELATIONS),
    ("ppt/slideLayouts/slideLayout2.xml", include_str!("pptx/layout_section.xml")),
    ("ppt/slideLayouts/_rels/slideLayout2.xml.rels", LAYOUT_RELATIONS),
    ("ppt/slideLayouts/slideLayout3.xml", include_str!("pptx/layout_content.xml")),
    ("ppt/slideLayouts/_rels/slideLayout3.xml.rels", LAYOUT_RELATIONS),
    ("ppt/notesMasters/notesMaster1.xml", include_str!("pptx/notes_master.xml")),
    ("ppt/notesMasters/_rels/notesMaster1.xml.rels", include_str!("pptx/notes_master_rels.xml")),
];

/// All layouts belong to the one master.
const LAYOUT_RELATIONS: &str = include_str!("pptx/layout_rels.xml");

const SLIDE: &str = include_str!("pptx/slide.xml");
const SLIDE_RELATIONS: &str = include_str!("pptx/slide_rels.xml");
const NOTES: &str = include_str!("pptx/notes_slide.xml");
const NOTES_RELATIONS: &str = include_str!("pptx/notes_rels.xml");

/// The identifier of the field of a slide number, the same on every slide.
const FIELD: &str = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}";

/// Writes the package.
pub(in crate::interchange) fn write(deck: &Deck, out: &mut dyn Write) -> io::Result<()> {
    let mut package = Package(ZipWriter::new(Cursor::new(Vec::new())));
    for (name, part) in PARTS {
        package.add(name, &xml(part, context! { page => Value::from(Serde(deck)) })?)?;
    }
    for (number, slide) in (1..).zip(&deck.slides) {
        for (folder, name, part, relations) in [
            ("slides", "slide", SLIDE, SLIDE_RELATIONS),
            ("notesSlides", "notesSlide", NOTES, NOTES_RELATIONS),
        ] {
            package
                .add(&format!("ppt/{folder}/{name}{number}.xml"), &of_slide(part, slide, number, deck)?)?;
            let rels = format!("ppt/{folder}/_rels/{name}{number}.xml.rels");
            package.add(&rels, &of_slide(relations, slide, number, deck)?)?;
        }
    }
    out.write_all(&package.0.finish().map_err(io::Error::other)?.into_inner())
}

fn of_slide(part: &str, slide: &Slide, number: usize, deck: &Deck) -> io::Result<String> {
    let slide = Value::from(Serde(slide));
    xml(part, context! { slide, number, footer => &deck.footer, field => FIELD })
}

struct Package(ZipWriter<Cursor<Vec<u8>>>);

impl Package {
    fn add(&mut self, name: &str, text: &str) -> io::Result<()> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let options = options.last_modified_time(DateTime::default()).system(System::Unix);
        self.0.start_file(name, options).map_err(io::Error::other)?;
        // A checkout with other line ends must not change the bytes.
        self.0.write_all(text.replace('\r', "").as_bytes())
    }
}
