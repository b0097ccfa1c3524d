//! The change itself, on the table or on a copy of it, and its undo.

use std::collections::BTreeSet;

use super::plan::{Plan, Rows, STEPS};
use super::steps::What;
use super::{Dialect, Mode};

/// Returns the statements that change the rows.
pub(super) fn changes(plan: &Plan<'_>, rows: &Rows) -> String {
    match plan.mode {
        Mode::EndDate => {
            let copies = passes(plan, |_| true).map(|pass| copies(plan, rows, pass));
            copies.chain([ends(plan, rows)]).collect()
        }
        Mode::Replace => {
            let added = passes(plan, |what| what == What::Add).map(|pass| copies(plan, rows, pass));
            std::iter::once(overwritten(plan, rows)).chain(added).collect()
        }
    }
}

/// Returns the numbers of the passes that have such a step with a new code.
fn passes(plan: &Plan<'_>, wanted: impl Fn(What) -> bool) -> impl Iterator<Item = usize> {
    let steps = plan.steps.iter().filter(|step| step.new.is_some() && wanted(step.what));
    steps.map(|step| step.pass).collect::<BTreeSet<_>>().into_iter()
}

/// Copies rows, as they were, with the new codes.
fn copies(plan: &Plan<'_>, rows: &Rows, pass: usize) -> String {
    let names = plan.names;
    let mut columns = vec![plan.dialect.name(&names.code)];
    let mut values = vec!["s.new_code".to_owned()];
    if let Some(days) = &names.days {
        columns.extend([plan.dialect.name(&days.first), plan.dialect.name(&days.last)]);
        values.extend(["s.first_day".to_owned(), plan.column("b", &days.last)]);
    }
    if let Some(description) = &names.description {
        columns.push(plan.dialect.name(description));
        values.push(format!("COALESCE(s.description, {})", plan.column("b", description)));
    }
    for column in names.copied() {
        columns.push(plan.dialect.name(column));
        values.push(plan.column("b", column));
    }
    let what = if plan.mode == Mode::Replace { "s.what = 'add' AND " } else { "" };
    format!(
        "INSERT INTO {} ({})\nSELECT {}\n{};\n",
        rows.new,
        columns.join(", "),
        values.join(", "),
        lacking(plan, rows, &format!("{what}s.pass = {pass}"), names.days.is_some())
    )
}

/// Selects the rows `b`, as they were, with steps `s`, whose new code is in no row.
pub(super) fn lacking(plan: &Plan<'_>, rows: &Rows, steps: &str, dated: bool) -> String {
    let names = plan.names;
    let (mut held, mut is_there) = (String::new(), String::new());
    if let (true, Some(days)) = (dated, &names.days) {
        let (first, last) = (plan.column("b", &days.first), plan.column("b", &days.last));
        held = format!(
            "\n  AND ({first} IS NULL OR {first} <= s.last_day) AND ({last} IS NULL OR {last} >= s.first_day)"
        );
        let (first, last) = (plan.column("n", &days.first), plan.column("n", &days.last));
        is_there = format!(
            "\n    AND ({first} IS NULL OR {first} <= s.first_day) AND ({last} IS NULL OR {last} >= s.first_day)"
        );
    }
    format!(
        "FROM {} b JOIN {} s ON s.old_code = {}\n\
         WHERE {steps}{}{held}\n  AND NOT EXISTS (SELECT 1 FROM {} n WHERE {} = s.new_code{}{}{is_there})",
        rows.old,
        plan.steps_table(),
        plan.column("b", &names.code),
        plan.of_our_set("b"),
        rows.new,
        plan.column("n", &names.code),
        plan.of_our_set("n"),
        same_key(plan, "b")
    )
}

/// Returns the `AND` condition that a row `n` has the same key as another.
fn same_key(plan: &Plan<'_>, other: &str) -> String {
    let same = |column: &String| {
        let (one, other) = (plan.column("n", column), plan.column(other, column));
        format!(" AND ({one} = {other} OR ({one} IS NULL AND {other} IS NULL))")
    };
    plan.names.key.iter().map(same).collect()
}

/// Returns the condition that a row runs past the last day of its code, in step `s`.
pub(super) fn runs_on(last: &str) -> String {
    format!("({last} IS NULL OR {last} > s.last_day)")
}

/// Returns the condition that a row begins before its code ends, in step `s`.
pub(super) fn has_begun(first: &str) -> String {
    format!("({first} IS NULL OR {first} <= s.last_day)")
}

