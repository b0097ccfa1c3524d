//! The content of a cell of a report, independent of the output format.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;

use crate::crosswalk::{Disposition, EvidenceKind, Provenance};
use crate::diff::{Kind, Word, WordSide};
use crate::impact::Amount;
use crate::model::Severity;

/// The tone of a word or a number. The words carry the same meaning: a tone is never the only sign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Tone {
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

impl From<Kind> for Tone {
    fn from(kind: Kind) -> Self {
        match kind {
            kind if kind.is_deletion() => Self::Bad,
            Kind::Added | Kind::Promoted | Kind::Reactivated => Self::Good,
            Kind::Narrowed | Kind::Reused => Self::Warn,
            _ => Self::Info,
        }
    }
}

impl From<Severity> for Tone {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Bad,
            Severity::Warning => Self::Warn,
            Severity::Note => Self::Info,
        }
    }
}

impl From<Disposition> for Tone {
    fn from(disposition: Disposition) -> Self {
        match disposition {
            Disposition::Automatic => Self::Good,
            Disposition::Choose => Self::Warn,
            Disposition::None => Self::Bad,
        }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A code: always text, never a number.
    Code(String),
    /// A whole number.
    Count(u64),
    /// A number that is hidden because it is small.
    Hidden,
    /// A number with its sign: added (`+487`) or removed (`-28`).
    Change(i64),
    /// A share, from 0 to 1.
    Share(f64),
    /// An amount of money.
    Amount(Amount),
    /// A day.
    Day(Date),
    /// A word of a closed list.
    Badge(Cow<'static, str>, Tone),
    /// Old and new text, word by word.
    Words(Vec<Word>),
    /// A code with its descriptions.
    Entry(Box<Entry>),
    /// The codes that may be used instead.
    Targets(Box<Targets>),
    /// Names with numbers or values.
    Shares(Vec<(String, String)>),
    /// A part of a whole that is done.
    Progress(u64, u64),
    /// A file next to the report, with the words to show for it.
    Link(Link),
}

/// A file next to a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// Its name, which is also its address on a page: letters, digits, hyphens and dots.
    pub(crate) file: String,
    /// The words to show for it.
    pub(crate) text: String,
}

/// A code with its descriptions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The code as people write it.
    pub(crate) code: String,
    /// The code it had before, if that was another one.
    pub(crate) was: Option<String>,
    /// Its descriptions; where one changed, old and new word by word.
    pub(crate) texts: Vec<Described>,
}

/// A description.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Described {
    /// The name of the description, where it must be named; empty otherwise.
    pub(crate) label: &'static str,
    /// Its words.
    pub(crate) words: Vec<Word>,
}

/// The codes that may be used instead of another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Targets {
    /// The codes, best evidence first.
    pub(crate) targets: Vec<Target>,
    /// The evidence for them, strongest first.
    pub(crate) evidence: Vec<EvidenceLine>,
    /// What the record must specify to choose one of them.
    pub(crate) questions: Vec<Question>,
    /// The paths with more than one step, and what else must be known to follow them.
    pub(crate) paths: Vec<String>,
}

/// Evidence of one kind from one file, for one or more codes that may be used instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EvidenceLine {
    /// The kind.
    pub(crate) kind: EvidenceKind,
    /// The meaning of the kind, in a sentence.
    pub(crate) meaning: &'static str,
    /// The file with its rows, or the release.
    pub(crate) place: String,
    /// The codes, as people write them; empty if it is evidence for all of them.
    pub(crate) codes: Vec<String>,
}

impl EvidenceLine {
    /// Returns the provenance of codes with this evidence.
    pub(crate) fn provenance(&self) -> Provenance {
        self.kind.into()
    }
}

/// A code that may be used instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The code as people write it.
    pub(crate) code: String,
    /// Its description.
    pub(crate) text: String,
    /// The publisher, the user, or a suggestion.
    pub(crate) provenance: Provenance,
    /// The location of the evidence.
    pub(crate) place: String,
    /// The codes it is assigned together with.
    pub(crate) with: String,
}

/// A question about the documentation of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Question {
    /// The detail that it asks for.
    pub(crate) about: String,
    /// Each answer with the codes that it leads to.
    pub(crate) answers: Vec<(String, String)>,
}

