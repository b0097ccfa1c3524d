//! Revised descriptions: the descriptions, the kind of change, and the words.

use serde::Serialize;
use similar::TextDiff;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::base::closed_list;
use crate::model::{Entry, TextKind};

closed_list! {
    /// The kind of change of a description: the first class under which old and new are the same.
    #[non_exhaustive]
    pub enum Wording {
        /// Blanks only.
        Blank = "blank",
        /// Upper and lower case, and blanks.
        Case = "case",
        /// Punctuation, case and blanks.
        Punctuation = "punctuation",
        /// Accents, punctuation, case and blanks.
        Accent = "accent",
        /// Words.
        Wording = "wording",
    }
}

impl Wording {
    /// Returns the class of a change from `old` to `new`, which differ.
    pub fn of(old: &str, new: &str) -> Self {
        let same = |wording: &Self| reduced(old, *wording).eq(reduced(new, *wording));
        let below = [Self::Blank, Self::Case, Self::Punctuation, Self::Accent];
        below.iter().copied().find(same).unwrap_or(Self::Wording)
    }
}

/// Returns the characters of a text that count beyond a class of wording.
fn reduced(text: &str, wording: Wording) -> impl Iterator<Item = char> {
    let drop_punctuation = wording >= Wording::Punctuation;
    let text: Box<dyn Iterator<Item = char>> = if wording >= Wording::Accent {
        Box::new(text.nfd().filter(|char| !is_combining_mark(*char)))
    } else {
        Box::new(text.chars())
    };
    text.filter(|char| !char.is_whitespace())
        .filter(move |char| !drop_punctuation || char.is_alphanumeric())
        .flat_map(move |char| fold(char, wording >= Wording::Case))
        .collect::<Vec<_>>()
        .into_iter()
}

fn fold(char: char, case: bool) -> impl Iterator<Item = char> {
    let lower = case.then(|| char.to_lowercase()).into_iter().flatten();
    lower.chain((!case).then_some(char))
}

/// The descriptions that changed, and the kind of change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Revision {
    /// The descriptions that changed.
    pub fields: Vec<TextKind>,
    /// The kind of change: for several descriptions, the greatest one.
    pub wording: Wording,
}

impl Revision {
    /// Returns the revision between two entries of one key, compared byte for byte; `None` if all descriptions that
    /// both files have are the same.
    pub fn between(old: Entry<'_>, new: Entry<'_>) -> Option<Self> {
        let same = new.set().same_text;
        let mut fields = Vec::new();
        let mut wording = Wording::Blank;
        for &kind in TextKind::ALL {
            let (Some(old_text), Some(new_text)) = (old.text(kind), new.text(kind)) else { continue };
            if old_text != new_text
                && !same(old_text, new_text)
                && old.ships_text(kind)
                && new.ships_text(kind)
            {
                fields.push(kind);
                wording = wording.max(Wording::of(old_text, new_text));
            }
        }
        (!fields.is_empty()).then_some(Self { fields, wording })
    }
}

/// The side of a comparison that a run of words belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum WordSide {
    /// In both descriptions.
    Both,
    /// In the old one only.
    Old,
    /// In the new one only.
    New,
}

/// A run of words of two descriptions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Word {
    /// The side it belongs to.
    pub side: WordSide,
    /// The text, with its blanks.
    pub text: String,
}

/// Compares two descriptions word by word. The runs of one side, joined, give its text.
pub fn words(old: &str, new: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (old, new) = (tokens(old), tokens(new));
    for pair in aligned(&old, &new) {
        let (side, text) = match pair {
            (Some(_), Some(at)) => (WordSide::Both, new[at]),
            (Some(at), None) => (WordSide::Old, old[at]),
            (None, Some(at)) => (WordSide::New, new[at]),
            (None, None) => continue,
        };
        match words.last_mut().filter(|last| last.side == side) {
            Some(last) => last.text.push_str(text),
            None => words.push(Word { side, text: text.to_owned() }),
        }
    }
    words
}

/// Aligns two lists of tokens: the index of each token in the old list, in the new one, or in both.
pub(crate) fn aligned(old: &[&str], new: &[&str]) -> Vec<(Option<usize>, Option<usize>)> {
    let diff = TextDiff::from_slices(old, new);
    diff.iter_all_changes().map(|change| (change.old_index(), change.new_index())).collect()
}

/// Splits a text into words, runs of blanks and single punctuation marks.
fn tokens(text: &str) -> Vec<&str> {
    let class = |char: char| match char {
        _ if char.is_alphanumeric() || is_combining_mark(char) => 0,
        _ if char.is_whitespace() => 1,
        _ => 2,
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((_, char)) = chars.next() {
        let Some(&(next, following)) = chars.peek() else { break };
        if class(char) != class(following) || class(char) == 2 {
            tokens.push(&text[start..next]);
            start = next;
        }
    }
    tokens.extend(Some(&text[start..]).filter(|token| !token.is_empty()));
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_the_first_class_that_explains_it() {
        for (old, new, wording) in [
            ("natural  orifice", "natural orifice", Wording::Blank),
            ("[BMI]30.0", "[BMI] 30.0", Wording::Blank),
            ("angiotensin-converting", "Angiotensin-converting", Wording::Case),
            ("complicating pregnancy,", "complicating pregnancy", Wording::Punctuation),
            ("Charcôt's joint", "Charcot's joint", Wording::Accent),
            ("unspecified, unilateral", "unspecified type, unilateral", Wording::Wording),
        ] {
            assert_eq!(Wording::of(old, new), wording, "{old} -> {new}");
            assert_eq!(Wording::of(new, old), wording, "{new} -> {old}");
        }
    }

    #[test]
    fn the_words_of_each_side_give_its_text() {
        let (old, new) = ("Allergy to milk products", "Allergy to dairy products, unspecified");
        let words = words(old, new);
        let side = |side| {
            let of = words.iter().filter(|word| word.side == WordSide::Both || word.side == side);
            of.map(|word| word.text.as_str()).collect::<String>()
        };
        assert_eq!(side(WordSide::Old), old);
        assert_eq!(side(WordSide::New), new);
        assert!(words.contains(&Word { side: WordSide::Old, text: "milk".to_owned() }));
    }

    #[test]
    fn a_comma_is_a_word_of_its_own() {
        let words = words("Craniosynostosis unspecified", "Craniosynostosis, unspecified");
        let new: Vec<_> =
            words.iter().filter(|word| word.side == WordSide::New).map(|word| word.text.as_str()).collect();
        assert_eq!(new, [","]);
        assert!(words.iter().all(|word| word.side != WordSide::Old));
    }
}
