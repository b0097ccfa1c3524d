//! `codeset crosswalk OLD NEW [CODE..]`

use crate::cli::Ending;
use crate::cli::args::CrosswalkArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{Output, Talk};
use crate::crosswalk::{Direction, crosswalk, of_codes, reverse};
use crate::diff::diff;
use crate::report::CrosswalkReport;

pub(in crate::cli) fn run(args: &CrosswalkArgs, loader: &Loader, talk: &Talk) -> Result<Ending, Error> {
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(&args.map.map);
    let output = Output::new(&args.output, &inputs)?;
    let [old, mut new] = loader.pair(&args.old, &args.new)?;
    loader.conversion_tables(&mut new, &args.map.map)?;
    let diff = diff(&old, &new);
    let direction = if args.reverse { Direction::Reverse } else { Direction::Forward };
    let crosswalk = match direction {
        _ if !args.codes.is_empty() => of_codes(&diff, direction, &args.codes),
        Direction::Forward => crosswalk(&diff),
        Direction::Reverse => reverse(&diff),
    };
    let report = CrosswalkReport::new(&diff, &crosswalk);
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
