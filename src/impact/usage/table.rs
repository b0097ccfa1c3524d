//! Tables of usage, whatever file they are in: text with delimiters, workbooks, OpenDocument, HTML, JSON.
//!
//! Readers hand out rows; a survey of the rows decides what the columns are; then all rows are counted.
//!
//! Invariant: a table is read twice. `survey` looks at all rows (of a file over 8 MiB, at as many as it takes to find
//! the codes), `columns` decides, and this file counts. No decision depends on the first hundred rows, and two columns
//! that could both hold the codes are an error that names them.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use jiff::civil::Date;

use super::column::Column;
use super::columns::{AmountColumn, Table};
use super::fault::{BadResult, NoRoles};
use super::input::{FIRST, Input, KEPT};
use super::ledger::{Ledger, Line};
use super::limits::WHOLE;
use super::money::Amount;
use super::number::whole_number;
use super::slots::ResultColumn;
use super::survey::{Survey, declared, declared_by, hash};
use super::vocabulary::Vocabulary;
use super::{Fault, Layout, UsageOptions};
use crate::base::counted;
use crate::fields::notation;
use crate::fields::systems;
use crate::model::ProblemCode;
use crate::read::{
    Cell, Container, FieldId, FieldName, Kind, Origin, Reader, Row, Sink, delimiter_in, read_more,
};
use crate::tables::day::{self, Day};
use crate::tables::workbook::{WORKBOOK_LIMIT, formulas_without_values};

/// Bytes of a text to read at once.
const PIECE: usize = 1 << 17;

/// Maximum distinct charges of a price list whose rows do not follow one another.
const CHARGES: usize = 4_000_000;

/// Words of rows that sum up others, in lower case.
const TOTALS: [&str; 8] =
    ["total", "totals", "grand total", "subtotal", "sub total", "sum", "total:", "grand total:"];

/// Tables.
pub(in crate::impact) struct Tables;

impl Layout for Tables {
    fn id(&self) -> &'static str {
        "table"
    }

    fn recognizes(&self, _: &[u8], _: &UsageOptions) -> bool {
        true
    }

    fn read(&self, input: Input<'_>, _: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        let file = TableFile::look(ledger.name(), input, ledger.vocabulary, ledger.options)?;
        let (what, is_partial) = (what(file.kind), file.is_partial);
        let TableFile { mut text, columns, tables, .. } = file;
        let mut counting = Counting::new(&columns, &tables, ledger);
        text.give(&mut counting)?;
        counting.finish(what, is_partial);
        Ok(())
    }
}

/// A file of tables whose columns were surveyed.
pub(in crate::impact) struct TableFile<'a> {
    pub(in crate::impact) kind: Kind,
    pub(in crate::impact) text: Text<'a>,
    pub(in crate::impact) columns: Vec<Column>,
    pub(in crate::impact) tables: Vec<Table>,
    /// True if there are rows that were not surveyed.
    is_partial: bool,
}

impl<'a> TableFile<'a> {
    /// Looks at the rows of a file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or no table has a column of codes, or it is not clear which one.
    pub(in crate::impact) fn look(
        name: &str,
        input: Input<'a>,
        vocabulary: &Vocabulary<'_>,
        options: &UsageOptions,
    ) -> Result<Self, Fault> {
        let kind = kind(name, input.head());
        let mut text = Text { kind, input };
        let mut survey = Survey::new(vocabulary, options);
        let is_partial = text.survey(&mut survey)?;
        // A workbook or database would keep a result of a query, but may have changed its codes and slots.
        let slot = Some(ResultColumn::EditionSlot);
        if survey.columns.iter().any(|column| ResultColumn::of_heading(&column.heading) == slot) {
            return Err(Fault::Result(BadResult::Kind));
        }
        let (columns, tables) = survey.decide().map_err(|fault| text.explained(fault))?;
        Ok(Self { kind, text, columns, tables, is_partial })
    }
}

