//! The codes of a described set.

use std::collections::{BTreeSet, HashSet};

use super::record::{Fault, Record, Records};
use super::records;
use super::{claml, described, head, mostly};
use crate::formats::{Concepts, Format, Options, Part, Sample, definition};
use crate::model::{
    CodeSet, Concept, Coverage, Descriptor, Details, Field, FileForm, Level, Place, Problem, ProblemCode,
    Problems, Property, ReleaseTable, SourceFile, Validity,
};
use crate::tables::day::{self, DayForm};

/// See the module.
pub(in crate::formats) struct DescribedCodes;

impl Format for DescribedCodes {
    fn id(&self) -> &'static str {
        "described_codes"
    }

    fn title(&self) -> &'static str {
        "codes, as described in a catalog"
    }

    fn sets(&self) -> &'static [&'static str] {
        &[]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        let Some(descriptor) = sample.set.and_then(|set| set.descriptor) else { return false };
        let Some(at) = position(descriptor, &Field::Key) else { return false };
        if descriptor.layout.form == FileForm::Claml {
            // Declarations may fill the whole beginning of the file, so that the first class comes later.
            return sample.lines().any(|line| line.text.contains(claml::ROOT));
        }
        let records = head(sample, descriptor, |file, descriptor| read(file, descriptor).ok());
        let is_key = |record: &Record| descriptor.keys.normalize(&record.cells[at]).is_some();
        mostly(&records, is_key)
    }

    fn read(&self, file: SourceFile, options: &Options) -> Part {
        let (set, descriptor) = described(options);
        let name = file.source.name.clone();
        Part::Concepts(match read(file, descriptor) {
            Ok(records) => concepts(name, set, descriptor, records),
            Err(fault) => {
                let problem = Problem::new(ProblemCode::BadRecord, *fault.place, fault.fact)
                    .hint(format!("see [[set]] `{}` in {}", set.id, descriptor.catalog));
                Concepts { problems: vec![problem], ..Concepts::new(name, set, ReleaseTable::default()) }
            }
        })
    }
}

fn read(file: SourceFile, descriptor: &Descriptor) -> Result<Records, Fault> {
    let columns: Vec<_> = descriptor.columns.iter().map(|(_, column)| column).collect();
    records::read(file, &descriptor.layout, &columns)
}

/// Returns the position of a field among the columns of a descriptor.
fn position(descriptor: &Descriptor, field: &Field) -> Option<usize> {
    descriptor.columns.iter().position(|(known, _)| known == field)
}

/// The parsed fields of a record.
struct Row<'r> {
    key: String,
    parent: Option<String>,
    level: Level,
    record: &'r Record,
}

struct Reader<'d> {
    set: &'static CodeSet,
    descriptor: &'d Descriptor,
    problems: Problems,
    unreadable: Vec<String>,
}

fn concepts(name: String, set: &'static CodeSet, descriptor: &Descriptor, records: Records) -> Concepts {
    let mut reader = Reader { set, descriptor, problems: Problems::default(), unreadable: Vec::new() };
    let mut rows: Vec<Row<'_>> = records.rows.iter().filter_map(|record| reader.row(record)).collect();
    if descriptor.is_nested_by_key {
        nest(&mut rows, descriptor);
    }
    if descriptor.levels.with_children {
        let parents: HashSet<String> = rows.iter().filter_map(|row| row.parent.clone()).collect();
        rows.iter_mut().filter(|row| parents.contains(&row.key)).for_each(|row| row.level = Level::Header);
    }
    let mut table = ReleaseTable::default();
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        reader.add(&mut table, row);
        lines.push(row.record.row);
    }
    let Reader { problems, unreadable, .. } = reader;
    let problems = records.problems.into_iter().chain(problems.finish(&name)).collect();
    Concepts {
        lines,
        unreadable,
        problems,
        coverage: Coverage { whole: !records.is_cut, ..Coverage::default() },
        ..Concepts::new(name, set, table)
    }
}

