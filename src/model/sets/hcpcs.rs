//! HCPCS Level II: supplies, drugs, transport and services that CPT does not have, published by CMS every quarter (every
//! January 1 until 2020).

use super::level_two::{is_level_two, is_local};
use crate::model::code_set::{
    ActionCode, Actions, CodeSet, CodeSystem, Deletion, Effect, PropertyDefinition, PropertyGroup, Successors,
};
use crate::model::edition::{Calendar, Edition};
use crate::model::sets::CPT;

/// The descriptor of HCPCS Level II.
pub static HCPCS: CodeSet = CodeSet {
    id: "hcpcs",
    title: "HCPCS Level II",
    publisher: "CMS",
    uri: Some("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"),
    terms: "US government work",
    calendar: Calendar::CalendarYear,
    normalize: &normalize,
    deletion: Deletion::ByTermination,
    properties: &PROPERTIES,
    first_day: Some("ADD DT"),
    actions: Some(&ACTIONS),
    successors: Some(&SUCCESSORS),
    systems: &[CodeSystem::Hcpcs, CodeSystem::HcpcsLevel2],
    neighbor,
    takes_modifiers: true,
    has_own_descriptions: true,
    ..CodeSet::PLAIN
};

/// Recognizes codes of other sets that share columns with HCPCS Level II: CPT, CDT, and codes of a state or payer.
fn neighbor(code: &str) -> Option<&'static str> {
    match code.as_bytes().first()? {
        _ if super::cpt::is_code(code) => Some("CPT"),
        b'D' if is_level_two(code) => Some("CDT"),
        _ => is_local(code).then_some("local or state codes"),
    }
}

fn normalize(typed: &str) -> Option<String> {
    let code = typed.trim().to_ascii_uppercase();
    let fits = match code.as_bytes() {
        [letter, digits @ ..] if digits.len() == 4 => {
            letter.is_ascii_uppercase() && digits.iter().all(u8::is_ascii_digit)
        }
        [first, second] => {
            [first, second].iter().all(|byte| byte.is_ascii_alphanumeric())
                && [first, second].iter().any(|byte| byte.is_ascii_alphabetic())
        }
        _ => false,
    };
    fits.then_some(code)
}

static PRICING: PropertyGroup = PropertyGroup::shown("pricing", "how Medicare prices it");
static MANUAL: PropertyGroup =
    PropertyGroup::shown("manual", "sections of the coverage and carriers manuals");
static STATUTE: PropertyGroup = PropertyGroup::shown("statute", "the statute that applies to it");
static LAB: PropertyGroup = PropertyGroup::shown("lab", "laboratory certification");
static XREF: PropertyGroup = PropertyGroup::shown("xref", "codes to use instead");
static COVERAGE: PropertyGroup = PropertyGroup::shown("coverage", "whether Medicare covers it");
static ASC: PropertyGroup = PropertyGroup::shown("asc", "ambulatory surgical centers");
static OPPS: PropertyGroup = PropertyGroup::shown("opps", "outpatient payment groups");
static NOTE: PropertyGroup = PropertyGroup::shown("note", "the number of its processing note");
static TYPE: PropertyGroup = PropertyGroup::shown("type", "type of service, by BETOS and TOS");
static ANESTHESIA: PropertyGroup = PropertyGroup::shown("anesthesia", "base units of anesthesia");
static DATES: PropertyGroup = PropertyGroup::shown("dates", "the day it was added");
static TERMINATION: PropertyGroup = PropertyGroup::last_day("termination", "its last day");
/// Action dates are set and cleared for codes of the 1980s, and action codes describe one step only.
static ACTION: PropertyGroup = PropertyGroup::hidden("action", "the publisher's last action and its date");

/// The fields of the record, by the titles of the workbook.
///
/// Source: CMS, "HCPCS record layout" (HCPCS2019_recordlayout.txt; the same from 2017 to 2024).
static PROPERTIES: [PropertyDefinition; 43] = {
    use PropertyDefinition as P;
    [
        P::code("PRICE1", &PRICING),
        P::code("PRICE2", &PRICING),
        P::code("PRICE3", &PRICING),
        P::code("PRICE4", &PRICING),
        P::code("MULT_PI", &PRICING),
        P::new("CIM1", &MANUAL),
        P::new("CIM2", &MANUAL),
        P::new("CIM3", &MANUAL),
        P::new("MCM1", &MANUAL),
        P::new("MCM2", &MANUAL),
        P::new("MCM3", &MANUAL),
        P::new("STATUTE", &STATUTE),
        P::code("LABCERT1", &LAB),
        P::code("LABCERT2", &LAB),
        P::code("LABCERT3", &LAB),
        P::code("LABCERT4", &LAB),
        P::code("LABCERT5", &LAB),
        P::code("LABCERT6", &LAB),
        P::code("LABCERT7", &LAB),
        P::code("LABCERT8", &LAB),
        P::code("XREF1", &XREF),
        P::code("XREF2", &XREF),
        P::code("XREF3", &XREF),
        P::code("XREF4", &XREF),
        P::code("XREF5", &XREF),
        P::code("COV", &COVERAGE),
        P::code("ASC_GRP", &ASC),
        P::date("ASC_DT", &ASC),
        P::code("OPPS", &OPPS),
        P::code("OPPS_PI", &OPPS),
        P::date("OPPS_DT", &OPPS),
        P::code("PROCNOTE", &NOTE),
        P::code("BETOS", &TYPE),
        P::code("TOS1", &TYPE),
        P::code("TOS2", &TYPE),
        P::code("TOS3", &TYPE),
        P::code("TOS4", &TYPE),
        P::code("TOS5", &TYPE),
        P::number("ANEST_BU", &ANESTHESIA),
        P::date("ADD DT", &DATES),
        P::date("ACT EFF DT", &ACTION),
        P::date("TERM DT", &TERMINATION),
        P::code("ACTION CD", &ACTION),
    ]
};

