//! `codeset list [SET..]`

use jiff::civil::Date;

use crate::cli::ExitStatus;
use crate::cli::args::ListArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{self, Output, Ui};
use crate::cli::resolver::{code_set, day, today};
use crate::model::{CodeSet, Edition, ReleaseName, sets};
use crate::report::{ListFile, ListReport, ListRow, ListSet, ListStanding};
use crate::sources::catalog::{Catalog, KnownFile, KnownRelease, Role};
use crate::sources::store::{Manifest, StoredFile};
use crate::sources::{Calendar, InForce};

pub(in crate::cli) fn run(args: &ListArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    if args.names {
        return names(args, loader);
    }
    let output = Output::new(&args.output, &[])?;
    let on = args.on.as_deref().map_or_else(|| Ok(today()), day)?;
    let (catalog, here) = (loader.resolver().catalog()?, loader.resolver().store()?.manifests()?);
    let calendar = Calendar::new(&catalog, &here);
    let view = View { catalog: &catalog, here: &here, calendar: &calendar, on };
    let asked = args.sets.iter().map(|id| code_set(id)).collect::<Result<Vec<_>, _>>()?;
    let mut listed = Vec::new();
    let mut releases = Vec::new();
    for set in sets::all().into_iter().filter(|set| asked.is_empty() || asked.contains(set)) {
        let rows = view.rows(set, args.remote);
        if !rows.is_empty() {
            listed.push(view.set(set));
            releases.extend(rows);
        }
    }
    if args.remote {
        ask(args, &catalog, &mut releases, ui)?;
    }
    output.write(&ListReport::new(on, catalog.as_of(), listed, releases))?;
    Ok(ExitStatus::Done)
}

/// Prints the names of releases in the store.
fn names(args: &ListArgs, loader: &Loader) -> Result<ExitStatus, Error> {
    let asked = args.sets.iter().map(|id| code_set(id)).collect::<Result<Vec<_>, _>>()?;
    let mut manifests = loader.resolver().store()?.manifests()?;
    manifests.retain(|manifest| asked.is_empty() || asked.contains(&manifest.name().set));
    output::write(None, |out| {
        manifests.iter().try_for_each(|manifest| writeln!(out, "{}", manifest.release))
    })?;
    Ok(ExitStatus::Done)
}

struct View<'a> {
    catalog: &'a Catalog,
    here: &'a [Manifest],
    calendar: &'a Calendar<'a>,
    on: Date,
}

impl View<'_> {
    fn set(&self, set: &'static CodeSet) -> ListSet {
        let (in_force, ended) = match self.calendar.in_force(set, self.on) {
            InForce::Edition { name, .. } => (Some(name.to_string()), None),
            InForce::After(name) => (None, Some(name.to_string())),
            InForce::Before => (None, None),
        };
        let next = self.calendar.next(set, self.on);
        ListSet {
            set: set.id,
            title: set.title,
            in_force,
            ended,
            next: next.map(|(name, _)| name.to_string()),
            next_effective: next.map(|(_, day)| day),
        }
    }

    /// Returns the releases of a set: those of the catalog, those that are only local, and, if servers are asked, the
    /// next one that is due.
    fn rows(&self, set: &'static CodeSet, with_due: bool) -> Vec<ListRow> {
        let known = self.catalog.releases().iter().filter(|release| release.set == set);
        let mut rows: Vec<ListRow> = known.clone().map(|release| self.row(release)).collect();
        let only_here = self.here.iter().filter(|manifest| manifest.name().set == set);
        let only_here =
            only_here.filter(|manifest| !known.clone().any(|known| known.id() == manifest.release));
        rows.extend(only_here.map(|manifest| self.row(&of_manifest(manifest))));
        if with_due {
            rows.extend(self.due(set).map(|release| self.row(&release)));
        }
        rows.sort_by_key(|row| row.effective);
        rows
    }

    /// Returns the edition that follows the last one known.
    fn due(&self, set: &'static CodeSet) -> Option<KnownRelease> {
        let known =
            self.catalog.releases().iter().filter(|release| release.set == set && release.has_codes());
        let last = known.filter_map(|release| release.effective).max()?;
        let day = self.catalog.ends(set, last)?;
        let years = [day.year(), day.year() + 1].into_iter().map(Edition::Year);
        let mut editions = years.chain([Edition::Month(day.year(), day.month())]);
        editions.find_map(|edition| {
            let name = ReleaseName { set, edition };
            self.catalog.guess(name).filter(|_| edition.effective(set.calendar) == Some(day))
        })
    }

    fn row(&self, release: &KnownRelease) -> ListRow {
        let manifest = self.here.iter().find(|manifest| Some(manifest.name()) == release.name());
        let stored = |file: &KnownFile| {
            let files = manifest.into_iter().flat_map(|manifest| &manifest.files);
            files.into_iter().find(|stored| (stored.role, &stored.name) == (file.role, &file.name))
        };
        let mut files: Vec<ListFile> =
            release.files.iter().map(|file| self.file(file, stored(file))).collect();
        let others = manifest.into_iter().flat_map(|manifest| &manifest.files);
        let others = others.filter(|stored| {
            !release.files.iter().any(|file| (stored.role, &stored.name) == (file.role, &file.name))
        });
        files.extend(others.map(|stored| self.file(&of_stored(stored), Some(stored))));
        ListRow {
            release: release.id(),
            set: release.set.id,
            effective: release.effective,
            standing: self.standing(release),
            here: files.iter().any(|file| file.here && file.part == Role::Codes.word()),
            repeats: release.repeats.map(|name| name.to_string()),
            guessed: release.guessed,
            publisher: release.publisher.clone(),
            terms: release.terms.clone(),
            files,
        }
    }

    fn file(&self, known: &KnownFile, stored: Option<&StoredFile>) -> ListFile {
        let address = stored.map_or_else(|| Some(known.shown_address()), |stored| stored.from.clone());
        ListFile {
            part: known.role.word(),
            name: known.name.clone(),
            address: address.filter(|address| !address.is_empty()),
            sha256: stored.map(|stored| stored.sha256.clone()).or_else(|| known.sha256.clone()),
            bytes: stored.map(|stored| stored.bytes).or(known.bytes),
            here: stored.is_some(),
            verified: stored.is_some_and(|stored| stored.verified),
            on: stored.map(|stored| stored.on),
            remote: None,
        }
    }

    fn standing(&self, release: &KnownRelease) -> ListStanding {
        let (Some(effective), Some(name)) = (release.effective, release.name()) else {
            return ListStanding::Daily;
        };
        if !release.has_codes() {
            return ListStanding::NoCodes;
        }
        let is_in_force = match self.calendar.in_force(release.set, self.on) {
            InForce::Edition { name: codes, repeated_by } => codes == name || repeated_by == Some(name),
            InForce::After(_) | InForce::Before => false,
        };
        let next = self.calendar.next(release.set, self.on).map(|(name, _)| name);
        match () {
            () if is_in_force => ListStanding::InForce,
            () if next == Some(name) => ListStanding::Next,
            () if effective > self.on => ListStanding::Coming,
            () => ListStanding::Past,
        }
    }
}

