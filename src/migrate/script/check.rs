//! Counts before and after, and the relations that must hold between the rows before and after.
//!
//! Each count is one statement, and reads the table of steps once: MySQL reads a temporary table once in a statement.

use super::Mode;
use super::change::Rows;
use super::plan::Plan;
use super::steps::What;
use super::tables::CODES;

impl Plan<'_> {
    /// Returns the counts, each a row of what, codes and rows: all rows of old and new codes, and of those that are
    /// copied from; old rows that end or are overwritten; rows with new codes that did not exist; old rows that stay
    /// although they should not (they begin too late, or the new code existed); those that had ended; new codes that
    /// existed.
    pub(super) fn counts(&self, rows: &Rows) -> String {
        let steps = self.steps_table();
        let new_codes = format!("r.code IN (SELECT s.new_code FROM {steps} s)");
        let mut counts = vec![self.count("rows kept aside", &rows.old, &self.is_of_ours("r.code"))];
        counts.push(self.difference("rows that change", [&rows.old, &rows.new], &self.still_old()));
        counts.push(self.difference("rows that come", [&rows.new, &rows.old], &new_codes));
        counts.push(self.count("rows left alone", &rows.new, &self.still_old()));
        if self.mode == Mode::EndDate {
            let ended = self.of_old_code("r.last_day <= s.last_day");
            counts.push(self.count("rows ended before", &rows.old, &ended));
        }
        counts.push(self.count("rows with new codes before", &rows.old, &new_codes));
        counts.concat()
    }

    /// Selects the rows `r` on which a step has not been done.
    fn still_old(&self) -> String {
        match self.mode {
            Mode::EndDate => self.of_old_code(&self.runs_on("r.last_day")),
            Mode::Replace => {
                let steps = self.steps_table();
                format!("r.code IN (SELECT s.old_code FROM {steps} s WHERE s.what = 'replace')")
            }
        }
    }

    /// Selects the rows `r` of an old code whose step `s` meets a condition.
    fn of_old_code(&self, holds: &str) -> String {
        let steps = self.steps_table();
        format!("EXISTS (SELECT 1 FROM {steps} s WHERE s.what <> 'add' AND s.old_code = r.code AND {holds})")
    }

    /// Selects code and last day of the rows in a table.
    fn rows_of(&self, table: &str, n: Option<i8>) -> String {
        let code = self.column("t", &self.names.code);
        let dated = (self.mode == Mode::EndDate).then_some(self.names.days.as_ref()).flatten();
        let days = dated.map_or_else(String::new, |days| {
            let (first, last) = (self.column("t", &days.first), self.column("t", &days.last));
            format!(", {first} AS first_day, {last} AS last_day")
        });
        let n = n.map_or_else(String::new, |n| format!(", {n} AS n"));
        let set = self.of_our_set("t").replacen(" AND", " WHERE", 1);
        format!("SELECT {code} AS code{days}{n} FROM {table} t{set}")
    }

    /// Selects the rows of two tables, where those of the second count as -1.
    pub(super) fn both(&self, more: &str, less: &str) -> String {
        format!("{}\n    UNION ALL {}", self.rows_of(more, Some(1)), self.rows_of(less, Some(-1)))
    }

    fn count(&self, what: &str, table: &str, holds: &str) -> String {
        format!(
            "SELECT '{what}' AS what, COUNT(DISTINCT r.code) AS codes, COUNT(*) AS rows_found\n\
             FROM ({}) r\nWHERE {holds};\n",
            self.rows_of(table, None)
        )
    }

    /// Returns a query for the number of rows that the first table has more than the second, and of how many codes.
    fn difference(&self, what: &str, [more, less]: [&str; 2], holds: &str) -> String {
        format!(
            "SELECT '{what}' AS what, COUNT(*) AS codes, COALESCE(SUM(d.n), 0) AS rows_found\n\
             FROM (SELECT r.code, SUM(r.n) AS n\n  FROM ({}) r\n  \
             WHERE {holds}\n  GROUP BY r.code HAVING SUM(r.n) > 0) d;\n",
            self.both(more, less)
        )
    }

    /// Returns the checks that a script can make by itself.
    pub(super) fn agreements(&self, rows: &Rows) -> String {
        let mut checks = Vec::new();
        let lost = self.both(&rows.new, &rows.old);
        checks.push(agrees(
            "no row is lost",
            "COALESCE(SUM(r.n), 0) >= 0",
            &format!("FROM ({lost}) r\nWHERE r.code IN (SELECT c.code FROM {} c)", self.dialect.own(CODES)),
        ));
        let none = "COUNT(*) = 0";
        match self.mode {
            Mode::EndDate => {
                let open = format!("{} AND {}", self.has_begun("r.first_day"), self.runs_on("r.last_day"));
                let open = self.of_old_code(&open);
                let open = format!("FROM ({}) r\nWHERE {open}", self.rows_of(&rows.new, None));
                checks.push(agrees("old codes have ended", none, &open));
                checks.push(agrees(
                    "rows go on with the new codes",
                    none,
                    &self.lacking(rows, "s.what <> 'end'", true),
                ));
            }
            Mode::Replace => {
                let replaced = self.lacking(rows, "s.what = 'replace'", false);
                checks.push(agrees("rows go on with the new codes", none, &replaced));
                if self.has(What::Add) {
                    let added = self.lacking(rows, "s.what = 'add'", self.names.days.is_some());
                    checks.push(agrees("codes are added", none, &added));
                }
            }
        }
        checks.concat()
    }
}

fn agrees(what: &str, holds: &str, from: &str) -> String {
    format!(
        "SELECT '{what}' AS what, CASE WHEN {holds} THEN 'agrees' ELSE 'differs' END AS result\n{from};\n"
    )
}
