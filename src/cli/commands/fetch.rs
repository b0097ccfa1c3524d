//! `codeset fetch RELEASE..`

use crate::cli::ExitStatus;
use crate::cli::args::FetchArgs;
use crate::cli::error::{Error, LocalError};
use crate::cli::load::Loader;
use crate::cli::output::{self, Ui};
use crate::cli::resolver::{ReleaseResolver, release_name};
use crate::model::sets;
use crate::sources::LockedRelease;
use crate::sources::catalog::{Address, Catalog, KnownFile, KnownRelease};
use crate::sources::store::Store;

pub(in crate::cli) fn run(args: &FetchArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let (catalog, store) = (loader.resolver().catalog()?, loader.resolver().store()?);
    let mut wanted = if loader.resolver().is_locked() {
        locked(args, loader.resolver(), &catalog)?
    } else {
        let known = args.releases.iter().map(|text| known(text, &catalog, &store));
        known.collect::<Result<Vec<_>, _>>()?
    };
    for release in &mut wanted {
        if !loader.resolver().is_locked() && !args.all {
            release.files.retain(|file| file.role.is_fetched());
        }
        if release.guessed {
            ui.warning(&format!(
                "{}: not in the catalog; requesting the publisher's usual address, without a checksum to verify the \
                 file",
                release.id()
            ));
        }
    }
    if args.dry_run {
        return say(&wanted);
    }
    bring(args, &wanted, &store, ui)
}

/// Resolves a name: from the catalog, else from the way its publisher names editions.
fn known(text: &str, catalog: &Catalog, store: &Store) -> Result<KnownRelease, Error> {
    let daily = |set| catalog.rolling(set).cloned();
    if let Some(set) = sets::by_id(text) {
        return Ok(daily(set).ok_or(LocalError::NoEdition(set))?);
    }
    let name = release_name(text)?;
    if let Some(known) = catalog.find(name).cloned().or_else(|| catalog.guess(name)) {
        return Ok(known);
    }
    if let Some(manifest) = store.manifest(name)? {
        // A release with no files to fetch: it was added by hand, or fetched on its day.
        let nothing = KnownRelease {
            set: name.set,
            edition: Some(name.edition),
            effective: manifest.effective,
            publisher: manifest.publisher,
            terms: manifest.terms,
            repeats: None,
            files: Vec::new(),
            guessed: false,
        };
        return Ok(nothing);
    }
    Err(LocalError::NoAddress { name, is_daily: daily(name.set).is_some() }.into())
}

/// Returns the releases of the lock: those named, or all.
fn locked(
    args: &FetchArgs,
    resolver: &ReleaseResolver,
    catalog: &Catalog,
) -> Result<Vec<KnownRelease>, Error> {
    let lock = resolver.lock()?;
    if args.releases.is_empty() {
        return lock.releases().iter().map(|release| from_lock(release, catalog)).collect();
    }
    let named = args.releases.iter().map(|text| {
        let name = release_name(text)?;
        let release = lock.find(name).ok_or_else(|| Error::NotLocked { name: name.to_string() })?;
        from_lock(release, catalog)
    });
    named.collect()
}

fn from_lock(release: &LockedRelease, catalog: &Catalog) -> Result<KnownRelease, Error> {
    let name = release_name(&release.name)?;
    let known = catalog.find(name).cloned().or_else(|| catalog.guess(name));
    let known = known.or_else(|| catalog.rolling(name.set).cloned());
    let file = |file: &crate::sources::LockedFile| KnownFile {
        role: file.role,
        address: Address::Urls(file.from.iter().cloned().collect()),
        name: file.name.clone(),
        sha256: Some(file.sha256.clone()),
        bytes: Some(file.bytes),
        holds: Vec::new(),
        rolling: false,
    };
    Ok(KnownRelease {
        set: name.set,
        edition: Some(name.edition),
        effective: name.effective(),
        publisher: known.as_ref().map_or(name.set.publisher.to_owned(), |known| known.publisher.clone()),
        terms: known.as_ref().map_or(name.set.terms.to_owned(), |known| known.terms.clone()),
        repeats: None,
        files: release.files.iter().map(file).collect(),
        guessed: false,
    })
}

