//! The command line: arguments, settings, commands, exit codes.

mod adbc;
mod args;
mod attributes;
mod commands;
#[cfg(feature = "sqlite")]
mod databases;
mod error;
mod exit_codes;
mod in_force;
mod load;
mod network;
mod output;
mod project;
mod resolver;
mod schemas;
mod settings;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use anstream::ColorChoice;

use args::{Cli, Color, Command};
use error::Error;
use exit_codes::{COULD_NOT_RUN, MATCHED, NOT_ALL_READ};
use load::Loader;
use output::Ui;

/// The result of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ExitStatus {
    /// Exit code 0.
    Done,
    /// Exit code 1: something matched `--fail-on`, or `verify` disagrees.
    Matched,
}

/// Runs the program with its arguments.
pub fn run(args: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> ExitCode {
    let (cli, warnings) = match args::parse(args) {
        Ok(parsed) => (parsed.cli, parsed.warnings),
        Err(error) => {
            // Help and version are data for stdout, everything else is ui; clap distinguishes them.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(COULD_NOT_RUN));
        }
    };
    match cli.global.color {
        Color::Auto => {}
        Color::Always => ColorChoice::Always.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
    let ui = Ui::new(cli.global.quiet);
    warnings.iter().for_each(|warning| ui.warning(warning));
    match command(cli, &ui) {
        Ok(ExitStatus::Done) if ui.is_partial() => ExitCode::from(NOT_ALL_READ),
        Ok(ExitStatus::Done) => ExitCode::SUCCESS,
        Ok(ExitStatus::Matched) => ExitCode::from(MATCHED),
        // The reader of our output closed it: that is not our error.
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            ui.error(&error);
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn command(cli: Cli, ui: &Ui) -> Result<ExitStatus, Error> {
    match cli.command {
        Command::Init(args) => commands::init::run(&args, &Loader::new(&args)?, ui),
        Command::Diff(args) => commands::diff::run(&args, &Loader::new(&args)?, ui),
        Command::Prepare(args) => commands::prepare::run(&args, &Loader::new(&args)?, ui),
        Command::Impact(args) => commands::impact::run(&args, &Loader::new(&args)?, ui),
        Command::Crosswalk(args) => commands::crosswalk::run(&args, &Loader::new(&args)?, ui),
        Command::History(args) => commands::history::run(&args, &Loader::new(&args)?, ui),
        Command::Lookup(args) => commands::lookup::run(&args, &Loader::new(&args)?, ui),
        Command::Guidelines(args) => commands::guidelines::run(&args, &Loader::new(&args)?, ui),
        Command::Scan(args) => commands::scan::run(&args, &Loader::new(&args)?, ui),
        Command::Migrate(args) => commands::migrate::run(&args, ui),
        Command::UsageSql(args) => commands::usage_sql::run(&args, &Loader::new(&args)?, ui),
        Command::Fetch(args) => commands::fetch::run(&args, &Loader::new(&args)?, ui),
        Command::Add(args) => commands::add::run(&args, &Loader::new(&args)?, ui),
        Command::List(args) => commands::list::run(&args, &Loader::new(&args)?, ui),
        Command::Lock(args) => commands::lock::run(&args, &Loader::new(&args)?, ui),
        Command::Store(args) => commands::store::run(&args.command, &Loader::new(&args)?, ui),
        Command::Verify(args) => commands::verify::run(&args, &Loader::new(&args)?, ui),
        Command::Apply(args) => commands::apply::run(&args, &Loader::new(&args)?, ui),
        Command::Evaluate(args) => commands::evaluate::run(&args, &Loader::new(&args)?, ui),
        Command::Map(args) => commands::map::run(&args, &Loader::new(&args)?, ui),
        Command::Teach(args) => commands::teach::run(&args, &Loader::new(&args)?, ui),
        Command::Demo(args) => commands::demo::run(&args),
        Command::Sets(args) => commands::sets::run(&args, &Loader::new(&args)?),
        Command::Schema(args) => commands::schema::run(&args),
        Command::Completions(args) => commands::shell::completions(&args),
        Command::Man(args) => commands::shell::man(&args),
        #[cfg(feature = "adbc")]
        Command::AdbcQuery(args) => commands::adbc_query::run(&args),
    }
}

// The reference is about the features that are on by default.
#[cfg(test)]
#[cfg(all(feature = "fetch", not(feature = "adbc")))]
mod reference;
