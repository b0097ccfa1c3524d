//! `codeset lookup CODE..`

use jiff::civil::Date;

use crate::cli::Ending;
use crate::cli::args::LookupArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{Output, Talk};
use crate::model::Release;
use crate::report::lookup;

pub(in crate::cli) fn run(args: &LookupArgs, loader: &Loader, talk: &Talk) -> Result<Ending, Error> {
    let output = Output::new(&args.output, &args.releases.iter().collect::<Vec<_>>())?;
    let mut releases = loader.releases(&args.releases)?;
    if let Some(day) = &args.on {
        releases = vec![in_force(releases, day)?];
    }
    let report = lookup(&args.codes, &releases);
    talk.problems(&report.problems);
    output.write(&report)?;
    if report.results.iter().all(|row| row.level.is_none()) {
        return Err(Error::argument(
            "none of the codes is in a release that was given",
            "see the nearest codes above",
        ));
    }
    Ok(Ending::Done)
}

/// The release in force on a day: the last one that took effect before it or on it.
fn in_force(releases: Vec<Release>, day: &str) -> Result<Release, Error> {
    let parsed: Date =
        day.parse().map_err(|_| Error::argument(format!("`{day}` is no date"), "write it as 2026-03-31"))?;
    if let Some(unknown) = releases.iter().find(|release| release.effective().is_none()) {
        let fact =
            format!("the edition of `{}` is not known, so neither is the day it takes effect", unknown.file);
        return Err(Error::argument(fact, "say which edition it is with --edition, once for each release"));
    }
    let started = releases.into_iter().filter(|release| release.effective() <= Some(parsed));
    started.max_by_key(Release::effective).ok_or_else(|| {
        Error::argument(format!("none of the releases was in force on {day}"), "pass an earlier one")
    })
}
