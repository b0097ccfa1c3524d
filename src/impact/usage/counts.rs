//! The codes of a ledger with their counts, in few bytes: look-ups wait for memory, and each core has counts of its own.

use std::collections::HashMap;

use super::judge::{ByMonth, Judged, Validity, add_to_month};
use super::money::Amount;
use super::owner_lines::OwnerLines;
use super::vocabulary::{Life, Vocabulary};
use crate::fields::code_id::CodeId;

/// The counts of a code.
pub(super) struct Count {
    /// The index of the code in the codebook; from its length on, the index of another text that is counted as a code.
    code: u32,
    /// The number of its [`Life`]: most codes share a few.
    life: u32,
    pub(super) owners: OwnerLines,
    /// The verdicts on its lines.
    pub(super) judged: Judged,
    /// The last line whose amount it took.
    line: u64,
    /// What few codes have: a line is counted faster without it.
    rare: Option<Box<Rare>>,
}

/// What few codes have.
#[derive(Default)]
pub(super) struct Rare {
    pub(super) by_month: ByMonth,
    /// Lines whose days a database did not show.
    pub(super) not_judged: u64,
    /// True if a database did not show the number of some of its lines, the days of lines, or their owners.
    pub(super) has_hidden: [bool; 3],
    /// Owners of lines whose number was not shown.
    pub(super) hidden_owners: Vec<u32>,
}

impl Count {
    pub(super) fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Takes what few codes have.
    pub(super) fn take_rare(&mut self) -> Rare {
        self.rare.take().map_or_else(Rare::default, |rare| *rare)
    }

    /// Returns its lines.
    pub(super) fn lines(&self) -> u64 {
        let not_judged = self.rare.as_ref().map_or(0, |rare| rare.not_judged);
        self.judged.lines().saturating_add(not_judged)
    }

    /// Notes that a line is counted. Returns false if it was noted before.
    pub(super) fn is_first_in(&mut self, line: u64) -> bool {
        std::mem::replace(&mut self.line, line) != line
    }
}

/// The place of a code of the codebook, with the lines that have nothing but the code.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The index of its count, and [`Place::AFFECTED`]; [`Place::NONE`] until the code occurs.
    bits: u32,
    plain: u32,
}

impl Place {
    const NONE: u32 = u32::MAX;

    /// Set if claims with the code are rejected under NEW although they were accepted before.
    const AFFECTED: u32 = 1 << 31;

    /// Returns the index of the count; `None` if the code has not occurred.
    #[inline]
    pub(super) fn index(self) -> Option<usize> {
        (self.bits != Self::NONE).then_some((self.bits & !Self::AFFECTED) as usize)
    }

    #[inline]
    pub(super) fn is_affected(self) -> bool {
        self.bits & Self::AFFECTED != 0
    }
}

/// The counts of all codes that occurred.
pub(super) struct Counts<'a> {
    vocabulary: &'a Vocabulary<'a>,
    /// For each code of the codebook.
    places: Vec<Place>,
    /// Other texts that are counted as codes, with their indexes.
    others: Vec<String>,
    by_code: HashMap<String, usize>,
    counts: Vec<Count>,
    /// The sums of amounts, as far as there are any.
    amounts: Vec<Option<Amount>>,
    lives: Vec<Life>,
    by_life: HashMap<Life, u32>,
}

impl<'a> Counts<'a> {
    pub(super) fn new(vocabulary: &'a Vocabulary<'a>) -> Self {
        Self {
            vocabulary,
            places: vec![Place { bits: Place::NONE, plain: 0 }; vocabulary.book().len()],
            others: Vec::new(),
            by_code: HashMap::new(),
            counts: Vec::new(),
            amounts: Vec::new(),
            lives: Vec::new(),
            by_life: HashMap::new(),
        }
    }

    /// Returns the place of a code of the codebook.
    #[inline]
    pub(super) fn place(&self, id: CodeId) -> Place {
        self.places[id.at()]
    }

    /// Counts lines that have nothing but a code of the codebook, which occurred before. Returns false if it has no room for
    /// them.
    #[inline]
    pub(super) fn add_plain(&mut self, id: CodeId, lines: u64) -> bool {
        let plain = &mut self.places[id.at()].plain;
        let sum = u32::try_from(lines).ok().and_then(|lines| plain.checked_add(lines));
        sum.map(|sum| *plain = sum).is_some()
    }

    /// Returns the index of the count of a code, in the form of files.
    pub(super) fn index_of(&mut self, code: &str) -> usize {
        match self.vocabulary.book().find(code.as_bytes()) {
            Some(id) if self.vocabulary.book().code(id) == code => self.index_of_known(id),
            _ => match self.by_code.get(code) {
                Some(at) => *at,
                None => {
                    let number = self.places.len() + self.others.len();
                    self.others.push(code.to_owned());
                    let at = self.add(number, self.vocabulary.life(code));
                    self.by_code.insert(code.to_owned(), at);
                    at
                }
            },
        }
    }

    /// Returns the same for a code of the codebook.
    pub(super) fn index_of_known(&mut self, id: CodeId) -> usize {
        if let Some(at) = self.place(id).index() {
            return at;
        }
        let at = self.add(id.at(), self.vocabulary.life_of(id));
        let affected = if self.life(at).is_affected { Place::AFFECTED } else { 0 };
        self.places[id.at()].bits = at as u32 | affected;
        at
    }

