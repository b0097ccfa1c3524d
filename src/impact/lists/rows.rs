//! The cells of codes of a list, whatever the file format: a table with headings, or lines.

use std::io::Read;

use crate::base::counted;
use crate::fields::notation;
use crate::fields::roles;
use crate::fields::systems::{self, SetName};
use crate::impact::usage::{
    Column, ColumnChoice, Fault, Input, Numbering, Survey, Table, Text, UsageError, UsageOptions, Vocabulary,
    declared, declared_by, is_archive, is_total, kind, refused, set_title,
};
use crate::model::{Place, Problem, ProblemCode, TextKind};
use crate::read::{Cell, Container, FieldId, FieldName, Row, Sink};

/// Maximum bytes of a list.
const LARGEST: u64 = 256 << 20;

/// A cell that holds codes, or a line.
pub(super) struct Found<'r> {
    /// Its text.
    pub(super) text: &'r [u8],
    pub(super) place: Place,
    /// The descriptions in other cells of its row; `None` for a line, which may hold one itself.
    pub(super) descriptions: Option<[Option<String>; 2]>,
}

/// Passes on the cells of codes of a file. Returns how it was read.
///
/// # Errors
///
/// If it cannot be read, or is a table without a column of codes of the releases, or the column is not clear.
pub(super) fn each(
    name: &str,
    bytes: &[u8],
    vocabulary: &Vocabulary<'_>,
    column: Option<&str>,
    take: &mut dyn FnMut(Found<'_>),
) -> Result<Vec<Problem>, UsageError> {
    let columns = ColumnChoice { code: column.map(str::to_owned), ..ColumnChoice::default() };
    let options = UsageOptions { columns, ..UsageOptions::default() };
    read(name, bytes, vocabulary, &options, take).map_err(|fault| fault.of_list(name))
}

fn read(
    name: &str,
    bytes: &[u8],
    vocabulary: &Vocabulary<'_>,
    options: &UsageOptions,
    take: &mut dyn FnMut(Found<'_>),
) -> Result<Vec<Problem>, Fault> {
    let mut open = || Ok(Box::new(bytes) as Box<dyn Read>);
    let mut input = Input::open(&mut open)?;
    if is_archive(input.head()) {
        return Err(Fault::Archive);
    }
    refused(input.head())?;
    input.hold_all(LARGEST)?;
    let mut text = Text { kind: kind(name, input.head()), input };
    let mut survey = Survey::new(vocabulary, options);
    let surveyed = text.survey(&mut survey);
    if text.kind.is_text() && options.columns.code.is_none() && (surveyed.is_err() || !survey.is_table()) {
        lines(name, text.input.held(), vocabulary, take);
        return Ok(Vec::new());
    }
    surveyed?;
    let (columns, tables) = survey.decide()?;
    // The held bytes are passed on again.
    let held = if text.kind.is_text() { text.input.held().to_vec() } else { Vec::new() };
    let mut cells = Cells {
        columns: &columns,
        tables: &tables,
        vocabulary,
        name,
        lines: Lines::of(&held),
        sheet: None,
        numbering: Numbering::default(),
        others: Vec::new(),
        take,
    };
    text.give(&mut cells)?;
    Ok(cells.notes())
}

/// Passes on the lines of a text. Lines that begin with `#`, and text after ` #`, are comments.
fn lines(name: &str, text: &[u8], vocabulary: &Vocabulary<'_>, take: &mut dyn FnMut(Found<'_>)) {
    let end = if memchr::memchr(b'\n', text).is_some() { b'\n' } else { b'\r' };
    let mut is_first = true;
    for (line, number) in text.split(|byte| *byte == end).zip(1..) {
        let comment = memchr::memmem::find(line, b" #").unwrap_or(line.len());
        let line = line[..comment].trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        // A heading may come before the codes.
        let is_heading = std::mem::take(&mut is_first)
            && std::str::from_utf8(line).is_ok_and(roles::is_known)
            && !notation::names_codes(vocabulary.book(), line);
        if !is_heading {
            take(Found { text: line, place: Place::line(name, number, 1), descriptions: None });
        }
    }
}

/// Finds the lines at bytes of a text, one after another.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u32,
}

impl<'t> Lines<'t> {
    fn of(text: &'t [u8]) -> Self {
        Self { text, at: 0, line: 1 }
    }

    fn at(&mut self, byte: usize) -> u32 {
        let byte = byte.min(self.text.len());
        if byte < self.at {
            (self.at, self.line) = (0, 1);
        }
        self.line += memchr::memchr_iter(b'\n', &self.text[self.at..byte]).count() as u32;
        self.at = byte;
        self.line
    }
}

