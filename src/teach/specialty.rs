//! Specialties: a table of ranges of codes that the user can edit.

use crate::base::nearest;
use crate::model::{CodeSet, Problem, ProblemCode, sets};
use crate::tables::rows::{Row, delimiter, text_rows};

/// The built-in table, in the form that users edit: columns specialty, title, set, first, last.
pub const SPECIALTIES: &str = include_str!("specialties.csv");

/// The columns of the table, in their order.
const COLUMNS: [&str; 5] = ["specialty", "title", "set", "first", "last"];

/// Minimum length of the end of a range. A shorter one is what a spreadsheet left of `02`, not a prefix of a code.
const SHORTEST_END: usize = 2;

/// A specialty: a name and its ranges of codes. A code may be of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specialty {
    /// The name used in commands.
    pub id: String,
    /// The name people use.
    pub title: String,
    /// Its ranges, in the order of the table.
    pub ranges: Vec<CodeRange>,
}

/// A range of codes of one set, with all that is below its ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRange {
    /// The set.
    pub set: &'static CodeSet,
    /// The beginning of its first code.
    pub first: String,
    /// The beginning of its last code.
    pub last: String,
}

impl CodeRange {
    /// Returns whether a code of a set is in the range.
    pub fn holds(&self, set: &CodeSet, code: &str) -> bool {
        let beginning = code.get(..self.last.len()).unwrap_or(code);
        self.set == set && self.first.as_str() <= code && beginning <= self.last.as_str()
    }

    /// Formats the range as people write it: `E00-E89`.
    pub fn describe(&self) -> String {
        let display = self.set.display;
        let (first, last) = (display(&self.first), display(&self.last));
        if first == last { first } else { format!("{first}-{last}") }
    }
}

impl Specialty {
    /// Returns whether a code of a set is one of its codes.
    pub fn holds(&self, set: &CodeSet, code: &str) -> bool {
        self.ranges.iter().any(|range| range.holds(set, code))
    }
}

/// A table of specialties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Specialties {
    /// The specialties, in the order of the table.
    pub all: Vec<Specialty>,
    /// The rows that could not be read, and why.
    pub problems: Vec<Problem>,
}

/// The reason why a row cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum RowError {
    #[error("no specialty is named")]
    NoSpecialty,
    #[error("`{}` is not a code set", .0.escape_debug())]
    Set(String),
    #[error("`{}` is not a code or the beginning of a code", .0.escape_debug())]
    End(String),
    /// The first and the last code.
    #[error("{1} comes before {0}")]
    Order(String, String),
}

impl Specialties {
    /// Reads a table; `None` if its titles are not there.
    pub fn read(name: &str, text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let first = text.lines().find(|line| !line.trim().is_empty())?;
        let mut rows = text_rows(name, text, delimiter(first)).into_iter();
        let titles: Vec<String> =
            rows.next()?.cells.iter().map(|cell| cell.to_string().to_lowercase()).collect();
        let mut columns = [0; COLUMNS.len()];
        for (column, wanted) in columns.iter_mut().zip(COLUMNS) {
            *column = titles.iter().position(|title| title == wanted)?;
        }
        let mut table = Self::default();
        for row in rows.filter(|row| !row.is_empty() && !row.cell(0).to_string().starts_with('#')) {
            let cells = columns.map(|column| row.cell(column).to_string());
            if let Err(error) = table.add(cells) {
                table.problems.push(problem(&row, &error));
            }
        }
        Some(table)
    }

    /// Returns the built-in table.
    pub fn built_in() -> Self {
        Self::read("specialties.csv", SPECIALTIES).expect("the built-in table has its titles")
    }

    fn add(&mut self, [id, title, set, first, last]: [String; 5]) -> Result<(), RowError> {
        let id = id.to_lowercase();
        if id.is_empty() {
            return Err(RowError::NoSpecialty);
        }
        let set = sets::by_id(&set).ok_or(RowError::Set(set))?;
        let first = end(&first)?;
        // A single code or category needs no last code.
        let last = if last.is_empty() { first.clone() } else { end(&last)? };
        if last < first {
            return Err(RowError::Order(first, last));
        }
        let at = self.all.iter().position(|specialty| specialty.id == id).unwrap_or_else(|| {
            self.all.push(Specialty { title: id.clone(), id, ranges: Vec::new() });
            self.all.len() - 1
        });
        let specialty = &mut self.all[at];
        if !title.is_empty() {
            specialty.title = title;
        }
        specialty.ranges.push(CodeRange { set, first, last });
        Ok(())
    }

