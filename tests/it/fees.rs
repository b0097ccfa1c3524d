//! Fee tables: CMS's relative value file and OPPS Addendum B, on official rows. Skipped where they are not here.

use std::collections::BTreeMap;

use crate::common::official::{data, open};
use codeset::diff::{Diff, Kind, diff};
use codeset::model::{Release, Severity};

const RVU_JANUARY: &str = "rvu/pprrvu_rvu24a_jan_level2.csv";
const RVU_APRIL: &str = "rvu/pprrvu_rvu24b_apr_level2.csv";
const OPPS_JULY: &str = "opps/addendum_b_level2_2025_07.csv";
const OPPS_OCTOBER: &str = "opps/addendum_b_level2_2025_10.csv";

fn fact<'a>(release: &'a Release, name: &str) -> Option<&'a str> {
    release.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.as_str())
}

fn of_kind(diff: &Diff<'_>, kind: Kind) -> Vec<String> {
    let changes = diff.changes.iter().filter(|change| change.kind == kind);
    changes.map(|change| change.entry().code().to_owned()).collect()
}

/// How many codes changed, by the attribute.
fn by_attribute(diff: &Diff<'_>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for property in diff.changes.iter().flat_map(|change| &change.properties) {
        *counts.entry(property.name.to_owned()).or_default() += 1;
    }
    counts
}

fn counts(pairs: &[(&str, usize)]) -> BTreeMap<String, usize> {
    pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

fn assert_sound(release: &Release) {
    let bad = release.problems.iter().find(|problem| problem.severity != Severity::Note);
    assert!(bad.is_none() && release.coverage.whole, "{bad:?}");
}

#[test]
fn the_conversion_factor_is_a_fact_of_the_file_and_no_revision_of_each_code() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(RVU_JANUARY)), open(&data.join(RVU_APRIL)));
    assert_sound(&old);
    assert_sound(&new);
    // Every row is a key of its own: 4,794 and 4,829 codes, 36 rows with a modifier.
    assert_eq!((old.len(), new.len()), (4830, 4865));
    let modifiers = |release: &Release| release.entries().filter(|entry| entry.code().contains('-')).count();
    assert_eq!((modifiers(&old), modifiers(&new)), (36, 36));
    assert_eq!(fact(&old, "CONV FACTOR"), Some("32.744200000000006"));
    assert_eq!(fact(&new, "CONV FACTOR"), Some("33.2875"));
    let diff = diff(&old, &new);
    // One code goes inside the year.
    assert_eq!(of_kind(&diff, Kind::Removed), ["J1246"]);
    assert_eq!(of_kind(&diff, Kind::Added).len(), 36);
    assert_eq!(of_kind(&diff, Kind::Revised).len(), 6);
    assert_eq!(by_attribute(&diff), counts(&[("STATUS CODE", 11)]));
}

#[test]
fn addendum_b_from_july_to_october_2025() {
    let Some(data) = data() else { return };
    let (old, new) = (open(&data.join(OPPS_JULY)), open(&data.join(OPPS_OCTOBER)));
    assert_sound(&old);
    assert_sound(&new);
    assert_eq!((old.id().as_str(), new.id().as_str()), ("opps@2025-07", "opps@2025-10"));
    assert_eq!((old.len(), new.len()), (6470, 6541));
    let diff = diff(&old, &new);
    assert_eq!((of_kind(&diff, Kind::Added).len(), of_kind(&diff, Kind::Removed).len()), (77, 6));
    assert_eq!(of_kind(&diff, Kind::Revised).len(), 9);
    assert_eq!(by_attribute(&diff), counts(&[("Payment Rate", 532), ("SI", 62)]));
}
