//! `codeset crosswalk OLD NEW [CODE..]`

use super::diff::codes;
use crate::cli::ExitStatus;
use crate::cli::args::CrosswalkArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{Output, Ui};
use crate::cli::usage::{self, UsageFile};
use crate::crosswalk::{CrosswalkOptions, Decisions, Direction, crosswalk_with};
use crate::diff::{diff, steps};
use crate::impact::Editions;
use crate::report::CrosswalkReport;
use crate::view::Format;

pub(in crate::cli) fn run(args: &CrosswalkArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(args.replacements.files().chain(&args.via.via).chain(&args.list));
    let files =
        if args.usage.is_empty() { Vec::new() } else { usage::files(&args.usage, &args.reading.query, ui)? };
    inputs.extend(files.iter().map(UsageFile::path));
    let output = Output::new(&args.output, &inputs)?;
    if args.url.is_some() && !matches!(output.format(), Format::FhirR4 | Format::FhirR5) {
        return Err(Error::argument(
            "--url is only for a FHIR ConceptMap, not for the format that is written",
            "add --format fhir-r4 or --format fhir-r5",
        ));
    }
    let reading = usage::Options::new(&args.reading)?;
    let ([old, mut new], between) = loader.editions(&args.old, &args.new, &args.via.via)?;
    let tables = loader.maps_of(&mut new, args.replacements.files())?;
    let decisions = Decisions::new(&old, &new, tables);
    let whole = diff(&old, &new);
    let steps = steps(&old, &between, &new);
    let direction = if args.reverse { Direction::Reverse } else { Direction::Forward };
    let asked = Some(args.codes.as_slice()).filter(|codes| !codes.is_empty());
    let question = CrosswalkOptions { between: &steps, direction, codes: asked, decisions: Some(&decisions) };
    let mut crosswalk = crosswalk_with(&whole, &question);
    let editions = Editions { old: &old, between: &between, new: &new };
    let list = args.list.as_deref().map(|file| codes(file, editions, loader)).transpose()?;
    let (list, of_list) = list.unzip();
    if let Some(list) = &list {
        crosswalk.mappings.retain(|mapping| list.holds(mapping.source));
    }
    let usage = if files.is_empty() { None } else { Some(usage::read(&files, editions, &reading, ui)?) };
    if let Some(usage) = &usage {
        crosswalk.mappings.retain(|mapping| usage.codes.contains_key(mapping.source.code()));
    }
    let mut report = CrosswalkReport::new(&whole, &crosswalk).with_url(args.url.clone());
    if let Some(usage) = &usage {
        report = report.with_usage(usage);
    }
    report.problems.extend(of_list.into_iter().flatten());
    ui.problems(&report.problems);
    output.write(&report)?;
    if !args.codes.is_empty() && report.mappings.is_empty() {
        let place = if args.reverse { "billable in NEW" } else { "billable in OLD" };
        return Err(Error::NoneFound { place, hint: "write codes as E11.9 or E119" });
    }
    Ok(ExitStatus::Done)
}
