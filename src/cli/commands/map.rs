//! `codeset map FILE [CODE..]`

use crate::cli::Ending;
use crate::cli::args::CodeMapArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{Output, Talk};
use crate::crosswalk::{Direction, MapReader};
use crate::model::{CodeMap, Release};
use crate::report::map;

pub(in crate::cli) fn run(args: &CodeMapArgs, loader: &Loader, talk: &Talk) -> Result<Ending, Error> {
    let mut inputs = vec![&args.file];
    inputs.extend(&args.releases);
    let output = Output::new(&args.output, &inputs)?;
    let maps = loader.code_maps(&args.file)?;
    let readers = readers(args, &maps)?;
    let releases = loader.releases(&args.releases)?;
    check(&releases, &readers)?;
    let report = map(&readers, &args.codes, &releases);
    talk.problems(&report.problems);
    output.write(&report)?;
    if !args.codes.is_empty() && report.mappings.is_empty() {
        let hint = "without a code the command says what the file is, and from which set it leads";
        return Err(Error::argument("none of the codes is in a map that was given", hint));
    }
    Ok(Ending::Done)
}

/// The maps in the direction asked for, those from the set asked for.
fn readers<'a>(args: &CodeMapArgs, maps: &'a [CodeMap]) -> Result<Vec<MapReader<'a>>, Error> {
    let direction = if args.reverse { Direction::Reverse } else { Direction::Forward };
    let mut readers: Vec<_> = maps.iter().map(|map| MapReader::new(map, direction)).collect();
    let mut from: Vec<_> = readers.iter().map(|reader| reader.from().id()).collect();
    from.sort_unstable();
    from.dedup();
    if let Some(wanted) = &args.from {
        readers.retain(|reader| reader.from().id() == wanted);
        if readers.is_empty() {
            let fact = format!("`{}` does not lead from {wanted}", args.file.display());
            return Err(Error::argument(fact, format!("it leads from {}", from.join(", "))));
        }
    }
    Ok(readers)
}

/// A release has to be of a set that the maps speak of.
fn check(releases: &[Release], readers: &[MapReader<'_>]) -> Result<(), Error> {
    for release in releases {
        let speaks = |reader: &MapReader<'_>| {
            [reader.from(), reader.to()].iter().any(|end| end.set() == Some(release.set))
        };
        if !readers.iter().any(speaks) {
            let fact =
                format!("no map leads to or from {}, the set of `{}`", release.set.title, release.file);
            return Err(Error::argument(fact, "pass a release of the set of the answers"));
        }
    }
    Ok(())
}
