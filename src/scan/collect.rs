//! Collection of what readers find: the data about each field that findings may need. Memory does not grow with the
//! size of a file, but with the number of its fields and of the codes that changed.

mod forms;

use std::cell::OnceCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use jiff::civil::Date;
use memchr::{memchr, memmem};

use super::family::Family;
use super::field::Field;
use super::known::CodeStatus;
use super::places::{self, TextPlaces};
use super::{Occurrence, Plan, Position, Role, RowDay, SiteCell, SiteRow, Subject, Topic};
use crate::fields::code_id::CodeId;
use crate::fields::forms::FormColumn;
use crate::fields::notation::{self, Piece, What};
use crate::fields::spellings::Lookup;
use crate::fields::systems::{self, Label, SetName};
use crate::fields::uses::{self, PlaceUse, Side};
use crate::read::{Cell, Container, FieldId, FieldName, Origin, Reading, Row};

/// Upper bound on fields; a file with more does not have real columns.
const MOST_FIELDS: usize = 20_000;

/// Maximum number of places of one code to keep in one field; further ones are counted.
const PLACES: u32 = 5;

/// A field with this many places is data rather than a list, and one place of each further code is enough.
const MANY_PLACES: usize = 100;

/// Maximum number of distinct unknown codes of a field to keep.
const UNKNOWN: usize = 200;

/// Maximum bytes of the written text to keep.
const WRITTEN: usize = 64;

/// The information in the name of a field.
struct Name {
    path: String,
    words: String,
    reading: Reading,
    family: Option<Family>,
    is_dotted: bool,
    part: usize,
    /// The systems that its cells name, if it is a column of code systems.
    system: Option<Label>,
    /// The column that names the system of this one.
    label: Option<FieldId>,
    is_last_day: Option<bool>,
    /// True if it holds the date of its rows; the next field is true if it names their owner.
    is_day: bool,
    is_owner: bool,
    /// The side of a pair of codes that it holds.
    side: Option<Side>,
    is_named: bool,
    /// True if it names the system of particular columns, not of the row.
    is_paired: bool,
    /// Its role in a form, if it is a column of one.
    form: Option<FormColumn>,
    /// The fields under each system that was declared.
    fields: Vec<(Option<SetName>, usize)>,
}

/// The properties that are needed for every cell, separate from the rest of its name, so that they stay in the cache.
#[derive(Clone, Copy)]
struct Quick {
    /// True if its cells may name systems.
    is_label: bool,
    /// True if it is read as a line.
    is_line: bool,
    /// True if a column names its system.
    has_label: bool,
    /// The field where no system is declared; [`NO_FIELD`] until it has one.
    plain: u32,
}

/// Marks a name that has no field yet.
const NO_FIELD: u32 = u32::MAX;

/// A place in a field: the piece of text being read, a row in it, a cell, and the bytes of the cell.
#[derive(Clone, Copy)]
struct CellRef<'r> {
    piece: &'r [u8],
    row: &'r Row<'r>,
    cell: &'r Cell<'r>,
    field: usize,
    span: (usize, usize),
}

impl<'r> CellRef<'r> {
    fn text(self) -> &'r [u8] {
        &self.cell.text[self.span.0..self.span.1]
    }

    /// Returns the text at this place.
    fn written(self) -> String {
        String::from_utf8_lossy(self.text()).into_owned()
    }

    /// Returns the byte of the file at which it begins, if that is a text.
    fn start(self) -> u64 {
        self.cell.at + self.span.0 as u64
    }
}

/// Facts about a row as a whole, found once for all places in it.
struct RowFacts {
    days: Days,
    /// Its date: the first of several that can be read; the next field is its cell.
    day: RowDay,
    day_cell: Option<usize>,
    /// The owner, as a number.
    owner: Option<u64>,
    is_filter: bool,
    is_period: bool,
    is_dated: bool,
    /// True if it has the new side of a pair; the next field is true if one has a code that is billable in NEW.
    has_new_side: bool,
    has_successor: bool,
    /// Number of ends of ranges in separate columns.
    range_ends: usize,
    /// Its cells as they are kept, and whether two of them are of one column.
    kept: OnceCell<(Arc<[SiteCell]>, bool)>,
}

