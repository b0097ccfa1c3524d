//! The pages in docs/reference/, generated from the lists in the code, and the commands of all pages, parsed.
//!
//! `UPDATE_REFERENCE=1 cargo test --lib reference` writes the pages.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, Command};
use serde_json::Value;

use super::{args, exit_codes};
use crate::cli::schemas::SCHEMAS;
use crate::diff::{Kind, Wording};
use crate::formats::{self, ATTRIBUTE_LAYOUTS, FORMATS};
use crate::model::{ProblemCode, Severity, sets};
use crate::report::SetsReport;
use crate::scan::{FindingKind, PlaceUse};
use crate::sources::catalog::{Catalog, Role};
use crate::view::Format;

/// A page: the name of its file, and the function that returns its text.
type Page = (&'static str, fn() -> String);

/// Every page.
const PAGES: [Page; 9] = [
    ("cli", cli),
    ("formats", file_formats),
    ("findings", findings),
    ("problems", problems),
    ("attributes", attributes),
    ("json", json),
    ("exit-codes", exits),
    ("environment", environment),
    ("catalog", catalog),
];

/// An option of at least this number of commands is described once.
const SHARED: usize = 5;

/// Values are explained if there are at most this many, and listed if there are at most the second number.
const EXPLAINED: usize = 5;
const LISTED: usize = 20;

#[test]
fn the_pages_are_those_of_the_code() {
    let folder = docs().join("reference");
    for (name, page) in PAGES {
        let (file, page) = (folder.join(format!("{name}.md")), page());
        if std::env::var_os("UPDATE_REFERENCE").is_some() {
            fs::write(&file, &page).unwrap();
        }
        let written = fs::read_to_string(&file).unwrap_or_default();
        let hint = "run UPDATE_REFERENCE=1 cargo test --lib reference";
        assert!(written == page, "{} is not up to date: {hint}", file.display());
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), PAGES.len(), "a page that is not generated");
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Begins a page: its title, and what it lists.
fn page(title: &str, about: &str) -> String {
    format!("# {title}\n\n{about}\n\nThis page is generated from the program, and a test compares the two.\n")
}

/// Writes a section with a table.
fn table<const N: usize>(
    page: &mut String,
    title: &str,
    about: &str,
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) {
    let line =
        |cells: [String; N]| format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    let _ = write!(page, "\n## {title}\n\n{about}{}", if about.is_empty() { "" } else { "\n\n" });
    *page += &line(head.map(str::to_owned));
    *page += &line(head.map(|_| "---".to_owned()));
    rows.into_iter().for_each(|row| *page += &line(row));
}

/// Formats a word that is typed.
fn typed(word: impl Display) -> String {
    format!("`{word}`")
}

fn list<T: Display>(words: impl IntoIterator<Item = T>) -> String {
    words.into_iter().map(typed).collect::<Vec<_>>().join(", ")
}

/// Returns every command that has help of its own.
fn commands() -> Vec<Command> {
    fn below(command: &Command) -> Vec<Command> {
        let shown = command.get_subcommands().filter(|command| !command.is_hide_set());
        let shown = shown.filter(|command| command.get_name() != "help");
        shown.flat_map(|command| [vec![command.clone()], below(command)].concat()).collect()
    }
    let mut command = args::command();
    command.build();
    below(&command)
}

fn name(command: &Command) -> &str {
    command.get_bin_name().unwrap_or(command.get_name())
}

fn cli() -> String {
    let commands = commands();
    let described = |argument: &&Arg| !argument.is_hide_set() && argument.get_id() != "help";
    let mut shared: BTreeMap<String, usize> = BTreeMap::new();
    for argument in commands.iter().flat_map(Command::get_arguments).filter(described) {
        *shared.entry(description(argument)).or_default() += 1;
    }
    let is_shared = |argument: &&Arg| shared[&description(argument)] >= SHARED;
    let mut text = page(
        "Commands",
        "Every command with its arguments. `codeset COMMAND -h` prints a summary of a command, `--help` everything. The \
         examples name files and releases that you have; the guides have examples that tests run.",
    );
    let rows = commands.iter().map(|command| {
        let anchor = name(command).replace(' ', "-");
        [format!("[`{}`](#{anchor})", name(command)), about(command)]
    });
    table(&mut text, "All commands", "", ["command", "purpose"], rows);
    for command in &commands {
        let _ = write!(text, "\n## {}\n\n{}.", name(command), about(command));
        let long = command.get_long_about().map(ToString::to_string).unwrap_or_default();
        if let Some((_, more)) = long.split_once("\n\n") {
            let _ = write!(text, " {}", more.replace("\n\n", " "));
        }
        let usage = command.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").replace("\n       ", "\n");
        let _ = write!(text, "\n\n```text\n{usage}\n```\n");
        let own: Vec<_> = command.get_arguments().filter(described).filter(|arg| !is_shared(arg)).collect();
        if !own.is_empty() {
            text.push('\n');
            own.into_iter().for_each(|argument| text += &description(argument));
        }
        let also =
            command.get_arguments().filter(described).filter(is_shared).filter(|arg| !arg.is_global_set());
        let also = list(also.map(spelling));
        if !also.is_empty() {
            let _ =
                write!(text, "\nAlso: {also}; see [options of many commands](#options-of-many-commands).\n");
        }
        let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples: Vec<_> = examples.lines().skip(1).map(str::trim).collect();
        let _ = write!(text, "\n```sh\n{}\n```\n", examples.join("\n").trim());
    }
    text += "\n## Options of many commands\n\n";
    let mut listed = Vec::new();
    for argument in commands.iter().flat_map(Command::get_arguments).filter(described).filter(is_shared) {
        let description = description(argument);
        if !listed.contains(&description) {
            text += &description;
            listed.push(description);
        }
    }
    text
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

/// Returns an argument as it is typed, without its values: `--map` or `OLD`.
fn spelling(argument: &Arg) -> String {
    match argument.get_long() {
        Some(long) => format!("--{long}"),
        None => values(argument),
    }
}

fn values(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Describes an argument in one item of a list.
fn description(argument: &Arg) -> String {
    let mut typed = argument.get_short().map(|short| format!("-{short}, ")).unwrap_or_default();
    typed += &spelling(argument);
    if argument.get_long().is_some() && argument.get_action().takes_values() {
        let _ = write!(typed, " {}", values(argument));
    }
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let mut text = format!("* `{typed}`: {help}.");
    let long = argument.get_long_help().map(ToString::to_string).unwrap_or_default();
    if let Some((_, more)) = long.split_once("\n\n") {
        let _ = write!(text, " {}", more.replace("\n\n", " ").replace('\n', " "));
    }
    let possible = argument.get_possible_values();
    if argument.get_action().takes_values() && (1..=LISTED).contains(&possible.len()) {
        let words =
            possible.iter().map(|value| match value.get_help().filter(|_| possible.len() <= EXPLAINED) {
                Some(help) => format!("`{}` ({help})", value.get_name()),
                None => format!("`{}`", value.get_name()),
            });
        let _ = write!(text, " Values: {}.", words.collect::<Vec<_>>().join(", "));
    }
    let defaults = argument.get_default_values();
    if argument.get_action().takes_values() && !defaults.is_empty() {
        let _ = write!(text, " Default: {}.", list(defaults.iter().map(|value| value.to_string_lossy())));
    }
    text + "\n"
}

fn file_formats() -> String {
    let mut text = page("Formats", "What reports are written in, and which files are read as what.");
    let commands = commands();
    let writes = |command: &&Command, format: Format| {
        let argument = command.get_arguments().find(|argument| argument.get_id() == "format");
        argument.is_some_and(|argument| {
            argument.get_possible_values().iter().any(|value| value.get_name() == format.word())
        })
    };
    let all = commands.iter().filter(|command| writes(command, Format::Text)).count();
    let rows = Format::ALL.iter().map(|format| {
        let by: Vec<_> = commands.iter().filter(|command| writes(command, *format)).map(name).collect();
        let by = if by.len() == all { "every report".to_owned() } else { list(by) };
        [typed(format), format.meaning().to_owned(), by]
    });
    let about = "`--format` or the extension of the output file says which one.";
    table(&mut text, "Reports", about, ["format", "meaning", "written by"], rows);
    let about = "The id is what `--set` and the names of releases take, such as `icd10cm@2026`.";
    let rows = set_rows().sets.into_iter().map(|set| {
        [typed(set.id), set.title.into(), set.publisher.into(), set.terms.into(), set.deletes.into()]
    });
    let head = ["set", "name", "publisher", "terms of use", "deletes codes"];
    table(&mut text, "Code sets", about, head, rows);
    let rows = FORMATS.iter().map(|format| {
        let how = if format.on_request() { "with `--set`" } else { "by content" };
        [format.title().to_owned(), list(format.sets()), how.to_owned()]
    });
    let about = "Files are recognized by their content, never by their name.";
    table(&mut text, "Files of releases", about, ["file", "sets", "recognized"], rows);
    let rows = ATTRIBUTE_LAYOUTS.iter().map(|layout| [layout.title().to_owned()]);
    let about = "What `impact --attribute` reads, next to releases that have the attribute themselves.";
    table(&mut text, "Lists of an attribute", about, ["file"], rows);
    text
}

fn set_rows() -> SetsReport {
    let rows: Vec<_> = sets::ALL
        .iter()
        .map(|set| (*set, formats::layouts(Some(set)).map(formats::Format::title).collect()))
        .collect();
    SetsReport::new(&rows)
}

fn findings() -> String {
    let mut text = page(
        "Findings",
        "What `codeset scan` finds in a file. `--only`, `--fail-on`, exceptions and the forms for machines use these words. \
         The list is closed.",
    );
    let rows =
        FindingKind::ALL.iter().map(|kind| [typed(kind), kind.severity().to_string(), kind.meaning().into()]);
    table(&mut text, "Kinds", "", ["kind", "severity", "meaning"], rows);
    let rows = PlaceUse::ALL.iter().map(|place| [typed(place), place.meaning().to_owned()]);
    let about = "What a place in a file is for decides what `codeset migrate` does there: see \
                 [Fix your lists](../guides/fix-your-lists.md#what-a-place-is-for).";
    table(&mut text, "Uses of a place", about, ["use", "meaning"], rows);
    let rows = Kind::ALL.iter().map(|kind| [typed(kind), kind.meaning().to_owned()]);
    let about = "What `codeset diff` lists: see [Kinds of change](../concepts/change-kinds.md).";
    table(&mut text, "Changes of a release", about, ["kind", "meaning"], rows);
    let about = "How the wording of a description changed, from the least to the most.";
    let rows = Wording::ALL.iter().map(|wording| [typed(wording)]);
    table(&mut text, "Wording", about, ["word"], rows);
    text
}

fn problems() -> String {
    let mut text = page(
        "Problems",
        "Deviations of the input from its layout. A problem is part of the report, is never corrected without notice, and \
         does not stop a run; an error among them ends it with [exit code](exit-codes.md) 3.",
    );
    for severity in Severity::ALL.iter().copied() {
        let of_severity = ProblemCode::ALL.iter().filter(|code| code.severity() == severity);
        let rows = of_severity.map(|code| [typed(code), code.meaning().to_owned()]);
        let word = severity.word();
        let title = format!("{}{}s", word[..1].to_uppercase(), &word[1..]);
        table(&mut text, &title, "", ["code", "meaning"], rows);
    }
    text
}

fn attributes() -> String {
    let mut text = page(
        "Attributes",
        "What codes have besides descriptions. `codeset diff` compares them by group: `--show GROUP` and `--hide GROUP` \
         choose which changes are listed.",
    );
    for set in set_rows().sets.iter().filter(|set| !set.groups.is_empty()) {
        let rows = set.groups.iter().map(|group| {
            let shown = if group.hidden { "with `--show`" } else { "always" };
            [typed(group.id), group.meaning.to_owned(), list(&group.properties), shown.to_owned()]
        });
        let head = ["group", "content", "attributes", "listed"];
        table(&mut text, set.title, &format!("`--set {}`", set.id), head, rows);
    }
    text
}

fn json() -> String {
    let mut text = page(
        "JSON",
        "The JSON of every report has a schema: `codeset schema NAME` prints it, and `schemas/` has the same files. \
         `schema_version` changes when a field is removed or changes its meaning; new fields may be added. `--format jsonl` \
         writes the main rows, one per line.",
    );
    for schema in SCHEMAS {
        let value: Value = serde_json::from_str(schema.text).unwrap();
        let about = value["description"].as_str().unwrap_or_default().replace('\n', " ");
        let required = value["required"].as_array().cloned().unwrap_or_default();
        let fields = value["properties"].as_object().unwrap();
        let rows = fields.iter().map(|(name, field)| {
            let always = if required.contains(&Value::from(name.as_str())) { "yes" } else { "if it applies" };
            let meaning = field["description"].as_str().unwrap_or_default().replace('\n', " ");
            [typed(name), always.to_owned(), meaning]
        });
        table(&mut text, schema.name, &about, ["field", "always there", "meaning"], rows);
    }
    text
}

fn exits() -> String {
    let mut text = page("Exit codes", "What a script can rely on.");
    let rows = exit_codes::ALL.map(|(code, meaning)| [code.to_string(), format!("{meaning}.")]);
    table(&mut text, "All exit codes", "", ["code", "meaning"], rows);
    text
}

/// Variables that libraries and the system give a meaning, which no option names.
const VARIABLES: [(&str, &str); 5] = [
    ("NO_COLOR", "If set, text and messages have no colors, unless `--color always` is given."),
    (
        "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY",
        "The proxy that `fetch` and `list --remote` use, or do not.",
    ),
    ("XDG_DATA_HOME", "The folder that has the folder of the store on Linux, instead of `~/.local/share`."),
    ("APPDATA", "The folder that has the folder of the store on Windows."),
    ("ADBC_PROFILE_PATH", "Folders with connection profiles, in a build with the feature `adbc`."),
];

/// A variable of tests, which the program does not read.
const OF_TESTS: &str = "CODESET_DATA";

fn environment() -> String {
    let mut text =
        page("Environment", "The environment variables that codeset reads. Options take precedence.");
    let mut own: BTreeMap<String, String> = BTreeMap::new();
    for argument in commands().iter().flat_map(Command::get_arguments) {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        if let Some((help, variable)) = help.split_once(" [env: ") {
            own.insert(
                variable.trim_end_matches(']').to_owned(),
                format!("`{}`: {help}.", spelling(argument)),
            );
        }
    }
    let rows = own.iter().map(|(variable, meaning)| [typed(variable), meaning.clone()]);
    table(&mut text, "Variables of codeset", "Each one is an option.", ["variable", "option"], rows);
    let rows = VARIABLES.map(|(names, meaning)| [list(names.split(", ")), meaning.to_owned()]);
    table(&mut text, "Other variables", "", ["variable", "meaning"], rows);
    for name in variables_in_sources() {
        assert!(own.contains_key(&name) || name == OF_TESTS, "{name} is not documented");
    }
    text
}

/// Returns the words in the sources that begin like our variables.
fn variables_in_sources() -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_this = path.ends_with("cli/reference.rs");
            let text = if is_this { String::new() } else { fs::read_to_string(path).unwrap_or_default() };
            for (at, _) in text.match_indices("\"CODESET_") {
                names.push(
                    text[at + 1..]
                        .chars()
                        .take_while(|char| char.is_ascii_uppercase() || *char == '_')
                        .collect(),
                );
            }
        }
    }
    names
}

