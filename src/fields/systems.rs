//! Code systems by the heading, key, variable or declaration above the codes.

use crate::model::{CodeSet, CodeSystem, TextKind};

/// A code set, as files name it: those that are read, and those that are recognized as others.
pub(crate) type SetName = &'static str;

/// ICD-10 without further words: diagnoses and procedures of the US, or the WHO's.
const ICD10: SetName = "icd10";

/// Parts of names and addresses of code systems, as one word in lowercase letters, the more specific before the more general.
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

/// Words that name a set when they are the whole name.
const WORDS: [(&str, SetName); 19] = [
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
    ("i10cm", "icd10cm"),
    ("i10pcs", "icd10pcs"),
    ("i9cm", "icd9"),
    ("i9", "icd9"),
    ("i9c", "icd9"),
    ("modifier", "hcpcs"),
    ("modifiers", "hcpcs"),
];

/// Beginnings of words that mean a diagnosis: ICD-10-CM, unless something else is named.
const DIAGNOSES: [&str; 3] = ["dx", "diag", "icd"];

/// Object identifiers of code systems. Source: HL7 OID registry.
const OIDS: [(&str, SetName); 15] = [
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
    ("2.16.840.1.113883.6.1", "loinc"),
    ("2.16.840.1.113883.6.2", "icd9"),
    ("2.16.840.1.113883.6.42", "icd9"),
];

/// Names that mean a system only where one is declared, never in a heading: as one word in lowercase letters. Source: HL7 table
/// 0396 (coding systems).
const DECLARED: [(&str, SetName); 17] = [
    ("10", ICD10),
    ("9", "icd9"),
    ("09", "icd9"),
    ("i10p", "icd10pcs"),
    ("i9cdx", "icd9"),
    ("i9cp", "icd9"),
    ("c4", "cpt"),
    ("c5", "cpt"),
    ("cpt5", "cpt"),
    ("hpc", "hcpcs"),
    ("hcpc", "hcpcs"),
    ("hcpt", "hcpcs"),
    ("cd2", "cdt"),
    ("cdt2", "cdt"),
    ("ln", "loinc"),
    ("rxn", "rxnorm"),
    ("snm3", "snomed"),
];

/// Ends of headings of columns that name the code system of their rows, in lowercase letters and digits; the longest first.
const SYSTEM_ENDS: [&str; 22] = [
    "vocabularyid",
    "codesystemname",
    "codesystem",
    "terminology",
    "vocabulary",
    "dictionary",
    "versioncode",
    "versioncd",
    "vrsncd",
    "codeset",
    "version",
    "scheme",
    "system",
    "vocab",
    "vrsn",
    "type",
    "typecd",
    "qualifier",
    "sab",
    "ind",
    "ver",
    "v",
];

/// Ends that often name other things as well: their values must be names of systems.
const WEAK_ENDS: [&str; 9] =
    ["dictionary", "scheme", "system", "type", "typecd", "qualifier", "version", "ind", "listname"];

