//! Results of the queries that `codeset usage-sql` writes: lines counted by code, edition slot and owner in a database.
//!
//! The columns are those of [`ResultColumn`], whatever file a tool saves them in: CSV, TSV, JSON Lines or JSON. Nothing
//! is guessed, and what a tool or a spreadsheet changed is an error, because a result has no rows that a person typed.
//!
//! Invariant: a row is judged on a day of its slot that no other line of the row may have. That day is for the verdict
//! only: no report may show it, or count its lines by month.

use super::fault::{BadResult, NoRoles};
use super::input::{Input, KEPT};
use super::ledger::{Hidden, Ledger, Line};
use super::money::Amount;
use super::number::whole_number;
use super::slots::{EditionSlot, EditionSlots, ResultColumn};
use super::text::{Text, kind};
use super::{Fault, Layout, UsageOptions};
use crate::base::counted;
use crate::fields::{notation, roles, systems};
use crate::model::ProblemCode;
use crate::read::{Cell, Container, FieldId, FieldName, Row, Sink};

/// Bytes at the beginning of a file that name its columns.
const BEGINNING: usize = 4096;

/// Results of queries.
pub(in crate::impact) struct Aggregate;

impl Layout for Aggregate {
    fn id(&self) -> &'static str {
        "aggregate"
    }

    fn recognizes(&self, head: &[u8], _: &UsageOptions) -> bool {
        let beginning = head[..head.len().min(BEGINNING)].to_ascii_lowercase();
        memchr::memmem::find(&beginning, ResultColumn::EditionSlot.word().as_bytes()).is_some()
            && !super::is_package(head)
    }

    fn read(&self, input: Input<'_>, _: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        let mut text = Text { kind: kind(ledger.name(), input.head()), input };
        if !text.kind.is_text() {
            return Err(Fault::Result(BadResult::Kind));
        }
        // A result that is refused has counted nothing, in an archive or for another set.
        let is_all = text.input.hold(KEPT)?;
        let mut is_read = false;
        read_groups(ledger, |sink| {
            if std::mem::replace(&mut is_read, true) && !is_all {
                text.input.reopen()?;
            }
            text.give(sink)
        })
    }
}

/// Checks and then counts the groups of a result: `give` passes on all of its rows, twice.
pub(super) fn read_groups(
    ledger: &mut Ledger<'_>,
    mut give: impl FnMut(&mut dyn Sink) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut checked = Groups::new(ledger, false);
    give(&mut checked)?;
    checked.check()?;
    ledger.counts_groups();
    let mut groups = Groups::new(ledger, true);
    give(&mut groups)?;
    groups.finish();
    Ok(())
}

/// Counts the groups of a result.
struct Groups<'l, 'v> {
    ledger: &'l mut Ledger<'v>,
    /// False if groups are only checked.
    counts: bool,
    slots: EditionSlots,
    /// The column of each field.
    columns: Vec<Option<ResultColumn>>,
    /// The value that a field must have, by --where.
    only: Vec<Option<Vec<u8>>>,
    headings: Vec<String>,
    rows: u64,
    other_rows: u64,
    without_owner: u64,
    /// Rows with a number in place of a code, and with anything in its place.
    numbers: u64,
    values: u64,
    /// Rows with a code of the releases.
    known: u64,
    /// True if the query did not show all groups.
    is_suppressed: bool,
    has_code_amounts: bool,
    fault: Option<BadResult>,
}

impl<'l, 'v> Groups<'l, 'v> {
    fn new(ledger: &'l mut Ledger<'v>, counts: bool) -> Self {
        Self {
            slots: EditionSlots::of(ledger.vocabulary),
            ledger,
            counts,
            columns: Vec::new(),
            only: Vec::new(),
            headings: Vec::new(),
            rows: 0,
            other_rows: 0,
            without_owner: 0,
            numbers: 0,
            values: 0,
            known: 0,
            is_suppressed: false,
            has_code_amounts: false,
            fault: None,
        }
    }

    fn has(&self, column: ResultColumn) -> bool {
        self.columns.contains(&Some(column))
    }

