//! `codeset scan OLD NEW PATH..`

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::mem;
use std::path::Path;

use serde::Deserialize;

use crate::base::{both, on_all_cores};
use crate::cli::ExitStatus;
use crate::cli::args::ScanArgs;
#[cfg(feature = "sqlite")]
use crate::cli::databases;
use crate::cli::error::{Error, InputError};
use crate::cli::load::Loader;
use crate::cli::output::{Output, Ui};
use crate::cli::resolver::day;
use crate::crosswalk::{Crosswalk, CrosswalkOptions, Decisions, crosswalk_with};
use crate::diff::{Diff, diff, steps};
use crate::model::{CodeSet, Release};
use crate::report::{FileRows, ScanReport};
#[cfg(feature = "sqlite")]
use crate::scan::Kind;
use crate::scan::{CodeTable, FileScan, Finding, FindingKind, Names, Plan, ScanOptions};
use crate::sources::{self, Exceptions, WalkEntry};

pub(in crate::cli) fn run(args: &ScanArgs, loader: &Loader, ui: &Ui) -> Result<ExitStatus, Error> {
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(args.replacements.files().chain(&args.via.via).chain(&args.paths));
    inputs.extend(args.baseline.iter().chain(&args.reading.exceptions));
    let output = Output::new(&args.output, &inputs)?;
    let options = ScanOptions {
        on: args.on.as_deref().map(day).transpose()?,
        columns: args.reading.code_column.clone(),
        keeps_rows: false,
        past_rows: false,
    };
    let ([old, mut new], between) = loader.editions(&args.old, &args.new, &args.via.via)?;
    let tables = loader.maps_of(&mut new, args.replacements.files())?;
    let decisions = Decisions::new(&old, &new, tables);
    let exceptions = exceptions(args.reading.exceptions.as_deref(), new.set)?;
    let earlier = args.baseline.as_deref().map(baseline).transpose()?;
    let (codes, diff, crosswalk) = compared(&old, &between, &new, &decisions);
    let plan = Plan::with(codes, &diff, &crosswalk, &options);
    let files = sources::walk(&args.paths)?;
    let is_excepted = |path: &str, finding: &Finding<'_>| excepts(&exceptions, path, finding);
    let names = if args.show_names { Names::Whole } else { Names::KnownWords };
    let mut report = ScanReport::new(&diff, &crosswalk);
    let rows = |file: &WalkEntry| -> Result<FileRows<'_>, Error> {
        let (bytes, scan) = scan(&plan, file)?;
        Ok(FileRows::at(&file.place, &file.name, bytes, &scan, &is_excepted, names))
    };
    for file in on_all_cores(&files, rows) {
        report.add(file?);
    }
    if let (Some(path), Some(earlier)) = (&args.baseline, &earlier) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        report.compare(name, earlier);
    }
    report.count();
    let matched = report.has(&args.fail_on);
    report.list_only(&args.only);
    ui.problems(&report.problems);
    for line in exceptions.unused() {
        ui.note(&format!("line {line} of the exceptions matches nothing"));
    }
    for file in report.files.iter().filter(|file| !file.notes.is_empty()) {
        let text = format!("`{}`: {}", file.path, file.notes.join("; "));
        if file.is_unread { ui.unread(&text) } else { ui.warning(&text) }
    }
    output.write(&report)?;
    // The program ends here: freeing a report of many findings would only take time.
    mem::forget(report);
    Ok(if matched { ExitStatus::Matched } else { ExitStatus::Done })
}

/// Returns the codes of the releases and their changes, computed in parallel.
pub(super) fn compared<'a>(
    old: &'a Release,
    between: &'a [Release],
    new: &'a Release,
    decisions: &Decisions,
) -> (CodeTable<'a>, Diff<'a>, Crosswalk<'a>) {
    let change = || {
        let diff = diff(old, new);
        let steps = steps(old, between, new);
        let options =
            CrosswalkOptions { between: &steps, decisions: Some(decisions), ..CrosswalkOptions::default() };
        let crosswalk = crosswalk_with(&diff, &options);
        (diff, crosswalk)
    };
    let (codes, (diff, crosswalk)) = both(|| CodeTable::of(old, between, new), change);
    (codes, diff, crosswalk)
}

/// Reads the exceptions of a file; none without a file.
pub(super) fn exceptions(path: Option<&Path>, set: &CodeSet) -> Result<Exceptions, Error> {
    let Some(path) = path else { return Ok(Exceptions::default()) };
    let plain = |word: &str| {
        let is_kind = FindingKind::from_word(word).is_some();
        if is_kind { word.to_owned() } else { (set.normalize)(word).unwrap_or_else(|| word.to_owned()) }
    };
    Ok(Exceptions::read(path, &plain)?)
}

/// Returns whether a finding is excepted. A finding about a new code is also excepted by its predecessors.
pub(super) fn excepts(exceptions: &Exceptions, path: &str, finding: &Finding<'_>) -> bool {
    let before = finding.predecessors.iter().map(|entry| entry.code());
    let words = [finding.code.as_str(), finding.kind.word()].into_iter().chain(before);
    exceptions.excepts(path, &words.collect::<Vec<_>>())
}

/// The parts of an earlier report that are read.
#[derive(Deserialize)]
struct Earlier {
    findings: Vec<Known>,
}

#[derive(Deserialize)]
struct Known {
    fingerprint: String,
}

/// Reads the fingerprints of an earlier report.
fn baseline(path: &Path) -> Result<BTreeSet<String>, Error> {
    let text = sources::read_text(path)?;
    let report: Earlier = serde_json::from_str(&text)
        .map_err(|error| InputError::Baseline { path: path.display().to_string(), error })?;
    Ok(report.findings.into_iter().map(|known| known.fingerprint).collect())
}

/// Scans a file, and returns its size in bytes. One that was found in a folder and cannot be read does not end the command.
pub(super) fn scan<'p>(plan: &'p Plan<'_>, file: &WalkEntry) -> Result<(u64, FileScan<'p>), Error> {
    match read(plan, &file.path, &file.name) {
        Err(error) if file.is_found => Ok((0, plan.unread(&file.name, error.describe()))),
        read => read,
    }
}

fn read<'p>(plan: &'p Plan<'_>, path: &Path, name: &str) -> Result<(u64, FileScan<'p>), Error> {
    let mut input = Counted { reader: sources::stream(path)?, bytes: 0 };
    let read_error = |source| sources::Error::Read { name: name.to_owned(), source };
    let scan = plan.scan_text(name, &mut input).map_err(read_error)?;
    // A reader may leave the end of a file unread; standard input has only the size that was read.
    let bytes = fs::metadata(path).ok().filter(|_| path != Path::new("-")).map(|metadata| metadata.len());
    let bytes = bytes.unwrap_or(input.bytes);
    #[cfg(feature = "sqlite")]
    if scan.kind == Kind::Sqlite && path != Path::new("-") {
        let database = databases::open(path);
        return Ok((bytes, databases::scan(plan, &database)));
    }
    Ok((bytes, scan))
}

/// Counts the bytes that are read.
struct Counted<R> {
    reader: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}
