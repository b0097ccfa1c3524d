//! The ledger of usage: codes, their lines, owners and amounts, and the verdicts on their days.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};

use jiff::civil::Date;

use super::UsageOptions;
use super::basis::Days;
use super::columns::set_title;
use super::counts::{Counts, Rare};
use super::fault::Fault;
use super::judge::{DAYS_OF_AN_EDITION, add_month};
use super::limits::MAX_TOKENS;
use super::money::Amount;
use super::once::{Counted, CountedOnce, Once};
use super::owner_lines::OwnerNames;
use super::tally::{Tally, Usage};
use super::vocabulary::Vocabulary;
use crate::base::{counted, grouped};
use crate::fields::code_id::CodeId;
use crate::fields::notation::{self, Piece, What};
use crate::fields::systems::SetName;
use crate::model::{CodeSystem, Place, Problem, ProblemCode, Problems};

/// Maximum distinct owners. A column with more holds people, not departments.
const MAX_OWNERS: usize = 2_000;

/// Maximum number of likely codes of another set to name.
const NAMED: usize = 5;

/// The common data of the codes of one row, claim or item.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Line {
    /// Number of lines that each of its codes represents.
    pub(super) lines: u64,
    pub(super) owner: Option<u32>,
    pub(super) amount: Option<Amount>,
    pub(super) day: Option<Date>,
    /// The account that the amount is the total of: each account counts once.
    pub(super) account: Option<u64>,
    /// True if the amount is the sum of a code alone, and part of no total.
    pub(super) is_of_code: bool,
    /// The numbers that a database did not show.
    pub(super) hidden: Hidden,
}

/// The numbers that a database did not show because they are small.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Hidden {
    #[default]
    Nothing,
    /// The days of lines, and their owners if the table names owners.
    Parts { owners: bool },
    /// The number of lines.
    Lines,
}

impl Line {
    /// Returns one line without any other data.
    pub(super) fn one() -> Self {
        Self { lines: 1, ..Self::default() }
    }
}

/// Maximum distinct pairs of account and code; beyond it amounts count row by row.
const MAX_ACCOUNTS: usize = 4_000_000;

/// Marks an account whose amount is in the total of all codes.
const ALL: u32 = u32::MAX;

/// Marks an account whose amount is in the total of codes that lost validity.
const AFFECTED: u32 = u32::MAX - 1;

/// The classification of a part of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// The code at this place among the counts.
    Code(usize),
    /// A code of another system.
    Other(&'static str),
    /// A text that does not have the shape of a code.
    Shapeless,
    /// A range or a wildcard.
    Pattern,
    /// A number that matches no code, or several.
    Number,
    /// A number that matches one code, and is counted as that code.
    Repaired,
}

/// Number of things that are counted once to check together: each check waits for the other cores.
const TOGETHER: usize = 1 << 14;

/// Counts codes of one file. Its memory is that of distinct codes and owners, however long the file is.
///
/// Readers hand in codes; no message holds anything but numbers and sentences of our own, and codes that are likely
/// those of another set.
pub(super) struct Ledger<'a> {
    file: &'a str,
    member: Option<String>,
    pub(super) vocabulary: &'a Vocabulary<'a>,
    pub(super) options: &'a UsageOptions,
    /// Each distinct cell is parsed once, if it is more than a spelling of one code.
    seen: HashMap<Vec<u8>, Box<[Seen]>>,
    /// Accounts whose amounts were counted: for a code, for all codes, or for affected codes.
    accounts: HashSet<(u64, u32)>,
    counts: Counts<'a>,
    owners: HashMap<Vec<u8>, u32>,
    line: Line,
    /// The number of the line, and whether its amount was counted.
    number: u64,
    is_taken: bool,
    is_affected: bool,
    /// Whether the line was counted among all lines, and among the affected ones.
    is_counted: [bool; 2],
    /// All lines and the affected ones, a line with several codes once.
    lines: [u64; 2],
    amount: Option<Amount>,
    affected_amount: Option<Amount>,
    /// Both, by owner.
    owner_amounts: Vec<[Option<Amount>; 2]>,
    problems: Problems,
    /// Those of the tables before.
    earlier_problems: Problems,
    notes: Vec<Problem>,
    codes: u64,
    shapeless: u64,
    repaired: u64,
    numbers: u64,
    others: BTreeMap<&'static str, u64>,
    /// Cells with ranges or wildcards.
    patterns: u64,
    /// Codes damaged by spreadsheets, with the codes they may have been.
    spoiled: BTreeMap<String, &'a str>,
    pieces: Vec<Piece>,
    /// Without a meaning, so that touching memory has a result.
    touched: u64,
    dated: bool,
    too_many: bool,
    too_many_accounts: bool,
    too_many_owners: bool,
    /// True if an amount is that of a code alone.
    has_code_amounts: bool,
    /// True if its lines are groups that a query counted: of a group neither the months are known, nor the lines that have
    /// other codes as well.
    is_of_groups: bool,
    /// The number below which a database did not show groups.
    suppressed_below: Option<u64>,
    /// What readings of the same files for other sets have counted.
    once: Option<&'a Mutex<CountedOnce>>,
    /// What was counted and not yet compared with them.
    unchecked: Vec<Counted>,
    /// The number of the file among those that are read, and of the file or member among theirs.
    file_number: usize,
    once_file: usize,
    /// The amounts that they have not: in total, and of what is affected.
    first_amounts: [Option<Amount>; 2],
    /// The lines that they have not.
    first_lines: [u64; 2],
}

