//! The data of the releases about a code, found without a copy: most cells of a file do not hold a code.

use std::collections::BTreeMap;

use crate::crosswalk::{Crosswalk, Mapping};
use crate::diff::{Diff, Kind};
use crate::fields::code_id::CodeId;
use crate::fields::codebook::Codebook;
use crate::fields::spellings::Lookup;
use crate::model::{CodeSet, ConversionTable, Entry, Level, Release, TextKind};

/// The status of a code between the releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeStatus {
    /// Billable in NEW as it was in OLD.
    Billable,
    /// Billable in NEW, and not in OLD.
    New,
    /// A header in NEW, or in OLD and deleted, and billable in neither.
    Header,
    /// Was billable after OLD began, and is no longer billable: the kind of change that ended it.
    Dead(Kind),
    /// Not billable in OLD, but before it: the conversion table has its successors, or its record has its last day.
    Ended,
}

/// A code of one of the releases.
#[derive(Debug)]
pub(super) struct CodeRecord<'a> {
    /// The code as files hold it.
    pub(super) code: &'a str,
    /// Its set.
    set: &'static CodeSet,
    /// The entry in OLD, or in the last edition between that has it.
    pub(super) old: Option<Entry<'a>>,
    /// The entry in NEW.
    pub(super) new: Option<Entry<'a>>,
    /// Its status.
    pub(super) status: CodeStatus,
    /// True if NEW moved part of its meaning to another code.
    pub(super) is_narrowed: bool,
    /// True if one of its descriptions changed.
    pub(super) is_revised: bool,
    /// Bytes of the shortest of those descriptions in OLD.
    pub(super) shortest: usize,
}

impl<'a> CodeRecord<'a> {
    /// Returns whether it was a header in all releases that have it, also if it is deleted; or a code that ended before
    /// OLD and is in neither release.
    fn is_header(&self) -> bool {
        match self.status {
            CodeStatus::Header => true,
            CodeStatus::Dead(_) => self.old.is_some_and(Entry::is_header),
            CodeStatus::Ended => self.entry().is_none_or(|entry| entry.level() != Level::Code),
            CodeStatus::Billable | CodeStatus::New => false,
        }
    }

    fn is_notable(&self) -> bool {
        self.status != CodeStatus::Billable || self.is_narrowed || self.is_revised
    }

    /// Its descriptions that changed, of OLD and of NEW.
    pub(super) fn revised(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let both = self.old.zip(self.new);
        let texts = both.into_iter().flat_map(|(old, new)| {
            TextKind::ALL.iter().filter_map(move |kind| Some((old.text(*kind)?, new.text(*kind)?)))
        });
        texts.filter(|(old, new)| old != new && !old.is_empty())
    }

    /// Returns whether it is billable in OLD (or was after OLD began), and in NEW.
    pub(super) fn is_billable_in(&self) -> [bool; 2] {
        match self.status {
            CodeStatus::Billable => [true, true],
            CodeStatus::New => [false, true],
            CodeStatus::Header | CodeStatus::Ended => [false, false],
            CodeStatus::Dead(_) => [!self.is_header(), false],
        }
    }

    /// Returns the code as people write it.
    pub(super) fn display(&self) -> String {
        self.entry().map_or_else(|| (self.set.display)(self.code), Entry::display)
    }

    /// Returns its entry, in NEW if it exists there.
    pub(super) fn entry(&self) -> Option<Entry<'a>> {
        self.new.or(self.old)
    }
}

/// All the codes of the releases.
pub struct CodeTable<'a> {
    /// The codes, by code.
    all: Vec<CodeRecord<'a>>,
    /// The codes that spellings lead to.
    pub(super) book: Codebook<'a>,
    /// New codes with all those directly below the same header.
    pub(super) families: Vec<Vec<CodeId>>,
}

