//! `codeset migrate sql OLD NEW --table NAME --dialect DIALECT -o DIR`

use std::path::Path;

use crate::base::counted;
use crate::cli::ExitStatus;
use crate::cli::args::{MigrateSqlArgs, TableArgs};
use crate::cli::commands::scan::compared;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::cli::output::Ui;
use crate::crosswalk::Decisions;
use crate::migrate::{DayColumns, Instructions, SetColumn, Spelling, TableNames, planned, scripts};
use crate::sources;

/// Writes the scripts of a table into a folder.
pub(super) fn run(args: &MigrateSqlArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let folder = args.output.as_path();
    if folder == Path::new("-") {
        return Err(Error::argument("cannot write five scripts to stdout", "name a folder with -o"));
    }
    let names = names(&args.table)?;
    let ([old, mut new], between) = loader.editions(&args.old, &args.new, &args.via.via)?;
    let tables = loader.maps_of(&mut new, args.replacements.files())?;
    let mut decisions = Decisions::new(&old, &new, tables);
    let decided = Instructions::take(&mut decisions);
    let (_, _, crosswalk) = compared(&old, &between, &new, &decisions);
    let (dialect, mode) = (args.table.dialect, args.mode);
    let spelling = if args.table.undotted { Spelling::Plain } else { Spelling::Dotted };
    let planned = planned(&crosswalk, &decided, mode, spelling);
    let title = format!("{} -> {}", crosswalk.old.id(), crosswalk.new.id());
    let scripts = scripts(dialect, &names, mode, &planned.replacements, &planned.additions, &title)?;
    sources::make_folder(folder)?;
    let files = [
        ("1-before.sql", &scripts.before),
        ("2-migrate.sql", &scripts.forward),
        ("3-after.sql", &scripts.after),
        ("4-reverse.sql", &scripts.reverse),
        ("5-after-reverse.sql", &scripts.reverse_check),
    ];
    for (name, text) in files {
        sources::write_whole(&folder.join(name), |out| out.write_all(text.as_bytes()))?;
    }
    let count = |count: usize, one, many| counted(count as u64, one, many);
    ui.note(&format!(
        "wrote scripts for {} and {} to `{}`",
        count(planned.replacements.len(), "code that is replaced", "codes that are replaced"),
        count(planned.additions.len(), "that comes", "that come"),
        folder.display()
    ));
    for (codes, why) in [
        (&planned.undecided, "a decision is needed about"),
        (&planned.without_day, "the last day is not known (name editions in between with --via) of"),
    ] {
        if !codes.is_empty() {
            ui.warning(&format!(
                "left alone: {why} {}: {}",
                count(codes.len(), "code", "codes"),
                some(codes)
            ));
        }
    }
    Ok(ExitStatus::Done)
}

/// Names the first of many.
fn some(codes: &[String]) -> String {
    const SHOWN: usize = 8;
    let described = codes.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if codes.len() > SHOWN { format!("{described}, ..") } else { described }
}

fn names(args: &TableArgs) -> Result<TableNames, Error> {
    let days = match (&args.first_day_column, &args.last_day_column) {
        (Some(first), Some(last)) => Some(DayColumns { first: first.clone(), last: last.clone() }),
        (None, None) => None,
        _ => {
            return Err(Error::argument(
                "only one of the two date columns is named",
                "name the other as well",
            ));
        }
    };
    let set = args.set_column.as_ref().map(|text| {
        let pair = text.split_once('=').map(|(column, value)| (column.to_owned(), value.to_owned()));
        pair.ok_or_else(|| {
            Error::argument(
                format!("`{text}` does not have the form COLUMN=VALUE"),
                "for example --set-column code_set=ICD10CM",
            )
        })
    });
    let set = set.transpose()?.map(|(column, value)| SetColumn { column, value });
    Ok(TableNames {
        table: args.table.clone(),
        code: args.code_column.clone(),
        days,
        description: args.description_column.clone(),
        set,
        key: args.key_column.clone(),
        others: args.other_column.clone(),
    })
}
