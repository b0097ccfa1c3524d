//! `codeset completions SHELL` and `codeset man`

use clap::Command;

use crate::cli::ExitStatus;
use crate::cli::args::CompletionsArgs;
use crate::cli::error::Error;
use crate::cli::output;

pub(in crate::cli) fn completions(
    args: &CompletionsArgs,
    command: &mut Command,
) -> Result<ExitStatus, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "codeset", &mut script);
    output::write(None, |out| out.write_all(&script))?;
    Ok(ExitStatus::Done)
}

pub(in crate::cli) fn man(command: Command) -> Result<ExitStatus, Error> {
    let page = clap_mangen::Man::new(command);
    output::write(None, |out| {
        let mut bytes = Vec::new();
        page.render(&mut bytes)?;
        out.write_all(&bytes)
    })?;
    Ok(ExitStatus::Done)
}
