//! The relative value file of the Medicare Physician Fee Schedule: PPRRVU, every quarter.
//!
//! Source: CMS, RVU{yy}{A-D}.zip, PPRRVU{yy}_{month}.csv or .xlsx. Prose first (which release it is, when it was
//! released, copyrights), then titles in up to five stacked rows, of which the last begins with `HCPCS`, `MOD`,
//! `DESCRIPTION`; 31 columns, 32 since 2026 (`PRIC IND`). Column names are only unique when the stacked rows are joined.
//! Copies with the joined names in one row (`non_fac_pe_rvu`) are read too.
//!
//! A row is a code, or a code with a modifier. The conversion factor is the same in all rows but those of anesthesia, and
//! a fact of the file. Since 2026 there are two files, for two conversion factors.

use super::attribute_table::{Layout, Role, texts, words};
use super::rows::Row;
use super::workbook::Cell;
use super::{Format, Options, Part, Sample};
use crate::model::sets::PFS;
use crate::model::{Edition, Fact, MONTHS, SourceFile};

/// The first titles.
const FIRST: [&str; 3] = ["HCPCS", "MOD", "DESCRIPTION"];

/// Minimum number of known columns.
const KNOWN: usize = 10;

/// The attribute of the whole file.
const FACTOR: &str = "CONV FACTOR";

/// Words of the sentence that names the edition.
const TITLE: &str = "Relative Value File";

static LAYOUT: Layout =
    Layout { set: &PFS, title_rows: 30, is_titles, roles, is_foreign: |_| false, blank: None };

/// See the module.
pub(super) struct PfsRvu;

impl Format for PfsRvu {
    fn id(&self) -> &'static str {
        "pfs_rvu"
    }

    fn title(&self) -> &'static str {
        "Physician Fee Schedule relative value file"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["pfs"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        LAYOUT.is_in(sample) || sample.is_workbook_with(&["HCPCS", "MOD", "DESCRIPTION", "PE RVU", "GLOB"])
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        let mut table = LAYOUT.read(file);
        let sentences = || table.banner.iter().flat_map(texts);
        let title = sentences().find(|text| text.contains(TITLE));
        table.concepts.edition = title.and_then(|title| edition(&title));
        let released = sentences().find_map(|text| text.strip_prefix("RELEASED ").map(str::to_owned));
        let released = released.map(|value| Fact { name: "RELEASED".to_owned(), value });
        table.concepts.facts.extend(released);
        Part::Concepts(table.concepts)
    }
}

fn is_titles(cells: &[String]) -> bool {
    let first = FIRST.iter().zip(cells).filter(|(title, cell)| title.eq_ignore_ascii_case(cell)).count();
    first == FIRST.len() && known(&cells[first..]).iter().flatten().count() >= KNOWN
}

fn roles(above: &[Row], titles: &Row) -> Vec<Option<Role>> {
    // A row of stacked titles is empty above the description, where prose has its text.
    let stacked: Vec<&Row> = above.iter().filter(|row| *row.cell(2) == Cell::Empty).collect();
    let joined = |column: usize| {
        let parts = stacked.iter().copied().chain([titles]).map(|row| row.cell(column).to_string());
        parts.collect::<Vec<_>>().join(" ")
    };
    let names: Vec<String> = (FIRST.len()..titles.cells.len()).map(joined).collect();
    [Role::Code, Role::Modifier, Role::Text].map(Some).into_iter().chain(known(&names)).collect()
}

/// Returns the attributes that titles mean. A title may lack words, for example in a copy that has only the last of the stacked
/// rows: then it means the first attribute with its words that no other title means.
fn known(titles: &[String]) -> Vec<Option<Role>> {
    let titles: Vec<Vec<String>> = titles.iter().map(|title| words(title)).collect();
    let mut free: Vec<Option<Vec<String>>> =
        PFS.properties.iter().map(|definition| Some(words(&definition.name))).collect();
    let mut found = vec![None; titles.len()];
    let exact: fn(&[String], &[String]) -> bool = |title, name| title == name;
    for fits in [exact, is_part] {
        for (found, title) in
            found.iter_mut().zip(&titles).filter(|(found, title)| found.is_none() && !title.is_empty())
        {
            *found = free.iter().position(|name| name.as_ref().is_some_and(|name| fits(title, name)));
            if let Some(at) = *found {
                free[at] = None;
            }
        }
    }
    found.into_iter().map(|at| at.map(role)).collect()
}

/// Returns whether all words of a title occur in a name, in the same order.
fn is_part(title: &[String], name: &[String]) -> bool {
    let mut name = name.iter();
    title.iter().all(|word| name.any(|held| held == word))
}

fn role(at: usize) -> Role {
    if PFS.properties[at].name == FACTOR { Role::Shared(at as u16) } else { Role::Property(at as u16) }
}

/// Returns the quarter in a sentence: `2026 National Physician Fee Schedule Relative Value File July Release`.
pub(super) fn edition(sentence: &str) -> Option<Edition> {
    let words = || sentence.split(|char: char| !char.is_ascii_alphanumeric());
    let year = words().find(|word| word.len() == 4 && word.starts_with("20"))?.parse().ok()?;
    let month = words().find_map(|word| MONTHS.iter().position(|month| *month == word))?;
    Some(Edition::Month(year, month as i8 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(titles: &str) -> Vec<&'static str> {
        let titles: Vec<String> = titles.split(',').map(str::to_owned).collect();
        let name = |role: Option<Role>| match role {
            Some(Role::Property(at) | Role::Shared(at)) => PFS.properties[usize::from(at)].name.as_ref(),
            _ => "-",
        };
        known(&titles).into_iter().map(name).collect()
    }

    #[test]
    fn the_last_of_the_stacked_rows_is_enough_to_know_the_columns() {
        let last = "CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,\
                    SURG,SURG,IND,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT";
        let official: Vec<_> = PFS.properties.iter().map(|definition| definition.name.as_ref()).collect();
        assert_eq!(names(last), official);
    }

    #[test]
    fn joined_names_are_known_in_any_spelling_and_others_are_not_taken_for_them() {
        let titles = "facility_total,non_fac_indicator,NON- FAC  PE RVU,CO- SURG,FULLY IMPLEMENTED PE RVU,";
        assert_eq!(
            names(titles),
            ["FACILITY TOTAL", "NON-FAC NA INDICATOR", "NON-FAC PE RVU", "CO-SURG", "-", "-"]
        );
    }

    #[test]
    fn the_edition_is_a_year_and_a_month_of_the_title() {
        let title = "2026 National Physician Fee Schedule Relative Value File July Release";
        assert_eq!(edition(title), Some(Edition::Month(2026, 7)));
        assert_eq!(edition("Relative Value File 2026"), None);
    }
}
