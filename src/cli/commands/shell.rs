//! `codeset completions SHELL` and `codeset man`

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::ExitStatus;
use crate::cli::args::{self, CompletionsArgs, ManArgs, RELEASE};
use crate::cli::error::Error;
use crate::cli::output;
use crate::sources;

pub(in crate::cli) fn completions(args: &CompletionsArgs) -> Result<ExitStatus, Error> {
    let mut command = args::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "codeset", &mut script);
    let script = with_releases(&String::from_utf8_lossy(&script), args.shell, &command);
    output::write(None, |out| out.write_all(script.as_bytes()))?;
    Ok(ExitStatus::Done)
}

/// Adds the names of releases to a completion script. clap generates fixed words only, so the script asks the program.
fn with_releases(script: &str, shell: Shell, command: &Command) -> String {
    match shell {
        Shell::Bash => {
            format!("{script}{}", BASH.replace("COMMANDS", &with_release_arguments(command).join("|")))
        }
        Shell::Zsh => {
            // The functions come after the line that names the command.
            let (first, rest) = script.split_once('\n').unwrap_or((script, ""));
            format!("{first}\n{ZSH}{}", rest.replace(":_hosts", ":_codeset_releases"))
        }
        Shell::Fish => {
            let script = script.replace("(__fish_print_hostnames)", "(__fish_codeset_releases)");
            let commands = with_release_arguments(command).join(" ");
            format!("{FISH}{script}{}", FISH_ARGUMENTS.replace("COMMANDS", &commands))
        }
        _ => script.to_owned(),
    }
}

/// Returns the commands that take names of releases.
fn with_release_arguments(command: &Command) -> Vec<&str> {
    let takes =
        |command: &Command| command.get_arguments().any(|argument| argument.get_value_hint() == RELEASE);
    let commands =
        command.get_subcommands().filter(|command| takes(command) || command.get_subcommands().any(takes));
    commands.map(Command::get_name).collect()
}

/// Bash splits words at `@`, so a completion must not repeat the part of the name before it.
const BASH: &str = r#"
_codeset_releases() {
    _codeset "$@"
    local line=${COMP_LINE:0:COMP_POINT}
    local word=${line##*[[:space:]]} release
    case "${COMP_WORDS[1]}" in
        COMMANDS)
            [[ $word == -* ]] && return
            for release in $(codeset list --names 2>/dev/null); do
                if [[ $release == "$word"* ]]; then
                    COMPREPLY+=("${release#"${word%"${word##*@}"}"}")
                fi
            done
            ;;
    esac
}
complete -F _codeset_releases -o bashdefault -o default codeset
"#;

const ZSH: &str = r#"
_codeset_releases() {
    local -a releases
    releases=(${(f)"$(codeset list --names 2>/dev/null)"})
    _alternative 'releases:release:compadd -a releases' 'files:file:_files'
}
"#;

const FISH: &str = r"function __fish_codeset_releases
    codeset list --names 2>/dev/null
    __fish_complete_path (commandline -ct)
end
";

const FISH_ARGUMENTS: &str = r#"complete -c codeset -n "__fish_seen_subcommand_from COMMANDS" -a "(codeset list --names 2>/dev/null)"
"#;

pub(in crate::cli) fn man(args: &ManArgs) -> Result<ExitStatus, Error> {
    // A page for `help` would say nothing.
    let mut command = args::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &args.dir else {
        let page = page(&command)?;
        output::write(None, |out| out.write_all(&page))?;
        return Ok(ExitStatus::Done);
    };
    sources::make_folder(folder)?;
    for command in with_subcommands(&command) {
        let page = page(command)?;
        let name = Man::new(command.clone()).get_filename();
        sources::write_whole(&folder.join(name), |out| out.write_all(&page))?;
    }
    Ok(ExitStatus::Done)
}

/// Returns a command and all commands below it.
fn with_subcommands(command: &Command) -> Vec<&Command> {
    let shown = command.get_subcommands().filter(|command| !command.is_hide_set());
    std::iter::once(command).chain(shown.flat_map(with_subcommands)).collect()
}

fn page(command: &Command) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    Man::new(command.clone()).render(&mut bytes).map_err(Error::Stdout)?;
    Ok(bytes)
}