/// The key that identifies a row among the others of its batch.
type RowKey = (*const Cell<'static>, (u64, u64), u32);

/// Takes rows.
pub(super) struct Collector<'p, 'a> {
    plan: &'p Plan<'a>,
    names: Vec<Name>,
    /// By the number of the name.
    quick: Vec<Quick>,
    /// True if any column names systems.
    has_labels: bool,
    /// True if any column names owners.
    has_owners: bool,
    by_name: HashMap<(usize, String, Reading), FieldId>,
    /// True if any column of code systems names those of particular columns.
    has_paired_labels: bool,
    pub(super) fields: Vec<Field>,
    pub(super) parts: Vec<Container>,
    pub(super) notes: Vec<&'static str>,
    /// Number of places excepted by the marks of lines.
    pub(super) excepted: u64,
    /// The set that its text names.
    pub(super) around: Option<SetName>,
    /// Why the file could not be read, or not to its end.
    pub(super) failed: Option<String>,
    /// Bytes that places and their rows may still take.
    left: usize,
    text: TextPlaces,
    /// True if a field is a column of a form.
    has_forms: bool,
    /// The facts about the most recent row.
    facts: Option<(RowKey, Rc<RowFacts>)>,
    /// The most recent line checked for a mark, and that mark.
    marks: places::Marks,
    /// Buffers reused for the next rows, and the next cell.
    whole: Lookup,
    pieces: Vec<Piece>,
}

impl<'p, 'a> Collector<'p, 'a> {
    pub(super) fn new(plan: &'p Plan<'a>) -> Self {
        Self {
            plan,
            names: Vec::new(),
            quick: Vec::new(),
            has_labels: false,
            has_owners: false,
            by_name: HashMap::new(),
            has_paired_labels: false,
            fields: Vec::new(),
            parts: vec![Container::Text],
            notes: Vec::new(),
            excepted: 0,
            around: None,
            failed: None,
            left: KEPT_BYTES,
            text: TextPlaces::default(),
            has_forms: false,
            facts: None,
            marks: places::Marks::default(),
            whole: Lookup::default(),
            pieces: Vec::new(),
        }
    }

    /// Begins a piece of text that starts at a byte of its file.
    pub(super) fn begin(&mut self, at: u64) {
        self.marks.forget();
        self.text.begin(at);
    }

    /// Ends the piece: `read` bytes of it were read.
    pub(super) fn end(&mut self, piece: &[u8], read: usize) {
        self.text.end(&piece[..read]);
    }

    /// Returns the field of a cell under the system that was declared for it.
    fn field_of(&mut self, name: FieldId, declared: Option<SetName>) -> Option<usize> {
        let plain = self.quick[name].plain;
        if declared.is_none() && plain != NO_FIELD {
            return Some(plain as usize);
        }
        let held = &self.names[name];
        if let Some((_, field)) = held.fields.iter().find(|(system, _)| *system == declared) {
            return Some(*field);
        }
        if self.fields.len() >= MOST_FIELDS {
            return None;
        }
        let mut field = Field::new(&held.path, &held.words, held.reading, held.part, declared);
        field.is_named = held.is_named;
        field.family.clone_from(&held.family);
        field.is_dotted = held.is_dotted;
        self.fields.push(field);
        let at = self.fields.len() - 1;
        self.names[name].fields.push((declared, at));
        if declared.is_none() {
            self.quick[name].plain = at as u32;
        }
        Some(at)
    }

    /// Returns the system declared for a row: by a cell of it, or above it.
    fn declared(&self, row: &Row<'_>) -> Option<SetName> {
        for cell in row.cells {
            let found = if self.has_labels && self.quick[cell.field].is_label {
                let name = &self.names[cell.field];
                name.system.as_ref().filter(|_| !name.is_paired).and_then(|label| label.read(cell.text))
            } else if matches!(cell.text, [b'h', b't', b't', b'p', ..] | [b'u', b'r', b'n', b':', ..]) {
                let text = std::str::from_utf8(cell.text).ok().filter(|text| text.len() <= 256);
                text.and_then(|label| systems::declared(label, true))
            } else {
                None
            };
            if found.is_some() {
                return found;
            }
        }
        row.system.and_then(|system| systems::declared(system, false))
    }

    /// Returns the system declared for one column of a row, by the column that names its systems.
    fn declared_nearby(&self, label: FieldId, row: &Row<'_>) -> Option<SetName> {
        let cell = row.cells.iter().find(|cell| cell.field == label)?;
        self.names[label].system.as_ref()?.read(cell.text)
    }

    /// Takes a cell; `whole` is the code, if the whole cell is one.
    fn take(&mut self, at: CellRef<'_>, whole: Option<CodeId>) {
        let reading = self.fields[at.field].reading;
        if let (Some(code), Reading::Value | Reading::Token) = (whole, reading) {
            let field = &mut self.fields[at.field];
            field.values += 1;
            field.known += 1;
            return self.take_code(at, code);
        }
        let mut pieces = std::mem::take(&mut self.pieces);
        if matches!(reading, Reading::Like | Reading::Expression | Reading::Range(_)) {
            self.take_pattern(at);
            pieces.clear();
        } else {
            notation::pieces(&self.plan.codes.book, at.cell.text, &mut pieces);
        }
        if !pieces.is_empty() {
            let is_foreign = |piece: &Piece| matches!(piece.what, What::Foreign(_));
            let field = &mut self.fields[at.field];
            field.values += u64::from(!pieces.iter().all(is_foreign));
            let is_known = |piece: &Piece| piece.what != What::Unknown && !is_foreign(piece);
            field.known += u64::from(pieces.iter().any(is_known));
        }
        for piece in &pieces {
            self.take_piece(CellRef { span: (piece.start, piece.end), ..at }, piece.what, reading);
        }
        self.pieces = pieces;
    }

    fn take_piece(&mut self, at: CellRef<'_>, what: What, reading: Reading) {
        match (what, reading) {
            (What::Code(code), Reading::Beginning(_)) => {
                self.see(at.field, code, at.text());
                self.pattern(at, reading);
            }
            (What::Code(code), _) => self.take_code(at, code),
            (What::Unknown, Reading::Beginning(_)) => {
                let plain = String::from_utf8_lossy(at.text()).to_ascii_uppercase().replace('.', "");
                let is_stem = self.plan.codes.beginning_with(&plain).next().is_some();
                self.fields[at.field].known += u64::from(is_stem);
                self.pattern(at, reading);
            }
            (What::Unknown, _) => self.take_unknown(at),
            (What::Foreign(_) | What::Except, _) => {}
            (What::Prefix, _) => self.pattern(at, Reading::Value),
            (What::Expression, _) => self.pattern(at, Reading::Expression),
            (What::Range, _) => self.pattern(at, Reading::Range(None)),
        }
    }

    /// Takes a pattern as its field is to be read: it counts as known if it begins like a code.
    fn take_pattern(&mut self, at: CellRef<'_>) {
        let begins = at.cell.text.iter().filter(|byte| byte.is_ascii_alphanumeric()).take(3);
        let begins: String = begins.map(|byte| char::from(byte.to_ascii_uppercase())).collect();
        let is_known = begins.len() == 3 && self.plan.codes.beginning_with(&begins).next().is_some();
        let field = &mut self.fields[at.field];
        field.values += 1;
        field.known += u64::from(is_known);
        let reading = field.reading;
        self.pattern(at, reading);
    }

    fn see(&mut self, field: usize, code: CodeId, text: &[u8]) {
        let (of, takes_modifiers) = (self.plan.codes.len(), self.plan.set().takes_modifiers);
        let (has_dot, longest) = (memchr(b'.', text).is_some(), self.plan.set().category_length);
        let field = &mut self.fields[field];
        field.see(code, of);
        field.twins += u64::from(is_twin(text));
        field.modifiers += u64::from(text.len() == 2 && takes_modifiers);
        field.dotted += u64::from(has_dot);
        field.plain += u64::from(!has_dot && text.len() > longest);
        if !code.is_header() {
            field.billable += 1;
        } else if self.plan.codes.get(code).status != CodeStatus::Ended {
            field.headers += 1;
        }
    }

    fn take_code(&mut self, at: CellRef<'_>, code: CodeId) {
        let plan = self.plan;
        let may_be_reported = code.is_notable() || plan.keeps_rows && code.is_next_to_new();
        let facts = may_be_reported.then(|| self.facts(at.row));
        let days = facts.as_ref().map_or_else(Days::default, |facts| facts.days);
        if days.last.is_some_and(|last| plan.begins.is_some_and(|begins| last < begins)) {
            self.fields[at.field].ended += 1;
            return;
        }
        let is_token = self.fields[at.field].reading == Reading::Token;
        if is_token {
            let field = &mut self.fields[at.field];
            field.words_of_text += 1;
            if begins_line(at) {
                field.begin_lines += 1;
                if let Some(next) = next_column(at) {
                    field.see_line(at.text().len(), next);
                }
            }
        }
        if plan.keeps_rows
            && self.has_owners
            && let Some(owner) = self.facts(at.row).owner
        {
            self.fields[at.field].by_owner.insert((code, owner));
        }
        let place_use = facts.as_ref().map_or(PlaceUse::List, |facts| self.use_of(at, facts));
        if let Some(facts) = facts.as_ref().filter(|_| place_use == PlaceUse::Dated) {
            self.fields[at.field].is_dated = true;
            if let Some(day) = facts.day_cell {
                self.fields[at.field].days.add(at.row.cells[day].text);
            }
        }
        let is_right = facts.as_ref().is_some_and(|facts| match place_use {
            PlaceUse::History => facts.has_successor,
            PlaceUse::Dated => !plan.past_rows && self.was_right(facts, code),
            _ => false,
        });
        if is_right {
            self.fields[at.field].ended += 1;
            return;
        }
        self.see(at.field, code, at.text());
        if self.fields[at.field].first.is_none() {
            self.fields[at.field].first = Some(self.position(at));
        }
        if !may_be_reported {
            return;
        }
        let known = plan.codes.get(code);
        let is_too_early = || {
            let row = days.first.filter(|row| *row >= LONG_AGO);
            row.is_some_and(|row| plan.is_too_early(known, row))
        };
        let topic = match known.status {
            CodeStatus::New if plan.is_too_early_for_files(known) || is_too_early() => {
                Some(Topic::NotYet(code))
            }
            CodeStatus::New => None,
            CodeStatus::Billable if known.is_narrowed => Some(Topic::Code(code)),
            CodeStatus::Billable => None,
            CodeStatus::Header | CodeStatus::Ended | CodeStatus::Dead(_)
                if plan.is_right_by_its_record(known) =>
            {
                None
            }
            CodeStatus::Header | CodeStatus::Ended | CodeStatus::Dead(_) => Some(Topic::Code(code)),
        };
        let nearby = code.is_next_to_new()
            && plan.keeps_rows
            && self.fields[at.field].counts.get(Subject::Code(code)).is_none();
        if let Some(topic) = topic.or(nearby.then_some(Topic::NextToNew(code))) {
            self.occur(at, topic);
        }
        if known.is_revised {
            self.take_wording(at, code);
        }
    }

    /// Returns the facts about a row.
    fn facts(&mut self, row: &Row<'_>) -> Rc<RowFacts> {
        let key = (row.cells.as_ptr().cast::<Cell<'static>>(), row.span, row.number);
        if let Some((held, facts)) = &self.facts
            && *held == key
        {
            return facts.clone();
        }
        let is_code = |text: &[u8]| self.plan.codes.find(text.trim_ascii());
        let mut facts = RowFacts {
            days: self.days(row),
            day: RowDay::default(),
            day_cell: None,
            owner: None,
            is_filter: false,
            is_period: false,
            is_dated: false,
            has_new_side: false,
            has_successor: false,
            range_ends: 0,
            kept: OnceCell::new(),
        };
        let mut owner = DefaultHasher::new();
        let mut has_owner = false;
        for (at, cell) in row.cells.iter().enumerate() {
            let name = &self.names[cell.field];
            facts.is_filter |= uses::means_descendants(&name.words, cell.text);
            facts.is_period |= name.is_last_day.is_some();
            if name.is_day {
                facts.is_dated = true;
                if facts.day_cell.is_none() {
                    facts.day = RowDay::of(cell.text);
                    facts.day_cell = facts.day.readings().next().map(|_| at);
                }
            }
            if name.is_owner {
                has_owner = true;
                cell.text.trim_ascii().hash(&mut owner);
            }
            match name.side {
                Some(Side::New) => {
                    facts.has_new_side |= uses::may_be_of_codes(&name.words);
                    let code = is_code(cell.text);
                    facts.has_successor |=
                        code.is_some_and(|code| self.plan.codes.get(code).is_billable_in()[1]);
                }
                Some(Side::Range) => facts.range_ends += usize::from(is_code(cell.text).is_some()),
                Some(Side::Old) | None => {}
            }
        }
        facts.owner = has_owner.then(|| owner.finish());
        let facts = Rc::new(facts);
        self.facts = Some((key, facts.clone()));
        facts
    }

    /// Returns the use of the place of a code.
    fn use_of(&self, at: CellRef<'_>, facts: &RowFacts) -> PlaceUse {
        let own = &self.names[at.cell.field];
        match own.reading {
            _ if own.side == Some(Side::Old) && facts.has_new_side => PlaceUse::History,
            _ if own.side == Some(Side::Range) && facts.range_ends > 1 => PlaceUse::Pattern,
            _ if facts.is_filter => PlaceUse::Descendants,
            _ if facts.is_period => PlaceUse::Period,
            _ if facts.is_dated => PlaceUse::Dated,
            Reading::Token if is_followed_by_columns(at) => PlaceUse::FixedColumns,
            Reading::Token => PlaceUse::Text,
            Reading::Beginning(_) | Reading::Like | Reading::Expression | Reading::Range(_) => {
                PlaceUse::Pattern
            }
            Reading::Value | Reading::Line => PlaceUse::List,
        }
    }

    /// Returns whether a code that ended was valid on the day of its row.
    fn was_right(&self, facts: &RowFacts, code: CodeId) -> bool {
        let status = self.plan.codes.get(code).status;
        let has_ended = matches!(status, CodeStatus::Dead(_) | CodeStatus::Ended | CodeStatus::Header);
        has_ended && self.plan.was_right_in(code, facts.day) == Some(true)
    }

    /// Looks for the old description in the row of a code whose description changed.
    fn take_wording(&mut self, at: CellRef<'_>, code: CodeId) {
        let plan = self.plan;
        let known = plan.codes.get(code);
        let others = at.row.cells.iter().filter(|cell| !std::ptr::eq(*cell, at.cell));
        for cell in others.filter(|cell| cell.text.len() >= known.shortest) {
            let statement = cell.decoded();
            let Some((old, _)) = known.revised().find(|(old, new)| says(statement.trim(), old, new)) else {
                continue;
            };
            let start = memmem::find(cell.text, old.as_bytes()).unwrap_or(0);
            let length = if start == 0 { cell.text.len() } else { old.len() };
            self.occur(CellRef { cell, span: (start, start + length), ..at }, Topic::Wording(code));
        }
    }

    fn take_unknown(&mut self, at: CellRef<'_>) {
        let written = at.text();
        if self.is_of_neighbor(written) {
            // A code of a set whose codes share columns with this one's is not evidence for or against the column.
            let values = &mut self.fields[at.field].values;
            *values = values.saturating_sub(1);
            return;
        }
        let held = &self.fields[at.field];
        if written.len() > WRITTEN || held.counts.len() >= UNKNOWN || held.is_hopeless() {
            return;
        }
        let shaped = std::str::from_utf8(written).ok().and_then(|text| (self.plan.set().normalize)(text));
        let Some(code) = shaped else {
            // A word of a text that does not have the shape of a code is not counted as a value.
            if held.reading == Reading::Token {
                self.fields[at.field].values -= 1;
            }
            return;
        };
        self.occur(at, Topic::Unknown(code));
    }

    fn is_of_neighbor(&self, written: &[u8]) -> bool {
        const LENGTH: usize = 5;
        let Some(text) = std::str::from_utf8(written).ok().filter(|text| text.len() == LENGTH) else {
            return false;
        };
        (self.plan.set().neighbor)(&text.to_ascii_uppercase()).is_some()
    }

    fn pattern(&mut self, at: CellRef<'_>, reading: Reading) {
        if at.text().len() <= 4 * WRITTEN {
            self.occur(at, Topic::Pattern(reading));
        }
    }

    fn occur(&mut self, at: CellRef<'_>, topic: Topic) {
        // Most places of a code are only counted: their text is not copied.
        let pattern = if matches!(topic, Topic::Pattern(_)) { at.written() } else { String::new() };
        let subject = topic.subject(&pattern);
        let field = &mut self.fields[at.field];
        let places = if field.occurrences.len() < MANY_PLACES { PLACES } else { 1 };
        let count = field.counts.of(subject);
        if count.kept >= places && !self.plan.keeps_rows {
            count.more += 1;
            return;
        }
        if self.plan.keeps_rows && !self.afford(at.row) {
            return;
        }
        let count = self.fields[at.field].counts.of(subject);
        count.kept += 1;
        let is_text = at.row.number == 0 && !at.piece.is_empty();
        let start = at.start().saturating_sub(self.text.at) as usize;
        let code = subject.text(&self.plan.codes);
        if is_text && self.marks.except(at.piece, start, code, self.plan.set()) {
            self.excepted += 1;
            if let Subject::Code(code) = subject {
                self.fields[at.field].excepted.insert(code);
            }
            return;
        }
        let position = self.position(at);
        let facts = self.facts(at.row);
        let row = self.plan.keeps_rows.then(|| self.kept(at.row, at.cell, &facts));
        let place_use = match topic {
            Topic::Pattern(_) => PlaceUse::Pattern,
            _ => self.use_of(at, &facts),
        };
        let (day, owner) = (facts.day, facts.owner);
        let written = at.written();
        self.fields[at.field].occurrences.push(Occurrence {
            topic,
            written,
            position,
            place_use,
            day,
            owner,
            row,
        });
    }

    /// Takes what a place and its row cost from the bytes that are left; if these are too few, gives up all places.
    fn afford(&mut self, row: &Row<'_>) -> bool {
        if self.left == 0 {
            return false;
        }
        let is_kept = self.facts(row).kept.get().is_some();
        let cells = if is_kept { &[] } else { row.cells };
        let texts: usize = cells.iter().map(|cell| size_of::<SiteCell>() + cell.text.len()).sum();
        self.left = self.left.saturating_sub(PLACE_BYTES + texts);
        if self.left == 0 {
            self.fields.iter_mut().for_each(|field| field.occurrences = Vec::new());
            self.failed = Some(TOO_MANY_PLACES.to_owned());
        }
        self.left > 0
    }

    /// Returns a row in the form in which it is kept for changes: its cells once, however many places it has.
    fn kept(&self, row: &Row<'_>, about: &Cell<'_>, facts: &RowFacts) -> SiteRow {
        let (cells, has_twins) = facts.kept.get_or_init(|| {
            let cells: Arc<[SiteCell]> = row.cells.iter().map(|cell| self.kept_cell(cell)).collect();
            let has_twins = cells.windows(2).any(|pair| pair[0].column == pair[1].column);
            (cells, has_twins)
        });
        // The cell is one of the row's.
        let at = (std::ptr::from_ref(about) as usize).wrapping_sub(row.cells.as_ptr() as usize);
        let cell = (at / size_of::<Cell<'_>>()).min(row.cells.len().saturating_sub(1));
        SiteRow { span: row.span, number: row.number, cells: cells.clone(), has_twins: *has_twins, cell }
    }

    fn kept_cell(&self, cell: &Cell<'_>) -> SiteCell {
        let name = &self.names[cell.field];
        let role = match name.is_last_day {
            Some(true) => Role::LastDay,
            Some(false) => Role::FirstDay,
            None if systems::is_description(&name.words) => Role::Description,
            None if uses::is_id(&name.words) => Role::Id,
            None if name.words.is_empty() => Role::Unnamed,
            None => Role::Other,
        };
        // A long line of running text has no columns after a code.
        let is_long = name.reading == Reading::Line && cell.text.len() > LONGEST_LINE;
        SiteCell {
            at: cell.at,
            length: cell.text.len() as u32,
            column: cell.column,
            quoting: cell.quoting,
            role,
            text: if is_long { String::new() } else { cell.decoded().into_owned() },
        }
    }

    /// Returns the position of a piece of a cell.
    fn position(&mut self, at: CellRef<'_>) -> Position {
        let part = self.parts.len() as u32 - 1;
        let length = (at.span.1 - at.span.0) as u32;
        if at.row.number > 0 {
            let (line, column) = (at.row.number, at.cell.column);
            return Position { part, at: at.span.0 as u64, length, line, column };
        }
        let (line, column) = self.text.place(at.piece, at.start());
        Position { part, at: at.start(), length, line, column }
    }

    fn days(&self, row: &Row<'_>) -> Days {
        let mut days = Days::default();
        for cell in row.cells {
            let Some(is_last) = self.names[cell.field].is_last_day else { continue };
            // If two days are possible, take the later one: a row that may still be in force has not ended.
            let day = RowDay::of(cell.text).readings().max();
            *(if is_last { &mut days.last } else { &mut days.first }) = day;
        }
        days
    }
}

/// Longest line that is kept to see the columns after a code.
const LONGEST_LINE: usize = 512;

/// Maximum bytes of the places that are kept to be changed, with their rows; the bytes of a place with its finding.
const KEPT_BYTES: usize = 192 << 20;
const PLACE_BYTES: usize = 800;

/// A list of codes has each of them a few times at most; a table of claims is not changed, but counted.
const TOO_MANY_PLACES: &str = "was not changed: it has more places to change than are held at once; split it, or \
    change its table with codeset migrate sql";

/// First days before this one are placeholders for an unknown day.
const LONG_AGO: Date = Date::constant(1990, 1, 1);

/// The days of a row.
#[derive(Default, Clone, Copy)]
struct Days {
    first: Option<Date>,
    last: Option<Date>,
}

/// Returns whether a text is the old description of a code, or contains it and not the new one.
fn says(statement: &str, old: &str, new: &str) -> bool {
    // The line of a running text holds more than the description.
    statement == old
        || statement.len() > old.len()
            && !new.contains(old)
            && statement.contains(old)
            && !statement.contains(new)
}

/// Returns whether a word of a text is the first of its line, apart from the mark of a list.
fn begins_line(at: CellRef<'_>) -> bool {
    line_around(at).is_some_and(|(before, _)| {
        before.iter().all(|byte| byte.is_ascii_whitespace() || matches!(byte, b'-' | b'*' | b'+' | b'"'))
    })
}

/// Returns the offset in its line of the text that follows a word; `None` if no text follows.
fn next_column(at: CellRef<'_>) -> Option<usize> {
    let (before, after) = line_around(at)?;
    let blanks = after.iter().take_while(|byte| **byte == b' ').count();
    let is_text = blanks > 0 && after.get(blanks).is_some_and(|byte| !byte.is_ascii_whitespace());
    is_text.then_some(before.len() + at.text().len() + blanks)
}

/// Returns whether a word of a text is followed by a further column, as in lines of fixed width.
fn is_followed_by_columns(at: CellRef<'_>) -> bool {
    begins_line(at)
        && line_around(at)
            .is_some_and(|(_, after)| after.starts_with(b"  ") && !after.trim_ascii().is_empty())
}

/// Returns the text before and after a word in its line.
fn line_around(at: CellRef<'_>) -> Option<(&[u8], &[u8])> {
    let line = at.row.cells.iter().find(|cell| !std::ptr::eq(*cell, at.cell))?;
    let start = at.start().checked_sub(line.at)? as usize;
    Some((line.text.get(..start)?, line.text.get(start + at.text().len()..)?))
}

/// Returns whether codes of other sets look like a code: a letter and four digits may also be HCPCS, three characters any set.
fn is_twin(text: &[u8]) -> bool {
    text.len() <= 3 || text.len() == 5 && text[1..].iter().all(u8::is_ascii_digit)
}

impl Collector<'_, '_> {
    pub(super) fn part(&mut self, part: Container) {
        if self.parts.last() != Some(&part) {
            self.parts.push(part);
        }
    }

    pub(super) fn field(&mut self, name: FieldName<'_>) -> FieldId {
        // Slides and pages of one file are one text.
        let part = match self.parts.last() {
            Some(Container::Sheet(_) | Container::Table(_)) => self.parts.len() - 1,
            _ => 0,
        };
        let key = (part, name.path.to_owned(), name.reading);
        if let Some(held) = self.by_name.get(&key) {
            return *held;
        }
        let is_named = self.plan.columns.iter().any(|column| column.eq_ignore_ascii_case(name.words));
        self.names.push(Name {
            path: name.path.to_owned(),
            words: name.words.to_owned(),
            reading: name.reading,
            family: Family::of(name.origin),
            is_dotted: name.origin == Origin::DottedWords,
            part,
            system: None,
            label: None,
            is_last_day: systems::is_last_day(name.words),
            is_day: uses::is_day(name.words),
            is_owner: uses::is_owner(name.words),
            side: uses::side(name.words),
            is_named: is_named && !name.words.is_empty(),
            is_paired: false,
            form: crate::fields::forms::column(name.words),
            fields: Vec::new(),
        });
        let added = self.names.len() - 1;
        self.has_forms |= self.names[added].form.is_some();
        self.has_owners |= self.names[added].is_owner;
        self.by_name.insert(key, added);
        let is_line = name.reading == Reading::Line;
        self.quick.push(Quick { is_label: false, is_line, has_label: false, plain: NO_FIELD });
        self.pair(added);
        self.quick[added].is_label = self.names[added].system.is_some();
        self.has_labels |= self.quick[added].is_label;
        added
    }

    /// Joins a column of code systems with the columns that it is about, whichever comes first.
    fn pair(&mut self, added: FieldId) {
        self.names[added].system = Label::of(&self.names[added].words);
        let part = self.names[added].part;
        let labels = |name: &Name| name.system.as_ref().is_some_and(Label::has_stem);
        if !labels(&self.names[added]) && !self.has_paired_labels {
            return;
        }
        self.has_paired_labels = true;
        for other in 0..self.names.len() {
            if self.names[other].part != part || other == added {
                continue;
            }
            for (label, column) in [(added, other), (other, added)] {
                let (label_name, column_name) = (&self.names[label], &self.names[column]);
                let about =
                    label_name.system.as_ref().is_some_and(|label| label.is_about(&column_name.words));
                if about && column_name.system.is_none() {
                    self.names[column].label = Some(label);
                    self.quick[column].has_label = true;
                    self.names[label].is_paired = true;
                }
            }
        }
    }

    pub(super) fn name(&mut self, field: FieldId, words: &str) {
        let name = &mut self.names[field];
        if name.reading == Reading::Token {
            self.around = self.around.or_else(|| systems::named(words));
        }
        words.clone_into(&mut name.words);
        for (_, field) in &name.fields {
            words.clone_into(&mut self.fields[*field].words);
        }
    }

    pub(super) fn rows(&mut self, text: &[u8], rows: &[Row<'_>]) {
        self.facts = None;
        let mut whole = std::mem::take(&mut self.whole);
        let texts = rows.iter().flat_map(|row| row.cells).map(|cell| cell.text);
        self.plan.codes.find_all(texts, &mut whole);
        let mut codes = whole.codes.as_slice();
        for row in rows {
            let (own, others) = codes.split_at(row.cells.len());
            self.row(text, row, own);
            codes = others;
        }
        self.whole = whole;
        self.facts = None;
    }

    /// Takes a row that does not belong to a form.
    fn plain_row(&mut self, text: &[u8], row: &Row<'_>, codes: &[Option<CodeId>]) {
        let declared = self.declared(row);
        for (cell, code) in row.cells.iter().zip(codes) {
            let quick = self.quick[cell.field];
            if quick.is_line || quick.is_label && self.names_system(cell) {
                continue;
            }
            let own = if quick.has_label { self.names[cell.field].label } else { None };
            let declared = own.and_then(|label| self.declared_nearby(label, row)).or(declared);
            let Some(field) = self.field_of(cell.field, declared) else { continue };
            if code.is_none() && self.fields[field].is_hopeless() {
                self.fields[field].values += 1;
                continue;
            }
            self.take(CellRef { piece: text, row, cell, field, span: (0, cell.text.len()) }, *code);
        }
    }

    /// Returns whether a cell of a column of systems names one.
    fn names_system(&self, cell: &Cell<'_>) -> bool {
        let name = &self.names[cell.field];
        name.system.as_ref().is_some_and(|label| name.is_paired || label.read(cell.text).is_some())
    }

    pub(super) fn note(&mut self, fact: &'static str) {
        if !self.notes.contains(&fact) {
            self.notes.push(fact);
        }
    }

    pub(super) fn knows(&self, text: &[u8]) -> bool {
        self.plan.codes.find(text.trim_ascii()).is_some()
    }
}
