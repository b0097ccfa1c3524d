//! What a field holds, judged as a whole: by a declared system, by a name, or by the share of its values that are codes.

use super::Reading;
use super::systems::{self, SetName};
use crate::model::{CodeSet, grouped};

/// The share of values that must be codes for a field to be taken for one of codes, where nothing else says so.
const MOST: f64 = 0.8;

/// The same where a heading says so, or codes of a text stand there with a dot.
const HALF: f64 = 0.5;

/// Fewer different codes may be an accident.
const FEW: u32 = 3;

/// From this many on they are codes even where other sets have codes that look the same.
const MANY: u32 = 10;

/// The reason where the text around a field names the set.
const NAMED_BY_TEXT: &str = "the text names the set";

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// Codes of the releases, for this reason.
    Ours(String),
    /// Codes of another set.
    Other(SetName, String),
    /// Codes that may be of more than one set.
    Unclear(String),
    /// No codes.
    None,
}

/// What speaks for and against codes of the set in a field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evidence<'f> {
    /// Its place in the file: column `dx`.
    pub(crate) path: &'f str,
    /// Its heading, key or variable.
    pub(crate) words: &'f str,
    /// How its cells are read.
    pub(crate) reading: Reading,
    /// Whether it is of the text itself, not of a sheet or table with a name.
    pub(crate) is_of_text: bool,
    /// The system that was declared for its values.
    pub(crate) declared: Option<SetName>,
    /// Whether the user names it as a column of codes.
    pub(crate) is_named: bool,
    /// Cells with something in them, codes of sets that share its columns aside.
    pub(crate) values: u64,
    /// Those of them with a code of the releases, or a pattern or range of such.
    pub(crate) known: u64,
    /// Codes that another set writes the same way.
    pub(crate) twins: u64,
    /// Modifiers: two characters, as US states and many words have.
    pub(crate) modifiers: u64,
    /// Different codes.
    pub(crate) distinct: u32,
}

impl Evidence<'_> {
    /// The share of values that are codes.
    pub(crate) fn share(&self) -> f64 {
        self.known as f64 / self.values.max(1) as f64
    }

    /// What it holds. The set that a text around it names may say what a column of codes in it is.
    pub(crate) fn judge(&self, set: &CodeSet, around: Option<SetName>) -> FieldKind {
        if self.is_named {
            return FieldKind::Ours("named with --column".to_owned());
        }
        if let Some(declared) = self.declared {
            return self.judge_declared(declared, set);
        }
        match self.reading {
            Reading::Line => FieldKind::None,
            Reading::Token => self.judge_text(set),
            _ => match self.judge_values(set) {
                FieldKind::None if self.is_ours_by(around, set) => FieldKind::Ours(NAMED_BY_TEXT.to_owned()),
                verdict => verdict,
            },
        }
    }

    /// Whether it is a column of codes in a text that names the set.
    fn is_ours_by(&self, around: Option<SetName>, set: &CodeSet) -> bool {
        let is_code = systems::is_code_column(self.words) && self.known > 0 && self.share() >= HALF;
        self.is_of_text && is_code && around.is_some_and(|named| systems::is_of(named, set))
    }

    /// Of the values beside a system only those are codes that are called so, or are.
    fn judge_declared(&self, declared: SetName, set: &CodeSet) -> FieldKind {
        let is_called_code = systems::is_code_column(self.words);
        let basis = || "its system is declared".to_owned();
        if systems::is_of(declared, set)
            && (self.known > 0 && self.share() >= HALF || is_called_code && declared == set.id)
        {
            FieldKind::Ours(basis())
        } else if declared != "other" && is_called_code {
            FieldKind::Other(declared, basis())
        } else {
            FieldKind::None
        }
    }

    fn judge_values(&self, set: &CodeSet) -> FieldKind {
        let share = self.share();
        // A key that says nothing may be below others that do: `dx: {first: ..}`.
        let named = systems::named(self.words);
        if let Some(named) = named.or_else(|| systems::named(self.path)) {
            if !systems::is_of(named, set) {
                // A name in passing, over values that are ours: `icd9_or_10`.
                let is_ours = named == "icd9" && share >= MOST && self.distinct >= MANY;
                if !is_ours {
                    return FieldKind::Other(named, "by its name".to_owned());
                }
            } else if self.known > 0 && share >= HALF {
                return FieldKind::Ours(format!("by its name, {}", self.share_in_words()));
            } else {
                return FieldKind::None;
            }
        }
        // Two letters are no evidence: a column of states is full of modifiers.
        if self.modifiers > 0 && ((self.known - self.modifiers) as f64) < self.values as f64 * MOST {
            return FieldKind::None;
        }
        if share < MOST || self.distinct < FEW {
            return FieldKind::None;
        }
        if self.twins == self.known && self.distinct < MANY {
            return FieldKind::Unclear(format!(
                "{}, which codes of other sets look like",
                self.share_in_words()
            ));
        }
        FieldKind::Ours(self.share_in_words())
    }

    fn judge_text(&self, set: &CodeSet) -> FieldKind {
        let named = systems::named(self.words);
        let is_ours = named.is_some_and(|named| systems::is_of(named, set));
        let enough = if is_ours {
            self.known > 0 && self.share() >= HALF
        } else {
            self.distinct >= FEW && self.share() >= MOST
        };
        let is_dotted = self.path == "text";
        let is_twin = !is_dotted && self.twins == self.known && self.distinct < MANY && !is_ours;
        match (enough && !is_twin, is_ours) {
            (true, true) => FieldKind::Ours(NAMED_BY_TEXT.to_owned()),
            (true, false) => FieldKind::Ours(self.share_in_words()),
            (false, _) => FieldKind::None,
        }
    }

    fn share_in_words(&self) -> String {
        format!("{} of {} values are codes", grouped(self.known), grouped(self.values))
    }
}
