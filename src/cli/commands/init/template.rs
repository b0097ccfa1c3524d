//! The project file as `init` writes it: what was found, with comments on each guess, and all other keys as comments.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::found::{Found, FoundRelease, FoundSet, Side, parent};
use crate::base::safe;

const HEAD: &str = "\
# What `codeset prepare` needs to know about your organization. Written by `codeset init`; edit it.
#
# Paths are relative to the folder of this file. Keys in comments show their default or an example.
# `codeset schema project` prints the JSON Schema of this file, for editors that complete and check it.

";

const COLUMNS: &str = "\
# Columns are found by their headings and values. Name one only where that is wrong: its heading,
# letter or number.
# code-column = \"diagnosis\"
# count-column = \"lines\"
# owner-column = \"department\"
# amount-column = \"charges\"
# date-column = \"date of service\"
# claim-column = \"claim\"

# Count only rows with this value in a column.
# where = [\"icd_version=10\"]

# Hide counts of fewer lines than this.
# suppress-below = 11

# A file with columns of its own; those above do not apply to it.
# [[usage.file]]
# path = \"usage/other.csv\"
# code-column = \"dx\"

";

const REST: &str = "
# Where the worklists are put that come back filled in.
[decisions]
# folder = \"decisions\"

# What the course is about; the default are the chapters in use. `codeset teach --list-specialties` prints
# the specialties.
[course]
# chapters = [\"4\", \"9\"]
# specialties = [\"endocrinology\"]
";

/// Names of attributes, by the layout of the list.
const ATTRIBUTES: [(&str, &str); 4] =
    [("poa_exempt", "POA"), ("ipps_cc", "CC"), ("cms_hcc", "HCC"), ("ccsr_dx", "CCSR")];

/// Comments on lists that are not a pair.
const ONE_LIST: &str = "The list for another release was not found.";
const UNCLEAR_LISTS: &str = "It is not clear which two of these lists belong together.";

/// Maximum number of departments to write.
const DEPARTMENTS: usize = 200;

/// From this number of files of a kind in a folder on, they are written as a pattern: next year there are others.
const PATTERN_FROM: usize = 3;

/// Returns the text of the file.
pub(super) fn text(found: &Found) -> String {
    let mut text = HEAD.to_owned();
    edition(&mut text, found);
    sets(&mut text, found);
    usage(&mut text, found);
    lists(&mut text, found);
    attributes(&mut text, found);
    owners(&mut text, found);
    text + REST
}

/// Returns a text as a value or key of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn array(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    let line = format!("[{}]", quoted.join(", "));
    if line.len() <= 90 { line } else { format!("[\n    {},\n]", quoted.join(",\n    ")) }
}

/// Adds a comment; a sentence may hold parts of names of files.
fn comment(text: &mut String, sentence: &str) {
    let _ = writeln!(text, "# {}", safe(sentence));
}

fn edition(text: &mut String, found: &Found) {
    comment(text, "The edition to prepare for; the command line may name another one.");
    let new = found.sets.iter().filter_map(|set| match &set.new {
        Side::Here(release) => Some(release.name),
        Side::Missing(name) => *name,
    });
    match new.max_by_key(|name| (name.effective(), name.edition)) {
        Some(name) => {
            let _ = writeln!(text, "new = {}\n", quoted(&name.edition.to_string()));
        }
        None => text.push_str("# new = \"2026\"\n\n"),
    }
}

fn sets(text: &mut String, found: &Found) {
    comment(text, "The releases to compare: names of releases, or paths of files, folders or zip archives.");
    if found.sets.is_empty() {
        comment(
            text,
            "No release was found here or in the store. Fetch two, or put the publisher's files here:",
        );
        comment(text, "    codeset fetch icd10cm@2025 icd10cm@2026");
        text.push_str("# [sets.icd10cm]\n# old = \"icd10cm@2025\"\n# new = \"icd10cm@2026\"\n\n");
    }
    for set in &found.sets {
        self::set(text, set);
    }
}

