//! What was seen in the columns of a table.

use std::collections::{HashMap, HashSet};

use super::basis::DayOf;
use crate::fields::code_id::CodeId;
use crate::fields::evidence::Evidence;
use crate::fields::roles::{self, Role};
use crate::fields::systems::Label;
use crate::read::{FieldId, FieldName, Reading};
use crate::tables::day::DayForms;

/// Maximum distinct codes counted for a column: more make no difference.
const DISTINCT: usize = 64;

/// The observations about a column.
#[derive(Debug)]
pub(in crate::impact) struct Column {
    /// The table that it belongs to.
    pub(in crate::impact) table: usize,
    /// The heading in one line; empty without one.
    pub(in crate::impact) heading: String,
    path: String,
    reading: Reading,
    /// Its position from 0.
    pub(in crate::impact) position: u32,
    /// The code systems that it names, if it is such a column.
    pub(in crate::impact) label: Option<Label>,
    /// The column that names the system of this one.
    pub(in crate::impact) labeled_by: Option<FieldId>,
    /// True if it names the system of some columns only.
    pub(in crate::impact) is_paired: bool,
    /// Its role by its heading, with the rank among those of the same role.
    pub(in crate::impact) role: Option<(Role, usize)>,
    /// Cells with something in them.
    pub(in crate::impact) filled: u64,
    /// The same without codes of neighboring and other sets.
    pub(in crate::impact) values: u64,
    /// Values with a code of the releases.
    pub(in crate::impact) known: u64,
    /// Codes of sets that share columns with this one.
    pub(in crate::impact) neighbors: u64,
    twins: u64,
    pub(in crate::impact) modifiers: u64,
    distinct: HashSet<u32>,
    /// Cells that are amounts, with a point or with a comma before the fraction.
    pub(in crate::impact) amounts: [u64; 2],
    /// Cells that are whole numbers.
    pub(in crate::impact) whole: u64,
    /// Cells that name a code system.
    pub(in crate::impact) systems: u64,
    /// Its cells as days.
    pub(in crate::impact) days: DayForms,
}

impl Column {
    pub(super) fn new(table: usize, name: FieldName<'_>, position: u32) -> Self {
        let heading = name.words;
        Self {
            table,
            heading: heading.to_owned(),
            path: name.path.to_owned(),
            reading: name.reading,
            position,
            label: Label::of(heading),
            labeled_by: None,
            is_paired: false,
            role: roles::of(heading),
            filled: 0,
            values: 0,
            known: 0,
            neighbors: 0,
            twins: 0,
            modifiers: 0,
            distinct: HashSet::new(),
            amounts: [0; 2],
            whole: 0,
            systems: 0,
            days: DayForms::default(),
        }
    }

    /// Returns the evidence for and against codes of the set.
    pub(in crate::impact) fn evidence(&self) -> Evidence<'_> {
        Evidence {
            path: &self.path,
            words: &self.heading,
            reading: self.reading,
            is_of_text: false,
            is_dotted: false,
            declared: None,
            is_named: false,
            values: self.values,
            known: self.known,
            twins: self.twins,
            modifiers: self.modifiers,
            distinct: self.distinct.len() as u32,
        }
    }

    /// Returns the kind of day that the column holds, if its role is a day.
    pub(in crate::impact) fn day_kind(&self) -> Option<DayOf> {
        match self.role {
            Some((Role::Day(kind), _)) => Some(kind),
            _ => None,
        }
    }

    /// Returns whether it is the column that the user names by its heading.
    pub(super) fn is_wanted(&self, wanted: &str) -> bool {
        !self.heading.is_empty() && roles::plain(&self.heading) == roles::plain(wanted)
    }

    /// Counts a value that is a code.
    pub(super) fn take_code(&mut self, code: CodeId, text: &[u8]) {
        self.values += 1;
        self.known += 1;
        self.modifiers += u64::from(text.len() == 2);
        self.twins +=
            u64::from(text.len() <= 3 || text.len() == 5 && text[1..].iter().all(u8::is_ascii_digit));
        if self.distinct.len() < DISTINCT {
            self.distinct.insert(code.at() as u32);
        }
    }
}

/// A table: a sheet, a table of a sheet, or all of a file.
#[derive(Debug, Default)]
pub(in crate::impact) struct Group {
    /// The sheet, if it is one, as messages name it: sheet `HCPCS codes`, or its number.
    pub(in crate::impact) sheet: Option<String>,
    /// True if the sheet is hidden.
    pub(in crate::impact) is_hidden: bool,
    /// Rows below the headings.
    pub(in crate::impact) rows: u64,
    /// Accounts with their amounts, and how many further rows of an account had the same amount and another one.
    pub(super) accounts: HashMap<(FieldId, FieldId, u64), u64>,
    pub(super) repeats: HashMap<(FieldId, FieldId), [u64; 2]>,
}

impl Group {
    /// Returns whether the amounts of a column are totals of accounts, repeated on each of an account's rows.
    pub(in crate::impact) fn repeats_totals(&self, account: FieldId, amount: FieldId) -> bool {
        let [same, other] = self.repeats.get(&(account, amount)).copied().unwrap_or_default();
        same > 0 && same >= other * 9
    }
}
