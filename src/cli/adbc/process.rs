//! The process of a driver, as its parent sees it.
//!
//! What the process writes to its standard streams is dropped, because drivers log there as they like. The result and the
//! reason for a failure come in files of a temporary folder, which nobody else may read.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::{env, fs};

use tempfile::TempDir;

use crate::cli::error::{AdbcError, Step};

/// The file with the result. It appears whole.
pub(in crate::cli) const RESULT: &str = "result.csv";

/// The file with the reason for a failure: its step and the reason, each in a line.
pub(in crate::cli) const FAILURE: &str = "failure.txt";

/// The end of the query in the standard input of the process. The input stays open until the parent has ended.
pub(in crate::cli) const QUERY_END: u8 = 0;

/// The result of a query, in a folder that is removed with it.
pub(super) struct QueryResult(TempDir);

impl QueryResult {
    pub(super) fn path(&self) -> PathBuf {
        self.0.path().join(RESULT)
    }
}

/// Runs a query and waits for its result.
pub(super) fn run(profile: &str, sql: &str) -> Result<QueryResult, AdbcError> {
    let not_started = |source| AdbcError::NotStarted { profile: profile.to_owned(), source };
    let folder = tempfile::tempdir().map_err(not_started)?;
    let child = start(profile, folder.path()).map_err(not_started)?;
    let status = finish(child, sql).map_err(not_started)?;
    if status.success() && folder.path().join(RESULT).is_file() {
        return Ok(QueryResult(folder));
    }
    Err(failure(profile, folder.path())
        .unwrap_or_else(|| AdbcError::Crashed { profile: profile.to_owned(), ended: ended(status) }))
}

fn start(profile: &str, folder: &Path) -> io::Result<Child> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("adbc-query").arg("--into").arg(folder).arg("--").arg(profile);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // An interrupt from the keyboard ends this process only. The other one then sees the end of its input, and cleans up.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}

/// Hands the query to the process, and waits for its end.
fn finish(mut child: Child, sql: &str) -> io::Result<ExitStatus> {
    let mut input = child.stdin.take();
    if let Some(input) = &mut input {
        // A process that ends before it has read the query says why by its status.
        let _ = input.write_all(sql.as_bytes()).and_then(|()| input.write_all(&[QUERY_END]));
    }
    child.wait()
}

/// Returns the failure that the process reports.
fn failure(profile: &str, folder: &Path) -> Option<AdbcError> {
    let text = fs::read_to_string(folder.join(FAILURE)).ok()?;
    let (step, reason) = text.split_once('\n')?;
    let step = Step::ALL.into_iter().find(|known| known.id() == step)?;
    Some(AdbcError::Failed { step, profile: profile.to_owned(), reason: reason.to_owned() })
}

/// Describes how a process ended.
fn ended(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("crashed or was killed (signal {signal})");
    }
    match status.code() {
        Some(code) => format!("ended the process without a result (exit code {code})"),
        None => "ended the process without a result".to_owned(),
    }
}
