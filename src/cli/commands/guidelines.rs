//! `codeset guidelines OLD NEW`

use super::diff::codes;
use crate::cli::ExitStatus;
use crate::cli::args::GuidelinesArgs;
use crate::cli::error::Error;
use crate::cli::in_force::name_of;
use crate::cli::load::Loader;
use crate::cli::output::{Output, Ui};
use crate::cli::usage::{self, UsageFile};
use crate::guidelines::compare_guidelines;
use crate::impact::Editions;
use crate::model::{Problem, Release};
use crate::report::{GuidelinesReport, UsedCodes};

pub(in crate::cli) fn run(args: &GuidelinesArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let files =
        if args.usage.is_empty() { Vec::new() } else { usage::files(&args.usage, &args.reading.query, ui)? };
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(args.codes.iter().chain(&args.release).chain(files.iter().map(UsageFile::path)));
    let output = Output::new(&args.output, &inputs)?;
    let options = usage::Options::new(&args.reading)?;
    let [old, new] = loader.two_guidelines(&args.old, &args.new)?;
    if old.first_day > new.first_day {
        if !args.pair.backward {
            let fact = format!("OLD ({}) is newer than NEW ({})", old.edition(), new.edition());
            let hint = "pass the older edition first; --backward compares them as they are";
            return Err(Error::argument(fact, hint));
        }
    } else if old.source.sha256 == new.source.sha256 {
        ui.warning("OLD and NEW are the same file");
    }
    let diff = compare_guidelines(&old, &new);
    let mut report = GuidelinesReport::new(&diff);
    if args.codes.is_some() || !files.is_empty() {
        let release = release(args, loader)?;
        let editions = Editions::pair(&release, &release);
        let mut problems: Vec<Problem> = Vec::new();
        if let Some(file) = &args.codes {
            let (list, of_list) = codes(file, editions, loader)?;
            let listed = list.codes().map(|code| (code.to_owned(), None));
            report = report.with_codes(&UsedCodes(listed.collect()), release.set.display).only_used();
            problems.extend(of_list);
        }
        if !files.is_empty() {
            let mut usage = usage::read(&files, editions, &options, ui)?;
            problems.append(&mut usage.problems);
            report = report.with_codes(&usage::used_codes(editions, &usage), release.set.display);
        }
        report.problems.extend(problems);
    }
    ui.problems(&report.problems);
    output.write(&report)?;
    Ok(ExitStatus::Done)
}

/// Loads the release that says which values of lists and usage are codes.
fn release(args: &GuidelinesArgs, loader: &Loader) -> Result<Release, Error> {
    let named = args.release.as_ref().or_else(|| Some(&args.new).filter(|new| name_of(new).is_some()));
    let Some(path) = named else {
        return Err(Error::argument(
            "--codes and --usage need the codes of a release",
            "add --in RELEASE, such as --in icd10cm@2026",
        ));
    };
    let mut releases = loader.releases(std::slice::from_ref(path))?;
    Ok(releases.remove(0))
}
