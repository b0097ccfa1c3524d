//! Counts before and after, and the relations that must hold between the rows before and after.
//!
//! Each count is one statement, and reads the table of steps once: MySQL reads a temporary table once in a statement.

use super::Mode;
use super::change::{has_begun, lacking, runs_on};
use super::plan::{CODES, Plan, Rows};
use super::steps::What;

/// Returns the counts, each a row of what, codes and rows: all rows of old and new codes, and of those that are
/// copied from; old rows that end or are overwritten; rows with new codes that did not exist; old rows that stay
/// although they should not (they begin too late, or the new code existed); those that had ended; new codes that
/// existed.
pub(super) fn counts(plan: &Plan<'_>, rows: &Rows) -> String {
    let steps = plan.steps_table();
    let new_codes = format!("r.code IN (SELECT s.new_code FROM {steps} s)");
    let mut counts = vec![count(plan, "rows kept aside", &rows.old, &plan.is_of_ours("r.code"))];
    counts.push(difference(plan, "rows that change", [&rows.old, &rows.new], &still_old(plan)));
    counts.push(difference(plan, "rows that come", [&rows.new, &rows.old], &new_codes));
    counts.push(count(plan, "rows left alone", &rows.new, &still_old(plan)));
    if plan.mode == Mode::EndDate {
        let ended = of_old_code(plan, "r.last_day <= s.last_day");
        counts.push(count(plan, "rows ended before", &rows.old, &ended));
    }
    counts.push(count(plan, "rows with new codes before", &rows.old, &new_codes));
    counts.concat()
}

/// Selects the rows `r` on which a step has not been done.
fn still_old(plan: &Plan<'_>) -> String {
    match plan.mode {
        Mode::EndDate => of_old_code(plan, &runs_on("r.last_day")),
        Mode::Replace => {
            let steps = plan.steps_table();
            format!("r.code IN (SELECT s.old_code FROM {steps} s WHERE s.what = 'replace')")
        }
    }
}

/// Selects the rows `r` of an old code whose step `s` meets a condition.
fn of_old_code(plan: &Plan<'_>, holds: &str) -> String {
    let steps = plan.steps_table();
    format!("EXISTS (SELECT 1 FROM {steps} s WHERE s.what <> 'add' AND s.old_code = r.code AND {holds})")
}

/// Selects code and last day of the rows in a table.
fn rows_of(plan: &Plan<'_>, table: &str, n: Option<i8>) -> String {
    let code = plan.column("t", &plan.names.code);
    let dated = (plan.mode == Mode::EndDate).then_some(plan.names.days.as_ref()).flatten();
    let days = dated.map_or_else(String::new, |days| {
        let (first, last) = (plan.column("t", &days.first), plan.column("t", &days.last));
        format!(", {first} AS first_day, {last} AS last_day")
    });
    let n = n.map_or_else(String::new, |n| format!(", {n} AS n"));
    let set = plan.of_our_set("t").replacen(" AND", " WHERE", 1);
    format!("SELECT {code} AS code{days}{n} FROM {table} t{set}")
}

/// Selects the rows of two tables, where those of the second count as -1.
pub(super) fn both(plan: &Plan<'_>, more: &str, less: &str) -> String {
    format!("{}\n    UNION ALL {}", rows_of(plan, more, Some(1)), rows_of(plan, less, Some(-1)))
}

fn count(plan: &Plan<'_>, what: &str, table: &str, holds: &str) -> String {
    format!(
        "SELECT '{what}' AS what, COUNT(DISTINCT r.code) AS codes, COUNT(*) AS rows_found\n\
         FROM ({}) r\nWHERE {holds};\n",
        rows_of(plan, table, None)
    )
}

/// Returns a query for the number of rows that the first table has more than the second, and of how many codes.
fn difference(plan: &Plan<'_>, what: &str, [more, less]: [&str; 2], holds: &str) -> String {
    format!(
        "SELECT '{what}' AS what, COUNT(*) AS codes, COALESCE(SUM(d.n), 0) AS rows_found\n\
         FROM (SELECT r.code, SUM(r.n) AS n\n  FROM ({}) r\n  \
         WHERE {holds}\n  GROUP BY r.code HAVING SUM(r.n) > 0) d;\n",
        both(plan, more, less)
    )
}

/// Returns the checks that a script can make by itself.
pub(super) fn agreements(plan: &Plan<'_>, rows: &Rows) -> String {
    let mut checks = Vec::new();
    let lost = both(plan, &rows.new, &rows.old);
    checks.push(agrees(
        "no row is lost",
        "COALESCE(SUM(r.n), 0) >= 0",
        &format!("FROM ({lost}) r\nWHERE r.code IN (SELECT c.code FROM {} c)", plan.dialect.own(CODES)),
    ));
    let none = "COUNT(*) = 0";
    match plan.mode {
        Mode::EndDate => {
            let open = format!("{} AND {}", has_begun("r.first_day"), runs_on("r.last_day"));
            let open = of_old_code(plan, &open);
            let open = format!("FROM ({}) r\nWHERE {open}", rows_of(plan, &rows.new, None));
            checks.push(agrees("old codes have ended", none, &open));
            checks.push(agrees(
                "rows go on with the new codes",
                none,
                &lacking(plan, rows, "s.what <> 'end'", true),
            ));
        }
        Mode::Replace => {
            let replaced = lacking(plan, rows, "s.what = 'replace'", false);
            checks.push(agrees("rows go on with the new codes", none, &replaced));
            if plan.has(What::Add) {
                let added = lacking(plan, rows, "s.what = 'add'", plan.names.days.is_some());
                checks.push(agrees("codes are added", none, &added));
            }
        }
    }
    checks.concat()
}

/// Returns a query that checks whether the rows are restored, code by code.
pub(super) fn restored(plan: &Plan<'_>, rows: &Rows) -> String {
    let both = both(plan, &rows.new, &rows.old);
    format!(
        "SELECT 'rows are back' AS what,\n  \
         CASE WHEN COUNT(*) = 0 THEN 'agrees' ELSE 'differs' END AS result\n\
         FROM (SELECT r.code FROM ({both}) r\n  \
         WHERE r.code IN (SELECT c.code FROM {} c) GROUP BY r.code HAVING SUM(r.n) <> 0) d;\n",
        plan.dialect.own(CODES)
    )
}

fn agrees(what: &str, holds: &str, from: &str) -> String {
    format!(
        "SELECT '{what}' AS what, CASE WHEN {holds} THEN 'agrees' ELSE 'differs' END AS result\n{from};\n"
    )
}
