//! Builds concepts from HCPCS records, for all kinds of files.
//!
//! A code is one first record and any number of continuations, which hold only more of the long description. In workbooks, long
//! texts continue in a second row as well (G0503).

use super::kept::Kept;
use super::{Concepts, day};
use crate::model::sets::HCPCS;
use crate::model::{
    Concept, Coverage, Details, Level, Place, Problem, ProblemCode, Problems, Property, ReleaseTable, Span,
    Validity, ValueKind,
};

/// The kind of a record: field HCPCS_REC_IDENT_CD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Record {
    /// `3`: a procedure code, first record.
    Procedure,
    /// `4`: more of a procedure code's description.
    ProcedureContinued,
    /// `7`: a modifier, first record.
    Modifier,
    /// `8`: more of a modifier's description.
    ModifierContinued,
}

impl Record {
    /// Reads the field.
    pub(super) fn parse(field: &str) -> Option<Self> {
        Some(match field {
            "3" => Self::Procedure,
            "4" => Self::ProcedureContinued,
            "7" => Self::Modifier,
            "8" => Self::ModifierContinued,
            _ => return None,
        })
    }

    /// Returns whether the record continues the one before it.
    pub(super) fn is_continuation(self) -> bool {
        matches!(self, Self::ProcedureContinued | Self::ModifierContinued)
    }

    fn level(self) -> Level {
        match self {
            Self::Procedure | Self::ProcedureContinued => Level::Code,
            Self::Modifier | Self::ModifierContinued => Level::Modifier,
        }
    }
}

/// Returns the other set that a code belongs to, if it is CDT or CPT.
pub(super) fn foreign(code: &str) -> Option<&'static str> {
    let bytes = code.as_bytes();
    let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    match bytes {
        [b'D', rest @ ..] if rest.len() == 4 && digits(rest) => Some("CDT"),
        [first @ .., b'0'..=b'9' | b'A' | b'F' | b'M' | b'T' | b'U'] if first.len() == 4 && digits(first) => {
            Some("CPT")
        }
        _ => None,
    }
}

/// Returns whether a code has the shape of a code of this set.
pub(super) fn is_code(code: &str, record: Record) -> bool {
    let length = if record.level() == Level::Modifier { 2 } else { 5 };
    code.len() == length && (HCPCS.normalize)(code).is_some_and(|same| same == code)
}

/// The concepts of a file while its records are read.
#[derive(Debug, Default)]
pub(super) struct Builder<'t> {
    /// The text of the file.
    file: &'t str,
    kept: Kept,
    table: ReleaseTable,
    lines: Vec<u32>,
    unreadable: Vec<String>,
    lost: bool,
    pub(super) problems: Problems,
    /// The long description of the last record, if it continues.
    long: String,
}

impl<'t> Builder<'t> {
    /// Returns a builder for the records of a file with this text.
    pub(super) fn of(file: &'t str) -> Self {
        Self { file, kept: Kept::of(file), ..Self::default() }
    }

    fn text(&self, span: Span) -> &str {
        self.kept.text(self.file, span)
    }

    /// Stores words with one blank between them: lines are wrapped, and the blanks inside them vary from year to year.
    fn keep_words(&mut self, text: &str) -> Span {
        let text = text.trim_ascii();
        let is_odd = |byte: u8| byte != b' ' && byte.is_ascii_whitespace();
        if text.contains("  ") || text.bytes().any(is_odd) {
            self.kept.join(text.split_ascii_whitespace())
        } else {
            self.kept.keep(text)
        }
    }

    /// Adds a first record with its attributes by the positions of their definitions.
    pub(super) fn first<'v>(
        &mut self,
        (code, record): (&str, Record),
        (long, short): (&str, Option<&str>),
        values: impl Iterator<Item = (u16, &'v str)>,
        place_of: impl Fn(u16) -> Place,
        line: Option<u32>,
    ) {
        self.end();
        let mut details = Details::default();
        let mut readable = true;
        for (at, value) in values.filter(|(_, value)| !value.is_empty()) {
            readable &= self.attribute(&mut details, code, (at, value), &place_of);
        }
        if !readable {
            self.unreadable.push(code.to_owned());
            return;
        }
        let code = self.kept.keep(code);
        let short = short.map(|short| self.keep_words(short));
        let (order, details) = (self.table.concepts.len() as u32, Some(Box::new(details)));
        let long = self.keep_words(long);
        self.table.concepts.push(Concept { code, long, short, order, level: record.level(), details });
        self.lines.push(line.unwrap_or(0));
    }

