//! The decisions that have come back: each row goes to the sets that it is about.

use super::releases::Loaded;
use crate::cli::error::{Error, InputError};
use crate::cli::load::Loader;
use crate::cli::output::Ui;
use crate::cli::project::Project;
use crate::cli::usage;
use crate::crosswalk::{Decisions, releases_digest};
use crate::model::{DecisionRow, DecisionTable, Place, Problem, ProblemCode};

/// Reads the files in the folder of decisions. A file without decisions is a note, one that cannot be read an error; neither
/// stops anything.
pub(super) fn read(loaded: &mut [Loaded], project: &Project, loader: &Loader, ui: &Ui) -> Result<(), Error> {
    let mut tables = Vec::new();
    let mut problems = Vec::new();
    for path in project.decision_files()? {
        match loader.decision_tables(&path) {
            Ok(read) => tables.extend(read),
            Err(error) => {
                let (code, hint) = match error {
                    Error::Input(InputError::Without { .. }) => (
                        ProblemCode::PassedOver,
                        "the folder of decisions takes the CSV of a review page, or a worklist that was filled in",
                    ),
                    _ => {
                        (ProblemCode::UnreadDecisions, "ask for the file again, or move it out of the folder")
                    }
                };
                let problem = Problem::new(code, Place::file(usage::name(&path)), error.describe());
                problems.push(problem.hint(hint));
            }
        }
    }
    let digests: Vec<String> = loaded.iter().map(|set| releases_digest(&set.old, &set.new)).collect();
    let about: Vec<Vec<DecisionTable>> = (0..loaded.len())
        .map(|at| {
            let is_about = |row: &DecisionRow| sets_of(row, loaded, &digests).contains(&at);
            tables.iter().map(|table| part(table, at == 0, is_about)).collect()
        })
        .collect();
    for (set, mut own) in loaded.iter_mut().zip(about) {
        own.append(&mut set.tables);
        set.decisions = Decisions::new(&set.old, &set.new, own);
    }
    if let Some(first) = loaded.first_mut() {
        first.problems.extend(problems);
    } else {
        ui.problems(&problems);
    }
    Ok(())
}

/// Returns the sets that a decision is about: that of its releases, else each that has the code. A decision about an unknown
/// code goes to the first set, which reports it.
fn sets_of(row: &DecisionRow, loaded: &[Loaded], digests: &[String]) -> Vec<usize> {
    let has = |set: &Loaded| {
        let code = (set.old.set.normalize)(&row.source);
        code.is_some_and(|code| [&set.old, &set.new].iter().any(|release| release.find(&code).is_some()))
    };
    if let Some(at) = row.releases.as_ref().and_then(|made| digests.iter().position(|of| of == made)) {
        return vec![at];
    }
    let found: Vec<usize> = (0..loaded.len()).filter(|at| has(&loaded[*at])).collect();
    if found.is_empty() { vec![0] } else { found }
}

/// Returns the rows of a table that are about a set; its problems go to the first set.
fn part(table: &DecisionTable, is_first: bool, is_about: impl Fn(&DecisionRow) -> bool) -> DecisionTable {
    DecisionTable {
        name: table.name.clone(),
        rows: table.rows.iter().filter(|row| is_about(row)).cloned().collect(),
        problems: if is_first { table.problems.clone() } else { Vec::new() },
    }
}
