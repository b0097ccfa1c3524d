//! Paths into releases, addenda and conversion tables.

use std::path::{Path, PathBuf};

use super::error::{Error, InputError, LocalError};
use super::resolver::{Named, ReleaseResolver, code_set, edition};
use super::settings::Settings;
use crate::base::{both, on_all_cores};
use crate::facade::release_of;
use crate::formats::{self, Maps, Options};
use crate::guidelines::Guidelines;
use crate::model::{
    Addenda, CodeMap, CodeSet, DecisionTable, Edition, Entry, Place, Problem, ProblemCode, Release, Source,
    SourceFile, Wanted,
};
use crate::sources::catalog::Role;
use crate::sources::{self, Opened};

/// Loads the inputs of commands, as the user describes them.
pub(super) struct Loader {
    set: Option<&'static CodeSet>,
    editions: Vec<Edition>,
    release_column: Option<String>,
    list_column: Option<String>,
    licensed: bool,
    backward: bool,
    resolver: ReleaseResolver,
}

/// A release that is to be loaded.
struct Task<'a> {
    path: &'a Path,
    options: Options,
    /// Selects the parts of it to read, if it is one by name.
    parts: fn(Role) -> bool,
}

impl Loader {
    /// Resolves the settings about releases.
    pub(super) fn new(settings: impl Into<Settings>) -> Result<Self, Error> {
        let settings = settings.into();
        let editions = settings.editions.iter().map(|text| edition(text)).collect::<Result<_, _>>()?;
        let resolver = ReleaseResolver::new(settings.store, settings.catalogs, settings.locked);
        resolver.describe_sets()?;
        Ok(Self {
            set: settings.set.as_deref().map(code_set).transpose()?,
            editions,
            release_column: settings.release_column,
            list_column: settings.list_column,
            licensed: settings.licensed,
            backward: settings.backward,
            resolver,
        })
    }

    /// Returns the resolver of releases by name.
    pub(super) fn resolver(&self) -> &ReleaseResolver {
        &self.resolver
    }

