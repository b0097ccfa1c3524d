//! A field of a file while it is being read, and the verdict on what it holds.

use std::collections::{BTreeSet, HashMap};

use super::{Hit, Spot};
use crate::fields::codebook::CodeId;
use crate::fields::systems::{self, SetName};
use crate::model::{CodeSet, grouped};
use crate::read::Reading;

/// The share of values that must be codes for a field to be taken for one of codes, where nothing else says so.
const MOST: f64 = 0.8;

/// The same where a heading says so, or codes of a text stand there with a dot.
const HALF: f64 = 0.5;

/// So many different codes are no accident.
const FEW: u32 = 3;

/// So many are none even where codes of other sets look the same.
const MANY: u32 = 10;

/// Why what stands in a text is taken for codes.
const NAMED_BY_TEXT: &str = "the text names the set";

/// What was seen in a field under one declared system.
pub(super) struct Field {
    pub(super) path: String,
    pub(super) words: String,
    pub(super) reading: Reading,
    /// The part of the file, by its number.
    pub(super) part: usize,
    /// The set that was declared for its values.
    pub(super) declared: Option<SetName>,
    /// Whether the user says that it holds codes.
    pub(super) is_named: bool,
    /// Cells with something in them.
    pub(super) values: u64,
    /// Those of them that hold a code of the releases, or a pattern or range of such.
    pub(super) known: u64,
    /// Codes by what another set writes the same: a letter and four digits, without a dot; or three characters.
    pub(super) twins: u64,
    /// Codes with a dot.
    pub(super) dotted: u64,
    /// Which codes were seen, a bit each.
    pub(super) seen: Vec<u64>,
    /// Different codes.
    pub(super) distinct: u32,
    /// Codes that were headers all the time, each time they were seen.
    pub(super) headers: u64,
    /// Codes that are or were billable.
    pub(super) billable: u64,
    /// Rows that end before NEW begins: what is in them is right.
    pub(super) ended: u64,
    /// What there may be to say.
    pub(super) hits: Vec<Hit>,
    /// How often each code was hit, and how often beyond those that are kept.
    pub(super) counts: HashMap<String, (u32, u64)>,
    /// Codes that a mark excepts: nothing follows from them.
    pub(super) excepted: BTreeSet<String>,
    /// Where its first code stands.
    pub(super) first: Option<Spot>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Codes of the releases, for this reason.
    Ours(String),
    /// Codes of another set.
    Other(SetName, String),
    /// Codes that may be of more than one set.
    Unclear(String),
    /// No codes.
    None,
}

