//! The complete scripts: the order of their parts, and the begin and end of their transactions.

use super::change::Rows;
use super::steps::{Step, What};
use super::tables::CODES;
use super::{Dialect, Mode, TableNames};
use crate::base::safe;

/// The data that all parts of a script need.
pub(super) struct Plan<'a> {
    pub(super) dialect: Dialect,
    pub(super) names: &'a TableNames,
    pub(super) mode: Mode,
    pub(super) steps: Vec<Step<'a>>,
    pub(super) title: &'a str,
}

/// The table of our own on which a change is tried.
const TRIAL: &str = "codeset_trial";

impl Plan<'_> {
    fn table(&self) -> String {
        self.dialect.table(&self.names.table)
    }

    fn backup(&self) -> String {
        self.dialect.table(&self.names.backup())
    }

    /// Returns the table after the change, and the backup with the rows before it.
    fn changed(&self) -> Rows {
        let qualifier = self.dialect.name(self.names.last_part());
        Rows { old: self.backup(), new: self.table(), qualifier }
    }

    pub(super) fn has(&self, what: What) -> bool {
        self.steps.iter().any(|step| step.what == what)
    }

    fn heading(&self, script: &str, lines: &[&str]) -> String {
        let table = safe(&self.names.table);
        let first = format!("-- {}: {script}, {table}, {}\n", safe(self.title), self.dialect.word());
        let call = format!("-- Run it with: {}\n", self.dialect.call());
        let lines: String = lines.iter().map(|line| format!("-- {line}\n")).collect();
        format!("{first}{lines}{call}\n{}", self.dialect.opening())
    }

    pub(super) fn trial(&self, script: &str, line: &str) -> String {
        let dialect = self.dialect;
        let trial = dialect.own(TRIAL);
        let rows = Rows { old: self.table(), new: trial.clone(), qualifier: dialect.name(&trial) };
        let copy = dialect.copy_to_try(&trial, &self.tried_columns(), &self.table(), &self.is_kept_aside());
        let copy = copy + &self.trial_index();
        // A temporary table would outlive the rollback in MySQL, and this one is not temporary there.
        let tidy = format!("{}DROP TABLE {trial};\n", self.drop_tables());
        let parts = match dialect.creates_inside() {
            true => [dialect.begin().to_owned(), self.code_table(true), self.step_table(), copy],
            false => [self.code_table(true), self.step_table(), copy, String::new()],
        };
        let end = if dialect.creates_inside() { dialect.rollback() } else { "" };
        let heading = self.heading(script, &[line]);
        format!("{heading}{}\n{}\n{}\n{tidy}{end}", parts.concat(), self.changes(&rows), self.counts(&rows))
    }

    /// Returns the columns that a new row has values for: SQL Server would keep the others from being empty, but not
    /// their defaults.
    fn tried_columns(&self) -> String {
        let names = self.names;
        let days = names.days.iter().flat_map(|days| [days.first.as_str(), &days.last]);
        let ours = [names.code.as_str()].into_iter().chain(days).chain(names.description.as_deref());
        ours.chain(names.copied()).map(|name| self.column("r", name)).collect::<Vec<_>>().join(", ")
    }

    /// Creates an index of the copy, where a column of any type can have one.
    fn trial_index(&self) -> String {
        match self.dialect {
            Dialect::Ansi | Dialect::PostgreSql => {
                format!("CREATE INDEX {TRIAL}_code ON {TRIAL} ({});\n", self.dialect.name(&self.names.code))
            }
            Dialect::SqlServer | Dialect::MySql => String::new(),
        }
    }

    pub(super) fn forward(&self) -> String {
        let dialect = self.dialect;
        let backup = safe(&self.names.backup());
        let heading = self.heading(
            "the change",
            &[
                "Assumed: nobody changes rows with these codes from here until it is checked or taken back. Columns that",
                "number themselves, generated columns, triggers and foreign keys need a look of yours.",
                &format!("The rows as they are now go to {backup}. If that is there already, an earlier change was"),
                "not finished or not tidied up: this one stops, and changes nothing. Drop it once all is checked.",
            ],
        );
        let copy = dialect.copy(&self.backup(), "r.*", &self.table(), &self.is_kept_aside());
        let tables = format!("{}{}{copy}", self.code_table(true), self.step_table());
        let (begin, commit) = (dialect.begin(), dialect.commit());
        let opening =
            if dialect.creates_inside() { format!("{begin}{tables}") } else { format!("{tables}{begin}") };
        let rows = self.changed();
        let guard = self.guard(&rows);
        format!("{heading}{opening}{guard}\n{}\n{}{commit}", self.changes(&rows), self.drop_tables())
    }

    pub(super) fn after(&self) -> String {
        let dialect = self.dialect;
        let heading = self.heading(
            "the check",
            &["All numbers must be those of the script that was run before the change; every check must say agrees."],
        );
        let end = if dialect.creates_inside() { dialect.rollback() } else { "" };
        let begin = if dialect.creates_inside() { dialect.begin() } else { "" };
        let tables = format!("{}{}", self.code_table(true), self.step_table());
        let rows = self.changed();
        let checks = format!("{}\n{}", self.counts(&rows), self.agreements(&rows));
        format!("{heading}{begin}{tables}\n{checks}\n{}{end}", self.drop_tables())
    }

    pub(super) fn reverse(&self) -> String {
        let dialect = self.dialect;
        let backup = safe(&self.names.backup());
        let heading = self.heading(
            "taking it back",
            &[
                &format!("All rows with these codes are deleted, those of {backup} take their place, and it is dropped."),
                "Assumed: nobody changed rows with these codes since the change: that would be lost. Columns that number",
                "themselves, generated columns, triggers and foreign keys need a look of yours.",
            ],
        );
        let (begin, commit) = (dialect.begin(), dialect.commit());
        let codes = self.code_table(false);
        let rows = self.changed();
        let (restore, check) = (self.restore(&rows), self.restored(&rows));
        let drop_backup = format!("DROP TABLE {};\n", rows.old);
        let drop_codes = dialect.drop_own(CODES);
        match dialect.creates_inside() {
            true => format!("{heading}{begin}{codes}\n{restore}\n{check}\n{drop_codes}{drop_backup}{commit}"),
            // Dropping a table ends the transaction: it has to be over.
            false => {
                format!("{heading}{codes}{begin}\n{restore}\n{check}\n{commit}{drop_codes}{drop_backup}")
            }
        }
    }
}
