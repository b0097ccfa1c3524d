//! Listings of the NDC directory while they are read, for all layouts: products and packages with their columns.

use std::borrow::Cow;

use memchr::memchr;

use super::kept::Kept;
use super::ndc_repeated::{join_repeated, note_collisions};
use super::text::TextFile;
use super::{Concepts, Form, day, unused};
use crate::model::{
    Concept, Coverage, Details, Level, Place, Problem, ProblemCode, Problems, Property, ReleaseTable,
    Validity, sets,
};

/// The kind of the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// `20261120`
    Date,
    /// The last day of marketing.
    LastDay,
    /// `ORAL; TOPICAL`
    Several,
    Proprietary,
    Suffix,
    Nonproprietary,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "STARTMARKETINGDATE" | "LISTING_RECORD_CERTIFIED_THROUGH" => Self::Date,
            "ENDMARKETINGDATE" => Self::LastDay,
            "ROUTENAME" | "SUBSTANCENAME" | "ACTIVE_NUMERATOR_STRENGTH" | "ACTIVE_INGRED_UNIT" => {
                Self::Several
            }
            "PROPRIETARYNAME" => Self::Proprietary,
            "PROPRIETARYNAMESUFFIX" => Self::Suffix,
            "NONPROPRIETARYNAME" => Self::Nonproprietary,
            _ => Self::Plain,
        }
    }
}

/// Position of a column among the attributes of the set, by its official name.
pub(super) fn definition(name: &str) -> Option<u16> {
    let at = sets::NDC.properties.iter().position(|definition| definition.name.eq_ignore_ascii_case(name))?;
    u16::try_from(at).ok()
}

/// One record of a file.
pub(super) struct Record<'a> {
    /// [`Level::Header`] for a product, [`Level::Code`] for a package.
    pub(super) level: Level,
    /// Its code.
    pub(super) code: &'a str,
    /// The code of a package's product.
    pub(super) parent: Option<&'a str>,
    /// The description of a package. For a product, it is made of its names.
    pub(super) description: Option<&'a str>,
    /// The other columns that are not empty, in the order of their definitions.
    pub(super) values: &'a [(u16, &'a str)],
    /// The line it begins in.
    pub(super) line: u32,
    /// Returns the location of one of its texts.
    pub(super) place: &'a dyn Fn(&str) -> Place,
}

/// The listings of one file.
pub(super) struct Listings {
    kept: Kept,
    kinds: Vec<Kind>,
    concepts: Vec<Concept>,
    lines: Vec<u32>,
    unreadable: Vec<String>,
    /// Deviations from the layout.
    pub(super) problems: Problems,
    /// True if something is missing whose code is not known.
    pub(super) lost: bool,
    /// The attributes that the file does not ship, if its columns show that; otherwise those that no record has.
    pub(super) absent: Option<Vec<u16>>,
}

impl Listings {
    /// Returns listings for a file with this text, which holds most of their texts.
    pub(super) fn new(text: &str) -> Self {
        Self {
            kept: Kept::of(text),
            kinds: sets::NDC.properties.iter().map(|definition| Kind::of(&definition.name)).collect(),
            concepts: Vec::new(),
            lines: Vec::new(),
            unreadable: Vec::new(),
            problems: Problems::default(),
            lost: false,
            absent: None,
        }
    }

    /// Adds a record.
    pub(super) fn add(&mut self, record: &Record<'_>) {
        self.check_code(record);
        let validity = self.check_dates(record);
        let long = match record.description {
            Some(description) => self.kept.keep(description),
            None => self.kept.keep(&self.name(record)),
        };
        let values = record.values.iter();
        let properties = values.map(|&(definition, value)| {
            let value = if self.kind(definition) == Kind::Several { evenly(value) } else { value.into() };
            Property { definition, value: self.kept.keep(&value) }
        });
        let properties = properties.collect();
        let parent = record.parent.map(|parent| self.kept.keep(parent));
        let (code, order) = (self.kept.keep(record.code), self.concepts.len() as u32);
        let details = Some(Box::new(Details { properties, parent, validity, ..Details::default() }));
        self.concepts.push(Concept { code, long, short: None, order, level: record.level, details });
        self.lines.push(record.line);
    }

    /// Rejects a record. Its code is noted as unreadable; if it has none, the file is marked as incomplete.
    pub(super) fn reject(&mut self, code: Option<&str>) {
        match code {
            Some(code) => self.unreadable.push(code.to_owned()),
            None => self.lost = true,
        }
    }

    fn kind(&self, definition: u16) -> Kind {
        self.kinds[usize::from(definition)]
    }

