//! What a heading, a key, a variable or a declared code system says about the codes under it.

use crate::model::CodeSet;

/// A code set, as files name it: those that are read, and those that are told from them.
pub(crate) type SetName = &'static str;

/// ICD-10 without a word about which: diagnoses and procedures of the US, or the WHO's.
const ICD10: SetName = "icd10";

/// Parts of names and addresses of code systems, written together in small letters, the more special before the more
/// general.
const PARTS: [(&str, SetName); 22] = [
    ("icd10pcs", "icd10pcs"),
    ("icd10proc", "icd10pcs"),
    ("icd10px", "icd10pcs"),
    ("icd10cm", "icd10cm"),
    ("icd10dx", "icd10cm"),
    ("icd10diag", "icd10cm"),
    ("medicarecodingicd10", "icd10pcs"),
    ("medicarecodingicd9", "icd9"),
    ("icdrelease11", "icd11"),
    ("icd11", "icd11"),
    ("icd10", ICD10),
    ("icd9", "icd9"),
    ("hcpcs", "hcpcs"),
    ("amaassnorggocpt", "cpt"),
    ("adaorgcdt", "cdt"),
    ("fhirsidndc", "ndc"),
    ("snomed", "snomed"),
    ("loinc", "loinc"),
    ("rxnorm", "rxnorm"),
    ("rxcui", "rxnorm"),
    ("msdrg", "ms-drg"),
    ("umls", "umls"),
];

/// Words that name a set where they stand alone.
const WORDS: [(&str, SetName); 14] = [
    ("cpt", "cpt"),
    ("cpt4", "cpt"),
    ("cdt", "cdt"),
    ("ndc", "ndc"),
    ("ndc11", "ndc"),
    ("drg", "ms-drg"),
    ("drgs", "ms-drg"),
    ("sct", "snomed"),
    ("cui", "umls"),
    ("pcs", "icd10pcs"),
    ("i10", ICD10),
    ("i10c", "icd10cm"),
    ("i9", "icd9"),
    ("i9c", "icd9"),
];

/// Beginnings of words that mean a diagnosis: ICD-10-CM, unless something else is said.
const DIAGNOSES: [&str; 3] = ["dx", "diag", "icd"];

/// Object identifiers of code systems. Source: HL7 OID registry.
const OIDS: [(&str, SetName); 12] = [
    ("2.16.840.1.113883.6.90", "icd10cm"),
    ("2.16.840.1.113883.6.4", "icd10pcs"),
    ("2.16.840.1.113883.6.3", ICD10),
    ("2.16.840.1.113883.6.103", "icd9"),
    ("2.16.840.1.113883.6.104", "icd9"),
    ("2.16.840.1.113883.6.12", "cpt"),
    ("2.16.840.1.113883.6.14", "hcpcs"),
    ("2.16.840.1.113883.6.285", "hcpcs"),
    ("2.16.840.1.113883.6.13", "cdt"),
    ("2.16.840.1.113883.6.69", "ndc"),
    ("2.16.840.1.113883.6.96", "snomed"),
    ("2.16.840.1.113883.6.88", "rxnorm"),
];

/// Words of columns that say which set the codes beside them are of, written together in small letters.
const SYSTEM_WORDS: [&str; 9] =
    ["system", "codeset", "vocabulary", "vocab", "terminology", "version", "vrsn", "codetype", "icdtype"];

/// The set that words name, and whether they say so without doubt.
pub(crate) fn named(words: &str) -> Option<SetName> {
    let small = words.to_ascii_lowercase();
    let oid = small.trim_start_matches("urn:oid:");
    if let Some((_, set)) = OIDS.iter().find(|(known, _)| *known == oid) {
        return Some(set);
    }
    let together: String = small.chars().filter(char::is_ascii_alphanumeric).collect();
    if let Some((_, set)) = PARTS.iter().find(|(part, _)| together.contains(part)) {
        return Some(set);
    }
    let parts = parts(words);
    let is = |expected: &str| parts.iter().any(|part| part == expected);
    if let Some((_, set)) = WORDS.iter().find(|(word, _)| is(word)) {
        return Some(set);
    }
    parts.iter().any(|part| DIAGNOSES.iter().any(|start| part.starts_with(start))).then_some("icd10cm")
}

