//! A field that holds codes, with what its findings need to know about it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::field::Field;
use super::finding::Location;
use super::known::CodeStatus;
use super::{Occurrence, PlaceUse, Plan, Position, Site, Subject, Topic};
use crate::read::{Container, Reading};

/// A field that holds codes, and the data about them.
pub(super) struct FieldContext<'f, 'p, 'a> {
    pub(super) plan: &'p Plan<'a>,
    pub(super) field: &'f Field,
    pub(super) parts: &'f [Container],
    /// True if most longer codes of the lists of the file have dots.
    pub(super) has_dots: bool,
    /// The path of the field, shared by its findings.
    pub(super) path: Arc<str>,
    /// The last place of each code and text.
    pub(super) last: HashMap<Subject<'f>, &'f Occurrence>,
    /// The first one.
    pub(super) first: HashMap<Subject<'f>, &'f Occurrence>,
}

impl FieldContext<'_, '_, '_> {
    /// Returns the location of a position.
    pub(super) fn location(&self, position: Position) -> Location {
        let part = &self.parts[position.part as usize];
        // A sheet that was read twice, for its drop-down lists, is still one.
        let before = self.parts.iter().take_while(|other| *other != part);
        let named = before.filter(|other| matches!(other, Container::Sheet(_) | Container::Table(_)));
        let number_in_file = 1 + named.collect::<HashSet<_>>().len();
        Location {
            number_in_file,
            container: part.clone(),
            part_number: position.part,
            line: position.line,
            column: position.column,
            field: self.path.clone(),
            bytes: (position.at, position.length),
        }
    }

    /// Returns the row of an occurrence, if rows are kept.
    pub(super) fn site(&self, occurrence: &Occurrence) -> Option<Site> {
        let row = occurrence.row.clone()?;
        let mapping = match occurrence.subject() {
            Subject::Code(code) => self.plan.mapping(code),
            Subject::Text(_) => None,
        };
        let targets = mapping.iter().flat_map(|mapping| &mapping.targets).map(|target| target.entry.code());
        let present = targets.filter(|code| self.holds(code, occurrence.owner)).map(str::to_owned).collect();
        let is_dotted = self.field.is_dotted().unwrap_or(self.has_dots);
        let is_list =
            self.field.is_list() && !matches!(self.use_of(occurrence), PlaceUse::Text | PlaceUse::Dated);
        Some(Site {
            row,
            is_list,
            is_dotted,
            present,
            owner: occurrence.owner,
            day: self.row_day(occurrence),
        })
    }

    /// Returns the date of the row of an occurrence; `None` if it cannot be read, or has two readings that give
    /// different results.
    fn row_day(&self, occurrence: &Occurrence) -> Option<Date> {
        let mut readings = occurrence.day.readings();
        let first = readings.next()?;
        if readings.next().is_none() {
            return Some(first);
        }
        let days = &self.field.days;
        if days.is_ambiguous() || days.is_mixed() {
            let Subject::Code(code) = occurrence.subject() else { return None };
            return self.plan.was_right_in(code, occurrence.day).map(|_| first);
        }
        if days.form().day_first { occurrence.day.day_first } else { occurrence.day.month_first }
    }

    /// Returns whether the code of an occurrence ended, but was valid on the day of its row.
    pub(super) fn was_right(&self, occurrence: &Occurrence) -> bool {
        let Topic::Code(code) = occurrence.topic else { return false };
        let status = self.plan.codes.get(code).status;
        occurrence.place_use == PlaceUse::Dated
            && !self.plan.past_rows
            && matches!(status, CodeStatus::Dead(_) | CodeStatus::Ended | CodeStatus::Header)
            && self.row_day(occurrence).is_some_and(|day| self.plan.was_right_on(code, day) == Some(true))
    }

    /// Returns the use of the place of an occurrence: a text whose codes begin its lines is a list.
    pub(super) fn use_of(&self, occurrence: &Occurrence) -> PlaceUse {
        let is_in_lines = self.field.reading == Reading::Token && self.field.is_in_lines();
        match occurrence.place_use {
            PlaceUse::Text if is_in_lines && self.field.has_fixed_columns() => PlaceUse::FixedColumns,
            PlaceUse::Text if is_in_lines => PlaceUse::List,
            PlaceUse::FixedColumns if !is_in_lines => PlaceUse::Text,
            place_use => place_use,
        }
    }

    /// Returns whether the field contains a code; in rows of an owner, if there is one and rows are kept.
    pub(super) fn holds(&self, code: &str, owner: Option<u64>) -> bool {
        let code = self.plan.codes.find(code.as_bytes());
        code.is_some_and(|code| match owner {
            Some(owner) if self.plan.keeps_rows => self.field.by_owner.contains(&(code, owner)),
            _ => self.field.has(code),
        })
    }
}
