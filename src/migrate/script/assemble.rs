//! The complete scripts: the order of their parts, and the begin and end of their transactions.

use super::Dialect;
use super::change::{changes, restore};
use super::check::{agreements, counts, restored};
use super::plan::{CODES, Plan, Rows};
use crate::base::safe;

/// The table of our own on which a change is tried.
const TRIAL: &str = "codeset_trial";

fn heading(plan: &Plan<'_>, script: &str, lines: &[&str]) -> String {
    let table = safe(&plan.names.table);
    let first = format!("-- {}: {script}, {table}, {}\n", safe(plan.title), plan.dialect.word());
    let call = format!("-- Run it with: {}\n", plan.dialect.call());
    let lines: String = lines.iter().map(|line| format!("-- {line}\n")).collect();
    format!("{first}{lines}{call}\n{}", plan.dialect.opening())
}

pub(super) fn trial(plan: &Plan<'_>, script: &str, line: &str) -> String {
    let dialect = plan.dialect;
    let trial = dialect.own(TRIAL);
    let rows = Rows { old: plan.table(), new: trial.clone(), qualifier: dialect.name(&trial) };
    let copy = dialect.copy_to_try(&trial, &tried_columns(plan), &plan.table(), &plan.is_kept_aside());
    let copy = copy + &trial_index(plan);
    // A temporary table would outlive the rollback in MySQL, and this one is not temporary there.
    let tidy = format!("{}DROP TABLE {trial};\n", plan.drop_tables());
    let parts = match dialect.creates_inside() {
        true => [dialect.begin().to_owned(), plan.code_table(true), plan.step_table(), copy],
        false => [plan.code_table(true), plan.step_table(), copy, String::new()],
    };
    let end = if dialect.creates_inside() { dialect.rollback() } else { "" };
    let heading = heading(plan, script, &[line]);
    format!("{heading}{}\n{}\n{}\n{tidy}{end}", parts.concat(), changes(plan, &rows), counts(plan, &rows))
}

/// Returns the columns that a new row has values for: SQL Server would keep the others from being empty, but not
/// their defaults.
fn tried_columns(plan: &Plan<'_>) -> String {
    let names = plan.names;
    let days = names.days.iter().flat_map(|days| [days.first.as_str(), &days.last]);
    let ours = [names.code.as_str()].into_iter().chain(days).chain(names.description.as_deref());
    ours.chain(names.copied()).map(|name| plan.column("r", name)).collect::<Vec<_>>().join(", ")
}

/// Creates an index of the copy, where a column of any type can have one.
fn trial_index(plan: &Plan<'_>) -> String {
    match plan.dialect {
        Dialect::Ansi | Dialect::PostgreSql => {
            format!("CREATE INDEX {TRIAL}_code ON {TRIAL} ({});\n", plan.dialect.name(&plan.names.code))
        }
        Dialect::SqlServer | Dialect::MySql => String::new(),
    }
}

pub(super) fn forward(plan: &Plan<'_>) -> String {
    let dialect = plan.dialect;
    let backup = safe(&plan.names.backup());
    let heading = heading(
        plan,
        "the change",
        &[
            "Assumed: nobody changes rows with these codes from here until it is checked or taken back. Columns that",
            "number themselves, generated columns, triggers and foreign keys need a look of yours.",
            &format!(
                "The rows as they are now go to {backup}. If that is there already, an earlier change was"
            ),
            "not finished or not tidied up: this one stops, and changes nothing. Drop it once all is checked.",
        ],
    );
    let copy = dialect.copy(&plan.backup(), "r.*", &plan.table(), &plan.is_kept_aside());
    let tables = format!("{}{}{copy}", plan.code_table(true), plan.step_table());
    let (begin, commit) = (dialect.begin(), dialect.commit());
    let opening =
        if dialect.creates_inside() { format!("{begin}{tables}") } else { format!("{tables}{begin}") };
    let rows = plan.changed();
    let guard = guard(plan, &rows);
    format!("{heading}{opening}{guard}\n{}\n{}{commit}", changes(plan, &rows), plan.drop_tables())
}

pub(super) fn after(plan: &Plan<'_>) -> String {
    let dialect = plan.dialect;
    let heading = heading(
        plan,
        "the check",
        &[
            "All numbers must be those of the script that was run before the change; every check must say agrees.",
        ],
    );
    let end = if dialect.creates_inside() { dialect.rollback() } else { "" };
    let begin = if dialect.creates_inside() { dialect.begin() } else { "" };
    let tables = format!("{}{}", plan.code_table(true), plan.step_table());
    let rows = plan.changed();
    let checks = format!("{}\n{}", counts(plan, &rows), agreements(plan, &rows));
    format!("{heading}{begin}{tables}\n{checks}\n{}{end}", plan.drop_tables())
}

pub(super) fn reverse(plan: &Plan<'_>) -> String {
    let dialect = plan.dialect;
    let backup = safe(&plan.names.backup());
    let heading = heading(
        plan,
        "taking it back",
        &[
            &format!(
                "All rows with these codes are deleted, those of {backup} take their place, and it is dropped."
            ),
            "Assumed: nobody changed rows with these codes since the change: that would be lost. Columns that number",
            "themselves, generated columns, triggers and foreign keys need a look of yours.",
        ],
    );
    let (begin, commit) = (dialect.begin(), dialect.commit());
    let codes = plan.code_table(false);
    let rows = plan.changed();
    let (restore, check) = (restore(plan, &rows), restored(plan, &rows));
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

/// Removes all steps if the backup is another one: for programs that continue after an error.
pub(super) fn guard(plan: &Plan<'_>, rows: &Rows) -> String {
    format!(
        "-- Should your program have gone on with a backup of another day: then nothing more happens.\n\
         DELETE FROM {}\nWHERE (SELECT COUNT(*) FROM {}) <> (SELECT COUNT(*) FROM {} r WHERE {});\n",
        plan.steps_table(),
        rows.old,
        rows.new,
        plan.is_kept_aside()
    )
}