impl Field {
    pub(super) fn new(
        path: &str,
        words: &str,
        reading: Reading,
        part: usize,
        declared: Option<SetName>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            words: words.to_owned(),
            reading,
            part,
            declared,
            is_named: false,
            values: 0,
            known: 0,
            twins: 0,
            dotted: 0,
            seen: Vec::new(),
            distinct: 0,
            headers: 0,
            billable: 0,
            ended: 0,
            hits: Vec::new(),
            counts: HashMap::new(),
            excepted: BTreeSet::new(),
            first: None,
        }
    }

    /// Notes that a code stands in it.
    pub(super) fn see(&mut self, code: usize, of: usize) {
        if self.seen.is_empty() {
            self.seen = vec![0; of.div_ceil(64)];
        }
        let (word, bit) = (code / 64, 1 << (code % 64));
        if self.seen[word] & bit == 0 {
            self.seen[word] |= bit;
            self.distinct += 1;
        }
    }

    /// Whether a code stands in it.
    pub(super) fn has(&self, code: CodeId) -> bool {
        let code = code.at();
        self.seen.get(code / 64).is_some_and(|word| word & (1 << (code % 64)) != 0)
    }

    /// Whether it is not worth a second look: many values, hardly a code, and nothing that says otherwise.
    pub(super) fn is_hopeless(&self) -> bool {
        self.values >= 512 && self.known * 8 < self.values && !self.is_named && self.declared.is_none()
    }

    /// The share of values that are codes.
    pub(super) fn share(&self) -> f64 {
        self.known as f64 / self.values.max(1) as f64
    }

    /// Whether each code stands in it about once: it is a list of codes, not data that are coded with them.
    pub(super) fn is_list(&self) -> bool {
        u64::from(self.distinct) * 2 >= self.known && self.distinct >= 2
    }

    /// Whether headers stand in it on purpose: not one or two among many codes.
    pub(super) fn keeps_headers(&self) -> bool {
        self.headers * 50 > self.billable
    }

    /// What it holds. The set that a text around it names may say what a column of codes in it is.
    pub(super) fn judge(&self, set: &CodeSet, around: Option<SetName>) -> Verdict {
        if self.is_named {
            return Verdict::Ours("named with --column".to_owned());
        }
        if let Some(declared) = self.declared {
            return self.judge_declared(declared, set);
        }
        match self.reading {
            Reading::Line => Verdict::None,
            Reading::Token => self.judge_text(set),
            _ => match self.judge_values(set) {
                Verdict::None if self.is_ours_by(around, set) => Verdict::Ours(NAMED_BY_TEXT.to_owned()),
                verdict => verdict,
            },
        }
    }

    /// Whether it is a column of codes in a text that names the set.
    fn is_ours_by(&self, around: Option<SetName>, set: &CodeSet) -> bool {
        let is_code = systems::is_code_column(&self.words) && self.known > 0 && self.share() >= HALF;
        self.part == 0 && is_code && around.is_some_and(|named| systems::is_of(named, set))
    }

    /// Of the values beside a system only those are codes that are called so, or are.
    fn judge_declared(&self, declared: SetName, set: &CodeSet) -> Verdict {
        let is_called_code = systems::is_code_column(&self.words);
        let basis = || "its system is declared".to_owned();
        if systems::is_of(declared, set)
            && (self.known > 0 && self.share() >= HALF || is_called_code && declared == set.id)
        {
            Verdict::Ours(basis())
        } else if declared != "other" && is_called_code {
            Verdict::Other(declared, basis())
        } else {
            Verdict::None
        }
    }

    fn judge_values(&self, set: &CodeSet) -> Verdict {
        let share = self.share();
        // A key that says nothing stands below others that may: `dx: {first: ..}`.
        let named = systems::named(&self.words).map(|named| (named, self.words.as_str()));
        if let Some((named, by)) = named.or_else(|| Some((systems::named(&self.path)?, self.path.as_str()))) {
            if !systems::is_of(named, set) {
                // A name in passing, over values that are ours: `icd9_or_10`.
                let is_ours = named == "icd9" && share >= MOST && self.distinct >= MANY;
                if !is_ours {
                    return Verdict::Other(named, format!("named {by}"));
                }
            } else if self.known > 0 && share >= HALF {
                return Verdict::Ours(format!("named {by}, {}", self.told_share()));
            } else {
                return Verdict::None;
            }
        }
        if share < MOST || self.distinct < FEW {
            return Verdict::None;
        }
        if self.twins == self.known && self.distinct < MANY {
            return Verdict::Unclear(format!("{}, which codes of other sets look like", self.told_share()));
        }
        Verdict::Ours(self.told_share())
    }

    fn judge_text(&self, set: &CodeSet) -> Verdict {
        let named = systems::named(&self.words);
        let is_ours = named.is_some_and(|named| systems::is_of(named, set));
        let enough = if is_ours {
            self.known > 0 && self.share() >= HALF
        } else {
            self.distinct >= FEW && self.share() >= MOST
        };
        let is_dotted = self.path == "text";
        let is_twin = !is_dotted && self.twins == self.known && self.distinct < MANY && !is_ours;
        match (enough && !is_twin, is_ours) {
            (true, true) => Verdict::Ours(NAMED_BY_TEXT.to_owned()),
            (true, false) => Verdict::Ours(self.told_share()),
            (false, _) => Verdict::None,
        }
    }

    fn told_share(&self) -> String {
        format!("{} of {} values are codes", grouped(self.known), grouped(self.values))
    }
}
