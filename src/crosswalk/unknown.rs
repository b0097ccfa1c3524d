//! The reason why a code in use is in neither release: likely reasons, and the codes that may have been meant.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::closed_list;
use crate::diff::Diff;
use crate::model::sets::with_fillers;
use crate::model::{Entry, Release};

closed_list! {
    /// The likely reason why a code is in neither release.
    pub enum ReasonKind {
        /// A placeholder of the user's own programs, by its form.
        Placeholder = "placeholder",
        /// The publisher's table names it as a predecessor, or its record has a last day: it was valid once, and ended before OLD.
        Ended = "ended",
        /// The publisher's table names it as a new code, and neither release has it.
        OnlyInTable = "only-in-table",
        /// Characters are missing at its end, or fillers before the last.
        Incomplete = "incomplete",
        /// It has the form of another set's codes.
        OtherSet = "other-set",
        /// It is one typing error away from a billable code.
        Typo = "typo",
        /// Never valid, according to these files.
        NeverValid = "never-valid",
    }
}

/// A likely reason, with the billable codes that may have been meant; for a code that ended, its replacements in the table.
#[derive(Debug, Clone)]
pub struct Reason<'a> {
    /// The reason.
    pub kind: ReasonKind,
    /// Codes of NEW, or of OLD if NEW does not have them.
    pub nearest: Vec<Entry<'a>>,
}

/// Maximum number of codes in a hint: a longer list does not help.
const FEW: usize = 3;

/// Maximum number of codes to explain: for a million tokens of a wrong column, the reasons are of no use.
pub(crate) const EXPLAINED: usize = 1_000;

/// Characters that are often typed in place of another.
const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// A function from a code to the codes that may have been meant.
type Slip = fn(&[u8]) -> Vec<Vec<u8>>;

/// Characters that are confused with each other.
const ALIKE: [(u8, u8); 4] = [(b'O', b'0'), (b'0', b'O'), (b'I', b'1'), (b'1', b'I')];

/// Maximum length of a path through the table: as in the crosswalk, far longer than any in the data.
const LONGEST_WAY: usize = 64;

/// Finds the reasons why codes may be in neither release.
pub(crate) struct Reasons<'a> {
    old: &'a Release,
    new: &'a Release,
    /// The codes that the conversion tables of NEW lead to, for every code that they name as a predecessor. A deleted
    /// code without a replacement leads to no codes.
    later: BTreeMap<&'a str, Vec<&'a str>>,
    /// The codes that rows are about.
    currents: BTreeSet<&'a str>,
}

impl<'a> Reasons<'a> {
    pub(crate) fn new(diff: &Diff<'a>) -> Self {
        let mut later: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for table in &diff.new.companions.conversion_tables {
            for (code, row) in table.predecessors() {
                later.entry(code).or_default().push(&row.current);
            }
            for retired in &table.retired {
                later.entry(&retired.code).or_default();
            }
        }
        for row in diff.new.companions.transitions.iter().flat_map(|table| &table.rows) {
            match (row.change(), &row.old, &row.new) {
                (Some((old, new)), ..) => later.entry(old).or_default().push(new),
                (None, Some(old), None) => drop(later.entry(old).or_default()),
                _ => {}
            }
        }
        let tables = diff.new.companions.conversion_tables.iter();
        let currents = tables.flat_map(|table| &table.rows).map(|row| row.current.as_str()).collect();
        Self { old: diff.old, new: diff.new, later, currents }
    }