impl Question {
    /// Formats the question in a line: `site: left (A) / right (B)`.
    pub(crate) fn to_line(&self) -> String {
        let answer = |(answer, codes): &(String, String)| format!("{answer} ({codes})");
        let answers: Vec<_> = self.answers.iter().map(answer).collect();
        format!("{}: {}", self.about, answers.join(" / "))
    }
}

impl Described {
    /// Creates a description without a name that did not change.
    pub(crate) fn plain(text: &str) -> Self {
        Self { label: "", words: vec![Word { side: WordSide::Both, text: text.to_owned() }] }
    }

    /// Creates a description from its words.
    pub(crate) fn of(label: &'static str, words: Vec<Word>) -> Self {
        Self { label, words }
    }
}

impl Cell {
    /// Creates a cell with a code, or an empty one.
    pub(crate) fn code(code: impl Into<String>) -> Self {
        let code = code.into();
        if code.is_empty() { Self::Empty } else { Self::Code(code) }
    }

    /// Creates a cell with a number of lines, if it may be known.
    pub(crate) fn lines(lines: Option<u64>) -> Self {
        lines.map_or(Self::Hidden, Self::Count)
    }

    /// Creates a cell with a number, empty where it is zero.
    pub(crate) fn some(count: u64) -> Self {
        if count == 0 { Self::Empty } else { Self::Count(count) }
    }

    /// Creates a cell with a share, if it may be known.
    pub(crate) fn share(share: Option<f64>) -> Self {
        share.map_or(Self::Empty, Self::Share)
    }

    /// Creates a cell with a word of a closed list.
    pub(crate) fn badge(word: impl Into<Cow<'static, str>>, tone: impl Into<Tone>) -> Self {
        Self::Badge(word.into(), tone.into())
    }

    /// Creates a cell with a kind of change.
    pub(crate) fn kind(kind: Kind) -> Self {
        Self::badge(kind.word(), kind)
    }

    /// Creates a cell with a code and its description.
    pub(crate) fn entry(code: impl Into<String>, text: &str) -> Self {
        Self::described(code, vec![Described::plain(text)])
    }

    /// Creates a cell with a code and its descriptions.
    pub(crate) fn described(code: impl Into<String>, texts: Vec<Described>) -> Self {
        Self::Entry(Box::new(Entry { code: code.into(), was: None, texts }))
    }

    /// Creates a cell with the codes that may be used instead, or an empty one.
    pub(crate) fn targets(targets: Targets) -> Self {
        let is_empty = targets.targets.is_empty() && targets.paths.is_empty() && targets.questions.is_empty();
        if is_empty { Self::Empty } else { Self::Targets(Box::new(targets)) }
    }

    /// Creates a cell with names and numbers, or an empty one.
    pub(crate) fn shares(shares: Vec<(String, String)>) -> Self {
        if shares.is_empty() { Self::Empty } else { Self::Shares(shares) }
    }

    /// Creates a cell with a file next to the report.
    pub(crate) fn link(file: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link(Link { file: file.into(), text: text.into() })
    }

    /// Creates a cell with old and new text, or an empty one.
    pub(crate) fn words(words: Vec<Word>) -> Self {
        if words.is_empty() { Self::Empty } else { Self::Words(words) }
    }

    /// Returns whether the cell is a number.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Hidden | Self::Change(_) | Self::Share(_) | Self::Amount(_))
    }

    /// Returns the words by which a filter finds a row with this cell.
    pub(crate) fn keys(&self) -> Vec<&str> {
        match self {
            Self::Badge(word, _) => vec![word],
            Self::Text(text) => vec![text],
            Self::Shares(shares) => shares.iter().map(|(name, _)| name.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, Self::from)
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Empty, Self::from)
    }
}

impl From<Option<Amount>> for Cell {
    fn from(amount: Option<Amount>) -> Self {
        amount.map_or(Self::Empty, Self::Amount)
    }
}

impl From<Option<Date>> for Cell {
    fn from(day: Option<Date>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<Option<u64>> for Cell {
    fn from(count: Option<u64>) -> Self {
        count.map_or(Self::Empty, Self::Count)
    }
}