impl<'a> CodeTable<'a> {
    /// Returns the codes of OLD, NEW and the editions in between.
    pub fn of(old: &'a Release, between: &'a [Release], new: &'a Release) -> Self {
        let editions = [old].into_iter().chain(between).chain([new]);
        let entries = editions.flat_map(|release| release.entries().map(move |entry| (release, entry)));
        let mut entries: Vec<(&Release, Entry<'a>)> = entries.collect();
        // Each edition is in order: the sort finds that.
        entries.sort_by_key(|(_, entry)| entry.code());
        let same_code = entries.chunk_by(|(_, one), (_, other)| one.code() == other.code());
        let mut all: Vec<CodeRecord<'a>> = same_code.map(|same| known(old, new, same)).collect();
        let mut others = Vec::new();
        for code in ended(new) {
            match all.binary_search_by_key(&code, |known| known.code) {
                Ok(at) if all[at].status == CodeStatus::Header => all[at].status = CodeStatus::Ended,
                Ok(_) => {}
                Err(_) => others.push(CodeRecord { status: CodeStatus::Ended, ..unknown(code, new.set) }),
            }
        }
        all.append(&mut others);
        all.sort_by_key(|known| known.code);
        all.dedup_by_key(|known| known.code);
        let codes = all.iter().map(|known| known.code).collect();
        let book = Codebook::of(codes, new.set, |at| all[at].new.is_some());
        Self { all, book, families: Vec::new() }
    }

    /// Sets their status.
    pub(super) fn judge(&mut self, diff: &Diff<'a>, crosswalk: &Crosswalk<'a>) {
        let all = &mut self.all;
        let changes = diff.changes.iter().chain(&crosswalk.passing);
        for change in changes {
            let Ok(at) = all.binary_search_by_key(&change.entry().code(), |known| known.code) else {
                continue;
            };
            let known = &mut all[at];
            match change.kind {
                kind if change.is_deletion()
                    && (change.level() != Level::Header || diff.new.set.lists_headers) =>
                {
                    known.status = CodeStatus::Dead(kind);
                }
                Kind::Narrowed => known.is_narrowed = true,
                Kind::Revised => {
                    known.is_revised = true;
                    known.shortest = known.revised().map(|(old, _)| old.len()).min().unwrap_or_default();
                }
                _ => {}
            }
        }
        self.mark(diff.new);
    }

    /// Marks each spelling with the properties that are needed for every code that occurs.
    fn mark(&mut self, new: &Release) {
        let id = |(known, at): (&CodeRecord<'_>, u32)| {
            let header = if known.is_header() { CodeId::HEADER } else { 0 };
            let notable = if known.is_notable() { CodeId::NOTABLE } else { 0 };
            CodeId::of(at).with(header | notable)
        };
        let mut ids: Vec<CodeId> = self.all.iter().zip(0..).map(id).collect();
        let mut families = families(&self.all, new);
        for at in families.iter().flatten() {
            ids[*at] = ids[*at].with(CodeId::NEXT_TO_NEW);
        }
        self.families =
            families.iter_mut().map(|family| family.iter().map(|at| ids[*at]).collect()).collect();
        self.book.mark(&ids);
    }

    /// Returns the mapping of each code that has one.
    pub(super) fn mappings<'c>(&self, crosswalk: &'c Crosswalk<'a>) -> BTreeMap<CodeId, &'c Mapping<'a>> {
        let mappings = crosswalk.mappings.iter();
        mappings.filter_map(|mapping| Some((self.id_of(mapping.source.code())?, mapping))).collect()
    }

    /// Returns a code as files hold it, without a look at other spellings.
    pub(super) fn id_of(&self, code: &str) -> Option<CodeId> {
        let at = self.all.binary_search_by_key(&code, |known| known.code).ok()?;
        Some(CodeId::of(u32::try_from(at).ok()?))
    }

    /// Returns the code that a text spells, in upper or lower case, with or without dots.
    pub(super) fn find(&self, text: &[u8]) -> Option<CodeId> {
        self.book.find(text)
    }

    /// Returns the codes that many texts spell, by their numbers.
    pub(super) fn find_all<'t>(&self, texts: impl Iterator<Item = &'t [u8]> + Clone, found: &mut Lookup) {
        self.book.find_all(texts, found);
    }

    /// Returns the record of a code.
    pub(super) fn get(&self, id: CodeId) -> &CodeRecord<'a> {
        &self.all[id.at()]
    }

    /// Returns the number of codes.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns the codes that begin with a text.
    pub(super) fn beginning_with(&self, stem: &str) -> impl Iterator<Item = &CodeRecord<'a>> {
        self.all[self.book.starting_with(stem)].iter()
    }
}

/// Returns, for every header of NEW with a new code directly below it, the places of all the billable codes there.
fn families(all: &[CodeRecord<'_>], new: &Release) -> Vec<Vec<usize>> {
    let born = all.iter().filter(|known| known.status == CodeStatus::New);
    let mut parents: Vec<&str> = born.filter_map(|known| Some(new.parent(known.code)?.code())).collect();
    parents.dedup();
    let is_below = |entry: Entry<'_>, parent: &str| {
        entry.is_billable() && new.parent(entry.code()).is_some_and(|found| found.code() == parent)
    };
    let place = |entry: Entry<'_>| all.binary_search_by_key(&entry.code(), |known| known.code).ok();
    let children = |parent: &str| {
        new.descendants(parent).filter(|entry| is_below(*entry, parent)).filter_map(place).collect()
    };
    parents.into_iter().map(children).collect()
}

fn unknown<'a>(code: &'a str, set: &'static CodeSet) -> CodeRecord<'a> {
    CodeRecord {
        code,
        set,
        old: None,
        new: None,
        status: CodeStatus::Header,
        is_narrowed: false,
        is_revised: false,
        shortest: 0,
    }
}

/// Creates the record of a code from the editions, from OLD to NEW.
fn known<'a>(old: &Release, new: &Release, same: &[(&'a Release, Entry<'a>)]) -> CodeRecord<'a> {
    let mut known = unknown(same[0].1.code(), new.set);
    let mut was_billable = false;
    for (release, entry) in same {
        if std::ptr::eq(*release, new) {
            known.new = Some(*entry);
        } else {
            was_billable |= std::ptr::eq(*release, old) && entry.is_billable();
            known.old = Some(*entry);
        }
    }
    known.status = match (was_billable, known.new.is_some_and(Entry::is_billable)) {
        (true, true) => CodeStatus::Billable,
        (false, true) => CodeStatus::New,
        // Its last day was past before OLD began, and it was not reactivated.
        (false, false) if known.entry().is_some_and(Entry::is_ended_code) => CodeStatus::Ended,
        // The changes show how it ended; a code that is missing from a truncated file has not ended.
        (_, false) => CodeStatus::Header,
    };
    known
}

/// Returns the codes that NEW's conversion tables name: one that is in no release was once a code.
fn ended(new: &Release) -> impl Iterator<Item = &str> {
    let rows = new.companions.transitions.iter().flat_map(|table| &table.rows);
    let moved = rows.filter(|row| row.old != row.new).filter_map(|row| row.old.as_deref());
    new.companions.conversion_tables.iter().flat_map(ConversionTable::named).chain(moved)
}
