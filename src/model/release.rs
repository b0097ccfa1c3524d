//! Releases: one published edition of a code set, sorted by code.

use jiff::civil::Date;

use super::addenda::Addenda;
use super::code_set::CodeSet;
use super::concept::{Concept, Entry, Key, Level, Span, compare};
use super::conversion::{ConversionTable, Operand};
use super::edition::Edition;
use super::problem::Problem;
use super::source::Source;

/// What of its set a release ships. What it does not ship is unknown, never gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Whether headers are in it: a codes file holds billable codes only.
    pub headers: bool,
    /// Whether every row is in it: not so if the file is cut.
    pub whole: bool,
}

impl Default for Coverage {
    fn default() -> Self {
        Self { headers: true, whole: true }
    }
}

/// The concepts of a release while they are being read: a text and spans of it.
#[derive(Debug, Default)]
pub struct ReleaseTable {
    /// The text that spans point into: usually the file itself.
    pub text: String,
    /// The concepts, in any order.
    pub concepts: Vec<Concept>,
}

impl ReleaseTable {
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
    /// The file that its concepts were read from.
    pub file: String,
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
    /// What is not as the layouts say.
    pub problems: Vec<Problem>,
    text: String,
    concepts: Vec<(Key, Concept)>,
}

impl Release {
    /// Makes a release of concepts in any order. Of two concepts with one key the first stays; the others are
    /// returned, by their positions in the publisher's order, for the reader to report.
    pub fn new(set: &'static CodeSet, table: ReleaseTable) -> (Self, Vec<u32>) {
        let ReleaseTable { text, concepts } = table;
        let mut release = Self {
            set,
            edition: None,
            file: String::new(),
            sources: Vec::new(),
            coverage: Coverage::default(),
            unreadable: Vec::new(),
            addenda: Vec::new(),
            conversion_tables: Vec::new(),
            problems: Vec::new(),
            text,
            concepts: Vec::new(),
        };
        let code = |concept: &Concept| release.text(concept.code);
        let mut concepts: Vec<(Key, Concept)> =
            concepts.into_iter().map(|concept| (Key::new(concept.level, code(&concept)), concept)).collect();
        let order = |a: &(Key, Concept), b: &(Key, Concept)| compare(a.0, b.0, || (code(&a.1), code(&b.1)));
        concepts.sort_by(order);
        let mut repeated = Vec::new();
        concepts.dedup_by(|later, kept| {
            let same = order(later, kept).is_eq();
            if same {
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
        let start = span.start as usize;
        &self.text[start..start + span.length as usize]
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

    /// The entries, in the publisher's order.
    pub fn in_publisher_order(&self) -> Vec<Entry<'_>> {
        let mut entries: Vec<_> = self.entries().collect();
        entries.sort_by_key(|entry| entry.order());
        entries
    }

    /// How many concepts of a level it holds.
    pub fn count(&self, level: Level) -> usize {
        self.concepts.iter().filter(|(_, concept)| concept.level == level).count()
    }

    fn entry_at(&self, at: usize) -> Entry<'_> {
        let (key, concept) = &self.concepts[at];
        Entry { release: self, concept, key: *key }
    }

    /// Position of the first code or header that is not below `code` in the order of keys. Modifiers stand
    /// behind all of them.
    fn lower_bound(&self, code: &str) -> usize {
        let key = Key::new(Level::Code, code);
        self.concepts.partition_point(|(held, concept)| {
            compare(*held, key, || (self.text(concept.code), code)).is_lt()
        })
    }

    /// The code or header with this code, written as files hold it.
    pub fn find(&self, code: &str) -> Option<Entry<'_>> {
        let at = self.lower_bound(code);
        let (_, concept) = self.concepts.get(at)?;
        let found = concept.level != Level::Modifier && self.text(concept.code) == code;
        found.then(|| self.entry_at(at))
    }

    /// The code with this code, if it is billable.
    pub fn find_billable(&self, code: &str) -> Option<Entry<'_>> {
        self.find(code).filter(|entry| entry.is_billable())
    }

    /// The entries below `code` by its characters, without itself, in the order of keys.
    pub fn descendants<'a>(&'a self, code: &str) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        let start = self.lower_bound(code);
        let below = self.concepts[start..].partition_point(|(_, concept)| {
            concept.level != Level::Modifier && self.text(concept.code).starts_with(code)
        });
        let own = usize::from(below > 0 && self.text(self.concepts[start].1.code) == code);
        (start + own..start + below).map(|at| self.entry_at(at))
    }

    /// The nearest entry above `code` by its characters. About 11,000 ICD-10-CM codes of seven characters
    /// have no entry of six: their parent is the nearest shorter one that exists.
    pub fn parent(&self, code: &str) -> Option<Entry<'_>> {
        (1..code.len()).rev().filter_map(|length| code.get(..length)).find_map(|stem| self.find(stem))
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

    /// The entries from `first` to `last` with all that is below it, by order number; none if either is missing.
    fn between(&self, first: &str, last: &str) -> Vec<Entry<'_>> {
        let (Some(from), Some(to)) = (self.find(first), self.find(last)) else { return Vec::new() };
        let end = self.descendants(last).map(Entry::order).max().unwrap_or(0).max(to.order());
        self.entries().filter(|entry| (from.order()..=end).contains(&entry.order())).collect()
    }
}