    /// Returns the set that was named with --set.
    pub(super) fn set(&self) -> Option<&'static CodeSet> {
        self.set
    }

    /// Loads releases at the same time, each on a core. Of one by name its codes are read, and no companions.
    pub(super) fn releases(&self, paths: &[PathBuf]) -> Result<Vec<Release>, Error> {
        self.releases_with(paths, None)
    }

    /// Loads releases with the companions of one of them: conversion tables are NEW's, and cumulative.
    fn releases_with(&self, paths: &[PathBuf], companions_of: Option<usize>) -> Result<Vec<Release>, Error> {
        if self.editions.len() > paths.len() {
            let fact =
                format!("--edition is given {} times for {} releases", self.editions.len(), paths.len());
            return Err(Error::argument(fact, "give it once for each release, in their order"));
        }
        let task = |(at, path)| Task {
            path,
            options: Options { edition: self.editions.get(at).copied(), ..self.options() },
            parts: if Some(at) == companions_of { Role::is_read } else { Role::is_codes },
        };
        let tasks: Vec<Task<'_>> = paths.iter().map(PathBuf::as_path).enumerate().map(task).collect();
        let loaded = on_all_cores(&tasks, |task| self.load(task.path, &task.options, task.parts));
        loaded.into_iter().map(|release| Ok(licensed(release?))).collect()
    }

    fn options(&self) -> Options {
        Options {
            set: self.set,
            edition: None,
            key: self.release_column.clone(),
            shows_licensed: self.licensed,
        }
    }

    /// Returns the column of codes in lists and tables that are compared with releases, as the user names it.
    pub(super) fn list_column(&self) -> Option<&str> {
        self.list_column.as_deref()
    }

    /// Loads OLD and NEW, which must be of one set.
    pub(super) fn pair(&self, old: &Path, new: &Path) -> Result<[Release; 2], Error> {
        let (pair, _) = self.editions(old, new, &[])?;
        Ok(pair)
    }

    /// Loads OLD and NEW and the editions in between, these in the order of their days, or as they were given where a
    /// day is not known. All must be of one set. An edition that does not lie between the two is left out with a note.
    pub(super) fn editions(
        &self,
        old: &Path,
        new: &Path,
        via: &[PathBuf],
    ) -> Result<([Release; 2], Vec<Release>), Error> {
        let paths: Vec<PathBuf> =
            [old, new].into_iter().map(Path::to_owned).chain(via.iter().cloned()).collect();
        let mut releases = self.releases_with(&paths, Some(1))?.into_iter();
        let (Some(old), Some(mut new)) = (releases.next(), releases.next()) else {
            unreachable!("two paths give two releases");
        };
        let mut between: Vec<Release> = releases.collect();
        if let Some(other) = [&new].into_iter().chain(&between).find(|release| release.set != old.set) {
            return Err(Error::TwoSets { old: old.set.title, new: other.set.title });
        }
        let is_backward = matches!(old.effective().zip(new.effective()), Some((old, new)) if old > new);
        if is_backward && !self.backward {
            let fact = format!("OLD ({}) is newer than NEW ({})", old.id(), new.id());
            return Err(Error::argument(
                fact,
                "pass the older release first; --backward compares them as they are",
            ));
        }
        if is_edition_of(&old, &new) {
            let fact = format!("OLD and NEW are both {}, from different files", new.id());
            new.problems.push(Problem::new(ProblemCode::SameEdition, Place::default(), fact));
        }
        let ends = (old.effective(), new.effective());
        let lies_between = |release: &Release| match (ends, release.effective()) {
            ((Some(old), Some(new)), Some(day)) => old < day && day < new,
            _ => true,
        };
        for outside in between.iter().filter(|release| !lies_between(release)) {
            let fact = format!("{} does not lie between OLD and NEW: it was left out", outside.id());
            new.problems.push(Problem::new(ProblemCode::PassedOver, Place::file(&outside.file), fact));
        }
        between.retain(lies_between);
        if between.iter().all(|release| release.effective().is_some()) {
            between.sort_by_key(Release::effective);
        }
        Ok(([old, new], between))
    }

    /// Adds the conversion tables in `paths` to NEW's own, and returns the tables of decisions in them.
    pub(super) fn maps_of<'p>(
        &self,
        new: &mut Release,
        paths: impl IntoIterator<Item = &'p PathBuf>,
    ) -> Result<Vec<DecisionTable>, Error> {
        let mut decisions = Vec::new();
        for path in paths {
            let maps = self.maps(path, new.set)?;
            if let Some(other) = maps.tables.iter().find(|table| table.set != new.set) {
                let (path, table) = (path.display().to_string(), other.set.title);
                return Err(InputError::OtherSet { path, table, set: new.set.title }.into());
            }
            new.problems.extend(maps.tables.iter().flat_map(|table| table.problems.clone()));
            new.sources.extend(maps.sources);
            new.problems.extend(maps.transitions.iter().flat_map(|table| table.problems.clone()));
            new.companions.conversion_tables.extend(maps.tables);
            new.companions.transitions.extend(maps.transitions);
            decisions.extend(maps.decisions);
        }
        let read = new.companions.transitions.iter().map(|table| {
            Problem::new(ProblemCode::TransitionRead, Place::file(&table.name), table.to_sentence())
        });
        new.problems.extend(read.collect::<Vec<_>>());
        let by_itself = new.set.successors.is_some() || new.set.has_notes_on_successors;
        if !new.companions.has_successors() && !by_itself {
            let problem = |fact: String| Problem::new(ProblemCode::NoConversionTable, Place::default(), fact);
            new.problems.push(if new.set.has_conversion_tables {
                problem("NEW has no conversion table: official successors are not known".to_owned())
                    .hint("name the publisher's table with --map")
            } else {
                problem(format!("no official successors of {} codes are read", new.set.title))
            });
        }
        Ok(decisions)
    }

    /// Loads one release. For one by name, the name gives set and edition.
    pub(super) fn load(
        &self,
        path: &Path,
        options: &Options,
        parts: fn(Role) -> bool,
    ) -> Result<Release, Error> {
        let named = self.resolver.find(path, &parts)?;
        let name = named.as_ref().map(|named| named.name);
        let options = &Options {
            set: options.set.or(name.map(|name| name.set)),
            edition: options.edition.or(name.map(|name| name.edition)),
            ..options.clone()
        };
        let opened = self.open_found(path, named, &|bytes| formats::wanted_as(bytes, options.set))?;
        if opened.files.is_empty() && !opened.notes.is_empty() {
            let facts: Vec<String> =
                opened.notes.iter().map(|note| format!("{} ({})", note.fact, note.place)).collect();
            let path = path.display().to_string();
            return Err(InputError::NotRelease { path, reasons: facts.join("; ") }.into());
        }
        let release = release_of(opened, options)
            .map_err(|source| Error::Release { path: path.display().to_string(), source })?;
        self.check_lock(path, &release)?;
        Ok(release)
    }

    /// Reads a path, or some parts of a release by name.
    pub(super) fn open(
        &self,
        path: &Path,
        takes: &dyn Fn(Role) -> bool,
        wanted: &dyn Fn(&[u8]) -> Wanted,
    ) -> Result<Opened, Error> {
        let named = self.resolver.find(path, takes)?;
        self.open_found(path, named, wanted)
    }

    fn open_found(
        &self,
        path: &Path,
        named: Option<Named>,
        wanted: &dyn Fn(&[u8]) -> Wanted,
    ) -> Result<Opened, Error> {
        let Some(named) = named else { return Ok(sources::open(path, wanted)?) };
        let opened = sources::open_together(&named.name.to_string(), &named.files, wanted)?;
        // Everything is hashed as it is read, so this finds changed files at no cost.
        let is_other = |source: &Source| {
            let at = named.files.iter().position(|(name, _)| *name == source.name);
            at.is_some_and(|at| named.sha256[at] != source.sha256)
        };
        let mut read = opened.archives.iter().chain(opened.files.iter().map(|file| &file.source));
        if let Some(other) = read.find(|source| is_other(source)) {
            return Err(LocalError::Changed { file: other.name.clone() }.into());
        }
        Ok(opened)
    }

    /// Checks with `--locked` that a release consists of files that are locked, from whatever path.
    fn check_lock(&self, path: &Path, release: &Release) -> Result<(), Error> {
        if !self.resolver.is_locked() {
            return Ok(());
        }
        let lock = self.resolver.lock()?;
        let outer = release.sources.iter().filter(|source| !source.name.contains('!'));
        match outer.into_iter().find(|source| !lock.has(&source.sha256)) {
            Some(other) => {
                let (file, path) = (other.name.clone(), path.display().to_string());
                Err(LocalError::FileNotLocked { file, path }.into())
            }
            None => Ok(()),
        }
    }

    /// Loads an edition of the Official Guidelines: a PDF, or the one of a release by name.
    pub(super) fn guidelines(&self, path: &Path) -> Result<Guidelines, Error> {
        let file = match self.resolver.find(path, &|role| role == Role::Guidelines)? {
            Some(named) => self.companion(&named, path)?,
            None => {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
                SourceFile::new(name, sources::read_bytes(path)?)
            }
        };
        guidelines(path, &file)
    }

    /// Loads two editions, each on a core.
    pub(super) fn two_guidelines(&self, old: &Path, new: &Path) -> Result<[Guidelines; 2], Error> {
        let (old, new) = both(|| self.guidelines(old), || self.guidelines(new));
        Ok([old?, new?])
    }

    /// Loads the edition of the Official Guidelines that was added to a release by name; `None` for a path, or if none was.
    pub(super) fn guidelines_of(&self, release: &Path) -> Result<Option<Guidelines>, Error> {
        match self.resolver.find(release, &|role| role == Role::Guidelines) {
            Ok(Some(named)) => guidelines(release, &self.companion(&named, release)?).map(Some),
            Ok(None) | Err(Error::Local(LocalError::FileNotHere { .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Loads the editions of two releases by name, if both have one.
    pub(super) fn guidelines_pair(&self, old: &Path, new: &Path) -> Result<Option<[Guidelines; 2]>, Error> {
        let (old, new) = both(|| self.guidelines_of(old), || self.guidelines_of(new));
        Ok(old?.zip(new?).map(<[_; 2]>::from))
    }

    /// Reads the only file of a release that was looked up.
    fn companion(&self, named: &Named, path: &Path) -> Result<SourceFile, Error> {
        let ([(name, file)], [sha256]) = (named.files.as_slice(), named.sha256.as_slice()) else {
            let fact = format!("`{}` has {} files of guidelines", path.display(), named.files.len());
            return Err(Error::argument(fact, "pass the PDF itself"));
        };
        let file = SourceFile::new(name.clone(), sources::read_whole(file)?);
        if file.source.sha256 != *sha256 {
            return Err(LocalError::Changed { file: name.clone() }.into());
        }
        Ok(file)
    }

    /// Loads the addenda in a path.
    pub(super) fn addenda(&self, path: &Path) -> Result<Vec<Addenda>, Error> {
        let (addenda, notes) = formats::read_addenda(
            self.open(path, &|role| matches!(role, Role::Codes | Role::Addenda), &formats::wanted)?.files,
        );
        if addenda.is_empty() {
            return Err(no_such_thing(path, "addenda", notes));
        }
        Ok(addenda)
    }

    /// Reads the tables of decisions in a path, whatever set they are about.
    ///
    /// # Errors
    ///
    /// If the path cannot be read, or has no decisions.
    pub(super) fn decision_tables(&self, path: &Path) -> Result<Vec<DecisionTable>, Error> {
        let opened = self.open(path, &Role::is_read, &formats::wanted)?;
        let maps = formats::read_maps(opened.files);
        if maps.decisions.is_empty() {
            return Err(no_such_thing(path, "decisions", maps.notes));
        }
        Ok(maps.decisions)
    }

    /// Reads the statements of a path about successors in a set; only a described set has to be known to read it.
    fn maps(&self, path: &Path, set: &'static CodeSet) -> Result<Maps, Error> {
        let set = Some(set).filter(|set| set.descriptor.is_some());
        let wanted = |bytes: &[u8]| formats::wanted_as(bytes, set);
        let maps = formats::read_maps_as(self.open(path, &Role::is_read, &wanted)?.files, set);
        if maps.tables.is_empty() && maps.transitions.is_empty() && maps.decisions.is_empty() {
            if let Some(map) = maps.others.first() {
                let path = path.display().to_string();
                let (from, to) = (map.source.title(), map.target.title());
                return Err(InputError::CodeMap { path, from, to }.into());
            }
            return Err(no_such_thing(path, "conversion table and no decisions", maps.notes));
        }
        Ok(maps)
    }

    /// Loads the maps between classifications in a path.
    pub(super) fn code_maps(&self, path: &Path) -> Result<Vec<CodeMap>, Error> {
        let maps = formats::read_maps(self.open(path, &|_| true, &formats::wanted)?.files);
        if maps.others.is_empty() {
            return Err(no_such_thing(path, "map between two sets", maps.notes));
        }
        Ok(maps.others)
    }
}

/// Reads an edition of the Official Guidelines from a file.
fn guidelines(path: &Path, file: &SourceFile) -> Result<Guidelines, Error> {
    let read = Guidelines::read(file);
    read.map_err(|error| InputError::Guidelines { path: path.display().to_string(), error }.into())
}

/// Reports that licensed texts are left out.
fn licensed(mut release: Release) -> Release {
    if release.set.licensed.is_some() && release.entries().any(Entry::is_withheld) {
        let fact = format!("descriptions of {} are licensed: they were left out", release.set.title);
        let problem = Problem::new(ProblemCode::LicensedText, Place::file(&release.file), fact);
        release.problems.push(problem.hint("--with-licensed-text includes them; mind your license"));
    }
    release
}

/// Returns true if two releases are different files of one edition.
fn is_edition_of(old: &Release, new: &Release) -> bool {
    let ids =
        |release: &Release| release.sources.iter().map(|source| source.sha256.clone()).collect::<Vec<_>>();
    old.edition.is_some() && old.edition == new.edition && ids(old) != ids(new)
}

fn no_such_thing(path: &Path, what: &'static str, notes: Vec<Problem>) -> Error {
    let note = notes.into_iter().next();
    let note = note.map(|note| format!("{}; {}", note.fact, note.hint.unwrap_or_default()));
    InputError::Without { path: path.display().to_string(), what, note }.into()
}