/// How files spell the names of a set where they declare it, its address and identifier among them.
pub(crate) fn spellings(set: &CodeSet) -> Vec<String> {
    let parts = PARTS.iter().filter(|(_, named)| *named == set.id).map(|(part, _)| *part);
    let hyphened = parts.clone().filter_map(|part| Some(format!("icd-10-{}", part.strip_prefix("icd10")?)));
    let words = parts.map(str::to_owned).chain(hyphened).chain([set.id.to_owned()]);
    let mut words: Vec<String> = words.flat_map(|word| [word.to_ascii_uppercase(), word]).collect();
    let oids = OIDS.iter().filter(|(_, named)| *named == set.id);
    words.extend(oids.filter_map(|(oid, _)| oid.strip_prefix("2.16.840.1.113883.")).map(str::to_owned));
    words.sort();
    words.dedup();
    words
}

/// The words of a name: `dxCode_1` is dx, code, 1.
fn parts(words: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut was_small = false;
    for char in words.chars() {
        let begins = !char.is_ascii_alphanumeric() || was_small && char.is_ascii_uppercase();
        if begins && parts.last().is_some_and(|last| !last.is_empty()) {
            parts.push(String::new());
        }
        if let Some(last) = parts.last_mut().filter(|_| char.is_ascii_alphanumeric()) {
            last.push(char.to_ascii_lowercase());
        }
        was_small = char.is_ascii_lowercase();
    }
    parts
}

/// The set that a declared system or the cell of a column of systems names; `other` where it is none that is known.
pub(crate) fn declared(label: &str, is_uri_only: bool) -> Option<SetName> {
    let label = label.trim();
    let is_uri = label.contains("://") || label.starts_with("urn:");
    if label.is_empty() || is_uri_only && !is_uri {
        return None;
    }
    let plain: String = label.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    match plain.as_str() {
        "10" => return Some(ICD10),
        "9" | "09" => return Some("icd9"),
        _ => {}
    }
    named(label).or(is_uri.then_some("other"))
}

/// Whether a column holds names of code systems.
pub(crate) fn is_system_column(words: &str) -> bool {
    let together: String = words.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    SYSTEM_WORDS.iter().any(|word| together.ends_with(word))
        || matches!(together.as_str(), "icdv" | "icdind" | "vocabularyid" | "codesystemname")
}

/// Whether a column or key may name the set of the code next to it, as `type` does in the files of hospital prices.
pub(crate) fn is_type_column(words: &str) -> bool {
    words.eq_ignore_ascii_case("type")
}

/// The set that the type of a code names: a name of a set only, since a type may be anything.
pub(crate) fn declared_type(label: &str) -> Option<SetName> {
    let together: String = label.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let is_part = |part: &str| together.starts_with(part) && together.len() <= part.len() + 4;
    let part = PARTS.iter().find(|(part, _)| is_part(part)).map(|(_, set)| *set);
    part.or_else(|| WORDS.iter().find(|(word, _)| *word == together).map(|(_, set)| *set))
}

/// Whether a column or key beside a system is the one that holds its codes.
pub(crate) fn is_code_column(words: &str) -> bool {
    parts(words).last().is_some_and(|last| matches!(last.as_str(), "code" | "codes"))
}

/// Whether a name means a set: that of ICD-10 without another word means both of them.
pub(crate) fn is_of(name: SetName, set: &CodeSet) -> bool {
    name == set.id
        || name == ICD10 && matches!(set.id, "icd10cm" | "icd10pcs")
        || name == "hcpcs" && set.id == "cpt"
}

/// Whether a column or key holds descriptions of codes. The name of a code is one, that of a person is not.
pub(crate) fn is_description(words: &str) -> bool {
    let parts = parts(words);
    let is = |words: &[&str]| parts.iter().any(|part| words.contains(&part.as_str()));
    is(&DESCRIPTIONS) || is(&["name"]) && is(&["code", "concept", "dx", "diagnosis", "icd", "procedure"])
}

/// Words of columns of descriptions.
const DESCRIPTIONS: [&str; 11] = [
    "description",
    "desc",
    "descr",
    "display",
    "title",
    "label",
    "text",
    "term",
    "longdescription",
    "shortdescription",
    "meaning",
];

