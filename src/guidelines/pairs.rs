//! Which section of the older edition is which of the newer one: by title below sections that are the same, else by text.

use std::collections::{BTreeMap, VecDeque};

use super::Section;
use super::token::squeezed;

/// Minimum likeness of two sections below the same one, from 0 to 1, with which they are one section under another title.
const ALIKE: f64 = 0.5;

/// Minimum likeness of the texts of two sections in different places.
const ELSEWHERE: f64 = 0.75;

/// Number of words below which a text alone does not identify a section.
const WORDS: usize = 12;

/// Returns for each section of `new` the index of its section in `old`.
pub(super) fn pairs(old: &[Section], new: &[Section]) -> Vec<Option<usize>> {
    let mut pairing = Pairing {
        old,
        new,
        old_below: below(old),
        new_below: below(new),
        of_new: vec![None; new.len()],
        is_taken: vec![false; old.len()],
        queue: VecDeque::from([(None, None)]),
    };
    loop {
        while let Some((old, new)) = pairing.queue.pop_front() {
            pairing.among(old, new);
        }
        if !pairing.elsewhere() {
            return pairing.of_new;
        }
    }
}

/// Returns the sections directly below each one; those of the document are below `None`.
fn below(sections: &[Section]) -> BTreeMap<Option<usize>, Vec<usize>> {
    let mut below: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    let mut above: Vec<usize> = Vec::new();
    for (at, section) in sections.iter().enumerate() {
        above.truncate(section.depth);
        below.entry(above.last().copied()).or_default().push(at);
        above.push(at);
    }
    below
}

struct Pairing<'s> {
    old: &'s [Section],
    new: &'s [Section],
    old_below: BTreeMap<Option<usize>, Vec<usize>>,
    new_below: BTreeMap<Option<usize>, Vec<usize>>,
    of_new: Vec<Option<usize>>,
    is_taken: Vec<bool>,
    /// Pairs whose sections below are not paired yet.
    queue: VecDeque<(Option<usize>, Option<usize>)>,
}

impl Pairing<'_> {
    fn pair(&mut self, old: usize, new: usize) {
        self.of_new[new] = Some(old);
        self.is_taken[old] = true;
        self.queue.push_back((Some(old), Some(new)));
    }

    /// Pairs the sections directly below two sections that are the same: by title in their order, then by likeness.
    fn among(&mut self, old: Option<usize>, new: Option<usize>) {
        let olds = self.old_below.get(&old).cloned().unwrap_or_default();
        let news = self.new_below.get(&new).cloned().unwrap_or_default();
        for &new in &news {
            let title = squeezed(&self.new[new].title);
            let is_same = |old: &&usize| !self.is_taken[**old] && squeezed(&self.old[**old].title) == title;
            if self.of_new[new].is_none()
                && let Some(&old) = olds.iter().find(is_same)
            {
                self.pair(old, new);
            }
        }
        self.by_likeness(&olds, &news, |titles, texts, _| titles.max(texts) >= ALIKE);
    }

    /// Pairs the sections that are left, wherever they are. Returns whether it found any.
    fn elsewhere(&mut self) -> bool {
        let olds: Vec<usize> = (0..self.old.len()).filter(|old| !self.is_taken[*old]).collect();
        let news: Vec<usize> = (0..self.new.len()).filter(|new| self.of_new[*new].is_none()).collect();
        self.by_likeness(&olds, &news, |_, texts, is_same_title| {
            texts >= if is_same_title { ALIKE } else { ELSEWHERE }
        });
        !self.queue.is_empty()
    }

    /// Pairs those that are most alike first. `is_same` decides by the likeness of titles, that of texts, and whether the titles
    /// are the same.
    fn by_likeness(&mut self, olds: &[usize], news: &[usize], is_same: impl Fn(f64, f64, bool) -> bool) {
        let words =
            |sections: &[Section], at: usize| (at, squeezed(&sections[at].title), Words::of(&sections[at]));
        let olds = olds.iter().filter(|old| !self.is_taken[**old]).map(|old| words(self.old, *old));
        let olds: Vec<_> = olds.collect();
        let mut alike: Vec<(f64, usize, usize)> = Vec::new();
        for new in news.iter().filter(|new| self.of_new[**new].is_none()).map(|new| words(self.new, *new)) {
            for old in &olds {
                let (titles, texts) =
                    (likeness(&old.2.title, &new.2.title), likeness(&old.2.text, &new.2.text));
                if is_same(titles, texts, old.1 == new.1) {
                    alike.push((titles + texts, old.0, new.0));
                }
            }
        }
        alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        for (_, old, new) in alike {
            if !self.is_taken[old] && self.of_new[new].is_none() {
                self.pair(old, new);
            }
        }
    }
}

/// The words by which a section is compared with others, sorted.
struct Words {
    title: Vec<String>,
    /// Empty if the text is too short to be known by it.
    text: Vec<String>,
}

impl Words {
    fn of(section: &Section) -> Self {
        let title = section.title.split(|char: char| !char.is_alphanumeric());
        let title = title.filter(|word| !word.is_empty()).map(str::to_lowercase);
        let text =
            section.tokens.iter().filter(|token| token.is_word()).map(|token| token.key.to_lowercase());
        let (mut title, mut text): (Vec<String>, Vec<String>) = (title.collect(), text.collect());
        if text.len() < WORDS {
            text.clear();
        }
        title.sort_unstable();
        text.sort_unstable();
        Self { title, text }
    }
}

/// Returns the share of words that two sorted lists have in common: Dice's coefficient of multisets.
fn likeness(old: &[String], new: &[String]) -> f64 {
    if old.is_empty() || new.is_empty() {
        return 0.0;
    }
    let (mut at, mut common) = (0, 0);
    for word in old {
        while new.get(at).is_some_and(|other| other < word) {
            at += 1;
        }
        if new.get(at) == Some(word) {
            (at, common) = (at + 1, common + 1);
        }
    }
    2.0 * f64::from(common) / (old.len() + new.len()) as f64
}