/// A file and its kind.
pub(in crate::impact) struct Text<'a> {
    pub(in crate::impact) kind: Kind,
    pub(in crate::impact) input: Input<'a>,
}

impl Text<'_> {
    /// Surveys the rows. Returns whether some rows were not surveyed.
    pub(in crate::impact) fn survey(&mut self, survey: &mut Survey<'_>) -> Result<bool, Fault> {
        if self.kind.is_text() {
            return survey_text(self.kind, &mut self.input, survey);
        }
        self.input.hold_all(WORKBOOK_LIMIT)?;
        whole(self.kind, self.input.held(), survey)?;
        Ok(false)
    }

    /// Adds the possible reason why no column has codes: formulas that were never calculated.
    fn explained(&self, fault: NoRoles) -> Fault {
        let formulas =
            if self.kind == Kind::Package { formulas_without_values(self.input.held()) } else { 0 };
        if formulas > 0 { Fault::Formulas { fault, formulas: formulas as u64 } } else { fault.into() }
    }

    /// Passes on all rows.
    pub(in crate::impact) fn give(&mut self, sink: &mut dyn Sink) -> Result<(), Fault> {
        if self.kind.is_text() {
            return pieces(self.kind, self.input.again()?, sink);
        }
        whole(self.kind, self.input.held(), sink)
    }
}

/// Returns the kind of a file; text of an unknown kind may be a table.
pub(in crate::impact) fn kind(name: &str, head: &[u8]) -> Kind {
    match Kind::of(name, head) {
        Kind::Prose | Kind::Source(_) | Kind::Sql | Kind::Yaml | Kind::Toml => {
            Kind::Delimited(delimiter_in(head))
        }
        kind => kind,
    }
}

fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Delimited(b'\t') => "a table with tabs",
        Kind::Delimited(b';') => "a table with semicolons",
        Kind::Delimited(b'|') => "a table with pipes",
        Kind::Delimited(_) => "CSV",
        Kind::Json | Kind::JsonLines => "JSON",
        Kind::Html => "a page of HTML",
        Kind::Xml => "XML",
        _ => "a workbook",
    }
}

/// Surveys the rows of a text: of a long one as far as needed. Returns whether some rows were not surveyed.
fn survey_text(kind: Kind, input: &mut Input<'_>, survey: &mut Survey<'_>) -> Result<bool, Fault> {
    for bytes in [FIRST, KEPT] {
        let is_all = input.hold(bytes)?;
        let Some(mut reader) = kind.reader() else { return Err(unread(kind)) };
        if !reader.takes_pieces() && !input.hold(WHOLE)? {
            return Err(Fault::LargeText);
        }
        survey.restart();
        let read = reader.read(input.held(), 0, is_all || !reader.takes_pieces(), survey);
        if is_all || survey.is_certain() || !reader.takes_pieces() {
            return Ok(!is_all && reader.takes_pieces());
        }
        if bytes == KEPT {
            pieces_of(reader.as_mut(), &mut input.rest_after(read), read as u64, survey)?;
        }
    }
    input.reopen()
}

fn unread(kind: Kind) -> Fault {
    if kind == Kind::Binary { Fault::Binary } else { Fault::NoLayout }
}

/// Reads a text from its beginning to its end.
fn pieces(kind: Kind, mut text: impl Read, sink: &mut dyn Sink) -> Result<(), Fault> {
    let Some(mut reader) = kind.reader() else { return Err(unread(kind)) };
    pieces_of(reader.as_mut(), &mut text, 0, sink)
}

