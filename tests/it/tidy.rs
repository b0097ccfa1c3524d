//! The folders under src follow the way of the data, and nothing points back.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::imports::{Modules, circles};
use crate::common::sources::rust_files;

/// What each folder may import from.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("model", &["base"]),
    ("sources", &["base", "model"]),
    ("tables", &["base", "model"]),
    ("fields", &["base", "model", "tables"]),
    ("read", &["base", "model", "tables", "fields"]),
    ("formats", &["base", "model", "tables", "fields"]),
    ("diff", &["base", "model"]),
    ("crosswalk", &["base", "model", "fields", "diff"]),
    ("impact", &["base", "model", "tables", "fields", "read", "diff", "crosswalk"]),
    ("scan", &["base", "model", "fields", "read", "tables", "diff", "crosswalk"]),
    ("migrate", &["base", "model", "tables", "fields", "read", "diff", "crosswalk", "scan"]),
    ("guidelines", &["base", "model", "read", "diff"]),
    ("teach", &["base", "model", "tables", "diff", "crosswalk", "impact", "guidelines"]),
    ("view", &["base", "model", "diff", "crosswalk", "impact"]),
    ("render", &["base", "model", "diff", "view"]),
    (
        "report",
        &["base", "model", "diff", "crosswalk", "impact", "scan", "migrate", "guidelines", "teach", "view"],
    ),
    (
        "interchange",
        &["base", "model", "diff", "crosswalk", "impact", "scan", "teach", "view", "render", "report"],
    ),
    (
        "cli",
        &[
            "base",
            "facade",
            "model",
            "sources",
            "formats",
            "diff",
            "crosswalk",
            "impact",
            "scan",
            "migrate",
            "guidelines",
            "teach",
            "view",
            "report",
            "interchange",
        ],
    ),
];

/// The only folders with doors to disk, network, clock and environment.
const DOORS: &[&str] = &["sources", "cli"];

/// Modules of the standard library that are such doors.
const OUTSIDE: &[&str] =
    &["std::fs", "std::env", "std::net", "std::process", "std::time", "SystemTime", "Instant"];

/// Files that import each other, and why they may.
const CIRCLES: &[(&[&str], &str)] = &[
    (
        &["model::entry", "model::release"],
        "an entry is a concept with its release, and a release hands out entries",
    ),
    (
        &["cli::args", "cli::commands::schema", "cli::output"],
        "to be opened: arguments offer the names of schemas, which belong to a command",
    ),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The lines of a file that are code of the program: up to its tests, without comments.
fn code(file: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned()));
    lines
        .take_while(|(_, line)| line != "#[cfg(test)]" || file.ends_with("report/mod.rs"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .collect()
}

#[test]
fn every_folder_has_its_place_on_the_way() {
    let src = root().join("src");
    let mut folders: Vec<String> = fs::read_dir(src)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let mut known: Vec<_> = MAY_IMPORT.iter().map(|(folder, _)| (*folder).to_owned()).collect();
    known.sort();
    assert_eq!(folders, known);
}

/// The modules behind each `crate::` of a line, also of `crate::{a, b}`.
fn imported(line: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect::<String>()
    };
    let mut modules = Vec::new();
    for (at, path) in line.match_indices("crate::") {
        let rest = &line[at + path.len()..];
        match rest.strip_prefix('{').and_then(|list| list.split_once('}')) {
            Some((list, _)) => modules.extend(list.split(',').map(|item| word(item.trim()))),
            None => modules.push(word(rest)),
        }
    }
    modules
}

#[test]
fn no_import_points_up() {
    for (folder, allowed) in MAY_IMPORT {
        for file in rust_files(&root().join("src").join(folder)) {
            for (line, text) in code(&file) {
                for module in imported(&text) {
                    let fine = module == *folder || allowed.contains(&module.as_str());
                    assert!(fine, "{}:{line}: {folder} must not import from {module}", file.display());
                }
            }
        }
    }
}

#[test]
fn no_two_files_import_each_other() {
    let modules = Modules::read(&root().join("src"));
    let imports = modules.imports();
    for circle in circles(&imports) {
        let is_known = CIRCLES.iter().any(|(names, _)| names.iter().copied().eq(circle.iter()));
        let among = |name: &str| imports[name].intersection(&circle).cloned().collect::<BTreeSet<_>>();
        let lines = circle.iter().map(|name| format!("{name} imports {:?}", among(name)));
        assert!(is_known, "files import each other in a circle: {}", lines.collect::<Vec<_>>().join("; "));
    }
}

