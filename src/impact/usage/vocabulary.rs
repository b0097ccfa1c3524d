//! The vocabulary: the data of the releases about a token.

use std::collections::HashMap;
use std::sync::OnceLock;

use jiff::civil::Date;

use super::judge::{Editions, OwnDays, Use, Validity, judge, turning_days};
use crate::fields::code_id::CodeId;
use crate::fields::codebook::Codebook;
use crate::model::{CodeSet, CodeSystem, Entry, Release};

/// The codes of two releases.
pub(in crate::impact) struct Vocabulary<'a> {
    editions: Editions<'a>,
    /// The days on which they take effect, from OLD to NEW, if all are known.
    days: Option<Vec<Date>>,
    /// Codes by the number that a spreadsheet takes them for; `None` if several match.
    numbers: OnceLock<HashMap<u64, Option<CodeId>>>,
    book: Codebook<'a>,
    /// For each release the position of each code of the codebook among its entries; [`ABSENT`] where it has none.
    positions: Vec<Vec<u32>>,
}

/// Marks a code that a release does not have.
const ABSENT: u32 = u32::MAX;

/// The periods in which a code may be used under the releases.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Life {
    /// Under each of them, from OLD to NEW.
    uses: Box<[Use]>,
    /// The days of its own records, where its set has such.
    own: Option<OwnDays>,
    /// True if claims with it are rejected under NEW although they were accepted before.
    pub(super) is_affected: bool,
    /// True if one of the releases has it, as a code, a header or a modifier.
    pub(super) is_known: bool,
}

impl<'a> Vocabulary<'a> {
    pub(in crate::impact) fn new(editions: Editions<'a>) -> Self {
        let book = Codebook::of_releases(editions.new.set, editions.all());
        let positions = editions.all().map(|release| positions(release, book.codes())).collect();
        Self { editions, days: editions.days(), numbers: OnceLock::new(), book, positions }
    }

