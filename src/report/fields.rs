//! What stands in a field of a page's tables.

use serde::Serialize;

use super::crosswalk::TargetRow;
use super::decided::{answer_text, asked_for};
use super::document::Cell;
use crate::crosswalk::{Axis, AxisKind, Disposition, EvidenceKind, Relationship};
use crate::diff::{Kind, Word, WordSide};
use crate::model::{Severity, grouped};

/// How something is to be taken. Words say the same: a tone is never the only sign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// Something came, or is settled.
    Good,
    /// Somebody has to look.
    Warn,
    /// Something went, or is missing.
    Bad,
    /// Something is told otherwise.
    Info,
}

impl Tone {
    /// The tone of what became of a code.
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

    /// The tone of a problem.
    pub fn of_severity(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Bad,
            Severity::Warning => Self::Warn,
            Severity::Note => Self::Info,
        }
    }

    /// The tone of a decision.
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
    /// Nothing.
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
        /// As people read it.
        text: String,
        /// As it is sorted by.
        sort: String,
    },
    /// A word of a closed list.
    Badge {
        /// The word.
        word: String,
        /// How it is to be taken.
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
    /// What may be used instead.
    Targets {
        /// The codes.
        targets: Vec<TargetView>,
        /// What documentation must state to choose.
        questions: Vec<Question>,
        /// The ways that took more than a step.
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
    /// Where it stands: nothing where it is in both.
    pub mark: &'static str,
    /// The text.
    pub text: String,
}

/// A description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Described {
    /// Which one it is, where that is to be said.
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
    /// On what it stands: `official`, `yours`, `suggestion`, `unchanged`, or `still` of a code that stays valid.
    pub standing: &'static str,
    /// The same in words.
    pub basis: String,
    /// Where that stands.
    pub place: String,
    /// The codes it is assigned together with.
    pub with: String,
}

/// A question to the documentation of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// What it asks for.
    pub about: String,
    /// Each answer with the codes that it leads to.
    pub answers: Vec<(String, String)>,
}

impl Field {
    /// Text, or nothing.
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text { text: text.to_owned() } }
    }

    /// A whole number.
    pub fn count(count: u64) -> Self {
        Self::Number { text: grouped(count), sort: count.to_string() }
    }

    /// A number of lines, if it may be known: hidden ones are sorted before all others.
    pub fn lines(lines: Option<u64>) -> Self {
        Self::Number { text: shown(lines), sort: lines.unwrap_or(0).to_string() }
    }

    /// Names with numbers, or nothing.
    pub fn shares(shares: Vec<(String, String)>) -> Self {
        if shares.is_empty() { Self::Empty } else { Self::Shares { shares } }
    }

    /// A share, from 0 to 1.
    pub fn share(share: f64) -> Self {
        Self::Number { text: format!("{:.1}%", share * 100.0), sort: format!("{share:.6}") }
    }

    /// What became of a code.
    pub fn status(word: &str) -> Self {
        Self::Badge { word: word.to_owned(), tone: Tone::of_status(word) }
    }

    /// Whether a code may be replaced without looking.
    pub fn decision(decision: Disposition) -> Self {
        Self::Badge { word: decided(decision).to_owned(), tone: Tone::of_decision(decision) }
    }

    /// A code with its description.
    pub fn entry(code: &str, text: &str) -> Self {
        let both = Word { side: WordSide::Both, text: text.to_owned() };
        Self::described(code, vec![("", vec![both])])
    }

    /// A code with its descriptions, old and new word by word.
    pub fn described(code: &str, texts: Vec<(&'static str, Vec<Word>)>) -> Self {
        let texts = texts.into_iter().map(|(label, words)| Described { label, words: runs(&words) });
        Self::Entry { code: code.to_owned(), was: None, texts: texts.collect() }
    }

    /// What may be used instead, with the questions that decide it. `display` writes a code as people do.
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
            standing: standing(target),
            basis: target.basis().into_owned(),
            place: target.place(),
            with: with(target),
        };
        Self::Targets {
            targets: targets.iter().map(instead).collect(),
            questions: asked_for(questions, targets).map(question).collect(),
            paths: paths.to_vec(),
        }
    }

    /// A cell of a table.
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
            Cell::Amount(amount) => {
                let text = amount.to_string();
                Self::Number { sort: text.clone(), text }
            }
            Cell::Share(share) => Self::share(*share),
            Cell::Kind(word) => Self::status(word),
            Cell::Words(words) => Self::Words { words: runs(words) },
        }
    }

    /// Whether it is a number.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Number { .. })
    }

    /// The words that a row with this field is found by in a filter.
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Self::Badge { word, .. } => vec![word],
            Self::Text { text } => vec![text],
            Self::Shares { shares } => shares.iter().map(|(name, _)| name.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

/// What stands in place of a number that is hidden.
pub(super) const HIDDEN: &str = "hidden";

/// A number as people read it, if it may be known.
pub(super) fn shown(number: Option<u64>) -> String {
    number.map_or_else(|| HIDDEN.to_owned(), grouped)
}

/// A decision in words that stand alone.
pub(super) fn decided(decision: Disposition) -> &'static str {
    match decision {
        Disposition::Automatic => "automatic",
        Disposition::Choose => "needs review",
        Disposition::None => "no successor",
    }
}

/// On what a target stands: the publisher's word, the user's, or a guess, which is never shown as a fact.
fn standing(target: &TargetRow<'_>) -> &'static str {
    match target.evidence.first().map(|evidence| evidence.kind) {
        Some(kind) if kind.is_fact() => "official",
        Some(EvidenceKind::Reviewed) => "yours",
        Some(_) => "suggestion",
        None if target.relationship == Relationship::Equivalent => "unchanged",
        None => "still",
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