fn catalog() -> String {
    let catalog = Catalog::built_in();
    let as_of = catalog.as_of().map(crate::base::day).unwrap_or_default();
    let mut text = page(
        "Catalog",
        &format!(
            "The releases that codeset knows, as of {as_of}. `codeset list` shows them with what is in the store; `codeset \
             fetch` also finds later editions by the publisher's naming, and marks them as unverified."
        ),
    );
    let rows = catalog.releases().iter().map(|release| {
        let day = release.effective.map_or("every day".to_owned(), crate::base::day);
        let files = release.files.iter().map(|file| match file.sha256.is_some() {
            true => format!("{} (checksum)", file.role),
            false => file.role.to_string(),
        });
        let mut files: Vec<String> = files.collect();
        files.dedup();
        let repeats = release.repeats.map(|name| format!("the codes of `{name}`")).unwrap_or_default();
        let files = if files.is_empty() { repeats } else { files.join(", ") };
        [typed(release.id()), day, release.publisher.clone(), files, release.terms.clone()]
    });
    table(&mut text, "Releases", "", ["release", "effective", "publisher", "files", "terms of use"], rows);
    let values =
        <Role as clap::ValueEnum>::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
    let rows = values.map(|value| {
        let fetched = Role::from_word(value.get_name()).is_some_and(Role::is_fetched);
        let meaning = value.get_help().map(ToString::to_string).unwrap_or_default();
        [typed(value.get_name()), meaning, if fetched { "always" } else { "with `--all`" }.to_owned()]
    });
    let about = "What a file of a release is for.";
    table(&mut text, "Roles of files", about, ["role", "file", "fetched"], rows);
    text
}

