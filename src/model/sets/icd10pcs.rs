//! ICD-10-PCS: inpatient procedures, published by CMS every October 1 and April 1.

use crate::model::code_set::{AddendaColumns, Chapter, CodeSet, CodeSystem, Hierarchy};
use crate::model::edition::Calendar;

/// The descriptor of ICD-10-PCS.
pub static ICD10PCS: CodeSet = CodeSet {
    id: "icd10pcs",
    title: "ICD-10-PCS",
    publisher: "CMS",
    uri: Some("http://www.cms.gov/Medicare/Coding/ICD10"),
    terms: "US government work",
    calendar: Calendar::FiscalYear,
    dated_by: "discharge",
    normalize: &normalize,
    display: str::to_owned,
    category_length: 3,
    chapters: &SECTIONS,
    hierarchy: Hierarchy::ByCode,
    has_axes: true,
    has_own_descriptions: true,
    has_conversion_tables: true,
    addenda: Some(AddendaColumns::WithoutFlag { header_length: 3 }),
    systems: &[CodeSystem::Icd10pcs],
    ..CodeSet::PLAIN
};

/// Normalizes seven characters (a code) or three (a table): digits and letters except `I` and `O`.
fn normalize(typed: &str) -> Option<String> {
    let code = typed.trim().to_ascii_uppercase();
    let fits = matches!(code.len(), 3 | 7)
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() && !matches!(byte, b'I' | b'O'));
    fits.then_some(code)
}

/// The 17 sections, by their first character.
static SECTIONS: [Chapter; 17] = [
    Chapter { id: "0", start: "0", title: "Medical and Surgical" },
    Chapter { id: "1", start: "1", title: "Obstetrics" },
    Chapter { id: "2", start: "2", title: "Placement" },
    Chapter { id: "3", start: "3", title: "Administration" },
    Chapter { id: "4", start: "4", title: "Measurement and Monitoring" },
    Chapter { id: "5", start: "5", title: "Extracorporeal or Systemic Assistance and Performance" },
    Chapter { id: "6", start: "6", title: "Extracorporeal or Systemic Therapies" },
    Chapter { id: "7", start: "7", title: "Osteopathic" },
    Chapter { id: "8", start: "8", title: "Other Procedures" },
    Chapter { id: "9", start: "9", title: "Chiropractic" },
    Chapter { id: "B", start: "B", title: "Imaging" },
    Chapter { id: "C", start: "C", title: "Nuclear Medicine" },
    Chapter { id: "D", start: "D", title: "Radiation Therapy" },
    Chapter { id: "F", start: "F", title: "Physical Rehabilitation and Diagnostic Audiology" },
    Chapter { id: "G", start: "G", title: "Mental Health" },
    Chapter { id: "H", start: "H", title: "Substance Abuse Treatment" },
    Chapter { id: "X", start: "X", title: "New Technology" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_look_like_numbers_stay_text() {
        for code in ["02700E6", "3E03305", "0210093"] {
            assert_eq!(normalize(code).as_deref(), Some(code));
        }
        assert_eq!(normalize("0O70ZZZ"), None);
        assert_eq!(normalize("02700"), None);
    }
}
