//! `codeset store path|verify|prune|export|import`

use std::io::Write;
use std::path::Path;

use crate::base::counted;
use crate::cli::ExitStatus;
use crate::cli::args::StoreCommand;
use crate::cli::error::{Error, LocalError};
use crate::cli::load::Loader;
use crate::cli::output::{self, Ui};
use crate::cli::resolver::release_name;
use crate::model::ReleaseName;
use crate::sources::store::{Manifest, Pruned, Store};

pub(in crate::cli) fn run(command: &StoreCommand, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let store = loader.resolver().store()?;
    let waiting = || ui.note("another codeset process is changing the store; waiting");
    match command {
        StoreCommand::Path { release, .. } => path(release.as_deref(), &store, loader)?,
        StoreCommand::Verify { discard, .. } => return verify(*discard, &store, ui),
        StoreCommand::Prune { releases, .. } => {
            let names = names(releases)?;
            let _alone = store.alone(&waiting)?;
            store.forget(&names)?;
            ui.note(&removed(store.prune()?));
        }
        StoreCommand::Export { file, releases, .. } => export(file, releases, &store, loader, ui)?,
        StoreCommand::Import { file, replace, .. } => {
            let _share = store.share(&waiting)?;
            let imported = store.import(file, *replace)?;
            let lines = imported.taken.iter().map(|release| format!("{release}\timported\n"));
            let text: String = lines.collect();
            output::write(None, |out| out.write_all(text.as_bytes()))?;
            for release in &imported.kept {
                ui.warning(&format!(
                    "kept {release}, which is in the store with different files; pass --replace to replace it"
                ));
            }
        }
    }
    Ok(ExitStatus::Done)
}

fn names(releases: &[String]) -> Result<Vec<ReleaseName>, Error> {
    releases.iter().map(|text| release_name(text)).collect()
}

fn removed(pruned: Pruned) -> String {
    format!("{} removed, {} bytes", counted(pruned.files, "file", "files"), pruned.bytes)
}

fn path(release: Option<&str>, store: &Store, loader: &Loader) -> Result<(), Error> {
    let Some(release) = release else {
        return output::write(None, |out| writeln!(out, "{}", store.root().display()));
    };
    let name = release_name(release)?;
    let manifest = store.manifest(name)?.ok_or_else(|| loader.resolver().not_here(name))?;
    output::write(None, |out| {
        for file in &manifest.files {
            writeln!(out, "{}\t{}\t{}", file.role.word(), file.name, store.blob(&file.sha256).display())?;
        }
        Ok(())
    })
}

fn verify(discard: bool, store: &Store, ui: &Ui) -> Result<ExitStatus, Error> {
    let (right, faults) = store.verify()?;
    if faults.is_empty() {
        ui.note(&format!("{} as downloaded", counted(right, "file is", "files are")));
        return Ok(ExitStatus::Done);
    }
    for fault in &faults {
        ui.warning(&format!("{}: `{}`: {}", fault.release, fault.name, fault.fact));
    }
    if discard {
        let _alone = store.alone(&|| ui.note("another codeset process is changing the store; waiting"))?;
        ui.note(&removed(store.discard_damaged()?));
    }
    let files = counted(faults.len() as u64, "file is", "files are");
    let release = faults[0].release.clone();
    Err(LocalError::Damaged { files, release, is_discarded: discard }.into())
}

fn export(file: &Path, releases: &[String], store: &Store, loader: &Loader, ui: &Ui) -> Result<(), Error> {
    let manifests = if releases.is_empty() {
        store.all_manifests()?
    } else {
        let found = names(releases)?.into_iter().map(|name| -> Result<Manifest, Error> {
            store.manifest(name)?.ok_or_else(|| loader.resolver().not_here(name))
        });
        found.collect::<Result<_, _>>()?
    };
    if manifests.is_empty() {
        let hint = "run codeset fetch RELEASE..";
        return Err(LocalError::EmptyStore { hint }.into());
    }
    let licensed = manifests.iter().filter(|manifest| manifest.name().set.licensed.is_some());
    let licensed: Vec<String> = licensed.map(|manifest| manifest.release.clone()).collect();
    if !licensed.is_empty() {
        ui.warning(&format!(
            "the archive contains licensed texts ({}); every recipient needs a license",
            licensed.join(", ")
        ));
    }
    // Writing an archive needs seeking: it is written next to the store first, then copied to its destination as a
    // whole.
    let mut packed = tempfile::tempfile_in(store.partial()?)
        .map_err(|source| crate::sources::Error::Write { name: file.display().to_string(), source })?;
    let write = |source| crate::sources::Error::Write { name: file.display().to_string(), source };
    store.export(&manifests, &mut packed).map_err(write)?;
    std::io::Seek::rewind(&mut packed).map_err(write)?;
    output::write(Some(file), |out: &mut dyn Write| std::io::copy(&mut packed, out).map(drop))?;
    ui.note(&format!(
        "exported {}; run codeset store import on the other machine",
        counted(manifests.len() as u64, "release", "releases")
    ));
    Ok(())
}
