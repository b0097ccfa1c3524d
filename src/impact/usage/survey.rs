//! Survey of the columns of a table: a first look at its rows, before any of them is counted.
//!
//! The survey covers the whole of a file of up to [`super::input::KEPT`] bytes, and as much of a longer one as it takes
//! to find its codes.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::UsageOptions;
use super::column::{Column, Group};
use super::columns::{Table, decide};
use super::fault::NoRoles;
use super::money::Amount;
use super::number::whole_number;
use super::vocabulary::Vocabulary;
use crate::fields::Names;
use crate::fields::code_id::CodeId;
use crate::fields::notation::{self, Piece, What};
use crate::fields::roles::Role;
use crate::fields::spellings::Lookup;
use crate::fields::systems::{self, SetName};
use crate::read::{Cell, Container, FieldId, FieldName, Origin, Row, Sink};

/// Fewer rows of the same width may be a list of codes with several in a line.
const LEAST_ROWS: u64 = 3;

/// Maximum number of accounts to hold when checking whether their amounts repeat.
const ACCOUNTS: usize = 100_000;

/// Maximum number of columns of a file in all its tables.
const MAX_COLUMNS: usize = 20_000;

/// Tables while their rows are surveyed.
pub(in crate::impact) struct Survey<'a> {
    vocabulary: &'a Vocabulary<'a>,
    options: &'a UsageOptions,
    pub(in crate::impact) columns: Vec<Column>,
    pub(in crate::impact) groups: Vec<Group>,
    sheet: (Option<String>, bool),
    /// The names of the sheets so far.
    sheets: Vec<String>,
    lookup: Lookup,
    pieces: Vec<Piece>,
    /// The number of each field that is not a column of a grid.
    by_path: HashMap<(usize, String), FieldId>,
}

impl<'a> Survey<'a> {
    pub(in crate::impact) fn new(vocabulary: &'a Vocabulary<'a>, options: &'a UsageOptions) -> Self {
        Self {
            vocabulary,
            options,
            columns: Vec::new(),
            groups: Vec::new(),
            sheet: (None, false),
            sheets: Vec::new(),
            lookup: Lookup::default(),
            pieces: Vec::new(),
            by_path: HashMap::new(),
        }
    }

    /// Resets the observations.
    pub(in crate::impact) fn restart(&mut self) {
        *self = Self::new(self.vocabulary, self.options);
    }

    /// Returns whether the rows seen so far show clearly where the codes are.
    pub(in crate::impact) fn is_certain(&self) -> bool {
        let set = self.vocabulary.set();
        // In a file sorted by days the first rows may all be of the first twelve days of a month.
        let is_open = |column: &Column| column.day_kind().is_some() && column.days.is_ambiguous();
        if self.columns.iter().any(is_open) {
            return false;
        }
        let is_certain = |column: &Column| {
            let evidence = column.evidence();
            column.known >= 100 && evidence.share() >= 0.5
                || self.options.columns.code.as_deref().is_some_and(|wanted| column.is_wanted(wanted))
                || column.known >= 20
                    && systems::named(&column.heading).is_some_and(|named| systems::is_of(named, set))
        };
        self.columns.iter().any(is_certain)
    }

    /// Returns whether the text is a table rather than a list of codes, line by line: it has several columns under
    /// headings, or several without headings that are filled in each of its rows.
    pub(in crate::impact) fn is_table(&self) -> bool {
        let is_grid = |(number, group): (usize, &Group)| {
            let columns = || self.columns.iter().filter(move |column| column.table == number);
            let is_headed = columns().filter(|column| !column.heading.is_empty()).count() > 1;
            let is_even =
                group.rows >= LEAST_ROWS && columns().all(|column| column.filled * 10 >= group.rows * 9);
            columns().count() > 1 && group.rows > 0 && (is_headed || is_even)
        };
        self.groups.iter().enumerate().any(is_grid)
    }

    /// Returns the columns, and the tables with the roles of their columns.
    ///
    /// # Errors
    ///
    /// If no table has a column of codes, or it is not clear which one.
    pub(in crate::impact) fn decide(self) -> Result<(Vec<Column>, Vec<Table>), NoRoles> {
        let Self { columns, groups, vocabulary, options, .. } = self;
        let tables = decide(&columns, &groups, vocabulary, options)?;
        Ok((columns, tables))
    }

