//! The documentation: its pages, links, anchors and blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use codeset::crosswalk::EvidenceKind;
use codeset::diff::Kind;
use codeset::scan::PlaceUse;

/// Documents outside docs/.
const DOCUMENTS: [&str; 5] =
    ["README.md", "CONTRIBUTING.md", "SECURITY.md", "ARCHITECTURE.md", "CHANGELOG.md"];

/// Languages of blocks. Tests run `console` and `rust`, parse the commands of `sh`, `powershell` and `yaml`, and read `toml`.
const LANGUAGES: [&str; 8] = ["console", "rust", "sh", "powershell", "yaml", "toml", "text", "sql"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the pages below docs/, by their path from the root, without the decisions.
fn pages() -> BTreeMap<String, String> {
    let (mut pages, mut folders) = (BTreeMap::new(), vec![root().join("docs")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("docs/decisions") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
                pages.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    pages
}

/// Returns all documents.
fn documents() -> BTreeMap<String, String> {
    let mut documents = pages();
    for name in DOCUMENTS {
        documents.insert(name.to_owned(), fs::read_to_string(root().join(name)).unwrap());
    }
    documents
}

/// Returns the lines of a page outside of its blocks.
fn prose(text: &str) -> Vec<&str> {
    let mut is_block = false;
    let outside = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_block ^= is_fence;
        !is_block && !is_fence
    });
    outside.collect()
}

/// Returns the targets of the links of a page.
fn links(text: &str) -> Vec<String> {
    let text = prose(text).join("\n");
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| target.to_owned()).collect()
}

/// Returns the anchors of a page: of each heading, in the form that both GitHub and mdBook give it.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).into_iter().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_'));
        kept.collect::<String>().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

/// Resolves a relative link of a page.
fn resolve(page: &str, target: &str) -> String {
    let folder = Path::new(page).parent().unwrap_or(Path::new(""));
    let mut parts: Vec<String> = Vec::new();
    for part in folder.join(target).components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            Component::Normal(part) => parts.push(part.to_str().unwrap().to_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

#[test]
fn every_link_leads_somewhere() {
    let (documents, mut seen) = (documents(), 0);
    for (page, text) in &documents {
        for link in links(text) {
            if link.starts_with("https://") {
                continue;
            }
            let (target, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if target.is_empty() { page.clone() } else { resolve(page, target) };
            assert!(
                root().join(&target).exists(),
                "{page}: `{link}` leads to `{target}`, which does not exist"
            );
            if !anchor.is_empty() {
                let there =
                    documents.get(&target).unwrap_or_else(|| panic!("{page}: `{link}` has an anchor"));
                assert!(anchors(there).contains(anchor), "{page}: `{link}`: `{target}` has no such heading");
            }
            seen += 1;
        }
    }
    assert!(seen > 100, "only {seen} links were found");
}

/// mdBook shows only pages that its summary lists, and knows no files outside of docs/.
#[test]
fn the_summary_lists_every_page_once() {
    let mut pages = pages();
    let summary = pages.remove("docs/SUMMARY.md").unwrap();
    let mut listed: Vec<_> = links(&summary).iter().map(|link| format!("docs/{link}")).collect();
    listed.sort();
    assert_eq!(listed, pages.keys().cloned().collect::<Vec<_>>());
    for (page, text) in &pages {
        for link in links(text).iter().filter(|link| !link.starts_with("https://")) {
            let target = resolve(page, link.split('#').next().unwrap());
            assert!(
                target.is_empty() || target.starts_with("docs/"),
                "{page}: `{link}` is outside of the book"
            );
        }
    }
    // The title in the list is that of the page, or a shorter one.
    for (page, text) in &pages {
        assert!(text.starts_with("# "), "{page} does not begin with its title");
    }
}

#[test]
fn the_readme_is_short_and_begins_with_the_two_commands() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 200, "the README has {} lines", readme.lines().count());
    let first = readme.split("```").nth(1).unwrap();
    let commands: Vec<_> = first.lines().skip(1).map(|line| line.split('#').next().unwrap().trim()).collect();
    assert_eq!(commands, ["cargo run --release -- demo", "cargo test"]);
}

#[test]
fn every_block_is_checked_or_is_not_a_command() {
    for (page, text) in &documents() {
        let mut is_block = false;
        for line in text.lines().filter_map(|line| line.trim_start().strip_prefix("```")) {
            is_block = !is_block;
            let is_known =
                !is_block || LANGUAGES.contains(&line) || (page == "ARCHITECTURE.md" && line.is_empty());
            assert!(is_known, "{page}: a block in `{line}`");
        }
        assert!(!is_block, "{page}: a block has no end");
    }
}

/// Others read the changelog by its headings, too.
#[test]
fn the_changelog_is_sorted_by_kind_of_change() {
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    let kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
    for version in changelog.split("\n## ").skip(1) {
        let found: Vec<_> =
            version.split("\n### ").skip(1).map(|part| part.lines().next().unwrap()).collect();
        let in_order: Vec<_> = kinds.into_iter().filter(|kind| found.contains(kind)).collect();
        assert!(!found.is_empty() && found == in_order, "sections {found:?} instead of some of {kinds:?}");
        let before = version.split("\n### ").next().unwrap();
        assert!(!before.contains("\n* "), "an entry is not under a kind of change");
    }
}

#[test]
fn pages_with_lists_have_every_word_of_them() {
    let pages = pages();
    let has_all = |page: &str, words: Vec<&str>| {
        for word in words {
            assert!(pages[page].contains(&format!("`{word}`")), "{page} does not explain `{word}`");
        }
    };
    has_all("docs/concepts/change-kinds.md", Kind::ALL.iter().map(|kind| kind.word()).collect());
    has_all("docs/concepts/evidence.md", EvidenceKind::ALL.iter().map(|kind| kind.word()).collect());
    has_all("docs/guides/fix-your-lists.md", PlaceUse::ALL.iter().map(|place| place.word()).collect());
}

#[test]
fn project_files_in_the_documentation_fit_their_schema() {
    let schema = fs::read_to_string(root().join("schemas/codeset-toml.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let mut seen = 0;
    for (page, text) in &pages() {
        for block in text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
            if !block.contains("[usage]") {
                continue;
            }
            let value: toml::Table = block.parse().unwrap_or_else(|error| panic!("{page}: {error}"));
            let value = serde_json::to_value(value).unwrap();
            assert!(schema.is_valid(&value), "{page}: {:?}", schema.iter_errors(&value).next());
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn every_issue_form_warns_before_patients_and_licensed_texts_are_pasted() {
    let mut names = Vec::new();
    for entry in fs::read_dir(root().join(".github/ISSUE_TEMPLATE")).unwrap() {
        let path = entry.unwrap().path();
        let (name, text) = (path.file_name().unwrap().to_str().unwrap(), fs::read_to_string(&path).unwrap());
        names.push(name.to_owned());
        for key in ["name: ", "description: ", "body:\n", "type: markdown", "type: checkboxes"] {
            assert!(text.contains(key), "{name} has no `{key}`");
        }
        for word in ["patient", "CPT", "CDT", "licensed"] {
            assert!(text.contains(word), "{name} does not warn about `{word}`");
        }
    }
    names.sort();
    assert_eq!(names, ["false-finding.yml", "layout-not-read.yml", "wrong-replacement.yml"]);
}