    /// Returns the likely reason for a code that is in neither release.
    pub(crate) fn of(&self, code: &str) -> Reason<'a> {
        let set = self.new.set;
        let plain = |kind| Reason { kind, nearest: Vec::new() };
        if (set.is_placeholder)(code) {
            return plain(ReasonKind::Placeholder);
        }
        let dead = self.new.find(code).or_else(|| self.old.find(code));
        if let Some(dead) = dead.filter(|entry| entry.is_ended_code()) {
            return Reason { kind: ReasonKind::Ended, nearest: self.named_by(dead) };
        }
        if self.later.contains_key(code) {
            return Reason { kind: ReasonKind::Ended, nearest: self.successors(code) };
        }
        if self.currents.contains(code) {
            return plain(ReasonKind::OnlyInTable);
        }
        let below = self.below(code);
        if !below.is_empty() {
            let nearest = if below.len() <= FEW { below } else { Vec::new() };
            return Reason { kind: ReasonKind::Incomplete, nearest };
        }
        if (set.likely_other)(code).is_some() {
            return plain(ReasonKind::OtherSet);
        }
        self.slip(code).unwrap_or_else(|| plain(ReasonKind::NeverValid))
    }

    /// Returns the billable codes of NEW that the record of an ended code names as replacements, through other ended
    /// codes as well.
    fn named_by(&self, dead: Entry<'a>) -> Vec<Entry<'a>> {
        let Some(successors) = self.new.set.successors else { return Vec::new() };
        let (mut found, mut seen, mut open) = (Vec::new(), BTreeSet::new(), vec![dead]);
        while let Some(entry) = open.pop().filter(|_| seen.len() < LONGEST_WAY) {
            if !seen.insert(entry.code()) {
                continue;
            }
            let named = successors.properties.iter().filter_map(|name| entry.property(name));
            let codes = named.filter_map(|value| (self.new.set.normalize)(value));
            let next: Vec<_> = codes.filter_map(|code| self.new.find(&code)).collect();
            found.extend(next.iter().copied().filter(|entry| entry.is_billable()));
            open.extend(next.into_iter().filter(|entry| entry.is_ended_code()));
        }
        found.sort_by_key(|entry| entry.code());
        found.dedup_by_key(|entry| entry.code());
        found
    }

    /// Returns the billable codes of NEW that the table leads to, over any number of rows.
    fn successors(&self, code: &str) -> Vec<Entry<'a>> {
        let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut open: Vec<&str> = self.later.get(code).into_iter().flatten().copied().collect();
        for _ in 0..LONGEST_WAY {
            let Some(next) = open.pop() else { break };
            if !seen.insert(next) {
                continue;
            }
            match self.new.find_billable(next) {
                Some(entry) => {
                    found.insert(entry.code());
                }
                None => open.extend(self.later.get(next).into_iter().flatten().copied()),
            }
        }
        found.into_iter().filter_map(|code| self.new.find_billable(code)).collect()
    }

    /// Returns the billable codes that continue this one: the last character or two are missing.
    fn below(&self, code: &str) -> Vec<Entry<'a>> {
        let of = |release: &'a Release| -> Vec<Entry<'a>> {
            release.descendants(code).filter(|entry| entry.is_billable()).collect()
        };
        let new = of(self.new);
        if new.is_empty() { of(self.old) } else { new }
    }

    /// Returns the nearest codes: those of the first kind of error that leads to any, unless it leads to too many.
    fn slip(&self, code: &str) -> Option<Reason<'a>> {
        let slips: [(ReasonKind, Slip); 4] = [
            (ReasonKind::Incomplete, fillers),
            (ReasonKind::Typo, alike),
            (ReasonKind::Typo, transpositions),
            (ReasonKind::Typo, edits),
        ];
        for (kind, slip) in slips {
            let nearest = self.billable(slip(code.as_bytes()));
            match nearest.len() {
                0 => {}
                1..=FEW => return Some(Reason { kind, nearest }),
                _ => return None,
            }
        }
        None
    }

    fn billable(&self, codes: Vec<Vec<u8>>) -> Vec<Entry<'a>> {
        let codes: BTreeSet<Vec<u8>> = codes.into_iter().collect();
        let find = |code: &str| self.new.find_billable(code).or_else(|| self.old.find_billable(code));
        codes.iter().filter_map(|code| find(std::str::from_utf8(code).ok()?)).collect()
    }
}

/// Returns the code with fillers `X` before the last character, or without a superfluous one: `S301A` is `S301XXA`.
fn fillers(code: &[u8]) -> Vec<Vec<u8>> {
    let code = std::str::from_utf8(code).unwrap_or_default();
    with_fillers(code).into_iter().map(String::into_bytes).collect()
}

/// Returns the code with characters that look like others: one of them replaced, or all.
fn alike(code: &[u8]) -> Vec<Vec<u8>> {
    let mut codes = Vec::new();
    for (from, to) in ALIKE {
        codes.push(code.iter().map(|byte| if *byte == from { to } else { *byte }).collect());
        codes.extend((0..code.len()).filter(|at| code[*at] == from).map(|at| with(code, at, to)));
    }
    codes.retain(|other| other != code);
    codes
}

/// Returns the code with two neighboring characters swapped.
fn transpositions(code: &[u8]) -> Vec<Vec<u8>> {
    let swapped = |at: usize| {
        let mut code = code.to_vec();
        code.swap(at, at + 1);
        code
    };
    (0..code.len().saturating_sub(1)).map(swapped).collect()
}

/// Returns the code with one character added, removed or replaced.
fn edits(code: &[u8]) -> Vec<Vec<u8>> {
    let less = (0..code.len()).map(|at| without(code, at));
    let other = (0..code.len()).flat_map(|at| ALPHABET.iter().map(move |byte| with(code, at, *byte)));
    let more = (0..=code.len()).flat_map(|at| {
        ALPHABET.iter().map(move |byte| [&code[..at], std::slice::from_ref(byte), &code[at..]].concat())
    });
    less.chain(other).chain(more).collect()
}

fn with(code: &[u8], at: usize, byte: u8) -> Vec<u8> {
    let mut code = code.to_vec();
    code[at] = byte;
    code
}

fn without(code: &[u8], at: usize) -> Vec<u8> {
    [&code[..at], &code[at + 1..]].concat()
}
