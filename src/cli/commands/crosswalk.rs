//! `codeset crosswalk OLD NEW [CODE..]`

use crate::cli::Ending;
use crate::cli::args::CrosswalkArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{Output, Talk};
use crate::crosswalk::{Direction, Question, answer};
use crate::diff::{diff, steps};
use crate::report::CrosswalkReport;

pub(in crate::cli) fn run(args: &CrosswalkArgs, loader: &Loader, talk: &Talk) -> Result<Ending, Error> {
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(args.map.map.iter().chain(&args.via));
    let output = Output::new(&args.output, &inputs)?;
    let ([old, mut new], between) = loader.editions(&args.old, &args.new, &args.via)?;
    loader.conversion_tables(&mut new, &args.map.map)?;
    let whole = diff(&old, &new);
    let steps = steps(&old, &between, &new);
    let direction = if args.reverse { Direction::Reverse } else { Direction::Forward };
    let codes = Some(args.codes.as_slice()).filter(|codes| !codes.is_empty());
    let question = Question { between: &steps, direction, codes };
    let crosswalk = answer(&whole, &question);
    let report = CrosswalkReport::new(&whole, &crosswalk);
    talk.problems(&report.problems);
    output.write(&report)?;
    if !args.codes.is_empty() && report.mappings.is_empty() {
        let release = if args.reverse { "NEW" } else { "OLD" };
        return Err(Error::argument(
            format!("none of the codes is billable in {release}"),
            "codes are written E11.9 or E119",
        ));
    }
    Ok(Ending::Done)
}