    /// Returns the codes of the releases, by their spellings.
    pub(in crate::impact) fn book(&self) -> &Codebook<'a> {
        &self.book
    }

    /// Returns the code that a text has the shape of, and whether it is one of a set that shares columns with this one
    /// and in none of the releases.
    pub(in crate::impact) fn code_of(&self, text: &[u8]) -> Option<(String, bool)> {
        let text = std::str::from_utf8(text).ok()?;
        let upper = text.trim().to_ascii_uppercase();
        if (self.set().neighbor)(&upper).is_some() && !self.is_in_a_release(&upper) {
            return Some((upper, true));
        }
        self.code(text).map(|code| (code, false))
    }

    /// Returns whether one of the releases has a code.
    pub(in crate::impact) fn is_known(&self, code: &str) -> bool {
        self.is_in_a_release(code)
    }

    /// Returns the number that a spreadsheet wrote in place of a code of this set; `None` if it is not a number, or may
    /// be a code as it is.
    pub(super) fn number(&self, text: &[u8]) -> Option<f64> {
        let text = std::str::from_utf8(text).ok()?.trim();
        let is_number = text.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
            && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'+' | b'E' | b'e'));
        text.parse::<f64>().ok().filter(|number| is_number && number.is_finite())
    }

    pub(in crate::impact) fn set(&self) -> &'static CodeSet {
        self.editions.new.set
    }

    /// Returns the most days from one release to the next; `None` if their days are not known, so that no line can be
    /// judged by its own.
    pub(super) fn longest_step(&self) -> Option<i32> {
        let steps = self.days.as_ref()?.windows(2).map(|days| (days[1] - days[0]).get_days());
        steps.max()
    }

    /// Returns whether codes of a system are codes of this set.
    pub(in crate::impact) fn wants(&self, system: CodeSystem) -> bool {
        self.set().systems.contains(&system)
    }

    /// Returns the code that a cell means, as the releases hold it; `None` if it does not have the shape of a code. Where the
    /// set has a second key, a code in another spelling is the one code that it leads to; ten digits of an NDC are the
    /// one package that exists among their readings.
    pub(in crate::impact) fn code(&self, cell: &str) -> Option<String> {
        let code = (self.set().normalize)(cell.trim())?;
        if self.set().second_key.is_none() || self.is_in_a_release(&code) {
            return Some(code);
        }
        let by_second_key = [self.editions.new, self.editions.old].into_iter().find_map(|release| {
            let found = release.find_all(&code);
            (found.len() == 1).then(|| found[0].code().to_owned())
        });
        Some(by_second_key.unwrap_or(code))
    }

    /// Returns the modifier that a cell means, if a release has it and it is not valid in all of them. A valid modifier
    /// changes nothing about its line and is not a code of its own.
    pub(super) fn changed_modifier(&self, cell: &str) -> Option<String> {
        let code = (self.set().normalize)(cell.trim())?;
        let is_modifier = self.editions.all().any(|release| release.find_modifier(&code).is_some());
        let is_valid = |release: &Release| Use::of(release.find_modifier(&code)) == Use::Open;
        (is_modifier && !self.editions.all().all(is_valid)).then_some(code)
    }

    /// Returns the key of a code and the first of its modifiers with which a release has one, where the keys of the set are
    /// made of both.
    pub(super) fn with_modifier<'m>(
        &self,
        code: &[u8],
        modifiers: impl Iterator<Item = &'m [u8]>,
    ) -> Option<String> {
        if !self.set().keys_with_modifiers {
            return None;
        }
        let code = std::str::from_utf8(code).ok()?;
        let modifiers = modifiers.filter_map(|modifier| std::str::from_utf8(modifier).ok());
        let keys = modifiers.filter_map(|modifier| (self.set().normalize)(&format!("{code}-{modifier}")));
        keys.into_iter().find(|key| self.is_in_a_release(key))
    }

    fn find<'r>(&self, release: &'r Release, code: &str) -> Option<Entry<'r>> {
        release.find(code).or_else(|| release.find_modifier(code))
    }

    fn is_in_a_release(&self, code: &str) -> bool {
        let Editions { old, new, between } = self.editions;
        [new, old].into_iter().chain(between).any(|release| self.find(release, code).is_some())
    }

    /// Returns the periods in which a code may be used.
    pub(super) fn life(&self, code: &str) -> Life {
        self.life_of_entries(self.editions.all().map(|release| self.find(release, code)))
    }

    /// Returns the same for a code of the codebook.
    pub(super) fn life_of(&self, id: CodeId) -> Life {
        self.life_at(id.at())
    }

    /// Returns the same for the code at an index of the codebook.
    fn life_at(&self, index: usize) -> Life {
        let entry = |(release, positions): (&'a Release, &Vec<u32>)| {
            let at = positions[index];
            if at == ABSENT { None } else { release.entries_in(at as usize..at as usize + 1).next() }
        };
        self.life_of_entries(self.editions.all().zip(&self.positions).map(entry))
    }

    /// Returns the periods in which a code may be used that has this entry in each release, from OLD to NEW.
    fn life_of_entries<'e>(&self, entries: impl Iterator<Item = Option<Entry<'e>>>) -> Life {
        let mut life = Life { uses: Box::default(), own: None, is_affected: false, is_known: false };
        let (mut was_usable, mut is_usable) = (false, false);
        let use_in = |entry: Option<Entry<'e>>| {
            is_usable = entry.is_some_and(Entry::is_usable);
            was_usable |= is_usable;
            life.is_known |= entry.is_some();
            life.own = OwnDays::with(life.own, entry);
            self.use_of(entry)
        };
        life.uses = entries.map(use_in).collect();
        life.is_affected = was_usable && !is_usable;
        life
    }

    /// Returns how long an entry may be used. A drug product is a header, but formularies name it anyway.
    fn use_of(&self, entry: Option<Entry<'_>>) -> Use {
        match entry.filter(|entry| entry.is_header() && entry.is_usable()) {
            Some(listed) => listed.last_day().map_or(Use::Open, Use::Until),
            None => Use::of(entry),
        }
    }

    /// Returns the days on which the verdict on a line with any of the codes may change, ascending.
    pub(super) fn turning_days(&self) -> Vec<Date> {
        let lives = (0..self.book.len()).map(|at| self.life_at(at));
        turning_days(self.days.as_deref(), lives.map(|life| (life.uses, life.own)))
    }

    /// Judges a line by its day.
    pub(super) fn judge(&self, life: &Life, day: Option<Date>) -> Validity {
        judge(self.days.as_deref(), &life.uses, life.own, day)
    }

    /// Returns the one code that a spreadsheet turned into this number: `0210093` became 210093, `02700E6` 2700000000.
    /// `None` if no code or more than one matches.
    pub(super) fn code_of_number(&self, number: f64) -> Option<&'a str> {
        let numbers = self.numbers.get_or_init(|| numbers(self.editions, &self.book));
        numbers.get(&number.to_bits()).copied().flatten().map(|code| self.book.code(code))
    }
}

/// Returns the positions of sorted codes among the entries of a release. A code comes before a modifier that is written
/// like it.
fn positions(release: &Release, codes: &[&str]) -> Vec<u32> {
    let mut positions = vec![ABSENT; codes.len()];
    let mut at = 0;
    for (entry, position) in release.entries().zip(0..) {
        // Both are in order, but modifiers follow the codes in an order of their own.
        while codes.get(at).is_some_and(|code| *code < entry.code()) {
            at += 1;
        }
        if codes.get(at) != Some(&entry.code()) {
            at = codes.partition_point(|code| *code < entry.code());
        }
        if positions[at] == ABSENT {
            positions[at] = position;
        }
    }
    positions
}

/// Returns the codes of releases that a spreadsheet takes for numbers, by number.
fn numbers(editions: Editions<'_>, book: &Codebook<'_>) -> HashMap<u64, Option<CodeId>> {
    let mut numbers: HashMap<u64, Option<CodeId>> = HashMap::new();
    for entry in editions.all().flat_map(Release::entries).filter(|entry| !entry.is_header()) {
        let code = entry.code();
        let (Some(number), Some(id)) = (as_spreadsheets_read(code), book.find(code.as_bytes())) else {
            continue;
        };
        let held = numbers.entry(number.to_bits()).or_insert(Some(id));
        if held.is_some_and(|held| held != id) {
            *held = None;
        }
    }
    numbers
}

/// Returns the number that a spreadsheet takes a code for: digits, at most one `E` among them.
fn as_spreadsheets_read(code: &str) -> Option<f64> {
    let fits = code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'E');
    let number: f64 = code.parse().ok().filter(|_| fits)?;
    number.is_finite().then_some(number)
}
