//! Codes that are exempt from reporting whether a condition was present on admission.
//!
//! Source: CMS, POA exempt list, a zip for each fiscal year: text and workbook. One row of titles (`Order26` or `OrdFY25`,
//! `POAexemptCode`, `Description`), dotted codes. It comes with lists of additions (the same titles), deletions (no column of
//! order) and revisions (a column `Action`): they are not the list.

use super::attribute_layout::{AttributeError, AttributeLayout, AttributeOptions, AttributePart};
use super::attribute_rows::{TitledRows, letters, titled_rows};
use super::{Sample, attribute_rows};
use crate::base::counted;
use crate::model::sets::ICD10CM;
use crate::model::{AttributeTable, Place, Problem, ProblemCode, SourceFile};

/// See the module.
pub(super) struct PoaExempt;

impl AttributeLayout for PoaExempt {
    fn id(&self) -> &'static str {
        "poa_exempt"
    }

    fn title(&self) -> &'static str {
        "CMS POA exempt list"
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        let in_text =
            || sample.lines().take(3).any(|line| is_titles(&attribute_rows::cells_of_line(line.text)));
        sample.is_workbook_with(&["POAexempt", "Description"]) || in_text()
    }

    fn read(&self, file: SourceFile, _: &AttributeOptions<'_>) -> Result<AttributePart, AttributeError> {
        let mut rows = titled_rows(&file, &is_titles)?;
        if let Some(what) = companion(&rows) {
            return Ok(AttributePart::Companion(what));
        }
        let code = rows.titles.iter().position(|title| is_code(title)).unwrap_or(0);
        let mut table = AttributeTable::new(self.title(), file.source, &ICD10CM);
        let cut = rows.cut.take();
        table.absent = cut.is_none().then_some("not exempt");
        table.problems.extend(cut);
        rows.fill(&mut table, code, |_| Some("exempt".to_owned()));
        Ok(AttributePart::Table(table))
    }

    /// Joins the lists of several files. The longest list is used; a list of additions has the same titles, and all its codes
    /// are in the longest list.
    fn join(&self, mut tables: Vec<AttributeTable>) -> Result<AttributeTable, AttributeError> {
        tables.sort_by_key(|table| std::cmp::Reverse(table.values.len()));
        let mut tables = tables.into_iter();
        let Some(mut list) = tables.next() else {
            return Err(AttributeError::new("there is no list", "name the list itself"));
        };
        for part in tables {
            if part.values.keys().any(|code| !list.values.contains_key(code)) {
                let fact = format!("the file contains several lists: {}, {}", list.files(), part.files());
                return Err(AttributeError::new(fact, "pass the file of one edition"));
            }
            let all = if part.values.len() == list.values.len() { "the same" } else { "a part of the" };
            let count = counted(part.values.len() as u64, "code", "codes");
            let fact = format!("skipped: it contains {all} list, {count}");
            list.problems.push(Problem::new(ProblemCode::PassedOver, Place::file(part.files()), fact));
        }
        Ok(list)
    }
}

fn is_code(title: &str) -> bool {
    letters(title).starts_with("poaexempt")
}

fn is_titles(cells: &[String]) -> bool {
    cells.iter().any(|cell| is_code(cell)) && cells.iter().any(|cell| letters(cell) == "description")
}

/// Describes a list of changes; `None` if it is not one.
fn companion(rows: &TitledRows) -> Option<&'static str> {
    if rows.column("Action").is_some() {
        return Some("it lists revised descriptions, not the exempt codes");
    }
    let has_order = rows.titles.iter().any(|title| letters(title).starts_with("ord"));
    (!has_order).then_some("it lists deleted codes, not the exempt codes")
}
