//! Editions in force on a day.

use jiff::civil::Date;

use super::catalog::{Catalog, Role};
use super::store::Manifest;
use crate::model::{CodeSet, ReleaseName};

/// The editions with codes in the catalog or in the store, for all sets, by effective day.
#[derive(Debug)]
pub(crate) struct Calendar<'a> {
    catalog: &'a Catalog,
    editions: Vec<Dated>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Dated {
    effective: Date,
    name: ReleaseName,
    repeats: Option<ReleaseName>,
}

/// The edition in force on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InForce {
    /// This edition. If a later edition repeats its codes, `repeated_by` names that one.
    Edition {
        /// The edition whose codes are in force.
        name: ReleaseName,
        /// The edition that repeats them.
        repeated_by: Option<ReleaseName>,
    },
    /// An edition that neither the catalog nor the store contains: the last known one ended before.
    After(ReleaseName),
    /// An edition before the first one that is known.
    Before,
}

impl<'a> Calendar<'a> {
    /// Collects the editions of the catalog and those in the store.
    pub(crate) fn new(catalog: &'a Catalog, here: &[Manifest]) -> Self {
        let known = catalog.releases().iter().filter(|release| release.has_codes());
        let mut editions: Vec<Dated> = known
            .filter_map(|release| {
                Some(Dated { effective: release.effective?, name: release.name()?, repeats: release.repeats })
            })
            .collect();
        for manifest in here.iter().filter(|manifest| manifest.has(Role::Codes)) {
            let (name, effective) = (manifest.name(), manifest.effective);
            let new = !editions.iter().any(|edition| edition.name == name);
            editions.extend(effective.filter(|_| new).map(|effective| Dated {
                effective,
                name,
                repeats: None,
            }));
        }
        editions.sort_by_key(|edition| (edition.effective, edition.name.edition));
        Self { catalog, editions }
    }

    fn of(&self, set: &'static CodeSet) -> impl DoubleEndedIterator<Item = &Dated> {
        self.editions.iter().filter(move |edition| edition.name.set == set)
    }

    /// Returns the edition in force on a day.
    pub(crate) fn in_force(&self, set: &'static CodeSet, day: Date) -> InForce {
        let Some(last) = self.of(set).rfind(|edition| edition.effective <= day) else {
            return InForce::Before;
        };
        if self.catalog.ends(set, last.effective).is_some_and(|end| day >= end) {
            return InForce::After(last.name);
        }
        match last.repeats {
            Some(name) => InForce::Edition { name, repeated_by: Some(last.name) },
            None => InForce::Edition { name: last.name, repeated_by: None },
        }
    }

    /// Returns the next known edition after a day, and its effective day.
    pub(crate) fn next(&self, set: &'static CodeSet, day: Date) -> Option<(ReleaseName, Date)> {
        self.of(set).find(|edition| edition.effective > day).map(|edition| (edition.name, edition.effective))
    }

    /// Returns the editions that took effect after one and before another, without those that repeat others.
    pub(crate) fn between(&self, old: ReleaseName, new: ReleaseName) -> Vec<ReleaseName> {
        let day = |name: ReleaseName| name.effective();
        let (Some(from), Some(to)) = (day(old), day(new)) else { return Vec::new() };
        let inside = |edition: &&Dated| {
            from < edition.effective && edition.effective < to && edition.repeats.is_none()
        };
        self.of(old.set).filter(inside).map(|edition| edition.name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(set: &str, day: &str) -> String {
        let catalog = Catalog::built_in();
        let set = crate::model::sets::by_id(set).unwrap();
        match Calendar::new(&catalog, &[]).in_force(set, day.parse().unwrap()) {
            InForce::Edition { name, repeated_by: None } => name.to_string(),
            InForce::Edition { name, repeated_by: Some(by) } => format!("{name} by {by}"),
            InForce::After(name) => format!("after {name}"),
            InForce::Before => "before".to_owned(),
        }
    }

    #[test]
    fn an_edition_is_in_force_from_its_first_day_to_the_day_before_the_next() {
        assert_eq!(on("icd10cm", "2025-09-30"), "icd10cm@2025 by icd10cm@2025-04");
        assert_eq!(on("icd10cm", "2025-10-01"), "icd10cm@2026");
        assert_eq!(on("icd10cm", "2015-09-30"), "before");
    }

    #[test]
    fn an_april_edition_that_ships_nothing_new_does_not_shadow_octobers() {
        assert_eq!(on("icd10cm", "2024-05-01"), "icd10cm@2024 by icd10cm@2024-04");
        assert_eq!(on("icd10cm", "2023-05-01"), "icd10cm@2023-04");
        // For April 2026 only the tabular list is known.
        assert_eq!(on("icd10cm", "2026-05-01"), "icd10cm@2026");
    }

    #[test]
    fn a_day_after_the_last_known_edition_has_none() {
        assert_eq!(on("icd10cm", "2027-09-30"), "icd10cm@2027");
        assert_eq!(on("icd10cm", "2027-10-01"), "after icd10cm@2027");
        assert_eq!(on("icd10pcs", "2026-11-22"), "after icd10pcs@2026");
        assert_eq!(on("hcpcs", "2027-01-01"), "after hcpcs@2026-10");
    }

    #[test]
    fn editions_in_between_are_those_with_codes_of_their_own() {
        let catalog = Catalog::built_in();
        let name = |text: &str| ReleaseName::parse(text).unwrap();
        let calendar = Calendar::new(&catalog, &[]);
        let between = calendar.between(name("icd10cm@2023"), name("icd10cm@2026"));
        let names: Vec<String> = between.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["icd10cm@2023-04", "icd10cm@2024", "icd10cm@2025"]);
    }
}
