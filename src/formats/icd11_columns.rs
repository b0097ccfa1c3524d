//! The titles of the ICD-11 tabulation, which give the columns and the edition. See `icd11_tabulation`.

use jiff::civil::Date;

use super::tabs::Cells;
use crate::model::Edition;
use crate::model::sets::ICD11;

/// Titles that occur together only in this layout.
pub(super) const TELLING: [&str; 3] = ["Foundation URI", "BlockId", "ClassKind"];

pub(super) const FOUNDATION: &str = "Foundation URI";
pub(super) const LINEARIZATION: &str = "Linearization URI";
pub(super) const CODE: &str = "Code";
pub(super) const BLOCK: &str = "BlockId";
pub(super) const TITLE: &str = "Title";
pub(super) const KIND: &str = "ClassKind";
pub(super) const CHAPTER: &str = "ChapterNo";

/// The beginning of the title of the last column.
pub(super) const VERSION: &str = "Version:";

pub(super) fn is_titles(cells: &Cells<'_, '_>) -> bool {
    TELLING.iter().all(|title| column(cells, title).is_some())
}

/// Returns the position of the column with a title; the readme calls one of them `Linearization (release) URI`.
pub(super) fn column(titles: &Cells<'_, '_>, name: &str) -> Option<usize> {
    let is_it = |title: &str| {
        title.eq_ignore_ascii_case(name)
            || name == LINEARIZATION && title.starts_with("Linearization") && title.ends_with("URI")
    };
    (0..titles.len()).find(|&at| is_it(&titles.get(at)))
}

/// Returns the month of `2024 Jan 21 - 22:30 UTC`.
pub(super) fn edition(version: &str) -> Option<Edition> {
    let (day, _) = version.split_once(" - ").unwrap_or((version, ""));
    let day = Date::strptime("%Y %b %d", day.trim()).ok()?;
    Some(Edition::Month(day.year(), day.month()))
}

/// The error that a required column is missing: its title.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no column `{0}`")]
pub(super) struct MissingColumn(&'static str);

/// The positions of the columns.
pub(super) struct Columns {
    pub(super) foundation: usize,
    pub(super) linearization: usize,
    pub(super) code: usize,
    pub(super) block: usize,
    pub(super) title: usize,
    pub(super) kind: usize,
    pub(super) chapter: usize,
    /// The attributes in the order of their definitions, each with its column; the entity does not have one.
    pub(super) values: Vec<(u16, Option<usize>)>,
}

impl Columns {
    /// Finds the columns; all of the first seven are required.
    pub(super) fn of(titles: &Cells<'_, '_>) -> Result<Self, MissingColumn> {
        let find = |name| column(titles, name).ok_or(MissingColumn(name));
        let value = |(at, name): (usize, &str)| match column(titles, name) {
            None if Some(name) != ICD11.identity => None,
            column => Some((at as u16, column)),
        };
        let names = ICD11.properties.iter().map(|property| &*property.name).enumerate();
        Ok(Self {
            foundation: find(FOUNDATION)?,
            linearization: find(LINEARIZATION)?,
            code: find(CODE)?,
            block: find(BLOCK)?,
            title: find(TITLE)?,
            kind: find(KIND)?,
            chapter: find(CHAPTER)?,
            values: names.filter_map(value).collect(),
        })
    }

    /// Returns the number of cells that a row must have.
    pub(super) fn needed(&self) -> usize {
        self.code.max(self.block).max(self.title).max(self.kind).max(self.chapter) + 1
    }

    /// Returns the attributes without a column here, by the positions of their definitions.
    pub(super) fn absent(&self) -> Vec<u16> {
        ICD11.properties_but(|at| self.values.iter().any(|(held, _)| *held == at))
    }

    /// Returns the attributes that are compared and have no column here.
    pub(super) fn missing(&self) -> impl Iterator<Item = &'static str> {
        let missing = self.absent().into_iter().map(|at| &ICD11.properties[usize::from(at)]);
        missing.filter(|property| !property.group.hidden).map(|property| &*property.name)
    }
}
