//! Values below keys, for all kinds of files that have them: JSON, YAML, TOML, XML. An object is a row, its members are the
//! cells; a list of values has a row for each.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{Cell, FieldId, FieldName, ListKind, Origin, Quoting, Reading, Row, Sink};

/// Maximum nesting. Real files are never deeper.
pub(super) const DEEPEST: usize = 256;

/// Maximum nodes of keys; further keys share the node above them.
const MOST_PATHS: usize = 10_000;

/// Longest key; a longer one is treated as a value.
const LONGEST_KEY: usize = 48;

/// Keys that name the code system of the values next to and below them, in lowercase letters.
const SYSTEM_KEYS: [&str; 7] =
    ["system", "codesystem", "code_system", "vocabulary", "vocabularyid", "terminology", "vocabulary_id"];

/// Receives the objects, lists and values of a text in the order in which its reader finds them.
pub(super) trait Branches<'t> {
    /// Begins an object or list at a byte. The key is that of the object around it; lists do not have keys.
    fn open(&mut self, key: Option<Key<'t>>, is_list: bool, at: u64);

    /// A value.
    fn value(&mut self, key: Option<Key<'t>>, value: Value<'t>);

    /// Ends the object or list that was opened last, before a byte.
    fn close(&mut self, end: u64);
}

/// A key and its location.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: u64,
    pub(super) quoting: Quoting,
}

/// A value and its location: without its quotes, and with them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: u64,
    pub(super) quoting: Quoting,
    pub(super) span: (u64, u64),
}

/// Words that occur in every text that declares a system, in uppercase or lowercase letters.
static MARKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = ["system", "vocabulary", "terminology", "source", "target"];
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).expect("a few short words")
});

/// Reads a text twice, if it may declare systems: first the declarations, which may come after the values they apply to, and
/// then the rows. Returns the number of bytes that the walk read before the text broke off.
pub(super) fn read<'t>(
    text: &'t [u8],
    sink: &mut dyn Sink,
    walk: &mut dyn FnMut(&mut dyn Branches<'t>) -> usize,
) -> usize {
    let mut declarations = Declarations::default();
    if MARKS.is_match(text) {
        walk(&mut declarations);
    }
    let mut rows = Rows {
        sink,
        declared: declarations.found,
        nodes: vec![Node::default()],
        scopes: Vec::new(),
        members: Vec::new(),
        others: Vec::new(),
        cells: Vec::new(),
        fields: Vec::new(),
        ignored: 0,
    };
    let read = walk(&mut rows);
    // Objects that are open where the text breaks off end with the last value that was read.
    let mut end = rows.scopes.last().map_or(0, |scope| scope.at);
    end = rows.members.iter().fold(end, |end, member| end.max(member.value.span.1));
    rows.ignored = 0;
    while !rows.scopes.is_empty() {
        rows.close(end);
    }
    read
}

/// The code systems that an object declares for its content.
#[derive(Debug, Default, Clone)]
struct Declared {
    system: Option<String>,
    /// For a FHIR ConceptMap: the system of its targets.
    target: Option<String>,
}

/// Collects declarations, by the byte at which their object begins.
#[derive(Default)]
struct Declarations {
    found: HashMap<u64, Declared>,
    open: Vec<(u64, bool)>,
    ignored: usize,
}

impl<'t> Branches<'t> for Declarations {
    fn open(&mut self, _: Option<Key<'t>>, _: bool, at: u64) {
        if self.open.len() >= DEEPEST {
            self.ignored += 1;
        } else {
            self.open.push((at, false));
        }
    }

    fn value(&mut self, key: Option<Key<'t>>, value: Value<'t>) {
        let (Some(key), Some((at, is_code_system))) = (key, self.open.last_mut()) else { return };
        let is = |name: &str| key.text.eq_ignore_ascii_case(name.as_bytes());
        let found = &mut self.found;
        let statement = || Some(value.quoting.read(value.text).into_owned());
        if is("resourceType") && value.text == b"CodeSystem" {
            *is_code_system = true;
        } else if *is_code_system && is("url") || is("source") || SYSTEM_KEYS.iter().any(|key| is(key)) {
            found.entry(*at).or_default().system = statement();
        } else if is("target") {
            found.entry(*at).or_default().target = statement();
        }
    }

