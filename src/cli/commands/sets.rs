//! `codeset sets`

use std::path::PathBuf;

use crate::cli::ExitStatus;
use crate::cli::args::SetsArgs;
use crate::cli::error::{Error, InputError};
use crate::cli::load::Loader;
use crate::cli::output::{self, Output};
use crate::cli::resolver::code_set;
use crate::formats::{self, Format};
use crate::model::{SourceFile, Wanted, sets};
use crate::report::SetsReport;
use crate::sources;

/// Lists code sets. The loader registers those that the user's catalogs describe.
pub(in crate::cli) fn run(args: &SetsArgs, _: &Loader) -> Result<ExitStatus, Error> {
    if let Some(file) = &args.describe {
        return describe(file, args);
    }
    let output = Output::new(&args.output, &[])?;
    let asked = args.sets.iter().map(|id| code_set(id)).collect::<Result<Vec<_>, _>>()?;
    let wanted = sets::all().into_iter().filter(|set| asked.is_empty() || asked.contains(set));
    let rows: Vec<_> =
        wanted.map(|set| (set, formats::layouts(Some(set)).map(Format::title).collect())).collect();
    output.write(&SetsReport::new(&rows))?;
    Ok(ExitStatus::Done)
}

/// Writes the first draft of a descriptor.
fn describe(path: &PathBuf, args: &SetsArgs) -> Result<ExitStatus, Error> {
    let output = output::checked(args.output.output.as_deref(), &[path])?;
    let mut files: Vec<SourceFile> = sources::open(path, &|_| Wanted::Yes)?.files;
    let (Some(file), true) = (files.pop(), files.is_empty()) else {
        let fact = format!("`{}` is not one file", path.display());
        return Err(Error::argument(fact, "unpack it, and pass the file that contains the codes"));
    };
    let draft = formats::draft(file)
        .map_err(|error| InputError::Draft { path: path.display().to_string(), error })?;
    output::write(output, |out| out.write_all(draft.as_bytes()))?;
    Ok(ExitStatus::Done)
}
