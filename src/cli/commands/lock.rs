//! `codeset lock [RELEASE..]`

use std::path::Path;

use crate::cli::ExitStatus;
use crate::cli::args::LockArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{self, Ui};
use crate::cli::resolver::{read_lock, release_name};
use crate::sources::LOCK_FILE;

pub(in crate::cli) fn run(args: &LockArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let mut lock = read_lock()?.unwrap_or_default();
    let locked: Vec<String> = lock.releases().iter().map(|release| release.name.clone()).collect();
    let names = if args.releases.is_empty() { &locked } else { &args.releases };
    if names.is_empty() {
        let fact = format!("there is no {LOCK_FILE} in this folder, and no release was named");
        return Err(Error::argument(fact, "codeset lock icd10cm@2026"));
    }
    let store = loader.resolver().store()?;
    for name in names {
        let name = release_name(name)?;
        let manifest = store.manifest(name)?.ok_or_else(|| loader.resolver().not_here(name))?;
        lock.put(&manifest);
    }
    output::write(Some(Path::new(LOCK_FILE)), |out| out.write_all(lock.text().as_bytes()))?;
    ui.note(&format!("{LOCK_FILE} has {}", names.join(", ")));
    Ok(ExitStatus::Done)
}
