//! `codeset teach OLD NEW -o DIR`

use std::path::Path;

use super::diff::codes;
use crate::base::counted;
use crate::cli::ExitStatus;
use crate::cli::args::TeachArgs;
use crate::cli::error::{Error, InputError};
use crate::cli::in_force;
use crate::cli::load::Loader;
use crate::cli::output::{self, Ui};
use crate::cli::usage::{self, UsageFile};
use crate::crosswalk::{Crosswalk, CrosswalkOptions, Decisions, Direction, crosswalk_with};
use crate::diff::{diff, steps};
use crate::guidelines::{Guidelines, compare_guidelines};
use crate::impact::{Editions, Usage};
use crate::interchange::write_course_file;
use crate::report::{TeachFile, TeachReport};
use crate::sources::{self, write_whole};
use crate::teach::{Lesson, SPECIALTIES, Scope, Specialties, Specialty, Teaching, teach};

pub(in crate::cli) fn run(args: &TeachArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    // clap asks for all three of them together.
    let (Some(old), Some(new), Some(folder)) = (&args.old, &args.new, &args.output) else {
        output::write(None, |out| out.write_all(SPECIALTIES.as_bytes()))?;
        return Ok(ExitStatus::Done);
    };
    if args.list_specialties {
        return Err(Error::argument("--list-specialties takes no other arguments", "omit OLD, NEW and -o"));
    }
    let mut inputs = vec![old, new];
    inputs.extend(args.replacements.files().chain(&args.codes).chain(&args.specialties).chain(&args.via.via));
    inputs.extend(&args.guidelines);
    let (old_path, new_path) = (old.as_path(), new.as_path());
    let files =
        if args.usage.is_empty() { Vec::new() } else { usage::files(&args.usage, &args.reading.query, ui)? };
    inputs.extend(files.iter().map(UsageFile::path));
    for file in TeachFile::ALL {
        output::checked(Some(&folder.join(file.name())), &inputs)?;
    }
    let specialties = specialties(args, ui)?;
    let reading = usage::Options::new(&args.reading)?;
    let via = match args.via.via.as_slice() {
        [] => in_force::between(old, new, loader, ui)?,
        via => via.to_vec(),
    };
    let ([old, mut new], between) = loader.editions(old, new, &via)?;
    let tables = loader.maps_of(&mut new, args.replacements.files())?;
    let decisions = Decisions::new(&old, &new, tables);
    let editions = Editions { old: &old, between: &between, new: &new };
    let diff = diff(&old, &new);
    let steps = steps(&old, &between, &new);
    let options =
        CrosswalkOptions { between: &steps, decisions: Some(&decisions), ..CrosswalkOptions::default() };
    let forward = crosswalk_with(&diff, &options);
    let back =
        CrosswalkOptions { between: &steps, direction: Direction::Reverse, ..CrosswalkOptions::default() };
    let backward = crosswalk_with(&diff, &back);
    let scopes = match files.as_slice() {
        [] => scopes(args, specialties, editions, loader, ui)?,
        files => {
            let usage = usage::read(files, editions, &reading, ui)?;
            ui.problems(&usage.problems);
            vec![in_use(&usage, args.owner.as_deref(), &backward)?]
        }
    };
    let guidelines = guidelines(args, old_path, new_path, loader)?;
    let guidelines = guidelines.as_ref().map(|[old, new]| compare_guidelines(old, new));
    let mut teaching = teach(&diff, &forward, &backward, &scopes);
    if let Some(guidelines) = &guidelines {
        teaching = teaching.with_guidelines(guidelines);
    }
    let releases = [&old, &new].into_iter().flat_map(|release| release.problems.clone());
    let problems: Vec<_> = releases.chain(diff.problems.clone()).chain(forward.problems.clone()).collect();
    ui.problems(&problems);
    let report = TeachReport::new(&teaching, problems.len());
    write_files(&report, folder)?;
    tell(&report, &teaching, folder)?;
    Ok(ExitStatus::Done)
}

/// Loads the guidelines that were given, else those of the releases, if both have an edition.
fn guidelines(
    args: &TeachArgs,
    old: &Path,
    new: &Path,
    loader: &Loader,
) -> Result<Option<[Guidelines; 2]>, Error> {
    match args.guidelines.as_slice() {
        [old, new] => loader.two_guidelines(old, new).map(Some),
        _ => loader.guidelines_pair(old, new),
    }
}