    fn add(&mut self, code: usize, life: Life) -> usize {
        let next = self.lives.len() as u32;
        let number = match self.by_life.get(&life) {
            Some(number) => *number,
            None => {
                self.lives.push(life.clone());
                self.by_life.insert(life, next);
                next
            }
        };
        let (judged, owners) = (Judged::default(), OwnerLines::default());
        self.counts.push(Count { code: code as u32, life: number, owners, judged, line: 0, rare: None });
        self.counts.len() - 1
    }

    /// Returns the periods in which the code at an index may be used.
    #[inline]
    pub(super) fn life(&self, at: usize) -> &Life {
        &self.lives[self.counts[at].life as usize]
    }

    /// Judges a line with the code at an index by its day.
    #[inline]
    pub(super) fn judge(&self, at: usize, day: Option<jiff::civil::Date>) -> Validity {
        self.vocabulary.judge(self.life(at), day)
    }

    /// Returns the count at an index.
    #[inline]
    pub(super) fn at(&mut self, at: usize) -> &mut Count {
        &mut self.counts[at]
    }

    /// Adds an amount to that of the code at an index.
    pub(super) fn add_amount(&mut self, at: usize, amount: Amount) {
        if self.amounts.len() <= at {
            self.amounts.resize(self.counts.len(), None);
        }
        amount.add_to(&mut self.amounts[at]);
    }

    /// Counts the lines that have nothing but a code like all others.
    pub(super) fn settle(&mut self) {
        for place in &mut self.places {
            let plain = std::mem::take(&mut place.plain);
            if let Some(at) = place.index().filter(|_| plain > 0) {
                let count = &mut self.counts[at];
                let verdict = self.vocabulary.judge(&self.lives[count.life as usize], None);
                count.judged.add(verdict, u64::from(plain));
            }
        }
    }

    /// Adds the counts of another part of the same file: `owners[i]` is the number of its owner `i`.
    pub(super) fn merge(&mut self, mut other: Self, owners: &[u32]) {
        other.settle();
        let known = self.places.len();
        for (at, mut theirs) in other.counts.into_iter().enumerate() {
            let code = theirs.code as usize;
            let to = match code.checked_sub(known) {
                None => self.index_of_known(CodeId::of(theirs.code)),
                Some(number) => self.index_of(&other.others[number]),
            };
            if let Some(amount) = other.amounts.get(at).copied().flatten() {
                self.add_amount(to, amount);
            }
            let rare = theirs.rare.is_some().then(|| theirs.take_rare());
            let ours = &mut self.counts[to];
            ours.judged.merge(&theirs.judged);
            theirs.owners.iter().for_each(|(owner, lines)| ours.owners.add(owners[owner as usize], lines));
            if let Some(rare) = rare {
                let ours = ours.rare();
                rare.by_month
                    .into_iter()
                    .for_each(|(month, lines)| add_to_month(&mut ours.by_month, month, lines));
                ours.not_judged = ours.not_judged.saturating_add(rare.not_judged);
                ours.has_hidden.iter_mut().zip(rare.has_hidden).for_each(|(ours, theirs)| *ours |= theirs);
                ours.hidden_owners.extend(rare.hidden_owners.iter().map(|owner| owners[*owner as usize]));
            }
        }
    }

    /// Forgets the owners.
    pub(super) fn drop_owners(&mut self) {
        for count in &mut self.counts {
            count.owners = OwnerLines::default();
            if let Some(rare) = &mut count.rare {
                rare.hidden_owners.clear();
            }
        }
    }

    /// Returns codes with their lines that are in no release.
    pub(super) fn unknown(&self) -> impl Iterator<Item = (&str, u64)> {
        let unknown = |count: &&Count| !self.lives[count.life as usize].is_known;
        self.counts.iter().filter(unknown).map(|count| (self.code(count.code), count.lines()))
    }

    /// Returns the number of codes that occurred.
    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    /// Returns the code with a number.
    fn code(&self, number: u32) -> &str {
        match (number as usize).checked_sub(self.places.len()) {
            None => self.vocabulary.book().code(CodeId::of(number)),
            Some(other) => &self.others[other],
        }
    }

    /// Reads what lines with these codes and owners are counted in, so that the memory accesses overlap. The result means nothing.
    pub(super) fn touch(&self, lines: impl Iterator<Item = (CodeId, Option<u32>)> + Clone) -> u64 {
        let counts =
            |(code, owner): (CodeId, Option<u32>)| Some((self.counts.get(self.place(code).index()?)?, owner));
        let first = lines.clone().filter_map(counts).fold(0, |sum, (count, _)| sum ^ count.judged.right);
        let second = lines.filter_map(counts);
        second.fold(first, |sum, (count, owner)| {
            sum ^ owner.map_or(0, |owner| count.owners.touch(owner).into())
        })
    }

    /// Returns the codes with their counts and sums of amounts: those of the codebook in order, then the others.
    pub(super) fn finish(mut self) -> impl Iterator<Item = (String, Count, Option<Amount>)> {
        self.settle();
        let Self { vocabulary, places, others, by_code, counts, amounts, .. } = self;
        let known = places.len();
        let mut counts: Vec<Option<Count>> = counts.into_iter().map(Some).collect();
        let order = places.into_iter().filter_map(Place::index).chain(by_code.into_values());
        order.filter_map(move |at| {
            let count = counts[at].take()?;
            let code = match (count.code as usize).checked_sub(known) {
                None => vocabulary.book().code(CodeId::of(count.code)).to_owned(),
                Some(other) => others[other].clone(),
            };
            Some((code, count, amounts.get(at).copied().flatten()))
        })
    }
}
