//! Reads files of codes in use as their options say.

use std::cell::Cell;
use std::io;
use std::path::{Path, PathBuf};

use super::adbc::AdbcQuery;
use super::args::{UsageArgs, UsageQueryOption};
use super::error::{Error, InputError};
use super::output::Ui;
use crate::guidelines::GuidelineDiff;
use crate::impact::{ColumnChoice, Editions, ReadSeek, Tally, Usage, UsageOptions, UsageReader};
use crate::model::{Place, Problem, ProblemCode};
use crate::report::{GuidelinesPart, UsedCodes};
use crate::sources::{self, DataFile};

/// The options for reading files and hiding small numbers.
pub(super) struct Options {
    reading: UsageOptions,
    suppress_below: Option<u64>,
}

impl Options {
    /// Checks the options.
    pub(super) fn new(args: &UsageArgs) -> Result<Self, Error> {
        let only = args.only.iter().map(|text| {
            let pair = text.split_once('=').map(|(heading, value)| (heading.to_owned(), value.to_owned()));
            let fact = format!("`{text}` does not have the form HEADING=VALUE");
            pair.ok_or_else(|| Error::argument(fact, "for example --where icd_version=10"))
        });
        let columns = ColumnChoice {
            code: args.code_column.clone(),
            count: args.count_column.clone(),
            owner: args.owner_column.clone(),
            amount: args.amount_column.clone(),
            date: args.date_column.clone(),
            claim: args.claim_column.clone(),
        };
        let reading = UsageOptions { columns, only: only.collect::<Result<_, _>>()?, basis: args.basis };
        Ok(Self { reading, suppress_below: args.suppress_below })
    }
}

/// A file of codes in use.
pub(super) enum UsageFile {
    /// A file, or standard input.
    File(DataFile),
    /// The result of a query.
    Query(AdbcQuery),
}

impl UsageFile {
    /// Returns a file that was named itself.
    pub(super) fn named(path: &Path) -> Self {
        Self::File(DataFile { path: path.to_owned(), is_found: false })
    }

    /// Returns the path of the file, or of the query.
    pub(super) fn path(&self) -> &PathBuf {
        match self {
            Self::File(file) => &file.path,
            Self::Query(query) => query.path(),
        }
    }

    /// Reads the file and adds it to `usage`. A query is run once, however often its result is read.
    pub(super) fn read(&self, reader: &UsageReader<'_>, usage: &mut Usage) -> Result<(), Error> {
        match self {
            Self::File(file) => read_file(reader, usage, &file.path),
            Self::Query(query) => query.read(reader, usage),
        }
    }
}

/// Reads files of codes in use. A file of a folder that was not named itself may fail; that is a problem of the usage.
pub(super) fn read(
    files: &[UsageFile],
    editions: Editions<'_>,
    options: &Options,
    ui: &Ui,
) -> Result<Usage, Error> {
    let mut usage = Usage::default();
    let reader = UsageReader::new(editions, &options.reading);
    let mut read = 0;
    for file in files {
        match (file.read(&reader, &mut usage), file) {
            (Ok(()), _) => read += 1,
            (Err(error), UsageFile::File(DataFile { path, is_found: true })) => {
                usage.problems.push(not_read(path, &error));
            }
            (Err(error), _) => return Err(error),
        }
    }
    if read == 0 {
        let first = usage.problems.first().map_or(String::new(), |problem| problem.fact.clone());
        return Err(InputError::NoUsage { first }.into());
    }
    if usage.codes.is_empty() && !options.reading.only.is_empty() {
        ui.warning("no row has the value of --where, so nothing was counted; check its spelling");
    }
    if let Some(below) = options.suppress_below {
        usage.suppress(below);
    }
    Ok(usage)
}

/// Returns what changed in sections of the guidelines that name codes in use.
pub(super) fn guidelines_in_use(
    diff: &GuidelineDiff<'_>,
    editions: Editions<'_>,
    usage: &Usage,
) -> GuidelinesPart {
    GuidelinesPart::of_codes(diff, &used_codes(editions, usage), editions.new.set.display)
}

