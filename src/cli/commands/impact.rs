//! `codeset impact OLD NEW --usage FILE..`

use std::path::Path;

use crate::base::counted;
use crate::cli::ExitStatus;
use crate::cli::args::ImpactArgs;
use crate::cli::attributes::AttributeArg;
use crate::cli::commands::split::Splitter;
use crate::cli::error::Error;
use crate::cli::in_force;
use crate::cli::load::Loader;
use crate::cli::output::{Output, Ui};
use crate::cli::usage::{self, UsageFile};
use crate::crosswalk::{CrosswalkOptions, Decisions, crosswalk_with};
use crate::diff::{diff, steps};
use crate::guidelines::compare_guidelines;
use crate::impact::{Editions, attribute_impact, impact};
use crate::report::ImpactReport;

pub(in crate::cli) fn run(args: &ImpactArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let asked = AttributeArg::all(&args.attribute)?;
    let files = usage::files(&args.usage, &args.reading.query, ui)?;
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(files.iter().map(UsageFile::path).chain(args.replacements.files()).chain(&args.via.via));
    inputs.extend(asked.iter().flat_map(AttributeArg::paths));
    let output = Output::new(&args.output, &inputs)?;
    let options = usage::Options::new(&args.reading)?;
    if args.split_by.is_some() && args.output.output.as_deref() == Some(Path::new("-")) {
        return Err(Error::argument(
            "reports of several owners do not fit on stdout",
            "name a folder with -o",
        ));
    }
    let via = match args.via.via.as_slice() {
        [] => in_force::between(&args.old, &args.new, loader, ui)?,
        via => via.to_vec(),
    };
    let ([old, mut new], between) = loader.editions(&args.old, &args.new, &via)?;
    let tables = loader.maps_of(&mut new, args.replacements.files())?;
    let decisions = Decisions::new(&old, &new, tables);
    let editions = Editions { old: &old, between: &between, new: &new };
    let tables = asked.iter().map(|asked| asked.read(new.set, loader)).collect::<Result<Vec<_>, _>>()?;
    let usage = usage::read(&files, editions, &options, ui)?;
    let diff = diff(&old, &new);
    let steps = steps(&old, &between, &new);
    let options =
        CrosswalkOptions { between: &steps, decisions: Some(&decisions), ..CrosswalkOptions::default() };
    let crosswalk = crosswalk_with(&diff, &options);
    let impact = impact(&diff, &crosswalk, &usage);
    let attributes = attribute_impact(&diff, &impact, &usage, &tables);
    let guidelines = loader.guidelines_pair(&args.old, &args.new)?;
    let guidelines = guidelines
        .as_ref()
        .map(|[old, new]| usage::guidelines_in_use(&compare_guidelines(old, new), editions, &usage));
    let report = ImpactReport::new(&diff, &crosswalk, &impact)
        .with_attributes(&attributes)
        .with_guidelines(guidelines);
    ui.problems(&report.problems);
    match args.output.output.as_deref().filter(|_| args.split_by.is_some()) {
        Some(folder) => {
            let (diff, crosswalk) = (&diff, &crosswalk);
            let splitter = Splitter { folder, output: &output, diff, crosswalk, attributes: &tables };
            let reports = splitter.write(&usage, &report)?;
            ui.note(&format!("{} in `{}`", counted(reports as u64, "report", "reports"), folder.display()));
        }
        None => output.write(&report)?,
    }
    Ok(ExitStatus::Done)
}
