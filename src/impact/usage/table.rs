//! Tables of usage, whatever file they are in: text with delimiters, workbooks, OpenDocument, HTML, JSON.
//!
//! Readers hand out rows; a survey of the rows decides what the columns are; then all rows are counted.
//!
//! Invariant: a table is read twice. `survey` looks at all rows (of a file over 8 MiB, at as many as it takes to find
//! the codes), `columns` decides, and this file counts. No decision depends on the first hundred rows, and two columns
//! that could both hold the codes are an error that names them.

use super::column::Column;
#[cfg(feature = "parquet")]
use super::columnar;
use super::columns::Table;
use super::counting::{Counting, Roles};
use super::fault::BadResult;
use super::input::Input;
use super::ledger::Ledger;
use super::numbering::Numbering;
use super::pieces::{self, Context};
use super::slots::ResultColumn;
use super::survey::Survey;
use super::text::{Text, kind};
use super::vocabulary::Vocabulary;
use super::{Fault, Layout, UsageOptions};
use crate::read::{Container, Delimited, FieldId, FieldName, JsonLines, Kind, Row, Sink};

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
        #[cfg(feature = "parquet")]
        if kind(ledger.name(), input.head()) == Kind::Parquet {
            return columnar::read(input, ledger.options, ledger);
        }
        let file = TableFile::look(ledger.name(), input, ledger.vocabulary, ledger.options)?;
        let (what, is_partial) = (what(file.kind), file.is_partial);
        let TableFile { mut text, columns, tables, .. } = file;
        let roles = Roles { columns: &columns, tables: &tables };
        let (vocabulary, options) = (ledger.vocabulary, ledger.options);
        let context = Context { roles, vocabulary, options };
        let (counts, notes) = match text.kind {
            Kind::Delimited(delimiter) => {
                pieces::count(Delimited::new(delimiter), text.input.again()?, context, ledger)?
            }
            Kind::JsonLines => pieces::count(JsonLines, text.input.again()?, context, ledger)?,
            _ => {
                let (counting, numbering) = (Counting::new(roles, ledger), Numbering::default());
                let mut rows = InOrder { counting, numbering, notes: Vec::new(), context };
                text.give(&mut rows)?;
                (rows.counting.counts(), rows.notes)
            }
        };
        counts.report(ledger, &tables, what, is_partial, &notes);
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

/// Counts rows in their order.
struct InOrder<'c, 'l, 'v> {
    counting: Counting<'c, 'l, 'v>,
    numbering: Numbering,
    /// The reader's notes about the file.
    notes: Vec<&'static str>,
    context: Context<'c, 'v>,
}

impl Sink for InOrder<'_, '_, '_> {
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
        self.counting.rows(rows);
    }

    fn note(&mut self, fact: &'static str) {
        if !self.notes.contains(&fact) {
            self.notes.push(fact);
        }
    }

    fn knows(&self, text: &[u8]) -> bool {
        self.context.knows(text)
    }

    fn takes_lists(&self) -> bool {
        false
    }

    fn wants(&self, heading: &str) -> bool {
        self.context.wants(heading)
    }
}