fn say(wanted: &[KnownRelease]) -> Result<ExitStatus, Error> {
    output::write(None, |out| {
        for release in wanted {
            for file in &release.files {
                writeln!(out, "{}\t{}\t{}", release.id(), file.role.word(), file.shown_address())?;
            }
        }
        Ok(())
    })?;
    Ok(ExitStatus::Done)
}

#[cfg(not(feature = "fetch"))]
fn bring(_: &FetchArgs, wanted: &[KnownRelease], _: &Store, _: &Ui) -> Result<ExitStatus, Error> {
    let first = wanted.iter().find_map(|release| Some((release, release.files.first()?)));
    let hint = first
        .map(|(release, file)| crate::cli::network::by_hand(&file.shown_address(), &release.id(), file.role));
    Err(LocalError::NoNetwork { hint: hint.unwrap_or_default() }.into())
}

#[cfg(feature = "fetch")]
use with::bring;

#[cfg(feature = "fetch")]
mod with {
    use super::{Address, Error, ExitStatus, FetchArgs, KnownFile, KnownRelease, Store, Ui, output};
    use crate::base::each;
    use crate::cli::network::{Network, bar, by_hand};
    use crate::cli::resolver::today;
    use crate::model::{Edition, ReleaseName};
    use crate::sources::catalog::Role;
    use crate::sources::fetch::{FetchError, Fetched, How, Request, shown_address};
    use crate::sources::store::{Manifest, StoreError, StoredFile};

    /// A file that was fetched, with its record.
    struct Came {
        file: StoredFile,
        how: How,
        edition: Option<Edition>,
    }

    /// Fetches all files of all releases, several at once. A release is recorded once all of its files are stored.
    pub(super) fn bring(
        args: &FetchArgs,
        wanted: &[KnownRelease],
        store: &Store,
        ui: &Ui,
    ) -> Result<ExitStatus, Error> {
        let network = Network::new(&args.network, ui);
        let _share = store.share(&|| ui.note("another codeset process is changing the store; waiting"))?;
        let of = |release| move |file| (release, file);
        let jobs: Vec<(&KnownRelease, &KnownFile)> =
            wanted.iter().flat_map(|release| release.files.iter().map(of(release))).collect();
        let results = each(&jobs, args.network.at_once.into(), |(release, file)| {
            fetch(&network, release, file, store, ui)
        });
        let (mut results, mut errors) = (results.into_iter(), Vec::new());
        for release in wanted {
            let came: Vec<_> = results.by_ref().take(release.files.len()).collect();
            let (mut files, mut is_whole) = (Vec::new(), true);
            for (known, came) in release.files.iter().zip(came) {
                match came {
                    Ok(came) => files.push(came),
                    // A companion without a known checksum: the catalog may be wrong about it.
                    Err(source)
                        if known.role != Role::Codes && known.sha256.is_none() && source.is_absent() =>
                    {
                        ui.warning(&format!(
                            "{} was stored without its {}: {source}",
                            release.id(),
                            known.role.word()
                        ));
                    }
                    Err(source) => {
                        is_whole = false;
                        errors.push(describe(release, known, source));
                    }
                }
            }
            if is_whole {
                record(release, files, store, ui)?;
            }
        }
        let Some(last) = errors.pop() else { return Ok(ExitStatus::Done) };
        errors.iter().for_each(|error| ui.error(error));
        Err(last)
    }

    fn describe(release: &KnownRelease, file: &KnownFile, source: FetchError) -> Error {
        let release = release.id();
        let by_hand = match &source {
            FetchError::Store(_) => "is the folder of the store there, and may you write to it?".to_owned(),
            FetchError::Checksum { .. } => format!(
                "if the publisher reissued the file, add it with codeset add FILE --as {release}; nothing was changed"
            ),
            FetchError::Slow { .. } => {
                "run the command again, which continues after what arrived, or give it more time with --timeout".to_owned()
            }
            _ => by_hand(&file.shown_address(), &release, file.role),
        };
        Error::Fetch { release, source: Box::new(source), by_hand }
    }