impl<'a> Ledger<'a> {
    pub(super) fn new(file: &'a str, vocabulary: &'a Vocabulary<'a>, options: &'a UsageOptions) -> Self {
        Self {
            file,
            member: None,
            vocabulary,
            options,
            seen: HashMap::new(),
            accounts: HashSet::new(),
            counts: Counts::new(vocabulary),
            owners: HashMap::new(),
            line: Line::one(),
            number: 0,
            is_taken: false,
            is_affected: false,
            is_counted: [false; 2],
            lines: [0; 2],
            amount: None,
            affected_amount: None,
            owner_amounts: Vec::new(),
            problems: Problems::default(),
            earlier_problems: Problems::default(),
            notes: Vec::new(),
            codes: 0,
            shapeless: 0,
            repaired: 0,
            numbers: 0,
            others: BTreeMap::new(),
            patterns: 0,
            spoiled: BTreeMap::new(),
            pieces: Vec::new(),
            touched: 0,
            dated: false,
            too_many: false,
            too_many_accounts: false,
            too_many_owners: false,
            has_code_amounts: false,
            is_of_groups: false,
            suppressed_below: None,
            once: None,
            unchecked: Vec::new(),
            file_number: 0,
            once_file: 0,
            first_amounts: [None; 2],
            first_lines: [0; 2],
        }
    }