    fn close(&mut self, _: u64) {
        if self.ignored > 0 {
            self.ignored -= 1;
        } else {
            self.open.pop();
        }
    }
}

/// A node in the tree of keys.
#[derive(Default)]
struct Node {
    /// The nodes below it by their keys, in the order in which they were seen first.
    children: Vec<(Box<[u8]>, usize)>,
    by_key: HashMap<Box<[u8]>, usize>,
    /// The index of the child to try first: records are alike.
    next: usize,
    path: String,
    words: String,
    field: Option<FieldId>,
    /// The field of its keys, if they are values.
    keys: Option<FieldId>,
}

impl Node {
    /// Returns the child with a key.
    fn child(&mut self, key: &[u8]) -> Option<usize> {
        let is_it = |at: &usize| self.children.get(*at).is_some_and(|(held, _)| **held == *key);
        let found = [self.next, 0].into_iter().find(is_it).or_else(|| self.by_key.get(key).copied())?;
        self.next = found + 1;
        Some(self.children[found].1)
    }
}

/// A member of an object.
#[derive(Clone, Copy)]
struct Member<'t> {
    key: Key<'t>,
    value: Value<'t>,
    field: FieldId,
}

/// An open object or list.
struct Scope {
    node: usize,
    is_list: bool,
    at: u64,
    /// The start of its members among those of all open objects, and of the keys whose values are not plain.
    members: usize,
    others: usize,
    /// The nearest object, itself included, that declares a system: the byte at which it begins.
    declared: Option<u64>,
}

/// Passes on rows.
struct Rows<'s, 't> {
    sink: &'s mut dyn Sink,
    declared: HashMap<u64, Declared>,
    nodes: Vec<Node>,
    scopes: Vec<Scope>,
    members: Vec<Member<'t>>,
    others: Vec<Key<'t>>,
    /// Reused for the next row.
    cells: Vec<Cell<'t>>,
    fields: Vec<FieldId>,
    ignored: usize,
}

impl<'t> Rows<'_, 't> {
    /// Returns the child of a node for a key. Keys that are values share one child.
    fn below(&mut self, node: usize, key: Option<&[u8]>) -> usize {
        if let Some(child) = self.nodes[node].child(key.unwrap_or(b"[]")) {
            return child;
        }
        let is_value = |key: &[u8]| {
            key.len() > LONGEST_KEY || key.iter().any(u8::is_ascii_digit) && self.sink.knows(key)
        };
        let segment: &[u8] = match key {
            None => b"[]",
            Some(key) if is_value(key) => b"*",
            Some(key) => key,
        };
        if let Some(child) = self.nodes[node].child(segment) {
            return child;
        }
        if self.nodes.len() >= MOST_PATHS {
            return node;
        }
        let name = String::from_utf8_lossy(segment);
        let parent = &self.nodes[node];
        let path = match (key, parent.path.is_empty()) {
            (None, _) => format!("{}[]", parent.path),
            (Some(_), true) => name.clone().into_owned(),
            (Some(_), false) => format!("{}.{name}", parent.path),
        };
        // The values of a list have the name of the list.
        let words = if matches!(segment, b"[]" | b"*") { parent.words.clone() } else { name.into_owned() };
        let child = self.nodes.len();
        self.nodes.push(Node { path, words, ..Node::default() });
        let parent = &mut self.nodes[node];
        parent.by_key.insert(segment.into(), parent.children.len());
        parent.children.push((segment.into(), child));
        child
    }

    fn field(&mut self, node: usize) -> FieldId {
        let Self { nodes, sink, .. } = self;
        let node = &mut nodes[node];
        *node.field.get_or_insert_with(|| {
            let path = format!("`{}`", node.path);
            let name =
                FieldName { path: &path, words: &node.words, reading: Reading::Value, origin: Origin::Other };
            sink.field(name)
        })
    }

    fn keys(&mut self, node: usize) -> FieldId {
        let Self { nodes, sink, .. } = self;
        let node = &mut nodes[node];
        *node.keys.get_or_insert_with(|| {
            let path =
                if node.path.is_empty() { "keys".to_owned() } else { format!("keys of `{}`", node.path) };
            let origin = Origin::list(ListKind::Keys, &node.path);
            sink.field(FieldName { path: &path, words: &node.words, reading: Reading::Value, origin })
        })
    }

    /// Returns the system that was declared for the values of a node.
    fn system(&self, declared: Option<u64>, node: usize) -> Option<&str> {
        let declared = self.declared.get(&declared?)?;
        let is_target = self.nodes[node].path.contains("element[].target[]");
        let found = if is_target { declared.target.as_ref() } else { declared.system.as_ref() };
        found.map(String::as_str)
    }

    fn give(&mut self, cells: &[Cell<'_>], span: (u64, u64), declared: Option<u64>, node: usize) {
        let system = self.system(declared, node).map(str::to_owned);
        self.sink.row(&Row { cells, span, number: 0, system: system.as_deref() });
    }
}