/// Ends the rows of the old codes.
fn ends(plan: &Plan<'_>, rows: &Rows) -> String {
    let Some(days) = &plan.names.days else { return String::new() };
    if !plan.has(What::Replace) && !plan.has(What::End) {
        return String::new();
    }
    let (new, of) = (&rows.new, &rows.qualifier);
    let (first, last) = (plan.column(of, &days.first), plan.column(of, &days.last));
    let steps = format!("s.what <> 'add' AND s.old_code = {}", plan.column(of, &plan.names.code));
    let table = plan.steps_table();
    let is_open = format!("{} AND {}", runs_on(&last), has_begun(&first));
    let set = plan.of_our_set(of);
    match plan.dialect {
        // It reads a temporary table once in a statement.
        Dialect::MySql => format!(
            "UPDATE {new} JOIN {STEPS} s ON {steps}\nSET {last} = s.last_day\nWHERE {is_open}{set};\n"
        ),
        _ => format!(
            "UPDATE {new}\nSET {} = (SELECT MAX(s.last_day) FROM {table} s WHERE {steps})\n\
             WHERE EXISTS (SELECT 1 FROM {table} s WHERE {steps}\n    AND {is_open}){set};\n",
            plan.dialect.name(&days.last)
        ),
    }
}

/// Overwrites old codes where the new one is in no row: in MySQL pass by pass, elsewhere all at once.
fn overwritten(plan: &Plan<'_>, rows: &Rows) -> String {
    match plan.dialect {
        Dialect::MySql => passes(plan, |what| what == What::Replace)
            .map(|pass| overwritten_in_join(plan, rows, pass))
            .collect(),
        _ if plan.has(What::Replace) => overwritten_at_once(plan, rows),
        _ => String::new(),
    }
}

/// Overwrites in a join: MySQL does not read the table it changes in a subquery, nor a temporary one twice.
fn overwritten_in_join(plan: &Plan<'_>, rows: &Rows, pass: usize) -> String {
    let new = &rows.new;
    let [old_code, new_code] = ["o", "n"].map(|of| plan.column(of, &plan.names.code));
    let description = plan.names.description.as_ref().map_or_else(String::new, |description| {
        let old = plan.column("o", description);
        format!(", {old} = COALESCE(s.description, {old})")
    });
    format!(
        "UPDATE {new} o JOIN {STEPS} s ON s.what = 'replace' AND s.pass = {pass} AND s.old_code = {old_code}\n\
         LEFT JOIN {new} n ON {new_code} = s.new_code{}{}\nSET {old_code} = s.new_code{description}\n\
         WHERE {new_code} IS NULL{};\n",
        plan.of_our_set("n"),
        same_key(plan, "o"),
        plan.of_our_set("o")
    )
}

/// Overwrites all at once. The condition reads the original rows, not the table that is being changed: SQLite would
/// see rows it has just written.
fn overwritten_at_once(plan: &Plan<'_>, rows: &Rows) -> String {
    let (names, table, Rows { old, new, qualifier: of }) = (plan.names, plan.steps_table(), rows);
    let code = plan.column(of, &names.code);
    let steps = format!("FROM {table} s WHERE s.what = 'replace' AND s.old_code = {code}");
    let same = format!("{}{}", plan.of_our_set("n"), same_key(plan, of));
    let new_code = plan.column("n", &names.code);
    let is_there =
        format!("\n    AND NOT EXISTS (SELECT 1 FROM {old} n WHERE {new_code} = s.new_code{same})");
    let is_made = format!(
        "\n    AND NOT EXISTS (SELECT 1 FROM {table} e JOIN {old} n ON {new_code} = e.old_code\n      \
         WHERE e.what = 'replace' AND e.new_code = s.new_code AND e.pass < s.pass{same})"
    );
    let is_made = if has_several_to_one(plan) { is_made } else { String::new() };
    let description = names.description.as_ref().map_or_else(String::new, |description| {
        let (set, old) = (plan.dialect.name(description), plan.column(of, description));
        format!(",\n  {set} = COALESCE((SELECT s.description {steps}), {old})")
    });
    format!(
        "UPDATE {new}\nSET {} = (SELECT s.new_code {steps}){description}\n\
         WHERE EXISTS (SELECT 1 {steps}{is_there}{is_made}){};\n",
        plan.dialect.name(&names.code),
        plan.of_our_set(of)
    )
}

/// Returns whether several old codes have the same new one.
fn has_several_to_one(plan: &Plan<'_>) -> bool {
    passes(plan, |what| what == What::Replace).any(|pass| pass > 1)
}

/// Puts the rows of the backup in place of those with the same codes.
pub(super) fn restore(plan: &Plan<'_>, rows: &Rows) -> String {
    let (backup, table, of) = (&rows.old, &rows.new, &rows.qualifier);
    let code = plan.column(of, &plan.names.code);
    let ours = plan.is_of_ours(&code);
    let set = plan.of_our_set(of);
    // Numbers that the database assigns are among the values.
    let given = if plan.dialect == Dialect::PostgreSql { " OVERRIDING SYSTEM VALUE" } else { "" };
    format!(
        "-- Without a backup nothing is deleted.\n\
         DELETE FROM {table}\nWHERE {ours}{set}\n  AND (SELECT COUNT(*) FROM {backup}) >= 0;\n\
         INSERT INTO {table}{given}\nSELECT r.* FROM {backup} r\nWHERE {};\n",
        plan.is_kept_aside()
    )
}
