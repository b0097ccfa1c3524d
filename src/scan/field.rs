//! A field of a file while it is being read, and the verdict on what it holds.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Occurrence, Position};
use crate::fields::codebook::CodeId;
use crate::fields::evidence::{Evidence, FieldKind};
use crate::fields::systems::SetName;
use crate::model::CodeSet;
use crate::read::Reading;
use crate::tables::day::DayForms;

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
    /// Modifiers.
    pub(super) modifiers: u64,
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
    /// What is right as it is: in rows that end before NEW begins, or hold on a day on which the code was valid, and codes
    /// that are meant to be old ones.
    pub(super) ended: u64,
    /// Of words of a text that are codes, how many there are, and how many begin their lines.
    pub(super) words_of_text: u64,
    pub(super) begin_lines: u64,
    /// Where what follows them begins in the line, as long as it is the same everywhere, and the lengths that they have.
    pub(super) next_column: Option<usize>,
    pub(super) is_uneven: bool,
    pub(super) lengths: (usize, usize),
    /// Whether it holds rows of claims or the like, in which no code is lacking.
    pub(super) is_dated: bool,
    /// How those rows write their days.
    pub(super) days: DayForms,
    /// Which codes stand in rows of which owner, where rows have owners and are kept.
    pub(super) by_owner: HashSet<(u32, u64)>,
    /// What there may be to say.
    pub(super) occurrences: Vec<Occurrence>,
    /// How often each code was hit, and how often beyond those that are kept.
    pub(super) counts: HashMap<String, (u32, u64)>,
    /// Codes that a mark excepts: nothing follows from them.
    pub(super) excepted: BTreeSet<String>,
    /// Where its first code stands.
    pub(super) first: Option<Position>,
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
            modifiers: 0,
            dotted: 0,
            seen: Vec::new(),
            distinct: 0,
            headers: 0,
            billable: 0,
            ended: 0,
            words_of_text: 0,
            begin_lines: 0,
            next_column: None,
            is_uneven: false,
            lengths: (usize::MAX, 0),
            is_dated: false,
            days: DayForms::default(),
            by_owner: HashSet::new(),
            occurrences: Vec::new(),
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
        u64::from(self.distinct) * 2 >= self.known && self.distinct >= 2 && !self.is_dated
    }

    /// Whether the codes of a text stand at the beginnings of its lines: it is a list, line by line.
    pub(super) fn is_in_lines(&self) -> bool {
        self.begin_lines * 5 >= self.words_of_text * 4
    }

    /// Notes where the next column of a line begins, behind a code of this length.
    pub(super) fn see_line(&mut self, length: usize, next: usize) {
        self.is_uneven |= *self.next_column.get_or_insert(next) != next;
        self.lengths = (self.lengths.0.min(length), self.lengths.1.max(length));
    }

    /// Whether what follows codes of different lengths begins at the same place of every line.
    pub(super) fn has_fixed_columns(&self) -> bool {
        self.next_column.is_some() && !self.is_uneven && self.lengths.0 < self.lengths.1
    }

    /// Whether headers stand in it on purpose: not one or two among many codes.
    pub(super) fn keeps_headers(&self) -> bool {
        self.headers * 50 > self.billable
    }

    /// What it holds. The set that a text around it names may say what a column of codes in it is.
    pub(super) fn judge(&self, set: &CodeSet, around: Option<SetName>) -> FieldKind {
        self.evidence().judge(set, around)
    }

    /// What speaks for and against codes of the set in it.
    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            path: &self.path,
            words: &self.words,
            reading: self.reading,
            is_of_text: self.part == 0,
            declared: self.declared,
            is_named: self.is_named,
            values: self.values,
            known: self.known,
            twins: self.twins,
            modifiers: self.modifiers,
            distinct: self.distinct,
        }
    }
}
