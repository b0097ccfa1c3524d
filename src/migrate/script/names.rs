//! The user's table, and how its codes are spelled.

use crate::model::CodeSet;

/// How a table names its parts. Names are as the database keeps them: they are quoted, so that capitals count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableNames {
    /// The table; before a dot its schema.
    pub table: String,
    /// The column of codes.
    pub code: String,
    /// The columns of the days a row holds.
    pub days: Option<DayColumns>,
    /// The column of descriptions.
    pub description: Option<String>,
    /// Which rows are of our code set. Without it all of them are.
    pub set: Option<SetColumn>,
    /// Columns that tell rows of one code apart, such as an owner: a new code is only there already in a row with the
    /// same values. Without them it is there in any row.
    pub key: Vec<String>,
    /// The other columns a new row takes from the old one. What is named nowhere gets the table's default, so that a
    /// number which the database gives itself is left out here.
    pub others: Vec<String>,
}

/// The columns of the first and last day of a row, both days included. A row without a last day is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayColumns {
    /// The first day on which the row holds.
    pub first: String,
    /// The last one.
    pub last: String,
}

/// The column that says which code set a row is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetColumn {
    /// The column.
    pub column: String,
    /// Its value for ours.
    pub value: String,
}

/// How a table spells codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spelling {
    /// As people write them: E87.20.
    #[default]
    Dotted,
    /// As files have them: E8720.
    Plain,
}

impl Spelling {
    /// A code, given as releases keep it, as the table spells it.
    pub fn spell(self, set: &CodeSet, code: &str) -> String {
        match self {
            Self::Dotted => (set.display)(code),
            Self::Plain => code.to_owned(),
        }
    }
}

/// What the names of tables may have in bytes: 63 in PostgreSQL, which cuts longer ones without an error.
const LONGEST_NAME: usize = 63;

/// What the name of the backup ends in.
const BACKUP: &str = "_codeset_backup";

impl TableNames {
    /// The table without its schema.
    pub(super) fn last_part(&self) -> &str {
        self.table.rsplit('.').next().unwrap_or(&self.table)
    }

    /// The table of the rows as they were. It must never be the table itself, as a name that is cut could be.
    pub(super) fn backup(&self) -> String {
        let last = self.last_part();
        let mut end = last.len().min(LONGEST_NAME - BACKUP.len());
        while !last.is_char_boundary(end) {
            end -= 1;
        }
        let schema = &self.table[..self.table.len() - last.len()];
        format!("{schema}{}{BACKUP}", &last[..end])
    }

    /// The columns that a new row takes from the old one as they are.
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

    /// Whether a new row has a value of its own in a column.
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
