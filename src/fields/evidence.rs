//! Decides what a field holds as a whole: by a declared system, by a name, or by the share of its values that are codes.
//!
//! Invariant: a field is judged once, as a whole, never by the shape of a single value. A neutral field with one or two
//! different codes, or with few that look like codes of other sets, is `unclear`: it is listed and not judged.

use super::Reading;
use super::systems::{self, SetName};
use crate::base::{counted, grouped};
use crate::model::CodeSet;

/// The share of values that must be codes for a field to count as a field of codes, without other evidence.
const MOST: f64 = 0.8;

/// The same share where a heading names codes, or where codes in running text have a dot.
const HALF: f64 = 0.5;

/// Minimum distinct codes; fewer may be a coincidence.
const FEW: u32 = 3;

/// From this many distinct codes on, a field holds codes even if other sets have codes that look the same.
const MANY: u32 = 10;

/// The reason given if the text around a field names the set.
const NAMED_BY_TEXT: &str = "the text names the set";

/// The kind of content in a field.
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

/// The evidence for and against codes of the set in a field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evidence<'f> {
    /// Its place in the file: column `dx`.
    pub(crate) path: &'f str,
    /// Its heading, key or variable.
    pub(crate) words: &'f str,
    /// The way its cells are read.
    pub(crate) reading: Reading,
    /// True if the field belongs to the text itself, not to a sheet or table with a name.
    pub(crate) is_of_text: bool,
    /// True if it holds the words with a dot of a running text.
    pub(crate) is_dotted: bool,
    /// The system that was declared for its values.
    pub(crate) declared: Option<SetName>,
    /// True if the user names it as a column of codes.
    pub(crate) is_named: bool,
    /// Cells that are not empty, without codes of sets that share its columns.
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
    /// Returns the share of values that are codes.
    pub(crate) fn share(&self) -> f64 {
        self.known as f64 / self.values.max(1) as f64
    }

    /// Decides what the field holds. The set that the surrounding text names can decide for a column of codes.
    pub(crate) fn judge(&self, set: &CodeSet, around: Option<SetName>) -> FieldKind {
        if self.is_named {
            return FieldKind::Ours("named with --code-column".to_owned());
        }
        if let Some(declared) = self.declared {
            return self.judge_declared(declared, set);
        }
        match self.reading {
            Reading::Line => FieldKind::None,
            Reading::Token => self.judge_text(set),
            _ => match self.judge_values(set) {
                FieldKind::None if self.is_ours_by(around, set) => FieldKind::Ours(NAMED_BY_TEXT.to_owned()),
                // The name of the set makes up for few codes, and not for codes that other sets have as well.
                FieldKind::Unclear(_) if self.distinct < FEW && self.is_ours_by(around, set) => {
                    FieldKind::Ours(NAMED_BY_TEXT.to_owned())
                }
                verdict => verdict,
            },
        }
    }

    /// Returns whether it is a column of codes in a text that names the set.
    fn is_ours_by(&self, around: Option<SetName>, set: &CodeSet) -> bool {
        let is_code = systems::is_code_column(self.words) && self.known > 0 && self.share() >= HALF;
        self.is_of_text && is_code && around.is_some_and(|named| systems::is_of(named, set))
    }

    /// Judges a field whose system is declared: its values are codes only if its name says so or if they are known
    /// codes.
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
        // A key that does not name a set may be below one that does: `dx: {first: ..}`.
        let named = systems::named(self.words);
        if let Some(named) = named.or_else(|| systems::named(self.path)) {
            if !systems::is_of(named, set) {
                // A name that only mentions another set, above values of this one: `icd9_or_10`.
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
        // Two letters are not evidence: a column of states is full of modifiers.
        if self.modifiers > 0 && ((self.known - self.modifiers) as f64) < self.values as f64 * MOST {
            return FieldKind::None;
        }
        if self.known == 0 || share < MOST {
            return FieldKind::None;
        }
        if self.distinct < FEW {
            return FieldKind::Unclear(format!(
                "{}, but {} may be a coincidence",
                self.share_in_words(),
                counted(u64::from(self.distinct), "different code", "different codes")
            ));
        }
        if self.twins == self.known && self.distinct < MANY {
            return FieldKind::Unclear(format!(
                "{}, but codes of other sets have the same form",
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
        let is_twin = !self.is_dotted && self.twins == self.known && self.distinct < MANY && !is_ours;
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