fn pieces_of(
    reader: &mut dyn Reader,
    text: &mut dyn Read,
    mut at: u64,
    sink: &mut dyn Sink,
) -> Result<(), Fault> {
    let takes_pieces = reader.takes_pieces();
    let mut least = if takes_pieces { PIECE } else { WHOLE };
    let mut buffer = Vec::new();
    loop {
        let wanted = least.saturating_sub(buffer.len());
        let got = read_more(text, &mut buffer, wanted)?;
        let is_last = got < wanted;
        if !is_last && !takes_pieces {
            return Err(Fault::LargeText);
        }
        let read = reader.read(&buffer, at, is_last, sink);
        if is_last {
            return Ok(());
        }
        // A part that cannot be read further is skipped, rather than held.
        let read = if read == 0 && buffer.len() >= WHOLE { buffer.len() } else { read };
        buffer.drain(..read);
        at += read as u64;
        least = if read == 0 { (buffer.len() * 2).clamp(2 * PIECE, WHOLE) } else { PIECE };
    }
}

/// Reads a file that is not text.
fn whole(kind: Kind, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Fault> {
    let Some(read) = kind.package() else { return Err(unread(kind)) };
    // The messages of these readers do not quote cells.
    Ok(read(bytes, sink)?)
}

/// Counts rows by code.
struct Counting<'c, 'l, 'v> {
    columns: &'c [Column],
    tables: &'c [Table],
    ledger: &'l mut Ledger<'v>,
    numbering: Numbering,
    rows: u64,
    other_rows: u64,
    totals: u64,
    /// Rows of tables that begin after the surveyed part.
    unseen: u64,
    repeated: u64,
    /// Rows with a blank in the column of owners.
    without_owner: u64,
    charges: HashSet<u64>,
    last_charge: u64,
    /// The reader's notes about the file.
    notes: Vec<&'static str>,
}

impl<'c, 'l, 'v> Counting<'c, 'l, 'v> {
    fn new(columns: &'c [Column], tables: &'c [Table], ledger: &'l mut Ledger<'v>) -> Self {
        Self {
            columns,
            tables,
            ledger,
            numbering: Numbering::default(),
            rows: 0,
            other_rows: 0,
            totals: 0,
            unseen: 0,
            repeated: 0,
            without_owner: 0,
            charges: HashSet::new(),
            last_charge: 0,
            notes: Vec::new(),
        }
    }

    fn row(&mut self, row: &Row<'_>) {
        let Some(first) = row.cells.first() else { return };
        let Some(column) = self.columns.get(first.field) else {
            self.unseen += 1;
            return;
        };
        let table = &self.tables[column.table];
        if table.codes.is_empty() {
            return;
        }
        let cells = Cells(row);
        self.rows += 1;
        if table.only.iter().any(|(field, value)| cells.text(*field) != value.as_slice()) {
            self.other_rows += 1;
            return;
        }
        if is_total(row) && table.codes.iter().all(|column| !self.holds_code(cells.text(column.field))) {
            self.totals += 1;
            return;
        }
        if table.charge.as_ref().is_some_and(|charge| !self.is_new_charge(charge, &cells)) {
            self.repeated += 1;
            return;
        }
        let day = self.day(table, &cells);
        let lines = self.lines(table, &cells);
        let owner = table
            .owner
            .and_then(|field| self.ledger.owner(&cells.cell(field).map(Cell::unquoted).unwrap_or_default()));
        self.without_owner += u64::from(table.owner.is_some_and(|field| cells.text(field).is_empty()));
        let amount = table.amount.and_then(|amount| self.amount(amount, &cells));
        let account = table.amount.and_then(|amount| amount.account).map(|field| cells.text(field));
        let account = account.filter(|text| !text.is_empty()).map(hash);
        self.ledger.begin(Line { lines, owner, amount, day, account, ..Line::default() });
        let set = self.ledger.vocabulary.set();
        let of_row = if table.labels.is_empty() { None } else { declared(self.columns, row) };
        for column in &table.codes {
            let own = column.label.and_then(|label| declared_by(self.columns, label, row));
            match own.or(of_row) {
                Some(system) if !systems::is_of(system, set) => {
                    self.ledger.of_other(system, cells.text(column.field));
                }
                // HCPCS and CPT are labeled alike, and each is counted in its own set only.
                _ => {
                    let code = cells.text(column.field);
                    let modifiers = table.modifiers.iter().flat_map(|field| modifiers(cells.text(*field)));
                    let key = self.ledger.vocabulary.with_modifier(code, modifiers);
                    self.ledger.cell(key.as_deref().map_or(code, str::as_bytes), day);
                }
            }
        }
    }

