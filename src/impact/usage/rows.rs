//! Rows of a table of usage, whatever file they stand in: its first rows tell the columns, then all are counted.

use jiff::civil::Date;

use super::columns::{self, Columns, plain};
use super::ledger::{Ledger, Line};
use super::money::Amount;
use super::{Fault, UsageOptions};
use crate::model::ProblemCode;
use crate::tables::day::{self, Day};

/// How many rows are looked at to tell columns apart.
const SAMPLE_ROWS: usize = 1000;

/// A row of a table.
pub(super) trait Cells: Clone {
    /// The text of a cell; empty where the row has none.
    fn text(&self, at: usize) -> &[u8];

    /// All its cells as text, to tell columns apart.
    fn texts(&self) -> csv::StringRecord;

    /// The cell's number, if it is typed as one.
    fn number(&self, _at: usize) -> Option<f64> {
        None
    }

    /// Its line or row, from 1.
    fn line(&self) -> u64;
}

impl Cells for csv::ByteRecord {
    fn text(&self, at: usize) -> &[u8] {
        self.get(at).unwrap_or_default().trim_ascii()
    }

    fn texts(&self) -> csv::StringRecord {
        csv::StringRecord::from_byte_record_lossy(self.clone())
    }

    fn line(&self) -> u64 {
        self.position().map_or(0, csv::Position::line)
    }
}

/// Takes the rows of a table one by one.
pub(super) struct Rows<'a, R> {
    options: &'a UsageOptions,
    sample: Vec<R>,
    counter: Option<Counter>,
}

impl<'a, R: Cells> Rows<'a, R> {
    pub(super) fn new(options: &'a UsageOptions) -> Self {
        Self { options, sample: Vec::new(), counter: None }
    }

    /// Takes a row.
    pub(super) fn take(&mut self, row: &R, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        match &mut self.counter {
            Some(counter) => counter.row(row, ledger),
            None => {
                self.sample.push(row.clone());
                if self.sample.len() == SAMPLE_ROWS {
                    self.start(ledger)?;
                }
            }
        }
        Ok(())
    }

    /// Counts what was held back, and says how the table was read.
    pub(super) fn finish(mut self, what: &str, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        if self.counter.is_none() {
            self.start(ledger)?;
        }
        self.counter.into_iter().for_each(|counter| counter.finish(what, ledger));
        Ok(())
    }

    fn start(&mut self, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        let texts: Vec<csv::StringRecord> = self.sample.iter().map(Cells::texts).collect();
        let columns = columns::find(&texts, self.options, ledger.vocabulary).map_err(Fault::Columns)?;
        let headings = columns.headings;
        let only = only(&self.options.only, texts.first().filter(|_| headings)).map_err(Fault::Columns)?;
        let counter = self.counter.insert(Counter { columns, only, rows: 0, other_rows: 0 });
        for row in self.sample.drain(..).skip(usize::from(headings)) {
            counter.row(&row, ledger);
        }
        Ok(())
    }
}

/// Positions and values of the columns that rows are chosen by.
pub(super) fn only(
    wanted: &[(String, String)],
    headings: Option<&csv::StringRecord>,
) -> Result<Vec<(usize, Vec<u8>)>, String> {
    let find = |name: &str| headings?.iter().position(|heading| plain(heading) == plain(name));
    let position = |(name, value): &(String, String)| {
        let at = find(name).map(|at| (at, value.clone().into_bytes()));
        at.ok_or_else(|| format!("there is no column `{name}`"))
    };
    wanted.iter().map(position).collect()
}

/// Counts rows by code.
struct Counter {
    columns: Columns,
    only: Vec<(usize, Vec<u8>)>,
    rows: u64,
    other_rows: u64,
}

impl Counter {
    fn row(&mut self, row: &impl Cells, ledger: &mut Ledger<'_>) {
        self.rows += 1;
        if self.only.iter().any(|(at, value)| row.text(*at) != value.as_slice()) {
            self.other_rows += 1;
            return;
        }
        let lines = self.lines(row, ledger);
        let owner = self.columns.owner.and_then(|at| ledger.owner(row.text(at)));
        ledger.begin(Line { lines, owner, ..Line::default() });
        let label = self.columns.label.map(|at| row.text(at)).unwrap_or_default();
        if ledger.vocabulary.set().is_foreign(label) {
            ledger.foreign();
            return;
        }
        let (amount, day) = (self.amount(row, ledger), self.day(row, ledger));
        ledger.begin(Line { lines, owner, amount, day });
        for &at in &self.columns.codes {
            match row.number(at) {
                Some(number) => ledger.number(number, day),
                None => ledger.code(row.text(at), day),
            }
        }
    }

    /// How many lines a row stands for.
    fn lines(&self, row: &impl Cells, ledger: &mut Ledger<'_>) -> u64 {
        let Some(at) = self.columns.count else { return 1 };
        let number = std::str::from_utf8(row.text(at)).ok().and_then(number);
        number.unwrap_or_else(|| {
            let fact = "the count of this row is no whole number; the row was counted once";
            ledger.problem(ProblemCode::BadCount, Some(row.line()), fact);
            1
        })
    }

    fn amount(&self, row: &impl Cells, ledger: &mut Ledger<'_>) -> Option<Amount> {
        let cell = row.text(self.columns.amount?);
        if matches!(cell, b"" | b"~") {
            return None;
        }
        let amount = Amount::parse(cell);
        if amount.is_none() {
            let fact = "the amount of this row is no decimal number; it is in no sum";
            ledger.problem(ProblemCode::BadAmount, Some(row.line()), fact);
        }
        amount
    }

    fn day(&self, row: &impl Cells, ledger: &mut Ledger<'_>) -> Option<Date> {
        let days = self.columns.dates.iter().map(|at| day::read(row.text(*at)));
        let fact = match days.into_iter().find(|day| *day != Day::Blank)? {
            Day::Known(day) => return Some(day),
            Day::NoCentury => "the year of this row's day has two digits; the row was not judged by its day",
            _ => "the day of this row is not written as days are; the row was not judged by its day",
        };
        ledger.problem(ProblemCode::LineDate, Some(row.line()), fact);
        None
    }

    fn finish(self, what: &str, ledger: &mut Ledger<'_>) {
        let (rows, codes) = (crate::model::grouped(self.rows), crate::model::grouped(ledger.codes()));
        let title = ledger.vocabulary.set().title;
        ledger.note(ProblemCode::UsageRead, format!("read as {what}: {rows} rows, {codes} {title} codes"));
        for found in &self.columns.found {
            ledger.note(ProblemCode::ColumnAssumed, found.as_str());
        }
        ledger.left_out(
            self.other_rows,
            "row does not have the value asked for with --where",
            "rows do not have the value asked for with --where",
        );
    }
}

/// A whole number, with commas between thousands or `.0` as spreadsheets write it.
fn number(text: &str) -> Option<u64> {
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.parse().ok().or_else(|| {
        let (first, rest) = text.split_once(',')?;
        let groups = rest.split(',').all(|group| group.len() == 3);
        (groups && (1..=3).contains(&first.len())).then(|| text.replace(',', "").parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_whole_numbers_as_people_write_them() {
        for (text, expected) in [
            ("12", Some(12)),
            ("1,234", Some(1234)),
            ("12.0", Some(12)),
            ("1,23", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }
}
