//! Complications and comorbidities: which secondary diagnoses raise the payment of a stay.
//!
//! Source: CMS, IPPS final rule, tables 6I (`COMPLETE MCC LIST`) and 6J (`COMPLETE CC LIST`): a line with the name of the
//! table, then `Diagnosis Code<TAB>Description`, dotted codes, and notes without a code at the end. The two together are
//! complete; of one alone only what is on it is known.

use super::attribute_layout::{AttributeError, AttributeLayout, AttributeOptions, AttributePart};
use super::attribute_rows::{cells_of_line, letters, titled_rows};
use super::rows::delimiter;
use super::text::{Lines, TextFile, lines};
use super::{Sample, workbook};
use crate::model::sets::ICD10CM;
use crate::model::{AttributeTable, SourceFile};

/// See the module.
pub(super) struct IppsCc;

/// One of the two tables.
#[derive(Clone, Copy)]
struct List {
    /// The text of the line with its name.
    name: &'static str,
    title: &'static str,
    value: &'static str,
    absent: &'static str,
}

const LISTS: [List; 2] = [
    List { name: "COMPLETE MCC LIST", title: "IPPS table 6I", value: "MCC", absent: "not MCC" },
    List { name: "COMPLETE CC LIST", title: "IPPS table 6J", value: "CC", absent: "not CC" },
];

/// Number of first lines that are searched for the name of the table.
const NAME_LINES: usize = 5;

impl AttributeLayout for IppsCc {
    fn id(&self) -> &'static str {
        "ipps_cc"
    }

    fn title(&self) -> &'static str {
        "IPPS tables 6I and 6J"
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        if workbook::is_workbook(sample.bytes) {
            return LISTS
                .iter()
                .any(|list| sample.is_workbook_with(&[list.name, "Diagnosis Code", "Description"]));
        }
        list_of(lines(&sample.text)).is_some()
            && sample.lines().take(NAME_LINES).any(|line| is_titles(&cells_of_line(line.text)))
    }

    fn read(&self, file: SourceFile, _: &AttributeOptions<'_>) -> Result<AttributePart, AttributeError> {
        let list = if workbook::is_workbook(&file.bytes) {
            let sample = Sample::new(&file.bytes);
            LISTS.into_iter().find(|list| sample.is_workbook_with(&[list.name]))
        } else {
            list_of(TextFile::decode(file.clone()).lines())
        };
        let no_name =
            || AttributeError::of(&file.source.name, "the name of the table was not found".to_owned());
        let list = list.ok_or_else(no_name)?;
        let mut rows = titled_rows(&file, &is_titles)?;
        let mut table = AttributeTable::new(list.title, file.source, &ICD10CM);
        let cut = rows.cut.take();
        table.absent = cut.is_none().then_some(list.absent);
        table.problems.extend(cut);
        let code = rows.column("Diagnosis Code").unwrap_or(0);
        rows.fill(&mut table, code, |_| Some(list.value.to_owned()));
        Ok(AttributePart::Table(table))
    }

    /// Joins both tables into one list: a code that is on neither table is known to be neither.
    fn join(&self, tables: Vec<AttributeTable>) -> Result<AttributeTable, AttributeError> {
        let (major, minor): (Vec<_>, Vec<_>) =
            tables.into_iter().partition(|table| table.title == LISTS[0].title);
        let one = |tables: Vec<AttributeTable>| {
            (!tables.is_empty()).then(|| super::attribute_layout::only_one(tables)).transpose()
        };
        match (one(major)?, one(minor)?) {
            (Some(mut both), Some(minor)) => {
                both.title = self.title().to_owned();
                both.absent = (both.absent.is_some() && minor.absent.is_some()).then_some("none");
                for (code, values) in minor.values {
                    both.values.entry(code).or_default().extend(values);
                }
                both.sources.extend(minor.sources);
                both.problems.extend(minor.problems);
                Ok(both)
            }
            (Some(table), None) | (None, Some(table)) => Ok(table),
            (None, None) => Err(AttributeError::new("there is no list", "name the list itself")),
        }
    }
}

fn is_titles(cells: &[String]) -> bool {
    let has = |title: &str| cells.iter().any(|cell| letters(cell) == title);
    has("diagnosiscode") && has("description")
}

/// Returns the table that the first lines name. A line with several cells is a row, not a name.
fn list_of(lines: Lines<'_>) -> Option<List> {
    let heads = lines.take(NAME_LINES).map(|line| line.text.trim().to_ascii_uppercase());
    let mut names = heads.filter(|line| delimiter(line) != b'\t' || !line.contains('\t'));
    names.find_map(|line| LISTS.into_iter().find(|list| line.contains(list.name)))
}
