//! The codes in use of an update: every file is read once for each code set.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;

use super::releases::Loaded;
use crate::base::nearest;
use crate::cli::args::UsageQueryOption;
use crate::cli::error::Error;
use crate::cli::output::Ui;
use crate::cli::project::{PROJECT_FILE, Project};
use crate::cli::usage::{self, UsageFile};
use crate::impact::{CountedOnce, Editions, Usage, UsageError, UsageOptions, UsageReader};
use crate::model::{Place, Problem, ProblemCode};

/// A file of codes in use, with its columns.
pub(super) struct UsedFile {
    file: UsageFile,
    options: UsageOptions,
}

/// Returns the files: those that were typed, else those of `codeset.toml`.
pub(super) fn files(
    typed: &[PathBuf],
    query: &UsageQueryOption,
    project: &Project,
    ui: &Ui,
) -> Result<Vec<UsedFile>, Error> {
    let files: Vec<UsedFile> = if typed.is_empty() {
        let own = project.usage_files().iter();
        own.map(|file| UsedFile { file: UsageFile::named(&file.path), options: file.options.clone() })
            .collect()
    } else {
        let found = usage::files(typed, query, ui)?;
        found.into_iter().map(|file| UsedFile { file, options: UsageOptions::default() }).collect()
    };
    if files.is_empty() {
        return Err(Error::argument(
            "codeset.toml names no files of codes in use",
            "export the codes that you bill to a table, and name it: files = [\"usage.csv\"] under [usage]",
        ));
    }
    Ok(files)
}

/// Reads the files for each set. A set that is not named in `codeset.toml` and of which no file holds codes is left out.
pub(super) fn read(
    loaded: &mut Vec<Loaded>,
    files: &[UsedFile],
    suppress_below: Option<u64>,
    ui: &Ui,
) -> Result<Vec<Usage>, Error> {
    // Readings of one set count nothing twice.
    let once: Option<Mutex<CountedOnce>> = (loaded.len() > 1).then(Mutex::default);
    let mut is_read = vec![false; files.len()];
    let mut refused: Vec<Option<Error>> = files.iter().map(|_| None).collect();
    let mut usages = Vec::new();
    let mut kept = Vec::new();
    for set in loaded.drain(..) {
        let mut usage = Usage::default();
        let mut has_codes = false;
        for (at, file) in files.iter().enumerate() {
            let editions = Editions { old: &set.old, between: &set.between, new: &set.new };
            let reader = UsageReader::new(editions, &file.options);
            let reader = match &once {
                Some(once) => reader.once(once, at),
                None => reader,
            };
            match file.file.read(&reader, &mut usage) {
                Ok(()) => {
                    is_read[at] = true;
                    has_codes = true;
                }
                // The codes of this file may be those of another set.
                Err(error @ Error::Usage(UsageError::Columns { .. } | UsageError::QueryResult { .. })) => {
                    refused[at].get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        if !has_codes && !set.is_named {
            ui.note(&format!("{} is left out: no file holds codes of it", set.new.id()));
            continue;
        }
        if !has_codes {
            ui.warning(&format!("no file holds codes of {}", set.new.set.title));
        }
        usages.push(usage);
        kept.push(set);
    }
    *loaded = kept;
    let unread = is_read.iter().zip(refused).find_map(|(is_read, error)| error.filter(|_| !is_read));
    if let Some(error) = unread {
        return Err(error);
    }
    if let Some(below) = suppress_below {
        usages.iter_mut().for_each(|usage| usage.suppress(below));
    }
    Ok(usages)
}

/// Reports the departments of `codeset.toml` that are in no file of codes in use, with the nearest ones that are.
pub(super) fn unknown_departments(project: &Project, usages: &[Usage]) -> Vec<Problem> {
    // The names of some owners are hidden together with their small numbers.
    let is_nameless = |usage: &Usage| usage.codes.values().any(|tally| tally.names_hidden);
    if usages.iter().any(is_nameless) {
        return Vec::new();
    }
    let known: BTreeSet<&str> = usages.iter().flat_map(Usage::owners).collect();
    let place = Place::file(PROJECT_FILE);
    let unknown = project.departments().filter(|department| !known.contains(department));
    let problem = |department: &str| {
        let fact = format!("no line of the codes in use belongs to `{department}`, which has a reviewer");
        let hint = match nearest(department, known.iter().copied()).first() {
            Some(nearest) => format!("the nearest department in the files is `{nearest}`"),
            None => {
                "name the column of departments: owner = \"HEADING\" for the file under [usage]".to_owned()
            }
        };
        Problem::new(ProblemCode::OwnerUnused, place.clone(), fact).hint(hint)
    };
    unknown.map(problem).collect()
}
