//! `codeset teach OLD NEW -o DIR`

use std::path::Path;

use super::diff::codes;
use crate::base::counted;
use crate::cli::ExitStatus;
use crate::cli::args::TeachArgs;
use crate::cli::error::{Error, InputError};
use crate::cli::load::Loader;
use crate::cli::output::{self, Ui};
use crate::crosswalk::{CrosswalkOptions, Decisions, crosswalk_with, reverse};
use crate::diff::diff;
use crate::impact::Editions;
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
    inputs.extend(args.replacements.files().chain(&args.codes).chain(&args.specialties));
    for file in TeachFile::ALL {
        output::checked(Some(&folder.join(file.name())), &inputs)?;
    }
    let specialties = specialties(args, ui)?;
    let [old, mut new] = loader.pair(old, new)?;
    let tables = loader.maps_of(&mut new, args.replacements.files())?;
    let decisions = Decisions::new(&old, &new, tables);
    let scopes = scopes(args, specialties, Editions::pair(&old, &new), loader, ui)?;
    let diff = diff(&old, &new);
    let options = CrosswalkOptions { decisions: Some(&decisions), ..CrosswalkOptions::default() };
    let (forward, backward) = (crosswalk_with(&diff, &options), reverse(&diff));
    let teaching = teach(&diff, &forward, &backward, &scopes);
    let releases = [&old, &new].into_iter().flat_map(|release| release.problems.clone());
    let problems: Vec<_> = releases.chain(diff.problems.clone()).chain(forward.problems.clone()).collect();
    ui.problems(&problems);
    let report = TeachReport::new(&teaching, problems.len());
    write_files(&report, folder)?;
    tell(&report, &teaching, folder)?;
    Ok(ExitStatus::Done)
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