/// The cross-reference fields of a discontinued code.
///
/// Source: CMS, "HCPCS record layout", HCPCS_XREF_CD. These fields may also contain Level I codes, or just `CPT`.
static SUCCESSORS: Successors =
    Successors { properties: &["XREF1", "XREF2", "XREF3", "XREF4", "XREF5"], foreign: &[&CPT] };

/// The action codes of a file, which describe the step from the previous issue.
///
/// Source: CMS, "HCPCS record layout", field HCPCS_ACTN_CD.
static ACTIONS: Actions = Actions {
    property: "ACTION CD",
    codes: &[
        ActionCode { code: "A", meaning: "add", reported: "ADD", effects: &[Effect::Added], must: true },
        ActionCode {
            code: "B",
            meaning: "change in administrative data and long description",
            reported: "Coverage & Long Desc Change",
            effects: &[Effect::Long, Effect::Short, Effect::Attributes],
            must: true,
        },
        ActionCode {
            code: "C",
            meaning: "change in long description",
            reported: "Long Description Change",
            effects: &[Effect::Long, Effect::Short],
            must: true,
        },
        ActionCode {
            code: "D",
            meaning: "discontinue",
            reported: "Discontinued",
            effects: &[Effect::Terminated, Effect::Group("xref"), Effect::Group("asc")],
            must: true,
        },
        ActionCode {
            code: "F",
            meaning: "change in administrative data",
            reported: "Coverage Change",
            effects: &[Effect::Attributes],
            must: true,
        },
        ActionCode { code: "N", meaning: "no maintenance", reported: "No Change", effects: &[], must: false },
        ActionCode {
            code: "P",
            meaning: "payment change",
            reported: "Payment Change",
            effects: &[
                Effect::Group("pricing"),
                Effect::Group("anesthesia"),
                Effect::Group("asc"),
                Effect::Group("opps"),
            ],
            must: true,
        },
        ActionCode {
            code: "R",
            meaning: "re-activate",
            reported: "Re-activated",
            effects: &[Effect::Reactivated],
            must: true,
        },
        ActionCode {
            code: "S",
            meaning: "change in short description",
            reported: "Short Description Change",
            effects: &[Effect::Short],
            must: true,
        },
        ActionCode {
            code: "T",
            meaning: "change of BETOS or type of service",
            reported: "Misc Change (TOS, BETOS)",
            effects: &[Effect::Group("type")],
            must: true,
        },
    ],
    is_next: |old, new| {
        let (Some(old), Some(new)) = (quarter(old), quarter(new)) else { return false };
        // Until January 2020 there was one issue a year.
        let step = if new <= quarters(2020, 1) { 4 } else { 1 };
        new - old == step
    },
};

fn quarters(year: i16, month: i8) -> i32 {
    i32::from(year) * 4 + i32::from(month - 1) / 3
}

fn quarter(edition: Edition) -> Option<i32> {
    match edition {
        Edition::Year(year) => Some(quarters(year, 1)),
        Edition::Month(year, month) => Some(quarters(year, month)),
        Edition::Day(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn procedure_codes_and_modifiers_are_taken() {
        for (typed, code) in [("g0503", Some("G0503")), (" AD ", Some("AD")), ("1P", Some("1P"))] {
            assert_eq!(normalize(typed).as_deref(), code, "{typed}");
        }
        for typed in ["", "25", "99213", "A01.00", "G05030", "CPT"] {
            assert_eq!(normalize(typed), None, "{typed}");
        }
    }

    #[test]
    fn issues_follow_each_other_by_year_until_2020_and_by_quarter_since() {
        let next = |old: &str, new: &str| {
            (ACTIONS.is_next)(Edition::parse(old).unwrap(), Edition::parse(new).unwrap())
        };
        assert!(next("2019", "2020"));
        assert!(next("2025-07", "2025-10"));
        assert!(next("2025-10", "2026-01") && next("2025-10", "2026"));
        assert!(!next("2020", "2023-01"));
        assert!(!next("2018", "2020"));
        assert!(!next("2024-10", "2025-10"));
    }
}