fn set(text: &mut String, set: &FoundSet) {
    let _ = writeln!(text, "[sets.{}]", set.set.id);
    for (key, side, role) in [("old", &set.old, "older"), ("new", &set.new, "newer")] {
        match side {
            Side::Here(release) => {
                comment(text, &origin(release, role));
                let _ = writeln!(text, "{key} = {}", quoted(&release.written()));
            }
            Side::Missing(Some(name)) => {
                comment(text, &format!("The {role} release was not found: codeset fetch {name}"));
                let _ = writeln!(text, "# {key} = {}", quoted(&name.to_string()));
            }
            Side::Missing(None) => {
                comment(text, &format!("The {role} release was not found."));
                let _ = writeln!(text, "# {key} = \"{}@2026\"", set.set.id);
            }
        }
    }
    match set.tables.as_slice() {
        [] => {
            comment(text, "More conversion tables; those that come with a release are read anyway.");
            text.push_str("# tables = [\"conversion.csv\"]\n\n");
        }
        // Tables are cumulative: the last one has what the others have.
        [others @ .., last] => {
            comment(text, "The publisher's conversion table.");
            for other in others {
                comment(text, &format!("Another one, which was left out: {other}"));
            }
            let _ = writeln!(text, "tables = [{}]\n", quoted(last));
        }
    }
}

fn origin(release: &FoundRelease, role: &str) -> String {
    match &release.path {
        Some(path) => format!("The {role} release: {path}, read as {}.", release.name),
        None => format!("The {role} release, from the store."),
    }
}

fn usage(text: &mut String, found: &Found) {
    comment(text, "The codes in use: files, and patterns with * or ? in the name of the file.");
    text.push_str("[usage]\n");
    for file in &found.usage {
        let cut = if file.is_cut { ", its beginning" } else { "" };
        for (set, fact) in &file.facts {
            let mut parts = fact.split("; ");
            comment(text, &format!("{} ({set}{cut}): {}", file.path, parts.next().unwrap_or_default()));
            parts.for_each(|part| comment(text, &format!("    {}", shortened(part))));
        }
    }
    if found.usage.is_empty() {
        comment(text, "No file with counts, amounts or departments of codes was found.");
        text.push_str("# files = [\"usage/*.csv\"]\n\n");
    } else {
        let _ = writeln!(text, "files = {}\n", array(&patterns(found)));
    }
    text.push_str(COLUMNS);
}

/// Cuts a sentence about many columns: what comes first in it matters most.
fn shortened(sentence: &str) -> String {
    /// Maximum length of a sentence in bytes.
    const LONGEST: usize = 200;
    let end = sentence.match_indices(", ").map(|(at, _)| at).take_while(|at| *at <= LONGEST).last();
    match end {
        Some(end) if sentence.len() > LONGEST => format!("{} ..", &sentence[..end]),
        _ => sentence.to_owned(),
    }
}

/// Returns the files of usage; several of a kind as a pattern, if that matches no other file.
fn patterns(found: &Found) -> Vec<String> {
    let kind = |path: &str| {
        let (name, extension) = path.rsplit_once('.')?;
        (!extension.contains('/') && !name.ends_with('/'))
            .then(|| (parent(path).to_owned(), extension.to_owned()))
    };
    let used: BTreeSet<&str> = found.usage.iter().map(|file| file.path.as_str()).collect();
    let mut kinds: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    for path in &found.files {
        if let Some(kind) = kind(path) {
            let counts = kinds.entry(kind).or_default();
            counts.0 += 1;
            counts.1 += usize::from(used.contains(path.as_str()));
        }
    }
    let mut written: Vec<String> = Vec::new();
    for path in used {
        let kind = kind(path).filter(|kind| {
            kinds.get(kind).is_some_and(|(all, usage)| all == usage && *usage >= PATTERN_FROM)
        });
        let pattern = kind.map(|(folder, extension)| {
            if folder.is_empty() { format!("*.{extension}") } else { format!("{folder}/*.{extension}") }
        });
        let pattern = pattern.unwrap_or_else(|| path.to_owned());
        if !written.contains(&pattern) {
            written.push(pattern);
        }
    }
    written
}

