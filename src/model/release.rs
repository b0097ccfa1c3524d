//! Releases: one published edition of a code set, sorted by code.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::Serialize;

use super::addenda::Addenda;
use super::code_set::{CodeSet, Hierarchy, PropertyDefinition};
use super::concept::{Concept, Entry, Key, Level, Span, TextKind, compare};
use super::conversion::{ConversionTable, Operand};
use super::decision::DecisionTable;
use super::edition::Edition;
use super::index::CodeIndex;
use super::pcs::{PcsDefinitions, PcsTables};
use super::problem::Problem;
use super::sets;
use super::source::Source;
use super::tabular::Tabular;
use super::transition::Transition;

/// What of its set a release ships. What it does not ship is unknown, never gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Whether headers are in it: a codes file holds billable codes only.
    pub headers: bool,
    /// Whether codes are in it: a file of NDC products holds no packages.
    pub codes: bool,
    /// Whether every row is in it: not so if the file is cut.
    pub whole: bool,
    /// Whether notes came with it.
    pub notes: bool,
}

impl Coverage {
    /// Whether concepts of a level are in it.
    pub fn has(self, level: Level) -> bool {
        match level {
            Level::Header => self.headers,
            Level::Code => self.codes,
            Level::Modifier => true,
        }
    }
}

impl Default for Coverage {
    fn default() -> Self {
        Self { headers: true, codes: true, whole: true, notes: false }
    }
}

/// Something that a file says of the whole release, not of one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fact {
    /// Its name, as published.
    pub name: String,
    /// Its value, as published.
    pub value: String,
}

/// What one file was read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Content {
    /// The file, an archive member as `archive.zip!member.txt`.
    pub file: String,
    /// The layout it is in, for people.
    pub layout: &'static str,
    /// How many records were read.
    pub records: u64,
}

/// The concepts of a release while they are being read: a text and spans of it.
#[derive(Debug, Default)]
pub struct ReleaseTable {
    /// The attributes, where they are not those of the set: a user's own table brings its own.
    pub properties: Vec<PropertyDefinition>,
    /// Attributes that the file does not ship, by the positions of their definitions, ascending: what they are is not
    /// known, and they are not compared.
    pub absent: Vec<u16>,
    /// The files it was joined from, if it was: none, or at least the first.
    pub pieces: Vec<Piece>,
    /// The text that spans point into: usually the file itself.
    pub text: String,
    /// The concepts, in any order.
    pub concepts: Vec<Concept>,
}

/// A file of several that make a release together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The publisher's order of its first concept, counted through all the files.
    pub start: u32,
    /// Its name.
    pub file: String,
    /// Attributes that it does not ship, as in [`ReleaseTable::absent`].
    pub absent: Vec<u16>,
}

impl ReleaseTable {
    /// Adds the concepts of another table behind its own: `start` is added to their order.
    pub fn append(&mut self, other: Self, start: u32) {
        let Self { text, concepts, .. } = other;
        let shift = self.text.len() as u32;
        self.text.reserve_exact(text.len());
        self.text.push_str(&text);
        // A directory of drugs is as large as this text: it goes before more is asked for.
        drop(text);
        self.concepts.reserve_exact(concepts.len());
        self.concepts.extend(concepts.into_iter().map(|mut concept| {
            concept.shift(shift);
            concept.order += start;
            concept
        }));
    }

    /// Adds a text and returns its span.
    ///
    /// # Panics
    ///
    /// If the texts of one release exceed 4 GiB; sources refuse files long before.
    pub fn add_text(&mut self, text: &str) -> Span {
        let start = u32::try_from(self.text.len()).expect("a release holds less than 4 GiB of text");
        let length = u32::try_from(text.len()).expect("a text is shorter than its release");
        self.text.push_str(text);
        Span { start, length }
    }
}

fn piece_of(pieces: &[Piece], order: u32) -> usize {
    pieces.partition_point(|piece| piece.start <= order)
}

/// The attributes that no piece with concepts of a level ships, by level: products and packages have their own.
fn absent(pieces: &[Piece], concepts: &[Concept]) -> [Vec<u16>; Level::ALL.len()] {
    let mut has = vec![[false; Level::ALL.len()]; pieces.len()];
    for concept in concepts {
        if let Some(piece) = piece_of(pieces, concept.order).checked_sub(1) {
            has[piece][concept.level as usize] = true;
        }
    }
    std::array::from_fn(|level| {
        let mut own = pieces.iter().zip(&has).filter(|(_, has)| has[level]).map(|(piece, _)| &piece.absent);
        let mut absent = own.next().cloned().unwrap_or_default();
        for piece in own {
            absent.retain(|definition| piece.binary_search(definition).is_ok());
        }
        absent
    })
}