    fn group(&mut self) -> usize {
        if self.groups.is_empty() {
            self.table();
        }
        self.groups.len() - 1
    }

    /// Joins columns of code systems with the columns that they are about.
    fn pair(&mut self, added: FieldId) {
        let table = self.columns[added].table;
        let first = self.columns.partition_point(|column| column.table < table);
        for other in first..self.columns.len() {
            for (label, column) in [(added, other), (other, added)] {
                let is_about = |held: &systems::Label| held.is_about(&self.columns[column].heading);
                let is_pair = label != column
                    && self.columns[label].label.as_ref().is_some_and(is_about)
                    && self.columns[column].label.is_none();
                if is_pair {
                    self.columns[column].labeled_by = Some(label);
                    self.columns[label].is_paired = true;
                }
            }
        }
    }

    fn row(&mut self, row: &Row<'_>, codes: &[Option<CodeId>]) {
        let Some(table) =
            row.cells.first().and_then(|cell| self.columns.get(cell.field)).map(|column| column.table)
        else {
            return;
        };
        self.groups[table].rows += 1;
        let declared = declared(&self.columns, row);
        for (cell, code) in row.cells.iter().zip(codes) {
            let own = self.columns.get(cell.field).and_then(|column| column.labeled_by);
            let declared = own.and_then(|label| declared_by(&self.columns, label, row)).or(declared);
            self.cell(cell, row.number > 0, *code, declared);
        }
        self.account(table, row);
    }

    fn cell(&mut self, cell: &Cell<'_>, is_numbered: bool, code: Option<CodeId>, declared: Option<SetName>) {
        let Some(column) = self.columns.get_mut(cell.field) else { return };
        if is_numbered {
            column.position = cell.column;
        }
        let text = cell.text.trim_ascii();
        if notation::is_nothing(text) {
            return;
        }
        column.filled += 1;
        if column.label.as_ref().is_some_and(|label| label.read(text).is_some()) {
            column.systems += 1;
            return;
        }
        if column.day_kind().is_some() {
            column.days.add(text);
        }
        let is_numeric = text.iter().any(u8::is_ascii_digit) && text.len() <= 32;
        if is_numeric {
            column.whole += u64::from(whole_number(text).is_some());
            column.amounts[0] += u64::from(Amount::parse(text).is_some());
            column.amounts[1] += u64::from(text.contains(&b',') && Amount::parse_with_comma(text).is_some());
        }
        let set = self.vocabulary.set();
        if declared.is_some_and(|declared| !systems::is_of(declared, set)) {
            return;
        }
        // Numbers in a column without a name are not codes of a set whose codes have letters; most columns are of this kind.
        if column.filled > 4_096 && column.known == 0 && code.is_none() && column.neighbors == 0 {
            column.values += 1;
            return;
        }
        match code {
            Some(code) => column.take_code(code, text),
            None => self.pieces_of(cell),
        }
    }

    fn pieces_of(&mut self, cell: &Cell<'_>) {
        let mut pieces = std::mem::take(&mut self.pieces);
        notation::pieces(self.vocabulary.book(), cell.text, &mut pieces);
        let column = &mut self.columns[cell.field];
        let codes = pieces.iter().find_map(|piece| match piece.what {
            What::Code(code) => Some((code, &cell.text[piece.start..piece.end])),
            _ => None,
        });
        if let Some((code, text)) = codes {
            column.take_code(code, text);
        } else if pieces
            .iter()
            .any(|piece| matches!(piece.what, What::Prefix | What::Range | What::Expression))
        {
            column.values += 1;
            column.known += 1;
        } else if let Some(piece) = pieces.iter().find(|piece| piece.what == What::Unknown) {
            match self.vocabulary.code_of(&cell.text[piece.start..piece.end]) {
                Some((_, true)) => column.neighbors += 1,
                _ => column.values += 1,
            }
        }
        self.pieces = pieces;
    }

