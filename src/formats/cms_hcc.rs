//! Condition categories of Medicare's risk adjustment, which determine how a diagnosis counts in the payment of a plan.
//!
//! Source: a table with the columns `diagnosis_code`, `cc`, `model_name` and a row for each code and model, undotted, as the
//! open implementations of CMS-HCC hold the mappings of CMS. A payment year uses the diagnoses of two code years, so it may
//! contain deleted codes.

use std::collections::BTreeSet;

use super::Sample;
use super::attribute_layout::{AttributeError, AttributeLayout, AttributeOptions, AttributePart};
use super::attribute_rows::{cells_of_line, letters, titled_rows};
use crate::model::sets::ICD10CM;
use crate::model::{AttributeTable, SourceFile};

/// See the module.
pub(super) struct CmsHcc;

const TITLES: [&str; 3] = ["diagnosis_code", "cc", "model_name"];

impl AttributeLayout for CmsHcc {
    fn id(&self) -> &'static str {
        "cms_hcc"
    }

    fn title(&self) -> &'static str {
        "CMS-HCC mapping"
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        sample.lines().take(3).any(|line| is_titles(&cells_of_line(line.text)))
    }

    fn read(
        &self,
        file: SourceFile,
        options: &AttributeOptions<'_>,
    ) -> Result<AttributePart, AttributeError> {
        let mut rows = titled_rows(&file, &is_titles)?;
        let [code, category, model] = TITLES.map(|title| rows.column(title).unwrap_or(0));
        let models: BTreeSet<String> =
            rows.rows.iter().map(|row| short(&row.cell(model).to_string())).collect();
        let asked = options.column.map(short);
        if let Some(asked) = asked.as_ref().filter(|asked| !models.contains(*asked)) {
            let models: Vec<&str> = models.iter().map(String::as_str).collect();
            let fact = format!("there is no model `{asked}`");
            return Err(AttributeError::column(&file.source.name, &fact, &models));
        }
        let title = match &asked {
            Some(model) => format!("{} {model}", self.title()),
            None => self.title().to_owned(),
        };
        let mut table = AttributeTable::new(title, file.source, &ICD10CM);
        let cut = rows.cut.take();
        table.absent = cut.is_none().then_some("none");
        table.problems.extend(cut);
        rows.fill(&mut table, code, |row| {
            let model = short(&row.cell(model).to_string());
            let wanted = asked.as_ref().is_none_or(|asked| *asked == model);
            wanted.then(|| format!("{model}: {}", row.cell(category)))
        });
        Ok(AttributePart::Table(table))
    }
}

fn is_titles(cells: &[String]) -> bool {
    TITLES.iter().all(|title| cells.iter().any(|cell| letters(cell) == letters(title)))
}

/// Returns the common short name of a model: `CMS-HCC ESRD Model V24` is `ESRD V24`.
fn short(model: &str) -> String {
    let words = model.split_whitespace();
    let words = words.filter(|word| !["MODEL", "CMS-HCC"].contains(&word.to_ascii_uppercase().as_str()));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_named_as_people_name_it() {
        for (full, name) in [
            ("CMS-HCC Model V28", "V28"),
            ("CMS-HCC ESRD Model V24", "ESRD V24"),
            ("RxHCC Model V08", "RxHCC V08"),
        ] {
            assert_eq!(short(full), name);
            assert_eq!(short(name), name);
        }
    }
}