/// One published edition of a code set.
///
/// Concepts are sorted by key (codes and headers together, then modifiers), so that finding one is a binary
/// search and a difference is one merge.
#[derive(Debug)]
pub struct Release {
    /// The code set.
    pub set: &'static CodeSet,
    /// The edition, if it is known.
    pub edition: Option<Edition>,
    /// Which issue of the edition it is, where the publisher issues one several times: `v3`.
    pub issue: Option<String>,
    /// The file that its concepts were read from.
    pub file: String,
    /// What its files were read as.
    pub contents: Vec<Content>,
    /// What its files say of the whole release.
    pub facts: Vec<Fact>,
    /// The attributes that its concepts may have.
    pub properties: Vec<PropertyDefinition>,
    /// Whether outputs may show licensed descriptions.
    pub shows_licensed: bool,
    /// All the files it was read from, archives before their members.
    pub sources: Vec<Source>,
    /// What of the set it ships.
    pub coverage: Coverage,
    /// Codes whose records cannot be read: nothing is said about them.
    pub unreadable: Vec<String>,
    /// The publisher's addenda that came with it.
    pub addenda: Vec<Addenda>,
    /// The conversion tables that came with it.
    pub conversion_tables: Vec<ConversionTable>,
    /// Tables of transitions to this edition that came with it.
    pub transitions: Vec<Transition>,
    /// The user's decisions about successors of codes.
    pub decisions: Vec<DecisionTable>,
    /// The tabular list, where it came along.
    pub tabular: Option<Tabular>,
    /// The indexes that came along.
    pub indexes: Vec<CodeIndex>,
    /// The tables of ICD-10-PCS, where they came along.
    pub pcs_tables: Option<PcsTables>,
    /// The definitions of ICD-10-PCS, where they came along.
    pub pcs_definitions: Option<PcsDefinitions>,
    /// What is not as the layouts say.
    pub problems: Vec<Problem>,
    text: String,
    concepts: Vec<(Key, Concept)>,
    /// Attributes that no file with concepts of a level ships, by level.
    absent: [Vec<u16>; Level::ALL.len()],
    children: OnceLock<Vec<(u32, u32)>>,
    by_order: OnceLock<Vec<(u32, u32)>>,
    second_keys: OnceLock<Vec<(String, u32)>>,
    texts: [OnceLock<bool>; TextKind::ALL.len()],
}

impl Release {
    /// Makes a release of concepts in any order. Of two concepts with one key in one file the first stays; the others
    /// are returned, by their positions in the publisher's order, for the reader to report. Where two files hold one
    /// key, what the first lacks is taken from the second.
    pub fn new(set: &'static CodeSet, mut table: ReleaseTable) -> (Self, Vec<u32>) {
        let concepts = std::mem::take(&mut table.concepts);
        let properties = std::mem::take(&mut table.properties);
        let text = std::mem::take(&mut table.text);
        if table.pieces.is_empty() {
            table.pieces.push(Piece { start: 0, file: String::new(), absent: table.absent });
        }
        let absent = absent(&table.pieces, &concepts);
        let mut release = Self {
            set,
            edition: None,
            issue: None,
            file: String::new(),
            contents: Vec::new(),
            facts: Vec::new(),
            properties: if properties.is_empty() { set.properties.to_vec() } else { properties },
            shows_licensed: false,
            sources: Vec::new(),
            coverage: Coverage::default(),
            unreadable: Vec::new(),
            addenda: Vec::new(),
            conversion_tables: Vec::new(),
            transitions: Vec::new(),
            decisions: Vec::new(),
            tabular: None,
            indexes: Vec::new(),
            pcs_tables: None,
            pcs_definitions: None,
            problems: Vec::new(),
            text,
            concepts: Vec::new(),
            absent,
            children: OnceLock::new(),
            by_order: OnceLock::new(),
            second_keys: OnceLock::new(),
            texts: Default::default(),
        };
        let code = |concept: &Concept| release.text(concept.code);
        let mut concepts: Vec<(Key, Concept)> =
            concepts.into_iter().map(|concept| (Key::new(concept.level, code(&concept)), concept)).collect();
        let order = |a: &(Key, Concept), b: &(Key, Concept)| compare(a.0, b.0, || (code(&a.1), code(&b.1)));
        concepts.sort_by(order);
        let mut repeated = Vec::new();
        // The order of the last of several with one key: two of one file need not stand behind the first of all.
        let mut last = None;
        concepts.dedup_by(|later, kept| {
            let same = order(later, kept).is_eq();
            let before = last.filter(|_| same).unwrap_or(kept.1.order);
            last = same.then_some(later.1.order);
            if same && piece_of(&table.pieces, later.1.order) != piece_of(&table.pieces, before) {
                kept.1.fill(&later.1);
            } else if same {
                repeated.push(later.1.order);
            }
            same
        });
        release.concepts = concepts;
        (release, repeated)
    }