fn cell<'t>(field: FieldId, value: &Value<'t>) -> Cell<'t> {
    Cell { field, text: value.text, at: value.at, column: 0, quoting: value.quoting }
}

impl<'t> Branches<'t> for Rows<'_, 't> {
    fn open(&mut self, key: Option<Key<'t>>, is_list: bool, at: u64) {
        if self.scopes.len() >= DEEPEST {
            self.ignored += 1;
            return;
        }
        let (node, above) = match self.scopes.last() {
            None => (0, None),
            Some(scope) => {
                let (node, above) = (scope.node, scope.declared);
                (self.below(node, key.map(|key| key.text)), above)
            }
        };
        if let Some(key) = key.filter(|_| !self.scopes.is_empty()) {
            self.others.push(key);
        }
        let declared = if self.declared.contains_key(&at) { Some(at) } else { above };
        let (members, others) = (self.members.len(), self.others.len());
        self.scopes.push(Scope { node, is_list, at, members, others, declared });
    }

    fn value(&mut self, key: Option<Key<'t>>, value: Value<'t>) {
        let Some(scope) = self.scopes.last() else { return };
        let (node, is_list, declared) = (scope.node, scope.is_list, scope.declared);
        let node = self.below(node, key.map(|key| key.text));
        let field = self.field(node);
        match key {
            Some(key) if !is_list => self.members.push(Member { key, value, field }),
            _ => self.give(&[cell(field, &value)], value.span, declared, node),
        }
    }

    fn close(&mut self, end: u64) {
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        let Some(scope) = self.scopes.pop() else { return };
        if !scope.is_list {
            self.object(&scope, end);
        }
        self.members.truncate(scope.members);
        self.others.truncate(scope.others);
    }
}

impl<'t> Rows<'_, 't> {
    /// Passes on the rows of an object.
    fn object(&mut self, scope: &Scope, end: u64) {
        let (own, others) = (scope.members..self.members.len(), scope.others..self.others.len());
        let keys =
            self.members[own.clone()].iter().map(|member| &member.key).chain(&self.others[others.clone()]);
        let known = keys.filter(|key| self.sink.knows(key.text)).count();
        if known > 0 && known * 2 >= own.len() + others.len() {
            let field = self.keys(scope.node);
            let quoted =
                |key: Key<'t>| Cell { field, text: key.text, at: key.at, column: 0, quoting: key.quoting };
            for at in others {
                let key = self.others[at];
                let span = (key.at, key.at + key.text.len() as u64);
                self.give(&[quoted(key)], span, scope.declared, scope.node);
            }
            for at in own {
                let Member { key, value, field } = self.members[at];
                let span = (key.at, value.span.1);
                self.give(&[quoted(key), cell(field, &value)], span, scope.declared, scope.node);
            }
            return;
        }
        // Neighboring elements of one name are a list.
        let mut fields = std::mem::take(&mut self.fields);
        fields.clear();
        fields.extend(self.members[own.clone()].iter().map(|member| member.field));
        fields.sort_unstable();
        let listed = |field| {
            let first = fields.partition_point(|other| *other < field);
            fields.get(first + 1) == Some(&field)
        };
        let is_any_listed = fields.windows(2).any(|pair| pair[0] == pair[1]);
        let mut cells = std::mem::take(&mut self.cells);
        cells.clear();
        for at in own {
            let Member { value, field, .. } = self.members[at];
            if is_any_listed && listed(field) {
                self.give(&[cell(field, &value)], value.span, scope.declared, scope.node);
            } else {
                cells.push(cell(field, &value));
            }
        }
        if !cells.is_empty() {
            self.give(&cells, (scope.at, end), scope.declared, scope.node);
        }
        (self.cells, self.fields) = (cells, fields);
    }
}
