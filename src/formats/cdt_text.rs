//! CDT as the ADA delivers it in text: documentation, then a table with tabs between its columns.
//!
//! Source: ADA, CDT ASCII file, as the NLM describes it (UMLS source documentation): `Code`, `Category`, `Subcategory`,
//! `Subsubcategory`, nomenclature and descriptor; the word `None` means that a cell is empty. The rows are not in the order
//! of the book. Titles are found by their words; they must begin within the first 8 KiB.

use super::attribute_table::{Layout, Role, texts, words};
use super::rows::Row;
use super::{Format, Options, Part, Sample, definition};
use crate::model::SourceFile;
use crate::model::sets::CDT;

/// Number of first rows that are searched for the titles: the documentation may be long.
const TITLE_ROWS: u32 = 1000;

/// The word for an empty cell.
pub(super) const BLANK: &str = "None";

static LAYOUT: Layout =
    Layout { set: &CDT, title_rows: TITLE_ROWS, is_titles, roles, is_foreign: |_| false, blank: Some(BLANK) };

/// See the module.
pub(super) struct CdtText;

impl Format for CdtText {
    fn id(&self) -> &'static str {
        "cdt_text"
    }

    fn title(&self) -> &'static str {
        "CDT text file"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["cdt"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        LAYOUT.is_in(sample)
            && sample.lines().any(|line| line.text.contains('\t') && LAYOUT.is_title_line(&line))
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        Part::Concepts(LAYOUT.read(file).concepts)
    }
}

fn is_titles(cells: &[String]) -> bool {
    is_table(cells) && cells.iter().any(|title| is_nomenclature(title))
}

/// Returns whether titles are those of a table of codes and texts.
pub(super) fn is_table(cells: &[String]) -> bool {
    let roles = roles_of(cells);
    [Role::Code, Role::Text].iter().all(|role| roles.contains(&Some(*role)))
}

pub(super) fn roles(_: &[Row], titles: &Row) -> Vec<Option<Role>> {
    roles_of(&texts(titles))
}

/// Returns the role of each title; a role belongs to the first title that has it. If no title mentions nomenclature, the first
/// description is used instead.
pub(super) fn roles_of(titles: &[String]) -> Vec<Option<Role>> {
    let named = titles.iter().any(|title| is_nomenclature(title));
    let mut roles: Vec<Option<Role>> = Vec::new();
    for title in titles {
        let role = role(title, named).filter(|role| !roles.contains(&Some(*role)));
        roles.push(role);
    }
    roles
}

fn is_nomenclature(title: &str) -> bool {
    title.to_ascii_lowercase().contains("nomenclature")
}

fn role(title: &str, named: bool) -> Option<Role> {
    let title = words(title).concat();
    let property = |name| Role::Property(definition(&CDT, name));
    let has = |word: &str| title.contains(word);
    Some(match title.as_str() {
        "CDT" => Role::Code,
        _ if has("SUBSUBCATEGORY") => property("Subsubcategory"),
        _ if has("SUBCATEGORY") => property("Subcategory"),
        _ if has("CATEGORY") => property("Category"),
        _ if title.ends_with("CODE") => Role::Code,
        _ if has("NOMENCLATURE") => Role::Text,
        _ if has("DESCRIPT") && named => property("Descriptor"),
        "PROCEDURE" | "PROCEDURENAME" | "NAME" if !named => Role::Text,
        _ if has("DESCRIPT") => Role::Text,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_found_by_their_words() {
        let roles = |titles: &str| {
            let titles: Vec<String> = titles.split(',').map(str::to_owned).collect();
            roles_of(&titles)
                .into_iter()
                .map(|role| role.map_or_else(String::new, |role| format!("{role:?}")))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            roles("CDT Code,CATEGORY,Sub-Category,Subsubcategory,Nomenclature,Descriptor"),
            ["Code", "Property(0)", "Property(1)", "Property(2)", "Text", "Property(3)"]
        );
        assert_eq!(roles("ProcCode,Descript,AbbrDesc,ProcTime"), ["Code", "Text", "", ""]);
        assert_eq!(roles("code,name,category,price"), ["Code", "Text", "Property(0)", ""]);
    }
}
