//! Releases: one published edition of a code set, sorted by code.
//!
//! Invariant: a release is sorted by key and has each key once. Finding a code is a binary search, a difference is one
//! merge of two releases, and the codes below a header are a slice. The publisher's own order is a number of each
//! concept: ICD-10-CM is in tabular order (C4A before C44), and ranges of conversion tables follow it.
//!
//! Invariant: descriptions are spans of one text, which usually is the file itself. A release of 98,000 rows takes its
//! file and about four megabytes.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::Serialize;

use super::code_set::{CodeSet, Hierarchy, PropertyDefinition};
use super::companions::Companions;
use super::concept::{Concept, Key, Level, Span, TextKind, compare};
use super::conversion::Operand;
use super::edition::Edition;
use super::entry::Entry;
use super::problem::Problem;
use super::sets;
use super::source::Source;

/// The parts of its set that a release contains. Parts it does not contain are unknown, never deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Whether headers are in it: a codes file contains billable codes only.
    pub headers: bool,
    /// Whether codes are in it: a file of NDC products has no packages.
    pub codes: bool,
    /// Whether every row is in it: false if the file is truncated.
    pub whole: bool,
    /// Whether notes are in it.
    pub notes: bool,
}

impl Coverage {
    /// Returns whether concepts of a level are in it.
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
    /// The attributes, if they differ from those of the set, as in a user's own table.
    pub properties: Vec<PropertyDefinition>,
    /// Attributes that the file does not have, by the positions of their definitions, ascending: their values are
    /// unknown and not compared.
    pub absent: Vec<u16>,
    /// The files it was joined from, if any; otherwise empty, or the first file only.
    pub pieces: Vec<Piece>,
    /// The text that spans point into: usually the file itself.
    pub text: String,
    /// The concepts, in any order.
    pub concepts: Vec<Concept>,
}

/// One of several files that make up a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The publisher's order of its first concept, counted through all the files.
    pub start: u32,
    /// Its name.
    pub file: String,
    /// Attributes that it does not have, as in [`ReleaseTable::absent`].
    pub absent: Vec<u16>,
}