#[test]
fn the_map_has_every_room_with_what_it_may_import() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    assert!(
        map.lines().count() <= 150,
        "ARCHITECTURE.md is a map: invariants belong to the head of their room"
    );
    for (folder, allowed) in MAY_IMPORT {
        let row = map.lines().find(|line| line.starts_with(&format!("| `{folder}/` |")));
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for src/{folder}"));
        let listed: BTreeSet<&str> = row.rsplit('|').nth(1).unwrap().split_whitespace().collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        assert!(
            listed == allowed || (allowed.is_empty() && listed == BTreeSet::from(["nothing"])),
            "the row of {folder}/ in ARCHITECTURE.md lists {listed:?}, MAY_IMPORT {allowed:?}"
        );
    }
}

#[test]
fn decisions_are_dated_and_have_three_parts() {
    for entry in fs::read_dir(root().join("docs/decisions")).unwrap() {
        let path = entry.unwrap().path();
        let (name, text) = (path.file_name().unwrap().to_str().unwrap(), fs::read_to_string(&path).unwrap());
        assert_eq!(text.lines().nth(2), name.get(..10), "{name} begins with its title and its date");
        for part in ["\n## Context\n", "\n## Decision\n", "\n## Consequences\n"] {
            assert!(text.contains(part), "{name} has no {part:?}");
        }
    }
}

#[test]
fn only_sources_and_cli_touch_the_outside() {
    for (folder, _) in MAY_IMPORT.iter().filter(|(folder, _)| !DOORS.contains(folder)) {
        for file in rust_files(&root().join("src").join(folder)) {
            if file.ends_with("report/schema.rs") {
                continue;
            }
            for (line, text) in code(&file) {
                let door = OUTSIDE.iter().find(|door| text.contains(**door));
                assert!(door.is_none(), "{}:{line}: {folder} has no door to {door:?}", file.display());
            }
        }
    }
}

#[test]
fn every_test_file_is_a_module_of_the_one_test_binary() {
    let folder = root().join("tests/it");
    let main = fs::read_to_string(folder.join("main.rs")).unwrap();
    for file in rust_files(&root().join("tests")) {
        assert!(file.starts_with(&folder), "move {} to tests/it and declare it in main.rs", file.display());
        let name = file.file_stem().unwrap().to_str().unwrap();
        let declared =
            file.parent() != Some(&folder) || name == "main" || main.contains(&format!("mod {name};"));
        assert!(declared, "{} is not declared in main.rs, so its tests never run", file.display());
    }
}

#[test]
fn every_format_has_its_file_and_fixtures() {
    for format in codeset::formats::FORMATS {
        let id = format.id();
        assert!(root().join(format!("src/formats/{id}.rs")).is_file(), "{id} has no file");
        for kind in ["ok", "bad"] {
            let folder = root().join(format!("tests/fixtures/{id}/{kind}"));
            assert!(folder.is_dir(), "{} is missing", folder.display());
            assert!(fs::read_dir(&folder).unwrap().next().is_some(), "{} is empty", folder.display());
        }
    }
}

#[test]
fn every_list_of_an_attribute_has_its_file_and_fixtures() {
    for layout in codeset::formats::ATTRIBUTE_LAYOUTS {
        let id = layout.id();
        assert!(root().join(format!("src/formats/{id}.rs")).is_file(), "{id} has no file");
        for kind in ["ok", "bad"] {
            let folder = root().join(format!("tests/fixtures/{id}/{kind}"));
            assert!(
                fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some()),
                "{}",
                folder.display()
            );
        }
    }
}

#[test]
fn every_layout_of_usage_has_its_file_and_fixtures() {
    for id in codeset::impact::usage_layouts() {
        assert!(root().join(format!("src/impact/usage/{id}.rs")).is_file(), "{id} has no file");
        for kind in ["ok", "bad"] {
            let folder = root().join(format!("tests/fixtures/usage_{id}/{kind}"));
            assert!(
                fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some()),
                "{}",
                folder.display()
            );
        }
    }
}

#[test]
fn files_are_small_enough_to_hold_in_mind() {
    for file in rust_files(&root().join("src")) {
        let lines = code(&file).len();
        assert!(lines <= 800, "{} has {lines} lines of code: split it", file.display());
    }
}
