//! Deprecated arguments: still accepted, with a warning that gives the current form.

use std::ffi::{OsStr, OsString};

use clap::{Arg, Command};

/// The arguments, with deprecated forms rewritten.
pub(super) struct Typed {
    /// The arguments.
    pub(super) args: Vec<OsString>,
    /// Deprecated forms that were rewritten.
    pub(super) warnings: Vec<String>,
}

/// Rewrites deprecated arguments to their current form.
pub(super) fn as_now(args: Vec<OsString>, command: &Command) -> Typed {
    let mut typed = Typed { args: options_last(args, command), warnings: Vec::new() };
    typed.migrate();
    typed
}

/// Flags of `migrate` that are commands of their own now.
const JOURNAL_FLAGS: &[(&str, &str)] = &[("--undo", "undo"), ("--resume", "resume"), ("--forget", "forget")];

impl Typed {
    /// Rewrites `migrate --undo JOURNAL` and `migrate OLD NEW --table NAME --sql DIALECT`.
    fn migrate(&mut self) {
        let is_new = self.args.get(2).is_some_and(|arg| arg == "sql");
        if self.args.get(1).is_none_or(|arg| arg != "migrate") || is_new {
            return;
        }
        for (flag, name) in JOURNAL_FLAGS {
            if let Some(at) = self.args.iter().position(|arg| is_flag(arg, flag)) {
                match value(&self.args[at]) {
                    Some(journal) => self.args[at] = journal,
                    None => drop(self.args.remove(at)),
                }
                self.args.insert(2, name.into());
                self.warnings.push(format!("{flag} is now `codeset migrate {name}`"));
                return;
            }
        }
        if self.args.iter().any(|arg| is_flag(arg, "--table") || is_flag(arg, "--sql")) {
            self.args.insert(2, "sql".into());
            self.warnings
                .push("--table and --sql are now `codeset migrate sql --table --dialect`".to_owned());
        }
    }
}

fn is_flag(arg: &OsStr, flag: &str) -> bool {
    let rest = arg.to_str().and_then(|arg| arg.strip_prefix(flag));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}

/// Returns the value of `--flag=value`.
fn value(arg: &OsStr) -> Option<OsString> {
    Some(arg.to_str()?.split_once('=')?.1.into())
}

/// Moves options from before a command to after it: `codeset --store DIR diff` means `codeset diff --store DIR`.
/// Options belong to the commands that can use them, and used to belong to the program.
fn options_last(mut args: Vec<OsString>, command: &Command) -> Vec<OsString> {
    let mut at = 1;
    while let Some(option) = args.get(at).and_then(|arg| arg.to_str()).filter(|arg| arg.starts_with('-')) {
        let (name, value) =
            option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        let of_commands = command.get_subcommands().flat_map(Command::get_arguments);
        let Some(known) = command.get_arguments().chain(of_commands).find(|known| has_name(known, name))
        else {
            return args;
        };
        at += if known.get_action().takes_values() && value.is_none() { 2 } else { 1 };
    }
    let (mut inner, mut end) = (command, at);
    while let Some(found) = args.get(end).and_then(|arg| inner.find_subcommand(arg)) {
        (inner, end) = (found, end + 1);
    }
    if end > at {
        args[1..end].rotate_left(at - 1);
    }
    args
}

/// Returns whether an argument is one of these forms: `-q`, `--quiet`, or a former name.
fn has_name(argument: &Arg, typed: &str) -> bool {
    if let Some(long) = typed.strip_prefix("--") {
        let others = argument.get_all_aliases().unwrap_or_default();
        return argument.get_long() == Some(long) || others.contains(&long);
    }
    argument.get_short().is_some_and(|short| typed.strip_prefix('-') == Some(short.to_string().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(line: &str) -> (String, usize) {
        let args = line.split(' ').map(OsString::from).collect();
        let typed = as_now(args, &super::super::command());
        let words: Vec<_> = typed.args.iter().map(|arg| arg.to_str().unwrap()).collect();
        (words.join(" "), typed.warnings.len())
    }

    #[test]
    fn flags_of_migrate_are_its_commands() {
        assert_eq!(now("codeset migrate --undo j/1"), ("codeset migrate undo j/1".into(), 1));
        assert_eq!(now("codeset migrate --resume=j/1 -q"), ("codeset migrate resume j/1 -q".into(), 1));
        assert_eq!(
            now("codeset migrate A B --table dx --sql ansi -o s"),
            ("codeset migrate sql A B --table dx --sql ansi -o s".into(), 1)
        );
        for line in
            ["codeset migrate undo j/1", "codeset migrate sql A B --table dx", "codeset scan migrate --table"]
        {
            assert_eq!(now(line), (line.into(), 0));
        }
    }

    #[test]
    fn options_in_front_of_a_command_are_its_options() {
        assert_eq!(now("codeset --store s add X").0, "codeset add --store s X");
        assert_eq!(now("codeset --store=s --locked store path").0, "codeset store path --store=s --locked");
        assert_eq!(
            now("codeset --edition 2025 -q --key c diff A").0,
            "codeset diff --edition 2025 -q --key c A"
        );
        for line in ["codeset --version", "codeset --nonsense diff", "codeset", "codeset --store"] {
            assert_eq!(now(line).0, line);
        }
    }
}
