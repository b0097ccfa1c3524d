//! Values below keys, whatever a kind of file writes them in: JSON, YAML, TOML, XML. An object is a row, its members are the
//! cells; a list of values has a row for each.

use std::collections::HashMap;

use super::{Cell, FieldId, FieldName, Quoting, Reading, Row, Sink};

/// Nesting beyond this is no file that anybody wrote.
pub(super) const DEEPEST: usize = 256;

/// More kinds of fields than these are keys that are values themselves.
const MOST_PATHS: usize = 10_000;

/// A key that is longer is a value.
const LONGEST_KEY: usize = 48;

/// Keys that name the code system of the values beside and below them, in small letters.
const SYSTEM_KEYS: [&str; 7] =
    ["system", "codesystem", "code_system", "vocabulary", "vocabularyid", "terminology", "vocabulary_id"];

/// What a text is made of, as its reader finds it.
pub(super) trait Branches<'t> {
    /// An object or list begins at a byte. The key is that of the object around it; there is none in a list.
    fn open(&mut self, key: Option<Key<'t>>, is_list: bool, at: u64);

    /// A value.
    fn value(&mut self, key: Option<Key<'t>>, value: Value<'t>);

    /// What was opened last ends before a byte.
    fn close(&mut self, end: u64);
}

/// A key, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: u64,
    pub(super) quoting: Quoting,
}

/// A value, and where it stands: without its quotes, and with them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: u64,
    pub(super) quoting: Quoting,
    pub(super) span: (u64, u64),
}

/// Reads a text twice: what is declared in it, which may stand behind what it is about, and then its rows. A walk says
/// whether the text is whole; of one that is not no row is handed out.
pub(super) fn read<'t>(sink: &mut dyn Sink, walk: &mut dyn FnMut(&mut dyn Branches<'t>) -> bool) -> bool {
    let mut declarations = Declarations::default();
    if !walk(&mut declarations) {
        return false;
    }
    let mut rows = Rows {
        sink,
        declared: declarations.found,
        nodes: vec![Node::default()],
        scopes: Vec::new(),
        ignored: 0,
    };
    walk(&mut rows)
}

/// The code systems that an object names for what is in it.
#[derive(Debug, Default, Clone)]
struct Declared {
    system: Option<String>,
    /// Of a FHIR ConceptMap: the system of its targets.
    target: Option<String>,
}

/// Collects what is declared, by the byte at which its object begins.
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
        let name = key.text.to_ascii_lowercase();
        let said = || Some(value.quoting.read(value.text).into_owned());
        if name == b"resourcetype" && value.text == b"CodeSystem" {
            *is_code_system = true;
        }
        let found = &mut self.found;
        match name.as_slice() {
            b"url" if *is_code_system => found.entry(*at).or_default().system = said(),
            b"source" => found.entry(*at).or_default().system = said(),
            b"target" => found.entry(*at).or_default().target = said(),
            name if SYSTEM_KEYS.iter().any(|key| key.as_bytes() == name) => {
                found.entry(*at).or_default().system = said();
            }
            _ => {}
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

/// A place in the tree of keys.
#[derive(Default)]
struct Node {
    children: HashMap<Box<[u8]>, usize>,
    path: String,
    words: String,
    field: Option<FieldId>,
    /// The field of its keys, where they are values.
    keys: Option<FieldId>,
}

/// An object or list that is open.
struct Scope<'t> {
    node: usize,
    is_list: bool,
    at: u64,
    members: Vec<(Key<'t>, Value<'t>, FieldId)>,
    /// Keys of what is no plain value.
    others: Vec<Key<'t>>,
    /// The nearest object, itself included, that declares a system: the byte at which it begins.
    declared: Option<u64>,
}

/// Hands out rows.
struct Rows<'s, 't> {
    sink: &'s mut dyn Sink,
    declared: HashMap<u64, Declared>,
    nodes: Vec<Node>,
    scopes: Vec<Scope<'t>>,
    ignored: usize,
}