fn of_manifest(manifest: &Manifest) -> KnownRelease {
    let name = manifest.name();
    KnownRelease {
        set: name.set,
        edition: Some(name.edition),
        effective: manifest.effective,
        publisher: manifest.publisher.clone(),
        terms: manifest.terms.clone(),
        repeats: None,
        files: manifest.files.iter().map(of_stored).collect(),
        guessed: false,
    }
}

fn of_stored(stored: &StoredFile) -> KnownFile {
    KnownFile {
        role: stored.role,
        address: crate::sources::catalog::Address::Urls(stored.from.iter().cloned().collect()),
        name: stored.name.clone(),
        sha256: Some(stored.sha256.clone()),
        bytes: Some(stored.bytes),
        holds: Vec::new(),
        rolling: false,
    }
}

#[cfg(not(feature = "fetch"))]
fn ask(_: &ListArgs, _: &Catalog, _: &mut [ListRow], _: &Ui) -> Result<(), Error> {
    let hint = "omit --remote to list the releases that are known or stored".to_owned();
    Err(crate::cli::error::LocalError::NoNetwork { hint }.into())
}

/// Asks servers whether the files are there.
#[cfg(feature = "fetch")]
fn ask(args: &ListArgs, catalog: &Catalog, releases: &mut [ListRow], ui: &Ui) -> Result<(), Error> {
    use crate::base::each;
    use crate::cli::network::Network;
    use crate::sources::catalog::Address;
    use crate::sources::fetch::Standing;

    let network = Network::new(&args.network, ui);
    let files = releases.iter_mut().flat_map(|row| {
        let guessed = row.guessed.then(|| ReleaseName::parse(&row.release).ok()).flatten();
        let urls = guessed.and_then(|name| match &catalog.guess(name)?.files.first()?.address {
            Address::Urls(urls) => Some(urls.clone()),
            Address::Path(_) => None,
        });
        row.files.iter_mut().map(move |file| (file, urls.clone()))
    });
    let mut files: Vec<(&mut ListFile, Vec<String>)> = files
        .map(|(file, urls)| {
            let address = file.address.clone().filter(|address| address.contains("://"));
            (file, urls.unwrap_or_else(|| address.into_iter().collect()))
        })
        .filter(|(_, urls)| !urls.is_empty())
        .collect();
    let asked: Vec<Vec<String>> = files.iter().map(|(_, urls)| urls.clone()).collect();
    let answers = each(&asked, args.network.at_once.into(), |urls| network.client.standing(urls));
    for ((file, _), answer) in files.iter_mut().zip(answers) {
        file.remote = Some(match answer {
            Ok(Standing::There(_)) => "there".to_owned(),
            Ok(Standing::Absent) => "absent".to_owned(),
            Err(error) => error.to_string(),
        });
    }
    Ok(())
}
