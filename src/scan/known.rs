//! What the releases know of a code, found without a copy: most cells of a file hold none.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use crate::crosswalk::{Crosswalk, Mapping};
use crate::diff::{Diff, Kind};
use crate::model::{Entry, Operand, Release};

/// The longest code that is looked up, in bytes: an ICD-11 cluster is longer, and is not read.
pub(super) const LONGEST: usize = 16;

/// What became of a code between the releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Billable in NEW as it was in OLD.
    Billable,
    /// Billable in NEW, and not in OLD.
    New,
    /// A header in NEW, or in OLD and gone, and billable in none of them.
    Header,
    /// Was billable after OLD began, and is not any more: how it ended.
    Dead(Kind),
    /// Not billable in OLD already, but once: the conversion table has its successors.
    Ended,
}

/// A code of one of the releases.
#[derive(Debug)]
pub(super) struct Known<'a> {
    /// The code as files hold it.
    pub(super) code: &'a str,
    /// The entry in OLD, or in the last edition between that has it.
    pub(super) old: Option<Entry<'a>>,
    /// The entry in NEW.
    pub(super) new: Option<Entry<'a>>,
    /// What became of it.
    pub(super) fate: Fate,
    /// Whether NEW took a part of its meaning away.
    pub(super) is_narrowed: bool,
    /// Whether one of its descriptions changed.
    pub(super) is_revised: bool,
    /// Whether a new code stands beside it, below the same header.
    pub(super) is_beside_new: bool,
}

impl<'a> Known<'a> {
    /// Whether a list that holds it may have something to be told.
    pub(super) fn is_notable(&self) -> bool {
        self.fate != Fate::Billable || self.is_narrowed || self.is_revised
    }

    /// Whether it is billable in OLD (or was after OLD began), and in NEW.
    pub(super) fn is_billable_in(&self) -> [bool; 2] {
        match self.fate {
            Fate::Billable => [true, true],
            Fate::New => [false, true],
            Fate::Header | Fate::Ended => [false, false],
            Fate::Dead(_) => [true, false],
        }
    }

    /// The code as people write it.
    pub(super) fn display(&self) -> String {
        self.entry().map_or_else(|| self.code.to_owned(), Entry::display)
    }

    /// Its entry, in NEW if it is there.
    pub(super) fn entry(&self) -> Option<Entry<'a>> {
        self.new.or(self.old)
    }
}

/// All the codes of the releases.
pub(super) struct Codes<'a> {
    /// The codes, by code.
    all: Vec<Known<'a>>,
    /// Where in them each spelling leads.
    spellings: HashMap<u128, u32, BuildHasherDefault<Folding>>,
    /// Whether each has a digit among its first three characters.
    pub(super) has_early_digit: bool,
    /// Bits of all spellings: what is in no release mostly has none here.
    bits: Vec<u64>,
}

impl<'a> Codes<'a> {
    pub(super) fn new(diff: &Diff<'a>, crosswalk: &Crosswalk<'a>, between: &'a [Release]) -> Self {
        let mut all: BTreeMap<&'a str, Known<'a>> = BTreeMap::new();
        let editions = [diff.old].into_iter().chain(between).chain([diff.new]);
        for release in editions {
            for entry in release.entries() {
                let known = all.entry(entry.code()).or_insert_with(|| unknown(entry.code()));
                if std::ptr::eq(release, diff.new) {
                    known.new = Some(entry);
                } else {
                    known.old = Some(entry);
                }
            }
        }
        for (code, known) in &mut all {
            known.fate = fate(diff, code, known.new);
        }
        let changes = diff.changes.iter().chain(&crosswalk.passing);
        for change in changes {
            let Some(known) = all.get_mut(change.entry().code()) else { continue };
            match change.kind {
                kind if change.is_deletion() && change.level() != crate::model::Level::Header => {
                    known.fate = Fate::Dead(kind);
                }
                Kind::Narrowed => known.is_narrowed = true,
                Kind::Revised => known.is_revised = true,
                _ => {}
            }
        }
        for code in ended(diff.new) {
            let known = all.entry(code).or_insert_with(|| unknown(code));
            if known.fate == Fate::Header {
                known.fate = Fate::Ended;
            }
        }
        Self::spelled(all.into_values().collect(), diff.new.set.display)
    }

    fn spelled(all: Vec<Known<'a>>, display: fn(&str) -> String) -> Self {
        let mut spellings = HashMap::with_capacity_and_hasher(all.len() * 2, BuildHasherDefault::default());
        let mut bits = vec![0; BITS / 64];
        for (at, known) in all.iter().enumerate() {
            for spelling in [known.code, &display(known.code)] {
                let Some(key) = packed(spelling.as_bytes()) else { continue };
                spellings.insert(key, at as u32);
                let bit = bit(key);
                bits[bit / 64] |= 1 << (bit % 64);
            }
        }
        let is_early = |known: &Known<'_>| known.code.bytes().take(3).any(|byte| byte.is_ascii_digit());
        let has_early_digit = all.iter().all(is_early);
        Self { all, spellings, has_early_digit, bits }
    }