/// Whether the column of a heading holds the last day of its rows, or the first; `None` if it holds neither.
pub(crate) fn is_last_day(words: &str) -> Option<bool> {
    let together: String = words.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let is_one = |names: &[&str]| names.contains(&together.as_str());
    if is_one(&LAST_DAYS) {
        Some(true)
    } else if is_one(&FIRST_DAYS) {
        Some(false)
    } else {
        None
    }
}

const LAST_DAYS: [&str; 22] = [
    "validto",
    "enddate",
    "end",
    "enddt",
    "effectiveenddate",
    "effectiveto",
    "effto",
    "effend",
    "effenddate",
    "effenddt",
    "termdate",
    "terminationdate",
    "termdt",
    "expirationdate",
    "expirydate",
    "expires",
    "validuntil",
    "lastday",
    "inactivedate",
    "thrudate",
    "validenddate",
    "dateto",
];

const FIRST_DAYS: [&str; 18] = [
    "validfrom",
    "startdate",
    "start",
    "startdt",
    "effectivedate",
    "effectivefrom",
    "effectivestartdate",
    "efffrom",
    "effdate",
    "effdt",
    "effstart",
    "begindate",
    "begin",
    "firstday",
    "validstartdate",
    "datefrom",
    "activedate",
    "effstartdate",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sets::{HCPCS, ICD10CM, ICD10PCS};

    #[test]
    fn headings_name_their_sets() {
        for (heading, expected) in [
            ("icd_10_cm", Some("icd10cm")),
            ("ICD-10-CM Diagnosis Code", Some("icd10cm")),
            ("ICD-10-PCS Code", Some("icd10pcs")),
            ("ICD-9-CM Diagnosis Code", Some("icd9")),
            ("icd10_code", Some("icd10")),
            ("dxCode_1", Some("icd10cm")),
            ("primaryDiagnosis", Some("icd10cm")),
            ("MS-DRGs", Some("ms-drg")),
            ("CPT code", Some("cpt")),
            ("NDC_11", Some("ndc")),
            ("concept", None),
            ("description", None),
            ("code", None),
        ] {
            assert_eq!(named(heading), expected, "{heading}");
        }
        assert!(is_of("icd10", &ICD10CM) && is_of("icd10", &ICD10PCS) && !is_of("icd10", &HCPCS));
    }

    #[test]
    fn declared_systems_are_told_by_address_number_or_label() {
        for (label, expected) in [
            ("http://hl7.org/fhir/sid/icd-10-cm", Some("icd10cm")),
            ("http://www.cms.gov/Medicare/Coding/ICD10", Some("icd10pcs")),
            ("http://www.cms.gov/Medicare/Coding/ICD9", Some("icd9")),
            ("http://www.ama-assn.org/go/cpt", Some("cpt")),
            ("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", Some("hcpcs")),
            (
                "https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/MS-DRG-Classifications-and-Software",
                Some("ms-drg"),
            ),
            ("urn:oid:2.16.840.1.113883.6.90", Some("icd10cm")),
            ("http://snomed.info/sct", Some("snomed")),
            ("http://example.org/x", Some("other")),
            ("10", Some("icd10")),
            ("9", Some("icd9")),
            ("blue", None),
        ] {
            assert_eq!(declared(label, false), expected, "{label}");
        }
        assert_eq!(declared("ICD10CM", true), None);
    }

    #[test]
    fn the_type_of_a_code_is_the_name_of_a_set() {
        for (label, expected) in [
            ("HCPCS", Some("hcpcs")),
            ("ICD-10-CM", Some("icd10cm")),
            ("CPT", Some("cpt")),
            ("MS-DRG", Some("ms-drg")),
            ("RC", None),
            ("diagnosis", None),
        ] {
            assert_eq!(declared_type(label), expected, "{label}");
        }
    }

    #[test]
    fn columns_of_days_are_told_by_their_headings() {
        assert_eq!(is_last_day("valid_to"), Some(true));
        assert_eq!(is_last_day("startDate"), Some(false));
        assert_eq!(is_last_day("endpoint"), None);
    }
}
