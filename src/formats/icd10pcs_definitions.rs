//! The ICD-10-PCS definitions as XML (CMS, root `ICD10PCS.definitions`): sections, axes, and `terms` with their definition,
//! explanation and inclusions.

use super::text::TextFile;
use super::xml::{Element, Progress, Visitor, begins_with, walk};
use super::{Format, Options, Part, Sample};
use crate::model::{Companion, PcsDefinition, PcsDefinitions, SourceFile};

/// The root element.
const ROOT: &str = "ICD10PCS.definitions";

pub(super) struct Icd10pcsDefinitions;

impl Format for Icd10pcsDefinitions {
    fn id(&self) -> &'static str {
        "icd10pcs_definitions"
    }

    fn title(&self) -> &'static str {
        "ICD-10-PCS definitions (XML)"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10pcs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        begins_with(sample, &[ROOT])
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let TextFile { name, text, mut problems } = TextFile::decode(file);
        let mut reading = Reading::default();
        let walked = walk(&name, &text, &mut reading);
        problems.extend(walked.problems);
        // Definitions that break off are incomplete, so none of them are used.
        let terms = if walked.is_whole { reading.terms } else { Vec::new() };
        Companion::PcsDefinitions(PcsDefinitions::new(name, terms, problems)).into()
    }
}

/// Definitions while they are read.
#[derive(Default)]
struct Reading {
    section: Option<char>,
    axis: Option<u8>,
    titles: Vec<String>,
    definition: PcsDefinition,
    terms: Vec<((char, u8, String), PcsDefinition)>,
}

impl Visitor for Reading {
    fn start(&mut self, element: &Element<'_>, progress: &mut Progress<'_>) {
        if element.is("section") {
            self.section = element.attribute("code").and_then(|text| text.chars().next());
            if self.section.is_none() {
                progress.problem("a section without a character was left out");
            }
        } else if element.is("axis") {
            self.axis = element.attribute("pos").and_then(|text| text.parse().ok());
            if self.axis.is_none() {
                progress.problem("an axis without a position was left out");
            }
        }
    }

    fn end(&mut self, name: &str, parent: &str, words: String, _: &mut Progress<'_>) {
        match (name, parent) {
            ("title", "terms") => self.titles.push(words),
            ("definition", "terms") => self.definition.definition = Some(words),
            ("explanation", "terms") => self.definition.explanation = Some(words),
            ("includes", "terms") => self.definition.includes.push(words),
            ("terms", _) => {
                let definition = std::mem::take(&mut self.definition);
                let titles = std::mem::take(&mut self.titles);
                if let (Some(section), Some(axis)) = (self.section, self.axis) {
                    // A term may have several names.
                    self.terms
                        .extend(titles.into_iter().map(|title| ((section, axis, title), definition.clone())));
                }
            }
            _ => {}
        }
    }
}
