//! SQL scripts for a database that is not opened here: preview, change, check, undo.
//!
//! The change to a table of codes, in one transaction and for all codes at once:
//!
//! * [`Mode::EndDate`]: a row that is open or runs past the last day of its code gets that last day, and a copy of it with
//!   each new code begins on the first day and ends when the row would have ended (9999-12-31 stays 9999-12-31). Rows that
//!   ended before stay as they are. A row that begins after the last day of its code would end before it begins: it is not
//!   changed, and counted.
//! * [`Mode::Replace`]: every row of the code gets the new one, whatever its days. Where a row with the new code exists
//!   already, only the user knows which of the two is right: the old one is not changed, and counted.
//! * Additions, in both modes: a copy, with the new code, of each row of a code like it that was open on the first day.
//!
//! A new code is never added twice: no copy is made where a row has the code already (in [`Mode::EndDate`], where that row is
//! open on the first day), with the same [`TableNames::key`]. If several old codes have the same new code, the one that ends
//! first makes the row; if several of them end on that day, the first in the list.
//!
//! Before the change all rows with any of these codes are copied into a backup named `TABLE_codeset_backup`. If it exists
//! already, nothing is changed. The script that undoes the change puts the rows of the backup in place of those with the same
//! codes. Rows are identified only by code, code set, key and days, so that any table can be used.

mod assemble;
mod change;
mod check;
mod dialect;
mod names;
mod plan;
mod steps;

pub use dialect::Dialect;
pub use names::{DayColumns, SetColumn, Spelling, TableNames};
pub use steps::ScriptError;

use jiff::civil::Date;

use plan::Plan;

use crate::base::closed_list;

closed_list! {
    /// The treatment of a row whose code is replaced.
    pub enum Mode {
        Replace = "replace", "Replace the code in its row.";
        EndDate = "end-date", "End the row, and add a copy with the new code.";
    }
}

/// A code and its replacements. Codes are spelled as in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The old code.
    pub old: String,
    /// Its new codes: one, or in [`Mode::EndDate`] any number. If the old code is among them, it stays.
    pub new: Vec<NewCode>,
    /// The last day of the old code.
    pub last_day: Date,
    /// The first day of the new ones.
    pub first_day: Date,
}

/// A code that is written into the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCode {
    /// The code, as the table spells it.
    pub code: String,
    /// Its description; without one the row keeps what it has.
    pub description: Option<String>,
}

/// A code that the table lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The code.
    pub new: NewCode,
    /// The code whose rows are copied, as they are before the change.
    pub like: String,
    /// The first day of the new rows.
    pub first_day: Date,
}

/// The scripts of one migration. Each is complete, and may be run in a connection of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scripts {
    /// Tries the change on a copy and reports its counts. The table is not changed.
    pub before: String,
    /// Makes the change.
    pub forward: String,
    /// Reports the same counts for the change, and whether it is complete: `agrees` or `differs`.
    pub after: String,
    /// Puts the rows back as they were, and drops the backup.
    pub reverse: String,
    /// Reports the counts again after that: they equal those of `before`.
    pub reverse_check: String,
}