/// Returns the pages of the documentation with their names, without the decisions.
fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut folders = vec![docs()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("decisions") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages.extend(["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(|name| docs().join("..").join(name)));
    pages.sort();
    pages.into_iter().map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap())).collect()
}

/// Returns the blocks of a page: the language and the text of each.
fn blocks(text: &str) -> Vec<(&str, String)> {
    let (mut blocks, mut open): (Vec<(&str, String)>, bool) = (Vec::new(), false);
    for line in text.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(_) if open => open = false,
            Some(language) => {
                blocks.push((language, String::new()));
                open = true;
            }
            None if open => {
                if let Some((_, text)) = blocks.last_mut() {
                    *text += &(line.to_owned() + "\n");
                }
            }
            None => {}
        }
    }
    blocks
}

/// Returns the words of a command line as a shell does, for the little that examples use of it.
fn shell_words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    let mut is_word = false;
    for char in line.chars() {
        match (quote, char) {
            (None, '\'' | '"') => (quote, is_word) = (Some(char), true),
            (Some(open), char) if open == char => quote = None,
            (None, ' ') => {
                if std::mem::take(&mut is_word) {
                    words.push(std::mem::take(&mut word));
                }
            }
            (None, '#') if !is_word => break,
            (None, '>' | '|') => break,
            _ => (is_word, word) = (true, word + char.encode_utf8(&mut [0; 4])),
        }
    }
    if is_word {
        words.push(word);
    }
    words
}

