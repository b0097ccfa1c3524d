//! `codeset sets`

use crate::cli::Ending;
use crate::cli::args::SetsArgs;
use crate::cli::error::Error;
use crate::cli::output::Output;
use crate::formats::FORMATS;
use crate::model::sets;
use crate::report::SetsReport;

pub(in crate::cli) fn run(args: &SetsArgs) -> Result<Ending, Error> {
    let output = Output::new(&args.output, &[])?;
    let wanted =
        sets::ALL.iter().filter(|set| args.sets.is_empty() || args.sets.iter().any(|id| id == set.id));
    let rows: Vec<_> = wanted
        .map(|set| {
            let layouts = FORMATS.iter().filter(|format| format.sets().contains(&set.id));
            (*set, layouts.map(|format| format.title()).collect())
        })
        .collect();
    output.write(&SetsReport::new(&rows))?;
    Ok(Ending::Done)
}
