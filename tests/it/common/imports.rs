//! Which source files import which: `use`, paths in code, and re-exports, without the compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::sources::rust_files;

/// The files of a source folder, by their paths as modules: `impact::usage::table`.
pub(crate) struct Modules {
    /// The code of each module.
    code: BTreeMap<String, String>,
    /// What each module exports for others: the name, and the module and name that it has there.
    exports: BTreeMap<String, BTreeMap<String, (String, String)>>,
}

/// A path of a `use` item.
struct Use {
    path: Vec<String>,
    /// The name that it has here: the last of the path, or that after `as`.
    name: String,
    is_public: bool,
}

impl Modules {
    /// Reads all the files of a folder.
    pub(crate) fn read(src: &Path) -> Self {
        let module = |file: &Path| {
            let path = file.strip_prefix(src).unwrap().with_extension("");
            let names: Vec<_> = path.iter().map(|name| name.to_str().unwrap()).collect();
            let names = if names.last() == Some(&"mod") { &names[..names.len() - 1] } else { &names[..] };
            names.join("::")
        };
        let files = rust_files(src);
        let code =
            files.iter().map(|file| (module(file), code(&fs::read_to_string(file).unwrap()))).collect();
        let mut modules = Self { code, exports: BTreeMap::new() };
        modules.exports = modules.code.keys().map(|name| (name.clone(), modules.exports_of(name))).collect();
        modules
    }

    /// Returns the modules that each module imports from, without those below it: a module may use its parent, which declares
    /// it and passes on what it exports.
    pub(crate) fn imports(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let imports = |name: &str| {
            let paths = uses(&self.code[name]).into_iter().map(|item| item.path);
            let found =
                paths.chain(plain_paths(&self.code[name])).filter_map(|path| self.origin(name, &path));
            let below = format!("{name}::");
            found.filter(|found| found != name && !found.starts_with(&below)).collect()
        };
        self.code.keys().map(|name| (name.as_str(), imports(name))).collect()
    }

    /// Returns the module that a path leads to, through re-exports.
    fn origin(&self, from: &str, path: &[String]) -> Option<String> {
        let (mut found, rest) = self.resolve(from, path)?;
        let Some(mut name) = rest.into_iter().next() else { return Some(found) };
        let mut passed = BTreeSet::new();
        while let Some((module, there)) = self.exports[&found].get(&name)
            && passed.insert((found.clone(), name))
        {
            (found, name) = (module.clone(), there.clone());
        }
        Some(found)
    }

    /// Returns the module that a path begins with, and the names after it.
    fn resolve(&self, from: &str, path: &[String]) -> Option<(String, Vec<String>)> {
        let mut base: Vec<&str> = from.split("::").collect();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => (base, rest) = (Vec::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|name| name == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            child if self.code.contains_key(&format!("{from}::{child}")) => {}
            _ => return None,
        }
        let absolute: Vec<&str> = base.into_iter().chain(rest.iter().map(String::as_str)).collect();
        (1..=absolute.len()).rev().find_map(|length| {
            let name = absolute[..length].join("::");
            let rest = absolute[length..].iter().map(|name| (*name).to_owned()).collect();
            self.code.contains_key(&name).then_some((name, rest))
        })
    }

    fn exports_of(&self, name: &str) -> BTreeMap<String, (String, String)> {
        let exported = uses(&self.code[name]).into_iter().filter(|item| item.is_public);
        let exported = exported.filter_map(|item| {
            let (found, rest) = self.resolve(name, &item.path)?;
            Some((item.name, (found, rest.into_iter().next()?)))
        });
        exported.filter(|(_, (found, _))| found != name).collect()
    }
}

/// Returns the groups of modules that import each other, directly or through others of the group.
pub(crate) fn circles(imports: &BTreeMap<&str, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        imports.keys().map(|name| (*name, reached(imports, name))).collect();
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for (name, from_here) in &reached {
        if circles.iter().any(|circle| circle.contains(*name)) || !from_here.contains(name) {
            continue;
        }
        let both = from_here.iter().filter(|other| reached[*other].contains(name));
        circles.push(both.map(|other| (*other).to_owned()).collect());
    }
    circles
}

/// Returns all modules that a module imports, directly or through others.
fn reached<'m>(imports: &'m BTreeMap<&str, BTreeSet<String>>, name: &str) -> BTreeSet<&'m str> {
    let (mut found, mut left) = (BTreeSet::new(), vec![name]);
    while let Some(next) = left.pop() {
        for other in imports.get(next).into_iter().flatten() {
            if found.insert(other.as_str()) {
                left.push(other);
            }
        }
    }
    found
}

/// Returns the code of a file without comments, its tests, and the visibility of items.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = text.lines().map(|line| line.split("//").next().unwrap());
    let mut code = lines.collect::<Vec<_>>().join("\n");
    while let Some(start) = code.find("pub(") {
        let end = start + code[start..].find(')').unwrap();
        code.replace_range(start + "pub".len()..=end, "");
    }
    code
}

/// Returns the paths of the `use` items of a code.
fn uses(code: &str) -> Vec<Use> {
    let mut found = Vec::new();
    for (start, end) in use_items(code) {
        let item = &code[start..end];
        let tree = item.strip_prefix("pub ").unwrap_or(item);
        expand(tree.trim_start_matches("use "), &[], tree.len() < item.len(), &mut found);
    }
    found
}

/// Returns the places of the `use` items of a code.
fn use_items(code: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in code.split_inclusive('\n') {
        let at = start + line.len() - line.trim_start().len();
        let item = &code[at..];
        if (item.starts_with("use ") || item.starts_with("pub use "))
            && let Some(length) = item.find(';')
        {
            found.push((at, at + length));
        }
        start += line.len();
    }
    found
}

/// Splits a tree of imports into its paths: `a::{b, c::d}` into `a::b` and `a::c::d`.
fn expand(tree: &str, before: &[String], is_public: bool, found: &mut Vec<Use>) {
    let names = |path: &str| {
        let names = path.split("::").map(str::trim).filter(|name| !name.is_empty());
        before.iter().cloned().chain(names.map(str::to_owned)).collect::<Vec<_>>()
    };
    let tree = tree.trim();
    let Some((head, list)) = tree.split_once('{') else {
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, tree));
        let name = name.rsplit("::").next().unwrap_or(name).trim().to_owned();
        if !tree.is_empty() {
            found.push(Use { path: names(path), name, is_public });
        }
        return;
    };
    let list = list.strip_suffix('}').unwrap_or(list);
    let (mut depth, mut start) = (0, 0);
    for (at, char) in list.char_indices().chain([(list.len(), ',')]) {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&list[start..at], &names(head), is_public, found);
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// Returns the paths in a code, outside of `use` items, that begin in this crate: `super::table::Table`.
fn plain_paths(code: &str) -> Vec<Vec<String>> {
    let items = use_items(code);
    let mut found = Vec::new();
    for root in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            let is_inside = before.is_some_and(|char| char.is_alphanumeric() || matches!(char, '_' | ':'));
            if is_inside || items.iter().any(|(start, end)| (*start..*end).contains(&at)) {
                continue;
            }
            let path = code[at..].split(|char: char| !(char.is_alphanumeric() || matches!(char, '_' | ':')));
            let path = path.take(1).flat_map(|path| path.split("::")).filter(|name| !name.is_empty());
            found.push(path.map(str::to_owned).collect());
        }
    }
    found
}
