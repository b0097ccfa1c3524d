//! The indexes of ICD-10-CM and ICD-10-PCS as XML (NCHS, `icd10cm_index.xsd`, `icd10cm_drug_neoplasm.xsd`, root
//! `ICD10CM.index`; CMS, root `ICD10PCS.index`): main terms, terms below terms, and the codes they lead to, of ICD-10-PCS also
//! beginnings of codes; tables of drugs and neoplasms have a cell for each column.

use super::text::TextFile;
use super::xml::{Element, Progress, Visitor, begins_with, walk};
use super::{Format, Options, Part, Sample};
use crate::model::{CodeIndex, Companion, SourceFile};

/// The root elements.
const ROOTS: [&str; 2] = ["ICD10CM.index", "ICD10PCS.index"];

pub(super) struct Icd10cmIndex;

impl Format for Icd10cmIndex {
    fn id(&self) -> &'static str {
        "icd10cm_index"
    }

    fn title(&self) -> &'static str {
        "index (XML)"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10cm", "icd10pcs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        begins_with(sample, &ROOTS)
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let TextFile { name, text, mut problems } = TextFile::decode(file);
        let mut reading = Reading::default();
        problems.extend(walk(&name, &text, &mut reading).problems);
        Companion::Index(CodeIndex::new(name, reading.title, reading.terms, problems)).into()
    }
}

/// An index while it is read.
#[derive(Default)]
struct Reading {
    title: String,
    /// The titles of the open terms. Words in brackets next to them (`nemod`) do not change the code, and are left out.
    path: Vec<String>,
    /// The headings of the columns of a table.
    heads: Vec<(String, String)>,
    column: String,
    terms: Vec<(String, String)>,
}

impl Visitor for Reading {
    fn start(&mut self, element: &Element<'_>, _: &mut Progress<'_>) {
        if element.is("mainTerm") || element.is("term") {
            self.path.push(String::new());
        } else if element.is("cell") || element.is("head") {
            self.column = element.attribute("col").unwrap_or_default();
        }
    }

    fn end(&mut self, name: &str, parent: &str, words: String, _: &mut Progress<'_>) {
        match (name, parent) {
            ("title", "mainTerm" | "term") => {
                if let Some(title) = self.path.last_mut() {
                    *title = words;
                }
            }
            ("title", root) if ROOTS.contains(&root) => self.title = without_year(words),
            ("head", _) => self.heads.push((self.column.clone(), words)),
            ("code", "mainTerm" | "term") | ("code" | "codes", "see" | "use") => self.add(&words, ""),
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
    /// Adds a code as the index writes it: `C79.8-` means the codes below it.
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

/// `2026 ICD-10-PCS Index` is the index of any year.
fn without_year(title: String) -> String {
    let rest = title.trim_start_matches(|char: char| char.is_ascii_digit()).trim_start();
    if rest.len() < title.len() { rest.to_owned() } else { title }
}
