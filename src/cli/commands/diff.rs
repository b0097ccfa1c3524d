//! `codeset diff OLD NEW`

use std::mem::ManuallyDrop;
use std::path::Path;

use crate::cli::ExitStatus;
use crate::cli::args::{DiffArgs, PropertyGroup};
use crate::cli::error::{Error, InputError};
use crate::cli::load::Loader;
use crate::cli::output::{Output, Ui};
use crate::diff::{Diff, Groups, diff_in, ours, verify_own};
use crate::guidelines::compare_guidelines;
use crate::impact::{Editions, read_code_list, read_own_table};
use crate::model::{CodeList, OwnTable, Problem, ProblemCode};
use crate::report::{DiffReport, GuidelinesPart, Selection};
use crate::sources;

pub(in crate::cli) fn run(args: &DiffArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(args.codes.iter().chain(&args.ours));
    let output = Output::new(&args.output, &inputs)?;
    // The system reclaims memory as a whole, faster than it could be freed in a million pieces.
    let [old, new] = loader.pair(&args.old, &args.new)?.map(ManuallyDrop::new);
    let codes =
        args.codes.as_deref().map(|file| codes(file, Editions::pair(&old, &new), loader)).transpose()?;
    let (codes, of_codes) = codes.unzip();
    let selection = Selection { kinds: args.only.clone(), codes };
    let groups = Groups { shown: PropertyGroup::ids(&args.show), left_out: PropertyGroup::ids(&args.hide) };
    let diff = diff_in(&old, &new, &groups);
    let guidelines = loader.guidelines_pair(&args.old, &args.new)?;
    let guidelines = guidelines.as_ref().map(|[old, new]| GuidelinesPart::of(&compare_guidelines(old, new)));
    let mut report = DiffReport::new(&diff, verify_own(&diff), &selection).with_guidelines(guidelines);
    report.problems.extend(of_codes.into_iter().flatten());
    let table = args.ours.as_deref().map(|path| own_table(path, &diff, loader)).transpose()?;
    if let Some(table) = &table {
        report.problems.extend(table.problems.clone());
        report = report.with_ours(&ours(&diff, table));
    }
    ui.problems(&report.problems);
    output.write(&report)?;
    let watched = Selection { kinds: args.fail_on.clone(), ..selection };
    let matched = !args.fail_on.is_empty() && diff.changes.iter().any(|change| watched.takes(change));
    Ok(if matched { ExitStatus::Matched } else { ExitStatus::Done })
}

/// Reads a table of the user's own.
fn own_table(path: &Path, diff: &Diff<'_>, loader: &Loader) -> Result<OwnTable, Error> {
    let name = path.display().to_string();
    let editions = Editions::pair(diff.old, diff.new);
    Ok(read_own_table(&name, &sources::read_bytes(path)?, editions, loader.list_column())?)
}

/// Reads a list of codes. Returns it with a problem for each value that is not understood.
pub(in crate::cli) fn codes(
    path: &Path,
    editions: Editions<'_>,
    loader: &Loader,
) -> Result<(CodeList, Vec<Problem>), Error> {
    let name = path.display().to_string();
    let (codes, problems) =
        read_code_list(&name, &sources::read_bytes(path)?, editions, loader.list_column())?;
    if codes.is_empty() {
        let first = problems.iter().find(|problem| problem.code == ProblemCode::CodeList);
        let first = first.map(|first| format!("{}: {}", place(first), first.fact));
        return Err(InputError::NoCodes { path: name, set: editions.new.set.title, first }.into());
    }
    Ok((codes, problems))
}

/// Returns the location of a problem in its file.
fn place(problem: &Problem) -> String {
    match &problem.place.cell {
        Some(cell) => format!("cell {cell}"),
        None => format!("line {}", problem.place.line.unwrap_or(0)),
    }
}
