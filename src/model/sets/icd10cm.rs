//! ICD-10-CM: diagnoses, published by CDC/NCHS every October 1, sometimes January 1 and April 1.

use crate::model::code_set::{AddendaColumns, Chapter, CodeSet, CodeSystem, Hierarchy};
use crate::model::edition::Calendar;

/// The descriptor of ICD-10-CM.
pub static ICD10CM: CodeSet = CodeSet {
    id: "icd10cm",
    title: "ICD-10-CM",
    publisher: "CDC/NCHS and CMS",
    uri: Some("http://hl7.org/fhir/sid/icd-10-cm"),
    terms: "US government work; ICD-10 is copyright of the World Health Organization",
    calendar: Calendar::FiscalYear,
    // The Addenda and Guidelines of each edition name both: discharges from its first day on, and encounters.
    dated_by: "discharge or encounter",
    normalize: &normalize,
    display,
    category_length: 3,
    chapters: &CHAPTERS,
    hierarchy: Hierarchy::ByCode,
    has_conversion_tables: true,
    addenda: Some(AddendaColumns::WithFlag),
    systems: &[CodeSystem::Icd10cm],
    likely_other,
    is_placeholder,
    pads_with_x: true,
    placeholder: Some('X'),
    has_own_descriptions: true,
    near: with_fillers,
    ..CodeSet::PLAIN
};

/// Normalizes three to seven letters and digits, the first a letter. The second may be a letter: QA0 (FY2026). A dot
/// may follow the third character, and one may trail (`G20.`).
fn normalize(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let plain = match typed.split_once('.') {
        None => typed.to_owned(),
        Some((category, rest)) if category.len() == 3 && !rest.contains('.') => format!("{category}{rest}"),
        Some(_) => return None,
    };
    let fits = (3..=7).contains(&plain.len())
        && plain.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && plain.as_bytes()[0].is_ascii_alphabetic()
        && plain.bytes().skip(1).any(|byte| byte.is_ascii_digit());
    fits.then(|| plain.to_ascii_uppercase())
}

/// Recognizes the form of ICD-9-CM V and E codes such as `V45.81` and `E885.9`: data sometimes label them as ICD-10.
///
/// An unknown ICD-10-CM code may have the same form, so the result is only likely.
fn likely_other(code: &str) -> Option<&'static str> {
    let (letter, digits) = code.split_at_checked(1)?;
    let lengths = match letter {
        "V" => 2..=4,
        "E" => 3..=4,
        _ => return None,
    };
    let fits = lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some("ICD-9-CM")
}

/// Returns true if a code begins with three letters, as in `IMO0002`, which records contain when a term has no code:
/// categories have at most two adjacent letters (`QA0`, `C4A`).
fn is_placeholder(code: &str) -> bool {
    code.bytes().take(3).all(|byte| byte.is_ascii_alphabetic())
}

/// Returns variants of a code: with one to three fillers `X` before its last character, and without each `X` of its
/// own: `S301A` becomes `S301XXA`, and `I10X` becomes `I10`, padded as claims once were.
pub(crate) fn with_fillers(code: &str) -> Vec<String> {
    let Some((last, _)) = code.char_indices().next_back() else { return Vec::new() };
    let (stem, end) = code.split_at(last);
    let mut codes: Vec<String> = (1..=3).map(|count| format!("{stem}{}{end}", "X".repeat(count))).collect();
    let fillers = code.match_indices('X');
    codes.extend(fillers.map(|(at, _)| format!("{}{}", &code[..at], &code[at + 1..])));
    codes
}

/// Inserts a dot after the third character: `A000` becomes `A00.0`.
fn display(code: &str) -> String {
    match code.split_at_checked(3) {
        Some((category, rest)) if !rest.is_empty() => format!("{category}.{rest}"),
        _ => code.to_owned(),
    }
}

/// The 22 chapters of the tabular list, by first category in ASCII order (`U` precedes `V` here; the tabular list
/// prints chapter 22 last).
static CHAPTERS: [Chapter; 22] = [
    Chapter { id: "1", start: "A00", title: "Infectious and parasitic diseases" },
    Chapter { id: "2", start: "C00", title: "Neoplasms" },
    Chapter { id: "3", start: "D50", title: "Blood and immune mechanism" },
    Chapter { id: "4", start: "E00", title: "Endocrine, nutritional and metabolic diseases" },
    Chapter { id: "5", start: "F01", title: "Mental, behavioral and neurodevelopmental disorders" },
    Chapter { id: "6", start: "G00", title: "Nervous system" },
    Chapter { id: "7", start: "H00", title: "Eye and adnexa" },
    Chapter { id: "8", start: "H60", title: "Ear and mastoid process" },
    Chapter { id: "9", start: "I00", title: "Circulatory system" },
    Chapter { id: "10", start: "J00", title: "Respiratory system" },
    Chapter { id: "11", start: "K00", title: "Digestive system" },
    Chapter { id: "12", start: "L00", title: "Skin and subcutaneous tissue" },
    Chapter { id: "13", start: "M00", title: "Musculoskeletal system and connective tissue" },
    Chapter { id: "14", start: "N00", title: "Genitourinary system" },
    Chapter { id: "15", start: "O00", title: "Pregnancy, childbirth and the puerperium" },
    Chapter { id: "16", start: "P00", title: "Conditions originating in the perinatal period" },
    Chapter { id: "17", start: "Q00", title: "Congenital malformations and chromosomal abnormalities" },
    Chapter { id: "18", start: "R00", title: "Symptoms, signs and abnormal findings" },
    Chapter { id: "19", start: "S00", title: "Injury, poisoning and other external consequences" },
    Chapter { id: "22", start: "U00", title: "Codes for special purposes" },
    Chapter { id: "20", start: "V00", title: "External causes of morbidity" },
    Chapter { id: "21", start: "Z00", title: "Factors influencing health status" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_taken_dotted_undotted_and_in_small_letters() {
        for typed in ["E11.A", "e11a", " E11A ", "E11A."] {
            let code = normalize(typed);
            // `E11A.` has its dot in the wrong position and is not a code.
            assert_eq!(code.as_deref(), (typed != "E11A.").then_some("E11A"), "{typed}");
        }
        assert_eq!(normalize("G20.").as_deref(), Some("G20"));
        assert_eq!(normalize("QA0.0101").as_deref(), Some("QA00101"));
        assert_eq!(normalize("S00.00XA").as_deref(), Some("S0000XA"));
    }

    #[test]
    fn fillers_are_put_in_and_taken_out() {
        assert!(with_fillers("W2189A").contains(&"W2189XA".to_owned()));
        assert!(with_fillers("S301A").contains(&"S301XXA".to_owned()));
        assert!(with_fillers("I10X").contains(&"I10".to_owned()));
        assert!(with_fillers("").is_empty());
    }

    #[test]
    fn other_tokens_are_no_codes() {
        for typed in ["", "A0", "02700E6", "A00.0.1", "A00-A09", "ABCD", "A000000X"] {
            assert_eq!(normalize(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_letter_in_second_place_belongs_to_its_chapter() {
        assert_eq!(ICD10CM.chapter("QA00101").map(|chapter| chapter.id), Some("17"));
        assert_eq!(ICD10CM.chapter("C4A0").map(|chapter| chapter.id), Some("2"));
        assert_eq!(ICD10CM.chapter("U071").map(|chapter| chapter.id), Some("22"));
        assert_eq!(ICD10CM.chapter("V00").map(|chapter| chapter.id), Some("20"));
    }
}
