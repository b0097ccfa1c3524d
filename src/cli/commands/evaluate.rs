//! `codeset evaluate OLD NEW [--map FILE..]`

use crate::cli::ExitStatus;
use crate::cli::args::EvaluateArgs;
use crate::cli::error::{Error, InputError};
use crate::cli::load::Loader;
use crate::cli::output::{Output, Ui};
use crate::crosswalk::evaluate;
use crate::diff::diff;
use crate::report::EvaluateReport;

pub(in crate::cli) fn run(args: &EvaluateArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(&args.map.map);
    let output = Output::new(&args.output, &inputs)?;
    let [old, mut new] = loader.pair(&args.old, &args.new)?;
    loader.maps_of(&mut new, &args.map.map)?;
    let has_tables = new.companions.has_successors();
    if !has_tables && new.set.successors.is_none() {
        return Err(InputError::NothingToMeasure.into());
    }
    let diff = diff(&old, &new);
    let report = EvaluateReport::new(&diff, &evaluate(&diff));
    ui.problems(&report.problems);
    output.write(&report)?;
    Ok(ExitStatus::Done)
}
