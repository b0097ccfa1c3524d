//! The ICD-10-CM indexes as XML (NCHS, `icd10cm_index.xsd`, `icd10cm_drug_neoplasm.xsd`; root `ICD10CM.index`): main terms,
//! terms below terms, and the codes they lead to; tables of drugs and neoplasms have a cell for each column.

use super::text::TextFile;
use super::xml::{Element, Talk, Visitor, walk};
use super::{Format, Options, Part, Sample};
use crate::model::{CodeIndex, SourceFile};

/// The root element.
const ROOT: &str = "ICD10CM.index";

pub(super) struct Icd10cmIndex;

impl Format for Icd10cmIndex {
    fn id(&self) -> &'static str {
        "icd10cm_index"
    }

    fn title(&self) -> &'static str {
        "ICD-10-CM index (XML)"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10cm"]
    }

    fn recognises(&self, sample: &Sample<'_>) -> bool {
        sample.lines().take(5).any(|line| line.text.contains(ROOT))
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let TextFile { name, text, mut problems } = TextFile::decode(file);
        let mut reading = Reading::default();
        problems.extend(walk(&name, &text, &mut reading));
        Part::Index(CodeIndex::new(name, reading.title, reading.terms, problems))
    }
}

/// An index while it is read.
#[derive(Default)]
struct Reading {
    title: String,
    /// The titles of the terms that are open. Words between brackets beside them (`nemod`) change nothing, and are left out.
    path: Vec<String>,
    /// The headings of the columns of a table.
    heads: Vec<(String, String)>,
    column: String,
    terms: Vec<(String, String)>,
}

impl Visitor for Reading {
    fn start(&mut self, element: &Element<'_>, _: &mut Talk<'_>) {
        if element.is("mainTerm") || element.is("term") {
            self.path.push(String::new());
        } else if element.is("cell") || element.is("head") {
            self.column = element.attribute("col").unwrap_or_default();
        }
    }

    fn end(&mut self, name: &str, parent: &str, words: String, _: &mut Talk<'_>) {
        match (name, parent) {
            ("title", "mainTerm" | "term") => {
                if let Some(title) = self.path.last_mut() {
                    *title = words;
                }
            }
            ("title", ROOT) => self.title = words,
            ("head", _) => self.heads.push((self.column.clone(), words)),
            ("code", "mainTerm" | "term") => self.add(&words, ""),
            ("cell", _) => {
                let column = std::mem::take(&mut self.column);
                let head = self.heads.iter().find(|(at, _)| *at == column).map(|(_, head)| head.clone());
                self.add(&words, &head.unwrap_or(column));
            }
            ("mainTerm" | "term", _) => drop(self.path.pop()),
            _ => {}
        }
    }
}

impl Reading {
    /// Takes a code as the index writes it: `C79.8-` stands for what is below.
    fn add(&mut self, code: &str, column: &str) {
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        if code.len() < 3 {
            return;
        }
        let mut path = self.path.join(", ");
        if !column.is_empty() {
            path = format!("{path} [{column}]");
        }
        self.terms.push((path, code));
    }
}
