//! The ledger of usage: codes, their lines, owners and amounts, and the verdicts on their days.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use super::UsageOptions;
use super::basis::Days;
use super::columns::set_title;
use super::fault::Fault;
use super::judge::{ByMonth, DAYS_OF_AN_EDITION, Judged, add_month};
use super::limits::MAX_TOKENS;
use super::money::Amount;
use super::once::{CountedOnce, Once};
use super::owner_lines::OwnerLines;
use super::tally::Usage;
use super::vocabulary::{Life, Vocabulary};
use crate::base::counted;
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

/// Marks a code of the codebook that has no count yet.
const NOT_COUNTED: u32 = u32::MAX;

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

/// A code and its counts.
struct Count {
    code: String,
    life: Life,
    lines: u64,
    owners: OwnerLines,
    amount: Option<Amount>,
    judged: Judged,
    /// The last line whose amount it took.
    line: u64,
    /// What few codes have: a line is counted faster without it.
    rare: Option<Box<Rare>>,
}

/// What few codes have.
#[derive(Default)]
struct Rare {
    by_month: ByMonth,
    /// True if a database did not show the number of some of its lines, the days of lines, or their owners.
    has_hidden: [bool; 3],
    /// Owners of lines whose number was not shown.
    hidden_owners: Vec<u32>,
}

impl Count {
    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}

