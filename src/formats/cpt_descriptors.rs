//! CPT's descriptors for consumers and for clinicians: ConsumerDescriptor.txt, ClinicianDescriptor.txt.
//!
//! Source: AMA, CPT data files. Tab-delimited with titles, no notice:
//!
//! * `Concept Id`, `CPT Code`, `Consumer Friendly Descriptor`: one row for each code.
//! * `Concept Id`, `CPT Code`, `Clinician Descriptor Id`, `Clinician Descriptor`: several rows for each code. The distinct
//!   ones are kept together, in the order of the file; their ids are not read.

use std::collections::BTreeMap;

use super::cpt_text::{Delivery, Fault, Record, whole};
use super::text::{Line, TextFile};
use super::{Format, Options, Part, Sample};
use crate::model::sets::is_cpt_code;
use crate::model::{ProblemCode, SourceFile};

/// Titles of the columns that are read.
const CONCEPT: &str = "Concept Id";
const CODE: &str = "CPT Code";
const CONSUMER: &str = "Consumer Friendly Descriptor";
const CLINICIAN: &str = "Clinician Descriptor";

/// Separator between the clinician descriptors of one code.
const BETWEEN: &str = " | ";

/// See the module.
pub(super) struct CptDescriptors;

impl Format for CptDescriptors {
    fn id(&self) -> &'static str {
        "cpt_descriptors"
    }

    fn title(&self) -> &'static str {
        "CPT descriptors for consumers or clinicians"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["cpt"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        sample.lines().next().is_some_and(|line| Columns::of(&line).is_some())
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let file = TextFile::decode(file);
        let mut delivery = Delivery::default();
        let mut lines = file.lines().filter(|line| !line.text.trim().is_empty());
        if let Some(columns) = lines.next().and_then(|line| Columns::of(&line)) {
            let mut codes = Codes::default();
            let mut last = None;
            for line in lines {
                let row = columns.row(&line);
                let before = last;
                last = row.as_ref().ok().map(|row| row.code).or(last);
                if let Err((fault, code)) = row.and_then(|row| codes.take(&line, row)) {
                    // A row that is cut may have been another one of the last code.
                    before.iter().filter(|_| !line.ended).for_each(|code| delivery.doubt(code));
                    delivery.reject_code(&file, &line, code, fault);
                }
            }
            codes.add_to(&mut delivery);
        }
        Part::Concepts(delivery.finish(file))
    }
}

/// The positions of the columns.
struct Columns {
    count: usize,
    code: usize,
    concept: Option<usize>,
    text: usize,
    for_consumers: bool,
}

/// One row.
struct Row<'a> {
    code: &'a str,
    concept: &'a str,
    consumer: &'a str,
    clinician: &'a str,
}

/// A fault in a row, and the text in its column of codes.
type RowFault<'a> = (Fault, &'a str);

impl Columns {
    fn of(line: &Line<'_>) -> Option<Self> {
        let titles: Vec<&str> = line.text.split('\t').map(str::trim).collect();
        let find = |title: &str| titles.iter().position(|held| held.eq_ignore_ascii_case(title));
        let (consumer, clinician) = (find(CONSUMER), find(CLINICIAN));
        let (count, code, concept) = (titles.len(), find(CODE)?, find(CONCEPT));
        Some(Self { count, code, concept, text: consumer.or(clinician)?, for_consumers: consumer.is_some() })
    }

    fn row<'a>(&self, line: &Line<'a>) -> Result<Row<'a>, RowFault<'a>> {
        let cells: Vec<&str> = line.text.split('\t').map(str::trim).collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or("");
        let (code, text) = (cell(self.code), cell(self.text));
        let fault = |code, fact: String| (code, 1, fact);
        if cells.len() != self.count {
            let fact = format!("the record has {} columns, but there are {} titles", cells.len(), self.count);
            return Err((fault(ProblemCode::ShortRecord, fact), code));
        }
        whole(line).map_err(|fault| (fault, code))?;
        if !is_cpt_code(code) {
            let fact = format!("the column `{CODE}` does not contain a CPT code");
            return Err((fault(ProblemCode::BadRecord, fact), code));
        }
        if text.is_empty() {
            return Err((fault(ProblemCode::ShortRecord, "there is no descriptor".to_owned()), code));
        }
        let (consumer, clinician) = if self.for_consumers { (text, "") } else { ("", text) };
        Ok(Row { code, concept: self.concept.map_or("", cell), consumer, clinician })
    }
}

/// The descriptors of one code, collected from its rows.
struct Descriptors<'a> {
    line: u32,
    concept: &'a str,
    consumer: &'a str,
    clinician: Vec<&'a str>,
}

/// The codes in the order of their first rows.
#[derive(Default)]
struct Codes<'a> {
    places: BTreeMap<&'a str, usize>,
    codes: Vec<(&'a str, Descriptors<'a>)>,
}

impl<'a> Codes<'a> {
    fn take(&mut self, line: &Line<'_>, row: Row<'a>) -> Result<(), RowFault<'a>> {
        let Row { code, concept, consumer, clinician } = row;
        let at = *self.places.entry(code).or_insert(self.codes.len());
        let Some((_, held)) = self.codes.get_mut(at) else {
            let clinician = Some(clinician).filter(|text| !text.is_empty()).into_iter().collect();
            self.codes.push((code, Descriptors { line: line.number, concept, consumer, clinician }));
            return Ok(());
        };
        if held.concept != concept {
            let fact = format!("{code} has another concept in an earlier row; the earlier one counts");
            return Err(((ProblemCode::BadRecord, 1, fact), code));
        }
        if !consumer.is_empty() {
            let fact = "this code is in an earlier record as well; the earlier one counts";
            return Err(((ProblemCode::DuplicateCode, 1, fact.to_owned()), code));
        }
        if !held.clinician.contains(&clinician) {
            held.clinician.push(clinician);
        }
        Ok(())
    }

    fn add_to(self, delivery: &mut Delivery) {
        for (code, Descriptors { line, concept, consumer, clinician }) in self.codes {
            if delivery.has_rejected(code) {
                continue;
            }
            let clinician = clinician.join(BETWEEN);
            let properties = vec![(CONCEPT, concept), (CLINICIAN, clinician.as_str())];
            delivery.add(line, &Record { code, consumer, properties, ..Record::default() });
        }
    }
}
