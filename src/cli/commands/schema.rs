//! `codeset schema NAME`

use crate::cli::ExitStatus;
use crate::cli::args::SchemaArgs;
use crate::cli::error::Error;
use crate::cli::output;

pub(in crate::cli) fn run(args: &SchemaArgs) -> Result<ExitStatus, Error> {
    output::write(None, |out| out.write_all(args.schema.text.as_bytes()))?;
    Ok(ExitStatus::Done)
}
