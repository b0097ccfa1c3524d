//! The ICD-10-PCS tables as XML (CMS, root `ICD10PCS.tabular`): `pcsTable` with the first three axes and `pcsRow` with the
//! others.

use super::text::TextFile;
use super::xml::{Element, Progress, Visitor, Walked, begins_with, walk};
use super::{Format, Options, Part, Sample};
use crate::model::{AxisLabel, Companion, PcsAxis, PcsRow, PcsTable, PcsTables, SourceFile};

/// The root element.
const ROOT: &str = "ICD10PCS.tabular";

pub(super) struct Icd10pcsTables;

impl Format for Icd10pcsTables {
    fn id(&self) -> &'static str {
        "icd10pcs_tables"
    }

    fn title(&self) -> &'static str {
        "ICD-10-PCS tables (XML)"
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
        let Walked { problems: found, is_whole } = walk(&name, &text, &mut reading);
        problems.extend(found);
        let Reading { mut tables, is_in_row, is_in_table, .. } = reading;
        // Rows and tables that are still open where the file breaks off are incomplete.
        if is_in_row {
            tables.iter_mut().next_back().into_iter().for_each(|table| drop(table.rows.pop()));
        }
        if is_in_table && tables.last().is_some_and(|table| !is_headed(table)) {
            tables.pop();
        }
        Companion::PcsTables(PcsTables { name, tables, is_whole, problems }).into()
    }
}

/// Tables while they are read.
#[derive(Default)]
struct Reading {
    tables: Vec<PcsTable>,
    is_in_table: bool,
    is_in_row: bool,
    axis: Option<(PcsAxis, Option<usize>)>,
    char: Option<char>,
}

impl Visitor for Reading {
    fn start(&mut self, element: &Element<'_>, progress: &mut Progress<'_>) {
        let number = |name: &str| element.attribute(name).and_then(|text| text.parse::<u64>().ok());
        if element.is("pcsTable") {
            self.is_in_table = true;
            self.tables.push(PcsTable { axes: Vec::new(), definition: None, rows: Vec::new() });
        } else if element.is("pcsRow") {
            self.is_in_row = true;
            let row = PcsRow { axes: Vec::new(), codes: number("codes"), line: progress.line() };
            self.tables.iter_mut().next_back().into_iter().for_each(|table| table.rows.push(row.clone()));
        } else if element.is("axis") {
            let position =
                number("pos").and_then(|at| u8::try_from(at).ok()).filter(|at| (1..=7).contains(at));
            if position.is_none() {
                progress.problem("an axis without a position was left out");
            }
            let values = number("values").map(|count| count as usize);
            let axis = |position| (PcsAxis { position, title: String::new(), values: Vec::new() }, values);
            self.axis = position.map(axis);
        } else if element.is("label") {
            self.char = element.attribute("code").and_then(|text| text.chars().next());
            if self.char.is_none() {
                progress.problem("a value without a character was left out");
            }
        }
    }

    fn end(&mut self, name: &str, _: &str, words: String, progress: &mut Progress<'_>) {
        match (name, &mut self.axis) {
            ("title", Some((axis, _))) => axis.title = words,
            ("label", Some((axis, _))) => {
                axis.values.extend(self.char.take().map(|char| AxisLabel { char, label: words }));
            }
            ("definition", Some((axis, _))) if axis.position == 3 => {
                self.tables
                    .iter_mut()
                    .next_back()
                    .into_iter()
                    .for_each(|table| table.definition = Some(words.clone()));
            }
            ("axis", _) => self.end_axis(progress),
            ("pcsRow", _) => self.end_row(progress),
            ("pcsTable", _) => self.end_table(progress),
            _ => {}
        }
    }
}

impl Reading {
    fn end_axis(&mut self, progress: &mut Progress<'_>) {
        let Some((axis, values)) = self.axis.take() else { return };
        if values.is_some_and(|values| values != axis.values.len()) {
            progress.problem("an axis states a different number of values than it has");
        }
        let Some(table) = self.tables.last_mut() else { return };
        let held = if self.is_in_row {
            table.rows.last_mut().map(|row| &mut row.axes)
        } else {
            Some(&mut table.axes)
        };
        held.into_iter().for_each(|held| held.push(axis.clone()));
    }

    fn end_row(&mut self, progress: &mut Progress<'_>) {
        self.is_in_row = false;
        let Some(row) = self.tables.last().and_then(|table| table.rows.last()) else { return };
        let made = row.suffixes().len() as u64;
        if !row.axes.iter().map(|axis| axis.position).eq(4..=7) {
            progress.problem("a row does not have axes 4 to 7; no codes are made from it");
        } else if row.codes.is_some_and(|codes| codes != made) {
            progress.problem("a row states a different number of codes than it makes");
        }
    }

    fn end_table(&mut self, progress: &mut Progress<'_>) {
        self.is_in_table = false;
        if self.tables.last().is_some_and(|table| !is_headed(table)) {
            progress.problem("a table without exactly one value for each of axes 1 to 3 was left out");
            self.tables.pop();
        }
    }
}

/// Returns whether a table has its first three axes, each with one value.
fn is_headed(table: &PcsTable) -> bool {
    table.axes.iter().map(|axis| (axis.position, axis.values.len())).eq((1..=3).map(|at| (at, 1)))
}
