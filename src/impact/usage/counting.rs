//! Rows of a table, counted by code as the roles of its columns say.

use std::collections::HashSet;
use std::ops::Range;

use jiff::civil::Date;

use super::column::Column;
use super::columns::{AmountColumn, CodeColumn, Table};
use super::ledger::{Ledger, Line};
use super::money::Amount;
use super::number::whole_number;
use super::survey::{declared, declared_by, hash};
use crate::base::counted;
use crate::fields::code_id::CodeId;
use crate::fields::spellings::Lookup;
use crate::fields::systems;
use crate::model::ProblemCode;
use crate::read::{Cell, FieldId, Row};
use crate::tables::day::{self, Day};

/// Maximum distinct charges of a price list whose rows do not follow one another.
const CHARGES: usize = 4_000_000;

/// Words of rows that sum up others, in lower case.
const TOTALS: [&str; 8] =
    ["total", "totals", "grand total", "subtotal", "sub total", "sum", "total:", "grand total:"];

/// The tables of a file, with the roles of their columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Roles<'c> {
    pub(super) columns: &'c [Column],
    pub(super) tables: &'c [Table],
}

impl<'c> Roles<'c> {
    /// Returns the table of a row; `None` if it begins after the surveyed part.
    #[inline]
    fn table(self, row: &Row<'_>) -> Option<&'c Table> {
        let column = self.columns.get(row.cells.first()?.field)?;
        Some(&self.tables[column.table])
    }

    /// Returns whether it matters in which order rows are counted: only the first of some counts.
    pub(super) fn need_order(self) -> bool {
        let needs_order = |table: &Table| {
            table.charge.is_some() || table.amount.is_some_and(|amount| amount.account.is_some())
        };
        self.tables.iter().any(needs_order)
    }
}

/// Numbers of rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RowCounts {
    rows: u64,
    other_rows: u64,
    totals: u64,
    /// Rows of tables that begin after the surveyed part.
    unseen: u64,
    repeated: u64,
    /// Rows with a blank in the column of owners.
    without_owner: u64,
}