    /// Returns the cell of a column: blank if the row lacks it, or has what programs write for a missing value.
    fn cell<'r>(&self, row: &Row<'r>, column: ResultColumn) -> &'r [u8] {
        let cell = row.cells.iter().find(|cell| self.columns.get(cell.field) == Some(&Some(column)));
        let text = cell.map_or(&b""[..], |cell| cell.text.trim_ascii());
        if matches!(text, b"NULL" | b"null" | b"\\N") && column != ResultColumn::Owner { b"" } else { text }
    }

    fn row(&mut self, row: &Row<'_>) {
        let is_ours = row.cells.iter().any(|cell| self.columns.get(cell.field).is_some_and(Option::is_some));
        if !is_ours || is_of_client(row) {
            return;
        }
        self.rows += 1;
        let is_other = |cell: &Cell<'_>| {
            let wanted = self.only.get(cell.field).and_then(Option::as_deref);
            wanted.is_some_and(|wanted| wanted != cell.text.trim_ascii())
        };
        if row.cells.iter().any(is_other) {
            self.other_rows += 1;
            return;
        }
        if let Err(fault) = self.group(row) {
            self.fault.get_or_insert(fault);
        }
    }

    /// Counts the group of a row.
    fn group(&mut self, row: &Row<'_>) -> Result<(), BadResult> {
        let at = self.rows;
        let slot = String::from_utf8_lossy(self.cell(row, ResultColumn::EditionSlot)).into_owned();
        let slot = EditionSlot::parse(&slot).ok_or(BadResult::Slot(at))?;
        if !self.slots.holds(slot) {
            return Err(BadResult::OtherReleases(slot));
        }
        let lines = self.cell(row, ResultColumn::Lines);
        let lines = match whole_number(lines) {
            Some(lines) => Some(lines),
            None if lines.is_empty() && matches!(slot, EditionSlot::Below(_)) => None,
            None => return Err(BadResult::Lines(at)),
        };
        let hidden = match (slot, lines) {
            (EditionSlot::Below(_), None) => Hidden::Lines,
            (EditionSlot::Below(_), Some(_)) => Hidden::Parts { owners: self.has(ResultColumn::Owner) },
            _ => Hidden::Nothing,
        };
        let (amount, is_of_code) = self.amount(row)?;
        if !self.counts {
            return self.check_code(row);
        }
        if let EditionSlot::Below(below) = slot {
            self.ledger.suppressed(below);
            self.is_suppressed = true;
        }
        let owner = self.owner(row, hidden, lines);
        let (lines, day) = (lines.unwrap_or(0), slot.day());
        self.ledger.begin(Line { lines, owner, amount, day, is_of_code, hidden, ..Line::default() });
        self.code(row);
        Ok(())
    }

    /// Returns the owner of a group. The cell of a group whose owners are hidden is blank.
    fn owner(&mut self, row: &Row<'_>, hidden: Hidden, lines: Option<u64>) -> Option<u32> {
        let cell =
            row.cells.iter().find(|cell| self.columns.get(cell.field) == Some(&Some(ResultColumn::Owner)))?;
        let owner = self.ledger.owner(&cell.unquoted());
        if owner.is_none() && hidden == Hidden::Nothing {
            self.without_owner = self.without_owner.saturating_add(lines.unwrap_or(0));
        }
        owner
    }

    /// Returns the amount of a group, and whether it is that of a code: part of no total.
    fn amount(&mut self, row: &Row<'_>) -> Result<(Option<Amount>, bool), BadResult> {
        for (column, is_of_code) in [(ResultColumn::Amount, false), (ResultColumn::CodeAmount, true)] {
            let cell = self.cell(row, column);
            if !cell.is_empty() {
                self.has_code_amounts |= is_of_code;
                let amount = Amount::parse(cell).ok_or(BadResult::Amount(self.rows))?;
                return Ok((Some(amount), is_of_code));
            }
        }
        Ok((None, false))
    }

    /// Returns the code system of a group, if it is another one.
    fn other_system(&self, row: &Row<'_>) -> Option<systems::SetName> {
        let label = String::from_utf8_lossy(self.cell(row, ResultColumn::CodeSystem)).into_owned();
        let system = systems::exact(&label).or_else(|| systems::declared(&label, false));
        system.filter(|system| !systems::is_of(system, self.ledger.vocabulary.set()))
    }

    /// Checks the code of a group.
    fn check_code(&mut self, row: &Row<'_>) -> Result<(), BadResult> {
        if self.other_system(row).is_some() {
            return Ok(());
        }
        let code = self.cell(row, ResultColumn::Code);
        if is_scientific(code) && self.ledger.vocabulary.book().find(code).is_none() {
            return Err(BadResult::Numbers);
        }
        self.values += u64::from(!notation::is_nothing(code));
        let vocabulary = self.ledger.vocabulary;
        self.numbers += u64::from(vocabulary.number(code).is_some() && vocabulary.code_of(code).is_none());
        self.known += u64::from(notation::names_codes(vocabulary.book(), code));
        Ok(())
    }

    /// Counts the code of a group.
    fn code(&mut self, row: &Row<'_>) {
        let code = self.cell(row, ResultColumn::Code);
        match self.other_system(row) {
            Some(system) => self.ledger.of_other(system, code),
            None => {
                let day = self.ledger.line_day();
                self.ledger.cell(code, day);
            }
        }
    }

    /// Checks the result as a whole.
    fn check(&mut self) -> Result<(), Fault> {
        // JSON leaves out a column without a cell.
        if let Some(column) = ResultColumn::NEEDED.into_iter().find(|column| !self.has(*column)) {
            return Err(BadResult::NoColumn(column.word()).into());
        }
        if let Some(fault) = self.fault.take() {
            return Err(fault.into());
        }
        if let Some((heading, _)) = missing(&self.ledger.options.only, &self.headings) {
            return Err(NoRoles::NoneOf(heading.clone(), self.headings.join(", ")).into());
        }
        if self.numbers * 2 > self.values {
            return Err(BadResult::Numbers.into());
        }
        if self.known == 0 && self.rows > self.other_rows {
            return Err(NoRoles::NoCodes(self.ledger.vocabulary.set().title).into());
        }
        Ok(())
    }

    /// Reports how the file was read.
    fn finish(self) {
        let Self { ledger, .. } = self;
        let title = ledger.vocabulary.set().title;
        let groups = counted(self.rows, "group", "groups");
        let codes = counted(ledger.codes(), "code", "codes").replacen(' ', &format!(" {title} "), 1);
        let fact = format!("read as the result of a query of usage-sql: {groups}, {codes}");
        ledger.note(ProblemCode::UsageRead, fact);
        if self.without_owner > 0 {
            let lines = counted(self.without_owner, "line names", "lines name");
            ledger.note(ProblemCode::UsageLines, format!("{lines} no owner"));
        }
        if self.has_code_amounts {
            let fact = "amounts are sums by code; totals over several codes are left out, because a claim may have \
                        several codes";
            ledger.note(ProblemCode::QueryResult, fact);
        }
        if self.is_suppressed {
            let fact = "the query hid small groups: a code with one has no owners and is not judged by date, and a \
                        code with few lines has no numbers";
            ledger.note(ProblemCode::QueryResult, fact);
        }
        ledger.left_out(
            self.other_rows,
            "row does not have the value of --where",
            "rows do not have the value of --where",
        );
    }
}

