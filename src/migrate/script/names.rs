//! The user's table, and how its codes are spelled.

use crate::model::CodeSet;

/// The names of the parts of a table. Names are as the database keeps them: they are quoted, so they are
/// case-sensitive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableNames {
    /// The table, optionally with its schema before a dot.
    pub table: String,
    /// The column of codes.
    pub code: String,
    /// The columns of a row's first and last day.
    pub days: Option<DayColumns>,
    /// The column of descriptions.
    pub description: Option<String>,
    /// The column that identifies the rows of our code set. Without it all rows belong to it.
    pub set: Option<SetColumn>,
    /// Columns that distinguish rows of one code, such as an owner: a new code counts as present only in a row with the
    /// same values. Without them any row counts.
    pub key: Vec<String>,
    /// The other columns a new row copies from the old one. A column that is not named gets the table's default, so a
    /// number that the database assigns itself must be left out here.
    pub others: Vec<String>,
}

/// The columns of the first and last day of a row, both days included. A row without a last day is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayColumns {
    /// The first day on which the row is valid.
    pub first: String,
    /// The last one.
    pub last: String,
}

/// The column with the code set of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetColumn {
    /// The column.
    pub column: String,
    /// Its value for our code set.
    pub value: String,
}

/// The spelling of codes in a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spelling {
    /// As people write them: E87.20.
    #[default]
    Dotted,
    /// As files have them: E8720.
    Plain,
}

impl Spelling {
    /// Spells a code, given as releases keep it, as the table does.
    pub fn spell(self, set: &CodeSet, code: &str) -> String {
        match self {
            Self::Dotted => (set.display)(code),
            Self::Plain => code.to_owned(),
        }
    }
}

/// Maximum length of a table name in bytes: 63 in PostgreSQL, which truncates longer ones without an error.
const LONGEST_NAME: usize = 63;

/// Suffix of the name of the backup.
const BACKUP: &str = "_codeset_backup";

impl TableNames {
    /// Returns the table without its schema.
    pub(super) fn last_part(&self) -> &str {
        self.table.rsplit('.').next().unwrap_or(&self.table)
    }

    /// Returns the name of the backup. It must never be the table itself, as a name that is cut could be.
    pub(super) fn backup(&self) -> String {
        let last = self.last_part();
        let mut end = last.len().min(LONGEST_NAME - BACKUP.len());
        while !last.is_char_boundary(end) {
            end -= 1;
        }
        let schema = &self.table[..self.table.len() - last.len()];
        format!("{schema}{}{BACKUP}", &last[..end])
    }

    /// Returns the columns that a new row copies from the old one without a change.
    pub(super) fn copied(&self) -> Vec<&str> {
        let set = self.set.iter().map(|set| set.column.as_str());
        let mut copied: Vec<&str> = Vec::new();
        for column in set.chain(self.key.iter().chain(&self.others).map(String::as_str)) {
            if !self.is_ours(column) && !copied.contains(&column) {
                copied.push(column);
            }
        }
        copied
    }

    /// Returns whether a new row has a value of its own in a column.
    fn is_ours(&self, column: &str) -> bool {
        let days = self.days.iter().flat_map(|days| [&days.first, &days.last]);
        days.chain(self.description.as_ref()).chain([&self.code]).any(|ours| ours == column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sets;

    #[test]
    fn the_backup_is_in_the_schema_of_the_table_and_is_never_the_table() {
        let of = |table: &str| TableNames { table: table.to_owned(), ..TableNames::default() }.backup();
        assert_eq!(of("codes"), "codes_codeset_backup");
        assert_eq!(of("billing.codes"), "billing.codes_codeset_backup");
        let long = "é".repeat(40);
        assert_eq!(of(&long), format!("{}_codeset_backup", "é".repeat(24)));
    }

    #[test]
    fn a_column_named_twice_is_copied_once() {
        let names = TableNames {
            code: "code".to_owned(),
            set: Some(SetColumn { column: "system".to_owned(), value: "10".to_owned() }),
            key: vec!["owner".to_owned()],
            others: ["price", "owner", "code", "system"].map(str::to_owned).to_vec(),
            ..TableNames::default()
        };
        assert_eq!(names.copied(), ["system", "owner", "price"]);
    }

    #[test]
    fn a_table_spells_codes_with_or_without_dots() {
        let set = sets::ALL.iter().find(|set| set.id == "icd10cm").unwrap();
        assert_eq!(Spelling::Dotted.spell(set, "E8720"), "E87.20");
        assert_eq!(Spelling::Plain.spell(set, "E8720"), "E8720");
    }
}