impl RowCounts {
    /// Adds those of another part of the file.
    pub(super) fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.other_rows += other.other_rows;
        self.totals += other.totals;
        self.unseen += other.unseen;
        self.repeated += other.repeated;
        self.without_owner += other.without_owner;
    }

    /// Reports how the tables were read, in one line.
    pub(super) fn report(
        self,
        ledger: &mut Ledger<'_>,
        tables: &[Table],
        what: &str,
        is_partial: bool,
        notes: &[&'static str],
    ) {
        let title = ledger.vocabulary.set().title;
        let (rows, codes) = (counted(self.rows, "row", "rows"), counted(ledger.codes(), "code", "codes"));
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
        for fact in notes {
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

/// Counts rows by code.
pub(super) struct Counting<'c, 'l, 'v> {
    roles: Roles<'c>,
    ledger: &'l mut Ledger<'v>,
    counts: RowCounts,
    /// The number of the last row, from 1.
    number: u64,
    charges: HashSet<u64>,
    last_charge: u64,
    lookup: Lookup,
    /// Rows to count together; empty between calls.
    lines: Vec<Counted>,
}

/// A row to count.
struct Counted {
    /// Its index among the rows that are counted together.
    row: usize,
    number: u64,
    /// Its codes among those that were looked up.
    codes: Range<usize>,
    line: Line,
}

impl<'c, 'l, 'v> Counting<'c, 'l, 'v> {
    pub(super) fn new(roles: Roles<'c>, ledger: &'l mut Ledger<'v>) -> Self {
        Self {
            roles,
            ledger,
            counts: RowCounts::default(),
            number: 0,
            charges: HashSet::new(),
            last_charge: 0,
            lookup: Lookup::default(),
            lines: Vec::new(),
        }
    }

    /// Continues after this many rows.
    pub(super) fn continue_after(&mut self, rows: u64) {
        self.number = rows;
    }

    /// Returns the numbers of its rows.
    pub(super) fn counts(&self) -> RowCounts {
        self.counts
    }

    /// Returns the column of codes, if all tables are one that has nothing else to count.
    pub(super) fn only_codes(&self) -> Option<FieldId> {
        match self.roles.tables {
            [table] => table.only_codes(),
            _ => None,
        }
    }

    /// Counts rows that have nothing to count but these codes; `row` returns one that is not simple.
    pub(super) fn codes_alone<'t>(
        &mut self,
        texts: impl Iterator<Item = &'t [u8]>,
        mut row: impl FnMut(usize, &mut dyn FnMut(&Row<'_>)),
    ) {
        let mut lookup = std::mem::take(&mut self.lookup);
        self.ledger.vocabulary.book().find_all(texts, &mut lookup);
        for (at, code) in lookup.codes.iter().enumerate() {
            if code.is_some_and(|code| self.ledger.plain(self.number + 1, code)) {
                self.number += 1;
                self.counts.rows += 1;
            } else {
                row(at, &mut |row| self.rows(std::slice::from_ref(row)));
            }
        }
        self.lookup = lookup;
    }

    /// Counts rows.
    pub(super) fn rows(&mut self, rows: &[Row<'_>]) {
        let mut lookup = std::mem::take(&mut self.lookup);
        let tables = self.roles;
        let codes = |row| tables.table(row).into_iter().flat_map(|table| Cells(row).codes(table));
        self.ledger
            .vocabulary
            .book()
            .find_all(rows.iter().flat_map(codes).map(|(_, text)| text), &mut lookup);
        let mut lines = std::mem::take(&mut self.lines);
        let mut start = 0;
        for (at, row) in rows.iter().enumerate() {
            let codes = tables.table(row).map_or(0, |table| Cells(row).codes(table).count());
            let codes = start..start + codes;
            start = codes.end;
            self.number += 1;
            if let Some(line) = self.line(row) {
                lines.push(Counted { row: at, number: self.number, codes, line });
            }
        }
        if lines.iter().any(|counted| counted.line.owner.is_some() || counted.line.day.is_some()) {
            let expected = lines.iter().flat_map(|counted| {
                let codes = lookup.codes[counted.codes.clone()].iter().flatten();
                codes.map(|code| (*code, counted.line.owner))
            });
            self.ledger.touch(expected);
        }
        for Counted { row, number, codes, line } in lines.drain(..) {
            self.ledger.begin_row(number, line);
            self.codes(&rows[row], &lookup.codes[codes], line.day);
        }
        (self.lookup, self.lines) = (lookup, lines);
    }

    /// Returns what the codes of a row have in common; `None` if it is not counted.
    fn line(&mut self, row: &Row<'_>) -> Option<Line> {
        if row.cells.is_empty() {
            return None;
        }
        let Some(table) = self.roles.table(row) else {
            self.counts.unseen += 1;
            return None;
        };
        if table.codes.is_empty() {
            return None;
        }
        let cells = Cells(row);
        self.counts.rows += 1;
        if table.only.iter().any(|(field, value)| cells.text(*field) != value.as_slice()) {
            self.counts.other_rows += 1;
            return None;
        }
        if is_total(row) && cells.codes(table).all(|(_, text)| !self.holds_code(text)) {
            self.counts.totals += 1;
            return None;
        }
        if table.charge.as_ref().is_some_and(|charge| !self.is_new_charge(charge, &cells)) {
            self.counts.repeated += 1;
            return None;
        }
        let day = self.day(table, &cells);
        let lines = self.lines(table, &cells);
        let owner = table
            .owner
            .and_then(|field| self.ledger.owner(&cells.cell(field).map(Cell::unquoted).unwrap_or_default()));
        let is_blank = |field: FieldId| cells.text(field).is_empty();
        self.counts.without_owner += u64::from(owner.is_none() && table.owner.is_some_and(is_blank));
        let amount = table.amount.and_then(|amount| self.amount(amount, &cells));
        let account = table.amount.and_then(|amount| amount.account).map(|field| cells.text(field));
        let account = account.filter(|text| !text.is_empty()).map(hash);
        Some(Line { lines, owner, amount, day, account, ..Line::default() })
    }

    /// Counts the codes of a row, which were looked up.
    fn codes(&mut self, row: &Row<'_>, found: &[Option<CodeId>], day: Option<Date>) {
        let Some(table) = self.roles.table(row) else { return };
        let cells = Cells(row);
        let set = self.ledger.vocabulary.set();
        let of_row = if table.labels.is_empty() { None } else { declared(self.roles.columns, row) };
        for ((column, code), found) in cells.codes(table).zip(found) {
            let own = column.label.and_then(|label| declared_by(self.roles.columns, label, row));
            match own.or(of_row) {
                Some(system) if !systems::is_of(system, set) => {
                    self.ledger.of_other(system, code);
                }
                // HCPCS and CPT are labeled alike, and each is counted in its own set only.
                _ => {
                    let modifiers = table.modifiers.iter().flat_map(|field| modifiers(cells.text(*field)));
                    match self.ledger.vocabulary.with_modifier(code, modifiers) {
                        Some(key) => self.ledger.cell(key.as_bytes(), day),
                        None => self.ledger.found(code, *found, day),
                    }
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
        let line = if number > 0 { u64::from(number) } else { self.number + 1 };
        self.ledger.problem(code, Some(line), fact);
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
        self.cells(field).first()
    }

    /// Returns the cells of a field and those after them.
    #[inline]
    fn cells(&self, field: FieldId) -> &'r [Cell<'r>] {
        let cells = self.0.cells;
        let first = cells.first().map_or(0, |cell| cell.field);
        // The columns of a text follow one another.
        let guess = field.wrapping_sub(first);
        // In front of it may be others of the same field only if fields repeat.
        let is_first = |at: usize| at == 0 || cells[at - 1].field != field;
        if cells.get(guess).is_some_and(|cell| cell.field == field) && is_first(guess) {
            return &cells[guess..];
        }
        let at = cells.iter().position(|cell| cell.field == field);
        at.map_or(&[], |at| &cells[at..])
    }

    /// Returns the cells of codes with their columns: a column of lists may have several.
    #[inline]
    fn codes<'t>(&self, table: &'t Table) -> impl Iterator<Item = (&'t CodeColumn, &'r [u8])> + use<'t, 'r> {
        let row = Cells(self.0);
        table.codes.iter().flat_map(move |column| {
            let own = row.cells(column.field).iter().take_while(|cell| cell.field == column.field);
            own.map(move |cell| (column, cell.text.trim_ascii()))
        })
    }
}