    fn holds_code(&self, text: &[u8]) -> bool {
        self.ledger.vocabulary.book().find(text).is_some()
    }

    /// Returns whether a charge of a price list is new, not a repetition for another payer.
    fn is_new_charge(&mut self, charge: &[FieldId], cells: &Cells<'_>) -> bool {
        let mut key = Vec::new();
        for field in charge {
            key.extend_from_slice(cells.text(*field));
            key.push(0);
        }
        let key = hash(&key);
        if key == self.last_charge {
            return false;
        }
        self.last_charge = key;
        if self.charges.len() < CHARGES { self.charges.insert(key) } else { !self.charges.contains(&key) }
    }

    /// Returns the number of lines that a row counts for.
    fn lines(&mut self, table: &Table, cells: &Cells<'_>) -> u64 {
        let Some(field) = table.count else { return 1 };
        whole_number(cells.text(field)).unwrap_or_else(|| {
            let fact = "this row has a count that is not a whole number; the row was counted once";
            self.problem(ProblemCode::BadCount, cells, fact);
            1
        })
    }

    fn amount(&mut self, column: AmountColumn, cells: &Cells<'_>) -> Option<Amount> {
        let cell = cells.text(column.field);
        if matches!(cell, b"" | b"~" | b"-") {
            return None;
        }
        let amount = if column.has_comma { Amount::parse_with_comma(cell) } else { Amount::parse(cell) };
        if amount.is_none() {
            let fact = "this row has an amount that is not a decimal number; it was left out of the sums";
            self.problem(ProblemCode::BadAmount, cells, fact);
        }
        amount
    }

    fn day(&mut self, table: &Table, cells: &Cells<'_>) -> Option<Date> {
        let days = table.days.iter().map(|column| day::read_as(cells.text(column.field), column.form));
        let fact = match days.into_iter().find(|day| *day != Day::Blank)? {
            Day::Known(day) => return Some(day),
            Day::NoCentury => "this row has a date with a two-digit year; it was not judged by its date",
            _ => "this row has a date in another form than its column; it was not judged by its date",
        };
        self.problem(ProblemCode::LineDate, cells, fact);
        None
    }

    fn problem(&mut self, code: ProblemCode, cells: &Cells<'_>, fact: &'static str) {
        let number = cells.0.number;
        // Rows of a text are counted, not looked up: a record may span several lines.
        let line = if number > 0 { u64::from(number) } else { self.rows + 1 };
        self.ledger.problem(code, Some(line), fact);
    }

    /// Reports how the tables were read, in one line.
    fn finish(self, what: &str, is_partial: bool) {
        let Self { ledger, tables, rows, .. } = self;
        let title = ledger.vocabulary.set().title;
        let (rows, codes) = (counted(rows, "row", "rows"), counted(ledger.codes(), "code", "codes"));
        let codes = codes.replacen(' ', &format!(" {title} "), 1);
        let mut line = format!("read as {what}: {rows}, {codes}");
        let read: Vec<&Table> = tables.iter().filter(|table| !table.codes.is_empty()).collect();
        for table in &read {
            let place = if table.place.is_empty() { String::new() } else { format!("{}: ", table.place) };
            line += &format!("; {place}{}", table.found.join(", "));
        }
        for table in tables.iter().filter(|table| table.codes.is_empty() && !table.place.is_empty()) {
            if let Some(reason) = &table.left_out {
                line += &format!("; {} left out: {reason}", table.place);
            }
        }
        if is_partial {
            line += "; columns identified by the first rows";
        }
        ledger.note(ProblemCode::UsageRead, line);
        for fact in self.notes {
            ledger.note(ProblemCode::UsageLines, format!("the file {fact}"));
        }
        if self.without_owner > 0 {
            let rows = counted(self.without_owner, "row names", "rows name");
            let fact = format!("{rows} no owner: the cell is blank, as in merged cells");
            ledger.note(ProblemCode::UsageLines, fact);
        }
        ledger.left_out(
            self.other_rows,
            "row does not have the value of --where",
            "rows do not have the value of --where",
        );
        ledger.left_out(
            self.unseen,
            "row belongs to a second table far below the first; pass that table as a separate file",
            "rows belong to other tables far below the first; pass those tables as separate files",
        );
        ledger.left_out(self.totals, "row is a total", "rows are totals");
        ledger.left_out(
            self.repeated,
            "row repeats a charge for another payer",
            "rows repeat a charge for another payer",
        );
    }
}