    /// Records whether the rows of an account repeat its amount.
    fn account(&mut self, table: usize, row: &Row<'_>) {
        let of_role = |wanted: Role| {
            let columns = &self.columns;
            row.cells.iter().filter(move |cell| {
                let role = columns.get(cell.field).and_then(|column| column.role);
                role.is_some_and(|(role, _)| role == wanted) && !cell.text.trim_ascii().is_empty()
            })
        };
        let group = &mut self.groups[table];
        for account in of_role(Role::Account).take(3) {
            for amount in of_role(Role::Amount).take(4) {
                let pair = (account.field, amount.field);
                let key = (pair.0, pair.1, hash(account.text.trim_ascii()));
                let value = hash(amount.text.trim_ascii());
                if let Some(held) = group.accounts.get(&key) {
                    group.repeats.entry(pair).or_default()[usize::from(*held != value)] += 1;
                } else if group.accounts.len() < ACCOUNTS {
                    group.accounts.insert(key, value);
                }
            }
        }
    }
}

/// Returns a number for a text that is the same in every run.
pub(in crate::impact) fn hash(text: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Returns the system that a column of systems declares for a whole row.
pub(in crate::impact) fn declared(columns: &[Column], row: &Row<'_>) -> Option<SetName> {
    row.cells.iter().find_map(|cell| {
        let column = columns.get(cell.field)?;
        column.label.as_ref().filter(|_| !column.is_paired)?.read(cell.text.trim_ascii())
    })
}

/// Returns the system that the column `label` declares for the columns it is about.
pub(in crate::impact) fn declared_by(columns: &[Column], label: FieldId, row: &Row<'_>) -> Option<SetName> {
    let cell = row.cells.iter().find(|cell| cell.field == label)?;
    columns[label].label.as_ref()?.read(cell.text.trim_ascii())
}

impl Sink for Survey<'_> {
    fn part(&mut self, part: Container) {
        if let Container::Sheet(name) | Container::Table(name) = part {
            let known = self.sheets.iter().position(|other| *other == name);
            let at = known.unwrap_or_else(|| {
                self.sheets.push(name.clone());
                self.sheets.len() - 1
            });
            self.sheet = (Some(Names::KnownWords.sheet(&name, at + 1)), false);
            self.table();
        }
    }

    fn hidden(&mut self) {
        self.sheet.1 = true;
        if let Some(group) = self.groups.last_mut() {
            group.is_hidden = true;
        }
    }

    fn table(&mut self) {
        let (sheet, is_hidden) = self.sheet.clone();
        self.groups.push(Group { sheet, is_hidden, ..Group::default() });
    }

    fn field(&mut self, name: FieldName<'_>) -> FieldId {
        let table = self.group();
        // Two columns of a grid with one heading are two; what repeats its path elsewhere is the same field.
        let is_column = matches!(name.origin, Origin::Column(_));
        if !is_column && let Some(held) = self.by_path.get(&(table, name.path.to_owned())) {
            return *held;
        }
        let added = self.columns.len();
        if added >= MAX_COLUMNS {
            return added;
        }
        let first = self.columns.partition_point(|column| column.table < table);
        self.columns.push(Column::new(table, name, (added - first) as u32));
        if !is_column {
            self.by_path.insert((table, name.path.to_owned()), added);
        }
        self.pair(added);
        added
    }

    fn name(&mut self, _: FieldId, _: &str) {}

    fn rows(&mut self, rows: &[Row<'_>]) {
        let mut lookup = std::mem::take(&mut self.lookup);
        let texts = rows.iter().flat_map(|row| row.cells).map(|cell| cell.text);
        self.vocabulary.book().find_all(texts, &mut lookup);
        let mut codes = lookup.codes.as_slice();
        for row in rows {
            let (own, others) = codes.split_at(row.cells.len());
            self.row(row, own);
            codes = others;
        }
        self.lookup = lookup;
    }

    fn note(&mut self, _: &'static str) {}

    fn knows(&self, text: &[u8]) -> bool {
        notation::names_codes(self.vocabulary.book(), text)
    }

    fn takes_lists(&self) -> bool {
        false
    }

    fn wants(&self, heading: &str) -> bool {
        self.options.asks_for(heading)
    }
}
