//! `codeset lookup CODE..`

use jiff::civil::Date;

use crate::cli::ExitStatus;
use crate::cli::args::LookupArgs;
use crate::cli::error::Error;
use crate::cli::in_force::{self, name_of};
use crate::cli::load::Loader;
use crate::cli::output::{Output, Ui};
use crate::cli::resolver::day;
use crate::model::Release;
use crate::report::lookup;

pub(in crate::cli) fn run(args: &LookupArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let output =
        Output::new(&args.output, &args.releases.iter().chain(&args.guidelines).collect::<Vec<_>>())?;
    let on = args.on.as_deref().map(day).transpose()?;
    let releases = match on {
        Some(on) if args.releases.is_empty() => loader.releases(&in_force::on(on, loader, ui)?)?,
        Some(on) => vec![in_force(loader.releases(&args.releases)?, on)?],
        None => loader.releases(&args.releases)?,
    };
    let mut report = lookup(&args.codes, &releases);
    if let Some(file) = &args.guidelines {
        report = report.with_guidelines(&loader.guidelines(file)?, None);
    } else {
        for path in &args.releases {
            if let (Some(name), Some(guidelines)) = (name_of(path), loader.guidelines_of(path)?) {
                report = report.with_guidelines(&guidelines, Some(&name.to_string()));
            }
        }
    }
    ui.problems(&report.problems);
    output.write(&report)?;
    if report.results.iter().all(|row| row.level.is_none()) {
        let (place, hint) = ("in the given releases", "see the nearest codes above");
        return Err(Error::NoneFound { place, hint });
    }
    Ok(ExitStatus::Done)
}

/// Returns the release in force on a day: the last one that took effect before it or on it.
fn in_force(releases: Vec<Release>, on: Date) -> Result<Release, Error> {
    if let Some(unknown) = releases.iter().find(|release| release.effective().is_none()) {
        let fact = format!("the edition of `{}` is unknown, and so is its effective date", unknown.file);
        return Err(Error::argument(fact, "pass --edition once for each release"));
    }
    let started = releases.into_iter().filter(|release| release.effective() <= Some(on));
    started.max_by_key(Release::effective).ok_or(Error::NoneInForce(on))
}