    /// The code that a text spells, in capital or small letters, with or without dots.
    pub(super) fn find(&self, text: &[u8]) -> Option<u32> {
        let key = packed(text)?;
        let bit = bit(key);
        if self.bits[bit / 64] & (1 << (bit % 64)) == 0 {
            return None;
        }
        self.spellings.get(&key).copied()
    }

    /// A code, by what [`Self::find`] said.
    pub(super) fn get(&self, at: u32) -> &Known<'a> {
        &self.all[at as usize]
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Marks the codes beside which a new one stands.
    pub(super) fn mark(&mut self, families: &[Vec<u32>]) {
        for code in families.iter().flatten() {
            self.all[*code as usize].is_beside_new = true;
        }
    }

    /// Of every header of NEW with a new code directly below it: all the billable codes there.
    pub(super) fn families(&self, new: &Release) -> Vec<Vec<u32>> {
        let born = self.all.iter().filter(|known| known.fate == Fate::New);
        let mut parents: Vec<&str> = born.filter_map(|known| Some(new.parent(known.code)?.code())).collect();
        parents.dedup();
        let children = |parent: &str| {
            let below = new.descendants(parent).filter(|entry| entry.is_billable());
            let own =
                below.filter(|entry| new.parent(entry.code()).is_some_and(|found| found.code() == parent));
            own.filter_map(|entry| self.find(entry.code().as_bytes())).collect()
        };
        parents.into_iter().map(children).collect()
    }

    /// The codes that begin with a text, with what [`Self::find`] says of them.
    pub(super) fn beginning_with(&self, stem: &str) -> impl Iterator<Item = (u32, &Known<'a>)> {
        let start = self.all.partition_point(|known| known.code < stem);
        let end = self.all[start..].iter().take_while(|known| known.code.starts_with(stem)).count();
        self.all[start..start + end].iter().enumerate().map(move |(at, known)| ((start + at) as u32, known))
    }
}

fn unknown(code: &str) -> Known<'_> {
    Known {
        code,
        old: None,
        new: None,
        fate: Fate::Header,
        is_narrowed: false,
        is_revised: false,
        is_beside_new: false,
    }
}

fn fate(diff: &Diff<'_>, code: &str, new: Option<Entry<'_>>) -> Fate {
    let was = diff.old.find(code).or_else(|| diff.old.find_modifier(code)).is_some_and(Entry::is_billable);
    match (was, new.is_some_and(Entry::is_billable)) {
        (true, true) => Fate::Billable,
        (false, true) => Fate::New,
        // Which way it ended stands in the changes; what a cut file does not hold is no end.
        (_, false) => Fate::Header,
    }
}

/// The codes that NEW's conversion tables name as predecessors, or as retired.
fn ended(new: &Release) -> impl Iterator<Item = &str> {
    new.conversion_tables.iter().flat_map(|table| {
        let operands = table.rows.iter().flat_map(|row| &row.previous.operands);
        let codes = operands.filter_map(|operand| match operand {
            Operand::Code(code) => Some(code.as_str()),
            _ => None,
        });
        codes.chain(table.retired.iter().map(|retired| retired.code.as_str()))
    })
}

/// The bytes of a short text as a number, in capital letters; `None` of a longer one, or none.
fn packed(text: &[u8]) -> Option<u128> {
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let mut bytes = [0; LONGEST];
    bytes[..text.len()].copy_from_slice(text);
    bytes.make_ascii_uppercase();
    Some(u128::from_le_bytes(bytes))
}

/// So many bits that a stray text has one in twenty chances to have its own set.
const BITS: usize = 1 << 22;

fn bit(key: u128) -> usize {
    (folded(key) >> (64 - BITS.trailing_zeros())) as usize
}

fn folded(key: u128) -> u64 {
    ((key as u64) ^ ((key >> 64) as u64).rotate_left(23)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A hash for keys that are codes: they come from official files, so that nobody can choose them to collide.
#[derive(Default)]
struct Folding(u64);

impl Hasher for Folding {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u128(&mut self, key: u128) {
        let key = folded(key);
        self.0 = key ^ (key >> 32);
    }
}

/// The mapping of each code that has one.
pub(super) fn mappings<'c, 'a>(crosswalk: &'c Crosswalk<'a>) -> BTreeMap<&'a str, &'c Mapping<'a>> {
    crosswalk.mappings.iter().map(|mapping| (mapping.source.code(), mapping)).collect()
}