    /// Returns the name of a product: the proprietary one with its suffix, or the nonproprietary one.
    fn name<'a>(&self, record: &Record<'a>) -> Cow<'a, str> {
        let value = |kind: Kind| {
            record
                .values
                .iter()
                .find(|(definition, _)| self.kind(*definition) == kind)
                .map(|(_, value)| *value)
        };
        match (value(Kind::Proprietary), value(Kind::Suffix)) {
            (Some(name), Some(suffix)) => format!("{name} {suffix}").into(),
            (Some(name), None) => name.into(),
            (None, _) => value(Kind::Nonproprietary).unwrap_or_default().into(),
        }
    }

    fn check_code(&mut self, record: &Record<'_>) {
        let code = record.code;
        let (sound, what) = match record.level {
            Level::Header => (sets::is_product(code), "product"),
            _ => (sets::package_number(code).is_some(), "package"),
        };
        if !sound {
            let fact = || {
                format!(
                    "`{}` does not have the form of the NDC of a {what}; it was kept as is",
                    code.escape_debug()
                )
            };
            let problem = || Problem::new(ProblemCode::OddCode, (record.place)(code), fact());
            self.problems.add(ProblemCode::OddCode, problem);
        }
    }

    /// Reports invalid dates; returns the validity from the last day of marketing.
    fn check_dates(&mut self, record: &Record<'_>) -> Validity {
        let mut validity = Validity::Open;
        for &(definition, value) in record.values {
            let kind = self.kind(definition);
            if !matches!(kind, Kind::Date | Kind::LastDay) {
                continue;
            }
            match day::of_digits(value) {
                Some(last_day) if kind == Kind::LastDay => validity = Validity::Ended { last_day },
                Some(_) => {}
                None => self.problems.add(ProblemCode::BadDate, || {
                    let name = &sets::NDC.properties[usize::from(definition)].name;
                    let fact = format!(
                        "{name} of {} is `{}`, not a date as in 20261120",
                        record.code,
                        value.escape_debug()
                    );
                    Problem::new(ProblemCode::BadDate, (record.place)(value), fact)
                }),
            }
        }
        validity
    }

    /// Returns the concepts of the file, with the records of one code joined. `file` has the text that the listings were made
    /// for.
    pub(super) fn finish(self, file: TextFile) -> Concepts {
        let Self { kept, concepts, mut lines, unreadable, mut problems, lost, absent, .. } = self;
        let TextFile { name, text, problems: found } = file;
        let text = kept.after(text);
        let records = concepts.len() as u64;
        let has = |level: Level| concepts.iter().any(|concept| concept.level == level);
        let (headers, codes) = (has(Level::Header), has(Level::Code));
        let absent = absent.unwrap_or_else(|| unused(&sets::NDC, &concepts));
        let mut table = ReleaseTable { absent, text, concepts, ..ReleaseTable::default() };
        let totals = join_repeated(&mut table, &mut lines, &name, &mut problems);
        note_collisions(&table, &lines, &name, &mut problems);
        let listed = problems.finish(&name);
        Concepts {
            form: Form::Piece,
            records,
            coverage: Coverage { headers, codes, whole: !lost, ..Coverage::default() },
            unreadable,
            lines,
            problems: found.into_iter().chain(listed).chain(totals).collect(),
            ..Concepts::new(name, &sets::NDC, table)
        }
    }
}

/// Returns several values in one cell with one blank before each: the publisher writes `ORAL; TOPICAL` and `ORAL;    TOPICAL`.
fn evenly(cell: &str) -> Cow<'_, str> {
    let bytes = cell.as_bytes();
    let mut rest = bytes;
    while let Some(at) = memchr(b';', rest) {
        let even =
            matches!(rest[at + 1..], [b' ', next, ..] if next != b' ') && rest[..at].last() != Some(&b' ');
        if !even {
            return cell.split(';').map(str::trim_ascii).collect::<Vec<_>>().join("; ").into();
        }
        rest = &rest[at + 1..];
    }
    cell.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_values_are_evenly_and_even_ones_are_not_copied() {
        for (cell, even) in [
            ("ORAL", "ORAL"),
            ("ORAL; TOPICAL; NASAL", "ORAL; TOPICAL; NASAL"),
            ("ORAL;TOPICAL;    NASAL", "ORAL; TOPICAL; NASAL"),
            ("ORAL ; TOPICAL", "ORAL; TOPICAL"),
        ] {
            assert_eq!(evenly(cell), even);
            assert_eq!(matches!(evenly(cell), Cow::Borrowed(_)), cell == even, "{cell}");
        }
    }
}
