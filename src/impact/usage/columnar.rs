//! Tables in columns: Parquet. Only the columns that matter are read, and ranges of rows on all cores.
//!
//! Invariant: the result depends neither on the number of cores nor on how the rows are divided.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::aggregate;
use super::columns::Table;
use super::counting::{Counting, Roles, RowCounts};
use super::input::Input;
use super::ledger::Ledger;
use super::pieces::{Context, cores};
use super::slots::ResultColumn;
use super::survey::Survey;
use super::{Fault, UsageOptions};
use crate::base::each_with;
use crate::read::{Container, FieldId, FieldName, ParquetTable, ReadError, ReadSeek, Row, Sink};
use crate::tables::workbook::WORKBOOK_LIMIT;

/// Number of rows of a range: large enough that a core seldom opens the columns.
const ROWS: u64 = 1 << 18;

/// Numbers of rows after which the columns may be certain.
const SURVEYED: [u64; 2] = [1 << 13, 1 << 17];

/// Reads a file, in any order if possible: it is not held in memory then.
pub(super) fn read(
    mut input: Input<'_>,
    options: &UsageOptions,
    ledger: &mut Ledger<'_>,
) -> Result<(), Fault> {
    let file = input.open_again()?.map(unpacked).transpose()?.flatten();
    let table = match file {
        Some(file) => ParquetTable::of_file(file)?,
        None => {
            input.hold_all(WORKBOOK_LIMIT)?;
            ParquetTable::of_bytes(input.held())?
        }
    };
    let slot = Some(ResultColumn::EditionSlot);
    if table.headings().any(|heading| ResultColumn::of_heading(heading) == slot) {
        return aggregate::read_groups(ledger, |sink| rows(&table, sink).map_err(Into::into));
    }
    count(&table, options, ledger)
}

/// Returns a file from its beginning, if it is such a table itself: it may also be one that is packed.
fn unpacked(mut file: Box<dyn ReadSeek>) -> io::Result<Option<Box<dyn ReadSeek>>> {
    let mut magic = [0; 4];
    let is_table = file.read_exact(&mut magic).is_ok() && &magic == b"PAR1";
    file.rewind()?;
    Ok(is_table.then_some(file))
}

/// Passes on all rows with all columns.
fn rows(table: &ParquetTable, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let columns = table.name_columns(sink);
    table.ranges(u64::MAX).try_for_each(|range| table.read(&range, &columns, sink))
}

fn count(table: &ParquetTable, options: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
    let vocabulary = ledger.vocabulary;
    let mut survey = Survey::new(vocabulary, options);
    let is_partial = look(table, &mut survey)?;
    let (columns, tables) = survey.decide()?;
    let roles = Roles { columns: &columns, tables: &tables };
    let fields: BTreeSet<FieldId> = tables.iter().flat_map(Table::fields).collect();
    let wanted: Vec<(usize, FieldId)> = fields.into_iter().map(|field| (field, field)).collect();
    let ranges: Vec<_> = table.ranges(ROWS).enumerate().collect();
    let is_in_order = roles.need_order() || ranges.len() == 1;
    let context = Context { roles, vocabulary, options: ledger.options };
    // The first core counts in the ledger itself.
    let others = if is_in_order { 0 } else { cores() - 1 };
    let mut parts: Vec<Ledger<'_>> = ledger.split(others);
    let counted = [&mut *ledger].into_iter().chain(&mut parts).map(|ledger| InRange {
        counting: Counting::new(roles, ledger),
        notes: Vec::new(),
        context,
    });
    // After an error only the ranges before it matter: the first error is reported.
    let failed = AtomicUsize::new(usize::MAX);
    let (counted, results) = each_with(counted.collect(), &ranges, |counted, (number, range)| {
        if *number > failed.load(Ordering::Relaxed) {
            return Ok(());
        }
        counted.counting.continue_after(range.start());
        let read = table.read(range, &wanted, counted);
        if read.is_err() {
            failed.fetch_min(*number, Ordering::Relaxed);
        }
        read
    });
    let mut counts = RowCounts::default();
    let mut notes = BTreeSet::new();
    for part in counted {
        counts.add(part.counting.counts());
        notes.extend(part.notes);
    }
    results.into_iter().collect::<Result<(), ReadError>>()?;
    ledger.merge(parts);
    let notes: Vec<&'static str> = notes.into_iter().collect();
    counts.report(ledger, &tables, "Parquet", is_partial, &notes);
    Ok(())
}

/// Looks at as many rows as it takes to find the columns. Returns whether there are others.
fn look(table: &ParquetTable, survey: &mut Survey<'_>) -> Result<bool, Fault> {
    survey.table();
    let columns = table.name_columns(survey);
    let all = table.rows();
    let mut seen = 0;
    for range in table.ranges(SURVEYED[0]) {
        table.read(&range, &columns, survey)?;
        seen = range.end();
        let is_step = SURVEYED.iter().any(|rows| (range.start()..seen).contains(&(rows - 1)));
        if seen < all && is_step && survey.is_certain() {
            return Ok(true);
        }
    }
    Ok(seen < all)
}

/// Counts rows, whose fields are those of the survey.
struct InRange<'c, 'l, 'v> {
    counting: Counting<'c, 'l, 'v>,
    notes: Vec<&'static str>,
    context: Context<'c, 'v>,
}

impl Sink for InRange<'_, '_, '_> {
    fn part(&mut self, _: Container) {}

    fn field(&mut self, _: FieldName<'_>) -> FieldId {
        0
    }

    fn name(&mut self, _: FieldId, _: &str) {}

    fn rows(&mut self, rows: &[Row<'_>]) {
        let is_code = |row: &Row<'_>, field| matches!(row.cells, [cell] if cell.field == field);
        let are_codes = |field| rows.iter().all(|row| is_code(row, field));
        if self.counting.only_codes().is_some_and(are_codes) {
            let texts = rows.iter().flat_map(|row| row.cells).map(|cell| cell.text.trim_ascii());
            self.counting.codes_alone(texts, |at, count| count(&rows[at]));
        } else {
            self.counting.rows(rows);
        }
    }

    fn note(&mut self, fact: &'static str) {
        self.notes.push(fact);
    }

    fn knows(&self, text: &[u8]) -> bool {
        self.context.knows(text)
    }
}
