//! `codeset init [DIR]`
//!
//! Invariant: departments are written into the user's own file only, and never to the terminal.

mod codes;
mod found;
mod releases;
mod template;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::base::{counted, safe};
use crate::cli::ExitStatus;
use crate::cli::args::InitArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{self, Ui};
use crate::cli::project::{DECISIONS_FOLDER, PREPARE_REPORT, PROJECT_FILE, Project};
use crate::sources::{self, LOCK_FILE};
use found::{Found, FoundSet, FoundUsage};
use releases::Releases;

/// Maximum number of files to look at.
const MOST_FILES: usize = 5_000;

pub(in crate::cli) fn run(args: &InitArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let folder = args.folder.as_path();
    if !folder.is_dir() {
        let fact = format!("`{}` is not a folder", folder.display());
        return Err(Error::argument(fact, "name the folder of your files; codeset.toml is written into it"));
    }
    let file = if folder == Path::new(".") { PathBuf::from(PROJECT_FILE) } else { folder.join(PROJECT_FILE) };
    let is_replaced = file.exists();
    if is_replaced && !args.force {
        let fact = format!("`{}` exists already, and was left as it is", file.display());
        return Err(Error::argument(fact, "edit it, or replace it with --force"));
    }
    let found = look_around(folder, loader, ui)?;
    let text = template::text(&found);
    sources::write_whole(&file, |out| out.write_all(text.as_bytes()))?;
    // What was written is read as `prepare` will read it.
    Project::read(&file)?;
    if is_replaced {
        ui.note(&format!("replaced `{}`", file.display()));
    }
    summary(&found, &file)?;
    Ok(ExitStatus::Done)
}

/// Looks at the files of a folder.
fn look_around(folder: &Path, loader: &Loader, ui: &Ui) -> Result<Found, Error> {
    let (files, is_all) = files(folder, ui)?;
    let mut found = Found { is_partial: !is_all, ..Found::default() };
    if found.is_partial {
        let fact = format!("only the first {MOST_FILES} files were looked at; name a smaller folder");
        ui.warning(&fact);
    }
    found.files = files.iter().map(|(name, _)| name.clone()).collect();
    let mut unread = BTreeSet::new();
    let mut releases = Releases::default();
    for (name, path) in &files {
        match releases::published(path, loader) {
            Ok(Some(published)) => releases.add(name, published, &mut found),
            Ok(None) => {}
            Err(error) => note_unread(name, error, &mut unread, ui),
        }
    }
    let others: Vec<(String, PathBuf)> =
        files.into_iter().filter(|(name, _)| !found.recognized.contains(name)).collect();
    for set in releases.sets(loader)? {
        let is_used = look_for_codes(&set, folder, &others, loader, &mut found, &mut unread, ui)?;
        if is_used || is_in_folder(&set) {
            found.sets.push(set);
        }
    }
    found.lists.sort();
    found.usage.sort_by(|a, b| a.path.cmp(&b.path));
    // A file may be usage for one set and a list for another one: it is usage.
    let used: BTreeSet<&str> = found.usage.iter().map(|file| file.path.as_str()).collect();
    found.lists.retain(|list| !used.contains(list.as_str()));
    found.lists.dedup();
    Ok(found)
}

/// Returns the files of a folder with their relative names, and whether these are all. What `prepare` wrote and the decisions
/// that came back are left out: their codes are not lists of the organization.
fn files(folder: &Path, ui: &Ui) -> Result<(Vec<(String, PathBuf)>, bool), Error> {
    let (paths, is_all) = sources::walk_some(folder, MOST_FILES)?;
    let mut files = Vec::new();
    for path in paths {
        let Some(name) = path.strip_prefix(folder).unwrap_or(&path).to_str() else {
            ui.unread(&format!("`{}` was left out: its name is not text", path.display()));
            continue;
        };
        let name = name.replace('\\', "/");
        let last = name.rsplit('/').next().unwrap_or_default();
        if ![PROJECT_FILE, LOCK_FILE].contains(&last) && !last.starts_with("~$") {
            files.push((name, path));
        }
    }
    let reports = files.iter().filter_map(|(name, _)| name.strip_suffix(PREPARE_REPORT));
    let mut written: Vec<String> =
        reports.filter(|folder| folder.ends_with('/')).map(str::to_owned).collect();
    written.push(format!("{DECISIONS_FOLDER}/"));
    files.retain(|(name, _)| !written.iter().any(|folder| name.starts_with(folder)));
    Ok((files, is_all))
}

fn note_unread(name: &str, error: sources::Error, unread: &mut BTreeSet<String>, ui: &Ui) {
    if unread.insert(name.to_owned()) {
        ui.unread(&format!("`{name}` was left out: {}", Error::from(error).describe()));
    }
}

/// Adds the files that hold codes of a set. Returns whether there are any.
fn look_for_codes(
    set: &FoundSet,
    folder: &Path,
    files: &[(String, PathBuf)],
    loader: &Loader,
    found: &mut Found,
    unread: &mut BTreeSet<String>,
    ui: &Ui,
) -> Result<bool, Error> {
    let mut is_used = false;
    for ((name, _), codes) in files.iter().zip(codes::codes(set, folder, files, loader)?) {
        let codes = match codes {
            Ok(Some(codes)) => codes,
            Ok(None) => continue,
            Err(error) => {
                note_unread(name, error, unread, ui);
                continue;
            }
        };
        is_used = true;
        let Some(fact) = codes.usage else {
            found.lists.push(name.clone());
            continue;
        };
        found.departments.extend(codes.owners);
        let fact = (set.set.title, fact);
        match found.usage.iter_mut().find(|file| file.path == *name) {
            Some(file) => file.facts.push(fact),
            None => {
                let (path, facts) = (name.clone(), vec![fact]);
                found.usage.push(FoundUsage { path, facts, is_cut: codes.is_cut });
            }
        }
    }
    Ok(is_used)
}

fn is_in_folder(set: &FoundSet) -> bool {
    [&set.old, &set.new].iter().any(|side| side.here().is_some_and(|release| release.path.is_some()))
}

/// Reports what was written and what is missing.
fn summary(found: &Found, file: &Path) -> Result<(), Error> {
    let name =
        |side: &found::Side| side.here().map_or("(not found)".to_owned(), |release| release.name.to_string());
    let releases = found.sets.iter().map(|set| format!("{} and {}", name(&set.old), name(&set.new)));
    let departments = match found.departments.len() as u64 {
        0 => None,
        number => {
            let departments = counted(number, "department", "departments");
            Some(format!("{departments}, without the people who decide"))
        }
    };
    let rows = [
        ("Releases", releases.collect()),
        ("Codes in use", found.usage.iter().map(|file| file.path.clone()).collect()),
        ("Owners", Vec::from_iter(departments)),
        ("Lists", template::list_paths(found)),
        ("Attributes", found.attributes.iter().map(|list| list.path.clone()).collect()),
    ];
    output::write(None, |out| {
        writeln!(out, "Wrote {} with:", file.display())?;
        for (title, names) in rows {
            writeln!(out, "  {title:<12}  {}", safe(&first_of(&names)))?;
        }
        writeln!(out, "\nEdit {}, then run: codeset prepare", file.display())
    })
}

/// Lists the first of some names.
fn first_of(names: &[String]) -> String {
    /// Maximum number of names in a line.
    const SHOWN: usize = 6;
    match names {
        [] => "none found".to_owned(),
        names if names.len() <= SHOWN => names.join(", "),
        names => format!("{} and {} more", names[..SHOWN].join(", "), names.len() - SHOWN),
    }
}
