//! What changed in the guidelines from one edition to the next, section by section.

use std::collections::BTreeMap;

use super::marks::UnchangedMark;
use super::pairs::pairs;
use super::token::{self, Gap};
use super::{Guidelines, Marking, NamedCode, Section, Token, Verification};
use crate::base::closed_list;
use crate::diff::{Word, WordSide, aligned};

closed_list! {
    /// What happened to a section, the first that applies.
    pub enum GuidelineKind {
        Added = "added", "The section is new.";
        Removed = "removed", "The section was deleted.";
        Changed = "changed", "Its text changed; it may have another title or number as well.";
        Retitled = "retitled", "It has another title, and the same text.";
        Moved = "moved", "It has another number, and the same title and text.";
    }
}

/// A section that changed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SectionChange<'a> {
    /// What happened.
    pub kind: GuidelineKind,
    /// The section in OLD; `None` if it is new.
    pub old: Option<&'a Section>,
    /// The section in NEW; `None` if it was deleted.
    pub new: Option<&'a Section>,
    /// Both texts, word by word.
    pub words: Vec<Word>,
    /// Number of words in NEW only.
    pub words_added: usize,
    /// Number of words in OLD only.
    pub words_removed: usize,
    /// Whether the publisher marked the change; `None` where this cannot be checked.
    pub marking: Option<Marking>,
    /// The codes that the section names in NEW, or named in OLD if it was deleted.
    pub codes: Vec<NamedCode>,
}

/// Two editions compared.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GuidelineDiff<'a> {
    /// The older edition.
    pub old: &'a Guidelines,
    /// The newer edition.
    pub new: &'a Guidelines,
    /// The sections that changed, in the order of NEW; a deleted one follows the one it followed in OLD.
    pub changes: Vec<SectionChange<'a>>,
    /// Number of sections that are the same: number, title and text.
    pub unchanged: usize,
    /// The same comparison with sections matched by their headings alone.
    pub headings: Headings,
    /// What the publisher's marks show.
    pub verification: Verification,
}

/// Sections compared as the outlines list them: a section with another number or title is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Headings {
    /// Entries in both outlines whose text changed.
    pub changed: usize,
    /// Entries in NEW only.
    pub added: usize,
    /// Entries in OLD only.
    pub removed: usize,
}

impl SectionChange<'_> {
    /// Returns the section, in NEW if it is there.
    pub fn section(&self) -> &Section {
        match (self.new, self.old) {
            (Some(section), _) | (None, Some(section)) => section,
            (None, None) => unreachable!("a change has a section"),
        }
    }

    /// Returns true if only punctuation changed.
    pub fn is_punctuation_only(&self) -> bool {
        self.kind == GuidelineKind::Changed && self.words_added + self.words_removed == 0
    }
}

/// Compares two editions.
pub fn compare_guidelines<'a>(old: &'a Guidelines, new: &'a Guidelines) -> GuidelineDiff<'a> {
    let pairs = pairs(&old.sections, &new.sections);
    let by_old: BTreeMap<usize, usize> =
        pairs.iter().enumerate().filter_map(|(new, old)| old.map(|old| (old, new))).collect();
    let (mut changes, mut without_change, mut unchanged) = (Vec::new(), Vec::new(), 0);
    // A deleted section comes after the one it followed, which has a place in NEW.
    let mut removed: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    let mut last = None;
    for at in 0..old.sections.len() {
        match by_old.get(&at) {
            Some(new) => last = Some(*new),
            None => removed.entry(last).or_default().push(at),
        }
    }
    let gone = |after: Option<usize>| {
        removed.get(&after).into_iter().flatten().map(|at| alone(GuidelineKind::Removed, &old.sections[*at]))
    };
    changes.extend(gone(None));
    for (at, section) in new.sections.iter().enumerate() {
        match pairs[at].map(|old_at| &old.sections[old_at]) {
            None => changes.push(alone(GuidelineKind::Added, section)),
            Some(before) => {
                let (change, marks) = both(before, section);
                without_change.extend(marks.into_iter().map(|(text, words)| UnchangedMark {
                    section: at,
                    text,
                    words,
                }));
                match change {
                    Some(change) => changes.push(change),
                    None => unchanged += 1,
                }
            }
        }
        changes.extend(gone(Some(at)));
    }
    let headings = headings(old, new, &changes);
    let markings = changes.iter().filter_map(|change| change.marking);
    let verification = Verification::of(old, new, markings, without_change);
    if !verification.is_checked {
        changes.iter_mut().for_each(|change| change.marking = None);
    }
    GuidelineDiff { old, new, changes, unchanged, headings, verification }
}

/// Returns the change of a section that is in one edition only.
fn alone<'a>(kind: GuidelineKind, section: &'a Section) -> SectionChange<'a> {
    let is_new = kind == GuidelineKind::Added;
    let side = if is_new { WordSide::New } else { WordSide::Old };
    let count = section.tokens.iter().filter(|token| token.is_word()).count();
    let text = section.text();
    let marking =
        if is_new { marking(&section.tokens, section.heading_style.is_mark()) } else { Marking::Unmarked };
    SectionChange {
        kind,
        old: (!is_new).then_some(section),
        new: is_new.then_some(section),
        words: if text.is_empty() { Vec::new() } else { vec![Word { side, text }] },
        words_added: if is_new { count } else { 0 },
        words_removed: if is_new { 0 } else { count },
        marking: Some(marking),
        codes: section.codes(),
    }
}