/// Returns the first heading of --where that a file does not have.
fn missing<'o>(only: &'o [(String, String)], headings: &[String]) -> Option<&'o (String, String)> {
    only.iter().find(|(wanted, _)| headings.iter().all(|own| roles::plain(own) != roles::plain(wanted)))
}

/// Returns whether a row is what clients of databases add to a result: a line below the headings, or the number of rows.
fn is_of_client(row: &Row<'_>) -> bool {
    let texts = || row.cells.iter().map(|cell| cell.text.trim_ascii()).filter(|text| !text.is_empty());
    let is_rule = |text: &[u8]| text.iter().all(|byte| matches!(byte, b'-' | b'+'));
    let is_count =
        |text: &[u8]| text.starts_with(b"(") && (text.ends_with(b" rows)") || text.ends_with(b" affected)"));
    texts().all(is_rule) || texts().count() == 1 && texts().all(is_count)
}

/// Returns whether a text is a number as spreadsheets and binary fractions write it: `2.7E+09`.
fn is_scientific(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b'e' | b'E'))
        && text.contains(&b'+')
        && std::str::from_utf8(text).is_ok_and(|text| text.parse::<f64>().is_ok())
}

impl Sink for Groups<'_, '_> {
    fn part(&mut self, _: Container) {}

    fn field(&mut self, name: FieldName<'_>) -> FieldId {
        let only = &self.ledger.options.only;
        let wanted = only.iter().find(|(heading, _)| roles::plain(heading) == roles::plain(name.words));
        self.only.push(wanted.map(|(_, value)| value.clone().into_bytes()));
        self.columns.push(ResultColumn::of_heading(name.words));
        if !self.headings.iter().any(|heading| heading == name.words) {
            self.headings.push(name.words.to_owned());
        }
        self.columns.len() - 1
    }

    fn name(&mut self, _: FieldId, _: &str) {}

    fn rows(&mut self, rows: &[Row<'_>]) {
        rows.iter().for_each(|row| self.row(row));
    }

    fn note(&mut self, _: &'static str) {}

    fn knows(&self, text: &[u8]) -> bool {
        notation::names_codes(self.ledger.vocabulary.book(), text)
    }

    fn takes_lists(&self) -> bool {
        false
    }

    fn wants(&self, heading: &str) -> bool {
        ResultColumn::of_heading(heading).is_some()
    }
}