impl ReleaseTable {
    /// Appends the concepts of another table; `start` is added to their order.
    pub fn append(&mut self, other: Self, start: u32) {
        let Self { text, concepts, .. } = other;
        let shift = self.text.len() as u32;
        self.text.reserve_exact(text.len());
        self.text.push_str(&text);
        // A drug directory is as large as this text: it is dropped before more memory is allocated.
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

/// Returns the attributes that no piece with concepts of a level has, by level: products and packages have different
/// attributes.
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
/// Concepts are sorted by key (codes and headers together, then modifiers), so that a lookup is a binary search and a
/// diff is one merge.
#[derive(Debug)]
pub struct Release {
    /// The code set.
    pub set: &'static CodeSet,
    /// The edition, if it is known.
    pub edition: Option<Edition>,
    /// The issue of the edition, if the publisher issues one several times: `v3`.
    pub issue: Option<String>,
    /// The file that its concepts were read from.
    pub file: String,
    /// The layouts and sizes of its files.
    pub contents: Vec<Content>,
    /// Facts in its files about the whole release.
    pub facts: Vec<Fact>,
    /// The attributes that its concepts may have.
    pub properties: Vec<PropertyDefinition>,
    /// Whether outputs may show licensed descriptions: only whoever opens the release can say so.
    pub(crate) shows_licensed: bool,
    /// All the files it was read from, archives before their members.
    pub sources: Vec<Source>,
    /// The parts of the set that it contains.
    pub coverage: Coverage,
    /// Codes whose records cannot be read: nothing is reported about them.
    pub unreadable: Vec<String>,
    /// What the publisher provides with it.
    pub companions: Companions,
    /// Deviations from the layouts.
    pub problems: Vec<Problem>,
    text: String,
    concepts: Vec<(Key, Concept)>,
    /// Attributes that no file with concepts of a level has, by level.
    absent: [Vec<u16>; Level::ALL.len()],
    children: OnceLock<Vec<(u32, u32)>>,
    by_order: OnceLock<Vec<(u32, u32)>>,
    second_keys: OnceLock<Vec<(String, u32)>>,
    texts: [OnceLock<bool>; TextKind::ALL.len()],
}

impl Release {
    /// Makes a release of concepts in any order. If one file has two concepts with one key, the first is kept; the
    /// others are returned, by their positions in the publisher's order, for the reader to report. If two files have
    /// the same key, values missing in the first are taken from the second.
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
            companions: Companions::default(),
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
        // The order of the last of several with one key: two from one file need not directly follow the first of all.
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

    /// Makes a release of codes without descriptions, used to read lists of such codes.
    pub fn of_codes(set: &'static CodeSet, codes: &[&str]) -> Self {
        let mut table = ReleaseTable::default();
        for (code, order) in codes.iter().zip(0..) {
            let code = table.add_text(code);
            let long = Span { length: 0, ..code };
            let concept = Concept { code, long, short: None, order, level: Level::Code, details: None };
            table.concepts.push(concept);
        }
        Self::new(set, table).0
    }

    /// Returns the name: `icd10cm@2026`, or only the set if the edition is not known.
    pub fn id(&self) -> String {
        match self.edition {
            Some(edition) => format!("{}@{edition}", self.set.id),
            None => self.set.id.to_owned(),
        }
    }

    /// Returns the name as the field writes it: `ICD-10-CM FY2026`; the set alone if the edition is not known.
    pub fn title(&self) -> String {
        let edition = self.edition.map(|edition| edition.title(self.set.calendar));
        let words = [Some(self.set.title.to_owned()), edition, self.issue.clone()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Returns the day the release takes effect, if it is known.
    pub fn effective(&self) -> Option<Date> {
        self.edition?.effective(self.set.calendar)
    }

    /// Returns the text of a span.
    pub(super) fn text(&self, span: Span) -> &str {
        span.of(&self.text)
    }

    /// Returns whether its files have an attribute for concepts of a level.
    pub(super) fn ships(&self, level: Level, definition: u16) -> bool {
        self.absent[level as usize].binary_search(&definition).is_err()
    }

    /// Returns whether any of its entries has a description of a kind: a file with only short descriptions has no long
    /// ones.
    pub(super) fn has_texts(&self, kind: TextKind) -> bool {
        let has = |entry: Entry<'_>| entry.text(kind).is_some_and(|text| !text.is_empty());
        *self.texts[kind as usize].get_or_init(|| self.entries().any(has))
    }

    /// Returns the number of concepts.
    pub fn len(&self) -> usize {
        self.concepts.len()
    }

    /// Returns whether it has no concepts.
    pub fn is_empty(&self) -> bool {
        self.concepts.is_empty()
    }

    /// Returns the entries, by key.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = Entry<'_>> + Clone {
        self.concepts.iter().map(|(key, concept)| Entry { release: self, concept, key: *key })
    }

    /// Returns some of the entries, by their positions in the order of keys.
    ///
    /// # Panics
    ///
    /// If the range exceeds the number of entries.
    pub fn entries_in(&self, positions: std::ops::Range<usize>) -> impl ExactSizeIterator<Item = Entry<'_>> {
        self.concepts[positions].iter().map(|(key, concept)| Entry { release: self, concept, key: *key })
    }

    /// Counts the entries that precede an entry of this or another release, in the order of keys.
    pub fn before(&self, entry: Entry<'_>) -> usize {
        self.lower_bound(entry.level(), entry.code())
    }

    /// Returns the entries, in the publisher's order.
    pub fn in_publisher_order(&self) -> Vec<Entry<'_>> {
        self.by_order().iter().map(|&(_, at)| self.entry_at(at as usize)).collect()
    }

    /// Returns order numbers with the positions of their entries, ascending.
    fn by_order(&self) -> &[(u32, u32)] {
        self.by_order.get_or_init(|| {
            let orders = self.entries().enumerate().map(|(at, entry)| (entry.order(), at as u32));
            let mut orders: Vec<_> = orders.collect();
            orders.sort_unstable();
            orders
        })
    }

    /// Counts the concepts of a level.
    pub fn count(&self, level: Level) -> usize {
        self.concepts.iter().filter(|(_, concept)| concept.level == level).count()
    }

    fn entry_at(&self, at: usize) -> Entry<'_> {
        let (key, concept) = &self.concepts[at];
        Entry { release: self, concept, key: *key }
    }

    /// Returns the position of the first entry whose key is not less than the given one. Modifiers follow all other
    /// entries.
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

