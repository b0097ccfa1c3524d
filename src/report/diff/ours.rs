//! The part of `diff` about a table of the user's own.

use serde::Serialize;

use crate::base::grouped;
use crate::diff::{OurRow, Ours, Standing, words};
use crate::model::{OwnRow, TextKind};
use crate::report::lookup::Relative;
use crate::view::{Cell, Described, Metric, Section, Tone, column};

/// A row of the user's table that has a problem.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct OurRowInfo<'a> {
    /// The finding.
    pub(crate) finding: &'static str,
    #[serde(skip)]
    tone: Tone,
    /// The code as the table has it; for text that is not like a code, its row there.
    pub(crate) code: String,
    /// The description in OLD. That of the table is not shown: it is OLD's, or may be anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) old: Option<&'a str>,
    /// The description in NEW.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) new: Option<&'a str>,
}

/// A table of the user's own, compared with OLD and NEW.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct OursInfo<'a> {
    /// The number of its rows.
    pub(crate) rows: u64,
    /// The rows that have a problem.
    pub(crate) findings: Vec<OurRowInfo<'a>>,
    /// The new billable codes that it lacks.
    pub(crate) missing: Vec<Relative<'a>>,
}

impl<'a> OursInfo<'a> {
    pub(super) fn of(ours: &Ours<'a>) -> Self {
        Self {
            rows: ours.rows,
            findings: ours.findings.iter().map(row).collect(),
            missing: ours.missing.iter().copied().map(Relative::of).collect(),
        }
    }

    /// Returns the key numbers.
    pub(super) fn metrics(&self) -> [Metric; 2] {
        let of = format!("of {}", grouped(self.rows));
        [
            Metric::new(self.findings.len() as u64, "rows of your table to review", of, Tone::Bad),
            Metric::new(self.missing.len() as u64, "new codes missing from your table", "", Tone::Warn),
        ]
    }

    /// Returns the rows to review, and the codes to add.
    pub(super) fn sections(&self) -> [Section; 2] {
        let reviewed = Section::new("Rows of your table to review").rows(
            &self.findings,
            [
                column("finding", |row: &OurRowInfo<'_>| Cell::badge(row.finding, row.tone)).filter(),
                column("code", OurRowInfo::entry),
            ],
        );
        let missing = Section::new("New codes missing from your table").rows(
            &self.missing,
            [column("code", |code: &Relative<'_>| Cell::entry(code.display.clone(), code.long))],
        );
        [reviewed.sheet("Your table"), missing.sheet("Your table lacks")]
    }
}

impl OurRowInfo<'_> {
    fn entry(&self) -> Cell {
        let described = match (self.old, self.new) {
            (Some(old), Some(new)) if old != new => Some(Described::of("", words(old, new))),
            (old, new) => new.or(old).map(Described::plain),
        };
        Cell::described(self.code.clone(), described.into_iter().collect())
    }
}

fn tone(standing: Standing) -> Tone {
    match standing {
        Standing::Dead(_) | Standing::LongDead | Standing::Unknown => Tone::Bad,
        Standing::Reused | Standing::Header => Tone::Warn,
        Standing::OldWording | Standing::OtherWording => Tone::Info,
    }
}

fn row<'a>(row: &OurRow<'a>) -> OurRowInfo<'a> {
    let OwnRow { written, place, .. } = row.row;
    let is_shown = row.old.or(row.new).is_some() || row.row.is_like_code;
    let at = || match (&place.sheet, &place.cell, place.line) {
        (Some(_), Some(cell), _) => format!("cell {cell}"),
        (_, _, Some(line)) => format!("line {line}"),
        _ => "not shown".to_owned(),
    };
    OurRowInfo {
        finding: row.standing.word(),
        tone: tone(row.standing),
        code: if is_shown { written.clone() } else { at() },
        old: row.old.and_then(|old| old.shown(TextKind::Long)),
        new: row.new.and_then(|new| new.shown(TextKind::Long)),
    }
}
