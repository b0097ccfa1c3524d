//! Releases by date: those in force, and those between two others.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::error::{Error, LocalError};
use super::load::Loader;
use super::output::Ui;
use crate::model::{CodeSet, ReleaseName, sets};
use crate::sources::catalog::Role;
use crate::sources::store::Manifest;
use crate::sources::{Calendar, InForce};

/// Returns the releases in force on a day, by the calendar of the catalog and the store: of --set, else of each set
/// that is on this machine.
pub(super) fn on(on: Date, loader: &Loader, ui: &Ui) -> Result<Vec<PathBuf>, Error> {
    let resolver = loader.resolver();
    let (catalog, here) = (resolver.catalog()?, resolver.store()?.manifests()?);
    let calendar = Calendar::new(&catalog, &here);
    if let Some(set) = loader.set() {
        return Ok(vec![of_set(set, on, &calendar, &here, loader)?]);
    }
    let is_here = |set: &CodeSet| here.iter().any(|manifest| manifest.name().set == set);
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for set in sets::all().into_iter().filter(|set| is_here(set)) {
        match of_set(set, on, &calendar, &here, loader) {
            Ok(path) => found.push(path),
            Err(error) => errors.push(error),
        }
    }
    match errors.pop() {
        Some(error) if found.is_empty() => return Err(error),
        Some(error) => errors.push(error),
        None if found.is_empty() => {
            let hint = "run codeset fetch RELEASE.., or name releases with --in";
            return Err(LocalError::EmptyStore { hint }.into());
        }
        None => {}
    }
    for error in errors {
        ui.note(&format!("left out: {}", error.describe()));
    }
    Ok(found)
}

/// Returns the release of a set that is in force on a day.
pub(super) fn of(set: &'static CodeSet, on: Date, loader: &Loader) -> Result<PathBuf, Error> {
    let (catalog, here) = (loader.resolver().catalog()?, loader.resolver().store()?.manifests()?);
    of_set(set, on, &Calendar::new(&catalog, &here), &here, loader)
}

/// Returns the name of a release by name; `None` for a path.
pub(super) fn name_of(path: &Path) -> Option<ReleaseName> {
    ReleaseName::parse(path.to_str()?).ok().filter(|_| !path.exists())
}

fn of_set(
    set: &'static CodeSet,
    on: Date,
    calendar: &Calendar<'_>,
    here: &[Manifest],
    loader: &Loader,
) -> Result<PathBuf, Error> {
    let is_here = |name: &ReleaseName| {
        here.iter().any(|manifest| manifest.name() == *name && manifest.has(Role::Codes))
    };
    match calendar.in_force(set, on) {
        InForce::Edition { name, repeated_by } => {
            let found = [Some(name), repeated_by].into_iter().flatten().find(is_here);
            found.map(|name| PathBuf::from(name.to_string())).ok_or_else(|| loader.resolver().not_here(name))
        }
        InForce::After(last) => Err(LocalError::NotKnownOn { set, on, last }.into()),
        InForce::Before => Err(LocalError::NoneOn { set, on }.into()),
    }
}

/// Returns the local editions between two releases by name. Missing ones are reported, because lines from their period
/// are judged by the edition before.
pub(super) fn between(old: &Path, new: &Path, loader: &Loader, ui: &Ui) -> Result<Vec<PathBuf>, Error> {
    let (Some(old), Some(new)) = (name_of(old), name_of(new)) else { return Ok(Vec::new()) };
    let resolver = loader.resolver();
    let (catalog, store) = (resolver.catalog()?, resolver.store()?.manifests()?);
    let is_here = |name: &ReleaseName| -> Result<bool, Error> {
        if resolver.is_locked() {
            return Ok(resolver.lock()?.find(*name).is_some());
        }
        Ok(store.iter().any(|manifest| manifest.name() == *name && manifest.has(Role::Codes)))
    };
    let (mut here, mut missing) = (Vec::new(), Vec::new());
    for name in Calendar::new(&catalog, &store).between(old, new) {
        if is_here(&name)? { here.push(name.to_string()) } else { missing.push(name.to_string()) }
    }
    if !here.is_empty() {
        ui.note(&format!(
            "using the editions between OLD and NEW that are in the store, as with --via: {}",
            here.join(", ")
        ));
    }
    if !missing.is_empty() {
        ui.note(&format!(
            "editions between OLD and NEW are not in the store; to use them: codeset fetch {}",
            missing.join(" ")
        ));
    }
    Ok(here.into_iter().map(PathBuf::from).collect())
}
