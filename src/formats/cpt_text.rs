//! Common parts of the text files of an AMA delivery of CPT: a copyright notice before the records, five characters of code,
//! descriptions of one kind in each file.
//!
//! The notice has several lines and blank ones among them; the records begin after the last blank one. It may be absent.

use std::collections::BTreeSet;

use super::text::{Line, TextFile, lines};
use super::{Concepts, Form, Part, Sample, definition, unused};
use crate::model::sets::{CPT, cpt_category, is_cpt_code};
use crate::model::{
    Concept, Coverage, Details, HEAD, Level, ProblemCode, Problems, Property, ReleaseTable, SourceFile,
    TextKind,
};

/// A fault in a record: the problem code, the column, from 1, and a sentence.
pub(super) type Fault = (ProblemCode, usize, String);

/// The data of a code in one file; fields that the file does not have are empty.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Record<'a> {
    pub(super) code: &'a str,
    pub(super) long: &'a str,
    pub(super) medium: &'a str,
    pub(super) short: &'a str,
    pub(super) consumer: &'a str,
    /// Names and values of properties.
    pub(super) properties: Vec<(&'static str, &'a str)>,
}

/// Returns the code in columns 1-5.
pub(super) fn code_of<'a>(line: &Line<'a>) -> Result<&'a str, Fault> {
    let code = line.columns(1, 5);
    let fault = || (ProblemCode::BadRecord, 1, "columns 1-5 are not a CPT code".to_owned());
    is_cpt_code(code).then_some(code).ok_or_else(fault)
}

/// Reads a record of fixed columns: code 1-5, blank 6, text from 7 on, at most `widest` characters.
pub(super) fn fixed<'a>(line: &Line<'a>, widest: usize) -> Result<(&'a str, &'a str), Fault> {
    let code = code_of(line)?;
    if line.columns(6, 6) != " " || matches!(line.columns(7, 7), " " | "") {
        let fact = "the description does not start in column 7, after a blank";
        return Err((ProblemCode::BadRecord, 6, fact.to_owned()));
    }
    let text = line.rest_from(7).trim_end();
    let length = text.chars().count();
    if length > widest {
        let fact = format!("the description has {length} characters, but the layout has room for {widest}");
        return Err((ProblemCode::BadRecord, 7 + widest, fact));
    }
    Ok((code, text))
}

/// Returns the lines of a text after its notice, without blank lines.
fn records<'a>(text: &'a str, is_record: impl Fn(&Line<'a>) -> bool) -> Vec<Line<'a>> {
    let mut found: Vec<Line<'a>> = lines(text).collect();
    let first = found.iter().position(&is_record).unwrap_or(0);
    let notice = found[..first].iter().rposition(|line| line.text.trim().is_empty());
    found.drain(..notice.map_or(0, |blank| blank + 1));
    found.retain(|line| !line.text.trim().is_empty());
    // Original files never have titles; copies may.
    if found.first().is_some_and(is_titles) {
        found.remove(0);
    }
    found
}

fn is_titles(line: &Line<'_>) -> bool {
    line.text.split_once('\t').is_some_and(|(first, _)| first.to_ascii_lowercase().contains("code"))
}

/// Returns the records of a sample, without a last line that is cut.
pub(super) fn sample_records<'a>(
    sample: &'a Sample<'_>,
    is_record: impl Fn(&Line<'a>) -> bool,
) -> Vec<Line<'a>> {
    let whole = sample.bytes.len() < HEAD;
    let mut found = records(&sample.text, is_record);
    found.retain(|line| line.ended || whole);
    found
}

/// Returns whether at least half of the lines after the notice, and at least one, are records.
pub(super) fn is_mostly<'a>(sample: &'a Sample<'_>, is_record: impl Fn(&Line<'a>) -> bool) -> bool {
    let found = sample_records(sample, &is_record);
    let fit = found.iter().filter(|line| is_record(line)).count();
    fit > 0 && fit * 2 >= found.len()
}

/// Reads a file with a record on each line.
pub(super) fn read(
    file: SourceFile,
    record: impl for<'a> Fn(&Line<'a>) -> Result<Record<'a>, Fault>,
) -> Part {
    let file = TextFile::decode(file);
    let mut delivery = Delivery::default();
    for line in records(&file.text, |line| record(line).is_ok()) {
        match whole(&line).and_then(|()| record(&line)) {
            Ok(record) => delivery.add(line.number, &record),
            Err(fault) => delivery.reject(&file, &line, fault),
        }
    }
    Part::Concepts(delivery.finish(file))
}

/// Returns the lines of a file that can be read, with their content, for layouts with several lines per record.
pub(super) fn read_lines<'a, T>(
    file: &'a TextFile,
    delivery: &mut Delivery,
    record: impl Fn(&Line<'a>) -> Result<T, Fault>,
) -> (Vec<Line<'a>>, Vec<T>) {
    let mut kept = (Vec::new(), Vec::new());
    for line in records(&file.text, |line| record(line).is_ok()) {
        match whole(&line).and_then(|()| record(&line)) {
            Ok(record) => {
                kept.0.push(line);
                kept.1.push(record);
            }
            Err(fault) => delivery.reject(file, &line, fault),
        }
    }
    kept
}

