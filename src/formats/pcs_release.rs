//! The tables of ICD-10-PCS with the release they belong to: compared with its codes, or alone a release without texts.

use std::collections::BTreeSet;

use super::Concepts;
use crate::model::{
    Concept, Coverage, Level, PcsTables, Place, Problem, ProblemCode, Problems, Release, ReleaseTable, sets,
};

/// Returns the codes that the rows make, each described by the labels of its axes: a release of its own, without headers.
pub(super) fn concepts_of(tables: &PcsTables) -> Concepts {
    let mut table = ReleaseTable::default();
    for code in tables.codes() {
        let labels = tables.explained(&code).unwrap_or_default();
        let long = labels.iter().map(|(_, _, label)| *label).collect::<Vec<_>>().join("; ");
        let (code, long) = (table.add_text(&code), table.add_text(&long));
        let order = table.concepts.len() as u32;
        table.concepts.push(Concept { code, long, short: None, order, level: Level::Code, details: None });
    }
    let mut concepts = Concepts::new(tables.name.clone(), &sets::ICD10PCS, table);
    concepts.coverage = Coverage { headers: false, whole: tables.is_whole, ..Coverage::default() };
    concepts
}

/// Compares tables with their release, and reports where the two disagree.
pub(super) fn attach(release: &mut Release, tables: &PcsTables) {
    release.problems.extend(tables.problems.clone());
    // Tables that break off are incomplete, so they are not compared.
    if !tables.is_whole {
        return;
    }
    release.problems.extend(check(release, tables));
}

/// Checks that the rows make exactly the codes of the release, each once.
fn check(release: &Release, tables: &PcsTables) -> Vec<Problem> {
    let mut found = Problems::default();
    let mut differs = |code: &str, fact: &str| {
        found.add(ProblemCode::TabularDiffers, || {
            let fact = format!("{code}: {fact}");
            Problem::new(ProblemCode::TabularDiffers, Place::file(&tables.name), fact)
        });
    };
    let mut made: BTreeSet<String> = BTreeSet::new();
    for code in tables.codes() {
        if release.find_billable(&code).is_none() {
            differs(&code, "is made by a row of the tables, but is not in the list of codes");
        }
        if let Some(twice) = made.replace(code) {
            differs(&twice, "is made by two rows of the tables");
        }
    }
    for entry in release.entries().filter(|entry| entry.level() == Level::Code) {
        if !made.contains(entry.code()) {
            differs(entry.code(), "is in the list of codes, but is not made by any row of the tables");
        }
    }
    found.finish(&tables.name)
}
