//! Files of the user that hold codes of a set: usage, and lists.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::found::FoundSet;
use super::releases::LARGEST;
use crate::base::on_all_cores;
use crate::cli::commands::scan::compared;
use crate::cli::error::Error;
use crate::cli::load::Loader;
use crate::crosswalk::Decisions;
use crate::impact::{Editions, Usage, UsageOptions, read_usage};
use crate::model::{ProblemCode, Release};
use crate::scan::{Kind, Plan, ScanOptions};
use crate::sources;

/// Number of bytes that are read of a text: enough to recognize its columns, and most departments.
const BEGINNING: u64 = 4 << 20;

/// The codes of a set in a file.
#[derive(Default)]
pub(super) struct Codes {
    /// How it was read as usage; `None` if it is a list.
    pub(super) usage: Option<String>,
    /// The owners of its lines.
    pub(super) owners: BTreeSet<String>,
    /// True if only its beginning was read.
    pub(super) is_cut: bool,
}

/// Looks for codes of a set in files: for each file those that it holds, or why it cannot be read.
pub(super) fn codes(
    set: &FoundSet,
    folder: &Path,
    files: &[(String, PathBuf)],
    loader: &Loader,
) -> Result<Vec<Result<Option<Codes>, sources::Error>>, Error> {
    let sides = [&set.old, &set.new].into_iter().filter_map(|side| side.here());
    let paths = sides.map(|release| match &release.path {
        Some(path) => folder.join(path),
        None => PathBuf::from(release.name.to_string()),
    });
    let releases = loader.releases(&paths.collect::<Vec<_>>())?;
    let (Some(old), Some(new)) = (releases.first(), releases.last()) else { return Ok(Vec::new()) };
    let (codes, diff, crosswalk) = compared(old, &[], new, &Decisions::default());
    let plan = Plan::with(codes, &diff, &crosswalk, &ScanOptions::default());
    Ok(on_all_cores(files, |(name, path)| look(name, path, &plan, [old, new])))
}

fn look(
    name: &str,
    path: &Path,
    plan: &Plan<'_>,
    releases: [&Release; 2],
) -> Result<Option<Codes>, sources::Error> {
    let Some((bytes, is_cut)) = beginning(path)? else { return Ok(None) };
    let kind = Kind::of(name, &bytes[..bytes.len().min(crate::model::HEAD)]);
    if may_be_usage(kind, &bytes)
        && let Some((fact, usage)) = usage(name, &bytes, releases)
    {
        let owners = usage.owners().into_iter().map(str::to_owned).collect();
        return Ok(Some(Codes { usage: Some(fact), owners, is_cut }));
    }
    let read_error = |source| sources::Error::Read { name: name.to_owned(), source };
    let scan = plan.scan_text(name, &mut &bytes[..]).map_err(read_error)?;
    let is_list = scan.regions.iter().any(|region| region.codes > 0);
    Ok(is_list.then(|| Codes { is_cut, ..Codes::default() }))
}

/// Reads a text up to the last whole line of its beginning, and everything else as a whole, unless it is too large.
fn beginning(path: &Path) -> Result<Option<(Vec<u8>, bool)>, sources::Error> {
    let head = sources::head(path)?;
    let size = std::fs::metadata(path).map_or(0, |file| file.len());
    if size > BEGINNING && (is_packed(&head) || head.contains(&0)) {
        return if size > LARGEST { Ok(None) } else { Ok(Some((sources::read_whole(path)?, false))) };
    }
    let mut bytes = Vec::new();
    let read = sources::stream(path)?.take(BEGINNING).read_to_end(&mut bytes);
    read.map_err(|source| sources::Error::Read { name: path.display().to_string(), source })?;
    let is_cut = size > BEGINNING;
    if is_cut {
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
        bytes.truncate(end);
    }
    Ok(Some((bytes, is_cut)))
}

fn is_packed(bytes: &[u8]) -> bool {
    [&b"PK\x03\x04"[..], b"\x1f\x8b", b"\xd0\xcf\x11\xe0"].iter().any(|magic| bytes.starts_with(magic))
}

/// Returns whether a file of a kind may be usage: programs, pages and texts with marks are lists at most.
fn may_be_usage(kind: Kind, bytes: &[u8]) -> bool {
    match kind {
        Kind::Delimited(_)
        | Kind::Json
        | Kind::JsonLines
        | Kind::Prose
        | Kind::Package
        | Kind::Parquet
        | Kind::OldWorkbook => true,
        _ => is_packed(bytes),
    }
}

/// Reads a file as usage, and says how. A table of codes without anything to count is a list; claims, messages and resources
/// are usage, whatever they hold.
fn usage(name: &str, bytes: &[u8], [old, new]: [&Release; 2]) -> Option<(String, Usage)> {
    let mut usage = Usage::default();
    // A file that is not usage is looked at as a list.
    read_usage(&mut usage, name, bytes, &UsageOptions::default(), Editions::pair(old, new)).ok()?;
    let codes = usage.codes.len() as u64;
    let is_known = |code: &&String| [new, old].iter().any(|release| release.find(code).is_some());
    let known = usage.codes.keys().filter(is_known).count() as u64;
    let lines: u64 = usage.codes.values().map(|tally| tally.lines).sum();
    let has_owners = usage.codes.values().any(|tally| !tally.owners.is_empty());
    let read = usage.problems.iter().find(|problem| problem.code == ProblemCode::UsageRead)?;
    let fact = read.fact.clone();
    // Only tables have columns.
    let is_table = fact.contains("codes in ");
    let is_counted = !is_table || lines >= codes * 2 || usage.amount.is_some() || has_owners;
    (known > 0 && known * 2 >= codes && is_counted).then_some((fact, usage))
}
