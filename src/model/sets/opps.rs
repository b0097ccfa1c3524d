//! Addendum B of the Medicare hospital outpatient payment system: status and payment of each code, every quarter.

use super::pfs;
use crate::model::code_set::{CodeSet, CodeSystem, PropertyDefinition, PropertyGroup};

/// The descriptor of Addendum B.
pub static OPPS: CodeSet = CodeSet {
    id: "opps",
    title: "OPPS Addendum B",
    publisher: "CMS",
    terms: "US government work; the descriptions of CPT codes are copyright of the AMA, those of D codes of the ADA, and \
            are left out of outputs unless --with-licensed-text",
    normalize: &|typed: &str| Some(typed.trim().to_ascii_uppercase()).filter(|code| pfs::is_procedure(code)),
    category_length: 5,
    properties: &PROPERTIES,
    licensed: Some(pfs::licensed),
    systems: &[CodeSystem::Hcpcs, CodeSystem::HcpcsLevel2, CodeSystem::Cpt, CodeSystem::Cdt],
    ..CodeSet::PLAIN
};

static STATUS: PropertyGroup =
    PropertyGroup::shown("status", "the status indicator: how, and whether, it is paid");
static APC: PropertyGroup = PropertyGroup::shown("apc", "the payment classification and its weight");
static PAYMENT: PropertyGroup = PropertyGroup::shown("payment", "payment rate and copayments");
static PASS_THROUGH: PropertyGroup = PropertyGroup::shown("pass-through", "when pass-through payment ends");
/// In some quarters the publisher's flag is set on every row, in others on some of the changes only.
static FLAG: PropertyGroup =
    PropertyGroup::hidden("flag", "the publisher's flag for changes, which is unreliable");
static ORIGIN: PropertyGroup =
    PropertyGroup::hidden("origin", "the quarter of a row, in copies that state it");

static PROPERTIES: [PropertyDefinition; 10] = [
    PropertyDefinition::new("SI", &STATUS),
    PropertyDefinition::new("APC", &APC),
    PropertyDefinition::new("Relative Weight", &APC),
    PropertyDefinition::new("Payment Rate", &PAYMENT),
    PropertyDefinition::new("National Unadjusted Copayment", &PAYMENT),
    PropertyDefinition::new("Minimum Unadjusted Copayment", &PAYMENT),
    PropertyDefinition::new("Note", &PAYMENT),
    PropertyDefinition::new("Drug and Device Pass-Through Expiration during Calendar Year", &PASS_THROUGH),
    PropertyDefinition::new("* Indicates a Change", &FLAG),
    PropertyDefinition::new("Source", &ORIGIN),
];