    /// Returns the specialty with this name, or with this title; a British spelling names the same one, and a blank or a
    /// slash is a hyphen.
    pub fn find(&self, name: &str) -> Option<&Specialty> {
        let id = name.trim().replace([' ', '/', '_'], "-");
        let named = |id: &str| self.all.iter().find(|specialty| specialty.id.eq_ignore_ascii_case(id));
        let titled = || self.all.iter().find(|specialty| specialty.title.eq_ignore_ascii_case(name.trim()));
        named(&id).or_else(|| named(&american(&id))).or_else(titled)
    }

    /// Returns the names that are most like one that does not exist, nearest first.
    pub fn nearest(&self, id: &str) -> Vec<&str> {
        /// Maximum number of names in a hint.
        const MOST: usize = 3;
        let mut names = nearest(id, self.all.iter().map(|specialty| specialty.id.as_str()));
        names.truncate(MOST);
        names
    }
}

/// Parses an end of a range as codes appear in files: capital letters and digits.
fn end(text: &str) -> Result<String, RowError> {
    let code = text.replace('.', "").to_ascii_uppercase();
    if code.len() >= SHORTEST_END && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(code);
    }
    Err(RowError::End(text.to_owned()))
}

fn problem(row: &Row, error: &RowError) -> Problem {
    Problem::new(ProblemCode::BadRecord, row.place(), error.to_string())
        .hint("write each row as specialty, title, set, first, last; see codeset teach --list-specialties")
}

/// Returns a name of a specialty in American spelling: `haematology` is `hematology`.
fn american(id: &str) -> String {
    id.to_lowercase().replace("ae", "e")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sets::{ICD10CM, ICD10PCS};

    #[test]
    fn the_built_in_table_has_about_twenty_specialties_and_no_problem() {
        let table = Specialties::built_in();
        assert_eq!(table.problems, []);
        assert!((20..=30).contains(&table.all.len()), "{}", table.all.len());
        for specialty in &table.all {
            assert_ne!(specialty.title, specialty.id, "has a title");
            assert!(specialty.ranges.iter().any(|range| range.set.id == "icd10cm"), "{}", specialty.id);
        }
    }

    #[test]
    fn a_range_holds_its_ends_and_all_below_them() {
        let table = Specialties::built_in();
        let endocrinology = table.find("Endocrinology").unwrap();
        for code in ["E11A", "E7253", "E8989", "Z7984", "E00"] {
            assert!(endocrinology.holds(&ICD10CM, code), "{code}");
        }
        for code in ["E90", "D499", "Z79", "F01"] {
            assert!(!endocrinology.holds(&ICD10CM, code), "{code}");
        }
        assert!(endocrinology.holds(&ICD10PCS, "0GB00ZZ") && !endocrinology.holds(&ICD10PCS, "E11A"));
    }

    #[test]
    fn rows_that_say_nothing_are_problems_with_their_place() {
        let text = "specialty;title;set;first;last\nfeet;Feet;icd10cm;S90;S99\nfeet;;icd10cm;2;S99\n;;icd10cm;A00;\n";
        let table = Specialties::read("own.csv", text).unwrap();
        assert_eq!(table.all.len(), 1);
        let lines: Vec<_> = table.problems.iter().map(|problem| problem.place.to_string()).collect();
        assert_eq!(lines, ["own.csv:3:1", "own.csv:4:1"]);
        assert_eq!(Specialties::read("own.csv", "name,first\n"), None);
    }

    #[test]
    fn a_british_spelling_names_the_same_specialty() {
        let table = Specialties::built_in();
        for (british, american) in [
            ("orthopaedics", "orthopedics"),
            ("Paediatrics", "pediatrics"),
            ("haematology", "hematology"),
            ("gynaecology", "gynecology"),
            ("OB/GYN", "ob-gyn"),
            ("emergency medicine", "emergency-medicine"),
            ("Physical medicine and rehabilitation", "rehabilitation"),
        ] {
            assert_eq!(table.find(british).map(|specialty| specialty.id.as_str()), Some(american));
        }
    }

    #[test]
    fn the_nearest_names_are_reported() {
        let table = Specialties::built_in();
        assert_eq!(table.nearest("orthopedic")[0], "orthopedics");
        assert_eq!(table.nearest("endo")[0], "endocrinology");
    }
}