/// A command that cannot run here has the arguments of the program all the same.
#[test]
fn every_command_in_the_documentation_can_be_typed() {
    let mut seen = 0;
    for (page, text) in pages() {
        for (language, block) in blocks(&text) {
            let is_shell = matches!(language, "sh" | "powershell" | "yaml");
            let block = block.replace("\\\n", " ").replace("`\n", " ");
            for line in block.lines().filter(|_| is_shell) {
                let line = line.trim().trim_start_matches("- ");
                // pre-commit adds the names of files to its entry.
                let (line, files) = match line.strip_prefix("entry: ") {
                    Some(entry) => (entry, Some("FILE")),
                    None => (line.trim_start_matches("run: "), None),
                };
                let Some(rest) = line.strip_prefix("codeset ") else { continue };
                let words: Vec<_> = shell_words(rest).into_iter().chain(files.map(str::to_owned)).collect();
                let words = std::iter::once("codeset").chain(words.iter().map(String::as_str));
                if let Err(error) = args::parse(words.collect::<Vec<_>>()) {
                    assert!(!error.use_stderr(), "{page}: {line}\n{error}");
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "only {seen} commands were found");
}

#[test]
fn every_catalog_in_the_documentation_can_be_read() {
    let mut seen = 0;
    for (page, text) in pages() {
        for (_, block) in blocks(&text).into_iter().filter(|(language, _)| *language == "toml") {
            if block.starts_with("[[release]]") || block.starts_with("[[set]]") {
                let read = Catalog::built_in().overrule(Path::new("our.toml"), &block);
                assert!(read.is_ok(), "{page}: {read:?}\n{block}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 2, "only {seen} catalogs were found");
}