/// Compares a section with itself in the other edition: the change, if there is one, and the marked words that are the same.
fn both<'a>(old: &'a Section, new: &'a Section) -> (Option<SectionChange<'a>>, Vec<(String, usize)>) {
    let keys = |section: &'a Section| -> Vec<&'a str> {
        section.tokens.iter().map(|token| token.key.as_str()).collect()
    };
    let aligned = aligned(&keys(old), &keys(new));
    let mut words: Vec<Word> = Vec::new();
    let (mut words_added, mut words_removed) = (0, 0);
    let (mut added, mut same_marks): (Vec<Token>, Vec<usize>) = (Vec::new(), Vec::new());
    for (before, now) in &aligned {
        let (side, token) = match (before, now) {
            (Some(before), Some(now)) => {
                let (before, token) = (&old.tokens[*before], &new.tokens[*now]);
                if token.is_word() && token.style.is_mark() && !before.style.is_mark() {
                    same_marks.push(*now);
                }
                (WordSide::Both, token)
            }
            (None, Some(now)) => (WordSide::New, &new.tokens[*now]),
            (Some(before), None) => (WordSide::Old, &old.tokens[*before]),
            (None, None) => continue,
        };
        let word = usize::from(token.is_word());
        match side {
            WordSide::New => {
                words_added += word;
                added.push(token.clone());
            }
            WordSide::Old => words_removed += word,
            WordSide::Both => {}
        }
        push(&mut words, side, token);
    }
    let is_retitled = token::key(&old.title) != token::key(&new.title);
    let kind = match () {
        () if words.iter().any(|word| word.side != WordSide::Both) => Some(GuidelineKind::Changed),
        () if is_retitled => Some(GuidelineKind::Retitled),
        () if old.number != new.number => Some(GuidelineKind::Moved),
        () => None,
    };
    let marking = marking(&added, new.heading_style.is_mark() && !old.heading_style.is_mark());
    let change = kind.map(|kind| SectionChange {
        kind,
        old: Some(old),
        new: Some(new),
        words,
        words_added,
        words_removed,
        marking: Some(marking),
        codes: new.codes(),
    });
    (change, marked_runs(&new.tokens, &same_marks))
}

/// Adds a token to the runs of words.
fn push(words: &mut Vec<Word>, side: WordSide, token: &Token) {
    let separator = match token.before {
        Gap::Nothing => "",
        Gap::Blank => " ",
        Gap::Paragraph => "\n",
    };
    let is_first = words.is_empty();
    match words.last_mut().filter(|last| last.side == side) {
        Some(last) => {
            last.text.push_str(separator);
            last.text.push_str(&token.text);
        }
        None => {
            let separator = if is_first { "" } else { separator };
            words.push(Word { side, text: format!("{separator}{}", token.text) });
        }
    }
}

/// Returns whether words that are new are marked; without new words, whether the heading is.
fn marking(added: &[Token], is_heading_marked: bool) -> Marking {
    let words = added.iter().filter(|token| token.is_word());
    let (marked, all) =
        words.fold((0, 0), |(marked, all), token| (marked + usize::from(token.style.is_mark()), all + 1));
    match marked {
        0 if is_heading_marked => {
            if all == 0 {
                Marking::Marked
            } else {
                Marking::Partly
            }
        }
        0 => Marking::Unmarked,
        marked if marked == all => Marking::Marked,
        _ => Marking::Partly,
    }
}

/// Returns the runs of marked words of a text, and the number of words of each.
fn marked_runs(all: &[Token], marks: &[usize]) -> Vec<(String, usize)> {
    // Punctuation between two words is not a mark of its own.
    let runs = marks.chunk_by(|a, b| b - a <= 2);
    runs.map(|run| (token::text(&all[run[0]..=run[run.len() - 1]]).replace('\n', " "), run.len())).collect()
}

/// Compares by headings: the label of the number, and the title.
fn headings(old: &Guidelines, new: &Guidelines, changes: &[SectionChange<'_>]) -> Headings {
    fn heading(section: &Section) -> (&str, &str) {
        (section.number.rsplit('.').next().unwrap_or_default(), &section.title)
    }
    let count = |guidelines: &'_ Guidelines| {
        let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (label, title) in guidelines.sections.iter().map(heading) {
            *counts.entry((label.to_owned(), title.to_owned())).or_default() += 1;
        }
        counts
    };
    let (before, now) = (count(old), count(new));
    let more = |a: &BTreeMap<_, usize>, b: &BTreeMap<_, usize>| -> usize {
        a.iter().map(|(heading, count)| count.saturating_sub(b.get(heading).copied().unwrap_or(0))).sum()
    };
    let is_same = |change: &&SectionChange<'_>| {
        change.kind == GuidelineKind::Changed && change.old.map(heading) == change.new.map(heading)
    };
    Headings {
        changed: changes.iter().filter(is_same).count(),
        added: more(&now, &before),
        removed: more(&before, &now),
    }
}
