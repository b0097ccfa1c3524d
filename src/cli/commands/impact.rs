//! `codeset impact OLD NEW --usage FILE..`

use std::path::{Path, PathBuf};

use crate::cli::Ending;
use crate::cli::args::ImpactArgs;
use crate::cli::attributes::AttributeArg;
use crate::cli::commands::split::Splitter;
use crate::cli::error::Error;
use crate::cli::in_force;
use crate::cli::load::Loader;
use crate::cli::output::{Output, Talk};
use crate::crosswalk::{Question, answer};
use crate::diff::{diff, steps};
use crate::impact::{
    Basis, ColumnChoice, Editions, Usage, UsageOptions, UsageReader, attribute_impact, impact,
};
use crate::model::{Place, Problem, ProblemCode, counted};
use crate::report::ImpactReport;
use crate::sources::{self, DataFile};

pub(in crate::cli) fn run(args: &ImpactArgs, loader: &Loader, talk: &Talk) -> Result<Ending, Error> {
    let asked = AttributeArg::all(&args.attribute)?;
    let files = usage_files(&args.usage, talk)?;
    let mut inputs = vec![&args.old, &args.new];
    inputs.extend(files.iter().map(|file| &file.path).chain(&args.map.map).chain(&args.via));
    inputs.extend(asked.iter().flat_map(AttributeArg::paths));
    let output = Output::new(&args.output, &inputs)?;
    let options = options(args)?;
    if args.split_by.is_some() && args.output.output.as_deref() == Some(Path::new("-")) {
        return Err(Error::argument(
            "reports of several owners do not fit on stdout",
            "name a folder with -o",
        ));
    }
    let via = match args.via.as_slice() {
        [] => in_force::between(&args.old, &args.new, loader, talk)?,
        via => via.to_vec(),
    };
    let ([old, mut new], between) = loader.editions(&args.old, &args.new, &via)?;
    loader.conversion_tables(&mut new, &args.map.map)?;
    let editions = Editions { old: &old, between: &between, new: &new };
    let tables = asked.iter().map(|asked| asked.read(new.set, loader)).collect::<Result<Vec<_>, _>>()?;
    let mut usage = Usage::default();
    let reader = UsageReader::new(editions, &options);
    let mut read = 0;
    for DataFile { path, is_found } in &files {
        let done = sources::stream(path).map_err(Error::from).and_then(|stream| {
            let mut first = Some(stream);
            let mut open = || match first.take() {
                Some(stream) => Ok(stream),
                None if path == Path::new("-") => Err(std::io::ErrorKind::Unsupported.into()),
                None => sources::stream(path).map_err(std::io::Error::other),
            };
            reader.read(&mut usage, &name(path), &mut open).map_err(Error::from)
        });
        match done {
            Ok(()) => read += 1,
            // Nobody named it: the other files of its folder are read, and the report lists this one as a problem.
            Err(error) if *is_found => usage.problems.push(not_read(path, &error)),
            Err(error) => return Err(error),
        }
    }
    if read == 0 {
        let fact = "no file in the folder can be read as codes in use";
        let first = usage.problems.first().map_or(String::new(), |problem| problem.fact.clone());
        return Err(Error::argument(fact, format!("the first one: {first}")));
    }
    if let Some(below) = args.suppress_below {
        usage.suppress(below);
    }
    let diff = diff(&old, &new);
    let steps = steps(&old, &between, &new);
    let crosswalk = answer(&diff, &Question { between: &steps, ..Question::default() });
    let impact = impact(&diff, &crosswalk, &usage);
    let attributes = attribute_impact(&diff, &impact, &usage, &tables);
    let report = ImpactReport::new(&diff, &crosswalk, &impact).with_attributes(&attributes);
    talk.problems(&report.problems);
    match args.output.output.as_deref().filter(|_| args.split_by.is_some()) {
        Some(folder) => {
            let (diff, crosswalk) = (&diff, &crosswalk);
            let splitter = Splitter { folder, output: &output, diff, crosswalk, attributes: &tables };
            let reports = splitter.write(&usage, &report)?;
            talk.note(&format!("{} in `{}`", counted(reports as u64, "report", "reports"), folder.display()));
        }
        None => output.write(&report)?,
    }
    Ok(Ending::Done)
}

/// The files of usage that were named, each once.
fn usage_files(paths: &[PathBuf], talk: &Talk) -> Result<Vec<DataFile>, Error> {
    let found = sources::data_files(paths)?;
    let first = |paths: &[PathBuf]| paths.first().map(|path| path.display().to_string());
    if let Some(pattern) = first(&found.unmatched) {
        return Err(Error::argument(
            format!("no file matches `{pattern}`"),
            "`*` and `?` are expanded in the name of the file, not in names of folders",
        ));
    }
    if let Some(folder) = first(&found.empty) {
        return Err(Error::argument(
            format!("there is no file in the folder `{folder}`"),
            "folders inside it and hidden files are not read",
        ));
    }
    if let Some(file) = first(&found.repeated) {
        return Err(Error::argument(
            format!("`{file}` is given twice to --usage: its lines would count twice"),
            "name each file once, by itself, by its folder or by a pattern",
        ));
    }
    let is_missing = |file: &&DataFile| file.path != Path::new("-") && !file.path.exists();
    if let Some(file) = found.files.iter().find(is_missing) {
        return Err(Error::argument(
            format!("cannot read `{}`: there is no such file", file.path.display()),
            "--usage takes files, folders, and patterns such as lists/*.csv",
        ));
    }
    for folder in &found.folders {
        talk.warning(&format!(
            "the folder `{}` was not read: folders inside folders are not",
            folder.display()
        ));
    }
    Ok(found.files)
}

/// A problem for the report: a file of a folder was not read.
fn not_read(path: &Path, error: &Error) -> Problem {
    let problem = Problem::new(ProblemCode::BadUsage, Place::file(name(path)), error.told());
    error.hint().into_iter().fold(problem, Problem::hint)
}

fn name(file: &Path) -> String {
    let name = if file == Path::new("-") {
        "standard input".into()
    } else {
        file.file_name().unwrap_or_default().to_string_lossy()
    };
    name.into_owned()
}

fn options(args: &ImpactArgs) -> Result<UsageOptions, Error> {
    let pair = |text: &String| {
        let (heading, value) = text.split_once('=')?;
        Some((heading.to_owned(), value.to_owned()))
    };
    let only = args.only.iter().map(|text| {
        let fact = format!("`{text}` is not of the form HEADING=VALUE");
        pair(text).ok_or_else(|| Error::argument(fact, "for example --where icd_version=10"))
    });
    let columns = ColumnChoice {
        code: args.code_column.clone(),
        count: args.count_column.clone(),
        owner: args.owner_column.clone(),
        amount: args.amount_column.clone(),
        date: args.date_column.clone(),
        claim: args.claim_column.clone(),
    };
    let basis = match args.basis.as_str() {
        "service" => Basis::Service,
        "discharge" => Basis::Discharge,
        _ => Basis::Usual,
    };
    Ok(UsageOptions { columns, only: only.collect::<Result<_, _>>()?, basis })
}
