//! CDT in a spreadsheet, as practices have it: a column of codes, a column of names, and optional other columns.
//!
//! Source: exports of practice management systems (`ProcCode`, `Descript`) and importers (`code`, `name`, `category`); no
//! publisher describes one. Titles are found by their words, as in the ADA's text file.

use super::attribute_table::{Layout, Role, cells_of_line};
use super::cdt_text::{BLANK, is_table, roles, roles_of};
use super::{Format, Options, Part, Sample, rows};
use crate::model::SourceFile;
use crate::model::sets::{CDT, PFS};

static LAYOUT: Layout =
    Layout { set: &CDT, title_rows: 30, is_titles: is_table, roles, is_foreign, blank: Some(BLANK) };

/// Practices keep their own codes and those of CPT and HCPCS in the same table.
fn is_foreign(code: &str) -> bool {
    !code.starts_with(['D', 'd']) && (PFS.normalize)(code).is_some()
}

/// See the module.
pub(super) struct CdtTable;

impl Format for CdtTable {
    fn id(&self) -> &'static str {
        "cdt_table"
    }

    fn title(&self) -> &'static str {
        "table of CDT codes"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["cdt"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        let titles = ["Nomenclature", "NOMENCLATURE", "nomenclature", "CDT"];
        titles.iter().any(|title| sample.is_workbook_with(&[title])) || has_mostly_dental_codes(sample)
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        Part::Concepts(LAYOUT.read(file).concepts)
    }
}

/// Returns whether a text has titles, and mostly codes of this set in the column of codes below them.
fn has_mostly_dental_codes(sample: &Sample<'_>) -> bool {
    if !LAYOUT.is_in(sample) {
        return false;
    }
    let mut lines = sample.lines().skip_while(|line| !LAYOUT.is_title_line(line));
    let Some(titles) = lines.next() else { return false };
    let roles = roles_of(&cells_of_line(titles.text));
    let Some(column) = roles.iter().position(|role| *role == Some(Role::Code)) else { return false };
    let delimiter = char::from(rows::delimiter(titles.text));
    let is_code = |cell: &str| (CDT.normalize)(cell.trim_matches('"')).is_some();
    let is_row = |line: &str| line.split(delimiter).nth(column).is_some_and(is_code);
    let (all, fit) = lines.fold((0, 0), |(all, fit), line| (all + 1, fit + usize::from(is_row(line.text))));
    fit > 0 && fit * 2 >= all
}
