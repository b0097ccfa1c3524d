//! `codeset crosswalk OLD NEW [CODE..]`

use super::diff::codes;
use crate::cli::Ending;
use crate::cli::args::CrosswalkArgs;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::{Output, Talk};
use crate::crosswalk::{Direction, Question, answer};
use crate::diff::{diff, steps};
use crate::impact::Editions;
use crate::report::CrosswalkReport;

pub(in crate::cli) fn run(args: &CrosswalkArgs, loader: &Loader, talk: &Talk) -> Result<Ending, Error> {
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(args.map.map.iter().chain(&args.via).chain(&args.list));
    let output = Output::new(&args.output, &inputs)?;
    let ([old, mut new], between) = loader.editions(&args.old, &args.new, &args.via)?;
    loader.conversion_tables(&mut new, &args.map.map)?;
    let whole = diff(&old, &new);
    let steps = steps(&old, &between, &new);
    let direction = if args.reverse { Direction::Reverse } else { Direction::Forward };
    let asked = Some(args.codes.as_slice()).filter(|codes| !codes.is_empty());
    let question = Question { between: &steps, direction, codes: asked };
    let mut crosswalk = answer(&whole, &question);
    let editions = Editions { old: &old, between: &between, new: &new };
    let list = args.list.as_deref().map(|file| codes(file, editions, loader)).transpose()?;
    let (list, of_list) = list.unzip();
    if let Some(list) = &list {
        crosswalk.mappings.retain(|mapping| list.holds(mapping.source));
    }
    let mut report = CrosswalkReport::new(&whole, &crosswalk);
    report.problems.extend(of_list.into_iter().flatten());
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
