//! `codeset map FILE [CODE..]`

use std::collections::BTreeSet;

use crate::cli::ExitStatus;
use crate::cli::args::CodeMapArgs;
use crate::cli::error::{Error, InputError};
use crate::cli::load::Loader;
use crate::cli::output::{Output, Ui};
use crate::crosswalk::{Direction, MapReader};
use crate::impact::read_codes_in_order;
use crate::model::{CodeMap, Problem, Release};
use crate::report::map;
use crate::sources;

pub(in crate::cli) fn run(args: &CodeMapArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let mut inputs = vec![&args.file];
    inputs.extend(args.releases.iter().chain(&args.code_files));
    let output = Output::new(&args.output, &inputs)?;
    let maps = loader.code_maps(&args.file)?;
    let readers = readers(args, &maps)?;
    let releases = loader.releases(&args.releases)?;
    check(&releases, &readers)?;
    let (codes, problems) = asked(args, loader, &readers)?;
    let mut report = map(&readers, &codes, &releases);
    report.problems.extend(problems);
    ui.problems(&report.problems);
    output.write(&report)?;
    let is_answered = report.mappings.iter().any(|mapping| !mapping.not_in_map || mapping.parent.is_some());
    if !codes.is_empty() && !is_answered {
        let hint = "run the command without a code to see from which code set the file maps";
        return Err(Error::NoneFound { place: "in the given maps", hint });
    }
    Ok(ExitStatus::Done)
}

/// Returns the codes to look up: those of the command line, then those of files, each once.
fn asked(
    args: &CodeMapArgs,
    loader: &Loader,
    readers: &[MapReader<'_>],
) -> Result<(Vec<String>, Vec<Problem>), Error> {
    let (mut codes, mut problems) = (args.codes.clone(), Vec::new());
    if args.code_files.is_empty() {
        return Ok((codes, problems));
    }
    let Some(from) = readers.first().map(MapReader::from) else { return Ok((codes, problems)) };
    if let Some(other) = readers.iter().map(MapReader::from).find(|other| *other != from) {
        let fact = format!("the maps have different sources: {} and {}", from.title(), other.title());
        let hint = format!("name the code set of the codes in the list, such as --from {}", from.word());
        return Err(Error::argument(fact, hint));
    }
    let mut known: Vec<&str> = readers.iter().flat_map(MapReader::codes).collect();
    known.sort_unstable();
    known.dedup();
    let release = Release::of_codes(from.like(), &known);
    for path in &args.code_files {
        let name = path.display().to_string();
        let (listed, found) =
            read_codes_in_order(&name, &sources::read_bytes(path)?, &release, loader.list_column())?;
        if listed.is_empty() {
            return Err(InputError::NoCodesToMap { path: name, set: from.title() }.into());
        }
        codes.extend(listed);
        problems.extend(found);
    }
    let mut seen = BTreeSet::new();
    codes.retain(|code| seen.insert(from.normalize(code)));
    Ok((codes, problems))
}

/// Returns the maps in the direction asked for, those from the set asked for.
fn readers<'a>(args: &CodeMapArgs, maps: &'a [CodeMap]) -> Result<Vec<MapReader<'a>>, Error> {
    let direction = if args.reverse { Direction::Reverse } else { Direction::Forward };
    let mut readers: Vec<_> = maps.iter().map(|map| MapReader::new(map, direction)).collect();
    let mut from: Vec<_> = readers.iter().map(|reader| reader.from().word()).collect();
    from.sort_unstable();
    from.dedup();
    if let Some(wanted) = args.from {
        readers.retain(|reader| reader.from() == wanted);
        if readers.is_empty() {
            let fact = format!("`{}` does not map from {wanted}", args.file.display());
            return Err(Error::argument(fact, format!("it leads from {}", from.join(", "))));
        }
    }
    Ok(readers)
}

/// Checks that each release is of a set that the maps cover.
fn check(releases: &[Release], readers: &[MapReader<'_>]) -> Result<(), Error> {
    for release in releases {
        let speaks = |reader: &MapReader<'_>| {
            [reader.from(), reader.to()].iter().any(|end| end.set() == Some(release.set))
        };
        if !readers.iter().any(speaks) {
            let fact =
                format!("no map is to or from {}, the code set of `{}`", release.set.title, release.file);
            return Err(Error::argument(fact, "pass a release of a code set that the map covers"));
        }
    }
    Ok(())
}
