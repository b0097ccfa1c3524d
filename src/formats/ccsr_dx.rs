//! Clinical categories of diagnoses.
//!
//! Source: AHRQ, CCSR for ICD-10-CM, reference file, a workbook; its sheet `DX_to_CCSR_Mapping` has prose, then one row of
//! titles (`ICD-10-CM Code`, `ICD-10-CM Code Description`, `CCSR Category`, `CCSR Category Description`, defaults), then a row
//! for each code and category. Deleted codes stay in it. A missing code is newer than the file, so its category is not known.

use super::Sample;
use super::attribute_layout::{AttributeError, AttributeLayout, AttributeOptions, AttributePart};
use super::attribute_rows::{cells_of_line, letters, titled_rows};
use crate::model::sets::ICD10CM;
use crate::model::{AttributeTable, SourceFile};

/// See the module.
pub(super) struct CcsrDx;

const TITLES: [&str; 2] = ["ICD-10-CM Code", "CCSR Category"];

impl AttributeLayout for CcsrDx {
    fn id(&self) -> &'static str {
        "ccsr_dx"
    }

    fn title(&self) -> &'static str {
        "CCSR for ICD-10-CM"
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        sample.is_workbook_with(&TITLES)
            || sample.lines().take(10).any(|line| is_titles(&cells_of_line(line.text)))
    }

    fn read(&self, file: SourceFile, _: &AttributeOptions<'_>) -> Result<AttributePart, AttributeError> {
        let mut rows = titled_rows(&file, &is_titles)?;
        let [code, category] = TITLES.map(|title| rows.column(title).unwrap_or(0));
        let mut table = AttributeTable::new(self.title(), file.source, &ICD10CM);
        table.problems.extend(rows.cut.take());
        rows.fill(&mut table, code, |row| {
            Some(row.cell(category).to_string()).filter(|category| !category.is_empty())
        });
        Ok(AttributePart::Table(table))
    }
}

fn is_titles(cells: &[String]) -> bool {
    TITLES.iter().all(|title| cells.iter().any(|cell| letters(cell) == letters(title)))
}
