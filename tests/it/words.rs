//! One word for one idea: words of the dialect that this program once spoke do not come back.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::common::sources::rust_files;

/// Words that no identifier has, each with what to write instead.
const LISTED: &[(&str, &str)] = &[
    ("told", "described, reported"),
    ("said", "value, statement"),
    ("stands", "location, citation"),
    ("behind", "after"),
    ("beside", "next to, nearby"),
    ("smell", "prefilter"),
    ("ways", "paths, resolver"),
    ("paper", "edit target"),
    ("desk", "test context"),
    ("shelf", "resolver"),
    ("trouble", "problem, failure"),
    ("fate", "status"),
    ("taking", "sink, visitor"),
    ("spot", "position, location"),
    ("hit", "occurrence, affected"),
    ("talk", "ui, messages"),
    ("ending", "extension, suffix, exit status"),
];

/// Words and phrases that no sentence has: plain English has better ones.
const PHRASES: &[&str] = &[
    "told",
    "said",
    "stands",
    "stand",
    "behind",
    "beside",
    "smell",
    "shelf",
    "trouble",
    "fate",
    "taking",
    "spot",
    "hit",
    "hits",
    "talk",
    "ending",
    "endings",
    "somebody",
    "is none",
    "so many",
    "any more",
    "passed over",
    "what is the matter",
];

/// What databases run stays as it was, byte for byte.
const KEPT: &[&str] = &["src/migrate/script/", "src/interchange/sql.rs"];

#[test]
fn no_sentence_has_a_listed_phrase() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for file in rust_files(&root.join("src")) {
        let name = file.strip_prefix(&root).unwrap().display().to_string();
        let text = fs::read_to_string(&file).unwrap();
        // Tests of a file are not output.
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        // An attribute may name a function.
        let help = text
            .lines()
            .map(str::trim)
            .filter(|line| name.starts_with("src/cli/args") && line.starts_with("///"));
        for literal in parts(text).1.into_iter().chain(help).filter(|literal| literal.contains(' ')) {
            for phrase in phrases(literal) {
                if !KEPT.iter().any(|kept| name.starts_with(kept)) {
                    found.insert(format!("{name}: `{phrase}` in {literal}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Returns the listed phrases of a text.
fn phrases(text: &str) -> Vec<&'static str> {
    let words: Vec<String> = text
        .split(|char: char| !char.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let sentence = format!(" {} ", words.join(" "));
    PHRASES.iter().copied().filter(|phrase| sentence.contains(&format!(" {phrase} "))).collect()
}

#[test]
fn no_page_has_a_listed_phrase() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].map(|name| root.join(name)).into();
    let mut folders = vec![root.join("docs"), root.join(".github")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let extension = path.extension().unwrap_or_default().to_owned();
            // Decisions are dated, and stay as they were written.
            if path.is_dir() && !path.ends_with("docs/decisions") {
                folders.push(path);
            } else if extension == "md" || extension == "yml" {
                files.push(path);
            }
        }
    }
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        // Between backticks are words of the program, and its output.
        let text = text.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        assert_eq!(phrases(&text), [""; 0], "{}", file.display());
    }
}

/// Returns the code of a Rust file without comments and without the contents of literals.
fn code(text: &str) -> String {
    parts(text).0
}

/// Returns the code of a Rust file, and its string literals.
fn parts(text: &str) -> (String, Vec<&str>) {
    let mut code = String::with_capacity(text.len());
    let mut literals = Vec::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_string(&code, rest) {
            literals.push(&rest[..length]);
            length
        } else if char == '"' {
            let length = string(rest);
            literals.push(&rest[..length]);
            length
        } else if let Some(length) = character(rest) {
            length
        } else {
            code.push(char);
            rest = &rest[char.len_utf8()..];
            continue;
        };
        code.push(' ');
        rest = &rest[skipped..];
    }
    (code, literals)
}

/// The length of a raw string, where one begins.
fn raw_string(before: &str, rest: &str) -> Option<usize> {
    let is_within_word = before.ends_with(|char: char| char.is_alphanumeric() || char == '_');
    let marks = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r')).filter(|_| !is_within_word)?;
    let hashes = marks.len() - marks.trim_start_matches('#').len();
    let inside = marks[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(rest.len() - inside.len() + length)
}

/// The length of a string with its quotes.
fn string(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => drop(chars.next()),
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character, where one begins: a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let first = inside.chars().next()?;
    if first == '\\' {
        return inside[2..].find('\'').map(|at| at + 4);
    }
    inside[first.len_utf8()..].starts_with('\'').then(|| first.len_utf8() + 2)
}

/// The words of an identifier in small letters.
fn words(identifier: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for char in identifier.chars() {
        if char == '_' || char.is_ascii_uppercase() && was_small {
            words.push(String::new());
        }
        was_small = char.is_ascii_lowercase() || char.is_ascii_digit();
        if char != '_' {
            words.last_mut().unwrap().push(char.to_ascii_lowercase());
        }
    }
    words
}

#[test]
fn no_identifier_has_a_listed_word() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for file in rust_files(&root.join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let code = code(&text);
        for identifier in code.split(|char: char| !char.is_ascii_alphanumeric() && char != '_') {
            for word in words(identifier) {
                if let Some((word, instead)) = LISTED.iter().find(|(listed, _)| *listed == word) {
                    let file = file.strip_prefix(&root).unwrap().display().to_string();
                    found.insert(format!("{file}: `{identifier}` has `{word}`: write {instead}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn literals_and_comments_are_no_code() {
    let text = "let a = \"told \\\" said\"; // hit\nlet b = r#\"spot\"#; let c = '\\''; let d: &'static str = 'x'.into();";
    let code = code(text);
    for word in ["told", "said", "hit", "spot"] {
        assert!(!code.contains(word), "{code}");
    }
    assert!(code.contains("'static str"), "{code}");
    assert_eq!(words("MAY_BeTold2"), ["may", "be", "told2"]);
}