impl<'t> Rows<'_, 't> {
    /// The node below a node. Keys that are values share one.
    fn below(&mut self, node: usize, key: Option<&[u8]>) -> usize {
        let is_value = |key: &[u8]| {
            key.len() > LONGEST_KEY || key.iter().any(u8::is_ascii_digit) && self.sink.knows(key)
        };
        let segment: &[u8] = match key {
            None => b"[]",
            Some(key) if is_value(key) => b"*",
            Some(key) => key,
        };
        if let Some(child) = self.nodes[node].children.get(segment) {
            return *child;
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
        // What a list is called, its values are.
        let words = if matches!(segment, b"[]" | b"*") { parent.words.clone() } else { name.into_owned() };
        let child = self.nodes.len();
        self.nodes.push(Node { path, words, ..Node::default() });
        self.nodes[node].children.insert(segment.into(), child);
        child
    }

    fn field(&mut self, node: usize) -> FieldId {
        let Self { nodes, sink, .. } = self;
        let node = &mut nodes[node];
        *node.field.get_or_insert_with(|| {
            let path = format!("`{}`", node.path);
            sink.field(FieldName { path: &path, words: &node.words, reading: Reading::Value })
        })
    }

    fn keys(&mut self, node: usize) -> FieldId {
        let Self { nodes, sink, .. } = self;
        let node = &mut nodes[node];
        *node.keys.get_or_insert_with(|| {
            let path =
                if node.path.is_empty() { "keys".to_owned() } else { format!("keys of `{}`", node.path) };
            sink.field(FieldName { path: &path, words: &node.words, reading: Reading::Value })
        })
    }

    /// The system that was declared for the values of a node.
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
        if let (Some(key), Some(scope)) = (key, self.scopes.last_mut()) {
            scope.others.push(key);
        }
        let declared = if self.declared.contains_key(&at) { Some(at) } else { above };
        self.scopes.push(Scope { node, is_list, at, members: Vec::new(), others: Vec::new(), declared });
    }

    fn value(&mut self, key: Option<Key<'t>>, value: Value<'t>) {
        let Some(scope) = self.scopes.last() else { return };
        let (node, is_list, declared) = (scope.node, scope.is_list, scope.declared);
        let node = self.below(node, key.map(|key| key.text));
        let field = self.field(node);
        match (key, self.scopes.last_mut()) {
            (Some(key), Some(scope)) if !is_list => scope.members.push((key, value, field)),
            _ => self.give(&[cell(field, &value)], value.span, declared, node),
        }
    }

    fn close(&mut self, end: u64) {
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        let Some(scope) = self.scopes.pop() else { return };
        if scope.is_list {
            return;
        }
        let keys = scope.members.iter().map(|(key, ..)| key).chain(&scope.others);
        let known = keys.clone().filter(|key| self.sink.knows(key.text)).count();
        if known > 0 && known * 2 >= scope.members.len() + scope.others.len() {
            let field = self.keys(scope.node);
            let key_cell =
                |key: &Key<'t>| Cell { field, text: key.text, at: key.at, column: 0, quoting: key.quoting };
            for key in &scope.others {
                let span = (key.at, key.at + key.text.len() as u64);
                self.give(&[key_cell(key)], span, scope.declared, scope.node);
            }
            for (key, value, field) in &scope.members {
                let span = (key.at, value.span.1);
                self.give(&[key_cell(key), cell(*field, value)], span, scope.declared, scope.node);
            }
        } else {
            // Elements of one name beside each other are a list.
            let count = |field| scope.members.iter().filter(|(.., other)| *other == field).take(2).count();
            let (listed, members): (Vec<_>, Vec<_>) =
                scope.members.iter().partition(|(.., field)| count(*field) > 1);
            for (_, value, field) in listed {
                self.give(&[cell(field, &value)], value.span, scope.declared, scope.node);
            }
            let cells: Vec<Cell<'_>> =
                members.into_iter().map(|(_, value, field)| cell(field, &value)).collect();
            if !cells.is_empty() {
                self.give(&cells, (scope.at, end), scope.declared, scope.node);
            }
        }
    }
}
