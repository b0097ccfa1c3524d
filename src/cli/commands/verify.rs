//! `codeset verify OLD NEW`

use crate::cli::Ending;
use crate::cli::args::VerifyArgs;
use crate::cli::error::Error;
use crate::cli::load::{self, Loader};
use crate::cli::output::{Output, Talk};
use crate::diff::{diff, verify};
use crate::report::VerifyReport;

pub(in crate::cli) fn run(args: &VerifyArgs, loader: &Loader, talk: &Talk) -> Result<Ending, Error> {
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(&args.addenda);
    let output = Output::new(&args.output, &inputs)?;
    let [old, mut new] = loader.pair(&args.old, &args.new)?;
    if let Some(file) = &args.addenda {
        new.addenda = load::addenda(file)?;
        new.problems.extend(new.addenda.iter().flat_map(|addenda| addenda.problems.clone()));
    }
    if new.addenda.is_empty() {
        let fact = "no addenda came with NEW: there is nothing to verify against";
        return Err(Error::argument(
            fact,
            "name the publisher's addenda with --addenda, or pass the whole archive as NEW",
        ));
    }
    let diff = diff(&old, &new);
    let outcomes = new.addenda.iter().map(|addenda| verify(&diff, addenda)).collect();
    let report = VerifyReport::new(&diff, outcomes);
    talk.problems(&report.problems);
    output.write(&report)?;
    if report.verifications.is_empty() {
        let fact = "none of the addenda compare with this OLD: nothing was verified";
        return Err(Error::argument(fact, "compare with the edition they start from"));
    }
    Ok(if report.agrees() { Ending::Done } else { Ending::Matched })
}
