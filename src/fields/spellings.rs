//! Look-up of codes by any of their spellings, without a copy: most words of a file are not codes.
//!
//! Invariant: a slot of the table is eight bytes: the key, packed if it has at most seven letters and digits, and the
//! code. Looking up words means waiting for memory, so tables pass on 32 rows at a time and their codes are fetched
//! together.

use super::code_id::CodeId;
use crate::model::CodeSet;

/// The longest code that is looked up, in bytes: an ICD-11 cluster is longer, and is never found.
pub(crate) const LONGEST: usize = 16;

/// The bytes of a spelling in capital letters; all zero for an empty slot.
type Key = [u64; 2];

/// Hash table from spellings to codes: at least half of the slots are empty, and a search probes from the slot of the key.
pub(crate) struct Spellings {
    /// The packed key or part of its hash, in the bits above the code. Slots are small because look-ups touch the whole table.
    /// 0 marks an empty slot.
    slots: Vec<u64>,
    /// The keys of the slots; empty if each slot identifies its key completely.
    keys: Vec<Key>,
    /// True if the set writes each code with a dot after its third character.
    has_dots: bool,
}

/// Bits of a slot that hold the code, if the rest holds the whole key: seven letters and digits of six bits each.
const BITS_NEXT_TO_KEY: u32 = 22;

/// Bits of a slot that hold the code, if the rest is a part of the hash of the key.
const BITS_NEXT_TO_HASH: u32 = 32;

impl Spellings {
    /// Builds the table of all spellings that the set has for the codes, each with the index of its code. Spellings that are
    /// too long to be looked up are left out. If two codes share a spelling, the code written that way wins, then the preferred
    /// codes.
    pub(crate) fn of<'c>(
        codes: impl ExactSizeIterator<Item = &'c str> + Clone,
        set: &CodeSet,
        is_preferred: impl Fn(usize) -> bool,
    ) -> Self {
        let display = set.display;
        let is_dotted = |code: &str| match (code.split_at_checked(3), display(code)) {
            (Some((head, tail)), shown) if !tail.is_empty() => {
                shown.strip_prefix(head).and_then(|rest| rest.strip_prefix('.')) == Some(tail)
            }
            (_, shown) => shown == code,
        };
        let has_dots = set.written_forms.is_none() && codes.clone().all(is_dotted);
        let many = match set.written_forms {
            Some(_) => codes.clone().map(|code| set.spellings(code).count()).sum(),
            None => codes.len() * if has_dots { 1 } else { 2 },
        };
        let size = (many * 2).next_power_of_two();
        let is_reported = |code: &str| packed(code.as_bytes()).and_then(describe).is_some();
        let fits = CodeId::of(codes.len() as u32).bits() >> BITS_NEXT_TO_KEY == 0;
        let has_keys = !(has_dots && fits && codes.clone().all(is_reported));
        let keys = if has_keys { vec![[0; 2]; size] } else { Vec::new() };
        let mut table = Self { slots: vec![0; size], keys, has_dots };
        for (code, at) in codes.clone().zip(0..) {
            table.add(code, CodeId::of(at));
        }
        for preferred in [true, false] {
            let others = codes.clone().zip(0_u32..).filter(|_| !has_dots);
            for (code, at) in others.filter(|(_, at)| is_preferred(*at as usize) == preferred) {
                set.spellings(code).for_each(|spelling| table.add(&spelling, CodeId::of(at)));
            }
        }
        table
    }

    /// Stores the flags of the codes in their slots.
    pub(crate) fn mark(&mut self, ids: &[CodeId]) {
        let bits = self.bits();
        for slot in self.slots.iter_mut().filter(|slot| **slot != 0) {
            *slot |= u64::from(ids[id_in(*slot, bits).at()].bits());
        }
    }

    /// Adds a spelling, unless another code has it.
    fn add(&mut self, text: &str, id: CodeId) {
        let Some(wanted) = self.wanted(text.as_bytes()) else { return };
        let Wanted { at, slot, .. } = self.place(wanted);
        if slot != 0 {
            return;
        }
        self.slots[at] = wanted.tells << self.bits() | u64::from(id.bits());
        if let Some(held) = self.keys.get_mut(at) {
            *held = wanted.key;
        }
    }

    /// Returns the code of a text, if it is a spelling in uppercase or lowercase letters.
    #[inline]
    pub(crate) fn find(&self, text: &[u8]) -> Option<CodeId> {
        self.found(self.wanted(text)?)
    }

    /// Finds the codes of all texts of a look-up; all slots are read first, so that the memory accesses overlap.
    pub(crate) fn find_all(&self, found: &mut Lookup) {
        let Lookup { codes, wanted } = found;
        for (_, wanted) in &mut *wanted {
            wanted.slot = self.slots[wanted.at];
        }
        for (number, wanted) in wanted {
            codes[*number as usize] = self.found(*wanted);
        }
    }

    /// Returns the number of bits of a slot that hold the code.
    #[inline]
    fn bits(&self) -> u32 {
        if self.keys.is_empty() { BITS_NEXT_TO_KEY } else { BITS_NEXT_TO_HASH }
    }

    /// Returns the key to look for and its first slot; `None` if the text cannot be in the table.
    #[inline]
    pub(super) fn wanted(&self, text: &[u8]) -> Option<Wanted> {
        let key = packed(text)?;
        let is_dotted = self.has_dots && text.get(3) == Some(&b'.') && text.len() > 4;
        let key = if is_dotted { without_fourth(key) } else { key };
        let (tells, start) = if self.keys.is_empty() {
            let tells = describe(key)?;
            (tells, folded([tells, 0]))
        } else {
            let hash = folded(key);
            (hash >> BITS_NEXT_TO_HASH | 1, hash)
        };
        Some(Wanted { key, tells, at: start as usize & (self.slots.len() - 1), slot: UNREAD })
    }

    #[inline]
    fn found(&self, wanted: Wanted) -> Option<CodeId> {
        let slot = self.place(wanted).slot;
        (slot != 0).then(|| id_in(slot, self.bits()))
    }

    /// Continues to the slot of a key, or to the empty slot where it belongs.
    #[inline]
    fn place(&self, mut wanted: Wanted) -> Wanted {
        if wanted.slot == UNREAD {
            wanted.slot = self.slots[wanted.at];
        }
        loop {
            let Wanted { key, tells, at, slot } = wanted;
            let is_same = slot >> self.bits() == tells && self.keys.get(at).is_none_or(|held| *held == key);
            if is_same || slot == 0 {
                return wanted;
            }
            wanted.at = (at + 1) & (self.slots.len() - 1);
            wanted.slot = self.slots[wanted.at];
        }
    }
}