/// Names of code systems in labels and qualifiers, in lowercase letters and digits: the whole of the label.
const LABELS: [(&str, SetName); 60] = [
    ("icd10cm", "icd10cm"),
    ("icd10cmdiagnosis", "icd10cm"),
    ("icd10dx", "icd10cm"),
    ("i10c", "icd10cm"),
    ("i10dx", "icd10cm"),
    ("icd10pcs", "icd10pcs"),
    ("icd10px", "icd10pcs"),
    ("i10p", "icd10pcs"),
    ("icd10", ICD10),
    ("icd10cmpcs", ICD10),
    ("i10", ICD10),
    ("icd", ICD10),
    ("10", ICD10),
    ("0", ICD10),
    ("icd11", "icd11"),
    ("icd11mms", "icd11"),
    ("icd9cm", "icd9"),
    ("icd9", "icd9"),
    ("icd9dx", "icd9"),
    ("icd9pcs", "icd9"),
    ("icd9proc", "icd9"),
    ("icd9px", "icd9"),
    ("i9", "icd9"),
    ("i9c", "icd9"),
    ("9", "icd9"),
    ("09", "icd9"),
    ("hcpcs", "hcpcs"),
    ("hcpcslevelii", "hcpcs"),
    ("hcpcslevel2", "hcpcs"),
    ("hcpcs2", "hcpcs"),
    ("hcpc", "hcpcs"),
    ("hcpt", "hcpcs"),
    ("hc", "hcpcs"),
    ("cpt", "cpt"),
    ("cpt4", "cpt"),
    ("c4", "cpt"),
    ("cdt", "cdt"),
    ("ada", "cdt"),
    ("ndc", "ndc"),
    ("ndc11", "ndc"),
    ("ndc10", "ndc"),
    ("n4", "ndc"),
    ("rc", "revenue"),
    ("rev", "revenue"),
    ("revenue", "revenue"),
    ("revenuecode", "revenue"),
    ("cdm", "local"),
    ("local", "local"),
    ("drg", "ms-drg"),
    ("apc", "apc"),
    ("eapg", "apc"),
    ("hipps", "hipps"),
    ("sct", "snomed"),
    ("rxcui", "rxnorm"),
    ("lnc", "loinc"),
    ("custom", "local"),
    ("upc", "other"),
    ("hri", "other"),
    ("gtin", "other"),
    ("udi", "other"),
];

/// Returns the set that a whole label or qualifier names.
pub(crate) fn exact(label: &str) -> Option<SetName> {
    let label = label.trim();
    if label.contains("://") || label.starts_with("urn:") {
        return named(label);
    }
    let plain = letters_and_digits(label);
    let listed = LABELS.iter().find(|(name, _)| *name == plain).map(|(_, set)| *set);
    let by_part = || {
        // A name of a system with its edition or country: `SNOMEDCT_US`, `ICD-10-CM 2024`, `MS-DRG V37`.
        let (_, set) = PARTS.iter().find(|(part, _)| plain.starts_with(part))?;
        (plain.len() <= 24).then_some(*set)
    };
    listed.or_else(by_part).or_else(|| plain.ends_with("drg").then_some("ms-drg"))
}

/// Returns whether lowercase letters and digits are the name of a code set, and nothing more. `i10` is a code as well.
pub(crate) fn is_set_name(plain: &str) -> bool {
    plain.bytes().take_while(u8::is_ascii_alphabetic).count() > 1
        && LABELS.iter().any(|(name, set)| *name == plain && !matches!(*set, "other" | "local" | "revenue"))
}

fn letters_and_digits(words: &str) -> String {
    words.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect()
}

/// A column that names the code system of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    /// The beginning of the columns it applies to, in lowercase letters and digits; empty if it applies to the whole row.
    stem: String,
    /// True if its heading may mean something else: only the full name of a system is accepted in it.
    is_weak: bool,
    /// True if a number in it may be a version of ICD: `10` in `icd_version` is one, in `CLM_TYPE_CD` it is a kind of claim.
    takes_numbers: bool,
}

impl Label {
    /// Returns the label column of a heading; `None` if the heading does not name such a column.
    pub(crate) fn of(heading: &str) -> Option<Self> {
        let words = parts(heading);
        let last = words.last()?.as_str();
        let plain = words.concat();
        if matches!(plain.as_str(), "listname" | "codingsystem") {
            return Some(Self { stem: String::new(), is_weak: plain == "listname", takes_numbers: false });
        }
        // `code|1|type`, `icd_version`, `source_vocabulary_id`: the matched end has to begin with a word.
        let begins_word = |end: &str| {
            let mut tail = String::new();
            words.iter().rev().any(|word| {
                tail.insert_str(0, word);
                tail == end
            })
        };
        let is_short = |end: &str| matches!(end, "v" | "ind" | "ver");
        let end = SYSTEM_ENDS.iter().find(|end| {
            begins_word(end) && (!is_short(end) || words.len() > 1 && plain.starts_with("icd"))
                || **end == "codetype" && plain.ends_with(*end)
                || plain == format!("code{end}") && !is_short(end)
                || plain == format!("icd{end}")
                || last.len() > end.len()
                    && matches!(**end, "codesystem" | "vocabulary")
                    && last.ends_with(*end)
        })?;
        let stem = plain.strip_suffix(end)?.to_owned();
        let is_of_codes = |word: &&str| plain.contains(word);
        let takes_numbers =
            ["icd", "dx", "dgns", "diag", "vrsn", "version", "px", "prcdr", "proc", "vocab", "codetype"]
                .iter()
                .any(is_of_codes);
        Some(Self { is_weak: WEAK_ENDS.contains(end), takes_numbers, stem })
    }