/// Counts codes of one file. Its memory is that of distinct codes and owners, however long the file is.
///
/// Readers hand in codes; no message holds anything but numbers and sentences of our own, and codes that are likely
/// those of another set.
pub(super) struct Ledger<'a> {
    file: &'a str,
    member: Option<String>,
    pub(super) vocabulary: &'a Vocabulary<'a>,
    pub(super) options: &'a UsageOptions,
    /// Each distinct cell that is more than one spelling of a code is parsed once.
    seen: HashMap<Vec<u8>, Box<[Seen]>>,
    /// The place in `counts` of each code of the codebook; [`NOT_COUNTED`] until it occurs.
    places: Vec<u32>,
    /// Accounts whose amounts were counted: for a code, for all codes, or for affected codes.
    accounts: HashSet<(u64, u32)>,
    by_code: HashMap<String, usize>,
    counts: Vec<Count>,
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
    dated: bool,
    too_many: bool,
    too_many_accounts: bool,
    /// True if an amount is that of a code alone.
    has_code_amounts: bool,
    /// True if its lines are groups that a query counted: of a group neither the months are known, nor the lines that have
    /// other codes as well.
    is_of_groups: bool,
    /// The number below which a database did not show groups.
    suppressed_below: Option<u64>,
    /// What readings of the same files for other sets have counted.
    once: Option<&'a RefCell<CountedOnce>>,
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
            places: vec![NOT_COUNTED; vocabulary.book().len()],
            accounts: HashSet::new(),
            by_code: HashMap::new(),
            counts: Vec::new(),
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
            notes: Vec::new(),
            codes: 0,
            shapeless: 0,
            repaired: 0,
            numbers: 0,
            others: BTreeMap::new(),
            patterns: 0,
            spoiled: BTreeMap::new(),
            pieces: Vec::new(),
            dated: false,
            too_many: false,
            too_many_accounts: false,
            has_code_amounts: false,
            is_of_groups: false,
            suppressed_below: None,
            once: None,
            file_number: 0,
            once_file: 0,
            first_amounts: [None; 2],
            first_lines: [0; 2],
        }
    }

    /// Takes note of what readings of other sets have counted of the file with this number.
    pub(super) fn once(self, (once, file_number): (&'a RefCell<CountedOnce>, usize)) -> Self {
        let once_file = once.borrow_mut().file(file_number, "");
        Self { once: Some(once), file_number, once_file, ..self }
    }

    /// Returns the day that a line with these days is judged by.
    pub(super) fn judging(&self, days: &Days) -> Option<Date> {
        self.options.basis.pick(days)
    }

    /// Begins a row, claim or item: the codes that follow belong to it.
    pub(super) fn begin(&mut self, line: Line) {
        self.line = line;
        self.number += 1;
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
        self.member = Some(member.to_owned());
        if let Some(once) = self.once {
            self.once_file = once.borrow_mut().file(self.file_number, member);
        }
    }

    /// Returns the day that the line is judged by.
    pub(super) fn line_day(&self) -> Option<Date> {
        self.line.day
    }

    /// Returns whether the user names a column by this heading.
    pub(super) fn wants_heading(&self, heading: &str) -> bool {
        self.options.asks_for(heading)
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

    /// Counts the codes of a cell, in any notation.
    pub(super) fn cell(&mut self, cell: &[u8], day: Option<Date>) {
        let cell = cell.trim_ascii();
        if matches!(cell, b"" | b"~") {
            return;
        }
        // Most cells are one code that occurred before.
        let spelled = self.vocabulary.book().find(cell).map(|code| self.places[code.at()]);
        if let Some(at) = spelled.filter(|at| *at != NOT_COUNTED) {
            return self.count(at as usize, day);
        }
        if !self.seen.contains_key(cell) {
            self.first_sight(cell);
        }
        let Some(seen) = self.seen.get(cell).cloned() else { return };
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
        let count = &mut self.counts[at];
        match hidden {
            Hidden::Nothing => {
                let verdict = self.vocabulary.judge(&count.life, day);
                count.judged.add(verdict, lines);
                if verdict.is_misdated() && !self.is_of_groups {
                    add_month(&mut count.rare().by_month, verdict, day, lines);
                }
            }
            Hidden::Parts { owners } => {
                let [_, days, names] = &mut count.rare().has_hidden;
                *days = true;
                *names |= owners;
            }
            Hidden::Lines => {
                let rare = count.rare();
                rare.has_hidden[0] = true;
                rare.hidden_owners.extend(owner);
                return;
            }
        }
        count.lines = count.lines.saturating_add(lines);
        if let Some(owner) = owner {
            count.owners.add(owner, lines);
        }
        self.codes = self.codes.saturating_add(lines);
        self.dated |= day.is_some();
        let is_affected = count.life.is_affected;
        self.count_line(is_affected);
        let count = &mut self.counts[at];
        let Some(amount) = amount else { return };
        let is_first = std::mem::replace(&mut count.line, self.number) != self.number;
        if is_first && self.is_first_of_account(at as u32) {
            amount.add_to(&mut self.counts[at].amount);
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
    fn count_line(&mut self, is_affected: bool) {
        for (which, what) in [(0, Once::Line), (1, Once::AffectedLine)] {
            if (which == 1 && !is_affected) || std::mem::replace(&mut self.is_counted[which], true) {
                continue;
            }
            let lines = self.line.lines;
            self.lines[which] = self.lines[which].saturating_add(lines);
            let first = |once: &RefCell<CountedOnce>| {
                once.borrow_mut().is_first_line(self.once_file, self.number, what)
            };
            if self.once.is_some_and(first) {
                self.first_lines[which] = self.first_lines[which].saturating_add(lines);
            }
        }
    }

    /// Adds an amount to that of the line's owner: to the total, or to that of affected codes; also to what no reading of
    /// another set has counted.
    fn owner_amount(&mut self, amount: Amount, which: usize) {
        if let Some(once) = self.once {
            let (file, account) = (self.once_file, self.line.account);
            if once.borrow_mut().is_first_amount(file, account, self.number, which == 1) {
                amount.add_to(&mut self.first_amounts[which]);
            }
        }
        let Some(owner) = self.line.owner.map(|owner| owner as usize) else { return };
        if self.owner_amounts.len() <= owner {
            self.owner_amounts.resize(owner + 1, [None; 2]);
        }
        amount.add_to(&mut self.owner_amounts[owner][which]);
    }

    /// Parses a cell that was not seen before.
    fn first_sight(&mut self, cell: &[u8]) {
        if self.seen.len() >= MAX_TOKENS {
            self.too_many = true;
            return;
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
        self.seen.insert(cell.to_owned(), seen.into());
    }

    /// Keeps, of the codes of a cluster, which is one line, those that lost validity, or otherwise the first.
    fn keep_what_changed(&self, seen: &mut Vec<Seen>) {
        let is_affected = |seen: &Seen| matches!(seen, Seen::Code(at) if self.counts[*at].life.is_affected);
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
                [Some(Seen::Code(self.place_of_known(id))), None]
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
                return [Some(Seen::Code(self.place_of(&code))), None];
            }
            if self.vocabulary.number(text).is_none() {
                return [Some(Seen::Code(self.place_of(&code))), None];
            }
        }
        let Some(number) = self.vocabulary.number(text) else { return [Some(Seen::Shapeless), None] };
        let Some(code) = self.vocabulary.code_of_number(number) else { return [Some(Seen::Number), None] };
        if self.spoiled.len() < NAMED * 20 {
            self.spoiled.insert(String::from_utf8_lossy(text).into_owned(), code);
        }
        [Some(Seen::Repaired), Some(Seen::Code(self.place_of(code)))]
    }

    /// Returns the place of a code among the counts.
    fn place_of(&mut self, code: &str) -> usize {
        match self.vocabulary.book().find(code.as_bytes()) {
            Some(id) if self.vocabulary.book().code(id) == code => self.place_of_known(id),
            _ => match self.by_code.get(code) {
                Some(at) => *at,
                None => {
                    let at = self.add_count(code, self.vocabulary.life(code));
                    self.by_code.insert(code.to_owned(), at);
                    at
                }
            },
        }
    }

    /// Returns the same for a code of the codebook.
    fn place_of_known(&mut self, id: CodeId) -> usize {
        if self.places[id.at()] == NOT_COUNTED {
            let (code, life) = (self.vocabulary.book().code(id), self.vocabulary.life_of(id));
            self.places[id.at()] = self.add_count(code, life) as u32;
        }
        self.places[id.at()] as usize
    }

    fn add_count(&mut self, code: &str, life: Life) -> usize {
        self.counts.push(Count {
            code: code.to_owned(),
            life,
            lines: 0,
            owners: OwnerLines::default(),
            amount: None,
            judged: Judged::default(),
            line: 0,
            rare: None,
        });
        self.counts.len() - 1
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
        if cell.is_empty() || self.owners.len() >= MAX_OWNERS {
            return None;
        }
        let next = u32::try_from(self.owners.len()).ok()?;
        self.owners.insert(cell.to_owned(), next);
        Some(next)
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
        self.say();
        let mut owners = vec![""; self.owners.len()];
        let names: Vec<(String, u32)> =
            self.owners.iter().map(|(name, at)| (String::from_utf8_lossy(name).into_owned(), *at)).collect();
        names.iter().for_each(|(name, at)| owners[*at as usize] = name);
        // A tree that grows at its end grows fastest.
        self.counts.sort_by(|one, other| one.code.cmp(&other.code));
        for count in self.counts {
            let tally = usage.codes.entry(count.code).or_default();
            tally.lines = tally.lines.saturating_add(count.lines);
            tally.judged.merge(&count.judged);
            if let Some(amount) = count.amount {
                amount.add_to(&mut tally.amount);
            }
            for (owner, lines) in count.owners.iter() {
                let of_owner = tally.owners.entry(owners[owner as usize].to_owned()).or_default();
                *of_owner = of_owner.saturating_add(lines);
            }
            let rare = count.rare.map(|rare| *rare);
            let Rare { by_month, has_hidden, hidden_owners } = rare.unwrap_or_default();
            for (month, lines) in by_month {
                tally.by_month.entry(month).or_default().merge(lines);
            }
            let [lines, days, names] = has_hidden;
            let hidden_owners = hidden_owners.iter().map(|owner| owners[*owner as usize].to_owned());
            tally.hide(lines, days, names, hidden_owners);
        }
        for (owner, amounts) in self.owner_amounts.iter().enumerate() {
            let held = usage.owner_amounts.entry(owners[owner].to_owned()).or_default();
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
        for count in self.counts.iter().filter(|count| !count.life.is_known && count.lines > 0) {
            if let Some(set) = likely_other(&count.code) {
                by_set.entry(set).or_default().push((count.lines, &count.code));
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

/// Adds lines to those of other files.
fn add_lines(sums: &mut Option<[u64; 2]>, lines: [u64; 2]) {
    for (sum, lines) in sums.get_or_insert_default().iter_mut().zip(lines) {
        *sum = sum.saturating_add(lines);
    }
}