    /// Adds a continuation, and returns whether it belongs to the record before it.
    pub(super) fn more(&mut self, (code, record): (&str, Record), long: &str) -> bool {
        let Some(last) = self.table.concepts.last() else { return false };
        // Continuations of an unreadable record belong to it as well.
        let unreadable = self.unreadable.last().is_some_and(|last| last == code);
        if unreadable || self.text(last.code) != code || last.level != record.level() {
            return unreadable;
        }
        if self.long.is_empty() {
            self.long = self.text(last.long).to_owned();
        }
        self.long.push(' ');
        self.long.push_str(long);
        true
    }

    /// Adds an attribute, and returns whether the record is reliable: it is not if its last day cannot be read.
    fn attribute(
        &mut self,
        details: &mut Details,
        code: &str,
        (at, value): (u16, &str),
        place_of: &impl Fn(u16) -> Place,
    ) -> bool {
        let definition = &HCPCS.properties[usize::from(at)];
        if definition.kind == ValueKind::Date {
            let day = day::of_digits(value);
            if day.is_none() {
                self.bad_date(code, &definition.name, value, || place_of(at));
            }
            match (&*definition.name, day) {
                ("ADD DT", day) => details.added = day,
                ("TERM DT", Some(last_day)) => details.validity = Validity::Ended { last_day },
                ("TERM DT", None) => return false,
                _ => {}
            }
        }
        let value = self.kept.keep(value);
        details.properties.push(Property { definition: at, value });
        true
    }

    fn bad_date(&mut self, code: &str, name: &str, value: &str, place: impl FnOnce() -> Place) {
        self.problems.add(ProblemCode::BadDate, || {
            let fact = format!("{code}: {name} is `{}`, which is not a date", value.escape_debug());
            let problem = Problem::new(ProblemCode::BadDate, place(), fact);
            match name {
                "TERM DT" => {
                    problem.hint("the record was left out, because it is unknown whether the code is in use")
                }
                _ => problem.hint("the value was kept as is"),
            }
        });
    }

    /// Rejects a record that cannot be read. Its code is noted as unreadable; if it has none, the file is marked as incomplete.
    pub(super) fn reject(&mut self, code: Option<&str>) {
        self.end();
        match code {
            Some(code) => {
                self.drop_last(|last| last == code);
                self.unreadable.push(code.to_owned());
            }
            None => self.lost = true,
        }
    }

    /// Removes the last record if the unreadable one may be its continuation, because its description would then be incomplete.
    pub(super) fn drop_last(&mut self, goes_on: impl Fn(&str) -> bool) {
        let Some(last) = self.table.concepts.last() else { return };
        let code = self.text(last.code).to_owned();
        if goes_on(&code) {
            self.unreadable.push(code);
            self.table.concepts.pop();
            self.lines.pop();
            self.long.clear();
        }
    }

    /// Skips a record that is not one of this set.
    pub(super) fn skip(&mut self) {
        self.end();
    }

    /// Sets the attributes that the file does not ship, ascending.
    pub(super) fn set_absent(&mut self, absent: Vec<u16>) {
        self.table.absent = absent;
    }

    /// Returns whether there was no record yet.
    pub(super) fn is_empty(&self) -> bool {
        self.table.concepts.is_empty() && self.unreadable.is_empty() && !self.lost
    }

    /// Ends the description of the last record, if it continued.
    fn end(&mut self) {
        if self.long.is_empty() {
            return;
        }
        let long = std::mem::take(&mut self.long);
        let long = self.keep_words(&long);
        if let Some(last) = self.table.concepts.last_mut() {
            last.long = long;
        }
    }

    /// Returns the concepts of a file that may be cut, without its text.
    pub(super) fn finish(mut self, name: String, cut: bool, problems: Vec<Problem>) -> (Concepts, Kept) {
        self.end();
        let Self { kept, table, lines, unreadable, lost, problems: found, .. } = self;
        let found = found.finish(&name);
        let concepts = Concepts {
            coverage: Coverage { whole: !cut && !lost, ..Coverage::default() },
            unreadable,
            lines,
            problems: problems.into_iter().chain(found).collect(),
            ..Concepts::new(name, &HCPCS, table)
        };
        (concepts, kept)
    }
}
