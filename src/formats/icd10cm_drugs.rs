//! The ICD-10-CM table of drugs as CSV (NCHS, from April 2025): substances, those below others after dashes, and a code for
//! each of six columns.

use super::text::TextFile;
use super::{Format, Options, Part, Sample};
use crate::model::{CodeIndex, Companion, Place, Problem, ProblemCode, Problems, SourceFile};

/// The first heading, and the beginning of the next one.
const HEADINGS: [&str; 2] = ["Substance", "Poisoning"];

pub(super) struct Icd10cmDrugs;

impl Format for Icd10cmDrugs {
    fn id(&self) -> &'static str {
        "icd10cm_drugs"
    }

    fn title(&self) -> &'static str {
        "ICD-10-CM table of drugs (CSV)"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["icd10cm"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        sample.lines().take(3).any(|line| is_heading(line.text.split(',')))
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let TextFile { name, text, mut problems } = TextFile::decode(file);
        let mut table = Table::default();
        table.read(&name, &text);
        problems.extend(table.found.finish(&name));
        Companion::Index(CodeIndex::new(name, table.title, table.terms, problems)).into()
    }
}

fn is_heading<'c>(cells: impl Iterator<Item = &'c str>) -> bool {
    cells.zip(HEADINGS).filter(|(cell, heading)| cell.trim().starts_with(heading)).count() == HEADINGS.len()
}

/// A table while it is read.
#[derive(Default)]
struct Table {
    title: String,
    heads: Vec<String>,
    /// The open substances, outermost first.
    path: Vec<String>,
    terms: Vec<(String, String)>,
    found: Problems,
}

impl Table {
    fn read(&mut self, file: &str, text: &str) {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        // UTF-8 text with any number of columns always gives readable records.
        for record in reader.records().map_while(Result::ok) {
            let first = record.get(0).unwrap_or_default().trim();
            if self.heads.is_empty() {
                if is_heading(record.iter()) {
                    self.heads = record.iter().map(|cell| cell.trim().to_owned()).collect();
                } else if !first.is_empty() {
                    first.clone_into(&mut self.title);
                }
                continue;
            }
            let substance = first.trim_start_matches(['\u{2013}', '-', ' ']);
            let level = first[..first.len() - substance.len()].matches(['\u{2013}', '-']).count();
            if level > self.path.len() {
                self.found.add(ProblemCode::BadIndex, || {
                    let line = record.position().map(|position| position.line() as u32);
                    let fact = "a substance is nested more than one level below the one above it";
                    Problem::new(ProblemCode::BadIndex, Place { line, ..Place::file(file) }, fact)
                });
            }
            self.path.truncate(level);
            self.path.push(substance.to_owned());
            let path = self.path.join(", ");
            for (head, cell) in self.heads.iter().zip(record.iter()).skip(1) {
                let code: String = cell.chars().filter(char::is_ascii_alphanumeric).collect();
                if code.len() >= 3 && !head.is_empty() {
                    self.terms.push((format!("{path} [{head}]"), code));
                }
            }
        }
    }
}
