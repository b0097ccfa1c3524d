//! `codeset apply OLD ADDENDA`

use std::slice;

use crate::base::counted;
use crate::cli::ExitStatus;
use crate::cli::args::ApplyArgs;
use crate::cli::error::{Error, InputError};
use crate::cli::load::Loader;
use crate::cli::output::{self, Ui};
use crate::diff;
use crate::interchange::write_order_file;

pub(in crate::cli) fn run(args: &ApplyArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let file = output::checked(args.output.as_deref(), &[&args.old, &args.addenda])?;
    let old = loader.releases(slice::from_ref(&args.old))?.remove(0);
    ui.problems(&old.problems);
    if !old.coverage.headers || !old.coverage.whole || !old.unreadable.is_empty() {
        return Err(InputError::NotWholeOrderFile.into());
    }
    let addenda = loader.addenda(&args.addenda)?;
    let Some(addenda) = addenda.into_iter().find(|addenda| addenda.columns.is_some()) else {
        return Err(InputError::CodesAddenda.into());
    };
    ui.problems(&addenda.problems);
    if !addenda.is_whole() {
        return Err(InputError::CutAddenda.into());
    }
    if let Some(problem) = diff::other_base(&old, &addenda) {
        return Err(InputError::OtherBase(problem.fact).into());
    }
    let applied = diff::apply(&old, &addenda);
    if !applied.problems.is_empty() {
        ui.problems(&applied.problems);
        let lines = counted(applied.problems.len() as u64, "line", "lines");
        return Err(InputError::Misfits(lines).into());
    }
    output::write(file, |out| write_order_file(&applied.release, out))?;
    let placed = counted(applied.placed.len() as u64, "new row was placed", "new rows were placed");
    ui.note(&format!(
        "{placed} by rule: after the last smaller code with the same parent and everything below it; the \
         publisher's order may differ"
    ));
    Ok(ExitStatus::Done)
}
