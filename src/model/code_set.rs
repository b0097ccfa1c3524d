//! Code sets: one descriptor each, and nothing about a particular set anywhere else.

use std::fmt;

use jiff::civil::Date;

use super::sets;

/// How the years of a set's editions are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// `2026` is the fiscal year: effective 1 October 2025.
    FiscalYear,
    /// `2026` is the calendar year: effective 1 January 2026.
    CalendarYear,
}

/// Which columns the publisher's order addenda of a set have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddendaColumns {
    /// Action, flag, code, short, long (ICD-10-CM order addenda).
    WithFlag,
    /// Action, code, short, long: a header is told by the length of its code (ICD-10-PCS order addenda).
    WithoutFlag {
        /// Length of a header's code.
        header_length: usize,
    },
}

/// A part of a set with a name, in the publisher's order: a chapter or a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chapter {
    /// The chapter's number or letter as the publisher prints it.
    pub id: &'static str,
    /// The lowest category of the chapter.
    pub start: &'static str,
    /// The title.
    pub title: &'static str,
}

/// What it means that a key is not in a release any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// The publisher deletes by leaving out.
    ByAbsence,
    /// The publisher keeps dead codes and sets their last day: a key that is absent is a problem.
    ByTermination,
}

/// A named attribute of a set's concepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PropertyDefinition {
    /// The official name.
    pub name: &'static str,
    /// The group it belongs to, such as `coverage` or `pricing`.
    pub group: &'static str,
    /// Whether changes of it are left out unless asked for.
    pub hidden: bool,
}

/// What the tool knows about one code set.
pub struct CodeSet {
    /// The name used in commands and files, such as `icd10cm`.
    pub id: &'static str,
    /// The name people use, such as `ICD-10-CM`.
    pub title: &'static str,
    /// Who publishes it.
    pub publisher: &'static str,
    /// The terms of use in a sentence.
    pub terms: &'static str,
    /// How its editions are counted.
    pub calendar: Calendar,
    /// Turns what a person typed into the code as files hold it; `None` if it has not the shape of a code of
    /// this set. Says nothing about whether the code exists.
    pub normalise: fn(&str) -> Option<String>,
    /// The code as people write it.
    pub display: fn(&str) -> String,
    /// Length of the category: the first level that a code belongs to.
    pub category_length: usize,
    /// Chapters, by their lowest category in ASCII order.
    pub chapters: &'static [Chapter],
    /// Labels, in small letters, by which data mark a code as belonging to another set than this one, although it may
    /// look the same.
    pub foreign_labels: &'static [&'static str],
    /// What absence means.
    pub deletion: Deletion,
    /// The attributes its concepts may have.
    pub properties: &'static [PropertyDefinition],
    /// The columns of its order addenda.
    pub addenda: AddendaColumns,
}

impl CodeSet {
    /// The set with this id, or `None`.
    pub fn by_id(id: &str) -> Option<&'static Self> {
        sets::ALL.iter().copied().find(|set| set.id.eq_ignore_ascii_case(id))
    }

    /// Whether a label (a version column of a table, say) marks a code as belonging to another set.
    pub fn is_foreign(&self, label: &[u8]) -> bool {
        let label = label.trim_ascii();
        self.foreign_labels.iter().any(|foreign| label.eq_ignore_ascii_case(foreign.as_bytes()))
    }

    /// The category of a code: its first characters.
    pub fn category<'a>(&self, code: &'a str) -> &'a str {
        code.get(..self.category_length).unwrap_or(code)
    }

    /// The chapter of a code; `None` where the set has no chapters or the code stands before the first one.
    pub fn chapter(&self, code: &str) -> Option<&'static Chapter> {
        let after = self.chapters.partition_point(|chapter| chapter.start <= code);
        after.checked_sub(1).map(|at| &self.chapters[at])
    }

    /// The day a year's edition takes effect.
    pub fn first_day_of(&self, year: i16) -> Option<Date> {
        match self.calendar {
            Calendar::FiscalYear => Date::new(year.checked_sub(1)?, 10, 1).ok(),
            Calendar::CalendarYear => Date::new(year, 1, 1).ok(),
        }
    }
}

impl PartialEq for CodeSet {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for CodeSet {}

impl fmt::Debug for CodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
