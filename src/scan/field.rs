//! A field of a file while it is being read, and the verdict on what it holds.

use std::collections::{HashMap, HashSet};

use super::family::Family;
use super::{Occurrence, Position, Subject};
use crate::fields::code_id::CodeId;
use crate::fields::evidence::{Evidence, FieldKind};
use crate::fields::systems::SetName;
use crate::model::CodeSet;
use crate::read::Reading;
use crate::tables::day::DayForms;

/// The number of places of something: those that are kept, and those that are not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) kept: u32,
    pub(super) more: u64,
}

/// The number of places of each code of the releases, and of each other text.
#[derive(Debug, Default)]
pub(super) struct Counts {
    codes: HashMap<CodeId, Count>,
    texts: HashMap<String, Count>,
}

impl Counts {
    /// Returns the number of places of a subject; `None` if it has none.
    pub(super) fn get(&self, subject: Subject<'_>) -> Option<Count> {
        match subject {
            Subject::Code(code) => self.codes.get(&code).copied(),
            Subject::Text(text) => self.texts.get(text).copied(),
        }
    }

    /// Returns the number of places of a subject, to be changed.
    pub(super) fn of(&mut self, subject: Subject<'_>) -> &mut Count {
        match subject {
            Subject::Code(code) => self.codes.entry(code).or_default(),
            Subject::Text(text) if self.texts.contains_key(text) => {
                self.texts.get_mut(text).expect("it is there")
            }
            Subject::Text(text) => self.texts.entry(text.to_owned()).or_default(),
        }
    }

    /// Returns the number of codes and texts.
    pub(super) fn len(&self) -> usize {
        self.codes.len() + self.texts.len()
    }
}

/// The observations about a field under one declared system.
pub(super) struct Field {
    pub(super) path: String,
    pub(super) words: String,
    pub(super) reading: Reading,
    /// The lists that it may be judged together with.
    pub(super) family: Option<Family>,
    /// True if it holds the words with a dot of a running text.
    pub(super) is_dotted: bool,
    /// The part of the file, by its number.
    pub(super) part: usize,
    /// The set that was declared for its values.
    pub(super) declared: Option<SetName>,
    /// True if the user names it as a field of codes.
    pub(super) is_named: bool,
    /// Cells with something in them.
    pub(super) values: u64,
    /// Those of them that hold a code of the releases, or a pattern or range of such.
    pub(super) known: u64,
    /// Codes that are also codes of other sets: a letter and four digits, without a dot; or three characters.
    pub(super) twins: u64,
    /// Modifiers.
    pub(super) modifiers: u64,
    /// Codes with a dot; the next field counts those without one that are longer than a category.
    pub(super) dotted: u64,
    pub(super) plain: u64,
    /// The codes that were seen, one bit each.
    pub(super) seen: Vec<u64>,
    /// Distinct codes.
    pub(super) distinct: u32,
    /// Occurrences of codes that were headers in all releases.
    pub(super) headers: u64,
    /// Codes that are or were billable.
    pub(super) billable: u64,
    /// Values that need no change: in rows that end before NEW begins, or that apply on a day on which the code was
    /// valid, and codes that are meant to be old ones.
    pub(super) ended: u64,
    /// Number of words of a text that are codes; the next field counts those that begin their lines.
    pub(super) words_of_text: u64,
    pub(super) begin_lines: u64,
    /// The offset in the line of the text that follows them; the next fields are true if it differs between lines, and
    /// the range of their lengths.
    pub(super) next_column: Option<usize>,
    pub(super) is_uneven: bool,
    pub(super) lengths: (usize, usize),
    /// True if it holds rows of claims or the like, which are never incomplete lists.
    pub(super) is_dated: bool,
    /// The date formats of those rows.
    pub(super) days: DayForms,
    /// The codes with the owners of their rows, if rows have owners and are kept.
    pub(super) by_owner: HashSet<(CodeId, u64)>,
    /// The places that may need a finding.
    pub(super) occurrences: Vec<Occurrence>,
    /// The number of places of each code and text.
    pub(super) counts: Counts,
    /// Codes that a mark excepts: they have no effect.
    pub(super) excepted: HashSet<CodeId>,
    /// The position of its first code.
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
            family: None,
            is_dotted: false,
            is_named: false,
            values: 0,
            known: 0,
            twins: 0,
            modifiers: 0,
            dotted: 0,
            plain: 0,
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
            counts: Counts::default(),
            excepted: HashSet::new(),
            first: None,
        }
    }

    /// Records that it contains a code.
    pub(super) fn see(&mut self, code: CodeId, of: usize) {
        let code = code.at();
        if self.seen.is_empty() {
            self.seen = vec![0; of.div_ceil(64)];
        }
        let (word, bit) = (code / 64, 1 << (code % 64));
        if self.seen[word] & bit == 0 {
            self.seen[word] |= bit;
            self.distinct += 1;
        }
    }

    /// Returns whether it contains a code.
    pub(super) fn has(&self, code: CodeId) -> bool {
        let code = code.at();
        self.seen.get(code / 64).is_some_and(|word| word & (1 << (code % 64)) != 0)
    }

    /// Returns whether it is not worth a second look: many values, hardly any codes, and no declaration of its content.
    pub(super) fn is_hopeless(&self) -> bool {
        self.values >= 512 && self.known * 8 < self.values && !self.is_named && self.declared.is_none()
    }

    /// Returns the share of values that are codes.
    pub(super) fn share(&self) -> f64 {
        self.known as f64 / self.values.max(1) as f64
    }

    /// Returns whether it contains each code about once: it is a list of codes, not data that are coded with them.
    pub(super) fn is_list(&self) -> bool {
        u64::from(self.distinct) * 2 >= self.known && self.distinct >= 2 && !self.is_dated
    }

    /// Returns whether the codes of a text are at the start of its lines: it is a list, line by line.
    pub(super) fn is_in_lines(&self) -> bool {
        self.begin_lines * 5 >= self.words_of_text * 4
    }

    /// Records the offset of the next column of a line, after a code of this length.
    pub(super) fn see_line(&mut self, length: usize, next: usize) {
        self.is_uneven |= *self.next_column.get_or_insert(next) != next;
        self.lengths = (self.lengths.0.min(length), self.lengths.1.max(length));
    }

    /// Returns whether the text after codes of different lengths begins at the same offset in every line.
    pub(super) fn has_fixed_columns(&self) -> bool {
        self.next_column.is_some() && !self.is_uneven && self.lengths.0 < self.lengths.1
    }

    /// Returns whether its longer codes have dots; `None` if it has no longer codes.
    pub(super) fn is_dotted(&self) -> Option<bool> {
        (self.dotted + self.plain > 0).then_some(self.dotted > 0)
    }

    /// Returns whether it contains headers on purpose: not one or two among many codes.
    pub(super) fn keeps_headers(&self) -> bool {
        self.headers * 50 > self.billable
    }

    /// Returns its kind. The set that a text around it names may determine the set of a column of codes in it.
    pub(super) fn judge(&self, set: &CodeSet, around: Option<SetName>) -> FieldKind {
        self.evidence().judge(set, around)
    }

    /// Returns the evidence for and against codes of the set in it.
    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            path: &self.path,
            is_dotted: self.is_dotted,
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