    /// Returns whether it names systems for the columns that begin as it does.
    pub(crate) fn has_stem(&self) -> bool {
        !self.stem.is_empty()
    }

    /// Returns whether it names the system of the column with this heading.
    pub(crate) fn is_about(&self, heading: &str) -> bool {
        let plain = letters_and_digits(heading);
        let Some(rest) = plain.strip_prefix(self.stem.as_str()) else { return false };
        let ends_with_digit = self.stem.bytes().last().is_some_and(|byte| byte.is_ascii_digit());
        self.has_stem() && !(ends_with_digit && rest.bytes().next().is_some_and(|byte| byte.is_ascii_digit()))
    }

    /// Returns the set that one of its cells names.
    pub(crate) fn read(&self, cell: &[u8]) -> Option<SetName> {
        const LONGEST: usize = 256;
        let text = std::str::from_utf8(cell).ok().filter(|text| text.len() <= LONGEST && !text.is_empty())?;
        if !self.takes_numbers && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if self.is_weak { exact(text) } else { exact(text).or_else(|| declared(text, false)) }
    }
}

/// Returns the set that words name, and whether they name it unambiguously.
pub(crate) fn named(words: &str) -> Option<SetName> {
    let is_diagnosis = |part: &String| DIAGNOSES.iter().any(|start| part.starts_with(start));
    by_name(words).or_else(|| parts(words).iter().any(is_diagnosis).then_some("icd10cm"))
}

