//! A crosswalk as a FHIR ConceptMap, R4 or R5.
//!
//! Source: HL7 FHIR R4 (4.0.1) and R5 (5.0.0), resource ConceptMap. Codes are written as people write them, as the code
//! systems require (ICD-10-CM with its dot). A code that is only meant together with another one uses `dependsOn`
//! (sources assigned together) or `product` (targets assigned together). A code without successor is `unmatched` with
//! its reason in R4, and `noMap` in R5, where the reason is in the description.

use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::base::safe;
use crate::crosswalk::Relationship;
use crate::model::{CodeSet, hex};
use crate::render::json;
use crate::report::{CrosswalkReport, MappingRow, ReleaseInfo, TargetRow, capital};

/// The version of FHIR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fhir {
    R4,
    R5,
}

/// The attribute, in R5, of a code that is assigned together with another one.
const TOGETHER: &str = "assigned-with";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConceptMap {
    resource_type: &'static str,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    name: String,
    title: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    additional_attribute: Vec<Attribute>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    group: Vec<Group>,
}

#[derive(Serialize)]
struct Attribute {
    code: &'static str,
    description: &'static str,
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_version: Option<String>,
    element: Vec<Element>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Element {
    code: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    display: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_map: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    target: Vec<Target>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    display: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    equivalence: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relationship: Option<&'static str>,
    comment: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<Other>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    product: Vec<Other>,
}

/// A code that is assigned together with another one.
#[derive(Serialize)]
#[serde(untagged)]
enum Other {
    R4 {
        property: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        system: Option<&'static str>,
        value: String,
    },
    R5 {
        attribute: &'static str,
        #[serde(rename = "valueCoding")]
        coding: Coding,
    },
}

#[derive(Serialize)]
struct Coding {
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'static str>,
    code: String,
}

/// Writes the resource.
pub(super) fn write(report: &CrosswalkReport<'_>, fhir: Fhir, out: &mut dyn Write) -> io::Result<()> {
    json::write(&resource(report, fhir), out)
}

fn resource(report: &CrosswalkReport<'_>, fhir: Fhir) -> ConceptMap {
    let has_together =
        report.mappings.iter().flat_map(|mapping| &mapping.targets).any(|target| !target.with.is_empty());
    let attribute = Attribute {
        code: TOGETHER,
        description: "A code that is assigned together with this one",
        r#type: "Coding",
    };
    let group = groups(report, fhir);
    let url = report.url().map_or_else(|| content_urn(report, &group), str::to_owned);
    ConceptMap {
        resource_type: "ConceptMap",
        url,
        version: version(&report.new),
        name: name(report),
        title: report.data_title(),
        // Suggestions need a review before anybody relies on them.
        status: "draft",
        date: report.new.effective.map(|day| day.to_string()),
        description: description(report, fhir),
        additional_attribute: Some(attribute)
            .filter(|_| has_together && fhir == Fhir::R5)
            .into_iter()
            .collect(),
        group,
    }
}

/// Returns a name that programs can use: `Icd10cm_2025_to_2026`.
fn name(report: &CrosswalkReport<'_>) -> String {
    let (source, target) = report.ends();
    let word = |release: &ReleaseInfo, unknown: &str| {
        version(release).map_or(unknown.to_owned(), |edition| edition.replace('-', "_"))
    };
    format!("{}_{}_to_{}", capital(report.set().id), word(source, "source"), word(target, "target"))
}

fn description(report: &CrosswalkReport<'_>, fhir: Fhir) -> String {
    let described =
        "Comments say where a mapping comes from; what is not official or reviewed is a suggestion.";
    let unmatched = report.mappings.iter().any(|mapping| mapping.targets.is_empty());
    if fhir == Fhir::R5 && unmatched {
        format!("{described} noMap: {}.", report.reason())
    } else {
        described.to_owned()
    }
}

/// Returns the edition of a release: the part after the `@` of its name.
fn version(release: &ReleaseInfo) -> Option<String> {
    release.id.split_once('@').map(|(_, edition)| edition.to_owned())
}

/// Creates an identifier for a map without one: a UUID (RFC 9562, version 8) made from its title and its mappings.
fn content_urn(report: &CrosswalkReport<'_>, groups: &[Group]) -> String {
    let mut hash = Sha256::new();
    hash.update(report.data_title());
    // A group that cannot be serialized cannot be written either.
    for group in groups {
        hash.update(serde_json::to_vec(&Some(group)).unwrap_or_default());
    }
    let mut bytes: [u8; 16] = std::array::from_fn({
        let digest = hash.finalize();
        move |at| digest[at]
    });
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex = hex(&bytes);
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Returns a group for each pair of code systems; empty without mappings.
fn groups(report: &CrosswalkReport<'_>, fhir: Fhir) -> Vec<Group> {
    let mut others: Vec<&'static CodeSet> = Vec::new();
    for set in report.mappings.iter().flat_map(|mapping| &mapping.targets).filter_map(TargetRow::other_set) {
        if !others.iter().any(|other| other.id == set.id) {
            others.push(set);
        }
    }
    let sets = [None].into_iter().chain(others.into_iter().map(Some));
    sets.filter_map(|other| group(report, other, fhir)).collect()
}

/// Returns the group of the two code systems; the target is that of the releases or another one. Its source version is
/// that of OLD: for a code that came later a comment names the edition that has it.
fn group(report: &CrosswalkReport<'_>, other: Option<&'static CodeSet>, fhir: Fhir) -> Option<Group> {
    let mappings = report.mappings.iter();
    let element: Vec<Element> =
        mappings.filter_map(|mapping| element(report, mapping, other, fhir)).collect();
    if element.is_empty() {
        return None;
    }
    let (source, target) = report.ends();
    let canonical = |version: &Option<String>| match (report.uri()?, version) {
        (uri, Some(version)) if fhir == Fhir::R5 => Some(format!("{uri}|{version}")),
        (uri, _) => Some(uri.to_owned()),
    };
    let versions = [version(source), version(target)];
    let [source, target] = [canonical(&versions[0]), canonical(&versions[1])];
    let [source_version, mut target_version] = versions.map(|version| version.filter(|_| fhir == Fhir::R4));
    // The version of the other set is not known.
    let target = match other {
        Some(set) => {
            target_version = None;
            set.uri.map(str::to_owned)
        }
        None => target,
    };
    Some(Group { source, source_version, target, target_version, element })
}

/// Returns the element of a source in the group of a set; `None` if it leads to other sets only.
fn element(
    report: &CrosswalkReport<'_>,
    mapping: &MappingRow<'_>,
    other: Option<&'static CodeSet>,
    fhir: Fhir,
) -> Option<Element> {
    let (code, display) = (mapping.source.display.clone(), safe(mapping.source.long));
    if !mapping.targets.is_empty() {
        let targets = mapping.targets.iter().filter(|to| to.code_set == other.map(|set| set.id));
        let target: Vec<Target> = targets.map(|to| target(report, mapping, to, fhir)).collect();
        return (!target.is_empty()).then_some(Element { code, display, no_map: None, target });
    }
    if other.is_some() {
        return None;
    }
    let element = match fhir {
        Fhir::R4 => {
            let unmatched = Target {
                equivalence: Some("unmatched"),
                comment: report.reason().to_owned(),
                ..Target::default()
            };
            Element { code, display, no_map: None, target: vec![unmatched] }
        }
        Fhir::R5 => Element { code, display, no_map: Some(true), target: Vec::new() },
    };
    Some(element)
}

fn target(report: &CrosswalkReport<'_>, mapping: &MappingRow<'_>, to: &TargetRow<'_>, fhir: Fhir) -> Target {
    // Together with other targets it is a product of the mapping; together with other sources, a condition of it.
    let is_fellow = |code: &&String| mapping.targets.iter().any(|other| other.code == code.as_str());
    let (product, depends_on): (Vec<_>, Vec<_>) =
        to.with.iter().partition(|code| report.is_reverse() || is_fellow(code));
    let others = |codes: Vec<&String>| codes.into_iter().map(|code| other(report, code, fhir)).collect();
    Target {
        code: Some(to.display.clone()),
        display: safe(to.long),
        equivalence: (fhir == Fhir::R4).then(|| equivalence(to.relationship)),
        relationship: (fhir == Fhir::R5).then(|| to.relationship.word()),
        comment: comment(mapping, to),
        depends_on: others(depends_on),
        product: others(product),
    }
}

fn comment(mapping: &MappingRow<'_>, to: &TargetRow<'_>) -> String {
    let text = match &mapping.source.last_valid_in {
        Some(id) if mapping.source.came_after_old => {
            format!("{}; the source is a code of {id}", to.describe())
        }
        _ => to.describe(),
    };
    // A string of FHIR has no control characters (R4, 2.24.0.1).
    safe(&text)
}

fn other(report: &CrosswalkReport<'_>, code: &str, fhir: Fhir) -> Other {
    let (system, code) = (report.uri(), report.display(code));
    match fhir {
        Fhir::R4 => {
            let property = system.map_or_else(|| format!("urn:codeset:{}", report.set().id), str::to_owned);
            Other::R4 { property, system, value: code }
        }
        Fhir::R5 => Other::R5 { attribute: TOGETHER, coding: Coding { system, code } },
    }
}

/// Returns the word of R4, which describes the target where R5 describes the source.
fn equivalence(relationship: Relationship) -> &'static str {
    match relationship {
        Relationship::Equivalent => "equivalent",
        Relationship::SourceIsNarrowerThanTarget => "wider",
        Relationship::SourceIsBroaderThanTarget => "narrower",
        Relationship::RelatedTo => "relatedto",
    }
}