/// Returns the modifiers of a cell, usually one.
fn modifiers(cell: &[u8]) -> impl Iterator<Item = &[u8]> {
    let parts = cell.split(|byte| !byte.is_ascii_alphanumeric());
    parts.filter(|part| !part.is_empty())
}

/// Returns whether a row sums up others: one of its first cells has a word for a total.
pub(in crate::impact) fn is_total(row: &Row<'_>) -> bool {
    let may_be = |text: &[u8]| matches!(text.first(), Some(b'T' | b't' | b'G' | b'g' | b'S' | b's'));
    let first = row.cells.iter().map(|cell| cell.text.trim_ascii()).filter(|text| !text.is_empty());
    first
        .take(2)
        .any(|text| may_be(text) && TOTALS.iter().any(|total| text.eq_ignore_ascii_case(total.as_bytes())))
}

/// The cells of a row by their columns.
struct Cells<'r>(&'r Row<'r>);

impl<'r> Cells<'r> {
    /// Returns the content of a cell; empty where the row has none.
    fn text(&self, field: FieldId) -> &'r [u8] {
        self.cell(field).map_or(b"", |cell| cell.text.trim_ascii())
    }

    fn cell(&self, field: FieldId) -> Option<&'r Cell<'r>> {
        let cells = self.0.cells;
        let first = cells.first().map_or(0, |cell| cell.field);
        // The columns of a text follow one another.
        let guess = cells.get(field.wrapping_sub(first)).filter(|cell| cell.field == field);
        guess.or_else(|| cells.iter().find(|cell| cell.field == field))
    }
}

impl Sink for Counting<'_, '_, '_> {
    fn part(&mut self, part: Container) {
        self.numbering.part(&part);
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

    fn note(&mut self, fact: &'static str) {
        if !self.notes.contains(&fact) {
            self.notes.push(fact);
        }
    }

    fn knows(&self, text: &[u8]) -> bool {
        notation::names_codes(self.ledger.vocabulary.book(), text)
    }

    fn takes_lists(&self) -> bool {
        false
    }

    fn wants(&self, heading: &str) -> bool {
        self.ledger.wants_heading(heading)
    }
}

/// Numbers fields as the survey did.
#[derive(Debug, Default)]
pub(in crate::impact) struct Numbering {
    fields: FieldId,
    by_path: HashMap<(usize, String), FieldId>,
    table: Option<usize>,
}

impl Numbering {
    pub(in crate::impact) fn part(&mut self, part: &Container) {
        if matches!(part, Container::Sheet(_) | Container::Table(_)) {
            self.table();
        }
    }

    pub(in crate::impact) fn table(&mut self) {
        self.table = Some(self.table.map_or(0, |table| table + 1));
    }

    pub(in crate::impact) fn field(&mut self, name: FieldName<'_>) -> FieldId {
        let table = *self.table.get_or_insert(0);
        if matches!(name.origin, Origin::Column(_)) {
            self.fields += 1;
            return self.fields - 1;
        }
        *self.by_path.entry((table, name.path.to_owned())).or_insert_with(|| {
            self.fields += 1;
            self.fields - 1
        })
    }
}
