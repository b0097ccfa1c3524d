//! The codes of the releases, looked up by any of their spellings without copying the text.

use std::ops::Range;

use super::code_id::CodeId;
use super::spellings::{Lookup, Spellings};
use crate::model::{CodeSet, ConversionTable, Entry, Release};

/// All codes of some releases of one set, in order.
pub(crate) struct Codebook<'a> {
    codes: Vec<&'a str>,
    spellings: Spellings,
    shape: Shape,
    set: &'static CodeSet,
}

impl<'a> Codebook<'a> {
    /// Builds the codebook of codes that are sorted and distinct. If two codes share a spelling, it leads to the preferred one.
    pub(crate) fn of(
        codes: Vec<&'a str>,
        set: &'static CodeSet,
        is_preferred: impl Fn(usize) -> bool,
    ) -> Self {
        let all = codes.iter().copied();
        let (spellings, shape) = (Spellings::of(all.clone(), set, is_preferred), Shape::of(all));
        Self { codes, spellings, shape, set }
    }

    /// Returns the codebook of all codes of some releases of one set.
    pub(crate) fn of_releases(
        set: &'static CodeSet,
        releases: impl Iterator<Item = &'a Release> + Clone,
    ) -> Self {
        let tables = releases.clone().flat_map(|release| &release.companions.conversion_tables);
        let mut codes: Vec<&str> = releases.flat_map(Release::entries).map(Entry::code).collect();
        codes.extend(tables.flat_map(ConversionTable::named));
        // Each release is sorted already, so a stable sort merges them.
        codes.sort();
        codes.dedup();
        Self::of(codes, set, |_| false)
    }

    /// Returns the codes, in order.
    pub(crate) fn codes(&self) -> &[&'a str] {
        &self.codes
    }

    /// Returns the number of codes.
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    /// Returns the set that the codes are of.
    #[inline]
    pub(crate) fn set(&self) -> &'static CodeSet {
        self.set
    }

    /// Adds flags to the codes: `ids[i]` has those of the code at index `i`.
    pub(crate) fn mark(&mut self, ids: &[CodeId]) {
        self.spellings.mark(ids);
    }

    /// Returns the code that a text spells, in uppercase or lowercase letters, with or without dots.
    #[inline]
    pub(crate) fn find(&self, text: &[u8]) -> Option<CodeId> {
        if !self.shape.may_begin(text) {
            return None;
        }
        self.spellings.find(text)
    }

    /// Looks up many texts at once; the codes are in the order of the texts.
    pub(crate) fn find_all<'t>(&self, texts: impl Iterator<Item = &'t [u8]>, found: &mut Lookup) {
        found.begin();
        texts.for_each(|text| {
            let wanted = if self.shape.may_begin(text) { self.spellings.wanted(text) } else { None };
            found.add(wanted);
        });
        self.spellings.find_all(found);
    }

    /// Returns the code as the releases hold it.
    pub(crate) fn code(&self, id: CodeId) -> &'a str {
        self.codes[id.at()]
    }

    /// Returns the indexes of the codes that begin with a text.
    pub(crate) fn starting_with(&self, stem: &str) -> Range<usize> {
        let start = self.codes.partition_point(|code| *code < stem);
        let length = self.codes[start..].partition_point(|code| code.starts_with(stem));
        start..start + length
    }

    /// Returns the shape that all codes share.
    #[inline]
    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }
}

/// The first characters that codes of the releases have and that most words of a text do not.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Shape {
    pub(crate) begins_with: Class,
    pub(crate) goes_on_with: Class,
    /// True if each code has a digit among its first three characters.
    pub(crate) has_early_digit: bool,
}

impl Shape {
    /// Returns the shape that all codes have.
    pub(crate) fn of<'c>(codes: impl Iterator<Item = &'c str>) -> Self {
        let mut shape = Self { has_early_digit: true, ..Self::default() };
        for code in codes {
            let bytes = code.as_bytes();
            shape.begins_with.add(bytes.first());
            shape.goes_on_with.add(bytes.get(1));
            shape.has_early_digit &= bytes.iter().take(3).any(u8::is_ascii_digit);
        }
        shape
    }

    /// Returns whether a text may begin a code, by its first two characters.
    #[inline]
    pub(crate) fn may_begin(self, text: &[u8]) -> bool {
        let (first, second) = (text.first(), text.get(1));
        first.is_some_and(|byte| self.begins_with.is(*byte))
            && self.goes_on_with.is(second.copied().unwrap_or_default())
    }
}

/// The kinds of characters that occur at one position of the codes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Class {
    letters: bool,
    digits: bool,
    others: bool,
}

impl Class {
    fn add(&mut self, byte: Option<&u8>) {
        self.letters |= byte.is_some_and(u8::is_ascii_alphabetic);
        self.digits |= byte.is_some_and(u8::is_ascii_digit);
        self.others |= !byte.is_some_and(u8::is_ascii_alphanumeric);
    }

    #[inline]
    pub(crate) fn is(self, byte: u8) -> bool {
        self.letters & is_letter(byte) | self.digits & is_digit(byte) | self.others
    }
}

#[inline]
pub(crate) fn is_digit(byte: u8) -> bool {
    byte.wrapping_sub(b'0') < 10
}

#[inline]
pub(crate) fn is_letter(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26
}
