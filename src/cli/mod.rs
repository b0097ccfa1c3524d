//! The command line: arguments, settings, commands, exit codes.

mod args;
mod attributes;
mod commands;
#[cfg(feature = "sqlite")]
mod databases;
mod error;
mod in_force;
mod load;
mod network;
mod output;
mod shelf;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use anstream::ColorChoice;
use clap::{CommandFactory, Parser};

use args::{Cli, Color, Command};
use error::Error;
use load::Loader;
use output::Talk;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Exit code 0.
    Done,
    /// Exit code 1: something matched `--fail-on`, or `verify` disagrees.
    Matched,
}

/// The exit code of a command that could not run.
const COULD_NOT_RUN: u8 = 2;

/// The exit code of a command that did its work, but could not read a part of what it was given.
const NOT_ALL_READ: u8 = 3;

/// Runs the program with its arguments.
pub fn run(args: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are data for stdout, everything else is talk; clap knows which.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(COULD_NOT_RUN));
        }
    };
    match cli.global.color {
        Color::Auto => {}
        Color::Always => ColorChoice::Always.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
    let talk = Talk::new(cli.global.quiet);
    match command(cli, &talk) {
        Ok(Ending::Done) if talk.is_partial() => ExitCode::from(NOT_ALL_READ),
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Matched) => ExitCode::from(1),
        // Whoever reads our output has had enough: that is not our error.
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            talk.error(&error);
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn command(cli: Cli, talk: &Talk) -> Result<Ending, Error> {
    let loader = Loader::new(&cli.global)?;
    match cli.command {
        Command::Diff(args) => commands::diff::run(&args, &loader, talk),
        Command::Verify(args) => commands::verify::run(&args, &loader, talk),
        Command::Apply(args) => commands::apply::run(&args, &loader, talk),
        Command::Lookup(args) => commands::lookup::run(&args, &loader, talk),
        Command::History(args) => commands::history::run(&args, &loader, talk),
        Command::Crosswalk(args) => commands::crosswalk::run(&args, &loader, talk),
        Command::Map(args) => commands::map::run(&args, &loader, talk),
        Command::Evaluate(args) => commands::evaluate::run(&args, &loader, talk),
        Command::Impact(args) => commands::impact::run(&args, &loader, talk),
        Command::Migrate(args) => commands::migrate::run(&args, &loader, talk),
        Command::Scan(args) => commands::scan::run(&args, &loader, talk),
        Command::Fetch(args) => commands::fetch::run(&args, &loader, talk),
        Command::Add(args) => commands::add::run(&args, &loader, talk),
        Command::List(args) => commands::list::run(&args, &loader, talk),
        Command::Lock(args) => commands::lock::run(&args, &loader, talk),
        Command::Store(args) => commands::store::run(&args.command, &loader, talk),
        Command::Teach(args) => commands::teach::run(&args, &loader, talk),
        Command::Sets(args) => commands::sets::run(&args),
        Command::Demo(args) => commands::demo::run(&args),
        Command::Schema(args) => commands::schema::run(&args),
        Command::Completions(args) => commands::shell::completions(&args, &mut Cli::command()),
        Command::Man => commands::shell::man(Cli::command()),
    }
}