    /// Returns the code or header with this code, in the form used in files.
    pub fn find(&self, code: &str) -> Option<Entry<'_>> {
        self.find_at(Level::Code, code).map(|at| self.entry_at(at))
    }

    /// Returns the terms of its indexes that lead to a code. Indexes of ICD-10-CM omit 7th characters; indexes of
    /// ICD-10-PCS also list prefixes of a code.
    pub fn index_terms(&self, code: &str) -> Vec<&str> {
        let place =
            self.companions.tabular().and_then(|list| list.place_of(code)).map(|place| place.name.as_str());
        let mut codes: Vec<&str> = [Some(code), place].into_iter().flatten().collect();
        if self.set == &sets::ICD10PCS {
            codes.extend((3..code.len()).rev().filter_map(|length| code.get(..length)));
        }
        codes.dedup();
        let indexes = &self.companions.indexes;
        let terms =
            codes.into_iter().flat_map(|code| indexes.iter().flat_map(move |index| index.terms(code)));
        terms.map(String::as_str).collect()
    }

    /// Returns the modifier with this code.
    pub fn find_modifier(&self, code: &str) -> Option<Entry<'_>> {
        self.find_at(Level::Modifier, code).map(|at| self.entry_at(at))
    }

    /// Returns the entry with this code, if it is billable.
    pub fn find_billable(&self, code: &str) -> Option<Entry<'_>> {
        self.find(code).filter(|entry| entry.is_billable())
    }

    /// Returns all entries that a code in the form used in files may mean: the code or header and the modifier; if
    /// neither exists, entries with this second key, or else the entries of its readings. Two packages may share a
    /// second key, and ten digits without hyphens may be three packages.
    pub fn find_all(&self, code: &str) -> Vec<Entry<'_>> {
        let found = self.find_exactly(code);
        let readings = if found.is_empty() { (self.set.readings)(code) } else { Vec::new() };
        found.into_iter().chain(readings.iter().flat_map(|reading| self.find_exactly(reading))).collect()
    }

    fn find_exactly(&self, code: &str) -> Vec<Entry<'_>> {
        let found: Vec<_> = self.find(code).into_iter().chain(self.find_modifier(code)).collect();
        if found.is_empty() { self.with_second_key(code) } else { found }
    }

    /// Returns the entries with a second key, by key.
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

    /// Returns the entries below `code`, without itself, in the order of keys.
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

    /// Returns the positions of the codes and headers that begin with a stem.
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
                // A file may name a parent that is below its own child.
                let child = *child as usize;
                if child != top && below.insert(child) {
                    left.push(child);
                }
            }
        }
        below.into_iter().collect()
    }

    /// Returns pairs of parent and child, by their positions, sorted.
    fn children(&self) -> Vec<(u32, u32)> {
        let pair = |(at, entry): (usize, Entry<'_>)| {
            let parent = self.find_at(Level::Code, entry.parent_code()?)?;
            Some((parent as u32, at as u32))
        };
        let mut pairs: Vec<_> = self.entries().enumerate().filter_map(pair).collect();
        pairs.sort_unstable();
        pairs
    }

    /// Returns the nearest entry above `code`. In a hierarchy by code, about 11,000 ICD-10-CM codes of seven characters
    /// have no entry of six; their parent is the nearest shorter entry that exists.
    pub fn parent(&self, code: &str) -> Option<Entry<'_>> {
        match self.set.hierarchy {
            Hierarchy::ByCode => {
                (1..code.len()).rev().filter_map(|length| code.get(..length)).find_map(|stem| self.find(stem))
            }
            Hierarchy::ByParent => self.find(self.find(code)?.parent_code()?),
            Hierarchy::Flat => None,
        }
    }

    /// Returns the billable codes that an operand of a conversion table means in this release, by key. Ranges follow
    /// the order number, as the publisher defines them, not the alphabet.
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

    /// Returns the entries from `first` to `last` with everything below it, in the publisher's order. An end that is
    /// missing from the release takes the place of the codes that begin with it; if there are none, the alphabet
    /// decides.
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

    /// Returns the entries from `first` to `last` with everything below it, by order number; empty if either is
    /// missing.
    fn between(&self, first: &str, last: &str) -> Vec<Entry<'_>> {
        let (Some(from), Some(to)) = (self.find(first), self.find(last)) else { return Vec::new() };
        let end = self.descendants(last).map(Entry::order).max().unwrap_or(0).max(to.order());
        self.with_orders(from.order(), end)
    }

    /// Returns the entries whose order numbers lie between two, inclusive.
    fn with_orders(&self, first: u32, last: u32) -> Vec<Entry<'_>> {
        let orders = self.by_order();
        let [start, end] =
            [first, last.saturating_add(1)].map(|order| orders.partition_point(|&(at, _)| at < order));
        let mut positions: Vec<u32> = orders[start.min(end)..end].iter().map(|&(_, at)| at).collect();
        positions.sort_unstable();
        positions.into_iter().map(|at| self.entry_at(at as usize)).collect()
    }
}
