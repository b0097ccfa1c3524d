//! The data that all parts of a script need, and its temporary tables: codes and steps.

use std::collections::BTreeSet;

use super::steps::{Step, What};
use super::{Dialect, Mode, TableNames};

/// The table of all codes whose rows are saved in the backup.
pub(super) const CODES: &str = "codeset_code";

/// The table of steps.
pub(super) const STEPS: &str = "codeset_step";

/// Rows in one INSERT: SQL Server accepts at most 1,000.
const BATCH: usize = 500;

/// The data that all parts of a script need.
pub(super) struct Plan<'a> {
    pub(super) dialect: Dialect,
    pub(super) names: &'a TableNames,
    pub(super) mode: Mode,
    pub(super) steps: Vec<Step<'a>>,
    pub(super) title: &'a str,
}

/// The tables with the rows before and after a change.
pub(super) struct Rows {
    /// The table with the rows as they were.
    pub(super) old: String,
    /// The table in which they are changed.
    pub(super) new: String,
    /// The qualifier of the columns of that table in an UPDATE.
    pub(super) qualifier: String,
}

impl Plan<'_> {
    pub(super) fn table(&self) -> String {
        self.dialect.table(&self.names.table)
    }

    pub(super) fn backup(&self) -> String {
        self.dialect.table(&self.names.backup())
    }

    /// Returns the table after the change, and the backup with the rows before it.
    pub(super) fn changed(&self) -> Rows {
        let qualifier = self.dialect.name(self.names.last_part());
        Rows { old: self.backup(), new: self.table(), qualifier }
    }

    pub(super) fn has(&self, what: What) -> bool {
        self.steps.iter().any(|step| step.what == what)
    }

    pub(super) fn steps_table(&self) -> String {
        self.dialect.own(STEPS)
    }

    /// Returns the condition that a code is one of those in the table of codes.
    pub(super) fn is_of_ours(&self, column: &str) -> String {
        format!("{column} IN (SELECT c.code FROM {} c)", self.dialect.own(CODES))
    }

    /// Rows, called `r`, that are copied into the backup.
    pub(super) fn is_kept_aside(&self) -> String {
        format!("{}{}", self.is_of_ours(&self.column("r", &self.names.code)), self.of_our_set("r"))
    }

    /// Returns a column, qualified by the name that a statement uses for its table.
    pub(super) fn column(&self, of: &str, column: &str) -> String {
        format!("{of}.{}", self.dialect.name(column))
    }

    /// Returns the `AND` condition that a row belongs to our code set.
    pub(super) fn of_our_set(&self, of: &str) -> String {
        self.names.set.as_ref().map_or_else(String::new, |set| {
            format!(" AND {} = {}", self.column(of, &set.column), self.dialect.text(&set.value))
        })
    }

    /// Creates the table of codes. Codes that are only copied from are never changed and never restored.
    pub(super) fn code_table(&self, with_copied: bool) -> String {
        let mut codes = BTreeSet::new();
        for step in &self.steps {
            codes.extend(step.new.map(|new| new.code.as_str()));
            if with_copied || step.what != What::Add {
                codes.insert(step.old);
            }
        }
        let rows: Vec<_> = codes.iter().map(|code| format!("({})", self.dialect.code(code))).collect();
        let columns = [format!("code {} NOT NULL", self.dialect.code_type())];
        let (create, table) = (self.dialect.create_own(CODES, &columns), self.dialect.own(CODES));
        // Without an index a thousand codes are read once for each row of the table.
        create + &inserts(&table, "code", &rows) + &format!("CREATE INDEX {CODES}_code ON {table} (code);\n")
    }

    /// Creates the table of steps, with the columns that this table of the user's needs.
    pub(super) fn step_table(&self) -> String {
        let dialect = self.dialect;
        let mut columns = vec![
            "what VARCHAR(7) NOT NULL".to_owned(),
            "pass INTEGER NOT NULL".to_owned(),
            format!("old_code {} NOT NULL", dialect.code_type()),
            format!("new_code {}", dialect.code_type()),
        ];
        let mut names = "what, pass, old_code, new_code".to_owned();
        if self.names.days.is_some() {
            columns.push(format!("last_day {} NOT NULL", dialect.day_type()));
            columns.push(format!("first_day {} NOT NULL", dialect.day_type()));
            names += ", last_day, first_day";
        }
        if self.names.description.is_some() {
            columns.push(format!("description {}", dialect.text_type()));
            names += ", description";
        }
        let rows: Vec<_> = self.steps.iter().map(|step| self.step_row(step)).collect();
        // For the same reason.
        let index = format!("CREATE INDEX {STEPS}_old ON {} (old_code);\n", self.steps_table());
        dialect.create_own(STEPS, &columns) + &inserts(&self.steps_table(), &names, &rows) + &index
    }

    fn step_row(&self, step: &Step<'_>) -> String {
        let dialect = self.dialect;
        let null = || "NULL".to_owned();
        let mut values = vec![
            format!("'{}'", step.what.word()),
            step.pass.to_string(),
            dialect.code(step.old),
            step.new.map_or_else(null, |new| dialect.code(&new.code)),
        ];
        if self.names.days.is_some() {
            values.extend([dialect.day(step.last_day), dialect.day(step.first_day)]);
        }
        if self.names.description.is_some() {
            let description = step.new.and_then(|new| new.description.as_deref());
            values.push(description.map_or_else(null, |text| dialect.text(text)));
        }
        format!("({})", values.join(", "))
    }

    pub(super) fn drop_tables(&self) -> String {
        self.dialect.drop_own(STEPS) + &self.dialect.drop_own(CODES)
    }
}

fn inserts(table: &str, columns: &str, rows: &[String]) -> String {
    let batches = rows.chunks(BATCH);
    batches
        .map(|rows| format!("INSERT INTO {table} ({columns}) VALUES\n  {};\n", rows.join(",\n  ")))
        .collect()
}
