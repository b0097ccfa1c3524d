//! What the two releases know about a token.

use std::cell::OnceCell;
use std::collections::HashMap;

use jiff::civil::Date;

use super::judge::{Editions, Use, Verdict, judge};
use crate::model::{CodeSet, CodeSystem, Entry, Release};

/// Knows the codes of two releases.
pub(super) struct Vocabulary<'a> {
    editions: Editions<'a>,
    /// The days on which they take effect, from OLD to NEW, if all are known.
    days: Option<Vec<Date>>,
    numbers: OnceCell<HashMap<u64, Option<&'a str>>>,
}

/// How a code may be used under the releases.
#[derive(Debug)]
pub(super) struct Life {
    /// Under each of them, from OLD to NEW.
    uses: Box<[Use]>,
    /// Whether claims with it are rejected under NEW although they were accepted before.
    pub(super) is_hit: bool,
    /// Whether one of the releases has it, as a code, a header or a modifier.
    pub(super) is_known: bool,
}

impl<'a> Vocabulary<'a> {
    pub(super) fn new(editions: Editions<'a>) -> Self {
        Self { editions, days: editions.days(), numbers: OnceCell::new() }
    }

    pub(super) fn set(&self) -> &'static CodeSet {
        self.editions.new.set
    }

    /// The most days from one release to the next; `None` if their days are not known, so that no line can be judged by
    /// its own.
    pub(super) fn longest_step(&self) -> Option<i32> {
        let steps = self.days.as_ref()?.windows(2).map(|days| (days[1] - days[0]).get_days());
        steps.max()
    }

    /// Whether codes of a system are codes of this set.
    pub(super) fn wants(&self, system: CodeSystem) -> bool {
        self.set().systems.contains(&system)
    }

    /// Whether a cell is a code of one of the releases.
    pub(super) fn knows(&self, cell: &str) -> bool {
        self.code(cell).is_some_and(|code| self.is_in_a_release(&code))
    }

    /// The share of cells that are codes, of those that are not blank.
    pub(super) fn share<'c>(&self, cells: impl Iterator<Item = &'c str>) -> f64 {
        let (mut filled, mut known) = (0_u32, 0_u32);
        for cell in cells.filter(|cell| !matches!(cell.trim(), "" | "~")) {
            filled += 1;
            known += u32::from(self.knows(cell));
        }
        f64::from(known) / f64::from(filled.max(1))
    }

    /// The code that a cell means, as the releases hold it; `None` if it has not the shape of a code. Where the set has
    /// a second key, a code in another spelling is the one code that it leads to; ten digits of an NDC are the one package
    /// that exists among their readings.
    pub(super) fn code(&self, cell: &str) -> Option<String> {
        let code = (self.set().normalise)(cell.trim())?;
        if self.set().second_key.is_none() || self.is_in_a_release(&code) {
            return Some(code);
        }
        let by_second_key = [self.editions.new, self.editions.old].into_iter().find_map(|release| {
            let found = release.find_all(&code);
            (found.len() == 1).then(|| found[0].code().to_owned())
        });
        Some(by_second_key.unwrap_or(code))
    }

    fn find<'r>(&self, release: &'r Release, code: &str) -> Option<Entry<'r>> {
        release.find(code).or_else(|| release.find_modifier(code))
    }

    fn is_in_a_release(&self, code: &str) -> bool {
        let Editions { old, new, between } = self.editions;
        [new, old].into_iter().chain(between).any(|release| self.find(release, code).is_some())
    }

    /// How a code may be used.
    pub(super) fn life(&self, code: &str) -> Life {
        let billable = |release| self.find(release, code).is_some_and(|entry| self.set().is_usable(entry));
        Life {
            uses: self.editions.all().map(|release| self.use_of(self.find(release, code))).collect(),
            is_hit: self.editions.all().any(billable) && !billable(self.editions.new),
            is_known: self.is_in_a_release(code),
        }
    }

    /// Returns how long an entry may be used. A drug product is a header, and formularies name it all the same.
    fn use_of(&self, entry: Option<Entry<'_>>) -> Use {
        match entry.filter(|entry| entry.is_header() && self.set().is_usable(*entry)) {
            Some(listed) => listed.last_day().map_or(Use::Open, Use::Until),
            None => Use::of(entry),
        }
    }

    /// Judges a line by its day.
    pub(super) fn judge(&self, life: &Life, day: Option<Date>) -> Verdict {
        judge(self.days.as_deref(), &life.uses, day)
    }

    /// The one code that a spreadsheet turned into this number: `0210093` became 210093, `02700E6` 2700000000. `None` if
    /// there is no such code, or there are several.
    pub(super) fn code_of_number(&self, number: f64) -> Option<&'a str> {
        let numbers = self.numbers.get_or_init(|| numbers(self.editions));
        numbers.get(&number.to_bits()).copied().flatten()
    }
}

/// The codes of releases that a spreadsheet takes for numbers, by number.
fn numbers(editions: Editions<'_>) -> HashMap<u64, Option<&str>> {
    let mut numbers: HashMap<u64, Option<&str>> = HashMap::new();
    for entry in editions.all().flat_map(Release::entries).filter(|entry| !entry.is_header()) {
        let code = entry.code();
        let Some(number) = as_spreadsheets_read(code) else { continue };
        let held = numbers.entry(number.to_bits()).or_insert(Some(code));
        if held.is_some_and(|held| held != code) {
            *held = None;
        }
    }
    numbers
}

/// The number that a spreadsheet takes a code for: digits, at most one `E` among them.
fn as_spreadsheets_read(code: &str) -> Option<f64> {
    let fits = code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'E');
    let number: f64 = code.parse().ok().filter(|_| fits)?;
    number.is_finite().then_some(number)
}
