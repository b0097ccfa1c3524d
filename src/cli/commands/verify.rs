//! `codeset verify OLD NEW`

use crate::cli::ExitStatus;
use crate::cli::args::VerifyArgs;
use crate::cli::error::{Error, InputError};
use crate::cli::load::Loader;
use crate::cli::output::{Output, Ui};
use crate::diff::{Outcome, diff, verify, verify_actions};
use crate::report::VerifyReport;

pub(in crate::cli) fn run(args: &VerifyArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(&args.addenda);
    let output = Output::new(&args.output, &inputs)?;
    let [old, mut new] = loader.pair(&args.old, &args.new)?;
    if let Some(file) = &args.addenda {
        new.companions.addenda = loader.addenda(file)?;
        new.problems.extend(new.companions.addenda.iter().flat_map(|addenda| addenda.problems.clone()));
    }
    let diff = diff(&old, &new);
    let addenda = new.companions.addenda.iter().map(|addenda| verify(&diff, addenda));
    let outcomes: Vec<Outcome> = addenda.chain(verify_actions(&diff).map(Outcome::Compared)).collect();
    if outcomes.is_empty() {
        let has_actions = new.set.actions.is_some();
        return Err(InputError::NothingToVerify { has_actions }.into());
    }
    let report = VerifyReport::new(&diff, outcomes);
    ui.problems(&report.problems);
    output.write(&report)?;
    if report.verifications.is_empty() {
        return Err(InputError::NothingVerified.into());
    }
    Ok(if report.agrees() { ExitStatus::Done } else { ExitStatus::Matched })
}