    /// Takes note of what readings of other sets have counted of the file with this number.
    pub(super) fn once(self, (once, file_number): (&'a Mutex<CountedOnce>, usize)) -> Self {
        let once_file = locked(once).file(file_number, "");
        Self { once: Some(once), file_number, once_file, ..self }
    }

    /// Returns the day that a line with these days is judged by.
    pub(super) fn judging(&self, days: &Days) -> Option<Date> {
        self.options.basis.pick(days)
    }

    /// Returns ledgers for other parts of a table, of which this one counts a part as well. [`Ledger::merge`] adds them.
    pub(super) fn split(&mut self, others: usize) -> Vec<Self> {
        self.earlier_problems = std::mem::take(&mut self.problems);
        let part = || {
            let part = Self::new(self.file, self.vocabulary, self.options);
            let Self { once, file_number, once_file, is_of_groups, .. } = *self;
            Self { member: self.member.clone(), once, file_number, once_file, is_of_groups, ..part }
        };
        (0..others).map(|_| part()).collect()
    }

    /// Begins a row, claim or item: the codes that follow belong to it.
    pub(super) fn begin(&mut self, line: Line) {
        self.begin_row(self.number + 1, line);
    }

    /// Begins a row with a number of its own, above 0. Parts of a file may be in any order.
    pub(super) fn begin_row(&mut self, number: u64, line: Line) {
        self.line = line;
        self.number = number;
        self.is_taken = false;
        self.is_affected = false;
        self.is_counted = [false; 2];
    }

    /// Returns the name of the file, or of the file in an archive that is read.
    pub(super) fn name(&self) -> &str {
        self.member.as_deref().unwrap_or(self.file)
    }

    /// Begins a file of an archive.
    pub(super) fn enter(&mut self, member: &str) {
        self.check_once();
        self.member = Some(member.to_owned());
        if let Some(once) = self.once {
            self.once_file = locked(once).file(self.file_number, member);
        }
    }

    /// Returns the day that the line is judged by.
    pub(super) fn line_day(&self) -> Option<Date> {
        self.line.day
    }

    /// Counts a code of another system, as its row declares.
    pub(super) fn of_other(&mut self, system: SetName, cell: &[u8]) {
        if !notation::is_nothing(cell) {
            self.add_other(set_title(system));
        }
    }

    fn add_other(&mut self, title: &'static str) {
        let count = self.others.entry(title).or_default();
        *count = count.saturating_add(self.line.lines);
    }

    /// Counts a code at a place for codes of a system, by the day of its line.
    pub(super) fn coded(&mut self, system: CodeSystem, code: &[u8]) {
        self.coded_on(system, code, self.line.day);
    }

    /// Counts the same for a code that has a day of its own.
    pub(super) fn coded_on(&mut self, system: CodeSystem, code: &[u8], day: Option<Date>) {
        // With a mark that means both levels of HCPCS, the form of the code decides.
        let level = system.level_of(code);
        let is_wanted = self.vocabulary.wants(system);
        let system = if is_wanted { level } else { system };
        if is_wanted && self.vocabulary.wants(level) {
            self.code(code, day);
        } else if !code.trim_ascii().is_empty() {
            self.add_other(system.title());
        }
    }

    /// Counts a modifier of the line's code, where the set has modifiers and this one is not valid in all releases. Any
    /// other modifier is not a code: 25, 59 and LT are never unknown codes.
    pub(super) fn modifier(&mut self, system: CodeSystem, code: &[u8], day: Option<Date>) {
        let Ok(text) = std::str::from_utf8(code) else { return };
        if !self.vocabulary.wants(system) {
            return;
        }
        if let Some(code) = self.vocabulary.changed_modifier(text) {
            self.code(code.as_bytes(), day);
        }
    }

    /// Counts a code of the set; blanks and `~` are not codes.
    pub(super) fn code(&mut self, cell: &[u8], day: Option<Date>) {
        self.cell(cell, day);
    }

    /// Counts a row that has nothing but a code of the codebook. Returns false if it has to be counted like any other.
    #[inline]
    pub(super) fn plain(&mut self, number: u64, code: CodeId) -> bool {
        let place = self.counts.place(code);
        if place.index().is_none() || self.once.is_some() || !self.counts.add_plain(code, 1) {
            return false;
        }
        self.number = number;
        self.codes = self.codes.saturating_add(1);
        self.lines[0] = self.lines[0].saturating_add(1);
        self.lines[1] = self.lines[1].saturating_add(u64::from(place.is_affected()));
        true
    }

    /// Takes note of the codes and owners of the next lines: counting them is faster then.
    pub(super) fn touch(&mut self, lines: impl Iterator<Item = (CodeId, Option<u32>)> + Clone) {
        self.touched ^= self.counts.touch(lines);
    }

    /// Counts the codes of a cell, in any notation.
    pub(super) fn cell(&mut self, cell: &[u8], day: Option<Date>) {
        let cell = cell.trim_ascii();
        self.found(cell, self.vocabulary.book().find(cell), day);
    }

    /// Counts the same cell, which is trimmed and was looked up as one code.
    pub(super) fn found(&mut self, cell: &[u8], code: Option<CodeId>, day: Option<Date>) {
        // Most cells are one code that occurred before.
        if let Some(code) = code {
            let place = self.counts.place(code);
            if let Some(at) = place.index() {
                let Line { lines, owner, amount, hidden, .. } = self.line;
                let is_plain =
                    owner.is_none() && amount.is_none() && day.is_none() && hidden == Hidden::Nothing;
                if is_plain && self.counts.add_plain(code, lines) {
                    self.codes = self.codes.saturating_add(lines);
                    return self.count_line(place.is_affected());
                }
                return self.count(at, day);
            }
        }
        if matches!(cell, b"" | b"~") {
            return;
        }
        let seen = match self.seen.get(cell) {
            Some(seen) => seen.clone(),
            None => self.first_sight(cell, code),
        };
        let lines = self.line.lines;
        for seen in seen {
            match seen {
                Seen::Code(at) => self.count(at, day),
                Seen::Other(title) => self.add_other(title),
                Seen::Shapeless => self.shapeless = self.shapeless.saturating_add(lines),
                Seen::Pattern => self.patterns = self.patterns.saturating_add(lines),
                Seen::Number => self.numbers = self.numbers.saturating_add(lines),
                Seen::Repaired => self.repaired = self.repaired.saturating_add(lines),
            }
        }
    }

    fn count(&mut self, at: usize, day: Option<Date>) {
        let Line { lines, owner, amount, hidden, .. } = self.line;
        match hidden {
            Hidden::Nothing => {
                let verdict = self.counts.judge(at, day);
                let count = self.counts.at(at);
                count.judged.add(verdict, lines);
                if verdict.is_misdated() && !self.is_of_groups {
                    add_month(&mut count.rare().by_month, verdict, day, lines);
                }
            }
            Hidden::Parts { owners } => {
                let rare = self.counts.at(at).rare();
                rare.not_judged = rare.not_judged.saturating_add(lines);
                let [_, days, names] = &mut rare.has_hidden;
                *days = true;
                *names |= owners;
            }
            Hidden::Lines => {
                let rare = self.counts.at(at).rare();
                rare.has_hidden[0] = true;
                rare.hidden_owners.extend(owner);
                return;
            }
        }
        if let Some(owner) = owner {
            self.counts.at(at).owners.add(owner, lines);
        }
        self.codes = self.codes.saturating_add(lines);
        self.dated |= day.is_some();
        let is_affected = self.counts.life(at).is_affected;
        self.count_line(is_affected);
        let Some(amount) = amount else { return };
        let is_first = self.counts.at(at).is_first_in(self.number);
        if is_first && self.is_first_of_account(at as u32) {
            self.counts.add_amount(at, amount);
        }
        if self.line.is_of_code {
            self.has_code_amounts = true;
            return;
        }
        if !std::mem::replace(&mut self.is_taken, true) && self.is_first_of_account(ALL) {
            amount.add_to(&mut self.amount);
            self.owner_amount(amount, 0);
        }
        if is_affected
            && !std::mem::replace(&mut self.is_affected, true)
            && self.is_first_of_account(AFFECTED)
        {
            amount.add_to(&mut self.affected_amount);
            self.owner_amount(amount, 1);
        }
    }

    /// Counts the line if this is its first code, and among the affected lines if it is the first affected one.
    #[inline]
    fn count_line(&mut self, is_affected: bool) {
        for (which, what) in [(0, Once::Line), (1, Once::AffectedLine)] {
            if (which == 1 && !is_affected) || std::mem::replace(&mut self.is_counted[which], true) {
                continue;
            }
            self.lines[which] = self.lines[which].saturating_add(self.line.lines);
            self.count_once(what, Amount::default());
        }
    }

    /// Takes note of something of the line that other readings may have counted.
    #[inline]
    fn count_once(&mut self, what: Once, amount: Amount) {
        if self.once.is_none() {
            return;
        }
        let Line { lines, account, .. } = self.line;
        self.unchecked.push(Counted { what, line: self.number, account, lines, amount });
        if self.unchecked.len() >= TOGETHER {
            self.check_once();
        }
    }

    /// Adds what no reading of another set has counted.
    fn check_once(&mut self) {
        let Some(once) = self.once.filter(|_| !self.unchecked.is_empty()) else { return };
        let mut once = locked(once);
        for counted in self.unchecked.drain(..).filter(|counted| once.is_first(self.once_file, counted)) {
            let Counted { what, lines, amount, .. } = counted;
            match what {
                Once::Line => self.first_lines[0] = self.first_lines[0].saturating_add(lines),
                Once::AffectedLine => self.first_lines[1] = self.first_lines[1].saturating_add(lines),
                Once::Amount => amount.add_to(&mut self.first_amounts[0]),
                Once::AffectedAmount => amount.add_to(&mut self.first_amounts[1]),
            }
        }
    }

    /// Adds an amount to that of the line's owner: to the total, or to that of affected codes.
    fn owner_amount(&mut self, amount: Amount, which: usize) {
        self.count_once(if which == 0 { Once::Amount } else { Once::AffectedAmount }, amount);
        if let Some(owner) = self.line.owner {
            self.add_owner_amount(owner, amount, which);
        }
    }

    fn add_owner_amount(&mut self, owner: u32, amount: Amount, which: usize) {
        let owner = owner as usize;
        if self.owner_amounts.len() <= owner {
            self.owner_amounts.resize(owner + 1, [None; 2]);
        }
        amount.add_to(&mut self.owner_amounts[owner][which]);
    }

    /// Parses a cell that was not seen before, and was looked up as one code.
    fn first_sight(&mut self, cell: &[u8], code: Option<CodeId>) -> Box<[Seen]> {
        if self.seen.len() >= MAX_TOKENS {
            self.too_many = true;
            return Box::default();
        }
        let mut pieces = std::mem::take(&mut self.pieces);
        notation::pieces(self.vocabulary.book(), cell, &mut pieces);
        let mut seen: Vec<Seen> = Vec::new();
        for piece in &pieces {
            let found = self.seen_as(&cell[piece.start..piece.end], piece.what);
            for found in found.into_iter().flatten() {
                if !seen.contains(&found) {
                    seen.push(found);
                }
            }
        }
        self.pieces = pieces;
        let is_cluster = seen.len() > 1
            && std::str::from_utf8(cell).is_ok_and(|text| (self.vocabulary.set().cluster)(text).is_some());
        if is_cluster {
            self.keep_what_changed(&mut seen);
        }
        // The place of a code is all it takes to find it again.
        let place = code.and_then(|code| self.counts.place(code).index());
        let is_placed = place.is_some_and(|place| seen == [Seen::Code(place)]);
        let seen: Box<[Seen]> = seen.into();
        if !is_placed {
            self.seen.insert(cell.to_owned(), seen.clone());
        }
        seen
    }

    /// Keeps, of the codes of a cluster, which is one line, those that lost validity, or otherwise the first.
    fn keep_what_changed(&self, seen: &mut Vec<Seen>) {
        let is_affected = |seen: &Seen| matches!(seen, Seen::Code(at) if self.counts.life(*at).is_affected);
        if seen.iter().any(is_affected) {
            seen.retain(is_affected);
        } else {
            seen.truncate(1);
        }
    }

    /// Classifies a part of a cell.
    fn seen_as(&mut self, text: &[u8], what: What) -> [Option<Seen>; 2] {
        match what {
            What::Code(id) => {
                let code = self.vocabulary.book().code(id);
                // A modifier is not a line of its own: it counts where it changed.
                let is_modifier = self.vocabulary.set().takes_modifiers && code.len() == 2;
                if is_modifier && self.vocabulary.changed_modifier(code).is_none() {
                    return [None, None];
                }
                [Some(Seen::Code(self.counts.index_of_known(id))), None]
            }
            What::Foreign(system) => [Some(Seen::Other(set_title(system))), None],
            What::Prefix | What::Range | What::Expression => [Some(Seen::Pattern), None],
            What::Unknown => self.unknown(text),
            What::Except => [None, None],
        }
    }

    fn unknown(&mut self, text: &[u8]) -> [Option<Seen>; 2] {
        if let Some((code, is_neighbor)) = self.vocabulary.code_of(text) {
            let neighbor = is_neighbor.then(|| (self.vocabulary.set().neighbor)(&code)).flatten();
            if let Some(title) = neighbor {
                return [Some(Seen::Other(title)), None];
            }
            if self.vocabulary.is_known(&code) {
                return [Some(Seen::Code(self.counts.index_of(&code))), None];
            }
            if self.vocabulary.number(text).is_none() {
                return [Some(Seen::Code(self.counts.index_of(&code))), None];
            }
        }
        let Some(number) = self.vocabulary.number(text) else { return [Some(Seen::Shapeless), None] };
        let Some(code) = self.vocabulary.code_of_number(number) else { return [Some(Seen::Number), None] };
        self.name_spoiled(String::from_utf8_lossy(text).into_owned(), code);
        [Some(Seen::Repaired), Some(Seen::Code(self.counts.index_of(code)))]
    }

    /// Keeps the first spoiled codes by name: which ones does not depend on their order.
    fn name_spoiled(&mut self, written: String, code: &'a str) {
        self.spoiled.insert(written, code);
        if self.spoiled.len() > NAMED + 1 {
            self.spoiled.pop_last();
        }
    }

    /// Returns whether the amount of the line has not been counted yet for its account; without an account it counts.
    fn is_first_of_account(&mut self, of: u32) -> bool {
        let Some(account) = self.line.account else { return true };
        if self.accounts.len() >= MAX_ACCOUNTS {
            self.too_many_accounts = true;
            return true;
        }
        self.accounts.insert((account, of))
    }

    /// Returns the number of an owner; `None` for a blank, and for more owners than there are departments.
    pub(super) fn owner(&mut self, cell: &[u8]) -> Option<u32> {
        let cell = cell.trim_ascii();
        if let Some(&owner) = self.owners.get(cell) {
            return Some(owner);
        }
        if cell.is_empty() {
            return None;
        }
        self.too_many_owners |= self.owners.len() >= MAX_OWNERS;
        if self.too_many_owners {
            return None;
        }
        let next = u32::try_from(self.owners.len()).ok()?;
        self.owners.insert(cell.to_owned(), next);
        Some(next)
    }

    /// Adds the counts of the other parts of the same table. The order of the parts makes no difference.
    pub(super) fn merge(&mut self, parts: Vec<Self>) {
        let all = parts.iter().map(|part| part.seen.len()).sum::<usize>() + self.seen.len();
        let is_long = all > MAX_TOKENS;
        let mut seen: HashSet<Vec<u8>> = HashSet::new();
        if is_long {
            seen.extend(self.seen.keys().cloned());
        }
        let mut problems = vec![std::mem::take(&mut self.problems)];
        for mut part in parts {
            part.check_once();
            let mut owners = vec![0; part.owners.len()];
            for (name, number) in &part.owners {
                // Beyond the limit none of them is shown.
                owners[*number as usize] = self.owner(name).unwrap_or(0);
            }
            if is_long {
                seen.extend(part.seen.into_keys());
            }
            self.counts.merge(part.counts, &owners);
            for (owner, amounts) in part.owner_amounts.iter().enumerate() {
                for (which, amount) in amounts.iter().enumerate() {
                    amount.iter().for_each(|amount| self.add_owner_amount(owners[owner], *amount, which));
                }
            }
            let sums =
                [&mut self.amount, &mut self.affected_amount].into_iter().chain(&mut self.first_amounts);
            let amounts = [part.amount, part.affected_amount].into_iter().chain(part.first_amounts);
            sums.zip(amounts).for_each(|(sum, amount)| amount.iter().for_each(|amount| amount.add_to(sum)));
            let sums = self.lines.iter_mut().chain(&mut self.first_lines).chain([
                &mut self.codes,
                &mut self.shapeless,
                &mut self.repaired,
                &mut self.numbers,
                &mut self.patterns,
            ]);
            let numbers = [part.codes, part.shapeless, part.repaired, part.numbers, part.patterns];
            let numbers = part.lines.into_iter().chain(part.first_lines).chain(numbers);
            sums.zip(numbers).for_each(|(sum, number)| *sum = sum.saturating_add(number));
            for (title, lines) in part.others {
                let sum = self.others.entry(title).or_default();
                *sum = sum.saturating_add(lines);
            }
            part.spoiled.into_iter().for_each(|(written, code)| self.name_spoiled(written, code));
            problems.push(part.problems);
            self.notes.extend(part.notes);
            self.dated |= part.dated;
            self.too_many |= part.too_many;
            self.too_many_accounts |= part.too_many_accounts;
            self.too_many_owners |= part.too_many_owners;
            self.has_code_amounts |= part.has_code_amounts;
        }
        self.problems = std::mem::take(&mut self.earlier_problems);
        self.problems.merge(problems);
        self.too_many |= seen.len() > MAX_TOKENS;
    }

    /// Takes note that its lines are groups that a query counted.
    pub(super) fn counts_groups(&mut self) {
        self.is_of_groups = true;
    }

    /// Takes note that a database did not show groups with fewer lines than this.
    pub(super) fn suppressed(&mut self, below: u64) {
        self.suppressed_below = self.suppressed_below.max(Some(below));
    }

    /// Counts the codes of the set.
    pub(super) fn codes(&self) -> u64 {
        self.codes
    }

    /// Reports a problem at a line, segment or row. The sentence is ours: it cannot contain any content of the file.
    pub(super) fn problem(&mut self, code: ProblemCode, line: Option<u64>, fact: &'static str) {
        let file = self.file;
        self.problems.add(code, || {
            let line = line.map(|line| u32::try_from(line).unwrap_or(u32::MAX));
            let place = line.map_or_else(|| Place::file(file), |line| Place::line(file, line, 1));
            Problem::new(code, place, fact)
        });
    }

    /// Adds a note about the file.
    pub(super) fn note(&mut self, code: ProblemCode, fact: impl Into<String>) {
        self.notes.push(Problem::new(code, Place::file(self.file), fact));
    }

    /// Reports how many of something were left out, if any were.
    pub(super) fn left_out(&mut self, lines: u64, one: &str, many: &str) {
        if lines > 0 {
            let (lines, them) = (counted(lines, one, many), if lines == 1 { "it was" } else { "they were" });
            self.note(ProblemCode::UsageLines, format!("{lines}; {them} left out"));
        }
    }

    /// Adds what was counted to `usage`.
    ///
    /// # Errors
    ///
    /// If there are more different codes than a code set has.
    pub(super) fn finish(mut self, usage: &mut Usage) -> Result<(), Fault> {
        if self.too_many {
            return Err(Fault::TooManyValues);
        }
        self.check_once();
        self.counts.settle();
        if self.too_many_owners {
            self.drop_owners();
        }
        self.say();
        let mut names = vec![String::new(); self.owners.len()];
        for (name, at) in &self.owners {
            names[*at as usize] = String::from_utf8_lossy(name).into_owned();
        }
        let numbers = usage.number_owners(&names);
        let all: OwnerNames = usage.owner_names.clone();
        let are_same = numbers.iter().copied().eq(0..numbers.len() as u32);
        let is_first = usage.codes.is_empty();
        let mut tallies = Vec::with_capacity(if is_first { self.counts.len() } else { 0 });
        for (code, mut count, amount) in self.counts.finish() {
            let mut first = Tally::default();
            let tally = if is_first { &mut first } else { usage.codes.entry(code.clone()).or_default() };
            tally.lines = tally.lines.saturating_add(count.lines());
            tally.judged.merge(&count.judged);
            amount.iter().for_each(|amount| amount.add_to(&mut tally.amount));
            let Rare { by_month, has_hidden: [lines, days, owners], hidden_owners, .. } = count.take_rare();
            let owned = if are_same { count.owners } else { count.owners.renumbered(&numbers) };
            tally.owners.add(&all, owned);
            for (month, lines) in by_month {
                tally.by_month.entry(month).or_default().merge(lines);
            }
            let hidden_owners = hidden_owners.iter().map(|owner| names[*owner as usize].clone());
            tally.hide(lines, days, owners, hidden_owners);
            if is_first {
                tallies.push((code, first));
            }
        }
        if is_first {
            // A tree is built fastest from what is in order.
            usage.codes = tallies.into_iter().collect();
        }
        let has_any = |(_, amounts): &(usize, &[Option<Amount>; 2])| amounts.iter().any(Option::is_some);
        for (owner, amounts) in self.owner_amounts.iter().enumerate().filter(has_any) {
            let held = usage.owner_amounts.entry(names[owner].clone()).or_default();
            for (amount, held) in amounts.iter().zip(held) {
                amount.iter().for_each(|amount| amount.add_to(held));
            }
        }
        add_lines(&mut usage.lines, self.lines);
        if self.once.is_some() {
            add_lines(&mut usage.first_lines, self.first_lines);
        }
        for (amount, sum) in self.first_amounts.iter().zip(&mut usage.first_amounts) {
            amount.iter().for_each(|amount| amount.add_to(sum));
        }
        if let Some(amount) = self.amount {
            amount.add_to(&mut usage.amount);
        }
        if let Some(amount) = self.affected_amount {
            amount.add_to(&mut usage.affected_amount);
        }
        usage.settle(self.suppressed_below, !self.has_code_amounts, !self.is_of_groups);
        usage.problems.extend(self.notes);
        usage.problems.extend(self.problems.finish(self.file));
        Ok(())
    }

    /// Removes all owners: a column with this many values may name people.
    fn drop_owners(&mut self) {
        self.counts.drop_owners();
        self.owners.clear();
        self.owner_amounts.clear();
        let fact = format!(
            "the column of owners has more than {} different values and may name people; owners are left out",
            grouped(MAX_OWNERS as u64)
        );
        self.note(ProblemCode::UsageLines, fact);
    }

    /// Reports what was left out, and anything unusual about the codes.
    fn say(&mut self) {
        let title = self.vocabulary.set().title;
        self.left_out(
            self.shapeless,
            &format!("line has no code, or a code without the form of {title} codes"),
            &format!("lines have no code, or a code without the form of {title} codes"),
        );
        self.left_out(
            self.patterns,
            "line has a range or wildcard instead of a single code",
            "lines have ranges or wildcards instead of single codes",
        );
        if self.too_many_accounts {
            let fact = "there are too many accounts to count each amount once; the remaining amounts are counted in \
                        every row";
            self.note(ProblemCode::UsageLines, fact);
        }
        for (system, lines) in std::mem::take(&mut self.others) {
            let one = format!("code is declared as {system}, not {title}");
            self.left_out(lines, &one, &format!("codes are declared as {system}, not {title}"));
        }
        self.say_numbers();
        self.say_likely_others();
        if self.dated {
            self.say_days();
        }
    }

    /// Reports how lines were judged by date, if that is not obvious.
    fn say_days(&mut self) {
        let fact = match self.vocabulary.longest_step() {
            None => {
                "no line was judged by its date, because the effective dates of OLD and NEW are unknown or out of \
                 order; pass --edition for both"
            }
            Some(days) if days > DAYS_OF_AN_EDITION => {
                "two releases are more than a year apart, so lines dated between them were judged only where both \
                 agree; name the editions in between with --via"
            }
            Some(_) => return,
        };
        self.note(ProblemCode::LineDate, fact);
    }

    fn say_numbers(&mut self) {
        if self.repaired > 0 {
            let cells = counted(self.repaired, "cell is a number", "cells are numbers");
            let named: Vec<String> = self
                .spoiled
                .iter()
                .take(NAMED)
                .map(|(written, code)| format!("{written} as {code}"))
                .collect();
            let more = if self.spoiled.len() > NAMED { ", ..." } else { "" };
            let fact = format!(
                "{cells} that can only come from one code; counted as that code ({}{more})",
                named.join(", ")
            );
            self.note(ProblemCode::NumberCode, fact);
        }
        if self.numbers > 0 {
            let cells = counted(
                self.numbers,
                "cell of a code column is a number",
                "cells of code columns are numbers",
            );
            let fact = format!("{cells} that cannot be traced to a single code; left out");
            self.note(ProblemCode::NumberCode, fact);
        }
    }

    fn say_likely_others(&mut self) {
        let likely_other = self.vocabulary.set().likely_other;
        let mut by_set: BTreeMap<&str, Vec<(u64, &str)>> = BTreeMap::new();
        for (code, lines) in self.counts.unknown().filter(|(_, lines)| *lines > 0) {
            if let Some(set) = likely_other(code) {
                by_set.entry(set).or_default().push((lines, code));
            }
        }
        let mut notes = Vec::new();
        for (set, mut codes) in by_set {
            codes.sort_by_key(|(lines, code)| (std::cmp::Reverse(*lines), *code));
            let lines = codes.iter().fold(0_u64, |sum, (lines, _)| sum.saturating_add(*lines));
            let named: Vec<_> =
                codes.iter().take(NAMED).map(|(lines, code)| format!("{code} {lines}")).collect();
            let more = if codes.len() > NAMED { ", ..." } else { "" };
            notes.push(format!(
                "{} with codes of neither release {} the form of {set} codes ({}{more})",
                counted(lines, "line", "lines"),
                if lines == 1 { "has" } else { "have" },
                named.join(", "),
            ));
        }
        notes.into_iter().for_each(|fact| self.note(ProblemCode::LikelyOtherSet, fact));
    }
}

/// Locks what the readings of several sets share.
fn locked(once: &Mutex<CountedOnce>) -> MutexGuard<'_, CountedOnce> {
    once.lock().expect("no reader panics while it holds the lock")
}

/// Adds lines to those of other files.
fn add_lines(sums: &mut Option<[u64; 2]>, lines: [u64; 2]) {
    for (sum, lines) in sums.get_or_insert_default().iter_mut().zip(lines) {
        *sum = sum.saturating_add(lines);
    }
}