    /// The name: `icd10cm@2026`, or just the set where the edition is not known.
    pub fn id(&self) -> String {
        match self.edition {
            Some(edition) => format!("{}@{edition}", self.set.id),
            None => self.set.id.to_owned(),
        }
    }

    /// The day the release takes effect, if it is known.
    pub fn effective(&self) -> Option<Date> {
        self.edition?.effective(self.set)
    }

    /// The text of a span.
    pub(super) fn text(&self, span: Span) -> &str {
        span.of(&self.text)
    }

    /// Whether its files ship an attribute for concepts of a level.
    pub(super) fn ships(&self, level: Level, definition: u16) -> bool {
        self.absent[level as usize].binary_search(&definition).is_err()
    }

    /// Whether any of its entries has a description of a kind: a file of nothing but short ones tells no long one.
    pub(super) fn has_texts(&self, kind: TextKind) -> bool {
        let has = |entry: Entry<'_>| entry.text(kind).is_some_and(|text| !text.is_empty());
        *self.texts[kind as usize].get_or_init(|| self.entries().any(has))
    }

    /// How many concepts it holds.
    pub fn len(&self) -> usize {
        self.concepts.len()
    }

    /// Whether it holds no concept.
    pub fn is_empty(&self) -> bool {
        self.concepts.is_empty()
    }

