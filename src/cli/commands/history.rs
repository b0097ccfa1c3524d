//! `codeset history CODE..`

use crate::cli::ExitStatus;
use crate::cli::args::HistoryArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{Output, Ui};
use crate::report::history;

pub(in crate::cli) fn run(args: &HistoryArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let output = Output::new(&args.output, &args.releases.iter().collect::<Vec<_>>())?;
    let releases = loader.releases(&args.releases)?;
    if let Some(other) = releases.iter().find(|release| release.set != releases[0].set) {
        return Err(Error::TwoSets { old: releases[0].set.title, new: other.set.title });
    }
    let report = history(&args.codes, &releases);
    ui.problems(&report.problems);
    output.write(&report)?;
    if report.steps.is_empty() {
        let (place, hint) = ("in the given releases", "write codes as E11.9 or E119");
        return Err(Error::NoneFound { place, hint });
    }
    Ok(ExitStatus::Done)
}
