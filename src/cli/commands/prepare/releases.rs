//! The releases of an update: those that `codeset.toml` names, else those of the edition to prepare for.

use std::path::PathBuf;

use crate::cli::attributes::AttributeArg;
use crate::cli::error::Error;
use crate::cli::in_force::{self, name_of};
use crate::cli::load::Loader;
use crate::cli::output::Ui;
use crate::cli::project::{Project, ProjectSet};
use crate::cli::resolver::edition as parsed;
use crate::crosswalk::Decisions;
use crate::guidelines::Guidelines;
use crate::impact::Attribute;
use crate::model::{CodeSet, DecisionTable, Edition, Problem, Release, ReleaseName};
use crate::sources::catalog::Role;

/// The releases to read.
pub(super) struct Planned {
    /// The edition, as the folder and the pages name it.
    pub(super) edition: String,
    /// The sets.
    pub(super) sets: Vec<PlannedSet>,
}

/// The releases of one set.
pub(super) struct PlannedSet {
    old: PathBuf,
    new: PathBuf,
    tables: Vec<PathBuf>,
    /// True if `codeset.toml` names the set: then the usage should hold codes of it.
    is_named: bool,
}

/// Resolves the releases of all sets.
pub(super) fn planned(typed: Option<&str>, project: &Project, loader: &Loader) -> Result<Planned, Error> {
    let edition = match typed {
        Some(text) => Some(parsed(text)?),
        None => project.new_edition(),
    };
    let mut sets = Vec::new();
    if project.sets().is_empty() {
        let edition = edition.ok_or_else(no_edition)?;
        for set in here(loader)? {
            let name = ReleaseName { set, edition };
            if is_here(loader, name)? {
                sets.push(PlannedSet {
                    old: replaced(loader, name)?,
                    new: PathBuf::from(name.to_string()),
                    tables: Vec::new(),
                    is_named: false,
                });
            }
        }
        if sets.is_empty() {
            let fact = format!("no release {edition} is on this machine");
            return Err(Error::argument(
                fact,
                format!(
                    "codeset fetch icd10cm@{edition}, or name files under [sets.icd10cm] in codeset.toml"
                ),
            ));
        }
    }
    for set in project.sets() {
        sets.push(named(set, edition, loader)?);
    }
    let edition = match (typed, edition) {
        (Some(text), _) => text.trim_start_matches("fy").trim_start_matches("FY").to_owned(),
        (None, Some(edition)) => edition.to_string(),
        (None, None) => String::new(),
    };
    Ok(Planned { edition, sets })
}

fn no_edition() -> Error {
    Error::argument(
        "the edition to prepare for is not named",
        "codeset prepare 2026, or new = \"2026\" in codeset.toml",
    )
}

/// Returns the releases of a set that `codeset.toml` names.
fn named(set: &ProjectSet, edition: Option<Edition>, loader: &Loader) -> Result<PlannedSet, Error> {
    let by_edition = |edition| PathBuf::from(ReleaseName { set: set.set, edition }.to_string());
    let new = match (&set.new, edition) {
        (Some(path), _) => path.clone(),
        (None, Some(edition)) => by_edition(edition),
        (None, None) => return Err(no_edition()),
    };
    let old = match (&set.old, name_of(&new)) {
        (Some(path), _) => path.clone(),
        (None, Some(name)) => replaced(loader, name)?,
        (None, None) => {
            let fact = format!("the older release of {} is not named", set.set.title);
            let hint = format!("old = \"PATH\" under [sets.{}] in codeset.toml", set.set.id);
            return Err(Error::argument(fact, hint));
        }
    };
    Ok(PlannedSet { old, new, tables: set.tables.clone(), is_named: true })
}

/// Returns the sets of which releases are in the store.
fn here(loader: &Loader) -> Result<Vec<&'static CodeSet>, Error> {
    let mut sets: Vec<&'static CodeSet> = Vec::new();
    for manifest in loader.resolver().store()?.manifests()? {
        let set = manifest.name().set;
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    Ok(sets)
}

fn is_here(loader: &Loader, name: ReleaseName) -> Result<bool, Error> {
    let manifest = loader.resolver().store()?.manifest(name)?;
    Ok(manifest.is_some_and(|manifest| manifest.has(Role::Codes)))
}

/// Returns the release that one replaces: the one in force on the day before.
fn replaced(loader: &Loader, new: ReleaseName) -> Result<PathBuf, Error> {
    let before = new.effective().and_then(|day| day.yesterday().ok());
    let before = before.ok_or_else(|| loader.resolver().not_here(new))?;
    in_force::of(new.set, before, loader)
}

/// The releases of a set, and what belongs to them.
pub(super) struct Loaded {
    pub(super) old: Release,
    pub(super) new: Release,
    pub(super) between: Vec<Release>,
    pub(super) attributes: Vec<Attribute>,
    /// The guidelines of OLD and NEW, if both have an edition.
    pub(super) guidelines: Option<[Guidelines; 2]>,
    /// Tables of decisions next to the conversion tables.
    pub(super) tables: Vec<DecisionTable>,
    /// The decisions, once they are read.
    pub(super) decisions: Decisions,
    /// Problems of files that belong to no set alone.
    pub(super) problems: Vec<Problem>,
    /// The names of the releases in the store.
    pub(super) names: Vec<ReleaseName>,
    pub(super) is_named: bool,
}

impl Loaded {
    pub(super) fn open(
        planned: &PlannedSet,
        project: &Project,
        loader: &Loader,
        ui: &Ui,
    ) -> Result<Self, Error> {
        let PlannedSet { old, new, tables, is_named } = planned;
        let via = in_force::between(old, new, loader, ui)?;
        let names = [old, new].into_iter().chain(&via).filter_map(|path| name_of(path)).collect();
        let ([old_release, mut new_release], between) = loader.editions(old, new, &via)?;
        let tables = loader.maps_of(&mut new_release, tables)?;
        let mut attributes = Vec::new();
        for attribute in project.attributes() {
            let old = attribute.old.as_deref().unwrap_or(old);
            let new = attribute.new.as_deref().unwrap_or(new);
            let table = AttributeArg::of(&attribute.name, old, new).read(new_release.set, loader);
            match table {
                Ok(table) => attributes.push(table),
                // The table of another set: an attribute is that of one set.
                Err(error) if project.sets().len() > 1 => {
                    ui.note(&format!("{}: left out for {}", error.describe(), new_release.set.title));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            old: old_release,
            new: new_release,
            between,
            attributes,
            guidelines: loader.guidelines_pair(old, new)?,
            tables,
            decisions: Decisions::default(),
            problems: Vec::new(),
            names,
            is_named: *is_named,
        })
    }
}
