//! The fields in a page's tables.

use serde::Serialize;

use super::crosswalk::TargetRow;
use super::decided::{answer_text, asked_for};
use super::document::Cell;
use crate::base::grouped;
use crate::crosswalk::{Axis, AxisKind, Disposition};
use crate::diff::{Kind, Word, WordSide};
use crate::model::Severity;

/// The tone of a field. The words carry the same meaning: a tone is never the only sign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Neutral.
    #[default]
    Plain,
    /// New or settled.
    Good,
    /// It needs review.
    Warn,
    /// Deleted or missing.
    Bad,
    /// The wording changed.
    Info,
}

impl Tone {
    /// Returns the tone of a code's status.
    pub fn of_status(word: &str) -> Self {
        match Kind::from_word(word) {
            Some(kind) if kind.is_deletion() => Self::Bad,
            Some(Kind::Added | Kind::Promoted | Kind::Reactivated) => Self::Good,
            Some(Kind::Narrowed | Kind::Reused) => Self::Warn,
            Some(_) => Self::Info,
            None if matches!(word, "header" | "unknown") => Self::Warn,
            None => Self::Plain,
        }
    }

    /// Returns the tone of a problem.
    pub fn of_severity(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Bad,
            Severity::Warning => Self::Warn,
            Severity::Note => Self::Info,
        }
    }

    /// Returns the tone of a decision.
    pub fn of_decision(decision: Disposition) -> Self {
        match decision {
            Disposition::Automatic => Self::Good,
            Disposition::Choose => Self::Warn,
            Disposition::None => Self::Bad,
        }
    }
}

/// A field.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum Field {
    /// An empty field.
    Empty,
    /// Text.
    Text {
        /// The text.
        text: String,
    },
    /// A code or a checksum.
    Code {
        /// The code.
        text: String,
    },
    /// A number.
    Number {
        /// The text for people.
        text: String,
        /// The sort key.
        sort: String,
    },
    /// A word of a closed list.
    Badge {
        /// The word.
        word: String,
        /// Its tone.
        tone: Tone,
    },
    /// Old and new text, word by word.
    Words {
        /// The words.
        words: Vec<Run>,
    },
    /// A code with its descriptions.
    Entry {
        /// The code.
        code: String,
        /// The code it had before.
        was: Option<String>,
        /// Its descriptions.
        texts: Vec<Described>,
    },
    /// The codes that may be used instead.
    Targets {
        /// The codes.
        targets: Vec<TargetView>,
        /// The details that documentation must state to choose.
        questions: Vec<Question>,
        /// The paths with more than one step.
        paths: Vec<String>,
    },
    /// Names with numbers.
    Shares {
        /// Each name with its number.
        shares: Vec<(String, String)>,
    },
}

/// A run of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The version that has it; empty if both have it.
    pub mark: &'static str,
    /// The text.
    pub text: String,
}

/// A description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Described {
    /// The name of the description, where it must be named.
    pub label: &'static str,
    /// Its words.
    pub words: Vec<Run>,
}

/// A code that may be used instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetView {
    /// The code.
    pub code: String,
    /// Its description.
    pub text: String,
    /// Its provenance: `official`, `yours`, `suggestion`, `unchanged`, or `still` for a code that stays valid.
    pub standing: &'static str,
    /// The same in words.
    pub basis: String,
    /// The location of the evidence.
    pub place: String,
    /// The codes it is assigned together with.
    pub with: String,
}

/// A question about the documentation of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The detail that it asks for.
    pub about: String,
    /// Each answer with the codes that it leads to.
    pub answers: Vec<(String, String)>,
}