/// Sets the parent of each row to the longest other key that its own begins with. Keys of headers with a form of their own,
/// such as chapters, are never the beginning of codes, even if they look like it: chapter `I` is not above `I10`.
fn nest(rows: &mut [Row<'_>], descriptor: &Descriptor) {
    let keys: BTreeSet<String> =
        rows.iter().map(|row| row.key.clone()).filter(|key| !descriptor.keys.is_header(key)).collect();
    for row in rows.iter_mut().filter(|row| keys.contains(&row.key) && row.parent.is_none()) {
        let ends = (1..row.key.len()).rev().filter(|end| row.key.is_char_boundary(*end));
        row.parent = ends.map(|end| &row.key[..end]).find(|start| keys.contains(*start)).map(str::to_owned);
    }
}

impl Reader<'_> {
    fn cell<'r>(&self, record: &'r Record, field: &Field) -> Option<&'r str> {
        position(self.descriptor, field).map(|at| record.cells[at].as_str()).filter(|cell| !cell.is_empty())
    }

    fn problem(&mut self, code: ProblemCode, place: &Place, fact: impl FnOnce() -> String, hint: &str) {
        self.problems.add(code, || Problem::new(code, place.clone(), fact()).hint(hint.to_owned()));
    }

    /// Returns the key and level of a record; `None` if it is left out, which is reported as a problem.
    fn row<'r>(&mut self, record: &'r Record) -> Option<Row<'r>> {
        let keys = &self.descriptor.keys;
        let Some(written) = self.cell(record, &Field::Key) else {
            let column = self.descriptor.column(&Field::Key).map(ToString::to_string).unwrap_or_default();
            let fact = || format!("the row has no key in {column}");
            self.problem(ProblemCode::BadRecord, &record.place, fact, "the row was left out");
            return None;
        };
        let Some(key) = keys.normalize(written) else {
            let pattern = keys.pattern.as_ref().map(|(pattern, _)| pattern.clone()).unwrap_or_default();
            let shown = written.chars().take(30).collect::<String>().escape_debug().to_string();
            let fact = || format!("the key `{shown}` does not match `{pattern}`");
            let hint = "correct `key.pattern` in the catalog if it is a key; the row was left out";
            self.problem(ProblemCode::OddCode, &record.place, fact, hint);
            self.unreadable.push(written.to_owned());
            return None;
        };
        let parent = self
            .cell(record, &Field::Parent)
            .map(|parent| keys.normalize(parent).unwrap_or(parent.to_owned()));
        let level = self.level(record, &key)?;
        Some(Row { key, parent, level, record })
    }

    fn level(&mut self, record: &Record, key: &str) -> Option<Level> {
        let rule = &self.descriptor.levels;
        if self.descriptor.keys.is_header(key) {
            return Some(Level::Header);
        }
        if position(self.descriptor, &Field::Level).is_none() {
            return Some(Level::Code);
        }
        let value = self.cell(record, &Field::Level).unwrap_or_default();
        let is_one = |values: &[String]| values.iter().any(|known| known.eq_ignore_ascii_case(value));
        match (is_one(&rule.codes), is_one(&rule.headers)) {
            (true, _) => Some(Level::Code),
            (_, true) => Some(Level::Header),
            _ if rule.headers.is_empty() => Some(Level::Header),
            _ if rule.codes.is_empty() => Some(Level::Code),
            _ => {
                let value = value.escape_debug().to_string();
                let fact = || format!("the level `{value}` is not in `level.codes` or `level.headers`");
                let hint = "add the value to the catalog; the row was left out";
                self.problem(ProblemCode::BadRecord, &record.place, fact, hint);
                self.unreadable.push(key.to_owned());
                None
            }
        }
    }

    fn add(&mut self, table: &mut ReleaseTable, row: &Row<'_>) {
        let record = row.record;
        let code = table.add_text(&row.key);
        let long = self.cell(record, &Field::Description).map(|text| table.add_text(text));
        let short = position(self.descriptor, &Field::Short).map(|at| table.add_text(&record.cells[at]));
        let details = self.details(table, row);
        let order = table.concepts.len() as u32;
        table.concepts.push(Concept {
            code,
            long: long.unwrap_or_default(),
            short,
            order,
            level: row.level,
            details,
        });
    }

    fn details(&mut self, table: &mut ReleaseTable, row: &Row<'_>) -> Option<Box<Details>> {
        let record = row.record;
        let mut details = Details {
            parent: row.parent.as_deref().map(|parent| table.add_text(parent)),
            added: self.day(record, &Field::Start),
            ..Details::default()
        };
        let status = self.cell(record, &Field::Status);
        let has_ended = status.is_some_and(|status| {
            self.descriptor.ended.iter().any(|ended| ended.eq_ignore_ascii_case(status))
        });
        if let Some(last_day) = self.day(record, &Field::End) {
            details.validity = Validity::Ended { last_day };
        } else if has_ended {
            details.validity = Validity::Inactive;
        }
        for ((field, _), value) in self.descriptor.columns.iter().zip(&record.cells) {
            let name = match field {
                Field::Attribute(name) => name.clone(),
                Field::Status | Field::Start | Field::End => field.name().to_owned(),
                Field::Successor => self.descriptor.successor_name().unwrap_or_default(),
                _ => continue,
            };
            if !value.is_empty() {
                let value = table.add_text(value);
                details.properties.push(Property { definition: definition(self.set, &name), value });
            }
        }
        details.properties.sort_by_key(|property| property.definition);
        (details != Details::default()).then(|| Box::new(details))
    }

    fn day(&mut self, record: &Record, field: &Field) -> Option<jiff::civil::Date> {
        let cell = self.cell(record, field)?;
        let day_first = self.descriptor.day_first || cell.contains('.');
        let day = day::read_as(cell.as_bytes(), DayForm { day_first, serials: false }).known();
        if day.is_none() {
            let (name, value) = (field.name(), cell.escape_debug().to_string());
            let fact = || format!("`{value}` in `columns.{name}` is not a date");
            self.problem(
                ProblemCode::BadDate,
                &record.place,
                fact,
                "write dates as 2026-10-01; the date was left out",
            );
        }
        day
    }
}