/// Texts to look up at once, and their codes; reused for the next texts.
#[derive(Default)]
pub(crate) struct Lookup {
    /// The codes, by the numbers of the texts.
    pub(crate) codes: Vec<Option<CodeId>>,
    wanted: Vec<(u32, Wanted)>,
}

impl Lookup {
    /// Clears the previous texts.
    #[inline]
    pub(super) fn begin(&mut self) {
        self.codes.clear();
        self.wanted.clear();
    }

    /// Adds a text: its key, if it may be a code.
    #[inline]
    pub(super) fn add(&mut self, wanted: Option<Wanted>) {
        if let Some(wanted) = wanted {
            self.wanted.push((self.codes.len() as u32, wanted));
        }
        self.codes.push(None);
    }
}

/// A key to look for: its bits in a slot, and the slot that was read last.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    key: Key,
    tells: u64,
    at: usize,
    slot: u64,
}

/// Marks a slot that was not read yet; never the value of a slot, because the bits of a code are never all set.
const UNREAD: u64 = u64::MAX;

/// Returns the code in a slot.
fn id_in(slot: u64, bits: u32) -> CodeId {
    CodeId::of_bits((slot & ((1 << bits) - 1)) as u32)
}

/// Packs a key of at most seven alphanumeric characters into 42 bits; `None` if it does not fit.
#[inline]
fn describe([low, high]: Key) -> Option<u64> {
    let length = 8 - low.leading_zeros() / 8;
    let plain = between(low, b'0', b'9') | between(low, b'A', b'Z');
    if high != 0 || !(1..8).contains(&length) || plain != HIGHS >> (8 * (8 - length)) {
        return None;
    }
    let pairs = low & 0x003f_003f_003f_003f | (low & 0x3f00_3f00_3f00_3f00) >> 2;
    let fours = pairs & 0x0000_0fff_0000_0fff | (pairs & 0x0fff_0000_0fff_0000) >> 4;
    Some(fours & 0x00ff_ffff | (fours & 0x00ff_ffff_0000_0000) >> 8)
}

/// Returns a key without its fourth character.
fn without_fourth([low, high]: Key) -> Key {
    const FIRST: u64 = 0xff_ffff;
    [low & FIRST | (low >> 8 | high << 56) & !FIRST, high >> 8]
}

/// Returns the bytes of a short text in capital letters; `None` if it is longer or empty.
#[inline]
fn packed(text: &[u8]) -> Option<Key> {
    let length = text.len();
    // Two overlapping reads, instead of a copy of variable length.
    let (low, high) = match length {
        0 => return None,
        1..4 => (text.iter().rev().fold(0, |key, byte| key << 8 | u64::from(*byte)), 0),
        4..8 => {
            let after = u64::from(u32::from_le_bytes(*text.last_chunk()?)) >> (8 * (8 - length));
            (u64::from(u32::from_le_bytes(*text.first_chunk()?)) | after << 32, 0)
        }
        8 => (u64::from_le_bytes(*text.first_chunk()?), 0),
        9..=LONGEST => {
            let after = u64::from_le_bytes(*text.last_chunk()?) >> (8 * (16 - length));
            (u64::from_le_bytes(*text.first_chunk()?), after)
        }
        _ => return None,
    };
    Some([capital(low), capital(high)])
}