    fn fetch(
        network: &Network,
        release: &KnownRelease,
        file: &KnownFile,
        store: &Store,
        ui: &Ui,
    ) -> Result<Came, FetchError> {
        let mut stored = StoredFile {
            role: file.role,
            name: file.name.clone(),
            sha256: String::new(),
            bytes: 0,
            from: None,
            mirror: None,
            on: today(),
            verified: true,
            etag: None,
            last_modified: None,
        };
        let urls = match &file.address {
            Address::Path(path) => {
                let blob = store.take(path, &file.name, file.pin())?;
                stored.verified = file.sha256.as_ref() == Some(&blob.sha256);
                (stored.sha256, stored.bytes) = (blob.sha256, blob.bytes);
                return Ok(Came { file: stored, how: How::Fetched, edition: release.edition });
            }
            Address::Urls(urls) => urls.clone(),
        };
        let here = here(release, file, store)?;
        let request = Request {
            name: file.name.clone(),
            urls,
            pin: file.pin().map(str::to_owned),
            bytes: file.bytes.filter(|_| !file.rolling),
            holds: file.holds.clone(),
            here: here.as_ref().map(|(_, file)| file.clone()),
        };
        let fetched = network.client.fetch(&request, store, &bar(network, ui, &file.name))?;
        if fetched.how != How::Fetched
            && let Some((name, here)) = here.filter(|(_, file)| file.sha256 == fetched.blob.sha256)
        {
            return Ok(Came { file: here, how: fetched.how, edition: Some(name.edition) });
        }
        let Fetched { blob, url, how, etag, last_modified } = &fetched;
        stored.verified = file.sha256.as_ref() == Some(&blob.sha256);
        stored.mirror = network.mirror.as_deref().map(shown_address).filter(|_| *how == How::Fetched);
        (stored.sha256, stored.bytes, stored.from) = (blob.sha256.clone(), blob.bytes, Some(url.clone()));
        (stored.etag, stored.last_modified) = (etag.clone(), last_modified.clone());
        let edition = release.edition.or_else(|| Some(Edition::Day(fetched.day().unwrap_or_else(today))));
        Ok(Came { file: stored, how: *how, edition })
    }

    /// Returns the local copy of a file; the newest one if the file is republished every day.
    fn here(
        release: &KnownRelease,
        file: &KnownFile,
        store: &Store,
    ) -> Result<Option<(ReleaseName, StoredFile)>, StoreError> {
        let mut manifests = match release.name() {
            Some(name) => store.manifest(name)?.into_iter().collect(),
            None => store.manifests()?,
        };
        manifests.retain(|manifest| manifest.name().set == release.set);
        let same = |manifest: &Manifest| {
            let mut files =
                manifest.files.iter().filter(|stored| (stored.role, &stored.name) == (file.role, &file.name));
            Some((manifest.name(), files.next()?.clone()))
        };
        Ok(manifests.iter().rev().find_map(same))
    }

    /// Records the files that were fetched, and prints them.
    fn record(release: &KnownRelease, came: Vec<Came>, store: &Store, ui: &Ui) -> Result<(), Error> {
        // Several files of one day are one release: that of the newest.
        let edition = came.iter().filter_map(|came| came.edition).max().or(release.edition);
        let Some(edition) = edition else { return Ok(()) };
        let name = ReleaseName { set: release.set, edition };
        let _recording = store.recording()?;
        let before = store.manifest(name)?;
        let mut manifest = before
            .clone()
            .unwrap_or_else(|| Manifest::new(name, release.publisher.clone(), release.terms.clone()));
        for came in &came {
            manifest.put(came.file.clone());
        }
        if before.as_ref() != Some(&manifest) {
            store.record(&manifest)?;
        }
        for came in came.iter().filter(|came| !came.file.verified && came.how == How::Fetched) {
            ui.note(&format!("{name}: `{}` was not verified: its checksum is unknown", came.file.name));
        }
        output::write(None, |out| {
            for Came { file, how, .. } in &came {
                let how = match how {
                    How::Here => "here",
                    How::Unchanged => "unchanged",
                    How::Fetched => "fetched",
                };
                writeln!(out, "{name}\t{}\t{}\t{}\t{how}", file.role.word(), file.sha256, file.bytes)?;
            }
            Ok(())
        })
    }
}