/// Returns the set whose identifier, address or name the words contain. Words that only mean a diagnosis are not enough.
fn by_name(words: &str) -> Option<SetName> {
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
    let is_modifier = |part: &String| {
        part.strip_prefix("mod").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let by_word = WORDS.iter().find(|(word, _)| is(word)).map(|(_, set)| *set);
    by_word.or_else(|| parts.iter().any(is_modifier).then_some("hcpcs"))
}

/// Returns the spellings that files use to declare a set, including its address and identifier.
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

/// Returns the words of a name: `dxCode_1` is dx, code, 1.
pub(crate) fn parts(words: &str) -> Vec<String> {
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

/// Returns the set that a declared system or the cell of a column of systems names; `other` if the system is not known.
pub(crate) fn declared(label: &str, is_uri_only: bool) -> Option<SetName> {
    let label = label.trim();
    let is_uri = label.contains("://") || label.starts_with("urn:");
    if label.is_empty() || is_uri_only && !is_uri {
        return None;
    }
    let plain: String = label.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    if let Some((_, set)) = DECLARED.iter().find(|(known, _)| *known == plain) {
        return Some(set);
    }
    if is_uri {
        // An address of roles of diagnoses is not one of diagnoses.
        return Some(by_name(label).filter(|_| !is_national(label)).unwrap_or("other"));
    }
    named(label)
}

/// Returns whether an address is that of a country's own ICD-10, such as `icd-10-gm`: those of the US are `icd-10-cm` and
/// `-pcs`.
fn is_national(address: &str) -> bool {
    let small = address.trim_end_matches('/').to_ascii_lowercase();
    let country = small.rsplit_once("icd-10-").map(|(_, country)| country);
    country.is_some_and(|country| country.len() == 2 && country != "cm")
}

/// Returns the system that a message or a resource declares for a code, by address, identifier or name; `None` if it
/// declares none. ICD-10 without another word means ICD-10-PCS where `of_procedures`, else ICD-10-CM.
pub(crate) fn code_system(label: &str, of_procedures: bool) -> Option<CodeSystem> {
    let label = label.trim();
    if label.is_empty() {
        return None;
    }
    // A label that only means a diagnosis, such as `DX`, does not name a system.
    let set = declared(label, false).filter(|set| *set != "icd10cm" || by_name(label).is_some());
    Some(match set {
        Some("icd10cm") => CodeSystem::Icd10cm,
        Some("icd10pcs") => CodeSystem::Icd10pcs,
        Some(ICD10) if of_procedures => CodeSystem::Icd10pcs,
        Some(ICD10) => CodeSystem::Icd10cm,
        Some("icd9") => CodeSystem::Icd9,
        Some("hcpcs" | "cpt") => CodeSystem::Hcpcs,
        Some("cdt") => CodeSystem::Cdt,
        Some("ndc") => CodeSystem::Ndc,
        Some("icd11") => CodeSystem::Icd11,
        Some("snomed") => CodeSystem::Snomed,
        Some("loinc") => CodeSystem::Loinc,
        Some("rxnorm") => CodeSystem::RxNorm,
        _ => CodeSystem::Other,
    })
}

/// Returns whether a column or key next to a system is the one that holds its codes.
pub(crate) fn is_code_column(words: &str) -> bool {
    parts(words).last().is_some_and(|last| matches!(last.as_str(), "code" | "codes"))
}

/// Returns whether a name means a set: that of ICD-10 without another word means both of them.
pub(crate) fn is_of(name: SetName, set: &CodeSet) -> bool {
    name == set.id
        || name == ICD10 && matches!(set.id, "icd10cm" | "icd10pcs")
        || matches!(name, "hcpcs" | "cpt") && set.systems.contains(&CodeSystem::Hcpcs)
        // A table of the user's own may be keyed by the codes of any set.
        || set.systems.is_empty() && name != "other"
}

/// Returns whether a column or key holds descriptions of codes. The name of a code is a description, that of a person is not.
pub(crate) fn is_description(words: &str) -> bool {
    let parts = parts(words);
    let is = |words: &[&str]| parts.iter().any(|part| words.contains(&part.as_str()));
    is(&DESCRIPTIONS) || is(&["name"]) && is(&["code", "concept", "dx", "diagnosis", "icd", "procedure"])
}

/// Returns the kind of description that a column holds, if it holds any: abbreviated descriptions are named so.
pub(crate) fn description(words: &str) -> Option<TextKind> {
    let is_short =
        || parts(words).iter().any(|part| matches!(part.as_str(), "short" | "abbreviated" | "abbreviation"));
    is_description(words).then(|| if is_short() { TextKind::Short } else { TextKind::Long })
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

/// Returns whether a column holds the last day of its rows (true) or the first day (false); `None` if it holds neither.
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
    #[test]
    fn columns_that_name_systems_are_known_by_their_headings() {
        for (heading, about, not_about) in [
            ("vocabulary_id", None, None),
            ("code_type", Some("code"), Some("description")),
            ("codetype", Some("code"), Some("dept")),
            ("code|1|type", Some("code|1"), Some("code|11")),
            ("code | 1 | type", Some("code|1"), Some("code|2")),
            ("source_vocabulary_id", Some("source_code"), Some("target_code")),
            ("icd_version", Some("icd_code"), Some("count")),
            ("DX_TYPE", Some("DX"), Some("PX")),
            ("dx1_type", Some("dx1"), Some("dx10")),
            ("icdv", Some("icd"), Some("n")),
            ("Code System", None, None),
            ("sab", None, None),
            ("list_name", None, None),
            ("system", None, None),
        ] {
            let label = Label::of(heading).unwrap_or_else(|| panic!("{heading}"));
            assert_eq!(label.has_stem(), about.is_some(), "{heading}");
            assert!(about.is_none_or(|about| label.is_about(about)), "{heading}");
            assert!(not_about.is_none_or(|other| !label.is_about(other)), "{heading}");
        }
        for heading in ["description", "icd10", "level", "behind", "qty", "dx", "icd10 code", "mod1"] {
            assert_eq!(Label::of(heading), None, "{heading}");
        }
    }

    #[test]
    fn a_number_is_a_version_of_icd_only_where_the_heading_says_so() {
        for (heading, expected) in [
            ("icd_version", Some(ICD10)),
            ("DX_TYPE", Some(ICD10)),
            ("code_type", Some(ICD10)),
            ("CLM_DGNS_VRSN_CD", Some(ICD10)),
            ("CLM_TYPE_CD", None),
            ("type", None),
        ] {
            assert_eq!(Label::of(heading).unwrap().read(b"10"), expected, "{heading}");
        }
        assert_eq!(Label::of("type").unwrap().read(b"HCPCS"), Some("hcpcs"));
    }

    #[test]
    fn labels_name_their_systems() {
        for (label, expected) in [
            ("ICD10CM", Some("icd10cm")),
            ("ICD-10-CM", Some("icd10cm")),
            ("I10", Some("icd10")),
            ("10", Some("icd10")),
            ("0", Some("icd10")),
            ("ICD9CM", Some("icd9")),
            ("09", Some("icd9")),
            ("HCPC", Some("hcpcs")),
            ("CPT4", Some("cpt")),
            ("RC", Some("revenue")),
            ("MS-DRG", Some("ms-drg")),
            ("APR-DRG", Some("ms-drg")),
            ("SNOMEDCT_US", Some("snomed")),
            ("CDM", Some("local")),
            ("UPC", Some("other")),
            ("Facility", None),
            ("inpatient", None),
        ] {
            assert_eq!(exact(label), expected, "{label}");
        }
    }

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
    fn declared_systems_are_reported_by_address_number_or_label() {
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
    fn declared_systems_of_messages_and_resources_are_code_systems() {
        for (label, expected) in [
            ("I10", Some(CodeSystem::Icd10cm)),
            ("I10C", Some(CodeSystem::Icd10cm)),
            ("ICD-10-CM", Some(CodeSystem::Icd10cm)),
            ("I10P", Some(CodeSystem::Icd10pcs)),
            ("I9CDX", Some(CodeSystem::Icd9)),
            ("C4", Some(CodeSystem::Hcpcs)),
            ("HCPCS", Some(CodeSystem::Hcpcs)),
            ("CD2", Some(CodeSystem::Cdt)),
            ("LN", Some(CodeSystem::Loinc)),
            ("2.16.840.1.113883.6.69", Some(CodeSystem::Ndc)),
            ("http://hl7.org/fhir/sid/icd-10", Some(CodeSystem::Icd10cm)),
            ("http://hl7.org/fhir/sid/icd-10-pcs/", Some(CodeSystem::Icd10pcs)),
            ("http://hl7.org/fhir/sid/icd-9-cm/diagnosis", Some(CodeSystem::Icd9)),
            ("http://terminology.hl7.org/CodeSystem/icd9cm", Some(CodeSystem::Icd9)),
            ("https://www.ama-assn.org/go/cpt", Some(CodeSystem::Hcpcs)),
            ("http://terminology.hl7.org/CodeSystem/HCPCS-Level-II", Some(CodeSystem::Hcpcs)),
            ("urn:oid:2.16.840.1.113883.6.13", Some(CodeSystem::Cdt)),
            ("http://id.who.int/icd/release/11/mms", Some(CodeSystem::Icd11)),
            ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", Some(CodeSystem::Other)),
            ("http://terminology.hl7.org/CodeSystem/diagnosis-role", Some(CodeSystem::Other)),
            ("DX", Some(CodeSystem::Other)),
            ("L", Some(CodeSystem::Other)),
            (" ", None),
        ] {
            assert_eq!(code_system(label, false), expected, "{label}");
        }
        assert_eq!(code_system("I10", true), Some(CodeSystem::Icd10pcs));
    }

    #[test]
    fn columns_of_days_are_reported_by_their_headings() {
        assert_eq!(is_last_day("valid_to"), Some(true));
        assert_eq!(is_last_day("startDate"), Some(false));
        assert_eq!(is_last_day("endpoint"), None);
    }
}