/// The highest bit of each of eight bytes.
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Converts eight letters at once to capitals; other bytes stay the same.
fn capital(letters: u64) -> u64 {
    letters ^ between(letters, b'a', b'z') >> 2
}

/// Returns the highest bit of each of eight bytes that is between `first` and `last`, which are ASCII.
fn between(bytes: u64, first: u8, last: u8) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let low = bytes & !HIGHS;
    let from_first = low + u64::from(0x80 - first) * ONES;
    let after_last = low + u64::from(0x7f - last) * ONES;
    (from_first ^ after_last) & !bytes & HIGHS
}

fn folded([low, high]: Key) -> u64 {
    let key = (low ^ high.rotate_left(23)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    key ^ key >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spelling_is_its_bytes_in_capitals() {
        let text = b"aZ0z.\xe4@[`{-e87x,7.Zz9";
        for from in 0..text.len() {
            for to in from..=text.len() {
                let mut bytes = [0; LONGEST];
                let is_short = (1..=LONGEST).contains(&(to - from));
                if is_short {
                    bytes[..to - from].copy_from_slice(&text[from..to]);
                    bytes.make_ascii_uppercase();
                }
                let wanted = u128::from_le_bytes(bytes);
                let wanted = [wanted as u64, (wanted >> 64) as u64];
                assert_eq!(packed(&text[from..to]), is_short.then_some(wanted));
            }
        }
    }

    #[test]
    fn what_tells_a_key_is_of_no_other() {
        let spelled = |text: &str| packed(text.as_bytes()).and_then(describe);
        let texts =
            ["A", "0", "Z9", "A0A", "AA", "AAA", "0A", "A0", "ABCDEF0", "0FEDCBA", "ABCDEFG", "Z999999"];
        let all: std::collections::BTreeSet<_> = texts.iter().map(|text| spelled(text).unwrap()).collect();
        assert_eq!(all.len(), texts.len());
        assert!(all.iter().all(|tells| (1..1 << (64 - BITS_NEXT_TO_KEY)).contains(tells)));
        for text in ["ABCDEFGH", "A.B", "A-", "A\0B", "\u{e4}", "A B", ""] {
            assert_eq!(spelled(text), None, "{text:?}");
        }
        assert_eq!(spelled("e11"), spelled("E11"));
    }

    #[test]
    fn a_spelling_of_two_codes_leads_to_the_one_that_is_preferred() {
        let codes = ["0002-0485-04", "58878-0001-9", "58878-001-09", "24196-149"];
        let spellings = Spellings::of(codes.into_iter(), &crate::model::sets::NDC, |at| at != 1);
        for (text, at) in [
            ("00002048504", 0),
            ("00002-0485-04", 0),
            ("0002048504", 0),
            ("58878000109", 2),
            ("58878-0001-9", 1),
            ("5887800019", 1),
            ("24196-0149", 3),
            ("241960149", 3),
        ] {
            assert_eq!(spellings.find(text.as_bytes()), Some(CodeId::of(at)), "{text}");
        }
        assert_eq!(spellings.find(b"24196149"), None);
    }

    #[test]
    fn all_that_was_added_is_found_and_nothing_else() {
        let displays: [fn(&str) -> String; 2] = [
            |code| format!("{}.{}", &code[..3], &code[3..]),
            |code| format!("{}-{}", &code[..5], &code[5..]),
        ];
        for (display, width) in displays.into_iter().flat_map(|display| [(display, 6), (display, 9)]) {
            let codes: Vec<String> = (0..6_000).map(|number| format!("A{:0width$}", number * 7)).collect();
            let set = CodeSet { display, ..CodeSet::PLAIN };
            let mut spellings = Spellings::of(codes[..3_000].iter().map(String::as_str), &set, |_| true);
            let is_even = |at: u32| CodeId::of_bits(CodeId::of(at).bits() | u32::from(at.is_multiple_of(2)));
            spellings.mark(&(0..3_000).map(is_even).collect::<Vec<_>>());
            for (code, at) in codes.iter().zip(0..) {
                let found = (at < 3_000).then(|| is_even(at).bits());
                let bits_of = |text: &str| spellings.find(text.as_bytes()).map(CodeId::bits);
                assert_eq!(bits_of(&code.to_lowercase()), found);
                assert_eq!(bits_of(&display(code)), found);
            }
            let long = "A".repeat(LONGEST + 1);
            assert_eq!(
                [b"".as_slice(), long.as_bytes(), b"A00."].map(|text| spellings.find(text)),
                [None; 3]
            );
        }
    }
}
