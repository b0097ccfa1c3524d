//! `codeset sets`

use crate::cli::Ending;
use crate::cli::args::SetsArgs;
use crate::cli::error::Error;
use crate::cli::output::Output;
use crate::cli::shelf::code_set;
use crate::formats;
use crate::model::sets;
use crate::report::SetsReport;

pub(in crate::cli) fn run(args: &SetsArgs) -> Result<Ending, Error> {
    let output = Output::new(&args.output, &[])?;
    let asked = args.sets.iter().map(|id| code_set(id)).collect::<Result<Vec<_>, _>>()?;
    let wanted = sets::all().into_iter().filter(|set| asked.is_empty() || asked.contains(set));
    let rows: Vec<_> =
        wanted.map(|set| (set, formats::layouts(Some(set)).map(|format| format.title()).collect())).collect();
    output.write(&SetsReport::new(&rows))?;
    Ok(Ending::Done)
}
