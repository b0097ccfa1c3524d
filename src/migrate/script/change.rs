//! The change itself, on the table or on a copy of it, and its undo.

use std::collections::BTreeSet;

use super::plan::Plan;
use super::steps::What;
use super::tables::{CODES, STEPS};
use super::{Dialect, Mode};

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
    /// Returns the statements that change the rows.
    pub(super) fn changes(&self, rows: &Rows) -> String {
        match self.mode {
            Mode::EndDate => {
                let copies = self.passes(|_| true).map(|pass| self.copies(rows, pass));
                copies.chain([self.ends(rows)]).collect()
            }
            Mode::Replace => {
                let added = self.passes(|what| what == What::Add).map(|pass| self.copies(rows, pass));
                std::iter::once(self.overwritten(rows)).chain(added).collect()
            }
        }
    }

    /// Returns the numbers of the passes that have such a step with a new code.
    fn passes(&self, wanted: impl Fn(What) -> bool) -> impl Iterator<Item = usize> {
        let steps = self.steps.iter().filter(|step| step.new.is_some() && wanted(step.what));
        steps.map(|step| step.pass).collect::<BTreeSet<_>>().into_iter()
    }

    /// Copies rows, as they were, with the new codes.
    fn copies(&self, rows: &Rows, pass: usize) -> String {
        let names = self.names;
        let mut columns = vec![self.dialect.name(&names.code)];
        let mut values = vec!["s.new_code".to_owned()];
        if let Some(days) = &names.days {
            columns.extend([self.dialect.name(&days.first), self.dialect.name(&days.last)]);
            values.extend(["s.first_day".to_owned(), self.column("b", &days.last)]);
        }
        if let Some(description) = &names.description {
            columns.push(self.dialect.name(description));
            values.push(format!("COALESCE(s.description, {})", self.column("b", description)));
        }
        for column in names.copied() {
            columns.push(self.dialect.name(column));
            values.push(self.column("b", column));
        }
        let what = if self.mode == Mode::Replace { "s.what = 'add' AND " } else { "" };
        format!(
            "INSERT INTO {} ({})\nSELECT {}\n{};\n",
            rows.new,
            columns.join(", "),
            values.join(", "),
            self.lacking(rows, &format!("{what}s.pass = {pass}"), names.days.is_some())
        )
    }

    /// Selects the rows `b`, as they were, with steps `s`, whose new code is in no row.
    pub(super) fn lacking(&self, rows: &Rows, steps: &str, dated: bool) -> String {
        let names = self.names;
        let (mut held, mut is_there) = (String::new(), String::new());
        if let (true, Some(days)) = (dated, &names.days) {
            let (first, last) = (self.column("b", &days.first), self.column("b", &days.last));
            held = format!(
                "\n  AND ({first} IS NULL OR {first} <= s.last_day) AND ({last} IS NULL OR {last} >= s.first_day)"
            );
            let (first, last) = (self.column("n", &days.first), self.column("n", &days.last));
            is_there = format!(
                "\n    AND ({first} IS NULL OR {first} <= s.first_day) AND ({last} IS NULL OR {last} >= s.first_day)"
            );
        }
        format!(
            "FROM {} b JOIN {} s ON s.old_code = {}\n\
             WHERE {steps}{}{held}\n  AND NOT EXISTS (SELECT 1 FROM {} n WHERE {} = s.new_code{}{}{is_there})",
            rows.old,
            self.steps_table(),
            self.column("b", &names.code),
            self.of_our_set("b"),
            rows.new,
            self.column("n", &names.code),
            self.of_our_set("n"),
            self.same_key("b")
        )
    }

    /// Returns the `AND` condition that a row `n` has the same key as another.
    fn same_key(&self, other: &str) -> String {
        let same = |column: &String| {
            let (one, other) = (self.column("n", column), self.column(other, column));
            format!(" AND ({one} = {other} OR ({one} IS NULL AND {other} IS NULL))")
        };
        self.names.key.iter().map(same).collect()
    }

    /// Returns the condition that a row runs past the last day of its code, in step `s`.
    pub(super) fn runs_on(&self, last: &str) -> String {
        format!("({last} IS NULL OR {last} > s.last_day)")
    }

    /// Returns the condition that a row begins before its code ends, in step `s`.
    pub(super) fn has_begun(&self, first: &str) -> String {
        format!("({first} IS NULL OR {first} <= s.last_day)")
    }

    /// Ends the rows of the old codes.
    fn ends(&self, rows: &Rows) -> String {
        let Some(days) = &self.names.days else { return String::new() };
        if !self.has(What::Replace) && !self.has(What::End) {
            return String::new();
        }
        let (new, of) = (&rows.new, &rows.qualifier);
        let (first, last) = (self.column(of, &days.first), self.column(of, &days.last));
        let steps = format!("s.what <> 'add' AND s.old_code = {}", self.column(of, &self.names.code));
        let table = self.steps_table();
        let is_open = format!("{} AND {}", self.runs_on(&last), self.has_begun(&first));
        let set = self.of_our_set(of);
        match self.dialect {
            // It reads a temporary table once in a statement.
            Dialect::MySql => format!(
                "UPDATE {new} JOIN {STEPS} s ON {steps}\nSET {last} = s.last_day\nWHERE {is_open}{set};\n"
            ),
            _ => format!(
                "UPDATE {new}\nSET {} = (SELECT MAX(s.last_day) FROM {table} s WHERE {steps})\n\
                 WHERE EXISTS (SELECT 1 FROM {table} s WHERE {steps}\n    AND {is_open}){set};\n",
                self.dialect.name(&days.last)
            ),
        }
    }

    /// Overwrites old codes where the new one is in no row: in MySQL pass by pass, elsewhere all at once.
    fn overwritten(&self, rows: &Rows) -> String {
        match self.dialect {
            Dialect::MySql => self
                .passes(|what| what == What::Replace)
                .map(|pass| self.overwritten_in_join(rows, pass))
                .collect(),
            _ if self.has(What::Replace) => self.overwritten_at_once(rows),
            _ => String::new(),
        }
    }

    /// Overwrites in a join: MySQL does not read the table it changes in a subquery, nor a temporary one twice.
    fn overwritten_in_join(&self, rows: &Rows, pass: usize) -> String {
        let new = &rows.new;
        let [old_code, new_code] = ["o", "n"].map(|of| self.column(of, &self.names.code));
        let description = self.names.description.as_ref().map_or_else(String::new, |description| {
            let old = self.column("o", description);
            format!(", {old} = COALESCE(s.description, {old})")
        });
        format!(
            "UPDATE {new} o JOIN {STEPS} s ON s.what = 'replace' AND s.pass = {pass} AND s.old_code = {old_code}\n\
             LEFT JOIN {new} n ON {new_code} = s.new_code{}{}\nSET {old_code} = s.new_code{description}\n\
             WHERE {new_code} IS NULL{};\n",
            self.of_our_set("n"),
            self.same_key("o"),
            self.of_our_set("o")
        )
    }

    /// Overwrites all at once. The condition reads the original rows, not the table that is being changed: SQLite would
    /// see rows it has just written.
    fn overwritten_at_once(&self, rows: &Rows) -> String {
        let (names, table, Rows { old, new, qualifier: of }) = (self.names, self.steps_table(), rows);
        let code = self.column(of, &names.code);
        let steps = format!("FROM {table} s WHERE s.what = 'replace' AND s.old_code = {code}");
        let same = format!("{}{}", self.of_our_set("n"), self.same_key(of));
        let new_code = self.column("n", &names.code);
        let is_there =
            format!("\n    AND NOT EXISTS (SELECT 1 FROM {old} n WHERE {new_code} = s.new_code{same})");
        let is_made = format!(
            "\n    AND NOT EXISTS (SELECT 1 FROM {table} e JOIN {old} n ON {new_code} = e.old_code\n      \
             WHERE e.what = 'replace' AND e.new_code = s.new_code AND e.pass < s.pass{same})"
        );
        let is_made = if self.has_several_to_one() { is_made } else { String::new() };
        let description = names.description.as_ref().map_or_else(String::new, |description| {
            let (set, old) = (self.dialect.name(description), self.column(of, description));
            format!(",\n  {set} = COALESCE((SELECT s.description {steps}), {old})")
        });
        format!(
            "UPDATE {new}\nSET {} = (SELECT s.new_code {steps}){description}\n\
             WHERE EXISTS (SELECT 1 {steps}{is_there}{is_made}){};\n",
            self.dialect.name(&names.code),
            self.of_our_set(of)
        )
    }

    /// Returns whether several old codes have the same new one.
    fn has_several_to_one(&self) -> bool {
        self.passes(|what| what == What::Replace).any(|pass| pass > 1)
    }

    /// Puts the rows of the backup in place of those with the same codes.
    pub(super) fn restore(&self, rows: &Rows) -> String {
        let (backup, table, of) = (&rows.old, &rows.new, &rows.qualifier);
        let code = self.column(of, &self.names.code);
        let ours = self.is_of_ours(&code);
        let set = self.of_our_set(of);
        // Numbers that the database assigns are among the values.
        let given = if self.dialect == Dialect::PostgreSql { " OVERRIDING SYSTEM VALUE" } else { "" };
        format!(
            "-- Without a backup nothing is deleted.\n\
             DELETE FROM {table}\nWHERE {ours}{set}\n  AND (SELECT COUNT(*) FROM {backup}) >= 0;\n\
             INSERT INTO {table}{given}\nSELECT r.* FROM {backup} r\nWHERE {};\n",
            self.is_kept_aside()
        )
    }

    /// Returns a query that checks whether the rows are restored, code by code.
    pub(super) fn restored(&self, rows: &Rows) -> String {
        let both = self.both(&rows.new, &rows.old);
        format!(
            "SELECT 'rows are back' AS what,\n  \
             CASE WHEN COUNT(*) = 0 THEN 'agrees' ELSE 'differs' END AS result\n\
             FROM (SELECT r.code FROM ({both}) r\n  \
             WHERE r.code IN (SELECT c.code FROM {} c) GROUP BY r.code HAVING SUM(r.n) <> 0) d;\n",
            self.dialect.own(CODES)
        )
    }
}