    /// The entries, by key.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = Entry<'_>> + Clone {
        self.concepts.iter().map(|(key, concept)| Entry { release: self, concept, key: *key })
    }

    /// Some of the entries, by their positions in the order of keys.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn entries_in(&self, positions: std::ops::Range<usize>) -> impl ExactSizeIterator<Item = Entry<'_>> {
        self.concepts[positions].iter().map(|(key, concept)| Entry { release: self, concept, key: *key })
    }

    /// How many entries stand before an entry of this or another release, in the order of keys.
    pub fn before(&self, entry: Entry<'_>) -> usize {
        self.lower_bound(entry.level(), entry.code())
    }

    /// The entries, in the publisher's order.
    pub fn in_publisher_order(&self) -> Vec<Entry<'_>> {
        self.by_order().iter().map(|&(_, at)| self.entry_at(at as usize)).collect()
    }

    /// Order numbers with the positions of their entries, ascending.
    fn by_order(&self) -> &[(u32, u32)] {
        self.by_order.get_or_init(|| {
            let orders = self.entries().enumerate().map(|(at, entry)| (entry.order(), at as u32));
            let mut orders: Vec<_> = orders.collect();
            orders.sort_unstable();
            orders
        })
    }

    /// How many concepts of a level it holds.
    pub fn count(&self, level: Level) -> usize {
        self.concepts.iter().filter(|(_, concept)| concept.level == level).count()
    }

    fn entry_at(&self, at: usize) -> Entry<'_> {
        let (key, concept) = &self.concepts[at];
        Entry { release: self, concept, key: *key }
    }

    /// Position of the first entry that is not below a key in the order of keys. Modifiers stand behind all others.
    fn lower_bound(&self, level: Level, code: &str) -> usize {
        let key = Key::new(level, code);
        self.concepts.partition_point(|(held, concept)| {
            compare(*held, key, || (self.text(concept.code), code)).is_lt()
        })
    }

    fn find_at(&self, level: Level, code: &str) -> Option<usize> {
        let at = self.lower_bound(level, code);
        let (_, concept) = self.concepts.get(at)?;
        (concept.level.family() == level.family() && self.text(concept.code) == code).then_some(at)
    }

    /// The code or header with this code, written as files hold it.
    pub fn find(&self, code: &str) -> Option<Entry<'_>> {
        self.find_at(Level::Code, code).map(|at| self.entry_at(at))
    }

    /// The terms of its indexes that lead to a code. Those of ICD-10-CM leave 7th characters out, those of ICD-10-PCS name
    /// the beginning of a code as well.
    pub fn index_terms(&self, code: &str) -> Vec<&str> {
        let place =
            self.tabular.as_ref().and_then(|list| list.place_of(code)).map(|place| place.name.as_str());
        let mut codes: Vec<&str> = [Some(code), place].into_iter().flatten().collect();
        if self.set == &sets::ICD10PCS {
            codes.extend((3..code.len()).rev().filter_map(|length| code.get(..length)));
        }
        codes.dedup();
        let terms =
            codes.into_iter().flat_map(|code| self.indexes.iter().flat_map(move |index| index.terms(code)));
        terms.map(String::as_str).collect()
    }

    /// The modifier with this code.
    pub fn find_modifier(&self, code: &str) -> Option<Entry<'_>> {
        self.find_at(Level::Modifier, code).map(|at| self.entry_at(at))
    }

    /// The code with this code, if it is billable.
    pub fn find_billable(&self, code: &str) -> Option<Entry<'_>> {
        self.find(code).filter(|entry| entry.is_billable())
    }

    /// Returns all that a code written as files hold it may mean: the code or header, the modifier, and, where there is none
    /// of them, what has it as its second key, or else what its readings lead to. Two packages may share a second key, and
    /// ten digits without hyphens may be three packages.
    pub fn find_all(&self, code: &str) -> Vec<Entry<'_>> {
        let found = self.find_exactly(code);
        let readings = if found.is_empty() { (self.set.readings)(code) } else { Vec::new() };
        found.into_iter().chain(readings.iter().flat_map(|reading| self.find_exactly(reading))).collect()
    }

    fn find_exactly(&self, code: &str) -> Vec<Entry<'_>> {
        let found: Vec<_> = self.find(code).into_iter().chain(self.find_modifier(code)).collect();
        if found.is_empty() { self.with_second_key(code) } else { found }
    }

    /// The entries with a second key, by key.
    pub fn with_second_key(&self, key: &str) -> Vec<Entry<'_>> {
        let Some(second) = self.set.second_key else { return Vec::new() };
        let Some(key) = second(key) else { return Vec::new() };
        let keys = self.second_keys.get_or_init(|| {
            let keyed = |(at, (_, concept)): (usize, &(Key, Concept))| {
                Some((second(self.text(concept.code))?, at as u32))
            };
            let mut keys: Vec<_> = self.concepts.iter().enumerate().filter_map(keyed).collect();
            keys.sort();
            keys
        });
        let start = keys.partition_point(|(held, _)| *held < key);
        let found = keys[start..].iter().take_while(|(held, _)| *held == key);
        found.map(|(_, at)| self.entry_at(*at as usize)).collect()
    }

    /// The entries below `code`, without itself, in the order of keys.
    pub fn descendants<'a>(&'a self, code: &str) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        let (by_code, by_parent) = match self.set.hierarchy {
            Hierarchy::ByCode => (self.below_by_code(code), Vec::new()),
            Hierarchy::ByParent => (0..0, self.below_by_parent(code)),
            Hierarchy::Flat => (0..0, Vec::new()),
        };
        by_code.chain(by_parent).map(|at| self.entry_at(at))
    }

    fn below_by_code(&self, code: &str) -> std::ops::Range<usize> {
        let found = self.starting_with(code);
        let own = usize::from(!found.is_empty() && self.text(self.concepts[found.start].1.code) == code);
        found.start + own..found.end
    }

    /// Positions of the codes and headers that begin with a stem.
    fn starting_with(&self, stem: &str) -> std::ops::Range<usize> {
        let start = self.lower_bound(Level::Code, stem);
        let length = self.concepts[start..].partition_point(|(_, concept)| {
            concept.level != Level::Modifier && self.text(concept.code).starts_with(stem)
        });
        start..start + length
    }

    fn below_by_parent(&self, code: &str) -> Vec<usize> {
        let Some(top) = self.find_at(Level::Code, code) else { return Vec::new() };
        let children = self.children.get_or_init(|| self.children());
        let mut below = BTreeSet::new();
        let mut left = vec![top];
        while let Some(at) = left.pop() {
            let start = children.partition_point(|(parent, _)| (*parent as usize) < at);
            let own = children[start..].iter().take_while(|(parent, _)| *parent as usize == at);
            for (_, child) in own {
                // A file may name a parent that stands below its own child.
                let child = *child as usize;
                if child != top && below.insert(child) {
                    left.push(child);
                }
            }
        }
        below.into_iter().collect()
    }

    /// Pairs of parent and child, by their positions, sorted.
    fn children(&self) -> Vec<(u32, u32)> {
        let pair = |(at, entry): (usize, Entry<'_>)| {
            let parent = self.find_at(Level::Code, entry.parent_code()?)?;
            Some((parent as u32, at as u32))
        };
        let mut pairs: Vec<_> = self.entries().enumerate().filter_map(pair).collect();
        pairs.sort_unstable();
        pairs
    }

    /// The nearest entry above `code`. By their characters: about 11,000 ICD-10-CM codes of seven have no entry of six,
    /// and their parent is the nearest shorter one that exists.
    pub fn parent(&self, code: &str) -> Option<Entry<'_>> {
        match self.set.hierarchy {
            Hierarchy::ByCode => {
                (1..code.len()).rev().filter_map(|length| code.get(..length)).find_map(|stem| self.find(stem))
            }
            Hierarchy::ByParent => self.find(self.find(code)?.parent_code()?),
            Hierarchy::Flat => None,
        }
    }

    /// The billable codes that an operand of a conversion table means in this release, by key. Ranges go by order
    /// number, as the publisher defines them, not by alphabet.
    pub fn billable_in<'a>(&'a self, operand: &Operand) -> Vec<Entry<'a>> {
        let mut codes = match operand {
            Operand::Code(code) => self.find(code).into_iter().collect(),
            Operand::Below(stem) | Operand::ACodeFrom(stem) => {
                self.find(stem).into_iter().chain(self.descendants(stem)).collect()
            }
            Operand::Range { first, last } => self.between(first, last),
            Operand::InCategories { first, last } | Operand::FromCategories { first, last } => {
                self.between(first, last)
            }
        };
        codes.retain(|entry| entry.is_billable());
        codes
    }

    /// Returns the codes and headers that begin with a stem, by key.
    pub fn beginning_with<'a>(&'a self, stem: &str) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        self.starting_with(stem).map(|at| self.entry_at(at))
    }

    /// Returns the entries from `first` to `last` with all that is below it, in the publisher's order. An end that is not in
    /// the release is where the codes that begin with it are; where there are none of those, the alphabet decides.
    pub fn in_range(&self, first: &str, last: &str) -> Vec<Entry<'_>> {
        let orders = |end: &str| {
            let below = self.find(end).into_iter().chain(self.descendants(end));
            below.chain(self.beginning_with(end)).map(Entry::order).collect::<Vec<_>>()
        };
        match (orders(first).into_iter().min(), orders(last).into_iter().max()) {
            (Some(from), Some(to)) if from <= to => self.with_orders(from, to),
            _ => {
                let from = self.lower_bound(Level::Code, first);
                let is_in = |code: &str| code.get(..last.len()).unwrap_or(code) <= last;
                let is_in = |entry: &Entry<'_>| entry.level() != Level::Modifier && is_in(entry.code());
                self.entries_in(from..self.len()).take_while(is_in).collect()
            }
        }
    }

    /// The entries from `first` to `last` with all that is below it, by order number; none if either is missing.
    fn between(&self, first: &str, last: &str) -> Vec<Entry<'_>> {
        let (Some(from), Some(to)) = (self.find(first), self.find(last)) else { return Vec::new() };
        let end = self.descendants(last).map(Entry::order).max().unwrap_or(0).max(to.order());
        self.with_orders(from.order(), end)
    }

    /// The entries whose order numbers lie between two, both of them included.
    fn with_orders(&self, first: u32, last: u32) -> Vec<Entry<'_>> {
        let orders = self.by_order();
        let [start, end] =
            [first, last.saturating_add(1)].map(|order| orders.partition_point(|&(at, _)| at < order));
        let mut positions: Vec<u32> = orders[start.min(end)..end].iter().map(|&(_, at)| at).collect();
        positions.sort_unstable();
        positions.into_iter().map(|at| self.entry_at(at as usize)).collect()
    }
}
