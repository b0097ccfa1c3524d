//! `codeset add PATH --as RELEASE`

use std::path::{Path, PathBuf};

use crate::cli::ExitStatus;
use crate::cli::args::AddArgs;
use crate::cli::error::{Error, InputError, LocalError};
use crate::cli::load::Loader;
use crate::cli::output::{self, Ui};
use crate::cli::resolver::{release_name, today};
use crate::formats::Options;
use crate::model::{Edition, ReleaseName};
use crate::sources::catalog::{KnownFile, KnownRelease, Role};
use crate::sources::store::{Manifest, StoredFile, checksum};
use crate::sources::{self, EditionBasis, named_files_below};

pub(in crate::cli) fn run(args: &AddArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let name = release_name(&args.release)?;
    let (catalog, store) = (loader.resolver().catalog()?, loader.resolver().store()?);
    let known = catalog.find(name);
    let files = files(&args.path)?;
    // A file that the catalog knows is identified by its checksum, whatever its local name.
    let sums = files.iter().map(|(_, path)| checksum(path)).collect::<Result<Vec<_>, _>>()?;
    let same = |sha256: &str| -> Option<&KnownFile> {
        known?.files.iter().find(|file| file.sha256.as_deref() == Some(sha256))
    };
    let mut roles: Vec<Role> = Vec::new();
    for ((_, path), sum) in files.iter().zip(&sums) {
        roles.push(match args.role.or_else(|| same(&sum.sha256).map(|file| file.role)) {
            Some(role) => role,
            None => by_content(path, name, args.force, loader, ui)?,
        });
    }
    if roles.contains(&Role::Codes) {
        check(args, name, loader, ui)?;
    }
    let _share = store.share(&|| ui.note("another codeset process is changing the store; waiting"))?;
    let _recording = store.recording()?;
    let mut manifest = store.manifest(name)?.unwrap_or_else(|| match known {
        Some(known) => Manifest::new(name, known.publisher.clone(), known.terms.clone()),
        None => Manifest::new(name, name.set.publisher.to_owned(), name.set.terms.to_owned()),
    });
    if let Some(terms) = &args.terms {
        manifest.terms.clone_from(terms);
    }
    let is_there =
        |file: &StoredFile| roles.contains(&file.role) && !sums.iter().any(|sum| sum.sha256 == file.sha256);
    if !args.replace
        && let Some(other) = manifest.files.iter().find(|file| is_there(file))
    {
        return Err(LocalError::AlreadyHere { name, file: other.name.clone() }.into());
    }
    manifest.files.retain(|file| !roles.contains(&file.role));
    for (((file, path), sum), role) in files.iter().zip(&sums).zip(&roles) {
        let blob = store.take(path, file, Some(&sum.sha256))?;
        let verified = same(&blob.sha256);
        if knows(known, *role) && verified.is_none() {
            ui.warning(&format!("{name}: `{file}` differs from the file in the catalog"));
        }
        manifest.put(StoredFile {
            role: *role,
            name: verified.map_or(file.clone(), |known| known.name.clone()),
            sha256: blob.sha256,
            bytes: blob.bytes,
            from: verified.map(KnownFile::shown_address),
            mirror: None,
            on: today(),
            verified: verified.is_some(),
            etag: None,
            last_modified: None,
        });
    }
    store.record(&manifest)?;
    output::write(None, |out| {
        for (sum, role) in sums.iter().zip(&roles) {
            writeln!(out, "{name}\t{}\t{}\t{}\tadded", role.word(), sum.sha256, sum.bytes)?;
        }
        Ok(())
    })?;
    Ok(ExitStatus::Done)
}

/// Returns the role of a file that the catalog does not know: guidelines are recognized, anything else has codes.
fn by_content(path: &Path, name: ReleaseName, force: bool, loader: &Loader, ui: &Ui) -> Result<Role, Error> {
    if !sources::head(path)?.starts_with(b"%PDF-") {
        return Ok(Role::Codes);
    }
    let guidelines = loader.guidelines(path)?;
    if name.set.id == "icd10cm" && name.effective() == Some(guidelines.first_day) {
        return Ok(Role::Guidelines);
    }
    let fact =
        format!("`{}` has the guidelines {}, not those of {name}", path.display(), guidelines.edition());
    if !force {
        return Err(LocalError::OtherRelease(fact).into());
    }
    ui.warning(&fact);
    Ok(Role::Guidelines)
}

/// Returns true if the catalog has a checksum of that part of a release.
fn knows(known: Option<&KnownRelease>, role: Role) -> bool {
    let mut files = known.into_iter().flat_map(|known| &known.files);
    files.any(|file| file.role == role && file.sha256.is_some())
}

/// Returns the files to add: a file by its name, a folder by the names in it.
fn files(path: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    if !path.is_dir() {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        sources::head(path)?;
        return Ok(vec![(name, path.to_owned())]);
    }
    let files = named_files_below(path)?;
    if files.is_empty() {
        return Err(InputError::EmptyFolder { path: path.display().to_string() }.into());
    }
    Ok(files)
}

/// Rejects files of another set or another edition than the name.
fn check(args: &AddArgs, name: ReleaseName, loader: &Loader, ui: &Ui) -> Result<(), Error> {
    let load = |set, edition| {
        loader.load(&args.path, &Options { set, edition, ..Options::default() }, Role::is_codes)
    };
    // Two sets may have one layout, so the content is checked first. Some layouts are read only where the set is named.
    let by_content = if loader.set().is_none() { load(None, None).ok() } else { None };
    let own = match by_content {
        Some(own) => own,
        None => load(Some(loader.set().unwrap_or(name.set)), Some(name.edition))?,
    };
    let path = args.path.display();
    let other = if own.set != name.set {
        Some(format!("`{path}` is {}, not {}", own.set.title, name.set.title))
    } else {
        let published = sources::edition_of(&[], &own.sources);
        // Two editions of a year may share a file.
        let year = |edition: Edition| edition.to_string().chars().take(4).collect::<String>();
        let other = published
            .filter(|(edition, basis)| *basis != EditionBasis::Name && year(*edition) != year(name.edition));
        other.map(|(edition, _)| {
            format!(
                "the checksum of `{path}` is that of the published {}, not of {name}",
                ReleaseName { edition, ..name }
            )
        })
    };
    match other {
        Some(fact) if !args.force => Err(LocalError::OtherRelease(fact).into()),
        Some(fact) => {
            ui.warning(&fact);
            Ok(())
        }
        None => Ok(()),
    }
}