/// Writes the scripts of a migration.
///
/// The title is for the first line of each: the migration, from OLD to NEW.
pub fn scripts(
    dialect: Dialect,
    names: &TableNames,
    mode: Mode,
    replacements: &[Replacement],
    additions: &[Addition],
    title: &str,
) -> Result<Scripts, ScriptError> {
    if mode == Mode::EndDate && names.days.is_none() {
        return Err(ScriptError::NoDays);
    }
    let steps = steps::steps(mode, replacements, additions)?;
    let plan = Plan { dialect, names, mode, steps, title };
    Ok(Scripts {
        before: assemble::trial(
            &plan,
            "what will change",
            "The table is not touched: the change is tried on a copy.",
        ),
        forward: assemble::forward(&plan),
        after: assemble::after(&plan),
        reverse: assemble::reverse(&plan),
        reverse_check: assemble::trial(
            &plan,
            "the check after taking it back",
            "All numbers must be those of the script that was run before the change.",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn new(code: &str, description: &str) -> NewCode {
        let description = Some(description).filter(|text| !text.is_empty()).map(str::to_owned);
        NewCode { code: code.to_owned(), description }
    }

    fn replacement(old: &str, new: &[NewCode], year: i16) -> Replacement {
        let (last_day, first_day) = (date(year, 9, 30), date(year, 10, 1));
        Replacement { old: old.to_owned(), new: new.to_vec(), last_day, first_day }
    }

    fn names() -> TableNames {
        let column = |name: &str| Some(name.to_owned());
        TableNames {
            table: "billing.diagnosis".to_owned(),
            code: "code".to_owned(),
            days: Some(DayColumns { first: "valid_from".to_owned(), last: "valid_to".to_owned() }),
            description: column("text"),
            set: Some(SetColumn { column: "system".to_owned(), value: "ICD-10-CM".to_owned() }),
            key: vec!["owner".to_owned()],
            others: vec!["price".to_owned()],
        }
    }

    /// Acidosis by a decision, cough and self-harm by their expansion.
    fn end_dated() -> Vec<Replacement> {
        let cough = ["R05.1", "R05.2", "R05.3", "R05.4", "R05.8", "R05.9"].map(|code| new(code, ""));
        vec![
            replacement("E87.2", &[new("E87.20", "Acidosis, unspecified")], 2022),
            replacement("R05", &cough, 2021),
            replacement("Z91.5", &[new("Z91.51", ""), new("Z91.52", "")], 2021),
        ]
    }

    fn overwritten() -> Vec<Replacement> {
        let mut list = end_dated();
        list.iter_mut().for_each(|replacement| replacement.new.truncate(1));
        list
    }

    fn additions() -> Vec<Addition> {
        let acute = new("E87.21", "Acute metabolic acidosis: patient's");
        vec![Addition { new: acute, like: "E87.2".to_owned(), first_day: date(2022, 10, 1) }]
    }

    fn all(scripts: &Scripts) -> String {
        let parts = [
            ("before", &scripts.before),
            ("forward", &scripts.forward),
            ("after", &scripts.after),
            ("reverse", &scripts.reverse),
        ];
        parts.map(|(name, text)| format!("=== {name}\n{text}")).join("\n")
    }

    #[test]
    fn every_dialect_is_written_as_it_was_reviewed() {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/migrate"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let plain =
            TableNames { table: "order_sets".to_owned(), code: "icd10".to_owned(), ..TableNames::default() };
        for &dialect in Dialect::ALL {
            let word = dialect.word();
            let title = "icd10cm@2021 to icd10cm@2023";
            let dated = scripts(dialect, &names(), Mode::EndDate, &end_dated(), &additions(), title).unwrap();
            let replaced =
                scripts(dialect, &names(), Mode::Replace, &overwritten(), &additions(), title).unwrap();
            let least = scripts(dialect, &plain, Mode::Replace, &overwritten(), &[], title).unwrap();
            settings.bind(|| {
                insta::assert_snapshot!(format!("{word}__end_date"), all(&dated));
                insta::assert_snapshot!(format!("{word}__replace"), all(&replaced));
                insta::assert_snapshot!(format!("{word}__plain_table"), all(&least));
            });
        }
    }

    #[test]
    fn the_check_after_reverting_it_back_asks_what_was_asked_before() {
        for &dialect in Dialect::ALL {
            let made = scripts(dialect, &names(), Mode::EndDate, &end_dated(), &additions(), "x").unwrap();
            let body = |script: &str| script.split_once("\n\n").unwrap().1.to_owned();
            assert_eq!(body(&made.before), body(&made.reverse_check));
        }
    }

    #[test]
    fn rows_cannot_be_ended_without_columns_of_days() {
        let names = TableNames { days: None, ..names() };
        let error = scripts(Dialect::Ansi, &names, Mode::EndDate, &end_dated(), &[], "x").unwrap_err();
        assert_eq!(error, ScriptError::NoDays);
    }

    #[test]
    fn a_title_or_a_name_of_a_table_cannot_leave_its_comment() {
        let names = TableNames { table: "codes\nDROP".to_owned(), ..names() };
        let made =
            scripts(Dialect::PostgreSql, &names, Mode::EndDate, &end_dated(), &[], "x\nDROP y").unwrap();
        let comments = made.forward.lines().take_while(|line| !line.is_empty());
        assert!(comments.clone().count() > 4 && comments.into_iter().all(|line| line.starts_with("-- ")));
    }

    #[test]
    fn a_thousand_codes_are_a_handful_of_statements() {
        let list: Vec<_> =
            (0..1000).map(|at| replacement(&format!("A{at}"), &[new(&format!("B{at}"), "")], 2022)).collect();
        for &dialect in Dialect::ALL {
            let made = scripts(dialect, &names(), Mode::EndDate, &list, &[], "x").unwrap();
            let statements = made.forward.lines().filter(|line| line.ends_with(';')).count();
            assert!(statements < 25, "{statements}");
            let longest = made.forward.split(';').map(|text| text.matches("\n  (").count()).max();
            assert_eq!(longest, Some(500));
        }
    }
}
