//! A crosswalk as a FHIR ConceptMap, R4 or R5.
//!
//! Source: HL7 FHIR R4 (4.0.1) and R5 (5.0.0), resource ConceptMap. Codes stand as people write them, as the code
//! systems ask for (ICD-10-CM with its dot). A code that is only meant together with another one is said with
//! `dependsOn` (sources assigned together) or `product` (targets assigned together). A code without successor is
//! `unmatched` with its reason in R4, and `noMap` in R5, where the reason stands in the description.

use std::io::{self, Write};

use serde::Serialize;

use super::crosswalk::{MappingRow, TargetRow, capital};
use super::{CrosswalkReport, ReleaseInfo, json};
use crate::crosswalk::Relationship;

/// Which FHIR.
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
    name: String,
    title: String,
    status: &'static str,
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
    ConceptMap {
        resource_type: "ConceptMap",
        name: name(report),
        title: report.title(),
        // Suggestions want to be looked at before anybody relies on them.
        status: "draft",
        description: description(report, fhir),
        additional_attribute: Some(attribute)
            .filter(|_| has_together && fhir == Fhir::R5)
            .into_iter()
            .collect(),
        group: groups(report, fhir),
    }
}

/// A name that programs can use: `Icd10cm_2025_to_2026`.
fn name(report: &CrosswalkReport<'_>) -> String {
    let (source, target) = report.ends();
    let word = |release: &ReleaseInfo, unknown: &str| {
        version(release).map_or(unknown.to_owned(), |edition| edition.replace('-', "_"))
    };
    format!("{}_{}_to_{}", capital(report.set().id), word(source, "source"), word(target, "target"))
}

fn description(report: &CrosswalkReport<'_>, fhir: Fhir) -> String {
    let told = "Comments say where a mapping comes from; what is not official or reviewed is a suggestion.";
    let unmatched = report.mappings.iter().any(|mapping| mapping.targets.is_empty());
    if fhir == Fhir::R5 && unmatched {
        format!("{told} noMap: {}.", report.reason())
    } else {
        told.to_owned()
    }
}

/// The edition of a release: what follows the `@` of its name.
fn version(release: &ReleaseInfo) -> Option<String> {
    version_of(&release.id)
}

fn version_of(id: &str) -> Option<String> {
    id.split_once('@').map(|(_, edition)| edition.to_owned())
}

/// A group for the codes of OLD, and one for each edition that has codes that came after OLD and went before NEW: all
/// targets are of one set. An empty one is no group.
fn groups(report: &CrosswalkReport<'_>, fhir: Fhir) -> Vec<Group> {
    let (source, _) = report.ends();
    let edition = |mapping: &MappingRow<'_>| match &mapping.source.last_valid_in {
        Some(id) if mapping.source.came_after_old => version_of(id),
        _ => version(source),
    };
    let mut editions: Vec<Option<String>> = Vec::new();
    for mapping in &report.mappings {
        let edition = edition(mapping);
        if !editions.contains(&edition) {
            editions.push(edition);
        }
    }
    let of = |wanted: &Option<String>| {
        let mappings = report.mappings.iter().filter(|mapping| edition(mapping) == *wanted);
        mappings.map(|mapping| element(report, mapping, fhir)).collect()
    };
    editions.iter().map(|edition| group(report, fhir, edition.clone(), of(edition))).collect()
}

fn group(
    report: &CrosswalkReport<'_>,
    fhir: Fhir,
    source_version: Option<String>,
    element: Vec<Element>,
) -> Group {
    let (_, target) = report.ends();
    let versions = [source_version, version(target)];
    let [source_version, target_version] = &versions;
    let canonical = |version: &Option<String>| match (report.uri()?, version) {
        (uri, Some(version)) if fhir == Fhir::R5 => Some(format!("{uri}|{version}")),
        (uri, _) => Some(uri.to_owned()),
    };
    let (source, target) = (canonical(source_version), canonical(target_version));
    let [source_version, target_version] = versions.map(|version| version.filter(|_| fhir == Fhir::R4));
    Group { source, source_version, target, target_version, element }
}

fn element(report: &CrosswalkReport<'_>, mapping: &MappingRow<'_>, fhir: Fhir) -> Element {
    let (code, display) = (mapping.source.display.clone(), mapping.source.long.to_owned());
    if !mapping.targets.is_empty() {
        let target = mapping.targets.iter().map(|to| target(report, mapping, to, fhir)).collect();
        return Element { code, display, no_map: None, target };
    }
    match fhir {
        Fhir::R4 => {
            let unmatched = Target {
                equivalence: Some("unmatched"),
                comment: report.reason().to_owned(),
                ..Target::default()
            };
            Element { code, display, no_map: None, target: vec![unmatched] }
        }
        Fhir::R5 => Element { code, display, no_map: Some(true), target: Vec::new() },
    }
}

fn target(report: &CrosswalkReport<'_>, mapping: &MappingRow<'_>, to: &TargetRow<'_>, fhir: Fhir) -> Target {
    // Together with other targets it is a product of the mapping; together with other sources, a condition of it.
    let is_fellow = |code: &&String| mapping.targets.iter().any(|other| other.code == code.as_str());
    let (product, depends_on): (Vec<_>, Vec<_>) =
        to.with.iter().partition(|code| report.is_reverse() || is_fellow(code));
    let others = |codes: Vec<&String>| codes.into_iter().map(|code| other(report, code, fhir)).collect();
    Target {
        code: Some(to.display.clone()),
        display: to.long.to_owned(),
        equivalence: (fhir == Fhir::R4).then(|| equivalence(to.relationship)),
        relationship: (fhir == Fhir::R5).then(|| to.relationship.word()),
        comment: to.told(),
        depends_on: others(depends_on),
        product: others(product),
    }
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

/// The word of R4, which speaks of the target where R5 speaks of the source.
fn equivalence(relationship: Relationship) -> &'static str {
    match relationship {
        Relationship::Equivalent => "equivalent",
        Relationship::SourceIsNarrowerThanTarget => "wider",
        Relationship::SourceIsBroaderThanTarget => "narrower",
        Relationship::RelatedTo => "relatedto",
    }
}
