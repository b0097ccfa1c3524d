//! ClaML, the XML of classifications (EN 14463): `Class` elements with rubrics, in the files of WHO, BfArM and others.
//!
//! A column names an attribute of `Class` (`code`, `kind`, `usage`), `SuperClass` for the class above, `Meta` by its name, or a
//! kind of rubric (`preferred`). Modifiers, whose classes are made by combination, are counted and not expanded.

use std::collections::BTreeMap;

use super::super::text::TextFile;
use super::super::xml::{Element, Progress, Visitor, walk};
use super::record::{Fault, Record, Records};
use crate::model::{Column, Place, Problem, ProblemCode};

/// The root element.
pub(super) const ROOT: &str = "<ClaML";

pub(super) fn records(text: &TextFile, columns: &[&Column]) -> Result<Records, Fault> {
    if !text.text.contains(ROOT) {
        let fact = "the file is not ClaML: it has no element `ClaML`";
        return Err(Fault::new(Place::line(&text.name, 1, 1), fact, "file.layout"));
    }
    let names: Vec<&str> = columns.iter().map(|column| name(column)).collect();
    let mut reader = Reader { file: &text.name, names, ..Reader::default() };
    let walked = walk(&text.name, &text.text, &mut reader);
    let mut records = Records { rows: reader.rows, problems: walked.problems, is_cut: !walked.is_whole };
    if reader.modified > 0 {
        let fact = format!(
            "{} classes have modifiers (`ModifiedBy`); only listed classes are read, not their combinations with \
             modifiers",
            reader.modified
        );
        records.problems.push(Problem::new(ProblemCode::BadXml, Place::file(&text.name), fact));
    }
    Ok(records)
}

fn name(column: &Column) -> &str {
    match column {
        Column::Heading(name) => name,
        _ => "",
    }
}

#[derive(Default)]
struct Reader<'t> {
    file: &'t str,
    names: Vec<&'t str>,
    /// The open class: its line and its values so far.
    class: Option<(u32, BTreeMap<String, String>)>,
    /// The kind of the open rubric, and the text of its labels.
    rubric: Option<(String, String)>,
    modified: u32,
    rows: Vec<Record>,
}

impl Visitor for Reader<'_> {
    fn start(&mut self, element: &Element<'_>, progress: &mut Progress<'_>) {
        if element.is("Class") {
            let own = self.names.iter();
            let own = own.filter_map(|name| Some(((*name).to_owned(), element.attribute(name)?))).collect();
            self.class = Some((progress.line(), own));
        }
        let Some((_, values)) = &mut self.class else { return };
        if element.is("SuperClass") {
            values.extend(element.attribute("code").map(|code| ("SuperClass".to_owned(), code)));
        } else if element.is("Meta") {
            values.extend(element.attribute("name").zip(element.attribute("value")));
        } else if element.is("ModifiedBy") {
            self.modified += 1;
        } else if element.is("Rubric") {
            self.rubric = element.attribute("kind").map(|kind| (kind, String::new()));
        }
    }

    fn end(&mut self, name: &str, _: &str, words: String, _: &mut Progress<'_>) {
        if name != "Reference"
            && let Some((_, text)) = &mut self.rubric
            && !words.is_empty()
        {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&words);
        }
        match name {
            "Rubric" => {
                if let (Some((kind, text)), Some((_, values))) = (self.rubric.take(), &mut self.class) {
                    // If there are several rubrics of a kind, the first is the title; the others are for other languages or
                    // uses.
                    values.entry(kind).or_insert(text);
                }
            }
            "Class" => {
                let Some((line, values)) = self.class.take() else { return };
                let cell = |name: &&str| values.get(*name).cloned().unwrap_or_default();
                let cells = self.names.iter().map(cell).collect();
                self.rows.push(Record { place: Place::line(self.file, line, 1), row: line, cells });
            }
            _ => {}
        }
    }
}