/// Returns the paths of lists: the folder at the top that holds them, unless it also holds files of usage or of publishers.
pub(super) fn list_paths(found: &Found) -> Vec<String> {
    let others: BTreeSet<&str> = found
        .usage
        .iter()
        .map(|file| file.path.as_str())
        .chain(found.recognized.iter().map(String::as_str))
        .collect();
    let mut paths: Vec<String> = Vec::new();
    for list in &found.lists {
        let top = list.split_once('/').map(|(top, _)| top);
        let is_mixed = |top: &str| {
            others.iter().any(|other| other.strip_prefix(top).is_some_and(|rest| rest.starts_with('/')))
        };
        let path = top.filter(|top| !is_mixed(top)).unwrap_or(list);
        if paths.iter().all(|other| other != path) {
            paths.push(path.to_owned());
        }
    }
    paths
}

fn lists(text: &mut String, found: &Found) {
    comment(text, "Files and folders with lists of codes, which are scanned and migrated.");
    text.push_str("[lists]\n");
    let paths = list_paths(found);
    for path in &paths {
        let inside =
            |list: &&String| list.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'));
        let lists: Vec<&str> = found.lists.iter().filter(inside).map(String::as_str).collect();
        if let [first, rest @ ..] = lists.as_slice() {
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            comment(text, &format!("{path}: codes in {first}{more}"));
        }
    }
    if paths.is_empty() {
        comment(text, "No other file with codes was found.");
        text.push_str("# paths = [\"lists\"]\n");
    } else {
        let _ = writeln!(text, "paths = {}", array(&paths));
    }
    comment(text, "Codes that are kept on purpose, as for codeset scan --exceptions.");
    text.push_str("# exceptions = \"exceptions.txt\"\n\n");
}

fn attributes(text: &mut String, found: &Found) {
    comment(
        text,
        "Attributes of codes to compare, each with the list for the older and the newer release. FILE#COLUMN",
    );
    comment(text, "names a column or a model.");
    for (id, name) in ATTRIBUTES {
        let lists: Vec<_> = found.attributes.iter().filter(|attribute| attribute.id == id).collect();
        let Some(first) = lists.first() else { continue };
        let paths: Vec<&str> = lists.iter().map(|list| list.path.as_str()).collect();
        comment(text, &format!("{}: {}", first.title, paths.join(", ")));
        if let [old, new] = paths.as_slice()
            && is_same_but_year(old, new)
        {
            comment(text, "The older list is taken to be the first one by name.");
            let _ = writeln!(text, "[attributes.{name}]\nold = {}\nnew = {}\n", quoted(old), quoted(new));
        } else {
            comment(text, if paths.len() == 1 { ONE_LIST } else { UNCLEAR_LISTS });
            let new = paths.get(1).map_or_else(|| quoted(""), |path| quoted(path));
            let _ = writeln!(text, "# [attributes.{name}]\n# old = {}\n# new = {new}\n", quoted(paths[0]));
        }
    }
    if found.attributes.is_empty() {
        text.push_str("# [attributes.POA]\n# old = \"poa-2025.zip\"\n# new = \"poa-2026.zip\"\n\n");
    }
}

/// Returns whether the names of two files differ in their digits only, as those of two years do.
fn is_same_but_year(a: &str, b: &str) -> bool {
    let letters = |path: &str| -> String {
        let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
        name.chars().filter(|char| char.is_alphabetic()).collect()
    };
    letters(a) == letters(b)
}

fn owners(text: &mut String, found: &Found) {
    comment(text, "The person who decides, by department: the value in the column of owners.");
    text.push_str("[owners]\n");
    // A line break would end the comment.
    let names = found.departments.iter().filter(|name| !name.chars().any(char::is_control));
    let names: Vec<String> = names.map(|name| quoted(name)).collect();
    if names.is_empty() {
        text.push_str("# \"Cardiology\" = \"Ada Brown\"\n");
        return;
    }
    comment(text, "These departments were found. Write the names, and remove the # in front of the line.");
    for name in names.iter().take(DEPARTMENTS) {
        let _ = writeln!(text, "# {name} = \"\"");
    }
    if names.len() > DEPARTMENTS {
        comment(text, &format!("There are {} more.", names.len() - DEPARTMENTS));
    }
}