impl Field {
    /// Creates a field of text, or an empty one.
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text { text: text.to_owned() } }
    }

    /// Creates a field of a whole number.
    pub fn count(count: u64) -> Self {
        Self::Number { text: grouped(count), sort: count.to_string() }
    }

    /// Creates a field with a number of lines, if it may be known: hidden ones are sorted before all others.
    pub fn lines(lines: Option<u64>) -> Self {
        Self::Number { text: shown(lines), sort: lines.unwrap_or(0).to_string() }
    }

    /// Creates a field of names with numbers, or an empty one.
    pub fn shares(shares: Vec<(String, String)>) -> Self {
        if shares.is_empty() { Self::Empty } else { Self::Shares { shares } }
    }

    /// Creates a field of a share, from 0 to 1.
    pub fn share(share: f64) -> Self {
        Self::Number { text: format!("{:.1}%", share * 100.0), sort: format!("{share:.6}") }
    }

    /// Returns the status of a code as a badge.
    pub fn status(word: &str) -> Self {
        Self::Badge { word: word.to_owned(), tone: Tone::of_status(word) }
    }

    /// Returns the decision about a code as a badge: whether it may be replaced without review.
    pub fn decision(decision: Disposition) -> Self {
        Self::Badge { word: decided(decision).to_owned(), tone: Tone::of_decision(decision) }
    }

    /// Creates a field of a code with its description.
    pub fn entry(code: &str, text: &str) -> Self {
        let both = Word { side: WordSide::Both, text: text.to_owned() };
        Self::described(code, vec![("", vec![both])])
    }

    /// Creates a field of a code with its descriptions, old and new word by word.
    pub fn described(code: &str, texts: Vec<(&'static str, Vec<Word>)>) -> Self {
        let texts = texts.into_iter().map(|(label, words)| Described { label, words: runs(&words) });
        Self::Entry { code: code.to_owned(), was: None, texts: texts.collect() }
    }

    /// Returns the codes that may be used instead, with the questions that decide it. `display` writes a code as people
    /// do.
    pub fn targets(
        targets: &[TargetRow<'_>],
        questions: &[Axis],
        paths: &[String],
        display: &dyn Fn(&str) -> String,
    ) -> Self {
        if targets.is_empty() && paths.is_empty() {
            return Self::Empty;
        }
        let with = |target: &TargetRow<'_>| {
            target.with.iter().map(|code| display(code)).collect::<Vec<_>>().join(" + ")
        };
        let instead = |target: &TargetRow<'_>| TargetView {
            code: target.display.clone(),
            text: target.long.to_owned(),
            standing: target.provenance.word(),
            basis: target.provenance.basis().into_owned(),
            place: target.place(),
            with: with(target),
        };
        Self::Targets {
            targets: targets.iter().map(instead).collect(),
            questions: asked_for(questions, targets).map(question).collect(),
            paths: paths.to_vec(),
        }
    }

    /// Creates a field from a cell of a table.
    pub fn of(cell: &Cell) -> Self {
        match cell {
            Cell::Empty => Self::Empty,
            Cell::Text(text) | Cell::Line(text) => Self::text(text),
            Cell::Code(text) => Self::Code { text: text.clone() },
            Cell::Count(count) => Self::count(*count),
            Cell::Change(change) => {
                let sign = match change.signum() {
                    0 => "",
                    1 => "+",
                    _ => "\u{2212}",
                };
                let text = format!("{sign}{}", grouped(change.unsigned_abs()));
                Self::Number { text, sort: change.to_string() }
            }
            Cell::Amount(amount) => Self::Number { text: amount.in_dollars(), sort: amount.to_string() },
            Cell::Share(share) => Self::share(*share),
            Cell::Kind(word) => Self::status(word),
            Cell::Words(words) => Self::Words { words: runs(words) },
        }
    }

    /// Returns whether the field is a number.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Number { .. })
    }

    /// Returns the words by which a filter finds a row with this field.
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Self::Badge { word, .. } => vec![word],
            Self::Text { text } => vec![text],
            Self::Shares { shares } => shares.iter().map(|(name, _)| name.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

/// The text in place of a hidden number.
pub(super) const HIDDEN: &str = "hidden";

/// Formats a number for people, if it may be known.
pub(super) fn shown(number: Option<u64>) -> String {
    number.map_or_else(|| HIDDEN.to_owned(), grouped)
}

/// Returns a decision in words that need no context.
pub(super) fn decided(decision: Disposition) -> &'static str {
    match decision {
        Disposition::Automatic => "automatic",
        Disposition::Choose => "needs review",
        Disposition::None => "no successor",
    }
}

fn question(axis: &Axis) -> Question {
    let answers = axis.values.iter().map(|value| (answer_text(value).to_owned(), value.targets.join(", ")));
    let about = match axis.axis {
        AxisKind::Other => "which of these",
        kind => kind.word(),
    };
    Question { about: about.to_owned(), answers: answers.collect() }
}

fn runs(words: &[Word]) -> Vec<Run> {
    let run = |word: &Word| Run {
        mark: match word.side {
            WordSide::Both => "",
            WordSide::Old => "del",
            WordSide::New => "ins",
        },
        text: word.text.clone(),
    };
    words.iter().map(run).collect()
}
