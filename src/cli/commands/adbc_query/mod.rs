//! `codeset adbc-query PROFILE --into DIR`: the process in which an ADBC driver runs. Users do not type it.
//!
//! Invariant: what a driver reports leaves this process masked (see [`masked`]), and nothing of its standard streams does.

mod driver;
mod masked;
mod rows;

use std::fs;
use std::io::{self, BufRead as _, Read as _};
use std::path::Path;
use std::process;

use crate::cli::ExitStatus;
use crate::cli::adbc::process::{FAILURE, QUERY_END, RESULT};
use crate::cli::args::AdbcQueryArgs;
use crate::cli::error::{AdbcError, Error};

/// The file with the rows that were read until now.
const UNFINISHED: &str = "unfinished.csv";

pub(in crate::cli) fn run(args: &AdbcQueryArgs) -> Result<ExitStatus, Error> {
    let unread = |source| AdbcError::Unread { path: "-".to_owned(), source };
    let sql = query(&args.into).map_err(unread)?;
    let unfinished = args.into.join(UNFINISHED);
    let done = driver::run(&args.profile, &sql, &unfinished).and_then(|()| {
        fs::rename(&unfinished, args.into.join(RESULT)).map_err(|error| driver::not_kept(&error))
    });
    let Err(driver::Failure { step, reason }) = done else { return Ok(ExitStatus::Done) };
    // Without this file, the parent knows that the query failed, but not why.
    let _ = fs::write(args.into.join(FAILURE), format!("{}\n{reason}", step.id()));
    Err(AdbcError::Failed { step, profile: args.profile.clone(), reason }.into())
}

/// Reads the query from standard input.
fn query(folder: &Path) -> io::Result<String> {
    let mut query = Vec::new();
    io::stdin().lock().read_until(QUERY_END, &mut query)?;
    if query.last() == Some(&QUERY_END) {
        query.pop();
        end_with_parent(folder);
    }
    String::from_utf8(query).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Ends this process when its parent has ended: nobody waits for the result, and a warehouse may take hours for it.
fn end_with_parent(folder: &Path) {
    let folder = folder.to_owned();
    std::thread::spawn(move || {
        let _ = io::stdin().lock().read_to_end(&mut Vec::new());
        let _ = fs::remove_dir_all(folder);
        process::exit(i32::from(crate::cli::COULD_NOT_RUN));
    });
}
