//! The help of the program: commands under headings, grouped by task.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command, CommandFactory};

use super::Cli;
use super::options::heading;
use crate::cli::exit_codes;

/// Every command, under its heading. clap cannot group commands, so the help is generated from this list.
const GROUPS: &[(&str, &[&str])] = &[
    ("The yearly update", &["init", "prepare"]),
    ("Compare", &["diff", "impact", "crosswalk", "history", "lookup", "guidelines"]),
    ("Your files", &["scan", "migrate", "usage-sql"]),
    ("Releases", &["fetch", "add", "list", "lock", "store"]),
    ("Check", &["verify", "apply", "evaluate", "map"]),
    ("Learn", &["teach", "demo", "sets"]),
    ("Other", &["schema", "completions", "man", "help"]),
];

/// Returns the description of the command line.
pub(in crate::cli) fn command() -> Command {
    let flag = |name: &'static str, short| {
        Arg::new(name).long(name).short(short).global(true).help_heading(heading::GLOBAL)
    };
    let help = flag("help", 'h')
        .action(ArgAction::Help)
        .help("Print help: a summary with -h, everything with --help");
    let version =
        flag("version", 'V').action(ArgAction::Version).help("Print the version").hide_short_help(true);
    // Manual pages take the long help of arguments that a summary leaves out.
    let version = version.long_help("Print the version");
    let command = Cli::command().args([help, version]);
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}{}\n{{options}}{{after-help}}\n\n{}\n{}",
        groups(&command),
        header(&command, heading::GLOBAL),
        header(&command, "Exit codes"),
        exit_codes::ALL.map(|(code, meaning)| format!("  {code}  {meaning}")).join("\n"),
    );
    command.help_template(template)
}

/// Returns the commands with what they are for, group by group.
fn groups(command: &Command) -> String {
    let literal = command.get_styles().get_literal();
    let width = command.get_subcommands().filter(|command| !command.is_hide_set());
    let width = width.map(|command| command.get_name().len()).max().unwrap_or(0);
    let mut text = String::new();
    for (title, names) in GROUPS {
        text += &header(command, title);
        text.push('\n');
        for name in *names {
            let about = command.find_subcommand(name).and_then(Command::get_about);
            // clap adds the command `help` once the arguments are parsed.
            let about = about.map_or("Print help of a command".to_owned(), ToString::to_string);
            let _ = writeln!(text, "  {literal}{name}{literal:#}{:1$}  {about}", "", width - name.len());
        }
        text.push('\n');
    }
    text
}

fn header(command: &Command, title: &str) -> String {
    let style = command.get_styles().get_header();
    format!("{style}{title}:{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_exactly_one_group() {
        let mut command = command();
        command.build();
        let mut commands: Vec<_> = command
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
            .map(|command| command.get_name().to_owned())
            .collect();
        let mut listed: Vec<_> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        commands.sort();
        listed.sort_unstable();
        assert_eq!(commands, listed);
    }

    #[test]
    fn the_description_of_the_command_line_is_consistent() {
        command().debug_assert();
    }

    /// Calls a function with every command that has help of its own.
    fn each(command: &Command, visit: &mut dyn FnMut(&Command)) {
        for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
            if !command.is_hide_set() {
                visit(command);
                each(command, visit);
            }
        }
    }

    #[test]
    fn every_command_has_an_example() {
        let mut command = command();
        command.build();
        each(&command, &mut |command| {
            let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.starts_with("Example") && help.contains("codeset "), "{name} has no example");
            assert!(
                help.lines().all(|line| line.len() <= 100),
                "{name} has an example that would be wrapped"
            );
            assert!(command.get_about().is_some(), "{name} says nothing about itself");
        });
    }

    #[test]
    fn every_argument_has_a_line_that_fits() {
        let mut command = command();
        command.build();
        each(&command, &mut |command| {
            for argument in command.get_arguments() {
                let name = format!("{} {}", command.get_name(), argument.get_id());
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_empty() && !help.ends_with('.'), "{name}: `{help}`");
                assert!(help.len() <= 100, "{name}: `{help}` is too long for a summary");
            }
        });
    }

    #[test]
    fn summaries_leave_out_the_options_of_every_command() {
        let mut command = command();
        command.build();
        each(&command, &mut |command| {
            let summary = command.clone().render_help().to_string();
            for option in ["-q", "--color", "--store", "--catalog", "--locked", "--edition", "--backward"] {
                let has_option = summary.lines().any(|line| line.trim_start().starts_with(option));
                assert!(!has_option, "{}: {option}", command.get_name());
            }
        });
    }
}