/// Returns the codes in use that are in one of the releases, with their lines unless these are hidden.
pub(super) fn used_codes(editions: Editions<'_>, usage: &Usage) -> UsedCodes {
    let is_code = |code: &str| editions.all().any(|release| release.find(code).is_some());
    let lines = |tally: &Tally| Some(tally.lines).filter(|_| !tally.is_hidden);
    let used = usage.codes.iter().filter(|(code, _)| is_code(code));
    UsedCodes(used.map(|(code, tally)| (code.clone(), lines(tally))).collect())
}

/// Reads one file.
fn read_file(reader: &UsageReader<'_>, usage: &mut Usage, path: &Path) -> Result<(), Error> {
    if path != Path::new("-") {
        // What comes through a pipe is lost if it is opened twice.
        let first = Cell::new(Some(sources::file(path)?));
        let open = || {
            let file = first.take().map_or_else(|| sources::file(path), Ok);
            file.map(|file| Box::new(file) as Box<dyn ReadSeek>).map_err(io::Error::other)
        };
        return Ok(reader.read_file(usage, &name(path), &open)?);
    }
    let mut first = Some(sources::stream(path)?);
    let mut open = || first.take().ok_or_else(|| io::ErrorKind::Unsupported.into());
    Ok(reader.read(usage, "standard input", &mut open)?)
}

/// Returns the files of usage that were named, each once, and the databases that are asked for the result of a query.
pub(super) fn files(named: &[PathBuf], option: &UsageQueryOption, ui: &Ui) -> Result<Vec<UsageFile>, Error> {
    let (queries, paths) = AdbcQuery::split(named, option.usage_query.as_deref())?;
    let files = if paths.is_empty() { Vec::new() } else { data_files(&paths, ui)? };
    Ok(files.into_iter().map(UsageFile::File).chain(queries.into_iter().map(UsageFile::Query)).collect())
}

fn data_files(paths: &[PathBuf], ui: &Ui) -> Result<Vec<DataFile>, Error> {
    let found = sources::data_files(paths)?;
    let first = |paths: &[PathBuf]| paths.first().map(|path| path.display().to_string());
    if let Some(pattern) = first(&found.unmatched) {
        return Err(Error::argument(
            format!("no file matches `{pattern}`"),
            "use `*` and `?` only in the name of the file, not in the names of folders",
        ));
    }
    if let Some(folder) = first(&found.empty) {
        return Err(Error::argument(
            format!("the folder `{folder}` contains no files"),
            "pass the files themselves: subfolders and hidden files are not read",
        ));
    }
    if let Some(file) = first(&found.repeated) {
        return Err(Error::argument(
            format!("`{file}` is given twice to --usage, so its lines would count twice"),
            "name each file once: by its path, its folder or a pattern",
        ));
    }
    let is_missing = |file: &&DataFile| file.path != Path::new("-") && !file.path.exists();
    if let Some(file) = found.files.iter().find(is_missing) {
        return Err(Error::argument(
            format!("cannot read `{}`: no such file", file.path.display()),
            "pass files, folders, or patterns such as lists/*.csv to --usage",
        ));
    }
    for folder in &found.folders {
        ui.warning(&format!(
            "the folder `{}` was not read: only files directly in a folder are read",
            folder.display()
        ));
    }
    Ok(found.files)
}

/// Creates a problem for the report: a file of a folder was not read.
fn not_read(path: &Path, error: &Error) -> Problem {
    let problem = Problem::new(ProblemCode::BadUsage, Place::file(name(path)), error.describe());
    error.hint().into_iter().fold(problem, Problem::hint)
}

/// Returns the name of a file without its folder.
pub(super) fn name(file: &Path) -> String {
    let name = if file == Path::new("-") {
        "standard input".into()
    } else {
        file.file_name().unwrap_or_default().to_string_lossy()
    };
    name.into_owned()
}