/// Takes the rows of tables.
struct Cells<'c> {
    columns: &'c [Column],
    tables: &'c [Table],
    vocabulary: &'c Vocabulary<'c>,
    name: &'c str,
    lines: Lines<'c>,
    sheet: Option<String>,
    numbering: Numbering,
    /// Codes of other systems, with how many of each.
    others: Vec<(SetName, u64)>,
    take: &'c mut dyn FnMut(Found<'_>),
}

impl Cells<'_> {
    fn row(&mut self, row: &Row<'_>) {
        let Some(table) = row.cells.first().and_then(|cell| self.columns.get(cell.field)) else { return };
        let table = &self.tables[table.table];
        let is_code = |text: &[u8]| self.vocabulary.book().find(text.trim_ascii()).is_some();
        let cell = |field: FieldId| row.cells.iter().find(|cell| cell.field == field);
        if table.codes.is_empty()
            || is_total(row)
                && table.codes.iter().all(|code| cell(code.field).is_none_or(|cell| !is_code(cell.text)))
        {
            return;
        }
        let set = self.vocabulary.set();
        let of_row = if table.labels.is_empty() { None } else { declared(self.columns, row) };
        for code in &table.codes {
            let Some(cell) = cell(code.field) else { continue };
            let own = code.label.and_then(|label| declared_by(self.columns, label, row));
            if let Some(system) = own.or(of_row).filter(|system| !systems::is_of(system, set)) {
                match self.others.iter_mut().find(|(other, _)| *other == system) {
                    Some((_, count)) => *count += 1,
                    None => self.others.push((system, 1)),
                }
                continue;
            }
            let place = match &self.sheet {
                Some(sheet) if row.number > 0 => Place::cell(self.name, sheet, row.number - 1, cell.column),
                _ => Place::line(self.name, self.lines.at(cell.at as usize), 1),
            };
            let descriptions = Some(self.descriptions(row, table));
            (self.take)(Found { text: &cell.unquoted(), place, descriptions });
        }
    }

    /// Returns the descriptions in a row: under headings for descriptions, or, without headings, the first words.
    fn descriptions(&self, row: &Row<'_>, table: &Table) -> [Option<String>; 2] {
        let is_code = |cell: &Cell<'_>| table.codes.iter().any(|code| code.field == cell.field);
        let others = || row.cells.iter().filter(|cell| !is_code(cell));
        let text = |cell: &Cell<'_>| {
            Some(String::from_utf8_lossy(&cell.unquoted()).trim().to_owned()).filter(|text| !text.is_empty())
        };
        let of_kind = |wanted: TextKind| {
            let is_it = |cell: &&Cell<'_>| {
                let heading = self.columns.get(cell.field).map_or("", |column| column.heading.as_str());
                systems::description(heading) == Some(wanted)
            };
            others().find(is_it).and_then(text)
        };
        let is_headed = row
            .cells
            .iter()
            .any(|cell| self.columns.get(cell.field).is_some_and(|column| !column.heading.is_empty()));
        if is_headed {
            return [of_kind(TextKind::Long), of_kind(TextKind::Short)];
        }
        [others().find(|cell| cell.text.trim_ascii().contains(&b' ')).and_then(text), None]
    }

    fn notes(self) -> Vec<Problem> {
        let title = self.vocabulary.set().title;
        let note = |(system, count): (SetName, u64)| {
            let system = set_title(system);
            let codes = counted(count, "code is", "codes are");
            let fact = format!("{codes} declared as {system}, not {title}; left out");
            Problem::new(ProblemCode::UsageLines, Place::file(self.name), fact)
        };
        self.others.into_iter().map(note).collect()
    }
}

impl Sink for Cells<'_> {
    fn part(&mut self, part: Container) {
        self.numbering.part(&part);
        if let Container::Sheet(name) | Container::Table(name) = part {
            self.sheet = Some(name);
        }
    }

    fn table(&mut self) {
        self.numbering.table();
    }

    fn field(&mut self, name: FieldName<'_>) -> FieldId {
        self.numbering.field(name)
    }

    fn name(&mut self, _: FieldId, _: &str) {}

    fn rows(&mut self, rows: &[Row<'_>]) {
        rows.iter().for_each(|row| self.row(row));
    }

    fn note(&mut self, _: &'static str) {}

    fn knows(&self, text: &[u8]) -> bool {
        notation::names_codes(self.vocabulary.book(), text)
    }

    fn takes_lists(&self) -> bool {
        false
    }
}