/// Checks that a line has a line end; without one it may be incomplete.
pub(super) fn whole(line: &Line<'_>) -> Result<(), Fault> {
    let fault =
        || (ProblemCode::ShortRecord, 7, "the record has no line end; it may be truncated".to_owned());
    line.ended.then_some(()).ok_or_else(fault)
}

/// The concepts of one file of a delivery while they are read.
#[derive(Default)]
pub(super) struct Delivery {
    table: ReleaseTable,
    lines: Vec<u32>,
    unreadable: BTreeSet<String>,
    problems: Problems,
    cut: bool,
    lost: bool,
}

impl Delivery {
    /// Adds the data of a record.
    pub(super) fn add(&mut self, line: u32, record: &Record<'_>) {
        let texts = [(TextKind::Medium, record.medium), (TextKind::Consumer, record.consumer)];
        let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
        let texts = texts.map(|(kind, text)| (kind, self.table.add_text(text))).collect();
        let category = ("Category", cpt_category(record.code));
        let properties = record.properties.iter().copied().filter(|(_, value)| !value.is_empty());
        let mut properties: Vec<Property> = [category]
            .into_iter()
            .chain(properties)
            .map(|(name, value)| Property {
                definition: definition(&CPT, name),
                value: self.table.add_text(value),
            })
            .collect();
        properties.sort_by_key(|property| property.definition);
        let [code, long, short] =
            [record.code, record.long, record.short].map(|text| self.table.add_text(text));
        self.table.concepts.push(Concept {
            code,
            long,
            short: (short.length > 0).then_some(short),
            order: self.lines.len() as u32,
            level: Level::Code,
            details: Some(Box::new(Details { texts, properties, ..Details::default() })),
        });
        self.lines.push(line);
    }

    /// Rejects a record. Its code is noted as unreadable; if it has no valid code, the file is marked as incomplete.
    pub(super) fn reject(&mut self, file: &TextFile, line: &Line<'_>, fault: Fault) {
        self.reject_code(file, line, line.columns(1, 5), fault);
    }

    /// The same for records whose code is in other columns.
    pub(super) fn reject_code(&mut self, file: &TextFile, line: &Line<'_>, code: &str, fault: Fault) {
        let (problem, column, fact) = fault;
        // If a record has no line end, the text after it is missing: the file is cut.
        self.cut |= !line.ended;
        if is_cpt_code(code) {
            self.unreadable.insert(code.to_owned());
        } else {
            self.lost = true;
        }
        self.problems.add(problem, || file.left_out(problem, line, column, fact));
    }

    /// Notes that the data of a code may be incomplete.
    pub(super) fn doubt(&mut self, code: &str) {
        self.unreadable.insert(code.to_owned());
    }

    /// Returns whether a record of a code was left out.
    pub(super) fn has_rejected(&self, code: &str) -> bool {
        self.unreadable.contains(code)
    }

    /// Returns the concepts as a piece of a release.
    pub(super) fn finish(self, file: TextFile) -> Concepts {
        let Self { mut table, lines, unreadable, problems, cut, lost } = self;
        // Each file of a delivery has only a few of the attributes.
        table.absent = unused(&CPT, &table.concepts);
        let mut listed = file.problems.clone();
        listed.extend(problems.finish(&file.name));
        if cut {
            listed.extend(file.truncated());
        }
        file.note_line_ends(&mut listed);
        Concepts {
            form: Form::Piece,
            coverage: Coverage { whole: !cut && !lost, ..Coverage::default() },
            unreadable: unreadable.into_iter().collect(),
            lines,
            problems: listed,
            ..Concepts::new(file.name, &CPT, table)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Format, recognize};

    #[test]
    fn records_of_other_sets_are_not_taken_for_cpt_fees_or_dental_codes() {
        let hcpcs = "A0000001003Invented item                                                                    Item";
        let order =
            "00001 A00     0 Invented header                                              Invented header";
        let codes = "0016070 Invented procedure\r\n0016071 Invented procedure, again\r\n";
        let ndc = "PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tPROPRIETARYNAME\tPROPRIETARYNAMESUFFIX";
        for (text, expected) in
            [(hcpcs, None), (order, Some("icd10_order")), (codes, Some("icd10_codes")), (ndc, None)]
        {
            let text = format!("{}\r\n", text.trim_end());
            let id = recognize(text.as_bytes()).map(Format::id);
            let own = ["cpt", "cdt", "pfs", "opps"];
            assert!(id.is_none_or(|id| own.iter().all(|own| !id.starts_with(own))), "{text}: {id:?}");
            assert!(expected.is_none() || id == expected, "{text}: {id:?}");
        }
    }

    #[test]
    fn records_begin_after_the_last_blank_line_before_the_first_of_them() {
        let is_record = |line: &Line<'_>| code_of(line).is_ok();
        let numbers = |text| records(text, is_record).iter().map(|line| line.number).collect::<Vec<_>>();
        assert_eq!(numbers("Notice\n\nof rights\n \nbroken\n00000 A\n\n00001 B\n"), [5, 6, 8]);
        assert_eq!(numbers("00000 A\n00001 B\n"), [1, 2]);
        assert_eq!(numbers("broken\n00000 A\n"), [1, 2]);
        assert_eq!(numbers("CPT Code\tText\n00000\tA\n"), [2]);
        assert!(numbers("").is_empty());
    }
}
