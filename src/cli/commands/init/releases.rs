//! Files of publishers: releases, conversion tables, lists of attributes. The releases to compare are the two latest.

use std::collections::BTreeMap;
use std::path::Path;

use super::found::{Found, FoundAttribute, FoundRelease, FoundSet, Side};
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::formats::{self, Options};
use crate::model::{CodeSet, ReleaseName, Wanted, sets};
use crate::sources::catalog::Role;
use crate::sources::{self, Calendar, InForce};

/// Larger files are not opened: no release that is published as a file is that large.
pub(super) const LARGEST: u64 = 256 << 20;

/// What a file of a publisher is.
pub(super) enum Published {
    Release(ReleaseName),
    /// Conversion tables of these sets.
    Tables(Vec<&'static CodeSet>),
    Attribute(&'static str, &'static str),
    /// Addenda, notes, maps, or decisions of the user's own.
    Other,
}

/// Returns what a file is, by its content; `None` if it is not a publisher's, or a release of which the edition is not known.
pub(super) fn published(path: &Path, loader: &Loader) -> Result<Option<Published>, sources::Error> {
    let head = sources::head(path)?;
    let is_package = head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xd0\xcf\x11\xe0");
    let is_wanted = || formats::wanted_attribute(&head) != Wanted::No;
    if !(is_package || is_wanted()) || std::fs::metadata(path).is_ok_and(|file| file.len() > LARGEST) {
        return Ok(None);
    }
    let files = sources::open(path, &formats::wanted_attribute)?.files;
    let attribute = files.iter().find_map(|file| formats::attribute_layout(&file.bytes));
    if let Some(layout) = attribute {
        return Ok(Some(Published::Attribute(layout.id(), layout.title())));
    }
    if !files.iter().any(|file| formats::recognize(&file.bytes).is_some()) {
        return Ok(None);
    }
    match loader.load(path, &Options::default(), Role::is_codes) {
        Ok(release) => {
            let name = release.edition.map(|edition| ReleaseName { set: release.set, edition });
            return Ok(name.map(Published::Release));
        }
        Err(Error::Source(error)) => return Err(error),
        // What is not a release is looked at as its companions.
        Err(_) => {}
    }
    let maps = formats::read_maps(files);
    let mut sets: Vec<&'static CodeSet> = maps.tables.iter().map(|table| table.set).collect();
    sets.dedup();
    Ok(Some(if sets.is_empty() { Published::Other } else { Published::Tables(sets) }))
}

/// The releases and tables of all sets.
#[derive(Default)]
pub(super) struct Releases {
    by_set: BTreeMap<&'static str, Vec<FoundRelease>>,
    tables: BTreeMap<&'static str, Vec<String>>,
}

impl Releases {
    /// Adds a file of a publisher.
    pub(super) fn add(&mut self, path: &str, published: Published, found: &mut Found) {
        found.recognized.insert(path.to_owned());
        match published {
            Published::Release(name) => {
                let release = FoundRelease { name, path: Some(path.to_owned()) };
                self.by_set.entry(name.set.id).or_default().push(release);
            }
            Published::Tables(sets) => {
                for set in sets {
                    self.tables.entry(set.id).or_default().push(path.to_owned());
                }
            }
            Published::Attribute(id, title) => {
                found.attributes.push(FoundAttribute { id, title, path: path.to_owned() });
            }
            Published::Other => {}
        }
    }

    /// Returns the sets of which there is a release in the folder or the store, each with its two latest editions.
    pub(super) fn sets(mut self, loader: &Loader) -> Result<Vec<FoundSet>, Error> {
        let (catalog, here) = (loader.resolver().catalog()?, loader.resolver().store()?.manifests()?);
        for manifest in here.iter().filter(|manifest| manifest.has(Role::Codes)) {
            let name = manifest.name();
            let releases = self.by_set.entry(name.set.id).or_default();
            if !releases.iter().any(|release| release.name == name) {
                releases.push(FoundRelease { name, path: None });
            }
        }
        let calendar = Calendar::new(&catalog, &here);
        let sets = sets::all().into_iter().filter_map(|set| {
            let mut releases = self.by_set.remove(set.id)?;
            releases.sort_by_key(|release| (release.name.effective(), release.name.edition));
            releases.dedup_by_key(|release| release.name);
            let tables = self.tables.remove(set.id).unwrap_or_default();
            let (old, new) = pair(releases, &calendar)?;
            Some(FoundSet { set, old, new, tables })
        });
        Ok(sets.collect())
    }
}

/// Returns the two latest of some releases. A single one is the older one if the catalog knows the next.
fn pair(mut releases: Vec<FoundRelease>, calendar: &Calendar<'_>) -> Option<(Side, Side)> {
    let new = releases.pop()?;
    if let Some(old) = releases.pop() {
        return Some((Side::Here(old), Side::Here(new)));
    }
    let (set, effective) = (new.name.set, new.name.effective());
    if let Some((next, _)) = effective.and_then(|day| calendar.next(set, day)) {
        return Some((Side::Here(new), Side::Missing(Some(next))));
    }
    let before = effective.and_then(|day| day.yesterday().ok()).map(|day| calendar.in_force(set, day));
    let before = match before {
        Some(InForce::Edition { name, .. }) => Some(name),
        _ => None,
    };
    Some((Side::Missing(before), Side::Here(new)))
}