/// Returns the specialties that are asked for.
fn specialties(args: &TeachArgs, ui: &Ui) -> Result<Vec<Specialty>, Error> {
    let table = match &args.specialties {
        None => Specialties::built_in(),
        Some(file) => {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let table = Specialties::read(&name, &sources::read_text(file)?)
                .ok_or_else(|| InputError::Specialties { path: file.display().to_string() })?;
            ui.problems(&table.problems);
            table
        }
    };
    let named = args.specialty.iter().map(|name| {
        table.find(name).cloned().ok_or_else(|| {
            let near = table.nearest(name).join(", ");
            Error::argument(
                format!("there is no specialty `{name}`"),
                format!("did you mean {near}? run codeset teach --list-specialties to see all of them"),
            )
        })
    });
    named.collect()
}

/// Returns the scope of the codes in use, of an owner if one is named.
fn in_use(usage: &Usage, owner: Option<&str>, backward: &Crosswalk<'_>) -> Result<Scope, Error> {
    let Some(owner) = owner else { return Ok(Scope::in_use(usage, None, backward)) };
    let owners = usage.owners();
    if owners.is_empty() {
        return Err(InputError::NoOwners.into());
    }
    let found = owners.iter().find(|known| known.eq_ignore_ascii_case(owner)).copied().ok_or_else(|| {
        Error::argument(
            format!("no line of the files belongs to the owner `{owner}`"),
            "name an owner as the files do; codeset impact lists them",
        )
    })?;
    Ok(Scope::in_use(&usage.of_owner(found), Some(found), backward))
}

/// Returns the scopes of the lessons; empty for all chapters.
fn scopes(
    args: &TeachArgs,
    specialties: Vec<Specialty>,
    editions: Editions<'_>,
    loader: &Loader,
    ui: &Ui,
) -> Result<Vec<Scope>, Error> {
    let set = editions.new.set;
    if let Some(file) = &args.codes {
        let (codes, problems) = codes(file, editions, loader)?;
        ui.problems(&problems);
        return Ok(vec![Scope::Codes(codes)]);
    }
    let chapters = args.chapter.iter().map(|id| {
        let ids: Vec<_> = set.chapters.iter().map(|chapter| chapter.id).collect();
        let hint = if ids.is_empty() {
            "use --codes instead".to_owned()
        } else {
            format!("its chapters are {}", ids.join(", "))
        };
        let fact = format!("{} has no chapter `{id}`", set.title);
        Scope::chapter(set, id).ok_or_else(|| Error::argument(fact, hint))
    });
    let specialties = specialties.into_iter().map(|specialty| {
        if specialty.ranges.iter().any(|range| range.set == set) {
            return Ok(Scope::Specialty(specialty));
        }
        let fact = format!("the specialty `{}` has no range of {} codes", specialty.id, set.title);
        Err(Error::argument(fact, "add a range to your own table, and pass the table with --specialties"))
    });
    chapters.chain(specialties).collect()
}

fn write_files(report: &TeachReport<'_>, folder: &Path) -> Result<(), Error> {
    sources::make_folder(folder)?;
    for file in TeachFile::ALL {
        write_whole(&folder.join(file.name()), |out| write_course_file(report, *file, out))?;
    }
    Ok(())
}

/// Reports what was written.
fn tell(report: &TeachReport<'_>, teaching: &Teaching<'_>, folder: &Path) -> Result<(), Error> {
    let changes: usize = teaching.lessons.iter().map(Lesson::len).sum();
    let counts = [
        counted(teaching.lessons.len() as u64, "lesson", "lessons"),
        counted(changes as u64, "change", "changes"),
        counted(report.cards() as u64, "flashcard", "flashcards"),
        counted(report.questions() as u64, "question", "questions"),
    ];
    output::write(None, |out| {
        writeln!(out, "{}. In {}:", counts.join(", "), folder.display())?;
        let width = TeachFile::ALL.iter().map(|file| file.name().len()).max().unwrap_or(0);
        TeachFile::ALL.iter().try_for_each(|file| writeln!(out, "  {:width$}  {}", file.name(), file.about()))
    })
}
